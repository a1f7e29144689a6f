/*
 * An archive being read, as the files of this room see it.
 */
#ifndef NT_ARCHIVE_READING_H
#define NT_ARCHIVE_READING_H

#include <stddef.h>
#include <stdint.h>

#include "nt/archive.h"
#include "nt/buf.h"

#define NAME_SHOWN 120		/* bytes of a name in a message */
#define SHOWN(name) (int)((name).len < NAME_SHOWN ? (name).len : NAME_SHOWN), \
	(name).p

/* ---- index.c ---- */

#define INDEX_MAX ((size_t)1 << 24)	/* members */

/* The members in their order, and by name. */
struct index {
	struct nt_buf records;		/* of all, one behind another */
	uint32_t *places;		/* where they begin */
	uint32_t *sorted;		/* numbers of members */
	size_t count, room;
};

void index_init(struct index *x);
void index_free(struct index *x);

/* Appends a copy of the entry, name and all; number is given to it. */
int index_add(struct index *x, const struct nt_entry *e, struct nt_err *err);

/* After the last: 0, or -1 when two have one name.  Before it no index_find. */
int index_sort(struct index *x, struct nt_err *err);

/* The nth member; its name is lent until the next is added. */
void index_entry(const struct index *x, size_t n, struct nt_entry *e);

/* 1 and *e if there is a member of that name, else 0. */
int index_find(const struct index *x, struct nt_str name, struct nt_entry *e);

/* ---- the rest ---- */

struct nt_archive {
	int fd;				/* where the members are */
	int own;			/* 1: fd is a file of ours */
	int zip;			/* 1: zip, 0: tar */
	uint64_t size;			/* of what fd is */
	uint64_t end;			/* of a zip's members: its directory */
	struct index index;
};

/* zip_read.c and tar_read.c: fill the index. */
int zip_index(struct nt_archive *a, struct nt_err *err);
int tar_index(struct nt_archive *a, struct nt_err *err);

/*
 * unpress.c: unpacks the gzip or zstd stream in fd, size bytes, into a file
 * without a name: its descriptor, or -1.
 */
int unpress(int fd, uint64_t size, enum nt_codec codec, struct nt_err *err);

/* ---- numbers as zip has them ---- */

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
