/*
 * What was restored, in the ids of what it was made from.
 *
 * The journal knows the ids of much, but not of every block.  What it does not
 * know is found by its place: the children of two that are the same are aligned
 * in order, from the top down.  Then every id in the text, wherever it stands,
 * becomes the old one.
 */
#include "restored.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

struct translation {
	struct nt_restored *r;
	struct side a, b;
	uint32_t *first_a, *next_a;	/* children of each row, in order */
	uint32_t *first_b, *next_b;
	struct nt_json *doc;
};

/* ---- pairs that are known ---- */

static void
mate(struct translation *t, uint32_t a, uint32_t b)
{
	t->a.row[a].mate = b;
	t->b.row[b].mate = a;
}

/*
 * What was made anew twice has had three ids, and the last is what both others
 * became: of these that counts which the snapshot has.
 */
static void
prefer_known(struct translation *t)
{
	struct nt_restored *r = t->r;
	const struct side *s = r->back ? &t->b : &t->a;

	for (uint32_t n = 1; n <= s->count; n++) {
		uint64_t number;

		if (!nt_id_map_get(r->back ? r->old_of : r->new_of,
		    &s->row[n].id, &number))
			continue;
		if (r->back)
			nt_id_map_put(r->new_of, &r->old[number], number);
		else
			nt_id_map_put(r->old_of, &r->new[number], number);
	}
}

/* Joins each row of a with what became of it, as far as that is told. */
static void
join_known(struct translation *t)
{
	for (uint32_t n = 1; n <= t->a.count; n++) {
		const struct row *row = &t->a.row[n];
		struct key key = { row->id, row->kind };
		uint64_t number;
		uint32_t b;

		if (row->flags & ROW_NAMELESS || row->kind == NT_KIND_ASSET)
			continue;
		if (nt_id_map_get(t->r->new_of, &row->id, &number))
			key.id = t->r->new[number];
		b = side_find(&t->b, &key);
		if (b != 0 && t->b.row[b].mate == 0)
			mate(t, n, b);
	}
}

/* ---- pairs that are found ---- */

/* Chains the children of each row, in the order of the stream. */
static void
link_children(const struct side *s, uint32_t **first, uint32_t **next)
{
	*first = nt_alloc_array(s->count + 1, sizeof **first);
	*next = nt_alloc_array(s->count + 1, sizeof **next);
	for (uint32_t n = s->count; n > 0; n--) {
		uint32_t up = s->row[n].up;

		if (s->row[n].flags & ROW_NAMELESS ||
		    s->row[n].kind == NT_KIND_ASSET)
			continue;
		(*next)[n] = (*first)[up];
		(*first)[up] = n;
	}
}

/* Adds what the texts in v say to a sum. */
static uint64_t
sum_texts(struct nt_value v, uint64_t sum)
{
	struct nt_value e;

	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str name = nt_value_key(e), raw = nt_value_raw(e);

		if (nt_value_is(e, NT_JSON_STRING) &&
		    (nt_str_is(name, "content") ||
		    nt_str_is(name, "expression") ||
		    nt_str_is(name, "title") || nt_str_is(name, "name")))
			sum = sum * 31 + text_sum(raw);
		sum = sum_texts(e, sum);
	}
	return sum;
}

/* What a child is compared by. */
struct child {
	uint32_t row;
	uint64_t type;		/* a sum of the word */
	uint64_t says;		/* a sum of its texts */
};

struct children {
	struct child *at;
	size_t count;
};

static struct child
child_of(struct translation *t, const struct side *s, uint32_t n)
{
	struct nt_str line = side_line(s, n);
	struct child c = { .row = n };
	struct nt_value v;

	if (nt_json_parse(t->doc, line.p, line.len, &v, NULL) == 0) {
		c.type = text_sum(nt_value_raw(nt_value_get(v, "type")));
		c.says = sum_texts(v, c.type);
	}
	return c;
}

/* The children of that kind that have no mate, for the caller to free. */
static struct children
unmated(struct translation *t, const struct side *s, const uint32_t *next,
    uint32_t first, unsigned kind)
{
	struct children c = { NULL, 0 };
	size_t room = 0;

	for (uint32_t n = first; n != 0; n = next[n]) {
		if (s->row[n].kind != kind || s->row[n].mate != 0)
			continue;
		if (c.count == room) {
			room = room == 0 ? 16 : 2 * room;
			c.at = nt_realloc_array(c.at, room, sizeof *c.at);
		}
		c.at[c.count++] = child_of(t, s, n);
	}
	return c;
}

struct two {
	struct children a, b;
};

static int
say_the_same(const void *arg, size_t i, size_t j)
{
	const struct two *two = arg;

	return two->a.at[i].says == two->b.at[j].says;
}

/* 1 if the two may be the same: what was lost may have become anything. */
static int
may_be_mates(const struct translation *t, const struct child *a,
    const struct child *b)
{
	return a->type == b->type ||
	    restored_lost(t->r, &t->a.row[a->row].id, "");
}

/* Pairs those that may be the same, in order, between two sure pairs. */
static void
pair_gap(struct translation *t, const struct two *two, struct pair from,
    struct pair to)
{
	size_t j = from.j;

	for (size_t i = from.i; i < to.i; i++) {
		size_t at = j;

		while (at < to.j && !may_be_mates(t, &two->a.at[i],
		    &two->b.at[at]))
			at++;
		if (at == to.j)
			continue;
		mate(t, two->a.at[i].row, two->b.at[at].row);
		j = at + 1;
	}
}

static void
pair_children(struct translation *t, const struct two *two)
{
	size_t fewer = two->a.count < two->b.count ? two->a.count :
	    two->b.count, count = 0;
	struct pair *pairs = nt_alloc_array(fewer + 1, sizeof *pairs);
	struct pair from = { 0, 0 };

	if (lcs_fits(two->a.count, two->b.count))
		count = lcs_pairs(two->a.count, two->b.count, say_the_same,
		    two, pairs);
	pairs[count] = (struct pair){ two->a.count, two->b.count };
	for (size_t k = 0; k <= count; k++) {
		pair_gap(t, two, from, pairs[k]);
		if (k < count)
			mate(t, two->a.at[pairs[k].i].row,
			    two->b.at[pairs[k].j].row);
		from = (struct pair){ pairs[k].i + 1, pairs[k].j + 1 };
	}
	free(pairs);
}

/*
 * Of what was restored in place all is known that was not made anew; what else
 * is there came since.
 */
static int
is_made_anew(const struct translation *t, uint32_t n)
{
	return !nt_id_eq(&t->a.row[n].id, &t->b.row[t->a.row[n].mate].id);
}

/* Finds what became of the children of the row of a. */
static void
align_children(struct translation *t, uint32_t n)
{
	static const enum nt_kind kinds[] = { NT_KIND_DATA_SOURCE,
	    NT_KIND_VIEW, NT_KIND_COMMENT, NT_KIND_BLOCK, NT_KIND_PAGE,
	    NT_KIND_DATABASE };
	uint32_t other = t->a.row[n].mate;

	if (other == 0 || t->first_a[n] == 0 ||
	    (t->r->back && !is_made_anew(t, n)))
		return;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		struct two two = {
			unmated(t, &t->a, t->next_a, t->first_a[n], kinds[k]),
			unmated(t, &t->b, t->next_b, t->first_b[other],
			    kinds[k])
		};

		if (two.a.count > 0 && two.b.count > 0)
			pair_children(t, &two);
		free(two.a.at);
		free(two.b.at);
	}
}

/* Notes the ids that were found, and counts all that became others. */
static void
note_pairs(struct translation *t)
{
	for (uint32_t n = 1; n <= t->a.count; n++) {
		const struct row *row = &t->a.row[n];
		const struct nt_id *new = &t->b.row[row->mate].id;
		uint64_t number;

		if (row->mate == 0 || nt_id_eq(&row->id, new))
			continue;
		restored_count(t->r, row->kind, RULE_ID);
		if (!nt_id_map_get(t->r->old_of, new, &number))
			restored_pair(t->r, &row->id, new);
	}
}

/* ---- texts ---- */

static size_t
hex_run(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && nt_hex_digit(*p) != -1)
		p++;
	return (size_t)(p - start);
}

/* The length of the id at p, where a run of hex digits begins, or 0. */
static size_t
id_at(const char *p, size_t run, const char *end, struct nt_id *id)
{
	size_t len = run == 32 ? 32 : run == 8 && end - p >= 36 &&
	    hex_run(p + 24, end) == 12 ? 36 : 0;

	return len != 0 && nt_id_scan((struct nt_str){ p, len }, id) == 0 ?
	    len : 0;
}

/* Appends the text with every new id as the old one. */
static void
translate(const struct nt_restored *r, struct nt_str text, struct nt_buf *out)
{
	const char *p = text.p, *end = text.p + text.len, *copied = p;

	while (p < end) {
		size_t run = hex_run(p, end), len;
		char old[NT_ID_TEXT];
		struct nt_id id;
		uint64_t number;

		if (run == 0) {
			p++;
			continue;
		}
		if ((len = id_at(p, run, end, &id)) == 0 ||
		    !nt_id_map_get(r->old_of, &id, &number)) {
			p += len != 0 ? len : run;
			continue;
		}
		nt_buf_add(out, copied, (size_t)(p - copied));
		if (len == 32)
			nt_id_format_plain(&r->old[number], old);
		else
			nt_id_format(&r->old[number], old);
		nt_buf_add(out, old, len);
		copied = p += len;
	}
	nt_buf_add(out, copied, (size_t)(end - copied));
}

/* ---- what is handed out ---- */

/* 1 if the row of b, or something that holds it, was restored. */
static int
is_restored(const struct translation *t, uint32_t n)
{
	for (int i = 0; i < CLIMB_MAX && n != 0; i++) {
		if (t->b.row[n].mate != 0)
			return 1;
		n = t->b.row[n].up;
	}
	return 0;
}

static int
hand_out(struct translation *t, int (*line)(void *arg, struct nt_str line,
    struct nt_err *err), void *arg, struct nt_err *err)
{
	struct nt_buf text;
	int got = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	for (uint32_t n = 1; n <= t->b.count && got == 0; n++) {
		if (!t->r->back && (t->b.row[n].flags & ROW_NAMELESS ||
		    !is_restored(t, n)))
			continue;
		nt_buf_clear(&text);
		translate(t->r, side_line(&t->b, n), &text);
		got = line(arg, nt_buf_view(&text), err);
	}
	nt_buf_free(&text);
	return got;
}

/* 1 if the side has an asset. */
static int
has_assets(const struct side *s)
{
	uint32_t n = s->count;

	while (n > 0 && s->row[n].kind != NT_KIND_ASSET)
		n--;
	return n > 0;
}

int
nt_restored_translate(struct nt_restored *r, struct nt_str a, struct nt_str b,
    int (*line)(void *arg, struct nt_str line, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	struct translation t = { .r = r };
	int got = side_read(&t.a, a, 0, NULL, err);

	if (got == 0)
		got = side_read(&t.b, b, 0, NULL, err);
	if (got == 0) {
		t.doc = nt_json_new();
		prefer_known(&t);
		join_known(&t);
		link_children(&t.a, &t.first_a, &t.next_a);
		link_children(&t.b, &t.first_b, &t.next_b);
		for (uint32_t n = 1; n <= t.a.count; n++)
			align_children(&t, n);
		note_pairs(&t);
		r->without_assets = !has_assets(&t.a) || !has_assets(&t.b);
		got = hand_out(&t, line, arg, err);
		nt_json_free(t.doc);
	}
	free(t.first_a);
	free(t.next_a);
	free(t.first_b);
	free(t.next_b);
	side_free(&t.b);
	side_free(&t.a);
	return got;
}
