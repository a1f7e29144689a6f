/*
 * POST /v1/pages/{id}/move (api 2.1).
 */
#include "internal.h"

/* Takes the page's block out of where it is, and puts one where it goes. */
static int
move_block(struct nt_turn *t, struct nt_home *home, const struct nt_held *page)
{
	struct nt_stmt *s;
	struct nt_buf title;
	struct nt_held old;

	if (nt_hold_id(t, &page->o.id, NT_A_BLOCK, &old)) {
		s = nt_db_stmt(t->db, "DELETE FROM object WHERE row = ?1");
		nt_stmt_int(s, 1, old.o.row);
		nt_stmt_run(s);
		nt_count_children(t, old.o.parent);
		nt_touch_page(t, old.o.parent);
		nt_release(&old);
	}
	if (home->held.o.what != NT_A_PAGE)
		return 0;
	if (nt_find_place(t, &home->place, NT_VALUE_NONE, 1) == -1)
		return -1;
	nt_buf_init(&title, NT_BUF_MAX);
	nt_title_text(page->v, &title);
	nt_add_child_block(t, &home->place, &page->o.id, "child_page",
	    nt_buf_view(&title));
	nt_buf_free(&title);
	nt_count_children(t, home->place.row);
	nt_count_children(t, page->o.row);
	nt_touch_page(t, home->place.row);
	return 0;
}

/* 1 if the row is the page or stands below it. */
static int
is_below(struct nt_turn *t, int64_t row, int64_t page)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "WITH RECURSIVE up(row) AS ("
	    "VALUES(?1) UNION SELECT o.parent FROM object o JOIN up u"
	    " ON o.row = u.row) SELECT 1 FROM up WHERE row = ?2");
	int got;

	nt_stmt_int(s, 1, row);
	nt_stmt_int(s, 2, page);
	got = nt_stmt_step(s);
	nt_stmt_done(s);
	return got;
}

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

static int
move_page(struct nt_turn *t, struct nt_home *home, struct nt_held *page)
{
	struct nt_stmt *s;
	struct nt_buf text;

	if (home->held.doc == NULL || home->held.o.row == page->o.parent)
		return nt_refuse_form(&t->why, home->held.doc == NULL ?
		    "body failed validation: body.parent should be a page or "
		    "a data source." :
		    "The page already has this parent.");
	if (is_below(t, home->held.o.row, page->o.row))
		return nt_refuse_form(&t->why,
		    "A page cannot be moved below itself.");
	if (move_block(t, home, page) == -1 ||
	    move_properties(t, home, page) == -1)
		return -1;
	nt_buf_init(&text, NT_BUF_MAX);
	nt_home_put(home, &text);
	nt_value_put(page->v, "parent", nt_buf_view(&text));
	nt_touch(t, page);
	nt_save(t, page);
	nt_buf_free(&text);
	s = nt_db_stmt(t->db, "UPDATE object SET parent = ?2 WHERE row = ?1");
	nt_stmt_int(s, 1, page->o.row);
	nt_stmt_int(s, 2, home->held.o.row);
	nt_stmt_run(s);
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
