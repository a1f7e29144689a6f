/*
 * Blocks to be written (api 4.2, 4.3).  All but the text is written first and
 * looked at as the service will, so that no block goes out that it would
 * refuse.
 */
#include "writable_block.h"

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
		if (f->kind != FIELD_RICH_TEXT && !nt_put_block_field(b, f))
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
