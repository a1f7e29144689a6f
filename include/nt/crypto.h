/*
 * crypto - hashes and sums.
 *
 * Calls base.  Nettle computes SHA-256; what is long is given straight to the
 * processor where it has instructions for it, at the speed these allow.
 */
#ifndef NT_CRYPTO_H
#define NT_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define NT_SHA256_BYTES 32
#define NT_SHA256_TEXT 65	/* hex and a NUL */

/* A hash in the making; opaque, but sized so that it can live anywhere. */
struct nt_sha256 {
	uint64_t state[14];
	int blocks;		/* many at once: 1 can, -1 cannot, 0 not asked */
};

void nt_sha256_init(struct nt_sha256 *h);
void nt_sha256_add(struct nt_sha256 *h, const void *p, size_t len);

/* The hash of all that was added; h must be initialised again after it. */
void nt_sha256_done(struct nt_sha256 *h, uint8_t out[NT_SHA256_BYTES]);
void nt_sha256_hex(struct nt_sha256 *h, char hex[NT_SHA256_TEXT]);

#define NT_SUM_KEY 192	/* bytes, random and kept */

/*
 * A sum of the bytes to know them by among others, at 10 GB/s: XXH3, keyed.
 * Who does not know the key cannot make two texts of one sum; it is no proof
 * to anybody else.
 */
uint64_t nt_sum64(const uint8_t key[NT_SUM_KEY], const void *p, size_t len);

#endif
