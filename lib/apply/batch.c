/*
 * The blocks of one request: as many as it may hold (api 1.5), each with what
 * is in it where all of that fits at the levels it may have (api 4.4).  What
 * does not fit is left for requests of its own; a table, its rows, columns and
 * what is in them go as far as they fit, for they cannot be made empty.
 */
#include <string.h>

#include "internal.h"

#define BYTES_MAX (NT_BODY_BYTES_MAX - 50 * 1024)	/* leaves room */

struct batch {
	struct nt_job *job;
	struct nt_apply *a;
	struct nt_step *step;
	unsigned total;		/* blocks, at all levels */
};

enum item {
	ITEM_FITS,
	ITEM_LOST,
	ITEM_LATER,
	ITEM_FULL
};

static enum item build_item(struct batch *b, uint32_t n, int level,
    struct nt_buf *out, unsigned *parts);

static uint32_t
first_item(struct nt_apply *a, uint32_t n)
{
	return nt_node_item(a, nt_node(a, n)->first);
}

static uint32_t
next_item(struct nt_apply *a, uint32_t n)
{
	return nt_node_item(a, nt_node(a, n)->next);
}

/* 1 for a block that stands for nothing but itself. */
static int
is_plain(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);

	return node->kind == NT_KIND_BLOCK &&
	    node->block != NT_BLOCK_CHILD_PAGE &&
	    node->block != NT_BLOCK_CHILD_DATABASE;
}

/* The level of what is in a block: columns are on that of their list. */
static int
level_inside(enum nt_block type, int level)
{
	return type == NT_BLOCK_COLUMN_LIST ? level : level + 1;
}

/*
 * 1 if all that is in the block fits at that level, with not more than a
 * request's blocks; they are added to *total.
 */
static int
all_fits(struct nt_apply *a, uint32_t n, int level, unsigned *total)
{
	int inside = level_inside((enum nt_block)nt_node(a, n)->block, level);
	unsigned count = 0;

	for (uint32_t i = first_item(a, n); i != 0; i = next_item(a, i)) {
		enum nt_block type = (enum nt_block)nt_node(a, i)->block;
		int deepest = nt_block_kind(type)->deepest;

		if (++count > NT_ARRAY_MAX || ++*total > NT_BLOCKS_MAX)
			return 0;
		if (!is_plain(a, i) || (deepest != -1 && deepest < inside) ||
		    !all_fits(a, i, inside, total))
			return 0;
	}
	return 1;
}

/* 1 for what cannot be made without something in it. */
static int
must_hold(enum nt_block type)
{
	return type == NT_BLOCK_TABLE || type == NT_BLOCK_COLUMN_LIST ||
	    type == NT_BLOCK_COLUMN;
}

/* Undoes what an item that does not come along has left. */
static void
take_back(struct batch *b, struct nt_buf *out, size_t len, size_t placed,
    size_t losses)
{
	nt_buf_cut(out, len);
	b->step->nplaced = placed;
	nt_buf_cut(&b->step->losses, losses);
}

/* A column that has nothing to begin with is held open by a paragraph. */
static void
reserve(struct batch *b, uint32_t column, struct nt_buf *out)
{
	nt_buf_str(out, "[{\"paragraph\":{\"rich_text\":[]}}]");
	nt_step_place(b->step, column, NT_PARTS_RESERVED);
	b->total++;
}

/*
 * What is in the block, as an array: all of it, or of what must hold something
 * as much as fits.
 */
static enum item
build_inside(struct batch *b, uint32_t n, int level, struct nt_buf *out)
{
	enum nt_block type = (enum nt_block)nt_node(b->a, n)->block;
	int inside = level_inside(type, level);
	unsigned count = 0;
	enum item got = ITEM_FITS;

	nt_buf_char(out, '[');
	for (uint32_t i = first_item(b->a, n); i != 0; i = next_item(b->a, i)) {
		size_t len = out->len, placed = b->step->nplaced;
		size_t losses = b->step->losses.len;
		unsigned total = b->total, parts = 0, below = 0;

		if (type == NT_BLOCK_COLUMN && count > 0 &&
		    !all_fits(b->a, i, inside, &below))
			break;
		if (!is_plain(b->a, i))
			break;
		if (count > 0)
			nt_buf_char(out, ',');
		got = build_item(b, i, inside, out, &parts);
		if (got == ITEM_LATER)
			return got;
		if (got == ITEM_FULL || count + parts > NT_ARRAY_MAX) {
			take_back(b, out, len, placed, losses);
			b->total = total;
			got = must_hold(type) && (count > 0 ||
			    type == NT_BLOCK_COLUMN) ? ITEM_FITS : ITEM_FULL;
			break;
		}
		if (got == ITEM_LOST)
			nt_buf_cut(out, len);
		count += parts;
		got = ITEM_FITS;
	}
	if (got != ITEM_FITS)
		return got;
	if (count == 0 && type == NT_BLOCK_COLUMN) {
		nt_buf_cut(out, out->len - 1);
		reserve(b, n, out);
		return ITEM_FITS;
	}
	nt_buf_char(out, ']');
	return count > 0 ? ITEM_FITS : ITEM_LOST;
}

void
nt_lose_below(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;

	for (uint32_t i = nt_node(a, n)->first; i != 0;
	    i = nt_node(a, i)->next) {
		if (nt_node(a, i)->kind != NT_KIND_BLOCK)
			continue;
		nt_step_place(job->step, i, 0);
		nt_tell_loss(job, i, "", NT_LOSS_EXPECTED,
		    "the block that it is in cannot be written");
		nt_lose_below(job, i);
	}
}

/* The block itself around what was built for its inside. */
static enum item
build_self(struct batch *b, uint32_t n, struct nt_str children,
    struct nt_buf *out, unsigned *parts)
{
	struct nt_value record = nt_node_record(b->a, n);
	size_t count = 0;

	switch (nt_writable_block(nt_target_for(b->job, n), record, children,
	    out, &count)) {
	case NT_WRITABLE_NOW:
		*parts = (unsigned)count;
		if (nt_node_is_copy(b->a, n))
			nt_tell_loss(b->job, n, "/id", NT_LOSS_EXPECTED,
			    "a block cannot be moved: it was made again with "
			    "another id, without its comments");
		return ITEM_FITS;
	case NT_WRITABLE_LATER:
		return ITEM_LATER;
	case NT_WRITABLE_NEVER:
		break;
	}
	return ITEM_LOST;
}

static enum item
build_item(struct batch *b, uint32_t n, int level, struct nt_buf *out,
    unsigned *parts)
{
	struct nt_apply *a = b->a;
	enum nt_block type = (enum nt_block)nt_node(a, n)->block;
	size_t mine = b->step->nplaced;
	unsigned total = 0;
	struct nt_str children = { NULL, 0 };
	enum item got = ITEM_FITS;
	struct nt_buf inside;

	nt_buf_init(&inside, NT_BUF_MAX);
	nt_step_place(b->step, n, 0);
	if (nt_block_kind(type)->deepest != -1 &&
	    nt_block_kind(type)->deepest >= level &&
	    (must_hold(type) || (first_item(a, n) != 0 &&
	    !b->job->bare && level < NT_LEVEL_DEEPEST &&
	    all_fits(a, n, level, &total)))) {
		got = build_inside(b, n, level, &inside);
		if (got == ITEM_FITS)
			children = nt_buf_view(&inside);
	} else if (nt_block_kind(type)->deepest != -1 &&
	    nt_block_kind(type)->deepest < level) {
		got = ITEM_FULL;
	}
	if (got == ITEM_FITS || got == ITEM_LOST)
		got = build_self(b, n, children, out, parts);
	nt_buf_free(&inside);
	if (got == ITEM_LOST) {
		b->step->nplaced = mine + 1;
		nt_lose_below(b->job, n);
	} else if (got == ITEM_FITS) {
		b->step->placed[mine].parts = *parts;
		b->total += *parts;
		if (b->total > NT_BLOCKS_MAX || out->len > BYTES_MAX)
			got = ITEM_FULL;
	}
	return got;
}

/*
 * The item at the top of the request; what is too much even alone goes without
 * what is in it.
 */
static enum item
build_top(struct batch *b, uint32_t n, int alone, struct nt_buf *out,
    unsigned *parts)
{
	size_t len = out->len, placed = b->step->nplaced;
	size_t losses = b->step->losses.len;
	enum item got = build_item(b, n, 0, out, parts);

	if (got == ITEM_FULL && alone) {
		take_back(b, out, len, placed, losses);
		nt_step_place(b->step, n, 0);
		got = build_self(b, n, (struct nt_str){ NULL, 0 }, out, parts);
		b->step->placed[placed].parts = *parts;
	}
	return got;
}

/* In what was there before, something else may stand between two items. */
static int
stands_apart(struct nt_apply *a, uint32_t before, uint32_t n)
{
	struct nt_id after;

	return before != 0 &&
	    nt_node(a, nt_node(a, n)->parent)->op == NT_OP_NONE &&
	    (nt_id_scan(nt_value_text(nt_value_get(nt_node_change(a, n),
	    "after")), &after) == -1 ||
	    !nt_id_eq(&after, &nt_node(a, before)->id));
}

enum nt_batch
nt_batch_build(struct nt_job *job, uint32_t item, struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct batch b = { .job = job, .a = a, .step = job->step };
	enum item got = ITEM_FITS;
	unsigned top = 0;
	uint32_t before = 0;

	nt_buf_char(out, '[');
	for (uint32_t i = item; i != 0 && top < job->most;
	    before = i, i = next_item(a, i)) {
		size_t len = out->len, placed = job->step->nplaced;
		size_t losses = job->step->losses.len;
		unsigned parts = 0;

		if (!is_plain(a, i) || nt_node(a, i)->state !=
		    NT_NODE_WANTED || stands_apart(a, before, i))
			break;
		if (top > 0)
			nt_buf_char(out, ',');
		got = build_top(&b, i, top == 0, out, &parts);
		if (got == ITEM_LATER || got == ITEM_FULL ||
		    (top > 0 && top + parts > job->most)) {
			take_back(&b, out, len, placed, losses);
			break;
		}
		if (got == ITEM_LOST)
			nt_buf_cut(out, len);
		top += parts;
	}
	nt_buf_char(out, ']');
	job->step->top = top;
	if (a->files_wanted)
		return NT_BATCH_FILES;
	if (job->step->nplaced > 0)
		return NT_BATCH_SOME;
	return got == ITEM_LATER ? NT_BATCH_LATER : NT_BATCH_NONE;
}
