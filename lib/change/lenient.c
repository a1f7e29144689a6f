/*
 * A record as a restore can bring it back.  Null members count as missing ones,
 * texts as runs of one look, options, users and properties by what they are
 * called, and links to hosted files not at all.
 */
#include "restored.h"

#include <stdlib.h>
#include <string.h>

#include "nt/kinds.h"
#include "nt/mem.h"

struct lenient {
	uint64_t seen[RULE_COUNT];	/* sums of what was left out */
	struct nt_value properties;	/* by whose ids a view says names */
	int is_dashboard;
	int any_formula;		/* formulas are not compared */
	struct nt_buf *out;
};

static void put(struct lenient *l, struct nt_value v);

static void
leave_out(struct lenient *l, enum rule rule, struct nt_str raw)
{
	l->seen[rule] = l->seen[rule] * 31 + 1 + text_sum(raw);
}

/* ---- members ---- */

/* Members that are left out, each by its rule; name NULL ends the list. */
struct skip {
	const char *name;
	enum rule rule;
};

static enum rule
rule_of(const struct skip *skips, struct nt_str name)
{
	for (; skips != NULL && skips->name != NULL; skips++)
		if (nt_str_is(name, skips->name))
			return skips->rule;
	return RULE_NONE;
}

static void
begin_member(struct lenient *l, struct nt_str name)
{
	if (l->out->p[l->out->len - 1] != '{')
		nt_buf_char(l->out, ',');
	nt_json_quote(l->out, name);
	nt_buf_char(l->out, ':');
}

/* The name of the property that the text is the id of, or the text. */
static struct nt_str
by_name(const struct lenient *l, struct nt_str text)
{
	struct nt_value found = nt_value_there(l->properties) ?
	    nt_prop_find(l->properties, text) : NT_VALUE_NONE;

	return nt_value_there(found) ? nt_value_key(found) : text;
}

/* Puts a member, unless it is left out or says nothing. */
static void
put_member(struct lenient *l, struct nt_value e, const struct skip *skips)
{
	enum rule rule = rule_of(skips, nt_value_key(e));

	if (rule != RULE_NONE) {
		leave_out(l, rule, nt_value_raw(e));
	} else if (!nt_value_is(e, NT_JSON_NULL)) {
		begin_member(l, by_name(l, nt_value_key(e)));
		put(l, e);
	}
}

static void
put_members(struct lenient *l, struct nt_value v, const struct skip *skips)
{
	nt_buf_char(l->out, '{');
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e))
		put_member(l, e, skips);
	nt_buf_char(l->out, '}');
}

/* ---- texts ---- */

static int
is_text(struct nt_value v)
{
	struct nt_value e = nt_value_first(v);

	if (!nt_value_is(v, NT_JSON_ARRAY) || !nt_value_there(e))
		return 0;
	for (; nt_value_there(e); e = nt_value_next(e))
		if (!nt_value_is(nt_value_get(e, "annotations"),
		    NT_JSON_OBJECT))
			return 0;
	return 1;
}

/* 1 if the two are texts that look alike, so that they may be one. */
static int
look_alike(struct nt_value a, struct nt_value b)
{
	return nt_value_there(a) && nt_value_text_is(nt_value_get(a, "type"),
	    "text") && nt_value_text_is(nt_value_get(b, "type"), "text") &&
	    nt_value_equal(nt_value_get(a, "annotations"),
	    nt_value_get(b, "annotations")) &&
	    nt_str_eq(nt_value_raw(nt_value_at(a, "/text/link/url")),
	    nt_value_raw(nt_value_at(b, "/text/link/url")));
}

/* Begins an item: all of it but the content of a text, which is left open. */
static void
begin_item(struct lenient *l, struct nt_value item)
{
	static const struct skip beside[] = {
		{ "plain_text", RULE_SHOWN },
		{ "href", RULE_SHOWN },
		{ NULL, RULE_NONE }
	};
	struct nt_str look = nt_value_raw(nt_value_get(item, "annotations"));
	struct nt_str url = nt_value_raw(nt_value_at(item, "/text/link/url"));

	if (l->out->p[l->out->len - 1] != '[')
		nt_buf_char(l->out, ',');
	if (!nt_value_text_is(nt_value_get(item, "type"), "text")) {
		put_members(l, item, beside);
		return;
	}
	nt_buf_str(l->out, "{\"annotations\":");
	nt_buf_add(l->out, look.p, look.len);
	if (url.p != NULL) {
		nt_buf_str(l->out, ",\"link\":");
		nt_buf_add(l->out, url.p, url.len);
	}
	nt_buf_str(l->out, ",\"content\":\"");
}

static void
put_text(struct lenient *l, struct nt_value texts)
{
	struct nt_value item, before = NT_VALUE_NONE;
	size_t count = nt_value_count(texts);

	leave_out(l, RULE_ITEMS, (struct nt_str){ (const char *)&count,
	    sizeof count });
	nt_buf_char(l->out, '[');
	for (item = nt_value_first(texts); nt_value_there(item);
	    item = nt_value_next(item)) {
		int is_plain = nt_value_text_is(nt_value_get(item, "type"),
		    "text");
		struct nt_str content = unquoted(nt_value_raw(nt_value_at(item,
		    "/text/content")));

		if (is_plain && content.len == 0)
			continue;
		if (!look_alike(before, item)) {
			if (nt_value_there(before))
				nt_buf_str(l->out, "\"}");
			begin_item(l, item);
		}
		if (is_plain)
			nt_buf_add(l->out, content.p, content.len);
		before = is_plain ? item : NT_VALUE_NONE;
	}
	if (nt_value_there(before))
		nt_buf_str(l->out, "\"}");
	nt_buf_char(l->out, ']');
}

/* ---- values anywhere ---- */

static void
put_array(struct lenient *l, struct nt_value v)
{
	if (is_text(v)) {
		put_text(l, v);
		return;
	}
	nt_buf_char(l->out, '[');
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (l->out->p[l->out->len - 1] != '[')
			nt_buf_char(l->out, ',');
		put(l, e);
	}
	nt_buf_char(l->out, ']');
}

/* An option of a select has a name, and is known by it. */
static int
is_option(struct nt_value v)
{
	return nt_value_there(nt_value_get(v, "id")) &&
	    nt_value_there(nt_value_get(v, "name")) &&
	    nt_value_there(nt_value_get(v, "color"));
}

static void
put_object(struct lenient *l, struct nt_value v)
{
	static const struct skip of_user[] = {
		{ "avatar_url", RULE_USER }, { "bot", RULE_USER },
		{ "name", RULE_USER }, { "person", RULE_USER },
		{ "type", RULE_USER }, { NULL, RULE_NONE }
	};
	static const struct skip of_emoji[] = {
		{ "name", RULE_EMOJI }, { "url", RULE_EMOJI },
		{ NULL, RULE_NONE }
	};
	static const struct skip of_option[] = {
		{ "id", RULE_OPTION_ID }, { NULL, RULE_NONE }
	};
	static const struct skip of_file[] = {
		{ "file", RULE_FILE_URL }, { NULL, RULE_NONE }
	};
	static const struct skip of_named[] = {
		{ "property_name", RULE_PROPERTY_NAME }, { NULL, RULE_NONE }
	};
	static const struct skip of_synced[] = {
		{ "synced_property_id", RULE_PROPERTY_ID }, { NULL, RULE_NONE }
	};

	if (nt_value_text_is(nt_value_get(v, "object"), "user"))
		put_members(l, v, of_user);
	else if (nt_value_there(nt_hosted_file(v)))
		put_members(l, v, of_file);
	else if (is_option(v))
		put_members(l, v, of_option);
	else if (nt_value_there(nt_value_get(v, "synced_property_id")))
		put_members(l, v, of_synced);
	else if (nt_value_text_is(nt_value_get(v, "type"), "custom_emoji") &&
	    nt_value_there(nt_value_get(v, "custom_emoji"))) {
		nt_buf_str(l->out, "{\"custom_emoji\":");
		put_members(l, nt_value_get(v, "custom_emoji"), of_emoji);
		nt_buf_char(l->out, '}');
	} else {
		/* a view says of a property both its id and its name */
		put_members(l, v, nt_value_there(l->properties) ? of_named :
		    NULL);
	}
}

/* Depth is bounded by the reader's NT_JSON_DEPTH_MAX. */
static void
put(struct lenient *l, struct nt_value v)
{
	struct nt_str raw = nt_value_raw(v);

	switch (nt_value_type(v)) {
	case NT_JSON_OBJECT:
		put_object(l, v);
		break;
	case NT_JSON_ARRAY:
		put_array(l, v);
		break;
	case NT_JSON_STRING:
		if (nt_value_there(l->properties)) {
			nt_json_quote(l->out, by_name(l, nt_value_text(v)));
			break;
		}
		/* FALLTHROUGH */
	default:
		nt_buf_add(l->out, raw.p, raw.len);
	}
}

/* ---- properties ---- */

static int
by_text(const void *x, const void *y)
{
	return nt_str_cmp(*(const struct nt_str *)x,
	    *(const struct nt_str *)y);
}

/* A relation is a set: the service keeps no order. */
static void
put_relation(struct lenient *l, struct nt_value links)
{
	size_t count = nt_value_count(links), n = 0;
	struct nt_str *ids = nt_alloc_array(count + 1, sizeof *ids);

	leave_out(l, RULE_RELATION_ORDER, nt_value_raw(links));
	for (struct nt_value e = nt_value_first(links); nt_value_there(e);
	    e = nt_value_next(e))
		ids[n++] = nt_value_raw(nt_value_get(e, "id"));
	qsort(ids, n, sizeof *ids, by_text);
	nt_buf_char(l->out, '[');
	for (size_t i = 0; i < n; i++) {
		nt_buf_str(l->out, i > 0 ? "," : "");
		nt_buf_add(l->out, ids[i].p, ids[i].len);
	}
	nt_buf_char(l->out, ']');
	free(ids);
}

/* Whose value follows from something else. */
static enum rule
rule_of_value(enum nt_prop type)
{
	switch (type) {
	case NT_PROP_FORMULA:
	case NT_PROP_ROLLUP:
	case NT_PROP_CREATED_TIME:
	case NT_PROP_CREATED_BY:
	case NT_PROP_LAST_EDITED_TIME:
	case NT_PROP_LAST_EDITED_BY:
	case NT_PROP_UNIQUE_ID:
	case NT_PROP_BUTTON:
		return RULE_COMPUTED;
	case NT_PROP_VERIFICATION:
		return RULE_VERIFICATION;
	default:
		return RULE_NONE;
	}
}

static void
put_value_of(struct lenient *l, struct nt_value property)
{
	enum nt_prop type = nt_prop_of(property);
	const struct skip skips[] = {
		{ "id", RULE_PROPERTY_ID },
		{ "has_more", RULE_SHOWN },
		{ nt_prop_kind(type)->name, rule_of_value(type) },
		{ NULL, RULE_NONE }
	};
	struct nt_value links = nt_value_get(property, "relation");

	if (type != NT_PROP_RELATION || !nt_value_is(links, NT_JSON_ARRAY)) {
		put_members(l, property, skips);
		return;
	}
	leave_out(l, RULE_PROPERTY_ID, nt_value_raw(nt_value_get(property,
	    "id")));
	nt_buf_str(l->out, "{\"type\":\"relation\",\"relation\":");
	put_relation(l, links);
	nt_buf_char(l->out, '}');
}

/* What of a property's configuration is the service's. */
static const struct skip of_status[] = {
	{ "groups", RULE_GROUPS }, { NULL, RULE_NONE }
};
static const struct skip of_rollup[] = {
	{ "relation_property_id", RULE_PROPERTY_ID },
	{ "rollup_property_id", RULE_PROPERTY_ID }, { NULL, RULE_NONE }
};
static const struct skip of_formula[] = {
	{ "expression", RULE_FORMULA }, { NULL, RULE_NONE }
};

static const struct skip *
skips_of_config(const struct lenient *l, enum nt_prop type)
{
	switch (type) {
	case NT_PROP_STATUS:
		return of_status;
	case NT_PROP_ROLLUP:
		return of_rollup;
	case NT_PROP_FORMULA:
		return l->any_formula ? of_formula : NULL;
	default:
		return NULL;
	}
}

static void
put_schema_of(struct lenient *l, struct nt_value property)
{
	static const struct skip of_property[] = {
		{ "id", RULE_PROPERTY_ID }, { NULL, RULE_NONE }
	};
	enum nt_prop type = nt_prop_of(property);

	nt_buf_char(l->out, '{');
	for (struct nt_value e = nt_value_first(property); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (!nt_str_is(nt_value_key(e), nt_prop_kind(type)->name) ||
		    !nt_value_is(e, NT_JSON_OBJECT)) {
			put_member(l, e, of_property);
			continue;
		}
		begin_member(l, nt_value_key(e));
		put_members(l, e, skips_of_config(l, type));
	}
	nt_buf_char(l->out, '}');
}

static void
put_properties(struct lenient *l, enum nt_kind kind, struct nt_value v)
{
	nt_buf_char(l->out, '{');
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e)) {
		/* what a title is called follows from the data source */
		begin_member(l, kind == NT_KIND_PAGE && nt_prop_of(e) ==
		    NT_PROP_TITLE ? NT_STR("title") : nt_value_key(e));
		if (kind == NT_KIND_PAGE)
			put_value_of(l, e);
		else
			put_schema_of(l, e);
	}
	nt_buf_char(l->out, '}');
}

/* ---- records ---- */

static const struct skip of_record[] = {
	{ "archived", RULE_ARCHIVED },	/* in_trash says the same */
	{ "created_by", RULE_CREATED_BY },
	{ "created_time", RULE_CREATED_TIME },
	{ "dashboard_view_id", RULE_DASHBOARD },
	{ "data_sources", RULE_SOURCES },
	{ "database_parent", RULE_DATABASE_PARENT },
	{ "discussion_id", RULE_DISCUSSION },
	{ "display_name", RULE_DISPLAY_NAME },
	{ "has_children", RULE_HAS_CHILDREN },
	{ "last_edited_by", RULE_EDITED_BY },
	{ "last_edited_time", RULE_EDITED_TIME },
	{ "parent", RULE_PARENT },	/* where it hangs is a move */
	{ "public_url", RULE_PUBLIC_URL },
	{ "request_id", RULE_REQUEST },
	{ NULL, RULE_NONE }
};
static const struct skip of_list_item[] = {
	{ "list_format", RULE_LIST_FORMAT },
	{ "list_start_index", RULE_LIST_START },
	{ NULL, RULE_NONE }
};

/* What only records of one kind cannot keep. */
static enum rule
rule_at_top(const struct lenient *l, enum nt_kind kind, struct nt_value e)
{
	struct nt_str name = nt_value_key(e);

	/* a bookmark has a url, too, but within */
	if (nt_str_is(name, "url"))
		return RULE_URL;
	if (kind == NT_KIND_ASSET && nt_str_is(name, "name"))
		return RULE_ASSET_NAME;
	if (kind == NT_KIND_DATA_SOURCE && nt_str_is(name, "cover"))
		return RULE_COVER;
	if (kind == NT_KIND_DATA_SOURCE && nt_str_is(name, "description"))
		return RULE_DESCRIPTION;
	if (l->is_dashboard && nt_str_is(name, "data_source_id"))
		return RULE_VIEW_SOURCE;
	if (kind == NT_KIND_VIEW && nt_str_is(name, "configuration") &&
	    nt_value_count(e) == 1 &&
	    nt_value_there(nt_value_get(e, "type")))
		return RULE_VIEW_DEFAULT;
	return RULE_NONE;
}

/* A member at the top of a record. */
static void
put_top(struct lenient *l, enum nt_kind kind, struct nt_value e)
{
	struct nt_str name = nt_value_key(e);
	enum rule rule = rule_at_top(l, kind, e);

	if (rule != RULE_NONE) {
		leave_out(l, rule, nt_value_raw(e));
	} else if (nt_str_is(name, "properties") && (kind == NT_KIND_PAGE ||
	    kind == NT_KIND_DATA_SOURCE)) {
		begin_member(l, name);
		put_properties(l, kind, e);
	} else if (nt_str_is(name, "numbered_list_item")) {
		begin_member(l, name);
		put_members(l, e, of_list_item);
	} else {
		put_member(l, e, of_record);
	}
}

static void
put_record(struct lenient *l, enum nt_kind kind, struct nt_value record)
{
	l->is_dashboard = kind == NT_KIND_VIEW &&
	    nt_value_text_is(nt_value_get(record, "type"), "dashboard");
	nt_buf_char(l->out, '{');
	for (struct nt_value e = nt_value_first(record); nt_value_there(e);
	    e = nt_value_next(e))
		put_top(l, kind, e);
	nt_buf_char(l->out, '}');
}

/* 1 if a formula names a property by an id, which is another now. */
static int
has_tokens(struct nt_value record)
{
	struct nt_str raw = nt_value_raw(nt_value_get(record, "properties"));
	static const char token[] = "{{notion:";

	for (size_t i = 0; i + sizeof token <= raw.len; i++)
		if (memcmp(raw.p + i, token, sizeof token - 1) == 0)
			return 1;
	return 0;
}

static void
write_side(struct lenient *l, enum nt_kind kind, const struct lenient_side *s,
    struct nt_buf *text)
{
	struct nt_buf loose;

	nt_buf_init(&loose, NT_BUF_MAX);
	l->out = &loose;
	l->properties = nt_value_get(s->source, "properties");
	put_record(l, kind, s->record);
	nt_json_rewrite(loose.p, loose.len, text, NULL);
	nt_buf_free(&loose);
}

void
lenient_write(struct nt_restored *r, enum nt_kind kind,
    const struct lenient_side *a, const struct lenient_side *b,
    struct nt_buf *text_a, struct nt_buf *text_b)
{
	int any_formula = kind == NT_KIND_DATA_SOURCE &&
	    (has_tokens(a->record) || has_tokens(b->record));
	struct lenient la = { .any_formula = any_formula };
	struct lenient lb = { .any_formula = any_formula };

	write_side(&la, kind, a, text_a);
	write_side(&lb, kind, b, text_b);
	for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		if (la.seen[rule] != lb.seen[rule] && rule != RULE_PARENT &&
		    rule != RULE_ARCHIVED && rule != RULE_REQUEST)
			restored_count(r, kind, rule);
}
