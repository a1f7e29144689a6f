/*
 * Searching for stops, the bytes at which a string can end or go wrong: quotes,
 * backslashes and control bytes.  See reader.c for what they are good for.
 *
 * Two ways to the same list.  The vector way makes of 64 bytes a word with a
 * bit for each stop and takes the bits out eight at a time: it is cheaper to
 * write a few numbers too many than to ask after each whether there is another.
 */
#include "internal.h"

#include <string.h>

static size_t
scan_portable(const char *p, size_t len, uint32_t first, uint32_t *out,
    int *ascii)
{
	unsigned char seen = 0;
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		seen |= c;
		out[count] = first + (uint32_t)i;
		count += (size_t)((c < 0x20) | (c == '"') | (c == '\\'));
	}
	*ascii = seen < 0x80;
	return count;
}

#ifdef __x86_64__
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,popcnt")))
#define INLINE static inline __attribute__((always_inline))

/* Writes the numbers of the bits that are set, and up to 7 without meaning. */
AVX2 INLINE size_t
take_bits(uint64_t bits, uint32_t first, uint32_t *out)
{
	size_t count = (size_t)__builtin_popcountll(bits);

	for (size_t done = 0; done < count; done += 8)
		for (size_t i = 0; i < 8; i++) {
			out[done + i] = first + (uint32_t)_tzcnt_u64(bits);
			bits = _blsr_u64(bits);
		}
	return count;
}

/* The bits of the stops in 32 bytes. */
AVX2 INLINE uint32_t
stop_bits(__m256i b)
{
	const __m256i control = _mm256_set1_epi8(0x1f);

	return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(
	    _mm256_cmpeq_epi8(b, _mm256_set1_epi8('"')),
	    _mm256_cmpeq_epi8(b, _mm256_set1_epi8('\\'))),
	    _mm256_cmpeq_epi8(_mm256_min_epu8(b, control), b)));
}

AVX2 static size_t
scan_avx2(const char *p, size_t len, uint32_t first, uint32_t *out, int *ascii)
{
	__m256i seen = _mm256_setzero_si256();
	char last[64];
	size_t count = 0;

	for (size_t i = 0; i < len; i += 64) {
		const char *block = p + i;
		__m256i a, b;

		if (len - i < 64) {	/* nothing behind the text is touched */
			memset(last, ' ', sizeof last);
			block = memcpy(last, block, len - i);
		}
		a = _mm256_loadu_si256((const __m256i *)(const void *)block);
		b = _mm256_loadu_si256((const __m256i *)(const void *)
		    (block + 32));
		seen = _mm256_or_si256(seen, _mm256_or_si256(a, b));
		count += take_bits(stop_bits(a) |
		    (uint64_t)stop_bits(b) << 32, first + (uint32_t)i,
		    out + count);
	}
	*ascii = _mm256_movemask_epi8(seen) == 0;
	return count;
}
#endif

nt_json_scan_fn *
nt_json_scan_best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt"))
		return scan_avx2;
#endif
	return scan_portable;
}

nt_json_scan_fn *
nt_json_scan_portable(void)
{
	return scan_portable;
}
