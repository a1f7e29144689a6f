/*
 * Dates in filters (api 5.2, 5.4).  Days are those of UTC, weeks begin on
 * Sunday.  A time means its minute, for that is how exactly times are kept:
 * the service finds 18:01:00 when asked for 18:01:15.
 */
#include "filter.h"

#include "nt/clock.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define MINUTE_MS ((int64_t)60 * 1000)

static int64_t
floor_to(int64_t ms, int64_t unit)
{
	int64_t rest = ms % unit;

	return ms - (rest < 0 ? rest + unit : rest);
}

/* The day that is so many months away; the last of its month if it must. */
static int64_t
add_months(int64_t day, int months)
{
	static const int lengths[] =
	    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, mday, n, last;

	nt_date_from_days(day, &year, &month, &mday);
	n = year * 12 + month - 1 + months;
	year = n / 12;
	month = n % 12;
	last = lengths[month];
	if (month == 1 && ((year % 4 == 0 && year % 100 != 0) ||
	    year % 400 == 0))
		last = 29;
	return nt_days_from_date(year, month + 1, mday < last ? mday : last);
}

/* Relative words: so many days, or months, from today. */
static const struct {
	const char *word;
	int days, months;
} words[] = {
	{ "today", 0, 0 },
	{ "tomorrow", 1, 0 },
	{ "yesterday", -1, 0 },
	{ "one_week_ago", -7, 0 },
	{ "one_week_from_now", 7, 0 },
	{ "one_month_ago", 0, -1 },
	{ "one_month_from_now", 0, 1 }
};

int
nt_moment_span(struct nt_str text, int64_t now_ms, int64_t *from, int64_t *to)
{
	int64_t today = floor_to(now_ms, DAY_MS) / DAY_MS, ms;
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (!nt_str_is(text, words[i].word))
			continue;
		*from = (add_months(today, words[i].months) + words[i].days) *
		    DAY_MS;
		*to = *from + DAY_MS;
		return 0;
	}
	if (nt_time_parse(text.p, text.len, &ms) == -1)
		return -1;
	if (text.len == 10) {
		*from = ms;
		*to = ms + DAY_MS;
		return 0;
	}
	*from = floor_to(ms, MINUTE_MS);
	*to = *from + MINUTE_MS;
	return 0;
}

/* Periods: from and to, both in days and months from today, to included. */
static const struct {
	const char *word;
	int from_days, from_months, to_days, to_months;
} periods[] = {
	{ "past_week", -7, 0, 0, 0 },
	{ "past_month", 0, -1, 0, 0 },
	{ "past_year", 0, -12, 0, 0 },
	{ "next_week", 0, 0, 7, 0 },
	{ "next_month", 0, 0, 0, 1 },
	{ "next_year", 0, 0, 0, 12 }
};

int
nt_period_span(struct nt_str word, int64_t now_ms, int64_t *from, int64_t *to)
{
	int64_t today = floor_to(now_ms, DAY_MS) / DAY_MS;
	size_t i;

	if (nt_str_is(word, "this_week")) {
		/* day 0 was a Thursday; Sunday is the first of a week */
		*from = floor_to(today + 4, 7) - 4;
		*to = (*from + 7) * DAY_MS;
		*from *= DAY_MS;
		return 0;
	}
	for (i = 0; i < sizeof periods / sizeof periods[0]; i++) {
		if (!nt_str_is(word, periods[i].word))
			continue;
		*from = (add_months(today, periods[i].from_months) +
		    periods[i].from_days) * DAY_MS;
		*to = (add_months(today, periods[i].to_months) +
		    periods[i].to_days + 1) * DAY_MS;
		return 0;
	}
	return -1;
}

int
nt_moment_of(struct nt_value date_or_text, int64_t *ms)
{
	struct nt_value start = nt_value_get(date_or_text, "start");
	struct nt_str text = nt_value_text(nt_value_there(start) ? start :
	    date_or_text);

	return text.p == NULL ? -1 : nt_time_parse(text.p, text.len, ms);
}
