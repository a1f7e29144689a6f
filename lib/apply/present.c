/*
 * In place: before anything is created it is looked for where it was.  What is
 * in the trash is brought back, with its id and all that is in it; what is
 * there is left as it is.  Only what is in neither is made.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "nt/change.h"

static void look(struct nt_job *job);

/* It is there under its own id. */
static void
is_here(struct nt_apply *a, uint32_t n)
{
	struct nt_node *node = nt_node(a, n);
	uint32_t block = nt_node_block(a, &node->id);

	nt_node_found(a, n, &node->id);
	node->parts = 1;
	if (node->state == NT_NODE_WANTED)
		nt_node_settle(a, n, NT_NODE_SKIPPED);
	if ((node->flags & NT_NODE_STANDS) && block != 0 &&
	    nt_node(a, block)->state == NT_NODE_WANTED)
		is_here(a, block);
}

/* ---- what is in a page or block ---- */

static int
is_listed(const struct nt_job *job, const struct nt_id *id)
{
	for (size_t i = 0; i < job->nlisted; i++)
		if (nt_id_eq(&job->listed[i].id, id))
			return 1;
	return 0;
}

static void
on_listed(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->fill[job->filled++];

	for (uint32_t i = nt_node_item(a, nt_node(a, n)->first); i != 0;
	    i = nt_node_item(a, nt_node(a, i)->next)) {
		uint32_t meant = nt_node_meant(a, i);

		/* the old one that it is a copy of may be listed */
		if (nt_node_is_copy(a, i))
			continue;
		if (is_listed(job, &nt_node(a, i)->id)) {
			is_here(a, i);
			if (meant != 0 && meant != i &&
			    nt_node(a, meant)->state == NT_NODE_WANTED)
				is_here(a, meant);
			nt_body_also(job, meant != 0 ? meant : i);
		} else if (meant != 0) {
			nt_body_also(job, meant);
		}
	}
	for (size_t i = 0; i < job->nlisted; i++)
		nt_id_map_put(a->before, &job->listed[i].id, 0);
	/* what a run before this one has made is listed, too */
	nt_node_counted(a, n, job->nlisted);
	look(job);
}

/* ---- a page, database or data source ---- */

static void
on_brought(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->fill[job->filled];

	if (job->got == NT_GOT_REFUSED) {
		nt_node_refuse(a, n, job->why.status, job->why.code,
		    job->why.message);
		job->filled++;
	} else if (job->got == NT_GOT_DONE) {
		nt_node(a, n)->flags |= NT_NODE_BROUGHT;
		is_here(a, n);
	}
	look(job);
}

static void
bring_back(struct nt_job *job, uint32_t n)
{
	struct nt_step *step = nt_step_new(job, NT_STEP_EDIT, n, "PATCH");
	char id[NT_ID_TEXT];

	nt_id_format(&nt_node(job->a, n)->id, id);
	nt_buf_fmt(&step->path, "/v1/%s/%s",
	    nt_edit_path(nt_node(job->a, n)->kind), id);
	nt_buf_str(&step->body, "{\"in_trash\":false}");
	nt_step_send(job, on_brought);
}

/*
 * What was brought back, or is there, may be another than the one that is
 * wanted; that is for a comparison of its own.
 */
static void
tell_other(struct nt_job *job, uint32_t n, struct nt_value there)
{
	char base[NT_BASE_TEXT], wanted[NT_BASE_TEXT];
	struct nt_value record = nt_node_record(job->a, n);

	nt_change_digest(there, base);
	nt_change_digest(record, wanted);
	if (strcmp(base, wanted) == 0)
		return;
	nt_step_new(job, NT_STEP_EDIT, n, NULL);
	nt_tell_loss(job, n, "", NT_LOSS_WARNING, "it is there, and left as "
	    "it is, but differs: compare once more");
	nt_step_tell(job);
}

static void
on_thing(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->fill[job->filled];
	int there = nt_value_there(job->there);

	if (!there && job->why.status == 404 && nt_node(a, n)->parent == 0) {
		nt_node_refuse(a, n, 404, "no_place", "it was at the top of "
		    "the workspace, where nothing can be made: use --parent");
		job->filled++;
	} else if (!there && job->why.status == 404) {
		job->filled++;		/* it is gone: it will be made */
	} else if (!there) {
		nt_node_refuse(a, n, job->why.status, job->why.code,
		    job->why.message);
		job->filled++;
	} else if (nt_value_true(nt_value_get(job->there, "in_trash")) &&
	    !nt_value_true(nt_value_get(nt_node_record(a, n), "in_trash"))) {
		bring_back(job, n);
		return;
	} else {
		tell_other(job, n, job->there);
		is_here(a, n);
	}
	nt_job_ready(job, look);
}

/* What hangs on it and stands in no list of blocks is looked for in turn. */
static void
also_below(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;

	for (uint32_t i = nt_node(a, n)->first; i != 0;
	    i = nt_node(a, i)->next)
		if (nt_node(a, i)->op == NT_OP_CREATE &&
		    nt_node(a, i)->kind != NT_KIND_BLOCK &&
		    !(nt_node(a, i)->flags & NT_NODE_STANDS) &&
		    nt_edit_path(nt_node(a, i)->kind) != NULL)
			nt_body_also(job, i);
}

/* 1 if the job waits for an answer about the node. */
static int
look_at(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;
	const struct nt_node *node = nt_node(a, n);	/* does not move here */
	char id[NT_ID_TEXT], path[80];

	if (node->state == NT_NODE_WANTED) {
		nt_id_format(&node->id, id);
		snprintf(path, sizeof path, "/v1/%s/%s",
		    nt_edit_path(node->kind), id);
		nt_whole_read(job, path, on_thing);
		return 1;
	}
	if (!nt_node_there(a, n))
		return 0;
	also_below(job, n);
	if ((node->kind != NT_KIND_PAGE && node->kind != NT_KIND_BLOCK) ||
	    (nt_node_item(a, node->first) == 0 && node->op != NT_OP_NONE))
		return 0;
	nt_job_list(job, &node->to, on_listed);
	return 1;
}

static void
look(struct nt_job *job)
{
	for (; job->filled < job->fills; job->filled++)
		if (look_at(job, job->fill[job->filled]))
			return;
	nt_job_end(job);
}

size_t
nt_present_start(struct nt_apply *a)
{
	size_t started = 0;

	if (a->plan.into != NULL)
		return 0;
	for (uint32_t n = a->changes_end; n < a->places_end; n++) {
		nt_body_also(nt_job_new(a, n, look), n);
		started++;
	}
	for (uint32_t n = nt_node(a, 0)->first; n != 0 &&
	    a->plan.parent == NULL; n = nt_node(a, n)->next)
		if (nt_node_item(a, n) == n) {
			nt_body_also(nt_job_new(a, n, look), n);
			started++;
		}
	return started;
}
