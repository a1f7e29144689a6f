/*
 * A relation that goes both ways is changed on both sides by a write of one;
 * so pages of which relations change are compared before any is written.
 */
#include <string.h>

#include "internal.h"

static void compare(struct nt_job *job);

static int
touches_relations(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);
	struct nt_value e;

	if (node->op != NT_OP_UPDATE || node->kind != NT_KIND_PAGE)
		return 0;
	e = nt_value_first(nt_value_get(nt_node_change(a, n), "patch"));
	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str path = nt_value_text(nt_value_get(e, "path"));
		static const char relation[] = "/relation";
		const size_t len = sizeof relation - 1;

		for (size_t i = 0; i + len <= path.len; i++)
			if (memcmp(path.p + i, relation, len) == 0)
				return 1;
	}
	return 0;
}

/* Keeps what the patch makes of it, as long as it is what it was. */
static void
keep(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf made;
	struct nt_err err;

	nt_buf_init(&made, NT_BUF_MAX);
	if (nt_patch_apply(job->there, nt_value_get(nt_node_change(a,
	    job->at), "patch"), &made, NULL) == 0) {
		a->kept = nt_realloc_array(a->kept, a->nkept + 1,
		    sizeof *a->kept);
		a->kept[a->nkept++] = (struct nt_kept){ job->at,
		    nt_spool_size(a->lines), made.len };
		nt_node(a, job->at)->flags |= NT_NODE_COMPARED;
		if (nt_spool_add(a->lines, made.p, made.len, &err) == -1)
			nt_job_stop_all(a, err.kind, "%s", err.text);
	}
	nt_buf_free(&made);
}

static void
on_compared(struct nt_job *job)
{
	job->found = (struct nt_id){ { 0 } };
	if (nt_value_there(job->there) && nt_edit_is_base(job, job->there))
		keep(job);
	job->at++;
	compare(job);
}

static void
compare(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_buf path;

	while (job->at < a->changes_end && (nt_node(a, job->at)->state !=
	    NT_NODE_WANTED || !touches_relations(a, job->at)))
		job->at++;
	if (job->at == a->changes_end) {
		nt_job_end(job);
		return;
	}
	nt_buf_init(&path, NT_BUF_MAX);
	nt_edit_put_path(&path, NT_KIND_PAGE, &nt_node(a, job->at)->id);
	nt_whole_read(job, path.p, on_compared);
	nt_buf_free(&path);
}

size_t
nt_bases_start(struct nt_apply *a)
{
	for (uint32_t n = 1; n < a->changes_end; n++)
		if (touches_relations(a, n)) {
			nt_job_new(a, 0, compare)->at = n;
			return 1;
		}
	return 0;
}
