/*
 * One of three readers behind one face.  What comes out of an archive or a
 * repository is checked by its room; what comes out of a stream, by the
 * reader.
 */
#include "internal.h"

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
	int64_t number;			/* in it */
	struct nt_json *doc;		/* of such a record */
	struct nt_buf head;
	enum { AT_HEAD, AT_FIRST, AT_RECORDS, AT_LAST } stage;
	struct nt_record first;		/* of the stream, read with its head */
	int first_got;
	unsigned long lines;		/* given so far */
};

/* Finds the snapshot that is asked for and opens it. */
static int
open_in_repo(struct nt_snapshot *s, const struct nt_snapshot_how *how,
    struct nt_err *err)
{
	int got;

	if (nt_repo_open(&s->repo, s->path, err) == -1)
		return -1;
	got = how->number != 0 ? nt_repo_find_number(s->repo, how->number,
	    &s->number, err) : how->at_ms != -1 ? nt_repo_find_time(s->repo,
	    how->at_ms, &s->number, err) : nt_repo_find_newest(s->repo,
	    &s->number, err);
	if (got == 0)
		s->records = nt_repo_stream_open(s->repo, s->number, err);
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
snapshot_open_found(struct nt_snapshot **out, const char *path,
    const struct nt_found *found, const struct nt_snapshot_how *how,
    struct nt_err *err)
{
	struct nt_snapshot *s = nt_alloc(sizeof *s);

	s->path = path;
	s->found = *found;
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

int
nt_snapshot_open(struct nt_snapshot **out, const char *path,
    const struct nt_snapshot_how *how, struct nt_err *err)
{
	struct nt_found found;

	if (nt_found_open(&found, path, err) == -1)
		return -1;
	return snapshot_open_found(out, path, &found, how, err);
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

/* The next line of an archive or a repository: 1, 0 at the end, or -1. */
static int
stored_line(struct nt_snapshot *s, struct nt_str *line, struct nt_err *err)
{
	int got;

	if (s->tree == NULL)
		return nt_repo_stream_next(s->records, line, err);
	got = nt_unpacker_next(s->tree, line, err);
	return got == -1 ? nt_err_at(err, "%s: ", s->path) : got;
}

/* The line that stored_line() gave, parsed. */
static int
value_of(struct nt_snapshot *s, struct nt_str line, struct nt_value *value,
    struct nt_err *err)
{
	if (s->tree == NULL)
		return nt_json_parse(s->doc, line.p, line.len, value, err) ==
		    -1 ? nt_err_at(err, "%s: ", s->path) : 0;
	*value = nt_unpacker_value(s->tree);
	return 0;
}

int
nt_snapshot_complete(const struct nt_snapshot *s)
{
	if (s->reader != NULL)
		return nt_reader_complete(s->reader);
	return s->tree == NULL ? nt_repo_stream_complete(s->records) :
	    nt_value_true(nt_value_get(nt_unpacker_manifest(s->tree),
	    "complete"));
}

/* At the end: was it complete, where it has to be? */
static int
check_complete(const struct nt_snapshot *s, struct nt_err *err)
{
	if (s->mode != NT_READ_WHOLE || nt_snapshot_complete(s))
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
	while ((got = stored_line(s, &line, err)) == 1) {
		if (value_of(s, line, &value, err) == -1)
			return -1;
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

/* The next line of a stream, whose reader keeps the control records back. */
static int
stream_line(struct nt_snapshot *s, struct nt_str *line, struct nt_err *err)
{
	struct nt_record rec = s->first;
	int got = s->first_got;

	if (s->stage == AT_LAST)
		return 0;
	if (s->stage != AT_FIRST &&
	    (got = nt_reader_next(s->reader, &rec, err)) == -1)
		return -1;
	if (s->stage == AT_HEAD) {
		s->stage = AT_FIRST;
		s->first = rec;
		s->first_got = got;
		*line = nt_reader_snapshot(s->reader);
		return 1;
	}
	s->stage = got == 1 ? AT_RECORDS : AT_LAST;
	*line = got == 1 ? (struct nt_str){ rec.line, rec.len } :
	    nt_reader_end(s->reader);
	return line->p != NULL;
}

int
nt_snapshot_line(struct nt_snapshot *s, struct nt_str *line,
    struct nt_err *err)
{
	int got = s->reader != NULL ? stream_line(s, line, err) :
	    stored_line(s, line, err);

	return got == 0 ? check_complete(s, err) : got;
}

int
nt_snapshot_only(struct nt_snapshot *s, const struct nt_id *id,
    struct nt_err *err)
{
	return s->records == NULL ? 0 :
	    nt_repo_stream_only(s->records, id, err);
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

int
nt_snapshot_has_bytes(const struct nt_snapshot *s)
{
	return s->repo != NULL || (s->tree != NULL && nt_value_true(
	    nt_value_at(nt_unpacker_manifest(s->tree), "/assets/inside")));
}

int
nt_snapshot_assets(struct nt_snapshot *s, const char *folder,
    struct nt_err *err)
{
	if (s->reader != NULL)
		return nt_err_set(err, NT_DATA, "%s: it is a stream, which "
		    "has no bytes of assets", s->path);
	if (s->repo != NULL)
		return nt_repo_assets(s->repo, s->number, folder, err);
	return nt_unpacker_assets(s->tree, folder, err) == -1 ?
	    nt_err_at(err, "%s: ", s->path) : 0;
}
