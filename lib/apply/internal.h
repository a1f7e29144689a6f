/*
 * apply, inside.
 *
 *	apply.c		open, begin, the passes, one step of the loop
 *	node.c		the changes, as a tree of what is to be there
 *	journal.c	intents and outcomes on disk, and read again
 *	step.c		one write: sent, its answer read, done or refused
 *	probe.c		was it done?  reads back after an unclear answer
 *	job.c		who sends next: queues and reads
 *	target.c	what the write forms ask of the workspace
 *	batch.c		blocks of one request
 *	body.c		writes the blocks of a page
 *	page.c rows.c	makes pages, and those of a data source
 *	database.c schema.c	makes databases; their properties
 *	relation.c view.c comment.c flag.c	what can only be done last
 *	provenance.c	times and authors, kept in properties of their own
 *	into.c		rows that go into a database which is there
 *	upload.c user.c	files, people
 *	setup.c		what is there before anything is written
 *	present.c	in place: what is there already, or in the trash
 *	edit.c update.c	changes of what is there
 *	move.c copy.c	blocks that move: made again, with what is in them
 *	compare.c	relations, before any is written
 *	whole.c		reads that without what the service cuts off
 *	result.c	what came of each change
 */
#ifndef NT_APPLY_INTERNAL_H
#define NT_APPLY_INTERNAL_H

#include "nt/apply.h"
#include "nt/buf.h"
#include "nt/change.h"
#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/limits.h"
#include "nt/spool.h"
#include "nt/writable.h"

/* ---- node.c ---- */

enum nt_op {
	NT_OP_CREATE,
	NT_OP_UPDATE,
	NT_OP_MOVE,
	NT_OP_TRASH,
	NT_OP_UNTRASH,
	NT_OP_DELETE,
	NT_OP_NONE		/* it is there, and takes what is created */
};

enum nt_node_state {
	NT_NODE_WANTED,
	NT_NODE_DONE,
	NT_NODE_SKIPPED,	/* there is nothing to do about it */
	NT_NODE_LOST,		/* no form to write it in, and that was told */
	NT_NODE_REFUSED		/* by the service, or it has moved on */
};

#define NT_NODE_STANDS 1	/* a page or database: a block stands for it */
#define NT_NODE_RELATE 2	/* a page: relations are yet to be written */
#define NT_NODE_RESERVED 4	/* a column: holds a paragraph of ours that
				   has to go again */
#define NT_NODE_FINISHED 8	/* views, comments or flags are done */
#define NT_NODE_BROUGHT 16	/* out of the trash, with what is below it */
#define NT_NODE_COMPARED 16	/* an update: it was what it was made from */
#define NT_NODE_RETEXT 32	/* a page: all its properties are, once more */
#define NT_NODE_CROWDED 64	/* a page: a relation is written from afar */
#define NT_NODE_FLAGGED 128	/* locked, archived or in the trash */

/*
 * One change.  Number 0 is the page that takes the roots.  A body item is a
 * block, or a page or database that no block stands for.
 */
struct nt_node {
	struct nt_id id;	/* in the snapshot */
	struct nt_id to;	/* in the workspace; nil: not known */
	uint64_t at;		/* of the change's line, in lines */
	uint32_t len;
	uint32_t parent;	/* what it hangs on */
	uint32_t first, last;	/* what hangs on it, in order */
	uint32_t next;
	uint32_t cursor;	/* the first item that is not there; 0: none */
	uint32_t extra;		/* pages in it that belong into its blocks */
	uint32_t filled;	/* blocks of ours that are in it */
	uint32_t passed;	/* of these, before the cursor */
	uint8_t kind;		/* enum nt_kind */
	uint8_t op;
	uint8_t block;		/* enum nt_block, of a block */
	uint8_t state;
	uint8_t parts;		/* blocks that it became, of which so many */
	uint8_t counted;	/* are in the filled of what holds it */
	uint8_t flags;
	uint8_t asked;		/* an edit was sent, whether it was done was
				   not told */
};

/* A page before the first write, in lines. */
struct nt_kept {
	uint32_t node;
	uint64_t at;
	size_t len;
};

struct nt_job;

/* Why a change was refused; few are. */
struct nt_refused {
	uint32_t node;
	int status;
	char code[64];
	char message[400];
	struct nt_refused *next;
};

struct nt_node *nt_node(struct nt_apply *a, uint32_t n);

/*
 * In place: hangs what hangs on nothing in the stream on nodes that stand for
 * the pages, blocks and data sources that it was in.
 */
void nt_node_hang_in_place(struct nt_apply *a);

/* Makes number 0, the page that takes the roots. */
void nt_node_root(struct nt_apply *a);

/* Adds a change: 0, or -1. */
int nt_node_take(struct nt_apply *a, const struct nt_record *rec,
    struct nt_err *err);

/* Adds a node with that line to the others; 0 is -1. */
uint32_t nt_node_new(struct nt_apply *a, struct nt_str line,
    struct nt_err *err);

/* Hangs it on parent behind the node before, or as the first if that is 0. */
void nt_node_insert(struct nt_apply *a, uint32_t n, uint32_t parent,
    uint32_t before);

/*
 * Reads a change again, or the record in it ("value"); lent until the next
 * call of either.  A fault of the disk is kept in a->fault.
 */
struct nt_value nt_node_change(struct nt_apply *a, uint32_t n);
struct nt_value nt_node_record(struct nt_apply *a, uint32_t n);
/* The line of a change. */
void nt_node_line(struct nt_apply *a, uint32_t n, struct nt_buf *line);
/* The same with a document and buffer of the caller's. */
struct nt_value nt_node_read(struct nt_apply *a, uint32_t n,
    struct nt_json *doc, struct nt_buf *line);

/* The number of a page, database or data source; of a block; 0: none. */
uint32_t nt_node_thing(const struct nt_apply *a, const struct nt_id *id);
uint32_t nt_node_block(const struct nt_apply *a, const struct nt_id *id);
/* The change that moves a block; 0: none does. */
uint32_t nt_node_moved(const struct nt_apply *a, const struct nt_id *id);
uint32_t nt_node_user(const struct nt_apply *a, const struct nt_id *id);

/* The next body item from n on (n itself included), 0: no more. */
uint32_t nt_node_item(struct nt_apply *a, uint32_t n);

/* The page or database that an item is or stands for; 0: it is not here. */
uint32_t nt_node_meant(struct nt_apply *a, uint32_t item);

/* The page that a block is in. */
uint32_t nt_node_page(struct nt_apply *a, uint32_t n);

/* 1 if it is there: it was made, or was there before. */
int nt_node_there(struct nt_apply *a, uint32_t n);

/* Sets the state, and moves the cursor of what holds it along. */
void nt_node_settle(struct nt_apply *a, uint32_t n, enum nt_node_state state);

/* It is there, as that. */
void nt_node_found(struct nt_apply *a, uint32_t n, const struct nt_id *to);

/* The id that a discussion has there: 1 and *to, or 0. */
int nt_node_other(const struct nt_apply *a, const struct nt_id *id,
    struct nt_id *to);
void nt_node_other_found(struct nt_apply *a, const struct nt_id *id,
    const struct nt_id *to);

/* It was refused; NULL code: because of what it hangs on. */
void nt_node_refuse(struct nt_apply *a, uint32_t n, int status,
    const char *code, const char *message);

/* The service refused the step's node, by itself: told as a loss, too. */
void nt_node_refused(struct nt_job *job);

/* How many blocks of ours are in it. */
uint64_t nt_node_filled(struct nt_apply *a, uint32_t n);

/* So many blocks are in it, as was read; what is not ours is known by that. */
void nt_node_counted(struct nt_apply *a, uint32_t n, size_t count);

/* ---- copy.c ---- */

/* 1 for the copy of a block that moves, or is in one that does. */
int nt_node_is_copy(const struct nt_apply *a, uint32_t n);

/* The last copy that was made of the block of that id; 0: none was. */
uint32_t nt_node_copied(const struct nt_apply *a, const struct nt_id *id);

/*
 * The id that a block of the snapshot has by now, for it may have been copied;
 * that of what a change is about.
 */
struct nt_id nt_block_now(struct nt_apply *a, const struct nt_id *id);
struct nt_id nt_node_now(struct nt_apply *a, uint32_t n);

/*
 * Adds nodes for the copies of a block that the change moves, and of all that
 * is in it, each behind what it is in; also when replayed: 0, or -1.
 */
int nt_copies_take(struct nt_apply *a, uint32_t move, struct nt_value blocks,
    struct nt_err *err);

/* The copy has an id; it, and all in it, will not be there. */
void nt_copy_found(struct nt_apply *a, uint32_t n);
void nt_copy_undone(struct nt_apply *a, uint32_t n);

/* The id of the block that it is a copy of. */
struct nt_id nt_copy_old(struct nt_apply *a, uint32_t n);

/* 1 if it, and all in it, is there. */
int nt_copy_is_whole(struct nt_apply *a, uint32_t n);

/* A copy in it whose id is not known and will be asked for; 0: none. */
uint32_t nt_copy_unknown(struct nt_apply *a, uint32_t n);

/* ---- step.c ---- */

/* The words are in the journal: never change one. */
enum nt_step_kind {
	NT_STEP_PAGE,		/* POST /v1/pages, with its first blocks */
	NT_STEP_APPEND,
	NT_STEP_DATABASE,
	NT_STEP_SOURCE,
	NT_STEP_SCHEMA,
	NT_STEP_RELATE,		/* PATCH of the relations of a page */
	NT_STEP_VIEW,
	NT_STEP_VIEW_UPDATE,	/* of the view that a database came with */
	NT_STEP_VIEW_DELETE,
	NT_STEP_COMMENT,
	NT_STEP_FLAG,
	NT_STEP_CLEAR,		/* DELETE of a paragraph of ours */
	NT_STEP_EDIT,		/* a change of what is there */
	NT_STEP_KINDS
};

/* In place of the parts of a column: it got a paragraph to hold it open. */
#define NT_PARTS_RESERVED 255

/* A node that a step writes, and as how many blocks; 0: it is lost. */
struct nt_placed {
	uint32_t node;
	uint32_t parts;
};

struct nt_step {
	uint64_t number;
	enum nt_step_kind kind;
	uint32_t node;		/* what is made, changed or filled */
	struct nt_placed *placed;	/* in the order of the walk */
	size_t nplaced, room;
	unsigned top;		/* blocks directly in it */
	uint64_t had;		/* those that were there before */
	struct nt_id after;	/* they go behind that one; nil: to the end */
	int start;		/* they go to the start */
	struct nt_id target;	/* what is changed, where node does not say */
	char expect[NT_BASE_TEXT];	/* of an edit: what it makes, or "" */
	int64_t began;		/* wall clock, ms */
	uint8_t flags;		/* that the page gets: NT_NODE_RELATE ... */
	struct nt_buf losses;	/* lines: told when it is done */
	const char *method;
	struct nt_buf path;
	struct nt_buf body;
	unsigned tries;
};

struct nt_job;

/* A step of nobody's yet. */
struct nt_step *nt_step_alloc(enum nt_step_kind kind, uint32_t node);

/* Makes the job's step anew. */
struct nt_step *nt_step_new(struct nt_job *job, enum nt_step_kind kind,
    uint32_t node, const char *method);
void nt_step_free(struct nt_step *step);
const char *nt_step_word(enum nt_step_kind kind);
int nt_step_named(struct nt_str word);		/* -1: none */

void nt_step_place(struct nt_step *step, uint32_t node, unsigned parts);

/*
 * Writes the intent, sends the job's step and, when it is done, refused or
 * given up, has job->go called with what came of it in job->got.
 */
void nt_step_send(struct nt_job *job, void (*go)(struct nt_job *job));

/* The same of a read; job->reply is its answer while go runs. */
void nt_step_read(struct nt_job *job, const char *method, const char *path,
    struct nt_str body, void (*go)(struct nt_job *job));

/* What a step that is done means, by the ids it gave: also when replayed. */
void nt_step_commit(struct nt_apply *a, const struct nt_step *step,
    struct nt_value map);

/* It may be sent again: also when replayed. */
void nt_step_undone(struct nt_apply *a, const struct nt_step *step);

/* Ids that were found by reading: also when replayed. */
void nt_step_found(struct nt_apply *a, struct nt_value map);

/* The job's step needs no request: what was placed in it is lost. */
void nt_step_skip(struct nt_job *job);

/* Tells the losses of the step, and forgets them. */
void nt_step_tell(struct nt_job *job);

/* The step was done, with these ids ({"old":"new"}); tells the journal. */
void nt_step_done(struct nt_job *job, struct nt_str map);

/* The map of what an answer of the step's own tells: 0, or -1: it does not. */
int nt_step_answer(struct nt_apply *a, const struct nt_step *step,
    struct nt_value body, struct nt_buf *map);

/* "old":"new" into a map; the comma is set. */
void nt_step_map(struct nt_buf *map, const struct nt_id *from,
    const struct nt_id *to);

/* ---- journal.c ---- */

struct nt_journal;

int nt_journal_open(struct nt_journal **j, const char *path,
    struct nt_err *err);
void nt_journal_free(struct nt_journal *j);

/*
 * Reads what is there, does again what was done, and leaves the steps of which
 * that is not known in a->pending; or writes the first line of a new one.
 */
int nt_journal_begin(struct nt_apply *a, struct nt_str digest,
    struct nt_err *err);

/* These return 0 or -1; with no journal they do nothing. */
int nt_journal_intent(struct nt_apply *a, const struct nt_step *step,
    struct nt_err *err);
int nt_journal_outcome(struct nt_apply *a, const struct nt_step *step,
    struct nt_str map, struct nt_err *err);
int nt_journal_undone(struct nt_apply *a, const struct nt_step *step,
    struct nt_err *err);
int nt_journal_refused(struct nt_apply *a, const struct nt_step *step,
    const struct nt_reply *reply, struct nt_err *err);
int nt_journal_loss(struct nt_apply *a, struct nt_str lines,
    struct nt_err *err);
/*
 * What is not ours: JSON of an array of ids, that were in the parent "before"
 * or "came" with what was made.
 */
int nt_journal_before(struct nt_apply *a, const char *status,
    struct nt_str ids, struct nt_err *err);
/* A page as it was before the first write. */
int nt_journal_compared(struct nt_apply *a, uint32_t n, struct nt_str record,
    struct nt_err *err);
/* A block that moves, and all in it, as an array: see nt_copies_take(). */
int nt_journal_copy(struct nt_apply *a, uint32_t n, struct nt_str blocks,
    struct nt_err *err);
/* Ids that were found by reading. */
int nt_journal_found(struct nt_apply *a, struct nt_str map,
    struct nt_err *err);

/* ---- job.c ---- */

enum nt_got {
	NT_GOT_DONE,
	NT_GOT_REFUSED,		/* the reply is kept in job->why */
	NT_GOT_UNDONE		/* it was not done: build it anew */
};

/* Something that has at most one request out. */
struct nt_job {
	struct nt_apply *a;
	struct nt_job *next;	/* in a queue */
	struct nt_job *all, **back;	/* in the list of all */
	uint32_t node;
	void (*go)(struct nt_job *job);		/* when it is its turn */
	void (*then)(struct nt_job *job);	/* after uploads, listings */
	struct nt_step *step;
	enum nt_got got;
	const struct nt_reply *reply;		/* of a read */
	struct nt_refused why;
	void (*resume)(struct nt_job *job);	/* after a probe */
	struct nt_id found;		/* the page that a probe found */
	/* body.c: what is to be filled, first come first served */
	uint32_t *fill;
	size_t fills, filled, fill_room;
	void (*filled_all)(struct nt_job *job);	/* NULL: the job ends */
	unsigned most;			/* items of one request; less after a
					   refusal */
	int bare;			/* and without what is in them */
	int strip;			/* page.c: how much is left out */
	/* upload.c: files that have to be there first: nodes of assets */
	uint32_t *wanted;
	size_t wants, want_room;
	struct nt_upload *upload;
	uint64_t part;			/* that is sent next, from 0 */
	void (*uploaded)(struct nt_job *job);
	/* job.c: a listing */
	struct nt_listed *listed;
	size_t nlisted, listed_room;
	struct nt_id listing;
	struct nt_buf cursor;
	/* job.c: ids that have to be found */
	uint32_t learn;			/* the node whose blocks' are wanted */
	uint32_t want_ids;		/* the one that is being listed */
	void (*learnt)(struct nt_job *job);
	void (*after_learning)(struct nt_job *job);
	uint32_t at;			/* where it is, for some */
	unsigned phase;
	ssize_t only;			/* schema.c: one property, or -1 */
	/* whole.c: what was read */
	struct nt_json *there_doc;
	struct nt_buf there_text, parts;
	struct nt_value there;
	uint32_t value;			/* the property that is looked at */
	/* edit.c */
	int impossible;			/* no PATCH can do it */
	/* move.c */
	struct nt_buf kept;		/* the block that is to move, and all
					   in it, for nt_copies_take() */
	size_t inside;			/* of listed: whose are being read */
	void (*moved_on)(struct nt_job *job);	/* when it is done */
	int moved;			/* something came of this round */
};

/* A block in the workspace. */
struct nt_listed {
	struct nt_id id;
	enum nt_block type;
	char title[64];		/* the beginning of what it is called */
};

struct nt_queue_of_jobs {
	struct nt_job *head, *last;
};

/* A job that waits for its turn. */
struct nt_job *nt_job_new(struct nt_apply *a, uint32_t node,
    void (*go)(struct nt_job *job));
void nt_job_end(struct nt_job *job);
void nt_jobs_free(struct nt_apply *a);

/* It goes on, with go, at the next turn of the loop. */
void nt_job_ready(struct nt_job *job, void (*go)(struct nt_job *job));

/* It waits until another wakes those that do. */
void nt_job_sleep(struct nt_job *job, void (*go)(struct nt_job *job));
void nt_job_wake(struct nt_apply *a);

/* A new place at the end of the listing. */
struct nt_listed *nt_job_listed(struct nt_job *job);

/* Lists the blocks in id, then calls `then`. */
void nt_job_list(struct nt_job *job, const struct nt_id *id,
    void (*then)(struct nt_job *job));

/*
 * Finds the ids of the blocks in the node, whose own may have to be found
 * first, then calls `then`.
 */
void nt_job_learn(struct nt_job *job, uint32_t node,
    void (*then)(struct nt_job *job));

/* No more can be done: why is a->fault. */
void nt_job_stop_all(struct nt_apply *a, enum nt_err_kind kind,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- probe.c ---- */

/* Finds out whether the job's step was done, and goes on accordingly. */
void nt_probe(struct nt_job *job);

/* ---- target.c ---- */

/* The target for what the write forms ask about the node, on the job. */
const struct nt_target *nt_target_for(struct nt_job *job, uint32_t node);

/* The hash that an asset record names, if it is one: 1, or 0. */
int nt_asset_hash(struct nt_value asset, char sha256[NT_DIGEST_TEXT]);

/* Where its bytes are; free with free(3). */
char *nt_asset_path(const struct nt_apply *a, const char *sha256);

/* Appends the JSON pointer of a property by its name. */
void nt_property_pointer(struct nt_buf *pointer, struct nt_str name);

/* A loss that is told with the job's step. */
void nt_tell_loss(struct nt_job *job, uint32_t node, const char *pointer,
    enum nt_loss_class class, const char *reason);

/* Writes the lines of losses to the results, and counts them. */
int nt_losses_told(struct nt_apply *a, struct nt_str lines,
    struct nt_err *err);

/* ---- batch.c ---- */

enum nt_batch {
	NT_BATCH_SOME,		/* blocks to be sent, or nodes that are lost */
	NT_BATCH_NONE,		/* what comes next is no block, or nothing */
	NT_BATCH_LATER,		/* it names what is not there yet */
	NT_BATCH_FILES		/* files have to be there first */
};

/*
 * Appends the blocks from the item on, as far as one request may hold them and
 * nothing else stands between, to out as a JSON array, and places them in the
 * job's step.
 */
/* All below a block that cannot be written is lost with it. */
void nt_lose_below(struct nt_job *job, uint32_t node);

enum nt_batch nt_batch_build(struct nt_job *job, uint32_t item,
    struct nt_buf *out);

/* ---- body.c ---- */

/*
 * Writes what is open in the node, and in the item in it that may be there
 * already; then calls `then`.
 */
void nt_body_fill(struct nt_job *job, uint32_t node, uint32_t item,
    void (*then)(struct nt_job *job));

/* Writes what is in the page, and in its blocks. */
void nt_body_start(struct nt_apply *a, uint32_t page);

/*
 * All pages with something to be filled; the rest, once more, when more is
 * there: then what waits holds nothing else back.
 */
size_t nt_bodies_start(struct nt_apply *a);
size_t nt_body_start_rest(struct nt_apply *a);

/*
 * The block that the item is to stand behind in what was there before, as its
 * change tells: 1 and its present id, or 0: it is the first.  One that is yet
 * to be made or moved to there will stand between it and the one before that.
 */
int nt_place_told(struct nt_apply *a, uint32_t item, struct nt_id *after);

/* The block is to be filled, too. */
void nt_body_also(struct nt_job *job, uint32_t node);

/* ---- page.c, rows.c ---- */

/*
 * Builds the step that makes the page, with as much of it as fits: 1; 0 if
 * files have to be there first.
 */
int nt_page_build(struct nt_job *job, uint32_t page);

/* After it was made: starts its body, if there is more of it. */
void nt_page_made(struct nt_apply *a, uint32_t page);

/*
 * After it was refused: 1 to build it again with less, or 0: it stays refused,
 * and so it is said.
 */
int nt_page_strip(struct nt_job *job, uint32_t page);

size_t nt_rows_start(struct nt_apply *a);

/* ---- database.c, schema.c ---- */

/* What is known of a property of a data source that is being made. */
struct nt_prop_state {
	char *name;
	enum nt_prop type;
	struct nt_id other;	/* the data source at a relation's other end */
	char *counterpart;	/* its property there; NULL: none */
	char *id;		/* in the snapshot */
	char *new_id;		/* NULL: it is not there yet */
	char *new_counterpart;	/* the id of the counterpart there */
	int lost;
};

struct nt_source {
	uint32_t node;
	struct nt_prop_state *props;
	size_t count;
	struct nt_buf schema;	/* "properties", as the service tells them */
	unsigned version;	/* of that; 0: not asked */
	struct nt_id view;	/* that came with it; nil: none, or used */
	char *title;		/* as it is to be, plain */
	int renaming;		/* it is called otherwise there */
};

struct nt_source *nt_source_of(struct nt_apply *a, uint32_t node);
struct nt_source *nt_source_new(struct nt_apply *a, uint32_t node);
void nt_sources_free(struct nt_apply *a);
struct nt_prop_state *nt_source_prop(struct nt_source *s, struct nt_str name);

/* Takes over what an answer says of its properties. */
void nt_source_learn(struct nt_source *s, struct nt_value data_source);

/* Builds the step that makes the database: 1; 0: files have to be first. */
int nt_database_build(struct nt_job *job, uint32_t database);
void nt_database_made(struct nt_apply *a, uint32_t database);
size_t nt_sources_start(struct nt_apply *a);

/* In a dry run: as if it had the properties that were made. */
void nt_source_pretend(struct nt_apply *a, struct nt_source *s);

/* Its title and icon, as members of the job's step's body. */
void nt_source_members(struct nt_job *job, uint32_t source);

/* The data source's properties as they are there, or none yet. */
struct nt_value nt_source_schema(struct nt_apply *a, uint32_t node);
size_t nt_schemas_start(struct nt_apply *a);
size_t nt_schemas_start_last(struct nt_apply *a);

/*
 * The name of a property and its configuration, behind a comma where one is
 * wanted: 1, or 0 and nothing: it cannot be made.
 */
int nt_put_property(struct nt_job *job, uint32_t source,
    struct nt_value entry, int comma, struct nt_buf *out);

/* ---- what can only be done last ---- */

size_t nt_relations_start(struct nt_apply *a);
size_t nt_views_start(struct nt_apply *a);
size_t nt_comments_start(struct nt_apply *a);
size_t nt_flags_start(struct nt_apply *a);

/* ---- provenance.c ---- */

/* The properties that keep what only the service sets, behind others. */
void nt_provenance_schema(struct nt_job *job, uint32_t source, int comma,
    struct nt_buf *out);

/* Their values for a page, put into the object that out ends with. */
void nt_provenance_values(struct nt_apply *a, uint32_t page,
    struct nt_buf *out);

/* ---- into.c ---- */

/* Finds the data source that takes the rows, and whether it can. */
size_t nt_into_start(struct nt_apply *a);

/* ---- whole.c ---- */

/*
 * Reads what is at the path and then calls `then`: job->there is what is
 * there, whole, until the next read; or none, and why is job->why.
 */
void nt_whole_read(struct nt_job *job, const char *path,
    void (*then)(struct nt_job *job));

/* ---- compare.c ---- */

/* The page was compared, and was this record: also when replayed. */
void nt_compared(struct nt_apply *a, uint32_t n, struct nt_str record);

/* Appends that record: 1, or 0 if the page was not compared. */
int nt_compared_record(struct nt_apply *a, uint32_t n, struct nt_buf *out);

/*
 * 1 if what is there now is what was compared, but for relations on their way
 * to what the change makes of them.
 */
int nt_compared_as_it_was(struct nt_apply *a, uint32_t n,
    struct nt_value there);

/* ---- result.c ---- */

/* Adds how many are done, refused and left. */
void nt_result_count(struct nt_apply *a, struct nt_apply_stats *stats);

/* ---- edit.c ---- */

/* How things of a kind are called in a path; NULL: they are not. */
const char *nt_edit_path(int kind);
void nt_edit_put_path(struct nt_buf *out, int kind, const struct nt_id *id);

/* Begins the step that changes the thing itself; its body is open. */
struct nt_buf *nt_edit_begin(struct nt_job *job, const char *method);

/* What was read is what the change was made from, or that does not matter. */
int nt_edit_is_base(struct nt_apply *a, uint32_t n, struct nt_value there);

/* ---- move.c ---- */

/* Moves the block that job->at is about, of which job->there is read. */
void nt_move_start(struct nt_job *job, void (*then)(struct nt_job *job));

/* 1 if a run before this one has begun that: it is gone on with; or 0. */
int nt_move_begun(struct nt_job *job, void (*then)(struct nt_job *job));

/* ---- update.c ---- */

/*
 * Builds the step that makes new of old, its body open.  job->impossible: no
 * PATCH can do it.
 */
void nt_update_build(struct nt_job *job, struct nt_value old,
    struct nt_value new);

/* ---- upload.c ---- */

struct nt_upload {
	char sha256[NT_DIGEST_TEXT];
	struct nt_id id;	/* nil: not uploaded */
	int64_t until;		/* it may be attached before that */
	int failed;		/* it cannot be had */
	int busy;		/* a job is uploading it */
	unsigned parts, tries;
	struct nt_upload *next;
};

/* The upload of a hash, made if there is none. */
struct nt_upload *nt_upload_of(struct nt_apply *a, const char *sha256);

/* 1 and *id if it may be attached. */
int nt_upload_ready(struct nt_apply *a, const char *sha256, struct nt_id *id);

/* The job wants it; then uploads all it wants, and calls `then`. */
void nt_upload_want(struct nt_job *job, uint32_t asset, const char *sha256);
void nt_upload_all(struct nt_job *job, void (*then)(struct nt_job *job));
void nt_uploads_free(struct nt_apply *a);

/* ---- user.c ---- */

/* Asks who is there, what the parent is and what is in it. */
size_t nt_setup_start(struct nt_apply *a);
size_t nt_present_start(struct nt_apply *a);
size_t nt_bases_start(struct nt_apply *a);
size_t nt_edits_start(struct nt_apply *a);
size_t nt_pending_start(struct nt_apply *a);
enum nt_writable nt_user_there(struct nt_apply *a, const struct nt_id *from,
    struct nt_id *to);
/* The name of a user of the snapshot, appended; nothing if it is not known. */
void nt_user_name(struct nt_apply *a, const struct nt_id *id,
    struct nt_buf *out);
int nt_users_read(struct nt_apply *a, struct nt_err *err);
void nt_users_take(struct nt_apply *a, struct nt_value list);
void nt_users_match(struct nt_apply *a);
void nt_users_free(struct nt_apply *a);
void nt_emojis_take(struct nt_apply *a, struct nt_value list);
enum nt_writable nt_emoji_there(struct nt_apply *a, const struct nt_id *from,
    struct nt_id *to);

/* ---- apply.c ---- */

struct nt_apply {
	struct nt_apply_plan plan;
	struct nt_api *api;
	struct nt_writer *out;
	struct nt_journal *journal;
	struct nt_spool *lines;
	struct nt_node *nodes;
	size_t count, room;
	uint32_t changes_end;	/* number of the first node that is none */
	struct nt_id_map *things, *blocks;	/* by id, in the snapshot */
	uint32_t places_end;	/* of the first that is a copy */
	struct nt_id_map *moved;	/* blocks, by the id they had */
	struct nt_id_map *doomed;	/* those that are to be deleted */
	struct nt_id_map *copied;	/* the last copy of each */
	int stuck;		/* a block that was to be moved was not */
	struct nt_id_map *mine;	/* by id, in the workspace */
	struct nt_id_map *others;	/* of discussions: index into */
	struct nt_id *others_to;	/* their ids in the workspace */
	size_t nothers;
	struct nt_json *doc;	/* of nt_node_record() */
	struct nt_json *doc2;	/* of maps */
	struct nt_json *asset_doc, *schema_doc;
	struct nt_buf line, asset_line;
	struct nt_source *schema_of;	/* that schema_doc has read */
	unsigned schema_version;
	struct nt_value schema;
	struct nt_refused *refused;
	struct nt_source **sources;
	size_t nsources;
	struct nt_upload *uploads;
	struct nt_queue_of_jobs waiting, ready, asleep;
	struct nt_job *jobs;	/* all of them */
	unsigned active;	/* jobs that have begun and not ended */
	unsigned pass;
	int progress;		/* something was done in this pass */
	int resting;		/* the first pass over the pages is done */
	int last;		/* what is not there by now never will be */
	struct nt_job *job;	/* that is asking the target */
	uint32_t owner;		/* the node that it asks about */
	int files_wanted;
	uint32_t ids_wanted;	/* a block whose id is not known */
	int blind;		/* what is not there yet is the parent, until
				   it is */
	struct nt_source *asked_source;	/* of views; NULL: any */
	struct nt_target target;
	struct nt_step **pending;	/* of the journal: was it done? */
	size_t npending;
	uint64_t steps;
	uint64_t file_max;	/* bytes that the workspace takes of a file */
	struct nt_id_map *before;	/* what is not ours: in the parent, and
					   views that came with sources */
	struct nt_id_map *gone;		/* what was deleted */
	struct nt_kept *kept;
	size_t nkept;
	struct nt_id_map *chosen;	/* what is wanted, if not all is */
	int parent_known;
	uint64_t parent_had;		/* blocks */
	struct nt_id_map *people_here;	/* users and custom emojis of the
					   snapshot, by id */
	int has_emojis;
	struct nt_person *emojis;	/* of the workspace, by name */
	size_t nemojis;
	struct nt_id_map *users;	/* of the workspace; NULL: not told */
	struct nt_person *people;	/* the same, with their addresses */
	size_t npeople;
	struct nt_pair *pairs;		/* who is whom */
	size_t npairs;
	int stopped;
	struct nt_err fault;
	struct nt_apply_stats stats;
};

#endif
