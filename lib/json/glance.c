/*
 * A glance at the outermost object.  The text is taken to be good JSON: values
 * are skipped by their quotes and brackets alone.  Whatever the text is, the
 * glance stays within it.
 */
#include "internal.h"

#include <string.h>

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ')
		p++;
	return p;
}

/* Behind the string that starts at p. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && end - p > 1)
			p++;
	return p < end ? p + 1 : end;
}

/* Behind the array or object that starts at p. */
static const char *
skip_container(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		switch (*p) {
		case '"':
			p = skip_string(p, end);
			continue;
		case '{': case '[':
			depth++;
			break;
		case '}': case ']':
			if (--depth == 0)
				return p + 1;
			break;
		}
		p++;
	}
	return end;
}

static const char *
skip_value(const char *p, const char *end)
{
	if (p < end && *p == '"')
		return skip_string(p, end);
	if (p < end && (*p == '{' || *p == '['))
		return skip_container(p, end);
	while (p < end && *p != ',' && *p != '}' && (unsigned char)*p > ' ')
		p++;
	return p;
}

/* Which of the names is the string at p, count if none; p is its inside. */
static size_t
which_name(const char *p, size_t len, const char *const names[], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(names[i]) == len && memcmp(names[i], p, len) == 0)
			break;
	return i;
}

int
nt_json_glance(const char *text, size_t len, const char *const names[],
    size_t count, struct nt_str found[])
{
	const char *p, *end = text + len, *name, *value;
	int hits = 0;

	for (size_t i = 0; i < count; i++)
		found[i] = (struct nt_str){ NULL, 0 };
	p = skip_space(text, end);
	if (p == end || *p != '{')
		return -1;
	do {
		size_t which;

		name = skip_space(p + 1, end);
		if (name == end || *name != '"')
			break;
		p = skip_string(name, end);
		which = which_name(name + 1, (size_t)(p - name) - 2, names,
		    count);
		p = skip_space(p, end);
		if (p == end || *p != ':')
			break;
		value = skip_space(p + 1, end);
		p = skip_value(value, end);
		if (which < count) {
			hits += found[which].p == NULL;
			found[which] = (struct nt_str){ value,
			    (size_t)(p - value) };
		}
		p = skip_space(p, end);
	} while (p < end && *p == ',');
	return hits;
}
