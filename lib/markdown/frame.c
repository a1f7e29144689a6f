/* Blocks inside blocks: what is open around the present one. */
#include "internal.h"

#include <string.h>

struct md_frame *
md_top(struct nt_markdown *m)
{
	return &m->frame[m->frames - 1];
}

struct md_frame *
md_push(struct nt_markdown *m, const struct md_block *b, const char *tag)
{
	struct md_frame *f;
	unsigned indent = m->frames > 0 ? md_top(m)->indent : 0;

	if (m->frames == m->frame_room) {
		m->frame_room = m->frame_room * 2 + 16;
		m->frame = nt_realloc_array(m->frame, m->frame_room,
		    sizeof *m->frame);
	}
	f = &m->frame[m->frames++];
	memset(f, 0, sizeof *f);
	if (b != NULL)
		f->id = b->entry->id;
	f->tag = tag;
	f->indent = indent;
	return f;
}

void
md_gap(struct nt_markdown *m, int blank)
{
	struct nt_buf *out = m->out;

	if (m->fresh) {
		m->fresh = 0;
		if (out->len > 0)
			nt_buf_char(out, '\n');	/* below the front matter */
		return;
	}
	if (blank)
		nt_buf_char(out, '\n');
	md_line(out, md_top(m)->indent, 0);
}

void
md_begin(struct nt_markdown *m)
{
	struct md_frame *f = md_top(m);

	md_list_close(m, f);
	f->list = MD_NO_LIST;
	f->tight = 0;
	f->loose = 1;
	f->rows = 0;
	md_gap(m, 1);
}

/* Closes the innermost frame. */
static void
pop(struct nt_markdown *m)
{
	struct md_frame *f = md_top(m), closed;

	md_list_close(m, f);
	closed = *f;
	m->frames--;
	f = md_top(m);
	if (closed.tag != NULL) {
		md_gap(m, closed.kind != MD_ROWS);
		nt_buf_fmt(m->out, "</%s>", closed.tag);
	}
	if (closed.kind == MD_ITEM && closed.loose)
		f->tight = 0;
}

void
md_close_all(struct nt_markdown *m)
{
	while (m->frames > 1)
		pop(m);
	md_list_close(m, md_top(m));
}

void
md_close_to(struct nt_markdown *m, const struct nt_id *parent)
{
	size_t at = m->frames;

	/* what is looked at is what will be closed */
	while (at > 1 && !nt_id_eq(&m->frame[at - 1].id, parent))
		at--;
	while (m->frames > at)
		pop(m);
}
