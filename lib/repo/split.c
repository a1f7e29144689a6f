/*
 * Where one unit ends and the next begins: at a page, a database, a data
 * source, and at a block that hangs on none of those before it.
 */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

void
split_free(struct split *s)
{
	free(s->above);
}

static int
id_at(struct nt_value v, const char *pointer, struct nt_id *id)
{
	return nt_id_scan(nt_value_text(nt_value_at(v, pointer)), id);
}

static void
descend(struct split *s, struct nt_id id)
{
	if (s->depth == s->room) {
		s->room = s->room == 0 ? 16 : 2 * s->room;
		s->above = nt_realloc_array(s->above, s->room,
		    sizeof *s->above);
	}
	s->above[s->depth++] = id;
}

/* The page or block that the block hangs on: 0, or -1. */
static int
parent_of(struct nt_value block, struct nt_id *parent)
{
	return id_at(block, "/parent/block_id", parent) == 0 ? 0 :
	    id_at(block, "/parent/page_id", parent);
}

/*
 * 1 if the block's parent is the page or a block on the way down to the last
 * one, or it does not say who that is.
 */
static int
belongs(struct split *s, struct nt_value block)
{
	struct nt_id parent;
	size_t depth = s->depth;

	if (!s->in_page)
		return 0;
	if (parent_of(block, &parent) == -1)
		return 1;
	while (depth > 0 && !nt_id_eq(&s->above[depth - 1], &parent))
		depth--;
	if (depth == 0)
		return s->depth == 0;
	s->depth = depth;
	return 1;
}

/* Begins a page, or a tree of blocks below a parent that is not here. */
static void
begin(struct split *s, const struct nt_id *top)
{
	s->in_page = 1;
	s->depth = 0;
	if (top != NULL)
		descend(s, *top);
}

int
split_begins(struct split *s, enum nt_kind kind, struct nt_value record)
{
	struct nt_id id, parent;
	int has_id, begins = 1;

	if (kind == NT_KIND_DATABASE || kind == NT_KIND_DATA_SOURCE)
		s->in_page = 0;
	else if (kind != NT_KIND_PAGE && kind != NT_KIND_BLOCK)
		return 0;
	has_id = id_at(record, "/id", &id) == 0;
	if (kind == NT_KIND_PAGE) {
		begin(s, has_id ? &id : NULL);
	} else if (kind == NT_KIND_BLOCK) {
		if (belongs(s, record))
			begins = 0;
		else	/* its siblings may follow */
			begin(s, parent_of(record, &parent) == 0 ? &parent :
			    NULL);
		if (has_id)
			descend(s, id);
	}
	return begins;
}
