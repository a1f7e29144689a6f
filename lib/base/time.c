/* Calendar time to text and back, without the C library's locale or zones. */
#include <stdio.h>
#include <time.h>

#include "nt/clock.h"

#define MS_A_DAY ((int64_t)24 * 60 * 60 * 1000)

/*
 * The calendar is counted in eras of 400 years that begin on the first of
 * March, so that a leap day is the last of its year.
 */
int64_t
nt_days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
	    day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

void
nt_date_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

/* The format has four digits for the year; what is beyond stops at its edge. */
static int64_t
clamp(int64_t ms)
{
	int64_t first = nt_days_from_date(0, 1, 1) * MS_A_DAY;
	int64_t last = nt_days_from_date(9999, 12, 31) * MS_A_DAY +
	    MS_A_DAY - 1;

	return ms < first ? first : ms > last ? last : ms;
}

void
nt_time_format(int64_t ms, char text[NT_TIME_TEXT])
{
	int64_t days, rest;
	int year, month, day;

	ms = clamp(ms);
	days = ms / MS_A_DAY;
	rest = ms % MS_A_DAY;
	if (rest < 0) {
		rest += MS_A_DAY;
		days--;
	}
	nt_date_from_days(days, &year, &month, &day);
	snprintf(text, NT_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100,
	    (unsigned)(rest / 3600000) % 100, (unsigned)(rest / 60000 % 60),
	    (unsigned)(rest / 1000 % 60), (unsigned)(rest % 1000));
}

/* A text being read from the left. */
struct cursor {
	const char *p, *end;
};

/* Reads exactly count digits: the number, or -1. */
static int
digits(struct cursor *c, int count)
{
	int n = 0;

	for (; count > 0; count--, c->p++) {
		if (c->p == c->end || *c->p < '0' || *c->p > '9')
			return -1;
		n = n * 10 + (*c->p - '0');
	}
	return n;
}

static int
literal(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return 0;
	c->p++;
	return 1;
}

static int
days_of_month(int year, int month)
{
	static const int days[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int
parse_date(struct cursor *c, int64_t *ms)
{
	int year, month, day;

	if ((year = digits(c, 4)) == -1 || !literal(c, '-') ||
	    (month = digits(c, 2)) == -1 || !literal(c, '-') ||
	    (day = digits(c, 2)) == -1)
		return -1;
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month))
		return -1;
	*ms = nt_days_from_date(year, month, day) * MS_A_DAY;
	return 0;
}

/* Reads ".123"; digits beyond the millisecond are cut. */
static int
parse_fraction(struct cursor *c, int64_t *ms)
{
	int scale = 100, d;

	if (!literal(c, '.'))
		return 0;
	if ((d = digits(c, 1)) == -1)
		return -1;
	do {
		*ms += d * scale;
		scale /= 10;
	} while ((d = digits(c, 1)) != -1);
	return 0;
}

static int
parse_time(struct cursor *c, int64_t *ms)
{
	int hour, minute, second = 0;

	if ((hour = digits(c, 2)) == -1 || !literal(c, ':') ||
	    (minute = digits(c, 2)) == -1)
		return -1;
	if (literal(c, ':') && ((second = digits(c, 2)) == -1 ||
	    parse_fraction(c, ms) == -1))
		return -1;
	if (hour > 23 || minute > 59 || second > 60)
		return -1;
	*ms += ((hour * 60 + minute) * 60 + second) * (int64_t)1000;
	return 0;
}

static int
parse_offset(struct cursor *c, int64_t *ms)
{
	int sign, hour, minute;

	if (c->p == c->end || literal(c, 'Z') || literal(c, 'z'))
		return 0;
	if (*c->p != '+' && *c->p != '-')
		return -1;
	sign = *c->p++ == '-' ? 1 : -1;
	if ((hour = digits(c, 2)) == -1)
		return -1;
	literal(c, ':');
	if ((minute = digits(c, 2)) == -1 || hour > 23 || minute > 59)
		return -1;
	*ms += sign * (hour * 60 + minute) * (int64_t)60000;
	return 0;
}

int
nt_time_parse(const char *text, size_t len, int64_t *ms)
{
	struct cursor c = { text, text + len };
	int64_t t;

	if (parse_date(&c, &t) == -1)
		return -1;
	if (c.p != c.end) {
		if (!literal(&c, 'T') && !literal(&c, 't') && !literal(&c, ' '))
			return -1;
		if (parse_time(&c, &t) == -1 || parse_offset(&c, &t) == -1)
			return -1;
	}
	if (c.p != c.end)
		return -1;
	*ms = t;
	return 0;
}

/* Local time as if it were UTC, made the moment that it means: 0, or -1. */
static int
from_local(int64_t *ms)
{
	int64_t days = *ms / MS_A_DAY, rest = *ms % MS_A_DAY;
	struct tm tm = { .tm_isdst = -1 };
	time_t t;

	nt_date_from_days(days, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	tm.tm_hour = (int)(rest / 3600000);
	tm.tm_min = (int)(rest / 60000 % 60);
	tm.tm_sec = (int)(rest / 1000 % 60);
	if ((t = mktime(&tm)) == (time_t)-1)
		return -1;
	*ms = (int64_t)t * 1000 + rest % 1000;
	return 0;
}

int
nt_time_parse_until(const char *text, int64_t *ms)
{
	struct cursor c = { text, text + strlen(text) };
	int64_t t, span = MS_A_DAY;	/* what the last part given covers */
	const char *start;
	int local;

	if (parse_date(&c, &t) == -1 || t < 0)
		return -1;
	if (literal(&c, 'T') || literal(&c, ' ')) {
		start = c.p;
		if (parse_time(&c, &t) == -1)
			return -1;
		span = c.p - start == 5 ? 60000 : c.p - start == 8 ? 1000 : 1;
	}
	local = c.p == c.end;
	if (parse_offset(&c, &t) == -1 || c.p != c.end ||
	    (local && from_local(&t) == -1))
		return -1;
	*ms = t + span - 1;
	return 0;
}
