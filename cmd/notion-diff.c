/*
 * notion-diff - say what has to happen to turn one snapshot into another
 *
 *	in	two snapshots, of any format that notion-unpack reads
 *	out	the changes from the first to the second, as a stream
 *	exit	0 they are equal, 1 they differ, 2 trouble
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/change.h"
#include "nt/file.h"
#include "nt/mem.h"
#include "nt/snapshot.h"
#include "nt/stream.h"
#include "nt/tool.h"

enum {
	OPT_FROM_NOTHING = 256,
	OPT_IGNORE,
	OPT_KINDS,
	OPT_MADE,
	OPT_MAP,
	OPT_PARTIAL,
	OPT_PROGRESS,
	OPT_STAT,
	OPT_STRICT,
	OPT_TEXT
};

static const struct nt_option options[] = {
	{ OPT_FROM_NOTHING, "from-nothing", NULL,
	    "compare with nothing: all that is in B is new" },
	{ OPT_IGNORE, "ignore", "POINTER",
	    "what is there in a record does not count" },
	{ OPT_KINDS, "kinds", "KIND,...",
	    "tell of changes to records of these kinds only" },
	{ OPT_MADE, "made", "JOURNAL",
	    "B was restored to A, in place, with this journal before" },
	{ OPT_MAP, "map", "JOURNAL",
	    "B is what a restore with this journal made of A" },
	{ OPT_PARTIAL, "partial", NULL,
	    "take streams without a good end" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ OPT_STAT, "stat", NULL, "count the changes instead" },
	{ OPT_STRICT, "strict", NULL,
	    "tell of what changes by itself, too, and of any order" },
	{ OPT_TEXT, "text", NULL, "show the changes to people instead" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-diff", "[options] A B",
	"say what has to happen to turn one snapshot into another", options
};

enum form { AS_STREAM, AS_TEXT, AS_COUNTS };

/* What the command line asks for, and what comes of it. */
struct wish {
	const char *name_a, *name_b;	/* name_a NULL: nothing */
	struct nt_snapshot_how how;
	struct nt_diff_how diff;
	const char **ignore;		/* of diff; ended by NULL */
	enum form form;
	int colour;

	struct nt_flat *a, *b;		/* a may be NULL */
	struct nt_writer *out;
	struct nt_buf line;
	int stale;			/* one was read anew: start again */
	char *journal;			/* of a restore, or NULL */
	int made;			/* ... that was before, in place */
	struct nt_restored *restored;	/* what it tells */
	const char *translated;		/* then: B in the ids of A, mapped */
	size_t translated_len;
	uint64_t changes;
	uint64_t counts[NT_KIND_COUNT][NT_CHANGE_OPS];
};

/* ---- the changes, one by one ---- */

static int
write_change(struct wish *w, const struct nt_change *c, struct nt_err *err)
{
	nt_change_write(c, &w->line);
	if (nt_buf_check(&w->line, "the change", err) == -1)
		return -1;
	return nt_writer_record(w->out, NT_KIND_CHANGE, nt_buf_view(&w->line),
	    err);
}

/* The line that was made, which has newlines within, without its last. */
static int
show_change(struct wish *w, const struct nt_change *c, struct nt_err *err)
{
	if (nt_change_show(c, w->colour, &w->line, err) == -1)
		return -1;
	nt_buf_cut(&w->line, w->line.len - 1);
	return nt_writer_line(w->out, nt_buf_view(&w->line), err);
}

static int
take_change(void *arg, const struct nt_change *c, struct nt_err *err)
{
	struct wish *w = arg;

	w->changes++;
	w->counts[c->kind][c->op]++;
	if (w->form != AS_TEXT)		/* which shows enough */
		nt_tool_progress("%ju changes", (uintmax_t)w->changes);
	nt_buf_clear(&w->line);
	switch (w->form) {
	case AS_STREAM:
		return write_change(w, c, err);
	case AS_TEXT:
		return show_change(w, c, err);
	case AS_COUNTS:
		break;
	}
	return 0;
}

/* ---- what stands around them ---- */

/* Appends the digest that an end tells, or null. */
static void
put_digest(struct nt_buf *b, const struct nt_flat *f)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value end = NT_VALUE_NONE, digest;
	struct nt_str text = f != NULL ? nt_flat_end(f) : NT_STR("");

	if (text.len > 0)
		nt_json_parse(doc, text.p, text.len, &end, NULL);
	digest = nt_value_get(end, "digest");
	if (nt_value_is(digest, NT_JSON_STRING))
		nt_json_canonical(digest, b);
	else
		nt_buf_str(b, "null");
	nt_json_free(doc);
}

/* 1 if both say the same of all their records: then these are the same. */
static int
are_alike(const struct wish *w)
{
	struct nt_buf a, b;
	int alike;

	nt_buf_init(&a, NT_RECORD_MAX);
	nt_buf_init(&b, NT_RECORD_MAX);
	put_digest(&a, w->a);
	put_digest(&b, w->b);
	alike = nt_str_eq(nt_buf_view(&a), nt_buf_view(&b)) &&
	    !nt_str_is(nt_buf_view(&a), "null");
	nt_buf_free(&b);
	nt_buf_free(&a);
	return alike;
}

/* The snapshot record: that of B, with what it was compared with. */
static int
write_head(struct wish *w, struct nt_err *err)
{
	struct nt_str head = nt_flat_snapshot(w->b);
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	struct nt_buf b;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	got = nt_json_parse(doc, head.p, head.len, &root, err);
	if (got == 0) {
		nt_buf_str(&b, "{\"from\":");
		put_digest(&b, w->a);
		nt_buf_str(&b, ",\"to\":");
		put_digest(&b, w->b);
		nt_buf_char(&b, '}');
		nt_value_put(root, "changes", nt_buf_view(&b));
		nt_value_put(root, "tool",
		    NT_STR("\"notion-diff " NT_VERSION "\""));
		nt_buf_clear(&b);
		nt_json_canonical(root, &b);
		got = nt_writer_snapshot(w->out, nt_buf_view(&b), err);
	}
	nt_buf_free(&b);
	nt_json_free(doc);
	return got;
}

/* Waits until both are known to be what they seem. */
static int
compared(void *arg, struct nt_err *err)
{
	struct wish *w = arg;
	int good_a = w->a != NULL ? nt_flat_check(w->a, err) : 1;
	int good_b = good_a != -1 ? nt_flat_check(w->b, err) : -1;

	if (good_a == -1 || good_b == -1)
		return -1;
	w->stale = good_a == 0 || good_b == 0;
	if (w->stale)
		return nt_err_set(err, NT_DATA, "read anew");
	return w->form == AS_STREAM ? write_head(w, err) : 0;
}

static int
write_counts(struct wish *w, struct nt_err *err)
{
	for (int kind = 0; kind < NT_KIND_COUNT; kind++) {
		const char *comma = "";
		uint64_t sum = 0;

		nt_buf_clear(&w->line);
		for (int op = 0; op < NT_CHANGE_OPS; op++) {
			uint64_t n = w->counts[kind][op];

			sum += n;
			if (n == 0)
				continue;
			nt_buf_fmt(&w->line, "%s%s %ju", comma,
			    nt_change_op_name(op), (uintmax_t)n);
			comma = ", ";
		}
		if (sum == 0)
			continue;
		struct nt_buf row;

		nt_buf_init(&row, NT_BUF_MAX);
		nt_buf_fmt(&row, "%10ju  %-12s %s", (uintmax_t)sum,
		    nt_kind_name(kind), w->line.p);
		int got = nt_writer_line(w->out, nt_buf_view(&row), err);
		nt_buf_free(&row);
		if (got == -1)
			return -1;
	}
	return 0;
}

static int
finish(struct wish *w, struct nt_err *err)
{
	int complete = nt_flat_complete(w->b) &&
	    (w->a == NULL || nt_flat_complete(w->a));

	nt_tool_progress_done();
	switch (w->form) {
	case AS_STREAM:
		return nt_writer_end(w->out, complete,
		    (struct nt_str){ NULL, 0 }, err);
	case AS_COUNTS:
		return write_counts(w, err);
	case AS_TEXT:
		break;
	}
	return 0;
}

/* ---- the two ---- */

static void
show_copying(uint64_t bytes)
{
	nt_tool_progress("%ju MB read", (uintmax_t)(bytes / 1000000));
}

static int
open_both(struct wish *w, struct nt_err *err)
{
	if (w->name_a != NULL && nt_flat_open(&w->a, w->name_a, &w->how,
	    show_copying, err) == -1)
		return -1;
	return nt_flat_open(&w->b, w->name_b, &w->how, show_copying, err);
}

static int
compare(struct wish *w, struct nt_err *err)
{
	int got;

	do {
		w->stale = 0;
		if (are_alike(w))
			got = compared(w, err);
		else
			got = nt_diff(w->a != NULL ? nt_flat_records(w->a) :
			    NT_STR(""), nt_flat_records(w->b), &w->diff, err);
	} while (got == -1 && w->stale);
	return got;
}

/* ---- what a restore made ---- */

/* Reads the journal, of which a last line that is torn does not count. */
static int
read_journal(struct wish *w, struct nt_err *err)
{
	char *files[] = { w->journal, NULL };
	struct nt_reader *in = nt_reader_new(files, NT_READ_LINES, NULL);
	struct nt_record rec;
	struct nt_err torn;
	int got;

	while ((got = nt_reader_next(in, &rec, err)) == 1)
		if (nt_restored_journal(w->restored, rec.value, err) == -1) {
			got = nt_err_at(err, "%s: line %lu: ", w->journal,
			    rec.number);
			break;
		}
	if (got == -1 && nt_reader_bad_line(in) &&
	    nt_reader_next(in, &rec, &torn) == 0)
		got = 0;
	nt_reader_free(in);
	return got;
}

static int
put_line(void *arg, struct nt_str line, struct nt_err *err)
{
	return nt_writer_line(arg, line, err);
}

/* Writes B in the ids of A to a file without a name, and maps that. */
static int
translate(struct wish *w, int fd, struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new_alone(fd);
	struct nt_err late;
	off_t size;
	int got = nt_restored_translate(w->restored, nt_flat_records(w->a),
	    nt_flat_records(w->b), put_line, out, err);

	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	if (got == -1 || !nt_file_regular(fd, &size) || size == 0)
		return got;
	w->translated_len = (size_t)size;
	w->translated = nt_file_map(fd, w->translated_len, "a temporary file",
	    err);
	return w->translated != NULL ? 0 : -1;
}

static int
write_loss(void *arg, struct nt_str line, struct nt_err *err)
{
	struct wish *w = arg;

	return w->form == AS_STREAM ? nt_writer_record(w->out, NT_KIND_LOSS,
	    line, err) : 0;
}

static int
compare_restored(struct wish *w, struct nt_err *err)
{
	int fd, got, good;

	/* all is read more than once, so it has to be good first */
	while ((good = nt_flat_check(w->a, err)) == 0)
		continue;
	while (good == 1 && (good = nt_flat_check(w->b, err)) == 0)
		good = 1;
	if (good == -1 || read_journal(w, err) == -1 ||
	    (fd = nt_file_temp(err)) == -1)
		return -1;
	got = translate(w, fd, err);
	close(fd);
	if (got == 0)
		got = nt_diff(nt_flat_records(w->a), (struct nt_str){
		    w->translated, w->translated_len }, &w->diff, err);
	if (got == 0 && !w->made)
		got = nt_restored_losses(w->restored, write_loss, w, err);
	nt_file_unmap(w->translated, w->translated_len);
	return got;
}

static int
run(struct wish *w, struct nt_err *err)
{
	int got;

	if (open_both(w, err) == -1)
		return -1;
	if (w->journal == NULL) {
		got = compare(w, err);
	} else {
		w->restored = w->made ? nt_restored_new_back() :
		    nt_restored_new();
		w->diff.restored = w->made ? NULL : w->restored;
		got = compare_restored(w, err);
		nt_restored_free(w->restored);
	}
	return got == -1 ? -1 : finish(w, err);
}

/* ---- options ---- */

static uint64_t
read_kinds(const char *list)
{
	uint64_t kinds = 0;

	for (;;) {
		size_t len = strcspn(list, ",");
		enum nt_kind kind = nt_kind_of((struct nt_str){ list, len });

		if (kind == NT_KIND_OTHER || kind == NT_KIND_SNAPSHOT ||
		    kind == NT_KIND_END)
			nt_tool_usage("--kinds names %.*s, expected page, "
			    "block, database, data_source, view, comment, "
			    "user, custom_emoji or asset", (int)len, list);
		kinds |= (uint64_t)1 << kind;
		if (list[len] == '\0')
			return kinds;
		list += len + 1;
	}
}

static void
add_ignored(struct wish *w, const char *pointer)
{
	size_t count = 0;

	if (*pointer != '/')
		nt_tool_usage("--ignore is \"%s\", expected a JSON pointer as "
		    "/icon", pointer);
	while (w->ignore != NULL && w->ignore[count] != NULL)
		count++;
	w->ignore = nt_realloc_array(w->ignore, count + 2, sizeof *w->ignore);
	w->ignore[count] = pointer;
	w->ignore[count + 1] = NULL;
}

static int
wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return (no == NULL || *no == '\0') && isatty(STDOUT_FILENO);
}

static void
name_sides(struct wish *w, int argc, char *argv[], int from_nothing)
{
	int count = argc - optind;

	if (from_nothing && count > 1)
		nt_tool_usage("%d snapshots are named with --from-nothing, "
		    "expected one", count);
	if (!from_nothing && count != 2)
		nt_tool_usage("%d snapshots are named, expected two", count);
	w->name_b = count > 0 ? argv[argc - 1] : "-";
	w->name_a = from_nothing ? NULL : argv[optind];
	if (w->name_a != NULL && strcmp(w->name_a, "-") == 0 &&
	    strcmp(w->name_b, "-") == 0)
		nt_tool_usage("both are standard input, expected two "
		    "snapshots");
	w->diff.name_a = w->name_a != NULL ? w->name_a : "nothing";
	w->diff.name_b = w->name_b;
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .how = { .mode = NT_READ_WHOLE, .at_ms = -1 } };
	int letter, from_nothing = 0, forms = 0, journals = 0;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_FROM_NOTHING:
			from_nothing = 1;
			break;
		case OPT_IGNORE:
			add_ignored(&w, optarg);
			break;
		case OPT_KINDS:
			w.diff.kinds |= read_kinds(optarg);
			break;
		case OPT_MADE:
		case OPT_MAP:
			w.journal = optarg;
			w.made = letter == OPT_MADE;
			journals++;
			break;
		case OPT_PARTIAL:
			w.how.mode = NT_READ_PARTIAL;
			break;
		case OPT_PROGRESS:
			nt_tool_progress_mode(optarg);
			break;
		case OPT_STAT:
			w.form = AS_COUNTS;
			forms++;
			break;
		case OPT_STRICT:
			w.diff.strict = 1;
			break;
		case OPT_TEXT:
			w.form = AS_TEXT;
			forms++;
			break;
		}
	}
	if (w.journal != NULL && (from_nothing || w.diff.strict))
		nt_tool_usage("--%s is given with --%s, which is no question "
		    "for a restore", w.made ? "made" : "map",
		    from_nothing ? "from-nothing" : "strict");
	if (journals > 1)
		nt_tool_usage("--map and --made are given %d times, expected "
		    "one journal", journals);
	if (forms > 1)
		nt_tool_usage("--stat and --text are given, expected one of "
		    "them");
	name_sides(&w, argc, argv, from_nothing);
	w.colour = wants_colour();
	w.diff.ignore = w.ignore;
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_err err, late;
	struct wish w;
	int got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	w.out = nt_writer_new(STDOUT_FILENO);
	nt_buf_init(&w.line, NT_BUF_MAX);
	w.diff.compared = compared;
	w.diff.change = take_change;
	w.diff.arg = &w;

	got = run(&w, &err);
	if (nt_writer_close(w.out, got == -1 ? &late : &err) == -1)
		got = -1;
	if (got != -1 && nt_file_close(STDOUT_FILENO, "standard output",
	    &err) == -1)
		got = -1;
	nt_flat_close(w.b);
	nt_flat_close(w.a);
	nt_buf_free(&w.line);
	free(w.ignore);
	if (got == -1)
		return nt_tool_fail(&err);
	/* With nothing to compare there is no question, and no answer "no". */
	return w.changes > 0 && w.name_a != NULL ? NT_EXIT_NO : NT_EXIT_OK;
}
