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
