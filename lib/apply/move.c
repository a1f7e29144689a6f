/*
 * The API cannot move a block, so it is made again at its new place, with all
 * that is in it, and the old one is deleted when the copy is whole.  What is
 * read of the old one becomes nodes (copy.c) and goes to the journal, and
 * body.c writes them as it writes all others.
 */
#include <string.h>

#include "internal.h"

static void read_inside(struct nt_job *job);
static void finish(struct nt_job *job);

static void
refuse(struct nt_job *job, int status, const char *code, const char *why)
{
	nt_node_refuse(job->a, job->at, status, code, why);
	nt_job_ready(job, job->moved_on);
}

/* The node of the copy of the block that is to move; 0: there is none yet. */
static uint32_t
root_of(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = nt_node_copied(a, &nt_node(a, job->at)->id);

	/* It may have been copied with another that it was in. */
	return n != 0 && nt_node_is_copy(a, nt_node(a, n)->parent) ? 0 : n;
}

/* ---- making it whole ---- */

static void
on_old_deleted(struct nt_job *job)
{
	if (job->got == NT_GOT_UNDONE) {
		finish(job);
		return;
	}
	/* What is refused is gone already. */
	nt_node_settle(job->a, job->at, NT_NODE_DONE);
	nt_job_ready(job, job->moved_on);
}

static void
delete_old(struct nt_job *job, uint32_t root)
{
	struct nt_id old = nt_copy_old(job->a, root);
	struct nt_step *step = nt_step_new(job, NT_STEP_EDIT, job->at,
	    "DELETE");

	nt_edit_put_path(&step->path, NT_KIND_BLOCK, &old);
	nt_step_send(job, on_old_deleted);
}

/* Why the copy is not whole is told by what was refused last. */
static void
give_up(struct nt_job *job)
{
	const struct nt_refused *r = job->a->refused;

	if (r != NULL && nt_node_is_copy(job->a, r->node))
		refuse(job, r->status, r->code, r->message);
	else
		refuse(job, 0, "not_writable", "it, or what is in it, could "
		    "not be made again at another place");
}

static void
on_copy_deleted(struct nt_job *job)
{
	if (job->got == NT_GOT_UNDONE) {
		finish(job);
		return;
	}
	if (job->got == NT_GOT_REFUSED)
		nt_copy_undone(job->a, job->step->node);
	give_up(job);
}

/* What was made of a copy that cannot be whole goes again. */
static void
delete_copy(struct nt_job *job, uint32_t root)
{
	struct nt_step *step;

	if (nt_id_is_nil(&nt_node(job->a, root)->to)) {
		nt_copy_undone(job->a, root);
		give_up(job);
		return;
	}
	step = nt_step_new(job, NT_STEP_CLEAR, root, "DELETE");
	step->target = nt_node(job->a, root)->to;
	nt_edit_put_path(&step->path, NT_KIND_BLOCK, &step->target);
	nt_step_send(job, on_copy_deleted);
}

static void
finish(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t root = root_of(job), unknown;

	if (!nt_copy_is_whole(a, root))
		delete_copy(job, root);
	else if ((unknown = nt_copy_unknown(a, root)) != 0)
		nt_job_learn(job, nt_node(a, unknown)->parent, finish);
	else
		delete_old(job, root);
}

static void
fill(struct nt_job *job)
{
	uint32_t root = root_of(job);

	nt_body_fill(job, nt_node(job->a, root)->parent, root, finish);
}

/* ---- reading it ---- */

/* Makes nodes of all that was read. */
static void
copy(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_json *doc = nt_json_new();
	struct nt_value blocks = NT_VALUE_NONE;
	struct nt_err err;

	nt_buf_char(&job->kept, ']');
	if (nt_json_parse(doc, job->kept.p, job->kept.len, &blocks, &err) == -1
	    || (!a->plan.dry_run && nt_journal_copy(a, job->at,
	    nt_buf_view(&job->kept), &err) == -1) ||
	    nt_copies_take(a, job->at, blocks, &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	else
		fill(job);
	nt_json_free(doc);
}

/* What is synced with it elsewhere would be synced with nothing. */
static int
is_synced_original(struct nt_value block)
{
	return nt_block_of(block) == NT_BLOCK_SYNCED_BLOCK &&
	    nt_value_is(nt_value_get(nt_block_payload(block), "synced_from"),
	    NT_JSON_NULL);
}

/* 1 if a block just like that can be made elsewhere. */
static int
can_be_made(struct nt_job *job, struct nt_value block)
{
	struct nt_buf form;
	size_t count = 0;
	int got;

	nt_step_new(job, NT_STEP_APPEND, job->at, NULL);
	nt_buf_init(&form, NT_BUF_MAX);
	got = nt_writable_block(nt_target_for(job, job->at), block,
	    (struct nt_str){ NULL, 0 }, &form, &count) == NT_WRITABLE_NOW &&
	    count == 1 && job->step->losses.len == 0 &&
	    !is_synced_original(block);
	nt_buf_free(&form);
	return got;
}

/* The id that a block which is there has in the snapshot. */
static struct nt_id
snapshot_id(struct nt_apply *a, const struct nt_id *now)
{
	uint64_t n;

	return nt_id_map_get(a->mine, now, &n) ? nt_node(a, (uint32_t)n)->id :
	    *now;
}

/* A change of a block that is copied is compared now: the copy is another. */
static void
compare(struct nt_apply *a, uint32_t n, struct nt_value block)
{
	if (n != 0 && nt_node(a, n)->state == NT_NODE_WANTED &&
	    !nt_edit_is_base(a, n, block))
		nt_node_refuse(a, n, 0, "moved_on", "it has changed since the "
		    "change was made: compare again, or use --force");
}

static void
put_id(struct nt_json_out *o, const char *key, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	nt_id_format(id, text);
	nt_json_put_text(o, key, text);
}

/*
 * One of the blocks, as it is kept: "id" and "in" are ids of the snapshot,
 * "old" is the one that it has.
 */
static void
keep(struct nt_job *job, struct nt_value block, const struct nt_id *now,
    const struct nt_id *in)
{
	struct nt_id id = snapshot_id(job->a, now);
	struct nt_json_out o;

	if (job->kept.len > 1)
		nt_buf_char(&job->kept, ',');
	nt_json_out_init(&o, &job->kept);
	nt_json_open(&o, NULL, '{');
	if (in == NULL)
		nt_json_put_value(&o, "after", nt_value_get(nt_node_change(
		    job->a, job->at), "after"));
	put_id(&o, "id", &id);
	if (in != NULL)
		put_id(&o, "in", in);
	put_id(&o, "old", now);
	nt_json_put_value(&o, "value", block);
	nt_json_close(&o, '}');
}

/* Takes a block that is to be copied, into that one or NULL: 0, or -1. */
static int
take(struct nt_job *job, struct nt_value block, const struct nt_id *in)
{
	struct nt_apply *a = job->a;
	struct nt_str type = nt_value_text(nt_value_get(block, "type"));
	struct nt_id now, id;
	struct nt_buf why;
	uint64_t doomed = 0;

	nt_id_scan(nt_value_text(nt_value_get(block, "id")), &now);
	id = snapshot_id(a, &now);
	if (nt_id_eq(&now, &nt_node(a, nt_node(a, job->at)->parent)->to)) {
		refuse(job, 0, "no_place", "what it is to be moved into is in "
		    "it");
		return -1;
	}
	if (!can_be_made(job, block)) {
		nt_buf_init(&why, NT_BUF_MAX);
		nt_buf_fmt(&why, "a block of type %.*s in it cannot be made "
		    "again, and a block cannot be moved", (int)type.len,
		    type.p);
		refuse(job, 0, "not_writable", in != NULL ? why.p : "a block "
		    "of this type cannot be made again at another place");
		nt_buf_free(&why);
		return -1;
	}
	if (in != NULL)
		compare(a, nt_node_moved(a, &id), block);
	nt_id_map_get(a->doomed, &id, &doomed);
	compare(a, (uint32_t)doomed, block);
	keep(job, block, &now, in);
	/* What a copy of a synced block shows is that of another. */
	if (nt_value_true(nt_value_get(block, "has_children")) &&
	    !nt_value_is(nt_value_get(nt_block_payload(block), "synced_from"),
	    NT_JSON_OBJECT))
		nt_job_listed(job)->id = now;
	return 0;
}

static void
on_inside(struct nt_job *job)
{
	struct nt_value body = job->reply->value, e;
	struct nt_id in = snapshot_id(job->a, &job->listed[job->inside].id);

	if (job->reply->code[0] != '\0') {
		refuse(job, job->reply->status, job->reply->code,
		    job->reply->message);
		return;
	}
	for (e = nt_value_first(nt_value_get(body, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		if (take(job, e, &in) == -1)
			return;
	nt_buf_clear(&job->cursor);
	nt_api_encode(&job->cursor, nt_value_text(nt_value_get(body,
	    "next_cursor")));
	if (!nt_value_true(nt_value_get(body, "has_more")) ||
	    job->cursor.len == 0) {
		nt_buf_clear(&job->cursor);
		job->inside++;
	}
	read_inside(job);
}

/* What is in each block that was read, until all of it is. */
static void
read_inside(struct nt_job *job)
{
	struct nt_buf path;

	if (job->inside == job->nlisted) {
		copy(job);
		return;
	}
	nt_buf_init(&path, NT_BUF_MAX);
	nt_edit_put_path(&path, NT_KIND_BLOCK, &job->listed[job->inside].id);
	nt_buf_fmt(&path, "/children?page_size=%d", NT_PAGE_SIZE_MAX);
	if (job->cursor.len > 0)
		nt_buf_fmt(&path, "&start_cursor=%s", job->cursor.p);
	nt_step_read(job, "GET", path.p, (struct nt_str){ NULL, 0 },
	    on_inside);
	nt_buf_free(&path);
}

static void
read_it(struct nt_job *job)
{
	nt_buf_clear(&job->kept);
	nt_buf_char(&job->kept, '[');
	nt_buf_clear(&job->cursor);
	job->nlisted = job->inside = 0;
	if (take(job, job->there, NULL) == 0)
		read_inside(job);
}

/* ---- where it goes ---- */

/*
 * Whether a copy was made is told by how many blocks are where it goes; what
 * was made, moved and deleted before has changed that.
 */
static void
on_place(struct nt_job *job)
{
	nt_node_counted(job->a, nt_node(job->a, job->at)->parent,
	    job->nlisted);
	read_it(job);
}

/* The block that it goes behind may have been copied with what it is in. */
static uint32_t
unknown_neighbour(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_id after;
	uint32_t n;

	if (nt_id_scan(nt_value_text(nt_value_get(nt_node_change(a, job->at),
	    "after")), &after) == -1)
		return 0;
	n = nt_node_copied(a, &after);
	return n != 0 && nt_node_there(a, n) &&
	    nt_id_is_nil(&nt_node(a, n)->to) ? n : 0;
}

static void
look_at_place(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t place = nt_node(a, job->at)->parent;
	uint32_t unknown = unknown_neighbour(job);

	if (place == 0 || !nt_node_there(a, place))
		refuse(job, 0, "no_place", "what it is to be moved into is "
		    "not there");
	else if (nt_id_is_nil(&nt_node(a, place)->to))
		nt_job_learn(job, nt_node(a, place)->parent, look_at_place);
	else if (unknown != 0)
		nt_job_learn(job, nt_node(a, unknown)->parent, look_at_place);
	else if (a->plan.dry_run)
		read_it(job);
	else
		nt_job_list(job, &nt_node(a, place)->to, on_place);
}

void
nt_move_start(struct nt_job *job, void (*then)(struct nt_job *job))
{
	job->moved_on = then;
	look_at_place(job);
}

int
nt_move_begun(struct nt_job *job, void (*then)(struct nt_job *job))
{
	const struct nt_node *node = nt_node(job->a, job->at);
	uint32_t root;

	if (node->op != NT_OP_MOVE || node->kind != NT_KIND_BLOCK ||
	    (root = root_of(job)) == 0)
		return 0;
	job->moved_on = then;
	if (nt_node(job->a, root)->state == NT_NODE_REFUSED)
		give_up(job);
	else
		fill(job);
	return 1;
}
