/* Files that appear whole or not at all. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"

#define DRAFT_PREFIX ".nt-"
#define DRAFT_SUFFIX ".tmp"
#define STALE_MS ((int64_t)24 * 60 * 60 * 1000)

/* Makes a new file in the folder and writes its name: fd, or -1 and errno. */
static int
create_draft(int dir, char name[32])
{
	snprintf(name, 32, DRAFT_PREFIX "%016" PRIx64 DRAFT_SUFFIX,
	    nt_random64());
	return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* What is no file stays: a device, a pipe or a folder is not replaced. */
static int
check_place(const char *path, struct nt_err *err)
{
	struct stat st;

	if (stat(path, &st) == -1 || S_ISREG(st.st_mode))
		return 0;
	return nt_err_set(err, NT_DATA, "%s is %s, expected a file or nothing",
	    path, S_ISDIR(st.st_mode) ? "a folder" : "a device or a pipe");
}

int
nt_draft_open(struct nt_draft *d, const char *path, struct nt_err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? nt_strdup(".") : slash == path ?
	    nt_strdup("/") : nt_strndup(path, (size_t)(slash - path));

	*d = (struct nt_draft){ .fd = -1, .dir = -1,
	    .path = nt_strdup(path),
	    .name = nt_strdup(slash == NULL ? path : slash + 1) };
	if (*d->name == '\0') {
		nt_err_set(err, NT_DATA, "\"%s\" names no file", path);
		goto fail;
	}
	if (check_place(path, err) == -1)
		goto fail;
	d->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir == -1) {
		nt_err_sys(err, "open the folder", folder);
		goto fail;
	}
	d->fd = create_draft(d->dir, d->temp);
	if (d->fd == -1) {
		nt_err_sys(err, "create a file in", folder);
		goto fail;
	}
	free(folder);
	return 0;

fail:
	free(folder);
	nt_draft_free(d);
	return -1;
}

/* Brings the content to the disk, the first step of every commit. */
static int
finish(struct nt_draft *d, struct nt_err *err)
{
	int fd = d->fd;

	if (fsync(fd) == -1)
		return nt_err_sys(err, "write", d->path);
	d->fd = -1;
	return close(fd) == -1 ? nt_err_sys(err, "close", d->path) : 0;
}

/* And the last: the name. */
static int
settle(struct nt_draft *d, struct nt_err *err)
{
	d->temp[0] = '\0';
	return fsync(d->dir) == -1 ?
	    nt_err_sys(err, "fsync folder of", d->path) : 0;
}

int
nt_draft_commit(struct nt_draft *d, struct nt_err *err)
{
	if (finish(d, err) == -1)
		return -1;
	if (renameat(d->dir, d->temp, d->dir, d->name) == -1)
		return nt_err_sys(err, "rename", d->path);
	return settle(d, err);
}

int
nt_draft_commit_new(struct nt_draft *d, struct nt_err *err)
{
	struct stat st;

	if (finish(d, err) == -1)
		return -1;
	if (linkat(d->dir, d->temp, d->dir, d->name, 0) == 0) {
		unlinkat(d->dir, d->temp, 0);
		return settle(d, err);
	}
	if (errno == EEXIST || fstatat(d->dir, d->name, &st,
	    AT_SYMLINK_NOFOLLOW) == 0)
		return nt_err_set(err, NT_AGAIN,
		    "%s was made by another meanwhile", d->path);
	/* A file system without links: nearly as good. */
	if (renameat(d->dir, d->temp, d->dir, d->name) == -1)
		return nt_err_sys(err, "rename", d->path);
	return settle(d, err);
}

void
nt_draft_free(struct nt_draft *d)
{
	if (d->fd != -1)
		close(d->fd);
	if (d->temp[0] != '\0' && d->dir != -1)
		unlinkat(d->dir, d->temp, 0);
	if (d->dir != -1)
		close(d->dir);
	free(d->path);
	free(d->name);
	*d = (struct nt_draft){ .fd = -1, .dir = -1 };
}

int
nt_file_make(const char *path, const void *p, size_t len, struct nt_err *err)
{
	struct nt_draft d;
	struct stat st;
	int got;

	if (lstat(path, &st) == 0)
		return nt_err_set(err, NT_DATA, "%s is there already, and is "
		    "not replaced", path);
	if (nt_draft_open(&d, path, err) == -1)
		return -1;
	got = nt_write_all(d.fd, p, len) == -1 ?
	    nt_err_sys(err, "write", path) : nt_draft_commit_new(&d, err);
	nt_draft_free(&d);
	return got;
}

/* A draft, or what SQLite left beside one. */
static int
is_draft_ending(const char *ending)
{
	size_t suffix = strlen(DRAFT_SUFFIX);

	return strncmp(ending, DRAFT_SUFFIX, suffix) == 0 &&
	    (ending[suffix] == '\0' || strcmp(ending + suffix, "-wal") == 0 ||
	    strcmp(ending + suffix, "-shm") == 0);
}

static int
is_draft_name(const char *name)
{
	size_t prefix = strlen(DRAFT_PREFIX);
	size_t digits = strspn(name + (strncmp(name, DRAFT_PREFIX, prefix) == 0
	    ? prefix : strlen(name)), "0123456789abcdef");

	return digits == 16 && is_draft_ending(name + prefix + digits);
}

void
nt_draft_sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (!is_draft_name(entry->d_name) ||
		    fstatat(dirfd(dir), entry->d_name, &st,
		    AT_SYMLINK_NOFOLLOW) == -1 || !S_ISREG(st.st_mode))
			continue;
		if (nt_clock_wall_ms() - (int64_t)st.st_mtime * 1000 > STALE_MS)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
}
