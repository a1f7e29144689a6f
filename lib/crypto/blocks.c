/*
 * SHA-256 of many blocks with the processor's own instructions.
 *
 * Nettle uses them too, but takes the state out of the registers and puts it
 * back for each 64 bytes, which costs an eighth of the speed.  Here the state
 * stays where it is, and what is left is the wait of each pair of rounds for
 * the one before: 32 times the latency of one instruction a block.
 *
 * The instructions want the state as two registers, the words A B E F and
 * C D G H, the first of them highest.  A step of two rounds turns the latter
 * into the next A B E F; what was A B E F is then the next C D G H.
 */
#include "internal.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))
#define INLINE static inline __attribute__((always_inline))

/* FIPS 180-4, 4.2.2. */
static const uint32_t constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

struct state {
	__m128i abef, cdgh;
};

/* Four words of the message, the first lowest. */
SHA INLINE __m128i
load_words(const uint8_t *p)
{
	const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11,
	    4, 5, 6, 7, 0, 1, 2, 3);

	return _mm_shuffle_epi8(_mm_loadu_si128(
	    (const __m128i *)(const void *)p), big_endian);
}

/* The four words of the schedule that follow the sixteen in a, b, c and d. */
SHA INLINE __m128i
next_words(__m128i a, __m128i b, __m128i c, __m128i d)
{
	return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b),
	    _mm_alignr_epi8(d, c, 4)), d);
}

/* Rounds n to n + 3, with their words. */
SHA INLINE void
four_rounds(struct state *s, __m128i words, size_t n)
{
	__m128i sum = _mm_add_epi32(words, _mm_load_si128(
	    (const __m128i *)(const void *)(constants + n)));

	s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, sum);
	s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh,
	    _mm_shuffle_epi32(sum, 0x0e));
}

SHA INLINE void
one_block(struct state *s, const uint8_t *p)
{
	__m128i a = load_words(p), b = load_words(p + 16);
	__m128i c = load_words(p + 32), d = load_words(p + 48);
	const struct state before = *s;

	four_rounds(s, a, 0);
	four_rounds(s, b, 4);
	four_rounds(s, c, 8);
	four_rounds(s, d, 12);
	for (size_t n = 16; n < 64; n += 16) {
		four_rounds(s, a = next_words(a, b, c, d), n);
		four_rounds(s, b = next_words(b, c, d, a), n + 4);
		four_rounds(s, c = next_words(c, d, a, b), n + 8);
		four_rounds(s, d = next_words(d, a, b, c), n + 12);
	}
	s->abef = _mm_add_epi32(s->abef, before.abef);
	s->cdgh = _mm_add_epi32(s->cdgh, before.cdgh);
}

SHA void
nt_sha256_blocks(uint32_t state[8], const uint8_t *p, size_t count)
{
	struct state s = {
		_mm_set_epi32((int)state[0], (int)state[1], (int)state[4],
		    (int)state[5]),
		_mm_set_epi32((int)state[2], (int)state[3], (int)state[6],
		    (int)state[7])
	};
	uint32_t words[8];

	for (; count > 0; count--, p += NT_SHA256_BLOCK)
		one_block(&s, p);
	_mm_storeu_si128((__m128i *)(void *)words, s.abef);
	_mm_storeu_si128((__m128i *)(void *)(words + 4), s.cdgh);
	state[0] = words[3];
	state[1] = words[2];
	state[2] = words[7];
	state[3] = words[6];
	state[4] = words[1];
	state[5] = words[0];
	state[6] = words[5];
	state[7] = words[4];
}

int
nt_sha256_blocks_work(void)
{
	unsigned a, b, c, d;

	return __builtin_cpu_supports("sse4.1") &&
	    __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}
#else
int
nt_sha256_blocks_work(void)
{
	return 0;
}

void
nt_sha256_blocks(uint32_t state[8], const uint8_t *p, size_t count)
{
	(void)state, (void)p, (void)count;
}
#endif
