/*
 * A database: its record, the views that show other sources, then each of its
 * data sources with its own views and its rows.
 */
#include "internal.h"

void
record_put(struct item *at, struct nt_value v, enum nt_kind kind,
    const struct nt_id *id)
{
	struct nt_walk *w = at->walk;
	struct nt_found_file *files = w->plan.assets == NULL ? NULL :
	    nt_files_find(v, w->plan.external);

	clean_value(w, v);
	record_value(text_of(at), kind, v, 0);
	assets_before(at, at->scope, kind, id, files);
}

void
database_put(struct item *at, struct nt_value database, const struct nt_id *id)
{
	struct nt_value sources = nt_value_get(database, "data_sources"), e;
	struct subject s = { "data_source", NULL, "database_id", id };
	struct view_group *views;
	struct nt_id source;

	record_put(at, database, NT_KIND_DATABASE, id);
	if (!nt_value_is(sources, NT_JSON_ARRAY))
		error_text(text_of(at), &s, "unexpected_answer",
		    "the database does not say what its data sources are");
	views = views_before(at, "database_id", id);
	for (e = nt_value_first(sources); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct thing *t;

		if (!member_id(e, "id", &source)) {
			error_text(text_of(at), &s, "unexpected_answer",
			    "a data source of the database has no id");
			continue;
		}
		view_group_owns(views, &source);
		t = thing_before(at, NT_KIND_DATA_SOURCE, &source);
		t->parent_type = "database_id";
		t->parent = *id;
		t->views = views;
		view_group_hold(views);
	}
	view_group_drop(views);
}

void
source_put(struct item *at, struct nt_value source, const struct nt_id *id,
    struct view_group *views)
{
	record_put(at, source, NT_KIND_DATA_SOURCE, id);
	if (views != NULL)
		views_of_source_before(at, views, id);
	else
		view_group_drop(views_before(at, "data_source_id", id));
	rows_before(at, id);
}
