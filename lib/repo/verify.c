/*
 * Is all of it right?  The file's structure, every frame and its sums, every
 * snapshot and its digest, every asset and its hash, and what the views show.
 */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/mem.h"

struct verification {
	struct nt_repo *repo;
	int quick;
	void (*fault)(void *arg, const char *sentence);
	void *arg;
	struct nt_repo_verified *found;
};

static void
say(struct verification *v, const struct nt_err *err)
{
	v->found->faults++;
	v->fault(v->arg, err->text);
}

/*
 * What a check came to: a fault is said and not the end, but what is no fault
 * of the file's, a disk that cannot be read, is.
 */
static int
judge(struct verification *v, int got, struct nt_err *err)
{
	if (got != -1)
		return 0;
	if (err->kind != NT_DATA && err->kind != NT_LIMIT)
		return -1;
	say(v, err);
	return 0;
}

/* ---- SQLite's own check ---- */

static int
check_structure(struct verification *v, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(v->repo->db, v->quick ?
	    "PRAGMA quick_check" : "PRAGMA integrity_check");
	struct nt_err fault;

	if (nt_db_whole(v->repo->db, v->repo->path, &fault) == -1)
		say(v, &fault);
	while (nt_stmt_step(s)) {
		struct nt_str line = nt_stmt_col_str(s, 0);

		if (nt_str_is(line, "ok"))
			continue;
		nt_err_set(&fault, NT_DATA, "%.*s", (int)line.len, line.p);
		say(v, &fault);
	}
	nt_stmt_done(s);
	return nt_db_failed(v->repo->db, err) ? -1 : 0;
}

/* ---- frames ---- */

static int
check_frame(struct verification *v, int64_t id, struct nt_err *err)
{
	struct nt_str sums;
	uint32_t base;
	int leaning = 0;

	if (id <= 0 || id > UINT32_MAX)
		return nt_err_set(err, NT_DATA, "a frame has the number %jd",
		    (intmax_t)id);
	if (frame_sums(v->repo->frames, (uint32_t)id, &sums, err) == -1 ||
	    frame_base(v->repo->frames, (uint32_t)id, &base, err) == -1)
		return -1;
	for (; base != 0 && leaning < LEAN_MAX; leaning++)
		if (frame_base(v->repo->frames, base, &base, err) == -1)
			return nt_err_at(err, "frame %jd: ", (intmax_t)id);
	if (base != 0)
		return nt_err_set(err, NT_DATA, "frame %jd leans on too many",
		    (intmax_t)id);
	v->found->records += sums.len / SUM_BYTES;
	return v->quick ? 0 : frame_check(v->repo->frames, (uint32_t)id, err);
}

/* Calls check for every number that the query answers. */
static int
each(struct verification *v, const char *sql, int (*check)(
    struct verification *v, int64_t n, struct nt_err *err),
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(v->repo->db, sql);
	struct units numbers = { NULL, 0, 0 };
	int got = 0;

	while (nt_stmt_step(s))
		units_add(&numbers, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	for (size_t i = 0; i < numbers.count && got == 0; i++)
		got = judge(v, check(v, numbers.at[i], err), err);
	units_free(&numbers);
	return got == 0 && nt_db_failed(v->repo->db, err) ? -1 : got;
}

/* ---- snapshots ---- */

/* Each unit's list, and that its frames have the records that it names. */
static int
check_lists(struct verification *v, int64_t number, struct nt_err *err)
{
	struct order order = { .units = { NULL, 0, 0 } };
	struct spots l = { .at = NULL };
	uint64_t sum;
	int got = order_read(v->repo, number, &order, err);

	for (size_t i = 0; i < order.units.count && got == 0; i++) {
		int64_t unit = order.units.at[i];

		got = version_at(v->repo, unit, number, &l, NULL, err);
		if (got == 0)
			got = nt_err_set(err, NT_DATA, "unit %jd is not in "
			    "snapshot %jd, which has it in its order",
			    (intmax_t)unit, (intmax_t)number);
		for (size_t n = 0; n < l.count && got == 1; n++)
			if (frame_sum(v->repo->frames, l.at[n], &sum,
			    err) == -1)
				got = -1;
		got = got == 1 ? 0 : got;
	}
	spots_free(&l);
	order_free(&order);
	return got;
}

/* An asset record's bytes are kept for the snapshot, if they are there. */
static int
check_use(struct verification *v, int64_t number, int64_t unit,
    struct nt_str line, struct nt_err *err)
{
	static const char *const names[] = { "object", "sha256" };
	struct nt_str found[2] = { { NULL, 0 }, { NULL, 0 } };
	struct nt_stmt *s;
	int64_t asset;
	int there;

	nt_json_glance(line.p, line.len, names, 2, found);
	if (!nt_str_is(found[0], "\"asset\"") || found[1].len < 2)
		return 0;
	found[1] = (struct nt_str){ found[1].p + 1, found[1].len - 2 };
	if ((asset = asset_number(v->repo, found[1])) == 0)
		return nt_err_set(err, NT_DATA, "nothing is kept of the asset "
		    "%.*s", (int)(found[1].len < 64 ? found[1].len : 64),
		    found[1].p);
	s = nt_db_stmt(v->repo->db, "SELECT 1 FROM asset_use "
	    "WHERE unit = ?1 AND asset = ?3 AND first = (SELECT max(first) "
	    "FROM version WHERE unit = ?1 AND first <= ?2)");
	nt_stmt_int(s, 1, unit);
	nt_stmt_int(s, 2, number);
	nt_stmt_int(s, 3, asset);
	there = nt_stmt_step(s);
	nt_stmt_done(s);
	return there ? 0 : nt_err_set(err, NT_DATA, "it is not known that "
	    "the asset %.*s belongs to it", (int)found[1].len, found[1].p);
}

/*
 * All of the stream, which compares its digest.  A frame's records are compared
 * with their sums while its text is there, so that it is unpacked once.
 */
static int
check_stream(struct verification *v, int64_t number, struct nt_err *err)
{
	struct nt_repo_stream *g = nt_repo_stream_open(v->repo, number, err);
	struct nt_str line;
	int got;

	if (g == NULL)
		return -1;
	while ((got = nt_repo_stream_next(g, &line, err)) == 1)
		if (check_use(v, number, stream_unit(g), line, err) == -1 ||
		    stream_check_frame(g, err) == -1) {
			got = -1;
			break;
		}
	nt_repo_stream_free(g);
	return got;
}

static int
check_snapshot(struct verification *v, int64_t number, struct nt_err *err)
{
	int got = v->quick ? check_lists(v, number, err) :
	    check_stream(v, number, err);

	return got == 0 ? 0 : nt_err_at(err, "snapshot %jd: ",
	    (intmax_t)number);
}

/* ---- assets ---- */

static int
check_asset(struct verification *v, int64_t asset, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(v->repo->db, "SELECT sha256, size, "
	    "(SELECT total(length(data)) FROM asset_part p "
	    "WHERE p.asset = a.id), whole FROM asset a WHERE id = ?");
	uint8_t hash[NT_SHA256_BYTES];
	int got = 0, whole = 0;

	nt_stmt_int(s, 1, asset);
	if (nt_stmt_step(s)) {
		struct nt_str text = nt_stmt_col_str(s, 0);

		whole = nt_stmt_col_int(s, 3) == 1;
		if (text.len == sizeof hash)
			memcpy(hash, text.p, sizeof hash);
		if (text.len != sizeof hash ||
		    nt_stmt_col_int(s, 1) != nt_stmt_col_int(s, 2))
			got = nt_err_set(err, NT_DATA, "asset %jd has not "
			    "the size that is kept of it", (intmax_t)asset);
	}
	nt_stmt_done(s);
	return got == 0 && whole && !v->quick ?
	    asset_check(v->repo, asset, hash, err) : got;
}

/* ---- all that has numbers ---- */

static int
check_frames(struct verification *v, struct nt_err *err)
{
	return each(v, "SELECT id FROM frame ORDER BY id", check_frame, err);
}

static int
check_snapshots(struct verification *v, struct nt_err *err)
{
	return each(v, "SELECT id FROM snapshot ORDER BY id", check_snapshot,
	    err);
}

static int
check_assets(struct verification *v, struct nt_err *err)
{
	return each(v, "SELECT id FROM asset ORDER BY id", check_asset, err);
}

/* Everything that is read through one connection, in this order. */
static int
check_all(struct verification *v, struct nt_err *err)
{
	static int (*const checks[])(struct verification *v,
	    struct nt_err *err) = { check_snapshots, check_frames,
	    check_assets };

	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (judge(v, checks[i](v, err), err) == -1)
			return -1;
		else if (nt_db_failed(v->repo->db, NULL))
			return 0;	/* it is not read any further */
	return 0;
}

/* ---- what the views show, in a thread of its own ---- */

struct shown {
	pthread_t thread;
	const char *path;
	struct nt_err err;
	int got;
};

static void *
check_shown(void *arg)
{
	struct shown *s = arg;
	struct nt_repo *own;

	s->got = nt_repo_open(&own, s->path, &s->err);
	if (s->got == 0) {
		s->got = plain_check(own, &s->err);
		nt_repo_close(own);
	}
	return NULL;
}

static void
start_shown(struct shown *s, const char *path)
{
	*s = (struct shown){ .path = path };
	if (pthread_create(&s->thread, NULL, check_shown, s) != 0)
		nt_out_of_memory();
}

/* Waits for it, and says what was wrong if nothing worse was found. */
static int
end_shown(struct shown *s, struct verification *v, int got,
    struct nt_err *err)
{
	pthread_join(s->thread, NULL);
	if (got == -1 || nt_db_failed(v->repo->db, NULL))
		return got;
	if (s->got == -1)
		*err = s->err;
	return judge(v, s->got, err);
}

/* ---- the whole of it ---- */

int
nt_repo_verify(struct nt_repo *r, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_repo_verified *found,
    struct nt_err *err)
{
	struct verification v = { r, quick, fault, arg, found };
	struct nt_repo_sizes sizes = { 0 };
	struct shown shown;
	struct nt_err mine;
	int got;

	if (err == NULL)
		err = &mine;
	*found = (struct nt_repo_verified){ .faults = 0 };
	if (judge(&v, check_structure(&v, err), err) == -1)
		return -1;
	/* What SQLite finds broken is not read any further. */
	if (nt_db_failed(r->db, NULL) || found->faults > 0)
		return 0;
	if (!quick)
		start_shown(&shown, r->path);
	got = check_all(&v, err);
	if (!quick)
		got = end_shown(&shown, &v, got, err);
	if (got == -1)
		return -1;
	if (nt_db_failed(r->db, NULL))
		return 0;
	if (nt_repo_sizes(r, &sizes, err) == -1)
		return -1;
	found->bytes = sizes.file;
	return found->faults == 0;
}
