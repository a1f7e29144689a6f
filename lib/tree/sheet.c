#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define COPY_BYTES ((size_t)16 << 10)

struct sheet *
sheet_new(const char *name, uint64_t number, const char *head,
    struct nt_spool *spool)
{
	struct sheet *s = nt_alloc(sizeof *s);

	s->name = nt_strdup(name);
	s->number = number;
	s->spool = spool;
	nt_buf_init(&s->rest, NT_MEMBER_MEMORY);
	nt_buf_str(&s->rest, head);
	s->size = s->head = s->rest.len;
	return s;
}

void
sheet_free(struct sheet *s)
{
	if (s == NULL)
		return;
	nt_buf_free(&s->rest);
	free(s->chunks);
	free(s->name);
	free(s);
}

/* Puts bytes into the spool, as one chunk with those just before them. */
static int
put_aside(struct sheet *s, const char *p, size_t len, struct nt_err *err)
{
	uint64_t at = nt_spool_size(s->spool);
	struct chunk *last = s->chunk_count == 0 ? NULL :
	    &s->chunks[s->chunk_count - 1];

	if (nt_spool_add(s->spool, p, len, err) == -1)
		return -1;
	if (last != NULL && last->at + last->len == at) {
		last->len += len;
		return 0;
	}
	if ((s->chunk_count & (s->chunk_count - 1)) == 0)
		s->chunks = nt_realloc_array(s->chunks,
		    s->chunk_count == 0 ? 1 : 2 * s->chunk_count,
		    sizeof *s->chunks);
	s->chunks[s->chunk_count++] = (struct chunk){ at, len };
	return 0;
}

int
sheet_rest(struct sheet *s, struct nt_err *err)
{
	if (s->rest.len > 0 &&
	    put_aside(s, s->rest.p, s->rest.len, err) == -1)
		return -1;
	nt_buf_free(&s->rest);
	nt_buf_init(&s->rest, NT_MEMBER_MEMORY);
	return 0;
}

int
sheet_text(struct sheet *s, const char *p, size_t len, struct nt_err *err)
{
	s->size += len;
	if (len > NT_MEMBER_MEMORY - s->rest.len) {
		if (sheet_rest(s, err) == -1)
			return -1;
		if (len > NT_MEMBER_MEMORY)
			return put_aside(s, p, len, err);
	}
	nt_buf_add(&s->rest, p, len);
	return 0;
}

int
sheet_line(struct sheet *s, struct nt_str line, struct nt_err *err)
{
	const char *before = s->records++ == 0 ? "\n" : ",\n";

	if (sheet_text(s, before, strlen(before), err) == -1)
		return -1;
	return sheet_text(s, line.p, line.len, err);
}

/* ---- reading one back, from its first byte to its last ---- */

struct reading {
	const struct sheet *sheet;
	size_t chunk;		/* the one being read; chunk_count: the rest */
	uint64_t at;		/* within that */
	struct nt_sha256 hash;
};

static ssize_t
read_sheet(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct reading *r = arg;
	const struct sheet *s = r->sheet;
	uint64_t left;

	while (r->chunk < s->chunk_count && r->at == s->chunks[r->chunk].len) {
		r->chunk++;
		r->at = 0;
	}
	left = (r->chunk < s->chunk_count ? s->chunks[r->chunk].len :
	    s->rest.len) - r->at;
	if (len > left)
		len = (size_t)left;
	if (len == 0)
		return 0;
	if (r->chunk == s->chunk_count)
		memcpy(p, s->rest.p + r->at, len);
	else if (nt_spool_read(s->spool, s->chunks[r->chunk].at + r->at, p,
	    len, err) == -1)
		return -1;
	r->at += len;
	nt_sha256_add(&r->hash, p, len);
	return (ssize_t)len;
}

static void
rewind_sheet(void *arg)
{
	struct reading *r = arg;

	r->chunk = 0;
	r->at = 0;
	nt_sha256_free(&r->hash);
	nt_sha256_init(&r->hash);
}

int
sheet_copy(struct sheet *to, const struct sheet *from, struct nt_err *err)
{
	struct reading r = { .sheet = from };
	char *part = nt_alloc(COPY_BYTES);
	ssize_t n;
	int got = 0;

	rewind_sheet(&r);
	while (got == 0 && (n = read_sheet(&r, part, COPY_BYTES, err)) != 0)
		got = n == -1 ? -1 : sheet_text(to, part, (size_t)n, err);
	nt_sha256_free(&r.hash);
	free(part);
	return got;
}

int
sheet_hash(const struct sheet *s, char sha256[NT_SHA256_TEXT],
    struct nt_err *err)
{
	struct reading r = { .sheet = s };
	char *part = nt_alloc(COPY_BYTES);
	ssize_t n;

	rewind_sheet(&r);
	do
		n = read_sheet(&r, part, COPY_BYTES, err);
	while (n > 0);
	free(part);
	nt_sha256_hex(&r.hash, sha256);
	return n == -1 ? -1 : 0;
}

int
sheet_is_small(const struct sheet *s)
{
	return s->size <= NT_MEMBER_MEMORY;
}

int
sheet_read(const struct sheet *s, struct nt_buf *b, struct nt_err *err)
{
	struct reading r = { .sheet = s };
	size_t left = (size_t)s->size;
	ssize_t n = 0;
	char *to;

	rewind_sheet(&r);
	while ((to = nt_buf_reserve(b, left)) != NULL &&
	    (n = read_sheet(&r, to, left, err)) > 0) {
		nt_buf_grew(b, (size_t)n);
		left -= (size_t)n;
	}
	nt_sha256_free(&r.hash);
	return n == -1 ? -1 : nt_buf_check(b, s->name, err);
}

int
sheet_take(struct sheet *s, struct nt_buf *all, struct nt_err *err)
{
	if (s->chunk_count == 0) {
		*all = s->rest;
		s->rest = (struct nt_buf){ 0 };
		return 0;
	}
	nt_buf_init(all, NT_MEMBER_MEMORY);
	if (sheet_read(s, all, err) == 0)
		return 0;
	nt_buf_free(all);
	return -1;
}

/* Adds what is too large for memory, and lists it. */
static int
pack_large(struct sheet *s, struct target *to, struct manifest *list,
    struct nt_err *err)
{
	struct listed *l = list == NULL ? NULL : manifest_expect(list, s->name);
	struct reading r = { .sheet = s };
	struct nt_source source = { read_sheet, rewind_sheet, &r };
	char sha256[NT_SHA256_TEXT];
	int got;

	rewind_sheet(&r);
	got = to->calls->add_source(to, s->name, source, s->size, err);
	nt_sha256_hex(&r.hash, sha256);
	if (got == -1 || l == NULL)
		return got;
	l->file.size = s->size;
	l->file.records = s->records;
	l->file.number = (int64_t)s->number;
	memcpy(l->file.sha256, sha256, sizeof sha256);
	return manifest_known(list, l, err);
}

int
sheet_pack(struct sheet *s, struct target *to, struct manifest *list,
    struct nt_err *err)
{
	struct content *content;
	struct nt_buf all;
	int got;

	if (!sheet_is_small(s))
		return pack_large(s, to, list, err);
	if (sheet_take(s, &all, err) == -1)
		return -1;
	content = content_new(&all);
	got = parcel_sheet(to, s, content, list, err);
	content_free(content);
	return got;
}
