/*
 * What a check found, in the service's sentences (api 1.3).  A fault is a
 * line.  One line reads "body failed validation: ...", several are
 * alternatives: "body failed validation. Fix one:" and a line each.
 */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define INSTEAD_MAX 58			/* characters shown of a value */
#define CHOICES_MAX 64
#define LINES_MAX ((size_t)64 << 10)

/* ---- sentences ---- */

static void
put_place(struct nt_buf *out, const struct place *at)
{
	if (at->up != NULL)
		put_place(out, at->up);
	if (at->key.p == NULL) {
		nt_buf_fmt(out, "[%zu]", at->index);
		return;
	}
	if (at->up != NULL)
		nt_buf_char(out, '.');
	nt_buf_add(out, at->key.p, at->key.len);
}

static size_t
depth_of(const struct place *at)
{
	size_t n = 0;

	for (; at != NULL; at = at->up)
		n++;
	return n;
}

/* JSON without the white space that it may have been sent with. */
static void
put_compact(struct nt_buf *out, struct nt_str raw)
{
	int in_string = 0, escaped = 0;
	size_t i;

	for (i = 0; i < raw.len && out->len <= 8 * INSTEAD_MAX; i++) {
		char c = raw.p[i];

		if (!in_string && (c == ' ' || c == '\n' || c == '\r' ||
		    c == '\t'))
			continue;
		nt_buf_char(out, c);
		if (c == '"' && !escaped)
			in_string = !in_string;
		escaped = in_string && c == '\\' && !escaped;
	}
}

/* Where the given number of characters ends. */
static size_t
bytes_of(struct nt_str text, size_t characters)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if ((text.p[i] & 0xc0) != 0x80 && characters-- == 0)
			break;
	return i;
}

static void
put_instead(struct nt_buf *out, struct nt_value v)
{
	struct nt_buf text;
	struct nt_str all;

	nt_buf_str(out, ", instead was `");
	if (!nt_value_there(v)) {
		nt_buf_str(out, "undefined`.");
		return;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	put_compact(&text, nt_value_raw(v));
	all = nt_buf_view(&text);
	if (bytes_of(all, INSTEAD_MAX) < all.len) {
		nt_buf_add(out, all.p, bytes_of(all, INSTEAD_MAX - 3));
		nt_buf_str(out, "...");
	} else {
		nt_buf_add(out, all.p, all.len);
	}
	nt_buf_str(out, "`.");
	nt_buf_free(&text);
}

static void
begin_fault(struct check *c, const struct place *at, const char *name)
{
	if (c->faults++ > 0)
		nt_buf_char(&c->lines, '\n');
	c->depth = depth_of(at) + (name != NULL);
	put_place(&c->lines, at);
	if (name != NULL)
		nt_buf_fmt(&c->lines, ".%s", name);
	nt_buf_str(&c->lines, " should be ");
}

/* "a", "a or b", "a, b, or c", with null and undefined where they may be. */
static void
put_expected(struct nt_buf *out, const char *const *what, const char *quotes,
    unsigned flags)
{
	size_t n = 0, all, i;

	while (what[n] != NULL)
		n++;
	all = n + ((flags & NULLABLE) != 0) + ((flags & OPTIONAL) != 0);
	for (i = 0; i < all; i++) {
		if (i > 0)
			nt_buf_str(out, all > 2 ? ", " : " ");
		if (i > 0 && i == all - 1)
			nt_buf_str(out, "or ");
		if (i < n)
			nt_buf_fmt(out, "%s%s%s", quotes, what[i],
			    quotes[0] == '\0' ? "" : "\"`");
		else
			nt_buf_str(out, i == n && (flags & NULLABLE) ?
			    "`null`" : "`undefined`");
	}
}

int
nt_check_should(struct check *c, const struct place *at, const char *what,
    struct nt_value v)
{
	const char *const only[] = { what, NULL };

	begin_fault(c, at, NULL);
	put_expected(&c->lines, only, "", at->flags);
	put_instead(&c->lines, v);
	return -1;
}

int
nt_check_absent(struct check *c, const struct place *at, struct nt_value v)
{
	begin_fault(c, at, NULL);
	nt_buf_str(&c->lines, "not present");
	put_instead(&c->lines, v);
	return -1;
}

int
nt_check_should_at(struct check *c, const struct place *at, const char *name,
    const char *what, struct nt_value v)
{
	begin_fault(c, at, name);
	nt_buf_str(&c->lines, what);
	put_instead(&c->lines, v);
	return -1;
}

int
nt_check_words(struct check *c, const struct place *at, const char *name,
    const char *const *words, unsigned flags, struct nt_value v)
{
	begin_fault(c, at, name);
	put_expected(&c->lines, words, "`\"", flags);
	put_instead(&c->lines, v);
	return -1;
}

int
nt_check_length(struct check *c, const struct place *at, const char *bound,
    int limit, size_t is)
{
	begin_fault(c, at, "length");
	nt_buf_fmt(&c->lines, "%s `%d`, instead was `%zu`.", bound, limit, is);
	return -1;
}

int
nt_check_say(struct check *c, const char *fmt, ...)
{
	char text[NT_REFUSAL_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	c->said = 1;
	return nt_refuse_form(c->why, "%s", text);
}

/* ---- alternatives ---- */

/* The lines of one alternative, and how deep in the body they point. */
struct span {
	size_t from, to;
	size_t depth;
};

/* Puts the deepest faults, in order, in the place of all since mark. */
static void
keep_deepest(struct check *c, const struct place *at,
    const char *const *names, const struct span *spans, size_t count,
    size_t mark, size_t faults)
{
	struct check kept = *c;
	size_t i, deepest = 0;

	for (i = 0; i < count; i++)
		if (spans[i].depth > deepest)
			deepest = spans[i].depth;
	nt_buf_init(&kept.lines, LINES_MAX);
	nt_buf_add(&kept.lines, c->lines.p, mark);
	kept.faults = faults;
	for (i = 0; i < count; i++) {
		const char *p = c->lines.p + spans[i].from;
		size_t len = spans[i].to - spans[i].from;

		if (spans[i].depth != deepest)
			continue;
		if (len == 0) {
			nt_check_should_at(&kept, at, names[i], "defined",
			    NT_VALUE_NONE);
			continue;
		}
		if (*p == '\n') {
			p++;
			len--;
		}
		if (kept.faults++ > 0)
			nt_buf_char(&kept.lines, '\n');
		nt_buf_add(&kept.lines, p, len);
		for (; len > 0; len--, p++)
			kept.faults += *p == '\n';
	}
	nt_buf_free(&c->lines);
	*c = kept;
	c->depth = deepest;
}

int
nt_check_choice(struct check *c, const struct place *at, struct nt_value v,
    const char *const *names, size_t count, alternative *try, const void *of)
{
	struct span spans[CHOICES_MAX];
	size_t mark = c->lines.len, faults = c->faults, blocks = c->blocks, i;

	for (i = 0; i < count && i < CHOICES_MAX; i++) {
		spans[i].from = spans[i].to = c->lines.len;
		spans[i].depth = depth_of(at) + 1;
		if (names[i][0] != '\0' &&
		    !nt_value_there(nt_value_get(v, names[i])))
			continue;
		c->blocks = blocks;
		if (try(c, at, v, names[i], i, of) == 0)
			break;
		if (c->said)
			return -1;
		spans[i].to = c->lines.len;
		spans[i].depth = c->depth;
	}
	if (i < count) {
		if (c->lines.len != mark)
			keep_deepest(c, at, names, spans, 0, mark, faults);
		return 0;
	}
	keep_deepest(c, at, names, spans, i, mark, faults);
	return -1;
}

/* ---- the outside ---- */

int
nt_check_finish(struct check *c, int status)
{
	if (status == -1 && !c->said)
		nt_refuse_form(c->why, "body failed validation%s%s",
		    c->faults > 1 ? ". Fix one:\n" : ": ", c->lines.p);
	nt_buf_free(&c->lines);
	return status;
}

void
nt_check_begin(struct check *c, enum nt_version version, int update,
    struct nt_refusal *why)
{
	memset(c, 0, sizeof *c);
	c->version = version;
	c->update = update;
	c->level = -1;
	c->why = why;
	nt_buf_init(&c->lines, LINES_MAX);
}
