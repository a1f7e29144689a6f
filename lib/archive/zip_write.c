#include "nt/archive.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/spool.h"
#include "zip.h"

#define PROBE_BYTES CHUNK
#define SMALL_SOURCE ((size_t)4 << 20)	/* packed in memory up to this */
#define VERSION_PLAIN 20		/* of the format a reader must know */
#define VERSION_ZIP64 45
#define MADE_ON_UNIX (3 << 8)		/* so that the mode below counts */
#define MODE_FILE (0100644u << 16)

struct nt_zip {
	struct sink sink;
	uint64_t members;
	struct nt_spool *directory;
	struct pool *pool;
	z_stream packer;		/* for members that come in pieces */
	char *piece;			/* CHUNK bytes for them, when needed */
};

static int write_job(void *arg, struct job *j, struct nt_err *err);

struct nt_zip *
nt_zip_new(int fd)
{
	struct nt_zip *z = nt_alloc(sizeof *z);

	sink_init(&z->sink, fd);
	z->directory = nt_spool_new();
	z->pool = pool_new(write_job, z);
	return z;
}

void
nt_zip_free(struct nt_zip *z)
{
	if (z == NULL)
		return;
	pool_free(z->pool);
	if (z->piece != NULL) {
		deflateEnd(&z->packer);
		free(z->piece);
	}
	nt_spool_free(z->directory);
	sink_free(&z->sink);
	free(z);
}

/* ---- records of the format ---- */

static void
put(struct nt_buf *b, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		nt_buf_char(b, (char)(value >> (8 * i) & 0xff));
}

static uint64_t
capped(uint64_t value)
{
	return value < ZIP_MAX32 ? value : ZIP_MAX32;
}

/* What both headers of a member say, in the order of both. */
static void
put_common(struct nt_buf *b, const struct nt_entry *e, int version)
{
	put(b, (uint64_t)version, 2);
	put(b, ZIP_FLAG_UTF8, 2);
	put(b, e->method, 2);
	put(b, 0, 2);			/* midnight */
	put(b, ZIP_DATE_1980, 2);
	put(b, e->crc, 4);
}

/* Both sizes are in the extra field as soon as one does not fit. */
static void
put_local(struct nt_buf *b, const struct nt_entry *e)
{
	int large = e->size >= ZIP_MAX32 || e->packed >= ZIP_MAX32;

	put(b, ZIP_LOCAL, 4);
	put_common(b, e, large ? VERSION_ZIP64 : VERSION_PLAIN);
	put(b, large ? ZIP_MAX32 : e->packed, 4);
	put(b, large ? ZIP_MAX32 : e->size, 4);
	put(b, e->name.len, 2);
	put(b, large ? 20 : 0, 2);
	nt_buf_add(b, e->name.p, e->name.len);
	if (large) {
		put(b, ZIP_EXTRA_ZIP64, 2);
		put(b, 16, 2);
		put(b, e->size, 8);
		put(b, e->packed, 8);
	}
}

/* Only the fields that do not fit are in the extra field. */
static void
put_central(struct nt_buf *b, const struct nt_entry *e)
{
	const uint64_t fields[] = { e->size, e->packed, e->at };
	unsigned large = 0;

	for (size_t i = 0; i < 3; i++)
		large += fields[i] >= ZIP_MAX32;
	put(b, ZIP_CENTRAL, 4);
	put(b, MADE_ON_UNIX | VERSION_ZIP64, 2);
	put_common(b, e, large ? VERSION_ZIP64 : VERSION_PLAIN);
	put(b, capped(e->packed), 4);
	put(b, capped(e->size), 4);
	put(b, e->name.len, 2);
	put(b, large ? 4 + 8 * large : 0, 2);
	put(b, 0, 2);			/* no comment */
	put(b, 0, 2);			/* first disk */
	put(b, 0, 2);
	put(b, MODE_FILE, 4);
	put(b, capped(e->at), 4);
	nt_buf_add(b, e->name.p, e->name.len);
	if (large) {
		put(b, ZIP_EXTRA_ZIP64, 2);
		put(b, 8 * large, 2);
		for (size_t i = 0; i < 3; i++)
			if (fields[i] >= ZIP_MAX32)
				put(b, fields[i], 8);
	}
}

static void
put_end(struct nt_buf *b, uint64_t members, uint64_t at, uint64_t size)
{
	uint64_t end = at + size;

	if (members >= ZIP_MAX16 || size >= ZIP_MAX32 || at >= ZIP_MAX32) {
		put(b, ZIP64_END, 4);
		put(b, ZIP64_END_BYTES - 12, 8);
		put(b, MADE_ON_UNIX | VERSION_ZIP64, 2);
		put(b, VERSION_ZIP64, 2);
		put(b, 0, 4);
		put(b, 0, 4);
		put(b, members, 8);
		put(b, members, 8);
		put(b, size, 8);
		put(b, at, 8);
		put(b, ZIP64_LOCATOR, 4);
		put(b, 0, 4);
		put(b, end, 8);
		put(b, 1, 4);
	}
	put(b, ZIP_END, 4);
	put(b, 0, 2);
	put(b, 0, 2);
	put(b, members < ZIP_MAX16 ? members : ZIP_MAX16, 2);
	put(b, members < ZIP_MAX16 ? members : ZIP_MAX16, 2);
	put(b, capped(size), 4);
	put(b, capped(at), 4);
	put(b, 0, 2);			/* no comment */
}

/* ---- members ---- */

/* Writes the local header; the directory gets its entry at once. */
static int
begin(struct nt_zip *z, struct nt_entry *e, struct nt_err *err)
{
	struct nt_buf b;
	int got;

	assert(e->name.len <= NT_MEMBER_NAME_MAX);
	e->at = z->sink.at;
	z->members++;
	nt_buf_init(&b, NT_BUF_MAX);
	put_central(&b, e);
	got = nt_spool_add(z->directory, b.p, b.len, err);
	if (got == 0) {
		nt_buf_clear(&b);
		put_local(&b, e);
		got = sink_add(&z->sink, b.p, b.len, err);
	}
	nt_buf_free(&b);
	return got;
}

/*
 * Packs the content; what does not get smaller, or so much smaller that a
 * reader would take it for a trap, is left as it is.
 */
static void
deflate_member(struct job *j, struct tools *t)
{
	char *room;
	size_t len;

	j->crc = nt_crc32(0, j->plain.p, j->plain.len);
	if (j->plain.len == 0)
		return;
	room = nt_buf_reserve(&j->packed, j->plain.len);
	len = libdeflate_deflate_compress(tools_deflater(t), j->plain.p,
	    j->plain.len, room, j->plain.len - 1);
	if (len > 0 && !looks_like_trap(len, j->plain.len))
		nt_buf_grew(&j->packed, len);
}

static int
write_job(void *arg, struct job *j, struct nt_err *err)
{
	struct nt_zip *z = arg;
	const struct nt_buf *data = j->packed.len > 0 ? &j->packed : &j->plain;
	struct nt_entry e = {
		.name = nt_str_of(j->name),
		.size = j->plain.len,
		.packed = data->len,
		.crc = j->crc,
		.method = j->packed.len > 0 ? ZIP_DEFLATED : ZIP_STORED
	};

	if (begin(z, &e, err) == -1)
		return -1;
	return sink_add(&z->sink, data->p, data->len, err);
}

int
nt_zip_settle(struct nt_zip *z, struct nt_err *err)
{
	return pool_drain(z->pool, err);
}

static int
push(struct nt_zip *z, const char *name, struct job *job, struct nt_err *err)
{
	job->name = nt_strdup(name);
	return pool_push(z->pool, job, err);
}

int
nt_zip_add(struct nt_zip *z, const char *name, struct nt_buf *bytes,
    struct nt_err *err)
{
	assert(bytes->len <= NT_MEMBER_MEMORY);
	return push(z, name, job_new(deflate_member, bytes), err);
}

int
nt_zip_add_made(struct nt_zip *z, const char *name, struct nt_maker maker,
    struct nt_err *err)
{
	return push(z, name, job_make(deflate_member, maker), err);
}

static void
need_piece(struct nt_zip *z)
{
	if (z->piece != NULL)
		return;
	z->piece = nt_alloc(CHUNK);
	deflater_open(&z->packer);
}

/*
 * Reads what source gives into b, at most SMALL_SOURCE bytes: 1 if that was
 * all, 0 if there is more, or -1.
 */
static int
read_small(struct nt_zip *z, struct nt_source source, struct nt_buf *b,
    struct nt_err *err)
{
	ssize_t n;

	need_piece(z);
	do {
		if ((n = source_piece(source, z->piece, err)) == -1)
			return -1;
		nt_buf_add(b, z->piece, (size_t)n);
	} while ((size_t)n == CHUNK && b->len < SMALL_SOURCE);
	return (size_t)n < CHUNK;
}

/* Deflates what is in the piece and puts it into packed. */
static int
pack_piece(struct nt_zip *z, size_t len, int flushing, struct nt_spool *packed,
    struct nt_err *err)
{
	unsigned char out[8192];

	z->packer.next_in = (Bytef *)z->piece;
	z->packer.avail_in = (uInt)len;
	do {
		z->packer.next_out = out;
		z->packer.avail_out = sizeof out;
		deflate(&z->packer, flushing);
		if (nt_spool_add(packed, out, sizeof out - z->packer.avail_out,
		    err) == -1)
			return -1;
	} while (z->packer.avail_out == 0);
	return 0;
}

/* Packs all of source; fills size and CRC. */
static int
pack_source(struct nt_zip *z, struct nt_source source, struct nt_entry *e,
    struct nt_spool *packed, struct nt_err *err)
{
	ssize_t n;

	deflateReset(&z->packer);
	do {
		if ((n = source_piece(source, z->piece, err)) == -1)
			return -1;
		e->crc = nt_crc32(e->crc, z->piece, (size_t)n);
		e->size += (uint64_t)n;
		if (pack_piece(z, (size_t)n, (size_t)n < CHUNK ? Z_FINISH :
		    Z_NO_FLUSH, packed, err) == -1)
			return -1;
	} while ((size_t)n == CHUNK);
	e->packed = nt_spool_size(packed);
	return 0;
}

/* Copies a spool to the archive. */
static int
emit_spool(struct nt_zip *z, struct nt_spool *s, struct nt_err *err)
{
	char part[8192];
	uint64_t size = nt_spool_size(s);

	for (uint64_t at = 0; at < size; ) {
		size_t n = size - at < sizeof part ? (size_t)(size - at) :
		    sizeof part;

		if (nt_spool_read(s, at, part, n, err) == -1 ||
		    sink_add(&z->sink, part, n, err) == -1)
			return -1;
		at += n;
	}
	return 0;
}

/* Adds what does not fit into memory. */
static int
add_large(struct nt_zip *z, const char *name, struct nt_source source,
    struct nt_err *err)
{
	struct nt_entry e = { .name = nt_str_of(name), .method = ZIP_DEFLATED };
	struct nt_spool *packed;
	int got;

	packed = nt_spool_new();
	got = pack_source(z, source, &e, packed, err);
	if (got == 0 && looks_like_trap(e.packed, e.size)) {
		nt_spool_free(packed);
		source.rewind(source.arg);
		return nt_zip_store(z, name, source, e.size, e.crc, err);
	}
	if (got == 0)
		got = begin(z, &e, err);
	if (got == 0)
		got = emit_spool(z, packed, err);
	nt_spool_free(packed);
	return got;
}

int
nt_zip_add_source(struct nt_zip *z, const char *name, struct nt_source source,
    struct nt_err *err)
{
	struct nt_buf b;
	int got;

	if (nt_zip_settle(z, err) == -1)
		return -1;
	nt_buf_init(&b, SMALL_SOURCE + CHUNK);
	if ((got = read_small(z, source, &b, err)) == 1)
		return push(z, name, job_new(deflate_member, &b), err);
	nt_buf_free(&b);
	if (got == -1)
		return -1;
	source.rewind(source.arg);
	return add_large(z, name, source, err);
}

int
nt_zip_store(struct nt_zip *z, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err)
{
	struct nt_entry e = { .name = nt_str_of(name), .size = size,
	    .packed = size, .crc = crc, .method = ZIP_STORED };
	uint64_t done = 0;
	uint32_t seen = 0;
	ssize_t n;

	if (nt_zip_settle(z, err) == -1)
		return -1;
	need_piece(z);
	if (begin(z, &e, err) == -1)
		return -1;
	while ((n = source_piece(source, z->piece, err)) > 0) {
		done += (uint64_t)n;
		seen = nt_crc32(seen, z->piece, (size_t)n);
		if (done > size)
			break;
		if (sink_add(&z->sink, z->piece, (size_t)n, err) == -1)
			return -1;
	}
	if (n == -1)
		return -1;
	if (done != size || seen != crc)
		return nt_err_set(err, NT_DATA,
		    "%s changed while it was read", name);
	return 0;
}

int
nt_zip_worth(const void *p, size_t len)
{
	struct libdeflate_compressor *c =
	    libdeflate_alloc_compressor(DEFLATE_LEVEL);
	unsigned char *out;
	size_t packed;

	if (c == NULL)
		nt_out_of_memory();
	if (len > PROBE_BYTES)
		len = PROBE_BYTES;
	out = nt_alloc(len);
	packed = libdeflate_deflate_compress(c, p, len, out, len - len / 8);
	libdeflate_free_compressor(c);
	free(out);
	return packed > 0;
}

int
nt_zip_finish(struct nt_zip *z, struct nt_err *err)
{
	uint64_t at, size;
	struct nt_buf b;
	int got;

	if (nt_zip_settle(z, err) == -1)
		return -1;
	at = z->sink.at;
	if (emit_spool(z, z->directory, err) == -1)
		return -1;
	size = z->sink.at - at;
	nt_buf_init(&b, NT_BUF_MAX);
	put_end(&b, z->members, at, size);
	got = sink_add(&z->sink, b.p, b.len, err);
	nt_buf_free(&b);
	return got == 0 ? sink_flush(&z->sink, err) : -1;
}
