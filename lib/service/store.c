/*
 * Objects in SQLite.
 *
 * Rows are numbered by integers; the 16 random bytes of an id stand in one
 * index only.  The text of an object is canonical and, but for what render.c
 * does, what is answered.  A page and its child_page block share an id.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/served.h"

#include "internal.h"

#define STORE_FORMAT 1

#define EACH(name, sql) sql ";"
static const char schema[] = NT_SERVED(EACH);

/* Reads the secret that signs links, so that they outlive a restart. */
static int
find_secret(struct nt_service *svc, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT value FROM served WHERE key = 'secret'");
	int got = nt_stmt_step(s);
	struct nt_str text = { NULL, 0 };

	if (got == 1)
		text = nt_stmt_col_str(s, 0);
	if (text.len == NT_SECRET_BYTES)
		memcpy(svc->secret, text.p, text.len);
	nt_stmt_done(s);
	if (nt_db_failed(svc->db, err))
		return -1;
	return text.len == NT_SECRET_BYTES ? 0 : nt_err_set(err, NT_DATA,
	    "%s: what notion-serve kept in it is damaged",
	    svc->config.state);
}

static int
make_tables(struct nt_service *svc, struct nt_err *err)
{
	struct nt_stmt *s;

	nt_random_bytes(svc->secret, sizeof svc->secret);
	if (nt_db_begin(svc->db, err) == -1)
		return -1;
	if (nt_db_exec(svc->db, schema, err) == -1) {
		nt_db_rollback(svc->db);
		return -1;
	}
	s = nt_db_stmt(svc->db, "INSERT INTO served VALUES('secret', ?1),"
	    " ('format', ?2)");
	nt_stmt_blob(s, 1, svc->secret, sizeof svc->secret);
	nt_stmt_int(s, 2, STORE_FORMAT);
	nt_stmt_run(s);
	return nt_db_commit(svc->db, err);
}

int
nt_store_open(struct nt_service *svc, struct nt_err *err)
{
	const char *path = svc->config.state;
	int64_t made;

	if ((path == NULL ? nt_db_open(&svc->db, NULL, err) :
	    nt_db_open_as(&svc->db, path, NT_DB_SHARED, err)) == -1)
		return -1;
	made = nt_db_number(svc->db, "SELECT count(*) FROM sqlite_schema"
	    " WHERE name = 'served'");
	if (nt_db_failed(svc->db, err) || (made == 0 ?
	    make_tables(svc, err) : find_secret(svc, err)) == -1)
		return -1;
	svc->changed = (int)nt_db_number(svc->db,
	    "SELECT count(*) FROM served WHERE key = 'changed'");
	return nt_db_failed(svc->db, err) ? -1 : 0;
}

void
nt_store_mark(struct nt_service *svc)
{
	if (!svc->changed)
		nt_stmt_run(nt_db_stmt(svc->db, "INSERT OR REPLACE INTO served"
		    " VALUES('changed', 1)"));
	svc->changed = 1;
}

void
nt_store_read(struct nt_stmt *s, struct nt_object *o)
{
	struct nt_str id = nt_stmt_col_str(s, 1);
	struct nt_str link = nt_stmt_col_str(s, 9);

	*o = (struct nt_object){
		.row = nt_stmt_col_int(s, 0),
		.what = (enum nt_what)nt_stmt_col_int(s, 2),
		.parent = nt_stmt_col_int(s, 3),
		.state = (enum nt_state)nt_stmt_col_int(s, 4),
		.position = nt_stmt_col_int(s, 5),
		.created = nt_stmt_col_int(s, 6),
		.edited = nt_stmt_col_int(s, 7),
		.shape = (int)nt_stmt_col_int(s, 8),
		.json = nt_stmt_col_str(s, 10),
	};
	if (id.len == sizeof o->id.b)
		memcpy(o->id.b, id.p, id.len);
	if (link.len == sizeof o->link.b)
		memcpy(o->link.b, link.p, link.len);
}

static int
read_one(struct nt_stmt *s, struct nt_object *o, struct nt_stmt **hold)
{
	*hold = s;
	if (!nt_stmt_step(s))
		return 0;
	nt_store_read(s, o);
	return 1;
}

int
nt_store_get(struct nt_db *db, const struct nt_id *id, enum nt_what what,
    struct nt_object *o, struct nt_stmt **hold)
{
	struct nt_stmt *s = nt_db_stmt(db, "SELECT " NT_OBJECT_COLUMNS
	    " FROM served_object WHERE id = ?1 AND kind = ?2");

	nt_stmt_blob(s, 1, id->b, sizeof id->b);
	nt_stmt_int(s, 2, what);
	return read_one(s, o, hold);
}

int
nt_store_get_row(struct nt_db *db, int64_t row, struct nt_object *o,
    struct nt_stmt **hold)
{
	struct nt_stmt *s = nt_db_stmt(db, "SELECT " NT_OBJECT_COLUMNS
	    " FROM served_object WHERE row = ?1");

	nt_stmt_int(s, 1, row);
	return read_one(s, o, hold);
}

int64_t
nt_store_row(struct nt_db *db, const struct nt_id *id, enum nt_what what)
{
	struct nt_stmt *s = nt_db_stmt(db,
	    "SELECT row FROM served_object WHERE id = ?1 AND kind = ?2");
	int64_t row = 0;

	nt_stmt_blob(s, 1, id->b, sizeof id->b);
	nt_stmt_int(s, 2, what);
	if (nt_stmt_step(s))
		row = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return row;
}

static void
bind_title(struct nt_stmt *s, int at, struct nt_str title)
{
	if (title.p != NULL)
		nt_stmt_text(s, at, title);
	else
		nt_stmt_null(s, at);
}

int
nt_store_add(struct nt_db *db, struct nt_object *o, struct nt_str title)
{
	struct nt_stmt *s = nt_db_stmt(db,
	    "INSERT OR IGNORE INTO served_object(id, kind, parent, state,"
	    " position, created, edited, shape, link, title, json)"
	    " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
	int added;

	nt_stmt_blob(s, 1, o->id.b, sizeof o->id.b);
	nt_stmt_int(s, 2, o->what);
	nt_stmt_int(s, 3, o->parent);
	nt_stmt_int(s, 4, o->state);
	nt_stmt_int(s, 5, o->position);
	nt_stmt_int(s, 6, o->created);
	nt_stmt_int(s, 7, o->edited);
	nt_stmt_int(s, 8, o->shape);
	if (nt_id_is_nil(&o->link))
		nt_stmt_null(s, 9);
	else
		nt_stmt_blob(s, 9, o->link.b, sizeof o->link.b);
	bind_title(s, 10, title);
	nt_stmt_blob(s, 11, o->json.p, o->json.len);
	nt_stmt_run(s);
	added = nt_db_changes(db) == 1;
	o->row = added ? nt_db_last_row(db) : 0;
	return added;
}

void
nt_store_text(struct nt_db *db, const struct nt_object *o,
    struct nt_str title)
{
	struct nt_stmt *s = nt_db_stmt(db, "UPDATE served_object SET json = ?2,"
	    " edited = ?3, shape = ?4, title = ?5, state = ?6 WHERE row = ?1");

	nt_stmt_int(s, 1, o->row);
	nt_stmt_blob(s, 2, o->json.p, o->json.len);
	nt_stmt_int(s, 3, o->edited);
	nt_stmt_int(s, 4, o->shape);
	bind_title(s, 5, title);
	nt_stmt_int(s, 6, o->state);
	nt_stmt_run(s);
}
