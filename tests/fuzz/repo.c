/*
 * Whatever bytes stand in a repository where a list, an order, sums or a frame
 * should, each snapshot is read as it was, or with an error; then it is not
 * given an end.  The first byte says where the others are put.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "nt/db.h"
#include "nt/file.h"
#include "nt/repo.h"

static const char stream[] =
    "{\"format\":1,\"object\":\"snapshot\"}\n"
    "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"object\":\"page\"}\n"
    "{\"id\":\"00000000-0000-4000-8000-000000000002\",\"object\":\"block\"}\n"
    "{\"id\":\"00000000-0000-4000-8000-000000000003\",\"object\":\"page\"}\n";

static const char *const places[] = {
	"UPDATE version SET body = ?", "UPDATE place SET units = ?",
	"UPDATE frame SET sums = ?", "UPDATE frame SET data = ?",
	"UPDATE version SET body = ? WHERE unit = 2",
	"UPDATE frame SET data = ?, base = 1 WHERE id = 2"
};

static void
make(const char *path)
{
	struct nt_repo_adder *a;
	struct nt_record rec;
	struct nt_reader *in;
	struct nt_repo *r;
	int fd = nt_file_temp(NULL);

	FUZZ_MUST(nt_write_all(fd, stream, sizeof stream - 1) == 0);
	FUZZ_MUST(lseek(fd, 0, SEEK_SET) == 0);
	FUZZ_MUST(nt_repo_open_to_write(&r, path, "fuzz", NULL) == 0);
	in = nt_reader_of_fd(fd, NULL, NT_READ_PARTIAL, NULL);
	a = nt_repo_add(r, NULL, 1);
	while (nt_reader_next(in, &rec, NULL) == 1)
		FUZZ_MUST(nt_repo_add_record(a, &rec, NULL) == 0);
	FUZZ_MUST(nt_repo_add_finish(a, nt_reader_snapshot(in),
	    nt_reader_end(in), 0, NULL) == 0);
	nt_repo_adder_free(a);
	nt_repo_close(r);
	nt_reader_free(in);
	close(fd);
}

static void
put(const char *path, const uint8_t *data, size_t size)
{
	struct nt_stmt *s;
	struct nt_db *db;

	FUZZ_MUST(nt_db_open_as(&db, path, NT_DB_SHARED, NULL) == 0);
	nt_db_exec(db, "PRAGMA synchronous = OFF", NULL);
	s = nt_db_stmt(db, places[*data % (sizeof places / sizeof *places)]);
	nt_stmt_blob(s, 1, data + 1, size - 1);
	nt_stmt_run(s);
	nt_db_close(db);
}

/* Reads the snapshot: what is given is what was there, as far as it goes. */
static void
give(const char *path)
{
	struct nt_repo_stream *s;
	struct nt_str line;
	struct nt_repo *r;
	struct nt_buf out;
	int got;

	nt_buf_init(&out, NT_BUF_MAX);
	FUZZ_MUST(nt_repo_open(&r, path, NULL) == 0);
	s = nt_repo_stream_open(r, 1, NULL);
	while ((got = nt_repo_stream_next(s, &line, NULL)) == 1) {
		nt_buf_add(&out, line.p, line.len);
		nt_buf_char(&out, '\n');
	}
	FUZZ_MUST(got == -1 || strcmp(out.p, stream) == 0);
	nt_repo_stream_free(s);
	nt_repo_close(r);
	nt_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char folder[] = "/tmp/fuzz.XXXXXX", path[64];

	if (size == 0)
		return 0;
	FUZZ_MUST(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/repo.db", folder);
	make(path);
	put(path, data, size);
	give(path);
	unlink(path);
	rmdir(folder);
	return 0;
}
