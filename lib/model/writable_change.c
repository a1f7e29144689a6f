/* Blocks to be changed in place: the fields that differ (api 4.2, 4.3). */
#include "writable_block.h"

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
		nt_put_block_field(&other, f);
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
		    NT_JSON_OBJECT) && nt_put_block_field(b, f);
	default:
		return nt_put_block_field(b, f);
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
