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

#include "internal.h"

#define STORE_FORMAT 1

static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE object("
    "  row INTEGER PRIMARY KEY,"
    "  id BLOB NOT NULL,"
    "  kind INTEGER NOT NULL,"
    "  parent INTEGER NOT NULL,"		/* row, or 0 */
    "  state INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  created INTEGER NOT NULL,"		/* milliseconds since 1970 */
    "  edited INTEGER NOT NULL,"
    "  shape INTEGER NOT NULL,"
    "  trasher INTEGER NOT NULL DEFAULT 0,"	/* in the trash with that row */
    "  link BLOB,"			/* see struct nt_object */
    "  title TEXT,"				/* of pages and data sources */
    "  json BLOB NOT NULL);"
    "CREATE UNIQUE INDEX object_id ON object(id, kind);"
    "CREATE INDEX object_place ON object(parent, kind, state, position);"
    "CREATE INDEX object_rows ON object(parent, state, created, id)"
    "  WHERE kind = 1;"
    "CREATE INDEX object_recent ON object(state, edited, id)"
    "  WHERE kind IN (1, 3);"
    "CREATE INDEX object_link ON object(link, position)"
    "  WHERE link IS NOT NULL;"
    "CREATE INDEX object_trasher ON object(trasher) WHERE trasher <> 0;"
    /* Bytes of files: data, or NULL for those in the folder of assets. */
    "CREATE TABLE file(sha256 TEXT PRIMARY KEY, type TEXT NOT NULL,"
    "  size INTEGER NOT NULL, data BLOB) WITHOUT ROWID;"
    "CREATE TABLE part(upload INTEGER, number INTEGER, data BLOB NOT NULL,"
    "  PRIMARY KEY(upload, number));"
    "CREATE TABLE sent(upload INTEGER PRIMARY KEY, sha256 TEXT NOT NULL);"
    "CREATE TABLE counter(row INTEGER PRIMARY KEY, last INTEGER NOT NULL);";

/* Reads the secret that signs links, so that they outlive a restart. */
static int
find_secret(struct nt_service *svc, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT value FROM meta WHERE key = 'secret'");
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
	    "%s is not a state file of notion-serve",
	    svc->config.state != NULL ? svc->config.state : "database");
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
	s = nt_db_stmt(svc->db, "INSERT INTO meta VALUES('secret', ?1),"
	    " ('format', ?2)");
	nt_stmt_blob(s, 1, svc->secret, sizeof svc->secret);
	nt_stmt_int(s, 2, STORE_FORMAT);
	nt_stmt_run(s);
	return nt_db_commit(svc->db, err);
}

int
nt_store_open(struct nt_service *svc, struct nt_err *err)
{
	int64_t tables, owner;

	if (nt_db_open(&svc->db, svc->config.state, err) == -1)
		return -1;
	owner = nt_db_number(svc->db, "PRAGMA application_id");
	tables = nt_db_number(svc->db, "SELECT count(*) FROM sqlite_schema");
	if (nt_db_failed(svc->db, err))
		return -1;
	if (owner != 0)
		return nt_err_set(err, NT_DATA, "%s is a repository, or of "
		    "another program; expected a state file of notion-serve",
		    svc->config.state);
	return tables == 0 ? make_tables(svc, err) : find_secret(svc, err);
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
	    " FROM object WHERE id = ?1 AND kind = ?2");

	nt_stmt_blob(s, 1, id->b, sizeof id->b);
	nt_stmt_int(s, 2, what);
	return read_one(s, o, hold);
}

int
nt_store_get_row(struct nt_db *db, int64_t row, struct nt_object *o,
    struct nt_stmt **hold)
{
	struct nt_stmt *s = nt_db_stmt(db, "SELECT " NT_OBJECT_COLUMNS
	    " FROM object WHERE row = ?1");

	nt_stmt_int(s, 1, row);
	return read_one(s, o, hold);
}

int64_t
nt_store_row(struct nt_db *db, const struct nt_id *id, enum nt_what what)
{
	struct nt_stmt *s = nt_db_stmt(db,
	    "SELECT row FROM object WHERE id = ?1 AND kind = ?2");
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
	struct nt_stmt *s = nt_db_stmt(db, "INSERT OR IGNORE INTO object(id,"
	    " kind, parent, state, position, created, edited, shape, link,"
	    " title, json) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
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
	struct nt_stmt *s = nt_db_stmt(db, "UPDATE object SET json = ?2,"
	    " edited = ?3, shape = ?4, title = ?5, state = ?6 WHERE row = ?1");

	nt_stmt_int(s, 1, o->row);
	nt_stmt_blob(s, 2, o->json.p, o->json.len);
	nt_stmt_int(s, 3, o->edited);
	nt_stmt_int(s, 4, o->shape);
	bind_title(s, 5, title);
	nt_stmt_int(s, 6, o->state);
	nt_stmt_run(s);
}
