#include "nt/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where p points before the first byte is added; never written to. */
static char nothing[1] = "";

void
nt_buf_init(struct nt_buf *b, size_t max)
{
	*b = (struct nt_buf){ .p = nothing, .max = max };
}

void
nt_buf_free(struct nt_buf *b)
{
	if (b->room != 0)
		free(b->p);
	nt_buf_init(b, b->max);
}

void
nt_buf_clear(struct nt_buf *b)
{
	b->len = 0;
	b->full = 0;
	if (b->room != 0)
		b->p[0] = '\0';
}

char *
nt_buf_take(struct nt_buf *b)
{
	char *p = b->room != 0 ? b->p : nt_alloc(1);

	nt_buf_init(b, b->max);
	return p;
}

/* Doubles until len more bytes and a NUL fit; 0, or -1 and full. */
static int
grow(struct nt_buf *b, size_t len)
{
	size_t room = b->room == 0 ? 64 : b->room;

	if (b->full || len > b->max - b->len) {
		b->full = 1;
		return -1;
	}
	while (room - 1 < b->len + len)
		room *= 2;
	if (room == b->room)
		return 0;
	b->p = nt_realloc_array(b->room == 0 ? NULL : b->p, room, 1);
	b->room = room;
	return 0;
}

char *
nt_buf_reserve(struct nt_buf *b, size_t len)
{
	if (grow(b, len) == -1)
		return NULL;
	return b->p + b->len;
}

void
nt_buf_grew(struct nt_buf *b, size_t len)
{
	assert(b->room != 0 && len <= b->room - 1 - b->len);
	b->len += len;
	b->p[b->len] = '\0';
}

void
nt_buf_add(struct nt_buf *b, const void *p, size_t len)
{
	char *to = nt_buf_reserve(b, len);

	if (to == NULL)
		return;
	if (len != 0)
		memcpy(to, p, len);
	nt_buf_grew(b, len);
}

void
nt_buf_str(struct nt_buf *b, const char *s)
{
	nt_buf_add(b, s, strlen(s));
}

void
nt_buf_char(struct nt_buf *b, char c)
{
	nt_buf_add(b, &c, 1);
}

void
nt_buf_fmt(struct nt_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int len;
	char *to;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	assert(len >= 0);
	to = nt_buf_reserve(b, (size_t)len);
	if (to != NULL) {
		vsnprintf(to, (size_t)len + 1, fmt, again);
		nt_buf_grew(b, (size_t)len);
	}
	va_end(again);
	va_end(ap);
}

void
nt_buf_shift(struct nt_buf *b, size_t len)
{
	assert(len <= b->len);
	if (len == 0)
		return;
	memmove(b->p, b->p + len, b->len - len + 1);
	b->len -= len;
}

void
nt_buf_cut(struct nt_buf *b, size_t len)
{
	assert(len <= b->len);
	b->len = len;
	if (b->room != 0)
		b->p[len] = '\0';
}

int
nt_buf_check(const struct nt_buf *b, const char *what, struct nt_err *err)
{
	if (!b->full)
		return 0;
	return nt_err_set(err, NT_LIMIT, "%s is larger than %zu bytes", what,
	    b->max);
}

struct nt_str
nt_buf_view(const struct nt_buf *b)
{
	return (struct nt_str){ b->p, b->len };
}
