/*
 * Statements: prepared once, found again by the text they were made of.
 */
#include "nt/db.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "internal.h"

struct nt_stmt {
	struct nt_db *db;
	struct nt_stmt *next;
	const char *sql;
	sqlite3_stmt *lite;	/* NULL if sql could not be prepared */
	int busy;		/* someone has it */
};

struct nt_stmt *
nt_db_stmt(struct nt_db *db, const char *sql)
{
	struct nt_stmt *s, **link = &db->stmts;

	/* What was used lately stands first, so the search stays short. */
	for (; (s = *link) != NULL; link = &s->next)
		if (!s->busy && (s->sql == sql || strcmp(s->sql, sql) == 0)) {
			*link = s->next;
			goto found;
		}
	s = nt_alloc(sizeof *s);
	s->db = db;
	s->sql = sql;
	if (sqlite3_prepare_v3(db->lite, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &s->lite, NULL) != SQLITE_OK)
		nt_db_keep_error(db);
found:
	s->next = db->stmts;
	db->stmts = s;
	s->busy = 1;
	return s;
}

static void
check(struct nt_stmt *s, int code)
{
	if (code != SQLITE_OK)
		nt_db_keep_error(s->db);
}

void
nt_stmt_int(struct nt_stmt *s, int at, int64_t n)
{
	check(s, sqlite3_bind_int64(s->lite, at, n));
}

void
nt_stmt_text(struct nt_stmt *s, int at, struct nt_str text)
{
	check(s, sqlite3_bind_text64(s->lite, at,
	    text.p != NULL ? text.p : "", text.len, SQLITE_STATIC,
	    SQLITE_UTF8));
}

void
nt_stmt_blob(struct nt_stmt *s, int at, const void *p, size_t len)
{
	check(s, sqlite3_bind_blob64(s->lite, at, p != NULL ? p : "", len,
	    SQLITE_STATIC));
}

void
nt_stmt_null(struct nt_stmt *s, int at)
{
	check(s, sqlite3_bind_null(s->lite, at));
}

void
nt_stmt_text_or_null(struct nt_stmt *s, int at, struct nt_str text)
{
	if (text.p == NULL)
		nt_stmt_null(s, at);
	else
		nt_stmt_text(s, at, text);
}

int
nt_stmt_step(struct nt_stmt *s)
{
	if (s->db->failed)
		return 0;
	switch (sqlite3_step(s->lite)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		nt_db_keep_error(s->db);
		return 0;
	}
}

int64_t
nt_stmt_col_int(struct nt_stmt *s, int col)
{
	return sqlite3_column_int64(s->lite, col);
}

struct nt_str
nt_stmt_col_str(struct nt_stmt *s, int col)
{
	const char *p = sqlite3_column_blob(s->lite, col);

	return (struct nt_str){ p != NULL ? p : "",
	    (size_t)sqlite3_column_bytes(s->lite, col) };
}

int
nt_stmt_col_is_null(struct nt_stmt *s, int col)
{
	return sqlite3_column_type(s->lite, col) == SQLITE_NULL;
}

void
nt_stmt_done(struct nt_stmt *s)
{
	if (s->lite != NULL) {
		sqlite3_reset(s->lite);		/* says again what step said */
		sqlite3_clear_bindings(s->lite);
	}
	s->busy = 0;
}

void
nt_stmt_run(struct nt_stmt *s)
{
	while (nt_stmt_step(s))
		continue;
	nt_stmt_done(s);
}

void
nt_stmt_free_all(struct nt_db *db)
{
	struct nt_stmt *s;

	while ((s = db->stmts) != NULL) {
		db->stmts = s->next;
		sqlite3_finalize(s->lite);
		free(s);
	}
}

int64_t
nt_db_number(struct nt_db *db, const char *sql)
{
	struct nt_stmt *s = nt_db_stmt(db, sql);
	int64_t n = nt_stmt_step(s) ? nt_stmt_col_int(s, 0) : 0;

	nt_stmt_done(s);
	return n;
}
