/*
 * What a schema says of others (api 3.6): the two sides of dual relations,
 * and what rollups show.
 */
#include <stdlib.h>

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

static int
complete_one(struct nt_turn *t, struct nt_held *source, struct nt_value entry)
{
	struct nt_held target;
	struct nt_id id;

	if (nt_turn_id(t, "body.properties.relation.data_source_id",
	    nt_value_text(nt_value_at(entry, "/relation/data_source_id")),
	    &id) == -1)
		return -1;
	if (nt_id_eq(&id, &source->o.id)) {
		if (is_dual(entry))
			add_counterpart(source, entry, source);
		else
			complete_single(source, entry, source);
		return 0;
	}
	if (nt_hold(t, &id, NT_A_DATA_SOURCE, &target) == -1)
		return -1;
	if (is_dual(entry)) {
		add_counterpart(source, entry, &target);
		nt_save(t, &target);
		nt_reshape_rows(t, &target);
	} else
		complete_single(source, entry, &target);
	nt_release(&target);
	return 0;
}

/* A relation that has yet to be told what it leads to. */
static struct nt_value
incomplete(struct nt_value schema)
{
	struct nt_value e = nt_value_first(schema);

	while (nt_value_there(e) && (nt_prop_of(e) != NT_PROP_RELATION ||
	    synced_id(e).p != NULL || (!is_dual(e) && nt_value_there(
	    nt_value_at(e, "/relation/database_id")))))
		e = nt_value_next(e);
	return e;
}

/*
 * The other end of a relation, to be changed: the source itself, or what is
 * held in room; NULL if it is not here.
 */
static struct nt_held *
hold_target(struct nt_turn *t, struct nt_held *source, struct nt_value entry,
    struct nt_held *room)
{
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_at(entry,
	    "/relation/data_source_id")), &id) == -1)
		return NULL;
	if (nt_id_eq(&id, &source->o.id))
		return source;
	return nt_hold_id(t, &id, NT_A_DATA_SOURCE, room) ? room : NULL;
}

/* The property at that end of a dual relation. */
static struct nt_value
counterpart(const struct nt_held *target, struct nt_value entry)
{
	return nt_prop_find(nt_value_get(target->v, "properties"),
	    synced_id(entry));
}

/* The other side says this one's new name. */
static void
rename_counterpart(struct nt_turn *t, struct nt_held *source,
    struct nt_value entry)
{
	struct nt_value name = nt_value_get(entry, "name"), said;
	struct nt_held room, *target = hold_target(t, source, entry, &room);

	if (target == NULL)
		return;
	said = nt_value_at(counterpart(target, entry),
	    "/relation/dual_property/synced_property_name");
	if (nt_value_there(said) && !nt_value_equal(said, name)) {
		nt_value_replace(said, nt_value_raw(name));
		if (target != source)	/* which is saved when all is done */
			nt_save(t, target);
	}
	if (target != source)
		nt_release(target);
}

/* The property of a counterpart goes with its relation. */
static void
drop_counterpart(struct nt_turn *t, struct nt_held *source,
    struct nt_value entry)
{
	struct nt_held room, *target = hold_target(t, source, entry, &room);
	struct nt_value other;

	if (target == NULL)
		return;
	other = counterpart(target, entry);
	if (nt_value_there(other)) {
		nt_value_drop(other);
		if (target != source) {
			nt_save(t, target);
			nt_reshape_rows(t, target);
		}
	}
	if (target != source)
		nt_release(target);
}

/* 1 if the old entry had another side than the new one has, if any. */
static int
lost_its_side(struct nt_value old, struct nt_value schema)
{
	struct nt_str was = synced_id(old);

	return was.p != NULL && !nt_str_eq(was, synced_id(nt_prop_find(schema,
	    nt_value_text(nt_value_get(old, "id")))));
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

/* 1 if it is there as it was; what is new has to be right. */
static int
is_old_rollup(struct nt_value old, struct nt_value entry)
{
	return nt_value_equal(nt_value_get(nt_prop_find(old, nt_value_text(
	    nt_value_get(entry, "id"))), "rollup"),
	    nt_value_get(entry, "rollup"));
}

/* A rollup names both properties by id and by name, however it was written. */
static int
complete_rollup(struct nt_turn *t, struct nt_held *source,
    struct nt_value rollup)
{
	struct nt_str relation_said = said(rollup, "relation_property_id",
	    "relation_property_name");
	struct nt_str target_said = said(rollup, "rollup_property_id",
	    "rollup_property_name");
	struct nt_value relation = nt_prop_find(
	    nt_value_get(source->v, "properties"), relation_said), property;
	struct nt_held room, *target;
	int got = 0;

	if (nt_prop_of(relation) != NT_PROP_RELATION)
		return nt_refuse_form(&t->why, "Rollup property %.*s is not a "
		    "relation.", (int)relation_said.len, relation_said.p);
	put_reference(rollup, "relation_property_id",
	    "relation_property_name", relation);
	target = hold_target(t, source, relation, &room);
	if (target == NULL)
		return 0;
	property = nt_prop_find(nt_value_get(target->v, "properties"),
	    target_said);
	if (nt_value_there(property))
		put_reference(rollup, "rollup_property_id",
		    "rollup_property_name", property);
	else
		got = nt_refuse_form(&t->why, "Could not find property with "
		    "name or id: %.*s", (int)target_said.len, target_said.p);
	if (target != source)
		nt_release(target);
	return got;
}

/* Tells the rollups of a source what the property they show is called. */
static void
rename_in(struct nt_turn *t, int64_t row, struct nt_held *source,
    struct nt_value property)
{
	struct nt_value name = nt_value_get(property, "name"), schema;
	struct nt_held room, *h = row == source->o.row ? source : &room;
	struct nt_id id;
	int changed = 0;

	if (h == &room && !nt_hold_row(t, row, h))
		return;
	schema = nt_value_get(h->v, "properties");
	for (struct nt_value e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value rollup = nt_value_get(e, "rollup");
		struct nt_value relation = nt_prop_find(schema, nt_value_text(
		    nt_value_get(rollup, "relation_property_id")));
		struct nt_value told = nt_value_get(rollup,
		    "rollup_property_name");

		if (!nt_value_there(told) || nt_value_equal(told, name) ||
		    !nt_value_equal(nt_value_get(rollup, "rollup_property_id"),
		    nt_value_get(property, "id")) ||
		    nt_id_scan(nt_value_text(nt_value_at(relation,
		    "/relation/data_source_id")), &id) == -1 ||
		    !nt_id_eq(&id, &source->o.id))
			continue;
		nt_value_replace(told, nt_value_raw(name));
		changed = 1;
	}
	if (changed)
		nt_save(t, h);
	if (h == &room)
		nt_release(h);
}

/* Rollups know their property by its id, and tell its name of today. */
static void
rename_in_rollups(struct nt_turn *t, struct nt_held *source,
    struct nt_value old)
{
	struct nt_result rows = { 0 };
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT row FROM served_object"
	    " WHERE kind = 3 AND instr(json, '\"type\":\"rollup\"') > 0");

	while (nt_stmt_step(s))
		nt_result_add(&rows, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	for (struct nt_value e = nt_value_first(old); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str id = nt_value_text(nt_value_get(e, "id"));

		for (size_t i = 0; i < rows.count; i++) {
			struct nt_value now = nt_prop_find(nt_value_get(
			    source->v, "properties"), id);

			if (nt_value_there(now) && !nt_str_eq(
			    nt_value_key(e), nt_value_key(now)))
				rename_in(t, rows.rows[i], source, now);
		}
	}
	free(rows.rows);
}

int
nt_complete_relations(struct nt_turn *t, struct nt_held *source,
    struct nt_value old)
{
	struct nt_value e;

	/* What is written into a document is seen once it is saved. */
	while (nt_value_there(e = incomplete(nt_value_get(source->v,
	    "properties")))) {
		if (complete_one(t, source, e) == -1)
			return -1;
		nt_save(t, source);
	}
	e = nt_value_first(nt_value_get(source->v, "properties"));
	for (; nt_value_there(e); e = nt_value_next(e))
		if (nt_prop_of(e) == NT_PROP_ROLLUP && !is_old_rollup(old, e) &&
		    complete_rollup(t, source, nt_value_get(e,
		    "rollup")) == -1)
			return -1;
	e = nt_value_first(nt_value_get(source->v, "properties"));
	for (; nt_value_there(e); e = nt_value_next(e))
		if (synced_id(e).p != NULL)
			rename_counterpart(t, source, e);
	for (e = nt_value_first(old); nt_value_there(e); e = nt_value_next(e))
		if (lost_its_side(e, nt_value_get(source->v, "properties")))
			drop_counterpart(t, source, e);
	nt_save(t, source);
	rename_in_rollups(t, source, old);
	return 0;
}
