/*
 * Snapshots removed: what only they needed goes, frames that are mostly dead
 * are packed anew, and the room is given back.  All in one transaction.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

/* A frame, and which of its records are still wanted. */
struct wanted {
	int64_t id, base;
	size_t count, live;
	int stays;		/* others lean on it, however dead it is */
	int moves;
	uint8_t *bits;
	struct spot *moved;	/* where its records are now; NULL: there */
};

struct removal {
	struct nt_repo *repo;
	struct units kept;	/* numbers of the snapshots that stay */
	struct wanted *frames;
	size_t frame_count;
	uint32_t common;	/* the frame that fresh ones lean on, or 0 */
	struct units units;	/* those that stay */
};

/* ---- what may be removed ---- */

static void
forget(struct nt_repo *r, int64_t number)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "DELETE FROM snapshot WHERE id = ?");

	nt_stmt_int(s, 1, number);
	nt_stmt_run(s);
	s = nt_db_stmt(r->db, "UPDATE repository "
	    "SET forgotten = max(forgotten, ?)");
	nt_stmt_int(s, 1, number);
	nt_stmt_run(s);
}

static int
forget_all(struct nt_repo *r, const int64_t *numbers, size_t n,
    struct nt_err *err)
{
	static const char complete[] =
	    "SELECT count(*) FROM snapshot WHERE complete = 1";
	int64_t before = nt_db_number(r->db, complete), number;

	for (size_t i = 0; i < n; i++) {
		if (nt_repo_find_number(r, numbers[i], &number, err) == -1)
			return -1;
		forget(r, number);
	}
	if (nt_db_failed(r->db, err))
		return -1;
	if (before > 0 && nt_db_number(r->db, complete) == 0)
		return nt_err_set(err, NT_DATA, "%s would have no complete "
		    "snapshot any more, expected to leave one", r->path);
	return 0;
}

/* Reads numbers that a query answers. */
static void
read_numbers(struct nt_repo *r, const char *sql, struct units *u)
{
	struct nt_stmt *s = nt_db_stmt(r->db, sql);

	while (nt_stmt_step(s))
		units_add(u, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
}

/* ---- places and units that nobody has any more ---- */

static void
keep(struct nt_repo *r, const char *sql, int64_t n)
{
	struct nt_stmt *s = nt_db_stmt(r->db, sql);

	nt_stmt_int(s, 1, n);
	nt_stmt_run(s);
}

static int
keep_places(struct nt_repo *r, int64_t snapshot, struct nt_err *err)
{
	struct nt_buf places;
	struct bytes b;
	int got;

	nt_buf_init(&places, NT_BUF_MAX);
	got = order_places(r, snapshot, &places, err);
	b = bytes_of(nt_buf_view(&places));
	while (got == 0 && b.left > 0)
		keep(r, "INSERT OR IGNORE INTO temp.kept_place(id) "
		    "VALUES (?)", (int64_t)get_varint(&b));
	nt_buf_free(&places);
	return got;
}

static int
keep_units(struct nt_repo *r, struct nt_err *err)
{
	struct units places = { NULL, 0, 0 };
	struct order order = { .units = { NULL, 0, 0 } };
	int got = 0;

	read_numbers(r, "SELECT id FROM temp.kept_place", &places);
	for (size_t i = 0; i < places.count && got == 0; i++) {
		order.units.count = order.levels.count = 0;
		got = order_place(r, places.at[i], &order, err);
		for (size_t n = 0; n < order.units.count; n++)
			keep(r, "INSERT OR IGNORE INTO temp.kept_unit(id) "
			    "VALUES (?)", order.units.at[n]);
	}
	order_free(&order);
	units_free(&places);
	return got;
}

static int
drop_units(struct removal *m, struct nt_err *err)
{
	struct nt_repo *r = m->repo;
	int got = nt_db_exec(r->db, "DROP TABLE IF EXISTS temp.kept_place;"
	    "DROP TABLE IF EXISTS temp.kept_unit;"
	    "CREATE TEMP TABLE kept_place(id INTEGER PRIMARY KEY);"
	    "CREATE TEMP TABLE kept_unit(id INTEGER PRIMARY KEY)", err);

	for (size_t i = 0; i < m->kept.count && got == 0; i++)
		got = keep_places(r, m->kept.at[i], err);
	if (got == 0)
		got = keep_units(r, err);
	if (got == 0)
		got = nt_db_exec(r->db, "DELETE FROM place WHERE id NOT IN "
		    "(SELECT id FROM temp.kept_place);"
		    "DELETE FROM unit WHERE id NOT IN "
		    "(SELECT id FROM temp.kept_unit);"
		    "DELETE FROM version WHERE unit NOT IN "
		    "(SELECT id FROM temp.kept_unit);"
		    "DELETE FROM asset_use WHERE unit NOT IN "
		    "(SELECT id FROM temp.kept_unit)", err);
	if (got == 0)
		read_numbers(r, "SELECT id FROM unit ORDER BY id", &m->units);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

/* ---- frames ---- */

static void
read_frames(struct removal *m)
{
	struct nt_stmt *s = nt_db_stmt(m->repo->db, "SELECT id, "
	    "length(sums) / 8, base FROM frame ORDER BY id");

	while (nt_stmt_step(s)) {
		struct wanted *w;

		if ((m->frame_count & (m->frame_count - 1)) == 0)
			m->frames = nt_realloc_array(m->frames,
			    m->frame_count == 0 ? 1 : 2 * m->frame_count,
			    sizeof *m->frames);
		w = &m->frames[m->frame_count++];
		*w = (struct wanted){ .id = nt_stmt_col_int(s, 0),
		    .count = (size_t)nt_stmt_col_int(s, 1),
		    .base = nt_stmt_col_int(s, 2) };
		w->bits = nt_alloc(w->count / 8 + 1);
	}
	nt_stmt_done(s);
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = ((const struct wanted *)b)->id;

	return x < y ? -1 : x > y;
}

static struct wanted *
find_frame(const struct removal *m, struct spot at)
{
	int64_t id = at.frame;
	struct wanted *w = bsearch(&id, m->frames, m->frame_count,
	    sizeof *m->frames, by_id);

	return w != NULL && at.slot < w->count ? w : NULL;
}

static int
want(struct removal *m, const struct spots *l, struct nt_err *err)
{
	struct wanted *w = NULL;

	for (size_t i = 0; i < l->count; i++) {
		struct spot at = l->at[i];
		uint8_t bit = (uint8_t)(1 << (at.slot % 8));

		if (w == NULL || w->id != at.frame || at.slot >= w->count)
			w = find_frame(m, at);
		if (w == NULL)
			return nt_err_set(err, NT_DATA, "record %ju of frame "
			    "%ju is missing", (uintmax_t)at.slot,
			    (uintmax_t)at.frame);
		if ((w->bits[at.slot / 8] & bit) == 0)
			w->live++;
		w->bits[at.slot / 8] |= bit;
	}
	return 0;
}

static int
is_mostly_dead(const struct wanted *w)
{
	return w->live < w->count / 2 || w->live == 0;
}

static struct wanted *
base_of(const struct removal *m, const struct wanted *w)
{
	struct spot at = { (uint32_t)w->base, 0 };

	return w->base == 0 ? NULL : find_frame(m, at);
}

/*
 * Says what moves: what is mostly dead, but for the frame that all lean on, and
 * what leans on one that moves or goes.  That one stands before it.
 */
static void
choose(struct removal *m)
{
	for (size_t i = 0; i < m->frame_count; i++) {
		struct wanted *w = &m->frames[i], *base = base_of(m, w);

		if (w->live == 0)
			continue;
		w->moves = is_mostly_dead(w) || (base != NULL &&
		    (base->moves || base->live == 0));
		if (base != NULL && base->id == m->common) {
			base->stays = 1;
			base->moves = 0;
			w->moves = is_mostly_dead(w);
		}
	}
}

/* The frame that it moves with: what is alike is packed together. */
static int64_t
head_of(const struct removal *m, const struct wanted *w)
{
	return w->base == 0 || w->base == m->common ? w->id : w->base;
}

/* One that is to be moved, in its turn. */
struct turn {
	int64_t head;
	struct wanted *frame;
};

static int
by_head(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	return x->frame->id < y->frame->id ? -1 : x->frame->id > y->frame->id;
}

/* Those that move, those that are alike behind one another; freed by free(). */
static struct turn *
list_moves(const struct removal *m, size_t *count)
{
	struct turn *list = nt_alloc_array(m->frame_count, sizeof *list);

	*count = 0;
	for (size_t i = 0; i < m->frame_count; i++)
		if (m->frames[i].moves)
			list[(*count)++] = (struct turn){ head_of(m,
			    &m->frames[i]), &m->frames[i] };
	qsort(list, *count, sizeof *list, by_head);
	return list;
}

/* What it leans on where it goes: that which it did, or what all lean on. */
static uint32_t
new_base(const struct removal *m, const struct wanted *w)
{
	const struct wanted *base = base_of(m, w), *common;
	struct spot at = { m->common, 0 };

	if (base != NULL && !base->moves && (base->live > 0 || base->stays))
		return (uint32_t)base->id;
	common = m->common == 0 ? NULL : find_frame(m, at);
	return common != NULL && common->stays ? m->common : 0;
}

/* Packs what lives in a frame into new ones, and notes where it went. */
static int
move_frame(struct removal *m, struct wanted *w, struct maker *maker,
    struct filling *f, struct nt_err *err)
{
	if (filling_lean(maker, f, new_base(m, w), err) == -1)
		return -1;
	w->moved = nt_alloc_array(w->count, sizeof *w->moved);
	for (size_t i = 0; i < w->count; i++) {
		struct spot at = { (uint32_t)w->id, (uint32_t)i };
		struct nt_str line;
		uint64_t sum;

		if ((w->bits[i / 8] >> (i % 8) & 1) == 0)
			continue;
		if (frame_line(m->repo->frames, at, &line, err) == -1 ||
		    frame_sum(m->repo->frames, at, &sum, err) == -1 ||
		    filling_add(maker, f, line, sum, &w->moved[i], err) == -1)
			return -1;
	}
	return filling_unit(maker, f, err);
}

/* Moves what is mostly dead, and what leans on it: 1 if it was any, 0, -1. */
static int
move_frames(struct removal *m, struct nt_err *err)
{
	struct maker *maker = maker_new(m->repo, (uint32_t)(m->frame_count ==
	    0 ? 1 : m->frames[m->frame_count - 1].id + 1));
	struct filling f;
	struct turn *list;
	size_t count;
	int got = 0;

	m->common = frame_common(m->repo);
	choose(m);
	list = list_moves(m, &count);
	filling_init(&f, FRAME_FRESH, EDITS_LEVEL);
	for (size_t i = 0; i < count && got == 0; i++)
		got = move_frame(m, list[i].frame, maker, &f, err);
	if (got == 0)
		got = filling_end(maker, &f, err);
	if (got == 0)
		got = maker_finish(maker, err);
	filling_free(&f);
	maker_free(maker);
	free(list);
	return got == 0 ? count > 0 : -1;
}

static void
drop_frames(struct removal *m)
{
	for (size_t i = 0; i < m->frame_count; i++)
		if (!m->frames[i].stays && (m->frames[i].live == 0 ||
		    m->frames[i].moved != NULL))
			keep(m->repo, "DELETE FROM frame WHERE id = ?",
			    m->frames[i].id);
	frames_forget(m->repo->frames);
}

/* ---- versions ---- */

/* 1 if a snapshot stays of those from first on, before end (0: no end). */
static int
is_needed(const struct removal *m, int64_t first, int64_t end)
{
	size_t low = 0, high = m->kept.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->kept.at[middle] < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->kept.count && (end == 0 || m->kept.at[low] < end);
}

/* A unit's versions being written again, the oldest first. */
struct rewrite {
	struct spots now;	/* as it is read */
	struct spots last;	/* the one written last */
	unsigned depth;		/* of that one */
	int written;		/* there is one that another may build on */
	struct nt_buf body;
};

static void
relocate(const struct removal *m, struct spots *l)
{
	for (size_t i = 0; i < l->count; i++) {
		struct wanted *w = find_frame(m, l->at[i]);

		if (w != NULL && w->moved != NULL)
			l->at[i] = w->moved[l->at[i].slot];
	}
}

static void
copy(struct spots *to, const struct spots *from)
{
	to->count = 0;
	to->edited = from->edited;
	for (size_t i = 0; i < from->count; i++)
		spots_add(to, from->at[i]);
}

/* Writes the version, which stays. */
static void
write_version(struct removal *m, struct rewrite *w, int64_t unit,
    int64_t first, struct nt_str was)
{
	int builds = w->written && w->depth < VERSION_DEPTH;

	nt_buf_clear(&w->body);
	version_encode(&w->body, &w->now, builds ? &w->last : NULL, w->depth);
	w->depth = builds ? w->depth + 1 : 0;
	w->written = 1;
	copy(&w->last, &w->now);
	if (!nt_str_eq(was, nt_buf_view(&w->body)))
		version_put(m->repo, unit, first, nt_buf_view(&w->body));
}

static void
drop_version(struct removal *m, int64_t unit, int64_t first)
{
	static const char *const sql[] = {
	    "DELETE FROM version WHERE unit = ? AND first = ?",
	    "DELETE FROM asset_use WHERE unit = ? AND first = ?" };

	for (int i = 0; i < 2; i++) {
		struct nt_stmt *s = nt_db_stmt(m->repo->db, sql[i]);

		nt_stmt_int(s, 1, unit);
		nt_stmt_int(s, 2, first);
		nt_stmt_run(s);
	}
}

/* One version, in its turn; moving says that frames have moved. */
static int
redo_version(struct removal *m, struct rewrite *w, int64_t unit,
    int64_t first, int64_t end, struct nt_str body, int moving,
    struct nt_err *err)
{
	struct spots before = { .at = NULL };
	int stays = is_needed(m, first, end);

	if (body.p == NULL) {		/* it was not there */
		w->now.count = 0;
		if (!stays || !w->written)
			drop_version(m, unit, first);
		w->written = 0;
		return 0;
	}
	if (version_apply(&w->now, body, err) == -1)
		return -1;
	if (!stays) {
		drop_version(m, unit, first);
		return 0;
	}
	if (!moving && want(m, &w->now, err) == -1)
		return -1;
	if (moving) {			/* the next builds on what it was */
		copy(&before, &w->now);
		relocate(m, &w->now);
	}
	write_version(m, w, unit, first, body);
	if (moving)
		copy(&w->now, &before);
	spots_free(&before);
	return 0;
}

/* The versions of a unit, as they stand. */
struct stored {
	struct units first;
	struct units at;	/* where each body begins in bodies, and ends */
	struct units null;	/* 1: it says that the unit is not there */
	struct nt_buf bodies;
};

static void
read_versions(struct nt_repo *r, int64_t unit, struct stored *v)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT first, body "
	    "FROM version WHERE unit = ? ORDER BY first");

	v->first.count = v->at.count = v->null.count = 0;
	nt_buf_clear(&v->bodies);
	nt_stmt_int(s, 1, unit);
	while (nt_stmt_step(s)) {
		struct nt_str body = nt_stmt_col_str(s, 1);

		units_add(&v->first, nt_stmt_col_int(s, 0));
		units_add(&v->null, nt_stmt_col_is_null(s, 1));
		units_add(&v->at, (int64_t)v->bodies.len);
		nt_buf_add(&v->bodies, body.p, body.len);
	}
	units_add(&v->at, (int64_t)v->bodies.len);
	nt_stmt_done(s);
}

static int
redo_unit(struct removal *m, struct rewrite *w, struct stored *v,
    int64_t unit, int moving, struct nt_err *err)
{
	read_versions(m->repo, unit, v);
	w->now.count = 0;
	w->written = 0;
	w->depth = 0;
	for (size_t i = 0; i < v->first.count; i++) {
		struct nt_str body = { v->bodies.p + v->at.at[i],
		    (size_t)(v->at.at[i + 1] - v->at.at[i]) };

		if (v->null.at[i])
			body.p = NULL;
		if (redo_version(m, w, unit, v->first.at[i],
		    i + 1 < v->first.count ? v->first.at[i + 1] : 0, body,
		    moving, err) == -1)
			return -1;
	}
	return 0;
}

static int
redo_units(struct removal *m, int moving, struct nt_err *err)
{
	struct rewrite w = { .written = 0 };
	struct stored v = { .first = { NULL, 0, 0 } };
	int got = 0;

	nt_buf_init(&w.body, NT_BUF_MAX);
	nt_buf_init(&v.bodies, NT_BUF_MAX);
	for (size_t i = 0; i < m->units.count && got == 0; i++)
		got = redo_unit(m, &w, &v, m->units.at[i], moving, err);
	nt_buf_free(&v.bodies);
	nt_buf_free(&w.body);
	units_free(&v.first);
	units_free(&v.at);
	units_free(&v.null);
	spots_free(&w.now);
	spots_free(&w.last);
	return got == 0 && nt_db_failed(m->repo->db, err) ? -1 : got;
}

/* ---- all of it ---- */

static int
clean(struct removal *m, struct nt_err *err)
{
	int moved;

	read_frames(m);
	if (redo_units(m, 0, err) == -1 || (moved = move_frames(m, err)) == -1)
		return -1;
	if (moved && redo_units(m, 1, err) == -1)
		return -1;
	drop_frames(m);
	return nt_db_exec(m->repo->db, "DELETE FROM asset WHERE id NOT IN "
	    "(SELECT asset FROM asset_use);"
	    "DELETE FROM asset_part WHERE asset NOT IN "
	    "(SELECT id FROM asset)", err);
}

int
nt_repo_remove(struct nt_repo *r, const int64_t *numbers, size_t n,
    struct nt_err *err)
{
	struct removal m = { .repo = r };
	int64_t before, newest;
	int got;

	if (newest_snapshot(r, &before, err) == -1 ||
	    forget_all(r, numbers, n, err) == -1 ||
	    newest_snapshot(r, &newest, err) == -1)
		return -1;
	read_numbers(r, "SELECT id FROM snapshot ORDER BY id", &m.kept);
	got = drop_units(&m, err);
	if (got == 0)
		got = clean(&m, err);
	if (got == 0 && newest != before)
		got = plain_rebuild(r, newest, err);
	for (size_t i = 0; i < m.frame_count; i++) {
		free(m.frames[i].bits);
		free(m.frames[i].moved);
	}
	free(m.frames);
	units_free(&m.kept);
	units_free(&m.units);
	if (got == 0)
		got = repo_commit(r, err);
	return got == 0 ? nt_db_shrink(r->db, err) : -1;
}
