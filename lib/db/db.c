/*
 * The connection: opening, transactions, the error that is kept.
 */
#include "nt/db.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "internal.h"

/* The kind of trouble behind one of SQLite's codes. */
static enum nt_err_kind
kind_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return NT_AGAIN;
	case SQLITE_FULL:
	case SQLITE_TOOBIG:
		return NT_LIMIT;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return NT_DATA;
	default:
		return NT_SYS;
	}
}

static int
fail(struct nt_db *db, struct nt_err *err)
{
	return nt_err_set(err, kind_of(sqlite3_extended_errcode(db->lite)),
	    "database %s: %s", db->name, sqlite3_errmsg(db->lite));
}

void
nt_db_keep_error(struct nt_db *db)
{
	if (!db->failed)
		fail(db, &db->kept);
	db->failed = 1;
}

int
nt_db_failed(const struct nt_db *db, struct nt_err *err)
{
	if (db->failed && err != NULL)
		*err = db->kept;
	return db->failed;
}

int
nt_db_exec(struct nt_db *db, const char *sql, struct nt_err *err)
{
	if (sqlite3_exec(db->lite, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, err);
	return 0;
}

static pthread_once_t ready = PTHREAD_ONCE_INIT;

/* Nobody asks how much memory is used; to count it takes a lock each time. */
static void
start_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int
nt_db_connect(struct nt_db **out, const char *name, const char *uri, int flags,
    int wait_ms, struct nt_err *err)
{
	struct nt_db *db = nt_alloc(sizeof *db);

	pthread_once(&ready, start_library);
	db->name = nt_strdup(name);
	*out = db;
	if (sqlite3_open_v2(uri, &db->lite, flags | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK)
		return fail(db, err);
	sqlite3_busy_timeout(db->lite, wait_ms);
	return 0;
}

int
nt_db_open(struct nt_db **out, const char *path, struct nt_err *err)
{
	/* WAL and FULL: a commit outlasts a power cut, a kill undoes it. */
	static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
	    "PRAGMA journal_mode = WAL;"
	    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;"
	    "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY";
	static const char in_memory[] = "PRAGMA journal_mode = MEMORY;"
	    "PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY";
	struct nt_db *db;
	mode_t mask;
	int got;

	mask = umask(077);	/* SQLite makes the file and its log */
	got = nt_db_connect(&db, path != NULL ? path : "in memory",
	    path != NULL ? path : ":memory:",
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NT_DB_BUSY_MS, err);
	if (got == 0)
		got = nt_db_exec(db, path != NULL ? settings : in_memory, err);
	umask(mask);
	if (got == -1) {
		nt_db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

void
nt_db_close(struct nt_db *db)
{
	if (db == NULL)
		return;
	nt_stmt_free_all(db);
	sqlite3_close_v2(db->lite);
	free(db->name);
	free(db);
}

int
nt_db_begin(struct nt_db *db, struct nt_err *err)
{
	db->failed = 0;
	return nt_db_exec(db, "BEGIN IMMEDIATE", err);
}

int
nt_db_commit(struct nt_db *db, struct nt_err *err)
{
	if (nt_db_failed(db, err)) {
		nt_db_rollback(db);
		return -1;
	}
	if (nt_db_exec(db, "COMMIT", err) == -1) {
		nt_db_rollback(db);
		return -1;
	}
	return 0;
}

void
nt_db_rollback(struct nt_db *db)
{
	/* Some errors have rolled it back already; then this one is moot. */
	if (!sqlite3_get_autocommit(db->lite))
		nt_db_exec(db, "ROLLBACK", NULL);
	db->failed = 0;
}

int64_t
nt_db_last_row(const struct nt_db *db)
{
	return sqlite3_last_insert_rowid(db->lite);
}

int64_t
nt_db_changes(const struct nt_db *db)
{
	return sqlite3_changes64(db->lite);
}
