/*
 * The order of units, in places of about 128.  Where a place ends is told by
 * the numbers of its units alone, so what is equal stays equal when something
 * before it comes or goes.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define PLACE_UNITS 128		/* a power of two: on average */
#define PLACE_UNITS_MAX 1024

void
units_add(struct units *u, int64_t unit)
{
	if (u->count == u->room) {
		u->room = u->room == 0 ? 256 : 2 * u->room;
		u->at = nt_realloc_array(u->at, u->room, sizeof *u->at);
	}
	u->at[u->count++] = unit;
}

void
units_free(struct units *u)
{
	free(u->at);
	*u = (struct units){ NULL, 0, 0 };
}

void
order_add(struct order *o, int64_t unit, int64_t level)
{
	units_add(&o->units, unit);
	units_add(&o->levels, level);
}

void
order_free(struct order *o)
{
	units_free(&o->units);
	units_free(&o->levels);
}

/* ---- reading ---- */

int
order_places(struct nt_repo *r, int64_t snapshot, struct nt_buf *b,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT places FROM snapshot WHERE id = ?");
	struct nt_str places;
	int there;

	nt_stmt_int(s, 1, snapshot);
	if ((there = nt_stmt_step(s))) {
		places = nt_stmt_col_str(s, 0);
		nt_buf_add(b, places.p, places.len);
	}
	nt_stmt_done(s);
	if (nt_db_failed(r->db, err))
		return -1;
	return there ? 0 : nt_err_set(err, NT_DATA,
	    "there is no snapshot %jd", (intmax_t)snapshot);
}

static int
damaged(struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the order of a snapshot is damaged");
}

static int
decode(struct nt_str text, struct order *o, struct nt_err *err)
{
	struct bytes b = bytes_of(text);
	int64_t unit = 0, level;

	while (b.left > 0) {
		/* Unsigned, for a hostile sum may leave the range. */
		unit = (int64_t)((uint64_t)unit + (uint64_t)get_zigzag(&b));
		level = (int64_t)get_varint(&b);
		if (b.bad || unit <= 0 || level < 0)
			return damaged(err);
		order_add(o, unit, level);
	}
	return 0;
}

int
order_place(struct nt_repo *r, int64_t place, struct order *o,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT units FROM place WHERE id = ?");
	int got;

	nt_stmt_int(s, 1, place);
	if (nt_stmt_step(s))
		got = decode(nt_stmt_col_str(s, 0), o, err);
	else
		got = nt_db_failed(r->db, err) ? -1 : damaged(err);
	nt_stmt_done(s);
	return got;
}

int
order_read(struct nt_repo *r, int64_t snapshot, struct order *o,
    struct nt_err *err)
{
	struct nt_buf places;
	struct bytes b;
	int got;

	nt_buf_init(&places, NT_BUF_MAX);
	got = order_places(r, snapshot, &places, err);
	b = bytes_of(nt_buf_view(&places));
	while (got == 0 && b.left > 0)
		got = order_place(r, (int64_t)get_varint(&b), o, err);
	nt_buf_free(&places);
	return got;
}

/* ---- writing ---- */

/* 1 if a place ends behind this unit. */
static int
ends_place(int64_t unit)
{
	return ((uint64_t)unit * UINT64_C(0x9E3779B97F4A7C15)) >> 57 == 0;
}

_Static_assert(PLACE_UNITS == 1 << (64 - 57), "one unit of so many ends one");

/* How many of the units make the next place. */
static size_t
place_length(const int64_t *units, size_t max)
{
	size_t n = 1;

	while (n < max && n < PLACE_UNITS_MAX && !ends_place(units[n - 1]))
		n++;
	return n;
}

static void
encode(struct nt_buf *b, const struct order *o, size_t first, size_t count)
{
	int64_t before = 0;

	for (size_t i = first; i < first + count; i++) {
		put_zigzag(b, o->units.at[i] - before);
		put_varint(b, (uint64_t)o->levels.at[i]);
		before = o->units.at[i];
	}
}

/* The places of the snapshot before, as they are stored. */
struct known {
	int64_t *numbers;
	struct nt_buf *texts;
	size_t count;
	size_t next;		/* which is the likeliest to come again */
};

static int
know(struct nt_repo *r, int64_t snapshot, struct known *k, struct nt_err *err)
{
	struct nt_buf places;
	struct bytes b;
	int got;

	nt_buf_init(&places, NT_BUF_MAX);
	got = order_places(r, snapshot, &places, err);
	k->numbers = nt_alloc_array(places.len + 1, sizeof *k->numbers);
	k->texts = nt_alloc_array(places.len + 1, sizeof *k->texts);
	b = bytes_of(nt_buf_view(&places));
	while (got == 0 && b.left > 0) {
		struct nt_stmt *s = nt_db_stmt(r->db,
		    "SELECT units FROM place WHERE id = ?");
		struct nt_str text;

		k->numbers[k->count] = (int64_t)get_varint(&b);
		nt_stmt_int(s, 1, k->numbers[k->count]);
		text = nt_stmt_step(s) ? nt_stmt_col_str(s, 0) :
		    (struct nt_str){ NULL, 0 };
		nt_buf_init(&k->texts[k->count], NT_BUF_MAX);
		nt_buf_add(&k->texts[k->count++], text.p, text.len);
		nt_stmt_done(s);
	}
	nt_buf_free(&places);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

static void
forget(struct known *k)
{
	for (size_t i = 0; i < k->count; i++)
		nt_buf_free(&k->texts[i]);
	free(k->texts);
	free(k->numbers);
}

/* The number of the place that has this text, or 0. */
static int64_t
known_place(struct known *k, struct nt_str text)
{
	for (size_t i = 0; i < k->count; i++) {
		size_t at = (k->next + i) % k->count;

		if (nt_str_eq(nt_buf_view(&k->texts[at]), text)) {
			k->next = at + 1;
			return k->numbers[at];
		}
	}
	return 0;
}

static int64_t
new_place(struct nt_repo *r, struct nt_str text)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "INSERT INTO place(units) VALUES (?)");

	nt_stmt_blob(s, 1, text.p, text.len);
	nt_stmt_run(s);
	return nt_db_last_row(r->db);
}

int
order_write(struct nt_repo *r, const struct order *o, int64_t before,
    struct nt_buf *places, struct nt_err *err)
{
	const struct units *u = &o->units;
	struct known k = { .count = 0 };
	struct nt_buf text;
	size_t n;

	if (before != 0 && know(r, before, &k, err) == -1) {
		forget(&k);
		return -1;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	for (size_t i = 0; i < u->count; i += n) {
		int64_t place;

		n = place_length(u->at + i, u->count - i);
		nt_buf_clear(&text);
		encode(&text, o, i, n);
		place = known_place(&k, nt_buf_view(&text));
		if (place == 0)
			place = new_place(r, nt_buf_view(&text));
		put_varint(places, (uint64_t)place);
	}
	nt_buf_free(&text);
	forget(&k);
	return nt_db_failed(r->db, err) ? -1 : 0;
}
