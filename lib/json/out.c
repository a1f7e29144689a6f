/* Writing values of our own making. */
#include "internal.h"

#include <assert.h>
#include <inttypes.h>

void
nt_json_out_init(struct nt_json_out *o, struct nt_buf *buf)
{
	*o = (struct nt_json_out){ .buf = buf };
}

/* Sets the comma before a member or element, if it is not the first. */
static void
comma(struct nt_json_out *o)
{
	uint64_t bit = (uint64_t)1 << o->depth;

	if (o->filled & bit)
		nt_buf_char(o->buf, ',');
	o->filled |= bit;
}

void
nt_json_put_key(struct nt_json_out *o, struct nt_str key)
{
	comma(o);
	nt_json_quote(o->buf, key);
	nt_buf_char(o->buf, ':');
	o->named = 1;
}

/* All that stands before a value. */
static void
begin(struct nt_json_out *o, const char *key)
{
	if (key != NULL)
		nt_json_put_key(o, nt_str_of(key));
	else if (!o->named)
		comma(o);
	o->named = 0;
}

void
nt_json_open(struct nt_json_out *o, const char *key, char bracket)
{
	begin(o, key);
	nt_buf_char(o->buf, bracket);
	o->depth++;
	assert(o->depth < 64);
	o->filled &= ~((uint64_t)1 << o->depth);
}

void
nt_json_close(struct nt_json_out *o, char bracket)
{
	assert(o->depth > 0);
	o->depth--;
	nt_buf_char(o->buf, bracket);
}

void
nt_json_put_raw(struct nt_json_out *o, const char *key, struct nt_str s)
{
	begin(o, key);
	nt_buf_add(o->buf, s.p, s.len);
}

void
nt_json_put_str(struct nt_json_out *o, const char *key, struct nt_str s)
{
	begin(o, key);
	nt_json_quote(o->buf, s);
}

void
nt_json_put_text(struct nt_json_out *o, const char *key, const char *s)
{
	nt_json_put_str(o, key, nt_str_of(s));
}

void
nt_json_put_int(struct nt_json_out *o, const char *key, int64_t n)
{
	begin(o, key);
	nt_buf_fmt(o->buf, "%" PRId64, n);
}

void
nt_json_put_number(struct nt_json_out *o, const char *key, double d)
{
	begin(o, key);
	nt_json_number(o->buf, d);
}

void
nt_json_put_bool(struct nt_json_out *o, const char *key, int truth)
{
	nt_json_put_raw(o, key, truth ? NT_STR("true") : NT_STR("false"));
}

void
nt_json_put_null(struct nt_json_out *o, const char *key)
{
	nt_json_put_raw(o, key, NT_STR("null"));
}

void
nt_json_put_value(struct nt_json_out *o, const char *key, struct nt_value v)
{
	begin(o, key);
	nt_json_canonical(v, o->buf);
}
