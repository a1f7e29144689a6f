/*
 * A snapshot as rows, found by their keys.
 *
 * Rows lie in one array, and the table of slots is made for about their number,
 * so a record costs 38 bytes.  Parents mostly stand before what they hold;
 * where one does not, it is looked up when all are there.
 *
 * A second side is read along the first.  As long as both go on alike, its
 * lines are compared and not looked at; and what has a mate needs no slot, for
 * it is found by that.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/crypto.h"
#include "nt/mem.h"

#define ROWS_MAX (UINT32_MAX - 1)
#define SAMPLE_BYTES ((size_t)1 << 20)

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

/* The slot that has the key, or the empty one where it would be put. */
static uint64_t
find_slot(const struct side *s, const struct nt_id *id, unsigned kind)
{
	uint64_t at = first_slot(s, id, kind);

	while (s->slot[at] != 0 && !has_key(s, s->slot[at], id, kind))
		at = at + 1 < s->slots ? at + 1 : 0;
	return at;
}

/*
 * Makes a table for so many rows, not few, so that some slots are always empty,
 * and puts those in that were in the old.
 */
static void
make_slots(struct side *s, uint64_t rows)
{
	uint32_t *old = s->slot;
	uint64_t count = s->slots;

	s->slots = rows + rows / 3 + 2;
	s->slot = nt_alloc_array(s->slots, sizeof *s->slot);
	for (uint64_t i = 0; i < count; i++)
		if (old[i] != 0)
			s->slot[find_slot(s, &s->row[old[i]].id,
			    s->row[old[i]].kind)] = old[i];
	free(old);
}

uint32_t
side_find(const struct side *s, const struct key *key)
{
	if (s->other != NULL) {
		uint32_t n = side_find(s->other, key);

		if (n != 0 && s->other->row[n].mate != 0)
			return s->other->row[n].mate;
	}
	return s->slot[find_slot(s, &key->id, key->kind)];
}

/* Puts the row in its slot: 1, or 0 if there is one with its key. */
static int
insert(struct side *s, uint32_t n)
{
	uint64_t at = find_slot(s, &s->row[n].id, s->row[n].kind);

	if (s->slot[at] != 0)
		return 0;
	s->slot[at] = n;
	if (++s->inserted > s->slots - s->slots / 4)
		make_slots(s, 2 * s->inserted);
	return 1;
}

/*
 * Joins the row with the one of the other side that has its key and no mate
 * yet, else puts it in a slot: 1, or 0 if its key was there before.
 */
static int
settle_key(struct side *s, uint32_t n)
{
	struct key key = { s->row[n].id, s->row[n].kind };
	uint32_t mate = s->other != NULL ? side_find(s->other, &key) : 0;

	if (mate == 0)
		return insert(s, n);
	if (s->other->row[mate].mate != 0)
		return 0;
	s->row[n].mate = mate;
	s->other->row[mate].mate = n;
	s->next = mate + 1;
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
	settle_key(s, n);
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
		if (settle_key(s, n)) {
			row->up = find_up(s, n, &f);
			if (row->mate != 0 && !nt_str_eq(line,
			    side_line(s->other, row->mate)))
				row->flags = ROW_DIFFERS;
			return 0;
		}
	}
	return name_nameless(s, n, line, err);
}

/*
 * Where the text goes on as the other side does behind the last mate, nothing
 * has to be looked at: adds that row and returns the length of its line, with
 * the newline; or 0.
 */
static size_t
add_like_other(struct side *s, uint32_t n, const char *p, size_t left)
{
	const struct side *o = s->other;
	struct row *row = &s->row[n];
	const struct row *like;
	size_t len;

	if (o == NULL || s->next > o->count)
		return 0;
	like = &o->row[s->next];
	len = (size_t)(like[1].at - like->at);
	if (len > left || like->mate != 0 || like->kind == NT_KIND_VIEW ||
	    memcmp(o->text.p + like->at, p, len) != 0)
		return 0;
	/* what has no name is known by what is before it, too */
	if ((like->flags & ROW_NAMELESS) &&
	    !nt_id_eq(&row[-1].id, &like[-1].id))
		return 0;
	*row = *like;
	row->at = (uint64_t)(p - s->text.p);
	row->flags &= ROW_NAMELESS;
	row->up = like->up != 0 ? o->row[like->up].mate : 0;
	row->mate = s->next;
	o->row[s->next++].mate = n;
	return len;
}

/* How many lines there are, by those at the beginning. */
static size_t
guess_lines(struct nt_str text)
{
	size_t len = text.len < SAMPLE_BYTES ? text.len : SAMPLE_BYTES;
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text.p[i] == '\n';
	return len == text.len ? count : (size_t)((double)count / (double)len *
	    (double)text.len * 1.1);
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

static void
make_rows(struct side *s, size_t rows)
{
	s->row = nt_realloc_array(s->row, rows, sizeof *s->row);
	s->room = rows;
}

/* Adds all lines as rows. */
static int
read_rows(struct side *s, struct nt_err *err)
{
	const char *p = s->text.p, *end = p + s->text.len;

	s->row[0] = (struct row){ .at = 0 };
	while (p < end) {
		uint32_t n = s->count + 1;
		size_t len;

		if (n == ROWS_MAX)
			return nt_err_set(err, NT_LIMIT, "the stream has more "
			    "than %u records", ROWS_MAX);
		if (n + 1 == s->room)
			make_rows(s, s->room + s->room / 2);
		len = add_like_other(s, n, p, (size_t)(end - p));
		if (len == 0) {
			const char *newline = memchr(p, '\n',
			    (size_t)(end - p));

			len = (size_t)(newline - p) + 1;
			s->row[n] = (struct row){ .at = 0 };
			if (add_row(s, n, (struct nt_str){ p, len - 1 },
			    err) == -1)
				/* the snapshot record is line 1 */
				return nt_err_at(err, "line %lu: ",
				    (unsigned long)n + 1);
		}
		s->count = n;
		p += len;
	}
	s->row[s->count + 1] = (struct row){ .at = s->text.len };
	return 0;
}

int
side_read(struct side *s, struct nt_str text, int strict, struct side *other,
    struct nt_err *err)
{
	size_t lines = other == NULL ? guess_lines(text) : other->count;

	*s = (struct side){ .text = text, .strict = strict, .other = other,
	    .next = 1 };
	make_rows(s, lines + 1024);
	make_slots(s, other == NULL && lines > 64 ? lines : 64);
	if (read_rows(s, err) == -1)
		return -1;
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
