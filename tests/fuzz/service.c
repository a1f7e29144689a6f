/*
 * Whatever is asked, the answer is JSON that says what it is, or the storage's
 * XML; an error says its status, code and message; and nothing is ever our own
 * fault (500).  The first line of the input is method and target, the second
 * the content type, the rest the body.  UPLOAD in the target is the id of a
 * file upload that waits for its bytes.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/json.h"
#include "nt/service.h"

static const struct nt_service_config config = {
	.url_ttl_ms = NT_SERVICE_URL_TTL_MS,
};

static int
next_record(void *arg, struct nt_record *rec, struct nt_err *err)
{
	return nt_reader_next(arg, rec, err);
}

static struct nt_str
head_record(void *arg)
{
	return nt_reader_snapshot(arg);
}

static struct nt_service *
open_sample(void)
{
	const char *root = getenv("NT_ROOT");
	struct nt_service_source from = { next_record, head_record, NULL,
	    NULL };
	struct nt_service *service;
	struct nt_err err;
	char path[1024], *files[] = { NULL, NULL };

	snprintf(path, sizeof path, "%s/examples/workspace.ndjson",
	    root != NULL ? root : ".");
	FUZZ_MUST(nt_service_open(&service, &config, &err) == 0);
	files[0] = path;
	from.arg = nt_reader_new(files, NT_READ_WHOLE, NULL);
	FUZZ_MUST(nt_service_load(service, &from, &err) == 0);
	nt_reader_free(from.arg);
	return service;
}

static void
must_be_well_formed(const struct nt_service_answer *answer)
{
	struct nt_json *doc = nt_json_new();
	struct nt_value root;

	FUZZ_MUST(answer->status >= 200 && answer->status < 500);
	FUZZ_MUST(answer->fd == -1);
	if (strcmp(answer->content_type, "application/json; charset=utf-8") ==
	    0) {
		FUZZ_MUST(nt_json_parse(doc, answer->body->p,
		    answer->body->len, &root, NULL) == 0);
		FUZZ_MUST(nt_value_is(root, NT_JSON_OBJECT));
		FUZZ_MUST(nt_value_there(nt_value_get(root, "request_id")));
		FUZZ_MUST((answer->status >= 400) == nt_value_text_is(
		    nt_value_get(root, "object"), "error"));
		if (answer->status >= 400) {
			FUZZ_MUST(nt_value_int(nt_value_get(root,
			    "status")) == answer->status);
			FUZZ_MUST(nt_value_text(nt_value_get(root,
			    "code")).len > 0);
			FUZZ_MUST(nt_value_text(nt_value_get(root,
			    "message")).len > 0);
		}
	}
	nt_json_free(doc);
}

static void
ask(struct nt_service *service, const struct nt_service_request *request,
    struct nt_buf *body)
{
	struct nt_service_answer answer = { .body = body };

	nt_service_answer(service, request, &answer);
	must_be_well_formed(&answer);
}

/* Makes an upload; its id is in id, 36 characters and a NUL. */
static void
make_upload(struct nt_service *service, char id[40])
{
	struct nt_service_request request = {
		.method = "POST", .path = "/v1/file_uploads", .query = "",
		.token = "t", .version = "2026-03-11",
		.body = NT_STR("{\"filename\":\"a.txt\"}"),
	};
	struct nt_str found;
	static const char *const name[] = { "id" };
	struct nt_buf body;

	nt_buf_init(&body, NT_BUF_MAX);
	ask(service, &request, &body);
	FUZZ_MUST(nt_json_glance(body.p, body.len, name, 1, &found) == 1);
	snprintf(id, 40, "%.36s", found.p + 1);
	nt_buf_free(&body);
}

/* The next line, ended by a NUL; *rest goes on behind it. */
static char *
next_line(char **rest)
{
	char *line = *rest, *end = strchr(line, '\n');

	*rest = end != NULL ? end + 1 : line + strlen(line);
	if (end != NULL)
		*end = '\0';
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nt_service *service;
	char *copy = nt_strndup((const char *)data, size), *rest = copy;
	char *target = next_line(&rest), *type = next_line(&rest);
	char *path = strchr(target, ' '), *query, *mark, full[2048], id[40];
	struct nt_buf body;

	if (service == NULL)
		service = open_sample();
	if (path != NULL)
		*path++ = '\0';
	else
		path = target + strlen(target);
	mark = strstr(path, "UPLOAD");
	if (mark != NULL)
		make_upload(service, id);
	snprintf(full, sizeof full, "%.*s%s%s", mark == NULL ? 1000 :
	    (int)(mark - path), path, mark == NULL ? "" : id,
	    mark == NULL ? "" : mark + 6);
	query = strchr(full, '?');
	if (query != NULL)
		*query++ = '\0';

	struct nt_service_request request = {
		.method = target, .path = full,
		.query = query != NULL ? query : "", .token = "t",
		.version = size % 2 == 0 ? "2026-03-11" : "2025-09-03",
		.content_type = type,
		.body = { rest, size - (size_t)(rest - copy) },
	};
	nt_buf_init(&body, NT_BUF_MAX);
	ask(service, &request, &body);
	nt_buf_free(&body);
	free(copy);
	return 0;
}
