/*
 * clock - time and chance, in one place so that a test can fix them.
 *
 * Calls nothing.  Times are UTC.  NT_CLOCK_FIXED=2026-01-05T10:20:00Z in the
 * environment stops the wall clock there, NT_RANDOM_SEED=N makes chance
 * repeatable; both are for tests and make no secret.
 */
#ifndef NT_CLOCK_H
#define NT_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define NT_TIME_TEXT 25	/* "2026-01-05T10:20:00.000Z" and its NUL */

/* Milliseconds since 1970, and since some fixed moment that never jumps. */
int64_t nt_clock_wall_ms(void);
int64_t nt_clock_steady_ms(void);

/* Writes RFC 3339 with milliseconds and Z. */
void nt_time_format(int64_t ms, char text[NT_TIME_TEXT]);

/*
 * Reads RFC 3339: a date, or a date and time with seconds and fraction
 * optional and Z, an offset or nothing (then UTC) behind it.  0 and *ms, or -1.
 */
int nt_time_parse(const char *text, size_t len, int64_t *ms);

/*
 * Reads the same as a person gives it, by the clocks of the local time zone if
 * no Z or offset is behind it: the last moment that is meant, so a date is the
 * end of that day and 14:30 all of that minute.  0 and *ms, or -1.
 */
int nt_time_parse_until(const char *text, int64_t *ms);

/* Days since 1970 of a calendar date, and back; the proleptic calendar. */
int64_t nt_days_from_date(int year, int month, int day);
void nt_date_from_days(int64_t days, int *year, int *month, int *day);

/* Random bits, good enough for names, jitter and ids; never fails. */
uint64_t nt_random64(void);
void nt_random_bytes(void *p, size_t len);

#endif
