/*
 * Shapes of blocks: what each type is made of when it is created or changed
 * (api 4.2, 4.3), and how deep one request may nest them (api 4.4).
 */
#include "internal.h"

#include <string.h>

static shape_rule children_rule;

/* Checked by hand, for it goes by the parent and the level. */
static const struct shape shape_children =
    { .kind = SHAPE_ANY, .rule = children_rule };

#define RICH_TEXT(flags) { "rich_text", &nt_shape_rich_text, flags }
#define COLOR { "color", &nt_shape_color, 0 }
#define CHILDREN { "children", &shape_children, 0 }

/* An icon of null is read, but may not be written. */
static const struct member paragraph[] = {
	RICH_TEXT(NEEDED_NEW), COLOR, { "icon", &nt_shape_icon, 0 },
	CHILDREN, { 0 }
};
static const struct member heading[] = {
	RICH_TEXT(NEEDED), COLOR, { "is_toggleable", &nt_shape_bool, 0 },
	CHILDREN, { 0 }
};
static const struct member list_item[] = {
	RICH_TEXT(NEEDED), COLOR, CHILDREN, { 0 }
};
static const struct member to_do[] = {
	RICH_TEXT(NEEDED_NEW), COLOR, { "checked", &nt_shape_bool, 0 },
	CHILDREN, { 0 }
};
static const struct member callout[] = {
	RICH_TEXT(NEEDED_NEW), COLOR, { "icon", &nt_shape_icon, 0 },
	CHILDREN, { 0 }
};

static const char *const languages[] = {
	"abap", "abc", "agda", "arduino", "ascii art", "assembly", "bash",
	"basic", "bnf", "c", "c#", "c++", "clojure", "coffeescript", "coq",
	"css", "dart", "dhall", "diff", "docker", "ebnf", "elixir", "elm",
	"erlang", "f#", "flow", "fortran", "gherkin", "glsl", "go", "graphql",
	"groovy", "haskell", "hcl", "html", "idris", "java", "javascript",
	"json", "julia", "kotlin", "latex", "less", "lisp", "livescript",
	"llvm ir", "lua", "makefile", "markdown", "markup", "matlab",
	"mathematica", "mermaid", "nix", "notion formula", "objective-c",
	"ocaml", "pascal", "perl", "php", "plain text", "powershell",
	"prolog", "protobuf", "purescript", "python", "r", "racket", "reason",
	"ruby", "rust", "sass", "scala", "scheme", "scss", "shell",
	"smalltalk", "solidity", "sql", "swift", "toml", "typescript",
	"vb.net", "verilog", "vhdl", "visual basic", "webassembly", "xml",
	"yaml", "java/c/c++/c#", NULL
};
const struct shape nt_shape_language =
    { .kind = SHAPE_WORD, .words = languages };
static const struct member code[] = {
	RICH_TEXT(NEEDED_NEW), { "language", &nt_shape_language, NEEDED_NEW },
	{ "caption", &nt_shape_rich_text, 0 }, { 0 }
};

static const struct member equation[] = {
	{ "expression", &nt_shape_expression, NEEDED }, { 0 }
};
static const struct member only_color[] = { COLOR, { 0 } };
static const struct member bookmark[] = {
	{ "url", &nt_shape_url, NEEDED_NEW },
	{ "caption", &nt_shape_rich_text, 0 },
	{ 0 }
};
static const struct member media[] = {
	{ "external", &nt_shape_external, ONE_OF },
	{ "file_upload", &nt_shape_upload, ONE_OF },
	{ "caption", &nt_shape_rich_text, 0 }, { 0 }
};
static const struct member file[] = {
	{ "external", &nt_shape_external, ONE_OF },
	{ "file_upload", &nt_shape_upload, ONE_OF },
	{ "caption", &nt_shape_rich_text, 0 },
	{ "name", &nt_shape_file_name, 0 },
	{ 0 }
};
static const struct member link_to_page[] = {
	{ "page_id", &nt_shape_id, ONE_OF },
	{ "database_id", &nt_shape_id, ONE_OF },
	{ "comment_id", &nt_shape_id, ONE_OF }, { 0 }
};

static const struct shape shape_width =
    { .kind = SHAPE_INT, .min = 1, .max = NT_ARRAY_MAX };
static const struct shape shape_cells =
    { .kind = SHAPE_ARRAY, .max = NT_ARRAY_MAX, .of = &nt_shape_rich_text };
static const struct member table[] = {
	{ "table_width", &shape_width, NEEDED_NEW | ONLY_NEW },
	{ "has_column_header", &nt_shape_bool, 0 },
	{ "has_row_header", &nt_shape_bool, 0 },
	{ "children", &shape_children, NEEDED_NEW }, { 0 }
};
static const struct member table_row[] = {
	{ "cells", &shape_cells, NEEDED }, { 0 }
};

static int
ratio_rule(struct check *c, const struct place *at, struct nt_value v)
{
	double ratio = nt_value_number(v);

	if (ratio > 0 && ratio <= 1)
		return 0;
	return nt_check_should(c, at, "a number between `0` and `1`", v);
}

static const struct shape shape_ratio =
    { .kind = SHAPE_NUMBER, .rule = ratio_rule };
static const struct member column_list[] = {
	{ "children", &shape_children, NEEDED_NEW }, { 0 }
};
static const struct member column[] = {
	{ "width_ratio", &shape_ratio, 0 },
	{ "children", &shape_children, NEEDED_NEW }, { 0 }
};
static const struct member tab[] = { CHILDREN, { 0 } };

static const struct member synced_from_members[] = {
	{ "type", &nt_shape_text, 0 },
	{ "block_id", &nt_shape_id, NEEDED }, { 0 }
};
static const struct shape shape_synced_from =
    { .kind = SHAPE_OBJECT, .members = synced_from_members };
static const struct member synced_block[] = {
	{ "synced_from", &shape_synced_from, NULLABLE | NEEDED_NEW },
	CHILDREN, { 0 }
};
static const struct member template[] = {
	RICH_TEXT(NEEDED), CHILDREN, { 0 }
};
static const struct member nothing[] = { { 0 } };

/* In the order in which the service lists what a block could have been. */
static const struct row {
	enum nt_block type;
	const struct member *members;
} rows[] = {
	{ NT_BLOCK_EMBED, bookmark },
	{ NT_BLOCK_BOOKMARK, bookmark },
	{ NT_BLOCK_IMAGE, media },
	{ NT_BLOCK_VIDEO, media },
	{ NT_BLOCK_PDF, media },
	{ NT_BLOCK_FILE, file },
	{ NT_BLOCK_AUDIO, media },
	{ NT_BLOCK_CODE, code },
	{ NT_BLOCK_EQUATION, equation },
	{ NT_BLOCK_DIVIDER, nothing },
	{ NT_BLOCK_BREADCRUMB, nothing },
	{ NT_BLOCK_TAB, tab },
	{ NT_BLOCK_TABLE_OF_CONTENTS, only_color },
	{ NT_BLOCK_LINK_TO_PAGE, link_to_page },
	{ NT_BLOCK_TABLE_ROW, table_row },
	{ NT_BLOCK_TABLE, table },
	{ NT_BLOCK_COLUMN_LIST, column_list },
	{ NT_BLOCK_COLUMN, column },
	{ NT_BLOCK_HEADING_1, heading },
	{ NT_BLOCK_HEADING_2, heading },
	{ NT_BLOCK_HEADING_3, heading },
	{ NT_BLOCK_HEADING_4, heading },
	{ NT_BLOCK_PARAGRAPH, paragraph },
	{ NT_BLOCK_BULLETED_LIST_ITEM, list_item },
	{ NT_BLOCK_NUMBERED_LIST_ITEM, list_item },
	{ NT_BLOCK_QUOTE, list_item },
	{ NT_BLOCK_TO_DO, to_do },
	{ NT_BLOCK_TOGGLE, list_item },
	{ NT_BLOCK_TEMPLATE, template },
	{ NT_BLOCK_CALLOUT, callout },
	{ NT_BLOCK_SYNCED_BLOCK, synced_block }
};
#define ROWS (sizeof rows / sizeof rows[0])

static const struct row *
row_of(enum nt_block type)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (rows[i].type == type)
			return &rows[i];
	return NULL;
}

/* Whether a block of this type may stand in a list at that level (api 4.4). */
static int
may_stand(enum nt_block parent, enum nt_block type, int level)
{
	if (nt_block_kind(type)->deepest < level)
		return 0;
	switch (nt_block_kind(parent)->holds) {
	case NT_HOLDS_ROWS:
		return type == NT_BLOCK_TABLE_ROW;
	case NT_HOLDS_COLUMNS:
		return type == NT_BLOCK_COLUMN;
	case NT_HOLDS_TABS:
		return type == NT_BLOCK_PARAGRAPH;
	default:
		break;
	}
	/* at the top the parent is not known: it may be a table */
	return parent == NT_BLOCK_OTHER || (type != NT_BLOCK_TABLE_ROW &&
	    type != NT_BLOCK_COLUMN);
}

/* Checks a payload by its type's row. */
static int
check_payload(struct check *c, const struct place *at, const struct row *row,
    struct nt_value v)
{
	struct shape shape = { .kind = SHAPE_OBJECT };
	struct place in = { .up = at };
	enum nt_block parent = c->parent;
	int status;

	in.key = nt_str_of(nt_block_kind(row->type)->name);
	shape.members = row->members;
	shape.none = c->update;
	c->parent = row->type;
	status = nt_check_shape(c, &in, &shape, v);
	c->parent = parent;
	return status;
}

/* Other members than "object", "type" and the type key are none. */
static int
check_keys(struct check *c, const struct place *at, struct nt_value block,
    const char *type, const char *const *more)
{
	struct nt_value e;

	for (e = nt_value_first(block); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct place in = { .up = at, .key = nt_value_key(e) };
		const char *const *known = more;

		if (nt_str_is(in.key, "type") || nt_str_is(in.key, type))
			continue;
		while (*known != NULL && !nt_str_is(in.key, *known))
			known++;
		if (*known == NULL)
			return nt_check_absent(c, &in, e);
	}
	return 0;
}

/* Each row of a new table is as wide as the table says. */
static int
check_width(struct check *c, struct nt_value table_payload)
{
	struct nt_value row;
	int64_t width = nt_value_int(nt_value_get(table_payload,
	    "table_width"));

	row = nt_value_first(nt_value_get(table_payload, "children"));
	for (; nt_value_there(row); row = nt_value_next(row))
		if (nt_value_count(nt_value_at(row, "/table_row/cells")) !=
		    (size_t)width)
			return nt_check_say(c, "Content creation Failed. Fix "
			    "the following: \nNumber of cells in table row "
			    "must match the table width of the parent table");
	return 0;
}

/* An image is shown from the web, so its address must be one of the web. */
static int
check_image(struct check *c, struct nt_value payload)
{
	struct nt_str url = nt_value_text(nt_value_at(payload,
	    "/external/url"));

	if (url.p == NULL || (url.len > 7 &&
	    memcmp(url.p, "http://", 7) == 0) || (url.len > 8 &&
	    memcmp(url.p, "https://", 8) == 0))
		return 0;
	return nt_check_say(c, "Content creation Failed. Fix the following: "
	    "\nInvalid image url.");
}

/* What a payload must be beyond its own members. */
static int
check_holder(struct check *c, const struct place *at, enum nt_block type,
    struct nt_value payload)
{
	struct nt_value children = nt_value_get(payload, "children");
	struct place in = { .up = at, .key = NT_STR("synced_block") };

	if (type == NT_BLOCK_IMAGE)
		return check_image(c, payload);
	if (nt_value_count(children) == 0)
		return 0;
	if (type == NT_BLOCK_TABLE)
		return check_width(c, payload);
	if (type == NT_BLOCK_SYNCED_BLOCK &&
	    nt_value_is(nt_value_get(payload, "synced_from"), NT_JSON_OBJECT))
		return nt_check_should_at(c, &in, "children", "not present",
		    children);
	return 0;
}

static int
try_block(struct check *c, const struct place *at, struct nt_value block,
    const char *name, size_t i, const void *of)
{
	static const char *const more[] = { "object", NULL };
	const char *const type_word[] = { name, NULL };
	const struct row *row = row_of(nt_block_named(nt_str_of(name)));
	struct nt_value type = nt_value_get(block, "type");
	struct nt_value payload = nt_value_get(block, name);

	(void)i;
	(void)of;
	if (check_payload(c, at, row, payload) == -1 ||
	    check_holder(c, at, row->type, payload) == -1)
		return -1;
	if (nt_value_there(type) && !nt_value_text_is(type, name))
		return nt_check_words(c, at, "type", type_word, OPTIONAL,
		    type);
	return check_keys(c, at, block, name, more);
}

static int
check_block(struct check *c, const struct place *at, struct nt_value block)
{
	const char *names[ROWS];
	size_t i, n = 0;

	if (!nt_value_is(block, NT_JSON_OBJECT))
		return nt_check_should(c, at, "an object", block);
	if (++c->blocks > NT_BLOCKS_MAX)
		return nt_check_say(c, "body failed validation: body should "
		    "contain ≤ `%d` blocks, instead there were more.",
		    NT_BLOCKS_MAX);
	for (i = 0; i < ROWS; i++)
		if (may_stand(c->parent, rows[i].type, c->level))
			names[n++] = nt_block_kind(rows[i].type)->name;
	return nt_check_choice(c, at, block, names, n, try_block, NULL);
}

/* How many children a type must be given when it is made. */
static size_t
fewest(enum nt_block parent)
{
	return parent == NT_BLOCK_COLUMN_LIST ? NT_COLUMNS_MIN :
	    parent == NT_BLOCK_TABLE ? 1 : 0;
}

static int
children_rule(struct check *c, const struct place *at, struct nt_value v)
{
	struct place in = { .up = at };
	enum nt_block parent = c->parent;
	int level = c->level, status = 0;
	struct nt_value e;

	if (!nt_value_is(v, NT_JSON_ARRAY))
		return nt_check_should(c, at, "an array", v);
	if (nt_value_count(v) > NT_ARRAY_MAX)
		return nt_check_length(c, at, "≤", NT_ARRAY_MAX,
		    nt_value_count(v));
	/* an empty list says nothing: the service lets it pass anywhere */
	if (c->update || level == NT_LEVEL_DEEPEST)
		return nt_value_count(v) == 0 ? 0 :
		    nt_check_absent(c, at, v);
	if (nt_value_count(v) < fewest(parent))
		return nt_check_length(c, at, "≥", (int)fewest(parent),
		    nt_value_count(v));
	c->level = parent == NT_BLOCK_COLUMN_LIST ? level : level + 1;
	for (e = nt_value_first(v); status == 0 && nt_value_there(e);
	    e = nt_value_next(e), in.index++)
		status = check_block(c, &in, e);
	c->level = level;
	return status;
}

const struct shape nt_shape_blocks =
    { .kind = SHAPE_ANY, .rule = children_rule };

/* ---- PATCH of one block ---- */

static int
update_rule(struct check *c, const struct place *at, struct nt_value v)
{
	static const char *const more_2025[] =
	    { "object", "in_trash", "archived", NULL };
	static const char *const more_2026[] = { "object", "in_trash", NULL };
	const char *const *more = c->version == NT_VERSION_2025_09_03 ?
	    more_2025 : more_2026;
	const struct row *row = NULL;
	const char *name = "type";
	struct nt_value e;
	size_t i;

	for (i = 1; more[i] != NULL; i++) {
		e = nt_value_get(v, more[i]);
		if (nt_value_there(e) && !nt_value_is(e, NT_JSON_BOOL))
			return nt_check_should_at(c, at, more[i], "a boolean",
			    e);
	}
	for (i = 0; i < ROWS; i++) {
		e = nt_value_get(v, nt_block_kind(rows[i].type)->name);
		if (!nt_value_there(e))
			continue;
		if (row != NULL)
			return nt_check_should_at(c, at,
			    nt_block_kind(rows[i].type)->name, "not present",
			    e);
		row = &rows[i];
	}
	if (row != NULL) {
		name = nt_block_kind(row->type)->name;
		if (check_payload(c, at, row, nt_value_get(v, name)) == -1)
			return -1;
	}
	return check_keys(c, at, v, name, more);
}

const struct shape nt_shape_block_update =
    { .kind = SHAPE_OBJECT, .loose = 1, .rule = update_rule };
