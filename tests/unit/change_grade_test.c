/* change: what in a record changes by itself, and what a base is made of. */
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

#define PAGE "{\"object\":\"page\",\"id\":\"p\",\"last_edited_time\":\"t\"," \
	"\"properties\":{\"E\":{\"id\":\"e\",\"last_edited_time\":\"t\"," \
	"\"type\":\"last_edited_time\"},\"F\":{\"formula\":{\"number\":1}," \
	"\"id\":\"f\",\"type\":\"formula\"}," \
	"\"N\":{\"id\":\"n\",\"number\":1,\"type\":\"number\"}}," \
	"\"request_id\":\"r\"}"
#define BLOCK "{\"has_children\":false,\"id\":\"b\",\"object\":\"block\"," \
	"\"image\":{\"file\":{\"expiry_time\":\"t\",\"url\":\"u?s\"}," \
	"\"type\":\"file\"},\"type\":\"image\"}"
#define CHILD "{\"child_page\":{\"title\":\"A\"},\"id\":\"b\"," \
	"\"object\":\"block\",\"type\":\"child_page\"}"
#define TEXT "{\"object\":\"block\",\"paragraph\":{\"rich_text\":[" \
	"{\"href\":null,\"mention\":{\"type\":\"user\",\"user\":{" \
	"\"id\":\"u\",\"name\":\"Ann\",\"object\":\"user\"}}," \
	"\"plain_text\":\"@Ann\",\"type\":\"mention\"}]}," \
	"\"type\":\"paragraph\"}"

static void
grades_what_is_at_a_pointer(void **state)
{
	static const struct {
		const char *record, *pointer;
		enum nt_grade grade;
	} rows[] = {
		{ PAGE, "", NT_GRADE_OWN },
		{ PAGE, "/id", NT_GRADE_OWN },
		{ PAGE, "/last_edited_time", NT_GRADE_VOLATILE },
		{ PAGE, "/request_id", NT_GRADE_VOLATILE },
		{ PAGE, "/has_children", NT_GRADE_OWN },
		{ PAGE, "/properties/E", NT_GRADE_OWN },
		{ PAGE, "/properties/E/id", NT_GRADE_OWN },
		{ PAGE, "/properties/E/last_edited_time", NT_GRADE_VOLATILE },
		{ PAGE, "/properties/F/formula", NT_GRADE_COMPUTED },
		{ PAGE, "/properties/F/formula/number", NT_GRADE_COMPUTED },
		{ PAGE, "/properties/N/number", NT_GRADE_OWN },
		{ PAGE, "/properties/gone/number", NT_GRADE_OWN },
		{ BLOCK, "/has_children", NT_GRADE_COMPUTED },
		{ BLOCK, "/image/file/expiry_time", NT_GRADE_VOLATILE },
		{ BLOCK, "/image/file/url", NT_GRADE_OWN },
		{ CHILD, "/child_page/title", NT_GRADE_COMPUTED },
		{ TEXT, "/paragraph/rich_text/0/plain_text",
		    NT_GRADE_COMPUTED },
		{ TEXT, "/paragraph/rich_text/0/mention/user/name",
		    NT_GRADE_COMPUTED },
		{ TEXT, "/paragraph/rich_text/0/mention/user/id",
		    NT_GRADE_OWN },
	};
	struct nt_json *doc = nt_json_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (nt_grade_at(parse(doc, rows[i].record),
		    nt_str_of(rows[i].pointer)) != rows[i].grade)
			fail_msg("%s", rows[i].pointer);
	nt_json_free(doc);
}

/* What is left of a record without all that is of a grade. */
static void
strips_by_grade(void **state)
{
	static const struct {
		const char *record;
		enum nt_grade from;
		const char *left;
	} rows[] = {
		{ PAGE, NT_GRADE_VOLATILE, "{\"id\":\"p\",\"object\":\"page\","
		    "\"properties\":{\"E\":{\"id\":\"e\","
		    "\"type\":\"last_edited_time\"},"
		    "\"F\":{\"formula\":{\"number\":1},\"id\":\"f\","
		    "\"type\":\"formula\"},\"N\":{\"id\":\"n\",\"number\":1,"
		    "\"type\":\"number\"}}}" },
		{ PAGE, NT_GRADE_COMPUTED, "{\"id\":\"p\",\"object\":\"page\","
		    "\"properties\":{\"E\":{\"id\":\"e\","
		    "\"type\":\"last_edited_time\"},\"F\":{\"id\":\"f\","
		    "\"type\":\"formula\"},\"N\":{\"id\":\"n\",\"number\":1,"
		    "\"type\":\"number\"}}}" },
		{ BLOCK, NT_GRADE_VOLATILE, "{\"has_children\":false,"
		    "\"id\":\"b\",\"image\":{\"file\":{\"url\":\"u\"},"
		    "\"type\":\"file\"},\"object\":\"block\","
		    "\"type\":\"image\"}" },
		{ CHILD, NT_GRADE_COMPUTED, "{\"child_page\":{},\"id\":\"b\","
		    "\"object\":\"block\",\"type\":\"child_page\"}" },
		{ TEXT, NT_GRADE_VOLATILE, TEXT },
		{ TEXT, NT_GRADE_COMPUTED, "{\"object\":\"block\","
		    "\"paragraph\":{\"rich_text\":[{\"mention\":{"
		    "\"type\":\"user\",\"user\":{\"id\":\"u\","
		    "\"object\":\"user\"}},\"type\":\"mention\"}]},"
		    "\"type\":\"paragraph\"}" },
	};
	struct nt_json *doc = nt_json_new();
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct nt_value v = parse(doc, rows[i].record);

		nt_buf_clear(&out);
		nt_grade_strip(v, rows[i].from);
		nt_json_canonical(v, &out);
		assert_string_equal(out.p, rows[i].left);
	}
	nt_buf_free(&out);
	nt_json_free(doc);
}

static void
bases_are_of_what_is_its_own(void **state)
{
	struct nt_json *doc = nt_json_new();
	char page[NT_BASE_TEXT], other[NT_BASE_TEXT];

	(void)state;
	nt_change_digest(parse(doc, PAGE), page);
	assert_memory_equal(page, "sha256:", 7);
	assert_int_equal(strlen(page), NT_BASE_TEXT - 1);
	nt_change_digest(parse(doc, "{\"properties\":{"
	    "\"E\":{\"id\":\"e\",\"type\":\"last_edited_time\"},"
	    "\"F\":{\"formula\":{\"number\":2},\"id\":\"f\","
	    "\"type\":\"formula\"},"
	    "\"N\":{\"id\":\"n\",\"number\":1.0,\"type\":\"number\"}},"
	    "\"object\":\"page\",\"id\":\"p\"}"), other);
	assert_string_equal(page, other);
	nt_change_digest(parse(doc, "{\"object\":\"page\",\"id\":\"p\"}"),
	    other);
	assert_string_not_equal(page, other);
	nt_json_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grades_what_is_at_a_pointer),
		cmocka_unit_test(strips_by_grade),
		cmocka_unit_test(bases_are_of_what_is_its_own),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("change_grade", tests, NULL, NULL);
}
