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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/tool.h"

#include "generate/generate.h"

#define TEAM 200		/* pages below one root */
#define BRANCH 4		/* child pages of a page */

enum { PAGES = 256, SEED, BLOCKS, ROWS, DEPTH, BIG, RELATION, COMMENTS,
	WITH_FILES, ODD, ASSETS, EDIT, EDIT_SEED, EDIT_PAGES, HOT };

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
	{ ODD, "odd-titles", NULL, "a third of all titles is hard to write" },
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
		else if (letter == ODD)
			g->odd = 1;
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
