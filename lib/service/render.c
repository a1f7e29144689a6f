/*
 * An object as an answer shows it.
 *
 * Most are shown as they are stored.  What differs: links to hosted files are
 * signed anew, a page shows 25 references of a property (api 3.9), and
 * 2025-09-03 has "archived" and calls meeting notes a transcription.
 */
#include <stdio.h>
#include <string.h>

#include "nt/clock.h"

#include "internal.h"

/* ---- hosted files ---- */

/*
 * The url of {"url":…} or {"url":…,"expiry_time":…}, which is what a hosted
 * file is and nothing else.
 */
static struct nt_value
hosted_url(struct nt_value file)
{
	struct nt_value url = nt_value_get(file, "url");
	size_t known = 1 +
	    (size_t)nt_value_there(nt_value_get(file, "expiry_time"));

	if (!nt_value_is(url, NT_JSON_STRING) || nt_value_count(file) != known)
		return NT_VALUE_NONE;
	return url;
}

static void
sign_file(struct nt_turn *t, struct nt_value file)
{
	char expiry[NT_TIME_TEXT];
	struct nt_buf *text = &t->scratch, link;

	nt_buf_init(&link, NT_BUF_MAX);
	nt_file_sign(t, nt_value_text(hosted_url(file)), &link, expiry);
	nt_buf_clear(text);
	nt_buf_fmt(text, "{\"expiry_time\":\"%s\",\"url\":", expiry);
	nt_json_quote(text, nt_buf_view(&link));
	nt_buf_char(text, '}');
	nt_value_replace(file, nt_buf_view(text));
	nt_buf_free(&link);
}

/* Depth is bounded by the parser's NT_JSON_DEPTH_MAX. */
static void
sign_all(struct nt_turn *t, struct nt_value v)
{
	for (struct nt_value e = nt_value_first(v); nt_value_there(e);
	    e = nt_value_next(e)) {
		if (nt_value_is(v, NT_JSON_OBJECT) &&
		    nt_str_is(nt_value_key(e), "file") &&
		    nt_value_there(hosted_url(e)))
			sign_file(t, e);
		else if (nt_value_count(e) > 0)
			sign_all(t, e);
	}
}

/* ---- 25 references ---- */

/* The member of an item of rich text that counts as a reference, or none. */
static struct nt_value
reference(struct nt_value item)
{
	struct nt_value mention = nt_value_get(item, "mention");
	struct nt_value page = nt_value_get(mention, "page");

	return nt_value_there(page) ? page : nt_value_get(mention, "user");
}

static int
is_list_of_refs(enum nt_prop type)
{
	return type == NT_PROP_RELATION || type == NT_PROP_PEOPLE;
}

static int
is_text(enum nt_prop type)
{
	return type == NT_PROP_TITLE || type == NT_PROP_RICH_TEXT;
}

static size_t
count_references(struct nt_value property)
{
	enum nt_prop type = nt_prop_of(property);
	struct nt_value list = nt_value_get(property, nt_prop_kind(type)->name);
	size_t n = 0;

	if (is_list_of_refs(type))
		return nt_value_count(list);
	if (!is_text(type) || nt_value_count(list) <= NT_REFERENCES_SHOWN)
		return 0;
	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e))
		n += (size_t)nt_value_there(reference(e));
	return n;
}

/* Keeps the first 25 of those in sight. */
static void
cut_list(struct nt_turn *t, struct nt_value property, struct nt_value list)
{
	int relation = nt_prop_of(property) == NT_PROP_RELATION;
	size_t n = 0;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e))
		if ((relation && nt_trash_hides(t, e)) ||
		    ++n > NT_REFERENCES_SHOWN)
			nt_value_drop(e);
	if (relation && n > NT_REFERENCES_SHOWN)
		nt_value_put(property, "has_more", NT_STR("true"));
}

/* Later mentions keep their place but lose what they say (api 3.9). */
static void
blur_mentions(struct nt_value list)
{
	size_t n = 0;

	for (struct nt_value e = nt_value_first(list); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_value what = reference(e);

		if (!nt_value_there(what) || ++n <= NT_REFERENCES_SHOWN)
			continue;
		nt_value_put(e, "plain_text", nt_str_is(nt_value_key(what),
		    "page") ? NT_STR("\"Untitled\"") :
		    NT_STR("\"@Anonymous\""));
	}
}

static void
cut_properties(struct nt_turn *t, struct nt_value properties)
{
	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p)) {
		enum nt_prop type = nt_prop_of(p);
		struct nt_value list = nt_value_get(p,
		    nt_prop_kind(type)->name);

		if (is_list_of_refs(type))
			cut_list(t, p, list);
		else if (count_references(p) > NT_REFERENCES_SHOWN)
			blur_mentions(list);
	}
}

/* ---- the whole ---- */

int
nt_render_shape(enum nt_what what, struct nt_str json, struct nt_value v)
{
	int shape = 0;

	/* A first look that may be wrong but never misses. */
	if (nt_contains(json, NT_STR("\"file\":{")))
		shape |= NT_SHAPE_FILES;
	if (what != NT_A_PAGE)
		return shape;
	v = nt_value_get(v, "properties");
	for (struct nt_value p = nt_value_first(v); nt_value_there(p);
	    p = nt_value_next(p)) {
		size_t n = count_references(p);

		if (n > NT_REFERENCES_SHOWN)
			shape |= NT_SHAPE_LONG;
		if (n > 0 && nt_prop_of(p) == NT_PROP_RELATION)
			shape |= NT_SHAPE_LINKS;
	}
	return shape;
}

void
nt_render_value(struct nt_turn *t, struct nt_value v)
{
	sign_all(t, v);
	nt_json_canonical(v, t->out);
}

static void
select_properties(struct nt_turn *t, struct nt_value page)
{
	struct nt_value properties = nt_value_get(page, "properties");

	for (struct nt_value p = nt_value_first(properties);
	    nt_value_there(p); p = nt_value_next(p))
		if (!nt_turn_wants(t, properties, p))
			nt_value_drop(p);
}

/* What 2025-09-03 calls otherwise. */
static void
make_older(enum nt_what what, struct nt_value v)
{
	struct nt_value notes = nt_value_get(v, "meeting_notes");
	struct nt_buf text;

	if (what != NT_A_BLOCK || !nt_value_there(notes))
		return;
	nt_buf_init(&text, NT_BUF_MAX);
	nt_json_canonical(notes, &text);
	nt_value_put(v, "transcription", nt_buf_view(&text));
	nt_value_drop(notes);
	nt_value_put(v, "type", NT_STR("\"transcription\""));
	nt_buf_free(&text);
}

static int
had_archived(enum nt_what what)
{
	return what == NT_A_PAGE || what == NT_A_BLOCK ||
	    what == NT_A_DATABASE || what == NT_A_DATA_SOURCE ||
	    what == NT_AN_UPLOAD;
}

static void
render_changed(struct nt_turn *t, const struct nt_object *o, int shape,
    int old, int selects)
{
	struct nt_value v;

	if (nt_json_parse(t->svc->render_doc, o->json.p, o->json.len, &v,
	    NULL) == -1) {
		nt_buf_add(t->out, o->json.p, o->json.len);
		return;		/* it was valid when it was stored */
	}
	if (selects)
		select_properties(t, v);
	if (shape & (NT_SHAPE_LONG | NT_SHAPE_LINKS))
		cut_properties(t, nt_value_get(v, "properties"));
	if (shape & NT_SHAPE_FILES)
		sign_all(t, v);
	if (old)
		make_older(o->what, v);
	if (o->what == NT_AN_EMOJI)	/* does not say what it is (api 2.5) */
		nt_value_drop(nt_value_get(v, "object"));
	nt_json_canonical(v, t->out);
}

void
nt_render(struct nt_turn *t, const struct nt_object *o)
{
	int old = t->version == NT_VERSION_2025_09_03;
	int selects = o->what == NT_A_PAGE && nt_turn_selects(t);
	const char *archived = o->state == NT_TRASHED ?
	    "{\"archived\":true," : "{\"archived\":false,";
	size_t at = t->out->len;
	int shape = o->shape;

	if ((shape & NT_SHAPE_LINKS) && !nt_trash_has_any(t))
		shape &= ~NT_SHAPE_LINKS;
	if (shape != 0 || selects || o->what == NT_AN_EMOJI ||
	    (old && nt_contains(o->json, NT_STR("\"meeting_notes\""))))
		render_changed(t, o, shape, old, selects);
	else
		nt_buf_add(t->out, o->json.p, o->json.len);
	if (!old || !had_archived(o->what) || t->out->len <= at ||
	    strncmp(t->out->p + at, "{\"archived\":", 12) == 0)
		return;
	/* Canonical keys are sorted: it stands first or it is not there. */
	nt_buf_clear(&t->scratch);
	nt_buf_str(&t->scratch, archived);
	nt_buf_add(&t->scratch, t->out->p + at + 1, t->out->len - at - 1);
	t->out->len = at;
	nt_buf_add(t->out, t->scratch.p, t->scratch.len);
}
