#include "nt/tree.h"

#include <string.h>
#include <strings.h>

#include "nt/filter.h"

/* A character, decoded from text that may be anything. */
struct point {
	uint32_t code;
	size_t len;		/* bytes it was made of, at least 1 */
};

#define BROKEN 0xfffdu

static struct point
decode(const unsigned char *p, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
	    p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t code;

	if (len == 1)
		return (struct point){ p[0], 1 };
	if (len == 0 || len > left)
		return (struct point){ BROKEN, 1 };
	code = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return (struct point){ BROKEN, i };
		code = code << 6 | (p[i] & 0x3fu);
	}
	if (code < least[len] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return (struct point){ BROKEN, len };
	return (struct point){ code, len };
}

/* A range of code points with something in common. */
struct range {
	uint32_t from, to;
};

static int
in_ranges(const struct range *r, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= r[i].from && code <= r[i].to)
			return 1;
	return 0;
}

/*
 * Controls, what cannot be seen but turns or hides text, and what is no
 * character at all.  The joiner U+200D stays: emoji are made with it.
 */
static int
is_invisible(uint32_t code)
{
	static const struct range table[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x61c, 0x61c }, { 0x200b, 0x200c }, { 0x200e, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xe000, 0xf8ff },
		{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
		{ 0xf0000, 0x10ffff }
	};

	return in_ranges(table, sizeof table / sizeof *table, code);
}

static int
is_space(uint32_t code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 ||
	    code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
	    code == 0x202f || code == 0x205f || code == 0x3000;
}

/* What belongs to the character before it. */
static int
is_extending(uint32_t code)
{
	static const struct range table[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
		{ 0x610, 0x61a }, { 0x64b, 0x65f }, { 0x900, 0x903 },
		{ 0x93a, 0x94f }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a },
		{ 0xe47, 0xe4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x200d, 0x200d }, { 0x20d0, 0x20ff }, { 0x3099, 0x309a },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0x1f3fb, 0x1f3ff },
		{ 0xe0020, 0xe007f }, { 0xe0100, 0xe01ef }
	};

	return in_ranges(table, sizeof table / sizeof *table, code);
}

static int
is_flag_half(uint32_t code)
{
	return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/*
 * Bytes of the character at p as a reader sees it: with its accents, its
 * colour, what is joined to it; two halves of a flag are one.
 */
static size_t
cluster_length(const unsigned char *p, size_t left)
{
	struct point c = decode(p, left), next;
	size_t len = c.len;
	int halves = is_flag_half(c.code);

	while (len < left) {
		next = decode(p + len, left - len);
		if (is_flag_half(next.code) && halves == 1)
			halves = 2;
		else if (!is_extending(next.code) && c.code != 0x200d)
			break;
		c = next;
		len += c.len;
	}
	return len;
}

/* CON, NUL, COM1 and their like, also with anything behind a dot. */
static int
is_reserved(const char *name, size_t len)
{
	static const char *const words[] = { "con", "prn", "aux", "nul" };
	const char *dot = memchr(name, '.', len);

	if (dot != NULL)
		len = (size_t)(dot - name);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (len == 3 && strncasecmp(name, words[i], 3) == 0)
			return 1;
	return len == 4 && name[3] >= '0' && name[3] <= '9' &&
	    (strncasecmp(name, "com", 3) == 0 ||
	    strncasecmp(name, "lpt", 3) == 0);
}

/*
 * Appends a character; for one that may not be a dash, but never two.  Behind
 * the dash here are those that end the name in a link of Obsidian's.
 */
static void
put_cluster(struct nt_buf *b, const unsigned char *p, size_t len)
{
	struct point c = decode(p, len);

	if (c.code == BROKEN || is_space(c.code) ||
	    (c.code < 0x80 &&
	    strchr("/\\:*?\"<>|-#^[]", (int)c.code) != NULL)) {
		if (b->len > 0 && b->p[b->len - 1] != '-')
			nt_buf_char(b, '-');
		return;
	}
	if (is_invisible(c.code) || (b->len == 0 &&
	    (c.code == '.' || c.code == '~' || is_extending(c.code))))
		return;
	nt_buf_add(b, p, len);
}

void
nt_tree_slug(struct nt_buf *out, struct nt_str title, size_t max)
{
	const unsigned char *p;
	size_t left, len;
	struct nt_buf b, composed;

	nt_buf_init(&b, NT_TREE_NAME_MAX);
	nt_buf_init(&composed, NT_BUF_MAX);
	/* some file systems and unpackers compose what is not, and then others
	 * do not find it */
	nt_compose(title, &composed);
	p = (const unsigned char *)composed.p;
	left = composed.len;
	max--;			/* for the "_" before a reserved name */
	for (; left > 0; p += len, left -= len) {
		len = cluster_length(p, left);
		if (len > max - b.len)
			break;
		put_cluster(&b, p, len);
	}
	while (b.len > 0 && strchr(".-", b.p[b.len - 1]) != NULL)
		b.len--;
	if (b.len == 0)
		nt_buf_str(&b, "untitled");
	else if (is_reserved(b.p, b.len))
		nt_buf_char(out, '_');
	nt_buf_add(out, b.p, b.len);
	nt_buf_free(&composed);
	nt_buf_free(&b);
}
