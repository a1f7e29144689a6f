#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/form.h"

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

static FILE *
open_corpus(const char *name)
{
	const char *root = getenv("NT_CORPORA");
	char path[4096];

	snprintf(path, sizeof path, "%s/notion-api/%s",
	    root == NULL ? "../shared/corpora" : root, name);
	return fopen(path, "r");
}

/* All that the service accepted when it was recorded is well formed here. */
static void
test_requests(void **state)
{
	FILE *in = open_corpus("requests.ndjson");
	struct nt_json *doc = nt_json_new();
	char *line = NULL;
	size_t room = 0, checked = 0, number = 0, bad = 0;
	ssize_t len;

	(void)state;
	if (in == NULL) {
		nt_json_free(doc);
		print_message("# no corpora: set NT_CORPORA\n");
		skip();
	}
	while ((len = getline(&line, &room, in)) != -1) {
		struct nt_refusal why = { 0, NULL, "" };
		enum nt_version version;
		struct nt_value root;
		int form;

		number++;
		assert_int_equal(nt_json_parse(doc, line, (size_t)len, &root,
		    NULL), 0);
		if (nt_version_scan(nt_value_text(nt_value_get(root,
		    "notion_version")), &version) == -1)
			continue;
		form = form_of(nt_value_text(nt_value_get(root, "method")),
		    nt_value_text(nt_value_get(root, "path")));
		if (form == -1)
			continue;
		checked++;
		if (nt_form_check((enum nt_form)form, version,
		    nt_value_get(root, "body"), &why) == 0)
			continue;
		bad++;
		print_message("# line %zu: %s\n", number, why.message);
	}
	free(line);
	fclose(in);
	nt_json_free(doc);
	assert_int_equal(bad, 0);
	assert_true(checked > 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
