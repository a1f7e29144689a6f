/*
 * filter - a filter compiled: a tree of nodes, each leaf a place to look at
 * and a condition on what is there.
 */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include "internal.h"
#include "nt/filter.h"
#include "nt/id.h"

/* What a condition is about; one row of api 5.2 each. */
enum family {
	FAMILY_NONE,
	FAMILY_TEXT,
	FAMILY_NUMBER,
	FAMILY_CHECKBOX,
	FAMILY_OPTION,		/* select, status */
	FAMILY_OPTIONS,		/* multi_select */
	FAMILY_DATE,
	FAMILY_PEOPLE,
	FAMILY_FILES,
	FAMILY_RELATION,
	FAMILY_VERIFICATION,
	FAMILY_FORMULA,		/* a condition inside, by its result */
	FAMILY_ROLLUP		/* likewise, with any, every or none */
};

enum op {
	OP_EQUALS,
	OP_DOES_NOT_EQUAL,
	OP_CONTAINS,
	OP_DOES_NOT_CONTAIN,
	OP_STARTS_WITH,
	OP_ENDS_WITH,
	OP_GREATER,
	OP_LESS,
	OP_AT_LEAST,
	OP_AT_MOST,
	OP_WITHIN,		/* from <= value < to: all that dates ask */
	OP_IS_EMPTY,
	OP_IS_NOT_EMPTY
};

/* Which values of a rollup have to pass. */
enum quantifier { THE_VALUE, ANY_VALUE, EVERY_VALUE, NO_VALUE };

struct condition {
	enum family family;
	enum op op;
	enum quantifier quantifier;	/* of rollups */
	char **words;			/* operands, case folded */
	size_t *word_lens;
	size_t words_count;
	double number;			/* checkbox: 0 or 1 */
	int64_t from, to;		/* OP_WITHIN, in ms */
	struct nt_id id;
};

/* Where a value comes from. */
enum source { SOURCE_PROPERTY, SOURCE_CREATED_TIME, SOURCE_EDITED_TIME };

struct field {
	enum source source;
	enum nt_prop kind;
	char *name;		/* of SOURCE_PROPERTY */
	char *id;
};

enum node_kind { NODE_AND, NODE_OR, NODE_LEAF };

struct node {
	enum node_kind kind;
	struct node *nodes;	/* of NODE_AND and NODE_OR */
	size_t count;
	struct field field;	/* of NODE_LEAF */
	struct condition condition;
};

struct sort {
	struct field field;
	int descending;
	char **options;		/* names in the schema's order */
	size_t options_count;
};

struct nt_filter {
	struct node root;
	int filtered;		/* root was given */
	struct sort *sorts;
	size_t sorts_count;
	struct nt_id me;
	int64_t now_ms;
};

/* A property being looked for: 0 and *field, or -1 with a fault noted. */
int nt_field_find(struct check *c, struct nt_value schema, struct nt_str key,
    struct field *field, struct nt_value *entry);
void nt_field_free(struct field *field);

/* The property or timestamp of a page that a field names. */
struct nt_value nt_field_value(const struct field *field,
    struct nt_value page);

/* Compiles the condition of a property's entry: 0, or -1. */
int nt_condition_compile(struct check *c, const struct place *at,
    struct nt_value schema_entry, enum family family,
    const struct nt_filter *f, struct nt_value v, struct condition *out);
void nt_condition_free(struct condition *condition);

/* 1 if the property, as it stands in a page, meets the condition. */
int nt_condition_met(const struct condition *condition,
    struct nt_value property);

/* ---- sort.c ---- */

/* Compiles sorts into f: 0, or -1 with a fault noted. */
int nt_sorts_compile(struct check *c, const struct place *at,
    struct nt_value schema, struct nt_value sorts, struct nt_filter *f);
void nt_sorts_free(struct nt_filter *f);

/* ---- filter_date.c ---- */

/*
 * A date operand: 0 and the span [*from, *to) that it stands for, a day or a
 * minute; -1 if it is neither a date nor one of the relative words.
 */
int nt_moment_span(struct nt_str text, int64_t now_ms, int64_t *from,
    int64_t *to);

/* A word such as past_week: 0 and its span, or -1. */
int nt_period_span(struct nt_str word, int64_t now_ms, int64_t *from,
    int64_t *to);

/* The moment a stored date or time string begins: 0 and *ms, or -1. */
int nt_moment_of(struct nt_value date_or_text, int64_t *ms);

/* ---- values, for conditions and sort keys alike ---- */

/*
 * What a property shows: for a formula or computed rollup its result as
 * {"type",<type>}, otherwise the property itself.
 */
struct nt_value nt_shown_value(struct nt_value property, struct nt_str *type);

/* The text of a value of that type, folded; 1 if there is any, else 0. */
int nt_shown_text(struct nt_value v, struct nt_str type, struct nt_buf *out);

#endif
