/*
 * api - the Notion REST API as a client sees it: pacing, retries, errors.
 *
 * Calls http, json, crypto and base; http does the transfers.  Times are
 * milliseconds.  One client serves a whole tool: calls are queued, many are
 * in flight at once, and each ends in one call of its done function, from
 * within nt_api_step().  Source of the rules: api 1.1 to 1.6 and 9.
 */
#ifndef NT_API_H
#define NT_API_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/err.h"
#include "nt/json.h"

#define NT_API_VERSION "2026-03-11"
#define NT_API_URL "https://api.notion.com"
#define NT_API_IN_FLIGHT 16			/* calls at once */
#define NT_API_TIMEOUT_MS (90 * 1000)		/* a request */
#define NT_API_TRIES 8				/* sends of one request; 4 while
						   nothing was ever answered */
#define NT_API_BODY_MAX ((size_t)64 << 20)	/* bytes of one answer */

/* All zero (and NULL) means the defaults. */
struct nt_api_config {
	const char *base_url;	/* else NOTION_API_BASE_URL, else NT_API_URL */
	const char *version;	/* else NT_API_VERSION */
	const char *token_file;	/* else NOTION_API_TOKEN, NOTION_TOKEN, ... */
	unsigned in_flight;
	unsigned tries;
	uint64_t timeout_ms;	/* a request, from send to last byte */
	uint64_t deadline_ms;	/* the whole run; 0: none */
	uint64_t backoff_ms;	/* before the first repeat; else
				   NOTION_API_BACKOFF_MS, else 1 s */
};

struct nt_api;

/* What came of a call.  Lent to the done function for its duration. */
struct nt_reply {
	int status;		/* HTTP; 0: no whole answer was ever got */
	struct nt_value value;	/* the body, parsed; always there for success */
	char code[64];		/* "object_not_found", see below; "": success */
	char message[400];	/* for people; "" for success */
	char request_id[64];	/* "" if none came */
	int again;		/* later may help (429, 5xx, no answer) */
	int unclear;		/* it may have been done: for one not safe */
};

/*
 * A code that is not the API's own: no_connection, not_trusted (certificate),
 * no_answer, timeout, too_large, not_sent (nothing that can be sent), all with
 * status 0; bad_answer (a 2xx that is no JSON object), redirected, http_error
 * (an error page that is not the API's) with the status that came.  Success is
 * a 2xx with code "".
 */

typedef void nt_api_done(void *arg, const struct nt_reply *reply);

/* One request.  Everything is copied by nt_api_call(). */
struct nt_call {
	const char *method;	/* "GET" */
	const char *path;	/* "/v1/users?page_size=100", already encoded */
	struct nt_str body;	/* JSON, or p NULL */
	int form;		/* the body is multipart/form-data, its parts
				   divided by nt_api_boundary() */
	int safe;		/* may be sent again after an unclear answer:
				   all reads, also POST query and search */
	int urgent;		/* goes before those that are not */
};

/*
 * Makes a client: finds the token (refusing a world-readable token file, a
 * token with control bytes, plain http to anything but loopback) and opens
 * the budget that processes with the same token share.  0, or -1.
 */
int nt_api_open(struct nt_api **api, const struct nt_api_config *config,
    struct nt_err *err);

/* Gives up what is in flight (done is not called) and frees.  NULL is fine. */
void nt_api_free(struct nt_api *api);

/* What divides the parts of a form; lent. */
const char *nt_api_boundary(const struct nt_api *api);

/*
 * Queues a call.  done gets arg and the reply, once; never, if nt_api_step()
 * says -1 before.
 */
void nt_api_call(struct nt_api *api, const struct nt_call *call,
    nt_api_done *done, void *arg);

/*
 * Downloads a file, without the token, following redirects, from *have bytes
 * on (a Range request; it starts over if the server does not know ranges) to
 * fd.  The URL must be https, or http to loopback; max is in bytes, 0: none.
 */
struct nt_download {
	const char *url;
	int fd;			/* lent until done is called */
	uint64_t have;
	uint64_t max;
	unsigned tries;		/* 0: as many as of a request */
};

struct nt_download_reply {
	int status;		/* 200 or 206 is success if error is "" */
	uint64_t size;		/* bytes of the whole file now in fd */
	char content_type[128];
	int too_large;		/* it is, or says it is, over max */
	int expired;		/* 400 or 403: the signed link is too old */
	int again;
	char error[400];	/* "" on success */
};

typedef void nt_download_done(void *arg, const struct nt_download_reply *r);

void nt_api_download(struct nt_api *api, const struct nt_download *download,
    nt_download_done *done, void *arg);

/* Calls queued or in flight, downloads included. */
unsigned nt_api_pending(const struct nt_api *api);

/* How many more calls would start at once. */
unsigned nt_api_slots(const struct nt_api *api);

/*
 * Waits for at least one call to end (or wait_ms to pass; -1: for ever) and
 * runs the done functions of all that did.  1, or 0 if nothing is pending, or
 * -1 when no call can succeed any more: the token is refused (NT_DENIED), the
 * overall deadline passed or the service was never reached (NT_AGAIN).
 * Returns early with 1 when a signal came that nt_tool_catch_stop() holds.
 */
int nt_api_step(struct nt_api *api, int wait_ms, struct nt_err *err);

/* ---- rules that stand alone ---- */

/*
 * 0 if a URL may be asked: https, or http to loopback, without user or
 * password, control bytes and spaces.  Else -1; what names it in the error.
 */
int nt_api_url_check(const char *url, const char *what, struct nt_err *err);

/*
 * 1 if a path can be sent as it is: it begins with a slash and has no dot
 * parts (encoded or not), spaces, control bytes or fragment.
 */
int nt_api_path_fit(const char *path);

/*
 * Reads a Retry-After, seconds or an HTTP date, as of wall_ms: 1 and *ms, not
 * negative, or 0 if the text (NULL is allowed) is neither.
 */
int nt_api_retry_after(const char *text, int64_t wall_ms, int64_t *ms);

/* Percent-encodes one path part or query value into out, appending. */
void nt_api_encode(struct nt_buf *out, struct nt_str text);

struct nt_api_stats {
	uint64_t requests;	/* sent to the API, repeats included */
	uint64_t retries;	/* of those, repeats */
	uint64_t limited;	/* 429 and 529 answers */
	uint64_t downloads;
	uint64_t bytes_in;	/* as they came over the wire */
	uint64_t waited_ms;	/* of the run, nothing allowed to be sent */
	unsigned in_flight;
	unsigned budget;	/* calls a window, 0 while unknown */
};

void nt_api_stats(const struct nt_api *api, struct nt_api_stats *stats);

/* What the client talks to, for the snapshot record; lent. */
const char *nt_api_base_url(const struct nt_api *api);
const char *nt_api_version(const struct nt_api *api);

#endif
