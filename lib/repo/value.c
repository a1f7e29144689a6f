/*
 * What a property holds, as a person would write it into a cell.
 */
#include "internal.h"

#include <string.h>

#include "nt/json.h"
#include "nt/kinds.h"

/* What a rollup of formulas of rollups may hold of itself. */
#define NESTED_MAX 8

/* Bytes of a text in a cell: those of whole documents are in the records. */
#define CELL_TEXT_MAX 256

static void put_value(struct nt_buf *out, struct nt_value property,
    unsigned depth);

void
plain_text(struct nt_buf *out, struct nt_value rich_text)
{
	struct nt_value v;

	for (v = nt_value_first(rich_text); nt_value_there(v);
	    v = nt_value_next(v)) {
		struct nt_str part = nt_value_text(nt_value_get(v,
		    "plain_text"));

		nt_buf_add(out, part.p, part.len);
	}
}

/* Ends a long text before the character that would pass max. */
static void
cut_text(struct nt_buf *b, size_t max)
{
	if (b->len <= max)
		return;
	while (max > 0 && ((unsigned char)b->p[max] & 0xc0) == 0x80)
		max--;
	b->len = max;
	nt_buf_str(b, "…");
}

static void
put_text(struct nt_buf *out, struct nt_value rich_text, size_t max)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_RECORD_MAX);
	plain_text(&b, rich_text);
	cut_text(&b, max);
	nt_json_quote(out, nt_buf_view(&b));
	nt_buf_free(&b);
}

/* A value as it is; null if it is not there. */
static void
put_raw(struct nt_buf *out, struct nt_value v)
{
	struct nt_str raw = nt_value_raw(v);

	if (nt_value_there(v))
		nt_buf_add(out, raw.p, raw.len);
	else
		nt_buf_str(out, "null");
}

/* The first of two members that is there. */
static struct nt_value
either(struct nt_value v, const char *first, const char *second)
{
	struct nt_value found = nt_value_get(v, first);

	return nt_value_there(found) &&
	    !nt_value_is(found, NT_JSON_NULL) ? found :
	    nt_value_get(v, second);
}

/* The names, or else the other member, of a list's elements. */
static void
put_list(struct nt_buf *out, struct nt_value list, const char *first,
    const char *second)
{
	struct nt_value v;

	nt_buf_char(out, '[');
	for (v = nt_value_first(list); nt_value_there(v);
	    v = nt_value_next(v)) {
		if (out->p[out->len - 1] != '[')
			nt_buf_char(out, ',');
		put_raw(out, either(v, first, second));
	}
	nt_buf_char(out, ']');
}

/* "2026-03-10" or "2026-03-10/2026-03-12" */
static void
put_date(struct nt_buf *out, struct nt_value date)
{
	struct nt_str start = nt_value_text(nt_value_get(date, "start"));
	struct nt_str end = nt_value_text(nt_value_get(date, "end"));
	struct nt_buf b;

	if (start.p == NULL) {
		nt_buf_str(out, "null");
		return;
	}
	nt_buf_init(&b, NT_RECORD_MAX);
	nt_buf_add(&b, start.p, start.len);
	if (end.p != NULL) {
		nt_buf_char(&b, '/');
		nt_buf_add(&b, end.p, end.len);
	}
	nt_json_quote(out, nt_buf_view(&b));
	nt_buf_free(&b);
}

/* "TASK-12", or 12 */
static void
put_unique_id(struct nt_buf *out, struct nt_value v)
{
	struct nt_str prefix = nt_value_text(nt_value_get(v, "prefix"));
	struct nt_str number = nt_value_raw(nt_value_get(v, "number"));
	struct nt_buf b;

	if (prefix.p == NULL || number.p == NULL) {
		put_raw(out, nt_value_get(v, "number"));
		return;
	}
	nt_buf_init(&b, NT_RECORD_MAX);
	nt_buf_add(&b, prefix.p, prefix.len);
	nt_buf_char(&b, '-');
	nt_buf_add(&b, number.p, number.len);
	nt_json_quote(out, nt_buf_view(&b));
	nt_buf_free(&b);
}

/* What a formula or rollup comes to: it names the type of its result. */
static void
put_result(struct nt_buf *out, struct nt_value result, unsigned depth)
{
	struct nt_str type = nt_value_text(nt_value_get(result, "type"));
	struct nt_value v = type.p == NULL ? NT_VALUE_NONE :
	    nt_value_get_n(result, type.p, type.len), e;

	if (nt_str_is(type, "date")) {
		put_date(out, v);
	} else if (nt_value_is(v, NT_JSON_ARRAY)) {
		nt_buf_char(out, '[');
		for (e = nt_value_first(v); nt_value_there(e);
		    e = nt_value_next(e)) {
			if (out->p[out->len - 1] != '[')
				nt_buf_char(out, ',');
			put_value(out, e, depth + 1);
		}
		nt_buf_char(out, ']');
	} else {
		put_raw(out, v);
	}
}

static void
put_value(struct nt_buf *out, struct nt_value property, unsigned depth)
{
	struct nt_str type = nt_value_text(nt_value_get(property, "type"));
	struct nt_value v = type.p == NULL ? NT_VALUE_NONE :
	    nt_value_get_n(property, type.p, type.len);

	if (nt_value_is(v, NT_JSON_NULL) || depth > NESTED_MAX) {
		nt_buf_str(out, "null");
		return;
	}
	switch (nt_prop_of(property)) {
	case NT_PROP_TITLE:
		put_text(out, v, SIZE_MAX);
		break;
	case NT_PROP_RICH_TEXT:
		put_text(out, v, CELL_TEXT_MAX);
		break;
	case NT_PROP_SELECT:
	case NT_PROP_STATUS:
	case NT_PROP_CREATED_BY:
	case NT_PROP_LAST_EDITED_BY:
		put_raw(out, either(v, "name", "id"));
		break;
	case NT_PROP_MULTI_SELECT:
	case NT_PROP_FILES:
	case NT_PROP_PEOPLE:
		put_list(out, v, "name", "id");
		break;
	case NT_PROP_RELATION:
		put_list(out, v, "id", "id");
		break;
	case NT_PROP_DATE:
		put_date(out, v);
		break;
	case NT_PROP_UNIQUE_ID:
		put_unique_id(out, v);
		break;
	case NT_PROP_FORMULA:
	case NT_PROP_ROLLUP:
		put_result(out, v, depth);
		break;
	case NT_PROP_VERIFICATION:
		put_raw(out, nt_value_get(v, "state"));
		break;
	case NT_PROP_BUTTON:
		nt_buf_str(out, "null");
		break;
	default:	/* numbers, truths, addresses, times; places as JSON */
		put_raw(out, v);
		break;
	}
}

void
plain_value(struct nt_buf *out, struct nt_value property)
{
	put_value(out, property, 0);
}
