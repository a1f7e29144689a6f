/* Requests of items, and lists that come in parts (api 1.6). */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
pager_clear(struct pager *p)
{
	free(p->cursor);
	free(p->mark);
	*p = (struct pager){ 0 };
}

/*
 * A cursor that comes twice would be read for ever.  The mark is moved to the
 * present cursor at each power of two, so a circle of any length is noticed
 * after at most three rounds (Brent).
 */
static int
is_circle(struct pager *p)
{
	if (p->mark != NULL && strcmp(p->mark, p->cursor) == 0)
		return 1;
	p->steps++;
	if ((p->steps & (p->steps - 1)) == 0) {
		free(p->mark);
		p->mark = nt_strdup(p->cursor);
	}
	return 0;
}

static struct nt_value
status_of(struct nt_value list)
{
	return nt_value_get(nt_value_get(list, "request_status"), "type");
}

int
list_is_cut(struct nt_value list)
{
	return nt_value_text_is(status_of(list), "incomplete");
}

/* A word that the service may use one day: it says nothing for sure. */
static int
is_unsure(struct nt_value list)
{
	struct nt_value status = status_of(list);

	return nt_value_there(nt_value_get(list, "request_status")) &&
	    !nt_value_text_is(status, "complete") &&
	    !nt_value_text_is(status, "incomplete");
}

int
pager_next(struct pager *p, struct nt_value list, const char **why)
{
	int more = pager_step(p, list, why);

	if (more != 0 || !list_is_cut(list))
		return more;
	*why = "the service cut the list short";
	return -1;
}

int
list_goes_on(struct item *it, struct pager *p, struct nt_value list,
    const struct subject *s)
{
	const char *why = NULL;
	int more = pager_next(p, list, &why);

	if (more == 1)
		it->state = ITEM_WAITS;
	else if (more == -1)
		error_text(text_of(it), s, "unexpected_answer", why);
	return more == 1;
}

int
pager_step(struct pager *p, struct nt_value list, const char **why)
{
	struct nt_str cursor = nt_value_text(nt_value_get(list, "next_cursor"));
	struct nt_value has_more = nt_value_get(list, "has_more");
	struct nt_value results = nt_value_get(list, "results");

	free(p->cursor);
	p->cursor = NULL;
	if (!nt_value_is(results, NT_JSON_ARRAY)) {
		*why = "the answer has no results";
		return -1;
	}
	if (is_unsure(list)) {
		*why = "the answer has a request_status that is not known";
		return -1;
	}
	if (!nt_value_is(has_more, NT_JSON_BOOL)) {
		*why = "the answer does not say whether the list has more";
		return -1;
	}
	if (!nt_value_true(has_more))
		return 0;
	if (cursor.len == 0 || cursor.len > CURSOR_MAX ||
	    memchr(cursor.p, '\0', cursor.len) != NULL) {
		*why = "the list has more but no usable cursor";
		return -1;
	}
	p->empty = nt_value_count(results) == 0 ? p->empty + 1 : 0;
	if (p->empty > EMPTY_MAX) {
		*why = "the list goes on without entries";
		return -1;
	}
	if (p->steps + 1 >= LIST_PARTS_MAX) {
		*why = "the list has more parts than any list may have";
		return -1;
	}
	p->cursor = nt_strndup(cursor.p, cursor.len);
	if (is_circle(p)) {
		*why = "the list's cursor came a second time";
		return -1;
	}
	return 1;
}

/* Appends page_size and start_cursor to a path that has a '?' or not. */
static void
put_query(const struct pager *p, struct nt_buf *path)
{
	nt_buf_char(path, memchr(path->p, '?', path->len) == NULL ? '?' : '&');
	nt_buf_str(path, "page_size=100");
	if (p->cursor == NULL)
		return;
	nt_buf_str(path, "&start_cursor=");
	nt_api_encode(path, nt_str_of(p->cursor));
}

void
pager_body(const struct pager *p, struct nt_json_out *o)
{
	nt_json_put_int(o, "page_size", 100);
	if (p->cursor != NULL)
		nt_json_put_text(o, "start_cursor", p->cursor);
}

static void
answered(void *arg, const struct nt_reply *reply)
{
	struct item *it = arg;

	it->state = ITEM_RESTS;
	it->verb->answer(it, reply);
}

static void
send_get(struct item *it, const struct nt_buf *path)
{
	struct nt_call call = { .method = "GET", .path = path->p, .safe = 1 };

	it->state = ITEM_RUNS;
	nt_api_call(it->walk->api, &call, answered, it);
}

static void __attribute__((format(printf, 2, 0)))
add_path(struct nt_buf *path, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof text, fmt, ap);
	nt_buf_clear(path);
	nt_buf_str(path, text);
}

void
item_get(struct item *it, const char *fmt, ...)
{
	struct nt_buf *path = &it->walk->scratch;
	va_list ap;

	va_start(ap, fmt);
	add_path(path, fmt, ap);
	va_end(ap);
	send_get(it, path);
}

void
item_get_list(struct item *it, const struct pager *p, const char *fmt, ...)
{
	struct nt_buf *path = &it->walk->scratch;
	va_list ap;

	va_start(ap, fmt);
	add_path(path, fmt, ap);
	va_end(ap);
	put_query(p, path);
	send_get(it, path);
}

/* The filter that a search has; none if all is asked for that is not trash. */
static void
put_filter(struct nt_json_out *o, const char *object, int trash)
{
	if (object == NULL && !trash)
		return;
	nt_json_open(o, "filter", '{');
	if (trash)
		nt_json_put_bool(o, "in_trash", 1);
	if (object != NULL) {
		nt_json_put_text(o, "property", "object");
		nt_json_put_text(o, "value", object);
	}
	nt_json_close(o, '}');
}

void
item_search(struct item *it, const struct pager *p, const char *object,
    const char *direction, int trash)
{
	struct nt_call call = { .method = "POST", .path = "/v1/search",
		.safe = 1 };
	struct nt_json_out o;
	struct nt_buf body;

	nt_buf_init(&body, NT_BUF_MAX);
	nt_json_out_init(&o, &body);
	nt_json_open(&o, NULL, '{');
	put_filter(&o, object, trash);
	pager_body(p, &o);
	nt_json_open(&o, "sort", '{');
	nt_json_put_text(&o, "direction", direction);
	nt_json_put_text(&o, "timestamp", "last_edited_time");
	nt_json_close(&o, '}');
	nt_json_close(&o, '}');
	call.body = nt_buf_view(&body);
	it->state = ITEM_RUNS;
	nt_api_call(it->walk->api, &call, answered, it);
	nt_buf_free(&body);
}

int
reply_ok(const struct nt_reply *reply)
{
	return reply->status >= 200 && reply->status < 300 &&
	    nt_value_is(reply->value, NT_JSON_OBJECT);
}

int
reply_is(const struct nt_reply *reply, int status, const char *code)
{
	return reply->status == status && strcmp(reply->code, code) == 0;
}
