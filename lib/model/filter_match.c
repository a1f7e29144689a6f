/* Whether a value meets a condition (api 5.4). */
#include "filter.h"

#include <string.h>

struct nt_value
nt_shown_value(struct nt_value property, struct nt_str *type)
{
	struct nt_value v;

	if (nt_value_is(property, NT_JSON_STRING)) {	/* a timestamp */
		*type = NT_STR("created_time");
		return property;
	}
	*type = nt_value_text(nt_value_get(property, "type"));
	v = nt_value_get_n(property, type->p, type->len);
	if (nt_str_is(*type, "formula") || nt_str_is(*type, "rollup")) {
		*type = nt_value_text(nt_value_get(v, "type"));
		return nt_value_get_n(v, type->p, type->len);
	}
	if (nt_str_is(*type, "unique_id"))
		return nt_value_get(v, "number");
	return v;
}

int
nt_shown_text(struct nt_value v, struct nt_str type, struct nt_buf *out)
{
	struct nt_str s = nt_value_text(v);
	struct nt_buf plain;
	int any;

	if (s.p != NULL) {
		nt_fold(s, out);
		return s.len > 0;
	}
	nt_buf_init(&plain, NT_BUF_MAX);
	if (nt_str_is(type, "title") || nt_str_is(type, "rich_text"))
		nt_plain_text(v, &plain);
	any = plain.len > 0;
	nt_fold(nt_buf_view(&plain), out);
	nt_buf_free(&plain);
	return any;
}

/* ---- one family each ---- */

/* Whether word, which is not empty, stands anywhere in the text. */
static int
stands_in(const char *p, size_t len, const char *word, size_t n)
{
	const char *end = p + len;

	while ((size_t)(end - p) >= n) {
		p = memchr(p, word[0], (size_t)(end - p) - n + 1);
		if (p == NULL)
			return 0;
		if (memcmp(p, word, n) == 0)
			return 1;
		p++;
	}
	return 0;
}

static int
text_meets(const struct condition *c, const char *p, size_t len)
{
	const char *word = c->words_count > 0 ? c->words[0] : "";
	size_t n = c->words_count > 0 ? c->word_lens[0] : 0;
	int same = len == n && memcmp(p, word, n) == 0;
	int holds = n == 0 || stands_in(p, len, word, n);

	switch (c->op) {
	case OP_EQUALS:
		return same;
	case OP_DOES_NOT_EQUAL:
		return !same;
	case OP_CONTAINS:
		return holds;
	case OP_DOES_NOT_CONTAIN:
		return !holds;
	case OP_STARTS_WITH:
		return n <= len && memcmp(p, word, n) == 0;
	case OP_ENDS_WITH:
		return n <= len && memcmp(p + len - n, word, n) == 0;
	case OP_IS_EMPTY:
		return len == 0;
	default:
		return len > 0;
	}
}

static int
match_text(const struct condition *c, struct nt_value v, struct nt_str type)
{
	struct nt_buf text;
	int met;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_shown_text(v, type, &text);
	met = text_meets(c, text.p, text.len);
	nt_buf_free(&text);
	return met;
}

static int
match_number(const struct condition *c, struct nt_value v)
{
	double d = nt_value_number(v);

	if (c->op == OP_IS_EMPTY || c->op == OP_IS_NOT_EMPTY)
		return nt_value_is(v, NT_JSON_NUMBER) ==
		    (c->op == OP_IS_NOT_EMPTY);
	if (!nt_value_is(v, NT_JSON_NUMBER))
		return c->op == OP_DOES_NOT_EQUAL;
	switch (c->op) {
	case OP_EQUALS:
		return d == c->number;
	case OP_DOES_NOT_EQUAL:
		return d != c->number;
	case OP_GREATER:
		return d > c->number;
	case OP_LESS:
		return d < c->number;
	case OP_AT_LEAST:
		return d >= c->number;
	default:
		return d <= c->number;
	}
}

/* Whether the name of an option is among the operands. */
static int
is_named(const struct condition *c, struct nt_value option)
{
	struct nt_str name = nt_value_text(nt_value_get(option, "name"));
	struct nt_buf folded;
	size_t i;
	int found = 0;

	if (name.p == NULL)
		return 0;
	nt_buf_init(&folded, NT_BUF_MAX);
	nt_fold(name, &folded);
	for (i = 0; !found && i < c->words_count; i++)
		found = folded.len == c->word_lens[i] &&
		    memcmp(folded.p, c->words[i], folded.len) == 0;
	nt_buf_free(&folded);
	return found;
}

static int
match_option(const struct condition *c, struct nt_value v)
{
	int there = nt_value_is(v, NT_JSON_OBJECT);

	switch (c->op) {
	case OP_IS_EMPTY:
		return !there;
	case OP_IS_NOT_EMPTY:
		return there;
	case OP_EQUALS:
		return is_named(c, v);
	default:
		return !is_named(c, v);
	}
}

/* Whether an element of a list is what is asked for. */
static int
is_wanted(const struct condition *c, struct nt_value e)
{
	struct nt_id id;

	if (c->family == FAMILY_OPTIONS)
		return is_named(c, e);
	return nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) == 0 &&
	    nt_id_eq(&id, &c->id);
}

/* Lists of options, people, pages or files; a single person is one, too. */
static int
match_list(const struct condition *c, struct nt_value v)
{
	struct nt_value e;
	int single = nt_value_is(v, NT_JSON_OBJECT), found = 0;
	int there = single || nt_value_count(v) > 0;

	if (c->op == OP_IS_EMPTY || c->op == OP_IS_NOT_EMPTY)
		return there == (c->op == OP_IS_NOT_EMPTY);
	if (single)
		found = is_wanted(c, v);
	else
		for (e = nt_value_first(v); !found && nt_value_there(e);
		    e = nt_value_next(e))
			found = is_wanted(c, e);
	return found == (c->op == OP_CONTAINS);
}

static int
match_date(const struct condition *c, struct nt_value v)
{
	int64_t ms;
	int there = nt_moment_of(v, &ms) == 0;

	if (c->op == OP_IS_EMPTY || c->op == OP_IS_NOT_EMPTY)
		return there == (c->op == OP_IS_NOT_EMPTY);
	return there && ms >= c->from && ms < c->to;
}

/* Nothing, and not verified, are both what the service calls none. */
static int
match_verification(const struct condition *c, struct nt_value v)
{
	struct nt_str state = nt_value_text(nt_value_get(v, "state"));
	int same;

	if (state.p == NULL || nt_str_is(state, "unverified"))
		state = NT_STR("none");
	same = nt_str_is(state, c->words[0]);
	return same == (c->op == OP_EQUALS);
}

/* A result of another type than is asked for counts as none. */
static int
match_value(const struct condition *c, struct nt_value v, struct nt_str type)
{
	switch (c->family) {
	case FAMILY_TEXT:
		return match_text(c, v, type);
	case FAMILY_NUMBER:
		return match_number(c, v);
	case FAMILY_CHECKBOX:
		return (nt_value_true(v) == (c->number != 0)) ==
		    (c->op == OP_EQUALS);
	case FAMILY_OPTION:
		return match_option(c, v);
	case FAMILY_OPTIONS:
	case FAMILY_PEOPLE:
	case FAMILY_FILES:
	case FAMILY_RELATION:
		return match_list(c, v);
	case FAMILY_DATE:
		return match_date(c, v);
	case FAMILY_VERIFICATION:
		return match_verification(c, v);
	default:
		return 0;
	}
}

/* any, every or none of the values that a rollup shows. */
static int
match_quantified(const struct condition *c, struct nt_value v,
    struct nt_str type)
{
	struct nt_value e, inner;
	struct nt_str inner_type;
	int met;

	if (!nt_value_is(v, NT_JSON_ARRAY)) {
		met = match_value(c, v, type);
		return c->quantifier == NO_VALUE ? !met : met;
	}
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		inner = nt_shown_value(e, &inner_type);
		met = match_value(c, inner, inner_type);
		if (met != (c->quantifier == EVERY_VALUE))
			return c->quantifier == ANY_VALUE;
	}
	return c->quantifier != ANY_VALUE;
}

int
nt_condition_met(const struct condition *condition, struct nt_value property)
{
	struct nt_str type;
	struct nt_value v = nt_shown_value(property, &type);

	if (condition->quantifier != THE_VALUE)
		return match_quantified(condition, v, type);
	return match_value(condition, v, type);
}
