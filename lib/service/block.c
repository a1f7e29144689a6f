/*
 * Reading blocks: GET /v1/blocks/{id} and its children.
 */
#include <string.h>

#include "internal.h"

#define NO_ROW (-1)	/* a parent that nothing has */

/*
 * A page or database is a block, too (api 1.2).  Where its child_page block
 * is not here, as for a root, this makes one up from the object.
 */
static void
put_as_block(struct nt_turn *t, const struct nt_object *o)
{
	static const char *const kept[] = { "created_by", "created_time", "id",
	    "in_trash", "last_edited_by", "last_edited_time", "parent" };
	const char *type = o->what == NT_A_PAGE ? "child_page" :
	    "child_database";
	struct nt_json_out out;
	struct nt_value v;
	struct nt_stmt *s;
	int has_children;

	if (nt_json_parse(t->svc->doc, o->json.p, o->json.len, &v, NULL) == -1)
		return;
	s = nt_db_stmt(t->db, "SELECT 1 FROM served_object WHERE parent = ?1"
	    " AND kind = 4 AND state = 0 LIMIT 1");
	nt_stmt_int(s, 1, o->row);
	has_children = nt_stmt_step(s);
	nt_stmt_done(s);

	nt_json_out_init(&out, t->out);
	nt_json_open(&out, NULL, '{');
	if (t->version == NT_VERSION_2025_09_03)
		nt_json_put_bool(&out, "archived", o->state == NT_TRASHED);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct nt_value member = nt_value_get(v, kept[i]);

		if (nt_value_there(member))
			nt_json_put_value(&out, kept[i], member);
	}
	nt_json_put_bool(&out, "has_children", has_children);
	nt_json_put_text(&out, "object", "block");
	nt_json_put_text(&out, "type", type);
	nt_json_open(&out, type, '{');
	nt_buf_clear(&t->scratch);
	nt_title_text(v, &t->scratch);
	nt_json_put_str(&out, "title", nt_buf_view(&t->scratch));
	nt_json_close(&out, '}');
	nt_json_close(&out, '}');
	nt_turn_stamp(t);
}

int
nt_on_block_get(struct nt_turn *t)
{
	static const enum nt_what others[] = { NT_A_PAGE, NT_A_DATABASE };
	struct nt_stmt *hold;
	struct nt_object o;

	if (nt_store_get(t->db, &t->id[0], NT_A_BLOCK, &o, &hold)) {
		nt_turn_object(t, &o);
		nt_stmt_done(hold);
		return 0;
	}
	nt_stmt_done(hold);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		int got = nt_store_get(t->db, &t->id[0], others[i], &o, &hold);

		if (got)
			put_as_block(t, &o);
		nt_stmt_done(hold);
		if (got)
			return 0;
	}
	return nt_refuse_missing(t, "block", &t->id[0]);
}

/* The original of a synced copy; nil for any other block. */
static struct nt_id
original_of(struct nt_turn *t, const struct nt_object *o)
{
	static const char mark[] = "\"synced_from\":{";
	struct nt_id id = { { 0 } };
	struct nt_value v;

	if (nt_contains(o->json, nt_str_of(mark)) &&
	    nt_json_parse(t->svc->doc, o->json.p, o->json.len, &v, NULL) == 0)
		nt_id_scan(nt_value_text(nt_value_at(v,
		    "/synced_block/synced_from/block_id")), &id);
	return id;
}

/*
 * The row whose children are the block's: of a page the page, of a synced
 * copy the original (api 4.3).  0 when there is no such block.
 */
int64_t
nt_block_holder(struct nt_turn *t, const struct nt_id *id)
{
	int64_t row = nt_store_row(t->db, id, NT_A_PAGE);
	struct nt_stmt *hold;
	struct nt_object o;
	struct nt_id original;

	if (row == 0 && nt_store_get(t->db, id, NT_A_BLOCK, &o, &hold)) {
		row = o.row;
		original = original_of(t, &o);
		if (!nt_id_is_nil(&original))
			row = nt_store_row(t->db, &original, NT_A_BLOCK);
		nt_stmt_done(hold);
	} else if (row == 0)
		nt_stmt_done(hold);
	return row;
}

int
nt_on_block_children(struct nt_turn *t)
{
	struct nt_page_of page;
	int64_t parent = nt_block_holder(t, &t->id[0]);
	struct nt_object start;
	struct nt_stmt *s;

	if (parent == 0 && nt_store_row(t->db, &t->id[0], NT_A_DATABASE) == 0)
		return nt_refuse_missing(t, "block", &t->id[0]);
	if (nt_turn_paging(t, &page) == -1 ||
	    nt_list_start(t, &page, NT_A_BLOCK, &start) == -1)
		return -1;
	if (page.cursor[0] != '\0' && start.parent != parent)
		return nt_refuse_cursor(t, page.cursor);
	s = nt_db_stmt(t->db, "SELECT " NT_OBJECT_COLUMNS " FROM served_object"
	    " WHERE parent = ?1 AND kind = 4 AND state = 0 AND position >= ?2"
	    " ORDER BY position LIMIT ?3");
	nt_stmt_int(s, 1, parent != 0 ? parent : NO_ROW);
	nt_stmt_int(s, 2, start.position);
	nt_stmt_int(s, 3, (int64_t)page.size + 1);
	nt_list_rows(t, s, page.size, "block", NULL);
	return 0;
}
