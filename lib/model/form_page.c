/* Shapes of what is done to pages and to their content (api 2.1, 2.2). */
#include "internal.h"

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

	struct nt_value position = nt_value_get(v, "position");

	/* Rows of a data source, and pages at the top, have no order. */
	if (nt_value_there(position) &&
	    !nt_value_there(nt_value_at(v, "/parent/page_id")))
		return nt_check_should_at(c, at, "position", "not present",
		    position);
	if (nt_check_not_both(c, at, v, "children", "content") == -1 ||
	    nt_check_not_both(c, at, v, "children", "markdown") == -1 ||
	    nt_check_not_both(c, at, v, "content", "markdown") == -1)
		return -1;
	return !templated ? 0 :
	    nt_check_not_both(c, at, v, "template", "children");
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
const struct shape nt_shape_page_create = {
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
const struct shape nt_shape_page_update =
    { .kind = SHAPE_OBJECT, .members = page_update_members };

static const struct member page_move_members[] = {
	{ "parent", &move_parent, NEEDED },
	{ 0 }
};
const struct shape nt_shape_page_move =
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
	return nt_check_not_both(c, at, v, "position", "after");
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
const struct shape nt_shape_markdown_update =
    { .kind = SHAPE_OBJECT, .members = markdown_members };

/* ---- appended blocks ---- */

static int
append_rule(struct check *c, const struct place *at, struct nt_value v)
{
	return nt_check_not_both(c, at, v, "position", "after");
}

static const struct member append_members[] = {
	{ "children", &nt_shape_blocks, NEEDED },
	{ "position", &append_position, 0 },
	{ "after", &nt_shape_id, ONLY_2025 },
	{ 0 }
};
const struct shape nt_shape_append = {
	.kind = SHAPE_OBJECT, .members = append_members, .rule = append_rule
};
