#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 32

/* Appends the names in the folder, a NUL after each. */
static int
read_names(int folder, struct nt_buf *names, const char *path,
    struct nt_err *err)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *e;
	int why;

	if (d == NULL) {
		nt_err_sys(err, "read the folder", path);
		if (fd != -1)
			close(fd);
		return -1;
	}
	for (errno = 0; (e = readdir(d)) != NULL; errno = 0)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			nt_buf_add(names, e->d_name, strlen(e->d_name) + 1);
	why = errno;
	closedir(d);
	errno = why;
	if (why != 0)
		return nt_err_sys(err, "read the folder", path);
	return nt_buf_check(names, "a folder's list of names", err);
}

static int walk(int folder, int parent, const char *path, int depth,
    const struct visit *visit, struct nt_err *err);

/* Visits one thing in the folder; path ends in its name. */
static int
visit_entry(int folder, const char *name, const char *path, int depth,
    const struct visit *visit, struct nt_err *err)
{
	struct stat st;
	int fd, got;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return nt_err_sys(err, "look at", path);
	if (!S_ISDIR(st.st_mode))
		return visit->file(visit->arg, folder, path, err);
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd == -1)
		return nt_err_sys(err, "open the folder", path);
	got = walk(fd, folder, path, depth + 1, visit, err);
	close(fd);
	return got;
}

static int
visit_all(int folder, const struct nt_buf *names, const char *path, int depth,
    const struct visit *visit, struct nt_err *err)
{
	const char *name = names->p, *end = names->p + names->len;
	struct nt_buf below;
	int got = 0;

	nt_buf_init(&below, NT_BUF_MAX);
	for (; got == 0 && name < end; name += strlen(name) + 1) {
		nt_buf_clear(&below);
		nt_buf_fmt(&below, "%s%s%s", path, *path != '\0' ? "/" : "",
		    name);
		got = visit_entry(folder, name, below.p, depth, visit, err);
	}
	nt_buf_free(&below);
	return got;
}

static int
walk(int folder, int parent, const char *path, int depth,
    const struct visit *visit, struct nt_err *err)
{
	struct nt_buf names;
	int got;

	if (depth > DEPTH_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "%s is more than %d folders deep", path, DEPTH_MAX);
	nt_buf_init(&names, NT_BUF_MAX);
	got = read_names(folder, &names, path, err);
	if (got == 0)
		got = visit_all(folder, &names, path, depth, visit, err);
	nt_buf_free(&names);
	if (got == 0 && visit->leave != NULL)
		got = visit->leave(visit->arg, folder, parent, path, err);
	return got;
}

int
walk_folder(int folder, const struct visit *visit, struct nt_err *err)
{
	return walk(folder, -1, "", 0, visit, err);
}
