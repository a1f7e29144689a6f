/*
 * A glance at the outermost object.  The text is taken to be good JSON, and of
 * it only the marks outside strings are looked at: brackets for the depth, and
 * at depth 1 each colon, before which stands a name.  If it is one of those
 * looked for, the next comma at depth 1 ends its value.  Whatever the text is,
 * the glance stays within it.
 *
 * The vector way makes of 64 bytes a word for each kind of mark, a bit a byte.
 * A bit is inside a string if an odd number of quotes is before it, which a
 * multiplication without carries tells for 64 bits at once.  Inside a nested
 * value all of a word is passed over, counting brackets, unless it has enough
 * closing ones to end the value; colons are looked for only then, and commas
 * behind a name that was found.
 */
#include "internal.h"

#include <assert.h>
#include <string.h>

/* What is looked for, and the member that is being passed. */
struct glance {
	const char *start, *end;	/* of the object */
	const char *const *names;
	size_t len[NT_GLANCE_NAMES];	/* of each name */
	size_t count;
	struct nt_str *found;
	size_t hits;		/* names found */
	const char *value;	/* where it is, or the space before it, */
	size_t which;		/* of the name with this number; count: none */
};

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ')
		p++;
	return p;
}

/* p without the space before it, not going before start. */
static const char *
trim_space(const char *start, const char *p)
{
	while (p > start && (unsigned char)p[-1] <= ' ')
		p--;
	return p;
}

/*
 * 1 if name number i, in its quotes, ends before end.  A quote with a backslash
 * before it is part of a longer name.
 */
static inline int
name_is(const struct glance *g, size_t i, const char *end)
{
	const char *want = g->names[i], *name;
	size_t len = g->len[i];

	if ((size_t)(end - g->start) < len + 3)
		return 0;
	name = end - 1 - len;
	if (name[-1] != '"' || name[-2] == '\\' || *--end != '"')
		return 0;
	while (len > 0 && name[len - 1] == want[len - 1])
		len--;
	return len == 0;
}

/*
 * A colon at depth 1: 0 if there is nothing more to look for.  Canonical form
 * puts members of one name together, so after the last hit the first other
 * name ends the search.
 */
static inline int
at_colon(struct glance *g, const char *colon)
{
	const char *end = trim_space(g->start, colon);
	size_t i = 0;

	while (i < g->count && !name_is(g, i, end))
		i++;
	g->which = i;
	g->value = colon + 1;
	return i < g->count || g->hits < g->count;
}

/* A comma at depth 1, or the bracket that ends the object. */
static inline void
at_comma(struct glance *g, const char *comma)
{
	struct nt_str *found = &g->found[g->which];

	if (g->which == g->count)
		return;
	g->hits += found->p == NULL;
	found->p = skip_space(g->value, comma);
	found->len = (size_t)(trim_space(found->p, comma) - found->p);
	g->which = g->count;
}

/* Behind the string that starts at p. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

/* Walks from inside the object on. */
static void
walk_portable(struct glance *g)
{
	size_t depth = 1;
	const char *p;

	for (p = g->start + 1; p < g->end; p++)
		switch (*p) {
		case '"':
			p = skip_string(p, g->end) - 1;
			break;
		case '{': case '[':
			depth++;
			break;
		case '}': case ']':
			if (--depth == 0) {
				at_comma(g, p);
				return;
			}
			break;
		case ':':
			if (depth == 1 && !at_colon(g, p))
				return;
			break;
		case ',':
			if (depth == 1)
				at_comma(g, p);
			break;
		}
}

#ifdef __x86_64__
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,bmi,popcnt,pclmul")))

/* The marks in 64 bytes; those in strings are left out. */
struct marks {
	uint64_t open, close;	/* brackets */
	uint64_t inside;	/* what is in strings */
	const char *block;
};

/* What one word leaves to the next. */
struct carry {
	uint64_t in_string;	/* all ones if a string goes on */
	uint64_t escaped;	/* 1 if the first byte is escaped */
};

/* The bytes that have a backslash before them which is none itself. */
static uint64_t
escaped_bits(uint64_t slashes, struct carry *carry)
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

AVX2 INLINE struct marks
find_marks(const char *block, struct carry *carry)
{
	const __m256i lower = _mm256_set1_epi8(0x20);
	__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)block);
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)
	    (block + 32));
	uint64_t quotes = equal_bits(a, b, '"');
	struct marks m = { .block = block };

	if (carry->escaped != 0 || has(a, b, '\\'))
		quotes &= ~escaped_bits(equal_bits(a, b, '\\'), carry);
	m.inside = (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (long long)quotes), _mm_set1_epi8(-1), 0)) ^
	    carry->in_string;
	carry->in_string = (uint64_t)((int64_t)m.inside >> 63);
	a = _mm256_or_si256(a, lower);	/* [ and { differ in this bit */
	b = _mm256_or_si256(b, lower);
	m.open = equal_bits(a, b, '{') & ~m.inside;
	m.close = equal_bits(a, b, '}') & ~m.inside;
	return m;
}

/* Marks that only matter at depth 1: the colons, or the commas. */
AVX2 INLINE uint64_t
find_splits(struct marks m, char split)
{
	__m256i a = _mm256_loadu_si256((const __m256i *)(const void *)m.block);
	__m256i b = _mm256_loadu_si256((const __m256i *)(const void *)
	    (m.block + 32));

	return equal_bits(a, b, split) & ~m.inside;
}

/*
 * Goes through the brackets from bit from on while the depth is over 1: returns
 * the bit behind the one that makes it 1, or 64.
 */
AVX2 INLINE unsigned
leave_nested(struct marks m, unsigned from, size_t *depth)
{
	const uint64_t rest = ~(uint64_t)0 << from;
	uint64_t open = m.open & rest, close = m.close & rest;
	size_t closed = (size_t)__builtin_popcountll(close), level = *depth;

	if (closed >= level - 1)
		for (uint64_t left = close; left != 0; left &= left - 1) {
			uint64_t below = open & ((left & -left) - 1);

			level--;
			if (level + (size_t)__builtin_popcountll(below) > 1)
				continue;
			*depth = 1;
			return (unsigned)_tzcnt_u64(left) + 1;
		}
	*depth += (size_t)__builtin_popcountll(open) - closed;
	return 64;
}

/* Goes through the marks of the block at base; 0 if it is not to go on. */
AVX2 INLINE int
walk_block(struct glance *g, const char *base, struct marks m, size_t *depth)
{
	unsigned from = *depth > 1 ? leave_nested(m, 0, depth) : 0;
	uint64_t all, left;
	const char *p;

	if (from == 64)
		return 1;
	all = m.open | m.close | find_splits(m, ':');
	if (g->which < g->count)
		all |= find_splits(m, ',');
	while (from < 64) {
		left = all & ~(uint64_t)0 << from;
		if (left == 0)
			break;
		p = base + _tzcnt_u64(left);
		from = (unsigned)_tzcnt_u64(left) + 1;
		switch (*p) {
		case ':':
			if (!at_colon(g, p))
				return 0;
			if (g->which < g->count)
				all |= find_splits(m, ',');
			break;
		case ',':
			at_comma(g, p);
			break;
		case '{': case '[':
			*depth = 2;
			if (from < 64)
				from = leave_nested(m, from, depth);
			break;
		default:
			at_comma(g, p);
			return 0;
		}
	}
	return 1;
}

AVX2 static void
walk_avx2(struct glance *g)
{
	struct carry carry = { 0, 0 };
	const char *p = g->start + 1;
	size_t depth = 1;
	char last[64];

	for (; g->end - p >= 64; p += 64)
		if (!walk_block(g, p, find_marks(p, &carry), &depth))
			return;
	memset(last, ' ', sizeof last);
	memcpy(last, p, (size_t)(g->end - p));
	walk_block(g, p, find_marks(last, &carry), &depth);
}
#endif

static void
walk(struct glance *g, int portable)
{
#ifdef __x86_64__
	if (!portable && __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt") &&
	    __builtin_cpu_supports("pclmul")) {
		walk_avx2(g);
		return;
	}
#endif
	(void)portable;
	walk_portable(g);
}

int
nt_json_glance_by(int portable, const char *text, size_t len,
    const char *const names[], size_t count, struct nt_str found[])
{
	const char *end = text + len, *start = skip_space(text, end);
	struct glance g = { .start = start, .end = end, .names = names,
	    .count = count, .found = found, .which = count };

	assert(count <= NT_GLANCE_NAMES);
	for (size_t i = 0; i < count; i++) {
		found[i] = (struct nt_str){ NULL, 0 };
		g.len[i] = strlen(names[i]);
	}
	if (start == end || *start != '{')
		return -1;
	walk(&g, portable);
	return (int)g.hits;
}

int
nt_json_glance(const char *text, size_t len, const char *const names[],
    size_t count, struct nt_str found[])
{
	return nt_json_glance_by(0, text, len, names, count, found);
}
