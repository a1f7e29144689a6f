/*
 * A stream in memory: read, changed, written as a walk.
 */
#include "edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/mem.h"

#define DAY_MS INT64_C(86400000)

/* Blocks that may stand anywhere and need nothing inside. */
static const char *const plain_types[] = { "paragraph", "heading_2",
	"heading_3", "bulleted_list_item", "numbered_list_item", "to_do",
	"quote", "callout", "code", "divider", "image", "bookmark",
	"equation" };

uint64_t
chance(uint64_t most)
{
	return nt_random64() % most;
}

/* ---- parts ---- */

size_t
part_new(struct workspace *w, size_t above, size_t place)
{
	size_t number = w->count++;

	if (number == w->room) {
		w->room = w->room == 0 ? 1024 : 2 * w->room;
		w->parts = nt_realloc_array(w->parts, w->room,
		    sizeof *w->parts);
		w->order = nt_realloc_array(w->order, w->room,
		    sizeof *w->order);
	}
	w->parts[number] = (struct part){ .above = above };
	memmove(w->order + place + 1, w->order + place,
	    (number - place) * sizeof *w->order);
	w->order[place] = number;
	return number;
}

size_t
place_of(const struct workspace *w, size_t part)
{
	size_t place = 0;

	while (w->order[place] != part)
		place++;
	return place;
}

static int
is_below(const struct workspace *w, size_t part, size_t above)
{
	while (part != HEAD && part != above)
		part = w->parts[part].above;
	return part == above;
}

size_t
place_behind(const struct workspace *w, size_t part)
{
	size_t place = place_of(w, part) + 1;

	while (place < w->count && is_below(w, w->order[place], part))
		place++;
	return place;
}

/* ---- lines ---- */

static int
is_plain(struct nt_value type)
{
	for (size_t i = 0; i < sizeof plain_types / sizeof *plain_types; i++)
		if (nt_value_text_is(type, plain_types[i]))
			return 1;
	return 0;
}

/* What hangs what: the id in "parent", or nil. */
static struct nt_id
parent_of(struct nt_value v)
{
	struct nt_value parent = nt_value_get(v, "parent");
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));
	struct nt_id id;

	if (type.p == NULL || nt_id_scan(nt_value_text(nt_value_get_n(parent,
	    type.p, type.len)), &id) == -1)
		memset(&id, 0, sizeof id);
	return id;
}

static struct line
line_of(struct nt_value v, enum nt_kind kind, struct nt_str text)
{
	struct nt_value type = nt_value_get(v, "type");
	struct line l = { .text = nt_strndup(text.p, text.len),
		.len = text.len, .kind = kind, .parent = parent_of(v) };

	if (nt_id_scan(nt_value_text(nt_value_get(v, "id")), &l.id) == -1)
		memset(&l.id, 0, sizeof l.id);
	if (kind == NT_KIND_BLOCK) {
		l.has_children = nt_value_true(nt_value_get(v,
		    "has_children"));
		l.plain = !l.has_children && is_plain(type);
	}
	return l;
}

static void
insert(struct part *p, size_t at, struct line l)
{
	if (p->count == p->room) {
		p->room = p->room == 0 ? 16 : 2 * p->room;
		p->lines = nt_realloc_array(p->lines, p->room,
		    sizeof *p->lines);
	}
	memmove(p->lines + at + 1, p->lines + at,
	    (p->count++ - at) * sizeof *p->lines);
	p->lines[at] = l;
}

int
line_put(struct workspace *w, size_t part, size_t at, const char *json,
    struct nt_err *err)
{
	struct nt_value v;
	struct nt_buf out;
	struct line l;

	nt_buf_init(&out, NT_BUF_MAX);
	if (nt_json_parse(w->doc, json, strlen(json), &v, err) == -1) {
		nt_buf_free(&out);
		return -1;
	}
	nt_json_canonical(v, &out);
	l = line_of(v, nt_kind_of(nt_value_text(nt_value_get(v, "object"))),
	    nt_buf_view(&out));
	nt_buf_free(&out);
	insert(&w->parts[part], at, l);
	w->parts[part].changed = 1;
	nt_id_map_put(w->where, &l.id, part);
	return 0;
}

void
line_remove(struct part *p, size_t at)
{
	size_t parent = line_find(p, &p->lines[at].parent);

	if (parent < p->count)
		p->lines[parent].lost = 1;
	free(p->lines[at].text);
	memmove(p->lines + at, p->lines + at + 1,
	    (--p->count - at) * sizeof *p->lines);
	p->changed = 1;
}

size_t
line_behind(const struct part *p, size_t at)
{
	do
		at++;
	while (at < p->count && (p->lines[at].kind == NT_KIND_ASSET ||
	    p->lines[at].kind == NT_KIND_COMMENT));
	return at;
}

size_t
line_find(const struct part *p, const struct nt_id *id)
{
	size_t at = 0;

	while (at < p->count && !nt_id_eq(&p->lines[at].id, id))
		at++;
	return at;
}

/* ---- in ---- */

/* The part that the next record belongs to. */
static size_t
part_for(struct workspace *w, const struct line *l, size_t part)
{
	uint64_t above;

	if (l->kind != NT_KIND_PAGE && l->kind != NT_KIND_DATABASE &&
	    l->kind != NT_KIND_DATA_SOURCE)
		return part;
	if (!nt_id_map_get(w->where, &l->parent, &above))
		above = HEAD;
	return part_new(w, (size_t)above, w->count);
}

static int
read_snapshot(struct workspace *w, struct nt_str line, struct nt_err *err)
{
	struct nt_value v;
	struct nt_str started;

	w->snapshot = nt_strndup(line.p, line.len);
	if (nt_json_parse(w->doc, w->snapshot, line.len, &v, err) == -1)
		return -1;
	started = nt_value_text(nt_value_get(v, "started"));
	if (started.p == NULL ||
	    nt_time_parse(started.p, started.len, &w->now) == -1)
		w->now = 0;
	w->now += DAY_MS;
	return 0;
}

int
workspace_read(struct workspace *w, struct nt_err *err)
{
	struct nt_reader *in = nt_reader_of_fd(STDIN_FILENO, NULL,
	    NT_READ_WHOLE, NULL);
	struct nt_record rec;
	size_t part = part_new(w, HEAD, 0);
	int got;

	while ((got = nt_reader_next(in, &rec, err)) == 1) {
		struct line l = line_of(rec.value, rec.kind,
		    (struct nt_str){ rec.line, rec.len });

		part = part_for(w, &l, part);
		if (!nt_id_is_nil(&l.id))
			nt_id_map_put(w->where, &l.id, part);
		insert(&w->parts[part], w->parts[part].count, l);
	}
	if (got == 0)
		got = read_snapshot(w, nt_reader_snapshot(in), err);
	nt_reader_free(in);
	return got;
}

/* ---- out ---- */

/* The members of the snapshot, of a day later. */
static int
write_snapshot(struct workspace *w, struct nt_writer *out, struct nt_err *err)
{
	char time[NT_TIME_TEXT], quoted[NT_TIME_TEXT + 2];
	struct nt_value v;

	nt_time_format(w->now, time);
	snprintf(quoted, sizeof quoted, "\"%s\"", time);
	if (nt_json_parse(w->doc, w->snapshot, strlen(w->snapshot), &v,
	    err) == -1)
		return -1;
	nt_value_drop(nt_value_get(v, "object"));
	nt_value_drop(nt_value_get(v, "format"));
	nt_value_put(v, "started", nt_str_of(quoted));
	nt_buf_clear(&w->text);
	nt_json_canonical(v, &w->text);
	return nt_writer_snapshot(out, nt_buf_view(&w->text), err);
}

static int
write_parts(struct workspace *w, struct nt_writer *out, struct nt_err *err)
{
	for (size_t i = 0; i < w->count; i++) {
		struct part *p = &w->parts[w->order[i]];

		for (size_t n = 0; !p->gone && n < p->count; n++)
			if (nt_writer_record(out, p->lines[n].kind,
			    (struct nt_str){ p->lines[n].text,
			    p->lines[n].len }, err) == -1)
				return -1;
	}
	return 0;
}

int
workspace_write(struct workspace *w, struct nt_err *err)
{
	struct nt_writer *out = nt_writer_new(STDOUT_FILENO);
	char time[NT_TIME_TEXT];
	struct nt_err late;
	int got;

	nt_time_format(w->now + 60000, time);
	setenv("NT_CLOCK_FIXED", time, 0);
	got = write_snapshot(w, out, err);
	if (got == 0)
		got = write_parts(w, out, err);
	if (got == 0)
		got = nt_writer_end(out, 1, (struct nt_str){ NULL, 0 }, err);
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	return got;
}

void
workspace_free(struct workspace *w)
{
	for (size_t i = 0; i < w->count; i++) {
		for (size_t n = 0; n < w->parts[i].count; n++)
			free(w->parts[i].lines[n].text);
		free(w->parts[i].lines);
	}
	free(w->parts);
	free(w->order);
	free(w->snapshot);
	nt_id_map_free(w->where);
	nt_json_free(w->doc);
	nt_buf_free(&w->text);
	nt_buf_free(&w->quoted);
}
