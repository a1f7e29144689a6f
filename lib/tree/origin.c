#include "internal.h"

int
member_open(struct member *m, struct origin *o, size_t n, struct nt_err *err)
{
	*m = (struct member){ o->calls, o->calls->open(o, n, err) };
	return m->open == NULL ? -1 : 0;
}

ssize_t
member_read(struct member *m, void *p, size_t len, struct nt_err *err)
{
	return m->calls->read(m->open, p, len, err);
}

void
member_close(struct member *m)
{
	if (m->open != NULL)
		m->calls->close(m->open);
	m->open = NULL;
}

static ssize_t
read_member(void *arg, void *p, size_t len, struct nt_err *err)
{
	return member_read(arg, p, len, err);
}

struct nt_source
member_source(struct member *m)
{
	return (struct nt_source){ .read = read_member, .arg = m };
}
