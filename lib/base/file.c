#include "nt/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/clock.h"

/* Sleeps until fd can be read or written: 0, or -1 and errno. */
static int
wait_for(int fd, short event)
{
	struct pollfd p = { .fd = fd, .events = event };

	while (poll(&p, 1, -1) == -1)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* 1 if the call that just failed is to be made again. */
static int
once_more(int fd, short event)
{
	if (errno == EINTR)
		return 1;
	return (errno == EAGAIN || errno == EWOULDBLOCK) &&
	    wait_for(fd, event) == 0;
}

int
nt_write_all(int fd, const void *p, size_t len)
{
	const char *from = p;

	while (len > 0) {
		ssize_t n = write(fd, from, len);

		if (n == -1) {
			if (!once_more(fd, POLLOUT))
				return -1;
			continue;
		}
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
nt_read_some(int fd, void *p, size_t len)
{
	ssize_t n;

	while ((n = read(fd, p, len)) == -1)
		if (!once_more(fd, POLLIN))
			return -1;
	return n;
}

ssize_t
nt_read_all(int fd, void *p, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = nt_read_some(fd, (char *)p + got, len - got);

		if (n == -1)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

int
nt_pread_all(int fd, void *p, size_t len, off_t at)
{
	char *to = p;

	while (len > 0) {
		ssize_t n = pread(fd, to, len, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		to += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
nt_pwrite_all(int fd, const void *p, size_t len, off_t at)
{
	const char *from = p;

	while (len > 0) {
		ssize_t n = pwrite(fd, from, len, at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		from += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int
nt_read_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

int
nt_file_open(const char *path, struct nt_err *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0) {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
		return fd != -1 ? fd :
		    nt_err_sys(err, "read", "standard input");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd == -1)
		return nt_err_sys(err, "open", path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return nt_err_sys(err, "read", path);
	}
	return fd;
}

int
nt_file_open_regular(const char *path, off_t *size, struct nt_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd == -1)
		return nt_err_sys(err, "open", path);
	if (nt_file_regular(fd, size))
		return fd;
	close(fd);
	return nt_err_set(err, NT_SYS, "%s is no regular file", path);
}

int
nt_file_slurp(const char *path, struct nt_buf *b, struct nt_err *err)
{
	char chunk[16384];
	int fd = nt_file_open(path, err);
	ssize_t n;

	if (fd == -1)
		return -1;
	while ((n = nt_read_some(fd, chunk, sizeof chunk)) > 0 && !b->full)
		nt_buf_add(b, chunk, (size_t)n);
	if (n == -1)
		nt_err_sys(err, "read", path);
	close(fd);
	return n == -1 ? -1 : nt_buf_check(b, path, err);
}

int
nt_file_copy(int from, const char *from_path, int to, const char *to_path,
    struct nt_err *err)
{
	char part[16384];
	ssize_t n;

	while ((n = nt_read_some(from, part, sizeof part)) > 0)
		if (nt_write_all(to, part, (size_t)n) == -1)
			return nt_err_sys(err, "write", to_path);
	return n == -1 ? nt_err_sys(err, "read", from_path) : 0;
}

int
nt_file_temp(struct nt_err *err)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	int fd;

	if (folder == NULL || *folder == '\0')
		folder = "/tmp";
	if (snprintf(path, sizeof path, "%s/nt-XXXXXX", folder) >=
	    (int)sizeof path)
		return nt_err_set(err, NT_SYS, "TMPDIR is too long");
	if ((fd = mkstemp(path)) == -1)
		return nt_err_sys(err, "create a file in", folder);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	unlink(path);
	return fd;
}

const char *
nt_file_map(int fd, size_t size, const char *path, struct nt_err *err)
{
	void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED) {
		nt_err_sys(err, "map", path);
		return NULL;
	}
	madvise(p, size, MADV_SEQUENTIAL);
	return p;
}

void
nt_file_unmap(const char *p, size_t size)
{
	if (p != NULL)
		munmap((void *)(uintptr_t)p, size);
}

int
nt_dir_make(const char *path, struct nt_err *err)
{
	char *part = nt_strdup(path);
	int failed = 0;

	for (char *slash = part + 1; *part != '\0' && *slash != '\0'; slash++)
		if (*slash == '/') {
			*slash = '\0';
			if (mkdir(part, 0700) == -1 && errno != EEXIST)
				failed = 1;
			*slash = '/';
		}
	if (mkdir(part, 0700) == -1) {
		struct stat st;
		int why = errno;

		failed = stat(part, &st) == -1 || !S_ISDIR(st.st_mode);
		errno = why;
	} else {
		failed = 0;
	}
	free(part);
	return failed ? nt_err_sys(err, "make the folder", path) : 0;
}

int
nt_file_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int
nt_file_regular(int fd, off_t *size)
{
	struct stat st;

	*size = 0;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	*size = st.st_size;
	return 1;
}

int
nt_file_close(int fd, const char *path, struct nt_err *err)
{
	/* Closed even when it fails: another thread may have the number now. */
	return close(fd) == -1 ? nt_err_sys(err, "close", path) : 0;
}
