/*
 * Views to be written (api 3.8).  Their settings go by the tables that
 * requests are checked by: what stands in one may be written, what does not
 * can only be read.
 */
#include "writable.h"

#include <string.h>

#define DEPTH_MAX 16		/* of what is copied as it stands */

/* ---- properties, by the id that they have there ---- */

static int
ends_with(struct nt_str s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len && memcmp(s.p + s.len - len, end, len) == 0;
}

static int
names_property(struct nt_str key)
{
	return ends_with(key, "property_id") || nt_str_is(key, "map_by") ||
	    nt_str_is(key, "toggle_column_id");
}

/* A name beside an id is told by the service, and follows from the id. */
static int
is_echo(struct nt_str key)
{
	return ends_with(key, "property_name");
}

/* ---- what is copied as it stands, but for properties ---- */

static int put_copy(struct writing *w, struct nt_value v, int depth);

/* A member or element under its key: 1, or 0 if it had to be left out. */
static int
put_part(struct writing *w, struct nt_value e, struct nt_str key, size_t index,
    int depth)
{
	size_t back = key.p == NULL ? nt_enter_element(w, index) :
	    nt_enter_key(w, key);
	struct writing_mark mark = nt_mark(w);
	int good;

	if (key.p != NULL)
		nt_json_put_key(&w->o, key);
	if (names_property(key) && nt_value_is(e, NT_JSON_STRING))
		good = nt_put_property_id(w, e);
	else
		good = put_copy(w, e, depth);
	if (!good)
		nt_take_back(w, &mark);
	nt_leave(w, back);
	return good;
}

/* An object whose property is not there says nothing any more. */
static int
put_copied_object(struct writing *w, struct nt_value v, int depth)
{
	struct nt_value e;
	int good = 1;

	nt_json_open(&w->o, NULL, '{');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		if (!is_echo(key) && !put_part(w, e, key, 0, depth) &&
		    names_property(key))
			good = 0;
	}
	nt_json_close(&w->o, '}');
	return good;
}

static int
put_copy(struct writing *w, struct nt_value v, int depth)
{
	struct nt_str none = { NULL, 0 };
	struct nt_value e;
	size_t i = 0;

	if (depth > DEPTH_MAX) {
		nt_lose(w, NT_LOSS_WARNING, "it is nested too deep");
		return 0;
	}
	if (nt_value_is(v, NT_JSON_OBJECT))
		return put_copied_object(w, v, depth + 1);
	if (!nt_value_is(v, NT_JSON_ARRAY)) {
		nt_json_put_value(&w->o, NULL, v);
		return 1;
	}
	nt_json_open(&w->o, NULL, '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		put_part(w, e, none, i++, depth + 1);
	nt_json_close(&w->o, ']');
	return 1;
}

/* ---- settings, by their shapes ---- */

static int put_setting(struct writing *w, struct nt_value v,
    const struct shape *shape);

static const struct member *
member_named(const struct member *m, struct nt_str name)
{
	for (; m->name != NULL; m++)
		if (nt_str_is(name, m->name))
			return m;
	return NULL;
}

/* The rows of a dashboard are made with the views in them (api 2.8). */
static void
lose_member(struct writing *w, struct nt_str key, struct nt_value e)
{
	size_t back;

	if (is_echo(key) || nt_value_is(e, NT_JSON_NULL))
		return;
	back = nt_enter_key(w, key);
	nt_lose(w, nt_str_is(key, "rows") ? NT_LOSS_EXPECTED :
	    NT_LOSS_WARNING, "it can be read but not written");
	nt_leave(w, back);
}

/* One member, if it is there and can be written: 1, or 0. */
static int
put_member(struct writing *w, const struct member *m, struct nt_value v)
{
	struct nt_str key = nt_str_of(m->name);

	if (!nt_value_there(v) || is_echo(key) ||
	    (nt_value_is(v, NT_JSON_NULL) && !(m->flags & NULLABLE)))
		return 0;
	nt_json_put_key(&w->o, key);
	if (nt_value_is(v, NT_JSON_NULL))
		nt_json_put_null(&w->o, NULL);
	else
		return names_property(key) ? nt_put_property_id(w, v) :
		    put_setting(w, v, m->of);
	return 1;
}

/* The members, within an open object: 1, or 0 if one it needs is missing. */
static int
put_settings(struct writing *w, struct nt_value v,
    const struct member *members)
{
	const struct member *m;
	struct nt_value e;
	int good = 1;

	for (m = members; m != NULL && m->name != NULL; m++) {
		struct writing_mark mark = nt_mark(w);
		size_t back = nt_enter(w, m->name);
		int put = put_member(w, m, nt_value_get(v, m->name));

		if (!put)
			nt_take_back(w, &mark);
		good = good && (put || !(m->flags & NEEDED));
		nt_leave(w, back);
	}
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		if (members == NULL || member_named(members,
		    nt_value_key(e)) == NULL)
			lose_member(w, nt_value_key(e), e);
	return good;
}

static int
put_setting_list(struct writing *w, struct nt_value v,
    const struct shape *shape)
{
	struct nt_value e;
	size_t i = 0;

	nt_json_open(&w->o, NULL, '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct writing_mark mark = nt_mark(w);
		size_t back = nt_enter_element(w, i++);

		if (!put_setting(w, e, shape->of))
			nt_take_back(w, &mark);
		nt_leave(w, back);
	}
	nt_json_close(&w->o, ']');
	return 1;
}

/* A value of that shape: 1, or 0 with a loss told. */
static int
put_setting(struct writing *w, struct nt_value v, const struct shape *shape)
{
	int good;

	if (shape->kind == SHAPE_OBJECT && !shape->loose &&
	    nt_value_is(v, NT_JSON_OBJECT)) {
		nt_json_open(&w->o, NULL, '{');
		good = put_settings(w, v, shape->members);
		nt_json_close(&w->o, '}');
		return good;
	}
	if (shape->kind == SHAPE_ARRAY && nt_value_is(v, NT_JSON_ARRAY))
		return put_setting_list(w, v, shape);
	if (nt_is_of_shape(shape, v))
		return put_copy(w, v, 0);
	nt_lose(w, NT_LOSS_WARNING, "it can be read but not written");
	return 0;
}

static void
put_configuration(struct writing *w, struct nt_value view)
{
	struct nt_value type = nt_value_get(view, "type");
	struct nt_value v = nt_value_get(view, "configuration");
	struct writing_mark mark = nt_mark(w);
	size_t back = nt_enter(w, "configuration");

	if (nt_value_is(v, NT_JSON_OBJECT)) {
		nt_json_open(&w->o, "configuration", '{');
		if (!nt_value_there(nt_value_get(v, "type")))
			nt_put_or(&w->o, "type", type, "null");
		if (!put_settings(w, v, nt_view_settings(type))) {
			nt_take_back(w, &mark);
			nt_lose(w, NT_LOSS_WARNING, "what it needs most is "
			    "not there, so it is left out");
		} else {
			nt_json_close(&w->o, '}');
		}
	}
	nt_leave(w, back);
}

/* ---- views ---- */

/* A part of what is shown; in a PATCH null for none. */
static void
put_shown(struct writing *w, const char *key, struct nt_value v,
    int (*put)(struct writing *, struct nt_value), int patch)
{
	struct writing_mark mark = nt_mark(w);
	size_t back = nt_enter(w, key);
	int good = 0;

	nt_json_put_key(&w->o, nt_str_of(key));
	if (nt_value_there(v) && !nt_value_is(v, NT_JSON_NULL))
		good = put(w, v);
	if (!good)
		nt_take_back(w, &mark);
	if (!good && patch)
		nt_json_put_null(&w->o, key);
	nt_leave(w, back);
}

static void
put_view(struct writing *w, struct nt_value view, int patch)
{
	struct nt_str name = nt_value_text(nt_value_get(view, "name"));

	name.len = nt_utf16_cut(name, NT_CONTENT_MAX);
	nt_json_open(&w->o, NULL, '{');
	nt_json_put_str(&w->o, "name", name);
	if (!patch)
		nt_put_or(&w->o, "type", nt_value_get(view, "type"), "null");
	put_shown(w, "filter", nt_value_get(view, "filter"),
	    nt_put_writable_filter, patch);
	put_shown(w, "sorts", nt_value_get(view, "sorts"),
	    nt_put_writable_sorts, patch);
	put_shown(w, "quick_filters", nt_value_get(view, "quick_filters"),
	    nt_put_writable_quick_filters, patch);
	put_configuration(w, view);
	nt_json_close(&w->o, '}');
}

/* Whether the service would take it, with parents that it has to have. */
static int
is_taken(const struct writing *w, int patch, struct nt_refusal *why)
{
	static const char parents[] = "{\"data_source_id\":\"%s\","
	    "\"database_id\":\"%s\",%s";
	static const struct nt_id nil;
	struct nt_json *doc = nt_json_new();
	char id[NT_ID_TEXT];
	struct nt_buf body;
	struct nt_value v;
	int good;

	nt_id_format(&nil, id);
	nt_buf_init(&body, NT_BUF_MAX);
	if (patch)
		nt_buf_str(&body, w->made.p);
	else
		nt_buf_fmt(&body, parents, id, id, w->made.p + 1);
	good = nt_json_parse(doc, body.p, body.len, &v, NULL) == 0 &&
	    nt_form_check(patch ? NT_FORM_VIEW_UPDATE : NT_FORM_VIEW_CREATE,
	    NT_VERSION_2026_03_11, v, why) == 0;
	nt_buf_free(&body);
	nt_json_free(doc);
	return good;
}

enum nt_writable
nt_writable_view(const struct nt_target *target, struct nt_value view,
    int patch, struct nt_buf *out)
{
	struct nt_value type = nt_value_get(view, "type");
	struct nt_refusal why = { 0 };
	struct writing w;

	nt_writing_begin(&w, target, "");
	put_view(&w, view, patch);
	if (nt_value_text_is(type, "form"))
		nt_lose(&w, NT_LOSS_EXPECTED,
		    "the questions of a form cannot be read or written");
	if (!is_taken(&w, patch, &why))
		nt_lose_all(&w, NT_LOSS_WARNING, "it would be refused: %s",
		    why.message);
	return nt_writing_end(&w, out);
}
