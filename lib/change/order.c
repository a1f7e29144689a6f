/*
 * Which of the records that both sides have stand elsewhere.
 *
 * Siblings of one kind keep their places as far as a longest increasing
 * subsequence of their places in A reaches; the others moved.  Most families
 * are in order, which one pass over b tells; only the others are collected.
 */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

/* A child of a family in disorder. */
struct child {
	uint32_t up, kind, n;	/* n: its row in b */
	uint32_t place;		/* its row in a */
};

static int
by_family(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	if (a->up != b->up)
		return a->up < b->up ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

/*
 * 1 if the order in which the row of b stands among its siblings counts, and
 * it was one of them before.
 */
static int
counts(const struct side *a, const struct side *b, uint32_t n, int strict)
{
	const struct row *row = &b->row[n];
	uint32_t up = row->mate != 0 ? a->row[row->mate].up : 0;

	if (row->mate == 0 || (row->flags & (ROW_TURNED | ROW_NAMELESS)) ||
	    a->row[up].mate != row->up || (up == 0) != (row->up == 0))
		return 0;
	if (row->kind == NT_KIND_BLOCK || row->kind == NT_KIND_VIEW)
		return strict || up != 0;
	/* a page that has a block has its place by that */
	return strict && side_other_half(b, n) == 0;
}

/* Marks the parents of what is not in order; how many children they have. */
static size_t
find_disorder(const struct side *a, struct side *b, int strict)
{
	uint32_t *last = nt_alloc_array(b->count + 1, sizeof *last);
	size_t count = 0;

	for (uint32_t n = 1; n <= b->count; n++) {
		const struct row *row = &b->row[n];

		if (!counts(a, b, n, strict))
			continue;
		if (row->mate < last[row->up])
			b->row[row->up].flags |= ROW_DISORDER;
		last[row->up] = row->mate;
		count++;
	}
	free(last);
	return count;
}

static size_t
collect(const struct side *a, const struct side *b, int strict,
    struct child *child)
{
	size_t count = 0;

	for (uint32_t n = 1; n <= b->count; n++) {
		const struct row *row = &b->row[n];

		if ((b->row[row->up].flags & ROW_DISORDER) &&
		    counts(a, b, n, strict))
			child[count++] = (struct child){ row->up, row->kind,
			    n, row->mate };
	}
	return count;
}

/*
 * Marks as moved what is not in a longest increasing subsequence.  tail[k] is
 * the child that ends one of length k + 1 with the lowest place.
 */
static void
mark_moved(struct side *b, const struct child *child, size_t count,
    uint32_t *tail, uint32_t *before)
{
	size_t longest = 0, at;

	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = longest;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (child[tail[middle]].place < child[i].place)
				low = middle + 1;
			else
				high = middle;
		}
		tail[low] = (uint32_t)i;
		before[i] = low > 0 ? tail[low - 1] : UINT32_MAX;
		longest += low == longest;
	}
	at = longest > 0 ? tail[longest - 1] : UINT32_MAX;
	for (size_t i = count; i-- > 0;)
		if (i == at)
			at = before[i];
		else
			b->row[child[i].n].flags |= ROW_MOVED;
}

static void
sort_out(const struct side *a, struct side *b, int strict, size_t most)
{
	struct child *child = nt_alloc_array(most, sizeof *child);
	size_t count = collect(a, b, strict, child), end;
	uint32_t *tail = nt_alloc_array(count, sizeof *tail);
	uint32_t *before = nt_alloc_array(count, sizeof *before);

	qsort(child, count, sizeof *child, by_family);
	for (size_t i = 0; i < count; i = end) {
		for (end = i; end < count && child[end].up == child[i].up &&
		    child[end].kind == child[i].kind; end++)
			continue;
		mark_moved(b, child + i, end - i, tail, before);
	}
	free(before);
	free(tail);
	free(child);
}

void
order_mark(const struct side *a, struct side *b, int strict)
{
	size_t most = find_disorder(a, b, strict), n = 0;

	while (n <= b->count && !(b->row[n].flags & ROW_DISORDER))
		n++;
	if (n <= b->count)
		sort_out(a, b, strict, most);
}
