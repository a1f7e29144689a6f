/*
 * An archive being read, as unzip.c and member.c see it.
 */
#ifndef NT_ARCHIVE_UNZIP_H
#define NT_ARCHIVE_UNZIP_H

#include <stddef.h>
#include <stdint.h>

struct nt_unzip {
	int fd;
	uint64_t size;			/* of the file */
	uint64_t start;			/* of the directory: members end here */
	uint8_t *directory;
	size_t count;
	const uint8_t **entries;	/* in the directory, in its order */
	const uint8_t **sorted;		/* the same by name */
};

static inline uint32_t
get16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t
get32(const uint8_t *p)
{
	return get16(p) | get16(p + 2) << 16;
}

static inline uint64_t
get64(const uint8_t *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

#endif
