/*
 * generate - a workspace of any size, out of a seed; for tests and benchmarks
 *
 *	in	nothing
 *	out	a stream as notion-fetch --workspace would write it
 *	exit	0 done, 2 trouble
 *
 * Same options, same bytes.  Everything is a function of the seed and of a
 * number, so that nothing is kept: memory is flat at any size.  Times are a
 * page's number, in minutes, so siblings that must be sorted by time are; rows
 * come three to a minute, so that their ids matter, too.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/crypto.h"
#include "nt/file.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/stream.h"
#include "nt/tool.h"

#define TEAM 200		/* pages below one root */
#define BRANCH 4		/* child pages of a page */
#define USERS 12
#define FILES 64		/* different files */
#define KEPT_MAX 8		/* depth of blocks of an ordinary page */
#define EPOCH_MS INT64_C(1704067200000)		/* 2024-01-01 */
#define MINUTE_MS INT64_C(60000)
#define FRAGMENT 160		/* bytes of a parent, as JSON */

enum { PAGES = 256, SEED, BLOCKS, ROWS, DEPTH, BIG, RELATION, COMMENTS,
	WITH_FILES, ASSETS, EDIT, EDIT_SEED, EDIT_PAGES, HOT };

static const struct nt_option options[] = {
	{ PAGES, "pages", "N", "ordinary pages, rows among them (1000)" },
	{ SEED, "seed", "S", "another workspace for another S (1)" },
	{ BLOCKS, "blocks-per-page", "M", "the mean of an ordinary page (40)" },
	{ ROWS, "rows-in-one", "N", "also a data source of N rows" },
	{ DEPTH, "depth", "D", "also blocks and pages nested D deep" },
	{ BIG, "big-page", "N", "also a page of N blocks" },
	{ RELATION, "relation", "N", "also a relation of N targets" },
	{ COMMENTS, "comments", NULL, "comments on some pages" },
	{ WITH_FILES, "files", NULL, "hosted files in some places" },
	{ ASSETS, "assets", "DIR", "write the bytes of the files there" },
	{ EDIT, "edit", "PERCENT", "as if so many pages had been edited" },
	{ EDIT_PAGES, "edit-pages", "K", "the same, as a number" },
	{ EDIT_SEED, "edit-seed", "S", "edits other pages for another S (1)" },
	{ HOT, "hot", NULL, "edits fall on the same 3 % of the pages" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"generate", "[options]",
	"write a workspace of any size, out of a seed", options
};

struct generator {
	uint64_t pages, seed, blocks, rows, depth, big, relation;
	uint64_t edits, edit_seed;
	int comments, files, hot;
	const char *assets;

	uint64_t total;			/* pages there will be */
	uint64_t done;			/* pages written */
	struct nt_writer *out;
	struct nt_json *doc;
	struct nt_buf line;		/* with ' for " */
	char sha256[FILES][NT_SHA256_TEXT];
	size_t size[FILES];
};

/* A page about to be written, and what its blocks need of it. */
struct page {
	char id[NT_ID_TEXT];
	char created[NT_TIME_TEXT];
	char changed[NT_TIME_TEXT];
	uint64_t salt;
	uint64_t left;			/* blocks still to come */
	uint64_t next;			/* number of the next block */
	uint64_t edit_at;		/* number of the edited one */
	int edited;
	int flat;			/* no block has children */
};

/* ---- chance: the same for the same numbers ---- */

static uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t z = a * UINT64_C(0x9E3779B97F4A7C15) + b +
	    UINT64_C(0xD1B54A32D192ED03);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* What a number is about, so that equal numbers do not mean equal ids. */
enum about { A_USER = 1, A_DOC, A_ROW, A_DATABASE, A_SOURCE, A_VIEW, A_BLOCK,
	A_COMMENT, A_EXTRA, AN_OPTION };

static uint64_t
salt_of(const struct generator *g, enum about about, uint64_t a, uint64_t b)
{
	return mix(mix(mix(g->seed, about), a), b);
}

static void
id_text(uint64_t salt, char text[NT_ID_TEXT])
{
	uint64_t high = mix(salt, 1), low = mix(salt, 2);
	struct nt_id id;

	for (int i = 0; i < 8; i++) {
		id.b[i] = (uint8_t)(high >> (8 * i));
		id.b[8 + i] = (uint8_t)(low >> (8 * i));
	}
	id.b[6] = (uint8_t)(0x40 | (id.b[6] & 0x0F));
	id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
	nt_id_format(&id, text);
}

static void
user_id(const struct generator *g, uint64_t n, char text[NT_ID_TEXT])
{
	id_text(salt_of(g, A_USER, n % USERS, 0), text);
}

/* ---- words ---- */

static const char *const words[] = {
	"water", "harbour", "ledger", "orchard", "signal", "paper", "window",
	"copper", "meadow", "bridge", "engine", "letter", "garden", "market",
	"river", "lantern", "timber", "station", "quarry", "canvas", "anchor",
	"pepper", "valley", "barrel", "summer", "needle", "island", "velvet",
	"winter", "saddle", "beacon", "kettle", "plan", "draft", "review",
	"order", "count", "budget", "before", "after", "under", "between",
	"and", "or", "with", "without", "for", "the", "a", "some", "every",
	"will", "was", "is", "must", "can", "opens", "closes", "holds",
	"carries", "weighs", "counts", "follows", "answers"
};

static const char *const rare[] = {
	"🌊", "👩‍🚀", "שלום עולם", "مرحبا بالعالم", "e\xCC\x81t\xC3\xA9",
	"日本語", "\xE2\x80\x8F(rtl)", "100 %", "½", "Ünïcødé"
};

static const char *const signs[] = {
	"📄", "🗂️", "🚢", "🧭", "🔧", "🌱", "📦", "🧪"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
put_words(struct generator *g, uint64_t salt, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t h = mix(salt, i);

		if (i > 0)
			nt_buf_char(&g->line, ' ');
		nt_buf_str(&g->line, h % 97 == 0 ? rare[(h >> 8) % COUNT(rare)] :
		    words[(h >> 8) % COUNT(words)]);
	}
}

/* ---- pieces of records; ' stands for ", see put_record() ---- */

#define PLAIN_STYLE "{'bold':false,'italic':false,'strikethrough':false," \
	"'underline':false,'code':false,'color':'default'}"

static void
put(struct generator *g, const char *text)
{
	nt_buf_str(&g->line, text);
}

static void
put_run(struct generator *g, uint64_t salt, unsigned count)
{
	const char *style = PLAIN_STYLE;

	if (salt % 11 == 0)
		style = "{'bold':true,'italic':false,'strikethrough':false,"
		    "'underline':false,'code':false,'color':'default'}";
	put(g, "{'type':'text','text':{'content':'");
	put_words(g, salt, count);
	put(g, "','link':null},'href':null,'plain_text':'");
	put_words(g, salt, count);
	nt_buf_fmt(&g->line, "','annotations':%s}", style);
}

/* A list of rich text: one to three runs. */
static void
put_text(struct generator *g, uint64_t salt, unsigned count)
{
	unsigned runs = 1 + (unsigned)(salt >> 50) % 3;

	nt_buf_char(&g->line, '[');
	for (unsigned i = 0; i < runs; i++) {
		if (i > 0)
			nt_buf_char(&g->line, ',');
		put_run(g, mix(salt, 100 + i), count / runs + 1);
	}
	nt_buf_char(&g->line, ']');
}

static void
put_title(struct generator *g, uint64_t salt)
{
	nt_buf_char(&g->line, '[');
	put_run(g, salt, 2 + (unsigned)(salt >> 40) % 2);
	nt_buf_char(&g->line, ']');
}

static void
put_user(struct generator *g, const char *key, uint64_t n)
{
	char id[NT_ID_TEXT];

	user_id(g, n, id);
	nt_buf_fmt(&g->line, "'%s':{'object':'user','id':'%s'},", key, id);
}

static void
put_hosted(struct generator *g, uint64_t n)
{
	nt_buf_fmt(&g->line, "'type':'file','file':{'url':'https://"
	    "files.example.org/files/%s/file.txt'}", g->sha256[n % FILES]);
}

static void
put_icon(struct generator *g, uint64_t salt)
{
	nt_buf_fmt(&g->line, "'icon':{'type':'emoji','emoji':'%s'},",
	    signs[salt % COUNT(signs)]);
}

/* Writes the line as a record, canonical, with " for each '. */
static int
put_record(struct generator *g, struct nt_err *err)
{
	struct nt_value v;
	int got;

	for (char *p = g->line.p; (p = strchr(p, '\'')) != NULL; )
		*p = '"';
	if (nt_json_parse(g->doc, g->line.p, g->line.len, &v, err) == -1)
		return -1;
	got = nt_writer_value(g->out, v, err);
	nt_buf_clear(&g->line);
	return got;
}

/* ---- files ---- */

static int
make_files(struct generator *g, struct nt_err *err)
{
	for (size_t n = 0; n < FILES; n++) {
		struct nt_sha256 hash;
		char path[4096];
		struct nt_draft d;
		int got;

		put_words(g, salt_of(g, A_EXTRA, 1, n), 16 + 12 * (unsigned)n);
		nt_sha256_init(&hash);
		nt_sha256_add(&hash, g->line.p, g->line.len);
		nt_sha256_hex(&hash, g->sha256[n]);
		g->size[n] = g->line.len;
		if (g->assets == NULL) {
			nt_buf_clear(&g->line);
			continue;
		}
		snprintf(path, sizeof path, "%s/%s", g->assets, g->sha256[n]);
		if (nt_draft_open(&d, path, err) == -1)
			return -1;
		got = nt_write_all(d.fd, g->line.p, g->line.len) == -1 ?
		    nt_err_sys(err, "write", path) : nt_draft_commit(&d, err);
		nt_draft_free(&d);
		nt_buf_clear(&g->line);
		if (got == -1)
			return -1;
	}
	return 0;
}

static int
write_asset(struct generator *g, const char *kind, const char *id,
    const char *pointer, const char *name, uint64_t n, struct nt_err *err)
{
	nt_buf_fmt(&g->line, "{'object':'asset','owner':{'object':'%s','id':"
	    "'%s','pointer':'%s'},'name':'%s','content_type':'text/plain',"
	    "'size':%zu,'sha256':'%s'}", kind, id, pointer, name,
	    g->size[n % FILES], g->sha256[n % FILES]);
	return put_record(g, err);
}

/* ---- edits ---- */

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Where n comes when the numbers below count are shuffled. */
static uint64_t
shuffled(uint64_t n, uint64_t count, uint64_t salt)
{
	uint64_t step = (mix(salt, 1) % count) | 1;

	while (gcd(step, count) != 1)
		step++;
	return (uint64_t)(((unsigned __int128)n * step + mix(salt, 2)) % count);
}

/* Is the page with that number one of those that were edited? */
static int
is_edited(const struct generator *g, uint64_t n)
{
	uint64_t count = g->total;

	if (g->edits == 0)
		return 0;
	if (g->hot) {
		uint64_t hot = count * 3 / 100;

		if (hot < g->edits)
			hot = g->edits;
		n = shuffled(n, count, g->seed);
		if (n >= hot)
			return 0;
		count = hot;
	}
	return shuffled(n, count, mix(g->edit_seed, 77)) < g->edits;
}

/* ---- blocks ---- */

enum shape { TEXT, HEADING, TO_DO, CALLOUT, CODE, DIVIDER, MEDIA, BOOKMARK,
	EQUATION, LIST_OF_COLUMNS, COLUMN, TABLE, TABLE_ROW };

struct block_type {
	const char *name;
	enum shape shape;
	unsigned weight;	/* of a leaf; their sum is 100 */
};

static const struct block_type leaves[] = {
	{ "paragraph", TEXT, 46 }, { "bulleted_list_item", TEXT, 19 },
	{ "numbered_list_item", TEXT, 7 }, { "to_do", TO_DO, 7 },
	{ "heading_2", HEADING, 5 }, { "heading_3", HEADING, 4 },
	{ "quote", TEXT, 2 }, { "code", CODE, 2 }, { "callout", CALLOUT, 2 },
	{ "divider", DIVIDER, 2 }, { "image", MEDIA, 2 },
	{ "bookmark", BOOKMARK, 1 }, { "equation", EQUATION, 1 }
};

static const struct block_type parents[] = {
	{ "toggle", TEXT, 0 }, { "bulleted_list_item", TEXT, 0 },
	{ "numbered_list_item", TEXT, 0 }, { "to_do", TO_DO, 0 },
	{ "heading_3", HEADING, 0 }, { "callout", CALLOUT, 0 },
	{ "table", TABLE, 0 }, { "column_list", LIST_OF_COLUMNS, 0 }
};

static const struct block_type column = { "column", COLUMN, 0 };
static const struct block_type row = { "table_row", TABLE_ROW, 0 };
static const struct block_type toggle = { "toggle", TEXT, 0 };
static const struct block_type paragraph = { "paragraph", TEXT, 0 };

static const struct block_type *
pick_leaf(uint64_t salt)
{
	unsigned at = (unsigned)(salt % 100);
	size_t i = 0;

	while (at >= leaves[i].weight)
		at -= leaves[i++].weight;
	return &leaves[i];
}

static void
put_payload(struct generator *g, const struct block_type *type, uint64_t salt,
    int has_children)
{
	struct nt_buf *b = &g->line;
	unsigned count = 10 + (unsigned)(salt >> 33) % 24;

	nt_buf_fmt(b, "'type':'%s','%s':{", type->name, type->name);
	switch (type->shape) {
	case HEADING:
		nt_buf_fmt(b, "'is_toggleable':%s,'color':'default',"
		    "'rich_text':", has_children ? "true" : "false");
		put_title(g, salt);
		break;
	case TO_DO:
		nt_buf_fmt(b, "'checked':%s,", salt & 1 ? "true" : "false");
		put(g, "'color':'default','rich_text':");
		put_text(g, salt, count);
		break;
	case CALLOUT:
		put_icon(g, salt);
		put(g, "'color':'gray_background','rich_text':");
		put_text(g, salt, count);
		break;
	case CODE:
		put(g, "'language':'plain text','caption':[],'rich_text':[");
		put_run(g, salt, count);
		put(g, "]");
		break;
	case MEDIA:
		put(g, "'caption':[],");
		if (g->files)
			put_hosted(g, salt);
		else
			nt_buf_fmt(b, "'type':'external','external':{'url':"
			    "'https://images.example.org/%" PRIx64 ".jpg'}",
			    salt);
		break;
	case BOOKMARK:
		nt_buf_fmt(b, "'caption':[],'url':'https://example.org/%" PRIx64
		    "'", salt);
		break;
	case EQUATION:
		nt_buf_fmt(b, "'expression':'a_{%u} + b^2'", count);
		break;
	case COLUMN:
		put(g, "'width_ratio':0.5");
		break;
	case TABLE:
		put(g, "'table_width':3,'has_column_header':true,"
		    "'has_row_header':false");
		break;
	case TABLE_ROW:
		put(g, "'cells':[");
		for (unsigned i = 0; i < 3; i++) {
			put(g, i > 0 ? ",[" : "[");
			put_run(g, mix(salt, i), 2);
			put(g, "]");
		}
		put(g, "]");
		break;
	case TEXT:
		if (strcmp(type->name, "paragraph") == 0)
			put(g, "'icon':null,");
		put(g, "'color':'default','rich_text':");
		put_text(g, salt, count);
		break;
	case DIVIDER:
	case LIST_OF_COLUMNS:
		break;
	}
	put(g, "},");
}

/* The members of a block that do not depend on its type, and its end. */
static int
end_block(struct generator *g, const struct page *page, const char *id,
    const char *parent, int has_children, int changed, struct nt_err *err)
{
	put_user(g, "created_by", page->salt);
	put_user(g, "last_edited_by", changed ? page->salt + 1 : page->salt);
	nt_buf_fmt(&g->line, "'object':'block','id':'%s','parent':%s,"
	    "'created_time':'%s','last_edited_time':'%s','has_children':%s,"
	    "'in_trash':false}", id, parent, page->created,
	    changed ? page->changed : page->created,
	    has_children ? "true" : "false");
	return put_record(g, err);
}

static void
parent_text(char text[FRAGMENT], const char *type, const char *id)
{
	snprintf(text, FRAGMENT, "{'type':'%s','%s':'%s'}", type, type, id);
}

/* Writes the block with the page's next number; its id and salt come back. */
static int
write_block(struct generator *g, struct page *page, const char *parent,
    const struct block_type *type, int has_children, char id[NT_ID_TEXT],
    struct nt_err *err)
{
	uint64_t number = page->next++;
	uint64_t salt = salt_of(g, A_BLOCK, page->salt, number);
	int changed = page->edited && number == page->edit_at;
	uint64_t text = changed ? mix(salt, g->edit_seed) : salt;

	id_text(salt, id);
	put(g, "{");
	put_payload(g, type, text, has_children);
	if (end_block(g, page, id, parent, has_children, changed, err) == -1)
		return -1;
	if (type->shape == MEDIA && g->files)
		return write_asset(g, "block", id, "/image/file", "file.txt",
		    text, err);
	return 0;
}

/* Writes a block of chance and what it holds; takes all from page->left. */
static int
write_tree(struct generator *g, struct page *page, const char *parent,
    const struct block_type *type, unsigned depth, struct nt_err *err)
{
	uint64_t h = mix(page->salt, page->next * 8 + 5);
	char id[NT_ID_TEXT], inside[FRAGMENT];
	uint64_t children = 0;

	page->left--;
	if (type == &column) {
		children = 1;
	} else if (type == NULL && !page->flat && depth < KEPT_MAX &&
	    page->left >= 4 && h % 1000 < 35) {
		type = &parents[(h >> 20) % COUNT(parents)];
		children = type->shape == LIST_OF_COLUMNS ? 2 :
		    1 + (h >> 32) % 4;
	}
	if (type == NULL)
		type = pick_leaf(h >> 12);
	if (write_block(g, page, parent, type, children > 0, id, err) == -1)
		return -1;
	parent_text(inside, "block_id", id);
	for (uint64_t i = 0; i < children; i++) {
		const struct block_type *child = type == &column ? &paragraph :
		    type->shape == LIST_OF_COLUMNS ? &column :
		    type->shape == TABLE ? &row : NULL;

		if (page->left == 0)
			break;
		if (write_tree(g, page, inside, child, depth + 1, err) == -1)
			return -1;
	}
	return 0;
}

/* A page or database that hangs below a page. */
struct child {
	uint64_t salt;		/* of the page or database */
	int is_database;
	int has_children;
	char parent[FRAGMENT];	/* set when its block is written */
};

static int
write_child_block(struct generator *g, const struct page *page,
    struct child *child, const char *parent, struct nt_err *err)
{
	char id[NT_ID_TEXT];

	snprintf(child->parent, sizeof child->parent, "%s", parent);
	id_text(child->salt, id);
	nt_buf_fmt(&g->line, "{'type':'child_%s','child_%s':{'title':'",
	    child->is_database ? "database" : "page",
	    child->is_database ? "database" : "page");
	put_words(g, child->salt, 2 + (unsigned)(child->salt >> 40) % 2);
	put(g, "'},");
	return end_block(g, page, id, parent, child->has_children, 0, err);
}

/* The blocks of the children; of three or more the last is in a toggle. */
static int
write_child_blocks(struct generator *g, struct page *page, const char *parent,
    struct child *children, size_t count, struct nt_err *err)
{
	char id[NT_ID_TEXT], inside[FRAGMENT];

	for (size_t i = 0; i < count; i++) {
		if (i == 2 && i == count - 1) {
			if (write_block(g, page, parent, &toggle, 1, id,
			    err) == -1)
				return -1;
			parent_text(inside, "block_id", id);
			parent = inside;
		}
		if (write_child_block(g, page, &children[i], parent,
		    err) == -1)
			return -1;
	}
	return 0;
}

/* All blocks of a page, those of its child pages in the middle. */
static int
write_body(struct generator *g, struct page *page, struct child *children,
    size_t count, struct nt_err *err)
{
	uint64_t half = page->left / 2;
	char parent[FRAGMENT];
	int between = count > 0;

	parent_text(parent, "page_id", page->id);
	while (page->left > half)
		if (write_tree(g, page, parent, NULL, 0, err) == -1)
			return -1;
	if (between && write_child_blocks(g, page, parent, children, count,
	    err) == -1)
		return -1;
	while (page->left > 0)
		if (write_tree(g, page, parent, NULL, 0, err) == -1)
			return -1;
	return 0;
}

/* ---- pages ---- */

/* How many blocks a page has before any edit: the mean is g->blocks. */
static uint64_t
blocks_of(const struct generator *g, uint64_t salt)
{
	return g->blocks / 2 + mix(salt, 3) % (g->blocks + 1);
}

static void
minute_text(uint64_t minute, char text[NT_TIME_TEXT])
{
	nt_time_format(EPOCH_MS + (int64_t)minute * MINUTE_MS, text);
}

/* Makes ready the page that is written next; blocks is how many it has. */
static void
start_page(struct generator *g, struct page *page, uint64_t salt,
    uint64_t minute, uint64_t blocks)
{
	uint64_t last = 4 * g->total + 1000;

	memset(page, 0, sizeof *page);
	page->salt = salt;
	page->left = blocks;
	page->edited = is_edited(g, g->done++);
	id_text(salt, page->id);
	minute_text(minute, page->created);
	minute_text(minute + salt % 3, page->changed);
	if (!page->edited)
		return;
	minute_text(last + g->edit_seed * 1440 + salt % 1000, page->changed);
	if (blocks == 0)
		return;
	page->edit_at = mix(salt, g->edit_seed) % blocks;
	if (page->edit_at % 3 == 0)
		page->left++;
	else if (page->edit_at % 3 == 1 && blocks > 1)
		page->left--;
}

/* What all page records share; properties stand in the line already. */
static int
end_page(struct generator *g, const struct page *page, const char *parent,
    int archived, struct nt_err *err)
{
	char plain[NT_ID_TEXT];
	struct nt_id id;

	nt_id_scan(nt_str_of(page->id), &id);
	nt_id_format_plain(&id, plain);
	put_user(g, "created_by", page->salt);
	put_user(g, "last_edited_by", page->edited ? page->salt + 1 :
	    page->salt);
	put_icon(g, page->edited ? mix(page->salt, g->edit_seed) : page->salt);
	nt_buf_fmt(&g->line, "'object':'page','id':'%s','parent':%s,"
	    "'created_time':'%s','last_edited_time':'%s','cover':null,"
	    "'in_trash':false,'is_archived':%s,'is_locked':false,"
	    "'url':'https://www.notion.so/%s','public_url':null}", page->id,
	    parent, page->created, page->changed, archived ? "true" : "false",
	    plain);
	return put_record(g, err);
}

static int
write_comments(struct generator *g, const struct page *page,
    struct nt_err *err)
{
	uint64_t h = mix(page->salt, 9);
	char id[NT_ID_TEXT], thread[NT_ID_TEXT], when[NT_TIME_TEXT];

	if (!g->comments || h % 7 != 0)
		return 0;
	id_text(salt_of(g, A_COMMENT, page->salt, 99), thread);
	for (uint64_t i = 0; i <= (h >> 8) % 3; i++) {
		uint64_t salt = salt_of(g, A_COMMENT, page->salt, i);

		id_text(salt, id);
		minute_text(g->total * 2 + h % 1000 + i, when);
		put(g, "{");
		put_user(g, "created_by", salt);
		put(g, "'rich_text':");
		put_text(g, salt, 8);
		nt_buf_fmt(&g->line, ",'object':'comment','id':'%s','parent':"
		    "{'type':'page_id','page_id':'%s'},'discussion_id':'%s',"
		    "'created_time':'%s','last_edited_time':'%s',"
		    "'display_name':{'type':'user','resolved_name':'Member %"
		    PRIu64 "'}}", id, page->id, thread, when, when,
		    salt % USERS);
		if (put_record(g, err) == -1)
			return -1;
	}
	return 0;
}

/* A page that is no row, with its comments and blocks. */
static int
write_page(struct generator *g, uint64_t salt, const char *parent,
    uint64_t blocks, int flat, struct child *children, size_t count,
    struct nt_err *err)
{
	struct page page;

	start_page(g, &page, salt, 2 * g->done, blocks);
	page.flat = flat;
	put(g, "{'properties':{'title':{'id':'title','type':'title','title':");
	put_title(g, salt);
	put(g, "}},");
	if (end_page(g, &page, parent, 0, err) == -1 ||
	    write_comments(g, &page, err) == -1)
		return -1;
	return write_body(g, &page, children, count, err);
}

/* ---- data sources ---- */

enum sort_of_source { PROJECTS, TASKS, PLAIN_ROWS, HUBS, SPOKES };

struct source {
	enum sort_of_source sort;
	const char *title;
	uint64_t salt;
	uint64_t database;	/* salt of it */
	uint64_t rows;
	struct source *other;	/* the far side of the relation, or NULL */
	const char *relation;	/* name of the relation's property */
	char parent[FRAGMENT];	/* of the database */
};

/*
 * The salt of row n in the order of the walk: three rows share a minute and
 * are sorted by id.
 */
static uint64_t
row_salt(const struct generator *g, const struct source *s, uint64_t n)
{
	uint64_t first = n - n % 3, salt[3];
	char id[3][NT_ID_TEXT];
	unsigned order[3] = { 0, 1, 2 }, count = 0;

	while (count < 3 && first + count < s->rows) {
		salt[count] = salt_of(g, A_ROW, s->salt, first + count);
		id_text(salt[count], id[count]);
		for (unsigned i = count; i > 0 &&
		    strcmp(id[order[i]], id[order[i - 1]]) < 0; i--) {
			unsigned swap = order[i];

			order[i] = order[i - 1];
			order[i - 1] = swap;
		}
		count++;
	}
	return salt[order[n % 3]];
}

/* The rows of the other side that row n is related to: from here, so many. */
static uint64_t
related(const struct source *s, uint64_t n, uint64_t *first)
{
	uint64_t mine = s->rows, theirs = s->other->rows;

	*first = mine > theirs ? n * theirs / mine :
	    (n * theirs + mine - 1) / mine;
	return mine > theirs ? 1 :
	    ((n + 1) * theirs + mine - 1) / mine - *first;
}

static void
put_relation(struct generator *g, const struct source *s, uint64_t n)
{
	uint64_t first, count;
	char id[NT_ID_TEXT];

	if (s->other == NULL || s->other->rows == 0)
		return;
	count = related(s, n, &first);
	nt_buf_fmt(&g->line, "'%s':{'id':'rela','type':'relation','has_more':"
	    "false,'relation':[", s->relation);
	for (uint64_t i = 0; i < count; i++) {
		id_text(row_salt(g, s->other, first + i), id);
		nt_buf_fmt(&g->line, "%s{'id':'%s'}", i > 0 ? "," : "", id);
	}
	put(g, "]},");
	if (s->sort == PROJECTS)
		nt_buf_fmt(&g->line, "'Count':{'id':'coun','type':'rollup',"
		    "'rollup':{'type':'number','function':'count','number':%"
		    PRIu64 "}},", count);
}

static const char *const stages[] = { "Not started", "In progress", "Done" };
static const char *const levels[] = { "Low", "Normal", "High" };
static const char *const colours[] = { "gray", "blue", "green" };

static void
put_option(struct generator *g, const char *const names[3], uint64_t n)
{
	nt_buf_fmt(&g->line, "{'id':'opt%" PRIu64 "','name':'%s','color':'%s'}",
	    n % 3, names[n % 3], colours[n % 3]);
}

/* The properties of a task, about as many as real ones have. */
static void
put_task(struct generator *g, const struct page *page, uint64_t n)
{
	struct nt_buf *b = &g->line;
	uint64_t salt = page->edited ? mix(page->salt, g->edit_seed) :
	    page->salt;
	char user[NT_ID_TEXT];

	put(g, "'Status':{'id':'stat','type':'status','status':");
	put_option(g, stages, salt >> 3);
	put(g, "},'Priority':{'id':'prio','type':'select','select':");
	if (salt % 5 == 0)
		put(g, "null");
	else
		put_option(g, levels, salt >> 5);
	put(g, "},'Tags':{'id':'%3Atag','type':'multi_select',"
	    "'multi_select':[");
	for (uint64_t i = 0; i < salt % 3; i++) {
		put(g, i > 0 ? "," : "");
		put_option(g, levels, i);
	}
	nt_buf_fmt(b, "]},'Due':{'id':'due_','type':'date','date':{'start':"
	    "'2026-%02u-%02u','end':null,'time_zone':null}},",
	    1 + (unsigned)(salt >> 8) % 12, 1 + (unsigned)(salt >> 13) % 28);
	user_id(g, salt, user);
	nt_buf_fmt(b, "'Assignee':{'id':'peop','type':'people','people':"
	    "[{'object':'user','id':'%s'}]},", user);
	nt_buf_fmt(b, "'Done':{'id':'done','type':'checkbox','checkbox':%s},"
	    "'Estimate':{'id':'esti','type':'number','number':%u.%u5},",
	    salt & 4 ? "true" : "false", (unsigned)(salt >> 20) % 40,
	    (unsigned)(salt >> 28) % 10);
	nt_buf_fmt(b, "'Double':{'id':'doub','type':'formula','formula':"
	    "{'type':'number','number':%u}},",
	    2 * (unsigned)((salt >> 20) % 40));
	put(g, "'Notes':{'id':'note','type':'rich_text','rich_text':");
	put_text(g, salt, 30);
	nt_buf_fmt(b, "},'Link':{'id':'link','type':'url','url':"
	    "'https://example.org/%" PRIx64 "'},'Mail':{'id':'mail','type':"
	    "'email','email':'member%u@example.org'},'Phone':{'id':'phon',"
	    "'type':'phone_number','phone_number':null},", salt,
	    (unsigned)(salt % USERS));
	put(g, "'Files':{'id':'file','type':'files','files':[");
	if (g->files && page->salt % 16 == 0) {
		put(g, "{'name':'notes.txt',");
		put_hosted(g, page->salt);
		put(g, "}");
	}
	nt_buf_fmt(b, "]},'No':{'id':'numb','type':'unique_id','unique_id':"
	    "{'prefix':'TASK','number':%" PRIu64 "}},", n + 1);
	nt_buf_fmt(b, "'Created':{'id':'crea','type':'created_time',"
	    "'created_time':'%s'},'Edited':{'id':'edit','type':"
	    "'last_edited_time','last_edited_time':'%s'},", page->created,
	    page->changed);
}

/* Row n, which has a page below it if it is every fiftieth task. */
static int
write_row(struct generator *g, const struct source *s, uint64_t n,
    uint64_t minute, uint64_t blocks, struct nt_err *err)
{
	uint64_t salt = row_salt(g, s, n);
	struct child child = { .salt = salt_of(g, A_DOC, salt, 1) };
	size_t children = s->sort == TASKS && n % 50 == 49;
	char database[NT_ID_TEXT], id[NT_ID_TEXT], parent[FRAGMENT];
	struct page page;

	id_text(s->database, database);
	id_text(s->salt, id);
	snprintf(parent, sizeof parent, "{'type':'data_source_id',"
	    "'data_source_id':'%s','database_id':'%s'}", id, database);
	start_page(g, &page, salt, minute + n / 3, blocks);
	page.flat = blocks <= 1;
	put(g, "{'properties':{");
	put_relation(g, s, n);
	if (s->sort == TASKS || s->sort == PLAIN_ROWS)
		put_task(g, &page, n);
	put(g, "'Name':{'id':'title','type':'title','title':");
	put_title(g, page.edited ? mix(salt, g->edit_seed) : salt);
	put(g, "}},");
	if (end_page(g, &page, parent, s->sort == TASKS && n % 29 == 28,
	    err) == -1)
		return -1;
	if (g->files && salt % 16 == 0 &&
	    (s->sort == TASKS || s->sort == PLAIN_ROWS) &&
	    write_asset(g, "page", page.id, "/properties/Files/files/0/file",
	    "notes.txt", salt, err) == -1)
		return -1;
	if (write_comments(g, &page, err) == -1 ||
	    write_body(g, &page, &child, children, err) == -1)
		return -1;
	if (children == 0)
		return 0;
	return write_page(g, child.salt, child.parent, 0, 1, NULL, 0, err);
}

/* A schema entry without options of its own. */
static void
put_entry(struct generator *g, const char *name, const char *id,
    const char *type, const char *config)
{
	nt_buf_fmt(&g->line, "'%s':{'id':'%s','name':'%s','description':null,"
	    "'type':'%s','%s':%s},", name, id, name, type, type, config);
}

/* A schema entry of a select or a status. */
static void
put_choice(struct generator *g, const char *name, const char *id,
    const char *type, const char *const names[3])
{
	static const char *const groups[] = { "To-do", "In progress",
		"Complete" };

	nt_buf_fmt(&g->line, "'%s':{'id':'%s','name':'%s','description':null,"
	    "'type':'%s','%s':{'options':[", name, id, name, type, type);
	for (unsigned i = 0; i < 3; i++)
		nt_buf_fmt(&g->line, "%s{'id':'opt%u','name':'%s','color':'%s',"
		    "'description':null}", i > 0 ? "," : "", i, names[i],
		    colours[i]);
	put(g, "]");
	if (strcmp(type, "status") == 0) {
		put(g, ",'groups':[");
		for (unsigned i = 0; i < 3; i++)
			nt_buf_fmt(&g->line, "%s{'id':'grp%u','name':'%s',"
			    "'color':'%s','option_ids':['opt%u']}",
			    i > 0 ? "," : "", i, groups[i], colours[i], i);
		put(g, "]");
	}
	put(g, "}},");
}

static void
put_task_schema(struct generator *g)
{
	put_choice(g, "Status", "stat", "status", stages);
	put_choice(g, "Priority", "prio", "select", levels);
	put_choice(g, "Tags", "%3Atag", "multi_select", levels);
	put_entry(g, "Due", "due_", "date", "{}");
	put_entry(g, "Assignee", "peop", "people", "{}");
	put_entry(g, "Done", "done", "checkbox", "{}");
	put_entry(g, "Estimate", "esti", "number", "{'format':'number'}");
	put_entry(g, "Double", "doub", "formula",
	    "{'expression':'floor(prop(\\\"Estimate\\\")) * 2'}");
	put_entry(g, "Notes", "note", "rich_text", "{}");
	put_entry(g, "Link", "link", "url", "{}");
	put_entry(g, "Mail", "mail", "email", "{}");
	put_entry(g, "Phone", "phon", "phone_number", "{}");
	put_entry(g, "Files", "file", "files", "{}");
	put_entry(g, "No", "numb", "unique_id", "{'prefix':'TASK'}");
	put_entry(g, "Created", "crea", "created_time", "{}");
	put_entry(g, "Edited", "edit", "last_edited_time", "{}");
}

static void
put_relation_schema(struct generator *g, const struct source *s)
{
	char database[NT_ID_TEXT], id[NT_ID_TEXT], config[512];

	if (s->other == NULL || s->other->rows == 0)
		return;
	id_text(s->other->database, database);
	id_text(s->other->salt, id);
	snprintf(config, sizeof config, "{'database_id':'%s',"
	    "'data_source_id':'%s','type':'dual_property','dual_property':"
	    "{'synced_property_id':'rela','synced_property_name':'%s'}}",
	    database, id, s->other->relation);
	put_entry(g, s->relation, "rela", "relation", config);
	if (s->sort != PROJECTS)
		return;
	snprintf(config, sizeof config, "{'function':'count',"
	    "'relation_property_id':'rela','relation_property_name':'%s',"
	    "'rollup_property_id':'title','rollup_property_name':'Name'}",
	    s->relation);
	put_entry(g, "Count", "coun", "rollup", config);
}

static int
write_views(struct generator *g, const struct source *s, const char *created,
    struct nt_err *err)
{
	static const char *const types[] = { "table", "list", "gallery" };
	char database[NT_ID_TEXT], source[NT_ID_TEXT], id[NT_ID_TEXT];

	id_text(s->database, database);
	id_text(s->salt, source);
	for (unsigned i = 0; i < 1 + s->salt % 3; i++) {
		id_text(salt_of(g, A_VIEW, s->salt, i), id);
		put(g, "{");
		put_user(g, "created_by", s->salt);
		put_user(g, "last_edited_by", s->salt);
		nt_buf_fmt(&g->line, "'object':'view','id':'%s','parent':"
		    "{'type':'database_id','database_id':'%s'},"
		    "'data_source_id':'%s','name':'View %u','type':'%s',"
		    "'created_time':'%s','last_edited_time':'%s','filter':null,"
		    "'sorts':null,'quick_filters':null,'configuration':null,"
		    "'url':'https://www.notion.so/v%u'}", id, database, source,
		    i, types[i], created, created, i);
		if (put_record(g, err) == -1)
			return -1;
	}
	return 0;
}

/* What a database and a data source share, and the end of the record. */
static int
end_container(struct generator *g, const char *kind, const char *id,
    const char *created, uint64_t salt, struct nt_err *err)
{
	put_icon(g, salt);
	nt_buf_fmt(&g->line, "'object':'%s','id':'%s','description':[],"
	    "'is_inline':%s,'in_trash':false,'created_time':'%s',"
	    "'last_edited_time':'%s','cover':null,'public_url':null,"
	    "'url':'https://www.notion.so/%s'}", kind, id,
	    salt & 1 ? "true" : "false", created, created, id);
	return put_record(g, err);
}

static int
write_source(struct generator *g, struct source *s, uint64_t blocks,
    struct nt_err *err)
{
	char id[NT_ID_TEXT], database[NT_ID_TEXT], created[NT_TIME_TEXT];
	uint64_t minute = 2 * g->done;

	id_text(s->salt, id);
	id_text(s->database, database);
	minute_text(minute, created);
	put(g, "{'properties':{");
	put_relation_schema(g, s);
	if (s->sort == TASKS || s->sort == PLAIN_ROWS)
		put_task_schema(g);
	put(g, "'Name':{'id':'title','name':'Name','description':null,"
	    "'type':'title','title':{}}},");
	put_user(g, "created_by", s->salt);
	put_user(g, "last_edited_by", s->salt);
	nt_buf_fmt(&g->line, "'parent':{'type':'database_id','database_id':"
	    "'%s'},'database_parent':%s,'title':[{'type':'text','text':"
	    "{'content':'%s','link':null},'href':null,'plain_text':'%s',"
	    "'annotations':%s}],", database, s->parent, s->title, s->title,
	    PLAIN_STYLE);
	if (end_container(g, "data_source", id, created, s->salt, err) == -1 ||
	    write_views(g, s, created, err) == -1)
		return -1;
	for (uint64_t n = 0; n < s->rows; n++) {
		uint64_t salt = row_salt(g, s, n);

		if (write_row(g, s, n, minute, blocks == 1 ? salt % 2 :
		    blocks == 0 ? 0 : blocks_of(g, salt), err) == -1)
			return -1;
	}
	return 0;
}

/* A database and its data sources, count of them; blocks as in write_source. */
static int
write_database(struct generator *g, uint64_t salt, const char *parent,
    struct source *sources[], size_t count, uint64_t blocks,
    struct nt_err *err)
{
	char id[NT_ID_TEXT], created[NT_TIME_TEXT];

	id_text(salt, id);
	minute_text(2 * g->done, created);
	nt_buf_fmt(&g->line, "{'is_locked':false,'parent':%s,'title':",
	    parent);
	put_title(g, salt);
	put(g, ",'data_sources':[");
	for (size_t i = 0; i < count; i++) {
		char source[NT_ID_TEXT];

		snprintf(sources[i]->parent, FRAGMENT, "%s", parent);
		id_text(sources[i]->salt, source);
		nt_buf_fmt(&g->line, "%s{'id':'%s','name':'%s'}",
		    i > 0 ? "," : "", source, sources[i]->title);
	}
	put(g, "],");
	if (end_container(g, "database", id, created, sources[0]->salt,
	    err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (write_source(g, sources[i], blocks, err) == -1)
			return -1;
	return 0;
}

/* ---- a team: a root page, pages below it, projects and tasks ---- */

struct team {
	uint64_t number;
	uint64_t docs;
	struct source projects, tasks;
	size_t databases;	/* 0, 1 (of two sources) or 2 */
};

static void
plan_team(const struct generator *g, struct team *team, uint64_t number,
    uint64_t pages)
{
	uint64_t projects = pages / 10, rest, rows;

	memset(team, 0, sizeof *team);
	team->number = number;
	team->docs = pages;
	if (projects == 0)
		return;
	rest = pages - pages * 2 / 5 - projects;
	rows = rest - rest / 51;
	while (rows + rows / 50 > rest)
		rows--;
	team->docs = pages - projects - rows - rows / 50;
	team->databases = 1 + number % 2;
	team->projects = (struct source){ .sort = PROJECTS,
		.title = "Projects", .salt = salt_of(g, A_SOURCE, number, 0),
		.database = salt_of(g, A_DATABASE, number, 0),
		.rows = projects, .other = &team->tasks, .relation = "Tasks" };
	team->tasks = (struct source){ .sort = TASKS, .title = "Tasks",
		.salt = salt_of(g, A_SOURCE, number, 1),
		.database = salt_of(g, A_DATABASE, number, number % 2),
		.rows = rows, .other = &team->projects, .relation = "Project" };
}

static int
write_team_database(struct generator *g, struct team *team, size_t n,
    const char *parent, struct nt_err *err)
{
	struct source *both[] = { &team->projects, &team->tasks };

	return write_database(g, both[n]->database, parent, both + n,
	    team->databases == 1 ? 2 : 1, g->blocks, err);
}

/* Page number doc of the team, and all below it. */
static int
write_doc(struct generator *g, struct team *team, uint64_t doc,
    const char *parent, struct nt_err *err)
{
	struct child children[BRANCH + 2];
	uint64_t salt = salt_of(g, A_DOC, team->number, doc);
	uint64_t first = doc * BRANCH + 1;
	size_t count = 0;

	memset(children, 0, sizeof children);
	for (uint64_t i = first; i < first + BRANCH && i < team->docs; i++) {
		struct child *child = &children[count++];

		child->salt = salt_of(g, A_DOC, team->number, i);
		child->has_children = blocks_of(g, child->salt) > 0 ||
		    i * BRANCH + 1 < team->docs;
	}
	for (size_t i = 0; doc == 0 && i < team->databases; i++) {
		children[count].is_database = 1;
		children[count++].salt = i == 0 ? team->projects.database :
		    team->tasks.database;
	}
	if (write_page(g, salt, parent, blocks_of(g, salt), 0, children, count,
	    err) == -1)
		return -1;
	for (size_t i = 0, n = 0; i < count; i++) {
		int got = children[i].is_database ?
		    write_team_database(g, team, n++, children[i].parent, err) :
		    write_doc(g, team, first + i, children[i].parent, err);

		if (got == -1)
			return -1;
	}
	return 0;
}

/* ---- extras: what is larger or deeper than usual ---- */

#define WORKSPACE "{'type':'workspace','workspace':true}"

static int
write_deep_blocks(struct generator *g, struct page *page, struct nt_err *err)
{
	char parent[FRAGMENT], id[NT_ID_TEXT];

	parent_text(parent, "page_id", page->id);
	for (uint64_t i = 0; i < g->depth; i++) {
		if (write_block(g, page, parent, &toggle, 1, id, err) == -1)
			return -1;
		parent_text(parent, "block_id", id);
		if (write_block(g, page, parent, &paragraph, 0, id, err) == -1)
			return -1;
	}
	return 0;
}

/* Pages in pages, each with blocks in blocks. */
static int
write_deep(struct generator *g, struct nt_err *err)
{
	struct child child = { .parent = WORKSPACE };

	for (uint64_t i = 0; i < g->depth; i++) {
		char parent[FRAGMENT];
		struct page page;

		start_page(g, &page, salt_of(g, A_EXTRA, 2, i), 2 * g->done, 0);
		put(g, "{'properties':{'title':{'id':'title','type':'title',"
		    "'title':");
		put_title(g, page.salt);
		put(g, "}},");
		if (end_page(g, &page, child.parent, 0, err) == -1 ||
		    write_comments(g, &page, err) == -1 ||
		    write_deep_blocks(g, &page, err) == -1)
			return -1;
		if (i + 1 == g->depth)
			break;
		parent_text(parent, "page_id", page.id);
		child.salt = salt_of(g, A_EXTRA, 2, i + 1);
		child.has_children = 1;
		if (write_child_block(g, &page, &child, parent, err) == -1)
			return -1;
	}
	return 0;
}

static int
write_extras(struct generator *g, struct nt_err *err)
{
	struct source rows = { .sort = PLAIN_ROWS, .title = "Rows",
		.salt = salt_of(g, A_EXTRA, 3, 0),
		.database = salt_of(g, A_EXTRA, 3, 1), .rows = g->rows };
	struct source spokes = { .sort = SPOKES, .title = "Spokes",
		.salt = salt_of(g, A_EXTRA, 4, 0), .relation = "Hub",
		.database = salt_of(g, A_EXTRA, 4, 2), .rows = g->relation };
	struct source hubs = { .sort = HUBS, .title = "Hubs",
		.salt = salt_of(g, A_EXTRA, 4, 1), .relation = "Spokes",
		.database = spokes.database, .rows = 1, .other = &spokes };
	struct source *one[] = { &rows }, *two[] = { &spokes, &hubs };

	spokes.other = &hubs;
	if (g->big > 0 && write_page(g, salt_of(g, A_EXTRA, 5, 0), WORKSPACE,
	    g->big, 1, NULL, 0, err) == -1)
		return -1;
	if (g->depth > 0 && write_deep(g, err) == -1)
		return -1;
	if (g->rows > 0 && write_database(g, rows.database, WORKSPACE, one, 1,
	    1, err) == -1)
		return -1;
	if (g->relation > 0 && write_database(g, spokes.database, WORKSPACE,
	    two, 2, 0, err) == -1)
		return -1;
	return 0;
}

/* ---- the whole ---- */

static int
write_people(struct generator *g, struct nt_err *err)
{
	char id[NT_ID_TEXT], workspace[NT_ID_TEXT];

	id_text(salt_of(g, A_EXTRA, 0, 0), workspace);
	for (unsigned i = 0; i < USERS; i++) {
		user_id(g, i, id);
		nt_buf_fmt(&g->line, "{'object':'user','id':'%s','avatar_url':"
		    "null,", id);
		if (i == USERS - 1)
			nt_buf_fmt(&g->line, "'name':'Bot','type':'bot','bot':"
			    "{'owner':{'type':'workspace','workspace':true},"
			    "'workspace_id':'%s','workspace_name':'Generated',"
			    "'workspace_limits':"
			    "{'max_file_upload_size_in_bytes':5368709120}}}",
			    workspace);
		else
			nt_buf_fmt(&g->line, "'name':'Member %u','type':"
			    "'person','person':{'email':"
			    "'member%u@example.org'}}", i, i);
		if (put_record(g, err) == -1)
			return -1;
	}
	id_text(salt_of(g, A_EXTRA, 0, 1), id);
	nt_buf_fmt(&g->line, "{'object':'custom_emoji','id':'%s','name':"
	    "'wave','url':'https://images.example.org/wave.png'}", id);
	return put_record(g, err);
}

static int
write_workspace(struct generator *g, struct nt_err *err)
{
	struct team team;

	if (write_people(g, err) == -1)
		return -1;
	for (uint64_t i = 0; i * TEAM < g->pages; i++) {
		uint64_t left = g->pages - i * TEAM;

		plan_team(g, &team, i, left < TEAM ? left : TEAM);
		if (write_doc(g, &team, 0, WORKSPACE, err) == -1)
			return -1;
	}
	return write_extras(g, err);
}

static int
write_stream(struct generator *g, struct nt_err *err)
{
	char workspace[NT_ID_TEXT];

	if (make_files(g, err) == -1)
		return -1;
	id_text(salt_of(g, A_EXTRA, 0, 0), workspace);
	nt_buf_fmt(&g->line, "{\"source\":{\"workspace_id\":\"%s\","
	    "\"workspace_name\":\"Generated\",\"api_version\":\"2026-03-11\","
	    "\"base_url\":\"https://api.notion.com\"},\"scope\":"
	    "{\"workspace\":true},\"started\":\"2026-01-01T00:00:00.000Z\","
	    "\"tool\":\"generate\"}", workspace);
	if (nt_writer_snapshot(g->out, nt_buf_view(&g->line), err) == -1)
		return -1;
	nt_buf_clear(&g->line);
	if (write_workspace(g, err) == -1)
		return -1;
	return nt_writer_end(g->out, 1, (struct nt_str){ NULL, 0 }, err);
}

static void
read_options(struct generator *g, int argc, char *argv[])
{
	uint64_t percent = 0;
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		static const char *const names[] = { "pages", "seed",
			"blocks-per-page", "rows-in-one", "depth", "big-page",
			"relation" };
		uint64_t *const numbers[] = { &g->pages, &g->seed, &g->blocks,
			&g->rows, &g->depth, &g->big, &g->relation };
		const uint64_t most[] = { 100000000, UINT64_MAX, 100000,
			10000000, 1000, 10000000, 1000000 };

		if (letter >= PAGES && letter <= RELATION) {
			int n = letter - PAGES;

			*numbers[n] = nt_tool_number(names[n], optarg, 0,
			    most[n]);
			continue;
		}
		if (letter == COMMENTS)
			g->comments = 1;
		else if (letter == WITH_FILES)
			g->files = 1;
		else if (letter == HOT)
			g->hot = 1;
		else if (letter == ASSETS)
			g->assets = optarg;
		else if (letter == EDIT)
			percent = nt_tool_number("edit", optarg, 0, 100);
		else if (letter == EDIT_SEED)
			g->edit_seed = nt_tool_number("edit-seed", optarg, 0,
			    1000000);
		else
			g->edits = nt_tool_number("edit-pages", optarg, 0,
			    UINT32_MAX);
	}
	if (optind < argc)
		nt_tool_usage("%s is one argument too many", argv[optind]);
	g->total = g->pages + g->rows + g->depth + (g->big > 0) +
	    (g->relation > 0 ? g->relation + 1 : 0);
	if (g->edits == 0)
		g->edits = g->total * percent / 100;
	if (g->assets != NULL)
		g->files = 1;
}

int
main(int argc, char *argv[])
{
	struct generator g = { .pages = 1000, .seed = 1, .blocks = 40,
		.edit_seed = 1 };
	int status = NT_EXIT_OK;
	struct nt_err err;

	setenv("NT_CLOCK_FIXED", "2026-01-01T00:01:00Z", 0);
	nt_tool_start(&usage);
	read_options(&g, argc, argv);
	g.out = nt_writer_new(STDOUT_FILENO);
	g.doc = nt_json_new();
	nt_buf_init(&g.line, NT_BUF_MAX);
	if (write_stream(&g, &err) == -1)
		status = nt_tool_fail(&err);
	nt_buf_free(&g.line);
	nt_json_free(g.doc);
	if (nt_writer_close(g.out, &err) == -1 && status == NT_EXIT_OK)
		status = nt_tool_fail(&err);
	return status;
}
