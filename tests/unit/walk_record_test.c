/*
 * walk: what of a record is written, what of it has to be completed, and which
 * files are in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/walk/internal.h"

struct fixture {
	struct nt_walk *walk;
	struct nt_json *doc;
};

/* A walk that is never stepped, so it needs nobody to ask. */
static int
set_up(void **state)
{
	static struct fixture f;
	struct nt_walk_plan plan = { .tool = "test" };

	assert_int_equal(nt_walk_open(&f.walk, &plan, NULL, NULL, NULL), 0);
	f.doc = nt_json_new();
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	nt_walk_free(f->walk);
	nt_json_free(f->doc);
	return 0;
}

static struct nt_value
parse(struct fixture *f, const char *text)
{
	struct nt_value v;

	assert_int_equal(nt_json_parse(f->doc, text, strlen(text), &v, NULL),
	    0);
	return v;
}

#define SIGNED "https://files.example.org/a%20b.png?sign=1&expires=2"
#define PLAIN "https://files.example.org/a%20b.png"

static void
drops_what_differs_in_each_answer(void **state)
{
	static const struct {
		const char *came, *written;
	} rows[] = {
		{ "{\"id\":\"x\",\"request_id\":\"y\"}", "{\"id\":\"x\"}" },
		{ "{\"icon\":{\"file\":{\"expiry_time\":\"t\",\"url\":\""
		    SIGNED "\"},\"type\":\"file\"}}",
		    "{\"icon\":{\"file\":{\"url\":\"" PLAIN
		    "\"},\"type\":\"file\"}}" },
		{ "[{\"a\":[{\"category\":\"image\",\"file\":{\"url\":\"" SIGNED
		    "\"}}]}]",
		    "[{\"a\":[{\"category\":\"image\",\"file\":{\"url\":\""
		    PLAIN "\"}}]}]" },
		/* hosted elsewhere: the query may be what names the file */
		{ "{\"external\":{\"url\":\"" SIGNED "\"},\"file\":{},"
		    "\"type\":\"external\"}", NULL },
		{ "{\"file\":{\"url\":\"" SIGNED "\"},\"type\":\"external\"}",
		    NULL },
		/* a property whose name is "file", and one that is no object */
		{ "{\"file\":{\"id\":\"p\",\"type\":\"url\",\"url\":\"" SIGNED
		    "\"}}", NULL },
		{ "{\"file\":\"" SIGNED "\"}", NULL },
		{ "{\"file\":{\"url\":7}}", NULL },
		{ "{\"a\":{\"request_id\":\"kept\"}}", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_value v = parse(f, rows[i].came);
		struct nt_buf out;

		nt_buf_init(&out, NT_BUF_MAX);
		clean_value(f->walk, v);
		nt_json_canonical(v, &out);
		assert_string_equal(out.p, rows[i].written != NULL ?
		    rows[i].written : rows[i].came);
		nt_buf_free(&out);
	}
}

/* The word "file" is found wherever it stands among the bytes of a record. */
static void
finds_a_link_at_any_place(void **state)
{
	struct fixture *f = *state;

	for (size_t pad = 0; pad < 200; pad++) {
		char text[600], filler[201];
		struct nt_buf out;
		struct nt_value v;

		memset(filler, 'f', pad);
		filler[pad] = '\0';
		snprintf(text, sizeof text, "{\"a\":\"%s\",\"file\":{\"url\":"
		    "\"u?sign\"},\"type\":\"file\"}", filler);
		v = parse(f, text);
		nt_buf_init(&out, NT_BUF_MAX);
		clean_value(f->walk, v);
		nt_json_canonical(v, &out);
		assert_null(strstr(out.p, "sign"));
		nt_buf_free(&out);
	}
}

/* A page with one property of that JSON, or what is wrong with it. */
static struct cut *
cuts_of(struct fixture *f, const char *properties)
{
	struct nt_buf page;
	struct cut *cuts;

	nt_buf_init(&page, NT_BUF_MAX);
	nt_buf_fmt(&page, "{\"properties\":{%s}}", properties);
	cuts = cuts_find(parse(f, page.p));
	nt_buf_free(&page);
	return cuts;
}

#define FIVE(x) x "," x "," x "," x "," x
#define PERSON "{\"object\":\"user\"}"
#define MENTION "{\"type\":\"mention\"}"
#define WORD "{\"type\":\"text\"}"

static void
knows_which_values_are_cut(void **state)
{
	static const struct {
		const char *properties;
		const char *id;		/* of the first that is; NULL: none */
		size_t shown;
	} rows[] = {
		{ "\"R\":{\"id\":\"r\",\"type\":\"relation\",\"has_more\":true,"
		    "\"relation\":[{},{}]}", "r", 2 },
		{ "\"R\":{\"id\":\"r\",\"type\":\"relation\","
		    "\"has_more\":false,\"relation\":[{},{}]}", NULL, 0 },
		{ "\"P\":{\"id\":\"%3D\",\"type\":\"people\",\"people\":["
		    FIVE(FIVE(PERSON)) "]}", "%3D", 25 },
		{ "\"P\":{\"id\":\"p\",\"type\":\"people\",\"people\":["
		    FIVE(PERSON) "]}", NULL, 0 },
		{ "\"T\":{\"id\":\"title\",\"type\":\"title\",\"title\":["
		    FIVE(FIVE(MENTION)) "," WORD "]}", "title", 26 },
		{ "\"T\":{\"id\":\"title\",\"type\":\"title\",\"title\":["
		    FIVE(FIVE(WORD)) "]}", NULL, 0 },
		{ "\"S\":{\"id\":\"s\",\"type\":\"rollup\",\"rollup\":{"
		    "\"type\":\"number\",\"number\":3}}", NULL, 0 },
		/* computed over a relation that is cut */
		{ "\"S\":{\"id\":\"s\",\"type\":\"rollup\",\"rollup\":{"
		    "\"type\":\"number\",\"number\":3}},\"Z\":{\"id\":\"z\","
		    "\"type\":\"relation\",\"has_more\":true,\"relation\":[]}",
		    "s", 0 },
		{ "\"F\":{\"id\":\"f\",\"type\":\"formula\",\"formula\":{}},"
		    "\"Z\":{\"id\":\"z\",\"type\":\"relation\","
		    "\"has_more\":true,\"relation\":[]}", "f", 0 },
		{ "\"F\":{\"id\":\"f\",\"type\":\"formula\",\"formula\":{}}",
		    NULL, 0 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cut *cut = cuts_of(f, rows[i].properties);

		assert_true((cut != NULL) == (rows[i].id != NULL));
		if (cut != NULL) {
			assert_string_equal(cut->id, rows[i].id);
			assert_int_equal(cut->shown, rows[i].shown);
		}
		while (cut != NULL) {
			struct cut *next = cut->next;

			cut_free(cut);
			cut = next;
		}
	}
}

/* An id goes into a path as it is, so it must stay in its place there. */
static void
asks_for_no_property_outside_of_the_page(void **state)
{
	static const char *const ids[] = { "", ".", "..", "../x", "a/b", "a?b",
		"a#b", "a b", "%2E%2E", "%2e", "a\\\\b", "\\u00e9", "a\\nb" };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct nt_buf text;
		struct cut *cut;

		nt_buf_init(&text, NT_BUF_MAX);
		nt_buf_fmt(&text, "\"R\":{\"id\":\"%s\",\"type\":\"relation\","
		    "\"has_more\":true,\"relation\":[]}", ids[i]);
		cut = cuts_of(f, text.p);
		assert_non_null(cut);
		assert_null(cut->id);
		cut_free(cut);
		nt_buf_free(&text);
	}
}

/* The pointers of the files of a record, each with a comma behind it. */
static void
expect_files(struct fixture *f, const char *text, int external,
    const char *pointers, const char *names)
{
	struct nt_found_file *found = nt_files_find(parse(f, text), external);
	struct nt_buf at, called;

	nt_buf_init(&at, NT_BUF_MAX);
	nt_buf_init(&called, NT_BUF_MAX);
	while (found != NULL) {
		struct nt_found_file *next = found->next;

		nt_buf_fmt(&at, "%s,", found->pointer);
		nt_buf_fmt(&called, "%s,", found->name);
		nt_files_free(found);
		found = next;
	}
	assert_string_equal(at.p, pointers);
	assert_string_equal(called.p, names);
	nt_buf_free(&at);
	nt_buf_free(&called);
}

static void
finds_files_wherever_they_are(void **state)
{
	static const char record[] = "{\"icon\":{\"file\":{\"url\":\"" SIGNED
	    "\"},\"type\":\"file\"},\"a/b~\":[{},{\"external\":{\"url\":"
	    "\"https://example.org/c/?d\"},\"type\":\"external\"},"
	    "{\"file\":{\"url\":\"x\"},\"name\":\"Report\",\"type\":\"file\"},"
	    "{\"file\":{},\"type\":\"file\"}]}";
	struct fixture *f = *state;

	expect_files(f, record, 0, "/a~1b~0/2/file,/a~1b~0/3/file,/icon/file,",
	    "Report,,a b.png,");
	expect_files(f, record, 1, "/a~1b~0/1/external,/a~1b~0/2/file,"
	    "/a~1b~0/3/file,/icon/file,", ",Report,,a b.png,");
	expect_files(f, "{\"file\":{\"id\":\"p\",\"url\":\"x\"}}", 1, "", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    drops_what_differs_in_each_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(finds_a_link_at_any_place,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(knows_which_values_are_cut,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    asks_for_no_property_outside_of_the_page, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(finds_files_wherever_they_are,
		    set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("walk_record", tests, NULL, NULL);
}
