/*
 * The tables and views, word for word: what stands in a file is compared with
 * what stands here before anything in it is believed.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/served.h"

#define APPLICATION_ID 0x4e547231	/* "NTr1" */

/* The 16 bytes of an id as its text. */
#define DASHED(x) "lower(substr(hex(" x "),1,8)||'-'||" \
    "substr(hex(" x "),9,4)||'-'||substr(hex(" x "),13,4)||'-'||" \
    "substr(hex(" x "),17,4)||'-'||substr(hex(" x "),21))"

/* A time, kept in milliseconds if it was written as they are. */
#define TIME(x) "CASE typeof(" x ") WHEN 'integer' THEN " \
    "strftime('%Y-%m-%dT%H:%M:%S'," x "/1000,'unixepoch')||" \
    "printf('.%03dZ'," x "%1000) ELSE " x " END"

/* What the views of data sources are made of. */
#define PAGE_CELLS "SELECT " DASHED("u.thing") " AS id, p.title, " \
    "CASE p.url_id WHEN 1 THEN p.url||lower(hex(u.thing)) ELSE p.url END " \
    "AS url, " TIME("p.created") " AS created_time, " TIME("p.edited") \
    " AS last_edited_time, p.in_trash, p.archived, p.parent_type, " \
    "CASE typeof(p.parent) WHEN 'blob' THEN " DASHED("p.parent") \
    " ELSE p.parent END AS parent_id, p.source, p.cells " \
    "FROM page_row p JOIN unit u ON u.id = p.unit"

#define PAGE "SELECT p.id, p.title, p.url, p.created_time, " \
    "p.last_edited_time, p.in_trash, p.archived, p.parent_type, " \
    "p.parent_id, s.id AS data_source_id, CASE WHEN p.source IS NULL THEN " \
    "ifnull(p.cells, '{}') ELSE (SELECT json_group_object(q.name, " \
    "json_extract(p.cells, '$['||q.place||']')) FROM (SELECT name, place " \
    "FROM property_row WHERE source = p.source AND gone = 0 " \
    "AND type <> 'title' ORDER BY name) q) END AS properties " \
    "FROM page_cells p LEFT JOIN source_row s ON s.unit = p.source"

/* The view of pages without a view in it, for where none is run. */
const char schema_pages[] = "WITH page_cells AS (" PAGE_CELLS ") " PAGE
    " ORDER BY 1, 2, 3";

static const struct {
	const char *name;
	const char *sql;
} objects[] = {
	{ "repository", "CREATE TABLE repository(id INTEGER PRIMARY KEY, "
	    "secret BLOB, writer TEXT, forgotten INTEGER, searched INTEGER)" },
	{ "snapshot", "CREATE TABLE snapshot(id INTEGER PRIMARY KEY, "
	    "taken INTEGER, packed INTEGER, complete INTEGER, "
	    "records INTEGER, bytes INTEGER, digest TEXT, counts TEXT, "
	    "source TEXT, scope TEXT, head TEXT, tail TEXT, places BLOB, "
	    "seal INTEGER)" },
	{ "place", "CREATE TABLE place(id INTEGER PRIMARY KEY, units BLOB)" },
	{ "unit", "CREATE TABLE unit(id INTEGER PRIMARY KEY, thing BLOB, "
	    "kind INTEGER, nth INTEGER)" },
	{ "unit_thing", "CREATE UNIQUE INDEX unit_thing "
	    "ON unit(thing, kind, nth)" },
	{ "version", "CREATE TABLE version(unit INTEGER, first INTEGER, "
	    "body BLOB, PRIMARY KEY (unit, first)) WITHOUT ROWID" },
	{ "frame", "CREATE TABLE frame(id INTEGER PRIMARY KEY, sums BLOB, "
	    "size INTEGER, base INTEGER, data BLOB)" },
	{ "asset", "CREATE TABLE asset(id INTEGER PRIMARY KEY, "
	    "sha256 BLOB, size INTEGER, whole INTEGER)" },
	{ "asset_sha256", "CREATE UNIQUE INDEX asset_sha256 ON asset(sha256)" },
	{ "asset_part", "CREATE TABLE asset_part(asset INTEGER, part INTEGER, "
	    "data BLOB, PRIMARY KEY (asset, part)) WITHOUT ROWID" },
	{ "asset_use", "CREATE TABLE asset_use(unit INTEGER, first INTEGER, "
	    "asset INTEGER, PRIMARY KEY (unit, first, asset)) WITHOUT ROWID" },
	{ "page_row", "CREATE TABLE page_row(unit INTEGER PRIMARY KEY, "
	    "title TEXT, url TEXT, url_id INTEGER, created, edited, "
	    "parent_type TEXT, parent, in_trash INTEGER, archived INTEGER, "
	    "source INTEGER, cells TEXT)" },
	{ "source_row", "CREATE TABLE source_row(unit INTEGER PRIMARY KEY, "
	    "id TEXT, title TEXT, parent TEXT, view TEXT)" },
	{ "property_row", "CREATE TABLE property_row(source INTEGER, "
	    "place INTEGER, id TEXT, name TEXT, type TEXT, col TEXT, "
	    "gone INTEGER, PRIMARY KEY (source, place)) WITHOUT ROWID" },
	{ "database_row", "CREATE TABLE database_row("
	    "unit INTEGER PRIMARY KEY, id TEXT, title TEXT, url TEXT, "
	    "parent_type TEXT, parent TEXT, in_trash INTEGER)" },
	{ "user_row", "CREATE TABLE user_row(id TEXT PRIMARY KEY, name TEXT, "
	    "type TEXT, email TEXT) WITHOUT ROWID" },

	{ "snapshots", "CREATE VIEW snapshots AS SELECT id, "
	    TIME("taken") " AS taken, " TIME("packed") " AS packed, complete, "
	    "records, bytes, digest, counts, source, scope FROM snapshot" },
	{ "page_cells", "CREATE VIEW page_cells AS " PAGE_CELLS },
	{ "page", "CREATE VIEW page AS " PAGE },
	{ "data_source", "CREATE VIEW data_source AS SELECT id, title, "
	    "parent AS database_id, view FROM source_row" },
	{ "database", "CREATE VIEW database AS SELECT id, title, url, "
	    "parent_type, parent AS parent_id, in_trash FROM database_row" },
	{ "property", "CREATE VIEW property AS SELECT s.id AS data_source_id, "
	    "q.id, q.name, q.type, q.col AS \"column\" FROM property_row q "
	    "JOIN source_row s ON s.unit = q.source WHERE q.gone = 0" },
	{ "user", "CREATE VIEW user AS SELECT id, name, type, email "
	    "FROM user_row" }
};

#define OBJECTS (sizeof objects / sizeof *objects)

const char schema_search[] = "CREATE VIRTUAL TABLE search "
    "USING fts5(id UNINDEXED, title, text)";

/* What FTS5 makes for the table above. */
static const struct {
	const char *name;
	const char *sql;
} search_objects[] = {
	{ "search", schema_search },
	{ "search_data", "CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, "
	    "block BLOB)" },
	{ "search_idx", "CREATE TABLE 'search_idx'(segid, term, pgno, "
	    "PRIMARY KEY(segid, term)) WITHOUT ROWID" },
	{ "search_content", "CREATE TABLE 'search_content'("
	    "id INTEGER PRIMARY KEY, c0, c1, c2)" },
	{ "search_docsize", "CREATE TABLE 'search_docsize'("
	    "id INTEGER PRIMARY KEY, sz BLOB)" },
	{ "search_config", "CREATE TABLE 'search_config'(k PRIMARY KEY, v) "
	    "WITHOUT ROWID" }
};

#define SEARCH_OBJECTS (sizeof search_objects / sizeof *search_objects)

/* What notion-serve keeps beside, all of it or nothing. */
#define EACH(name, sql) { name, sql },
static const struct {
	const char *name;
	const char *sql;
} served_objects[] = { NT_SERVED(EACH) };

#define SERVED_OBJECTS (sizeof served_objects / sizeof *served_objects)

int
schema_make(struct nt_db *db, struct nt_err *err)
{
	struct nt_buf b;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_fmt(&b, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    APPLICATION_ID, NT_REPO_FORMAT);
	for (size_t i = 0; i < OBJECTS; i++)
		nt_buf_fmt(&b, "%s;", objects[i].sql);
	got = nt_db_exec(db, b.p, err);
	nt_buf_free(&b);
	return got;
}

int
schema_has(const char *name)
{
	for (size_t i = 0; i < OBJECTS; i++)
		if (strcmp(objects[i].name, name) == 0)
			return 1;
	return strncmp(name, "search", 6) == 0 ||
	    strncmp(name, "served", 6) == 0 ||
	    strncmp(name, "sqlite_", 7) == 0;
}

/*
 * Whether it may stand there: 1 if it is one of the first list, 2 of the
 * second, 3 of the third, 4 if it is a view, which is never looked at; 0 if it
 * may not.
 */
static int
judge(struct nt_str type, struct nt_str name, struct nt_str sql)
{
	for (size_t i = 0; i < OBJECTS; i++)
		if (nt_str_is(name, objects[i].name))
			return nt_str_is(sql, objects[i].sql);
	for (size_t i = 0; i < SEARCH_OBJECTS; i++)
		if (nt_str_is(name, search_objects[i].name))
			return nt_str_is(sql, search_objects[i].sql) ? 2 : 0;
	for (size_t i = 0; i < SERVED_OBJECTS; i++)
		if (nt_str_is(name, served_objects[i].name))
			return nt_str_is(sql, served_objects[i].sql) ? 3 : 0;
	return nt_str_is(type, "view") ? 4 : 0;
}

static int
check_objects(struct nt_db *db, struct nt_err *err)
{
	struct nt_stmt *s = nt_db_stmt(db, "SELECT type, name, sql "
	    "FROM sqlite_schema");
	size_t seen[5] = { 0 };
	int got = 0;

	while (got == 0 && nt_stmt_step(s)) {
		struct nt_str name = nt_stmt_col_str(s, 1);
		int verdict = judge(nt_stmt_col_str(s, 0), name,
		    nt_stmt_col_str(s, 2));

		seen[verdict]++;
		if (verdict == 0)
			got = nt_err_set(err, NT_DATA, "its %.*s %.*s is none "
			    "of a repository",
			    (int)nt_stmt_col_str(s, 0).len,
			    nt_stmt_col_str(s, 0).p,
			    (int)(name.len < 80 ? name.len : 80), name.p);
	}
	nt_stmt_done(s);
	if (got == 0 && nt_db_failed(db, err))
		return -1;
	if (got == 0 && (seen[1] != OBJECTS ||
	    (seen[2] != 0 && seen[2] != SEARCH_OBJECTS) ||
	    (seen[3] != 0 && seen[3] != SERVED_OBJECTS)))
		got = nt_err_set(err, NT_DATA, "tables of it are missing");
	return got;
}

int
schema_check(struct nt_db *db, struct nt_err *err)
{
	int64_t id = nt_db_number(db, "PRAGMA application_id");
	int64_t format = nt_db_number(db, "PRAGMA user_version");

	if (nt_db_failed(db, err))
		return -1;
	if (id != APPLICATION_ID)
		return nt_err_set(err, NT_DATA, "it is an SQLite database, "
		    "but no repository");
	if (format > NT_REPO_FORMAT)
		return nt_err_set(err, NT_DATA, "the repository is of format "
		    "%jd, newer than %d, which is known here",
		    (intmax_t)format, NT_REPO_FORMAT);
	if (format != NT_REPO_FORMAT)
		return nt_err_set(err, NT_DATA, "it is a repository of "
		    "format %jd, expected %d", (intmax_t)format,
		    NT_REPO_FORMAT);
	return check_objects(db, err);
}
