/*
 * How deep each unit is in the walk, so that what is below one can be given
 * without reading the rest: it follows, deeper, up to the next that is not.
 */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

#define LEVEL_MAX 10000		/* deeper is not told */

struct step {
	struct nt_id id;	/* of the page or database */
	int64_t unit;
};

struct levels {
	struct step *path;	/* from a root down to the last unit */
	size_t depth, room;
	struct nt_id_map *holders;	/* by a child's id: whose block it is */
	struct nt_id_map *met;	/* units that the walk has passed */
};

struct levels *
levels_new(void)
{
	struct levels *w = nt_alloc(sizeof *w);

	w->holders = nt_id_map_new();
	w->met = nt_id_map_new();
	return w;
}

void
levels_free(struct levels *w)
{
	if (w == NULL)
		return;
	free(w->path);
	nt_id_map_free(w->holders);
	nt_id_map_free(w->met);
	free(w);
}

static int
id_at(struct nt_value v, const char *pointer, struct nt_id *id)
{
	return nt_id_scan(nt_value_text(nt_value_at(v, pointer)), id);
}

void
levels_block(struct levels *w, int64_t unit, struct nt_value block)
{
	struct nt_value type = nt_value_get(block, "type");
	struct nt_id id;

	/* A child has the id of the block that stands for it. */
	if ((nt_value_text_is(type, "child_page") ||
	    nt_value_text_is(type, "child_database")) &&
	    id_at(block, "/id", &id) == 0)
		nt_id_map_put(w->holders, &id, (uint64_t)unit);
}

/* The level of the step on the path that is this thing or unit, or 0. */
static size_t
find_step(const struct levels *w, const struct nt_id *id, uint64_t unit)
{
	for (size_t i = w->depth; i > 0; i--)
		if ((id != NULL && nt_id_eq(&w->path[i - 1].id, id)) ||
		    (unit != 0 && (uint64_t)w->path[i - 1].unit == unit))
			return i;
	return 0;
}

/* How many steps are above the thing; -1 if that cannot be told. */
static int64_t
find_above(const struct levels *w, struct nt_value record,
    const struct nt_id *id)
{
	static const char *const pointers[] = { "/parent/page_id",
	    "/parent/data_source_id", "/parent/database_id" };
	struct nt_id parent;
	uint64_t holder;
	size_t level;

	for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
		if (id_at(record, pointers[i], &parent) == -1)
			continue;
		if ((level = find_step(w, &parent, 0)) > 0)
			return (int64_t)level;
		/* What is not in the stream, or comes later, holds nothing. */
		return nt_id_map_get(w->met, &parent, NULL) ? -1 : 0;
	}
	if (nt_value_text_is(nt_value_at(record, "/parent/type"),
	    "workspace"))
		return 0;
	if (nt_id_map_get(w->holders, id, &holder) &&
	    (level = find_step(w, NULL, holder)) > 0)
		return (int64_t)level;
	return -1;
}

int64_t
levels_unit(struct levels *w, int64_t unit, enum nt_kind kind,
    struct nt_value record)
{
	struct nt_id id;
	int64_t above;

	if (kind != NT_KIND_PAGE && kind != NT_KIND_DATABASE &&
	    kind != NT_KIND_DATA_SOURCE)
		return 0;
	if (id_at(record, "/id", &id) == -1)
		return 0;
	above = find_above(w, record, &id);
	nt_id_map_put(w->met, &id, 0);
	if (above == -1 || above == LEVEL_MAX)
		return 0;
	if (w->room == (size_t)above) {
		w->room = w->room == 0 ? 16 : 2 * w->room;
		w->path = nt_realloc_array(w->path, w->room, sizeof *w->path);
	}
	w->path[above] = (struct step){ id, unit };
	w->depth = (size_t)above + 1;
	return above + 1;
}
