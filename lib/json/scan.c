/*
 * Searching for stops, the bytes at which a string can end or go wrong: quotes,
 * backslashes and control bytes.  See reader.c for what they are good for.
 *
 * Three ways to the same list.  The vector ways make of 64 bytes a word with a
 * bit for each stop and take the bits out eight or sixteen at a time: it is
 * cheaper to write a few numbers too many than to ask after each whether there
 * is another.
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

#define AVX512 __attribute__((target( \
    "avx512f,avx512bw,avx512vbmi2,bmi2,popcnt")))

AVX512 INLINE void
put_sixteen(__m128i bytes, uint32_t first, uint32_t *out)
{
	_mm512_storeu_si512((void *)out, _mm512_add_epi32(
	    _mm512_cvtepu8_epi32(bytes), _mm512_set1_epi32((int)first)));
}

/* Writes the numbers of the bits that are set, and some without meaning. */
AVX512 INLINE size_t
take_bits_packed(uint64_t bits, uint32_t first, uint32_t *out)
{
	const __m512i numbers = _mm512_set_epi64(0x3f3e3d3c3b3a3938,
	    0x3736353433323130, 0x2f2e2d2c2b2a2928, 0x2726252423222120,
	    0x1f1e1d1c1b1a1918, 0x1716151413121110, 0x0f0e0d0c0b0a0908,
	    0x0706050403020100);
	__m512i set = _mm512_maskz_compress_epi8(bits, numbers);
	size_t count = (size_t)__builtin_popcountll(bits);

	put_sixteen(_mm512_castsi512_si128(set), first, out);
	if (count > 16)
		put_sixteen(_mm512_extracti32x4_epi32(set, 1), first, out + 16);
	if (count > 32) {
		put_sixteen(_mm512_extracti32x4_epi32(set, 2), first, out + 32);
		put_sixteen(_mm512_extracti32x4_epi32(set, 3), first, out + 48);
	}
	return count;
}

AVX512 static size_t
scan_avx512(const char *p, size_t len, uint32_t first, uint32_t *out,
    int *ascii)
{
	const __m512i quote = _mm512_set1_epi8('"');
	const __m512i slash = _mm512_set1_epi8('\\');
	const __m512i space = _mm512_set1_epi8(' ');
	__m512i seen = _mm512_setzero_si512();
	size_t count = 0;

	for (size_t i = 0; i < len; i += 64) {
		size_t left = len - i;
		uint64_t whole = left < 64 ? _bzhi_u64(~(uint64_t)0,
		    (unsigned)left) : ~(uint64_t)0;
		__m512i b = _mm512_mask_loadu_epi8(space, whole, p + i);

		seen = _mm512_or_si512(seen, b);
		count += take_bits_packed(_mm512_cmpeq_epi8_mask(b, quote) |
		    _mm512_cmpeq_epi8_mask(b, slash) |
		    _mm512_cmplt_epu8_mask(b, space), first + (uint32_t)i,
		    out + count);
	}
	*ascii = _mm512_movepi8_mask(seen) == 0;
	return count;
}
#endif

nt_json_scan_fn *
nt_json_scan_way(unsigned n)
{
	nt_json_scan_fn *ways[4] = { NULL };
	size_t count = 0;

#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi2") &&
	    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt"))
		ways[count++] = scan_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt"))
		ways[count++] = scan_avx2;
#endif
	ways[count++] = scan_portable;
	return n < count ? ways[n] : NULL;
}

nt_json_scan_fn *
nt_json_scan_portable(void)
{
	return scan_portable;
}
