/*
 * Frames being read: their sums, and their text while it is used.  What was
 * used longest ago makes room, and first of all what was used in one go: most
 * frames are read from end to end and never again, and fresh memory costs as
 * much as what is put into it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define BUCKETS 1024

struct frame {
	uint32_t id;
	uint32_t count;			/* records */
	uint32_t base;			/* it leans on that one; or 0 */
	int checked;			/* its records have their sums */
	char *sums;			/* NULL: not read yet */
	struct nt_buf text;
	uint32_t *ends;			/* of the lines; NULL: text is not
					 * here */
	struct frame *next;		/* in its bucket */
	struct shelf *shelf;		/* where its text is kept */
	struct frame *newer, *older;	/* there */
};

/* Frames with text, by when they were used. */
struct shelf {
	struct frame *newest, *oldest;
	size_t bytes;			/* of text */
};

struct frames {
	struct nt_repo *repo;
	struct nt_zstd *zstd;
	struct frame *bucket[BUCKETS];
	struct frame *last;		/* the one that was used last */
	struct shelf once;		/* used in one go, so far */
	struct shelf again;		/* come back to */
};

struct frames *
frames_new(struct nt_repo *r)
{
	struct frames *f = nt_alloc(sizeof *f);

	f->repo = r;
	f->zstd = nt_zstd_new();
	return f;
}

static void
take_down(struct frame *x)
{
	struct shelf *s = x->shelf;

	*(x->newer != NULL ? &x->newer->older : &s->newest) = x->older;
	*(x->older != NULL ? &x->older->newer : &s->oldest) = x->newer;
	x->newer = x->older = NULL;
	s->bytes -= x->text.len;
}

static void
put_up(struct shelf *s, struct frame *x)
{
	x->shelf = s;
	x->older = s->newest;
	*(s->newest != NULL ? &s->newest->newer : &s->oldest) = x;
	s->newest = x;
	s->bytes += x->text.len;
}

static void
drop_text(struct frame *x)
{
	if (x->ends == NULL)
		return;
	take_down(x);
	nt_buf_free(&x->text);
	free(x->ends);
	x->ends = NULL;
}

/* Makes room for what is put up next; x stays. */
static void
make_room(struct shelf *s, size_t max, const struct frame *x)
{
	while (s->bytes > max && s->oldest != x)
		drop_text(s->oldest);
}

void
frames_forget(struct frames *f)
{
	struct frame *x;

	for (size_t i = 0; i < BUCKETS; i++)
		while ((x = f->bucket[i]) != NULL) {
			f->bucket[i] = x->next;
			drop_text(x);
			free(x->sums);
			free(x);
		}
	f->last = NULL;
}

void
frames_free(struct frames *f)
{
	if (f == NULL)
		return;
	frames_forget(f);
	nt_zstd_free(f->zstd);
	free(f);
}

static struct frame *
look_up(struct frames *f, uint32_t id)
{
	struct frame **bucket = &f->bucket[id % BUCKETS], *x = *bucket;

	while (x != NULL && x->id != id)
		x = x->next;
	if (x == NULL) {
		x = nt_alloc(sizeof *x);
		x->id = id;
		x->next = *bucket;
		*bucket = x;
	}
	return x;
}

static int
damaged(const struct frame *x, const char *what, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "frame %ju %s", (uintmax_t)x->id, what);
}

/* What it leans on was there before it, so there is no way in a circle. */
static int
read_base(struct frame *x, int64_t base, struct nt_err *err)
{
	if (base < 0 || base >= (int64_t)x->id)
		return damaged(x, "leans on what is not before it", err);
	x->base = (uint32_t)base;
	return 0;
}

static int
read_sums(struct frames *f, struct frame *x, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(f->repo->db,
	    "SELECT sums, base FROM frame WHERE id = ?");
	struct nt_str sums;
	int got = 0;

	nt_stmt_int(s, 1, x->id);
	if (!nt_stmt_step(s)) {
		got = nt_db_failed(f->repo->db, err) ? -1 :
		    damaged(x, "is missing", err);
	} else {
		sums = nt_stmt_col_str(s, 0);
		x->count = (uint32_t)(sums.len / SUM_BYTES);
		x->sums = nt_strndup(sums.p, sums.len);
		if (sums.len % SUM_BYTES != 0 || sums.len > UINT32_MAX)
			got = damaged(x, "has sums that are cut short", err);
		else
			got = read_base(x, nt_stmt_col_int(s, 1), err);
	}
	nt_stmt_done(s);
	return got;
}

/* Finds where the lines end; there must be one for each sum. */
static int
index_lines(struct frame *x, struct nt_err *err)
{
	const char *p = x->text.p, *end = p + x->text.len;
	uint32_t *ends = nt_alloc_array(x->count, sizeof *ends);

	for (uint32_t i = 0; i < x->count; i++) {
		p = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		if (p == NULL)
			break;
		ends[i] = (uint32_t)(p++ - x->text.p);
	}
	if (p != end) {
		free(ends);
		return damaged(x, "has not as many lines as sums", err);
	}
	x->ends = ends;
	return 0;
}

static int
unpack(struct frames *f, struct frame *x, struct nt_stmt *s,
    struct nt_str base, struct nt_err *err)
{
	int64_t size = nt_stmt_col_int(s, 0);

	if (size < 0 || size > (int64_t)NT_RECORD_MAX + 1)
		return damaged(x, "claims too large a size", err);
	nt_buf_init(&x->text, (size_t)size);
	if (nt_zstd_unpack(f->zstd, &x->text, nt_stmt_col_str(s, 1), base,
	    (size_t)size, err) == -1)
		return nt_err_at(err, "frame %ju: ", (uintmax_t)x->id);
	if (x->text.len != (size_t)size)
		return damaged(x, "has not the size that it says", err);
	return index_lines(x, err);
}

/* Reads the text; base is that of the frame that it leans on. */
static int
read_text(struct frames *f, struct frame *x, struct nt_str base,
    struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(f->repo->db,
	    "SELECT size, data FROM frame WHERE id = ?");
	int got;

	nt_stmt_int(s, 1, x->id);
	if (!nt_stmt_step(s))
		got = nt_db_failed(f->repo->db, err) ? -1 :
		    damaged(x, "is missing", err);
	else if ((got = unpack(f, x, s, base, err)) == -1)
		nt_buf_free(&x->text);
	nt_stmt_done(s);
	if (got == -1)
		return -1;
	put_up(&f->once, x);
	f->last = x;
	make_room(&f->once, FRAME_CACHE_ONCE, x);
	return 0;
}

static void
use_text(struct frames *f, struct frame *x)
{
	if (f->last == x)
		return;
	f->last = x;
	take_down(x);
	put_up(&f->again, x);
	make_room(&f->again, FRAME_CACHE, x);
}

/* Its text is there; so many lean on it in a row: 0, or -1. */
static int
need_text(struct frames *f, struct frame *x, int leaning, struct nt_err *err)
{
	struct nt_str like = { NULL, 0 };
	struct frame *base;

	if (x->sums == NULL && read_sums(f, x, err) == -1)
		return -1;
	if (leaning + (x->base != 0) > LEAN_MAX)
		return damaged(x, "leans on too many", err);
	if (x->ends != NULL)
		return 0;
	if (x->base != 0) {
		base = look_up(f, x->base);
		if (need_text(f, base, leaning + 1, err) == -1)
			return nt_err_at(err, "frame %ju: ",
			    (uintmax_t)x->id);
		use_text(f, base);
		like = nt_buf_view(&base->text);
		if (like.len > BASE_BYTES_MAX)
			return damaged(x, "leans on too large a one", err);
	}
	return read_text(f, x, like, err);
}

int
frame_text(struct frames *f, uint32_t id, struct nt_str *text,
    struct nt_err *err)
{
	struct frame *x = look_up(f, id);

	if (need_text(f, x, 1, err) == -1)
		return -1;
	use_text(f, x);
	*text = nt_buf_view(&x->text);
	return 0;
}

int
frame_like(struct frames *f, uint32_t id, uint32_t *base,
    struct nt_err *err)
{
	uint32_t below, lowest = 0;

	if (frame_base(f, id, &below, err) == -1 ||
	    (below != 0 && frame_base(f, below, &lowest, err) == -1))
		return -1;
	*base = lowest != 0 ? below : id;
	return 0;
}

int
frame_base(struct frames *f, uint32_t id, uint32_t *base,
    struct nt_err *err)
{
	struct frame *x = look_up(f, id);

	if (x->sums == NULL && read_sums(f, x, err) == -1)
		return -1;
	*base = x->base;
	return 0;
}

int
frame_sums(struct frames *f, uint32_t id, struct nt_str *sums,
    struct nt_err *err)
{
	struct frame *x = look_up(f, id);

	if (x->sums == NULL && read_sums(f, x, err) == -1)
		return -1;
	*sums = (struct nt_str){ x->sums, (size_t)x->count * SUM_BYTES };
	return 0;
}

/* Number of 8 bytes, the lowest first. */
static uint64_t
number(const char *p)
{
	uint64_t n = 0;

	for (int i = SUM_BYTES - 1; i >= 0; i--)
		n = n << 8 | (uint8_t)p[i];
	return n;
}

int
frame_sum(struct frames *f, struct spot at, uint64_t *sum,
    struct nt_err *err)
{
	struct frame *x = look_up(f, at.frame);

	if (x->sums == NULL && read_sums(f, x, err) == -1)
		return -1;
	if (at.slot >= x->count)
		return damaged(x, "has fewer records than are asked of it",
		    err);
	*sum = number(x->sums + (size_t)at.slot * SUM_BYTES);
	return 0;
}

int
frame_line(struct frames *f, struct spot at, struct nt_str *line,
    struct nt_err *err)
{
	struct frame *x = look_up(f, at.frame);
	size_t start;

	if (x->sums == NULL && read_sums(f, x, err) == -1)
		return -1;
	if (need_text(f, x, 0, err) == -1)
		return -1;
	if (at.slot >= x->count)
		return damaged(x, "has fewer records than are asked of it",
		    err);
	use_text(f, x);
	start = at.slot == 0 ? 0 : x->ends[at.slot - 1] + 1;
	*line = (struct nt_str){ x->text.p + start,
	    x->ends[at.slot] - start };
	return 0;
}

int
frame_check(struct frames *f, uint32_t id, struct nt_err *err)
{
	struct frame *x = look_up(f, id);
	const char *line;

	if (x->checked)
		return 0;
	if (need_text(f, x, 0, err) == -1)
		return -1;
	use_text(f, x);
	line = x->text.p;
	for (uint32_t i = 0; i < x->count; i++) {
		const char *end = x->text.p + x->ends[i];

		if (nt_sum64(f->repo->key, line, (size_t)(end - line)) !=
		    number(x->sums + (size_t)i * SUM_BYTES))
			return nt_err_set(err, NT_DATA, "record %ju of frame "
			    "%ju has not the sum that is kept of it",
			    (uintmax_t)i, (uintmax_t)id);
		line = end + 1;
	}
	x->checked = 1;
	return 0;
}
