/* The open comments on a page or block, oldest first (api 2.6). */
#include "internal.h"

struct comments {
	struct item item;
	struct nt_id id;
	enum nt_kind kind;
	struct pager pager;
};

/* The token lacks the capability: said once, and not asked again (api 1.7). */
static void
put_refusal(struct item *it)
{
	struct subject s = { "comment", NULL, NULL, NULL };

	loss_text(text_of(it), &s, "",
	    "the connection may not read comments", FRAME_ONCE);
	item_remove(it);
}

static void
comments_start(struct item *it)
{
	struct comments *c = (struct comments *)it;
	char id[NT_ID_TEXT];

	if (it->walk->no_comments) {
		put_refusal(it);
		return;
	}
	nt_id_format(&c->id, id);
	item_get_list(it, &c->pager, "/v1/comments?block_id=%s", id);
}

static void
put_comment(struct item *it, const struct subject *s, struct nt_value v)
{
	struct nt_walk *w = it->walk;
	struct nt_found_file *files;
	struct nt_id id;

	if (!object_is(v, NT_KIND_COMMENT, &id)) {
		error_text(text_of(it), s, "unexpected_answer",
		    "an entry of the list is no comment");
		return;
	}
	if (!walk_first(w, NT_KIND_COMMENT, &id))
		return;
	files = w->plan.assets == NULL ? NULL :
	    nt_files_find(v, w->plan.external);
	clean_value(w, v);
	record_value(text_of(it), NT_KIND_COMMENT, v, 0);
	assets_before(it, it->scope, NT_KIND_COMMENT, &id, files);
}

static void
comments_answer(struct item *it, const struct nt_reply *reply)
{
	struct comments *c = (struct comments *)it;
	struct subject s = { "comment", &c->id,
	    c->kind == NT_KIND_PAGE ? "page_id" : "block_id", &c->id };
	struct nt_value e;

	if (reply_is(reply, 403, "restricted_resource")) {
		it->walk->no_comments = 1;
		put_refusal(it);
		return;
	}
	if (!reply_ok(reply)) {
		error_reply(text_of(it), &s, reply);
		item_remove(it);
		return;
	}
	for (e = nt_value_first(nt_value_get(reply->value, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		put_comment(it, &s, e);
	if (!list_goes_on(it, &c->pager, reply->value, &s))
		item_remove(it);
}

static void
comments_clear(struct item *it)
{
	pager_clear(&((struct comments *)it)->pager);
}

static const struct verb comments_verb = {
	.size = sizeof(struct comments),
	.price = PRICE_REQUEST,
	.start = comments_start,
	.answer = comments_answer,
	.clear = comments_clear,
};

void
comments_before(struct item *at, struct scope *scope, enum nt_kind kind,
    const struct nt_id *id)
{
	enum nt_walk_comments wanted = at->walk->plan.comments;
	struct comments *c;

	if (wanted == NT_COMMENTS_NONE ||
	    (kind != NT_KIND_PAGE && wanted != NT_COMMENTS_BLOCKS))
		return;
	c = item_before(at, &comments_verb, scope);
	c->id = *id;
	c->kind = kind;
}
