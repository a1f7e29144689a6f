/*
 * Writing databases (api 2.3): a database, the data source it begins with,
 * and its first view.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/schema.h"

#include "internal.h"

/* An array of rich text of the body; "[]" if there is none. */
static int
put_text(struct nt_turn *t, const char *name, struct nt_buf *out)
{
	struct nt_world world = nt_world_of(t);
	struct nt_value items = nt_value_get(t->body, name);

	if (!nt_value_is(items, NT_JSON_ARRAY)) {
		nt_buf_str(out, "[]");
		return 0;
	}
	return nt_stored_text(&world, items, out, &t->why);
}

int
nt_set_text(struct nt_turn *t, struct nt_held *h, const char *name)
{
	struct nt_buf text;
	int got;

	if (!nt_value_there(nt_value_get(t->body, name)))
		return 0;
	nt_buf_init(&text, NT_BUF_MAX);
	got = put_text(t, name, &text);
	if (got == 0)
		nt_value_put(h->v, name, nt_buf_view(&text));
	nt_buf_free(&text);
	return got;
}

/* Appends the id as a JSON string. */
static void
put_id(struct nt_buf *out, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_buf_fmt(out, "\"%s\"", text);
}

/* What the service calls a database that nobody gave a name, as recorded. */
#define NO_TITLE "[{\"type\":\"text\",\"text\":{\"content\":" \
	"\"New database\",\"link\":null},\"plain_text\":\"New database\"," \
	"\"href\":null,\"annotations\":{\"bold\":false,\"italic\":false," \
	"\"strikethrough\":false,\"underline\":false,\"code\":false," \
	"\"color\":\"default\"}}]"

/* What database and data source have in common, and a comma. */
static int
put_common(struct nt_turn *t, const char *object, const struct nt_id *id,
    const char *title, struct nt_buf *out)
{
	nt_buf_fmt(out, "{\"object\":\"%s\",\"id\":", object);
	put_id(out, id);
	nt_buf_str(out, ",\"icon\":null,\"cover\":null,\"in_trash\":false,"
	    "\"public_url\":null,\"title\":");
	if (strcmp(object, "database") == 0 &&
	    !nt_value_there(nt_value_get(t->body, title)))
		nt_buf_str(out, NO_TITLE);
	else if (put_text(t, title, out) == -1)
		return -1;
	nt_buf_char(out, ',');
	return 0;
}

/* ---- data sources ---- */

int
nt_add_source(struct nt_turn *t, const struct nt_id *id,
    const struct nt_held *database, struct nt_value properties)
{
	struct nt_world world = nt_world_of(t);
	struct nt_str parent = nt_value_raw(nt_value_get(database->v,
	    "parent"));
	struct nt_object o = { 0 };
	struct nt_held source;
	struct nt_buf text;
	int got;

	nt_buf_init(&text, NT_BUF_MAX);
	got = put_common(t, "data_source", id, "title", &text);
	if (got == 0) {
		nt_put_birth(t, &text);
		nt_buf_str(&text, "\"description\":[],\"database_parent\":");
		nt_buf_add(&text, parent.p, parent.len);
		nt_buf_fmt(&text, ",\"is_inline\":%s,\"parent\":{\"type\":"
		    "\"database_id\",\"database_id\":", nt_value_true(
		    nt_value_get(database->v, "is_inline")) ? "true" :
		    "false");
		put_id(&text, &database->o.id);
		nt_buf_str(&text, "},\"url\":\"");
		nt_put_url(&text, NT_STR(""), &database->o.id);
		nt_buf_str(&text, "\",\"properties\":");
		got = nt_schema_write(&world, NT_VALUE_NONE, properties,
		    &text, &t->why);
	}
	if (got == 0) {
		nt_buf_char(&text, '}');
		nt_create(t, NT_A_DATA_SOURCE, database->o.row,
		    nt_position_last(t, database->o.row, NT_A_DATA_SOURCE),
		    nt_buf_view(&text), &o);
		got = nt_hold_row(t, o.row, &source) ? 0 : -1;
	}
	if (got == 0) {
		got = nt_set_pictures(t, &source);
		if (got == 0)
			got = nt_complete_relations(t, &source,
			    NT_VALUE_NONE);
		nt_save(t, &source);
		nt_release(&source);
	}
	nt_buf_free(&text);
	return got;
}

/* The list "data_sources" of a database, as it is now. */
void
nt_list_sources(struct nt_turn *t, struct nt_held *database)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 3 AND state = 0 ORDER BY position");
	struct nt_buf text, title;
	struct nt_held source;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_char(&text, '[');
	nt_stmt_int(s, 1, database->o.row);
	while (nt_stmt_step(s)) {
		if (!nt_hold_row(t, nt_stmt_col_int(s, 0), &source))
			continue;
		nt_buf_clear(&title);
		nt_title_text(source.v, &title);
		nt_buf_str(&text, text.len > 1 ? ",{\"id\":" : "{\"id\":");
		put_id(&text, &source.o.id);
		nt_buf_str(&text, ",\"name\":");
		nt_json_quote(&text, nt_buf_view(&title));
		nt_buf_char(&text, '}');
		nt_release(&source);
	}
	nt_stmt_done(s);
	nt_buf_char(&text, ']');
	nt_value_put(database->v, "data_sources", nt_buf_view(&text));
	nt_buf_free(&text);
	nt_buf_free(&title);
}

/* ---- create ---- */

static int
put_database(struct nt_turn *t, const struct nt_id *id, struct nt_buf *out)
{
	struct nt_str page = nt_value_text(nt_value_at(t->body,
	    "/parent/page_id"));
	struct nt_id parent;
	int is_inline = nt_value_true(nt_value_get(t->body, "is_inline"));

	if (put_common(t, "database", id, "title", out) == -1)
		return -1;
	nt_buf_str(out, "\"description\":");
	if (put_text(t, "description", out) == -1)
		return -1;
	nt_buf_fmt(out, ",\"created_time\":\"%s\",\"last_edited_time\":\"%s\","
	    "\"data_sources\":[],\"is_locked\":false,\"is_inline\":%s,"
	    "\"url\":\"", t->minute, t->minute, is_inline ? "true" : "false");
	nt_put_url(out, NT_STR(""), id);
	nt_buf_str(out, "\",\"parent\":");
	if (page.p == NULL || nt_id_scan(page, &parent) == -1)
		nt_buf_str(out, "{\"type\":\"workspace\",\"workspace\":true}}");
	else {
		nt_buf_str(out, "{\"type\":\"page_id\",\"page_id\":");
		put_id(out, &parent);
		nt_buf_str(out, "}}");
	}
	return 0;
}

/* The page it goes on; place->row is 0 for the workspace. */
static int
find_page(struct nt_turn *t, struct nt_place *place)
{
	struct nt_str page = nt_value_text(nt_value_at(t->body,
	    "/parent/page_id"));
	struct nt_held h;
	int got;

	*place = (struct nt_place){ .type = "page_id" };
	if (page.p == NULL)
		return 0;
	if (nt_turn_id(t, "body.parent.page_id", page, &place->id) == -1 ||
	    nt_hold(t, &place->id, NT_A_PAGE, &h) == -1)
		return -1;
	place->row = h.o.row;
	got = nt_check_live(t, &h.o);
	nt_release(&h);
	return got;
}

static int
furnish(struct nt_turn *t, struct nt_held *database, struct nt_place *place)
{
	struct nt_value given = nt_value_at(t->body,
	    "/initial_data_source/properties");
	struct nt_buf title;
	struct nt_id source;

	nt_id_random(&source);
	if (place->row != 0) {
		nt_buf_init(&title, NT_BUF_MAX);
		nt_title_text(database->v, &title);
		nt_find_place(t, place, NT_VALUE_NONE, 1);
		nt_add_child_block(t, place, &database->o.id,
		    "child_database", nt_buf_view(&title));
		nt_count_children(t, place->row);
		nt_touch_page(t, place->row);
		nt_buf_free(&title);
	}
	if (nt_set_pictures(t, database) == -1 ||
	    nt_add_source(t, &source, database, given) == -1)
		return -1;
	nt_add_view(t, database, &source);
	nt_list_sources(t, database);
	nt_save(t, database);
	return 0;
}

int
nt_on_database_create(struct nt_turn *t)
{
	struct nt_object o = { 0 };
	struct nt_place place;
	struct nt_held database;
	struct nt_buf text;
	struct nt_id id;
	int got;

	if (find_page(t, &place) == -1)
		return -1;
	nt_id_random(&id);
	nt_buf_init(&text, NT_BUF_MAX);
	got = put_database(t, &id, &text);
	if (got == 0) {
		nt_create(t, NT_A_DATABASE, place.row, 0, nt_buf_view(&text),
		    &o);
		got = nt_hold_row(t, o.row, &database) ? 0 : -1;
	}
	if (got == 0) {
		got = furnish(t, &database, &place);
		nt_release(&database);
	}
	nt_buf_free(&text);
	return got == 0 ? nt_answer_row(t, o.row) : -1;
}

/* ---- update ---- */

/* The child_database block says the title, too. */
static void
retitle_block(struct nt_turn *t, const struct nt_held *database)
{
	struct nt_buf title, text;
	struct nt_held block;

	if (!nt_hold_id(t, &database->o.id, NT_A_BLOCK, &block))
		return;
	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_title_text(database->v, &title);
	nt_buf_str(&text, "{\"title\":");
	nt_json_quote(&text, nt_buf_view(&title));
	nt_buf_char(&text, '}');
	nt_value_put(block.v, "child_database", nt_buf_view(&text));
	nt_touch(t, &block);
	nt_save(t, &block);
	nt_release(&block);
	nt_buf_free(&title);
	nt_buf_free(&text);
}

/* What the data sources tell of their database, as it is now. */
static void
tell_sources(struct nt_turn *t, const struct nt_held *database)
{
	struct nt_str is_inline = nt_value_raw(nt_value_get(database->v,
	    "is_inline"));
	struct nt_str parent = nt_value_raw(nt_value_get(database->v,
	    "parent"));
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 3");
	struct nt_result rows = { 0 };
	struct nt_held h;

	nt_stmt_int(s, 1, database->o.row);
	while (nt_stmt_step(s))
		nt_result_add(&rows, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	for (size_t i = 0; i < rows.count; i++)
		if (nt_hold_row(t, rows.rows[i], &h)) {
			nt_value_put(h.v, "is_inline", is_inline);
			nt_value_put(h.v, "database_parent", parent);
			nt_save(t, &h);
			nt_release(&h);
		}
	free(rows.rows);
}

/* Moves the database to another page, or to the top of the workspace. */
static int
change_parent(struct nt_turn *t, struct nt_held *database)
{
	struct nt_value parent = nt_value_get(t->body, "parent");
	struct nt_home home;
	int got;

	if (!nt_value_there(parent))
		return 0;
	if (nt_home_find(t, parent, &home) == -1)
		return -1;
	got = nt_move_check(t, &home, database);
	if (got == 0)
		got = nt_move_block(t, &home, database);
	if (got == 0)
		nt_move_save(t, &home, database);
	nt_home_free(&home);
	return got;
}

int
nt_on_database_update(struct nt_turn *t)
{
	static const char *const flags[] = { "is_inline", "is_locked", NULL };
	struct nt_held h;
	int got;

	if (nt_hold(t, &t->id[0], NT_A_DATABASE, &h) == -1)
		return -1;
	got = nt_trash_held(t, &h);
	if (got == 0 && (nt_set_text(t, &h, "title") == -1 ||
	    nt_set_text(t, &h, "description") == -1 ||
	    nt_set_pictures(t, &h) == -1 || change_parent(t, &h) == -1))
		got = -1;
	if (got == 0) {
		nt_set_flags(t, &h, flags);
		nt_touch(t, &h);
		nt_save(t, &h);
		if (nt_value_there(nt_value_get(t->body, "title")))
			retitle_block(t, &h);
		if (nt_value_there(nt_value_get(t->body, "is_inline")) ||
		    nt_value_there(nt_value_get(t->body, "parent")))
			tell_sources(t, &h);
		nt_answer_row(t, h.o.row);
	}
	nt_release(&h);
	return got;
}
