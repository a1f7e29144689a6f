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
#include "nt/stream.h"
#include "nt/tool.h"
#include "nt/trace.h"
#include "nt/tree.h"

enum {
	OPT_ASSETS = 256,
	OPT_PARTIAL,
	OPT_PROGRESS
};

static const struct nt_option options[] = {
	{ OPT_ASSETS, "assets", "DIR",
	    "put the bytes of assets, from DIR/SHA256, into the archive" },
	{ 'f', "format", "FORMAT",
	    "zip, dir or ndjson (by the output's name)" },
	{ 'o', "output", "PATH", "where the archive goes (- is stdout)" },
	{ OPT_PARTIAL, "partial", NULL,
	    "take a stream without a good end, and mark the archive" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-pack", "[options] [file]",
	"put a snapshot stream into an archive", options
};

/* What the command line asks for. */
struct wish {
	const char *format;
	const char *output;
	const char *input;
	struct nt_packing how;
};

static int write_zip(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);
static int write_ndjson(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err);

/* The formats; the first is what is meant when nothing says which. */
static const struct format {
	const char *name;
	const char *endings[3];		/* of the output's name */
	int is_text;			/* may go to a terminal */
	int no_assets;			/* has no room for their bytes */
	/* NULL: it is a folder, which is renewed in place. */
	int (*write)(struct nt_reader *in, int fd, const struct wish *w,
	    struct nt_err *err);
} formats[] = {
	{ "zip", { ".zip" }, 0, 0, write_zip },
	{ "dir", { "/" }, 0, 0, NULL },
	{ "ndjson", { ".ndjson" }, 1, 1, write_ndjson }
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

/* The format asked for, or by the ending of the output's name, or what it is. */
static const struct format *
choose_format(const struct wish *w)
{
	if (w->format != NULL)
		return format_of(w->format);
	for (size_t i = 0; i < FORMATS; i++)
		for (const char *const *e = formats[i].endings; *e != NULL; e++)
			if (ends_in(w->output, *e))
				return &formats[i];
	return nt_file_is_folder(w->output) ? format_of("dir") : &formats[0];
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

/* Packs all of the stream; p, which is freed, is NULL if it is an error. */
static int
fill(struct nt_packer *p, struct nt_reader *in, struct nt_err *err)
{
	struct nt_record rec;
	uint64_t missing;
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
	if (got == 0 && (missing = nt_packer_missing(p)) > 0)
		nt_tool_warn("%ju assets are missing or not what they should "
		    "be, the archive is partial", (uintmax_t)missing);
	nt_packer_free(p);
	return got;
}

static int
write_zip(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	return fill(nt_packer_new(fd, &w->how), in, err);
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
write_archive(struct nt_reader *in, int fd, const struct format *format,
    const struct wish *w, struct nt_err *err)
{
	int got = format->write == NULL ?
	    fill(nt_packer_folder(w->output, &w->how, err), in, err) :
	    format->write(in, fd, w, err);

	if (got == 0 && !nt_reader_complete(in))
		nt_tool_warn("the stream is not complete, nor is the archive");
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
trace_packed(struct nt_reader *in)
{
	if (nt_trace_on())
		nt_trace("packed", "\"bytes\":%ju",
		    (uintmax_t)nt_reader_bytes(in));
}

/* Renews a folder, in which what is ours is replaced in one step. */
static int
renew(struct nt_reader *in, const struct format *format,
    const struct wish *w, struct nt_err *err)
{
	int got = write_archive(in, -1, format, w, err);

	if (got == 0)
		trace_packed(in);
	return got;
}

/* Writes a draft and puts it in place when it is whole. */
static int
put_in_place(struct nt_reader *in, const struct format *format,
    const struct wish *w, struct nt_err *err)
{
	char *folder = folder_of(w->output);
	struct nt_draft d;
	int got;

	nt_draft_sweep(folder);
	free(folder);
	if (nt_draft_open(&d, w->output, err) == -1)
		return -1;
	got = write_archive(in, d.fd, format, w, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	if (got == 0)
		trace_packed(in);
	nt_draft_free(&d);
	return got;
}

static int
to_stdout(struct nt_reader *in, const struct format *format,
    const struct wish *w, struct nt_err *err)
{
	if (write_archive(in, STDOUT_FILENO, format, w, err) == -1)
		return -1;
	return nt_file_close(STDOUT_FILENO, "standard output", err);
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .output = "-" };
	const char *progress = "auto";
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_ASSETS:
			w.how.assets = optarg;
			break;
		case 'f':
			w.format = optarg;
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
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_reader *in;
	struct nt_err err;
	const struct format *format;
	struct wish w;
	int got, aloud;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	format = choose_format(&w);
	aloud = strcmp(w.output, "-") == 0;
	if (format->no_assets && w.how.assets != NULL)
		nt_tool_usage("--assets is given, but %s has no room for "
		    "bytes", format->name);
	if (aloud && format->write == NULL)
		nt_tool_usage("standard output is no folder, expected -o for "
		    "%s", format->name);
	if (aloud && !format->is_text && isatty(STDOUT_FILENO))
		nt_tool_usage("standard output is a terminal, expected -o or "
		    "a pipe for %s", format->name);
	nt_tool_ignore_sigpipe();
	nt_tool_catch_stop();

	in = nt_reader_new((char *[]){ (char *)w.input, NULL },
	    w.how.partial ? NT_READ_PARTIAL : NT_READ_WHOLE, NULL);
	got = aloud ? to_stdout(in, format, &w, &err) :
	    format->write == NULL ? renew(in, format, &w, &err) :
	    put_in_place(in, format, &w, &err);
	nt_reader_free(in);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
