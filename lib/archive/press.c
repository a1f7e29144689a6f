#include "internal.h"

#include <assert.h>
#include <stdlib.h>

#include "nt/mem.h"
#include "nt/zstd.h"

/*
 * A piece is a gzip member or a zstd frame of its own.  At this size nothing
 * is lost against one long stream (8.82 of 8.81 MB for 104 MB of pages), the
 * pieces stay in the second cache, and any number of threads gives the same
 * bytes.
 */
#define PIECE_BYTES ((size_t)1 << 20)
#define PIECE_ROOM (PIECE_BYTES + (PIECE_BYTES >> 6) + 1024)
#define TRAP_WINDOW 10		/* log2: 1 KiB packs 256 : 1 at most */

struct press {
	struct sink sink;
	void (*run)(struct job *j, struct tools *t);	/* NULL: as it is */
	struct nt_buf piece;
	struct nt_buf spare;		/* room of one that was written */
	struct pool *pool;
};

static size_t
gzip_with(struct libdeflate_compressor *c, struct job *j)
{
	char *room = nt_buf_reserve(&j->packed, PIECE_ROOM);
	size_t len = libdeflate_gzip_compress(c, j->plain.p, j->plain.len,
	    room, PIECE_ROOM);

	assert(len > 0);
	return len;
}

static void
gzip_piece(struct job *j, struct tools *t)
{
	size_t len = gzip_with(tools_deflater(t), j);

	if (looks_like_trap(len, j->plain.len))
		len = gzip_with(tools_storer(t), j);
	nt_buf_grew(&j->packed, len);
}

static size_t
zstd_with(ZSTD_CCtx *c, int window, struct job *j)
{
	char *room = nt_buf_reserve(&j->packed, PIECE_ROOM);
	size_t len;

	ZSTD_CCtx_reset(c, ZSTD_reset_session_and_parameters);
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, NT_ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	if (window != 0)
		ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window);
	len = ZSTD_compress2(c, room, PIECE_ROOM, j->plain.p, j->plain.len);
	if (ZSTD_isError(len))
		nt_out_of_memory();	/* the one thing that can go wrong */
	return len;
}

static void
zstd_piece(struct job *j, struct tools *t)
{
	ZSTD_CCtx *c = tools_zstd(t);
	size_t len = zstd_with(c, 0, j);

	if (looks_like_trap(len, j->plain.len))
		len = zstd_with(c, TRAP_WINDOW, j);
	nt_buf_grew(&j->packed, len);
}

/*
 * Writes a piece; its room is kept, for fresh memory costs as much as what is
 * put into it.
 */
static int
write_piece(void *arg, struct job *j, struct nt_err *err)
{
	struct press *p = arg;
	int got = sink_add(&p->sink, j->packed.p, j->packed.len, err);

	nt_buf_free(&p->spare);
	p->spare = j->plain;
	nt_buf_clear(&p->spare);
	nt_buf_init(&j->plain, 0);
	return got;
}

struct press *
press_new(int fd, enum nt_codec codec)
{
	struct press *p = nt_alloc(sizeof *p);

	sink_init(&p->sink, fd);
	p->run = codec == NT_CODEC_GZIP ? gzip_piece :
	    codec == NT_CODEC_ZSTD ? zstd_piece : NULL;
	nt_buf_init(&p->piece, PIECE_BYTES);
	nt_buf_init(&p->spare, PIECE_BYTES);
	p->pool = pool_new(write_piece, p);
	return p;
}

void
press_free(struct press *p)
{
	if (p == NULL)
		return;
	pool_free(p->pool);
	nt_buf_free(&p->piece);
	nt_buf_free(&p->spare);
	sink_free(&p->sink);
	free(p);
}

/* Hands the piece to the threads; the next begins empty. */
static int
push_piece(struct press *p, struct nt_err *err)
{
	int got = pool_push(p->pool, job_new(p->run, &p->piece), err);

	p->piece = p->spare;
	nt_buf_init(&p->spare, PIECE_BYTES);
	return got;
}

int
press_add(struct press *p, const void *bytes, size_t len, struct nt_err *err)
{
	const char *from = bytes;

	if (p->run == NULL)
		return sink_add(&p->sink, bytes, len, err);
	while (len > 0) {
		size_t n = PIECE_BYTES - p->piece.len;

		if (n > len)
			n = len;
		nt_buf_add(&p->piece, from, n);
		from += n;
		len -= n;
		if (p->piece.len == PIECE_BYTES && push_piece(p, err) == -1)
			return -1;
	}
	return 0;
}

int
press_finish(struct press *p, struct nt_err *err)
{
	if (p->piece.len > 0 && push_piece(p, err) == -1)
		return -1;
	return pool_drain(p->pool, err) == -1 ? -1 : sink_flush(&p->sink, err);
}
