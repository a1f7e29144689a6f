#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/file.h"
#include "nt/mem.h"

struct nt_reader {
	char *const *files;	/* those not yet opened */
	const char *name;	/* of the present one; NULL: standard input */
	enum nt_read_mode mode;
	struct nt_writer *tied;
	struct nt_lines lines;
	int own_fd;

	struct nt_json *doc;
	struct nt_buf rewritten;	/* a line made canonical */
	struct nt_value object;		/* the word of the record read last */

	/* Of the present file. */
	struct nt_buf snapshot, end;	/* empty: not seen */
	struct nt_tally tally;

	int bad_line;		/* the last -1 was for one, go on behind it */
	int complete;		/* so were all files that ended */
};

static char *const standard_input[] = { (char[]){ "-" }, NULL };

static struct nt_reader *
new_reader(enum nt_read_mode mode, struct nt_writer *tied)
{
	struct nt_reader *in = nt_alloc(sizeof *in);

	in->mode = mode;
	in->tied = tied;
	in->doc = nt_json_new();
	in->complete = 1;
	nt_buf_init(&in->rewritten, NT_RECORD_MAX + 1);
	nt_buf_init(&in->snapshot, NT_RECORD_MAX);
	nt_buf_init(&in->end, NT_RECORD_MAX);
	nt_tally_init(&in->tally);
	nt_lines_init(&in->lines, &in->tally.digest);
	return in;
}

/* Forgets what was known of the file before. */
static void
start_file(struct nt_reader *in, int fd, const char *name)
{
	in->name = name;
	nt_buf_clear(&in->snapshot);
	nt_buf_clear(&in->end);
	nt_tally_free(&in->tally);
	nt_tally_init(&in->tally);
	nt_lines_open(&in->lines, fd, name != NULL ? name : "standard input");
}

struct nt_reader *
nt_reader_new(char *const files[], enum nt_read_mode mode,
    struct nt_writer *tied)
{
	struct nt_reader *in = new_reader(mode, tied);

	in->files = files[0] != NULL ? files : standard_input;
	in->own_fd = 1;
	return in;
}

struct nt_reader *
nt_reader_of_fd(int fd, const char *name, enum nt_read_mode mode,
    struct nt_writer *tied)
{
	struct nt_reader *in = new_reader(mode, tied);

	in->files = standard_input + 1;
	start_file(in, fd, name);
	return in;
}

void
nt_reader_set_sizes(struct nt_reader *in, size_t block, size_t alone)
{
	nt_ring_free(&in->lines.ring);
	nt_ring_init(&in->lines.ring, &in->tally.digest, block);
	in->tally.digest.alone = alone;
}

static void
close_file(struct nt_reader *in)
{
	if (in->own_fd && in->lines.fd != -1)
		close(in->lines.fd);
	in->lines.fd = -1;
}

void
nt_reader_free(struct nt_reader *in)
{
	if (in == NULL)
		return;
	close_file(in);
	nt_tally_free(&in->tally);
	nt_buf_free(&in->end);
	nt_buf_free(&in->snapshot);
	nt_buf_free(&in->rewritten);
	nt_lines_free(&in->lines);
	nt_json_free(in->doc);
	free(in);
}

/* Puts the place of the line that was read last before the error. */
static int
at_line(const struct nt_reader *in, struct nt_err *err)
{
	unsigned long number = in->lines.number;

	if (in->name == NULL)
		return nt_err_at(err, "line %lu: ", number);
	return nt_err_at(err, "%s: line %lu: ", in->name, number);
}

/* The same for what a reader with -k may pass over. */
static int
at_bad_line(struct nt_reader *in, struct nt_err *err)
{
	in->bad_line = 1;
	return at_line(in, err);
}

/* Opens the next file: 1, 0 if there is none, -1. */
static int
next_file(struct nt_reader *in, struct nt_err *err)
{
	const char *path = *in->files;
	int fd;

	if (path == NULL)
		return 0;
	if ((fd = nt_file_open(path, err)) == -1)
		return -1;
	in->files++;
	start_file(in, fd, strcmp(path, "-") == 0 ? NULL : path);
	return 1;
}

/* What is wrong with the file now that it has ended: 0, or -1. */
static int
check_end_of_file(struct nt_reader *in, struct nt_err *err)
{
	if (in->mode != NT_READ_LINES && in->snapshot.len == 0) {
		in->lines.number++;
		nt_err_set(err, NT_DATA,
		    "the stream is empty, expected a snapshot record");
		return at_line(in, err);
	}
	if (in->end.len == 0) {
		in->complete = 0;
		if (in->mode == NT_READ_WHOLE) {
			in->lines.number++;
			nt_err_set(err, NT_DATA, "the stream was cut off, "
			    "expected more records and an end record");
			return at_line(in, err);
		}
	}
	return 0;
}

/* Keeps the control record as the caller may ask for it. */
static int
keep(struct nt_buf *kept, struct nt_str line, struct nt_err *err)
{
	nt_buf_clear(kept);
	nt_buf_add(kept, line.p, line.len);
	return nt_buf_check(kept, "the control record", err);
}

static int
take_snapshot(struct nt_reader *in, struct nt_str line, struct nt_value value,
    struct nt_err *err)
{
	struct nt_value format = nt_value_get(value, "format");
	struct nt_str raw = nt_value_raw(format);

	if (nt_value_int(format) != NT_STREAM_FORMAT)
		return nt_err_set(err, NT_DATA,
		    "the snapshot's format is %.*s, expected %d",
		    raw.p != NULL ? (int)(raw.len < 40 ? raw.len : 40) : 7,
		    raw.p != NULL ? raw.p : "missing", NT_STREAM_FORMAT);
	if (in->mode != NT_READ_LINES && in->lines.number != 1)
		return nt_err_set(err, NT_DATA,
		    "a second snapshot record, expected one as the first line");
	return keep(&in->snapshot, line, err);
}

/* Compares what the end record says of the records with what they are. */
static int
check_tally(struct nt_reader *in, struct nt_value end, struct nt_err *err)
{
	struct nt_value counts = nt_value_get(end, "counts");
	struct nt_value digest = nt_value_get(end, "digest");
	char found[NT_TALLY_DIGEST];
	struct nt_buf expected;
	int same;

	for (int kind = NT_KIND_OTHER + 1; kind < NT_KIND_COUNT; kind++) {
		const char *name = nt_kind_name(kind);
		int64_t said = nt_value_int(nt_value_get(counts, name));

		if (said != (int64_t)in->tally.count[kind])
			return nt_err_set(err, NT_DATA,
			    "the end counts %" PRId64 " %s records, the stream "
			    "has %" PRIu64, said, name, in->tally.count[kind]);
	}
	nt_buf_init(&expected, NT_RECORD_MAX);
	nt_tally_counts(&in->tally, &expected);
	same = nt_str_eq(nt_value_raw(counts), nt_buf_view(&expected));
	if (!same)
		nt_err_set(err, NT_DATA, "the end's counts are not those of "
		    "the records, expected %s", expected.p);
	nt_buf_free(&expected);
	if (!same)
		return -1;
	if (nt_value_int(nt_value_get(end, "errors")) !=
	    (int64_t)in->tally.count[NT_KIND_ERROR])
		return nt_err_set(err, NT_DATA, "the end's errors are not the "
		    "error records, expected %" PRIu64,
		    in->tally.count[NT_KIND_ERROR]);
	nt_lines_lend(&in->lines);
	nt_tally_digest(&in->tally, found);
	if (!nt_value_text_is(digest, found))
		return nt_err_set(err, NT_DATA, "the end's digest is not that "
		    "of the records, expected %s", found);
	return 0;
}

static int
take_end(struct nt_reader *in, struct nt_str line, struct nt_value value,
    struct nt_err *err)
{
	struct nt_value complete = nt_value_get(value, "complete");

	if (!nt_value_is(complete, NT_JSON_BOOL))
		return nt_err_set(err, NT_DATA, "the end does not say whether "
		    "the stream is complete, expected true or false");
	if (in->mode == NT_READ_LINES)
		return keep(&in->end, line, err);
	if (check_tally(in, value, err) == -1)
		return -1;
	if (!nt_value_true(complete)) {
		in->complete = 0;
		if (in->mode == NT_READ_WHOLE)
			return nt_err_set(err, NT_DATA, "the end says that "
			    "the stream is not complete");
	}
	return keep(&in->end, line, err);
}

/* A control record, or one that stands where it may not: 0, or -1. */
static int
take_control(struct nt_reader *in, const struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_str line = { rec->line, rec->len };

	if (rec->kind == NT_KIND_SNAPSHOT)
		return take_snapshot(in, line, rec->value, err);
	return take_end(in, line, rec->value, err);
}

/* Parses the line, and makes it canonical if it is not: 0, or -1. */
static int
parse(struct nt_reader *in, struct nt_str text, struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_value root;

	if (nt_json_parse(in->doc, text.p, text.len, &root, err) == -1)
		return -1;
	if (!nt_value_is(root, NT_JSON_OBJECT))
		return nt_err_set(err, NT_DATA,
		    "the line is %.*s, expected a JSON object",
		    text.len < 40 ? (int)text.len : 40, text.p);
	if (!nt_json_was_canonical(in->doc)) {
		nt_buf_clear(&in->rewritten);
		nt_json_canonical(root, &in->rewritten);
		nt_buf_char(&in->rewritten, '\n');
		if (nt_buf_check(&in->rewritten, "the record", err) == -1)
			return -1;
		text = nt_buf_view(&in->rewritten);
		text.len--;
		if (nt_json_parse(in->doc, text.p, text.len, &root, err) == -1)
			return -1;
	}
	rec->line = text.p;
	rec->len = text.len;
	rec->number = in->lines.number;
	rec->value = root;
	in->object = nt_value_get(root, "object");
	rec->kind = nt_kind_of(nt_value_text(in->object));
	return 0;
}

/* Adds a record to the tally that the end is checked against: 0, or -1. */
static int
count(struct nt_reader *in, const struct nt_line *line,
    const struct nt_record *rec, struct nt_err *err)
{
	if (!nt_value_is(in->object, NT_JSON_STRING))
		return nt_err_set(err, NT_DATA, "the record has no "
		    "\"object\", expected the name of a kind");
	if (nt_tally_count(&in->tally, rec->kind, nt_value_raw(in->object),
	    err) == -1)
		return -1;
	if (rec->line == line->text.p && rec->len == line->text.len) {
		nt_lines_digest(&in->lines, line);
		return 0;
	}
	nt_lines_lend(&in->lines);
	nt_digest_add(&in->tally.digest, rec->line, rec->len + 1);
	return 0;
}

/* What may stand on this line, by what stood on those before: 0, or -1. */
static int
check_place(struct nt_reader *in, enum nt_kind kind, struct nt_err *err)
{
	if (in->mode == NT_READ_LINES)
		return 0;
	if (in->end.len > 0)
		return nt_err_set(err, NT_DATA,
		    "a record after the end record, expected nothing");
	if (in->snapshot.len == 0 && kind != NT_KIND_SNAPSHOT)
		return nt_err_set(err, NT_DATA,
		    "the stream does not begin with a snapshot record");
	return 0;
}

/*
 * Makes a record of the line: 1, 0 if there is nothing to hand out, -1.  A
 * last line without its newline is what a writer leaves that was killed.
 */
static int
take_line(struct nt_reader *in, const struct nt_line *line,
    struct nt_record *rec, struct nt_err *err)
{
	struct nt_record r;

	if (line->cut && in->mode == NT_READ_WHOLE) {
		nt_err_set(err, NT_DATA, "the stream was cut off, "
		    "expected a newline behind the last record");
		return at_line(in, err);
	}
	if (parse(in, line->text, &r, err) == -1) {
		if (line->cut && in->mode == NT_READ_PARTIAL)
			return 0;
		return at_bad_line(in, err);
	}
	if (check_place(in, r.kind, err) == -1)
		return at_line(in, err);
	if (r.kind == NT_KIND_SNAPSHOT || r.kind == NT_KIND_END)
		return take_control(in, &r, err) == -1 ? at_line(in, err) : 0;
	if (in->mode != NT_READ_LINES && count(in, line, &r, err) == -1)
		return at_bad_line(in, err);
	*rec = r;
	return 1;
}

int
nt_reader_next(struct nt_reader *in, struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_line line;
	int got;

	for (;;) {
		in->bad_line = 0;
		if (in->lines.fd == -1 && (got = next_file(in, err)) != 1)
			return got;
		got = nt_lines_next(&in->lines, in->tied, &line, err);
		if (got == -1)
			return in->lines.skipping ? at_bad_line(in, err) : -1;
		if (got == 0) {
			if (check_end_of_file(in, err) == -1)
				return -1;
			close_file(in);
		} else if ((got = take_line(in, &line, rec, err)) != 0) {
			return got;
		}
	}
}

int
nt_reader_bad_line(const struct nt_reader *in)
{
	return in->bad_line;
}

/* What was kept of a control record, if it was seen. */
static struct nt_str
kept(const struct nt_buf *b)
{
	return b->len > 0 ? nt_buf_view(b) : (struct nt_str){ NULL, 0 };
}

struct nt_str
nt_reader_snapshot(const struct nt_reader *in)
{
	return kept(&in->snapshot);
}

struct nt_str
nt_reader_end(const struct nt_reader *in)
{
	return kept(&in->end);
}

int
nt_reader_complete(const struct nt_reader *in)
{
	int all_read = in->lines.fd == -1 && *in->files == NULL;

	return all_read && in->complete && in->mode != NT_READ_LINES;
}

uint64_t
nt_reader_bytes(const struct nt_reader *in)
{
	return in->lines.bytes;
}
