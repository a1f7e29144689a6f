/*
 * The rows of a data source by (created_time, id), archived ones among them.
 *
 * Two queries, plain and archived, come sorted by created_time; ids within one
 * minute come in any order.  A row may be written once neither query can bring
 * another of its minute.  A query that is cut at 10,000 rows (api 1.6) is begun
 * anew from its last minute on.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"

#define HELD_BYTES ((size_t)512 << 10)	/* rows in memory; more are spooled */

struct row {
	int64_t created;
	struct nt_id id;
	enum { ROW_QUERIED, ROW_LISTED, ROW_OF_BASE } from;
	char *text;		/* of a queried one; NULL: it is in the spool */
	uint64_t at;
	uint32_t len;
	enum nt_kind kind;
};

enum feed_state {
	FEED_READY,		/* its next part can be asked for */
	FEED_RUNS,
	FEED_ENDED
};

struct feed {
	struct rows *rows;
	int archived;
	enum feed_state state;
	struct pager pager;
	int cut;		/* a part of this window said incomplete */
	int64_t since;		/* where the window begins */
	int windowed;		/* since is set */
	int past;		/* the window is after since, not on it */
	int64_t last;		/* created_time of the last row seen */
	unsigned windows;
};

struct rows {
	struct item item;
	struct nt_id source;
	struct feed feeds[2];
	struct row *list;	/* gathered, the first sorted ones emitted */
	size_t count;
	size_t room;
	size_t ready;		/* sorted and to be written */
	size_t next;		/* of those, the first not written */
	size_t held;		/* bytes in memory */
	size_t spooled;		/* rows in the spool, not written */
	struct nt_spool *spool;
	struct nt_buf missed;	/* errors, to stand behind the rows */
	const char *said;	/* the last of them that was of an answer */
};

static struct subject
subject_of(const struct rows *r)
{
	return (struct subject){ "page", &r->source,
	    "data_source_id", &r->source };
}

static int
compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return nt_id_cmp(&x->id, &y->id);
}

/* An answer that says too little; that both queries have it is said once. */
static void
doubt(struct rows *r, const char *code, const char *why)
{
	struct subject s = subject_of(r);

	if (r->said == NULL || strcmp(r->said, why) != 0)
		error_text(&r->missed, &s, code, why);
	r->said = why;
}

/* Nothing older than this can come any more. */
static int64_t
bound(const struct rows *r)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < 2; i++)
		if (r->feeds[i].state != FEED_ENDED &&
		    r->feeds[i].last < least)
			least = r->feeds[i].last;
	return least;
}

/* Forgets the rows written and sorts those that may be written next. */
static void
settle(struct rows *r)
{
	int64_t limit = bound(r);
	size_t below = 0;

	if (r->next < r->ready)
		return;
	if (r->next > 0)
		memmove(r->list, r->list + r->next,
		    (r->count - r->next) * sizeof *r->list);
	r->count -= r->next;
	r->next = r->ready = 0;
	if (r->spooled == 0)
		nt_spool_clear(r->spool);
	for (size_t i = 0; i < r->count; i++)
		below += r->list[i].created < limit;
	if (below == 0)
		return;
	qsort(r->list, r->count, sizeof *r->list, compare_rows);
	r->ready = below;
}

static struct row *
new_row(struct rows *r, enum nt_kind kind, const struct nt_id *id,
    int64_t created)
{
	if (r->count == r->room) {
		r->room = r->room == 0 ? 256 : 2 * r->room;
		r->list = nt_realloc_array(r->list, r->room, sizeof *r->list);
	}
	r->list[r->count] = (struct row){ .created = created, .id = *id,
	    .kind = kind };
	return &r->list[r->count++];
}

static void
add_row(struct rows *r, struct nt_value v, enum nt_kind kind,
    const struct nt_id *id, int64_t created)
{
	struct nt_str raw = nt_value_raw(v);
	struct row *row = new_row(r, kind, id, created);
	struct nt_err err;

	row->len = (uint32_t)raw.len;
	if (r->held + raw.len <= HELD_BYTES) {
		row->text = nt_strndup(raw.p, raw.len);
		r->held += raw.len;
		return;
	}
	r->spooled++;
	row->at = nt_spool_size(r->spool);
	if (nt_spool_add(r->spool, raw.p, raw.len, &err) == -1)
		walk_fail(r->item.walk, &err);
}

/*
 * A row, or in a wiki a data source, whose database is a child here (api 2.3).
 * One that a window repeats was claimed before.
 */
static void
take(struct feed *f, struct nt_value v)
{
	struct rows *r = f->rows;
	int64_t created = member_time(v, "created_time");
	struct nt_id id;

	if (created > f->last)
		f->last = created;
	if (object_is(v, NT_KIND_PAGE, &id)) {
		if (known_claim(r->item.walk, &id))
			add_row(r, v, NT_KIND_PAGE, &id, created);
	} else if (nt_value_text_is(nt_value_get(v, "object"),
	    "data_source")) {
		if (member_id(nt_value_get(v, "parent"), "database_id", &id) &&
		    !known_claimed(r->item.walk, &id))
			add_row(r, v, NT_KIND_DATABASE, &id, created);
	} else {
		doubt(r, "unexpected_answer",
		    "an entry of the list is no page");
	}
}

/*
 * The query was cut.  Its next window begins with the last minute seen; when
 * that is where this one began, more rows share the minute than a query can
 * give, and only what is after it can still be had.
 */
static void
next_window(struct feed *f)
{
	int stuck = f->windowed && f->last <= f->since;

	if (stuck)
		doubt(f->rows, "query_result_limit_reached",
		    "more rows have one created_time than a query shows");
	if (++f->windows >= WINDOWS_MAX) {
		doubt(f->rows, "unexpected_answer",
		    "the query goes on beyond any number of rows");
		f->state = FEED_ENDED;
		return;
	}
	if (stuck && f->past) {
		f->state = FEED_ENDED;	/* it moves no more */
		return;
	}
	f->past = stuck;
	f->since = f->last;
	f->windowed = 1;
	f->cut = 0;
	pager_clear(&f->pager);
	f->state = FEED_READY;
}

static void
take_part(struct feed *f, struct nt_value list)
{
	const char *why = NULL;
	struct nt_value e;

	for (e = nt_value_first(nt_value_get(list, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		take(f, e);
	f->cut |= list_is_cut(list);
	f->state = FEED_READY;
	switch (pager_step(&f->pager, list, &why)) {
	case 1:
		return;
	case -1:
		doubt(f->rows, "unexpected_answer", why);
		f->state = FEED_ENDED;
		return;
	}
	if (f->cut)
		next_window(f);
	else
		f->state = FEED_ENDED;
}

static void
fed(void *arg, const struct nt_reply *reply)
{
	struct feed *f = arg;
	struct rows *r = f->rows;
	struct subject s = subject_of(r);

	f->state = FEED_ENDED;
	if (reply_ok(reply))
		take_part(f, reply->value);
	else if (f->archived && reply->status == 400)
		loss_text(&r->missed, &s, "",
		    "archived rows cannot be listed here", 0);
	else
		error_reply(&r->missed, &s, reply);
	if (r->feeds[0].state != FEED_RUNS && r->feeds[1].state != FEED_RUNS)
		r->item.state = ITEM_WAITS;
}

static void
ask(struct feed *f)
{
	struct nt_walk *w = f->rows->item.walk;
	struct nt_call call = { .method = "POST", .safe = 1 };
	struct nt_buf body;
	struct nt_json_out o;
	char id[NT_ID_TEXT], path[128], since[NT_TIME_TEXT];

	nt_buf_init(&body, NT_BUF_MAX);
	nt_json_out_init(&o, &body);
	nt_json_open(&o, NULL, '{');
	if (f->windowed) {
		nt_time_format(f->since, since);
		nt_json_open(&o, "filter", '{');
		nt_json_put_text(&o, "timestamp", "created_time");
		nt_json_open(&o, "created_time", '{');
		nt_json_put_text(&o, f->past ? "after" : "on_or_after", since);
		nt_json_close(&o, '}');
		nt_json_close(&o, '}');
	}
	if (f->archived)
		nt_json_put_bool(&o, "is_archived", 1);
	pager_body(&f->pager, &o);
	nt_json_open(&o, "sorts", '[');
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "timestamp", "created_time");
	nt_json_put_text(&o, "direction", "ascending");
	nt_json_close(&o, '}');
	nt_json_close(&o, ']');
	nt_json_close(&o, '}');
	nt_id_format(&f->rows->source, id);
	snprintf(path, sizeof path, "/v1/data_sources/%s/query", id);
	call.path = path;
	call.body = nt_buf_view(&body);
	f->state = FEED_RUNS;
	f->rows->item.state = ITEM_RUNS;
	nt_api_call(w->api, &call, fed, f);
	nt_buf_free(&body);
}

/* Parses the row's text: 1, or 0 and the walk has failed. */
static int
read_row(struct rows *r, const struct row *row, struct nt_value *v)
{
	struct nt_walk *w = r->item.walk;
	const char *text = row->text;
	struct nt_err err;
	char *to;

	if (row->from == ROW_LISTED)
		return known_object(w, &row->id, v);
	if (row->from == ROW_OF_BASE)
		return base_page(w, &row->id, v);
	if (text == NULL) {
		nt_buf_clear(&w->text);
		text = to = nt_buf_reserve(&w->text, row->len);
		r->spooled--;
		if (nt_spool_read(r->spool, row->at, to, row->len, &err) == -1)
			goto fail;
	}
	if (nt_json_parse(w->doc, text, row->len, v, &err) == -1)
		goto fail;
	return 1;

fail:
	walk_fail(w, &err);
	return 0;
}

static void
put_row(struct rows *r, struct row *row)
{
	struct item *it = &r->item;
	struct nt_value v;

	if (row->from == ROW_OF_BASE && base_rechecked(it->walk, &row->id)) {
		struct thing *t = thing_before(it, NT_KIND_PAGE, &row->id);

		t->claimed = t->former = 1;
		return;
	}
	if (read_row(r, row, &v)) {
		if (row->kind == NT_KIND_DATABASE)
			thing_before(it, row->kind, &row->id)->shy = 1;
		else
			page_put(it, v, &row->id);
	}
	if (row->text != NULL)
		r->held -= row->len;
	free(row->text);
	row->text = NULL;
}

/* Asks for what holds the order back: the query whose rows are oldest. */
static void
ask_oldest(struct rows *r)
{
	int64_t least = bound(r);

	for (int i = 0; i < 2; i++)
		if (r->feeds[i].state == FEED_READY &&
		    r->feeds[i].last == least)
			ask(&r->feeds[i]);
}

static void
rows_start(struct item *it)
{
	struct rows *r = (struct rows *)it;

	settle(r);
	if (r->next < r->ready) {
		for (int i = 0; i < BATCH && r->next < r->ready; i++)
			put_row(r, &r->list[r->next++]);
	} else if (bound(r) < INT64_MAX) {
		ask_oldest(r);
	} else {
		nt_buf_add(text_of(it), r->missed.p, r->missed.len);
		item_remove(it);
	}
}

static void
rows_clear(struct item *it)
{
	struct rows *r = (struct rows *)it;

	for (size_t i = r->next; i < r->count; i++)
		free(r->list[i].text);
	free(r->list);
	for (int i = 0; i < 2; i++)
		pager_clear(&r->feeds[i].pager);
	nt_spool_free(r->spool);
	nt_buf_free(&r->missed);
}

static const struct verb rows_verb = {
	.size = sizeof(struct rows),
	.start = rows_start,
	.clear = rows_clear,
};

static struct rows *
new_rows(struct item *at, const struct nt_id *source)
{
	struct rows *r = item_before(at, &rows_verb, at->scope);

	r->source = *source;
	r->spool = nt_spool_new();
	nt_buf_init(&r->missed, NT_BUF_MAX);
	for (int i = 0; i < 2; i++) {
		r->feeds[i].rows = r;
		r->feeds[i].archived = i;
		r->feeds[i].last = INT64_MIN;
	}
	return r;
}

void
rows_before(struct item *at, const struct nt_id *source)
{
	new_rows(at, source);
}

void
rows_listed_before(struct item *at, const struct nt_id *source,
    const struct row_list *rows, int archived)
{
	struct rows *r = new_rows(at, source);

	r->feeds[0].state = FEED_ENDED;
	if (!archived)
		r->feeds[1].state = FEED_ENDED;
	for (size_t i = 0; i < rows->count; i++) {
		const struct listed_row *row = &rows->rows[i];

		if (known_claim(at->walk, &row->id))
			new_row(r, NT_KIND_PAGE, &row->id, row->created)->from =
			    row->of_base ? ROW_OF_BASE : ROW_LISTED;
	}
}
