/*
 * Strings: escapes in, text out, order of names, quoting.
 *
 * The text of a string is UTF-8, but for a lone surrogate, which only an
 * escape can write: it stands as the three bytes that UTF-8 would have for it
 * (api text cut in the middle of an emoji has them), and is written as an
 * escape again, as ECMAScript's JSON.stringify does.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define IS_HIGH(code) (((code) & 0xfffffc00u) == 0xd800)
#define IS_LOW(code) (((code) & 0xfffffc00u) == 0xdc00)
#define IS_SURROGATE(code) (((code) & 0xfffff800u) == 0xd800)

/* What stands behind the backslash for a control byte; 0: \u00xx. */
static const char short_escape[32] = {
	['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
};

/* The four digits of \uhhhh at p: 0 and *code, or -1. */
static int
hex4(const char *p, const char *end, uint32_t *code)
{
	uint32_t sum = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = nt_hex_digit(p[i]);

		if (digit == -1)
			return -1;
		sum = sum << 4 | (uint32_t)digit;
	}
	*code = sum;
	return 0;
}

/* If \uhhhh with a low surrogate is at p, its code, else 0. */
static uint32_t
low_escape(const char *p, const char *end)
{
	uint32_t code;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u' ||
	    hex4(p + 2, end, &code) == -1 || !IS_LOW(code))
		return 0;
	return code;
}

/* Whether canonical form writes \uhhhh with these digits for this code. */
static int
unicode_is_clean(const char *digits, uint32_t code)
{
	if (!IS_SURROGATE(code) &&
	    (code >= 0x20 || short_escape[code] != '\0'))
		return 0;
	for (int i = 0; i < 4; i++)
		if (digits[i] >= 'A' && digits[i] <= 'F')
			return 0;
	return 1;
}

/* The end of the \uhhhh (or a pair of them) at p, or NULL. */
static const char *
unicode_end(const char *p, const char *end, int *clean)
{
	uint32_t code;

	if (hex4(p + 2, end, &code) == -1)
		return NULL;
	if (IS_HIGH(code) && low_escape(p + 6, end) != 0) {
		*clean = 0;
		return p + 12;
	}
	if (!unicode_is_clean(p + 2, code))
		*clean = 0;
	return p + 6;
}

/* The bytes of w that are c have bit 7 set; a higher one may have, too. */
static inline uint64_t
bytes_equal(uint64_t w, unsigned char c)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t differ = w ^ ones * c;

	return (differ - ones) & ~differ & ones * 0x80;
}

/* Goes over what can stand in a string as it is, eight bytes at a time. */
static const char *
plain_end(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t w;

	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, 8);
		if ((bytes_equal(w, '"') | bytes_equal(w, '\\') |
		    ((w - ones * 0x20) & ~w & ones * 0x80)) != 0)
			break;
	}
	while (p < end && *p != '"' && *p != '\\' &&
	    (unsigned char)*p >= 0x20)
		p++;
	return p;
}

const char *
nt_json_escaped_end(const char *p, const char *end, int *clean,
    const char **bad, const char **why)
{
	const char *next;

	while ((p = plain_end(p, end)) < end && *p != '"') {
		*bad = p;
		if ((unsigned char)*p < 0x20) {
			*why = "a control byte in a string, expected an escape";
			return NULL;
		}
		if (end - p < 2)
			break;
		switch (p[1]) {
		case '/':
			*clean = 0;
			/* fall through */
		case '"': case '\\':
		case 'b': case 'f': case 'n': case 'r': case 't':
			p += 2;
			break;
		case 'u':
			if ((next = unicode_end(p, end, clean)) == NULL) {
				*why = "expected four hex digits after \\u";
				return NULL;
			}
			p = next;
			break;
		default:
			*why = "an unknown escape, expected one of "
			    "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u";
			return NULL;
		}
	}
	if (p < end && *p == '"')
		return p;
	*bad = end;
	*why = "the text ends inside a string";
	return NULL;
}

/* Writes the character of the escape at *p to out and passes both. */
static unsigned
unescape_one(const char **p, const char *end, char *out)
{
	uint32_t code = 0, low;
	const char *q = *p;

	*p += 2;
	switch (q[1]) {
	case 'b': *out = '\b'; return 1;
	case 'f': *out = '\f'; return 1;
	case 'n': *out = '\n'; return 1;
	case 'r': *out = '\r'; return 1;
	case 't': *out = '\t'; return 1;
	case 'u': break;
	default: *out = q[1]; return 1;
	}
	hex4(q + 2, end, &code);
	*p += 4;
	if (IS_HIGH(code) && (low = low_escape(q + 6, end)) != 0) {
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		*p += 6;
	}
	return nt_utf8_put(out, code);
}

/* The text of a string's inside p; out has room for len bytes.  Its length. */
static size_t
unescape(const char *p, size_t len, char *out)
{
	const char *end = p + len;
	char *o = out;

	while (p < end) {
		const char *slash = memchr(p, '\\', (size_t)(end - p));
		size_t plain = (size_t)((slash == NULL ? end : slash) - p);

		memcpy(o, p, plain);
		o += plain;
		p += plain;
		if (p < end)
			o += unescape_one(&p, end, o);
	}
	return (size_t)(o - out);
}

struct nt_str
nt_json_node_text(struct nt_json *doc, uint32_t n)
{
	struct nt_node *node = &doc->node[n];
	const char *inside = doc->text + node->at + 1;

	if (!(node->flags & NT_NODE_ESCAPED))
		return (struct nt_str){ inside, node->len - 2 };
	if (doc->decoded_room < doc->len) {
		/* nothing of this text is decoded yet, so nothing is lent */
		free(doc->decoded);
		doc->decoded = nt_alloc(doc->len);
		doc->decoded_room = doc->len;
	}
	if (!(node->flags & NT_NODE_DECODED)) {
		node->link = (uint32_t)unescape(inside, node->len - 2,
		    doc->decoded + node->at);
		node->flags |= NT_NODE_DECODED;
	}
	return (struct nt_str){ doc->decoded + node->at, node->link };
}

/* The UTF-16 code units of a text, one by one. */
struct units {
	const char *p, *end;
	uint32_t low;		/* second half of a pair, still to come */
};

/* The next code unit, or -1 at the end. */
static int32_t
next_unit(struct units *u)
{
	uint32_t code = u->low;

	u->low = 0;
	if (code != 0)
		return (int32_t)code;
	if (u->p == u->end)
		return -1;
	u->p += nt_utf8_get(u->p, &code);
	if (code < 0x10000)
		return (int32_t)code;
	u->low = 0xdc00 + (code & 0x3ff);
	return (int32_t)(0xd800 + ((code - 0x10000) >> 10));
}

static int
units_cmp(struct units a, struct units b)
{
	int32_t x, y;

	do {
		x = next_unit(&a);
		y = next_unit(&b);
	} while (x == y && x != -1);
	return x < y ? -1 : x > y;
}

/*
 * UTF-8 sorts by bytes as UTF-16 does by units, except that characters over
 * U+FFFF (lead byte F0 and up) come before those from U+E000 and after the
 * surrogates alone (lead bytes ED to EF).  Only two such lead bytes where the
 * names part need a closer look.
 */
int
nt_json_name_cmp(struct nt_str a, struct nt_str b)
{
	size_t least = a.len < b.len ? a.len : b.len, i = 0;
	unsigned char x, y;

	while (least - i >= 8 && memcmp(a.p + i, b.p + i, 8) == 0)
		i += 8;
	while (i < least && a.p[i] == b.p[i])
		i++;
	if (i == least)
		return a.len < b.len ? -1 : a.len > b.len;
	x = (unsigned char)a.p[i];
	y = (unsigned char)b.p[i];
	if (x < 0xed || y < 0xed)
		return x < y ? -1 : 1;
	return units_cmp((struct units){ a.p + i, a.p + a.len, 0 },
	    (struct units){ b.p + i, b.p + b.len, 0 });
}

/* Appends \uhhhh. */
static void
quote_unicode(struct nt_buf *out, uint32_t code)
{
	static const char digits[] = "0123456789abcdef";
	char escape[6] = { '\\', 'u', digits[code >> 12 & 15],
	    digits[code >> 8 & 15], digits[code >> 4 & 15], digits[code & 15] };

	nt_buf_add(out, escape, sizeof escape);
}

/* Appends the quote, backslash or control byte c, escaped. */
static void
quote_ascii(struct nt_buf *out, unsigned char c)
{
	char escape[2] = { '\\', (char)c };

	if (c < 0x20) {
		if (short_escape[c] == '\0') {
			quote_unicode(out, c);
			return;
		}
		escape[1] = short_escape[c];
	}
	nt_buf_add(out, escape, sizeof escape);
}

/*
 * The surrogate that stands at p as three bytes, 0 if none does.  They are ED
 * A0 80 to ED BF BF.
 */
static uint32_t
surrogate_at(const char *text, size_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t code;

	if (left < 3 || p[0] != 0xed || p[1] < 0xa0 || p[1] > 0xbf ||
	    (p[2] & 0xc0) != 0x80)
		return 0;
	nt_utf8_get(text, &code);
	return code;
}

/* Appends what stands at p but is not UTF-8; how many bytes it was. */
static size_t
quote_odd(struct nt_buf *out, const char *p, size_t left)
{
	uint32_t code = surrogate_at(p, left), low = 0;
	char pair[4];

	if (code == 0) {
		nt_buf_str(out, "\xef\xbf\xbd");	/* U+FFFD */
		return 1;
	}
	if (IS_HIGH(code))
		low = surrogate_at(p + 3, left - 3);
	if (!IS_LOW(low)) {
		quote_unicode(out, code);
		return 3;
	}
	code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	nt_buf_add(out, pair, nt_utf8_put(pair, code));
	return 6;
}

/* Appends UTF-8 with what must be escaped escaped. */
static void
quote_utf8(struct nt_buf *out, const char *p, size_t len)
{
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		nt_buf_add(out, p + from, i - from);
		quote_ascii(out, c);
		from = i + 1;
	}
	nt_buf_add(out, p + from, len - from);
}

void
nt_json_quote(struct nt_buf *out, struct nt_str text)
{
	const char *p = text.p;
	size_t left = text.len;

	nt_buf_char(out, '"');
	while (left > 0) {
		size_t good = nt_utf8_check(p, left);

		quote_utf8(out, p, good);
		p += good;
		left -= good;
		if (left > 0) {
			size_t odd = quote_odd(out, p, left);

			p += odd;
			left -= odd;
		}
	}
	nt_buf_char(out, '"');
}
