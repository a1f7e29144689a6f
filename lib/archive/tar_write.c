#include "internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"
#include "tar.h"

#define MODE_FILE 0644
#define TIME_1980 315532800	/* as in a zip archive; at 0 GNU tar warns */

struct nt_tar {
	struct press *press;
	struct pool *making;	/* members that threads make */
	char *piece;		/* CHUNK bytes for sources, when needed */
};

static int write_job(void *arg, struct job *j, struct nt_err *err);

struct nt_tar *
nt_tar_new(int fd, enum nt_codec codec)
{
	struct nt_tar *t = nt_alloc(sizeof *t);

	t->press = press_new(fd, codec);
	t->making = pool_new(write_job, t);
	return t;
}

void
nt_tar_free(struct nt_tar *t)
{
	if (t == NULL)
		return;
	pool_free(t->making);
	press_free(t->press);
	free(t->piece);
	free(t);
}

/* ---- headers ---- */

/* Octal digits in all bytes but the last, which stays NUL. */
static void
put_octal(unsigned char *p, unsigned bytes, uint64_t value)
{
	for (unsigned i = bytes - 1; i-- > 0; value >>= 3)
		p[i] = (unsigned char)('0' + (value & 7));
	assert(value == 0);
}

/* Puts the name into the block, cut at a "/" if need be; 0: it cannot be. */
static int
put_name(unsigned char *block, struct nt_str name)
{
	size_t cut = 0;

	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.p[i] >= 0x80)
			return 0;
	if (name.len > TAR_NAME_BYTES) {
		cut = name.len - TAR_NAME_BYTES - 1;
		while (cut < name.len && name.p[cut] != '/')
			cut++;
		if (cut == 0 || cut > TAR_PREFIX_BYTES || cut + 1 >= name.len)
			return 0;
		memcpy(block + TAR_PREFIX, name.p, cut++);
	}
	memcpy(block + TAR_NAME, name.p + cut, name.len - cut);
	return 1;
}

/* What stands in the block when a pax header has the name: a likeness. */
static void
put_likeness(unsigned char *block, const char *before, struct nt_str name)
{
	size_t len = strlen(before);

	memcpy(block, before, len);
	for (size_t i = 0; i < name.len && len < TAR_NAME_BYTES; i++)
		block[len++] = (unsigned char)name.p[i] < 0x80 ?
		    (unsigned char)name.p[i] : '_';
}

/* Fills all but the name and writes the block. */
static int
emit_block(struct nt_tar *t, unsigned char *block, char type, uint64_t size,
    struct nt_err *err)
{
	put_octal(block + TAR_MODE, 8, MODE_FILE);
	put_octal(block + TAR_UID, 8, 0);
	put_octal(block + TAR_GID, 8, 0);
	put_octal(block + TAR_SIZE, TAR_SIZE_BYTES, size);
	put_octal(block + TAR_MTIME, 12, TIME_1980);
	block[TAR_TYPE] = (unsigned char)type;
	memcpy(block + TAR_MAGIC, "ustar\00000", 8);
	put_octal(block + TAR_MAJOR, 8, 0);
	put_octal(block + TAR_MINOR, 8, 0);
	put_octal(block + TAR_SUM, TAR_SUM_BYTES - 1, tar_sum(block));
	block[TAR_SUM + TAR_SUM_BYTES - 1] = ' ';
	return press_add(t->press, block, TAR_BLOCK, err);
}

/* Zeros up to the end of the block in which the content ends. */
static int
pad(struct nt_tar *t, uint64_t size, struct nt_err *err)
{
	static const char zeros[TAR_BLOCK];

	return press_add(t->press, zeros, (size_t)(-size % TAR_BLOCK), err);
}

/* "LENGTH KEY=VALUE\n", where the length counts its own digits. */
static void
put_record(struct nt_buf *b, const char *key, struct nt_str value)
{
	size_t rest = strlen(key) + value.len + 3, len = rest + 1;

	while (rest + (size_t)snprintf(NULL, 0, "%zu", len) > len)
		len++;
	nt_buf_fmt(b, "%zu %s=", len, key);
	nt_buf_add(b, value.p, value.len);
	nt_buf_char(b, '\n');
}

/* A header for the member that follows, with what its own cannot say. */
static int
emit_pax(struct nt_tar *t, struct nt_str name, int named, uint64_t size,
    struct nt_err *err)
{
	unsigned char block[TAR_BLOCK] = { 0 };
	struct nt_buf b;
	char digits[24];
	int got;

	nt_buf_init(&b, 2 * NT_MEMBER_NAME_MAX);
	if (!named)
		put_record(&b, "path", name);
	if (size >= TAR_SIZE_MAX) {
		snprintf(digits, sizeof digits, "%ju", (uintmax_t)size);
		put_record(&b, "size", nt_str_of(digits));
	}
	put_likeness(block, "PaxHeaders/", name);
	got = emit_block(t, block, TAR_PAX, b.len, err);
	if (got == 0)
		got = press_add(t->press, b.p, b.len, err);
	if (got == 0)
		got = pad(t, b.len, err);
	nt_buf_free(&b);
	return got;
}

static int
begin(struct nt_tar *t, const char *member, uint64_t size, struct nt_err *err)
{
	unsigned char block[TAR_BLOCK] = { 0 };
	struct nt_str name = nt_str_of(member);
	int named = put_name(block, name);

	assert(name.len <= NT_MEMBER_NAME_MAX);
	if (!named)
		put_likeness(block, "", name);
	if ((!named || size >= TAR_SIZE_MAX) &&
	    emit_pax(t, name, named, size, err) == -1)
		return -1;
	return emit_block(t, block, TAR_FILE, size < TAR_SIZE_MAX ? size : 0,
	    err);
}

/* ---- members ---- */

static int
write_member(struct nt_tar *t, const char *name, const struct nt_buf *bytes,
    struct nt_err *err)
{
	if (begin(t, name, bytes->len, err) == -1 ||
	    press_add(t->press, bytes->p, bytes->len, err) == -1)
		return -1;
	return pad(t, bytes->len, err);
}

static int
write_job(void *arg, struct job *j, struct nt_err *err)
{
	return write_member(arg, j->name, &j->plain, err);
}

int
nt_tar_settle(struct nt_tar *t, struct nt_err *err)
{
	return pool_drain(t->making, err);
}

static int
push(struct nt_tar *t, const char *name, struct job *job, struct nt_err *err)
{
	job->name = nt_strdup(name);
	return pool_push(t->making, job, err);
}

int
nt_tar_add(struct nt_tar *t, const char *name, struct nt_buf *bytes,
    struct nt_err *err)
{
	int got;

	/* What is there waits for what is made before it. */
	if (!pool_empty(t->making))
		return push(t, name, job_new(NULL, bytes), err);
	got = write_member(t, name, bytes, err);
	nt_buf_free(bytes);
	return got;
}

int
nt_tar_add_made(struct nt_tar *t, const char *name, struct nt_maker maker,
    struct nt_err *err)
{
	return push(t, name, job_make(NULL, maker), err);
}

static void
need_piece(struct nt_tar *t)
{
	if (t->piece == NULL)
		t->piece = nt_alloc(CHUNK);
}

int
nt_tar_add_source(struct nt_tar *t, const char *name, struct nt_source source,
    struct nt_err *err)
{
	uint64_t size = 0;
	uint32_t crc = 0;
	ssize_t n;

	need_piece(t);
	while ((n = source_piece(source, t->piece, err)) > 0) {
		size += (uint64_t)n;
		crc = nt_crc32(crc, t->piece, (size_t)n);
	}
	if (n == -1)
		return -1;
	source.rewind(source.arg);
	return nt_tar_store(t, name, source, size, crc, err);
}

int
nt_tar_store(struct nt_tar *t, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err)
{
	uint64_t done = 0;
	uint32_t seen = 0;
	ssize_t n;

	need_piece(t);
	if (nt_tar_settle(t, err) == -1 || begin(t, name, size, err) == -1)
		return -1;
	while ((n = source_piece(source, t->piece, err)) > 0) {
		done += (uint64_t)n;
		seen = nt_crc32(seen, t->piece, (size_t)n);
		if (done > size)
			break;
		if (press_add(t->press, t->piece, (size_t)n, err) == -1)
			return -1;
	}
	if (n == -1)
		return -1;
	if (done != size || seen != crc)
		return nt_err_set(err, NT_DATA,
		    "%s changed while it was read", name);
	return pad(t, size, err);
}

int
nt_tar_finish(struct nt_tar *t, struct nt_err *err)
{
	static const char end[2 * TAR_BLOCK];

	if (nt_tar_settle(t, err) == -1 ||
	    press_add(t->press, end, sizeof end, err) == -1)
		return -1;
	return press_finish(t->press, err);
}
