/* Spans of the calendar, from text and back, and what of time they cover. */
#include <string.h>

#include "internal.h"
#include "nt/calendar.h"
#include "nt/clock.h"

#define MS_AN_HOUR ((int64_t)60 * 60 * 1000)
#define MS_A_DAY (24 * MS_AN_HOUR)
#define SPAN_TEXT_MAX 64	/* bytes that a span is written in, at most */
#define NUMBER_MAX 99999	/* of a unit: beyond any calendar in use */

/* The period that a unit's name of len bytes means; EACH: none. */
static enum nt_period
unit_of(const char *name, size_t len)
{
	static const struct {
		const char *name;
		enum nt_period period;
	} units[] = {
		{ "h", NT_PERIOD_HOUR }, { "hour", NT_PERIOD_HOUR },
		{ "hours", NT_PERIOD_HOUR }, { "d", NT_PERIOD_DAY },
		{ "day", NT_PERIOD_DAY }, { "days", NT_PERIOD_DAY },
		{ "w", NT_PERIOD_WEEK }, { "week", NT_PERIOD_WEEK },
		{ "weeks", NT_PERIOD_WEEK }, { "m", NT_PERIOD_MONTH },
		{ "month", NT_PERIOD_MONTH }, { "months", NT_PERIOD_MONTH },
		{ "y", NT_PERIOD_YEAR }, { "year", NT_PERIOD_YEAR },
		{ "years", NT_PERIOD_YEAR }
	};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (nt_str_is((struct nt_str){ name, len }, units[i].name))
			return units[i].period;
	return NT_PERIOD_EACH;
}

static void
add(struct nt_span *span, int n, enum nt_period unit)
{
	switch (unit) {
	case NT_PERIOD_HOUR:
		span->hours += n;
		break;
	case NT_PERIOD_DAY:
		span->days += n;
		break;
	case NT_PERIOD_WEEK:
		span->days += 7 * n;
		break;
	case NT_PERIOD_MONTH:
		span->months += n;
		break;
	default:
		span->years += n;
		break;
	}
}

const char *
span_read_part(struct nt_span *span, const char *p, enum nt_period *unit)
{
	size_t digits = strspn(p, "0123456789"), len;
	int n = 0;

	for (size_t i = 0; i < digits; i++)
		if ((n = n * 10 + (p[i] - '0')) > NUMBER_MAX)
			return NULL;
	p += digits;
	len = strspn(p, "abcdefghijklmnopqrstuvwxyz");
	*unit = unit_of(p, len);
	if (digits == 0 || *unit == NT_PERIOD_EACH)
		return NULL;
	add(span, n, *unit);
	return p + len;
}

/* A size to compare spans by, of months and years of middle length. */
static int64_t
size_of(const struct nt_span *span)
{
	return (int64_t)span->years * 8766 + (int64_t)span->months * 730 +
	    (int64_t)span->days * 24 + span->hours;
}

int
span_is_none(const struct nt_span *span)
{
	return size_of(span) == 0;
}

void
span_take_larger(struct nt_span *span, const struct nt_span *other)
{
	if (size_of(other) > size_of(span))
		*span = *other;
}

int
nt_span_widen(struct nt_span *span, const char *text, struct nt_err *err)
{
	struct nt_span read = { 0, 0, 0, 0 };
	const char *p = strlen(text) <= SPAN_TEXT_MAX ? text : NULL;
	enum nt_period unit;

	while (p != NULL && *p != '\0')
		p = span_read_part(&read, p, &unit);
	if (p == NULL || span_is_none(&read))
		return nt_err_set(err, NT_DATA, "\"%.40s\" is no span of time, "
		    "expected numbers with units such as 90days, 4w or 1y6m",
		    text);
	span_take_larger(span, &read);
	return 0;
}

void
span_write(const struct nt_span *span, struct nt_buf *b)
{
	if (span->years != 0)
		nt_buf_fmt(b, "%dy", span->years);
	if (span->months != 0)
		nt_buf_fmt(b, "%dm", span->months);
	if (span->days != 0)
		nt_buf_fmt(b, "%dd", span->days);
	if (span->hours != 0)
		nt_buf_fmt(b, "%dh", span->hours);
}

int64_t
span_before(const struct nt_span *span, int64_t ms)
{
	int64_t local = nt_calendar_local(ms), months, day;
	int y, m, d;

	day = floor_div(local, MS_A_DAY);
	nt_date_from_days(day, &y, &m, &d);
	months = (int64_t)(y - span->years) * 12 + (m - 1) - span->months;
	/* days that the month does not have are those of the next */
	local = local - day * MS_A_DAY + MS_A_DAY *
	    (nt_days_from_date((int)floor_div(months, 12),
	    (int)(months - floor_div(months, 12) * 12) + 1, 1) +
	    d - 1 - span->days);
	return nt_calendar_moment(local) - span->hours * MS_AN_HOUR;
}

int64_t
period_of(enum nt_period period, int64_t local_ms)
{
	int64_t day = floor_div(local_ms, MS_A_DAY);
	int y, m, d;

	switch (period) {
	case NT_PERIOD_HOUR:
		return floor_div(local_ms, MS_AN_HOUR);
	case NT_PERIOD_DAY:
		return day;
	case NT_PERIOD_WEEK:	/* 1970-01-01 was a Thursday */
		return floor_div(day + 3, 7);
	default:
		nt_date_from_days(day, &y, &m, &d);
		return period == NT_PERIOD_YEAR ? y : (int64_t)y * 12 + m;
	}
}
