/*
 * Whatever a record holds, the way back answers: what it writes passes as a
 * request, what comes to nothing leaves nothing behind, what is lost is told.
 * The input is an object of records; each is taken for every kind of them.
 */
#include <stdlib.h>
#include <string.h>

#include "mutants.h"
#include "nt/form.h"
#include "nt/writable.h"

#define NIL "00000000-0000-4000-8000-000000000000"
#define PARENT "{\"parent\":{\"page_id\":\"" NIL "\"}"

static unsigned losses;

/* How a thing fares goes by its first byte; few are for later. */
static enum nt_writable
fare(unsigned char first)
{
	return first % 16 == 5 ? NT_WRITABLE_LATER : first % 16 == 9 ?
	    NT_WRITABLE_NEVER : NT_WRITABLE_NOW;
}

static enum nt_writable
ask(void *of, const struct nt_id *from, struct nt_id *to)
{
	(void)of;
	*to = *from;
	to->b[15] ^= 1;
	return fare(from->b[0]);
}

static enum nt_writable
ask_file(void *of, struct nt_str pointer, struct nt_id *upload)
{
	(void)of;
	memset(upload, 7, sizeof *upload);
	FUZZ_MUST(pointer.len > 5 && pointer.p[0] == '/');
	return fare((unsigned char)pointer.len);
}

static enum nt_writable
ask_text(void *of, struct nt_str text, struct nt_buf *out)
{
	(void)of;
	nt_buf_str(out, "/there/");
	nt_buf_add(out, text.p, text.len);
	return text.len == 0 ? NT_WRITABLE_NEVER :
	    fare((unsigned char)text.p[text.len - 1]);
}

static enum nt_writable
ask_name(void *of, const struct nt_id *source, struct nt_str id,
    struct nt_buf *out)
{
	(void)source;
	return ask_text(of, id, out);
}

static void
tell(void *of, const char *pointer, enum nt_loss_class class,
    const char *reason)
{
	(void)of;
	(void)class;
	FUZZ_MUST(pointer[0] == '\0' || pointer[0] == '/');
	FUZZ_MUST(reason[0] != '\0');
	losses++;
}

static const struct nt_target target = {
	.id = ask, .user = ask, .emoji = ask, .file = ask_file,
	.property = ask_text, .link = ask_text, .loss = tell, .name = ask_name
};

/* What was made and what stands around it must be a body of that form. */
static void
must_pass(enum nt_form form, const char *before, const char *made,
    const char *after)
{
	struct nt_json *doc = nt_json_new();
	struct nt_refusal why;
	struct nt_value v;
	struct nt_buf body;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_buf_fmt(&body, "%s%s%s", before, made, after);
	FUZZ_MUST(nt_json_parse(doc, body.p, body.len, &v, NULL) == 0);
	if (form != NT_FORM_COUNT)
		FUZZ_MUST(nt_form_check(form, NT_VERSION_2026_03_11, v,
		    &why) == 0);
	nt_buf_free(&body);
	nt_json_free(doc);
}

/* Looks at an outcome, and makes ready for the next. */
static void
must_hold(enum nt_writable outcome, int silent, struct nt_buf *out,
    enum nt_form form, const char *before, const char *after)
{
	if (outcome == NT_WRITABLE_NOW)
		must_pass(form, before, out->p, after);
	else
		FUZZ_MUST(out->len == 0);
	if (outcome == NT_WRITABLE_LATER)
		FUZZ_MUST(losses == 0);
	if (outcome == NT_WRITABLE_NEVER && !silent)
		FUZZ_MUST(losses > 0);
	nt_buf_clear(out);
	losses = 0;
}

static void
write_block(struct nt_value v, struct nt_value old, struct nt_buf *out)
{
	enum nt_block type = nt_block_of(v);
	enum nt_block_holds holds = nt_block_kind(type)->holds;
	struct nt_str none = { NULL, 0 };
	enum nt_writable outcome;
	size_t count;

	outcome = nt_writable_block(&target, v, none, out, &count);
	FUZZ_MUST((outcome == NT_WRITABLE_NOW) == (count > 0));
	must_hold(outcome, type == NT_BLOCK_CHILD_PAGE ||
	    type == NT_BLOCK_CHILD_DATABASE, out, holds == NT_HOLDS_ROWS ||
	    holds == NT_HOLDS_COLUMNS ? NT_FORM_COUNT : NT_FORM_APPEND,
	    "{\"children\":[", "]}");
	must_hold(nt_writable_block_update(&target, old, v, out), 1, out,
	    NT_FORM_BLOCK_UPDATE, "", "");
	must_hold(nt_writable_block_update(&target, v, v, out), 0, out,
	    NT_FORM_BLOCK_UPDATE, "", "");
}

static void
write_values(struct nt_value v, struct nt_value old, struct nt_value schema,
    struct nt_buf *out)
{
	struct nt_value values = nt_value_get(v, "properties"), e;
	int crowded;

	must_hold(nt_writable_properties(&target, NT_VALUE_NONE, values,
	    NT_VALUE_NONE, NT_WRITABLE_BOTH, NULL, out), 1, out,
	    NT_FORM_PAGE_CREATE, PARENT ",\"properties\":", "}");
	must_hold(nt_writable_properties(&target, schema, values,
	    nt_value_get(old, "properties"), NT_WRITABLE_PLAIN, &crowded,
	    out), 1, out, NT_FORM_PAGE_UPDATE, "{\"properties\":", "}");
	for (e = nt_value_first(values); nt_value_there(e);
	    e = nt_value_next(e))
		must_hold(nt_writable_property(&target, e, "/p", out), 0, out,
		    NT_FORM_SOURCE_UPDATE, "{\"properties\":{\"P\":", "}}");
}

static void
write_parts(struct nt_value v, struct nt_buf *out)
{
	must_hold(nt_writable_icon(&target, nt_value_get(v, "icon"), "/icon",
	    out), 0, out, NT_FORM_PAGE_CREATE, PARENT ",\"icon\":", "}");
	must_hold(nt_writable_cover(&target, nt_value_get(v, "cover"),
	    "/cover", out), 0, out, NT_FORM_PAGE_CREATE,
	    PARENT ",\"cover\":", "}");
	must_hold(nt_writable_text(&target, nt_value_get(v, "title"), "/title",
	    out), 0, out, NT_FORM_DATABASE_CREATE, PARENT ",\"title\":", "}");
}

static void
write_all(struct nt_value v, struct nt_value old, struct nt_value schema,
    struct nt_buf *out)
{
	struct nt_str author = nt_value_text(nt_value_get(v, "author"));

	write_block(v, old, out);
	write_values(v, old, schema, out);
	write_parts(v, out);
	must_hold(nt_writable_database(&target, v, out), 0, out,
	    NT_FORM_DATABASE_UPDATE, "", "");
	must_hold(nt_writable_source(&target, v, out), 0, out,
	    NT_FORM_SOURCE_UPDATE, "", "");
	must_hold(nt_writable_view(&target, v, 1, out), 0, out,
	    NT_FORM_VIEW_UPDATE, "", "");
	must_hold(nt_writable_view(&target, v, 0, out), 0, out,
	    NT_FORM_COUNT, "", "");
	must_hold(nt_writable_comment(&target, v, author, out), 0, out,
	    NT_FORM_COUNT, "", "");
}

static void
try(struct nt_value v)
{
	struct nt_value schema = nt_value_at(v, "/schema/properties");
	struct nt_value e, old = NT_VALUE_NONE;
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	losses = 0;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		write_all(e, old, schema, &out);
		old = e;
	}
	nt_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_mutants(data, size, try);
	return 0;
}
