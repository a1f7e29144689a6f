/*
 * The plain tables made anew from a snapshot: to stand for it, or to be
 * compared with those that do.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/mem.h"

/* Where records are put: plain tables, and perhaps a search index. */
struct target {
	struct plain *plain;
	struct search *search;
	int64_t unit;		/* the present one, or 0 */
};

static void
take(struct target *t, int64_t unit, struct nt_value record)
{
	enum nt_kind kind = nt_kind_of(nt_value_text(nt_value_get(record,
	    "object")));

	if (unit != t->unit) {
		if (t->unit != 0)
			search_unit_end(t->search, 1);
		search_unit(t->search, unit);
		t->unit = unit;
	}
	plain_record(t->plain, unit, kind, record);
	plain_seen(t->plain, kind, record);
	search_record(t->search, kind, record);
}

/* Reads all records of the snapshot of from. */
static int
read_again(struct target *t, struct nt_repo *from, int64_t snapshot,
    struct nt_err *err)
{
	struct nt_repo_stream *g = nt_repo_stream_open(from, snapshot, err);
	struct nt_json *doc = nt_json_new();
	struct nt_value record;
	struct nt_str line;
	int got = g == NULL ? -1 : 0;

	while (got == 0 && (got = stream_record(g, &line, err)) == 1) {
		got = nt_json_parse(doc, line.p, line.len, &record, err);
		if (got == 0)
			take(t, stream_unit(g), record);
	}
	if (got == 0 && t->unit != 0)
		search_unit_end(t->search, 1);
	nt_json_free(doc);
	nt_repo_stream_free(g);
	return got;
}

int
plain_rebuild(struct nt_repo *r, int64_t snapshot, struct nt_err *err)
{
	struct target t = { .unit = 0 };
	int got;

	if (nt_db_exec(r->db, "DELETE FROM page_row; DELETE FROM source_row; "
	    "DELETE FROM property_row; DELETE FROM database_row; "
	    "DELETE FROM user_row", err) == -1)
		return -1;
	t.plain = plain_new(r);
	t.search = search_new(r);
	got = search_clear(t.search, err);
	if (got == 0 && snapshot != 0)
		got = read_again(&t, r, snapshot, err);
	if (got == 0)
		got = views_write(r, err);
	search_free(t.search);
	plain_free(t.plain);
	return got == 0 && nt_db_failed(r->db, err) ? -1 : got;
}

/* ---- comparing ---- */

/* Gives the copy the units, for rows are found by their numbers. */
static void
copy_units(struct nt_repo *r, struct nt_repo *copy)
{
	struct nt_stmt *from = nt_db_stmt(r->db,
	    "SELECT id, thing, kind, nth FROM unit");

	while (nt_stmt_step(from)) {
		struct nt_str thing = nt_stmt_col_str(from, 1);
		struct nt_stmt *to = nt_db_stmt(copy->db, "INSERT INTO "
		    "unit(id, thing, kind, nth) VALUES (?, ?, ?, ?)");

		nt_stmt_int(to, 1, nt_stmt_col_int(from, 0));
		nt_stmt_blob(to, 2, thing.p, thing.len);
		nt_stmt_int(to, 3, nt_stmt_col_int(from, 2));
		nt_stmt_int(to, 4, nt_stmt_col_int(from, 3));
		nt_stmt_run(to);
	}
	nt_stmt_done(from);
}

/* 1 if the rows that stand there are equal. */
static int
same_row(struct nt_stmt *a, struct nt_stmt *b, int columns)
{
	for (int i = 0; i < columns; i++)
		if (nt_stmt_col_is_null(a, i) != nt_stmt_col_is_null(b, i) ||
		    !nt_str_eq(nt_stmt_col_str(a, i), nt_stmt_col_str(b, i)))
			return 0;
	return 1;
}

/* Compares what both databases answer to a query, row by row. */
static int
compare(struct nt_repo *r, struct nt_repo *copy, const char *sql,
    const char *what, int columns, struct nt_err *err)
{
	struct nt_stmt *a = nt_db_stmt(r->db, sql);
	struct nt_stmt *b = nt_db_stmt(copy->db, sql);
	int more, same;

	do {
		more = nt_stmt_step(a);
		same = nt_stmt_step(b) == more &&
		    (!more || same_row(a, b, columns));
	} while (more && same);
	nt_stmt_done(a);
	nt_stmt_done(b);
	if (nt_db_failed(r->db, err) || nt_db_failed(copy->db, err))
		return -1;
	return same ? 0 : nt_err_set(err, NT_DATA, "what %s shows is not "
	    "what the newest snapshot says", what);
}

/*
 * Names of views and columns are not compared: which of two data sources called
 * alike came first is told by nothing but these.
 */
static int
compare_all(struct nt_repo *r, struct nt_repo *copy, struct nt_err *err)
{
	int got = compare(r, copy, schema_pages, "page", 11, err);

	if (got == 0)
		got = compare(r, copy, "SELECT unit, id, title, parent "
		    "FROM source_row ORDER BY unit", "data_source", 4, err);
	if (got == 0)
		got = compare(r, copy, "SELECT source, id, name, type "
		    "FROM property_row WHERE gone = 0 ORDER BY 1, 2, 3",
		    "property", 4, err);
	if (got == 0)
		got = compare(r, copy, "SELECT unit, id, title, url, "
		    "parent_type, parent, in_trash FROM database_row "
		    "ORDER BY unit", "database", 7, err);
	if (got == 0)
		got = compare(r, copy, "SELECT id, name, type, email "
		    "FROM user_row ORDER BY id", "user", 4, err);
	if (got == 0 && r->searched)
		got = compare(r, copy, "SELECT rowid, id, title, text "
		    "FROM search ORDER BY rowid", "search", 4, err);
	return got;
}

/* Fills the tables of a copy in memory as the newest snapshot has it. */
static int
fill_copy(struct nt_repo *r, struct nt_repo *copy, struct nt_err *err)
{
	struct target t = { .plain = plain_new(copy),
	    .search = search_new(copy) };
	int64_t newest;
	int got;

	copy_units(r, copy);
	got = newest_snapshot(r, &newest, err);
	if (got == 0 && newest != 0)
		got = read_again(&t, r, newest, err);
	search_free(t.search);
	plain_free(t.plain);
	return got == 0 && nt_db_failed(copy->db, err) ? -1 : got;
}

int
plain_check(struct nt_repo *r, struct nt_err *err)
{
	struct nt_repo copy = { .searched = r->searched };
	int got;

	if (nt_db_open(&copy.db, NULL, err) == -1)
		return -1;
	got = schema_make(copy.db, err);
	if (got == 0 && r->searched)
		got = nt_db_exec(copy.db, schema_search, err);
	if (got == 0)
		got = nt_db_begin(copy.db, err);
	if (got == 0)
		got = fill_copy(r, &copy, err);
	if (got == 0)
		got = compare_all(r, &copy, err);
	nt_db_close(copy.db);
	return got;
}
