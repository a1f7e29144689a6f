/* What came of each change, in their order: notion-change(5). */
#include <stdio.h>

#include "internal.h"
#include "nt/crypto.h"

static const struct nt_refused *
find_refused(const struct nt_apply *a, uint32_t n)
{
	const struct nt_refused *r = a->refused;

	while (r != NULL && r->node != n)
		r = r->next;
	return r;
}

/* What no change of the workspace can be made of. */
static int
is_beside(int kind)
{
	return kind != NT_KIND_PAGE && kind != NT_KIND_DATABASE &&
	    kind != NT_KIND_DATA_SOURCE && kind != NT_KIND_BLOCK &&
	    kind != NT_KIND_VIEW && kind != NT_KIND_COMMENT;
}

static const char *
status_of(struct nt_apply *a, uint32_t n)
{
	const struct nt_node *node = nt_node(a, n);

	if (is_beside(node->kind))
		return "skipped";
	switch ((enum nt_node_state)node->state) {
	case NT_NODE_DONE:
		return "done";
	case NT_NODE_SKIPPED:
	case NT_NODE_LOST:
		return "skipped";
	case NT_NODE_REFUSED:
		return "refused";
	case NT_NODE_WANTED:
		break;
	}
	return "failed";
}

void
nt_result_count(struct nt_apply *a, struct nt_apply_stats *stats)
{
	for (uint32_t n = 1; n < a->changes_end; n++)
		switch (status_of(a, n)[0]) {
		case 'r':
			stats->refused++;
			break;
		case 'f':
			stats->left++;
			break;
		default:
			stats->done++;
			break;
		}
}

static void
put_error(struct nt_json_out *o, struct nt_apply *a, uint32_t n)
{
	const struct nt_refused *r = find_refused(a, n);

	nt_json_open(o, "error", '{');
	nt_json_put_text(o, "code", r == NULL ? "not_reached" : r->code);
	nt_json_put_text(o, "message", r == NULL ?
	    "what it hangs on was not made, or it was not reached" :
	    r->message);
	nt_json_put_int(o, "status", r == NULL ? 0 : r->status);
	nt_json_close(o, '}');
}

static void
put_id(struct nt_json_out *o, const char *name, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	if (nt_id_is_nil(id)) {
		nt_json_put_null(o, name);
		return;
	}
	nt_id_format(id, text);
	nt_json_put_text(o, name, text);
}

static int
write_result(struct nt_apply *a, uint32_t n, struct nt_buf *line,
    struct nt_err *err)
{
	char hex[NT_SHA256_TEXT], digest[NT_SHA256_TEXT + 8];
	const char *status = status_of(a, n);
	struct nt_sha256 hash;
	struct nt_json_out o;

	nt_node_line(a, n, &a->line);
	nt_sha256_init(&hash);
	nt_sha256_add(&hash, a->line.p, a->line.len);
	nt_sha256_hex(&hash, hex);
	snprintf(digest, sizeof digest, "sha256:%s", hex);
	nt_buf_clear(line);
	nt_json_out_init(&o, line);	/* members in their sorted order */
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "change", digest);
	if (status[0] == 'r' || status[0] == 'f')
		put_error(&o, a, n);
	put_id(&o, "id", &nt_node(a, n)->id);
	nt_json_put_text(&o, "kind",
	    nt_kind_name((enum nt_kind)nt_node(a, n)->kind));
	put_id(&o, "new_id", &nt_node(a, n)->to);
	nt_json_put_text(&o, "object", "result");
	nt_json_put_text(&o, "status", status);
	nt_json_close(&o, '}');
	return nt_writer_record(a->out, NT_KIND_RESULT, nt_buf_view(line),
	    err);
}

int
nt_apply_results(struct nt_apply *a, struct nt_err *err)
{
	struct nt_buf line;
	int got = 0;

	nt_buf_init(&line, NT_BUF_MAX);
	for (uint32_t n = 1; got == 0 && n < a->changes_end; n++)
		got = write_result(a, n, &line, err);
	nt_buf_free(&line);
	return got;
}
