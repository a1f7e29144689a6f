/*
 * Writing data sources (api 2.3, 3.6): schemas, what a change of one does to
 * the rows, and the other side of dual relations.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/schema.h"

#include "internal.h"

/* ---- dual relations ---- */

/* The schema's property that this relation entry is the other side of. */
static struct nt_str
synced_id(struct nt_value entry)
{
	return nt_value_text(nt_value_at(entry,
	    "/relation/dual_property/synced_property_id"));
}

static int
is_dual(struct nt_value entry)
{
	return nt_value_there(nt_value_at(entry, "/relation/dual_property"));
}

/* Writes {name: entry} into the source's properties. */
static void
put_entry(struct nt_held *source, struct nt_str name, struct nt_str entry)
{
	char *key = nt_strndup(name.p, name.len);

	nt_value_put(nt_value_get(source->v, "properties"), key, entry);
	free(key);
}

/* "relation":{…}, which the two sides have alike. */
static void
put_config(struct nt_buf *out, const struct nt_held *target,
    struct nt_str property, struct nt_str name)
{
	char id[NT_ID_TEXT];
	struct nt_str database = nt_value_text(nt_value_at(target->v,
	    "/parent/database_id"));

	nt_id_format(&target->o.id, id);
	nt_buf_fmt(out, "{\"data_source_id\":\"%s\"", id);
	if (database.p != NULL) {
		nt_buf_str(out, ",\"database_id\":");
		nt_json_quote(out, database);
	}
	if (property.p == NULL) {
		nt_buf_str(out, ",\"type\":\"single_property\","
		    "\"single_property\":{}}");
		return;
	}
	nt_buf_str(out, ",\"type\":\"dual_property\",\"dual_property\":"
	    "{\"synced_property_id\":");
	nt_json_quote(out, property);
	nt_buf_str(out, ",\"synced_property_name\":");
	nt_json_quote(out, name);
	nt_buf_str(out, "}}");
}

static void
put_relation(struct nt_buf *out, struct nt_str id, struct nt_str name)
{
	nt_buf_str(out, "{\"description\":null,\"id\":");
	nt_json_quote(out, id);
	nt_buf_str(out, ",\"name\":");
	nt_json_quote(out, name);
	nt_buf_str(out, ",\"type\":\"relation\",\"relation\":");
}

/* A name that the schema has not yet: "Related to Tasks (Owner)", " 1", … */
static void
free_name(struct nt_value schema, struct nt_str wish, struct nt_buf *name)
{
	for (unsigned n = 0; n < 1000; n++) {
		nt_buf_clear(name);
		nt_buf_add(name, wish.p, wish.len);
		if (n > 0)
			nt_buf_fmt(name, " %u", n);
		if (!nt_value_there(nt_value_get_n(schema, name->p,
		    name->len)))
			return;
	}
}

/* Makes the counterpart of a new dual relation, and tells both of it. */
static void
add_counterpart(struct nt_held *source, struct nt_value entry,
    struct nt_held *target)
{
	struct nt_str id = nt_value_text(nt_value_get(entry, "id"));
	struct nt_str name = nt_value_text(nt_value_get(entry, "name"));
	struct nt_str wish = nt_value_text(nt_value_at(entry,
	    "/relation/dual_property/synced_property_name"));
	struct nt_buf text, other, made;
	char key[NT_ID_TEXT];
	struct nt_id fresh;

	nt_id_random(&fresh);
	nt_id_format(&fresh, key);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&other, NT_BUF_MAX);
	nt_buf_init(&made, NT_BUF_MAX);
	if (wish.p == NULL) {
		nt_buf_str(&made, "Related to ");
		nt_title_text(source->v, &made);
		nt_buf_str(&made, " (");
		nt_buf_add(&made, name.p, name.len);
		nt_buf_char(&made, ')');
		wish = nt_buf_view(&made);
	}
	free_name(nt_value_get(target->v, "properties"), wish, &other);

	put_relation(&text, nt_str_of(key), nt_buf_view(&other));
	put_config(&text, source, id, name);
	nt_buf_char(&text, '}');
	put_entry(target, nt_buf_view(&other), nt_buf_view(&text));

	nt_buf_clear(&text);
	put_relation(&text, id, name);
	put_config(&text, target, nt_str_of(key), nt_buf_view(&other));
	nt_buf_char(&text, '}');
	put_entry(source, name, nt_buf_view(&text));
	nt_buf_free(&text);
	nt_buf_free(&other);
	nt_buf_free(&made);
}

/* A relation to one side only: tells the target's database. */
static void
complete_single(struct nt_held *source, struct nt_value entry,
    const struct nt_held *target)
{
	struct nt_str id = nt_value_text(nt_value_get(entry, "id"));
	struct nt_str name = nt_value_text(nt_value_get(entry, "name"));
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	put_relation(&text, id, name);
	put_config(&text, target, (struct nt_str){ NULL, 0 }, name);
	nt_buf_char(&text, '}');
	put_entry(source, name, nt_buf_view(&text));
	nt_buf_free(&text);
}

static void
complete_one(struct nt_turn *t, struct nt_held *source, struct nt_value entry)
{
	struct nt_held target;
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_at(entry,
	    "/relation/data_source_id")), &id) == -1)
		return;
	if (nt_id_eq(&id, &source->o.id)) {
		if (is_dual(entry))
			add_counterpart(source, entry, source);
		else
			complete_single(source, entry, source);
		return;
	}
	if (!nt_hold_id(t, &id, NT_A_DATA_SOURCE, &target))
		return;
	if (is_dual(entry)) {
		add_counterpart(source, entry, &target);
		nt_save(t, &target);
		nt_reshape_rows(t, &target);
	} else
		complete_single(source, entry, &target);
	nt_release(&target);
}

/* The other side says this one's new name. */
static void
rename_counterpart(struct nt_turn *t, const struct nt_held *source,
    struct nt_value entry)
{
	struct nt_value name = nt_value_get(entry, "name"), said;
	struct nt_held target;
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_at(entry,
	    "/relation/data_source_id")), &id) == -1 ||
	    nt_id_eq(&id, &source->o.id) ||
	    !nt_hold_id(t, &id, NT_A_DATA_SOURCE, &target))
		return;
	said = nt_value_at(nt_prop_find(nt_value_get(target.v, "properties"),
	    synced_id(entry)), "/relation/dual_property/synced_property_name");
	if (nt_value_there(said) && !nt_value_equal(said, name)) {
		nt_value_replace(said, nt_value_raw(name));
		nt_save(t, &target);
	}
	nt_release(&target);
}

/* The property of a counterpart goes with its relation. */
static void
drop_counterpart(struct nt_turn *t, struct nt_value entry)
{
	struct nt_held target;
	struct nt_value other;
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_at(entry,
	    "/relation/data_source_id")), &id) == -1 ||
	    !nt_hold_id(t, &id, NT_A_DATA_SOURCE, &target))
		return;
	other = nt_prop_find(nt_value_get(target.v, "properties"),
	    synced_id(entry));
	if (nt_value_there(other)) {
		nt_value_drop(other);
		nt_save(t, &target);
		nt_reshape_rows(t, &target);
	}
	nt_release(&target);
}

/* ---- rollups ---- */

/* Puts NAME_property_id and NAME_property_name of the property found. */
static void
put_reference(struct nt_value rollup, const char *id, const char *name,
    struct nt_value property)
{
	struct nt_value found_id = nt_value_get(property, "id");
	struct nt_value found_name = nt_value_get(property, "name");

	if (!nt_value_there(property))
		return;
	nt_value_put(rollup, id, nt_value_raw(found_id));
	nt_value_put(rollup, name, nt_value_raw(found_name));
}

/* The member by which a rollup says a property: its id, else its name. */
static struct nt_str
said(struct nt_value rollup, const char *id, const char *name)
{
	struct nt_value v = nt_value_get(rollup, id);

	return nt_value_text(nt_value_there(v) ? v :
	    nt_value_get(rollup, name));
}

/* A rollup names both properties by id and by name, however it was written. */
static void
complete_rollup(struct nt_turn *t, struct nt_held *source,
    struct nt_value rollup)
{
	struct nt_value relation = nt_prop_find(
	    nt_value_get(source->v, "properties"), said(rollup,
	    "relation_property_id", "relation_property_name"));
	struct nt_held target;
	struct nt_id id;

	put_reference(rollup, "relation_property_id",
	    "relation_property_name", relation);
	if (nt_id_scan(nt_value_text(nt_value_at(relation,
	    "/relation/data_source_id")), &id) == -1 ||
	    !nt_hold_id(t, &id, NT_A_DATA_SOURCE, &target))
		return;
	put_reference(rollup, "rollup_property_id", "rollup_property_name",
	    nt_prop_find(nt_value_get(target.v, "properties"), said(rollup,
	    "rollup_property_id", "rollup_property_name")));
	nt_release(&target);
}

int
nt_complete_relations(struct nt_turn *t, struct nt_held *source,
    struct nt_value old)
{
	struct nt_value schema = nt_value_get(source->v, "properties");

	for (struct nt_value e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_prop_of(e) == NT_PROP_RELATION &&
		    synced_id(e).p == NULL && (is_dual(e) || !nt_value_there(
		    nt_value_at(e, "/relation/database_id"))))
			complete_one(t, source, e);
	for (struct nt_value e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_prop_of(e) == NT_PROP_ROLLUP)
			complete_rollup(t, source, nt_value_get(e, "rollup"));
	for (struct nt_value e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e))
		if (synced_id(e).p != NULL)
			rename_counterpart(t, source, e);
	for (struct nt_value e = nt_value_first(old); nt_value_there(e);
	    e = nt_value_next(e))
		if (synced_id(e).p != NULL && synced_id(nt_prop_find(schema,
		    nt_value_text(nt_value_get(e, "id")))).p == NULL)
			drop_counterpart(t, e);
	return 0;
}

/* ---- rows ---- */

void
nt_reshape_rows(struct nt_turn *t, const struct nt_held *source)
{
	struct nt_value schema = nt_value_get(source->v, "properties");
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM object"
	    " WHERE parent = ?1 AND kind = 1");
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
	if (got == 0) {
		nt_save(t, source);
		nt_reshape_rows(t, source);
	}
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
	s = nt_db_stmt(t->db, "UPDATE object SET parent = ?2, position = ?3"
	    " WHERE row = ?1");
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
