/*
 * Comments, the oldest first: of a page and its blocks one after another.  A
 * discussion is begun by its first comment and gone on with by its id.
 */
#include <string.h>

#include "internal.h"

static void next_comment(struct nt_job *job);

static int
is_comment(struct nt_apply *a, uint32_t n)
{
	return nt_node(a, n)->kind == NT_KIND_COMMENT &&
	    nt_node(a, n)->op == NT_OP_CREATE &&
	    nt_node(a, n)->state == NT_NODE_WANTED;
}

static void
on_comment(struct nt_job *job)
{
	if (job->got == NT_GOT_REFUSED)
		nt_node_refused(job);
	next_comment(job);
}

static void
put_place(struct nt_apply *a, uint32_t owner, struct nt_value record,
    struct nt_step *step)
{
	const char *type = nt_node(a, owner)->kind == NT_KIND_BLOCK ?
	    "block_id" : "page_id";
	char id[NT_ID_TEXT];
	struct nt_id from, to;

	step->target = nt_node(a, owner)->to;
	if (nt_id_scan(nt_value_text(nt_value_get(record, "discussion_id")),
	    &from) == 0 && nt_node_other(a, &from, &to)) {
		nt_id_format(&to, id);
		nt_buf_fmt(&step->body, "{\"discussion_id\":\"%s\"", id);
		return;
	}
	nt_id_format(&step->target, id);
	nt_buf_fmt(&step->body, "{\"parent\":{\"type\":\"%s\",\"%s\":\"%s\"}",
	    type, type, id);
}

/* 1 if it can be sent, 0 if there is nothing to be written. */
static int
build_comment(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_COMMENT, n, "POST");
	struct nt_value record = nt_node_record(a, n);
	struct nt_buf members, author;
	struct nt_id user;
	int got;

	a->files_wanted = 0;
	nt_buf_str(&step->path, "/v1/comments");
	put_place(a, nt_node(a, n)->parent, record, step);
	nt_buf_init(&members, NT_BUF_MAX);
	nt_buf_init(&author, NT_BUF_MAX);
	if (nt_id_scan(nt_value_text(nt_value_at(record, "/created_by/id")),
	    &user) == 0)
		nt_user_name(a, &user, &author);
	record = nt_node_record(a, n);
	got = nt_writable_comment(nt_target_for(job, n), record,
	    author.len > 0 ? nt_buf_view(&author) :
	    (struct nt_str){ NULL, 0 }, &members) == NT_WRITABLE_NOW;
	if (members.len > 2) {
		nt_buf_char(&step->body, ',');
		nt_buf_add(&step->body, members.p + 1, members.len - 2);
	}
	nt_buf_char(&step->body, '}');
	nt_buf_free(&members);
	nt_buf_free(&author);
	return got;
}

/* The comment is built and sent, or told as lost: 1 if the job waits. */
static int
send_comment(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t owner = nt_node(a, job->at)->parent;

	if (owner == 0 || !nt_node_there(a, owner))
		return 0;
	if (nt_id_is_nil(&nt_node(a, owner)->to)) {
		nt_job_learn(job, nt_node(a, owner)->parent, next_comment);
		return 1;
	}
	if (build_comment(job, job->at)) {
		if (a->files_wanted)
			nt_upload_all(job, next_comment);
		else
			nt_step_send(job, on_comment);
		return 1;
	}
	nt_step_tell(job);
	nt_node_settle(a, job->at, NT_NODE_LOST);
	return 0;
}

static void
next_comment(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	for (; job->at < a->count; job->at++) {
		if (!is_comment(a, job->at))
			continue;
		if (nt_node_page(a, nt_node(a, job->at)->parent) != job->node)
			break;
		if (send_comment(job))
			return;
	}
	nt_job_end(job);
}

size_t
nt_comments_start(struct nt_apply *a)
{
	uint32_t page, last = UINT32_MAX;
	size_t started = 0;

	for (uint32_t n = 1; n < a->count; n++) {
		if (!is_comment(a, n))
			continue;
		page = nt_node_page(a, nt_node(a, n)->parent);
		if (page == last)
			continue;
		nt_job_new(a, page, next_comment)->at = n;
		last = page;
		started++;
	}
	return started;
}
