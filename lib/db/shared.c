/*
 * Files that several processes use, and that others may have made.
 */
#include "nt/db.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "internal.h"
#include "nt/buf.h"
#include "nt/file.h"

/* Nothing in the file is run, and what it says of itself is checked. */
static void
distrust(sqlite3 *lite)
{
	sqlite3_db_config(lite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(lite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(lite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(lite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(lite, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(lite, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

/* 1 if SQLite may put its log and its index beside the file. */
static int
writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct nt_buf folder;
	int may;

	nt_buf_init(&folder, NT_BUF_MAX);
	if (slash == NULL)
		nt_buf_char(&folder, '.');
	else
		nt_buf_add(&folder, path, (size_t)(slash - path) + 1);
	may = access(path, W_OK) == 0 && access(folder.p, W_OK) == 0;
	nt_buf_free(&folder);
	return may;
}

/* 1 if commits stand in a log that are not yet in the file. */
static int
has_log(const char *path)
{
	struct nt_buf log;
	struct stat st;
	int has;

	nt_buf_init(&log, NT_BUF_MAX);
	nt_buf_fmt(&log, "%s-wal", path);
	has = stat(log.p, &st) == 0 && st.st_size > 0;
	nt_buf_free(&log);
	return has;
}

/* The file's name as a URI that says that nobody changes it. */
static void
put_immutable(struct nt_buf *uri, const char *path)
{
	nt_buf_str(uri, *path == '/' ? "file://" : "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL)
			nt_buf_fmt(uri, "%%%02X", (unsigned char)*path);
		else
			nt_buf_char(uri, *path);
	nt_buf_str(uri, "?immutable=1");
}

static int
connect_to_read(struct nt_db **db, const char *path, struct nt_err *err)
{
	struct nt_buf uri;
	int got;

	/* One that could write takes its log away again when it closes. */
	if (writable(path))
		return nt_db_connect(db, path, path, SQLITE_OPEN_READWRITE,
		    NT_DB_WAIT_MS, err);
	if (has_log(path))
		return nt_db_connect(db, path, path, SQLITE_OPEN_READONLY,
		    NT_DB_WAIT_MS, err);
	nt_buf_init(&uri, NT_BUF_MAX);
	put_immutable(&uri, path);
	got = nt_db_connect(db, path, uri.p, SQLITE_OPEN_READONLY |
	    SQLITE_OPEN_URI, NT_DB_WAIT_MS, err);
	nt_buf_free(&uri);
	return got;
}

static int
connect_as(struct nt_db **db, const char *path, enum nt_db_mode mode,
    struct nt_err *err)
{
	static const char draft[] = "PRAGMA auto_vacuum = INCREMENTAL;"
	    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
	    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY";
	static const char shared[] = "PRAGMA synchronous = FULL;"
	    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY";
	static const char reading[] = "PRAGMA query_only = ON;"
	    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY";
	int got;

	if (mode == NT_DB_READ)
		got = connect_to_read(db, path, err);
	else
		got = nt_db_connect(db, path, path, SQLITE_OPEN_READWRITE,
		    NT_DB_WAIT_MS, err);
	if (got == -1)
		return -1;
	if (mode != NT_DB_DRAFT)	/* which is ours and has no journal */
		distrust((*db)->lite);
	return nt_db_exec(*db, mode == NT_DB_DRAFT ? draft :
	    mode == NT_DB_SHARED ? shared : reading, err);
}

int
nt_db_open_as(struct nt_db **out, const char *path, enum nt_db_mode mode,
    struct nt_err *err)
{
	struct nt_db *db;
	mode_t mask = umask(077);
	int got = connect_as(&db, path, mode, err);

	umask(mask);
	if (got == -1) {
		nt_db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

int
nt_db_settle(struct nt_db *db, struct nt_err *err)
{
	return nt_db_exec(db, "PRAGMA locking_mode = NORMAL;"
	    "PRAGMA journal_mode = WAL", err);
}

int
nt_db_shrink(struct nt_db *db, struct nt_err *err)
{
	if (nt_db_exec(db, "PRAGMA incremental_vacuum", err) == -1)
		return -1;
	/* Who reads an older state keeps the log; closing tries again. */
	nt_db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL);
	return 0;
}

#define PAGE_SIZE_AT 16
#define PAGE_COUNT_AT 28
#define HEADER_BYTES 32

static uint64_t
big_endian(const uint8_t *p, size_t len)
{
	uint64_t n = 0;

	while (len-- > 0)
		n = n << 8 | *p++;
	return n;
}

/* The file's header and then its size: 0, or -1. */
static int
look_at(const char *path, uint8_t header[HEADER_BYTES], off_t *size)
{
	int fd = nt_file_open_regular(path, size, NULL), got;

	if (fd == -1)
		return -1;
	got = nt_pread_all(fd, header, HEADER_BYTES, 0);
	close(fd);
	return got;
}

/* As many bytes as a file that is not open should have, or 0: not known. */
static uint64_t
size_in_header(const char *path)
{
	uint8_t before[HEADER_BYTES], after[HEADER_BYTES];
	uint64_t page;
	off_t size;

	/* A header that moves is that of a writer at work. */
	if (look_at(path, before, &size) == -1 || has_log(path) ||
	    look_at(path, after, &size) == -1 ||
	    memcmp(before, after, sizeof after) != 0)
		return 0;
	page = big_endian(after + PAGE_SIZE_AT, 2);
	return big_endian(after + PAGE_COUNT_AT, 4) *
	    (page == 1 ? 65536 : page);
}

int
nt_db_whole(struct nt_db *db, const char *path, struct nt_err *err)
{
	/* Who closes a file that SQLite has open takes its locks from it. */
	uint64_t want = db == NULL ? size_in_header(path) :
	    (uint64_t)nt_db_number(db, "PRAGMA page_count") *
	    (uint64_t)nt_db_number(db, "PRAGMA page_size");
	struct stat st;

	if (has_log(path) || stat(path, &st) == -1 || st.st_size < 0 ||
	    (uint64_t)st.st_size >= want)
		return 0;
	return nt_err_set(err, NT_DATA, "it is cut short: %ju bytes are "
	    "there, of %ju", (uintmax_t)st.st_size, (uintmax_t)want);
}

int
nt_db_keyword(const char *word)
{
	return sqlite3_keyword_check(word, (int)strlen(word));
}
