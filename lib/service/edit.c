/*
 * Objects that are being changed.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void
copy(struct nt_held *h, const struct nt_object *o)
{
	h->o = *o;
	nt_buf_init(&h->text, NT_BUF_MAX);
	nt_buf_add(&h->text, o->json.p, o->json.len);
	h->o.json = (struct nt_str){ NULL, 0 };
	h->doc = nt_json_new();
	h->v = NT_VALUE_NONE;
	nt_json_parse(h->doc, h->text.p, h->text.len, &h->v, NULL);
}

int
nt_hold(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_held *h)
{
	struct nt_stmt *hold;
	struct nt_object o;

	if (nt_find(t, id, what, &o, &hold) == -1)
		return -1;
	copy(h, &o);
	nt_stmt_done(hold);
	return 0;
}

int
nt_hold_id(struct nt_turn *t, const struct nt_id *id, enum nt_what what,
    struct nt_held *h)
{
	return nt_hold_row(t, nt_store_row(t->db, id, what), h);
}

int
nt_hold_row(struct nt_turn *t, int64_t row, struct nt_held *h)
{
	struct nt_stmt *hold;
	struct nt_object o;
	int got = nt_store_get_row(t->db, row, &o, &hold);

	if (got)
		copy(h, &o);
	nt_stmt_done(hold);
	return got;
}

void
nt_release(struct nt_held *h)
{
	nt_buf_free(&h->text);
	nt_json_free(h->doc);
}

void
nt_save(struct nt_turn *t, struct nt_held *h)
{
	struct nt_object now;
	struct nt_buf text, title;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&title, NT_BUF_MAX);
	nt_json_canonical(h->v, &text);
	nt_buf_free(&h->text);
	h->text = text;
	nt_json_parse(h->doc, h->text.p, h->text.len, &h->v, NULL);
	if (nt_object_of(h->v, h->o.what, &now, NULL) == 0) {
		h->o.state = now.state;
		h->o.edited = now.edited;
	}
	now = h->o;
	now.json = nt_buf_view(&h->text);
	now.shape = nt_render_shape(now.what, now.json, h->v);
	nt_store_text(t->db, &now, nt_object_title(h->v, now.what, &title));
	nt_buf_free(&title);
}

static void
put_me(struct nt_turn *t, struct nt_buf *out)
{
	char id[NT_ID_TEXT];

	nt_id_format(&t->svc->me, id);
	nt_buf_fmt(out, "{\"id\":\"%s\",\"object\":\"user\"}", id);
}

void
nt_put_birth(struct nt_turn *t, struct nt_buf *out)
{
	nt_buf_fmt(out, "\"created_time\":\"%s\",\"last_edited_time\":\"%s\","
	    "\"created_by\":", t->minute, t->minute);
	put_me(t, out);
	nt_buf_str(out, ",\"last_edited_by\":");
	put_me(t, out);
	nt_buf_char(out, ',');
}

/* The properties that tell of the last edit (api 3.6). */
static void
touch_properties(struct nt_value properties, struct nt_str time,
    struct nt_str user)
{
	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p))
		switch (nt_prop_of(p)) {
		case NT_PROP_LAST_EDITED_TIME:
			nt_value_put(p, "last_edited_time", time);
			break;
		case NT_PROP_LAST_EDITED_BY:
			nt_value_put(p, "last_edited_by", user);
			break;
		default:
			break;
		}
}

void
nt_touch(struct nt_turn *t, struct nt_held *h)
{
	struct nt_buf time, user;

	nt_buf_init(&time, NT_BUF_MAX);
	nt_buf_init(&user, NT_BUF_MAX);
	nt_buf_fmt(&time, "\"%s\"", t->minute);
	put_me(t, &user);
	nt_value_put(h->v, "last_edited_time", nt_buf_view(&time));
	if (h->o.what != NT_A_DATABASE && h->o.what != NT_A_COMMENT)
		nt_value_put(h->v, "last_edited_by", nt_buf_view(&user));
	if (h->o.what == NT_A_PAGE)
		touch_properties(nt_value_get(h->v, "properties"),
		    nt_buf_view(&time), nt_buf_view(&t->svc->me_json));
	nt_buf_free(&time);
	nt_buf_free(&user);
}

void
nt_touch_page(struct nt_turn *t, int64_t row)
{
	struct nt_held h;

	while (row != 0 && nt_hold_row(t, row, &h)) {
		int64_t up = h.o.parent;
		int page = h.o.what == NT_A_PAGE;

		if (page) {
			nt_touch(t, &h);
			nt_save(t, &h);
		}
		nt_release(&h);
		if (page)
			return;
		row = up;
	}
}

void
nt_count_children(struct nt_turn *t, int64_t row)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT 1 FROM served_object"
	    " WHERE parent = ?1 AND kind = 4 AND state = 0 LIMIT 1");
	struct nt_held h;
	int has;

	nt_stmt_int(s, 1, row);
	has = nt_stmt_step(s);
	nt_stmt_done(s);
	if (!nt_hold_row(t, row, &h))
		return;
	if (h.o.what == NT_A_PAGE) {
		struct nt_id id = h.o.id;

		nt_release(&h);
		if (!nt_hold_id(t, &id, NT_A_BLOCK, &h))
			return;
	}
	if (h.o.what == NT_A_BLOCK &&
	    nt_value_true(nt_value_get(h.v, "has_children")) != has) {
		nt_value_put(h.v, "has_children",
		    has ? NT_STR("true") : NT_STR("false"));
		nt_save(t, &h);
	}
	nt_release(&h);
}

void
nt_create(struct nt_turn *t, enum nt_what what, int64_t parent,
    int64_t position, struct nt_str json, struct nt_object *o)
{
	struct nt_buf text, title;
	struct nt_value v = NT_VALUE_NONE;
	struct nt_json *doc = nt_json_new();

	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&title, NT_BUF_MAX);
	if (nt_json_parse(doc, json.p, json.len, &v, NULL) == 0 &&
	    nt_object_of(v, what, o, NULL) == 0) {
		nt_json_canonical(v, &text);
		o->parent = parent;
		o->position = position;
		o->json = nt_buf_view(&text);
		o->shape = nt_render_shape(what, o->json, v);
		nt_store_add(t->db, o, nt_object_title(v, what, &title));
		o->json = (struct nt_str){ NULL, 0 };
	}
	nt_json_free(doc);
	nt_buf_free(&text);
	nt_buf_free(&title);
}

int64_t
nt_position_last(struct nt_turn *t, int64_t parent, enum nt_what what)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT max(position)"
	    " FROM served_object WHERE parent = ?1 AND kind = ?2");
	int64_t last = 0;

	nt_stmt_int(s, 1, parent);
	nt_stmt_int(s, 2, what);
	if (nt_stmt_step(s))
		last = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return last + 1;
}

void
nt_shift(struct nt_turn *t, int64_t parent, enum nt_what what,
    int64_t behind, size_t n)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "UPDATE served_object"
	    " SET position = position + ?4"
	    " WHERE parent = ?1 AND kind = ?2 AND position > ?3");

	nt_stmt_int(s, 1, parent);
	nt_stmt_int(s, 2, what);
	nt_stmt_int(s, 3, behind);
	nt_stmt_int(s, 4, (int64_t)n);
	nt_stmt_run(s);
}

int
nt_answer_row(struct nt_turn *t, int64_t row)
{
	struct nt_stmt *hold;
	struct nt_object o;

	if (nt_store_get_row(t->db, row, &o, &hold))
		nt_turn_object(t, &o);
	nt_stmt_done(hold);
	return 0;
}

/* 1 if it is in the trash; a block is where the page around it is. */
static int
is_in_trash(struct nt_turn *t, const struct nt_object *o)
{
	enum nt_state state = o->state;
	enum nt_what what = o->what;
	int64_t up = o->parent;

	while (state != NT_TRASHED && what == NT_A_BLOCK && up != 0) {
		struct nt_stmt *s = nt_db_stmt(t->db, "SELECT state, kind,"
		    " parent FROM served_object WHERE row = ?1");

		nt_stmt_int(s, 1, up);
		up = 0;
		if (nt_stmt_step(s)) {
			state = (enum nt_state)nt_stmt_col_int(s, 0);
			what = (enum nt_what)nt_stmt_col_int(s, 1);
			up = nt_stmt_col_int(s, 2);
		}
		nt_stmt_done(s);
	}
	return state == NT_TRASHED;
}

int
nt_check_live(struct nt_turn *t, const struct nt_object *o)
{
	if (!is_in_trash(t, o))
		return 0;
	return nt_refuse_form(&t->why, "Can't edit block that is archived. "
	    "You must unarchive the block before editing.");
}

int
nt_body_trash(const struct nt_turn *t)
{
	struct nt_value v = nt_value_get(t->body, "in_trash");

	if (!nt_value_there(v))
		v = nt_value_get(t->body, "archived");
	return nt_value_is(v, NT_JSON_BOOL) ? nt_value_true(v) : -1;
}
