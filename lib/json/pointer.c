/* JSON Pointer, RFC 6901. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* The name that a reference token stands for, to out: its length, or -1. */
static ptrdiff_t
token_name(const char *token, size_t len, char *out)
{
	ptrdiff_t count = 0;

	for (size_t i = 0; i < len; i++) {
		char c = token[i];

		if (c == '~') {
			if (++i == len || (token[i] != '0' && token[i] != '1'))
				return -1;
			c = token[i] == '0' ? '~' : '/';
		}
		out[count++] = c;
	}
	return count;
}

static struct nt_value
member(struct nt_value object, const char *token, size_t len)
{
	struct nt_value found = NT_VALUE_NONE;
	char *name;
	ptrdiff_t count;

	if (memchr(token, '~', len) == NULL)
		return nt_value_get_n(object, token, len);
	name = nt_alloc(len);
	if ((count = token_name(token, len, name)) >= 0)
		found = nt_value_get_n(object, name, (size_t)count);
	free(name);
	return found;
}

static struct nt_value
element(struct nt_value array, const char *token, size_t len)
{
	size_t n = 0;

	if (len == 0 || len > 9 || (len > 1 && token[0] == '0'))
		return NT_VALUE_NONE;
	for (size_t i = 0; i < len; i++) {
		if (token[i] < '0' || token[i] > '9')
			return NT_VALUE_NONE;
		n = n * 10 + (size_t)(token[i] - '0');
	}
	return nt_value_index(array, n);
}

struct nt_value
nt_value_at(struct nt_value v, const char *pointer)
{
	while (*pointer == '/') {
		size_t len = strcspn(++pointer, "/");

		v = nt_value_is(v, NT_JSON_ARRAY) ? element(v, pointer, len) :
		    member(v, pointer, len);
		pointer += len;
	}
	return *pointer == '\0' ? v : NT_VALUE_NONE;
}

void
nt_pointer_add(struct nt_buf *pointer, struct nt_str name)
{
	nt_buf_char(pointer, '/');
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == '~')
			nt_buf_str(pointer, "~0");
		else if (name.p[i] == '/')
			nt_buf_str(pointer, "~1");
		else
			nt_buf_char(pointer, name.p[i]);
}

int
nt_pointer_next(struct nt_str *pointer, struct nt_buf *name)
{
	const char *end, *token = pointer->p + 1;
	ptrdiff_t count;
	size_t len;

	if (pointer->len == 0)
		return 0;
	if (*pointer->p != '/')
		return -1;
	end = memchr(token, '/', pointer->len - 1);
	len = end != NULL ? (size_t)(end - token) : pointer->len - 1;
	nt_buf_clear(name);
	if (nt_buf_reserve(name, len) == NULL ||
	    (count = token_name(token, len, name->p)) == -1)
		return -1;
	nt_buf_grew(name, (size_t)count);
	*pointer = (struct nt_str){ token + len, pointer->len - 1 - len };
	return 1;
}
