/*
 * The request that updates a thing: of its members those that differ, in the
 * form in which they are written.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* A comma, unless the object has just been opened. */
static void
comma(struct nt_buf *out)
{
	if (out->len > 1)
		nt_buf_char(out, ',');
}

static int
differs(struct nt_value old, struct nt_value new, const char *name)
{
	return !nt_value_equal(nt_value_get(old, name),
	    nt_value_get(new, name));
}

static void
put_flag(struct nt_value old, struct nt_value new, const char *name,
    struct nt_buf *out)
{
	if (!differs(old, new, name))
		return;
	comma(out);
	nt_buf_fmt(out, "\"%s\":%s", name,
	    nt_value_true(nt_value_get(new, name)) ? "true" : "false");
}

/* An icon or cover; null takes it away. */
static void
put_picture(struct nt_job *job, struct nt_value old, struct nt_value new,
    const char *name, enum nt_writable (*form)(const struct nt_target *target,
    struct nt_value v, const char *pointer, struct nt_buf *out))
{
	struct nt_buf *out = &job->step->body;
	size_t len = out->len;
	char pointer[16];

	if (!differs(old, new, name))
		return;
	snprintf(pointer, sizeof pointer, "/%s", name);
	comma(out);
	nt_buf_fmt(out, "\"%s\":", name);
	if (nt_value_is(nt_value_get(new, name), NT_JSON_NULL))
		nt_buf_str(out, "null");
	else if (form(nt_target_for(job, job->at), nt_value_get(new, name),
	    pointer, out) != NT_WRITABLE_NOW)
		nt_buf_cut(out, len);
}

static void
put_text(struct nt_job *job, struct nt_value old, struct nt_value new,
    const char *name)
{
	struct nt_buf *out = &job->step->body;
	size_t len = out->len;
	char pointer[32];

	if (!differs(old, new, name))
		return;
	snprintf(pointer, sizeof pointer, "/%s", name);
	comma(out);
	nt_buf_fmt(out, "\"%s\":", name);
	if (nt_writable_text(nt_target_for(job, job->at),
	    nt_value_get(new, name), pointer, out) != NT_WRITABLE_NOW)
		nt_buf_cut(out, len);
}

static void
update_page(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	struct nt_buf *out = nt_edit_begin(job, "PATCH");
	size_t len = out->len;

	nt_buf_str(out, "\"properties\":");
	if (nt_writable_properties(nt_target_for(job, job->at),
	    NT_VALUE_NONE, nt_value_get(new, "properties"),
	    nt_value_get(old, "properties"), NT_WRITABLE_BOTH, NULL, out) !=
	    NT_WRITABLE_NOW)
		nt_buf_cut(out, len);
	put_picture(job, old, new, "icon", nt_writable_icon);
	put_picture(job, old, new, "cover", nt_writable_cover);
	put_flag(old, new, "is_locked", out);
	put_flag(old, new, "is_archived", out);
}

static void
update_database(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	struct nt_buf *out = nt_edit_begin(job, "PATCH");

	put_text(job, old, new, "title");
	put_text(job, old, new, "description");
	put_flag(old, new, "is_inline", out);
	put_picture(job, old, new, "icon", nt_writable_icon);
	put_picture(job, old, new, "cover", nt_writable_cover);
	put_flag(old, new, "is_locked", out);
}

/* The property of that id among the others, or none. */
static struct nt_value
same_property(struct nt_value properties, struct nt_value entry)
{
	struct nt_value e = nt_value_first(properties);

	while (nt_value_there(e) && !nt_value_equal(nt_value_get(e, "id"),
	    nt_value_get(entry, "id")))
		e = nt_value_next(e);
	return e;
}

/* What comes, goes, or is called or made otherwise. */
static void
put_schema(struct nt_job *job, struct nt_value old, struct nt_value new,
    struct nt_buf *out)
{
	struct nt_value e;

	nt_buf_char(out, '{');
	for (e = nt_value_first(old); nt_value_there(e); e = nt_value_next(e)) {
		struct nt_str id = nt_value_text(nt_value_get(e, "id"));
		struct nt_value now = same_property(new, e);

		if (nt_value_equal(e, now))
			continue;
		if (out->p[out->len - 1] != '{')
			nt_buf_char(out, ',');
		if (!nt_value_there(now)) {
			nt_json_quote(out, id);
			nt_buf_str(out, ":null");
		} else if (!nt_str_eq(nt_value_key(e), nt_value_key(now))) {
			nt_json_quote(out, id);
			nt_buf_str(out, ":{\"name\":");
			nt_json_quote(out, nt_value_key(now));
			nt_buf_char(out, '}');
		} else {
			nt_put_property(job, job->at, now, 0, out);
		}
	}
	for (e = nt_value_first(new); nt_value_there(e); e = nt_value_next(e))
		if (!nt_value_there(same_property(old, e)))
			nt_put_property(job, job->at, e,
			    out->p[out->len - 1] != '{', out);
	nt_buf_char(out, '}');
}

static void
update_source(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	struct nt_buf *out = nt_edit_begin(job, "PATCH");

	put_text(job, old, new, "title");
	put_picture(job, old, new, "icon", nt_writable_icon);
	if (!differs(old, new, "properties"))
		return;
	comma(out);
	nt_buf_str(out, "\"properties\":");
	put_schema(job, nt_value_get(old, "properties"),
	    nt_value_get(new, "properties"), out);
}

/* A form that is a whole object takes the place of the opened one. */
static void
put_whole(struct nt_buf *out, enum nt_writable got, const struct nt_buf *form)
{
	if (got == NT_WRITABLE_NOW && form->len > 2)
		nt_buf_add(out, form->p + 1, form->len - 2);
}

static void
update_view(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	struct nt_buf *out = nt_edit_begin(job, "PATCH"), form;

	(void)old;
	nt_buf_init(&form, NT_BUF_MAX);
	put_whole(out, nt_writable_view(nt_target_for(job, job->at), new, 1,
	    &form), &form);
	nt_buf_free(&form);
}

static void
update_comment(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	nt_edit_begin(job, "PATCH");
	put_text(job, old, new, "rich_text");
}

static void
update_block(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	struct nt_buf *out = nt_edit_begin(job, "PATCH"), form;
	enum nt_writable got;

	nt_buf_init(&form, NT_BUF_MAX);
	got = nt_writable_block_update(nt_target_for(job, job->at), old, new,
	    &form);
	put_whole(out, got, &form);
	nt_buf_free(&form);
	job->impossible = got == NT_WRITABLE_NEVER;
}

void
nt_update_build(struct nt_job *job, struct nt_value old, struct nt_value new)
{
	job->impossible = 0;
	job->a->files_wanted = 0;
	switch ((enum nt_kind)nt_node(job->a, job->at)->kind) {
	case NT_KIND_PAGE:
		update_page(job, old, new);
		break;
	case NT_KIND_BLOCK:
		update_block(job, old, new);
		break;
	case NT_KIND_DATABASE:
		update_database(job, old, new);
		break;
	case NT_KIND_DATA_SOURCE:
		update_source(job, old, new);
		break;
	case NT_KIND_VIEW:
		update_view(job, old, new);
		break;
	default:
		update_comment(job, old, new);
		break;
	}
}
