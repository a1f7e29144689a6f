/*
 * shared - a small state that the processes of one user share.
 *
 * Calls err, buf, file.  It is a file of the user's own, mode 0600, in folder
 * notion-tools of XDG_RUNTIME_DIR, else of /run/user/UID, else of
 * XDG_CACHE_HOME, else of ~/.cache.  The content is for the caller to check:
 * a crash or a foreign hand may have left anything in it.
 */
#ifndef NT_SHARED_H
#define NT_SHARED_H

#include <stddef.h>

#include "nt/err.h"

/*
 * Opens the file of that name, making it if it is not there (then files that
 * were not written to for a week are removed from the folder).  A link, or what
 * belongs to someone else or is open to others, is refused.  A descriptor that
 * the caller closes, or -1.
 */
int nt_shared_open(const char *name, struct nt_err *err);

/*
 * Locks the file against other processes and reads the len bytes of the state,
 * zeroes where the file is shorter: 0, or -1 if that cannot be had soon.
 */
int nt_shared_take(int fd, void *state, size_t len);

/* Writes the state, if not NULL, and unlocks: 0, or -1. */
int nt_shared_give(int fd, const void *state, size_t len);

#endif
