/* The zone of the process; the C library knows its clocks. */
#include "nt/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"
#include "nt/zone.h"

#define ZONES "/usr/share/zoneinfo/"
#define MS_A_DAY ((int64_t)24 * 60 * 60 * 1000)

/* 1 if the C library knows the zone; it takes what it does not for UTC. */
static int
is_known(const char *name)
{
	char path[sizeof ZONES + 64];
	off_t size;
	int fd;

	if (strcmp(name, "UTC") == 0)
		return 1;
	if (!nt_zone_name_ok(nt_str_of(name)))
		return 0;
	snprintf(path, sizeof path, ZONES "%s", name);
	fd = nt_file_open_regular(path, &size, NULL);
	if (fd == -1)
		return 0;
	close(fd);
	return 1;
}

int
nt_calendar_zone(const char *name, struct nt_err *err)
{
	if (name != NULL && !is_known(name))
		return nt_err_set(err, NT_DATA, "there is no zone \"%.64s\", "
		    "expected a name such as Europe/Berlin", name);
	if (name != NULL && setenv("TZ", name, 1) == -1)
		return nt_err_sys(err, "set", "TZ");
	tzset();
	return 0;
}

int64_t
nt_calendar_local(int64_t ms)
{
	time_t s = (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
	struct tm tm;

	if (localtime_r(&s, &tm) == NULL)	/* no year of four digits */
		return ms;
	return ms + (int64_t)tm.tm_gmtoff * 1000;
}

int64_t
nt_calendar_moment(int64_t local_ms)
{
	/* the offsets of a day before and after, so of both sides of a jump */
	int64_t early = local_ms - MS_A_DAY, late = local_ms + MS_A_DAY;
	int64_t by_early = local_ms - (nt_calendar_local(early) - early);
	int64_t by_late = local_ms - (nt_calendar_local(late) - late);

	if (nt_calendar_local(by_early) == local_ms ||
	    nt_calendar_local(by_late) != local_ms)
		return by_early;
	return by_late;
}

/* Reads text with more behind it, which fits if it has no offset itself. */
static int
parse_with(const char *text, const char *more, int64_t *ms)
{
	char whole[64];
	int len = snprintf(whole, sizeof whole, "%s%s", text, more);

	return len < (int)sizeof whole ?
	    nt_time_parse(whole, (size_t)len, ms) : -1;
}

int
nt_calendar_parse(const char *text, int64_t *ms, struct nt_err *err)
{
	int64_t shown;

	if (parse_with(text, "Z", &shown) == 0 ||
	    parse_with(text, "T00:00Z", &shown) == 0) {
		*ms = nt_calendar_moment(shown);
		return 0;
	}
	if (parse_with(text, "", ms) == 0)
		return 0;
	return nt_err_set(err, NT_DATA, "\"%.64s\" is no time, expected one "
	    "such as 2026-01-05T10:20:00Z", text);
}
