/* Shapes of whole request bodies, but for those of views (api 2). */
#include "internal.h"

#include <string.h>

/* ---- parents and positions ---- */

static const struct member page_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "database_id", &nt_shape_id, ONE_OF },
	{ "data_source_id", &nt_shape_id, ONE_OF },
	{ "workspace", &nt_shape_true, ONE_OF },
	{ 0 }
};
static const struct shape page_parent =
    { .kind = SHAPE_OBJECT, .members = page_parent_members };

static const struct member move_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "data_source_id", &nt_shape_id, ONE_OF },
	{ 0 }
};
static const struct shape move_parent =
    { .kind = SHAPE_OBJECT, .members = move_parent_members };

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

static const struct member comment_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "block_id", &nt_shape_id, ONE_OF },
	{ 0 }
};
static const struct shape comment_parent =
    { .kind = SHAPE_OBJECT, .members = comment_parent_members };

static const struct member id_members[] = {
	{ "id", &nt_shape_id, NEEDED },
	{ 0 }
};
static const struct shape reference =
    { .kind = SHAPE_OBJECT, .members = id_members };

static int
after_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value block = nt_value_get(v, "after_block");
	int after = nt_value_text_is(nt_value_get(v, "type"), "after_block");

	if (after && !nt_value_there(block))
		return nt_check_should_at(c, at, "after_block", "defined",
		    block);
	if (!after && nt_value_there(block))
		return nt_check_should_at(c, at, "after_block", "not present",
		    block);
	return 0;
}

static const char *const append_positions[] =
    { "end", "start", "after_block", NULL };
static const struct shape append_position_type =
    { .kind = SHAPE_WORD, .words = append_positions };
static const struct member append_position_members[] = {
	{ "type", &append_position_type, NEEDED },
	{ "after_block", &reference, 0 },
	{ 0 }
};
static const struct shape append_position = {
	.kind = SHAPE_OBJECT, .members = append_position_members,
	.rule = after_rule
};

static const char *const page_positions[] =
    { "page_start", "page_end", "after_block", NULL };
static const struct shape page_position_type =
    { .kind = SHAPE_WORD, .words = page_positions };
static const struct member page_position_members[] = {
	{ "type", &page_position_type, NEEDED },
	{ "after_block", &reference, 0 },
	{ 0 }
};
static const struct shape page_position = {
	.kind = SHAPE_OBJECT, .members = page_position_members,
	.rule = after_rule
};

/* Two members that exclude each other; the second is the one too many. */
static int
not_both(struct check *c, const struct place *at, struct nt_value v,
    const char *one, const char *other)
{
	struct nt_value second = nt_value_get(v, other);

	if (!nt_value_there(nt_value_get(v, one)) || !nt_value_there(second))
		return 0;
	return nt_check_should_at(c, at, other, "not present", second);
}

/* ---- pages ---- */

static const char *const markdown_versions[] = { "v1", "v2", NULL };
static const struct shape markdown_version =
    { .kind = SHAPE_WORD, .words = markdown_versions };
static const char *const template_types[] =
    { "none", "default", "template_id", NULL };
static const struct shape template_type =
    { .kind = SHAPE_WORD, .words = template_types };
static const struct member template_members[] = {
	{ "type", &template_type, NEEDED },
	{ "template_id", &nt_shape_id, 0 },
	{ "timezone", &nt_shape_zone, 0 },
	{ 0 }
};
static const struct shape template =
    { .kind = SHAPE_OBJECT, .members = template_members };

static int
page_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value kind = nt_value_at(v, "/template/type");
	int templated = nt_value_there(kind) &&
	    !nt_value_text_is(kind, "none");

	if (not_both(c, at, v, "children", "content") == -1 ||
	    not_both(c, at, v, "children", "markdown") == -1 ||
	    not_both(c, at, v, "content", "markdown") == -1)
		return -1;
	return templated ? not_both(c, at, v, "template", "children") : 0;
}

static const struct member page_create_members[] = {
	{ "parent", &page_parent, 0 },
	{ "properties", &nt_shape_page_values, 0 },
	{ "icon", &nt_shape_icon, NULLABLE },
	{ "cover", &nt_shape_cover, NULLABLE },
	{ "children", &nt_shape_blocks, 0 },
	{ "content", &nt_shape_blocks, 0 },
	{ "markdown", &nt_shape_text, 0 },
	{ "markdown_version", &markdown_version, 0 },
	{ "template", &template, 0 },
	{ "position", &page_position, 0 },
	{ "allow_async", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape page_create = {
	.kind = SHAPE_OBJECT, .members = page_create_members, .rule = page_rule
};

static const struct member page_update_members[] = {
	{ "properties", &nt_shape_page_values, 0 },
	{ "icon", &nt_shape_icon, NULLABLE },
	{ "cover", &nt_shape_cover, NULLABLE },
	{ "is_locked", &nt_shape_bool, 0 },
	{ "in_trash", &nt_shape_bool, 0 },
	{ "is_archived", &nt_shape_bool, 0 },
	{ "archived", &nt_shape_bool, ONLY_2025 },
	{ "template", &template, 0 },
	{ "erase_content", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape page_update =
    { .kind = SHAPE_OBJECT, .members = page_update_members };

static const struct member page_move_members[] = {
	{ "parent", &move_parent, NEEDED },
	{ 0 }
};
static const struct shape page_move =
    { .kind = SHAPE_OBJECT, .members = page_move_members };

/* ---- Markdown commands ---- */

static const struct shape some_text = { .kind = SHAPE_TEXT, .min = 1,
	.max = NT_BODY_BYTES_MAX };
static const struct member update_item_members[] = {
	{ "old_str", &some_text, NEEDED },
	{ "new_str", &nt_shape_text, NEEDED },
	{ "replace_all_matches", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape update_item =
    { .kind = SHAPE_OBJECT, .members = update_item_members };
static const struct shape update_items =
    { .kind = SHAPE_ARRAY, .min = 1, .max = NT_ARRAY_MAX, .of = &update_item };
static const struct member update_content_members[] = {
	{ "content_updates", &update_items, NEEDED },
	{ "allow_deleting_content", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape update_content =
    { .kind = SHAPE_OBJECT, .members = update_content_members };
static const struct member replace_content_members[] = {
	{ "new_str", &nt_shape_text, NEEDED },
	{ "allow_deleting_content", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape replace_content =
    { .kind = SHAPE_OBJECT, .members = replace_content_members };

static const char *const ends[] = { "start", "end", NULL };
static const struct shape end_type = { .kind = SHAPE_WORD, .words = ends };
static const struct member end_members[] = {
	{ "type", &end_type, NEEDED },
	{ 0 }
};
static const struct shape end_position =
    { .kind = SHAPE_OBJECT, .members = end_members };

static int
insert_rule(struct check *c, const struct place *at, struct nt_value v)
{
	return not_both(c, at, v, "position", "after");
}

static const struct member insert_content_members[] = {
	{ "content", &nt_shape_text, NEEDED },
	{ "after", &nt_shape_text, 0 },
	{ "position", &end_position, 0 },
	{ 0 }
};
static const struct shape insert_content = {
	.kind = SHAPE_OBJECT, .members = insert_content_members,
	.rule = insert_rule
};
static const struct member replace_range_members[] = {
	{ "content", &nt_shape_text, NEEDED },
	{ "content_range", &nt_shape_text, NEEDED },
	{ "allow_deleting_content", &nt_shape_bool, 0 },
	{ 0 }
};
static const struct shape replace_range =
    { .kind = SHAPE_OBJECT, .members = replace_range_members };

static const struct member markdown_members[] = {
	{ "update_content", &update_content, ONE_OF },
	{ "replace_content", &replace_content, ONE_OF },
	{ "insert_content", &insert_content, ONE_OF },
	{ "replace_content_range", &replace_range, ONE_OF },
	{ "allow_async", &nt_shape_bool, 0 },
	{ "markdown_version", &markdown_version, 0 },
	{ 0 }
};
static const struct shape markdown_update =
    { .kind = SHAPE_OBJECT, .members = markdown_members };

/* ---- blocks ---- */

static int
append_rule(struct check *c, const struct place *at, struct nt_value v)
{
	return not_both(c, at, v, "position", "after");
}

static const struct member append_members[] = {
	{ "children", &nt_shape_blocks, NEEDED },
	{ "position", &append_position, 0 },
	{ "after", &nt_shape_id, ONLY_2025 },
	{ 0 }
};
static const struct shape append = {
	.kind = SHAPE_OBJECT, .members = append_members, .rule = append_rule
};

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
static const struct shape database_create =
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
static const struct shape database_update =
    { .kind = SHAPE_OBJECT, .members = database_update_members };

static const struct member source_create_members[] = {
	{ "parent", &source_parent, NEEDED },
	{ "properties", &nt_shape_schema_new, NEEDED },
	{ "title", &nt_shape_rich_text, 0 },
	{ "icon", &nt_shape_icon, NULLABLE },
	{ 0 }
};
static const struct shape source_create =
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
static const struct shape source_update =
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
static const struct shape query =
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
static const struct shape search =
    { .kind = SHAPE_OBJECT, .members = search_members };

/* ---- comments ---- */

static const char *const attachment_types[] = { "file_upload", NULL };
static const struct shape attachment_type =
    { .kind = SHAPE_WORD, .words = attachment_types };
static const struct member attachment_members[] = {
	{ "file_upload_id", &nt_shape_id, NEEDED },
	{ "type", &attachment_type, 0 },
	{ 0 }
};
static const struct shape attachment =
    { .kind = SHAPE_OBJECT, .members = attachment_members };
static const struct shape attachments = {
	.kind = SHAPE_ARRAY, .max = NT_ATTACHMENTS_MAX, .of = &attachment
};

static const char *const plain_names[] = { "integration", "user", NULL };
static const struct shape plain_name =
    { .kind = SHAPE_WORD, .words = plain_names };
static const struct member plain_name_members[] = {
	{ "type", &plain_name, NEEDED },
	{ 0 }
};
static const struct shape name_of_user =
    { .kind = SHAPE_OBJECT, .members = plain_name_members };
static const char *const custom_names[] = { "custom", NULL };
static const struct shape custom_name =
    { .kind = SHAPE_WORD, .words = custom_names };
static const struct shape person_name =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_CONTENT_MAX };
static const struct member person_name_members[] = {
	{ "name", &person_name, NEEDED },
	{ 0 }
};
static const struct shape custom =
    { .kind = SHAPE_OBJECT, .members = person_name_members };
static const struct member custom_name_members[] = {
	{ "type", &custom_name, NEEDED },
	{ "custom", &custom, NEEDED },
	{ 0 }
};
static const struct shape name_of_custom =
    { .kind = SHAPE_OBJECT, .members = custom_name_members };
static const struct member display_names[] = {
	{ "", &name_of_user, 0 },
	{ "", &name_of_custom, 0 },
	{ 0 }
};
static const struct shape display_name =
    { .kind = SHAPE_EITHER, .members = display_names };

/* One of two members must be there, and not both. */
static int
one_of_two(struct check *c, const struct place *at, struct nt_value v,
    const char *one, const char *other)
{
	struct nt_value a = nt_value_get(v, one);
	struct nt_value b = nt_value_get(v, other);

	if (nt_value_there(a) && nt_value_there(b))
		return nt_check_should_at(c, at, other, "not present", b);
	if (nt_value_there(a) || nt_value_there(b))
		return 0;
	nt_check_should_at(c, at, one, "defined", a);
	return nt_check_should_at(c, at, other, "defined", b);
}

static int
comment_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (one_of_two(c, at, v, "parent", "discussion_id") == -1)
		return -1;
	return one_of_two(c, at, v, "rich_text", "markdown");
}

static const struct member comment_create_members[] = {
	{ "parent", &comment_parent, 0 },
	{ "discussion_id", &nt_shape_id, 0 },
	{ "rich_text", &nt_shape_rich_text, 0 },
	{ "markdown", &nt_shape_text, 0 },
	{ "attachments", &attachments, 0 },
	{ "display_name", &display_name, 0 },
	{ 0 }
};
static const struct shape comment_create = {
	.kind = SHAPE_OBJECT, .members = comment_create_members,
	.rule = comment_rule
};

static int
comment_text_rule(struct check *c, const struct place *at, struct nt_value v)
{
	return one_of_two(c, at, v, "rich_text", "markdown");
}

static const struct member comment_update_members[] = {
	{ "rich_text", &nt_shape_rich_text, 0 },
	{ "markdown", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape comment_update = {
	.kind = SHAPE_OBJECT, .members = comment_update_members,
	.rule = comment_text_rule
};

/* ---- file uploads ---- */

static int
file_name_rule(struct check *c, const struct place *at, struct nt_value v)
{
	size_t len = nt_value_text(v).len;

	if (len <= NT_UPLOAD_NAME_BYTES_MAX)
		return 0;
	return nt_check_length(c, at, "≤", NT_UPLOAD_NAME_BYTES_MAX, len);
}

static int
upload_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value mode = nt_value_get(v, "mode");
	struct nt_value parts = nt_value_get(v, "number_of_parts");
	struct nt_value url = nt_value_get(v, "external_url");
	int multi = nt_value_text_is(mode, "multi_part");
	int external = nt_value_text_is(mode, "external_url");

	if (multi != nt_value_there(parts))
		return nt_check_should_at(c, at, "number_of_parts", multi ?
		    "defined" : "not present", parts);
	if (external != nt_value_there(url))
		return nt_check_should_at(c, at, "external_url", external ?
		    "defined" : "not present", url);
	if ((multi || external) &&
	    !nt_value_there(nt_value_get(v, "filename")))
		return nt_check_should_at(c, at, "filename", "defined",
		    NT_VALUE_NONE);
	return 0;
}

static const char *const upload_modes[] =
    { "single_part", "multi_part", "external_url", NULL };
static const struct shape upload_mode =
    { .kind = SHAPE_WORD, .words = upload_modes };
static const struct shape upload_name =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_UPLOAD_NAME_BYTES_MAX,
	.rule = file_name_rule };
static const struct shape upload_parts =
    { .kind = SHAPE_INT, .min = 1, .max = NT_UPLOAD_PARTS_MAX };
static const struct member upload_members[] = {
	{ "mode", &upload_mode, 0 },
	{ "filename", &upload_name, 0 },
	{ "content_type", &nt_shape_text, 0 },
	{ "number_of_parts", &upload_parts, 0 },
	{ "external_url", &nt_shape_url, 0 },
	{ 0 }
};
static const struct shape upload_create = {
	.kind = SHAPE_OBJECT, .members = upload_members, .rule = upload_rule
};

/* ---- by form ---- */

static const struct {
	const struct shape *of;
	int update;
} forms[NT_FORM_COUNT] = {
	[NT_FORM_PAGE_CREATE] = { &page_create, 0 },
	[NT_FORM_PAGE_UPDATE] = { &page_update, 1 },
	[NT_FORM_PAGE_MOVE] = { &page_move, 0 },
	[NT_FORM_MARKDOWN_UPDATE] = { &markdown_update, 0 },
	[NT_FORM_APPEND] = { &append, 0 },
	[NT_FORM_BLOCK_UPDATE] = { &nt_shape_block_update, 1 },
	[NT_FORM_DATABASE_CREATE] = { &database_create, 0 },
	[NT_FORM_DATABASE_UPDATE] = { &database_update, 1 },
	[NT_FORM_SOURCE_CREATE] = { &source_create, 0 },
	[NT_FORM_SOURCE_UPDATE] = { &source_update, 1 },
	[NT_FORM_QUERY] = { &query, 0 },
	[NT_FORM_SEARCH] = { &search, 0 },
	[NT_FORM_COMMENT_CREATE] = { &comment_create, 0 },
	[NT_FORM_COMMENT_UPDATE] = { &comment_update, 1 },
	[NT_FORM_UPLOAD_CREATE] = { &upload_create, 0 },
	[NT_FORM_VIEW_CREATE] = { &nt_shape_view_create, 0 },
	[NT_FORM_VIEW_UPDATE] = { &nt_shape_view_update, 1 },
	[NT_FORM_VIEW_QUERY] = { &nt_shape_view_query, 0 }
};

int
nt_form_check(enum nt_form form, enum nt_version version,
    struct nt_value body, struct nt_refusal *why)
{
	return nt_check_body(forms[form].of, version, forms[form].update, body,
	    why);
}
