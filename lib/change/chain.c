#include "chain.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

static int
is_page(unsigned kind)
{
	return kind == NT_KIND_PAGE || kind == NT_KIND_DATABASE;
}

/*
 * What n stands in, in the order of the stream: of a page in a block that is
 * the page which the block is part of.
 */
static uint32_t
holder(const struct chain *l, uint32_t n)
{
	uint32_t up = l->node[n].up;

	if (is_page(l->node[n].kind))
		for (int i = 0; i < CLIMB_MAX && up != 0 &&
		    l->node[up].kind == NT_KIND_BLOCK; i++)
			up = l->node[up].up;
	return up;
}

/* ---- nodes ---- */

int
chain_read(struct chain *l, struct nt_str text, struct nt_err *err)
{
	uint32_t count;

	*l = (struct chain){ .count = 0 };
	if (side_read(&l->side, text, 0, NULL, err) == -1)
		return -1;
	count = l->side.count;
	l->count = count;
	l->room = count + 1;
	l->node = nt_alloc_array(l->room, sizeof *l->node);
	for (uint32_t n = 0; n <= count; n++) {
		const struct row *row = &l->side.row[n];

		l->node[n] = (struct node){ .next = n < count ? n + 1 : 0,
		    .prev = n > 0 ? n - 1 : count, .up = row->up,
		    .kind = (uint8_t)row->kind, .flags = row->flags &
		    ROW_NAMELESS ? NODE_NAMELESS : 0 };
	}
	return 0;
}

void
chain_free(struct chain *l)
{
	for (uint32_t n = 1; l->node != NULL && n <= l->count; n++)
		free(l->node[n].text);
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		nt_id_map_free(l->made[kind]);
	free(l->node);
	side_free(&l->side);
}

struct nt_str
chain_line(const struct chain *l, uint32_t n)
{
	const struct node *node = &l->node[n];

	if (node->text != NULL)
		return (struct nt_str){ node->text, node->len };
	return side_line(&l->side, n);
}

struct nt_str
chain_was(const struct chain *l, uint32_t n)
{
	return n <= l->side.count ? side_line(&l->side, n) : chain_line(l, n);
}

struct facts
chain_facts(const struct chain *l, uint32_t n)
{
	struct facts f = { .kind = NT_KIND_OTHER };

	facts_of(chain_line(l, n), &f, NULL);
	return f;
}

uint32_t
chain_find(const struct chain *l, const struct key *key)
{
	uint64_t made;
	uint32_t n;

	if (l->made[key->kind] != NULL &&
	    nt_id_map_get(l->made[key->kind], &key->id, &made) &&
	    !(l->node[made].flags & NODE_GONE))
		return (uint32_t)made;
	n = side_find(&l->side, key);
	return l->node[n].flags & (NODE_GONE | NODE_NAMELESS) ? 0 : n;
}

uint32_t
chain_up(const struct chain *l, const struct facts *f)
{
	struct key key;
	uint32_t up = facts_up(f, &key) ? chain_find(l, &key) : 0, source;

	if (f->kind != NT_KIND_VIEW || unquoted(f->source).p == NULL)
		return up;
	key_of(NT_KIND_DATA_SOURCE, f->source, &key);
	source = chain_find(l, &key);
	return source != 0 && l->node[source].up == up ? source : up;
}

uint32_t
chain_new(struct chain *l, char *text, size_t len)
{
	uint32_t n = l->count + 1;
	struct facts f;
	struct key key;

	if (n == l->room) {
		l->room = l->room < 1024 ? 2048 : l->room + l->room / 2;
		l->node = nt_realloc_array(l->node, l->room, sizeof *l->node);
	}
	l->count = n;
	l->node[n] = (struct node){ .text = text, .len = len };
	f = chain_facts(l, n);
	l->node[n].kind = (uint8_t)f.kind;
	l->node[n].up = chain_up(l, &f);
	if (!facts_key(&f, &key) || chain_find(l, &key) != 0) {
		l->node[n].flags = NODE_NAMELESS;
		return n;
	}
	if (l->made[key.kind] == NULL)
		l->made[key.kind] = nt_id_map_new();
	nt_id_map_put(l->made[key.kind], &key.id, n);
	return n;
}

void
chain_set(struct chain *l, uint32_t n, char *text, size_t len)
{
	free(l->node[n].text);
	l->node[n].text = text;
	l->node[n].len = len;
}

uint32_t
chain_other_half(const struct chain *l, uint32_t n)
{
	struct facts f = chain_facts(l, n);
	struct key key;
	uint32_t other;

	if (l->node[n].flags & NODE_NAMELESS || unquoted(f.id).p == NULL ||
	    (f.kind != NT_KIND_BLOCK && !is_page(f.kind)))
		return 0;
	key_of(f.kind == NT_KIND_BLOCK ? NT_KIND_PAGE : NT_KIND_BLOCK, f.id,
	    &key);
	if ((other = chain_find(l, &key)) != 0 || f.kind != NT_KIND_BLOCK)
		return other;
	key.kind = NT_KIND_DATABASE;
	return chain_find(l, &key);
}

/* ---- the order ---- */

int
chain_is_below(const struct chain *l, uint32_t n, uint32_t top)
{
	for (int i = 0; i < CLIMB_MAX && n != 0; i++)
		if ((n = holder(l, n)) == top)
			return 1;
	return 0;
}

/* The last node of all that goes with n: what is inside of it. */
static uint32_t
last_of(const struct chain *l, uint32_t n)
{
	uint32_t last = n, next = l->node[n].next;

	/* what has no name goes with what it stands behind */
	while (next != 0 && ((l->node[next].flags & NODE_NAMELESS) ||
	    chain_is_below(l, next, n))) {
		last = next;
		next = l->node[next].next;
	}
	return last;
}

void
chain_cut(struct chain *l, uint32_t first, uint32_t last)
{
	uint32_t prev = l->node[first].prev, next = l->node[last].next;

	l->node[prev].next = next;
	l->node[next].prev = prev;
}

void
chain_paste(struct chain *l, uint32_t at, uint32_t first, uint32_t last)
{
	uint32_t next = l->node[at].next;

	l->node[at].next = first;
	l->node[first].prev = at;
	l->node[last].next = next;
	l->node[next].prev = last;
}

/* Which kinds stand first in what holds them, and at the top of the stream. */
static int
rank_of(const struct chain *l, uint32_t n)
{
	int is_root = holder(l, n) == 0;

	switch (l->node[n].kind) {
	case NT_KIND_USER:
		return 1;
	case NT_KIND_CUSTOM_EMOJI:
	case NT_KIND_ASSET:
		return 2;
	case NT_KIND_COMMENT:
		return 3;
	case NT_KIND_VIEW:
		return 4;
	case NT_KIND_BLOCK:
		return is_root ? 7 : 5;
	default:
		return 6;
	}
}

/* 1 if a is made before b, as roots are sorted. */
static int
is_older(const struct chain *l, uint32_t a, uint32_t b)
{
	static const char *const names[] = { "created_time", "id" };
	struct nt_str x = chain_line(l, a), y = chain_line(l, b), fx[2], fy[2];
	int order;

	nt_json_glance(x.p, x.len, names, 2, fx);
	nt_json_glance(y.p, y.len, names, 2, fy);
	order = nt_str_cmp(fx[0], fy[0]);
	return order != 0 ? order < 0 : nt_str_cmp(fx[1], fy[1]) < 0;
}

/*
 * Pages and databases at the top are sorted together, and a sibling is of one
 * kind only.
 */
static uint32_t
pass_older_roots(const struct chain *l, uint32_t n, uint32_t at)
{
	uint32_t next = l->node[at].next;

	while (next != 0 && holder(l, next) == 0 &&
	    is_page(l->node[next].kind) &&
	    l->node[next].kind != l->node[n].kind && is_older(l, next, n)) {
		at = last_of(l, next);
		next = l->node[at].next;
	}
	return at;
}

uint32_t
chain_place(const struct chain *l, uint32_t n, uint32_t after)
{
	uint32_t up = holder(l, n), at = up, next;
	int rank = rank_of(l, n);

	if (after != 0) {
		at = last_of(l, after);
	} else {
		/* a nameless one stays behind what it stands behind */
		while ((next = l->node[at].next) != 0 &&
		    l->node[next].flags & NODE_NAMELESS)
			at = next;
		while (next != 0 && holder(l, next) == up &&
		    rank_of(l, next) < rank) {
			at = last_of(l, next);
			next = l->node[at].next;
		}
	}
	return up == 0 && is_page(l->node[n].kind) ?
	    pass_older_roots(l, n, at) : at;
}

/*
 * Pages that stand in blocks of the nodes from first to last go with these to
 * the page that the blocks are part of now.
 */
static void
take_along(struct chain *l, uint32_t first, uint32_t last)
{
	for (uint32_t n = first;; n = l->node[n].next) {
		uint32_t page = l->node[n].kind == NT_KIND_BLOCK ?
		    chain_other_half(l, n) : 0, to, end;

		to = page != 0 ? holder(l, page) : 0;
		if (to != 0 && l->node[page].up == l->node[n].up) {
			end = last_of(l, page);
			chain_cut(l, page, end);
			chain_paste(l, last_of(l, to), page, end);
		}
		if (n == last)
			break;
	}
}

void
chain_move(struct chain *l, uint32_t n, uint32_t after)
{
	uint32_t last = last_of(l, n);

	chain_cut(l, n, last);
	chain_paste(l, chain_place(l, n, after), n, last);
	if (l->node[n].kind == NT_KIND_BLOCK)
		take_along(l, n, last);
	chain_mark(l, n);
}

/* ---- pages in the order of their blocks ---- */

void
chain_mark(struct chain *l, uint32_t n)
{
	if (l->node[n].kind == NT_KIND_BLOCK) {
		uint32_t up = n;

		for (int i = 0; i < CLIMB_MAX && up != 0 &&
		    l->node[up].kind == NT_KIND_BLOCK; i++)
			up = l->node[up].up;
		n = up;
	} else {
		n = holder(l, n);
	}
	if (n != 0)
		l->node[n].flags |= NODE_RESORT;
}

/* A page below what is sorted, and where its block comes. */
struct entry {
	uint32_t page, seq;
	size_t place;		/* before sorting */
};

static int
by_seq(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/*
 * Numbers the pages directly below by their blocks, in the order of the stream.
 * One without a block comes right behind the page before it.
 */
static size_t
number_pages(struct chain *l, uint32_t top, struct entry **entries)
{
	uint32_t last = last_of(l, top), seq = 1, n = top;
	struct entry *e = NULL;
	size_t count = 0, room = 0;

	while (n != last) {
		uint32_t half;

		n = l->node[n].next;
		half = l->node[n].kind == NT_KIND_BLOCK ?
		    chain_other_half(l, n) : 0;
		if (half != 0 && holder(l, half) == top)
			l->node[half].seq = seq++;
		if (!is_page(l->node[n].kind) || holder(l, n) != top)
			continue;
		if (count == room) {
			room = room == 0 ? 64 : 2 * room;
			e = nt_realloc_array(e, room, sizeof *e);
		}
		e[count++].page = n;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t own = l->node[e[i].page].seq;

		e[i].place = i;
		e[i].seq = own != 0 ? own : i > 0 ? e[i - 1].seq : 0;
		l->node[e[i].page].seq = 0;
	}
	*entries = e;
	return count;
}

static void
sort_below(struct chain *l, uint32_t top)
{
	struct entry *e;
	size_t count = number_pages(l, top, &e), i = 1;
	uint32_t at;

	while (i < count && e[i - 1].seq <= e[i].seq)
		i++;
	if (i < count) {
		at = l->node[e[0].page].prev;
		qsort(e, count, sizeof *e, by_seq);
		for (i = 0; i < count; i++) {
			uint32_t last = last_of(l, e[i].page);

			if (l->node[at].next != e[i].page) {
				chain_cut(l, e[i].page, last);
				chain_paste(l, at, e[i].page, last);
			}
			at = last;
		}
	}
	free(e);
}

void
chain_sort(struct chain *l)
{
	for (uint32_t n = 1; n <= l->count; n++)
		if ((l->node[n].flags & (NODE_RESORT | NODE_GONE)) ==
		    NODE_RESORT)
			sort_below(l, n);
}
