/*
 * Values of properties under a schema that has changed (api 2.3): what was
 * there is kept where the new type can say it.
 */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

/* ---- empty values ---- */

static void
put_empty_rollup(struct nt_json_out *o, struct nt_value entry)
{
	static const char *const listed[] =
	    { "show_original", "show_unique", NULL };
	static const char *const dates[] =
	    { "earliest_date", "latest_date", "date_range", NULL };
	struct nt_value function = nt_value_at(entry, "/rollup/function");
	const char *type = "number";
	size_t i;

	for (i = 0; listed[i] != NULL; i++)
		if (nt_value_text_is(function, listed[i]))
			type = "array";
	for (i = 0; dates[i] != NULL; i++)
		if (nt_value_text_is(function, dates[i]))
			type = "date";
	nt_json_open(o, "rollup", '{');
	nt_json_put_text(o, "type", type);
	if (strcmp(type, "array") == 0)
		nt_json_put_raw(o, type, NT_STR("[]"));
	else
		nt_json_put_null(o, type);
	nt_put_or(o, "function", function, "null");
	nt_json_close(o, '}');
}

void
nt_put_empty(struct nt_json_out *o, struct nt_value entry)
{
	enum nt_prop kind = nt_prop_of(entry);
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_value first;

	if (kind == NT_PROP_ROLLUP) {
		put_empty_rollup(o, entry);
		return;
	}
	if (kind == NT_PROP_STATUS &&
	    nt_value_there(first = nt_status_default(entry))) {
		nt_put_chosen(o, "status", first);
		return;
	}
	nt_json_put_key(o, type);
	nt_json_put_raw(o, NULL, nt_str_of(nt_prop_kind(kind)->empty));
	if (kind == NT_PROP_RELATION)
		nt_json_put_bool(o, "has_more", 0);
}

/* ---- from one type to another, by way of text ---- */

static void
text_of_names(struct nt_value list, struct nt_buf *text)
{
	struct nt_value e;

	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str name = nt_value_text(nt_value_get(e, "name"));

		if (text->len > 0)
			nt_buf_str(text, ", ");
		nt_buf_add(text, name.p, name.len);
	}
}

/* What a person would read in the cell. */
static void
text_of(struct nt_value property, struct nt_buf *text)
{
	struct nt_str type = nt_value_text(nt_value_get(property, "type"));
	struct nt_value v = nt_value_get_n(property, type.p, type.len);
	struct nt_str s = nt_value_text(v);

	switch (nt_prop_of(property)) {
	case NT_PROP_TITLE:
	case NT_PROP_RICH_TEXT:
		nt_plain_text(v, text);
		break;
	case NT_PROP_NUMBER:
		if (nt_value_is(v, NT_JSON_NUMBER))
			nt_json_number(text, nt_value_number(v));
		break;
	case NT_PROP_SELECT:
	case NT_PROP_STATUS:
		s = nt_value_text(nt_value_get(v, "name"));
		nt_buf_add(text, s.p, s.len);
		break;
	case NT_PROP_MULTI_SELECT:
	case NT_PROP_PEOPLE:
	case NT_PROP_FILES:
		text_of_names(v, text);
		break;
	case NT_PROP_DATE:
		s = nt_value_text(nt_value_get(v, "start"));
		nt_buf_add(text, s.p, s.len);
		break;
	case NT_PROP_CHECKBOX:
		nt_buf_str(text, nt_value_true(v) ? "Yes" : "No");
		break;
	default:
		nt_buf_add(text, s.p, s.len);
	}
}

static void
put_plain(struct nt_json_out *o, const char *key, struct nt_str text)
{
	nt_json_open(o, key, '[');
	if (text.len > 0) {
		nt_json_open(o, NULL, '{');
		nt_json_put_text(o, "type", "text");
		nt_json_open(o, "text", '{');
		nt_json_put_str(o, "content", text);
		nt_json_put_null(o, "link");
		nt_json_close(o, '}');
		nt_json_put_raw(o, "annotations", NT_STR("{\"bold\":false,"
		    "\"italic\":false,\"strikethrough\":false,"
		    "\"underline\":false,\"code\":false,"
		    "\"color\":\"default\"}"));
		nt_json_put_str(o, "plain_text", text);
		nt_json_put_null(o, "href");
		nt_json_close(o, '}');
	}
	nt_json_close(o, ']');
}

/* The number that is all of the text: 1, or 0. */
static int
number_in(const char *text, double *d)
{
	char *end;

	if (!isdigit((unsigned char)*text) && *text != '-' && *text != '.')
		return 0;
	if (strpbrk(text, "xXpPnN") != NULL)
		return 0;
	*d = strtod(text, &end);
	return *end == '\0' && isfinite(*d);
}

/* Options of the new schema that are named in the text, apart by commas. */
static void
put_named_options(struct nt_json_out *o, struct nt_value entry,
    struct nt_str text)
{
	size_t from = 0, i;

	nt_json_open(o, "multi_select", '[');
	for (i = 0; i <= text.len; i++) {
		struct nt_str part;
		struct nt_value opt;

		if (i < text.len && text.p[i] != ',')
			continue;
		while (from < i && text.p[from] == ' ')
			from++;
		part = (struct nt_str){ text.p + from, i - from };
		from = i + 1;
		opt = nt_option_find(entry, (struct nt_str){ NULL, 0 }, part);
		if (part.len > 0 && nt_value_there(opt))
			nt_put_chosen(o, NULL, opt);
	}
	nt_json_close(o, ']');
}

/* Writes text as a value of the entry's type: 1 if it can be one, else 0. */
static int
put_read(struct nt_json_out *o, struct nt_value entry, struct nt_str text)
{
	enum nt_prop kind = nt_prop_of(entry);
	const char *name = nt_prop_kind(kind)->name;
	struct nt_value opt;
	double d;
	int64_t ms;

	switch (kind) {
	case NT_PROP_TITLE:
	case NT_PROP_RICH_TEXT:
		put_plain(o, name, text);
		return 1;
	case NT_PROP_NUMBER:
		if (!number_in(text.p, &d))
			return 0;
		nt_json_put_number(o, name, d);
		return 1;
	case NT_PROP_SELECT:
	case NT_PROP_STATUS:
		opt = nt_option_find(entry, (struct nt_str){ NULL, 0 }, text);
		if (!nt_value_there(opt))
			return 0;
		nt_put_chosen(o, name, opt);
		return 1;
	case NT_PROP_MULTI_SELECT:
		put_named_options(o, entry, text);
		return 1;
	case NT_PROP_CHECKBOX:
		nt_json_put_bool(o, name, nt_str_is(text, "Yes") ||
		    nt_str_is(text, "true"));
		return 1;
	case NT_PROP_URL:
	case NT_PROP_EMAIL:
	case NT_PROP_PHONE_NUMBER:
		nt_json_put_str(o, name, text);
		return 1;
	case NT_PROP_DATE:
		if (nt_time_parse(text.p, text.len, &ms) == -1)
			return 0;
		nt_json_open(o, name, '{');
		nt_json_put_str(o, "start", text);
		nt_json_put_null(o, "end");
		nt_json_put_null(o, "time_zone");
		nt_json_close(o, '}');
		return 1;
	default:
		return 0;
	}
}

/* Options of a value that the schema no longer has are gone (api 3.6). */
static void
put_known_options(struct nt_json_out *o, struct nt_value entry,
    enum nt_prop kind, struct nt_value v)
{
	struct nt_str none = { NULL, 0 };
	struct nt_value e, opt;

	if (kind != NT_PROP_MULTI_SELECT) {
		opt = nt_option_find(entry,
		    nt_value_text(nt_value_get(v, "id")), none);
		if (nt_value_there(opt))
			nt_put_chosen(o, nt_prop_kind(kind)->name, opt);
		else
			nt_put_empty(o, entry);
		return;
	}
	nt_json_open(o, "multi_select", '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		opt = nt_option_find(entry,
		    nt_value_text(nt_value_get(e, "id")), none);
		if (nt_value_there(opt))
			nt_put_chosen(o, NULL, opt);
	}
	nt_json_close(o, ']');
}

static int
has_options(enum nt_prop kind)
{
	return kind == NT_PROP_SELECT || kind == NT_PROP_MULTI_SELECT ||
	    kind == NT_PROP_STATUS;
}

void
nt_put_reshaped(struct nt_json_out *o, struct nt_value entry,
    struct nt_value old)
{
	enum nt_prop kind = nt_prop_of(entry);
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_value v = nt_value_get_n(old, type.p, type.len), e;
	struct nt_buf text;

	if (nt_value_there(v) && nt_str_eq(type,
	    nt_value_text(nt_value_get(old, "type")))) {
		if (has_options(kind) && !nt_value_is(v, NT_JSON_NULL)) {
			put_known_options(o, entry, kind, v);
			return;
		}
		/* has_more and whatever else stands beside the value */
		for (e = nt_value_first(old); nt_value_there(e);
		    e = nt_value_next(e)) {
			if (nt_str_is(nt_value_key(e), "id") ||
			    nt_str_is(nt_value_key(e), "type"))
				continue;
			nt_json_put_key(o, nt_value_key(e));
			nt_json_put_value(o, NULL, e);
		}
		return;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	text_of(old, &text);
	if (text.len == 0 || !put_read(o, entry, nt_buf_view(&text)))
		nt_put_empty(o, entry);
	nt_buf_free(&text);
}

void
nt_stored_reshape(struct nt_value schema, struct nt_value properties,
    struct nt_buf *out)
{
	struct nt_json_out o;
	struct nt_value e, old, in;

	nt_json_out_init(&o, out);
	nt_json_open(&o, NULL, '{');
	for (e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str id = nt_value_text(nt_value_get(e, "id"));

		old = NT_VALUE_NONE;
		for (in = nt_value_first(properties); nt_value_there(in);
		    in = nt_value_next(in))
			if (nt_str_eq(nt_value_text(nt_value_get(in, "id")),
			    id))
				old = in;
		nt_json_put_key(&o, nt_value_key(e));
		nt_json_open(&o, NULL, '{');
		nt_put_or(&o, "id", nt_value_get(e, "id"), "null");
		nt_put_or(&o, "type", nt_value_get(e, "type"), "null");
		nt_put_reshaped(&o, e, old);
		nt_json_close(&o, '}');
	}
	nt_json_close(&o, '}');
}
