/*
 * The smallest patch that we can find from one value to another.
 *
 * Both are canonical, so equal values are equal bytes.  Objects are compared by
 * member; arrays are aligned, by what each alignment would cost in bytes where
 * they are short and by their longest common subsequence where they are not.
 * What would be longer than the new value itself is a "replace" of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/mem.h"

#define PAIRS_TRIED 1024	/* of an array's elements, aligned by cost */
#define TRIES 20000		/* in one patch, so that nests end */
#define STEPS ((size_t)1 << 27)	/* over members that stand elsewhere */
#define OP_BYTES 36		/* of an operation, but for path and value */

struct make {
	struct nt_buf *out;
	struct nt_buf path;
	size_t start;		/* where the operations begin in out */
	unsigned tries;		/* left */
	size_t steps;		/* left */
};

/* A stretch of an array. */
struct stretch {
	struct nt_value *at;
	size_t count;
};

/* How a stretch of a becomes one of b, a step after the other. */
enum step { KEEP, EDIT, REMOVE, ADD };

static void diff(struct make *m, struct nt_value a, struct nt_value b);

/* ---- operations ---- */

static void
begin_op(struct make *m, const char *op)
{
	nt_buf_str(m->out, m->out->len > m->start ? ",{\"op\":\"" :
	    "{\"op\":\"");
	nt_buf_str(m->out, op);
	nt_buf_str(m->out, "\",\"path\":");
	nt_json_quote(m->out, nt_buf_view(&m->path));
}

static void
put_value(struct make *m, const char *op, struct nt_value value)
{
	struct nt_str raw = nt_value_raw(value);

	begin_op(m, op);
	nt_buf_str(m->out, ",\"value\":");
	nt_buf_add(m->out, raw.p, raw.len);
	nt_buf_char(m->out, '}');
}

static void
put_remove(struct make *m)
{
	begin_op(m, "remove");
	nt_buf_char(m->out, '}');
}

/* ---- objects ---- */

static int
same(struct nt_value a, struct nt_value b)
{
	return nt_str_eq(nt_value_raw(a), nt_value_raw(b));
}

/* Goes down to a member; the length to go back to. */
static size_t
enter_member(struct make *m, struct nt_str name)
{
	size_t back = m->path.len;

	nt_pointer_add(&m->path, name);
	return back;
}

/* Canonical objects have members of one name side by side. */
static int
has_twins(struct nt_value object)
{
	struct nt_value e = nt_value_first(object), next;

	for (; nt_value_there(e); e = next) {
		next = nt_value_next(e);
		if (nt_value_there(next) &&
		    nt_str_eq(nt_value_key(e), nt_value_key(next)))
			return 1;
	}
	return 0;
}

/*
 * Finds the member of e's name in object, of which *near is likely to be it;
 * *near then stands behind it.
 */
static struct nt_value
twin_of(struct make *m, struct nt_value e, struct nt_value object,
    struct nt_value *near)
{
	struct nt_str name = nt_value_key(e);
	struct nt_value found = *near;
	size_t count = nt_value_count(object);

	if (!nt_value_there(found) || !nt_str_eq(nt_value_key(found), name)) {
		m->steps -= count < m->steps ? count : m->steps;
		found = nt_value_get_n(object, name.p, name.len);
	}
	if (nt_value_there(found))
		*near = nt_value_next(found);
	return found;
}

static void
diff_objects(struct make *m, struct nt_value a, struct nt_value b)
{
	struct nt_value near = nt_value_first(b), e, twin;
	size_t back;

	for (e = nt_value_first(a); nt_value_there(e); e = nt_value_next(e)) {
		twin = twin_of(m, e, b, &near);
		back = enter_member(m, nt_value_key(e));
		if (nt_value_there(twin))
			diff(m, e, twin);
		else
			put_remove(m);
		nt_buf_cut(&m->path, back);
	}
	near = nt_value_first(a);
	for (e = nt_value_first(b); nt_value_there(e); e = nt_value_next(e)) {
		if (nt_value_there(twin_of(m, e, a, &near)))
			continue;
		back = enter_member(m, nt_value_key(e));
		put_value(m, "add", e);
		nt_buf_cut(&m->path, back);
	}
}

/* ---- arrays ---- */

static size_t
enter_element(struct make *m, size_t number)
{
	size_t back = m->path.len;

	nt_buf_fmt(&m->path, "/%zu", number);
	return back;
}

/* Bytes of the operations that make b of a. */
static size_t
cost_of(struct make *m, struct nt_value a, struct nt_value b)
{
	size_t before = m->out->len, cost;

	if (same(a, b))
		return 0;
	m->tries -= m->tries > 0;
	diff(m, a, b);
	cost = m->out->len - before;
	nt_buf_cut(m->out, before);
	return cost;
}

/* Writes the steps backwards, from a full table to their start. */
static size_t
trace_back(const enum step *chosen, struct stretch a, struct stretch b,
    enum step *steps)
{
	size_t i = a.count, j = b.count, n = 0, from;

	while (i > 0 || j > 0) {
		enum step s = chosen[i * (b.count + 1) + j];

		steps[n++] = s;
		i -= s != ADD;
		j -= s != REMOVE;
	}
	for (from = 0; from < n / 2; from++) {
		enum step s = steps[from];

		steps[from] = steps[n - 1 - from];
		steps[n - 1 - from] = s;
	}
	return n;
}

/* Aligns two short stretches so that the patch is shortest. */
static size_t
align_by_cost(struct make *m, struct stretch a, struct stretch b,
    enum step *steps)
{
	size_t width = b.count + 1, path = m->path.len, n;
	size_t *cost = nt_alloc_array((a.count + 1) * width, sizeof *cost);
	enum step *chosen = nt_alloc_array((a.count + 1) * width,
	    sizeof *chosen);

	for (size_t i = 0; i <= a.count; i++)
		for (size_t j = 0; j <= b.count; j++) {
			size_t at = i * width + j, best = SIZE_MAX, c;

			if (i > 0 && j > 0) {
				c = cost_of(m, a.at[i - 1], b.at[j - 1]);
				best = cost[at - width - 1] + c;
				chosen[at] = c == 0 ? KEEP : EDIT;
			}
			c = i > 0 ? cost[at - width] + OP_BYTES + path : best;
			if (c < best) {
				best = c;
				chosen[at] = REMOVE;
			}
			c = j > 0 ? cost[at - 1] + OP_BYTES + path +
			    nt_value_raw(b.at[j - 1]).len : best;
			if (c < best) {
				best = c;
				chosen[at] = ADD;
			}
			cost[at] = i + j == 0 ? 0 : best;
		}
	n = trace_back(chosen, a, b, steps);
	free(chosen);
	free(cost);
	return n;
}

/* Pairs what is left between two equal elements, one by one. */
static size_t
align_in_order(struct stretch a, struct stretch b, enum step *steps)
{
	size_t n = 0, both = a.count < b.count ? a.count : b.count;

	while (n < both) {
		steps[n] = same(a.at[n], b.at[n]) ? KEEP : EDIT;
		n++;
	}
	for (size_t i = both; i < a.count; i++)
		steps[n++] = REMOVE;
	for (size_t j = both; j < b.count; j++)
		steps[n++] = ADD;
	return n;
}

static size_t
align_gap(struct make *m, struct stretch a, struct stretch b,
    enum step *steps)
{
	if (m->tries > 0 && a.count > 0 && b.count > 0 &&
	    a.count <= PAIRS_TRIED / b.count)
		return align_by_cost(m, a, b, steps);
	return align_in_order(a, b, steps);
}

struct stretches {
	struct stretch a, b;
};

static int
same_elements(const void *arg, size_t i, size_t j)
{
	const struct stretches *s = arg;

	return same(s->a.at[i], s->b.at[j]);
}

/* Keeps a longest common subsequence and aligns what stands between. */
static size_t
align_by_lcs(struct make *m, struct stretch a, struct stretch b,
    enum step *steps)
{
	size_t fewer = a.count < b.count ? a.count : b.count;
	size_t i = 0, j = 0, n = 0;
	struct pair *pairs = nt_alloc_array(fewer, sizeof *pairs);
	struct stretches both = { a, b };
	size_t count = lcs_pairs(a.count, b.count, same_elements, &both, pairs);

	for (size_t k = 0; k < count; k++) {
		n += align_gap(m, (struct stretch){ a.at + i, pairs[k].i - i },
		    (struct stretch){ b.at + j, pairs[k].j - j }, steps + n);
		steps[n++] = KEEP;
		i = pairs[k].i + 1;
		j = pairs[k].j + 1;
	}
	n += align_gap(m, (struct stretch){ a.at + i, a.count - i },
	    (struct stretch){ b.at + j, b.count - j }, steps + n);
	free(pairs);
	return n;
}

static size_t
align(struct make *m, struct stretch a, struct stretch b, enum step *steps)
{
	int is_short = a.count == 0 || b.count <= PAIRS_TRIED / a.count;

	if (is_short)
		return align_gap(m, a, b, steps);
	if (lcs_fits(a.count, b.count))
		return align_by_lcs(m, a, b, steps);
	return align_in_order(a, b, steps);
}

/* The elements, in an array that the caller frees. */
static struct stretch
elements(struct nt_value array)
{
	struct stretch s = { nt_alloc_array(nt_value_count(array) + 1,
	    sizeof *s.at), 0 };

	for (struct nt_value e = nt_value_first(array); nt_value_there(e);
	    e = nt_value_next(e))
		s.at[s.count++] = e;
	return s;
}

/* Writes the operations of the steps; the first stands at number. */
static void
write_steps(struct make *m, const enum step *steps, size_t count,
    struct stretch a, struct stretch b, size_t number)
{
	for (size_t i = 0, j = 0, n = 0; n < count; n++) {
		size_t back = enter_element(m, number);

		if (steps[n] == EDIT)
			diff(m, a.at[i], b.at[j]);
		else if (steps[n] == REMOVE)
			put_remove(m);
		else if (steps[n] == ADD)
			put_value(m, "add", b.at[j]);
		nt_buf_cut(&m->path, back);
		number += steps[n] != REMOVE;
		i += steps[n] != ADD;
		j += steps[n] != REMOVE;
	}
}

static void
diff_arrays(struct make *m, struct nt_value va, struct nt_value vb)
{
	struct stretch all_a = elements(va), all_b = elements(vb);
	struct stretch a = all_a, b = all_b;
	size_t equal = 0, count;
	enum step *steps;

	while (a.count > 0 && b.count > 0 && same(*a.at, *b.at)) {
		a.at++, a.count--;
		b.at++, b.count--;
		equal++;
	}
	while (a.count > 0 && b.count > 0 &&
	    same(a.at[a.count - 1], b.at[b.count - 1]))
		a.count--, b.count--;
	steps = nt_alloc_array(a.count + b.count + 1, sizeof *steps);
	count = align(m, a, b, steps);
	write_steps(m, steps, count, a, b, equal);
	free(steps);
	free(all_b.at);
	free(all_a.at);
}

/* ---- values ---- */

/* Writes the operations that go into them: 1, or 0 if that cannot be done. */
static int
diff_inside(struct make *m, struct nt_value a, struct nt_value b)
{
	if (nt_value_is(a, NT_JSON_ARRAY) && nt_value_is(b, NT_JSON_ARRAY)) {
		diff_arrays(m, a, b);
		return 1;
	}
	if (!nt_value_is(a, NT_JSON_OBJECT) ||
	    !nt_value_is(b, NT_JSON_OBJECT) || has_twins(a) || has_twins(b))
		return 0;
	diff_objects(m, a, b);
	return m->steps > 0;
}

static void
diff(struct make *m, struct nt_value a, struct nt_value b)
{
	size_t before = m->out->len;
	size_t whole = OP_BYTES + m->path.len + nt_value_raw(b).len;

	if (same(a, b))
		return;
	/* a record as a whole stays the record that it is */
	if (diff_inside(m, a, b) &&
	    (m->path.len == 0 || m->out->len - before <= whole))
		return;
	nt_buf_cut(m->out, before);
	put_value(m, "replace", b);
}

void
nt_patch_make(struct nt_value a, struct nt_value b, struct nt_buf *out)
{
	struct make m = { .out = out, .tries = TRIES, .steps = STEPS };

	nt_buf_init(&m.path, NT_BUF_MAX);
	nt_buf_char(out, '[');
	m.start = out->len;
	diff(&m, a, b);
	nt_buf_char(out, ']');
	nt_buf_free(&m.path);
}
