/* Makes pages: each with its properties and as many of its blocks as fit. */
#include <stdio.h>

#include "internal.h"

/* How much is left out of a page that was refused. */
enum { STRIP_NOTHING, STRIP_BLOCKS, STRIP_PROPERTIES, STRIPS };

/* ---- properties ---- */

static int
is_row(struct nt_apply *a, uint32_t page)
{
	return nt_node(a, nt_node(a, page)->parent)->kind ==
	    NT_KIND_DATA_SOURCE;
}

static void
tell_renamed(struct nt_job *job, uint32_t page, struct nt_str property)
{
	struct nt_buf pointer;

	nt_buf_init(&pointer, NT_BUF_MAX);
	nt_property_pointer(&pointer, property);
	nt_tell_loss(job, page, pointer.p, NT_LOSS_EXPECTED,
	    "it is called as it was asked for");
	nt_buf_free(&pointer);
}

/* The title alone, under the name that it has in a page or a schema. */
static void
put_title(struct nt_job *job, uint32_t page, struct nt_value properties,
    struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct nt_value e = nt_value_first(properties);

	while (nt_value_there(e) && nt_prop_of(e) != NT_PROP_TITLE)
		e = nt_value_next(e);
	if (a->plan.new_name != NULL && nt_node(a, page)->parent == 0) {
		nt_buf_str(out,
		    "{\"title\":{\"title\":[{\"text\":{\"content\":");
		nt_json_quote(out, nt_str_of(a->plan.new_name));
		nt_buf_str(out, "}}]}}");
		tell_renamed(job, page, nt_value_key(e));
		return;
	}
	nt_buf_str(out, "{\"title\":{\"title\":");
	if (nt_writable_text(nt_target_for(job, page), nt_value_get(e,
	    "title"), "/properties/title/title", out) != NT_WRITABLE_NOW)
		nt_buf_str(out, "[]");
	nt_buf_str(out, "}}");
}

/*
 * Relations that are too long to be written from here: those that go both ways
 * are written by the other side, in its order.
 */
static void
tell_crowded(struct nt_job *job, uint32_t page, struct nt_value properties)
{
	struct nt_source *s = nt_source_of(job->a,
	    nt_node(job->a, page)->parent);
	struct nt_value e = nt_value_first(properties);

	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_prop_state *p = s == NULL ? NULL :
		    nt_source_prop(s, nt_value_key(e));
		struct nt_buf pointer;

		if (nt_value_count(nt_value_get(e, "relation")) <=
		    NT_ARRAY_MAX || p == NULL || p->counterpart == NULL)
			continue;
		job->step->flags |= NT_NODE_CROWDED;
		nt_buf_init(&pointer, NT_BUF_MAX);
		nt_property_pointer(&pointer, nt_value_key(e));
		nt_buf_str(&pointer, "/relation");
		nt_tell_loss(job, page, pointer.p, NT_LOSS_EXPECTED, "the "
		    "order of over 100 relations cannot be set");
		nt_buf_free(&pointer);
	}
}

/*
 * As much as can be said by now: relations to what is not there yet come
 * later, and so do mentions, in place of which the parent stands until then.
 */
static void
put_properties(struct nt_job *job, uint32_t page, struct nt_value properties,
    struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct nt_value schema = is_row(a, page) ? nt_source_schema(a,
	    nt_node(a, page)->parent) : NT_VALUE_NONE;
	const struct nt_target *target = nt_target_for(job, page);
	enum nt_writable got;

	got = nt_writable_properties(target, schema, properties,
	    NT_VALUE_NONE, NT_WRITABLE_BOTH, NULL, out);
	if (got == NT_WRITABLE_LATER) {
		job->step->flags |= NT_NODE_RELATE;
		got = nt_writable_properties(target, schema, properties,
		    NT_VALUE_NONE, NT_WRITABLE_PLAIN, NULL, out);
	}
	if (got == NT_WRITABLE_LATER) {
		job->step->flags |= NT_NODE_RETEXT;
		a->blind = 1;
		got = nt_writable_properties(target, schema, properties,
		    NT_VALUE_NONE, NT_WRITABLE_PLAIN, NULL, out);
		a->blind = 0;
	}
	if (got == NT_WRITABLE_NEVER)
		nt_buf_str(out, "{}");
	tell_crowded(job, page, properties);
	if (a->plan.provenance && is_row(a, page))
		nt_provenance_values(a, page, out);
}

/* As a member of the step's body; what has to wait is in the step's flags. */
static void
put_all_properties(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;
	struct nt_value record = nt_node_record(a, page);
	struct nt_value properties = nt_value_get(record, "properties");
	struct nt_buf *out = &job->step->body;
	int was_row = nt_value_there(nt_value_at(record,
	    "/parent/data_source_id"));

	nt_buf_str(out, ",\"properties\":");
	if (job->strip == STRIP_PROPERTIES)
		nt_tell_loss(job, page, "/properties", NT_LOSS_WARNING,
		    job->why.message);
	else if (was_row && !is_row(a, page))
		nt_tell_loss(job, page, "/properties", NT_LOSS_WARNING,
		    "a page outside of a data source has a title only");
	if (job->strip == STRIP_PROPERTIES || (was_row && !is_row(a, page)) ||
	    (a->plan.new_name != NULL && nt_node(a, page)->parent == 0))
		put_title(job, page, properties, out);
	else
		put_properties(job, page, properties, out);
}

/* ---- the rest of it ---- */

static void
put_parent(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;
	const char *type = is_row(a, page) ? "data_source_id" : "page_id";
	char id[NT_ID_TEXT];

	nt_id_format(&nt_node(a, nt_node(a, page)->parent)->to, id);
	nt_buf_fmt(&job->step->body, "\"parent\":{\"type\":\"%s\","
	    "\"%s\":\"%s\"}", type, type, id);
}

/* Appends a member, if there is anything to be written under it. */
static void
put_picture(struct nt_job *job, uint32_t page, const char *name,
    enum nt_writable (*form)(const struct nt_target *target,
    struct nt_value v, const char *pointer, struct nt_buf *out))
{
	struct nt_value v = nt_value_get(nt_node_record(job->a, page), name);
	struct nt_buf *out = &job->step->body;
	size_t len = out->len;
	char pointer[16];

	if (!nt_value_is(v, NT_JSON_OBJECT))
		return;
	snprintf(pointer, sizeof pointer, "/%s", name);
	nt_buf_fmt(out, ",\"%s\":", name);
	if (form(nt_target_for(job, page), v, pointer, out) !=
	    NT_WRITABLE_NOW)
		nt_buf_cut(out, len);
}

/* The first blocks, as far as nothing else stands between them. */
static void
put_blocks(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;
	uint32_t item = nt_node(a, page)->cursor;
	struct nt_buf blocks;

	if (item == 0 || job->strip >= STRIP_BLOCKS)
		return;
	nt_buf_init(&blocks, NT_BUF_MAX);
	if (nt_batch_build(job, item, &blocks) == NT_BATCH_SOME &&
	    job->step->top > 0)
		nt_buf_fmt(&job->step->body, ",\"children\":%s", blocks.p);
	nt_buf_free(&blocks);
}

/* Its place among what was there before (api 2.1). */
static void
put_position(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;
	const struct nt_node *node = nt_node(a, page);
	uint32_t block = nt_node_block(a, &node->id);
	struct nt_buf *out = &job->step->body;
	struct nt_id after;
	char id[NT_ID_TEXT];

	if (nt_node(a, node->parent)->op != NT_OP_NONE || block == 0 ||
	    nt_node(a, block)->parent != node->parent)
		return;
	if (!nt_place_told(a, block, &after)) {
		nt_buf_str(out, ",\"position\":{\"type\":\"page_start\"}");
		return;
	}
	nt_id_format(&after, id);
	nt_buf_fmt(out, ",\"position\":{\"type\":\"after_block\","
	    "\"after_block\":{\"id\":\"%s\"}}", id);
}

int
nt_page_build(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_PAGE, page, "POST");

	a->files_wanted = 0;
	nt_buf_str(&step->path, "/v1/pages");
	nt_buf_char(&step->body, '{');
	put_parent(job, page);
	put_all_properties(job, page);
	put_picture(job, page, "icon", nt_writable_icon);
	put_picture(job, page, "cover", nt_writable_cover);
	put_position(job, page);
	put_blocks(job, page);
	nt_buf_char(&step->body, '}');
	return !a->files_wanted;
}

void
nt_page_made(struct nt_apply *a, uint32_t page)
{
	nt_body_start(a, page);
}

int
nt_page_strip(struct nt_job *job, uint32_t page)
{
	struct nt_apply *a = job->a;

	if (nt_node(a, page)->kind == NT_KIND_PAGE && job->strip + 1 < STRIPS) {
		job->strip++;
		return 1;
	}
	nt_node_refuse(a, page, job->why.status, job->why.code,
	    job->why.message);
	return 0;
}
