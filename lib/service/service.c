/*
 * The service, and the way of a request through it: the rate, the token, the
 * version, the path, the body, the handler, the commit.
 */
#include "nt/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "nt/clock.h"
#include "nt/trace.h"

#include "internal.h"

#define WINDOW_MS 60000			/* of the rate limit (api 1.4) */
#define SEND_BYTES_MAX ((size_t)21 << 20)	/* 20 MiB and what is around */

int
nt_service_open(struct nt_service **out,
    const struct nt_service_config *config, struct nt_err *err)
{
	struct nt_service *svc = nt_alloc(sizeof *svc);

	svc->config = *config;
	if (svc->config.result_cap == 0)
		svc->config.result_cap = NT_RESULTS_MAX;
	svc->base = nt_strdup("http://127.0.0.1");
	svc->body_doc = nt_json_new();
	svc->doc = nt_json_new();
	svc->doc2 = nt_json_new();
	svc->render_doc = nt_json_new();
	svc->lists = nt_lists_new();
	svc->hidden = nt_id_map_new();
	svc->hidden_changed = 1;
	svc->aside = -1;
	svc->places = nt_id_map_new();
	svc->generation = 1;	/* 0 is that of view queries */
	nt_buf_init(&svc->me_json, NT_BUF_MAX);
	nt_buf_init(&svc->trace, NT_BUF_MAX);
	if (nt_store_open(svc, err) == -1) {
		nt_service_free(svc);
		return -1;
	}
	nt_user_find_me(svc);
	*out = svc;
	return 0;
}

void
nt_service_free(struct nt_service *svc)
{
	if (svc == NULL)
		return;
	nt_db_close(svc->db);
	nt_lists_free(svc->lists);
	nt_id_map_free(svc->hidden);
	nt_id_map_free(svc->places);
	if (svc->aside != -1)
		close(svc->aside);
	nt_json_free(svc->body_doc);
	nt_json_free(svc->doc);
	nt_json_free(svc->doc2);
	nt_json_free(svc->render_doc);
	nt_buf_free(&svc->me_json);
	nt_buf_free(&svc->trace);
	nt_wipe(svc->secret, sizeof svc->secret);
	free(svc->me_name);
	free(svc->base);
	free(svc);
}

int
nt_service_is_empty(struct nt_service *svc)
{
	struct nt_stmt *s = nt_db_stmt(svc->db,
	    "SELECT 1 FROM served_object LIMIT 1");
	int empty = !nt_stmt_step(s);

	nt_stmt_done(s);
	return empty;
}

int
nt_service_changed(const struct nt_service *svc)
{
	return svc->changed;
}

int
nt_service_saved(struct nt_service *svc, struct nt_err *err)
{
	if (nt_db_begin(svc->db, err) == -1)
		return -1;
	nt_stmt_run(nt_db_stmt(svc->db,
	    "DELETE FROM served WHERE key = 'changed'"));
	if (nt_db_commit(svc->db, err) == -1)
		return -1;
	svc->changed = 0;
	return 0;
}

void
nt_service_set_base(struct nt_service *svc, const char *url)
{
	free(svc->base);
	svc->base = nt_strdup(url);
}

uint64_t
nt_service_requests(const struct nt_service *svc)
{
	return svc->requests;
}

size_t
nt_service_body_max(const char *method, const char *path)
{
	size_t len = strlen(path);

	if (strcmp(method, "POST") == 0 &&
	    strncmp(path, "/v1/file_uploads/", 17) == 0 && len > 5 &&
	    strcmp(path + len - 5, "/send") == 0)
		return SEND_BYTES_MAX;
	return NT_BODY_BYTES_MAX;
}

/* ---- gates ---- */

/* A fixed window: it begins with its first request (api 1.4). */
static int
check_rate(struct nt_turn *t)
{
	struct nt_service *svc = t->svc;
	int64_t left;

	if (svc->config.rate == 0)
		return 0;
	if (t->now - svc->window_start >= WINDOW_MS ||
	    t->now < svc->window_start) {
		svc->window_start = t->now;
		svc->window_used = 0;
	}
	if (svc->window_used < svc->config.rate) {
		svc->window_used++;
		return 0;
	}
	left = (svc->window_start + WINDOW_MS - t->now + 999) / 1000;
	t->answer->retry_after_s = (unsigned)(left > 0 ? left : 1);
	snprintf(t->more, sizeof t->more, "{\"rate_limit_reason\":"
	    "\"public_api_request_rate_limit\",\"retry_after\":\"%u\"}",
	    t->answer->retry_after_s);
	return nt_refuse(&t->why, 429, "rate_limited", "You have been rate "
	    "limited. Please try again in a few minutes.");
}

static int
check_token(struct nt_turn *t)
{
	const char *got = t->request->token, *want = t->svc->config.token;

	if (got != NULL && got[0] != '\0' &&
	    (want == NULL || strcmp(got, want) == 0))
		return 0;
	return nt_refuse(&t->why, 401, "unauthorized",
	    "API token is invalid.");
}

/*
 * Where any token is let in, a web page that has its own name resolve to this
 * machine could read all there is; such a request says that name.
 */
static int
check_host(struct nt_turn *t)
{
	static const char *const own[] = { "127.0.0.1", "localhost", "[::1]" };
	const char *host = t->request->host;

	if (host == NULL || t->svc->config.token != NULL)
		return 0;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		size_t len = strlen(own[i]);

		if (strncasecmp(host, own[i], len) == 0 &&
		    (host[len] == '\0' || host[len] == ':'))
			return 0;
	}
	return nt_refuse(&t->why, 403, "restricted_resource", "The Host is "
	    "\"%.100s\", expected 127.0.0.1 or localhost.", host);
}

static int
check_version(struct nt_turn *t)
{
	const char *got = t->request->version;
	struct nt_buf shown;

	if (got != NULL &&
	    nt_version_scan(nt_str_of(got), &t->version) == 0)
		return 0;
	nt_buf_init(&shown, 4096);
	if (got != NULL)
		nt_json_quote(&shown, nt_str_of(got));
	else
		nt_buf_str(&shown, "undefined");
	nt_refuse(&t->why, 400, got != NULL ? "validation_error" :
	    "missing_version", "Notion-Version header failed validation: "
	    "Notion-Version header should be `\"%s\"` or `\"%s\"`, instead "
	    "was `%.100s`.", nt_version_name(NT_VERSION_2025_09_03),
	    nt_version_name(NT_VERSION_2026_03_11), shown.p);
	nt_buf_free(&shown);
	return -1;
}

/* ---- what the token may do (api 1.7) ---- */

static int
may(const struct nt_turn *t, unsigned what)
{
	unsigned given = t->svc->config.capabilities;

	return given == 0 || (given & what) == what;
}

static int
check_capability(struct nt_turn *t)
{
	if (may(t, t->route->needs))
		return 0;
	return nt_refuse(&t->why, 403, "restricted_resource",
	    "Insufficient permissions for this endpoint.");
}

/* An object as it is shown to who may not read it. */
static void
put_partial(struct nt_json_out *o, struct nt_value v)
{
	static const char *const shown[] = { "object", "id", "request_id" };

	nt_json_open(o, NULL, '{');
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		if (nt_value_there(nt_value_get(v, shown[i])))
			nt_json_put_value(o, shown[i],
			    nt_value_get(v, shown[i]));
	nt_json_close(o, '}');
}

/* Who may write and not read learns of what was written its id alone. */
static void
hide_answer(struct nt_turn *t)
{
	unsigned read = (t->route->needs & NT_MAY_INSERT_COMMENTS) != 0 ?
	    NT_MAY_READ_COMMENTS : NT_MAY_READ;
	struct nt_json_out o;
	struct nt_buf whole;
	struct nt_value v, list;

	if (!t->route->writes || t->route->needs == 0 || may(t, read))
		return;
	nt_buf_init(&whole, NT_BUF_MAX);
	nt_buf_add(&whole, t->out->p, t->out->len);
	nt_buf_clear(t->out);
	nt_json_out_init(&o, t->out);
	if (nt_json_parse(t->svc->doc, whole.p, whole.len, &v, NULL) == 0) {
		list = nt_value_get(v, "results");
		if (!nt_value_there(list)) {
			put_partial(&o, v);
		} else {
			nt_buf_clear(&t->scratch);
			nt_json_out_init(&o, &t->scratch);
			nt_json_open(&o, NULL, '[');
			for (struct nt_value e = nt_value_first(list);
			    nt_value_there(e); e = nt_value_next(e))
				put_partial(&o, e);
			nt_json_close(&o, ']');
			nt_value_put(v, "results", nt_buf_view(&t->scratch));
			nt_json_canonical(v, t->out);
		}
	}
	nt_buf_free(&whole);
}

/* ---- the query string ---- */

/* Decodes in place; a % without two digits behind it stands for itself. */
static void
decode(char *text)
{
	char *to = text;

	for (const char *p = text; *p != '\0'; p++) {
		int high = *p == '%' ? nt_hex_digit(p[1]) : -1;
		int low = high >= 0 ? nt_hex_digit(p[2]) : -1;

		if (low >= 0 && (high > 0 || low > 0)) {
			*to++ = (char)(high * 16 + low);
			p += 2;
		} else
			*to++ = *p == '+' ? ' ' : *p;
	}
	*to = '\0';
}

/* 1 if the word stands in the list, space between. */
static int
is_among(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; len > 0 && (p = strstr(p, word)) != NULL;
	    p += len)
		if ((p == list || p[-1] == ' ') &&
		    (p[len] == '\0' || p[len] == ' '))
			return 1;
	return 0;
}

static int
refuse_arg(struct nt_turn *t, const struct nt_arg *arg)
{
	struct nt_buf shown;

	nt_buf_init(&shown, NT_BUF_MAX);
	nt_json_quote(&shown, nt_str_of(arg->value));
	nt_refuse_form(&t->why, "query failed validation: query.%.100s should "
	    "be not present, instead was `%.200s`.", arg->name, shown.p);
	nt_buf_free(&shown);
	return -1;
}

static int
take_args(struct nt_turn *t)
{
	const char *p = t->request->query;

	while (*p != '\0') {
		size_t len = strcspn(p, "&");
		struct nt_arg *arg = &t->args[t->nargs];

		if (len > 0) {
			if (t->nargs == NT_ARGS_MAX)
				return nt_refuse_form(&t->why, "query failed "
				    "validation: it should have at most `%d` "
				    "parameters.", NT_ARGS_MAX);
			arg->name = nt_strndup(p, len);
			arg->value = strchr(arg->name, '=');
			if (arg->value != NULL)
				*arg->value++ = '\0';
			else
				arg->value = arg->name + len;
			decode(arg->name);
			decode(arg->value);
			t->nargs++;
			if (!is_among(t->route->args, arg->name))
				return refuse_arg(t, arg);
		}
		p += len;
		p += *p == '&';
	}
	return 0;
}

/* ---- the body ---- */

static int
take_body(struct nt_turn *t)
{
	struct nt_str body = t->request->body;
	struct nt_err err;

	if (strcmp(t->request->method, "GET") == 0 || body.len == 0)
		body = NT_STR("{}");
	if (nt_json_parse(t->svc->body_doc, body.p, body.len, &t->body,
	    &err) == -1)
		return nt_refuse(&t->why, 400, "invalid_json",
		    "Error parsing JSON body.");
	if (!nt_value_is(t->body, NT_JSON_OBJECT)) {
		struct nt_str raw = nt_value_raw(t->body);

		return nt_refuse_form(&t->why, "body failed validation: body "
		    "should be an object, instead was `%.*s`.",
		    (int)(raw.len < 100 ? raw.len : 100), raw.p);
	}
	return t->route->form == NT_NO_FORM ? 0 : nt_form_check(
	    (enum nt_form)t->route->form, t->version, t->body, &t->why);
}

/* ---- the way through ---- */

static int
internal_error(struct nt_turn *t, const struct nt_err *err)
{
	nt_trace("store", "\"error\":%d", (int)err->kind);
	if (err->kind == NT_AGAIN)
		return nt_refuse(&t->why, 503,
		    "database_connection_unavailable", "Database is "
		    "unavailable: %s", err->text);
	return nt_refuse(&t->why, 500, "internal_server_error",
	    "Unexpected error occurred: %s", err->text);
}

static int
run_handler(struct nt_turn *t)
{
	struct nt_err err;
	int got, marked;

	if (t->route->writes && nt_db_begin(t->db, &err) == -1)
		return internal_error(t, &err);
	got = t->route->handler(t);
	if (got == -1 || nt_db_failed(t->db, NULL))
		t->svc->hidden_changed = 1;	/* read before it was undone */
	if (nt_db_failed(t->db, &err)) {
		nt_db_rollback(t->db);
		return internal_error(t, &err);
	}
	if (!t->route->writes)
		return got;
	if (got == -1) {
		nt_db_rollback(t->db);
		if (t->unready[0] != '\0')
			nt_refuse_form(&t->why, "%s", t->unready);
		return -1;
	}
	t->svc->generation++;
	marked = t->svc->changed;
	if (t->route->needs != 0)	/* an upload by itself is no change */
		nt_store_mark(t->svc);
	if (nt_db_commit(t->db, &err) == 0)
		return 0;
	t->svc->changed = marked;
	return internal_error(t, &err);
}

static int
run(struct nt_turn *t)
{
	if (check_rate(t) == -1 || check_host(t) == -1 ||
	    check_token(t) == -1)
		return -1;
	t->route = nt_route_find(t);
	if (t->route == NULL)
		return nt_refuse(&t->why, 400, "invalid_request_url",
		    "Invalid request URL.");
	if (check_version(t) == -1 || check_capability(t) == -1)
		return -1;
	if (t->request->body_too_large)
		return nt_refuse(&t->why, 413, "validation_error",
		    "The request body is larger than %zu bytes.",
		    nt_service_body_max(t->request->method, t->request->path));
	if (nt_route_path(t) == -1 || take_args(t) == -1)
		return -1;
	if (t->route->form != NT_NO_JSON && take_body(t) == -1)
		return -1;
	if (run_handler(t) == -1)
		return -1;
	hide_answer(t);
	return 0;
}

/* An answer that did not fit is none. */
static int
check_size(struct nt_turn *t)
{
	struct nt_err err;

	if (nt_buf_check(t->out, "the answer", &err) == 0)
		return 0;
	return internal_error(t, &err);
}

static void
write_error(struct nt_turn *t)
{
	struct nt_json_out o;

	nt_buf_clear(t->out);
	nt_json_out_init(&o, t->out);
	nt_json_open(&o, NULL, '{');
	nt_json_put_text(&o, "object", "error");
	nt_json_put_int(&o, "status", t->why.status);
	nt_json_put_text(&o, "code", t->why.code);
	nt_json_put_text(&o, "message", t->why.message);
	if (t->more[0] != '\0')
		nt_json_put_raw(&o, "additional_data", nt_str_of(t->more));
	nt_json_put_text(&o, "request_id", t->request_id);
	nt_json_close(&o, '}');
	t->answer->status = t->why.status;
}

static void
finish(struct nt_turn *t)
{
	for (size_t i = 0; i < t->nargs; i++)
		free(t->args[i].name);
	free(t->part);
	nt_buf_free(&t->scratch);
}

void
nt_service_answer(struct nt_service *svc,
    const struct nt_service_request *request, struct nt_service_answer *answer)
{
	struct nt_turn t = {
		.svc = svc, .db = svc->db, .request = request,
		.answer = answer, .out = answer->body,
		.now = nt_clock_wall_ms(),
	};
	int64_t began = nt_clock_steady_ms();
	struct nt_id id;

	svc->requests++;
	answer->fd = -1;
	answer->status = 200;
	snprintf(answer->content_type, sizeof answer->content_type,
	    "application/json; charset=utf-8");
	nt_buf_init(&t.scratch, NT_BUF_MAX);
	nt_id_random(&id);
	nt_id_format(&id, t.request_id);
	nt_time_format(t.now - t.now % 60000, t.minute);
	if (strncmp(request->path, "/files/", 7) == 0)
		nt_file_answer(&t);
	else if (run(&t) == -1 || check_size(&t) == -1)
		write_error(&t);
	finish(&t);
	if (nt_trace_on()) {
		nt_buf_clear(&svc->trace);
		nt_buf_str(&svc->trace, "\"method\":");
		nt_json_quote(&svc->trace, nt_str_of(request->method));
		nt_buf_str(&svc->trace, ",\"path\":");
		nt_json_quote(&svc->trace, nt_str_of(request->path));
		nt_trace("answer", "%s,\"status\":%d,\"bytes\":%zu,"
		    "\"ms\":%lld", svc->trace.p, answer->status,
		    answer->body->len,
		    (long long)(nt_clock_steady_ms() - began));
	}
}
