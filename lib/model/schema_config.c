/* The settings of one property, under its type key (api 3.6). */
#include "internal.h"

#include <string.h>

#include "schema.h"

/* ---- options ---- */

static void
put_option(struct nt_json_out *o, struct nt_str id, struct nt_str name,
    struct nt_str color, struct nt_value description)
{
	nt_json_open(o, NULL, '{');
	nt_json_put_str(o, "id", id);
	nt_json_put_str(o, "name", name);
	nt_json_put_str(o, "color", color);
	if (nt_value_is(description, NT_JSON_STRING))
		nt_json_put_value(o, "description", description);
	else
		nt_json_put_null(o, "description");
	nt_json_close(o, '}');
}

/* Two options of one name, whatever its case, cannot be told apart. */
static int
check_unique(struct nt_value options, struct nt_refusal *why)
{
	struct nt_value a, b;

	for (a = nt_value_first(options); nt_value_there(a);
	    a = nt_value_next(a)) {
		struct nt_str name = nt_value_text(nt_value_get(a, "name"));

		for (b = nt_value_next(a); name.p != NULL &&
		    nt_value_there(b); b = nt_value_next(b))
			if (nt_same_folded(name,
			    nt_value_text(nt_value_get(b, "name"))))
				return nt_refuse_form(why, "Option names must "
				    "be unique, ignoring case: \"%.*s\" is "
				    "there twice.", (int)name.len, name.p);
	}
	return 0;
}

/* Neither name nor colour of an option that is there can be changed. */
static int
check_same_option(struct nt_value found, struct nt_str name,
    struct nt_str color, struct nt_refusal *why)
{
	struct nt_str was = nt_value_text(nt_value_get(found, "name"));

	if (color.p != NULL && !nt_str_eq(color,
	    nt_value_text(nt_value_get(found, "color"))))
		return nt_refuse_form(why, "Cannot update color of select "
		    "with name: %.*s.", (int)was.len, was.p);
	if (name.p != NULL && !nt_same_folded(name, was))
		return nt_refuse_form(why, "Cannot update name of select "
		    "with name: %.*s.", (int)was.len, was.p);
	return 0;
}

/*
 * One option of a list: an old one keeps its id, name and colour, which the
 * service does not change; id is where the id that it has is copied to.
 */
static int
put_given_option(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, struct nt_value given, size_t n,
    char id[NT_ID_TEXT], struct nt_refusal *why)
{
	struct nt_str name = nt_value_text(nt_value_get(given, "name"));
	struct nt_str color = nt_value_text(nt_value_get(given, "color"));
	struct nt_value description = nt_value_get(given, "description");
	struct nt_value found = nt_option_find(old,
	    nt_value_text(nt_value_get(given, "id")), name);
	struct nt_str kept = nt_value_text(nt_value_get(found, "id"));

	if (nt_value_there(found)) {
		if (check_same_option(found, name, color, why) == -1)
			return -1;
		if (!nt_value_there(description))
			description = nt_value_get(found, "description");
		put_option(o, kept, nt_value_text(nt_value_get(found, "name")),
		    nt_value_text(nt_value_get(found, "color")), description);
		if (kept.len < NT_ID_TEXT && kept.p != NULL) {
			memcpy(id, kept.p, kept.len);
			id[kept.len] = '\0';
		}
		return 0;
	}
	if (name.p == NULL)
		return nt_refuse_form(why, "An option needs a name.");
	world->key(world->of, id);
	if (color.p == NULL)
		color = nt_str_of(nt_option_color(n));
	put_option(o, nt_str_of(id), name, color, description);
	return 0;
}

static int
put_select(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, struct nt_value given, struct nt_refusal *why)
{
	struct nt_value list = nt_value_get(given, "options"), e;
	struct nt_str was = nt_value_text(nt_value_get(old, "type"));
	char id[NT_ID_TEXT];
	size_t n = 0;

	if (!nt_value_there(list))	/* nothing said: what there was stays */
		list = nt_value_get(nt_value_get_n(old, was.p, was.len),
		    "options");
	if (check_unique(list, why) == -1)
		return -1;
	nt_json_open(o, "options", '[');
	for (e = nt_value_first(list); nt_value_there(e); e = nt_value_next(e))
		if (put_given_option(world, o, old, e, n++, id, why) == -1)
			return -1;
	nt_json_close(o, ']');
	return 0;
}

/* ---- status ---- */

#define GROUPS 3

static const struct {
	const char *name, *color;
	const char *option, *option_color;	/* what status:{} makes */
} groups[GROUPS] = {
	{ "To-do", "gray", "Not started", "default" },
	{ "In progress", "blue", "In progress", "blue" },
	{ "Complete", "green", "Done", "green" }
};

const char *
nt_status_group(size_t n)
{
	return n < GROUPS ? groups[n].name : NULL;
}

/* The group of an option: by word, by where it was, else the first. */
static size_t
group_of(struct nt_value old, struct nt_value given, const char *id)
{
	struct nt_str word = nt_value_text(nt_value_get(given, "group"));
	struct nt_value group, e;
	size_t i;

	for (i = 0; i < GROUPS; i++)
		if (word.p != NULL &&
		    nt_same_folded(word, nt_str_of(groups[i].name)))
			return i;
	group = nt_value_first(nt_value_at(old, "/status/groups"));
	for (i = 0; i < GROUPS && nt_value_there(group);
	    i++, group = nt_value_next(group))
		for (e = nt_value_first(nt_value_get(group, "option_ids"));
		    nt_value_there(e); e = nt_value_next(e))
			if (nt_value_text_is(e, id))
				return i;
	return 0;
}

static void
put_groups(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, const struct nt_buf members[GROUPS])
{
	struct nt_value group;
	char id[NT_ID_TEXT];
	size_t i;

	group = nt_value_first(nt_value_at(old, "/status/groups"));
	nt_json_open(o, "groups", '[');
	for (i = 0; i < GROUPS; i++) {
		nt_json_open(o, NULL, '{');
		if (nt_value_there(group)) {
			nt_put_or(o, "id", nt_value_get(group, "id"), "null");
			nt_put_or(o, "name", nt_value_get(group, "name"),
			    "null");
			nt_put_or(o, "color", nt_value_get(group, "color"),
			    "null");
			group = nt_value_next(group);
		} else {
			world->key(world->of, id);
			nt_json_put_text(o, "id", id);
			nt_json_put_text(o, "name", groups[i].name);
			nt_json_put_text(o, "color", groups[i].color);
		}
		nt_json_open(o, "option_ids", '[');
		nt_buf_add(o->buf, members[i].p, members[i].len);
		nt_json_close(o, ']');
		nt_json_close(o, '}');
	}
	nt_json_close(o, ']');
}

static void
add_member(struct nt_buf members[GROUPS], size_t group, const char *id)
{
	if (members[group].len > 0)
		nt_buf_char(&members[group], ',');
	nt_json_quote(&members[group], nt_str_of(id));
}

/* The list given, or that of status:{}; members are told of their options. */
static int
put_status_options(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, struct nt_value list, struct nt_buf members[GROUPS],
    struct nt_refusal *why)
{
	struct nt_value e;
	char id[NT_ID_TEXT];
	size_t i, n = 0;

	nt_json_open(o, "options", '[');
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (put_given_option(world, o, old, e, n++, id, why) == -1)
			return -1;
		add_member(members, group_of(old, e, id), id);
	}
	for (i = 0; n == 0 && i < GROUPS; i++) {
		world->key(world->of, id);
		put_option(o, nt_str_of(id), nt_str_of(groups[i].option),
		    nt_str_of(groups[i].option_color), NT_VALUE_NONE);
		add_member(members, i, id);
	}
	nt_json_close(o, ']');
	return 0;
}

static int
put_status(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, struct nt_value given, struct nt_refusal *why)
{
	struct nt_value list = nt_value_get(given, "options");
	struct nt_buf members[GROUPS];
	size_t i;
	int status;

	if (check_unique(list, why) == -1)
		return -1;
	for (i = 0; i < GROUPS; i++)
		nt_buf_init(&members[i], NT_BUF_MAX);
	status = put_status_options(world, o, old, list, members, why);
	if (status == 0)
		put_groups(world, o, old, members);
	for (i = 0; i < GROUPS; i++)
		nt_buf_free(&members[i]);
	return status;
}

/* ---- what refers to something ---- */

/* Whether a relation that is written again is the one that is there. */
static int
same_relation(struct nt_value old, struct nt_value given)
{
	struct nt_value was = nt_value_get(old, "relation");
	struct nt_id a, b;

	return nt_value_there(nt_value_get(was, "dual_property")) ==
	    nt_value_there(nt_value_get(given, "dual_property")) &&
	    nt_id_scan(nt_value_text(nt_value_get(was, "data_source_id")),
	    &a) == 0 &&
	    nt_id_scan(nt_value_text(nt_value_get(given, "data_source_id")),
	    &b) == 0 && nt_id_eq(&a, &b);
}

static int
put_relation(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value old, struct nt_value given, struct nt_refusal *why)
{
	struct nt_value target = nt_value_get(given, "data_source_id"), e;
	struct nt_value dual = nt_value_get(given, "dual_property");
	struct nt_str text = nt_value_text(target);
	struct nt_buf title, url;
	struct nt_id id;
	int found = 1;

	if (same_relation(old, given)) {
		e = nt_value_first(nt_value_get(old, "relation"));
		for (; nt_value_there(e); e = nt_value_next(e)) {
			nt_json_put_key(o, nt_value_key(e));
			nt_json_put_value(o, NULL, e);
		}
		return 0;
	}
	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&url, NT_BUF_MAX);
	if (world->page != NULL)
		found = nt_id_scan(text, &id) == 0 &&
		    world->page(world->of, &id, &title, &url) == 1;
	nt_buf_free(&title);
	nt_buf_free(&url);
	if (!found)
		return nt_refuse(why, 404, "object_not_found", "Could not "
		    "find data source with ID: %.*s. Make sure the relevant "
		    "pages and databases are shared with your integration.",
		    (int)text.len, text.p);
	nt_put_id(o, "data_source_id", target);
	nt_json_put_text(o, "type", nt_value_there(dual) ? "dual_property" :
	    "single_property");
	if (!nt_value_there(dual)) {
		nt_json_put_raw(o, "single_property", NT_STR("{}"));
		return 0;
	}
	nt_json_open(o, "dual_property", '{');
	e = nt_value_get(dual, "synced_property_name");
	if (nt_value_there(e))
		nt_json_put_value(o, "synced_property_name", e);
	nt_json_close(o, '}');
	return 0;
}

static int
put_rollup(const struct schema_plan *plan, struct nt_json_out *o,
    struct nt_value given, struct nt_refusal *why)
{
	struct nt_str key = nt_value_text(nt_value_get(given,
	    "relation_property_id"));
	struct nt_value name = nt_value_get(given, "rollup_property_name");
	struct nt_value id = nt_value_get(given, "rollup_property_id");
	const struct schema_row *relation;

	if (key.p == NULL)
		key = nt_value_text(nt_value_get(given,
		    "relation_property_name"));
	relation = nt_schema_row(plan, key);
	if (relation == NULL)
		return nt_refuse_form(why, "Could not find property with name "
		    "or id: %.*s", (int)key.len, key.p);
	nt_json_put_str(o, "relation_property_name", relation->name);
	nt_json_put_text(o, "relation_property_id", relation->id);
	if (nt_value_there(name))
		nt_json_put_value(o, "rollup_property_name", name);
	if (nt_value_there(id))
		nt_json_put_value(o, "rollup_property_id", id);
	nt_put_or(o, "function", nt_value_get(given, "function"), "null");
	return 0;
}

static int
put_formula(const struct nt_world *world, const struct schema_plan *plan,
    struct nt_json_out *o, struct nt_value given, struct nt_refusal *why)
{
	struct nt_str text = nt_value_text(nt_value_get(given, "expression"));
	struct nt_buf renamed;

	if (nt_formula_check(world, plan, text, why) == -1)
		return -1;
	nt_buf_init(&renamed, NT_BUF_MAX);
	nt_formula_rename(plan, text, &renamed);
	nt_json_put_str(o, "expression", nt_buf_view(&renamed));
	nt_buf_free(&renamed);
	return 0;
}

int
nt_put_config(const struct nt_world *world, const struct schema_plan *plan,
    struct nt_json_out *o, enum nt_prop kind, struct nt_value old,
    struct nt_value given, struct nt_refusal *why)
{
	struct nt_value e;
	int status = 0;

	nt_json_open(o, nt_prop_kind(kind)->name, '{');
	switch (kind) {
	case NT_PROP_NUMBER:
		e = nt_value_get(given, "format");
		if (!nt_value_there(e))
			e = nt_value_at(old, "/number/format");
		nt_put_or(o, "format", e, "\"number\"");
		break;
	case NT_PROP_SELECT:
	case NT_PROP_MULTI_SELECT:
		status = put_select(world, o, old, given, why);
		break;
	case NT_PROP_STATUS:
		if (!nt_value_there(nt_value_get(given, "options")) &&
		    nt_value_there(nt_value_at(old, "/status/options")))
			given = nt_value_get(old, "status");
		status = put_status(world, o, old, given, why);
		break;
	case NT_PROP_RELATION:
		status = put_relation(world, o, old, given, why);
		break;
	case NT_PROP_ROLLUP:
		status = put_rollup(plan, o, given, why);
		break;
	case NT_PROP_FORMULA:
		status = put_formula(world, plan, o, given, why);
		break;
	case NT_PROP_UNIQUE_ID:
		nt_put_or(o, "prefix", nt_value_get(given, "prefix"), "null");
		break;
	default:
		break;
	}
	nt_json_close(o, '}');
	return status;
}
