/*
 * fields - what the payload of each type of block is made of (api 4.2): the
 * way in, stored_block.c, and the way back, writable_block.c, go by it.
 */
#ifndef MODEL_FIELDS_H
#define MODEL_FIELDS_H

#include "nt/kinds.h"

enum field_kind {
	FIELD_RICH_TEXT,	/* default [] */
	FIELD_CAPTION,		/* the same, beside what matters */
	FIELD_COLOR,		/* "default" */
	FIELD_BOOL,		/* false */
	FIELD_ICON,		/* null */
	FIELD_LANGUAGE,		/* left out, and so are those that follow */
	FIELD_EXPRESSION,
	FIELD_URL,
	FIELD_WIDTH,		/* cells of a table's row */
	FIELD_RATIO,		/* of a column */
	FIELD_FILE,		/* "type" and the file */
	FIELD_FILE_NAME,	/* from the file */
	FIELD_TOGGLE,		/* false, but true with children */
	FIELD_CELLS,
	FIELD_TARGET,		/* of link_to_page */
	FIELD_SYNCED_FROM
};

/* name is "" where the field is more than one member. */
struct block_field {
	const char *name;
	enum field_kind kind;
};

/* The type's fields; the list ends with name NULL. */
const struct block_field *nt_block_fields(enum nt_block type);

/* 1 if the fields account for a member of that name, or "children" is it. */
int nt_field_known(const struct block_field *all, struct nt_str name);

/* The members that a link_to_page has one of; the list ends with NULL. */
extern const char *const nt_link_targets[];

#endif
