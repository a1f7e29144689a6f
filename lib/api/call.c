/* A call of the API, from its queue to its done function. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/trace.h"

#define LIMITED_MAX 32		/* 429s of one call; a window each, at worst */
#define BUSY_MAX_MS 60000	/* a busy server is not waited for longer */
#define SILENT_TRIES 4		/* of a server that never gave an answer */

struct call {
	struct nt_task task;	/* must be first */
	struct nt_api *api;
	char *method;
	char *url;
	size_t base_len;	/* of url: where the path begins */
	char *body;		/* NULL: none */
	size_t body_len;
	int form;
	int safe;
	int64_t sent;
	unsigned tries;		/* sends so far, those that got a 429 not */
	unsigned limited;	/* those that got one */
	nt_api_done *done;
	void *arg;
};

static void
call_free(struct nt_task *task)
{
	struct call *call = (struct call *)(void *)task;

	free(call->method);
	free(call->url);
	free(call->body);
	free(call);
}

/* Hands the reply over; the call is gone after it. */
static void
finish(struct call *call, const struct nt_reply *reply)
{
	call->api->ended++;
	call->done(call->arg, reply);
	call_free(&call->task);
}

static void
trace_request(const struct call *call, int status, int64_t ms)
{
	const char *path = call->url + call->base_len;
	struct nt_buf quoted;

	if (!nt_trace_on())
		return;
	nt_buf_init(&quoted, NT_BUF_MAX);
	nt_json_quote(&quoted, (struct nt_str){ path, strcspn(path, "?") });
	nt_trace("request", "\"method\":\"%s\",\"path\":%s,\"status\":%d,"
	    "\"ms\":%" PRId64 ",\"try\":%u", call->method, quoted.p, status,
	    ms, call->tries + call->limited);
	nt_buf_free(&quoted);
}

/* 1 for an answer that holds all calls of the token back, not just this one. */
static int
holds_all(const struct nt_reply *reply)
{
	return reply->again && (reply->status == 429 || reply->status == 529);
}

/*
 * Has all calls wait.  A 429 that says when the window ends tells the budget
 * much; one that says "at once" or nothing does not.
 */
static void
limited(struct call *call, const struct nt_reply *reply, int64_t wait_ms,
    int told)
{
	struct nt_api *api = call->api;
	struct nt_budget_refusal refusal = {
		.sent = call->sent,
		.wait_ms = wait_ms,
		.window = told && reply->status == 429 &&
		    nt_answer_is_window(reply),
		.lone = call->task.lone,
		.others = api->calls_running.count,
	};

	api->stats.limited++;
	nt_trace("limited", "\"status\":%d,\"wait_ms\":%" PRId64
	    ",\"window\":%s", reply->status, wait_ms,
	    refusal.window ? "true" : "false");
	nt_pace_refused(&api->pace, &refusal);
}

/* How often this call is sent at most, that reply being the last of it. */
static unsigned
tries_max(const struct nt_api *api, const struct nt_reply *reply)
{
	if (reply->status == 429)
		return LIMITED_MAX;
	return api->answered || api->tries < SILENT_TRIES ? api->tries :
	    SILENT_TRIES;
}

/* Puts the call back if that is allowed and worth it: 1, else 0. */
static int
repeat(struct call *call, enum nt_verdict verdict,
    const struct nt_reply *reply, const struct nt_http_reply *http)
{
	struct nt_api *api = call->api;
	unsigned n = reply->status == 429 ? call->limited : call->tries;
	int64_t wait_ms;
	int told;

	told = nt_delay_told(http, &wait_ms) && wait_ms > 0;
	if (!told)
		wait_ms = nt_delay_backoff(api->backoff_ms, n);
	if (reply->status != 429 && wait_ms > BUSY_MAX_MS)
		wait_ms = BUSY_MAX_MS;
	if (holds_all(reply))
		limited(call, reply, wait_ms, told);
	if (verdict == NT_VERDICT_UNCLEAR && !call->safe)
		return 0;
	if (n >= tries_max(api, reply))
		return 0;
	nt_api_again(api, &call->task, holds_all(reply) ? 0 : wait_ms,
	    reply->code);
	return 1;
}

static void
on_answer(void *arg, const struct nt_http_reply *http)
{
	struct call *call = arg;
	struct nt_api *api = call->api;
	struct nt_reply reply;
	enum nt_verdict verdict = nt_answer_read(http, api->doc, &reply);

	nt_queue_remove(&api->calls_running, &call->task);
	api->stats.bytes_in += http->bytes_in;
	api->answered |= http->status != 0;
	if (reply.status == 429)
		call->limited++;
	else
		call->tries++;
	trace_request(call, http->status, nt_clock_steady_ms() - call->sent);
	reply.again = verdict == NT_VERDICT_REPEAT ||
	    verdict == NT_VERDICT_UNCLEAR;
	reply.unclear = verdict == NT_VERDICT_UNCLEAR;
	if (call->task.lone && !holds_all(&reply))
		nt_pace_lone_ended(&api->pace, reply.status != 0);
	if (verdict == NT_VERDICT_DENIED) {
		api->denied = 1;
		call_free(&call->task);
		return;
	}
	if (reply.again && repeat(call, verdict, &reply, http))
		return;
	if (!api->answered && http->fault == NT_HTTP_UNSENT) {
		memcpy(api->unreached, reply.message, sizeof api->unreached);
		call_free(&call->task);
		return;
	}
	finish(call, &reply);
}

static void
start(struct nt_task *task)
{
	struct call *call = (struct call *)(void *)task;
	struct nt_api *api = call->api;
	struct nt_http_request request = {
		.method = call->method,
		.url = call->url,
		.headers = call->body == NULL ? api->plain :
		    call->form ? api->form : api->json,
		.body = { call->body, call->body_len },
		.once = !call->safe,
		.timeout_ms = nt_api_time_left(api),
		.max = NT_API_BODY_MAX,
	};

	call->sent = nt_clock_steady_ms();
	api->stats.requests++;
	if (call->tries + call->limited > 0)
		api->stats.retries++;
	nt_queue_add(&api->calls_running, task);
	nt_http_send(api->http, &request, on_answer, call);
}

/* For a call that is not sent at all. */
static void
start_unfit(struct nt_task *task)
{
	struct call *call = (struct call *)(void *)task;
	struct nt_reply reply = { .value = NT_VALUE_NONE };

	snprintf(reply.code, sizeof reply.code, "not_sent");
	snprintf(reply.message, sizeof reply.message,
	    "the path of the request is not one that can be sent");
	finish(call, &reply);
}

void
nt_api_call(struct nt_api *api, const struct nt_call *what,
    nt_api_done *done, void *arg)
{
	struct call *call = nt_alloc(sizeof *call);
	size_t path_len = strlen(what->path);

	call->api = api;
	call->method = nt_strdup(what->method);
	call->base_len = strlen(api->base_url);
	call->url = nt_alloc(call->base_len + path_len + 1);
	memcpy(call->url, api->base_url, call->base_len);
	memcpy(call->url + call->base_len, what->path, path_len);
	if (what->body.p != NULL) {
		call->body = nt_strndup(what->body.p, what->body.len);
		call->body_len = what->body.len;
	}
	call->form = what->form;
	call->safe = what->safe;
	call->done = done;
	call->arg = arg;
	call->task.free = call_free;
	call->task.start = start;
	call->task.queue = what->urgent ? &api->urgent : &api->ordinary;
	if (!nt_api_path_fit(what->path)) {
		call->task.start = start_unfit;
		call->task.queue = &api->stillborn;
	}
	nt_queue_add(call->task.queue, &call->task);
}
