/*
 * Characters that stay what they are, whatever reads the Markdown: CommonMark,
 * GFM (tables, footnotes, autolinks), the service's form (formulas between
 * dollars), Obsidian (tags, ==marks==, %%comments%%, ^anchors).
 */
#include "internal.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */
#define DIGITS_MAX 9			/* of a list's number in CommonMark */

/* What has to be looked at twice; all else is copied. */
enum { PLAIN, CONTROL, ALWAYS, MAYBE, SURROGATE };

static const unsigned char classes[256] = {
	[0] = CONTROL, [1] = CONTROL, [2] = CONTROL, [3] = CONTROL,
	[4] = CONTROL, [5] = CONTROL, [6] = CONTROL, [7] = CONTROL,
	[8] = CONTROL, ['\n'] = CONTROL, [11] = CONTROL, [12] = CONTROL,
	['\r'] = CONTROL, [14] = CONTROL, [15] = CONTROL, [16] = CONTROL,
	[17] = CONTROL, [18] = CONTROL, [19] = CONTROL, [20] = CONTROL,
	[21] = CONTROL, [22] = CONTROL, [23] = CONTROL, [24] = CONTROL,
	[25] = CONTROL, [26] = CONTROL, [27] = CONTROL, [28] = CONTROL,
	[29] = CONTROL, [30] = CONTROL, [31] = CONTROL, [127] = CONTROL,
	['\\'] = ALWAYS, ['`'] = ALWAYS, ['*'] = ALWAYS, ['['] = ALWAYS,
	[']'] = ALWAYS, ['<'] = ALWAYS, ['~'] = ALWAYS, ['$'] = ALWAYS,
	['^'] = ALWAYS,
	['_'] = MAYBE, ['>'] = MAYBE, ['&'] = MAYBE, ['!'] = MAYBE,
	['|'] = MAYBE, ['#'] = MAYBE, [':'] = MAYBE, ['.'] = MAYBE,
	['='] = MAYBE, ['%'] = MAYBE, [')'] = MAYBE,
	[0xed] = SURROGATE
};

static int
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the character at p; 0 if it is none. */
static size_t
character(const char *p, size_t left)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t len = left == 0 ? 0 : u[0] < 0x80 ? 1 : u[0] < 0xc2 ? 0 :
	    u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : u[0] < 0xf5 ? 4 : 0;

	if (len > left || (u[0] == 0xed && len == 3 && u[1] >= 0xa0))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

int
md_is_solid(const char *p, size_t left)
{
	/* the first two bytes of what may be white space */
	static const char spaces[][2] = { { '\xc2', '\xa0' },
	    { '\xe1', '\x9a' }, { '\xe2', '\x80' }, { '\xe2', '\x81' },
	    { '\xe3', '\x80' } };
	size_t len = character(p, left);

	if (len < 2)
		return len == 1 && *p > ' ' && *p != 127;
	for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
		if (memcmp(p, spaces[i], 2) == 0)
			return 0;
	return 1;
}

int
md_is_word(const char *p, size_t left)
{
	static const struct {
		uint32_t from, to;
	} letters[] = {
		{ 0xc0, 0xd6 }, { 0xd8, 0xf6 }, { 0xf8, 0x24f },
		{ 0x388, 0x3ff }, { 0x400, 0x481 }, { 0x48a, 0x52f },
		{ 0x5d0, 0x5ea }, { 0x620, 0x64a }, { 0x904, 0x939 },
		{ 0x3041, 0x3096 }, { 0x30a1, 0x30fa }, { 0x3400, 0x4dbf },
		{ 0x4e00, 0x9fff }, { 0xac00, 0xd7a3 }
	};
	const unsigned char *u = (const unsigned char *)p;
	size_t len = character(p, left);
	uint32_t code;

	if (len == 1)
		return md_is_alnum(u[0]);
	if (len == 0 || len == 4)
		return 0;
	code = len == 2 ? (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu) :
	    (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (code >= letters[i].from && code <= letters[i].to)
			return 1;
	return 0;
}

/* 1 if half a surrogate pair is at i. */
static int
is_half(struct nt_str s, size_t i)
{
	return (unsigned char)s.p[i] == 0xed && s.len - i >= 3 &&
	    (unsigned char)s.p[i + 1] >= 0xa0;
}

int
md_is_cut(struct nt_str a, struct nt_str b)
{
	return a.len >= 3 && b.len >= 3 && is_half(a, a.len - 3) &&
	    is_half(b, 0) && (unsigned char)a.p[a.len - 2] < 0xb0 &&
	    (unsigned char)b.p[1] >= 0xb0;
}

/*
 * Appends what half a surrogate pair at i becomes: with its other half behind
 * it the character, else U+FFFD.  How many bytes that were.
 */
static size_t
put_half(struct nt_buf *out, struct nt_str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	uint32_t high, low, code;

	if (!md_is_cut((struct nt_str){ s.p + i, 3 },
	    (struct nt_str){ s.p + i + 3, s.len - i - 3 })) {
		nt_buf_str(out, REPLACEMENT);
		return 3;
	}
	high = (p[1] & 0xfu) << 6 | (p[2] & 0x3fu);
	low = (p[4] & 0xfu) << 6 | (p[5] & 0x3fu);
	code = 0x10000 + (high << 10) + low;
	md_put_code(out, code);
	return 6;
}

void
md_put_code(struct nt_buf *out, uint32_t code)
{
	const char bytes[] = { (char)(0xf0 | code >> 18),
	    (char)(0x80 | (code >> 12 & 0x3f)),
	    (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)) };

	nt_buf_add(out, bytes, sizeof bytes);
}

void
md_put_raw(struct nt_buf *out, struct nt_str s)
{
	size_t from = 0, i = 0;

	while (i < s.len) {
		unsigned char c = (unsigned char)s.p[i];
		int control = (c < ' ' && c != '\t' && c != '\n') || c == 127;

		if (!control && !is_half(s, i)) {
			i++;
			continue;
		}
		nt_buf_add(out, s.p + from, i - from);
		if (control)
			nt_buf_str(out, REPLACEMENT);
		i += control ? 1 : put_half(out, s, i);
		from = i;
	}
	nt_buf_add(out, s.p + from, s.len - from);
}

void
md_put_characters(struct nt_buf *out, struct nt_str s)
{
	size_t from = 0, i = 0;

	while (i < s.len) {
		if (!is_half(s, i)) {
			i++;
			continue;
		}
		nt_buf_add(out, s.p + from, i - from);
		i += put_half(out, s, i);
		from = i;
	}
	nt_buf_add(out, s.p + from, s.len - from);
}

void
md_line(struct nt_buf *out, unsigned indent, int quote)
{
	static const char spaces[] =
	    "                                                                "
	    "                ";

	nt_buf_char(out, '\n');
	nt_buf_add(out, spaces, indent < sizeof spaces ? indent :
	    sizeof spaces - 1);
	if (quote)
		nt_buf_str(out, "> ");
}

/* ---- a text ---- */

void
md_text_start(struct md_text *t, struct nt_buf *out, enum md_form form,
    unsigned indent)
{
	*t = (struct md_text){ .out = out, .start = out->len, .form = form,
	    .indent = indent,
	    .at = form == MD_HTML ? MD_AT_INSIDE : MD_AT_START };
}

void
md_text_behind(struct md_text *t, struct nt_buf *out, enum md_form form,
    unsigned indent)
{
	md_text_start(t, out, form, indent);
	md_text_markup(t, "");
}

void
md_text_markup(struct md_text *t, const char *markup)
{
	nt_buf_str(t->out, markup);
	t->at = MD_AT_INSIDE;
	t->starred = 0;
	t->before = '>';	/* no letter, no space */
}

/* A character that would mean something. */
static void
put_escaped(struct md_text *t, unsigned char c)
{
	if (t->form == MD_HTML)
		nt_buf_fmt(t->out, "&#%u;", c);
	else {
		nt_buf_char(t->out, '\\');
		nt_buf_char(t->out, (char)c);
	}
}

static void
put_control(struct md_text *t, unsigned char c)
{
	if (c == 0)
		nt_buf_str(t->out, REPLACEMENT);
	else if (c != '\n')
		nt_buf_fmt(t->out, "&#%u;", c);
	else if (t->form != MD_TEXT)
		nt_buf_str(t->out, "<br />");
	else {
		nt_buf_char(t->out, '\\');
		md_line(t->out, t->indent, t->quote);
		t->at = MD_AT_START;
	}
}

/* 1 if "&" at i may begin the name of a character. */
static int
is_entity(struct nt_str s, size_t i, int more)
{
	size_t from = ++i;

	if (i < s.len && s.p[i] == '#')
		i++;
	while (i < s.len && i - from < 40 && md_is_alnum((unsigned char)s.p[i]))
		i++;
	return i == s.len ? more : s.p[i] == ';' && i > from;
}

/*
 * 1 if ":" at i may begin an emoji's name, or stand in a URL, of which nobody
 * makes a link inside of a link.
 */
static int
is_colon_live(const struct md_text *t, struct nt_str s, size_t i,
    unsigned char before, int more)
{
	size_t from = ++i;

	if (s.len - i >= 2 && s.p[i] == '/' && s.p[i + 1] == '/')
		return md_is_alnum(before) && !t->linked;
	while (i < s.len && i - from < 100 &&
	    (md_is_alnum((unsigned char)s.p[i]) || s.p[i] == '_' ||
	    s.p[i] == '-' || s.p[i] == '+'))
		i++;
	return i > from && (i == s.len ? more : s.p[i] == ':');
}

/* 1 if the character at i, which is not at a line's start, is markup. */
static int
is_live(const struct md_text *t, struct nt_str s, size_t i, int more)
{
	unsigned char before = i > 0 ? (unsigned char)s.p[i - 1] : t->before;
	unsigned char after = i + 1 < s.len ? (unsigned char)s.p[i + 1] : 0;
	int last = i + 1 == s.len;

	switch (s.p[i]) {
	case '_':
		return !md_is_alnum(before) || !md_is_alnum(after);
	case '>':
		return t->form == MD_HTML;
	case '&':
		return t->form == MD_HTML || is_entity(s, i, more);
	case '!':
		return last ? more : after == '[';
	case '|':
		return t->form == MD_CELL;
	case '#':
		return before <= ' ' && (last || after > ' ' ||
		    t->form == MD_LINE);
	case ':':
		return is_colon_live(t, s, i, before, more);
	case '.':
		return before == 'w' && i >= 3 && !last && !t->linked &&
		    memcmp(s.p + i - 3, "www", 3) == 0;
	case '=':
	case '%':
		return last ? more : after == (unsigned char)s.p[i];
	default:
		return 0;
	}
}

/* 1 if the character at i, with which a line starts, is markup there. */
static int
is_live_first(struct nt_str s, size_t i)
{
	unsigned char after = i + 1 < s.len ? (unsigned char)s.p[i + 1] : ' ';

	switch (s.p[i]) {
	case '#':
	case '>':
	case '=':
	case '|':
	case ':':
		return 1;
	case '-':
		return after <= ' ' || after == '-' || after == '|' ||
		    after == ':';
	case '+':
		return after <= ' ';
	default:
		return 0;
	}
}

/* Appends the character at i that begins a line, or follows its digits. */
static size_t
put_first(struct md_text *t, struct nt_str s, size_t i, size_t *digits)
{
	unsigned char c = (unsigned char)s.p[i];

	if (t->at == MD_AT_DIGITS) {
		if (is_digit(c)) {
			nt_buf_char(t->out, (char)c);
			return i + 1;
		}
		t->at = MD_AT_INSIDE;
		if (c != '.' && c != ')')
			return i;
		put_escaped(t, c);
		return i + 1;
	}
	if (is_digit(c)) {
		t->at = MD_AT_DIGITS;
		*digits = 0;
		return i;
	}
	t->at = MD_AT_INSIDE;
	if (c == ' ' || c == '\t')
		nt_buf_fmt(t->out, "&#%u;", c);
	else if (is_live_first(s, i))
		put_escaped(t, c);
	else
		return i;
	return i + 1;
}

/* Appends the character at i, which is of no plain class. */
static size_t
put_special(struct md_text *t, struct nt_str s, size_t i, int more)
{
	unsigned char c = (unsigned char)s.p[i];

	switch (classes[c]) {
	case CONTROL:
		put_control(t, c);
		break;
	case ALWAYS:
		put_escaped(t, c);
		break;
	case SURROGATE:
		if (is_half(s, i))
			return i + put_half(t->out, s, i);
		nt_buf_char(t->out, (char)c);
		break;
	default:
		if (is_live(t, s, i, more))
			put_escaped(t, c);
		else
			nt_buf_char(t->out, (char)c);
	}
	return i + 1;
}

void
md_text_put(struct md_text *t, struct nt_str s, int more)
{
	size_t i = 0, from, digits = 0;

	if (s.len == 0)
		return;
	t->starred = 0;
	while (i < s.len) {
		if (t->at != MD_AT_INSIDE) {
			unsigned char c = (unsigned char)s.p[i];

			if (t->at == MD_AT_DIGITS && digits++ > DIGITS_MAX)
				t->at = MD_AT_INSIDE;
			else if (classes[c] != CONTROL &&
			    classes[c] != ALWAYS) {
				i = put_first(t, s, i, &digits);
				continue;
			}
		}
		from = i;
		while (i < s.len && classes[(unsigned char)s.p[i]] == PLAIN)
			i++;
		if (i > from) {
			nt_buf_add(t->out, s.p + from, i - from);
			continue;
		}
		t->at = MD_AT_INSIDE;
		i = put_special(t, s, i, more);
	}
	t->before = (unsigned char)s.p[s.len - 1];
}

void
md_text_end(struct md_text *t)
{
	struct nt_buf *out = t->out;
	size_t tail = 2 + t->indent + (t->quote ? 2 : 0);
	char last;

	if (out->len == t->start || t->form == MD_HTML)
		return;
	last = out->p[out->len - 1];
	if (t->at == MD_AT_START && t->before == '\n' && out->len - t->start >=
	    tail) {
		out->len -= tail;
		nt_buf_str(out, "<br />");
	} else if (t->at == MD_AT_INSIDE && (last == ' ' || last == '\t')) {
		out->len--;
		nt_buf_fmt(out, "&#%d;", last);
	}
}

/* ---- values in tags and links ---- */

/* Bytes from i on that mean nothing in an attribute or destination. */
static size_t
harmless(struct nt_str s, size_t i, const char *telling)
{
	size_t from = i;

	for (; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!md_is_alnum(c) && c < 0x80 && (c <= ' ' || c == 127 ||
		    strchr(telling, c) != NULL))
			break;
		if (c == 0xed && is_half(s, i))
			break;
	}
	return i - from;
}

void
md_put_attribute(struct nt_buf *out, const char *name, struct nt_str s)
{
	nt_buf_char(out, ' ');
	nt_buf_str(out, name);
	nt_buf_str(out, "=\"");
	for (size_t i = 0, len; i < s.len; i++) {
		unsigned char c;

		len = harmless(s, i, "&\"<>`|");
		nt_buf_add(out, s.p + i, len);
		if ((i += len) == s.len)
			break;
		c = (unsigned char)s.p[i];
		if (c == 0xed)
			i += put_half(out, s, i) - 1;
		else if (c == 0)
			nt_buf_str(out, REPLACEMENT);
		else if (c == '&')
			nt_buf_str(out, "&amp;");
		else if (c == ' ')
			nt_buf_char(out, ' ');
		else
			nt_buf_fmt(out, "&#%u;", c);
	}
	nt_buf_char(out, '"');
}

void
md_put_destination(struct nt_buf *out, struct nt_str url)
{
	for (size_t i = 0, len; i < url.len; i++) {
		unsigned char c;

		len = harmless(url, i, "()\\&<>`|");
		nt_buf_add(out, url.p + i, len);
		if ((i += len) == url.len)
			break;
		c = (unsigned char)url.p[i];
		if (c == '(' || c == ')' || c == '\\') {
			nt_buf_char(out, '\\');
			nt_buf_char(out, (char)c);
		} else if (c == '&')
			nt_buf_str(out, is_entity(url, i, 0) ? "&amp;" : "&");
		else if (c == 0xed)
			i += put_half(out, url, i) - 1;
		else
			nt_buf_fmt(out, "%%%02X", c);
	}
}
