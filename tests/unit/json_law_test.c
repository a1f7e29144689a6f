/* json: laws, over random documents spelled in random ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/json/internal.h"

#define DOCUMENTS 3000

/* Chance, always the same. */
static uint64_t chance;

static unsigned
below(unsigned n)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)(chance >> 32) % n;
}

/* White space, now and then, if the document is to be spelled loosely. */
static void
space(struct nt_buf *out, int loose)
{
	static const char *const spaces[] = { " ", "\n", "\t", "\r\n  " };

	if (loose && below(4) == 0)
		nt_buf_str(out, spaces[below(4)]);
}

/*
 * Each way of spelling a value, the canonical one first.  Names are sorted by
 * UTF-16 code units.
 */
static const char *const names[][3] = {
	{ "\"\"", "\"\"", "\"\"" },
	{ "\"\\n\"", "\"\\u000a\"", "\"\\u000A\"" },
	{ "\"A\"", "\"\\u0041\"", "\"A\"" },
	{ "\"a\"", "\"a\"", "\"\\u0061\"" },
	{ "\"a/b\"", "\"a\\/b\"", "\"a\\u002fb\"" },
	{ "\"aa\"", "\"\\u0061a\"", "\"a\\u0061\"" },
	{ "\"caf\xc3\xa9\"", "\"caf\\u00e9\"", "\"caf\\u00E9\"" },
	{ "\"created_by\"", "\"created_by\"", "\"created\\u005fby\"" },
	{ "\"created_time\"", "\"created_time\"", "\"created_tim\\u0065\"" },
	{ "\"\\ud83d\"", "\"\\uD83D\"", "\"\\uD83d\"" },
	{ "\"\xf0\x9f\x98\x80\"", "\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\"" },
	{ "\"\xee\x80\x80\"", "\"\\ue000\"", "\"\\uE000\"" },
};

static const char *const scalars[][3] = {
	{ "null", "null", "null" },
	{ "true", "true", "true" },
	{ "false", "false", "false" },
	{ "0", "-0", "0.000e9" },
	{ "100", "1e2", "100.00" },
	{ "-0.001", "-1e-3", "-0.0010" },
	{ "1e+21", "1000000000000000000000", "1E21" },
	{ "9007199254740993", "9007199254740993", "9007199254740993" },
	{ "0.1", "0.1000000000000000055", "1e-1" },
	{ "\"\"", "\"\"", "\"\"" },
	{ "\"\\\\\\\"\"", "\"\\u005c\\\"\"", "\"\\\\\\u0022\"" },
	{ "\"\xe2\x82\xac and a text longer than one vector of the scan\"",
	    "\"\\u20ac and a text longer than one vector of the scan\"",
	    "\"\\u20AC and a text longer than one vector of the scan\"" },
};

static void write_random(struct nt_buf *out, int loose, unsigned depth,
    uint64_t seed);

/* Members are chosen by bits; loosely spelled ones come in reverse order. */
static void
write_object(struct nt_buf *out, int loose, unsigned depth, uint64_t seed)
{
	const unsigned count = sizeof names / sizeof *names;
	unsigned chosen = (unsigned)(seed >> 16) & ((1u << count) - 1);
	int some = 0;

	nt_buf_char(out, '{');
	for (unsigned i = 0; i < count; i++) {
		unsigned n = loose ? count - 1 - i : i;

		if (!(chosen >> n & 1))
			continue;
		if (some)
			nt_buf_char(out, ',');
		space(out, loose);
		nt_buf_str(out, names[n][loose ? below(3) : 0]);
		space(out, loose);
		nt_buf_char(out, ':');
		write_random(out, loose, depth + 1, seed * 31 + n);
		some = 1;
	}
	space(out, loose);
	nt_buf_char(out, '}');
}

static void
write_array(struct nt_buf *out, int loose, unsigned depth, uint64_t seed)
{
	unsigned count = (unsigned)(seed >> 16) % 6;

	nt_buf_char(out, '[');
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			nt_buf_char(out, ',');
		write_random(out, loose, depth + 1, seed * 37 + i);
	}
	space(out, loose);
	nt_buf_char(out, ']');
}

/* Writes the document of that seed, canonical or loosely spelled. */
static void
write_random(struct nt_buf *out, int loose, unsigned depth, uint64_t seed)
{
	seed = (seed ^ seed >> 29) * 0x9e3779b97f4a7c15u;
	space(out, loose);
	if (depth < 4 && (seed >> 60) < 5)
		write_object(out, loose, depth, seed);
	else if (depth < 4 && (seed >> 60) < 8)
		write_array(out, loose, depth, seed);
	else
		nt_buf_str(out, scalars[(seed >> 40) %
		    (sizeof scalars / sizeof *scalars)][loose ? below(3) : 0]);
	space(out, loose);
}

struct pair {
	struct nt_buf canonical, loose;
	struct nt_json *a, *b;
	struct nt_value x, y;
};

static void
make_pair(struct pair *p, uint64_t seed)
{
	struct nt_err err;

	nt_buf_clear(&p->canonical);
	nt_buf_clear(&p->loose);
	write_random(&p->canonical, 0, 0, seed);
	write_random(&p->loose, 1, 0, seed);
	nt_json_set_portable(p->b, (int)(seed & 1));
	if (nt_json_parse(p->a, p->canonical.p, p->canonical.len, &p->x,
	    &err) == -1 || nt_json_parse(p->b, p->loose.p, p->loose.len, &p->y,
	    &err) == -1)
		fail_msg("%s in %s", err.text, p->canonical.p);
}

static int
setup(void **state)
{
	struct pair *p = nt_alloc(sizeof *p);

	chance = 88172645463325252u;
	nt_buf_init(&p->canonical, NT_BUF_MAX);
	nt_buf_init(&p->loose, NT_BUF_MAX);
	p->a = nt_json_new();
	p->b = nt_json_new();
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	nt_json_free(p->a);
	nt_json_free(p->b);
	nt_buf_free(&p->canonical);
	nt_buf_free(&p->loose);
	free(p);
	return 0;
}

static void
any_spelling_becomes_the_canonical_one(void **state)
{
	struct pair *p = *state;
	char x[NT_DIGEST_TEXT], y[NT_DIGEST_TEXT];
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
		make_pair(p, seed);
		nt_buf_clear(&out);
		nt_json_canonical(p->y, &out);
		assert_string_equal(out.p, p->canonical.p);
		assert_true(nt_json_was_canonical(p->a));
		assert_int_equal(nt_json_was_canonical(p->b),
		    strcmp(p->loose.p, p->canonical.p) == 0);
		nt_value_digest(p->x, x);
		nt_value_digest(p->y, y);
		assert_string_equal(x, y);
		assert_true(nt_value_equal(p->x, p->y));
	}
	nt_buf_free(&out);
}

/* Walks both, member by member of the canonical one. */
static void
assert_same(struct nt_value x, struct nt_value y)
{
	struct nt_value e = nt_value_first(x);
	size_t n = 0;

	assert_int_equal(nt_value_type(x), nt_value_type(y));
	assert_int_equal(nt_value_count(x), nt_value_count(y));
	assert_true(nt_str_eq(nt_value_text(x), nt_value_text(y)));
	assert_true(nt_value_number(x) == nt_value_number(y));
	for (; nt_value_there(e); e = nt_value_next(e), n++) {
		struct nt_str key = nt_value_key(e);

		assert_same(e, key.p == NULL ? nt_value_index(y, n) :
		    nt_value_get_n(y, key.p, key.len));
	}
	assert_int_equal(n, nt_value_count(x));
}

static void
any_spelling_looks_the_same(void **state)
{
	struct pair *p = *state;

	for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
		make_pair(p, seed);
		assert_same(p->x, p->y);
	}
}

static void
a_glance_finds_what_the_reader_finds(void **state)
{
	static const char *const wanted[] = { "aa", "created_by", "none", "A" };
	struct pair *p = *state;
	struct nt_str fast[4], portable[4];

	for (uint64_t seed = 1; seed <= DOCUMENTS; seed++) {
		int hits;

		make_pair(p, seed);
		hits = nt_json_glance_by(nt_json_marks_way(seed & 1),
		    p->canonical.p, p->canonical.len, wanted, 4, fast);
		assert_int_equal(hits, nt_json_glance_by(NULL, p->canonical.p,
		    p->canonical.len, wanted, 4, portable));
		assert_int_equal(hits == -1,
		    !nt_value_is(p->x, NT_JSON_OBJECT));
		for (size_t i = 0; i < 4; i++) {
			struct nt_str raw = nt_value_raw(nt_value_get(p->x,
			    wanted[i]));

			assert_ptr_equal(fast[i].p, raw.p);
			assert_int_equal(fast[i].len, raw.len);
			assert_ptr_equal(portable[i].p, raw.p);
			assert_int_equal(portable[i].len, raw.len);
		}
	}
}

/* The numbers between two powers of two, where few bits are set. */
static void
doubles_come_back(void **state)
{
	char text[NT_JSON_NUMBER_TEXT];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t bits = ((uint64_t)below(1u << 31) << 33 ^
		    (uint64_t)below(1u << 31) << 11 ^ below(1u << 11));
		double d, back;
		size_t len;

		if (i % 4 == 0)
			bits &= (uint64_t)0xfff << 52;	/* a power of two */
		if ((bits >> 52 & 0x7ff) == 0x7ff)
			continue;
		memcpy(&d, &bits, sizeof d);
		len = nt_json_double_spell(d, text);
		back = nt_json_number_value(text, len);
		if (back != d)
			fail_msg("%.17g is spelled %.*s", d, (int)len, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_spelling_becomes_the_canonical_one),
		cmocka_unit_test(any_spelling_looks_the_same),
		cmocka_unit_test(a_glance_finds_what_the_reader_finds),
		cmocka_unit_test(doubles_come_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
