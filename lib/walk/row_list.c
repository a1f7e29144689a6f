/* Rows of which only the place in the order is known, by data source. */
#include "internal.h"

#include <stdlib.h>

static int
compare(const void *a, const void *b)
{
	const struct listed_row *x = a, *y = b;
	int order = nt_id_cmp(&x->source, &y->source);

	if (order != 0)
		return order;
	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return nt_id_cmp(&x->id, &y->id);
}

void
row_list_add(struct row_list *l, struct listed_row row)
{
	if (l->count == l->room) {
		l->room = l->room == 0 ? 64 : 2 * l->room;
		l->rows = nt_realloc_array(l->rows, l->room, sizeof *l->rows);
	}
	l->rows[l->count++] = row;
}

void
row_list_sort(struct row_list *l)
{
	if (l->count > 0)
		qsort(l->rows, l->count, sizeof *l->rows, compare);
}

const struct listed_row *
row_list_of(const struct row_list *l, const struct nt_id *source, size_t *count)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nt_id_cmp(&l->rows[middle].source, source) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < l->count &&
	    nt_id_eq(&l->rows[low + *count].source, source); ++*count)
		;
	return *count == 0 ? NULL : l->rows + low;
}

void
row_list_free(struct row_list *l)
{
	free(l->rows);
	*l = (struct row_list){ 0 };
}
