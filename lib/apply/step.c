/*
 * One write: its intent goes to the journal, its request to the service, and
 * what comes of it is committed to the nodes; the same commit is made when a
 * journal is read again, so what a run knows is never more than that.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"

#define STEP_TRIES 8		/* of one write whose answers are unclear */

/* In the order of enum nt_step_kind. */
static const char *const words[NT_STEP_KINDS] = {
	"page", "append", "database", "data_source", "schema", "relate",
	"view", "view_update", "view_delete", "comment", "flag", "clear",
	"edit"
};

const char *
nt_step_word(enum nt_step_kind kind)
{
	return words[kind];
}

int
nt_step_named(struct nt_str word)
{
	for (int i = 0; i < NT_STEP_KINDS; i++)
		if (nt_str_is(word, words[i]))
			return i;
	return -1;
}

struct nt_step *
nt_step_alloc(enum nt_step_kind kind, uint32_t node)
{
	struct nt_step *step = nt_alloc(sizeof *step);

	step->kind = kind;
	step->node = node;
	nt_buf_init(&step->losses, NT_BUF_MAX);
	nt_buf_init(&step->path, NT_BUF_MAX);
	nt_buf_init(&step->body, NT_BUF_MAX);
	return step;
}

struct nt_step *
nt_step_new(struct nt_job *job, enum nt_step_kind kind, uint32_t node,
    const char *method)
{
	unsigned tries = job->step == NULL ? 0 : job->step->tries;

	nt_step_free(job->step);
	job->step = nt_step_alloc(kind, node);
	job->step->method = method;
	job->step->tries = tries;
	return job->step;
}

void
nt_step_free(struct nt_step *step)
{
	if (step == NULL)
		return;
	free(step->placed);
	nt_buf_free(&step->losses);
	nt_buf_free(&step->path);
	nt_buf_free(&step->body);
	free(step);
}

void
nt_step_place(struct nt_step *step, uint32_t node, unsigned parts)
{
	if (step->nplaced == step->room) {
		step->room = step->room == 0 ? 64 : 2 * step->room;
		step->placed = nt_realloc_array(step->placed, step->room,
		    sizeof *step->placed);
	}
	step->placed[step->nplaced++] = (struct nt_placed){ node, parts };
}

void
nt_step_map(struct nt_buf *map, const struct nt_id *from,
    const struct nt_id *to)
{
	char text[NT_ID_TEXT];

	nt_id_format(from, text);
	nt_buf_fmt(map, "%s\"%s\":", map->len > 1 ? "," : "", text);
	nt_id_format(to, text);
	nt_buf_fmt(map, "\"%s\"", text);
}

/* ---- what it means ---- */

/* The id that the map gives for one of the snapshot: 1, or 0. */
static int
mapped(struct nt_value map, const struct nt_id *from, struct nt_id *to)
{
	char text[NT_ID_TEXT];

	nt_id_format(from, text);
	return nt_id_scan(nt_value_text(nt_value_get(map, text)), to) == 0;
}

static void
commit_placed(struct nt_apply *a, const struct nt_step *step,
    struct nt_value map)
{
	for (size_t i = 0; i < step->nplaced; i++) {
		const struct nt_placed *p = &step->placed[i];
		struct nt_node *node = nt_node(a, p->node);
		struct nt_id to;

		if (p->parts == NT_PARTS_RESERVED) {
			node->flags |= NT_NODE_RESERVED;
			continue;
		}
		node->parts = (uint8_t)p->parts;
		if (mapped(map, &node->id, &to))
			nt_node_found(a, p->node, &to);
		nt_node_settle(a, p->node, p->parts > 0 ? NT_NODE_DONE :
		    NT_NODE_LOST);
	}
}

/* The block that stands for a page or database is there with it. */
static void
commit_stand_in(struct nt_apply *a, uint32_t thing)
{
	struct nt_node *node = nt_node(a, thing);
	uint32_t n = nt_node_block(a, &node->id);
	uint32_t page;

	if (!(node->flags & NT_NODE_STANDS) || n == 0)
		return;
	nt_node(a, n)->to = node->to;
	page = nt_node_page(a, n);
	if (nt_node(a, n)->parent == page)
		nt_node(a, n)->parts = 1;
	else
		nt_node(a, page)->extra++;
	nt_node_settle(a, n, NT_NODE_DONE);
}

/* A thing that was made; nothing if the map does not have it. */
static void
commit_thing(struct nt_apply *a, uint32_t n, struct nt_value map)
{
	struct nt_id to;

	if (!mapped(map, &nt_node(a, n)->id, &to))
		return;
	nt_node_found(a, n, &to);
	nt_node(a, n)->parts = 1;
	nt_node_settle(a, n, NT_NODE_DONE);
	commit_stand_in(a, n);
}

static void
commit_database(struct nt_apply *a, uint32_t n, struct nt_value map)
{
	commit_thing(a, n, map);
	for (uint32_t i = nt_node(a, n)->first; i != 0;
	    i = nt_node(a, i)->next)
		if (nt_node(a, i)->kind == NT_KIND_DATA_SOURCE) {
			commit_thing(a, i, map);
			break;
		}
}

static void
commit_comment(struct nt_apply *a, uint32_t n, struct nt_value map)
{
	struct nt_id to;

	commit_thing(a, n, map);
	for (struct nt_value e = nt_value_first(map); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_id from;

		if (nt_id_scan(nt_value_key(e), &from) == 0 &&
		    !nt_id_eq(&from, &nt_node(a, n)->id) &&
		    nt_id_scan(nt_value_text(e), &to) == 0)
			nt_node_other_found(a, &from, &to);
	}
}

/* What was done to a block that moves is that the old one was deleted. */
static void
commit_edit(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);
	struct nt_id now = nt_node_now(a, n);

	if (node->kind != NT_KIND_BLOCK || node->op != NT_OP_MOVE)
		nt_node_found(a, n, &now);
}

void
nt_step_commit(struct nt_apply *a, const struct nt_step *step,
    struct nt_value map)
{
	struct nt_node *node = nt_node(a, step->node);

	a->progress = 1;
	switch (step->kind) {
	case NT_STEP_PAGE:
		node->flags |= step->flags;
		commit_thing(a, step->node, map);
		commit_placed(a, step, map);
		break;
	case NT_STEP_APPEND:
		commit_placed(a, step, map);
		break;
	case NT_STEP_DATABASE:
		commit_database(a, step->node, map);
		break;
	case NT_STEP_SOURCE:
	case NT_STEP_VIEW:
	case NT_STEP_VIEW_UPDATE:
		commit_thing(a, step->node, map);
		break;
	case NT_STEP_COMMENT:
		commit_comment(a, step->node, map);
		break;
	case NT_STEP_RELATE:
		node->flags &= (uint8_t)~(NT_NODE_RELATE | NT_NODE_RETEXT);
		break;
	case NT_STEP_FLAG:
		node->flags |= NT_NODE_FINISHED;
		break;
	case NT_STEP_CLEAR:
		node->flags &= (uint8_t)~NT_NODE_RESERVED;
		if (nt_id_eq(&step->target, &node->to) &&
		    nt_node_is_copy(a, step->node))
			nt_copy_undone(a, step->node);
		break;
	case NT_STEP_EDIT:
		commit_edit(a, step->node);
		nt_node_settle(a, step->node, NT_NODE_DONE);
		break;
	case NT_STEP_SCHEMA:
	case NT_STEP_VIEW_DELETE:
	case NT_STEP_KINDS:
		break;
	}
}

void
nt_step_undone(struct nt_apply *a, const struct nt_step *step)
{
	if (step->kind == NT_STEP_EDIT)
		nt_node(a, step->node)->asked = 1;
}

void
nt_step_found(struct nt_apply *a, struct nt_value map)
{
	for (struct nt_value e = nt_value_first(map); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_id from, to;
		uint32_t n;

		if (nt_id_scan(nt_value_key(e), &from) == 0 &&
		    nt_id_scan(nt_value_text(e), &to) == 0 &&
		    ((n = nt_node_copied(a, &from)) != 0 ||
		    (n = nt_node_block(a, &from)) != 0))
			nt_node_found(a, n, &to);
	}
}

/* ---- what an answer says ---- */

/* The ids of the blocks directly in what was filled, from a list of them. */
static int
map_blocks(struct nt_apply *a, const struct nt_step *step,
    struct nt_value ids, const char *member, struct nt_buf *map)
{
	struct nt_value e = nt_value_first(ids);
	unsigned seen = 0;

	for (size_t i = 0; i < step->nplaced; i++) {
		const struct nt_placed *p = &step->placed[i];
		struct nt_node *node = nt_node(a, p->node);
		struct nt_id to;

		if (p->parts == NT_PARTS_RESERVED || p->parts == 0 ||
		    node->parent != step->node)
			continue;
		for (unsigned part = 0; part < p->parts; part++) {
			struct nt_value id = member == NULL ? e :
			    nt_value_get(e, member);

			if (nt_id_scan(nt_value_text(id), &to) == -1)
				return -1;
			e = nt_value_next(e);
			seen++;
		}
		nt_step_map(map, &node->id, &to);
	}
	return seen == step->top ? 0 : -1;
}

/* The database, and its first data source. */
static int
map_database(struct nt_apply *a, const struct nt_step *step,
    struct nt_value body, struct nt_buf *map)
{
	struct nt_value source = nt_value_first(nt_value_get(body,
	    "data_sources"));
	struct nt_id to;

	if (nt_id_scan(nt_value_text(nt_value_get(body, "id")), &to) == -1)
		return -1;
	nt_step_map(map, &nt_node(a, step->node)->id, &to);
	if (nt_id_scan(nt_value_text(nt_value_get(source, "id")), &to) == -1)
		return -1;
	for (uint32_t i = nt_node(a, step->node)->first; i != 0;
	    i = nt_node(a, i)->next)
		if (nt_node(a, i)->kind == NT_KIND_DATA_SOURCE) {
			nt_step_map(map, &nt_node(a, i)->id, &to);
			break;
		}
	return 0;
}

static int
map_comment(struct nt_apply *a, const struct nt_step *step,
    struct nt_value body, struct nt_buf *map)
{
	struct nt_id to, from;
	struct nt_value record;

	if (nt_id_scan(nt_value_text(nt_value_get(body, "id")), &to) == -1)
		return -1;
	nt_step_map(map, &nt_node(a, step->node)->id, &to);
	record = nt_node_record(a, step->node);
	if (nt_id_scan(nt_value_text(nt_value_get(body, "discussion_id")),
	    &to) == 0 && nt_id_scan(nt_value_text(nt_value_get(record,
	    "discussion_id")), &from) == 0)
		nt_step_map(map, &from, &to);
	return 0;
}

int
nt_step_answer(struct nt_apply *a, const struct nt_step *step,
    struct nt_value body, struct nt_buf *map)
{
	struct nt_id to;
	int got = 0;

	nt_buf_clear(map);
	nt_buf_char(map, '{');
	switch (step->kind) {
	case NT_STEP_SCHEMA:
		nt_source_learn(nt_source_of(a, step->node), body);
		break;
	case NT_STEP_SOURCE:
		nt_source_learn(nt_source_of(a, step->node), body);
		/* fall through */
	case NT_STEP_PAGE:
	case NT_STEP_VIEW:
	case NT_STEP_VIEW_UPDATE:
		got = nt_id_scan(nt_value_text(nt_value_get(body, "id")), &to);
		if (got == 0)
			nt_step_map(map, &nt_node(a, step->node)->id, &to);
		break;
	case NT_STEP_APPEND:
		got = map_blocks(a, step, nt_value_get(body, "results"), "id",
		    map);
		break;
	case NT_STEP_DATABASE:
		got = map_database(a, step, body, map);
		break;
	case NT_STEP_COMMENT:
		got = map_comment(a, step, body, map);
		break;
	default:
		break;
	}
	nt_buf_char(map, '}');
	return got;
}

/*
 * A 503 may tell that the write was saved, and which ids it gave (api 9): 0
 * and the map, or -1.
 */
static int
committed(struct nt_apply *a, const struct nt_step *step,
    struct nt_value body, struct nt_buf *map)
{
	struct nt_value more = nt_value_get(body, "additional_data");
	struct nt_value id = nt_value_get(more, "committed_resource_id");
	struct nt_id to;
	int got = -1;

	nt_buf_clear(map);
	nt_buf_char(map, '{');
	if (step->kind == NT_STEP_APPEND)
		got = map_blocks(a, step, nt_value_get(more,
		    "committed_child_ids"), NULL, map);
	else if (step->kind == NT_STEP_PAGE &&
	    nt_id_scan(nt_value_text(id), &to) == 0) {
		nt_step_map(map, &nt_node(a, step->node)->id, &to);
		got = 0;
	}
	nt_buf_char(map, '}');
	return got;
}

/* ---- without a request ---- */

void
nt_step_tell(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_str lines = nt_buf_view(&job->step->losses);
	struct nt_err err;

	if ((!a->plan.dry_run && nt_journal_loss(a, lines, &err) == -1) ||
	    nt_losses_told(a, lines, &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	nt_buf_clear(&job->step->losses);
}

void
nt_node_refused(struct nt_job *job)
{
	uint32_t n = job->step->node;

	nt_buf_clear(&job->step->losses);
	nt_tell_loss(job, n, "", NT_LOSS_WARNING, job->why.message);
	nt_step_tell(job);
	nt_node_refuse(job->a, n, job->why.status, job->why.code,
	    job->why.message);
}

void
nt_step_skip(struct nt_job *job)
{
	nt_step_tell(job);
	commit_placed(job->a, job->step, NT_VALUE_NONE);
}

/* ---- sending ---- */

void
nt_step_done(struct nt_job *job, struct nt_str map)
{
	struct nt_apply *a = job->a;
	struct nt_value v = NT_VALUE_NONE;
	struct nt_err err;

	if (!a->plan.dry_run &&
	    nt_journal_outcome(a, job->step, map, &err) == -1) {
		nt_job_stop_all(a, err.kind, "%s", err.text);
		return;
	}
	nt_json_parse(a->doc2, map.p, map.len, &v, NULL);
	nt_step_commit(a, job->step, v);
	if (nt_losses_told(a, nt_buf_view(&job->step->losses), &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	job->step->tries = 0;
	job->got = NT_GOT_DONE;
	nt_job_ready(job, job->go);
}

static void
refuse(struct nt_job *job, const struct nt_reply *reply)
{
	struct nt_apply *a = job->a;
	struct nt_err err;

	job->why.status = reply->status;
	memcpy(job->why.code, reply->code, sizeof job->why.code);
	memcpy(job->why.message, reply->message, sizeof job->why.message);
	if (nt_journal_refused(a, job->step, reply, &err) == -1) {
		nt_job_stop_all(a, err.kind, "%s", err.text);
		return;
	}
	/* Comments take a capability of their own, often not given: api 1.7. */
	if (reply->status == 403 && job->step->kind != NT_STEP_COMMENT)
		nt_job_stop_all(a, NT_DENIED, "the connection may not do "
		    "that: %s", reply->message);
	job->step->tries = 0;
	job->got = NT_GOT_REFUSED;
	nt_job_ready(job, job->go);
}

static void
on_reply(void *arg, const struct nt_reply *reply)
{
	struct nt_job *job = arg;
	struct nt_apply *a = job->a;
	struct nt_buf map;

	nt_buf_init(&map, NT_BUF_MAX);
	if (reply->code[0] == '\0') {
		if (nt_step_answer(a, job->step, reply->value, &map) == 0)
			nt_step_done(job, nt_buf_view(&map));
		else
			nt_probe(job);
	} else if (reply->unclear) {
		if (committed(a, job->step, reply->value, &map) == 0)
			nt_step_done(job, nt_buf_view(&map));
		else if (++job->step->tries >= STEP_TRIES)
			nt_job_stop_all(a, NT_AGAIN, "%s, again and again",
			    reply->message);
		else
			nt_probe(job);
	} else if (reply->again) {
		nt_job_stop_all(a, NT_AGAIN, "%s", reply->message);
	} else {
		refuse(job, reply);
	}
	nt_buf_free(&map);
}

/* What the service would answer, for a dry run. */
static void
invent(struct nt_apply *a, const struct nt_step *step, struct nt_buf *map)
{
	struct nt_node *node = nt_node(a, step->node);
	struct nt_id to;

	nt_buf_char(map, '{');
	for (size_t i = 0; i < step->nplaced; i++) {
		struct nt_placed *p = &step->placed[i];

		if (p->parts == 0 || p->parts == NT_PARTS_RESERVED)
			continue;
		a->stats.blocks += p->parts;
		nt_id_random(&to);
		if (nt_node(a, p->node)->parent == step->node)
			nt_step_map(map, &nt_node(a, p->node)->id, &to);
	}
	if (step->kind != NT_STEP_APPEND) {
		nt_id_random(&to);
		nt_step_map(map, &node->id, &to);
	}
	if (step->kind == NT_STEP_DATABASE && node->first != 0) {
		nt_id_random(&to);
		for (uint32_t i = node->first; i != 0; i = nt_node(a, i)->next)
			if (nt_node(a, i)->kind == NT_KIND_DATA_SOURCE) {
				nt_step_map(map, &nt_node(a, i)->id, &to);
				break;
			}
	}
	nt_buf_char(map, '}');
}

static void
pretend(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf map;

	nt_buf_init(&map, NT_BUF_MAX);
	a->stats.requests++;
	invent(a, job->step, &map);
	nt_step_done(job, nt_buf_view(&map));
	nt_buf_free(&map);
}

void
nt_step_send(struct nt_job *job, void (*go)(struct nt_job *job))
{
	struct nt_apply *a = job->a;
	struct nt_step *step = job->step;
	struct nt_call call = { .method = step->method,
		.path = step->path.p, .body = nt_buf_view(&step->body) };
	struct nt_err err;

	job->go = go;
	if (a->stopped)
		return;
	if (a->plan.dry_run) {
		pretend(job);
		return;
	}
	step->number = ++a->steps;
	step->began = nt_clock_wall_ms();
	if (step->body.len == 0)
		call.body.p = NULL;
	if (nt_journal_intent(a, step, &err) == -1) {
		nt_job_stop_all(a, err.kind, "%s", err.text);
		return;
	}
	nt_api_call(a->api, &call, on_reply, job);
}

static void
on_read(void *arg, const struct nt_reply *reply)
{
	struct nt_job *job = arg;

	if (reply->again) {
		nt_job_stop_all(job->a, NT_AGAIN, "%s", reply->message);
		return;
	}
	job->reply = reply;
	job->go(job);		/* the job may be gone after it */
}

void
nt_step_read(struct nt_job *job, const char *method, const char *path,
    struct nt_str body, void (*go)(struct nt_job *job))
{
	struct nt_call call = { .method = method, .path = path, .body = body,
		.safe = 1 };

	job->go = go;
	if (!job->a->stopped)
		nt_api_call(job->a->api, &call, on_read, job);
}
