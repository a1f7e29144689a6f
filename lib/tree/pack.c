#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/id.h"
#include "nt/json.h"
#include "nt/mem.h"

#define DEPTH_MAX 100000	/* blocks in blocks that are followed */
#define ENDING_MAX (NT_ID_TEXT + 24)	/* an id and a number */

/*
 * Which sheet a record goes to depends on what came before it, never on what
 * comes after: so one pass is enough, and a page is written as soon as the
 * next one begins.  Databases and metadata.json are open until the end, for a
 * second data source comes after the rows of the first; what they hold waits
 * in one spool.
 */
struct nt_packer {
	struct target *to;
	struct manifest *manifest;
	struct assets *assets;		/* NULL: without */
	struct scribe *scribe;		/* NULL: without Markdown */
	uint64_t sheets;		/* made so far; the next one's number */
	uint64_t counts[NT_KIND_COUNT];

	struct nt_spool *long_spool;	/* of the sheets open until the end */
	struct sheet *metadata;
	struct sheet *schemas;		/* the second list of metadata */
	struct sheet **databases;
	size_t database_count;
	struct nt_id_map *database_of;	/* ids of databases and data sources */

	struct nt_spool *page_spool;
	struct sheet *page;		/* the one open, or NULL */
	int stray;			/* it is one for blocks of no page */
	char *for_people;		/* name of its Markdown, or NULL */
	struct nt_id *above;		/* the page and the blocks on the way */
	size_t depth;			/* down to the last block */
	size_t depth_room;
	struct nt_id_map *pages;	/* how often the id had a sheet */

	struct sheet *now;		/* where the last record went */
};

/* Where the members of an archive of that form go. */
static struct target *
target_of(int fd, enum nt_tree_form form)
{
	switch (form) {
	case NT_TREE_TAR:
		return target_tar(fd, NT_CODEC_NONE);
	case NT_TREE_TAR_GZ:
		return target_tar(fd, NT_CODEC_GZIP);
	case NT_TREE_TAR_ZST:
		return target_tar(fd, NT_CODEC_ZSTD);
	default:
		return target_zip(fd);
	}
}

static struct nt_packer *
new_packer(struct target *to, const struct nt_pack_how *how)
{
	struct nt_packer *p = nt_alloc(sizeof *p);

	p->to = to;
	p->manifest = manifest_new();
	if (how->assets != NULL || how->give != NULL)
		p->assets = assets_new(how);
	if (how->names != NULL)
		p->scribe = scribe_new(how->names, p->assets != NULL);
	p->long_spool = nt_spool_new();
	p->page_spool = nt_spool_new();
	p->metadata = sheet_new("metadata.json", p->sheets++,
	    "{\"format\":1,\"records\":[", p->long_spool);
	p->schemas = sheet_new("schemas", 0, "", p->long_spool);
	p->database_of = nt_id_map_new();
	p->pages = nt_id_map_new();
	p->now = p->metadata;
	return p;
}

struct nt_packer *
nt_packer_new(int fd, enum nt_tree_form form, const struct nt_pack_how *how)
{
	return new_packer(target_of(fd, form), how);
}

struct nt_packer *
nt_packer_folder(const char *path, const struct nt_pack_how *how,
    struct nt_err *err)
{
	struct target *to = target_dir(path, err);

	return to == NULL ? NULL : new_packer(to, how);
}

void
nt_packer_free(struct nt_packer *p)
{
	if (p == NULL)
		return;
	p->to->calls->free(p->to);
	manifest_free(p->manifest);
	scribe_free(p->scribe);
	assets_free(p->assets);
	sheet_free(p->metadata);
	sheet_free(p->schemas);
	sheet_free(p->page);
	for (size_t i = 0; i < p->database_count; i++)
		sheet_free(p->databases[i]);
	free(p->databases);
	nt_spool_free(p->long_spool);
	nt_spool_free(p->page_spool);
	nt_id_map_free(p->database_of);
	nt_id_map_free(p->pages);
	free(p->for_people);
	free(p->above);
	free(p);
}

/* ---- sheets ---- */

/* Ends the last list of a sheet. */
static int
end_sheet(struct sheet *s, struct nt_err *err)
{
	static const char foot[] = "\n]}\n";

	return sheet_text(s, foot, sizeof foot - 1, err);
}

static int
pack_sheet(struct nt_packer *p, struct sheet *s, struct nt_err *err)
{
	return end_sheet(s, err) == -1 ? -1 :
	    sheet_pack(s, p->to, p->manifest, err);
}

/* ---- pages ---- */

/* Puts an id on the way down to what comes next. */
static void
descend(struct nt_packer *p, const struct nt_id *id)
{
	if (p->depth == DEPTH_MAX)
		return;
	if (p->depth == p->depth_room) {
		p->depth_room = p->depth_room == 0 ? 16 : 2 * p->depth_room;
		p->above = nt_realloc_array(p->above, p->depth_room,
		    sizeof *p->above);
	}
	p->above[p->depth++] = *id;
}

/* Adds the Markdown of a page that is too large to wait for a thread. */
static int
render_now(struct nt_packer *p, const struct sheet *page, size_t at,
    size_t len, struct nt_err *err)
{
	struct content *content;
	struct nt_buf all, text;
	int got;

	nt_buf_init(&all, NT_BUF_MAX);
	nt_buf_init(&text, NT_MEMBER_MADE);
	got = sheet_read(page, &all, err);
	if (got == 0)
		got = scribe_page(p->scribe, (struct nt_str){ all.p + at,
		    len }, &text, err);
	nt_buf_free(&all);
	content = content_new(&text);
	if (got == 0)
		got = parcel_bytes(p->to, p->for_people, content, p->manifest,
		    err);
	content_free(content);
	return got;
}

/* Adds a page and its Markdown. */
static int
pack_both(struct nt_packer *p, struct sheet *page, struct nt_err *err)
{
	size_t at = page->head, len = (size_t)page->size - at;
	struct content *content;
	struct nt_buf all;
	int got;

	if (end_sheet(page, err) == -1)
		return -1;
	if (!sheet_is_small(page))
		return render_now(p, page, at, len, err) == -1 ? -1 :
		    sheet_pack(page, p->to, p->manifest, err);
	if (sheet_take(page, &all, err) == -1)
		return -1;
	content = content_new(&all);
	got = parcel_page(p->to, p->for_people, content, at, len, p->scribe,
	    p->manifest, err);
	if (got == 0)
		got = parcel_sheet(p->to, page, content, p->manifest, err);
	content_free(content);
	return got;
}

static int
close_page(struct nt_packer *p, struct nt_err *err)
{
	struct sheet *page = p->page;
	int got;

	if (page == NULL)
		return 0;
	p->page = NULL;
	if (p->now == page)
		p->now = p->metadata;
	got = p->for_people != NULL ? pack_both(p, page, err) :
	    pack_sheet(p, page, err);
	free(p->for_people);
	p->for_people = NULL;
	sheet_free(page);
	nt_spool_clear(p->page_spool);
	return got;
}

/* What the names of a page's files end in: its id, made unlike all others. */
static void
page_ending(struct nt_packer *p, const struct nt_id *id, char *ending,
    size_t room)
{
	char text[NT_ID_TEXT];
	uint64_t seen = 0;

	if (id == NULL) {
		snprintf(ending, room, "unknown-%ju", (uintmax_t)p->sheets);
		return;
	}
	nt_id_map_get(p->pages, id, &seen);
	nt_id_map_put(p->pages, id, ++seen);
	nt_id_format(id, text);
	if (seen == 1)
		snprintf(ending, room, "%s", text);
	else
		snprintf(ending, room, "%s-%ju", text, (uintmax_t)seen);
}

static void
name_for_people(struct nt_packer *p, struct nt_value page, const char *ending)
{
	struct nt_buf name;

	nt_buf_init(&name, NT_MEMBER_NAME_MAX);
	name_page(&name, page, ending);
	p->for_people = nt_buf_take(&name);
}

/* Opens the sheet of a page, or of stray blocks that begin with this one. */
static int
open_page(struct nt_packer *p, struct nt_value record, int stray,
    struct nt_err *err)
{
	char ending[ENDING_MAX], name[NT_TREE_NAME_MAX], head[128] =
	    "{\"format\":1,\"page\":null,\"records\":[", text[NT_ID_TEXT];
	struct nt_id id;
	int known = id_at(record, "/id", &id) == 0;

	if (close_page(p, err) == -1)
		return -1;
	page_ending(p, known ? &id : NULL, ending, sizeof ending);
	snprintf(name, sizeof name, "blocks/%s.blocks.json", ending);
	if (known && !stray) {
		nt_id_format(&id, text);
		snprintf(head, sizeof head,
		    "{\"format\":1,\"page\":\"%s\",\"records\":[", text);
	}
	p->page = sheet_new(name, p->sheets++, head, p->page_spool);
	p->stray = stray;
	if (!stray && p->scribe != NULL)
		name_for_people(p, record, ending);
	p->depth = 0;
	if (known)
		descend(p, &id);
	return 0;
}

/*
 * 1 if the block belongs to the open page: its parent is the page or a block
 * on the way down to the last one, or it does not say who that is.
 */
static int
belongs(struct nt_packer *p, struct nt_value block)
{
	struct nt_id parent, id;
	size_t depth = p->depth;

	if (p->page == NULL)
		return 0;
	if (p->stray)
		return 1;
	if (id_at(block, "/parent/block_id", &parent) == 0 ||
	    id_at(block, "/parent/page_id", &parent) == 0) {
		while (depth > 0 && !nt_id_eq(&p->above[depth - 1], &parent))
			depth--;
		if (depth == 0)
			return p->depth == 0;
		p->depth = depth;
	}
	if (id_at(block, "/id", &id) == 0)
		descend(p, &id);
	return 1;
}

static int
to_block(struct nt_packer *p, struct nt_value block, struct nt_err *err)
{
	if (!belongs(p, block) && open_page(p, block, 1, err) == -1)
		return -1;
	p->now = p->page;
	return 0;
}

/* ---- databases ---- */

/* 1 and the number of the sheet that belongs to the id there, else 0. */
static int
find_database(const struct nt_packer *p, struct nt_value record,
    const char *pointer, uint64_t *at)
{
	struct nt_id id;

	return id_at(record, pointer, &id) == 0 &&
	    nt_id_map_get(p->database_of, &id, at);
}

/* Makes a sheet for it: its number among them. */
static uint64_t
new_database(struct nt_packer *p, struct nt_value record)
{
	char text[NT_ID_TEXT], head[128];
	struct nt_buf name;
	struct nt_id id;

	if (id_at(record, "/id", &id) == 0) {
		nt_id_format(&id, text);
		snprintf(head, sizeof head,
		    "{\"database\":\"%s\",\"format\":1,\"records\":[", text);
	} else {
		snprintf(text, sizeof text, "unknown-%ju",
		    (uintmax_t)p->sheets);
		snprintf(head, sizeof head,
		    "{\"database\":null,\"format\":1,\"records\":[");
	}
	nt_buf_init(&name, NT_MEMBER_NAME_MAX);
	name_database(&name, record, text);
	if ((p->database_count & (p->database_count - 1)) == 0)
		p->databases = nt_realloc_array(p->databases,
		    p->database_count == 0 ? 1 : 2 * p->database_count,
		    sizeof *p->databases);
	p->databases[p->database_count] = sheet_new(name.p, p->sheets++, head,
	    p->long_spool);
	nt_buf_free(&name);
	return p->database_count++;
}

/*
 * A database and what says that it belongs to one share a sheet; a data source
 * whose database is not there has its own.
 */
static void
to_database(struct nt_packer *p, struct nt_value record)
{
	struct nt_id id;
	uint64_t at;

	if (!find_database(p, record, "/parent/database_id", &at) &&
	    !find_database(p, record, "/id", &at))
		at = new_database(p, record);
	if (id_at(record, "/id", &id) == 0)
		nt_id_map_put(p->database_of, &id, at);
	p->now = p->databases[at];
}

/* A view goes to its database, else it stays where it stands. */
static void
to_view(struct nt_packer *p, struct nt_value view)
{
	uint64_t at;

	if (find_database(p, view, "/parent/database_id", &at) ||
	    find_database(p, view, "/data_source_id", &at))
		p->now = p->databases[at];
}

/* Keeps what a person wants to know of a schema for metadata.json. */
static int
add_schema(struct nt_packer *p, struct nt_value record, struct nt_err *err)
{
	static const char *const names[] = { "id", "object", "parent",
	    "properties" };
	struct nt_json_out o;
	struct nt_buf b, title;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_init(&title, NT_RECORD_MAX);
	nt_json_out_init(&o, &b);
	nt_json_open(&o, NULL, '{');
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct nt_value v = nt_value_get(record, names[i]);

		if (nt_value_there(v))
			nt_json_put_value(&o, names[i], v);
	}
	title_of(record, &title);
	nt_json_put_str(&o, "title", nt_buf_view(&title));
	nt_json_close(&o, '}');
	got = sheet_line(p->schemas, nt_buf_view(&b), err);
	nt_buf_free(&title);
	nt_buf_free(&b);
	return got;
}

/* ---- records ---- */

/* Says in p->now to which sheet the record goes. */
static int
choose(struct nt_packer *p, const struct nt_record *rec, struct nt_err *err)
{
	switch (rec->kind) {
	case NT_KIND_USER:
	case NT_KIND_CUSTOM_EMOJI:
		p->now = p->metadata;
		return 0;
	case NT_KIND_PAGE:
		if (open_page(p, rec->value, 0, err) == -1)
			return -1;
		p->now = p->page;
		return 0;
	case NT_KIND_BLOCK:
		return to_block(p, rec->value, err);
	case NT_KIND_DATABASE:
	case NT_KIND_DATA_SOURCE:
		to_database(p, rec->value);
		return add_schema(p, rec->value, err);
	case NT_KIND_VIEW:
		to_view(p, rec->value);
		return 0;
	default:	/* belongs to what it follows */
		return 0;
	}
}

int
nt_packer_record(struct nt_packer *p, const struct nt_record *rec,
    struct nt_err *err)
{
	struct sheet *before = p->now->spool == p->long_spool ? p->now : NULL;

	p->counts[rec->kind]++;
	if (choose(p, rec, err) == -1)
		return -1;
	if (before != NULL && before != p->now &&
	    sheet_rest(before, err) == -1)
		return -1;
	if (rec->kind == NT_KIND_ASSET && p->assets != NULL &&
	    assets_add(p->assets, rec->value, p->to, p->manifest, err) == -1)
		return -1;
	if (manifest_record(p->manifest, p->now->number, err) == -1)
		return -1;
	return sheet_line(p->now, (struct nt_str){ rec->line, rec->len }, err);
}

/* Adds what is not records to metadata.json: the schemas and the source. */
static int
finish_metadata(struct nt_packer *p, struct nt_str snapshot,
    struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value v = NT_VALUE_NONE;
	struct nt_buf b;
	int got = 0;

	nt_buf_init(&b, NT_RECORD_MAX + 64);
	if (snapshot.p != NULL)
		got = nt_json_parse(doc, snapshot.p, snapshot.len, &v, err);
	v = nt_value_get(v, "source");
	nt_buf_str(&b, "\n],\"source\":");
	if (nt_value_there(v))
		nt_json_canonical(v, &b);
	else
		nt_buf_str(&b, "null");
	nt_buf_str(&b, "}\n");
	if (got == 0)
		got = sheet_text(p->metadata, "\n],\"schemas\":[",
		    strlen("\n],\"schemas\":["), err);
	if (got == 0)
		got = sheet_copy(p->metadata, p->schemas, err);
	if (got == 0)
		got = sheet_text(p->metadata, b.p, b.len, err);
	nt_buf_free(&b);
	nt_json_free(doc);
	return got == 0 ? sheet_pack(p->metadata, p->to, p->manifest, err) :
	    -1;
}

/* The counts as JSON, for a stream without an end that has them. */
static void
put_counts(const struct nt_packer *p, struct nt_buf *b)
{
	struct nt_json_out o;

	nt_json_out_init(&o, b);
	nt_json_open(&o, NULL, '{');
	for (int kind = 0; kind < NT_KIND_COUNT; kind++)
		if (p->counts[kind] > 0)
			nt_json_put_int(&o, nt_kind_name(kind),
			    (int64_t)p->counts[kind]);
	nt_json_close(&o, '}');
}

int
nt_packer_finish(struct nt_packer *p, struct nt_str snapshot,
    struct nt_str end, int complete, struct nt_err *err)
{
	struct manifest_facts facts = {
		.markdown = p->scribe != NULL,
		.snapshot = snapshot,
		.end = end
	};
	struct nt_buf counts;
	int got;

	if (close_page(p, err) == -1)
		return -1;
	for (size_t i = 0; i < p->database_count; i++)
		if (pack_sheet(p, p->databases[i], err) == -1)
			return -1;
	if (finish_metadata(p, snapshot, err) == -1 ||
	    p->to->calls->settle(p->to, err) == -1)
		return -1;
	if (p->assets != NULL)
		assets_facts(p->assets, &facts);
	facts.complete = complete && facts.assets_missing == 0;
	facts.partial = !facts.complete;
	nt_buf_init(&counts, NT_BUF_MAX);
	put_counts(p, &counts);
	facts.counts = nt_buf_view(&counts);
	got = manifest_pack(p->manifest, &facts, p->to, err);
	nt_buf_free(&counts);
	return got == 0 ? p->to->calls->finish(p->to, err) : -1;
}

uint64_t
nt_packer_missing(const struct nt_packer *p)
{
	struct manifest_facts facts = { 0 };

	if (p->assets != NULL)
		assets_facts(p->assets, &facts);
	return facts.assets_missing;
}

int
nt_packer_waiting(const struct nt_packer *p)
{
	return p->to->waiting;
}
