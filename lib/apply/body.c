/*
 * Writes what is in a page: its blocks in order, and the pages and databases
 * that stand between them as they come.  A page has one writer.  What names
 * something that is not there yet is left, with all blocks behind it, for a
 * later pass; what is written then goes to its place.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void fill(struct nt_job *job);

void
nt_body_also(struct nt_job *job, uint32_t node)
{
	if (job->fills == job->fill_room) {
		job->fill_room = job->fill_room == 0 ? 8 : 2 * job->fill_room;
		job->fill = nt_realloc_array(job->fill, job->fill_room,
		    sizeof *job->fill);
	}
	job->fill[job->fills++] = node;
}

/* 1 if there is more to be written in it. */
static int
is_open(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);

	return node->cursor != 0 || (node->flags & NT_NODE_RESERVED) != 0;
}

/* What was placed in the step that is done may have more in it. */
static void
also_placed(struct nt_job *job)
{
	const struct nt_step *step = job->step;

	for (size_t i = 0; i < step->nplaced; i++)
		if (step->placed[i].parts > 0 && step->placed[i].parts !=
		    NT_PARTS_RESERVED && is_open(job->a, step->placed[i].node))
			nt_body_also(job, step->placed[i].node);
}

/* ---- what stands between the blocks ---- */

static void
on_thing(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->step->node;

	if (job->got == NT_GOT_REFUSED && nt_page_strip(job, n)) {
		fill(job);
		return;
	}
	job->strip = 0;
	if (job->got == NT_GOT_DONE) {
		if (nt_node(a, n)->kind == NT_KIND_PAGE)
			nt_page_made(a, n);
		else
			nt_database_made(a, n);
	}
	fill(job);
}

/* A block that stands for what is not among the changes. */
static void
lose_stand_in(struct nt_job *job, uint32_t item)
{
	nt_step_new(job, NT_STEP_APPEND, nt_node(job->a, item)->parent, NULL);
	nt_tell_loss(job, item, "", NT_LOSS_EXPECTED, "what it stands for is "
	    "not in the snapshot");
	nt_step_place(job->step, item, 0);
	nt_step_skip(job);
}

/* Makes the page or database that the item is or stands for: 1 if it waits. */
static int
make_thing(struct nt_job *job, uint32_t item)
{
	struct nt_apply *a = job->a;
	uint32_t n = nt_node_meant(a, item);
	int got;

	if (n == 0 || nt_node(a, n)->state != NT_NODE_WANTED) {
		lose_stand_in(job, item);
		return 0;
	}
	got = nt_node(a, n)->kind == NT_KIND_PAGE ? nt_page_build(job, n) :
	    nt_database_build(job, n);
	if (got == 0) {
		nt_upload_all(job, fill);
		return 1;
	}
	if (nt_node(a, item)->kind == NT_KIND_BLOCK &&
	    nt_node(a, nt_node(a, item)->parent)->kind == NT_KIND_BLOCK) {
		nt_tell_loss(job, n, "/parent", NT_LOSS_EXPECTED, "pages and "
		    "databases are made in pages, not in blocks");
		nt_tell_loss(job, item, "/parent", NT_LOSS_EXPECTED,
		    "pages and databases are made in pages, not in blocks");
	}
	nt_step_send(job, on_thing);
	return 1;
}

/* ---- blocks ---- */

/* The item was refused by itself: it is left out, with all that is in it. */
static void
leave_out(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t item = job->step->placed[0].node;

	nt_buf_clear(&job->step->losses);
	nt_tell_loss(job, item, "", NT_LOSS_WARNING, job->why.message);
	nt_lose_below(job, item);
	nt_step_tell(job);
	nt_node_refuse(a, item, job->why.status, job->why.code,
	    job->why.message);
}

static void
on_append(struct nt_job *job)
{
	switch (job->got) {
	case NT_GOT_DONE:
		also_placed(job);
		job->most = NT_ARRAY_MAX;
		job->bare = 0;
		break;
	case NT_GOT_REFUSED:
		if (job->step->top > 1)
			job->most = job->step->top / 2;
		else if (!job->bare && job->step->nplaced > 1)
			job->bare = 1;
		else
			leave_out(job);
		break;
	case NT_GOT_UNDONE:
		break;
	}
	fill(job);
}

int
nt_place_told(struct nt_apply *a, uint32_t item, struct nt_id *after)
{
	uint32_t n = item;

	/* No chain is longer than that; a ring of changes would be. */
	for (size_t left = a->count; left > 0; left--) {
		struct nt_value v = nt_value_get(nt_node_change(a, n),
		    "after");

		if (nt_id_scan(nt_value_text(v), after) == -1)
			break;
		n = nt_node_moved(a, after);
		if (n == 0)
			n = nt_node_block(a, after);
		if (n == 0)
			return 1;
		if (!nt_id_is_nil(&nt_node(a, n)->to)) {
			*after = nt_node(a, n)->to;
			return 1;
		}
	}
	*after = (struct nt_id){ { 0 } };
	return 0;
}

/*
 * Where the item goes: *after is the block before it, or it is the first, if
 * something stands behind its place already; else the end is right.  1, or 0
 * if the id of the block before has to be found.
 */
static int
find_place(struct nt_apply *a, uint32_t container, uint32_t item,
    struct nt_step *step)
{
	const struct nt_node *in = nt_node(a, container);
	uint32_t before = 0, i;
	int behind = in->extra > 0;

	if (in->op == NT_OP_NONE) {
		step->start = !nt_place_told(a, item, &step->after);
		return 1;
	}
	if (!behind && item == in->cursor && in->filled == in->passed)
		return 1;
	for (i = nt_node_item(a, in->first); i != item;
	    i = nt_node_item(a, nt_node(a, i)->next))
		if (nt_node_there(a, i) &&
		    nt_node(a, i)->parts > 0)
			before = i;
	for (; i != 0 && !behind; i = nt_node_item(a, nt_node(a, i)->next))
		behind = nt_node_there(a, i) &&
		    nt_node(a, i)->parts > 0;
	if (!behind)
		return 1;
	step->start = before == 0;
	if (before != 0)
		step->after = nt_node(a, before)->to;
	return before == 0 || !nt_id_is_nil(&step->after);
}

static void
put_place(struct nt_step *step)
{
	char id[NT_ID_TEXT];

	if (step->start)
		nt_buf_str(&step->body, ",\"position\":{\"type\":\"start\"}");
	if (nt_id_is_nil(&step->after))
		return;
	nt_id_format(&step->after, id);
	nt_buf_fmt(&step->body, ",\"position\":{\"type\":\"after_block\","
	    "\"after_block\":{\"id\":\"%s\"}}", id);
}

/* Sends what was built; what is only lost needs no request. */
static int
send_blocks(struct nt_job *job, uint32_t container)
{
	struct nt_step *step = job->step;
	char id[NT_ID_TEXT];

	if (step->top == 0) {
		nt_step_skip(job);
		return 0;
	}
	nt_id_format(&nt_node(job->a, container)->to, id);
	nt_buf_fmt(&step->path, "/v1/blocks/%s/children", id);
	put_place(step);
	nt_buf_char(&step->body, '}');
	nt_step_send(job, on_append);
	return 1;
}

/* Begins a request for the blocks from the item on: 1 if the job waits. */
static int
append(struct nt_job *job, uint32_t container, uint32_t item, int *hole)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_APPEND, container,
	    "PATCH");
	uint32_t wanted;

	if (!find_place(a, container, item, step)) {
		nt_job_learn(job, container, fill);
		return 1;
	}
	step->had = nt_node_filled(a, container) +
	    (container == 0 ? a->parent_had : 0);
	a->files_wanted = 0;
	nt_buf_str(&step->body, "{\"children\":");
	switch (nt_batch_build(job, item, &step->body)) {
	case NT_BATCH_SOME:
		return send_blocks(job, container);
	case NT_BATCH_FILES:
		nt_upload_all(job, fill);
		return 1;
	case NT_BATCH_LATER:
		wanted = a->ids_wanted == 0 ? 0 :
		    nt_node(a, a->ids_wanted)->parent;
		if (wanted != 0 && nt_node(a, wanted)->cursor == 0) {
			nt_job_learn(job, wanted, fill);
			return 1;
		}
		break;
	case NT_BATCH_NONE:
		break;
	}
	*hole = 1;
	return 0;
}

/* ---- the paragraph that holds a column open ---- */

static void
on_cleared(struct nt_job *job)
{
	/* What is refused is gone already. */
	if (job->got == NT_GOT_REFUSED)
		nt_node(job->a, job->step->node)->flags &=
		    (uint8_t)~NT_NODE_RESERVED;
	fill(job);
}

static void
clear_first(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t column = job->fill[job->filled];
	struct nt_step *step = nt_step_new(job, NT_STEP_CLEAR, column,
	    "DELETE");
	char id[NT_ID_TEXT];

	if (!a->plan.dry_run && job->nlisted == 0) {
		nt_node(a, column)->flags &= (uint8_t)~NT_NODE_RESERVED;
		fill(job);
		return;
	}
	if (!a->plan.dry_run)
		step->target = job->listed[0].id;
	nt_id_format(&step->target, id);
	nt_buf_fmt(&step->path, "/v1/blocks/%s", id);
	nt_step_send(job, on_cleared);
}

static void
clear(struct nt_job *job, uint32_t column)
{
	if (job->a->plan.dry_run) {
		job->a->stats.requests++;
		clear_first(job);
		return;
	}
	nt_job_list(job, &nt_node(job->a, column)->to, clear_first);
}

/* ---- all of it ---- */

/*
 * The next item to be made behind one that waits: in a first pass no block, for
 * those that follow go along with it, in one request and in their order.
 */
static uint32_t
next_beyond(struct nt_apply *a, uint32_t item)
{
	while ((item = nt_node_item(a, nt_node(a, item)->next)) != 0) {
		uint32_t n = nt_node_meant(a, item);

		if (nt_node(a, item)->state == NT_NODE_WANTED &&
		    (a->resting ? n == 0 || nt_node(a, n)->state ==
		    NT_NODE_WANTED : n != 0 && nt_node(a, n)->state ==
		    NT_NODE_WANTED))
			break;
	}
	return item;
}

static int
is_block(struct nt_apply *a, uint32_t item)
{
	const struct nt_node *node = nt_node(a, item);

	return node->kind == NT_KIND_BLOCK &&
	    node->block != NT_BLOCK_CHILD_PAGE &&
	    node->block != NT_BLOCK_CHILD_DATABASE;
}

static uint32_t
next_wanted(struct nt_apply *a, uint32_t item)
{
	while (item != 0 && nt_node(a, item)->state != NT_NODE_WANTED)
		item = nt_node_item(a, nt_node(a, item)->next);
	return item;
}

/* One request for the container: 1 if the job waits, 0 if it is done with. */
static int
fill_one(struct nt_job *job, uint32_t container)
{
	struct nt_apply *a = job->a;
	uint32_t item = nt_node(a, container)->cursor, next;

	for (; item != 0; item = next) {
		int hole = 0;

		if (is_block(a, item) ? append(job, container, item, &hole) :
		    make_thing(job, item))
			return 1;
		if (a->stopped)
			return 1;
		next = hole ? next_beyond(a, item) :
		    nt_node(a, item)->state == NT_NODE_WANTED ? item :
		    next_wanted(a, item);
	}
	if (nt_node(a, container)->cursor != 0 ||
	    !(nt_node(a, container)->flags & NT_NODE_RESERVED))
		return 0;
	clear(job, container);
	return 1;
}

static void
fill(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	while (job->filled < job->fills) {
		uint32_t container = job->fill[job->filled];
		const struct nt_node *node = nt_node(a, container);

		if (nt_node_there(a, container) && is_open(a, container)) {
			if (nt_id_is_nil(&node->to)) {
				nt_job_learn(job, node->parent, fill);
				return;
			}
			if (fill_one(job, container))
				return;
		}
		job->filled++;
	}
	if (job->filled_all != NULL)
		nt_job_ready(job, job->filled_all);
	else
		nt_job_end(job);
}

/* Blocks in the node that are open are to be filled, too. */
static void
also_inside(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;

	if (nt_node(a, n)->kind != NT_KIND_BLOCK)
		return;
	if (is_open(a, n))
		nt_body_also(job, n);
	for (uint32_t i = nt_node_item(a, nt_node(a, n)->first); i != 0;
	    i = nt_node_item(a, nt_node(a, i)->next))
		if (nt_node_there(a, i))
			also_inside(job, i);
}

void
nt_body_fill(struct nt_job *job, uint32_t node, uint32_t item,
    void (*then)(struct nt_job *job))
{
	job->filled_all = then;
	nt_body_also(job, node);
	if (nt_node_there(job->a, item))
		also_inside(job, item);
	nt_job_ready(job, fill);
}

void
nt_body_start(struct nt_apply *a, uint32_t page)
{
	struct nt_job *job = nt_job_new(a, page, fill);

	nt_body_also(job, page);
	for (uint32_t i = nt_node_item(a, nt_node(a, page)->first); i != 0;
	    i = nt_node_item(a, nt_node(a, i)->next))
		if (nt_node_there(a, i))
			also_inside(job, i);
}

/* 1 if the page, or a block in it, is there and open. */
static int
has_open(struct nt_apply *a, uint32_t n)
{
	if (!nt_node_there(a, n))
		return 0;
	if (is_open(a, n))
		return 1;
	for (uint32_t i = nt_node_item(a, nt_node(a, n)->first); i != 0;
	    i = nt_node_item(a, nt_node(a, i)->next))
		if (nt_node(a, i)->kind == NT_KIND_BLOCK && has_open(a, i))
			return 1;
	return 0;
}

/* Starts the bodies of all pages, and blocks in place, that are open. */
static size_t
start_open(struct nt_apply *a, int resting)
{
	size_t started = 0;

	a->resting = resting;
	for (uint32_t n = 0; n < a->count; n++)
		if ((n == 0 || nt_node(a, n)->kind == NT_KIND_PAGE ||
		    nt_node(a, n)->op == NT_OP_NONE) && has_open(a, n)) {
			nt_body_start(a, n);
			started++;
		}
	return started;
}

size_t
nt_bodies_start(struct nt_apply *a)
{
	return start_open(a, 0);
}

size_t
nt_body_start_rest(struct nt_apply *a)
{
	return start_open(a, 1);
}
