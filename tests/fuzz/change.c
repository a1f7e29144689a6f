/*
 * Lines: a record, another, and then changes.  What is made of the first and
 * the second leads from the one to the other; a patch that is applied gives
 * canonical JSON or is refused; and changes to a small snapshot leave it a
 * snapshot, whatever they are.  As a snapshot itself the text may be refused,
 * and no more.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "nt/change.h"

#define LINES_MAX 16

static const char snapshot[] =
    "{\"id\":\"00000001-0000-4000-8000-000000000000\",\"object\":\"page\"}\n"
    "{\"id\":\"00000002-0000-4000-8000-000000000000\",\"object\":\"block\","
    "\"parent\":{\"page_id\":\"00000001-0000-4000-8000-000000000000\","
    "\"type\":\"page_id\"},\"type\":\"child_page\"}\n"
    "{\"n\":1,\"object\":\"loss\"}\n"
    "{\"id\":\"00000003-0000-4000-8000-000000000000\",\"object\":\"block\","
    "\"parent\":{\"block_id\":\"00000002-0000-4000-8000-000000000000\","
    "\"type\":\"block_id\"}}\n"
    "{\"id\":\"00000002-0000-4000-8000-000000000000\",\"object\":\"page\","
    "\"parent\":{\"page_id\":\"00000001-0000-4000-8000-000000000000\","
    "\"type\":\"page_id\"}}\n";

/* A line as a value that stays while doc and text do. */
static struct nt_value
canonical(struct nt_json *doc, struct nt_str line, struct nt_buf *text)
{
	struct nt_value v = NT_VALUE_NONE;

	nt_buf_clear(text);
	if (nt_json_rewrite(line.p, line.len, text, NULL) == 0)
		FUZZ_MUST(nt_json_parse(doc, text->p, text->len, &v,
		    NULL) == 0);
	return v;
}

static void
must_lead_there(struct nt_value a, struct nt_value b)
{
	struct nt_json *doc = nt_json_new();
	struct nt_str want = nt_value_raw(b);
	struct nt_buf patch, there;
	struct nt_value ops;

	nt_buf_init(&patch, NT_BUF_MAX);
	nt_buf_init(&there, NT_BUF_MAX);
	nt_patch_make(a, b, &patch);
	FUZZ_MUST(nt_json_parse(doc, patch.p, patch.len, &ops, NULL) == 0);
	FUZZ_MUST(nt_json_was_canonical(doc));
	FUZZ_MUST(nt_patch_apply(a, ops, &there, NULL) == 0);
	FUZZ_MUST(nt_str_eq(nt_buf_view(&there), want));
	nt_buf_free(&there);
	nt_buf_free(&patch);
	nt_json_free(doc);
}

static void
must_stay_json(struct nt_value a, struct nt_value patch)
{
	struct nt_json *doc = nt_json_new();
	struct nt_buf there;
	struct nt_value v;

	nt_buf_init(&there, NT_BUF_MAX);
	if (nt_patch_apply(a, patch, &there, NULL) == 0) {
		FUZZ_MUST(nt_json_parse(doc, there.p, there.len, &v,
		    NULL) == 0);
		FUZZ_MUST(nt_json_was_canonical(doc));
	}
	nt_buf_free(&there);
	nt_json_free(doc);
}

static int
take_record(void *arg, enum nt_kind kind, struct nt_str line,
    struct nt_err *err)
{
	struct nt_buf *text = arg;

	(void)kind;
	(void)err;
	nt_buf_add(text, line.p, line.len);
	nt_buf_char(text, '\n');
	return 0;
}

static int
take_change(void *arg, const struct nt_change *c, struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value v;
	struct nt_buf text, shown;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&shown, NT_BUF_MAX);
	nt_change_write(c, &text);
	FUZZ_MUST(nt_json_parse(doc, text.p, text.len, &v, NULL) == 0);
	FUZZ_MUST(nt_json_was_canonical(doc));
	FUZZ_MUST(nt_change_show(c, 1, &shown, NULL) == 0);
	FUZZ_MUST(nt_amend_change(arg, v, err) != -1);
	nt_buf_free(&shown);
	nt_buf_free(&text);
	nt_json_free(doc);
	return 0;
}

static int
nothing(void *arg, struct nt_err *err)
{
	(void)arg;
	(void)err;
	return 0;
}

/* What was made of the snapshot is told as changes that can be made. */
static void
must_be_told(struct nt_str after)
{
	struct nt_str before = NT_STR(snapshot);
	struct nt_diff_how how = { .name_a = "a", .name_b = "b", .strict = 1,
	    .compared = nothing, .change = take_change };
	struct nt_amend *a;

	FUZZ_MUST(nt_amend_new(&a, before, "a", 0, NULL) == 0);
	how.arg = a;
	FUZZ_MUST(nt_diff(before, after, &how, NULL) == 0);
	nt_amend_free(a);
}

static int
ignore_change(void *arg, const struct nt_change *c, struct nt_err *err)
{
	(void)arg;
	(void)c;
	(void)err;
	return 0;
}

static int
ignore_line(void *arg, struct nt_str line, struct nt_err *err)
{
	(void)arg;
	(void)line;
	(void)err;
	return 0;
}

/* Compares the text with itself shifted, as if it were records. */
static void
must_survive(const uint8_t *data, size_t size)
{
	struct nt_diff_how how = { .name_a = "a", .name_b = "b",
	    .compared = nothing, .change = ignore_change };
	struct nt_restored *r = nt_restored_new();
	struct nt_buf text;
	struct nt_str a, b;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_add(&text, data, size);
	nt_buf_char(&text, '\n');
	a = nt_buf_view(&text);
	b = (struct nt_str){ a.p + 1, a.len - 1 };
	if (b.len > 0)
		nt_diff(a, b, &how, NULL);
	nt_diff(a, a, &how, NULL);
	nt_restored_translate(r, a, a, ignore_line, NULL, NULL);
	how.restored = r;
	nt_diff(NT_STR(snapshot), a, &how, NULL);
	nt_restored_free(r);
	nt_buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct nt_json *doc_a = nt_json_new(), *doc = nt_json_new();
	struct nt_value a = NT_VALUE_NONE, v;
	struct nt_buf text_a, text, after;
	struct nt_amend *amend;

	nt_buf_init(&text_a, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&after, NT_BUF_MAX);
	FUZZ_MUST(nt_amend_new(&amend, NT_STR(snapshot), "a", 1, NULL) == 0);
	for (int n = 0; n < LINES_MAX && p < end; n++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		struct nt_str line = { p, (size_t)((newline != NULL ?
		    newline : end) - p) };

		v = n == 0 ? (a = canonical(doc_a, line, &text_a)) :
		    canonical(doc, line, &text);
		if (n > 0 && nt_value_there(a) && nt_value_there(v)) {
			must_lead_there(a, v);
			must_stay_json(a, nt_value_get(v, "patch"));
			nt_amend_change(amend, v, NULL);
		}
		p = newline != NULL ? newline + 1 : end;
	}
	nt_amend_records(amend, take_record, &after, NULL);
	must_be_told(nt_buf_view(&after));
	must_survive(data, size);
	nt_amend_free(amend);
	nt_buf_free(&after);
	nt_buf_free(&text);
	nt_buf_free(&text_a);
	nt_json_free(doc);
	nt_json_free(doc_a);
	return 0;
}
