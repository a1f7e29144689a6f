/*
 * archive: members made by threads: all there, in order, once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/archive.h"
#include "nt/file.h"

#define MEMBERS 500
#define FAILS 400		/* where a test wants one that fails */

/* What one content is made from, and what was heard of it. */
struct part {
	int number;
	int fails;
	struct tally *tally;
};

struct tally {
	int done;		/* that stand in the archive, in order */
	int dropped;
	int disorder;
};

/* Between nothing and 200 KB, by the number. */
static size_t
size_of(int number)
{
	return (size_t)number * 7919 % 200000 * (number % 3 == 0);
}

static int
make(void *arg, struct nt_buf *out, struct nt_err *err)
{
	const struct part *p = arg;
	size_t size = size_of(p->number);

	if (p->fails)
		return nt_err_set(err, NT_DATA, "part %d fails", p->number);
	while (out->len < size)
		nt_buf_fmt(out, "%d of part %d\n", (int)out->len, p->number);
	return 0;
}

static int
done(void *arg, const struct nt_buf *made, struct nt_err *err)
{
	struct part *p = arg;
	struct tally *t = p->tally;

	(void)err;
	if (made == NULL)
		t->dropped++;
	else if (p->number != 2 * t->done++ || made->len < size_of(p->number))
		t->disorder = 1;
	free(p);
	return 0;
}

static struct nt_maker
maker(int number, int fails, struct tally *t)
{
	struct part *p = malloc(sizeof *p);

	*p = (struct part){ number, fails, t };
	return (struct nt_maker){ make, done, p };
}

/* A source of nothing. */
static ssize_t
read_nothing(void *arg, void *p, size_t len, struct nt_err *err)
{
	(void)arg;
	(void)p;
	(void)len;
	(void)err;
	return 0;
}

static void
rewind_nothing(void *arg)
{
	(void)arg;
}

static int
add(struct nt_zip *z, struct nt_tar *t, int number, int fails,
    struct tally *tally, struct nt_err *err)
{
	char name[32];
	struct nt_buf b;

	snprintf(name, sizeof name, "%d", number);
	/* Every second one is there already. */
	if (number % 2 == 0)
		return z != NULL ?
		    nt_zip_add_made(z, name, maker(number, fails, tally),
		    err) :
		    nt_tar_add_made(t, name, maker(number, fails, tally), err);
	if (size_of(number) == 0 && number % 50 == 1) {
		const struct nt_source none = { read_nothing, rewind_nothing,
		    NULL };

		if ((z != NULL ? nt_zip_add_source(z, name, none, err) :
		    nt_tar_add_source(t, name, none, err)) == -1)
			return -1;
		/* All before it were heard of by now. */
		assert_int_equal(tally->done, (number + 1) / 2);
		return 0;
	}
	nt_buf_init(&b, NT_BUF_MAX);
	make(&(struct part){ number, 0, NULL }, &b, err);
	return z != NULL ? nt_zip_add(z, name, &b, err) :
	    nt_tar_add(t, name, &b, err);
}

/* The content of the member is what its number makes. */
static void
check_member(const struct nt_archive *a, size_t n)
{
	struct nt_entry e;
	struct nt_member *m;
	struct nt_buf want;
	struct nt_err err;
	char *got;

	nt_buf_init(&want, NT_BUF_MAX);
	make(&(struct part){ (int)n, 0, NULL }, &want, &err);
	nt_archive_entry(a, n, &e);
	assert_int_equal(e.size, want.len);
	got = malloc(want.len + 1);
	m = nt_member_open(a, &e, &err);
	for (size_t have = 0; have < want.len; ) {
		ssize_t some = nt_member_read(m, got + have, want.len - have,
		    &err);

		assert_true(some > 0);
		have += (size_t)some;
	}
	assert_int_equal(nt_member_read(m, got, 1, &err), 0);
	nt_member_close(m);
	assert_memory_equal(got, want.p, want.len);
	free(got);
	nt_buf_free(&want);
}

static void
check(int fd)
{
	struct nt_err err;
	struct nt_archive *a = nt_archive_open(fd, &err);

	assert_non_null(a);
	assert_int_equal(nt_archive_count(a), MEMBERS);
	for (size_t n = 0; n < MEMBERS; n++)
		check_member(a, n);
	nt_archive_close(a);
}

static void
what_threads_make_stands_in_its_order(void **state)
{
	struct nt_err err;

	(void)state;
	for (int format = 0; format < 4; format++) {
		int fd = nt_file_temp(&err);
		struct tally tally = { 0, 0, 0 };
		struct nt_zip *z = format == 3 ? nt_zip_new(fd) : NULL;
		struct nt_tar *t = format == 3 ? NULL :
		    nt_tar_new(fd, (enum nt_codec)format);

		for (int i = 0; i < MEMBERS; i++)
			assert_int_equal(add(z, t, i, 0, &tally, &err), 0);
		assert_int_equal(z != NULL ? nt_zip_finish(z, &err) :
		    nt_tar_finish(t, &err), 0);
		assert_int_equal(tally.done, MEMBERS / 2);
		assert_int_equal(tally.dropped, 0);
		assert_int_equal(tally.disorder, 0);
		nt_zip_free(z);
		nt_tar_free(t);
		check(fd);
		close(fd);
	}
}

static void
a_maker_that_fails_is_heard_in_turn_and_all_are_given_back(void **state)
{
	struct nt_err err;

	(void)state;
	for (int format = 0; format < 4; format++) {
		int fd = nt_file_temp(&err), got = 0, added = 0;
		struct tally tally = { 0, 0, 0 };
		struct nt_zip *z = format == 3 ? nt_zip_new(fd) : NULL;
		struct nt_tar *t = format == 3 ? NULL :
		    nt_tar_new(fd, (enum nt_codec)format);

		for (int i = 0; got == 0 && i < MEMBERS; i++) {
			got = add(z, t, i, i >= FAILS, &tally, &err);
			added += i % 2 == 0;
		}
		if (got == 0)
			got = z != NULL ? nt_zip_finish(z, &err) :
			    nt_tar_finish(t, &err);
		assert_int_equal(got, -1);
		assert_string_equal(err.text, "part 400 fails");
		nt_zip_free(z);
		nt_tar_free(t);
		assert_int_equal(tally.done, FAILS / 2);
		assert_int_equal(tally.dropped, added - FAILS / 2);
		assert_int_equal(tally.disorder, 0);
		close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_threads_make_stands_in_its_order),
		cmocka_unit_test(
		    a_maker_that_fails_is_heard_in_turn_and_all_are_given_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
