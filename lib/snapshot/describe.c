/*
 * What is known of a stored snapshot from what stands at its head and end: its
 * records are not read.
 */
#include "nt/snapshot.h"

#include <string.h>

#include "nt/clock.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/repo.h"
#include "nt/tree.h"

struct telling {
	const char *path;
	const char *format;
	uint64_t size;		/* of the file */
	int (*line)(void *arg, struct nt_str line, struct nt_err *err);
	void *arg;
};

/* What a record is made of; p is NULL for what is not known. */
struct facts {
	int64_t number;		/* of a snapshot in a repository, or 0 */
	uint64_t size;
	int complete;
	struct nt_str counts, scope, source;	/* JSON */
	struct nt_str digest, started;		/* text */
};

/* The members that a control record, or a manifest, has of them. */
static void
take_head(struct facts *f, struct nt_value v)
{
	f->scope = nt_value_raw(nt_value_get(v, "scope"));
	f->source = nt_value_raw(nt_value_get(v, "source"));
	f->started = nt_value_text(nt_value_get(v, "started"));
}

static void
take_end(struct facts *f, struct nt_value v)
{
	f->complete = nt_value_true(nt_value_get(v, "complete"));
	f->counts = nt_value_raw(nt_value_get(v, "counts"));
	f->digest = nt_value_text(nt_value_get(v, "digest"));
}

/* JSON as it came may have white space in it. */
static void
put_json(struct nt_json_out *o, const char *key, struct nt_str text)
{
	struct nt_err err;
	struct nt_buf b;

	nt_buf_init(&b, NT_RECORD_MAX);
	if (text.p != NULL && nt_json_rewrite(text.p, text.len, &b,
	    &err) == 0)
		nt_json_put_raw(o, key, nt_buf_view(&b));
	else
		nt_json_put_null(o, key);
	nt_buf_free(&b);
}

static void
put_text(struct nt_json_out *o, const char *key, struct nt_str text)
{
	if (text.p != NULL)
		nt_json_put_str(o, key, text);
	else
		nt_json_put_null(o, key);
}

/* Hands on the record; its members are in canonical order. */
static int
tell(const struct telling *t, const struct facts *f, struct nt_err *err)
{
	struct nt_json_out o;
	struct nt_buf b;
	int got;

	nt_buf_init(&b, NT_RECORD_MAX);
	nt_json_out_init(&o, &b);
	nt_json_open(&o, NULL, '{');
	nt_json_put_bool(&o, "complete", f->complete);
	put_json(&o, "counts", f->counts);
	put_text(&o, "digest", f->digest);
	nt_json_put_text(&o, "format", t->format);
	nt_json_put_text(&o, "object", "archive");
	nt_json_put_text(&o, "path", t->path);
	put_json(&o, "scope", f->scope);
	nt_json_put_int(&o, "size", (int64_t)f->size);
	if (f->number != 0)
		nt_json_put_int(&o, "snapshot", f->number);
	put_json(&o, "source", f->source);
	put_text(&o, "started", f->started);
	nt_json_close(&o, '}');
	got = nt_buf_check(&b, "what is known of it", err) == -1 ? -1 :
	    t->line(t->arg, nt_buf_view(&b), err);
	nt_buf_free(&b);
	return got;
}

/* ---- a zip or tar archive, or a folder ---- */

static int
add_size(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	(void)err;
	*(uint64_t *)arg += file->size;
	return 0;
}

/* Takes the unpacker over; NULL is one that could not be opened. */
static int
tell_tree(const struct telling *t, struct nt_unpacker *u, struct nt_err *err)
{
	struct facts f = { .size = t->size };
	int got = 0;

	if (u == NULL)
		return nt_err_at(err, "%s: ", t->path);
	if (t->size == 0 && nt_unpacker_files(u, add_size, &f.size, err) == -1)
		got = nt_err_at(err, "%s: ", t->path);
	if (got == 0) {
		take_head(&f, nt_unpacker_manifest(u));
		take_end(&f, nt_unpacker_manifest(u));
		got = tell(t, &f, err);
	}
	nt_unpacker_free(u);
	return got;
}

/* ---- a stream ---- */

/* Parses a line if it is a record of that kind; else *v is NT_VALUE_NONE. */
static void
control(struct nt_json *doc, struct nt_str line, const char *kind,
    struct nt_value *v)
{
	struct nt_err err;

	if (line.len > NT_RECORD_MAX ||
	    nt_json_parse(doc, line.p, line.len, v, &err) == -1 ||
	    !nt_value_text_is(nt_value_get(*v, "object"), kind))
		*v = NT_VALUE_NONE;
}

/* The first line of a text; and the last one, or "" if it has no newline. */
static struct nt_str
first_line(const char *p, size_t len)
{
	const char *end = memchr(p, '\n', len);

	return (struct nt_str){ p, end == NULL ? len : (size_t)(end - p) };
}

static struct nt_str
last_line(const char *p, size_t len)
{
	size_t start;

	if (p[len - 1] != '\n')
		return (struct nt_str){ p, 0 };
	for (start = len - 1; start > 0 && p[start - 1] != '\n'; start--)
		continue;
	return (struct nt_str){ p + start, len - 1 - start };
}

static int
tell_text(const struct telling *t, const char *p, size_t len,
    struct nt_err *err)
{
	struct nt_json *one = nt_json_new(), *two = nt_json_new();
	struct facts f = { .size = len };
	struct nt_value head, end;
	int got;

	control(one, first_line(p, len), "snapshot", &head);
	control(two, last_line(p, len), "end", &end);
	take_head(&f, head);
	take_end(&f, end);
	got = nt_value_there(head) ? tell(t, &f, err) :
	    nt_err_set(err, NT_DATA, "%s: it does not begin with a snapshot "
	    "record", t->path);
	nt_json_free(one);
	nt_json_free(two);
	return got;
}

static int
tell_stream(const struct telling *t, int fd, struct nt_err *err)
{
	const char *p = nt_file_map(fd, (size_t)t->size, t->path, err);
	int got;

	if (p == NULL)
		return -1;
	got = tell_text(t, p, (size_t)t->size, err);
	nt_file_unmap(p, (size_t)t->size);
	return got;
}

/* ---- a repository ---- */

static int
tell_snapshot(void *arg, const struct nt_repo_snapshot *s, struct nt_err *err)
{
	struct facts f = { .number = s->number, .size = s->bytes,
	    .complete = s->complete, .counts = s->counts, .scope = s->scope,
	    .source = s->source, .digest = s->digest };
	char taken[NT_TIME_TEXT];

	nt_time_format(s->taken_ms, taken);
	f.started = nt_str_of(taken);
	return tell(arg, &f, err);
}

static int
tell_repo(struct telling *t, struct nt_err *err)
{
	struct nt_repo *r;
	int got;

	if (nt_repo_open(&r, t->path, err) == -1)
		return -1;
	got = nt_repo_snapshots(r, tell_snapshot, t, err);
	nt_repo_close(r);
	return got;
}

int
nt_snapshot_describe(const char *path, int (*line)(void *arg,
    struct nt_str line, struct nt_err *err), void *arg, struct nt_err *err)
{
	struct telling t = { .path = path, .line = line, .arg = arg };
	struct nt_found found;
	off_t size = 0;
	int got = -1;

	if (nt_found_open(&found, path, err) == -1)
		return -1;
	t.format = found.name;
	if (found.fd != -1) {
		nt_file_regular(found.fd, &size);
		t.size = (uint64_t)size;
	}
	switch (found.format) {
	case NT_FORMAT_STREAM:
		got = tell_stream(&t, found.fd, err);
		break;
	case NT_FORMAT_FILE:
		got = tell_tree(&t, nt_unpacker_open(found.fd, err), err);
		break;
	case NT_FORMAT_FOLDER:
		got = tell_tree(&t, nt_unpacker_folder(path, err), err);
		break;
	case NT_FORMAT_REPO:
		got = tell_repo(&t, err);
		break;
	}
	nt_found_close(&found);
	return got;
}
