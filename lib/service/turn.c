/*
 * What handlers need of a request and of its answer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

#include "internal.h"

const char *
nt_turn_arg(const struct nt_turn *t, const char *name)
{
	for (size_t i = 0; i < t->nargs; i++)
		if (strcmp(t->args[i].name, name) == 0)
			return t->args[i].value;
	return NULL;
}

int
nt_contains(struct nt_str text, struct nt_str what)
{
	uint8_t skip[256];	/* how far on, by the byte under the last */
	size_t last = what.len - 1;

	if (what.len == 0 || what.len > text.len)
		return what.len == 0;
	memset(skip, what.len < 255 ? (int)what.len : 255, sizeof skip);
	for (size_t i = last < 255 ? 0 : last - 255; i < last; i++)
		skip[(uint8_t)what.p[i]] = (uint8_t)(last - i);
	for (size_t at = last; at < text.len;
	    at += skip[(uint8_t)text.p[at]])
		if (text.p[at] == what.p[last] &&
		    memcmp(text.p + at - last, what.p, last) == 0)
			return 1;
	return 0;
}

int
nt_refuse_cursor(struct nt_turn *t, const char *cursor)
{
	return nt_refuse_form(&t->why,
	    "The start_cursor provided is invalid: %.100s", cursor);
}

int
nt_turn_id(struct nt_turn *t, const char *where, struct nt_str text,
    struct nt_id *id)
{
	struct nt_buf shown;

	if (nt_id_scan(text, id) == 0)
		return 0;
	nt_buf_init(&shown, NT_BUF_MAX);
	if (text.p != NULL)
		nt_json_quote(&shown, text);
	else
		nt_buf_str(&shown, "undefined");
	nt_refuse_form(&t->why, "%.*s failed validation: %s should be a valid "
	    "uuid, instead was `%.200s`.", (int)strcspn(where, "."), where,
	    where, shown.p);
	nt_buf_free(&shown);
	return -1;
}

int
nt_refuse_missing(struct nt_turn *t, const char *name, const struct nt_id *id)
{
	char text[NT_ID_TEXT], bot[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_id_format(&t->svc->me, bot);
	snprintf(t->more, sizeof t->more, "{\"integration_id\":\"%s\"}", bot);
	return nt_refuse(&t->why, 404, "object_not_found", "Could not find %s "
	    "with ID: %s. Make sure the relevant pages and databases are "
	    "shared with your integration \"%s\".", name, text,
	    t->svc->me_name);
}

/* A page size: where is "query" or "body", shown is how it was written. */
static int
check_size(struct nt_turn *t, const char *where, int is_number, double size,
    struct nt_str shown)
{
	int len = shown.len < 60 ? (int)shown.len : 60;
	const char *quote = is_number && where[0] == 'q' ? "\"" : "";

	if (!is_number || size != floor(size))
		return nt_refuse_form(&t->why, "%s failed validation: "
		    "%s.page_size should be %s or `undefined`, instead was "
		    "`%.*s`.", where, where, is_number ? "an integer" :
		    "a number", len, shown.p);
	if (size > NT_PAGE_SIZE_MAX)
		return nt_refuse_form(&t->why, "%s failed validation: "
		    "%s.page_size should be ≤ `%d` or `undefined`, instead was "
		    "`%s%.*s%s`.", where, where, NT_PAGE_SIZE_MAX, quote, len,
		    shown.p, quote);
	if (size < 1)
		return nt_refuse_form(&t->why, "%s failed validation: "
		    "%s.page_size should be ≥ `1` or `undefined`, instead was "
		    "`%s%.*s%s`.", where, where, quote, len, shown.p, quote);
	return 0;
}

static int
paging_of_query(struct nt_turn *t, struct nt_page_of *page)
{
	const char *size = nt_turn_arg(t, "page_size");
	const char *cursor = nt_turn_arg(t, "start_cursor");

	if (size != NULL) {
		char *end;
		double n = strtod(size, &end);
		int number = end != size && *end == '\0';
		struct nt_buf shown;
		int got;

		nt_buf_init(&shown, 4096);
		if (number)
			nt_buf_str(&shown, size);
		else
			nt_json_quote(&shown, nt_str_of(size));
		got = check_size(t, "query", number, n, nt_buf_view(&shown));
		nt_buf_free(&shown);
		if (got == -1)
			return -1;
		page->size = (size_t)n;
	}
	if (cursor == NULL)
		return 0;
	if (strlen(cursor) >= sizeof page->cursor || cursor[0] == '\0')
		return nt_refuse_cursor(t, cursor);
	snprintf(page->cursor, sizeof page->cursor, "%s", cursor);
	return 0;
}

static int
paging_of_body(struct nt_turn *t, struct nt_page_of *page)
{
	struct nt_value size = nt_value_get(t->body, "page_size");
	struct nt_value cursor = nt_value_get(t->body, "start_cursor");
	struct nt_str text = nt_value_text(cursor);

	if (nt_value_there(size)) {
		if (check_size(t, "body", nt_value_is(size, NT_JSON_NUMBER),
		    nt_value_number(size), nt_value_raw(size)) == -1)
			return -1;
		page->size = (size_t)nt_value_int(size);
	}
	if (!nt_value_there(cursor) || nt_value_is(cursor, NT_JSON_NULL))
		return 0;
	if (text.p == NULL) {
		struct nt_str raw = nt_value_raw(cursor);

		return nt_refuse_form(&t->why, "body failed validation: "
		    "body.start_cursor should be a string or `undefined`, "
		    "instead was `%.*s`.", (int)(raw.len < 60 ? raw.len : 60),
		    raw.p);
	}
	if (text.len >= sizeof page->cursor || text.len == 0)
		return nt_refuse_form(&t->why, "The start_cursor provided is "
		    "invalid: %.*s", (int)(text.len < 100 ? text.len : 100),
		    text.p);
	memcpy(page->cursor, text.p, text.len);
	page->cursor[text.len] = '\0';
	return 0;
}

int
nt_turn_paging(struct nt_turn *t, struct nt_page_of *page)
{
	page->size = NT_PAGE_SIZE_MAX;
	page->cursor[0] = '\0';
	return strcmp(t->request->method, "GET") == 0 ?
	    paging_of_query(t, page) : paging_of_body(t, page);
}

void
nt_list_open(struct nt_turn *t)
{
	nt_buf_str(t->out, "{\"object\":\"list\",\"results\":[");
}

void
nt_list_next(struct nt_turn *t)
{
	if (t->out->p[t->out->len - 1] != '[')
		nt_buf_char(t->out, ',');
}

void
nt_list_close(struct nt_turn *t, const char *type, const char *cursor)
{
	nt_buf_str(t->out, "],\"next_cursor\":");
	if (cursor != NULL)
		nt_buf_fmt(t->out, "\"%s\",\"has_more\":true", cursor);
	else
		nt_buf_str(t->out, "null,\"has_more\":false");
	nt_buf_fmt(t->out, ",\"type\":\"%s\"", type);
	if (strcmp(type, "custom_emoji") != 0)	/* as recorded */
		nt_buf_fmt(t->out, ",\"%s\":{}", type);
	nt_buf_char(t->out, '}');
	nt_turn_stamp(t);
}

void
nt_turn_stamp(struct nt_turn *t)
{
	struct nt_buf *out = t->out;

	if (out->full || out->len < 2)
		return;
	out->len--;		/* the closing brace; never an empty object */
	nt_buf_fmt(out, ",\"request_id\":\"%s\"}", t->request_id);
}

int
nt_turn_object(struct nt_turn *t, const struct nt_object *o)
{
	nt_render(t, o);
	nt_turn_stamp(t);
	return 0;
}

static int
is_selector(const struct nt_arg *arg)
{
	return strcmp(arg->name, "filter_properties") == 0 ||
	    strcmp(arg->name, "filter_properties[]") == 0;
}

int
nt_turn_selects(const struct nt_turn *t)
{
	for (size_t i = 0; i < t->nargs; i++)
		if (is_selector(&t->args[i]))
			return 1;
	return 0;
}

int
nt_turn_check_wanted(struct nt_turn *t, struct nt_value properties)
{
	for (size_t i = 0; i < t->nargs; i++)
		if (is_selector(&t->args[i]) && !nt_value_there(nt_prop_find(
		    properties, nt_str_of(t->args[i].value))))
			return nt_refuse_form(&t->why, "Could not find "
			    "property with name or id: %.200s",
			    t->args[i].value);
	return 0;
}

int
nt_turn_wants(const struct nt_turn *t, struct nt_value properties,
    struct nt_value property)
{
	for (size_t i = 0; i < t->nargs; i++)
		if (is_selector(&t->args[i]) && nt_prop_find(properties,
		    nt_str_of(t->args[i].value)).at == property.at)
			return 1;
	return 0;
}
