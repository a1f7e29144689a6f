/*
 * Weak stand-ins for what room model has not yet: removed with its filter.c.
 */
#include <stdlib.h>
#include <string.h>

#include "nt/filter.h"
#include "nt/stored.h"
#include "nt/clock.h"

#include "internal.h"

struct nt_filter {
	int sorts;
	int64_t from;
};

__attribute__((weak)) void
nt_plain_text(struct nt_value items, struct nt_buf *out)
{
	for (struct nt_value e = nt_value_first(items); nt_value_there(e);
	    e = nt_value_next(e)) {
		struct nt_str s = nt_value_text(nt_value_get(e, "plain_text"));

		nt_buf_add(out, s.p != NULL ? s.p : "", s.len);
	}
}

__attribute__((weak)) void
nt_title_text(struct nt_value object, struct nt_buf *out)
{
	struct nt_value p = nt_value_get(object, "properties");

	nt_plain_text(nt_value_get(object, "title"), out);
	for (struct nt_value e = nt_value_first(p); nt_value_there(e);
	    e = nt_value_next(e))
		if (nt_value_text_is(nt_value_get(e, "type"), "title"))
			nt_plain_text(nt_value_get(e, "title"), out);
}

__attribute__((weak)) struct nt_filter *
nt_filter_new(struct nt_value filter, struct nt_value sorts,
    struct nt_value schema, const struct nt_id *me, int64_t now_ms,
    struct nt_refusal *why)
{
	struct nt_filter *f = nt_alloc(sizeof *f);
	struct nt_str s = nt_value_text(nt_value_at(filter,
	    "/created_time/on_or_after"));

	(void)schema; (void)me; (void)now_ms; (void)why;
	f->sorts = nt_value_count(sorts) > 0;
	f->from = INT64_MIN;
	if (s.p == NULL)
		s = nt_value_text(nt_value_at(filter,
		    "/last_edited_time/on_or_after"));
	if (s.p != NULL)
		nt_time_parse(s.p, s.len, &f->from);
	return f;
}

__attribute__((weak)) void
nt_filter_free(struct nt_filter *f)
{
	free(f);
}

__attribute__((weak)) int
nt_filter_match(const struct nt_filter *f, struct nt_value page)
{
	struct nt_str s = nt_value_text(nt_value_get(page, "created_time"));
	int64_t ms = 0;

	nt_time_parse(s.p, s.len, &ms);
	return ms >= f->from;
}

__attribute__((weak)) void
nt_filter_sort_key(const struct nt_filter *f, struct nt_value page,
    struct nt_buf *key)
{
	struct nt_str s = nt_value_text(nt_value_get(page,
	    "last_edited_time"));

	(void)f;
	nt_buf_add(key, s.p, s.len);
}

__attribute__((weak)) int
nt_filter_sorts(const struct nt_filter *f)
{
	return f->sorts;
}

__attribute__((weak)) void
nt_fold(struct nt_str text, struct nt_buf *out)
{
	nt_buf_add(out, text.p, text.len);
}
