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
	{ 'f', "format", "FORMAT", "zip or ndjson (by the output's name)" },
	{ 'o', "output", "FILE", "where the archive goes (- is stdout)" },
	{ OPT_PARTIAL, "partial", NULL,
	    "take a stream without a good end, and mark the archive" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-pack", "[options] [file]",
	"put a snapshot stream into an archive", options
};

enum format {
	FORMAT_ZIP,
	FORMAT_NDJSON,
	FORMAT_UNKNOWN
};

static const char *const format_names[] = {
	[FORMAT_ZIP] = "zip",
	[FORMAT_NDJSON] = "ndjson"
};

/* What the command line asks for. */
struct wish {
	const char *assets;
	const char *format;
	const char *output;
	const char *input;
	int partial;
};

static enum format
format_of(const char *name)
{
	for (int f = 0; f < FORMAT_UNKNOWN; f++)
		if (strcasecmp(name, format_names[f]) == 0)
			return f;
	return FORMAT_UNKNOWN;
}

/* The format asked for, or by the ending of the output's name, or zip. */
static enum format
choose_format(const struct wish *w)
{
	enum format f = FORMAT_UNKNOWN;
	const char *dot = strrchr(w->output, '.');

	if (w->format != NULL) {
		if ((f = format_of(w->format)) == FORMAT_UNKNOWN)
			nt_tool_usage("--format is %s, expected zip or ndjson",
			    w->format);
	} else if (dot != NULL) {
		f = format_of(dot + 1);
	}
	return f == FORMAT_UNKNOWN ? FORMAT_ZIP : f;
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

static int
write_zip(struct nt_reader *in, int fd, const struct wish *w,
    struct nt_err *err)
{
	struct nt_packer *p = nt_packer_new(fd, w->assets, w->partial);
	struct nt_record rec;
	uint64_t missing;
	int got;

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

/* Writes a control record if there was one. */
static int
write_control(struct nt_writer *out, struct nt_str line, struct nt_err *err)
{
	return line.p == NULL ? 0 : nt_writer_line(out, line, err);
}

static int
write_ndjson(struct nt_reader *in, int fd, struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_record rec;
	struct nt_err late;
	int got, begun = 0;

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
write_archive(struct nt_reader *in, int fd, enum format format,
    const struct wish *w, struct nt_err *err)
{
	int got = format == FORMAT_ZIP ? write_zip(in, fd, w, err) :
	    write_ndjson(in, fd, err);

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

/* Writes a draft and puts it in place when it is whole. */
static int
put_in_place(struct nt_reader *in, enum format format, const struct wish *w,
    struct nt_err *err)
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
	if (got == 0 && nt_trace_on())
		nt_trace("packed", "\"bytes\":%ju",
		    (uintmax_t)nt_reader_bytes(in));
	nt_draft_free(&d);
	return got;
}

static int
to_stdout(struct nt_reader *in, enum format format, const struct wish *w,
    struct nt_err *err)
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
			w.assets = optarg;
			break;
		case 'f':
			w.format = optarg;
			break;
		case 'o':
			w.output = optarg;
			break;
		case OPT_PARTIAL:
			w.partial = 1;
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
	enum format format;
	struct wish w;
	int got, aloud;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	format = choose_format(&w);
	aloud = strcmp(w.output, "-") == 0;
	if (format == FORMAT_NDJSON && w.assets != NULL)
		nt_tool_usage("--assets is given, but ndjson has no room for "
		    "bytes");
	if (aloud && format == FORMAT_ZIP && isatty(STDOUT_FILENO))
		nt_tool_usage("standard output is a terminal, expected -o or "
		    "a pipe for a zip archive");
	nt_tool_ignore_sigpipe();
	nt_tool_catch_stop();

	in = nt_reader_new((char *[]){ (char *)w.input, NULL },
	    w.partial ? NT_READ_PARTIAL : NT_READ_WHOLE, NULL);
	got = aloud ? to_stdout(in, format, &w, &err) :
	    put_in_place(in, format, &w, &err);
	nt_reader_free(in);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
