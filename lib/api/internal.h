/* api, inside: the client, its queues, and the pieces they call. */
#ifndef NT_API_INTERNAL_H
#define NT_API_INTERNAL_H

#include "nt/api.h"
#include "nt/budget.h"
#include "nt/http.h"

/* ---- token.c ---- */

/* The token, and where it came from, for messages. */
struct nt_token {
	char *text;
	char *source;	/* "NOTION_API_TOKEN", or the file's path */
};

int nt_token_find(struct nt_token *token, const char *file,
    struct nt_err *err);
void nt_token_free(struct nt_token *token);

/* ---- answer.c ---- */

enum nt_verdict {
	NT_VERDICT_GOOD,
	NT_VERDICT_FINAL,	/* no repeat can help */
	NT_VERDICT_DENIED,	/* nor for any other call */
	NT_VERDICT_REPEAT,	/* not handled: any call may be sent again */
	NT_VERDICT_UNCLEAR	/* perhaps handled: only a safe call may be */
};

/* Fills the reply from what came; doc is to parse with, its text is http's. */
enum nt_verdict nt_answer_read(const struct nt_http_reply *http,
    struct nt_json *doc, struct nt_reply *reply);

/* 1 if the 429 speaks of the connection's own window, api 1.4. */
int nt_answer_is_window(const struct nt_reply *reply);

/* ---- delay.c ---- */

/*
 * The wait that an answer asks for: 1 and *ms, or 0 if it does not.  A date is
 * held against the server's own clock where the answer tells that.
 */
int nt_delay_told(const struct nt_http_reply *http, int64_t *ms);

/* The back-off before try n + 1, n from 1: doubling, jittered, capped. */
int64_t nt_delay_backoff(uint64_t base_ms, unsigned n);

/* ---- pace.c ---- */

/* The budget, shared between processes where that is possible. */
struct nt_pace {
	int fd;			/* -1: the budget is ours alone */
	struct nt_budget budget;	/* as last seen */
};

void nt_pace_open(struct nt_pace *pace, const char *base_url,
    const char *token);
void nt_pace_close(struct nt_pace *pace);
struct nt_budget_grant nt_pace_take(struct nt_pace *pace, unsigned want,
    unsigned in_flight);
void nt_pace_lone_ended(struct nt_pace *pace, int answered);
void nt_pace_refused(struct nt_pace *pace,
    const struct nt_budget_refusal *refusal);

/* ---- queue.c ---- */

struct nt_queue;

/* What waits to be started; the first member of a call and of a download. */
struct nt_task {
	struct nt_task *next;
	struct nt_queue *queue;		/* where it goes when it is due */
	int64_t due;			/* while it waits */
	int lone;			/* the budget waits for its answer */
	void (*start)(struct nt_task *task);
	void (*free)(struct nt_task *task);
};

/* First in, first out; all zero is empty. */
struct nt_queue {
	struct nt_task *head, *last;
	unsigned count;
};

void nt_queue_add(struct nt_queue *q, struct nt_task *task);
void nt_queue_add_first(struct nt_queue *q, struct nt_task *task);
void nt_queue_add_due(struct nt_queue *q, struct nt_task *task);
struct nt_task *nt_queue_take(struct nt_queue *q);
void nt_queue_remove(struct nt_queue *q, struct nt_task *task);
void nt_queue_free(struct nt_queue *q);

/* ---- client.c ---- */

struct nt_api {
	struct nt_http *http;
	struct nt_http_headers *plain;	/* for a request without a body */
	struct nt_http_headers *json;	/* and for one with */
	struct nt_http_headers *form;	/* the same, of many parts */
	char boundary[48];		/* between those */
	struct nt_json *doc;
	struct nt_token token;
	struct nt_pace pace;
	char *base_url;
	char *version;
	unsigned in_flight_max;
	unsigned tries;
	uint64_t timeout_ms;
	uint64_t backoff_ms;
	int64_t deadline;		/* 0: none */
	struct nt_queue urgent, ordinary, files;	/* may start */
	struct nt_queue waiting;	/* by the time they may start again */
	struct nt_queue stillborn;	/* end without being sent */
	struct nt_queue calls_running, files_running;	/* at http */
	unsigned ended;			/* in this step */
	int answered;			/* ever, whatever it was */
	int denied;
	char unreached[400];		/* why no request ever left, or "" */
	int stop_told;
	struct nt_api_stats stats;
};

/* The shortest of the request's limit and what is left of the run's. */
uint64_t nt_api_time_left(const struct nt_api *api);

/* Puts a task back to start again after a delay. */
void nt_api_again(struct nt_api *api, struct nt_task *task, int64_t delay_ms,
    const char *why);

#endif
