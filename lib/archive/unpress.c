#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"
#include "reading.h"

/*
 * A member of gzip as we write them fits, packed or stored, so that it can be
 * unpacked in one step.
 */
#define IN_BYTES ((size_t)4 << 20)
#define IN_LEAST ((size_t)1280 << 10)	/* there, unless the end is near */
#define OUT_BYTES ((size_t)1 << 20)

/* A packed stream on its way into a temporary file. */
struct unpress {
	int fd, temp;
	const char *name;		/* "gzip", "zstd" */
	uint64_t size;			/* of the packed stream */
	uint64_t at;			/* of what was not read yet */
	uint64_t total;			/* unpacked bytes so far */
	uint64_t written;		/* behind it, all of them are zero */
	unsigned char *in;
	size_t first, have;		/* what is there of it: from, len */
	unsigned char *out;
};

static int
damaged(const struct unpress *u, const char *what, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the archive is damaged: its %s "
	    "stream %s", u->name, what);
}

static int
cut_short(const struct unpress *u, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the archive is cut short: its %s "
	    "stream ends in the middle", u->name);
}

/* Reads on when little is left; nothing is there only at the end. */
static int
fill(struct unpress *u, struct nt_err *err)
{
	size_t room = IN_BYTES - u->have;
	uint64_t left = u->size - u->at;

	if (u->have >= IN_LEAST || left == 0)
		return 0;
	memmove(u->in, u->in + u->first, u->have);
	u->first = 0;
	if (room > left)
		room = (size_t)left;
	if (nt_pread_all(u->fd, u->in + u->have, room, (off_t)u->at) == -1)
		return nt_err_sys(err, "read", "the archive");
	u->at += room;
	u->have += room;
	return 0;
}

static void
used(struct unpress *u, size_t len)
{
	u->first += len;
	u->have -= len;
}

/*
 * Writes len unpacked bytes of out, within the limits.  Zeros are left out, so
 * that they take time but no disk; see end_file().
 */
static int
put(struct unpress *u, size_t len, struct nt_err *err)
{
	u->total += len;
	if (u->total > NT_ARCHIVE_FREE && u->total / NT_ARCHIVE_RATIO > u->size)
		return nt_err_set(err, NT_LIMIT, "the archive unpacks to more "
		    "than %d times its size", NT_ARCHIVE_RATIO);
	if (len == 0 || (u->out[0] == 0 &&
	    memcmp(u->out, u->out + 1, len - 1) == 0))
		return 0;
	if (nt_pwrite_all(u->temp, u->out, len,
	    (off_t)(u->total - len)) == -1)
		return nt_err_sys(err, "write", "a temporary file");
	u->written = u->total;
	return 0;
}

/* The file gets its size where it ends in zeros that were left out. */
static int
end_file(struct unpress *u, struct nt_err *err)
{
	if (u->written < u->total &&
	    nt_pwrite_all(u->temp, "", 1, (off_t)(u->total - 1)) == -1)
		return nt_err_sys(err, "write", "a temporary file");
	return 0;
}

static int
begins_with(const struct unpress *u, const char *magic, size_t len)
{
	return u->have >= len && memcmp(u->in + u->first, magic, len) == 0;
}

/* ---- gzip ---- */

/* A member of any size, by zlib. */
static int
inflate_member(struct unpress *u, z_stream *z, struct nt_err *err)
{
	int got = Z_OK;

	inflateReset(z);
	while (got != Z_STREAM_END) {
		if (fill(u, err) == -1)
			return -1;
		z->next_in = u->in + u->first;
		z->avail_in = (uInt)u->have;
		z->next_out = u->out;
		z->avail_out = (uInt)OUT_BYTES;
		got = inflate(z, Z_NO_FLUSH);
		if (got == Z_BUF_ERROR)
			return cut_short(u, err);
		if (got != Z_OK && got != Z_STREAM_END)
			return damaged(u, "cannot be unpacked", err);
		used(u, u->have - z->avail_in);
		if (put(u, OUT_BYTES - z->avail_out, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * A member that fits in and out, by libdeflate: 1, 0 when it does not fit or
 * is not right (zlib then says which), or -1.
 */
static int
inflate_at_once(struct unpress *u, struct libdeflate_decompressor *d,
    struct nt_err *err)
{
	size_t took, gave;

	if (libdeflate_gzip_decompress_ex(d, u->in + u->first, u->have,
	    u->out, OUT_BYTES, &took, &gave) != LIBDEFLATE_SUCCESS)
		return 0;
	used(u, took);
	return put(u, gave, err) == -1 ? -1 : 1;
}

static int
gunzip_all(struct unpress *u, struct libdeflate_decompressor *d, z_stream *z,
    struct nt_err *err)
{
	int at_once = 1;

	while (fill(u, err) == 0) {
		if (u->have == 0)
			return 0;
		if (!begins_with(u, "\x1f\x8b", 2))
			return damaged(u, "has bytes behind its end", err);
		/* One that failed is by others: theirs are one long member. */
		if (at_once && (at_once = inflate_at_once(u, d, err)) == 1)
			continue;
		if (at_once == -1 || inflate_member(u, z, err) == -1)
			return -1;
	}
	return -1;
}

static int
gunzip(struct unpress *u, struct nt_err *err)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	z_stream z;
	int got;

	if (d == NULL)
		nt_out_of_memory();
	gunzipper_open(&z);
	got = gunzip_all(u, d, &z, err);
	inflateEnd(&z);
	libdeflate_free_decompressor(d);
	return got;
}

/* ---- zstd ---- */

/* 1 if a frame begins here, be it one to be skipped. */
static int
frame_begins(const struct unpress *u)
{
	return begins_with(u, "\x28\xb5\x2f\xfd", 4) || (u->have >= 4 &&
	    (get32(u->in + u->first) & ZSTD_MAGIC_SKIPPABLE_MASK) ==
	    ZSTD_MAGIC_SKIPPABLE_START);
}

static int
unzstd_all(struct unpress *u, ZSTD_DStream *d, struct nt_err *err)
{
	ZSTD_outBuffer out = { u->out, OUT_BYTES, 0 };
	size_t left = 0;	/* 0 between two frames */

	while (fill(u, err) == 0) {
		ZSTD_inBuffer in = { u->in + u->first, u->have, 0 };

		if (u->have == 0 && left == 0)
			return 0;
		/* There may be more in the decoder than went out. */
		if (u->have == 0 && out.pos < out.size)
			return cut_short(u, err);
		if (left == 0 && !frame_begins(u))
			return damaged(u, "has bytes behind its end", err);
		out.pos = 0;
		left = ZSTD_decompressStream(d, &out, &in);
		if (ZSTD_isError(left))
			return nt_err_set(err, NT_DATA, "the archive is "
			    "damaged: its zstd stream cannot be unpacked: %s",
			    ZSTD_getErrorName(left));
		used(u, in.pos);
		if (put(u, out.pos, err) == -1)
			return -1;
	}
	return -1;
}

static int
unzstd(struct unpress *u, struct nt_err *err)
{
	ZSTD_DStream *d = ZSTD_createDStream();
	int got;

	if (d == NULL)
		nt_out_of_memory();
	got = unzstd_all(u, d, err);
	ZSTD_freeDStream(d);
	return got;
}

int
unpress(int fd, uint64_t size, enum nt_codec codec, struct nt_err *err)
{
	struct unpress u = { .fd = fd, .size = size };
	int got;

	if ((u.temp = nt_file_temp(err)) == -1)
		return -1;
	u.name = codec == NT_CODEC_GZIP ? "gzip" : "zstd";
	u.in = nt_alloc(IN_BYTES);
	u.out = nt_alloc(OUT_BYTES);
	got = codec == NT_CODEC_GZIP ? gunzip(&u, err) : unzstd(&u, err);
	if (got == 0)
		got = end_file(&u, err);
	free(u.in);
	free(u.out);
	if (got == -1) {
		close(u.temp);
		return -1;
	}
	return u.temp;
}
