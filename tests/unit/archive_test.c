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
expect(struct nt_archive *u, const char *name, const struct nt_buf *content)
{
	struct nt_buf got;
	struct nt_err err;
	struct nt_entry e;
	struct nt_member *m;
	char part[1000];
	ssize_t n;

	assert_int_equal(nt_archive_find(u, nt_str_of(name), &e), 1);
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
	struct nt_buf text, noise, none, middle, large;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_archive *u;
	struct pieces s;

	(void)state;
	fill(&text, 300000, 0);
	fill(&noise, 70000, 1);
	fill(&none, 0, 0);
	fill(&middle, 3000000, 0);
	fill(&large, 9000000, 0);	/* more than is packed in memory */
	add(z, "text", &text);
	add(z, "a/noise", &noise);
	add(z, "none", &none);
	s = (struct pieces){ &middle, 0 };
	assert_int_equal(nt_zip_add_source(z, "middle",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, &err), 0);
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

	u = nt_archive_open(fd, &err);
	assert_non_null(u);
	assert_int_equal(nt_archive_count(u), 206);
	expect(u, "text", &text);
	expect(u, "a/noise", &noise);
	expect(u, "none", &none);
	expect(u, "middle", &middle);
	expect(u, "large", &large);
	expect(u, "stored", &noise);
	expect(u, "many/0", &text);
	expect(u, "many/199", &text);
	assert_int_equal(nt_archive_find(u, NT_STR("many/200"),
	    &(struct nt_entry){ 0 }), 0);
	nt_archive_close(u);
	nt_buf_free(&text);
	nt_buf_free(&noise);
	nt_buf_free(&none);
	nt_buf_free(&middle);
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
	struct nt_archive *u;
	struct nt_entry e;
	struct pieces s;

	(void)state;
	nt_buf_init(&zeros, NT_BUF_MAX);
	for (int i = 0; i < 6000000; i++)
		nt_buf_char(&zeros, 0);
	s = (struct pieces){ &zeros, 0 };
	assert_int_equal(nt_zip_add_source(z, "large",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, &err), 0);
	zeros.len = 3000000;
	s = (struct pieces){ &zeros, 0 };
	assert_int_equal(nt_zip_add_source(z, "middle",
	    (struct nt_source){ read_pieces, rewind_pieces, &s }, &err), 0);
	zeros.len = 500000;
	add(z, "small", &zeros);
	assert_int_equal(nt_zip_finish(z, &err), 0);
	nt_zip_free(z);
	u = nt_archive_open(fd, &err);
	assert_non_null(u);
	nt_archive_entry(u, 0, &e);
	assert_int_equal(e.packed, 6000000);
	expect(u, "small", &zeros);
	zeros.len = 3000000;
	expect(u, "middle", &zeros);
	zeros.len = 6000000;
	expect(u, "large", &zeros);
	nt_archive_close(u);
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
	struct nt_archive *u;
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
	u = nt_archive_open(fd, &err);
	assert_non_null(u);
	assert_int_equal(nt_archive_count(u), 70000);
	nt_archive_entry(u, 69999, &e);
	assert_int_equal(nt_str_is(e.name, "blocks/69999"), 1);
	expect(u, "blocks/65536", &text);
	nt_archive_close(u);
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
	struct nt_archive *u = nt_archive_open(fd, err);
	int got = u == NULL ? -1 : 0;

	for (size_t i = 0; got == 0 && i < nt_archive_count(u); i++) {
		struct nt_entry e;
		struct nt_member *m;
		char part[64];
		ssize_t n = -1;

		nt_archive_entry(u, i, &e);
		if ((m = nt_member_open(u, &e, err)) != NULL)
			while ((n = nt_member_read(m, part, sizeof part,
			    err)) > 0)
				;
		if (n == -1)
			got = -1;
		nt_member_close(m);
	}
	nt_archive_close(u);
	return got;
}

/* Ends the archive and reads the whole of it. */
static void
finish(struct nt_zip *z, int fd, struct nt_buf *image)
{
	size_t size;

	assert_int_equal(nt_zip_finish(z, NULL), 0);
	nt_zip_free(z);
	size = (size_t)lseek(fd, 0, SEEK_END);
	nt_buf_init(image, size);
	assert_non_null(nt_buf_reserve(image, size));
	nt_buf_grew(image, size);
	assert_int_equal(nt_pread_all(fd, image->p, size, 0), 0);
}

/* Writes a number as the format has it. */
static void
patch(char *image, size_t at, size_t bytes, uint64_t value)
{
	for (size_t i = 0; i < bytes; i++)
		image[at + i] = (char)(value >> (8 * i));
}

/* An archive of "a" and "b", 2,000,000 bytes each, stored. */
static void
two_members(int fd, struct nt_buf *image)
{
	static const char *const names[] = { "a", "b" };
	struct nt_zip *z = nt_zip_new(fd);
	struct nt_buf noise;
	struct nt_err err;

	fill(&noise, 2000000, 1);
	for (size_t i = 0; i < 2; i++) {
		struct pieces s = { &noise, 0 };

		assert_int_equal(nt_zip_store(z, names[i],
		    (struct nt_source){ read_pieces, rewind_pieces, &s },
		    noise.len, nt_crc32(0, noise.p, noise.len), &err), 0);
	}
	finish(z, fd, image);
	nt_buf_free(&noise);
}

/*
 * One claim a row, made in the directory's second entry or in the end, by
 * where it stands there.
 */
static void
claims_beyond_reason_are_refused(void **state)
{
	enum { ENTRY, END };
	static const struct {
		int where;
		size_t at, bytes;
		uint64_t value;
		const char *words;
	} rows[] = {
		{ ENTRY, 8, 2, 0x0801, "is encrypted" },
		{ ENTRY, 8, 2, 0x0840, "is encrypted" },
		{ ENTRY, 8, 2, 0x2800, "is encrypted" },
		{ ENTRY, 10, 2, 9, "method 9" },
		{ ENTRY, 10, 2, 14, "method 14" },
		{ ENTRY, 20, 4, 2000001, "overlap" },
		{ ENTRY, 20, 4, 0xffffffff, "an entry of its directory" },
		{ ENTRY, 24, 4, 1999999, "cannot have the size" },
		{ ENTRY, 24, 4, 0xffffffff, "an entry of its directory" },
		{ ENTRY, 28, 2, 60000, "an entry of its directory" },
		{ ENTRY, 28, 2, 0, "is empty" },
		{ ENTRY, 30, 2, 60000, "an entry of its directory" },
		{ ENTRY, 34, 2, 1, "another disk" },
		{ ENTRY, 38, 4, 0120777u << 16, "a link or a device" },
		{ ENTRY, 38, 4, 0020666u << 16, "a link or a device" },
		{ ENTRY, 38, 4, 0040755u << 16, "a link or a device" },
		{ ENTRY, 42, 4, 0, "overlap" },
		{ ENTRY, 42, 4, 0xfffffffe, "overlap" },
		{ ENTRY, 46, 1, '/', "is absolute" },
		{ ENTRY, 46, 1, 'a', "two members called a" },
		{ END, 4, 2, 1, "several disks" },
		{ END, 8, 2, 1, "several disks" },
		{ END, 8, 4, 0x00010001, "more members than it counts" },
		{ END, 8, 4, 0x00030003, "too short for the members" },
		{ END, 8, 4, 0xffffffff, "zip64 end is missing" },
		{ END, 12, 4, 1, "not where it should be" },
		{ END, 16, 4, 1, "not where it should be" },
		{ END, 20, 2, 1, "cut short" },
	};
	struct nt_buf image;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	size_t end;

	(void)state;
	two_members(fd, &image);
	end = image.len - 22;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t at = rows[i].at + (rows[i].where == END ? end :
		    end - 47);
		char old[8];

		memcpy(old, image.p + at, rows[i].bytes);
		patch(image.p, at, rows[i].bytes, rows[i].value);
		nt_pwrite_all(fd, image.p + at, rows[i].bytes, (off_t)at);
		assert_null(nt_archive_open(fd, &err));
		if (strstr(err.text, rows[i].words) == NULL)
			fail_msg("row %zu: %s", i, err.text);
		memcpy(image.p + at, old, rows[i].bytes);
		nt_pwrite_all(fd, old, rows[i].bytes, (off_t)at);
	}
	/* 1.5e9 bytes are possible for deflate, but 375 times the archive. */
	patch(image.p, end - 47 + 10, 2, 8);
	patch(image.p, end - 47 + 24, 4, 1500000000);
	nt_pwrite_all(fd, image.p + end - 47, 47, (off_t)(end - 47));
	assert_null(nt_archive_open(fd, &err));
	assert_int_equal(err.kind, NT_LIMIT);
	nt_buf_free(&image);
	close(fd);
}

static void
bytes_before_the_first_member_are_refused(void **state)
{
	struct nt_buf text, image;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	size_t end;

	(void)state;
	fill(&text, 10, 0);
	add(z, "a", &text);
	finish(z, fd, &image);
	end = image.len - 22;
	patch(image.p, end - 47 + 42, 4, 4);
	patch(image.p, end + 16, 4, end - 47 + 4);
	nt_pwrite_all(fd, "PKPK", 4, 0);
	nt_pwrite_all(fd, image.p, image.len, 4);
	assert_null(nt_archive_open(fd, &err));
	assert_string_equal(err.text, "the zip archive is damaged: there are "
	    "bytes before its first member");
	nt_buf_free(&text);
	nt_buf_free(&image);
	close(fd);
}

static void
bytes_between_two_members_are_refused(void **state)
{
	struct nt_buf noise, image;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_zip *z = nt_zip_new(fd);
	size_t first;

	(void)state;
	fill(&noise, 100, 1);
	add(z, "a", &noise);
	add(z, "b", &noise);
	finish(z, fd, &image);
	/* The first ends ten bytes before the second begins. */
	first = image.len - 22 - 2 * 47;
	noise.len -= 10;
	patch(image.p, 14, 4, nt_crc32(0, noise.p, noise.len));
	patch(image.p, first + 16, 4, nt_crc32(0, noise.p, noise.len));
	patch(image.p, 18, 4, noise.len);
	patch(image.p, 22, 4, noise.len);
	patch(image.p, first + 20, 4, noise.len);
	patch(image.p, first + 24, 4, noise.len);
	nt_pwrite_all(fd, image.p, image.len, 0);
	assert_int_equal(read_all(fd, &err), -1);
	assert_string_equal(err.text,
	    "a is damaged: there are bytes between it and what follows it");
	nt_buf_free(&noise);
	nt_buf_free(&image);
	close(fd);
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
	finish(z, fd, &image);
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
		cmocka_unit_test(claims_beyond_reason_are_refused),
		cmocka_unit_test(bytes_before_the_first_member_are_refused),
		cmocka_unit_test(bytes_between_two_members_are_refused),
		cmocka_unit_test(every_flipped_bit_and_every_cut_is_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
