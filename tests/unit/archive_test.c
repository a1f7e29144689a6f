/*
 * archive: what is written is read again; names and damage are seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/archive.h"
#include "nt/file.h"

/* Bytes that deflate cannot shrink, or can, the same at every run. */
static void
fill(struct nt_buf *b, size_t len, int random)
{
	uint32_t seed = 1;

	nt_buf_init(b, NT_BUF_MAX);
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		nt_buf_char(b, random ? (char)(seed >> 24) : "blocks"[i % 6]);
	}
}

/* A source over a buffer that gives odd pieces. */
struct pieces {
	const struct nt_buf *b;
	size_t at;
};

static ssize_t
read_pieces(void *arg, void *p, size_t len, struct nt_err *err)
{
	struct pieces *s = arg;
	size_t n = s->b->len - s->at;

	(void)err;
	if (n > len)
		n = len;
	if (n > 777)
		n = 777;
	memcpy(p, s->b->p + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

static void
rewind_pieces(void *arg)
{
	struct pieces *s = arg;

	s->at = 0;
}

static void
add(struct nt_zip *z, const char *name, const struct nt_buf *content)
{
	struct nt_buf copy;
	struct nt_err err;

	nt_buf_init(&copy, NT_MEMBER_MEMORY);
	nt_buf_add(&copy, content->p, content->len);
	assert_int_equal(nt_zip_add(z, name, &copy, &err), 0);
}

static void
expect(struct nt_unzip *u, const char *name, const struct nt_buf *content)
{
	struct nt_buf got;
	struct nt_err err;
	struct nt_entry e;
	struct nt_member *m;
	char part[1000];
	ssize_t n;

	assert_int_equal(nt_unzip_find(u, nt_str_of(name), &e), 1);
	assert_int_equal(e.size, content->len);
	m = nt_member_open(u, &e, &err);
	assert_non_null(m);
	nt_buf_init(&got, NT_BUF_MAX);
	while ((n = nt_member_read(m, part, sizeof part, &err)) > 0)
		nt_buf_add(&got, part, (size_t)n);
	assert_int_equal(n, 0);
	assert_int_equal(got.len, content->len);
	assert_memory_equal(got.p, content->p, got.len);
	nt_buf_free(&got);
	nt_member_close(m);
}

static void
members_come_back_as_they_went(void **state)
{
	struct nt_buf text, noise, none, large;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_unzip *u;
	struct pieces s;

	(void)state;
	fill(&text, 300000, 0);
	fill(&noise, 70000, 1);
	fill(&none, 0, 0);
	fill(&large, 3000000, 0);
	add(z, "text", &text);
	add(z, "a/noise", &noise);
	add(z, "none", &none);
	s = (struct pieces){ &large, 0 };
	assert_int_equal(nt_zip_add_source(z, "large",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, &err), 0);
	s = (struct pieces){ &noise, 0 };
	assert_int_equal(nt_zip_store(z, "stored",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, noise.len,
	    nt_crc32(0, noise.p, noise.len), &err), 0);
	for (int i = 0; i < 200; i++) {
		char name[32];

		snprintf(name, sizeof name, "many/%d", i);
		add(z, name, &text);
	}
	assert_int_equal(nt_zip_finish(z, &err), 0);
	nt_zip_free(z);

	u = nt_unzip_open(fd, &err);
	assert_non_null(u);
	assert_int_equal(nt_unzip_count(u), 205);
	expect(u, "text", &text);
	expect(u, "a/noise", &noise);
	expect(u, "none", &none);
	expect(u, "large", &large);
	expect(u, "stored", &noise);
	expect(u, "many/0", &text);
	expect(u, "many/199", &text);
	assert_int_equal(nt_unzip_find(u, NT_STR("many/200"),
	    &(struct nt_entry){ 0 }), 0);
	nt_unzip_close(u);
	nt_buf_free(&text);
	nt_buf_free(&noise);
	nt_buf_free(&none);
	nt_buf_free(&large);
	close(fd);
}

static void
what_would_pass_for_a_trap_is_stored(void **state)
{
	struct nt_buf zeros;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_unzip *u;
	struct nt_entry e;
	struct pieces s;

	(void)state;
	nt_buf_init(&zeros, NT_BUF_MAX);
	for (int i = 0; i < 2000000; i++)
		nt_buf_char(&zeros, 0);
	s = (struct pieces){ &zeros, 0 };
	assert_int_equal(nt_zip_add_source(z, "large",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, &err), 0);
	zeros.len = 500000;
	add(z, "small", &zeros);
	assert_int_equal(nt_zip_finish(z, &err), 0);
	nt_zip_free(z);
	u = nt_unzip_open(fd, &err);
	assert_non_null(u);
	nt_unzip_entry(u, 0, &e);
	assert_int_equal(e.packed, 2000000);
	expect(u, "small", &zeros);
	zeros.len = 2000000;
	expect(u, "large", &zeros);
	nt_unzip_close(u);
	nt_buf_free(&zeros);
	close(fd);
}

static void
more_members_than_16_bits_count(void **state)
{
	struct nt_buf text;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_unzip *u;
	struct nt_entry e;
	char name[32];

	(void)state;
	fill(&text, 10, 0);
	for (int i = 0; i < 70000; i++) {
		snprintf(name, sizeof name, "blocks/%05d", i);
		add(z, name, &text);
	}
	assert_int_equal(nt_zip_finish(z, &err), 0);
	nt_zip_free(z);
	u = nt_unzip_open(fd, &err);
	assert_non_null(u);
	assert_int_equal(nt_unzip_count(u), 70000);
	nt_unzip_entry(u, 69999, &e);
	assert_int_equal(nt_str_is(e.name, "blocks/69999"), 1);
	expect(u, "blocks/65536", &text);
	nt_unzip_close(u);
	nt_buf_free(&text);
	close(fd);
}

static void
names_that_leave_the_tree_are_refused(void **state)
{
	static const struct {
		const char *name;
		int good;
	} table[] = {
		{ "manifest.json", 1 },
		{ "blocks/a.json", 1 },
		{ "folder/", 1 },
		{ "a..b", 1 },
		{ "\xc3\xa9", 1 },
		{ "\xf0\x9f\x98\x80", 1 },
		{ "", 0 },
		{ "/", 0 },
		{ "/etc/passwd", 0 },
		{ "..", 0 },
		{ "../x", 0 },
		{ "a/../b", 0 },
		{ "a/..", 0 },
		{ "./a", 0 },
		{ "a//b", 0 },
		{ "a\\b", 0 },
		{ "c:x", 0 },
		{ "a\nb", 0 },
		{ "a\x7f", 0 },
		{ "a\xc2\x85", 0 },
		{ "a\xff", 0 },
		{ "a\xc3", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xc0\xaf", 0 },
	};
	struct nt_err err;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (nt_member_name_check(nt_str_of(table[i].name), &err) !=
		    (table[i].good ? 0 : -1))
			fail_msg("\"%s\" is judged wrongly", table[i].name);
	assert_int_equal(nt_member_name_check(
	    (struct nt_str){ "a\0b", 3 }, &err), -1);
}

/* Reads everything there is: 0, or -1 when anything is wrong. */
static int
read_all(int fd, struct nt_err *err)
{
	struct nt_unzip *u = nt_unzip_open(fd, err);
	int got = u == NULL ? -1 : 0;

	for (size_t i = 0; got == 0 && i < nt_unzip_count(u); i++) {
		struct nt_entry e;
		struct nt_member *m;
		char part[64];
		ssize_t n = -1;

		nt_unzip_entry(u, i, &e);
		if ((m = nt_member_open(u, &e, err)) != NULL)
			while ((n = nt_member_read(m, part, sizeof part,
			    err)) > 0)
				;
		if (n == -1)
			got = -1;
		nt_member_close(m);
	}
	nt_unzip_close(u);
	return got;
}

/*
 * Bytes that may change without harm: what a reader of ours need not know.
 * Of the local header the version, time and date; of the directory's entry the
 * versions, time and date, the inner attributes and the mode below the type.
 * And the bits that fill the last byte of deflated data.
 */
static int
free_to_change(size_t at, size_t local, size_t central)
{
	if (at >= local && at < local + 30)
		return (at >= local + 4 && at < local + 6) ||
		    (at >= local + 10 && at < local + 14);
	if (at >= central && at < central + 46)
		return (at >= central + 4 && at < central + 8) ||
		    (at >= central + 12 && at < central + 16) ||
		    (at >= central + 36 && at < central + 42);
	return at == central - 1;
}

static void
every_flipped_bit_and_every_cut_is_seen(void **state)
{
	struct nt_buf text, image;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	size_t central;

	(void)state;
	fill(&text, 60, 0);
	add(z, "name", &text);
	assert_int_equal(nt_zip_finish(z, &err), 0);
	nt_buf_init(&image, 4096);
	nt_buf_grew(&image, nt_buf_reserve(&image, 4096) != NULL ?
	    (size_t)nt_zip_bytes(z) : 0);
	nt_zip_free(z);
	assert_int_equal(nt_pread_all(fd, image.p, image.len, 0), 0);
	assert_int_equal(read_all(fd, &err), 0);
	central = image.len - 22 - 46 - 4;
	for (size_t bit = 0; bit < image.len * 8; bit++) {
		char one = image.p[bit / 8] ^ (char)(1 << bit % 8);

		nt_pwrite_all(fd, &one, 1, (off_t)(bit / 8));
		if (read_all(fd, &err) == 0 &&
		    !free_to_change(bit / 8, 0, central))
			fail_msg("bit %zu of byte %zu can flip unseen",
			    bit % 8, bit / 8);
		nt_pwrite_all(fd, &image.p[bit / 8], 1, (off_t)(bit / 8));
	}
	for (size_t len = 0; len < image.len; len++) {
		int cut = nt_file_temp(&err);

		assert_int_equal(nt_write_all(cut, image.p, len), 0);
		if (read_all(cut, &err) == 0)
			fail_msg("a cut at byte %zu is not seen", len);
		close(cut);
	}
	nt_buf_free(&text);
	nt_buf_free(&image);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_come_back_as_they_went),
		cmocka_unit_test(what_would_pass_for_a_trap_is_stored),
		cmocka_unit_test(more_members_than_16_bits_count),
		cmocka_unit_test(names_that_leave_the_tree_are_refused),
		cmocka_unit_test(every_flipped_bit_and_every_cut_is_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
