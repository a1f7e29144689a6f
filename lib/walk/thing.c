/* A page, database, data source or block that is read by its id. */
#include "internal.h"

static const struct {
	const char *path;
	const char *shy_reason;
} things[NT_KIND_COUNT] = {
	[NT_KIND_PAGE] = { "pages", NULL },
	[NT_KIND_DATABASE] = { "databases",
	    "a linked database whose original is not shared" },
	[NT_KIND_DATA_SOURCE] = { "data_sources", NULL },
	[NT_KIND_BLOCK] = { "blocks",
	    "a synced block whose original is not shared" },
};

/*
 * 1 if the answer is how the service says that an original is not shared; of a
 * linked database it says so in two ways (api 2.3).
 */
static int
is_unshared(const struct thing *t, const struct nt_reply *reply)
{
	return t->shy && (reply->status == 404 ||
	    (t->kind == NT_KIND_DATABASE &&
	    reply_is(reply, 400, "validation_error")));
}

/*
 * 1 if it is something that was there and is no more: it was deleted, its
 * sharing ended, or it lies in the trash, which only --trash looks at.
 */
static int
is_gone(const struct thing *t, const struct nt_reply *reply)
{
	return t->former && (reply->status == 404 || (reply_ok(reply) &&
	    !t->item.walk->plan.trash &&
	    nt_value_true(nt_value_get(reply->value, "in_trash"))));
}

static void
tell_gone(struct thing *t, const struct subject *s,
    const struct nt_reply *reply)
{
	loss_text(text_of(&t->item), s, "", reply_ok(reply) ?
	    "it is in the trash" : "it is not there, or not shared", 0);
}

/* Puts the object's records before the item. */
static void
put(struct thing *t, struct nt_value v)
{
	struct item *it = &t->item;

	switch (t->kind) {
	case NT_KIND_PAGE:
		page_put(it, v, &t->id);
		break;
	case NT_KIND_DATABASE:
		database_put(it, v, &t->id);
		break;
	case NT_KIND_DATA_SOURCE:
		source_put(it, v, &t->id, t->views);
		break;
	default:
		block_root_put(it, v, &t->id);
	}
}

static void
thing_start(struct item *it)
{
	struct thing *t = (struct thing *)it;
	struct nt_value v;
	char id[NT_ID_TEXT];

	if (!t->claimed && !known_claim(it->walk, &t->id)) {
		item_remove(it);
		return;
	}
	t->claimed = 1;
	if (t->kind == NT_KIND_DATABASE && quick_put(it, &t->id)) {
		item_remove(it);
		return;
	}
	if (known_object(it->walk, &t->id, &v)) {
		put(t, v);
		item_remove(it);
		return;
	}
	nt_id_format(&t->id, id);
	item_get(it, "/v1/%s/%s", things[t->kind].path, id);
}

static void
thing_answer(struct item *it, const struct nt_reply *reply)
{
	struct thing *t = (struct thing *)it;
	struct subject s = { nt_kind_name(t->kind), &t->id, t->parent_type,
	    &t->parent };
	struct nt_id id;

	if (is_gone(t, reply)) {
		if (t->told)
			tell_gone(t, &s, reply);
		item_remove(it);
		return;
	}
	if (reply_ok(reply) && object_is(reply->value, t->kind, &id) &&
	    nt_id_eq(&id, &t->id)) {
		put(t, reply->value);
	} else {
		if (reply_ok(reply))
			error_text(text_of(it), &s, "unexpected_answer",
			    "the answer is another object");
		else if (is_unshared(t, reply))
			loss_text(text_of(it), &s, "",
			    things[t->kind].shy_reason, 0);
		else
			error_reply(text_of(it), &s, reply);
		if (t->kind == NT_KIND_DATA_SOURCE && t->views != NULL)
			views_of_source_before(it, t->views, &t->id);
	}
	item_remove(it);
}

static void
thing_clear(struct item *it)
{
	view_group_drop(((struct thing *)it)->views);
}

static const struct verb thing_verb = {
	.size = sizeof(struct thing),
	.start = thing_start,
	.answer = thing_answer,
	.clear = thing_clear,
};

struct thing *
thing_before(struct item *at, enum nt_kind kind, const struct nt_id *id)
{
	struct thing *t = item_before(at, &thing_verb, NULL);

	t->kind = kind;
	t->id = *id;
	return t;
}
