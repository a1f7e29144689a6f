#include "nt/zstd.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <zstd.h>

struct nt_zstd {
	ZSTD_CCtx *packer;	/* each made when it is first wanted */
	ZSTD_DCtx *unpacker;
};

struct nt_zstd *
nt_zstd_new(void)
{
	return nt_alloc(sizeof(struct nt_zstd));
}

void
nt_zstd_free(struct nt_zstd *z)
{
	if (z == NULL)
		return;
	ZSTD_freeCCtx(z->packer);
	ZSTD_freeDCtx(z->unpacker);
	free(z);
}

static int
too_large(struct nt_err *err, size_t max)
{
	return nt_err_set(err, NT_LIMIT,
	    "the content of a zstd frame is larger than %zu bytes", max);
}

static int
damaged(struct nt_err *err, const char *what)
{
	return nt_err_set(err, NT_DATA, "a zstd frame %s", what);
}

/* Room for len more bytes in b, which is what it was if there is none. */
static char *
reserve(struct nt_buf *b, size_t len)
{
	return len <= b->max - b->len ? nt_buf_reserve(b, len) : NULL;
}

/* A window that holds the prefix and what is like it, as log2. */
static int
window_over(size_t len)
{
	int window = 10;

	while (window < 27 && ((size_t)1 << window) < len)
		window++;
	return window;
}

int
nt_zstd_pack(struct nt_zstd *z, struct nt_buf *out, struct nt_str bytes,
    struct nt_str prefix, int level, struct nt_err *err)
{
	size_t bound = ZSTD_compressBound(bytes.len), len;
	char *room = reserve(out, bound);

	assert(prefix.len <= NT_ZSTD_PREFIX_MAX);
	if (room == NULL)
		return too_large(err, out->max);
	if (z->packer == NULL && (z->packer = ZSTD_createCCtx()) == NULL)
		nt_out_of_memory();
	ZSTD_CCtx_reset(z->packer, ZSTD_reset_session_and_parameters);
	ZSTD_CCtx_setParameter(z->packer, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(z->packer, ZSTD_c_checksumFlag, 1);
	if (prefix.len > 0) {
		ZSTD_CCtx_setParameter(z->packer, ZSTD_c_windowLog,
		    window_over(prefix.len + bytes.len));
		ZSTD_CCtx_refPrefix(z->packer, prefix.p, prefix.len);
	}
	len = ZSTD_compress2(z->packer, room, bound, bytes.p, bytes.len);
	if (ZSTD_isError(len))
		nt_out_of_memory();	/* the one thing that can go wrong */
	nt_buf_grew(out, len);
	return 0;
}

/* What the frame says of its content, checked. */
static int
read_size(struct nt_str frame, size_t max, size_t *size, struct nt_err *err)
{
	unsigned long long says = ZSTD_getFrameContentSize(frame.p, frame.len);
	size_t whole;

	/* A frame to be skipped is one to libzstd, without content. */
	if (says == ZSTD_CONTENTSIZE_ERROR ||
	    (unsigned char)frame.p[0] != (ZSTD_MAGICNUMBER & 0xff))
		return damaged(err, "does not begin as one");
	if (says == ZSTD_CONTENTSIZE_UNKNOWN)
		return damaged(err, "does not say its size");
	if (says > max)
		return too_large(err, max);
	whole = ZSTD_findFrameCompressedSize(frame.p, frame.len);
	if (ZSTD_isError(whole))
		return damaged(err, "is cut short or damaged");
	if (whole != frame.len)
		return damaged(err, "has bytes behind its end");
	*size = (size_t)says;
	return 0;
}

int
nt_zstd_unpack(struct nt_zstd *z, struct nt_buf *out, struct nt_str frame,
    struct nt_str prefix, size_t max, struct nt_err *err)
{
	size_t size = 0, len;
	char *room;

	if (read_size(frame, max, &size, err) == -1)
		return -1;
	if ((room = reserve(out, size)) == NULL)
		return too_large(err, out->max);
	if (z->unpacker == NULL && (z->unpacker = ZSTD_createDCtx()) == NULL)
		nt_out_of_memory();
	ZSTD_DCtx_reset(z->unpacker, ZSTD_reset_session_and_parameters);
	if (prefix.len > 0)
		ZSTD_DCtx_refPrefix(z->unpacker, prefix.p, prefix.len);
	len = ZSTD_decompressDCtx(z->unpacker, room, size, frame.p, frame.len);
	if (ZSTD_isError(len) || len != size)
		return damaged(err, "is damaged");
	nt_buf_grew(out, len);
	return 0;
}
