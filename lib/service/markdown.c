/*
 * GET /v1/pages/{id}/markdown: a page's blocks as "enhanced markdown", v1
 * (api 6.1).  One line is one block; a tab more is a child.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define DEPTH_MAX 200		/* of blocks in blocks; deeper ones are told */

struct md {
	struct nt_turn *t;
	struct nt_buf *out;
	struct nt_buf unknown;	/* JSON strings of ids that are not rendered */
	unsigned depth;		/* tabs before a line */
	int skip_children;	/* the block saw to them itself */
	int in_reference;	/* inside a synced copy: the next stays empty */
};

static void put_children(struct md *m, int64_t row);

/* ---- lines ---- */

static void
tabs(struct md *m)
{
	for (unsigned i = 0; i < m->depth; i++)
		nt_buf_char(m->out, '\t');
}

static void
line(struct md *m, const char *text)
{
	tabs(m);
	nt_buf_fmt(m->out, "%s\n", text);
}

static struct nt_str
color_of(struct nt_value payload)
{
	struct nt_str color = nt_value_text(nt_value_get(payload, "color"));

	return nt_str_is(color, "default") ? (struct nt_str){ NULL, 0 } :
	    color;
}

/* {color="…"} at the end of a line; toggle="true" for toggle headings. */
static void
put_attributes(struct md *m, struct nt_value payload)
{
	struct nt_str color = color_of(payload);
	int toggle = nt_value_true(nt_value_get(payload, "is_toggleable"));

	if (toggle || color.len > 0) {
		nt_buf_str(m->out, " {");
		if (toggle)
			nt_buf_str(m->out, "toggle=\"true\"");
		if (color.len > 0) {
			nt_buf_str(m->out, toggle ? " color=\"" : "color=\"");
			nt_md_color(m->out, color);
			nt_buf_char(m->out, '"');
		}
		nt_buf_char(m->out, '}');
	}
	nt_buf_char(m->out, '\n');
}

/* The same as an attribute of a tag. */
static void
put_tag_color(struct md *m, struct nt_value payload)
{
	struct nt_str color = color_of(payload);

	if (color.len == 0)
		return;
	nt_buf_str(m->out, " color=\"");
	nt_md_color(m->out, color);
	nt_buf_char(m->out, '"');
}

/* ---- blocks; each has a row in the table below, with its word ---- */

typedef void put_function(struct md *m, const struct nt_object *o,
    struct nt_value payload, const char *word);

static void
put_line(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *mark)
{
	(void)o;
	tabs(m);
	nt_buf_str(m->out, mark);
	nt_md_text(m->out, nt_value_get(payload, "rich_text"));
	put_attributes(m, payload);
}

static void
put_paragraph(struct md *m, const struct nt_object *o,
    struct nt_value payload, const char *empty)
{
	if (nt_value_count(nt_value_get(payload, "rich_text")) == 0)
		line(m, empty);
	else
		put_line(m, o, payload, "");
}

static void
put_to_do(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *open)
{
	put_line(m, o, payload, nt_value_true(nt_value_get(payload,
	    "checked")) ? "- [x] " : open);
}

/* A line that says nothing but itself. */
static void
put_word(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *word)
{
	(void)o;
	(void)payload;
	line(m, word);
}

static void
put_verbatim(struct md *m, struct nt_str text)
{
	size_t from = 0;

	while (from <= text.len) {
		const char *end = memchr(text.p + from, '\n',
		    text.len - from);
		size_t len = end != NULL ? (size_t)(end - text.p) - from :
		    text.len - from;

		tabs(m);
		nt_buf_add(m->out, text.p + from, len);
		nt_buf_char(m->out, '\n');
		from += len + 1;
	}
}

static void
put_code(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *fence)
{
	struct nt_str language = nt_value_text(nt_value_get(payload,
	    "language"));
	struct nt_buf code;

	(void)o;
	tabs(m);
	nt_buf_fmt(m->out, "%s%.*s\n", fence, (int)language.len, language.p);
	nt_buf_init(&code, NT_BUF_MAX);
	nt_plain_text(nt_value_get(payload, "rich_text"), &code);
	put_verbatim(m, nt_buf_view(&code));
	nt_buf_free(&code);
	line(m, fence);
}

static void
put_file_url(struct md *m, struct nt_value payload)
{
	struct nt_value external = nt_value_at(payload, "/external/url");
	struct nt_value hosted = nt_value_at(payload, "/file/url");
	char expiry[NT_TIME_TEXT];

	if (nt_value_there(external))
		nt_buf_add(m->out, nt_value_text(external).p,
		    nt_value_text(external).len);
	else if (nt_value_there(hosted))
		nt_file_sign(m->t, nt_value_text(hosted), m->out, expiry);
}

static void
put_image(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *mark)
{
	(void)o;
	tabs(m);
	nt_buf_str(m->out, mark);
	nt_md_text(m->out, nt_value_get(payload, "caption"));
	nt_buf_str(m->out, "](");
	put_file_url(m, payload);
	nt_buf_str(m->out, ")\n");
}

static void
put_media(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	(void)o;
	tabs(m);
	nt_buf_fmt(m->out, "<%s src=\"", tag);
	put_file_url(m, payload);
	nt_buf_str(m->out, "\">");
	nt_md_text(m->out, nt_value_get(payload, "caption"));
	nt_buf_fmt(m->out, "</%s>\n", tag);
}

static void
put_row(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *open)
{
	struct nt_value cells = nt_value_get(payload, "cells");

	(void)o;
	line(m, open);
	m->depth++;
	for (struct nt_value e = nt_value_first(cells); nt_value_there(e);
	    e = nt_value_next(e)) {
		tabs(m);
		nt_buf_str(m->out, "<td>");
		nt_md_text(m->out, e);
		nt_buf_str(m->out, "</td>\n");
	}
	m->depth--;
	line(m, "</tr>");
}

/* What stands between <tag> and </tag>, a tab deeper, and the end of it. */
static void
put_inside(struct md *m, const struct nt_object *o, const char *tag)
{
	m->depth++;
	put_children(m, nt_block_holder(m->t, &o->id));
	m->depth--;
	tabs(m);
	nt_buf_fmt(m->out, "</%s>\n", tag);
	m->skip_children = 1;
}

static void
put_callout(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	struct nt_str emoji = nt_value_text(nt_value_at(payload,
	    "/icon/emoji"));

	tabs(m);
	nt_buf_fmt(m->out, "<%s", tag);
	if (emoji.p != NULL)
		nt_buf_fmt(m->out, " icon=\"%.*s\"", (int)emoji.len, emoji.p);
	put_tag_color(m, payload);
	nt_buf_str(m->out, ">\n");
	m->depth++;
	tabs(m);
	nt_md_text(m->out, nt_value_get(payload, "rich_text"));
	nt_buf_char(m->out, '\n');
	m->depth--;
	put_inside(m, o, tag);
}

static void
put_toggle(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	tabs(m);
	nt_buf_fmt(m->out, "<%s", tag);
	put_tag_color(m, payload);
	nt_buf_str(m->out, ">\n");
	tabs(m);
	nt_buf_str(m->out, "<summary>");
	nt_md_text(m->out, nt_value_get(payload, "rich_text"));
	nt_buf_str(m->out, "</summary>\n");
	put_inside(m, o, tag);
}

static void
put_table(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	tabs(m);
	nt_buf_fmt(m->out, "<%s header-row=\"%s\" header-column=\"%s\">\n",
	    tag, nt_value_true(nt_value_get(payload, "has_column_header")) ?
	    "true" : "false",
	    nt_value_true(nt_value_get(payload, "has_row_header")) ?
	    "true" : "false");
	put_inside(m, o, tag);
}

static void
put_child(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	char id[NT_ID_TEXT];

	nt_id_format(&o->id, id);
	tabs(m);
	nt_buf_fmt(m->out, "<%s url=", tag);
	nt_md_url(m->out, "\"", nt_str_of(id));
	nt_md_escaped(m->out, nt_value_text(nt_value_get(payload, "title")), 0);
	nt_buf_fmt(m->out, "</%s>\n", tag);
	m->skip_children = 1;
}

/* A copy inside a copy stays empty: it could be its own original's. */
static void
put_synced(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	struct nt_str of = nt_value_text(nt_value_at(payload,
	    "/synced_from/block_id"));
	int outer = m->in_reference;
	char id[NT_ID_TEXT], name[40];

	nt_id_format(&o->id, id);
	snprintf(name, sizeof name, "%s%s", tag,
	    of.p != NULL ? "_reference" : "");
	tabs(m);
	nt_buf_fmt(m->out, "<%s url=", name);
	nt_md_url(m->out, "\"", of.p != NULL ? of : nt_str_of(id));
	nt_buf_char(m->out, '\n');
	if (of.p != NULL && outer) {
		tabs(m);
		nt_buf_fmt(m->out, "</%s>\n", name);
		m->skip_children = 1;
		return;
	}
	m->in_reference = outer || of.p != NULL;
	put_inside(m, o, name);
	m->in_reference = outer;
}

static void
put_tagged(struct md *m, const struct nt_object *o, struct nt_value payload,
    const char *tag)
{
	(void)payload;
	tabs(m);
	nt_buf_fmt(m->out, "<%s>\n", tag);
	put_inside(m, o, tag);
}

static void
put_contents(struct md *m, const struct nt_object *o,
    struct nt_value payload, const char *tag)
{
	(void)o;
	tabs(m);
	nt_buf_fmt(m->out, "<%s", tag);
	put_tag_color(m, payload);
	nt_buf_str(m->out, "/>\n");
}

static void
put_equation(struct md *m, const struct nt_object *o,
    struct nt_value payload, const char *fence)
{
	(void)o;
	line(m, fence);
	put_verbatim(m, nt_value_text(nt_value_get(payload, "expression")));
	line(m, fence);
}

/* What markdown has no form for. */
static void
put_unknown(struct md *m, const struct nt_object *o, const char *type)
{
	char id[NT_ID_TEXT], plain[NT_ID_TEXT];

	nt_id_format(&o->id, id);
	nt_id_format_plain(&o->id, plain);
	tabs(m);
	nt_buf_fmt(m->out, "<unknown url=\"https://www.notion.so/%s\" "
	    "alt=\"%s\"/>\n", plain, type);
	nt_buf_fmt(&m->unknown, "%s\"%s\"", m->unknown.len > 0 ? "," : "", id);
	m->skip_children = 1;
}

static const struct {
	put_function *put;	/* NULL: there is no form */
	const char *word;
} forms[NT_BLOCK_COUNT] = {
	[NT_BLOCK_PARAGRAPH] = { put_paragraph, "<empty-block/>" },
	[NT_BLOCK_HEADING_1] = { put_line, "# " },
	[NT_BLOCK_HEADING_2] = { put_line, "## " },
	[NT_BLOCK_HEADING_3] = { put_line, "### " },
	[NT_BLOCK_HEADING_4] = { put_line, "#### " },
	[NT_BLOCK_BULLETED_LIST_ITEM] = { put_line, "- " },
	[NT_BLOCK_NUMBERED_LIST_ITEM] = { put_line, "1. " },
	[NT_BLOCK_TO_DO] = { put_to_do, "- [ ] " },
	[NT_BLOCK_QUOTE] = { put_line, "> " },
	[NT_BLOCK_TOGGLE] = { put_toggle, "details" },
	[NT_BLOCK_CALLOUT] = { put_callout, "callout" },
	[NT_BLOCK_CODE] = { put_code, "```" },
	[NT_BLOCK_EQUATION] = { put_equation, "$$" },
	[NT_BLOCK_DIVIDER] = { put_word, "---" },
	[NT_BLOCK_TABLE_OF_CONTENTS] = { put_contents, "table_of_contents" },
	[NT_BLOCK_IMAGE] = { put_image, "![" },
	[NT_BLOCK_VIDEO] = { put_media, "video" },
	[NT_BLOCK_AUDIO] = { put_media, "audio" },
	[NT_BLOCK_PDF] = { put_media, "pdf" },
	[NT_BLOCK_FILE] = { put_media, "file" },
	[NT_BLOCK_TABLE] = { put_table, "table" },
	[NT_BLOCK_TABLE_ROW] = { put_row, "<tr>" },
	[NT_BLOCK_COLUMN_LIST] = { put_tagged, "columns" },
	[NT_BLOCK_COLUMN] = { put_tagged, "column" },
	[NT_BLOCK_SYNCED_BLOCK] = { put_synced, "synced_block" },
	[NT_BLOCK_CHILD_PAGE] = { put_child, "page" },
	[NT_BLOCK_CHILD_DATABASE] = { put_child, "database" },
};

static void
put_block(struct md *m, const struct nt_object *o, struct nt_value block)
{
	enum nt_block type = nt_block_of(block);

	m->skip_children = 0;
	if (forms[type].put != NULL)
		forms[type].put(m, o, nt_block_payload(block),
		    forms[type].word);
	else
		put_unknown(m, o, nt_block_kind(type)->name);
}

static void
put_held(struct md *m, struct nt_held *h)
{
	put_block(m, &h->o, h->v);
	if (m->skip_children || m->depth >= DEPTH_MAX)
		return;
	m->depth++;
	put_children(m, h->o.row);
	m->depth--;
}

static void
put_children(struct md *m, int64_t row)
{
	struct nt_stmt *s = nt_db_stmt(m->t->db, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 4 AND state = 0"
	    " ORDER BY position");
	struct nt_held h;

	nt_stmt_int(s, 1, row);
	while (m->depth < DEPTH_MAX && nt_stmt_step(s))
		if (nt_hold_row(m->t, nt_stmt_col_int(s, 0), &h)) {
			put_held(m, &h);
			nt_release(&h);
		}
	nt_stmt_done(s);
	m->skip_children = 0;
}

static int
check_version(struct nt_turn *t)
{
	const char *version = nt_turn_arg(t, "markdown_version");

	if (version == NULL || strcmp(version, "v1") == 0)
		return 0;
	return nt_refuse_form(&t->why, "query failed validation: "
	    "query.markdown_version should be `\"v1\"`, instead was "
	    "`\"%.60s\"`.", version);
}

int
nt_on_markdown_get(struct nt_turn *t)
{
	struct md m = { .t = t };
	struct nt_buf text;
	struct nt_held h;
	char id[NT_ID_TEXT];

	if (check_version(t) == -1)
		return -1;
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&m.unknown, NT_BUF_MAX);
	m.out = &text;
	/* A block of unknown_block_ids may be asked for, too. */
	if (nt_hold_id(t, &t->id[0], NT_A_PAGE, &h)) {
		put_children(&m, h.o.row);
		nt_release(&h);
	} else if (nt_hold_id(t, &t->id[0], NT_A_BLOCK, &h)) {
		put_held(&m, &h);
		nt_release(&h);
	} else {
		nt_buf_free(&text);
		nt_buf_free(&m.unknown);
		return nt_refuse_missing(t, "page", &t->id[0]);
	}
	while (text.len > 0 && text.p[text.len - 1] == '\n')
		text.len--;
	nt_id_format(&t->id[0], id);
	nt_buf_fmt(t->out, "{\"object\":\"page_markdown\",\"id\":\"%s\","
	    "\"markdown\":", id);
	nt_json_quote(t->out, nt_buf_view(&text));
	nt_buf_fmt(t->out, ",\"truncated\":false,\"unknown_block_ids\":[%s]}",
	    m.unknown.p);
	nt_turn_stamp(t);
	nt_buf_free(&text);
	nt_buf_free(&m.unknown);
	return 0;
}
