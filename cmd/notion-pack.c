/*
 * notion-pack - put a snapshot stream into an archive
 *
 *	in	a snapshot stream, from the file named or standard input
 *	out	the archive, at the name that -o gives, in one step
 *	exit	0 it is whole and on disk, 2 trouble and nothing changed
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"
#include "nt/repo.h"
#include "nt/stream.h"
#include "nt/tool.h"
#include "nt/trace.h"
#include "nt/tree.h"

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

struct format;

/* What the command line asks for, and what is known of it. */
struct wish {
	const struct format *format;
	const char *output;
	const char *input;
	int markdown;
	struct nt_pack_how how;
	int search;		/* index the repository */
	int fd;			/* of the input */
	uint64_t bytes;		/* read from it */
};

static int write_tree(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);
static int write_ndjson(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);
static int write_folder(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);
static int write_repo(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);

/* What a format is like. */
enum {
	IS_TEXT = 1,		/* may go to a terminal */
	IS_TREE = 2,		/* has room for Markdown */
	HAS_ASSETS = 4,		/* has room for them */
	IN_PLACE = 8		/* is renewed where it stands */
};

/* The formats; the first is what is meant when nothing says which. */
static const struct format {
	const char *name;
	const char *endings[3];		/* of the output's name */
	unsigned is;
	enum nt_tree_form form;		/* of a tree in a file */
	int (*write)(struct nt_reader *in, int fd, const struct wish *w,
	    struct nt_err *err);
} formats[] = {
	{ "zip", { ".zip" }, IS_TREE | HAS_ASSETS, NT_TREE_ZIP, write_tree },
	{ "tar", { ".tar" }, IS_TREE | HAS_ASSETS, NT_TREE_TAR, write_tree },
	{ "tar.gz", { ".tar.gz", ".tgz" }, IS_TREE | HAS_ASSETS,
	    NT_TREE_TAR_GZ, write_tree },
	{ "tar.zst", { ".tar.zst", ".tzst" }, IS_TREE | HAS_ASSETS,
	    NT_TREE_TAR_ZST, write_tree },
	{ "dir", { "/" }, IS_TREE | HAS_ASSETS | IN_PLACE, 0, write_folder },
	{ "sqlite", { ".db", ".sqlite" }, HAS_ASSETS | IN_PLACE, 0,
	    write_repo },
	{ "ndjson", { ".ndjson" }, IS_TEXT, 0, write_ndjson }
};

#define FORMATS (sizeof formats / sizeof *formats)

/* All their names, for a message. */
static void
name_formats(struct nt_buf *b)
{
	for (size_t i = 0; i < FORMATS; i++)
		nt_buf_fmt(b, "%s%s", i == 0 ? "" : i + 1 < FORMATS ? ", " :
		    " or ", formats[i].name);
}

static const struct format *
format_of(const char *name)
{
	struct nt_buf all;

	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	nt_buf_init(&all, NT_BUF_MAX);
	name_formats(&all);
	nt_tool_usage("--format is %s, expected %s", name, all.p);
}

static int
ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len >= end && strcasecmp(name + len - end, ending) == 0;
}

/* The format that the output's name or what stands there says, or the first. */
static const struct format *
format_by_name(const char *output)
{
	for (size_t i = 0; i < FORMATS; i++)
		for (const char *const *e = formats[i].endings; *e != NULL; e++)
			if (ends_in(output, *e))
				return &formats[i];
	return nt_file_is_folder(output) ? format_of("dir") : &formats[0];
}

static int
to_pipe(const struct wish *w)
{
	return strcmp(w->output, "-") == 0;
}

/* ---- one stream into one descriptor ---- */

/* 1 while there are records and nobody asked us to stop. */
static int
next(struct nt_reader *in, struct nt_record *rec, struct nt_err *err)
{
	if (nt_tool_stopping())
		return nt_err_set(err, NT_SYS, "stopped by a signal");
	nt_tool_progress("%ju MB read",
	    (uintmax_t)(nt_reader_bytes(in) / 1000000));
	return nt_reader_next(in, rec, err);
}

static void
warn_missing(uint64_t assets)
{
	if (assets > 0)
		nt_tool_warn("%ju assets are missing or not what they should "
		    "be, the archive is partial", (uintmax_t)assets);
}

/* Packs all of the stream; p, which is freed, is NULL if it is an error. */
static int
fill(struct nt_packer *p, struct nt_reader *in, struct nt_err *err)
{
	struct nt_record rec;
	int got;

	if (p == NULL)
		return -1;
	while ((got = next(in, &rec, err)) == 1)
		if ((got = nt_packer_record(p, &rec, err)) == -1)
			break;
	if (got == 0)
		got = nt_packer_finish(p, nt_reader_snapshot(in),
		    nt_reader_end(in), nt_reader_complete(in), err);
	nt_tool_progress_done();
	if (got == 0)
		warn_missing(nt_packer_missing(p));
	if (got == 0 && nt_packer_waiting(p))
		nt_tool_warn("the folder is being read: what is new in it "
		    "waits in .nt-pack for the next renewal, and is read "
		    "from there");
	nt_packer_free(p);
	return got;
}

static int
write_tree(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	return fill(nt_packer_new(fd, w->format->form, &w->how), in, err);
}

/* Writes a control record if there was one. */
static int
write_control(struct nt_writer *out, struct nt_str line, struct nt_err *err)
{
	return line.p == NULL ? 0 : nt_writer_line(out, line, err);
}

static int
write_ndjson(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_record rec;
	struct nt_err late;
	int got, begun = 0;

	(void)w;
	while ((got = next(in, &rec, err)) == 1) {
		if (!begun++)
			got = write_control(out, nt_reader_snapshot(in), err);
		if (got != -1)
			got = nt_writer_line(out, (struct nt_str){ rec.line,
			    rec.len }, err);
		if (got == -1)
			break;
	}
	if (got == 0 && !begun)
		got = write_control(out, nt_reader_snapshot(in), err);
	if (got == 0)
		got = write_control(out, nt_reader_end(in), err);
	nt_tool_progress_done();
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	return got;
}

static int
write_folder(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	(void)fd;
	return fill(nt_packer_folder(w->output, &w->how, err), in, err);
}

/* Adds a snapshot to the repository. */
static int
write_repo(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	struct nt_repo_adder *a;
	struct nt_repo *r;
	struct nt_record rec;
	int got = 0;

	(void)fd;
	if (nt_repo_open_to_write(&r, w->output, usage.name, err) == -1)
		return -1;
	if (w->search)
		got = nt_repo_search(r, err);
	a = nt_repo_add(r, w->how.assets, w->how.partial);
	while (got == 0 && (got = next(in, &rec, err)) == 1)
		got = nt_repo_add_record(a, &rec, err);
	if (got == 0)
		got = nt_repo_add_finish(a, nt_reader_snapshot(in),
		    nt_reader_end(in), nt_reader_complete(in), err);
	nt_tool_progress_done();
	if (got == 0)
		warn_missing(nt_repo_add_missing(a));
	nt_repo_adder_free(a);
	nt_repo_close(r);
	return got;
}

/* Reads the stream from w->fd and writes the archive to fd. */
static int
write_archive(int fd, struct wish *w, struct nt_err *err)
{
	struct nt_names *names = NULL;
	struct nt_reader *in;
	int got;

	if ((w->format->is & IS_TREE) && w->markdown &&
	    (names = nt_names_read(&w->fd, nt_tool_stopping, err)) == NULL)
		return -1;
	w->how.names = names;
	in = nt_reader_of_fd(w->fd, strcmp(w->input, "-") == 0 ? NULL :
	    w->input, w->how.partial ? NT_READ_PARTIAL : NT_READ_WHOLE, NULL);
	got = w->format->write(in, fd, w, err);
	if (got == 0 && !nt_reader_complete(in))
		nt_tool_warn("the stream is not complete, nor is the archive");
	w->bytes = nt_reader_bytes(in);
	nt_reader_free(in);
	nt_names_free(names);
	return got;
}

/* ---- where it goes ---- */

/* The folder that a file is in, for the caller to free. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return nt_strdup(".");
	return nt_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static void
trace_packed(const struct wish *w)
{
	if (nt_trace_on())
		nt_trace("packed", "\"bytes\":%ju", (uintmax_t)w->bytes);
}

/* Renews a folder or a repository, each in one step of its own. */
static int
renew(struct wish *w, struct nt_err *err)
{
	if (write_archive(-1, w, err) == -1)
		return -1;
	trace_packed(w);
	return 0;
}

/* Writes a draft and puts it in place when it is whole. */
static int
put_in_place(struct wish *w, struct nt_err *err)
{
	char *folder = folder_of(w->output);
	struct nt_draft d;
	int got;

	nt_draft_sweep(folder);
	free(folder);
	if (nt_draft_open(&d, w->output, err) == -1)
		return -1;
	got = write_archive(d.fd, w, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	if (got == 0)
		trace_packed(w);
	nt_draft_free(&d);
	return got;
}

static int
to_stdout(struct wish *w, struct nt_err *err)
{
	if (write_archive(STDOUT_FILENO, w, err) == -1)
		return -1;
	return nt_file_close(STDOUT_FILENO, "standard output", err);
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .output = "-", .markdown = 1 };
	const char *progress = "auto", *format = NULL;
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
			progress = optarg;
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
	if (nt_tool_progress_mode(progress) == -1)
		nt_tool_usage("--progress is %s, expected auto, always or "
		    "never", progress);
	w.input = argc > optind ? argv[optind] : "-";
	w.format = format != NULL ? format_of(format) :
	    format_by_name(w.output);
	return w;
}

/* Checks that what was asked for goes together. */
static void
check_wish(const struct wish *w)
{
	if (!(w->format->is & HAS_ASSETS) && w->how.assets != NULL)
		nt_tool_usage("--assets is given, but %s has no room for "
		    "bytes", w->format->name);
	if (to_pipe(w) && (w->format->is & IN_PLACE))
		nt_tool_usage("standard output is no place for %s, expected "
		    "-o", w->format->name);
	if (w->search && w->format->write != write_repo)
		nt_tool_usage("--search is given, but only sqlite has an "
		    "index");
	if (to_pipe(w) && !(w->format->is & IS_TEXT) && isatty(STDOUT_FILENO))
		nt_tool_usage("standard output is a terminal, expected -o or "
		    "a pipe for %s", w->format->name);
}

int
main(int argc, char *argv[])
{
	struct nt_err err;
	struct wish w;
	int got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	check_wish(&w);
	nt_tool_ignore_sigpipe();
	nt_tool_catch_stop();

	if ((w.fd = nt_file_open(w.input, &err)) == -1)
		return nt_tool_fail(&err);
	got = to_pipe(&w) ? to_stdout(&w, &err) :
	    (w.format->is & IN_PLACE) ? renew(&w, &err) :
	    put_in_place(&w, &err);
	close(w.fd);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
