#include "internal.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha2.h>

/* Our struct is nettle's under another name, so callers need no nettle. */
static_assert(sizeof(struct sha256_ctx) <=
    sizeof ((struct nt_sha256 *)NULL)->state,
    "nt_sha256 holds nettle's context");
static_assert(NT_SHA256_BLOCK == SHA256_BLOCK_SIZE, "the blocks are nettle's");

/* From this length on it pays to ask for the processor's instructions. */
#define LONG_BYTES ((size_t)16 << 10)
static_assert(_Alignof(struct sha256_ctx) <= _Alignof(struct nt_sha256),
    "nt_sha256 is aligned as nettle's context");

static struct sha256_ctx *
context(struct nt_sha256 *h)
{
	return (struct sha256_ctx *)(void *)h->state;
}

void
nt_sha256_init(struct nt_sha256 *h)
{
	sha256_init(context(h));
	h->blocks = 0;
}

/* As nt_sha256_add(): how many of the bytes were added, all blocks of them. */
static size_t
add_blocks(struct nt_sha256 *h, const uint8_t *p, size_t len)
{
	struct sha256_ctx *c = context(h);
	size_t rest = (NT_SHA256_BLOCK - c->index) % NT_SHA256_BLOCK;
	size_t count = (len - rest) / NT_SHA256_BLOCK;

	sha256_update(c, rest, p);	/* the block that was begun */
	nt_sha256_blocks(c->state, p + rest, count);
	c->count += count;
	return rest + count * NT_SHA256_BLOCK;
}

void
nt_sha256_add(struct nt_sha256 *h, const void *p, size_t len)
{
	size_t added = 0;

	if (len >= LONG_BYTES && h->blocks == 0)
		h->blocks = nt_sha256_blocks_work() ? 1 : -1;
	if (len >= 2 * NT_SHA256_BLOCK && h->blocks == 1)
		added = add_blocks(h, p, len);
	if (len > added)
		sha256_update(context(h), len - added,
		    (const uint8_t *)p + added);
}

void
nt_sha256_done(struct nt_sha256 *h, uint8_t out[NT_SHA256_BYTES])
{
	sha256_digest(context(h), NT_SHA256_BYTES, out);
}

void
nt_sha256_hex(struct nt_sha256 *h, char hex[NT_SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t sum[NT_SHA256_BYTES];

	nt_sha256_done(h, sum);
	for (size_t i = 0; i < sizeof sum; i++) {
		hex[2 * i] = digits[sum[i] >> 4];
		hex[2 * i + 1] = digits[sum[i] & 15];
	}
	hex[NT_SHA256_TEXT - 1] = '\0';
}
