/* Values of a page's properties to be written (api 3.6). */
#include "writable.h"

#include <string.h>

/* The values of one page on their way. */
struct values {
	struct writing w;
	struct nt_value schema, old;
	int *crowded;
	size_t put;		/* how many */
};

/* ---- values of one kind: each 1, or 0 if there is nothing to write ---- */

static int
put_named(struct nt_json_out *o, const char *key, struct nt_value option)
{
	struct nt_value name = nt_value_get(option, "name");

	if (!nt_value_is(name, NT_JSON_STRING))
		return 0;
	nt_json_open(o, key, '{');
	nt_json_put_value(o, "name", name);
	nt_json_close(o, '}');
	return 1;
}

/* A status is never made by a value, unlike other options. */
static int
put_status(struct writing *w, struct nt_value entry, struct nt_value v)
{
	struct nt_str name = nt_value_text(nt_value_get(v, "name"));
	struct nt_str none = { NULL, 0 };

	if (nt_value_there(entry) && name.p != NULL &&
	    !nt_value_there(nt_option_find(entry, none, name))) {
		nt_lose(w, NT_LOSS_WARNING, "the status \"%.*s\" is not there",
		    (int)name.len, name.p);
		return 0;
	}
	return put_named(&w->o, "status", v);
}

/* The first of a list that may be written at once; a loss of the rest. */
static size_t
most(struct writing *w, size_t count)
{
	if (count <= NT_ARRAY_MAX)
		return count;
	nt_lose(w, NT_LOSS_WARNING, "%zu values, of which %d can be written",
	    count, NT_ARRAY_MAX);
	return NT_ARRAY_MAX;
}

static int
put_options(struct writing *w, struct nt_value v)
{
	size_t left = most(w, nt_value_count(v));
	struct nt_value e;

	nt_json_open(&w->o, "multi_select", '[');
	for (e = nt_value_first(v); left > 0 && nt_value_there(e);
	    e = nt_value_next(e), left--)
		put_named(&w->o, NULL, e);
	nt_json_close(&w->o, ']');
	return 1;
}

static void
put_reference(struct nt_json_out *o, const char *id)
{
	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "id", id);
	nt_json_close(o, '}');
}

static int
put_people(struct writing *w, struct nt_value v)
{
	size_t i = 0, put = 0;
	char id[NT_ID_TEXT];
	struct nt_value e;

	nt_json_open(&w->o, "people", '[');
	for (e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e), i++) {
		size_t back = nt_enter_element(w, i);
		struct nt_value name = nt_value_get(e, "name");
		struct nt_str who = nt_value_text(nt_value_is(name,
		    NT_JSON_STRING) ? name : nt_value_get(e, "id"));

		if (put == NT_ARRAY_MAX)
			nt_lose(w, NT_LOSS_WARNING, "more than %d people: "
			    "%.*s is left out", NT_ARRAY_MAX, (int)who.len,
			    who.p);
		else if (!nt_ask(w, w->target->user, nt_value_get(e, "id"),
		    id))
			nt_lose(w, NT_LOSS_WARNING, "%.*s is not there",
			    (int)who.len, who.p == NULL ? "" : who.p);
		else {
			put_reference(&w->o, id);
			put++;
		}
		nt_leave(w, back);
	}
	nt_json_close(&w->o, ']');
	return put > 0;
}

static int
is_dual(struct nt_value entry)
{
	return nt_value_there(nt_value_at(entry, "/relation/dual_property"));
}

/* The targets that are there; how many were put, at most most. */
static size_t
put_targets(struct writing *w, struct nt_value v, size_t limit)
{
	size_t i = 0, put = 0;
	char id[NT_ID_TEXT];
	struct nt_value e;

	for (e = nt_value_first(v); put < limit && nt_value_there(e);
	    e = nt_value_next(e)) {
		size_t back = nt_enter_element(w, i++);

		if (nt_ask(w, w->target->id, nt_value_get(e, "id"), id)) {
			put_reference(&w->o, id);
			put++;
		} else {
			nt_lose(w, NT_LOSS_WARNING,
			    "the page it links to is not there");
		}
		nt_leave(w, back);
	}
	return put;
}

static int
put_relation(struct values *v, struct nt_value entry, struct nt_value list)
{
	struct writing *w = &v->w;
	size_t put;

	if (nt_value_count(list) > NT_ARRAY_MAX && is_dual(entry)) {
		if (v->crowded != NULL)
			*v->crowded = 1;
		return 0;
	}
	nt_json_open(&w->o, "relation", '[');
	put = put_targets(w, list, most(w, nt_value_count(list)));
	nt_json_close(&w->o, ']');
	return put > 0;
}

/* ---- files ---- */

/* A file is known by its name, an external one has to have one. */
static void
put_file_name(struct writing *w, struct nt_value file)
{
	struct nt_str name = nt_value_text(nt_value_get(file, "name"));
	struct nt_str url = nt_value_text(nt_value_at(file, "/external/url"));
	size_t len;

	if (name.len == 0)
		name = url;
	len = nt_utf16_cut(name, NT_FILE_NAME_MAX);
	if (len < name.len && name.p != url.p)
		nt_lose(w, NT_LOSS_WARNING, "the name is cut to %d characters",
		    NT_FILE_NAME_MAX);
	name.len = len;
	if (name.len > 0)
		nt_json_put_str(&w->o, "name", name);
}

static int
put_file(struct writing *w, struct nt_value file)
{
	struct writing_mark mark = nt_mark(w);
	const char *why;

	nt_json_open(&w->o, NULL, '{');
	if (!nt_put_writable_file(w, file, &why)) {
		nt_take_back(w, &mark);
		nt_lose(w, NT_LOSS_WARNING, "%s", why);
		return 0;
	}
	put_file_name(w, file);
	nt_json_close(&w->o, '}');
	return 1;
}

static int
put_files(struct writing *w, struct nt_value v)
{
	size_t left = most(w, nt_value_count(v)), i = 0, put = 0;
	struct nt_value e;

	nt_json_open(&w->o, "files", '[');
	for (e = nt_value_first(v); left > 0 && nt_value_there(e);
	    e = nt_value_next(e), left--) {
		size_t back = nt_enter_element(w, i++);

		put += put_file(w, e);
		nt_leave(w, back);
	}
	nt_json_close(&w->o, ']');
	return put > 0;
}

/* ---- others ---- */

static int
put_place(struct writing *w, struct nt_value v)
{
	static const char *const members[] = {
		"lat", "lon", "name", "address", "aws_place_id",
		"google_place_id"
	};
	size_t i;

	nt_json_open(&w->o, "place", '{');
	for (i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct nt_value e = nt_value_get(v, members[i]);

		if (nt_value_there(e) && !nt_value_is(e, NT_JSON_NULL))
			nt_json_put_value(&w->o, members[i], e);
	}
	nt_json_close(&w->o, '}');
	return 1;
}

/* What has expired was verified until then; who did it is the writer now. */
static int
put_verification(struct writing *w, struct nt_value v)
{
	struct nt_value date = nt_value_get(v, "date");
	int verified = nt_value_there(v) && !nt_value_is(v, NT_JSON_NULL) &&
	    !nt_value_text_is(nt_value_get(v, "state"), "unverified");

	nt_json_open(&w->o, "verification", '{');
	nt_json_put_text(&w->o, "state", verified ? "verified" : "unverified");
	if (verified && nt_value_is(date, NT_JSON_OBJECT) &&
	    !nt_put_writable_date(w, &w->o, "date", date))
		nt_lose(w, NT_LOSS_WARNING, "its date is none");
	nt_json_close(&w->o, '}');
	if (verified)
		nt_lose(w, NT_LOSS_EXPECTED,
		    "who verified the page is whoever writes it");
	return 1;
}

static int
put_value(struct values *v, struct nt_value entry, enum nt_prop kind,
    struct nt_value value)
{
	struct writing *w = &v->w;
	const char *name = nt_prop_kind(kind)->name;

	switch (kind) {
	case NT_PROP_TITLE:
	case NT_PROP_RICH_TEXT:
		nt_put_writable_text(w, name, value);
		return 1;
	case NT_PROP_SELECT:
		return put_named(&w->o, name, value);
	case NT_PROP_STATUS:
		return put_status(w, entry, value);
	case NT_PROP_MULTI_SELECT:
		return put_options(w, value);
	case NT_PROP_DATE:
		return nt_put_writable_date(w, &w->o, name, value);
	case NT_PROP_PEOPLE:
		return put_people(w, value);
	case NT_PROP_RELATION:
		return put_relation(v, entry, value);
	case NT_PROP_FILES:
		return put_files(w, value);
	case NT_PROP_PLACE:
		return put_place(w, value);
	case NT_PROP_VERIFICATION:
		return put_verification(w, value);
	default:
		nt_json_put_value(&w->o, name, value);
		return 1;
	}
}

/* ---- whole properties ---- */

static struct nt_value
value_of(struct nt_value property)
{
	struct nt_str type = nt_value_text(nt_value_get(property, "type"));

	return nt_value_get_n(property, type.p, type.len);
}

static int
is_empty(enum nt_prop kind, struct nt_value value)
{
	return !nt_value_there(value) || nt_value_is(value, NT_JSON_NULL) ||
	    (nt_value_is(value, NT_JSON_ARRAY) &&
	    nt_value_count(value) == 0) ||
	    (kind == NT_PROP_CHECKBOX && !nt_value_true(value)) ||
	    (kind == NT_PROP_VERIFICATION && nt_value_text_is(
	    nt_value_get(value, "state"), "unverified"));
}

/* What takes a value away (api 3.6); a status falls back to its default. */
static void
put_emptiness(struct writing *w, enum nt_prop kind)
{
	const struct nt_prop_kind *row = nt_prop_kind(kind);

	if (kind == NT_PROP_VERIFICATION)
		put_verification(w, NT_VALUE_NONE);
	else
		nt_json_put_raw(&w->o, row->name, nt_str_of(row->empty));
}

/* Whether the service would take {<type>: value}; if not it is a loss. */
static int
is_taken(struct writing *w, enum nt_prop kind, struct nt_str name,
    const struct nt_buf *json)
{
	struct nt_json *doc = nt_json_new();
	const char *type = nt_prop_kind(kind)->name;
	struct nt_refusal why = { 0 };
	struct nt_value v;
	int good = nt_json_parse(doc, json->p, json->len, &v, NULL) == 0 &&
	    nt_check_property(kind, name, type, nt_value_get(v, type),
	    &why) == 0;

	if (!good)
		nt_lose(w, NT_LOSS_WARNING, "it would be refused: %s",
		    why.message);
	nt_json_free(doc);
	return good;
}

/* Appends {<type>: value} to json: 1, or 0 if there is none that can be. */
static int
write_value(struct values *v, struct nt_value entry, struct nt_value property,
    struct nt_buf *json)
{
	enum nt_prop kind = nt_prop_of(property);
	size_t back = nt_enter(&v->w, nt_prop_kind(kind)->name);
	struct nt_value value = value_of(property);
	struct writing_mark mark = nt_begin_apart(&v->w);
	int good = 1;

	nt_json_open(&v->w.o, NULL, '{');
	if (is_empty(kind, value))
		put_emptiness(&v->w, kind);
	else
		good = put_value(v, entry, kind, value);
	nt_json_close(&v->w.o, '}');
	nt_end_apart(&v->w, &mark, json);
	good = good && is_taken(&v->w, kind, nt_value_key(property), json);
	nt_leave(&v->w, back);
	return good;
}

/* ---- what has changed ---- */

static void
write_as_it_is(struct nt_value property, struct nt_buf *json)
{
	static const struct nt_target as_it_is;
	struct values v = { .put = 0 };
	struct nt_buf nothing;

	nt_buf_init(&nothing, NT_BUF_MAX);
	nt_writing_begin(&v.w, &as_it_is, "");
	write_value(&v, NT_VALUE_NONE, property, json);
	nt_writing_end(&v.w, &nothing);
	nt_buf_free(&nothing);
}

/* Whether two values of a property would be written in one way. */
static int
is_same(struct nt_value property, struct nt_value old)
{
	enum nt_prop kind = nt_prop_of(property);
	struct nt_buf a, b;
	int same;

	if (nt_prop_of(old) != kind)
		return is_empty(kind, value_of(property)) &&
		    !nt_value_there(old);
	/* what is asked of others, or has more than can be written */
	if (kind == NT_PROP_FILES || kind == NT_PROP_RELATION)
		return nt_value_equal(value_of(property), value_of(old));
	nt_buf_init(&a, NT_BUF_MAX);
	nt_buf_init(&b, NT_BUF_MAX);
	write_as_it_is(property, &a);
	write_as_it_is(old, &b);
	same = nt_str_eq(nt_buf_view(&a), nt_buf_view(&b));
	nt_buf_free(&a);
	nt_buf_free(&b);
	return same;
}

/* ---- whole properties ---- */

/* The entry that may take the value: 1 if there is one, or none is asked. */
static int
find_entry(struct values *v, struct nt_value property, struct nt_value *entry)
{
	enum nt_prop kind = nt_prop_of(property);
	struct nt_str there;

	*entry = nt_prop_taking(v->schema, nt_value_key(property), kind);
	if (!nt_value_there(v->schema))
		return 1;
	there = nt_value_text(nt_value_get(*entry, "type"));
	if (!nt_value_there(*entry))
		nt_lose(&v->w, nt_prop_kind(kind)->creatable ?
		    NT_LOSS_WARNING : NT_LOSS_EXPECTED,
		    "there is no such property there");
	else if (nt_prop_of(*entry) != kind)
		nt_lose(&v->w, NT_LOSS_WARNING, "the property is of the type "
		    "\"%.*s\" there", (int)there.len,
		    there.p == NULL ? "" : there.p);
	return nt_value_there(*entry) && nt_prop_of(*entry) == kind;
}

static void
put_property(struct values *v, struct nt_value property)
{
	struct nt_value entry;
	struct nt_buf json;

	if (!find_entry(v, property, &entry))
		return;
	nt_buf_init(&json, NT_BUF_MAX);
	if (write_value(v, entry, property, &json)) {
		nt_json_put_key(&v->w.o, nt_value_there(entry) ?
		    nt_value_key(entry) : nt_value_key(property));
		nt_json_put_raw(&v->w.o, NULL, nt_buf_view(&json));
		v->put++;
	}
	nt_buf_free(&json);
}

/* Whether a property has anything to be written; what cannot be is lost. */
static int
is_due(struct values *v, struct nt_value property, enum nt_writable_part part)
{
	enum nt_prop kind = nt_prop_of(property);
	struct nt_str key = nt_value_key(property);
	int relation = kind == NT_PROP_RELATION;

	if (part != NT_WRITABLE_BOTH &&
	    relation != (part == NT_WRITABLE_RELATIONS))
		return 0;
	if (kind == NT_PROP_OTHER && !is_empty(kind, value_of(property)))
		nt_lose(&v->w, NT_LOSS_WARNING,
		    "the property is of a type that is not known");
	if (!nt_prop_kind(kind)->writable)
		return 0;
	if (nt_value_there(v->old))
		return !is_same(property, nt_prop_find(v->old, key));
	return !is_empty(kind, value_of(property));
}

enum nt_writable
nt_writable_properties(const struct nt_target *target, struct nt_value schema,
    struct nt_value properties, struct nt_value old,
    enum nt_writable_part part, int *crowded, struct nt_buf *out)
{
	struct values v = { .schema = schema, .old = old, .crowded = crowded };
	struct nt_value e;

	if (crowded != NULL)
		*crowded = 0;
	nt_writing_begin(&v.w, target, "/properties");
	nt_json_open(&v.w.o, NULL, '{');
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e)) {
		size_t back = nt_enter_key(&v.w, nt_value_key(e));

		if (is_due(&v, e, part))
			put_property(&v, e);
		nt_leave(&v.w, back);
	}
	nt_json_close(&v.w.o, '}');
	v.w.never = v.put == 0;
	return nt_writing_end(&v.w, out);
}
