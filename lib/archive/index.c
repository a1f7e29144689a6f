#include "reading.h"

#include <stdlib.h>

void
index_init(struct index *x)
{
	*x = (struct index){ 0 };
	nt_buf_init(&x->names, NT_BUF_MAX);
}

void
index_free(struct index *x)
{
	free(x->entries);
	free(x->sorted);
	nt_buf_free(&x->names);
}

int
index_add(struct index *x, const struct nt_entry *e, struct nt_err *err)
{
	if (x->count == INDEX_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "the archive has more than %zu members", INDEX_MAX);
	if (x->count == x->room) {
		x->room = x->room == 0 ? 64 : 2 * x->room;
		x->entries = nt_realloc_array(x->entries, x->room,
		    sizeof *x->entries);
	}
	x->entries[x->count] = *e;
	x->entries[x->count].number = x->count;
	x->count++;
	nt_buf_add(&x->names, e->name.p, e->name.len);
	return nt_buf_check(&x->names, "the list of all names", err);
}

static int
by_name(const void *a, const void *b)
{
	const struct nt_entry *const *l = a, *const *r = b;

	return nt_str_cmp((*l)->name, (*r)->name);
}

int
index_sort(struct index *x, struct nt_err *err)
{
	const char *name = x->names.p;

	/* Only now do the names stay where they are. */
	x->sorted = nt_alloc_array(x->count, sizeof *x->sorted);
	for (size_t i = 0; i < x->count; i++) {
		x->entries[i].name.p = name;
		name += x->entries[i].name.len;
		x->sorted[i] = &x->entries[i];
	}
	qsort(x->sorted, x->count, sizeof *x->sorted, by_name);
	for (size_t i = 1; i < x->count; i++)
		if (nt_str_eq(x->sorted[i]->name, x->sorted[i - 1]->name))
			return nt_err_set(err, NT_DATA, "the archive has two "
			    "members called %.*s", SHOWN(x->sorted[i]->name));
	return 0;
}

const struct nt_entry *
index_find(const struct index *x, struct nt_str name)
{
	size_t low = 0, high = x->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = nt_str_cmp(name, x->sorted[mid]->name);

		if (order == 0)
			return x->sorted[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}
