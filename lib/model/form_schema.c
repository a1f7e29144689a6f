/* Shapes of the properties of a data source, new and changed (api 3.6). */
#include "internal.h"

static const struct shape shape_name =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_CONTENT_MAX };
static const struct shape shape_description =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_DESCRIPTION_MAX };

/* The list of formats is open (api 3.6): unknown words are kept. */
static const struct shape shape_format =
    { .kind = SHAPE_TEXT, .min = 1, .max = 100 };
static const struct member number_members[] = {
	{ "format", &shape_format, 0 },
	{ 0 }
};
static const struct shape shape_number =
    { .kind = SHAPE_OBJECT, .members = number_members };

/* ---- options ---- */

static const char *const option_colors[] = {
	"default", "gray", "brown", "orange", "yellow", "green", "blue",
	"purple", "pink", "red", NULL
};
static const struct shape shape_option_color =
    { .kind = SHAPE_WORD, .words = option_colors };
static const struct shape shape_option_id =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_OPTION_NAME_MAX };

static int
option_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (nt_value_there(nt_value_get(v, "name")) ||
	    nt_value_there(nt_value_get(v, "id")))
		return 0;
	return nt_check_should_at(c, at, "name", "defined", NT_VALUE_NONE);
}

static const struct member option_members[] = {
	{ "name", &nt_shape_option_name, 0 },
	{ "id", &shape_option_id, 0 },
	{ "color", &shape_option_color, 0 },
	{ "description", &nt_shape_text, NULLABLE },
	{ "group", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_option = {
	.kind = SHAPE_OBJECT, .members = option_members, .rule = option_rule
};
static const struct shape shape_options =
    { .kind = SHAPE_ARRAY, .max = NT_OPTIONS_MAX, .of = &shape_option };
/* Groups may be sent back as they were read; they cannot be changed. */
static const struct member options_members[] = {
	{ "options", &shape_options, 0 },
	{ "groups", &nt_shape_any, 0 },
	{ 0 }
};
static const struct shape shape_select =
    { .kind = SHAPE_OBJECT, .members = options_members };

/* ---- what refers to other properties ---- */

static const struct member formula_members[] = {
	{ "expression", &nt_shape_text, NEEDED },
	{ 0 }
};
static const struct shape shape_formula =
    { .kind = SHAPE_OBJECT, .members = formula_members };

static const struct member dual_members[] = {
	{ "synced_property_id", &nt_shape_text, 0 },
	{ "synced_property_name", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_dual =
    { .kind = SHAPE_OBJECT, .members = dual_members };
static const struct member relation_members[] = {
	{ "data_source_id", &nt_shape_id, NEEDED },
	{ "database_id", &nt_shape_id, 0 },
	{ "single_property", &nt_shape_empty, ONE_OF },
	{ "dual_property", &shape_dual, ONE_OF },
	{ 0 }
};
static const struct shape shape_relation =
    { .kind = SHAPE_OBJECT, .members = relation_members };

static const char *const functions[] = {
	"count", "count_values", "empty", "not_empty", "unique", "show_unique",
	"percent_empty", "percent_not_empty", "sum", "average", "median",
	"min", "max", "range", "earliest_date", "latest_date", "date_range",
	"checked", "unchecked", "percent_checked", "percent_unchecked",
	"count_per_group", "percent_per_group", "show_original", NULL
};
static const struct shape shape_function =
    { .kind = SHAPE_WORD, .words = functions };

static int
rollup_rule(struct check *c, const struct place *at, struct nt_value v)
{
	static const char *const keys[][2] = {
		{ "relation_property_name", "relation_property_id" },
		{ "rollup_property_name", "rollup_property_id" }
	};
	size_t i;

	for (i = 0; i < 2; i++) {
		if (nt_value_there(nt_value_get(v, keys[i][0])) ||
		    nt_value_there(nt_value_get(v, keys[i][1])))
			continue;
		nt_check_should_at(c, at, keys[i][0], "defined", NT_VALUE_NONE);
		return nt_check_should_at(c, at, keys[i][1], "defined",
		    NT_VALUE_NONE);
	}
	return 0;
}

static const struct member rollup_members[] = {
	{ "function", &shape_function, NEEDED },
	{ "relation_property_name", &nt_shape_text, 0 },
	{ "relation_property_id", &nt_shape_text, 0 },
	{ "rollup_property_name", &nt_shape_text, 0 },
	{ "rollup_property_id", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_rollup = {
	.kind = SHAPE_OBJECT, .members = rollup_members, .rule = rollup_rule
};

/* ---- unique ids ---- */

static int
prefix_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_str s = nt_value_text(v);
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		    (s.p[i] >= 'a' && s.p[i] <= 'z') ||
		    (s.p[i] >= '0' && s.p[i] <= '9')))
			return nt_check_should(c, at, "letters and digits", v);
	return 0;
}

static const struct shape shape_prefix =
    { .kind = SHAPE_TEXT, .min = 1, .max = 100, .rule = prefix_rule };
static const struct member unique_members[] = {
	{ "prefix", &shape_prefix, NULLABLE },
	{ 0 }
};
static const struct shape shape_unique =
    { .kind = SHAPE_OBJECT, .members = unique_members };

/* ---- entries ---- */

/* Of both forms; id, name and type may be sent back with the rest. */
static const struct member change_members[] = {
	{ "title", &nt_shape_empty, ONE_OF },
	{ "rich_text", &nt_shape_empty, ONE_OF },
	{ "number", &shape_number, ONE_OF },
	{ "select", &shape_select, ONE_OF },
	{ "multi_select", &shape_select, ONE_OF },
	{ "status", &shape_select, ONE_OF },
	{ "date", &nt_shape_empty, ONE_OF },
	{ "people", &nt_shape_empty, ONE_OF },
	{ "files", &nt_shape_empty, ONE_OF },
	{ "checkbox", &nt_shape_empty, ONE_OF },
	{ "url", &nt_shape_empty, ONE_OF },
	{ "email", &nt_shape_empty, ONE_OF },
	{ "phone_number", &nt_shape_empty, ONE_OF },
	{ "relation", &shape_relation, ONE_OF },
	{ "rollup", &shape_rollup, ONE_OF },
	{ "formula", &shape_formula, ONE_OF },
	{ "created_time", &nt_shape_empty, ONE_OF },
	{ "created_by", &nt_shape_empty, ONE_OF },
	{ "last_edited_time", &nt_shape_empty, ONE_OF },
	{ "last_edited_by", &nt_shape_empty, ONE_OF },
	{ "unique_id", &shape_unique, ONE_OF },
	{ "button", &nt_shape_empty, ONE_OF },
	{ "place", &nt_shape_empty, ONE_OF },
	{ "location", &nt_shape_empty, ONE_OF },
	{ "last_visited_time", &nt_shape_empty, ONE_OF },
	{ "id", &nt_shape_text, 0 },
	{ "name", &shape_name, 0 },
	{ "description", &shape_description, NULLABLE },
	{ 0 }
};
static const struct shape shape_new_entry =
    { .kind = SHAPE_OBJECT, .members = change_members };
const struct shape nt_shape_schema_new =
    { .kind = SHAPE_MAP, .of = &shape_new_entry };

static const struct shape shape_changed =
    { .kind = SHAPE_OBJECT, .none = 1, .members = change_members };

static int
change_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (nt_value_is(v, NT_JSON_NULL))
		return 0;
	return nt_check_shape(c, at, &shape_changed, v);
}

static const struct shape shape_change =
    { .kind = SHAPE_ANY, .rule = change_rule };
const struct shape nt_shape_schema_change =
    { .kind = SHAPE_MAP, .of = &shape_change };
