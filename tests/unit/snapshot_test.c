/* snapshot: the same lines and records from each format, whatever its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nt/file.h"
#include "nt/repo.h"
#include "nt/snapshot.h"
#include "nt/tree.h"

enum { AS_STREAM, AS_ZIP, AS_TAR_ZST, AS_FOLDER, AS_REPO, FORMATS };

static const char *const names[FORMATS] = {
	"stream", "zip", "tar.zst", "folder", "repo"
};

static char place[64];	/* a folder of our own, where the tests are run, which
			   is a scratch folder */

static char *
path_of(int format)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", place, names[format]);
	return path;
}

static struct nt_snapshot_how
how(enum nt_read_mode mode)
{
	return (struct nt_snapshot_how){ .mode = mode, .at_ms = -1 };
}

static void
write_stream(int complete)
{
	static const char *const records[] = {
		"{\"id\":\"00000000-0000-4000-8000-000000000001\","
		    "\"object\":\"page\"}",
		"{\"id\":\"00000000-0000-4000-8000-000000000002\","
		    "\"object\":\"page\"}",
	};
	struct nt_draft d;
	struct nt_writer *out;
	struct nt_err err;

	assert_int_equal(nt_draft_open(&d, path_of(AS_STREAM), &err), 0);
	out = nt_writer_new(d.fd);
	assert_int_equal(nt_writer_snapshot(out, NT_STR("{\"started\":"
	    "\"2026-01-01T00:00:00.000Z\"}"), &err), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(nt_writer_record(out, NT_KIND_PAGE,
		    nt_str_of(records[i]), &err), 0);
	assert_int_equal(nt_writer_end(out, complete,
	    (struct nt_str){ NULL, 0 }, &err), 0);
	assert_int_equal(nt_writer_close(out, &err), 0);
	assert_int_equal(nt_draft_commit(&d, &err), 0);
	nt_draft_free(&d);
}

static void
pack_tree(struct nt_reader *in, struct nt_packer *p)
{
	struct nt_record rec;
	struct nt_err err;

	while (nt_reader_next(in, &rec, &err) == 1)
		assert_int_equal(nt_packer_record(p, &rec, &err), 0);
	assert_int_equal(nt_packer_finish(p, nt_reader_snapshot(in),
	    nt_reader_end(in), nt_reader_complete(in), &err), 0);
	nt_packer_free(p);
}

static void
pack_repo(struct nt_reader *in, const char *path)
{
	struct nt_repo *r;
	struct nt_repo_adder *a;
	struct nt_record rec;
	struct nt_err err;

	assert_int_equal(nt_repo_open_to_write(&r, path, "test", &err), 0);
	a = nt_repo_add(r, NULL, 1);
	while (nt_reader_next(in, &rec, &err) == 1)
		assert_int_equal(nt_repo_add_record(a, &rec, &err), 0);
	assert_int_equal(nt_repo_add_finish(a, nt_reader_snapshot(in),
	    nt_reader_end(in), nt_reader_complete(in), &err), 0);
	nt_repo_adder_free(a);
	nt_repo_close(r);
}

static void
pack(int format)
{
	struct nt_pack_how pack_how = { .partial = 1 };
	char *stream = strdup(path_of(AS_STREAM)), *files[] = { stream, NULL };
	struct nt_reader *in = nt_reader_new(files, NT_READ_PARTIAL, NULL);
	struct nt_err err;
	struct nt_draft d;

	if (format == AS_FOLDER)
		pack_tree(in, nt_packer_folder(path_of(format), &pack_how,
		    &err));
	else if (format == AS_REPO)
		pack_repo(in, path_of(format));
	else {
		assert_int_equal(nt_draft_open(&d, path_of(format), &err), 0);
		pack_tree(in, nt_packer_new(d.fd, format == AS_ZIP ?
		    NT_TREE_ZIP : NT_TREE_TAR_ZST, &pack_how));
		assert_int_equal(nt_draft_commit(&d, &err), 0);
		nt_draft_free(&d);
	}
	nt_reader_free(in);
	free(stream);
}

/* Makes or renews each; the repository gets one snapshot more. */
static void
make_all(int complete)
{
	write_stream(complete);
	for (int format = AS_ZIP; format < FORMATS; format++)
		pack(format);
}

static struct nt_snapshot *
open_one(int format, enum nt_read_mode mode)
{
	struct nt_snapshot_how wanted = how(mode);
	struct nt_snapshot *s;
	struct nt_err err;
	static char path[128];

	snprintf(path, sizeof path, "%s", path_of(format));
	if (nt_snapshot_open(&s, path, &wanted, &err) == -1)
		fail_msg("%s: %s", names[format], err.text);
	return s;
}

static void
the_lines_are_those_of_the_stream(void **state)
{
	struct nt_buf want;
	struct nt_err err;

	(void)state;
	make_all(1);
	nt_buf_init(&want, NT_BUF_MAX);
	assert_int_equal(nt_file_slurp(path_of(AS_STREAM), &want, &err), 0);
	for (int format = 0; format < FORMATS; format++) {
		struct nt_snapshot *s = open_one(format, NT_READ_WHOLE);
		struct nt_buf got;
		struct nt_str line;

		nt_buf_init(&got, NT_BUF_MAX);
		while (nt_snapshot_line(s, &line, &err) == 1) {
			nt_buf_add(&got, line.p, line.len);
			nt_buf_char(&got, '\n');
		}
		assert_string_equal(got.p, want.p);
		assert_int_equal(nt_snapshot_complete(s), 1);
		nt_buf_free(&got);
		nt_snapshot_close(s);
	}
	nt_buf_free(&want);
}

static void
the_records_come_without_control_records(void **state)
{
	struct nt_record rec;
	struct nt_err err;

	(void)state;
	for (int format = 0; format < FORMATS; format++) {
		struct nt_snapshot *s = open_one(format, NT_READ_WHOLE);
		int count = 0;

		while (nt_snapshot_next(s, &rec, &err) == 1) {
			assert_int_equal(rec.kind, NT_KIND_PAGE);
			assert_true(nt_value_text_is(nt_value_get(rec.value,
			    "object"), "page"));
			count++;
		}
		assert_int_equal(count, 2);
		assert_non_null(nt_snapshot_head(s).p);
		nt_snapshot_close(s);
	}
}

static void
what_is_not_complete_is_told(void **state)
{
	struct nt_record rec;
	struct nt_err err;

	(void)state;
	make_all(0);
	for (int format = 0; format < FORMATS; format++) {
		struct nt_snapshot *s = open_one(format, NT_READ_WHOLE);
		int got;

		while ((got = nt_snapshot_next(s, &rec, &err)) == 1)
			;
		assert_int_equal(got, -1);
		assert_non_null(strstr(err.text, "not complete"));
		nt_snapshot_close(s);
		s = open_one(format, NT_READ_PARTIAL);
		while ((got = nt_snapshot_next(s, &rec, &err)) == 1)
			;
		assert_int_equal(got, 0);
		assert_int_equal(nt_snapshot_complete(s), 0);
		nt_snapshot_close(s);
	}
}

static void
an_asset_that_is_not_there_is_none(void **state)
{
	static const char sha[] = "000000000000000000000000000000000000000000"
	    "0000000000000000000000";
	struct nt_err err;
	int fd = nt_file_temp(&err);

	(void)state;
	for (int format = 0; format < FORMATS; format++) {
		struct nt_snapshot *s = open_one(format, NT_READ_PARTIAL);

		assert_int_equal(nt_snapshot_asset(s, nt_str_of(sha), fd,
		    &err), 0);
		assert_int_equal(nt_snapshot_asset(s, NT_STR("../x"), fd,
		    &err), 0);
		nt_snapshot_close(s);
	}
	close(fd);
}

static void
a_choice_is_for_repositories(void **state)
{
	struct nt_snapshot_how wanted = how(NT_READ_PARTIAL);
	struct nt_snapshot *s;
	struct nt_err err;

	(void)state;
	wanted.number = 2;
	for (int format = 0; format < FORMATS; format++) {
		int got = nt_snapshot_open(&s, path_of(format), &wanted, &err);

		assert_int_equal(got, format == AS_REPO ? 0 : -1);
		if (got == 0)
			nt_snapshot_close(s);
		else
			assert_non_null(strstr(err.text, "none to choose"));
	}
	assert_int_equal(nt_snapshot_open(&s, "/dev/null", &wanted, &err), -1);
	assert_string_equal(err.text, "/dev/null: it is empty");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lines_are_those_of_the_stream),
		cmocka_unit_test(the_records_come_without_control_records),
		cmocka_unit_test(what_is_not_complete_is_told),
		cmocka_unit_test(an_asset_that_is_not_there_is_none),
		cmocka_unit_test(a_choice_is_for_repositories),
	};
	char template[] = "nt-snapshot-XXXXXX";

	if (mkdtemp(template) == NULL)
		return 2;
	snprintf(place, sizeof place, "%s", template);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
