/*
 * crypto - hashes, sums, and the sealing of much at a time.
 *
 * Calls base.  Libgcrypt computes SHA-256, by the processor's instructions
 * where it has them: 1.81 GB/s where nettle makes 1.58 and libsodium 0.24.  It
 * seals 2.5 GB/s where libsodium 1.0.18 makes 1.2.
 */
#ifndef NT_CRYPTO_H
#define NT_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"

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

/* ---- ChaCha20-Poly1305, RFC 8439 ---- */

#define NT_CIPHER_KEY 32
#define NT_CIPHER_NONCE 12
#define NT_CIPHER_TAG 16	/* by so much what is sealed is longer */

/* One key, for one thread at a time. */
struct nt_cipher {
	void *state;
};

/* 0, or -1: the system allows no such cipher.  nt_cipher_free() wipes it. */
int nt_cipher_init(struct nt_cipher *c, const uint8_t key[NT_CIPHER_KEY],
    struct nt_err *err);
void nt_cipher_free(struct nt_cipher *c);

/*
 * Seals len bytes in place, and puts the tag behind them.  A nonce is for one
 * time.
 */
void nt_cipher_seal(struct nt_cipher *c, const uint8_t nonce[NT_CIPHER_NONCE],
    uint8_t *p, size_t len);

/*
 * Opens in place what seal made of len bytes: 0, or -1 if it is not that, and
 * then p is as it was.
 */
int nt_cipher_open(struct nt_cipher *c, const uint8_t nonce[NT_CIPHER_NONCE],
    uint8_t *p, size_t len);

/* ---- sums ---- */

#define NT_SUM_KEY 192	/* bytes, random and kept */

/*
 * A sum of the bytes to know them by among others, at 10 GB/s: XXH3, keyed.
 * Who does not know the key cannot make two texts of one sum; it is no proof
 * to anybody else.
 */
uint64_t nt_sum64(const uint8_t key[NT_SUM_KEY], const void *p, size_t len);

#endif
