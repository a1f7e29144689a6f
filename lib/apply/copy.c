/*
 * The copies that are made of blocks which are to move: nodes behind all
 * others, made of what was read.  A copy has the id that its block has in the
 * snapshot, so what is there of a block is what was copied last.
 */
#include "internal.h"

int
nt_node_is_copy(const struct nt_apply *a, uint32_t n)
{
	return n >= a->places_end;
}

uint32_t
nt_node_copied(const struct nt_apply *a, const struct nt_id *id)
{
	uint64_t n;

	return nt_id_map_get(a->copied, id, &n) ? (uint32_t)n : 0;
}

struct nt_id
nt_block_now(struct nt_apply *a, const struct nt_id *id)
{
	uint32_t n = nt_node_block(a, id);

	return a->plan.dry_run || n == 0 || nt_id_is_nil(&nt_node(a, n)->to) ?
	    *id : nt_node(a, n)->to;
}

struct nt_id
nt_node_now(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);

	return node->kind == NT_KIND_BLOCK ? nt_block_now(a, &node->id) :
	    node->id;
}

/* A block of the snapshot, and a change that moves it, are there as that. */
static void
put_now(struct nt_apply *a, const struct nt_id *id, const struct nt_id *to)
{
	uint32_t block = nt_node_block(a, id), move = nt_node_moved(a, id);

	if (block != 0)
		nt_node(a, block)->to = *to;
	if (move != 0)
		nt_node(a, move)->to = *to;
}

void
nt_copy_found(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);

	put_now(a, &node->id, &node->to);
}

struct nt_id
nt_copy_old(struct nt_apply *a, uint32_t n)
{
	struct nt_id old = { { 0 } };

	nt_id_scan(nt_value_text(nt_value_get(nt_node_change(a, n), "old")),
	    &old);
	return old;
}

/* ---- making them ---- */

/*
 * The item behind which the root of a copy hangs in its place, as the change
 * that moves it tells; 0: it is the first.
 */
static uint32_t
item_before(struct nt_apply *a, uint32_t move)
{
	uint32_t place = nt_node(a, move)->parent, n = move, before;
	struct nt_id after;

	/* No chain is longer than that; a ring of changes would be. */
	for (size_t left = a->count; left > 0 && n != 0; left--) {
		if (nt_id_scan(nt_value_text(nt_value_get(nt_node_change(a,
		    n), "after")), &after) == -1)
			break;
		before = nt_node_copied(a, &after);
		if (before == 0 || nt_node(a, before)->parent != place)
			before = nt_node_block(a, &after);
		if (before != 0 && nt_node(a, before)->parent == place &&
		    nt_node(a, before)->op == NT_OP_CREATE)
			return before;
		n = nt_node_moved(a, &after);
	}
	return 0;
}

/* One copy: the root of them if it was in none of the others. */
static int
take_copy(struct nt_apply *a, uint32_t move, struct nt_value block,
    struct nt_err *err)
{
	struct nt_id id, in;
	struct nt_buf line;
	uint32_t n, parent;

	if (nt_id_scan(nt_value_text(nt_value_get(block, "id")), &id) == -1)
		return nt_err_set(err, NT_DATA, "a copied block without an "
		    "id");
	parent = nt_id_scan(nt_value_text(nt_value_get(block, "in")),
	    &in) == -1 ? 0 : nt_node_copied(a, &in);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_canonical(block, &line);
	n = nt_node_new(a, nt_buf_view(&line), err);
	nt_buf_free(&line);
	if (n == 0)
		return -1;
	nt_node(a, n)->kind = NT_KIND_BLOCK;
	nt_node(a, n)->block = (uint8_t)nt_block_of(nt_value_get(block,
	    "value"));
	nt_node(a, n)->id = id;
	nt_node_insert(a, n, parent != 0 ? parent : nt_node(a, move)->parent,
	    parent != 0 ? nt_node(a, parent)->last : item_before(a, move));
	nt_id_map_put(a->copied, &id, n);
	if (nt_node_block(a, &id) == 0)
		nt_id_map_put(a->blocks, &id, n);
	return 0;
}

int
nt_copies_take(struct nt_apply *a, uint32_t move, struct nt_value blocks,
    struct nt_err *err)
{
	struct nt_value e = nt_value_first(blocks);
	int got = 0;

	for (; got == 0 && nt_value_there(e); e = nt_value_next(e))
		got = take_copy(a, move, e, err);
	return got;
}

/* ---- what became of them ---- */

int
nt_copy_is_whole(struct nt_apply *a, uint32_t n)
{
	if (nt_node(a, n)->state != NT_NODE_DONE ||
	    (nt_node(a, n)->flags & NT_NODE_RESERVED) != 0)
		return 0;
	for (uint32_t i = nt_node(a, n)->first; i != 0; i = nt_node(a, i)->next)
		if (!nt_copy_is_whole(a, i))
			return 0;
	return 1;
}

/* 1 if a change of the block is yet to come. */
static int
has_more(struct nt_apply *a, const struct nt_id *id)
{
	return nt_node_moved(a, id) != 0 || nt_id_map_get(a->doomed, id, NULL);
}

/* All that is in a copy that will be copied again counts. */
static uint32_t
find_unknown(struct nt_apply *a, uint32_t n, int again)
{
	const struct nt_node *node = nt_node(a, n);
	uint32_t move = nt_node_moved(a, &node->id), found = 0;

	if (nt_id_is_nil(&node->to) && (again ||
	    nt_node_block(a, &node->id) != n || has_more(a, &node->id)))
		return n;
	again |= move != 0 && nt_node(a, move)->state == NT_NODE_WANTED;
	for (uint32_t i = node->first; i != 0 && found == 0;
	    i = nt_node(a, i)->next)
		found = find_unknown(a, i, again);
	return found;
}

uint32_t
nt_copy_unknown(struct nt_apply *a, uint32_t n)
{
	uint32_t found = 0;

	for (uint32_t i = nt_node(a, n)->first; i != 0 && found == 0;
	    i = nt_node(a, i)->next)
		found = find_unknown(a, i, 0);
	return found;
}

void
nt_copy_undone(struct nt_apply *a, uint32_t n)
{
	struct nt_id old = nt_copy_old(a, n);

	put_now(a, &nt_node(a, n)->id, &old);
	nt_node(a, n)->to = (struct nt_id){ { 0 } };
	nt_node_settle(a, n, NT_NODE_REFUSED);
	for (uint32_t i = nt_node(a, n)->first; i != 0; i = nt_node(a, i)->next)
		nt_copy_undone(a, i);
}
