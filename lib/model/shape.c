/*
 * The walk that checks a value against a shape.  Where several shapes are
 * allowed and none fits, what is told is what got furthest (see fault.c).
 */
#include "internal.h"

#include <math.h>
#include <stdio.h>

#include "nt/clock.h"
#include "nt/id.h"

#define CHOICES_MAX 64

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

static int
is_surrogate(const char *p, unsigned char low, unsigned char high)
{
	return (unsigned char)p[0] == 0xed && (unsigned char)p[1] >= low &&
	    (unsigned char)p[1] < high;
}

/* Bytes of the character at the beginning of text that is not empty. */
static size_t
character(struct nt_str text)
{
	size_t n = 1;

	if (text.len >= 6 && is_surrogate(text.p, 0xa0, 0xb0) &&
	    is_surrogate(text.p + 3, 0xb0, 0xc0))
		return 6;
	while (n < text.len && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

size_t
nt_utf16_cut(struct nt_str text, size_t max)
{
	size_t at = 0, units = 0;

	while (at < text.len) {
		struct nt_str rest = { text.p + at, text.len - at };
		struct nt_str next = { rest.p, character(rest) };

		units += nt_utf16_len(next);
		if (units > max)
			break;
		at += next.len;
	}
	return at;
}

int
nt_is_one_of(struct nt_str word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (nt_str_is(word, *words))
			return 1;
	return 0;
}

int
nt_is_word_of(const struct shape *shape, struct nt_value word)
{
	return nt_value_is(word, NT_JSON_STRING) &&
	    nt_is_one_of(nt_value_text(word), shape->words);
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
	if (nt_is_word_of(shape, v))
		return 0;
	return nt_check_words(c, at, NULL, shape->words, at->flags, v);
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
		return nt_check_should(c, at, "a valid ISO 8601 date string",
		    v);
	return 0;
}

/* ---- values with members ---- */

static int
check_array(struct check *c, const struct place *at, const struct shape *shape,
    struct nt_value v)
{
	struct place in = { .up = at };
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
	struct place in = { .up = at };
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
check_member(struct check *c, const struct place *at, const struct member *m,
    struct nt_value v)
{
	struct place in = { .up = at, .key = nt_str_of(m->name) };

	if (!nt_value_there(v))
		return is_needed(c, m) ?
		    nt_check_should(c, &in, "defined", v) : 0;
	if ((m->flags & NULLABLE) && nt_value_is(v, NT_JSON_NULL))
		return 0;
	/* the sentence names what else the member might have been */
	in.flags = m->flags & NULLABLE;
	if (!is_needed(c, m) && !(m->flags & ONE_OF))
		in.flags |= OPTIONAL;
	return nt_check_shape(c, &in, m->of, v);
}

/*
 * All members, of those marked ONE_OF only the chosen one, whose name "type"
 * must then be; chosen is NULL if none is.
 */
static int
check_members(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v, const char *chosen)
{
	const char *const type_word[] = { chosen, NULL };
	int own_type = member_named(shape, NT_STR("type")) != NULL;
	struct nt_value type = nt_value_get(v, "type"), e;
	const struct member *m;

	for (m = shape->members; m != NULL && m->name != NULL; m++)
		if (is_known(c, m) && (!(m->flags & ONE_OF) ||
		    m->name == chosen) &&
		    check_member(c, at, m, nt_value_get(v, m->name)) == -1)
			return -1;
	if (chosen != NULL && !own_type && nt_value_there(type) &&
	    !nt_value_text_is(type, chosen))
		return nt_check_words(c, at, "type", type_word, OPTIONAL,
		    type);
	if (shape->loose)
		return 0;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct place in = { .up = at, .key = nt_value_key(e) };

		m = member_named(shape, in.key);
		if (m != NULL && is_known(c, m) &&
		    (!(m->flags & ONE_OF) || m->name == chosen))
			continue;
		if (chosen == NULL || !nt_str_is(in.key, "type"))
			return nt_check_absent(c, &in, e);
	}
	return 0;
}

static int
try_member(struct check *c, const struct place *at, struct nt_value v,
    const char *name, size_t i, const void *of)
{
	(void)i;
	return check_members(c, at, of, v, name);
}

static int
check_object(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	const char *names[CHOICES_MAX];
	const struct member *m;
	size_t n = 0, there = 0;

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	for (m = shape->members; m != NULL && m->name != NULL; m++) {
		if (!(m->flags & ONE_OF) || !is_known(c, m))
			continue;
		there += nt_value_there(nt_value_get(v, m->name));
		names[n++] = m->name;
	}
	if (n == 0 || (there == 0 && shape->none &&
	    !nt_value_there(nt_value_get(v, "type"))))
		return check_members(c, at, shape, v, NULL);
	return nt_check_choice(c, at, v, names, n, try_member, shape);
}

static int
try_shape(struct check *c, const struct place *at, struct nt_value v,
    const char *name, size_t i, const void *of)
{
	const struct shape *shape = of;

	(void)name;
	return nt_check_shape(c, at, shape->members[i].of, v);
}

static int
check_either(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v)
{
	const char *names[CHOICES_MAX];
	size_t n;

	for (n = 0; shape->members[n].name != NULL; n++)
		names[n] = "";
	return nt_check_choice(c, at, v, names, n, try_shape, shape);
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

/* ---- rules that several shapes need ---- */

/* Two members that exclude each other; the second is the one too many. */
int
nt_check_not_both(struct check *c, const struct place *at, struct nt_value v,
    const char *one, const char *other)
{
	struct nt_value second = nt_value_get(v, other);

	if (!nt_value_there(nt_value_get(v, one)) || !nt_value_there(second))
		return 0;
	return nt_check_should_at(c, at, other, "not present", second);
}

/* ---- the outside ---- */

int
nt_check_body(const struct shape *shape, enum nt_version version, int update,
    struct nt_value body, struct nt_refusal *why)
{
	struct place at = { .key = NT_STR("body") };
	struct check c;

	nt_check_begin(&c, version, update, why);
	return nt_check_finish(&c, nt_check_shape(&c, &at, shape, body));
}

int
nt_is_of_shape(const struct shape *shape, struct nt_value v)
{
	struct nt_refusal why;

	return nt_check_body(shape, NT_VERSION_2026_03_11, 0, v, &why) == 0;
}

int
nt_check_property(enum nt_prop kind, struct nt_str name, const char *type,
    struct nt_value v, struct nt_refusal *why)
{
	struct place body = { .key = NT_STR("body") };
	struct place all = { .up = &body, .key = NT_STR("properties") };
	struct place at = { .up = &all, .key = name };
	struct place in = { .up = &at };
	struct check c;

	if (type != NULL)
		in.key = nt_str_of(type);
	nt_check_begin(&c, NT_VERSION_2026_03_11, 0, why);
	return nt_check_finish(&c, nt_check_prop_value(&c,
	    type == NULL ? &at : &in, kind, v));
}
