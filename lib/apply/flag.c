/*
 * Locked, archived, in the trash: said last, for it may keep the rest from
 * being written; what is inside before what it is in.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static void next_flag(struct nt_job *job);

/* The flags that a kind of thing can be given (api 2.1, 2.3). */
static const struct {
	enum nt_kind kind;
	const char *path;
	const char *flags[4];
} kinds[] = {
	{ NT_KIND_PAGE, "pages", { "is_locked", "is_archived", "in_trash" } },
	{ NT_KIND_DATABASE, "databases", { "is_locked", "in_trash" } },
	{ NT_KIND_DATA_SOURCE, "data_sources", { "in_trash" } }
};

/* 1 for what is in the trash with what it is in, and goes there with it. */
static int
goes_along(struct nt_apply *a, uint32_t n)
{
	while ((n = nt_node(a, n)->parent) != 0)
		if ((nt_node(a, n)->flags & NT_NODE_FLAGGED) != 0 &&
		    nt_value_true(nt_value_get(nt_node_record(a, n),
		    "in_trash")))
			return 1;
	return 0;
}

static int
build_flags(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;
	int along = goes_along(a, n);
	struct nt_step *step = nt_step_new(job, NT_STEP_FLAG, n, "PATCH");
	struct nt_value record = nt_node_record(a, n);
	char id[NT_ID_TEXT];
	size_t kind = 0;

	while (kinds[kind].kind != (enum nt_kind)nt_node(a, n)->kind)
		if (++kind == sizeof kinds / sizeof *kinds)
			return 0;
	nt_id_format(&nt_node(a, n)->to, id);
	nt_buf_fmt(&step->path, "/v1/%s/%s", kinds[kind].path, id);
	for (const char *const *flag = kinds[kind].flags; *flag != NULL;
	    flag++)
		if (nt_value_true(nt_value_get(record, *flag)) &&
		    !(along && strcmp(*flag, "in_trash") == 0))
			nt_buf_fmt(&step->body, "%s\"%s\":true",
			    step->body.len == 0 ? "{" : ",", *flag);
	nt_buf_char(&step->body, '}');
	return step->body.len > 1;
}

/* Each flag that was asked for and was not taken. */
static void
tell_refused(struct nt_job *job, uint32_t n)
{
	static const char *const flags[] = { "is_locked", "is_archived",
		"in_trash" };

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		char pointer[16];

		snprintf(pointer, sizeof pointer, "/%s", flags[i]);
		if (strstr(job->step->body.p, flags[i]) != NULL)
			nt_tell_loss(job, n, pointer, NT_LOSS_WARNING,
			    job->why.message);
	}
	nt_step_tell(job);
}

static void
on_flag(struct nt_job *job)
{
	uint32_t n = job->step->node;

	if (job->got == NT_GOT_REFUSED)
		tell_refused(job, n);
	if (job->got != NT_GOT_UNDONE)
		job->at--;
	next_flag(job);
}

static int
is_due(const struct nt_node *node)
{
	return (node->flags & (NT_NODE_FLAGGED | NT_NODE_FINISHED |
	    NT_NODE_BROUGHT)) == NT_NODE_FLAGGED &&
	    node->op == NT_OP_CREATE && node->state == NT_NODE_DONE;
}

static void
next_flag(struct nt_job *job)
{
	for (; job->at > 0; job->at--)
		if (is_due(nt_node(job->a, job->at)) &&
		    build_flags(job, job->at)) {
			nt_step_send(job, on_flag);
			return;
		}
	nt_job_end(job);
}

size_t
nt_flags_start(struct nt_apply *a)
{
	for (uint32_t n = 1; n < a->count; n++)
		if (is_due(nt_node(a, n))) {
			nt_job_new(a, 0, next_flag)->at =
			    (uint32_t)a->count - 1;
			return 1;
		}
	return 0;
}
