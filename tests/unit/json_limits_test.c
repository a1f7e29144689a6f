/* json: limits, and that nothing large is slow out of proportion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/json/internal.h"

static struct nt_json *doc;
static struct nt_buf text, out;
static struct nt_value root;
static struct nt_err err;

static int
setup(void **state)
{
	(void)state;
	doc = nt_json_new();
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	nt_buf_free(&out);
	nt_buf_free(&text);
	nt_json_free(doc);
	return 0;
}

static int
parse(void)
{
	return nt_json_parse(doc, text.p, text.len, &root, &err);
}

static void
assert_limit(const char *words)
{
	assert_int_equal(parse(), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	assert_non_null(strstr(err.text, words));
}

/* Makes depth arrays, or objects, one in another. */
static void
nest(unsigned depth, const char *open, const char *close)
{
	nt_buf_clear(&text);
	for (unsigned i = 0; i < depth; i++)
		nt_buf_str(&text, open);
	nt_buf_str(&text, "1");
	for (unsigned i = 0; i < depth; i++)
		nt_buf_str(&text, close);
}

static void
depth_is_limited(void **state)
{
	static const char *const brackets[][2] = {
		{ "[", "]" }, { "{\"b\":0,\"a\":", "}" }
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		nest(NT_JSON_DEPTH_MAX, brackets[i][0], brackets[i][1]);
		assert_int_equal(parse(), 0);
		nt_buf_clear(&out);
		nt_json_canonical(root, &out);
		assert_int_equal(out.len, text.len);
		nest(NT_JSON_DEPTH_MAX + 1, brackets[i][0], brackets[i][1]);
		assert_limit("nested too deep");
		nest(1000000, brackets[i][0], brackets[i][1]);
		assert_limit("nested too deep");
	}
}

/* An object of members with a name made of before and a number. */
static void
make_members(unsigned count, const char *before)
{
	nt_buf_clear(&text);
	nt_buf_char(&text, '{');
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			nt_buf_char(&text, ',');
		/* a step prime to 2^20, so that the order is mixed */
		nt_buf_fmt(&text, "\"%s%07u\":%u", before,
		    (i * 786433u) % 1048576u, i);
	}
	nt_buf_char(&text, '}');
}

static void
a_million_members_are_read_and_sorted(void **state)
{
	(void)state;
	make_members(NT_JSON_KEYS_MAX, "k");
	assert_int_equal(parse(), 0);
	assert_false(nt_json_was_canonical(doc));
	assert_int_equal(nt_value_count(root), NT_JSON_KEYS_MAX);
	assert_int_equal(nt_value_int(nt_value_get(root, "k0786433")), 1);
	assert_false(nt_value_there(nt_value_get(root, "k9999999")));
	nt_buf_clear(&out);
	nt_json_canonical(root, &out);
	assert_int_equal(out.len, text.len);
	assert_int_equal(nt_json_parse(doc, out.p, out.len, &root, &err), 0);
	assert_true(nt_json_was_canonical(doc));
}

static void
one_member_more_is_too_many(void **state)
{
	(void)state;
	make_members(NT_JSON_KEYS_MAX + 1, "");
	assert_limit("too many members");
}

static void
many_of_one_name_keep_their_order(void **state)
{
	struct nt_value e;
	int64_t n = 0;

	(void)state;
	nt_buf_clear(&text);
	nt_buf_str(&text, "{\"z\":-1");
	for (int i = 0; i < 300000; i++)
		nt_buf_fmt(&text, ",\"%s\":%d", i % 2 ? "a" : "\\u0061", i);
	nt_buf_char(&text, '}');
	assert_int_equal(parse(), 0);
	nt_buf_clear(&out);
	nt_json_canonical(root, &out);
	assert_int_equal(nt_json_parse(doc, out.p, out.len, &root, &err), 0);
	for (e = nt_value_first(root); n < 300000; e = nt_value_next(e))
		assert_int_equal(nt_value_int(e), n++);
	assert_int_equal(nt_value_int(e), -1);
}

/* Many changes are found as fast as few. */
static void
many_changes_are_not_slow(void **state)
{
	struct nt_value e;

	(void)state;
	make_members(200000, "k");
	assert_int_equal(parse(), 0);
	for (e = nt_value_first(root); nt_value_there(e); e = nt_value_next(e))
		nt_value_replace(e, NT_STR("0"));
	nt_buf_clear(&out);
	nt_json_canonical(root, &out);
	assert_int_equal(nt_json_parse(doc, out.p, out.len, &root, &err), 0);
	for (e = nt_value_first(root); nt_value_there(e); e = nt_value_next(e))
		assert_int_equal(nt_value_raw(e).p[0], '0');
}

static void
long_tokens_are_read(void **state)
{
	(void)state;
	nt_buf_clear(&text);
	nt_buf_str(&text, "[\"");
	for (int i = 0; i < 1000000; i++)
		nt_buf_str(&text, "\\\"");
	nt_buf_str(&text, "\",0.");
	for (int i = 0; i < 100000; i++)
		nt_buf_char(&text, '3');
	nt_buf_char(&text, ']');
	assert_int_equal(parse(), 0);
	assert_int_equal(nt_value_text(nt_value_index(root, 0)).len, 1000000);
	assert_true(nt_value_number(nt_value_index(root, 1)) == 1.0 / 3);

	nt_buf_clear(&text);
	for (int i = 0; i < 400; i++)
		nt_buf_char(&text, '9');
	assert_int_equal(parse(), -1);
	assert_int_equal(err.kind, NT_DATA);
}

/* More than two windows: long strings, plain and with escapes, and space. */
static void
make_windows(void)
{
	nt_buf_clear(&text);
	nt_buf_str(&text, "[\"");
	while (text.len < NT_JSON_WINDOW - 50)
		nt_buf_str(&text, "plain ");
	nt_buf_str(&text, "\", [1, {\"a\":\"\\n");
	while (text.len < NT_JSON_WINDOW + 50)
		nt_buf_str(&text, "\\\\ \\\" \\u00e9 ");
	nt_buf_str(&text, "\"}, \"\"],");
	while (text.len < 2 * NT_JSON_WINDOW + 50)
		nt_buf_str(&text, " \n");
	nt_buf_str(&text, "\"\xf0\x9f\x98\x80\", \"\"");
	nt_buf_str(&text, "]");
}

/* Says of the text what all ways of searching say. */
static int
parse_all_ways(void)
{
	struct nt_json *other = nt_json_new();
	struct nt_err other_err;
	nt_json_scan_fn *scan;
	int status = parse();

	for (unsigned n = 0; (scan = nt_json_scan_way(n)) != NULL; n++) {
		nt_json_set_portable(other, scan == nt_json_scan_portable());
		other->stops.scan = scan;
		assert_int_equal(nt_json_parse(other, text.p, text.len, &root,
		    &other_err), status);
		if (status == -1)
			assert_string_equal(err.text, other_err.text);
	}
	nt_json_free(other);
	return status;
}

/* The error names the byte, or an escape that it makes wrong. */
static void
a_bad_byte_is_seen_wherever_it_stands(void **state)
{
	static const char bad[] = { '\xff', '\xc3', '\x01', '\x80' };

	(void)state;
	make_windows();
	assert_int_equal(parse_all_ways(), 0);
	for (size_t i = 0; i < text.len; i++) {
		char was = text.p[i];
		unsigned long named;

		if ((unsigned char)was >= 0x80)
			continue;
		text.p[i] = bad[i % sizeof bad];
		if (parse_all_ways() == 0)
			fail_msg("a bad byte at %zu is not seen", i);
		named = strtoul(err.text + strlen("byte "), NULL, 10);
		if (named > i + 2 || named + 5 < i + 1)
			fail_msg("a bad byte at %zu: %s", i, err.text);
		text.p[i] = was;
	}
}

static void
a_cut_is_seen_wherever_it_is(void **state)
{
	size_t len;

	(void)state;
	make_windows();
	for (len = text.len; text.len > 0; text.len--)
		if ((parse_all_ways() == 0) != (text.len == len))
			fail_msg("a cut at %zu is not seen", text.len);
}

/*
 * Every sequence of a lead, or something like it, and what may follow it, at
 * every place in and between vectors: both ways say the same.
 */
static void
utf8_is_checked_alike(void **state)
{
	static const unsigned char seconds[] = { 'a', 0x7f, 0x80, 0x8f, 0x90,
	    0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xff };
	static const size_t lens[] = { 32, 40, 64 };
	char line[64];
	unsigned turn = 0;

	(void)state;
	for (unsigned lead = 0x7f; lead < 0x100; lead++)
		for (unsigned n = 0; n < 12 * 12 * 12; n++, turn++) {
			size_t at = 27 + turn % 7, len = lens[turn % 3];

			memset(line, 'x', sizeof line);
			line[at] = (char)lead;
			line[at + 1] = (char)seconds[n % 12];
			line[at + 2] = (char)seconds[n / 12 % 12];
			line[at + 3] = (char)seconds[n / 144];
			assert_int_equal(nt_utf8_check(line, len),
			    nt_utf8_check_portable(line, len));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(a_million_members_are_read_and_sorted),
		cmocka_unit_test(one_member_more_is_too_many),
		cmocka_unit_test(many_of_one_name_keep_their_order),
		cmocka_unit_test(many_changes_are_not_slow),
		cmocka_unit_test(long_tokens_are_read),
		cmocka_unit_test(a_bad_byte_is_seen_wherever_it_stands),
		cmocka_unit_test(a_cut_is_seen_wherever_it_is),
		cmocka_unit_test(utf8_is_checked_alike),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
