/* seen: new once and never again, in each space, however many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nt/seen.h"

#define MANY 200000

static struct nt_id
id_of(uint32_t n)
{
	struct nt_id id = { { 0 } };

	memcpy(id.b + 12, &n, sizeof n);
	return id;
}

static void
says_new_once(void **state)
{
	struct nt_seen *s = nt_seen_new();
	struct nt_id nil = id_of(0);

	(void)state;
	assert_int_equal(nt_seen_has(s, 0, &nil, NULL), 0);
	assert_int_equal(nt_seen_add(s, 0, &nil, NULL), 1);
	assert_int_equal(nt_seen_has(s, 0, &nil, NULL), 1);
	assert_int_equal(nt_seen_has(s, 1, &nil, NULL), 0);
	assert_int_equal(nt_seen_add(s, 0, &nil, NULL), 0);
	assert_int_equal(nt_seen_add(s, 1, &nil, NULL), 1);
	assert_int_equal(nt_seen_add(s, 1, &nil, NULL), 0);
	assert_int_equal(nt_seen_add(s, 0, &nil, NULL), 0);
	nt_seen_free(s);
	nt_seen_free(NULL);
}

/* Through each growth of the filter, and beyond what a spool has in memory. */
static void
says_new_once_of_many(void **state)
{
	struct nt_seen *s = nt_seen_new();

	(void)state;
	for (uint32_t n = 0; n < MANY; n++) {
		struct nt_id id = id_of(n), old = id_of(n / 2);

		assert_int_equal(nt_seen_add(s, 7, &id, NULL), 1);
		if (n % 1000 == 0)
			assert_int_equal(nt_seen_add(s, 7, &old, NULL), 0);
	}
	for (uint32_t n = 0; n < MANY; n += 997) {
		struct nt_id id = id_of(n);

		assert_int_equal(nt_seen_has(s, 8, &id, NULL), 0);
		assert_int_equal(nt_seen_has(s, 7, &id, NULL), 1);
		assert_int_equal(nt_seen_add(s, 7, &id, NULL), 0);
		assert_int_equal(nt_seen_add(s, 8, &id, NULL), 1);
	}
	nt_seen_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_new_once),
		cmocka_unit_test(says_new_once_of_many),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
