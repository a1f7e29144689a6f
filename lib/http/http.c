/* The client: slots, the multi handle, one step. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/mem.h"

/* The file with authorities that the environment names, as curl(1) has it. */
static const char *
ca_file(void)
{
	static const char *const names[] = {
		"CURL_CA_BUNDLE", "SSL_CERT_FILE"
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return value;
	}
	return NULL;
}

int
nt_http_open(struct nt_http **out, unsigned connections, struct nt_err *err)
{
	struct nt_http *http;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return nt_err_set(err, NT_SYS, "cannot start libcurl");
	http = nt_alloc(sizeof *http);
	http->ca_file = ca_file();
	http->multi = curl_multi_init();
	if (http->multi == NULL) {
		nt_http_free(http);
		return nt_err_set(err, NT_SYS, "cannot start libcurl");
	}
	curl_multi_setopt(http->multi, CURLMOPT_PIPELINING,
	    (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS,
	    (long)connections);
	*out = http;
	return 0;
}

void
nt_http_free(struct nt_http *http)
{
	if (http == NULL)
		return;
	while (http->slots != NULL) {
		struct nt_transfer *t = http->slots;

		http->slots = t->next;
		if (t->busy)
			curl_multi_remove_handle(http->multi, t->easy);
		nt_transfer_free(t);
	}
	if (http->multi != NULL)
		curl_multi_cleanup(http->multi);
	free(http);
	curl_global_cleanup();
}

void
nt_http_headers_add(struct nt_http_headers **list, const char *line)
{
	struct curl_slist *longer;

	if (*list == NULL)
		*list = nt_alloc(sizeof **list);
	longer = curl_slist_append((*list)->list, line);
	if (longer == NULL)
		nt_out_of_memory();
	(*list)->list = longer;
}

void
nt_http_headers_free(struct nt_http_headers *list)
{
	if (list == NULL)
		return;
	for (struct curl_slist *s = list->list; s != NULL; s = s->next)
		nt_wipe(s->data, strlen(s->data));
	curl_slist_free_all(list->list);
	free(list);
}

static struct nt_transfer *
free_slot(struct nt_http *http)
{
	struct nt_transfer *t = http->slots;

	while (t != NULL && t->busy)
		t = t->next;
	if (t == NULL) {
		t = nt_transfer_new(http);
		t->next = http->slots;
		http->slots = t;
	}
	return t;
}

void
nt_http_send(struct nt_http *http, const struct nt_http_request *request,
    nt_http_done *done, void *arg)
{
	struct nt_transfer *t = free_slot(http);

	t->busy = 1;
	t->done = done;
	t->arg = arg;
	nt_transfer_prepare(t, request);
	curl_multi_add_handle(http->multi, t->easy);
	http->in_flight++;
}

/* Tells whoever waits for it and gives the slot back. */
static void
finish(struct nt_http *http, CURL *easy, CURLcode code)
{
	struct nt_http_reply reply;
	struct nt_transfer *t;
	char *self;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
	t = (struct nt_transfer *)(void *)self;
	nt_transfer_reply(t, code, &reply);
	curl_multi_remove_handle(http->multi, easy);
	http->in_flight--;
	t->done(t->arg, &reply);
	nt_transfer_rest(t);
	t->busy = 0;
}

/* Ends what has not moved for too long: how many. */
static unsigned
end_stalled(struct nt_http *http)
{
	int64_t now = nt_clock_steady_ms();
	unsigned ended = 0;

	for (struct nt_transfer *t = http->slots; t != NULL; t = t->next) {
		if (!t->busy || t->stall_ms == 0 ||
		    now - t->moved < (int64_t)t->stall_ms)
			continue;
		t->fault = NT_HTTP_SLOW;
		finish(http, t->easy, CURLE_OPERATION_TIMEDOUT);
		ended++;
	}
	return ended;
}

unsigned
nt_http_step(struct nt_http *http, int wait_ms)
{
	unsigned ended = 0;
	int running, left;
	CURLMsg *message;

	curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL);
	curl_multi_perform(http->multi, &running);
	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		finish(http, message->easy_handle, message->data.result);
		ended++;
	}
	return ended + end_stalled(http);
}

unsigned
nt_http_in_flight(const struct nt_http *http)
{
	return http->in_flight;
}

const char *
nt_http_header(const struct nt_http_reply *reply, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(reply->handle, name, 0, CURLH_HEADER, -1,
	    &header) != CURLHE_OK)
		return NULL;
	return header->value;
}
