/*
 * walk - reads a workspace over the API, in the order of notion-stream(5).
 *
 * Calls api, stream, json, crypto and base.  Many requests are in flight at
 * once; the records come out in the walk's order whatever the order of the
 * answers, and memory is bounded by a window, not by the workspace.
 */
#ifndef NT_WALK_H
#define NT_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "nt/api.h"
#include "nt/err.h"
#include "nt/id.h"
#include "nt/stream.h"

enum nt_walk_comments {
	NT_COMMENTS_PAGES,	/* zero: the default */
	NT_COMMENTS_NONE,
	NT_COMMENTS_BLOCKS	/* on pages and on each block */
};

/* Something to read: a page, database, data source or block. */
struct nt_walk_ref {
	enum nt_kind kind;
	struct nt_id id;
};

/* What to read and how; all zero is nothing, in the default way. */
struct nt_walk_plan {
	int workspace;
	int trash;			/* with workspace */
	int accept_cut;			/* with workspace: a search that is cut
					   is a loss, not an error */
	struct nt_walk_ref *refs;	/* read in this order */
	size_t count;
	int accept_gone;		/* one that is gone, or in the trash, is
					   a loss, not an error */
	enum nt_walk_comments comments;
	const char *assets;		/* folder for files, or NULL */
	uint64_t max_asset;		/* bytes, 0: any */
	int external;			/* with assets: foreign files too */
	const char *base;		/* a former stream, or NULL */
	unsigned recheck;		/* per cent of the unchanged, 0..100 */
	int quick;			/* with base: trust search and times */
	int edited;			/* tell what was edited meanwhile */
	int raw;			/* keep what differs in each answer */
	int dry_run;			/* listings only, see nt_walk_price() */
	const char *tool;		/* "notion-fetch 0.1.0" */
};

struct nt_walk;

/*
 * Makes a walk: reads the base and opens the folder for files.  api, out and
 * what plan points to must outlive it.  0, or -1.
 */
int nt_walk_open(struct nt_walk **w, const struct nt_walk_plan *plan,
    struct nt_api *api, struct nt_writer *out, struct nt_err *err);

/*
 * Sends what may be sent, waits at most wait_ms (-1: for ever) for an answer,
 * and writes what stands next in the order.  1 to be called again, 0 when all
 * is read, -1 when no more can be: the token is refused (NT_DENIED), the
 * deadline passed (NT_AGAIN), the disk is full (NT_SYS).  Returns early when
 * a signal came that nt_tool_catch_stop() holds.
 */
int nt_walk_step(struct nt_walk *w, int wait_ms, struct nt_err *err);

/*
 * Writes the end record, "complete" if nt_walk_step() said 0 and there was no
 * error; nothing if there was no snapshot record yet, or in a dry run.  0, or
 * -1 (NT_SYS).
 */
int nt_walk_end(struct nt_walk *w, struct nt_err *err);

struct nt_walk_stats {
	uint64_t records;	/* written */
	uint64_t pages;		/* of those, pages */
	uint64_t listed;	/* pages that are known so far */
	uint64_t errors;	/* error records */
	uint64_t lasting;	/* of those, errors that time does not cure */
	uint64_t losses;
	uint64_t reused;	/* pages copied from the base */
	uint64_t files;		/* asset records */
	int search_cut;		/* it lists no more than 10,000 results: what is
				   not inside of those may be missing */
	int complete;		/* as in the end record, after nt_walk_end() */
};

void nt_walk_stats(const struct nt_walk *w, struct nt_walk_stats *stats);

/* What a dry run found: the listings are read, the rest is yet to be paid. */
struct nt_walk_price {
	uint64_t pages;
	uint64_t requests;	/* at least; nested blocks are not known */
	uint64_t files;		/* at least */
};

void nt_walk_price(const struct nt_walk *w, struct nt_walk_price *price);

/* Frees it; nt_api_free() must have come first.  NULL is allowed. */
void nt_walk_free(struct nt_walk *w);

#endif
