#include "nt/id.h"

#include <stdio.h>
#include <string.h>

#include "nt/clock.h"

/* What a byte is worth as a digit, plus one; 0 for what is none. */
static const uint8_t digits[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* Reads 2 * count digits into count bytes: 1, or 0 if one is none. */
static int
scan_digits(const char *text, uint8_t *to, size_t count)
{
	int all = 1;

	for (size_t i = 0; i < count; i++) {
		unsigned high = digits[(unsigned char)text[2 * i]];
		unsigned low = digits[(unsigned char)text[2 * i + 1]];

		all &= high != 0 && low != 0;
		to[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	return all;
}

/* Every id of the service passes here, some of them several times. */
int
nt_id_scan(struct nt_str text, struct nt_id *id)
{
	const char *p = text.p;
	struct nt_id got;
	int good;

	if (text.len == 36)
		good = p[8] == '-' && p[13] == '-' && p[18] == '-' &&
		    p[23] == '-' && scan_digits(p, got.b, 4) &&
		    scan_digits(p + 9, got.b + 4, 2) &&
		    scan_digits(p + 14, got.b + 6, 2) &&
		    scan_digits(p + 19, got.b + 8, 2) &&
		    scan_digits(p + 24, got.b + 10, 6);
	else
		good = text.len == 32 && scan_digits(p, got.b, sizeof got.b);
	if (!good)
		return -1;
	*id = got;
	return 0;
}

/* An id at the end of a path part such as "My-Page-0123…". */
static int
scan_tail(struct nt_str part, struct nt_id *id)
{
	if (part.len >= 36 && nt_id_scan((struct nt_str){ part.p + part.len -
	    36, 36 }, id) == 0)
		return 0;
	if (part.len < 32)
		return -1;
	return nt_id_scan((struct nt_str){ part.p + part.len - 32, 32 }, id);
}

/* The id of ?p=ID or &p=ID in the query of a URL. */
static int
scan_query(const char *query, size_t len, struct nt_id *id)
{
	for (size_t i = 0; i + 2 < len; i++)
		if ((query[i] == '?' || query[i] == '&') &&
		    query[i + 1] == 'p' && query[i + 2] == '=') {
			const char *from = query + i + 3;
			size_t rest = len - i - 3;
			const char *end = memchr(from, '&', rest);

			return scan_tail((struct nt_str){ from, end == NULL ?
			    rest : (size_t)(end - from) }, id);
		}
	return -1;
}

static int
scan_url(const char *url, struct nt_id *id)
{
	size_t path = strcspn(url, "?#");
	const char *query = url + path;
	size_t query_len = strcspn(query, "#");
	const char *fragment = query + query_len;
	size_t part = path;

	while (part > 0 && url[part - 1] != '/')
		part--;
	if (scan_tail((struct nt_str){ url + part, path - part }, id) == 0)
		return 0;
	if (scan_query(query, query_len, id) == 0)
		return 0;
	return *fragment == '#' ? scan_tail(nt_str_of(fragment + 1), id) : -1;
}

int
nt_id_parse(const char *text, struct nt_id *id, struct nt_err *err)
{
	if (nt_id_scan(nt_str_of(text), id) == 0 ||
	    (strstr(text, "://") != NULL && scan_url(text, id) == 0))
		return 0;
	return nt_err_set(err, NT_DATA,
	    "\"%.100s\" is no id, expected 32 hex digits or a Notion URL",
	    text);
}

void
nt_id_format_plain(const struct nt_id *id, char text[NT_ID_TEXT])
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof id->b; i++) {
		text[2 * i] = hex[id->b[i] >> 4];
		text[2 * i + 1] = hex[id->b[i] & 15];
	}
	text[32] = '\0';
}

void
nt_id_format(const struct nt_id *id, char text[NT_ID_TEXT])
{
	char plain[NT_ID_TEXT];

	nt_id_format_plain(id, plain);
	snprintf(text, NT_ID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", plain,
	    plain + 8, plain + 12, plain + 16, plain + 20);
}

int
nt_id_cmp(const struct nt_id *a, const struct nt_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b);
}

int
nt_id_eq(const struct nt_id *a, const struct nt_id *b)
{
	return nt_id_cmp(a, b) == 0;
}

int
nt_id_is_nil(const struct nt_id *id)
{
	static const struct nt_id nil;

	return nt_id_eq(id, &nil);
}

void
nt_id_random(struct nt_id *id)
{
	nt_random_bytes(id->b, sizeof id->b);
	id->b[6] = (uint8_t)((id->b[6] & 0x0F) | 0x40);
	id->b[8] = (uint8_t)((id->b[8] & 0x3F) | 0x80);
}
