/*
 * Reading views (api 2.8).
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

int
nt_on_view_get(struct nt_turn *t)
{
	return nt_answer_found(t, NT_A_VIEW);
}

static int
read_arg(struct nt_turn *t, const char *name, struct nt_id *id)
{
	const char *text = nt_turn_arg(t, name);
	char where[64];

	if (text == NULL)
		return 0;
	snprintf(where, sizeof where, "query.%s", name);
	return nt_turn_id(t, where, nt_str_of(text), id);
}

/* Views of a database, or those that show a data source wherever they are. */
static struct nt_stmt *
select_views(struct nt_turn *t, int64_t database, const struct nt_id *source)
{
	struct nt_stmt *s;

	if (database != 0) {
		s = nt_db_stmt(t->db, "SELECT id, position FROM served_object"
		    " WHERE parent = ?1 AND kind = 5 AND state = 0"
		    " AND position >= ?2 ORDER BY position LIMIT ?3");
		nt_stmt_int(s, 1, database);
	} else {
		s = nt_db_stmt(t->db, "SELECT id, position FROM served_object"
		    " WHERE link = ?1 AND kind = 5 AND state = 0"
		    " AND position >= ?2 ORDER BY position LIMIT ?3");
		nt_stmt_blob(s, 1, source->b, sizeof source->b);
	}
	return s;
}

static int
list_views(struct nt_turn *t, int64_t database, const struct nt_id *source)
{
	struct nt_page_of page;
	struct nt_object start;
	struct nt_stmt *s;
	struct nt_id id;
	char text[NT_ID_TEXT];
	size_t n = 0;

	if (nt_turn_paging(t, &page) == -1 ||
	    nt_list_start(t, &page, NT_A_VIEW, &start) == -1)
		return -1;
	s = select_views(t, database, source);
	nt_stmt_int(s, 2, start.position);
	nt_stmt_int(s, 3, (int64_t)page.size + 1);
	nt_list_open(t);
	while (nt_stmt_step(s)) {
		memcpy(id.b, nt_stmt_col_str(s, 0).p, sizeof id.b);
		nt_id_format(&id, text);
		if (n++ == page.size)
			break;
		nt_list_next(t);
		nt_buf_fmt(t->out, "{\"object\":\"view\",\"id\":\"%s\"}", text);
	}
	nt_stmt_done(s);
	nt_list_close(t, "view", n > page.size ? text : NULL);
	return 0;
}

int
nt_on_view_list(struct nt_turn *t)
{
	struct nt_id database = { { 0 } }, source = { { 0 } };
	int64_t row = 0;

	if (read_arg(t, "database_id", &database) == -1 ||
	    read_arg(t, "data_source_id", &source) == -1)
		return -1;
	if (nt_id_is_nil(&database) == nt_id_is_nil(&source))
		return nt_refuse_form(&t->why, "query failed validation: "
		    "exactly one of query.database_id and "
		    "query.data_source_id should be defined.");
	if (!nt_id_is_nil(&database) &&
	    (row = nt_view_holder(t, &database)) == 0)
		return nt_refuse_missing(t, "database", &database);
	if (row == 0 && nt_store_row(t->db, &source, NT_A_DATA_SOURCE) == 0)
		return nt_refuse_missing(t, "database", &source);
	return list_views(t, row, &source);
}
