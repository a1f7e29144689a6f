/*
 * The search index: a row a page, its title and the text of its blocks.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/kinds.h"
#include "nt/mem.h"

struct search {
	struct nt_repo *repo;
	int64_t unit;
	int is_page;
	struct nt_buf id, title, text;
};

struct search *
search_new(struct nt_repo *r)
{
	struct search *s;

	if (!r->searched)
		return NULL;
	s = nt_alloc(sizeof *s);
	s->repo = r;
	nt_buf_init(&s->id, NT_RECORD_MAX);
	nt_buf_init(&s->title, NT_RECORD_MAX);
	nt_buf_init(&s->text, NT_BUF_MAX);
	return s;
}

void
search_free(struct search *s)
{
	if (s == NULL)
		return;
	nt_buf_free(&s->id);
	nt_buf_free(&s->title);
	nt_buf_free(&s->text);
	free(s);
}

void
search_unit(struct search *s, int64_t unit)
{
	if (s == NULL)
		return;
	s->unit = unit;
	s->is_page = 0;
	nt_buf_clear(&s->id);
	nt_buf_clear(&s->title);
	nt_buf_clear(&s->text);
}

/* The texts of a block: its own, its caption, the cells of a row. */
static void
add_block(struct search *s, struct nt_value block)
{
	struct nt_value payload = nt_block_payload(block), cell;
	size_t before = s->text.len;

	plain_text(&s->text, nt_value_get(payload, "rich_text"));
	plain_text(&s->text, nt_value_get(payload, "caption"));
	cell = nt_value_first(nt_value_get(payload, "cells"));
	for (; nt_value_there(cell); cell = nt_value_next(cell)) {
		plain_text(&s->text, cell);
		nt_buf_char(&s->text, '\t');
	}
	if (s->text.len > before)
		nt_buf_char(&s->text, '\n');
}

/* The title, and the texts of the other properties. */
static void
add_page(struct search *s, struct nt_value page)
{
	struct nt_str id = nt_value_text(nt_value_get(page, "id"));
	struct nt_value v;

	s->is_page = 1;
	nt_buf_add(&s->id, id.p, id.len);
	v = nt_value_first(nt_value_get(page, "properties"));
	for (; nt_value_there(v); v = nt_value_next(v))
		if (nt_prop_of(v) == NT_PROP_TITLE) {
			plain_text(&s->title, nt_value_get(v, "title"));
		} else if (nt_prop_of(v) == NT_PROP_RICH_TEXT) {
			plain_text(&s->text, nt_value_get(v, "rich_text"));
			nt_buf_char(&s->text, '\n');
		}
}

void
search_record(struct search *s, enum nt_kind kind, struct nt_value record)
{
	if (s == NULL)
		return;
	if (kind == NT_KIND_PAGE)
		add_page(s, record);
	else if (kind == NT_KIND_BLOCK)
		add_block(s, record);
	else if (kind == NT_KIND_COMMENT) {
		plain_text(&s->text, nt_value_get(record, "rich_text"));
		nt_buf_char(&s->text, '\n');
	}
}

void
search_gone(struct search *s, int64_t unit)
{
	struct nt_stmt *q;

	if (s == NULL)
		return;
	q = nt_db_stmt(s->repo->db, "DELETE FROM search WHERE rowid = ?");
	nt_stmt_int(q, 1, unit);
	nt_stmt_run(q);
}

void
search_unit_end(struct search *s, int changed)
{
	struct nt_stmt *q;

	if (s == NULL || !changed || !s->is_page)
		return;
	search_gone(s, s->unit);
	q = nt_db_stmt(s->repo->db, "INSERT INTO search(rowid, id, title, "
	    "text) VALUES (?, ?, ?, ?)");
	nt_stmt_int(q, 1, s->unit);
	nt_stmt_text(q, 2, nt_buf_view(&s->id));
	nt_stmt_text(q, 3, nt_buf_view(&s->title));
	nt_stmt_text(q, 4, nt_buf_view(&s->text));
	nt_stmt_run(q);
}

int
search_clear(struct search *s, struct nt_err *err)
{
	return s == NULL ? 0 : nt_db_exec(s->repo->db, "DELETE FROM search",
	    err);
}

int
nt_repo_search(struct nt_repo *r, struct nt_err *err)
{
	int64_t newest;

	if (r->searched)
		return 0;
	if (nt_db_exec(r->db, schema_search, err) == -1 ||
	    nt_db_exec(r->db, "UPDATE repository SET searched = 1",
	    err) == -1 || newest_snapshot(r, &newest, err) == -1)
		return -1;
	r->searched = 1;
	return newest == 0 ? 0 : plain_rebuild(r, newest, err);
}
