/* change: RFC 6902 to the letter, and the smallest patch that we know of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nt/change.h"

static struct nt_value
parse(struct nt_json *doc, const char *text)
{
	struct nt_value v;
	struct nt_err err;

	if (nt_json_parse(doc, text, strlen(text), &v, &err) == -1)
		fail_msg("%s: %s", text, err.text);
	return v;
}

/* What a patch makes of a document, or how its refusal begins. */
static const struct {
	const char *before, *patch, *after;
} rows[] = {
	{ "{\"a\":1}", "[]", "{\"a\":1}" },
	{ "{\"b\":1,\"a\":1.0}", "[]", "{\"a\":1,\"b\":1}" },
	{ "{\"a\":1}", "{}", "the patch is no array" },
	{ "{\"a\":1}", "[1]", "/patch/0: the \"op\" is none" },
	{ "{\"a\":1}", "[{\"op\":\"spread\",\"path\":\"\"}]",
	    "/patch/0: the \"op\" is none" },
	{ "{\"a\":1}", "[{\"op\":\"remove\"}]",
	    "/patch/0: there is no \"path\"" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/b\"}]",
	    "/patch/0: there is no \"value\"" },
	{ "{\"a\":1}", "[{\"op\":\"copy\",\"path\":\"/b\"}]",
	    "/patch/0: there is no \"from\"" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"b\",\"value\":1}]",
	    "/patch/0: cannot add \"b\": it is no JSON pointer" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/~2\",\"value\":1}]",
	    "/patch/0: cannot add \"/~2\": it is no JSON pointer" },
	/* add */
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/b\",\"value\":[null]}]",
	    "{\"a\":1,\"b\":[null]}" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a\",\"value\":2}]",
	    "{\"a\":2}" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"\",\"value\":[2]}]",
	    "[2]" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/\",\"value\":2}]",
	    "{\"\":2,\"a\":1}" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/x/y\",\"value\":2}]",
	    "/patch/0: cannot add \"/x/y\": nothing is there" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":2}]",
	    "/patch/0: cannot add \"/a/b\": nothing is there" },
	{ "{\"a/b\":1,\"m~n\":2}",
	    "[{\"op\":\"add\",\"path\":\"/a~1b\",\"value\":3},"
	    "{\"op\":\"remove\",\"path\":\"/m~0n\"},"
	    "{\"op\":\"add\",\"path\":\"/~01\",\"value\":4}]",
	    "{\"a/b\":3,\"~1\":4}" },
	{ "[1,3]", "[{\"op\":\"add\",\"path\":\"/1\",\"value\":2}]",
	    "[1,2,3]" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/1\",\"value\":2}]", "[1,2]" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/-\",\"value\":2}]", "[1,2]" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/2\",\"value\":2}]",
	    "/patch/0: cannot add \"/2\": an array has no such" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/01\",\"value\":2}]",
	    "/patch/0: cannot add \"/01\": an array has no such" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/-1\",\"value\":2}]",
	    "/patch/0: cannot add \"/-1\": an array has no such" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/1e0\",\"value\":2}]",
	    "/patch/0: cannot add \"/1e0\": an array has no such" },
	{ "[1]", "[{\"op\":\"add\",\"path\":\"/99999999999\",\"value\":2}]",
	    "/patch/0: cannot add \"/99999999999\": an array has no" },
	/* remove */
	{ "[1,2,3]", "[{\"op\":\"remove\",\"path\":\"/1\"},"
	    "{\"op\":\"remove\",\"path\":\"/1\"}]", "[1]" },
	{ "[1]", "[{\"op\":\"remove\",\"path\":\"/1\"}]",
	    "/patch/0: cannot remove \"/1\": there is no such value" },
	{ "[1]", "[{\"op\":\"remove\",\"path\":\"/-\"}]",
	    "/patch/0: cannot remove \"/-\": there is no such value" },
	{ "{}", "[{\"op\":\"remove\",\"path\":\"\"}]",
	    "/patch/0: cannot remove \"\": nothing would be left" },
	{ "{}", "[{\"op\":\"remove\",\"path\":\"/a\"}]",
	    "/patch/0: cannot remove \"/a\": there is no such value" },
	/* replace */
	{ "{\"a\":[1]}",
	    "[{\"op\":\"replace\",\"path\":\"/a/0\",\"value\":\"x\"}]",
	    "{\"a\":[\"x\"]}" },
	{ "{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":{}}]",
	    "{}" },
	{ "{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/b\",\"value\":1}]",
	    "/patch/0: cannot replace \"/b\": there is no such value" },
	/* move */
	{ "{\"a\":{\"b\":1},\"c\":{}}",
	    "[{\"from\":\"/a/b\",\"op\":\"move\",\"path\":\"/c/d\"}]",
	    "{\"a\":{},\"c\":{\"d\":1}}" },
	{ "[0,1,2]", "[{\"from\":\"/0\",\"op\":\"move\",\"path\":\"/2\"}]",
	    "[1,2,0]" },
	{ "[0,1,2]", "[{\"from\":\"/0\",\"op\":\"move\",\"path\":\"/3\"}]",
	    "/patch/0: cannot move \"/3\": an array has no such" },
	{ "{\"a\":{}}",
	    "[{\"from\":\"/a\",\"op\":\"move\",\"path\":\"/a/b\"}]",
	    "/patch/0: cannot move \"/a/b\": a value cannot be moved into" },
	{ "{\"a\":1}", "[{\"from\":\"/a\",\"op\":\"move\",\"path\":\"/a\"}]",
	    "{\"a\":1}" },
	{ "{\"a\":1,\"ab\":{}}",
	    "[{\"from\":\"/a\",\"op\":\"move\",\"path\":\"/ab/c\"}]",
	    "{\"ab\":{\"c\":1}}" },
	{ "{}", "[{\"from\":\"/a\",\"op\":\"move\",\"path\":\"/b\"}]",
	    "/patch/0: cannot move \"/a\": there is no such value" },
	/* copy */
	{ "{\"a\":[1]}",
	    "[{\"from\":\"/a\",\"op\":\"copy\",\"path\":\"/a/0\"}]",
	    "{\"a\":[[1],1]}" },
	{ "{\"a\":[1]}",
	    "[{\"from\":\"/a\",\"op\":\"copy\",\"path\":\"/b\"},"
	    "{\"op\":\"add\",\"path\":\"/b/0\",\"value\":2}]",
	    "{\"a\":[1],\"b\":[2,1]}" },
	/* test */
	{ "{\"a\":{\"b\":1,\"c\":[2]}}",
	    "[{\"op\":\"test\",\"path\":\"/a\","
	    "\"value\":{\"c\":[2],\"b\":1}}]",
	    "{\"a\":{\"b\":1,\"c\":[2]}}" },
	{ "{\"a\":\"1\"}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1}]",
	    "/patch/0: cannot test \"/a\": it is another value" },
	{ "{\"a\":[1,2]}",
	    "[{\"op\":\"test\",\"path\":\"/a\",\"value\":[2,1]}]",
	    "/patch/0: cannot test \"/a\": it is another value" },
	{ "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/a\"},"
	    "{\"op\":\"test\",\"path\":\"/a\",\"value\":null}]",
	    "/patch/1: cannot test \"/a\": there is no such value" },
};

static void
applies_to_the_letter(void **state)
{
	struct nt_json *doc = nt_json_new(), *ops = nt_json_new();
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_err err = { .text = "" };
		const char *after = rows[i].after;

		nt_buf_clear(&out);
		if (nt_patch_apply(parse(doc, rows[i].before), parse(ops,
		    rows[i].patch), &out, &err) == 0)
			assert_string_equal(out.p, after);
		else if (strncmp(err.text, after, strlen(after)) != 0)
			fail_msg("%s: %s", rows[i].patch, err.text);
	}
	nt_buf_free(&out);
	nt_json_free(ops);
	nt_json_free(doc);
}

/* The patch that is made, which then makes the one of the other. */
static const struct {
	const char *a, *b, *patch;
} makes[] = {
	{ "{\"a\":1}", "{\"a\":1}", "[]" },
	{ "{\"a\":1}", "{\"a\":2}",
	    "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":2}]" },
	{ "{\"a\":1}", "{\"b\":1}",
	    "[{\"op\":\"remove\",\"path\":\"/a\"},"
	    "{\"op\":\"add\",\"path\":\"/b\",\"value\":1}]" },
	{ "{\"a/~\":1}", "{\"a/~\":2}",
	    "[{\"op\":\"replace\",\"path\":\"/a~1~0\",\"value\":2}]" },
	{ "{\"a\":[1,2,3]}", "{\"a\":[1,3]}",
	    "[{\"op\":\"remove\",\"path\":\"/a/1\"}]" },
	{ "{\"a\":[1,2,3]}", "{\"a\":[5,4]}",
	    "[{\"op\":\"replace\",\"path\":\"/a\",\"value\":[5,4]}]" },
	/* a text in a long value, and none of what stands beside it */
	{ "{\"t\":[{\"annotations\":{\"bold\":false},\"plain\":\"one\"},"
	    "{\"annotations\":{\"bold\":false},\"plain\":\"two\"}]}",
	    "{\"t\":[{\"annotations\":{\"bold\":false},\"plain\":\"one\"},"
	    "{\"annotations\":{\"bold\":false},\"plain\":\"too\"}]}",
	    "[{\"op\":\"replace\",\"path\":\"/t/1/plain\","
	    "\"value\":\"too\"}]" },
	/* what stands behind an element that is new stays */
	{ "{\"t\":[\"a long text that nobody says twice\","
	    "\"another one that is as long as that\"]}",
	    "{\"t\":[\"a long text that nobody says twice\",1,"
	    "\"another one that is as long as that\"]}",
	    "[{\"op\":\"add\",\"path\":\"/t/1\",\"value\":1}]" },
	/* of two that could have become a new one, the nearer did */
	{ "{\"t\":[{\"id\":\"0123456789012345678901234567\",\"n\":1},"
	    "{\"id\":\"9876543210987654321098765432\",\"n\":2}]}",
	    "{\"t\":[{\"id\":\"9876543210987654321098765432\",\"n\":3}]}",
	    "[{\"op\":\"remove\",\"path\":\"/t/0\"},"
	    "{\"op\":\"replace\",\"path\":\"/t/0/n\",\"value\":3}]" },
	/* two members of one name are nothing that a pointer could tell */
	{ "{\"x\":{\"a\":1,\"a\":2}}", "{\"x\":{\"a\":1,\"a\":3}}",
	    "[{\"op\":\"replace\",\"path\":\"/x\","
	    "\"value\":{\"a\":1,\"a\":3}}]" },
	{ "[1]", "{\"a\":1}",
	    "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"a\":1}}]" },
};

static void
makes_the_smallest(void **state)
{
	struct nt_json *a = nt_json_new(), *b = nt_json_new();
	struct nt_json *ops = nt_json_new();
	struct nt_buf patch, back;
	struct nt_err err;

	(void)state;
	nt_buf_init(&patch, NT_BUF_MAX);
	nt_buf_init(&back, NT_BUF_MAX);
	for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
		struct nt_value from = parse(a, makes[i].a);

		nt_buf_clear(&patch);
		nt_buf_clear(&back);
		nt_patch_make(from, parse(b, makes[i].b), &patch);
		assert_string_equal(patch.p, makes[i].patch);
		assert_int_equal(nt_patch_apply(from, parse(ops, patch.p),
		    &back, &err), 0);
		assert_string_equal(back.p, makes[i].b);
	}
	nt_buf_free(&back);
	nt_buf_free(&patch);
	nt_json_free(ops);
	nt_json_free(b);
	nt_json_free(a);
}

/* ---- random values ---- */

static uint64_t chance = 88172645463325252u;

static unsigned
below(unsigned n)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)(chance >> 32) % n;
}

static void
any_value(struct nt_json_out *o, const char *key, unsigned depth)
{
	static const char *const names[] = { "a", "b/", "c~", "", "\xC3\xA9" };
	unsigned what = below(depth > 4 ? 3 : 6);

	if (what == 0) {
		nt_json_put_int(o, key, below(4));
	} else if (what == 1) {
		nt_json_put_text(o, key, names[below(5)]);
	} else if (what == 2) {
		nt_json_put_null(o, key);
	} else if (what == 3) {
		nt_json_open(o, key, '{');
		for (unsigned i = 0; i < 5; i++)
			if (below(2) == 0)
				any_value(o, names[i], depth + 1);
		nt_json_close(o, '}');
	} else {
		nt_json_open(o, key, '[');
		for (unsigned n = below(what == 4 ? 6 : 60); n > 0; n--)
			any_value(o, NULL, depth + what);
		nt_json_close(o, ']');
	}
}

/* A canonical document, and its text, which the caller frees. */
static struct nt_value
any_document(struct nt_json *doc, struct nt_buf *text)
{
	struct nt_buf loose;
	struct nt_json_out o;
	struct nt_err err;

	nt_buf_init(&loose, NT_BUF_MAX);
	nt_json_out_init(&o, &loose);
	any_value(&o, NULL, 0);
	nt_buf_clear(text);
	assert_int_equal(nt_json_rewrite(loose.p, loose.len, text, &err), 0);
	nt_buf_free(&loose);
	return parse(doc, text->p);
}

static void
what_is_made_applies(void **state)
{
	struct nt_json *a = nt_json_new(), *b = nt_json_new();
	struct nt_json *ops = nt_json_new();
	struct nt_buf text_a, text_b, patch, back;
	struct nt_err err;

	(void)state;
	nt_buf_init(&text_a, NT_BUF_MAX);
	nt_buf_init(&text_b, NT_BUF_MAX);
	nt_buf_init(&patch, NT_BUF_MAX);
	nt_buf_init(&back, NT_BUF_MAX);
	for (int i = 0; i < 3000; i++) {
		struct nt_value from = any_document(a, &text_a);
		struct nt_value to = any_document(b, &text_b);

		nt_buf_clear(&patch);
		nt_buf_clear(&back);
		nt_patch_make(from, to, &patch);
		if (nt_patch_apply(from, parse(ops, patch.p), &back,
		    &err) == -1)
			fail_msg("%s: %s", patch.p, err.text);
		assert_string_equal(back.p, text_b.p);
		assert_true(nt_json_was_canonical(ops));
	}
	nt_buf_free(&back);
	nt_buf_free(&patch);
	nt_buf_free(&text_b);
	nt_buf_free(&text_a);
	nt_json_free(ops);
	nt_json_free(b);
	nt_json_free(a);
}

/* ---- patches that mean harm ---- */

/* Repeats op, whose path is the place where the number goes, count times. */
static void
write_ops(struct nt_buf *out, const char *op, unsigned count)
{
	nt_buf_str(out, "[");
	for (unsigned i = 0; i < count; i++)
		nt_buf_fmt(out, "%s%s", i > 0 ? "," : "", op);
	nt_buf_str(out, "]");
}

static void
refuses_what_has_no_end(void **state)
{
	static const char *const harm[][2] = {
		/* doubles each time */
		{ "{\"a\":[\"some text\"]}",
		    "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}" },
		/* goes deeper each time, though not by its own size */
		{ "{\"a\":{}}",
		    "{\"op\":\"add\",\"path\":\"/b\",\"value\":{}},"
		    "{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b/c\"},"
		    "{\"op\":\"move\",\"from\":\"/b\",\"path\":\"/a\"}" },
	};
	struct nt_json *doc = nt_json_new(), *ops = nt_json_new();
	struct nt_buf patch, out;
	struct nt_err err;

	(void)state;
	nt_buf_init(&patch, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	for (size_t i = 0; i < sizeof harm / sizeof *harm; i++) {
		nt_buf_clear(&patch);
		write_ops(&patch, harm[i][1], 2000);
		assert_int_equal(nt_patch_apply(parse(doc, harm[i][0]),
		    parse(ops, patch.p), &out, &err), -1);
		assert_int_equal(out.len, 0);
	}
	nt_buf_free(&out);
	nt_buf_free(&patch);
	nt_json_free(ops);
	nt_json_free(doc);
}

/* An array in an array ..., each with two elements, so that pairs double. */
static void
nest(struct nt_buf *out, unsigned depth, unsigned seed)
{
	for (unsigned i = 0; i < depth; i++)
		nt_buf_fmt(out, "[%u,", i + seed);
	nt_buf_str(out, "0");
	for (unsigned i = 0; i < depth; i++)
		nt_buf_str(out, ",7]");
}

static void
ends_on_deep_and_on_long_ones(void **state)
{
	struct nt_json *a = nt_json_new(), *b = nt_json_new();
	struct nt_buf text_a, text_b, patch;

	(void)state;
	nt_buf_init(&text_a, NT_BUF_MAX);
	nt_buf_init(&text_b, NT_BUF_MAX);
	nt_buf_init(&patch, NT_BUF_MAX);
	nest(&text_a, 900, 1);
	nest(&text_b, 900, 2);
	nt_patch_make(parse(a, text_a.p), parse(b, text_b.p), &patch);
	assert_int_not_equal(patch.len, 2);
	nt_buf_clear(&text_a);
	nt_buf_clear(&text_b);
	nt_buf_clear(&patch);
	write_ops(&text_a, "1", 200000);
	write_ops(&text_b, "2", 190000);
	nt_patch_make(parse(a, text_a.p), parse(b, text_b.p), &patch);
	assert_int_not_equal(patch.len, 2);
	nt_buf_free(&patch);
	nt_buf_free(&text_b);
	nt_buf_free(&text_a);
	nt_json_free(b);
	nt_json_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applies_to_the_letter),
		cmocka_unit_test(makes_the_smallest),
		cmocka_unit_test(what_is_made_applies),
		cmocka_unit_test(refuses_what_has_no_end),
		cmocka_unit_test(ends_on_deep_and_on_long_ones),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("change_patch", tests, NULL, NULL);
}
