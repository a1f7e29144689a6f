/* What stands in the base behind a page, database or data source. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct copy {
	struct item item;
	uint64_t at;
	struct refs way;	/* from the page down to the last block */
	enum nt_kind owner;	/* what the next comments are on */
	int skipping;		/* it stands elsewhere, they need not here */
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
		else if (base_is_root(w, id) ||
		    nt_value_is(nt_value_at(block,
		    "/synced_block/synced_from"), NT_JSON_NULL))
			return 0;
	}
	refs_add(&c->way, id, NT_KIND_BLOCK);
	return 1;
}

/* The kind of the child that the block stands for, or NT_KIND_OTHER. */
static enum nt_kind
child_kind(struct nt_value block)
{
	struct nt_value type = nt_value_get(block, "type");

	return nt_value_text_is(type, "child_page") ? NT_KIND_PAGE :
	    nt_value_text_is(type, "child_database") ? NT_KIND_DATABASE :
	    NT_KIND_OTHER;
}

static int
copy_block(struct copy *c, struct nt_value v, struct nt_str line)
{
	enum nt_kind child = child_kind(v);
	struct block_sense sense;
	struct text *text;
	struct nt_id id;

	if (!object_is(v, NT_KIND_BLOCK, &id) || !descend(c, v, &id))
		return 0;
	c->owner = NT_KIND_BLOCK;
	c->skipping = 0;
	if (child != NT_KIND_OTHER) {
		child_before(&c->item, child, &id, line);
		return 1;
	}
	if (!walk_first(c->item.walk, NT_KIND_BLOCK, &id)) {
		c->skipping = 1;
		return 1;
	}
	if (mentions_are_stale(c->item.walk, v)) {
		child_before(&c->item, NT_KIND_OTHER, &id, line);
		return 1;
	}
	text = text_before(&c->item, c->item.scope);
	sense = block_note(text, v, &id);
	record_line(&text->buf, NT_KIND_BLOCK, line, sense.flags);
	return 1;
}

static int
comment_wanted(const struct copy *c)
{
	enum nt_walk_comments wanted = c->item.walk->plan.comments;

	if (c->skipping)
		return 0;
	return wanted == NT_COMMENTS_BLOCKS ||
	    (wanted == NT_COMMENTS_PAGES && c->owner == NT_KIND_PAGE);
}

/* An asset or a loss of one, if wanted; its bytes may be gone by now. */
static void
copy_file(struct item *it, struct nt_value v, struct nt_str line)
{
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

	if (w->plan.assets == NULL || !member_id(owner, "id", &id) ||
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
	struct nt_id id;

	if (nt_json_parse(it->walk->base_doc, line.p, line.len, &v,
	    NULL) == -1)
		return 0;
	switch (nt_kind_of(nt_value_text(nt_value_get(v, "object")))) {
	case NT_KIND_BLOCK:
		return copy_block(c, v, line);
	case NT_KIND_COMMENT:
		if (comment_wanted(c) && member_id(v, "id", &id) &&
		    walk_first(it->walk, NT_KIND_COMMENT, &id))
			record_line(text_of(it), NT_KIND_COMMENT, line, 0);
		return 1;
	case NT_KIND_ASSET:
		if (!c->skipping && (!nt_value_text_is(nt_value_at(v,
		    "/owner/object"), "comment") || comment_wanted(c)))
			copy_file(it, v, line);
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
	struct nt_str lines;
	const char *p, *end;

	if (base_lines(it->walk, c->at, &lines) != 1) {
		item_remove(it);
		return;
	}
	for (p = lines.p; p < lines.p + lines.len; p = end + 1) {
		end = memchr(p, '\n', (size_t)(lines.p + lines.len - p));
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

/* 1 if the line is a file or view of a database or data source. */
static int
copy_head_line(struct item *at, struct nt_str line, int files)
{
	struct nt_value v;
	struct nt_id id;

	if (nt_json_parse(at->walk->base_doc, line.p, line.len, &v,
	    NULL) == -1)
		return 0;
	switch (nt_kind_of(nt_value_text(nt_value_get(v, "object")))) {
	case NT_KIND_VIEW:
		if (member_id(v, "id", &id) &&
		    walk_first(at->walk, NT_KIND_VIEW, &id))
			record_line(text_of(at), NT_KIND_VIEW, line, 0);
		return 1;
	case NT_KIND_ASSET:
		if (files)
			copy_file(at, v, line);
		return 1;
	default:
		return 0;
	}
}

void
base_copy_head(struct item *at, int files)
{
	uint64_t from = base_behind(at->walk);
	struct nt_str lines;
	const char *p, *end;

	while (base_lines(at->walk, from, &lines) == 1)
		for (p = lines.p; p < lines.p + lines.len; p = end + 1) {
			end = memchr(p, '\n',
			    (size_t)(lines.p + lines.len - p));
			if (!copy_head_line(at, (struct nt_str){ p,
			    (size_t)(end - p) }, files))
				return;
			from += (uint64_t)(end - p) + 1;
		}
}

void
base_copy_before(struct item *at, struct scope *scope)
{
	struct copy *c = item_before(at, &copy_verb, scope);

	c->at = base_behind(at->walk);
	c->owner = NT_KIND_PAGE;
	refs_add(&c->way, &scope->id, NT_KIND_PAGE);
}
