/*
 * Canonical form, RFC 8785, and what rests on it: digests and equality.
 *
 * What the reader found to be clean, and nobody changed, is copied.  The
 * members of any other object are gathered on a stack, sorted and written from
 * there; the recursion is bounded by the depth of the document.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/crypto.h"

static void write_node(struct nt_json *doc, uint32_t n, struct nt_buf *out);

static struct nt_member *
push_member(struct nt_json *doc)
{
	struct nt_member *m;

	if (doc->members == doc->member_room) {
		doc->member_room = doc->member_room == 0 ? 64 :
		    doc->member_room * 2;
		doc->member = nt_realloc_array(doc->member, doc->member_room,
		    sizeof *doc->member);
	}
	m = &doc->member[doc->members];
	*m = (struct nt_member){ .order = (uint32_t)doc->members++ };
	return m;
}

/* Pushes the members that are to be written; 1 if they are in order. */
static int
gather(struct nt_json *doc, uint32_t object)
{
	size_t base = doc->members, count;
	const struct nt_edit *edit;
	struct nt_member *m;
	uint32_t n;

	for (n = object + 1; doc->node[n].type != NT_JSON_END;
	    n = nt_json_behind(doc, n + 1)) {
		if (doc->node[n + 1].flags & NT_NODE_DROPPED)
			continue;
		m = push_member(doc);
		m->name = nt_json_node_text(doc, n);
		m->node = n + 1;
	}
	count = nt_json_edits_of(doc, object, object + 1, &edit);
	for (; count > 0; count--, edit++) {
		if (edit->kind != NT_EDIT_PUT)
			continue;
		m = push_member(doc);
		m->name = (struct nt_str){ doc->edit_text.p + edit->name,
		    edit->name_len };
		m->text = (struct nt_str){ doc->edit_text.p + edit->text,
		    edit->text_len };
	}
	for (size_t i = base + 1; i < doc->members; i++)
		if (nt_json_name_cmp(doc->member[i - 1].name,
		    doc->member[i].name) > 0)
			return 0;
	return 1;
}

static int
by_name(const void *a, const void *b)
{
	const struct nt_member *x = a, *y = b;
	int order = nt_json_name_cmp(x->name, y->name);

	if (order != 0)
		return order;
	return x->order < y->order ? -1 : 1;
}

static void
write_object(struct nt_json *doc, uint32_t object, struct nt_buf *out)
{
	size_t base = doc->members;

	if (!gather(doc, object))
		qsort(doc->member + base, doc->members - base,
		    sizeof *doc->member, by_name);
	nt_buf_char(out, '{');
	for (size_t i = base; i < doc->members; i++) {
		struct nt_member m = doc->member[i];

		if (i > base)
			nt_buf_char(out, ',');
		if (m.node == 0) {
			nt_json_quote(out, m.name);
			nt_buf_char(out, ':');
			nt_buf_add(out, m.text.p, m.text.len);
			continue;
		}
		write_node(doc, m.node - 1, out);
		nt_buf_char(out, ':');
		write_node(doc, m.node, out);
	}
	nt_buf_char(out, '}');
	doc->members = base;
}

static void
write_array(struct nt_json *doc, uint32_t array, struct nt_buf *out)
{
	int some = 0;
	uint32_t n;

	nt_buf_char(out, '[');
	for (n = array + 1; doc->node[n].type != NT_JSON_END;
	    n = nt_json_behind(doc, n)) {
		if (doc->node[n].flags & NT_NODE_DROPPED)
			continue;
		if (some)
			nt_buf_char(out, ',');
		write_node(doc, n, out);
		some = 1;
	}
	nt_buf_char(out, ']');
}

static void
write_number(const struct nt_json *doc, uint32_t n, struct nt_buf *out)
{
	const struct nt_node *node = &doc->node[n];
	char text[NT_JSON_NUMBER_TEXT];

	nt_buf_add(out, text, nt_json_number_spell(doc->text + node->at,
	    node->len, text));
}

/* Writes what the node was replaced with. */
static void
write_replacement(struct nt_json *doc, uint32_t n, struct nt_buf *out)
{
	const struct nt_edit *edit;
	size_t count = nt_json_edits_of(doc, n, n + 1, &edit);

	while (count-- > 0)
		if (edit[count].kind == NT_EDIT_REPLACE) {
			nt_buf_add(out, doc->edit_text.p + edit[count].text,
			    edit[count].text_len);
			return;
		}
}

/* 1 if the bytes of node n in the text are what is to be written. */
static int
is_as_it_stands(struct nt_json *doc, uint32_t n)
{
	const struct nt_edit *edit;

	return (doc->node[n].flags & NT_NODE_CLEAN) &&
	    nt_json_edits_of(doc, n, nt_json_behind(doc, n), &edit) == 0;
}

static void
write_node(struct nt_json *doc, uint32_t n, struct nt_buf *out)
{
	struct nt_value v = { doc, n };
	struct nt_str raw;

	if (is_as_it_stands(doc, n)) {
		raw = nt_value_raw(v);
		nt_buf_add(out, raw.p, raw.len);
		return;
	}
	if (doc->node[n].flags & NT_NODE_REPLACED) {
		write_replacement(doc, n, out);
		return;
	}
	switch (nt_value_type(v)) {
	case NT_JSON_OBJECT:
		write_object(doc, n, out);
		break;
	case NT_JSON_ARRAY:
		write_array(doc, n, out);
		break;
	case NT_JSON_STRING:
		nt_json_quote(out, nt_json_node_text(doc, n));
		break;
	case NT_JSON_NUMBER:
		write_number(doc, n, out);
		break;
	default:	/* null, true and false are clean */
		break;
	}
}

void
nt_json_canonical(struct nt_value v, struct nt_buf *out)
{
	if (nt_value_there(v))
		write_node(v.doc, v.at, out);
}

int
nt_json_rewrite(const char *text, size_t len, struct nt_buf *out,
    struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	int status = nt_json_parse(doc, text, len, &root, err);

	if (status == 0) {
		nt_json_canonical(root, out);
		status = nt_buf_check(out, "canonical JSON", err);
	}
	nt_json_free(doc);
	return status;
}

/* The canonical bytes of a value: those of the text, or made in own. */
static struct nt_str
canonical_bytes(struct nt_value v, struct nt_buf *own)
{
	if (!nt_value_there(v))
		return (struct nt_str){ NULL, 0 };
	if (is_as_it_stands(v.doc, v.at))
		return nt_value_raw(v);
	write_node(v.doc, v.at, own);
	return nt_buf_view(own);
}

void
nt_value_digest(struct nt_value v, char hex[NT_DIGEST_TEXT])
{
	struct nt_sha256 hash;
	struct nt_buf own;
	struct nt_str bytes;

	nt_buf_init(&own, SIZE_MAX);
	bytes = canonical_bytes(v, &own);
	nt_sha256_init(&hash);
	nt_sha256_add(&hash, bytes.p, bytes.len);
	nt_sha256_hex(&hash, hex);
	nt_buf_free(&own);
}

int
nt_value_equal(struct nt_value a, struct nt_value b)
{
	struct nt_buf x, y;
	int equal;

	nt_buf_init(&x, SIZE_MAX);
	nt_buf_init(&y, SIZE_MAX);
	equal = nt_str_eq(canonical_bytes(a, &x), canonical_bytes(b, &y));
	nt_buf_free(&x);
	nt_buf_free(&y);
	return equal;
}
