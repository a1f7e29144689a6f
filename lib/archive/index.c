/*
 * The list of members.  There may be a great many, so each is a record of a
 * few bytes, all in one buffer: the length of its name, the name, and the rest
 * of the entry, every number seven bits a byte, low ones first.
 */
#include "reading.h"

#include <stdlib.h>

void
index_init(struct index *x)
{
	*x = (struct index){ 0 };
	nt_buf_init(&x->records, UINT32_MAX);
}

void
index_free(struct index *x)
{
	free(x->places);
	free(x->sorted);
	nt_buf_free(&x->records);
}

/* ---- records ---- */

static void
put_number(struct nt_buf *b, uint64_t n)
{
	for (; n > 0x7f; n >>= 7)
		nt_buf_char(b, (char)(0x80 | (n & 0x7f)));
	nt_buf_char(b, (char)n);
}

static uint64_t
take_number(const char **p)
{
	uint64_t n = 0;
	unsigned byte, shift = 0;

	do {
		byte = (unsigned char)*(*p)++;
		n |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return n;
}

int
index_add(struct index *x, const struct nt_entry *e, struct nt_err *err)
{
	struct nt_buf *b = &x->records;

	if (x->count == INDEX_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "the archive has more than %zu members", INDEX_MAX);
	if (x->count == x->room) {
		x->room = x->room == 0 ? 64 : 2 * x->room;
		x->places = nt_realloc_array(x->places, x->room,
		    sizeof *x->places);
	}
	x->places[x->count++] = (uint32_t)b->len;
	put_number(b, e->name.len);
	nt_buf_add(b, e->name.p, e->name.len);
	put_number(b, e->at);
	put_number(b, e->size);
	put_number(b, e->packed);
	put_number(b, e->method);
	put_number(b, e->flags);
	put_number(b, e->crc);
	return nt_buf_check(b, "the list of all members", err);
}

static struct nt_str
take_name(const char **p)
{
	size_t len = (size_t)take_number(p);
	struct nt_str name = { *p, len };

	*p += len;
	return name;
}

void
index_entry(const struct index *x, size_t n, struct nt_entry *e)
{
	const char *p = x->records.p + x->places[n];

	e->number = n;
	e->name = take_name(&p);
	e->at = take_number(&p);
	e->size = take_number(&p);
	e->packed = take_number(&p);
	e->method = (uint16_t)take_number(&p);
	e->flags = (uint16_t)take_number(&p);
	e->crc = (uint32_t)take_number(&p);
}

static struct nt_str
name_of(const struct index *x, uint32_t n)
{
	const char *p = x->records.p + x->places[n];

	return take_name(&p);
}

/* ---- by name ---- */

/* Merges from[low..mid) and from[mid..high), each in order, into to. */
static void
merge(const struct index *x, const uint32_t *from, size_t low, size_t mid,
    size_t high, uint32_t *to)
{
	size_t left = low, right = mid;

	for (size_t i = low; i < high; i++)
		if (left < mid && (right == high || nt_str_cmp(name_of(x,
		    from[left]), name_of(x, from[right])) <= 0))
			to[i] = from[left++];
		else
			to[i] = from[right++];
}

/* Runs of one member, two, four..., for qsort(3) has no word for x. */
static void
sort(struct index *x)
{
	size_t count = x->count;
	uint32_t *from = nt_alloc_array(count, sizeof *from);
	uint32_t *to = nt_alloc_array(count, sizeof *to), *swap;

	for (size_t i = 0; i < count; i++)
		from[i] = (uint32_t)i;
	for (size_t run = 1; run < count; run *= 2) {
		for (size_t low = 0; low < count; low += 2 * run) {
			size_t left = count - low;

			merge(x, from, low, low + (left < run ? left : run),
			    low + (left < 2 * run ? left : 2 * run), to);
		}
		swap = from;
		from = to;
		to = swap;
	}
	free(to);
	x->sorted = from;
}

int
index_sort(struct index *x, struct nt_err *err)
{
	sort(x);
	for (size_t i = 1; i < x->count; i++) {
		struct nt_str name = name_of(x, x->sorted[i]);

		if (nt_str_eq(name, name_of(x, x->sorted[i - 1])))
			return nt_err_set(err, NT_DATA, "the archive has two "
			    "members called %.*s", SHOWN(name));
	}
	return 0;
}

int
index_find(const struct index *x, struct nt_str name, struct nt_entry *e)
{
	size_t low = 0, high = x->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = nt_str_cmp(name, name_of(x, x->sorted[mid]));

		if (order == 0) {
			index_entry(x, x->sorted[mid], e);
			return 1;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return 0;
}
