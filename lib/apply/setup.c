/*
 * What is there before anything is written: who we are, who is there, and what
 * the page that takes the copies holds already.
 */
#include <stdio.h>

#include "internal.h"

static void read_parent(struct nt_job *job);

static void
get(struct nt_job *job, const char *path, void (*go)(struct nt_job *job))
{
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, go);
}

/* ---- the parent ---- */

static void
on_before(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	char id[NT_ID_TEXT];
	struct nt_buf ids;
	struct nt_err err;

	a->parent_known = 1;
	a->parent_had = job->nlisted;
	nt_buf_init(&ids, NT_BUF_MAX);
	for (size_t i = 0; i < job->nlisted; i++) {
		nt_id_map_put(a->before, &job->listed[i].id, 0);
		nt_id_format(&job->listed[i].id, id);
		nt_buf_fmt(&ids, "%s\"%s\"", i == 0 ? "[" : ",", id);
	}
	nt_buf_str(&ids, job->nlisted == 0 ? "[]" : "]");
	if (!a->plan.dry_run &&
	    nt_journal_before(a, "before", nt_buf_view(&ids), &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	nt_buf_free(&ids);
	nt_job_end(job);
}

static void
on_parent(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	char id[NT_ID_TEXT];

	nt_id_format(a->plan.parent, id);
	if (job->reply->code[0] != '\0')
		nt_job_stop_all(a, NT_DATA, "the parent page %s is not there, "
		    "or not shared with the connection: %s", id,
		    job->reply->message);
	else if (nt_value_true(nt_value_get(job->reply->value, "in_trash")))
		nt_job_stop_all(a, NT_DATA, "the parent page %s is in the "
		    "trash", id);
	else if (a->parent_known)
		nt_job_end(job);
	else
		nt_job_list(job, a->plan.parent, on_before);
}

static void
read_parent(struct nt_job *job)
{
	char id[NT_ID_TEXT], path[80];

	if (job->a->plan.parent == NULL) {
		nt_job_end(job);
		return;
	}
	nt_id_format(job->a->plan.parent, id);
	snprintf(path, sizeof path, "/v1/pages/%s", id);
	get(job, path, on_parent);
}

/* ---- custom emojis ---- */

static void read_emojis(struct nt_job *job);

static void
on_emojis(struct nt_job *job)
{
	struct nt_value body = job->reply->value;

	if (job->reply->code[0] == '\0') {
		nt_emojis_take(job->a, nt_value_get(body, "results"));
		nt_buf_clear(&job->cursor);
		nt_api_encode(&job->cursor, nt_value_text(nt_value_get(body,
		    "next_cursor")));
		if (nt_value_true(nt_value_get(body, "has_more")) &&
		    job->cursor.len > 0) {
			read_emojis(job);
			return;
		}
	}
	read_parent(job);
}

/* Asked only if the snapshot has any. */
static void
read_emojis(struct nt_job *job)
{
	struct nt_buf path;

	if (!job->a->has_emojis) {
		read_parent(job);
		return;
	}
	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "/v1/custom_emojis?page_size=%d", NT_PAGE_SIZE_MAX);
	if (job->cursor.len > 0)
		nt_buf_fmt(&path, "&start_cursor=%s", job->cursor.p);
	get(job, path.p, on_emojis);
	nt_buf_free(&path);
}

/* ---- people ---- */

static void read_users(struct nt_job *job);

static void
on_users(struct nt_job *job)
{
	struct nt_value body = job->reply->value;

	if (job->reply->code[0] == '\0') {
		nt_users_take(job->a, nt_value_get(body, "results"));
		nt_buf_clear(&job->cursor);
		nt_api_encode(&job->cursor, nt_value_text(nt_value_get(body,
		    "next_cursor")));
		if (nt_value_true(nt_value_get(body, "has_more")) &&
		    job->cursor.len > 0) {
			read_users(job);
			return;
		}
	}
	/* Who may not see them leaves everybody as they are (api 1.7). */
	nt_users_match(job->a);
	nt_buf_clear(&job->cursor);
	read_emojis(job);
}

static void
read_users(struct nt_job *job)
{
	struct nt_buf path;

	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "/v1/users?page_size=%d", NT_PAGE_SIZE_MAX);
	if (job->cursor.len > 0)
		nt_buf_fmt(&path, "&start_cursor=%s", job->cursor.p);
	get(job, path.p, on_users);
	nt_buf_free(&path);
}

static void
on_me(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	int64_t limit;

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(a, NT_DENIED, "%s", job->reply->message);
		return;
	}
	limit = nt_value_int(nt_value_at(job->reply->value,
	    "/bot/workspace_limits/max_file_upload_size_in_bytes"));
	a->file_max = limit > 0 ? (uint64_t)limit : UINT64_MAX;
	nt_buf_clear(&job->cursor);
	read_users(job);
}

static void
read_me(struct nt_job *job)
{
	get(job, "/v1/users/me", on_me);
}

size_t
nt_setup_start(struct nt_apply *a)
{
	nt_job_new(a, 0, read_me);
	return 1;
}

/* ---- what a run before this one left open ---- */

static void
on_pending(struct nt_job *job)
{
	nt_job_end(job);
}

static void
ask_pending(struct nt_job *job)
{
	job->go = on_pending;
	nt_probe(job);
}

size_t
nt_pending_start(struct nt_apply *a)
{
	size_t started = a->npending;

	for (size_t i = 0; i < a->npending; i++)
		nt_job_new(a, a->pending[i]->node, ask_pending)->step =
		    a->pending[i];
	a->npending = 0;
	return started;
}
