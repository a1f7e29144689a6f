/*
 * archive - the room archive by hand
 *
 *	archive make zip|tar|tar.gz|tar.zst [FILE ...]
 *		packs the files, named as they are given, to standard output
 *	archive read FILE
 *		reads every member and prints its CRC, size and name
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nt/archive.h"
#include "nt/file.h"
#include "nt/tool.h"

static const struct nt_usage usage = {
	"archive", "make FORMAT [file ...] | read FILE",
	"the room archive by hand", NULL
};

/* ---- make ---- */

static ssize_t
read_file(void *arg, void *p, size_t len, struct nt_err *err)
{
	ssize_t n = nt_read_some(*(int *)arg, p, len);

	return n == -1 ? nt_err_sys(err, "read", "a file") : n;
}

static void
rewind_file(void *arg)
{
	lseek(*(int *)arg, 0, SEEK_SET);
}

/* One of the two is there. */
struct out {
	struct nt_zip *zip;
	struct nt_tar *tar;
};

static int
add_large(struct out *o, const char *path, int fd, struct nt_err *err)
{
	struct nt_source source = { read_file, rewind_file, &fd };

	return o->zip != NULL ? nt_zip_add_source(o->zip, path, source, err) :
	    nt_tar_add_source(o->tar, path, source, err);
}

static int
add_small(struct out *o, const char *path, struct nt_err *err)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_MEMBER_MEMORY);
	if (nt_file_slurp(path, &b, err) == -1) {
		nt_buf_free(&b);
		return -1;
	}
	return o->zip != NULL ? nt_zip_add(o->zip, path, &b, err) :
	    nt_tar_add(o->tar, path, &b, err);
}

static int
add(struct out *o, const char *path, struct nt_err *err)
{
	int fd = nt_file_open(path, err), got;
	off_t size;

	if (fd == -1)
		return -1;
	got = nt_file_regular(fd, &size) && size <= (off_t)NT_MEMBER_MEMORY ?
	    add_small(o, path, err) : add_large(o, path, fd, err);
	close(fd);
	return got;
}

static int
make(const char *format, char *files[], struct nt_err *err)
{
	static const char *const formats[] = { "tar", "tar.gz", "tar.zst" };
	struct out o = { NULL, NULL };
	int got = 0;

	if (strcmp(format, "zip") == 0)
		o.zip = nt_zip_new(STDOUT_FILENO);
	for (int i = 0; i < 3; i++)
		if (strcmp(format, formats[i]) == 0)
			o.tar = nt_tar_new(STDOUT_FILENO,
			    (enum nt_codec)(NT_CODEC_NONE + i));
	if (o.zip == NULL && o.tar == NULL)
		nt_tool_usage("%s is no format", format);
	while (got == 0 && *files != NULL)
		got = add(&o, *files++, err);
	if (got == 0)
		got = o.zip != NULL ? nt_zip_finish(o.zip, err) :
		    nt_tar_finish(o.tar, err);
	nt_zip_free(o.zip);
	nt_tar_free(o.tar);
	return got;
}

/* ---- read ---- */

static int
read_member(const struct nt_archive *a, const struct nt_entry *e,
    struct nt_err *err)
{
	struct nt_member *m = nt_member_open(a, e, err);
	char part[65536];
	uint32_t crc = 0;
	ssize_t n = -1;

	if (m != NULL)
		while ((n = nt_member_read(m, part, sizeof part, err)) > 0)
			crc = nt_crc32(crc, part, (size_t)n);
	nt_member_close(m);
	if (n == 0)
		printf("%08x %ju %.*s\n", crc, (uintmax_t)e->size,
		    (int)e->name.len, e->name.p);
	return (int)n;
}

static int
read_all(const struct nt_archive *a, struct nt_err *err)
{
	for (size_t i = 0; i < nt_archive_count(a); i++) {
		struct nt_entry e;

		nt_archive_entry(a, i, &e);
		if (read_member(a, &e, err) == -1)
			return -1;
	}
	return 0;
}

static int
read_archive(const char *path, struct nt_err *err)
{
	int fd = nt_file_open(path, err), got = -1;
	struct nt_archive *a = NULL;

	if (fd != -1 && (a = nt_archive_open(fd, err)) != NULL)
		got = read_all(a, err);
	nt_archive_close(a);
	if (fd != -1)
		close(fd);
	return got;
}

int
main(int argc, char *argv[])
{
	struct nt_err err;
	int got;

	nt_tool_start(&usage);
	if (argc >= 3 && strcmp(argv[1], "make") == 0)
		got = make(argv[2], argv + 3, &err);
	else if (argc == 3 && strcmp(argv[1], "read") == 0)
		got = read_archive(argv[2], &err);
	else
		nt_tool_usage("expected make or read");
	return got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
}
