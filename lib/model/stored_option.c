/* Options of select, multi_select and status: found, or made (api 3.6). */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/filter.h"

struct option_made {
	struct nt_str property;		/* id of its property, lent */
	struct nt_str name;		/* lent by the request */
	const char *color;
	char id[NT_ID_TEXT];
};

const char *
nt_option_color(size_t n)
{
	static const char *const colors[] = {
		"gray", "blue", "green", "orange", "purple", "yellow", "pink",
		"brown", "red"
	};

	return colors[n % (sizeof colors / sizeof colors[0])];
}

int
nt_same_folded(struct nt_str a, struct nt_str b)
{
	struct nt_buf x, y;
	int same;

	if (nt_str_eq(a, b))
		return 1;
	nt_buf_init(&x, NT_BUF_MAX);
	nt_buf_init(&y, NT_BUF_MAX);
	nt_fold(a, &x);
	nt_fold(b, &y);
	same = nt_str_eq(nt_buf_view(&x), nt_buf_view(&y));
	nt_buf_free(&x);
	nt_buf_free(&y);
	return same;
}

static struct nt_value
options_of(struct nt_value entry)
{
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));

	return nt_value_get(nt_value_get_n(entry, type.p, type.len),
	    "options");
}

struct nt_value
nt_option_find(struct nt_value entry, struct nt_str id, struct nt_str name)
{
	struct nt_value e, by_name = NT_VALUE_NONE;

	e = nt_value_first(options_of(entry));
	for (; nt_value_there(e); e = nt_value_next(e)) {
		if (id.p != NULL && nt_str_eq(id,
		    nt_value_text(nt_value_get(e, "id"))))
			return e;
		if (name.p != NULL && !nt_value_there(by_name) &&
		    nt_same_folded(name,
		    nt_value_text(nt_value_get(e, "name"))))
			by_name = e;
	}
	return by_name;
}

struct nt_value
nt_status_default(struct nt_value entry)
{
	struct nt_value first = nt_value_at(entry,
	    "/status/groups/0/option_ids/0");
	struct nt_value found = nt_option_find(entry, nt_value_text(first),
	    (struct nt_str){ NULL, 0 });

	if (nt_value_there(found))
		return found;
	return nt_value_index(options_of(entry), 0);
}

void
nt_put_chosen(struct nt_json_out *o, const char *key, struct nt_value option)
{
	nt_json_open(o, key, '{');
	nt_put_or(o, "id", nt_value_get(option, "id"), "null");
	nt_put_or(o, "name", nt_value_get(option, "name"), "null");
	nt_put_or(o, "color", nt_value_get(option, "color"), "\"default\"");
	nt_json_close(o, '}');
}

static struct option_made *
find_made(struct options_made *made, struct nt_str property,
    struct nt_str name)
{
	size_t i;

	for (i = 0; i < made->count; i++)
		if (nt_str_eq(made->list[i].property, property) &&
		    nt_same_folded(made->list[i].name, name))
			return &made->list[i];
	return NULL;
}

static struct option_made *
make_option(const struct nt_world *world, struct nt_value entry,
    struct nt_value given, struct options_made *made)
{
	struct nt_str color = nt_value_text(nt_value_get(given, "color"));
	size_t n = nt_value_count(options_of(entry)) + made->count;
	struct option_made *m;
	size_t i;

	made->list = nt_realloc_array(made->list, made->count + 1,
	    sizeof *made->list);
	m = &made->list[made->count++];
	m->property = nt_value_text(nt_value_get(entry, "id"));
	m->name = nt_value_text(nt_value_get(given, "name"));
	m->color = nt_option_color(n);
	for (i = 0; i < 9; i++)
		if (nt_str_is(color, nt_option_color(i)))
			m->color = nt_option_color(i);
	if (nt_str_is(color, "default"))
		m->color = "default";
	world->key(world->of, m->id);
	return m;
}

/* The sentence for a value that names no option, and may not make one. */
static int
no_such_option(struct nt_value entry, struct nt_str id, struct nt_str name,
    struct nt_refusal *why)
{
	struct nt_str which = name.p == NULL ? id : name;

	if (nt_value_text_is(nt_value_get(entry, "type"), "status"))
		return nt_refuse_form(why, "Invalid status option. Status "
		    "option \"%.*s\" does not exist.", (int)which.len,
		    which.p);
	return nt_refuse_form(why, "Select option with %s \"%.*s\" does not "
	    "exist.", name.p == NULL ? "id" : "name", (int)which.len, which.p);
}

int
nt_put_option(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value entry, struct nt_value given,
    struct options_made *made, struct nt_refusal *why)
{
	struct nt_str id = nt_value_text(nt_value_get(given, "id"));
	struct nt_str name = nt_value_text(nt_value_get(given, "name"));
	struct nt_value found = nt_option_find(entry, id, name);
	struct option_made *m;

	if (nt_value_there(found)) {
		nt_put_chosen(o, key, found);
		return 0;
	}
	if (made == NULL || name.p == NULL ||
	    nt_value_text_is(nt_value_get(entry, "type"), "status"))
		return no_such_option(entry, id, name, why);
	m = find_made(made, nt_value_text(nt_value_get(entry, "id")), name);
	if (m == NULL)
		m = make_option(world, entry, given, made);
	nt_json_open(o, key, '{');
	nt_json_put_text(o, "id", m->id);
	nt_json_put_str(o, "name", m->name);
	nt_json_put_text(o, "color", m->color);
	nt_json_close(o, '}');
	return 0;
}

/* ---- the schema with the new options ---- */

static void
put_options_with(struct nt_json_out *o, struct nt_value options,
    struct nt_str property, const struct options_made *made)
{
	struct nt_value e;
	size_t i;

	nt_json_open(o, "options", '[');
	for (e = nt_value_first(options); nt_value_there(e);
	    e = nt_value_next(e))
		nt_json_put_value(o, NULL, e);
	for (i = 0; i < made->count; i++) {
		const struct option_made *m = &made->list[i];

		if (!nt_str_eq(m->property, property))
			continue;
		nt_json_open(o, NULL, '{');
		nt_json_put_text(o, "id", m->id);
		nt_json_put_str(o, "name", m->name);
		nt_json_put_text(o, "color", m->color);
		nt_json_put_null(o, "description");
		nt_json_close(o, '}');
	}
	nt_json_close(o, ']');
}

static void
put_entry_with(struct nt_json_out *o, struct nt_value entry,
    const struct options_made *made)
{
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	struct nt_str id = nt_value_text(nt_value_get(entry, "id"));
	struct nt_value e, in;

	nt_json_open(o, NULL, '{');
	for (e = nt_value_first(entry); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_json_put_key(o, nt_value_key(e));
		if (!nt_str_eq(nt_value_key(e), type)) {
			nt_json_put_value(o, NULL, e);
			continue;
		}
		nt_json_open(o, NULL, '{');
		put_options_with(o, nt_value_get(e, "options"), id, made);
		for (in = nt_value_first(e); nt_value_there(in);
		    in = nt_value_next(in)) {
			if (nt_str_is(nt_value_key(in), "options"))
				continue;
			nt_json_put_key(o, nt_value_key(in));
			nt_json_put_value(o, NULL, in);
		}
		nt_json_close(o, '}');
	}
	nt_json_close(o, '}');
}

void
nt_put_schema_with(struct nt_value schema, const struct options_made *made,
    struct nt_buf *out)
{
	struct nt_json_out o;
	struct nt_value e;
	size_t i;

	nt_json_out_init(&o, out);
	nt_json_open(&o, NULL, '{');
	for (e = nt_value_first(schema); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str id = nt_value_text(nt_value_get(e, "id"));

		nt_json_put_key(&o, nt_value_key(e));
		for (i = 0; i < made->count; i++)
			if (nt_str_eq(made->list[i].property, id))
				break;
		if (i < made->count)
			put_entry_with(&o, e, made);
		else
			nt_json_put_value(&o, NULL, e);
	}
	nt_json_close(&o, '}');
}
