/*
 * generate - what the parts of the generator share.
 *
 * A record is put together in the generator's line, members in any order and
 * with ' for ", and ends in put_record(), which makes it canonical.  put_*
 * append to that line, write_* write whole records and what belongs to them;
 * these return 0, or -1 and err.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/crypto.h"
#include "nt/err.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/stream.h"

#define USERS 12
#define FILES 64		/* different files */
#define FRAGMENT 160		/* bytes of a parent, as JSON */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct generator {
	uint64_t pages, seed, blocks, rows, depth, big, relation;
	uint64_t edits, edit_seed;
	int comments, files, hot, odd;
	const char *assets;

	uint64_t total;			/* pages there will be */
	uint64_t done;			/* pages written */
	struct nt_writer *out;
	struct nt_json *doc;
	struct nt_buf line;		/* with ' for " */
	char sha256[FILES][NT_SHA256_TEXT];
	size_t size[FILES];
};

/* ---- chance.c: the same for the same numbers ---- */

/* What a number is about, so that equal numbers do not mean equal ids. */
enum about { A_USER = 1, A_DOC, A_ROW, A_DATABASE, A_SOURCE, A_VIEW, A_BLOCK,
	A_COMMENT, A_EXTRA, AN_OPTION };

uint64_t mix(uint64_t a, uint64_t b);
uint64_t salt_of(const struct generator *g, enum about about, uint64_t a,
    uint64_t b);

/* The id that a salt stands for; all ids are made so. */
void id_text(uint64_t salt, char text[NT_ID_TEXT]);
void user_id(const struct generator *g, uint64_t n, char text[NT_ID_TEXT]);

/* Is the page with that number, in the order of the walk, an edited one? */
int is_edited(const struct generator *g, uint64_t n);

/* ---- pieces.c: parts of records, and the bytes of files ---- */

#define PLAIN_STYLE "{'bold':false,'italic':false,'strikethrough':false," \
	"'underline':false,'code':false,'color':'default'}"

void put(struct generator *g, const char *text);
void put_words(struct generator *g, uint64_t salt, unsigned count);

/* One item of rich text; a list of one or two; a list of one, short. */
void put_run(struct generator *g, uint64_t salt, unsigned count);
void put_text(struct generator *g, uint64_t salt, unsigned count);
void put_title(struct generator *g, uint64_t salt);

/* The text of such a title. */
void put_name(struct generator *g, uint64_t salt);

/* A member with a user, with an icon, and the members of a hosted file. */
void put_user(struct generator *g, const char *key, uint64_t n);
void put_icon(struct generator *g, uint64_t salt);
void put_hosted(struct generator *g, uint64_t n);

/* Writes the line as a record, canonical, with " for each ', and clears it. */
int put_record(struct generator *g, struct nt_err *err);

/* Hashes the files there are, and writes them if they are wanted. */
int make_files(struct generator *g, struct nt_err *err);
int write_asset(struct generator *g, const char *kind, const char *id,
    const char *pointer, const char *name, uint64_t n, struct nt_err *err);

/* ---- blocks.c ---- */

#define WRITTEN 4320		/* minutes over which a page is written */

/* A page about to be written, and what its blocks need of it. */
struct page {
	char id[NT_ID_TEXT];
	char created[NT_TIME_TEXT];
	char changed[NT_TIME_TEXT];
	uint64_t salt;
	uint64_t minute;		/* it was created in */
	uint64_t left;			/* blocks still to come */
	uint64_t next;			/* number of the next block */
	uint64_t edit_at;		/* number of the edited one */
	int edited;
	int flat;			/* no block has children */
};

enum shape { TEXT, HEADING, TO_DO, CALLOUT, CODE, DIVIDER, MEDIA, BOOKMARK,
	EQUATION, LIST_OF_COLUMNS, COLUMN, TABLE, TABLE_ROW };

struct block_type {
	const char *name;
	enum shape shape;
	unsigned weight;	/* of a leaf; their sum is 100 */
};

extern const struct block_type toggle, paragraph;

/* A page or database that hangs below a page. */
struct child {
	uint64_t salt;		/* of the page or database */
	int is_database;
	int has_children;
	char parent[FRAGMENT];	/* set when its block is written */
};

/* "parent" of what a page ("page_id") or a block ("block_id") holds. */
void parent_text(char text[FRAGMENT], const char *type, const char *id);

/* Writes the page's next block; its id comes back. */
int write_block(struct generator *g, struct page *page, const char *parent,
    const struct block_type *type, int has_children, char id[NT_ID_TEXT],
    struct nt_err *err);
int write_child_block(struct generator *g, const struct page *page,
    struct child *child, const char *parent, struct nt_err *err);

/* All blocks of a page, those of its child pages in the middle. */
int write_body(struct generator *g, struct page *page,
    struct child *children, size_t count, struct nt_err *err);

/* ---- pages.c ---- */

/* How many blocks a page has before any edit: the mean is g->blocks. */
uint64_t blocks_of(const struct generator *g, uint64_t salt);

void minute_text(uint64_t minute, char text[NT_TIME_TEXT]);

/* Makes ready the page that is written next; blocks is how many it has. */
void start_page(struct generator *g, struct page *page, uint64_t salt,
    uint64_t minute, uint64_t blocks);

/* What all page records share; properties stand in the line already. */
int end_page(struct generator *g, const struct page *page,
    const char *parent, int archived, struct nt_err *err);
int write_comments(struct generator *g, const struct page *page,
    struct nt_err *err);

/* A page that is no row, with its comments and blocks. */
int write_page(struct generator *g, uint64_t salt, const char *parent,
    uint64_t blocks, int flat, struct child *children, size_t count,
    struct nt_err *err);

/* ---- sources.c ---- */

enum sort_of_source { PROJECTS, TASKS, PLAIN_ROWS, HUBS, SPOKES };

struct source {
	enum sort_of_source sort;
	const char *title;
	uint64_t salt;
	uint64_t database;	/* salt of it */
	uint64_t rows;
	struct source *other;	/* the far side of the relation, or NULL */
	const char *relation;	/* name of the relation's property */
	char parent[FRAGMENT];	/* of the database */
};

/* A database and its data sources; blocks is the mean of a row. */
int write_database(struct generator *g, uint64_t salt, const char *parent,
    struct source *sources[], size_t count, uint64_t blocks,
    struct nt_err *err);

#endif
