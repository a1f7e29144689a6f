/*
 * Properties as YAML, each in the type that is natural there: numbers, truth,
 * dates, texts, lists.  What a formula or rollup came to is written, not what
 * it is.  Nothing is null.
 */
#include "property.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 20	/* of lists and maps of a type we do not know */

static void put_value(struct nt_markdown *m, struct md_yaml *y,
    struct nt_value prop, unsigned depth);

void
md_yaml_string(struct md_yaml *y, struct nt_value v)
{
	if (nt_value_is(v, NT_JSON_STRING))
		md_yaml_text(y, nt_value_text(v));
	else
		md_yaml_word(y, "null");
}

/* ---- values of no known type ---- */

static void
put_json(struct md_yaml *y, struct nt_value v, unsigned depth)
{
	struct nt_value e;

	if (depth == DEPTH_MAX) {
		md_yaml_text(y, nt_value_raw(v));
		return;
	}
	switch (nt_value_type(v)) {
	case NT_JSON_BOOL:
		md_yaml_word(y, nt_value_true(v) ? "true" : "false");
		break;
	case NT_JSON_NUMBER:
		md_yaml_number(y, nt_value_raw(v));
		break;
	case NT_JSON_STRING:
		md_yaml_text(y, nt_value_text(v));
		break;
	case NT_JSON_ARRAY:
		md_yaml_open_list(y);
		for (e = nt_value_first(v); nt_value_there(e);
		    e = nt_value_next(e))
			put_json(y, e, depth + 1);
		md_yaml_close_list(y);
		break;
	case NT_JSON_OBJECT:
		md_yaml_open_map(y);
		for (e = nt_value_first(v); nt_value_there(e);
		    e = nt_value_next(e)) {
			md_yaml_text(y, nt_value_key(e));
			put_json(y, e, depth + 1);
		}
		md_yaml_close_map(y);
		break;
	default:
		md_yaml_word(y, "null");
	}
}

/* ---- one function a type; v is the value under the type's name ---- */

struct place {
	struct nt_markdown *m;
	struct md_yaml *y;
	const char *pointer;	/* of the property's value, for files */
	unsigned depth;
};

static void
put_text(struct place *p, struct nt_value v)
{
	nt_buf_clear(&p->m->scratch);
	md_plain(&p->m->scratch, v);
	if (p->m->scratch.len > 0)
		md_yaml_text(p->y, nt_buf_view(&p->m->scratch));
	else
		md_yaml_word(p->y, "null");
}

static void
put_plain(struct place *p, struct nt_value v)
{
	put_json(p->y, v, 0);
}

static void
put_option(struct place *p, struct nt_value v)
{
	md_yaml_string(p->y, md_get(v, "name"));
}

static void
put_moment(struct place *p, struct nt_value v)
{
	if (nt_value_is(v, NT_JSON_STRING))
		md_yaml_moment(p->y, nt_value_text(v));
	else
		md_yaml_word(p->y, "null");
}

/* A date alone, or a map of what else there is. */
static void
put_date(struct place *p, struct nt_value v)
{
	static const char *const names[] = { "start", "end" };
	struct nt_value zone = md_get(v, "time_zone");

	if (!nt_value_is(md_get(v, "end"), NT_JSON_STRING) &&
	    !nt_value_is(zone, NT_JSON_STRING)) {
		put_moment(p, md_get(v, "start"));
		return;
	}
	md_yaml_open_map(p->y);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct nt_value e = nt_value_get(v, names[i]);

		if (!nt_value_is(e, NT_JSON_STRING))
			continue;
		md_yaml_text(p->y, nt_str_of(names[i]));
		put_moment(p, e);
	}
	if (nt_value_is(zone, NT_JSON_STRING)) {
		md_yaml_text(p->y, NT_STR("time_zone"));
		md_yaml_string(p->y, zone);
	}
	md_yaml_close_map(p->y);
}

static void
put_person(struct place *p, struct nt_value v)
{
	if (nt_value_is(v, NT_JSON_OBJECT))
		md_yaml_person(p->m, p->y, v);
	else
		md_yaml_word(p->y, "null");
}

static void
put_relation(struct place *p, struct nt_value v)
{
	md_yaml_reference(p->m, p->y, md_get(v, "id"));
}

/* A list by what puts one of its elements. */
static void
put_each(struct place *p, struct nt_value list,
    void (*put)(struct place *p, struct nt_value v))
{
	struct nt_value e;

	md_yaml_open_list(p->y);
	for (e = nt_value_first(list); nt_value_there(e); e = nt_value_next(e))
		put(p, e);
	md_yaml_close_list(p->y);
}

static void
put_options(struct place *p, struct nt_value v)
{
	put_each(p, v, put_option);
}

static void
put_people(struct place *p, struct nt_value v)
{
	put_each(p, v, put_person);
}

static void
put_relations(struct place *p, struct nt_value v)
{
	put_each(p, v, put_relation);
}

/* The URL, with the name where that says more. */
static void
put_remote(struct md_yaml *y, struct nt_str name, struct nt_str url)
{
	int said = name.len > 0 && name.len <= url.len && memcmp(url.p +
	    url.len - name.len, name.p, name.len) == 0;

	if (name.len == 0 || said) {
		md_yaml_text(y, url);
		return;
	}
	md_yaml_open_map(y);
	md_yaml_text(y, NT_STR("name"));
	md_yaml_text(y, name);
	md_yaml_text(y, NT_STR("url"));
	md_yaml_text(y, url);
	md_yaml_close_map(y);
}

void
md_yaml_file(struct nt_markdown *m, struct md_yaml *y, struct nt_value file,
    const char *pointer)
{
	struct nt_str name = nt_value_text(md_get(file, "name"));
	const struct md_asset *a;

	if (!nt_value_is(file, NT_JSON_OBJECT)) {
		md_yaml_word(y, "null");
		return;
	}
	a = md_asset_of(m, file, pointer);
	if (a != NULL)
		md_yaml_path(m, y, (struct nt_str){ m->asset_text.p + a->file,
		    a->file_len });
	else
		put_remote(y, name, md_source(m, file, pointer, NULL));
}

static void
put_files(struct place *p, struct nt_value list)
{
	struct nt_buf pointer;
	struct nt_value e;
	size_t n = 0;

	nt_buf_init(&pointer, NT_BUF_MAX);
	md_yaml_open_list(p->y);
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e), n++) {
		nt_buf_clear(&pointer);
		nt_buf_fmt(&pointer, "%s/files/%zu", p->pointer, n);
		md_yaml_file(p->m, p->y, e, pointer.p);
	}
	md_yaml_close_list(p->y);
	nt_buf_free(&pointer);
}

/* "TASK-12", or 12 where there is no prefix. */
static void
put_unique_id(struct place *p, struct nt_value v)
{
	struct nt_str prefix = nt_value_text(md_get(v, "prefix"));
	struct nt_value number = md_get(v, "number");
	struct nt_str raw = nt_value_raw(number);

	if (!nt_value_is(number, NT_JSON_NUMBER) || prefix.len == 0) {
		put_json(p->y, number, 0);
		return;
	}
	nt_buf_clear(&p->m->scratch);
	nt_buf_add(&p->m->scratch, prefix.p, prefix.len);
	nt_buf_char(&p->m->scratch, '-');
	nt_buf_add(&p->m->scratch, raw.p, raw.len);
	md_yaml_text(p->y, nt_buf_view(&p->m->scratch));
}

static void
put_nothing(struct place *p, struct nt_value v)
{
	(void)v;
	md_yaml_word(p->y, "null");
}

static void
put_verification(struct place *p, struct nt_value v)
{
	struct nt_value by = md_get(v, "verified_by");
	struct nt_value date = md_get(v, "date");

	if (!nt_value_is(v, NT_JSON_OBJECT)) {
		md_yaml_word(p->y, "null");
		return;
	}
	md_yaml_open_map(p->y);
	md_yaml_text(p->y, NT_STR("state"));
	md_yaml_string(p->y, md_get(v, "state"));
	if (nt_value_is(by, NT_JSON_OBJECT)) {
		md_yaml_text(p->y, NT_STR("verified_by"));
		put_person(p, by);
	}
	if (nt_value_is(date, NT_JSON_OBJECT)) {
		md_yaml_text(p->y, NT_STR("date"));
		put_date(p, date);
	}
	md_yaml_close_map(p->y);
}

/* What the service could not compute: neither zero nor nothing. */
static void
put_uncomputed(struct md_yaml *y, struct nt_str type)
{
	md_yaml_open_map(y);
	md_yaml_text(y, NT_STR("result"));
	md_yaml_text(y, type);
	md_yaml_close_map(y);
}

/* The result of a formula or rollup, which says its type. */
static void
put_result(struct place *p, struct nt_value v)
{
	struct nt_str type = nt_value_text(md_get(v, "type"));
	struct nt_value own = nt_value_get_n(v, type.p, type.len), e;

	if (nt_str_is(type, "unsupported") || nt_str_is(type, "incomplete"))
		put_uncomputed(p->y, type);
	else if (nt_str_is(type, "date"))
		put_date(p, own);
	else if (nt_value_is(own, NT_JSON_ARRAY)) {
		md_yaml_open_list(p->y);
		for (e = nt_value_first(own); nt_value_there(e);
		    e = nt_value_next(e))
			put_value(p->m, p->y, e, p->depth + 1);
		md_yaml_close_list(p->y);
	} else
		put_json(p->y, own, 0);
}

static const struct {
	struct nt_str name;
	void (*put)(struct place *p, struct nt_value v);
} types[] = {
	{ MD_NAME("title"), put_text },
	{ MD_NAME("rich_text"), put_text },
	{ MD_NAME("text"), put_text },		/* its name in 2021 */
	{ MD_NAME("number"), put_plain },
	{ MD_NAME("select"), put_option },
	{ MD_NAME("status"), put_option },
	{ MD_NAME("multi_select"), put_options },
	{ MD_NAME("date"), put_date },
	{ MD_NAME("people"), put_people },
	{ MD_NAME("files"), put_files },
	{ MD_NAME("checkbox"), put_plain },
	{ MD_NAME("url"), put_plain },
	{ MD_NAME("email"), put_plain },
	{ MD_NAME("phone_number"), put_plain },
	{ MD_NAME("relation"), put_relations },
	{ MD_NAME("rollup"), put_result },
	{ MD_NAME("formula"), put_result },
	{ MD_NAME("created_time"), put_moment },
	{ MD_NAME("created_by"), put_person },
	{ MD_NAME("last_edited_time"), put_moment },
	{ MD_NAME("last_edited_by"), put_person },
	{ MD_NAME("unique_id"), put_unique_id },
	{ MD_NAME("button"), put_nothing },
	{ MD_NAME("verification"), put_verification },
	{ MD_NAME("last_visited_time"), put_moment }
};

static void
put_at(struct nt_markdown *m, struct md_yaml *y, struct nt_value prop,
    unsigned depth, const char *pointer)
{
	struct place p = { m, y, pointer, depth };
	struct nt_str type = nt_value_text(md_get(prop, "type"));
	struct nt_value v = nt_value_get_n(prop, type.p, type.len);

	if (depth == DEPTH_MAX || !nt_value_there(v)) {
		put_json(y, prop, depth);
		return;
	}
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (nt_str_eq(type, types[i].name)) {
			types[i].put(&p, v);
			return;
		}
	put_json(y, v, depth);
}

/* A value inside another. */
static void
put_value(struct nt_markdown *m, struct md_yaml *y, struct nt_value prop,
    unsigned depth)
{
	put_at(m, y, prop, depth, "");
}

/* ---- all of them ---- */

/* The JSON pointer of a property, which its files are known by. */
static void
put_pointer(struct nt_buf *out, struct nt_str name)
{
	nt_buf_str(out, "/properties");
	nt_pointer_add(out, name);
}

/*
 * The name as a key.  Where it has half a surrogate pair, which YAML cannot
 * hold, its id is added, so that no two keys are the same.
 */
static void
put_key(struct nt_markdown *m, struct md_yaml *y, struct nt_value prop,
    struct nt_str name)
{
	struct nt_str id = nt_value_text(md_get(prop, "id"));

	nt_buf_clear(&m->scratch);
	md_put_characters(&m->scratch, name);
	if (nt_str_eq(nt_buf_view(&m->scratch), name)) {
		md_yaml_text(y, name);
		return;
	}
	nt_buf_str(&m->scratch, " (");
	nt_buf_add(&m->scratch, id.p, id.len);
	nt_buf_char(&m->scratch, ')');
	md_yaml_text(y, nt_buf_view(&m->scratch));
}

static void
put_property(struct nt_markdown *m, struct md_yaml *y, struct nt_value prop)
{
	struct nt_str name = nt_value_key(prop);
	struct nt_buf pointer;

	nt_buf_init(&pointer, NT_BUF_MAX);
	put_pointer(&pointer, name);
	put_key(m, y, prop, name);
	put_at(m, y, prop, 0, pointer.p);
	nt_buf_free(&pointer);
}

/* 1 if another property of this name follows: the last one counts. */
static int
is_repeated(struct nt_value prop)
{
	struct nt_value next = nt_value_next(prop);

	return nt_value_there(next) &&
	    nt_str_eq(nt_value_key(next), nt_value_key(prop));
}

static int
is_title(struct nt_value prop)
{
	return nt_value_text_is(md_get(prop, "type"), "title");
}

/* Those whose names are keys of ours, in a map of their own. */
static void
put_reserved(struct nt_markdown *m, struct md_yaml *y, struct nt_value props)
{
	struct nt_value e;

	md_yaml_text(y, NT_STR("properties"));
	md_yaml_open_map(y);
	for (e = nt_value_first(props); nt_value_there(e);
	    e = nt_value_next(e))
		if (md_is_reserved(nt_value_key(e)) && !is_repeated(e))
			put_property(m, y, e);
	md_yaml_close_map(y);
}

void
md_properties(struct nt_markdown *m, struct md_yaml *y, struct nt_value props)
{
	struct nt_value e, title = nt_value_first(props);
	int reserved = 0;

	while (nt_value_there(title) && !is_title(title))
		title = nt_value_next(title);
	if (nt_value_there(title) && !md_is_reserved(nt_value_key(title)))
		put_property(m, y, title);
	for (e = nt_value_first(props); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (md_is_reserved(nt_value_key(e)))
			reserved = 1;
		else if (e.at != title.at && !is_repeated(e))
			put_property(m, y, e);
	}
	if (reserved)
		put_reserved(m, y, props);
}
