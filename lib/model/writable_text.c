/*
 * Rich text to be written (api 3.5).  A text becomes pieces: runs of characters
 * that look the same, and the equations and mentions that stand between them.
 * All characters that a reader would see lie in one buffer, so pieces are
 * joined, split and made plain by moving their ends.
 */
#include "writable.h"

#include <stdlib.h>
#include <string.h>

/* Of the text of one block; escaped, it may take twice as many. */
#define BLOCK_BYTES_MAX (NT_BODY_BYTES_MAX * 2 / 5)

enum piece_kind { PIECE_TEXT, PIECE_EQUATION, PIECE_MENTION };

struct piece {
	enum piece_kind kind;
	struct nt_value style;	/* annotations; none: nothing special */
	size_t from, to;	/* what it reads, in text */
	size_t more, end;	/* in more: the link, the mention's JSON */
};

struct pieces {
	struct piece *list;
	size_t count;
	struct nt_buf text;
	struct nt_buf more;
};

static struct nt_str
part(const struct nt_buf *b, size_t from, size_t to)
{
	return (struct nt_str){ b->p + from, to - from };
}

/* ---- pieces ---- */

static struct piece *
add_piece(struct pieces *p, enum piece_kind kind, struct nt_value style,
    struct nt_str text)
{
	struct piece *piece;

	p->list = nt_realloc_array(p->list, p->count + 1, sizeof *p->list);
	piece = &p->list[p->count++];
	*piece = (struct piece){ .kind = kind, .style = style,
		.from = p->text.len, .more = p->more.len, .end = p->more.len };
	nt_buf_add(&p->text, text.p, text.len);
	piece->to = p->text.len;
	return piece;
}

/* Whether the last piece goes on with text of that style and link. */
static int
goes_on(const struct pieces *p, struct nt_value style, struct nt_str link)
{
	const struct piece *last;

	if (p->count == 0)
		return 0;
	last = &p->list[p->count - 1];
	return last->kind == PIECE_TEXT &&
	    nt_same_style(last->style, style) &&
	    nt_str_eq(part(&p->more, last->more, last->end), link);
}

static void
add_text(struct pieces *p, struct nt_value style, struct nt_str text,
    struct nt_str link)
{
	struct piece *piece;

	if (text.len == 0)
		return;
	if (goes_on(p, style, link)) {
		nt_buf_add(&p->text, text.p, text.len);
		p->list[p->count - 1].to = p->text.len;
		return;
	}
	piece = add_piece(p, PIECE_TEXT, style, text);
	nt_buf_add(&p->more, link.p, link.len);
	piece->end = p->more.len;
}

/* With the link, or without where it cannot be one. */
static void
add_linked(struct writing *w, struct pieces *p, struct nt_value style,
    struct nt_str text, struct nt_str url)
{
	struct nt_buf link;
	int good;

	nt_buf_init(&link, NT_BUF_MAX);
	if (url.len > 0) {
		good = nt_ask_link(w, url, &link);
		if (!good)
			nt_lose(w, NT_LOSS_WARNING, "the link is longer than "
			    "%d characters", NT_URL_MAX);
		else if (!(good = nt_is_link(nt_buf_view(&link))))
			nt_lose(w, NT_LOSS_WARNING, "the link \"%.*s\" leads "
			    "nowhere", (int)link.len, link.p);
		if (!good)
			nt_buf_clear(&link);
	}
	add_text(p, style, text, nt_buf_view(&link));
	nt_buf_free(&link);
}

/* Makes two pieces of each that is longer than one item may be, or more. */
static void
split(struct pieces *p)
{
	struct piece *old = p->list, *piece;
	size_t count = p->count, i;

	p->list = NULL;
	p->count = 0;
	for (i = 0; i < count; i++) {
		struct piece rest = old[i];

		do {
			p->list = nt_realloc_array(p->list, p->count + 1,
			    sizeof *p->list);
			piece = &p->list[p->count++];
			*piece = rest;
			if (rest.kind == PIECE_TEXT)
				piece->to = rest.from + nt_utf16_cut(
				    part(&p->text, rest.from, rest.to),
				    NT_CONTENT_MAX);
			rest.from = piece->to;
		} while (rest.from < rest.to);
	}
	free(old);
}

/* How many items that text takes when it is plain. */
static size_t
items_of(struct nt_str text)
{
	size_t n = 0, len;

	for (; text.len > 0; text.p += len, text.len -= len, n++)
		len = nt_utf16_cut(text, NT_CONTENT_MAX);
	return n;
}

/*
 * Makes the last pieces plain text until all are no more than an array holds;
 * if that is not enough, what is behind the last item is cut off.
 */
static void
squeeze(struct writing *w, struct pieces *p)
{
	size_t kept = NT_ARRAY_MAX, i, at;
	struct piece *plain;

	if (p->count <= NT_ARRAY_MAX)
		return;
	do
		kept--;
	while (kept > 0 && kept + items_of(part(&p->text, p->list[kept].from,
	    p->text.len)) > NT_ARRAY_MAX);
	plain = &p->list[kept];
	*plain = (struct piece){ .from = plain->from, .to = p->text.len };
	for (i = kept, at = plain->from; i < NT_ARRAY_MAX; i++)
		at += nt_utf16_cut(part(&p->text, at, plain->to),
		    NT_CONTENT_MAX);
	if (at < plain->to)
		nt_lose(w, NT_LOSS_WARNING, "what is behind the first %zu "
		    "characters is cut off",
		    nt_utf16_len(part(&p->text, 0, at)));
	nt_lose(w, NT_LOSS_WARNING, "more than %d items: from item %zu on it "
	    "is plain text", NT_ARRAY_MAX, kept + 1);
	plain->to = at;
	p->count = kept + 1;
	split(p);
}

/* ---- mentions ---- */

/* What a mention reads, and a loss that says why it is text now. */
static void
add_as_text(struct writing *w, struct pieces *p, struct nt_value item,
    enum nt_loss_class class, const char *what)
{
	struct nt_str none = { NULL, 0 };
	struct nt_str text = nt_value_text(nt_value_get(item, "plain_text"));

	nt_lose(w, class, "%s became the text \"%.*s\"", what, (int)text.len,
	    text.p == NULL ? "" : text.p);
	add_text(p, nt_value_get(item, "annotations"), text, none);
}

/* Writes what is mentioned by its id there: 1, or 0 if it is not there. */
static int
put_referred(struct writing *w, struct nt_json_out *o, const char *type,
    struct nt_value v)
{
	const struct nt_target *t = w->target;
	char id[NT_ID_TEXT];
	ask_id ask = strcmp(type, "user") == 0 ? t->user :
	    strcmp(type, "custom_emoji") == 0 ? t->emoji : t->id;

	if (!nt_ask(w, ask, nt_value_get(v, "id"), id))
		return 0;
	nt_json_open(o, type, '{');
	nt_json_put_text(o, "id", id);
	nt_json_close(o, '}');
	return 1;
}

static int
put_template(struct nt_json_out *o, struct nt_value v)
{
	struct nt_value date = nt_value_get(v, "template_mention_date");
	struct nt_value user = nt_value_get(v, "template_mention_user");
	const char *type = nt_value_there(date) ? "template_mention_date" :
	    "template_mention_user";

	if (!nt_is_word_of(nt_value_there(date) ? &nt_shape_template_date :
	    &nt_shape_template_user, nt_value_there(date) ? date : user))
		return 0;
	nt_json_open(o, "template_mention", '{');
	nt_json_put_text(o, "type", type);
	nt_json_put_value(o, type, nt_value_there(date) ? date : user);
	nt_json_close(o, '}');
	return 1;
}

/* What can be mentioned, and what it is called when it is not there. */
static const struct mentioned {
	const char *type, *what;
	enum nt_loss_class class;
} mentioned[] = {
	{ "user", "the mention of a person who is not there",
	    NT_LOSS_WARNING },
	{ "page", "the mention of a page that is not there",
	    NT_LOSS_WARNING },
	{ "database", "the mention of a database that is not there",
	    NT_LOSS_WARNING },
	{ "custom_emoji", "an emoji that is not there", NT_LOSS_EXPECTED },
	{ "date", "a date that is none", NT_LOSS_WARNING },
	{ "template_mention", "an unknown mention of a template",
	    NT_LOSS_WARNING }
};

/* The JSON of a mention: 1, or 0 and *m if it has to be text. */
static int
put_mention(struct writing *w, struct nt_json_out *o, struct nt_value mention,
    const struct mentioned **m)
{
	struct nt_value v = NT_VALUE_NONE;
	size_t i, count = sizeof mentioned / sizeof mentioned[0];
	int good;

	for (i = 0; i < count; i++)
		if (nt_value_there(v = nt_value_get(mention,
		    mentioned[i].type)))
			break;
	*m = i < count ? &mentioned[i] : NULL;
	if (*m == NULL)
		return 0;
	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "type", (*m)->type);
	if (strcmp((*m)->type, "date") == 0)
		good = nt_put_writable_date(w, o, "date", v);
	else if (strcmp((*m)->type, "template_mention") == 0)
		good = put_template(o, v);
	else
		good = put_referred(w, o, (*m)->type, v);
	nt_json_close(o, '}');
	return good;
}

/* A preview or card of a link can only be had by hand: it becomes a link. */
static int
add_preview(struct writing *w, struct pieces *p, struct nt_value item)
{
	struct nt_str url = nt_value_text(nt_value_at(item,
	    "/mention/link_preview/url"));
	struct nt_str text = nt_value_text(nt_value_get(item, "plain_text"));

	if (url.p == NULL)
		url = nt_value_text(nt_value_at(item,
		    "/mention/link_mention/href"));
	if (url.p == NULL)
		return 0;
	nt_lose(w, NT_LOSS_EXPECTED, "the preview of a link became a link");
	add_linked(w, p, nt_value_get(item, "annotations"),
	    text.len > 0 ? text : url, url);
	return 1;
}

static void
add_mention(struct writing *w, struct pieces *p, struct nt_value item)
{
	const struct mentioned *m;
	struct nt_json_out o;
	struct nt_buf json;

	if (add_preview(w, p, item))
		return;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_json_out_init(&o, &json);
	if (put_mention(w, &o, nt_value_get(item, "mention"), &m)) {
		struct piece *piece = add_piece(p, PIECE_MENTION,
		    nt_value_get(item, "annotations"),
		    nt_value_text(nt_value_get(item, "plain_text")));

		nt_buf_add(&p->more, json.p, json.len);
		piece->end = p->more.len;
	} else {
		add_as_text(w, p, item, m == NULL ? NT_LOSS_WARNING : m->class,
		    m == NULL ? "an unknown mention" : m->what);
	}
	nt_buf_free(&json);
}

/* ---- items ---- */

static void
check_style(struct writing *w, struct nt_value style)
{
	struct nt_value color = nt_value_get(style, "color");

	if (nt_value_there(color) && !nt_is_word_of(&nt_shape_color, color))
		nt_lose(w, NT_LOSS_WARNING, "the colour is none that can be "
		    "written");
}

static void
add_equation(struct writing *w, struct pieces *p, struct nt_value item)
{
	struct nt_str e = nt_value_text(nt_value_at(item,
	    "/equation/expression"));
	struct nt_str none = { NULL, 0 };
	struct nt_value style = nt_value_get(item, "annotations");

	if (nt_utf16_len(e) <= NT_EXPRESSION_MAX) {
		add_piece(p, PIECE_EQUATION, style, e);
		return;
	}
	nt_lose(w, NT_LOSS_WARNING, "an equation of more than %d characters "
	    "became text", NT_EXPRESSION_MAX);
	add_text(p, style, e, none);
}

static void
add_item(struct writing *w, struct pieces *p, struct nt_value item)
{
	struct nt_value style = nt_value_get(item, "annotations");
	struct nt_value text = nt_value_get(item, "text");

	check_style(w, style);
	if (nt_value_there(text))
		add_linked(w, p, style,
		    nt_value_text(nt_value_get(text, "content")),
		    nt_value_text(nt_value_at(text, "/link/url")));
	else if (nt_value_there(nt_value_get(item, "equation")))
		add_equation(w, p, item);
	else if (nt_value_there(nt_value_get(item, "mention")))
		add_mention(w, p, item);
	else
		add_as_text(w, p, item, NT_LOSS_WARNING,
		    "an unknown kind of text");
}

struct pieces *
nt_pieces_new(struct writing *w, struct nt_value items)
{
	struct pieces *p = nt_alloc(sizeof *p);
	struct nt_value e;
	size_t i = 0;

	nt_buf_init(&p->text, NT_BUF_MAX);
	nt_buf_init(&p->more, NT_BUF_MAX);
	for (e = nt_value_first(items); nt_value_there(e);
	    e = nt_value_next(e)) {
		size_t back = nt_enter_element(w, i++);

		add_item(w, p, e);
		nt_leave(w, back);
	}
	split(p);
	return p;
}

void
nt_pieces_free(struct pieces *p)
{
	free(p->list);
	nt_buf_free(&p->text);
	nt_buf_free(&p->more);
	free(p);
}

size_t
nt_pieces_count(const struct pieces *p)
{
	return p->count;
}

size_t
nt_pieces_of_block(const struct pieces *p, size_t from)
{
	size_t to = from, bytes = 0;

	for (; to < p->count && to < from + NT_ARRAY_MAX; to++) {
		const struct piece *piece = &p->list[to];

		bytes += piece->to - piece->from + piece->end - piece->more;
		if (to > from && bytes > BLOCK_BYTES_MAX)
			break;
	}
	return to;
}

/* ---- writing ---- */

/* Only what is not as it is anyway. */
static void
put_style(struct nt_json_out *o, struct nt_value style)
{
	struct nt_value color = nt_value_get(style, "color");
	size_t i;

	if (nt_same_style(style, NT_VALUE_NONE))
		return;
	nt_json_open(o, "annotations", '{');
	for (i = 0; nt_style_flags[i] != NULL; i++)
		if (nt_value_true(nt_value_get(style, nt_style_flags[i])))
			nt_json_put_bool(o, nt_style_flags[i], 1);
	if (nt_is_word_of(&nt_shape_color, color) &&
	    !nt_value_text_is(color, "default"))
		nt_json_put_value(o, "color", color);
	nt_json_close(o, '}');
}

static void
put_piece(struct nt_json_out *o, const struct pieces *p,
    const struct piece *piece)
{
	static const char *const types[] = { "text", "equation", "mention" };
	struct nt_str text = part(&p->text, piece->from, piece->to);
	struct nt_str more = part(&p->more, piece->more, piece->end);

	nt_json_open(o, NULL, '{');
	nt_json_put_text(o, "type", types[piece->kind]);
	if (piece->kind == PIECE_MENTION) {
		nt_json_put_raw(o, "mention", more);
	} else if (piece->kind == PIECE_EQUATION) {
		nt_json_open(o, "equation", '{');
		nt_json_put_str(o, "expression", text);
		nt_json_close(o, '}');
	} else {
		nt_json_open(o, "text", '{');
		nt_json_put_str(o, "content", text);
		if (more.len > 0) {
			nt_json_open(o, "link", '{');
			nt_json_put_str(o, "url", more);
			nt_json_close(o, '}');
		}
		nt_json_close(o, '}');
	}
	put_style(o, piece->style);
	nt_json_close(o, '}');
}

void
nt_put_pieces(struct nt_json_out *o, const char *key, const struct pieces *p,
    size_t from, size_t to)
{
	nt_json_open(o, key, '[');
	for (; from < to; from++)
		put_piece(o, p, &p->list[from]);
	nt_json_close(o, ']');
}

/* Puts the text, or if it may be left out and is empty, does not. */
static void
put_text(struct writing *w, const char *key, struct nt_value items,
    int may_lack)
{
	struct pieces *p = nt_pieces_new(w, items);

	squeeze(w, p);
	if (p->count > 0 || !may_lack)
		nt_put_pieces(&w->o, key, p, 0, p->count);
	nt_pieces_free(p);
}

void
nt_put_writable_text(struct writing *w, const char *key, struct nt_value items)
{
	put_text(w, key, items, 0);
}

void
nt_put_writable_caption(struct writing *w, const char *key,
    struct nt_value items)
{
	put_text(w, key, items, 1);
}

enum nt_writable
nt_writable_text(const struct nt_target *target, struct nt_value items,
    const char *pointer, struct nt_buf *out)
{
	struct writing w;

	nt_writing_begin(&w, target, pointer);
	nt_put_writable_text(&w, NULL, items);
	return nt_writing_end(&w, out);
}
