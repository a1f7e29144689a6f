/*
 * A former stream, from which the unchanged is copied.  Only where pages,
 * databases and data sources stand in it is kept in memory.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"

#define CHUNK_BYTES ((size_t)64 << 10)
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

/* A page, database or data source, and where its line begins. */
struct place {
	struct nt_id id;
	uint64_t at;
};

struct base {
	int fd;			/* -1: in the spool */
	struct nt_spool *spool;
	uint64_t end;		/* of its records */
	int64_t started;
	enum nt_walk_comments comments;
	struct nt_id workspace;	/* where it was read; nil: not known */
	struct place *places;	/* sorted by id: half the size of a map */
	size_t count;
	size_t room;
	struct nt_id_map *rows;	/* of data sources: how many */
	struct row_list archived;	/* of those rows, for a quick run */
	struct nt_id_map *roots;	/* blocks that were named */
	struct nt_buf line;	/* under base_doc */
	uint64_t next;		/* behind the record that was found last */
};

/* ---- opening ---- */

static const char *const comment_words[] = {
	[NT_COMMENTS_PAGES] = "pages",
	[NT_COMMENTS_NONE] = "none",
	[NT_COMMENTS_BLOCKS] = "blocks",
};

const char *
comments_word(enum nt_walk_comments comments)
{
	return comment_words[comments];
}

/* More is a superset of less. */
static int
rank(enum nt_walk_comments comments)
{
	return comments == NT_COMMENTS_NONE ? 0 :
	    comments == NT_COMMENTS_PAGES ? 1 : 2;
}

static void
note_roots(struct base *base, struct nt_value scope)
{
	struct nt_value roots = nt_value_get(scope, "roots"), e;
	struct nt_id id;

	for (e = nt_value_first(roots); nt_value_there(e);
	    e = nt_value_next(e))
		if (object_is(e, NT_KIND_BLOCK, &id))
			nt_id_map_put(base->roots, &id, 1);
}

/* What it was asked for must be at least what is asked for now. */
static int
check_scope(struct nt_walk *w, struct nt_str snapshot, struct nt_err *err)
{
	struct base *base = w->base;
	const struct nt_walk_plan *plan = &w->plan;
	struct nt_value v, scope;
	struct nt_str word;
	const char *lacks = NULL;
	uint64_t max;

	if (nt_json_parse(w->base_doc, snapshot.p, snapshot.len, &v,
	    err) == -1)
		return -1;
	scope = nt_value_get(v, "scope");
	base->started = member_time(v, "started");
	member_id(nt_value_get(v, "source"), "workspace_id",
	    &base->workspace);
	word = nt_value_text(nt_value_get(scope, "comments"));
	for (size_t i = 0; i < 3; i++)
		if (nt_str_is(word, comment_words[i]))
			base->comments = (enum nt_walk_comments)i;
	max = (uint64_t)nt_value_int(nt_value_get(scope, "max_asset"));
	if (rank(base->comments) < rank(plan->comments))
		lacks = "--comments";
	else if (plan->assets != NULL &&
	    !nt_value_true(nt_value_get(scope, "assets")))
		lacks = "--assets";
	else if (plan->external &&
	    !nt_value_true(nt_value_get(scope, "external")))
		lacks = "--external";
	else if (plan->assets != NULL && max != plan->max_asset)
		lacks = "--max-asset";
	else if (plan->raw != nt_value_true(nt_value_get(scope, "raw")))
		lacks = "--raw";
	if (lacks != NULL)
		return nt_err_set(err, NT_DATA, "%s was read with another %s "
		    "and is no base for this run", plan->base, lacks);
	note_roots(base, scope);
	return 0;
}

static void
add_place(struct base *base, const struct nt_id *id, uint64_t at)
{
	if (base->count == base->room) {
		base->room = base->room == 0 ? 1024 : 2 * base->room;
		base->places = nt_realloc_array(base->places, base->room,
		    sizeof *base->places);
	}
	base->places[base->count++] = (struct place){ *id, at };
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return nt_id_cmp(&x->id, &y->id);
}

static const struct place *
find_place(const struct base *base, const struct nt_id *id)
{
	struct place key = { .id = *id };

	return base->count == 0 ? NULL : bsearch(&key, base->places,
	    base->count, sizeof key, compare_places);
}

static void
note_line(struct base *base, const struct nt_record *rec, uint64_t at)
{
	struct nt_value parent = nt_value_get(rec->value, "parent");
	struct listed_row row = { .of_base = 1 };
	uint64_t count = 0;
	struct nt_id id;

	if ((rec->kind != NT_KIND_PAGE && rec->kind != NT_KIND_DATABASE &&
	    rec->kind != NT_KIND_DATA_SOURCE) ||
	    !member_id(rec->value, "id", &id))
		return;
	add_place(base, &id, at);
	if (rec->kind != NT_KIND_PAGE ||
	    !member_id(parent, "data_source_id", &row.source))
		return;
	nt_id_map_get(base->rows, &row.source, &count);
	nt_id_map_put(base->rows, &row.source, count + 1);
	if (!nt_value_true(nt_value_get(rec->value, "is_archived")))
		return;
	row.id = id;
	row.created = member_time(rec->value, "created_time");
	row_list_add(&base->archived, row);
}

/* Reads it once: 0, or -1.  *lines is what its canonical lines amount to. */
static int
scan(struct nt_walk *w, int fd, uint64_t *lines, struct nt_err *err)
{
	struct base *base = w->base;
	struct nt_reader *in = nt_reader_of_fd(fd, w->plan.base,
	    NT_READ_WHOLE, NULL);
	struct nt_record rec;
	uint64_t at = 0;
	int got, first = 1;

	base->count = 0;
	row_list_free(&base->archived);
	nt_id_map_free(base->rows);
	base->rows = nt_id_map_new();
	while ((got = nt_reader_next(in, &rec, err)) == 1) {
		if (first && base->spool == NULL)
			at = nt_reader_snapshot(in).len + 1;
		first = 0;
		note_line(base, &rec, at);
		if (base->spool != NULL && (nt_spool_add(base->spool,
		    rec.line, rec.len, err) == -1 ||
		    nt_spool_add(base->spool, "\n", 1, err) == -1)) {
			got = -1;
			break;
		}
		at += rec.len + 1;
	}
	base->end = at;
	if (base->count > 0)
		qsort(base->places, base->count, sizeof *base->places,
		    compare_places);
	row_list_sort(&base->archived);
	*lines = at + nt_reader_end(in).len + 1;
	if (got == 0)
		got = check_scope(w, nt_reader_snapshot(in), err);
	nt_reader_free(in);
	return got;
}

/*
 * A regular file whose lines are canonical is read where it is.  Anything else
 * is copied, canonical, to a temporary one.
 */
int
base_open(struct nt_walk *w, const char *path, struct nt_err *err)
{
	struct base *base = nt_alloc(sizeof *base);
	uint64_t lines;
	off_t size;

	w->base = base;
	base->roots = nt_id_map_new();
	nt_buf_init(&base->line, NT_BUF_MAX);
	if ((base->fd = nt_file_open(path, err)) == -1)
		return -1;
	if (nt_file_regular(base->fd, &size) && strcmp(path, "-") != 0) {
		if (scan(w, base->fd, &lines, err) == -1)
			return -1;
		if (lines == (uint64_t)size)
			return 0;
		close(base->fd);
		if ((base->fd = nt_file_open(path, err)) == -1)
			return -1;
	}
	base->spool = nt_spool_new();
	if (scan(w, base->fd, &lines, err) == -1)
		return -1;
	close(base->fd);
	base->fd = -1;
	return 0;
}

int
base_check_workspace(const struct nt_walk *w, struct nt_value bot,
    struct nt_err *err)
{
	const struct nt_id nil = { 0 };
	struct nt_id here;

	if (w->base == NULL || nt_id_eq(&w->base->workspace, &nil) ||
	    !member_id(bot, "workspace_id", &here) ||
	    nt_id_eq(&w->base->workspace, &here))
		return 0;
	return nt_err_set(err, NT_DATA, "%s was read in another workspace and "
	    "is no base for this run", w->plan.base);
}

void
base_free(struct base *base)
{
	if (base == NULL)
		return;
	if (base->fd != -1)
		close(base->fd);
	nt_spool_free(base->spool);
	free(base->places);
	nt_id_map_free(base->rows);
	nt_id_map_free(base->roots);
	row_list_free(&base->archived);
	nt_buf_free(&base->line);
	free(base);
}

/* ---- reading back ---- */

/* Reads into base->line: 1, 0 at the end, or -1 and the walk has failed. */
static int
read_lines(struct nt_walk *w, uint64_t at)
{
	struct base *base = w->base;
	size_t want = CHUNK_BYTES;
	struct nt_err err;
	int failed;
	char *to;

	for (;; want *= 4) {
		if (want > base->end - at)
			want = (size_t)(base->end - at);
		nt_buf_clear(&base->line);
		if (want == 0)
			return 0;
		to = nt_buf_reserve(&base->line, want);
		failed = to == NULL || (base->spool != NULL ?
		    nt_spool_read(base->spool, at, to, want, &err) == -1 :
		    nt_pread_all(base->fd, to, want, (off_t)at) == -1);
		if (failed) {
			nt_err_set(&err, NT_SYS, "cannot read %s again",
			    w->plan.base);
			walk_fail(w, &err);
			return -1;
		}
		while (want > 0 && to[want - 1] != '\n')
			want--;
		nt_buf_grew(&base->line, want);
		if (want > 0)
			return 1;
		want = base->line.room;
	}
}

int
base_lines(struct nt_walk *w, uint64_t at, struct nt_str *lines)
{
	int got = read_lines(w, at);

	*lines = nt_buf_view(&w->base->line);
	return got;
}

uint64_t
base_behind(const struct nt_walk *w)
{
	return w->base->next;
}

int
base_holds(const struct nt_walk *w, const struct nt_id *id)
{
	return find_place(w->base, id) != NULL;
}

int
base_is_root(const struct nt_walk *w, const struct nt_id *block)
{
	return nt_id_map_get(w->base->roots, block, NULL);
}

/* Reads the record at a place, of whatever kind: 1, or 0. */
static int
read_place(struct nt_walk *w, const struct place *place, struct nt_value *v)
{
	struct base *base = w->base;
	size_t len;

	if (read_lines(w, place->at) != 1)
		return 0;
	len = (size_t)((char *)memchr(base->line.p, '\n', base->line.len) -
	    base->line.p);
	base->next = place->at + len + 1;
	return nt_json_parse(w->base_doc, base->line.p, len, v, NULL) == 0;
}

int
base_find(struct nt_walk *w, enum nt_kind kind, const struct nt_id *id,
    struct nt_value *v)
{
	const struct place *place = find_place(w->base, id);
	struct nt_id found;

	return place != NULL && read_place(w, place, v) &&
	    object_is(*v, kind, &found) && nt_id_eq(&found, id);
}

int
base_page(struct nt_walk *w, const struct nt_id *id, struct nt_value *v)
{
	struct nt_value found;
	struct nt_str raw = { NULL, 0 };
	struct nt_err err;

	if (base_find(w, NT_KIND_PAGE, id, &found))
		raw = nt_value_raw(found);
	nt_buf_clear(&w->text);
	nt_buf_add(&w->text, raw.p, raw.len);
	if (nt_json_parse(w->doc, w->text.p, w->text.len, v, NULL) == 0)
		return 1;
	nt_err_set(&err, NT_DATA, "%s has changed since it was opened",
	    w->plan.base);
	walk_fail(w, &err);
	return 0;
}

int
base_each_lost(struct nt_walk *w, size_t *at, int blocks, struct ref *lost,
    int64_t *created)
{
	struct base *base = w->base;
	struct nt_id parent;
	struct nt_value v;

	while (*at < base->count) {
		const struct place *place = &base->places[(*at)++];
		enum inside inside;

		if (known_claimed(w, &place->id) || !read_place(w, place, &v))
			continue;
		lost->id = place->id;
		lost->kind = nt_kind_of(nt_value_text(nt_value_get(v,
		    "object")));
		*created = member_time(v, "created_time");
		inside = known_parent(v, lost->kind, &parent);
		if (lost->kind == NT_KIND_DATA_SOURCE)
			continue;	/* comes with its database */
		if (blocks ? inside == INSIDE_BLOCK :
		    inside == INSIDE_NOTHING || (inside != INSIDE_BLOCK &&
		    !base_holds(w, &parent)))
			return 1;
	}
	return 0;
}

uint64_t
base_rows(const struct nt_walk *w, const struct nt_id *source)
{
	uint64_t count = 0;

	nt_id_map_get(w->base->rows, source, &count);
	return count;
}

const struct listed_row *
base_archived(const struct nt_walk *w, const struct nt_id *source,
    size_t *count)
{
	return row_list_of(&w->base->archived, source, count);
}

int
base_rechecked(const struct nt_walk *w, const struct nt_id *id)
{
	uint64_t parts, day;

	if (w->plan.recheck == 0)
		return 0;
	parts = (100 + w->plan.recheck - 1) / w->plan.recheck;
	day = (uint64_t)(nt_clock_wall_ms() / DAY_MS);
	return (nt_id_hash(id) % parts + day) % parts == 0;
}

/* 1 if what the page shows of the value is how the base's value begins. */
static int
begins_alike(struct nt_value part, struct nt_value whole)
{
	struct nt_value a = nt_value_first(part), b = nt_value_first(whole);

	for (; nt_value_there(a); a = nt_value_next(a), b = nt_value_next(b))
		if (!nt_value_there(b) || !nt_value_equal(a, b))
			return 0;
	return 1;
}

/* Fills in a cut value from the base: 1, or 0 if it has to be read. */
static int
fill(struct nt_value page, struct nt_value old, const struct cut *cut)
{
	struct nt_value p = nt_value_get(nt_value_get(page, "properties"),
	    cut->name);
	struct nt_value q = nt_value_get(nt_value_get(old, "properties"),
	    cut->name);
	struct nt_value part = nt_value_get(p, cut->type);
	struct nt_value whole = nt_value_get(q, cut->type);

	if (!nt_value_there(whole) || (nt_value_is(part, NT_JSON_ARRAY) &&
	    !begins_alike(part, whole)))
		return 0;
	nt_value_put(p, cut->type, nt_value_raw(whole));
	if (nt_value_there(nt_value_get(p, "has_more")))
		nt_value_put(p, "has_more", NT_STR("false"));
	return 1;
}

int
base_saw(const struct nt_walk *w, int64_t edited)
{
	return edited != 0 && edited <= w->base->started - OVERLAP_MS;
}

int
base_same(struct nt_walk *w, enum nt_kind kind, struct nt_value v,
    const struct nt_id *id, struct nt_value *old)
{
	int64_t edited = member_time(v, "last_edited_time");

	return w->base != NULL && w->named == NULL && !base_rechecked(w, id) &&
	    base_saw(w, edited) && base_find(w, kind, id, old) &&
	    member_time(*old, "last_edited_time") == edited;
}

int
base_has(struct nt_walk *w, struct nt_value page, const struct nt_id *id,
    struct cut **cuts)
{
	struct nt_value old;

	if (!base_same(w, NT_KIND_PAGE, page, id, &old))
		return 0;
	while (*cuts != NULL) {
		struct cut *cut = *cuts;

		if (fill(page, old, cut)) {
			*cuts = cut->next;
			cut_free(cut);
		} else {
			cuts = &cut->next;
		}
	}
	w->stats.reused++;
	return 1;
}
