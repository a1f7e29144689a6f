/*
 * A snapshot becomes a stream again: unit by unit in its order, each record
 * from its frame.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

enum state {
	STATE_HEAD,		/* the snapshot record comes next */
	STATE_RECORDS,
	STATE_TAIL,
	STATE_END
};

#define BELOW_ALL (-1)		/* less than any level */

struct nt_repo_stream {
	struct nt_repo *repo;
	int64_t number;
	int complete;
	uint64_t records;	/* that the snapshot has */
	struct nt_buf head, tail, digest;
	int has_head, has_tail;

	struct nt_buf places;
	struct bytes left;	/* of those */
	struct order order;	/* of the present place, and one unit more */
	size_t unit;		/* the next one */
	struct units wanted;	/* only these, and what is below; or empty */
	int partly;
	int64_t below;		/* the level of one we are below of, or 0 */
				/* or BELOW_ALL: what follows may all be */
	int64_t now;		/* the present unit */
	struct spots list;	/* its records */
	size_t record;		/* the next one */
	struct nt_buf line;	/* a page's record with its time */

	enum state state;
	uint64_t given;
	struct nt_sha256 hash;
};

static void
keep(struct nt_buf *b, struct nt_stmt *s, int col)
{
	struct nt_str text = nt_stmt_col_str(s, col);

	nt_buf_add(b, text.p, text.len);
}

/* Reads the row of the snapshot. */
static int
read_row(struct nt_repo_stream *g, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(g->repo->db, "SELECT complete, "
	    "records, digest, head, tail, places, seal FROM snapshot "
	    "WHERE id = ?");
	int64_t seal = 0;
	int there;

	nt_stmt_int(s, 1, g->number);
	if ((there = nt_stmt_step(s))) {
		g->complete = nt_stmt_col_int(s, 0) == 1;
		g->records = (uint64_t)nt_stmt_col_int(s, 1);
		keep(&g->digest, s, 2);
		g->has_head = !nt_stmt_col_is_null(s, 3);
		keep(&g->head, s, 3);
		g->has_tail = !nt_stmt_col_is_null(s, 4);
		keep(&g->tail, s, 4);
		keep(&g->places, s, 5);
		seal = nt_stmt_col_int(s, 6);
	}
	nt_stmt_done(s);
	if (nt_db_failed(g->repo->db, err))
		return -1;
	if (!there)
		return nt_err_set(err, NT_DATA, "there is no snapshot %jd",
		    (intmax_t)g->number);
	return seal == snapshot_seal(g->repo, g->number) ? 0 :
	    nt_err_set(err, NT_DATA, "what is kept of snapshot %jd is not "
	    "what was packed", (intmax_t)g->number);
}

struct nt_repo_stream *
nt_repo_stream_open(struct nt_repo *r, int64_t number, struct nt_err *err)
{
	struct nt_repo_stream *g = nt_alloc(sizeof *g);

	g->repo = r;
	g->number = number;
	nt_buf_init(&g->head, NT_RECORD_MAX);
	nt_buf_init(&g->tail, NT_RECORD_MAX);
	nt_buf_init(&g->digest, NT_RECORD_MAX);
	nt_buf_init(&g->places, NT_BUF_MAX);
	nt_buf_init(&g->line, NT_RECORD_MAX + 1);
	nt_sha256_init(&g->hash);
	if (read_row(g, err) == -1) {
		nt_repo_stream_free(g);
		return NULL;
	}
	g->left = bytes_of(nt_buf_view(&g->places));
	return g;
}

void
nt_repo_stream_free(struct nt_repo_stream *g)
{
	if (g == NULL)
		return;
	nt_buf_free(&g->head);
	nt_buf_free(&g->tail);
	nt_buf_free(&g->digest);
	nt_sha256_free(&g->hash);
	nt_buf_free(&g->places);
	nt_buf_free(&g->line);
	order_free(&g->order);
	units_free(&g->wanted);
	spots_free(&g->list);
	free(g);
}

int
nt_repo_stream_complete(const struct nt_repo_stream *g)
{
	return g->complete;
}

static int
read_unit(struct nt_repo_stream *g, int64_t unit, struct nt_err *err)
{
	int got = version_at(g->repo, unit, g->number, &g->list, NULL, err);

	g->now = unit;
	g->record = 0;
	if (got == 0)
		return nt_err_set(err, NT_DATA, "unit %jd is not in the "
		    "snapshot that has it in its order", (intmax_t)unit);
	return got == 1 ? 0 : -1;
}

/* Appends places to the order until it has count units more, or all. */
static int
read_ahead(struct nt_repo_stream *g, size_t count, struct nt_err *err)
{
	while (g->order.units.count - g->unit < count && g->left.left > 0) {
		size_t rest = g->order.units.count - g->unit;
		int64_t *units = g->order.units.at;
		int64_t *levels = g->order.levels.at;

		if (g->unit > 0) {
			memmove(units, units + g->unit, rest * sizeof *units);
			memmove(levels, levels + g->unit,
			    rest * sizeof *levels);
			g->order.units.count = g->order.levels.count = rest;
			g->unit = 0;
		}
		if (order_place(g->repo, (int64_t)get_varint(&g->left),
		    &g->order, err) == -1)
			return -1;
	}
	return 0;
}

static int
is_wanted(const struct nt_repo_stream *g, int64_t unit)
{
	for (size_t i = 0; i < g->wanted.count; i++)
		if (g->wanted.at[i] == unit)
			return 1;
	return 0;
}

/*
 * 1 if the next unit may be left out, for it is not below what is wanted.  One
 * of which that is not known stays, and so does the one before it: what is said
 * of that may hold for both.  When such a one is wanted, all that follows
 * stays.
 */
static int
may_skip(struct nt_repo_stream *g)
{
	int64_t level = g->order.levels.at[g->unit];

	if (!g->partly)
		return 0;
	if (level == 0) {
		if (is_wanted(g, g->order.units.at[g->unit]))
			g->below = BELOW_ALL;
		return 0;
	}
	if (g->below != 0 && level > g->below)
		return 0;
	g->below = 0;
	if (is_wanted(g, g->order.units.at[g->unit])) {
		g->below = level;
		return 0;
	}
	return g->unit + 1 == g->order.units.count ||
	    g->order.levels.at[g->unit + 1] != 0;
}

/* Goes on to the next unit: 1, 0 if there is none, -1. */
static int
next_unit(struct nt_repo_stream *g, struct nt_err *err)
{
	do {
		if (read_ahead(g, 2, err) == -1)
			return -1;
		if (g->unit == g->order.units.count)
			return 0;
	} while (may_skip(g) && ++g->unit);
	return read_unit(g, g->order.units.at[g->unit++], err) == -1 ? -1 : 1;
}

/* Where no digest is compared, each record is by its sum. */
static int
check_sum(struct nt_repo_stream *g, struct nt_str line, struct nt_err *err)
{
	struct spot at = g->list.at[g->record];
	uint64_t sum;

	if (frame_sum(g->repo->frames, at, &sum, err) == -1)
		return -1;
	if (sum != nt_sum64(g->repo->key, line.p, line.len))
		return nt_err_set(err, NT_DATA, "record %ju of frame %ju has "
		    "not the sum that is kept of it", (uintmax_t)at.slot,
		    (uintmax_t)at.frame);
	return 0;
}

/* The next record: 1 and *line, 0 after the last, -1. */
int
stream_record(struct nt_repo_stream *g, struct nt_str *line,
    struct nt_err *err)
{
	int got;

	while (g->record == g->list.count)
		if ((got = next_unit(g, err)) != 1)
			return got;
	/* More than it has are those of a hostile file, without an end. */
	if (g->given == g->records)
		return nt_err_set(err, NT_DATA,
		    "the snapshot has more records than it says");
	if (frame_line(g->repo->frames, g->list.at[g->record], line,
	    err) == -1 || (g->partly && check_sum(g, *line, err) == -1))
		return -1;
	if (g->record == 0 && g->list.edited != 0) {
		if (edited_put(&g->line, *line, g->list.edited, err) == -1)
			return -1;
		*line = (struct nt_str){ g->line.p, g->line.len - 1 };
	}
	g->record++;
	g->given++;
	return 1;
}

int64_t
stream_unit(const struct nt_repo_stream *g)
{
	return g->now;
}

int
stream_check_frame(struct nt_repo_stream *g, struct nt_err *err)
{
	/* The records of control belong to no frame. */
	return g->record == 0 ? 0 : frame_check(g->repo->frames,
	    g->list.at[g->record - 1].frame, err);
}

static void
hash_line(struct nt_repo_stream *g, struct nt_str line)
{
	/* Each line has its line feed behind it. */
	nt_sha256_add(&g->hash, line.p, line.len + 1);
}

int
stream_digest(struct nt_repo_stream *g, char hex[NT_SHA256_TEXT],
    struct nt_err *err)
{
	struct nt_str line;
	int got;

	while ((got = stream_record(g, &line, err)) == 1)
		hash_line(g, line);
	nt_sha256_hex(&g->hash, hex);
	return got;
}

/* What was given is what was packed, or it is said that it is not. */
static int
check_digest(struct nt_repo_stream *g, struct nt_err *err)
{
	static const char prefix[] = "sha256:";
	struct nt_str says = nt_buf_view(&g->digest);
	char hex[sizeof prefix + NT_SHA256_TEXT];

	memcpy(hex, prefix, sizeof prefix);
	nt_sha256_hex(&g->hash, hex + sizeof prefix - 1);
	if (g->given != g->records)
		return nt_err_set(err, NT_DATA, "snapshot %jd has %ju "
		    "records, expected %ju", (intmax_t)g->number,
		    (uintmax_t)g->given, (uintmax_t)g->records);
	if (!nt_str_is(says, hex))
		return nt_err_set(err, NT_DATA, "the digest of snapshot %jd "
		    "is not that of its records", (intmax_t)g->number);
	return 0;
}

/* Hands out a control record, if there is one: 1, or 0. */
static int
control(int there, const struct nt_buf *b, struct nt_str *line)
{
	if (there)
		*line = nt_buf_view(b);
	return there;
}

int
nt_repo_stream_next(struct nt_repo_stream *g, struct nt_str *line,
    struct nt_err *err)
{
	int got;

	if (g->state == STATE_HEAD) {
		g->state = STATE_RECORDS;
		if (control(g->has_head, &g->head, line))
			return 1;
	}
	if (g->state == STATE_RECORDS) {
		if ((got = stream_record(g, line, err)) == -1)
			return -1;
		if (got == 1) {
			if (!g->partly)
				hash_line(g, *line);
			return 1;
		}
		if (!g->partly && check_digest(g, err) == -1)
			return -1;
		g->state = STATE_TAIL;
	}
	if (g->state == STATE_TAIL) {
		g->state = STATE_END;
		return control(g->has_tail, &g->tail, line);
	}
	return 0;
}

int
nt_repo_stream_only(struct nt_repo_stream *g, const struct nt_id *id,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(g->repo->db, "SELECT id FROM unit "
	    "WHERE thing = ? AND kind IN (2, 3, 4)");

	_Static_assert(NT_KIND_PAGE == 2 && NT_KIND_DATABASE == 3 &&
	    NT_KIND_DATA_SOURCE == 4, "the kinds that are sought");
	nt_stmt_blob(s, 1, id->b, sizeof id->b);
	while (nt_stmt_step(s))
		units_add(&g->wanted, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	g->partly = 1;
	return nt_db_failed(g->repo->db, err) ? -1 : 0;
}
