/*
 * Marks outside strings, for the glance: of 64 bytes a word for each kind of
 * mark, a bit a byte.
 *
 * A bit is inside a string if an odd number of quotes is before it, which a
 * multiplication without carries tells for 64 bits at once.  What a word leaves
 * to the next is carried.
 */
#include "internal.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,pclmul")))
#define AVX512 __attribute__((target("avx512f,avx512bw,bmi2,pclmul")))

/* The bytes that have a backslash before them which is none itself. */
static uint64_t
escaped_bits(uint64_t slashes, struct nt_carry *carry)
{
	uint64_t escaped = carry->escaped;

	slashes &= ~escaped;
	carry->escaped = 0;
	while (slashes != 0) {
		uint64_t slash = slashes & -slashes;

		escaped |= slash << 1;
		carry->escaped = slash >> 63;
		slashes &= ~(slash | slash << 1);
	}
	return escaped;
}

/* The bytes inside strings, opening quotes among them. */
__attribute__((target("pclmul"))) INLINE uint64_t
inside_bits(uint64_t quotes, struct nt_carry *carry)
{
	uint64_t inside = (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (long long)quotes), _mm_set1_epi8(-1), 0)) ^
	    carry->in_string;

	carry->in_string = (uint64_t)((int64_t)inside >> 63);
	return inside;
}

AVX2 INLINE uint64_t
equal_bits(__m256i a, __m256i b, char c)
{
	const __m256i all = _mm256_set1_epi8(c);

	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, all)) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(b, all)) << 32;
}

AVX2 INLINE int
has(__m256i a, __m256i b, char c)
{
	const __m256i all = _mm256_set1_epi8(c);
	__m256i equal = _mm256_or_si256(_mm256_cmpeq_epi8(a, all),
	    _mm256_cmpeq_epi8(b, all));

	return !_mm256_testz_si256(equal, equal);
}

AVX2 INLINE struct nt_marks
find_avx2(const char *block, struct nt_carry *carry)
{
	const __m256i lower = _mm256_set1_epi8(0x20);
	__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)block);
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)
	    (block + 32));
	uint64_t quotes = equal_bits(a, b, '"'), outside;
	struct nt_marks m;

	if (carry->escaped != 0 || has(a, b, '\\'))
		quotes &= ~escaped_bits(equal_bits(a, b, '\\'), carry);
	outside = ~inside_bits(quotes, carry);
	m.colon = equal_bits(a, b, ':') & outside;
	a = _mm256_or_si256(a, lower);	/* [ and { differ in this bit */
	b = _mm256_or_si256(b, lower);
	m.open = equal_bits(a, b, '{') & outside;
	m.close = equal_bits(a, b, '}') & outside;
	return m;
}

AVX2 static void
marks_avx2(const char *p, size_t len, struct nt_carry *carry,
    struct nt_marks *out)
{
	char last[64];

	for (; len >= 64; p += 64, len -= 64)
		*out++ = find_avx2(p, carry);
	if (len == 0)
		return;
	memset(last, ' ', sizeof last);
	memcpy(last, p, len);
	*out = find_avx2(last, carry);
}

AVX512 INLINE uint64_t
equal_mask(__m512i v, char c)
{
	return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(c));
}

AVX512 INLINE struct nt_marks
find_avx512(__m512i v, struct nt_carry *carry)
{
	uint64_t quotes = equal_mask(v, '"'), slashes = equal_mask(v, '\\');
	__m512i low = _mm512_or_si512(v, _mm512_set1_epi8(0x20));
	uint64_t outside;

	if ((slashes | carry->escaped) != 0)
		quotes &= ~escaped_bits(slashes, carry);
	outside = ~inside_bits(quotes, carry);
	return (struct nt_marks){
		.open = equal_mask(low, '{') & outside,
		.close = equal_mask(low, '}') & outside,
		.colon = equal_mask(v, ':') & outside
	};
}

AVX512 static void
marks_avx512(const char *p, size_t len, struct nt_carry *carry,
    struct nt_marks *out)
{
	const __m512i space = _mm512_set1_epi8(' ');

	for (; len >= 64; p += 64, len -= 64)
		*out++ = find_avx512(_mm512_loadu_si512((const void *)p),
		    carry);
	if (len > 0)
		*out = find_avx512(_mm512_mask_loadu_epi8(space,
		    _bzhi_u64(~(uint64_t)0, (unsigned)len), p), carry);
}
#endif

nt_json_marks_fn *
nt_json_marks_way(unsigned n)
{
	nt_json_marks_fn *ways[3] = { NULL };
	size_t count = 0;

#ifdef __x86_64__
	if (!__builtin_cpu_supports("pclmul") ||
	    !__builtin_cpu_supports("popcnt") ||
	    !__builtin_cpu_supports("bmi"))
		return NULL;
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("bmi2"))
		ways[count++] = marks_avx512;
	if (__builtin_cpu_supports("avx2"))
		ways[count++] = marks_avx2;
#endif
	return n < count ? ways[n] : NULL;
}
