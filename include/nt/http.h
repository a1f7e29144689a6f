/*
 * http - many HTTP transfers at once, over few connections.
 *
 * Calls base; the one room that knows libcurl.  Times are milliseconds, sizes
 * bytes.  Connections are kept and shared (HTTP/2 where it is offered),
 * certificates are always checked, redirects are never followed, cookies and
 * .netrc never used.  Proxies are those of the environment, as curl(1) takes
 * them, but a plain http:// URL goes to its host itself: it is loopback, and
 * what it carries is for nobody else.
 *
 * A transfer ends in one call of its done function, from within
 * nt_http_step(); done may send the next but not step.
 */
#ifndef NT_HTTP_H
#define NT_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/mem.h"

struct nt_http;
struct nt_http_headers;

/* What kept an answer from coming whole. */
enum nt_http_fault {
	NT_HTTP_FINE,		/* nothing: status and body are there */
	NT_HTTP_UNSENT,		/* no connection; the request never left */
	NT_HTTP_UNTRUSTED,	/* nor did it: the certificate is not good */
	NT_HTTP_CUT,		/* the connection broke, or the body is short */
	NT_HTTP_SLOW,		/* a time limit passed */
	NT_HTTP_LARGE,		/* the body is over its limit */
	NT_HTTP_DISK,		/* the body could not be written to fd */
	NT_HTTP_UNFIT		/* libcurl cannot do what was asked */
};

/* One transfer.  Strings are copied, headers and body are lent until done. */
struct nt_http_request {
	const char *method;	/* "GET" */
	const char *url;
	const struct nt_http_headers *headers;	/* or NULL */
	struct nt_str body;	/* p NULL: none */
	int once;		/* never sent twice, not even when a kept
				   connection turns out to be dead */
	uint64_t timeout_ms;	/* from start to last byte; 0: none */
	uint64_t stall_ms;	/* without a byte of the body; 0: none */
	uint64_t max;		/* of the body, after decompression; 0: none */
	/*
	 * to_file: the body of a 200 is written to fd from its start (what was
	 * there is cut off first), that of a 206 from byte `from` on, as it
	 * comes off the wire.  Other answers stay in memory.  A `from` over 0
	 * asks for the rest only, if the file still has that etag (or NULL).
	 */
	int to_file;
	int fd;
	uint64_t from;
	const char *etag;
};

/* What came of it; lent to done for its duration. */
struct nt_http_reply {
	enum nt_http_fault fault;
	const char *why;	/* the fault in words; "" without one */
	int status;		/* 0: no status line came */
	struct nt_str body;	/* NUL behind it; what came of it on a fault */
	uint64_t size;		/* to_file: good bytes from the start of fd */
	uint64_t bytes_in;	/* of the body, as they came over the wire */
	const char *location;	/* of a 3xx, made absolute; else NULL */
	int http2;		/* the answer came by HTTP/2 */
	void *handle;		/* for nt_http_header() */
};

typedef void nt_http_done(void *arg, const struct nt_http_reply *reply);

/*
 * Makes a client that keeps up to `connections` of them open.  The authorities
 * are those of the system, or of the file that CURL_CA_BUNDLE or SSL_CERT_FILE
 * names.  0, or -1.
 */
int nt_http_open(struct nt_http **http, unsigned connections,
    struct nt_err *err);

/* Gives up what is in flight (done is not called) and frees; NULL is fine. */
void nt_http_free(struct nt_http *http);

/*
 * Adds a line "Name: value" to a list, NULL at first; it is wiped when
 * freed, for they may hold a token.
 */
void nt_http_headers_add(struct nt_http_headers **list, const char *line);
void nt_http_headers_free(struct nt_http_headers *list);

/* Starts a transfer; errors too come through done. */
void nt_http_send(struct nt_http *http, const struct nt_http_request *request,
    nt_http_done *done, void *arg);

/*
 * Moves all transfers on, after waiting up to wait_ms for one to be movable,
 * and runs the done functions of those that ended: how many.  A signal ends
 * the wait.  With nothing in flight it just waits.  Stalls are seen by a step,
 * so none should wait for long.
 */
unsigned nt_http_step(struct nt_http *http, int wait_ms);

/* Transfers that have not ended. */
unsigned nt_http_in_flight(const struct nt_http *http);

/* A header of the answer, the last one of that name; NULL if there is none. */
const char *nt_http_header(const struct nt_http_reply *reply,
    const char *name);

#endif
