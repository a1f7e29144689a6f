/*
 * The views of a database.  Where a view stands depends on what it shows, and
 * only the view itself says that; so all of them are read before the first is
 * placed: those of no own data source where the list was, the others behind
 * their data source.
 */
#include "internal.h"

#include <stdlib.h>

struct view {
	struct nt_id id;
	struct nt_id source;	/* nil: none of ours */
	struct nt_buf record;	/* frames; empty until it is read */
};

struct view_group {
	unsigned holders;
	unsigned open;		/* requests not answered */
	struct view *views;	/* in list order */
	size_t count;
	size_t room;
	struct refs sources;	/* the database's own */
	struct item *anchor;	/* where those of no own source go, or NULL */
	struct place *places;	/* waiting for theirs */
};

/* Where the views of one data source go. */
struct place {
	struct item item;
	struct place *next;
	struct view_group *group;
	struct nt_id source;
};

/* The list itself, and later the anchor. */
struct view_list {
	struct item item;
	const char *by;
	struct nt_id id;
	struct pager pager;
	struct view_group *group;
};

/* The reading of one. */
struct view_read {
	struct item item;
	struct nt_id id;
	size_t index;
	struct view_group *group;
};

void
view_group_hold(struct view_group *group)
{
	group->holders++;
}

void
view_group_drop(struct view_group *group)
{
	if (group == NULL || --group->holders > 0)
		return;
	for (size_t i = 0; i < group->count; i++)
		nt_buf_free(&group->views[i].record);
	free(group->views);
	free(group->sources.list);
	free(group);
}

void
view_group_owns(struct view_group *group, const struct nt_id *source)
{
	refs_add(&group->sources, source, NT_KIND_DATA_SOURCE);
}

static int
is_own(const struct view_group *group, const struct nt_id *source)
{
	for (size_t i = 0; i < group->sources.count; i++)
		if (nt_id_eq(&group->sources.list[i].id, source))
			return 1;
	return 0;
}

/* Puts the views that show the source (nil: none of ours) before at. */
static void
put_views(struct item *at, struct view_group *group,
    const struct nt_id *source)
{
	for (size_t i = 0; i < group->count; i++) {
		struct view *v = &group->views[i];

		if (nt_id_eq(&v->source, source) &&
		    walk_first(at->walk, NT_KIND_VIEW, &v->id))
			nt_buf_add(text_of(at), v->record.p, v->record.len);
	}
}

/* Once the last is read, all find their places. */
static void
view_done(struct view_group *group)
{
	struct nt_id nil = { { 0 } };

	if (--group->open > 0)
		return;
	put_views(group->anchor, group, &nil);
	for (struct place *p = group->places; p != NULL; p = p->next)
		p->item.state = ITEM_WAITS;
	group->places = NULL;
	item_remove(group->anchor);
}

static void
place_start(struct item *it)
{
	struct place *p = (struct place *)it;

	put_views(it, p->group, &p->source);
	item_remove(it);
}

static void
place_clear(struct item *it)
{
	view_group_drop(((struct place *)it)->group);
}

static const struct verb place_verb = {
	.size = sizeof(struct place),
	.start = place_start,
	.clear = place_clear,
};

void
views_of_source_before(struct item *at, struct view_group *group,
    const struct nt_id *source)
{
	struct place *p = item_before(at, &place_verb, at->scope);

	p->group = group;
	p->source = *source;
	view_group_hold(group);
	if (group->open == 0)
		return;
	p->item.state = ITEM_RESTS;
	p->next = group->places;
	group->places = p;
}

static void
view_start(struct item *it)
{
	char id[NT_ID_TEXT];

	nt_id_format(&((struct view_read *)it)->id, id);
	item_get(it, "/v1/views/%s", id);
}

static void
view_answer(struct item *it, const struct nt_reply *reply)
{
	struct view_read *r = (struct view_read *)it;
	struct view_group *group = r->group;
	struct view *v = &group->views[r->index];
	struct subject s = { "view", &r->id, NULL, NULL };
	struct nt_id id, source;

	if (reply_ok(reply) && object_is(reply->value, NT_KIND_VIEW, &id)) {
		if (member_id(reply->value, "data_source_id", &source) &&
		    is_own(group, &source))
			v->source = source;
		clean_value(it->walk, reply->value);
		record_value(&v->record, NT_KIND_VIEW, reply->value, 0);
	} else if (reply_ok(reply)) {
		error_text(&v->record, &s, "unexpected_answer",
		    "the answer is another object");
	} else {
		error_reply(&v->record, &s, reply);
	}
	item_remove(it);
}

/* Here, so that a dry run, which reads none, gets to the end as well. */
static void
view_clear(struct item *it)
{
	struct view_group *group = ((struct view_read *)it)->group;

	view_done(group);
	view_group_drop(group);
}

static const struct verb view_verb = {
	.size = sizeof(struct view_read),
	.price = PRICE_REQUEST,
	.start = view_start,
	.answer = view_answer,
	.clear = view_clear,
};

static void
add_view(struct view_list *l, struct nt_value entry)
{
	struct subject s = { "view", &l->id, l->by, &l->id };
	struct view_group *group = l->group;
	struct view_read *r;
	struct nt_id id;

	if (!member_id(entry, "id", &id)) {
		error_text(text_of(&l->item), &s, "unexpected_answer",
		    "an entry of the list has no id");
		return;
	}
	if (group->count == group->room) {
		group->room = group->room == 0 ? 8 : 2 * group->room;
		group->views = nt_realloc_array(group->views, group->room,
		    sizeof *group->views);
	}
	group->views[group->count] = (struct view){ .id = id };
	nt_buf_init(&group->views[group->count].record, NT_BUF_MAX);
	r = item_before(&l->item, &view_verb, NULL);
	r->id = id;
	r->index = group->count++;
	r->group = group;
	group->open++;
	view_group_hold(group);
}

static void
list_start(struct item *it)
{
	struct view_list *l = (struct view_list *)it;
	char id[NT_ID_TEXT];

	nt_id_format(&l->id, id);
	item_get_list(it, &l->pager, "/v1/views?%s=%s", l->by, id);
}

static void
list_answer(struct item *it, const struct nt_reply *reply)
{
	struct view_list *l = (struct view_list *)it;
	struct subject s = { "view", &l->id, l->by, &l->id };
	struct nt_value e;
	int more = 0;

	if (!reply_ok(reply)) {
		error_reply(text_of(it), &s, reply);
	} else {
		for (e = nt_value_first(nt_value_get(reply->value, "results"));
		    nt_value_there(e); e = nt_value_next(e))
			add_view(l, e);
		more = list_goes_on(it, &l->pager, reply->value, &s);
	}
	if (!more)
		view_done(l->group);	/* may remove the item */
}

static void
list_clear(struct item *it)
{
	struct view_list *l = (struct view_list *)it;

	pager_clear(&l->pager);
	view_group_drop(l->group);
}

static const struct verb list_verb = {
	.size = sizeof(struct view_list),
	.start = list_start,
	.answer = list_answer,
	.clear = list_clear,
};

struct view_group *
views_before(struct item *at, const char *by, const struct nt_id *id)
{
	struct view_list *l = item_before(at, &list_verb, at->scope);
	struct view_group *group = nt_alloc(sizeof *group);

	group->holders = 2;	/* the list and the caller */
	group->open = 1;	/* the list itself */
	group->anchor = &l->item;
	l->by = by;
	l->id = *id;
	l->group = group;
	return group;
}
