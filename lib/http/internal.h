/* http, inside: a transfer and how libcurl's words become ours. */
#ifndef NT_HTTP_INTERNAL_H
#define NT_HTTP_INTERNAL_H

#include <curl/curl.h>

#include "nt/buf.h"
#include "nt/http.h"

struct nt_http_headers {
	struct curl_slist *list;
};

/* A slot: its handle and its buffer serve one transfer after another. */
struct nt_transfer {
	struct nt_transfer *next;
	int busy;
	CURL *easy;
	char why[CURL_ERROR_SIZE];
	enum nt_http_fault fault;	/* found by a callback of ours */
	struct nt_buf body;
	int disk_errno;			/* of NT_HTTP_DISK */
	uint64_t max;
	uint64_t stall_ms;
	int64_t moved;			/* when a byte last came */
	struct nt_str send;		/* the rest of a body to be sent once */
	struct curl_slist *headers;	/* made for this transfer alone */
	int to_file;
	int placed;			/* where the body goes is decided */
	int into_file;			/* and it is fd */
	int fd;
	uint64_t from;
	uint64_t at;			/* where the next byte goes in fd */
	nt_http_done *done;
	void *arg;
};

struct nt_http {
	CURLM *multi;
	const char *ca_file;		/* or NULL: the system's */
	struct nt_transfer *slots;	/* all ever made */
	unsigned in_flight;
};

/* Makes a slot with the options that no transfer changes, NULL: no handle. */
struct nt_transfer *nt_transfer_new(const struct nt_http *http);
void nt_transfer_free(struct nt_transfer *t);

/* Sets what this request asks for. */
void nt_transfer_prepare(struct nt_transfer *t,
    const struct nt_http_request *request);

/* After the reply was looked at: keeps no more memory than the next needs. */
void nt_transfer_rest(struct nt_transfer *t);

/* Says what came of it; lent until nt_transfer_rest(). */
void nt_transfer_reply(struct nt_transfer *t, CURLcode code,
    struct nt_http_reply *reply);

#endif
