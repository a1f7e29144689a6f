/* Files that grow over several runs: downloads and logs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "nt/file.h"

/* The descriptor if it is a regular file; else it is closed, and -1. */
static int
regular(int fd, const char *path, struct nt_err *err)
{
	off_t size;

	if (nt_file_regular(fd, &size))
		return fd;
	close(fd);
	return nt_err_set(err, NT_SYS, "%s is no regular file", path);
}

static int
lock(int fd, const char *path, struct nt_err *err)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return nt_err_set(err, NT_AGAIN, "%s is in use by another process",
	    path);
}

/* The descriptor, if it is a regular file and nobody holds it; else -1. */
static int
held(int fd, const char *path, struct nt_err *err)
{
	if ((fd = regular(fd, path, err)) == -1)
		return -1;
	if (lock(fd, path, err) == 0)
		return fd;
	close(fd);
	return -1;
}

int
nt_file_hold(const char *path, struct nt_err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	return fd == -1 ? nt_err_sys(err, "open", path) :
	    held(fd, path, err);
}

int
nt_part_open(const char *path, struct nt_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, 0600);

	return fd == -1 ? nt_err_sys(err, "create", path) :
	    held(fd, path, err);
}

/* Makes the names in the file's folder durable. */
static int
sync_folder(const char *path, struct nt_err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? nt_strdup(".") :
	    nt_strndup(path, (size_t)(slash - path) + (slash == path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), failed = 0;

	if (fd == -1 || fsync(fd) == -1)
		failed = nt_err_sys(err, "fsync", folder);
	if (fd != -1)
		close(fd);
	free(folder);
	return failed;
}

int
nt_part_commit(int fd, const char *path, const char *to, struct nt_err *err)
{
	int failed = 0;

	if (fsync(fd) == -1)
		failed = nt_err_sys(err, "write", path);
	else if (renameat(AT_FDCWD, path, AT_FDCWD, to) == -1)
		failed = nt_err_sys(err, "rename", path);
	close(fd);
	return failed == 0 ? sync_folder(to, err) : failed;
}

void
nt_part_drop(int fd, const char *path)
{
	unlink(path);
	close(fd);
}

int
nt_log_open(const char *path, struct nt_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NONBLOCK, 0600);

	return fd == -1 ? nt_err_sys(err, "open", path) :
	    regular(fd, path, err);
}

int
nt_log_own(int fd, const char *path, struct nt_err *err)
{
	return lock(fd, path, err) == -1 ? -1 : sync_folder(path, err);
}

int
nt_log_add(int fd, const char *path, const void *p, size_t len, int sync,
    struct nt_err *err)
{
	if (nt_write_all(fd, p, len) == -1 || (sync && fdatasync(fd) == -1))
		return nt_err_sys(err, "write", path);
	return 0;
}

int
nt_log_cut(int fd, const char *path, uint64_t len, struct nt_err *err)
{
	if (ftruncate(fd, (off_t)len) == -1 || fsync(fd) == -1)
		return nt_err_sys(err, "cut", path);
	return 0;
}
