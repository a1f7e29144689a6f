/*
 * Versions of a unit: the list of its records, written as steps over the list
 * before it.  Steps that only take stand alone.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

enum { STEP_TAKE, STEP_COPY, STEP_SKIP };

#define LOOK_AHEAD 4096		/* records of the former list, for a match */

void
spots_add(struct spots *l, struct spot p)
{
	if (l->count == l->room) {
		l->room = l->room == 0 ? 64 : 2 * l->room;
		l->at = nt_realloc_array(l->at, l->room, sizeof *l->at);
	}
	l->at[l->count++] = p;
}

void
spots_free(struct spots *l)
{
	free(l->at);
	*l = (struct spots){ .at = NULL };
}

static int
same(struct spot a, struct spot b)
{
	return a.frame == b.frame && a.slot == b.slot;
}

/* ---- writing ---- */

static void
put_step(struct nt_buf *body, size_t count, int code)
{
	put_varint(body, (uint64_t)count << 2 | (unsigned)code);
}

/* How many records from p on stand behind one another in a frame. */
static size_t
run_length(const struct spot *p, size_t max)
{
	size_t n = 1;

	while (n < max && p[n].frame == p->frame && p[n].slot == p->slot + n)
		n++;
	return n;
}

static void
put_take(struct nt_buf *body, const struct spot *p, size_t count,
    uint32_t *frame)
{
	put_step(body, count, STEP_TAKE);
	put_zigzag(body, (int64_t)p->frame - *frame);
	put_varint(body, p->slot);
	*frame = p->frame;
}

/* Takes records one run after the other, as far as max. */
static void
put_takes(struct nt_buf *body, const struct spot *p, size_t max,
    uint32_t *frame)
{
	while (max > 0) {
		size_t n = run_length(p, max);

		put_take(body, p, n, frame);
		p += n;
		max -= n;
	}
}

/* Where in the former list, from at on, p stands; its end if nowhere near. */
static size_t
find(const struct spots *before, size_t at, struct spot p)
{
	size_t end = before->count - at < LOOK_AHEAD ? before->count :
	    at + LOOK_AHEAD;

	for (; at < end; at++)
		if (same(before->at[at], p))
			return at;
	return before->count;
}

static void
put_steps(struct nt_buf *body, const struct spots *now,
    const struct spots *before)
{
	size_t old = 0, n;
	uint32_t frame = 0;

	for (size_t i = 0; i < now->count; i += n) {
		size_t found = find(before, old, now->at[i]);

		if (found == before->count) {
			for (n = 1; i + n < now->count && find(before, old,
			    now->at[i + n]) == before->count; n++)
				continue;
			put_takes(body, now->at + i, n, &frame);
			continue;
		}
		if (found > old)
			put_step(body, found - old, STEP_SKIP);
		for (n = 1; i + n < now->count && found + n < before->count &&
		    same(now->at[i + n], before->at[found + n]); n++)
			continue;
		put_step(body, n, STEP_COPY);
		old = found + n;
	}
}

void
version_encode(struct nt_buf *body, const struct spots *now,
    const struct spots *before, unsigned depth)
{
	uint32_t frame = 0;

	if (before != NULL) {
		put_varint(body, depth + 1);
		put_varint(body, now->edited);
		put_steps(body, now, before);
	} else {
		put_varint(body, 0);
		put_varint(body, now->edited);
		put_takes(body, now->at, now->count, &frame);
	}
}

void
version_put(struct nt_repo *r, int64_t unit, int64_t first,
    struct nt_str body)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "INSERT OR REPLACE INTO "
	    "version(unit, first, body) VALUES (?, ?, ?)");

	nt_stmt_int(s, 1, unit);
	nt_stmt_int(s, 2, first);
	if (body.p == NULL)
		nt_stmt_null(s, 3);
	else
		nt_stmt_blob(s, 3, body.p, body.len);
	nt_stmt_run(s);
}

/* ---- reading ---- */

static int
damaged(struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "a list of records is damaged");
}

static int
take(struct spots *l, struct bytes *b, size_t count, uint32_t *frame)
{
	int64_t at = (int64_t)*frame + get_zigzag(b);
	uint64_t slot = get_varint(b);

	if (b->bad || at < 0 || at > UINT32_MAX || slot > UINT32_MAX - count)
		return -1;
	*frame = (uint32_t)at;
	for (size_t i = 0; i < count; i++)
		spots_add(l, (struct spot){ *frame, (uint32_t)(slot + i) });
	return 0;
}

/* One step: 0, or -1 if it cannot be. */
static int
step(struct spots *now, const struct spots *before, size_t *old,
    uint32_t *frame, struct bytes *b)
{
	uint64_t word = get_varint(b), count = word >> 2;

	if (b->bad || count == 0 || count > UNIT_RECORDS_MAX - now->count)
		return -1;
	if ((word & 3) == STEP_TAKE)
		return take(now, b, (size_t)count, frame);
	if ((word & 3) > STEP_SKIP || count > before->count - *old)
		return -1;
	for (size_t i = 0; i < count && (word & 3) == STEP_COPY; i++)
		spots_add(now, before->at[*old + i]);
	*old += (size_t)count;
	return 0;
}

/* How many versions the body says that it builds on. */
static unsigned
depth_of(struct nt_str body)
{
	struct bytes b = bytes_of(body);
	uint64_t depth = get_varint(&b);

	return depth > VERSION_DEPTH ? VERSION_DEPTH + 1 : (unsigned)depth;
}

int
version_apply(struct spots *l, struct nt_str body, struct nt_err *err)
{
	struct spots now = { .at = NULL };
	struct bytes b = bytes_of(body);
	uint32_t frame = 0;
	size_t old = 0;

	if (get_varint(&b) == 0)
		l->count = 0;
	now.edited = get_varint(&b);
	while (b.left > 0)
		if (step(&now, l, &old, &frame, &b) == -1) {
			spots_free(&now);
			return damaged(err);
		}
	if (b.bad) {
		spots_free(&now);
		return damaged(err);
	}
	spots_free(l);
	*l = now;
	return 0;
}

/* The versions that make up one, the newest first. */
struct chain {
	struct nt_buf bodies;
	size_t at[VERSION_DEPTH + 2];	/* where each begins, and the end */
	unsigned count;
	int there;
};

/* Reads bodies back to the one that stands alone. */
static int
read_chain(struct nt_repo *r, int64_t unit, int64_t snapshot,
    struct chain *c, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT body FROM version "
	    "WHERE unit = ? AND first <= ? ORDER BY first DESC LIMIT 9");
	unsigned want = 1;

	nt_stmt_int(s, 1, unit);
	nt_stmt_int(s, 2, snapshot);
	while (c->count < want && nt_stmt_step(s)) {
		struct nt_str body = nt_stmt_col_str(s, 0);

		if (nt_stmt_col_is_null(s, 0))
			break;
		if (c->count == 0)
			want = depth_of(body) + 1;
		c->at[c->count++] = c->bodies.len;
		nt_buf_add(&c->bodies, body.p, body.len);
		c->at[c->count] = c->bodies.len;
		if (want > VERSION_DEPTH + 1)
			break;
	}
	nt_stmt_done(s);
	if (nt_db_failed(r->db, err))
		return -1;
	if (c->count == 0)
		return 0;
	return c->count == want ? 1 : damaged(err);
}

int
version_at(struct nt_repo *r, int64_t unit, int64_t snapshot, struct spots *l,
    unsigned *depth, struct nt_err *err)
{
	struct chain c = { .count = 0 };
	int got;

	l->count = 0;
	l->edited = 0;
	nt_buf_init(&c.bodies, NT_BUF_MAX);
	got = read_chain(r, unit, snapshot, &c, err);
	if (got == 1 && depth != NULL)
		*depth = c.count - 1;
	for (unsigned i = c.count; got == 1 && i-- > 0;)
		if (version_apply(l, (struct nt_str){ c.bodies.p + c.at[i],
		    c.at[i + 1] - c.at[i] }, err) == -1)
			got = -1;
	nt_buf_free(&c.bodies);
	return got;
}
