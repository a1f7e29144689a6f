/*
 * Makes databases, each with its first data source, then the other sources.
 * They begin with their plain properties; schema.c adds what needs others.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/stored.h"

/* ---- what is known of the properties ---- */

struct nt_source *
nt_source_of(struct nt_apply *a, uint32_t node)
{
	for (size_t i = 0; i < a->nsources; i++)
		if (a->sources[i]->node == node)
			return a->sources[i];
	return NULL;
}

static char *
copy(struct nt_str s)
{
	return s.p == NULL ? NULL : nt_strndup(s.p, s.len);
}

static void
init_prop(struct nt_prop_state *p, struct nt_value entry)
{
	struct nt_value relation = nt_value_get(entry, "relation");
	struct nt_value dual = nt_value_get(relation, "dual_property");

	p->name = copy(nt_value_key(entry));
	p->type = nt_prop_of(entry);
	p->id = copy(nt_value_text(nt_value_get(entry, "id")));
	nt_id_scan(nt_value_text(nt_value_get(relation, "data_source_id")),
	    &p->other);
	p->counterpart = copy(nt_value_text(nt_value_get(dual,
	    "synced_property_name")));
}

/* It is the one root, which gets a name of the user's. */
static int
is_renamed(struct nt_apply *a, uint32_t database)
{
	return a->plan.new_name != NULL && nt_node(a, database)->parent == 0;
}

static void
read_title(struct nt_apply *a, uint32_t n, struct nt_buf *title)
{
	nt_buf_init(title, NT_BUF_MAX);
	nt_title_text(nt_node_record(a, n), title);
}

/* A source that is called as its database goes on to be. */
static int
follows(struct nt_apply *a, uint32_t source)
{
	uint32_t database = nt_node(a, source)->parent;
	struct nt_buf title, own;
	int same;

	if (nt_node(a, database)->kind != NT_KIND_DATABASE ||
	    nt_node(a, database)->op != NT_OP_CREATE ||
	    !is_renamed(a, database))
		return 0;
	read_title(a, database, &title);
	read_title(a, source, &own);
	same = nt_str_eq(nt_buf_view(&title), nt_buf_view(&own));
	nt_buf_free(&own);
	nt_buf_free(&title);
	return same;
}

/* What the source is to be called. */
static char *
title_of(struct nt_apply *a, uint32_t source)
{
	struct nt_buf title;

	if (follows(a, source))
		return nt_strdup(a->plan.new_name);
	read_title(a, source, &title);
	return nt_buf_take(&title);
}

struct nt_source *
nt_source_new(struct nt_apply *a, uint32_t node)
{
	struct nt_source *s = nt_source_of(a, node);
	struct nt_value properties, e;

	if (s != NULL)
		return s;
	s = nt_alloc(sizeof *s);
	s->node = node;
	s->title = title_of(a, node);
	properties = nt_value_get(nt_node_record(a, node), "properties");
	e = nt_value_first(properties);
	nt_buf_init(&s->schema, NT_BUF_MAX);
	s->props = nt_alloc_array(nt_value_count(properties),
	    sizeof *s->props);
	for (; nt_value_there(e); e = nt_value_next(e))
		init_prop(&s->props[s->count++], e);
	a->sources = nt_realloc_array(a->sources, a->nsources + 1,
	    sizeof *a->sources);
	a->sources[a->nsources++] = s;
	return s;
}

void
nt_sources_free(struct nt_apply *a)
{
	for (size_t i = 0; i < a->nsources; i++) {
		struct nt_source *s = a->sources[i];

		for (size_t n = 0; n < s->count; n++) {
			free(s->props[n].name);
			free(s->props[n].id);
			free(s->props[n].counterpart);
			free(s->props[n].new_id);
			free(s->props[n].new_counterpart);
		}
		free(s->props);
		free(s->title);
		nt_buf_free(&s->schema);
		free(s);
	}
	free(a->sources);
}

struct nt_prop_state *
nt_source_prop(struct nt_source *s, struct nt_str name)
{
	for (size_t i = 0; i < s->count; i++)
		if (nt_str_is(name, s->props[i].name))
			return &s->props[i];
	return NULL;
}

static void
replace(char **old, struct nt_str new)
{
	free(*old);
	*old = copy(new);
}

static void
learn_title(struct nt_source *s, struct nt_value data_source)
{
	struct nt_buf title;

	nt_buf_init(&title, NT_BUF_MAX);
	nt_title_text(data_source, &title);
	s->renaming = strcmp(title.p, s->title) != 0;
	nt_buf_free(&title);
}

void
nt_source_learn(struct nt_source *s, struct nt_value data_source)
{
	struct nt_value properties = nt_value_get(data_source, "properties");
	struct nt_value e = nt_value_first(properties);

	if (s == NULL || !nt_value_there(properties))
		return;
	learn_title(s, data_source);
	nt_buf_clear(&s->schema);
	nt_json_canonical(properties, &s->schema);
	s->version++;
	for (; nt_value_there(e); e = nt_value_next(e)) {
		struct nt_prop_state *p = nt_source_prop(s, nt_value_key(e));
		struct nt_value dual = nt_value_at(e,
		    "/relation/dual_property");

		if (p == NULL || nt_prop_of(e) != p->type)
			continue;
		replace(&p->new_id, nt_value_text(nt_value_get(e, "id")));
		replace(&p->new_counterpart, nt_value_text(nt_value_get(dual,
		    "synced_property_id")));
	}
}

struct nt_value
nt_source_schema(struct nt_apply *a, uint32_t node)
{
	struct nt_source *s = nt_source_of(a, node);

	if (s == NULL || s->schema.len == 0)
		return NT_VALUE_NONE;
	if (a->schema_of != s || a->schema_version != s->version) {
		a->schema_of = s;
		a->schema_version = s->version;
		nt_json_parse(a->schema_doc, s->schema.p, s->schema.len,
		    &a->schema, NULL);
	}
	return a->schema;
}

void
nt_source_pretend(struct nt_apply *a, struct nt_source *s)
{
	struct nt_value properties = nt_value_get(nt_node_record(a, s->node),
	    "properties");
	struct nt_value e = nt_value_first(properties);

	for (size_t i = 0; nt_value_there(e); e = nt_value_next(e), i++)
		if (s->props[i].new_id == NULL)
			nt_value_drop(e);
	nt_buf_clear(&s->schema);
	nt_json_canonical(properties, &s->schema);
	s->version++;
}

/* ---- making them ---- */

/* The properties that need no others, as they are first made. */
static void
put_plain(struct nt_job *job, uint32_t source, struct nt_buf *out)
{
	struct nt_apply *a = job->a;
	struct nt_source *s = nt_source_new(a, source);
	struct nt_value e = nt_value_first(nt_value_get(nt_node_record(a,
	    source), "properties"));
	int any = 0;

	nt_buf_char(out, '{');
	for (size_t i = 0; nt_value_there(e); e = nt_value_next(e), i++) {
		enum nt_prop type = s->props[i].type;

		if (type == NT_PROP_RELATION || type == NT_PROP_ROLLUP ||
		    type == NT_PROP_FORMULA)
			continue;
		if (nt_put_property(job, source, e, any, out))
			any = 1;
		else
			s->props[i].lost = 1;
	}
	if (a->plan.provenance)
		nt_provenance_schema(job, source, any, out);
	nt_buf_char(out, '}');
}

/* A formula that names properties by tokens of its own workspace (api 3.6). */
static int
has_tokens(struct nt_value entry)
{
	static const char token[] = "{{notion:";
	const size_t len = sizeof token - 1;
	struct nt_str text = nt_value_text(nt_value_at(entry,
	    "/formula/expression"));

	for (size_t i = 0; i + len <= text.len; i++)
		if (memcmp(text.p + i, token, len) == 0)
			return 1;
	return 0;
}

/*
 * 1 if the other side of the relation is of a data source that stands and is
 * not restored.  It has a property of the snapshot's name already, which leads
 * to what the copy is made of.
 */
static int
is_answered_by_another(struct nt_apply *a, uint32_t source,
    struct nt_value entry)
{
	struct nt_value relation = nt_value_get(entry, "relation");
	struct nt_id other;

	return nt_node(a, source)->op == NT_OP_CREATE &&
	    nt_value_there(nt_value_get(relation, "dual_property")) &&
	    nt_id_scan(nt_value_text(nt_value_get(relation,
	    "data_source_id")), &other) == 0 &&
	    nt_node_thing(a, &other) == 0;
}

/* Puts the relation so that the service has to name its other side. */
static enum nt_writable
put_answered(struct nt_job *job, uint32_t source, struct nt_value entry,
    struct nt_buf *pointer, struct nt_buf *out)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value unnamed = NT_VALUE_NONE;
	enum nt_writable got;
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_value_drop(nt_value_at(entry,
	    "/relation/dual_property/synced_property_name"));
	nt_json_canonical(entry, &text);
	nt_json_parse(doc, text.p, text.len, &unnamed, NULL);
	got = nt_writable_property(nt_target_for(job, source), unnamed,
	    pointer->p, out);
	if (got == NT_WRITABLE_NOW) {
		nt_buf_str(pointer,
		    "/relation/dual_property/synced_property_name");
		nt_tell_loss(job, source, pointer->p, NT_LOSS_EXPECTED,
		    "what it relates to stands and is not restored: it gets "
		    "one more property, which the service names");
	}
	nt_buf_free(&text);
	nt_json_free(doc);
	return got;
}

int
nt_put_property(struct nt_job *job, uint32_t source, struct nt_value entry,
    int comma, struct nt_buf *out)
{
	size_t len = out->len;
	struct nt_buf pointer;
	enum nt_writable got;

	nt_buf_init(&pointer, NT_BUF_MAX);
	nt_property_pointer(&pointer, nt_value_key(entry));
	if (comma)
		nt_buf_char(out, ',');
	nt_json_quote(out, nt_value_key(entry));
	nt_buf_char(out, ':');
	got = is_answered_by_another(job->a, source, entry) ?
	    put_answered(job, source, entry, &pointer, out) :
	    nt_writable_property(nt_target_for(job, source), entry,
	    pointer.p, out);
	if (got != NT_WRITABLE_NOW)
		nt_buf_cut(out, len);
	else if (has_tokens(entry))
		nt_tell_loss(job, source, pointer.p, NT_LOSS_EXPECTED,
		    "the ids in the formula became the names that they are "
		    "of");
	nt_buf_free(&pointer);
	return got == NT_WRITABLE_NOW;
}

/* The members of an object, behind a comma; nothing if it has none. */
static void
put_members(struct nt_buf *out, const struct nt_buf *object)
{
	if (object->len <= 2)
		return;
	nt_buf_char(out, ',');
	nt_buf_add(out, object->p + 1, object->len - 2);
}

/* Puts the name that the user wants in place of the title. */
static void
put_new_name(struct nt_job *job, uint32_t database, uint32_t source,
    struct nt_buf *members)
{
	static const char why[] = "it is called as it was asked for";
	struct nt_json *doc = nt_json_new();
	struct nt_buf title, named;
	struct nt_value v;

	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&named, NT_BUF_MAX);
	nt_buf_str(&title, "[{\"text\":{\"content\":");
	nt_json_quote(&title, nt_str_of(job->a->plan.new_name));
	nt_buf_str(&title, "}}]");
	if (nt_json_parse(doc, members->p, members->len, &v, NULL) == 0) {
		nt_value_put(v, "title", nt_buf_view(&title));
		nt_json_canonical(v, &named);
		nt_buf_clear(members);
		nt_buf_add(members, named.p, named.len);
	}
	nt_tell_loss(job, database, "/title", NT_LOSS_EXPECTED, why);
	if (source != 0 && follows(job->a, source))
		nt_tell_loss(job, source, "/title", NT_LOSS_EXPECTED, why);
	nt_buf_free(&named);
	nt_buf_free(&title);
	nt_json_free(doc);
}

static uint32_t
first_source(struct nt_apply *a, uint32_t database)
{
	uint32_t n = nt_node(a, database)->first;

	while (n != 0 && nt_node(a, n)->kind != NT_KIND_DATA_SOURCE)
		n = nt_node(a, n)->next;
	return n;
}

int
nt_database_build(struct nt_job *job, uint32_t database)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_DATABASE, database,
	    "POST");
	uint32_t source = first_source(a, database);
	struct nt_buf members;
	char id[NT_ID_TEXT];

	a->files_wanted = 0;
	nt_buf_str(&step->path, "/v1/databases");
	nt_id_format(&nt_node(a, nt_node(a, database)->parent)->to, id);
	nt_buf_fmt(&step->body, "{\"parent\":{\"type\":\"page_id\","
	    "\"page_id\":\"%s\"}", id);
	nt_buf_init(&members, NT_BUF_MAX);
	if (nt_writable_database(nt_target_for(job, database),
	    nt_node_record(a, database), &members) != NT_WRITABLE_NOW)
		nt_buf_clear(&members);
	if (is_renamed(a, database))
		put_new_name(job, database, source, &members);
	put_members(&step->body, &members);
	nt_buf_free(&members);
	if (source != 0) {
		nt_buf_str(&step->body,
		    ",\"initial_data_source\":{\"properties\":");
		put_plain(job, source, &step->body);
		nt_buf_char(&step->body, '}');
	}
	nt_buf_char(&step->body, '}');
	return !a->files_wanted;
}

/* ---- the other sources ---- */

static void next_source(struct nt_job *job);

static void
on_source(struct nt_job *job)
{
	if (job->got == NT_GOT_REFUSED)
		nt_node_refuse(job->a, job->step->node, job->why.status,
		    job->why.code, job->why.message);
	next_source(job);
}

void
nt_source_members(struct nt_job *job, uint32_t source)
{
	struct nt_buf members;

	nt_buf_init(&members, NT_BUF_MAX);
	if (nt_writable_source(nt_target_for(job, source),
	    nt_node_record(job->a, source), &members) == NT_WRITABLE_NOW)
		put_members(&job->step->body, &members);
	nt_buf_free(&members);
}

static void
build_source(struct nt_job *job, uint32_t source)
{
	struct nt_apply *a = job->a;
	struct nt_step *step = nt_step_new(job, NT_STEP_SOURCE, source,
	    "POST");
	char id[NT_ID_TEXT];

	nt_buf_str(&step->path, "/v1/data_sources");
	nt_id_format(&nt_node(a, job->node)->to, id);
	nt_buf_fmt(&step->body, "{\"parent\":{\"type\":\"database_id\","
	    "\"database_id\":\"%s\"}", id);
	nt_source_members(job, source);
	nt_buf_str(&step->body, ",\"properties\":");
	put_plain(job, source, &step->body);
	nt_buf_char(&step->body, '}');
}

/* A source of the database that is not there yet; 0: none. */
static uint32_t
find_source(struct nt_apply *a, uint32_t database)
{
	uint32_t n = nt_node(a, database)->first;

	while (n != 0 && (nt_node(a, n)->kind != NT_KIND_DATA_SOURCE ||
	    nt_node(a, n)->op != NT_OP_CREATE ||
	    nt_node(a, n)->state != NT_NODE_WANTED))
		n = nt_node(a, n)->next;
	return n;
}

static void
next_source(struct nt_job *job)
{
	struct nt_apply *a = job->a;
	uint32_t n = find_source(a, job->node);

	if (n == 0) {
		nt_job_end(job);
		return;
	}
	a->files_wanted = 0;
	build_source(job, n);
	if (a->files_wanted)
		nt_upload_all(job, next_source);
	else
		nt_step_send(job, on_source);
}

void
nt_database_made(struct nt_apply *a, uint32_t database)
{
	nt_job_new(a, database, next_source);
}

/* Those that a run before this one did not come to. */
size_t
nt_sources_start(struct nt_apply *a)
{
	size_t started = 0;

	for (uint32_t n = 1; n < a->count; n++)
		if (nt_node(a, n)->kind == NT_KIND_DATABASE &&
		    nt_node_there(a, n) && find_source(a, n) != 0) {
			nt_database_made(a, n);
			started++;
		}
	return started;
}
