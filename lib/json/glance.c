/*
 * A glance at the outermost object.  The text is taken to be good JSON, and of
 * it only the marks outside strings are looked at: brackets for the depth, and
 * at depth 1 each colon, before which stands a name, and before that the comma
 * that ends the member before it.  Whatever the text is, the glance stays
 * within it.
 *
 * The vector way has the marks of a window of the text found first, as bits,
 * see marks.c.  Inside a nested value all of a word is passed over, counting
 * brackets, unless it has enough closing ones to end the value; colons are
 * looked at only then.
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

/* The end of the value that is being passed, if it is one looked for. */
static inline void
end_value(struct glance *g, const char *end)
{
	struct nt_str *found = &g->found[g->which];

	g->hits += found->p == NULL;
	found->p = skip_space(g->value, end);
	found->len = (size_t)(trim_space(found->p, end) - found->p);
	g->which = g->count;
}

/*
 * The comma before the name before this colon: back over the name, in which a
 * quote has a backslash before it, and the opening one has none.
 */
static const char *
comma_before(const struct glance *g, const char *colon)
{
	const char *p = trim_space(g->value, colon);

	if (p - g->value < 3)
		return g->value;	/* no good JSON */
	for (p -= 2; p > g->value && (*p != '"' || p[-1] == '\\'); p--)
		continue;
	p = trim_space(g->value, p);
	return p > g->value ? p - 1 : p;
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

	if (g->which < g->count)
		end_value(g, comma_before(g, colon));
	while (i < g->count && !name_is(g, i, end))
		i++;
	g->which = i;
	g->value = colon + 1;
	return i < g->count || g->hits < g->count;
}

/* The bracket that ends the object. */
static inline void
at_close(struct glance *g, const char *bracket)
{
	if (g->which < g->count)
		end_value(g, bracket);
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
				at_close(g, p);
				return;
			}
			break;
		case ':':
			if (depth == 1 && !at_colon(g, p))
				return;
			break;
		}
}

#ifdef __x86_64__
#define BITS __attribute__((target("bmi,popcnt")))
#else
#define BITS
#endif
#define INLINE static inline __attribute__((always_inline))

/*
 * Goes through the brackets from bit from on while the depth is over 1: returns
 * the bit behind the one that makes it 1, or 64.
 */
BITS INLINE unsigned
leave_nested(struct nt_marks m, unsigned from, size_t *depth)
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
			return (unsigned)__builtin_ctzll(left) + 1;
		}
	*depth += (size_t)__builtin_popcountll(open) - closed;
	return 64;
}

/* Goes through the marks of the 64 bytes at base; 0 if it is not to go on. */
BITS INLINE int
walk_block(struct glance *g, const char *base, struct nt_marks m,
    size_t *depth)
{
	unsigned from = *depth > 1 ? leave_nested(m, 0, depth) : 0;
	uint64_t all, left;
	const char *p;

	all = m.open | m.close | m.colon;
	while (from < 64) {
		left = all & ~(uint64_t)0 << from;
		if (left == 0)
			break;
		from = (unsigned)__builtin_ctzll(left) + 1;
		p = base + from - 1;
		switch (*p) {
		case ':':
			if (!at_colon(g, p))
				return 0;
			break;
		case '{': case '[':
			*depth = 2;
			if (from < 64)
				from = leave_nested(m, from, depth);
			break;
		default:
			at_close(g, p);
			return 0;
		}
	}
	return 1;
}

/* Walks from inside the object on, a window after the other. */
BITS static void
walk_marks(struct glance *g, nt_json_marks_fn *find)
{
	struct nt_marks marks[NT_JSON_WINDOW / 64];
	struct nt_carry carry = { 0, 0 };
	const char *base = g->start + 1;
	size_t depth = 1;

	while (base < g->end) {
		size_t left = (size_t)(g->end - base);
		size_t len = left < NT_JSON_WINDOW ? left : NT_JSON_WINDOW;

		find(base, len, &carry, marks);
		for (size_t i = 0; i < (len + 63) / 64; i++)
			if (!walk_block(g, base + 64 * i, marks[i], &depth))
				return;
		base += len;
	}
}

int
nt_json_glance_by(nt_json_marks_fn *find, const char *text, size_t len,
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
	if (find != NULL)
		walk_marks(&g, find);
	else
		walk_portable(&g);
	return (int)g.hits;
}

int
nt_json_glance(const char *text, size_t len, const char *const names[],
    size_t count, struct nt_str found[])
{
	return nt_json_glance_by(nt_json_marks_way(0), text, len, names, count,
	    found);
}
