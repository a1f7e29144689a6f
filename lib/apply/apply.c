/*
 * The passes (api 8.2): each starts jobs, and when all have ended comes the
 * next.  Some go round as long as something comes of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/tool.h"

#define JOBS_MAX 32		/* that have begun and not ended */

/* ---- open ---- */

int
nt_apply_open(struct nt_apply **out, const struct nt_apply_plan *plan,
    struct nt_api *api, struct nt_writer *writer, struct nt_err *err)
{
	struct nt_apply *a = nt_alloc(sizeof *a);

	a->plan = *plan;
	a->api = api;
	a->out = writer;
	a->lines = nt_spool_new();
	a->things = nt_id_map_new();
	a->blocks = nt_id_map_new();
	a->moved = nt_id_map_new();
	a->doomed = nt_id_map_new();
	a->copied = nt_id_map_new();
	a->people_here = nt_id_map_new();
	a->mine = nt_id_map_new();
	a->others = nt_id_map_new();
	a->before = nt_id_map_new();
	a->gone = nt_id_map_new();
	a->chosen = nt_id_map_new();
	a->doc = nt_json_new();
	a->doc2 = nt_json_new();
	a->asset_doc = nt_json_new();
	a->schema_doc = nt_json_new();
	nt_buf_init(&a->line, NT_BUF_MAX);
	nt_buf_init(&a->asset_line, NT_BUF_MAX);
	nt_node_root(a);
	if (nt_users_read(a, err) == -1 || (plan->journal != NULL &&
	    !plan->dry_run &&
	    nt_journal_open(&a->journal, plan->journal, err) == -1)) {
		nt_apply_free(a);
		return -1;
	}
	*out = a;
	return 0;
}

void
nt_apply_free(struct nt_apply *a)
{
	struct nt_refused *r, *next;

	if (a == NULL)
		return;
	nt_jobs_free(a);
	for (r = a->refused; r != NULL; r = next) {
		next = r->next;
		free(r);
	}
	for (size_t i = 0; i < a->npending; i++)
		nt_step_free(a->pending[i]);
	free(a->pending);
	nt_sources_free(a);
	nt_uploads_free(a);
	nt_users_free(a);
	nt_journal_free(a->journal);
	nt_spool_free(a->lines);
	nt_id_map_free(a->things);
	nt_id_map_free(a->blocks);
	nt_id_map_free(a->moved);
	nt_id_map_free(a->doomed);
	nt_id_map_free(a->copied);
	nt_id_map_free(a->people_here);
	nt_id_map_free(a->mine);
	nt_id_map_free(a->others);
	nt_id_map_free(a->before);
	nt_id_map_free(a->gone);
	nt_id_map_free(a->chosen);
	nt_json_free(a->doc);
	nt_json_free(a->doc2);
	nt_json_free(a->asset_doc);
	nt_json_free(a->schema_doc);
	nt_buf_free(&a->line);
	nt_buf_free(&a->asset_line);
	free(a->others_to);
	free(a->kept);
	free(a->nodes);
	free(a);
}

int
nt_apply_take(struct nt_apply *a, const struct nt_record *rec,
    struct nt_err *err)
{
	if (rec->kind == NT_KIND_LOSS || rec->kind == NT_KIND_ERROR)
		return 0;
	if (rec->kind != NT_KIND_CHANGE)
		return nt_err_set(err, NT_DATA, "a record of kind %s, "
		    "expected a change", nt_kind_name(rec->kind));
	if (nt_node_take(a, rec, err) == -1)
		return -1;
	a->stats.changes++;
	return 0;
}

int
nt_apply_begin(struct nt_apply *a, struct nt_str digest, struct nt_err *err)
{
	a->changes_end = (uint32_t)a->count;
	if (a->plan.parent == NULL && a->plan.into == NULL)
		nt_node_hang_in_place(a);
	a->places_end = (uint32_t)a->count;
	for (uint32_t n = 0; n < a->count; n++)
		nt_node(a, n)->cursor = nt_node_item(a, nt_node(a, n)->first);
	return nt_journal_begin(a, digest, err);
}

/* ---- the passes ---- */

/* What is not there by now never will be. */
static size_t
start_last(struct nt_apply *a)
{
	a->last = 1;
	return nt_body_start_rest(a);
}

static const struct {
	size_t (*start)(struct nt_apply *a);
	int again;	/* if something came of it: so many passes back */
} passes[] = {
	{ nt_setup_start, 0 },
	{ nt_into_start, 0 },
	{ nt_pending_start, 0 },
	{ nt_bases_start, 0 },
	{ nt_present_start, 0 },
	{ nt_bodies_start, 0 },
	{ nt_sources_start, 0 },
	{ nt_schemas_start, 0 },
	{ nt_rows_start, 3 },
	{ nt_body_start_rest, 4 },
	{ nt_schemas_start_last, 0 },
	{ nt_relations_start, 0 },
	{ nt_comments_start, 0 },
	{ nt_body_start_rest, 0 },
	{ start_last, 0 },
	{ nt_relations_start, 0 },
	{ nt_comments_start, 0 },
	{ nt_views_start, 0 },
	{ nt_flags_start, 0 },
	{ nt_edits_start, 0 },
};
#define PASSES (sizeof passes / sizeof passes[0])

/* Begins the next pass in which there is something to do: 1, or 0: none. */
static int
next_pass(struct nt_apply *a)
{
	size_t started = 0;

	while (started == 0) {
		if (a->pass > 0 && a->progress &&
		    passes[a->pass - 1].again > 0)
			a->pass -= (unsigned)passes[a->pass - 1].again;
		else if (a->pass == PASSES)
			return 0;
		a->progress = 0;
		started = passes[a->pass++].start(a);
	}
	return 1;
}

static struct nt_job *
take(struct nt_queue_of_jobs *q)
{
	struct nt_job *job = q->head;

	if (job != NULL)
		q->head = job->next;
	return job;
}

/* Lets all that can go on do so, and starts others in their stead. */
static void
run_ready(struct nt_apply *a)
{
	struct nt_job *job;

	while (!a->stopped) {
		if ((job = take(&a->ready)) != NULL) {
			job->go(job);
		} else if (a->active < JOBS_MAX &&
		    (job = take(&a->waiting)) != NULL) {
			a->active++;
			job->go(job);
		} else {
			return;
		}
	}
}

int
nt_apply_step(struct nt_apply *a, int wait_ms, struct nt_err *err)
{
	int got;

	if (nt_tool_stopping())
		nt_job_stop_all(a, NT_AGAIN, "stopped by a signal; the same "
		    "command with its journal goes on");
	run_ready(a);
	if (a->stopped) {
		/* What is in flight is finished and told to the journal. */
		while (nt_api_pending(a->api) > 0 &&
		    nt_api_step(a->api, wait_ms, err) != -1)
			continue;
		*err = a->fault;
		return -1;
	}
	if (a->active == 0)
		return next_pass(a);
	got = nt_api_step(a->api, wait_ms, err);
	return got == -1 ? -1 : 1;
}

void
nt_apply_stats(struct nt_apply *a, struct nt_apply_stats *stats)
{
	struct nt_api_stats sent;

	*stats = a->stats;
	nt_api_stats(a->api, &sent);
	stats->requests += sent.requests;
	nt_result_count(a, stats);
}
