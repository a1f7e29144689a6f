/*
 * The trash (api 7, 10.3): what goes in takes along the pages, databases and
 * data sources below it, and brings them back.
 *
 * What was in the trash already stays there when its ancestor comes back:
 * those taken along remember with what they went.  Blocks are not taken
 * along: they are out of sight with what holds them.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define BY_ITSELF (-1)	/* trasher of what did not go along with another */

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
	s = nt_db_stmt(t->db,
	    "UPDATE served_object SET trasher = ?2 WHERE row = ?1");
	nt_stmt_int(s, 1, row);
	nt_stmt_int(s, 2, in ? with : 0);
	nt_stmt_run(s);
	t->svc->hidden_changed = 1;
}

/* The rows that go with it, or come back with it. */
static void
collect(struct nt_turn *t, int64_t row, int in, struct nt_result *found)
{
	static const char going[] = "WITH RECURSIVE below(row) AS ("
	    "SELECT row FROM served_object WHERE parent = ?1 UNION "
	    "SELECT o.row FROM served_object o JOIN below b"
	    " ON o.parent = b.row) "
	    "SELECT o.row FROM served_object o JOIN below b ON o.row = b.row "
	    "WHERE o.kind IN (1, 2, 3) AND o.state <> 2";
	static const char coming[] =
	    "SELECT row FROM served_object WHERE trasher = ?1"
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
	set_trash(t, row, in, BY_ITSELF);
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

int
nt_trash_held(struct nt_turn *t, struct nt_held *h)
{
	int in = nt_body_trash(t);
	int64_t row = h->o.row;

	if (in != 0 && !(in == 1 && nt_value_count(t->body) == 1) &&
	    nt_check_live(t, &h->o) == -1)
		return -1;
	if (in == -1 || (in == 1) == (h->o.state == NT_TRASHED))
		return 0;
	nt_trash(t, &h->o.id, in);
	nt_release(h);
	nt_hold_row(t, row, h);
	return 0;
}

/* ---- out of sight ---- */

static void
read_hidden(struct nt_turn *t)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT id FROM served_object"
	    " WHERE trasher <> 0 AND kind = 1");
	struct nt_id id;

	nt_id_map_free(t->svc->hidden);
	t->svc->hidden = nt_id_map_new();
	while (nt_stmt_step(s)) {
		memcpy(id.b, nt_stmt_col_str(s, 0).p, sizeof id.b);
		nt_id_map_put(t->svc->hidden, &id, 1);
	}
	nt_stmt_done(s);
	t->svc->hidden_changed = 0;
}

int
nt_trash_has_any(struct nt_turn *t)
{
	if (t->svc->hidden_changed)
		read_hidden(t);
	return nt_id_map_count(t->svc->hidden) > 0;
}

int
nt_trash_hides(struct nt_turn *t, struct nt_value relation_item)
{
	struct nt_id id;

	return nt_trash_has_any(t) && nt_id_scan(nt_value_text(nt_value_get(
	    relation_item, "id")), &id) == 0 &&
	    nt_id_map_get(t->svc->hidden, &id, NULL);
}
