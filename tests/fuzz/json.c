/*
 * What is read and written reads back the same: the canonical form of a
 * canonical form is itself and known for one, both mean the same, and the
 * portable code says what the fast code says.  The first byte chooses how the
 * values of the document are changed before it is written.
 */
#include <stdlib.h>
#include <string.h>

#include "../../lib/json/internal.h"
#include "fuzz.h"

/* Looks at everything, and drops, replaces or puts something here and there. */
static void
walk(struct nt_value v, unsigned changes)
{
	unsigned change = changes == 0 ? 0 : (v.at * 7 + changes) % 64;
	struct nt_value e = nt_value_first(v);
	size_t count = 0;

	nt_value_text(v);
	nt_value_number(v);
	nt_value_int(v);
	for (; nt_value_there(e); e = nt_value_next(e), count++) {
		struct nt_str name = nt_value_key(e);

		FUZZ_MUST(name.p == NULL ||
		    nt_value_there(nt_value_get_n(v, name.p, name.len)));
		walk(e, changes);
	}
	FUZZ_MUST(count == nt_value_count(v));
	if (change == 1 && v.at > 1)
		nt_value_drop(v);
	else if (change == 2)
		nt_value_replace(v, NT_STR("[ 1E2 ]"));
	else if (change == 3)
		nt_value_put(v, "put", NT_STR("{\"b\":2,\"a\":1}"));
}

static void
must_agree(struct nt_json *fast, const char *text, size_t len, int status,
    const struct nt_err *err)
{
	struct nt_json *portable = nt_json_new();
	struct nt_err other_err;
	struct nt_value root;

	nt_json_set_portable(portable, 1);
	FUZZ_MUST(nt_json_parse(portable, text, len, &root, &other_err) ==
	    status);
	FUZZ_MUST(status == 0 || strcmp(err->text, other_err.text) == 0);
	FUZZ_MUST(nt_json_was_canonical(fast) ==
	    nt_json_was_canonical(portable));
	FUZZ_MUST(fast->count == portable->count);
	FUZZ_MUST(memcmp(fast->node, portable->node,
	    fast->count * sizeof *fast->node) == 0);
	nt_json_free(portable);
}

/* The canonical form of a value reads back as that value. */
static void
must_come_back(struct nt_value v)
{
	struct nt_json *doc = nt_json_new();
	struct nt_buf once, twice;
	struct nt_value again;
	struct nt_err err;

	nt_buf_init(&once, NT_BUF_MAX);
	nt_buf_init(&twice, NT_BUF_MAX);
	nt_json_canonical(v, &once);
	FUZZ_MUST(nt_json_parse(doc, once.p, once.len, &again, &err) == 0);
	FUZZ_MUST(nt_json_was_canonical(doc));
	nt_json_canonical(again, &twice);
	FUZZ_MUST(nt_str_eq(nt_buf_view(&once), nt_buf_view(&twice)));
	FUZZ_MUST(nt_value_equal(v, again));
	nt_buf_free(&twice);
	nt_buf_free(&once);
	nt_json_free(doc);
}

/*
 * A glance never leaves the text, is the same both ways if the text is good,
 * and in canonical text finds what the reader finds.
 */
static void
must_glance(struct nt_json *doc, const char *text, size_t len,
    struct nt_value root)
{
	static const char *const names[] = { "id", "a", "" };
	struct nt_str fast[3], portable[3];
	int hits = nt_json_glance(text, len, names, 3, fast);
	int other = nt_json_glance_by(NULL, text, len, names, 3, portable);

	for (size_t i = 0; i < 3; i++)
		FUZZ_MUST(fast[i].p == NULL || (fast[i].p >= text &&
		    fast[i].p + fast[i].len <= text + len));
	if (!nt_value_there(root))
		return;
	FUZZ_MUST(hits == other);
	FUZZ_MUST((hits == -1) == !nt_value_is(root, NT_JSON_OBJECT));
	for (size_t i = 0; i < 3; i++) {
		struct nt_str raw = nt_value_raw(nt_value_get(root, names[i]));

		FUZZ_MUST(fast[i].p == portable[i].p &&
		    fast[i].len == portable[i].len);
		FUZZ_MUST(!nt_json_was_canonical(doc) ||
		    (fast[i].p == raw.p && fast[i].len == raw.len));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value root = NT_VALUE_NONE;
	struct nt_err err = { 0 };
	/* a block of its own, so that a sanitizer sees a step outside it */
	size_t len = size > 0 ? size - 1 : 0;
	char *text = nt_strndup(len > 0 ? (const char *)data + 1 : "", len);
	int status;

	text = nt_realloc_array(text, len > 0 ? len : 1, 1);
	status = nt_json_parse(doc, text, len, &root, &err);
	must_agree(doc, text, len, status, &err);
	must_glance(doc, text, len, root);
	if (status == 0) {
		must_come_back(root);
		walk(root, data[0]);
		must_come_back(root);
	}
	free(text);
	nt_json_free(doc);
	return 0;
}
