/*
 * The list of stops, filled a window of the text at a time; the first window
 * that is not ASCII has the rest of the text checked to be UTF-8.
 */
#include "internal.h"

#include <string.h>

void
nt_json_stops_start(struct nt_stops *s, const char *text, size_t len)
{
	s->text = text;
	s->end = text + len;
	s->searched = 0;
	s->checked = s->broken = 0;
	s->next = s->last = s->list;
	nt_json_stops_find(s);
}

/* The text from here on may not be ASCII; it ends where it is not UTF-8. */
static void
check_rest(struct nt_stops *s, const char *from)
{
	size_t left = (size_t)(s->end - from);
	size_t good = s->portable ? nt_utf8_check_portable(from, left) :
	    nt_utf8_check(from, left);

	s->checked = 1;
	if (good == left)
		return;
	s->broken = 1;
	s->end = from + good;
	while (s->last > s->next && s->text + s->last[-1] >= s->end)
		s->last--;
}

static void
search_window(struct nt_stops *s)
{
	const char *from = s->text + s->searched;
	size_t left = (size_t)(s->end - from);
	size_t window = left < NT_JSON_WINDOW ? left : NT_JSON_WINDOW;
	int ascii;

	s->last += s->scan(from, window, (uint32_t)s->searched, s->last,
	    &ascii);
	s->searched += window;
	if (!ascii && !s->checked)
		check_rest(s, from);
}

static int
is_searched(const struct nt_stops *s)
{
	return s->text + s->searched >= s->end;
}

void
nt_json_stops_find(struct nt_stops *s)
{
	size_t left = (size_t)(s->last - s->next);

	if (left >= 2)
		return;
	memmove(s->list, s->next, left * sizeof *s->list);
	s->next = s->list;
	s->last = s->list + left;
	while (s->last - s->next < 2 && !is_searched(s))
		search_window(s);
	s->last[0] = s->last[1] = (uint32_t)(s->end - s->text);
}

void
nt_json_stops_pass(struct nt_stops *s, const char *p)
{
	uint32_t at = (uint32_t)(p - s->text);

	for (;;) {
		while (s->next < s->last && *s->next < at)
			s->next++;
		if (s->next < s->last || is_searched(s))
			return;
		nt_json_stops_find(s);
	}
}
