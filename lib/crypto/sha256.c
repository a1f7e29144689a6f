#include "nt/crypto.h"

#include <assert.h>
#include <string.h>

#include <nettle/sha2.h>

/* Our struct is nettle's under another name, so callers need no nettle. */
static_assert(sizeof(struct sha256_ctx) <= sizeof(struct nt_sha256),
    "nt_sha256 holds nettle's context");
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
}

void
nt_sha256_add(struct nt_sha256 *h, const void *p, size_t len)
{
	if (len > 0)
		sha256_update(context(h), len, p);
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
