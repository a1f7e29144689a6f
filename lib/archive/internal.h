/*
 * What the files of this room share: bytes on their way out, and the pool of
 * threads that pack.
 */
#ifndef NT_ARCHIVE_INTERNAL_H
#define NT_ARCHIVE_INTERNAL_H

#include <libdeflate.h>
#include <stdint.h>
#include <zlib.h>
#include <zstd.h>

#include "nt/archive.h"
#include "nt/buf.h"
#include "nt/err.h"

#define DEFLATE_LEVEL 6
#define DEFLATE_MEMORY 8
#define CHUNK ((size_t)64 << 10)	/* one step of reading and packing */

/* 1 if packed is so much less than plain that a reader takes it for a trap. */
static inline int
looks_like_trap(uint64_t packed, uint64_t plain)
{
	return packed < plain / NT_ARCHIVE_RATIO;
}

/* ---- flate.c ---- */

/*
 * Raw deflate and inflate with zlib's own memory taken from ours, so that they
 * cannot fail for want of it.  Ended with deflateEnd() and inflateEnd().
 */
void deflater_open(z_stream *z);
void inflater_open(z_stream *z);

/* The same for a stream of gzip. */
void gunzipper_open(z_stream *z);

/* ---- source.c ---- */

/*
 * Fills piece from source: how much, less than CHUNK only at the end, or -1.
 * What packing makes of a content depends on its pieces, so they are even.
 */
ssize_t source_piece(struct nt_source source, char piece[CHUNK],
    struct nt_err *err);

/* ---- sink.c ---- */

/* Bytes on their way to a descriptor, written in large parts. */
struct sink {
	int fd;
	uint64_t at;			/* bytes given to sink_add() so far */
	struct nt_buf out;		/* not written yet */
};

void sink_init(struct sink *s, int fd);
int sink_add(struct sink *s, const void *p, size_t len, struct nt_err *err);
int sink_flush(struct sink *s, struct nt_err *err);
void sink_free(struct sink *s);

/* ---- press.c ---- */

/* A stream that is cut into pieces, each packed alone, by several threads. */
struct press;

struct press *press_new(int fd, enum nt_codec codec);
int press_add(struct press *p, const void *bytes, size_t len,
    struct nt_err *err);
int press_finish(struct press *p, struct nt_err *err);
void press_free(struct press *p);

/* ---- job.c ---- */

/* What a thread works with, made when it is first wanted. */
struct tools {
	struct libdeflate_compressor *deflater;
	struct libdeflate_compressor *storer;
	ZSTD_CCtx *zstd;
};

struct libdeflate_compressor *tools_deflater(struct tools *t);
struct libdeflate_compressor *tools_storer(struct tools *t);
ZSTD_CCtx *tools_zstd(struct tools *t);
void tools_free(struct tools *t);

/* A piece of work on its way through the pool. */
struct job {
	/* NULL: there is nothing to do but to make. */
	void (*run)(struct job *j, struct tools *t);
	struct nt_maker maker;		/* of plain, unless its make is NULL */
	char *name;
	struct nt_buf plain;
	struct nt_buf packed;
	uint32_t crc;
	int failed;			/* to be made; err says why */
	struct nt_err err;
	size_t charge;			/* bytes of plain that were counted */
	int state;			/* the pool's */
};

/* A job that takes the content over and leaves plain empty. */
struct job *job_new(void (*run)(struct job *j, struct tools *t),
    struct nt_buf *plain);

/* One whose content is made by whoever takes it. */
struct job *job_make(void (*run)(struct job *j, struct tools *t),
    struct nt_maker maker);

/* Makes the content where that is to be done, and runs. */
void job_do(struct job *j, struct tools *t);

/* Tells the maker, which may fail, what became of the content, and frees. */
int job_done(struct job *j, int got, struct nt_err *err);

/* ---- pool.c ---- */

/*
 * A queue of jobs in the order they came.  Threads take them, and so does
 * whoever waits: with no thread at all it works the same.
 */
struct pool;

/* write(arg, job) is called with what is done, in order. */
struct pool *pool_new(int (*write)(void *arg, struct job *j,
    struct nt_err *err), void *arg);
void pool_free(struct pool *p);
int pool_empty(const struct pool *p);

/* Takes the job over, once there is room: 0, or -1. */
int pool_push(struct pool *p, struct job *j, struct nt_err *err);

/* Waits until all that was pushed is written: 0, or -1. */
int pool_drain(struct pool *p, struct nt_err *err);

#endif
