/* The fields of each type of block. */
#include "fields.h"

#include "internal.h"

#define RICH_TEXT { "rich_text", FIELD_RICH_TEXT }
#define CAPTION { "caption", FIELD_CAPTION }
#define COLOR { "color", FIELD_COLOR }

static const struct block_field paragraph[] =
    { RICH_TEXT, { "icon", FIELD_ICON }, COLOR, { 0 } };
static const struct block_field heading[] =
    { RICH_TEXT, { "is_toggleable", FIELD_TOGGLE }, COLOR, { 0 } };
static const struct block_field item[] =
    { RICH_TEXT, COLOR, { 0 } };
static const struct block_field to_do[] =
    { RICH_TEXT, { "checked", FIELD_BOOL }, COLOR, { 0 } };
static const struct block_field code[] =
    { CAPTION, RICH_TEXT, { "language", FIELD_LANGUAGE }, { 0 } };
static const struct block_field equation[] =
    { { "expression", FIELD_EXPRESSION }, { 0 } };
static const struct block_field only_color[] =
    { COLOR, { 0 } };
static const struct block_field bookmark[] =
    { CAPTION, { "url", FIELD_URL }, { 0 } };
static const struct block_field media[] =
    { CAPTION, { "", FIELD_FILE }, { 0 } };
static const struct block_field file[] =
    { CAPTION, { "", FIELD_FILE }, { "name", FIELD_FILE_NAME }, { 0 } };
static const struct block_field link_to_page[] =
    { { "", FIELD_TARGET }, { 0 } };
static const struct block_field table[] = {
	{ "table_width", FIELD_WIDTH }, { "has_column_header", FIELD_BOOL },
	{ "has_row_header", FIELD_BOOL }, { 0 }
};
static const struct block_field table_row[] =
    { { "cells", FIELD_CELLS }, { 0 } };
static const struct block_field column[] =
    { { "width_ratio", FIELD_RATIO }, { 0 } };
static const struct block_field synced_block[] =
    { { "synced_from", FIELD_SYNCED_FROM }, { 0 } };
static const struct block_field template[] =
    { RICH_TEXT, { 0 } };
static const struct block_field nothing[] =
    { { 0 } };

static const struct block_field *const fields[NT_BLOCK_COUNT] = {
	[NT_BLOCK_PARAGRAPH] = paragraph,
	[NT_BLOCK_HEADING_1] = heading,
	[NT_BLOCK_HEADING_2] = heading,
	[NT_BLOCK_HEADING_3] = heading,
	[NT_BLOCK_HEADING_4] = heading,
	[NT_BLOCK_BULLETED_LIST_ITEM] = item,
	[NT_BLOCK_NUMBERED_LIST_ITEM] = item,
	[NT_BLOCK_TO_DO] = to_do,
	[NT_BLOCK_TOGGLE] = item,
	[NT_BLOCK_QUOTE] = item,
	[NT_BLOCK_CALLOUT] = paragraph,
	[NT_BLOCK_CODE] = code,
	[NT_BLOCK_EQUATION] = equation,
	[NT_BLOCK_DIVIDER] = nothing,
	[NT_BLOCK_BREADCRUMB] = nothing,
	[NT_BLOCK_TABLE_OF_CONTENTS] = only_color,
	[NT_BLOCK_BOOKMARK] = bookmark,
	[NT_BLOCK_EMBED] = bookmark,
	[NT_BLOCK_IMAGE] = media,
	[NT_BLOCK_VIDEO] = media,
	[NT_BLOCK_AUDIO] = media,
	[NT_BLOCK_PDF] = media,
	[NT_BLOCK_FILE] = file,
	[NT_BLOCK_LINK_TO_PAGE] = link_to_page,
	[NT_BLOCK_TABLE] = table,
	[NT_BLOCK_TABLE_ROW] = table_row,
	[NT_BLOCK_COLUMN_LIST] = nothing,
	[NT_BLOCK_COLUMN] = column,
	[NT_BLOCK_TAB] = nothing,
	[NT_BLOCK_SYNCED_BLOCK] = synced_block,
	[NT_BLOCK_TEMPLATE] = template
};

const char *const nt_link_targets[] =
    { "page_id", "database_id", "comment_id", NULL };

const struct block_field *
nt_block_fields(enum nt_block type)
{
	return fields[type] == NULL ? nothing : fields[type];
}

int
nt_field_known(const struct block_field *all, struct nt_str name)
{
	static const char *const of_files[] =
	    { "type", "external", "file", "file_upload", NULL };
	static const char *const of_targets[] = { "type", NULL };
	const struct block_field *f;

	for (f = all; f->name != NULL; f++) {
		if (nt_str_is(name, f->name) ||
		    (f->kind == FIELD_FILE && nt_is_one_of(name, of_files)))
			return 1;
		if (f->kind == FIELD_TARGET &&
		    (nt_is_one_of(name, of_targets) ||
		    nt_is_one_of(name, nt_link_targets)))
			return 1;
	}
	return nt_str_is(name, "children");
}
