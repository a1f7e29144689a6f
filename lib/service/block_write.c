/*
 * Writing blocks: append, PATCH, DELETE (api 2.2, 4.3, 4.4).
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Text of a new block, all but its payload and what follows. */
static void
put_head(struct nt_turn *t, const struct nt_place *place,
    const struct nt_id *id, const char *type, int has_children,
    struct nt_buf *out)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_buf_fmt(out, "{\"object\":\"block\",\"id\":\"%s\",", text);
	nt_id_format(&place->id, text);
	nt_buf_fmt(out, "\"parent\":{\"type\":\"%s\",\"%s\":\"%s\"},",
	    place->type, place->type, text);
	nt_put_birth(t, out);
	nt_buf_fmt(out, "\"has_children\":%s,\"in_trash\":false,"
	    "\"type\":\"%s\",\"%s\":", has_children ? "true" : "false", type,
	    type);
}

void
nt_add_child_block(struct nt_turn *t, const struct nt_place *place,
    const struct nt_id *id, const char *type, struct nt_str title)
{
	struct nt_object o;
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	put_head(t, place, id, type, 0, &text);
	nt_buf_str(&text, "{\"title\":");
	nt_json_quote(&text, title);
	nt_buf_str(&text, "}}");
	nt_create(t, NT_A_BLOCK, place->row, place->at, nt_buf_view(&text),
	    &o);
	nt_buf_free(&text);
}

/* ---- what a block may refer to ---- */

/* A copy shows the children of an original, and of nothing else (api 4.3). */
static int
check_original(struct nt_turn *t, struct nt_value synced_from)
{
	struct nt_held h;
	struct nt_id id;
	int original;

	if (nt_turn_id(t, "body.synced_block.synced_from.block_id",
	    nt_value_text(nt_value_get(synced_from, "block_id")), &id) == -1)
		return -1;
	if (!nt_hold_id(t, &id, NT_A_BLOCK, &h))
		return nt_refuse_missing(t, "block", &id);
	original = nt_value_is(nt_value_at(h.v, "/synced_block/synced_from"),
	    NT_JSON_NULL);
	nt_release(&h);
	return original ? 0 : nt_refuse_form(&t->why, "synced_from.block_id "
	    "should be an original synced block.");
}

/* What a link_to_page leads to has to be there (api 4.3). */
static int
check_target(struct nt_turn *t, struct nt_value link)
{
	static const struct {
		const char *member, *name;
		enum nt_what what;
	} targets[] = {
		{ "page_id", "page", NT_A_PAGE },
		{ "database_id", "database", NT_A_DATABASE },
		{ "comment_id", "comment", NT_A_COMMENT },
	};
	struct nt_id id;

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (nt_id_scan(nt_value_text(nt_value_get(link,
		    targets[i].member)), &id) == 0 &&
		    nt_store_row(t->db, &id, targets[i].what) == 0)
			return nt_refuse_missing(t, targets[i].name, &id);
	return 0;
}

static int
check_references(struct nt_turn *t, struct nt_value block)
{
	struct nt_value payload = nt_block_payload(block);
	struct nt_value synced = nt_value_get(payload, "synced_from");

	if (nt_value_is(synced, NT_JSON_OBJECT))
		return check_original(t, synced);
	if (nt_block_of(block) == NT_BLOCK_LINK_TO_PAGE)
		return check_target(t, payload);
	return 0;
}

/* ---- new blocks ---- */

static int
add_block(struct nt_turn *t, const struct nt_place *place,
    struct nt_value block, int64_t at)
{
	const struct nt_block_kind *kind =
	    nt_block_kind(nt_block_of(block));
	struct nt_value children = nt_block_children(block);
	struct nt_world world = nt_world_of(t);
	struct nt_place inside = { .type = "block_id", .at = 1 };
	struct nt_object o;
	struct nt_buf text;
	int got;

	if (check_references(t, block) == -1)
		return -1;
	nt_id_random(&inside.id);
	nt_buf_init(&text, NT_BUF_MAX);
	put_head(t, place, &inside.id, kind->name,
	    nt_value_count(children) > 0, &text);
	got = nt_stored_block(&world, block, &text, &t->why);
	if (got == 0) {
		nt_buf_char(&text, '}');
		nt_create(t, NT_A_BLOCK, place->row, at, nt_buf_view(&text),
		    &o);
		inside.row = o.row;
	}
	nt_buf_free(&text);
	if (got == 0 && nt_value_count(children) > 0)
		got = nt_add_blocks(t, &inside, children);
	return got;
}

int
nt_add_blocks(struct nt_turn *t, const struct nt_place *place,
    struct nt_value list)
{
	int64_t at = place->at;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e))
		if (add_block(t, place, e, at++) == -1)
			return -1;
	return 0;
}

/* ---- where ---- */

static int64_t
position_first(struct nt_turn *t, int64_t parent)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT min(position)"
	    " FROM served_object WHERE parent = ?1 AND kind = 4");
	int64_t first = 1;

	nt_stmt_int(s, 1, parent);
	if (nt_stmt_step(s))
		first = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return first;
}

static int
place_after(struct nt_turn *t, struct nt_place *place, struct nt_str after,
    size_t n)
{
	char text[NT_ID_TEXT];
	struct nt_stmt *hold;
	struct nt_object o = { 0 };
	struct nt_id id;
	int found;

	if (nt_turn_id(t, nt_value_there(nt_value_get(t->body, "after")) ?
	    "body.after" : "body.position.after_block.id", after, &id) == -1)
		return -1;
	found = nt_store_get(t->db, &id, NT_A_BLOCK, &o, &hold);
	nt_stmt_done(hold);
	nt_id_format(&id, text);
	if (!found || o.parent != place->row || o.state == NT_TRASHED)
		return nt_refuse_form(&t->why, "Block ID %s to append children"
		    " after is not parented by the block ID in the path.",
		    text);
	nt_shift(t, place->row, NT_A_BLOCK, o.position, n);
	place->at = o.position + 1;
	return 0;
}

int
nt_find_place(struct nt_turn *t, struct nt_place *place,
    struct nt_value position, size_t n)
{
	struct nt_str type = nt_value_text(nt_value_get(position, "type"));
	struct nt_value after = nt_value_at(position, "/after_block/id");

	if (!nt_value_there(after))	/* as create_database has it (2.8) */
		after = nt_value_get(position, "block_id");
	if (nt_str_is(type, "after_block"))
		return place_after(t, place, nt_value_text(after), n);
	if (nt_str_is(type, "start") || nt_str_is(type, "page_start"))
		place->at = position_first(t, place->row) - (int64_t)n;
	else
		place->at = nt_position_last(t, place->row, NT_A_BLOCK);
	return 0;
}

/* ---- append ---- */

/* Refuses children that a block of this type and payload cannot hold. */
static int
check_children(struct nt_turn *t, enum nt_block type,
    struct nt_value payload, struct nt_value list)
{
	int64_t width = nt_value_int(nt_value_get(payload, "table_width"));

	if (nt_value_there(nt_value_at(payload, "/synced_from/block_id")))
		return nt_refuse_form(&t->why, "A synced block's copy has the "
		    "children of its original. Append to the original.");
	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value cells = nt_value_get(nt_block_payload(e),
		    "cells");

		if (!nt_block_may_hold(type, payload, nt_block_of(e)))
			return nt_refuse_form(&t->why, "Block does not "
			    "support children of type %s.",
			    nt_block_kind(nt_block_of(e))->name);
		if (width > 0 && (int64_t)nt_value_count(cells) != width)
			return nt_refuse_form(&t->why, "Number of cells in "
			    "table row must match the table width of the "
			    "parent table.");
	}
	return 0;
}

int
nt_check_page_children(struct nt_turn *t, struct nt_value list)
{
	return check_children(t, NT_BLOCK_CHILD_PAGE, NT_VALUE_NONE, list);
}

/* What the path means as a parent: a page, or a block that may hold these. */
static int
find_parent(struct nt_turn *t, struct nt_place *place, struct nt_value list)
{
	struct nt_held h;
	int got;

	place->id = t->id[0];
	if (nt_hold_id(t, &place->id, NT_A_PAGE, &h)) {
		place->type = "page_id";
		got = nt_check_live(t, &h.o);
		if (got == 0)
			got = nt_check_page_children(t, list);
	} else {
		if (nt_hold(t, &place->id, NT_A_BLOCK, &h) == -1)
			return -1;
		place->type = "block_id";
		got = nt_check_live(t, &h.o);
		if (got == 0)
			got = check_children(t, nt_block_of(h.v),
			    nt_block_payload(h.v), list);
	}
	place->row = h.o.row;
	nt_release(&h);
	return got;
}

static void
answer_new(struct nt_turn *t, const struct nt_place *place, size_t n)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT " NT_OBJECT_COLUMNS
	    " FROM served_object WHERE parent = ?1 AND kind = 4 AND state = 0"
	    " AND position >= ?2 ORDER BY position LIMIT ?3");

	nt_stmt_int(s, 1, place->row);
	nt_stmt_int(s, 2, place->at);
	nt_stmt_int(s, 3, (int64_t)n);
	nt_list_rows(t, s, n, "block", NULL);
}

static int
is_behind_a_block(struct nt_value body)
{
	return nt_value_there(nt_value_get(body, "after")) ||
	    nt_value_there(nt_value_at(body, "/position/after_block"));
}

int
nt_on_block_append(struct nt_turn *t)
{
	struct nt_value list = nt_value_get(t->body, "children");
	struct nt_value after = nt_value_get(t->body, "after");
	size_t n = nt_value_count(list);
	struct nt_place place;
	int got;

	if (find_parent(t, &place, list) == -1)
		return -1;
	if (nt_value_is(after, NT_JSON_STRING))
		got = place_after(t, &place, nt_value_text(after), n);
	else
		got = nt_find_place(t, &place,
		    nt_value_get(t->body, "position"), n);
	if (got == -1 || nt_add_blocks(t, &place, list) == -1)
		return -1;
	if (n > 0) {
		nt_count_children(t, place.row);
		nt_touch_page(t, place.row);
	}
	/* As recorded: behind a block, what comes after it is told, too. */
	answer_new(t, &place, is_behind_a_block(t->body) ? NT_PAGE_SIZE_MAX :
	    n);
	return 0;
}

/* ---- update, delete ---- */

/* As many cells as the table around the row is wide. */
static int
check_cells(struct nt_turn *t, const struct nt_held *row, size_t cells)
{
	struct nt_held table;
	int64_t width;

	if (!nt_hold_row(t, row->o.parent, &table))
		return 0;
	width = nt_value_int(nt_value_at(table.v, "/table/table_width"));
	nt_release(&table);
	if (width == 0 || width == (int64_t)cells)
		return 0;
	return nt_refuse_form(&t->why, "Number of cells in table row must "
	    "match the table width of the parent table.");
}

/* What a change may not do that its form does not show (api 4.2, 4.3). */
static int
check_change(struct nt_turn *t, const struct nt_held *h)
{
	struct nt_value payload = nt_block_payload(t->body);
	struct nt_value toggle = nt_value_get(payload, "is_toggleable");
	struct nt_value cells = nt_value_get(payload, "cells");

	if (nt_block_of(t->body) != nt_block_of(h->v))
		return 0;	/* refused by its type, later */
	if (nt_value_is(toggle, NT_JSON_BOOL) && !nt_value_true(toggle) &&
	    nt_value_true(nt_value_get(h->v, "has_children")))
		return nt_refuse_form(&t->why, "A heading that has children "
		    "has to stay toggleable.");
	if (nt_value_there(nt_value_get(payload, "synced_from")))
		return nt_refuse_form(&t->why, "body failed validation: "
		    "body.synced_block.synced_from should be not present: "
		    "what a block is synced from cannot be changed.");
	if (nt_value_there(cells) &&
	    check_cells(t, h, nt_value_count(cells)) == -1)
		return -1;
	return check_references(t, t->body);
}

static int
update_payload(struct nt_turn *t, struct nt_held *h)
{
	enum nt_block type = nt_block_of(h->v);
	struct nt_world world = nt_world_of(t);
	struct nt_buf text;
	int got;

	if (check_change(t, h) == -1)
		return -1;
	nt_buf_init(&text, NT_BUF_MAX);
	got = nt_stored_block_update(&world, type, nt_block_payload(h->v),
	    t->body, &text, &t->why);
	if (got == 0) {
		nt_value_put(h->v, nt_block_kind(type)->name,
		    nt_buf_view(&text));
		nt_touch(t, h);
		nt_save(t, h);
		nt_touch_page(t, h->o.parent);
	}
	nt_buf_free(&text);
	return got;
}

int
nt_on_block_update(struct nt_turn *t)
{
	int trash = nt_body_trash(t), got = 0;
	struct nt_held h;

	if (nt_hold(t, &t->id[0], NT_A_BLOCK, &h) == -1)
		return -1;
	if (trash != 0)
		got = nt_check_live(t, &h.o);
	if (got == 0 && nt_value_count(t->body) > (size_t)(trash != -1))
		got = update_payload(t, &h);
	if (got == 0 && trash != -1 &&
	    (trash == 1) != (h.o.state == NT_TRASHED))
		nt_trash(t, &t->id[0], trash);
	if (got == 0)
		nt_answer_row(t, h.o.row);
	nt_release(&h);
	return got;
}

int
nt_on_block_delete(struct nt_turn *t)
{
	static const enum nt_what kinds[] = { NT_A_BLOCK, NT_A_PAGE,
	    NT_A_DATABASE };
	struct nt_stmt *hold;
	struct nt_object o = { 0 };
	int found = 0;

	for (size_t i = 0; !found && i < sizeof kinds / sizeof *kinds; i++) {
		found = nt_store_get(t->db, &t->id[0], kinds[i], &o, &hold);
		nt_stmt_done(hold);
	}
	if (!found || o.state == NT_TRASHED)
		return nt_refuse_missing(t, "block", &t->id[0]);
	if (nt_check_live(t, &o) == -1)
		return -1;
	nt_trash(t, &t->id[0], 1);
	return nt_on_block_get(t);
}
