/*
 * Rich text as "enhanced markdown", v1 (api 6.1).
 */
#include <string.h>

#include "internal.h"

void
nt_md_escaped(struct nt_buf *out, struct nt_str text, int plain)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\n')
			nt_buf_str(out, "<br>");
		else {
			if (!plain && strchr("\\*~`$[]<>{}|^", text.p[i]) !=
			    NULL && text.p[i] != '\0')
				nt_buf_char(out, '\\');
			nt_buf_char(out, text.p[i]);
		}
	}
}

void
nt_md_url(struct nt_buf *out, const char *before, struct nt_str id)
{
	struct nt_id scanned;
	char plain[NT_ID_TEXT];

	nt_buf_str(out, before);
	if (nt_id_scan(id, &scanned) == 0) {
		nt_id_format_plain(&scanned, plain);
		nt_buf_fmt(out, "https://www.notion.so/%s", plain);
	}
	nt_buf_str(out, "\">");
}

static struct nt_str
id_of(struct nt_value v)
{
	return nt_value_text(nt_value_get(v, "id"));
}

static void
put_date(struct nt_buf *out, struct nt_value date)
{
	struct nt_str start = nt_value_text(nt_value_get(date, "start"));
	struct nt_str end = nt_value_text(nt_value_get(date, "end"));
	struct nt_str zone = nt_value_text(nt_value_get(date, "time_zone"));

	nt_buf_fmt(out, "<mention-date start=\"%.*s\"",
	    start.len < 10 ? (int)start.len : 10, start.p);
	if (start.len >= 16)
		nt_buf_fmt(out, " startTime=\"%.5s\"", start.p + 11);
	if (end.len >= 10)
		nt_buf_fmt(out, " end=\"%.10s\"", end.p);
	if (end.len >= 16)
		nt_buf_fmt(out, " endTime=\"%.5s\"", end.p + 11);
	if (zone.len > 0)
		nt_buf_fmt(out, " timeZone=\"%.*s\"", (int)zone.len,
		    zone.p);
	nt_buf_str(out, "/>");
}

static void
put_mention(struct nt_buf *out, struct nt_value item, struct nt_str text)
{
	struct nt_value mention = nt_value_get(item, "mention");
	struct nt_value user = nt_value_get(mention, "user");
	struct nt_value page = nt_value_get(mention, "page");
	struct nt_value database = nt_value_get(mention, "database");
	struct nt_value emoji = nt_value_get(mention, "custom_emoji");
	struct nt_value date = nt_value_get(mention, "date");

	if (nt_value_there(user)) {
		nt_buf_fmt(out, "<mention-user url=\"user://%.*s\">",
		    (int)id_of(user).len, id_of(user).p);
		nt_md_escaped(out, text, 0);
		nt_buf_str(out, "</mention-user>");
	} else if (nt_value_there(page)) {
		nt_md_url(out, "<mention-page url=\"", id_of(page));
		nt_md_escaped(out, text, 0);
		nt_buf_str(out, "</mention-page>");
	} else if (nt_value_there(database)) {
		nt_md_url(out, "<mention-database url=\"", id_of(database));
		nt_md_escaped(out, text, 0);
		nt_buf_str(out, "</mention-database>");
	} else if (nt_value_there(date)) {
		put_date(out, date);
	} else if (nt_value_there(emoji)) {
		struct nt_str name = nt_value_text(nt_value_get(emoji,
		    "name"));

		nt_buf_fmt(out, ":%.*s:", (int)name.len, name.p);
	} else
		nt_md_escaped(out, text, 0);
}

/* "blue_background" is "blue_bg" here. */
void
nt_md_color(struct nt_buf *out, struct nt_str color)
{
	static const char tail[] = "_background";
	size_t n = sizeof tail - 1;

	if (color.len > n && memcmp(color.p + color.len - n, tail, n) == 0)
		nt_buf_fmt(out, "%.*s_bg", (int)(color.len - n), color.p);
	else
		nt_buf_add(out, color.p, color.len);
}

static const struct {
	const char *name, *open, *close;
} styles[] = {
	{ "bold", "**", "**" },
	{ "italic", "*", "*" },
	{ "strikethrough", "~~", "~~" },
	{ "underline", "<span underline=\"true\">", "</span>" },
	{ "code", "`", "`" },
};

#define STYLES (sizeof styles / sizeof *styles)

static void
put_item(struct nt_buf *out, struct nt_value item)
{
	struct nt_value marks = nt_value_get(item, "annotations");
	struct nt_str text = nt_value_text(nt_value_get(item, "plain_text"));
	struct nt_str link = nt_value_text(nt_value_at(item,
	    "/text/link/url"));
	struct nt_str color = nt_value_text(nt_value_get(marks, "color"));
	struct nt_value equation = nt_value_at(item, "/equation/expression");
	int colored = color.len > 0 && !nt_str_is(color, "default");

	if (colored) {
		nt_buf_str(out, "<span color=\"");
		nt_md_color(out, color);
		nt_buf_str(out, "\">");
	}
	if (link.p != NULL)
		nt_buf_char(out, '[');
	for (size_t i = 0; i < STYLES; i++)
		if (nt_value_true(nt_value_get(marks, styles[i].name)))
			nt_buf_str(out, styles[i].open);
	if (nt_value_there(equation)) {
		nt_buf_char(out, '$');
		nt_md_escaped(out, nt_value_text(equation), 1);
		nt_buf_char(out, '$');
	} else if (nt_value_there(nt_value_get(item, "mention")))
		put_mention(out, item, text);
	else
		nt_md_escaped(out, text,
		    nt_value_true(nt_value_get(marks, "code")));
	for (size_t i = STYLES; i-- > 0;)
		if (nt_value_true(nt_value_get(marks, styles[i].name)))
			nt_buf_str(out, styles[i].close);
	if (link.p != NULL)
		nt_buf_fmt(out, "](%.*s)", (int)link.len, link.p);
	if (colored)
		nt_buf_str(out, "</span>");
}

void
nt_md_text(struct nt_buf *out, struct nt_value items)
{
	for (struct nt_value e = nt_value_first(items); nt_value_there(e);
	    e = nt_value_next(e))
		put_item(out, e);
}
