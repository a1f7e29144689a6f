/*
 * archive - the room archive by hand
 *
 *	archive make zip|tar|tar.gz|tar.zst [FILE ...]
 *		packs the files, named as they are given, to standard output
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nt/archive.h"
#include "nt/file.h"
#include "nt/tool.h"

static const struct nt_usage usage = {
	"archive", "make FORMAT [file ...]", "the room archive by hand", NULL
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

int
main(int argc, char *argv[])
{
	struct nt_err err;
	int got;

	nt_tool_start(&usage);
	if (argc < 3 || strcmp(argv[1], "make") != 0)
		nt_tool_usage("expected make and a format");
	got = make(argv[2], argv + 3, &err);
	return got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
}
