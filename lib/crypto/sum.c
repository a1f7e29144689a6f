#include "nt/crypto.h"

#include <assert.h>
#include <xxhash.h>

static_assert(NT_SUM_KEY >= XXH3_SECRET_SIZE_MIN, "XXH3 takes such a key");

uint64_t
nt_sum64(const uint8_t key[NT_SUM_KEY], const void *p, size_t len)
{
	return XXH3_64bits_withSecret(p, len, key, NT_SUM_KEY);
}
