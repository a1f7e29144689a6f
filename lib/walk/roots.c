/*
 * Where the walk begins: what was named, or what the search lists and nothing
 * else that is listed holds.  What it lists and the walk did not meet comes
 * after that, then what a base has and a cut search did not lead to, and last
 * the synced blocks of which only copies were met.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct root {
	int64_t created;
	struct nt_id id;
	enum nt_kind kind;
};

struct roots {
	struct root *list;
	size_t count;
	size_t room;
};

static struct root *
roots_add(struct roots *roots, enum nt_kind kind, const struct nt_id *id,
    int64_t created)
{
	if (roots->count == roots->room) {
		roots->room = roots->room == 0 ? 64 : 2 * roots->room;
		roots->list = nt_realloc_array(roots->list, roots->room,
		    sizeof *roots->list);
	}
	roots->list[roots->count] = (struct root){ created, *id, kind };
	return &roots->list[roots->count++];
}

static int
compare_roots(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return nt_id_cmp(&x->id, &y->id);
}

static void
roots_sort(struct roots *roots)
{
	if (roots->count > 0)
		qsort(roots->list, roots->count, sizeof *roots->list,
		    compare_roots);
}

/* ---- things one after the other ---- */

struct series {
	struct item item;
	struct roots roots;
	size_t next;
	int claimed;
	int shy;
	int former;
	int told;
};

static void
series_start(struct item *it)
{
	struct series *s = (struct series *)it;

	for (int i = 0; i < BATCH && s->next < s->roots.count; i++) {
		struct root *r = &s->roots.list[s->next++];
		struct thing *t = thing_before(it, r->kind, &r->id);

		t->claimed = s->claimed || r->kind == NT_KIND_BLOCK;
		t->shy = s->shy;
		t->former = s->former;
		t->told = s->told;
	}
	if (s->next == s->roots.count)
		item_remove(it);
}

static void
series_clear(struct item *it)
{
	free(((struct series *)it)->roots.list);
}

static const struct verb series_verb = {
	.size = sizeof(struct series),
	.start = series_start,
	.clear = series_clear,
};

/* What all before it may have met already. */
static const struct verb late_verb = {
	.size = sizeof(struct series),
	.last = 1,
	.start = series_start,
	.clear = series_clear,
};

/* The roots become the item's. */
static struct series *
series_before(struct item *at, struct roots *roots, int late)
{
	struct series *s = item_before(at, late ? &late_verb : &series_verb,
	    NULL);

	s->roots = *roots;
	*roots = (struct roots){ 0 };
	return s;
}

/* ---- what the search lists ---- */

struct plan {
	struct item item;
	int first;
	int gathered;
	unsigned probes;	/* databases being read */
	struct roots roots;
};

/*
 * At first a root is what nothing listed holds.  Later it is what is left,
 * unless its parent is left as well.
 */
static int
is_root(struct nt_walk *w, const struct listed *l, int first)
{
	switch (l->inside) {
	case INSIDE_NOTHING:
		return 1;
	case INSIDE_BLOCK:
	case INSIDE_DATABASE:
		return !first;
	default:
		return !known_listed(w, &l->parent) ||
		    (!first && known_claimed(w, &l->parent));
	}
}

/* A page stands for itself, a data source for its database. */
static void
add_root(struct plan *p, struct nt_id_map *databases, const struct listed *l)
{
	uint64_t index;

	if (l->kind == NT_KIND_PAGE || nt_id_is_nil(&l->database) ||
	    known_claimed(p->item.walk, &l->database)) {
		roots_add(&p->roots, (enum nt_kind)l->kind, &l->id,
		    l->created);
	} else if (!nt_id_map_get(databases, &l->database, &index)) {
		nt_id_map_put(databases, &l->database, p->roots.count);
		roots_add(&p->roots, NT_KIND_DATABASE, &l->database,
		    l->created);
	} else if (l->created < p->roots.list[index].created) {
		p->roots.list[index].created = l->created;
	}
}

static void
gather(struct plan *p)
{
	struct nt_walk *w = p->item.walk;
	struct nt_id_map *databases = nt_id_map_new();
	struct listed l;

	for (int all = 0; all < 2 && p->roots.count == 0; all++) {
		size_t at = 0;

		while (known_each(w, &at, 1, &l))
			if (l.kind != NT_KIND_DATABASE &&
			    ((all && !p->first) || is_root(w, &l, p->first)))
				add_root(p, databases, &l);
	}
	nt_id_map_free(databases);
}

/* A database among the roots: when it was made decides its place. */
struct probe {
	struct item item;
	struct plan *plan;
	size_t index;
};

static void
probe_start(struct item *it)
{
	struct probe *p = (struct probe *)it;
	char id[NT_ID_TEXT];

	nt_id_format(&p->plan->roots.list[p->index].id, id);
	item_get(it, "/v1/databases/%s", id);
}

static void
probe_answer(struct item *it, const struct nt_reply *reply)
{
	struct probe *p = (struct probe *)it;
	struct plan *plan = p->plan;
	struct root *root = &plan->roots.list[p->index];
	struct nt_id id;

	/* One that fails is asked for again, and reported, in its place. */
	if (reply_ok(reply) &&
	    object_is(reply->value, NT_KIND_DATABASE, &id)) {
		root->created = member_time(reply->value, "created_time");
		known_add(it->walk, reply->value, NT_KIND_DATABASE, &root->id,
		    1);
	}
	if (--plan->probes == 0)
		plan->item.state = ITEM_WAITS;
	item_remove(it);
}

static const struct verb probe_verb = {
	.size = sizeof(struct probe),
	.start = probe_start,
	.answer = probe_answer,
};

static void
plan_start(struct item *it)
{
	struct plan *p = (struct plan *)it;

	if (!p->gathered) {
		p->gathered = 1;
		gather(p);
		for (size_t i = 0; i < p->roots.count; i++) {
			struct root *root = &p->roots.list[i];
			struct probe *probe;

			if (root->kind != NT_KIND_DATABASE || quick_created(
			    it->walk, &root->id, &root->created))
				continue;
			probe = item_before(it, &probe_verb, NULL);
			probe->plan = p;
			probe->index = i;
			p->probes++;
		}
		if (p->probes > 0) {
			it->state = ITEM_RESTS;
			return;
		}
	}
	roots_sort(&p->roots);
	series_before(it, &p->roots, 0);
	item_remove(it);
}

static void
plan_clear(struct item *it)
{
	free(((struct plan *)it)->roots.list);
}

/* All listings stand before it and are read when it starts. */
static const struct verb plan_verb = {
	.size = sizeof(struct plan),
	.last = 1,
	.start = plan_start,
	.clear = plan_clear,
};

void
plan_before(struct item *at, int first)
{
	struct plan *p = item_before(at, &plan_verb, NULL);

	p->first = first;
}

/* ---- what was named ---- */

/* 1 if it was not named before.  A page and its block have one id. */
static int
note_named(struct nt_walk *w, const struct nt_walk_ref *ref)
{
	if (ref->kind != NT_KIND_BLOCK)
		return w->plan.workspace || known_claim(w, &ref->id);
	if (w->named == NULL)
		w->named = nt_id_map_new();
	return nt_id_map_put(w->named, &ref->id, 1);
}

/*
 * Without the workspace they are claimed at once, so that each stands where it
 * was named; with it they are what the workspace did not bring.
 */
void
named_before(struct item *at)
{
	struct nt_walk *w = at->walk;
	struct roots roots = { 0 };
	struct series *series;

	for (size_t i = 0; i < w->plan.count; i++) {
		struct nt_walk_ref *ref = &w->plan.refs[i];

		if (note_named(w, ref))
			roots_add(&roots, ref->kind, &ref->id, 0);
	}
	series = series_before(at, &roots, w->plan.workspace);
	series->claimed = !w->plan.workspace;
	series->former = series->told = w->plan.accept_gone;
}

/* ---- what is left ---- */

static int
any_left(struct nt_walk *w)
{
	struct listed l;
	size_t at = 0;

	while (known_each(w, &at, 1, &l))
		if (l.kind != NT_KIND_DATABASE)
			return 1;
	return 0;
}

static void
put_originals(struct item *it)
{
	struct nt_walk *w = it->walk;
	struct roots roots = { 0 };
	struct series *series;
	struct nt_id id;
	uint64_t met;
	size_t at = 0;

	while (nt_id_map_each(w->originals, &at, &id, &met))
		if (!met)
			roots_add(&roots, NT_KIND_BLOCK, &id, 0);
	for (size_t i = 0; i < roots.count; i++)
		nt_id_map_put(w->originals, &roots.list[i].id, 1);
	w->wanted = 0;
	roots_sort(&roots);
	series = series_before(it, &roots, 0);
	series->claimed = 1;
	series->shy = 1;
}

/*
 * A search that is cut may have shown yesterday what it does not show today.
 * So what the base has and nothing led to is asked for: 1 if there is such a
 * thing.
 */
static int
put_lost(struct item *it)
{
	struct nt_walk *w = it->walk;
	struct roots roots = { 0 };
	struct ref lost;
	int64_t created;

	for (int blocks = 0; blocks < 2 && roots.count == 0; blocks++) {
		size_t at = 0;

		while (base_each_lost(w, &at, blocks, &lost, &created))
			roots_add(&roots, lost.kind, &lost.id, created);
	}
	if (roots.count == 0)
		return 0;
	roots_sort(&roots);
	series_before(it, &roots, 0)->former = 1;
	return 1;
}

static void
rest_start(struct item *it)
{
	struct nt_walk *w = it->walk;

	if (w->plan.workspace && any_left(w)) {
		plan_before(it, 0);
	} else if (w->stats.search_cut && w->base != NULL && put_lost(it)) {
		return;
	} else if (w->wanted > 0) {
		put_originals(it);
	} else {
		item_remove(it);
	}
}

static const struct verb rest_verb = {
	.size = sizeof(struct item),
	.last = 1,
	.start = rest_start,
};

void
rest_before(struct item *at)
{
	item_before(at, &rest_verb, NULL);
}
