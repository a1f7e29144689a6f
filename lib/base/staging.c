/* The staging of a renewal: the folder in a folder, and whose it is. */
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

#define TRIES 100	/* each is lost to a renewal that just ended */

#ifdef __linux__
int syncfs(int fd);	/* its header hides it from programs of POSIX */
#endif

/* ---- opening ---- */

static int
in_use(const struct nt_renewal *r, int lock, struct nt_err *err)
{
	char pid[24] = "";
	ssize_t n = nt_read_all(lock, pid, sizeof pid - 1);

	if (n > 0 && pid[strspn(pid, "0123456789")] == '\0')
		return nt_err_set(err, NT_AGAIN,
		    "%s is being renewed by process %s", r->path, pid);
	return nt_err_set(err, NT_AGAIN,
	    "%s is being renewed by another process", r->path);
}

/* Says whose it is; nothing depends on that but a better message. */
static void
sign(int lock)
{
	char pid[24];
	int len = snprintf(pid, sizeof pid, "%ld", (long)getpid());

	if (ftruncate(lock, 0) == 0)
		nt_pwrite_all(lock, pid, (size_t)len, 0);
}

/* Locks what is open: 1, 0 if it was removed meanwhile, or -1. */
static int
take_lock(struct nt_renewal *r, struct nt_err *err)
{
	struct stat st;

	r->lock = openat(r->staging, STAGED_LOCK, O_RDWR | O_CREAT |
	    O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (r->lock == -1)
		return errno == ENOENT ? 0 :
		    nt_err_sys(err, "create", STAGED_LOCK);
	if (flock(r->lock, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EWOULDBLOCK)
			return in_use(r, r->lock, err);
		return nt_err_sys(err, "lock", STAGED_LOCK);
	}
	if (fstat(r->lock, &st) == -1)
		return nt_err_sys(err, "look at", STAGED_LOCK);
	if (st.st_nlink == 0)
		return 0;
	sign(r->lock);
	return 1;
}

static void
close_both(struct nt_renewal *r)
{
	if (r->lock != -1)
		close(r->lock);
	if (r->staging != -1)
		close(r->staging);
	r->lock = r->staging = -1;
}

/* One attempt: 1, 0 if it is to be made again, or -1. */
static int
open_once(struct nt_renewal *r, struct nt_err *err)
{
	int got;

	if (mkdirat(r->fd, NT_FOLDER_STAGING, 0700) == -1 && errno != EEXIST)
		return nt_err_sys(err, "make the folder", NT_FOLDER_STAGING);
	r->staging = openat(r->fd, NT_FOLDER_STAGING, O_RDONLY | O_DIRECTORY |
	    O_NOFOLLOW | O_CLOEXEC);
	if (r->staging == -1)
		return errno == ENOENT ? 0 :
		    nt_err_sys(err, "open the folder", NT_FOLDER_STAGING);
	if ((got = take_lock(r, err)) != 1)
		close_both(r);
	return got;
}

int
staging_open(struct nt_renewal *r, struct nt_err *err)
{
	int got;

	for (int i = 0; i < TRIES; i++)
		if ((got = open_once(r, err)) != 0) {
			spot_open(&r->staged, r->staging);
			return got == 1 ? 0 : -1;
		}
	return nt_err_set(err, NT_AGAIN, "others renew the folder again and "
	    "again");
}

int
staging_committed(struct nt_renewal *r, struct nt_err *err)
{
	struct stat st;

	if (fstatat(r->staging, NT_FOLDER_MANIFEST, &st,
	    AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	return errno == ENOENT ? 0 :
	    nt_err_sys(err, "look at", NT_FOLDER_STAGING);
}

/* ---- removing ---- */

static int
remove_file(void *arg, int folder, const char *path, struct nt_err *err)
{
	(void)arg;
	if (strcmp(path, STAGED_LOCK) == 0 ||
	    unlinkat(folder, spot_last(path), 0) == 0)
		return 0;
	return nt_err_sys(err, "remove", path);
}

static int
remove_folder(void *arg, int folder, int parent, const char *path,
    struct nt_err *err)
{
	(void)arg;
	(void)folder;
	if (parent == -1 ||
	    unlinkat(parent, spot_last(path), AT_REMOVEDIR) == 0)
		return 0;
	return nt_err_sys(err, "remove the folder", path);
}

int
staging_sweep(struct nt_renewal *r, struct nt_err *err)
{
	const struct visit visit = { remove_file, remove_folder, NULL };

	spot_close(&r->staged);
	return walk_folder(r->staging, &visit, err);
}

void
staging_close(struct nt_renewal *r)
{
	if (r->staging == -1)
		return;
	if (staging_committed(r, NULL) == 0 && staging_sweep(r, NULL) == 0) {
		unlinkat(r->staging, STAGED_LOCK, 0);
		unlinkat(r->fd, NT_FOLDER_STAGING, AT_REMOVEDIR);
	}
	spot_close(&r->staged);
	close_both(r);
}

/* ---- making durable ---- */

static int
sync_file(void *arg, int folder, const char *path, struct nt_err *err)
{
	int fd = openat(folder, spot_last(path), O_RDONLY | O_NOFOLLOW |
	    O_CLOEXEC);
	int got = fd == -1 || fsync(fd) == -1 ?
	    nt_err_sys(err, "write", path) : 0;

	(void)arg;
	if (fd != -1)
		close(fd);
	return got;
}

static int
sync_folder(void *arg, int folder, int parent, const char *path,
    struct nt_err *err)
{
	(void)arg;
	(void)parent;
	return fsync(folder) == -1 ? nt_err_sys(err, "write the folder",
	    *path != '\0' ? path : NT_FOLDER_STAGING) : 0;
}

int
staging_sync(struct nt_renewal *r, struct nt_err *err)
{
	const struct visit visit = { sync_file, sync_folder, NULL };

#ifdef __linux__
	/* One call for thousands of files. */
	if (syncfs(r->staging) == 0)
		return 0;
	if (errno != ENOSYS)
		return nt_err_sys(err, "write", r->path);
#endif
	return walk_folder(r->staging, &visit, err);
}
