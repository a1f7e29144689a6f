/* Shapes for databases and data sources, queries and searches (2.3, 2.4). */
#include "internal.h"

/* ---- parents ---- */

static const struct member database_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "workspace", &nt_shape_true, ONE_OF },
	{ 0 }
};
static const struct shape database_parent =
    { .kind = SHAPE_OBJECT, .members = database_parent_members };

static const struct member source_parent_members[] = {
	{ "database_id", &nt_shape_id, ONE_OF },
	{ 0 }
};
static const struct shape source_parent =
    { .kind = SHAPE_OBJECT, .members = source_parent_members };

/* ---- databases and data sources ---- */

static const struct member first_source_members[] = {
	{ "properties", &nt_shape_schema_new, 0 },
	{ 0 }
};
static const struct shape first_source =
    { .kind = SHAPE_OBJECT, .members = first_source_members };

static const struct member database_create_members[] = {
	{ "parent", &database_parent, NEEDED },
	{ "title", &nt_shape_rich_text, 0 },
	{ "description", &nt_shape_rich_text, 0 },
	{ "is_inline", &nt_shape_bool, 0 },
	{ "initial_data_source", &first_source, 0 },
	{ "icon", &nt_shape_icon, 0 },
	{ "cover", &nt_shape_cover, 0 },
	{ 0 }
};
const struct shape nt_shape_database_create =
    { .kind = SHAPE_OBJECT, .members = database_create_members };

static const struct member database_update_members[] = {
	{ "parent", &database_parent, 0 },
	{ "title", &nt_shape_rich_text, 0 },
	{ "description", &nt_shape_rich_text, 0 },
	{ "is_inline", &nt_shape_bool, 0 },
	{ "icon", &nt_shape_icon, 0 },
	{ "cover", &nt_shape_cover, 0 },
	{ "in_trash", &nt_shape_bool, 0 },
	{ "archived", &nt_shape_bool, ONLY_2025 },
	{ "is_locked", &nt_shape_bool, 0 },
	{ 0 }
};
const struct shape nt_shape_database_update =
    { .kind = SHAPE_OBJECT, .members = database_update_members };

static const struct member source_create_members[] = {
	{ "parent", &source_parent, NEEDED },
	{ "properties", &nt_shape_schema_new, NEEDED },
	{ "title", &nt_shape_rich_text, 0 },
	{ "icon", &nt_shape_icon, NULLABLE },
	{ 0 }
};
const struct shape nt_shape_source_create =
    { .kind = SHAPE_OBJECT, .members = source_create_members };

static const struct member source_update_members[] = {
	{ "title", &nt_shape_rich_text, 0 },
	{ "icon", &nt_shape_icon, NULLABLE },
	{ "properties", &nt_shape_schema_change, 0 },
	{ "in_trash", &nt_shape_bool, 0 },
	{ "archived", &nt_shape_bool, ONLY_2025 },
	{ "parent", &source_parent, 0 },
	{ 0 }
};
const struct shape nt_shape_source_update =
    { .kind = SHAPE_OBJECT, .members = source_update_members };

/* ---- query and search ---- */

static const struct shape an_object = { .kind = SHAPE_OBJECT, .loose = 1 };
static const struct shape an_array =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &an_object };
static const char *const result_types[] = { "page", "data_source", NULL };
static const struct shape result_type =
    { .kind = SHAPE_WORD, .words = result_types };
static const struct member query_members[] = {
	{ "filter", &an_object, 0 },
	{ "sorts", &an_array, 0 },
	{ "start_cursor", &nt_shape_text, 0 },
	{ "page_size", &nt_shape_page_size, 0 },
	{ "result_type", &result_type, 0 },
	{ "is_archived", &nt_shape_bool, 0 },
	{ 0 }
};
const struct shape nt_shape_query =
    { .kind = SHAPE_OBJECT, .members = query_members };

static const char *const directions[] = { "ascending", "descending", NULL };
static const struct shape direction =
    { .kind = SHAPE_WORD, .words = directions };
static const char *const edited[] = { "last_edited_time", NULL };
static const struct shape edited_time =
    { .kind = SHAPE_WORD, .words = edited };
static const struct member by_time_members[] = {
	{ "timestamp", &edited_time, NEEDED },
	{ "direction", &direction, NEEDED },
	{ 0 }
};
static const struct shape by_time =
    { .kind = SHAPE_OBJECT, .members = by_time_members };
static const char *const relevances[] = { "relevance", NULL };
static const struct shape relevance =
    { .kind = SHAPE_WORD, .words = relevances };
static const struct member by_relevance_members[] = {
	{ "property", &relevance, NEEDED },
	{ 0 }
};
static const struct shape by_relevance =
    { .kind = SHAPE_OBJECT, .members = by_relevance_members };
static const struct member search_sorts[] = {
	{ "", &by_time, 0 },
	{ "", &by_relevance, 0 },
	{ 0 }
};
static const struct shape search_sort =
    { .kind = SHAPE_EITHER, .members = search_sorts };

static int
search_filter_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value property = nt_value_get(v, "property");
	struct nt_value value = nt_value_get(v, "value");

	if (nt_value_there(property) && !nt_value_there(value))
		return nt_check_should_at(c, at, "value", "defined", value);
	if (nt_value_there(value) && !nt_value_there(property))
		return nt_check_should_at(c, at, "property", "defined",
		    property);
	if (nt_value_there(property) ||
	    nt_value_there(nt_value_get(v, "in_trash")))
		return 0;
	nt_check_should_at(c, at, "property", "defined", property);
	return nt_check_should_at(c, at, "in_trash", "defined", property);
}

static const char *const search_properties[] = { "object", NULL };
static const struct shape search_property =
    { .kind = SHAPE_WORD, .words = search_properties };
static const struct member search_filter_members[] = {
	{ "property", &search_property, 0 },
	{ "value", &result_type, 0 },
	{ "in_trash", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape search_filter = {
	.kind = SHAPE_OBJECT, .members = search_filter_members,
	.rule = search_filter_rule
};
static const struct member search_members[] = {
	{ "query", &nt_shape_text, 0 },
	{ "sort", &search_sort, 0 },
	{ "filter", &search_filter, 0 },
	{ "start_cursor", &nt_shape_text, 0 },
	{ "page_size", &nt_shape_page_size, 0 },
	{ 0 }
};
const struct shape nt_shape_search =
    { .kind = SHAPE_OBJECT, .members = search_members };
