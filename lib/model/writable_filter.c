/* Filters and sorts of views to be written (api 3.8, 5.1). */
#include "writable.h"

#define DEPTH_MAX 16		/* of conditions in conditions */

/* Writes the id that a user or page has there: 1, or 0 with a loss told. */
static int
put_asked(struct writing *w, struct nt_value v, int user)
{
	char id[NT_ID_TEXT];

	if (!nt_ask(w, user ? w->target->user : w->target->id, v, id)) {
		nt_lose(w, NT_LOSS_WARNING, user ?
		    "the person it asks for is not there" :
		    "the page it asks for is not there");
		return 0;
	}
	nt_json_put_text(&w->o, NULL, id);
	return 1;
}

static int
put_operand(struct writing *w, struct nt_str type, struct nt_value v)
{
	static const char *const of_users[] =
	    { "people", "created_by", "last_edited_by", NULL };
	static const char *const of_pages[] = { "relation", NULL };
	int user = nt_is_one_of(type, of_users);
	struct nt_value e;
	int good = 1;

	if (nt_value_is(v, NT_JSON_ARRAY)) {
		nt_json_open(&w->o, NULL, '[');
		for (e = nt_value_first(v); nt_value_there(e);
		    e = nt_value_next(e))
			good &= !nt_value_is(e, NT_JSON_ARRAY) &&
			    put_operand(w, type, e);
		nt_json_close(&w->o, ']');
		return good;
	}
	if (nt_value_is(v, NT_JSON_STRING) && !nt_value_text_is(v, "me") &&
	    (user || nt_is_one_of(type, of_pages)))
		return put_asked(w, v, user);
	nt_json_put_value(&w->o, NULL, v);
	return 1;
}

/* A condition: {operator: operand}, or another condition by its type. */
static int
put_condition(struct writing *w, struct nt_str type, struct nt_value v,
    int depth)
{
	struct nt_value e;
	int good = 1;

	if (!nt_value_is(v, NT_JSON_OBJECT) || depth > DEPTH_MAX)
		return put_operand(w, type, v);
	nt_json_open(&w->o, NULL, '{');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		size_t back = nt_enter_key(w, key);

		nt_json_put_key(&w->o, key);
		good &= nt_value_is(e, NT_JSON_OBJECT) ?
		    put_condition(w, key, e, depth + 1) :
		    put_operand(w, type, e);
		nt_leave(w, back);
	}
	nt_json_close(&w->o, '}');
	return good;
}

/* One that asks about a property, a time, or sorts by it. */
static int
put_leaf(struct writing *w, struct nt_value v)
{
	struct nt_value e;
	int good = 1;

	nt_json_open(&w->o, NULL, '{');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		size_t back = nt_enter_key(w, key);

		if (!nt_str_is(key, "property_name")) {
			nt_json_put_key(&w->o, key);
			good &= nt_str_is(key, "property") ?
			    nt_put_property_id(w, e) :
			    put_condition(w, key, e, 0);
		}
		nt_leave(w, back);
	}
	nt_json_close(&w->o, '}');
	return good;
}

static int put_node(struct writing *w, struct nt_value v, int depth);

/* The nodes that can be asked; how many they are. */
static size_t
put_nodes(struct writing *w, const char *key, struct nt_value list, int depth)
{
	size_t back = nt_enter(w, key), i = 0, put = 0;
	struct nt_value e;

	nt_json_open(&w->o, key, '[');
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct writing_mark mark = nt_mark(w);
		size_t here = nt_enter_element(w, i++);

		if (put_node(w, e, depth))
			put++;
		else
			nt_take_back(w, &mark);
		nt_leave(w, here);
	}
	nt_json_close(&w->o, ']');
	nt_leave(w, back);
	return put;
}

/* A node, with what is left of it: 1, or 0 if nothing is. */
static int
put_node(struct writing *w, struct nt_value v, int depth)
{
	static const char *const words[] = { "and", "or" };
	size_t i, put;

	if (!nt_value_is(v, NT_JSON_OBJECT) || depth > NT_FILTER_DEPTH_MAX) {
		nt_lose(w, NT_LOSS_WARNING, "it is none that can be asked");
		return 0;
	}
	for (i = 0; i < 2; i++) {
		struct nt_value list = nt_value_get(v, words[i]);

		if (!nt_value_is(list, NT_JSON_ARRAY))
			continue;
		nt_json_open(&w->o, NULL, '{');
		put = put_nodes(w, words[i], list, depth + 1);
		nt_json_close(&w->o, '}');
		return put > 0;
	}
	return put_leaf(w, v);
}

int
nt_put_writable_filter(struct writing *w, struct nt_value v)
{
	int empty = nt_value_is(v, NT_JSON_OBJECT) && nt_value_count(v) == 0;

	return !empty && put_node(w, v, 0);
}

int
nt_put_writable_sorts(struct writing *w, struct nt_value v)
{
	struct nt_value e;
	size_t i = 0, put = 0;

	nt_json_open(&w->o, NULL, '[');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct writing_mark mark = nt_mark(w);
		size_t here = nt_enter_element(w, i++);

		if (nt_value_is(e, NT_JSON_OBJECT) && put_leaf(w, e))
			put++;
		else
			nt_take_back(w, &mark);
		nt_leave(w, here);
	}
	nt_json_close(&w->o, ']');
	return put > 0;
}

/* Conditions by the property that they are shown for. */
int
nt_put_writable_quick_filters(struct writing *w, struct nt_value v)
{
	struct nt_str none = { NULL, 0 };
	struct nt_value e;
	struct nt_buf id;
	size_t put = 0;

	nt_buf_init(&id, NT_BUF_MAX);
	nt_json_open(&w->o, NULL, '{');
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		struct writing_mark mark = nt_mark(w);
		size_t here = nt_enter_key(w, nt_value_key(e));

		nt_buf_clear(&id);
		if (!nt_ask_property(w, nt_value_key(e), &id)) {
			nt_lose(w, NT_LOSS_WARNING,
			    "the property is not there");
		} else {
			nt_json_put_key(&w->o, nt_buf_view(&id));
			if (put_condition(w, none, e, 0))
				put++;
			else
				nt_take_back(w, &mark);
		}
		nt_leave(w, here);
	}
	nt_json_close(&w->o, '}');
	nt_buf_free(&id);
	return put > 0;
}
