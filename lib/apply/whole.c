/*
 * Reads a thing as notion-fetch does: values of a page that are shown in part
 * (api 3.9) are read whole, so that it can be compared with what was fetched.
 * What is computed is left as it is shown, for it is not compared.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void next_value(struct nt_job *job);

/* Mentions past the 25th may not be told (api 3.9). */
static size_t
count_mentions(struct nt_value items)
{
	size_t n = 0;

	for (struct nt_value e = nt_value_first(items); nt_value_there(e);
	    e = nt_value_next(e))
		n += nt_value_text_is(nt_value_get(e, "type"), "mention");
	return n;
}

static int
is_cut(struct nt_value p)
{
	switch (nt_prop_of(p)) {
	case NT_PROP_RELATION:
		return nt_value_true(nt_value_get(p, "has_more"));
	case NT_PROP_PEOPLE:
		return nt_value_count(nt_value_get(p, "people")) >=
		    NT_REFERENCES_SHOWN;
	case NT_PROP_TITLE:
		return count_mentions(nt_value_get(p, "title")) >=
		    NT_REFERENCES_SHOWN;
	case NT_PROP_RICH_TEXT:
		return count_mentions(nt_value_get(p, "rich_text")) >=
		    NT_REFERENCES_SHOWN;
	default:
		return 0;
	}
}

/* Property number at of the page, or none. */
static struct nt_value
property_at(struct nt_value page, uint32_t at)
{
	struct nt_value e = nt_value_first(nt_value_get(page, "properties"));

	while (at-- > 0 && nt_value_there(e))
		e = nt_value_next(e);
	return e;
}

static struct nt_value
parse(struct nt_job *job)
{
	struct nt_value v = NT_VALUE_NONE;

	if (job->there_doc == NULL)
		job->there_doc = nt_json_new();
	nt_json_parse(job->there_doc, job->there_text.p, job->there_text.len,
	    &v, NULL);
	return v;
}

/* The parts take the place of the value that was cut. */
static void
put_whole(struct nt_job *job)
{
	struct nt_value page = parse(job), p = property_at(page, job->value);
	struct nt_buf whole;

	nt_buf_char(&job->parts, ']');
	nt_value_put(p, nt_prop_kind(nt_prop_of(p))->name,
	    nt_buf_view(&job->parts));
	if (nt_value_there(nt_value_get(p, "has_more")))
		nt_value_put(p, "has_more", NT_STR("false"));
	nt_buf_init(&whole, NT_BUF_MAX);
	nt_json_canonical(page, &whole);
	nt_buf_free(&job->there_text);
	job->there_text = whole;
}

static void read_parts(struct nt_job *job);

static void
on_parts(struct nt_job *job)
{
	struct nt_value body = job->reply->value, e;
	struct nt_str cursor = nt_value_text(nt_value_get(body,
	    "next_cursor"));

	for (e = nt_value_first(nt_value_get(body, "results"));
	    nt_value_there(e); e = nt_value_next(e)) {
		if (job->parts.len > 1)
			nt_buf_char(&job->parts, ',');
		nt_json_canonical(nt_value_get(e,
		    nt_prop_kind(nt_prop_of(e))->name), &job->parts);
	}
	nt_buf_clear(&job->cursor);
	nt_api_encode(&job->cursor, cursor);
	if (nt_value_true(nt_value_get(body, "has_more")) &&
	    job->cursor.len > 0) {
		read_parts(job);
		return;
	}
	if (job->reply->code[0] == '\0')
		put_whole(job);
	job->value++;
	next_value(job);
}

/* Property ids come encoded and go into a path as they are (api 1.2). */
static void
read_parts(struct nt_job *job)
{
	struct nt_value page = parse(job);
	struct nt_str id = nt_value_text(nt_value_get(page, "id"));
	struct nt_str property = nt_value_text(nt_value_get(property_at(page,
	    job->value), "id"));
	struct nt_buf path;

	nt_buf_init(&path, NT_BUF_MAX);
	nt_buf_fmt(&path, "/v1/pages/%.*s/properties/%.*s?page_size=%d",
	    (int)id.len, id.p, (int)property.len, property.p,
	    NT_PAGE_SIZE_MAX);
	if (job->cursor.len > 0)
		nt_buf_fmt(&path, "&start_cursor=%s", job->cursor.p);
	nt_step_read(job, "GET", path.p, (struct nt_str){ NULL, 0 },
	    on_parts);
	nt_buf_free(&path);
}

static void
next_value(struct nt_job *job)
{
	struct nt_value page = parse(job), p;

	while (nt_value_there(p = property_at(page, job->value)) && !is_cut(p))
		job->value++;
	if (nt_value_there(p)) {
		nt_buf_clear(&job->parts);
		nt_buf_char(&job->parts, '[');
		nt_buf_clear(&job->cursor);
		read_parts(job);
		return;
	}
	job->there = page;
	nt_job_ready(job, job->then);
}

static void
on_read(struct nt_job *job)
{
	const struct nt_reply *reply = job->reply;

	job->there = NT_VALUE_NONE;
	if (reply->code[0] != '\0') {
		job->why.status = reply->status;
		memcpy(job->why.code, reply->code, sizeof job->why.code);
		memcpy(job->why.message, reply->message,
		    sizeof job->why.message);
		nt_job_ready(job, job->then);
		return;
	}
	nt_buf_clear(&job->there_text);
	nt_json_canonical(reply->value, &job->there_text);
	job->value = 0;
	next_value(job);
}

void
nt_whole_read(struct nt_job *job, const char *path,
    void (*then)(struct nt_job *job))
{
	job->then = then;
	nt_step_read(job, "GET", path, (struct nt_str){ NULL, 0 }, on_read);
}
