#include "nt/shared.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"
#include "nt/buf.h"
#include "nt/file.h"

#define PATIENCE_MS 50
#define UNUSED_S (7 * 24 * 3600)
#define FOLDER_MAX 4000		/* bytes of its path */

/* A place where folders of the user's may be; XDG ignores relative ones. */
static int
try_place(struct nt_buf *path, const char *base, const char *below, int make)
{
	struct stat st;

	if (base == NULL || base[0] != '/' ||
	    (!make && stat(base, &st) == -1))
		return -1;
	nt_buf_clear(path);
	nt_buf_fmt(path, "%s%s/notion-tools", base, below);
	return path->full ? -1 : nt_dir_make(path->p, NULL);
}

/* The first of the places that is there or can be made: 0, or -1. */
static int
find_folder(struct nt_buf *path)
{
	char run_user[40];

	snprintf(run_user, sizeof run_user, "/run/user/%ld", (long)getuid());
	if (try_place(path, getenv("XDG_RUNTIME_DIR"), "", 0) == 0 ||
	    try_place(path, run_user, "", 0) == 0 ||
	    try_place(path, getenv("XDG_CACHE_HOME"), "", 1) == 0 ||
	    try_place(path, getenv("HOME"), "/.cache", 1) == 0)
		return 0;
	return -1;
}

/* 0 if nobody but us can have written there, else -1. */
static int
check_ours(int fd, mode_t type, const char *path, struct nt_err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return nt_err_sys(err, "look at", path);
	if ((st.st_mode & S_IFMT) != type || st.st_uid != geteuid() ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return nt_err_set(err, NT_SYS, "%s is not ours alone", path);
	return 0;
}

/*
 * Removes what nobody has used for long; best effort.  Who still has such a
 * file open goes on with it, no longer shared.
 */
static void
sweep(int dir)
{
	int fd = dup(dir);
	DIR *folder = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct stat st;

	if (folder == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(folder)) != NULL)
		if (fstatat(dir, entry->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
		    time(NULL) - st.st_mtime > UNUSED_S)
			unlinkat(dir, entry->d_name, 0);
	closedir(folder);
}

/* Opens the file in a folder that is ours: the descriptor, or -1. */
static int
open_in(const char *folder, const char *name, struct nt_err *err)
{
	off_t size;
	int dir, fd;

	dir = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir == -1)
		return nt_err_sys(err, "open", folder);
	fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC, 0600);
	if (fd == -1) {
		nt_err_sys(err, "open", name);
	} else if (check_ours(dir, S_IFDIR, folder, err) == -1 ||
	    check_ours(fd, S_IFREG, name, err) == -1) {
		close(fd);
		fd = -1;
	} else if (nt_file_regular(fd, &size) == 1 && size == 0) {
		sweep(dir);	/* a new one comes, old ones go */
	}
	close(dir);
	return fd;
}

int
nt_shared_open(const char *name, struct nt_err *err)
{
	struct nt_buf folder;
	int fd;

	nt_buf_init(&folder, FOLDER_MAX);
	if (find_folder(&folder) == 0)
		fd = open_in(folder.p, name, err);
	else
		fd = nt_err_set(err, NT_SYS, "no folder for shared state: "
		    "neither XDG_RUNTIME_DIR nor XDG_CACHE_HOME nor HOME has "
		    "one");
	nt_buf_free(&folder);
	return fd;
}

int
nt_shared_take(int fd, void *state, size_t len)
{
	ssize_t got;

	/* Whoever holds it does so for microseconds, unless it was stopped. */
	if (lock_soon(fd, LOCK_EX, PATIENCE_MS) == -1)
		return -1;
	memset(state, 0, len);
	do
		got = pread(fd, state, len, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1) {
		flock(fd, LOCK_UN);
		return -1;
	}
	return 0;
}

int
nt_shared_give(int fd, const void *state, size_t len)
{
	int got = 0;

	if (state != NULL)
		got = nt_pwrite_all(fd, state, len, 0);
	flock(fd, LOCK_UN);
	return got;
}
