/* Makes the rows of data sources: of each one after another, in their order. */
#include "internal.h"

static void next_row(struct nt_job *job);

static void
on_row(struct nt_job *job)
{
	uint32_t row = job->step->node;

	if (job->got == NT_GOT_REFUSED && nt_page_strip(job, row)) {
		next_row(job);
		return;
	}
	job->strip = 0;
	if (job->got == NT_GOT_DONE)
		nt_page_made(job->a, row);
	next_row(job);
}

static uint32_t
find_row(struct nt_apply *a, uint32_t n)
{
	while (n != 0 && (nt_node(a, n)->kind != NT_KIND_PAGE ||
	    nt_node(a, n)->op != NT_OP_CREATE ||
	    nt_node(a, n)->state != NT_NODE_WANTED))
		n = nt_node(a, n)->next;
	return n;
}

static void
next_row(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	job->at = find_row(a, job->at);
	if (job->at == 0)
		nt_job_end(job);
	else if (nt_page_build(job, job->at))
		nt_step_send(job, on_row);
	else
		nt_upload_all(job, next_row);
}

size_t
nt_rows_start(struct nt_apply *a)
{
	size_t started = 0;

	a->resting = 0;
	for (uint32_t n = 1; n < a->count; n++) {
		const struct nt_node *node = nt_node(a, n);
		uint32_t row;

		if (node->kind != NT_KIND_DATA_SOURCE ||
		    !nt_node_there(a, n) ||
		    (row = find_row(a, node->first)) == 0)
			continue;
		nt_job_new(a, n, next_row)->at = row;
		started++;
	}
	return started;
}
