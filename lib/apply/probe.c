/*
 * Was it done?  After an answer that leaves it open (api 9), or a crash before
 * one, what was to be written is looked for; only if it is not there it is
 * written again.  There is one writer of each page and data source, so what
 * is there and is not known is what the step made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/stored.h"

#define CLOCKS_MS (5 * 60 * 1000)	/* ours may differ by that */
#define TITLE_PART sizeof(((struct nt_listed *)0)->title)

/*
 * It will be sent again, under a number of its own; were this one left open,
 * the next run would look for it among what was written since.
 */
static void
undone(struct nt_job *job)
{
	struct nt_err err;

	if (nt_journal_undone(job->a, job->step, &err) == -1) {
		nt_job_stop_all(job->a, err.kind, "%s", err.text);
		return;
	}
	nt_step_undone(job->a, job->step);
	job->got = NT_GOT_UNDONE;
	nt_job_ready(job, job->resume);
}

static void
done(struct nt_job *job, struct nt_buf *map)
{
	nt_buf_char(map, '}');
	job->go = job->resume;
	nt_step_done(job, nt_buf_view(map));
}

/* 1 if the id is of something that this restore did not make. */
static int
is_unknown(const struct nt_apply *a, const struct nt_id *id)
{
	return !nt_id_map_get(a->mine, id, NULL) &&
	    !nt_id_map_get(a->before, id, NULL);
}

/* The beginning of the title that the page or database was to have. */
static void
wanted_title(struct nt_job *job, char title[TITLE_PART])
{
	struct nt_apply *a = job->a;
	struct nt_value record = nt_node_record(a, job->step->node);
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	if (a->plan.new_name != NULL &&
	    nt_node(a, job->step->node)->parent == 0)
		nt_buf_str(&text, a->plan.new_name);
	else
		nt_title_text(record, &text);
	snprintf(title, TITLE_PART, "%s", text.p);
	nt_buf_free(&text);
}

/* ---- blocks ---- */

/* Keeps the first `blocks` at the top of what was placed; drops the rest. */
static void
shorten(struct nt_apply *a, struct nt_step *step, size_t blocks)
{
	size_t i, keep = 0, seen = 0;

	for (i = 0; i < step->nplaced; i++) {
		const struct nt_placed *p = &step->placed[i];

		if (p->parts != NT_PARTS_RESERVED &&
		    nt_node(a, p->node)->parent == step->node) {
			if (seen + p->parts > blocks)
				break;
			seen += p->parts;
		}
		keep = i + 1;
	}
	step->nplaced = keep;
	step->top = (unsigned)seen;
}

/* Where in the listing what was appended begins, and how many blocks of it. */
static size_t
find_appended(const struct nt_job *job, size_t *count)
{
	const struct nt_step *step = job->step;
	size_t at = job->nlisted, extra;

	extra = job->nlisted > step->had ? job->nlisted - step->had : 0;
	*count = extra < step->top ? extra : step->top;
	if (step->start)
		return 0;
	if (nt_id_is_nil(&step->after))
		return at - extra;
	for (size_t i = 0; i < job->nlisted; i++)
		if (nt_id_eq(&job->listed[i].id, &step->after))
			return i + 1;
	*count = 0;
	return at;
}

static void
on_appended(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = job->step;
	size_t count, at = find_appended(job, &count);
	struct nt_buf map;

	shorten(a, step, count);
	if (step->top == 0) {
		undone(job);
		return;
	}
	nt_buf_init(&map, NT_BUF_MAX);
	nt_buf_char(&map, '{');
	for (size_t i = 0; i < step->nplaced; i++) {
		const struct nt_placed *p = &step->placed[i];

		if (p->parts == 0 || p->parts == NT_PARTS_RESERVED ||
		    nt_node(a, p->node)->parent != step->node)
			continue;
		at += p->parts;
		nt_step_map(&map, &nt_node(a, p->node)->id,
		    &job->listed[at - 1].id);
	}
	done(job, &map);
	nt_buf_free(&map);
}

static void
probe_append(struct nt_job *job)
{
	nt_job_list(job, &nt_node(job->a, job->step->node)->to, on_appended);
}

/* ---- pages ---- */

static void
page_found(struct nt_job *job)
{
	struct nt_buf map;

	nt_buf_init(&map, NT_BUF_MAX);
	nt_buf_char(&map, '{');
	nt_step_map(&map, &nt_node(job->a, job->step->node)->id, &job->found);
	done(job, &map);
	nt_buf_free(&map);
}

static void
on_page_body(struct nt_job *job)
{
	shorten(job->a, job->step, job->nlisted);
	page_found(job);
}

/* The page is there; is all of it? */
static void
look_inside(struct nt_job *job, const struct nt_id *id)
{
	job->found = *id;
	if (job->step->nplaced > 0)
		nt_job_list(job, id, on_page_body);
	else
		page_found(job);
}

/* The block of that type and title that nobody knows, or NULL. */
static const struct nt_listed *
find_stranger(struct nt_job *job, enum nt_block type)
{
	char title[TITLE_PART];

	wanted_title(job, title);
	for (size_t i = job->nlisted; i-- > 0;)
		if (job->listed[i].type == type &&
		    is_unknown(job->a, &job->listed[i].id) &&
		    strcmp(job->listed[i].title, title) == 0)
			return &job->listed[i];
	return NULL;
}

static void
on_siblings(struct nt_job *job)
{
	const struct nt_listed *l = find_stranger(job, NT_BLOCK_CHILD_PAGE);
	struct nt_id id;

	if (l == NULL) {
		undone(job);
		return;
	}
	id = l->id;
	look_inside(job, &id);
}

/* ---- lists, page after page ---- */

static void ask_list(struct nt_job *job);

/* Keeps those that nobody knows, with the beginnings of their titles. */
static void
on_part(struct nt_job *job)
{
	struct nt_value body = job->reply->value, e;
	struct nt_str cursor = nt_value_text(nt_value_get(body,
	    "next_cursor"));
	struct nt_id id;

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(job->a, NT_AGAIN, "it cannot be told whether "
		    "a write was done: %s", job->reply->message);
		return;
	}
	for (e = nt_value_first(nt_value_get(body, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) == 0
		    && is_unknown(job->a, &id)) {
			struct nt_listed *l = nt_job_listed(job);
			struct nt_buf title;

			l->id = id;
			nt_buf_init(&title, NT_BUF_MAX);
			nt_title_text(e, &title);
			snprintf(l->title, sizeof l->title, "%s", title.p);
			nt_buf_free(&title);
		}
	nt_buf_clear(&job->cursor);
	nt_buf_add(&job->cursor, cursor.p, cursor.len);
	if (nt_value_true(nt_value_get(body, "has_more")) && cursor.len > 0)
		ask_list(job);
	else
		nt_job_ready(job, job->then);
}

/* A query by POST if the step asks for rows, else a list by GET. */
static void
ask_list(struct nt_job *job)
{
	struct nt_buf path, body;
	char id[NT_ID_TEXT], since[NT_TIME_TEXT];

	nt_id_format(&job->listing, id);
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_init(&body, NT_BUF_MAX);
	if (job->step->kind == NT_STEP_PAGE) {
		nt_time_format(job->step->began - CLOCKS_MS, since);
		nt_buf_fmt(&path, "/v1/data_sources/%s/query", id);
		nt_buf_fmt(&body, "{\"filter\":{\"timestamp\":"
		    "\"created_time\",\"created_time\":{\"on_or_after\":"
		    "\"%s\"}}", since);
		if (job->cursor.len > 0) {
			nt_buf_str(&body, ",\"start_cursor\":");
			nt_json_quote(&body, nt_buf_view(&job->cursor));
		}
		nt_buf_char(&body, '}');
		nt_step_read(job, "POST", path.p, nt_buf_view(&body),
		    on_part);
	} else {
		nt_buf_fmt(&path, "/v1/%s=%s&page_size=%d",
		    job->step->kind == NT_STEP_VIEW ? "views?database_id" :
		    "comments?block_id", id, NT_PAGE_SIZE_MAX);
		if (job->cursor.len > 0) {
			nt_buf_str(&path, "&start_cursor=");
			nt_api_encode(&path, nt_buf_view(&job->cursor));
		}
		nt_step_read(job, "GET", path.p, (struct nt_str){ NULL, 0 },
		    on_part);
	}
	nt_buf_free(&path);
	nt_buf_free(&body);
}

static void
list_strangers(struct nt_job *job, const struct nt_id *id,
    void (*then)(struct nt_job *job))
{
	job->listing = *id;
	job->nlisted = 0;
	job->then = then;
	nt_buf_clear(&job->cursor);
	ask_list(job);
}

/* A row: a page with that title that nobody knows. */
static void
on_rows(struct nt_job *job)
{
	char title[TITLE_PART];
	struct nt_id id;

	wanted_title(job, title);
	for (size_t i = 0; i < job->nlisted; i++)
		if (strcmp(job->listed[i].title, title) == 0) {
			id = job->listed[i].id;
			look_inside(job, &id);
			return;
		}
	undone(job);
}

static void
probe_page(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	const struct nt_node *holder = nt_node(a,
	    nt_node(a, job->step->node)->parent);

	if (holder->kind == NT_KIND_DATA_SOURCE)
		list_strangers(job, &holder->to, on_rows);
	else
		nt_job_list(job, &holder->to, on_siblings);
}

/* ---- databases ---- */

/* What a GET answers is what the POST would have answered. */
static void
on_same(struct nt_job *job)
{
	struct nt_buf map;

	nt_buf_init(&map, NT_BUF_MAX);
	job->go = job->resume;
	if (job->reply->code[0] == '\0' && nt_step_answer(job->a, job->step,
	    job->reply->value, &map) == 0)
		nt_step_done(job, nt_buf_view(&map));
	else
		nt_job_stop_all(job->a, NT_AGAIN, "what was written cannot be "
		    "read: %s", job->reply->message);
	nt_buf_free(&map);
}

static void
get_same(struct nt_job *job, const char *what, const struct nt_id *id)
{
	char text[NT_ID_TEXT], path[80];

	nt_id_format(id, text);
	snprintf(path, sizeof path, "/v1/%s/%s", what, text);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, on_same);
}

static void
on_database_siblings(struct nt_job *job)
{
	const struct nt_listed *l = find_stranger(job,
	    NT_BLOCK_CHILD_DATABASE);

	if (l == NULL)
		undone(job);
	else
		get_same(job, "databases", &l->id);
}

static void
probe_database(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	nt_job_list(job, &nt_node(a, nt_node(a, job->step->node)->parent)->to,
	    on_database_siblings);
}

/* The last of a database's sources that nobody knows. */
static void
on_sources(struct nt_job *job)
{
	struct nt_value e = nt_value_first(nt_value_get(job->reply->value,
	    "data_sources"));
	struct nt_id id, last = { { 0 } };

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(job->a, NT_AGAIN, "it cannot be told whether "
		    "a data source was made: %s", job->reply->message);
		return;
	}
	for (; nt_value_there(e); e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) == 0
		    && is_unknown(job->a, &id))
			last = id;
	if (nt_id_is_nil(&last))
		undone(job);
	else
		get_same(job, "data_sources", &last);
}

static void
probe_source(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	char id[NT_ID_TEXT], path[80];

	nt_id_format(&nt_node(a, nt_node(a, job->step->node)->parent)->to, id);
	snprintf(path, sizeof path, "/v1/databases/%s", id);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, on_sources);
}

/* ---- views, comments ---- */

/* The last of those that nobody knows is the one. */
static void
on_strangers(struct nt_job *job)
{
	if (job->nlisted == 0)
		undone(job);
	else
		get_same(job, job->step->kind == NT_STEP_VIEW ? "views" :
		    "comments", &job->listed[job->nlisted - 1].id);
}

/* ---- changes of what is there ---- */

static void
on_edited(struct nt_job *job)
{
	struct nt_buf map;
	char base[NT_BASE_TEXT];

	nt_change_digest(job->reply->value, base);
	nt_buf_init(&map, NT_BUF_MAX);
	nt_buf_char(&map, '{');
	if (job->reply->code[0] == '\0' &&
	    strcmp(base, job->step->expect) == 0)
		done(job, &map);
	else
		undone(job);
	nt_buf_free(&map);
}

static void
probe_edit(struct nt_job *job)
{
	struct nt_node *node = nt_node(job->a, job->step->node);
	const char *path = nt_edit_path(node->kind);
	char id[NT_ID_TEXT], text[80];

	if (job->step->expect[0] == '\0' || path == NULL) {
		undone(job);
		return;
	}
	nt_id_format(&node->id, id);
	snprintf(text, sizeof text, "/v1/%s/%s", path, id);
	nt_step_read(job, "GET", text, (struct nt_str){ NULL, 0 }, on_edited);
}

/* ---- */

void
nt_probe(struct nt_job *job)
{
	job->resume = job->go;
	switch (job->step->kind) {
	case NT_STEP_APPEND:
		probe_append(job);
		break;
	case NT_STEP_PAGE:
		probe_page(job);
		break;
	case NT_STEP_DATABASE:
		probe_database(job);
		break;
	case NT_STEP_SOURCE:
		probe_source(job);
		break;
	case NT_STEP_VIEW:
	case NT_STEP_COMMENT:
		list_strangers(job, &job->step->target, on_strangers);
		break;
	case NT_STEP_EDIT:
		probe_edit(job);
		break;
	default:
		undone(job);	/* it may be sent twice */
		break;
	}
}
