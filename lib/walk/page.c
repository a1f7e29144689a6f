/* A page: its record, then its files, comments, blocks and children. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Walks the child pages and databases of a scope, in block order. */
struct children {
	struct item item;
	struct refs kids;
	size_t next;
	int gathered;
};

/*
 * The scope's blocks are all known now.  Some of their texts may be written
 * already; the others stand right before this item.
 */
static void
gather(struct children *c)
{
	struct scope *scope = c->item.scope;
	struct item *list = &c->item.walk->list, *it = c->item.prev;

	c->gathered = 1;
	c->kids = scope->kids;
	scope->kids = (struct refs){ 0 };
	while (it != list && it->scope == scope)
		it = it->prev;
	for (it = it->next; it != &c->item; it = it->next) {
		struct refs *kids = &((struct text *)it)->kids;

		for (size_t i = 0; it->verb == NULL && i < kids->count; i++)
			refs_add(&c->kids, &kids->list[i].id,
			    kids->list[i].kind);
	}
}

static void
children_start(struct item *it)
{
	struct children *c = (struct children *)it;

	if (!c->gathered)
		gather(c);
	for (int i = 0; i < BATCH && c->next < c->kids.count; i++, c->next++) {
		struct ref *kid = &c->kids.list[c->next];
		struct thing *t = thing_before(it, kid->kind, &kid->id);

		t->shy = kid->kind == NT_KIND_DATABASE;
		t->parent_type = "page_id";
		t->parent = it->scope->id;
	}
	if (c->next == c->kids.count)
		item_remove(it);
}

static void
children_clear(struct item *it)
{
	it->scope->follower = NULL;
	free(((struct children *)it)->kids.list);
}

static const struct verb children_verb = {
	.size = sizeof(struct children),
	.follows = 1,
	.start = children_start,
	.clear = children_clear,
};

void
children_before(struct item *at, struct scope *scope)
{
	struct item *it = item_before(at, &children_verb, scope);

	scope->follower = it;
	it->state = scope->open == 0 ? ITEM_WAITS : ITEM_RESTS;
}

void
page_put(struct item *at, struct nt_value page, const struct nt_id *id)
{
	struct nt_walk *w = at->walk;
	struct scope *scope = scope_new(id);
	struct cut *cuts = cuts_find(page);
	int same = base_has(w, page, id, &cuts);
	struct nt_found_file *files = same || w->plan.assets == NULL ? NULL :
	    nt_files_find(page, w->plan.external);

	if (cuts != NULL) {
		complete_before(at, scope, page, id, cuts);
	} else {
		clean_value(w, page);
		record_value(&text_before(at, scope)->buf, NT_KIND_PAGE, page,
		    0);
	}
	assets_before(at, scope, NT_KIND_PAGE, id, files);
	if (same) {
		base_copy_before(at, scope);
	} else {
		comments_before(at, scope, NT_KIND_PAGE, id);
		blocks_before(at, scope, NT_KIND_PAGE, id, NULL);
	}
	children_before(at, scope);
	w->price.pages++;
	scope_drop(scope);
}
