/*
 * When an expression runs.  Here time is counted in minutes: those that the
 * clocks show, "shown", and the true ones, from which they differ by the zone.
 *
 * What happens when clocks are changed is what the daemon does that looks at
 * them each minute, see notion-cron(1).
 */
#include "nt/cron.h"

#include "cron.h"
#include "internal.h"
#include "nt/calendar.h"
#include "nt/clock.h"

#define A_DAY 1440
#define MS_A_MINUTE 60000
#define SMALL_CHANGE 180	/* a larger one is no change of the season */
#define ANY_CHANGE A_DAY	/* no zone was ever changed by more */
#define STEP (2 * ANY_CHANGE)	/* in which clocks are changed once at most */
#define CYCLE_DAYS 146097	/* 400 years, after which all repeats */
#define NEVER INT64_MAX

static int64_t
shown_at(int64_t minute)
{
	return floor_div(nt_calendar_local(minute * MS_A_MINUTE), MS_A_MINUTE);
}

/* How far the clocks are ahead. */
static int64_t
ahead_at(int64_t minute)
{
	return shown_at(minute) - minute;
}

/* ---- what fits, by the clocks alone ---- */

static int
has(const struct nt_cron *cron, enum nt_cron_field field, int value)
{
	return (cron->set[field] >> value & 1) != 0;
}

static int
fits_day(const struct nt_cron *cron, int64_t day)
{
	int y, m, d, by_day, by_weekday;

	nt_date_from_days(day, &y, &m, &d);
	by_day = has(cron, NT_CRON_DAY, d);
	/* 1970-01-01 was a Thursday */
	by_weekday = has(cron, NT_CRON_WEEKDAY,
	    (int)(day + 4 - 7 * floor_div(day + 4, 7)));
	if (!has(cron, NT_CRON_MONTH, m))
		return 0;
	return cron_fits_either(cron) ? by_day || by_weekday :
	    by_day && by_weekday;
}

static int
fits_minute(const struct nt_cron *cron, int minute)
{
	return has(cron, NT_CRON_HOUR, minute / 60) &&
	    has(cron, NT_CRON_MINUTE, minute % 60);
}

/* The first shown minute that fits, from that one on or, by -1, back. */
static int64_t
find(const struct nt_cron *cron, int64_t shown, int step)
{
	int64_t day = floor_div(shown, A_DAY);
	int minute = (int)(shown - day * A_DAY);

	for (int n = 0; n <= CYCLE_DAYS; n++) {
		if (fits_day(cron, day))
			for (; minute >= 0 && minute < A_DAY; minute += step)
				if (fits_minute(cron, minute))
					return day * A_DAY + minute;
		day += step;
		minute = step > 0 ? 0 : A_DAY - 1;
	}
	return NEVER;
}

/* ---- changes of the clocks ---- */

/*
 * The first minute behind from, up to to, at which clocks are as far ahead as
 * at to, where that is not so at from: both are near, so there is one change.
 */
static int64_t
change_between(int64_t from, int64_t to)
{
	int64_t ahead = ahead_at(to);

	while (to - from > 1) {
		int64_t mid = from + (to - from) / 2;

		if (ahead_at(mid) == ahead)
			to = mid;
		else
			from = mid;
	}
	return to;
}

/* The first shown minute that has not been shown before, from a minute on. */
static int64_t
first_new(int64_t minute)
{
	int64_t before = ahead_at(minute - SMALL_CHANGE);
	int64_t back = before - ahead_at(minute), seen;
	int64_t shown = shown_at(minute);

	if (back <= 0 || back > SMALL_CHANGE)
		return shown;
	seen = change_between(minute - SMALL_CHANGE, minute) + before;
	return seen > shown ? seen : shown;
}

/* 1 if in this minute what was skipped before it is made up for. */
static int
makes_up(const struct nt_cron *cron, int64_t minute)
{
	int64_t shown = shown_at(minute), from = shown_at(minute - 1) + 1;

	return from < shown && shown - from <= SMALL_CHANGE &&
	    find(cron, from, 1) <= shown;
}

/* ---- runs ---- */

/*
 * How many minutes from now there is nothing to look at, in whatever way the
 * clocks are changed; 0: it may be soon.  NEVER: there is no run at all.
 */
static int64_t
idle_from(const struct nt_cron *cron, int64_t now)
{
	int64_t shown = shown_at(now);
	int64_t fit = find(cron, shown - ANY_CHANGE, 1);

	if (fit == NEVER)
		return NEVER;
	return fit - shown > STEP ? fit - shown - STEP : 0;
}

/* The first run from now on within a step, or NEVER, and how far it looked. */
static int64_t
look(const struct nt_cron *cron, int64_t now, int64_t *looked)
{
	/* as the daemon tells what is for certain hours from what is not */
	int often = cron->star[NT_CRON_MINUTE] || cron->star[NT_CRON_HOUR];
	int64_t shown = shown_at(now), run;

	if (!often && makes_up(cron, now))
		return now;
	run = now + find(cron, often ? shown : first_new(now), 1) - shown;
	*looked = run < now + STEP ? run : now + STEP;
	if (ahead_at(now) != ahead_at(*looked)) {
		*looked = change_between(now, *looked);
		return NEVER;
	}
	return *looked == run ? run : NEVER;
}

int
nt_cron_next(const struct nt_cron *cron, int64_t after_ms, int64_t *run)
{
	int64_t now = floor_div(after_ms, MS_A_MINUTE) + 1, idle, found;
	int64_t end = now + (int64_t)CYCLE_DAYS * A_DAY;

	while (now < end) {
		idle = idle_from(cron, now);
		if (idle == NEVER)
			return 0;
		now += idle;
		found = look(cron, now, &now);
		if (found != NEVER) {
			*run = found * MS_A_MINUTE;
			return 1;
		}
	}
	return 0;
}

int
nt_cron_last(const struct nt_cron *cron, int64_t until_ms, int64_t *run)
{
	int64_t until = floor_div(until_ms, MS_A_MINUTE) * MS_A_MINUTE, fit;
	int64_t start = until / MS_A_MINUTE, next;
	int64_t end = start - (int64_t)CYCLE_DAYS * A_DAY;
	int found = 0;

	while (!found && start > end) {
		/* what fits may have been shown before, and be run after */
		fit = find(cron, shown_at(start) + ANY_CHANGE, -1);
		if (fit == NEVER)
			return 0;
		start += fit - shown_at(start) - STEP;
		next = start * MS_A_MINUTE;
		while (nt_cron_next(cron, next, &next) && next <= until) {
			*run = next;
			found = 1;
		}
	}
	return found;
}
