/* writable_block - what creating and changing a block have in common. */
#ifndef MODEL_WRITABLE_BLOCK_H
#define MODEL_WRITABLE_BLOCK_H

#include "fields.h"
#include "writable.h"

/* One block on its way. */
struct block {
	struct writing w;
	enum nt_block type;
	const struct block_field *fields;
	struct nt_value payload;
	int toggles;		/* there will be children */
	int whole;		/* defaults are written too: an update */
};

/*
 * Puts a field of the payload, unless it is as it would be anyway: 1, or 0 if
 * the block cannot be written so, which is told.
 */
int nt_put_block_field(struct block *b, const struct block_field *f);

#endif
