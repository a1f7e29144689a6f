/*
 * Databases: data sources, their schemas and views, and the rows.
 */
#include "generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
	put(g, "},'Summary':{'id':'summ','type':'rich_text','rich_text':");
	put_text(g, mix(salt, 4), 160);
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
	put_entry(g, "Summary", "summ", "rich_text", "{}");
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

/*
 * What a database and a data source share, and the end of the record.  Whether
 * it is inline is the same for all of a database, whose salt that is.
 */
static int
end_container(struct generator *g, const char *kind, const char *id,
    const char *created, uint64_t salt, uint64_t database, struct nt_err *err)
{
	put_icon(g, salt);
	nt_buf_fmt(&g->line, "'object':'%s','id':'%s','description':[],"
	    "'is_inline':%s,'in_trash':false,'created_time':'%s',"
	    "'last_edited_time':'%s','cover':null,'public_url':null,"
	    "'url':'https://www.notion.so/%s'}", kind, id,
	    database & 1 ? "true" : "false", created, created, id);
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
	if (end_container(g, "data_source", id, created, s->salt, s->database,
	    err) == -1 ||
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
int
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
	if (end_container(g, "database", id, created, sources[0]->salt, salt,
	    err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (write_source(g, sources[i], blocks, err) == -1)
			return -1;
	return 0;
}
