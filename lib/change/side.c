/*
 * A snapshot as rows, found by their keys.
 *
 * Rows lie in one array, and the table of slots is made for their number, so a
 * record costs 38 bytes.  Parents mostly stand before what they hold; where one
 * does not, it is looked up when all are there.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/crypto.h"
#include "nt/mem.h"

#define ROWS_MAX (UINT32_MAX - 1)

struct nt_str
side_line(const struct side *s, uint32_t n)
{
	return (struct nt_str){ s->text.p + s->row[n].at,
	    (size_t)(s->row[n + 1].at - s->row[n].at) - 1 };
}

struct facts
side_facts(const struct side *s, uint32_t n)
{
	struct facts f = { .kind = NT_KIND_OTHER };

	facts_of(side_line(s, n), &f, NULL);
	return f;
}

/* ---- slots ---- */

static uint64_t
first_slot(const struct side *s, const struct nt_id *id, unsigned kind)
{
	uint64_t hash = nt_id_hash(id) + kind * UINT64_C(0x9E3779B97F4A7C15);

	hash ^= hash >> 32;
	return ((hash & UINT32_MAX) * s->slots) >> 32;
}

static int
has_key(const struct side *s, uint32_t n, const struct nt_id *id,
    unsigned kind)
{
	return s->row[n].kind == kind && nt_id_eq(&s->row[n].id, id);
}

uint32_t
side_find(const struct side *s, const struct key *key)
{
	uint64_t at = first_slot(s, &key->id, key->kind);

	while (s->slot[at] != 0 && !has_key(s, s->slot[at], &key->id,
	    key->kind))
		at = at + 1 < s->slots ? at + 1 : 0;
	return s->slot[at];
}

/* 1, or 0 if there is one with its key. */
static int
insert(struct side *s, uint32_t n)
{
	const struct row *row = &s->row[n];
	uint64_t at = first_slot(s, &row->id, row->kind);

	while (s->slot[at] != 0) {
		if (has_key(s, s->slot[at], &row->id, row->kind))
			return 0;
		at = at + 1 < s->slots ? at + 1 : 0;
	}
	s->slot[at] = n;
	return 1;
}

/* ---- rows ---- */

/* Appends the line without what does not count: 0, or -1. */
static int
plain_of(const struct side *s, struct nt_str line, struct nt_buf *plain,
    struct nt_err *err)
{
	struct nt_json *doc;
	struct nt_value value;
	int got;

	if (s->strict) {
		nt_buf_add(plain, line.p, line.len);
		return 0;
	}
	doc = nt_json_new();
	got = nt_json_parse(doc, line.p, line.len, &value, err);
	if (got == 0) {
		nt_grade_strip(value, NT_GRADE_VOLATILE);
		nt_json_canonical(value, plain);
	}
	nt_json_free(doc);
	return got;
}

/*
 * A record that cannot be told from others is known by what it says and what
 * stands before it.
 */
static int
name_nameless(struct side *s, uint32_t n, struct nt_str line,
    struct nt_err *err)
{
	struct row *row = &s->row[n];
	uint8_t hash[NT_SHA256_BYTES];
	struct nt_sha256 h;
	struct nt_buf plain;
	int got;

	nt_buf_init(&plain, NT_BUF_MAX);
	got = plain_of(s, line, &plain, err);
	nt_sha256_init(&h);
	nt_sha256_add(&h, plain.p, plain.len);
	nt_sha256_add(&h, s->row[n - 1].id.b, sizeof row->id.b);
	nt_sha256_done(&h, hash);
	nt_buf_free(&plain);
	memcpy(row->id.b, hash, sizeof row->id.b);
	row->flags = ROW_NAMELESS;
	insert(s, n);
	return got;
}

/*
 * A view stands with the data source that it shows, if that is one of its
 * database's.
 */
static uint32_t
up_of_view(const struct side *s, const struct facts *f, uint32_t database)
{
	struct key key;
	uint32_t source;

	if (unquoted(f->source).p == NULL)
		return database;
	key_of(NT_KIND_DATA_SOURCE, f->source, &key);
	source = side_find(s, &key);
	return source != 0 && s->row[source].up == database ? source :
	    database;
}

/* The row that holds this one; 0 if there is none, so far. */
static uint32_t
find_up(const struct side *s, uint32_t n, const struct facts *f)
{
	struct key key;
	uint32_t up = facts_up(f, &key) ? side_find(s, &key) : 0;

	if (f->kind == NT_KIND_VIEW)
		up = up_of_view(s, f, up);
	return up != n ? up : 0;
}

static int
add_row(struct side *s, uint32_t n, struct nt_str line, struct nt_err *err)
{
	struct row *row = &s->row[n];
	struct facts f;
	struct key key;

	if (facts_of(line, &f, err) == -1)
		return -1;
	row->at = (uint64_t)(line.p - s->text.p);
	row->kind = f.kind;
	if (facts_key(&f, &key)) {
		row->id = key.id;
		if (insert(s, n)) {
			row->up = find_up(s, n, &f);
			return 0;
		}
	}
	return name_nameless(s, n, line, err);
}

static size_t
count_lines(struct nt_str text)
{
	size_t count = 0;

	for (const char *p = text.p, *end = text.p + text.len; p < end; p++) {
		if ((p = memchr(p, '\n', (size_t)(end - p))) == NULL)
			break;
		count++;
	}
	return count;
}

/* Those whose parent stands behind them, or nowhere. */
static void
look_up_again(struct side *s)
{
	for (uint32_t n = 1; n <= s->count; n++) {
		struct row *row = &s->row[n];
		struct facts f;

		if (row->up != 0 || (row->flags & ROW_NAMELESS))
			continue;
		f = side_facts(s, n);
		row->up = find_up(s, n, &f);
	}
}

int
side_read(struct side *s, struct nt_str text, int strict, struct nt_err *err)
{
	size_t lines = count_lines(text);
	const char *p = text.p, *end = text.p + text.len;

	*s = (struct side){ .text = text, .strict = strict };
	if (lines > ROWS_MAX)
		return nt_err_set(err, NT_LIMIT, "the stream has more than %u "
		    "records", ROWS_MAX);
	s->row = nt_alloc_array(lines + 2, sizeof *s->row);
	s->slots = lines + lines / 3 + 2;
	s->slot = nt_alloc_array(s->slots, sizeof *s->slot);
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		if (add_row(s, s->count + 1, (struct nt_str){ p,
		    (size_t)(newline - p) }, err) == -1)
			/* the snapshot record is line 1 */
			return nt_err_at(err, "line %lu: ",
			    (unsigned long)s->count + 2);
		s->count++;
		p = newline + 1;
	}
	s->row[s->count + 1].at = text.len;
	look_up_again(s);
	return 0;
}

void
side_free(struct side *s)
{
	free(s->slot);
	free(s->row);
}

uint32_t
side_other_half(const struct side *s, uint32_t n)
{
	struct key key = { s->row[n].id, NT_KIND_BLOCK };
	uint32_t other;

	if (s->row[n].flags & ROW_NAMELESS)
		return 0;
	if (s->row[n].kind == NT_KIND_PAGE || s->row[n].kind ==
	    NT_KIND_DATABASE)
		return side_find(s, &key);
	if (s->row[n].kind != NT_KIND_BLOCK)
		return 0;
	key.kind = NT_KIND_PAGE;
	if ((other = side_find(s, &key)) != 0)
		return other;
	key.kind = NT_KIND_DATABASE;
	return side_find(s, &key);
}
