/*
 * crypto, private: the middle of SHA-256, many blocks at once.
 */
#ifndef NT_CRYPTO_INTERNAL_H
#define NT_CRYPTO_INTERNAL_H

#include "nt/crypto.h"

#define NT_SHA256_BLOCK 64	/* bytes */

/* ---- blocks.c ---- */

/* 1 if this processor has the instructions; asking it takes microseconds. */
int nt_sha256_blocks_work(void);

/*
 * Adds blocks of NT_SHA256_BLOCK bytes to the eight words of a hash's state,
 * as FIPS 180-4 has it (6.2.2).  Only where the above says 1.
 */
void nt_sha256_blocks(uint32_t state[8], const uint8_t *p, size_t count);

#endif
