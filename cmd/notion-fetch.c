/*
 * notion-fetch - read a Notion workspace, or parts of it, as a stream
 *
 *	in	the REST API; with --from also NDJSON references
 *	out	a snapshot stream, notion-stream(5)
 *	exit	0 all of it was read, 2 not all, 75 not all but later perhaps
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/api.h"
#include "nt/clock.h"
#include "nt/file.h"
#include "nt/stream.h"
#include "nt/tool.h"
#include "nt/walk.h"

enum {
	OPT_TRASH = 256,
	OPT_ACCEPT_CUT,
	OPT_ACCEPT_GONE,
	OPT_TOKEN_FILE,
	OPT_API_VERSION,
	OPT_DEADLINE,
	OPT_PROGRESS
};

static const struct nt_option options[] = {
	{ 'w', "workspace", NULL, "read all that the connection can see" },
	{ OPT_TRASH, "trash", NULL, "with --workspace: the trash as well" },
	{ OPT_ACCEPT_CUT, "accept-search-limit", NULL,
	    "with --workspace: take a search that is cut for all there is" },
	{ 'd', "database", "ID", "read a database and all it holds" },
	{ 's', "data-source", "ID", "read a data source and its rows" },
	{ 'p', "page", "ID", "read a page and all below it" },
	{ 'f', "from", "FILE", "read what the records of FILE refer to" },
	{ OPT_ACCEPT_GONE, "accept-gone", NULL,
	    "take it that what is named is gone, or in the trash" },
	{ 'c', "comments", "WHICH", "none, pages (the default) or blocks" },
	{ 'a', "assets", "DIR", "download hosted files to DIR" },
	{ 'm', "max-asset", "SIZE", "leave out files that are larger" },
	{ 'x', "external", NULL, "download files hosted elsewhere too" },
	{ 'b', "base", "FILE", "copy unchanged pages from a former stream" },
	{ 'k', "recheck", "PERCENT", "read that share of them all the same" },
	{ 'q', "quick", NULL, "with --base: trust the search, ask the least" },
	{ 'e', "edited", NULL, "tell at the end what was edited meanwhile" },
	{ 'r', "raw", NULL, "keep what differs in each answer" },
	{ 'n', "dry-run", NULL, "list only and print what it would cost" },
	{ OPT_DEADLINE, "deadline", "TIME", "give up after that time" },
	{ OPT_TOKEN_FILE, "token-file", "FILE", "read the token from FILE" },
	{ OPT_API_VERSION, "api-version", "VERSION",
	    "the Notion-Version to speak" },
	{ OPT_PROGRESS, "progress", "WHEN", "auto, always or never" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-fetch", "[options] [--workspace] [--page ID] ...",
	"read a Notion workspace, or parts of it, as a stream", options
};

#define WAIT_MS 1000		/* at most so long without progress shown */
#define MAX_DEADLINE_MS ((uint64_t)366 * 24 * 3600 * 1000)
#define REQUESTS_A_MINUTE 180	/* of the smaller plans (api 1.4) */

struct wish {
	struct nt_walk_plan plan;
	struct nt_api_config api;
	size_t room;		/* of plan.refs */
};

static void
add_ref(struct wish *wish, enum nt_kind kind, const struct nt_id *id)
{
	struct nt_walk_plan *plan = &wish->plan;

	if (plan->count == wish->room) {
		wish->room = wish->room == 0 ? 16 : 2 * wish->room;
		plan->refs = nt_realloc_array(plan->refs, wish->room,
		    sizeof *plan->refs);
	}
	plan->refs[plan->count++] = (struct nt_walk_ref){ kind, *id };
}

static void
add_named(struct wish *wish, enum nt_kind kind, const char *text)
{
	struct nt_id id;
	struct nt_err err;

	if (nt_id_parse(text, &id, &err) == -1)
		nt_tool_usage("%s", err.text);
	add_ref(wish, kind, &id);
}

/*
 * What a record refers to, NT_KIND_OTHER if nothing that can be read by
 * itself.  An error refers to what was not read: the object, or the owner of
 * the list.
 */
static enum nt_kind
refers_to(const struct nt_record *rec, struct nt_str *id)
{
	static const char *const owners[] = { "page", "block", "database",
		"data_source" };
	struct nt_value parent = nt_value_get(rec->value, "parent");
	struct nt_str kind, owner, member;
	char name[32];

	*id = nt_value_text(nt_value_get(rec->value, "id"));
	if (rec->kind != NT_KIND_ERROR)
		return rec->kind;
	kind = nt_value_text(nt_value_get(rec->value, "kind"));
	for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
		snprintf(name, sizeof name, "%s_id", owners[i]);
		member = nt_str_of(name);
		owner = nt_value_text(nt_value_get_n(parent, member.p,
		    member.len));
		if (owner.p != NULL && nt_str_eq(owner, *id))
			return nt_kind_of(nt_str_of(owners[i]));
	}
	return nt_kind_of(kind);
}

static int
add_record(struct wish *wish, const char *path, const struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_str text;
	struct nt_id id;

	switch (refers_to(rec, &text)) {
	case NT_KIND_PAGE:
	case NT_KIND_DATABASE:
	case NT_KIND_DATA_SOURCE:
	case NT_KIND_BLOCK:
		break;
	default:
		return 0;
	}
	if (nt_id_scan(text, &id) == -1)
		return nt_err_set(err, NT_DATA, "%s: line %lu: \"id\" is "
		    "\"%.*s\", expected 32 hexadecimal digits", path,
		    rec->number, (int)(text.len < 40 ? text.len : 40),
		    text.p == NULL ? "" : text.p);
	add_ref(wish, refers_to(rec, &text), &id);
	return 0;
}

static void
add_from(struct wish *wish, const char *path)
{
	char *const files[] = { (char *)(uintptr_t)path, NULL };
	struct nt_reader *in = nt_reader_new(files, NT_READ_LINES, NULL);
	struct nt_record rec;
	struct nt_err err;
	int got;

	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		if ((got = add_record(wish, path, &rec, &err)) == -1)
			break;
	nt_reader_free(in);
	if (got == -1)
		exit(nt_tool_fail(&err));
}

static enum nt_walk_comments
comments_of(const char *text)
{
	if (strcmp(text, "pages") == 0)
		return NT_COMMENTS_PAGES;
	if (strcmp(text, "none") == 0)
		return NT_COMMENTS_NONE;
	if (strcmp(text, "blocks") == 0)
		return NT_COMMENTS_BLOCKS;
	nt_tool_usage("--comments is %s, expected none, pages or blocks", text);
}

static void
take_option(struct wish *wish, int letter)
{
	struct nt_walk_plan *plan = &wish->plan;

	switch (letter) {
	case 'w': plan->workspace = 1; break;
	case OPT_TRASH: plan->trash = 1; break;
	case OPT_ACCEPT_CUT: plan->accept_cut = 1; break;
	case OPT_ACCEPT_GONE: plan->accept_gone = 1; break;
	case 'd': add_named(wish, NT_KIND_DATABASE, optarg); break;
	case 's': add_named(wish, NT_KIND_DATA_SOURCE, optarg); break;
	case 'p': add_named(wish, NT_KIND_PAGE, optarg); break;
	case 'f': add_from(wish, optarg); break;
	case 'c': plan->comments = comments_of(optarg); break;
	case 'a': plan->assets = optarg; break;
	case 'm':
		plan->max_asset = nt_tool_size("--max-asset", optarg,
		    (uint64_t)1 << 50);
		break;
	case 'x': plan->external = 1; break;
	case 'b': plan->base = optarg; break;
	case 'k':
		plan->recheck = (unsigned)nt_tool_number("--recheck", optarg,
		    0, 100);
		break;
	case 'q': plan->quick = 1; break;
	case 'e': plan->edited = 1; break;
	case 'r': plan->raw = 1; break;
	case 'n': plan->dry_run = 1; break;
	case OPT_DEADLINE:
		wish->api.deadline_ms = nt_tool_duration("--deadline", optarg,
		    MAX_DEADLINE_MS);
		break;
	case OPT_TOKEN_FILE: wish->api.token_file = optarg; break;
	case OPT_API_VERSION: wish->api.version = optarg; break;
	case OPT_PROGRESS: nt_tool_progress_mode(optarg); break;
	}
}

/* All options are checked before anything is asked for. */
static void
read_options(int argc, char *argv[], struct wish *wish)
{
	struct nt_walk_plan *plan = &wish->plan;
	int letter, from = 0;

	plan->tool = "notion-fetch " NT_VERSION;
	while ((letter = nt_tool_option(argc, argv)) != -1) {
		from |= letter == 'f';
		take_option(wish, letter);
	}
	if (optind < argc)
		nt_tool_usage("%s is no option; ids go behind --page, "
		    "--database or --data-source", argv[optind]);
	if (!plan->workspace && plan->count == 0 && !from)
		nt_tool_usage("nothing to read is named, expected --workspace, "
		    "--database, --data-source, --page or --from");
	if (plan->trash && !plan->workspace)
		nt_tool_usage("--trash needs --workspace");
	if (plan->accept_cut && !plan->workspace)
		nt_tool_usage("--accept-search-limit needs --workspace");
	if (plan->accept_gone && plan->count == 0 && !from)
		nt_tool_usage("--accept-gone is given, and nothing is named by "
		    "its id");
	if (plan->assets == NULL && (plan->external || plan->max_asset > 0))
		nt_tool_usage("--external and --max-asset need --assets");
	if (plan->base == NULL && plan->recheck > 0)
		nt_tool_usage("--recheck needs --base");
	if (plan->quick && (plan->base == NULL || !plan->workspace))
		nt_tool_usage("--quick needs --base and --workspace");
}

/*
 * How far it is, how fast it goes, and how long it will take: known once the
 * search has told how many pages there are.
 */
static void
show_progress(const struct nt_walk *w, const struct nt_api *api,
    int64_t began_ms)
{
	struct nt_walk_stats stats;
	struct nt_api_stats sent;
	double seconds = (double)(nt_clock_steady_ms() - began_ms) / 1000;
	char left[40] = "";

	nt_walk_stats(w, &stats);
	nt_api_stats(api, &sent);
	if (stats.pages > 0 && stats.listed > stats.pages && seconds > 1)
		snprintf(left, sizeof left, ", %.0f min left",
		    seconds * (double)(stats.listed - stats.pages) /
		    (double)stats.pages / 60 + 0.5);
	nt_tool_progress("%ju of %ju pages, %ju records, %ju requests, "
	    "%.1f a second%s", (uintmax_t)stats.pages,
	    (uintmax_t)(stats.listed > stats.pages ? stats.listed :
	    stats.pages), (uintmax_t)stats.records, (uintmax_t)sent.requests,
	    seconds > 0 ? (double)sent.requests / seconds : 0.0, left);
}

static void
show_summary(const struct nt_walk *w, const struct nt_api *api)
{
	struct nt_walk_stats stats;
	struct nt_api_stats sent;

	nt_walk_stats(w, &stats);
	nt_api_stats(api, &sent);
	nt_tool_warn("%ju pages (%ju from the base), %ju records, %ju files, "
	    "%ju errors, %ju losses, %ju requests", (uintmax_t)stats.pages,
	    (uintmax_t)stats.reused, (uintmax_t)stats.records,
	    (uintmax_t)stats.files, (uintmax_t)stats.errors,
	    (uintmax_t)stats.losses, (uintmax_t)sent.requests);
}

/* What a dry run found out, for people. */
static int
print_price(const struct nt_walk *w, const struct nt_api *api)
{
	struct nt_walk_price price;
	struct nt_api_stats sent;
	uint64_t requests;

	nt_walk_price(w, &price);
	nt_api_stats(api, &sent);
	requests = sent.requests + price.requests;
	printf("pages               %10ju\n"
	    "listing them took   %10ju requests\n"
	    "all of it takes     %10ju requests, or more: nested blocks are "
	    "not listed\n"
	    "which is            %10ju minutes at %d a minute\n"
	    "files               %10ju, or more\n", (uintmax_t)price.pages,
	    (uintmax_t)sent.requests, (uintmax_t)requests,
	    (uintmax_t)((requests + REQUESTS_A_MINUTE - 1) /
	    REQUESTS_A_MINUTE), REQUESTS_A_MINUTE, (uintmax_t)price.files);
	return ferror(stdout) || fflush(stdout) == EOF ? -1 : 0;
}

/* The status of a walk that ended by itself. */
static int
status_of(const struct nt_walk *w, const struct wish *wish)
{
	struct nt_walk_stats stats;

	nt_walk_stats(w, &stats);
	if (stats.search_cut)
		nt_tool_warn("a search lists 10,000 results at most; what is "
		    "neither listed nor inside of what is may be missing%s",
		    wish->plan.accept_cut ? "" :
		    " (see --accept-search-limit)");
	if (stats.errors == 0)
		return NT_EXIT_OK;
	nt_tool_warn("%ju objects or lists could not be read, see the error "
	    "records", (uintmax_t)stats.errors);
	return stats.lasting > 0 ? NT_EXIT_TROUBLE : NT_EXIT_AGAIN;
}

/*
 * SIGPIPE is ignored, for a TLS connection may raise it as well; so who reads
 * us and leaves, as head(1) does, is noticed here and not complained about.
 */
static int
reader_left(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP)) != 0;
}

static int
fail(const struct nt_err *err)
{
	return reader_left() ? NT_EXIT_TROUBLE : nt_tool_fail(err);
}

/* What follows a fault is said only if it is another. */
static int
fail_next(int status, const struct nt_err *first, const struct nt_err *err)
{
	return strcmp(first->text, err->text) == 0 ? status : fail(err);
}

/* Walks until the end, a fault or a signal; the exit status. */
static int
run(struct nt_walk *w, struct nt_api *api, const struct wish *wish,
    struct nt_err *first)
{
	struct nt_err err = { .text = "" };
	int64_t began_ms = nt_clock_steady_ms();
	int more, status;

	while ((more = nt_walk_step(w, WAIT_MS, &err)) == 1 &&
	    !nt_tool_stopping())
		show_progress(w, api, began_ms);
	nt_tool_progress_done();
	*first = err;
	if (more == -1) {
		status = fail(&err);
	} else if (more == 1) {
		nt_tool_warn("stopped by a signal, the stream is incomplete");
		status = NT_EXIT_TROUBLE;
	} else {
		status = status_of(w, wish);
	}
	if (nt_walk_end(w, &err) == -1) {
		status = fail_next(status, first, &err);
		*first = err;
	}
	if (more == 0 && wish->plan.dry_run && print_price(w, api) == -1) {
		nt_tool_warn("cannot write standard output");
		status = NT_EXIT_TROUBLE;
	}
	if (nt_tool_progress_wanted())
		show_summary(w, api);
	return status;
}

int
main(int argc, char *argv[])
{
	struct wish wish = { .room = 0 };
	struct nt_walk *w = NULL;
	struct nt_api *api = NULL;
	struct nt_writer *out = NULL;
	struct nt_err err, first = { .text = "" };
	int status;

	nt_tool_start(&usage);
	read_options(argc, argv, &wish);
	nt_tool_catch_stop();
	nt_tool_ignore_sigpipe();
	out = nt_writer_new_alone(STDOUT_FILENO);
	if (nt_api_open(&api, &wish.api, &err) == -1 ||
	    nt_walk_open(&w, &wish.plan, api, out, &err) == -1)
		status = nt_tool_fail(&err);
	else
		status = run(w, api, &wish, &first);
	if (nt_writer_close(out, &err) == -1)
		status = fail_next(status, &first, &err);
	nt_api_free(api);
	nt_walk_free(w);
	free(wish.plan.refs);
	return status;
}
