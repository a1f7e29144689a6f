/* Comments, behind the last block: who said what, when, and about which. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

/* Who: the name that is shown, else the name or id of the user. */
static void
put_author(struct nt_markdown *m, struct md_text *t, struct nt_value comment)
{
	struct nt_value user = md_get(comment, "created_by");
	struct nt_str name = nt_value_text(md_get(md_get(comment,
	    "display_name"), "resolved_name"));

	nt_buf_clear(&m->scratch);
	if (name.len > 0)
		nt_buf_add(&m->scratch, name.p, name.len);
	else
		md_person(m, user, &m->scratch);
	md_text_put(t, nt_buf_view(&m->scratch), 0);
}

/* "2026-03-08T15:00:00.000Z" as "2026-03-08 15:00: ". */
static void
put_time(struct md_text *t, struct nt_str time)
{
	const size_t date = 10, minutes = 16;
	int whole = time.len == 24 && time.p[date] == 'T' &&
	    time.p[time.len - 1] == 'Z';

	if (!whole) {
		md_text_put(t, time, 0);
		md_text_markup(t, ": ");
		return;
	}
	nt_buf_add(t->out, time.p, date);
	nt_buf_char(t->out, ' ');
	nt_buf_add(t->out, time.p + date + 1, minutes - date - 1);
	md_text_markup(t, ": ");
}

static void
put_attachments(struct nt_markdown *m, struct md_text *t, struct nt_value list)
{
	struct nt_value e;
	unsigned n = 0;

	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e), n++) {
		struct nt_str name = { NULL, 0 }, source;
		char pointer[40];

		snprintf(pointer, sizeof pointer, "/attachments/%u", n);
		source = md_source(m, e, pointer, &name);
		if (name.len == 0)
			name = nt_value_text(md_get(e, "category"));
		md_text_put(t, NT_STR(" "), 0);
		md_link_open(t, source);
		md_text_put(t, name.len > 0 ? name : NT_STR("file"), 0);
		md_link_close(t, source);
	}
}

static void
put_attribute(struct nt_buf *out, const char *name, struct nt_value v)
{
	if (nt_value_text(v).len > 0)
		md_put_attribute(out, name, nt_value_text(v));
}

static void
put_comment(struct nt_markdown *m, struct nt_value comment)
{
	struct nt_value parent = md_get(comment, "parent");
	struct nt_str time = nt_value_text(md_get(comment,
	    "created_time"));
	struct md_text t;

	md_begin(m);
	nt_buf_str(m->out, "<comment");
	put_attribute(m->out, "id", md_get(comment, "id"));
	put_attribute(m->out, "discussion", md_get(comment,
	    "discussion_id"));
	put_attribute(m->out, "block", md_get(parent, "block_id"));
	put_attribute(m->out, "user", md_get(md_get(comment,
	    "created_by"), "id"));
	md_put_attribute(m->out, "time", time);
	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, MD_TEXT, 0);
	put_author(m, &t, comment);
	md_text_put(&t, NT_STR(", "), 0);
	put_time(&t, time);
	md_rich(m, md_get(comment, "rich_text"), &t);
	put_attachments(m, &t, md_get(comment, "attachments"));
	md_text_end(&t);
	nt_buf_str(m->out, "</comment>");
}

int
md_comments(struct nt_markdown *m, struct nt_err *err)
{
	int some = 0;

	for (size_t i = 0; i < m->entries; i++) {
		const struct md_entry *e = &m->entry[i];
		struct nt_value record;

		if (e->kind != MD_COMMENT)
			continue;
		m->next = i + 1;
		if (nt_json_parse(m->doc, e->line.p, e->line.len, &record,
		    err) == -1)
			return nt_err_at(err, "line %zu: ", e->number);
		if (md_assets_read(m, err) == -1)
			return -1;
		if (!some++) {
			md_begin(m);
			nt_buf_str(m->out, "<comments>");
		}
		put_comment(m, record);
		md_other_assets(m);
	}
	if (some) {
		md_begin(m);
		nt_buf_str(m->out, "</comments>");
	}
	return 0;
}
