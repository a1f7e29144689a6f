/* Shapes of comments and file uploads (api 2.6, 2.7). */
#include "internal.h"

/* ---- comments ---- */

static const struct member comment_parent_members[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "block_id", &nt_shape_id, ONE_OF },
	{ 0 }
};
static const struct shape comment_parent =
    { .kind = SHAPE_OBJECT, .members = comment_parent_members };

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
const struct shape nt_shape_comment_create = {
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
const struct shape nt_shape_comment_update = {
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
const struct shape nt_shape_upload_create = {
	.kind = SHAPE_OBJECT, .members = upload_members, .rule = upload_rule
};
