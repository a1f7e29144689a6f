/* walk: lists that come in parts end, whatever the service says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/walk/internal.h"

/* What pager_step() says of a list; *why is its word for -1. */
static int
step(struct pager *p, const char *list, const char **why)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value v;
	int more;

	assert_int_equal(nt_json_parse(doc, list, strlen(list), &v, NULL), 0);
	*why = "";
	more = pager_next(p, v, why);
	nt_json_free(doc);
	return more;
}

static void
says_what_a_list_says(void **state)
{
	static const struct {
		const char *list;
		int more;
		const char *why;
	} rows[] = {
		{ "{\"results\":[],\"has_more\":false}", 0, "" },
		{ "{\"results\":[],\"has_more\":true,\"next_cursor\":\"a\"}",
		    1, "" },
		{ "{\"results\":[],\"has_more\":false,"
		    "\"request_status\":{\"type\":\"complete\"}}", 0, "" },
		{ "{\"results\":[],\"has_more\":false,"
		    "\"request_status\":{\"type\":\"incomplete\"}}",
		    -1, "the service cut the list short" },
		{ "{\"results\":[],\"has_more\":false,"
		    "\"request_status\":{\"type\":\"tired\"}}", -1,
		    "the answer has a request_status that is not known" },
		{ "{\"results\":[],\"has_more\":false,\"request_status\":7}",
		    -1, "the answer has a request_status that is not known" },
		{ "{\"results\":{},\"has_more\":false}", -1,
		    "the answer has no results" },
		{ "{\"has_more\":false}", -1, "the answer has no results" },
		{ "{\"results\":[],\"has_more\":1}", -1,
		    "the answer does not say whether the list has more" },
		{ "{\"results\":[],\"has_more\":true,\"next_cursor\":\"\"}",
		    -1, "the list has more but no usable cursor" },
		{ "{\"results\":[],\"has_more\":true,"
		    "\"next_cursor\":\"a\\u0000b\"}", -1,
		    "the list has more but no usable cursor" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pager p = { .cursor = NULL };
		const char *why;

		assert_int_equal(step(&p, rows[i].list, &why), rows[i].more);
		assert_string_equal(why, rows[i].why);
		pager_clear(&p);
	}
}

/* How many parts of a list are read whose cursors are c0, c1, ... c0, c1 ... */
static unsigned
parts_read(unsigned circle, const char *results, const char **why)
{
	struct pager p = { .cursor = NULL };
	char list[200];
	unsigned n = 0;
	int more;

	do {
		snprintf(list, sizeof list, "{\"results\":%s,\"has_more\":true,"
		    "\"next_cursor\":\"c%u\"}", results, n % circle);
		more = step(&p, list, why);
		n++;
	} while (more == 1);
	assert_int_equal(more, -1);
	pager_clear(&p);
	return n;
}

static void
ends_what_has_no_end(void **state)
{
	const char *why;

	(void)state;
	assert_int_equal(parts_read(UINT32_MAX, "[1]", &why), LIST_PARTS_MAX);
	assert_string_equal(why, "the list has more parts than any list may "
	    "have");
	assert_true(parts_read(UINT32_MAX, "[]", &why) <= EMPTY_MAX + 1);
	assert_string_equal(why, "the list goes on without entries");
	for (unsigned circle = 1; circle < 100; circle++) {
		assert_true(parts_read(circle, "[1]", &why) <= 4 * circle);
		assert_string_equal(why,
		    "the list's cursor came a second time");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_a_list_says),
		cmocka_unit_test(ends_what_has_no_end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
