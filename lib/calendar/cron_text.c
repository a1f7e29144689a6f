/* Expressions in words for people, and as systemd has them. */
#include <string.h>

#include "cron.h"
#include "nt/buf.h"

#define TIMES_MAX 6		/* that are listed one by one */
#define STEPS_MIN 4		/* values that make a progression */

static const char *const month_names[] = { NULL, "January", "February", "March",
    "April", "May", "June", "July", "August", "September", "October",
    "November", "December" };
/* Sunday is first for cron and last for systemd. */
static const char *const weekday_names[] = { "Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

/* The values of a field, in order. */
struct values {
	int v[60];
	int n;
	int all;		/* it is every value that there is */
};

static struct values
values_of(const struct nt_cron *cron, enum nt_cron_field field)
{
	static const int count[NT_CRON_FIELDS] = { 60, 24, 31, 12, 7 };
	struct values s = { .n = 0 };

	for (int i = 0; i < 60; i++)
		if ((cron->set[field] >> i & 1) != 0)
			s.v[s.n++] = i;
	/* weeks are told from Monday to Sunday */
	if (field == NT_CRON_WEEKDAY && s.v[0] == 0) {
		memmove(s.v, s.v + 1, (size_t)(s.n - 1) * sizeof s.v[0]);
		s.v[s.n - 1] = 7;
	}
	s.all = s.n == count[field];
	return s;
}

/* The step between all values, if it is the same and more than one; or 0. */
static int
step_of(const struct values *s)
{
	int step = s->n >= STEPS_MIN ? s->v[1] - s->v[0] : 0;

	for (int i = 2; i < s->n; i++)
		if (s->v[i] - s->v[i - 1] != step)
			return 0;
	return step > 1 ? step : 0;
}

/* Where the run of neighbours that starts at i ends. */
static int
run_end(const struct values *s, int i)
{
	while (i + 1 < s->n && s->v[i + 1] == s->v[i] + 1)
		i++;
	return i;
}

/* ---- words ---- */

static void
put_value(struct nt_buf *b, const char *const *names, int value)
{
	if (names != NULL)
		nt_buf_str(b, names[value]);
	else
		nt_buf_fmt(b, "%d", value);
}

static void
put_range(struct nt_buf *b, const char *const *names, int first, int last)
{
	put_value(b, names, first);
	if (last == first)
		return;
	nt_buf_str(b, " to ");
	put_value(b, names, last);
}

/* "1, 3 to 5 and 9", or names, with that word before the last. */
static void
put_list(struct nt_buf *b, const struct values *s, const char *const *names,
    const char *word)
{
	int end;

	for (int i = 0; i < s->n; i = end + 1) {
		end = run_end(s, i);
		if (end == i + 1)	/* two are no range */
			end = i;
		if (i > 0)
			nt_buf_fmt(b, end == s->n - 1 ? " %s " : ", ", word);
		put_range(b, names, s->v[i], s->v[end]);
	}
}

/* "the days 1 and 15 of the month", " of the month" being what is behind. */
static void
put_numbers(struct nt_buf *b, const char *noun, const struct values *s,
    const char *behind)
{
	int step = step_of(s);

	nt_buf_fmt(b, s->n == 1 ? "%s " : "the %ss ", noun);
	if (step == 0)
		put_list(b, s, NULL, "and");
	else
		put_range(b, NULL, s->v[0], s->v[s->n - 1]);
	nt_buf_str(b, behind);
	if (step != 0)
		nt_buf_fmt(b, " in steps of %d", step);
}

/* "at 02:00, 02:30 and 14:00" */
static void
put_times(struct nt_buf *b, const struct values *hours,
    const struct values *minutes)
{
	int left = hours->n * minutes->n;

	nt_buf_str(b, "at ");
	for (int h = 0; h < hours->n; h++)
		for (int m = 0; m < minutes->n; m++)
			nt_buf_fmt(b, "%02d:%02d%s", hours->v[h],
			    minutes->v[m], --left > 1 ? ", " :
			    left == 1 ? " and " : "");
}

/* The n for which it is every n-th of count from 0 on, round; or 0. */
static int
every(const struct values *s, int count)
{
	if (s->all)
		return 1;
	return s->v[0] == 0 && step_of(s) * s->n == count ? step_of(s) : 0;
}

/* "every 15 minutes" */
static void
put_every(struct nt_buf *b, int n, const char *noun)
{
	if (n == 1)
		nt_buf_fmt(b, "every %s", noun);
	else
		nt_buf_fmt(b, "every %d %ss", n, noun);
}

/* " from 08:00 to 17:59", " of the hours 8 and 17"; nothing if it is all. */
static void
put_hours(struct nt_buf *b, const struct values *hours)
{
	int last = hours->n - 1;

	if (hours->all)
		return;
	if (run_end(hours, 0) == last) {
		nt_buf_fmt(b, " from %02d:00 to %02d:59", hours->v[0],
		    hours->v[last]);
		return;
	}
	nt_buf_str(b, " of ");
	put_numbers(b, "hour", hours, "");
}

static void
put_time(struct nt_buf *b, const struct values *hours,
    const struct values *minutes)
{
	int by_hour = every(hours, 24), by_minute = every(minutes, 60);

	if (hours->n * minutes->n <= TIMES_MAX) {
		put_times(b, hours, minutes);
	} else if (by_minute != 0) {
		put_every(b, by_minute, "minute");
		put_hours(b, hours);
	} else if (by_hour != 0 && minutes->n == 1 && minutes->v[0] == 0) {
		put_every(b, by_hour, "hour");
	} else {
		nt_buf_str(b, "at ");
		put_numbers(b, "minute", minutes, "");
		nt_buf_str(b, " of ");
		if (hours->all)
			nt_buf_str(b, "every hour");
		else
			put_numbers(b, "hour", hours, "");
	}
}

/* " on the days 1 and 15 of the month", " on Friday"; nothing if it is all. */
static void
put_days(struct nt_buf *b, const struct values *days,
    const struct values *weekdays, int either)
{
	if (days->all && weekdays->all)
		return;
	nt_buf_str(b, " on ");
	if (!days->all)
		put_numbers(b, "day", days, " of the month");
	if (!days->all && !weekdays->all)
		nt_buf_str(b, either ? ", and also on " : ", if that is ");
	if (!weekdays->all)
		put_list(b, weekdays, weekday_names,
		    days->all || either ? "and" : "or");
}

void
nt_cron_explain(const struct nt_cron *cron, struct nt_buf *b)
{
	struct values hours = values_of(cron, NT_CRON_HOUR);
	struct values minutes = values_of(cron, NT_CRON_MINUTE);
	struct values days = values_of(cron, NT_CRON_DAY);
	struct values months = values_of(cron, NT_CRON_MONTH);
	struct values weekdays = values_of(cron, NT_CRON_WEEKDAY);
	int either = cron_fits_either(cron);

	if (either && (days.all || weekdays.all))
		days.all = weekdays.all = 1;
	put_time(b, &hours, &minutes);
	put_days(b, &days, &weekdays, either);
	if (days.all && weekdays.all && every(&hours, 24) == 0)
		nt_buf_str(b, " every day");
	if (months.all)
		return;
	nt_buf_str(b, " in ");
	put_list(b, &months, month_names, "and");
}

/* ---- systemd ---- */

/* "01,03..05", or "*". */
static void
put_spec(struct nt_buf *b, const struct values *s)
{
	int end;

	if (s->all) {
		nt_buf_char(b, '*');
		return;
	}
	for (int i = 0; i < s->n; i = end + 1) {
		end = run_end(s, i);
		nt_buf_fmt(b, "%s%02d", i > 0 ? "," : "", s->v[i]);
		if (end > i)
			nt_buf_fmt(b, "..%02d", s->v[end]);
	}
}

static void
put_weekdays(struct nt_buf *b, const struct values *s)
{
	int end;

	for (int i = 0; i < s->n; i = end + 1) {
		end = run_end(s, i);
		nt_buf_fmt(b, "%s%.3s", i > 0 ? "," : "",
		    weekday_names[s->v[i]]);
		if (end > i)
			nt_buf_fmt(b, "..%.3s", weekday_names[s->v[end]]);
	}
	nt_buf_char(b, ' ');
}

/* One line; what of days and weekdays is all is not asked for. */
static void
put_line(struct nt_buf *b, const struct nt_cron *cron,
    const struct values *days, const struct values *weekdays,
    const char *zone)
{
	struct values part = values_of(cron, NT_CRON_MONTH);

	if (!weekdays->all)
		put_weekdays(b, weekdays);
	nt_buf_str(b, "*-");
	put_spec(b, &part);
	nt_buf_char(b, '-');
	put_spec(b, days);
	nt_buf_char(b, ' ');
	part = values_of(cron, NT_CRON_HOUR);
	put_spec(b, &part);
	nt_buf_char(b, ':');
	part = values_of(cron, NT_CRON_MINUTE);
	put_spec(b, &part);
	nt_buf_fmt(b, ":00%s%s\n", zone != NULL ? " " : "",
	    zone != NULL ? zone : "");
}

void
nt_cron_systemd(const struct nt_cron *cron, const char *zone,
    struct nt_buf *b)
{
	static const struct values any = { .all = 1 };
	struct values days = values_of(cron, NT_CRON_DAY);
	struct values weekdays = values_of(cron, NT_CRON_WEEKDAY);

	if (!cron_fits_either(cron)) {
		put_line(b, cron, &days, &weekdays, zone);
		return;
	}
	/* a timer takes what comes first of its lines */
	put_line(b, cron, &days, &any, zone);
	if (!days.all)
		put_line(b, cron, &any, &weekdays, zone);
}
