/* tree: names that are safe anywhere; records that come back in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/file.h"
#include "nt/json.h"
#include "nt/tree.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void
slugs_are_safe_on_every_file_system(void **state)
{
	static const struct {
		const char *title;
		size_t max;
		const char *want;
	} rows[] = {
		{ "Tasks", 100, "Tasks" },
		{ "", 100, "untitled" },
		{ "???", 100, "untitled" },
		{ ".", 100, "untitled" },
		{ "..", 100, "untitled" },
		{ "a - b", 100, "a-b" },
		{ "a/b", 100, "a-b" },
		{ "a\tb\nc", 100, "a-b-c" },
		{ "end. . .", 100, "end" },
		{ "aux", 100, "_aux" },
		{ "Lpt9.log", 100, "_Lpt9.log" },
		{ "lpt", 100, "lpt" },
		{ "CONTENT", 100, "CONTENT" },
		{ "#hash [[x]] ^1", 100, "hash-x-1" },
		{ "\xff\xfe", 100, "untitled" },
		{ "a\xff" "b", 100, "a-b" },
		{ "a\xc3", 100, "a" },
		{ "\xe2\x80\xae" "exe.txt", 100, "exe.txt" },
		{ "\xef\xbb\xbf" "bom", 100, "bom" },
		/* The limit counts bytes, one is kept for the "_" of CON. */
		{ "abcdefgh", 5, "abcd" },
		{ "ab\xc3\xa9\xc3\xa9", 5, "ab\xc3\xa9" },
		{ "abc\xc3\xa9", 5, "abc" },
		/* e and a combining accent; a family; two flags. */
		{ "abce\xcc\x81", 5, "abc" },
		{ "x\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 10, "x" },
		{ "x\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", 13,
		    "x\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7" },
		{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab"
		    "\xf0\x9f\x87\xb7", 14,
		    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa" },
	};
	struct nt_buf b;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		nt_buf_init(&b, 1000);
		nt_tree_slug(&b, nt_str_of(rows[i].title), rows[i].max);
		assert_string_equal(b.p, rows[i].want);
		nt_buf_free(&b);
	}
	nt_buf_init(&b, 1000);
	nt_tree_slug(&b, (struct nt_str){ "a\0b", 3 }, 100);
	assert_string_equal(b.p, "a-b");
	nt_buf_free(&b);
}

/* Packs the lines as a partial stream without control records. */
static int
pack(const char *const lines[], size_t count)
{
	struct nt_json *doc = nt_json_new();
	struct nt_err err;
	int fd = nt_file_temp(&err);
	struct nt_pack_how how = { .partial = 1 };
	struct nt_packer *p = nt_packer_new(fd, NT_TREE_ZIP, &how);
	struct nt_str none = { NULL, 0 };

	for (size_t i = 0; i < count; i++) {
		struct nt_record rec = { .line = lines[i],
		    .len = strlen(lines[i]) };

		assert_int_equal(nt_json_parse(doc, rec.line, rec.len,
		    &rec.value, &err), 0);
		rec.kind = nt_kind_of(nt_value_text(nt_value_get(rec.value,
		    "object")));
		assert_int_equal(nt_packer_record(p, &rec, &err), 0);
	}
	assert_int_equal(nt_packer_finish(p, none, none, 0, &err), 0);
	nt_packer_free(p);
	nt_json_free(doc);
	return fd;
}

#define ID(n) "\"id\":\"00000000-0000-4000-8000-00000000000" n "\""

static const char *const records[] = {
	"{" ID("1") ",\"object\":\"user\"}",
	"{" ID("2") ",\"object\":\"page\"}",
	"{" ID("3") ",\"object\":\"block\",\"parent\":{\"page_id\":"
	    "\"00000000-0000-4000-8000-000000000002\"}}",
	"{" ID("4") ",\"object\":\"database\",\"title\":[]}",
	"{" ID("5") ",\"object\":\"page\"}",
	"{" ID("6") ",\"object\":\"data_source\",\"parent\":{\"database_id\":"
	    "\"00000000-0000-4000-8000-000000000004\"}}",
	"{" ID("7") ",\"object\":\"block\",\"parent\":{\"page_id\":"
	    "\"00000000-0000-4000-8000-000000000002\"}}",
	"{" ID("8") ",\"object\":\"user\"}",
};

/* What the archive should be: a member and how many records. */
static const struct {
	const char *name;
	uint64_t records;
} members[] = {
	{ "blocks/00000000-0000-4000-8000-000000000002.blocks.json", 2 },
	{ "blocks/00000000-0000-4000-8000-000000000005.blocks.json", 1 },
	{ "blocks/00000000-0000-4000-8000-000000000007.blocks.json", 1 },
	{ "databases/untitled-00000000-0000-4000-8000-000000000004.json", 2 },
	{ "metadata.json", 2 },
};

static int
check_member(void *arg, const struct nt_tree_file *file, struct nt_err *err)
{
	size_t *n = arg;

	(void)err;
	assert_true(*n < COUNT(members));
	if (!nt_str_is(file->name, members[*n].name))
		fail_msg("member %zu is %.*s", *n, (int)file->name.len,
		    file->name.p);
	assert_int_equal(file->records, members[*n].records);
	++*n;
	return 0;
}

static void
records_go_where_they_belong_and_come_back(void **state)
{
	int fd = pack(records, COUNT(records));
	struct nt_unpacker *u;
	struct nt_str line;
	struct nt_err err;
	size_t n = 0;

	(void)state;
	u = nt_unpacker_open(fd, &err);
	assert_non_null(u);
	assert_int_equal(nt_unpacker_files(u, check_member, &n, &err), 0);
	assert_int_equal(n, COUNT(members));
	for (n = 0; nt_unpacker_next(u, &line, &err) == 1; n++) {
		assert_true(n < COUNT(records));
		assert_true(nt_str_is(line, records[n]));
	}
	assert_int_equal(n, COUNT(records));
	assert_int_equal(nt_unpacker_next(u, &line, &err), 0);
	nt_unpacker_free(u);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slugs_are_safe_on_every_file_system),
		cmocka_unit_test(records_go_where_they_belong_and_come_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
