/*
 * UTF-8, checked as RFC 3629 wants it: no overlong form, no surrogate,
 * nothing over U+10FFFF.
 *
 * The vector way holds beside each byte the three before it and asks the same
 * questions of 32 bytes at once: whether it follows another exactly where one
 * of those wants a follower, and whether it is a lead, or the second byte
 * behind a lead, that there is not.  Where the answer is no, the portable way
 * looks for the place.
 */
#include "internal.h"

#include <string.h>

/* The length of the well-formed character at p, 0 if there is none. */
static unsigned
character(const unsigned char *p, size_t left)
{
	unsigned lead = p[0], low = 0x80, high = 0xbf, len;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (left < len)
		return 0;
	switch (lead) {			/* what the second byte may be */
	case 0xe0: low = 0xa0; break;	/* overlong below */
	case 0xed: high = 0x9f; break;	/* surrogates above */
	case 0xf0: low = 0x90; break;	/* overlong below */
	case 0xf4: high = 0x8f; break;	/* over U+10FFFF above */
	}
	if (p[1] < low || p[1] > high)
		return 0;
	for (unsigned i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static size_t
check_portable(const unsigned char *p, size_t len)
{
	uint64_t eight;
	unsigned n;

	for (size_t i = 0; i < len; i += n) {
		if (len - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & 0x8080808080808080u) == 0) {
				n = 8;
				continue;
			}
		}
		if ((n = character(p + i, len - i)) == 0)
			return i;
	}
	return len;
}

#ifdef __x86_64__
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))

AVX2 INLINE __m256i
equal(__m256i v, unsigned char c)
{
	return _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)c));
}

AVX2 INLINE __m256i
at_least(__m256i v, unsigned char c)
{
	return _mm256_cmpeq_epi8(v,
	    _mm256_max_epu8(v, _mm256_set1_epi8((char)c)));
}

AVX2 INLINE __m256i
at_most(__m256i v, unsigned char c)
{
	return _mm256_cmpeq_epi8(v,
	    _mm256_min_epu8(v, _mm256_set1_epi8((char)c)));
}

AVX2 INLINE __m256i
or3(__m256i a, __m256i b, __m256i c)
{
	return _mm256_or_si256(a, _mm256_or_si256(b, c));
}

/* 1 if all is well with the bytes of v, which come behind those of before. */
AVX2 INLINE int
is_good(__m256i before, __m256i v)
{
	/* each byte's predecessor, the one before that, and the third */
	__m256i middle = _mm256_permute2x128_si256(before, v, 0x21);
	__m256i first = _mm256_alignr_epi8(v, middle, 15);
	__m256i second = _mm256_alignr_epi8(v, middle, 14);
	__m256i third = _mm256_alignr_epi8(v, middle, 13);

	__m256i follows = _mm256_and_si256(at_least(v, 0x80),
	    at_most(v, 0xbf));
	__m256i wanted = or3(at_least(first, 0xc0), at_least(second, 0xe0),
	    at_least(third, 0xf0));
	__m256i no_lead = or3(equal(v, 0xc0), equal(v, 0xc1),
	    at_least(v, 0xf5));
	__m256i overlong = _mm256_or_si256(
	    _mm256_and_si256(equal(first, 0xe0), at_most(v, 0x9f)),
	    _mm256_and_si256(equal(first, 0xf0), at_most(v, 0x8f)));
	__m256i too_high = _mm256_or_si256(
	    _mm256_and_si256(equal(first, 0xed), at_least(v, 0xa0)),
	    _mm256_and_si256(equal(first, 0xf4), at_least(v, 0x90)));
	__m256i bad = or3(_mm256_xor_si256(follows, wanted), no_lead,
	    _mm256_or_si256(overlong, too_high));

	return _mm256_testz_si256(bad, bad);
}

AVX2 static size_t
check_avx2(const unsigned char *p, size_t len)
{
	__m256i before = _mm256_setzero_si256(), v;
	unsigned char last[32] = { 0 };
	size_t i;

	/* the last block has a byte of padding, so that no end is unseen */
	for (i = 0; i <= len; i += 32, before = v) {
		const unsigned char *block = p + i;

		if (len - i < 32)
			block = memcpy(last, block, len - i);
		v = _mm256_loadu_si256((const __m256i *)(const void *)block);
		if (_mm256_movemask_epi8(_mm256_or_si256(v, before)) != 0 &&
		    !is_good(before, v))
			break;
	}
	if (i > len)
		return len;
	while (i > 0 && p[--i] >= 0x80 && p[i] <= 0xbf)
		continue;	/* to the start of a character */
	return i + check_portable(p + i, len - i);
}
#endif

size_t
nt_utf8_check(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;

#ifdef __x86_64__
	if (len >= 32 && __builtin_cpu_supports("avx2"))
		return check_avx2(p, len);
#endif
	return check_portable(p, len);
}

size_t
nt_utf8_check_portable(const char *text, size_t len)
{
	return check_portable((const unsigned char *)text, len);
}

unsigned
nt_utf8_get(const char *text, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)text;

	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] < 0xe0) {
		*code = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	}
	if (p[0] < 0xf0) {
		*code = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
		return 3;
	}
	*code = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
	    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	return 4;
}

unsigned
nt_utf8_put(char *p, uint32_t code)
{
	if (code < 0x80) {
		p[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		p[0] = (char)(0xc0 | code >> 6);
		p[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		p[0] = (char)(0xe0 | code >> 12);
		p[1] = (char)(0x80 | (code >> 6 & 0x3f));
		p[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | code >> 18);
	p[1] = (char)(0x80 | (code >> 12 & 0x3f));
	p[2] = (char)(0x80 | (code >> 6 & 0x3f));
	p[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}
