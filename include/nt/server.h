/*
 * server - HTTP/1.1 on loopback, and the only door to libmicrohttpd.
 *
 * Calls base.  It listens on 127.0.0.1 and nowhere else.  One thread of its
 * own waits for all connections and calls the handler, one request at a time;
 * so the handler needs no lock as long as nothing else touches its state
 * between nt_server_start() and nt_server_stop().  Sizes are bytes.
 */
#ifndef NT_SERVER_H
#define NT_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

#define NT_SERVER_CONNECTIONS 512	/* at once; more wait to be accepted */
#define NT_SERVER_IDLE_S 120		/* a silent connection is closed */
#define NT_SERVER_HEADERS 4		/* of an answer, besides the usual */
#define NT_SERVER_DRAIN_MAX ((uint64_t)256 << 20)	/* of a refused body */

/* A request, whole.  All of it is lent to the handler for its duration. */
struct nt_server_request {
	const char *method;
	const char *path;	/* as sent, still percent-encoded */
	const char *query;	/* as sent, without the '?'; "" if none */
	struct nt_str body;
	int body_too_large;	/* over what the limit function allowed */
	const void *headers;	/* for nt_server_header() */
};

/* The answer; all zero but for body, which is an empty buffer. */
struct nt_server_answer {
	int status;
	const char *content_type;	/* a literal, or lent until "done" */
	struct {
		const char *name;	/* a literal; NULL: no more */
		char value[200];
	} header[NT_SERVER_HEADERS];
	struct nt_buf body;	/* taken by the server */
	int fd;			/* instead of the body if has_file: closed by */
	int has_file;		/* the server after it has sent */
	off_t from;		/* these bytes of it */
	uint64_t len;
};

struct nt_server_handler {
	void (*handle)(void *arg, const struct nt_server_request *request,
	    struct nt_server_answer *answer);
	/* How many bytes of body this request may have. */
	size_t (*limit)(void *arg, const char *method, const char *path);
	void *arg;
};

struct nt_server;

/* Takes the port, 0 for any that is free: 0, or -1.  Callers wait. */
int nt_server_open(struct nt_server **server, uint16_t port,
    struct nt_err *err);

/* Begins to answer: 0, or -1. */
int nt_server_start(struct nt_server *server,
    const struct nt_server_handler *handler, struct nt_err *err);

uint16_t nt_server_port(const struct nt_server *server);

/* Answers what is being answered, then stops and frees.  NULL is fine. */
void nt_server_stop(struct nt_server *server);

/* The value of a header, whatever the case of its name, or NULL. */
const char *nt_server_header(const struct nt_server_request *request,
    const char *name);

#endif
