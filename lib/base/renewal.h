/*
 * A renewal of a folder, shared by the files that open it, fill it, and put
 * it in place.
 */
#ifndef NT_BASE_RENEWAL_H
#define NT_BASE_RENEWAL_H

#include <stddef.h>
#include <stdint.h>

#include "internal.h"
#include "nt/folder.h"

/* Our own files in the staging; none is ever moved to a place. */
#define STAGED_LOCK OURS "lock"		/* who renews: held, with the pid */
#define STAGED_MANIFEST OURS "manifest"	/* until the commit renames it */
#define STAGED_GONE OURS "gone"		/* names to remove, a NUL after each */

struct listed {
	char *name;
	uint8_t had, put;
};

struct nt_renewal {
	char *path;
	int fd, staging, lock;
	int made;		/* the folder was not there before */
	int committed;
	struct spot place, staged;

	struct listed *names;	/* the former state's first, sorted */
	size_t count, room;
	size_t former;		/* how many were had */
	int sorted;		/* no more of those can come */

	char *name;		/* of the file being put, or NULL */
	int foreign;		/* one stands there that we do not know */
	int old;		/* it, while all is as in it, or -1 */
	uint64_t same;		/* how many bytes were */
	int out;		/* its new content, or -1 */
	int manifest;		/* one was put */
	struct nt_renewed done;
};

/* ---- staging.c ---- */

/* Opens the staging, made if it is not there, and locks it. */
int staging_open(struct nt_renewal *r, struct nt_err *err);

/* Removes what is in the staging, but the lock. */
int staging_sweep(struct nt_renewal *r, struct nt_err *err);

/* Closes it, and removes it if it is of no use.  Best effort. */
void staging_close(struct nt_renewal *r);

/* 1 if a committed renewal is in it, 0 if not, or -1. */
int staging_committed(struct nt_renewal *r, struct nt_err *err);

/* Makes all that is in it durable. */
int staging_sync(struct nt_renewal *r, struct nt_err *err);

/* ---- settle.c ---- */

/*
 * Puts a committed renewal in its place, as often as it takes: 0, or -1,
 * NT_AGAIN if a reader does not leave for so long.
 */
int settle(struct nt_renewal *r, int patience_ms, struct nt_err *err);

#endif
