/*
 * Payloads of blocks as they are kept (api 4.2, 10.2).  What each type has is
 * a list of fields, and each field knows its default; a creation and a change
 * differ only in what stands under a field that was not given.
 */
#include "internal.h"

#include <string.h>

enum field_kind {
	FIELD_RICH_TEXT,	/* default [] */
	FIELD_COLOR,		/* "default" */
	FIELD_BOOL,		/* false */
	FIELD_ICON,		/* null */
	FIELD_AS_IT_IS,		/* left out */
	FIELD_FILE,		/* "type" and the file */
	FIELD_FILE_NAME,	/* from the file */
	FIELD_TOGGLE,		/* false, but true with children */
	FIELD_CELLS,
	FIELD_TARGET,		/* of link_to_page */
	FIELD_SYNCED_FROM
};

struct field {
	const char *name;
	enum field_kind kind;
};

#define RICH_TEXT { "rich_text", FIELD_RICH_TEXT }
#define CAPTION { "caption", FIELD_RICH_TEXT }
#define COLOR { "color", FIELD_COLOR }

static const struct field paragraph[] =
    { RICH_TEXT, { "icon", FIELD_ICON }, COLOR, { 0 } };
static const struct field heading[] =
    { RICH_TEXT, { "is_toggleable", FIELD_TOGGLE }, COLOR, { 0 } };
static const struct field item[] = { RICH_TEXT, COLOR, { 0 } };
static const struct field to_do[] =
    { RICH_TEXT, { "checked", FIELD_BOOL }, COLOR, { 0 } };
static const struct field code[] =
    { CAPTION, RICH_TEXT, { "language", FIELD_AS_IT_IS }, { 0 } };
static const struct field equation[] =
    { { "expression", FIELD_AS_IT_IS }, { 0 } };
static const struct field only_color[] = { COLOR, { 0 } };
static const struct field bookmark[] =
    { CAPTION, { "url", FIELD_AS_IT_IS }, { 0 } };
static const struct field media[] = { CAPTION, { "", FIELD_FILE }, { 0 } };
static const struct field file[] =
    { CAPTION, { "", FIELD_FILE }, { "name", FIELD_FILE_NAME }, { 0 } };
static const struct field link_to_page[] = { { "", FIELD_TARGET }, { 0 } };
static const struct field table[] = {
	{ "table_width", FIELD_AS_IT_IS }, { "has_column_header", FIELD_BOOL },
	{ "has_row_header", FIELD_BOOL }, { 0 }
};
static const struct field table_row[] = { { "cells", FIELD_CELLS }, { 0 } };
static const struct field column[] =
    { { "width_ratio", FIELD_AS_IT_IS }, { 0 } };
static const struct field synced_block[] =
    { { "synced_from", FIELD_SYNCED_FROM }, { 0 } };
static const struct field template[] = { RICH_TEXT, { 0 } };
static const struct field nothing[] = { { 0 } };

static const struct field *const fields[NT_BLOCK_COUNT] = {
	[NT_BLOCK_PARAGRAPH] = paragraph,
	[NT_BLOCK_HEADING_1] = heading,
	[NT_BLOCK_HEADING_2] = heading,
	[NT_BLOCK_HEADING_3] = heading,
	[NT_BLOCK_HEADING_4] = heading,
	[NT_BLOCK_BULLETED_LIST_ITEM] = item,
	[NT_BLOCK_NUMBERED_LIST_ITEM] = item,
	[NT_BLOCK_TO_DO] = to_do,
	[NT_BLOCK_TOGGLE] = item,
	[NT_BLOCK_QUOTE] = item,
	[NT_BLOCK_CALLOUT] = paragraph,
	[NT_BLOCK_CODE] = code,
	[NT_BLOCK_EQUATION] = equation,
	[NT_BLOCK_DIVIDER] = nothing,
	[NT_BLOCK_BREADCRUMB] = nothing,
	[NT_BLOCK_TABLE_OF_CONTENTS] = only_color,
	[NT_BLOCK_BOOKMARK] = bookmark,
	[NT_BLOCK_EMBED] = bookmark,
	[NT_BLOCK_IMAGE] = media,
	[NT_BLOCK_VIDEO] = media,
	[NT_BLOCK_AUDIO] = media,
	[NT_BLOCK_PDF] = media,
	[NT_BLOCK_FILE] = file,
	[NT_BLOCK_LINK_TO_PAGE] = link_to_page,
	[NT_BLOCK_TABLE] = table,
	[NT_BLOCK_TABLE_ROW] = table_row,
	[NT_BLOCK_COLUMN_LIST] = nothing,
	[NT_BLOCK_COLUMN] = column,
	[NT_BLOCK_TAB] = nothing,
	[NT_BLOCK_SYNCED_BLOCK] = synced_block,
	[NT_BLOCK_TEMPLATE] = template
};

/* One payload being made. */
struct making {
	const struct nt_world *world;
	struct nt_json_out o;
	struct nt_value given;		/* by the request */
	struct nt_value old;		/* what is there; none at a creation */
	struct nt_buf file_name;	/* of the file just written */
	struct nt_refusal *why;
};

/* ---- files ---- */

/* The last part of a URL's path, without query and fragment. */
static struct nt_str
name_in_url(struct nt_str url)
{
	size_t i, end = url.len;

	for (i = 0; i < url.len; i++)
		if (url.p[i] == '?' || url.p[i] == '#') {
			end = i;
			break;
		}
	for (i = end; i > 0 && url.p[i - 1] != '/'; i--)
		;
	return (struct nt_str){ url.p + i, end - i };
}

int
nt_put_file(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value file_object, struct nt_buf *name, struct nt_refusal *why)
{
	struct nt_value external = nt_value_get(file_object, "external");
	struct nt_value hosted = nt_value_get(file_object, "file");
	struct nt_str text = nt_value_text(nt_value_at(file_object,
	    "/file_upload/id"));
	struct nt_value kept = nt_value_there(external) ? external : hosted;
	struct nt_buf upload, upload_name;
	struct nt_id id;
	int found;

	if (nt_value_there(kept)) {
		struct nt_str url = nt_value_text(nt_value_get(kept, "url"));
		const char *type = nt_value_there(external) ? "external" :
		    "file";

		nt_json_put_text(o, "type", type);
		nt_json_put_value(o, type, kept);
		if (name != NULL) {
			struct nt_str last = name_in_url(url);

			nt_buf_add(name, last.p, last.len);
		}
		return 0;
	}
	nt_buf_init(&upload, NT_BUF_MAX);
	nt_buf_init(&upload_name, NT_BUF_MAX);
	found = world->upload != NULL && nt_id_scan(text, &id) == 0 &&
	    world->upload(world->of, &id, &upload_name, &upload) == 1;
	if (found) {
		nt_json_put_text(o, "type", "file");
		nt_json_put_raw(o, "file", nt_buf_view(&upload));
		if (name != NULL)
			nt_buf_add(name, upload_name.p, upload_name.len);
	}
	nt_buf_free(&upload);
	nt_buf_free(&upload_name);
	return found ? 0 : nt_refuse(why, 404, "object_not_found",
	    "Could not find file upload with ID: %.*s.", (int)text.len,
	    text.p == NULL ? "" : text.p);
}

static int
has_file(struct nt_value v)
{
	return nt_value_there(nt_value_get(v, "external")) ||
	    nt_value_there(nt_value_get(v, "file_upload")) ||
	    nt_value_there(nt_value_get(v, "file"));
}

/* ---- fields ---- */

static int
put_cells(struct making *m, struct nt_value cells)
{
	struct nt_value e;

	nt_json_open(&m->o, "cells", '[');
	for (e = nt_value_first(cells); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_put_text(m->world, &m->o, NULL, e, m->why) == -1)
			return -1;
	nt_json_close(&m->o, ']');
	return 0;
}

static void
put_target(struct making *m, struct nt_value v)
{
	static const char *const types[] =
	    { "page_id", "database_id", "comment_id" };
	struct nt_value id;
	size_t i;

	for (i = 0; i < sizeof types / sizeof types[0]; i++) {
		id = nt_value_get(v, types[i]);
		if (!nt_value_there(id))
			continue;
		nt_json_put_text(&m->o, "type", types[i]);
		nt_put_id(&m->o, types[i], id);
		return;
	}
}

static void
put_synced_from(struct making *m, struct nt_value v)
{
	if (!nt_value_is(v, NT_JSON_OBJECT)) {
		nt_json_put_null(&m->o, "synced_from");
		return;
	}
	nt_json_open(&m->o, "synced_from", '{');
	nt_json_put_text(&m->o, "type", "block_id");
	nt_put_id(&m->o, "block_id", nt_value_get(v, "block_id"));
	nt_json_close(&m->o, '}');
}

static void
put_file_name(struct making *m, struct nt_value name)
{
	struct nt_value old = nt_value_get(m->old, "name");

	if (nt_value_there(name))
		nt_json_put_value(&m->o, "name", name);
	else if (nt_value_there(old) && !has_file(m->given))
		nt_json_put_value(&m->o, "name", old);
	else
		nt_json_put_str(&m->o, "name", nt_buf_view(&m->file_name));
}

/* The field as the request has it; v may be missing at a creation. */
static int
put_given(struct making *m, const struct field *f, struct nt_value v)
{
	switch (f->kind) {
	case FIELD_RICH_TEXT:
		return nt_put_text(m->world, &m->o, f->name, v, m->why);
	case FIELD_COLOR:
		nt_put_or(&m->o, f->name, v, "\"default\"");
		return 0;
	case FIELD_BOOL:
		nt_json_put_bool(&m->o, f->name, nt_value_true(v));
		return 0;
	case FIELD_TOGGLE:
		nt_json_put_bool(&m->o, f->name, nt_value_true(v) ||
		    nt_value_count(nt_value_get(m->given, "children")) > 0);
		return 0;
	case FIELD_ICON:
		return nt_put_icon(m->world, &m->o, f->name, v, m->why);
	case FIELD_AS_IT_IS:
		if (nt_value_there(v))
			nt_json_put_value(&m->o, f->name, v);
		return 0;
	case FIELD_FILE:
		return nt_put_file(m->world, &m->o, m->given, &m->file_name,
		    m->why);
	case FIELD_FILE_NAME:
		put_file_name(m, v);
		return 0;
	case FIELD_CELLS:
		return put_cells(m, v);
	case FIELD_TARGET:
		put_target(m, m->given);
		return 0;
	case FIELD_SYNCED_FROM:
		put_synced_from(m, v);
		return 0;
	}
	return 0;
}

/* The field as it stood before; it is in its kept form already. */
static void
put_old(struct making *m, const struct field *f)
{
	struct nt_value e = nt_value_get(m->old, f->name);

	switch (f->kind) {
	case FIELD_FILE:
		nt_put_file(m->world, &m->o, m->old, &m->file_name, m->why);
		break;
	case FIELD_TARGET:
		put_target(m, m->old);
		break;
	case FIELD_FILE_NAME:
		put_file_name(m, NT_VALUE_NONE);
		break;
	default:
		if (nt_value_there(e))
			nt_json_put_value(&m->o, f->name, e);
		else
			put_given(m, f, NT_VALUE_NONE);
	}
}

/* Whether the request says anything about a field. */
static int
is_given(const struct making *m, const struct field *f)
{
	if (f->kind == FIELD_FILE)
		return has_file(m->given);
	if (f->kind == FIELD_TARGET)
		return nt_value_count(m->given) > 0;
	return nt_value_there(nt_value_get(m->given, f->name));
}

/* Members of the old payload that no field accounts for are kept. */
static void
put_unknown(struct making *m, const struct field *all)
{
	static const char *const parts[] = {
		"type", "external", "file", "file_upload", "page_id",
		"database_id", "comment_id", "children", NULL
	};
	const struct field *f;
	struct nt_value e;
	size_t i;

	for (e = nt_value_first(m->old); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		for (f = all; f->name != NULL; f++)
			if (nt_str_is(key, f->name))
				break;
		for (i = 0; parts[i] != NULL; i++)
			if (nt_str_is(key, parts[i]))
				break;
		if (f->name != NULL || parts[i] != NULL)
			continue;
		nt_json_put_key(&m->o, key);
		nt_json_put_value(&m->o, NULL, e);
	}
}

static int
put_payload(struct making *m, enum nt_block type)
{
	const struct field *all = fields[type] == NULL ? nothing :
	    fields[type];
	const struct field *f;
	int status = 0;

	nt_buf_init(&m->file_name, NT_BUF_MAX);
	nt_json_open(&m->o, NULL, '{');
	for (f = all; status == 0 && f->name != NULL; f++)
		if (nt_value_there(m->old) && !is_given(m, f))
			put_old(m, f);
		else
			status = put_given(m, f, nt_value_get(m->given,
			    f->name));
	put_unknown(m, all);
	nt_json_close(&m->o, '}');
	nt_buf_free(&m->file_name);
	return status;
}

int
nt_stored_block(const struct nt_world *world, struct nt_value block,
    struct nt_buf *out, struct nt_refusal *why)
{
	struct making m = { .world = world, .why = why };

	m.given = nt_block_payload(block);
	nt_json_out_init(&m.o, out);
	return put_payload(&m, nt_block_of(block));
}

int
nt_stored_block_update(const struct nt_world *world, enum nt_block type,
    struct nt_value old, struct nt_value body, struct nt_buf *out,
    struct nt_refusal *why)
{
	struct making m = { .world = world, .old = old, .why = why };
	enum nt_block named = nt_block_of(body);

	m.given = nt_block_payload(body);
	if (!nt_value_there(m.given)) {
		nt_json_canonical(old, out);
		return 0;
	}
	if (named != type)
		return nt_refuse_form(why, "body failed validation: body.%s "
		    "should be defined, instead was `undefined`.",
		    nt_block_kind(type)->name);
	nt_json_out_init(&m.o, out);
	return put_payload(&m, type);
}
