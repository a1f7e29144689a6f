/*
 * Pages that come, go, move and are called otherwise.
 */
#include "edit.h"

#include <stdio.h>
#include <string.h>

#define TRIES 1000

/* A part of chance that holds a page, or HEAD if none is found. */
static size_t
some_page(const struct workspace *w)
{
	for (int i = 0; i < TRIES; i++) {
		size_t part = chance(w->count);

		if (part != HEAD && !w->parts[part].gone &&
		    w->parts[part].lines[0].kind == NT_KIND_PAGE)
			return part;
	}
	return HEAD;
}

/* The line above that stands for this page; count if it is a row or root. */
static size_t
own_block(const struct workspace *w, size_t part, struct part **above)
{
	*above = &w->parts[w->parts[part].above];
	return line_find(*above, &w->parts[part].lines[0].id);
}

/* ---- called otherwise ---- */

static int
retitle(struct workspace *w, size_t part, struct nt_err *err)
{
	char title[200];
	struct part *above;
	size_t at = own_block(w, part, &above);
	struct nt_str words = nt_str_of(some_words(w, 3));

	memcpy(title, words.p, words.len + 1);
	if (at < above->count &&
	    record_retitle(w, &above->lines[at], title, err) == -1)
		return -1;
	return record_retitle(w, &w->parts[part].lines[0], title, err);
}

int
pages_retitle(struct workspace *w, uint64_t count, struct nt_err *err)
{
	for (uint64_t i = 0; i < count; i++) {
		size_t part = some_page(w);

		if (part != HEAD && retitle(w, part, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- new ones ---- */

#define STYLE "\"annotations\":{\"bold\":false,\"italic\":false," \
	"\"strikethrough\":false,\"underline\":false,\"code\":false," \
	"\"color\":\"default\"}"

/* What every new record has; the members of its kind stand before. */
static void
put_frame(struct workspace *w, struct nt_buf *b, const char *kind,
    const struct nt_id *id, struct nt_str parent, const char *time)
{
	char mine[NT_ID_TEXT], user[NT_ID_TEXT];

	nt_id_format(id, mine);
	nt_id_format(&w->parts[HEAD].lines[0].id, user);
	nt_buf_fmt(b, "\"object\":\"%s\",\"id\":\"%s\",\"parent\":%.*s,"
	    "\"created_time\":\"%s\",\"last_edited_time\":\"%s\","
	    "\"in_trash\":false,\"created_by\":{\"object\":\"user\","
	    "\"id\":\"%s\"},\"last_edited_by\":{\"object\":\"user\","
	    "\"id\":\"%s\"}}", kind, mine, (int)parent.len, parent.p, time,
	    time, user, user);
}

int
paragraph_add(struct workspace *w, size_t part, size_t at,
    struct nt_str parent, struct nt_err *err)
{
	const char *words = some_words(w, 12);
	char time[NT_TIME_TEXT];
	struct nt_buf b;
	struct nt_id id;
	int got;

	some_time(w, time);
	nt_id_random(&id);
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_fmt(&b, "{\"type\":\"paragraph\",\"paragraph\":{\"color\":"
	    "\"default\",\"icon\":null,\"rich_text\":[{\"type\":\"text\","
	    "\"text\":{\"content\":\"%s\",\"link\":null},\"href\":null,"
	    "\"plain_text\":\"%s\"," STYLE "}]},\"has_children\":false,",
	    words, words);
	put_frame(w, &b, "block", &id, parent, time);
	got = line_put(w, part, at, b.p, err);
	nt_buf_free(&b);
	return got;
}

/* "parent" of what hangs on that part's page. */
static void
parent_text(const struct workspace *w, size_t part, char text[128])
{
	char id[NT_ID_TEXT];

	nt_id_format(&w->parts[part].lines[0].id, id);
	snprintf(text, 128, "{\"page_id\":\"%s\",\"type\":\"page_id\"}", id);
}

/* The new page's record and the block for it above. */
static int
add_records(struct workspace *w, size_t part, const char *title,
    struct nt_err *err)
{
	size_t above = w->parts[part].above;
	char plain[NT_ID_TEXT], time[NT_TIME_TEXT], parent[128];
	struct nt_buf b;
	struct nt_id id;
	int got;

	some_time(w, time);
	nt_id_random(&id);
	nt_id_format_plain(&id, plain);
	parent_text(w, above, parent);
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_fmt(&b, "{\"type\":\"child_page\",\"child_page\":{\"title\":"
	    "\"%s\"},\"has_children\":true,", title);
	put_frame(w, &b, "block", &id, nt_str_of(parent), time);
	got = line_put(w, above, w->parts[above].count, b.p, err);
	nt_buf_clear(&b);
	nt_buf_fmt(&b, "{\"properties\":{\"title\":{\"id\":\"title\","
	    "\"type\":\"title\",\"title\":[{\"type\":\"text\",\"text\":{"
	    "\"content\":\"%s\",\"link\":null},\"href\":null,"
	    "\"plain_text\":\"%s\"," STYLE "}]}},\"cover\":null,\"icon\":null,"
	    "\"is_archived\":false,\"is_locked\":false,\"public_url\":null,"
	    "\"url\":\"https://www.notion.so/%s\",", title, title, plain);
	put_frame(w, &b, "page", &id, nt_str_of(parent), time);
	if (got == 0)
		got = line_put(w, part, 0, b.p, err);
	nt_buf_free(&b);
	return got;
}

static int
add_page(struct workspace *w, struct nt_err *err)
{
	size_t above = some_page(w), part;
	char title[200], parent[128];
	struct nt_str words = nt_str_of(some_words(w, 3));

	if (above == HEAD)
		return 0;
	memcpy(title, words.p, words.len + 1);
	part = part_new(w, above, place_behind(w, above));
	if (add_records(w, part, title, err) == -1)
		return -1;
	parent_text(w, part, parent);
	for (uint64_t n = 3 + chance(20); n > 0; n--)
		if (paragraph_add(w, part, w->parts[part].count,
		    nt_str_of(parent), err) == -1)
			return -1;
	return 0;
}

int
pages_add(struct workspace *w, uint64_t count, struct nt_err *err)
{
	for (uint64_t i = 0; i < count; i++)
		if (add_page(w, err) == -1)
			return -1;
	return 0;
}

/* ---- pages that go ---- */

static void
remove_part(struct workspace *w, struct part *p)
{
	p->gone = 1;
	for (size_t n = 0; n < p->count; n++)
		nt_id_map_remove(w->where, &p->lines[n].id);
}

/* Removes a page that is a row or has a block, and all below it. */
static void
remove_page(struct workspace *w, size_t part)
{
	size_t end = place_behind(w, part);
	struct part *above;
	size_t at = own_block(w, part, &above);

	if (w->parts[part].above == HEAD)
		return;
	if (at < above->count)
		line_remove(above, at);
	for (size_t place = place_of(w, part); place < end; place++)
		remove_part(w, &w->parts[w->order[place]]);
}

int
pages_remove(struct workspace *w, uint64_t count, struct nt_err *err)
{
	for (uint64_t i = 0; i < count; i++) {
		size_t part = some_page(w);

		if (part != HEAD)
			remove_page(w, part);
	}
	for (size_t part = 1; count > 0 && part < w->count; part++)
		if (!w->parts[part].gone &&
		    w->parts[part].lines[0].kind == NT_KIND_PAGE &&
		    record_forget(w, &w->parts[part].lines[0], err) == -1)
			return -1;
	return 0;
}

/* ---- pages that move ---- */

/* Turns the places from first on so that those from middle on come first. */
static void
rotate(size_t *order, size_t first, size_t middle, size_t end)
{
	for (; middle < end; first++, middle++) {
		size_t moved = order[middle];

		memmove(order + first + 1, order + first,
		    (middle - first) * sizeof *order);
		order[first] = moved;
	}
}

/* Moves the block at that line of above to the end of the part. */
static int
move_block(struct workspace *w, struct part *above, size_t at, size_t part,
    const char *parent, struct nt_err *err)
{
	struct line *l = &above->lines[at];

	if (record_parent(w, l, parent, err) == -1 ||
	    line_put(w, part, w->parts[part].count, l->text, err) == -1)
		return -1;
	line_remove(above, at);
	return 0;
}

static int
move_page(struct workspace *w, size_t part, size_t to, struct nt_err *err)
{
	size_t first = place_of(w, part), end = place_behind(w, part), goal;
	struct part *above;
	size_t at = own_block(w, part, &above), target = place_of(w, to);
	char parent[128];

	if (at == above->count || (target >= first && target < end) ||
	    to == w->parts[part].above)
		return 0;
	parent_text(w, to, parent);
	goal = place_behind(w, to);
	if (move_block(w, above, at, to, parent, err) == -1 ||
	    record_parent(w, &w->parts[part].lines[0], parent, err) == -1)
		return -1;
	if (goal <= first)
		rotate(w->order, goal, first, end);
	else
		rotate(w->order, first, end, goal);
	w->parts[part].above = to;
	return 0;
}

int
pages_move(struct workspace *w, uint64_t count, struct nt_err *err)
{
	for (uint64_t i = 0; i < count; i++) {
		size_t part = some_page(w), to = some_page(w);

		if (part != HEAD && to != HEAD &&
		    move_page(w, part, to, err) == -1)
			return -1;
	}
	return 0;
}

/* ---- afterwards ---- */

static int
holds_blocks(const struct part *p, const struct nt_id *parent)
{
	for (size_t n = 0; n < p->count; n++)
		if (p->lines[n].kind == NT_KIND_BLOCK &&
		    nt_id_eq(&p->lines[n].parent, parent))
			return 1;
	return 0;
}

static int
settle(struct workspace *w, size_t part, struct nt_err *err)
{
	struct part *p = &w->parts[part], *above;
	size_t at = own_block(w, part, &above);
	int filled = holds_blocks(p, &p->lines[0].id);

	if (at < above->count && above->lines[at].has_children != filled &&
	    record_children(w, &above->lines[at], filled, err) == -1)
		return -1;
	for (size_t n = 1; n < p->count; n++)
		if (p->lines[n].lost && !holds_blocks(p, &p->lines[n].id) &&
		    record_children(w, &p->lines[n], 0, err) == -1)
			return -1;
	return record_touch(w, &p->lines[0], err);
}

int
pages_settle(struct workspace *w, struct nt_err *err)
{
	for (size_t part = 1; part < w->count; part++)
		if (w->parts[part].changed && !w->parts[part].gone &&
		    w->parts[part].lines[0].kind == NT_KIND_PAGE &&
		    settle(w, part, err) == -1)
			return -1;
	return 0;
}
