/* Rich text and dates as they are kept (api 3.5, 3.7, 10.2). */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#include "nt/clock.h"

#define MINUTE_MS ((int64_t)60 * 1000)
#define PAGE_URL "https://www.notion.so/"

void
nt_put_or(struct nt_json_out *o, const char *key, struct nt_value v,
    const char *otherwise)
{
	if (nt_value_there(v))
		nt_json_put_value(o, key, v);
	else
		nt_json_put_raw(o, key, nt_str_of(otherwise));
}

void
nt_put_id(struct nt_json_out *o, const char *key, struct nt_value id)
{
	char text[NT_ID_TEXT];
	struct nt_id scanned;

	if (nt_id_scan(nt_value_text(id), &scanned) == -1) {
		nt_put_or(o, key, id, "null");
		return;
	}
	nt_id_format(&scanned, text);
	nt_json_put_text(o, key, text);
}

/* ---- dates ---- */

/* The offset written at the end of a time, if one is: 1 and *minutes, or 0. */
static int
own_offset(struct nt_str text, int *minutes)
{
	size_t i;

	for (i = 10; i < text.len; i++)
		if (text.p[i] == 'Z' || text.p[i] == 'z' ||
		    text.p[i] == '+' || text.p[i] == '-')
			break;
	if (i >= text.len)
		return 0;
	*minutes = 0;
	if (text.len - i >= 5) {
		const char *p = text.p + i;
		const char *low = p[3] == ':' ? p + 4 : p + 3;

		*minutes = (p[1] - '0') * 600 + (p[2] - '0') * 60 +
		    (low[0] - '0') * 10 + (low[1] - '0');
		if (p[0] == '-')
			*minutes = -*minutes;
	}
	return 1;
}

/* "2026-01-05T10:20:00.000+02:00" of what the clocks there show. */
static void
format_local(int64_t local_ms, int offset, int known, char *to, size_t size)
{
	char utc[NT_TIME_TEXT];
	int away = offset < 0 ? -offset : offset;

	if (local_ms % MINUTE_MS < 0)
		local_ms -= MINUTE_MS;
	nt_time_format(local_ms - local_ms % MINUTE_MS, utc);
	if (known)
		snprintf(to, size, "%.23s%c%02d:%02d", utc,
		    offset < 0 ? '-' : '+', away / 60, away % 60);
	else
		snprintf(to, size, "%.23s", utc);
}

/* One end of a date; *open is set if its zone could not be resolved. */
static void
put_moment(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_str text, struct nt_str zone, int *open)
{
	char out[40];
	int64_t ms;
	int offset = 0, known = 1;

	if (text.len <= 10 || nt_time_parse(text.p, text.len, &ms) == -1) {
		nt_json_put_str(o, key, text);
		return;
	}
	if (own_offset(text, &offset)) {
		ms += offset * MINUTE_MS;
	} else if (zone.p != NULL && !nt_str_is(zone, "UTC")) {
		known = world->zone != NULL &&
		    world->zone(world->of, zone, ms, &offset) == 1;
		*open = *open || !known;
	}
	format_local(ms, offset, known, out, sizeof out);
	nt_json_put_text(o, key, out);
}

void
nt_put_date(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value date)
{
	struct nt_str zone = nt_value_text(nt_value_get(date, "time_zone"));
	struct nt_str end = nt_value_text(nt_value_get(date, "end"));
	int open = 0;

	nt_json_open(o, key, '{');
	put_moment(world, o, "start",
	    nt_value_text(nt_value_get(date, "start")), zone, &open);
	if (end.p != NULL)
		put_moment(world, o, "end", end, zone, &open);
	else
		nt_json_put_null(o, "end");
	if (open)
		nt_json_put_str(o, "time_zone", zone);
	else
		nt_json_put_null(o, "time_zone");
	nt_json_close(o, '}');
}

/* ---- items ---- */

const char *const nt_style_flags[] =
    { "bold", "italic", "strikethrough", "underline", "code", NULL };

/* What an item shows besides its own payload. */
struct shown {
	struct nt_buf plain;
	struct nt_buf href;
	int linked;		/* href is not null */
};

static int
is_empty_text(struct nt_value item)
{
	return nt_value_text_is(nt_value_at(item, "/text/content"), "");
}

int
nt_same_style(struct nt_value a, struct nt_value b)
{
	struct nt_value x = nt_value_get(a, "color");
	struct nt_value y = nt_value_get(b, "color");
	size_t i;

	for (i = 0; nt_style_flags[i] != NULL; i++)
		if (nt_value_true(nt_value_get(a, nt_style_flags[i])) !=
		    nt_value_true(nt_value_get(b, nt_style_flags[i])))
			return 0;
	return nt_value_equal(x, y) ||
	    (!nt_value_there(x) && nt_value_text_is(y, "default")) ||
	    (!nt_value_there(y) && nt_value_text_is(x, "default"));
}

/* The service joins neighbours that look the same, beyond any limit. */
static int
joins(struct nt_value item, struct nt_value next)
{
	struct nt_value a = nt_value_at(item, "/text/link/url");
	struct nt_value b = nt_value_at(next, "/text/link/url");

	return nt_value_there(nt_value_get(next, "text")) &&
	    (nt_value_there(a) ? nt_value_equal(a, b) : !nt_value_there(b)) &&
	    nt_same_style(nt_value_get(item, "annotations"),
	    nt_value_get(next, "annotations"));
}

/* Writes a text item with all that join it; *item becomes the last of them. */
static void
put_text_item(struct nt_json_out *o, struct nt_value *item, struct shown *s)
{
	struct nt_value first = *item, e;
	struct nt_str content;
	struct nt_str url = nt_value_text(nt_value_at(first,
	    "/text/link/url"));

	for (e = first; nt_value_there(e); e = nt_value_next(e)) {
		if (is_empty_text(e))
			continue;
		if (e.at != first.at && !joins(first, e))
			break;
		content = nt_value_text(nt_value_at(e, "/text/content"));
		nt_buf_add(&s->plain, content.p, content.len);
		*item = e;
	}
	nt_json_open(o, "text", '{');
	nt_json_put_str(o, "content", nt_buf_view(&s->plain));
	if (url.p == NULL) {
		nt_json_put_null(o, "link");
	} else {
		nt_json_open(o, "link", '{');
		nt_json_put_str(o, "url", url);
		nt_json_close(o, '}');
		nt_buf_add(&s->href, url.p, url.len);
		s->linked = 1;
	}
	nt_json_close(o, '}');
}

static void
put_equation_item(struct nt_json_out *o, struct nt_value v, struct shown *s)
{
	struct nt_str e = nt_value_text(nt_value_get(v, "expression"));

	nt_json_open(o, "equation", '{');
	nt_json_put_str(o, "expression", e);
	nt_json_close(o, '}');
	nt_buf_add(&s->plain, e.p, e.len);
}

static void
put_user(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value user, struct shown *s)
{
	struct nt_buf json;
	struct nt_id id;

	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_char(&s->plain, '@');
	if (world->user != NULL &&
	    nt_id_scan(nt_value_text(nt_value_get(user, "id")), &id) == 0 &&
	    world->user(world->of, &id, &s->plain, &json) == 1) {
		nt_json_put_raw(o, "user", nt_buf_view(&json));
	} else {
		nt_buf_str(&s->plain, "Anonymous");
		nt_json_open(o, "user", '{');
		nt_json_put_text(o, "object", "user");
		nt_put_id(o, "id", nt_value_get(user, "id"));
		nt_json_close(o, '}');
	}
	nt_buf_free(&json);
}

static void
put_page(const struct nt_world *world, struct nt_json_out *o,
    const char *type, struct nt_value page, struct shown *s)
{
	char plain[NT_ID_TEXT];
	struct nt_id id = { { 0 } };

	nt_id_scan(nt_value_text(nt_value_get(page, "id")), &id);
	nt_json_open(o, type, '{');
	nt_put_id(o, "id", nt_value_get(page, "id"));
	nt_json_close(o, '}');
	s->linked = 1;
	if (world->page != NULL &&
	    world->page(world->of, &id, &s->plain, &s->href) == 1)
		return;
	nt_buf_clear(&s->plain);
	nt_buf_clear(&s->href);
	nt_buf_str(&s->plain, "Untitled");
	nt_id_format_plain(&id, plain);
	nt_buf_fmt(&s->href, PAGE_URL "%s", plain);
}

static void
put_mentioned_date(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value date, struct shown *s)
{
	struct nt_json_out part;
	struct nt_buf text;
	struct nt_json *doc = nt_json_new();
	struct nt_value kept;
	struct nt_str start, end;

	/* the words shown are those of the date as it is kept */
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_out_init(&part, &text);
	nt_put_date(world, &part, NULL, date);
	nt_json_put_raw(o, "date", nt_buf_view(&text));
	if (nt_json_parse(doc, text.p, text.len, &kept, NULL) == 0) {
		start = nt_value_text(nt_value_get(kept, "start"));
		end = nt_value_text(nt_value_get(kept, "end"));
		nt_buf_add(&s->plain, start.p, start.len);
		if (end.p != NULL) {
			nt_buf_str(&s->plain, " → ");
			nt_buf_add(&s->plain, end.p, end.len);
		}
	}
	nt_json_free(doc);
	nt_buf_free(&text);
}

static void
put_template(struct nt_json_out *o, struct nt_value v, struct shown *s)
{
	struct nt_value date = nt_value_get(v, "template_mention_date");
	const char *type = nt_value_there(date) ? "template_mention_date" :
	    "template_mention_user";

	nt_json_open(o, "template_mention", '{');
	nt_json_put_text(o, "type", type);
	nt_put_or(o, type, nt_value_get(v, type), "null");
	nt_json_close(o, '}');
	nt_buf_str(&s->plain, !nt_value_there(date) ? "@Me" :
	    nt_value_text_is(date, "now") ? "@Now" : "@Today");
}

static int
put_emoji(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value emoji, struct nt_buf *name, struct nt_refusal *why)
{
	struct nt_str text = nt_value_text(nt_value_get(emoji, "id"));
	struct nt_buf json;
	struct nt_id id;
	int found;

	nt_buf_init(&json, NT_BUF_MAX);
	found = world->emoji != NULL && nt_id_scan(text, &id) == 0 &&
	    world->emoji(world->of, &id, &json) == 1;
	if (found) {
		struct nt_json *doc = nt_json_new();
		struct nt_value v = NT_VALUE_NONE;
		struct nt_str s = { NULL, 0 };

		if (nt_json_parse(doc, json.p, json.len, &v, NULL) == 0)
			s = nt_value_text(nt_value_get(v, "name"));
		if (name != NULL)
			nt_buf_fmt(name, ":%.*s:", (int)s.len,
			    s.p == NULL ? "" : s.p);
		nt_json_free(doc);
		nt_json_put_raw(o, "custom_emoji", nt_buf_view(&json));
	}
	nt_buf_free(&json);
	return found ? 0 : nt_refuse(why, 404, "object_not_found",
	    "Could not find custom emoji with ID: %.*s.", (int)text.len,
	    text.p);
}

static int
put_mention(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value mention, struct shown *s, struct nt_refusal *why)
{
	static const char *const types[] = {
		"user", "page", "database", "date", "template_mention",
		"custom_emoji"
	};
	struct nt_value v = NT_VALUE_NONE;
	size_t i;
	int status = 0;

	for (i = 0; i < sizeof types / sizeof types[0]; i++)
		if (nt_value_there(v = nt_value_get(mention, types[i])))
			break;
	if (!nt_value_there(v))
		return nt_refuse_form(why, "A mention needs what it mentions.");
	nt_json_open(o, "mention", '{');
	nt_json_put_text(o, "type", types[i]);
	switch (i) {
	case 0:
		put_user(world, o, v, s);
		break;
	case 1:
	case 2:
		put_page(world, o, types[i], v, s);
		break;
	case 3:
		put_mentioned_date(world, o, v, s);
		break;
	case 4:
		put_template(o, v, s);
		break;
	default:
		status = put_emoji(world, o, v, &s->plain, why);
	}
	nt_json_close(o, '}');
	return status;
}

static void
put_annotations(struct nt_json_out *o, struct nt_value given)
{
	size_t i;

	nt_json_open(o, "annotations", '{');
	for (i = 0; nt_style_flags[i] != NULL; i++)
		nt_json_put_bool(o, nt_style_flags[i],
		    nt_value_true(nt_value_get(given, nt_style_flags[i])));
	nt_put_or(o, "color", nt_value_get(given, "color"), "\"default\"");
	nt_json_close(o, '}');
}

/* Writes the item; *last becomes the last one that went into it. */
static int
put_item(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value *last, struct nt_refusal *why)
{
	struct nt_value item = *last;
	struct nt_value text = nt_value_get(item, "text");
	struct nt_value equation = nt_value_get(item, "equation");
	struct shown s;
	int status = 0;

	if (is_empty_text(item))
		return 0;
	memset(&s, 0, sizeof s);
	nt_buf_init(&s.plain, NT_BUF_MAX);
	nt_buf_init(&s.href, NT_BUF_MAX);
	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "type", nt_value_there(text) ? "text" :
	    nt_value_there(equation) ? "equation" : "mention");
	if (nt_value_there(text))
		put_text_item(o, last, &s);
	else if (nt_value_there(equation))
		put_equation_item(o, equation, &s);
	else
		status = put_mention(world, o, nt_value_get(item, "mention"),
		    &s, why);
	put_annotations(o, nt_value_get(item, "annotations"));
	nt_json_put_str(o, "plain_text", nt_buf_view(&s.plain));
	if (s.linked)
		nt_json_put_str(o, "href", nt_buf_view(&s.href));
	else
		nt_json_put_null(o, "href");
	nt_json_close(o, '}');
	nt_buf_free(&s.plain);
	nt_buf_free(&s.href);
	return status;
}

int
nt_put_text(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value items, struct nt_refusal *why)
{
	struct nt_value e;
	int status = 0;

	nt_json_open(o, key, '[');
	for (e = nt_value_first(items); status == 0 && nt_value_there(e);
	    e = nt_value_next(e))
		status = put_item(world, o, &e, why);
	nt_json_close(o, ']');
	return status;
}

int
nt_stored_text(const struct nt_world *world, struct nt_value items,
    struct nt_buf *out, struct nt_refusal *why)
{
	struct nt_json_out o;

	nt_json_out_init(&o, out);
	return nt_put_text(world, &o, NULL, items, why);
}

void
nt_plain_text(struct nt_value items, struct nt_buf *out)
{
	struct nt_value e;

	for (e = nt_value_first(items); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str s = nt_value_text(nt_value_get(e, "plain_text"));

		if (s.p == NULL)
			s = nt_value_text(nt_value_at(e, "/text/content"));
		nt_buf_add(out, s.p, s.len);
	}
}

void
nt_title_text(struct nt_value object, struct nt_buf *out)
{
	struct nt_value title = nt_value_get(object, "title"), e;

	e = nt_value_first(nt_value_get(object, "properties"));
	for (; !nt_value_there(title) && nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_value_text_is(nt_value_get(e, "type"), "title"))
			title = nt_value_get(e, "title");
	nt_plain_text(title, out);
}

int
nt_put_icon(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value icon, struct nt_refusal *why)
{
	struct nt_value emoji = nt_value_get(icon, "emoji");
	struct nt_value custom = nt_value_get(icon, "custom_emoji");
	struct nt_value built_in = nt_value_get(icon, "icon");
	int status = 0;

	if (!nt_value_is(icon, NT_JSON_OBJECT)) {
		nt_json_put_null(o, key);
		return 0;
	}
	nt_json_open(o, key, '{');
	if (nt_value_there(emoji)) {
		nt_json_put_text(o, "type", "emoji");
		nt_json_put_value(o, "emoji", emoji);
	} else if (nt_value_there(custom)) {
		nt_json_put_text(o, "type", "custom_emoji");
		status = put_emoji(world, o, custom, NULL, why);
	} else if (nt_value_there(built_in)) {
		nt_json_put_text(o, "type", "icon");
		nt_json_open(o, "icon", '{');
		nt_put_or(o, "name", nt_value_get(built_in, "name"), "null");
		nt_put_or(o, "color", nt_value_get(built_in, "color"),
		    "\"gray\"");
		nt_json_close(o, '}');
	} else {
		status = nt_put_file(world, o, icon, NULL, why);
	}
	nt_json_close(o, '}');
	return status;
}

int
nt_stored_icon(const struct nt_world *world, struct nt_value icon,
    struct nt_buf *out, struct nt_refusal *why)
{
	struct nt_json_out o;

	nt_json_out_init(&o, out);
	return nt_put_icon(world, &o, NULL, icon, why);
}

int
nt_stored_cover(const struct nt_world *world, struct nt_value cover,
    struct nt_buf *out, struct nt_refusal *why)
{
	return nt_stored_icon(world, cover, out, why);
}
