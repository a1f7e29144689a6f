/*
 * Lists.  An item is "- ", "1. " or "- [ ] ", and what hangs on it is indented
 * below; it is a tag where it has what that cannot say: a color, letters for
 * numbers, children but no text.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#define NUMBER_MAX 999999999	/* in CommonMark */

void
md_list_close(struct nt_markdown *m, struct md_frame *f)
{
	if (f->open == NULL)
		return;
	md_line(m->out, f->indent, 0);
	nt_buf_fmt(m->out, "</%s>", f->open);
	f->open = NULL;
}

/* 1 if the item has to be a tag. */
static int
needs_tag(struct nt_markdown *m, const struct md_block *b)
{
	return md_color_of(b->payload).len > 0 ||
	    md_top(m)->indent >= MD_INDENT_MAX ||
	    (b->nested && !md_has_text(md_rich_of(b->payload)));
}

/*
 * Goes to the line of an item that follows what stands there.  Directly below
 * its parent's text it would be read as more of that, if it has no text of its
 * own or a number other than 1.
 */
static void
begin_item(struct nt_markdown *m, const struct md_block *b, enum md_list list,
    int64_t number)
{
	struct md_frame *f = md_top(m);
	int first = f->kind == MD_ITEM && !f->loose && number == 1 &&
	    f->list == MD_NO_LIST && md_has_text(md_rich_of(b->payload));

	md_list_close(m, f);
	md_gap(m, !first && !(f->tight && f->list == list));
	f->list = list;
	f->tight = 1;
}

/* Writes the text of an item behind its marker, and opens its frame. */
static void
finish_item(struct nt_markdown *m, const struct md_block *b, unsigned columns)
{
	unsigned indent = md_top(m)->indent + columns;
	struct md_frame *f;

	if (!md_rich_put(m, md_rich_of(b->payload), MD_TEXT, indent))
		m->out->len--;	/* nothing follows the space */
	if (!b->nested)
		return;
	f = md_push(m, b, NULL);
	f->kind = MD_ITEM;
	f->indent = indent;
}

/* Opens a list of tags, unless one that is open goes on; style 0: bullets. */
static void
begin_tagged(struct nt_markdown *m, char style, int64_t number)
{
	struct md_frame *f = md_top(m);
	const char *tag = style == 0 ? "ul" : "ol";

	if (f->open != NULL && strcmp(f->open, tag) == 0 && (style == 0 ||
	    (f->style == style && number == f->number + 1))) {
		md_line(m->out, f->indent, 0);
		return;
	}
	md_begin(m);
	f = md_top(m);
	nt_buf_fmt(m->out, "<%s", tag);
	if (style != 0)
		nt_buf_fmt(m->out, " type=\"%c\"", style);
	if (style != 0 && number != 1)
		nt_buf_fmt(m->out, " start=\"%jd\"", (intmax_t)number);
	nt_buf_char(m->out, '>');
	md_line(m->out, f->indent, 0);
	f->open = tag;
}

static void
put_tagged(struct nt_markdown *m, const struct md_block *b)
{
	nt_buf_str(m->out, "<li");
	md_put_color(m->out, md_color_of(b->payload));
	nt_buf_char(m->out, '>');
	md_rich_put(m, md_rich_of(b->payload), MD_HTML, 0);
	if (b->nested)
		md_push(m, b, "li");
	else
		nt_buf_str(m->out, "</li>");
}

void
md_bullet(struct nt_markdown *m, const struct md_block *b)
{
	if (needs_tag(m, b)) {
		begin_tagged(m, 0, 0);
		put_tagged(m, b);
		return;
	}
	begin_item(m, b, MD_BULLETS, 1);
	nt_buf_str(m->out, "- ");
	finish_item(m, b, 2);
}

/* 1 if what came last in the frame was an item with a number. */
static int
goes_on(const struct md_frame *f)
{
	return f->list == MD_NUMBERS ||
	    (f->open != NULL && strcmp(f->open, "ol") == 0);
}

/* Its number: what it says, or one more than that of the item before it. */
static int64_t
number_of(const struct md_block *b, const struct md_frame *f)
{
	struct nt_value said = md_get(b->payload, "list_start_index");

	if (!nt_value_is(said, NT_JSON_NUMBER))
		return goes_on(f) ? f->number + 1 : 1;
	/* one that leaves room to count on */
	return nt_value_int(said) > INT64_MAX / 2 ? INT64_MAX / 2 :
	    nt_value_int(said);
}

/* Its kind of number; only a list's first item says that. */
static char
style_of(const struct md_block *b, const struct md_frame *f)
{
	struct nt_value format = md_get(b->payload, "list_format");

	if (!nt_value_is(format, NT_JSON_STRING))
		return goes_on(f) ? f->style : '1';
	return nt_value_text_is(format, "letters") ? 'a' :
	    nt_value_text_is(format, "roman") ? 'i' : '1';
}

void
md_number(struct nt_markdown *m, const struct md_block *b)
{
	struct md_frame *f = md_top(m);
	int64_t number = number_of(b, f);
	char style = style_of(b, f);
	char marker[16];
	int len;

	if (style != '1' || needs_tag(m, b) || number < 0 ||
	    number > NUMBER_MAX) {
		begin_tagged(m, style, number);
		f->number = number;
		f->style = style;
		put_tagged(m, b);
		return;
	}
	/* a list that begins anew behind another has another mark */
	if (f->list != MD_NUMBERS)
		f->delimiter = '.';
	else if (number != f->number + 1) {
		f->delimiter = f->delimiter == '.' ? ')' : '.';
		f->tight = 0;
	}
	begin_item(m, b, MD_NUMBERS, number);
	f->number = number;
	f->style = style;
	len = snprintf(marker, sizeof marker, "%d%c ", (int)number,
	    f->delimiter);
	nt_buf_str(m->out, marker);
	finish_item(m, b, (unsigned)len);
}

void
md_todo(struct nt_markdown *m, const struct md_block *b)
{
	int checked = nt_value_true(md_get(b->payload, "checked"));

	/* to GFM a box without text is no box */
	if (needs_tag(m, b) || !md_has_text(md_rich_of(b->payload))) {
		md_begin(m);
		nt_buf_str(m->out, checked ? "<todo checked=\"true\"" :
		    "<todo");
		md_put_color(m->out, md_color_of(b->payload));
		nt_buf_char(m->out, '>');
		md_rich_put(m, md_rich_of(b->payload), MD_TEXT,
		    md_top(m)->indent);
		if (b->nested)
			md_push(m, b, "todo");
		else
			nt_buf_str(m->out, "</todo>");
		return;
	}
	begin_item(m, b, MD_BULLETS, 1);
	nt_buf_str(m->out, checked ? "- [x] " : "- [ ] ");
	finish_item(m, b, 2);
}
