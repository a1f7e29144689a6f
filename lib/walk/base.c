/*
 * A former stream, from which unchanged pages are copied.  Only where each
 * page stands in it is kept in memory.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"

#define OVERLAP_MS (2 * 60 * 1000)	/* times are rounded (api 7) */
#define CHUNK_BYTES ((size_t)64 << 10)
#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

struct base {
	int fd;			/* -1: in the spool */
	struct nt_spool *spool;
	uint64_t end;		/* of its records */
	int64_t started;
	enum nt_walk_comments comments;
	struct nt_id_map *pages;	/* where the line of each begins */
	struct nt_id_map *roots;	/* blocks that were named */
	struct nt_buf line;	/* under base_doc */
	uint64_t next;		/* behind the page that was found last */
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
note_page(struct base *base, const struct nt_record *rec, uint64_t at)
{
	struct nt_id id;

	if (rec->kind == NT_KIND_PAGE && member_id(rec->value, "id", &id))
		nt_id_map_put(base->pages, &id, at);
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

	while ((got = nt_reader_next(in, &rec, err)) == 1) {
		if (first && base->spool == NULL)
			at = nt_reader_snapshot(in).len + 1;
		first = 0;
		note_page(base, &rec, at);
		if (base->spool != NULL && (nt_spool_add(base->spool,
		    rec.line, rec.len, err) == -1 ||
		    nt_spool_add(base->spool, "\n", 1, err) == -1)) {
			got = -1;
			break;
		}
		at += rec.len + 1;
	}
	base->end = at;
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
	base->pages = nt_id_map_new();
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

void
base_free(struct base *base)
{
	if (base == NULL)
		return;
	if (base->fd != -1)
		close(base->fd);
	nt_spool_free(base->spool);
	nt_id_map_free(base->pages);
	nt_id_map_free(base->roots);
	nt_buf_free(&base->line);
	free(base);
}

/* ---- reading back ---- */

/*
 * Reads whole lines from at on, some CHUNK_BYTES of them and at least one,
 * into base->line: 1, 0 at the end, or -1 and the walk has failed.
 */
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

/* The page's line, parsed: 1, or 0 if the base has no such page. */
static int
find_page(struct nt_walk *w, const struct nt_id *id, struct nt_value *page)
{
	struct base *base = w->base;
	struct nt_id found;
	uint64_t at;
	size_t len;

	if (!nt_id_map_get(base->pages, id, &at) || read_lines(w, at) != 1)
		return 0;
	len = (size_t)((char *)memchr(base->line.p, '\n', base->line.len) -
	    base->line.p);
	base->next = at + len + 1;
	return nt_json_parse(w->base_doc, base->line.p, len, page,
	    NULL) == 0 && object_is(*page, NT_KIND_PAGE, &found) &&
	    nt_id_eq(&found, id);
}

/* A share of the pages that changes each day is read again all the same. */
static int
is_rechecked(const struct nt_walk *w, const struct nt_id *id)
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
base_has(struct nt_walk *w, struct nt_value page, const struct nt_id *id,
    struct cut **cuts)
{
	int64_t edited = member_time(page, "last_edited_time");
	struct nt_value old;

	if (w->base == NULL || edited == 0 || is_rechecked(w, id) ||
	    edited > w->base->started - OVERLAP_MS ||
	    !find_page(w, id, &old) ||
	    member_time(old, "last_edited_time") != edited)
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

/* ---- copying what belongs to a page ---- */

struct copy {
	struct item item;
	uint64_t at;
	struct refs way;	/* from the page down to the last block */
	enum nt_kind owner;	/* what the next comments are on */
};

/*
 * Behind the last root stand synced originals and blocks that were named,
 * which belong to no page.  Notes where the block stands in the page: 1, or 0
 * if it is such a block.
 */
static int
descend(struct copy *c, struct nt_value block, const struct nt_id *id)
{
	struct nt_walk *w = c->item.walk;
	struct nt_value parent = nt_value_get(block, "parent");
	size_t depth = c->way.count;
	struct nt_id up;

	if (member_id(parent, "page_id", &up) ||
	    member_id(parent, "block_id", &up)) {
		while (depth > 0 && !nt_id_eq(&c->way.list[depth - 1].id, &up))
			depth--;
		if (depth > 0)
			c->way.count = depth;
		else if (nt_id_map_get(w->base->roots, id, NULL) ||
		    nt_value_is(nt_value_at(block,
		    "/synced_block/synced_from"), NT_JSON_NULL))
			return 0;
	}
	refs_add(&c->way, id, NT_KIND_BLOCK);
	return 1;
}

static int
copy_block(struct copy *c, struct nt_value v, struct nt_str line)
{
	struct text *text = text_before(&c->item, c->item.scope);
	struct block_sense sense;
	struct nt_id id;

	if (!object_is(v, NT_KIND_BLOCK, &id) || !descend(c, v, &id))
		return 0;
	c->owner = NT_KIND_BLOCK;
	sense = block_note(text, v, &id);
	record_line(&text->buf, NT_KIND_BLOCK, line, sense.flags);
	return 1;
}

static int
comment_wanted(const struct copy *c)
{
	enum nt_walk_comments wanted = c->item.walk->plan.comments;

	return wanted == NT_COMMENTS_BLOCKS ||
	    (wanted == NT_COMMENTS_PAGES && c->owner == NT_KIND_PAGE);
}

/* An asset or a loss of one, if wanted; its bytes may be gone by now. */
static void
copy_file(struct copy *c, struct nt_value v, struct nt_str line)
{
	struct item *it = &c->item;
	struct nt_walk *w = it->walk;
	struct nt_value owner = nt_value_get(v, "owner");
	struct nt_str pointer = nt_value_text(nt_value_get(owner, "pointer"));
	struct nt_str hash = nt_value_text(nt_value_get(v, "sha256"));
	struct nt_str name = nt_value_text(nt_value_get(v, "name"));
	uint64_t size = (uint64_t)nt_value_int(nt_value_get(v, "size"));
	enum nt_kind kind = nt_kind_of(nt_value_text(nt_value_get(owner,
	    "object")));
	char hex[NT_SHA256_TEXT];
	struct nt_id id;

	if (w->plan.assets == NULL || (kind == NT_KIND_COMMENT &&
	    !comment_wanted(c)) || !member_id(owner, "id", &id) ||
	    (!w->plan.external && pointer.len > 9 && memcmp(pointer.p +
	    pointer.len - 9, "/external", 9) == 0))
		return;
	snprintf(hex, sizeof hex, "%.*s", (int)(hash.len < 64 ? hash.len : 64),
	    hash.p == NULL ? "" : hash.p);
	if (strspn(hex, "0123456789abcdef") == 64 &&
	    (w->plan.max_asset == 0 || size <= w->plan.max_asset) &&
	    w->store != NULL && store_has(w->store, hex, size))
		record_line(text_of(it), NT_KIND_ASSET, line, 0);
	else
		asset_again(it, it->scope, kind, &id, pointer, name);
}

/* 1 if the record still belongs to the page's blocks. */
static int
copy_loss(struct copy *c, struct nt_value v, struct nt_str line)
{
	struct nt_value kind = nt_value_get(v, "kind");
	struct item *it = &c->item;

	if (nt_value_text_is(kind, "comment")) {
		if (it->walk->plan.comments != NT_COMMENTS_NONE)
			record_line(text_of(it), NT_KIND_LOSS, line,
			    FRAME_ONCE);
	} else if (nt_value_text_is(kind, "block")) {
		record_line(text_of(it), NT_KIND_LOSS, line, 0);
	} else if (nt_value_text_is(kind, "asset")) {
		if (it->walk->plan.assets != NULL)
			record_line(text_of(it), NT_KIND_LOSS, line, 0);
	} else {
		return 0;
	}
	return 1;
}

/* 1 if the line belongs to the page, 0 if the page ends before it. */
static int
copy_line(struct copy *c, struct nt_str line)
{
	struct item *it = &c->item;
	struct nt_value v;

	if (nt_json_parse(it->walk->base_doc, line.p, line.len, &v,
	    NULL) == -1)
		return 0;
	switch (nt_kind_of(nt_value_text(nt_value_get(v, "object")))) {
	case NT_KIND_BLOCK:
		return copy_block(c, v, line);
	case NT_KIND_COMMENT:
		if (comment_wanted(c))
			record_line(text_of(it), NT_KIND_COMMENT, line, 0);
		return 1;
	case NT_KIND_ASSET:
		copy_file(c, v, line);
		return 1;
	case NT_KIND_LOSS:
		return copy_loss(c, v, line);
	default:
		return 0;
	}
}

static void
copy_start(struct item *it)
{
	struct copy *c = (struct copy *)it;
	struct nt_walk *w = it->walk;
	const char *p, *end, *stop;

	if (read_lines(w, c->at) != 1) {
		item_remove(it);
		return;
	}
	p = w->base->line.p;
	stop = p + w->base->line.len;
	for (; p < stop; p = end + 1) {
		end = memchr(p, '\n', (size_t)(stop - p));
		if (!copy_line(c, (struct nt_str){ p, (size_t)(end - p) })) {
			item_remove(it);
			return;
		}
		c->at += (uint64_t)(end - p) + 1;
	}
}

static void
copy_clear(struct item *it)
{
	free(((struct copy *)it)->way.list);
}

static const struct verb copy_verb = {
	.size = sizeof(struct copy),
	.start = copy_start,
	.clear = copy_clear,
};

void
base_copy_before(struct item *at, struct scope *scope)
{
	struct copy *c = item_before(at, &copy_verb, scope);

	c->at = at->walk->base->next;
	c->owner = NT_KIND_PAGE;
	refs_add(&c->way, &scope->id, NT_KIND_PAGE);
}
