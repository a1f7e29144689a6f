/*
 * crypto - hashes and sums.
 *
 * Calls base.  Libgcrypt computes SHA-256, by the processor's instructions
 * where it has them: 1.81 GB/s where nettle makes 1.58 and libsodium 0.24.
 */
#ifndef NT_CRYPTO_H
#define NT_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define NT_SHA256_BYTES 32
#define NT_SHA256_TEXT 65	/* hex and a NUL */

/* A hash in the making.  One that is all zeros is none, and may be freed. */
struct nt_sha256 {
	void *state;
};

/* Begins one.  Each that was begun must be ended: by done, hex or free. */
void nt_sha256_init(struct nt_sha256 *h);
void nt_sha256_add(struct nt_sha256 *h, const void *p, size_t len);

/* Begins another that has been given what from has. */
void nt_sha256_copy(struct nt_sha256 *to, const struct nt_sha256 *from);

/* The hash of all that was added, which ends it. */
void nt_sha256_done(struct nt_sha256 *h, uint8_t out[NT_SHA256_BYTES]);
void nt_sha256_hex(struct nt_sha256 *h, char hex[NT_SHA256_TEXT]);

/* Ends it without asking.  One that was ended before may be freed, too. */
void nt_sha256_free(struct nt_sha256 *h);

#define NT_SUM_KEY 192	/* bytes, random and kept */

/*
 * A sum of the bytes to know them by among others, at 10 GB/s: XXH3, keyed.
 * Who does not know the key cannot make two texts of one sum; it is no proof
 * to anybody else.
 */
uint64_t nt_sum64(const uint8_t key[NT_SUM_KEY], const void *p, size_t len);

#endif
