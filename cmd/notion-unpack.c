/*
 * notion-unpack - give back the snapshot stream in an archive
 *
 *	in	an archive, by name or from standard input; its format is found
 *		by content
 *	out	the stream that was packed, byte for byte; with -l what is
 *		in the archive, with --verify what is wrong with it, for
 *		people; with --describe an object that tells what it is
 *	exit	0 all of it was right, 1 --verify found what is not, 2 trouble
 */
#include <string.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/repo.h"
#include "nt/select.h"
#include "nt/snapshot.h"
#include "nt/stream.h"
#include "nt/tool.h"
#include "nt/tree.h"
#include "nt/verify.h"

enum {
	OPT_ASSETS = 256,
	OPT_AT,
	OPT_DATABASES,
	OPT_DESCRIBE,
	OPT_KINDS,
	OPT_PAGES,
	OPT_PROGRESS,
	OPT_SNAPSHOT,
	OPT_VERIFY
};

static const struct nt_option options[] = {
	{ OPT_ASSETS, "assets", "DIR",
	    "write the bytes of assets to DIR/SHA256" },
	{ OPT_AT, "at", "TIME",
	    "of a repository: the newest snapshot not after TIME" },
	{ OPT_DATABASES, "databases", "ID,...",
	    "write these databases only, with all below them" },
	{ OPT_DESCRIBE, "describe", NULL,
	    "write a JSON object for each file, or snapshot, that is named" },
	{ OPT_KINDS, "kinds", "KIND,...", "write records of these kinds only" },
	{ 'l', "list", NULL, "show what is in the archive" },
	{ OPT_PAGES, "pages", "ID,...",
	    "write these pages only, with all below them" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ OPT_SNAPSHOT, "snapshot", "N",
	    "of a repository: the snapshot of that number" },
	{ OPT_VERIFY, "verify", "[=HOW]",
	    "say what is wrong with it; quick, or full: every byte" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-unpack", "[options] [file ...]",
	"give back the snapshot stream in an archive", options
};

/* What the command line asks for. */
struct wish {
	const char *assets;
	const char *name;	/* of the archive, for messages */
	struct nt_select *part;	/* NULL: all of it */
	int list;
	int describe;
	char **names;		/* with --describe: of all */
	int failed;		/* the exit status, if some could not be */
	int verify;
	struct nt_verify_how how;
	int64_t at_ms;		/* --at, or -1 */
	int64_t snapshot;	/* --snapshot, or 0 */
};

/* Writes one line of a listing and empties it. */
static int
say(struct nt_writer *out, struct nt_buf *line, struct nt_err *err)
{
	int got = nt_writer_line(out, nt_buf_view(line), err);

	nt_buf_clear(line);
	return got;
}

/* Writes a line of the stream, if it is in the part that is asked for. */
static int
give(const struct wish *w, struct nt_str line, struct nt_writer *out,
    struct nt_err *err)
{
	if (w->part == NULL)
		return nt_writer_line(out, line, err);
	return nt_select_line(w->part, line, out, err) == -1 ?
	    nt_err_at(err, "%s: ", w->name) : 0;
}

/* ---- the stream that was packed ---- */

/* Passes its lines on. */
static int
pass_lines(struct nt_snapshot *s, const struct wish *w, struct nt_writer *out,
    struct nt_err *err)
{
	struct nt_str line;
	int got;

	while ((got = nt_snapshot_line(s, &line, err)) == 1) {
		if (give(w, line, out, err) == -1)
			return -1;
		nt_tool_progress("%ju MB written",
		    (uintmax_t)(nt_writer_bytes(out) / 1000000));
	}
	return got;
}

static int
unpack(const struct wish *w, struct nt_writer *out, struct nt_err *err)
{
	struct nt_snapshot_how how = { .mode = NT_READ_PARTIAL,
	    .at_ms = w->at_ms, .number = w->snapshot };
	struct nt_snapshot *s;
	struct nt_id id;
	int got = 0;

	if (nt_snapshot_open(&s, w->name, &how, err) == -1)
		return -1;
	if (w->assets != NULL)
		got = nt_snapshot_assets(s, w->assets, err);
	for (size_t n = 0; got == 0 && w->part != NULL &&
	    nt_select_id(w->part, n, &id); n++)
		got = nt_snapshot_only(s, &id, err);
	if (got == 0)
		got = pass_lines(s, w, out, err);
	nt_tool_progress_done();
	if (got == 0 && !nt_snapshot_complete(s))
		nt_tool_warn("%s: the snapshot is not complete", w->name);
	nt_snapshot_close(s);
	return got;
}

/* ---- what is in it: a stream ---- */

/* Counts by kind, a line each, and all. */
static int
list_stream(int fd, const struct wish *w, struct nt_writer *out,
    struct nt_err *err)
{
	struct nt_reader *in = nt_reader_of_fd(fd, w->name, NT_READ_PARTIAL,
	    NULL);
	uint64_t counts[NT_KIND_COUNT] = { 0 }, all = 0;
	struct nt_record rec;
	struct nt_buf line;
	int got;

	while ((got = nt_reader_next(in, &rec, err)) == 1) {
		counts[rec.kind]++;
		all++;
	}
	nt_buf_init(&line, NT_BUF_MAX);
	for (int kind = 0; kind < NT_KIND_COUNT && got == 0; kind++) {
		if (counts[kind] == 0)
			continue;
		nt_buf_fmt(&line, "%12ju  %s", (uintmax_t)counts[kind],
		    nt_kind_name(kind));
		got = say(out, &line, err);
	}
	if (got == 0) {
		nt_buf_fmt(&line, "%12ju  records, %s", (uintmax_t)all,
		    nt_reader_complete(in) ? "complete" : "not complete");
		got = say(out, &line, err);
	}
	nt_buf_free(&line);
	nt_reader_free(in);
	return got;
}

/* ---- a zip or tar archive, or a folder ---- */

/* A listing in the making. */
struct listing {
	struct nt_writer *out;
	struct nt_buf line;
	uint64_t files, bytes;
};

static int
list_file(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	struct listing *l = arg;

	l->files++;
	l->bytes += file->size;
	nt_buf_fmt(&l->line, "%12ju  %.*s", (uintmax_t)file->size,
	    (int)file->name.len, file->name.p);
	return say(l->out, &l->line, err);
}

/* The line with the totals: files, records by kind, completeness. */
static int
list_totals(struct listing *l, struct nt_value facts, struct nt_err *err)
{
	struct nt_value counts = nt_value_get(facts, "counts"), v;

	nt_buf_fmt(&l->line, "%12ju  in %ju files", (uintmax_t)l->bytes,
	    (uintmax_t)l->files);
	for (v = nt_value_first(counts); nt_value_there(v);
	    v = nt_value_next(v)) {
		struct nt_str kind = nt_value_key(v);

		nt_buf_fmt(&l->line, ", %jd %.*s", (intmax_t)nt_value_int(v),
		    (int)kind.len, kind.p);
	}
	nt_buf_fmt(&l->line, ", %s",
	    nt_value_true(nt_value_get(facts, "complete")) ? "complete" :
	    "not complete");
	return say(l->out, &l->line, err);
}

/* Takes the unpacker over; NULL is one that could not be opened. */
static int
list_tree(struct nt_unpacker *u, const struct wish *w, struct nt_writer *out,
    struct nt_err *err)
{
	struct listing l = { .out = out };
	int got;

	if (u == NULL)
		return nt_err_at(err, "%s: ", w->name);
	nt_buf_init(&l.line, NT_BUF_MAX);
	got = nt_unpacker_files(u, list_file, &l, err);
	if (got == 0)
		got = list_totals(&l, nt_unpacker_manifest(u), err);
	nt_buf_free(&l.line);
	nt_unpacker_free(u);
	return got == -1 ? nt_err_at(err, "%s: ", w->name) : 0;
}

/* ---- what is wrong with it ---- */

/* A report in the making. */
struct findings {
	struct nt_writer *out;
	const char *name;
	struct nt_buf line;
	struct nt_err err;
	size_t faults;
	int failed;		/* to write it */
};

static void
write_fault(void *arg, const char *sentence)
{
	struct findings *f = arg;

	f->faults++;
	nt_buf_fmt(&f->line, "%s: %s", f->name, sentence);
	if (!f->failed && say(f->out, &f->line, &f->err) == -1)
		f->failed = 1;
}

/* The one line of an archive that is as it should be. */
static int
write_verdict(struct findings *f, const struct wish *w,
    const struct nt_verified *found, struct nt_err *err)
{
	nt_buf_fmt(&f->line, "%s: fine%s: ", f->name,
	    w->how.quick ? ", as far as a quick look tells" : "");
	if (found->files > 0)
		nt_buf_fmt(&f->line, "%ju files, ", (uintmax_t)found->files);
	nt_buf_fmt(&f->line, "%ju bytes", (uintmax_t)found->bytes);
	if (found->records > 0)
		nt_buf_fmt(&f->line, ", %ju records",
		    (uintmax_t)found->records);
	if (*found->digest != '\0')
		nt_buf_fmt(&f->line, ", %s", found->digest);
	return say(f->out, &f->line, err);
}

/* Verifies what is in fd, or the folder: 1 if all is right, 0 if not, or -1. */
static int
verify(int fd, struct wish *w, struct nt_writer *out, struct nt_err *err)
{
	struct findings f = { .out = out, .name = w->name };
	struct nt_verified found;
	int got;

	nt_buf_init(&f.line, NT_BUF_MAX);
	w->how.fault = write_fault;
	w->how.arg = &f;
	got = fd == -1 ? nt_verify_folder(w->name, &w->how, &found, err) :
	    nt_verify_file(fd, &w->how, &found, err);
	if (got == -1)
		nt_err_at(err, "%s: ", w->name);
	else if (f.failed)
		*err = f.err;
	if (got == 0 && !f.failed && found.faults == 0)
		got = write_verdict(&f, w, &found, err);
	nt_buf_free(&f.line);
	return got == -1 || f.failed ? -1 : found.faults == 0;
}

/* ---- a repository ---- */

static int
list_snapshot(void *arg, const struct nt_repo_snapshot *s, struct nt_err *err)
{
	struct listing *l = arg;
	char taken[NT_TIME_TEXT];

	nt_time_format(s->taken_ms, taken);
	nt_buf_fmt(&l->line, "%6jd  %s %10ju records %12ju bytes  %-12s  "
	    "%.*s", (intmax_t)s->number, taken, (uintmax_t)s->records,
	    (uintmax_t)s->bytes, s->complete ? "complete" : "not complete",
	    (int)(s->digest.len < 23 ? s->digest.len : 23), s->digest.p);
	l->files++;
	return say(l->out, &l->line, err);
}

static int
list_repo(struct nt_repo *r, struct nt_writer *out, struct nt_err *err)
{
	struct listing l = { .out = out };
	struct nt_repo_sizes sizes;
	int got;

	nt_buf_init(&l.line, NT_BUF_MAX);
	got = nt_repo_snapshots(r, list_snapshot, &l, err);
	if (got == 0)
		got = nt_repo_sizes(r, &sizes, err);
	if (got == 0) {
		nt_buf_fmt(&l.line, "%6ju  snapshots in %ju bytes, %ju of "
		    "them records, %ju assets", (uintmax_t)l.files,
		    (uintmax_t)sizes.file, (uintmax_t)sizes.frames,
		    (uintmax_t)sizes.assets);
		got = say(out, &l.line, err);
	}
	nt_buf_free(&l.line);
	return got;
}

/* Finds fault with a snapshot that something is missing in. */
static int
miss(void *arg, const struct nt_repo_snapshot *s, struct nt_err *err)
{
	struct nt_err fault;

	(void)err;
	if (s->complete)
		return 0;
	nt_err_set(&fault, NT_DATA, "snapshot %jd is partial: what was packed "
	    "was not complete", (intmax_t)s->number);
	write_fault(arg, fault.text);
	return 0;
}

/* As verify(), of a repository. */
static int
verify_repo(struct nt_repo *r, struct wish *w, struct nt_writer *out,
    struct nt_err *err)
{
	struct findings f = { .out = out, .name = w->name };
	struct nt_verified found = { .files = 0 };
	struct nt_repo_verified of_repo;
	int got;

	nt_buf_init(&f.line, NT_BUF_MAX);
	got = nt_repo_verify(r, w->how.quick, write_fault, &f, &of_repo, err);
	if (got == 1 && nt_repo_snapshots(r, miss, &f, err) == -1)
		got = -1;
	if (got == 1 && f.faults > 0)
		got = 0;
	found.bytes = of_repo.bytes;
	found.records = of_repo.records;
	if (f.failed)
		*err = f.err;
	else if (got == 1)
		got = write_verdict(&f, w, &found, err) == -1 ? -1 : 1;
	nt_buf_free(&f.line);
	return f.failed ? -1 : got;
}

static int
look_at_repo(struct wish *w, struct nt_writer *out, struct nt_err *err)
{
	struct nt_repo *r;
	int got;

	if (nt_repo_open(&r, w->name, err) == -1)
		return -1;
	got = w->verify ? verify_repo(r, w, out, err) :
	    list_repo(r, out, err);
	nt_repo_close(r);
	return got;
}

/* ---- what each of them is ---- */

static int
write_description(void *arg, struct nt_str line, struct nt_err *err)
{
	return nt_writer_line(arg, line, err);
}

/* Describes all that can be, and tells which cannot. */
static int
describe(struct wish *w, struct nt_writer *out)
{
	struct nt_err err;

	for (char **name = w->names; *name != NULL; name++)
		if (nt_snapshot_describe(*name, write_description, out,
		    &err) == -1)
			w->failed = nt_tool_fail(&err);
	return 0;
}

/* ---- which of them it is ---- */

static int
look_at_found(const struct nt_found *found, struct wish *w,
    struct nt_writer *out, struct nt_err *err)
{
	if (found->format == NT_FORMAT_REPO)
		return look_at_repo(w, out, err);
	if (w->verify)
		return verify(found->fd, w, out, err);
	if (found->format == NT_FORMAT_STREAM)
		return list_stream(found->fd, w, out, err);
	return list_tree(found->format == NT_FORMAT_FOLDER ?
	    nt_unpacker_folder(w->name, err) :
	    nt_unpacker_open(found->fd, err), w, out, err);
}

/*
 * Lists or verifies: -1 is an error, anything else that it was done; of a
 * verification 0 says that something is wrong.
 */
static int
look(struct wish *w, struct nt_writer *out, struct nt_err *err)
{
	struct nt_found found;
	int got = nt_found_open(&found, w->name, err);

	if (got == 0) {
		got = look_at_found(&found, w, out, err);
		nt_found_close(&found);
	}
	return got;
}

/* Notes which part is asked for; what is none is wrong usage. */
static void
choose_part(struct wish *w, const char *option, int (*choose)(
    struct nt_select *s, const char *list, struct nt_err *err))
{
	struct nt_err err;

	if (w->part == NULL)
		w->part = nt_select_new();
	if (choose(w->part, optarg, &err) == -1)
		nt_tool_usage("%s: %s", option, err.text);
}

/* Reads what may stand behind --verify. */
static void
read_how(struct wish *w)
{
	w->verify = 1;
	w->how.quick = optarg != NULL && strcmp(optarg, "quick") == 0;
	if (optarg != NULL && !w->how.quick && strcmp(optarg, "full") != 0)
		nt_tool_usage("--verify is %s, expected quick or full", optarg);
}

/* Checks that what is to be done has what it needs, and nothing else. */
static void
check_wish(const struct wish *w, int files)
{
	const char *what = w->list ? "list" : "verify";

	if (w->describe && (w->list || w->verify || w->assets != NULL ||
	    w->at_ms != -1 || w->snapshot != 0 || w->part != NULL))
		nt_tool_usage("--describe is given with another option, and "
		    "does without");
	if (w->describe && files == 0)
		nt_tool_usage("--describe is given, but no file");
	if (files > 1 && !w->describe)
		nt_tool_usage("%d files are named, expected one archive",
		    files);
	if (files == 0 && isatty(STDIN_FILENO))
		nt_tool_usage("no archive is named, and standard input is a "
		    "terminal");
	if (w->verify && (w->list || w->assets != NULL))
		nt_tool_usage("--verify is given with --%s, which it does "
		    "without", w->list ? "list" : "assets");
	if (w->list && w->assets != NULL)
		nt_tool_usage("--list is given with --assets, which it does "
		    "without");
	if ((w->list || w->verify) && (w->at_ms != -1 || w->snapshot != 0))
		nt_tool_usage("one snapshot is asked for with --%s, which "
		    "looks at all", what);
	if (w->at_ms != -1 && w->snapshot != 0)
		nt_tool_usage("--at and --snapshot are given, expected one of "
		    "them");
	if (w->part != NULL && (w->list || w->verify))
		nt_tool_usage("a part is asked for with --%s, which takes all",
		    what);
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .at_ms = -1 };
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_ASSETS:
			w.assets = optarg;
			break;
		case OPT_AT:
			if (nt_time_parse_until(optarg, &w.at_ms) == -1)
				nt_tool_usage("--at is %s, expected a time as "
				    "2025-01-27 14:30", optarg);
			break;
		case OPT_DATABASES:
			choose_part(&w, "--databases", nt_select_databases);
			break;
		case OPT_KINDS:
			choose_part(&w, "--kinds", nt_select_kinds);
			break;
		case OPT_DESCRIBE:
			w.describe = 1;
			break;
		case 'l':
			w.list = 1;
			break;
		case OPT_SNAPSHOT:
			w.snapshot = (int64_t)nt_tool_number("--snapshot",
			    optarg, 1, INT64_MAX);
			break;
		case OPT_PAGES:
			choose_part(&w, "--pages", nt_select_pages);
			break;
		case OPT_PROGRESS:
			nt_tool_progress_mode(optarg);
			break;
		case OPT_VERIFY:
			read_how(&w);
			break;
		}
	}
	check_wish(&w, argc - optind);
	w.names = argv + optind;
	w.name = argc > optind ? argv[optind] : "-";
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_err err, late;
	struct nt_writer *out;
	struct wish w;
	int got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	out = nt_writer_new(STDOUT_FILENO);
	if (w.describe)
		got = describe(&w, out);
	else
		got = w.list || w.verify ? look(&w, out, &err) :
		    unpack(&w, out, &err);
	if (nt_writer_close(out, got == -1 ? &late : &err) == -1)
		got = -1;
	if (got != -1 && nt_file_close(STDOUT_FILENO, "standard output",
	    &err) == -1)
		got = -1;
	nt_select_free(w.part);
	if (got == -1)
		return nt_tool_fail(&err);
	return w.verify && got == 0 ? NT_EXIT_NO : w.failed;
}
