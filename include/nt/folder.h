/*
 * folder - a folder of files that is read, and renewed in place, as one thing.
 *
 * Calls err, buf, mem, file.  Sizes are bytes.  On -1, *err says why; nothing
 * here prints.
 *
 * A renewal writes what differs from the files that stand there to the
 * folder's staging, NT_FOLDER_STAGING, makes it durable, and then puts the new
 * manifest beside it by a rename: that is the moment of the commit.  Only then
 * the staged files move to their places, and the manifest last.  While a
 * manifest stands in the staging, a reader takes it and each staged file from
 * there and all others from their places: so a crash at any moment leaves the
 * former state or the new one, and the next renewal puts in place what is not.
 * What the former state did not name, such as .git or notes, is never written,
 * moved or removed.
 *
 * A name is a path below the folder: parts between slashes, of which none is
 * empty, "." or "..", or begins with ".nt-"; at most NT_FOLDER_NAME_MAX bytes.
 * No link is followed below the folder's own path, and what is no regular file
 * is refused.
 *
 * A folder, open for either, is for one thread at a time.
 */
#ifndef NT_FOLDER_H
#define NT_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/mem.h"

#define NT_FOLDER_MANIFEST "manifest.json"
#define NT_FOLDER_STAGING ".nt-pack"
#define NT_FOLDER_NAME_MAX 1024

/* ---- reading ---- */

struct nt_folder;

/*
 * Opens the folder in the state it has now.  Until the close a renewal may
 * commit but moves nothing, so all files read are of this state (where the
 * file system has no locks that is not so, and only their hashes tell).
 * NT_AGAIN if a renewal is moving files and does not end soon.
 */
struct nt_folder *nt_folder_open(const char *path, struct nt_err *err);

/*
 * Opens a file to read: 1 and *fd, which the caller closes; 0 if there is none
 * of that name; or -1.
 */
int nt_folder_file(struct nt_folder *f, struct nt_str name, int *fd,
    struct nt_err *err);

/* NULL is allowed. */
void nt_folder_close(struct nt_folder *f);

/* ---- renewing ---- */

struct nt_renewal;

/*
 * Opens the folder, made if it is not there, for a renewal, after putting in
 * place what a former one left after its commit, and removing what it left
 * before.  NT_AGAIN if another process renews it, or reads it while something
 * is to be put in place.
 */
struct nt_renewal *nt_renewal_open(const char *path, struct nt_err *err);

/* As nt_folder_file(), of the former state. */
int nt_renewal_former(struct nt_renewal *r, struct nt_str name, int *fd,
    struct nt_err *err);

/*
 * Says that the former state has this file: it may be replaced, and is removed
 * by the commit unless it is put again.  All of these come before the first
 * nt_renewal_begin().
 */
int nt_renewal_had(struct nt_renewal *r, struct nt_str name,
    struct nt_err *err);

/*
 * Puts a file: begin, its bytes in any pieces, end.  It is compared with the
 * one that stands there, and only what differs is written.  NT_DATA if one
 * stands there that differs and that the former state did not have.  The
 * manifest is put like any other file, once.
 */
int nt_renewal_begin(struct nt_renewal *r, struct nt_str name,
    struct nt_err *err);
int nt_renewal_write(struct nt_renewal *r, const void *p, size_t len,
    struct nt_err *err);
int nt_renewal_end(struct nt_renewal *r, struct nt_err *err);

/*
 * Commits, and puts everything in its place.  After 0 the new state outlasts a
 * power cut.  After -1 the former state stands; only if *err says that the
 * folder is renewed, all of the new state is there, and the next renewal puts
 * it in place.  Refused (NT_DATA): two names that are the same, or differ by
 * the case of ASCII letters only, for they meet on some file systems.
 */
int nt_renewal_commit(struct nt_renewal *r, struct nt_err *err);

/* What was done. */
struct nt_renewed {
	uint64_t written;	/* files, the manifest not counted */
	uint64_t bytes;		/* in them */
	uint64_t kept;		/* files that stood there as they should */
	uint64_t removed;
	int waiting;		/* committed, but a reader keeps the files */
				/* from their places until a later renewal */
};

struct nt_renewed nt_renewal_done(const struct nt_renewal *r);

/* What was not committed leaves no trace.  NULL is allowed. */
void nt_renewal_free(struct nt_renewal *r);

#endif
