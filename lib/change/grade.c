/*
 * What in a record changes without anybody changing the record (api 3, 7).
 *
 * Some of it stands at the top of the record, some in the values of a page's
 * properties, and some wherever a file, a mention or a user may stand.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/kinds.h"
#include "nt/mem.h"

/* Members of records; NT_KIND_OTHER is any kind. */
static const struct rule {
	enum nt_kind kind;
	const char *member;
	enum nt_grade grade;
} rules[] = {
	{ NT_KIND_OTHER, "last_edited_time", NT_GRADE_VOLATILE },
	{ NT_KIND_OTHER, "last_edited_by", NT_GRADE_VOLATILE },
	{ NT_KIND_OTHER, "request_id", NT_GRADE_VOLATILE },
	{ NT_KIND_PAGE, "url", NT_GRADE_COMPUTED },	/* of the title */
	{ NT_KIND_DATABASE, "url", NT_GRADE_COMPUTED },
	{ NT_KIND_DATA_SOURCE, "url", NT_GRADE_COMPUTED },
	{ NT_KIND_VIEW, "url", NT_GRADE_COMPUTED },
	{ NT_KIND_BLOCK, "has_children", NT_GRADE_COMPUTED },
	{ NT_KIND_DATABASE, "data_sources", NT_GRADE_COMPUTED },
	{ NT_KIND_DATA_SOURCE, "database_parent", NT_GRADE_COMPUTED }
};

#define RULES (sizeof rules / sizeof *rules)

static enum nt_grade
grade_of_member(enum nt_kind kind, struct nt_str name)
{
	for (size_t i = 0; i < RULES; i++)
		if (nt_str_is(name, rules[i].member) &&
		    (rules[i].kind == NT_KIND_OTHER || rules[i].kind == kind))
			return rules[i].grade;
	return NT_GRADE_OWN;
}

static enum nt_grade
grade_of_property(struct nt_value property)
{
	switch (nt_prop_of(property)) {
	case NT_PROP_LAST_EDITED_TIME:
	case NT_PROP_LAST_EDITED_BY:
		return NT_GRADE_VOLATILE;
	case NT_PROP_FORMULA:
	case NT_PROP_ROLLUP:
		return NT_GRADE_COMPUTED;
	default:
		return NT_GRADE_OWN;
	}
}

/* The blocks of a page or database have its title. */
static struct nt_value
borrowed_title(struct nt_value record)
{
	struct nt_value type = nt_value_get(record, "type");

	if (!nt_value_text_is(type, "child_page") &&
	    !nt_value_text_is(type, "child_database"))
		return NT_VALUE_NONE;
	return nt_value_get(nt_block_payload(record), "title");
}

/* ---- files ---- */

static void
unsign(struct nt_value file)
{
	struct nt_value url = nt_value_get(file, "url");
	struct nt_str text = nt_value_text(url);
	const char *query = memchr(text.p, '?', text.len);
	struct nt_buf plain;

	nt_value_drop(nt_value_get(file, "expiry_time"));
	if (query == NULL)
		return;
	nt_buf_init(&plain, NT_RECORD_MAX);
	nt_json_quote(&plain, (struct nt_str){ text.p,
	    (size_t)(query - text.p) });
	nt_value_replace(url, nt_buf_view(&plain));
	nt_buf_free(&plain);
}

/* ---- what stands anywhere ---- */

/* Drops all members but these of an object that only points to something. */
static void
keep_reference(struct nt_value v)
{
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str name = nt_value_key(e);

		if (!nt_str_is(name, "id") && !nt_str_is(name, "object"))
			nt_value_drop(e);
	}
}

/* What a mention or a reference shows of the thing that it points to. */
static void
strip_shown(struct nt_value v)
{
	struct nt_value mention = nt_value_get(v, "mention");
	struct nt_value emoji = nt_value_get(v, "custom_emoji");

	if (nt_value_is(mention, NT_JSON_OBJECT)) {
		nt_value_drop(nt_value_get(v, "plain_text"));
		nt_value_drop(nt_value_get(v, "href"));
	}
	if (nt_value_is(emoji, NT_JSON_OBJECT))
		keep_reference(emoji);
	if (nt_value_text_is(nt_value_get(v, "object"), "user"))
		keep_reference(v);
}

/* Depth is bounded by the reader's NT_JSON_DEPTH_MAX. */
static void
strip_within(struct nt_value v, enum nt_grade from)
{
	struct nt_value e;

	if (nt_value_is(v, NT_JSON_OBJECT)) {
		struct nt_value file = nt_hosted_file(v);

		if (nt_value_there(file))
			unsign(file);
		if (from == NT_GRADE_COMPUTED)
			strip_shown(v);
	}
	if (!nt_value_is(v, NT_JSON_OBJECT) && !nt_value_is(v, NT_JSON_ARRAY))
		return;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
		strip_within(e, from);
}

/* ---- what stands in one place ---- */

static void
strip_record(struct nt_value record, enum nt_kind kind, enum nt_grade from)
{
	struct nt_value properties = nt_value_get(record, "properties"), e;

	for (size_t i = 0; i < RULES; i++)
		if (rules[i].grade >= from && (rules[i].kind == NT_KIND_OTHER ||
		    rules[i].kind == kind))
			nt_value_drop(nt_value_get(record, rules[i].member));
	if (kind == NT_KIND_BLOCK && from == NT_GRADE_COMPUTED)
		nt_value_drop(borrowed_title(record));
	if (kind != NT_KIND_PAGE)
		return;
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e))
		if (grade_of_property(e) >= from)
			nt_value_drop(nt_value_get(e,
			    nt_prop_kind(nt_prop_of(e))->name));
}

static enum nt_kind
kind_of(struct nt_value record)
{
	return nt_kind_of(nt_value_text(nt_value_get(record, "object")));
}

void
nt_grade_strip(struct nt_value record, enum nt_grade from)
{
	enum nt_kind kind = kind_of(record);
	struct nt_value e;

	strip_record(record, kind, from);
	/* the record itself may be a user */
	for (e = nt_value_first(record); nt_value_there(e);
	    e = nt_value_next(e))
		strip_within(e, from);
}

void
grade_unsign(struct nt_value v)
{
	strip_within(v, NT_GRADE_VOLATILE);
}

/* Makes the member of that name in b what it is in a. */
static void
keep_member(struct nt_value a, struct nt_value b, const char *name)
{
	struct nt_value old = nt_value_get(a, name);
	struct nt_value new = nt_value_get(b, name);

	if (!nt_value_there(old))
		nt_value_drop(new);
	else if (nt_value_there(new))
		nt_value_replace(new, nt_value_raw(old));
	else
		nt_value_put(b, name, nt_value_raw(old));
}

void
grade_keep(struct nt_value a, struct nt_value b)
{
	struct nt_value old = nt_value_get(a, "properties"), e;
	enum nt_kind kind = kind_of(b);

	for (size_t i = 0; i < RULES; i++)
		if (rules[i].grade == NT_GRADE_VOLATILE)
			keep_member(a, b, rules[i].member);
	if (kind != NT_KIND_PAGE)
		return;
	for (e = nt_value_first(nt_value_get(b, "properties"));
	    nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str name = nt_value_key(e);
		struct nt_value was = nt_value_get_n(old, name.p, name.len);

		if (grade_of_property(e) == NT_GRADE_VOLATILE &&
		    nt_prop_of(was) == nt_prop_of(e))
			keep_member(was, e, nt_prop_kind(nt_prop_of(e))->name);
	}
}

int
grade_digest(struct nt_json *doc, struct nt_str line, char base[NT_BASE_TEXT],
    struct nt_err *err)
{
	struct nt_value copy;

	if (nt_json_parse(doc, line.p, line.len, &copy, err) == -1)
		return -1;
	nt_grade_strip(copy, NT_GRADE_COMPUTED);
	memcpy(base, "sha256:", 7);
	nt_value_digest(copy, base + 7);
	return 0;
}

void
nt_change_digest(struct nt_value record, char base[NT_BASE_TEXT])
{
	struct nt_json *doc = nt_json_new();
	int got = grade_digest(doc, nt_value_raw(record), base, NULL);

	assert(got == 0);	/* it was read before */
	(void)got;
	nt_json_free(doc);
}

/* ---- asking about one value ---- */

/* Of the member name in v, which may stand anywhere in a record. */
static enum nt_grade
grade_within(struct nt_value v, struct nt_value up, struct nt_str name)
{
	struct nt_value user = nt_value_get(v, "object");
	int refers = nt_value_text_is(user, "user") ||
	    (nt_value_there(up) && nt_value_there(nt_value_get(up,
	    "custom_emoji")) && nt_value_get(up, "custom_emoji").at == v.at);

	if (nt_str_is(name, "expiry_time") && nt_value_there(up) &&
	    nt_hosted_file(up).at == v.at)
		return NT_GRADE_VOLATILE;
	if (refers && !nt_str_is(name, "id") && !nt_str_is(name, "object"))
		return NT_GRADE_COMPUTED;
	if (nt_value_is(nt_value_get(v, "mention"), NT_JSON_OBJECT) &&
	    (nt_str_is(name, "plain_text") || nt_str_is(name, "href")))
		return NT_GRADE_COMPUTED;
	return NT_GRADE_OWN;
}

/* Of a step at this depth; v is what has the member, up what has v. */
static enum nt_grade
grade_of_step(struct nt_value record, size_t depth, struct nt_value v,
    struct nt_value up, struct nt_str name)
{
	enum nt_kind kind = kind_of(record);
	struct nt_value title = borrowed_title(record);

	if (depth == 0)
		return grade_of_member(kind, name);
	if (depth == 1 && kind == NT_KIND_BLOCK && nt_value_there(title) &&
	    v.at == nt_block_payload(record).at && nt_str_is(name, "title"))
		return NT_GRADE_COMPUTED;
	if (depth == 2 && kind == NT_KIND_PAGE &&
	    up.at == nt_value_get(record, "properties").at &&
	    nt_str_is(name, nt_prop_kind(nt_prop_of(v))->name))
		return grade_of_property(v);
	return grade_within(v, up, name);
}

enum nt_grade
nt_grade_at(struct nt_value record, struct nt_str pointer)
{
	struct nt_value v = record, up = NT_VALUE_NONE, down;
	enum nt_grade grade = NT_GRADE_OWN;
	struct nt_buf name;

	nt_buf_init(&name, NT_RECORD_MAX);
	for (size_t depth = 0; grade == NT_GRADE_OWN &&
	    nt_pointer_next(&pointer, &name) == 1; depth++) {
		if (nt_value_is(v, NT_JSON_OBJECT)) {
			grade = grade_of_step(record, depth, v, up,
			    nt_buf_view(&name));
			down = nt_value_get_n(v, name.p, name.len);
		} else {
			down = nt_value_index(v, strtoul(name.p, NULL, 10));
		}
		up = v;
		v = down;
	}
	nt_buf_free(&name);
	return grade;
}
