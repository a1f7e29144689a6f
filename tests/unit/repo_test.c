/*
 * repo: snapshots go in and come out, parts of them too, and what is wrong with
 * a file is found.  NT_FLIPS=all flips every bit of a small one (by hand).
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/buf.h"
#include "nt/file.h"
#include "nt/repo.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define ID(n) "00000000-0000-4000-8000-00000000000" #n

#define HEAD(day) "{\"format\":1,\"object\":\"snapshot\"," \
    "\"started\":\"2026-03-" day "T03:00:00.000Z\"}"
#define USER "{\"id\":\"" ID(1) "\",\"name\":\"Ada\",\"object\":\"user\"}"
#define ROOT(time) "{\"id\":\"" ID(2) "\",\"last_edited_time\":\"" time \
    "\",\"object\":\"page\",\"parent\":{\"type\":\"workspace\"," \
    "\"workspace\":true},\"properties\":{\"title\":{\"id\":\"title\"," \
    "\"title\":[{\"plain_text\":\"Garden\"}],\"type\":\"title\"}}}"
#define BLOCK(n, text) "{\"id\":\"" ID(n) "\",\"object\":\"block\"," \
    "\"paragraph\":{\"rich_text\":[{\"plain_text\":\"" text "\"}]}," \
    "\"parent\":{\"page_id\":\"" ID(2) "\",\"type\":\"page_id\"}," \
    "\"type\":\"paragraph\"}"
#define CHILD "{\"id\":\"" ID(5) "\",\"object\":\"page\",\"parent\":" \
    "{\"page_id\":\"" ID(2) "\",\"type\":\"page_id\"}}"
#define SOURCE "{\"id\":\"" ID(6) "\",\"object\":\"data_source\"," \
    "\"parent\":{\"database_id\":\"" ID(9) "\",\"type\":\"database_id\"}," \
    "\"properties\":{\"Due\":{\"id\":\"d\",\"type\":\"date\"}}," \
    "\"title\":[{\"plain_text\":\"Tasks\"}]}"
#define ROW "{\"id\":\"" ID(7) "\",\"object\":\"page\",\"parent\":" \
    "{\"data_source_id\":\"" ID(6) "\",\"type\":\"data_source_id\"}," \
    "\"properties\":{\"Due\":{\"date\":{\"start\":\"2026-04-01\"}," \
    "\"id\":\"d\",\"type\":\"date\"}}}"

static const char *const first[] = { HEAD("01"), USER,
	ROOT("2026-02-01T10:00:00.000Z"), BLOCK(3, "Sow"), BLOCK(4, "Weed"),
	CHILD, SOURCE, ROW, NULL };
/* A block was edited, with which the time of its page moved. */
static const char *const second[] = { HEAD("02"), USER,
	ROOT("2026-03-01T10:00:00.000Z"), BLOCK(3, "Sow"), BLOCK(4, "Water"),
	CHILD, SOURCE, ROW, NULL };

static char scratch[64];
static char path[128];

/* ---- in and out ---- */

/* The lines as a file of a stream without an end, opened. */
static int
stream_of(const char *const *lines)
{
	int fd = nt_file_temp(NULL);

	assert_true(fd != -1);
	for (; *lines != NULL; lines++) {
		assert_int_equal(nt_write_all(fd, *lines, strlen(*lines)), 0);
		assert_int_equal(nt_write_all(fd, "\n", 1), 0);
	}
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
add(const char *const *lines)
{
	struct nt_repo_adder *a;
	struct nt_record rec;
	struct nt_reader *in;
	struct nt_repo *r;
	struct nt_err err;
	int fd = stream_of(lines), got;

	assert_int_equal(nt_repo_open_to_write(&r, path, "repo_test", &err),
	    0);
	in = nt_reader_of_fd(fd, NULL, NT_READ_PARTIAL, NULL);
	a = nt_repo_add(r, NULL, 1);
	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		assert_int_equal(nt_repo_add_record(a, &rec, &err), 0);
	assert_int_equal(got, 0);
	assert_int_equal(nt_repo_add_finish(a, nt_reader_snapshot(in),
	    nt_reader_end(in), nt_reader_complete(in), &err), 0);
	nt_repo_adder_free(a);
	nt_repo_close(r);
	nt_reader_free(in);
	close(fd);
}

/* 1 if the snapshot gives these lines and ends well, else 0. */
static int
gives(struct nt_repo *r, int64_t number, const char *const *lines)
{
	struct nt_repo_stream *s = nt_repo_stream_open(r, number, NULL);
	struct nt_str line;
	int got = s == NULL ? -1 : 1, same = 1;

	while (got == 1 && (got = nt_repo_stream_next(s, &line, NULL)) == 1)
		same = same && *lines != NULL && nt_str_is(line, *lines++);
	nt_repo_stream_free(s);
	return got == 0 && same && *lines == NULL;
}

static struct nt_repo *
open_repo(void)
{
	struct nt_repo *r;

	assert_int_equal(nt_repo_open(&r, path, NULL), 0);
	return r;
}

static int
start(void **state)
{
	(void)state;
	snprintf(scratch, sizeof scratch, "/tmp/repo_test.XXXXXX");
	if (mkdtemp(scratch) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/repo.db", scratch);
	add(first);
	add(second);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(scratch);
}

/* ---- what holds ---- */

static void
each_day_comes_back(void **state)
{
	struct nt_repo *r = open_repo();

	(void)state;
	assert_true(gives(r, 1, first));
	assert_true(gives(r, 2, second));
	assert_false(gives(r, 1, second));
	assert_false(gives(r, 3, second));
	nt_repo_close(r);
}

static void
snapshots_are_found(void **state)
{
	static const struct {
		int64_t day, number;	/* of March; 0: none */
	} rows[] = { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 300, 2 } };
	const int64_t march = INT64_C(1772323200000);
	struct nt_repo *r = open_repo();
	int64_t number;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		number = 0;
		assert_int_equal(nt_repo_find_time(r, march +
		    (rows[i].day - 1) * 86400000, &number, NULL),
		    rows[i].number == 0 ? -1 : 0);
		assert_int_equal(number, rows[i].number);
	}
	assert_int_equal(nt_repo_find_newest(r, &number, NULL), 0);
	assert_int_equal(number, 2);
	assert_int_equal(nt_repo_find_number(r, 3, &number, NULL), -1);
	nt_repo_close(r);
}

static int
count_lines(struct nt_repo *r, const char *const *ids)
{
	struct nt_repo_stream *s = nt_repo_stream_open(r, 2, NULL);
	struct nt_str line;
	struct nt_id id;
	int lines = 0;

	for (; *ids != NULL; ids++) {
		assert_int_equal(nt_id_parse(*ids, &id, NULL), 0);
		assert_int_equal(nt_repo_stream_only(s, &id, NULL), 0);
	}
	while (nt_repo_stream_next(s, &line, NULL) == 1)
		lines++;
	nt_repo_stream_free(s);
	return lines;
}

/* The snapshot, the users, and what is below. */
static void
a_part_is_read_alone(void **state)
{
	struct nt_repo *r = open_repo();

	(void)state;
	assert_int_equal(count_lines(r, (const char *[]){ ID(2), NULL }), 6);
	assert_int_equal(count_lines(r, (const char *[]){ ID(5), NULL }), 3);
	assert_int_equal(count_lines(r, (const char *[]){ ID(6), NULL }), 4);
	assert_int_equal(count_lines(r, (const char *[]){ ID(5), ID(6), NULL }),
	    5);
	nt_repo_close(r);
}

/* ---- what is wrong is found ---- */

static void
note(void *arg, const char *sentence)
{
	(void)arg;
	assert_true(strlen(sentence) > 0);
}

/* 1 if nothing was found to be wrong. */
static int
verifies(int quick)
{
	struct nt_repo_verified found;
	struct nt_repo *r;
	int got;

	if (nt_repo_open(&r, path, NULL) == -1)
		return 0;
	got = nt_repo_verify(r, quick, note, NULL, &found, NULL);
	nt_repo_close(r);
	return got == 1;
}

static void
a_good_one_is_good(void **state)
{
	(void)state;
	assert_true(verifies(0));
	assert_true(verifies(1));
}

/* Whatever bit is flipped: it is found, or each day comes back even so. */
static void
no_bit_is_flipped_unseen(void **state)
{
	const char *all = getenv("NT_FLIPS");
	size_t step = all != NULL ? 1 : 8 * 127 + 1, found = 0;
	int fd = open(path, O_RDWR);
	struct nt_buf whole;

	(void)state;
	nt_buf_init(&whole, NT_BUF_MAX);
	assert_int_equal(nt_file_slurp(path, &whole, NULL), 0);
	for (size_t bit = 0; bit < 8 * whole.len; bit += step) {
		char byte = (char)(whole.p[bit / 8] ^ 1 << bit % 8);
		struct nt_repo *r;

		assert_int_equal(nt_pwrite_all(fd, &byte, 1,
		    (off_t)(bit / 8)), 0);
		if (verifies(0)) {
			r = open_repo();
			if (!gives(r, 1, first) || !gives(r, 2, second))
				fail_msg("bit %zu of byte %zu", bit % 8,
				    bit / 8);
			nt_repo_close(r);
		} else {
			found++;
		}
		assert_int_equal(nt_pwrite_all(fd, whole.p + bit / 8, 1,
		    (off_t)(bit / 8)), 0);
	}
	close(fd);
	nt_buf_free(&whole);
	assert_true(found > 0);
	assert_true(verifies(0));
}

/* ---- less of it; the last test, for it takes one away ---- */

static void
one_is_left(void **state)
{
	static const int64_t both[] = { 1, 2 };
	struct nt_repo *r;

	(void)state;
	assert_int_equal(nt_repo_open_to_write(&r, path, "repo_test", NULL),
	    0);
	assert_int_equal(nt_repo_remove(r, both + 1, 1, NULL), 0);
	nt_repo_close(r);
	r = open_repo();
	assert_true(gives(r, 1, first));
	assert_false(gives(r, 2, second));
	nt_repo_close(r);
	assert_true(verifies(0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_day_comes_back),
		cmocka_unit_test(snapshots_are_found),
		cmocka_unit_test(a_part_is_read_alone),
		cmocka_unit_test(a_good_one_is_good),
		cmocka_unit_test(no_bit_is_flipped_unseen),
		cmocka_unit_test(one_is_left),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, finish);
}
