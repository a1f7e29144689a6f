/*
 * Pages that are no rows, and comments.
 */
#include "generate.h"

#include <inttypes.h>
#include <string.h>

#define EPOCH_MS INT64_C(1704067200000)		/* 2024-01-01 */
#define MINUTE_MS INT64_C(60000)

/* How many blocks a page has before any edit: the mean is g->blocks. */
uint64_t
blocks_of(const struct generator *g, uint64_t salt)
{
	return g->blocks / 2 + mix(salt, 3) % (g->blocks + 1);
}

void
minute_text(uint64_t minute, char text[NT_TIME_TEXT])
{
	nt_time_format(EPOCH_MS + (int64_t)minute * MINUTE_MS, text);
}

/* Makes ready the page that is written next; blocks is how many it has. */
void
start_page(struct generator *g, struct page *page, uint64_t salt,
    uint64_t minute, uint64_t blocks)
{
	uint64_t last = 4 * g->total + 2 * WRITTEN;

	memset(page, 0, sizeof *page);
	page->salt = salt;
	page->minute = minute;
	page->left = blocks;
	page->edited = is_edited(g, g->done++);
	id_text(salt, page->id);
	minute_text(minute, page->created);
	minute_text(minute + WRITTEN + salt % 3, page->changed);
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
int
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

int
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
		int bot = salt % USERS == USERS - 1;

		id_text(salt, id);
		minute_text(g->total * 2 + h % 1000 + i, when);
		put(g, "{");
		put_user(g, "created_by", salt);
		put(g, "'rich_text':");
		put_text(g, salt, 8);
		nt_buf_fmt(&g->line, ",'object':'comment','id':'%s','parent':"
		    "{'type':'page_id','page_id':'%s'},'discussion_id':'%s',"
		    "'created_time':'%s','last_edited_time':'%s',"
		    "'display_name':{'type':'%s','resolved_name':'",
		    id, page->id, thread, when, when,
		    bot ? "integration" : "user");
		if (bot)
			put(g, "Bot'}}");
		else
			nt_buf_fmt(&g->line, "Member %" PRIu64 "'}}",
			    salt % USERS);
		if (put_record(g, err) == -1)
			return -1;
	}
	return 0;
}

/* A page that is no row, with its comments and blocks. */
int
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
