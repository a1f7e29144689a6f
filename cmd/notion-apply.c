/*
 * notion-apply - make the changes of a stream in a Notion workspace
 *
 *	in	a change stream of notion-diff(1), from a file or standard input
 *	out	a result record for each change, and the losses; with --to
 *		the snapshot, changed
 *	exit	0 all is done, 1 something was refused or left, 2 trouble,
 *		75 the service does not answer: go on later
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/api.h"
#include "nt/apply.h"
#include "nt/clock.h"
#include "nt/jq.h"
#include "nt/snapshot.h"
#include "nt/stream.h"
#include "nt/tool.h"

enum {
	OPT_ASSETS = 256,
	OPT_DELETE,
	OPT_DRY_RUN,
	OPT_EXTEND,
	OPT_FORCE,
	OPT_INTO,
	OPT_JOURNAL,
	OPT_PROVENANCE,
	OPT_USERS,
	OPT_NEW_NAME,
	OPT_PAGES,
	OPT_PARENT,
	OPT_PARTIAL,
	OPT_PROGRESS,
	OPT_SELECT,
	OPT_TO,
	OPT_TOKEN_FILE
};

static const struct nt_option options[] = {
	{ OPT_ASSETS, "assets", "DIR", "upload files from DIR/SHA256" },
	{ OPT_DELETE, "delete", NULL, "put into the trash what is to go" },
	{ OPT_EXTEND, "extend-schema", NULL,
	    "with --into: add properties that are not there" },
	{ 'n', "dry-run", NULL, "write nothing: say what it takes and loses" },
	{ OPT_FORCE, "force", NULL, "write over what has moved on, too" },
	{ OPT_INTO, "into", "ID", "put rows into this database, and no more" },
	{ OPT_JOURNAL, "journal", "FILE",
	    "keep what was done there, and go on from it" },
	{ OPT_PROVENANCE, "keep-provenance", NULL,
	    "keep times and authors in properties of rows" },
	{ OPT_USERS, "map-users", "LIST",
	    "OLD=NEW,... ids or addresses, or a file with such" },
	{ OPT_NEW_NAME, "new-name", "NAME", "call the one root so" },
	{ 'o', "output", "PATH",
	    "with --to: where the result goes (- is stdout)" },
	{ OPT_PAGES, "pages", "ID,...",
	    "only these pages and databases, and what is below them" },
	{ OPT_PARENT, "parent", "ID", "put copies of all below this page" },
	{ OPT_PARTIAL, "partial", NULL,
	    "take a change stream without its end" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ OPT_SELECT, "select", "JQ",
	    "only changes that the jq program says yes to" },
	{ OPT_TO, "to", "FILE",
	    "change the snapshot in FILE instead of a workspace" },
	{ OPT_TOKEN_FILE, "token-file", "FILE",
	    "the token, instead of NOTION_API_TOKEN" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-apply", "[options] [file]",
	"make the changes of a stream in a Notion workspace", options
};

#define WAIT_MS 1000		/* at most so long without progress shown */
#define SMALL_PLAN 180		/* requests a minute (api 1.4) */
#define LARGE_PLAN 600
#define FREE_BLOCKS 1000	/* of a free workspace with members, ever */

struct wish {
	const char *to, *output;	/* a snapshot, and where it goes */
	struct nt_apply_plan plan;
	struct nt_api_config api;
	struct nt_id parent, into;
	struct nt_id_map *pages;	/* --pages, or NULL */
	struct nt_jq *select;		/* --select, or NULL */
	enum nt_read_mode mode;
};

static void
read_id(const char *option, const char *text, struct nt_id *id)
{
	struct nt_err err;

	if (nt_id_parse(text, id, &err) == -1)
		nt_tool_usage("--%s: %s", option, err.text);
}

static void
read_pages(struct wish *wish, const char *list)
{
	struct nt_id id;

	if (wish->pages == NULL)
		wish->pages = nt_id_map_new();
	while (*list != '\0') {
		size_t len = strcspn(list, ",");
		char *one = nt_strndup(list, len);

		read_id("pages", one, &id);
		nt_id_map_put(wish->pages, &id, 0);
		free(one);
		list += len + (list[len] == ',');
	}
}

/* A change is wanted if both --pages and --select say so. */
static int
choose(void *arg, const struct nt_record *rec, struct nt_err *err)
{
	struct wish *wish = arg;
	struct nt_id id;

	if (wish->pages != NULL && (nt_id_scan(nt_value_text(nt_value_get(
	    rec->value, "id")), &id) == -1 ||
	    !nt_id_map_get(wish->pages, &id, NULL)))
		return 0;
	return wish->select == NULL ? 1 : nt_jq_ask(wish->select,
	    (struct nt_str){ rec->line, rec->len }, err);
}

static void
read_select(struct wish *wish, const char *program)
{
	struct nt_err err;

	nt_jq_free(wish->select);
	if (nt_jq_open(&wish->select, program, &err) == -1)
		nt_tool_usage("--select: %s", err.text);
}

static void
read_option(struct wish *wish, int letter)
{
	struct nt_apply_plan *plan = &wish->plan;

	switch (letter) {
	case OPT_ASSETS:
		plan->assets = optarg;
		break;
	case OPT_DELETE:
		plan->allow_delete = 1;
		break;
	case 'n':
		plan->dry_run = 1;
		break;
	case OPT_EXTEND:
		plan->extend = 1;
		break;
	case OPT_FORCE:
		plan->force = 1;
		break;
	case OPT_INTO:
		read_id("into", optarg, &wish->into);
		plan->into = &wish->into;
		break;
	case OPT_JOURNAL:
		plan->journal = optarg;
		break;
	case OPT_PROVENANCE:
		plan->provenance = 1;
		break;
	case OPT_SELECT:
		read_select(wish, optarg);
		break;
	case OPT_USERS:
		plan->users = optarg;
		break;
	case OPT_NEW_NAME:
		plan->new_name = optarg;
		break;
	case OPT_PAGES:
		read_pages(wish, optarg);
		break;
	case OPT_PARENT:
		read_id("parent", optarg, &wish->parent);
		plan->parent = &wish->parent;
		break;
	case OPT_PARTIAL:
		wish->mode = NT_READ_PARTIAL;
		break;
	case OPT_PROGRESS:
		nt_tool_progress_mode(optarg);
		break;
	case 'o':
		wish->output = optarg;
		break;
	case OPT_TO:
		wish->to = optarg;
		break;
	case OPT_TOKEN_FILE:
		wish->api.token_file = optarg;
		break;
	}
}

/* ---- to a snapshot ---- */

static void
say(const char *sentence)
{
	nt_tool_warn("%s", sentence);
}

/* Changes the snapshot in a file. */
static int
amend(const struct wish *wish, const char *changes)
{
	struct nt_amending amending = { .to = wish->to,
	    .output = wish->output, .assets = wish->plan.assets,
	    .changes = changes != NULL ? changes : "-",
	    .tool = wish->plan.tool, .mode = wish->mode,
	    .force = wish->plan.force, .stop = nt_tool_stopping,
	    .refuse = say, .warn = say };
	struct nt_err err;
	int got = nt_snapshot_amend(&amending, &err);

	return got == -1 ? nt_tool_fail(&err) : got == 1 ? NT_EXIT_NO :
	    NT_EXIT_OK;
}

/* ---- to a workspace ---- */

/* Takes all changes in; the digest that the stream says it has comes back. */
static int
take_changes(struct nt_apply *a, char *files[], struct wish *wish,
    struct nt_buf *digest, struct nt_err *err)
{
	struct nt_reader *in = nt_reader_new(files, wish->mode, NULL);
	struct nt_json *doc = nt_json_new();
	struct nt_value end = NT_VALUE_NONE;
	struct nt_record rec;
	struct nt_str text;
	int got;

	while ((got = nt_reader_next(in, &rec, err)) == 1)
		if (nt_apply_take(a, &rec, err) == -1) {
			got = nt_err_at(err, "line %lu: ", rec.number);
			break;
		}
	text = nt_reader_end(in);
	if (got == 0 && text.p != NULL) {
		nt_json_parse(doc, text.p, text.len, &end, NULL);
		text = nt_value_text(nt_value_get(end, "digest"));
		nt_buf_add(digest, text.p, text.len);
	}
	nt_json_free(doc);
	nt_reader_free(in);
	return got;
}

/* What progress is measured from: a run that goes on has some done already. */
struct start {
	int64_t ms;
	uint64_t left;
};

static void
show_progress(struct nt_apply *a, const struct start *from)
{
	struct nt_apply_stats s;
	double seconds = (double)(nt_clock_steady_ms() - from->ms) / 1000;
	char left[40] = "";

	if (!nt_tool_progress_due())
		return;
	nt_apply_stats(a, &s);
	if (from->left > s.left && seconds > 1)
		snprintf(left, sizeof left, ", %.0f min left", seconds *
		    (double)s.left / (double)(from->left - s.left) / 60 + 0.5);
	nt_tool_progress("%ju of %ju changes, %ju requests, %.1f a second, "
	    "%ju losses%s", (uintmax_t)(s.changes - s.left),
	    (uintmax_t)s.changes, (uintmax_t)s.requests,
	    seconds > 0 ? (double)s.requests / seconds : 0.0,
	    (uintmax_t)(s.expected + s.warnings), left);
}

static uintmax_t
minutes(uint64_t requests, unsigned a_minute)
{
	return (requests + a_minute - 1) / a_minute;
}

/* What it takes, as a record. */
static int
write_plan(const struct nt_apply_stats *s, struct nt_writer *out,
    struct nt_err *err)
{
	struct nt_json_out o;
	struct nt_buf line;
	int got;

	nt_buf_init(&line, NT_BUF_MAX);
	nt_json_out_init(&o, &line);	/* members in their sorted order */
	nt_json_open(&o, NULL, '{');
	nt_json_put_int(&o, "blocks", (int64_t)s->blocks);
	nt_json_put_int(&o, "changes", (int64_t)s->changes);
	nt_json_put_int(&o, "expected", (int64_t)s->expected);
	nt_json_open(&o, "minutes", '{');
	nt_json_put_int(&o, "180", (int64_t)minutes(s->requests, SMALL_PLAN));
	nt_json_put_int(&o, "600", (int64_t)minutes(s->requests, LARGE_PLAN));
	nt_json_close(&o, '}');
	nt_json_put_text(&o, "object", "plan");
	nt_json_put_int(&o, "requests", (int64_t)s->requests);
	nt_json_put_int(&o, "upload_bytes", (int64_t)s->upload_bytes);
	nt_json_put_int(&o, "uploads", (int64_t)s->uploads);
	nt_json_put_int(&o, "warnings", (int64_t)s->warnings);
	nt_json_close(&o, '}');
	got = nt_writer_line(out, nt_buf_view(&line), err);
	nt_buf_free(&line);
	return got;
}

/* What it takes, for people, too. */
static int
show_price(struct nt_apply *a, struct nt_writer *out,
    struct nt_err *err)
{
	struct nt_apply_stats s;

	nt_apply_stats(a, &s);
	nt_tool_warn("%ju changes take %ju requests (%ju minutes at %d a "
	    "minute, %ju at %d), %ju uploads of %ju bytes, %ju blocks; %ju "
	    "expected losses, %ju to look at", (uintmax_t)s.changes,
	    (uintmax_t)s.requests, minutes(s.requests, SMALL_PLAN),
	    SMALL_PLAN, minutes(s.requests, LARGE_PLAN), LARGE_PLAN,
	    (uintmax_t)s.uploads, (uintmax_t)s.upload_bytes,
	    (uintmax_t)s.blocks, (uintmax_t)s.expected, (uintmax_t)s.warnings);
	if (s.blocks > FREE_BLOCKS)
		nt_tool_warn("a free workspace of more than one member takes "
		    "no more than %d blocks in all", FREE_BLOCKS);
	return write_plan(&s, out, err);
}

static int
status_of(struct nt_apply *a)
{
	struct nt_apply_stats s;

	nt_apply_stats(a, &s);
	if (s.refused + s.left == 0)
		return NT_EXIT_OK;
	nt_tool_warn("%ju changes were refused and %ju could not be reached, "
	    "see the result records", (uintmax_t)s.refused,
	    (uintmax_t)s.left);
	return NT_EXIT_NO;
}

static int
take_steps(struct nt_apply *a, struct nt_err *err)
{
	struct start from = { .ms = nt_clock_steady_ms() };
	struct nt_apply_stats s;
	int got;

	nt_apply_stats(a, &s);
	from.left = s.left;
	while ((got = nt_apply_step(a, WAIT_MS, err)) == 1)
		show_progress(a, &from);
	nt_tool_progress_done();
	return got;
}

static int
run(struct nt_apply *a, struct wish *wish, char *files[],
    struct nt_writer *out)
{
	struct nt_buf digest;
	struct nt_err err;
	int got, status;

	nt_buf_init(&digest, NT_BUF_MAX);
	got = take_changes(a, files, wish, &digest, &err);
	if (got == 0)
		got = nt_apply_begin(a, nt_buf_view(&digest), &err);
	nt_buf_free(&digest);
	if (got == -1)
		return nt_tool_fail(&err);
	got = take_steps(a, &err);
	status = got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
	if (got == 0 && wish->plan.dry_run)
		got = show_price(a, out, &err);
	else if (nt_apply_results(a, &err) == -1)
		got = -1;
	else if (got == 0)
		return status_of(a);
	return status == NT_EXIT_OK && got == -1 ? nt_tool_fail(&err) :
	    status;
}

int
main(int argc, char *argv[])
{
	struct wish wish = { .mode = NT_READ_WHOLE };
	struct nt_apply *a = NULL;
	struct nt_api *api = NULL;
	struct nt_writer *out;
	struct nt_err err;
	int letter, status;

	nt_tool_start(&usage);
	while ((letter = nt_tool_option(argc, argv)) != -1)
		read_option(&wish, letter);
	if (argc - optind > 1)
		nt_tool_usage("one change stream is expected, not %d",
		    argc - optind);
	wish.plan.tool = "notion-apply " NT_VERSION;
	if (wish.plan.extend && wish.plan.into == NULL)
		nt_tool_usage("--extend-schema is given without --into");
	if (wish.plan.into != NULL && wish.plan.parent != NULL)
		nt_tool_usage("--into and --parent exclude each other");
	if (wish.pages != NULL || wish.select != NULL) {
		wish.plan.choose = choose;
		wish.plan.choose_arg = &wish;
	}
	nt_tool_catch_stop();
	nt_tool_ignore_sigpipe();
	if (wish.output != NULL && wish.to == NULL)
		nt_tool_usage("--output is given without --to, whose result "
		    "goes there");
	if (wish.to != NULL)
		return amend(&wish, argv[optind]);
	out = nt_writer_new_alone(STDOUT_FILENO);
	if (nt_api_open(&api, &wish.api, &err) == -1 ||
	    nt_apply_open(&a, &wish.plan, api, out, &err) == -1)
		status = nt_tool_fail(&err);
	else
		status = run(a, &wish, argv + optind, out);
	if (nt_writer_close(out, &err) == -1)
		status = nt_tool_fail(&err);
	nt_api_free(api);
	nt_apply_free(a);
	nt_id_map_free(wish.pages);
	nt_jq_free(wish.select);
	return status;
}
