/*
 * service - the Notion REST service over a workspace of one's own.
 *
 * Calls model, stream, db, json, crypto and base; knows nothing of sockets: a
 * request comes as a struct and the answer goes as one.  The rules are those
 * of notion-api.md, cited as "api 1.3".  One service is for one thread.
 * Sizes are bytes, times milliseconds.
 */
#ifndef NT_SERVICE_H
#define NT_SERVICE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"
#include "nt/stream.h"

#define NT_SERVICE_URL_TTL_MS ((int64_t)3600 * 1000)

/* What a token may do (api 1.7). */
#define NT_MAY_READ 1u
#define NT_MAY_UPDATE 2u
#define NT_MAY_INSERT 4u
#define NT_MAY_READ_COMMENTS 8u
#define NT_MAY_INSERT_COMMENTS 16u
#define NT_MAY_SEE_USERS 32u

/* What the strings point to must outlive the service. */
struct nt_service_config {
	const char *state;	/* a repository, in which it is kept beside
				   the snapshots; NULL: in memory */
	const char *assets;	/* folder of files by SHA-256, or NULL */
	const char *token;	/* the only one that is let in; NULL: any */
	unsigned rate;		/* requests in 60 s; 0: as many as you like */
	int64_t url_ttl_ms;	/* how long a signed link lives */
	size_t result_cap;	/* 0: 10,000 (api 1.6) */
	unsigned capabilities;	/* NT_MAY_* of the token; 0: all */
};

struct nt_service;

/* Opens the workspace, empty if it is new.  0, or -1 and err. */
int nt_service_open(struct nt_service **service,
    const struct nt_service_config *config, struct nt_err *err);

/* Frees it; what was answered as done is in the file.  NULL is fine. */
void nt_service_free(struct nt_service *service);

/* 1 if nothing was ever loaded or written. */
int nt_service_is_empty(struct nt_service *service);

/* Where a workspace comes from: records in the order of a stream. */
struct nt_service_source {
	/* The next record, lent until the next call: 1, 0 at the end, -1. */
	int (*next)(void *arg, struct nt_record *rec, struct nt_err *err);
	/* After the last: the snapshot record, or p NULL. */
	struct nt_str (*head)(void *arg);
	/* Writes the bytes of an asset to fd: 1, 0 if they are not there, -1;
	   NULL: none are. */
	int (*asset)(void *arg, struct nt_str sha256, int fd,
	    struct nt_err *err);
	void *arg;		/* of these three */
};

/*
 * Loads all that from gives, or nothing: 0, or -1 and err, with the line.
 * Bytes of assets go into the file of the state, or one without a name.
 */
int nt_service_load(struct nt_service *service,
    const struct nt_service_source *from, struct nt_err *err);

/* 1 if it was loaded or written to since nt_service_saved(). */
int nt_service_changed(const struct nt_service *service);
int nt_service_saved(struct nt_service *service, struct nt_err *err);

/*
 * Writes the workspace as a stream, as a fetch of all of it would read it, and
 * records of the assets whose bytes are here: 0, or -1.  tool is who says so.
 */
int nt_service_save(struct nt_service *service, struct nt_writer *out,
    const char *tool, struct nt_err *err);

/* Writes the bytes of an asset to fd: 1, 0 if they are not here, or -1. */
int nt_service_asset(struct nt_service *service, struct nt_str sha256, int fd,
    struct nt_err *err);

/* "http://127.0.0.1:8080": what links to the service itself begin with. */
void nt_service_set_base(struct nt_service *service, const char *url);

/* Everything is lent for the call. */
struct nt_service_request {
	const char *method;
	const char *path;	/* percent-encoded */
	const char *query;	/* the same; "" if none */
	const char *token;	/* NULL: none was sent */
	const char *host;	/* the name it was sent to; NULL: none */
	const char *version;	/* Notion-Version; NULL: none was sent */
	const char *content_type;	/* of the body; NULL: none was sent */
	const char *range;	/* of bytes; NULL: none was sent */
	struct nt_str body;
	int body_too_large;	/* over nt_service_body_max() */
};

struct nt_service_answer {
	int status;
	struct nt_buf *body;	/* the caller's, empty; filled */
	char content_type[128];
	char content_range[80];	/* "" if there is none */
	int is_file;		/* a file: it may be had in ranges */
	unsigned retry_after_s;	/* of a 429 */
	int fd;			/* is_file and not -1: these bytes of it are */
	off_t from;		/* the body; the caller closes it */
	uint64_t len;
};

/* How many bytes of body a request may have (api 1.5). */
size_t nt_service_body_max(const char *method, const char *path);

/* Answers.  Whatever is wrong is an answer too. */
void nt_service_answer(struct nt_service *service,
    const struct nt_service_request *request,
    struct nt_service_answer *answer);

/* Requests answered so far. */
uint64_t nt_service_requests(const struct nt_service *service);

#endif
