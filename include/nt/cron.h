/*
 * cron - expressions of five fields, and when they run; notion-cron(1).
 *
 * Calls calendar and base.  Clocks are those of the zone that
 * nt_calendar_zone() set.  What runs, runs at the start of a minute; moments
 * are milliseconds since 1970.
 */
#ifndef NT_CRON_H
#define NT_CRON_H

#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"

enum nt_cron_field {
	NT_CRON_MINUTE,
	NT_CRON_HOUR,
	NT_CRON_DAY,
	NT_CRON_MONTH,
	NT_CRON_WEEKDAY,
	NT_CRON_FIELDS
};

/* An expression that was read.  The words in it are not kept. */
struct nt_cron {
	uint64_t set[NT_CRON_FIELDS];	/* bit n: value n; Sunday is 0 */
	int star[NT_CRON_FIELDS];	/* its field began with '*' */
};

/* Reads an expression: 0, or -1 if it is none, or if it never runs. */
int nt_cron_parse(struct nt_cron *cron, const char *text, struct nt_err *err);

/*
 * The first run after a moment; the last at or before one: 1 and *run, or 0 if
 * there is none within 400 years.
 */
int nt_cron_next(const struct nt_cron *cron, int64_t after_ms, int64_t *run);
int nt_cron_last(const struct nt_cron *cron, int64_t until_ms, int64_t *run);

/* Appends what it means: "at 02:00 every day". */
void nt_cron_explain(const struct nt_cron *cron, struct nt_buf *b);

/*
 * Appends what OnCalendar= of systemd.timer(5) has to be for the same, a line
 * each; zone may be NULL.
 */
void nt_cron_systemd(const struct nt_cron *cron, const char *zone,
    struct nt_buf *b);

#endif
