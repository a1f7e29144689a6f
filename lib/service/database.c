/*
 * Reading databases and data sources.
 */
#include "internal.h"

int
nt_on_database_get(struct nt_turn *t)
{
	return nt_answer_found(t, NT_A_DATABASE);
}

int
nt_on_source_get(struct nt_turn *t)
{
	return nt_answer_found(t, NT_A_DATA_SOURCE);
}

/* Templates are made in the app only, so there are none here (api 8.1). */
int
nt_on_source_templates(struct nt_turn *t)
{
	struct nt_page_of page;

	if (nt_turn_paging(t, &page) == -1)
		return -1;
	if (nt_store_row(t->db, &t->id[0], NT_A_DATA_SOURCE) == 0)
		return nt_refuse_missing(t, "database", &t->id[0]);
	nt_buf_str(t->out,
	    "{\"templates\":[],\"has_more\":false,\"next_cursor\":null}");
	nt_turn_stamp(t);
	return 0;
}
