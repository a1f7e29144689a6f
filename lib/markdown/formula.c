/*
 * Formulas: between dollars, as whoever knows formulas wants them, where who
 * does not leaves them alone, but for a backslash before a mark; else in a tag,
 * as text.
 */
#include "internal.h"

#include <string.h>

static int
is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* 1 if the character has no place between dollars, whatever is beside it. */
static int
is_foreign(unsigned char c)
{
	return (c < ' ' && c != '\n') || c == 127 || c == 0xed || c == '`' ||
	    c == '$' || c == '~';
}

/*
 * 1 if the character, between those beside it, is taken for itself.  An
 * underscore that could open emphasis is fine as long as none behind it could
 * close that; *open says that one could.
 */
static int
is_left_alone(unsigned char before, unsigned char c, unsigned char after,
    int *open)
{
	switch (c) {
	case '*':
		return is_space(before) && is_space(after);
	case '<':
		return is_space(after) || after == '=';
	case ']':
		return after != '(' && after != '[' && after != ':';
	case '&':
		return !md_is_alnum(after) && after != '#';
	case '_':
		if (*open && !is_space(before) && !md_is_alnum(after))
			return 0;
		if (!md_is_alnum(before))
			*open = 1;
		return 1;
	default:
		return 1;
	}
}

/* 1 if all of it is; *open is only changed if so. */
static int
are_left_alone(struct nt_str s, int *open)
{
	int opened = *open, escaped = 0;
	unsigned char before = '$', c, after;

	for (size_t i = 0; i < s.len; i++, before = c) {
		c = (unsigned char)s.p[i];
		after = i + 1 < s.len ? (unsigned char)s.p[i + 1] : '$';
		if (is_foreign(c) || (!escaped &&
		    !is_left_alone(before, c, after, &opened)))
			return 0;
		escaped = c == '\\' && !escaped;
	}
	*open = opened;
	return 1;
}

/* 1 if it may stand between dollars in the text. */
static int
may_dollar(struct md_text *t, struct nt_str s)
{
	return t->form != MD_HTML && s.len > 0 &&
	    !is_space((unsigned char)s.p[0]) &&
	    !is_space((unsigned char)s.p[s.len - 1]) &&
	    s.p[s.len - 1] != '\\' && memchr(s.p, '\n', s.len) == NULL &&
	    (t->form != MD_CELL || memchr(s.p, '|', s.len) == NULL) &&
	    are_left_alone(s, &t->open_underscore);
}

/* In a tag, as text. */
static void
put_tag(struct md_text *t, struct nt_str s)
{
	md_text_markup(t, "<equation>");
	md_text_put(t, s, 0);
	md_text_markup(t, "</equation>");
}

void
md_formula(struct md_text *t, struct nt_str s)
{
	if (!may_dollar(t, s)) {
		put_tag(t, s);
		return;
	}
	nt_buf_char(t->out, '$');
	nt_buf_add(t->out, s.p, s.len);
	md_text_markup(t, "$");
}

/* How many bytes from i on are one of these. */
static size_t
span(struct nt_str s, size_t i, const char *bytes)
{
	size_t from = i;

	while (i < s.len && s.p[i] != '\0' && strchr(bytes, s.p[i]) != NULL)
		i++;
	return i - from;
}

/* 1 if the line at i, behind others, may be read as a block, or the end. */
static int
is_block(struct nt_str s, size_t i)
{
	unsigned char c, after;

	i += span(s, i, " \t");
	if (i == s.len || s.p[i] == '\n')
		return 1;
	c = (unsigned char)s.p[i];
	i++;
	after = i < s.len ? (unsigned char)s.p[i] : '\n';
	switch (c) {
	case '>':
	case '*':
	case '_':
		return 1;
	case '#':
		return is_space(after) || after == c;
	case '-':
	case '+':
		return is_space(after) || after == '-';
	case '|':
	case ':':
		return is_space(after) || strchr("-:|", after) != NULL;
	case '=':
		i += span(s, i, "= \t");
		return i == s.len || s.p[i] == '\n';
	default:
		if (c < '0' || c > '9')
			return 0;
		i += span(s, i, "0123456789");
		return i < s.len && (s.p[i] == '.' || s.p[i] == ')');
	}
}

/* 1 if no line of it looks like a block. */
static int
is_one_paragraph(struct nt_str s)
{
	if (is_block(s, 0))
		return 0;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\n' && is_block(s, i + 1))
			return 0;
	return 1;
}

void
md_formula_block(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_str s = nt_value_text(md_get(b->payload, "expression"));
	struct md_text t;
	unsigned indent;
	int open = 0;

	md_begin(m);
	indent = md_top(m)->indent;
	if (is_one_paragraph(s) && are_left_alone(s, &open)) {
		nt_buf_str(m->out, "$$");
		md_put_lines(m->out, s, indent);
		md_line(m->out, indent, 0);
		nt_buf_str(m->out, "$$");
		return;
	}
	md_text_start(&t, m->out, MD_TEXT, indent);
	put_tag(&t, s);
}
