/*
 * Blocks, depth first.  A list of children is one item; each block of it that
 * has children puts another behind its own record.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

struct path {
	unsigned holders;
	unsigned depth;
	struct path *up;
	struct nt_id id;
};

static struct path *
path_new(struct path *up, const struct nt_id *id)
{
	struct path *path = nt_alloc(sizeof *path);

	path->holders = 1;
	path->depth = up == NULL ? 1 : up->depth + 1;
	path->id = *id;
	path->up = up;
	if (up != NULL)
		up->holders++;
	return path;
}

static void
path_drop(struct path *path)
{
	while (path != NULL && --path->holders == 0) {
		struct path *up = path->up;

		free(path);
		path = up;
	}
}

/* Why the block's children are not to be read, or NULL. */
static const char *
too_deep(const struct path *up, const struct nt_id *id)
{
	if (up != NULL && up->depth >= BLOCK_DEPTH_MAX)
		return "blocks are nested more than 1000 deep";
	for (; up != NULL; up = up->up)
		if (nt_id_eq(&up->id, id))
			return "the block contains itself";
	return NULL;
}

/* Says why the block's children are not read; nothing if there is no reason. */
static void
put_loop(struct item *at, struct scope *scope, const char *why,
    const struct nt_id *id)
{
	struct subject s = { "block", NULL, "block_id", id };

	if (why != NULL)
		error_text(&text_before(at, scope)->buf, &s, "loop", why);
}

/* Notes that a synced block has been met (1) or is wanted (0). */
static void
note_original(struct nt_walk *w, const struct nt_id *id, int met)
{
	uint64_t old;

	if (!nt_id_map_get(w->originals, id, &old))
		w->wanted += !met;
	else if (old == 1 || !met)
		return;
	else
		w->wanted--;
	nt_id_map_put(w->originals, id, (uint64_t)met);
}

struct block_sense
block_note(struct text *text, struct nt_value block, const struct nt_id *id)
{
	struct nt_walk *w = text->item.walk;
	struct block_sense sense = {
		.type = nt_value_text(nt_value_get(block, "type")) };
	struct nt_value from;
	struct nt_id original;

	if (nt_str_is(sense.type, "child_page")) {
		refs_add(&text->kids, id, NT_KIND_PAGE);
		sense.is_child = 1;
	} else if (nt_str_is(sense.type, "child_database")) {
		refs_add(&text->kids, id, NT_KIND_DATABASE);
		sense.is_child = 1;
	} else if (nt_str_is(sense.type, "synced_block")) {
		from = nt_value_at(block, "/synced_block/synced_from");
		if (!nt_value_is(from, NT_JSON_OBJECT)) {
			note_original(w, id, 1);
		} else {
			sense.is_copy = 1;
			if (member_id(from, "block_id", &original))
				note_original(w, &original, 0);
		}
	} else if (nt_str_is(sense.type, "unsupported")) {
		sense.flags = FRAME_UNSUPPORTED;
	}
	return sense;
}

void
block_put(struct item *at, struct scope *scope, struct nt_value block,
    struct path *up)
{
	struct nt_walk *w = at->walk;
	struct subject s = { "block", NULL, NULL, NULL };
	struct nt_found_file *files;
	struct block_sense sense;
	struct text *text = text_before(at, scope);
	struct nt_id id;
	struct nt_value has_children = nt_value_get(block, "has_children");
	int descend, unsure;

	if (!object_is(block, NT_KIND_BLOCK, &id)) {
		if (up != NULL) {
			s.id = s.parent = &up->id;
			s.parent_type = "block_id";
		}
		error_text(&text->buf, &s, "unexpected_answer",
		    "an entry of the list is no block");
		return;
	}
	if (up != NULL && w->named != NULL &&
	    nt_id_map_get(w->named, &id, NULL))
		return;		/* stands where it was named */
	if (!walk_first(w, NT_KIND_BLOCK, &id)) {
		put_loop(at, scope, too_deep(up, &id), &id);
		return;
	}
	files = w->plan.assets == NULL ? NULL :
	    nt_files_find(block, w->plan.external);
	sense = block_note(text, block, &id);
	descend = nt_value_true(has_children) && !sense.is_copy;
	unsure = !nt_value_is(has_children, NT_JSON_BOOL);
	clean_value(w, block);
	record_value(&text->buf, NT_KIND_BLOCK, block, sense.flags);
	assets_before(at, scope, NT_KIND_BLOCK, &id, files);
	if (sense.is_child)
		return;
	comments_before(at, scope, NT_KIND_BLOCK, &id);
	if (unsure) {
		s = (struct subject){ "block", NULL, "block_id", &id };
		error_text(text_of(at), &s, "unexpected_answer",
		    "the block does not say whether it has children");
	}
	if (descend)
		blocks_before(at, scope, sense.flags == FRAME_UNSUPPORTED ?
		    NT_KIND_OTHER : NT_KIND_BLOCK, &id, up);
}

void
block_root_put(struct item *at, struct nt_value block, const struct nt_id *id)
{
	struct scope *scope = scope_new(id);

	block_put(at, scope, block, NULL);
	children_before(at, scope);
	scope_drop(scope);
}

/* The children of a page or a block. */
struct blocks {
	struct item item;
	enum nt_kind kind;	/* NT_KIND_OTHER: of a block of no type */
	struct path *path;	/* down to whose children they are */
	struct pager pager;
};

static void
blocks_start(struct item *it)
{
	struct blocks *b = (struct blocks *)it;
	char id[NT_ID_TEXT];

	nt_id_format(&b->path->id, id);
	item_get_list(it, &b->pager, "/v1/blocks/%s/children", id);
}

static void
blocks_failed(struct blocks *b, const struct nt_reply *reply)
{
	struct subject s = { "block", &b->path->id,
	    b->kind == NT_KIND_PAGE ? "page_id" : "block_id", &b->path->id };

	if (b->kind == NT_KIND_OTHER && (reply->status == 404 ||
	    reply_is(reply, 400, "validation_error"))) {
		loss_text(text_of(&b->item), &s, "",
		    "the children of an unsupported block", 0);
	} else {
		error_reply(text_of(&b->item), &s, reply);
	}
	item_remove(&b->item);
}

static void
blocks_answer(struct item *it, const struct nt_reply *reply)
{
	struct blocks *b = (struct blocks *)it;
	struct subject s = { "block", &b->path->id,
	    b->kind == NT_KIND_PAGE ? "page_id" : "block_id", &b->path->id };
	struct nt_value e;

	if (!reply_ok(reply)) {
		blocks_failed(b, reply);
		return;
	}
	for (e = nt_value_first(nt_value_get(reply->value, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		block_put(it, it->scope, e, b->path);
	if (!list_goes_on(it, &b->pager, reply->value, &s))
		item_remove(it);
}

static void
blocks_clear(struct item *it)
{
	struct blocks *b = (struct blocks *)it;

	path_drop(b->path);
	pager_clear(&b->pager);
}

static const struct verb blocks_verb = {
	.size = sizeof(struct blocks),
	.price = PRICE_REQUEST,
	.start = blocks_start,
	.answer = blocks_answer,
	.clear = blocks_clear,
};

void
blocks_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id, struct path *up)
{
	const char *why = too_deep(up, id);
	struct blocks *b;

	if (why != NULL) {
		put_loop(at, scope, why, id);
		return;
	}
	b = item_before(at, &blocks_verb, scope);
	b->kind = kind;
	b->path = path_new(up, id);
}
