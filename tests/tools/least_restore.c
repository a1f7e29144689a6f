/*
 * least_restore - how many requests restoring a workspace takes at least
 *
 *	in	a snapshot stream, from the file named or standard input
 *	out	one JSON object: the least the API allows for notion-apply, its
 *		parts, and what one request a block would come to
 *
 * With C(n) = ceil(n / 100) and the limits of api 1.5 and 4.4:
 *
 *	pages		1 each: properties and the first 100 blocks, two more
 *			levels of children with them, go into the same request
 *	bodies		the cheapest way to cut what is left into requests:
 *			C(n) to append n blocks to one parent, and 1 to list
 *			100 blocks whose ids no answer has told.  A database
 *			lands at the end of its page, so what follows it is
 *			appended later; a page is put between others, which
 *			takes the list of them
 *	schemas		1 a database, 1 each further data source, and 1 each
 *			source with relations that are mutual or to itself
 *	views		1 each, and 1 for a database without a table, for the
 *			one that it was born with is no other
 *	flags		1 each page that is locked, archived or in the trash
 *	comments	1 each
 *	uploads		2 each different file up to 20 MiB
 *	the rest	users/me, the users, the page that all of it goes to
 *
 * Relations cost nothing: of two sources one is first, and the rows of the
 * other are made with what they refer to.  One that is over 100 takes C(n) - 1
 * more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/id.h"
#include "nt/stream.h"
#include "nt/tool.h"

#define ARRAY_MAX 100
#define REQUEST_MAX 1000
#define PART_BYTES INT64_C(20971520)
#define LEVELS 3
#define NONE SIZE_MAX

enum form { FORM_PLAIN, FORM_PAGE, FORM_TABLE, FORM_COLUMNS, FORM_COLUMN,
	FORM_CHILD_PAGE, FORM_CHILD_DATABASE };

/* What holds blocks, and what it costs to put them there. */
struct node {
	enum form form;
	size_t first, last, next;	/* children and sibling, or NONE */
	size_t above;			/* parent, or NONE */
	uint64_t below;			/* blocks, of all levels */
	int whole[LEVELS];		/* nothing is left behind that level */
	uint64_t cost[LEVELS];		/* of the rest, once its id is known */
};

struct tally {
	struct nt_id_map *index;	/* page or block id -> its node */
	struct nt_id_map *tables;	/* databases that have a table */
	struct nt_id_map *files;	/* first half of a hash, as an id */
	struct node *nodes;
	size_t count, room;
	uint64_t pages, blocks, databases, sources, mutual, views, plain;
	uint64_t flags, comments, relations, uploads;
};

static uint64_t
calls(uint64_t entries)
{
	return (entries + ARRAY_MAX - 1) / ARRAY_MAX;
}

static int
holder_of(struct nt_value record, struct nt_id *id)
{
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));

	return type.p != NULL && nt_id_scan(nt_value_text(nt_value_get_n(parent,
	    type.p, type.len)), id) == 0;
}

/* ---- reading ---- */

static enum form
form_of(struct nt_value record)
{
	static const struct { const char *type; enum form form; } forms[] = {
		{ "table", FORM_TABLE }, { "tab", FORM_TABLE },
		{ "column_list", FORM_COLUMNS }, { "column", FORM_COLUMN },
		{ "child_page", FORM_CHILD_PAGE },
		{ "child_database", FORM_CHILD_DATABASE }
	};
	struct nt_value type = nt_value_get(record, "type");

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (nt_value_text_is(type, forms[i].type))
			return forms[i].form;
	return FORM_PLAIN;
}

static void
add_node(struct tally *t, struct nt_value record, enum form form)
{
	struct node n = { .form = form, .first = NONE, .last = NONE,
		.next = NONE, .above = NONE };
	struct nt_id id;
	uint64_t at;

	if (t->count == t->room) {
		t->room = t->room == 0 ? 1024 : 2 * t->room;
		t->nodes = nt_realloc_array(t->nodes, t->room, sizeof n);
	}
	if (form != FORM_PAGE && holder_of(record, &id) &&
	    nt_id_map_get(t->index, &id, &at)) {
		struct node *above = &t->nodes[at];

		n.above = at;
		if (above->last == NONE)
			above->first = t->count;
		else
			t->nodes[above->last].next = t->count;
		above->last = t->count;
	}
	if (form != FORM_CHILD_PAGE && form != FORM_CHILD_DATABASE &&
	    nt_id_scan(nt_value_text(nt_value_get(record, "id")), &id) == 0)
		nt_id_map_put(t->index, &id, t->count);
	t->nodes[t->count++] = n;
}

/* Pages and databases have blocks of their own, which nobody sends. */
static void
add_block(struct tally *t, struct nt_value block)
{
	enum form form = form_of(block);

	t->blocks += form != FORM_CHILD_PAGE && form != FORM_CHILD_DATABASE;
	add_node(t, block, form);
}

static void
add_page(struct tally *t, struct nt_value page)
{
	static const char *const flags[] = { "is_locked", "is_archived",
		"in_trash" };
	struct nt_value p = nt_value_first(nt_value_get(page, "properties"));

	t->pages++;
	add_node(t, page, FORM_PAGE);
	for (size_t i = 0; i < 3; i++)
		if (nt_value_true(nt_value_get(page, flags[i]))) {
			t->flags++;
			break;
		}
	for (; nt_value_there(p); p = nt_value_next(p)) {
		size_t targets = nt_value_count(nt_value_get(p, "relation"));

		if (targets > ARRAY_MAX)
			t->relations += calls(targets) - 1;
	}
}

/* Has the source a relation that no order of making can have done with? */
static int
needs_itself(struct nt_value source)
{
	struct nt_value p = nt_value_first(nt_value_get(source, "properties"));
	struct nt_id own, to;

	nt_id_scan(nt_value_text(nt_value_get(source, "id")), &own);
	for (; nt_value_there(p); p = nt_value_next(p))
		if (nt_id_scan(nt_value_text(nt_value_at(p,
		    "/relation/data_source_id")), &to) == 0 &&
		    memcmp(&own, &to, sizeof own) == 0)
			return 1;
	return 0;
}

static void
add_view(struct tally *t, struct nt_value view)
{
	struct nt_id id;

	t->views++;
	if (nt_value_text_is(nt_value_get(view, "type"), "table") &&
	    holder_of(view, &id))
		nt_id_map_put(t->tables, &id, 1);
}

static void
add_file(struct tally *t, struct nt_value asset)
{
	struct nt_str hash = nt_value_text(nt_value_get(asset, "sha256"));
	int64_t size = nt_value_int(nt_value_get(asset, "size"));
	struct nt_id id;

	hash.len = hash.len < 32 ? hash.len : 32;
	if (nt_id_scan(hash, &id) == 0 && nt_id_map_put(t->files, &id, 1) == 1)
		t->uploads += size <= PART_BYTES ? 2 :
		    (uint64_t)(2 + (size + PART_BYTES - 1) / PART_BYTES);
}

static void
add_record(struct tally *t, const struct nt_record *rec)
{
	switch (rec->kind) {
	case NT_KIND_PAGE:
		add_page(t, rec->value);
		break;
	case NT_KIND_BLOCK:
		add_block(t, rec->value);
		break;
	case NT_KIND_DATABASE:
		t->databases++;
		break;
	case NT_KIND_DATA_SOURCE:
		t->sources++;
		t->mutual += (uint64_t)needs_itself(rec->value);
		break;
	case NT_KIND_VIEW:
		add_view(t, rec->value);
		break;
	case NT_KIND_COMMENT:
		t->comments++;
		break;
	case NT_KIND_ASSET:
		add_file(t, rec->value);
		break;
	default:
		break;
	}
}

/* ---- the cheapest way to send a tree ---- */

static int
fits(const struct node *n, size_t level)
{
	return level < LEVELS && (n->form == FORM_COLUMNS ? level == 0 :
	    n->form == FORM_TABLE ? level < LEVELS - 1 : 1);
}

/* What is left to do for a block that an answer has told the id of. */
static uint64_t
rest_of(const struct node *n, size_t level)
{
	return n->whole[level] ? 0 : n->cost[level];
}

/*
 * The cost of the children from first on, up to a database, when the first of
 * them may go at that level into the request that makes their parent, whose
 * answer does not tell their ids; the rest is appended.
 */
static uint64_t
cheapest(const struct tally *t, size_t first, size_t level, size_t *stop)
{
	uint64_t count = 0, later = 0, sent = 0, best, listed = 0, between = 0;
	size_t i;
	int page = 0;

	for (i = first; i != NONE &&
	    t->nodes[i].form != FORM_CHILD_DATABASE; i = t->nodes[i].next) {
		if (t->nodes[i].form == FORM_CHILD_PAGE) {
			page = 1;
			continue;
		}
		between |= (uint64_t)page;
		count++;
		later += rest_of(&t->nodes[i], 0);
	}
	*stop = i;
	best = calls(count) + later;
	for (i = first; i != *stop && sent < ARRAY_MAX; i = t->nodes[i].next) {
		const struct node *n = &t->nodes[i];

		if (n->form == FORM_CHILD_PAGE)
			continue;
		if (!fits(n, level))
			break;
		sent++;
		later -= rest_of(n, 0);
		listed += n->whole[level] ? 0 : n->cost[level];
		uint64_t all = (listed > 0 || between) + listed +
		    calls(count - sent) + later;

		if (all < best)
			best = all;
	}
	return best;
}

static void
weigh_block(struct tally *t, struct node *n)
{
	size_t stop;

	for (size_t level = 0; level < LEVELS; level++) {
		size_t below = n->form == FORM_COLUMNS ? level : level + 1;
		uint64_t count = 0;

		n->whole[level] = 1;
		for (size_t i = n->first; i != NONE; i = t->nodes[i].next) {
			const struct node *c = &t->nodes[i];

			if (++count > ARRAY_MAX || !fits(c, below) ||
			    !c->whole[below])
				n->whole[level] = 0;
		}
		n->cost[level] = cheapest(t, n->first, below, &stop);
	}
}

/* A page's blocks, cut where databases stand between them. */
static uint64_t
weigh_page(const struct tally *t, const struct node *page)
{
	size_t at, stop;
	uint64_t cost = cheapest(t, page->first, 0, &stop), least;

	while (stop != NONE) {
		at = t->nodes[stop].next;
		cost += cheapest(t, at, LEVELS, &stop);
	}
	least = (page->below + REQUEST_MAX - 1) / REQUEST_MAX;
	return cost + 1 < least ? least - 1 : cost;
}

/* Children before parents: the stream has them the other way round. */
static uint64_t
weigh(struct tally *t)
{
	uint64_t bodies = 0;

	for (size_t i = t->count; i-- > 0;) {
		struct node *n = &t->nodes[i];

		if (n->form == FORM_PAGE)
			bodies += weigh_page(t, n);
		else
			weigh_block(t, n);
		if (n->above != NONE)
			t->nodes[n->above].below += 1 + n->below;
	}
	return bodies;
}

static void
report(struct tally *t)
{
	uint64_t bodies = weigh(t), tables = nt_id_map_count(t->tables);
	uint64_t views = t->views + t->databases - tables;
	uint64_t schemas = t->sources + t->mutual, rest = 3;
	uint64_t shared = schemas + views + t->flags + t->comments +
	    t->uploads + t->relations + rest;

	printf("{\"pages\":%ju,\"blocks\":%ju,\"bodies\":%ju,\"schemas\":%ju,"
	    "\"views\":%ju,\"flags\":%ju,\"comments\":%ju,\"uploads\":%ju,"
	    "\"relations\":%ju,\"least\":%ju,\"one_a_block\":%ju}\n",
	    (uintmax_t)t->pages, (uintmax_t)t->blocks, (uintmax_t)bodies,
	    (uintmax_t)schemas, (uintmax_t)views, (uintmax_t)t->flags,
	    (uintmax_t)t->comments, (uintmax_t)t->uploads,
	    (uintmax_t)t->relations, (uintmax_t)(t->pages + bodies + shared),
	    (uintmax_t)(t->pages + t->blocks + shared));
}

int
main(int argc, char *argv[])
{
	static const struct nt_option options[] = { { .name = NULL } };
	static const struct nt_usage usage = { "least_restore", "[file]",
	    "count the requests that restoring a workspace takes", options };
	struct tally t = { .index = nt_id_map_new(), .tables = nt_id_map_new(),
		.files = nt_id_map_new() };
	struct nt_reader *in;
	struct nt_record rec;
	struct nt_err err;
	int got;

	nt_tool_start(&usage);
	if (nt_tool_option(argc, argv) != -1)
		return NT_EXIT_TROUBLE;
	in = nt_reader_new(argv + optind, NT_READ_WHOLE, NULL);
	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		add_record(&t, &rec);
	if (got == 0)
		report(&t);
	nt_reader_free(in);
	nt_id_map_free(t.index);
	nt_id_map_free(t.tables);
	nt_id_map_free(t.files);
	free(t.nodes);
	return got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
}
