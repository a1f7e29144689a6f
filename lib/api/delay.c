/* How long to wait before a repeat; pure but for the jitter. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"

#define BACKOFF_MAX_MS 60000
#define SECONDS_MAX 1000000000	/* what is larger is not meant */

static int
month_number(const char *name)
{
	static const char *const names = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strstr(names, name);

	return strlen(name) == 3 && at != NULL && (at - names) % 3 == 0
	    ? (int)(at - names) / 3 + 1 : 0;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the one form that is still sent. */
static int
http_date(const char *text, int64_t *ms)
{
	int day, year, hour, minute, second, month, used = 0;
	char name[4];

	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
	    &day, name, &year, &hour, &minute, &second, &used) != 6 ||
	    used == 0 || text[used] != '\0')
		return 0;
	month = month_number(name);
	if (month == 0 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60)
		return 0;
	*ms = (nt_days_from_date(year, month, day) * 86400 + hour * 3600 +
	    minute * 60 + second) * 1000;
	return 1;
}

int
nt_api_retry_after(const char *text, int64_t wall_ms, int64_t *ms)
{
	int64_t n = 0;
	size_t len = 0;

	if (text == NULL)
		return 0;
	for (; isdigit((unsigned char)text[len]); len++)
		if (n < SECONDS_MAX)
			n = n * 10 + (text[len] - '0');
	if (len > 0 && text[len] == '\0') {
		*ms = n * 1000;
		return 1;
	}
	if (!http_date(text, &n))
		return 0;
	*ms = n > wall_ms ? n - wall_ms : 0;
	return 1;
}

int
nt_delay_told(const struct nt_http_reply *http, int64_t *ms)
{
	const char *date = nt_http_header(http, "Date");
	int64_t now;

	if (date == NULL || !http_date(date, &now))
		now = nt_clock_wall_ms();
	return nt_api_retry_after(nt_http_header(http, "Retry-After"), now, ms);
}

int64_t
nt_delay_backoff(uint64_t base_ms, unsigned n)
{
	uint64_t full = base_ms;

	while (--n > 0 && full < BACKOFF_MAX_MS)
		full *= 2;
	if (full > BACKOFF_MAX_MS)
		full = BACKOFF_MAX_MS;
	return (int64_t)(full / 2 + nt_random64() % (full / 2 + 1));
}
