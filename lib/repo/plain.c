/*
 * The plain tables: what the records of the newest snapshot say, for SQL.
 * Only what is new or changed is written.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/mem.h"

#define PLACES_MAX 10000	/* properties that a data source ever had */

struct plain {
	struct nt_repo *repo;
	struct nt_buf a, b;		/* texts in the making */
	struct nt_id_map *users;	/* those in this stream */
	struct nt_id_map *sources;	/* those that it had so far */
	struct nt_id_map *early;	/* those whose rows came before them */
	int sources_changed;		/* the views are to be looked at */
	int rebuild;			/* rows stand where they should not */
};

struct plain *
plain_new(struct nt_repo *r)
{
	struct plain *p = nt_alloc(sizeof *p);

	p->repo = r;
	nt_buf_init(&p->a, NT_BUF_MAX);
	nt_buf_init(&p->b, NT_BUF_MAX);
	p->users = nt_id_map_new();
	p->sources = nt_id_map_new();
	p->early = nt_id_map_new();
	return p;
}

void
plain_free(struct plain *p)
{
	if (p == NULL)
		return;
	nt_buf_free(&p->a);
	nt_buf_free(&p->b);
	nt_id_map_free(p->users);
	nt_id_map_free(p->sources);
	nt_id_map_free(p->early);
	free(p);
}

/* ---- values ---- */

static void
bind_member(struct nt_stmt *s, int at, struct nt_value record,
    const char *pointer)
{
	nt_stmt_text_or_null(s, at, nt_value_text(nt_value_at(record,
	    pointer)));
}

static void
bind_truth(struct nt_stmt *s, int at, struct nt_value record,
    const char *name)
{
	nt_stmt_int(s, at, nt_value_true(nt_value_get(record, name)));
}

/* In milliseconds if that gives the same text again, else as text. */
static void
bind_time(struct nt_stmt *s, int at, struct nt_value record, const char *name)
{
	struct nt_str text = nt_value_text(nt_value_get(record, name));
	char again[NT_TIME_TEXT];
	int64_t ms;

	if (text.p != NULL && nt_time_parse(text.p, text.len, &ms) == 0 &&
	    ms >= 0) {
		nt_time_format(ms, again);
		if (nt_str_is(text, again)) {
			nt_stmt_int(s, at, ms);
			return;
		}
	}
	nt_stmt_text_or_null(s, at, text);
}

/* The id in the parent that the parent's type names, and that type. */
static void
bind_parent(struct nt_stmt *s, int at, struct nt_value record,
    struct nt_id *packed)
{
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));
	struct nt_str id = type.p == NULL ? type :
	    nt_value_text(nt_value_get_n(parent, type.p, type.len));

	nt_stmt_text_or_null(s, at, type);
	if (packed != NULL && id.len == NT_ID_TEXT - 1 &&
	    nt_id_scan(id, packed) == 0)
		nt_stmt_blob(s, at + 1, packed->b, sizeof packed->b);
	else
		nt_stmt_text_or_null(s, at + 1, id);
}

/* ---- data sources ---- */

/* The id of the data source that the page is a row of: 0, or -1: of none. */
static int
source_id(struct nt_value page, struct nt_id *id)
{
	struct nt_value parent = nt_value_get(page, "parent");

	return nt_value_text_is(nt_value_get(parent, "type"),
	    "data_source_id") ? nt_id_scan(nt_value_text(nt_value_get(parent,
	    "data_source_id")), id) : -1;
}

/*
 * The unit of the page's data source, or 0.  One that comes after its rows
 * does not count, so what is shown depends on the stream alone.
 */
static int64_t
source_of(struct plain *p, struct nt_value page)
{
	struct nt_stmt *s;
	struct nt_id id;
	int64_t unit;

	if (source_id(page, &id) == -1 ||
	    !nt_id_map_get(p->sources, &id, NULL))
		return 0;
	s = nt_db_stmt(p->repo->db, "SELECT unit.id FROM unit JOIN source_row "
	    "ON source_row.unit = unit.id "
	    "WHERE thing = ? AND kind = ? AND nth = 0");
	nt_stmt_blob(s, 1, id.b, sizeof id.b);
	nt_stmt_int(s, 2, NT_KIND_DATA_SOURCE);
	unit = nt_stmt_step(s) ? nt_stmt_col_int(s, 0) : 0;
	nt_stmt_done(s);
	return unit;
}

/* 1 if the query answers a row. */
static int
any(struct plain *p, const char *sql, int64_t n)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db, sql);
	int there;

	nt_stmt_int(s, 1, n);
	there = nt_stmt_step(s);
	nt_stmt_done(s);
	return there;
}

static void
run_property(struct nt_stmt *s, int64_t unit, struct nt_value property)
{
	struct nt_str name = nt_value_key(property);
	struct nt_str id = nt_value_text(nt_value_get(property, "id"));

	nt_stmt_int(s, 1, unit);
	nt_stmt_text(s, 2, id.p != NULL ? id : name);
	nt_stmt_text(s, 3, name);
	nt_stmt_text_or_null(s, 4, nt_value_text(nt_value_get(property,
	    "type")));
	nt_stmt_run(s);
}

/* Takes over a property: at its old place, by its id, or at a new one. */
static void
put_property(struct plain *p, int64_t unit, struct nt_value property)
{
	run_property(nt_db_stmt(p->repo->db, "UPDATE property_row "
	    "SET name = ?3, type = ?4, gone = 0 "
	    "WHERE source = ?1 AND id = ?2"), unit, property);
	if (nt_db_changes(p->repo->db) == 0)
		run_property(nt_db_stmt(p->repo->db, "INSERT INTO "
		    "property_row(source, id, name, type, gone, place) "
		    "VALUES (?1, ?2, ?3, ?4, 0, "
		    "(SELECT ifnull(max(place) + 1, 0) FROM property_row "
		    "WHERE source = ?1))"), unit, property);
}

static void
put_source(struct plain *p, int64_t unit, struct nt_value record)
{
	struct nt_stmt *s;
	struct nt_value v;

	nt_buf_clear(&p->a);
	plain_text(&p->a, nt_value_get(record, "title"));
	s = nt_db_stmt(p->repo->db, "INSERT INTO source_row(unit, id, title, "
	    "parent) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
	    "id = ?2, title = ?3, parent = ?4");
	nt_stmt_int(s, 1, unit);
	bind_member(s, 2, record, "/id");
	nt_stmt_text(s, 3, nt_buf_view(&p->a));
	bind_member(s, 4, record, "/parent/database_id");
	nt_stmt_run(s);

	s = nt_db_stmt(p->repo->db,
	    "UPDATE property_row SET gone = 1 WHERE source = ?");
	nt_stmt_int(s, 1, unit);
	nt_stmt_run(s);
	v = nt_value_first(nt_value_get(record, "properties"));
	for (; nt_value_there(v); v = nt_value_next(v))
		put_property(p, unit, v);
	p->sources_changed = 1;
}

/* ---- pages ---- */

/* The title of a page, into p->a. */
static void
find_title(struct plain *p, struct nt_value properties)
{
	struct nt_value v;

	nt_buf_clear(&p->a);
	for (v = nt_value_first(properties); nt_value_there(v);
	    v = nt_value_next(v))
		if (nt_prop_of(v) == NT_PROP_TITLE) {
			plain_text(&p->a, nt_value_get(v, "title"));
			return;
		}
}

/* The page's property of that id, which stays where a name may change. */
static struct nt_value
find_property(struct nt_value properties, struct nt_str id)
{
	struct nt_value v;

	for (v = nt_value_first(properties); nt_value_there(v);
	    v = nt_value_next(v))
		if (nt_str_eq(nt_value_text(nt_value_get(v, "id")), id))
			return v;
	return nt_value_get_n(properties, id.p, id.len);
}

/* The values in the order of the data source's properties, as an array. */
static void
put_cells(struct plain *p, int64_t source, struct nt_value properties)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db, "SELECT place, id "
	    "FROM property_row WHERE source = ? AND gone = 0 "
	    "AND type <> 'title' ORDER BY place");
	int64_t next = 0;

	nt_stmt_int(s, 1, source);
	nt_buf_char(&p->b, '[');
	while (nt_stmt_step(s)) {
		int64_t place = nt_stmt_col_int(s, 0);
		struct nt_value v = find_property(properties,
		    nt_stmt_col_str(s, 1));

		if (!nt_value_there(v) || place > PLACES_MAX)
			continue;
		for (; next < place; next++)
			nt_buf_str(&p->b, next > 0 ? ",null" : "null");
		if (next++ > 0)
			nt_buf_char(&p->b, ',');
		plain_value(&p->b, v);
	}
	nt_buf_char(&p->b, ']');
	nt_stmt_done(s);
}

/* The same by name, of a page whose data source is not there. */
static void
put_named(struct plain *p, struct nt_value properties)
{
	struct nt_json_out o;
	struct nt_value v;
	struct nt_buf value;

	nt_buf_init(&value, NT_BUF_MAX);
	nt_json_out_init(&o, &p->b);
	nt_json_open(&o, NULL, '{');
	for (v = nt_value_first(properties); nt_value_there(v);
	    v = nt_value_next(v)) {
		if (nt_prop_of(v) == NT_PROP_TITLE)
			continue;
		nt_buf_clear(&value);
		plain_value(&value, v);
		nt_json_put_key(&o, nt_value_key(v));
		nt_json_put_raw(&o, NULL, nt_buf_view(&value));
	}
	nt_json_close(&o, '}');
	nt_buf_free(&value);
}

/* The address without the id that most of them end in. */
static void
bind_url(struct nt_stmt *s, int at, struct nt_value record)
{
	struct nt_str url = nt_value_text(nt_value_get(record, "url"));
	char plain[NT_ID_TEXT];
	struct nt_id id;
	int ends = 0;

	if (url.len > 32 && nt_id_scan(nt_value_text(nt_value_get(record,
	    "id")), &id) == 0) {
		nt_id_format_plain(&id, plain);
		ends = memcmp(url.p + url.len - 32, plain, 32) == 0;
	}
	if (ends)
		url.len -= 32;
	nt_stmt_text_or_null(s, at, url);
	nt_stmt_int(s, at + 1, ends);
}

static void
put_page(struct plain *p, int64_t unit, struct nt_value record)
{
	struct nt_value properties = nt_value_get(record, "properties");
	int64_t source = source_of(p, record);
	struct nt_stmt *s;
	struct nt_id parent;

	find_title(p, properties);
	nt_buf_clear(&p->b);
	if (source != 0)
		put_cells(p, source, properties);
	else
		put_named(p, properties);
	s = nt_db_stmt(p->repo->db, "INSERT OR REPLACE INTO page_row(unit, "
	    "title, url, url_id, created, edited, parent_type, parent, "
	    "in_trash, archived, source, cells) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	nt_stmt_int(s, 1, unit);
	nt_stmt_text(s, 2, nt_buf_view(&p->a));
	bind_url(s, 3, record);
	bind_time(s, 5, record, "created_time");
	bind_time(s, 6, record, "last_edited_time");
	bind_parent(s, 7, record, &parent);
	bind_truth(s, 9, record, "in_trash");
	bind_truth(s, 10, record, "is_archived");
	if (source != 0)
		nt_stmt_int(s, 11, source);
	else
		nt_stmt_null(s, 11);
	if (p->b.len > 2)
		nt_stmt_text(s, 12, nt_buf_view(&p->b));
	else
		nt_stmt_null(s, 12);
	nt_stmt_run(s);
}

/* ---- databases and users ---- */

static void
put_database(struct plain *p, int64_t unit, struct nt_value record)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db, "INSERT OR REPLACE INTO "
	    "database_row(unit, id, title, url, parent_type, parent, in_trash)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?)");

	nt_buf_clear(&p->a);
	plain_text(&p->a, nt_value_get(record, "title"));
	nt_stmt_int(s, 1, unit);
	bind_member(s, 2, record, "/id");
	nt_stmt_text(s, 3, nt_buf_view(&p->a));
	bind_member(s, 4, record, "/url");
	bind_parent(s, 5, record, NULL);
	bind_truth(s, 7, record, "in_trash");
	nt_stmt_run(s);
}

static void
put_user(struct plain *p, struct nt_value record)
{
	struct nt_str id = nt_value_text(nt_value_get(record, "id"));
	struct nt_stmt *s;

	s = nt_db_stmt(p->repo->db, "INSERT INTO user_row(id, name, type, "
	    "email) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
	    "name = ?2, type = ?3, email = ?4 WHERE name IS NOT ?2 OR "
	    "type IS NOT ?3 OR email IS NOT ?4");
	nt_stmt_text(s, 1, id);
	bind_member(s, 2, record, "/name");
	bind_member(s, 3, record, "/type");
	bind_member(s, 4, record, "/person/email");
	nt_stmt_run(s);
}

void
plain_record(struct plain *p, int64_t unit, enum nt_kind kind,
    struct nt_value record)
{
	switch (kind) {
	case NT_KIND_PAGE:
		put_page(p, unit, record);
		break;
	case NT_KIND_DATA_SOURCE:
		put_source(p, unit, record);
		break;
	case NT_KIND_DATABASE:
		put_database(p, unit, record);
		break;
	default:
		break;
	}
}

void
plain_seen(struct plain *p, enum nt_kind kind, struct nt_value record)
{
	struct nt_id id;
	int known = nt_id_scan(nt_value_text(nt_value_get(record, "id")),
	    &id) == 0;

	if (kind == NT_KIND_USER && known) {
		put_user(p, record);
		nt_id_map_put(p->users, &id, 0);
	} else if (kind == NT_KIND_DATA_SOURCE && known) {
		nt_id_map_put(p->sources, &id, 0);
		p->rebuild |= nt_id_map_get(p->early, &id, NULL);
	} else if (kind == NT_KIND_PAGE && source_id(record, &id) == 0 &&
	    !nt_id_map_get(p->sources, &id, NULL)) {
		nt_id_map_put(p->early, &id, 0);
	}
}

/* ---- what is gone ---- */

static void
run(struct plain *p, const char *sql, int64_t n)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db, sql);

	nt_stmt_int(s, 1, n);
	nt_stmt_run(s);
}

void
plain_gone(struct plain *p, int64_t unit)
{
	run(p, "DELETE FROM page_row WHERE unit = ?", unit);
	run(p, "DELETE FROM database_row WHERE unit = ?", unit);
	run(p, "DELETE FROM source_row WHERE unit = ?", unit);
	if (nt_db_changes(p->repo->db) == 0)
		return;
	run(p, "DELETE FROM property_row WHERE source = ?", unit);
	p->sources_changed = 1;
}

static void
drop_user(struct plain *p, struct nt_str id)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db,
	    "DELETE FROM user_row WHERE id = ?");

	nt_stmt_text(s, 1, id);
	nt_stmt_run(s);
}

/* Removes the users that the stream did not have. */
static void
drop_users(struct plain *p)
{
	struct nt_stmt *s = nt_db_stmt(p->repo->db, "SELECT id FROM user_row");
	struct units gone = { NULL, 0, 0 };
	struct nt_id id;

	nt_buf_clear(&p->a);
	while (nt_stmt_step(s)) {
		struct nt_str text = nt_stmt_col_str(s, 0);

		if (nt_id_scan(text, &id) == 0 &&
		    nt_id_map_get(p->users, &id, NULL))
			continue;
		units_add(&gone, (int64_t)p->a.len);
		nt_buf_add(&p->a, text.p, text.len);
	}
	nt_stmt_done(s);
	units_add(&gone, (int64_t)p->a.len);
	for (size_t i = 0; i + 1 < gone.count; i++)
		drop_user(p, (struct nt_str){ p->a.p + gone.at[i],
		    (size_t)(gone.at[i + 1] - gone.at[i]) });
	units_free(&gone);
}

/* ---- the end ---- */

int
plain_finish(struct plain *p, int64_t snapshot, struct nt_err *err)
{
	drop_users(p);
	/* Rows whose data source went away, or came, while they stayed. */
	if (!p->rebuild)
		p->rebuild = any(p, "SELECT 1 FROM page_row WHERE "
		    "source NOT IN (SELECT unit FROM source_row) OR "
		    "(source IS NULL AND parent_type = 'data_source_id' AND "
		    "parent IN (SELECT u.thing FROM source_row s "
		    "JOIN unit u ON u.id = s.unit)) LIMIT ?", 1);
	if (nt_db_failed(p->repo->db, err))
		return -1;
	if (p->rebuild)
		return plain_rebuild(p->repo, snapshot, err);
	return p->sources_changed ? views_write(p->repo, err) : 0;
}
