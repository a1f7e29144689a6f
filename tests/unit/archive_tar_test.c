/*
 * archive: a tar, plain or packed, comes back as it went; every name and size
 * finds its place; what is not as it must be is refused in words.
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

static const enum nt_codec codecs[] = { NT_CODEC_NONE, NT_CODEC_GZIP,
    NT_CODEC_ZSTD };

/* Bytes that packing cannot shrink, the same at every run. */
static void
noise(struct nt_buf *b, size_t len)
{
	uint32_t seed = 1;

	nt_buf_init(b, NT_BUF_MAX);
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		nt_buf_char(b, (char)(seed >> 24));
	}
}

static void
add(struct nt_tar *t, const char *name, const char *p, size_t len)
{
	struct nt_buf b;
	struct nt_err err;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_add(&b, p, len);
	assert_int_equal(nt_tar_add(t, name, &b, &err), 0);
	nt_buf_free(&b);
}

static void
finish(struct nt_tar *t)
{
	struct nt_err err;

	assert_int_equal(nt_tar_finish(t, &err), 0);
	nt_tar_free(t);
}

/* The content of the nth member: 0, or -1. */
static int
content_of(const struct nt_archive *a, size_t n, struct nt_buf *b,
    struct nt_err *err)
{
	struct nt_entry e;
	struct nt_member *m;
	char part[1000];
	ssize_t got = -1;

	nt_archive_entry(a, n, &e);
	nt_buf_init(b, NT_BUF_MAX);
	if ((m = nt_member_open(a, &e, err)) != NULL)
		while ((got = nt_member_read(m, part, sizeof part, err)) > 0)
			nt_buf_add(b, part, (size_t)got);
	nt_member_close(m);
	return (int)got;
}

static void
expect(const struct nt_archive *a, size_t n, const char *name, const char *p,
    size_t len)
{
	struct nt_buf b;
	struct nt_entry e;
	struct nt_err err;

	nt_archive_entry(a, n, &e);
	assert_int_equal(e.number, n);
	assert_int_equal(e.size, len);
	if (!nt_str_is(e.name, name))
		fail_msg("%.*s, expected %s", (int)e.name.len, e.name.p, name);
	assert_int_equal(nt_archive_find(a, e.name, &e), 1);
	assert_int_equal(e.number, n);
	assert_int_equal(content_of(a, n, &b, &err), 0);
	assert_int_equal(b.len, len);
	assert_memory_equal(b.p, p, len);
	nt_buf_free(&b);
}

/* ---- what we write ---- */

static void
contents_of_every_size_come_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 1023, 65536,
	    1048575, 1048576, 1048577, 3000000 };
	enum { COUNT = sizeof sizes / sizeof *sizes };
	struct nt_buf bytes;
	struct nt_err err;

	(void)state;
	noise(&bytes, 3000000);
	for (size_t c = 0; c < 3; c++) {
		int fd = nt_file_temp(&err);
		struct nt_tar *t = nt_tar_new(fd, codecs[c]);
		struct nt_archive *a;
		char name[32];

		for (size_t i = 0; i < COUNT; i++) {
			snprintf(name, sizeof name, "%zu", sizes[i]);
			add(t, name, bytes.p, sizes[i]);
		}
		finish(t);
		a = nt_archive_open(fd, &err);
		assert_non_null(a);
		assert_int_equal(nt_archive_count(a), COUNT);
		for (size_t i = 0; i < COUNT; i++) {
			snprintf(name, sizeof name, "%zu", sizes[i]);
			expect(a, i, name, bytes.p, sizes[i]);
		}
		nt_archive_close(a);
		close(fd);
	}
	nt_buf_free(&bytes);
}

static void
names_of_every_length_come_back(void **state)
{
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_tar *t = nt_tar_new(fd, NT_CODEC_NONE);
	struct nt_archive *a;
	char name[NT_MEMBER_NAME_MAX + 1];
	size_t count = 0;

	(void)state;
	/* Of one part, of parts of 60 bytes, of letters with two bytes. */
	for (int pass = 0; pass < 2; pass++) {
		a = pass == 0 ? NULL : nt_archive_open(fd, &err);
		count = 0;
		for (size_t kind = 0; kind < 3; kind++)
			for (size_t len = 2; len <= NT_MEMBER_NAME_MAX;
			    len += len < 300 ? 2 : 181) {
				memset(name, "aab"[kind], len);
				for (size_t i = 60; kind == 1 && i + 1 < len;
				    i += 61)
					name[i] = '/';
				for (size_t i = 0; kind == 2 && i + 1 < len;
				    i += 2)
					memcpy(name + i, "\xc3\xa9", 2);
				name[len] = '\0';
				if (kind == 1)
					name[0] = 'p';
				if (pass == 0)
					add(t, name, name, len);
				else
					expect(a, count, name, name, len);
				count++;
			}
		if (pass == 0)
			finish(t);
	}
	assert_int_equal(nt_archive_count(a), count);
	nt_archive_close(a);
	close(fd);
}

static void
many_members_come_back(void **state)
{
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_tar *t = nt_tar_new(fd, NT_CODEC_ZSTD);
	struct nt_archive *a;
	char name[32];

	(void)state;
	for (int i = 0; i < 70000; i++) {
		snprintf(name, sizeof name, "blocks/%05d", i);
		add(t, name, name, 12);
	}
	finish(t);
	a = nt_archive_open(fd, &err);
	assert_non_null(a);
	assert_int_equal(nt_archive_count(a), 70000);
	for (size_t i = 0; i < 70000; i += 9999) {
		snprintf(name, sizeof name, "blocks/%05zu", i);
		expect(a, i, name, name, 12);
	}
	nt_archive_close(a);
	close(fd);
}

static ssize_t
read_zeros(void *arg, void *p, size_t len, struct nt_err *err)
{
	size_t *left = arg;

	(void)err;
	if (len > *left)
		len = *left;
	memset(p, 0, len);
	*left -= len;
	return (ssize_t)len;
}

static void
a_size_that_no_header_holds_has_a_pax_record(void **state)
{
	const uint64_t size = ((uint64_t)8 << 30) + 5;
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_tar *t = nt_tar_new(fd, NT_CODEC_NONE);
	struct nt_archive *a;
	struct nt_entry e;
	struct nt_member *m;
	size_t left = 1 << 20;
	char part[1000];

	(void)state;
	/* The file is made as long as it would be, and takes no room. */
	assert_int_equal(nt_tar_store(t, "big", (struct nt_source){
	    read_zeros, NULL, &left }, size, 0, &err), -1);
	assert_string_equal(err.text, "big changed while it was read");
	nt_tar_free(t);
	assert_int_equal(ftruncate(fd, (off_t)(3 * 512 + size + 507 + 1024)),
	    0);
	a = nt_archive_open(fd, &err);
	assert_non_null(a);
	nt_archive_entry(a, 0, &e);
	assert_true(nt_str_is(e.name, "big"));
	assert_true(e.size == size);
	m = nt_member_open(a, &e, &err);
	assert_int_equal(nt_member_read(m, part, sizeof part, &err), 1000);
	nt_member_close(m);
	nt_archive_close(a);
	close(fd);
}

static void
zeros_are_no_trap_to_our_own_reader(void **state)
{
	struct nt_err err;

	(void)state;
	for (size_t c = 1; c < 3; c++) {
		int fd = nt_file_temp(&err);
		struct nt_tar *t = nt_tar_new(fd, codecs[c]);
		size_t left = 20000000;
		struct nt_source zeros = { read_zeros, NULL, &left };
		char part[4096] = { 0 };
		uint32_t crc = 0;

		for (size_t n = left, i; n > 0; n -= i) {
			i = n < sizeof part ? n : sizeof part;
			crc = nt_crc32(crc, part, i);
		}
		assert_int_equal(nt_tar_store(t, "zeros", zeros, left, crc,
		    &err), 0);
		assert_int_equal(nt_tar_finish(t, &err), 0);
		assert_true(lseek(fd, 0, SEEK_END) >=
		    20000000 / NT_ARCHIVE_RATIO);
		nt_tar_free(t);
		close(fd);
	}
}

/* ---- what was changed on the way ---- */

/* 1 if the archive in fd has the two members with that content, -1: refused. */
static int
is_as_it_was(int fd, struct nt_err *err)
{
	static const char *const names[] = { "name", "\xc3\xb6ther" };
	struct nt_archive *a = nt_archive_open(fd, err);
	int same = a != NULL ? nt_archive_count(a) == 2 : -1;

	for (size_t i = 0; same == 1 && i < 2; i++) {
		struct nt_buf b;
		struct nt_entry e;

		nt_archive_entry(a, i, &e);
		same = content_of(a, i, &b, err);
		if (same == 0)
			same = nt_str_is(e.name, names[i]) && b.len == 7 &&
			    memcmp(b.p, "content", 7) == 0;
		nt_buf_free(&b);
	}
	nt_archive_close(a);
	return same;
}

/*
 * A plain tar has a sum of its headers only: not of the contents, which the
 * manifest sums, and not of the pax records; but what these can say wrongly is
 * a name that the manifest does not know.
 */
static int
has_no_sum(size_t at)
{
	return (at >= 512 && at < 519) || (at >= 1536 && at < 1551) ||
	    (at >= 2560 && at < 2567);
}

static void
no_flipped_bit_and_no_cut_changes_what_is_read(void **state)
{
	struct nt_err err;

	(void)state;
	for (size_t c = 0; c < 3; c++) {
		int fd = nt_file_temp(&err);
		struct nt_tar *t = nt_tar_new(fd, codecs[c]);
		struct nt_buf image;
		size_t size;

		add(t, "name", "content", 7);
		add(t, "\xc3\xb6ther", "content", 7);
		assert_int_equal(nt_tar_finish(t, &err), 0);
		nt_tar_free(t);
		size = (size_t)lseek(fd, 0, SEEK_END);
		nt_buf_init(&image, NT_BUF_MAX);
		assert_non_null(nt_buf_reserve(&image, size));
		nt_buf_grew(&image, size);
		assert_int_equal(nt_pread_all(fd, image.p, size, 0), 0);
		for (size_t bit = 0; bit < size * 8; bit++) {
			char one = image.p[bit / 8] ^ (char)(1 << bit % 8);

			nt_pwrite_all(fd, &one, 1, (off_t)(bit / 8));
			if (is_as_it_was(fd, &err) == 0 &&
			    !(c == 0 && has_no_sum(bit / 8)))
				fail_msg("codec %zu: bit %zu of byte %zu "
				    "changes a member", c, bit % 8, bit / 8);
			nt_pwrite_all(fd, &image.p[bit / 8], 1,
			    (off_t)(bit / 8));
		}
		assert_int_equal(is_as_it_was(fd, &err), 1);
		for (size_t len = size; len-- > 0; ) {
			assert_int_equal(ftruncate(fd, (off_t)len), 0);
			if (is_as_it_was(fd, &err) != -1)
				fail_msg("codec %zu: a cut at byte %zu is not "
				    "seen", c, len);
			if (len > 512 && strstr(err.text, "cut short") == NULL)
				fail_msg("codec %zu, %zu bytes: %s", c, len,
				    err.text);
		}
		nt_buf_free(&image);
		close(fd);
	}
}

static void
bytes_behind_the_end_are_refused(void **state)
{
	static const char *const words[] = {
		"the tar archive is damaged: there are bytes behind its end",
		"the archive is damaged: its gzip stream has bytes behind its "
		    "end",
		"the archive is damaged: its zstd stream has bytes behind its "
		    "end" };
	static const char *const behind[] = { "x", "\0\0\0\0\0\0x", "PK\3\4" };
	static const size_t lengths[] = { 1, 7, 4 };
	struct nt_err err;

	(void)state;
	for (size_t c = 0; c < 3; c++)
		for (size_t i = 0; i < 3; i++) {
			int fd = nt_file_temp(&err);
			struct nt_tar *t = nt_tar_new(fd, codecs[c]);

			add(t, "name", "content", 7);
			finish(t);
			nt_write_all(fd, behind[i], lengths[i]);
			assert_null(nt_archive_open(fd, &err));
			assert_string_equal(err.text, words[c]);
			close(fd);
		}
}

/* ---- what others may have written ---- */


static void
put_sum(char *block)
{
	unsigned sum = 0;

	memset(block + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06o", sum);
}

/* A header of a file, and its content up to the block's end. */
static void
put_member(struct nt_buf *b, char type, const char *name, const char *p,
    size_t len)
{
	static const char zeros[512];
	char block[512] = { 0 };

	snprintf(block, 100, "%s", name);
	snprintf(block + 100, 8, "%07o", 0644);
	snprintf(block + 124, 12, "%011o", (unsigned)len);
	block[156] = type;
	memcpy(block + 257, "ustar\00000", 8);
	put_sum(block);
	nt_buf_add(b, block, sizeof block);
	nt_buf_add(b, p, len);
	nt_buf_add(b, zeros, -len % 512);
}

/* Opens the blocks, ended or not: NULL and err, or the archive. */
static struct nt_archive *
open_blocks(struct nt_buf *b, int fd, struct nt_err *err)
{
	static const char end[1024];

	nt_buf_add(b, end, sizeof end);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(nt_pwrite_all(fd, b->p, b->len, 0), 0);
	return nt_archive_open(fd, err);
}

/* A field of the header, the sum put right again. */
static void
headers_beyond_reason_are_refused(void **state)
{
	static const struct {
		size_t at, bytes;
		char value[13];
		const char *words;
	} rows[] = {
		{ 0, 5, "/name", "is absolute" },
		{ 0, 5, "../me", "leaves the tree" },
		{ 0, 5, "a/..", "leaves the tree" },
		{ 0, 5, "a\\b", "has a backslash" },
		{ 0, 5, "a\xff", "is not UTF-8" },
		{ 0, 5, "", "is empty" },
		{ 0, 5, "a/\0\0", "a folder with content" },
		{ 345, 4, "/etc", "is absolute" },
		{ 345, 2, "..", "leaves the tree" },
		{ 124, 11, "0000000000x", "the size is no number" },
		{ 124, 11, "-0000000001", "the size is no number" },
		{ 124, 11, "77777777777",
		    "ends within a member of 8589934591" },
		{ 124, 12, "\x80\1\0\0\0\0\0\0\0\0\0\0",
		    "the size is no number" },
		{ 124, 12, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		    "the size is no number" },
		{ 124, 12, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
		    "cut short" },
		{ 124, 11, "00000000006", "bytes behind the content" },
		{ 156, 1, "1", "name is a link, expected a file" },
		{ 156, 1, "2", "name is a link, expected a file" },
		{ 156, 1, "3", "name is a device, expected a file" },
		{ 156, 1, "4", "name is a device, expected a file" },
		{ 156, 1, "6", "name is a named pipe, expected a file" },
		{ 156, 1, "S", "name is a sparse file, expected a file" },
		{ 156, 1, "K", "name is a link, expected a file" },
		{ 156, 1, "7", "name is something unknown, expected a file" },
		{ 156, 1, "M", "name is something unknown, expected a file" },
		{ 156, 1, "5", "a folder with content" },
		{ 156, 1, "x", "a bad record in the pax header" },
		{ 257, 5, "USTAR", "no ustar header" },
		{ 257, 8, "ustar\0 1", "no ustar header" },
	};
	struct nt_err err;
	int fd = nt_file_temp(&err);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_archive *a;
		struct nt_buf b;

		nt_buf_init(&b, NT_BUF_MAX);
		put_member(&b, '0', "first", "", 0);
		put_member(&b, '0', "name", "content", 7);
		memcpy(b.p + 512 + rows[i].at, rows[i].value, rows[i].bytes);
		put_sum(b.p + 512);
		a = open_blocks(&b, fd, &err);
		assert_null(a);
		if (strstr(err.text, rows[i].words) == NULL)
			fail_msg("row %zu: %s", i, err.text);
		nt_buf_free(&b);
	}
	close(fd);
}

static void
pax_records_are_read_or_refused(void **state)
{
	static const struct {
		const char *records;
		const char *words;	/* of the refusal, or "" and a name */
		const char *name;
	} rows[] = {
		{ "12 path=new\n", "", "new" },
		{ "12 path=new\n10 size=7\n", "", "new" },
		{ "10 size=7\n", "", "name" },
		{ "10 size=8\n", "two sizes in the headers", NULL },
		{ "10 size=7\n10 size=7\n", "two sizes", NULL },
		{ "10 size=x\n", "a size is no number", NULL },
		{ "10 size=-\n", "a size is no number", NULL },
		{ "29 size=99999999999999999999\n", "a size is no number",
		    NULL },
		{ "19 size=8589934592\n", "ends within a member", NULL },
		{ "17 mtime=1.000000\n", "bad record", NULL },
		{ "18 mtime=1.000000\n", "", "name" },
		{ "16 path=../new\n", "bad record", NULL },
		{ "15 path=../new\n", "leaves the tree", NULL },
		{ "14 path=./new\n", "", "new" },
		{ "8 path=\n", "is empty", NULL },
		{ "12 path=new\n12 path=old\n", "two names", NULL },
		{ "12 path=new", "bad record", NULL },
		{ "012 path=new\n", "bad record", NULL },
		{ "12  path=ne\n", "", "name" },
		{ "11 pathnew\n", "bad record", NULL },
		{ "7 =new\n", "bad record", NULL },
		{ "999999999999 path=new\n", "bad record", NULL },
		{ "0 path=new\n", "bad record", NULL },
		{ "22 linkpath=/etc/shad\n", "more than we take", NULL },
		{ "22 GNU.sparse.major=1\n", "sparse", NULL },
	};
	struct nt_err err;
	int fd = nt_file_temp(&err);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_archive *a;
		struct nt_buf b;

		nt_buf_init(&b, NT_BUF_MAX);
		put_member(&b, 'x', "PaxHeaders/name", rows[i].records,
		    strlen(rows[i].records));
		put_member(&b, '0', "name", "content", 7);
		a = open_blocks(&b, fd, &err);
		if (a == NULL && (rows[i].name != NULL ||
		    strstr(err.text, rows[i].words) == NULL))
			fail_msg("row %zu: %s", i, err.text);
		if (a != NULL && rows[i].name == NULL)
			fail_msg("row %zu is read", i);
		if (a != NULL)
			expect(a, 0, rows[i].name, "content", 7);
		nt_archive_close(a);
		nt_buf_free(&b);
	}
	close(fd);
}

static void
what_gnu_tar_and_others_write_is_read(void **state)
{
	static const char name[] = "a long name, as GNU tar has it\0";
	struct nt_archive *a;
	struct nt_buf b;
	struct nt_err err;
	int fd = nt_file_temp(&err);

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	put_member(&b, 'g', "pax_global_header", "19 comment=abcdefg\n", 19);
	put_member(&b, '5', "./", "", 0);
	put_member(&b, '5', "./folder", "", 0);
	put_member(&b, '\0', "./folder/file", "content", 7);
	memcpy(b.p + b.len - 1024 + 257, "ustar  \0", 8);
	memcpy(b.p + b.len - 1024 + 345, "12345670123", 11);
	put_sum(b.p + b.len - 1024);
	put_member(&b, 'L', "././@LongLink", name, sizeof name - 1);
	put_member(&b, '0', "a long na", "", 0);
	nt_buf_add(&b, "\0", 1);
	for (int i = 1; i < 5120; i++)
		nt_buf_char(&b, 0);
	a = open_blocks(&b, fd, &err);
	if (a == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(nt_archive_count(a), 3);
	expect(a, 0, "folder/", "", 0);
	expect(a, 1, "folder/file", "content", 7);
	expect(a, 2, "a long name, as GNU tar has it", "", 0);
	nt_archive_close(a);
	nt_buf_free(&b);
	close(fd);
}

static void
ends_and_pairs_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		const char *types;	/* a header each; Z: a block of zeros */
		const char *words;
	} rows[] = {
		{ "00", "two members called name" },
		{ "x", "no member behind its headers" },
		{ "xx0", "two names in the headers" },
		{ "Lx0", "two names in the headers" },
		{ "g0", "more than we take from a pax header" },
		{ "Z0", "bytes behind its end" },
		{ "0Z0", "bytes behind its end" },
	};
	struct nt_err err;
	int fd = nt_file_temp(&err);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static const char zeros[512];
		struct nt_buf b;

		nt_buf_init(&b, NT_BUF_MAX);
		for (const char *p = rows[i].types; *p != '\0'; p++)
			if (*p == 'Z')
				nt_buf_add(&b, zeros, sizeof zeros);
			else
				put_member(&b, *p, "name", "12 path=new\n",
				    *p == '0' ? 0 : 12);
		assert_null(open_blocks(&b, fd, &err));
		if (strstr(err.text, rows[i].words) == NULL)
			fail_msg("row %zu: %s", i, err.text);
		nt_buf_free(&b);
	}
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents_of_every_size_come_back),
		cmocka_unit_test(names_of_every_length_come_back),
		cmocka_unit_test(many_members_come_back),
		cmocka_unit_test(a_size_that_no_header_holds_has_a_pax_record),
		cmocka_unit_test(zeros_are_no_trap_to_our_own_reader),
		cmocka_unit_test(
		    no_flipped_bit_and_no_cut_changes_what_is_read),
		cmocka_unit_test(bytes_behind_the_end_are_refused),
		cmocka_unit_test(headers_beyond_reason_are_refused),
		cmocka_unit_test(pax_records_are_read_or_refused),
		cmocka_unit_test(what_gnu_tar_and_others_write_is_read),
		cmocka_unit_test(ends_and_pairs_that_do_not_fit_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
