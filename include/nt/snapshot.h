/*
 * snapshot - a stored snapshot of any format, as a stream.
 *
 * Calls tree, repo, change, stream, json and base.  What notion-unpack takes
 * is opened here by one call: a stream, a zip or tar archive, a folder, a
 * repository, told apart by content.  On -1, *err says why, with the name of
 * the file; nothing here prints.
 */
#ifndef NT_SNAPSHOT_H
#define NT_SNAPSHOT_H

#include <stdint.h>

#include "nt/err.h"
#include "nt/id.h"
#include "nt/mem.h"
#include "nt/stream.h"

/* ---- which format it is ---- */

enum nt_format {
	NT_FORMAT_STREAM,
	NT_FORMAT_FILE,		/* a zip or tar archive */
	NT_FORMAT_FOLDER,
	NT_FORMAT_REPO
};

struct nt_found {
	enum nt_format format;
	const char *name;	/* of the format: "tar.gz", "directory" */
	int fd;			/* a regular file at its start, the caller's to
				   close; -1 of a folder or repository */
};

/*
 * Finds out what stands at path; "-" is standard input.  What cannot be
 * sought is copied to a temporary file.  0 and *found, or -1: NT_DATA when it
 * is none of them.
 */
int nt_found_open(struct nt_found *found, const char *path,
    struct nt_err *err);
void nt_found_close(struct nt_found *found);

/* ---- what it is ---- */

/*
 * Calls line(arg, record) with what is known of what stands at path without a
 * look at its records, as notion-unpack(1) has it: one canonical object, lent
 * for the call; of a repository one for each snapshot, the oldest first.  0,
 * or -1, also when line() says so.
 */
int nt_snapshot_describe(const char *path, int (*line)(void *arg,
    struct nt_str line, struct nt_err *err), void *arg, struct nt_err *err);

/* ---- what is in it ---- */

/* Which snapshot, and what of it is let pass. */
struct nt_snapshot_how {
	enum nt_read_mode mode;	/* NT_READ_WHOLE: it must be complete;
				   NT_READ_LINES: a stream may be any records */
	int64_t at_ms;		/* of a repository: the newest not after that,
				   or -1 */
	int64_t number;		/* of a repository: that one, or 0 */
};

struct nt_snapshot;

/*
 * Opens the snapshot at path, which must outlive it: 0, or -1.  Of a
 * repository it is the newest unless another is asked for; of what is one
 * snapshot, to ask for another is an error.
 */
int nt_snapshot_open(struct nt_snapshot **s, const char *path,
    const struct nt_snapshot_how *how, struct nt_err *err);

/* NULL is allowed. */
void nt_snapshot_close(struct nt_snapshot *s);

/*
 * The next record, as nt_reader_next(); number is its line in the stream.
 * After 0 all of it was found right.
 */
int nt_snapshot_next(struct nt_snapshot *s, struct nt_record *rec,
    struct nt_err *err);

/*
 * The next line without its newline, control records among them, unparsed
 * where that can be: 1 and *line, lent until the next call; 0 after the last;
 * or -1.  In place of nt_snapshot_next(), and not in NT_READ_LINES.
 */
int nt_snapshot_line(struct nt_snapshot *s, struct nt_str *line,
    struct nt_err *err);

/*
 * Before the first line: asks for the page, database or data source of that id
 * and what is below it; again for another.  What is given may still be more,
 * as with nt_repo_stream_only().
 */
int nt_snapshot_only(struct nt_snapshot *s, const struct nt_id *id,
    struct nt_err *err);

/* After the last: 1 if it was complete. */
int nt_snapshot_complete(const struct nt_snapshot *s);

/* The snapshot record, once nt_snapshot_next() was called; p NULL: none. */
struct nt_str nt_snapshot_head(const struct nt_snapshot *s);

/*
 * Writes the bytes of the asset with that hash to fd, a file of the caller's:
 * 1, 0 if they are not stored here, or -1.  Any time.
 */
int nt_snapshot_asset(struct nt_snapshot *s, struct nt_str sha256, int fd,
    struct nt_err *err);

/* 1 if bytes of assets are stored here, whether or not all of them are. */
int nt_snapshot_has_bytes(const struct nt_snapshot *s);

/* Writes all of them to the folder, each under its hash; some must be here. */
int nt_snapshot_assets(struct nt_snapshot *s, const char *folder,
    struct nt_err *err);

/* ---- all of it in memory ---- */

/*
 * A snapshot as one text, for what has to go back and forth in it.  A stream in
 * a file is mapped, all else is copied to a temporary file first; so memory
 * holds what is looked at, and gives it back when it is short.
 */
struct nt_flat;

/*
 * Opens the snapshot at path, which must outlive it: 0, or -1.  tick, if not
 * NULL, is called now and then with the bytes that were copied.
 */
int nt_flat_open(struct nt_flat **f, const char *path,
    const struct nt_snapshot_how *how, void (*tick)(uint64_t bytes),
    struct nt_err *err);

/*
 * What was mapped is not looked at before.  This waits until it is known to be
 * what its end says: 1; 0 if it was not quite, and was copied now so that all
 * that was lent is gone; or -1.  Nothing may be committed before a 1.
 */
int nt_flat_check(struct nt_flat *f, struct nt_err *err);

/* All records, each a canonical line with its newline; lent. */
struct nt_str nt_flat_records(const struct nt_flat *f);

/* The control records; p NULL where there is none. */
struct nt_str nt_flat_snapshot(const struct nt_flat *f);
struct nt_str nt_flat_end(const struct nt_flat *f);

/* 1 if it is complete; and in which format it was found. */
int nt_flat_complete(const struct nt_flat *f);
enum nt_format nt_flat_format(const struct nt_flat *f);

/* NULL is allowed. */
void nt_flat_close(struct nt_flat *f);

/* ---- changes made to it ---- */

struct nt_amending {
	const char *to;		/* the snapshot, */
	const char *output;	/* and where the result goes, in the format of
				   its name; NULL: to the same place, as it is
				   stored there; "-": a stream */
	const char *assets;	/* folder with bytes of new assets, or NULL */
	const char *changes;	/* a file or "-"; notion-change(5) */
	const char *tool;	/* who we are, for the result */
	enum nt_read_mode mode;	/* of both */
	int force;		/* whatever the changes were made from */
	int (*stop)(void);	/* asked now and then: not 0 ends it all */
	void (*refuse)(const char *sentence);	/* told of what is refused */
	void (*warn)(const char *sentence);	/* of what else to look at */
};

/*
 * Makes the changes: 0; 1 if some were refused, then nothing is written; or -1.
 */
int nt_snapshot_amend(const struct nt_amending *w, struct nt_err *err);

#endif
