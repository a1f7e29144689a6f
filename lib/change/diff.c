/*
 * What makes b of a: the two are read, b along a, and what is another is told
 * in the order of b.
 */
#include "restored.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

struct diff {
	const struct nt_diff_how *how;
	struct side a, b;
	uint32_t *before;	/* of a row of b: the sibling before it, of any
				   kind, or 0 */
	struct settle settle;
	struct nt_json *doc;	/* for bases */
	char base[NT_BASE_TEXT + 2];	/* in quotes */
	struct nt_buf behind;
};

/* ---- comparing ---- */

/* 1 if where the row hangs is what a restore cannot keep. */
static int
may_hang_elsewhere(const struct diff *d, const struct row *row,
    int turned_by_parent)
{
	struct nt_restored *r = d->how->restored;

	if (r == NULL)
		return 0;
	if (!restored_is_compared(r, row->kind) ||
	    restored_lost(r, &row->id, "/parent") ||
	    !turned_by_parent)
		return 1;
	if (d->a.row[row->mate].up != 0)
		return 0;
	restored_count(r, row->kind, RULE_PARENT);
	return 1;
}

/* Marks what hangs elsewhere. */
static void
find_turned(struct diff *d)
{

	for (uint32_t n = 1; n <= d->b.count; n++) {
		struct row *row = &d->b.row[n];
		struct facts was, is;
		int same;

		if (!(row->flags & ROW_DIFFERS))
			continue;
		was = side_facts(&d->a, row->mate);
		is = side_facts(&d->b, n);
		same = same_parent(&was, &is);
		if ((!same || (row->kind == NT_KIND_VIEW &&
		    !nt_str_eq(was.source, is.source))) &&
		    !may_hang_elsewhere(d, row, !same))
			row->flags |= ROW_MOVED | ROW_TURNED;
	}
}

/* 1 if the block hangs where its page or database does. */
static int
are_together(const struct side *s, uint32_t n, uint32_t block)
{
	struct facts a = side_facts(s, n), b = side_facts(s, block);

	return same_parent(&a, &b);
}

/*
 * A page and its block that went together are told of once.  The page's move
 * stands where the block's would.
 */
static void
fold(struct diff *d)
{
	for (uint32_t n = 1; n <= d->b.count; n++) {
		struct row *row = &d->b.row[n], *block;
		uint32_t half;

		if (!(row->flags & ROW_TURNED) || (row->kind != NT_KIND_PAGE &&
		    row->kind != NT_KIND_DATABASE))
			continue;
		half = side_other_half(&d->b, n);
		block = &d->b.row[half];
		if (half == 0 || !(block->flags & ROW_TURNED) ||
		    !are_together(&d->b, n, half) ||
		    !are_together(&d->a, row->mate, block->mate))
			continue;
		row->flags |= ROW_FOLDED;
		block->flags |= ROW_FOLDED;
	}
}

static void
link_siblings(struct diff *d)
{
	uint32_t *last = nt_alloc_array(d->b.count + 1, sizeof *last);

	d->before = nt_alloc_array(d->b.count + 1, sizeof *d->before);
	for (uint32_t n = 1; n <= d->b.count; n++) {
		const struct row *row = &d->b.row[n];

		if (row->flags & ROW_NAMELESS)
			continue;
		d->before[n] = last[row->up];
		last[row->up] = n;
	}
	free(last);
}

/* ---- telling ---- */

static int
is_told(const struct diff *d, unsigned kind)
{
	return (d->how->kinds == 0 || (d->how->kinds >> kind & 1)) &&
	    (d->how->restored == NULL ||
	    restored_is_compared(d->how->restored, kind));
}

/* A change to the record, but for what the operation brings. */
static struct nt_change
about(enum nt_change_op op, const struct facts *f)
{
	static const char *const names[] = { "id", "object" };
	struct nt_change c = { .op = op, .kind = f->kind, .object = f->object,
	    .id = f->id };
	struct nt_str found[2];

	if (f->kind == NT_KIND_ASSET && f->owner.p != NULL &&
	    nt_json_glance(f->owner.p, f->owner.len, names, 2, found) == 2) {
		c.id = found[0];
		c.owner = found[1];
		c.pointer = f->pointer;
	}
	if (c.id.p == NULL)
		c.id = NT_STR("null");
	return c;
}

/* The digest of a row of a as it goes into a record. */
static int
base_of(struct diff *d, uint32_t n, struct nt_str *base, struct nt_err *err)
{
	d->base[0] = '"';
	if (grade_digest(d->doc, side_line(&d->a, n), d->base + 1, err) == -1)
		return nt_err_at(err, "%s: line %lu: ", d->how->name_a,
		    (unsigned long)n + 1);
	d->base[NT_BASE_TEXT] = '"';
	*base = (struct nt_str){ d->base, NT_BASE_TEXT + 1 };
	return 0;
}

static struct nt_str
parent_of(const struct facts *f)
{
	return f->parent.p != NULL ? f->parent : NT_STR("null");
}

/* The id of the sibling before the row of b. */
static struct nt_str
after_of(const struct diff *d, uint32_t n, const struct facts *f)
{
	struct facts sibling;
	uint32_t at = d->before[n];

	for (; at != 0; at = d->before[at]) {
		if (d->b.row[at].kind != f->kind)
			continue;
		sibling = side_facts(&d->b, at);
		if (nt_str_eq(sibling.object, f->object))
			return about(NT_CHANGE_MOVE, &sibling).id;
	}
	return NT_STR("null");
}

/* The record before a nameless one, by which that is found. */
static struct nt_str
behind_of(struct diff *d, const struct side *s, uint32_t n)
{
	struct nt_change c;
	struct facts f;

	do
		n--;
	while (n != 0 && (s->row[n].flags & ROW_NAMELESS));
	if (n == 0)
		return NT_STR("null");
	f = side_facts(s, n);
	c = about(NT_CHANGE_MOVE, &f);
	nt_buf_clear(&d->behind);
	nt_buf_fmt(&d->behind, "{\"id\":%.*s,\"object\":%.*s", (int)c.id.len,
	    c.id.p, (int)c.object.len, c.object.p);
	if (c.owner.p != NULL)
		nt_buf_fmt(&d->behind, ",\"owner\":%.*s,\"pointer\":%.*s",
		    (int)c.owner.len, c.owner.p, (int)c.pointer.len,
		    c.pointer.p);
	nt_buf_char(&d->behind, '}');
	return nt_buf_view(&d->behind);
}

static int
tell(struct diff *d, const struct nt_change *c, struct nt_err *err)
{
	return d->how->change(d->how->arg, c, err);
}

static int
tell_create(struct diff *d, uint32_t n, struct nt_err *err)
{
	struct facts f = side_facts(&d->b, n);
	struct nt_change c = about(NT_CHANGE_CREATE, &f);

	c.value = c.is = side_line(&d->b, n);
	c.parent = parent_of(&f);
	if (d->b.row[n].flags & ROW_NAMELESS)
		c.behind = behind_of(d, &d->b, n);
	else
		c.after = after_of(d, n, &f);
	return tell(d, &c, err);
}

/* 1 if the row of b is what is left of a text that had to be split. */
static int
was_split(const struct diff *d, uint32_t n, struct nt_str type)
{
	static const char *const names[] = { "type" };
	struct nt_str line = side_line(&d->b, n), own;

	nt_json_glance(line.p, line.len, names, 1, &own);
	return nt_str_eq(own, type) && restored_is_split(d->how->restored,
	    &d->b.row[n].id, unquoted(type));
}

/*
 * 1 if the row of b is another part of such a text, before or behind the one
 * that is known, which is told of that.  Parts hold nothing, so they stand side
 * by side.
 */
static int
is_part(const struct diff *d, uint32_t n)
{
	static const char *const names[] = { "type" };
	struct nt_str line = side_line(&d->b, n), type;
	const struct row *row = d->b.row;
	uint32_t up = row[n].up, before = n - 1, behind = n + 1;

	if (d->how->restored == NULL || row[n].kind != NT_KIND_BLOCK)
		return 0;
	nt_json_glance(line.p, line.len, names, 1, &type);
	while (before > 0 && row[before].up == up && row[before].mate == 0)
		before--;
	while (behind <= d->b.count && row[behind].up == up &&
	    row[behind].mate == 0)
		behind++;
	return (before > 0 && row[before].up == up &&
	    was_split(d, before, type)) || (behind <= d->b.count &&
	    row[behind].up == up && was_split(d, behind, type));
}

static int
tell_delete(struct diff *d, uint32_t n, struct nt_err *err)
{
	struct facts f = side_facts(&d->a, n);
	struct nt_change c = about(NT_CHANGE_DELETE, &f);

	c.was = side_line(&d->a, n);
	c.parent = parent_of(&f);
	if (d->a.row[n].flags & ROW_NAMELESS)
		c.behind = behind_of(d, &d->a, n);
	if (base_of(d, n, &c.base, err) == -1)
		return -1;
	return tell(d, &c, err);
}

/* Tells that the row moved; its place is that of the row place. */
static int
tell_move(struct diff *d, uint32_t n, uint32_t place, struct nt_err *err)
{
	struct facts f = side_facts(&d->b, n);
	struct facts at = side_facts(&d->b, place);
	struct nt_change c = about(NT_CHANGE_MOVE, &f);

	if (!is_told(d, f.kind))
		return 0;
	c.was = side_line(&d->a, d->b.row[n].mate);
	c.is = side_line(&d->b, n);
	c.parent = f.parent;	/* without one, it has none any more */
	c.after = after_of(d, place, &at);
	if (base_of(d, d->b.row[n].mate, &c.base, err) == -1)
		return -1;
	return tell(d, &c, err);
}

/* Tells what else is new of a record that both sides have. */
static int
tell_inside(struct diff *d, uint32_t n, struct nt_err *err)
{
	const struct row *row = &d->b.row[n];
	struct facts f = side_facts(&d->b, n);
	struct nt_change c = about(NT_CHANGE_UPDATE, &f);
	struct settled s;
	int got = 0;

	c.was = side_line(&d->a, row->mate);
	c.is = side_line(&d->b, n);
	if (d->how->restored != NULL)
		got = settle_restored(&d->settle, &d->a, &d->b, n, &s, err);
	else
		got = settle_lines(&d->settle, c.was, c.is,
		    (row->flags & ROW_TURNED) != 0, &s, err);
	if (got == -1)
		return nt_err_at(err, "%s: line %lu: ", s.in_b ?
		    d->how->name_b : d->how->name_a,
		    (unsigned long)(s.in_b ? n : row->mate) + 1);
	if (!s.turned && s.patch.p == NULL)
		return 0;
	if (base_of(d, row->mate, &c.base, err) == -1)
		return -1;
	if (s.turned && !s.in_trash) {
		c.op = NT_CHANGE_UNTRASH;
		got = tell(d, &c, err);
	}
	if (got == 0 && s.patch.p != NULL) {
		c.op = NT_CHANGE_UPDATE;
		c.patch = s.patch;
		got = tell(d, &c, err);
		c.patch.p = NULL;
	}
	if (got == 0 && s.turned && s.in_trash) {
		c.op = NT_CHANGE_TRASH;
		got = tell(d, &c, err);
	}
	return got;
}

static int
tell_row(struct diff *d, uint32_t n, struct nt_err *err)
{
	const struct row *row = &d->b.row[n];
	int told = is_told(d, row->kind);

	if (row->mate == 0)
		return told && !is_part(d, n) ? tell_create(d, n, err) : 0;
	if (row->flags & ROW_NAMELESS)
		return 0;
	if ((row->flags & ROW_FOLDED) && row->kind == NT_KIND_BLOCK) {
		if (tell_move(d, side_other_half(&d->b, n), n, err) == -1)
			return -1;
	} else if ((row->flags & ROW_MOVED) && !(row->flags & ROW_FOLDED)) {
		if (tell_move(d, n, n, err) == -1)
			return -1;
	}
	return told && (row->flags & ROW_DIFFERS) ? tell_inside(d, n, err) : 0;
}

/* Tells what is gone of that which can be told from others, or cannot. */
static int
tell_gone(struct diff *d, unsigned nameless, struct nt_err *err)
{
	for (uint32_t n = 1; n <= d->a.count; n++) {
		const struct row *row = &d->a.row[n];

		if (row->mate != 0 || (row->flags & ROW_NAMELESS) != nameless ||
		    !is_told(d, row->kind))
			continue;
		if (d->how->restored != NULL &&
		    restored_is_gone(d->how->restored, &d->a, n))
			restored_count(d->how->restored, row->kind,
			    RULE_ANNOUNCED);
		else if (tell_delete(d, n, err) == -1)
			return -1;
	}
	return 0;
}

static int
tell_all(struct diff *d, struct nt_err *err)
{
	for (uint32_t n = 1; n <= d->b.count; n++)
		if (tell_row(d, n, err) == -1)
			return -1;
	/* these first, as they are found by what they stand behind */
	if (tell_gone(d, ROW_NAMELESS, err) == -1)
		return -1;
	return tell_gone(d, 0, err);
}

static int
read_sides(struct diff *d, struct nt_str a, struct nt_str b,
    struct nt_err *err)
{
	if (side_read(&d->a, a, d->how->strict, NULL, err) == -1)
		return nt_err_at(err, "%s: ", d->how->name_a);
	if (side_read(&d->b, b, d->how->strict, &d->a, err) == -1)
		return nt_err_at(err, "%s: ", d->how->name_b);
	return 0;
}

int
nt_diff(struct nt_str a, struct nt_str b, const struct nt_diff_how *how,
    struct nt_err *err)
{
	struct diff d = { .how = how };
	int got;

	d.doc = nt_json_new();
	nt_buf_init(&d.behind, NT_RECORD_MAX);
	settle_init(&d.settle, how);
	got = read_sides(&d, a, b, err);
	if (got == 0) {
		if (!is_ignored(how, "/parent"))
			find_turned(&d);
		order_mark(&d.a, &d.b, how->strict);
		fold(&d);
		link_siblings(&d);
		got = how->compared(how->arg, err);
	}
	if (got == 0)
		got = tell_all(&d, err);
	settle_free(&d.settle);
	nt_buf_free(&d.behind);
	nt_json_free(d.doc);
	free(d.before);
	side_free(&d.b);
	side_free(&d.a);
	return got;
}
