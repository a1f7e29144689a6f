/*
 * Writing views (api 2.8): POST, PATCH, DELETE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- create ---- */

/* What a new view hangs on. */
struct frame {
	struct nt_id database;
	int64_t row;		/* of the database or a linked one's block */
	int64_t at;		/* its position */
	struct nt_id dashboard;	/* the view it is a widget of, or nil */
};

static void
put_member(struct nt_buf *out, const char *name, struct nt_value v)
{
	nt_buf_fmt(out, ",\"%s\":", name);
	if (nt_value_there(v))
		nt_json_canonical(v, out);
	else
		nt_buf_str(out, "null");
}

/* configuration says its type, given or not. */
static void
put_configuration(struct nt_buf *out, struct nt_value given,
    struct nt_str type)
{
	struct nt_buf text;

	nt_buf_str(out, ",\"configuration\":");
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_quote(&text, type);
	if (nt_value_is(given, NT_JSON_OBJECT)) {
		nt_value_put(given, "type", nt_buf_view(&text));
		nt_json_canonical(given, out);
	} else
		nt_buf_fmt(out, "{\"type\":%s}", text.p);
	nt_buf_free(&text);
}

static int64_t
create(struct nt_turn *t, const struct frame *frame,
    const struct nt_id *source, struct nt_str name, struct nt_str type,
    struct nt_value body)
{
	struct nt_object o = { 0 };
	struct nt_buf text;
	struct nt_id id;
	char database[NT_ID_TEXT], id_text[NT_ID_TEXT];

	nt_id_random(&id);
	nt_id_format(&id, id_text);
	nt_id_format(&frame->database, database);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_fmt(&text, "{\"object\":\"view\",\"id\":\"%s\",\"parent\":{"
	    "\"type\":\"database_id\",\"database_id\":\"%s\"},", id_text,
	    database);
	nt_id_format(source, id_text);
	nt_buf_fmt(&text, "\"data_source_id\":\"%s\",\"name\":", id_text);
	nt_json_quote(&text, name);
	nt_buf_str(&text, ",\"type\":");
	nt_json_quote(&text, type);
	nt_buf_char(&text, ',');
	nt_put_birth(t, &text);
	nt_buf_str(&text, "\"url\":\"");
	nt_put_url(&text, NT_STR(""), &frame->database);
	nt_id_format_plain(&id, id_text);
	nt_buf_fmt(&text, "?v=%s\"", id_text);
	if (!nt_id_is_nil(&frame->dashboard)) {
		nt_id_format(&frame->dashboard, id_text);
		nt_buf_fmt(&text, ",\"dashboard_view_id\":\"%s\"", id_text);
	}
	put_member(&text, "filter", nt_value_get(body, "filter"));
	put_member(&text, "sorts", nt_value_get(body, "sorts"));
	put_member(&text, "quick_filters",
	    nt_value_get(body, "quick_filters"));
	put_configuration(&text, nt_value_get(body, "configuration"), type);
	nt_buf_char(&text, '}');
	nt_create(t, NT_A_VIEW, frame->row, frame->at, nt_buf_view(&text), &o);
	nt_buf_free(&text);
	return o.row;
}

void
nt_add_view(struct nt_turn *t, const struct nt_held *database,
    const struct nt_id *source)
{
	struct frame frame = {
		.database = database->o.id, .row = database->o.row,
		.at = nt_position_last(t, database->o.row, NT_A_VIEW),
	};

	create(t, &frame, source, NT_STR("Default view"), NT_STR("table"),
	    NT_VALUE_NONE);
}

/* The row that views of a database hang on; of a linked one its block. */
int64_t
nt_view_holder(struct nt_turn *t, const struct nt_id *database)
{
	int64_t row = nt_store_row(t->db, database, NT_A_DATABASE);
	struct nt_stmt *hold;
	struct nt_object o;

	if (row != 0)
		return row;
	if (nt_store_get(t->db, database, NT_A_BLOCK, &o, &hold) &&
	    nt_contains(o.json, NT_STR("\"type\":\"child_database\"")))
		row = o.row;
	nt_stmt_done(hold);
	return row;
}

/* Where among the views of its database (api 2.8). */
static int
find_position(struct nt_turn *t, struct frame *frame)
{
	struct nt_value position = nt_value_get(t->body, "position");
	struct nt_held after;
	struct nt_id id;

	frame->at = nt_position_last(t, frame->row, NT_A_VIEW);
	if (nt_value_text_is(nt_value_get(position, "type"), "start")) {
		nt_shift(t, frame->row, NT_A_VIEW, INT64_MIN, 1);
		frame->at = INT64_MIN / 2;
	}
	if (!nt_value_text_is(nt_value_get(position, "type"), "after_view"))
		return 0;
	if (nt_turn_id(t, "body.position.view_id", nt_value_text(nt_value_get(
	    position, "view_id")), &id) == -1 ||
	    nt_hold(t, &id, NT_A_VIEW, &after) == -1)
		return -1;
	nt_release(&after);
	if (after.o.parent != frame->row)
		return nt_refuse_form(&t->why, "The view of body.position is "
		    "not one of this database.");
	nt_shift(t, frame->row, NT_A_VIEW, after.o.position, 1);
	frame->at = after.o.position + 1;
	return 0;
}

/* A linked database: a block on a page, and views of another's source. */
static int
link_database(struct nt_turn *t, struct frame *frame)
{
	struct nt_str page = nt_value_text(nt_value_at(t->body,
	    "/create_database/parent/page_id"));
	struct nt_value position = nt_value_at(t->body,
	    "/create_database/position");
	struct nt_place place = { .type = "page_id" };
	struct nt_held h;
	int got;

	if (nt_turn_id(t, "body.create_database.parent.page_id", page,
	    &place.id) == -1 || nt_hold(t, &place.id, NT_A_PAGE, &h) == -1)
		return -1;
	place.row = h.o.row;
	got = nt_check_live(t, &h.o);
	nt_release(&h);
	if (got == -1 || nt_find_place(t, &place, position, 1) == -1)
		return -1;
	nt_id_random(&frame->database);
	nt_add_child_block(t, &place, &frame->database, "child_database",
	    NT_STR(""));
	nt_count_children(t, place.row);
	nt_touch_page(t, place.row);
	frame->row = nt_store_row(t->db, &frame->database, NT_A_BLOCK);
	frame->at = 1;
	return 0;
}

/* A widget stands where its dashboard does. */
static int
find_dashboard(struct nt_turn *t, struct nt_str view, struct frame *frame)
{
	struct nt_held h;
	int is_dashboard;

	if (nt_turn_id(t, "body.view_id", view, &frame->dashboard) == -1 ||
	    nt_hold(t, &frame->dashboard, NT_A_VIEW, &h) == -1)
		return -1;
	is_dashboard = nt_value_text_is(nt_value_get(h.v, "type"),
	    "dashboard");
	nt_id_scan(nt_value_text(nt_value_at(h.v, "/parent/database_id")),
	    &frame->database);
	frame->row = h.o.parent;
	frame->at = nt_position_last(t, frame->row, NT_A_VIEW);
	nt_release(&h);
	return is_dashboard ? 0 : nt_refuse_form(&t->why, "body.view_id "
	    "should be a dashboard.");
}

/* No view is made where its database is in the trash. */
static int
check_holder(struct nt_turn *t, int64_t row)
{
	struct nt_stmt *hold;
	struct nt_object o;
	int got = 0;

	if (nt_store_get_row(t->db, row, &o, &hold))
		got = nt_check_live(t, &o);
	nt_stmt_done(hold);
	return got;
}

static int
find_frame(struct nt_turn *t, struct frame *frame)
{
	struct nt_str database = nt_value_text(nt_value_get(t->body,
	    "database_id"));
	struct nt_str view = nt_value_text(nt_value_get(t->body, "view_id"));

	memset(frame, 0, sizeof *frame);
	if (nt_value_there(nt_value_get(t->body, "create_database")))
		return link_database(t, frame);
	if (view.p != NULL)
		return find_dashboard(t, view, frame);
	if (nt_turn_id(t, "body.database_id", database,
	    &frame->database) == -1)
		return -1;
	frame->row = nt_view_holder(t, &frame->database);
	if (frame->row == 0)
		return nt_refuse_missing(t, "database", &frame->database);
	if (check_holder(t, frame->row) == -1)
		return -1;
	return find_position(t, frame);
}

static int
check_property(struct nt_turn *t, struct nt_value schema, struct nt_str key)
{
	if (nt_value_there(nt_prop_find(schema, key)))
		return 0;
	return nt_refuse_form(&t->why,
	    "Could not find property with name or id: %.*s",
	    (int)(key.len < 100 ? key.len : 100), key.p);
}

/* Each property that the settings name has to be one (api 3.8). */
static int
check_settings(struct nt_turn *t, struct nt_value schema, struct nt_value v)
{
	static const char *const ids[] = { "property_id", "date_property_id",
	    "end_date_property_id", "x_axis_property_id",
	    "y_axis_property_id", "toggle_column_id", "map_by" };

	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e), text = nt_value_text(e);

		for (size_t i = 0; text.p != NULL && i < sizeof ids /
		    sizeof *ids; i++)
			if (nt_str_is(key, ids[i]) &&
			    check_property(t, schema, text) == -1)
				return -1;
		if (check_settings(t, schema, e) == -1)
			return -1;
	}
	return 0;
}

static int
check_quick_filters(struct nt_turn *t, struct nt_value schema)
{
	struct nt_value given = nt_value_get(t->body, "quick_filters");

	for (struct nt_value e = nt_value_first(given); nt_value_there(e);
	    e = nt_value_next(e))
		if (check_property(t, schema, nt_value_key(e)) == -1)
			return -1;
	return 0;
}

/* Refuses a filter, sorts and settings that do not fit the data source. */
static int
check_question(struct nt_turn *t, const struct nt_id *source)
{
	struct nt_result r = { 0 };
	struct nt_value schema;
	struct nt_held h;
	int got;

	if (nt_hold(t, source, NT_A_DATA_SOURCE, &h) == -1)
		return -1;
	schema = nt_value_get(h.v, "properties");
	if (check_settings(t, schema, nt_value_get(t->body,
	    "configuration")) == -1 || check_quick_filters(t, schema) == -1) {
		nt_release(&h);
		return -1;
	}
	got = nt_query_rows(t, &h, nt_value_get(t->body, "filter"),
	    nt_value_get(t->body, "sorts"), 0, &r);
	free(r.rows);
	nt_release(&h);
	return got;
}

int
nt_on_view_create(struct nt_turn *t)
{
	struct frame frame;
	struct nt_id source;

	if (nt_turn_id(t, "body.data_source_id", nt_value_text(nt_value_get(
	    t->body, "data_source_id")), &source) == -1)
		return -1;
	if (check_question(t, &source) == -1 || find_frame(t, &frame) == -1)
		return -1;
	return nt_answer_row(t, create(t, &frame, &source,
	    nt_value_text(nt_value_get(t->body, "name")),
	    nt_value_text(nt_value_get(t->body, "type")), t->body));
}

/* ---- update ---- */

/* Members given, over those there; a null among them takes one away. */
static void
merge(struct nt_held *h, const char *name, struct nt_value given)
{
	struct nt_value old = nt_value_get(h->v, name);
	struct nt_buf text;

	if (!nt_value_there(given))
		return;
	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_value_is(given, NT_JSON_OBJECT) &&
	    nt_value_is(old, NT_JSON_OBJECT)) {
		for (struct nt_value e = nt_value_first(given);
		    nt_value_there(e); e = nt_value_next(e)) {
			struct nt_str key = nt_value_key(e);
			char *member = nt_strndup(key.p, key.len);

			nt_value_put(old, member, nt_value_raw(e));
			free(member);
		}
		nt_json_canonical(old, &text);
	} else
		nt_json_canonical(given, &text);
	nt_value_put(h->v, name, nt_buf_view(&text));
	nt_buf_free(&text);
}

/* The type of a view stays (api 2.8). */
static int
check_type(struct nt_turn *t, const struct nt_held *h)
{
	struct nt_value given = nt_value_at(t->body, "/configuration/type");
	struct nt_value type = nt_value_get(h->v, "type");

	if (!nt_value_there(given) || nt_value_equal(given, type))
		return 0;
	return nt_refuse_form(&t->why, "The type of a view cannot be changed: "
	    "body.configuration.type should be `%.*s`.",
	    (int)nt_value_raw(type).len, nt_value_raw(type).p);
}

int
nt_on_view_update(struct nt_turn *t)
{
	static const char *const replaced[] = { "name", "filter", "sorts" };
	struct nt_held h;
	int got;

	if (nt_hold(t, &t->id[0], NT_A_VIEW, &h) == -1)
		return -1;
	got = nt_id_is_nil(&h.o.link) ? 0 : check_question(t, &h.o.link);
	if (got == 0)
		got = check_type(t, &h);
	if (got == 0) {
		for (size_t i = 0; i < sizeof replaced / sizeof *replaced;
		    i++) {
			struct nt_value v = nt_value_get(t->body, replaced[i]);

			if (nt_value_there(v))
				nt_value_put(h.v, replaced[i],
				    nt_value_raw(v));
		}
		merge(&h, "quick_filters",
		    nt_value_get(t->body, "quick_filters"));
		merge(&h, "configuration",
		    nt_value_get(t->body, "configuration"));
		nt_touch(t, &h);
		nt_save(t, &h);
		nt_answer_row(t, h.o.row);
	}
	nt_release(&h);
	return got;
}

/* ---- delete ---- */

/* What goes with a view: itself, and of a dashboard the widgets. */
#define WITH_IT "(row = ?1 OR instr(json, ?2) > 0)"

#define WIDGET_TEXT 80

/* widget is room for what its widgets say; it is lent to the statement. */
static void
bind_view(struct nt_stmt *s, const struct nt_held *h,
    char widget[WIDGET_TEXT])
{
	char id[NT_ID_TEXT];

	nt_id_format(&h->o.id, id);
	snprintf(widget, WIDGET_TEXT, "\"dashboard_view_id\":\"%s\"", id);
	nt_stmt_int(s, 1, h->o.row);
	nt_stmt_text(s, 2, nt_str_of(widget));
	nt_stmt_int(s, 3, h->o.parent);
}

/* 1 if the database has a view besides. */
static int
has_other(struct nt_turn *t, const struct nt_held *h)
{
	struct nt_stmt *s = nt_db_stmt(t->db, "SELECT 1 FROM served_object"
	    " WHERE NOT " WITH_IT " AND parent = ?3 AND kind = 5 LIMIT 1");
	char widget[WIDGET_TEXT];
	int has;

	bind_view(s, h, widget);
	has = nt_stmt_step(s);
	nt_stmt_done(s);
	return has;
}

int
nt_on_view_delete(struct nt_turn *t)
{
	static const char *const told[] = { "object", "id", "parent", "type" };
	struct nt_json_out o;
	struct nt_stmt *s;
	struct nt_held h;
	char widget[WIDGET_TEXT];

	if (nt_hold(t, &t->id[0], NT_A_VIEW, &h) == -1)
		return -1;
	if (!has_other(t, &h)) {
		nt_release(&h);
		return nt_refuse_form(&t->why,
		    "Cannot delete the last view of a database.");
	}
	s = nt_db_stmt(t->db, "DELETE FROM served_object WHERE " WITH_IT
	    " AND parent = ?3 AND kind = 5");
	bind_view(s, &h, widget);
	nt_stmt_run(s);
	nt_json_out_init(&o, t->out);
	nt_json_open(&o, NULL, '{');
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		nt_json_put_value(&o, told[i], nt_value_get(h.v, told[i]));
	nt_json_close(&o, '}');
	nt_turn_stamp(t);
	nt_release(&h);
	return 0;
}
