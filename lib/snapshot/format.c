/*
 * Formats told apart by their first bytes.
 */
#include "nt/snapshot.h"

#include <string.h>
#include <unistd.h>

#include "nt/file.h"

/* Formats by the bytes that they have somewhere near their beginning. */
static const struct sign {
	size_t at;
	const char *bytes;
	size_t len;
	enum nt_format format;
	const char *name;	/* NULL: none of ours, */
	const char *foreign;	/* but this */
} signs[] = {
	{ 0, "PK\3\4", 4, NT_FORMAT_FILE, "zip", NULL },
	{ 0, "PK\5\6", 4, NT_FORMAT_FILE, "zip", NULL },
	{ 0, "\37\213", 2, NT_FORMAT_FILE, "tar.gz", NULL },
	{ 0, "\50\265\57\375", 4, NT_FORMAT_FILE, "tar.zst", NULL },
	{ 257, "ustar", 5, NT_FORMAT_FILE, "tar", NULL },
	{ 0, "{", 1, NT_FORMAT_STREAM, "ndjson", NULL },
	{ 0, "SQLite format 3", 16, NT_FORMAT_REPO, "sqlite", NULL },
	{ 0, "age-encryption.org/", 19, NT_FORMAT_FILE, NULL, "encrypted" },
	{ 0, "-----BEGIN AGE", 14, NT_FORMAT_FILE, NULL, "encrypted" }
};

#define SIGN_MAX 512

/* What the first bytes tell, or NULL if nothing that is known. */
static const struct sign *
find_sign(const char *start, size_t len)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (signs[i].at + signs[i].len <= len &&
		    memcmp(start + signs[i].at, signs[i].bytes,
		    signs[i].len) == 0)
			return &signs[i];
	return NULL;
}

/* Copies what cannot be sought into a file that can: fd, or -1. */
static int
make_seekable(int fd, const char *path, struct nt_err *err)
{
	int copy = nt_file_temp(err);

	if (copy != -1 && nt_file_copy(fd, path, copy, "a temporary file",
	    err) == -1) {
		close(copy);
		return -1;
	}
	return copy;
}

/* Opens what path names, so that it can be sought: fd, or -1. */
static int
open_seekable(const char *path, struct nt_err *err)
{
	int fd = nt_file_open(path, err), copy;
	off_t size;

	if (fd == -1 || nt_file_regular(fd, &size))
		return fd;
	copy = make_seekable(fd, path, err);
	close(fd);
	return copy;
}

static int
look(int fd, const char *path, struct nt_found *found, struct nt_err *err)
{
	const struct sign *sign;
	char start[SIGN_MAX];
	off_t size;
	size_t len;

	nt_file_regular(fd, &size);
	len = size < SIGN_MAX ? (size_t)size : SIGN_MAX;
	if (nt_pread_all(fd, start, len, 0) == -1)
		return nt_err_sys(err, "read", path);
	if (len == 0)
		return nt_err_set(err, NT_DATA, "%s: it is empty", path);
	if ((sign = find_sign(start, len)) == NULL)
		return nt_err_set(err, NT_DATA,
		    "%s: it is neither an archive nor a stream", path);
	if (sign->foreign != NULL)
		return nt_err_set(err, NT_DATA, "%s: it is %s, expected an "
		    "archive or a stream", path, sign->foreign);
	if (sign->format == NT_FORMAT_REPO && strcmp(path, "-") == 0)
		return nt_err_set(err, NT_DATA, "standard input is a "
		    "repository, which can be read by its name alone");
	if (lseek(fd, 0, SEEK_SET) == -1)
		return nt_err_sys(err, "seek in", path);
	*found = (struct nt_found){ sign->format, sign->name, fd };
	return 0;
}

int
nt_found_open(struct nt_found *found, const char *path, struct nt_err *err)
{
	int fd;

	if (nt_file_is_folder(path)) {
		*found = (struct nt_found){ NT_FORMAT_FOLDER, "directory", -1 };
		return 0;
	}
	if ((fd = open_seekable(path, err)) == -1)
		return -1;
	if (look(fd, path, found, err) == -1) {
		close(fd);
		return -1;
	}
	if (found->format == NT_FORMAT_REPO)
		nt_found_close(found);
	return 0;
}

void
nt_found_close(struct nt_found *found)
{
	if (found->fd != -1)
		close(found->fd);
	found->fd = -1;
}
