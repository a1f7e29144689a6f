/*
 * Writing data sources (api 2.3, 3.6): schemas, and what a change of one does
 * to the rows.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/schema.h"

#include "internal.h"

/* ---- rows ---- */

void
nt_reshape_rows(struct nt_turn *t, const struct nt_held *source)
{
	struct nt_value schema = nt_value_get(source->v, "properties");
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 1 ORDER BY created, id");
	struct nt_result rows = { 0 };
	struct nt_held page;
	struct nt_buf text;

	nt_stmt_int(s, 1, source->o.row);
	while (nt_stmt_step(s))
		nt_result_add(&rows, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	nt_buf_init(&text, NT_BUF_MAX);
	for (size_t i = 0; i < rows.count; i++) {
		if (!nt_hold_row(t, rows.rows[i], &page))
			continue;
		nt_buf_clear(&text);
		nt_stored_reshape(schema, nt_value_get(page.v, "properties"),
		    &text);
		nt_value_put(page.v, "properties", nt_buf_view(&text));
		nt_save(t, &page);
		nt_fill_row(t, source, &page);
		nt_release(&page);
	}
	nt_buf_free(&text);
	free(rows.rows);
}

/* ---- endpoints ---- */

/* The database's own list of its data sources, after a change. */
static void
relist(struct nt_turn *t, int64_t database)
{
	struct nt_held h;

	if (!nt_hold_row(t, database, &h))
		return;
	nt_list_sources(t, &h);
	nt_save(t, &h);
	nt_release(&h);
}

int
nt_on_source_create(struct nt_turn *t)
{
	struct nt_held database;
	struct nt_id id;
	int got;

	if (nt_turn_id(t, "body.parent.database_id", nt_value_text(nt_value_at(
	    t->body, "/parent/database_id")), &id) == -1 ||
	    nt_hold(t, &id, NT_A_DATABASE, &database) == -1)
		return -1;
	nt_id_random(&id);
	got = nt_check_live(t, &database.o);
	if (got == 0)
		got = nt_add_source(t, &id, &database,
		    nt_value_get(t->body, "properties"));
	if (got == 0) {
		nt_add_view(t, &database, &id);
		relist(t, database.o.row);
	}
	nt_release(&database);
	return got == 0 ? nt_answer_row(t, nt_store_row(t->db, &id,
	    NT_A_DATA_SOURCE)) : -1;
}

static int
change_schema(struct nt_turn *t, struct nt_held *source)
{
	struct nt_value given = nt_value_get(t->body, "properties");
	struct nt_world world = nt_world_of(t);
	struct nt_json *doc = nt_json_new();
	struct nt_value old;
	struct nt_buf text, before;
	int got;

	if (!nt_value_there(given)) {
		nt_json_free(doc);
		return 0;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&before, NT_BUF_MAX);
	nt_json_canonical(nt_value_get(source->v, "properties"), &before);
	nt_json_parse(doc, before.p, before.len, &old, NULL);
	got = nt_schema_write(&world, old, given, &text, &t->why);
	if (got == 0) {
		nt_value_put(source->v, "properties", nt_buf_view(&text));
		nt_save(t, source);
		got = nt_complete_relations(t, source, old);
	}
	if (got == 0)
		nt_reshape_rows(t, source);
	nt_buf_free(&text);
	nt_buf_free(&before);
	nt_json_free(doc);
	return got;
}

/* Moves the data source to another database: 0, or -1. */
static int
change_database(struct nt_turn *t, struct nt_held *source)
{
	struct nt_str to = nt_value_text(nt_value_at(t->body,
	    "/parent/database_id"));
	struct nt_held database;
	struct nt_stmt *s;
	struct nt_buf text;
	char plain[NT_ID_TEXT];
	struct nt_id id;
	int64_t from = source->o.parent;

	if (to.p == NULL)
		return 0;
	if (nt_turn_id(t, "body.parent.database_id", to, &id) == -1 ||
	    nt_hold(t, &id, NT_A_DATABASE, &database) == -1)
		return -1;
	nt_id_format(&id, plain);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_fmt(&text, "{\"database_id\":\"%s\",\"type\":\"database_id\"}",
	    plain);
	nt_value_put(source->v, "parent", nt_buf_view(&text));
	nt_value_put(source->v, "database_parent",
	    nt_value_raw(nt_value_get(database.v, "parent")));
	nt_save(t, source);
	nt_buf_free(&text);
	s = nt_db_stmt(t->db, "UPDATE served_object"
	    " SET parent = ?2, position = ?3 WHERE row = ?1");
	nt_stmt_int(s, 1, source->o.row);
	nt_stmt_int(s, 2, database.o.row);
	nt_stmt_int(s, 3, nt_position_last(t, database.o.row,
	    NT_A_DATA_SOURCE));
	nt_stmt_run(s);
	if (from != database.o.row)
		nt_add_view(t, &database, &source->o.id);
	relist(t, from);
	relist(t, database.o.row);
	nt_release(&database);
	return 0;
}

int
nt_on_source_update(struct nt_turn *t)
{
	struct nt_held h;
	int got;

	if (nt_hold(t, &t->id[0], NT_A_DATA_SOURCE, &h) == -1)
		return -1;
	got = nt_trash_held(t, &h);
	if (got == 0 && (nt_set_text(t, &h, "title") == -1 ||
	    nt_set_pictures(t, &h) == -1 || change_schema(t, &h) == -1 ||
	    change_database(t, &h) == -1))
		got = -1;
	if (got == 0) {
		nt_touch(t, &h);
		nt_save(t, &h);
		relist(t, h.o.parent);
		nt_answer_row(t, h.o.row);
	}
	nt_release(&h);
	return got;
}
