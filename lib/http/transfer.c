/* One transfer: what libcurl is told, and what it said. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/file.h"

#define CONNECT_MS (30 * 1000L)
#define ASIDE_MAX ((size_t)64 << 10)	/* of what is not for the file */
#define KEEP_MAX ((size_t)256 << 10)	/* memory a slot keeps for the next */
#define READ_BYTES (64L << 10)		/* of a read; answers are 3 to 300 KB */

/* A header of the answer that is still coming in; NULL if there is none. */
static const char *
header_of(CURL *easy, const char *name)
{
	struct nt_http_reply reply = { .handle = easy };

	return nt_http_header(&reply, name);
}

/* 1 if the answer goes on where the file ends: "bytes 5-9/10". */
static int
goes_on(const struct nt_transfer *t)
{
	const char *range = header_of(t->easy, "Content-Range");
	uint64_t from;

	return range != NULL &&
	    sscanf(range, "bytes %" SCNu64 "-", &from) == 1 &&
	    from == t->from;
}

static int
disk_fault(struct nt_transfer *t)
{
	t->fault = NT_HTTP_DISK;
	t->disk_errno = errno;
	return -1;
}

/*
 * Decides, at the first byte, where the body goes; 0, or -1.  A 206 that we
 * cannot place is as bad as a broken one.
 */
static int
place(struct nt_transfer *t)
{
	curl_off_t length = -1;
	long status = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->placed = 1;
	t->into_file = status == 200 || status == 206;
	if (!t->into_file) {
		t->max = ASIDE_MAX;
		return 0;
	}
	if (status == 206 && !goes_on(t)) {
		t->fault = NT_HTTP_CUT;
		return -1;
	}
	t->at = status == 206 ? t->from : 0;
	curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	if (t->max > 0 && length > 0 && (uint64_t)length + t->at > t->max) {
		t->fault = NT_HTTP_LARGE;
		return -1;
	}
	return ftruncate(t->fd, (off_t)t->at) == -1 ? disk_fault(t) : 0;
}

static int
to_file(struct nt_transfer *t, const char *p, size_t len)
{
	if (t->max > 0 && t->at + len > t->max) {
		t->fault = NT_HTTP_LARGE;
		return -1;
	}
	if (nt_pwrite_all(t->fd, p, len, (off_t)t->at) == -1)
		return disk_fault(t);
	t->at += len;
	return 0;
}

/* libcurl's: bytes of the body.  Any other count than len stops it. */
static size_t
on_body(char *p, size_t size, size_t count, void *arg)
{
	struct nt_transfer *t = arg;
	size_t len = size * count;

	if (t->stall_ms > 0)
		t->moved = nt_clock_steady_ms();
	if (t->to_file && !t->placed && place(t) == -1)
		return 0;
	if (t->into_file)
		return to_file(t, p, len) == -1 ? 0 : len;
	if (t->max > 0 && t->body.len + len > t->max) {
		if (t->to_file)		/* enough was kept to say what it is */
			return len;
		t->fault = NT_HTTP_LARGE;
		return 0;
	}
	nt_buf_add(&t->body, p, len);
	return len;
}

/* libcurl's: wants bytes to send. */
static size_t
on_send(char *p, size_t size, size_t count, void *arg)
{
	struct nt_transfer *t = arg;
	size_t len = size * count;

	if (len > t->send.len)
		len = t->send.len;
	if (len > 0)
		memcpy(p, t->send.p, len);
	t->send.p += len;
	t->send.len -= len;
	return len;
}

struct nt_transfer *
nt_transfer_new(const struct nt_http *http)
{
	struct nt_transfer *t = nt_alloc(sizeof *t);
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		nt_out_of_memory();
	t->easy = easy;
	nt_buf_init(&t->body, NT_BUF_MAX);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)t);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->why);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(easy, CURLOPT_READDATA, t);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_BYTES);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "notion-tools/" NT_VERSION);
	if (http->ca_file != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);
	return t;
}

void
nt_transfer_free(struct nt_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	nt_buf_free(&t->body);
	free(t);
}

/*
 * A body that may be sent again is handed over whole.  One that may not is
 * handed over as libcurl asks for it: having no way to wind it back, it gives
 * up where it would otherwise send the request anew on its own.  It does that
 * on a kept connection only, so without a body a new one helps.
 */
static void
prepare_body(struct nt_transfer *t, const struct nt_http_request *request)
{
	CURL *easy = t->easy;
	int post = strcmp(request->method, "POST") == 0;

	curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT,
	    request->once && request->body.len == 0 ? 1L : 0L);
	if (request->body.p != NULL || post) {
		int once = request->once && request->body.len > 0;

		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->body.len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		    once ? NULL : request->body.len > 0 ? request->body.p : "");
		t->send = request->body;
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
	    post || strcmp(request->method, "GET") == 0 ? NULL
	    : request->method);
}

/* Ranges count bytes as stored, so a file is asked for uncompressed. */
static void
prepare_file(struct nt_transfer *t, const struct nt_http_request *request)
{
	char range[32], line[256];

	t->to_file = request->to_file;
	t->placed = t->into_file = 0;
	t->fd = request->fd;
	t->from = t->at = request->from;
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING,
	    t->to_file ? NULL : "");
	if (!t->to_file || t->from == 0) {
		curl_easy_setopt(t->easy, CURLOPT_RANGE, NULL);
		return;
	}
	snprintf(range, sizeof range, "%" PRIu64 "-", t->from);
	curl_easy_setopt(t->easy, CURLOPT_RANGE, range);
	if (request->etag == NULL)
		return;
	snprintf(line, sizeof line, "If-Range: %s", request->etag);
	t->headers = curl_slist_append(NULL, line);
}

void
nt_transfer_prepare(struct nt_transfer *t,
    const struct nt_http_request *request)
{
	CURL *easy = t->easy;
	int plain = strncmp(request->url, "http://", 7) == 0;

	t->fault = NT_HTTP_FINE;
	t->why[0] = '\0';
	t->max = request->max;
	t->stall_ms = request->stall_ms;
	t->moved = nt_clock_steady_ms();
	curl_slist_free_all(t->headers);
	t->headers = NULL;

	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_PROXY, plain ? "" : NULL);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, plain ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	prepare_body(t, request);
	prepare_file(t, request);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER,
	    t->headers != NULL ? t->headers
	    : request->headers != NULL ? request->headers->list : NULL);
}

static enum nt_http_fault
fault_of(CURLcode code)
{
	static const struct {
		CURLcode code;
		enum nt_http_fault fault;
	} known[] = {
		{ CURLE_OK, NT_HTTP_FINE },
		{ CURLE_COULDNT_RESOLVE_PROXY, NT_HTTP_UNSENT },
		{ CURLE_COULDNT_RESOLVE_HOST, NT_HTTP_UNSENT },
		{ CURLE_COULDNT_CONNECT, NT_HTTP_UNSENT },
		{ CURLE_SSL_CONNECT_ERROR, NT_HTTP_UNSENT },
		{ CURLE_PROXY, NT_HTTP_UNSENT },
		{ CURLE_PEER_FAILED_VERIFICATION, NT_HTTP_UNTRUSTED },
		{ CURLE_SSL_CACERT_BADFILE, NT_HTTP_UNTRUSTED },
		{ CURLE_SSL_ISSUER_ERROR, NT_HTTP_UNTRUSTED },
		{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, NT_HTTP_UNTRUSTED },
		{ CURLE_OPERATION_TIMEDOUT, NT_HTTP_SLOW },
		{ CURLE_URL_MALFORMAT, NT_HTTP_UNFIT },
		{ CURLE_UNSUPPORTED_PROTOCOL, NT_HTTP_UNFIT },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			return known[i].fault;
	return NT_HTTP_CUT;	/* whatever else happens, happens on the way */
}

/* The fault in words: libcurl's where it has some. */
static const char *
why(struct nt_transfer *t, enum nt_http_fault fault, CURLcode code)
{
	switch (fault) {
	case NT_HTTP_FINE:
		return "";
	case NT_HTTP_LARGE:
		return "the answer is larger than allowed";
	case NT_HTTP_SLOW:
		return t->why[0] != '\0' ? t->why : "no byte came for too long";
	case NT_HTTP_DISK:
		snprintf(t->why, sizeof t->why, "cannot write the file: %s",
		    strerror(t->disk_errno));
		return t->why;
	default:
		return t->why[0] != '\0' ? t->why : curl_easy_strerror(code);
	}
}

/* The fault of this transfer, ours or libcurl's. */
static enum nt_http_fault
fault_met(const struct nt_transfer *t, CURLcode code)
{
	curl_off_t sending_us = 0;

	if (t->fault != NT_HTTP_FINE)
		return t->fault;
	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &sending_us);
	if (code == CURLE_OPERATION_TIMEDOUT && sending_us == 0)
		return NT_HTTP_UNSENT;	/* time was up before the connection */
	return fault_of(code);
}

void
nt_transfer_rest(struct nt_transfer *t)
{
	if (t->body.room > KEEP_MAX)
		nt_buf_free(&t->body);
	nt_buf_clear(&t->body);
}

void
nt_transfer_reply(struct nt_transfer *t, CURLcode code,
    struct nt_http_reply *reply)
{
	long status = 0, version = 0;
	curl_off_t bytes = 0;
	char *location = NULL;

	if (t->to_file && !t->placed && code == CURLE_OK)
		place(t);	/* an empty body is a body */
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
	curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &location);
	memset(reply, 0, sizeof *reply);
	reply->handle = t->easy;
	reply->fault = fault_met(t, code);
	reply->why = why(t, reply->fault, code);
	reply->status = (int)status;
	reply->body = nt_buf_view(&t->body);
	reply->size = t->at;
	reply->bytes_in = (uint64_t)bytes;
	reply->location = location;
	reply->http2 = version == CURL_HTTP_VERSION_2_0;
}
