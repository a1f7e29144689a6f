#include "nt/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nothing is allocated on the way out: the line goes straight to fd 2. */
_Noreturn void
nt_out_of_memory(void)
{
	static const char line[] = "out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);

	(void)ignored;
	_exit(2);
}

struct nt_str
nt_str_of(const char *s)
{
	return (struct nt_str){ s, strlen(s) };
}

int
nt_str_eq(struct nt_str a, struct nt_str b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

int
nt_str_is(struct nt_str s, const char *c)
{
	return nt_str_eq(s, nt_str_of(c));
}

int
nt_str_cmp(struct nt_str a, struct nt_str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter == 0 ? 0 : memcmp(a.p, b.p, shorter);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

int
nt_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void *
nt_alloc(size_t size)
{
	return nt_alloc_array(1, size);
}

void *
nt_alloc_array(size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		nt_out_of_memory();
	return p;
}

void *
nt_realloc_array(void *old, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		nt_out_of_memory();
	p = realloc(old, count * size == 0 ? 1 : count * size);
	if (p == NULL)
		nt_out_of_memory();
	return p;
}

char *
nt_strdup(const char *s)
{
	return nt_strndup(s, strlen(s));
}

char *
nt_strndup(const char *s, size_t len)
{
	char *p = nt_alloc(len + 1);

	if (len != 0)
		memcpy(p, s, len);
	return p;
}

void
nt_wipe(void *p, size_t len)
{
	if (len != 0)
		explicit_bzero(p, len);
}
