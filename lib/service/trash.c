/*
 * The trash (api 7, 10.3): what goes in takes along the pages, databases and
 * data sources below it, and brings them back.
 *
 * What was in the trash already stays there when its ancestor comes back:
 * those taken along remember with what they went.  Blocks are not taken
 * along: they are out of sight with what holds them.
 */
#include <stdlib.h>

#include "internal.h"

static void
set_trash(struct nt_turn *t, int64_t row, int in, int64_t with)
{
	struct nt_stmt *s;
	struct nt_held h;

	if (!nt_hold_row(t, row, &h))
		return;
	nt_value_put(h.v, "in_trash", in ? NT_STR("true") : NT_STR("false"));
	if (nt_value_there(nt_value_get(h.v, "archived")))
		nt_value_put(h.v, "archived",
		    in ? NT_STR("true") : NT_STR("false"));
	nt_save(t, &h);
	nt_release(&h);
	s = nt_db_stmt(t->db, "UPDATE object SET trasher = ?2 WHERE row = ?1");
	nt_stmt_int(s, 1, row);
	nt_stmt_int(s, 2, in ? with : 0);
	nt_stmt_run(s);
}

/* The rows that go with it, or come back with it. */
static void
collect(struct nt_turn *t, int64_t row, int in, struct nt_result *found)
{
	static const char going[] = "WITH RECURSIVE below(row) AS ("
	    "SELECT row FROM object WHERE parent = ?1 UNION "
	    "SELECT o.row FROM object o JOIN below b ON o.parent = b.row) "
	    "SELECT o.row FROM object o JOIN below b ON o.row = b.row "
	    "WHERE o.kind IN (1, 2, 3) AND o.state <> 2";
	static const char coming[] =
	    "SELECT row FROM object WHERE trasher = ?1"
	    " AND trasher <> 0";
	struct nt_stmt *s = nt_db_stmt(t->db, in ? going : coming);

	nt_stmt_int(s, 1, row);
	while (nt_stmt_step(s))
		nt_result_add(found, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
}

static void
trash_row(struct nt_turn *t, int64_t row, int in)
{
	struct nt_result found = { 0 };

	collect(t, row, in, &found);
	set_trash(t, row, in, 0);
	for (size_t i = 0; i < found.count; i++)
		set_trash(t, found.rows[i], in, row);
	free(found.rows);
}

void
nt_trash(struct nt_turn *t, const struct nt_id *id, int in)
{
	/* A page and its child_page block are one thing. */
	static const enum nt_what kinds[] = { NT_A_PAGE, NT_A_DATABASE,
	    NT_A_DATA_SOURCE, NT_A_BLOCK };
	struct nt_held h;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!nt_hold_id(t, id, kinds[i], &h))
			continue;
		trash_row(t, h.o.row, in);
		if (kinds[i] == NT_A_BLOCK) {
			nt_count_children(t, h.o.parent);
			nt_touch_page(t, h.o.parent);
		}
		nt_release(&h);
	}
}
