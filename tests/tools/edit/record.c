/*
 * Edits of one record, as people make them.
 */
#include "edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MINUTES 1440

void
some_time(const struct workspace *w, char text[NT_TIME_TEXT])
{
	int64_t minute = w->now / 60000 - 1 - (int64_t)chance(DAY_MINUTES - 1);

	nt_time_format(minute * 60000, text);
}

const char *
some_words(struct workspace *w, unsigned count)
{
	static const char *const parts[] = { "la", "ton", "ber", "ish", "ova",
		"qu", "mer", "ist", "en", "our", "da", "phi", "ste", "ula",
		"ry", "ke" };

	nt_buf_clear(&w->text);
	for (unsigned i = 0; i < count; i++) {
		uint64_t bits = nt_random64();

		if (i > 0)
			nt_buf_char(&w->text, ' ');
		for (unsigned n = 0; n < 2 + bits % 3; n++)
			nt_buf_str(&w->text, parts[(bits >> (4 * n + 4)) % 16]);
	}
	return w->text.p;
}

/* ---- the frame of every edit ---- */

static int
begin(struct workspace *w, const struct line *l, struct nt_value *v,
    struct nt_err *err)
{
	return nt_json_parse(w->doc, l->text, l->len, v, err);
}

/* Puts the record, with its changes, in place of the old text. */
static void
finish(struct line *l, struct nt_value v)
{
	struct nt_buf out;
	char *old = l->text;

	nt_buf_init(&out, NT_BUF_MAX);
	nt_json_canonical(v, &out);
	l->len = out.len;
	l->text = nt_buf_take(&out);
	free(old);
}

static void
replace_text(struct workspace *w, struct nt_value v, struct nt_str text)
{
	nt_buf_clear(&w->quoted);
	nt_json_quote(&w->quoted, text);
	nt_value_replace(v, nt_buf_view(&w->quoted));
}

/* last_edited_time of the record, and a page's properties that show it. */
static void
move_time(struct workspace *w, struct nt_value v)
{
	struct nt_value p;
	char time[NT_TIME_TEXT];

	some_time(w, time);
	replace_text(w, nt_value_get(v, "last_edited_time"),
	    nt_str_of(time));
	for (p = nt_value_first(nt_value_get(v, "properties"));
	    nt_value_there(p); p = nt_value_next(p))
		if (nt_value_text_is(nt_value_get(p, "type"),
		    "last_edited_time"))
			replace_text(w, nt_value_get(p, "last_edited_time"),
			    nt_str_of(time));
}

int
record_touch(struct workspace *w, struct line *l, struct nt_err *err)
{
	struct nt_value v;

	if (begin(w, l, &v, err) == -1)
		return -1;
	move_time(w, v);
	finish(l, v);
	return 1;
}

int
record_parent(struct workspace *w, struct line *l, const char *parent,
    struct nt_err *err)
{
	struct nt_value v;

	if (begin(w, l, &v, err) == -1)
		return -1;
	nt_value_replace(nt_value_get(v, "parent"), nt_str_of(parent));
	move_time(w, v);
	finish(l, v);
	return 1;
}

int
record_children(struct workspace *w, struct line *l, int has_children,
    struct nt_err *err)
{
	struct nt_value v;

	if (begin(w, l, &v, err) == -1)
		return -1;
	nt_value_replace(nt_value_get(v, "has_children"),
	    nt_str_of(has_children ? "true" : "false"));
	finish(l, v);
	l->has_children = has_children;
	return 1;
}

/* ---- texts ---- */

/* The first run of plain text in a list of rich text. */
static struct nt_value
first_run(struct nt_value list)
{
	struct nt_value run = nt_value_first(list);

	while (nt_value_there(run) &&
	    !nt_value_text_is(nt_value_get(run, "type"), "text"))
		run = nt_value_next(run);
	return run;
}

static void
set_run(struct workspace *w, struct nt_value run, struct nt_str text)
{
	replace_text(w, nt_value_at(run, "/text/content"), text);
	replace_text(w, nt_value_get(run, "plain_text"), text);
}

/* Where the words from behind byte at begin. */
static size_t
word_at(struct nt_str text, size_t at)
{
	while (at > 0 && at < text.len && text.p[at - 1] != ' ')
		at++;
	return at;
}

/* Some words more, or some instead of others. */
static int
edit_text(struct workspace *w, struct nt_value list)
{
	struct nt_value run = first_run(list);
	struct nt_str old = nt_value_text(nt_value_get(run, "plain_text"));
	size_t from, to;
	struct nt_buf text;

	if (!nt_value_there(run) || old.len > 1500)
		return 0;
	from = word_at(old, chance(old.len + 1));
	to = chance(2) ? from : word_at(old, from + 1 < old.len ?
	    from + 1 : old.len);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_add(&text, old.p, from);
	if (from > 0 && old.p[from - 1] != ' ')
		nt_buf_char(&text, ' ');
	nt_buf_str(&text, some_words(w, 1 + (unsigned)chance(4)));
	if (to < old.len)
		nt_buf_char(&text, ' ');
	nt_buf_add(&text, old.p + to, old.len - to);
	set_run(w, run, nt_buf_view(&text));
	nt_buf_free(&text);
	return 1;
}

int
record_retitle(struct workspace *w, struct line *l, const char *title,
    struct nt_err *err)
{
	struct nt_value v, p;
	char *kept = nt_strdup(title);

	if (begin(w, l, &v, err) == -1) {
		free(kept);
		return -1;
	}
	p = nt_value_first(nt_value_get(v, "properties"));
	while (nt_value_there(p) &&
	    !nt_value_text_is(nt_value_get(p, "type"), "title"))
		p = nt_value_next(p);
	if (nt_value_there(p)) {
		nt_buf_clear(&w->quoted);
		nt_json_quote(&w->quoted, nt_str_of(kept));
		nt_buf_clear(&w->text);
		nt_buf_fmt(&w->text, "[{\"type\":\"text\",\"text\":{"
		    "\"content\":%s,\"link\":null},\"href\":null,"
		    "\"plain_text\":%s,\"annotations\":{\"bold\":false,"
		    "\"italic\":false,\"strikethrough\":false,"
		    "\"underline\":false,\"code\":false,"
		    "\"color\":\"default\"}}]", w->quoted.p, w->quoted.p);
		nt_value_replace(nt_value_get(p, "title"),
		    nt_buf_view(&w->text));
	} else {
		replace_text(w, nt_value_at(v, "/child_page/title"),
		    nt_str_of(kept));
	}
	move_time(w, v);
	finish(l, v);
	free(kept);
	return 1;
}

/* ---- pages and blocks ---- */

static int
edit_property(struct workspace *w, struct nt_value p)
{
	struct nt_value type = nt_value_get(p, "type");
	char text[80];

	if (nt_value_text_is(type, "rich_text"))
		return edit_text(w, nt_value_get(p, "rich_text"));
	if (nt_value_text_is(type, "checkbox")) {
		struct nt_value box = nt_value_get(p, "checkbox");

		nt_value_replace(box, nt_str_of(nt_value_true(box) ? "false" :
		    "true"));
		return 1;
	}
	if (nt_value_text_is(type, "number"))
		snprintf(text, sizeof text, "%d.5", (int)chance(1000));
	else if (nt_value_text_is(type, "url"))
		snprintf(text, sizeof text, "\"https://example.org/%016jx\"",
		    (uintmax_t)nt_random64());
	else if (nt_value_text_is(type, "date"))
		snprintf(text, sizeof text, "{\"start\":\"2026-%02d-%02d\","
		    "\"end\":null,\"time_zone\":null}", 1 + (int)chance(12),
		    1 + (int)chance(28));
	else
		return 0;
	nt_value_replace(nt_value_get(p, nt_value_text(type).p[0] == 'n' ?
	    "number" : nt_value_text(type).p[0] == 'u' ? "url" : "date"),
	    nt_str_of(text));
	return 1;
}

/* Some property, the first from a place of chance on that can be edited. */
static int
edit_page(struct workspace *w, struct nt_value v)
{
	struct nt_value properties = nt_value_get(v, "properties");
	size_t count = nt_value_count(properties);
	size_t from = count > 0 ? chance(count) : 0;

	for (size_t i = 0; i < count; i++)
		if (edit_property(w, nt_value_index(properties,
		    (from + i) % count)))
			return 1;
	nt_value_replace(nt_value_get(v, "icon"), nt_str_of(chance(2) ?
	    "{\"type\":\"emoji\",\"emoji\":\"🌳\"}" :
	    "{\"type\":\"emoji\",\"emoji\":\"🌵\"}"));
	return 1;
}

static int
edit_block(struct workspace *w, struct nt_value v)
{
	struct nt_str type = nt_value_text(nt_value_get(v, "type"));
	struct nt_value payload = nt_value_get_n(v, type.p, type.len);
	struct nt_value checked = nt_value_get(payload, "checked");

	if (nt_value_there(checked) && chance(2)) {
		nt_value_replace(checked, nt_str_of(nt_value_true(checked) ?
		    "false" : "true"));
		return 1;
	}
	return edit_text(w, nt_value_get(payload, "rich_text"));
}

int
record_edit(struct workspace *w, struct line *l, struct nt_err *err)
{
	struct nt_value v;
	int got;

	if (begin(w, l, &v, err) == -1)
		return -1;
	got = l->kind == NT_KIND_PAGE ? edit_page(w, v) : edit_block(w, v);
	if (got == 0)
		return 0;
	move_time(w, v);
	finish(l, v);
	return 1;
}

int
record_forget(struct workspace *w, struct line *l, struct nt_err *err)
{
	struct nt_value v, p, target;
	int got = 0;

	if (begin(w, l, &v, err) == -1)
		return -1;
	for (p = nt_value_first(nt_value_get(v, "properties"));
	    nt_value_there(p); p = nt_value_next(p))
		for (target = nt_value_first(nt_value_get(p, "relation"));
		    nt_value_there(target); target = nt_value_next(target)) {
			struct nt_id id;

			if (nt_id_scan(nt_value_text(nt_value_get(target,
			    "id")), &id) == 0 &&
			    nt_id_map_get(w->where, &id, NULL))
				continue;
			nt_value_drop(target);
			got = 1;
		}
	if (got == 0)
		return 0;
	move_time(w, v);
	finish(l, v);
	return 1;
}
