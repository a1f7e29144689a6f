/* The fields of blocks to be written, as fields.h has them (api 4.2, 4.3). */
#include "writable_block.h"

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

int
nt_put_block_field(struct block *b, const struct block_field *f)
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
