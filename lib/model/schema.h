/*
 * schema - what the two halves of a schema's making share: the plan of all
 * its properties, and the settings of one.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "internal.h"
#include "nt/schema.h"

/* One property as it will be. */
struct schema_row {
	struct nt_str name;
	char id[NT_ID_TEXT];
	enum nt_prop kind;
	struct nt_value old;	/* its entry so far; none if it is new */
	struct nt_value given;	/* what the request says; none: it stays */
};

struct schema_plan {
	struct schema_row *rows;
	size_t count;
};

/* The row of a name or id, or NULL. */
const struct schema_row *nt_schema_row(const struct schema_plan *plan,
    struct nt_str key);

/* The member named as the kind, with the settings: 0, or -1. */
int nt_put_config(const struct nt_world *world, const struct schema_plan *plan,
    struct nt_json_out *o, enum nt_prop kind, struct nt_value old,
    struct nt_value given, struct nt_refusal *why);

/*
 * formula.c: refuses an expression that names what will not be there, or ends
 * in its midst; appends it with the new names of what the plan renames.
 */
int nt_formula_check(const struct nt_world *world,
    const struct schema_plan *plan, struct nt_str expression,
    struct nt_refusal *why);
void nt_formula_rename(const struct schema_plan *plan,
    struct nt_str expression, struct nt_buf *out);

/* Appends what a property is called: 1, or 0 if that is not known. */
typedef int formula_name(void *of, const struct nt_id *source,
    struct nt_str property, struct nt_buf *out);

/*
 * Appends the expression with prop("Name") for each token; how many stay, for
 * their names are not known.
 */
size_t nt_formula_untoken(struct nt_str expression, formula_name *name,
    void *of, struct nt_buf *out);

#endif
