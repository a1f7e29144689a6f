#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/calendar.h"
#include "nt/clock.h"
#include "nt/cron.h"
#include "nt/retention.h"

#define MS_A_MINUTE ((int64_t)60000)
#define MS_A_DAY ((int64_t)86400000)

/* A stream of numbers that is the same in each run. */
static uint64_t seed = 1;

static unsigned
random_below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (unsigned)(seed >> 33) % n;
}

static int64_t
moment(const char *text)
{
	int64_t ms;

	assert_int_equal(nt_time_parse(text, strlen(text), &ms), 0);
	return ms;
}

static void
assert_time(int64_t ms, const char *expected)
{
	char text[NT_TIME_TEXT];

	nt_time_format(ms, text);
	memcpy(text + 19, "Z", 2);
	assert_string_equal(text, expected);
}

static void
set_zone(const char *name)
{
	struct nt_err err;

	assert_int_equal(nt_calendar_zone(name, &err), 0);
}

/* ---- clocks ---- */

static void
test_moments(void **state)
{
	static const struct {
		const char *zone, *shown, *moment;
	} rows[] = {
		{ "UTC", "2026-03-29T02:30Z", "2026-03-29T02:30:00Z" },
		{ "Europe/Berlin", "2026-03-29T01:59Z",
		    "2026-03-29T00:59:00Z" },
		{ "Europe/Berlin", "2026-03-29T02:30Z",
		    "2026-03-29T01:30:00Z" },
		{ "Europe/Berlin", "2026-03-29T03:00Z",
		    "2026-03-29T01:00:00Z" },
		{ "Europe/Berlin", "2026-10-25T02:30Z",
		    "2026-10-25T00:30:00Z" },
		{ "Europe/Berlin", "2026-10-25T03:00Z",
		    "2026-10-25T02:00:00Z" },
		{ "America/New_York", "2026-11-01T01:30Z",
		    "2026-11-01T05:30:00Z" },
		{ "Australia/Lord_Howe", "2026-04-05T01:45Z",
		    "2026-04-04T14:45:00Z" },
		{ "Australia/Lord_Howe", "2026-10-04T02:15Z",
		    "2026-10-03T15:45:00Z" },
		{ "Pacific/Apia", "2011-12-29T12:00Z", "2011-12-29T22:00:00Z" },
		{ "Pacific/Apia", "2011-12-30T12:00Z", "2011-12-30T22:00:00Z" },
		{ "Pacific/Apia", "2011-12-31T12:00Z", "2011-12-30T22:00:00Z" },
		{ "Asia/Kolkata", "1960-01-01T00:00Z", "1959-12-31T18:30:00Z" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		set_zone(rows[i].zone);
		assert_time(nt_calendar_moment(moment(rows[i].shown)),
		    rows[i].moment);
	}
}

static void
test_moment_is_inverse(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin",
	    "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
	    "Asia/Kathmandu" };

	(void)state;
	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		set_zone(zones[z]);
		for (int i = 0; i < 20000; i++) {
			int64_t ms = ((int64_t)random_below(2000000000) -
			    200000000) * 1000;
			int64_t shown = nt_calendar_local(ms);
			int64_t back = nt_calendar_moment(shown);

			/* another moment only if clocks showed it before */
			assert_true(back <= ms);
			assert_true(nt_calendar_local(back) == shown);
		}
	}
}

static void
test_times_of_people(void **state)
{
	struct nt_err err;
	int64_t ms;

	(void)state;
	set_zone("Europe/Berlin");
	assert_int_equal(nt_calendar_parse("2026-07-01", &ms, &err), 0);
	assert_time(ms, "2026-06-30T22:00:00Z");
	assert_int_equal(nt_calendar_parse("2026-07-01 02:30", &ms, &err), 0);
	assert_time(ms, "2026-07-01T00:30:00Z");
	assert_int_equal(nt_calendar_parse("2026-07-01T02:30:09Z", &ms, &err),
	    0);
	assert_time(ms, "2026-07-01T02:30:09Z");
	assert_int_equal(nt_calendar_parse("2026-07-01T02:30-05:00", &ms,
	    &err), 0);
	assert_time(ms, "2026-07-01T07:30:00Z");
	assert_int_equal(nt_calendar_parse("soon", &ms, &err), -1);
	assert_int_equal(nt_calendar_parse("", &ms, &err), -1);
	assert_int_equal(nt_calendar_zone("Mars/Olympus", &err), -1);
	assert_int_equal(nt_calendar_zone("../../etc/passwd", &err), -1);
}

/* ---- cron ---- */

/* Appends a field that is mostly of few values, or a star. */
static void
put_field(char *text, size_t size, int low, int high)
{
	size_t len = strlen(text);
	int a = low + (int)random_below((unsigned)(high - low + 1));
	int b = a + (int)random_below((unsigned)(high - a + 1));
	unsigned step = 1 + random_below(7);

	switch (random_below(6)) {
	case 0:
	case 1:
		snprintf(text + len, size - len, "* ");
		break;
	case 2:
		snprintf(text + len, size - len, "*/%u ", step);
		break;
	case 3:
		snprintf(text + len, size - len, "%d-%d/%u ", a, b, step);
		break;
	case 4:
		snprintf(text + len, size - len, "%d,%d ", b, a);
		break;
	default:
		snprintf(text + len, size - len, "%d ", a);
		break;
	}
}

/* An expression by chance; most hours are small, for changes are then. */
static void
random_cron(struct nt_cron *cron, char text[80])
{
	struct nt_err err;

	do {
		text[0] = '\0';
		put_field(text, 80, 0, 59);
		put_field(text, 80, 0, random_below(3) == 0 ? 23 : 4);
		put_field(text, 80, 1, 31);
		put_field(text, 80, 1, 12);
		put_field(text, 80, 0, 7);
	} while (nt_cron_parse(cron, text, &err) == -1);
}

/* Whether a minute that clocks show fits, without what the room has for it. */
static int
fits(const struct nt_cron *c, int64_t shown)
{
	int64_t day = (shown + 1440000000) / 1440 - 1000000;
	int minute = (int)(shown - day * 1440), y, m, d;
	int weekday = (int)((day + 4 + 700000) % 7), by_day, by_weekday;

	nt_date_from_days(day, &y, &m, &d);
	by_day = c->set[NT_CRON_DAY] >> d & 1;
	by_weekday = c->set[NT_CRON_WEEKDAY] >> weekday & 1;
	if (c->star[NT_CRON_DAY] || c->star[NT_CRON_WEEKDAY] ?
	    !by_day || !by_weekday : !by_day && !by_weekday)
		return 0;
	return (c->set[NT_CRON_MONTH] >> m & 1) != 0 &&
	    (c->set[NT_CRON_HOUR] >> minute / 60 & 1) != 0 &&
	    (c->set[NT_CRON_MINUTE] >> minute % 60 & 1) != 0;
}

#define WINDOW (5 * 1440)

/*
 * The daemon, minute by minute: it wakes, compares what clocks show with how
 * far it has come, and starts what is due.  Fills runs with the true minutes,
 * counted from the first.
 */
static size_t
simulate(const struct nt_cron *c, const int64_t shown[WINDOW],
    int runs[WINDOW])
{
	int wild = c->star[NT_CRON_MINUTE] || c->star[NT_CRON_HOUR];
	int64_t come = shown[0];
	size_t n = 0;

	for (int t = 1; t < WINDOW; t++) {
		int64_t ahead = shown[t] - come;
		int started = 0;

		if (ahead > 180 || ahead < -180) {
			come = shown[t];
			started = fits(c, come);
		} else if (ahead <= 0) {
			started = wild && fits(c, shown[t]);
		} else if (ahead > 5) {
			started = wild && fits(c, shown[t]);
			while (come < shown[t])
				started |= fits(c, ++come) && !wild;
		} else {
			while (come < shown[t])
				started |= fits(c, ++come);
		}
		if (started)
			runs[n++] = t;
	}
	return n;
}

static const struct {
	const char *zone, *day;		/* two days before a change */
} changes[] = {
	{ "Europe/Berlin", "2026-03-27" },
	{ "Europe/Berlin", "2026-10-23" },
	{ "America/New_York", "2026-03-06" },
	{ "America/New_York", "2026-10-30" },
	{ "Australia/Lord_Howe", "2026-04-03" },
	{ "Australia/Lord_Howe", "2026-10-02" },
	{ "Pacific/Apia", "2011-12-28" },
	{ "Antarctica/Troll", "2026-03-27" },
	{ "Antarctica/Troll", "2026-10-23" },
	{ "Africa/Casablanca", "2026-02-13" },
	{ "Asia/Pyongyang", "2018-05-02" },
	{ "America/Caracas", "2007-12-07" },
	{ "UTC", "2028-02-27" }
};

static void
check_window(const struct nt_cron *c, const char *text, int64_t start_ms,
    const int64_t shown[WINDOW])
{
	static int runs[WINDOW];
	size_t n = simulate(c, shown, runs), i = 0;
	int64_t run = start_ms, last;

	while (nt_cron_next(c, run, &run) &&
	    run < start_ms + WINDOW * MS_A_MINUTE) {
		if (i == n || run != start_ms + runs[i] * MS_A_MINUTE)
			fail_msg("%s runs at minute %d of %jd, expected %d",
			    text, (int)((run - start_ms) / MS_A_MINUTE),
			    (intmax_t)start_ms, i < n ? runs[i] : -1);
		i++;
		/* seen from any moment up to the next one */
		if (random_below(20) > 0)
			continue;
		assert_true(nt_cron_last(c, run + random_below(60000), &last));
		assert_true(last == run);
	}
	if (i != n)
		fail_msg("%s: %zu runs, expected %zu", text, i, n);
}

static void
test_runs_are_those_of_the_daemon(void **state)
{
	static int64_t shown[WINDOW];
	struct nt_cron c;
	char text[80];

	(void)state;
	for (size_t w = 0; w < sizeof changes / sizeof changes[0]; w++) {
		int64_t start = moment(changes[w].day);

		set_zone(changes[w].zone);
		for (int t = 0; t < WINDOW; t++)
			shown[t] = nt_calendar_local(start + t * MS_A_MINUTE) /
			    MS_A_MINUTE;
		for (int i = 0; i < 80; i++) {
			random_cron(&c, text);
			check_window(&c, text, start, shown);
		}
	}
}

static void
test_last_and_next(void **state)
{
	struct nt_cron c;
	char text[80];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now = (int64_t)random_below(2000000000) * 1000 +
		    random_below(1000), last, next, again;

		set_zone(changes[(size_t)i % 13].zone);
		random_cron(&c, text);
		assert_true(nt_cron_next(&c, now, &next));
		assert_true(next > now && next % MS_A_MINUTE == 0);
		assert_true(nt_cron_last(&c, now, &last));
		assert_true(last <= now && last % MS_A_MINUTE == 0);
		/* there is nothing between the two */
		assert_true(nt_cron_next(&c, last, &again) && again == next);
		assert_true(nt_cron_last(&c, next - 1, &again) &&
		    again == last);
		assert_true(nt_cron_last(&c, next, &again) && again == next);
	}
}

static void
test_rare_runs(void **state)
{
	struct nt_err err;
	struct nt_cron c;
	int64_t run;

	(void)state;
	set_zone("Europe/Berlin");
	/* a February 29 that is a Sunday, for the star makes it take both */
	assert_int_equal(nt_cron_parse(&c, "0 0 29 2 */7", &err), 0);
	assert_true(nt_cron_next(&c, moment("2077-01-01"), &run));
	assert_time(run, "2088-02-28T23:00:00Z");
	assert_true(nt_cron_next(&c, run, &run));
	assert_time(run, "2128-02-28T23:00:00Z");
	assert_true(nt_cron_last(&c, run - 1, &run));
	assert_time(run, "2088-02-28T23:00:00Z");
	assert_true(nt_cron_next(&c, moment("9999-12-31"), &run));
}

static void
explain(const struct nt_cron *c, struct nt_buf *b)
{
	nt_buf_clear(b);
	nt_cron_explain(c, b);
	assert_int_equal(b->full, 0);
}

/* What differs in a field is told: another field, another text. */
static void
test_each_field_is_told(void **state)
{
	struct nt_buf one, other;
	char text[80];

	(void)state;
	nt_buf_init(&one, NT_BUF_MAX);
	nt_buf_init(&other, NT_BUF_MAX);
	for (int i = 0; i < 20000; i++) {
		enum nt_cron_field f = random_below(NT_CRON_FIELDS);
		struct nt_cron a, b, c;

		random_cron(&a, text);
		random_cron(&b, text);
		c = a;
		c.set[f] = b.set[f];
		/* with a full one of the two, the other does not count */
		if (c.set[f] == a.set[f] || (f == NT_CRON_DAY &&
		    a.set[NT_CRON_WEEKDAY] == 0x7f) || (f == NT_CRON_WEEKDAY &&
		    a.set[NT_CRON_DAY] == 0xfffffffe))
			continue;
		explain(&a, &one);
		explain(&c, &other);
		if (strcmp(one.p, other.p) == 0)
			fail_msg("field %d is not told: %s", f, one.p);
	}
	nt_buf_free(&one);
	nt_buf_free(&other);
}

static void
test_hostile_expressions(void **state)
{
	static const char *const pieces[] = { "*", "/", "-", ",", "0", "5",
	    "99999999999999999999", " ", "\t", "mon", "feb", "@", "?", "L",
	    "#", "\n", "\x7f", "\xff", "1-5", "*/2", "daily", "60", "~" };
	char *long_one = malloc(1 << 20);
	char text[400];
	struct nt_err err;
	struct nt_cron c;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		unsigned n = random_below(15);
		size_t len = 0;

		text[0] = '\0';
		while (n-- > 0)
			len += (size_t)snprintf(text + len, sizeof text - len,
			    "%s", pieces[random_below(sizeof pieces /
			    sizeof pieces[0])]);
		if (nt_cron_parse(&c, text, &err) == -1)
			assert_true(strstr(err.text, "expected") != NULL);
		else
			for (int f = 0; f < NT_CRON_FIELDS; f++)
				assert_true(c.set[f] != 0);
	}
	memset(long_one, '1', (1 << 20) - 1);
	long_one[(1 << 20) - 1] = '\0';
	assert_int_equal(nt_cron_parse(&c, long_one, &err), -1);
	for (size_t i = 1; i < (1 << 20) - 10; i += 2)
		long_one[i] = ',';
	memcpy(long_one + (1 << 20) - 10, "0 * * * *", 10);
	assert_int_equal(nt_cron_parse(&c, long_one, &err), 0);
	free(long_one);
}

/* ---- retention ---- */

#define BACKUPS 400

/* Backups of three years, some of them incomplete or unknown. */
static void
random_backups(struct nt_backup *b, size_t n)
{
	memset(b, 0, n * sizeof *b);
	for (size_t i = 0; i < n; i++) {
		unsigned chance = random_below(10);

		b[i].time_ms = moment("2023-01-01") +
		    (int64_t)random_below(94608000) * 1000;
		b[i].wholeness = chance == 0 ? NT_BACKUP_INCOMPLETE :
		    chance == 1 ? NT_BACKUP_UNKNOWN : NT_BACKUP_COMPLETE;
	}
}

static struct nt_retention
random_rules(void)
{
	struct nt_retention r = { .forever = 0 };
	enum nt_period p = random_below(NT_PERIODS);

	r.count[p] = (int64_t)random_below(10) - 1;
	p = random_below(NT_PERIODS);
	r.within[p].days = (int)random_below(40);
	r.within[p].years = (int)random_below(2);
	if (random_below(3) == 0)
		r.not_older.months = (int)random_below(12);
	return r;
}

static void
test_last_complete_is_kept(void **state)
{
	struct nt_backup b[BACKUPS], *last;

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + random_below(BACKUPS);
		struct nt_retention r = random_rules();

		random_backups(b, n);
		nt_retention_judge(&r, b, n, moment("2026-06-01"));
		last = NULL;
		for (size_t i = 0; i < n; i++)
			if (b[i].wholeness == NT_BACKUP_COMPLETE &&
			    (last == NULL || b[i].time_ms > last->time_ms))
				last = &b[i];
		assert_true(last == NULL || last->why != 0);
	}
}

static void
test_more_keeps_more(void **state)
{
	struct nt_backup b[BACKUPS];
	int kept[BACKUPS];

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct nt_retention r = random_rules();
		enum nt_period p = random_below(NT_PERIODS);

		random_backups(b, BACKUPS);
		r.count[p] = 1 + random_below(5);
		nt_retention_judge(&r, b, BACKUPS, moment("2026-06-01"));
		for (size_t i = 0; i < BACKUPS; i++)
			kept[i] = b[i].why != 0;
		r.count[p] = random_below(4) == 0 ? -1 :
		    r.count[p] + random_below(9);
		nt_retention_judge(&r, b, BACKUPS, moment("2026-06-01"));
		for (size_t i = 0; i < BACKUPS; i++)
			assert_true(!kept[i] || b[i].why != 0);
	}
}

static int
month_of(int64_t ms)
{
	int y, m, d;

	nt_date_from_days(ms / MS_A_DAY, &y, &m, &d);
	return y * 12 + m;
}

/* Of the last N months with any, each keeps one, whatever comes after. */
static void
test_no_month_vanishes(void **state)
{
	struct nt_retention r = { .count = { [NT_PERIOD_MONTH] = 5 } };
	struct nt_backup b[BACKUPS];

	(void)state;
	set_zone("UTC");
	random_backups(b, BACKUPS);
	for (size_t i = 0; i < BACKUPS; i++) {
		b[i].wholeness = NT_BACKUP_COMPLETE;
		b[i].time_ms = moment("2024-01-01") + (int64_t)(i * 27 +
		    random_below(20)) * 3600000 * 3;
	}
	for (size_t n = 1; n <= BACKUPS; n++) {
		int months = 0, kept = 0, month = 0;

		nt_retention_judge(&r, b, n, moment("2030-01-01"));
		for (size_t i = n; i-- > 0;) {
			if (month_of(b[i].time_ms) != month)
				months++;
			month = month_of(b[i].time_ms);
			/* the newest of it, and nothing else but the oldest */
			assert_true(i == 0 || months > 5 ||
			    (b[i].why != 0) == (kept < months));
			kept += b[i].why != 0;
		}
		assert_true(kept <= 5);
	}
}

static void
test_once_is_enough(void **state)
{
	struct nt_backup b[BACKUPS];

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct nt_retention r = { .forever = 0 };
		size_t n = 0;

		r.count[random_below(NT_PERIODS)] = 1 + random_below(20);
		random_backups(b, BACKUPS);
		nt_retention_judge(&r, b, BACKUPS, moment("2026-06-01"));
		for (size_t i = 0; i < BACKUPS; i++)
			if (b[i].why != 0)
				b[n++] = b[i];
		nt_retention_judge(&r, b, n, moment("2026-06-01"));
		for (size_t i = 0; i < n; i++)
			assert_true(b[i].why != 0);
	}
}

static void
test_many_backups(void **state)
{
	static struct nt_backup b[200000];
	struct nt_retention r = { .count = { [NT_PERIOD_DAY] = -1 } };
	struct nt_str names[] = { NT_STR("a"), NT_STR("b"), NT_STR("c") };
	size_t n = sizeof b / sizeof b[0], kept = 0;

	(void)state;
	set_zone("Europe/Berlin");
	random_backups(b, n);
	for (size_t i = 0; i < n; i++) {
		b[i].place = names[i % 3];
		b[i].series = names[i / 3 % 3];
	}
	nt_retention_judge(&r, b, n, moment("2026-06-01"));
	for (size_t i = 0; i < n; i++)
		kept += b[i].why != 0;
	assert_true(kept >= 9 * 1095 && kept < 9 * 1120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_moment_is_inverse),
		cmocka_unit_test(test_times_of_people),
		cmocka_unit_test(test_runs_are_those_of_the_daemon),
		cmocka_unit_test(test_last_and_next),
		cmocka_unit_test(test_rare_runs),
		cmocka_unit_test(test_each_field_is_told),
		cmocka_unit_test(test_hostile_expressions),
		cmocka_unit_test(test_last_complete_is_kept),
		cmocka_unit_test(test_more_keeps_more),
		cmocka_unit_test(test_no_month_vanishes),
		cmocka_unit_test(test_once_is_enough),
		cmocka_unit_test(test_many_backups)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
