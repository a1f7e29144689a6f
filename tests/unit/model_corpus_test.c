#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/file.h"
#include "nt/filter.h"
#include "nt/form.h"
#include "nt/schema.h"
#include "nt/stored.h"

/* Which form a recorded request has, by method and the end of its path. */
static const struct {
	const char *method, *first, *last;
	enum nt_form form;
} endpoints[] = {
	{ "POST", "pages", "", NT_FORM_PAGE_CREATE },
	{ "PATCH", "pages", "id", NT_FORM_PAGE_UPDATE },
	{ "PATCH", "pages", "markdown", NT_FORM_MARKDOWN_UPDATE },
	{ "POST", "pages", "move", NT_FORM_PAGE_MOVE },
	{ "PATCH", "blocks", "children", NT_FORM_APPEND },
	{ "PATCH", "blocks", "id", NT_FORM_BLOCK_UPDATE },
	{ "POST", "databases", "", NT_FORM_DATABASE_CREATE },
	{ "PATCH", "databases", "id", NT_FORM_DATABASE_UPDATE },
	{ "POST", "data_sources", "", NT_FORM_SOURCE_CREATE },
	{ "PATCH", "data_sources", "id", NT_FORM_SOURCE_UPDATE },
	{ "POST", "data_sources", "query", NT_FORM_QUERY },
	{ "POST", "search", "", NT_FORM_SEARCH },
	{ "POST", "comments", "", NT_FORM_COMMENT_CREATE },
	{ "PATCH", "comments", "id", NT_FORM_COMMENT_UPDATE },
	{ "POST", "file_uploads", "", NT_FORM_UPLOAD_CREATE },
	{ "POST", "views", "", NT_FORM_VIEW_CREATE },
	{ "PATCH", "views", "id", NT_FORM_VIEW_UPDATE },
	{ "POST", "views", "queries", NT_FORM_VIEW_QUERY }
};

/* "/v1/pages/<id>/markdown": "pages" and "markdown"; an id alone is "id". */
static int
form_of(struct nt_str method, struct nt_str path)
{
	char text[200], *part, *first, *last = "";
	size_t i, n = 0;

	snprintf(text, sizeof text, "%.*s", (int)path.len, path.p);
	part = strtok_r(text, "/", &first);
	part = strtok_r(NULL, "/", &first);
	if (part == NULL)
		return -1;
	{
		char *word, *rest = first;

		while ((word = strtok_r(NULL, "/", &rest)) != NULL) {
			last = word;
			n++;
		}
	}
	if (n == 1)
		last = "id";
	for (i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
		if (nt_str_is(method, endpoints[i].method) &&
		    strcmp(part, endpoints[i].first) == 0 &&
		    strcmp(last, endpoints[i].last) == 0)
			return (int)endpoints[i].form;
	return -1;
}

static const char *
corpora(void)
{
	const char *root = getenv("NT_CORPORA");

	return root == NULL ? "../shared/corpora" : root;
}

static FILE *
open_corpus(const char *name)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/notion-api/%s", corpora(), name);
	return fopen(path, "r");
}

/* Calls each with every line of a file that is there; returns how many. */
static size_t
each_line(const char *name, void (*each)(struct nt_value, void *), void *arg)
{
	FILE *in = open_corpus(name);
	struct nt_json *doc = nt_json_new();
	char *line = NULL;
	size_t room = 0, n = 0;
	ssize_t len;

	while (in != NULL && (len = getline(&line, &room, in)) != -1) {
		struct nt_value root;

		assert_int_equal(nt_json_parse(doc, line, (size_t)len, &root,
		    NULL), 0);
		n++;
		each(root, arg);
	}
	if (in != NULL)
		fclose(in);
	free(line);
	nt_json_free(doc);
	return n;
}

/* Parses text into a new document, freed by the caller. */
static struct nt_value
parse(const struct nt_buf *text)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	struct nt_err err;

	if (nt_json_parse(doc, text->p, text->len, &root, &err) == -1)
		fail_msg("%s: %.300s", err.text, text->p);
	return root;
}

struct tally {
	size_t checked, bad;
};

/* ---- all that the service accepted is well formed ---- */

static void
check_request(struct nt_value root, void *arg)
{
	struct tally *t = arg;
	struct nt_refusal why = { 0, NULL, "" };
	enum nt_version version;
	int form;

	if (nt_version_scan(nt_value_text(nt_value_get(root,
	    "notion_version")), &version) == -1)
		return;
	form = form_of(nt_value_text(nt_value_get(root, "method")),
	    nt_value_text(nt_value_get(root, "path")));
	if (form == -1)
		return;
	t->checked++;
	if (nt_form_check((enum nt_form)form, version,
	    nt_value_get(root, "body"), &why) == 0)
		return;
	t->bad++;
	print_message("# %.*s: %s\n",
	    (int)nt_value_text(nt_value_get(root, "file")).len,
	    nt_value_text(nt_value_get(root, "file")).p, why.message);
}

static void
test_requests(void **state)
{
	struct tally t = { 0, 0 };

	(void)state;
	if (each_line("requests.ndjson", check_request, &t) == 0) {
		print_message("# no corpora: set NT_CORPORA\n");
		skip();
	}
	assert_int_equal(t.bad, 0);
	assert_true(t.checked > 400);
}

/* ---- what was sent is kept as the service answered it ---- */

static void
new_key(void *of, char text[NT_ID_TEXT])
{
	unsigned *n = of;

	snprintf(text, NT_ID_TEXT, "k%03u", (*n)++);
}

/* All recorded local times are of summers in London. */
static int
summer(void *of, struct nt_str name, int64_t local_ms, int *minutes)
{
	(void)of;
	(void)local_ms;
	*minutes = 60;
	return nt_str_is(name, "Europe/London");
}

static struct nt_str
raw(struct nt_value v)
{
	return nt_value_raw(v);
}

/* What needs the workspace it was recorded in. */
static int
needs_workspace(struct nt_value v)
{
	static const char *const signs[] =
	    { "\"mention\"", "\"file_upload\"", "\"custom_emoji\"", NULL };
	struct nt_str s = raw(v);
	size_t i, j;

	for (i = 0; signs[i] != NULL; i++)
		for (j = 0; j + strlen(signs[i]) <= s.len; j++)
			if (memcmp(s.p + j, signs[i], strlen(signs[i])) == 0)
				return 1;
	return 0;
}

/* Equal, but that a member the other lacks may be null or "". */
static int
alike(struct nt_value ours, struct nt_value theirs)
{
	struct nt_value e;

	if (!nt_value_is(ours, NT_JSON_OBJECT))
		return nt_value_equal(ours, theirs);
	for (e = nt_value_first(ours); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_value other = nt_value_get_n(theirs, key.p, key.len);

		if (!nt_value_there(other) && nt_value_is(e, NT_JSON_NULL))
			continue;
		if (!alike(e, other))
			return 0;
	}
	for (e = nt_value_first(theirs); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);

		if (!nt_value_there(nt_value_get_n(ours, key.p, key.len)))
			return 0;
	}
	return 1;
}

static void
compare(struct tally *t, struct nt_value request, const struct nt_buf *text,
    struct nt_value theirs)
{
	struct nt_value ours = parse(text);

	t->checked++;
	if (!alike(ours, theirs)) {
		t->bad++;
		print_message("# %.*s\n#   sent %.*s\n#   kept %s\n"
		    "#   real %.*s\n", (int)nt_value_text(nt_value_get(request,
		    "file")).len, nt_value_text(nt_value_get(request,
		    "file")).p, (int)raw(nt_value_get(request, "body")).len,
		    raw(nt_value_get(request, "body")).p, text->p,
		    (int)raw(theirs).len, raw(theirs).p);
	}
	nt_json_free(ours.doc);
}

static void
check_blocks(struct tally *t, struct nt_value request, struct nt_value sent,
    struct nt_value answered)
{
	unsigned keys = 0;
	struct nt_world world = { .of = &keys, .key = new_key,
		.zone = summer };
	struct nt_refusal why;
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	for (; nt_value_there(sent) && nt_value_there(answered);
	    sent = nt_value_next(sent), answered = nt_value_next(answered)) {
		if (needs_workspace(nt_block_payload(sent)))
			continue;
		nt_buf_clear(&out);
		if (nt_stored_block(&world, sent, &out, &why) == -1)
			fail_msg("%s", why.message);
		compare(t, request, &out, nt_block_payload(answered));
	}
	nt_buf_free(&out);
}

/* The schema that a page's own properties imply. */
static void
imply_schema(struct nt_value properties, struct nt_buf *out)
{
	struct nt_json_out o;
	struct nt_value e;

	nt_json_out_init(&o, out);
	nt_json_open(&o, NULL, '{');
	for (e = nt_value_first(properties); nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_json_put_key(&o, nt_value_key(e));
		nt_json_open(&o, NULL, '{');
		nt_json_put_value(&o, "id", nt_value_get(e, "id"));
		nt_json_put_value(&o, "type", nt_value_get(e, "type"));
		nt_json_put_key(&o, nt_value_text(nt_value_get(e, "type")));
		nt_json_put_raw(&o, NULL, NT_STR("{\"options\":[]}"));
		nt_json_close(&o, '}');
	}
	nt_json_close(&o, '}');
}

static int
is_plain(enum nt_prop kind)
{
	return kind != NT_PROP_PEOPLE && kind != NT_PROP_SELECT &&
	    kind != NT_PROP_MULTI_SELECT && kind != NT_PROP_STATUS;
}

static void
check_properties(struct tally *t, struct nt_value request,
    struct nt_value sent, struct nt_value answered)
{
	unsigned keys = 0;
	struct nt_world world = { .of = &keys, .key = new_key,
		.zone = summer };
	struct nt_buf schema, changed, out;
	struct nt_value root, e, given;
	struct nt_refusal why;

	nt_buf_init(&schema, NT_BUF_MAX);
	nt_buf_init(&changed, NT_BUF_MAX);
	imply_schema(answered, &schema);
	root = parse(&schema);
	for (e = nt_value_first(sent); nt_value_there(e);
	    e = nt_value_next(e)) {
		given = nt_prop_find(answered, nt_value_key(e));
		if (needs_workspace(e) || !is_plain(nt_prop_of(given)))
			continue;
		nt_buf_init(&out, NT_BUF_MAX);
		if (nt_stored_properties(&world, root, sent, NT_VALUE_NONE,
		    NULL, &out, &changed, &why) == -1) {
			/* people are not to be found here */
			assert_non_null(strstr(why.message, "user"));
		} else {
			struct nt_value all = parse(&out), mine;
			struct nt_buf one;

			nt_buf_init(&one, NT_BUF_MAX);
			mine = nt_value_get_n(all, nt_value_key(given).p,
			    nt_value_key(given).len);
			nt_buf_add(&one, raw(mine).p, raw(mine).len);
			compare(t, request, &one, given);
			nt_buf_free(&one);
			nt_json_free(all.doc);
		}
		nt_buf_free(&out);
	}
	nt_json_free(root.doc);
	nt_buf_free(&schema);
	nt_buf_free(&changed);
}

static void
check_answer(struct nt_value root, void *arg)
{
	struct nt_str file = nt_value_text(nt_value_get(root, "file"));
	struct nt_value body = nt_value_get(root, "body"), answer;
	enum nt_version version;
	struct nt_buf text;
	char path[4096];
	int form;

	form = form_of(nt_value_text(nt_value_get(root, "method")),
	    nt_value_text(nt_value_get(root, "path")));
	if (nt_version_scan(nt_value_text(nt_value_get(root,
	    "notion_version")), &version) == -1 || form == -1)
		return;
	nt_buf_init(&text, NT_BUF_MAX);
	snprintf(path, sizeof path, "%s/notion-api/%.*s", corpora(),
	    (int)file.len, file.p);
	assert_int_equal(nt_file_slurp(path, &text, NULL), 0);
	answer = parse(&text);
	if (form == NT_FORM_APPEND)
		check_blocks(arg, root,
		    nt_value_first(nt_value_get(body, "children")),
		    nt_value_first(nt_value_get(answer, "results")));
	if (form == NT_FORM_PAGE_CREATE || form == NT_FORM_PAGE_UPDATE)
		check_properties(arg, root, nt_value_get(body, "properties"),
		    nt_value_get(answer, "properties"));
	nt_json_free(answer.doc);
	nt_buf_free(&text);
}

static void
test_answers(void **state)
{
	struct tally t = { 0, 0 };

	(void)state;
	if (each_line("requests.ndjson", check_answer, &t) == 0)
		skip();
	assert_int_equal(t.bad, 0);
	assert_true(t.checked > 150);
}

/* ---- conversations: schemas as they were changed, queries answered ---- */

struct talk {
	struct tally schemas, queries, misses;
	struct nt_buf source;	/* the data source last seen */
	struct nt_buf rows;	/* all its rows, answered without a filter */
	char id[40];		/* of the data source */
};

/* The id in "/v1/data_sources/ID/query". */
static void
id_in(struct nt_str path, char id[40])
{
	size_t i = sizeof "/v1/data_sources/" - 1;

	if (path.len < i + 36 || memcmp(path.p, "/v1/data_sources/", i) != 0)
		id[0] = '\0';
	else
		snprintf(id, 40, "%.36s", path.p + i);
}

/* Same properties with the same settings, but for the ids in them. */
static int
same_schema(struct nt_value ours, struct nt_value theirs)
{
	struct nt_value e, other, a, b;

	if (nt_value_count(ours) != nt_value_count(theirs))
		return 0;
	for (e = nt_value_first(ours); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str key = nt_value_key(e);
		struct nt_str type = nt_value_text(nt_value_get(e, "type"));

		other = nt_value_get_n(theirs, key.p, key.len);
		if (!nt_value_equal(nt_value_get(e, "type"),
		    nt_value_get(other, "type")))
			return 0;
		a = nt_value_first(nt_value_get(nt_value_get_n(e, type.p,
		    type.len), "options"));
		b = nt_value_first(nt_value_get(nt_value_get_n(other, type.p,
		    type.len), "options"));
		for (; nt_value_there(a) || nt_value_there(b);
		    a = nt_value_next(a), b = nt_value_next(b))
			if (!nt_value_equal(nt_value_get(a, "name"),
			    nt_value_get(b, "name")) ||
			    !nt_value_equal(nt_value_get(a, "color"),
			    nt_value_get(b, "color")))
				return 0;
	}
	return 1;
}

static void
check_schema(struct talk *t, struct nt_value given, struct nt_value answered)
{
	unsigned keys = 0;
	struct nt_world world = { .of = &keys, .key = new_key };
	struct nt_value source = parse(&t->source), ours;
	struct nt_refusal why;
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	t->schemas.checked++;
	if (nt_schema_write(&world, nt_value_get(source, "properties"), given,
	    &out, &why) == -1) {
		t->schemas.bad++;
		print_message("# %.*s\n#   %s\n", (int)raw(given).len,
		    raw(given).p, why.message);
	} else {
		ours = parse(&out);
		if (!same_schema(ours, answered)) {
			t->schemas.bad++;
			print_message("# given %.*s\n#   ours %s\n#   real "
			    "%.*s\n", (int)raw(given).len, raw(given).p,
			    out.p, (int)raw(answered).len, raw(answered).p);
		}
		nt_json_free(ours.doc);
	}
	nt_json_free(source.doc);
	nt_buf_free(&out);
}

static int
has_id(struct nt_value list, struct nt_value id)
{
	struct nt_value e;

	for (e = nt_value_first(list); nt_value_there(e); e = nt_value_next(e))
		if (nt_value_equal(nt_value_get(e, "id"), id))
			return 1;
	return 0;
}

/* Rows that the service chose match, and the others it knew of do not. */
static void
check_query(struct talk *t, struct nt_value body, struct nt_value results)
{
	struct nt_value source = parse(&t->source), all, e;
	struct nt_value filter = nt_value_get(body, "filter");
	struct nt_refusal why;
	struct nt_filter *f;

	f = nt_filter_new(filter, nt_value_get(body, "sorts"),
	    nt_value_get(source, "properties"), NULL,
	    (int64_t)1782560000 * 1000, &why);
	if (f == NULL)
		fail_msg("%.*s: %s", (int)raw(filter).len, raw(filter).p,
		    why.message);
	for (e = nt_value_first(results); nt_value_there(e);
	    e = nt_value_next(e)) {
		t->queries.checked++;
		if (nt_filter_match(f, e))
			continue;
		t->queries.bad++;
		print_message("# %.*s does not match %.*s\n",
		    (int)raw(filter).len, raw(filter).p, (int)raw(e).len,
		    raw(e).p);
	}
	if (t->rows.len > 0) {
		all = parse(&t->rows);
		for (e = nt_value_first(all); nt_value_there(e);
		    e = nt_value_next(e)) {
			if (has_id(results, nt_value_get(e, "id")))
				continue;
			t->misses.checked++;
			if (!nt_filter_match(f, e))
				continue;
			t->misses.bad++;
			print_message("# %.*s matches %.*s\n",
			    (int)raw(filter).len, raw(filter).p,
			    (int)raw(e).len, raw(e).p);
		}
		nt_json_free(all.doc);
	}
	nt_filter_free(f);
	nt_json_free(source.doc);
}

static void
follow(struct nt_value call, void *arg)
{
	struct talk *t = arg;
	struct nt_value answer = nt_value_get(call, "response");
	struct nt_value body = nt_value_get(call, "request");
	struct nt_str path = nt_value_text(nt_value_get(call, "path"));
	struct nt_str id = nt_value_text(nt_value_get(answer, "id"));
	int patch = nt_value_text_is(nt_value_get(call, "method"), "PATCH");
	int get = nt_value_text_is(nt_value_get(call, "method"), "GET");
	enum nt_version version;
	char asked[40];

	if (nt_version_scan(nt_value_text(nt_value_get(call,
	    "notion_version")), &version) == -1)
		return;
	id_in(path, asked);
	if (nt_value_text_is(nt_value_get(answer, "object"), "data_source")) {
		if (patch && strcmp(asked, t->id) == 0 && nt_value_there(
		    nt_value_get(body, "properties")))
			check_schema(t, nt_value_get(body, "properties"),
			    nt_value_get(answer, "properties"));
		nt_buf_clear(&t->source);
		nt_buf_clear(&t->rows);
		nt_buf_add(&t->source, raw(answer).p, raw(answer).len);
		snprintf(t->id, sizeof t->id, "%.*s", (int)id.len, id.p);
		return;
	}
	if (path.len < 6 || memcmp(path.p + path.len - 6, "/query", 6) != 0) {
		if (!get)
			nt_buf_clear(&t->rows);
		return;
	}
	if (strcmp(asked, t->id) != 0)
		return;
	if (nt_value_there(nt_value_get(body, "filter"))) {
		check_query(t, body, nt_value_get(answer, "results"));
	} else if (!nt_value_true(nt_value_get(answer, "has_more"))) {
		nt_buf_clear(&t->rows);
		nt_buf_add(&t->rows, raw(nt_value_get(answer, "results")).p,
		    raw(nt_value_get(answer, "results")).len);
	}
}

static void
test_sessions(void **state)
{
	static const char *const names[] = {
		"add-del-update-prop", "all-createable-props-schema",
		"people-relation-query", "query-formula", "query-new-task-db",
		"select-query", "search-page", "update-props", "id-prop",
		"place-property", "db-add-remove-data-source"
	};
	struct talk t;
	char path[200];
	size_t i, lines = 0;

	(void)state;
	memset(&t, 0, sizeof t);
	nt_buf_init(&t.source, NT_BUF_MAX);
	nt_buf_init(&t.rows, NT_BUF_MAX);
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path,
		    "sessions/ultimate-notion-%s.ndjson", names[i]);
		t.id[0] = '\0';
		lines += each_line(path, follow, &t);
	}
	nt_buf_free(&t.source);
	nt_buf_free(&t.rows);
	if (lines == 0)
		skip();
	print_message("# schemas %zu, rows found %zu, rows left out %zu\n",
	    t.schemas.checked, t.queries.checked, t.misses.checked);
	assert_int_equal(t.schemas.bad, 0);
	assert_int_equal(t.queries.bad, 0);
	assert_int_equal(t.misses.bad, 0);
	assert_true(t.schemas.checked > 5);
	assert_true(t.queries.checked > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_sessions)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
