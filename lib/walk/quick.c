/*
 * A quick run takes the search's word: a database whose data sources have not
 * moved since the base is put from the base, and the rows as the search lists
 * them.  It does not show archived rows: those that were archived in the base
 * are still, unless they are listed now; and where another row is missing,
 * which may be archived since, the archived ones are asked for.
 */
#include "internal.h"

#include <stdlib.h>

struct quick {
	struct row_list rows;		/* as they are to be written */
	struct nt_id_map *sources;	/* of a database: how many are listed */
};

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
	if (l->kind == NT_KIND_PAGE && l->inside == INSIDE_SOURCE)
		row_list_add(&q->rows, (struct listed_row){ .id = l->id,
		    .source = l->parent, .created = l->created });
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
	row_list_sort(&q->rows);
	return q;
}

void
quick_free(struct quick *q)
{
	if (q == NULL)
		return;
	nt_id_map_free(q->sources);
	row_list_free(&q->rows);
	free(q);
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

/*
 * Gathers the source's rows as the search and the base have them: 1 if no row
 * of the base is missing, else 0 and only what is listed is there.
 */
static int
gather_rows(struct nt_walk *w, const struct nt_id *source,
    struct row_list *rows)
{
	const struct listed_row *listed, *archived;
	size_t count, archived_count;
	uint64_t still = 0, kept = 0;

	listed = row_list_of(&w->quick->rows, source, &count);
	archived = base_archived(w, source, &archived_count);
	for (size_t i = 0; i < count; i++) {
		still += base_holds(w, &listed[i].id);
		row_list_add(rows, listed[i]);
	}
	for (size_t i = 0; i < archived_count; i++)
		kept += !known_listed(w, &archived[i].id);
	if (still + kept != base_rows(w, source))
		return 0;
	for (size_t i = 0; i < archived_count; i++)
		if (!known_listed(w, &archived[i].id))
			row_list_add(rows, archived[i]);
	row_list_sort(rows);
	return 1;
}

static void
put_source(struct item *at, const struct nt_id *source)
{
	struct nt_walk *w = at->walk;
	struct row_list rows = { 0 };
	struct nt_value v;
	int all;

	if (!known_claim(w, source) || !known_object(w, source, &v))
		return;
	record_put(at, v, NT_KIND_DATA_SOURCE, source);
	if (base_find(w, NT_KIND_DATA_SOURCE, source, &v))
		base_copy_head(at, 0);
	all = gather_rows(w, source, &rows);
	rows_listed_before(at, source, &rows, !all);
	row_list_free(&rows);
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
		put_source(at, &sources.list[i].id);
	free(sources.list);
	return same;
}
