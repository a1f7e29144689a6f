/* The properties of a page as they are kept, by the schema (api 3.6, 10.2). */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One page's properties being made. */
struct making {
	const struct nt_world *world;
	const struct nt_page_facts *facts;
	struct options_made made;
	int may_make;		/* options */
	struct nt_json_out o;
	struct nt_refusal *why;
};

/* ---- values of one kind ---- */

static int
put_options(struct making *m, struct nt_value entry, struct nt_value v)
{
	struct nt_value e;

	nt_json_open(&m->o, "multi_select", '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		if (nt_put_option(m->world, &m->o, NULL, entry, e,
		    m->may_make ? &m->made : NULL, m->why) == -1)
			return -1;
	nt_json_close(&m->o, ']');
	return 0;
}

static int
put_person(struct making *m, struct nt_value person)
{
	struct nt_str text = nt_value_text(nt_value_get(person, "id"));
	struct nt_buf name, json;
	struct nt_id id;
	int found;

	nt_buf_init(&name, NT_BUF_MAX);
	nt_buf_init(&json, NT_BUF_MAX);
	found = m->world->user != NULL && nt_id_scan(text, &id) == 0 &&
	    m->world->user(m->world->of, &id, &name, &json) == 1;
	if (found)
		nt_json_put_raw(&m->o, NULL, nt_buf_view(&json));
	nt_buf_free(&name);
	nt_buf_free(&json);
	return found ? 0 : nt_refuse_form(m->why,
	    "Could not find user with ID: %.*s.", (int)text.len, text.p);
}

static int
put_people(struct making *m, struct nt_value v)
{
	struct nt_value e;

	nt_json_open(&m->o, "people", '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		if (put_person(m, e) == -1)
			return -1;
	nt_json_close(&m->o, ']');
	return 0;
}

static int
put_target(struct making *m, struct nt_value target)
{
	struct nt_value text = nt_value_get(target, "id");
	struct nt_buf title, url;
	struct nt_id id;
	int found = 1;

	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&url, NT_BUF_MAX);
	if (m->world->page != NULL)
		found = nt_id_scan(nt_value_text(text), &id) == 0 &&
		    m->world->page(m->world->of, &id, &title, &url) == 1;
	nt_buf_free(&title);
	nt_buf_free(&url);
	if (!found)
		return nt_refuse(m->why, 404, "object_not_found", "Could not "
		    "find page with ID: %.*s. Make sure the relevant pages "
		    "and databases are shared with your integration.",
		    (int)nt_value_text(text).len, nt_value_text(text).p);
	nt_json_open(&m->o, NULL, '{');
	nt_put_id(&m->o, "id", text);
	nt_json_close(&m->o, '}');
	return 0;
}

static int
put_relation(struct making *m, struct nt_value v)
{
	struct nt_value e;

	nt_json_open(&m->o, "relation", '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		if (put_target(m, e) == -1)
			return -1;
	nt_json_close(&m->o, ']');
	nt_json_put_bool(&m->o, "has_more", 0);
	return 0;
}

static int
put_files(struct making *m, struct nt_value v)
{
	struct nt_buf name;
	struct nt_value e, given;
	int status = 0;

	nt_buf_init(&name, NT_BUF_MAX);
	nt_json_open(&m->o, "files", '[');
	for (e = nt_value_first(v); status == 0 && nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_buf_clear(&name);
		given = nt_value_get(e, "name");
		nt_json_open(&m->o, NULL, '{');
		status = nt_put_file(m->world, &m->o, e, &name, m->why);
		if (nt_value_there(given))
			nt_json_put_value(&m->o, "name", given);
		else
			nt_json_put_str(&m->o, "name", nt_buf_view(&name));
		nt_json_close(&m->o, '}');
	}
	nt_json_close(&m->o, ']');
	nt_buf_free(&name);
	return status;
}

static void
put_place(struct making *m, struct nt_value v)
{
	static const char *const texts[] =
	    { "name", "address", "aws_place_id", "google_place_id" };
	size_t i;

	nt_json_open(&m->o, "place", '{');
	nt_put_or(&m->o, "lat", nt_value_get(v, "lat"), "null");
	nt_put_or(&m->o, "lon", nt_value_get(v, "lon"), "null");
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
		nt_put_or(&m->o, texts[i], nt_value_get(v, texts[i]), "null");
	nt_json_close(&m->o, '}');
}

/* Whoever writes is the one who verifies. */
static void
put_verification(struct making *m, struct nt_value v)
{
	struct nt_value state = nt_value_get(v, "state");
	struct nt_value date = nt_value_get(v, "date");
	int verified = nt_value_text_is(state, "verified");

	nt_json_open(&m->o, "verification", '{');
	nt_put_or(&m->o, "state", state, "null");
	if (verified && m->facts != NULL && m->facts->last_edited_by.p != NULL)
		nt_json_put_raw(&m->o, "verified_by",
		    m->facts->last_edited_by);
	else
		nt_json_put_null(&m->o, "verified_by");
	if (verified && nt_value_is(date, NT_JSON_OBJECT))
		nt_put_date(m->world, &m->o, "date", date);
	else
		nt_json_put_null(&m->o, "date");
	nt_json_close(&m->o, '}');
}

static int
put_given(struct making *m, struct nt_value entry, enum nt_prop kind,
    struct nt_value v)
{
	const char *name = nt_prop_kind(kind)->name;

	if (nt_value_is(v, NT_JSON_NULL)) {
		nt_put_empty(&m->o, entry);
		return 0;
	}
	switch (kind) {
	case NT_PROP_TITLE:
	case NT_PROP_RICH_TEXT:
		return nt_put_text(m->world, &m->o, name, v, m->why);
	case NT_PROP_SELECT:
	case NT_PROP_STATUS:
		return nt_put_option(m->world, &m->o, name, entry, v,
		    m->may_make ? &m->made : NULL, m->why);
	case NT_PROP_MULTI_SELECT:
		return put_options(m, entry, v);
	case NT_PROP_DATE:
		nt_put_date(m->world, &m->o, name, v);
		return 0;
	case NT_PROP_PEOPLE:
		return put_people(m, v);
	case NT_PROP_RELATION:
		return put_relation(m, v);
	case NT_PROP_FILES:
		return put_files(m, v);
	case NT_PROP_PLACE:
		put_place(m, v);
		return 0;
	case NT_PROP_VERIFICATION:
		put_verification(m, v);
		return 0;
	default:
		nt_json_put_value(&m->o, name, v);
		return 0;
	}
}

/* ---- what was not given ---- */

/* Computed from the page itself: 1 if it was written, else 0. */
static int
put_fact(struct making *m, struct nt_value entry, enum nt_prop kind)
{
	const struct nt_page_facts *f = m->facts;

	if (f == NULL)
		return 0;
	if (kind == NT_PROP_CREATED_TIME && f->created_time != NULL)
		nt_json_put_text(&m->o, "created_time", f->created_time);
	else if (kind == NT_PROP_LAST_EDITED_TIME &&
	    f->last_edited_time != NULL)
		nt_json_put_text(&m->o, "last_edited_time",
		    f->last_edited_time);
	else if (kind == NT_PROP_CREATED_BY && f->created_by.p != NULL)
		nt_json_put_raw(&m->o, "created_by", f->created_by);
	else if (kind == NT_PROP_LAST_EDITED_BY && f->last_edited_by.p != NULL)
		nt_json_put_raw(&m->o, "last_edited_by", f->last_edited_by);
	else if (kind == NT_PROP_UNIQUE_ID && f->number != 0) {
		nt_json_open(&m->o, "unique_id", '{');
		nt_put_or(&m->o, "prefix",
		    nt_value_at(entry, "/unique_id/prefix"), "null");
		nt_json_put_int(&m->o, "number", f->number);
		nt_json_close(&m->o, '}');
	} else {
		return 0;
	}
	return 1;
}

/* ---- what was given ---- */

/*
 * The value inside a given property, which may stand there bare: kind says
 * which type key it has, NT_PROP_OTHER if it has none.
 */
static struct nt_value
value_inside(struct nt_value given, enum nt_prop want, enum nt_prop *kind)
{
	struct nt_value type = nt_value_get(given, "type");
	struct nt_value v = nt_value_get(given, nt_prop_kind(want)->name);

	*kind = want;
	if (nt_value_is(given, NT_JSON_OBJECT) && nt_value_there(v) &&
	    (!nt_value_there(type) ||
	    nt_value_text_is(type, nt_prop_kind(want)->name)))
		return v;
	*kind = NT_PROP_OTHER;
	if (!nt_value_is(given, NT_JSON_OBJECT))
		return given;
	*kind = nt_prop_of(given);
	/* {"name":…} is a bare option, {"start":…} a bare date */
	return *kind == NT_PROP_OTHER && !nt_value_there(type) ? given :
	    NT_VALUE_NONE;
}

/* Checks one given property against its entry: 0, or -1. */
static int
check_given(struct making *m, struct nt_value entry, struct nt_value given)
{
	enum nt_prop want = nt_prop_of(entry), kind;
	struct nt_str name = nt_value_key(entry);
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_value v = value_inside(given, want, &kind);

	if (!nt_prop_kind(want)->writable)
		return nt_refuse_form(m->why, "%.*s is a %.*s property, "
		    "whose value cannot be set.", (int)name.len, name.p,
		    (int)type.len, type.p);
	if (!nt_value_there(v))
		return nt_refuse_form(m->why, "%.*s is expected to be %.*s.",
		    (int)name.len, name.p, (int)type.len, type.p);
	return nt_check_property(want, nt_value_key(given), kind == want ?
	    nt_prop_kind(want)->name : NULL, v, m->why);
}

static int
check_all(struct making *m, struct nt_value schema, struct nt_value given)
{
	struct nt_value e, entry;

	for (e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		entry = nt_prop_find(schema, key);
		if (!nt_value_there(entry))
			return nt_refuse_form(m->why, "%.*s is not a property "
			    "that exists.", (int)key.len, key.p);
		if (check_given(m, entry, e) == -1)
			return -1;
	}
	return 0;
}

/* What the request says of a schema entry, by its name or its id. */
static struct nt_value
given_for(struct nt_value schema, struct nt_value entry,
    struct nt_value given)
{
	struct nt_str name = nt_value_key(entry);
	struct nt_value e = nt_value_get_n(given, name.p, name.len);

	if (nt_value_there(e))
		return e;
	for (e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value named = nt_prop_find(schema, nt_value_key(e));

		if (named.at == entry.at)
			return e;
	}
	return NT_VALUE_NONE;
}

static struct nt_value
old_for(struct nt_value entry, struct nt_value old)
{
	struct nt_value e, id = nt_value_get(entry, "id");

	for (e = nt_value_first(old); nt_value_there(e); e = nt_value_next(e))
		if (nt_str_eq(nt_value_text(nt_value_get(e, "id")),
		    nt_value_text(id)))
			return e;
	return NT_VALUE_NONE;
}

static int
put_property(struct making *m, struct nt_value entry, struct nt_value given,
    struct nt_value old)
{
	enum nt_prop kind = nt_prop_of(entry), inside;
	int status = 0;

	nt_json_put_key(&m->o, nt_value_key(entry));
	nt_json_open(&m->o, NULL, '{');
	nt_put_or(&m->o, "id", nt_value_get(entry, "id"), "null");
	nt_put_or(&m->o, "type", nt_value_get(entry, "type"), "null");
	if (nt_value_there(given))
		status = put_given(m, entry, kind,
		    value_inside(given, kind, &inside));
	else if (!put_fact(m, entry, kind))
		nt_put_reshaped(&m->o, entry, old);
	nt_json_close(&m->o, '}');
	return status;
}

int
nt_stored_properties(const struct nt_world *world, struct nt_value schema,
    struct nt_value given, struct nt_value old,
    const struct nt_page_facts *facts, struct nt_buf *out,
    struct nt_buf *new_schema, struct nt_refusal *why)
{
	struct making m = { .world = world, .facts = facts, .why = why };
	struct nt_value e;
	int status;

	m.may_make = new_schema != NULL;
	nt_json_out_init(&m.o, out);
	status = check_all(&m, schema, given);
	nt_json_open(&m.o, NULL, '{');
	for (e = nt_value_first(schema); status == 0 && nt_value_there(e);
	    e = nt_value_next(e))
		status = put_property(&m, e, given_for(schema, e, given),
		    old_for(e, old));
	nt_json_close(&m.o, '}');
	if (status == 0 && m.made.count > 0)
		nt_put_schema_with(schema, &m.made, new_schema);
	free(m.made.list);
	return status;
}

int
nt_stored_title_only(const struct nt_world *world, struct nt_value given,
    struct nt_value old, struct nt_buf *out, struct nt_refusal *why)
{
	static const char schema[] = "{\"title\":{\"id\":\"title\","
	    "\"name\":\"title\",\"type\":\"title\",\"title\":{}}}";
	struct nt_json *doc = nt_json_new();
	struct nt_value entries = NT_VALUE_NONE;
	int status;

	nt_json_parse(doc, schema, sizeof schema - 1, &entries, NULL);
	status = nt_stored_properties(world, entries, given, old, NULL, out,
	    NULL, why);
	nt_json_free(doc);
	return status;
}
