#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/mem.h"

#define READ_BYTES ((size_t)64 << 10)

struct assets {
	const struct nt_pack_how *how;
	struct nt_id_map *known;	/* by the first half of the hash */
	uint64_t count, size, missing;
};

/* An asset's file, and what one pass over it tells. */
struct asset {
	struct nt_str sha256;		/* what it must be */
	char *path;
	int fd;
	uint64_t size;
	uint32_t crc;
	char found[NT_SHA256_TEXT];
};

struct assets *
assets_new(const struct nt_pack_how *how)
{
	struct assets *a = nt_alloc(sizeof *a);

	a->how = how;
	a->known = nt_id_map_new();
	return a;
}

void
assets_free(struct assets *a)
{
	if (a == NULL)
		return;
	nt_id_map_free(a->known);
	free(a);
}

void
assets_facts(const struct assets *a, struct manifest_facts *facts)
{
	facts->assets_inside = 1;
	facts->assets = a->count;
	facts->assets_size = a->size;
	facts->assets_missing = a->missing;
}

/* 1 the first time that this hash is asked for. */
static int
is_new(struct assets *a, struct nt_str sha256)
{
	struct nt_id half;

	nt_id_scan((struct nt_str){ sha256.p, 32 }, &half);
	return nt_id_map_put(a->known, &half, 0);
}

/* Reads the file through once; leaves the first bytes in part. */
static int
examine(struct asset *f, char *part, size_t *first, struct nt_err *err)
{
	struct nt_sha256 hash;
	char *rest = nt_alloc(READ_BYTES);
	ssize_t n = nt_read_all(f->fd, part, READ_BYTES);

	nt_sha256_init(&hash);
	*first = n > 0 ? (size_t)n : 0;
	for (char *p = part; n > 0; p = rest, n = nt_read_all(f->fd, rest,
	    READ_BYTES)) {
		nt_sha256_add(&hash, p, (size_t)n);
		f->crc = nt_crc32(f->crc, p, (size_t)n);
		f->size += (uint64_t)n;
	}
	free(rest);
	nt_sha256_hex(&hash, f->found);
	return n == -1 ? nt_err_sys(err, "read", f->path) : 0;
}

/* A second pass, from the start: the caller has checked the first. */
struct again {
	const struct asset *file;
	uint64_t at;
	int ended;
	struct nt_sha256 hash;
};

static ssize_t
read_again(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct again *r = arg;
	char found[NT_SHA256_TEXT];

	if (len > r->file->size - r->at)
		len = (size_t)(r->file->size - r->at);
	if (r->ended)
		return 0;
	if (len == 0) {
		r->ended = 1;
		nt_sha256_hex(&r->hash, found);
		if (strcmp(found, r->file->found) != 0)
			return nt_err_set(err, NT_DATA,
			    "%s changed while it was read", r->file->path);
		return 0;
	}
	if (nt_pread_all(r->file->fd, p, len, (off_t)r->at) == -1)
		return nt_err_sys(err, "read", r->file->path);
	nt_sha256_add(&r->hash, p, len);
	r->at += len;
	return (ssize_t)len;
}

static void
rewind_file(void *arg)
{
	struct again *r = arg;

	r->at = 0;
	r->ended = 0;
	nt_sha256_free(&r->hash);
	nt_sha256_init(&r->hash);
}

/* Adds one that is too large for memory in a second pass over the file. */
static int
pack_large(const struct asset *f, const char *name, struct target *to,
    struct manifest *m, struct nt_err *err)
{
	struct listed *l = manifest_expect(m, name);
	struct again r = { .file = f };
	struct nt_source source = { read_again, rewind_file, &r };
	int got;

	rewind_file(&r);
	got = to->calls->store(to, name, source, f->size, f->crc, err);
	nt_sha256_free(&r.hash);
	l->file.size = f->size;
	memcpy(l->file.sha256, f->found, sizeof f->found);
	return got == 0 ? manifest_known(m, l, err) : -1;
}

static int
pack_file(const struct asset *f, const char *name, const char *first,
    size_t len, struct target *to, struct manifest *m, struct nt_err *err)
{
	struct content *content;
	struct nt_buf all;
	int got;

	if (f->size > len)
		return pack_large(f, name, to, m, err);
	nt_buf_init(&all, NT_MEMBER_MEMORY);
	nt_buf_add(&all, first, len);
	content = content_new(&all);
	got = parcel_bytes(to, name, content, m, err);
	content_free(content);
	return got;
}

void
slug_of_asset(struct nt_buf *out, struct nt_str name)
{
	const char *dot = NULL;
	struct nt_str ending = { "", 0 };

	for (size_t i = 1; i < name.len; i++)
		if (name.p[i] == '.')
			dot = name.p + i;
	/* A name too long keeps its ending, by which programs know it. */
	if (dot != NULL && (size_t)(name.p + name.len - dot) <= 16) {
		ending = (struct nt_str){ dot + 1,
		    (size_t)(name.p + name.len - dot) - 1 };
		name.len = (size_t)(dot - name.p);
	}
	nt_tree_slug(out, name, NT_TREE_NAME_MAX - SHA256_HEX - 1 - 17);
	if (ending.len > 0) {
		nt_buf_char(out, '.');
		nt_tree_slug(out, ending, 16);
	}
}

/* Says once what is wrong, or counts it as missing when that is allowed. */
static int
missing(struct assets *a, struct nt_value record, struct nt_err *err)
{
	struct nt_str name = nt_value_text(nt_value_get(record, "name"));

	if (a->how->partial) {
		a->missing++;
		return 0;
	}
	return nt_err_at(err, "the asset \"%.*s\": ",
	    (int)(name.len < 80 ? name.len : 80), name.p != NULL ? name.p :
	    "");
}

/* Gets the bytes given to us into a file: 0, or -1. */
static int
open_given(const struct assets *a, struct asset *f, struct nt_err *err)
{
	int got;

	if ((f->fd = nt_file_temp(err)) == -1)
		return -1;
	got = a->how->give(a->how->give_arg, f->sha256, f->fd, err);
	if (got == 1)
		return lseek(f->fd, 0, SEEK_SET) == -1 ?
		    nt_err_sys(err, "seek in", "a temporary file") : 0;
	return got == -1 ? -1 : nt_err_set(err, NT_DATA,
	    "its bytes are not there");
}

/* Opens the file and checks that it is the one that the record means. */
static int
open_asset(const struct assets *a, struct asset *f, struct nt_value record,
    char *first, size_t *len, struct nt_err *err)
{
	struct nt_value size = nt_value_get(record, "size");

	if (a->how->give != NULL ? open_given(a, f, err) == -1 :
	    (f->fd = nt_file_open(f->path, err)) == -1)
		return -1;
	if (examine(f, first, len, err) == -1)
		return -1;
	if (memcmp(f->found, f->sha256.p, SHA256_HEX) != 0)
		return nt_err_set(err, NT_DATA,
		    "%s has not the hash that its name says", f->path);
	if (nt_value_is(size, NT_JSON_NUMBER) &&
	    nt_value_int(size) != (int64_t)f->size)
		return nt_err_set(err, NT_DATA,
		    "%s has %ju bytes, expected %jd", f->path,
		    (uintmax_t)f->size, (intmax_t)nt_value_int(size));
	return 0;
}

static int
pack_and_count(struct assets *a, const struct asset *f, struct nt_value record,
    const char *first, size_t len, struct target *to, struct manifest *m,
    struct nt_err *err)
{
	struct nt_buf name;
	int got;

	nt_buf_init(&name, NT_MEMBER_NAME_MAX);
	nt_buf_fmt(&name, "assets/%.*s-", SHA256_HEX, f->sha256.p);
	slug_of_asset(&name, nt_value_text(nt_value_get(record, "name")));
	got = pack_file(f, name.p, first, len, to, m, err);
	nt_buf_free(&name);
	a->count++;
	a->size += f->size;
	return got;
}

int
assets_add(struct assets *a, struct nt_value record, struct target *to,
    struct manifest *m, struct nt_err *err)
{
	struct asset f = { .fd = -1,
	    .sha256 = nt_value_text(nt_value_get(record, "sha256")) };
	struct nt_buf path;
	char *first;
	size_t len;
	int got;

	if (f.sha256.p == NULL)		/* never fetched: a loss says why */
		return 0;
	if (!is_sha256(f.sha256))
		return nt_err_set(err, NT_DATA, "an asset's sha256 is "
		    "\"%.*s\", expected 64 hex digits",
		    (int)(f.sha256.len < 80 ? f.sha256.len : 80), f.sha256.p);
	if (!is_new(a, f.sha256))
		return 0;
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "%s/%.*s", a->how->assets != NULL ?
	    a->how->assets : "assets", SHA256_HEX, f.sha256.p);
	f.path = path.p;
	first = nt_alloc(READ_BYTES);
	got = open_asset(a, &f, record, first, &len, err);
	if (got == -1)
		got = missing(a, record, err);
	else
		got = pack_and_count(a, &f, record, first, len, to, m, err);
	free(first);
	if (f.fd != -1)
		close(f.fd);
	nt_buf_free(&path);
	return got;
}
