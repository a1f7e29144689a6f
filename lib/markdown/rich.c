/*
 * Rich text: pieces with styles, links around them, and what is no text.
 *
 * Neighbours of one style and one link are one run.  A link is the outermost;
 * inside it each run opens and closes its own styles, so they never overlap.
 */
#include "internal.h"

#include <string.h>

struct nt_value
md_rich_of(struct nt_value payload)
{
	struct nt_value rich = md_get(payload, "rich_text");

	return nt_value_is(rich, NT_JSON_ARRAY) ? rich :
	    md_get(payload, "text");
}

/* ---- reading ---- */

static void
read_annotations(struct nt_value annotations, struct md_piece *piece)
{
	static const struct {
		struct nt_str name;
		unsigned bit;
	} bits[] = {
		{ MD_NAME("bold"), MD_BOLD }, { MD_NAME("code"), MD_CODE },
		{ MD_NAME("italic"), MD_ITALIC },
		{ MD_NAME("strikethrough"), MD_STRIKE },
		{ MD_NAME("underline"), MD_UNDERLINE }
	};
	struct nt_value e;

	for (e = nt_value_first(annotations); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (nt_value_is(e, NT_JSON_STRING)) {
			if (nt_str_is(nt_value_key(e), "color") &&
			    !nt_value_text_is(e, "default"))
				piece->color = nt_value_text(e);
			continue;
		}
		if (!nt_value_true(e))
			continue;
		for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
			if (nt_str_eq(nt_value_key(e), bits[i].name))
				piece->style |= bits[i].bit;
	}
}

/* What the piece shows, of a member that may have been left out. */
static struct nt_str
shown(struct nt_value item, struct nt_value own, const char *name)
{
	struct nt_value v = nt_value_get(own, name);

	return nt_value_text(nt_value_is(v, NT_JSON_STRING) ? v :
	    md_get(item, "plain_text"));
}

static struct md_piece
read_piece(struct nt_value item)
{
	struct md_piece piece = { .kind = MD_PIECE_TEXT };
	struct nt_value own = md_get(item, "text");
	struct nt_value href = md_get(item, "href");

	read_annotations(md_get(item, "annotations"), &piece);
	if (nt_value_is(own, NT_JSON_OBJECT)) {
		struct nt_value url = md_get(md_get(own, "link"),
		    "url");

		piece.text = shown(item, own, "content");
		if (nt_value_is(url, NT_JSON_STRING))
			href = url;
	} else if (nt_value_there(own = md_get(item, "equation"))) {
		piece.kind = MD_PIECE_EQUATION;
		piece.text = shown(item, own, "expression");
	} else if (nt_value_there(own = md_get(item, "mention"))) {
		piece.kind = MD_PIECE_MENTION;
		piece.text = nt_value_text(md_get(item, "plain_text"));
		piece.value = own;
		href = NT_VALUE_NONE;	/* the mention links by itself */
	} else
		piece.text = nt_value_text(md_get(item, "plain_text"));
	piece.url = nt_value_text(href);
	return piece;
}

static int
is_empty(const struct md_piece *piece)
{
	return piece->kind == MD_PIECE_TEXT && piece->text.len == 0;
}

int
md_has_text(struct nt_value rich)
{
	struct nt_value e;

	for (e = nt_value_first(rich); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct md_piece piece = read_piece(e);

		if (!is_empty(&piece))
			return 1;
	}
	return 0;
}

/* Reads the pieces; empty texts are no pieces. */
static void
read_pieces(struct nt_markdown *m, struct nt_value rich)
{
	struct nt_value e;

	m->pieces = 0;
	for (e = nt_value_first(rich); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct md_piece piece = read_piece(e);

		if (is_empty(&piece))
			continue;
		if (m->pieces == m->piece_room) {
			m->piece_room = m->piece_room * 2 + 16;
			m->piece = nt_realloc_array(m->piece, m->piece_room,
			    sizeof *m->piece);
		}
		m->piece[m->pieces++] = piece;
	}
}

static int
same_link(const struct md_piece *a, const struct md_piece *b)
{
	return (a->url.p == NULL) == (b->url.p == NULL) &&
	    nt_str_eq(a->url, b->url);
}

static int
same_style(const struct md_piece *a, const struct md_piece *b)
{
	return a->style == b->style && nt_str_eq(a->color, b->color) &&
	    same_link(a, b);
}

/* ---- styles ---- */

void
md_put_color(struct nt_buf *out, struct nt_str s)
{
	static const char long_end[] = "_background";
	const size_t len = sizeof long_end - 1;
	char word[64];

	if (s.len == 0 || nt_str_is(s, "default"))
		return;
	if (s.len > len && s.len < sizeof word &&
	    memcmp(s.p + s.len - len, long_end, len) == 0) {
		memcpy(word, s.p, s.len - len);
		memcpy(word + s.len - len, "_bg", 3);
		s = (struct nt_str){ word, s.len - len + 3 };
	}
	md_put_attribute(out, "color", s);
}

/* 1 if white space, or nothing, follows the piece. */
static int
is_space_behind(const struct nt_markdown *m, size_t last)
{
	const struct md_piece *next = &m->piece[last + 1];

	return last + 1 == m->pieces || (next->kind == MD_PIECE_TEXT &&
	    next->style == 0 && next->color.len == 0 && next->url.p == NULL &&
	    (next->text.p[0] == ' ' || next->text.p[0] == '\n'));
}

/*
 * 1 if a run of pieces from first may be put between stars: they mean what
 * they should if inside of them is a letter, or outside of them a space.
 */
static int
may_star(const struct nt_markdown *m, const struct md_text *t, size_t first,
    size_t last)
{
	const struct md_piece *a = &m->piece[first], *z = &m->piece[last];
	size_t at;

	if (t->form == MD_HTML || t->starred || a->color.len > 0 ||
	    (a->style & (MD_CODE | MD_STRIKE | MD_UNDERLINE)))
		return 0;
	for (size_t i = first; i <= last; i++)
		if (m->piece[i].kind != MD_PIECE_TEXT)
			return 0;
	at = z->text.len - 1;	/* the start of the last character */
	while (at > 0 && ((unsigned char)z->text.p[at] & 0xc0) == 0x80)
		at--;
	return (md_is_word(a->text.p, a->text.len) ||
	    ((t->before == 0 || t->before == ' ' || t->before == '\n') &&
	    md_is_solid(a->text.p, a->text.len))) &&
	    (md_is_word(z->text.p + at, z->text.len - at) ||
	    (a->url.p == NULL && is_space_behind(m, last) &&
	    md_is_solid(z->text.p + at, z->text.len - at)));
}

static const char *
stars(unsigned style)
{
	return (style & MD_BOLD) && (style & MD_ITALIC) ? "***" :
	    style & MD_BOLD ? "**" : style & MD_ITALIC ? "*" : "";
}

/* The tags of styles, from the outermost. */
static const struct {
	unsigned bit;
	const char *open, *close;
} tags[] = {
	{ MD_BOLD, "<b>", "</b>" }, { MD_ITALIC, "<i>", "</i>" },
	{ MD_STRIKE, "<s>", "</s>" }, { MD_UNDERLINE, "<u>", "</u>" }
};

#define TAGS (sizeof tags / sizeof *tags)

static void
open_style(struct md_text *t, const struct md_piece *piece, int star)
{
	if (star) {
		enum md_at at = t->at;

		nt_buf_str(t->out, stars(piece->style));
		t->at = at == MD_AT_START && stars(piece->style)[0] != '\0' ?
		    MD_AT_INSIDE : at;
		return;
	}
	if (piece->color.len > 0) {
		nt_buf_str(t->out, "<span");
		md_put_color(t->out, piece->color);
		md_text_markup(t, ">");
	}
	for (size_t i = 0; i < TAGS; i++)
		if (piece->style & tags[i].bit)
			md_text_markup(t, tags[i].open);
}

static void
close_style(struct md_text *t, const struct md_piece *piece, int star)
{
	if (star) {
		nt_buf_str(t->out, stars(piece->style));
		if (stars(piece->style)[0] != '\0') {
			t->starred = 1;
			t->before = '*';
			t->at = MD_AT_INSIDE;
		}
		return;
	}
	for (size_t i = TAGS; i-- > 0;)
		if (piece->style & tags[i].bit)
			md_text_markup(t, tags[i].close);
	if (piece->color.len > 0)
		md_text_markup(t, "</span>");
}

/* ---- all of it ---- */

static void
put_piece(struct nt_markdown *m, struct md_text *t, size_t at)
{
	const struct md_piece *piece = &m->piece[at];
	int code = (piece->style & MD_CODE) != 0;

	if (piece->kind == MD_PIECE_TEXT) {
		md_text_put(t, piece->text, at + 1 < m->pieces);
		return;
	}
	if (code)
		md_text_markup(t, "<code>");
	if (piece->kind == MD_PIECE_EQUATION)
		md_formula(t, piece->text);
	else
		md_mention(m, piece, t);
	if (code)
		md_text_markup(t, "</code>");
}

/* 1 if the text goes on in the next piece, which is of the same style. */
static int
goes_on(const struct nt_markdown *m, size_t at)
{
	const struct md_piece *a = &m->piece[at], *b = a + 1;

	return a->kind == MD_PIECE_TEXT && b->kind == MD_PIECE_TEXT &&
	    ((a->style & MD_CODE) || md_is_cut(a->text, b->text));
}

/* Texts that are one: code, or cut in the middle of a character. */
static void
put_joined(struct nt_markdown *m, struct md_text *t, size_t first,
    size_t last)
{
	nt_buf_clear(&m->scratch);
	for (size_t i = first; i <= last; i++)
		nt_buf_add(&m->scratch, m->piece[i].text.p,
		    m->piece[i].text.len);
	if (m->piece[first].style & MD_CODE)
		md_code(t, nt_buf_view(&m->scratch));
	else
		md_text_put(t, nt_buf_view(&m->scratch), last + 1 <
		    m->pieces);
}

/* The pieces from first to last, which have one style. */
static void
put_run(struct nt_markdown *m, struct md_text *t, size_t first, size_t last)
{
	int star = may_star(m, t, first, last);

	open_style(t, &m->piece[first], star);
	for (size_t i = first, j; i <= last; i = j + 1) {
		for (j = i; j < last && goes_on(m, j); j++)
			continue;
		if (m->piece[i].kind == MD_PIECE_TEXT &&
		    (j > i || (m->piece[i].style & MD_CODE)))
			put_joined(m, t, i, j);
		else
			put_piece(m, t, i);
	}
	close_style(t, &m->piece[first], star);
}

int
md_rich(struct nt_markdown *m, struct nt_value rich, struct md_text *t)
{
	struct nt_str target = { NULL, 0 };

	read_pieces(m, rich);
	for (size_t i = 0, j; i < m->pieces; i = j + 1) {
		const struct md_piece *piece = &m->piece[i];

		for (j = i; j + 1 < m->pieces &&
		    same_style(piece, &m->piece[j + 1]); j++)
			continue;
		if (piece->url.p != NULL &&
		    (i == 0 || !same_link(piece, piece - 1)))
			md_link_open(t, target = md_target(m, piece->url));
		put_run(m, t, i, j);
		if (piece->url.p != NULL && (j + 1 == m->pieces ||
		    !same_link(piece, &m->piece[j + 1])))
			md_link_close(t, target);
	}
	return m->pieces > 0;
}

int
md_rich_put(struct nt_markdown *m, struct nt_value rich, enum md_form form,
    unsigned indent)
{
	struct md_text t;
	int some;

	md_text_start(&t, m->out, form, indent);
	some = md_rich(m, rich, &t);
	md_text_end(&t);
	return some;
}

void
md_plain(struct nt_buf *out, struct nt_value rich)
{
	struct nt_value e;

	for (e = nt_value_first(rich); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct md_piece piece = read_piece(e);

		nt_buf_add(out, piece.text.p, piece.text.len);
	}
}

int
md_has_link(struct nt_value rich)
{
	struct nt_value e;

	for (e = nt_value_first(rich); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct md_piece piece = read_piece(e);

		if (piece.url.p != NULL || piece.kind == MD_PIECE_MENTION)
			return 1;
	}
	return 0;
}
