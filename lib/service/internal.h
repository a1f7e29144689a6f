/*
 * What the files of room service share.
 *
 *	service.c	open, close; a request from its gate to its answer
 *	route.c		which handler answers which path
 *	turn.c		arguments, refusals, lists: what handlers need
 *	store.c load.c	objects in SQLite; a stream into them
 *	render.c	an object as the answer shows it: cut, signed, versioned
 *	list.c		results kept for their cursors
 *	the others	one subject of the API each
 */
#ifndef NT_SERVICE_INTERNAL_H
#define NT_SERVICE_INTERNAL_H

#include "nt/clock.h"
#include "nt/db.h"
#include "nt/form.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/limits.h"
#include "nt/refusal.h"
#include "nt/service.h"
#include "nt/stored.h"

/* ---- objects in the store ---- */

/* The numbers are kept in the state file: never change one. */
enum nt_what {
	NT_A_PAGE = 1,
	NT_A_DATABASE = 2,
	NT_A_DATA_SOURCE = 3,
	NT_A_BLOCK = 4,
	NT_A_VIEW = 5,
	NT_A_COMMENT = 6,
	NT_A_USER = 7,
	NT_AN_EMOJI = 8,
	NT_AN_UPLOAD = 9
};

enum nt_state {
	NT_LIVE = 0,
	NT_ARCHIVED = 1,	/* pages: is_archived, and not in the trash */
	NT_TRASHED = 2
};

/* What keeps an object from being answered as it is stored. */
#define NT_SHAPE_FILES 1	/* hosted files, whose links are signed */
#define NT_SHAPE_LONG 2		/* a property over 25 references */
#define NT_SHAPE_LINKS 4	/* relations, whose targets may be in trash */

/* An object; the text is lent until the statement behind it moves on. */
struct nt_object {
	int64_t row;		/* 0: none */
	struct nt_id id;
	enum nt_what what;
	int64_t parent;		/* row of what holds it; 0: nothing here */
	enum nt_state state;
	int64_t position;	/* among its siblings */
	int64_t created, edited;
	int shape;
	struct nt_id link;	/* a view's data source, a comment's
				   discussion; else nil */
	struct nt_str json;	/* canonical */
};

/* ---- the service ---- */

#define NT_SECRET_BYTES 32

struct nt_service {
	struct nt_db *db;
	struct nt_service_config config;
	char *base;
	uint8_t secret[NT_SECRET_BYTES];	/* signs links */
	struct nt_json *body_doc;	/* of the request */
	struct nt_json *doc, *doc2;	/* of stored objects */
	struct nt_json *render_doc;	/* of what is being rendered */
	struct nt_lists *lists;
	uint64_t generation;	/* counts the writes */
	int changed;		/* since the last snapshot; kept, too */
	struct nt_id_map *hidden;	/* pages put in the trash here */
	int hidden_changed;	/* it has to be read anew */
	uint64_t requests;
	int64_t window_start;	/* of the rate limit */
	unsigned window_used;
	struct nt_id me;	/* the bot that the token belongs to */
	struct nt_buf me_json;
	char *me_name;
	struct nt_buf trace;
	int aside;		/* the bytes of assets that came with what was
				   loaded, or -1; see asset.c */
	struct nt_id_map *places;	/* of each, in it */
};

#define NT_ARGS_MAX 128		/* of a query string */
#define NT_PATH_IDS_MAX 2

struct nt_arg {
	char *name, *value;	/* decoded; both in one allocation at name */
};

/* One request while it is being answered. */
struct nt_turn {
	struct nt_service *svc;
	struct nt_db *db;
	const struct nt_service_request *request;
	struct nt_service_answer *answer;
	struct nt_buf *out;	/* of the answer */
	enum nt_version version;
	const struct nt_route *route;
	struct nt_id id[NT_PATH_IDS_MAX];	/* each {x_id} of the path */
	char *part;		/* {x} of the path, decoded, or NULL */
	struct nt_arg args[NT_ARGS_MAX];
	size_t nargs;
	struct nt_value body;	/* an object; {} if none was sent */
	int64_t now;		/* milliseconds */
	char minute[NT_TIME_TEXT];	/* now, as new objects say it */
	char request_id[NT_ID_TEXT];
	struct nt_refusal why;	/* why a handler returned -1 */
	char more[256];		/* additional_data of it, or "" */
	char unready[160];	/* why a thing that is there cannot be used */
	struct nt_buf scratch;
};

/* 0 when the answer stands in out, or -1 and t->why. */
typedef int nt_handler(struct nt_turn *t);

#define NT_NO_FORM (-1)	/* the body is JSON that nothing is said about */
#define NT_NO_JSON (-2)	/* the body is none */

struct nt_route {
	const char *method;
	const char *pattern;	/* "/v1/pages/{page_id}" */
	nt_handler *handler;
	const char *args;	/* those of the query string, space between */
	int form;		/* enum nt_form of the body, or NT_NO_* */
	int writes;		/* a transaction is needed */
	unsigned needs;		/* NT_MAY_* (api 1.7); 0: any token may */
};

/* route.c */
const struct nt_route *nt_route_find(struct nt_turn *t);
int nt_route_path(struct nt_turn *t);

/* ---- turn.c ---- */

/* The value of an argument of the query string, NULL if there is none. */
const char *nt_turn_arg(const struct nt_turn *t, const char *name);

/* 1 if the bytes of what stand somewhere in text. */
int nt_contains(struct nt_str text, struct nt_str what);

/* Where a list starts and how long it may be (api 1.6), from args or body. */
struct nt_page_of {
	size_t size;
	char cursor[NT_ID_TEXT];	/* "" at the start */
};

int nt_turn_paging(struct nt_turn *t, struct nt_page_of *page);
int nt_refuse_cursor(struct nt_turn *t, const char *cursor);

/* Reads an id that stands at where, as "body.parent.page_id": 0, or -1. */
int nt_turn_id(struct nt_turn *t, const char *where, struct nt_str text,
    struct nt_id *id);

/* 404 object_not_found for what is called name: "page", "block". */
int nt_refuse_missing(struct nt_turn *t, const char *name,
    const struct nt_id *id);

/*
 * Finds what the path means: 0, *o and *hold, or -1 with a 404, or with what
 * the id is instead (api 10.3); then there is nothing to give back.
 */
int nt_find(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_object *o, struct nt_stmt **hold);

/* Answers with what the id of the path means; -1 as above. */
int nt_answer_found(struct nt_turn *t, enum nt_what what);

/*
 * Where a list of such things goes on: the one that the cursor names, without
 * its text; at the start created and position are the least there are.  0, or
 * -1 when the cursor names none.
 */
int nt_list_start(struct nt_turn *t, const struct nt_page_of *page,
    enum nt_what what, struct nt_object *start);

/*
 * Answers with the rows of a statement that selects NT_OBJECT_COLUMNS, and
 * ends it: at most size, the one behind them being the cursor, and if name is
 * not NULL only those called so.
 */
void nt_list_rows(struct nt_turn *t, struct nt_stmt *s, size_t size,
    const char *type, const char *name);

/* Bodies of lists: open, objects, close. */
void nt_list_open(struct nt_turn *t);
void nt_list_next(struct nt_turn *t);	/* before each but the first */
void nt_list_close(struct nt_turn *t, const char *type, const char *cursor);

/* Ends an object answered alone: puts in the request_id. */
void nt_turn_stamp(struct nt_turn *t);

/* Answers with one object. */
int nt_turn_object(struct nt_turn *t, const struct nt_object *o);

/*
 * filter_properties: 1 if any were given; refuses one that is not among the
 * properties; 1 if this property is meant by one.
 */
int nt_turn_selects(const struct nt_turn *t);
int nt_turn_check_wanted(struct nt_turn *t, struct nt_value properties);
int nt_turn_wants(const struct nt_turn *t, struct nt_value properties,
    struct nt_value property);

/* ---- store.c ---- */

int nt_store_open(struct nt_service *svc, struct nt_err *err);

/* Notes, as a part of the transaction, that something changed. */
void nt_store_mark(struct nt_service *svc);

/* Finds by id: 1 and *o, or 0.  *hold has the statement; always end it. */
int nt_store_get(struct nt_db *db, const struct nt_id *id, enum nt_what what,
    struct nt_object *o, struct nt_stmt **hold);
int nt_store_get_row(struct nt_db *db, int64_t row, struct nt_object *o,
    struct nt_stmt **hold);

/* Reads the present row of a statement that selects NT_OBJECT_COLUMNS. */
#define NT_OBJECT_COLUMNS \
	"row, id, kind, parent, state, position, created, edited, shape, " \
	"link, json"
void nt_store_read(struct nt_stmt *s, struct nt_object *o);

/* The row of an object, 0 if there is none. */
int64_t nt_store_row(struct nt_db *db, const struct nt_id *id,
    enum nt_what what);

/* Adds; o->row is set.  0 if there was one with that id and kind already. */
int nt_store_add(struct nt_db *db, struct nt_object *o, struct nt_str title);

/* Replaces text, edited, shape and title of o->row. */
void nt_store_text(struct nt_db *db, const struct nt_object *o,
    struct nt_str title);

/* ---- render.c ---- */

/* Appends the object as the version shows it. */
void nt_render(struct nt_turn *t, const struct nt_object *o);

/* The bits NT_SHAPE_* of a canonical object; value is the same, parsed. */
int nt_render_shape(enum nt_what what, struct nt_str json,
    struct nt_value value);

/* The same with marks for links signed, for property items. */
void nt_render_value(struct nt_turn *t, struct nt_value v);

/* ---- asset.c ---- */

/*
 * Sees that the bytes of an asset can be had as long as the workspace, from
 * the folder of assets or what is loaded: 1, 0 if neither has them, or -1.
 */
int nt_asset_keep(struct nt_service *svc, const struct nt_service_source *from,
    struct nt_str sha, struct nt_str type, struct nt_err *err);

/* The file with the bytes that are not in the store, *at where: fd or -1. */
int nt_asset_open(struct nt_service *svc, struct nt_str sha, off_t *at);

/* ---- files.c ---- */

/* Path of the link to bytes that are here: "/files/SHA/NAME", appended. */
void nt_file_path(struct nt_buf *out, const char *sha, struct nt_str name);

/* Appends a signed link for the stored url; sets its end, too. */
void nt_file_sign(struct nt_turn *t, struct nt_str url, struct nt_buf *out,
    char expiry[NT_TIME_TEXT]);

/* 1 if a stored url is a link to bytes that are here; and their hash. */
int nt_file_is_ours(struct nt_str url);
int nt_file_sha(struct nt_str url, struct nt_str *sha);

/* Answers GET /files/...; not JSON. */
void nt_file_answer(struct nt_turn *t);

/* ---- list.c ---- */

struct nt_result {
	int64_t *rows;
	size_t count;
	int incomplete;		/* there would be more */
};

struct nt_list_key {
	uint8_t hash[8];	/* of the question */
	uint32_t generation;
};

struct nt_lists *nt_lists_new(void);
void nt_lists_free(struct nt_lists *lists);
void nt_lists_drop(struct nt_lists *lists, const struct nt_list_key *key);

/* The kept result of that key, or NULL; lent until the next put. */
const struct nt_result *nt_lists_get(struct nt_lists *lists,
    const struct nt_list_key *key);

/* Keeps a result, whose rows are given to it; forgets the oldest. */
const struct nt_result *nt_lists_put(struct nt_lists *lists,
    const struct nt_list_key *key, const struct nt_result *result);

/* Key and offset as the text of a cursor, and back: 0, or -1. */
void nt_cursor_format(const struct nt_list_key *key, size_t offset,
    char text[NT_ID_TEXT]);
int nt_cursor_scan(const char *text, struct nt_list_key *key, size_t *offset);

/*
 * Answers a slice of a result: make() fills a new one when there is no kept
 * one.  hash is of the question.
 */
typedef int nt_result_make(struct nt_turn *t, void *arg,
    struct nt_result *result);
int nt_list_answer(struct nt_turn *t, const uint8_t hash[8],
    nt_result_make *make, void *arg);
void nt_result_add(struct nt_result *r, int64_t row);

/*
 * load.c: the parts of an object that the store keeps beside its text; and
 * its title with the case folded, for pages and data sources, else p NULL.
 */
int nt_object_of(struct nt_value v, enum nt_what what, struct nt_object *o,
    struct nt_err *err);
struct nt_str nt_object_title(struct nt_value v, enum nt_what what,
    struct nt_buf *room);

/* ---- edit.c: objects that are being changed ---- */

/* An object in a copy of its own, parsed; changes are seen by nt_save(). */
struct nt_held {
	struct nt_object o;	/* json is not set */
	struct nt_buf text;
	struct nt_json *doc;
	struct nt_value v;
};

/* As nt_find(): 0, or -1 and nothing to release. */
int nt_hold(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_held *h);
/* 1, or 0 when there is no such thing. */
int nt_hold_id(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_held *h);
int nt_hold_row(struct nt_turn *t, int64_t row, struct nt_held *h);
void nt_release(struct nt_held *h);

/* Stores the changes made to h->v; then look-ups see them, too. */
void nt_save(struct nt_turn *t, struct nt_held *h);

/* Says that it was edited now, by the bot. */
void nt_touch(struct nt_turn *t, struct nt_held *h);

/* The same for the page around a block (or the page itself), and saves. */
void nt_touch_page(struct nt_turn *t, int64_t row);

/* Sets has_children of the block, or of the page's block, as it is now. */
void nt_count_children(struct nt_turn *t, int64_t row);

/*
 * Stores a new object.  json is complete but not canonical.  o->row, id and
 * the rest are set but for o->json.
 */
void nt_create(struct nt_turn *t, enum nt_what what, int64_t parent,
    int64_t position, struct nt_str json, struct nt_object *o);

/* A position behind the last of the parent's children of that kind. */
int64_t nt_position_last(struct nt_turn *t, int64_t parent,
    enum nt_what what);

/* Moves the parent's children of that kind behind a position on by n. */
void nt_shift(struct nt_turn *t, int64_t parent, enum nt_what what,
    int64_t behind, size_t n);

/* Answers with the object as it is stored now. */
int nt_answer_row(struct nt_turn *t, int64_t row);

/* "created_time", "created_by" and the same of the last edit, and a comma. */
void nt_put_birth(struct nt_turn *t, struct nt_buf *out);

/* Refuses to edit what is in the trash, by itself or with its page (10.3). */
int nt_check_live(struct nt_turn *t, const struct nt_object *o);

/* in_trash of a body (or archived, before 2026-03-11): 1, 0, -1 if none. */
int nt_body_trash(const struct nt_turn *t);

/* ---- save_record.c ---- */

#define NT_SAVED_BASE "http://127.0.0.1"	/* of our links, without a port */

/*
 * Writes the record of what is held as a fetch would, which changes the copy,
 * and those of its files: 0, or -1.
 */
int nt_record_write(struct nt_turn *t, struct nt_writer *out,
    struct nt_held *h, struct nt_err *err);

/* ---- the rest of the writing ---- */

/* world.c: what room model may ask. */
struct nt_world nt_world_of(struct nt_turn *t);

/*
 * trash.c: into the trash, or back, with all that is below; takes out of a
 * list of relation values those that went there.
 */
void nt_trash(struct nt_turn *t, const struct nt_id *id, int in);
int nt_trash_hides(struct nt_turn *t, struct nt_value relation_item);
int nt_trash_has_any(struct nt_turn *t);

/*
 * Into the trash, or back, with what is held, if the body says so: 0, or -1 if
 * it changes more than that of what is in the trash.  h->v may be read anew.
 */
int nt_trash_held(struct nt_turn *t, struct nt_held *h);

/* block_write.c: adds blocks of a request under a page or block. */
struct nt_place {
	const char *type;	/* "page_id" or "block_id" */
	struct nt_id id;
	int64_t row;
	int64_t at;		/* position of the first */
};

int nt_add_blocks(struct nt_turn *t, const struct nt_place *place,
    struct nt_value list);

/* Refuses what no page can hold by itself: a column, a row of a table. */
int nt_check_page_children(struct nt_turn *t, struct nt_value list);

/* Finds where n new children go; makes room for them.  position may be none. */
int nt_find_place(struct nt_turn *t, struct nt_place *place,
    struct nt_value position, size_t n);

/* Adds the child_page or child_database block of a new page or database. */
void nt_add_child_block(struct nt_turn *t, const struct nt_place *place,
    const struct nt_id *id, const char *type, struct nt_str title);

/* page_write.c: where a page goes: a page, a data source or the workspace. */
struct nt_home {
	struct nt_held held;	/* doc NULL: the workspace */
	struct nt_place place;	/* under a page */
};

int nt_home_find(struct nt_turn *t, struct nt_value parent,
    struct nt_home *home);
void nt_home_free(struct nt_home *home);
void nt_home_put(const struct nt_home *home, struct nt_buf *out);

/*
 * page_move.c: refuses to move a page or database below itself or to where it
 * is; takes its block out of where it was and puts one where it goes; sets its
 * parent, and saves it.
 */
int nt_move_check(struct nt_turn *t, const struct nt_home *home,
    const struct nt_held *moved);
int nt_move_block(struct nt_turn *t, struct nt_home *home,
    const struct nt_held *moved);
void nt_move_save(struct nt_turn *t, const struct nt_home *home,
    struct nt_held *moved);

/*
 * row_write.c: the properties of a page in a data source, appended to out;
 * page is NULL for a new one.  New options go into the data source.
 */
int nt_source_properties(struct nt_turn *t, struct nt_held *source,
    const struct nt_held *page, struct nt_value given, struct nt_buf *out);

/*
 * Fills in what a row tells of itself in properties that are new to it: when
 * it was made and by whom, and its number.
 */
void nt_fill_row(struct nt_turn *t, const struct nt_held *source,
    struct nt_held *page);

void nt_put_url(struct nt_buf *out, struct nt_str title,
    const struct nt_id *id);

/* Sets icon and cover, or the flags named, where the body says so. */
int nt_set_pictures(struct nt_turn *t, struct nt_held *h);
void nt_set_flags(struct nt_turn *t, struct nt_held *h,
    const char *const names[]);

/* database_write.c: the same for an array of rich text. */
int nt_set_text(struct nt_turn *t, struct nt_held *h, const char *name);
int nt_add_source(struct nt_turn *t, const struct nt_id *id,
    const struct nt_held *database, struct nt_value properties);

/*
 * view_write.c: the row that views of a database hang on, 0 if there is none;
 * the first view of a data source.
 */
int64_t nt_view_holder(struct nt_turn *t, const struct nt_id *database);
void nt_add_view(struct nt_turn *t, const struct nt_held *database,
    const struct nt_id *source);
void nt_list_sources(struct nt_turn *t, struct nt_held *database);

/*
 * schema_links.c: after a write of a schema that was old.  Makes the
 * counterparts of new dual relations, drops those of relations that are gone,
 * completes rollups and tells the new names; saves all.  Refuses what leads
 * nowhere.
 */
int nt_complete_relations(struct nt_turn *t, struct nt_held *source,
    struct nt_value old);

/* source_write.c: the properties of the rows after a change of the schema. */
void nt_reshape_rows(struct nt_turn *t, const struct nt_held *source);

/* multipart.c: what stands between the boundaries; lent from the body. */
struct nt_form_part {
	struct nt_str name, filename, type;	/* p NULL: none */
	struct nt_str bytes;
};

/* type is the Content-Type.  0 and how many parts there are, or -1. */
int nt_multipart(const char *type, struct nt_str body,
    struct nt_form_part parts[], size_t max, size_t *count);

/* query.c: the rows of a data source that pass, in the order of the sorts. */
int nt_query_rows(struct nt_turn *t, const struct nt_held *source,
    struct nt_value filter, struct nt_value sorts, int archived,
    struct nt_result *r);

/* upload.c: looks at the clock; the link to its bytes. */
void nt_upload_expire(struct nt_turn *t, struct nt_held *upload);
void nt_upload_path(struct nt_turn *t, const struct nt_held *upload,
    struct nt_buf *path);

/*
 * markdown_text.c: rich text; text with its marks escaped (line breaks only,
 * if plain); before, a link to what the id means, and a quote and '>' behind
 * it; a colour by its other name.
 */
void nt_md_text(struct nt_buf *out, struct nt_value items);
void nt_md_escaped(struct nt_buf *out, struct nt_str text, int plain);
void nt_md_url(struct nt_buf *out, const char *before, struct nt_str id);
void nt_md_color(struct nt_buf *out, struct nt_str color);

/* relation.c: both sides of dual relations after a page's write. */
void nt_relate(struct nt_turn *t, struct nt_value schema,
    const struct nt_id *page, struct nt_value old, struct nt_value new);

/* user.c */
void nt_user_find_me(struct nt_service *svc);

/* block.c */
int64_t nt_block_holder(struct nt_turn *t, const struct nt_id *id);

/* ---- handlers ---- */

nt_handler nt_on_block_get, nt_on_block_children, nt_on_block_append,
    nt_on_block_update, nt_on_block_delete;
nt_handler nt_on_comment_get, nt_on_comment_list, nt_on_comment_create,
    nt_on_comment_update, nt_on_comment_delete;
nt_handler nt_on_database_get, nt_on_database_create, nt_on_database_update;
nt_handler nt_on_emoji_list;
nt_handler nt_on_page_get, nt_on_page_property, nt_on_page_create,
    nt_on_page_update, nt_on_page_move;
nt_handler nt_on_query;
nt_handler nt_on_search;
nt_handler nt_on_source_get, nt_on_source_templates, nt_on_source_create,
    nt_on_source_update;
nt_handler nt_on_upload_create, nt_on_upload_send, nt_on_upload_complete,
    nt_on_upload_get, nt_on_upload_list;
nt_handler nt_on_user_get, nt_on_user_list, nt_on_user_me;
nt_handler nt_on_markdown_get;
nt_handler nt_on_view_get, nt_on_view_list, nt_on_view_create,
    nt_on_view_update, nt_on_view_delete;
nt_handler nt_on_view_query, nt_on_view_results, nt_on_view_forget;

#endif
