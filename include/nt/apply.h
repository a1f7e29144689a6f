/*
 * apply - a change stream onto a workspace, over the API, exactly once.
 *
 * Calls api, model, change, stream, json, crypto and base.  The changes are
 * read whole before anything is sent; then they are done in passes (api 8.2),
 * many pages at once but one writer a page, with as few requests as the API
 * allows.  The journal holds the intent of each write before it is sent and
 * what came of it after, so that a run that died is gone on with by the next:
 * notion-change(5).  Memory is about 200 bytes a record.
 *
 * On -1, *err says why; nothing here prints.
 */
#ifndef NT_APPLY_H
#define NT_APPLY_H

#include <stddef.h>
#include <stdint.h>

#include "nt/api.h"
#include "nt/err.h"
#include "nt/id.h"
#include "nt/stream.h"

/* What is to be done and how; all zero is the default. */
struct nt_apply_plan {
	const struct nt_id *parent;	/* the page under which copies of all
					   that is created are put; NULL:
					   everything goes where it was */
	const struct nt_id *into;	/* the database that rows go into, and
					   nothing else is made; or NULL */
	int extend;		/* with into: its schema is completed */
	const char *new_name;	/* of the one root, or NULL */
	const char *users;	/* who is whom: "old@x=new@y,..." or the name of
				   a file with a line each; or NULL */
	const char *assets;	/* folder of files by SHA-256, or NULL */
	const char *journal;	/* file, made if it is not there; or NULL */
	int provenance;		/* keep times and authors in properties */
	int allow_delete;
	int force;		/* write over what has moved on */
	int dry_run;		/* nothing is written, see nt_apply_price() */
	const char *tool;	/* "notion-apply 0.1.0" */
	/*
	 * Which changes are wanted, with what hangs on them: 1, 0, or -1 and
	 * err.  NULL: all.
	 */
	int (*choose)(void *arg, const struct nt_record *rec,
	    struct nt_err *err);
	void *choose_arg;
};

struct nt_apply;

/*
 * Opens the journal, if there is one, and the folder of files.  What plan
 * points to, api and out must outlive it.  Results and losses go to out.  0, or
 * -1: NT_AGAIN if another process has the journal.
 */
int nt_apply_open(struct nt_apply **a, const struct nt_apply_plan *plan,
    struct nt_api *api, struct nt_writer *out, struct nt_err *err);

/* Takes the next record of the change stream: 0, or -1 if it is no change. */
int nt_apply_take(struct nt_apply *a, const struct nt_record *rec,
    struct nt_err *err);

/*
 * After the last: digest is that of the change stream, for the journal, which
 * is read now.  0, or -1: NT_DATA if it is of another restore or target.
 */
int nt_apply_begin(struct nt_apply *a, struct nt_str digest,
    struct nt_err *err);

/*
 * Sends what may be sent and waits at most wait_ms (-1: for ever): 1 to be
 * called again, 0 when all that can be done is, -1 when no more can be: the
 * token is refused (NT_DENIED), the parent is not there (NT_DATA), the service
 * does not answer (NT_AGAIN).  Once nt_tool_stopping() says so, nothing new is
 * begun, what is in flight is finished, and the answer is -1 (NT_AGAIN).
 */
int nt_apply_step(struct nt_apply *a, int wait_ms, struct nt_err *err);

/* Writes a result record for each change, in their order: 0, or -1 (NT_SYS). */
int nt_apply_results(struct nt_apply *a, struct nt_err *err);

struct nt_apply_stats {
	uint64_t changes;	/* taken */
	uint64_t done;		/* made, or there already */
	uint64_t refused;	/* the target has moved on, or says no */
	uint64_t left;		/* not done: what they hang on was not, or it
				   was not reached */
	uint64_t expected;	/* losses, by class */
	uint64_t warnings;
	uint64_t requests;	/* sent, or in a dry run to be sent */
	uint64_t uploads;	/* files */
	uint64_t upload_bytes;
	uint64_t blocks;	/* to be made, for the limit of api 1.4 */
};

/* Looks at each change, so not to be called at every step. */
void nt_apply_stats(struct nt_apply *a, struct nt_apply_stats *stats);

/* nt_api_free() must have come first.  NULL is allowed. */
void nt_apply_free(struct nt_apply *a);

#endif
