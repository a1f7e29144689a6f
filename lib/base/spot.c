#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/folder.h"

#define PART_MAX 255
#define DEPTH_MAX 16

/* ---- names ---- */

static const char *
fault_of_part(const char *part, size_t len)
{
	if (len == 0)
		return "has an empty part";
	if (len > PART_MAX)
		return "has a part longer than 255 bytes";
	if (part[0] == '.' && (len == 1 || (len == 2 && part[1] == '.')))
		return "leaves the folder";
	if (len >= sizeof OURS - 1 &&
	    strncasecmp(part, OURS, sizeof OURS - 1) == 0)
		return "begins with \"" OURS "\", which is for our own files";
	return NULL;
}

static const char *
fault_of(struct nt_str name)
{
	const char *why, *p = name.p, *end = name.p + name.len, *slash;
	int depth = 0;

	if (name.len > NT_FOLDER_NAME_MAX)
		return "is too long";
	if (memchr(name.p, '\0', name.len) != NULL)
		return "holds a NUL";
	do {
		slash = memchr(p, '/', (size_t)(end - p));
		if (slash == NULL)
			slash = end;
		if ((why = fault_of_part(p, (size_t)(slash - p))) != NULL)
			return why;
		if (++depth > DEPTH_MAX)
			return "has too many folders";
		p = slash + 1;
	} while (slash < end);
	return NULL;
}

int
spot_check(struct nt_str name, struct nt_err *err)
{
	const char *why = fault_of(name);

	if (why == NULL)
		return 0;
	return nt_err_set(err, NT_DATA, "\"%.*s\" %s and is no name of a file "
	    "in an archive", (int)(name.len < 120 ? name.len : 120), name.p,
	    why);
}

const char *
spot_last(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash == NULL ? name : slash + 1;
}

/* ---- folders ---- */

void
spot_open(struct spot *s, int root)
{
	*s = (struct spot){ .root = root, .fd = -1 };
}

void
spot_close(struct spot *s)
{
	if (s->below != NULL)
		close(s->fd);
	free(s->below);
	spot_open(s, s->root);
}

static int
open_folder(int at, const char *part, int make)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, part, flags);

	if (fd != -1 || errno != ENOENT || !make)
		return fd;
	if (mkdirat(at, part, 0700) == -1 && errno != EEXIST)
		return -1;
	return openat(at, part, flags);
}

/* Opens part after part of path; the slashes in it are overwritten. */
static int
descend(int root, char *path, int make)
{
	int fd = root, next, why;
	char *slash;

	for (char *part = path; part != NULL;
	    part = slash == NULL ? NULL : slash + 1) {
		if ((slash = strchr(part, '/')) != NULL)
			*slash = '\0';
		next = open_folder(fd, part, make);
		why = errno;
		if (fd != root)
			close(fd);
		if ((fd = next) == -1) {
			errno = why;
			return -1;
		}
	}
	return fd;
}

int
spot_find(struct spot *s, const char *name, int make)
{
	size_t len = (size_t)(spot_last(name) - name);
	char *path;
	int fd;

	if (len == 0)
		return s->root;
	len--;		/* the slash */
	if (s->below != NULL && strlen(s->below) == len &&
	    memcmp(s->below, name, len) == 0)
		return s->fd;
	path = nt_strndup(name, len);
	fd = descend(s->root, path, make);
	free(path);
	if (fd == -1)
		return -1;
	spot_close(s);
	s->below = nt_strndup(name, len);
	s->fd = fd;
	return fd;
}

/* ---- files ---- */

static int
open_file(int folder, const char *last)
{
	return openat(folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC);
}

int
spot_read(struct spot *s, const char *name, int *fd, struct nt_err *err)
{
	int folder = spot_find(s, name, 0), got;
	struct stat st;

	if (folder == -1 && errno == ENOENT)
		return 0;
	if (folder == -1)
		return nt_err_sys(err, "open the folder of", name);
	got = open_file(folder, spot_last(name));
	if (got == -1 && errno == ENOENT)
		return 0;
	if (got == -1 && errno == ELOOP)
		return nt_err_set(err, NT_DATA,
		    "%s is a link, expected a file", name);
	if (got == -1)
		return nt_err_sys(err, "open", name);
	if (fstat(got, &st) == 0 && S_ISREG(st.st_mode)) {
		*fd = got;
		return 1;
	}
	close(got);
	return nt_err_set(err, NT_DATA, "%s is no regular file", name);
}
