/*
 * Writing pages: create, update (api 2.1).
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* "https://www.notion.so/Title-32hex": letters and digits, joined by '-'. */
void
nt_put_url(struct nt_buf *out, struct nt_str title, const struct nt_id *id)
{
	char text[NT_ID_TEXT];
	size_t start;
	int gap = 0;

	nt_buf_str(out, "https://www.notion.so/");
	start = out->len;
	for (size_t i = 0; i < title.len && out->len - start < 100; i++) {
		char c = title.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z')) {
			if (gap && out->len > start)
				nt_buf_char(out, '-');
			nt_buf_char(out, c);
			gap = 0;
		} else
			gap = 1;
	}
	if (out->len > start)
		nt_buf_char(out, '-');
	nt_id_format_plain(id, text);
	nt_buf_str(out, text);
}

/* ---- what else the body sets ---- */

/* Sets icon or cover, where the body says so. */
static int
set_picture(struct nt_turn *t, struct nt_held *h, const char *name,
    int (*stored)(const struct nt_world *, struct nt_value, struct nt_buf *,
    struct nt_refusal *))
{
	struct nt_value given = nt_value_get(t->body, name);
	struct nt_world world = nt_world_of(t);
	struct nt_buf text;
	int got;

	if (!nt_value_there(given))
		return 0;
	nt_buf_init(&text, NT_BUF_MAX);
	got = stored(&world, given, &text, &t->why);
	if (got == 0)
		nt_value_put(h->v, name, nt_buf_view(&text));
	nt_buf_free(&text);
	return got;
}

int
nt_set_pictures(struct nt_turn *t, struct nt_held *h)
{
	if (set_picture(t, h, "icon", nt_stored_icon) == -1)
		return -1;
	return set_picture(t, h, "cover", nt_stored_cover);
}

void
nt_set_flags(struct nt_turn *t, struct nt_held *h, const char *const names[])
{
	for (; *names != NULL; names++) {
		struct nt_value flag = nt_value_get(t->body, *names);

		if (nt_value_is(flag, NT_JSON_BOOL))
			nt_value_put(h->v, *names, nt_value_raw(flag));
	}
}

/* ---- create ---- */

/* The one data source of a database; refuses if there are several. */
static int
only_source(struct nt_turn *t, const struct nt_id *database, struct nt_id *id)
{
	struct nt_held h;
	struct nt_value sources;
	int got;

	if (nt_hold(t, database, NT_A_DATABASE, &h) == -1)
		return -1;
	sources = nt_value_get(h.v, "data_sources");
	got = nt_value_count(sources) == 1 ? nt_id_scan(nt_value_text(
	    nt_value_get(nt_value_first(sources), "id")), id) : -1;
	if (got == -1)
		nt_refuse_form(&t->why, "Databases with multiple data sources"
		    " are not supported in this API version. Use a "
		    "data_source_id as the parent.");
	nt_release(&h);
	return got;
}

int
nt_home_find(struct nt_turn *t, struct nt_value parent, struct nt_home *home)
{
	struct nt_str page = nt_value_text(nt_value_get(parent, "page_id"));
	struct nt_str source = nt_value_text(nt_value_get(parent,
	    "data_source_id"));
	struct nt_str database = nt_value_text(nt_value_get(parent,
	    "database_id"));
	struct nt_id id;
	enum nt_what what = page.p != NULL ? NT_A_PAGE : NT_A_DATA_SOURCE;

	*home = (struct nt_home){ .place = { .type = "page_id" } };
	if (page.p == NULL && source.p == NULL && database.p == NULL)
		return 0;	/* the workspace */
	if (page.p == NULL && source.p == NULL) {
		if (nt_turn_id(t, "body.parent.database_id", database,
		    &id) == -1 || only_source(t, &id, &id) == -1)
			return -1;
	} else if (nt_turn_id(t, page.p != NULL ? "body.parent.page_id" :
	    "body.parent.data_source_id", page.p != NULL ? page : source,
	    &id) == -1)
		return -1;
	if (nt_hold(t, &id, what, &home->held) == -1)
		return -1;
	home->place.id = id;
	home->place.row = home->held.o.row;
	if (nt_check_live(t, &home->held.o) == -1) {
		nt_release(&home->held);
		home->held.doc = NULL;
		return -1;
	}
	return 0;
}

void
nt_home_free(struct nt_home *home)
{
	if (home->held.doc != NULL)
		nt_release(&home->held);
}

void
nt_home_put(const struct nt_home *home, struct nt_buf *out)
{
	char id[NT_ID_TEXT];

	nt_id_format(&home->place.id, id);
	if (home->held.doc == NULL)
		nt_buf_str(out, "{\"type\":\"workspace\",\"workspace\":true}");
	else if (home->held.o.what == NT_A_PAGE)
		nt_buf_fmt(out, "{\"type\":\"page_id\",\"page_id\":\"%s\"}",
		    id);
	else {
		struct nt_str of = nt_value_text(nt_value_at(home->held.v,
		    "/parent/database_id"));

		nt_buf_fmt(out, "{\"type\":\"data_source_id\","
		    "\"data_source_id\":\"%s\",\"database_id\":\"%.*s\"}", id,
		    (int)of.len, of.p != NULL ? of.p : "");
	}
}

static int
put_properties(struct nt_turn *t, struct nt_home *home,
    const struct nt_held *page, struct nt_value given, struct nt_buf *out)
{
	struct nt_world world = nt_world_of(t);

	if (home->held.doc != NULL && home->held.o.what == NT_A_DATA_SOURCE)
		return nt_source_properties(t, &home->held, page, given, out);
	return nt_stored_title_only(&world, given, page != NULL ?
	    nt_value_get(page->v, "properties") : NT_VALUE_NONE, out,
	    &t->why);
}

/* The page's own record, its url yet without a title. */
static int
put_page(struct nt_turn *t, struct nt_home *home, const struct nt_id *id,
    struct nt_buf *out)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_buf_fmt(out, "{\"object\":\"page\",\"id\":\"%s\",", text);
	nt_put_birth(t, out);
	nt_buf_str(out, "\"cover\":null,\"icon\":null,\"parent\":");
	nt_home_put(home, out);
	nt_buf_str(out, ",\"in_trash\":false,\"is_archived\":false,"
	    "\"is_locked\":false,\"properties\":");
	if (put_properties(t, home, NULL, nt_value_get(t->body, "properties"),
	    out) == -1)
		return -1;
	nt_buf_str(out, ",\"url\":\"\",\"public_url\":null}");
	return 0;
}

/* After a change of the title: the link, and the block in the parent. */
static void
set_title(struct nt_turn *t, struct nt_held *page)
{
	struct nt_buf title, url, text;
	struct nt_held block;

	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&url, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_title_text(page->v, &title);
	nt_put_url(&url, nt_buf_view(&title), &page->o.id);
	nt_json_quote(&text, nt_buf_view(&url));
	nt_value_put(page->v, "url", nt_buf_view(&text));
	if (nt_hold_id(t, &page->o.id, NT_A_BLOCK, &block)) {
		nt_buf_clear(&text);
		nt_buf_str(&text, "{\"title\":");
		nt_json_quote(&text, nt_buf_view(&title));
		nt_buf_char(&text, '}');
		nt_value_put(block.v, "child_page", nt_buf_view(&text));
		nt_touch(t, &block);
		nt_save(t, &block);
		nt_release(&block);
	}
	nt_buf_free(&title);
	nt_buf_free(&url);
	nt_buf_free(&text);
}

/* What a new page has besides its record: its block, its content, its links. */
static int
furnish(struct nt_turn *t, struct nt_home *home, struct nt_held *page)
{
	struct nt_value children = nt_value_get(t->body, "children");
	struct nt_place inside = { .type = "page_id", .id = page->o.id,
	    .row = page->o.row, .at = 1 };

	if (!nt_value_there(children))
		children = nt_value_get(t->body, "content");
	if (home->held.doc != NULL && home->held.o.what == NT_A_PAGE) {
		if (nt_find_place(t, &home->place, nt_value_get(t->body,
		    "position"), 1) == -1)
			return -1;
		nt_add_child_block(t, &home->place, &page->o.id, "child_page",
		    NT_STR(""));
		nt_count_children(t, home->place.row);
		nt_touch_page(t, home->place.row);
	}
	if (nt_set_pictures(t, page) == -1)
		return -1;
	set_title(t, page);
	nt_save(t, page);
	if (nt_check_page_children(t, children) == -1 ||
	    nt_add_blocks(t, &inside, children) == -1)
		return -1;
	if (nt_value_count(children) > 0)
		nt_count_children(t, page->o.row);
	if (home->held.doc != NULL && home->held.o.what == NT_A_DATA_SOURCE)
		nt_relate(t, nt_value_get(home->held.v, "properties"),
		    &page->o.id, NT_VALUE_NONE,
		    nt_value_get(page->v, "properties"));
	return 0;
}

static int
check_unserved(struct nt_turn *t)
{
	struct nt_value template = nt_value_get(t->body, "template");

	if (nt_value_there(nt_value_get(t->body, "markdown")))
		return nt_refuse(&t->why, 400, "invalid_request",
		    "Unsupported request: markdown is read here, not "
		    "written.");
	if (nt_value_there(template) && !nt_value_text_is(
	    nt_value_get(template, "type"), "none"))
		return nt_refuse(&t->why, 404, "object_not_found",
		    "Could not find template: this data source has none.");
	return 0;
}

int
nt_on_page_create(struct nt_turn *t)
{
	struct nt_home home;
	struct nt_held page;
	struct nt_object o = { 0 };
	struct nt_buf text;
	struct nt_id id;
	int got;

	if (check_unserved(t) == -1 ||
	    nt_home_find(t, nt_value_get(t->body, "parent"), &home) == -1)
		return -1;
	nt_id_random(&id);
	nt_buf_init(&text, NT_BUF_MAX);
	got = put_page(t, &home, &id, &text);
	if (got == 0) {
		nt_create(t, NT_A_PAGE, home.place.row, 0, nt_buf_view(&text),
		    &o);
		got = nt_hold_row(t, o.row, &page) ? 0 : -1;
	}
	if (got == 0) {
		got = furnish(t, &home, &page);
		nt_release(&page);
	}
	nt_buf_free(&text);
	nt_home_free(&home);
	return got == 0 ? nt_answer_row(t, o.row) : -1;
}

/* ---- update ---- */

/* The data source a page is in, if it is in one. */
static void
home_of(struct nt_turn *t, const struct nt_held *page, struct nt_home *home)
{
	*home = (struct nt_home){ .place = { .type = "page_id" } };
	if (page->o.parent != 0 &&
	    !nt_hold_row(t, page->o.parent, &home->held))
		home->held.doc = NULL;
}

/* Tells the other sides; the page may be one itself, and is held anew. */
static void
relate(struct nt_turn *t, const struct nt_home *home, struct nt_held *page,
    struct nt_str old, struct nt_value now)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value was = NT_VALUE_NONE;
	int64_t row = page->o.row;

	nt_json_parse(doc, old.p, old.len, &was, NULL);
	nt_relate(t, nt_value_get(home->held.v, "properties"), &page->o.id,
	    was, now);
	nt_json_free(doc);
	nt_release(page);
	nt_hold_row(t, row, page);
}

static int
set_properties(struct nt_turn *t, struct nt_held *page)
{
	struct nt_value given = nt_value_get(t->body, "properties");
	struct nt_json *doc = nt_json_new();
	struct nt_value now;
	struct nt_buf text, old, before, after;
	struct nt_home home;
	int got;

	home_of(t, page, &home);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&old, NT_BUF_MAX);
	nt_json_canonical(nt_value_get(page->v, "properties"), &old);
	nt_buf_init(&before, NT_BUF_MAX);
	nt_buf_init(&after, NT_BUF_MAX);
	nt_title_text(page->v, &before);
	got = put_properties(t, &home, page, given, &text);
	if (got == 0)
		got = nt_json_parse(doc, text.p, text.len, &now, NULL);
	if (got == 0) {
		nt_value_put(page->v, "properties", nt_buf_view(&text));
		nt_touch(t, page);
		nt_save(t, page);
		nt_title_text(page->v, &after);
		if (!nt_str_eq(nt_buf_view(&before), nt_buf_view(&after)))
			set_title(t, page);
		nt_save(t, page);
	}
	if (got == 0 && home.held.doc != NULL)
		relate(t, &home, page, nt_buf_view(&old), now);
	nt_buf_free(&text);
	nt_buf_free(&old);
	nt_buf_free(&before);
	nt_buf_free(&after);
	nt_json_free(doc);
	nt_home_free(&home);
	return got;
}

/* Takes all blocks of the page away, and what hangs on them. */
static void
erase_content(struct nt_turn *t, int64_t row)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT id FROM served_object"
	    " WHERE parent = ?1 AND kind = 4 AND state = 0");
	struct nt_result ids = { 0 };
	struct nt_held h;

	nt_stmt_int(s, 1, row);
	while (nt_stmt_step(s)) {
		struct nt_id id;

		memcpy(id.b, nt_stmt_col_str(s, 0).p, sizeof id.b);
		nt_result_add(&ids, nt_store_row(t->db, &id, NT_A_BLOCK));
	}
	nt_stmt_done(s);
	for (size_t i = 0; i < ids.count; i++)
		if (nt_hold_row(t, ids.rows[i], &h)) {
			nt_trash(t, &h.o.id, 1);
			nt_release(&h);
		}
	free(ids.rows);
}

static int
update_page(struct nt_turn *t, struct nt_held *page)
{
	static const char *const flags[] = { "is_locked", "is_archived", NULL };

	/* The properties first: the others go by the page as it is saved. */
	if (nt_value_there(nt_value_get(t->body, "properties")) &&
	    set_properties(t, page) == -1)
		return -1;
	if (nt_set_pictures(t, page) == -1)
		return -1;
	nt_set_flags(t, page, flags);
	nt_touch(t, page);
	nt_save(t, page);
	if (nt_value_true(nt_value_get(t->body, "erase_content")))
		erase_content(t, page->o.row);
	return 0;
}

int
nt_on_page_update(struct nt_turn *t)
{
	struct nt_held page;
	int got;

	if (nt_hold(t, &t->id[0], NT_A_PAGE, &page) == -1)
		return -1;
	got = check_unserved(t);
	if (got == 0)
		got = nt_trash_held(t, &page);
	if (got == 0)
		got = update_page(t, &page);
	if (got == 0 && nt_turn_selects(t))
		got = nt_turn_check_wanted(t, nt_value_get(page.v,
		    "properties"));
	if (got == 0)
		nt_answer_row(t, page.o.row);
	nt_release(&page);
	return got;
}
