/*
 * Relations to pages that were not there yet: the last write of a page's
 * properties.  It is spared where the other side of a dual relation has
 * written the same already, in the same order.
 */
#include "internal.h"

/* Each target was made after the page, with its side of the relation. */
static int
is_written(struct nt_apply *a, uint32_t page, struct nt_value list)
{
	uint32_t last = page;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_id id;
		uint32_t n;

		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) ==
		    -1)
			return 0;
		n = nt_node_thing(a, &id);
		if (n <= last || nt_node(a, n)->state != NT_NODE_DONE ||
		    (nt_node(a, n)->flags &
		    (NT_NODE_RELATE | NT_NODE_CROWDED)) != 0)
			return 0;
		last = n;
	}
	return 1;
}

static int
all_written(struct nt_apply *a, uint32_t page)
{
	struct nt_source *s = nt_source_of(a, nt_node(a, page)->parent);
	struct nt_value e = nt_value_first(nt_value_get(nt_node_record(a,
	    page), "properties"));

	if (s == NULL || (nt_node(a, page)->flags & NT_NODE_RETEXT))
		return 0;
	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_value list = nt_value_get(e, "relation");
		struct nt_prop_state *p;

		if (nt_prop_of(e) != NT_PROP_RELATION ||
		    nt_value_count(list) == 0)
			continue;
		p = nt_source_prop(s, nt_value_key(e));
		if (p == NULL || p->new_counterpart == NULL ||
		    !is_written(a, page, list))
			return 0;
	}
	return 1;
}

static void relate(struct nt_job *job);

static void
on_related(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	if (job->got == NT_GOT_UNDONE) {
		relate(job);
		return;
	}
	if (job->got == NT_GOT_REFUSED) {
		nt_tell_loss(job, job->node, "/properties", NT_LOSS_WARNING,
		    job->why.message);
		nt_step_tell(job);
		nt_node(a, job->node)->flags &=
		    (uint8_t)~(NT_NODE_RELATE | NT_NODE_RETEXT);
	}
	nt_job_end(job);
}

static void
relate(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_node *node = nt_node(a, job->node);
	struct nt_step *step = nt_step_new(job, NT_STEP_RELATE, job->node,
	    "PATCH");
	struct nt_value schema = nt_source_schema(a, node->parent);
	enum nt_writable got;
	char id[NT_ID_TEXT];

	if (all_written(a, job->node)) {
		node->flags &= (uint8_t)~NT_NODE_RELATE;
		a->progress = 1;
		nt_job_end(job);
		return;
	}
	a->files_wanted = 0;
	nt_id_format(&node->to, id);
	nt_buf_fmt(&step->path, "/v1/pages/%s", id);
	nt_buf_str(&step->body, "{\"properties\":");
	got = nt_writable_properties(nt_target_for(job, job->node), schema,
	    nt_value_get(nt_node_record(a, job->node), "properties"),
	    NT_VALUE_NONE, node->flags & NT_NODE_RETEXT ? NT_WRITABLE_BOTH :
	    NT_WRITABLE_RELATIONS, NULL, &step->body);
	nt_buf_char(&step->body, '}');
	if (a->files_wanted) {
		nt_upload_all(job, relate);
		return;
	}
	if (got == NT_WRITABLE_NOW) {
		nt_step_send(job, on_related);
		return;
	}
	if (got == NT_WRITABLE_NEVER)
		node->flags &= (uint8_t)~(NT_NODE_RELATE | NT_NODE_RETEXT);
	nt_step_tell(job);
	nt_job_end(job);
}

size_t
nt_relations_start(struct nt_apply *a)
{
	size_t started = 0;

	for (uint32_t n = 1; n < a->count; n++)
		if (nt_node(a, n)->kind == NT_KIND_PAGE &&
		    (nt_node(a, n)->flags &
		    (NT_NODE_RELATE | NT_NODE_RETEXT)) != 0 &&
		    !nt_id_is_nil(&nt_node(a, n)->to)) {
			nt_job_new(a, n, relate);
			started++;
		}
	return started;
}
