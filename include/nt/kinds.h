/*
 * kinds - the types of blocks and of properties, and what each may do
 * (api 3.6, 4.2).
 *
 * Calls base and json.  A type we do not know is no error here: its number is
 * 0, and what was read is kept as it is.
 */
#ifndef NT_KINDS_H
#define NT_KINDS_H

#include "nt/json.h"
#include "nt/mem.h"

enum nt_version {
	NT_VERSION_2025_09_03,
	NT_VERSION_2026_03_11
};

/* The version of a Notion-Version header: 0 and *version, or -1. */
int nt_version_scan(struct nt_str text, enum nt_version *version);
const char *nt_version_name(enum nt_version version);

/* ---- blocks ---- */

enum nt_block {
	NT_BLOCK_OTHER,
	NT_BLOCK_PARAGRAPH,
	NT_BLOCK_HEADING_1,
	NT_BLOCK_HEADING_2,
	NT_BLOCK_HEADING_3,
	NT_BLOCK_HEADING_4,
	NT_BLOCK_BULLETED_LIST_ITEM,
	NT_BLOCK_NUMBERED_LIST_ITEM,
	NT_BLOCK_TO_DO,
	NT_BLOCK_TOGGLE,
	NT_BLOCK_QUOTE,
	NT_BLOCK_CALLOUT,
	NT_BLOCK_CODE,
	NT_BLOCK_EQUATION,
	NT_BLOCK_DIVIDER,
	NT_BLOCK_BREADCRUMB,
	NT_BLOCK_TABLE_OF_CONTENTS,
	NT_BLOCK_BOOKMARK,
	NT_BLOCK_EMBED,
	NT_BLOCK_IMAGE,
	NT_BLOCK_VIDEO,
	NT_BLOCK_AUDIO,
	NT_BLOCK_PDF,
	NT_BLOCK_FILE,
	NT_BLOCK_LINK_TO_PAGE,
	NT_BLOCK_LINK_PREVIEW,
	NT_BLOCK_TABLE,
	NT_BLOCK_TABLE_ROW,
	NT_BLOCK_COLUMN_LIST,
	NT_BLOCK_COLUMN,
	NT_BLOCK_TAB,
	NT_BLOCK_SYNCED_BLOCK,
	NT_BLOCK_TEMPLATE,
	NT_BLOCK_CHILD_PAGE,
	NT_BLOCK_CHILD_DATABASE,
	NT_BLOCK_MEETING_NOTES,	/* "transcription" before 2026-03-11 */
	NT_BLOCK_UNSUPPORTED,
	NT_BLOCK_COUNT
};

/* How the content of a type is held, where it can hold any. */
enum nt_block_holds {
	NT_HOLDS_NOTHING,
	NT_HOLDS_BLOCKS,
	NT_HOLDS_IF_TOGGLE,	/* only when is_toggleable */
	NT_HOLDS_ROWS,		/* table_row only */
	NT_HOLDS_COLUMNS,	/* column only */
	NT_HOLDS_TABS		/* paragraph only */
};

struct nt_block_kind {
	const char *name;
	enum nt_block_holds holds;
	int deepest;		/* level at which it may stand in a request */
				/* (api 4.4), from 0; -1: not writable */
	int file;		/* its payload is a file object with caption */
};

/* The kind's row; never NULL. */
const struct nt_block_kind *nt_block_kind(enum nt_block type);

/* By the word in "type"; NT_BLOCK_OTHER if it is none of these. */
enum nt_block nt_block_named(struct nt_str name);

/* Of a block, read or to be written ("type" may be left out there). */
enum nt_block nt_block_of(struct nt_value block);

/* Its payload, the member named as its type; its children in a request. */
struct nt_value nt_block_payload(struct nt_value block);
struct nt_value nt_block_children(struct nt_value block);

/*
 * 1 if a block of this type, with this (stored) payload, may be given child
 * as a child; child NT_BLOCK_OTHER asks whether it may have any at all.
 */
int nt_block_may_hold(enum nt_block type, struct nt_value payload,
    enum nt_block child);

/* ---- files ---- */

/*
 * The file that v holds, if the service hosts it: {"url":...}, which is signed,
 * and "expiry_time" (api 3.4); or NT_JSON_NONE.
 */
struct nt_value nt_hosted_file(struct nt_value v);

/* ---- properties ---- */

enum nt_prop {
	NT_PROP_OTHER,
	NT_PROP_TITLE,
	NT_PROP_RICH_TEXT,
	NT_PROP_NUMBER,
	NT_PROP_SELECT,
	NT_PROP_MULTI_SELECT,
	NT_PROP_STATUS,
	NT_PROP_DATE,
	NT_PROP_PEOPLE,
	NT_PROP_FILES,
	NT_PROP_CHECKBOX,
	NT_PROP_URL,
	NT_PROP_EMAIL,
	NT_PROP_PHONE_NUMBER,
	NT_PROP_RELATION,
	NT_PROP_ROLLUP,
	NT_PROP_FORMULA,
	NT_PROP_CREATED_TIME,
	NT_PROP_CREATED_BY,
	NT_PROP_LAST_EDITED_TIME,
	NT_PROP_LAST_EDITED_BY,
	NT_PROP_UNIQUE_ID,
	NT_PROP_BUTTON,
	NT_PROP_VERIFICATION,
	NT_PROP_PLACE,
	NT_PROP_LOCATION,
	NT_PROP_LAST_VISITED_TIME,
	NT_PROP_COUNT
};

struct nt_prop_kind {
	const char *name;
	int writable;		/* a page write may set it */
	int creatable;		/* a schema write may add it */
	int listed;		/* the property item endpoint always lists it */
	const char *empty;	/* JSON of the value that holds nothing */
};

/* The kind's row; never NULL. */
const struct nt_prop_kind *nt_prop_kind(enum nt_prop type);

/* By name; NT_PROP_OTHER if it is none of these. */
enum nt_prop nt_prop_named(struct nt_str name);

/* Of a schema entry, a page value or a property item, by "type". */
enum nt_prop nt_prop_of(struct nt_value property);

/*
 * Finds a property in a schema or in a page's properties by its name, else by
 * its id, as it is or percent-encoded (api 1.2); NT_JSON_NONE if there is none.
 */
struct nt_value nt_prop_find(struct nt_value properties, struct nt_str key);

/*
 * The same for the property that takes a value of this kind: a title is the
 * only one, whatever it is called.
 */
struct nt_value nt_prop_taking(struct nt_value properties, struct nt_str key,
    enum nt_prop kind);

/* 1 if the word is a colour of an option (api 3.5). */
int nt_option_color_known(struct nt_str word);

#endif
