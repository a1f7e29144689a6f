/*
 * notion-pack - put a snapshot stream into an archive
 *
 *	in	a snapshot stream, from the file named or standard input
 *	out	the archive, at the name that -o gives, in one step
 *	exit	0 it is whole and on disk, 2 trouble and nothing changed
 */
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/store.h"
#include "nt/tool.h"

enum {
	OPT_ASSETS = 256,
	OPT_NO_MARKDOWN,
	OPT_PARTIAL,
	OPT_PROGRESS,
	OPT_SEARCH
};

static const struct nt_option options[] = {
	{ OPT_ASSETS, "assets", "DIR",
	    "put the bytes of assets, from DIR/SHA256, into the archive" },
	{ 'f', "format", "FORMAT", "zip, tar, tar.gz, tar.zst, dir, "
	    "sqlite or ndjson (by the output's name)" },
	{ OPT_NO_MARKDOWN, "no-markdown", NULL,
	    "leave out the pages as Markdown, for people" },
	{ 'o', "output", "PATH", "where the archive goes (- is stdout)" },
	{ OPT_PARTIAL, "partial", NULL,
	    "take a stream without a good end, and mark the archive" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ OPT_SEARCH, "search", NULL,
	    "make a search index in the repository, and keep it up" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-pack", "[options] [file]",
	"put a snapshot stream into an archive", options
};

/* ---- what the stored stream tells of itself ---- */

static void
show_read(uint64_t bytes)
{
	nt_tool_progress("%ju MB read", (uintmax_t)(bytes / 1000000));
}

static void
warn(const char *sentence)
{
	nt_tool_progress_done();
	nt_tool_warn("%s", sentence);
}

/* ---- options ---- */

static const struct nt_store_format *
format_of(const char *name)
{
	const struct nt_store_format *format = nt_store_named(name);
	struct nt_buf all;

	if (format != NULL)
		return format;
	nt_buf_init(&all, NT_BUF_MAX);
	nt_store_names(&all);
	nt_tool_usage("--format is %s, expected %s", name, all.p);
}

/* By the output's name, or a zip. */
static const struct nt_store_format *
format_by_output(const char *output)
{
	const struct nt_store_format *format = nt_store_by_path(output);

	return format != NULL ? format : nt_store_named("zip");
}

static struct nt_storing
read_options(int argc, char *argv[])
{
	struct nt_storing w = { .output = "-", .markdown = 1,
	    .tool = usage.name, .stop = nt_tool_stopping, .tick = show_read,
	    .warn = warn };
	const char *format = NULL;
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_ASSETS:
			w.how.assets = optarg;
			break;
		case 'f':
			format = optarg;
			break;
		case OPT_NO_MARKDOWN:
			w.markdown = 0;
			break;
		case 'o':
			w.output = optarg;
			break;
		case OPT_PARTIAL:
			w.how.partial = 1;
			break;
		case OPT_PROGRESS:
			nt_tool_progress_mode(optarg);
			break;
		case OPT_SEARCH:
			w.search = 1;
			break;
		}
	}
	if (argc - optind > 1)
		nt_tool_usage("%d files are named, expected one stream",
		    argc - optind);
	if (*w.output == '\0')
		nt_tool_usage("--output is empty, expected a file name");
	if (argc > optind && strcmp(argv[optind], "-") != 0)
		w.input = argv[optind];
	w.format = format != NULL ? format_of(format) :
	    format_by_output(w.output);
	return w;
}

/* Checks that what was asked for goes together. */
static void
check_wish(const struct nt_storing *w)
{
	unsigned is = nt_store_is(w->format);
	int to_pipe = strcmp(w->output, "-") == 0;

	if (!(is & NT_STORE_ASSETS) && w->how.assets != NULL)
		nt_tool_usage("--assets is given, but %s has no room for "
		    "bytes", nt_store_name(w->format));
	if (to_pipe && (is & NT_STORE_IN_PLACE))
		nt_tool_usage("standard output is no place for %s, expected "
		    "-o", nt_store_name(w->format));
	if (w->search && !(is & NT_STORE_INDEX))
		nt_tool_usage("--search is given, but only sqlite has an "
		    "index");
	if (to_pipe && !(is & NT_STORE_TEXT) && isatty(STDOUT_FILENO))
		nt_tool_usage("standard output is a terminal, expected -o or "
		    "a pipe for %s", nt_store_name(w->format));
}

int
main(int argc, char *argv[])
{
	struct nt_storing w;
	struct nt_err err;
	uint64_t bytes;
	int fd, got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	check_wish(&w);
	nt_tool_ignore_sigpipe();
	nt_tool_catch_stop();

	if ((fd = nt_file_open(w.input != NULL ? w.input : "-", &err)) == -1)
		return nt_tool_fail(&err);
	got = nt_store_stream(&w, &fd, &bytes, &err);
	nt_tool_progress_done();
	close(fd);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
