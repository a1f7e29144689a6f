/*
 * notion-serve - a stored workspace as the Notion REST API on this machine
 *
 *	in	a stream, see notion-stream(5), an archive or a repository, or
 *		the state it kept in one
 *	out	one line: the URL it serves at; then it waits to be stopped
 *	exit	0 stopped by SIGINT or SIGTERM, 2 trouble, 75 state locked
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/file.h"
#include "nt/repo.h"
#include "nt/select.h"
#include "nt/server.h"
#include "nt/service.h"
#include "nt/snapshot.h"
#include "nt/tool.h"
#include "nt/trace.h"

enum {
	ASSETS = 256,
	AT,
	CAPABILITIES,
	PARTIAL,
	RATE,
	RESULT_CAP,
	SHARED,
	SNAPSHOT,
	STATE,
	TOKEN_FILE,
	URL_TTL
};

static const struct nt_option options[] = {
	{ ASSETS, "assets", "DIR", "bytes of hosted files, by their SHA-256" },
	{ AT, "at", "TIME",
	    "of a repository: the newest snapshot not after TIME" },
	{ CAPABILITIES, "capabilities", "LIST",
	    "what the token may do (default all)" },
	{ PARTIAL, "partial", NULL,
	    "take what is not complete, and records that are no stream" },
	{ 'p', "port", "N", "listen on this port (default 0: any)" },
	{ RATE, "rate", "N", "answer 429 after N requests in 60 seconds" },
	{ RESULT_CAP, "result-cap", "N",
	    "rows a query or search finds at most (default 10000)" },
	{ SHARED, "shared", "IDS",
	    "load these pages and databases only, with all below" },
	{ SNAPSHOT, "snapshot", "N",
	    "of a repository: the snapshot of that number" },
	{ STATE, "state", "FILE", "keep the workspace in this repository" },
	{ TOKEN_FILE, "token-file", "FILE", "let in this token only" },
	{ URL_TTL, "url-ttl", "TIME",
	    "how long links to files live (default 1h)" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-serve", "[options] [file]",
	"a stored workspace as the Notion REST API on this machine", options
};

struct settings {
	struct nt_service_config service;
	struct nt_snapshot_how how;
	uint16_t port;
	const char *token_file;
	const char *file;	/* NULL: none */
	struct nt_select *shared;	/* NULL: everything is */
};

/* The words of --capabilities (api 1.7). */
static unsigned
read_capabilities(const char *list)
{
	static const struct {
		const char *word;
		unsigned bit;
	} known[] = {
		{ "read", NT_MAY_READ }, { "update", NT_MAY_UPDATE },
		{ "insert", NT_MAY_INSERT },
		{ "comment_read", NT_MAY_READ_COMMENTS },
		{ "comment_insert", NT_MAY_INSERT_COMMENTS },
		{ "user", NT_MAY_SEE_USERS },
	};
	unsigned all = 0;

	for (;;) {
		size_t len = strcspn(list, ","), i = 0;

		while (i < sizeof known / sizeof *known &&
		    !nt_str_is((struct nt_str){ list, len }, known[i].word))
			i++;
		if (i == sizeof known / sizeof *known)
			nt_tool_usage("--capabilities has %.*s, expected "
			    "read, update, insert, comment_read, "
			    "comment_insert or user", (int)len, list);
		all |= known[i].bit;
		if (list[len] == '\0')
			return all;
		list += len + 1;
	}
}

static void
read_shared(struct settings *set, const char *ids)
{
	struct nt_err err;

	if (set->shared == NULL)
		set->shared = nt_select_new();
	if (nt_select_either(set->shared, ids, &err) == -1)
		nt_tool_usage("--shared: %s", err.text);
}

static void
read_options(int argc, char *argv[], struct settings *set)
{
	int c;

	*set = (struct settings){
		.service.url_ttl_ms = NT_SERVICE_URL_TTL_MS,
		.how = { .mode = NT_READ_WHOLE, .at_ms = -1 },
	};
	while ((c = nt_tool_option(argc, argv)) != -1)
		switch (c) {
		case ASSETS:
			set->service.assets = optarg;
			break;
		case AT:
			if (nt_time_parse_until(optarg, &set->how.at_ms) == -1)
				nt_tool_usage("--at is %s, expected a time as "
				    "2025-01-27 14:30", optarg);
			break;
		case CAPABILITIES:
			set->service.capabilities = read_capabilities(optarg);
			break;
		case PARTIAL:
			set->how.mode = NT_READ_LINES;
			break;
		case 'p':
			set->port = (uint16_t)nt_tool_number("--port", optarg,
			    0, UINT16_MAX);
			break;
		case RATE:
			set->service.rate = (unsigned)nt_tool_number("--rate",
			    optarg, 1, 1000000);
			break;
		case RESULT_CAP:
			set->service.result_cap = (size_t)nt_tool_number(
			    "--result-cap", optarg, 1, 10000000);
			break;
		case SHARED:
			read_shared(set, optarg);
			break;
		case SNAPSHOT:
			set->how.number = (int64_t)nt_tool_number(
			    "--snapshot", optarg, 1, INT64_MAX);
			break;
		case STATE:
			set->service.state = optarg;
			break;
		case TOKEN_FILE:
			set->token_file = optarg;
			break;
		case URL_TTL:
			set->service.url_ttl_ms = (int64_t)nt_tool_duration(
			    "--url-ttl", optarg, (uint64_t)7 * 86400 * 1000);
			break;
		}
	if (argc - optind > 1)
		nt_tool_usage("one stream is served, not %d", argc - optind);
	set->file = argv[optind];
	if (set->file == NULL && (set->how.at_ms != -1 ||
	    set->how.number != 0))
		nt_tool_usage("--at and --snapshot are of a repository, and "
		    "none is named");
	if (set->file == NULL && set->shared != NULL)
		nt_tool_usage("--shared is of what is loaded, and no file is "
		    "named");
	if (set->how.at_ms != -1 && set->how.number != 0)
		nt_tool_usage("--at and --snapshot are given, expected one of "
		    "them");
}

/* The token of the file or the environment, or NULL; free with free(3). */
static int
read_token(const char *file, char **token, struct nt_err *err)
{
	const char *given = getenv("NOTION_SERVE_TOKEN");
	struct nt_buf b;
	int got;

	*token = NULL;
	if (file == NULL) {
		if (given != NULL && given[0] != '\0')
			*token = nt_strdup(given);
		return 0;
	}
	nt_buf_init(&b, 4096);
	got = nt_file_slurp(file, &b, err);
	while (b.len > 0 && strchr(" \t\r\n", b.p[b.len - 1]) != NULL)
		b.p[--b.len] = '\0';
	if (got == 0 && b.len == 0)
		got = nt_err_set(err, NT_DATA, "no token in %s", file);
	if (got == 0)
		*token = nt_strdup(b.p);
	nt_wipe(b.p, b.len);
	nt_buf_free(&b);
	return got;
}

/* ---- between HTTP and the service ---- */

static size_t
body_limit(void *arg, const char *method, const char *path)
{
	(void)arg;
	return nt_service_body_max(method, path);
}

static const char *
bearer(const char *authorization)
{
	if (authorization == NULL ||
	    strncasecmp(authorization, "Bearer ", 7) != 0)
		return NULL;
	authorization += 7;
	return authorization + strspn(authorization, " ");
}

static void
add_header(struct nt_server_answer *http, const char *name, const char *value)
{
	for (size_t i = 0; i < NT_SERVER_HEADERS; i++)
		if (http->header[i].name == NULL) {
			http->header[i].name = name;
			snprintf(http->header[i].value,
			    sizeof http->header[i].value, "%s", value);
			return;
		}
}

static void
handle(void *arg, const struct nt_server_request *http,
    struct nt_server_answer *out)
{
	struct nt_service *service = arg;
	struct nt_service_request request = {
		.method = http->method, .path = http->path,
		.query = http->query, .body = http->body,
		.body_too_large = http->body_too_large,
		.token = bearer(nt_server_header(http, "Authorization")),
		.host = nt_server_header(http, "Host"),
		.version = nt_server_header(http, "Notion-Version"),
		.content_type = nt_server_header(http, "Content-Type"),
		.range = nt_server_header(http, "Range"),
	};
	struct nt_service_answer answer = { .body = &out->body };
	char number[24];

	nt_service_answer(service, &request, &answer);
	out->status = answer.status;
	add_header(out, "Content-Type", answer.content_type);
	if (answer.is_file)
		add_header(out, "Accept-Ranges", "bytes");
	if (answer.content_range[0] != '\0')
		add_header(out, "Content-Range", answer.content_range);
	if (answer.retry_after_s != 0) {
		snprintf(number, sizeof number, "%u", answer.retry_after_s);
		add_header(out, "Retry-After", number);
	}
	if (answer.fd != -1) {
		out->has_file = 1;
		out->fd = answer.fd;
		out->from = answer.from;
		out->len = answer.len;
	}
}

/* ---- between a stored snapshot and the service ---- */

struct source {
	struct nt_snapshot *stored;
	struct nt_select *shared;
};

static int
next_record(void *arg, struct nt_record *rec, struct nt_err *err)
{
	struct source *from = arg;
	int got, in = 1;

	do {
		got = nt_snapshot_next(from->stored, rec, err);
		if (got == 1 && from->shared != NULL)
			in = nt_select_record(from->shared, rec, err);
	} while (got == 1 && in == 0);
	if (got == 0 && from->shared != NULL)
		return nt_select_met(from->shared, err);
	return in == -1 ? -1 : got;
}

static struct nt_str
head_record(void *arg)
{
	return nt_snapshot_head(((struct source *)arg)->stored);
}

static int
asset_bytes(void *arg, struct nt_str sha256, int fd, struct nt_err *err)
{
	return nt_snapshot_asset(((struct source *)arg)->stored, sha256, fd,
	    err);
}

static int
load_snapshot(struct nt_service *service, struct nt_snapshot *stored,
    struct nt_select *shared, struct nt_err *err)
{
	struct source source = { stored, shared };
	struct nt_service_source from = { next_record, head_record,
	    asset_bytes, &source };

	return nt_service_load(service, &from, err);
}

/* ---- the repository that keeps the state ---- */

struct state {
	int fd;			/* holds it against other servers; or -1 */
	struct nt_snapshot *newest;	/* in it, or NULL */
};

/*
 * Holds the repository, which is made first if it is not there, and opens its
 * newest snapshot.  The service comes after that: while SQLite has the file
 * open, nobody may open it otherwise and close it again.
 */
static int
open_state(struct state *state, const struct settings *set,
    struct nt_err *err)
{
	struct nt_snapshot_how newest = { .mode = set->how.mode, .at_ms = -1 };
	const char *path = set->service.state;
	struct nt_repo *r;
	int empty;

	*state = (struct state){ .fd = -1 };
	if (path == NULL)
		return 0;
	if (nt_repo_make(path, usage.name, err) == -1 ||
	    (state->fd = nt_file_hold(path, err)) == -1 ||
	    nt_repo_open(&r, path, err) == -1)
		return -1;
	empty = nt_repo_is_empty(r, err);
	nt_repo_close(r);
	if (empty != 0)
		return empty == 1 ? 0 : -1;
	return nt_snapshot_open(&state->newest, path, &newest, err);
}

/* Goes on with what is kept, or loads the file, or what was kept last. */
static int
load(struct nt_service *service, const struct state *state,
    struct nt_snapshot *file, const struct settings *set, struct nt_err *err)
{
	int kept = !nt_service_is_empty(service);

	if (file != NULL && (kept || state->newest != NULL))
		return nt_err_set(err, NT_DATA, "%s holds a workspace already:"
		    " leave out %s, or name another repository",
		    set->service.state, set->file);
	if (file != NULL)
		return load_snapshot(service, file, set->shared, err);
	if (kept || state->newest == NULL)
		return 0;
	if (load_snapshot(service, state->newest, NULL, err) == -1)
		return -1;
	return nt_service_saved(service, err);
}

static int
service_asset(void *arg, struct nt_str sha256, int fd, struct nt_err *err)
{
	return nt_service_asset(arg, sha256, fd, err);
}

/* Adds the stream in fd to the repository. */
static int
add_snapshot(struct nt_service *service, int fd, const char *path,
    struct nt_err *err)
{
	struct nt_reader *in;
	struct nt_repo_adder *a;
	struct nt_repo *r;
	struct nt_record rec;
	int got;

	if (nt_repo_open_to_write(&r, path, usage.name, err) == -1)
		return -1;
	in = nt_reader_of_fd(fd, NULL, NT_READ_PARTIAL, NULL);
	a = nt_repo_add(r, NULL, 1);
	nt_repo_add_from(a, service_asset, service);
	while ((got = nt_reader_next(in, &rec, err)) == 1)
		if ((got = nt_repo_add_record(a, &rec, err)) == -1)
			break;
	if (got == 0)
		got = nt_repo_add_finish(a, nt_reader_snapshot(in),
		    nt_reader_end(in), nt_reader_complete(in), err);
	if (got == 0 && nt_repo_add_missing(a) > 0)
		nt_tool_warn("%ju assets are missing, the snapshot is partial",
		    (uintmax_t)nt_repo_add_missing(a));
	nt_repo_adder_free(a);
	nt_reader_free(in);
	nt_repo_close(r);
	return got;
}

/* What was loaded or written becomes the newest snapshot. */
static int
save(struct nt_service *service, const char *path, struct nt_err *err)
{
	struct nt_writer *out;
	struct nt_err late;
	int fd, got;

	if (path == NULL || !nt_service_changed(service))
		return 0;
	if ((fd = nt_file_temp(err)) == -1)
		return -1;
	out = nt_writer_new(fd);
	got = nt_service_save(service, out, "notion-serve " NT_VERSION, err);
	if (nt_writer_close(out, got == -1 ? &late : err) == -1)
		got = -1;
	if (got == 0 && lseek(fd, 0, SEEK_SET) == -1)
		got = nt_err_sys(err, "read", "a temporary file");
	if (got == 0)
		got = add_snapshot(service, fd, path, err);
	close(fd);
	return got == 0 ? nt_service_saved(service, err) : -1;
}

/* ---- the run ---- */

/* Prints the URL, which tells whoever started us that we are ready. */
static int
announce(const char *url, struct nt_err *err)
{
	char line[80];
	int len = snprintf(line, sizeof line, "%s\n", url);

	if (nt_write_all(STDOUT_FILENO, line, (size_t)len) == -1)
		return nt_err_sys(err, "write", "standard output");
	return 0;
}

static int
serve(struct nt_service *service, uint16_t port, struct nt_err *err)
{
	struct nt_server_handler handler = { handle, body_limit, service };
	struct nt_server *server;
	sigset_t stop, before;
	char url[64];
	int got;

	/* A load that is stopped is undone by itself; now we end well. */
	nt_tool_catch_stop();
	/* The server's thread inherits the mask: signals come to this one. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, &before);
	if (nt_server_open(&server, port, err) == -1)
		return -1;
	snprintf(url, sizeof url, "http://127.0.0.1:%u",
	    (unsigned)nt_server_port(server));
	nt_service_set_base(service, url);
	got = nt_server_start(server, &handler, err);
	if (got == 0)
		got = announce(url, err);
	while (got == 0 && !nt_tool_stopping())
		sigsuspend(&before);
	nt_server_stop(server);
	nt_trace("done", "\"requests\":%llu",
	    (unsigned long long)nt_service_requests(service));
	return got;
}

/* From the workspace as it was kept or loaded to the one that is kept. */
static int
run(struct settings *set, struct nt_err *err)
{
	struct nt_service *service = NULL;
	struct nt_snapshot *file = NULL;
	struct state state;
	int got;

	got = open_state(&state, set, err);
	if (got == 0 && set->file != NULL)
		got = nt_snapshot_open(&file, set->file, &set->how, err);
	if (got == 0)
		got = nt_service_open(&service, &set->service, err);
	if (got == 0)
		got = load(service, &state, file, set, err);
	nt_snapshot_close(state.newest);
	if (got == 0 && file != NULL)	/* a kill leaves that, at least */
		got = save(service, set->service.state, err);
	nt_snapshot_close(file);
	if (got == 0)
		got = serve(service, set->port, err);
	if (got == 0)
		got = save(service, set->service.state, err);
	nt_service_free(service);
	if (state.fd != -1)
		close(state.fd);
	return got;
}

int
main(int argc, char *argv[])
{
	struct settings set;
	struct nt_err err;
	char *token = NULL;
	int status = NT_EXIT_OK;

	nt_tool_start(&usage);
	read_options(argc, argv, &set);
	nt_tool_ignore_sigpipe();
	if (read_token(set.token_file, &token, &err) == -1)
		return nt_tool_fail(&err);
	set.service.token = token;
	if (run(&set, &err) == -1)
		status = nt_tool_fail(&err);
	nt_select_free(set.shared);
	if (token != NULL)
		nt_wipe(token, strlen(token));
	free(token);
	return status;
}
