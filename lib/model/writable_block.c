/*
 * Blocks to be written (api 4.2, 4.3): field by field as fields.h has them.
 * All but the text is written first and looked at as the service will, so
 * that no block goes out that it would refuse.
 */
#include "writable.h"

#include <string.h>

#include "fields.h"

/* One block on its way. */
struct block {
	struct writing w;
	enum nt_block type;
	const struct block_field *fields;
	struct nt_value payload;
	int toggles;		/* there will be children */
	int whole;		/* defaults are written too: an update */
};

/* ---- fields ---- */

static int
put_color(struct block *b, struct nt_value v)
{
	int known = nt_is_word_of(&nt_shape_color, v);

	if (nt_value_there(v) && !known)
		nt_lose(&b->w, NT_LOSS_WARNING,
		    "the colour is none that can be written");
	if (known && (b->whole || !nt_value_text_is(v, "default")))
		nt_json_put_value(&b->w.o, "color", v);
	else if (b->whole)
		nt_json_put_text(&b->w.o, "color", "default");
	return 1;
}

static int
put_bool(struct block *b, const char *name, int truth)
{
	if (truth || b->whole)
		nt_json_put_bool(&b->w.o, name, truth);
	return 1;
}

/* Others than the service knows it refuses (api 4.2). */
static int
put_language(struct block *b, struct nt_value v)
{
	struct nt_str word = nt_value_text(v);

	if (nt_is_word_of(&nt_shape_language, v)) {
		nt_json_put_value(&b->w.o, "language", v);
		return 1;
	}
	if (word.len > 0)
		nt_lose(&b->w, NT_LOSS_WARNING, "the language \"%.*s\" "
		    "became plain text", (int)word.len, word.p);
	nt_json_put_text(&b->w.o, "language", "plain text");
	return 1;
}

static int
put_url(struct block *b, struct nt_value v)
{
	struct nt_buf url;
	int good;

	nt_buf_init(&url, NT_BUF_MAX);
	good = nt_ask_link(&b->w, nt_value_text(v), &url);
	if (good)
		nt_json_put_str(&b->w.o, "url", nt_buf_view(&url));
	else
		nt_lose_all(&b->w, NT_LOSS_WARNING, "its address is longer "
		    "than %d characters", NT_URL_MAX);
	nt_buf_free(&url);
	return good;
}

static int
put_ratio(struct block *b, struct nt_value v)
{
	double ratio = nt_value_number(v);

	if (ratio > 0 && ratio <= 1)
		nt_json_put_value(&b->w.o, "width_ratio", v);
	else if (nt_value_there(v))
		nt_lose(&b->w, NT_LOSS_WARNING,
		    "the width is none that can be written");
	return 1;
}

static int
put_file(struct block *b)
{
	const char *why;

	if (nt_put_writable_file(&b->w, b->payload, &why))
		return 1;
	nt_lose_all(&b->w, NT_LOSS_WARNING, "%s", why);
	return 0;
}

static int
put_file_name(struct block *b, struct nt_value v)
{
	struct nt_str name = nt_value_text(v);
	size_t len = nt_utf16_cut(name, NT_FILE_NAME_MAX);

	if (len < name.len)
		nt_lose(&b->w, NT_LOSS_WARNING, "the name is cut to %d "
		    "characters", NT_FILE_NAME_MAX);
	name.len = len;
	if (len > 0)
		nt_json_put_str(&b->w.o, "name", name);
	return 1;
}

static int
put_cells(struct block *b, struct nt_value cells)
{
	struct nt_value e;
	size_t i = 0;

	nt_json_open(&b->w.o, "cells", '[');
	for (e = nt_value_first(cells); nt_value_there(e);
	    e = nt_value_next(e)) {
		size_t back = nt_enter_element(&b->w, i++);

		nt_put_writable_text(&b->w, NULL, e);
		nt_leave(&b->w, back);
	}
	nt_json_close(&b->w.o, ']');
	return 1;
}

static struct nt_value
target_of(struct nt_value payload, const char **type)
{
	struct nt_value v = NT_VALUE_NONE;
	size_t i;

	for (i = 0; nt_link_targets[i] != NULL; i++)
		if (nt_value_there(v = nt_value_get(payload,
		    *type = nt_link_targets[i])))
			break;
	return v;
}

static int
put_target(struct block *b)
{
	const char *type = nt_link_targets[0];
	struct nt_value v = target_of(b->payload, &type);
	char id[NT_ID_TEXT];

	if (!nt_ask(&b->w, b->w.target->id, v, id)) {
		nt_lose_all(&b->w, NT_LOSS_WARNING,
		    "it links to what is not there");
		return 0;
	}
	nt_json_put_text(&b->w.o, "type", type);
	nt_json_put_text(&b->w.o, type, id);
	return 1;
}

/* A copy that has lost its original is one from now on. */
static int
put_synced_from(struct block *b, struct nt_value v)
{
	char id[NT_ID_TEXT];
	int copy = nt_value_is(v, NT_JSON_OBJECT);

	if (!copy || !nt_ask(&b->w, b->w.target->id,
	    nt_value_get(v, "block_id"), id)) {
		if (copy)
			nt_lose(&b->w, NT_LOSS_WARNING, "the original of a "
			    "synced block is not there, so it is one itself");
		nt_json_put_null(&b->w.o, "synced_from");
		return 1;
	}
	nt_json_open(&b->w.o, "synced_from", '{');
	nt_json_put_text(&b->w.o, "type", "block_id");
	nt_json_put_text(&b->w.o, "block_id", id);
	nt_json_close(&b->w.o, '}');
	return 1;
}

static int
put_caption(struct block *b, const char *name, struct nt_value v)
{
	if (b->whole)
		nt_put_writable_text(&b->w, name, v);
	else
		nt_put_writable_caption(&b->w, name, v);
	return 1;
}

/* The field of the payload: 1, or 0 if the block cannot be written so. */
static int
put_value(struct block *b, const struct block_field *f, struct nt_value v)
{
	switch (f->kind) {
	case FIELD_RICH_TEXT:
	case FIELD_CAPTION:
		return put_caption(b, f->name, v);
	case FIELD_COLOR:
		return put_color(b, v);
	case FIELD_BOOL:
		return put_bool(b, f->name, nt_value_true(v));
	case FIELD_TOGGLE:
		return put_bool(b, f->name, nt_value_true(v) || b->toggles);
	case FIELD_LANGUAGE:
		return put_language(b, v);
	case FIELD_URL:
		return put_url(b, v);
	case FIELD_EXPRESSION:
	case FIELD_WIDTH:
		if (nt_value_there(v))
			nt_json_put_value(&b->w.o, f->name, v);
		return 1;
	case FIELD_RATIO:
		return put_ratio(b, v);
	case FIELD_FILE:
		return put_file(b);
	case FIELD_FILE_NAME:
		return put_file_name(b, v);
	case FIELD_CELLS:
		return put_cells(b, v);
	case FIELD_TARGET:
		return put_target(b);
	case FIELD_SYNCED_FROM:
		return put_synced_from(b, v);
	case FIELD_ICON:
		break;	/* is put with its own step down */
	}
	return 1;
}

static int
put_field(struct block *b, const struct block_field *f)
{
	size_t back;
	int good;

	if (f->kind == FIELD_ICON) {
		nt_put_writable_icon(&b->w, f->name,
		    nt_value_get(b->payload, f->name));
		return 1;
	}
	/* a file's members are those of the payload itself */
	back = f->name[0] == '\0' ? b->w.at.len : nt_enter(&b->w, f->name);
	good = put_value(b, f, nt_value_get(b->payload, f->name));
	nt_leave(&b->w, back);
	return good;
}

/* What a payload holds beside its fields: where a list begins, say. */
static void
lose_unknown(struct block *b)
{
	struct nt_value e;

	for (e = nt_value_first(b->payload); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		int expected = nt_str_is(key, "list_start_index") ||
		    nt_str_is(key, "list_format");
		size_t back;

		if (nt_field_known(b->fields, key) ||
		    nt_value_is(e, NT_JSON_NULL))
			continue;
		back = nt_enter_key(&b->w, key);
		nt_lose(&b->w, expected ? NT_LOSS_EXPECTED : NT_LOSS_WARNING,
		    "it can be read but not written");
		nt_leave(&b->w, back);
	}
}

/* ---- whole blocks ---- */

static int
has_text(const struct block *b)
{
	const struct block_field *f;

	for (f = b->fields; f->name != NULL; f++)
		if (f->kind == FIELD_RICH_TEXT)
			return 1;
	return 0;
}

/* The payload, but for text and children, as an object: 1, or 0 for never. */
static int
put_rest(struct block *b)
{
	const struct block_field *f;

	nt_json_open(&b->w.o, NULL, '{');
	for (f = b->fields; f->name != NULL; f++)
		if (f->kind != FIELD_RICH_TEXT && !put_field(b, f))
			return 0;
	if (b->type == NT_BLOCK_COLUMN)
		nt_json_put_raw(&b->w.o, "children", NT_STR("[]"));
	nt_json_close(&b->w.o, '}');
	lose_unknown(b);
	return 1;
}

/*
 * Whether the service would take a block with that payload: 1, or 0 with the
 * loss told.  What has to come with children is looked at by its maker.
 */
static int
is_taken(struct block *b, struct nt_value rest)
{
	enum nt_block_holds holds = nt_block_kind(b->type)->holds;
	struct nt_refusal why = { 0 };
	struct nt_json_out o;
	struct nt_buf body;
	struct nt_json *doc;
	struct nt_value v, e;
	int good;

	if (holds == NT_HOLDS_ROWS || holds == NT_HOLDS_COLUMNS)
		return 1;
	nt_buf_init(&body, NT_BUF_MAX);
	nt_json_out_init(&o, &body);
	nt_json_open(&o, NULL, '{');
	nt_json_open(&o, "children", '[');
	nt_json_open(&o, NULL, '{');
	nt_json_open(&o, nt_block_kind(b->type)->name, '{');
	if (has_text(b))
		nt_json_put_raw(&o, "rich_text", NT_STR("[]"));
	for (e = nt_value_first(rest); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_json_put_key(&o, nt_value_key(e));
		nt_json_put_value(&o, NULL, e);
	}
	nt_json_close(&o, '}');
	nt_json_close(&o, '}');
	nt_json_close(&o, ']');
	nt_json_close(&o, '}');
	doc = nt_json_new();
	good = nt_json_parse(doc, body.p, body.len, &v, NULL) == 0 &&
	    nt_form_check(NT_FORM_APPEND, NT_VERSION_2026_03_11, v, &why) == 0;
	if (!good)
		nt_lose_all(&b->w, NT_LOSS_WARNING, "it would be refused: %s",
		    why.message);
	nt_json_free(doc);
	nt_buf_free(&body);
	return good;
}

/* One block: a part of the text, if any, and the rest. */
static void
put_block(struct block *b, struct nt_value rest, const struct pieces *text,
    size_t from, size_t to, struct nt_str children)
{
	const char *type = nt_block_kind(b->type)->name;
	int last = to == nt_pieces_count(text);
	int holds = last && children.p != NULL && !nt_value_is(
	    nt_value_get(rest, "synced_from"), NT_JSON_OBJECT);
	struct nt_value e;

	nt_json_open(&b->w.o, NULL, '{');
	nt_json_put_text(&b->w.o, "type", type);
	nt_json_open(&b->w.o, type, '{');
	if (has_text(b))
		nt_put_pieces(&b->w.o, "rich_text", text, from, to);
	for (e = nt_value_first(rest); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		if ((nt_str_is(key, "children") && holds) ||
		    (nt_str_is(key, "caption") && !last))
			continue;
		nt_json_put_key(&b->w.o, key);
		nt_json_put_value(&b->w.o, NULL, e);
	}
	if (holds)
		nt_json_put_raw(&b->w.o, "children", children);
	nt_json_close(&b->w.o, '}');
	nt_json_close(&b->w.o, '}');
}

/* As many blocks as the text takes; they stand there with commas between. */
static size_t
put_blocks(struct block *b, struct nt_value rest, struct nt_str children)
{
	size_t back = nt_enter(&b->w, "rich_text"), from = 0, parts = 0, to;
	struct pieces *text = nt_pieces_new(&b->w, has_text(b) ?
	    nt_value_get(b->payload, "rich_text") : NT_VALUE_NONE);

	do {
		to = nt_pieces_of_block(text, from);
		put_block(b, rest, text, from, to, children);
		from = to;
		parts++;
	} while (to < nt_pieces_count(text));
	if (parts > 1)
		nt_lose(&b->w, NT_LOSS_WARNING, "a text too long for one "
		    "block became %zu blocks", parts);
	nt_leave(&b->w, back);
	nt_pieces_free(text);
	return parts;
}

/* The blocks, once it is known that there is a way: how many they are. */
static size_t
write_block(struct block *b, struct nt_str children)
{
	size_t back = nt_enter(&b->w, nt_block_kind(b->type)->name), count = 0;
	struct nt_json *doc = nt_json_new();
	struct writing_mark mark = nt_begin_apart(&b->w);
	struct nt_value rest = NT_VALUE_NONE;
	int good = put_rest(b);
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_end_apart(&b->w, &mark, &text);
	if (good && nt_json_parse(doc, text.p, text.len, &rest, NULL) == 0 &&
	    is_taken(b, rest))
		count = put_blocks(b, rest, children);
	nt_leave(&b->w, back);
	nt_json_free(doc);
	nt_buf_free(&text);
	return count;
}

/* The types that no append can make: 1, with the loss told, or 0. */
static int
is_closed(struct block *b, struct nt_value block)
{
	struct nt_str name = nt_value_text(nt_value_get(block, "type"));

	if (b->type == NT_BLOCK_CHILD_PAGE ||
	    b->type == NT_BLOCK_CHILD_DATABASE) {
		b->w.never = 1;	/* the caller makes it in another way */
		return 1;
	}
	if (b->type != NT_BLOCK_TEMPLATE &&
	    nt_block_kind(b->type)->deepest >= 0)
		return 0;
	nt_lose_all(&b->w, b->type == NT_BLOCK_OTHER ? NT_LOSS_WARNING :
	    NT_LOSS_EXPECTED, "a block of the type \"%.*s\" cannot be made",
	    (int)name.len, name.p == NULL ? "" : name.p);
	return 1;
}

/* The expression as the payload of a block of code, read into doc. */
static struct nt_value
code_of(struct nt_json *doc, struct nt_str expression, struct nt_buf *json)
{
	struct nt_value payload = NT_VALUE_NONE;
	struct nt_json_out o;

	nt_json_out_init(&o, json);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "language", "latex");
	nt_json_open(&o, "rich_text", '[');
	nt_json_open(&o, NULL, '{');
	nt_json_open(&o, "text", '{');
	nt_json_put_str(&o, "content", expression);
	nt_json_close(&o, '}');
	nt_json_close(&o, '}');
	nt_json_close(&o, ']');
	nt_json_close(&o, '}');
	nt_json_parse(doc, json->p, json->len, &payload, NULL);
	return payload;
}

/* What has no way of its own becomes what comes nearest to it. */
static void
stand_in(struct block *b, struct nt_json *doc, struct nt_buf *json)
{
	struct nt_str expression = nt_value_text(nt_value_get(b->payload,
	    "expression"));

	if (b->type == NT_BLOCK_LINK_PREVIEW) {
		nt_lose(&b->w, NT_LOSS_EXPECTED,
		    "the preview of a link became a bookmark");
		b->type = NT_BLOCK_BOOKMARK;
	} else if (b->type == NT_BLOCK_EQUATION &&
	    nt_utf16_len(expression) > NT_EXPRESSION_MAX) {
		nt_lose(&b->w, NT_LOSS_WARNING, "an equation of more than %d "
		    "characters became code", NT_EXPRESSION_MAX);
		b->type = NT_BLOCK_CODE;
		b->payload = code_of(doc, expression, json);
	}
}

enum nt_writable
nt_writable_block(const struct nt_target *target, struct nt_value block,
    struct nt_str children, struct nt_buf *out, size_t *count)
{
	struct block b = { .toggles = children.p != NULL };
	struct nt_json *doc = nt_json_new();
	enum nt_writable outcome;
	struct nt_buf json;
	size_t n = 0;

	nt_buf_init(&json, NT_BUF_MAX);
	nt_writing_begin(&b.w, target, "");
	b.type = nt_block_of(block);
	b.payload = nt_block_payload(block);
	stand_in(&b, doc, &json);
	b.fields = nt_block_fields(b.type);
	if (!is_closed(&b, block))
		n = write_block(&b, children);
	outcome = nt_writing_end(&b.w, out);
	*count = outcome == NT_WRITABLE_NOW ? n : 0;
	nt_json_free(doc);
	nt_buf_free(&json);
	return outcome;
}

/* ---- changes ---- */

/* The field as it would be written if all kept its id. */
static void
write_as_it_is(const struct block *b, const struct block_field *f,
    struct nt_value payload, struct nt_buf *json)
{
	static const struct nt_target as_it_is;
	struct block other = { .type = b->type, .fields = b->fields,
		.payload = payload, .whole = 1 };
	struct pieces *text;

	nt_writing_begin(&other.w, &as_it_is, "");
	nt_json_open(&other.w.o, NULL, '{');
	if (f->kind == FIELD_RICH_TEXT) {
		text = nt_pieces_new(&other.w, nt_value_get(payload, f->name));
		nt_put_pieces(&other.w.o, f->name, text, 0,
		    nt_pieces_count(text));
		nt_pieces_free(text);
	} else {
		put_field(&other, f);
	}
	nt_json_close(&other.w.o, '}');
	nt_writing_end(&other.w, json);
}

/* A member that is null is as good as none. */
static int
is_same_member(struct nt_value a, struct nt_value b, const char *name)
{
	struct nt_value x = nt_value_get(a, name), y = nt_value_get(b, name);
	int none = !nt_value_there(x) || nt_value_is(x, NT_JSON_NULL);

	if (none != (!nt_value_there(y) || nt_value_is(y, NT_JSON_NULL)))
		return 0;
	return none || nt_value_equal(x, y);
}

static int
is_same(const struct block *b, const struct block_field *f,
    struct nt_value old)
{
	struct nt_buf was, is;
	int same;

	if (f->kind == FIELD_ICON)
		return is_same_member(b->payload, old, f->name);
	if (f->kind == FIELD_FILE)
		return is_same_member(b->payload, old, "external") &&
		    is_same_member(b->payload, old, "file");
	nt_buf_init(&was, NT_BUF_MAX);
	nt_buf_init(&is, NT_BUF_MAX);
	write_as_it_is(b, f, old, &was);
	write_as_it_is(b, f, b->payload, &is);
	same = nt_str_eq(nt_buf_view(&was), nt_buf_view(&is));
	nt_buf_free(&was);
	nt_buf_free(&is);
	return same;
}

/* The text, if one block holds it: 1, or 0. */
static int
put_whole_text(struct block *b, const struct block_field *f)
{
	size_t back = nt_enter(&b->w, f->name);
	struct pieces *text = nt_pieces_new(&b->w,
	    nt_value_get(b->payload, f->name));
	size_t count = nt_pieces_count(text);

	int fits = nt_pieces_of_block(text, 0) == count;

	if (fits)
		nt_put_pieces(&b->w.o, f->name, text, 0, count);
	nt_pieces_free(text);
	nt_leave(&b->w, back);
	return fits;
}

/* Puts a field that differs: 1, or 0 if no PATCH can (api 4.2, Up). */
static int
put_change(struct block *b, const struct block_field *f)
{
	switch (f->kind) {
	case FIELD_WIDTH:
	case FIELD_SYNCED_FROM:
		return 0;
	case FIELD_RICH_TEXT:
		return put_whole_text(b, f);
	case FIELD_ICON:	/* null is refused */
		return nt_value_is(nt_value_get(b->payload, f->name),
		    NT_JSON_OBJECT) && put_field(b, f);
	default:
		return put_field(b, f);
	}
}

/*
 * The fields that differ: how many, or -1 if one cannot be changed.  Some
 * types demand their text whatever changes, so it always comes along.
 */
static int
put_changes(struct block *b, struct nt_value old)
{
	const struct block_field *f, *text = NULL;
	int count = 0;

	for (f = b->fields; f->name != NULL; f++) {
		if (f->kind == FIELD_RICH_TEXT)
			text = f;
		if (is_same(b, f, old))
			continue;
		count++;
		if (f != text && !put_change(b, f))
			return -1;
	}
	if (count > 0 && text != NULL && !put_change(b, text))
		return -1;
	return count;
}

static int
is_taken_change(struct block *b)
{
	struct nt_json *doc = nt_json_new();
	struct nt_refusal why = { 0 };
	struct nt_value v;
	int good = nt_json_parse(doc, b->w.made.p, b->w.made.len, &v,
	    NULL) == 0 && nt_form_check(NT_FORM_BLOCK_UPDATE,
	    NT_VERSION_2026_03_11, v, &why) == 0;

	nt_json_free(doc);
	return good;
}

/* The body of the PATCH: 1, or 0 if the block has to be made anew. */
static int
write_change(struct block *b, struct nt_value old)
{
	const char *type = nt_block_kind(b->type)->name;
	struct writing_mark mark = nt_mark(&b->w);
	size_t back = nt_enter(&b->w, type);
	int count;

	nt_json_open(&b->w.o, NULL, '{');
	nt_json_open(&b->w.o, type, '{');
	count = put_changes(b, old);
	nt_json_close(&b->w.o, '}');
	nt_json_close(&b->w.o, '}');
	nt_leave(&b->w, back);
	if (count == 0) {
		nt_take_back(&b->w, &mark);
		nt_json_put_raw(&b->w.o, NULL, NT_STR("{}"));
	}
	return count == 0 || (count > 0 && is_taken_change(b));
}

enum nt_writable
nt_writable_block_update(const struct nt_target *target, struct nt_value old,
    struct nt_value new, struct nt_buf *out)
{
	struct nt_value was = nt_block_payload(old);
	struct block b = { .whole = 1 };
	int good = 1;

	nt_writing_begin(&b.w, target, "");
	b.type = nt_block_of(new);
	b.fields = nt_block_fields(b.type);
	b.payload = nt_block_payload(new);
	if (b.type == nt_block_of(old) && nt_value_equal(b.payload, was))
		nt_json_put_raw(&b.w.o, NULL, NT_STR("{}"));
	else
		good = b.type == nt_block_of(old) &&
		    nt_block_kind(b.type)->deepest >= 0 &&
		    write_change(&b, was);
	if (!good) {	/* what is lost will be told when it is made */
		nt_buf_clear(&b.w.losses);
		b.w.never = 1;
	}
	return nt_writing_end(&b.w, out);
}
