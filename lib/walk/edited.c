/*
 * What was edited while the walk went on (api 2.4): the search lists it first,
 * by the time of the last edit.  It is asked last, of all that is shared, and
 * of that counts what the walk has read; of a workspace, what it has missed,
 * too.
 */
#include "internal.h"

struct edited {
	struct item item;
	struct pager pager;
};

static void
edited_start(struct item *it)
{
	struct edited *e = (struct edited *)it;

	item_search(it, &e->pager, NULL, "descending", 0);
}

static void
put_edited(struct nt_walk *w, const char *object, const struct nt_id *id)
{
	char text[NT_ID_TEXT];

	if (!w->plan.workspace && !known_claimed(w, id))
		return;
	nt_id_format(id, text);
	nt_buf_fmt(&w->edited, "%s{\"id\":\"%s\",\"object\":\"%s\"}",
	    w->edited.len > 0 ? "," : "", text, object);
}

/* 1 if there may be more behind these. */
static int
take_results(struct nt_walk *w, struct nt_value list)
{
	struct nt_value v;
	struct nt_id id;

	for (v = nt_value_first(nt_value_get(list, "results"));
	    nt_value_there(v); v = nt_value_next(v)) {
		if (member_time(v, "last_edited_time") < w->started -
		    OVERLAP_MS)
			return 0;
		if (object_is(v, NT_KIND_PAGE, &id))
			put_edited(w, "page", &id);
		else if (object_is(v, NT_KIND_DATA_SOURCE, &id))
			put_edited(w, "data_source", &id);
	}
	return 1;
}

/* An answer that tells nothing leaves it unknown, which is no error. */
static void
edited_answer(struct item *it, const struct nt_reply *reply)
{
	struct edited *e = (struct edited *)it;
	struct nt_walk *w = it->walk;
	const char *why;
	int more;

	more = !reply_ok(reply) ? -1 : !take_results(w, reply->value) ? 0 :
	    pager_next(&e->pager, reply->value, &why);
	if (more == 1) {
		it->state = ITEM_WAITS;
		return;
	}
	w->edited_known = more == 0 && !w->edited.full;
	item_remove(it);
}

static void
edited_clear(struct item *it)
{
	pager_clear(&((struct edited *)it)->pager);
}

static const struct verb edited_verb = {
	.size = sizeof(struct edited),
	.last = 1,
	.start = edited_start,
	.answer = edited_answer,
	.clear = edited_clear,
};

void
edited_before(struct item *at)
{
	item_before(at, &edited_verb, NULL);
}
