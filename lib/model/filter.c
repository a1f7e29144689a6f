/* Compiles filters: the grammar of api 5.1, the names, and, or (5.3). */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

static int compile_node(struct check *c, const struct place *at,
    struct nt_value schema, struct nt_filter *f, struct nt_value v, int depth,
    struct node *out);

/* ---- fields ---- */

static char *
copy_text(struct nt_str s)
{
	return nt_strndup(s.p == NULL ? "" : s.p, s.len);
}

int
nt_field_find(struct check *c, struct nt_value schema, struct nt_str key,
    struct field *field, struct nt_value *entry)
{
	*entry = nt_prop_find(schema, key);
	if (!nt_value_there(*entry))
		return nt_check_say(c,
		    "Could not find property with name or id: %.*s",
		    (int)key.len, key.p == NULL ? "" : key.p);
	field->source = SOURCE_PROPERTY;
	field->kind = nt_prop_of(*entry);
	field->name = copy_text(nt_value_key(*entry));
	field->id = copy_text(nt_value_text(nt_value_get(*entry, "id")));
	return 0;
}

void
nt_field_free(struct field *field)
{
	free(field->name);
	free(field->id);
}

struct nt_value
nt_field_value(const struct field *field, struct nt_value page)
{
	struct nt_value all, v;

	if (field->source == SOURCE_CREATED_TIME)
		return nt_value_get(page, "created_time");
	if (field->source == SOURCE_EDITED_TIME)
		return nt_value_get(page, "last_edited_time");
	all = nt_value_get(page, "properties");
	v = nt_value_get(all, field->name);
	if (nt_value_there(v))
		return v;
	for (v = nt_value_first(all); nt_value_there(v); v = nt_value_next(v))
		if (nt_value_text_is(nt_value_get(v, "id"), field->id))
			return v;
	return NT_VALUE_NONE;
}

/* ---- leaves ---- */

/* Which keys a property of a kind is asked by, and about what. */
static const struct asked {
	const char *key;
	enum family family;
	enum nt_prop kinds[8];		/* ends with NT_PROP_OTHER */
} asked[] = {
	{ "title", FAMILY_TEXT, { NT_PROP_TITLE, NT_PROP_RICH_TEXT } },
	{ "rich_text", FAMILY_TEXT, { NT_PROP_RICH_TEXT, NT_PROP_TITLE,
	    NT_PROP_URL, NT_PROP_EMAIL, NT_PROP_PHONE_NUMBER } },
	{ "url", FAMILY_TEXT, { NT_PROP_URL } },
	{ "email", FAMILY_TEXT, { NT_PROP_EMAIL } },
	{ "phone_number", FAMILY_TEXT, { NT_PROP_PHONE_NUMBER } },
	{ "number", FAMILY_NUMBER, { NT_PROP_NUMBER } },
	{ "unique_id", FAMILY_NUMBER, { NT_PROP_UNIQUE_ID } },
	{ "checkbox", FAMILY_CHECKBOX, { NT_PROP_CHECKBOX } },
	{ "select", FAMILY_OPTION, { NT_PROP_SELECT } },
	{ "status", FAMILY_OPTION, { NT_PROP_STATUS } },
	{ "multi_select", FAMILY_OPTIONS, { NT_PROP_MULTI_SELECT } },
	{ "date", FAMILY_DATE, { NT_PROP_DATE, NT_PROP_CREATED_TIME,
	    NT_PROP_LAST_EDITED_TIME } },
	{ "created_time", FAMILY_DATE, { NT_PROP_CREATED_TIME } },
	{ "last_edited_time", FAMILY_DATE, { NT_PROP_LAST_EDITED_TIME } },
	{ "people", FAMILY_PEOPLE, { NT_PROP_PEOPLE, NT_PROP_CREATED_BY,
	    NT_PROP_LAST_EDITED_BY } },
	{ "created_by", FAMILY_PEOPLE, { NT_PROP_CREATED_BY } },
	{ "last_edited_by", FAMILY_PEOPLE, { NT_PROP_LAST_EDITED_BY } },
	{ "files", FAMILY_FILES, { NT_PROP_FILES } },
	{ "relation", FAMILY_RELATION, { NT_PROP_RELATION } },
	{ "formula", FAMILY_FORMULA, { NT_PROP_FORMULA } },
	{ "rollup", FAMILY_ROLLUP, { NT_PROP_ROLLUP } },
	{ "verification", FAMILY_VERIFICATION, { NT_PROP_VERIFICATION } }
};
#define ASKED (sizeof asked / sizeof asked[0])

static const struct asked *
asked_by(struct nt_str key)
{
	size_t i;

	for (i = 0; i < ASKED; i++)
		if (nt_str_is(key, asked[i].key))
			return &asked[i];
	return NULL;
}

/*
 * The one key of a leaf that holds its condition; the rest is what says whose
 * it is.  NULL with a fault noted.
 */
static const struct asked *
find_condition(struct check *c, const struct place *at, struct nt_value leaf,
    const char *whose)
{
	const struct asked *found = NULL;
	struct nt_value e, type = nt_value_get(leaf, "type");
	size_t i;

	for (e = nt_value_first(leaf); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct place in = { .up = at, .key = nt_value_key(e) };
		const struct asked *a = asked_by(in.key);

		if (nt_str_is(in.key, whose) || nt_str_is(in.key, "type"))
			continue;
		if (a == NULL || found != NULL) {
			nt_check_absent(c, &in, e);
			return NULL;
		}
		found = a;
	}
	if (found == NULL) {
		for (i = 0; i < ASKED; i++)
			nt_check_should_at(c, at, asked[i].key, "defined",
			    NT_VALUE_NONE);
		return NULL;
	}
	if (nt_value_there(type) && !nt_value_text_is(type, found->key)) {
		nt_check_should_at(c, at, found->key, "not present",
		    nt_value_get(leaf, found->key));
		return NULL;
	}
	return found;
}

static int
fits(const struct asked *a, enum nt_prop kind)
{
	size_t i;

	for (i = 0; a->kinds[i] != NT_PROP_OTHER; i++)
		if (a->kinds[i] == kind)
			return 1;
	return 0;
}

static int
compile_property(struct check *c, const struct place *at,
    struct nt_value schema, struct nt_filter *f, struct nt_value v,
    struct node *out)
{
	struct nt_value property = nt_value_get(v, "property"), entry;
	const struct asked *a = find_condition(c, at, v, "property");
	struct place in = { .up = at };

	if (a == NULL)
		return -1;
	if (!nt_value_is(property, NT_JSON_STRING))
		return nt_check_should_at(c, at, "property", "a string",
		    property);
	if (nt_field_find(c, schema, nt_value_text(property), &out->field,
	    &entry) == -1)
		return -1;
	if (!fits(a, out->field.kind)) {
		struct nt_str type =
		    nt_value_text(nt_value_get(entry, "type"));

		return nt_check_say(c, "database property %.*s does not match "
		    "filter %s", (int)type.len, type.p, a->key);
	}
	in.key = nt_str_of(a->key);
	return nt_condition_compile(c, &in, entry, a->family, f,
	    nt_value_get(v, a->key), &out->condition);
}

static int
compile_timestamp(struct check *c, const struct place *at,
    struct nt_filter *f, struct nt_value v, struct node *out)
{
	struct nt_value which = nt_value_get(v, "timestamp");
	struct place in = { .up = at, .key = nt_value_text(which) };
	const struct asked *a;

	if (nt_value_text_is(which, "created_time"))
		out->field.source = SOURCE_CREATED_TIME;
	else if (nt_value_text_is(which, "last_edited_time"))
		out->field.source = SOURCE_EDITED_TIME;
	else
		return nt_check_should_at(c, at, "timestamp",
		    "`\"created_time\"` or `\"last_edited_time\"`", which);
	if ((a = find_condition(c, at, v, "timestamp")) == NULL)
		return -1;
	if (!nt_value_text_is(which, a->key))
		return nt_check_should(c, &in, "defined", NT_VALUE_NONE);
	return nt_condition_compile(c, &in, NT_VALUE_NONE, FAMILY_DATE, f,
	    nt_value_get(v, a->key), &out->condition);
}

/* ---- trees ---- */

static int
compile_list(struct check *c, const struct place *at, struct nt_value schema,
    struct nt_filter *f, struct nt_value list, int depth, struct node *out)
{
	struct place in = { .up = at };
	struct nt_value e;
	size_t n = nt_value_count(list);

	if (!nt_value_is(list, NT_JSON_ARRAY))
		return nt_check_should(c, at, "an array", list);
	if (n > NT_ARRAY_MAX)
		return nt_check_length(c, at, "≤", NT_ARRAY_MAX, n);
	out->nodes = nt_alloc_array(n, sizeof *out->nodes);
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e), in.index++)
		if (compile_node(c, &in, schema, f, e, depth + 1,
		    &out->nodes[out->count++]) == -1)
			return -1;
	return 0;
}

static int
compile_group(struct check *c, const struct place *at, struct nt_value schema,
    struct nt_filter *f, struct nt_value v, int depth, struct node *out)
{
	struct place in = { .up = at, .key = nt_value_key(nt_value_first(v)) };
	struct nt_value list = nt_value_first(v);
	struct nt_value second = nt_value_next(list);

	out->kind = nt_str_is(in.key, "and") ? NODE_AND : NODE_OR;
	if (nt_value_there(second)) {
		struct place extra = { .up = at, .key = nt_value_key(second) };

		if (nt_str_is(in.key, "and") || nt_str_is(in.key, "or"))
			return nt_check_absent(c, &extra, second);
		return nt_check_absent(c, &in, list);
	}
	if (depth >= NT_FILTER_DEPTH_MAX)
		return nt_check_absent(c, &in, list);
	return compile_list(c, &in, schema, f, list, depth, out);
}

static int
compile_node(struct check *c, const struct place *at, struct nt_value schema,
    struct nt_filter *f, struct nt_value v, int depth, struct node *out)
{
	static const char *const forms[] =
	    { "or", "and", "property", "timestamp" };
	size_t i;

	out->kind = NODE_LEAF;
	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	if (nt_value_there(nt_value_get(v, "and")) ||
	    nt_value_there(nt_value_get(v, "or")))
		return compile_group(c, at, schema, f, v, depth, out);
	if (nt_value_there(nt_value_get(v, "timestamp")))
		return compile_timestamp(c, at, f, v, out);
	if (nt_value_there(nt_value_get(v, "property")))
		return compile_property(c, at, schema, f, v, out);
	for (i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (i >= 2 || depth < NT_FILTER_DEPTH_MAX)
			nt_check_should_at(c, at, forms[i], "defined",
			    NT_VALUE_NONE);
	return -1;
}

static void
free_node(struct node *n)
{
	size_t i;

	for (i = 0; i < n->count; i++)
		free_node(&n->nodes[i]);
	free(n->nodes);
	nt_field_free(&n->field);
	nt_condition_free(&n->condition);
}

static int
match_node(const struct node *n, struct nt_value page)
{
	size_t i;

	if (n->kind == NODE_LEAF)
		return nt_condition_met(&n->condition,
		    nt_field_value(&n->field, page));
	for (i = 0; i < n->count; i++)
		if (match_node(&n->nodes[i], page) != (n->kind == NODE_AND))
			return n->kind == NODE_OR;
	/* an empty list asks nothing (api 5.1) */
	return n->kind == NODE_AND || n->count == 0;
}

/* ---- the outside ---- */

struct nt_filter *
nt_filter_new(struct nt_value filter, struct nt_value sorts,
    struct nt_value schema, const struct nt_id *me, int64_t now_ms,
    struct nt_refusal *why)
{
	struct nt_filter *f = nt_alloc(sizeof *f);
	struct place body = { .key = NT_STR("body") };
	struct place at = { .up = &body, .key = NT_STR("filter") };
	struct place sorts_at = { .up = &body, .key = NT_STR("sorts") };
	struct check c;
	int status = 0;

	if (me != NULL)
		f->me = *me;
	f->now_ms = now_ms;
	f->filtered = nt_value_there(filter) &&
	    !nt_value_is(filter, NT_JSON_NULL);
	nt_check_begin(&c, NT_VERSION_2026_03_11, 0, why);
	if (f->filtered)
		status = compile_node(&c, &at, schema, f, filter, 0, &f->root);
	if (status == 0 && nt_value_there(sorts) &&
	    !nt_value_is(sorts, NT_JSON_NULL))
		status = nt_sorts_compile(&c, &sorts_at, schema, sorts, f);
	if (nt_check_finish(&c, status) == 0)
		return f;
	nt_filter_free(f);
	return NULL;
}

void
nt_filter_free(struct nt_filter *f)
{
	if (f == NULL)
		return;
	free_node(&f->root);
	nt_sorts_free(f);
	free(f);
}

int
nt_filter_match(const struct nt_filter *f, struct nt_value page)
{
	return !f->filtered || match_node(&f->root, page);
}
