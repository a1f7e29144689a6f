/*
 * The file: opened, made, held against other writers, and what it says of its
 * snapshots.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/mem.h"

/* ---- the writer ---- */

/* "notion-pack, process 71 on host elm, since 2026-03-10T17:00:00.000Z" */
static void
name_writer(const struct nt_repo *r, struct nt_buf *b)
{
	char host[256] = "", now[NT_TIME_TEXT];

	gethostname(host, sizeof host - 1);
	nt_time_format(nt_clock_wall_ms(), now);
	nt_buf_fmt(b, "%s, process %jd on host %s, since %s", r->tool,
	    (intmax_t)getpid(), host, now);
}

/* Reads who wrote last into b; 1 if it is who. */
static int
writer_is(struct nt_repo *r, struct nt_buf *b, const char *who)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT writer FROM repository WHERE id = 1");
	struct nt_str name = NT_STR("");

	if (nt_stmt_step(s))
		name = nt_stmt_col_str(s, 0);
	nt_buf_clear(b);
	nt_buf_add(b, name.p, name.len < 200 ? name.len : 200);
	nt_stmt_done(s);
	return strcmp(b->p, who) == 0;
}

/* Waits for the right to write; NT_AGAIN is told in our words. */
static int
begin(struct nt_repo *r, struct nt_buf *b, struct nt_err *err)
{
	struct nt_err why;

	if (nt_db_begin(r->db, &why) == 0)
		return 0;
	if (why.kind != NT_AGAIN) {
		if (err != NULL)
			*err = why;
		return -1;
	}
	writer_is(r, b, "");
	return nt_err_set(err, NT_AGAIN, "%s is held by %s", r->path,
	    b->len > 0 ? b->p : "another program");
}

/*
 * Holds the repository: our name is committed first, so that those who wait
 * can read it.  Somebody may come between; then it is written again.
 */
static int
hold(struct nt_repo *r, struct nt_err *err)
{
	struct nt_buf who, b;
	int got;

	nt_buf_init(&who, NT_BUF_MAX);
	nt_buf_init(&b, NT_BUF_MAX);
	name_writer(r, &who);
	while ((got = begin(r, &b, err)) == 0 && !writer_is(r, &b, who.p)) {
		struct nt_stmt *s = nt_db_stmt(r->db,
		    "UPDATE repository SET writer = ? WHERE id = 1");

		nt_stmt_text(s, 1, nt_buf_view(&who));
		nt_stmt_run(s);
		if ((got = nt_db_commit(r->db, err)) == -1)
			break;
	}
	nt_buf_free(&b);
	nt_buf_free(&who);
	return got;
}

/* ---- opening ---- */

/* What is kept in the one row of the repository. */
static int
read_settings(struct nt_repo *r, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT secret, searched FROM repository WHERE id = 1");
	int there = nt_stmt_step(s), got = 0;
	struct nt_str key = NT_STR("");

	if (there)
		key = nt_stmt_col_str(s, 0);
	if (key.len == NT_SUM_KEY) {
		memcpy(r->key, key.p, NT_SUM_KEY);
		r->searched = nt_stmt_col_int(s, 1) == 1;
	} else if (!nt_db_failed(r->db, err)) {
		got = nt_err_set(err, NT_DATA, "its key is missing");
	}
	nt_stmt_done(s);
	return nt_db_failed(r->db, err) ? -1 : got;
}

static int
check(struct nt_repo *r, struct nt_err *err)
{
	if (schema_check(r->db, err) == 0 && read_settings(r, err) == 0)
		return 0;
	/* What SQLite says names the file already. */
	return nt_db_failed(r->db, NULL) ? -1 :
	    nt_err_at(err, "%s: ", r->path);
}

static struct nt_repo *
new_repo(const char *path, const char *tool)
{
	struct nt_repo *r = nt_alloc(sizeof *r);

	r->path = path;
	r->tool = tool;
	r->draft.fd = r->draft.dir = -1;
	r->frames = frames_new(r);
	return r;
}

int
nt_repo_open(struct nt_repo **out, const char *path, struct nt_err *err)
{
	struct nt_repo *r = new_repo(path, NULL);

	if (nt_db_open_as(&r->db, path, NT_DB_READ, err) == -1 ||
	    nt_db_exec(r->db, "BEGIN", err) == -1 || check(r, err) == -1) {
		nt_repo_close(r);
		/* What SQLite finds then has this reason. */
		if (nt_db_whole(NULL, path, err) == -1)
			nt_err_at(err, "%s: ", path);
		return -1;
	}
	*out = r;
	return 0;
}

/* The folder of the file, or a name in it; for the caller to free. */
static char *
beside(const struct nt_repo *r, const char *name)
{
	size_t folder = strlen(r->draft.path) - strlen(r->draft.name);
	struct nt_buf b;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_add(&b, r->draft.path, folder);
	nt_buf_str(&b, folder == 0 && *name == '\0' ? "." : name);
	return nt_buf_take(&b);
}

static int
put_settings(struct nt_repo *r, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "INSERT INTO repository(id, "
	    "secret, writer, forgotten, searched) VALUES (1, ?, ?, 0, 0)");
	struct nt_buf who;

	nt_buf_init(&who, NT_BUF_MAX);
	name_writer(r, &who);
	nt_random_bytes(r->key, sizeof r->key);
	nt_stmt_blob(s, 1, r->key, sizeof r->key);
	nt_stmt_text(s, 2, nt_buf_view(&who));
	nt_stmt_run(s);
	nt_buf_free(&who);
	return nt_db_failed(r->db, err) ? -1 : 0;
}

/* Makes one in a draft, which the first snapshot puts in place. */
static int
make(struct nt_repo *r, struct nt_err *err)
{
	char *path;
	int got;

	if (nt_draft_open(&r->draft, r->path, err) == -1)
		return -1;
	path = beside(r, "");
	nt_draft_sweep(path);
	free(path);
	path = beside(r, r->draft.temp);
	got = nt_db_open_as(&r->db, path, NT_DB_DRAFT, err);
	free(path);
	if (got == 0)
		got = schema_make(r->db, err);
	if (got == 0)
		got = nt_db_begin(r->db, err);
	return got == 0 ? put_settings(r, err) : -1;
}

static int
open_or_make(struct nt_repo *r, struct nt_err *err)
{
	struct stat st;

	/* SQLite takes an empty file for a database; so do we not. */
	if (stat(r->path, &st) == -1)
		return make(r, err);
	if (nt_db_open_as(&r->db, r->path, NT_DB_SHARED, err) == -1 ||
	    check(r, err) == -1 || hold(r, err) == -1)
		return -1;
	return read_settings(r, err);	/* as who held it before left them */
}

int
nt_repo_open_to_write(struct nt_repo **out, const char *path,
    const char *tool, struct nt_err *err)
{
	struct nt_repo *r = new_repo(path, tool);

	if (open_or_make(r, err) == -1) {
		nt_repo_close(r);
		return -1;
	}
	*out = r;
	return 0;
}

int
repo_commit(struct nt_repo *r, struct nt_err *err)
{
	if (nt_db_commit(r->db, err) == -1)
		return -1;
	if (r->draft.fd == -1)
		return 0;
	if (nt_db_settle(r->db, err) == -1)
		return -1;
	nt_db_close(r->db);
	r->db = NULL;
	return nt_draft_commit_new(&r->draft, err);
}

int
nt_repo_make(const char *path, const char *tool, struct nt_err *err)
{
	struct nt_repo *r;
	struct stat st;
	int got;

	if (stat(path, &st) == 0)
		return 0;
	r = new_repo(path, tool);
	got = make(r, err);
	if (got == 0)
		got = repo_commit(r, err);
	nt_repo_close(r);
	return got == -1 ? -1 : 1;
}

void
nt_repo_close(struct nt_repo *r)
{
	if (r == NULL)
		return;
	frames_free(r->frames);
	nt_db_close(r->db);
	nt_draft_free(&r->draft);
	nt_wipe(r->key, sizeof r->key);
	free(r);
}

/* ---- snapshots ---- */

int
nt_repo_snapshots(struct nt_repo *r, int (*each)(void *arg,
    const struct nt_repo_snapshot *s, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT id, taken, complete, "
	    "records, bytes, digest, counts, source, scope FROM snapshot "
	    "ORDER BY id");
	int got = 0;

	while (got == 0 && nt_stmt_step(s)) {
		struct nt_repo_snapshot one = {
			.number = nt_stmt_col_int(s, 0),
			.taken_ms = nt_stmt_col_int(s, 1),
			.complete = nt_stmt_col_int(s, 2) == 1,
			.records = (uint64_t)nt_stmt_col_int(s, 3),
			.bytes = (uint64_t)nt_stmt_col_int(s, 4),
			.digest = nt_stmt_col_str(s, 5),
			.counts = nt_stmt_col_str(s, 6),
			.source = nt_stmt_col_str(s, 7),
			.scope = nt_stmt_col_str(s, 8)
		};
		got = each(arg, &one, err);
	}
	nt_stmt_done(s);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

/* The one number that the query answers: 1, 0 if it answers none, -1. */
static int
find(struct nt_repo *r, const char *sql, int64_t wanted, int64_t *number,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, sql);
	int there;

	nt_stmt_int(s, 1, wanted);
	if ((there = nt_stmt_step(s)))
		*number = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return nt_db_failed(r->db, err) ? -1 : there;
}

int
nt_repo_find_number(struct nt_repo *r, int64_t wanted, int64_t *number,
    struct nt_err *err)
{
	int got = find(r, "SELECT id FROM snapshot WHERE id = ?", wanted,
	    number, err);

	if (got == 0)
		got = nt_err_set(err, NT_DATA, "%s: there is no snapshot %jd",
		    r->path, (intmax_t)wanted);
	return got == 1 ? 0 : -1;
}

int
nt_repo_find_time(struct nt_repo *r, int64_t at_ms, int64_t *number,
    struct nt_err *err)
{
	char text[NT_TIME_TEXT];
	int got = find(r, "SELECT id FROM snapshot WHERE taken <= ? "
	    "ORDER BY taken DESC, id DESC LIMIT 1", at_ms, number, err);

	nt_time_format(at_ms, text);
	if (got == 0)
		got = nt_err_set(err, NT_DATA, "%s: no snapshot was taken "
		    "until %s", r->path, text);
	return got == 1 ? 0 : -1;
}

int
newest_snapshot(struct nt_repo *r, int64_t *number, struct nt_err *err)
{
	*number = 0;
	return find(r, "SELECT id FROM snapshot WHERE id > ? "
	    "ORDER BY id DESC LIMIT 1", 0, number, err) == -1 ? -1 : 0;
}

int
nt_repo_is_empty(struct nt_repo *r, struct nt_err *err)
{
	int64_t newest;

	return newest_snapshot(r, &newest, err) == -1 ? -1 : newest == 0;
}

int
nt_repo_find_newest(struct nt_repo *r, int64_t *number, struct nt_err *err)
{
	int64_t newest;

	if (newest_snapshot(r, &newest, err) == -1)
		return -1;
	if (newest == 0)
		return nt_err_set(err, NT_DATA, "%s: it has no snapshot",
		    r->path);
	*number = newest;
	return 0;
}

int64_t
snapshot_seal(struct nt_repo *r, int64_t number)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT id, taken, packed, "
	    "complete, records, bytes, digest, counts, source, scope, head, "
	    "tail, places FROM snapshot WHERE id = ?");
	struct nt_buf b;
	int64_t seal = 0;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_stmt_int(s, 1, number);
	if (nt_stmt_step(s)) {
		for (int i = 0; i < 13; i++) {
			struct nt_str text = nt_stmt_col_str(s, i);

			put_varint(&b, nt_stmt_col_is_null(s, i) ? 0 :
			    text.len + 1);
			nt_buf_add(&b, text.p, text.len);
		}
		seal = (int64_t)nt_sum64(r->key, b.p, b.len);
	}
	nt_stmt_done(s);
	nt_buf_free(&b);
	return seal;
}

int
nt_repo_sizes(struct nt_repo *r, struct nt_repo_sizes *sizes,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT "
	    "(SELECT page_count * page_size FROM pragma_page_count, "
	    "pragma_page_size), "
	    "(SELECT total(length(sums) + length(data)) FROM frame), "
	    "(SELECT total(size) FROM asset WHERE whole = 1)");

	if (nt_stmt_step(s))
		*sizes = (struct nt_repo_sizes){
			.file = (uint64_t)nt_stmt_col_int(s, 0),
			.frames = (uint64_t)nt_stmt_col_int(s, 1),
			.assets = (uint64_t)nt_stmt_col_int(s, 2)
		};
	nt_stmt_done(s);
	return nt_db_failed(r->db, err) ? -1 : 0;
}
