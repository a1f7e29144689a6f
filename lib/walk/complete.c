/*
 * Property values that a page object shows in part (api 3.9) are read whole
 * before the page is written: its record waits here, the rest of the page goes
 * on meanwhile.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define CUT_AT 25	/* references that a page object shows */

void
cut_free(struct cut *cut)
{
	free(cut->name);
	free(cut->id);
	free(cut->type);
	free(cut);
}

/* Mentions of pages and people: the ones past the 25th may be unresolved. */
static size_t
count_mentions(struct nt_value rich_text)
{
	struct nt_value e;
	size_t n = 0;

	for (e = nt_value_first(rich_text); nt_value_there(e);
	    e = nt_value_next(e))
		n += nt_value_text_is(nt_value_get(e, "type"), "mention");
	return n;
}

/* Some value of the page was computed over relations that are cut. */
static int
has_cut_relation(struct nt_value properties)
{
	struct nt_value p;

	for (p = nt_value_first(properties); nt_value_there(p);
	    p = nt_value_next(p))
		if (nt_value_text_is(nt_value_get(p, "type"), "relation") &&
		    nt_value_true(nt_value_get(p, "has_more")))
			return 1;
	return 0;
}

static int
is_cut(struct nt_value p, struct nt_str type, int relation_cut)
{
	struct nt_value value = nt_value_get_n(p, type.p, type.len);

	if (nt_str_is(type, "relation"))
		return nt_value_true(nt_value_get(p, "has_more"));
	if (nt_str_is(type, "people"))
		return nt_value_count(value) >= CUT_AT;
	if (nt_str_is(type, "title") || nt_str_is(type, "rich_text"))
		return count_mentions(value) >= CUT_AT;
	if (nt_str_is(type, "rollup"))
		return relation_cut ||
		    nt_value_count(nt_value_get(value, "array")) >= CUT_AT;
	return relation_cut && nt_str_is(type, "formula");
}

/*
 * Property ids come percent-encoded and go into a path as they are (api 1.2).
 * One that could leave its place in the path is not used.
 */
static int
is_safe_id(struct nt_str id)
{
	if (id.len == 0 || id.len > 200 || id.p[0] == '.')
		return 0;
	for (size_t i = 0; i < id.len; i++) {
		unsigned char c = (unsigned char)id.p[i];

		if (c <= 0x20 || c >= 0x7F || strchr("/?#\\", c) != NULL)
			return 0;
		if (c == '%' && id.len - i > 2 && id.p[i + 1] == '2' &&
		    (id.p[i + 2] == 'e' || id.p[i + 2] == 'E') && i == 0)
			return 0;
	}
	return 1;
}

struct cut *
cuts_find(struct nt_value page)
{
	struct nt_value properties = nt_value_get(page, "properties");
	int relation_cut = has_cut_relation(properties);
	struct cut *first = NULL, **last = &first;
	struct nt_value p;

	for (p = nt_value_first(properties); nt_value_there(p);
	    p = nt_value_next(p)) {
		struct nt_str type = nt_value_text(nt_value_get(p, "type"));
		struct nt_str id = nt_value_text(nt_value_get(p, "id"));
		struct nt_str name = nt_value_key(p);
		struct nt_value value;
		struct cut *cut;

		if (!is_cut(p, type, relation_cut))
			continue;
		cut = nt_alloc(sizeof *cut);
		cut->name = nt_strndup(name.p, name.len);
		if (is_safe_id(id) && memchr(name.p, '\0', name.len) == NULL)
			cut->id = nt_strndup(id.p, id.len);
		cut->type = nt_strndup(type.p, type.len);
		value = nt_value_get_n(p, type.p, type.len);
		if (nt_value_is(value, NT_JSON_ARRAY))
			cut->shown = nt_value_count(value);
		*last = cut;
		last = &cut->next;
	}
	return first;
}

/* A page whose record waits for its values. */
struct complete {
	struct item item;
	struct nt_id id;
	struct nt_buf page;	/* as it came */
	struct cut *cuts;	/* the first is being read */
	struct pager pager;
	struct nt_buf parts;	/* elements of its value, with commas */
	size_t parts_count;
	struct nt_buf missed;	/* errors, to stand behind the page */
};

/* Appends an element of the value: a property item without its envelope. */
static void
add_part(struct complete *c, struct nt_value part)
{
	const char *type = c->cuts->type;

	if (c->parts.len > 0)
		nt_buf_char(&c->parts, ',');
	if (strcmp(type, "rollup") != 0) {
		nt_json_canonical(nt_value_get(part, type), &c->parts);
		return;
	}
	nt_value_drop(nt_value_get(part, "object"));
	nt_value_drop(nt_value_get(part, "id"));
	nt_json_canonical(part, &c->parts);
}

/* Puts the text in the place of properties[name][member...] of the page. */
static void
put_value(struct complete *c, struct nt_str text)
{
	struct cut *cut = c->cuts;
	struct nt_value page, p;
	struct nt_buf changed;
	struct nt_err err;

	if (nt_json_parse(c->item.walk->doc, c->page.p, c->page.len, &page,
	    &err) == -1)
		return;		/* it was parsed before: cannot be */
	p = nt_value_get(nt_value_get(page, "properties"), cut->name);
	nt_value_put(p, cut->type, text);
	if (nt_value_there(nt_value_get(p, "has_more")))
		nt_value_put(p, "has_more", NT_STR("false"));
	nt_buf_init(&changed, NT_BUF_MAX);
	nt_json_canonical(page, &changed);
	nt_buf_free(&c->page);
	c->page = changed;
}

/*
 * A rollup is what the last part says it is (api 3.9).  One that the service
 * does not compute there stays as the page has it.
 */
static void
put_rollup(struct complete *c, struct nt_value list)
{
	struct nt_value rollup = nt_value_at(list, "/property_item/rollup");
	struct nt_value type = nt_value_get(rollup, "type");
	struct nt_buf text;

	if (!nt_value_there(type) || nt_value_text_is(type, "unsupported") ||
	    nt_value_text_is(type, "incomplete"))
		return;
	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_value_text_is(type, "array")) {
		nt_buf_char(&text, '[');
		nt_buf_add(&text, c->parts.p, c->parts.len);
		nt_buf_char(&text, ']');
		nt_value_put(rollup, "array", nt_buf_view(&text));
		nt_buf_clear(&text);
	}
	nt_json_canonical(rollup, &text);
	put_value(c, nt_buf_view(&text));
	nt_buf_free(&text);
}

static void
put_list(struct complete *c, struct nt_value list)
{
	struct nt_buf text;

	if (strcmp(c->cuts->type, "rollup") == 0) {
		put_rollup(c, list);
		return;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_char(&text, '[');
	nt_buf_add(&text, c->parts.p, c->parts.len);
	nt_buf_char(&text, ']');
	put_value(c, nt_buf_view(&text));
	nt_buf_free(&text);
}

/* Keeps an error back until the page itself is written. */
static void
miss(struct complete *c, const struct nt_reply *reply, const char *why)
{
	struct subject s = { "property", &c->id, "page_id", &c->id };

	if (why != NULL)
		error_text(&c->missed, &s, "unexpected_answer", why);
	else
		error_reply(&c->missed, &s, reply);
}

/* A value that comes in one piece: a formula. */
static void
put_single(struct complete *c, struct nt_value item)
{
	struct nt_value value = nt_value_get(item, c->cuts->type);
	struct nt_buf text;

	if (!nt_value_there(value)) {
		miss(c, NULL, "the answer is no value");
		return;
	}
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_canonical(value, &text);
	put_value(c, nt_buf_view(&text));
	nt_buf_free(&text);
}

/* The record is ready; what could not be completed is said behind it. */
static void
finish(struct complete *c)
{
	struct nt_walk *w = c->item.walk;
	struct nt_value page;
	struct nt_buf *out = text_of(&c->item);
	struct nt_err err;

	if (nt_json_parse(w->doc, c->page.p, c->page.len, &page, &err) == 0) {
		clean_value(w, page);
		record_value(out, NT_KIND_PAGE, page, 0);
	}
	nt_buf_add(out, c->missed.p, c->missed.len);
	item_remove(&c->item);
}

/* Goes on with the next value that was cut. */
static void
next_cut(struct complete *c)
{
	struct cut *done = c->cuts;

	c->cuts = done->next;
	cut_free(done);
	pager_clear(&c->pager);
	nt_buf_clear(&c->parts);
	c->parts_count = 0;
	if (c->cuts == NULL)
		finish(c);
	else
		c->item.state = ITEM_WAITS;
}

static void
complete_start(struct item *it)
{
	struct complete *c = (struct complete *)it;
	char id[NT_ID_TEXT];

	if (c->cuts->id == NULL) {
		miss(c, NULL, "the property has no id that can be asked for");
		next_cut(c);
		return;
	}
	nt_id_format(&c->id, id);
	item_get_list(it, &c->pager, "/v1/pages/%s/properties/%s", id,
	    c->cuts->id);
}

/* Takes a part of the list: NULL, or why it is none. */
static const char *
take_parts(struct complete *c, struct nt_value list)
{
	int rollup = strcmp(c->cuts->type, "rollup") == 0;
	struct nt_value e;

	for (e = nt_value_first(nt_value_get(list, "results"));
	    nt_value_there(e); e = nt_value_next(e)) {
		if (!rollup && !nt_value_there(nt_value_get(e,
		    c->cuts->type)))
			return "an entry of the list is no value";
		add_part(c, e);
		c->parts_count++;
	}
	return NULL;
}

static void
complete_answer(struct item *it, const struct nt_reply *reply)
{
	struct complete *c = (struct complete *)it;
	const char *why;
	int more = -1;

	if (!reply_ok(reply)) {
		miss(c, reply, NULL);
		next_cut(c);
		return;
	}
	if (strcmp(c->cuts->type, "formula") == 0) {
		put_single(c, reply->value);
		next_cut(c);
		return;
	}
	why = take_parts(c, reply->value);
	if (why == NULL)
		more = pager_next(&c->pager, reply->value, &why);
	if (more == 1) {
		it->state = ITEM_WAITS;
		return;
	}
	if (more == 0 && c->parts_count < c->cuts->shown) {
		why = "the list has fewer values than the page shows";
		more = -1;
	}
	if (more == -1)
		miss(c, NULL, why);
	else
		put_list(c, reply->value);
	next_cut(c);
}

static void
complete_clear(struct item *it)
{
	struct complete *c = (struct complete *)it;

	while (c->cuts != NULL) {
		struct cut *next = c->cuts->next;

		cut_free(c->cuts);
		c->cuts = next;
	}
	pager_clear(&c->pager);
	nt_buf_free(&c->page);
	nt_buf_free(&c->parts);
	nt_buf_free(&c->missed);
}

static const struct verb complete_verb = {
	.size = sizeof(struct complete),
	.price = PRICE_REQUEST,
	.start = complete_start,
	.answer = complete_answer,
	.clear = complete_clear,
};

void
complete_before(struct item *at, struct scope *scope, struct nt_value page,
    const struct nt_id *id, struct cut *cuts)
{
	struct complete *c = item_before(at, &complete_verb, scope);

	c->id = *id;
	c->cuts = cuts;
	nt_buf_init(&c->page, NT_BUF_MAX);
	nt_buf_init(&c->parts, NT_BUF_MAX);
	nt_buf_init(&c->missed, NT_BUF_MAX);
	nt_json_canonical(page, &c->page);	/* with what the base had */
}
