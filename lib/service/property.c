/*
 * GET /v1/pages/{id}/properties/{property}: a property whole, where a page
 * shows the first 25 references of it (api 3.9).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/*
 * A cursor is the offset of the next item, in letters and salted by the page
 * so that it does not look like one: six characters, as the service's.
 */
static unsigned
salt_of(const struct nt_id *page)
{
	return (unsigned)(nt_id_hash(page) & 0xffffff);
}

static void
cursor_format(const struct nt_id *page, size_t offset, char text[NT_ID_TEXT])
{
	snprintf(text, NT_ID_TEXT, "%06x",
	    ((unsigned)offset ^ salt_of(page)) & 0xffffff);
}

static int
cursor_scan(const struct nt_id *page, const char *text, size_t count,
    size_t *offset)
{
	char *end;
	unsigned long n = strtoul(text, &end, 16);

	if (strlen(text) != 6 || *end != '\0')
		return -1;
	*offset = (size_t)(n ^ salt_of(page));
	return *offset < count ? 0 : -1;
}

/* {"object":"property_item","type":T,"id":I,T:value} */
static void
put_item(struct nt_turn *t, const char *type, struct nt_value id,
    struct nt_value value)
{
	struct nt_str raw = nt_value_raw(id);

	nt_buf_fmt(t->out, "{\"object\":\"property_item\",\"type\":\"%s\","
	    "\"id\":", type);
	if (raw.p != NULL)
		nt_buf_add(t->out, raw.p, raw.len);
	else
		nt_buf_str(t->out, "\"\"");
	nt_buf_fmt(t->out, ",\"%s\":", type);
	nt_render_value(t, value);
	nt_buf_char(t->out, '}');
}

/* What a page shows of a user is partial or not; an item is what is stored. */
static int
answer_single(struct nt_turn *t, struct nt_value property, const char *type)
{
	struct nt_value value = nt_value_get(property, type);

	put_item(t, type, nt_value_get(property, "id"), value);
	nt_turn_stamp(t);
	return 0;
}

/* The member "property_item" of a list. */
static void
put_about(struct nt_turn *t, struct nt_value property, const char *type,
    const struct nt_page_of *page, const char *cursor)
{
	struct nt_str id = nt_value_text(nt_value_get(property, "id"));
	struct nt_value rollup = nt_value_get(property, "rollup");
	char page_id[NT_ID_TEXT];

	nt_buf_str(t->out, "\"property_item\":{\"id\":");
	nt_json_quote(t->out, id);
	nt_id_format_plain(&t->id[0], page_id);
	if (cursor != NULL) {
		nt_buf_fmt(t->out, ",\"next_url\":\"%s/v1/pages/%s/properties/",
		    t->svc->base, page_id);
		nt_buf_add(t->out, id.p, id.len);	/* encoded as it is */
		nt_buf_fmt(t->out, "?start_cursor=%s&page_size=%zu\"", cursor,
		    page->size);
	} else
		nt_buf_str(t->out, ",\"next_url\":null");
	nt_buf_fmt(t->out, ",\"type\":\"%s\",\"%s\":", type, type);
	if (!nt_value_there(rollup)) {
		nt_buf_str(t->out, "{}}");
		return;
	}
	/* The values of an array stand in the results. */
	if (nt_value_text_is(nt_value_get(rollup, "type"), "array"))
		nt_value_replace(nt_value_get(rollup, "array"), NT_STR("[]"));
	nt_json_canonical(rollup, t->out);
	nt_buf_char(t->out, '}');
}

/* The list behind a property; of a rollup its array, if it has one. */
static struct nt_value
items_of(struct nt_value property, const char *type)
{
	struct nt_value v = nt_value_get(property, type);

	if (nt_value_there(nt_value_get(property, "rollup")))
		v = nt_value_get(v, "array");
	return v;
}

static void
put_listed(struct nt_turn *t, struct nt_value property, const char *type,
    struct nt_value item)
{
	struct nt_value id = nt_value_get(property, "id");

	if (!nt_value_there(nt_value_get(property, "rollup"))) {
		put_item(t, type, id, item);
		return;
	}
	/* An element of a rollup's array has its own type. */
	enum nt_prop inner = nt_prop_of(item);
	const char *name = nt_prop_kind(inner)->name;

	put_item(t, name, id, nt_value_get(item, name));
}

static int
answer_list(struct nt_turn *t, struct nt_value property, const char *type)
{
	struct nt_value items = items_of(property, type);
	size_t count = nt_value_count(items), from = 0, n = 0;
	struct nt_page_of page;
	char cursor[NT_ID_TEXT];
	int more;

	if (nt_turn_paging(t, &page) == -1)
		return -1;
	if (page.cursor[0] != '\0' && cursor_scan(&t->id[0], page.cursor,
	    count, &from) == -1)
		return nt_refuse_cursor(t, page.cursor);
	more = count - from > page.size;
	cursor_format(&t->id[0], from + page.size, cursor);

	nt_list_open(t);
	for (struct nt_value e = nt_value_first(items); nt_value_there(e) &&
	    n < from + page.size; e = nt_value_next(e), n++)
		if (n >= from && !nt_trash_hides(t, e)) {
			nt_list_next(t);
			put_listed(t, property, type, e);
		}
	nt_buf_str(t->out, "],\"next_cursor\":");
	if (more)
		nt_buf_fmt(t->out, "\"%s\",\"has_more\":true,", cursor);
	else
		nt_buf_str(t->out, "null,\"has_more\":false,");
	nt_buf_str(t->out, "\"type\":\"property_item\",");
	put_about(t, property, type, &page, more ? cursor : NULL);
	nt_buf_char(t->out, '}');
	nt_turn_stamp(t);
	return 0;
}

int
nt_on_page_property(struct nt_turn *t)
{
	struct nt_stmt *hold;
	struct nt_object o;
	struct nt_value page, property = NT_VALUE_NONE;
	int got;

	if (nt_find(t, &t->id[0], NT_A_PAGE, &o, &hold) == -1)
		return -1;
	if (nt_json_parse(t->svc->doc, o.json.p, o.json.len, &page,
	    NULL) == 0)
		property = nt_prop_find(nt_value_get(page, "properties"),
		    nt_str_of(t->part));
	if (!nt_value_there(property)) {
		got = nt_refuse(&t->why, 404, "object_not_found", "Could not "
		    "find property with ID: %.100s.", t->part);
	} else {
		const struct nt_prop_kind *kind =
		    nt_prop_kind(nt_prop_of(property));

		got = kind->listed ? answer_list(t, property, kind->name) :
		    answer_single(t, property, kind->name);
	}
	nt_stmt_done(hold);
	return got;
}
