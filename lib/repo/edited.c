/*
 * The time of a page's last edit.  It moves with every edit of a block, so it
 * is kept with the version of the unit, and the page's record lies in its frame
 * with a time of zeroes: one record less for each page that was edited.  A
 * property that shows the same time is part of it.
 *
 * What is cut comes back as it was: only that very text is replaced, and no
 * record that has the zeroes already is touched.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/json.h"

#define MEMBER "\"last_edited_time\":\""
#define MEMBER_BYTES (sizeof MEMBER - 1)
#define TIME_BYTES ((size_t)NT_TIME_TEXT - 1)

/* As long as a time, and none. */
static const char zeroes[] = MEMBER "0000-00-00T00:00:00.000Z\"";

_Static_assert(sizeof zeroes == MEMBER_BYTES + NT_TIME_TEXT + 1,
    "it stands in a time's place");

/* Copies the line, and writes to in the place of from wherever that stands. */
static size_t
replace(struct nt_buf *out, struct nt_str line, const char *from,
    const char *to)
{
	size_t len = strlen(from), count = 0;
	char *p;

	nt_buf_clear(out);
	nt_buf_add(out, line.p, line.len);
	for (p = out->p; (p = strstr(p, from)) != NULL; p += len) {
		memcpy(p, to, len);
		count++;
	}
	return count;
}

/* The member with that time, as it stands in a record. */
static void
print_member(char text[sizeof zeroes], int64_t ms)
{
	char time[NT_TIME_TEXT];

	nt_time_format(ms, time);
	snprintf(text, sizeof zeroes, MEMBER "%s\"", time);
}

int
edited_cut(struct nt_buf *out, struct nt_str line, uint64_t *edited)
{
	static const char *const names[] = { "last_edited_time" };
	struct nt_str found[1] = { { NULL, 0 } };
	char member[sizeof zeroes];
	int64_t ms;

	*edited = 0;
	nt_json_glance(line.p, line.len, names, 1, found);
	if (found[0].len != TIME_BYTES + 2 || *found[0].p != '"' ||
	    nt_time_parse(found[0].p + 1, TIME_BYTES, &ms) == -1 ||
	    ms < 0 || ms >= (int64_t)EDITED_MAX)
		return 0;
	print_member(member, ms);
	if (replace(out, line, zeroes, zeroes) > 0 ||
	    replace(out, line, member, zeroes) == 0)
		return 0;
	*edited = (uint64_t)ms + 1;
	return 1;
}

int
edited_put(struct nt_buf *out, struct nt_str line, uint64_t edited,
    struct nt_err *err)
{
	char member[sizeof zeroes];

	if (edited <= EDITED_MAX) {
		print_member(member, (int64_t)edited - 1);
		if (replace(out, line, zeroes, member) > 0) {
			nt_buf_char(out, '\n');
			return 0;
		}
	}
	return nt_err_set(err, NT_DATA,
	    "a page has no place for the time of its edit");
}
