#include "nt/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* A renewal holds the lock while it moves files, which is soon done. */
#define PATIENCE_MS 10000

struct nt_folder {
	int fd;
	int staging;		/* -1 unless a committed renewal is in it */
	struct spot place, staged;
};

/* Opens the staging if there is one with a manifest: 0, or -1. */
static int
open_staging(struct nt_folder *f, struct nt_err *err)
{
	struct stat st;
	int fd = openat(f->fd, NT_FOLDER_STAGING, O_RDONLY | O_DIRECTORY |
	    O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		return errno == ENOENT ? 0 :
		    nt_err_sys(err, "open", NT_FOLDER_STAGING);
	if (fstatat(fd, NT_FOLDER_MANIFEST, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		f->staging = fd;
		spot_open(&f->staged, fd);
		return 0;
	}
	close(fd);
	return errno == ENOENT ? 0 :
	    nt_err_sys(err, "look at", NT_FOLDER_STAGING);
}

struct nt_folder *
nt_folder_open(const char *path, struct nt_err *err)
{
	struct nt_folder *f = nt_alloc(sizeof *f);

	f->staging = -1;
	f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->fd == -1) {
		nt_err_sys(err, "open the folder", path);
		goto fail;
	}
	spot_open(&f->place, f->fd);
	/* Not every file system has locks; there the hashes must do. */
	if (lock_soon(f->fd, LOCK_SH, PATIENCE_MS) == -1 &&
	    errno == EWOULDBLOCK) {
		nt_err_set(err, NT_AGAIN,
		    "%s is being renewed by another process", path);
		goto fail;
	}
	if (open_staging(f, err) == -1) {
		nt_err_at(err, "%s: ", path);
		goto fail;
	}
	return f;

fail:
	nt_folder_close(f);
	return NULL;
}

int
nt_folder_file(struct nt_folder *f, struct nt_str name, int *fd,
    struct nt_err *err)
{
	char *path;
	int got = 0;

	if (spot_check(name, err) == -1)
		return -1;
	path = nt_strndup(name.p, name.len);
	if (f->staging != -1)
		got = spot_read(&f->staged, path, fd, err);
	if (got == 0)
		got = spot_read(&f->place, path, fd, err);
	free(path);
	return got;
}

void
nt_folder_close(struct nt_folder *f)
{
	if (f == NULL)
		return;
	if (f->staging != -1) {
		spot_close(&f->staged);
		close(f->staging);
	}
	if (f->fd != -1) {
		spot_close(&f->place);
		close(f->fd);
	}
	free(f);
}
