/*
 * Private to the walk.
 *
 * The walk is one list of items in the order of the output.  An item is either
 * a text, records that are ready, or work: a request, or something that makes
 * further items.  Work done puts what it led to in its own place, before
 * itself, and removes itself; so the order never depends on which answer came
 * first.  What stands at the front as text is written out.  The first work of
 * the list that waits is started first, and none that has more than a window
 * of text before it, so the front always moves and memory stays bounded.
 */
#ifndef NT_WALK_INTERNAL_H
#define NT_WALK_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/api.h"
#include "nt/buf.h"
#include "nt/crypto.h"
#include "nt/files.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/seen.h"
#include "nt/spool.h"
#include "nt/stream.h"
#include "nt/walk.h"

#define WINDOW_BYTES ((size_t)2 << 20)	/* text before what is started */
#define TEXT_BYTES ((size_t)64 << 10)	/* a text that takes no more records */
#define OVERLAP_MS (2 * 60 * 1000)	/* times are rounded (api 7) */
#define BATCH 100			/* items made at a time */
#define BLOCK_DEPTH_MAX 1000		/* blocks in blocks */
#define DOWNLOADS_MAX 4		/* files at a time */
#define CURSOR_MAX 4096			/* bytes of a next_cursor */
#define EMPTY_MAX 1000			/* parts of a list without an entry */
#define LIST_PARTS_MAX 10000		/* parts of a list: a million entries */
#define WINDOWS_MAX 1000		/* of a query: ten million rows */

/* ---- items: list.c ---- */

enum item_state {
	ITEM_WAITS,	/* to be started */
	ITEM_RUNS,	/* its request is out */
	ITEM_RESTS	/* until something else wakes it */
};

/* What a dry run does with work. */
enum price {
	PRICE_LISTING,	/* does it */
	PRICE_REQUEST,	/* counts a request */
	PRICE_FILE	/* counts a file */
};

struct item;

struct verb {
	size_t size;		/* of the struct that begins with the item */
	enum price price;
	int last;		/* starts only once all before it is written */
	int follows;		/* does not keep its scope open */
	int (*ready)(struct item *it);	/* may it start, or NULL: it may */
	void (*start)(struct item *it);
	void (*answer)(struct item *it, const struct nt_reply *reply);
	void (*clear)(struct item *it);	/* frees what it owns, or NULL */
};

struct item {
	struct item *prev;
	struct item *next;
	struct nt_walk *walk;
	const struct verb *verb;	/* NULL: a text */
	struct scope *scope;		/* held, or NULL */
	enum item_state state;
};

/* Something met that has a record of its own further down. */
struct ref {
	struct nt_id id;
	enum nt_kind kind;
};

struct refs {
	struct ref *list;
	size_t count;
	size_t room;
};

void refs_add(struct refs *refs, const struct nt_id *id, enum nt_kind kind);

/* Records that are ready, each behind a struct frame; record.c fills it. */
struct text {
	struct item item;
	struct nt_buf buf;
	struct refs kids;	/* child pages and databases, in order */
};

/*
 * The blocks of one page, while any item belongs to them.  Its children can be
 * walked once no work is open, for then all child blocks are known.
 */
struct scope {
	unsigned holders;
	unsigned open;		/* work that may still find children */
	struct nt_id id;
	struct item *follower;	/* the item that walks the children */
	struct refs kids;	/* of texts that are written already */
};

/* Makes an item before at, waiting; all but the header is zero. */
void *item_before(struct item *at, const struct verb *verb,
    struct scope *scope);

/* Takes it out and frees it. */
void item_remove(struct item *it);

/* A text before at and of its scope that takes a record now. */
struct text *text_before(struct item *at, struct scope *scope);

/* Where the records go that take the place of the item. */
struct nt_buf *text_of(struct item *at);

struct scope *scope_new(const struct nt_id *id);
void scope_drop(struct scope *scope);

/* Starts and writes as long as there is something to. */
int list_turn(struct nt_walk *w, struct nt_err *err);
void list_free(struct nt_walk *w);

/* ---- records: record.c, clean.c ---- */

enum {
	FRAME_LASTING = 1,	/* an error that time does not cure */
	FRAME_UNSUPPORTED = 2,	/* a block of that type */
	FRAME_ONCE = 4		/* written only the first time */
};

struct frame {
	uint32_t len;		/* of the line behind it, without LF */
	uint8_t kind;
	uint8_t flags;
};

void record_line(struct nt_buf *out, enum nt_kind kind, struct nt_str line,
    unsigned flags);

/* Canonical, with the changes made to it. */
void record_value(struct nt_buf *out, enum nt_kind kind, struct nt_value v,
    unsigned flags);

/* What an error or a loss is about. */
struct subject {
	const char *kind;		/* "page" */
	const struct nt_id *id;		/* NULL: a list of them */
	const char *parent_type;	/* "page_id", or NULL */
	const struct nt_id *parent;
};

void error_reply(struct nt_buf *out, const struct subject *s,
    const struct nt_reply *reply);
void error_text(struct nt_buf *out, const struct subject *s, const char *code,
    const char *message);
void loss_text(struct nt_buf *out, const struct subject *s, const char *pointer,
    const char *reason, unsigned flags);

/* 1 if the value is an object of that kind and has an id, which is read. */
int object_is(struct nt_value v, enum nt_kind kind, struct nt_id *id);

/* The id in a member, 1, or 0. */
int member_id(struct nt_value v, const char *name, struct nt_id *id);
int64_t member_time(struct nt_value v, const char *name);

/* Marks what differs in each answer as dropped, unless --raw. */
void clean_value(struct nt_walk *w, struct nt_value v);

/* ---- requests: request.c ---- */

/* Where a list is being read; all zero at its beginning. */
struct pager {
	char *cursor;
	char *mark;		/* a former cursor, to notice circles */
	unsigned steps;
	unsigned empty;		/* parts without an entry, one after another */
};

void pager_clear(struct pager *p);

/* 1 if there is a next part, 0 at the end, -1 and why for a bad answer. */
int pager_next(struct pager *p, struct nt_value list, const char **why);

/*
 * The same for an item that reads a list: 1 and it waits for its next part, or
 * 0 at the end, which an error record says if the answer was bad.
 */
int list_goes_on(struct item *it, struct pager *p, struct nt_value list,
    const struct subject *s);

/* The same for a caller that has its way with a list that is cut (api 1.6). */
int pager_step(struct pager *p, struct nt_value list, const char **why);

/* 1 if the service says that it has more than it gives. */
int list_is_cut(struct nt_value list);

/* Appends page_size and start_cursor as members of a body. */
void pager_body(const struct pager *p, struct nt_json_out *o);

/* Sends a GET for the item. */
void item_get(struct item *it, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void item_get_list(struct item *it, const struct pager *p, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/*
 * Asks the search (api 2.4), by the time of the last edit, for the objects of
 * that name, all if NULL, or with trash for those in it.
 */
void item_search(struct item *it, const struct pager *p, const char *object,
    const char *direction, int trash);

int reply_ok(const struct nt_reply *reply);
int reply_is(const struct nt_reply *reply, int status, const char *code);

/* ---- what is known of the workspace: known.c ---- */

/* How a search result is kept; its object follows unless len is 0. */
struct listed {
	struct nt_id id;
	struct nt_id parent;	/* nil: the workspace, or none */
	struct nt_id database;	/* of a data source */
	int64_t created;
	int64_t edited;
	uint64_t title;		/* of a page, see title_hash() */
	uint32_t len;
	uint8_t kind;
	uint8_t inside;		/* how parent relates, enum inside */
	uint8_t trashed;
};

enum inside {
	INSIDE_NOTHING,		/* the workspace, or a parent of unknown kind */
	INSIDE_PAGE,
	INSIDE_SOURCE,
	INSIDE_BLOCK,		/* no search shows those */
	INSIDE_DATABASE
};

/* 1 if nobody had it, then it is the caller's to read. */
int known_claim(struct nt_walk *w, const struct nt_id *id);
int known_claimed(struct nt_walk *w, const struct nt_id *id);
int known_listed(const struct nt_walk *w, const struct nt_id *id);

/* Keeps a listed object, with its text if keep; 0 if it was there. */
int known_add(struct nt_walk *w, struct nt_value v, enum nt_kind kind,
    const struct nt_id *id, int keep);

/* How the object's parent (of a data source, its database's) relates. */
enum inside known_parent(struct nt_value v, enum nt_kind kind,
    struct nt_id *parent);

/* Walks what is listed, or with unread only what nobody claimed. */
int known_each(struct nt_walk *w, size_t *at, int unread, struct listed *l);

/* Parses the kept text of the object: 1 and *v, 0 if there is none. */
int known_object(struct nt_walk *w, const struct nt_id *id,
    struct nt_value *v);
int known_get(struct nt_walk *w, const struct nt_id *id, struct listed *l);

/* ---- things read by their id: thing.c ---- */

struct view_group;
struct quick;

/* A page, database, data source or block to be read. */
struct thing {
	struct item item;
	enum nt_kind kind;
	struct nt_id id;
	int claimed;		/* by whoever made the item */
	int shy;		/* 404 is an expected loss, see shy_reason */
	int former;		/* it may be gone, or in the trash */
	int told;		/* ... which is told as a loss */
	const char *parent_type;
	struct nt_id parent;
	struct view_group *views;	/* of a data source in its database */
};

struct thing *thing_before(struct item *at, enum nt_kind kind,
    const struct nt_id *id);

/* ---- kinds: page.c, complete.c, block.c, comment.c, database.c, rows.c,
   row_list.c ---- */

void page_put(struct item *at, struct nt_value page, const struct nt_id *id);
void children_before(struct item *at, struct scope *scope);

/* A property value of a page that the API cut. */
struct cut {
	struct cut *next;
	char *name;
	char *id;		/* as it stands in a path; NULL: it must not */
	char *type;
	size_t shown;		/* elements that the page has */
};

struct cut *cuts_find(struct nt_value page);
void cut_free(struct cut *cut);
void complete_before(struct item *at, struct scope *scope,
    struct nt_value page, const struct nt_id *id, struct cut *cuts);

/* The way from a page down to a block, to notice circles. */
struct path;

void blocks_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct path *up);
void block_root_put(struct item *at, struct nt_value block,
    const struct nt_id *id);
void block_put(struct item *at, struct scope *scope, struct nt_value block,
    struct path *up);

/* What a block means for the walk. */
struct block_sense {
	struct nt_str type;
	unsigned flags;		/* of its frame */
	int is_child;		/* a page or database of its own */
	int is_copy;		/* of a synced block */
};

struct block_sense block_note(struct text *text, struct nt_value block,
    const struct nt_id *id);

void comments_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id);

/* The record and its files. */
void record_put(struct item *at, struct nt_value v, enum nt_kind kind,
    const struct nt_id *id);

void database_put(struct item *at, struct nt_value database,
    const struct nt_id *id);
void source_put(struct item *at, struct nt_value source,
    const struct nt_id *id, struct view_group *views);

struct view_group *views_before(struct item *at, const char *by,
    const struct nt_id *id);
void views_of_source_before(struct item *at, struct view_group *group,
    const struct nt_id *source);
void view_group_owns(struct view_group *group, const struct nt_id *source);
void view_group_hold(struct view_group *group);
void view_group_drop(struct view_group *group);

void rows_before(struct item *at, const struct nt_id *source);

/* A row as the search lists it, or as it stands in the base. */
struct listed_row {
	struct nt_id source;
	int64_t created;
	struct nt_id id;
	int of_base;
};

struct row_list {
	struct listed_row *rows;
	size_t count;
	size_t room;
};

void row_list_add(struct row_list *l, struct listed_row row);
void row_list_sort(struct row_list *l);	/* by source, created_time, id */
void row_list_free(struct row_list *l);

/* The rows of a data source in a sorted list, and how many. */
const struct listed_row *row_list_of(const struct row_list *l,
    const struct nt_id *source, size_t *count);

/* Rows from what is listed; only archived ones may be asked for. */
void rows_listed_before(struct item *at, const struct nt_id *source,
    const struct row_list *rows, int archived);

/* ---- beginnings and ends: lists.c, search.c, roots.c, edited.c ---- */

void lists_before(struct item *at);
void search_before(struct item *at);
void climb_before(struct item *at);
void plan_before(struct item *at, int first);
void named_before(struct item *at);
void rest_before(struct item *at);
void edited_before(struct item *at);

/* ---- files: asset.c, store.c ---- */

/* Makes an item for each, behind the record that holds them; frees the list. */
void assets_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct nt_found_file *files);

/* One of which only the place in its owner is known. */
void asset_again(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct nt_str pointer, struct nt_str name);

/* A file in the folder. */
struct stored {
	char sha256[NT_SHA256_TEXT];
	uint64_t size;
	char content_type[128];
};

struct store;

int store_open(struct store **store, const char *folder, struct nt_err *err);
void store_free(struct store *store);

/* 1 if the file that the link led to is there. */
int store_find(struct store *store, const char *url, struct stored *s);
int store_has(struct store *store, const char *sha256, uint64_t size);

/* A download of ours: its partial file, locked against other runs. */
struct part {
	int fd;
	uint64_t have;		/* bytes of it that are there */
	char path[4200];
};

int store_part(struct store *store, const char *url, struct part *part,
    struct nt_err *err);

/*
 * Hashes what the part holds, gives it its name, and notes where the link
 * led.  s has the type already.  The part is closed in any case.
 */
int store_keep(struct store *store, const char *url, struct part *part,
    struct stored *s, struct nt_err *err);

/* Closes it; without keep also removes it. */
void store_leave(struct part *part, int keep);

/* ---- a former stream: base.c, copy.c, child.c, mention.c,
   quick.c ---- */

struct base;

int base_open(struct nt_walk *w, const char *path, struct nt_err *err);
void base_free(struct base *base);

/* -1 and the reason if the base is known to be another workspace's. */
int base_check_workspace(const struct nt_walk *w, struct nt_value bot,
    struct nt_err *err);

/* Finds and parses a record: 1 and *v, lent until the next call, or 0. */
int base_find(struct nt_walk *w, enum nt_kind kind, const struct nt_id *id,
    struct nt_value *v);

/*
 * The record of a page that the base has, lent as known_object() lends: 1 and
 * *v, or 0 and the walk has failed.
 */
int base_page(struct nt_walk *w, const struct nt_id *id, struct nt_value *v);

/* 1 if it is of the share that is read again today all the same (--recheck). */
int base_rechecked(const struct nt_walk *w, const struct nt_id *id);

/* 1 if an edit at that time, in ms, surely was before the base began. */
int base_saw(const struct nt_walk *w, int64_t edited);

/* 1 and the base's record if the object need not be read again. */
int base_same(struct nt_walk *w, enum nt_kind kind, struct nt_value v,
    const struct nt_id *id, struct nt_value *old);

/* The same of a page: fills in cut values and takes them off *cuts. */
int base_has(struct nt_walk *w, struct nt_value page, const struct nt_id *id,
    struct cut **cuts);

/* Where the record found last ends, and whole lines from a place on. */
uint64_t base_behind(const struct nt_walk *w);
int base_lines(struct nt_walk *w, uint64_t at, struct nt_str *lines);

/* How many rows a data source had, and those of them that were archived. */
uint64_t base_rows(const struct nt_walk *w, const struct nt_id *source);
const struct listed_row *base_archived(const struct nt_walk *w,
    const struct nt_id *source, size_t *count);
int base_holds(const struct nt_walk *w, const struct nt_id *id);
int base_is_root(const struct nt_walk *w, const struct nt_id *block);

/*
 * Walks the pages and databases that nobody claimed and that are inside of
 * nothing else the base has; with blocks those in blocks, of which it does not
 * know the page.  *created is when it was made.
 */
int base_each_lost(struct nt_walk *w, size_t *at, int blocks, struct ref *lost,
    int64_t *created);

/* What stands behind the record that was found last: a page's blocks ... */
void base_copy_before(struct item *at, struct scope *scope);

/* ... or the views, and with files the files, of a database or data source. */
void base_copy_head(struct item *at, int files);

/* What stands for the page's title, 0 if it has none. */
uint64_t title_hash(struct nt_value page);

/* 1 if a block of the base names a listed page by a former name. */
int mentions_are_stale(struct nt_walk *w, struct nt_value block);

/*
 * A block of the base that says what something else is called: of a child, or
 * with NT_KIND_OTHER one that is known to say it wrong.
 */
void child_before(struct item *at, enum nt_kind kind, const struct nt_id *id,
    struct nt_str line);

/* With --quick: 1 if the database was put before at from base and search. */
int quick_put(struct item *at, const struct nt_id *database);

/* When it was made, if that can be done: 1, or 0. */
int quick_created(struct nt_walk *w, const struct nt_id *database,
    int64_t *created);
void quick_free(struct quick *quick);

/* "none", "pages", "blocks". */
const char *comments_word(enum nt_walk_comments comments);

/* ---- the walk itself: walk.c ---- */

struct nt_walk {
	struct nt_walk_plan plan;
	struct nt_api *api;
	struct nt_writer *out;
	struct item list;		/* its ring begins and ends here */
	struct nt_json *doc;		/* what is read back */
	struct nt_json *base_doc;	/* a line of the base */
	struct nt_buf text;		/* of doc */
	struct nt_buf scratch;		/* paths and bodies */
	struct nt_id_map *known;	/* pages and the like that are listed */
	struct nt_spool *listed;
	struct nt_seen *seen;		/* the rest of them, and all others */
	struct nt_id_map *named;	/* blocks that are roots, or NULL */
	struct nt_id_map *originals;	/* synced blocks: 0 wanted, 1 met */
	size_t wanted;			/* of those, wanted */
	struct base *base;
	struct quick *quick;		/* NULL until it is asked */
	struct store *store;		/* not in a dry run */
	struct asset *downloading;
	unsigned downloads;
	int64_t started;
	int began;			/* the snapshot record is written */
	int done;
	int no_comments;		/* the token may not read them */
	int said_no_comments;
	int failed;			/* err says why nothing more can be */
	struct nt_err err;
	uint64_t unsupported;
	struct nt_buf edited;		/* what was, meanwhile: entries of an
					   array */
	int edited_known;		/* the search has told all of it */
	struct nt_walk_stats stats;
	struct nt_walk_price price;
};

/*
 * 1 if no record of that kind and id was put before.  What moves while it is
 * read is met in two places.
 */
int walk_first(struct nt_walk *w, enum nt_kind kind, const struct nt_id *id);

/* Ends the walk with an error that is not of one object. */
void walk_fail(struct nt_walk *w, const struct nt_err *err);

/* Writes the snapshot record; me is the bot user, or none. */
void walk_begin(struct nt_walk *w, struct nt_value me);

#endif
