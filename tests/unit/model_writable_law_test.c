/*
 * The law of the way back: what is written of a real object is well formed,
 * and kept as the object was, but for the losses that were told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/form.h"
#include "nt/schema.h"
#include "nt/stored.h"
#include "nt/writable.h"

#define NIL "00000000-0000-4000-8000-000000000000"

static size_t blocks, pages, schemas, others, faults;
static struct nt_buf losses;	/* "/pointer\n", of one object */

/* ---- a workspace where all is under the same id ---- */

static enum nt_writable
upload_any(void *of, struct nt_str pointer, struct nt_id *upload)
{
	(void)of;
	assert_int_equal(nt_id_scan(NT_STR(NIL), upload), 0);
	return memchr(pointer.p, '/', pointer.len) == NULL ?
	    NT_WRITABLE_NEVER : NT_WRITABLE_NOW;
}

static void
note_loss(void *of, const char *pointer, enum nt_loss_class class,
    const char *reason)
{
	(void)of;
	assert_true(reason[0] != '\0');
	assert_true(class == NT_LOSS_EXPECTED || class == NT_LOSS_WARNING);
	nt_buf_fmt(&losses, "%s\n", pointer);
}

static struct nt_value schema_read;	/* whose properties have names */

static enum nt_writable
name_of(void *of, const struct nt_id *source, struct nt_str id,
    struct nt_buf *out)
{
	struct nt_value e = nt_prop_find(schema_read, id);

	(void)of;
	(void)source;
	nt_buf_add(out, nt_value_key(e).p, nt_value_key(e).len);
	return nt_value_there(e) ? NT_WRITABLE_NOW : NT_WRITABLE_NEVER;
}

static const struct nt_target same =
    { .file = upload_any, .loss = note_loss, .name = name_of };

static int
find_user(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *json)
{
	char text[NT_ID_TEXT];

	(void)of;
	nt_id_format(id, text);
	nt_buf_str(name, "Somebody");
	nt_buf_fmt(json, "{\"object\":\"user\",\"id\":\"%s\"}", text);
	return 1;
}

static int
find_emoji(void *of, const struct nt_id *id, struct nt_buf *json)
{
	struct nt_buf name;
	int found;

	nt_buf_init(&name, NT_BUF_MAX);
	found = find_user(of, id, &name, json);
	nt_buf_free(&name);
	return found;
}

static int
find_upload(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *file)
{
	(void)of;
	(void)id;
	nt_buf_str(name, "upload");
	nt_buf_str(file, "{\"url\":\"up:1\"}");
	return 1;
}

static void
make_key(void *of, char text[NT_ID_TEXT])
{
	unsigned *n = of;

	snprintf(text, NT_ID_TEXT, "k%u", (*n)++);
}

static unsigned keys;
static const struct nt_world world = {
	.of = &keys, .user = find_user, .emoji = find_emoji,
	.upload = find_upload, .key = make_key
};

/* ---- telling what differs ---- */

/* Whether something at or below the pointer, or all above it, was lost. */
static int
was_lost(const char *pointer)
{
	const char *p = losses.p, *end;
	size_t len = strlen(pointer);

	for (; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		size_t n = (size_t)(end - p);

		if (n <= len ? strncmp(p, pointer, n) == 0 :
		    strncmp(p, pointer, len) == 0)
			return 1;
	}
	return 0;
}

static void
fault(const char *what, struct nt_value v, const char *ours)
{
	struct nt_str raw = nt_value_raw(v);

	faults++;
	print_message("# %s\n#   read    %.*s\n#   written %s\n", what,
	    (int)(raw.len < 1500 ? raw.len : 1500), raw.p, ours);
}

/* Written forms of two texts: equal if a reader sees no difference. */
static int
same_text(struct nt_value a, struct nt_value b)
{
	static const struct nt_target silent;
	struct nt_buf x, y;
	int equal;

	nt_buf_init(&x, NT_BUF_MAX);
	nt_buf_init(&y, NT_BUF_MAX);
	nt_writable_text(&silent, a, "", &x);
	nt_writable_text(&silent, b, "", &y);
	equal = nt_str_eq(nt_buf_view(&x), nt_buf_view(&y));
	nt_buf_free(&x);
	nt_buf_free(&y);
	return equal;
}

static int
is_text(struct nt_value v)
{
	struct nt_value first = nt_value_first(v);

	return nt_value_is(v, NT_JSON_ARRAY) &&
	    (nt_value_there(nt_value_get(first, "plain_text")) ||
	    nt_value_there(nt_value_get(first, "annotations")));
}

static int
same_moment(struct nt_value a, struct nt_value b)
{
	struct nt_str x = nt_value_text(a), y = nt_value_text(b);
	int64_t s, t;

	return x.len >= 10 && y.len >= 10 &&
	    nt_time_parse(x.p, x.len, &s) == 0 &&
	    nt_time_parse(y.p, y.len, &t) == 0 && s == t;
}

static int alike(struct nt_value read, struct nt_value kept);

static int
alike_elements(struct nt_value read, struct nt_value kept)
{
	struct nt_value a = nt_value_first(read), b = nt_value_first(kept);

	for (; nt_value_there(a) && nt_value_there(b);
	    a = nt_value_next(a), b = nt_value_next(b))
		if (!alike(a, b))
			return 0;
	return nt_value_there(a) == nt_value_there(b);
}

/* A member that is null, false, empty or "default" need not be kept. */
static int
says_nothing(struct nt_value v)
{
	return !nt_value_there(v) || nt_value_is(v, NT_JSON_NULL) ||
	    (nt_value_is(v, NT_JSON_BOOL) && !nt_value_true(v)) ||
	    nt_value_text_is(v, "default") || nt_value_text_is(v, "") ||
	    ((nt_value_is(v, NT_JSON_ARRAY) ||
	    nt_value_is(v, NT_JSON_OBJECT)) && nt_value_count(v) == 0);
}

static int
alike(struct nt_value read, struct nt_value kept)
{
	struct nt_value e;

	if (is_text(read) || is_text(kept))
		return same_text(read, kept);
	if (nt_value_is(read, NT_JSON_ARRAY))
		return alike_elements(read, kept);
	if (!nt_value_is(read, NT_JSON_OBJECT))
		return nt_value_equal(read, kept) ||
		    (says_nothing(read) && says_nothing(kept)) ||
		    same_moment(read, kept);
	/* of people, emoji and hosted files only who and that they are */
	if (nt_value_text_is(nt_value_get(read, "object"), "user") ||
	    nt_value_there(nt_value_get(kept, "object")))
		return nt_value_equal(nt_value_get(read, "id"),
		    nt_value_get(kept, "id"));
	if (nt_value_text_is(nt_value_get(kept, "url"), "up:1"))
		return 1;
	for (e = nt_value_first(read); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_value other = nt_value_get_n(kept, key.p, key.len);

		if (!(says_nothing(e) && says_nothing(other)) &&
		    !alike(e, other))
			return 0;
	}
	return 1;
}

/* Each member of an object that was not lost is alike. */
static void
compare(const char *what, const char *pointer, struct nt_value read,
    struct nt_value kept, const char *ours)
{
	struct nt_value e;

	for (e = nt_value_first(read); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_value other = nt_value_get_n(kept, key.p, key.len);
		char at[400];

		snprintf(at, sizeof at, "%s/%.*s", pointer, (int)key.len,
		    key.p);
		if (nt_str_is(key, "children") || was_lost(at) ||
		    /* one source of objects has the original within */
		    nt_value_there(nt_value_get(e, "block")) ||
		    (says_nothing(e) && says_nothing(other)) ||
		    alike(e, other))
			continue;
		print_message("# at %s: %.*s\n", at,
		    (int)nt_value_raw(other).len, nt_value_raw(other).p);
		fault(what, read, ours);
	}
}

/* Parses what we wrote, and checks it as a body of that form. */
static struct nt_value
must_pass(struct nt_json *doc, enum nt_form form, const struct nt_buf *body,
    struct nt_value read)
{
	struct nt_refusal why;
	struct nt_value v = NT_VALUE_NONE;
	struct nt_err err;

	if (nt_json_parse(doc, body->p, body->len, &v, &err) == -1)
		fail_msg("%s: %s", err.text, body->p);
	if (nt_form_check(form, NT_VERSION_2026_03_11, v, &why) == -1)
		fault(why.message, read, body->p);
	return v;
}

/* ---- blocks ---- */

/* The children that a block of that type cannot be made without. */
static void
make_children(struct nt_value block, struct nt_buf *json)
{
	int64_t width = nt_value_int(nt_value_at(block,
	    "/table/table_width"));

	if (nt_block_of(block) == NT_BLOCK_COLUMN_LIST) {
		nt_buf_str(json, "[{\"column\":{\"children\":[]}},"
		    "{\"column\":{\"children\":[]}}]");
	} else if (nt_block_of(block) == NT_BLOCK_TABLE) {
		nt_buf_str(json, "[{\"table_row\":{\"cells\":[[]");
		while (--width > 0)
			nt_buf_str(json, ",[]");
		nt_buf_str(json, "]}}]");
	}
}

static void
check_block(struct nt_value block)
{
	struct nt_value payload = nt_block_payload(block), e, ours, kept;
	const char *type = nt_block_kind(nt_block_of(block))->name;
	struct nt_json *doc = nt_json_new(), *again = nt_json_new();
	struct nt_buf body, children, out;
	struct nt_refusal why;
	char at[100];
	size_t count;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_init(&children, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_clear(&losses);
	make_children(block, &children);
	nt_buf_str(&body, "{\"children\":[");
	if (nt_writable_block(&same, block, children.len > 0 ?
	    nt_buf_view(&children) : (struct nt_str){ NULL, 0 }, &body,
	    &count) == NT_WRITABLE_NOW) {
		blocks++;
		assert_int_equal(count, 1);
		nt_buf_str(&body, "]}");
		ours = nt_value_at(must_pass(doc, NT_FORM_APPEND, &body,
		    block), "/children/0");
		if (nt_stored_block(&world, ours, &out, &why) == -1)
			fault(why.message, block, body.p);
		else if (nt_json_parse(again, out.p, out.len, &kept,
		    NULL) == 0) {
			snprintf(at, sizeof at, "/%s", type);
			compare("a block", at, payload, kept, body.p);
		}
	} else if (losses.len == 0 && strncmp(type, "child_", 6) != 0) {
		fault("a block lost in silence", block, "");
	}
	for (e = nt_value_first(nt_block_children(block)); nt_value_there(e);
	    e = nt_value_next(e))
		check_block(e);
	nt_buf_free(&body);
	nt_buf_free(&children);
	nt_buf_free(&out);
	nt_json_free(doc);
	nt_json_free(again);
}

/* ---- pages ---- */

/* A schema that a page's own values suit. */
static void
imply_schema(struct nt_value properties, struct nt_buf *out)
{
	struct nt_value e, v;
	struct nt_json_out o;

	nt_json_out_init(&o, out);
	nt_json_open(&o, NULL, '{');
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str type = nt_value_text(nt_value_get(e, "type"));

		if (type.p == NULL)
			continue;
		v = nt_value_get_n(e, type.p, type.len);
		nt_json_put_key(&o, nt_value_key(e));
		nt_json_open(&o, NULL, '{');
		nt_json_put_str(&o, "id", nt_value_text(nt_value_get(e,
		    "id")));
		nt_json_put_str(&o, "type", type);
		nt_json_put_key(&o, type);
		nt_json_open(&o, NULL, '{');
		nt_json_open(&o, "options", '[');
		if (nt_value_is(v, NT_JSON_OBJECT))
			nt_json_put_value(&o, NULL, v);
		for (v = nt_value_first(nt_value_is(v, NT_JSON_ARRAY) ? v :
		    NT_VALUE_NONE); nt_value_there(v); v = nt_value_next(v))
			nt_json_put_value(&o, NULL, v);
		nt_json_close(&o, ']');
		nt_json_close(&o, '}');
		nt_json_close(&o, '}');
	}
	nt_json_close(&o, '}');
}

/* Only what can be written is compared; what is computed is not. */
static void
compare_values(struct nt_value read, struct nt_value kept, const char *ours)
{
	struct nt_value e;

	for (e = nt_value_first(read); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_str type = nt_value_text(nt_value_get(e, "type"));
		struct nt_value a, b;
		char at[400];

		if (!nt_prop_kind(nt_prop_of(e))->writable)
			continue;
		snprintf(at, sizeof at, "/properties/%.*s", (int)key.len,
		    key.p);
		a = nt_value_get_n(e, type.p, type.len);
		b = nt_value_get_n(nt_value_get_n(kept, key.p, key.len),
		    type.p, type.len);
		if (!was_lost(at) && !(says_nothing(a) && says_nothing(b)) &&
		    !alike(a, b))
			fault(at, e, ours);
	}
}

static void
check_page(struct nt_value page)
{
	struct nt_value read = nt_value_get(page, "properties"), kept, ours;
	struct nt_json *doc = nt_json_new(), *again = nt_json_new();
	struct nt_json *of_schema = nt_json_new();
	struct nt_value schema;
	struct nt_buf body, out, implied, made;
	struct nt_refusal why;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_init(&made, NT_BUF_MAX);
	nt_buf_init(&implied, NT_BUF_MAX);
	nt_buf_clear(&losses);
	imply_schema(read, &implied);
	assert_int_equal(nt_json_parse(of_schema, implied.p, implied.len,
	    &schema, NULL), 0);
	nt_buf_str(&body, "{\"parent\":{\"page_id\":\"" NIL "\"},\"icon\":");
	if (nt_writable_icon(&same, nt_value_get(page, "icon"), "/icon",
	    &body) == NT_WRITABLE_NEVER)
		nt_buf_str(&body, "null");
	nt_buf_str(&body, ",\"cover\":");
	if (nt_writable_cover(&same, nt_value_get(page, "cover"), "/cover",
	    &body) == NT_WRITABLE_NEVER)
		nt_buf_str(&body, "null");
	nt_buf_str(&body, ",\"properties\":");
	if (nt_writable_properties(&same, NT_VALUE_NONE, read, NT_VALUE_NONE,
	    NT_WRITABLE_BOTH, NULL, &body) != NT_WRITABLE_NOW)
		nt_buf_str(&body, "{}");
	nt_buf_str(&body, "}");
	pages++;
	ours = must_pass(doc, NT_FORM_PAGE_CREATE, &body, page);
	if (nt_stored_properties(&world, schema, nt_value_get(ours,
	    "properties"), NT_VALUE_NONE, NULL, &out, &made, &why) == -1)
		fault(why.message, page, body.p);
	else if (nt_json_parse(again, out.p, out.len, &kept, NULL) == 0)
		compare_values(read, kept, body.p);
	nt_buf_free(&body);
	nt_buf_free(&out);
	nt_buf_free(&made);
	nt_buf_free(&implied);
	nt_json_free(doc);
	nt_json_free(again);
	nt_json_free(of_schema);
}

/* ---- databases, data sources, views, comments ---- */

/* The group of an option, by its place; 9 for none. */
static size_t
group_of(struct nt_value entry, struct nt_value option)
{
	struct nt_value group, e, id = nt_value_get(option, "id");
	size_t n = 0;

	group = nt_value_first(nt_value_at(entry, "/status/groups"));
	for (; nt_value_there(group); group = nt_value_next(group), n++)
		for (e = nt_value_first(nt_value_get(group, "option_ids"));
		    nt_value_there(e); e = nt_value_next(e))
			if (nt_value_equal(e, id))
				return n;
	return 9;
}

static int
same_options(struct nt_value read, struct nt_value kept, const char *type)
{
	struct nt_value a, b;

	a = nt_value_first(nt_value_get(nt_value_get(read, type), "options"));
	b = nt_value_first(nt_value_get(nt_value_get(kept, type), "options"));
	if (!nt_value_there(a))	/* a status always has some */
		return 1;
	for (; nt_value_there(a) && nt_value_there(b);
	    a = nt_value_next(a), b = nt_value_next(b))
		if (!alike(nt_value_get(a, "name"), nt_value_get(b, "name")) ||
		    !alike(nt_value_get(a, "color"),
		    nt_value_get(b, "color")) ||
		    !alike(nt_value_get(a, "description"),
		    nt_value_get(b, "description")) ||
		    group_of(read, a) != group_of(kept, b))
			return 0;
	return !nt_value_there(a) && !nt_value_there(b);
}

static int
has_token(struct nt_value formula)
{
	static const char token[] = "{{notion:";
	struct nt_str s = nt_value_text(nt_value_get(formula, "expression"));
	size_t i;

	for (i = 0; i + sizeof token <= s.len; i++)
		if (memcmp(s.p + i, token, sizeof token - 1) == 0)
			return 1;
	return 0;
}

static int
same_entry(struct nt_value read, struct nt_value kept)
{
	enum nt_prop kind = nt_prop_of(read);
	const char *type = nt_prop_kind(kind)->name;
	struct nt_value a = nt_value_get(read, type);
	struct nt_value b = nt_value_get(kept, type);

	if (kind != nt_prop_of(kept) ||
	    !alike(nt_value_get(read, "description"),
	    nt_value_get(kept, "description")))
		return 0;
	if (kind == NT_PROP_RELATION)
		return alike(nt_value_get(a, "data_source_id"),
		    nt_value_get(b, "data_source_id")) &&
		    nt_value_there(nt_value_get(a, "dual_property")) ==
		    nt_value_there(nt_value_get(b, "dual_property"));
	if (kind == NT_PROP_FORMULA && has_token(a))
		return !has_token(b);	/* ids have become names */
	if (kind == NT_PROP_ROLLUP)
		return alike(nt_value_get(a, "function"),
		    nt_value_get(b, "function"));
	return kind == NT_PROP_SELECT || kind == NT_PROP_MULTI_SELECT ||
	    kind == NT_PROP_STATUS ? same_options(read, kept, type) :
	    alike(a, b);
}

static void
compare_schemas(struct nt_value read, struct nt_value kept, const char *ours)
{
	struct nt_value e;
	char at[400];

	for (e = nt_value_first(read); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		snprintf(at, sizeof at, "/properties/%.*s", (int)key.len,
		    key.p);
		if (!was_lost(at) &&
		    !same_entry(e, nt_value_get_n(kept, key.p, key.len)))
			fault(at, e, ours);
	}
}

/* {name: settings} of all properties that can be made. */
static void
write_schema(struct nt_value read, struct nt_buf *body)
{
	struct nt_value e;
	struct nt_buf one;
	int put = 0;
	char at[400];

	nt_buf_init(&one, NT_BUF_MAX);
	nt_buf_char(body, '{');
	for (e = nt_value_first(read); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_buf_clear(&one);
		snprintf(at, sizeof at, "/properties/%.*s",
		    (int)nt_value_key(e).len, nt_value_key(e).p);
		if (nt_writable_property(&same, e, at, &one) !=
		    NT_WRITABLE_NOW)
			continue;
		if (put++ > 0)
			nt_buf_char(body, ',');
		nt_json_quote(body, nt_value_key(e));
		nt_buf_fmt(body, ":%s", one.p);
	}
	nt_buf_char(body, '}');
	nt_buf_free(&one);
}

static void
check_schema(struct nt_value object)
{
	struct nt_value read = nt_value_get(object, "properties"), kept, ours;
	struct nt_json *doc = nt_json_new(), *again = nt_json_new();
	struct nt_refusal why;
	struct nt_buf body, out;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_clear(&losses);
	schema_read = read;
	nt_buf_str(&body, "{\"parent\":{\"page_id\":\"" NIL "\"},"
	    "\"initial_data_source\":{\"properties\":");
	write_schema(read, &body);
	nt_buf_str(&body, "}}");
	schemas++;
	ours = nt_value_at(must_pass(doc, NT_FORM_DATABASE_CREATE, &body,
	    object), "/initial_data_source/properties");
	if (nt_schema_write(&world, NT_VALUE_NONE, ours, &out, &why) == 0 &&
	    nt_json_parse(again, out.p, out.len, &kept, NULL) == 0)
		compare_schemas(read, kept, body.p);
	else if (strstr(why.message, "Title is not provided") == NULL &&
	    strstr(why.message, "Could not find property") == NULL)
		fault(why.message, object, body.p);
	nt_buf_free(&body);
	nt_buf_free(&out);
	nt_json_free(doc);
	nt_json_free(again);
}

/* An object whose written form is a body but for its beginning. */
static void
check_members(struct nt_value object, enum nt_form form, const char *before,
    enum nt_writable outcome, const struct nt_buf *out)
{
	struct nt_json *doc = nt_json_new();
	struct nt_buf body;
	struct nt_value ours, e;

	assert_int_equal(outcome, NT_WRITABLE_NOW);
	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_fmt(&body, "{%s%s%s", before, out->len > 2 ? "," : "",
	    out->p + 1);
	others++;
	ours = must_pass(doc, form, &body, object);
	for (e = nt_value_first(ours); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_value read = nt_value_get_n(object, key.p, key.len);
		char at[100];

		snprintf(at, sizeof at, "/%.*s", (int)key.len, key.p);
		if (strstr(before, at + 1) != NULL || was_lost(at) ||
		    nt_str_is(key, "icon") || nt_str_is(key, "cover") ||
		    nt_str_is(key, "attachments") || alike(read, e))
			continue;
		fault(at, object, body.p);
	}
	nt_buf_free(&body);
	nt_json_free(doc);
}

static void
check_other(struct nt_value v, const char *kind)
{
	struct nt_str none = { NULL, 0 };
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_clear(&losses);
	if (strcmp(kind, "database") == 0)
		check_members(v, NT_FORM_DATABASE_CREATE,
		    "\"parent\":{\"page_id\":\"" NIL "\"}",
		    nt_writable_database(&same, v, &out), &out);
	else if (strcmp(kind, "data_source") == 0)
		check_members(v, NT_FORM_SOURCE_UPDATE, "\"in_trash\":false",
		    nt_writable_source(&same, v, &out), &out);
	else if (strcmp(kind, "view") == 0)
		check_members(v, NT_FORM_VIEW_CREATE,
		    "\"data_source_id\":\"" NIL "\",\"database_id\":\"" NIL
		    "\"", nt_writable_view(&same, v, 0, &out), &out);
	else if (strcmp(kind, "comment") == 0)
		check_members(v, NT_FORM_COMMENT_CREATE,
		    "\"discussion_id\":\"" NIL "\"",
		    nt_writable_comment(&same, v, none, &out), &out);
	nt_buf_free(&out);
}

/* ---- the objects ---- */

static void
check_object(struct nt_value v)
{
	static const char *const kinds[] =
	    { "database", "data_source", "view", "comment" };
	struct nt_value object = nt_value_get(v, "object");
	size_t i;

	if (nt_value_text_is(object, "block"))
		check_block(v);
	if (nt_value_text_is(object, "page"))
		check_page(v);
	for (i = 0; i < 4; i++)
		if (nt_value_text_is(object, kinds[i]))
			check_other(v, kinds[i]);
	if (nt_value_there(nt_value_get(v, "properties")) &&
	    !nt_value_text_is(object, "page"))
		check_schema(v);
}

static int
check_file(const char *root, const char *name)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value v;
	char path[4096], *line = NULL;
	size_t room = 0;
	ssize_t len;
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", root, name);
	blocks = pages = schemas = others = faults = 0;
	in = fopen(path, "r");
	while (in != NULL && (len = getline(&line, &room, in)) != -1) {
		assert_int_equal(nt_json_parse(doc, line, (size_t)len, &v,
		    NULL), 0);
		check_object(v);
	}
	print_message("# %zu blocks, %zu pages, %zu schemas, %zu others\n",
	    blocks, pages, schemas, others);
	free(line);
	nt_json_free(doc);
	if (in == NULL)
		return -1;
	fclose(in);
	return 0;
}

static void
test_sample(void **state)
{
	const char *root = getenv("NT_ROOT");

	(void)state;
	assert_int_equal(check_file(root == NULL ? "." : root,
	    "examples/workspace.ndjson"), 0);
	assert_int_equal(faults, 0);
	assert_true(blocks > 80 && pages > 15 && schemas > 4 && others > 20);
}

static void
test_corpus(void **state)
{
	const char *root = getenv("NT_CORPORA");

	(void)state;
	if (check_file(root == NULL ? "../shared/corpora" : root,
	    "notion-api/objects.ndjson") == -1)
		skip();
	assert_int_equal(faults, 0);
	assert_true(blocks > 700 && pages > 300 && schemas > 100 &&
	    others > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_corpus)
	};
	int failed;

	nt_buf_init(&losses, NT_BUF_MAX);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	nt_buf_free(&losses);
	return failed;
}
