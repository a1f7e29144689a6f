#include "internal.h"

#include <string.h>

#include "nt/file.h"

void
nt_lines_init(struct nt_lines *in, struct nt_digest *digest)
{
	*in = (struct nt_lines){ .fd = -1 };
	nt_ring_init(&in->ring, digest, NT_BLOCK_BYTES);
}

void
nt_lines_free(struct nt_lines *in)
{
	nt_ring_free(&in->ring);
}

void
nt_lines_open(struct nt_lines *in, int fd, const char *name)
{
	nt_ring_forget(&in->ring);
	in->fd = fd;
	in->name = name;
	in->start = in->end = 0;
	in->from = in->to = 0;
	in->number = 0;
	in->at_end = in->skipping = 0;
}

void
nt_lines_lend(struct nt_lines *in)
{
	nt_ring_lend(&in->ring, in->from, in->to);
	in->from = in->to;
}

void
nt_lines_digest(struct nt_lines *in, const struct nt_line *line)
{
	size_t from = (size_t)(line->text.p - in->ring.at->p);

	if (from != in->to) {
		nt_lines_lend(in);
		in->from = from;
	}
	in->to = from + line->text.len + 1;
}

/* Moves what is there to the front of a block of which nothing is lent. */
static void
move_to_front(struct nt_lines *in)
{
	const char *rest = in->ring.at->p + in->start;

	nt_lines_lend(in);
	nt_ring_turn(&in->ring);
	in->end -= in->start;
	in->start = in->from = in->to = 0;
	nt_ring_reserve(&in->ring, in->end);
	memmove(in->ring.at->p, rest, in->end);
}

/* Makes room behind what is there: 0, or -1 if that is a line's limit. */
static int
make_room(struct nt_lines *in, struct nt_err *err)
{
	size_t room = in->ring.at->room;

	if (in->start > 0 && in->end > room / 2) {
		move_to_front(in);
		room = in->ring.at->room;
	}
	if (in->end < room)
		return 0;
	if (room > NT_RECORD_MAX) {
		in->number++;
		in->skipping = 1;
		return nt_err_set(err, NT_LIMIT,
		    "the line is longer than %zu bytes", NT_RECORD_MAX);
	}
	nt_ring_reserve(&in->ring, room < NT_RECORD_MAX / 2 ? room * 2 :
	    NT_RECORD_MAX + 1);
	return 0;
}

/* Reads more behind what is there: 0, also at the end; or -1. */
static int
fill(struct nt_lines *in, struct nt_writer *tied, struct nt_err *err)
{
	ssize_t n;

	if (make_room(in, err) == -1)
		return -1;
	if (tied != NULL && !nt_read_ready(in->fd) &&
	    nt_writer_flush(tied, err) == -1)
		return -1;
	n = nt_read_some(in->fd, in->ring.at->p + in->end,
	    in->ring.at->room - in->end);
	if (n == -1)
		return nt_err_sys(err, "read", in->name);
	in->end += (size_t)n;
	in->bytes += (size_t)n;
	in->at_end = n == 0;
	return 0;
}

/*
 * Finds where the line ends: a newline, or NULL at the end of the file.  What
 * belongs to a line that is skipped is thrown away as it comes.
 */
static int
find_newline(struct nt_lines *in, struct nt_writer *tied, char **newline,
    struct nt_err *err)
{
	size_t looked = 0;	/* bytes of the line known to hold none */

	for (;;) {
		size_t have = in->end - in->start;

		*newline = memchr(in->ring.at->p + in->start + looked, '\n',
		    have - looked);
		if (*newline != NULL || in->at_end)
			return 0;
		looked = in->skipping ? 0 : have;
		if (in->skipping)
			in->start = in->end;
		if (fill(in, tied, err) == -1)
			return -1;
	}
}

int
nt_lines_next(struct nt_lines *in, struct nt_writer *tied,
    struct nt_line *line, struct nt_err *err)
{
	char *newline;

	if (in->skipping) {
		if (find_newline(in, tied, &newline, err) == -1)
			return -1;
		in->start = newline == NULL ? in->end :
		    (size_t)(newline - in->ring.at->p) + 1;
		in->skipping = 0;
	}
	if (find_newline(in, tied, &newline, err) == -1)
		return -1;
	if (newline == NULL && in->start == in->end)
		return 0;
	line->cut = newline == NULL;
	if (line->cut) {
		newline = in->ring.at->p + in->end;
		*newline = '\n';
	}
	line->text.p = in->ring.at->p + in->start;
	line->text.len = (size_t)(newline - line->text.p);
	in->start = line->cut ? in->end :
	    (size_t)(newline - in->ring.at->p) + 1;
	in->number++;
	return 1;
}
