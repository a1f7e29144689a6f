/*
 * calendar - what the clocks of a time zone show, and when they show it.
 *
 * Calls model and base; the zone is the process's own, as the C library has
 * it.  Moments are milliseconds since 1970; what clocks show is the same number
 * as if they stood in UTC.
 */
#ifndef NT_CALENDAR_H
#define NT_CALENDAR_H

#include <stdint.h>

#include "nt/err.h"

/*
 * From here on clocks are those of the zone of that name, as "Europe/Berlin";
 * NULL: of this machine, or of $TZ.  0, or -1: there is no such zone.  It is
 * for the start of a tool: the environment changes.
 */
int nt_calendar_zone(const char *name, struct nt_err *err);

/* What clocks show at a moment. */
int64_t nt_calendar_local(int64_t ms);

/*
 * The moment at which clocks show that: of two the earlier; of a time that is
 * skipped, as if the clocks had not been put forward yet.
 */
int64_t nt_calendar_moment(int64_t local_ms);

/*
 * Reads RFC 3339 as a person gives it: by the clocks of the zone if no Z or
 * offset is behind it, midnight if it is a date.  0 and *ms, or -1.
 */
int nt_calendar_parse(const char *text, int64_t *ms, struct nt_err *err);

#endif
