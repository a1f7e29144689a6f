/*
 * notion-forget - remove snapshots from a repository
 *
 *	in	a repository, by name, and numbers of snapshots in it
 *	out	nothing; the repository without them, and smaller
 *	exit	0 they are gone, 2 trouble and all are still there, 75 it is
 *		held by another
 */
#include <stdlib.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"
#include "nt/repo.h"
#include "nt/tool.h"

static const struct nt_option options[] = {
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-forget", "file number ...",
	"remove snapshots from a repository", options
};

/* Opening makes one where none is, of which nothing is to be forgotten. */
static int
open_old(struct nt_repo **r, const char *path, struct nt_err *err)
{
	off_t size;
	int fd = nt_file_open_regular(path, &size, err);

	if (fd == -1)
		return -1;
	close(fd);
	return nt_repo_open_to_write(r, path, usage.name, err);
}

int
main(int argc, char *argv[])
{
	struct nt_repo *r;
	struct nt_err err;
	int64_t *numbers;
	size_t count = 0;
	int got;

	nt_tool_start(&usage);
	while (nt_tool_option(argc, argv) != -1)
		continue;
	if (argc - optind < 2)
		nt_tool_usage("%d arguments, expected a repository and the "
		    "numbers of snapshots", argc - optind);
	numbers = nt_alloc_array((size_t)(argc - optind), sizeof *numbers);
	for (int i = optind + 1; i < argc; i++)
		numbers[count++] = (int64_t)nt_tool_number("a snapshot",
		    argv[i], 1, INT64_MAX);
	nt_tool_ignore_sigpipe();

	got = open_old(&r, argv[optind], &err);
	if (got == 0) {
		got = nt_repo_remove(r, numbers, count, &err);
		nt_repo_close(r);
	}
	free(numbers);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
