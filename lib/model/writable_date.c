/* Dates to be written (api 3.7). */
#include "writable.h"

#include <string.h>

#include "nt/clock.h"

/* Where a time's Z or offset begins; its length if it has none. */
static size_t
offset_at(struct nt_str time)
{
	size_t i;

	for (i = 10; i < time.len; i++)
		if (strchr("Zz+-", time.p[i]) != NULL)
			break;
	return i < time.len ? i : time.len;
}

/*
 * A time beside a time zone is told by the clocks there, without an offset
 * (api 3.7).  One that is told in UTC cannot be, for what they show is not
 * known here: then the zone is left out, and the moment stays right.
 */
static int
suits_zone(struct nt_str time, struct nt_str zone)
{
	size_t at = offset_at(time);

	return time.len <= 10 || at == time.len || nt_str_is(zone, "UTC") ||
	    (time.p[at] != 'Z' && time.p[at] != 'z');
}

static int
is_date(struct nt_str text, int64_t *ms)
{
	return text.p != NULL && nt_time_parse(text.p, text.len, ms) == 0;
}

/* The end, if the service would take it beside that start (api 3.7). */
static struct nt_str
good_end(struct writing *w, struct nt_value date, struct nt_str start)
{
	struct nt_str end = nt_value_text(nt_value_get(date, "end"));
	struct nt_str none = { NULL, 0 };
	int64_t from, to;

	if (end.p == NULL)
		return none;
	if (!is_date(start, &from) || !is_date(end, &to) || to < from ||
	    (start.len == 10) != (end.len == 10)) {
		nt_lose(w, NT_LOSS_WARNING, "the end \"%.*s\" does not suit "
		    "the start", (int)end.len, end.p);
		return none;
	}
	return end;
}

int
nt_put_writable_date(struct writing *w, struct nt_json_out *o,
    const char *key, struct nt_value date)
{
	struct nt_str start = nt_value_text(nt_value_get(date, "start"));
	struct nt_str zone = nt_value_text(nt_value_get(date, "time_zone"));
	struct nt_str end;
	int64_t ms;

	if (!is_date(start, &ms))
		return 0;
	end = good_end(w, date, start);
	if (zone.len > 0 && (nt_utf16_len(zone) > 64 ||
	    !suits_zone(start, zone) || !suits_zone(end, zone))) {
		nt_lose(w, NT_LOSS_WARNING, "the time zone \"%.*s\" cannot "
		    "be kept beside a time in UTC", (int)zone.len, zone.p);
		zone.len = 0;
	}
	if (zone.len > 0) {
		start.len = start.len > 10 ? offset_at(start) : start.len;
		end.len = end.len > 10 ? offset_at(end) : end.len;
	}
	nt_json_open(o, key, '{');
	nt_json_put_str(o, "start", start);
	if (end.p != NULL)
		nt_json_put_str(o, "end", end);
	if (zone.len > 0)
		nt_json_put_str(o, "time_zone", zone);
	nt_json_close(o, '}');
	return 1;
}
