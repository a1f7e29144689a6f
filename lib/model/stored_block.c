/*
 * Payloads of blocks as they are kept (api 4.2, 10.2).  What each type has is
 * a list of fields, and each field knows its default; a creation and a change
 * differ only in what stands under a field that was not given.
 */
#include "internal.h"

#include <string.h>

#include "fields.h"

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
	struct nt_value id;
	size_t i;

	for (i = 0; nt_link_targets[i] != NULL; i++) {
		id = nt_value_get(v, nt_link_targets[i]);
		if (!nt_value_there(id))
			continue;
		nt_json_put_text(&m->o, "type", nt_link_targets[i]);
		nt_put_id(&m->o, nt_link_targets[i], id);
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
put_given(struct making *m, const struct block_field *f, struct nt_value v)
{
	switch (f->kind) {
	case FIELD_RICH_TEXT:
	case FIELD_CAPTION:
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
	case FIELD_LANGUAGE:
	case FIELD_EXPRESSION:
	case FIELD_URL:
	case FIELD_WIDTH:
	case FIELD_RATIO:
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
put_old(struct making *m, const struct block_field *f)
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
is_given(const struct making *m, const struct block_field *f)
{
	if (f->kind == FIELD_FILE)
		return has_file(m->given);
	if (f->kind == FIELD_TARGET)
		return nt_value_count(m->given) > 0;
	return nt_value_there(nt_value_get(m->given, f->name));
}

/* Members of the old payload that no field accounts for are kept. */
static void
put_unknown(struct making *m, const struct block_field *all)
{
	struct nt_value e;

	for (e = nt_value_first(m->old); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (nt_field_known(all, nt_value_key(e)))
			continue;
		nt_json_put_key(&m->o, nt_value_key(e));
		nt_json_put_value(&m->o, NULL, e);
	}
}

static int
put_payload(struct making *m, enum nt_block type)
{
	const struct block_field *all = nt_block_fields(type);
	const struct block_field *f;
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
