/* Shapes of views: what surrounds a filter, and each type's settings (2.8). */
#include "internal.h"

static const struct shape count_or_zero =
    { .kind = SHAPE_INT, .min = 0, .max = 100000 };
static const struct shape number = { .kind = SHAPE_NUMBER };
static const struct shape an_object = { .kind = SHAPE_OBJECT, .loose = 1 };
static const struct shape name =
    { .kind = SHAPE_TEXT, .max = NT_CONTENT_MAX };

/* Declares a shape whose value is one of the words. */
#define WORDS(of, ...)							\
	static const char *const of##_words[] = { __VA_ARGS__, NULL };	\
	static const struct shape of =					\
	    { .kind = SHAPE_WORD, .words = of##_words }

#define OBJECT(of)							\
	static const struct shape of =					\
	    { .kind = SHAPE_OBJECT, .members = of##_members }

/* ---- parts that several types share (api 3.8) ---- */

WORDS(status_show, "select", "checkbox");
WORDS(card_width, "full_line", "inline");
WORDS(date_format, "full", "short", "month_day_year", "day_month_year",
    "year_month_day", "relative");
WORDS(time_format, "12_hour", "24_hour", "hidden");
static const struct shape column_width =
    { .kind = SHAPE_NUMBER, .min = 32, .max = 100000 };
static const struct member property_members[] = {
	{ "property_id", &nt_shape_text, NEEDED },
	{ "property_name", &nt_shape_text, 0 },
	{ "visible", &nt_shape_bool, 0 },
	{ "width", &column_width, 0 },
	{ "wrap", &nt_shape_bool, 0 },
	{ "status_show_as", &status_show, 0 },
	{ "card_property_width_mode", &card_width, 0 },
	{ "date_format", &date_format, 0 },
	{ "time_format", &time_format, 0 },
	{ 0 }
};
OBJECT(property);
static const struct shape properties =
    { .kind = SHAPE_ARRAY, .of = &property };

static const struct member group_members[] = {
	{ "type", &nt_shape_text, NEEDED },
	{ "property_id", &nt_shape_text, NEEDED },
	{ 0 }
};
static const struct shape group =
    { .kind = SHAPE_OBJECT, .loose = 1, .members = group_members };

WORDS(cover_type, "page_cover", "page_content", "property");
static const struct member cover_members[] = {
	{ "type", &cover_type, NEEDED },
	{ "property_id", &nt_shape_text, 0 },
	{ 0 }
};
OBJECT(cover);
WORDS(cover_size, "small", "medium", "large");
WORDS(cover_aspect, "contain", "cover");
WORDS(card_layout, "list", "compact");

WORDS(subtask_mode, "show", "hidden", "flattened", "disabled");
WORDS(subtask_scope, "parents", "parents_and_subitems", "subitems");
static const struct member subtasks_members[] = {
	{ "property_id", &nt_shape_text, 0 },
	{ "display_mode", &subtask_mode, 0 },
	{ "filter_scope", &subtask_scope, 0 },
	{ "toggle_column_id", &nt_shape_text, 0 },
	{ 0 }
};
OBJECT(subtasks);

/* ---- one table a type ---- */

static const struct member table[] = {
	{ "type", &nt_shape_text, 0 },
	{ "properties", &properties, 0 },
	{ "group_by", &group, NULLABLE },
	{ "subtasks", &subtasks, NULLABLE },
	{ "wrap_cells", &nt_shape_bool, 0 },
	{ "frozen_column_index", &count_or_zero, 0 },
	{ "show_vertical_lines", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct member board[] = {
	{ "type", &nt_shape_text, 0 },
	{ "group_by", &group, NEEDED },
	{ "sub_group_by", &group, NULLABLE },
	{ "properties", &properties, 0 },
	{ "cover", &cover, NULLABLE },
	{ "cover_size", &cover_size, 0 },
	{ "cover_aspect", &cover_aspect, 0 },
	{ "card_layout", &card_layout, 0 },
	{ 0 }
};
WORDS(view_range, "week", "month");
static const struct member calendar[] = {
	{ "type", &nt_shape_text, 0 },
	{ "date_property_id", &nt_shape_text, NEEDED },
	{ "properties", &properties, 0 },
	{ "view_range", &view_range, 0 },
	{ "show_weekends", &nt_shape_bool, 0 },
	{ 0 }
};
WORDS(zoom, "hours", "day", "week", "bi_week", "month", "quarter", "year",
    "5_years");
static const struct member preference_members[] = {
	{ "zoom_level", &zoom, NEEDED },
	{ "center_timestamp", &number, 0 },
	{ 0 }
};
OBJECT(preference);
static const struct member arrows_members[] = {
	{ "property_id", &nt_shape_text, NULLABLE },
	{ 0 }
};
OBJECT(arrows);
static const struct member timeline[] = {
	{ "type", &nt_shape_text, 0 },
	{ "date_property_id", &nt_shape_text, NEEDED },
	{ "end_date_property_id", &nt_shape_text, NULLABLE },
	{ "properties", &properties, 0 },
	{ "show_table", &nt_shape_bool, 0 },
	{ "table_properties", &properties, 0 },
	{ "preference", &preference, 0 },
	{ "arrows_by", &arrows, 0 },
	{ "color_by", &nt_shape_any, 0 },
	{ 0 }
};
static const struct member gallery[] = {
	{ "type", &nt_shape_text, 0 },
	{ "properties", &properties, 0 },
	{ "cover", &cover, NULLABLE },
	{ "cover_size", &cover_size, 0 },
	{ "cover_aspect", &cover_aspect, 0 },
	{ "card_layout", &card_layout, 0 },
	{ 0 }
};
static const struct member list[] = {
	{ "type", &nt_shape_text, 0 },
	{ "properties", &properties, 0 },
	{ 0 }
};
static const struct member map[] = {
	{ "type", &nt_shape_text, 0 },
	{ "height", &nt_shape_any, 0 },
	{ "map_by", &nt_shape_text, NULLABLE },
	{ "properties", &properties, 0 },
	{ 0 }
};
WORDS(submission, "none", "comment_only", "reader", "read_and_write",
    "editor");
static const struct member form[] = {
	{ "type", &nt_shape_text, 0 },
	{ "is_form_closed", &nt_shape_bool, 0 },
	{ "anonymous_submissions", &nt_shape_bool, 0 },
	{ "submission_permissions", &submission, 0 },
	{ 0 }
};
/* Words of charts that have no published list pass as any value. */
WORDS(chart_type, "column", "bar", "line", "donut", "number");
static const struct member chart[] = {
	{ "type", &nt_shape_text, 0 },
	{ "chart_type", &chart_type, NEEDED },
	{ "x_axis", &an_object, NULLABLE },
	{ "y_axis", &an_object, NULLABLE },
	{ "x_axis_property_id", &nt_shape_text, NULLABLE },
	{ "y_axis_property_id", &nt_shape_text, NULLABLE },
	{ "value", &nt_shape_any, 0 },
	{ "sort", &nt_shape_any, 0 },
	{ "color_theme", &nt_shape_any, 0 },
	{ "height", &nt_shape_any, 0 },
	{ "hide_empty_groups", &nt_shape_bool, 0 },
	{ "legend_position", &nt_shape_any, 0 },
	{ "show_data_labels", &nt_shape_bool, 0 },
	{ "axis_labels", &nt_shape_any, 0 },
	{ "grid_lines", &nt_shape_any, 0 },
	{ "cumulative", &nt_shape_bool, 0 },
	{ "smooth_line", &nt_shape_bool, 0 },
	{ "hide_line_fill_area", &nt_shape_bool, 0 },
	{ "group_style", &nt_shape_any, 0 },
	{ "y_axis_min", &number, NULLABLE },
	{ "y_axis_max", &number, NULLABLE },
	{ "donut_labels", &nt_shape_any, 0 },
	{ "hide_title", &nt_shape_bool, 0 },
	{ "stack_by", &an_object, NULLABLE },
	{ "reference_lines", &nt_shape_any, 0 },
	{ "caption", &nt_shape_any, 0 },
	{ "color_by_value", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct member dashboard[] = {
	{ "type", &nt_shape_text, 0 },
	{ 0 }
};

WORDS(view_type, "table", "board", "calendar", "timeline", "gallery", "list",
    "map", "form", "chart", "dashboard");
static const struct {
	const char *type;
	const struct member *members;
} configurations[] = {
	{ "table", table },
	{ "board", board },
	{ "calendar", calendar },
	{ "timeline", timeline },
	{ "gallery", gallery },
	{ "list", list },
	{ "map", map },
	{ "form", form },
	{ "chart", chart },
	{ "dashboard", dashboard }
};

#define TYPES (sizeof configurations / sizeof configurations[0])

const struct member *
nt_view_settings(struct nt_value type)
{
	size_t i;

	for (i = 0; i < TYPES; i++)
		if (nt_value_text_is(type, configurations[i].type))
			return configurations[i].members;
	return NULL;
}

/* The settings go by the type of the view, or by a type of their own. */
static int
configuration_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value given = nt_value_get(v, "configuration");
	struct nt_value type = nt_value_get(v, "type");
	struct place in = { .up = at, .key = NT_STR("configuration") };
	struct shape shape = { .kind = SHAPE_OBJECT };

	if (!nt_value_there(given))
		return 0;
	if (!nt_value_there(type))
		type = nt_value_get(given, "type");
	shape.members = nt_view_settings(type);
	shape.loose = shape.members == NULL;
	return nt_check_shape(c, &in, &shape, given);
}

/* ---- the bodies ---- */

static const struct member page_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ 0 }
};
OBJECT(page_parent);
static const struct member after_block_members[] = {
	{ "type", &nt_shape_text, NEEDED },
	{ "block_id", &nt_shape_id, NEEDED },
	{ 0 }
};
OBJECT(after_block);
static const struct member new_database_members[] = {
	{ "parent", &page_parent, NEEDED },
	{ "position", &after_block, 0 },
	{ 0 }
};
OBJECT(new_database);

WORDS(place_type, "start", "end", "after_view");
static const struct member position_members[] = {
	{ "type", &place_type, NEEDED },
	{ "view_id", &nt_shape_id, 0 },
	{ 0 }
};
OBJECT(position);
WORDS(placement_type, "new_row", "existing_row");
static const struct member placement_members[] = {
	{ "type", &placement_type, NEEDED },
	{ "row_index", &count_or_zero, 0 },
	{ 0 }
};
OBJECT(placement);

static const struct shape sort_list =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &an_object };

/* A view belongs to exactly one of three things. */
static int
create_rule(struct check *c, const struct place *at, struct nt_value v)
{
	static const char *const homes[] =
	    { "database_id", "view_id", "create_database" };
	int found = 0;
	size_t i;

	for (i = 0; i < 3; i++) {
		struct nt_value home = nt_value_get(v, homes[i]);

		if (nt_value_there(home) && found++)
			return nt_check_should_at(c, at, homes[i],
			    "not present", home);
	}
	for (i = 0; !found && i < 3; i++)
		nt_check_should_at(c, at, homes[i], "defined", NT_VALUE_NONE);
	return found ? configuration_rule(c, at, v) : -1;
}

static const struct member view_create_members[] = {
	{ "data_source_id", &nt_shape_id, NEEDED },
	{ "name", &name, NEEDED },
	{ "type", &view_type, NEEDED },
	{ "database_id", &nt_shape_id, 0 },
	{ "view_id", &nt_shape_id, 0 },
	{ "create_database", &new_database, 0 },
	{ "filter", &an_object, NULLABLE },
	{ "sorts", &sort_list, NULLABLE },
	{ "quick_filters", &an_object, NULLABLE },
	{ "configuration", &an_object, 0 },
	{ "position", &position, 0 },
	{ "placement", &placement, 0 },
	{ 0 }
};
const struct shape nt_shape_view_create = {
	.kind = SHAPE_OBJECT, .members = view_create_members,
	.rule = create_rule
};

static const struct member view_update_members[] = {
	{ "name", &name, 0 },
	{ "filter", &an_object, NULLABLE },
	{ "sorts", &sort_list, NULLABLE },
	{ "quick_filters", &an_object, NULLABLE },
	{ "configuration", &an_object, 0 },
	{ 0 }
};
const struct shape nt_shape_view_update = {
	.kind = SHAPE_OBJECT, .members = view_update_members,
	.rule = configuration_rule
};

static const struct member view_query_members[] = {
	{ "page_size", &nt_shape_page_size, 0 },
	{ 0 }
};
const struct shape nt_shape_view_query =
    { .kind = SHAPE_OBJECT, .members = view_query_members };
