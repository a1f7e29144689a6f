/*
 * Queries of a view (api 2.8): its rows by its own filter and sorts, found
 * once and kept under an id for a while.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define LIFE_MS ((int64_t)15 * 60 * 1000)

/* Results of view queries stand under generation 0, which no cursor has. */
static struct nt_list_key
key_of(const struct nt_id *query)
{
	struct nt_list_key key = { .generation = 0 };

	memcpy(key.hash, query->b, sizeof key.hash);
	return key;
}

static int
find_rows(struct nt_turn *t, const struct nt_held *view, struct nt_result *r)
{
	struct nt_held source;
	int got;

	if (nt_id_is_nil(&view->o.link))
		return nt_refuse_form(&t->why,
		    "A dashboard has no rows of its own.");
	if (nt_hold(t, &view->o.link, NT_A_DATA_SOURCE, &source) == -1)
		return -1;
	got = nt_query_rows(t, &source, nt_value_get(view->v, "filter"),
	    nt_value_get(view->v, "sorts"), 0, r);
	nt_release(&source);
	return got;
}

/* "results":[…],"next_cursor":…,"has_more":…,"request_status":… */
static void
put_slice(struct nt_turn *t, const struct nt_result *r,
    const struct nt_list_key *key, size_t from, size_t size)
{
	size_t to = r->count - from > size ? from + size : r->count;
	char text[NT_ID_TEXT];
	struct nt_stmt *hold;
	struct nt_object o;

	nt_buf_str(t->out, "\"results\":[");
	for (size_t i = from; i < to; i++) {
		if (nt_store_get_row(t->db, r->rows[i], &o, &hold)) {
			nt_id_format(&o.id, text);
			nt_buf_fmt(t->out, "%s{\"object\":\"page\",\"id\":"
			    "\"%s\"}", i > from ? "," : "", text);
		}
		nt_stmt_done(hold);
	}
	nt_cursor_format(key, to, text);
	nt_buf_str(t->out, "],\"next_cursor\":");
	if (to < r->count)
		nt_buf_fmt(t->out, "\"%s\",\"has_more\":true", text);
	else
		nt_buf_str(t->out, "null,\"has_more\":false");
	nt_buf_fmt(t->out, ",\"request_status\":{%s}", !r->incomplete ?
	    "\"type\":\"complete\"" : "\"type\":\"incomplete\","
	    "\"incomplete_reason\":\"query_result_limit_reached\"");
}

int
nt_on_view_query(struct nt_turn *t)
{
	struct nt_result made = { 0 };
	const struct nt_result *r;
	struct nt_page_of page;
	struct nt_list_key key;
	struct nt_held view;
	struct nt_id id;
	char query[NT_ID_TEXT], of[NT_ID_TEXT], end[NT_TIME_TEXT];
	int got;

	if (nt_turn_paging(t, &page) == -1 ||
	    nt_hold(t, &t->id[0], NT_A_VIEW, &view) == -1)
		return -1;
	got = find_rows(t, &view, &made);
	nt_release(&view);
	if (got == -1) {
		free(made.rows);
		return -1;
	}
	nt_id_random(&id);
	key = key_of(&id);
	r = nt_lists_put(t->svc->lists, &key, &made);
	nt_id_format(&id, query);
	nt_id_format(&t->id[0], of);
	nt_time_format(t->now + LIFE_MS, end);
	nt_buf_fmt(t->out, "{\"object\":\"view_query\",\"id\":\"%s\","
	    "\"view_id\":\"%s\",\"expires_at\":\"%s\",\"total_count\":%zu,",
	    query, of, end, r->count);
	put_slice(t, r, &key, 0, page.size);
	nt_buf_char(t->out, '}');
	nt_turn_stamp(t);
	return 0;
}

int
nt_on_view_results(struct nt_turn *t)
{
	struct nt_list_key key = key_of(&t->id[1]), of;
	const struct nt_result *r = nt_lists_get(t->svc->lists, &key);
	struct nt_page_of page;
	size_t from = 0;

	if (nt_turn_paging(t, &page) == -1)
		return -1;
	if (r == NULL)
		return nt_refuse_missing(t, "view query", &t->id[1]);
	if (page.cursor[0] != '\0' &&
	    (nt_cursor_scan(page.cursor, &of, &from) == -1 ||
	    memcmp(of.hash, key.hash, sizeof of.hash) != 0 || from > r->count))
		return nt_refuse_cursor(t, page.cursor);
	nt_buf_str(t->out, "{\"object\":\"list\",\"type\":\"page\","
	    "\"page\":{},");
	put_slice(t, r, &key, from, page.size);
	nt_buf_char(t->out, '}');
	nt_turn_stamp(t);
	return 0;
}

int
nt_on_view_forget(struct nt_turn *t)
{
	struct nt_list_key key = key_of(&t->id[1]);
	char text[NT_ID_TEXT];

	if (nt_lists_get(t->svc->lists, &key) == NULL)
		return nt_refuse_missing(t, "view query", &t->id[1]);
	nt_lists_drop(t->svc->lists, &key);
	nt_id_format(&t->id[1], text);
	nt_buf_fmt(t->out, "{\"object\":\"view_query\",\"id\":\"%s\","
	    "\"deleted\":true}", text);
	nt_turn_stamp(t);
	return 0;
}
