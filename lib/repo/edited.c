/*
 * The time of a page's last edit.  It moves with every edit of a block, so it
 * is kept with the version of the unit, and the page's record lies in its frame
 * with a time of zeroes: one record less for each page that was edited.
 */
#include "internal.h"

#include <string.h>

#include "nt/clock.h"
#include "nt/json.h"

/* As long as a time, and none. */
static const char zeroes[] = "0000-00-00T00:00:00.000Z";

_Static_assert(sizeof zeroes == NT_TIME_TEXT, "it stands in a time's place");

/* Where the time stands in the record, without its quotes; -1 if nowhere. */
static ptrdiff_t
find_time(struct nt_str line)
{
	static const char *const names[] = { "last_edited_time" };
	struct nt_str found[1] = { { NULL, 0 } };

	nt_json_glance(line.p, line.len, names, 1, found);
	if (found[0].len != NT_TIME_TEXT + 1 || *found[0].p != '"')
		return -1;
	return found[0].p + 1 - line.p;
}

int
edited_cut(struct nt_buf *out, struct nt_str line, uint64_t *edited)
{
	ptrdiff_t at = find_time(line);
	char again[NT_TIME_TEXT];
	int64_t ms;

	*edited = 0;
	if (at == -1 || nt_time_parse(line.p + at, NT_TIME_TEXT - 1,
	    &ms) == -1 || ms < 0)
		return 0;
	nt_time_format(ms, again);
	if (memcmp(again, line.p + at, NT_TIME_TEXT - 1) != 0)
		return 0;
	nt_buf_clear(out);
	nt_buf_add(out, line.p, line.len);
	memcpy(out->p + at, zeroes, NT_TIME_TEXT - 1);
	*edited = (uint64_t)ms + 1;
	return 1;
}

int
edited_put(struct nt_buf *out, struct nt_str line, uint64_t edited,
    struct nt_err *err)
{
	ptrdiff_t at = find_time(line);
	char text[NT_TIME_TEXT];

	if (at == -1 || edited > EDITED_MAX)
		return nt_err_set(err, NT_DATA,
		    "a page has no place for the time of its edit");
	nt_time_format((int64_t)edited - 1, text);
	nt_buf_clear(out);
	nt_buf_add(out, line.p, line.len);
	memcpy(out->p + at, text, NT_TIME_TEXT - 1);
	nt_buf_char(out, '\n');
	return 0;
}
