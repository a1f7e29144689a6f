/*
 * Reading comments (api 2.6).
 */
#include "internal.h"

int
nt_on_comment_get(struct nt_turn *t)
{
	struct nt_stmt *hold;
	struct nt_object o;

	if (nt_find(t, &t->id[0], NT_A_COMMENT, &o, &hold) == -1)
		return -1;
	nt_turn_object(t, &o);
	nt_stmt_done(hold);
	return 0;
}

/* Where the list goes on: the comment that the cursor names. */
static int
find_start(struct nt_turn *t, const char *cursor, struct nt_object *start)
{
	struct nt_stmt *hold;
	struct nt_id id;
	int got;

	*start = (struct nt_object){ .created = INT64_MIN };
	if (cursor[0] == '\0')
		return 0;
	if (nt_id_scan(nt_str_of(cursor), &id) == -1)
		return nt_refuse_cursor(t, cursor);
	got = nt_store_get(t->db, &id, NT_A_COMMENT, start, &hold);
	nt_stmt_done(hold);
	return got ? 0 : nt_refuse_cursor(t, cursor);
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
	struct nt_object o, start;
	struct nt_stmt *s;
	struct nt_id id;
	char next[NT_ID_TEXT];
	int64_t as_page, as_block;
	size_t n = 0;

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
	if (find_start(t, page.cursor, &start) == -1)
		return -1;

	s = nt_db_stmt(t->db, "SELECT " NT_OBJECT_COLUMNS " FROM object"
	    " WHERE parent IN (?1, ?2) AND kind = 6 AND state = 0"
	    " AND (created, position) >= (?3, ?4)"
	    " ORDER BY created, position LIMIT ?5");
	nt_stmt_int(s, 1, as_page != 0 ? as_page : as_block);
	nt_stmt_int(s, 2, as_block != 0 ? as_block : as_page);
	nt_stmt_int(s, 3, start.created);
	nt_stmt_int(s, 4, start.position);
	nt_stmt_int(s, 5, (int64_t)page.size + 1);
	nt_list_open(t);
	while ((as_page != 0 || as_block != 0) && nt_stmt_step(s)) {
		nt_store_read(s, &o);
		if (n++ == page.size)
			nt_id_format(&o.id, next);
		else {
			nt_list_next(t);
			nt_render(t, &o);
		}
	}
	nt_stmt_done(s);
	nt_list_close(t, "comment", n > page.size ? next : NULL);
	return 0;
}
