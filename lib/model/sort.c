/*
 * Sorts, as keys that memcmp(3) puts in order (api 5.4): a byte that says
 * whether there is a value, for what is empty comes last either way; then the
 * value, most significant byte first; every byte of it turned around when the
 * order is descending.  Ties are settled by created_time and id.
 */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

#define THERE 1
#define EMPTY 2

/* ---- compiling ---- */

/* The names of a select's or status's options, in their order. */
static void
copy_options(struct sort *s, struct nt_value entry)
{
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_value list = nt_value_get(nt_value_get_n(entry, type.p,
	    type.len), "options"), e;

	s->options = nt_alloc_array(nt_value_count(list), sizeof *s->options);
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str name = nt_value_text(nt_value_get(e, "name"));

		s->options[s->options_count++] = nt_strndup(name.p == NULL ?
		    "" : name.p, name.len);
	}
}

static int
compile_sort(struct check *c, const struct place *at, struct nt_value schema,
    struct nt_value v, struct sort *s)
{
	struct nt_value property = nt_value_get(v, "property");
	struct nt_value timestamp = nt_value_get(v, "timestamp");
	struct nt_value direction = nt_value_get(v, "direction"), e, entry;

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	if (!nt_value_there(property) && !nt_value_there(timestamp)) {
		nt_check_should_at(c, at, "property", "defined", property);
		return nt_check_should_at(c, at, "timestamp", "defined",
		    timestamp);
	}
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct place in = { .up = at, .key = nt_value_key(e) };

		if (e.at != direction.at && e.at != (nt_value_there(property) ?
		    property.at : timestamp.at))
			return nt_check_absent(c, &in, e);
	}
	if (!nt_value_text_is(direction, "ascending") &&
	    !nt_value_text_is(direction, "descending"))
		return nt_check_should_at(c, at, "direction",
		    "`\"ascending\"` or `\"descending\"`", direction);
	s->descending = nt_value_text_is(direction, "descending");
	if (nt_value_there(property)) {
		if (!nt_value_is(property, NT_JSON_STRING))
			return nt_check_should_at(c, at, "property",
			    "a string", property);
		if (!nt_value_there(nt_prop_find(schema,
		    nt_value_text(property))))
			return nt_check_say(c, "Could not find sort property "
			    "with name or id: %.*s",
			    (int)nt_value_text(property).len,
			    nt_value_text(property).p);
		nt_field_find(c, schema, nt_value_text(property), &s->field,
		    &entry);
		copy_options(s, entry);
		return 0;
	}
	if (nt_value_text_is(timestamp, "created_time"))
		s->field.source = SOURCE_CREATED_TIME;
	else if (nt_value_text_is(timestamp, "last_edited_time"))
		s->field.source = SOURCE_EDITED_TIME;
	else
		return nt_check_should_at(c, at, "timestamp",
		    "`\"created_time\"` or `\"last_edited_time\"`", timestamp);
	return 0;
}

int
nt_sorts_compile(struct check *c, const struct place *at,
    struct nt_value schema, struct nt_value sorts, struct nt_filter *f)
{
	struct place in = { .up = at };
	struct nt_value e;

	if (!nt_value_is(sorts, NT_JSON_ARRAY))
		return nt_check_should(c, at, "an array", sorts);
	if (nt_value_count(sorts) > NT_ARRAY_MAX)
		return nt_check_length(c, at, "≤", NT_ARRAY_MAX,
		    nt_value_count(sorts));
	f->sorts = nt_alloc_array(nt_value_count(sorts), sizeof *f->sorts);
	for (e = nt_value_first(sorts); nt_value_there(e);
	    e = nt_value_next(e), in.index++)
		if (compile_sort(c, &in, schema, e,
		    &f->sorts[f->sorts_count++]) == -1)
			return -1;
	return 0;
}

void
nt_sorts_free(struct nt_filter *f)
{
	size_t i, j;

	for (i = 0; i < f->sorts_count; i++) {
		nt_field_free(&f->sorts[i].field);
		for (j = 0; j < f->sorts[i].options_count; j++)
			free(f->sorts[i].options[j]);
		free(f->sorts[i].options);
	}
	free(f->sorts);
}

int
nt_filter_sorts(const struct nt_filter *f)
{
	return f->sorts_count > 0;
}

/* ---- keys ---- */

static void
put_u64(struct nt_buf *key, uint64_t n)
{
	int shift;

	for (shift = 56; shift >= 0; shift -= 8)
		nt_buf_char(key, (char)(n >> shift & 0xff));
}

/* Integers in the order of their bytes. */
static void
put_int(struct nt_buf *key, int64_t n)
{
	put_u64(key, (uint64_t)n ^ (uint64_t)1 << 63);
}

/* Doubles likewise: the sign turned, and of negative ones everything. */
static void
put_double(struct nt_buf *key, double d)
{
	uint64_t bits;

	if (d == 0)
		d = 0;		/* -0 is no other number */
	memcpy(&bits, &d, sizeof bits);
	put_u64(key, bits >> 63 ? ~bits : bits | (uint64_t)1 << 63);
}

/* Text ends in 0; a 0 or 1 within it is written as 1 and one more. */
static void
put_text(struct nt_buf *key, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if ((unsigned char)p[i] <= 1) {
			nt_buf_char(key, 1);
			nt_buf_char(key, (char)(p[i] + 1));
			continue;
		}
		nt_buf_char(key, p[i]);
	}
	nt_buf_char(key, 0);
}

static int
put_folded(struct nt_buf *key, struct nt_str text)
{
	struct nt_buf folded;

	if (text.len == 0)
		return 0;
	nt_buf_init(&folded, NT_BUF_MAX);
	nt_fold(text, &folded);
	put_text(key, folded.p, folded.len);
	nt_buf_free(&folded);
	return 1;
}

/* The place of an option in its schema, which is the order of a select. */
static int
put_option(const struct sort *s, struct nt_buf *key, struct nt_value option)
{
	struct nt_value name = nt_value_get(option, "name");
	size_t i;

	if (!nt_value_there(name))
		return 0;
	for (i = 0; i < s->options_count; i++)
		if (nt_value_text_is(name, s->options[i]))
			break;
	put_u64(key, i);
	return 1;
}

static int put_value(const struct sort *s, struct nt_buf *key,
    struct nt_value v, struct nt_str type);

/* The first element decides; of equal ones the shorter list comes first. */
static int
put_list(const struct sort *s, struct nt_buf *key, struct nt_value list)
{
	struct nt_value e, inner;
	struct nt_str type;

	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_buf_char(key, THERE);
		if (s->options_count > 0) {
			put_option(s, key, e);
			continue;
		}
		if (nt_value_there(nt_value_get(e, "type")) &&
		    !nt_value_there(nt_value_get(e, "name"))) {
			inner = nt_shown_value(e, &type);
			put_value(s, key, inner, type);
		} else if (!put_folded(key,
		    nt_value_text(nt_value_get(e, "name")))) {
			put_folded(key, nt_value_text(nt_value_get(e, "id")));
		}
	}
	nt_buf_char(key, 0);
	return nt_value_count(list) > 0;
}

/* Appends what orders the value: 1, or 0 if there is none. */
static int
put_value(const struct sort *s, struct nt_buf *key, struct nt_value v,
    struct nt_str type)
{
	struct nt_buf text;
	int64_t ms;
	int any;

	switch (nt_value_type(v)) {
	case NT_JSON_NUMBER:
		put_double(key, nt_value_number(v));
		return 1;
	case NT_JSON_BOOL:
		nt_buf_char(key, (char)nt_value_true(v));
		return 1;
	case NT_JSON_STRING:
		if ((nt_str_is(type, "created_time") ||
		    nt_str_is(type, "last_edited_time")) &&
		    nt_moment_of(v, &ms) == 0) {
			put_int(key, ms);
			return 1;
		}
		return put_folded(key, nt_value_text(v));
	case NT_JSON_OBJECT:
		if (nt_moment_of(v, &ms) == 0) {
			put_int(key, ms);
			return 1;
		}
		if (s->options_count > 0)
			return put_option(s, key, v);
		return put_folded(key,
		    nt_value_text(nt_value_get(v, "name"))) ||
		    put_folded(key, nt_value_text(nt_value_get(v, "state"))) ||
		    put_folded(key, nt_value_text(nt_value_get(v, "id")));
	case NT_JSON_ARRAY:
		if (!nt_str_is(type, "title") && !nt_str_is(type, "rich_text"))
			return put_list(s, key, v);
		nt_buf_init(&text, NT_BUF_MAX);
		any = nt_shown_text(v, type, &text);
		put_text(key, text.p, text.len);
		nt_buf_free(&text);
		return any;
	default:
		return 0;
	}
}

static void
put_sort(const struct sort *s, struct nt_value page, struct nt_buf *key)
{
	struct nt_str type;
	struct nt_value v = nt_shown_value(nt_field_value(&s->field, page),
	    &type);
	struct nt_buf part;
	size_t i;

	nt_buf_init(&part, NT_BUF_MAX);
	if (!put_value(s, &part, v, type)) {
		nt_buf_char(key, EMPTY);
		nt_buf_free(&part);
		return;
	}
	for (i = 0; s->descending && i < part.len; i++)
		part.p[i] = (char)~(unsigned char)part.p[i];
	nt_buf_char(key, THERE);
	nt_buf_add(key, part.p, part.len);
	nt_buf_free(&part);
}

void
nt_filter_sort_key(const struct nt_filter *f, struct nt_value page,
    struct nt_buf *key)
{
	struct nt_id id = { { 0 } };
	int64_t created = 0;
	size_t i;

	for (i = 0; i < f->sorts_count; i++)
		put_sort(&f->sorts[i], page, key);
	nt_moment_of(nt_value_get(page, "created_time"), &created);
	put_int(key, created);
	nt_id_scan(nt_value_text(nt_value_get(page, "id")), &id);
	nt_buf_add(key, id.b, sizeof id.b);
}
