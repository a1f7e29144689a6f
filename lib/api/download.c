/* A file, fetched without the token, from its queue to its done function. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/trace.h"

#define HOPS_MAX 5		/* redirects */
#define STALL_MS (60 * 1000)	/* without a byte; there is no other limit */
#define DELAY_MAX_MS (60 * 1000)

struct file {
	struct nt_task task;	/* must be first */
	struct nt_api *api;
	char *first_url;	/* where each try begins: */
	char *url;		/* links behind redirects are short-lived */
	char etag[128];		/* of what fd holds the beginning of, or "" */
	int fd;
	uint64_t have;
	uint64_t max;
	unsigned hops;
	unsigned tries;		/* sends since the file last grew */
	unsigned tries_max;
	int64_t sent;
	nt_download_done *done;
	void *arg;
};

static void
file_free(struct nt_task *task)
{
	struct file *file = (struct file *)(void *)task;

	free(file->first_url);
	free(file->url);
	free(file);
}

static void
set_url(struct file *file, const char *url)
{
	free(file->url);
	file->url = nt_strdup(url);
}

/* Hands the reply over; the file is gone after it. */
static void
finish(struct file *file, const struct nt_download_reply *reply)
{
	file->api->ended++;
	file->done(file->arg, reply);
	file_free(&file->task);
}

/* The size that a 416 tells behind a star and a slash, or -1. */
static int64_t
told_size(const struct nt_http_reply *http)
{
	const char *range = nt_http_header(http, "Content-Range");
	int64_t size;

	return range != NULL && sscanf(range, "bytes */%" SCNd64, &size) == 1
	    ? size : -1;
}

static void
keep_etag(struct file *file, const struct nt_http_reply *http)
{
	const char *etag = nt_http_header(http, "ETag");

	if (etag != NULL && etag[0] == '"' && strlen(etag) < sizeof file->etag)
		snprintf(file->etag, sizeof file->etag, "%s", etag);
	else
		file->etag[0] = '\0';
}

/* 1 if the same may be asked again: what api 1.3 says of safe calls. */
static int
may_repeat(const struct nt_http_reply *http)
{
	switch (http->fault) {
	case NT_HTTP_FINE:
		return http->status == 408 || http->status == 429 ||
		    http->status >= 500;
	case NT_HTTP_UNSENT:
	case NT_HTTP_CUT:
	case NT_HTTP_SLOW:
		return 1;
	default:
		return 0;
	}
}

static void
again(struct file *file, const struct nt_http_reply *http)
{
	int64_t wait_ms;

	if (!nt_delay_told(http, &wait_ms) || wait_ms == 0)
		wait_ms = nt_delay_backoff(file->api->backoff_ms, file->tries);
	if (wait_ms > DELAY_MAX_MS)
		wait_ms = DELAY_MAX_MS;
	set_url(file, file->first_url);
	file->hops = 0;
	nt_api_again(file->api, &file->task, wait_ms, http->fault ==
	    NT_HTTP_FINE ? "the file's server is busy" : http->why);
}

/* A redirect: 1 if it is followed, else 0 and the reason. */
static int
follow(struct file *file, const struct nt_http_reply *http,
    struct nt_download_reply *reply)
{
	struct nt_err err;

	if (file->hops >= HOPS_MAX)
		nt_err_set(&err, NT_LIMIT, "more than %d redirects", HOPS_MAX);
	else if (nt_api_url_check(http->location, "a redirect", &err) == 0) {
		file->hops++;
		set_url(file, http->location);
		nt_queue_add_first(&file->api->files, &file->task);
		return 1;
	}
	snprintf(reply->error, sizeof reply->error, "%.*s",
	    (int)sizeof reply->error - 1, err.text);
	return 0;
}

/* What a whole answer means: 1 if the download goes on, else 0. */
static int
judge(struct file *file, const struct nt_http_reply *http,
    struct nt_download_reply *reply)
{
	if (http->status == 200 || http->status == 206)
		return 0;
	if (http->location != NULL)
		return follow(file, http, reply);
	if (http->status == 416 && file->have > 0) {
		if (told_size(http) == (int64_t)file->have) {
			reply->status = 206;	/* nothing was left to send */
			return 0;
		}
		file->have = 0;
		nt_queue_add_first(&file->api->files, &file->task);
		return 1;
	}
	reply->expired = http->status == 400 || http->status == 403;
	snprintf(reply->error, sizeof reply->error, "HTTP status %d%s",
	    http->status, reply->expired ? ", the link is too old" : "");
	return 0;
}

static void
trace_download(const struct file *file, const struct nt_http_reply *http)
{
	nt_trace("download", "\"status\":%d,\"ms\":%" PRId64 ",\"bytes\":%"
	    PRIu64 ",\"try\":%u", http->status,
	    nt_clock_steady_ms() - file->sent, http->bytes_in, file->tries);
}

static void
on_answer(void *arg, const struct nt_http_reply *http)
{
	struct file *file = arg;
	struct nt_download_reply reply = { .status = http->status };
	const char *type = nt_http_header(http, "Content-Type");

	nt_queue_remove(&file->api->files_running, &file->task);
	file->api->stats.bytes_in += http->bytes_in;
	if (http->size > file->have)
		file->tries = 1;
	else if (http->location == NULL)
		file->tries++;
	trace_download(file, http);
	if (http->status == 200 || http->status == 206) {
		file->have = http->size;
		keep_etag(file, http);
	}
	reply.again = may_repeat(http);
	reply.too_large = http->fault == NT_HTTP_LARGE;
	if (reply.again && file->tries < file->tries_max) {
		again(file, http);
		return;
	}
	if (http->fault != NT_HTTP_FINE)
		snprintf(reply.error, sizeof reply.error, "%s", http->why);
	else if (judge(file, http, &reply))
		return;
	reply.size = file->have;
	snprintf(reply.content_type, sizeof reply.content_type, "%s",
	    type != NULL ? type : "");
	finish(file, &reply);
}

static void
start(struct nt_task *task)
{
	struct file *file = (struct file *)(void *)task;
	struct nt_api *api = file->api;
	struct nt_http_request request = {
		.method = "GET",
		.url = file->url,
		.stall_ms = api->timeout_ms < STALL_MS ? api->timeout_ms
		    : STALL_MS,
		.max = file->max,
		.to_file = 1,
		.fd = file->fd,
		.from = file->have,
		.etag = file->etag[0] != '\0' ? file->etag : NULL,
	};

	file->sent = nt_clock_steady_ms();
	api->stats.downloads++;
	nt_queue_add(&api->files_running, task);
	nt_http_send(api->http, &request, on_answer, file);
}

/* For a URL that is not asked at all. */
static void
start_unfit(struct nt_task *task)
{
	struct file *file = (struct file *)(void *)task;
	struct nt_download_reply reply = { .size = file->have };
	struct nt_err err = { .text = "" };

	nt_api_url_check(file->url, "the link", &err);
	snprintf(reply.error, sizeof reply.error, "%.*s",
	    (int)sizeof reply.error - 1, err.text);
	finish(file, &reply);
}

void
nt_api_download(struct nt_api *api, const struct nt_download *what,
    nt_download_done *done, void *arg)
{
	struct file *file = nt_alloc(sizeof *file);

	file->api = api;
	file->first_url = nt_strdup(what->url);
	file->url = nt_strdup(what->url);
	file->fd = what->fd;
	file->have = what->have;
	file->max = what->max;
	file->tries_max = what->tries > 0 ? what->tries : api->tries;
	file->done = done;
	file->arg = arg;
	file->task.free = file_free;
	file->task.start = start;
	file->task.queue = &api->files;
	if (nt_api_url_check(what->url, "the link", NULL) == -1) {
		file->task.start = start_unfit;
		file->task.queue = &api->stillborn;
	}
	nt_queue_add(file->task.queue, &file->task);
}
