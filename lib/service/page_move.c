/*
 * Moving pages, and what moving databases has in common with it (api 2.1).
 */
#include "internal.h"

int
nt_move_block(struct nt_turn *t, struct nt_home *home,
    const struct nt_held *moved)
{
	const char *type = moved->o.what == NT_A_PAGE ? "child_page" :
	    "child_database";
	struct nt_stmt *s;
	struct nt_buf title;
	struct nt_held old;

	if (nt_hold_id(t, &moved->o.id, NT_A_BLOCK, &old)) {
		s = nt_db_stmt(t->db,
		    "DELETE FROM served_object WHERE row = ?1");
		nt_stmt_int(s, 1, old.o.row);
		nt_stmt_run(s);
		nt_count_children(t, old.o.parent);
		nt_touch_page(t, old.o.parent);
		nt_release(&old);
	}
	if (home->held.doc == NULL || home->held.o.what != NT_A_PAGE)
		return 0;
	if (nt_find_place(t, &home->place, NT_VALUE_NONE, 1) == -1)
		return -1;
	nt_buf_init(&title, NT_BUF_MAX);
	nt_title_text(moved->v, &title);
	nt_add_child_block(t, &home->place, &moved->o.id, type,
	    nt_buf_view(&title));
	nt_buf_free(&title);
	nt_count_children(t, home->place.row);
	nt_count_children(t, moved->o.row);
	nt_touch_page(t, home->place.row);
	return 0;
}

int
nt_move_check(struct nt_turn *t, const struct nt_home *home,
    const struct nt_held *moved)
{
	struct nt_stmt *s;
	int below;

	if (home->place.row == moved->o.parent)
		return nt_refuse_form(&t->why, "The %s already has this "
		    "parent.", moved->o.what == NT_A_PAGE ? "page" :
		    "database");
	s = nt_db_stmt(t->db, "WITH RECURSIVE up(row) AS ("
	    "VALUES(?1) UNION SELECT o.parent FROM served_object o JOIN up u"
	    " ON o.row = u.row) SELECT 1 FROM up WHERE row = ?2");
	nt_stmt_int(s, 1, home->place.row);
	nt_stmt_int(s, 2, moved->o.row);
	below = nt_stmt_step(s);
	nt_stmt_done(s);
	return !below ? 0 : nt_refuse_form(&t->why,
	    "A %s cannot be moved below itself.",
	    moved->o.what == NT_A_PAGE ? "page" : "database");
}

void
nt_move_save(struct nt_turn *t, const struct nt_home *home,
    struct nt_held *moved)
{
	struct nt_stmt *s;
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_home_put(home, &text);
	nt_value_put(moved->v, "parent", nt_buf_view(&text));
	nt_touch(t, moved);
	nt_save(t, moved);
	nt_buf_free(&text);
	s = nt_db_stmt(t->db,
	    "UPDATE served_object SET parent = ?2 WHERE row = ?1");
	nt_stmt_int(s, 1, moved->o.row);
	nt_stmt_int(s, 2, home->place.row);
	nt_stmt_run(s);
}

/* ---- pages ---- */

/* Of a page that goes under a page only the title stays, as "title". */
static void
put_only_title(const struct nt_held *page, struct nt_buf *out)
{
	struct nt_value properties = nt_value_get(page->v, "properties");

	nt_buf_char(out, '{');
	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p))
		if (nt_prop_of(p) == NT_PROP_TITLE) {
			nt_buf_str(out, "\"title\":");
			nt_json_canonical(p, out);
		}
	nt_buf_char(out, '}');
}

/* The properties of a moved page that the new home has, too, by name. */
static int
move_properties(struct nt_turn *t, struct nt_home *home, struct nt_held *page)
{
	struct nt_buf text;
	int got = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	if (home->held.o.what == NT_A_DATA_SOURCE)
		got = nt_source_properties(t, &home->held, page, NT_VALUE_NONE,
		    &text);
	else
		put_only_title(page, &text);
	if (got == 0)
		nt_value_put(page->v, "properties", nt_buf_view(&text));
	nt_buf_free(&text);
	return got;
}

/* What the page was related to is told that it left its data source. */
static void
unrelate(struct nt_turn *t, const struct nt_held *page)
{
	struct nt_held source;

	if (!nt_hold_row(t, page->o.parent, &source))
		return;
	if (source.o.what == NT_A_DATA_SOURCE)
		nt_relate(t, nt_value_get(source.v, "properties"),
		    &page->o.id, nt_value_get(page->v, "properties"),
		    NT_VALUE_NONE);
	nt_release(&source);
}

static int
move_page(struct nt_turn *t, struct nt_home *home, struct nt_held *page)
{
	if (home->held.doc == NULL)
		return nt_refuse_form(&t->why, "body failed validation: "
		    "body.parent should be a page or a data source.");
	if (nt_move_check(t, home, page) == -1)
		return -1;
	unrelate(t, page);
	if (nt_move_block(t, home, page) == -1 ||
	    move_properties(t, home, page) == -1)
		return -1;
	nt_move_save(t, home, page);
	if (home->held.o.what == NT_A_DATA_SOURCE)
		nt_fill_row(t, &home->held, page);
	return 0;
}

int
nt_on_page_move(struct nt_turn *t)
{
	struct nt_held page;
	struct nt_home home;
	int got;

	if (nt_hold(t, &t->id[0], NT_A_PAGE, &page) == -1)
		return -1;
	got = nt_check_live(t, &page.o);
	if (got == 0)
		got = nt_home_find(t, nt_value_get(t->body, "parent"), &home);
	if (got == 0) {
		got = move_page(t, &home, &page);
		nt_home_free(&home);
	}
	if (got == 0)
		nt_answer_row(t, page.o.row);
	nt_release(&page);
	return got;
}
