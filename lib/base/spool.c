#include "nt/spool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"

#define AHEAD ((size_t)16 << 10)	/* read at once, for the next read */

/* What lies in the file comes first, the buffer holds what follows it. */
struct nt_spool {
	int fd;			/* -1 until the buffer was full once */
	uint64_t filed;
	struct nt_buf rest;
	char *ahead;		/* a stretch of the file, or NULL */
	uint64_t ahead_at;
	size_t ahead_len;
};

struct nt_spool *
nt_spool_new(void)
{
	struct nt_spool *s = nt_alloc(sizeof *s);

	s->fd = -1;
	nt_buf_init(&s->rest, NT_SPOOL_MEMORY);
	return s;
}

void
nt_spool_free(struct nt_spool *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	nt_buf_free(&s->rest);
	free(s->ahead);
	free(s);
}

void
nt_spool_clear(struct nt_spool *s)
{
	s->filed = 0;
	s->ahead_len = 0;
	nt_buf_clear(&s->rest);
}

uint64_t
nt_spool_size(const struct nt_spool *s)
{
	return s->filed + s->rest.len;
}

/* Moves bytes to the end of the file. */
static int
put_away(struct nt_spool *s, const void *p, size_t len, struct nt_err *err)
{
	if (s->fd == -1 && (s->fd = nt_file_temp(err)) == -1)
		return -1;
	if (nt_pwrite_all(s->fd, p, len, (off_t)s->filed) == -1)
		return nt_err_sys(err, "write", "a temporary file");
	s->filed += len;
	return 0;
}

int
nt_spool_add(struct nt_spool *s, const void *p, size_t len, struct nt_err *err)
{
	if (len > NT_SPOOL_MEMORY - s->rest.len) {
		if (s->rest.len > 0 &&
		    put_away(s, s->rest.p, s->rest.len, err) == -1)
			return -1;
		nt_buf_clear(&s->rest);
	}
	if (len > NT_SPOOL_MEMORY)
		return put_away(s, p, len, err);
	nt_buf_add(&s->rest, p, len);
	return 0;
}

/*
 * Bytes of the file, which once they are there do not change until all is
 * forgotten.
 */
static int
read_filed(struct nt_spool *s, uint64_t at, char *to, size_t len)
{
	size_t stretch = AHEAD;

	if (len > AHEAD / 2)
		return nt_pread_all(s->fd, to, len, (off_t)at);
	if (at < s->ahead_at || at + len > s->ahead_at + s->ahead_len) {
		if (s->ahead == NULL)
			s->ahead = nt_alloc(AHEAD);
		if (stretch > s->filed - at)
			stretch = (size_t)(s->filed - at);
		s->ahead_len = 0;
		if (nt_pread_all(s->fd, s->ahead, stretch, (off_t)at) == -1)
			return -1;
		s->ahead_at = at;
		s->ahead_len = stretch;
	}
	memcpy(to, s->ahead + (at - s->ahead_at), len);
	return 0;
}

int
nt_spool_read(struct nt_spool *s, uint64_t at, void *p, size_t len,
    struct nt_err *err)
{
	char *to = p;

	if (at < s->filed) {
		size_t here = len;

		if (here > s->filed - at)
			here = (size_t)(s->filed - at);
		if (read_filed(s, at, to, here) == -1)
			return nt_err_sys(err, "read", "a temporary file");
		at += here;
		to += here;
		len -= here;
	}
	if (len > 0)
		memcpy(to, s->rest.p + (at - s->filed), len);
	return 0;
}
