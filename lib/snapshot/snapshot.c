/*
 * One of three readers behind one face.  What comes out of an archive or a
 * repository is checked by its room; what comes out of a stream, by the
 * reader.
 */
#include "nt/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/repo.h"
#include "nt/tree.h"

struct nt_snapshot {
	const char *path;
	struct nt_found found;
	enum nt_read_mode mode;
	struct nt_reader *reader;	/* one of these three */
	struct nt_unpacker *tree;
	struct nt_repo *repo;

	struct nt_repo_stream *records;	/* of the repository */
	struct nt_json *doc;		/* of such a record */
	struct nt_buf head;
	unsigned long lines;		/* given so far */
};

/* Finds the snapshot that is asked for and opens it. */
static int
open_in_repo(struct nt_snapshot *s, const struct nt_snapshot_how *how,
    struct nt_err *err)
{
	int64_t number = 0;
	int got;

	if (nt_repo_open(&s->repo, s->path, err) == -1)
		return -1;
	got = how->number != 0 ? nt_repo_find_number(s->repo, how->number,
	    &number, err) : how->at_ms != -1 ? nt_repo_find_time(s->repo,
	    how->at_ms, &number, err) : nt_repo_find_newest(s->repo, &number,
	    err);
	if (got == 0)
		s->records = nt_repo_stream_open(s->repo, number, err);
	return s->records == NULL ? -1 : 0;
}

static int
open_found(struct nt_snapshot *s, const struct nt_snapshot_how *how,
    struct nt_err *err)
{
	if (s->found.format == NT_FORMAT_REPO)
		return open_in_repo(s, how, err);
	if (how->at_ms != -1 || how->number != 0)
		return nt_err_set(err, NT_DATA, "%s: it is one snapshot, "
		    "there is none to choose", s->path);
	if (s->found.format == NT_FORMAT_STREAM) {
		s->reader = nt_reader_of_fd(s->found.fd, s->path, s->mode,
		    NULL);
		return 0;
	}
	s->tree = s->found.format == NT_FORMAT_FOLDER ?
	    nt_unpacker_folder(s->path, err) :
	    nt_unpacker_open(s->found.fd, err);
	return s->tree == NULL ? nt_err_at(err, "%s: ", s->path) : 0;
}

int
nt_snapshot_open(struct nt_snapshot **out, const char *path,
    const struct nt_snapshot_how *how, struct nt_err *err)
{
	struct nt_snapshot *s;
	struct nt_found found;

	if (nt_found_open(&found, path, err) == -1)
		return -1;
	s = nt_alloc(sizeof *s);
	s->path = path;
	s->found = found;
	s->mode = how->mode;
	s->doc = nt_json_new();
	nt_buf_init(&s->head, NT_RECORD_MAX);
	if (open_found(s, how, err) == -1) {
		nt_snapshot_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
nt_snapshot_close(struct nt_snapshot *s)
{
	if (s == NULL)
		return;
	nt_reader_free(s->reader);
	nt_unpacker_free(s->tree);
	nt_repo_stream_free(s->records);
	nt_repo_close(s->repo);
	nt_found_close(&s->found);
	nt_json_free(s->doc);
	nt_buf_free(&s->head);
	free(s);
}

/* The next line, and its value: 1, 0 at the end, or -1. */
static int
next_line(struct nt_snapshot *s, struct nt_str *line, struct nt_value *value,
    struct nt_err *err)
{
	int got;

	if (s->tree != NULL) {
		got = nt_unpacker_next(s->tree, line, err);
		*value = nt_unpacker_value(s->tree);
		return got == -1 ? nt_err_at(err, "%s: ", s->path) : got;
	}
	if ((got = nt_repo_stream_next(s->records, line, err)) == 1 &&
	    nt_json_parse(s->doc, line->p, line->len, value, err) == -1)
		return nt_err_at(err, "%s: ", s->path);
	return got;
}

/* At the end: was it complete, where it has to be? */
static int
check_complete(const struct nt_snapshot *s, struct nt_err *err)
{
	int complete = s->tree != NULL ? nt_value_true(nt_value_get(
	    nt_unpacker_manifest(s->tree), "complete")) :
	    nt_repo_stream_complete(s->records);

	if (complete || s->mode != NT_READ_WHOLE)
		return 0;
	return nt_err_set(err, NT_DATA, "%s: the snapshot is not complete",
	    s->path);
}

int
nt_snapshot_next(struct nt_snapshot *s, struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_str line;
	struct nt_value value;
	int got;

	if (s->reader != NULL)
		return nt_reader_next(s->reader, rec, err);
	while ((got = next_line(s, &line, &value, err)) == 1) {
		*rec = (struct nt_record){ .line = line.p, .len = line.len,
		    .number = ++s->lines, .value = value,
		    .kind = nt_kind_of(nt_value_text(nt_value_get(value,
		    "object"))) };
		if (rec->kind == NT_KIND_SNAPSHOT)
			nt_buf_add(&s->head, line.p, line.len);
		else if (rec->kind != NT_KIND_END)
			return 1;
	}
	return got == 0 ? check_complete(s, err) : -1;
}

struct nt_str
nt_snapshot_head(const struct nt_snapshot *s)
{
	if (s->reader != NULL)
		return nt_reader_snapshot(s->reader);
	return s->head.len > 0 ? nt_buf_view(&s->head) :
	    (struct nt_str){ NULL, 0 };
}

int
nt_snapshot_asset(struct nt_snapshot *s, struct nt_str sha256, int fd,
    struct nt_err *err)
{
	int got = s->tree != NULL ? nt_unpacker_asset(s->tree, sha256, fd,
	    err) : s->repo != NULL ? nt_repo_asset(s->repo, sha256, fd,
	    err) : 0;

	return got == -1 ? nt_err_at(err, "%s: ", s->path) : got;
}
