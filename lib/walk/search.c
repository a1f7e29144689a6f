/*
 * What the search lists (api 2.4).  Nothing of it is written here: objects are
 * kept for when the walk comes to them.  The search shows 10,000 results at
 * most; then other orders and filters are tried, which show others.
 */
#include "internal.h"

/* Each is asked for only if the one named in after was cut. */
static const struct listing_order {
	const char *value;	/* of the filter, or NULL */
	const char *direction;
} searches[] = {
	{ NULL, "ascending" },
	{ "data_source", "ascending" },
	{ "data_source", "descending" },
	{ "page", "descending" },
};

#define SEARCHES (sizeof searches / sizeof *searches)

struct search {
	struct item item;
	int trash;
	size_t which;
	struct pager pager;
	int cut;		/* the present one did not show all */
	int met;		/* ... but something that was known */
	int whole;		/* nothing can be missing */
};

static void
search_start(struct item *it)
{
	struct search *s = (struct search *)it;
	const struct listing_order *by = &searches[s->which];

	item_search(it, &s->pager, by->value, by->direction, s->trash);
}

/*
 * A row comes again, whole, with the query of its data source, so only its id
 * is kept; unless it is in the trash, where queries do not look.
 */
static void
keep(struct search *s, struct nt_value v)
{
	struct nt_walk *w = s->item.walk;
	struct subject about = { "search", NULL, NULL, NULL };
	struct nt_value parent = nt_value_get(v, "parent");
	struct nt_id id;
	int is_row, is_new;

	if (object_is(v, NT_KIND_PAGE, &id)) {
		is_row = !w->plan.quick && nt_value_there(nt_value_get(parent,
		    "data_source_id")) &&
		    !nt_value_true(nt_value_get(v, "in_trash"));
		is_new = known_add(w, v, NT_KIND_PAGE, &id, !is_row);
	} else if (object_is(v, NT_KIND_DATA_SOURCE, &id)) {
		is_new = known_add(w, v, NT_KIND_DATA_SOURCE, &id, 1);
	} else {
		error_text(text_of(&s->item), &about, "unexpected_answer",
		    "a result is neither page nor data source");
		return;
	}
	s->met |= !is_new;
}

/*
 * What is neither listed nor inside of what is listed escapes us, and nobody
 * can say whether there is such a thing.
 */
static void
put_limit(struct search *s)
{
	static const char why[] = "the search lists no more results, and what "
	    "is neither listed nor inside of what is listed may be missing";
	struct subject about = { "search", NULL, NULL, NULL };
	struct nt_walk *w = s->item.walk;

	w->stats.search_cut = 1;
	if (w->plan.accept_cut)
		loss_text(text_of(&s->item), &about, "", why, 0);
	else
		error_text(text_of(&s->item), &about,
		    "query_result_limit_reached", why);
}

/*
 * The present search is read.  Two that show one list from both ends show all
 * of it once they have something in common.
 */
static void
next_search(struct search *s)
{
	if (!s->cut && s->which == 0)
		s->whole = 1;
	pager_clear(&s->pager);
	if (!s->whole && ++s->which < SEARCHES) {
		if (s->which == 2 && !s->cut)
			s->which = 3;	/* all data sources are known */
		s->cut = s->met = 0;
		s->item.state = ITEM_WAITS;
		return;
	}
	if (!s->whole && s->cut && !s->met)
		put_limit(s);
	item_remove(&s->item);
}

static void
search_answer(struct item *it, const struct nt_reply *reply)
{
	struct search *s = (struct search *)it;
	struct subject about = { "search", NULL, NULL, NULL };
	const char *why = NULL;
	struct nt_value e;
	int more;

	if (!reply_ok(reply)) {
		error_reply(text_of(&s->item), &about, reply);
		item_remove(&s->item);
		return;
	}
	for (e = nt_value_first(nt_value_get(reply->value, "results"));
	    nt_value_there(e); e = nt_value_next(e))
		keep(s, e);
	s->cut |= list_is_cut(reply->value);
	more = pager_step(&s->pager, reply->value, &why);
	if (more == 1) {
		s->item.state = ITEM_WAITS;
		return;
	}
	if (more == -1)
		error_text(text_of(&s->item), &about, "unexpected_answer",
		    why);
	next_search(s);
}

static void
search_clear(struct item *it)
{
	pager_clear(&((struct search *)it)->pager);
}

static const struct verb search_verb = {
	.size = sizeof(struct search),
	.start = search_start,
	.answer = search_answer,
	.clear = search_clear,
};

void
search_before(struct item *at)
{
	item_before(at, &search_verb, NULL);
	if (at->walk->plan.trash)
		((struct search *)item_before(at, &search_verb, NULL))->trash
		    = 1;
}
