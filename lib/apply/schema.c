/*
 * Completes schemas when all data sources of a round are there: relations,
 * then rollups and formulas as what they name comes to be (api 8.2, 4).  One
 * job does it, for a property of one source may make one of another.
 *
 * What is there is asked of the service, not remembered, so that a run that
 * goes on after a crash sees what the one before has done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void next_schema(struct nt_job *job);

/* ---- what can be made by now ---- */

/* The property of that name is there, or is none that is to be. */
static int
is_there(struct nt_source *s, struct nt_str name)
{
	struct nt_prop_state *p = s == NULL ? NULL : nt_source_prop(s, name);

	return p == NULL || p->new_id != NULL || p->lost;
}

/* All that a formula names of its own source is there. */
static int
formula_can(struct nt_source *s, struct nt_str expression)
{
	static const char call[] = "prop(\"";
	const size_t len = sizeof call - 1;
	const char *p = expression.p, *end = p + expression.len;

	while ((size_t)(end - p) > len) {
		const char *quote;

		if (memcmp(p, call, len) != 0) {
			p++;
			continue;
		}
		p += len;
		quote = memchr(p, '"', (size_t)(end - p));
		if (quote == NULL)
			break;
		if (!is_there(s, (struct nt_str){ p, (size_t)(quote - p) }))
			return 0;
		p = quote;
	}
	return 1;
}

/* The relation of a rollup is there, and what it leads to. */
static int
rollup_can(struct nt_apply *a, struct nt_source *s, struct nt_value rollup)
{
	struct nt_str relation = nt_value_text(nt_value_get(rollup,
	    "relation_property_name"));
	struct nt_str other = nt_value_text(nt_value_get(rollup,
	    "rollup_property_name"));
	struct nt_prop_state *p = nt_source_prop(s, relation);
	uint32_t n;

	if (p == NULL || !is_there(s, relation))
		return p == NULL;
	n = nt_node_thing(a, &p->other);
	return n == 0 || is_there(nt_source_of(a, n), other);
}

/* The data source at the other end is there. */
static int
relation_can(struct nt_apply *a, const struct nt_prop_state *p)
{
	uint32_t n = nt_node_thing(a, &p->other);

	return n == 0 || !nt_id_is_nil(&nt_node(a, n)->to);
}

static int
can_be_made(struct nt_apply *a, struct nt_source *s,
    const struct nt_prop_state *p, struct nt_value entry)
{
	switch (p->type) {
	case NT_PROP_RELATION:
		return relation_can(a, p);
	case NT_PROP_ROLLUP:
		return rollup_can(a, s, nt_value_get(entry, "rollup"));
	case NT_PROP_FORMULA:
		return formula_can(s, nt_value_text(nt_value_at(entry,
		    "/formula/expression")));
	default:	/* plain ones came with the source */
		return a->plan.into != NULL && p->type != NT_PROP_TITLE;
	}
}

/* ---- one request ---- */

/*
 * The property of ours that a dual relation of another source has made here
 * already, under a name of the service's: its id, or NULL.
 */
static const char *
made_from_afar(struct nt_apply *a, struct nt_source *s,
    const struct nt_prop_state *p)
{
	uint32_t n = nt_node_thing(a, &p->other);
	struct nt_source *other = n == 0 ? NULL : nt_source_of(a, n);
	struct nt_prop_state *q;

	if (p->counterpart == NULL || other == NULL)
		return NULL;
	q = nt_source_prop(other, nt_str_of(p->counterpart));
	if (q == NULL || q == p || q->new_counterpart == NULL ||
	    nt_node_thing(a, &q->other) != s->node)
		return NULL;
	return q->new_counterpart;
}

/* The two sides of one relation are not made in one request. */
static int
other_side_goes(struct nt_source *s, const struct nt_prop_state *p,
    const size_t *chosen, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct nt_prop_state *q = &s->props[chosen[i]];

		if (p->counterpart != NULL && q->counterpart != NULL &&
		    strcmp(q->name, p->counterpart) == 0 &&
		    strcmp(p->name, q->counterpart) == 0)
			return 1;
	}
	return 0;
}

/*
 * Puts what can be made into the request; of it only the property number
 * `only` if that is not -1.  How many.
 */
static size_t
put_possible(struct nt_job *job, struct nt_source *s, ssize_t only,
    struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct nt_value e = nt_value_first(nt_value_get(nt_node_record(a,
	    s->node), "properties"));
	size_t *chosen = nt_alloc_array(s->count, sizeof *chosen), count = 0;

	for (size_t i = 0; nt_value_there(e); e = nt_value_next(e), i++) {
		struct nt_prop_state *p = &s->props[i];
		const char *made;

		if (p->new_id != NULL || p->lost || (only != -1 &&
		    (size_t)only != i) || (only == -1 &&
		    !can_be_made(a, s, p, e)) ||
		    other_side_goes(s, p, chosen, count))
			continue;
		made = p->type == NT_PROP_RELATION ? made_from_afar(a, s, p) :
		    NULL;
		if (made != NULL) {
			if (count > 0)
				nt_buf_char(out, ',');
			nt_json_quote(out, nt_str_of(made));
			nt_buf_str(out, ":{\"name\":");
			nt_json_quote(out, nt_str_of(p->name));
			nt_buf_char(out, '}');
		} else if (!nt_put_property(job, s->node, e, count > 0, out)) {
			p->lost = 1;
			continue;
		}
		chosen[count++] = i;
	}
	free(chosen);
	return count;
}

/* A dry run takes what was asked for as made. */
static void
pretend(struct nt_apply *a, struct nt_source *s, ssize_t only)
{
	struct nt_value e = nt_value_first(nt_value_get(nt_node_record(a,
	    s->node), "properties"));

	for (size_t i = 0; nt_value_there(e); e = nt_value_next(e), i++) {
		struct nt_prop_state *p = &s->props[i];
		uint32_t n;

		if (p->new_id != NULL || p->lost || (only == -1 &&
		    p->type != NT_PROP_RELATION && !can_be_made(a, s, p, e)))
			continue;
		p->new_id = nt_strdup(p->name);
		n = nt_node_thing(a, &p->other);
		if (p->counterpart != NULL && n != 0 && n != s->node)
			p->new_counterpart = nt_strdup(p->counterpart);
	}
	nt_source_pretend(a, s);
}

/* ---- round after round, until nothing comes of it ---- */

static void
on_schema(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_source *s = a->sources[job->at];

	if (job->got == NT_GOT_DONE) {
		if (a->plan.dry_run)
			pretend(a, s, job->only);
		job->moved = 1;
		job->only = -1;
	} else if (job->got == NT_GOT_UNDONE) {
		s->version = 0;		/* ask what is there */
	} else if (job->only == -1) {
		job->only = 0;		/* one by one, then */
	} else {
		struct nt_prop_state *p = &s->props[job->only];
		struct nt_buf pointer;

		nt_buf_init(&pointer, NT_BUF_MAX);
		nt_property_pointer(&pointer, nt_str_of(p->name));
		nt_buf_clear(&job->step->losses);
		if (job->phase > 0) {
			p->lost = 1;
			nt_tell_loss(job, s->node, pointer.p, NT_LOSS_WARNING,
			    job->why.message);
			nt_step_tell(job);
		}
		nt_buf_free(&pointer);
		job->only++;
	}
	next_schema(job);
}

static void
on_source_read(struct nt_job *job)
{
	struct nt_source *s = job->a->sources[job->at];

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(job->a, NT_DATA, "a data source that was made "
		    "cannot be read: %s", job->reply->message);
		return;
	}
	nt_source_learn(s, job->reply->value);
	nt_job_ready(job, next_schema);
}

static void
read_source(struct nt_job *job, struct nt_source *s)
{
	char id[NT_ID_TEXT], path[80];

	if (job->a->plan.dry_run) {
		job->a->stats.requests++;
		for (size_t i = 0; i < s->count; i++)
			if (s->props[i].type != NT_PROP_RELATION &&
			    s->props[i].type != NT_PROP_ROLLUP &&
			    s->props[i].type != NT_PROP_FORMULA &&
			    !s->props[i].lost && s->props[i].new_id == NULL)
				s->props[i].new_id =
				    nt_strdup(s->props[i].name);
		nt_source_pretend(job->a, s);
		nt_job_ready(job, next_schema);
		return;
	}
	nt_id_format(&nt_node(job->a, s->node)->to, id);
	snprintf(path, sizeof path, "/v1/data_sources/%s", id);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 },
	    on_source_read);
}

/* A request for the source: 1 if the job waits, 0 if there is none to send. */
static int
send_schema(struct nt_job *job, struct nt_source *s)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_SCHEMA, s->node,
	    "PATCH");
	char id[NT_ID_TEXT];
	size_t count;

	a->files_wanted = 0;
	nt_id_format(&nt_node(a, s->node)->to, id);
	nt_buf_fmt(&step->path, "/v1/data_sources/%s", id);
	nt_buf_str(&step->body, "{\"properties\":{");
	count = put_possible(job, s, job->only, &step->body);
	nt_buf_char(&step->body, '}');
	if (s->renaming) {
		s->renaming = 0;
		count++;
		nt_source_members(job, s->node);
	}
	nt_buf_char(&step->body, '}');
	if (a->files_wanted) {
		s->renaming = 1;
		nt_upload_all(job, next_schema);
		return 1;
	}
	if (count == 0) {
		nt_step_tell(job);
		return 0;
	}
	nt_step_send(job, on_schema);
	return 1;
}

static int
is_ready(struct nt_apply *a, const struct nt_source *s)
{
	return nt_node_there(a, s->node);
}

/* The next property, one by one, or the next source: 1, 0: that was all. */
static int
next_in_turn(struct nt_job *job)
{
	struct nt_apply *a = job->a;

	while (job->at < a->nsources) {
		struct nt_source *s = a->sources[job->at];

		if (!is_ready(a, s)) {
			job->at++;
			continue;
		}
		if (s->version == 0) {
			read_source(job, s);
			return 1;
		}
		if (job->only == -1) {
			if (send_schema(job, s))
				return 1;
			if (job->phase > 0)
				job->only = 0;
		}
		for (; job->only >= 0 && (size_t)job->only < s->count;
		    job->only++)
			if (send_schema(job, s))
				return 1;
		job->only = -1;
		job->at++;
	}
	return 0;
}

/*
 * Phase 0 makes what can be made, while anything comes of it; phase 1, at the
 * last, tries all that is left, one by one, and what is refused is lost.
 */
static void
next_schema(struct nt_job *job)
{
	if (next_in_turn(job))
		return;
	if (job->a->stopped)
		return;
	if (!job->moved) {
		nt_job_end(job);
		return;
	}
	job->moved = 0;
	job->at = 0;
	next_schema(job);
}

static size_t
start(struct nt_apply *a, unsigned phase)
{
	struct nt_job *job;
	uint32_t n;

	for (n = 1; n < a->count; n++)
		if (nt_node(a, n)->kind == NT_KIND_DATA_SOURCE &&
		    nt_node(a, n)->op == NT_OP_CREATE &&
		    nt_node(a, n)->state == NT_NODE_DONE)
			nt_source_new(a, n);
	if (a->nsources == 0)
		return 0;
	job = nt_job_new(a, 0, next_schema);
	job->phase = phase;
	job->only = -1;
	return 1;
}

size_t
nt_schemas_start(struct nt_apply *a)
{
	return start(a, 0);
}

size_t
nt_schemas_start_last(struct nt_apply *a)
{
	return start(a, 1);
}
