/*
 * POST /v1/data_sources/{id}/query and POST /v1/search (api 2.3, 2.4, 5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/crypto.h"
#include "nt/filter.h"

#include "internal.h"

/* The hash of a question: what it is asked of, and its body but for paging. */
static void
hash_question(struct nt_turn *t, const struct nt_id *of, uint8_t hash[8])
{
	char digest[NT_DIGEST_TEXT];
	uint8_t sum[NT_SHA256_BYTES];
	struct nt_sha256 h;

	nt_value_drop(nt_value_get(t->body, "start_cursor"));
	nt_value_drop(nt_value_get(t->body, "page_size"));
	nt_value_digest(t->body, digest);
	nt_sha256_init(&h);
	nt_sha256_add(&h, of->b, sizeof of->b);
	nt_sha256_add(&h, digest, sizeof digest - 1);
	nt_sha256_done(&h, sum);
	memcpy(hash, sum, 8);
}

/* Puts the row in, or marks the result cut: 1 if it may go on. */
static int
add_row(struct nt_turn *t, struct nt_result *r, int64_t row)
{
	if (r->count == t->svc->config.result_cap) {
		r->incomplete = 1;
		return 0;
	}
	nt_result_add(r, row);
	return 1;
}

/* ---- query ---- */

/* A row that passed, with what it is sorted by; keys stand in one buffer. */
struct hit {
	int64_t row;
	size_t at, len;
	const char *keys;
};

static int
compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return nt_str_cmp((struct nt_str){ x->keys + x->at, x->len },
	    (struct nt_str){ y->keys + y->at, y->len });
}

struct question {
	int64_t source;		/* row */
	int archived;
	int light;		/* asks for nothing but times and id */
	int descending;		/* only by created_time, newest first */
	struct nt_filter *filter;
	struct nt_buf keys;
	struct hit *hits;
	size_t nhits;
};

/* 1 if no condition and no sort looks at a property. */
static int
is_light(struct nt_value v)
{
	if (nt_value_there(nt_value_get(v, "property")))
		return 0;
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_value_count(e) > 0 && !is_light(e))
			return 0;
	return 1;
}

/* A page of which only times and id are told. */
static struct nt_str
light_page(struct nt_turn *t, const struct nt_object *o)
{
	char id[NT_ID_TEXT], created[NT_TIME_TEXT], edited[NT_TIME_TEXT];

	nt_id_format(&o->id, id);
	nt_time_format(o->created, created);
	nt_time_format(o->edited, edited);
	nt_buf_clear(&t->scratch);
	nt_buf_fmt(&t->scratch, "{\"created_time\":\"%s\",\"id\":\"%s\","
	    "\"last_edited_time\":\"%s\",\"object\":\"page\"}", created, id,
	    edited);
	return nt_buf_view(&t->scratch);
}

static void
add_hit(struct question *q, int64_t row, struct nt_value page)
{
	struct hit *hit;

	if ((q->nhits & (q->nhits - 1)) == 0)
		q->hits = nt_realloc_array(q->hits,
		    q->nhits == 0 ? 1 : 2 * q->nhits, sizeof *q->hits);
	hit = &q->hits[q->nhits++];
	hit->row = row;
	hit->at = q->keys.len;
	nt_filter_sort_key(q->filter, page, &q->keys);
	hit->len = q->keys.len - hit->at;
}

/* Rows of the data source by (created_time, id), which an index has. */
static struct nt_stmt *
select_rows(struct nt_turn *t, const struct question *q)
{
	static const char all[] = "SELECT " NT_OBJECT_COLUMNS
	    " FROM served_object WHERE kind = 1 AND parent = ?1 AND state = ?2"
	    " ORDER BY created, id";
	static const char light[] = "SELECT row, id, kind, parent, state,"
	    " position, created, edited, shape, NULL, NULL FROM served_object"
	    " WHERE kind = 1 AND parent = ?1 AND state = ?2"
	    " ORDER BY created, id";
	static const char newest[] = "SELECT row, id, kind, parent, state,"
	    " position, created, edited, shape, NULL, NULL FROM served_object"
	    " WHERE kind = 1 AND parent = ?1 AND state = ?2"
	    " ORDER BY created DESC, id";
	struct nt_stmt *s = nt_db_stmt(t->db,
	    q->descending ? newest : q->light ? light : all);

	nt_stmt_int(s, 1, q->source);
	nt_stmt_int(s, 2, q->archived ? NT_ARCHIVED : NT_LIVE);
	return s;
}

/* Walks the rows; those that pass become hits, or results if no sort waits. */
static int
walk_rows(struct nt_turn *t, struct question *q, int has_filter, int has_sorts,
    struct nt_result *r)
{
	struct nt_stmt *s = select_rows(t, q);
	struct nt_object o;
	struct nt_value page;
	struct nt_err err;
	int got = 0;

	while (got == 0 && nt_stmt_step(s)) {
		nt_store_read(s, &o);
		if (!has_filter && !has_sorts) {
			if (!add_row(t, r, o.row))
				break;
			continue;
		}
		if (q->light)
			o.json = light_page(t, &o);
		got = nt_json_parse(t->svc->doc, o.json.p, o.json.len, &page,
		    &err);
		if (got == -1 || !nt_filter_match(q->filter, page))
			continue;
		if (has_sorts)
			add_hit(q, o.row, page);
		else if (!add_row(t, r, o.row))
			break;
	}
	nt_stmt_done(s);
	return got == -1 ? nt_refuse(&t->why, 500, "internal_server_error",
	    "Unexpected error occurred: %s", err.text) : 0;
}

static void
sort_hits(struct nt_turn *t, struct question *q, struct nt_result *r)
{
	for (size_t i = 0; i < q->nhits; i++)
		q->hits[i].keys = q->keys.p;	/* where they stand by now */
	if (q->nhits > 1)
		qsort(q->hits, q->nhits, sizeof *q->hits, compare_hits);
	for (size_t i = 0; i < q->nhits && add_row(t, r, q->hits[i].row); i++)
		continue;
}

/* The one sort that the index answers: 1 by created_time, -1 backwards. */
static int
sort_of_index(struct nt_value sorts)
{
	struct nt_value first = nt_value_first(sorts);

	if (nt_value_count(sorts) != 1 || !nt_value_text_is(
	    nt_value_get(first, "timestamp"), "created_time"))
		return 0;
	return nt_value_text_is(nt_value_get(first, "direction"),
	    "descending") ? -1 : 1;
}

int
nt_query_rows(struct nt_turn *t, const struct nt_held *source,
    struct nt_value filter, struct nt_value sorts, int archived,
    struct nt_result *r)
{
	struct question q = { .source = source->o.row, .archived = archived };
	int by_index = sort_of_index(sorts), has_sorts, got;

	q.filter = nt_filter_new(filter, sorts,
	    nt_value_get(source->v, "properties"), &t->svc->me, t->now,
	    &t->why);
	if (q.filter == NULL)
		return -1;
	q.light = is_light(filter) && is_light(sorts);
	q.descending = by_index == -1 && q.light;
	has_sorts = nt_filter_sorts(q.filter) && by_index != 1 &&
	    !q.descending;
	nt_buf_init(&q.keys, NT_BUF_MAX);
	got = walk_rows(t, &q, nt_value_count(filter) > 0, has_sorts, r);
	if (got == 0 && has_sorts)
		sort_hits(t, &q, r);
	nt_buf_free(&q.keys);
	free(q.hits);
	nt_filter_free(q.filter);
	return got;
}

static int
make_query(struct nt_turn *t, void *arg, struct nt_result *r)
{
	/* Data sources among the results are those of wikis. */
	if (nt_value_text_is(nt_value_get(t->body, "result_type"),
	    "data_source"))
		return 0;
	return nt_query_rows(t, arg, nt_value_get(t->body, "filter"),
	    nt_value_get(t->body, "sorts"),
	    nt_value_true(nt_value_get(t->body, "is_archived")), r);
}

int
nt_on_query(struct nt_turn *t)
{
	struct nt_held source;
	uint8_t hash[8];
	int got;

	if (nt_hold(t, &t->id[0], NT_A_DATA_SOURCE, &source) == -1)
		return -1;
	got = nt_turn_check_wanted(t, nt_value_get(source.v, "properties"));
	if (got == 0) {
		hash_question(t, &t->id[0], hash);
		got = nt_list_answer(t, hash, make_query, &source);
	}
	nt_release(&source);
	return got;
}

/* ---- search ---- */

struct search {
	int pages, sources;	/* which are wanted */
	enum nt_state state;
	int ascending;
	struct nt_buf text;	/* folded; empty: everything */
};

static int
make_search(struct nt_turn *t, void *arg, struct nt_result *r)
{
	static const char newest[] = "SELECT row, kind, title"
	    " FROM served_object WHERE kind IN (1, 3) AND state = ?1"
	    " ORDER BY edited DESC, id DESC";
	static const char oldest[] = "SELECT row, kind, title"
	    " FROM served_object WHERE kind IN (1, 3) AND state = ?1"
	    " ORDER BY edited, id";
	const struct search *q = arg;
	struct nt_stmt *s = nt_db_stmt(t->db, q->ascending ? oldest : newest);

	nt_stmt_int(s, 1, q->state);
	while (nt_stmt_step(s)) {
		struct nt_str title = nt_stmt_col_str(s, 2);

		if (!(nt_stmt_col_int(s, 1) == NT_A_PAGE ? q->pages :
		    q->sources))
			continue;
		if (q->text.len > 0 && !nt_contains(title,
		    nt_buf_view(&q->text)))
			continue;
		if (!add_row(t, r, nt_stmt_col_int(s, 0)))
			break;
	}
	nt_stmt_done(s);
	return 0;
}

int
nt_on_search(struct nt_turn *t)
{
	static const struct nt_id everything;
	struct nt_value filter = nt_value_get(t->body, "filter");
	struct nt_value value = nt_value_get(filter, "value");
	struct nt_value sort = nt_value_get(t->body, "sort");
	struct search q = {
		.pages = !nt_value_text_is(value, "data_source"),
		.sources = !nt_value_text_is(value, "page"),
		.state = nt_value_true(nt_value_get(filter, "in_trash")) ?
		    NT_TRASHED : NT_LIVE,
		.ascending = nt_value_text_is(nt_value_get(sort, "direction"),
		    "ascending"),
	};
	uint8_t hash[8];
	int got;

	nt_buf_init(&q.text, NT_BUF_MAX);
	nt_fold(nt_value_text(nt_value_get(t->body, "query")), &q.text);
	hash_question(t, &everything, hash);
	got = nt_list_answer(t, hash, make_search, &q);
	nt_buf_free(&q.text);
	return got;
}
