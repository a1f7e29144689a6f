/* Code: in a text between backticks, and as a block between fences. */
#include "internal.h"

#include <string.h>

#define FENCE_MIN 3		/* backticks of a fence */

/* The longest run of backticks. */
static size_t
longest_ticks(struct nt_str s)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < s.len; i++) {
		run = s.p[i] == '`' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

static void
put_ticks(struct nt_buf *out, size_t count)
{
	while (count-- > 0)
		nt_buf_char(out, '`');
}

/* ---- in a text ---- */

/* 1 if backticks can hold the line. */
static int
may_tick(const struct md_text *t, struct nt_str s)
{
	if (t->form == MD_HTML || s.len == 0)
		return 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 127 ||
		    (c == 0xed && s.len - i >= 3 &&
		    (unsigned char)s.p[i + 1] >= 0xa0) ||
		    (t->form == MD_CELL && (c == '|' || c == '\\')))
			return 0;
	}
	return 1;
}

static int
is_blank(struct nt_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != ' ')
			return 0;
	return 1;
}

static void
put_code_line(struct md_text *t, struct nt_str s)
{
	size_t ticks = longest_ticks(s) + 1;
	int pad;

	if (s.len == 0)
		return;
	if (!may_tick(t, s)) {
		md_text_markup(t, "<code>");
		md_text_put(t, s, 0);
		md_text_markup(t, "</code>");
		return;
	}
	/* a space at both ends is taken away, unless there is nothing else */
	pad = s.p[0] == '`' || s.p[s.len - 1] == '`' || (s.p[0] == ' ' &&
	    s.p[s.len - 1] == ' ' && !is_blank(s));
	put_ticks(t->out, ticks);
	nt_buf_str(t->out, pad ? " " : "");
	nt_buf_add(t->out, s.p, s.len);
	nt_buf_str(t->out, pad ? " " : "");
	put_ticks(t->out, ticks);
	md_text_markup(t, "");
}

/* Each line is code of its own, for a line's end is none. */
void
md_code(struct md_text *t, struct nt_str s)
{
	while (s.len > 0) {
		const char *end = memchr(s.p, '\n', s.len);
		size_t len = end == NULL ? s.len : (size_t)(end - s.p);

		put_code_line(t, (struct nt_str){ s.p, len });
		if (end != NULL)
			md_text_put(t, NT_STR("\n"), 0);
		len += end != NULL;
		s = (struct nt_str){ s.p + len, s.len - len };
	}
}

/* ---- a block ---- */

void
md_put_lines(struct nt_buf *out, struct nt_str s, unsigned indent)
{
	size_t from = 0;

	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] != '\n' && s.p[i] != '\r')
			continue;
		if (i > from) {
			md_line(out, indent, 0);
			md_put_raw(out, (struct nt_str){ s.p + from,
			    i - from });
		} else
			nt_buf_char(out, '\n');
		if (i + 1 < s.len && s.p[i] == '\r' && s.p[i + 1] == '\n')
			i++;
		from = i + 1;
	}
}

/* A fence's first line takes names of characters, and ends with the line. */
static void
put_language(struct nt_buf *out, struct nt_str language)
{
	size_t from = 0, i;

	for (i = 0; i < language.len; i++) {
		unsigned char c = (unsigned char)language.p[i];

		if (c >= ' ' && c != 127 && c != '`' && c != '\\' && c != '&')
			continue;
		md_put_raw(out, (struct nt_str){ language.p + from,
		    i - from });
		nt_buf_fmt(out, "&#%u;", c == 0 ? 0xfffdu : c);
		from = i + 1;
	}
	md_put_raw(out, (struct nt_str){ language.p + from, i - from });
}

void
md_code_block(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value caption = md_get(b->payload, "caption");
	unsigned indent;
	size_t ticks;

	md_begin(m);
	indent = md_top(m)->indent;
	nt_buf_clear(&m->scratch);
	md_plain(&m->scratch, md_rich_of(b->payload));
	ticks = longest_ticks(nt_buf_view(&m->scratch)) + 1;
	ticks = ticks < FENCE_MIN ? FENCE_MIN : ticks;
	put_ticks(m->out, ticks);
	put_language(m->out, nt_value_text(md_get(b->payload,
	    "language")));
	if (m->scratch.len > 0)
		md_put_lines(m->out, nt_buf_view(&m->scratch), indent);
	md_line(m->out, indent, 0);
	put_ticks(m->out, ticks);
	if (!md_has_text(caption))
		return;
	md_begin(m);
	nt_buf_str(m->out, "<code-caption>");
	md_rich_put(m, caption, MD_TEXT, indent);
	nt_buf_str(m->out, "</code-caption>");
}
