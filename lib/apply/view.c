/*
 * Views, when all properties are there.  A data source comes with a table
 * view: it becomes the first of ours if that is a table, or goes when ours are
 * made.
 */
#include <stdio.h>

#include "internal.h"

static void next_view(struct nt_job *job);
static void finish(struct nt_job *job);

/* ---- the views that came with the data sources ---- */

/* That of the data source, if it is there and not used yet, or NULL. */
static struct nt_id *
own_view(struct nt_job *job, uint32_t source)
{
	struct nt_source *s = nt_source_of(job->a, source);

	return s == NULL || nt_id_is_nil(&s->view) ? NULL : &s->view;
}

/* The source from n on whose own view stands beside views of ours; 0: none. */
static uint32_t
find_left_over(struct nt_job *job, uint32_t n)
{
	struct nt_apply *a = job->a;

	for (; n != 0; n = nt_node(a, n)->next)
		if (nt_node(a, n)->kind == NT_KIND_DATA_SOURCE &&
		    own_view(job, n) != NULL && job->moved)
			break;
	return n;
}

/* ---- ours ---- */

/* The first of these and what follows them that is a view to be made. */
static uint32_t
first_of(struct nt_apply *a, uint32_t n)
{
	while (n != 0 && (nt_node(a, n)->kind != NT_KIND_VIEW ||
	    nt_node(a, n)->op != NT_OP_CREATE))
		n = nt_node(a, n)->next;
	return n;
}

/* The first view of the sources from n on. */
static uint32_t
first_in_sources(struct nt_apply *a, uint32_t n)
{
	for (; n != 0; n = nt_node(a, n)->next) {
		uint32_t view = nt_node(a, n)->kind == NT_KIND_DATA_SOURCE ?
		    first_of(a, nt_node(a, n)->first) : 0;

		if (view != 0)
			return view;
	}
	return 0;
}

/* The views of the database: its own, then those of its sources in turn. */
static uint32_t
first_of_database(struct nt_apply *a, uint32_t database)
{
	uint32_t n = first_of(a, nt_node(a, database)->first);

	return n != 0 ? n : first_in_sources(a, nt_node(a, database)->first);
}

/* 1 for the first view of its data source. */
static int
is_first(struct nt_apply *a, uint32_t view)
{
	uint32_t parent = nt_node(a, view)->parent;

	return nt_node(a, parent)->kind == NT_KIND_DATA_SOURCE &&
	    first_of(a, nt_node(a, parent)->first) == view;
}

static uint32_t
next_source(struct nt_apply *a, uint32_t n)
{
	while (n != 0 && nt_node(a, n)->kind != NT_KIND_DATA_SOURCE)
		n = nt_node(a, n)->next;
	return n;
}

static uint32_t
next_of_database(struct nt_apply *a, uint32_t database, uint32_t view)
{
	uint32_t n = first_of(a, nt_node(a, view)->next);
	uint32_t parent = nt_node(a, view)->parent;

	if (n != 0)
		return n;
	return first_in_sources(a, parent == database ?
	    nt_node(a, database)->first : nt_node(a, parent)->next);
}

static void
on_view(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = job->step->node;

	if (job->got == NT_GOT_REFUSED) {
		nt_node_refused(job);
	} else if (job->got == NT_GOT_DONE) {
		struct nt_id *own = own_view(job, nt_node(a, n)->parent);

		job->moved = 1;
		if (job->step->kind == NT_STEP_VIEW_UPDATE && own != NULL)
			*own = (struct nt_id){ { 0 } };
	}
	next_view(job);
}

/*
 * The data source that the view shows, as it is there; of a dashboard, which
 * shows none, the first of its database, for a write has to name one.
 */
static int
find_source(struct nt_apply *a, uint32_t view, struct nt_value record,
    struct nt_id *to)
{
	struct nt_str text = nt_value_text(nt_value_get(record,
	    "data_source_id"));
	uint32_t n = nt_node(a, view)->parent;
	struct nt_id id;

	if (nt_id_scan(text, &id) == 0) {
		n = nt_node_thing(a, &id);
		if (n == 0) {
			*to = id;
			return 1;
		}
	} else if (nt_node(a, n)->kind == NT_KIND_DATABASE) {
		n = next_source(a, nt_node(a, n)->first);
	}
	*to = nt_node(a, n)->to;
	return n != 0 && !nt_id_is_nil(to);
}

/* Where the view goes: its data source, and what it is in. */
static int
put_place(struct nt_job *job, uint32_t view, struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct nt_value record = nt_node_record(a, view);
	struct nt_id id, to;
	char text[NT_ID_TEXT];
	uint32_t n;

	if (!find_source(a, view, record, &to))
		return 0;
	nt_id_format(&to, text);
	nt_buf_fmt(out, "\"data_source_id\":\"%s\",", text);
	if (nt_id_scan(nt_value_text(nt_value_get(record,
	    "dashboard_view_id")), &id) == 0) {
		n = nt_node_thing(a, &id);
		if (n == 0 || nt_id_is_nil(&nt_node(a, n)->to))
			return 0;
		nt_id_format(&nt_node(a, n)->to, text);
		nt_buf_fmt(out, "\"view_id\":\"%s\"", text);
		return 1;
	}
	nt_id_format(&nt_node(a, job->node)->to, text);
	nt_buf_fmt(out, "\"database_id\":\"%s\"", text);
	return 1;
}

static struct nt_source *
source_of_view(struct nt_apply *a, struct nt_value record)
{
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_get(record, "data_source_id")),
	    &id) == -1)
		return NULL;
	return nt_source_of(a, nt_node_thing(a, &id));
}

/* Builds the request for the view: 1, or 0: there is no place for it. */
static int
build_view(struct nt_job *job, uint32_t view, const struct nt_id *patch)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, patch ? NT_STEP_VIEW_UPDATE :
	    NT_STEP_VIEW, view, patch ? "PATCH" : "POST");
	struct nt_buf members;
	struct nt_value record;
	char id[NT_ID_TEXT];
	int got = 1;

	step->target = nt_node(a, job->node)->to;
	nt_buf_init(&members, NT_BUF_MAX);
	nt_buf_str(&step->path, "/v1/views");
	if (patch != NULL) {
		nt_id_format(patch, id);
		nt_buf_fmt(&step->path, "/%s", id);
		nt_buf_str(&step->body, "{");
	} else {
		nt_buf_str(&step->body, "{");
		got = put_place(job, view, &step->body);
	}
	record = nt_node_record(a, view);
	a->asked_source = source_of_view(a, record);
	if (nt_writable_view(nt_target_for(job, view), record, patch != NULL,
	    &members) != NT_WRITABLE_NOW)
		got = 0;
	a->asked_source = NULL;
	if (members.len > 2 && patch == NULL)
		nt_buf_char(&step->body, ',');
	if (members.len > 2)
		nt_buf_add(&step->body, members.p + 1, members.len - 1);
	else
		nt_buf_char(&step->body, '}');
	nt_buf_free(&members);
	return got;
}

static void
on_deleted(struct nt_job *job)
{
	struct nt_source *s = nt_source_of(job->a, job->at);

	if (job->got != NT_GOT_UNDONE)
		s->view = (struct nt_id){ { 0 } };
	finish(job);
}

/* The views that came with the sources go, if ours stand beside them. */
static void
finish(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_step *step;
	char id[NT_ID_TEXT];

	job->at = find_left_over(job, nt_node(a, job->node)->first);
	if (job->at == 0) {
		nt_job_end(job);
		return;
	}
	step = nt_step_new(job, NT_STEP_VIEW_DELETE, job->at, "DELETE");
	step->target = *own_view(job, job->at);
	nt_id_format(&step->target, id);
	nt_buf_fmt(&step->path, "/v1/views/%s", id);
	nt_step_send(job, on_deleted);
}

static int
is_table(struct nt_apply *a, uint32_t view)
{
	return nt_value_text_is(nt_value_get(nt_node_record(a, view), "type"),
	    "table");
}

static void
next_view(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	for (; job->at != 0;
	    job->at = next_of_database(a, job->node, job->at)) {
		struct nt_node *node = nt_node(a, job->at);
		struct nt_id *own = NULL;

		if (node->state != NT_NODE_WANTED) {
			job->moved |= node->state == NT_NODE_DONE;
			continue;
		}
		if (is_first(a, job->at) && is_table(a, job->at))
			own = own_view(job, node->parent);
		if (build_view(job, job->at, own)) {
			nt_step_send(job, on_view);
			return;
		}
		nt_tell_loss(job, job->at, "", NT_LOSS_WARNING,
		    "it cannot be made");
		nt_step_tell(job);
		nt_node_settle(a, job->at, NT_NODE_LOST);
	}
	finish(job);
}

/* ---- what is there ---- */

static void ask_view(struct nt_job *job);

/* A view that is not ours: it came with the data source that it shows. */
static void
on_view_read(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_value shown = nt_value_get(job->reply->value,
	    "data_source_id");
	struct nt_source *s;
	struct nt_id id;
	uint64_t n;

	if (nt_id_scan(nt_value_text(shown), &id) == 0 &&
	    nt_id_map_get(a->mine, &id, &n) &&
	    (s = nt_source_of(a, (uint32_t)n)) != NULL)
		s->view = job->listed[job->nlisted].id;
	ask_view(job);
}

static void
ask_view(struct nt_job *job)
{
	char id[NT_ID_TEXT], path[80];

	if (job->nlisted == 0) {
		nt_job_ready(job, next_view);
		return;
	}
	nt_id_format(&job->listed[--job->nlisted].id, id);
	snprintf(path, sizeof path, "/v1/views/%s", id);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 },
	    on_view_read);
}

/* The journal is told which views are not ours. */
static void
tell_came(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	char id[NT_ID_TEXT];
	struct nt_buf ids;
	struct nt_err err;

	nt_buf_init(&ids, NT_BUF_MAX);
	nt_buf_char(&ids, '[');
	for (size_t i = 0; i < job->nlisted; i++) {
		nt_id_map_put(a->before, &job->listed[i].id, 0);
		nt_id_format(&job->listed[i].id, id);
		nt_buf_fmt(&ids, "%s\"%s\"", i == 0 ? "" : ",", id);
	}
	nt_buf_char(&ids, ']');
	if (nt_journal_before(a, "came", nt_buf_view(&ids), &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	nt_buf_free(&ids);
}

static void
on_list(struct nt_job *job)
{
	struct nt_value e = nt_value_first(nt_value_get(job->reply->value,
	    "results"));
	uint32_t source = next_source(job->a,
	    nt_node(job->a, job->node)->first);
	struct nt_id id;

	job->nlisted = 0;
	for (; nt_value_there(e); e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) == 0
		    && !nt_id_map_get(job->a->mine, &id, NULL))
			nt_job_listed(job)->id = id;
	tell_came(job);
	if (job->nlisted == 1 && source != 0 &&
	    next_source(job->a, nt_node(job->a, source)->next) == 0) {
		/* There is one of each: no need to ask. */
		nt_source_new(job->a, source)->view = job->listed[0].id;
		job->nlisted = 0;
	}
	ask_view(job);
}

/* A dry run makes up what each source came with; of several it would ask. */
static void
pretend(struct nt_apply *a, uint32_t source)
{
	unsigned count = 0;

	for (; source != 0; count++) {
		nt_id_random(&nt_source_new(a, source)->view);
		source = next_source(a, nt_node(a, source)->next);
	}
	a->stats.requests += count > 1 ? 1 + count : 1;
}

static void
list_views(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t source = next_source(a, nt_node(a, job->node)->first);
	char id[NT_ID_TEXT], path[120];

	if (a->plan.dry_run) {
		pretend(a, source);
		nt_job_ready(job, next_view);
		return;
	}
	nt_id_format(&nt_node(a, job->node)->to, id);
	snprintf(path, sizeof path, "/v1/views?database_id=%s&page_size=%d",
	    id, NT_PAGE_SIZE_MAX);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, on_list);
}

size_t
nt_views_start(struct nt_apply *a)
{
	size_t started = 0;

	for (uint32_t n = 1; n < a->count; n++) {
		uint32_t view;

		if (nt_node(a, n)->kind != NT_KIND_DATABASE ||
		    nt_node(a, n)->state != NT_NODE_DONE ||
		    (nt_node(a, n)->flags & NT_NODE_BROUGHT) ||
		    (view = first_of_database(a, n)) == 0)
			continue;
		nt_job_new(a, n, list_views)->at = view;
		started++;
	}
	return started;
}
