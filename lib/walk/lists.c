/* What the stream begins with: who we are, the users, the custom emojis. */
#include "internal.h"

#include <string.h>

static void
me_start(struct item *it)
{
	item_get(it, "/v1/users/me");
}

static void
me_answer(struct item *it, const struct nt_reply *reply)
{
	struct subject s = { "user", NULL, NULL, NULL };

	walk_begin(it->walk, reply_ok(reply) ? reply->value : NT_VALUE_NONE);
	if (!reply_ok(reply) && reply->status != 403 && reply->status != 404)
		error_reply(text_of(it), &s, reply);
	item_remove(it);
}

static const struct verb me_verb = {
	.size = sizeof(struct item),
	.start = me_start,
	.answer = me_answer,
};

/* A list whose entries are records as they are. */
struct list {
	struct item item;
	enum nt_kind kind;
	const char *path;
	const char *refusal;	/* the loss when the token may not */
	struct pager pager;
};

static void
list_start(struct item *it)
{
	struct list *l = (struct list *)it;

	item_get_list(it, &l->pager, "%s", l->path);
}

static void
put_entry(struct list *l, struct nt_value v)
{
	struct item *it = &l->item;
	struct subject s = { nt_kind_name(l->kind), NULL, NULL, NULL };
	struct nt_value object = nt_value_get(v, "object");
	struct nt_buf word;
	struct nt_id id;

	if (!nt_value_is(v, NT_JSON_OBJECT) || (nt_value_there(object) &&
	    !nt_value_text_is(object, nt_kind_name(l->kind)))) {
		error_text(text_of(it), &s, "unexpected_answer",
		    "an entry of the list is another object");
		return;
	}
	if (member_id(v, "id", &id) && !walk_first(it->walk, l->kind, &id))
		return;
	if (!nt_value_there(object)) {	/* emojis come without (api 2.5) */
		nt_buf_init(&word, NT_BUF_MAX);
		nt_json_quote(&word, nt_str_of(nt_kind_name(l->kind)));
		nt_value_put(v, "object", nt_buf_view(&word));
		nt_buf_free(&word);
	}
	clean_value(it->walk, v);
	record_value(text_of(it), l->kind, v, 0);
}

/* The capability is missing, or the endpoint does not exist there. */
static int
is_refusal(const struct list *l, const struct nt_reply *reply)
{
	return reply_is(reply, 403, "restricted_resource") ||
	    (l->kind == NT_KIND_CUSTOM_EMOJI && (reply->status == 404 ||
	    reply_is(reply, 400, "invalid_request_url")));
}

static void
list_answer(struct item *it, const struct nt_reply *reply)
{
	struct list *l = (struct list *)it;
	struct subject s = { nt_kind_name(l->kind), NULL, NULL, NULL };
	struct nt_value e;
	int more = 0;

	if (is_refusal(l, reply)) {
		loss_text(text_of(it), &s, "", l->refusal, 0);
	} else if (!reply_ok(reply)) {
		error_reply(text_of(it), &s, reply);
	} else {
		for (e = nt_value_first(nt_value_get(reply->value, "results"));
		    nt_value_there(e); e = nt_value_next(e))
			put_entry(l, e);
		more = list_goes_on(it, &l->pager, reply->value, &s);
	}
	if (!more)
		item_remove(it);
}

static void
list_clear(struct item *it)
{
	pager_clear(&((struct list *)it)->pager);
}

static const struct verb list_verb = {
	.size = sizeof(struct list),
	.start = list_start,
	.answer = list_answer,
	.clear = list_clear,
};

void
lists_before(struct item *at)
{
	struct list *users, *emojis;

	item_before(at, &me_verb, NULL);
	users = item_before(at, &list_verb, NULL);
	users->kind = NT_KIND_USER;
	users->path = "/v1/users";
	users->refusal = "the connection may not read users";
	emojis = item_before(at, &list_verb, NULL);
	emojis->kind = NT_KIND_CUSTOM_EMOJI;
	emojis->path = "/v1/custom_emojis";
	emojis->refusal = "the connection may not read custom emojis";
}
