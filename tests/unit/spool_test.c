/* spool: what was added is there, in memory, on disk and across the two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <string.h>

#include <cmocka.h>

#include "nt/mem.h"
#include "nt/spool.h"

#define TOTAL (5 * NT_SPOOL_MEMORY)

/* The byte that should stand at each place. */
static char
byte_at(uint64_t at)
{
	return (char)(at * 31 + at / 251);
}

static void
fill(struct nt_spool *s, size_t piece)
{
	char *p = nt_alloc(piece);

	while (nt_spool_size(s) < TOTAL) {
		uint64_t at = nt_spool_size(s);

		for (size_t i = 0; i < piece; i++)
			p[i] = byte_at(at + i);
		assert_int_equal(nt_spool_add(s, p, piece, NULL), 0);
		assert_int_equal(nt_spool_size(s), at + piece);
	}
	free(p);
}

static void
expect(struct nt_spool *s, uint64_t at, size_t len)
{
	char *p = nt_alloc(len);

	assert_int_equal(nt_spool_read(s, at, p, len, NULL), 0);
	for (size_t i = 0; i < len; i++)
		if (p[i] != byte_at(at + i))
			fail_msg("byte %zu from %ju is wrong", i,
			    (uintmax_t)at);
	free(p);
}

static void
what_was_added_is_there(void **state)
{
	static const size_t pieces[] = { 1000, 4096, NT_SPOOL_MEMORY - 1,
	    NT_SPOOL_MEMORY, NT_SPOOL_MEMORY + 1, TOTAL };

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct nt_spool *s = nt_spool_new();

		fill(s, pieces[i]);
		expect(s, 0, TOTAL);
		for (uint64_t at = 0; at + 5000 < TOTAL; at += 4999)
			expect(s, at, 5000);
		nt_spool_clear(s);
		assert_int_equal(nt_spool_size(s), 0);
		fill(s, 777);
		expect(s, 0, TOTAL);
		nt_spool_free(s);
	}
	nt_spool_free(NULL);
}

/* Nothing is remembered of what was forgotten. */
static void
what_was_cleared_is_not_read_again(void **state)
{
	static char old[3 * NT_SPOOL_MEMORY / 2], new[sizeof old];
	struct nt_spool *s = nt_spool_new();
	char c;

	(void)state;
	memset(old, 'o', sizeof old);
	memset(new, 'n', sizeof new);
	assert_int_equal(nt_spool_add(s, old, sizeof old, NULL), 0);
	assert_int_equal(nt_spool_read(s, 7, &c, 1, NULL), 0);
	assert_int_equal(c, 'o');
	nt_spool_clear(s);
	assert_int_equal(nt_spool_add(s, new, sizeof new, NULL), 0);
	for (uint64_t at = 10; at-- > 0;) {
		assert_int_equal(nt_spool_read(s, at, &c, 1, NULL), 0);
		assert_int_equal(c, 'n');
	}
	nt_spool_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_there),
		cmocka_unit_test(what_was_cleared_is_not_read_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
