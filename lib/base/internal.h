/*
 * What the files of this room share: the parts of a folder, and its locks.
 */
#ifndef NT_BASE_INTERNAL_H
#define NT_BASE_INTERNAL_H

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

/* ---- lock.c ---- */

/*
 * As flock(2) with how (LOCK_SH or LOCK_EX), tried again each millisecond for
 * that long: 0, or -1 and errno (EWOULDBLOCK: someone still holds it).
 */
int lock_soon(int fd, int how, int patience_ms);

/* ---- spot.c: places below a folder, no link followed ---- */

#define OURS ".nt-"		/* how the names of our own files begin */

/* A folder and the one below it that was asked for last, kept open. */
struct spot {
	int root;		/* lent */
	char *below;		/* NULL: none is kept */
	int fd;
};

/* 0 if that may be the name of a file in a folder of ours, or -1 (NT_DATA). */
int spot_check(struct nt_str name, struct nt_err *err);

void spot_open(struct spot *s, int root);
void spot_close(struct spot *s);

/*
 * The folder that holds the file of that name, opened, or made first if make
 * is 1; lent until the next call.  -1 and errno.
 */
int spot_find(struct spot *s, const char *name, int make);

/* The last part of a name. */
const char *spot_last(const char *name);

/*
 * Opens a file to read: 1 and *fd, 0 if it is not there, or -1 (NT_DATA: it is
 * a link or no file).
 */
int spot_read(struct spot *s, const char *name, int *fd, struct nt_err *err);

/* ---- walk.c: all that is in a folder ---- */

/*
 * What is done on the way.  path begins below the folder that the walk began
 * at; of that one itself it is "" and parent is -1.
 */
struct visit {
	/* For what is no folder. */
	int (*file)(void *arg, int folder, const char *path,
	    struct nt_err *err);
	/* For a folder, after what is in it. */
	int (*leave)(void *arg, int folder, int parent, const char *path,
	    struct nt_err *err);
	void *arg;
};

/* Visits all there is in the folder, which may change on the way. */
int walk_folder(int folder, const struct visit *visit, struct nt_err *err);

#endif
