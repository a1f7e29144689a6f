/*
 * What is new inside a record that both sides have.
 *
 * What does not count is made alike first, and so is what has an operation of
 * its own, the parent and the trash; what then still differs is the patch.
 */
#include "restored.h"

#include <string.h>

#include "nt/mem.h"

void
settle_init(struct settle *s, const struct nt_diff_how *how)
{
	*s = (struct settle){ .how = how };
	s->a = nt_json_new();
	s->b = nt_json_new();
	s->plain_a = nt_json_new();
	s->plain_b = nt_json_new();
	nt_buf_init(&s->text_a, NT_BUF_MAX);
	nt_buf_init(&s->text_b, NT_BUF_MAX);
	nt_buf_init(&s->patch, NT_BUF_MAX);
}

void
settle_free(struct settle *s)
{
	nt_buf_free(&s->patch);
	nt_buf_free(&s->text_b);
	nt_buf_free(&s->text_a);
	nt_json_free(s->source_b);
	nt_json_free(s->source_a);
	nt_json_free(s->plain_b);
	nt_json_free(s->plain_a);
	nt_json_free(s->b);
	nt_json_free(s->a);
}

int
is_ignored(const struct nt_diff_how *how, const char *pointer)
{
	const char *const *p = how->ignore;

	while (p != NULL && *p != NULL && strcmp(*p, pointer) != 0)
		p++;
	return p != NULL && *p != NULL;
}

/* Makes the member of a what it is in b. */
static void
take_over(struct nt_value a, struct nt_value b, const char *name)
{
	struct nt_value new = nt_value_get(b, name);

	if (nt_value_there(new))
		nt_value_put(a, name, nt_value_raw(new));
	else
		nt_value_drop(nt_value_get(a, name));
}

/* Makes the flags of the trash alike: 1 if they were not. */
static int
turn_trash(struct nt_value a, struct nt_value b)
{
	struct nt_value was = nt_value_get(a, "in_trash");
	struct nt_value is = nt_value_get(b, "in_trash");

	if (!nt_value_is(was, NT_JSON_BOOL) || !nt_value_is(is, NT_JSON_BOOL) ||
	    nt_value_true(was) == nt_value_true(is))
		return 0;
	nt_value_replace(was, nt_value_raw(is));
	if (nt_value_is(nt_value_get(a, "archived"), NT_JSON_BOOL))
		nt_value_put(a, "archived", nt_value_raw(is));
	return 1;
}

/* Makes what is not to count in b what it is in a. */
static void
ignore(struct nt_value a, struct nt_value b, const char *pointer)
{
	struct nt_value was = nt_value_at(a, pointer);
	struct nt_value is = nt_value_at(b, pointer);

	if (nt_value_there(was) && nt_value_there(is))
		nt_value_replace(is, nt_value_raw(was));
	else if (nt_value_there(is))
		nt_value_drop(is);
	else
		nt_value_drop(was);
}

/* Parses, canonical, what is left of both, and makes the patch. */
static int
make_patch(struct settle *s, struct settled *out, struct nt_err *err)
{
	struct nt_value a, b;

	if (nt_json_parse(s->plain_a, s->text_a.p, s->text_a.len, &a,
	    err) == -1 || nt_json_parse(s->plain_b, s->text_b.p,
	    s->text_b.len, &b, err) == -1)
		return -1;
	nt_buf_clear(&s->patch);
	nt_patch_make(a, b, &s->patch);
	out->patch = nt_buf_view(&s->patch);
	return nt_buf_check(&s->patch, "the patch", err);
}

int
settle_lines(struct settle *s, struct nt_str was, struct nt_str is,
    int turned, struct settled *out, struct nt_err *err)
{
	const char *const *p = s->how->ignore;
	struct nt_value a, b;

	*out = (struct settled){ .patch = { NULL, 0 } };
	if (nt_json_parse(s->a, was.p, was.len, &a, err) == -1)
		return -1;
	out->in_b = 1;
	if (nt_json_parse(s->b, is.p, is.len, &b, err) == -1)
		return -1;
	if (turned)
		take_over(a, b, "parent");
	for (; p != NULL && *p != NULL; p++)
		ignore(a, b, *p);
	out->in_trash = nt_value_true(nt_value_get(b, "in_trash"));
	out->turned = !is_ignored(s->how, "/in_trash") && turn_trash(a, b);
	if (!s->how->strict) {
		grade_unsign(a);
		grade_unsign(b);
		grade_keep(a, b);
	}
	nt_buf_clear(&s->text_a);
	nt_buf_clear(&s->text_b);
	nt_json_canonical(a, &s->text_a);
	nt_json_canonical(b, &s->text_b);
	if (nt_str_eq(nt_buf_view(&s->text_a), nt_buf_view(&s->text_b)))
		return 0;
	return make_patch(s, out, err);
}

/* ---- after a restore ---- */

/*
 * 1 if the list that the pointer leads into has fewer items in b.  A text is
 * none: it may be cut at other places.
 */
static int
is_shorter(struct nt_value a, struct nt_value b, const char *pointer)
{
	struct nt_buf list;
	int shorter;

	if (nt_value_there(nt_value_get(nt_value_at(a, pointer),
	    "plain_text")))
		return 0;
	nt_buf_init(&list, NT_BUF_MAX);
	nt_buf_add(&list, pointer, (size_t)(strrchr(pointer, '/') - pointer));
	nt_buf_char(&list, '\0');
	a = nt_value_at(a, list.p);
	b = nt_value_at(b, list.p);
	shorter = nt_value_is(a, NT_JSON_ARRAY) &&
	    nt_value_is(b, NT_JSON_ARRAY) &&
	    nt_value_count(b) < nt_value_count(a);
	nt_buf_free(&list);
	return shorter;
}

/*
 * Drops what the losses told of the id name, below a prefix, from both; but an
 * item of a list that is shorter now is in the first alone.
 */
static int
drop_lost(const struct nt_restored *r, struct nt_str id, const char *prefix,
    struct nt_value a, struct nt_value b)
{
	struct nt_id lost;
	uint64_t n;
	int any = 0;

	if (nt_id_scan(id, &lost) == -1)
		return 0;
	for (n = restored_losses(r, &lost); n != 0; n = r->announced[n].next) {
		const char *pointer = r->announced[n].pointer;

		if (*pointer == '\0' ||
		    strncmp(pointer, prefix, strlen(prefix)) != 0)
			continue;
		if (!is_shorter(a, b, pointer))
			nt_value_drop(nt_value_at(b, pointer));
		nt_value_drop(nt_value_at(a, pointer));
		any = 1;
	}
	return any;
}

/* Parses what is left of a value after the drops. */
static int
parse_left(struct nt_json *doc, struct nt_buf *text, struct nt_value *v,
    struct nt_err *err)
{
	nt_buf_clear(text);
	nt_json_canonical(*v, text);
	return nt_json_parse(doc, text->p, text->len, v, err);
}

/*
 * Takes what was told to be lost out of both.  What a row lost with its data
 * source's schema is told of that.
 */
static int
leave_lost(struct settle *s, enum nt_kind kind, struct nt_value *a,
    struct nt_value *b, struct nt_err *err)
{
	struct nt_restored *r = s->how->restored;
	struct nt_str id = nt_value_text(nt_value_get(*a, "id"));
	struct nt_str source = nt_value_text(nt_value_at(*a,
	    "/parent/data_source_id"));
	int any = drop_lost(r, id, "/", *a, *b);

	if (kind == NT_KIND_PAGE)
		any |= drop_lost(r, source, "/properties/", *a, *b);
	if (!any)
		return 0;
	restored_count(r, kind, RULE_ANNOUNCED);
	if (parse_left(s->plain_a, &s->text_a, a, err) == -1)
		return -1;
	return parse_left(s->plain_b, &s->text_b, b, err);
}

/* The data source that a view shows, or nothing. */
static struct nt_value
source_of(const struct side *s, struct nt_value view, struct nt_json **doc)
{
	struct nt_str id = nt_value_raw(nt_value_get(view, "data_source_id"));
	struct nt_value v = NT_VALUE_NONE;
	struct nt_str line;
	struct key key;
	uint32_t n;

	if (unquoted(id).p == NULL)
		return v;
	key_of(NT_KIND_DATA_SOURCE, id, &key);
	if ((n = side_find(s, &key)) == 0)
		return v;
	if (*doc == NULL)
		*doc = nt_json_new();
	line = side_line(s, n);
	return nt_json_parse(*doc, line.p, line.len, &v, NULL) == 0 ? v :
	    NT_VALUE_NONE;
}

int
settle_restored(struct settle *s, const struct side *a, const struct side *b,
    uint32_t n, struct settled *out, struct nt_err *err)
{
	struct nt_str was = side_line(a, b->row[n].mate), is = side_line(b, n);
	struct lenient_side sa = { .record = NT_VALUE_NONE }, sb = sa;
	enum nt_kind kind = b->row[n].kind;
	struct nt_buf lenient_a, lenient_b;
	int got = 0;

	*out = (struct settled){ .in_b = 0 };
	if (nt_json_parse(s->a, was.p, was.len, &sa.record, err) == -1)
		return -1;
	out->in_b = 1;
	if (nt_json_parse(s->b, is.p, is.len, &sb.record, err) == -1 ||
	    leave_lost(s, kind, &sa.record, &sb.record, err) == -1)
		return -1;
	if (kind == NT_KIND_VIEW) {
		sa.source = source_of(a, sa.record, &s->source_a);
		sb.source = source_of(b, sb.record, &s->source_b);
	}
	nt_buf_init(&lenient_a, NT_BUF_MAX);
	nt_buf_init(&lenient_b, NT_BUF_MAX);
	lenient_write(s->how->restored, kind, &sa, &sb, &lenient_a,
	    &lenient_b);
	if (!nt_str_eq(nt_buf_view(&lenient_a), nt_buf_view(&lenient_b)) &&
	    !restored_lost(s->how->restored, &b->row[n].id, "")) {
		nt_buf_clear(&s->text_a);
		nt_buf_clear(&s->text_b);
		nt_buf_add(&s->text_a, lenient_a.p, lenient_a.len);
		nt_buf_add(&s->text_b, lenient_b.p, lenient_b.len);
		got = make_patch(s, out, err);
	}
	nt_buf_free(&lenient_b);
	nt_buf_free(&lenient_a);
	return got;
}
