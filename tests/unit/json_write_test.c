/* json: canonical form, changes, quoting, the out-writer, digests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nt/crypto.h"
#include "nt/json.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct nt_json *doc;
static struct nt_buf out;

static struct nt_value
parse(const char *text)
{
	struct nt_value root;
	struct nt_err err;

	if (nt_json_parse(doc, text, strlen(text), &root, &err) == -1)
		fail_msg("%s: %s", text, err.text);
	return root;
}

static void
assert_written(struct nt_value v, const char *want)
{
	nt_buf_clear(&out);
	nt_json_canonical(v, &out);
	assert_string_equal(out.p, want);
}

static int
setup(void **state)
{
	(void)state;
	doc = nt_json_new();
	nt_buf_init(&out, NT_BUF_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	nt_buf_free(&out);
	nt_json_free(doc);
	return 0;
}

static void
canonical_form_is_written(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ " null ", "null" },
		{ "[ true , false ]", "[true,false]" },
		{ "{ }", "{}" },
		{ "{\"b\":{\"d\":1,\"c\":[{\"f\":1,\"e\":2}]},\"a\":0}",
		    "{\"a\":0,\"b\":{\"c\":[{\"e\":2,\"f\":1}],\"d\":1}}" },
		{ "{\"b\":1,\"a\":2,\"b\":3,\"a\":4}",
		    "{\"a\":2,\"a\":4,\"b\":1,\"b\":3}" },
		{ "{\"\xee\x80\x80\":1,\"\xf0\x9f\x98\x80\":2,\"\\ud83d\":3,"
		    "\"\xed\x9f\xbf\":4}",
		    "{\"\xed\x9f\xbf\":4,\"\\ud83d\":3,"
		    "\"\xf0\x9f\x98\x80\":2,\"\xee\x80\x80\":1}" },
		{ "{\"\\ud83dx\":1,\"\\ud83d\\ude00\":2,\"\\ud83d\":3}",
		    "{\"\\ud83d\":3,\"\\ud83dx\":1,"
		    "\"\xf0\x9f\x98\x80\":2}" },
		{ "\"\\u0041\\/\\u000A\\u001F\\u007f\\uD83D\\uDE00\"",
		    "\"A/\\n\\u001f\x7f\xf0\x9f\x98\x80\"" },
		{ "\"\\uDE00\\uD83D\"", "\"\\ude00\\ud83d\"" },
		{ "[1.0,-0,-0.0,1E2,0.1e1,1e21,1e-7,123456789012345680000]",
		    "[1,0,0,100,1,1e+21,1e-7,123456789012345680000]" },
		{ "[9007199254740993,9007199254740994,-36028797018963969]",
		    "[9007199254740993,9007199254740994,-36028797018963969]" },
		{ "[295147905179352825856,1e-400,12.50]",
		    "[295147905179352830000,0,12.5]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_written(parse(cases[i].text), cases[i].want);
}

static void
a_part_can_be_written(void **state)
{
	struct nt_value v = parse("{\"a\":[1, {\"c\":2,\"b\":3}],\"z\":0}");

	(void)state;
	assert_written(nt_value_at(v, "/a"), "[1,{\"b\":3,\"c\":2}]");
	assert_written(nt_value_at(v, "/a/1/c"), "2");
	assert_written(nt_value_at(v, "/none"), "");
}

static void
what_is_dropped_is_not_written(void **state)
{
	struct nt_value v = parse("{\"a\":1,\"b\":{\"c\":2},\"l\":[3,4,5]}");

	(void)state;
	nt_value_drop(nt_value_at(v, "/b/c"));
	nt_value_drop(nt_value_at(v, "/l/0"));
	nt_value_drop(nt_value_at(v, "/l/2"));
	assert_written(v, "{\"a\":1,\"b\":{},\"l\":[4]}");
	assert_written(nt_value_at(v, "/a"), "1");
	nt_value_drop(nt_value_get(v, "a"));
	assert_written(v, "{\"b\":{},\"l\":[4]}");
	assert_int_equal(nt_value_int(nt_value_get(v, "a")), 1);

	v = parse("{\"a\":1}");		/* changes end with the document */
	assert_written(v, "{\"a\":1}");
}

static void
what_is_replaced_is_written_anew(void **state)
{
	struct nt_value v = parse("{\"a\":1,\"b\":{\"c\":2},\"l\":[3,4]}");

	(void)state;
	nt_value_replace(nt_value_get(v, "b"), NT_STR("[ 1.0 ]"));
	assert_written(v, "{\"a\":1,\"b\":[1],\"l\":[3,4]}");
	nt_value_replace(nt_value_get(v, "b"), NT_STR("\"\\u0041\""));
	nt_value_replace(nt_value_at(v, "/l/1"), NT_STR("{}"));
	assert_written(v, "{\"a\":1,\"b\":\"A\",\"l\":[3,{}]}");
	assert_written(nt_value_at(v, "/l/1"), "{}");
	nt_value_drop(nt_value_get(v, "b"));
	assert_written(v, "{\"a\":1,\"l\":[3,{}]}");
	nt_value_replace(nt_value_get(v, "b"), NT_STR("0"));
	assert_written(v, "{\"a\":1,\"b\":0,\"l\":[3,{}]}");
}

static void
what_is_put_is_written_in_its_place(void **state)
{
	struct nt_value v = parse("{\"b\":1,\"d\":{},\"b\":2}");

	(void)state;
	nt_value_put(v, "c", NT_STR("3"));
	nt_value_put(v, "a", NT_STR("[ ]"));
	nt_value_put(nt_value_get(v, "d"), "\"", NT_STR("null"));
	assert_written(v, "{\"a\":[],\"b\":1,\"b\":2,\"c\":3,"
	    "\"d\":{\"\\\"\":null}}");
	nt_value_put(v, "b", NT_STR("4"));
	nt_value_put(v, "c", NT_STR("5"));
	assert_written(v, "{\"a\":[],\"b\":4,\"c\":5,\"d\":{\"\\\"\":null}}");
	nt_value_put(nt_value_get(v, "b"), "x", NT_STR("1"));	/* no object */
	assert_written(v, "{\"a\":[],\"b\":4,\"c\":5,\"d\":{\"\\\"\":null}}");
}

static void
texts_are_quoted(void **state)
{
	static const struct {
		struct nt_str text;
		const char *want;
	} cases[] = {
		{ { NULL, 0 }, "\"\"" },
		{ { "a\0b", 3 }, "\"a\\u0000b\"" },
		{ { "\"\\/\b\f\n\r\t\x1f\x7f", 10 },
		    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\x7f\"" },
		{ { "caf\xc3\xa9 \xf0\x9f\x98\x80", 10 },
		    "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"" },
		/* half an emoji, and two halves that come together */
		{ { "\xed\xa0\xbd!", 4 }, "\"\\ud83d!\"" },
		{ { "\xed\xa0\xbd\xed\xb8\x80", 6 }, "\"\xf0\x9f\x98\x80\"" },
		{ { "\xed\xb8\x80\xed\xa0\xbd", 6 }, "\"\\ude00\\ud83d\"" },
		/* what is not UTF-8 cannot be said in JSON */
		{ { "a\xff" "b\xe2\x82", 5 },
		    "\"a\xef\xbf\xbd" "b\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		nt_buf_clear(&out);
		nt_json_quote(&out, cases[i].text);
		assert_string_equal(out.p, cases[i].want);
		nt_value_there(parse(out.p));
		assert_true(nt_json_was_canonical(doc));
	}
}

static void
numbers_are_spelled(void **state)
{
	static const struct { double d; const char *want; } cases[] = {
		{ 0.0, "0" },
		{ -0.0, "0" },
		{ 9007199254740991.0, "9007199254740991" },
		{ 9007199254740994.0, "9007199254740994" },
		{ -1234.5, "-1234.5" },
		{ 1e20, "100000000000000000000" },
		{ 1e21, "1e+21" },
		{ 1e23, "1e+23" },
		{ 0.00001, "0.00001" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 5.684341886080802e-14, "5.684341886080802e-14" },
		{ 9.5367431640625e-7, "9.5367431640625e-7" },
		{ 5e-324, "5e-324" },
		{ 2.2250738585072014e-308, "2.2250738585072014e-308" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		nt_buf_clear(&out);
		nt_json_number(&out, cases[i].d);
		assert_string_equal(out.p, cases[i].want);
	}
}

static void
the_out_writer_sets_commas(void **state)
{
	struct nt_value v = parse("{\"x\":1.0}");
	struct nt_json_out o;

	(void)state;
	nt_buf_clear(&out);
	nt_json_out_init(&o, &out);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "s", "a\"b");
	nt_json_open(&o, "l", '[');
	nt_json_put_int(&o, NULL, INT64_MIN);
	nt_json_open(&o, NULL, '{');
	nt_json_close(&o, '}');
	nt_json_put_bool(&o, NULL, 1);
	nt_json_put_null(&o, NULL);
	nt_json_close(&o, ']');
	nt_json_put_key(&o, NT_STR("k"));
	nt_json_put_number(&o, NULL, 0.5);
	nt_json_put_key(&o, NT_STR("k2"));
	nt_json_open(&o, NULL, '[');
	nt_json_put_value(&o, NULL, v);
	nt_json_put_raw(&o, NULL, NT_STR("7"));
	nt_json_close(&o, ']');
	nt_json_put_bool(&o, "last", 0);
	nt_json_close(&o, '}');
	assert_string_equal(out.p, "{\"s\":\"a\\\"b\",\"l\":["
	    "-9223372036854775808,{},true,null],\"k\":0.5,"
	    "\"k2\":[{\"x\":1},7],\"last\":false}");
}

static void
rewriting_fails_as_reading(void **state)
{
	struct nt_buf small;
	struct nt_err err;

	(void)state;
	nt_buf_clear(&out);
	assert_int_equal(nt_json_rewrite("[1, 2]", 6, &out, &err), 0);
	assert_string_equal(out.p, "[1,2]");
	assert_int_equal(nt_json_rewrite("[1, 2", 5, &out, &err), -1);
	assert_int_equal(err.kind, NT_DATA);
	nt_buf_init(&small, 3);
	assert_int_equal(nt_json_rewrite("[1, 2]", 6, &small, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	nt_buf_free(&small);
}

/* The digest is that of the canonical bytes, changes and all. */
static void
digests_are_of_canonical_form(void **state)
{
	static const char canonical[] = "{\"a\":[1],\"b\":2}";
	char want[NT_SHA256_TEXT], hex[NT_DIGEST_TEXT];
	struct nt_sha256 h;
	struct nt_value v;

	(void)state;
	nt_sha256_init(&h);
	nt_sha256_add(&h, canonical, strlen(canonical));
	nt_sha256_hex(&h, want);

	nt_value_digest(parse(canonical), hex);
	assert_string_equal(hex, want);
	nt_value_digest(parse("{\"b\" : 2.0, \"a\":[1]}"), hex);
	assert_string_equal(hex, want);
	v = parse("{\"a\":[1],\"b\":3}");
	nt_value_digest(v, hex);
	assert_string_not_equal(hex, want);
	nt_value_replace(nt_value_get(v, "b"), NT_STR("2"));
	nt_value_digest(v, hex);
	assert_string_equal(hex, want);
}

static void
equal_is_what_means_the_same(void **state)
{
	static const struct { const char *a, *b; int equal; } cases[] = {
		{ "{\"a\":1,\"b\":[2]}", "{ \"b\":[2.0], \"a\":1e0 }", 1 },
		{ "\"\\u0041\"", "\"A\"", 1 },
		{ "[1,2]", "[2,1]", 0 },
		{ "1", "\"1\"", 0 },
		{ "{\"a\":1}", "{\"a\":1,\"b\":null}", 0 },
		{ "9007199254740993", "9007199254740992", 0 },
		{ "0", "-0", 1 },
	};
	struct nt_json *other = nt_json_new();
	struct nt_value b;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(nt_json_parse(other, cases[i].b,
		    strlen(cases[i].b), &b, NULL), 0);
		assert_int_equal(nt_value_equal(parse(cases[i].a), b),
		    cases[i].equal);
	}
	assert_false(nt_value_equal(NT_VALUE_NONE, b));
	nt_json_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_form_is_written),
		cmocka_unit_test(a_part_can_be_written),
		cmocka_unit_test(what_is_dropped_is_not_written),
		cmocka_unit_test(what_is_replaced_is_written_anew),
		cmocka_unit_test(what_is_put_is_written_in_its_place),
		cmocka_unit_test(texts_are_quoted),
		cmocka_unit_test(numbers_are_spelled),
		cmocka_unit_test(the_out_writer_sets_commas),
		cmocka_unit_test(rewriting_fails_as_reading),
		cmocka_unit_test(digests_are_of_canonical_form),
		cmocka_unit_test(equal_is_what_means_the_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
