/*
 * Blocks of which parts are lent to a digest.  The next one is used when that
 * is so, and waited for only if it is still lent itself.
 */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

void
nt_ring_init(struct nt_ring *r, struct nt_digest *digest, size_t size)
{
	*r = (struct nt_ring){ .digest = digest, .size = size };
	r->at = r->block;
	nt_ring_reserve(r, size);
}

void
nt_ring_free(struct nt_ring *r)
{
	for (size_t i = 0; i < NT_RING_BLOCKS; i++)
		free(r->block[i].p);
}

void
nt_ring_forget(struct nt_ring *r)
{
	for (size_t i = 0; i < NT_RING_BLOCKS; i++)
		r->block[i].lent = 0;
}

void
nt_ring_reserve(struct nt_ring *r, size_t room)
{
	struct nt_block *at = r->at;

	if (at->room >= room)
		return;
	at->p = nt_realloc_array(at->p, room + 1, 1);
	at->room = room;
}

void
nt_ring_lend(struct nt_ring *r, size_t from, size_t to)
{
	uint64_t number;

	if (from == to)
		return;
	number = nt_digest_lend(r->digest, r->at->p + from, to - from);
	if (number != 0)
		r->at->lent = number;
}

void
nt_ring_turn(struct nt_ring *r)
{
	size_t next = (size_t)(r->at - r->block + 1) % NT_RING_BLOCKS;

	if (r->at->lent == 0)
		return;
	r->at = &r->block[next];
	nt_ring_reserve(r, r->size);
	nt_digest_settle(r->digest, r->at->lent);
	r->at->lent = 0;
}
