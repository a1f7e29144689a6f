/* A committed renewal goes to its place; every step may be taken twice. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/file.h"
#include "renewal.h"

/* ---- what is to go ---- */

/* Removes a file if it is there; a link or folder by its name is not ours. */
static int
remove_file(int folder, const char *name, struct nt_err *err)
{
	const char *last = spot_last(name);
	struct stat st;

	if (fstatat(folder, last, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : nt_err_sys(err, "look at", name);
	if (!S_ISREG(st.st_mode) || unlinkat(folder, last, 0) == 0 ||
	    errno == ENOENT)
		return 0;
	return nt_err_sys(err, "remove", name);
}

/* Removes the folder, and those above it, as far as they are empty. */
static int
remove_folders(struct nt_renewal *r, char *path, struct nt_err *err)
{
	struct spot above;
	int parent, gone = 1;

	spot_open(&above, r->fd);
	while (gone && *path != '\0') {
		char *last = path + (spot_last(path) - path);

		parent = spot_find(&above, path, 0);
		gone = parent != -1 &&
		    unlinkat(parent, last, AT_REMOVEDIR) == 0;
		if (!gone && errno != ENOTEMPTY && errno != EEXIST &&
		    errno != ENOENT) {
			nt_err_sys(err, "remove the folder", path);
			spot_close(&above);
			return -1;
		}
		last[last > path ? -1 : 0] = '\0';
	}
	spot_close(&above);
	return 0;
}

/* Makes the removals in the folder durable, and removes it if it is empty. */
static int
leave_folder(struct nt_renewal *r, struct nt_err *err)
{
	char *path;
	int got;

	if (r->place.below == NULL)
		return 0;
	if (fsync(r->place.fd) == -1)
		return nt_err_sys(err, "write the folder", r->place.below);
	path = nt_strdup(r->place.below);
	spot_close(&r->place);
	got = remove_folders(r, path, err);
	free(path);
	return got;
}

static int
remove_one(struct nt_renewal *r, const char *name, struct nt_err *err)
{
	size_t len = (size_t)(spot_last(name) - name);
	int folder;

	if (spot_check(nt_str_of(name), err) == -1)
		return -1;
	if (r->place.below != NULL && (strlen(r->place.below) + 1 != len ||
	    memcmp(r->place.below, name, len - 1) != 0) &&
	    leave_folder(r, err) == -1)
		return -1;
	folder = spot_find(&r->place, name, 0);
	if (folder == -1 && (errno == ENOENT || errno == ENOTDIR ||
	    errno == ELOOP))
		return 0;
	if (folder == -1)
		return nt_err_sys(err, "open the folder of", name);
	return remove_file(folder, name, err);
}

/* Appends the list of what is to go: 1, 0 if there is none, or -1. */
static int
read_gone(struct nt_renewal *r, struct nt_buf *gone, struct nt_err *err)
{
	char part[16384];
	ssize_t n;
	int fd, got = spot_read(&r->staged, STAGED_GONE, &fd, err);

	if (got != 1)
		return got;
	while ((n = nt_read_some(fd, part, sizeof part)) > 0)
		nt_buf_add(gone, part, (size_t)n);
	if (n == -1)
		nt_err_sys(err, "read", STAGED_GONE);
	close(fd);
	return n == -1 || nt_buf_check(gone, STAGED_GONE, err) == -1 ? -1 : 1;
}

/*
 * This comes before anything moves, and is over for good, for on a file system
 * that does not tell cases apart a name to go may be that of one to come.
 */
static int
remove_gone(struct nt_renewal *r, struct nt_err *err)
{
	struct nt_buf gone;
	int got;

	nt_buf_init(&gone, NT_BUF_MAX);
	got = read_gone(r, &gone, err);
	for (const char *name = gone.p; got == 1 && name < gone.p + gone.len;
	    name += strlen(name) + 1)
		if (remove_one(r, name, err) == -1)
			got = -1;
	nt_buf_free(&gone);
	if (got != 1)
		return got;
	if (leave_folder(r, err) == -1)
		return -1;
	if (fsync(r->fd) == -1)
		return nt_err_sys(err, "write the folder", r->path);
	if (unlinkat(r->staging, STAGED_GONE, 0) == -1)
		return nt_err_sys(err, "remove", STAGED_GONE);
	return fsync(r->staging) == -1 ?
	    nt_err_sys(err, "write the folder", NT_FOLDER_STAGING) : 0;
}

/* ---- what is to come ---- */

static int
move(struct nt_renewal *r, int from, const char *name, struct nt_err *err)
{
	int to = spot_find(&r->place, name, 1);

	if (to == -1 ||
	    renameat(from, spot_last(name), to, spot_last(name)) == -1)
		return nt_err_sys(err, "put in its place", name);
	return 0;
}

static int
move_file(void *arg, int folder, const char *path, struct nt_err *err)
{
	if (strcmp(path, NT_FOLDER_MANIFEST) == 0 ||
	    strncmp(path, OURS, sizeof OURS - 1) == 0)
		return 0;
	return move(arg, folder, path, err);
}

/* Makes the new names in a place durable. */
static int
sync_place(void *arg, int folder, int parent, const char *path,
    struct nt_err *err)
{
	struct nt_renewal *r = arg;
	struct nt_buf below;
	int place;

	(void)folder;
	(void)parent;
	nt_buf_init(&below, NT_BUF_MAX);
	nt_buf_fmt(&below, "%s%s", path, *path != '\0' ? "/" : "");
	place = spot_find(&r->place, below.p, 0);
	nt_buf_free(&below);
	if (place == -1 && errno == ENOENT)
		return 0;	/* nothing was left to move there */
	if (place == -1 || fsync(place) == -1)
		return nt_err_sys(err, "write the folder",
		    *path != '\0' ? path : r->path);
	return 0;
}

static int
move_all(struct nt_renewal *r, struct nt_err *err)
{
	const struct visit visit = { move_file, sync_place, r };

	if (remove_gone(r, err) == -1 ||
	    walk_folder(r->staging, &visit, err) == -1 ||
	    move(r, r->staging, NT_FOLDER_MANIFEST, err) == -1)
		return -1;
	return fsync(r->fd) == -1 ?
	    nt_err_sys(err, "write the folder", r->path) : 0;
}

int
settle(struct nt_renewal *r, int patience_ms, struct nt_err *err)
{
	int got;

	/* Where there are no locks, readers have none either. */
	if (lock_soon(r->fd, LOCK_EX, patience_ms) == -1 &&
	    errno == EWOULDBLOCK)
		return nt_err_set(err, NT_AGAIN, "%s is being read by another "
		    "process, so that what its last renewal left cannot be "
		    "put in place", r->path);
	spot_close(&r->place);
	got = move_all(r, err);
	spot_close(&r->place);
	flock(r->fd, LOCK_UN);
	return got;
}
