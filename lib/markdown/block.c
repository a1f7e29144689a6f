/*
 * Blocks.  What Markdown has a form for is written so; else as a tag of the
 * service's second form of Markdown (api 6.2), and what that has no tag for as
 * a tag of our own, with the id.
 */
#include "internal.h"

#include <string.h>

/* ---- tags ---- */

/* Writes the title behind an open tag; what hangs on the block comes below. */
static void
finish_tag(struct nt_markdown *m, const struct md_block *b, const char *tag,
    enum md_form form)
{
	struct md_text t;

	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, form, md_top(m)->indent);
	md_rich(m, md_rich_of(b->payload), &t);
	md_text_end(&t);
	if (b->nested)
		md_push(m, b, tag);
	else
		nt_buf_fmt(m->out, "</%s>", tag);
}

/* A tag that holds nothing but what hangs on it; its ">" is written here. */
static void
finish_empty(struct nt_markdown *m, const struct md_block *b, const char *tag)
{
	nt_buf_char(m->out, '>');
	if (b->nested)
		md_push(m, b, tag);
	else
		nt_buf_fmt(m->out, "</%s>", tag);
}

struct nt_str
md_color_of(struct nt_value payload)
{
	struct nt_str color = nt_value_text(md_get(payload, "color"));

	return nt_str_is(color, "default") ? (struct nt_str){ NULL, 0 } :
	    color;
}

/* ' icon="…"' if there is one; pointer is where it stands in the record. */
static void
put_icon(struct nt_markdown *m, struct nt_value icon, const char *pointer)
{
	struct nt_str emoji = nt_value_text(md_get(icon, "emoji"));
	struct nt_value named = md_get(icon, "custom_emoji");

	if (!nt_value_is(icon, NT_JSON_OBJECT))
		return;
	if (!nt_value_there(named))
		named = md_get(icon, "icon");
	if (emoji.len > 0)
		md_put_attribute(m->out, "icon", emoji);
	else if (nt_value_there(named)) {
		struct nt_str name = nt_value_text(md_get(named,
		    "name"));

		nt_buf_clear(&m->scratch);
		nt_buf_char(&m->scratch, ':');
		nt_buf_add(&m->scratch, name.p, name.len);
		nt_buf_char(&m->scratch, ':');
		md_put_attribute(m->out, "icon", nt_buf_view(&m->scratch));
	} else
		md_put_attribute(m->out, "icon", md_source(m, icon, pointer,
		    NULL));
}

/* An attribute with the page URL of an id. */
static void
put_url(struct nt_markdown *m, const char *name, const struct nt_id *id)
{
	nt_buf_clear(&m->scratch);
	md_put_page_url(&m->scratch, id);
	md_put_attribute(m->out, name, nt_buf_view(&m->scratch));
}

/* ---- text ---- */

static void
put_tab(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<tab");
	md_put_color(m->out, md_color_of(b->payload));
	put_icon(m, md_get(b->payload, "icon"), "/paragraph/icon");
	finish_tag(m, b, "tab", MD_TEXT);
}

static void
put_paragraph(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value rich = md_rich_of(b->payload);
	struct nt_value icon = md_get(b->payload, "icon");

	if (md_top(m)->kind == MD_TABS) {
		put_tab(m, b);
		return;
	}
	md_begin(m);
	if (b->nested || md_color_of(b->payload).len > 0 ||
	    nt_value_is(icon, NT_JSON_OBJECT)) {
		nt_buf_str(m->out, "<p");
		md_put_color(m->out, md_color_of(b->payload));
		put_icon(m, icon, "/paragraph/icon");
		finish_tag(m, b, "p", MD_HTML);
	} else if (!md_rich_put(m, rich, MD_TEXT, md_top(m)->indent))
		nt_buf_str(m->out, "<p />");
}

static void
put_heading(struct nt_markdown *m, const struct md_block *b)
{
	static const char *const tags[] = { "h1", "h2", "h3", "h4" };
	unsigned level = (unsigned)(b->type.p[b->type.len - 1] - '1');
	int toggle = nt_value_true(md_get(b->payload, "is_toggleable"));

	md_begin(m);
	if (toggle) {
		nt_buf_fmt(m->out, "<toggle heading=\"%s\"", tags[level]);
		md_put_color(m->out, md_color_of(b->payload));
		finish_tag(m, b, "toggle", MD_TEXT);
	} else if (b->nested || md_color_of(b->payload).len > 0) {
		nt_buf_fmt(m->out, "<%s", tags[level]);
		md_put_color(m->out, md_color_of(b->payload));
		finish_tag(m, b, tags[level], MD_HTML);
	} else {
		nt_buf_add(m->out, "#### ", level + 1);
		nt_buf_char(m->out, ' ');
		if (!md_rich_put(m, md_rich_of(b->payload), MD_LINE, 0))
			m->out->len--;	/* nothing follows the space */
	}
}

static void
put_quote(struct nt_markdown *m, const struct md_block *b)
{
	struct md_text t;

	md_begin(m);
	if (b->nested || md_color_of(b->payload).len > 0) {
		nt_buf_str(m->out, "<quote");
		md_put_color(m->out, md_color_of(b->payload));
		finish_tag(m, b, "quote", MD_TEXT);
		return;
	}
	nt_buf_str(m->out, "> ");
	md_text_start(&t, m->out, MD_TEXT, md_top(m)->indent);
	t.quote = 1;
	if (!md_rich(m, md_rich_of(b->payload), &t))
		m->out->len--;
	md_text_end(&t);
}

static void
put_toggle(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<toggle");
	md_put_color(m->out, md_color_of(b->payload));
	finish_tag(m, b, "toggle", MD_TEXT);
}

static void
put_callout(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<callout");
	put_icon(m, md_get(b->payload, "icon"), "/callout/icon");
	md_put_color(m->out, md_color_of(b->payload));
	finish_tag(m, b, "callout", MD_TEXT);
}

static void
put_template(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<template-button");
	finish_tag(m, b, "template-button", MD_TEXT);
}

/* ---- what holds others, and marks ---- */

static void
put_divider(struct nt_markdown *m, const struct md_block *b)
{
	(void)b;
	md_begin(m);
	nt_buf_str(m->out, "---");
}

static void
put_breadcrumb(struct nt_markdown *m, const struct md_block *b)
{
	(void)b;
	md_begin(m);
	nt_buf_str(m->out, "<breadcrumb />");
}

static void
put_contents(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<table-of-contents");
	md_put_color(m->out, md_color_of(b->payload));
	nt_buf_str(m->out, " />");
}

static void
put_columns(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<columns");
	finish_empty(m, b, "columns");
}

static void
put_column(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value ratio = md_get(b->payload, "width_ratio");

	md_begin(m);
	nt_buf_str(m->out, "<column");
	if (nt_value_is(ratio, NT_JSON_NUMBER)) {
		nt_buf_str(m->out, " ratio=\"");
		nt_json_number(m->out, nt_value_number(ratio) * 100);
		nt_buf_char(m->out, '"');
	}
	finish_empty(m, b, "column");
}

static void
put_tabs(struct nt_markdown *m, const struct md_block *b)
{
	md_begin(m);
	nt_buf_str(m->out, "<tabs");
	finish_empty(m, b, "tabs");
	if (b->nested)
		md_top(m)->kind = MD_TABS;
}

static void
put_synced(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value from = md_get(b->payload, "synced_from");
	struct nt_id id;

	md_begin(m);
	if (nt_id_scan(nt_value_text(md_get(from, "block_id")),
	    &id) == 0) {
		nt_buf_str(m->out, "<synced-block-reference");
		put_url(m, "url", &id);
		finish_empty(m, b, "synced-block-reference");
		return;
	}
	nt_buf_str(m->out, "<synced-block");
	put_url(m, "url", &b->entry->id);
	finish_empty(m, b, "synced-block");
}

/* ---- meeting notes ---- */

static const struct {
	const char *member, *tag;
} sections[] = {
	{ "summary_block_id", "meeting-notes-section-summary" },
	{ "notes_block_id", "meeting-notes-section-notes" },
	{ "transcript_block_id", "meeting-notes-section-transcript" }
};

#define SECTIONS (sizeof sections / sizeof *sections)

/* An attribute of a text, if it is there. */
static void
put_text_attribute(struct nt_buf *out, const char *name, struct nt_value v)
{
	struct nt_str s = nt_value_text(v);

	if (s.len > 0)
		md_put_attribute(out, name, s);
}

static void
put_attendees(struct nt_markdown *m, struct nt_value people)
{
	struct nt_value e;

	nt_buf_clear(&m->scratch);
	for (e = nt_value_first(people); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str id = nt_value_text(nt_value_is(e,
		    NT_JSON_STRING) ? e : md_get(e, "id"));

		nt_buf_str(&m->scratch, m->scratch.len > 0 ? "," : "");
		nt_buf_str(&m->scratch, "user://");
		nt_buf_add(&m->scratch, id.p, id.len);
	}
	if (m->scratch.len > 0)
		md_put_attribute(m->out, "attendees",
		    nt_buf_view(&m->scratch));
}

/* Its state, when it was to be and with whom, when it was recorded. */
static void
put_meeting_facts(struct nt_markdown *m, struct nt_value meeting)
{
	struct nt_value event = md_get(meeting, "calendar_event");
	struct nt_value record = md_get(meeting, "recording");

	put_text_attribute(m->out, "status", md_get(meeting, "status"));
	put_text_attribute(m->out, "start", md_get(event, "start_time"));
	put_text_attribute(m->out, "end", md_get(event, "end_time"));
	put_attendees(m, md_get(event, "attendees"));
	put_text_attribute(m->out, "recording-start",
	    md_get(record, "start_time"));
	put_text_attribute(m->out, "recording-end",
	    md_get(record, "end_time"));
}

static void
put_meeting(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value title = md_get(b->payload, "title");
	struct nt_value parts = md_get(b->payload, "children");
	struct md_frame *f;
	struct md_text t;

	md_begin(m);
	nt_buf_str(m->out, "<meeting-notes");
	put_meeting_facts(m, b->payload);
	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	if (nt_value_is(title, NT_JSON_STRING))
		md_text_put(&t, nt_value_text(title), 0);
	else
		md_rich(m, title, &t);
	md_text_end(&t);
	if (!b->nested) {
		nt_buf_str(m->out, "</meeting-notes>");
		return;
	}
	f = md_push(m, b, "meeting-notes");
	f->kind = MD_MEETING;
	for (size_t i = 0; i < SECTIONS; i++)
		nt_id_scan(nt_value_text(nt_value_get(parts,
		    sections[i].member)), &f->section[i]);
}

/* The tag of a block that is a section of meeting notes, or NULL. */
static const char *
section_tag(const struct md_frame *f, const struct nt_id *id)
{
	if (f->kind != MD_MEETING)
		return NULL;
	for (size_t i = 0; i < SECTIONS; i++)
		if (!nt_id_is_nil(&f->section[i]) &&
		    nt_id_eq(&f->section[i], id))
			return sections[i].tag;
	return NULL;
}

static void
put_section(struct nt_markdown *m, const struct md_block *b, const char *tag)
{
	md_begin(m);
	nt_buf_fmt(m->out, "<%s", tag);
	finish_tag(m, b, tag, MD_TEXT);
}

/* ---- what cannot be said ---- */

/*
 * A block of a type that is not known, or of which the service tells no more
 * than that it is there: its id, its type, and what text it has.
 */
static void
put_unknown(struct nt_markdown *m, const struct md_block *b)
{
	static const char *const texts[] = { "rich_text", "caption", "title",
	    "text", "expression", "name", "url" };
	struct nt_value v = md_get(b->payload, "block_type");
	struct md_text t;
	int some = 0;

	md_begin(m);
	nt_buf_str(m->out, "<unknown");
	put_text_attribute(m->out, "id", md_get(b->record, "id"));
	if (!nt_id_is_nil(&b->entry->id))
		put_url(m, "url", &b->entry->id);
	md_put_attribute(m->out, "type", b->type);
	put_text_attribute(m->out, "alt", v);
	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		v = nt_value_get(b->payload, texts[i]);
		if (nt_value_count(v) == 0 && nt_value_text(v).len == 0)
			continue;
		if (some++)
			md_text_put(&t, NT_STR("\n"), 0);
		if (nt_value_is(v, NT_JSON_STRING))
			md_text_put(&t, nt_value_text(v), 0);
		else
			md_rich(m, v, &t);
	}
	if (b->nested)
		md_push(m, b, "unknown");
	else
		nt_buf_str(m->out, "</unknown>");
}

/* A tag with members of the record, and its sentence. */
static void
put_remark(struct nt_markdown *m, const char *tag, struct nt_value record,
    const char *const names[], size_t count, const char *sentence)
{
	struct md_text t;

	md_begin(m);
	nt_buf_fmt(m->out, "<%s", tag);
	for (size_t i = 0; i < count; i++)
		put_text_attribute(m->out, names[i], nt_value_get(record,
		    names[i]));
	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	md_text_put(&t, nt_value_text(nt_value_get(record, sentence)), 0);
	nt_buf_fmt(m->out, "</%s>", tag);
}

void
md_error(struct nt_markdown *m, struct nt_value record)
{
	static const char *const names[] = { "kind", "id", "code" };

	put_remark(m, "error", record, names, 3, "message");
}

void
md_loss(struct nt_markdown *m, struct nt_value record)
{
	static const char *const names[] = { "kind", "id", "pointer",
	    "class" };

	put_remark(m, "loss", record, names, 4, "reason");
}

/* ---- which is which ---- */

static const struct {
	struct nt_str name;
	void (*put)(struct nt_markdown *m, const struct md_block *b);
} kinds[] = {
	{ MD_NAME("paragraph"), put_paragraph },
	{ MD_NAME("bulleted_list_item"), md_bullet },
	{ MD_NAME("numbered_list_item"), md_number },
	{ MD_NAME("to_do"), md_todo },
	{ MD_NAME("heading_1"), put_heading },
	{ MD_NAME("heading_2"), put_heading },
	{ MD_NAME("heading_3"), put_heading },
	{ MD_NAME("heading_4"), put_heading },
	{ MD_NAME("toggle"), put_toggle },
	{ MD_NAME("quote"), put_quote },
	{ MD_NAME("callout"), put_callout },
	{ MD_NAME("code"), md_code_block },
	{ MD_NAME("table_row"), md_row },
	{ MD_NAME("image"), md_image },
	{ MD_NAME("divider"), put_divider },
	{ MD_NAME("equation"), md_formula_block },
	{ MD_NAME("breadcrumb"), put_breadcrumb },
	{ MD_NAME("table_of_contents"), put_contents },
	{ MD_NAME("bookmark"), md_external },
	{ MD_NAME("embed"), md_external },
	{ MD_NAME("link_preview"), md_external },
	{ MD_NAME("video"), md_media },
	{ MD_NAME("audio"), md_media },
	{ MD_NAME("pdf"), md_media },
	{ MD_NAME("file"), md_media },
	{ MD_NAME("link_to_page"), md_link_to_page },
	{ MD_NAME("table"), md_table },
	{ MD_NAME("column_list"), put_columns },
	{ MD_NAME("column"), put_column },
	{ MD_NAME("tab"), put_tabs },
	{ MD_NAME("synced_block"), put_synced },
	{ MD_NAME("template"), put_template },
	{ MD_NAME("child_page"), md_child },
	{ MD_NAME("child_database"), md_child },
	{ MD_NAME("meeting_notes"), put_meeting },
	{ MD_NAME("transcription"), put_meeting }
};

void
md_block_put(struct nt_markdown *m, const struct md_block *b)
{
	const char *tag = section_tag(md_top(m), &b->entry->id);

	if (tag != NULL) {
		put_section(m, b, tag);
		return;
	}
	if (nt_value_is(b->payload, NT_JSON_OBJECT))
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (nt_str_eq(b->type, kinds[i].name)) {
				kinds[i].put(m, b);
				return;
			}
	put_unknown(m, b);
}
