/*
 * The tar format: POSIX.1-2008 ustar with pax headers, for who writes and
 * reads it.  Places are bytes in a header's block.
 */
#ifndef NT_ARCHIVE_TAR_H
#define NT_ARCHIVE_TAR_H

#define TAR_BLOCK 512u

#define TAR_NAME 0
#define TAR_NAME_BYTES 100u
#define TAR_MODE 100
#define TAR_UID 108
#define TAR_GID 116
#define TAR_SIZE 124
#define TAR_SIZE_BYTES 12u
#define TAR_MTIME 136
#define TAR_SUM 148
#define TAR_SUM_BYTES 8u
#define TAR_TYPE 156
#define TAR_MAGIC 257
#define TAR_MAJOR 329
#define TAR_MINOR 337
#define TAR_PREFIX 345
#define TAR_PREFIX_BYTES 155u

#define TAR_SIZE_MAX ((uint64_t)1 << 33)	/* 11 octal digits end below */

#define TAR_FILE '0'
#define TAR_FILE_OLD '\0'
#define TAR_FOLDER '5'
#define TAR_PAX 'x'
#define TAR_PAX_GLOBAL 'g'
#define TAR_GNU_NAME 'L'

/* The sum of a header's bytes, with blanks in the place of the sum itself. */
static inline unsigned
tar_sum(const unsigned char block[TAR_BLOCK])
{
	unsigned sum = 0;

	for (unsigned i = 0; i < TAR_BLOCK; i++)
		sum += i >= TAR_SUM && i < TAR_SUM + TAR_SUM_BYTES ? ' ' :
		    block[i];
	return sum;
}

#endif
