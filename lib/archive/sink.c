#include "internal.h"

#include "nt/file.h"

#define SINK_BYTES ((size_t)128 << 10)	/* written at once */

void
sink_init(struct sink *s, int fd)
{
	s->fd = fd;
	s->at = 0;
	nt_buf_init(&s->out, SINK_BYTES);
}

void
sink_free(struct sink *s)
{
	nt_buf_free(&s->out);
}

int
sink_flush(struct sink *s, struct nt_err *err)
{
	if (nt_write_all(s->fd, s->out.p, s->out.len) == -1)
		return nt_err_sys(err, "write", "the archive");
	nt_buf_clear(&s->out);
	return 0;
}

int
sink_add(struct sink *s, const void *p, size_t len, struct nt_err *err)
{
	s->at += len;
	if (len > SINK_BYTES - s->out.len && sink_flush(s, err) == -1)
		return -1;
	if (len <= SINK_BYTES) {
		nt_buf_add(&s->out, p, len);
		return 0;
	}
	if (nt_write_all(s->fd, p, len) == -1)
		return nt_err_sys(err, "write", "the archive");
	return 0;
}
