/* json: what the reader refuses and how, looking at values, pointers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/json/internal.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct nt_json *doc;
static struct nt_err err;

/* Reads text, which must be good, and stays until the next call. */
static struct nt_value
parse(const char *text)
{
	struct nt_value root;

	if (nt_json_parse(doc, text, strlen(text), &root, &err) == -1)
		fail_msg("%s: %s", text, err.text);
	return root;
}

static int
setup(void **state)
{
	(void)state;
	doc = nt_json_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	nt_json_free(doc);
	return 0;
}

static void
refusals_name_the_byte(void **state)
{
	static const struct { const char *text, *error; } cases[] = {
		{ "", "byte 1: the text ends where a value must be" },
		{ " ", "byte 2: the text ends where a value must be" },
		{ "[1,]", "byte 4, ']': expected a value" },
		{ "[1 2]", "byte 4, '2': expected ',' or ']'" },
		{ "[1", "byte 3: the text ends inside an array" },
		{ "{\"a\"1}", "byte 5, '1': expected a ':' after the name" },
		{ "{\"a\":1,}", "byte 8, '}': expected a name in quotes" },
		{ "{\"a\":1 \"b\"}", "byte 8, '\"': expected ',' or '}'" },
		{ "{\"a\":1", "byte 7: the text ends inside an object" },
		{ "{", "byte 2: the text ends inside an object" },
		{ "{\"a\"", "byte 5: the text ends inside an object" },
		{ "[}", "byte 2, '}': expected a value" },
		{ "{]", "byte 2, ']': expected a name in quotes" },
		{ "1 2", "byte 3, '2': expected nothing more after the value" },
		{ "\"a", "byte 3: the text ends inside a string" },
		{ "\"a\\", "byte 4: the text ends inside a string" },
		{ "\"a\nb\"", "byte 3, 0x0a: a control byte in a string, "
		    "expected an escape" },
		{ "\"\\n\n\"", "byte 4, 0x0a: a control byte in a string, "
		    "expected an escape" },
		{ "\"\\x\"", "byte 2, '\\': an unknown escape, expected one of "
		    "\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u" },
		{ "\"\\u12g4\"", "byte 2, '\\': expected four hex digits after "
		    "\\u" },
		{ "\"\\u12", "byte 2, '\\': expected four hex digits after "
		    "\\u" },
		{ "nul", "byte 1, 'n': an unknown word, expected true, false "
		    "or null" },
		{ "[NaN]", "byte 2, 'N': expected a value" },
		{ "01", "byte 2, '1': a number with a leading zero" },
		{ "-", "byte 2: a number without a digit where one must be" },
		{ "1.", "byte 3: a number without a digit where one must be" },
		{ "1.e", "byte 3, 'e': a number without a digit where one "
		    "must be" },
		{ "1e+", "byte 4: a number without a digit where one must be" },
		{ "[1e309]", "byte 2, '1': a number larger than a double can "
		    "hold" },
		{ "\"\xff\"", "byte 2, 0xff: not UTF-8" },
		{ "\"\xc0\xaf\"", "byte 2, 0xc0: not UTF-8" },
		{ "\"\xe0\x9f\xbf\"", "byte 2, 0xe0: not UTF-8" },
		{ "\"\xf0\x8f\xbf\xbf\"", "byte 2, 0xf0: not UTF-8" },
		{ "\"\xf5\x80\x80\x80\"", "byte 2, 0xf5: not UTF-8" },
		{ "\"\xe2\x82\x41\"", "byte 2, 0xe2: not UTF-8" },
		{ "\"\x80\"", "byte 2, 0x80: not UTF-8" },
		{ "\"\xed\xa0\x80\"", "byte 2, 0xed: not UTF-8" },
		{ "\"\xf4\x90\x80\x80\"", "byte 2, 0xf4: not UTF-8" },
		{ "\"\xe2\x82", "byte 2, 0xe2: not UTF-8" },
		{ "\xef\xbb\xbf[]", "byte 1, 0xef: a byte order mark, "
		    "expected none" },
	};
	struct nt_value root;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text;

		assert_int_equal(nt_json_parse(doc, text, strlen(text), &root,
		    &err), -1);
		assert_string_equal(err.text, cases[i].error);
		assert_int_equal(err.kind, NT_DATA);
		assert_false(nt_json_was_canonical(doc));
	}
}

static void
canonical_text_is_known(void **state)
{
	static const struct { const char *text; int canonical; } cases[] = {
		{ "{\"a\":[1,\"b\",null,true,{}],\"b\":\"\\n\"}", 1 },
		{ "{\"b\":1,\"a\":2}", 0 },
		{ "{\"a\":1,\"a\":2}", 1 },
		{ "{\"a\":{\"c\":1},\"b\":1}", 1 },
		{ "{\"\":1,\"a\":2,\"aa\":3}", 1 },
		{ "{\"aa\":1,\"a\":2}", 0 },
		{ "{\"created_time\":1,\"created_by\":2}", 0 },
		{ "{\"created_by\":2,\"created_time\":1}", 1 },
		{ "{\"\\n\":1,\"a\":1}", 1 },
		{ "{\"a\":1,\"\\n\":1}", 0 },
		/* U+1F600 is D83D DE00, before U+E000 */
		{ "{\"\xf0\x9f\x98\x80\":1,\"\xee\x80\x80\":1}", 1 },
		{ "{\"\xee\x80\x80\":1,\"\xf0\x9f\x98\x80\":1}", 0 },
		{ "[1, 2]", 0 },
		{ " 1", 0 },
		{ "1 ", 0 },
		{ "{\"a\" :1}", 0 },
		{ "{\"a\": 1}", 0 },
		{ "\"\\u000b\"", 1 },
		{ "\"\\u000B\"", 0 },
		{ "\"\\u000a\"", 0 },
		{ "\"\\u0041\"", 0 },
		{ "\"\\/\"", 0 },
		{ "\"\\ud83d\"", 1 },
		{ "\"\\uD83D\"", 0 },
		{ "\"\\ud83d\\ude00\"", 0 },
		{ "\"\\ude00\\ud83d\"", 1 },
		{ "\"\x7f\"", 1 },
		{ "0", 1 },
		{ "-0", 0 },
		{ "1.0", 0 },
		{ "1.5", 1 },
		{ "-1.5", 1 },
		{ "1e3", 0 },
		{ "1e+21", 1 },
		{ "1E+21", 0 },
		{ "1000000000000000000000", 0 },
		{ "0.000001", 1 },
		{ "0.0000001", 0 },
		{ "1e-7", 1 },
		{ "0.1000000000000000055", 0 },
		{ "0.30000000000000004", 1 },
		{ "9007199254740991", 1 },
		{ "9007199254740993", 1 },
		{ "9007199254740993.0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		parse(cases[i].text);
		if (nt_json_was_canonical(doc) != cases[i].canonical)
			fail_msg("%s: canonical %d", cases[i].text,
			    !cases[i].canonical);
	}
}

static void
assert_text(struct nt_value v, const char *text)
{
	struct nt_str s = nt_value_text(v);

	assert_non_null(s.p);
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.p, text, s.len);
	assert_true(nt_value_text_is(v, text));
}

static void
values_are_looked_at(void **state)
{
	struct nt_value v = parse(" {\"s\" : \"a\\u00e9\\ud83d\\ude00\", "
	    "\"e\" : [ ], \"o\" : { \"x\" : [ 1 , [ 2 ] ] } , \"t\":true,"
	    "\"f\":false,\"n\":null,\"\\u0064\":1,\"half\":\"\\ud83d\"} ");
	struct nt_value e;

	(void)state;
	assert_int_equal(nt_value_type(v), NT_JSON_OBJECT);
	assert_int_equal(nt_value_count(v), 8);
	assert_text(nt_value_get(v, "s"), "a\xc3\xa9\xf0\x9f\x98\x80");
	assert_false(nt_value_text_is(nt_value_get(v, "s"), "a"));
	assert_text(nt_value_get(v, "half"), "\xed\xa0\xbd");
	assert_int_equal(nt_value_count(nt_value_get(v, "e")), 0);
	assert_false(nt_value_there(nt_value_first(nt_value_get(v, "e"))));
	assert_true(nt_value_true(nt_value_get(v, "t")));
	assert_false(nt_value_true(nt_value_get(v, "f")));
	assert_true(nt_value_is(nt_value_get(v, "n"), NT_JSON_NULL));
	assert_int_equal(nt_value_int(nt_value_get(v, "d")), 1);
	assert_true(nt_str_is(nt_value_raw(nt_value_get(v, "o")),
	    "{ \"x\" : [ 1 , [ 2 ] ] }"));
	assert_true(nt_str_is(nt_value_raw(nt_value_get(v, "e")), "[ ]"));

	e = nt_value_first(v);
	assert_true(nt_str_is(nt_value_key(e), "s"));
	e = nt_value_next(nt_value_next(e));
	assert_true(nt_str_is(nt_value_key(e), "o"));
	assert_null(nt_value_key(nt_value_first(nt_value_get(nt_value_get(v,
	    "o"), "x"))).p);
	for (size_t n = 2; n < 7; n++)
		e = nt_value_next(e);
	assert_true(nt_str_is(nt_value_key(e), "half"));
	assert_false(nt_value_there(nt_value_next(e)));
	assert_false(nt_value_there(nt_value_next(v)));
}

static void
a_missing_value_answers_as_one(void **state)
{
	struct nt_value v = nt_value_get(parse("{\"a\":[1]}"), "b");
	struct nt_str none = nt_value_text(v);

	(void)state;
	assert_int_equal(nt_value_type(v), NT_JSON_NONE);
	assert_false(nt_value_there(nt_value_get(v, "c")));
	assert_false(nt_value_there(nt_value_index(v, 0)));
	assert_false(nt_value_there(nt_value_at(v, "/c/0")));
	assert_false(nt_value_there(nt_value_first(v)));
	assert_false(nt_value_there(nt_value_next(v)));
	assert_int_equal(nt_value_count(v), 0);
	assert_int_equal(nt_value_int(v), 0);
	assert_true(nt_value_number(v) == 0);
	assert_false(nt_value_true(v));
	assert_null(none.p);
	assert_null(nt_value_raw(v).p);
	assert_null(nt_value_key(v).p);
	assert_false(nt_value_text_is(v, ""));
	nt_value_drop(v);
	nt_value_replace(v, NT_STR("1"));
	nt_value_put(v, "a", NT_STR("1"));
}

static void
of_two_members_the_last_is_found(void **state)
{
	struct nt_value v = parse("{\"a\":1,\"\\u0061\":2,\"b\":3}");

	(void)state;
	assert_int_equal(nt_value_int(nt_value_get(v, "a")), 2);
	assert_int_equal(nt_value_count(v), 3);
}

static void
numbers_have_values(void **state)
{
	static const struct {
		const char *text;
		double number;
		int64_t integer;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "-12", -12, -12 },
		{ "1.0", 1, 1 },
		{ "1.5", 1.5, 0 },
		{ "1e3", 1000, 1000 },
		{ "9007199254740993", 9007199254740992.0, 9007199254740993 },
		{ "9223372036854775807", 9223372036854775808.0, INT64_MAX },
		{ "9223372036854775808", 9223372036854775808.0, 0 },
		{ "-9223372036854775808", -9223372036854775808.0, INT64_MIN },
		{ "-9223372036854775809", -9223372036854775808.0, 0 },
		{ "1e300", 1e300, 0 },
		{ "\"1\"", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nt_value v = parse(cases[i].text);

		assert_true(nt_value_number(v) == cases[i].number);
		assert_int_equal(nt_value_int(v), cases[i].integer);
	}
}

/* The examples of RFC 6901, section 5, and what must not be found. */
static void
pointers_find(void **state)
{
	static const char text[] =
	    "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,"
	    "\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,"
	    "\"m~n\":8,\"o\":{\"\":[[9]]}}";
	static const struct { const char *pointer, *raw; } cases[] = {
		{ "", text },
		{ "/foo", "[\"bar\",\"baz\"]" },
		{ "/foo/0", "\"bar\"" },
		{ "/foo/1", "\"baz\"" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/c%d", "2" },
		{ "/e^f", "3" },
		{ "/g|h", "4" },
		{ "/i\\j", "5" },
		{ "/k\"l", "6" },
		{ "/ ", "7" },
		{ "/m~0n", "8" },
		{ "/o//0/0", "9" },
		{ "/foo/2", NULL },
		{ "/foo/00", NULL },
		{ "/foo/-", NULL },
		{ "/foo/", NULL },
		{ "/foo/4294967296", NULL },
		{ "/foo/18446744073709551616", NULL },
		{ "/foo/0/x", NULL },
		{ "/m~2n", NULL },
		{ "/m~", NULL },
		{ "foo", NULL },
	};
	struct nt_value root = parse(text);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nt_str raw = nt_value_raw(nt_value_at(root,
		    cases[i].pointer));

		if (cases[i].raw == NULL ? raw.p != NULL :
		    raw.p == NULL || !nt_str_is(raw, cases[i].raw))
			fail_msg("%s", cases[i].pointer);
	}
}

static void
a_glance_finds_members(void **state)
{
	static const char *const names[] = { "id", "type", "none" };
	static const struct {
		const char *text;
		int hits;
		const char *id, *type;
	} cases[] = {
		{ "{}", 0, NULL, NULL },
		{ "{\"id\":\"x\",\"type\":\"page\"}", 2, "\"x\"", "\"page\"" },
		{ " { \"o\" : { \"id\" : 1 } , \"id\" : 2.5 } ", 1, "2.5",
		    NULL },
		{ "{\"a\":[\"]\",{\"id\":\"}\"}],\"type\":[[1],{}]}", 1, NULL,
		    "[[1],{}]" },
		{ "{\"s\":\"\\\\\",\"t\":\"\\\"id\\\":\",\"id\":null}", 1,
		    "null", NULL },
		{ "{\"s\":\"\\\\\\\"\",\"id\":true}", 1, "true", NULL },
		{ "{\"id\":1,\"id\":2}", 1, "2", NULL },
		{ "{\"my\\\"id\":1,\"\\\"type\":2,\"my id\":3}", 0, NULL,
		    NULL },
		{ "{\"id\":\"a,b\",\"a\\\",\\\\\\\"\":1,\"type\" : [ ] }", 2,
		    "\"a,b\"", "[ ]" },
		{ "{\"id\":{\"x\":[]} , \"\\\\\":1}", 1, "{\"x\":[]}", NULL },
		{ "{\"\":1,\"d\":2, \"id\"\t:3 , \"type\":\"\"}", 2, "3",
		    "\"\"" },
		{ "[]", -1, NULL, NULL },
		{ "", -1, NULL, NULL },
		{ "\"id\"", -1, NULL, NULL },
		{ "{\"the nested one is longer than a vector\":{\"id\":[[[[[\""
		    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\\\"]]]]]]]]]]]]]]]\""
		    ",{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]]"
		    "]]]},\"id\":\"and a string longer than that, as there is "
		    "in text\"}", 1,
		    "\"and a string longer than that, as there is in text\"",
		    NULL },
	};
	struct nt_str found[3];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = cases[i].text;

		for (unsigned way = 0; way < 3; way++) {
			assert_int_equal(nt_json_glance_by(
			    nt_json_marks_way(way), text, strlen(text), names,
			    3, found), cases[i].hits);
			assert_true(cases[i].id == NULL ? found[0].p == NULL :
			    nt_str_is(found[0], cases[i].id));
			assert_true(cases[i].type == NULL ?
			    found[1].p == NULL :
			    nt_str_is(found[1], cases[i].type));
			assert_null(found[2].p);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_name_the_byte),
		cmocka_unit_test(canonical_text_is_known),
		cmocka_unit_test(values_are_looked_at),
		cmocka_unit_test(a_missing_value_answers_as_one),
		cmocka_unit_test(of_two_members_the_last_is_found),
		cmocka_unit_test(numbers_have_values),
		cmocka_unit_test(pointers_find),
		cmocka_unit_test(a_glance_finds_members),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
