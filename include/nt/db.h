/*
 * db - SQLite, and the only door to it.
 *
 * Calls base.  One connection for one thread.  The first thing that goes
 * wrong is kept: from then on statements step to nothing, and the commit says
 * why and fails.  So a transaction is written down without a check a line,
 * and is done whole or not at all.
 */
#ifndef NT_DB_H
#define NT_DB_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/mem.h"

#define NT_DB_BUSY_MS 1000	/* a file held longer by another is NT_AGAIN */

struct nt_db;
struct nt_stmt;

/*
 * Opens or makes the database file (mode 0600), write-ahead logged, every
 * commit synced, and held: no other process gets in before it is closed.  path
 * NULL is a database in memory.  0, or -1: NT_DATA when the file is none of
 * SQLite's, NT_AGAIN when another process holds it.
 */
int nt_db_open(struct nt_db **db, const char *path, struct nt_err *err);

/* How a database is opened that is not for one process alone. */
enum nt_db_mode {
	NT_DB_DRAFT,	/* a new file that nobody knows yet: neither logged
			 * nor synced until nt_db_settle() */
	NT_DB_SHARED,	/* written beside readers, made by a draft before */
	NT_DB_READ	/* read beside a writer; no trace is left if the
			 * file or its folder may not be written to */
};

/*
 * Opens a database file that others made or use.  Nothing that its schema
 * holds is run: no trigger, no view, no function in it; cells are checked.
 * To wait for a writer takes up to NT_DB_WAIT_MS.  0, or -1 as nt_db_open().
 */
#define NT_DB_WAIT_MS 5000
int nt_db_open_as(struct nt_db **db, const char *path, enum nt_db_mode mode,
    struct nt_err *err);

/* Makes a draft one that is write-ahead logged from then on: 0, or -1. */
int nt_db_settle(struct nt_db *db, struct nt_err *err);

/* Gives the system back the room that is free, as far as readers let it. */
int nt_db_shrink(struct nt_db *db, struct nt_err *err);

/*
 * Has the file as many bytes as its header says?  Those that a writer has yet
 * to put there count as there.  db is the connection to it, or NULL if this
 * process has none.  0, or -1, NT_DATA: it was cut short.
 */
int nt_db_whole(struct nt_db *db, const char *path, struct nt_err *err);

/* 1 if the word cannot stand for a name without quotes. */
int nt_db_keyword(const char *word);

/* Closes; what was not committed is undone.  NULL is fine. */
void nt_db_close(struct nt_db *db);

/* Runs statements that give no rows, outside of any error kept: 0, or -1. */
int nt_db_exec(struct nt_db *db, const char *sql, struct nt_err *err);

/*
 * A transaction that writes.  begin forgets an error kept before; commit is
 * 0, or -1 with NT_AGAIN (locked), NT_LIMIT (full) or NT_SYS and all undone.
 */
int nt_db_begin(struct nt_db *db, struct nt_err *err);
int nt_db_commit(struct nt_db *db, struct nt_err *err);
void nt_db_rollback(struct nt_db *db);

/* 1 and *err if something went wrong since the last begin, else 0. */
int nt_db_failed(const struct nt_db *db, struct nt_err *err);

/*
 * A statement ready to be bound, prepared once and kept; sql must be a text
 * that lives as long as db.  It is the caller's until nt_stmt_done(); the
 * same sql may be had again meanwhile, for use inside its own loop.
 */
struct nt_stmt *nt_db_stmt(struct nt_db *db, const char *sql);

/* Bind the parameters in turn, counting from 1; text and blobs are lent
 * until nt_stmt_done(). */
void nt_stmt_int(struct nt_stmt *s, int at, int64_t n);
void nt_stmt_text(struct nt_stmt *s, int at, struct nt_str text);
void nt_stmt_blob(struct nt_stmt *s, int at, const void *p, size_t len);
void nt_stmt_null(struct nt_stmt *s, int at);

/* As nt_stmt_text(), but what is not there (p NULL) is null. */
void nt_stmt_text_or_null(struct nt_stmt *s, int at, struct nt_str text);

/* 1: a row stands there; 0: no more, or something went wrong. */
int nt_stmt_step(struct nt_stmt *s);

/* Columns of the row, counting from 0; text is lent until the next step. */
int64_t nt_stmt_col_int(struct nt_stmt *s, int col);
struct nt_str nt_stmt_col_str(struct nt_stmt *s, int col);
int nt_stmt_col_is_null(struct nt_stmt *s, int col);

/* Gives the statement back. */
void nt_stmt_done(struct nt_stmt *s);

/* Steps to the end and gives it back. */
void nt_stmt_run(struct nt_stmt *s);

/* The first column of the first row, or 0 where there is none. */
int64_t nt_db_number(struct nt_db *db, const char *sql);

/* Row number of the last insert; rows changed by the last statement. */
int64_t nt_db_last_row(const struct nt_db *db);
int64_t nt_db_changes(const struct nt_db *db);

#endif
