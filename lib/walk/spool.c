/* Bytes put aside in a file without a name, so that memory stays small. */
#include "internal.h"

#include <string.h>
#include <unistd.h>

#include "nt/file.h"

#define TAIL_BYTES ((size_t)64 << 10)

void
spool_init(struct spool *s)
{
	s->fd = -1;
	s->end = 0;
	nt_buf_init(&s->tail, NT_BUF_MAX);
}

void
spool_free(struct spool *s)
{
	if (s->fd != -1)
		close(s->fd);
	nt_buf_free(&s->tail);
	s->fd = -1;
}

void
spool_reset(struct spool *s)
{
	s->end = 0;
	nt_buf_clear(&s->tail);
}

static int
flush(struct spool *s, struct nt_err *err)
{
	off_t at = s->end - (off_t)s->tail.len;

	if (s->tail.len == 0)
		return 0;
	if (s->fd == -1 && (s->fd = nt_file_temp(err)) == -1)
		return -1;
	if (nt_pwrite_all(s->fd, s->tail.p, s->tail.len, at) == -1)
		return nt_err_sys(err, "write", "a temporary file");
	nt_buf_clear(&s->tail);
	return 0;
}

off_t
spool_add(struct spool *s, const void *p, size_t len, struct nt_err *err)
{
	off_t at = s->end;

	nt_buf_add(&s->tail, p, len);
	s->end += (off_t)len;
	if (s->tail.len >= TAIL_BYTES && flush(s, err) == -1)
		return -1;
	return at;
}

int
spool_read(struct spool *s, void *p, size_t len, off_t at, struct nt_err *err)
{
	off_t filed = s->end - (off_t)s->tail.len;

	if (at >= filed && at + (off_t)len <= s->end) {
		memcpy(p, s->tail.p + (at - filed), len);
		return 0;
	}
	if (flush(s, err) == -1)
		return -1;
	if (nt_pread_all(s->fd, p, len, at) == -1)
		return nt_err_sys(err, "read", "a temporary file");
	return 0;
}
