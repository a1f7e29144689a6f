/*
 * Dual relations: what is written on one side shows on the other at once
 * (api 3.6, 10.3).
 */
#include "internal.h"

/* 1 if the list [{"id":…}] has the id. */
static int
has(struct nt_value list, const struct nt_id *id)
{
	struct nt_id other;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")),
		    &other) == 0 && nt_id_eq(&other, id))
			return 1;
	return 0;
}

/* Puts the page into the property's list on the other page, or takes it out. */
static void
set_link(struct nt_turn *t, const struct nt_id *other, struct nt_str property,
    const struct nt_id *page, int in)
{
	struct nt_held h;
	struct nt_value list, p;
	struct nt_buf text;
	char id[NT_ID_TEXT];

	if (!nt_hold_id(t, other, NT_A_PAGE, &h))
		return;
	p = nt_prop_find(nt_value_get(h.v, "properties"), property);
	list = nt_value_get(p, "relation");
	if (nt_value_there(p) && has(list, page) != in) {
		nt_buf_init(&text, NT_BUF_MAX);
		nt_buf_char(&text, '[');
		for (struct nt_value e = nt_value_first(list);
		    nt_value_there(e); e = nt_value_next(e)) {
			struct nt_str raw = nt_value_raw(e);
			struct nt_id each;

			if (nt_id_scan(nt_value_text(nt_value_get(e, "id")),
			    &each) == 0 && nt_id_eq(&each, page))
				continue;
			if (text.len > 1)
				nt_buf_char(&text, ',');
			nt_buf_add(&text, raw.p, raw.len);
		}
		nt_id_format(page, id);
		if (in)
			nt_buf_fmt(&text, "%s{\"id\":\"%s\"}",
			    text.len > 1 ? "," : "", id);
		nt_buf_char(&text, ']');
		nt_value_put(p, "relation", nt_buf_view(&text));
		nt_save(t, &h);
		nt_buf_free(&text);
	}
	nt_release(&h);
}

/* Links those in list that are not in others, or unlinks them. */
static void
set_missing(struct nt_turn *t, struct nt_value list, struct nt_value others,
    struct nt_str property, const struct nt_id *page, int in)
{
	struct nt_id id;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_id_scan(nt_value_text(nt_value_get(e, "id")), &id) == 0
		    && !has(others, &id))
			set_link(t, &id, property, page, in);
}

void
nt_relate(struct nt_turn *t, struct nt_value schema,
    const struct nt_id *page, struct nt_value old, struct nt_value new)
{
	for (struct nt_value entry = nt_value_first(schema);
	    nt_value_there(entry); entry = nt_value_next(entry)) {
		struct nt_str id = nt_value_text(nt_value_get(entry, "id"));
		struct nt_str other = nt_value_text(nt_value_at(entry,
		    "/relation/dual_property/synced_property_id"));
		struct nt_value was, is;

		if (other.p == NULL)
			continue;
		was = nt_value_get(nt_prop_find(old, id), "relation");
		is = nt_value_get(nt_prop_find(new, id), "relation");
		set_missing(t, is, was, other, page, 1);
		set_missing(t, was, is, other, page, 0);
	}
}
