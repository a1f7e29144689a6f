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

/* Writes the result where it is wanted, in one step. */
static int
put_result(const struct nt_amending *w, struct nt_amend *a, struct nt_str head,
    int complete, struct nt_err *err)
{
	struct nt_draft d;
	int got;

	if (strcmp(w->output, "-") == 0) {
		if (write_result(w, a, head, complete, STDOUT_FILENO, err) == -1)
			return -1;
		return nt_file_close(STDOUT_FILENO, "standard output", err);
	}
	if (nt_draft_open(&d, w->output, err) == -1)
		return -1;
	got = write_result(w, a, head, complete, d.fd, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	nt_draft_free(&d);
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
		got = put_result(w, a, nt_reader_snapshot(in),
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
