/*
 * Who sends next.  A job has at most one request out; when its answer has
 * been taken in, it is put behind those that are ready, so nothing is called
 * from inside of what it called.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void
enqueue(struct nt_queue_of_jobs *q, struct nt_job *job)
{
	job->next = NULL;
	if (q->head == NULL)
		q->head = job;
	else
		q->last->next = job;
	q->last = job;
}

struct nt_job *
nt_job_new(struct nt_apply *a, uint32_t node,
    void (*go)(struct nt_job *job))
{
	struct nt_job *job = nt_alloc(sizeof *job);

	job->a = a;
	job->node = node;
	job->go = go;
	job->most = NT_ARRAY_MAX;
	nt_buf_init(&job->cursor, 4096);
	nt_buf_init(&job->kept, NT_BUF_MAX);
	nt_buf_init(&job->there_text, NT_BUF_MAX);
	nt_buf_init(&job->parts, NT_BUF_MAX);
	job->all = a->jobs;
	job->back = &a->jobs;
	if (a->jobs != NULL)
		a->jobs->back = &job->all;
	a->jobs = job;
	enqueue(&a->waiting, job);
	return job;
}

void
nt_jobs_free(struct nt_apply *a)
{
	while (a->jobs != NULL)
		nt_job_end(a->jobs);
}

void
nt_job_end(struct nt_job *job)
{
	job->a->active--;
	*job->back = job->all;
	if (job->all != NULL)
		job->all->back = job->back;
	nt_step_free(job->step);
	nt_buf_free(&job->cursor);
	nt_buf_free(&job->kept);
	nt_buf_free(&job->there_text);
	nt_buf_free(&job->parts);
	nt_json_free(job->there_doc);
	free(job->fill);
	free(job->wanted);
	free(job->listed);
	free(job);
}

void
nt_job_ready(struct nt_job *job, void (*go)(struct nt_job *job))
{
	job->go = go;
	enqueue(&job->a->ready, job);
}

void
nt_job_sleep(struct nt_job *job, void (*go)(struct nt_job *job))
{
	job->go = go;
	enqueue(&job->a->asleep, job);
}

void
nt_job_wake(struct nt_apply *a)
{
	struct nt_job *job = a->asleep.head, *next;

	a->asleep.head = NULL;
	for (; job != NULL; job = next) {
		next = job->next;
		enqueue(&a->ready, job);
	}
}

void
nt_job_stop_all(struct nt_apply *a, enum nt_err_kind kind, const char *fmt,
    ...)
{
	va_list ap;

	if (a->stopped)
		return;
	a->stopped = 1;
	a->fault.kind = kind;
	va_start(ap, fmt);
	vsnprintf(a->fault.text, sizeof a->fault.text, fmt, ap);
	va_end(ap);
}

/* ---- what is in a block ---- */

struct nt_listed *
nt_job_listed(struct nt_job *job)
{
	if (job->nlisted == job->listed_room) {
		job->listed_room = job->listed_room == 0 ? 128 :
		    2 * job->listed_room;
		job->listed = nt_realloc_array(job->listed, job->listed_room,
		    sizeof *job->listed);
	}
	memset(&job->listed[job->nlisted], 0, sizeof *job->listed);
	return &job->listed[job->nlisted++];
}

static void
add_listed(struct nt_job *job, struct nt_value block)
{
	struct nt_str title = nt_value_text(nt_value_get(
	    nt_block_payload(block), "title"));
	struct nt_listed *l;
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_get(block, "id")), &id) == -1)
		return;
	l = nt_job_listed(job);
	l->id = id;
	l->type = nt_block_of(block);
	snprintf(l->title, sizeof l->title, "%.*s", (int)title.len,
	    title.len == 0 ? "" : title.p);
}

static void list_more(struct nt_job *job);

static void
on_list(struct nt_job *job)
{
	struct nt_value body = job->reply->value, e;
	struct nt_str cursor = nt_value_text(nt_value_get(body,
	    "next_cursor"));

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(job->a, NT_DATA, "what was written cannot be "
		    "read again: %s", job->reply->message);
		return;
	}
	for (e = nt_value_first(nt_value_get(body, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		add_listed(job, e);
	nt_buf_clear(&job->cursor);
	nt_api_encode(&job->cursor, cursor);
	if (nt_value_true(nt_value_get(body, "has_more")) &&
	    job->cursor.len > 0)
		list_more(job);
	else
		nt_job_ready(job, job->then);
}

static void
list_more(struct nt_job *job)
{
	char id[NT_ID_TEXT];
	struct nt_buf path;

	nt_id_format(&job->listing, id);
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "/v1/blocks/%s/children?page_size=%d", id,
	    NT_PAGE_SIZE_MAX);
	if (job->cursor.len > 0)
		nt_buf_fmt(&path, "&start_cursor=%s", job->cursor.p);
	nt_step_read(job, "GET", path.p, (struct nt_str){ NULL, 0 }, on_list);
	nt_buf_free(&path);
}

void
nt_job_list(struct nt_job *job, const struct nt_id *id,
    void (*then)(struct nt_job *job))
{
	job->listing = *id;
	job->nlisted = 0;
	job->then = then;
	nt_buf_clear(&job->cursor);
	list_more(job);
}

/* ---- the ids of blocks that were written inside of others ---- */

static void
found(struct nt_apply *a, struct nt_buf *map, uint32_t n,
    const struct nt_id *to)
{
	nt_node_found(a, n, to);
	nt_step_map(map, &nt_node(a, n)->id, to);
}

/*
 * What is ours and hangs on another node came there when it was moved: it is
 * left out of what was listed, with all parts of it.
 */
static void
leave_out_moved(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	size_t kept = 0;

	for (size_t i = 0; i < job->nlisted; i++) {
		uint64_t n;

		if (!nt_id_map_get(a->mine, &job->listed[i].id, &n) ||
		    nt_node(a, (uint32_t)n)->parent == job->want_ids) {
			job->listed[kept++] = job->listed[i];
		} else {
			size_t others = nt_node(a, (uint32_t)n)->parts;

			others -= others > 0;
			kept -= others < kept ? others : kept;
		}
	}
	job->nlisted = kept;
}

/*
 * What was listed in the node is what was written there, in its order: each
 * block takes as many as it became.
 */
static void
take_ids(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	size_t at = (nt_node(a, job->want_ids)->flags & NT_NODE_RESERVED) != 0;
	struct nt_buf map;
	struct nt_err err;

	leave_out_moved(job);
	nt_buf_init(&map, NT_BUF_MAX);
	nt_buf_char(&map, '{');
	for (uint32_t i = nt_node_item(a, nt_node(a, job->want_ids)->first);
	    i != 0; i = nt_node_item(a, nt_node(a, i)->next)) {
		struct nt_node *node = nt_node(a, i);

		if (!nt_node_there(a, i) || node->parts == 0)
			continue;
		at += node->parts;
		if (at > job->nlisted)
			break;
		if (node->kind == NT_KIND_BLOCK && nt_id_is_nil(&node->to))
			found(a, &map, i, &job->listed[at - 1].id);
	}
	nt_buf_char(&map, '}');
	if (map.len > 2 && nt_journal_found(a, nt_buf_view(&map), &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	nt_buf_free(&map);
}

/* The block on the way to the one that is wanted was not there: 1, or 0. */
static int
is_missing(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->learn;

	while (n != job->want_ids && nt_node(a, n)->parent != job->want_ids)
		n = nt_node(a, n)->parent;
	return nt_id_is_nil(&nt_node(a, n)->to);
}

static void
on_learnt(struct nt_job *job)
{
	void (*then)(struct nt_job *job) = job->learnt;

	take_ids(job);
	if (is_missing(job))
		nt_job_stop_all(job->a, NT_DATA, "blocks that were written "
		    "are not there any more: somebody else edits what is "
		    "being restored");
	else
		nt_job_ready(job, then);
}

/* A dry run has no ids to find, so it makes them up. */
static void
invent_ids(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_id to;
	size_t count = 0;

	for (uint32_t i = nt_node_item(a, nt_node(a, job->want_ids)->first);
	    i != 0; i = nt_node_item(a, nt_node(a, i)->next)) {
		struct nt_node *node = nt_node(a, i);

		count += node->parts;
		if (!nt_node_there(a, i) || !nt_id_is_nil(&node->to))
			continue;
		nt_id_random(&to);
		nt_node_found(a, i, &to);
	}
	a->stats.requests += (count + NT_PAGE_SIZE_MAX) / NT_PAGE_SIZE_MAX;
}

/* From the outermost block whose own id is known inwards. */
static void
learn_next(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->learn;

	while (nt_id_is_nil(&nt_node(a, n)->to))
		n = nt_node(a, n)->parent;
	job->want_ids = n;
	job->learnt = n == job->learn ? job->after_learning : learn_next;
	if (a->plan.dry_run) {
		invent_ids(job);
		nt_job_ready(job, job->learnt);
	} else {
		nt_job_list(job, &nt_node(a, n)->to, on_learnt);
	}
}

void
nt_job_learn(struct nt_job *job, uint32_t node,
    void (*then)(struct nt_job *job))
{
	job->learn = node;
	job->after_learning = then;
	learn_next(job);
}
