#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/mem.h"
#include "nt/seen.h"

#define DEPTH_MAX 100000	/* blocks in blocks that are followed */

/* A page, or a block, on the way down to the block read last. */
struct level {
	struct nt_id id;
	enum nt_kind kind;
	uint8_t says;		/* has_children is there, and */
	uint8_t true_there;	/* it is true */
	uint8_t exempt;		/* whose children may stand elsewhere */
	uint8_t has;		/* a child came */
};

/* A record, and another that it speaks of and that did not come so far. */
struct link {
	struct nt_id id, other;
	enum nt_kind kind, other_kind;
};

struct links {
	struct link *p;
	size_t count, room;
};

/*
 * The stream is a walk, so all that a block is compared with is on the way
 * down to it.  Of what is elsewhere, pages, databases and data sources are
 * kept in a map; of all else only that it was met.
 */
struct records {
	struct report *report;
	struct nt_id_map *assets;
	struct nt_seen *seen;		/* each record with an id, by kind */
	struct nt_id_map *holders;	/* pages, databases, data sources */
	struct nt_id_map *excused;	/* an error or a loss names it */
	struct links late;		/* parents that did not come before */
	struct links children;		/* pages that blocks stand for */
	struct level *levels;
	size_t depth, room;
	struct nt_id owner;		/* of the assets that come now */
	enum nt_kind owner_kind;
	struct nt_id_map *roots;	/* asked for by id: each stands where it
					   was named */
	int block_roots;		/* blocks among them */
	uint64_t counts[NT_KIND_COUNT];
};

struct records *
records_new(struct report *report, struct nt_id_map *assets)
{
	struct records *r = nt_alloc(sizeof *r);

	r->report = report;
	r->assets = assets;
	r->seen = nt_seen_new();
	r->holders = nt_id_map_new();
	r->excused = nt_id_map_new();
	r->roots = nt_id_map_new();
	return r;
}

void
records_free(struct records *r)
{
	if (r == NULL)
		return;
	nt_seen_free(r->seen);
	nt_id_map_free(r->holders);
	nt_id_map_free(r->excused);
	nt_id_map_free(r->roots);
	free(r->late.p);
	free(r->children.p);
	free(r->levels);
	free(r);
}

/* ---- saying what is wrong ---- */

/* Two records as people read them: "page ID" each. */
struct pair {
	char one[NT_ID_TEXT], two[NT_ID_TEXT];
};

static struct pair
names_of(const struct nt_id *one, const struct nt_id *two)
{
	struct pair p;

	nt_id_format(one, p.one);
	nt_id_format(two, p.two);
	return p;
}

static void
add_link(struct links *l, enum nt_kind kind, const struct nt_id *id,
    enum nt_kind other_kind, const struct nt_id *other)
{
	if (l->count == l->room) {
		l->room = l->room == 0 ? 16 : 2 * l->room;
		l->p = nt_realloc_array(l->p, l->room, sizeof *l->p);
	}
	l->p[l->count++] = (struct link){ *id, *other, kind, other_kind };
}

/* ---- what records say ---- */

/* 0 and the id, or -1. */
static int
id_in(struct nt_value object, const char *name, struct nt_id *id)
{
	struct nt_str text = nt_value_text(nt_value_get(object, name));

	return text.p == NULL ? -1 : nt_id_scan(text, id);
}

/* The kind and id of what the record hangs on, or NT_KIND_OTHER. */
static enum nt_kind
parent_of(struct nt_value record, struct nt_id *id)
{
	static const struct {
		const char *member;
		enum nt_kind kind;
	} parents[] = {
		{ "block_id", NT_KIND_BLOCK },
		{ "page_id", NT_KIND_PAGE },
		{ "data_source_id", NT_KIND_DATA_SOURCE },
		{ "database_id", NT_KIND_DATABASE }
	};
	struct nt_value parent = nt_value_get(record, "parent");

	for (size_t i = 0; i < sizeof parents / sizeof *parents; i++)
		if (id_in(parent, parents[i].member, id) == 0)
			return parents[i].kind;
	return NT_KIND_OTHER;
}

void
records_snapshot(struct records *r, struct nt_value snapshot)
{
	struct nt_value roots = nt_value_at(snapshot, "/scope/roots"), root;
	struct nt_id id;

	for (root = nt_value_first(roots); nt_value_there(root);
	    root = nt_value_next(root)) {
		if (id_in(root, "id", &id) == 0)
			nt_id_map_put(r->roots, &id, 0);
		if (nt_value_text_is(nt_value_get(root, "object"), "block"))
			r->block_roots = 1;
	}
}

/* ---- blocks: each below its parent, and whether there are any ---- */

/* Leaves the levels below depth: none may lack the children it speaks of. */
static void
climb(struct records *r, size_t depth)
{
	char text[NT_ID_TEXT];

	while (r->depth > depth) {
		const struct level *l = &r->levels[--r->depth];

		if (!l->says || l->exempt || l->has == l->true_there ||
		    (l->true_there && r->block_roots))
			continue;
		nt_id_format(&l->id, text);
		report_fault(r->report, l->true_there ?
		    "block %s says that it has children, but none follows" :
		    "block %s says that it has no children, but one follows",
		    text);
	}
}

static void
descend(struct records *r, const struct level *level)
{
	if (r->depth == DEPTH_MAX)
		return;
	if (r->depth == r->room) {
		r->room = r->room == 0 ? 16 : 2 * r->room;
		r->levels = nt_realloc_array(r->levels, r->room,
		    sizeof *r->levels);
	}
	r->levels[r->depth++] = *level;
}

/* The number of levels down to that page or block, or 0. */
static size_t
find_level(const struct records *r, const struct nt_id *id)
{
	size_t depth = r->depth;

	while (depth > 0 && !nt_id_eq(&r->levels[depth - 1].id, id))
		depth--;
	return depth;
}

/* 1 if the children of such a block are never in the stream below it. */
static int
is_exempt(struct nt_value block)
{
	struct nt_value type = nt_value_get(block, "type");

	if (nt_value_text_is(type, "synced_block"))
		return nt_value_is(nt_value_at(block,
		    "/synced_block/synced_from"), NT_JSON_OBJECT);
	return nt_value_text_is(type, "child_page") ||
	    nt_value_text_is(type, "child_database");
}

static void
add_block(struct records *r, struct nt_value block, const struct nt_id *id)
{
	struct nt_value has = nt_value_get(block, "has_children");
	struct nt_value type = nt_value_get(block, "type");
	struct level level = { .id = *id, .kind = NT_KIND_BLOCK,
		.says = nt_value_is(has, NT_JSON_BOOL) != 0,
		.true_there = nt_value_true(has) != 0,
		.exempt = is_exempt(block) != 0 };
	struct nt_id parent;
	enum nt_kind kind = parent_of(block, &parent);
	size_t depth = kind == NT_KIND_OTHER ? 0 : find_level(r, &parent);

	/* One that is out of place takes nobody else out of it. */
	if (depth > 0 || kind == NT_KIND_OTHER)
		climb(r, depth);
	if (depth > 0)
		r->levels[depth - 1].has = 1;
	else if (kind != NT_KIND_OTHER && !nt_id_map_get(r->roots, id, NULL))
		add_link(&r->late, NT_KIND_BLOCK, id, kind, &parent);
	descend(r, &level);
	if (nt_value_text_is(type, "child_page"))
		add_link(&r->children, NT_KIND_BLOCK, id, NT_KIND_PAGE, id);
	if (nt_value_text_is(type, "child_database"))
		add_link(&r->children, NT_KIND_BLOCK, id, NT_KIND_DATABASE,
		    id);
}

/* ---- the others ---- */

/* Pages, databases and data sources: each behind what it is in. */
static void
add_holder(struct records *r, enum nt_kind kind, struct nt_value record,
    const struct nt_id *id)
{
	struct level level = { .id = *id, .kind = kind };
	struct nt_id parent;
	enum nt_kind above = parent_of(record, &parent);

	climb(r, 0);
	nt_id_map_put(r->holders, id, (uint64_t)kind);
	/* Of a page in a block, the block says where it is. */
	if (above != NT_KIND_OTHER && above != NT_KIND_BLOCK &&
	    !nt_id_map_get(r->roots, id, NULL) &&
	    !nt_id_map_get(r->holders, &parent, NULL))
		add_link(&r->late, kind, id, above, &parent);
	descend(r, &level);
}

/* What hangs on a page, a block or a database that came before. */
static void
add_hanging(struct records *r, enum nt_kind kind, struct nt_value record,
    const struct nt_id *id)
{
	struct nt_id parent;
	enum nt_kind above = parent_of(record, &parent);

	if (above != NT_KIND_OTHER && find_level(r, &parent) == 0 &&
	    !nt_id_map_get(r->holders, &parent, NULL))
		add_link(&r->late, kind, id, above, &parent);
}

/* What an error or a loss is about lacks something, and says so. */
static void
excuse(struct records *r, struct nt_value record)
{
	struct nt_id id;
	size_t depth;

	for (int i = 0; i < 2; i++) {
		if (i == 0 ? id_in(record, "id", &id) == -1 :
		    parent_of(record, &id) == NT_KIND_OTHER)
			continue;
		nt_id_map_put(r->excused, &id, 0);
		if ((depth = find_level(r, &id)) > 0)
			r->levels[depth - 1].exempt = 1;
	}
}

/* ---- assets ---- */

/* The bytes are there, and as many as the record says. */
static void
check_bytes(struct records *r, struct nt_value asset)
{
	struct nt_str sha256 = nt_value_text(nt_value_get(asset, "sha256"));
	int64_t size = nt_value_int(nt_value_get(asset, "size"));
	struct nt_id half;
	uint64_t there;

	if (sha256.len != NT_SHA256_TEXT - 1 ||
	    nt_id_scan((struct nt_str){ sha256.p, 32 }, &half) == -1) {
		report_fault(r->report, "an asset record has no sha256");
		return;
	}
	if (r->assets == NULL)
		return;
	if (!nt_id_map_get(r->assets, &half, &there)) {
		report_fault(r->report, "the asset %.*s is not in the archive",
		    (int)sha256.len, sha256.p);
		return;
	}
	if ((there & ~ASSET_NAMED) != (uint64_t)size)
		report_fault(r->report, "the asset %.*s has %ju bytes, but its "
		    "record says %jd", (int)sha256.len, sha256.p,
		    (uintmax_t)(there & ~ASSET_NAMED), (intmax_t)size);
	nt_id_map_put(r->assets, &half, there | ASSET_NAMED);
}

static void
add_asset(struct records *r, struct nt_value asset)
{
	struct nt_value owner = nt_value_get(asset, "owner");
	struct nt_str object = nt_value_text(nt_value_get(owner, "object"));
	struct nt_id id;

	if (object.p == NULL || id_in(owner, "id", &id) == -1) {
		report_fault(r->report, "an asset record has no owner");
	} else if (nt_kind_of(object) != r->owner_kind ||
	    !nt_id_eq(&id, &r->owner)) {
		char text[NT_ID_TEXT];

		nt_id_format(&id, text);
		report_fault(r->report, "an asset of %.*s %s does not follow "
		    "it", (int)(object.len < 40 ? object.len : 40), object.p,
		    text);
	}
	check_bytes(r, asset);
}

/* ---- all of them ---- */

static void
place(struct records *r, enum nt_kind kind, struct nt_value value,
    const struct nt_id *id)
{
	switch (kind) {
	case NT_KIND_BLOCK:
		add_block(r, value, id);
		break;
	case NT_KIND_PAGE:
	case NT_KIND_DATABASE:
	case NT_KIND_DATA_SOURCE:
		add_holder(r, kind, value, id);
		break;
	case NT_KIND_VIEW:
	case NT_KIND_COMMENT:
		add_hanging(r, kind, value, id);
		break;
	default:	/* users and emojis hang on nothing */
		break;
	}
}

int
records_add(struct records *r, enum nt_kind kind, struct nt_value value,
    struct nt_err *err)
{
	char text[NT_ID_TEXT];
	struct nt_id id;
	int new;

	r->counts[kind]++;
	r->report->found->records++;
	if (kind == NT_KIND_ASSET)
		add_asset(r, value);
	if (kind == NT_KIND_ERROR || kind == NT_KIND_LOSS)
		excuse(r, value);
	if (kind == NT_KIND_OTHER || kind >= NT_KIND_ASSET)
		return 0;
	if (id_in(value, "id", &id) == -1) {
		report_fault(r->report, "a %s has no id", nt_kind_name(kind));
		return 0;
	}
	if ((new = nt_seen_add(r->seen, (uint8_t)kind, &id, err)) == -1)
		return -1;
	if (!new) {
		nt_id_format(&id, text);
		report_fault(r->report, "%s %s is there twice",
		    nt_kind_name(kind), text);
	}
	r->owner = id;
	r->owner_kind = kind;
	place(r, kind, value, &id);
	return 0;
}

/* ---- the end ---- */

/* What a record hangs on came, but not before it or not above it. */
static int
check_late(struct records *r, struct nt_err *err)
{
	struct nt_id_map *absent = nt_id_map_new();
	int new = 0;

	for (size_t i = 0; i < r->late.count && new != -1; i++) {
		const struct link *l = &r->late.p[i];
		struct pair ids = names_of(&l->id, &l->other);

		if (nt_id_map_get(absent, &l->other, NULL))
			continue;
		new = nt_seen_add(r->seen, (uint8_t)l->other_kind, &l->other,
		    err);
		if (new == 1)
			nt_id_map_put(absent, &l->other, 0);
		if (new == 0)
			report_fault(r->report, "%s %s does not follow %s %s, "
			    "to which it belongs", nt_kind_name(l->kind),
			    ids.one, nt_kind_name(l->other_kind), ids.two);
	}
	nt_id_map_free(absent);
	return new == -1 ? -1 : 0;
}

/* A block that stands for a page is followed by the page. */
static void
check_children(struct records *r)
{
	for (size_t i = 0; i < r->children.count; i++) {
		const struct link *l = &r->children.p[i];
		char text[NT_ID_TEXT];

		if (nt_id_map_get(r->holders, &l->other, NULL) ||
		    nt_id_map_get(r->excused, &l->other, NULL))
			continue;
		nt_id_format(&l->other, text);
		report_fault(r->report, "the %s %s, for which a block stands, "
		    "is not there", nt_kind_name(l->other_kind), text);
	}
}

/* The end record counts what came. */
static void
check_counts(struct records *r, struct nt_value end)
{
	struct nt_value counts = nt_value_get(end, "counts"), v;
	uint64_t left[NT_KIND_COUNT];

	memcpy(left, r->counts, sizeof left);
	for (v = nt_value_first(counts); nt_value_there(v);
	    v = nt_value_next(v))
		left[nt_kind_of(nt_value_key(v))] -=
		    (uint64_t)nt_value_int(v);
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		if (left[kind] != 0)
			report_fault(r->report, "the end counts other than "
			    "the %ju records of kind %s", (uintmax_t)
			    r->counts[kind], kind == NT_KIND_OTHER ?
			    "that is not known" : nt_kind_name(kind));
	if (!nt_value_is(nt_value_get(end, "errors"), NT_JSON_NUMBER) ||
	    (uint64_t)nt_value_int(nt_value_get(end, "errors")) !=
	    r->counts[NT_KIND_ERROR])
		report_fault(r->report, "the end counts other than the %ju "
		    "errors", (uintmax_t)r->counts[NT_KIND_ERROR]);
}

int
records_end(struct records *r, struct nt_value end, struct nt_err *err)
{
	struct nt_str time = nt_value_text(nt_value_get(end, "finished"));
	int64_t ms;

	climb(r, 0);
	check_children(r);
	if (nt_value_there(end)) {
		check_counts(r, end);
		if (time.p == NULL || nt_time_parse(time.p, time.len,
		    &ms) == -1)
			report_fault(r->report, "the end does not say when "
			    "it was finished");
	}
	return check_late(r, err);
}
