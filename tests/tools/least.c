/*
 * least - how many requests reading a workspace takes at least
 *
 *	in	a snapshot stream, from the file named or standard input
 *	out	one JSON object: the least the API allows for notion-fetch
 *		--workspace, what of it is bodies and listing alone, and what
 *		two exporters ask for the same bodies by their own formulas
 *
 * With L(n) = max(1, ceil(n / 100)) list calls for n entries (api 1.6):
 *
 *	bodies		L(children) of each page and of each block with some
 *	listing		L(pages + data sources) by search
 *	databases	each once, L(its views), each view, and of each data
 *			source two queries, L(rows) and L(archived rows)
 *	comments	L(its comments) of each page
 *	values		L(entries) of each value of more than 25 (api 3.9)
 *	the rest	users/me, L(users), L(custom emojis)
 *
 * notion-to-md asks twice for a table's rows and doubles the whole of what is
 * below a callout; docu-notion asks twice for a page's first level, retrieves
 * each page, and asks once more for each column's width.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/id.h"
#include "nt/stream.h"
#include "nt/tool.h"

enum form { FORM_PLAIN, FORM_PAGE, FORM_TABLE, FORM_CALLOUT, FORM_COLUMN };

/* Something that holds blocks. */
struct node {
	struct nt_id parent;
	uint64_t children;
	uint64_t below_md, below_docu;	/* cost of what its children hold */
	enum form form;
};

struct tally {
	struct nt_id_map *index;	/* page or block id -> number of node */
	struct nt_id_map *lists;	/* other parents -> entries */
	struct node *nodes;
	size_t count, room;
	uint64_t comments, values, pages, sources, databases, views, archived;
	uint64_t users, emojis;
};

static uint64_t
list_calls(uint64_t entries)
{
	return entries == 0 ? 1 : (entries + 99) / 100;
}

/* The id below value's member, e.g. "parent" of a record. */
static int
id_of(struct nt_value value, struct nt_id *id)
{
	return nt_id_scan(nt_value_text(value), id) == 0;
}

static int
parent_of(struct nt_value record, struct nt_id *id)
{
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));

	return type.p != NULL &&
	    id_of(nt_value_get_n(parent, type.p, type.len), id);
}

static void
add_node(struct tally *t, const struct nt_id *id, struct nt_value record,
    enum form form)
{
	struct node n = { .form = form };

	if (form != FORM_PAGE)
		parent_of(record, &n.parent);
	if (t->count == t->room) {
		t->room = t->room == 0 ? 1024 : 2 * t->room;
		t->nodes = nt_realloc_array(t->nodes, t->room, sizeof n);
	}
	nt_id_map_put(t->index, id, t->count);
	t->nodes[t->count++] = n;
}

/* One more entry in the list that hangs on this id. */
static void
add_to_list(struct tally *t, const struct nt_id *id)
{
	uint64_t entries = 0;

	nt_id_map_get(t->lists, id, &entries);
	nt_id_map_put(t->lists, id, entries + 1);
}

static void
add_block(struct tally *t, struct nt_value record)
{
	struct nt_value type = nt_value_get(record, "type");
	struct nt_id id, parent;
	uint64_t at;

	if (parent_of(record, &parent) &&
	    nt_id_map_get(t->index, &parent, &at))
		t->nodes[at].children++;
	if (!nt_value_true(nt_value_get(record, "has_children")) ||
	    nt_value_text_is(type, "child_page") ||
	    nt_value_text_is(type, "child_database") ||
	    nt_value_there(nt_value_at(record,
	    "/synced_block/synced_from/type")) ||
	    !id_of(nt_value_get(record, "id"), &id))
		return;
	add_node(t, &id, record,
	    nt_value_text_is(type, "table") ? FORM_TABLE :
	    nt_value_text_is(type, "callout") ? FORM_CALLOUT :
	    nt_value_text_is(type, "column") ? FORM_COLUMN : FORM_PLAIN);
}

static void
add_page(struct tally *t, struct nt_value record)
{
	struct nt_value properties = nt_value_get(record, "properties"), p;
	struct nt_id id;

	t->pages++;
	if (id_of(nt_value_get(record, "id"), &id))
		add_node(t, &id, record, FORM_PAGE);
	if (nt_value_true(nt_value_get(record, "is_archived")))
		t->archived++;
	else if (nt_value_text_is(nt_value_at(record, "/parent/type"),
	    "data_source_id") && parent_of(record, &id))
		add_to_list(t, &id);
	for (p = nt_value_first(properties); nt_value_there(p);
	    p = nt_value_next(p)) {
		size_t entries = nt_value_count(nt_value_get(p, "relation")) +
		    nt_value_count(nt_value_get(p, "people"));

		if (entries > 25)
			t->values += list_calls(entries);
	}
}

static void
add_record(struct tally *t, const struct nt_record *rec)
{
	struct nt_id id;

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
		if (id_of(nt_value_get(rec->value, "id"), &id))
			nt_id_map_put(t->lists, &id, 0);
		break;
	case NT_KIND_VIEW:
		t->views++;
		break;
	case NT_KIND_USER:
		t->users++;
		break;
	case NT_KIND_CUSTOM_EMOJI:
		t->emojis++;
		break;
	case NT_KIND_COMMENT:
		t->comments++;
		break;
	default:
		break;
	}
}

/* Children before parents: the stream has them the other way round. */
static void
add_up(struct tally *t, uint64_t *bodies, uint64_t *md, uint64_t *docu)
{
	*bodies = *md = *docu = 0;
	for (size_t i = t->count; i-- > 0;) {
		struct node *n = &t->nodes[i];
		uint64_t calls = list_calls(n->children), at;
		uint64_t of_md = calls + n->below_md;
		uint64_t of_docu = calls + n->below_docu;

		*bodies += calls;
		if (n->form == FORM_PAGE) {
			*md += 1 + of_md;
			*docu += 1 + calls + of_docu;
			continue;
		}
		if (n->form == FORM_TABLE)
			of_md = of_docu = 2 * calls;
		if (n->form == FORM_CALLOUT) {
			of_md *= 2;
			of_docu *= 2;
		}
		if (n->form == FORM_COLUMN)
			of_docu++;
		if (nt_id_map_get(t->index, &n->parent, &at)) {
			t->nodes[at].below_md += of_md;
			t->nodes[at].below_docu += of_docu;
		}
	}
}

static void
report(struct tally *t)
{
	uint64_t bodies, md, docu, entries, queries = 0;
	uint64_t listing = list_calls(t->pages + t->sources);
	struct nt_id id;

	add_up(t, &bodies, &md, &docu);
	for (size_t at = 0; nt_id_map_each(t->lists, &at, &id, &entries);)
		queries += list_calls(entries) + 1;
	printf("{\"pages\":%ju,\"bodies\":%ju,\"listing\":%ju,"
	    "\"queries\":%ju,\"databases\":%ju,\"values\":%ju,"
	    "\"comments\":%ju,\"least\":%ju,\"notion_to_md\":%ju,"
	    "\"docu_notion\":%ju}\n",
	    (uintmax_t)t->pages, (uintmax_t)bodies, (uintmax_t)listing,
	    (uintmax_t)queries, (uintmax_t)(2 * t->databases + t->views),
	    (uintmax_t)t->values, (uintmax_t)t->pages,
	    (uintmax_t)(bodies + listing + queries + 2 * t->databases +
	    t->views + t->values + t->pages + 1 + list_calls(t->users) +
	    list_calls(t->emojis)), (uintmax_t)md, (uintmax_t)docu);
}

int
main(int argc, char *argv[])
{
	static const struct nt_option options[] = { { .name = NULL } };
	static const struct nt_usage usage = { "least", "[file]",
	    "count the requests that reading a workspace takes", options };
	struct tally t = { .index = nt_id_map_new(), .lists = nt_id_map_new() };
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
	nt_id_map_free(t.lists);
	free(t.nodes);
	return got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
}
