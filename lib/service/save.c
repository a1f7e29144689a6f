/*
 * The workspace as a stream, in the order of notion-stream(5): what a fetch of
 * it would read, comments on blocks among it, with the files that are here.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/stream.h"

#include "internal.h"

struct saver {
	struct nt_turn t;
	struct nt_writer *out;
	struct nt_err *err;
	uint8_t *taken;		/* 1 at the rows of pages and the like */
	struct nt_id_map *originals;	/* synced blocks: 1 met, 0 wanted */
	int complete;
};

/* Rows that a statement finds by two numbers, given back when it is done. */
static struct nt_result
select_rows(struct saver *w, const char *sql, int64_t one, int64_t other)
{
	struct nt_stmt *s = nt_db_stmt(w->t.db, sql);
	struct nt_result rows = { 0 };

	nt_stmt_int(s, 1, one);
	nt_stmt_int(s, 2, other);
	while (nt_stmt_step(s))
		nt_result_add(&rows, nt_stmt_col_int(s, 0));
	nt_stmt_done(s);
	return rows;
}

/* 1 the first time. */
static int
take(struct saver *w, int64_t row)
{
	return !w->taken[row] && (w->taken[row] = 1);
}

/* ---- records ---- */

static int
put_row(struct saver *w, int64_t row)
{
	struct nt_held h;
	int got = 0;

	if (nt_hold_row(&w->t, row, &h)) {
		got = nt_record_write(&w->t, w->out, &h, w->err);
		nt_release(&h);
	}
	return got;
}

/* Those rows, which are freed, one after another by each(). */
static int
each_row(struct saver *w, struct nt_result rows, int (*each)(struct saver *w,
    int64_t row))
{
	int got = 0;

	for (size_t i = 0; got == 0 && i < rows.count; i++)
		got = each(w, rows.rows[i]);
	free(rows.rows);
	return got;
}

/* What something names and what is not here, as a fetch would say it. */
static int
put_missing(struct saver *w, const char *kind, struct nt_str id,
    const char *parent_type, const struct nt_id *parent)
{
	int linked = strcmp(kind, "database") == 0;
	struct nt_json_out o;
	struct nt_buf line;
	char text[NT_ID_TEXT];
	int got;

	nt_id_format(parent, text);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, linked ? "class" : "code",
	    linked ? "expected" : "object_not_found");
	nt_json_put_str(&o, "id", id);
	nt_json_put_text(&o, "kind", kind);
	if (!linked)
		nt_json_put_text(&o, "message", "it is not here");
	nt_json_put_text(&o, "object", linked ? "loss" : "error");
	if (linked) {
		nt_json_put_text(&o, "pointer", "");
		nt_json_put_text(&o, "reason",
		    "a linked database whose original is not shared");
	} else {
		nt_json_open(&o, "parent", '{');
		nt_json_put_text(&o, parent_type, text);
		nt_json_put_text(&o, "type", parent_type);
		nt_json_close(&o, '}');
		nt_json_put_null(&o, "request_id");
		nt_json_put_int(&o, "status", 404);
		w->complete = 0;
	}
	nt_json_close(&o, '}');
	got = nt_writer_record(w->out, linked ? NT_KIND_LOSS : NT_KIND_ERROR,
	    nt_buf_view(&line), w->err);
	nt_buf_free(&line);
	return got;
}

/* ---- pages and blocks ---- */

static int put_page(struct saver *w, int64_t row);
static int put_database(struct saver *w, int64_t row);

/* The comments on a page or block; a child_page block is the page. */
static int
put_comments(struct saver *w, int64_t row, int64_t block)
{
	return each_row(w, select_rows(w, "SELECT row FROM served_object"
	    " WHERE parent IN (?1, ?2) AND kind = 6 AND state = 0"
	    " ORDER BY created, position", row, block), put_row);
}

/* Notes a synced block: it was met, or the original of a copy is wanted. */
static void
note_original(struct saver *w, const struct nt_id *id, int met)
{
	if (met || !nt_id_map_get(w->originals, id, NULL))
		nt_id_map_put(w->originals, id, (uint64_t)met);
}

static int put_blocks(struct saver *w, int64_t row, struct nt_result *kids);

/* Writes a block and all in it; what stands for a page goes to kids. */
static int
put_block(struct saver *w, struct nt_held *h, struct nt_result *kids)
{
	enum nt_block type = nt_block_of(h->v);
	struct nt_value from = nt_value_at(h->v, "/synced_block/synced_from");
	int copy = nt_value_is(from, NT_JSON_OBJECT);
	struct nt_id original;

	if (nt_record_write(&w->t, w->out, h, w->err) == -1)
		return -1;
	if (type == NT_BLOCK_CHILD_PAGE || type == NT_BLOCK_CHILD_DATABASE) {
		nt_result_add(kids, h->o.row);
		return 0;
	}
	if (type == NT_BLOCK_SYNCED_BLOCK && !copy)
		note_original(w, &h->o.id, 1);
	else if (copy && nt_id_scan(nt_value_text(nt_value_get(from,
	    "block_id")), &original) == 0)
		note_original(w, &original, 0);
	if (put_comments(w, h->o.row, h->o.row) == -1)
		return -1;
	if (copy || !nt_value_true(nt_value_get(h->v, "has_children")))
		return 0;
	return put_blocks(w, h->o.row, kids);
}

static int
put_blocks(struct saver *w, int64_t row, struct nt_result *kids)
{
	struct nt_result rows = select_rows(w, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 4 AND state = 0 AND ?2 = 0"
	    " ORDER BY position", row, 0);
	struct nt_held h;
	int got = 0;

	for (size_t i = 0; got == 0 && i < rows.count; i++)
		if (nt_hold_row(&w->t, rows.rows[i], &h)) {
			got = put_block(w, &h, kids);
			nt_release(&h);
		}
	free(rows.rows);
	return got;
}

/* The page or database that a block stands for. */
static int
put_kid(struct saver *w, int64_t block, const struct nt_id *holder)
{
	struct nt_held h;
	int64_t row;
	int is_page, got = 0;

	if (!nt_hold_row(&w->t, block, &h))
		return 0;
	is_page = nt_block_of(h.v) == NT_BLOCK_CHILD_PAGE;
	row = nt_store_row(w->t.db, &h.o.id, is_page ? NT_A_PAGE :
	    NT_A_DATABASE);
	if (row == 0)
		got = put_missing(w, is_page ? "page" : "database",
		    nt_value_text(nt_value_get(h.v, "id")), "page_id",
		    holder);
	else
		got = is_page ? put_page(w, row) : put_database(w, row);
	nt_release(&h);
	return got;
}

/* What stands below a page, or a block that nothing holds. */
static int
put_kids(struct saver *w, struct nt_result *kids, const struct nt_id *holder)
{
	int got = 0;

	for (size_t i = 0; got == 0 && i < kids->count; i++)
		got = put_kid(w, kids->rows[i], holder);
	free(kids->rows);
	return got;
}

static int
put_page(struct saver *w, int64_t row)
{
	struct nt_result kids = { 0 };
	struct nt_held h;
	int64_t block;
	int got;

	if (!take(w, row) || !nt_hold_row(&w->t, row, &h))
		return 0;
	block = nt_store_row(w->t.db, &h.o.id, NT_A_BLOCK);
	got = nt_record_write(&w->t, w->out, &h, w->err);
	if (got == 0)
		got = put_comments(w, row, block != 0 ? block : row);
	if (got == 0)
		got = put_blocks(w, row, &kids);
	if (got == 0)
		got = put_kids(w, &kids, &h.o.id);
	else
		free(kids.rows);
	nt_release(&h);
	return got;
}

/* ---- databases ---- */

/* The views of a database that show one of its sources, or (0) none of them. */
static int
put_views(struct saver *w, int64_t database, int64_t source)
{
	/* A view whose source is not here shows none of ours. */
	return each_row(w, select_rows(w, "SELECT v.row FROM served_object v"
	    " LEFT JOIN served_object s ON s.id = v.link AND s.kind = 3"
	    " AND s.parent = ?1 AND s.state = 0"
	    " WHERE v.parent = ?1 AND v.kind = 5 AND v.state = 0"
	    " AND ifnull(s.row, 0) = ?2 ORDER BY v.position", database,
	    source), put_row);
}

static int
put_source(struct saver *w, int64_t row, int64_t database)
{
	if (!take(w, row))
		return 0;
	if (put_row(w, row) == -1 || put_views(w, database, row) == -1)
		return -1;
	return each_row(w, select_rows(w, "SELECT row FROM served_object"
	    " WHERE parent = ?1 AND kind = 1 AND state <> 2 AND ?2 = 0"
	    " ORDER BY created, id", row, 0), put_page);
}

static int
put_sources(struct saver *w, const struct nt_held *database)
{
	struct nt_value e = nt_value_first(nt_value_get(database->v,
	    "data_sources"));
	struct nt_id id;
	int64_t row;
	int got = 0;

	for (; got == 0 && nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str text = nt_value_text(nt_value_get(e, "id"));

		if (nt_id_scan(text, &id) == -1)
			continue;
		row = nt_store_row(w->t.db, &id, NT_A_DATA_SOURCE);
		got = row != 0 ? put_source(w, row, database->o.row) :
		    put_missing(w, "data_source", text, "database_id",
		    &database->o.id);
	}
	return got;
}

static int
put_database(struct saver *w, int64_t row)
{
	struct nt_held h;
	int got;

	if (!take(w, row) || !nt_hold_row(&w->t, row, &h))
		return 0;
	got = nt_record_write(&w->t, w->out, &h, w->err);
	if (got == 0)
		got = put_views(w, row, 0);
	if (got == 0)
		got = put_sources(w, &h);
	nt_release(&h);
	return got;
}

/* ---- where it begins ---- */

static int
put_root(struct saver *w, int64_t row)
{
	struct nt_stmt *hold;
	struct nt_object o = { 0 };

	nt_store_get_row(w->t.db, row, &o, &hold);
	nt_stmt_done(hold);
	return o.what == NT_A_PAGE ? put_page(w, row) :
	    o.what == NT_A_DATABASE ? put_database(w, row) : 0;
}

/*
 * Pages and databases that nothing holds, by their age.  A database without a
 * data source is found by no search.
 */
static int
put_roots(struct saver *w)
{
	return each_row(w, select_rows(w, "SELECT row FROM served_object o"
	    " WHERE parent = ?1 AND state = ?2 AND (kind = 1 OR (kind = 2 AND"
	    " EXISTS (SELECT 1 FROM served_object s WHERE s.parent = o.row"
	    " AND s.kind = 3 AND s.state = 0))) ORDER BY created, id", 0,
	    NT_LIVE), put_root);
}

/* Pages whose block is not here, as where only a part was loaded. */
static int
put_rest(struct saver *w)
{
	return each_row(w, select_rows(w, "SELECT row FROM served_object"
	    " WHERE kind = 1 AND state = ?1 AND ?2 = 0 ORDER BY created, id",
	    NT_LIVE, 0), put_root);
}

/* Originals of which there were but copies, by their ids. */
static int
put_originals(struct saver *w)
{
	struct nt_result rows = select_rows(w, "SELECT row FROM served_object"
	    " WHERE kind = 4 AND ?1 = 0 AND ?2 = 0"
	    " AND instr(json, '\"synced_from\":null') > 0 ORDER BY id", 0, 0);
	struct nt_result kids = { 0 };
	struct nt_held h;
	uint64_t met;
	int got = 0;

	for (size_t i = 0; got == 0 && i < rows.count; i++) {
		if (!nt_hold_row(&w->t, rows.rows[i], &h))
			continue;
		if (nt_id_map_get(w->originals, &h.o.id, &met) && met == 0) {
			kids = (struct nt_result){ 0 };
			got = put_block(w, &h, &kids);
			if (got == 0)
				got = put_kids(w, &kids, &h.o.id);
			else
				free(kids.rows);
		}
		nt_release(&h);
	}
	free(rows.rows);
	return got;
}

static int
put_lists(struct saver *w)
{
	static const char all[] = "SELECT row FROM served_object"
	    " WHERE parent = 0 AND kind = ?1 AND state = ?2 ORDER BY position";

	if (each_row(w, select_rows(w, all, NT_A_USER, NT_LIVE),
	    put_row) == -1)
		return -1;
	return each_row(w, select_rows(w, all, NT_AN_EMOJI, NT_LIVE),
	    put_row);
}

/* ---- around it ---- */

static void
put_member(struct nt_json_out *o, const char *name, struct nt_value v)
{
	if (nt_value_there(v))
		nt_json_put_value(o, name, v);
	else
		nt_json_put_null(o, name);
}

static int
put_head(struct saver *w, const char *tool)
{
	struct nt_service *svc = w->t.svc;
	struct nt_value me = NT_VALUE_NONE;
	struct nt_json_out o;
	struct nt_buf text;
	char started[NT_TIME_TEXT];
	int got;

	nt_time_format(w->t.now, started);
	nt_json_parse(svc->doc, svc->me_json.p, svc->me_json.len, &me, NULL);
	me = nt_value_get(me, "bot");
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_out_init(&o, &text);
	nt_json_open(&o, NULL, '{');
	nt_json_open(&o, "scope", '{');
	nt_json_put_bool(&o, "assets", 1);
	nt_json_put_text(&o, "comments", "blocks");
	nt_json_put_bool(&o, "external", 0);
	nt_json_put_int(&o, "max_asset", 0);
	nt_json_put_bool(&o, "raw", 0);
	nt_json_put_raw(&o, "roots", NT_STR("[]"));
	nt_json_put_bool(&o, "trash", 0);
	nt_json_put_bool(&o, "workspace", 1);
	nt_json_close(&o, '}');
	nt_json_open(&o, "source", '{');
	nt_json_put_text(&o, "api_version",
	    nt_version_name(NT_VERSION_2026_03_11));
	nt_json_put_text(&o, "base_url", NT_SAVED_BASE);
	put_member(&o, "workspace_id", nt_value_get(me, "workspace_id"));
	put_member(&o, "workspace_name", nt_value_get(me, "workspace_name"));
	nt_json_close(&o, '}');
	nt_json_put_text(&o, "started", started);
	nt_json_put_text(&o, "tool", tool);
	nt_json_close(&o, '}');
	got = nt_writer_snapshot(w->out, nt_buf_view(&text), w->err);
	nt_buf_free(&text);
	return got;
}

int
nt_service_save(struct nt_service *svc, struct nt_writer *out,
    const char *tool, struct nt_err *err)
{
	struct saver w = {
		.t = { .svc = svc, .db = svc->db, .now = nt_clock_wall_ms() },
		.out = out, .err = err, .complete = 1,
		.originals = nt_id_map_new(),
	};
	int got;

	nt_buf_init(&w.t.scratch, NT_BUF_MAX);
	w.taken = nt_alloc((size_t)nt_db_number(svc->db,
	    "SELECT max(row) FROM served_object") + 1);
	got = put_head(&w, tool);
	if (got == 0)
		got = put_lists(&w);
	if (got == 0)
		got = put_roots(&w);
	if (got == 0)
		got = put_rest(&w);
	if (got == 0)
		got = put_originals(&w);
	if (nt_db_failed(svc->db, err))
		got = -1;
	if (got == 0)
		got = nt_writer_end(out, w.complete, (struct nt_str){ NULL, 0 },
		    err);
	nt_buf_free(&w.t.scratch);
	free(w.taken);
	nt_id_map_free(w.originals);
	return got;
}
