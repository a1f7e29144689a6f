/* base: times, ids, buffers, errors and files keep their headers' word. */
#include <errno.h>
#include <fcntl.h>
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

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/err.h"
#include "nt/file.h"
#include "nt/id.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void
times_are_read_as_rfc_3339(void **state)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: refused */
	} rows[] = {
		{ "2026-01-05T10:20:00.000Z", "2026-01-05T10:20:00.000Z" },
		{ "2026-01-05T10:20:00Z", "2026-01-05T10:20:00.000Z" },
		{ "2026-01-05T10:20Z", "2026-01-05T10:20:00.000Z" },
		{ "2026-01-05 10:20", "2026-01-05T10:20:00.000Z" },
		{ "2026-01-05", "2026-01-05T00:00:00.000Z" },
		{ "2026-09-15T09:00:00.000-07:00", "2026-09-15T16:00:00.000Z" },
		{ "2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z" },
		{ "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z" },
		{ "2024-02-29", "2024-02-29T00:00:00.000Z" },
		{ "2000-02-29", "2000-02-29T00:00:00.000Z" },
		{ "0001-01-01", "0001-01-01T00:00:00.000Z" },
		{ "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z" },
		{ "2026-01-05T10:20:00.1239Z", "2026-01-05T10:20:00.123Z" },
		{ "2023-02-29", NULL },
		{ "1900-02-29", NULL },
		{ "2026-13-01", NULL },
		{ "2026-00-01", NULL },
		{ "2026-01-32", NULL },
		{ "2026-01-05T24:00:00Z", NULL },
		{ "2026-01-05T10:60Z", NULL },
		{ "2026-01-05T10:20:00.Z", NULL },
		{ "2026-01-05T10:20:00Zx", NULL },
		{ "2026-1-5", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[NT_TIME_TEXT];
		int64_t ms;
		int got = nt_time_parse(rows[i].text, strlen(rows[i].text),
		    &ms);

		assert_int_equal(got, rows[i].want == NULL ? -1 : 0);
		if (rows[i].want == NULL)
			continue;
		nt_time_format(ms, text);
		assert_string_equal(text, rows[i].want);
	}
}

static void
every_day_of_four_centuries_comes_back(void **state)
{
	int64_t first = nt_days_from_date(1700, 1, 1);
	int64_t last = nt_days_from_date(2101, 1, 1);

	(void)state;
	assert_int_equal(nt_days_from_date(1970, 1, 1), 0);
	for (int64_t d = first; d < last; d++) {
		int year, month, day;

		nt_date_from_days(d, &year, &month, &day);
		assert_int_equal(nt_days_from_date(year, month, day), d);
	}
}

static void
a_fixed_clock_stands_still(void **state)
{
	int64_t want;

	(void)state;
	assert_int_equal(nt_time_parse("2026-01-05T10:20:00Z", 20, &want), 0);
	setenv("NT_CLOCK_FIXED", "2026-01-05T10:20:00Z", 1);
	assert_int_equal(nt_clock_wall_ms(), want);
	unsetenv("NT_CLOCK_FIXED");
	assert_true(nt_clock_wall_ms() > want);
}

static void
ids_are_read_in_every_form(void **state)
{
	static const char want[] = "0123abcd-4567-89ab-8def-0123456789ab";
	static const struct {
		const char *text;
		int good;
	} rows[] = {
		{ "0123abcd-4567-89ab-8def-0123456789ab", 1 },
		{ "0123abcd456789ab8def0123456789ab", 1 },
		{ "0123ABCD456789AB8DEF0123456789AB", 1 },
		{ "https://www.notion.so/My-Page-0123abcd456789ab8def0123456789ab",
		    1 },
		{ "https://app.notion.com/p/0123abcd-4567-89ab-8def-0123456789ab"
		    "?v=fedcba98456789ab8def0123456789ab", 1 },
		{ "https://www.notion.so/team?p=0123abcd456789ab8def0123456789ab"
		    "&pm=s", 1 },
		{ "https://www.notion.so/team#0123abcd456789ab8def0123456789ab",
		    1 },
		{ "https://www.notion.so/x#block-0123abcd456789ab8def0123456789ab",
		    1 },
		{ "https://www.notion.so/Added-dead0123abcd456789ab8def0123456789ab",
		    1 },
		{ "0123abcd456789ab8def0123456789a", 0 },
		{ "0123abcd456789ab8def0123456789abc", 0 },
		{ "0123abcd-456789ab8def-0123456789ab", 0 },
		{ "g123abcd456789ab8def0123456789ab", 0 },
		{ "https://www.notion.so/My-Page", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[NT_ID_TEXT];
		struct nt_err err;
		struct nt_id id;
		int got = nt_id_parse(rows[i].text, &id, &err);

		assert_int_equal(got, rows[i].good ? 0 : -1);
		if (!rows[i].good)
			continue;
		nt_id_format(&id, text);
		assert_string_equal(text, want);
	}
}

/* Keeps a plain array beside the map and compares after every change. */
static void
a_map_holds_what_was_put(void **state)
{
	enum { IDS = 500, STEPS = 20000 };
	struct nt_id_map *m = nt_id_map_new();
	struct nt_id ids[IDS];
	int there[IDS] = { 0 };
	uint64_t values[IDS] = { 0 };
	size_t count = 0;

	(void)state;
	setenv("NT_RANDOM_SEED", "7", 1);
	for (size_t i = 0; i < IDS; i++)
		nt_id_random(&ids[i]);
	memset(&ids[0], 0, sizeof ids[0]);	/* nil is a key like others */
	for (int step = 0; step < STEPS; step++) {
		uint64_t bits = nt_random64(), value = 0;
		size_t i = bits % IDS;

		if (bits >> 60 < 9) {
			assert_int_equal(nt_id_map_put(m, &ids[i], bits),
			    !there[i]);
			count += !there[i];
			there[i] = 1;
			values[i] = bits;
		} else {
			assert_int_equal(nt_id_map_remove(m, &ids[i]),
			    there[i]);
			count -= (size_t)there[i];
			there[i] = 0;
		}
		i = (bits >> 20) % IDS;
		assert_int_equal(nt_id_map_get(m, &ids[i], &value), there[i]);
		assert_true(!there[i] || value == values[i]);
		assert_int_equal(nt_id_map_count(m), count);
	}
	for (size_t at = 0;;) {
		struct nt_id id;
		uint64_t value;

		if (!nt_id_map_each(m, &at, &id, &value))
			break;
		count--;
	}
	assert_int_equal(count, 0);
	nt_id_map_free(m);
	unsetenv("NT_RANDOM_SEED");
}

static void
a_buffer_stops_at_its_limit(void **state)
{
	struct nt_buf b;
	struct nt_err err;

	(void)state;
	nt_buf_init(&b, 10);
	assert_string_equal(b.p, "");
	nt_buf_str(&b, "12345");
	nt_buf_fmt(&b, "%d", 678);
	assert_string_equal(b.p, "12345678");
	assert_int_equal(nt_buf_check(&b, "it", &err), 0);
	nt_buf_str(&b, "9ab");
	assert_string_equal(b.p, "12345678");
	nt_buf_char(&b, '9');		/* would fit, but nothing may follow */
	assert_string_equal(b.p, "12345678");
	assert_int_equal(nt_buf_check(&b, "it", &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	assert_string_equal(err.text, "it is larger than 10 bytes");
	nt_buf_clear(&b);
	nt_buf_str(&b, "abc");
	nt_buf_shift(&b, 1);
	assert_string_equal(b.p, "bc");
	free(nt_buf_take(&b));
	assert_int_equal(b.len, 0);
	nt_buf_free(&b);
}

static void
errors_are_one_printable_line(void **state)
{
	struct nt_err err;
	char big[2 * NT_ERR_TEXT_MAX];

	(void)state;
	nt_err_set(&err, NT_DATA, "a\nb\033[1mc");
	assert_string_equal(err.text, "a?b?[1mc");
	nt_err_at(&err, "line %d: ", 12);
	assert_string_equal(err.text, "line 12: a?b?[1mc");
	for (size_t i = 0; i + 1 < sizeof big; i += 2)
		memcpy(big + i, "\xC3\xA9", 2);
	big[sizeof big - 1] = '\0';
	nt_err_set(&err, NT_DATA, "x%s", big);
	assert_int_equal(strlen(err.text) % 2, 1);	/* no half of an é */
	assert_int_equal(nt_err_set(NULL, NT_DATA, "lost"), -1);
}

static int
file_is(const char *path, const char *want)
{
	struct nt_buf b;
	struct nt_err err;
	int same;

	nt_buf_init(&b, 100);
	same = nt_file_slurp(path, &b, &err) == 0 && strcmp(b.p, want) == 0;
	nt_buf_free(&b);
	return same;
}

static void
a_draft_appears_whole_or_not_at_all(void **state)
{
	char folder[] = "/tmp/nt-base-XXXXXX", path[64];
	struct nt_draft d;
	struct nt_err err;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/file", folder);
	assert_int_equal(nt_file_make(path, "old", 3, &err), 0);
	assert_true(file_is(path, "old"));

	assert_int_equal(nt_draft_open(&d, path, &err), 0);
	assert_int_equal(nt_write_all(d.fd, "new", 3), 0);
	assert_true(file_is(path, "old"));
	nt_draft_free(&d);
	assert_true(file_is(path, "old"));

	assert_int_equal(nt_draft_open(&d, path, &err), 0);
	assert_int_equal(nt_write_all(d.fd, "new", 3), 0);
	assert_int_equal(nt_draft_commit(&d, &err), 0);
	nt_draft_free(&d);
	assert_true(file_is(path, "new"));

	assert_int_equal(nt_file_make(path, "old", 3, &err), -1);
	assert_true(file_is(path, "new"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);	/* no draft was left */
}

static void
only_old_drafts_are_swept(void **state)
{
	char folder[] = "/tmp/nt-base-XXXXXX";
	static const char *const names[] = { ".nt-0123456789abcdef.tmp",
	    ".nt-fedcba9876543210.tmp", ".nt-0123.tmp", "kept" };
	struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	int dir;

	(void)state;
	assert_non_null(mkdtemp(folder));
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < COUNT(names); i++) {
		close(openat(dir, names[i], O_CREAT | O_WRONLY, 0600));
		utimensat(dir, names[i], i == 1 ? NULL : old, 0);
	}
	nt_draft_sweep(folder);
	assert_int_equal(faccessat(dir, names[0], F_OK, 0), -1);
	for (size_t i = 1; i < COUNT(names); i++)
		assert_int_equal(unlinkat(dir, names[i], 0), 0);
	close(dir);
	assert_int_equal(rmdir(folder), 0);
}

static void
folders_are_made_with_those_above(void **state)
{
	char top[] = "/tmp/nt-base-XXXXXX", path[64];
	struct nt_err err;

	(void)state;
	assert_non_null(mkdtemp(top));
	snprintf(path, sizeof path, "%s/a/b", top);
	assert_int_equal(nt_dir_make(path, &err), 0);
	assert_int_equal(nt_dir_make(path, &err), 0);
	assert_int_equal(rmdir(path), 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(nt_dir_make(path, &err), -1);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof path, "%s/a", top);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(top), 0);
}

static void
a_folder_is_no_file_to_read(void **state)
{
	struct nt_err err;

	(void)state;
	assert_int_equal(nt_file_open("/tmp", &err), -1);
	assert_string_equal(err.text, "cannot read /tmp: Is a directory");
	assert_int_equal(nt_file_open("/nowhere/at/all", &err), -1);
	assert_int_equal(err.kind, NT_SYS);
}

static void
slurp_obeys_the_limit_of_its_buffer(void **state)
{
	char path[] = "/tmp/nt-base-XXXXXX";
	struct nt_buf b;
	struct nt_err err;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(nt_write_all(fd, "0123456789", 10), 0);
	close(fd);
	nt_buf_init(&b, 10);
	assert_int_equal(nt_file_slurp(path, &b, &err), 0);
	assert_int_equal(b.len, 10);
	nt_buf_free(&b);
	nt_buf_init(&b, 9);
	assert_int_equal(nt_file_slurp(path, &b, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	nt_buf_free(&b);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_rfc_3339),
		cmocka_unit_test(every_day_of_four_centuries_comes_back),
		cmocka_unit_test(a_fixed_clock_stands_still),
		cmocka_unit_test(ids_are_read_in_every_form),
		cmocka_unit_test(a_map_holds_what_was_put),
		cmocka_unit_test(a_buffer_stops_at_its_limit),
		cmocka_unit_test(errors_are_one_printable_line),
		cmocka_unit_test(a_draft_appears_whole_or_not_at_all),
		cmocka_unit_test(only_old_drafts_are_swept),
		cmocka_unit_test(folders_are_made_with_those_above),
		cmocka_unit_test(a_folder_is_no_file_to_read),
		cmocka_unit_test(slurp_obeys_the_limit_of_its_buffer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
