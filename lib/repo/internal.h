/*
 * repo, inside: the schema, units and their versions, frames, assets, and the
 * plain tables.  The words are those of notion-repo(5).
 */
#ifndef NT_REPO_INTERNAL_H
#define NT_REPO_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/crypto.h"
#include "nt/db.h"
#include "nt/file.h"
#include "nt/id.h"
#include "nt/repo.h"
#include "nt/zstd.h"

#define FRAME_FRESH ((size_t)320 << 10)	/* text of units not seen before */
#define FRAME_EDITS ((size_t)128 << 10)	/* text of what changed in others */
#define FRESH_LEVEL 3				/* of zstd */
#define EDITS_LEVEL 8
#define FEW_EDITS ((size_t)8 << 10)	/* less text than this on a base */
#define FEW_LEVEL 3			/* takes most of its time to read it */
#define FRAME_CACHE ((size_t)56 << 20)	/* text kept when reading, */
#define FRAME_CACHE_ONCE ((size_t)8 << 20)	/* and if it was used once */
#define VERSION_DEPTH 8			/* versions built on one another */
#define UNIT_RECORDS_MAX ((size_t)1 << 24)
#define FRAME_COMMON ((size_t)128 << 10)	/* fresh ones lean on it */
#define COMMON_MIN ((size_t)64 << 10)
#define LEAN_MAX 2			/* frames that one leans on, in a row */
#define BASE_BYTES_MAX ((size_t)1 << 20)	/* of one that is leant on */
#define PART_BYTES ((size_t)1 << 20)	/* of an asset */
#define SUM_BYTES 8

struct frames;

struct nt_repo {
	struct nt_db *db;
	const char *path;
	const char *tool;		/* NULL: reading */
	struct nt_draft draft;		/* fd -1: the file was there */
	uint8_t key[NT_SUM_KEY];
	int searched;
	struct frames *frames;
};

/* ---- repo.c ---- */

/* The newest snapshot, or 0. */
int newest_snapshot(struct nt_repo *r, int64_t *number, struct nt_err *err);

/* The keyed sum of all that a snapshot's row says; 0 if there is none. */
int64_t snapshot_seal(struct nt_repo *r, int64_t number);

/* Makes what was written last; a draft is put in place, and that is all. */
int repo_commit(struct nt_repo *r, struct nt_err *err);

/* ---- varint.c ---- */

void put_varint(struct nt_buf *b, uint64_t n);
void put_zigzag(struct nt_buf *b, int64_t n);

/* Bytes being read; bad once they ended too soon or were too large. */
struct bytes {
	const uint8_t *p;
	size_t left;
	int bad;
};

struct bytes bytes_of(struct nt_str s);
uint64_t get_varint(struct bytes *b);
int64_t get_zigzag(struct bytes *b);

/* ---- schema.c ---- */

/* Makes the tables and views in an empty database. */
int schema_make(struct nt_db *db, struct nt_err *err);

/* Checks that the file is ours, of this format, with these tables alone. */
int schema_check(struct nt_db *db, struct nt_err *err);

extern const char schema_search[];

/* ---- places and lists ---- */

/* Where a record is. */
struct spot {
	uint32_t frame;
	uint32_t slot;
};

/* The records of a unit, in order. */
struct spots {
	struct spot *at;
	size_t count, room;
	uint64_t edited;	/* of its page: ms since 1970, and 1; or 0 */
};

void spots_add(struct spots *l, struct spot p);
void spots_free(struct spots *l);

/* ---- version.c ---- */

/*
 * Appends the body of a version; before is what it builds on, with its depth,
 * or NULL: then it stands alone.
 */
void version_encode(struct nt_buf *body, const struct spots *now,
    const struct spots *before, unsigned depth);

/*
 * Reads the list of a unit at a snapshot: 1, 0 if it is not there, -1.  depth
 * may be NULL; it is how many versions it builds on.
 */
int version_at(struct nt_repo *r, int64_t unit, int64_t snapshot,
    struct spots *l, unsigned *depth, struct nt_err *err);

/* Applies one body to the list before it, which is replaced. */
int version_apply(struct spots *l, struct nt_str body, struct nt_err *err);

/* Writes a row; body.p NULL says that the unit is not there. */
void version_put(struct nt_repo *r, int64_t unit, int64_t first,
    struct nt_str body);

/* ---- former.c: what a unit was ---- */

struct former {
	struct spots list;
	unsigned depth;		/* versions it builds on */
	int there;		/* it was in the snapshot before */
	size_t next;		/* the record that is expected */
	uint32_t *slots;	/* by sum: a record's number + 1; or NULL */
	size_t mask;
};

/* Of no unit; one that is all zeros is that, too. */
void former_clear(struct former *f);
void former_free(struct former *f);

/* What the unit was in that snapshot: 0, or -1. */
int former_read(struct nt_repo *r, struct former *f, int64_t unit,
    int64_t snapshot, struct nt_err *err);

/* Looks for a record of that sum, expected at next: 1 and *n, 0, or -1. */
int former_find(struct nt_repo *r, struct former *f, uint64_t sum, size_t *n,
    struct nt_err *err);

/* ---- split.c: where a unit begins ---- */

struct split {
	struct nt_id *above;	/* the page, and the blocks on the way down */
	size_t depth, room;
	int in_page;
};

void split_free(struct split *s);

/* 1 if the record begins a unit, 0 if it belongs to the one before. */
int split_begins(struct split *s, enum nt_kind kind, struct nt_value record);

/* ---- edited.c ---- */

#define EDITED_MAX UINT64_C(253402300800000)	/* the year 10000 */

/*
 * A page's record without the time of its edit, in out: 1 and the time as
 * struct spots has it; 0 if the record is to be left as it is.
 */
int edited_cut(struct nt_buf *out, struct nt_str line, uint64_t *edited);

/* The record with that time again, and a line feed behind it: 0, or -1. */
int edited_put(struct nt_buf *out, struct nt_str line, uint64_t edited,
    struct nt_err *err);

/* ---- frame.c: frames being read ---- */

struct frames *frames_new(struct nt_repo *r);
void frames_free(struct frames *f);

/* Forgets all, for what they were may have changed. */
void frames_forget(struct frames *f);

/* The sums of a frame, 8 bytes a record; lent. */
int frame_sums(struct frames *f, uint32_t id, struct nt_str *sums,
    struct nt_err *err);

/* The frame that the one leans on; 0: it stands alone. */
int frame_base(struct frames *f, uint32_t id, uint32_t *base,
    struct nt_err *err);

/* What text that is like the frame's may lean on: that one, or its base. */
int frame_like(struct frames *f, uint32_t id, uint32_t *base,
    struct nt_err *err);

/* All text of a frame that another leans on; lent until the next call. */
int frame_text(struct frames *f, uint32_t id, struct nt_str *text,
    struct nt_err *err);

/* The sum of a record; its line without the newline, lent until the next. */
int frame_sum(struct frames *f, struct spot at, uint64_t *sum,
    struct nt_err *err);
int frame_line(struct frames *f, struct spot at, struct nt_str *line,
    struct nt_err *err);

/*
 * Compares all records of a frame with their sums: 0, or -1.  What was found
 * right once is not looked at again.
 */
int frame_check(struct frames *f, uint32_t id, struct nt_err *err);

/* ---- maker.c: frames being made, by several threads ---- */

struct maker;

/* The frame that fresh ones lean on, the first of some size; 0: none yet. */
uint32_t frame_common(struct nt_repo *r);

/* Frames get the numbers from first on, in the order they are begun. */
struct maker *maker_new(struct nt_repo *r, uint32_t first);
void maker_free(struct maker *m);

/* A frame being filled. */
struct filling {
	uint32_t id;
	uint32_t count;		/* records in it */
	uint32_t base;		/* the frame that it leans on, or 0 */
	size_t target;		/* bytes of text */
	int shares;		/* the first of some size is for others */
	int level;
	struct nt_buf text, sums;
	struct nt_buf like;	/* the text of base */
};

void filling_init(struct filling *f, size_t target, int level);
void filling_free(struct filling *f);

/* Puts a record into it: its place. */
int filling_add(struct maker *m, struct filling *f, struct nt_str line,
    uint64_t sum, struct spot *at, struct nt_err *err);

/* A unit begins: ends the frame if it is full enough. */
int filling_unit(struct maker *m, struct filling *f, struct nt_err *err);

/*
 * What comes next is like what frame base holds, or like nothing (0): ends the
 * frame if it leans on another.
 */
int filling_lean(struct maker *m, struct filling *f, uint32_t base,
    struct nt_err *err);

/* Ends it; what is packed goes into the database, in order. */
int filling_end(struct maker *m, struct filling *f, struct nt_err *err);

/* Waits for what is being packed. */
int maker_finish(struct maker *m, struct nt_err *err);

/* ---- order.c: which units, in which order ---- */

/* Numbers of units. */
struct units {
	int64_t *at;
	size_t count, room;
};

void units_add(struct units *u, int64_t unit);
void units_free(struct units *u);

/* Units in their order, each with how deep it is in the walk. */
struct order {
	struct units units;
	struct units levels;	/* 1 for a root, ...; 0: not told */
};

void order_add(struct order *o, int64_t unit, int64_t level);
void order_free(struct order *o);

/* The text of "places" of a snapshot, lent by the statement's copy in b. */
int order_places(struct nt_repo *r, int64_t snapshot, struct nt_buf *b,
    struct nt_err *err);

/* Appends the units of one place. */
int order_place(struct nt_repo *r, int64_t place, struct order *o,
    struct nt_err *err);

/* All units of a snapshot. */
int order_read(struct nt_repo *r, int64_t snapshot, struct order *o,
    struct nt_err *err);

/*
 * Writes an order, sharing the places of snapshot before where they are equal
 * (0: there is none); appends what goes into "places".
 */
int order_write(struct nt_repo *r, const struct order *o, int64_t before,
    struct nt_buf *places, struct nt_err *err);

/* ---- level.c ---- */

struct levels;

struct levels *levels_new(void);
void levels_free(struct levels *w);

/* Notes what pages and databases a unit's block stands for. */
void levels_block(struct levels *w, int64_t unit, struct nt_value block);

/* How deep the unit is that the record begins; 0 if that cannot be told. */
int64_t levels_unit(struct levels *w, int64_t unit, enum nt_kind kind,
    struct nt_value record);

/* ---- give.c ---- */

/* The next record: 1 and *line, 0 after the last, -1.  Nothing is compared. */
int stream_record(struct nt_repo_stream *s, struct nt_str *line,
    struct nt_err *err);

/* The unit of the record that was handed out last. */
int64_t stream_unit(const struct nt_repo_stream *s);

/* As frame_check() of the frame that the record is in. */
int stream_check_frame(struct nt_repo_stream *s, struct nt_err *err);

/* Reads all records and hashes them. */
int stream_digest(struct nt_repo_stream *s, char hex[NT_SHA256_TEXT],
    struct nt_err *err);

/* ---- asset.c ---- */

struct keeper;

struct keeper *keeper_new(struct nt_repo *r, const char *folder, int partial);
void keeper_free(struct keeper *a);

/* As nt_repo_add_from(). */
void keeper_from(struct keeper *a, int (*give)(void *arg, struct nt_str sha256,
    int fd, struct nt_err *err), void *arg);

/* Takes the asset that the record is about: its number, 0 if it has none. */
int keeper_take(struct keeper *a, struct nt_value record, int64_t *number,
    struct nt_err *err);
uint64_t keeper_missing(const struct keeper *a);

/* The number of an asset by its hash in hexadecimal; 0: there is none, -1: it
 * is no hash. */
int64_t asset_number(struct nt_repo *r, struct nt_str sha256);

/* Reads the bytes of one and compares their hash: 0, or -1. */
int asset_check(struct nt_repo *r, int64_t asset, const uint8_t *want,
    struct nt_err *err);

/* ---- plain.c: what views show ---- */

struct plain;

struct plain *plain_new(struct nt_repo *r);
void plain_free(struct plain *p);

/* A record that is new or changed, of the unit. */
void plain_record(struct plain *p, int64_t unit, enum nt_kind kind,
    struct nt_value record);

/* Every record, changed or not. */
void plain_seen(struct plain *p, enum nt_kind kind, struct nt_value record);

/* A unit that is no longer there. */
void plain_gone(struct plain *p, int64_t unit);

/* The end of that snapshot: what is gone is taken out, views are renewed. */
int plain_finish(struct plain *p, int64_t snapshot, struct nt_err *err);

/* ---- rebuild.c ---- */

/* Makes all of it anew from a snapshot (0: none), the search index too. */
int plain_rebuild(struct nt_repo *r, int64_t snapshot, struct nt_err *err);

/* Compares what the views show with what the newest snapshot says. */
int plain_check(struct nt_repo *r, struct nt_err *err);

/* What the view of pages shows, in an order. */
extern const char schema_pages[];

/* ---- views.c ---- */

/* Brings the views of data sources up to date. */
int views_write(struct nt_repo *r, struct nt_err *err);

/* 1 if the name is one of the tables and views that are always there. */
int schema_has(const char *name);

/* ---- value.c ---- */

/* Appends what a property holds as a plain JSON value. */
void plain_value(struct nt_buf *out, struct nt_value property);

/* Appends the plain text of an array of rich text. */
void plain_text(struct nt_buf *out, struct nt_value rich_text);

/* ---- search.c ---- */

struct search;

/* NULL if the repository has no index. */
struct search *search_new(struct nt_repo *r);
void search_free(struct search *s);
void search_unit(struct search *s, int64_t unit);
void search_record(struct search *s, enum nt_kind kind,
    struct nt_value record);
/* The unit ends: its text is put into the index if it changed. */
void search_unit_end(struct search *s, int changed);
void search_gone(struct search *s, int64_t unit);
/* Forgets all rows. */
int search_clear(struct search *s, struct nt_err *err);

#endif
