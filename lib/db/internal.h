/* What the files of room db share. */
#ifndef NT_DB_INTERNAL_H
#define NT_DB_INTERNAL_H

#include <sqlite3.h>

#include "nt/db.h"

struct nt_db {
	sqlite3 *lite;
	char *name;
	struct nt_stmt *stmts;	/* all that were ever prepared */
	int failed;
	struct nt_err kept;
};

/* Keeps the connection's present error, unless one is kept already. */
void nt_db_keep_error(struct nt_db *db);

/* Opens with SQLite's own flags and waits so long for locks: 0, or -1. */
int nt_db_connect(struct nt_db **out, const char *name, const char *uri,
    int flags, int wait_ms, struct nt_err *err);

void nt_stmt_free_all(struct nt_db *db);

#endif
