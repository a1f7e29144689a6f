/*
 * The walk that checks a value against a shape, and the sentences of api 1.3.
 *
 * A fault is a line.  One line reads "body failed validation: ...", several
 * are alternatives: "body failed validation. Fix one:" and a line each.
 */
#include "internal.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/id.h"

#define INSTEAD_MAX 300			/* bytes shown of a value */
#define LINES_MAX ((size_t)64 << 10)

size_t
nt_utf16_len(struct nt_str text)
{
	size_t i, n = 0;

	for (i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if ((c & 0xc0) != 0x80)
			n += c >= 0xf0 ? 2 : 1;
	}
	return n;
}

/* ---- sentences ---- */

static void
put_place(struct nt_buf *out, const struct place *at)
{
	if (at->up != NULL)
		put_place(out, at->up);
	if (at->key.p == NULL) {
		nt_buf_fmt(out, "[%zu]", at->index);
		return;
	}
	if (at->up != NULL)
		nt_buf_char(out, '.');
	nt_buf_add(out, at->key.p, at->key.len);
}

static void
put_instead(struct nt_buf *out, struct nt_value v)
{
	struct nt_str raw = nt_value_raw(v);

	if (!nt_value_there(v)) {
		nt_buf_str(out, "undefined");
		return;
	}
	if (raw.len > INSTEAD_MAX) {
		raw.len = INSTEAD_MAX;
		while (raw.len > 0 && (raw.p[raw.len] & 0xc0) == 0x80)
			raw.len--;
		nt_buf_add(out, raw.p, raw.len);
		nt_buf_str(out, "...");
		return;
	}
	nt_buf_add(out, raw.p, raw.len);
}

static void
begin_fault(struct check *c, const struct place *at, const char *name)
{
	if (c->faults++ > 0)
		nt_buf_char(&c->lines, '\n');
	put_place(&c->lines, at);
	if (name != NULL)
		nt_buf_fmt(&c->lines, ".%s", name);
}

int
nt_check_should(struct check *c, const struct place *at, const char *what,
    struct nt_value v)
{
	begin_fault(c, at, NULL);
	nt_buf_fmt(&c->lines, " should be %s, instead was `", what);
	put_instead(&c->lines, v);
	nt_buf_str(&c->lines, "`.");
	return -1;
}

int
nt_check_should_at(struct check *c, const struct place *at, const char *name,
    const char *what, struct nt_value v)
{
	begin_fault(c, at, name);
	nt_buf_fmt(&c->lines, " should be %s, instead was `", what);
	put_instead(&c->lines, v);
	nt_buf_str(&c->lines, "`.");
	return -1;
}

int
nt_check_length(struct check *c, const struct place *at, const char *bound,
    int limit, size_t is)
{
	begin_fault(c, at, "length");
	nt_buf_fmt(&c->lines, " should be %s `%d`, instead was `%zu`.", bound,
	    limit, is);
	return -1;
}

int
nt_check_say(struct check *c, const char *fmt, ...)
{
	char text[NT_REFUSAL_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	c->said = 1;
	return nt_refuse_form(c->why, "%s", text);
}

/* "`"a"`, `"b"`, or `"c"`" */
static void
list_words(struct nt_buf *out, const char *const *words)
{
	size_t i, n = 0;

	while (words[n] != NULL)
		n++;
	for (i = 0; i < n; i++) {
		if (i > 0)
			nt_buf_str(out, n > 2 ? ", " : " ");
		if (i > 0 && i == n - 1)
			nt_buf_str(out, "or ");
		nt_buf_fmt(out, "`\"%s\"`", words[i]);
	}
}

static int
should_be_word(struct check *c, const struct place *at, const char *name,
    const char *const *words, struct nt_value v)
{
	struct nt_buf list;

	nt_buf_init(&list, LINES_MAX);
	list_words(&list, words);
	if (name == NULL)
		nt_check_should(c, at, list.p, v);
	else
		nt_check_should_at(c, at, name, list.p, v);
	nt_buf_free(&list);
	return -1;
}

/* ---- values without members ---- */

static int
check_number(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	double d = nt_value_number(v);
	char bound[48];

	if (!nt_value_is(v, NT_JSON_NUMBER))
		return nt_check_should(c, at, shape->kind == SHAPE_INT ?
		    "an integer" : "a number", v);
	if (shape->kind == SHAPE_INT && d != floor(d))
		return nt_check_should(c, at, "an integer", v);
	if (shape->max == 0)
		return 0;
	if (d < shape->min) {
		snprintf(bound, sizeof bound, "≥ `%d`", shape->min);
		return nt_check_should(c, at, bound, v);
	}
	if (d > shape->max) {
		snprintf(bound, sizeof bound, "≤ `%d`", shape->max);
		return nt_check_should(c, at, bound, v);
	}
	return 0;
}

static int
check_text(struct check *c, const struct place *at, const struct shape *shape,
    struct nt_value v)
{
	size_t len;

	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (shape->max == 0)
		return 0;
	len = nt_utf16_len(nt_value_text(v));
	if (len > (size_t)shape->max)
		return nt_check_length(c, at, "≤", shape->max, len);
	if (len < (size_t)shape->min)
		return nt_check_length(c, at, "≥", shape->min, len);
	return 0;
}

static int
check_word(struct check *c, const struct place *at, const struct shape *shape,
    struct nt_value v)
{
	size_t i;

	for (i = 0; shape->words[i] != NULL; i++)
		if (nt_value_text_is(v, shape->words[i]))
			return 0;
	return should_be_word(c, at, NULL, shape->words, v);
}

static int
check_id(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_id id;

	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (nt_id_scan(nt_value_text(v), &id) == -1)
		return nt_check_should(c, at, "a valid uuid", v);
	return 0;
}

static int
check_date(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_str text = nt_value_text(v);
	int64_t ms;

	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (nt_time_parse(text.p, text.len, &ms) == -1)
		return nt_check_should(c, at, "a valid ISO 8601 date string", v);
	return 0;
}

/* ---- values with members ---- */

static int
check_array(struct check *c, const struct place *at, const struct shape *shape,
    struct nt_value v)
{
	struct place in = { at, { NULL, 0 }, 0 };
	struct nt_value e;
	size_t n = nt_value_count(v);

	if (!nt_value_is(v, NT_JSON_ARRAY))
		return nt_check_should(c, at, "an array", v);
	if (shape->max != 0 && n > (size_t)shape->max)
		return nt_check_length(c, at, "≤", shape->max, n);
	if (n < (size_t)shape->min)
		return nt_check_length(c, at, "≥", shape->min, n);
	for (e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e), in.index++)
		if (nt_check_shape(c, &in, shape->of, e) == -1)
			return -1;
	return 0;
}

static int
check_map(struct check *c, const struct place *at, const struct shape *shape,
    struct nt_value v)
{
	struct place in = { at, { NULL, 0 }, 0 };
	struct nt_value e;

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		in.key = nt_value_key(e);
		if (nt_check_shape(c, &in, shape->of, e) == -1)
			return -1;
	}
	return 0;
}

static const struct member *
member_named(const struct shape *shape, struct nt_str name)
{
	const struct member *m;

	for (m = shape->members; m != NULL && m->name != NULL; m++)
		if (nt_str_is(name, m->name))
			return m;
	return NULL;
}

static int
is_known(const struct check *c, const struct member *m)
{
	if ((m->flags & ONLY_2025) && c->version != NT_VERSION_2025_09_03)
		return 0;
	return !((m->flags & ONLY_NEW) && c->update);
}

static int
is_needed(const struct check *c, const struct member *m)
{
	return (m->flags & NEEDED) || (m->flags & (c->update ? NEEDED_OLD :
	    NEEDED_NEW));
}

static int
has_choice(const struct shape *shape)
{
	const struct member *m;

	for (m = shape->members; m != NULL && m->name != NULL; m++)
		if (m->flags & ONE_OF)
			return 1;
	return 0;
}

/* Faults for a choice that was not made: by "type" if that is there. */
static int
choice_missing(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	struct nt_value type = nt_value_get(v, "type");
	const struct member *m = NULL;
	const char *words[64];
	size_t n = 0;

	if (nt_value_there(type))
		m = member_named(shape, nt_value_text(type));
	if (m != NULL && (m->flags & ONE_OF) && is_known(c, m))
		return nt_check_should_at(c, at, m->name, "defined",
		    NT_VALUE_NONE);
	for (m = shape->members; m->name != NULL && n < 63; m++)
		if ((m->flags & ONE_OF) && is_known(c, m))
			words[n++] = m->name;
	words[n] = NULL;
	if (nt_value_there(type))
		return should_be_word(c, at, "type", words, type);
	for (n = 0; words[n] != NULL; n++)
		nt_check_should_at(c, at, words[n], "defined", NT_VALUE_NONE);
	return -1;
}

/*
 * Exactly one of the members marked ONE_OF must be there, and "type", if it
 * is, must be its name.
 */
static int
check_choice(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	struct nt_value type = nt_value_get(v, "type"), e;
	const struct member *m, *chosen = NULL;
	char want[80];

	for (m = shape->members; m->name != NULL; m++) {
		if (!(m->flags & ONE_OF) || !is_known(c, m))
			continue;
		e = nt_value_get(v, m->name);
		if (!nt_value_there(e))
			continue;
		if (chosen != NULL)
			return nt_check_should_at(c, at, m->name, "not present",
			    e);
		chosen = m;
	}
	if (chosen == NULL)
		return shape->none && !nt_value_there(type) ? 0 :
		    choice_missing(c, at, shape, v);
	if (!nt_value_there(type) || nt_value_text_is(type, chosen->name) ||
	    member_named(shape, NT_STR("type")) != NULL)
		return 0;
	snprintf(want, sizeof want, "`\"%s\"`", chosen->name);
	return nt_check_should_at(c, at, "type", want, type);
}

static int
check_member(struct check *c, const struct place *at, const struct member *m,
    struct nt_value v)
{
	struct place in = { at, nt_str_of(m->name), 0 };

	if (!nt_value_there(v)) {
		if (!is_needed(c, m))
			return 0;
		return nt_check_should(c, &in, "defined", v);
	}
	if ((m->flags & NULLABLE) && nt_value_is(v, NT_JSON_NULL))
		return 0;
	if (m->flags & NULLABLE) {
		/* the sentence names null among what it might have been */
		if (m->of->kind == SHAPE_OBJECT &&
		    !nt_value_is(v, NT_JSON_OBJECT))
			return nt_check_should(c, &in, "an object or `null`", v);
		if (m->of->kind == SHAPE_TEXT &&
		    !nt_value_is(v, NT_JSON_STRING))
			return nt_check_should(c, &in, "a string or `null`", v);
		if (m->of->kind == SHAPE_NUMBER &&
		    !nt_value_is(v, NT_JSON_NUMBER))
			return nt_check_should(c, &in, "a number or `null`", v);
	}
	return nt_check_shape(c, &in, m->of, v);
}

static int
check_object(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	const struct member *m;
	struct nt_value e;
	int choice = has_choice(shape);

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	if (choice && check_choice(c, at, shape, v) == -1)
		return -1;
	for (m = shape->members; m != NULL && m->name != NULL; m++)
		if (is_known(c, m) &&
		    check_member(c, at, m, nt_value_get(v, m->name)) == -1)
			return -1;
	if (shape->loose)
		return 0;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct place in = { at, nt_value_key(e), 0 };

		m = member_named(shape, in.key);
		if (m != NULL && is_known(c, m))
			continue;
		if (choice && nt_str_is(in.key, "type"))
			continue;
		return nt_check_should(c, &in, "not present", e);
	}
	return 0;
}

/* Passes if one shape does; else the faults of all stand as alternatives. */
static int
check_either(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	struct check before = *c;
	const struct member *m;
	struct nt_buf lines;
	size_t faults = 0;
	int status = -1;

	nt_buf_init(&lines, LINES_MAX);
	nt_buf_init(&c->lines, LINES_MAX);
	for (m = shape->members; status == -1 && m->name != NULL; m++) {
		nt_buf_clear(&c->lines);
		c->faults = 0;
		status = nt_check_shape(c, at, m->of, v);
		if (status == 0 || c->said)
			break;
		if (faults > 0)
			nt_buf_char(&lines, '\n');
		faults += c->faults;
		nt_buf_add(&lines, c->lines.p, c->lines.len);
	}
	nt_buf_free(&c->lines);
	c->lines = before.lines;
	c->faults = before.faults;
	if (status == -1 && !c->said) {
		if (c->faults > 0)
			nt_buf_char(&c->lines, '\n');
		nt_buf_add(&c->lines, lines.p, lines.len);
		c->faults += faults;
	}
	nt_buf_free(&lines);
	return status;
}

int
nt_check_shape(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	int status = 0;

	switch (shape->kind) {
	case SHAPE_ANY:
		break;
	case SHAPE_BOOL:
		if (!nt_value_is(v, NT_JSON_BOOL))
			status = nt_check_should(c, at, "a boolean", v);
		break;
	case SHAPE_TRUE:
		if (!nt_value_true(v))
			status = nt_check_should(c, at, "`true`", v);
		break;
	case SHAPE_NUMBER:
	case SHAPE_INT:
		status = check_number(c, at, shape, v);
		break;
	case SHAPE_TEXT:
		status = check_text(c, at, shape, v);
		break;
	case SHAPE_WORD:
		status = check_word(c, at, shape, v);
		break;
	case SHAPE_ID:
		status = check_id(c, at, v);
		break;
	case SHAPE_DATE:
		status = check_date(c, at, v);
		break;
	case SHAPE_ARRAY:
		status = check_array(c, at, shape, v);
		break;
	case SHAPE_MAP:
		status = check_map(c, at, shape, v);
		break;
	case SHAPE_OBJECT:
		status = check_object(c, at, shape, v);
		break;
	case SHAPE_EITHER:
		status = check_either(c, at, shape, v);
		break;
	}
	if (status == 0 && shape->rule != NULL)
		status = shape->rule(c, at, v);
	return status;
}

/* ---- the outside ---- */

int
nt_check_finish(struct check *c, int status)
{
	if (status == -1 && !c->said)
		nt_refuse_form(c->why, "body failed validation%s%s",
		    c->faults > 1 ? ". Fix one:\n" : ": ", c->lines.p);
	nt_buf_free(&c->lines);
	return status;
}

void
nt_check_begin(struct check *c, enum nt_version version, int update,
    struct nt_refusal *why)
{
	memset(c, 0, sizeof *c);
	c->version = version;
	c->update = update;
	c->level = -1;
	c->why = why;
	nt_buf_init(&c->lines, LINES_MAX);
}

int
nt_check_body(const struct shape *shape, enum nt_version version, int update,
    struct nt_value body, struct nt_refusal *why)
{
	struct place at = { NULL, NT_STR("body"), 0 };
	struct check c;

	nt_check_begin(&c, version, update, why);
	return nt_check_finish(&c, nt_check_shape(&c, &at, shape, body));
}

int
nt_check_property(enum nt_prop kind, struct nt_str name, const char *type,
    struct nt_value v, struct nt_refusal *why)
{
	struct place body = { NULL, NT_STR("body"), 0 };
	struct place all = { &body, NT_STR("properties"), 0 };
	struct place at = { &all, name, 0 }, in = { &at, { NULL, 0 }, 0 };
	struct check c;

	if (type != NULL)
		in.key = nt_str_of(type);
	nt_check_begin(&c, NT_VERSION_2026_03_11, 0, why);
	return nt_check_finish(&c, nt_check_prop_value(&c,
	    type == NULL ? &at : &in, kind, v));
}
