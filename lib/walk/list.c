/* The list of work and text, see internal.h. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

void
refs_add(struct refs *refs, const struct nt_id *id, enum nt_kind kind)
{
	if (refs->count == refs->room) {
		refs->room = refs->room == 0 ? 8 : 2 * refs->room;
		refs->list = nt_realloc_array(refs->list, refs->room,
		    sizeof *refs->list);
	}
	refs->list[refs->count++] = (struct ref){ *id, kind };
}

struct scope *
scope_new(const struct nt_id *id)
{
	struct scope *scope = nt_alloc(sizeof *scope);

	scope->holders = 1;
	scope->id = *id;
	return scope;
}

static void
scope_hold(struct scope *scope)
{
	if (scope != NULL)
		scope->holders++;
}

void
scope_drop(struct scope *scope)
{
	if (scope == NULL || --scope->holders > 0)
		return;
	free(scope->kids.list);
	free(scope);
}

static void
insert(struct item *at, struct item *it, struct scope *scope)
{
	it->walk = at->walk;
	it->scope = scope;
	scope_hold(scope);
	it->next = at;
	it->prev = at->prev;
	at->prev->next = it;
	at->prev = it;
}

void *
item_before(struct item *at, const struct verb *verb, struct scope *scope)
{
	struct item *it = nt_alloc(verb->size);

	it->verb = verb;
	insert(at, it, scope);
	if (scope != NULL && !verb->follows)
		scope->open++;
	return it;
}

void
item_remove(struct item *it)
{
	struct scope *scope = it->scope;

	it->prev->next = it->next;
	it->next->prev = it->prev;
	if (it->verb == NULL) {
		struct text *text = (struct text *)it;

		nt_buf_free(&text->buf);
		free(text->kids.list);
	} else {
		if (it->verb->clear != NULL)
			it->verb->clear(it);
		if (scope != NULL && !it->verb->follows &&
		    --scope->open == 0 && scope->follower != NULL)
			scope->follower->state = ITEM_WAITS;
	}
	scope_drop(scope);
	free(it);
}

struct text *
text_before(struct item *at, struct scope *scope)
{
	struct item *last = at->prev;
	struct text *text;

	if (last != &at->walk->list && last->verb == NULL &&
	    last->scope == scope) {
		text = (struct text *)last;
		if (text->buf.len < TEXT_BYTES)
			return text;
	}
	text = nt_alloc(sizeof *text);
	nt_buf_init(&text->buf, NT_BUF_MAX);
	insert(at, &text->item, scope);
	return text;
}

struct nt_buf *
text_of(struct item *at)
{
	return &text_before(at, at->scope)->buf;
}

/* Counts what is written by what the caller of the walk wants to know. */
static void
count(struct nt_walk *w, const struct frame *frame)
{
	struct nt_walk_stats *stats = &w->stats;

	stats->records++;
	stats->pages += frame->kind == NT_KIND_PAGE;
	stats->files += frame->kind == NT_KIND_ASSET;
	stats->losses += frame->kind == NT_KIND_LOSS;
	stats->errors += frame->kind == NT_KIND_ERROR;
	stats->lasting += frame->kind == NT_KIND_ERROR &&
	    (frame->flags & FRAME_LASTING) != 0;
	w->unsupported += (frame->flags & FRAME_UNSUPPORTED) != 0;
}

/* Writes the records of a text: 0, or -1. */
static int
write_text(struct nt_walk *w, struct text *text, struct nt_err *err)
{
	const char *p = text->buf.p, *end = p + text->buf.len;
	struct frame frame;

	for (; p < end; p += frame.len) {
		memcpy(&frame, p, sizeof frame);
		p += sizeof frame;
		if ((frame.flags & FRAME_ONCE) != 0) {
			if (w->said_no_comments)
				continue;
			w->said_no_comments = 1;
		}
		count(w, &frame);
		if (!w->plan.dry_run && nt_writer_record(w->out,
		    (enum nt_kind)frame.kind,
		    (struct nt_str){ p, frame.len }, err) == -1)
			return -1;
	}
	return 0;
}

/* Writes the texts at the front: how many, or -1. */
static int
write_front(struct nt_walk *w, struct nt_err *err)
{
	struct item *it;
	int n = 0;

	while ((it = w->list.next) != &w->list && it->verb == NULL) {
		struct text *text = (struct text *)it;

		if (write_text(w, text, err) == -1)
			return -1;
		for (size_t i = 0; it->scope != NULL && i < text->kids.count;
		    i++)
			refs_add(&it->scope->kids, &text->kids.list[i].id,
			    text->kids.list[i].kind);
		item_remove(it);
		n++;
	}
	return n;
}

/* The first work that waits and may be started, or NULL. */
static struct item *
first_waiting(struct nt_walk *w)
{
	size_t before = 0;

	for (struct item *it = w->list.next; it != &w->list; it = it->next) {
		if (it->verb == NULL)
			before += ((struct text *)it)->buf.len;
		else if (it->state == ITEM_WAITS &&
		    (!it->verb->last || it == w->list.next) &&
		    (it->verb->ready == NULL || it->verb->ready(it)))
			return it;
		if (before > WINDOW_BYTES)
			break;
	}
	return NULL;
}

/* In a dry run the work that is no listing is only counted. */
static void
start(struct nt_walk *w, struct item *it)
{
	if (!w->plan.dry_run || it->verb->price == PRICE_LISTING) {
		it->verb->start(it);
		return;
	}
	w->price.requests += it->verb->price == PRICE_REQUEST;
	w->price.files += it->verb->price == PRICE_FILE;
	item_remove(it);
}

int
list_turn(struct nt_walk *w, struct nt_err *err)
{
	struct item *it;
	int moved;

	do {
		moved = 0;
		while (!w->failed && nt_api_slots(w->api) > 0 &&
		    (it = first_waiting(w)) != NULL) {
			start(w, it);
			if (w->list.next->verb == NULL)
				break;	/* written before more is made */
			moved = 1;
		}
		if (w->failed) {
			if (err != NULL)
				*err = w->err;
			return -1;
		}
		if (w->list.next != &w->list && w->list.next->verb == NULL) {
			if (write_front(w, err) == -1)
				return -1;
			moved = 1;
		}
	} while (moved);
	return 0;
}

void
list_free(struct nt_walk *w)
{
	while (w->list.next != &w->list)
		item_remove(w->list.next);
}
