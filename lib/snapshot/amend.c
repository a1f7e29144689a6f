/*
 * Changes made to a stored snapshot: it is laid out as one text, changed, and
 * written anew.
 */
#include "internal.h"

#include <string.h>
#include <unistd.h>

#include "nt/change.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/store.h"

/* Makes all changes: 0, 1 if some were refused, or -1. */
static int
make_changes(const struct nt_amending *w, struct nt_amend *a,
    struct nt_reader *in, struct nt_err *err)
{
	struct nt_record rec;
	uint64_t refused = 0;
	int got, done;

	while ((got = nt_reader_next(in, &rec, err)) == 1) {
		if (w->stop())
			return nt_err_set(err, NT_SYS, "stopped by a signal");
		if (rec.kind != NT_KIND_CHANGE)
			continue;
		done = nt_amend_change(a, rec.value, err);
		if (done == -1)
			return nt_err_at(err, "%s: line %lu: ", w->changes,
			    rec.number);
		if (done == 0) {
			w->refuse(err->text);
			refused++;
		}
	}
	return got == -1 ? -1 : refused > 0;
}

static int
write_record(void *arg, enum nt_kind kind, struct nt_str line,
    struct nt_err *err)
{
	return nt_writer_record(arg, kind, line, err);
}

/* The snapshot record of the changes without what only they have. */
static int
write_head(struct nt_writer *out, const struct nt_amending *w,
    struct nt_str changes, struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	struct nt_buf b;
	int got = nt_json_parse(doc, changes.p, changes.len, &root, err);

	nt_buf_init(&b, NT_BUF_MAX);
	if (got == 0) {
		nt_value_drop(nt_value_get(root, "changes"));
		nt_json_quote(&b, nt_str_of(w->tool));
		nt_value_put(root, "tool", nt_buf_view(&b));
		nt_buf_clear(&b);
		nt_json_canonical(root, &b);
		got = nt_writer_snapshot(out, nt_buf_view(&b), err);
	}
	nt_buf_free(&b);
	nt_json_free(doc);
	return got;
}

static int
write_result(const struct nt_amending *w, struct nt_amend *a,
    struct nt_str head, int complete, int fd, struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_err late;
	int got = write_head(out, w, head, err);

	if (got == 0)
		got = nt_amend_records(a, write_record, out, err);
	if (got == 0)
		got = nt_writer_end(out, complete, (struct nt_str){ NULL, 0 },
		    err);
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	return got;
}

/* ---- where it goes ---- */

/* Where bytes of assets are to be had. */
struct bytes {
	const struct nt_amending *w;
	int in_old;			/* the snapshot has some */
	struct nt_snapshot *old;	/* kept open, or NULL */
};

/* Opens the snapshot for the bytes of its assets. */
static int
open_old(const struct nt_amending *w, struct nt_snapshot **old,
    struct nt_err *err)
{
	struct nt_snapshot_how how = { .mode = w->mode, .at_ms = -1 };

	return nt_snapshot_open(old, w->to, &how, err);
}

/* A folder that is kept open could not be renewed. */
static int
give_old(struct bytes *b, struct nt_str sha256, int fd, struct nt_err *err)
{
	struct nt_snapshot *old = b->old;
	int got;

	if (old == NULL && open_old(b->w, &old, err) == -1)
		return -1;
	got = nt_snapshot_asset(old, sha256, fd, err);
	if (b->old == NULL)
		nt_snapshot_close(old);
	return got;
}

/* Writes the bytes of an asset to fd: 1, 0 if they are nowhere, or -1. */
static int
give_bytes(void *arg, struct nt_str sha256, int fd, struct nt_err *err)
{
	struct bytes *b = arg;
	struct nt_buf path;
	int got, from;

	got = b->in_old ? give_old(b, sha256, fd, err) : 0;
	if (got != 0 || b->w->assets == NULL)
		return got;
	nt_buf_init(&path, NT_RECORD_MAX);
	nt_buf_fmt(&path, "%s/%.*s", b->w->assets, (int)sha256.len, sha256.p);
	from = nt_file_open(path.p, err);
	got = from == -1 ? -1 : nt_file_copy(from, path.p, fd,
	    "a temporary file", err) == -1 ? -1 : 1;
	if (from != -1)
		close(from);
	nt_buf_free(&path);
	return got;
}

/* The format in which the snapshot is stored, as far as one can tell. */
static const struct nt_store_format *
own_format(const struct nt_amending *w, const struct nt_flat *f)
{
	switch (nt_flat_format(f)) {
	case NT_FORMAT_STREAM:
		return nt_store_named("ndjson");
	case NT_FORMAT_FOLDER:
		return nt_store_named("dir");
	case NT_FORMAT_REPO:
		return nt_store_named("sqlite");
	case NT_FORMAT_FILE:
		break;
	}
	return nt_store_by_path(w->to);
}

static const struct nt_store_format *
format_of(const struct nt_amending *w, const struct nt_flat *f)
{
	const struct nt_store_format *format = w->output == NULL ? NULL :
	    strcmp(w->output, "-") == 0 ? nt_store_named("ndjson") :
	    nt_store_by_path(w->output);

	return format != NULL ? format : own_format(w, f);
}

/* Stores the result, which is in fd. */
static int
store(const struct nt_amending *w, const struct nt_flat *f,
    struct bytes *bytes, int *fd, struct nt_err *err)
{
	struct nt_storing s = { .format = format_of(w, f), .tool = w->tool,
	    .output = w->output != NULL ? w->output : w->to, .markdown = 1,
	    .input = "the result", .stop = w->stop, .warn = w->warn,
	    .how = { .partial = w->mode == NT_READ_PARTIAL } };
	uint64_t read;

	if (s.format == NULL)
		return nt_err_set(err, NT_DATA, "%s: its name does not tell "
		    "which kind of archive it is, expected an output", w->to);
	if (bytes->in_old || w->assets != NULL) {
		s.how.give = give_bytes;
		s.how.give_arg = bytes;
	}
	if (lseek(*fd, 0, SEEK_SET) == -1)
		return nt_err_sys(err, "seek in", "a temporary file");
	return nt_store_stream(&s, fd, &read, err);
}

/* Finds out where old assets are; what is added to has them already. */
static int
find_bytes(const struct nt_amending *w, const struct nt_flat *f,
    struct bytes *bytes, struct nt_err *err)
{
	enum nt_format format = nt_flat_format(f);

	if (format == NT_FORMAT_STREAM ||
	    (format == NT_FORMAT_REPO && w->output == NULL))
		return 0;
	if (open_old(w, &bytes->old, err) == -1)
		return -1;
	bytes->in_old = nt_snapshot_has_bytes(bytes->old);
	if (!bytes->in_old || format == NT_FORMAT_FOLDER) {
		nt_snapshot_close(bytes->old);
		bytes->old = NULL;
	}
	return 0;
}

/* Writes the result where it is wanted, in one step. */
static int
put_result(const struct nt_amending *w, const struct nt_flat *f,
    struct nt_amend *a, struct nt_str head, int complete, struct nt_err *err)
{
	struct bytes bytes = { .w = w };
	int fd = nt_file_temp(err), got;

	if (fd == -1)
		return -1;
	got = write_result(w, a, head, complete, fd, err);
	if (got == 0)
		got = find_bytes(w, f, &bytes, err);
	if (got == 0)
		got = store(w, f, &bytes, &fd, err);
	nt_snapshot_close(bytes.old);
	close(fd);
	return got;
}

/* Reads the changes to their end and makes them, then writes the result. */
static int
change_snapshot(const struct nt_amending *w, struct nt_flat *f, int fd,
    struct nt_err *err)
{
	struct nt_reader *in = nt_reader_of_fd(fd, w->changes, w->mode,
	    NULL);
	struct nt_amend *a = NULL;
	int got;

	got = nt_amend_new(&a, nt_flat_records(f), w->to, w->force, err);
	if (got == 0)
		got = make_changes(w, a, in, err);
	if (got == 0)
		got = put_result(w, f, a, nt_reader_snapshot(in),
		    nt_reader_complete(in) && nt_flat_complete(f), err);
	nt_amend_free(a);
	nt_reader_free(in);
	return got;
}

int
nt_snapshot_amend(const struct nt_amending *w, struct nt_err *err)
{
	struct nt_snapshot_how how = { .mode = w->mode, .at_ms = -1 };
	struct nt_flat *f;
	int fd, got;

	if (nt_flat_open(&f, w->to, &how, NULL, err) == -1)
		return -1;
	while ((got = nt_flat_check(f, err)) == 0)
		continue;
	if (got == 1 && (fd = nt_file_open(w->changes, err)) != -1) {
		got = change_snapshot(w, f, fd, err);
		close(fd);
	} else {
		got = -1;
	}
	nt_flat_close(f);
	return got;
}
