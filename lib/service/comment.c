/*
 * Reading comments (api 2.6).
 */
#include "internal.h"

int
nt_on_comment_get(struct nt_turn *t)
{
	return nt_answer_found(t, NT_A_COMMENT);
}

/*
 * The comments of one page or block, oldest first; of equal times in the
 * order they came.  A child_page block and its page are one thing.
 */
int
nt_on_comment_list(struct nt_turn *t)
{
	const char *of = nt_turn_arg(t, "block_id");
	struct nt_page_of page;
	struct nt_object start;
	struct nt_stmt *s;
	struct nt_id id;
	int64_t as_page, as_block;

	if (nt_turn_paging(t, &page) == -1)
		return -1;
	if (nt_turn_id(t, "query.block_id", of != NULL ? nt_str_of(of) :
	    (struct nt_str){ NULL, 0 }, &id) == -1)
		return -1;
	as_page = nt_store_row(t->db, &id, NT_A_PAGE);
	as_block = nt_store_row(t->db, &id, NT_A_BLOCK);
	if (as_page == 0 && as_block == 0 &&
	    nt_store_row(t->db, &id, NT_A_DATABASE) == 0)
		return nt_refuse_missing(t, "block", &id);
	if (nt_list_start(t, &page, NT_A_COMMENT, &start) == -1)
		return -1;

	s = nt_db_stmt(t->db, "SELECT " NT_OBJECT_COLUMNS " FROM served_object"
	    " WHERE parent IN (?1, ?2) AND kind = 6 AND state = 0"
	    " AND (created, position) >= (?3, ?4)"
	    " ORDER BY created, position LIMIT ?5");
	nt_stmt_int(s, 1, as_page != 0 ? as_page : as_block);
	nt_stmt_int(s, 2, as_block != 0 ? as_block : as_page);
	nt_stmt_int(s, 3, start.created);
	nt_stmt_int(s, 4, start.position);
	nt_stmt_int(s, 5, (int64_t)page.size + 1);
	nt_list_rows(t, s, page.size, "comment", NULL);
	return 0;
}
