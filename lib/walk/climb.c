/*
 * Where a search could not list everything, what it did list leads up to what
 * it did not: parents are read until all of them are known, or not shared.
 */
#include "internal.h"

#include <stdlib.h>

struct above {
	struct nt_id id;
	enum inside inside;
};

struct climb {
	struct item item;
	int gathered;
	struct nt_id_map *tried;
	struct above *list;	/* to be read */
	size_t count;
	size_t room;
	unsigned running;
};

/* Notes a parent that is not known yet. */
static void
want(struct climb *c, enum inside inside, const struct nt_id *id)
{
	if (inside == INSIDE_NOTHING || known_listed(c->item.walk, id) ||
	    !nt_id_map_put(c->tried, id, 1))
		return;
	if (c->count == c->room) {
		c->room = c->room == 0 ? 64 : 2 * c->room;
		c->list = nt_realloc_array(c->list, c->room, sizeof *c->list);
	}
	c->list[c->count++] = (struct above){ *id, inside };
}

/* One parent. */
struct rung {
	struct item item;
	struct climb *climb;
	struct above above;
};

static const struct {
	const char *path;
	enum nt_kind kind;
} kinds[] = {
	[INSIDE_PAGE] = { "pages", NT_KIND_PAGE },
	[INSIDE_SOURCE] = { "data_sources", NT_KIND_DATA_SOURCE },
	[INSIDE_BLOCK] = { "blocks", NT_KIND_BLOCK },
	[INSIDE_DATABASE] = { "databases", NT_KIND_DATABASE },
};

static void
rung_start(struct item *it)
{
	struct above *above = &((struct rung *)it)->above;
	char id[NT_ID_TEXT];

	nt_id_format(&above->id, id);
	item_get(it, "/v1/%s/%s", kinds[above->inside].path, id);
}

/* One that cannot be read is not shared: what is below it is a root. */
static void
rung_answer(struct item *it, const struct nt_reply *reply)
{
	struct rung *r = (struct rung *)it;
	struct climb *c = r->climb;
	enum nt_kind kind = kinds[r->above.inside].kind;
	enum inside inside;
	struct nt_id id, parent;

	if (reply_ok(reply) && object_is(reply->value, kind, &id)) {
		inside = known_parent(reply->value, kind, &parent);
		want(c, inside, &parent);
		if (kind != NT_KIND_BLOCK)
			known_add(it->walk, reply->value, kind, &id, 1);
	}
	c->running--;
	c->item.state = ITEM_WAITS;
	item_remove(it);
}

static const struct verb rung_verb = {
	.size = sizeof(struct rung),
	.start = rung_start,
	.answer = rung_answer,
};

static void
climb_start(struct item *it)
{
	struct climb *c = (struct climb *)it;
	struct listed l;
	size_t at = 0;

	while (!c->gathered && it->walk->stats.search_cut &&
	    known_each(it->walk, &at, 0, &l))
		want(c, (enum inside)l.inside, &l.parent);
	c->gathered = 1;
	for (int i = 0; i < BATCH && c->count > 0; i++) {
		struct rung *r = item_before(it, &rung_verb, NULL);

		r->climb = c;
		r->above = c->list[--c->count];
		c->running++;
	}
	if (c->running > 0)
		it->state = ITEM_RESTS;
	else
		item_remove(it);
}

static void
climb_clear(struct item *it)
{
	struct climb *c = (struct climb *)it;

	nt_id_map_free(c->tried);
	free(c->list);
}

/* It stands behind the searches, and all of them are over when it starts. */
static const struct verb climb_verb = {
	.size = sizeof(struct climb),
	.last = 1,
	.start = climb_start,
	.clear = climb_clear,
};

void
climb_before(struct item *at)
{
	struct climb *c = item_before(at, &climb_verb, NULL);

	c->tried = nt_id_map_new();
}
