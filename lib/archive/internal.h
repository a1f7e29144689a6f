/*
 * What the files of this room share: the numbers of the zip format (APPNOTE
 * 6.3), and the pool of threads that deflate members.
 */
#ifndef NT_ARCHIVE_INTERNAL_H
#define NT_ARCHIVE_INTERNAL_H

#include <stdint.h>
#include <zlib.h>

#include "nt/buf.h"

#define ZIP_LOCAL 0x04034b50u		/* "PK\3\4": a member's own header */
#define ZIP_CENTRAL 0x02014b50u		/* "PK\1\2": the directory's entry */
#define ZIP_END 0x06054b50u		/* "PK\5\6": the end of the directory */
#define ZIP64_END 0x06064b50u
#define ZIP64_LOCATOR 0x07064b50u

#define ZIP_LOCAL_BYTES 30		/* without name and extra field */
#define ZIP_CENTRAL_BYTES 46
#define ZIP_END_BYTES 22
#define ZIP64_END_BYTES 56
#define ZIP64_LOCATOR_BYTES 20

#define ZIP_STORED 0
#define ZIP_DEFLATED 8
#define ZIP_FLAG_ENCRYPTED 0x2041u	/* the three bits that say so */
#define ZIP_FLAG_TRAILER 0x0008u	/* sizes stand behind the data */
#define ZIP_FLAG_UTF8 0x0800u
#define ZIP_EXTRA_ZIP64 1
#define ZIP_MAX16 0xffffu
#define ZIP_MAX32 0xffffffffu
#define ZIP_DATE_1980 0x0021		/* the first day the format knows */

#define DEFLATE_LEVEL 6
#define DEFLATE_MEMORY 8
#define CHUNK ((size_t)64 << 10)	/* one step of reading and packing */

/*
 * Raw deflate and inflate with zlib's own memory taken from ours, so that they
 * cannot fail for want of it.  Ended with deflateEnd() and inflateEnd().
 */
void deflater_open(z_stream *z);
void inflater_open(z_stream *z);

/* A member given in memory, on its way through the pool. */
struct job {
	char *name;
	struct nt_buf plain;
	struct nt_buf packed;	/* empty when packing saves nothing: store it */
	uint32_t crc;
	int state;		/* the pool's */
};

void job_free(struct job *j);

/*
 * A queue of jobs in the order they came.  Threads take them, and so does
 * whoever waits: with no thread at all it works the same.
 */
struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *p);

/* 1 when the next push has to wait for a pop. */
int pool_full(struct pool *p);
void pool_push(struct pool *p, struct job *j);

/* The oldest job once it is done, for the caller to free; NULL: no job. */
struct job *pool_pop(struct pool *p);

/* The same, but NULL also when it is not done yet. */
struct job *pool_pop_ready(struct pool *p);

#endif
