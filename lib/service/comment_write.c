/*
 * Writing comments (api 2.6): POST, PATCH, DELETE.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* ---- what a comment says ---- */

/* The body's rich_text; its markdown as one plain text. */
static int
put_text(struct nt_turn *t, struct nt_buf *out)
{
	struct nt_value items = nt_value_get(t->body, "rich_text");
	struct nt_value markdown = nt_value_get(t->body, "markdown");
	struct nt_world world = nt_world_of(t);
	struct nt_json *doc;
	struct nt_buf text;
	int got;

	if (nt_value_there(items) || !nt_value_there(markdown))
		return nt_stored_text(&world, items, out, &t->why);
	doc = nt_json_new();
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_str(&text, "[{\"text\":{\"content\":");
	nt_json_quote(&text, nt_value_text(markdown));
	nt_buf_str(&text, "}}]");
	nt_json_parse(doc, text.p, text.len, &items, NULL);
	got = nt_stored_text(&world, items, out, &t->why);
	nt_buf_free(&text);
	nt_json_free(doc);
	return got;
}

static int
put_display_name(struct nt_turn *t, struct nt_buf *out)
{
	struct nt_value given = nt_value_get(t->body, "display_name");
	struct nt_value name = nt_value_at(given, "/custom/name");

	if (nt_value_text_is(nt_value_get(given, "type"), "user"))
		return nt_refuse_form(&t->why, "Internal integrations cannot "
		    "use display_name type \"user\" because they aren't owned "
		    "by a single user. Only \"integration\" and \"custom\" "
		    "types are allowed.");
	nt_buf_fmt(out, "{\"type\":\"%s\",\"resolved_name\":",
	    nt_value_there(name) ? "custom" : "integration");
	nt_json_quote(out, nt_value_there(name) ? nt_value_text(name) :
	    nt_str_of(t->svc->me_name));
	nt_buf_char(out, '}');
	return 0;
}

/* The word for a type of content (api 10.4). */
static const char *
category_of(struct nt_str type)
{
	static const struct {
		const char *begins, *category;
	} table[] = {
		{ "audio/", "audio" }, { "image/", "image" },
		{ "video/", "video" }, { "application/pdf", "pdf" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		size_t len = strlen(table[i].begins);

		if (type.len >= len &&
		    memcmp(type.p, table[i].begins, len) == 0)
			return table[i].category;
	}
	return "productivity";
}

static int
put_attachment(struct nt_turn *t, struct nt_value given, struct nt_buf *out)
{
	struct nt_world world = nt_world_of(t);
	struct nt_buf name, file;
	struct nt_held upload;
	struct nt_id id;
	int got = 0;

	nt_buf_init(&name, NT_BUF_MAX);
	nt_buf_init(&file, NT_BUF_MAX);
	if (nt_id_scan(nt_value_text(nt_value_get(given, "file_upload_id")),
	    &id) == 0)
		got = world.upload(t, &id, &name, &file);
	if (got && nt_hold_id(t, &id, NT_AN_UPLOAD, &upload)) {
		nt_buf_fmt(out, "{\"category\":\"%s\",\"file\":", category_of(
		    nt_value_text(nt_value_get(upload.v, "content_type"))));
		nt_buf_add(out, file.p, file.len);
		nt_buf_char(out, '}');
		nt_release(&upload);
	}
	nt_buf_free(&name);
	nt_buf_free(&file);
	return got ? 0 : nt_refuse_form(&t->why, "File upload of an "
	    "attachment could not be found or is not uploaded.");
}

static int
put_attachments(struct nt_turn *t, struct nt_buf *out)
{
	struct nt_value list = nt_value_get(t->body, "attachments");

	if (nt_value_count(list) == 0)
		return 0;
	nt_buf_str(out, "\"attachments\":[");
	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (out->p[out->len - 1] != '[')
			nt_buf_char(out, ',');
		if (put_attachment(t, e, out) == -1)
			return -1;
	}
	nt_buf_str(out, "],");
	return 0;
}

/* ---- where it stands ---- */

struct thread {
	const char *type;	/* of its parent */
	struct nt_id parent, discussion;
	int64_t row;		/* of the parent */
};

/* The thread of a comment that is there already. */
static int
join_thread(struct nt_turn *t, struct nt_str discussion, struct thread *to)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM served_object"
	    " WHERE link = ?1 AND kind = 6 LIMIT 1");
	struct nt_held h;
	int64_t row = 0;

	if (nt_id_scan(discussion, &to->discussion) == 0) {
		nt_stmt_blob(s, 1, to->discussion.b,
		    sizeof to->discussion.b);
		if (nt_stmt_step(s))
			row = nt_stmt_col_int(s, 0);
	}
	nt_stmt_done(s);
	if (!nt_hold_row(t, row, &h))
		return nt_refuse(&t->why, 404, "object_not_found", "Could not "
		    "find discussion with ID: %.*s.",
		    (int)(discussion.len < 60 ? discussion.len : 60),
		    discussion.p);
	to->row = h.o.parent;
	to->type = nt_value_there(nt_value_at(h.v, "/parent/page_id")) ?
	    "page_id" : "block_id";
	nt_id_scan(nt_value_text(nt_value_get(nt_value_get(h.v, "parent"),
	    to->type)), &to->parent);
	nt_release(&h);
	return 0;
}

static int
find_thread(struct nt_turn *t, struct thread *to)
{
	struct nt_value parent = nt_value_get(t->body, "parent");
	struct nt_str page = nt_value_text(nt_value_get(parent, "page_id"));
	struct nt_str block = nt_value_text(nt_value_get(parent, "block_id"));
	struct nt_str discussion = nt_value_text(nt_value_get(t->body,
	    "discussion_id"));

	if (discussion.p != NULL)
		return join_thread(t, discussion, to);
	if (nt_turn_id(t, page.p != NULL ? "body.parent.page_id" :
	    "body.parent.block_id", page.p != NULL ? page : block,
	    &to->parent) == -1)
		return -1;
	nt_id_random(&to->discussion);
	to->type = "page_id";
	to->row = nt_store_row(t->db, &to->parent, NT_A_PAGE);
	if (to->row == 0 && page.p == NULL) {
		to->type = "block_id";
		to->row = nt_store_row(t->db, &to->parent, NT_A_BLOCK);
	}
	return to->row != 0 ? 0 : nt_refuse_missing(t,
	    page.p != NULL ? "page" : "block", &to->parent);
}

/* Nothing is said of what is in the trash. */
static int
check_parent(struct nt_turn *t, const struct thread *to)
{
	struct nt_stmt *hold;
	struct nt_object o;
	int got = 0;

	if (nt_store_get_row(t->db, to->row, &o, &hold))
		got = nt_check_live(t, &o);
	nt_stmt_done(hold);
	return got;
}

/* ---- endpoints ---- */

static int
put_comment(struct nt_turn *t, const struct thread *to, struct nt_buf *out)
{
	char text[NT_ID_TEXT];
	struct nt_id id;

	nt_id_random(&id);
	nt_id_format(&id, text);
	nt_buf_fmt(out, "{\"object\":\"comment\",\"id\":\"%s\",", text);
	nt_id_format(&to->discussion, text);
	nt_buf_fmt(out, "\"discussion_id\":\"%s\",", text);
	nt_id_format(&to->parent, text);
	nt_buf_fmt(out, "\"parent\":{\"type\":\"%s\",\"%s\":\"%s\"},",
	    to->type, to->type, text);
	nt_id_format(&t->svc->me, text);
	nt_buf_fmt(out, "\"created_time\":\"%s\",\"last_edited_time\":\"%s\","
	    "\"created_by\":{\"id\":\"%s\",\"object\":\"user\"},", t->minute,
	    t->minute, text);
	if (put_attachments(t, out) == -1)
		return -1;
	nt_buf_str(out, "\"display_name\":");
	if (put_display_name(t, out) == -1)
		return -1;
	nt_buf_str(out, ",\"rich_text\":");
	if (put_text(t, out) == -1)
		return -1;
	nt_buf_char(out, '}');
	return 0;
}

int
nt_on_comment_create(struct nt_turn *t)
{
	struct thread to;
	struct nt_object o = { 0 };
	struct nt_buf text;
	int got;

	if (find_thread(t, &to) == -1 || check_parent(t, &to) == -1)
		return -1;
	nt_buf_init(&text, NT_BUF_MAX);
	got = put_comment(t, &to, &text);
	if (got == 0)
		nt_create(t, NT_A_COMMENT, to.row, nt_position_last(t, to.row,
		    NT_A_COMMENT), nt_buf_view(&text), &o);
	nt_buf_free(&text);
	return got == 0 ? nt_answer_row(t, o.row) : -1;
}

/* Finds a comment that the bot wrote. */
static int
hold_own(struct nt_turn *t, struct nt_held *h)
{
	struct nt_id by;

	if (nt_hold(t, &t->id[0], NT_A_COMMENT, h) == -1)
		return -1;
	if (nt_id_scan(nt_value_text(nt_value_at(h->v, "/created_by/id")),
	    &by) == 0 && nt_id_eq(&by, &t->svc->me))
		return 0;
	nt_release(h);
	return nt_refuse(&t->why, 403, "restricted_resource", "A comment can "
	    "be changed by the integration that wrote it only.");
}

int
nt_on_comment_update(struct nt_turn *t)
{
	struct nt_held h;
	struct nt_buf text;
	int got;

	if (hold_own(t, &h) == -1)
		return -1;
	nt_buf_init(&text, NT_BUF_MAX);
	got = put_text(t, &text);
	if (got == 0) {
		nt_value_put(h.v, "rich_text", nt_buf_view(&text));
		nt_touch(t, &h);
		nt_save(t, &h);
		nt_answer_row(t, h.o.row);
	}
	nt_buf_free(&text);
	nt_release(&h);
	return got;
}

int
nt_on_comment_delete(struct nt_turn *t)
{
	struct nt_stmt *s;
	struct nt_held h;

	if (hold_own(t, &h) == -1)
		return -1;
	nt_answer_row(t, h.o.row);
	s = nt_db_stmt(t->db, "DELETE FROM served_object WHERE row = ?1");
	nt_stmt_int(s, 1, h.o.row);
	nt_stmt_run(s);
	nt_release(&h);
	return 0;
}
