/* The client: made, stepped, asked. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/tool.h"
#include "nt/trace.h"

#define BACKOFF_MS 1000
#define BACKOFF_MAX_MS (60 * 1000)
#define FILES_MAX 4		/* downloads at once */
#define LOOK_MS 1000		/* a signal just before a wait is seen then */

/* The base URL without the slash at its end. */
static int
set_base_url(struct nt_api *api, const char *url, struct nt_err *err)
{
	size_t len;

	if (url == NULL)
		url = getenv("NOTION_API_BASE_URL");
	if (url == NULL || *url == '\0')
		url = NT_API_URL;
	if (nt_api_url_check(url, "the base URL", err) == -1)
		return -1;
	if (strpbrk(url, "?#") != NULL)
		return nt_err_set(err, NT_DATA, "the base URL holds a query, "
		    "expected https://host/prefix");
	len = strlen(url);
	while (len > 0 && url[len - 1] == '/')
		len--;
	api->base_url = nt_strndup(url, len);
	return 0;
}

/* The first back-off: for tests and the impatient, from the environment. */
static int
set_backoff(struct nt_api *api, uint64_t ms, struct nt_err *err)
{
	const char *text = getenv("NOTION_API_BACKOFF_MS");
	char *end;

	api->backoff_ms = ms > 0 ? ms : BACKOFF_MS;
	if (ms > 0 || text == NULL || *text == '\0')
		return 0;
	errno = 0;
	api->backoff_ms = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 ||
	    api->backoff_ms > BACKOFF_MAX_MS)
		return nt_err_set(err, NT_DATA, "NOTION_API_BACKOFF_MS is "
		    "\"%.40s\", expected 0 to %d", text, BACKOFF_MAX_MS);
	return 0;
}

static int
set_version(struct nt_api *api, const char *version, struct nt_err *err)
{
	if (version == NULL)
		version = NT_API_VERSION;
	if (*version == '\0' || version[strspn(version, "0123456789-")] != '\0')
		return nt_err_set(err, NT_DATA, "the API version is "
		    "\"%.40s\", expected a date like " NT_API_VERSION, version);
	api->version = nt_strdup(version);
	return 0;
}

static void
add_header(struct nt_http_headers **list, const char *name, const char *value)
{
	struct nt_buf line;

	nt_buf_init(&line, NT_BUF_MAX);
	nt_buf_fmt(&line, "%s%s", name, value);
	nt_http_headers_add(list, line.p);
	nt_wipe(line.p, line.len);
	nt_buf_free(&line);
}

/* The headers of requests without a body, with JSON, and with a form. */
static void
set_headers(struct nt_api *api)
{
	struct nt_http_headers **const lists[] = { &api->plain, &api->json,
		&api->form };
	char type[100];

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		add_header(lists[i], "Authorization: Bearer ", api->token.text);
		add_header(lists[i], "Notion-Version: ", api->version);
	}
	add_header(&api->json, "Content-Type: ", "application/json");
	snprintf(api->boundary, sizeof api->boundary, "part-%016" PRIx64
	    "%016" PRIx64, nt_random64(), nt_random64());
	snprintf(type, sizeof type, "multipart/form-data; boundary=%s",
	    api->boundary);
	add_header(&api->form, "Content-Type: ", type);
}

const char *
nt_api_boundary(const struct nt_api *api)
{
	return api->boundary;
}

int
nt_api_open(struct nt_api **out, const struct nt_api_config *config,
    struct nt_err *err)
{
	struct nt_api *api = nt_alloc(sizeof *api);

	api->pace.fd = -1;
	api->in_flight_max = config->in_flight > 0 ? config->in_flight
	    : NT_API_IN_FLIGHT;
	api->tries = config->tries > 0 ? config->tries : NT_API_TRIES;
	api->timeout_ms = config->timeout_ms > 0 ? config->timeout_ms
	    : NT_API_TIMEOUT_MS;
	if (config->deadline_ms > 0)
		api->deadline = nt_clock_steady_ms() +
		    (int64_t)config->deadline_ms;
	if (set_base_url(api, config->base_url, err) == -1 ||
	    set_version(api, config->version, err) == -1 ||
	    set_backoff(api, config->backoff_ms, err) == -1 ||
	    nt_token_find(&api->token, config->token_file, err) == -1 ||
	    nt_http_open(&api->http, api->in_flight_max + FILES_MAX,
	    err) == -1) {
		nt_api_free(api);
		return -1;
	}
	set_headers(api);
	nt_pace_open(&api->pace, api->base_url, api->token.text);
	api->doc = nt_json_new();
	*out = api;
	return 0;
}

void
nt_api_free(struct nt_api *api)
{
	if (api == NULL)
		return;
	nt_http_free(api->http);
	nt_queue_free(&api->urgent);
	nt_queue_free(&api->ordinary);
	nt_queue_free(&api->files);
	nt_queue_free(&api->waiting);
	nt_queue_free(&api->stillborn);
	nt_queue_free(&api->calls_running);
	nt_queue_free(&api->files_running);
	nt_http_headers_free(api->plain);
	nt_http_headers_free(api->json);
	nt_http_headers_free(api->form);
	nt_pace_close(&api->pace);
	nt_token_free(&api->token);
	nt_json_free(api->doc);
	free(api->base_url);
	free(api->version);
	free(api);
}

uint64_t
nt_api_time_left(const struct nt_api *api)
{
	int64_t left;

	if (api->deadline == 0)
		return api->timeout_ms;
	left = api->deadline - nt_clock_steady_ms();
	if (left < 1)
		left = 1;
	return (uint64_t)left < api->timeout_ms ? (uint64_t)left
	    : api->timeout_ms;
}

void
nt_api_again(struct nt_api *api, struct nt_task *task, int64_t delay_ms,
    const char *why)
{
	if (nt_trace_on()) {
		struct nt_buf quoted;

		nt_buf_init(&quoted, NT_BUF_MAX);
		nt_json_quote(&quoted, nt_str_of(why));
		nt_trace("retry", "\"why\":%s,\"wait_ms\":%" PRId64, quoted.p,
		    delay_ms);
		nt_buf_free(&quoted);
	}
	task->due = nt_clock_steady_ms() + delay_ms;
	nt_queue_add_due(&api->waiting, task);
}

static void
start_one(struct nt_queue *queue)
{
	struct nt_task *task = nt_queue_take(queue);

	task->start(task);
}

/* The next queue that a call comes from, NULL if none waits. */
static struct nt_queue *
calls_queue(struct nt_api *api)
{
	if (api->urgent.count > 0)
		return &api->urgent;
	return api->ordinary.count > 0 ? &api->ordinary : NULL;
}

/*
 * Starts the calls that have a slot and a share of the budget.  Time until
 * the budget should be asked again, -1 if it is not what holds us up.
 */
static int64_t
start_calls(struct nt_api *api)
{
	struct nt_budget_grant grant;
	unsigned want;

	while (calls_queue(api) != NULL &&
	    api->calls_running.count < api->in_flight_max) {
		want = api->in_flight_max - api->calls_running.count;
		if (want > api->urgent.count + api->ordinary.count)
			want = api->urgent.count + api->ordinary.count;
		grant = nt_pace_take(&api->pace, want,
		    api->calls_running.count);
		if (grant.count == 0)
			return grant.wait_ms;
		for (unsigned i = 0; i < grant.count; i++) {
			struct nt_queue *queue = calls_queue(api);

			queue->head->lone = grant.lone;
			start_one(queue);
		}
	}
	return -1;
}

/*
 * Starts all that may start now.  Time until something else may, -1 if that
 * hangs on an answer alone.
 */
static int64_t
start_ready(struct nt_api *api, int64_t now)
{
	int64_t wait, due;

	while (api->stillborn.count > 0)
		start_one(&api->stillborn);
	while (api->waiting.count > 0 && api->waiting.head->due <= now) {
		struct nt_task *task = nt_queue_take(&api->waiting);

		nt_queue_add_first(task->queue, task);
	}
	while (api->files.count > 0 && api->files_running.count < FILES_MAX)
		start_one(&api->files);
	wait = start_calls(api);
	if (api->waiting.count == 0)
		return wait;
	due = api->waiting.head->due - now;
	return wait == -1 || due < wait ? due : wait;
}

/* 0, or -1 when no call can succeed any more. */
static int
check_going(const struct nt_api *api, int64_t now, struct nt_err *err)
{
	if (api->denied)
		return nt_err_set(err, NT_DENIED, "Notion refused the token "
		    "(401 unauthorized): check %s", api->token.source);
	if (api->unreached[0] != '\0')
		return nt_err_set(err, NT_AGAIN, "cannot reach %s: %s",
		    api->base_url, api->unreached);
	if (api->deadline != 0 && now >= api->deadline)
		return nt_err_set(err, NT_AGAIN, "the time for the whole run "
		    "is over, with %u requests open", nt_api_pending(api));
	return 0;
}

/* The shortest of some waits of which -1 is endless. */
static int64_t
shortest(int64_t a, int64_t b)
{
	if (a == -1 || b == -1)
		return a == -1 ? b : a;
	return a < b ? a : b;
}

/* Waits for an answer, at most so long, and books idle time as such. */
static void
wait_for_http(struct nt_api *api, int64_t wait_ms)
{
	int idle = nt_http_in_flight(api->http) == 0;
	int64_t before = nt_clock_steady_ms();

	nt_http_step(api->http,
	    (int)(wait_ms == -1 || wait_ms > LOOK_MS ? LOOK_MS : wait_ms));
	if (idle)
		api->stats.waited_ms +=
		    (uint64_t)(nt_clock_steady_ms() - before);
}

/* 1 the first time it is asked after a signal came that ends the tool. */
static int
must_tell_stop(struct nt_api *api)
{
	if (api->stop_told || nt_tool_stopping() == 0)
		return 0;
	api->stop_told = 1;
	return 1;
}

int
nt_api_step(struct nt_api *api, int wait_ms, struct nt_err *err)
{
	int64_t now = nt_clock_steady_ms();
	int64_t until = wait_ms == -1 ? -1 : now + wait_ms;

	api->ended = 0;
	for (;;) {
		int64_t wait;

		if (check_going(api, now, err) == -1)
			return -1;
		if (nt_api_pending(api) == 0)
			return api->ended > 0;
		wait = start_ready(api, now);
		if (api->ended > 0 || must_tell_stop(api))
			return 1;
		if (until != -1)
			wait = shortest(wait, until - now);
		if (api->deadline != 0)
			wait = shortest(wait, api->deadline - now);
		wait_for_http(api, wait);
		now = nt_clock_steady_ms();
		if (api->ended > 0 && !api->denied)
			return 1;
		if (until != -1 && now >= until && !api->denied)
			return 1;
	}
}

unsigned
nt_api_pending(const struct nt_api *api)
{
	return api->urgent.count + api->ordinary.count +
	    api->calls_running.count + api->files.count +
	    api->files_running.count + api->waiting.count +
	    api->stillborn.count;
}

unsigned
nt_api_slots(const struct nt_api *api)
{
	unsigned taken = api->urgent.count + api->ordinary.count +
	    api->calls_running.count;

	return taken < api->in_flight_max ? api->in_flight_max - taken : 0;
}

void
nt_api_stats(const struct nt_api *api, struct nt_api_stats *stats)
{
	*stats = api->stats;
	stats->in_flight = api->calls_running.count + api->files_running.count;
	stats->budget = api->pace.budget.limit;
}

const char *
nt_api_base_url(const struct nt_api *api)
{
	return api->base_url;
}

const char *
nt_api_version(const struct nt_api *api)
{
	return api->version;
}
