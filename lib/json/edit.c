/*
 * Changes to a document that is only looked at: a list beside the nodes, which
 * the writer consults.  It is sorted when first asked after a change.
 */
#include "internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
nt_json_edit_clear(struct nt_json *doc)
{
	doc->edits = 0;
	nt_buf_clear(&doc->edit_text);
}

static struct nt_edit *
add(struct nt_value v, enum nt_edit_kind kind)
{
	struct nt_json *doc = v.doc;

	if (doc->edits == doc->edit_room) {
		doc->edit_room = doc->edit_room == 0 ? 16 : doc->edit_room * 2;
		doc->edit = nt_realloc_array(doc->edit, doc->edit_room,
		    sizeof *doc->edit);
	}
	doc->edits_sorted = 0;
	doc->edit[doc->edits] = (struct nt_edit){ .kind = kind, .node = v.at,
	    .order = (uint32_t)doc->edits };
	return &doc->edit[doc->edits++];
}

/* Keeps the text, made canonical, for the edit. */
static void
keep_text(struct nt_json *doc, struct nt_edit *edit, struct nt_str text)
{
	struct nt_value root;
	int valid;

	if (doc->scratch == NULL)
		doc->scratch = nt_json_new();
	valid = nt_json_parse(doc->scratch, text.p, text.len, &root, NULL);
	assert(valid == 0);
	edit->text = doc->edit_text.len;
	nt_json_canonical(root, &doc->edit_text);
	edit->text_len = doc->edit_text.len - edit->text;
}

void
nt_value_drop(struct nt_value v)
{
	if (!nt_value_there(v))
		return;
	add(v, NT_EDIT_DROP);
	nt_json_node(v)->flags |= NT_NODE_DROPPED;
}

void
nt_value_replace(struct nt_value v, struct nt_str text)
{
	struct nt_node *node = nt_json_node(v);

	if (!nt_value_there(v))
		return;
	keep_text(v.doc, add(v, NT_EDIT_REPLACE), text);
	node->flags |= NT_NODE_REPLACED;
	node->flags &= (uint16_t)~NT_NODE_DROPPED;
}

/* Drops the members of that name, the text's own and those put before. */
static void
drop_members(struct nt_value object, struct nt_str name)
{
	struct nt_json *doc = object.doc;
	struct nt_value e = nt_value_first(object);

	for (; nt_value_there(e); e = nt_value_next(e))
		if (nt_str_eq(nt_value_key(e), name))
			nt_value_drop(e);
	for (size_t i = 0; i < doc->edits; i++) {
		struct nt_edit *put = &doc->edit[i];

		if (put->kind == NT_EDIT_PUT && put->node == object.at &&
		    nt_str_eq(name, (struct nt_str){
		    doc->edit_text.p + put->name, put->name_len }))
			put->kind = NT_EDIT_VOID;
	}
}

void
nt_value_put(struct nt_value object, const char *name, struct nt_str text)
{
	struct nt_json *doc = object.doc;
	struct nt_edit *edit;

	if (!nt_value_is(object, NT_JSON_OBJECT))
		return;
	drop_members(object, nt_str_of(name));
	edit = add(object, NT_EDIT_PUT);
	edit->name = doc->edit_text.len;
	edit->name_len = strlen(name);
	nt_buf_add(&doc->edit_text, name, edit->name_len);
	keep_text(doc, edit, text);
}

static int
by_node(const void *a, const void *b)
{
	const struct nt_edit *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* The first edit of a node not before n. */
static size_t
first_from(const struct nt_json *doc, uint32_t n)
{
	size_t low = 0, high = doc->edits;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (doc->edit[middle].node < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
nt_json_edits_of(struct nt_json *doc, uint32_t from, uint32_t to,
    const struct nt_edit **first)
{
	size_t begin;

	if (doc->edits == 0)
		return 0;
	if (!doc->edits_sorted) {
		qsort(doc->edit, doc->edits, sizeof *doc->edit, by_node);
		doc->edits_sorted = 1;
	}
	begin = first_from(doc, from);
	*first = &doc->edit[begin];
	return first_from(doc, to) - begin;
}
