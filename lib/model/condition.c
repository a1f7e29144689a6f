/* Compiles the condition of one leaf: operator and operand (api 5.2). */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

/* What stands under an operator. */
enum operand {
	A_TEXT,
	A_NUMBER,
	A_BOOL,
	A_NAME,			/* of an option, or an array of them */
	A_MOMENT,
	A_PERIOD,		/* {} */
	A_USER,
	A_PAGE,
	A_STATE,
	A_TRUE
};

#define TEXT (1u << FAMILY_TEXT)
#define NUMBER (1u << FAMILY_NUMBER)
#define CHECKBOX (1u << FAMILY_CHECKBOX)
#define OPTION (1u << FAMILY_OPTION)
#define OPTIONS (1u << FAMILY_OPTIONS)
#define DATE (1u << FAMILY_DATE)
#define PEOPLE (1u << FAMILY_PEOPLE)
#define FILES (1u << FAMILY_FILES)
#define RELATION (1u << FAMILY_RELATION)
#define VERIFICATION (1u << FAMILY_VERIFICATION)

static const struct operator {
	const char *name;
	unsigned families;
	enum op op;
	enum operand operand;
} operators[] = {
	{ "equals", TEXT, OP_EQUALS, A_TEXT },
	{ "does_not_equal", TEXT, OP_DOES_NOT_EQUAL, A_TEXT },
	{ "contains", TEXT, OP_CONTAINS, A_TEXT },
	{ "does_not_contain", TEXT, OP_DOES_NOT_CONTAIN, A_TEXT },
	{ "starts_with", TEXT, OP_STARTS_WITH, A_TEXT },
	{ "ends_with", TEXT, OP_ENDS_WITH, A_TEXT },
	{ "equals", NUMBER, OP_EQUALS, A_NUMBER },
	{ "does_not_equal", NUMBER, OP_DOES_NOT_EQUAL, A_NUMBER },
	{ "greater_than", NUMBER, OP_GREATER, A_NUMBER },
	{ "less_than", NUMBER, OP_LESS, A_NUMBER },
	{ "greater_than_or_equal_to", NUMBER, OP_AT_LEAST, A_NUMBER },
	{ "less_than_or_equal_to", NUMBER, OP_AT_MOST, A_NUMBER },
	{ "equals", CHECKBOX, OP_EQUALS, A_BOOL },
	{ "does_not_equal", CHECKBOX, OP_DOES_NOT_EQUAL, A_BOOL },
	{ "equals", OPTION, OP_EQUALS, A_NAME },
	{ "does_not_equal", OPTION, OP_DOES_NOT_EQUAL, A_NAME },
	{ "contains", OPTIONS, OP_CONTAINS, A_NAME },
	{ "does_not_contain", OPTIONS, OP_DOES_NOT_CONTAIN, A_NAME },
	{ "equals", DATE, OP_WITHIN, A_MOMENT },
	{ "before", DATE, OP_WITHIN, A_MOMENT },
	{ "after", DATE, OP_WITHIN, A_MOMENT },
	{ "on_or_before", DATE, OP_WITHIN, A_MOMENT },
	{ "on_or_after", DATE, OP_WITHIN, A_MOMENT },
	{ "this_week", DATE, OP_WITHIN, A_PERIOD },
	{ "past_week", DATE, OP_WITHIN, A_PERIOD },
	{ "past_month", DATE, OP_WITHIN, A_PERIOD },
	{ "past_year", DATE, OP_WITHIN, A_PERIOD },
	{ "next_week", DATE, OP_WITHIN, A_PERIOD },
	{ "next_month", DATE, OP_WITHIN, A_PERIOD },
	{ "next_year", DATE, OP_WITHIN, A_PERIOD },
	{ "contains", PEOPLE, OP_CONTAINS, A_USER },
	{ "does_not_contain", PEOPLE, OP_DOES_NOT_CONTAIN, A_USER },
	{ "contains", RELATION, OP_CONTAINS, A_PAGE },
	{ "does_not_contain", RELATION, OP_DOES_NOT_CONTAIN, A_PAGE },
	{ "status", VERIFICATION, OP_EQUALS, A_STATE },
	{ "does_not_equal", VERIFICATION, OP_DOES_NOT_EQUAL, A_STATE },
	{ "is_empty", ~(CHECKBOX | VERIFICATION), OP_IS_EMPTY, A_TRUE },
	{ "is_not_empty", ~(CHECKBOX | VERIFICATION), OP_IS_NOT_EMPTY, A_TRUE }
};
#define OPERATORS (sizeof operators / sizeof operators[0])

/* ---- operands ---- */

static void
add_word(struct condition *out, struct nt_str word)
{
	struct nt_buf folded;
	size_t n = out->words_count++;

	nt_buf_init(&folded, NT_BUF_MAX);
	nt_fold(word, &folded);
	out->words = nt_realloc_array(out->words, n + 1, sizeof *out->words);
	out->word_lens = nt_realloc_array(out->word_lens, n + 1,
	    sizeof *out->word_lens);
	out->word_lens[n] = folded.len;
	out->words[n] = nt_buf_take(&folded);
	nt_buf_free(&folded);
}

/* The options of a status group stand for its name: 1 if word is one. */
static int
add_group(struct condition *out, struct nt_value entry, struct nt_str word)
{
	struct nt_value group, id, option;

	group = nt_value_first(nt_value_at(entry, "/status/groups"));
	for (; nt_value_there(group); group = nt_value_next(group)) {
		if (!nt_same_folded(word,
		    nt_value_text(nt_value_get(group, "name"))))
			continue;
		id = nt_value_first(nt_value_get(group, "option_ids"));
		for (; nt_value_there(id); id = nt_value_next(id)) {
			option = nt_option_find(entry, nt_value_text(id),
			    (struct nt_str){ NULL, 0 });
			add_word(out,
			    nt_value_text(nt_value_get(option, "name")));
		}
		return 1;
	}
	return 0;
}

static int
no_such_option(struct check *c, struct nt_value entry, struct nt_str word)
{
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_str name = nt_value_key(entry);
	struct nt_value e;
	struct nt_buf all;
	int status;

	nt_buf_init(&all, NT_BUF_MAX);
	e = nt_value_first(nt_value_get(nt_value_get_n(entry, type.p,
	    type.len), "options"));
	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str option = nt_value_text(nt_value_get(e, "name"));

		if (all.len > 0)
			nt_buf_str(&all, ", ");
		nt_json_quote(&all, option);
	}
	status = nt_check_say(c, "%.*s option \"%.*s\" not found for property "
	    "\"%.*s\". Available options: %s.", (int)type.len, type.p,
	    (int)word.len, word.p, (int)name.len, name.p, all.p);
	nt_buf_free(&all);
	return status;
}

/*
 * One name of an option.  Rollups and formulas are asked without an entry
 * that has options: then any name will do.
 */
static int
add_name(struct check *c, const struct place *at, struct nt_value entry,
    struct nt_value v, struct condition *out)
{
	struct nt_str word = nt_value_text(v);
	struct nt_value option = nt_option_find(entry, word, word);
	enum nt_prop kind = nt_prop_of(entry);

	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (nt_value_there(option)) {
		add_word(out, nt_value_text(nt_value_get(option, "name")));
		return 0;
	}
	if (add_group(out, entry, word))
		return 0;
	if (kind == NT_PROP_SELECT || kind == NT_PROP_MULTI_SELECT ||
	    kind == NT_PROP_STATUS)
		return no_such_option(c, entry, word);
	add_word(out, word);
	return 0;
}

static int
add_names(struct check *c, const struct place *at, struct nt_value entry,
    struct nt_value v, struct condition *out)
{
	struct place in = { .up = at };
	struct nt_value e;

	if (!nt_value_is(v, NT_JSON_ARRAY))
		return add_name(c, at, entry, v, out);
	if (nt_value_count(v) > NT_ARRAY_MAX)
		return nt_check_length(c, at, "≤", NT_ARRAY_MAX,
		    nt_value_count(v));
	for (e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e), in.index++)
		if (add_name(c, &in, entry, e, out) == -1)
			return -1;
	return 0;
}

/* A span [from, to) turned to where an operator lets a date begin. */
static int
set_moment(struct check *c, const struct place *at,
    const struct nt_filter *f, const char *name, struct nt_value v,
    struct condition *out)
{
	int64_t from, to;

	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (nt_moment_span(nt_value_text(v), f->now_ms, &from, &to) == -1)
		return nt_check_should(c, at, "a valid ISO 8601 date string",
		    v);
	out->from = strcmp(name, "after") == 0 ? to :
	    strcmp(name, "before") == 0 ||
	    strcmp(name, "on_or_before") == 0 ? INT64_MIN : from;
	out->to = strcmp(name, "before") == 0 ? from :
	    strcmp(name, "after") == 0 ||
	    strcmp(name, "on_or_after") == 0 ? INT64_MAX : to;
	return 0;
}

static int
set_id(struct check *c, const struct place *at, const struct nt_filter *f,
    int user, struct nt_value v, struct condition *out)
{
	if (!nt_value_is(v, NT_JSON_STRING))
		return nt_check_should(c, at, "a string", v);
	if (user && nt_value_text_is(v, "me")) {
		out->id = f->me;
		return 0;
	}
	if (nt_id_scan(nt_value_text(v), &out->id) == -1)
		return nt_check_should(c, at, "a valid uuid", v);
	return 0;
}

static int
set_state(struct check *c, const struct place *at, struct nt_value v,
    struct condition *out)
{
	if (!nt_value_text_is(v, "verified") &&
	    !nt_value_text_is(v, "expired") && !nt_value_text_is(v, "none"))
		return nt_check_should(c, at, "`\"verified\"`, "
		    "`\"expired\"`, or `\"none\"`", v);
	add_word(out, nt_value_text(v));
	return 0;
}

static int
set_operand(struct check *c, const struct place *at, struct nt_value entry,
    const struct nt_filter *f, const struct operator *o, struct nt_value v,
    struct condition *out)
{
	switch (o->operand) {
	case A_TEXT:
		if (!nt_value_is(v, NT_JSON_STRING))
			return nt_check_should(c, at, "a string", v);
		add_word(out, nt_value_text(v));
		return 0;
	case A_NUMBER:
		if (!nt_value_is(v, NT_JSON_NUMBER))
			return nt_check_should(c, at, "a number", v);
		out->number = nt_value_number(v);
		return 0;
	case A_BOOL:
		if (!nt_value_is(v, NT_JSON_BOOL))
			return nt_check_should(c, at, "a boolean", v);
		out->number = nt_value_true(v);
		return 0;
	case A_NAME:
		return add_names(c, at, entry, v, out);
	case A_MOMENT:
		return set_moment(c, at, f, o->name, v, out);
	case A_PERIOD:
		if (!nt_value_is(v, NT_JSON_OBJECT) || nt_value_count(v) > 0)
			return nt_check_should(c, at, "an empty object", v);
		nt_period_span(nt_str_of(o->name), f->now_ms, &out->from,
		    &out->to);
		return 0;
	case A_USER:
	case A_PAGE:
		return set_id(c, at, f, o->operand == A_USER, v, out);
	case A_STATE:
		return set_state(c, at, v, out);
	case A_TRUE:
		if (!nt_value_true(v))
			return nt_check_should(c, at, "`true`", v);
		return 0;
	}
	return 0;
}

/* ---- conditions ---- */

static const struct operator *
operator_of(enum family family, struct nt_str name)
{
	size_t i;

	for (i = 0; i < OPERATORS; i++)
		if ((operators[i].families & (1u << family)) &&
		    nt_str_is(name, operators[i].name))
			return &operators[i];
	return NULL;
}

static int
compile_operator(struct check *c, const struct place *at,
    struct nt_value entry, enum family family, const struct nt_filter *f,
    struct nt_value v, struct condition *out)
{
	struct nt_value only = nt_value_first(v);
	struct place in = { .up = at, .key = nt_value_key(only) };
	const struct operator *o;
	size_t i;

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	if (!nt_value_there(only)) {
		for (i = 0; i < OPERATORS; i++)
			if (operators[i].families & (1u << family))
				nt_check_should_at(c, at, operators[i].name,
				    "defined", NT_VALUE_NONE);
		return -1;
	}
	if ((o = operator_of(family, in.key)) == NULL)
		return nt_check_absent(c, &in, only);
	if (nt_value_count(v) > 1) {
		only = nt_value_next(only);
		in.key = nt_value_key(only);
		return nt_check_absent(c, &in, only);
	}
	out->family = family;
	out->op = o->op;
	return set_operand(c, &in, entry, f, o, only, out);
}

/* Keys of a rollup's or formula's condition, and what they ask about. */
static const struct inner {
	const char *key;
	enum family family;
	unsigned where;		/* IN_FORMULA, IN_ROLLUP, IN_ARRAY */
} inners[] = {
#define IN_FORMULA 1
#define IN_ROLLUP 2
#define IN_ARRAY 4
	{ "string", FAMILY_TEXT, IN_FORMULA },
	{ "checkbox", FAMILY_CHECKBOX, IN_FORMULA | IN_ARRAY },
	{ "number", FAMILY_NUMBER, IN_FORMULA | IN_ROLLUP | IN_ARRAY },
	{ "date", FAMILY_DATE, IN_FORMULA | IN_ROLLUP | IN_ARRAY },
	{ "rich_text", FAMILY_TEXT, IN_ARRAY },
	{ "select", FAMILY_OPTION, IN_ARRAY },
	{ "multi_select", FAMILY_OPTIONS, IN_ARRAY },
	{ "relation", FAMILY_RELATION, IN_ARRAY },
	{ "people", FAMILY_PEOPLE, IN_ARRAY },
	{ "files", FAMILY_FILES, IN_ARRAY },
	{ "status", FAMILY_OPTION, IN_ARRAY }
};
#define INNERS (sizeof inners / sizeof inners[0])

static int
compile_inner(struct check *c, const struct place *at, unsigned where,
    const struct nt_filter *f, struct nt_value v, struct condition *out)
{
	struct nt_value only = nt_value_first(v);
	struct place in = { .up = at, .key = nt_value_key(only) };
	size_t i;

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", v);
	for (i = 0; i < INNERS; i++)
		if ((inners[i].where & where) && nt_value_there(only) &&
		    nt_str_is(in.key, inners[i].key))
			break;
	if (i < INNERS && nt_value_count(v) == 1)
		return compile_operator(c, &in, NT_VALUE_NONE,
		    inners[i].family, f, only, out);
	if (nt_value_there(only)) {
		if (i < INNERS)
			only = nt_value_next(only);
		in.key = nt_value_key(only);
		return nt_check_absent(c, &in, only);
	}
	for (i = 0; i < INNERS; i++)
		if (inners[i].where & where)
			nt_check_should_at(c, at, inners[i].key, "defined",
			    NT_VALUE_NONE);
	return -1;
}

static int
compile_rollup(struct check *c, const struct place *at,
    const struct nt_filter *f, struct nt_value v, struct condition *out)
{
	static const char *const words[] = { "any", "every", "none" };
	struct nt_value only = nt_value_first(v);
	struct place in = { .up = at, .key = nt_value_key(only) };
	size_t i;

	for (i = 0; nt_value_count(v) == 1 && i < 3; i++) {
		if (!nt_str_is(in.key, words[i]))
			continue;
		out->quantifier = (enum quantifier)(ANY_VALUE + i);
		return compile_inner(c, &in, IN_ARRAY, f, only, out);
	}
	return compile_inner(c, at, IN_ROLLUP, f, v, out);
}

int
nt_condition_compile(struct check *c, const struct place *at,
    struct nt_value schema_entry, enum family family,
    const struct nt_filter *f, struct nt_value v, struct condition *out)
{
	if (family == FAMILY_FORMULA)
		return compile_inner(c, at, IN_FORMULA, f, v, out);
	if (family == FAMILY_ROLLUP)
		return compile_rollup(c, at, f, v, out);
	return compile_operator(c, at, schema_entry, family, f, v, out);
}

void
nt_condition_free(struct condition *condition)
{
	size_t i;

	for (i = 0; i < condition->words_count; i++)
		free(condition->words[i]);
	free(condition->words);
	free(condition->word_lens);
}
