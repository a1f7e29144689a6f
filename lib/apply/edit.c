/*
 * Changes of what is there: one after another, each compared with what it was
 * made from before anything is written over; move.c moves blocks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/change.h"

static void next_edit(struct nt_job *job);

/*
 * The rounds in which changes are made: blocks move when they are what they
 * are to be, for that is copied; what goes, goes when all that is to stay has
 * moved out of it.
 */
enum {
	ROUND_STAYING,
	ROUND_MOVING,
	ROUND_GOING,
	ROUNDS
};

static unsigned
round_of(const struct nt_node *node)
{
	if (node->op == NT_OP_TRASH || node->op == NT_OP_DELETE)
		return ROUND_GOING;
	return node->op == NT_OP_MOVE && node->kind == NT_KIND_BLOCK ?
	    ROUND_MOVING : ROUND_STAYING;
}

/* How a kind of thing is called in a path. */
static const struct {
	enum nt_kind kind;
	const char *path;
} paths[] = {
	{ NT_KIND_PAGE, "pages" }, { NT_KIND_BLOCK, "blocks" },
	{ NT_KIND_DATABASE, "databases" },
	{ NT_KIND_DATA_SOURCE, "data_sources" },
	{ NT_KIND_VIEW, "views" }, { NT_KIND_COMMENT, "comments" }
};

const char *
nt_edit_path(int kind)
{
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i].kind == (enum nt_kind)kind)
			return paths[i].path;
	return NULL;
}

void
nt_edit_put_path(struct nt_buf *out, int kind, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_buf_fmt(out, "/v1/%s/%s", nt_edit_path(kind), text);
}

static void
refuse(struct nt_job *job, const char *code, const char *why)
{
	nt_node_refuse(job->a, job->at, 0, code, why);
	nt_job_ready(job, next_edit);
}

/* It is done, or cannot be: on to the next. */
static void
on_edited(struct nt_job *job)
{
	const struct nt_node *node = nt_node(job->a, job->at);

	if (job->got == NT_GOT_REFUSED)
		nt_node_refuse(job->a, job->at, job->why.status,
		    job->why.code, job->why.message);
	else if (job->got == NT_GOT_DONE && node->op == NT_OP_DELETE)
		nt_id_map_put(job->a->gone, &node->id, 0);
	next_edit(job);
}

static void
send(struct nt_job *job)
{
	nt_buf_char(&job->step->body, '}');
	nt_step_send(job, on_edited);
}

/* Begins the step that changes the thing itself; its body is open. */
struct nt_buf *
nt_edit_begin(struct nt_job *job, const char *method)
{
	struct nt_step *step = nt_step_new(job, NT_STEP_EDIT, job->at, method);
	struct nt_id now = nt_node_now(job->a, job->at);

	nt_edit_put_path(&step->path, nt_node(job->a, job->at)->kind, &now);
	nt_buf_char(&step->body, '{');
	return &step->body;
}

/* What the patch makes of the record, as it was before we began. */
static int
patched(struct nt_job *job, struct nt_buf *out, struct nt_err *err)
{
	struct nt_apply *a = job->a;
	struct nt_json *doc = nt_json_new();
	struct nt_value was = job->there;
	struct nt_buf text;
	int got = 0;

	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_compared_record(a, job->at, &text))
		got = nt_json_parse(doc, text.p, text.len, &was, err);
	if (got == 0)
		got = nt_patch_apply(was, nt_value_get(nt_node_change(a,
		    job->at), "patch"), out, err);
	nt_buf_free(&text);
	nt_json_free(doc);
	return got;
}

/* The record as it is there, and as the patch makes it. */
static void
patch_record(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_json *new_doc = nt_json_new();
	struct nt_value new = NT_VALUE_NONE;
	struct nt_buf made;
	struct nt_err err;

	nt_buf_init(&made, NT_BUF_MAX);
	if (patched(job, &made, &err) == -1 ||
	    nt_json_parse(new_doc, made.p, made.len, &new, &err) == -1) {
		refuse(job, "patch", err.text);
	} else {
		nt_update_build(job, job->there, new);
		nt_change_digest(new, job->step->expect);
		if (a->files_wanted) {
			nt_upload_all(job, next_edit);
		} else if (job->impossible) {
			refuse(job, "not_writable", "the API cannot change "
			    "that of a block");
		} else if (job->step->body.len == 1) {
			/* What differs is the service's own. */
			nt_step_tell(job);
			nt_node_settle(a, job->at, NT_NODE_SKIPPED);
			nt_job_ready(job, next_edit);
		} else {
			send(job);
		}
	}
	nt_buf_free(&made);
	nt_json_free(new_doc);
}

/*
 * 1 if all that the patch changes follows from something else, which the
 * service sees to.
 */
static int
is_computed(struct nt_value there, struct nt_value patch)
{
	struct nt_value e = nt_value_first(patch);

	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str path = nt_value_text(nt_value_get(e, "path"));
		char *pointer = nt_strndup(path.p == NULL ? "" : path.p,
		    path.len);
		char *slash;
		enum nt_grade grade;

		/* What is added has the grade of what it is added to. */
		while (*pointer != '\0' && !nt_value_there(nt_value_at(there,
		    pointer)) && (slash = strrchr(pointer, '/')) != NULL)
			*slash = '\0';
		grade = nt_grade_at(there, nt_str_of(pointer));
		free(pointer);
		if (grade == NT_GRADE_OWN)
			return 0;
	}
	return 1;
}

/* ---- moves ---- */

static void
move_page(struct nt_job *job)
{
	struct nt_value parent = nt_value_get(nt_node_change(job->a, job->at),
	    "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));
	struct nt_buf *out;
	int is_page = nt_node(job->a, job->at)->kind == NT_KIND_PAGE;

	if (!nt_str_is(type, "page_id") &&
	    !(is_page && nt_str_is(type, "data_source_id"))) {
		refuse(job, "no_place", "the API moves pages into pages and "
		    "data sources, and databases into pages");
		return;
	}
	out = nt_edit_begin(job, is_page ? "POST" : "PATCH");
	if (is_page)
		nt_buf_str(&job->step->path, "/move");
	nt_buf_fmt(out, "\"parent\":{\"type\":\"%.*s\",\"%.*s\":",
	    (int)type.len, type.p, (int)type.len, type.p);
	nt_json_quote(out, nt_value_text(nt_value_get_n(parent, type.p,
	    type.len)));
	nt_buf_char(out, '}');
	send(job);
}

/* ---- trash ---- */

static void
trash(struct nt_job *job, int in_trash)
{
	nt_buf_fmt(nt_edit_begin(job, "PATCH"), "\"in_trash\":%s",
	    in_trash ? "true" : "false");
	send(job);
}

/* Into the trash; what has none is gone for good. */
static void
delete(struct nt_job *job)
{
	int kind = nt_node(job->a, job->at)->kind;

	if (kind == NT_KIND_PAGE || kind == NT_KIND_DATABASE ||
	    kind == NT_KIND_DATA_SOURCE) {
		trash(job, 1);
		return;
	}
	nt_edit_begin(job, "DELETE");
	nt_buf_clear(&job->step->body);
	nt_step_send(job, on_edited);
}

/* ---- each in turn ---- */

/* What was read is what the change was made from, or that does not matter. */
int
nt_edit_is_base(struct nt_apply *a, uint32_t n, struct nt_value there)
{
	const struct nt_node *node = nt_node(a, n);
	struct nt_id now = nt_node_now(a, n);
	char base[NT_BASE_TEXT];

	/* All changes of a record name the one that it was before the first. */
	if (a->plan.force || nt_id_map_get(a->mine, &now, NULL))
		return 1;
	if (node->op == NT_OP_UPDATE && (node->flags & NT_NODE_COMPARED) != 0)
		return nt_compared_as_it_was(a, n, there);
	nt_change_digest(there, base);
	return nt_value_text_is(nt_value_get(nt_node_change(a, n), "base"),
	    base);
}

/* 1 if all that the patch puts is there, and it takes nothing away. */
static int
is_patched(struct nt_value there, struct nt_value patch)
{
	struct nt_value e = nt_value_first(patch);

	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str path = nt_value_text(nt_value_get(e, "path"));
		char *pointer = nt_strndup(path.p == NULL ? "" : path.p,
		    path.len);
		struct nt_value v = nt_value_at(there, pointer);

		free(pointer);
		if (nt_value_text_is(nt_value_get(e, "op"), "remove") ||
		    !nt_value_equal(v, nt_value_get(e, "value")))
			return 0;
	}
	return 1;
}

/* 1 if what was read is as the change wants it already. */
static int
is_done(struct nt_job *job, struct nt_value there)
{
	struct nt_node *node = nt_node(job->a, job->at);
	int in_trash = nt_value_true(nt_value_get(there, "in_trash"));
	struct nt_value change = nt_node_change(job->a, job->at);

	switch ((enum nt_op)node->op) {
	case NT_OP_MOVE:
		return node->kind != NT_KIND_BLOCK && nt_value_equal(
		    nt_value_get(there, "parent"),
		    nt_value_get(change, "parent"));
	case NT_OP_TRASH:
	case NT_OP_DELETE:
		return in_trash;
	case NT_OP_UNTRASH:
		return !in_trash;
	case NT_OP_UPDATE:
		return is_patched(there, nt_value_get(change, "patch")) ||
		    is_computed(there, nt_value_get(change, "patch"));
	default:
		return 0;
	}
}

/* What is deleted would take a block along that was to move out of it. */
static int
may_hold_stuck(struct nt_job *job)
{
	const struct nt_node *node = nt_node(job->a, job->at);

	return job->a->stuck && round_of(node) == ROUND_GOING &&
	    (node->kind != NT_KIND_BLOCK ||
	    nt_value_true(nt_value_get(job->there, "has_children")));
}

static void
on_there(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_node *node = nt_node(a, job->at);
	struct nt_id now = nt_node_now(a, job->at);

	if (!nt_value_there(job->there)) {
		nt_node_refuse(a, job->at, job->why.status, job->why.code,
		    job->why.message);
		nt_job_ready(job, next_edit);
		return;
	}
	if (is_done(job, job->there)) {
		if (node->op == NT_OP_DELETE)
			nt_id_map_put(a->gone, &node->id, 0);
		if (node->asked)
			nt_node_found(a, job->at, &now);
		nt_node_settle(a, job->at, NT_NODE_DONE);
		nt_job_ready(job, next_edit);
		return;
	}
	if (!nt_edit_is_base(a, job->at, job->there)) {
		refuse(job, "moved_on", "it has changed since the change was "
		    "made: compare again, or use --force");
		return;
	}
	if (may_hold_stuck(job)) {
		refuse(job, "not_empty", "a block that could not be moved may "
		    "be in it");
		return;
	}
	switch ((enum nt_op)node->op) {
	case NT_OP_UPDATE:
		patch_record(job);
		break;
	case NT_OP_MOVE:
		if (node->kind == NT_KIND_BLOCK)
			nt_move_start(job, next_edit);
		else
			move_page(job);
		break;
	case NT_OP_DELETE:
		delete(job);
		break;
	default:
		trash(job, node->op == NT_OP_TRASH);
		break;
	}
}

/* The change needs no request: nothing of the kind, or it went already. */
static int
is_spared(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_node *node = nt_node(a, job->at);
	struct nt_value parent;
	struct nt_str type;
	struct nt_id id;

	if (nt_edit_path(node->kind) == NULL)
		return 1;
	if (node->op != NT_OP_DELETE)
		return 0;
	if (!a->plan.allow_delete)
		return 1;
	parent = nt_value_get(nt_node_change(a, job->at), "parent");
	type = nt_value_text(nt_value_get(parent, "type"));
	if (nt_id_map_get(a->gone, &node->id, NULL))
		return 1;	/* the block of a page that went */
	if (nt_id_scan(nt_value_text(nt_value_get_n(parent, type.p,
	    type.len)), &id) == -1 || !nt_id_map_get(a->gone, &id, NULL))
		return 0;
	nt_id_map_put(a->gone, &node->id, 0);
	return 1;
}

/* 1 if the change at job->at is to be made now. */
static int
is_next(struct nt_job *job)
{
	struct nt_node *node = nt_node(job->a, job->at);

	if (node->op == NT_OP_CREATE || node->state != NT_NODE_WANTED ||
	    round_of(node) != job->phase)
		return 0;
	if (!is_spared(job))
		return 1;
	nt_node_settle(job->a, job->at, NT_NODE_SKIPPED);
	return 0;
}

static void
next_edit(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf path;
	struct nt_id now;

	while (job->at < a->changes_end && !is_next(job))
		if (++job->at == a->changes_end && ++job->phase < ROUNDS)
			job->at = 1;
	if (job->at == a->changes_end) {
		nt_job_end(job);
		return;
	}
	if (nt_move_begun(job, next_edit))
		return;
	now = nt_node_now(a, job->at);
	nt_buf_init(&path, NT_BUF_MAX);
	nt_edit_put_path(&path, nt_node(a, job->at)->kind, &now);
	nt_whole_read(job, path.p, on_there);
	nt_buf_free(&path);
}

size_t
nt_edits_start(struct nt_apply *a)
{
	for (uint32_t n = 1; n < a->changes_end; n++)
		if (nt_node(a, n)->op != NT_OP_CREATE &&
		    nt_node(a, n)->op != NT_OP_NONE) {
			nt_job_new(a, 0, next_edit)->at = 1;
			return 1;
		}
	return 0;
}
