/*
 * A schema is made in two passes, for a rollup may name a relation that the
 * same request makes: first the plan, with every id; then the entries.
 */
#include "schema.h"

#include <stdlib.h>
#include <string.h>

const struct schema_row *
nt_schema_row(const struct schema_plan *plan, struct nt_str key)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (nt_str_eq(plan->rows[i].name, key))
			return &plan->rows[i];
	for (i = 0; i < plan->count; i++)
		if (nt_str_is(key, plan->rows[i].id))
			return &plan->rows[i];
	return NULL;
}

static struct schema_row *
add_row(struct schema_plan *plan)
{
	plan->rows = nt_realloc_array(plan->rows, plan->count + 1,
	    sizeof *plan->rows);
	memset(&plan->rows[plan->count], 0, sizeof *plan->rows);
	return &plan->rows[plan->count++];
}

/* The type that a request asks for; NT_PROP_OTHER if it asks for none. */
static enum nt_prop
kind_asked(struct nt_value given)
{
	struct nt_value e;
	enum nt_prop kind;

	for (e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e)) {
		kind = nt_prop_named(nt_value_key(e));
		if (kind != NT_PROP_OTHER)
			return kind;
	}
	return NT_PROP_OTHER;
}

/* What the request says about an old entry, by its name or its id. */
static struct nt_value
change_of(struct nt_value old, struct nt_value entry, struct nt_value given)
{
	struct nt_str name = nt_value_key(entry);
	struct nt_value e = nt_value_get_n(given, name.p, name.len);

	if (nt_value_there(e))
		return e;
	for (e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_prop_find(old, nt_value_key(e)).at == entry.at)
			return e;
	return NT_VALUE_NONE;
}

static int
plan_old(struct schema_plan *plan, struct nt_value old, struct nt_value entry,
    struct nt_value given, struct nt_refusal *why)
{
	struct nt_value change = change_of(old, entry, given);
	struct nt_str id = nt_value_text(nt_value_get(entry, "id"));
	struct nt_str renamed = nt_value_text(nt_value_get(change, "name"));
	enum nt_prop was = nt_prop_of(entry), asked = kind_asked(change);
	struct schema_row *row;

	if (nt_value_is(change, NT_JSON_NULL)) {
		if (was == NT_PROP_TITLE)
			return nt_refuse_form(why,
			    "Title property cannot be deleted.");
		return 0;
	}
	if (asked != NT_PROP_OTHER && asked != was &&
	    (was == NT_PROP_TITLE || asked == NT_PROP_TITLE))
		return nt_refuse_form(why, "Title property cannot be changed "
		    "to or from another type.");
	row = add_row(plan);
	row->name = renamed.p == NULL ? nt_value_key(entry) : renamed;
	row->kind = asked == NT_PROP_OTHER ? was : asked;
	row->old = entry;
	row->given = change;
	if (id.len < sizeof row->id && id.p != NULL)
		memcpy(row->id, id.p, id.len);
	return 0;
}

/* A key that names nothing that is there makes a property. */
static int
plan_new(const struct nt_world *world, struct schema_plan *plan,
    struct nt_value given, struct nt_refusal *why)
{
	struct nt_str key = nt_value_key(given);
	enum nt_prop kind = kind_asked(given);
	struct schema_row *row;

	if (nt_value_is(given, NT_JSON_NULL))
		return nt_refuse_form(why,
		    "Could not find property with name or id: %.*s",
		    (int)key.len, key.p);
	if (kind == NT_PROP_OTHER)
		return nt_refuse_form(why, "body failed validation: "
		    "body.properties.%.*s should have a property type, "
		    "instead had none.", (int)key.len, key.p);
	if (key.len == 0)
		return nt_refuse_form(why, "A property needs a name.");
	if (kind == NT_PROP_BUTTON)	/* its actions are not in the API */
		return 0;
	row = add_row(plan);
	row->name = key;
	row->kind = kind;
	row->given = given;
	if (kind == NT_PROP_TITLE)
		memcpy(row->id, "title", sizeof "title");
	else
		world->key(world->of, row->id);
	return 0;
}

static int
check_plan(const struct schema_plan *plan, struct nt_refusal *why)
{
	size_t i, j, titles = 0;

	for (i = 0; i < plan->count; i++) {
		titles += plan->rows[i].kind == NT_PROP_TITLE;
		for (j = 0; j < i; j++)
			if (nt_str_eq(plan->rows[i].name, plan->rows[j].name))
				return nt_refuse_form(why, "Property with "
				    "name \"%.*s\" already exists.",
				    (int)plan->rows[i].name.len,
				    plan->rows[i].name.p);
	}
	if (titles == 1)
		return 0;
	return nt_refuse_form(why, titles == 0 ? "Title is not provided." :
	    "A data source can have only one title property.");
}

/* One of them: what it names may be called otherwise from today. */
static void
put_kept_member(const struct schema_plan *plan, struct nt_json_out *o,
    const struct schema_row *relation, struct nt_value e)
{
	struct nt_str key = nt_value_key(e);
	struct nt_buf renamed;

	if (relation != NULL && nt_str_is(key, "relation_property_name")) {
		nt_json_put_str(o, NULL, relation->name);
	} else if (nt_str_is(key, "expression")) {
		nt_buf_init(&renamed, NT_BUF_MAX);
		nt_formula_rename(plan, nt_value_text(e), &renamed);
		nt_json_put_str(o, NULL, nt_buf_view(&renamed));
		nt_buf_free(&renamed);
	} else {
		nt_json_put_value(o, NULL, e);
	}
}

/* Settings that stay; but rollups and formulas tell the names of today. */
static void
put_kept(const struct schema_plan *plan, struct nt_json_out *o,
    enum nt_prop kind, struct nt_value config)
{
	const struct schema_row *relation = NULL;
	struct nt_value e;

	if (kind != NT_PROP_ROLLUP && kind != NT_PROP_FORMULA) {
		nt_put_or(o, NULL, config, "{}");
		return;
	}
	if (kind == NT_PROP_ROLLUP)
		relation = nt_schema_row(plan, nt_value_text(nt_value_get(
		    config, "relation_property_id")));
	nt_json_open(o, NULL, '{');
	for (e = nt_value_first(config); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_json_put_key(o, nt_value_key(e));
		put_kept_member(plan, o, relation, e);
	}
	nt_json_close(o, '}');
}

static int
put_row(const struct nt_world *world, const struct schema_plan *plan,
    const struct schema_row *row, struct nt_json_out *o,
    struct nt_refusal *why)
{
	const char *type = nt_prop_kind(row->kind)->name;
	struct nt_str kept = nt_value_text(nt_value_get(row->old, "type"));
	struct nt_value description = nt_value_get(row->given, "description");
	struct nt_value given = nt_value_get(row->given, type);
	int status = 0;

	if (!nt_value_there(description))
		description = nt_value_get(row->old, "description");
	if (kept.p == NULL)
		kept = nt_str_of(type);
	nt_json_put_key(o, row->name);
	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "id", row->id);
	nt_json_put_str(o, "name", row->name);
	nt_put_or(o, "description", description, "null");
	if (nt_value_there(given)) {
		nt_json_put_text(o, "type", type);
		status = nt_put_config(world, plan, o, row->kind, row->old,
		    given, why);
	} else {
		nt_json_put_str(o, "type", kept);
		nt_json_put_key(o, kept);
		put_kept(plan, o, row->kind,
		    nt_value_get_n(row->old, kept.p, kept.len));
	}
	nt_json_close(o, '}');
	return status;
}

static int
write_plan(const struct nt_world *world, const struct schema_plan *plan,
    struct nt_buf *out, struct nt_refusal *why)
{
	struct nt_json_out o;
	size_t i;
	int status = 0;

	nt_json_out_init(&o, out);
	nt_json_open(&o, NULL, '{');
	for (i = 0; status == 0 && i < plan->count; i++)
		status = put_row(world, plan, &plan->rows[i], &o, why);
	nt_json_close(&o, '}');
	return status;
}

int
nt_schema_write(const struct nt_world *world, struct nt_value old,
    struct nt_value given, struct nt_buf *out, struct nt_refusal *why)
{
	struct schema_plan plan = { NULL, 0 };
	struct nt_value e;
	int status = 0;

	if (!nt_value_there(old) && !nt_value_there(given)) {
		nt_buf_str(out, "{\"Name\":{\"id\":\"title\",\"name\":"
		    "\"Name\",\"description\":null,\"type\":\"title\","
		    "\"title\":{}}}");
		return 0;
	}
	for (e = nt_value_first(old); status == 0 && nt_value_there(e);
	    e = nt_value_next(e))
		status = plan_old(&plan, old, e, given, why);
	for (e = nt_value_first(given); status == 0 && nt_value_there(e);
	    e = nt_value_next(e))
		if (!nt_value_there(nt_prop_find(old, nt_value_key(e))))
			status = plan_new(world, &plan, e, why);
	if (status == 0)
		status = check_plan(&plan, why);
	if (status == 0)
		status = write_plan(world, &plan, out, why);
	free(plan.rows);
	return status;
}
