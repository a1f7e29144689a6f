#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/file.h"
#include "nt/zone.h"

#define ZONES "/usr/share/zoneinfo/"

/* 1 and the file's bytes, or 0 where the system has no such zone. */
static int
read_zone(const char *name, struct nt_buf *bytes)
{
	char path[200];

	snprintf(path, sizeof path, ZONES "%s", name);
	nt_buf_clear(bytes);
	return nt_file_slurp(path, bytes, NULL) == 0;
}

static void
test_offsets(void **state)
{
	static const struct {
		const char *zone, *local;
		int minutes;
	} rows[] = {
		{ "Europe/London", "2026-06-27T18:01", 60 },
		{ "Europe/London", "2026-01-05T10:00", 0 },
		{ "Europe/London", "2040-07-25T00:30", 60 },
		{ "America/New_York", "2026-03-08T01:59", -300 },
		{ "America/New_York", "2026-03-08T02:30", -300 },
		{ "America/New_York", "2026-03-08T03:00", -240 },
		{ "America/New_York", "2026-11-01T01:30", -240 },
		{ "America/New_York", "2026-11-01T02:00", -300 },
		{ "America/New_York", "2050-07-01T12:00", -240 },
		{ "America/Los_Angeles", "1990-07-01T12:00", -420 },
		{ "America/St_Johns", "2026-07-01T12:00", -150 },
		{ "Asia/Kolkata", "2026-01-01T00:00", 330 },
		{ "Asia/Tokyo", "2100-01-01T00:00", 540 },
		{ "Australia/Sydney", "2099-01-15T12:00", 660 },
		{ "UTC", "2026-01-01T00:00", 0 }
	};
	struct nt_buf bytes;
	size_t i, seen = 0;

	(void)state;
	nt_buf_init(&bytes, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t ms;
		int minutes = 9999;

		if (!read_zone(rows[i].zone, &bytes))
			continue;
		seen++;
		assert_int_equal(nt_time_parse(rows[i].local,
		    strlen(rows[i].local), &ms), 0);
		assert_int_equal(nt_zone_offset(nt_buf_view(&bytes), ms,
		    &minutes), 1);
		if (minutes != rows[i].minutes)
			fail_msg("%s %s: %d, not %d", rows[i].zone,
			    rows[i].local, minutes, rows[i].minutes);
	}
	nt_buf_free(&bytes);
	if (seen == 0)
		skip();
}

/* A file cut anywhere, or of another kind, says nothing or something. */
static void
test_broken(void **state)
{
	struct nt_buf bytes;
	int minutes = 7;
	size_t len;

	(void)state;
	assert_int_equal(nt_zone_offset(NT_STR(""), 0, &minutes), 0);
	assert_int_equal(nt_zone_offset(NT_STR("TZif2 and nothing else that "
	    "would be of use to anybody at all, ever"), 0, &minutes), 0);
	assert_int_equal(minutes, 7);
	nt_buf_init(&bytes, NT_BUF_MAX);
	if (read_zone("Europe/London", &bytes))
		for (len = 0; len < bytes.len; len++) {
			char *part = nt_strndup(bytes.p, len);

			nt_zone_offset((struct nt_str){ part, len },
			    INT64_C(1800000000000), &minutes);
			free(part);
		}
	nt_buf_free(&bytes);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		int ok;
	} rows[] = {
		{ "UTC", 1 },
		{ "Europe/London", 1 },
		{ "America/Argentina/Buenos_Aires", 1 },
		{ "Etc/GMT+5", 1 },
		{ "", 0 },
		{ "/etc/passwd", 0 },
		{ "../../etc/passwd", 0 },
		{ "Europe//London", 0 },
		{ "Europe/Lon don", 0 },
		{ "Europe/L\xc3\xb6", 0 }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(nt_zone_name_ok(nt_str_of(rows[i].name)),
		    rows[i].ok);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_names)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
