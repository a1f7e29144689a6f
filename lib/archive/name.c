#include "nt/archive.h"

#include <string.h>

/* The length of the character at p, or 0: not UTF-8 (RFC 3629). */
static size_t
utf8_length(const unsigned char *p, size_t len)
{
	size_t need = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
	    p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

	if (need > len)
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return need;
}

/* What is wrong with the bytes, or NULL. */
static const char *
bad_bytes(struct nt_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0, n; i < s.len; i += n) {
		if ((n = utf8_length(p + i, s.len - i)) == 0)
			return "is not UTF-8";
		if (p[i] < 0x20 || p[i] == 0x7f ||
		    (p[i] == 0xc2 && p[i + 1] < 0xa0))
			return "has a control byte";
		if (p[i] == '\\')
			return "has a backslash";
	}
	return NULL;
}

/* What is wrong with the path, or NULL.  A "/" at the end is allowed. */
static const char *
bad_path(struct nt_str s)
{
	const char *p = s.p, *end = s.p + s.len;

	if (s.len == 0)
		return "is empty";
	if (s.len > NT_MEMBER_NAME_MAX)
		return "is longer than 1024 bytes";
	if (*p == '/')
		return "is absolute";
	if (s.len > 1 && p[1] == ':')
		return "has a drive letter";
	while (p < end) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		struct nt_str part = { p,
		    (size_t)((slash != NULL ? slash : end) - p) };

		if (part.len == 0)
			return "has an empty part";
		if (nt_str_is(part, ".") || nt_str_is(part, ".."))
			return "leaves the tree";
		p += part.len + 1;
	}
	return NULL;
}

int
nt_member_name_check(struct nt_str name, struct nt_err *err)
{
	const char *wrong = bad_path(name);

	if (wrong == NULL)
		wrong = bad_bytes(name);
	if (wrong == NULL)
		return 0;
	return nt_err_set(err, NT_DATA, "the name of a member, \"%.*s\", %s",
	    (int)(name.len < 120 ? name.len : 120), name.p, wrong);
}
