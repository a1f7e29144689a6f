/* The settings of a property that is to be made (api 3.6). */
#include "writable.h"

#include <string.h>

#include "schema.h"

/* ---- options ---- */

/* The group of a status's option: its place counts, for its name is fixed. */
static const char *
group_of(struct nt_value status, struct nt_value option)
{
	struct nt_value group, e, id = nt_value_get(option, "id");
	size_t i = 0;

	group = nt_value_first(nt_value_get(status, "groups"));
	for (; nt_value_there(group); group = nt_value_next(group), i++)
		for (e = nt_value_first(nt_value_get(group, "option_ids"));
		    nt_value_there(e); e = nt_value_next(e))
			if (nt_value_equal(e, id))
				return nt_status_group(i);
	return NULL;
}

/* A name that is allowed, and unlike those before it whatever their case. */
static int
is_good_option(struct nt_value options, struct nt_value option)
{
	struct nt_str name = nt_value_text(nt_value_get(option, "name"));
	size_t len = nt_utf16_len(name);
	struct nt_value e;

	if (len < 1 || len > NT_OPTION_NAME_MAX ||
	    memchr(name.p, ',', name.len) != NULL)
		return 0;
	for (e = nt_value_first(options); nt_value_there(e) &&
	    e.at != option.at; e = nt_value_next(e))
		if (nt_same_folded(name,
		    nt_value_text(nt_value_get(e, "name"))))
			return 0;
	return 1;
}

static void
put_option(struct writing *w, struct nt_value option, const char *group)
{
	struct nt_value color = nt_value_get(option, "color");
	struct nt_value description = nt_value_get(option, "description");

	nt_json_open(&w->o, NULL, '{');
	nt_json_put_value(&w->o, "name", nt_value_get(option, "name"));
	if (nt_option_color_known(nt_value_text(color)))
		nt_json_put_value(&w->o, "color", color);
	else if (nt_value_there(color))
		nt_lose(w, NT_LOSS_WARNING, "the colour of an option is none "
		    "that can be written");
	if (nt_value_text(description).len > 0)
		nt_json_put_value(&w->o, "description", description);
	if (group != NULL)
		nt_json_put_text(&w->o, "group", group);
	nt_json_close(&w->o, '}');
}

static void
put_options(struct writing *w, enum nt_prop kind, struct nt_value config)
{
	struct nt_value list = nt_value_get(config, "options"), e;
	size_t back = nt_enter(w, "options"), i = 0, put = 0;

	nt_json_open(&w->o, "options", '[');
	for (e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e), i++) {
		struct nt_str name = nt_value_text(nt_value_get(e, "name"));
		size_t here = nt_enter_element(w, i);

		if (put == NT_OPTIONS_MAX) {
			nt_lose(w, NT_LOSS_WARNING, "more than %d options: "
			    "\"%.*s\" is left out", NT_OPTIONS_MAX,
			    (int)name.len, name.p == NULL ? "" : name.p);
		} else if (!is_good_option(list, e)) {
			nt_lose(w, NT_LOSS_WARNING, "no option can be called "
			    "\"%.*s\"", (int)name.len,
			    name.p == NULL ? "" : name.p);
		} else {
			put_option(w, e, kind == NT_PROP_STATUS ?
			    group_of(config, e) : NULL);
			put++;
		}
		nt_leave(w, here);
	}
	nt_json_close(&w->o, ']');
	nt_leave(w, back);
}

/* ---- what refers to something ---- */

static void
put_relation(struct writing *w, struct nt_value config)
{
	struct nt_value dual = nt_value_get(config, "dual_property");
	struct nt_str name = nt_value_text(nt_value_get(dual,
	    "synced_property_name"));
	char id[NT_ID_TEXT];

	if (!nt_ask(w, w->target->id, nt_value_get(config, "data_source_id"),
	    id)) {
		nt_lose_all(w, NT_LOSS_WARNING,
		    "the data source it relates to is not there");
		return;
	}
	nt_json_put_text(&w->o, "data_source_id", id);
	nt_json_open(&w->o, nt_value_there(dual) ? "dual_property" :
	    "single_property", '{');
	if (name.len > 0)
		nt_json_put_str(&w->o, "synced_property_name", name);
	nt_json_close(&w->o, '}');
}

static void
put_rollup(struct writing *w, struct nt_value config)
{
	static const char *const members[] = {
		"function", "relation_property_name", "rollup_property_name"
	};
	size_t i;

	for (i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct nt_value e = nt_value_get(config, members[i]);

		if (nt_value_there(e))
			nt_json_put_value(&w->o, members[i], e);
	}
}

static int
name_property(void *of, const struct nt_id *source, struct nt_str property,
    struct nt_buf *out)
{
	struct writing *w = of;
	enum nt_writable answer = NT_WRITABLE_NEVER;

	if (w->target->name != NULL)
		answer = w->target->name(w->target->of, source, property, out);
	w->later |= answer == NT_WRITABLE_LATER;
	return answer != NT_WRITABLE_NEVER;
}

/* A token means nothing in another workspace, the name of a property does. */
static void
put_formula(struct writing *w, struct nt_value config)
{
	struct nt_buf text;

	nt_buf_init(&text, NT_BUF_MAX);
	if (nt_formula_untoken(nt_value_text(nt_value_get(config,
	    "expression")), name_property, w, &text) > 0)
		nt_lose(w, NT_LOSS_WARNING, "the formula names properties "
		    "as only its own workspace does");
	nt_json_put_str(&w->o, "expression", nt_buf_view(&text));
	nt_buf_free(&text);
}

static void
put_config(struct writing *w, enum nt_prop kind, struct nt_value config)
{
	const char *name = nt_prop_kind(kind)->name;
	struct nt_value format = nt_value_get(config, "format");
	struct nt_value prefix = nt_value_get(config, "prefix");
	size_t back = nt_enter(w, name);

	nt_json_open(&w->o, name, '{');
	if (kind == NT_PROP_NUMBER && nt_value_text(format).len > 0)
		nt_json_put_value(&w->o, "format", format);
	else if (kind == NT_PROP_SELECT || kind == NT_PROP_MULTI_SELECT ||
	    kind == NT_PROP_STATUS)
		put_options(w, kind, config);
	else if (kind == NT_PROP_RELATION)
		put_relation(w, config);
	else if (kind == NT_PROP_ROLLUP)
		put_rollup(w, config);
	else if (kind == NT_PROP_FORMULA)
		put_formula(w, config);
	else if (kind == NT_PROP_UNIQUE_ID && nt_value_text(prefix).len > 0)
		nt_json_put_value(&w->o, "prefix", prefix);
	nt_json_close(&w->o, '}');
	nt_leave(w, back);
}

/* ---- whole properties ---- */

static void
put_description(struct writing *w, struct nt_value v)
{
	struct nt_str text = nt_value_text(v);
	size_t len = nt_utf16_cut(text, NT_DESCRIPTION_MAX);
	size_t back = nt_enter(w, "description");

	if (len < text.len)
		nt_lose(w, NT_LOSS_WARNING, "the description is cut to %d "
		    "characters", NT_DESCRIPTION_MAX);
	text.len = len;
	if (len > 0)
		nt_json_put_str(&w->o, "description", text);
	nt_leave(w, back);
}

/* Whether a property of that kind can be made at all (api 3.6, 8.1). */
static int
is_makeable(enum nt_prop kind)
{
	return nt_prop_kind(kind)->creatable && kind != NT_PROP_BUTTON &&
	    kind != NT_PROP_LOCATION;
}

/* Whether the service would take the entry that was made. */
static int
is_taken(struct writing *w, struct nt_refusal *why)
{
	struct nt_json *doc = nt_json_new();
	struct nt_buf body;
	struct nt_value v;
	int good;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_fmt(&body, "{\"properties\":{\"\":%s}}", w->made.p);
	good = nt_json_parse(doc, body.p, body.len, &v, NULL) == 0 &&
	    nt_form_check(NT_FORM_SOURCE_UPDATE, NT_VERSION_2026_03_11, v,
	    why) == 0;
	nt_buf_free(&body);
	nt_json_free(doc);
	return good;
}

enum nt_writable
nt_writable_property(const struct nt_target *target, struct nt_value entry,
    const char *pointer, struct nt_buf *out)
{
	struct nt_str type = nt_value_text(nt_value_get(entry, "type"));
	enum nt_prop kind = nt_prop_of(entry);
	struct nt_refusal why = { 0 };
	struct writing w;

	nt_writing_begin(&w, target, pointer);
	if (!is_makeable(kind)) {
		nt_lose_all(&w, kind == NT_PROP_OTHER ? NT_LOSS_WARNING :
		    NT_LOSS_EXPECTED, "no property of the type \"%.*s\" can "
		    "be made", (int)type.len, type.p == NULL ? "" : type.p);
		return nt_writing_end(&w, out);
	}
	nt_json_open(&w.o, NULL, '{');
	nt_json_put_text(&w.o, "type", nt_prop_kind(kind)->name);
	put_config(&w, kind, nt_value_get(entry, nt_prop_kind(kind)->name));
	put_description(&w, nt_value_get(entry, "description"));
	nt_json_close(&w.o, '}');
	if (!w.never && !is_taken(&w, &why))
		nt_lose_all(&w, NT_LOSS_WARNING, "it would be refused: %s",
		    why.message);
	return nt_writing_end(&w, out);
}

/* ---- databases and data sources ---- */

static void
put_member_text(struct writing *w, const char *key, struct nt_value items)
{
	size_t back = nt_enter(w, key);

	nt_put_writable_caption(w, key, items);
	nt_leave(w, back);
}

enum nt_writable
nt_writable_database(const struct nt_target *target, struct nt_value database,
    struct nt_buf *out)
{
	struct writing w;

	nt_writing_begin(&w, target, "");
	nt_json_open(&w.o, NULL, '{');
	put_member_text(&w, "title", nt_value_get(database, "title"));
	put_member_text(&w, "description",
	    nt_value_get(database, "description"));
	if (nt_value_true(nt_value_get(database, "is_inline")))
		nt_json_put_bool(&w.o, "is_inline", 1);
	nt_put_writable_icon(&w, "icon", nt_value_get(database, "icon"));
	nt_put_writable_cover(&w, "cover", nt_value_get(database, "cover"));
	nt_json_close(&w.o, '}');
	return nt_writing_end(&w, out);
}

/* What a data source shows beside these is written to its database. */
static void
lose_rest(struct writing *w, struct nt_value source)
{
	static const char *const members[] = { "description", "cover" };
	size_t i, back;

	for (i = 0; i < sizeof members / sizeof members[0]; i++) {
		if (nt_value_count(nt_value_get(source, members[i])) == 0)
			continue;
		back = nt_enter(w, members[i]);
		nt_lose(w, NT_LOSS_EXPECTED,
		    "of a data source it can be read but not written");
		nt_leave(w, back);
	}
}

enum nt_writable
nt_writable_source(const struct nt_target *target, struct nt_value source,
    struct nt_buf *out)
{
	struct writing w;

	nt_writing_begin(&w, target, "");
	nt_json_open(&w.o, NULL, '{');
	put_member_text(&w, "title", nt_value_get(source, "title"));
	nt_put_writable_icon(&w, "icon", nt_value_get(source, "icon"));
	nt_json_close(&w.o, '}');
	lose_rest(&w, source);
	return nt_writing_end(&w, out);
}
