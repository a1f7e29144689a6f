/* Shapes of rich text, dates, files, icons and covers (api 3.4, 3.5, 3.7). */
#include "internal.h"

#include <string.h>

#include "nt/clock.h"

const struct shape nt_shape_any = { .kind = SHAPE_ANY };
const struct shape nt_shape_bool = { .kind = SHAPE_BOOL };
const struct shape nt_shape_true = { .kind = SHAPE_TRUE };
const struct shape nt_shape_id = { .kind = SHAPE_ID };
const struct shape nt_shape_text = { .kind = SHAPE_TEXT };
const struct shape nt_shape_empty = { .kind = SHAPE_OBJECT };
const struct shape nt_shape_page_size =
    { .kind = SHAPE_INT, .min = 1, .max = NT_PAGE_SIZE_MAX };
const struct shape nt_shape_url = { .kind = SHAPE_TEXT, .max = NT_URL_MAX };

static const char *const color_words[] = {
	"default", "gray", "brown", "orange", "yellow", "green", "blue",
	"purple", "pink", "red", "default_background", "gray_background",
	"brown_background", "orange_background", "yellow_background",
	"green_background", "blue_background", "purple_background",
	"pink_background", "red_background", NULL
};
const struct shape nt_shape_color =
    { .kind = SHAPE_WORD, .words = color_words };

/* ---- dates ---- */

const struct shape nt_shape_date = { .kind = SHAPE_DATE };
const struct shape nt_shape_zone = { .kind = SHAPE_TEXT, .min = 1, .max = 64 };

/* The end is not before the start, and is a moment where that is one. */
static int
date_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct nt_value end = nt_value_get(v, "end");
	struct nt_str from = nt_value_text(nt_value_get(v, "start"));
	struct nt_str to = nt_value_text(end);
	int64_t a, b;

	if (to.p == NULL)
		return 0;
	if (nt_time_parse(from.p, from.len, &a) == -1 ||
	    nt_time_parse(to.p, to.len, &b) == -1)
		return 0;
	if ((from.len == 10) != (to.len == 10))
		return nt_check_should_at(c, at, "end", from.len == 10 ?
		    "a date without a time, as `start` is" :
		    "a date with a time, as `start` is", end);
	if (b < a)
		return nt_check_should_at(c, at, "end", "≥ `start`", end);
	return 0;
}

static const struct member date_members[] = {
	{ "start", &nt_shape_date, NEEDED },
	{ "end", &nt_shape_date, NULLABLE },
	{ "time_zone", &nt_shape_zone, NULLABLE },
	{ 0 }
};
const struct shape nt_shape_date_value = {
	.kind = SHAPE_OBJECT, .members = date_members, .rule = date_rule
};

/* ---- files ---- */

static const struct member external_members[] = {
	{ "url", &nt_shape_url, NEEDED },
	{ 0 }
};
const struct shape nt_shape_external =
    { .kind = SHAPE_OBJECT, .members = external_members };

static const struct member upload_members[] = {
	{ "id", &nt_shape_id, NEEDED },
	{ 0 }
};
const struct shape nt_shape_upload =
    { .kind = SHAPE_OBJECT, .members = upload_members };

const struct shape nt_shape_file_name =
    { .kind = SHAPE_TEXT, .max = NT_FILE_NAME_MAX };

static const struct member cover_members[] = {
	{ "external", &nt_shape_external, ONE_OF },
	{ "file_upload", &nt_shape_upload, ONE_OF },
	{ 0 }
};
const struct shape nt_shape_cover =
    { .kind = SHAPE_OBJECT, .members = cover_members };

/* ---- icons ---- */

static const char *const icon_colors[] = {
	"gray", "lightgray", "brown", "yellow", "orange", "green", "blue",
	"purple", "pink", "red", NULL
};
const struct shape nt_shape_icon_color =
    { .kind = SHAPE_WORD, .words = icon_colors };
static const struct shape shape_icon_name =
    { .kind = SHAPE_TEXT, .min = 1, .max = NT_ICON_NAME_MAX };
static const struct member built_in_members[] = {
	{ "name", &shape_icon_name, NEEDED },
	{ "color", &nt_shape_icon_color, 0 },
	{ 0 }
};
static const struct shape shape_built_in =
    { .kind = SHAPE_OBJECT, .members = built_in_members };
static const struct member emoji_members[] = {
	{ "id", &nt_shape_id, NEEDED },
	{ "name", &nt_shape_text, 0 },
	{ "url", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_custom_emoji =
    { .kind = SHAPE_OBJECT, .members = emoji_members };

static int
emoji_rule(struct check *c, const struct place *at, struct nt_value v)
{
	if (nt_is_emoji(nt_value_text(v)))
		return 0;
	return nt_check_should(c, at, "an emoji", v);
}

static const struct shape shape_emoji =
    { .kind = SHAPE_TEXT, .rule = emoji_rule };
static const struct member icon_members[] = {
	{ "emoji", &shape_emoji, ONE_OF },
	{ "external", &nt_shape_external, ONE_OF },
	{ "file_upload", &nt_shape_upload, ONE_OF },
	{ "custom_emoji", &shape_custom_emoji, ONE_OF },
	{ "icon", &shape_built_in, ONE_OF },
	{ 0 }
};
const struct shape nt_shape_icon =
    { .kind = SHAPE_OBJECT, .members = icon_members };

/* ---- rich text ---- */

static const struct member annotation_members[] = {
	{ "bold", &nt_shape_bool, 0 },
	{ "italic", &nt_shape_bool, 0 },
	{ "strikethrough", &nt_shape_bool, 0 },
	{ "underline", &nt_shape_bool, 0 },
	{ "code", &nt_shape_bool, 0 },
	{ "color", &nt_shape_color, 0 },
	{ 0 }
};
static const struct shape shape_annotations =
    { .kind = SHAPE_OBJECT, .members = annotation_members };

int
nt_is_link(struct nt_str url)
{
	size_t i;

	if (url.len > 0 && url.p[0] == '/')
		return 1;
	for (i = 0; i < url.len && url.p[i] != '/' && url.p[i] != '#'; i++)
		if (i > 0 && (url.p[i] == ':' || url.p[i] == '.') &&
		    url.p[i - 1] != '.')
			return 1;
	return 0;
}

static int
link_rule(struct check *c, const struct place *at, struct nt_value v)
{
	(void)at;
	if (nt_is_link(nt_value_text(v)))
		return 0;
	return nt_check_say(c, "Content creation Failed. Fix the following: "
	    "\nInvalid URL for link.");
}

static const struct shape shape_link_url =
    { .kind = SHAPE_TEXT, .max = NT_URL_MAX, .rule = link_rule };
static const struct member link_members[] = {
	{ "url", &shape_link_url, NEEDED },
	{ "type", &nt_shape_text, 0 },
	{ 0 }
};
static const struct shape shape_link =
    { .kind = SHAPE_OBJECT, .members = link_members };
static const struct shape shape_content =
    { .kind = SHAPE_TEXT, .max = NT_CONTENT_MAX };
static const struct member text_members[] = {
	{ "content", &shape_content, NEEDED },
	{ "link", &shape_link, NULLABLE },
	{ 0 }
};
static const struct shape shape_text_item =
    { .kind = SHAPE_OBJECT, .members = text_members };

const struct shape nt_shape_expression =
    { .kind = SHAPE_TEXT, .max = NT_EXPRESSION_MAX };
static const struct member equation_members[] = {
	{ "expression", &nt_shape_expression, NEEDED },
	{ 0 }
};
static const struct shape shape_equation_item =
    { .kind = SHAPE_OBJECT, .members = equation_members };

/* A user may be sent back whole, as it was read. */
static const struct member reference_members[] = {
	{ "id", &nt_shape_id, NEEDED },
	{ 0 }
};
static const struct shape shape_user_reference = {
	.kind = SHAPE_OBJECT, .loose = 1, .members = reference_members
};
static const struct shape shape_reference =
    { .kind = SHAPE_OBJECT, .members = reference_members };

static const char *const template_dates[] = { "today", "now", NULL };
static const char *const template_users[] = { "me", NULL };
const struct shape nt_shape_template_date =
    { .kind = SHAPE_WORD, .words = template_dates };
const struct shape nt_shape_template_user =
    { .kind = SHAPE_WORD, .words = template_users };
static const struct member template_members[] = {
	{ "template_mention_date", &nt_shape_template_date, ONE_OF },
	{ "template_mention_user", &nt_shape_template_user, ONE_OF },
	{ 0 }
};
static const struct shape shape_template_mention =
    { .kind = SHAPE_OBJECT, .members = template_members };

static const struct member mention_members[] = {
	{ "user", &shape_user_reference, ONE_OF },
	{ "date", &nt_shape_date_value, ONE_OF },
	{ "page", &shape_reference, ONE_OF },
	{ "database", &shape_reference, ONE_OF },
	{ "template_mention", &shape_template_mention, ONE_OF },
	{ "custom_emoji", &shape_custom_emoji, ONE_OF },
	{ 0 }
};
static const struct shape shape_mention =
    { .kind = SHAPE_OBJECT, .members = mention_members };

/* plain_text and href may be sent back; they are not looked at (api 3.5). */
static const struct member item_members[] = {
	{ "text", &shape_text_item, ONE_OF },
	{ "mention", &shape_mention, ONE_OF },
	{ "equation", &shape_equation_item, ONE_OF },
	{ "annotations", &shape_annotations, NULLABLE },
	{ "plain_text", &nt_shape_text, 0 },
	{ "href", &nt_shape_text, NULLABLE },
	{ 0 }
};
static const struct shape shape_item =
    { .kind = SHAPE_OBJECT, .members = item_members };
const struct shape nt_shape_rich_text =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &shape_item };
