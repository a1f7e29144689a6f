/*
 * Whatever a request, a schema or a page holds, the rules answer: what is
 * kept of a body that is well formed is JSON, a schema that was written can be
 * written again, a filter that compiles can be asked.  The input is an object
 * with the parts; each is also tried with values in it that are of another
 * kind.
 */
#include <stdlib.h>
#include <string.h>

#include "mutants.h"
#include "nt/filter.h"
#include "nt/form.h"
#include "nt/schema.h"
#include "nt/stored.h"

static void
make_key(void *of, char text[NT_ID_TEXT])
{
	unsigned *n = of;

	snprintf(text, NT_ID_TEXT, "key%u", (*n)++ % 10000);
}

static int
find_any(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *json)
{
	(void)of;
	nt_buf_str(name, "Någon");
	nt_buf_str(json, id->b[0] & 1 ? "{}" : "{\"url\":\"up:1\"}");
	return id->b[1] & 1;
}

static int
find_page(void *of, const struct nt_id *id, struct nt_buf *title,
    struct nt_buf *url)
{
	(void)of;
	nt_buf_str(title, "T");
	nt_buf_str(url, "https://n/t");
	return id->b[2] & 1;
}

static void
must_be_json(const struct nt_buf *out)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value v;

	FUZZ_MUST(nt_json_parse(doc, out->p, out->len, &v, NULL) == 0);
	nt_json_free(doc);
}

static void
keep_blocks(const struct nt_world *world, struct nt_value list, int depth)
{
	struct nt_refusal why;
	struct nt_value e;
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	for (e = nt_value_first(list); depth < 5 && nt_value_there(e);
	    e = nt_value_next(e)) {
		nt_buf_clear(&out);
		if (nt_stored_block(world, e, &out, &why) == 0)
			must_be_json(&out);
		nt_buf_clear(&out);
		if (nt_stored_block_update(world, nt_block_of(e),
		    nt_block_payload(e), e, &out, &why) == 0)
			must_be_json(&out);
		keep_blocks(world, nt_block_children(e), depth + 1);
	}
	nt_buf_free(&out);
}

static void
keep_page(const struct nt_world *world, struct nt_value v)
{
	static const struct nt_page_facts facts =
	    { "2026-01-01T00:00:00.000Z", NULL, { "{}", 2 }, { NULL, 0 }, 3 };
	struct nt_value schema = nt_value_get(v, "schema");
	struct nt_value page = nt_value_at(v, "/page/properties");
	struct nt_refusal why;
	struct nt_buf out, changed;

	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_init(&changed, NT_BUF_MAX);
	if (nt_stored_properties(world, schema, nt_value_get(v, "given"), page,
	    &facts, &out, &changed, &why) == 0) {
		must_be_json(&out);
		if (changed.len > 0)
			must_be_json(&changed);
	}
	nt_buf_clear(&out);
	nt_stored_reshape(schema, page, &out);
	must_be_json(&out);
	nt_buf_clear(&out);
	nt_title_text(nt_value_get(v, "page"), &out);
	nt_buf_free(&out);
	nt_buf_free(&changed);
}

static void
write_schema(const struct nt_world *world, struct nt_value v)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value made;
	struct nt_refusal why;
	struct nt_buf first, second;

	nt_buf_init(&first, NT_BUF_MAX);
	nt_buf_init(&second, NT_BUF_MAX);
	if (nt_schema_write(world, nt_value_get(v, "schema"),
	    nt_value_at(v, "/body/properties"), &first, &why) == 0) {
		FUZZ_MUST(nt_json_parse(doc, first.p, first.len, &made,
		    NULL) == 0);
		FUZZ_MUST(nt_schema_write(world, made, NT_VALUE_NONE, &second,
		    &why) == 0);
		must_be_json(&second);
	}
	nt_buf_free(&first);
	nt_buf_free(&second);
	nt_json_free(doc);
}

static void
ask(struct nt_value v)
{
	static const struct nt_id me = { { 1 } };
	struct nt_refusal why;
	struct nt_filter *f;
	struct nt_buf key;

	f = nt_filter_new(nt_value_get(v, "filter"), nt_value_get(v, "sorts"),
	    nt_value_get(v, "schema"), &me, 1773847800000, &why);
	if (f == NULL)
		return;
	nt_buf_init(&key, NT_BUF_MAX);
	nt_filter_match(f, nt_value_get(v, "page"));
	nt_filter_sort_key(f, nt_value_get(v, "page"), &key);
	nt_buf_free(&key);
	nt_filter_free(f);
}

static void
try(struct nt_value v)
{
	unsigned keys = 0;
	struct nt_world world = { .of = &keys, .page = find_page,
		.user = find_any, .upload = find_any, .key = make_key };
	struct nt_value body = nt_value_get(v, "body");
	struct nt_refusal why;
	int form, ok;

	for (form = 0; form < NT_FORM_COUNT; form++) {
		ok = nt_form_check((enum nt_form)form, (enum nt_version)
		    (form & 1), body, &why) == 0;
		FUZZ_MUST(ok || why.message[0] != '\0');
		if (ok && form == NT_FORM_APPEND)
			keep_blocks(&world, nt_value_get(body, "children"), 0);
		if (ok && form == NT_FORM_SOURCE_UPDATE)
			write_schema(&world, v);
	}
	keep_page(&world, v);
	ask(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_mutants(data, size, try);
	return 0;
}
