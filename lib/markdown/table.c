/*
 * Tables.  Lines with pipes where there is a header row and no header column,
 * as pipes can say nothing else; tags otherwise.
 */
#include "internal.h"

void
md_table(struct nt_markdown *m, const struct md_block *b)
{
	int row = nt_value_true(md_get(b->payload, "has_column_header"));
	int column = nt_value_true(md_get(b->payload, "has_row_header"));
	struct md_frame *f;
	int pipes = row && !column && b->nested;

	md_begin(m);
	if (!pipes) {
		nt_buf_str(m->out, "<table");
		nt_buf_str(m->out, row ? " header-row=\"true\"" : "");
		nt_buf_str(m->out, column ? " header-column=\"true\"" : "");
		nt_buf_str(m->out, b->nested ? ">" : "></table>");
	}
	if (!b->nested)
		return;
	f = md_push(m, b, pipes ? NULL : "table");
	f->kind = pipes ? MD_PIPES : MD_ROWS;
}

static void
put_rule(struct nt_markdown *m, const struct md_frame *f)
{
	md_line(m->out, f->indent, 0);
	nt_buf_char(m->out, '|');
	for (uint64_t i = 0; i < f->width; i++)
		nt_buf_str(m->out, " --- |");
}

/* A line; cells beyond the first line's would not be seen: they join. */
static void
put_pipes(struct nt_markdown *m, struct md_frame *f, struct nt_value cells)
{
	struct nt_value cell = nt_value_first(cells);
	uint64_t n = 0;

	if (f->loose && f->rows == 0)
		md_gap(m, 1);	/* something came between */
	if (f->rows == 0)
		f->width = nt_value_count(cells) > 0 ? nt_value_count(cells) :
		    1;
	else
		md_line(m->out, f->indent, 0);
	nt_buf_char(m->out, '|');
	for (; nt_value_there(cell); cell = nt_value_next(cell)) {
		nt_buf_str(m->out, n == 0 ? " " : n < f->width ? " | " :
		    "<br />");
		md_rich_put(m, cell, MD_CELL, 0);
		n++;
	}
	for (; n < f->width; n++)
		nt_buf_str(m->out, n == 0 ? " " : " | ");
	nt_buf_str(m->out, " |");
	if (f->rows++ == 0)
		put_rule(m, f);
}

static void
put_tags(struct nt_markdown *m, struct md_frame *f, struct nt_value cells)
{
	struct nt_value cell;

	md_line(m->out, f->indent, 0);
	nt_buf_str(m->out, "<tr>");
	for (cell = nt_value_first(cells); nt_value_there(cell);
	    cell = nt_value_next(cell)) {
		md_line(m->out, f->indent, 0);
		nt_buf_str(m->out, "<td>");
		md_rich_put(m, cell, MD_HTML, 0);
		nt_buf_str(m->out, "</td>");
	}
	md_line(m->out, f->indent, 0);
	nt_buf_str(m->out, "</tr>");
	f->rows++;
}

void
md_row(struct nt_markdown *m, const struct md_block *b)
{
	struct nt_value cells = md_get(b->payload, "cells");
	struct md_frame *f = md_top(m);

	if (f->kind == MD_PIPES)
		put_pipes(m, f, cells);
	else if (f->kind == MD_ROWS)
		put_tags(m, f, cells);
	else {	/* without its table */
		md_begin(m);
		nt_buf_str(m->out, "<table>");
		put_tags(m, md_top(m), cells);
		md_line(m->out, md_top(m)->indent, 0);
		nt_buf_str(m->out, "</table>");
	}
}
