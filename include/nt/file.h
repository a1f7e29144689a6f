/*
 * file - files and descriptors, and the only door to the disk.
 *
 * Calls err, buf, clock.  Sizes are bytes.  EINTR, EAGAIN and short counts are
 * met here and nowhere else.  A failed fsync is final.
 */
#ifndef NT_FILE_H
#define NT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/buf.h"
#include "nt/err.h"

/* Writes all of it: 0, or -1 and errno. */
int nt_write_all(int fd, const void *p, size_t len);

/* Reads until len bytes or the end; how many, or -1 and errno. */
ssize_t nt_read_all(int fd, void *p, size_t len);

/* One read(2), after waiting for it where the descriptor would block. */
ssize_t nt_read_some(int fd, void *p, size_t len);

/* As pread(2) and pwrite(2), all of it: 0, or -1 and errno (EIO at the end). */
int nt_pread_all(int fd, void *p, size_t len, off_t at);
int nt_pwrite_all(int fd, const void *p, size_t len, off_t at);

/* Copies all that is left in from to to: 0, or -1; paths are for the error. */
int nt_file_copy(int from, const char *from_path, int to, const char *to_path,
    struct nt_err *err);

/* 1 if a read would return at once, 0 if it would wait. */
int nt_read_ready(int fd);

/*
 * Opens path for reading; "-" is standard input (a duplicate that the caller
 * closes like any other).  A folder is refused.  The descriptor, or -1.
 */
int nt_file_open(const char *path, struct nt_err *err);

/*
 * The same for what must be a regular file, whose size it tells.  It never
 * waits, whatever stands at path.
 */
int nt_file_open_regular(const char *path, off_t *size, struct nt_err *err);

/* Appends the whole file to b, within b's limit: 0, or -1. */
int nt_file_slurp(const char *path, struct nt_buf *b, struct nt_err *err);

/*
 * A file in the making: write to fd, then nt_draft_commit() puts it at path in
 * one step, durable, and nt_draft_free() throws away one not committed (and
 * closes fd either way).  Until the commit nothing stands at path that was not
 * there before.  What is no regular file is never replaced.
 */
struct nt_draft {
	int fd;
	int dir;
	char *path;
	char *name;	/* the last part of path */
	char temp[32];	/* name of the draft in dir */
};

int nt_draft_open(struct nt_draft *d, const char *path, struct nt_err *err);
int nt_draft_commit(struct nt_draft *d, struct nt_err *err);

/* The same where nothing may be replaced: NT_AGAIN if something is there. */
int nt_draft_commit_new(struct nt_draft *d, struct nt_err *err);
void nt_draft_free(struct nt_draft *d);

/*
 * Makes a file of these bytes where none is, in one step and durable, mode
 * 0600: 0, or -1; what stands there is never replaced (NT_DATA, NT_AGAIN).
 */
int nt_file_make(const char *path, const void *p, size_t len,
    struct nt_err *err);

/*
 * A file that is filled over several runs: opened to read and write, made if
 * it is not there, and locked; NT_AGAIN if another descriptor holds it.
 */
int nt_part_open(const char *path, struct nt_err *err);

/*
 * Opens a file and locks it, until the descriptor is closed, against whoever
 * does the same: the descriptor, or -1, NT_AGAIN if another holds it.
 */
int nt_file_hold(const char *path, struct nt_err *err);

/* Puts a full one at to in one step, durable; fd is closed in any case. */
int nt_part_commit(int fd, const char *path, const char *to,
    struct nt_err *err);

/* Removes and closes one that is of no use. */
void nt_part_drop(int fd, const char *path);

/* Opens a file to read and to append to, made if it is not there: fd, or -1. */
int nt_log_open(const char *path, struct nt_err *err);

/*
 * Makes a log ours alone, and its name durable: 0, or -1; NT_AGAIN if another
 * descriptor has it.
 */
int nt_log_own(int fd, const char *path, struct nt_err *err);

/*
 * Appends to a log, and with sync has it on disk, all of it, before it
 * returns: 0, or -1 (NT_SYS).  path is for the message.
 */
int nt_log_add(int fd, const char *path, const void *p, size_t len, int sync,
    struct nt_err *err);

/* Cuts a log behind its first len bytes, on disk: 0, or -1. */
int nt_log_cut(int fd, const char *path, uint64_t len, struct nt_err *err);

/* A file without a name, gone when closed, in $TMPDIR: fd, or -1. */
int nt_file_temp(struct nt_err *err);

/*
 * The size bytes of a regular file as memory to read, or NULL;
 * nt_file_unmap() ends it.  Who reads there what another process cut off
 * meanwhile dies of SIGBUS.
 */
const char *nt_file_map(int fd, size_t size, const char *path,
    struct nt_err *err);
void nt_file_unmap(const char *p, size_t size);

/* Makes path and the folders above it, mode 0700: 0 (also if there), or -1. */
int nt_dir_make(const char *path, struct nt_err *err);

/*
 * Removes the drafts ".nt-*.tmp" that a process which no longer runs left in
 * the folder.  Best effort; a draft younger than one day is let be.
 */
void nt_draft_sweep(const char *folder);

/* 1 if there is a folder at path, or a link to one. */
int nt_file_is_folder(const char *path);

/* Size in bytes and 1 if fd is a regular file, else 0 and *size is 0. */
int nt_file_regular(int fd, off_t *size);

/* Closes after writing: 0, or -1 (the descriptor is gone even so). */
int nt_file_close(int fd, const char *path, struct nt_err *err);

#endif
