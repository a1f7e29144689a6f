/* Room db: transactions, the error that is kept, statements that are shared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/db.h"

static struct nt_db *
open_or_fail(const char *path)
{
	struct nt_db *db;
	struct nt_err err;

	if (nt_db_open(&db, path, &err) == -1)
		fail_msg("%s", err.text);
	return db;
}

static struct nt_db *
with_table(void)
{
	struct nt_db *db = open_or_fail(NULL);

	assert_int_equal(nt_db_exec(db,
	    "CREATE TABLE t(n INTEGER PRIMARY KEY, s TEXT)", NULL), 0);
	return db;
}

static void
add(struct nt_db *db, int64_t n, const char *text)
{
	struct nt_stmt *s = nt_db_stmt(db, "INSERT INTO t VALUES(?1, ?2)");

	nt_stmt_int(s, 1, n);
	if (text != NULL)
		nt_stmt_text(s, 2, nt_str_of(text));
	else
		nt_stmt_null(s, 2);
	nt_stmt_run(s);
}

static int64_t
count(struct nt_db *db)
{
	struct nt_stmt *s = nt_db_stmt(db, "SELECT count(*) FROM t");
	int64_t n;

	assert_int_equal(nt_stmt_step(s), 1);
	n = nt_stmt_col_int(s, 0);
	nt_stmt_done(s);
	return n;
}

static void
commit_keeps_and_rollback_undoes(void **state)
{
	struct nt_db *db = with_table();

	(void)state;
	assert_int_equal(nt_db_begin(db, NULL), 0);
	add(db, 1, "one");
	assert_int_equal(nt_db_last_row(db), 1);
	assert_int_equal(nt_db_changes(db), 1);
	assert_int_equal(nt_db_commit(db, NULL), 0);
	assert_int_equal(nt_db_begin(db, NULL), 0);
	add(db, 2, "two");
	nt_db_rollback(db);
	assert_int_equal(count(db), 1);
	nt_db_close(db);
}

static void
one_fault_undoes_all(void **state)
{
	struct nt_db *db = with_table();
	struct nt_err err, again;

	(void)state;
	assert_int_equal(nt_db_begin(db, NULL), 0);
	add(db, 1, "one");
	add(db, 1, "the same row");
	assert_int_equal(nt_db_failed(db, &err), 1);
	assert_non_null(strstr(err.text, "UNIQUE"));
	add(db, 2, "not done any more");
	assert_int_equal(nt_db_commit(db, &again), -1);
	assert_string_equal(again.text, err.text);
	assert_int_equal(nt_db_failed(db, NULL), 0);
	assert_int_equal(count(db), 0);
	nt_db_close(db);
}

static void
bad_sql_is_a_fault_too(void **state)
{
	struct nt_db *db = with_table();
	struct nt_stmt *s = nt_db_stmt(db, "SELECT nothing FROM nowhere");

	(void)state;
	assert_int_equal(nt_stmt_step(s), 0);
	nt_stmt_done(s);
	assert_int_equal(nt_db_failed(db, NULL), 1);
	nt_db_close(db);
}

static void
a_statement_may_be_had_inside_its_own_loop(void **state)
{
	static const char sql[] = "SELECT n, s FROM t ORDER BY n";
	struct nt_db *db = with_table();
	struct nt_stmt *outer, *inner;
	int pairs = 0;

	(void)state;
	for (int64_t n = 1; n <= 3; n++)
		add(db, n, n == 2 ? NULL : "text");
	outer = nt_db_stmt(db, sql);
	while (nt_stmt_step(outer)) {
		struct nt_str text = nt_stmt_col_str(outer, 1);

		inner = nt_db_stmt(db, sql);
		assert_ptr_not_equal(inner, outer);
		while (nt_stmt_step(inner))
			pairs++;
		nt_stmt_done(inner);
		assert_int_equal(text.len,
		    nt_stmt_col_int(outer, 0) == 2 ? 0 : 4);
	}
	nt_stmt_done(outer);
	assert_int_equal(pairs, 9);
	assert_int_equal(nt_db_failed(db, NULL), 0);
	nt_db_close(db);
}

static void
bytes_come_back_whole(void **state)
{
	static const char bytes[] = "a\0b\xff";
	struct nt_db *db = with_table();
	struct nt_stmt *s = nt_db_stmt(db, "INSERT INTO t VALUES(1, ?1)");
	struct nt_str got;

	(void)state;
	nt_stmt_blob(s, 1, bytes, sizeof bytes - 1);
	nt_stmt_run(s);
	s = nt_db_stmt(db, "SELECT s FROM t");
	assert_int_equal(nt_stmt_step(s), 1);
	got = nt_stmt_col_str(s, 0);
	assert_int_equal(got.len, sizeof bytes - 1);
	assert_memory_equal(got.p, bytes, got.len);
	nt_stmt_done(s);
	nt_db_close(db);
}

static void
a_file_is_private_and_stays(void **state)
{
	char folder[] = "/tmp/nt-db-XXXXXX", path[64];
	struct nt_db *db;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/a.db", folder);
	db = open_or_fail(path);
	assert_int_equal(nt_db_exec(db,
	    "CREATE TABLE t(n INTEGER PRIMARY KEY, s TEXT)", NULL), 0);
	add(db, 7, "stays");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	nt_db_close(db);
	db = open_or_fail(path);
	assert_int_equal(count(db), 1);
	nt_db_close(db);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
what_is_no_database_is_refused(void **state)
{
	struct nt_db *db;
	struct nt_err err;

	(void)state;
	assert_int_equal(nt_db_open(&db, "/dev/null/x", &err), -1);
	assert_non_null(strstr(err.text, "/dev/null/x"));
	assert_int_equal(nt_db_open(&db, "/etc/passwd", &err), -1);
	assert_int_equal(err.kind, NT_DATA);
	nt_db_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commit_keeps_and_rollback_undoes),
		cmocka_unit_test(one_fault_undoes_all),
		cmocka_unit_test(bad_sql_is_a_fault_too),
		cmocka_unit_test(a_statement_may_be_had_inside_its_own_loop),
		cmocka_unit_test(bytes_come_back_whole),
		cmocka_unit_test(a_file_is_private_and_stays),
		cmocka_unit_test(what_is_no_database_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
