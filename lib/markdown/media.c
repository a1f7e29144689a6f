/* Blocks that show a file, a link, or another page. */
#include "internal.h"

#include <stdio.h>
#include <string.h>

/* What a link is called where there are no words for it: its last part. */
static struct nt_str
last_part(struct nt_str url)
{
	size_t end = 0, from;

	while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
		end++;
	for (from = end; from > 0 && url.p[from - 1] != '/'; from--)
		continue;
	return from < end ? (struct nt_str){ url.p + from, end - from } : url;
}

/* The source of a block that is a file; its name, if it says one. */
static struct nt_str
source_of(struct nt_markdown *m, const struct md_block *b, struct nt_str *name)
{
	char pointer[80];

	snprintf(pointer, sizeof pointer, "/%.*s", (int)(b->type.len < 64 ?
	    b->type.len : 64), b->type.p);
	*name = nt_value_text(md_get(b->payload, "name"));
	return md_source(m, b->payload, pointer, name);
}

void
md_image(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value caption = md_get(b->payload, "caption");
	struct nt_str name, source = source_of(m, b, &name);
	struct md_text t;

	md_begin(m);
	nt_buf_str(m->out, "![");
	md_text_behind(&t, m->out, MD_LINE, 0);
	if (md_has_link(caption)) {	/* no links in what is a link */
		nt_buf_clear(&m->scratch);
		md_plain(&m->scratch, caption);
		md_text_put(&t, nt_buf_view(&m->scratch), 0);
	} else
		md_rich(m, caption, &t);
	nt_buf_str(m->out, "](");
	md_put_destination(m->out, source);
	nt_buf_char(m->out, ')');
	if (!md_has_link(caption))
		return;
	md_begin(m);		/* where the links lead to */
	nt_buf_str(m->out, "<image-caption>");
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	md_rich(m, caption, &t);
	nt_buf_str(m->out, "</image-caption>");
}

/*
 * "<TAG source="URL">[caption](URL)</TAG>"; a caption that has links of its
 * own stands beside the link.  What plays has the attributes of HTML as well,
 * for there the inside of the tag is not shown.
 */
static void
put_linked(struct nt_markdown *m, const char *tag, struct nt_str source,
    struct nt_str name, struct nt_value caption, int plays)
{
	int some = md_has_text(caption), apart = md_has_link(caption);
	struct md_text t;

	md_begin(m);
	nt_buf_fmt(m->out, "<%s", tag);
	md_put_attribute(m->out, "source", source);
	if (name.len > 0)
		md_put_attribute(m->out, "name", name);
	if (plays) {
		md_put_attribute(m->out, "src", source);
		nt_buf_str(m->out, " controls");
	}
	nt_buf_char(m->out, '>');
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	if (some && apart) {
		md_rich(m, caption, &t);
		md_text_markup(&t, " ");
	}
	md_link_open(&t, source);
	if (some && !apart)
		md_rich(m, caption, &t);
	else
		md_text_put(&t, name.len > 0 ? name : last_part(source), 0);
	md_link_close(&t, source);
	nt_buf_fmt(m->out, "</%s>", tag);
}

void
md_media(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value caption = md_get(b->payload, "caption");
	struct nt_str name, source = source_of(m, b, &name);
	const char *tag = nt_str_is(b->type, "video") ? "video" :
	    nt_str_is(b->type, "audio") ? "audio" :
	    nt_str_is(b->type, "pdf") ? "pdf" : "file";

	put_linked(m, tag, source, name, caption,
	    *tag == 'v' || *tag == 'a');
}

void
md_external(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_str url = nt_value_text(md_get(b->payload, "url"));
	const char *tag = nt_str_is(b->type, "bookmark") ? "bookmark" :
	    nt_str_is(b->type, "embed") ? "embed" : "link-preview";

	put_linked(m, tag, url, (struct nt_str){ NULL, 0 },
	    md_get(b->payload, "caption"), 0);
}

/* The name in the tree without the id that it ends in. */
static struct nt_str
name_of(struct nt_str path)
{
	static const size_t ids[] = { 36, 32 };	/* with dashes, without */
	struct nt_str s = last_part(path);
	const char *dot = s.len > 0 ? memchr(s.p, '.', s.len) : NULL;
	size_t len = dot == NULL ? s.len : (size_t)(dot - s.p);
	struct nt_id id;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (len > ids[i] + 1 && nt_id_scan((struct nt_str){ s.p + len -
		    ids[i], ids[i] }, &id) == 0)
			return (struct nt_str){ s.p, len - ids[i] - 1 };
	return s;
}

/* The label of a link to a page: what it is called in the tree, or its URL. */
static void
put_label(struct nt_markdown *m, struct md_text *t, const struct nt_id *id)
{
	struct nt_buf file;

	nt_buf_init(&file, NT_BUF_MAX);
	if (m->links->file == NULL ||
	    !m->links->file(m->links->arg, id, &file))
		md_put_page_url(&file, id);
	md_text_put(t, name_of(nt_buf_view(&file)), 0);
	nt_buf_free(&file);
}

/* A page inside this one, which has a file of its own. */
void
md_child(struct nt_markdown *m, const struct md_block *b)
{
	int page = nt_str_is(b->type, "child_page");
	struct nt_str title = nt_value_text(md_get(b->payload, "title"));
	struct nt_str file;
	struct md_text t;

	md_begin(m);
	nt_buf_str(m->out, page ? "<page" : "<database");
	nt_buf_clear(&m->scratch);
	md_put_page_url(&m->scratch, &b->entry->id);
	md_put_attribute(m->out, "url", nt_buf_view(&m->scratch));
	nt_buf_char(m->out, '>');
	file = md_file_of_id(m, &b->entry->id);
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	if (file.p != NULL)
		md_link_open(&t, file);
	md_text_put(&t, title.len > 0 ? title : NT_STR("Untitled"), 0);
	if (file.p != NULL)
		md_link_close(&t, file);
	nt_buf_str(m->out, page ? "</page>" : "</database>");
}

void
md_link_to_page(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_str type = nt_value_text(md_get(b->payload, "type"));
	struct nt_value to = nt_value_get_n(b->payload, type.p, type.len);
	struct nt_str url, file;
	struct md_text t;
	struct nt_id id;

	md_begin(m);
	nt_buf_str(m->out, "<link-to-page");
	md_put_attribute(m->out, "type", type);
	if (nt_str_is(type, "comment_id") ||	/* which has no URL */
	    nt_id_scan(nt_value_text(to), &id) == -1) {
		md_put_attribute(m->out, "id", nt_value_text(to));
		nt_buf_str(m->out, "></link-to-page>");
		return;
	}
	nt_buf_clear(&m->scratch);
	md_put_page_url(&m->scratch, &id);
	url = nt_buf_view(&m->scratch);
	md_put_attribute(m->out, "url", url);
	nt_buf_char(m->out, '>');
	file = md_file_of_id(m, &id);
	md_text_behind(&t, m->out, MD_TEXT, md_top(m)->indent);
	md_link_open(&t, file.p != NULL ? file : url);
	put_label(m, &t, &id);
	md_link_close(&t, file.p != NULL ? file : url);
	nt_buf_str(m->out, "</link-to-page>");
}
