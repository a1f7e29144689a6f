/*
 * A quick run takes the search's word: a database whose data sources have not
 * moved since the base is put from the base, and the rows as the search lists
 * them.  A row that is listed no more may be archived, which the search does
 * not show; so where one is missing the archived ones are asked for.
 */
#include "internal.h"

#include <stdlib.h>

struct quick {
	struct listed_row *rows;	/* as they are to be written */
	size_t count;
	size_t room;
	struct nt_id_map *sources;	/* of a database: how many are listed */
};

static int
compare_rows(const void *a, const void *b)
{
	const struct listed_row *x = a, *y = b;
	int order = nt_id_cmp(&x->source, &y->source);

	if (order != 0)
		return order;
	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return nt_id_cmp(&x->id, &y->id);
}

static void
note(struct quick *q, const struct listed *l)
{
	uint64_t count = 0;

	if (l->trashed)
		return;
	if (l->kind == NT_KIND_DATA_SOURCE) {
		nt_id_map_get(q->sources, &l->database, &count);
		nt_id_map_put(q->sources, &l->database, count + 1);
	}
	if (l->kind != NT_KIND_PAGE || l->inside != INSIDE_SOURCE)
		return;
	if (q->count == q->room) {
		q->room = q->room == 0 ? 256 : 2 * q->room;
		q->rows = nt_realloc_array(q->rows, q->room, sizeof *q->rows);
	}
	q->rows[q->count++] = (struct listed_row){ l->parent, l->created, l->id };
}

/* Sorts what is listed, once; NULL if this is no quick run. */
static struct quick *
prepare(struct nt_walk *w)
{
	struct quick *q = w->quick;
	struct listed l;
	size_t at = 0;

	if (!w->plan.quick || w->base == NULL || w->stats.search_cut)
		return NULL;
	if (q != NULL)
		return q;
	w->quick = q = nt_alloc(sizeof *q);
	q->sources = nt_id_map_new();
	while (known_each(w, &at, 0, &l))
		note(q, &l);
	if (q->count > 0)
		qsort(q->rows, q->count, sizeof *q->rows, compare_rows);
	return q;
}

void
quick_free(struct quick *q)
{
	if (q == NULL)
		return;
	nt_id_map_free(q->sources);
	free(q->rows);
	free(q);
}

/* The first of the source's rows, and how many there are. */
static struct listed_row *
rows_of(struct quick *q, const struct nt_id *source, size_t *count)
{
	size_t low = 0, high = q->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nt_id_cmp(&q->rows[middle].source, source) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < q->count &&
	    nt_id_eq(&q->rows[low + *count].source, source); ++*count)
		;
	return q->rows + low;
}

/* 1 if the data source has not moved. */
static int
is_same(struct nt_walk *w, const struct nt_id *source)
{
	struct nt_value v, old;

	return known_object(w, source, &v) &&
	    base_same(w, NT_KIND_DATA_SOURCE, v, source, &old);
}

/* The ids of the base's database, if all of them are the same. */
static int
sources_of(struct nt_walk *w, const struct nt_id *database,
    struct refs *sources, int64_t *created)
{
	struct quick *q = prepare(w);
	struct nt_value v, e;
	struct nt_id id;
	uint64_t listed = 0;

	if (q == NULL || !base_find(w, NT_KIND_DATABASE, database, &v))
		return 0;
	*created = member_time(v, "created_time");
	e = nt_value_first(nt_value_get(v, "data_sources"));
	for (; nt_value_there(e); e = nt_value_next(e))
		if (member_id(e, "id", &id))
			refs_add(sources, &id, NT_KIND_DATA_SOURCE);
	nt_id_map_get(q->sources, database, &listed);
	if (listed != sources->count)
		return 0;
	for (size_t i = 0; i < sources->count; i++)
		if (!is_same(w, &sources->list[i].id))
			return 0;
	return 1;
}

int
quick_created(struct nt_walk *w, const struct nt_id *database,
    int64_t *created)
{
	struct refs sources = { 0 };
	int same = sources_of(w, database, &sources, created);

	free(sources.list);
	return same;
}

static void
put_source(struct item *at, struct quick *q, const struct nt_id *source)
{
	struct nt_walk *w = at->walk;
	struct listed_row *rows;
	struct nt_value v;
	uint64_t still = 0;
	size_t count;

	if (!known_claim(w, source) || !known_object(w, source, &v))
		return;
	record_put(at, v, NT_KIND_DATA_SOURCE, source);
	if (base_find(w, NT_KIND_DATA_SOURCE, source, &v))
		base_copy_head(at, 0);
	rows = rows_of(q, source, &count);
	for (size_t i = 0; i < count; i++)
		still += base_holds(w, &rows[i].id);
	rows_listed_before(at, source, rows, count,
	    still != base_rows(w, source));
}

int
quick_put(struct item *at, const struct nt_id *database)
{
	struct nt_walk *w = at->walk;
	struct refs sources = { 0 };
	struct nt_value v;
	int64_t created;
	int same = sources_of(w, database, &sources, &created) &&
	    base_find(w, NT_KIND_DATABASE, database, &v);

	if (same) {
		record_value(text_of(at), NT_KIND_DATABASE, v, 0);
		base_copy_head(at, 1);
	}
	for (size_t i = 0; same && i < sources.count; i++)
		put_source(at, w->quick, &sources.list[i].id);
	free(sources.list);
	return same;
}
