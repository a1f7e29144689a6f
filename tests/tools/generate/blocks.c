/*
 * Blocks: which types come how often, what is in them, what holds what.
 */
#include "generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KEPT_MAX 8		/* depth of blocks of an ordinary page */

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
const struct block_type toggle = { "toggle", TEXT, 0 };
const struct block_type paragraph = { "paragraph", TEXT, 0 };

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
	unsigned count = 11 + (unsigned)(salt >> 33) % 25;

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

/*
 * The members of a block that do not depend on its type, and its end; salt is
 * the block's own, for a page is written by several people over some days.
 */
static int
end_block(struct generator *g, const struct page *page, uint64_t salt,
    const char *id, const char *parent, int has_children, int changed,
    struct nt_err *err)
{
	uint64_t minute = page->minute + salt % (WRITTEN - 1440);
	char created[NT_TIME_TEXT], edited[NT_TIME_TEXT];

	minute_text(minute, created);
	minute_text(minute + (salt >> 24) % 3 / 2 * ((salt >> 32) % 1440),
	    edited);
	put_user(g, "created_by", page->salt + (salt >> 44) % 2);
	put_user(g, "last_edited_by", page->salt + (salt >> 48) % 3 / 2 +
	    (uint64_t)changed);
	nt_buf_fmt(&g->line, "'object':'block','id':'%s','parent':%s,"
	    "'created_time':'%s','last_edited_time':'%s','has_children':%s,"
	    "'in_trash':false}", id, parent, created,
	    changed ? page->changed : edited,
	    has_children ? "true" : "false");
	return put_record(g, err);
}

void
parent_text(char text[FRAGMENT], const char *type, const char *id)
{
	snprintf(text, FRAGMENT, "{'type':'%s','%s':'%s'}", type, type, id);
}

/* Writes the block with the page's next number; its id and salt come back. */
int
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
	if (end_block(g, page, salt, id, parent, has_children, changed,
	    err) == -1)
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

int
write_child_block(struct generator *g, const struct page *page,
    struct child *child, const char *parent, struct nt_err *err)
{
	char id[NT_ID_TEXT];

	snprintf(child->parent, sizeof child->parent, "%s", parent);
	id_text(child->salt, id);
	nt_buf_fmt(&g->line, "{'type':'child_%s','child_%s':{'title':'",
	    child->is_database ? "database" : "page",
	    child->is_database ? "database" : "page");
	put_name(g, child->salt);
	put(g, "'},");
	return end_block(g, page, child->salt, id, parent,
	    child->has_children, 0, err);
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
int
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
