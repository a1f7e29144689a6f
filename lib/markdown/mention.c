/* Mentions: a tag that says what is meant, around what is shown. */
#include "internal.h"

#include <string.h>

/* " name="BEFORE ID"" where the id is there. */
static void
put_url(struct nt_buf *out, const char *scheme, struct nt_value thing)
{
	struct nt_str id = nt_value_text(md_get(thing, "id"));
	struct nt_buf url;

	if (id.p == NULL)
		return;
	nt_buf_init(&url, NT_BUF_MAX);
	nt_buf_str(&url, scheme);
	nt_buf_add(&url, id.p, id.len);
	md_put_attribute(out, "url", nt_buf_view(&url));
	nt_buf_free(&url);
}

/* What is shown; a link if it has somewhere to go. */
static void
put_label(struct md_text *t, struct nt_str label, struct nt_str target)
{
	if (target.p != NULL)
		md_link_open(t, target);
	md_text_put(t, label, 0);
	if (target.p != NULL)
		md_link_close(t, target);
}

static struct nt_str
or_else(struct nt_str a, const char *b)
{
	return a.len > 0 ? a : nt_str_of(b);
}

static void
put_user(struct md_text *t, struct nt_value user, struct nt_str label)
{
	struct nt_str name = nt_value_text(md_get(user, "name"));

	nt_buf_str(t->out, "<mention");
	put_url(t->out, "user://", user);
	md_text_markup(t, ">");
	md_text_put(t, label.len > 0 ? label : or_else(name, "@user"), 0);
	md_text_markup(t, "</mention>");
}

/* A page or a database, which the service has URLs for. */
static void
put_page(struct nt_markdown *m, struct md_text *t, const char *type,
    struct nt_value page, struct nt_str label)
{
	struct nt_str target = { NULL, 0 };
	struct nt_id id;

	nt_buf_str(t->out, "<mention");
	if (nt_id_scan(nt_value_text(md_get(page, "id")), &id) == 0) {
		nt_buf_clear(&m->scratch);
		md_put_page_url(&m->scratch, &id);
		md_put_attribute(t->out, "url", nt_buf_view(&m->scratch));
		target = md_file_of_id(m, &id);
	}
	if (type != NULL)
		md_put_attribute(t->out, "type", nt_str_of(type));
	md_text_markup(t, ">");
	put_label(t, or_else(label, "Untitled"), target);
	md_text_markup(t, "</mention>");
}

static void
put_source(struct nt_markdown *m, struct md_text *t, const char *scheme,
    struct nt_value thing, struct nt_str label)
{
	nt_buf_str(t->out, "<mention");
	put_url(t->out, scheme, thing);
	md_text_markup(t, ">");
	put_label(t, or_else(label, "Untitled"),
	    md_file_of(m, md_get(thing, "id")));
	md_text_markup(t, "</mention>");
}

/* "2026-04-11T09:00..." as start="2026-04-11" start-time="09:00". */
static void
put_moment(struct nt_buf *out, struct nt_str moment, const char *date,
    const char *time)
{
	const char *t = moment.len > 10 ? memchr(moment.p, 'T', moment.len) :
	    NULL;
	size_t len = t == NULL ? moment.len : (size_t)(t - moment.p);

	if (moment.len == 0)
		return;
	md_put_attribute(out, date, (struct nt_str){ moment.p, len });
	if (t != NULL)
		md_put_attribute(out, time, (struct nt_str){ t + 1,
		    moment.len - len - 1 });
}

static void
put_date(struct md_text *t, struct nt_value date, struct nt_str label)
{
	struct nt_str zone = nt_value_text(md_get(date, "time_zone"));
	struct nt_str start = nt_value_text(md_get(date, "start"));

	nt_buf_str(t->out, "<date");
	put_moment(t->out, start, "start", "start-time");
	put_moment(t->out, nt_value_text(md_get(date, "end")), "end",
	    "end-time");
	if (zone.len > 0)
		md_put_attribute(t->out, "time-zone", zone);
	md_text_markup(t, ">");
	md_text_put(t, label.len > 0 ? label : start, 0);
	md_text_markup(t, "</date>");
}

static void
put_emoji(struct md_text *t, struct nt_value emoji, struct nt_str label)
{
	struct nt_str name = nt_value_text(md_get(emoji, "name"));
	struct nt_str id = nt_value_text(md_get(emoji, "id"));
	struct nt_str url = nt_value_text(md_get(emoji, "url"));

	nt_buf_str(t->out, "<custom-emoji");
	md_put_attribute(t->out, "id", id);
	md_put_attribute(t->out, "name", name);
	if (url.len > 0)
		md_put_attribute(t->out, "url", url);
	md_text_markup(t, ">");
	md_text_put(t, label.len > 0 ? label : name, 0);
	md_text_markup(t, "</custom-emoji>");
}

/* What the service knows of where a link leads to. */
static void
put_link_facts(struct nt_buf *out, struct nt_value link, struct nt_str label)
{
	static const char *const names[] = { "title", "description",
	    "link_author", "link_provider" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct nt_str s = nt_value_text(nt_value_get(link, names[i]));

		if (s.len > 0 && !nt_str_eq(s, label))
			md_put_attribute(out, names[i], s);
	}
}

/* A link that shows more than its text. */
static void
put_link(struct md_text *t, const char *type, struct nt_value link,
    struct nt_str label)
{
	struct nt_str url = nt_value_text(md_get(link, "url"));

	if (url.p == NULL)
		url = nt_value_text(md_get(link, "href"));
	if (label.len == 0)
		label = nt_value_text(md_get(link, "title"));
	nt_buf_str(t->out, "<mention");
	md_put_attribute(t->out, "type", nt_str_of(type));
	md_put_attribute(t->out, "url", url);
	put_link_facts(t->out, link, label);
	md_text_markup(t, ">");
	put_label(t, label.len > 0 ? label : url, url);
	md_text_markup(t, "</mention>");
}

/* "today", "now" or "me", filled in when a template is used. */
static void
put_template(struct md_text *t, struct nt_value template, struct nt_str label)
{
	struct nt_value when = md_get(template, "template_mention_date");
	struct nt_str word = nt_value_text(nt_value_there(when) ? when :
	    md_get(template, "template_mention_user"));

	nt_buf_str(t->out, "<mention type=\"template\"");
	md_put_attribute(t->out, nt_value_there(when) ? "date" : "user", word);
	md_text_markup(t, ">");
	md_text_put(t, label.len > 0 ? label : word, 0);
	md_text_markup(t, "</mention>");
}

/* Of a type that is not known: the type, its id if it has one, the text. */
static void
put_other(struct md_text *t, struct nt_str type, struct nt_value own,
    struct nt_str label)
{
	struct nt_str id = nt_value_text(md_get(own, "id"));

	nt_buf_str(t->out, "<mention");
	md_put_attribute(t->out, "type", type);
	if (id.len > 0)
		md_put_attribute(t->out, "id", id);
	md_text_markup(t, ">");
	md_text_put(t, label.len > 0 ? label : type, 0);
	md_text_markup(t, "</mention>");
}

void
md_mention(struct nt_markdown *m, const struct md_piece *piece,
    struct md_text *t)
{
	struct nt_str type = nt_value_text(md_get(piece->value, "type"));
	struct nt_value own = nt_value_get_n(piece->value, type.p, type.len);

	if (nt_str_is(type, "user"))
		put_user(t, own, piece->text);
	else if (nt_str_is(type, "page"))
		put_page(m, t, NULL, own, piece->text);
	else if (nt_str_is(type, "database"))
		put_page(m, t, "database", own, piece->text);
	else if (nt_str_is(type, "data_source"))
		put_source(m, t, "collection://", own, piece->text);
	else if (nt_str_is(type, "agent"))
		put_source(m, t, "agent://", own, piece->text);
	else if (nt_str_is(type, "date"))
		put_date(t, own, piece->text);
	else if (nt_str_is(type, "custom_emoji"))
		put_emoji(t, own, piece->text);
	else if (nt_str_is(type, "link_preview"))
		put_link(t, "link_preview", own, piece->text);
	else if (nt_str_is(type, "link_mention"))
		put_link(t, "link_mention", own, piece->text);
	else if (nt_str_is(type, "template_mention"))
		put_template(t, own, piece->text);
	else
		put_other(t, type, own, piece->text);
}
