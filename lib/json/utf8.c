/*
 * UTF-8, checked as RFC 3629 wants it: no overlong form, no surrogate,
 * nothing over U+10FFFF.
 */
#include "internal.h"

#include <string.h>

/* The length of the well-formed character at p, 0 if there is none. */
static unsigned
character(const unsigned char *p, size_t left)
{
	unsigned lead = p[0], low = 0x80, high = 0xbf, len;

	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (left < len)
		return 0;
	switch (lead) {			/* what the second byte may be */
	case 0xe0: low = 0xa0; break;	/* overlong below */
	case 0xed: high = 0x9f; break;	/* surrogates above */
	case 0xf0: low = 0x90; break;	/* overlong below */
	case 0xf4: high = 0x8f; break;	/* over U+10FFFF above */
	}
	if (p[1] < low || p[1] > high)
		return 0;
	for (unsigned i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static size_t
check_portable(const unsigned char *p, size_t len)
{
	uint64_t eight;
	unsigned n;

	for (size_t i = 0; i < len; i += n) {
		if (len - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & 0x8080808080808080u) == 0) {
				n = 8;
				continue;
			}
		}
		if ((n = character(p + i, len - i)) == 0)
			return i;
	}
	return len;
}

size_t
nt_utf8_check(const char *text, size_t len)
{
	return check_portable((const unsigned char *)text, len);
}

unsigned
nt_utf8_get(const char *text, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)text;

	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	if (p[0] < 0xe0) {
		*code = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	}
	if (p[0] < 0xf0) {
		*code = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
		return 3;
	}
	*code = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
	    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	return 4;
}

unsigned
nt_utf8_put(char *p, uint32_t code)
{
	if (code < 0x80) {
		p[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		p[0] = (char)(0xc0 | code >> 6);
		p[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		p[0] = (char)(0xe0 | code >> 12);
		p[1] = (char)(0x80 | (code >> 6 & 0x3f));
		p[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | code >> 18);
	p[1] = (char)(0x80 | (code >> 12 & 0x3f));
	p[2] = (char)(0x80 | (code >> 6 & 0x3f));
	p[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}
