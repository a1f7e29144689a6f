/*
 * Rows that go into a database which is there.  Its schema is compared with
 * that of the rows first: what they have and it has not is added to it if that
 * is wanted, and else nothing at all is done.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* The data source of the rows, which must be one. */
static uint32_t
find_source(struct nt_apply *a)
{
	uint32_t found = 0;

	for (uint32_t n = 1; n < a->changes_end; n++) {
		if (nt_node(a, n)->kind != NT_KIND_DATA_SOURCE ||
		    nt_node(a, n)->op != NT_OP_CREATE)
			continue;
		if (found != 0) {
			nt_job_stop_all(a, NT_DATA, "there are rows of more "
			    "than one data source, expected those of one for "
			    "--into");
			return 0;
		}
		found = n;
	}
	if (found == 0)
		nt_job_stop_all(a, NT_DATA, "there is no data source whose "
		    "rows could go into the database");
	return found;
}

/* All but the rows, and what is in them, is not wanted. */
static void
skip_others(struct nt_apply *a, uint32_t source)
{
	for (uint32_t n = 1; n < a->changes_end; n++) {
		struct nt_node *node = nt_node(a, n);
		uint32_t up = n;

		while (up != 0 && up != source)
			up = nt_node(a, up)->parent;
		if ((up == 0 || node->kind == NT_KIND_VIEW) && n != source &&
		    node->state == NT_NODE_WANTED) {
			node->state = NT_NODE_SKIPPED;
			node->op = NT_OP_NONE;
			node->cursor = 0;
		}
	}
}

/* 1 if the rows fit what is there, or it may be made to. */
static int
fits(struct nt_apply *a, struct nt_source *s, struct nt_value properties)
{
	for (size_t i = 0; i < s->count; i++) {
		struct nt_prop_state *p = &s->props[i];
		struct nt_value there = nt_prop_taking(properties,
		    nt_str_of(p->name), p->type);

		if (nt_value_there(there) && nt_prop_of(there) == p->type)
			continue;
		if (nt_value_there(there)) {
			nt_job_stop_all(a, NT_DATA, "the property \"%s\" is a "
			    "%s there, expected a %s as in the rows", p->name,
			    nt_prop_kind(nt_prop_of(there))->name,
			    nt_prop_kind(p->type)->name);
			return 0;
		}
		if (!a->plan.extend) {
			nt_job_stop_all(a, NT_DATA, "there is no property "
			    "\"%s\" (%s), which the rows have: see "
			    "--extend-schema", p->name,
			    nt_prop_kind(p->type)->name);
			return 0;
		}
	}
	return 1;
}

/* The journal has to know what the database and its source became. */
static int
tell_found(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t database = nt_node(a, job->node)->parent;
	struct nt_buf map;
	struct nt_err err;
	int got;

	nt_buf_init(&map, NT_BUF_MAX);
	nt_buf_char(&map, '{');
	nt_step_map(&map, &nt_node(a, job->node)->id, &job->found);
	if (database != 0)
		nt_step_map(&map, &nt_node(a, database)->id, a->plan.into);
	nt_buf_char(&map, '}');
	got = a->plan.dry_run ? 0 : nt_journal_found(a, nt_buf_view(&map),
	    &err);
	if (got == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	nt_buf_free(&map);
	return got;
}

/* The title is there, under whatever name. */
static void
learn_title(struct nt_source *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->props[i].type == NT_PROP_TITLE &&
		    s->props[i].new_id == NULL)
			s->props[i].new_id = nt_strdup("title");
}

static void
on_source(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	struct nt_source *s;

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(a, NT_DATA, "the data source of the database "
		    "cannot be read: %s", job->reply->message);
		return;
	}
	s = nt_source_new(a, job->node);
	if (!fits(a, s, nt_value_get(job->reply->value, "properties")))
		return;
	if (tell_found(job) == -1)
		return;
	nt_node_found(a, job->node, &job->found);
	nt_node(a, job->node)->flags |= NT_NODE_BROUGHT;
	nt_node_settle(a, job->node, NT_NODE_SKIPPED);
	nt_source_learn(s, job->reply->value);
	learn_title(s);
	s->renaming = 0;
	skip_others(a, job->node);
	nt_job_end(job);
}

static void
on_database(struct nt_job *job)
{
	struct nt_value sources = nt_value_get(job->reply->value,
	    "data_sources");
	char id[NT_ID_TEXT], path[80];

	if (job->reply->code[0] != '\0') {
		nt_job_stop_all(job->a, NT_DATA, "the database cannot be "
		    "read: %s", job->reply->message);
		return;
	}
	if (nt_value_count(sources) != 1 || nt_id_scan(nt_value_text(
	    nt_value_get(nt_value_first(sources), "id")), &job->found) == -1) {
		nt_job_stop_all(job->a, NT_DATA, "the database has %zu data "
		    "sources, expected one to take the rows",
		    nt_value_count(sources));
		return;
	}
	nt_id_format(&job->found, id);
	snprintf(path, sizeof path, "/v1/data_sources/%s", id);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, on_source);
}

static void
read_database(struct nt_job *job)
{
	char id[NT_ID_TEXT], path[80];

	nt_id_format(job->a->plan.into, id);
	snprintf(path, sizeof path, "/v1/databases/%s", id);
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 },
	    on_database);
}

size_t
nt_into_start(struct nt_apply *a)
{
	uint32_t source;

	if (a->plan.into == NULL || (source = find_source(a)) == 0)
		return 0;
	nt_job_new(a, source, read_database);
	return 1;
}
