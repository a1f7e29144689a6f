#include "nt/kinds.h"

#include <string.h>

static const char *const version_names[] = {
	[NT_VERSION_2025_09_03] = "2025-09-03",
	[NT_VERSION_2026_03_11] = "2026-03-11"
};

/* Levels are those of api 4.4; -1 are the types no append can make. */
static const struct nt_block_kind blocks[NT_BLOCK_COUNT] = {
	[NT_BLOCK_OTHER] = { "", NT_HOLDS_NOTHING, -1, 0 },
	[NT_BLOCK_PARAGRAPH] = { "paragraph", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_HEADING_1] = { "heading_1", NT_HOLDS_IF_TOGGLE, 2, 0 },
	[NT_BLOCK_HEADING_2] = { "heading_2", NT_HOLDS_IF_TOGGLE, 2, 0 },
	[NT_BLOCK_HEADING_3] = { "heading_3", NT_HOLDS_IF_TOGGLE, 2, 0 },
	[NT_BLOCK_HEADING_4] = { "heading_4", NT_HOLDS_IF_TOGGLE, 2, 0 },
	[NT_BLOCK_BULLETED_LIST_ITEM] =
	    { "bulleted_list_item", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_NUMBERED_LIST_ITEM] =
	    { "numbered_list_item", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_TO_DO] = { "to_do", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_TOGGLE] = { "toggle", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_QUOTE] = { "quote", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_CALLOUT] = { "callout", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_CODE] = { "code", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_EQUATION] = { "equation", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_DIVIDER] = { "divider", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_BREADCRUMB] = { "breadcrumb", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_TABLE_OF_CONTENTS] =
	    { "table_of_contents", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_BOOKMARK] = { "bookmark", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_EMBED] = { "embed", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_IMAGE] = { "image", NT_HOLDS_NOTHING, 2, 1 },
	[NT_BLOCK_VIDEO] = { "video", NT_HOLDS_NOTHING, 2, 1 },
	[NT_BLOCK_AUDIO] = { "audio", NT_HOLDS_NOTHING, 2, 1 },
	[NT_BLOCK_PDF] = { "pdf", NT_HOLDS_NOTHING, 2, 1 },
	[NT_BLOCK_FILE] = { "file", NT_HOLDS_NOTHING, 2, 1 },
	[NT_BLOCK_LINK_TO_PAGE] = { "link_to_page", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_LINK_PREVIEW] = { "link_preview", NT_HOLDS_NOTHING, -1, 0 },
	[NT_BLOCK_TABLE] = { "table", NT_HOLDS_ROWS, 1, 0 },
	[NT_BLOCK_TABLE_ROW] = { "table_row", NT_HOLDS_NOTHING, 2, 0 },
	[NT_BLOCK_COLUMN_LIST] = { "column_list", NT_HOLDS_COLUMNS, 0, 0 },
	[NT_BLOCK_COLUMN] = { "column", NT_HOLDS_BLOCKS, 0, 0 },
	[NT_BLOCK_TAB] = { "tab", NT_HOLDS_TABS, 2, 0 },
	[NT_BLOCK_SYNCED_BLOCK] = { "synced_block", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_TEMPLATE] = { "template", NT_HOLDS_BLOCKS, 2, 0 },
	[NT_BLOCK_CHILD_PAGE] = { "child_page", NT_HOLDS_BLOCKS, -1, 0 },
	[NT_BLOCK_CHILD_DATABASE] =
	    { "child_database", NT_HOLDS_NOTHING, -1, 0 },
	[NT_BLOCK_MEETING_NOTES] = { "meeting_notes", NT_HOLDS_BLOCKS, -1, 0 },
	[NT_BLOCK_UNSUPPORTED] = { "unsupported", NT_HOLDS_NOTHING, -1, 0 }
};

/* name, writable, creatable, listed, empty (api 3.6, 3.9) */
static const struct nt_prop_kind props[NT_PROP_COUNT] = {
	[NT_PROP_OTHER] = { "", 0, 0, 0, "null" },
	[NT_PROP_TITLE] = { "title", 1, 1, 1, "[]" },
	[NT_PROP_RICH_TEXT] = { "rich_text", 1, 1, 1, "[]" },
	[NT_PROP_NUMBER] = { "number", 1, 1, 0, "null" },
	[NT_PROP_SELECT] = { "select", 1, 1, 0, "null" },
	[NT_PROP_MULTI_SELECT] = { "multi_select", 1, 1, 0, "[]" },
	[NT_PROP_STATUS] = { "status", 1, 1, 0, "null" },
	[NT_PROP_DATE] = { "date", 1, 1, 0, "null" },
	[NT_PROP_PEOPLE] = { "people", 1, 1, 1, "[]" },
	[NT_PROP_FILES] = { "files", 1, 1, 0, "[]" },
	[NT_PROP_CHECKBOX] = { "checkbox", 1, 1, 0, "false" },
	[NT_PROP_URL] = { "url", 1, 1, 0, "null" },
	[NT_PROP_EMAIL] = { "email", 1, 1, 0, "null" },
	[NT_PROP_PHONE_NUMBER] = { "phone_number", 1, 1, 0, "null" },
	[NT_PROP_RELATION] = { "relation", 1, 1, 1, "[]" },
	[NT_PROP_ROLLUP] = { "rollup", 0, 1, 1,
	    "{\"type\":\"array\",\"array\":[],"
	    "\"function\":\"show_original\"}" },
	[NT_PROP_FORMULA] = { "formula", 0, 1, 0,
	    "{\"type\":\"string\",\"string\":null}" },
	[NT_PROP_CREATED_TIME] = { "created_time", 0, 1, 0, "null" },
	[NT_PROP_CREATED_BY] = { "created_by", 0, 1, 0, "null" },
	[NT_PROP_LAST_EDITED_TIME] = { "last_edited_time", 0, 1, 0, "null" },
	[NT_PROP_LAST_EDITED_BY] = { "last_edited_by", 0, 1, 0, "null" },
	[NT_PROP_UNIQUE_ID] = { "unique_id", 0, 1, 0,
	    "{\"prefix\":null,\"number\":null}" },
	[NT_PROP_BUTTON] = { "button", 0, 1, 0, "{}" },
	[NT_PROP_VERIFICATION] = { "verification", 1, 0, 0,
	    "{\"state\":\"unverified\",\"verified_by\":null,"
	    "\"date\":null}" },
	[NT_PROP_PLACE] = { "place", 1, 1, 0, "null" },
	[NT_PROP_LOCATION] = { "location", 0, 1, 0, "null" },
	[NT_PROP_LAST_VISITED_TIME] = { "last_visited_time", 0, 1, 0, "null" }
};

static const char *const colors[] = {
	"default", "gray", "brown", "orange", "yellow", "green", "blue",
	"purple", "pink", "red", NULL
};

int
nt_version_scan(struct nt_str text, enum nt_version *version)
{
	size_t i;

	for (i = 0; i < sizeof version_names / sizeof version_names[0]; i++)
		if (nt_str_is(text, version_names[i])) {
			*version = (enum nt_version)i;
			return 0;
		}
	return -1;
}

const char *
nt_version_name(enum nt_version version)
{
	return version_names[version];
}

const struct nt_block_kind *
nt_block_kind(enum nt_block type)
{
	return &blocks[type];
}

enum nt_block
nt_block_named(struct nt_str name)
{
	size_t i;

	for (i = NT_BLOCK_OTHER + 1; i < NT_BLOCK_COUNT; i++)
		if (nt_str_is(name, blocks[i].name))
			return (enum nt_block)i;
	if (nt_str_is(name, "transcription"))
		return NT_BLOCK_MEETING_NOTES;
	return NT_BLOCK_OTHER;
}

enum nt_block
nt_block_of(struct nt_value block)
{
	struct nt_value type = nt_value_get(block, "type");
	struct nt_value e;
	enum nt_block named;

	if (nt_value_there(type))
		return nt_block_named(nt_value_text(type));
	for (e = nt_value_first(block); nt_value_there(e);
	    e = nt_value_next(e)) {
		named = nt_block_named(nt_value_key(e));
		if (named != NT_BLOCK_OTHER)
			return named;
	}
	return NT_BLOCK_OTHER;
}

struct nt_value
nt_block_payload(struct nt_value block)
{
	enum nt_block type = nt_block_of(block);
	struct nt_value payload = nt_value_get(block, blocks[type].name);

	if (type == NT_BLOCK_MEETING_NOTES && !nt_value_there(payload))
		return nt_value_get(block, "transcription");
	if (type == NT_BLOCK_OTHER) {
		struct nt_str name =
		    nt_value_text(nt_value_get(block, "type"));

		return nt_value_get_n(block, name.p, name.len);
	}
	return payload;
}

struct nt_value
nt_block_children(struct nt_value block)
{
	struct nt_value in = nt_value_get(nt_block_payload(block), "children");

	return nt_value_there(in) ? in : nt_value_get(block, "children");
}

int
nt_block_may_hold(enum nt_block type, struct nt_value payload,
    enum nt_block child)
{
	switch (blocks[type].holds) {
	case NT_HOLDS_NOTHING:
		return 0;
	case NT_HOLDS_ROWS:
		return child == NT_BLOCK_TABLE_ROW || child == NT_BLOCK_OTHER;
	case NT_HOLDS_COLUMNS:
		return child == NT_BLOCK_COLUMN || child == NT_BLOCK_OTHER;
	case NT_HOLDS_TABS:
		return child == NT_BLOCK_PARAGRAPH || child == NT_BLOCK_OTHER;
	case NT_HOLDS_IF_TOGGLE:
		if (!nt_value_true(nt_value_get(payload, "is_toggleable")))
			return 0;
		break;
	case NT_HOLDS_BLOCKS:
		break;
	}
	return child != NT_BLOCK_TABLE_ROW && child != NT_BLOCK_COLUMN;
}

/* A property may be called "file", too, but its value has a type and an id. */
struct nt_value
nt_hosted_file(struct nt_value v)
{
	struct nt_value file = nt_value_get(v, "file");
	struct nt_value type = nt_value_get(v, "type");

	if ((nt_value_there(type) && !nt_value_text_is(type, "file")) ||
	    !nt_value_is(nt_value_get(file, "url"), NT_JSON_STRING) ||
	    nt_value_there(nt_value_get(file, "type")) ||
	    nt_value_there(nt_value_get(file, "id")))
		return NT_VALUE_NONE;
	return file;
}

const struct nt_prop_kind *
nt_prop_kind(enum nt_prop type)
{
	return &props[type];
}

enum nt_prop
nt_prop_named(struct nt_str name)
{
	size_t i;

	for (i = NT_PROP_OTHER + 1; i < NT_PROP_COUNT; i++)
		if (nt_str_is(name, props[i].name))
			return (enum nt_prop)i;
	return NT_PROP_OTHER;
}

enum nt_prop
nt_prop_of(struct nt_value property)
{
	struct nt_value type = nt_value_get(property, "type");
	struct nt_value e;
	enum nt_prop named;

	if (nt_value_there(type))
		return nt_prop_named(nt_value_text(type));
	for (e = nt_value_first(property); nt_value_there(e);
	    e = nt_value_next(e)) {
		named = nt_prop_named(nt_value_key(e));
		if (named != NT_PROP_OTHER)
			return named;
	}
	return NT_PROP_OTHER;
}

/* The byte at *i, percent-decoded; *i moves behind it. */
static int
decoded_byte(struct nt_str s, size_t *i)
{
	const char *p = s.p + *i;

	if (*p == '%' && s.len - *i >= 3 && nt_hex_digit(p[1]) >= 0 &&
	    nt_hex_digit(p[2]) >= 0) {
		*i += 3;
		return nt_hex_digit(p[1]) * 16 + nt_hex_digit(p[2]);
	}
	(*i)++;
	return (unsigned char)*p;
}

static int
same_decoded(struct nt_str a, struct nt_str b)
{
	size_t i = 0, j = 0;

	while (i < a.len && j < b.len)
		if (decoded_byte(a, &i) != decoded_byte(b, &j))
			return 0;
	return i == a.len && j == b.len;
}

struct nt_value
nt_prop_find(struct nt_value properties, struct nt_str key)
{
	struct nt_value e = nt_value_get_n(properties, key.p, key.len);

	if (nt_value_there(e))
		return e;
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e))
		if (same_decoded(nt_value_text(nt_value_get(e, "id")), key))
			return e;
	return NT_VALUE_NONE;
}

struct nt_value
nt_prop_taking(struct nt_value properties, struct nt_str key,
    enum nt_prop kind)
{
	struct nt_value found = nt_prop_find(properties, key), e;

	if (kind != NT_PROP_TITLE || nt_prop_of(found) == kind)
		return found;
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_prop_of(e) == kind)
			return e;
	return found;
}

int
nt_option_color_known(struct nt_str word)
{
	size_t i;

	for (i = 0; colors[i] != NULL; i++)
		if (nt_str_is(word, colors[i]))
			return 1;
	return 0;
}
