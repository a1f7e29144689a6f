/*
 * edit - a workspace as it is a day later; for tests and benchmarks
 *
 *	in	a stream
 *	out	the stream after a day's edits, times moved along
 *	exit	0 done, 2 trouble
 *
 * Same stream and options, same bytes.  Of the edited records seven in ten say
 * something else, the others come, go or change places.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/tool.h"

#include "edit/edit.h"

enum { SEED = 256, PERCENT, PAGES, HOT, ADD, REMOVE, MOVE, RETITLE };

static const struct nt_option options[] = {
	{ SEED, "seed", "S", "other edits for another S (1)" },
	{ PERCENT, "records", "PERCENT", "so many records are edited (1)" },
	{ PAGES, "pages", "PERCENT", "instead: a few records of that many" },
	{ HOT, "hot", "PERCENT", "all edits fall on the same so many pages" },
	{ ADD, "add", "N", "pages that are new" },
	{ REMOVE, "remove", "N", "pages that are gone, and what is below" },
	{ MOVE, "move", "N", "pages that stand elsewhere" },
	{ RETITLE, "retitle", "N", "pages that are called otherwise" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"edit", "[options] < stream", "a workspace as it is a day later",
	options
};

struct wish {
	uint64_t percent, pages, hot, add, remove, move, retitle;
};

/* A record that may be edited; lines move, so it is found by its id. */
struct candidate {
	size_t part;
	struct nt_id id;
};

/* ---- edits of blocks ---- */

static int
same_parent(const struct line *a, const struct line *b)
{
	return a->kind == NT_KIND_BLOCK && b->kind == NT_KIND_BLOCK &&
	    nt_id_eq(&a->parent, &b->parent);
}

static int
add_behind(struct workspace *w, size_t part, size_t at, struct nt_err *err)
{
	struct part *p = &w->parts[part];
	static const char *const names[] = { "parent" };
	struct nt_str parent;
	char *kept;
	int got;

	nt_json_glance(p->lines[at].text, p->lines[at].len, names, 1,
	    &parent);
	kept = nt_strndup(parent.p, parent.len);
	got = paragraph_add(w, part, line_behind(p, at), nt_str_of(kept), err);
	free(kept);
	return got == -1 ? -1 : 1;
}

/* Removes the block with what hangs on it, if a sibling is next to it. */
static int
remove_at(struct workspace *w, size_t part, size_t at)
{
	struct part *p = &w->parts[part];
	size_t behind = line_behind(p, at);

	if (behind == p->count || !same_parent(&p->lines[at],
	    &p->lines[behind]))
		return 0;
	nt_id_map_remove(w->where, &p->lines[at].id);
	for (; behind > at; behind--)
		line_remove(p, behind - 1);
	return 1;
}

/* Exchanges the block with the next one, if both stand alone. */
static int
swap_at(struct workspace *w, size_t part, size_t at)
{
	struct part *p = &w->parts[part];
	struct line held = p->lines[at];

	if (at + 2 >= p->count || !p->lines[at + 1].plain ||
	    !same_parent(&held, &p->lines[at + 1]) ||
	    line_behind(p, at + 1) != at + 2)
		return 0;
	p->lines[at] = p->lines[at + 1];
	p->lines[at + 1] = held;
	return 1;
}

/* Edits one record somehow. */
static int
edit_one(struct workspace *w, const struct candidate *c, struct nt_err *err)
{
	struct part *p = &w->parts[c->part];
	size_t at = line_find(p, &c->id);
	uint64_t sort = chance(100);
	int got = 0;

	if (at == p->count)
		return 0;
	if (p->lines[at].kind == NT_KIND_BLOCK && sort >= 85)
		got = sort >= 96 ? swap_at(w, c->part, at) :
		    remove_at(w, c->part, at);
	if (got == 0 && (p->lines[at].kind == NT_KIND_PAGE || sort < 70))
		got = record_edit(w, &p->lines[at], err);
	if (got == 0)
		got = add_behind(w, c->part, at, err);
	w->parts[c->part].changed = 1;
	return got == -1 ? -1 : 0;
}

/* ---- which ones ---- */

static int
is_hot(const struct part *p, const struct wish *wish)
{
	return wish->hot == 0 ||
	    nt_id_hash(&p->lines[0].id) / 7 % 100 < wish->hot;
}

static size_t
add_candidates(const struct workspace *w, size_t part,
    struct candidate *list)
{
	const struct part *p = &w->parts[part];
	size_t count = 0;

	for (size_t n = 0; n < p->count; n++)
		if (n == 0 || p->lines[n].plain)
			list[count++] = (struct candidate){ part,
			    p->lines[n].id };
	return count;
}

/* Brings count of them, by chance, to the front of the list. */
static void
shuffle(struct candidate *list, size_t all, uint64_t count)
{
	for (size_t i = 0; i < count && i < all; i++) {
		size_t other = i + chance(all - i);
		struct candidate held = list[i];

		list[i] = list[other];
		list[other] = held;
	}
}

static int
is_candidate_page(const struct part *p, const struct wish *wish)
{
	return !p->gone && p->count > 0 &&
	    p->lines[0].kind == NT_KIND_PAGE && is_hot(p, wish);
}

/* Edits of a share of all records. */
static int
edit_records(struct workspace *w, const struct wish *wish,
    struct candidate *list, struct nt_err *err)
{
	size_t all = 0, records = 0;
	uint64_t count;

	for (size_t part = 1; part < w->count; part++) {
		records += w->parts[part].count;
		if (is_candidate_page(&w->parts[part], wish))
			all += add_candidates(w, part, list + all);
	}
	count = records * wish->percent / 100;
	shuffle(list, all, count);
	for (size_t i = 0; i < count && i < all; i++)
		if (edit_one(w, &list[i], err) == -1)
			return -1;
	return 0;
}

/* One to four edits on each of a share of the pages. */
static int
edit_pages(struct workspace *w, const struct wish *wish,
    struct candidate *list, struct nt_err *err)
{
	size_t all = 0, pages = 0;
	uint64_t count;

	for (size_t part = 1; part < w->count; part++) {
		pages += w->parts[part].lines[0].kind == NT_KIND_PAGE;
		if (is_candidate_page(&w->parts[part], wish))
			list[all++].part = part;
	}
	count = pages * wish->pages / 100;
	shuffle(list, all, count);
	for (size_t i = 0; i < count && i < all; i++) {
		struct candidate *own = list + all;
		size_t some = add_candidates(w, list[i].part, own);
		uint64_t edits = 1 + chance(4);

		shuffle(own, some, edits);
		for (size_t n = 0; n < edits && n < some; n++)
			if (edit_one(w, &own[n], err) == -1)
				return -1;
	}
	return 0;
}

static int
edit_day(struct workspace *w, const struct wish *wish, struct nt_err *err)
{
	size_t lines = 0;
	struct candidate *list;
	int got;

	for (size_t part = 0; part < w->count; part++)
		lines += w->parts[part].count;
	list = nt_alloc_array(2 * lines, sizeof *list);
	got = wish->pages > 0 ? edit_pages(w, wish, list, err) :
	    edit_records(w, wish, list, err);
	free(list);
	if (got == -1 ||
	    pages_add(w, wish->add, err) == -1 ||
	    pages_remove(w, wish->remove, err) == -1 ||
	    pages_move(w, wish->move, err) == -1 ||
	    pages_retitle(w, wish->retitle, err) == -1)
		return -1;
	return pages_settle(w, err);
}

static struct wish
read_options(int argc, char *argv[])
{
	static const char *const names[] = { "records", "pages", "hot", "add",
		"remove", "move", "retitle" };
	static const uint64_t most[] = { 100, 100, 100, 100000, 100000, 100000,
		100000 };
	struct wish wish = { .percent = 1 };
	uint64_t *const numbers[] = { &wish.percent, &wish.pages, &wish.hot,
		&wish.add, &wish.remove, &wish.move, &wish.retitle };
	const char *seed = "1";
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		int n = letter - PERCENT;

		if (letter == SEED) {
			nt_tool_number("seed", optarg, 0, UINT64_MAX);
			seed = optarg;
		} else {
			*numbers[n] = nt_tool_number(names[n], optarg, 0,
			    most[n]);
		}
	}
	if (optind < argc)
		nt_tool_usage("%s is one argument too many", argv[optind]);
	setenv("NT_RANDOM_SEED", seed, 1);
	return wish;
}

int
main(int argc, char *argv[])
{
	struct workspace w = { .where = NULL };
	struct wish wish;
	struct nt_err err;
	int got;

	nt_tool_start(&usage);
	wish = read_options(argc, argv);
	w.where = nt_id_map_new();
	w.doc = nt_json_new();
	nt_buf_init(&w.text, NT_BUF_MAX);
	nt_buf_init(&w.quoted, NT_BUF_MAX);
	got = workspace_read(&w, &err);
	if (got == 0)
		got = edit_day(&w, &wish, &err);
	if (got == 0)
		got = workspace_write(&w, &err);
	workspace_free(&w);
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
