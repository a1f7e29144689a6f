/* What a unit was before: its records are found again by their sums. */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

void
former_clear(struct former *f)
{
	f->list.count = 0;
	f->list.edited = 0;
	f->there = 0;
	f->next = 0;
	free(f->slots);
	f->slots = NULL;
}

void
former_free(struct former *f)
{
	spots_free(&f->list);
	free(f->slots);
}

int
former_read(struct nt_repo *r, struct former *f, int64_t unit, int64_t snapshot,
    struct nt_err *err)
{
	int got = version_at(r, unit, snapshot, &f->list, &f->depth, err);

	f->there = got == 1;
	return got == -1 ? -1 : 0;
}

/* Makes the table of sums, once a record is not where it was. */
static int
make_slots(struct nt_repo *r, struct former *f, struct nt_err *err)
{
	size_t room = 16;
	uint64_t sum;

	while (room < 2 * f->list.count)
		room *= 2;
	f->mask = room - 1;
	f->slots = nt_alloc_array(room, sizeof *f->slots);
	for (size_t i = 0; i < f->list.count; i++) {
		size_t at;

		if (frame_sum(r->frames, f->list.at[i], &sum, err) == -1)
			return -1;
		for (at = sum & f->mask; f->slots[at] != 0;
		    at = (at + 1) & f->mask)
			continue;
		f->slots[at] = (uint32_t)i + 1;
	}
	return 0;
}

/* 1 if record n has that sum, 0 if not, -1. */
static int
is_record(struct nt_repo *r, const struct former *f, size_t n, uint64_t sum,
    struct nt_err *err)
{
	uint64_t was;

	if (n >= f->list.count)
		return 0;
	if (frame_sum(r->frames, f->list.at[n], &was, err) == -1)
		return -1;
	return was == sum;
}

int
former_find(struct nt_repo *r, struct former *f, uint64_t sum, size_t *n,
    struct nt_err *err)
{
	int got;

	/* As it was, or behind one that was edited or removed. */
	for (*n = f->next; *n <= f->next + 1; ++*n)
		if ((got = is_record(r, f, *n, sum, err)) != 0)
			return got;
	if (f->list.count == 0)
		return 0;
	if (f->slots == NULL && make_slots(r, f, err) == -1)
		return -1;
	for (size_t at = sum & f->mask; f->slots[at] != 0;
	    at = (at + 1) & f->mask) {
		*n = f->slots[at] - 1;
		if ((got = is_record(r, f, *n, sum, err)) != 0)
			return got;
	}
	return 0;
}
