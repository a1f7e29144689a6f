/*
 * repo - snapshots of a workspace in one SQLite file; notion-repo(5).
 *
 * Calls db, archive (zstd), model (kinds), stream, json, crypto and base.
 * Sizes are bytes, times milliseconds since 1970 in UTC.  Memory does not grow
 * with the workspace but for some ten bytes a record, and 64 MiB of frames
 * where a snapshot is read.
 *
 * On -1, *err says why; nothing here prints.
 */
#ifndef NT_REPO_H
#define NT_REPO_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/id.h"
#include "nt/mem.h"
#include "nt/stream.h"

#define NT_REPO_FORMAT 1	/* user_version of the file */

struct nt_repo;

/*
 * Opens a repository to read it, as it is at this moment: what others write
 * later is not seen.  path must outlive it.  0, or -1: NT_DATA when it is no
 * repository, a newer one, or has a schema that is not ours.
 */
int nt_repo_open(struct nt_repo **r, const char *path, struct nt_err *err);

/*
 * Opens it to write, waiting for another writer; where there is nothing, it is
 * made, and put in place with its first snapshot.  tool is who we are, for
 * those who have to wait for us.  NT_AGAIN says who holds it.
 */
int nt_repo_open_to_write(struct nt_repo **r, const char *path,
    const char *tool, struct nt_err *err);

/* Makes one without a snapshot: 1, 0 if something is there already, or -1. */
int nt_repo_make(const char *path, const char *tool, struct nt_err *err);

/* What was not finished is undone.  NULL is allowed. */
void nt_repo_close(struct nt_repo *r);

/* ---- which snapshots there are ---- */

/* One of them; the texts are lent until the next call. */
struct nt_repo_snapshot {
	int64_t number;		/* never used again for another */
	int64_t taken_ms;
	struct nt_str taken;	/* the same as text */
	int complete;
	uint64_t records;
	uint64_t bytes;		/* of the records as lines */
	struct nt_str digest;	/* "sha256:..." of those */
	struct nt_str counts;	/* JSON: records by kind */
	struct nt_str source, scope;	/* JSON, as the stream's head had them;
				   p NULL where it had none */
};

/* Calls each(arg, snapshot) for all of them, the oldest first. */
int nt_repo_snapshots(struct nt_repo *r, int (*each)(void *arg,
    const struct nt_repo_snapshot *s, struct nt_err *err), void *arg,
    struct nt_err *err);

/* 1 if there is none, 0, or -1. */
int nt_repo_is_empty(struct nt_repo *r, struct nt_err *err);

/*
 * Finds the snapshot of that number, the newest taken not after at_ms, or the
 * newest of all: 0 and *number, or -1 (NT_DATA) if there is none.
 */
int nt_repo_find_number(struct nt_repo *r, int64_t wanted, int64_t *number,
    struct nt_err *err);
int nt_repo_find_time(struct nt_repo *r, int64_t at_ms, int64_t *number,
    struct nt_err *err);
int nt_repo_find_newest(struct nt_repo *r, int64_t *number,
    struct nt_err *err);

/* Bytes of the file, and of what lies in it: frames and assets, packed. */
struct nt_repo_sizes {
	uint64_t file;
	uint64_t frames;
	uint64_t assets;
};
int nt_repo_sizes(struct nt_repo *r, struct nt_repo_sizes *s,
    struct nt_err *err);

/* ---- a stream into it ---- */

struct nt_repo_adder;

/*
 * Begins a snapshot in a repository opened to write.  assets is the folder
 * with the bytes of the assets by their hash, or NULL; partial lets some of
 * them be missing.  Both and r must outlive the adder.
 */
struct nt_repo_adder *nt_repo_add(struct nt_repo *r, const char *assets,
    int partial);

/*
 * Before the first record: the bytes of assets come from give(arg, hash, fd),
 * which writes them to fd, instead of a folder: 1, 0 if it has not got them,
 * or -1.  arg must outlive the adder.
 */
void nt_repo_add_from(struct nt_repo_adder *a, int (*give)(void *arg,
    struct nt_str sha256, int fd, struct nt_err *err), void *arg);

/* Adds a record of the stream, in its order. */
int nt_repo_add_record(struct nt_repo_adder *a, const struct nt_record *rec,
    struct nt_err *err);

/*
 * Commits: after 0 the snapshot is there and on disk.  snapshot and end are
 * the control records, p NULL where there was no end; complete is what
 * nt_reader_complete() said.  After it only the questions and free.
 */
int nt_repo_add_finish(struct nt_repo_adder *a, struct nt_str snapshot,
    struct nt_str end, int complete, struct nt_err *err);

/* How many assets' bytes are missing. */
uint64_t nt_repo_add_missing(const struct nt_repo_adder *a);

/* NULL is allowed. */
void nt_repo_adder_free(struct nt_repo_adder *a);

/* Makes the search index of the newest snapshot, to be kept up from then on. */
int nt_repo_search(struct nt_repo *r, struct nt_err *err);

/* ---- a stream out of it ---- */

struct nt_repo_stream;

/* The records of a snapshot, by its number; r must outlive it. */
struct nt_repo_stream *nt_repo_stream_open(struct nt_repo *r, int64_t number,
    struct nt_err *err);

/*
 * The next line without its newline, control records among them: 1 and *line,
 * lent until the next call; 0 after the last; -1.  The end record comes only
 * if the digest of all before it is that of the snapshot.
 */
int nt_repo_stream_next(struct nt_repo_stream *s, struct nt_str *line,
    struct nt_err *err);

/*
 * Before the first line: asks for the page, database or data source of that id
 * and what is below it; again for another.  What can be told to be neither is
 * left out and not even read.  What is given may still be too much, in the
 * order that it has in the stream, with the control records as they are; the
 * digest is not looked at.  0, also if there is no such thing, or -1.
 */
int nt_repo_stream_only(struct nt_repo_stream *s, const struct nt_id *id,
    struct nt_err *err);

/* 1 if the stream said that it was complete, and all assets asked for are. */
int nt_repo_stream_complete(const struct nt_repo_stream *s);

/* NULL is allowed. */
void nt_repo_stream_free(struct nt_repo_stream *s);

/* Writes the assets of a snapshot to the folder, each under its hash. */
int nt_repo_assets(struct nt_repo *r, int64_t number, const char *folder,
    struct nt_err *err);

/*
 * Writes the bytes of the asset with that hash to fd, a file of the caller's:
 * 1, 0 if the repository does not have them, or -1.
 */
int nt_repo_asset(struct nt_repo *r, struct nt_str sha256, int fd,
    struct nt_err *err);

/* ---- less of it ---- */

/*
 * Removes the snapshots and what only they needed, in one step, and gives the
 * room back.  Refused (NT_DATA): a number that is not there, and all complete
 * ones at once.  0, or -1 and nothing is removed.
 */
int nt_repo_remove(struct nt_repo *r, const int64_t *numbers, size_t count,
    struct nt_err *err);

/* ---- is it all right? ---- */

/* How much was looked at. */
struct nt_repo_verified {
	uint64_t bytes;		/* of the file */
	uint64_t records;	/* in it, each once */
	uint64_t faults;
};

/*
 * Looks at the file's structure, and unless quick reads all: every frame and
 * its sums, every snapshot and its digest and counts, every asset and its
 * hash, and what the views show.  fault(arg, sentence) is called for whatever
 * is wrong.  1 if nothing is, 0 if something is, -1 if it could not be told.
 */
int nt_repo_verify(struct nt_repo *r, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_repo_verified *found,
    struct nt_err *err);

#endif
