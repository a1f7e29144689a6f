/*
 * libmicrohttpd, as a function from whole requests to whole answers.
 *
 * A request is collected in a struct incoming that is made when its first
 * line has come and freed when its answer is out.
 */
#include "nt/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

struct nt_server {
	struct MHD_Daemon *daemon;
	struct nt_server_handler handler;
	int listener;
	uint16_t port;
};

struct incoming {
	char *path;		/* and behind its NUL the query */
	const char *query;
	struct nt_buf body;
	size_t limit;
	uint64_t dropped;	/* bytes of body over the limit */
	int started;
};

/* The request line has come: what MHD would decode is kept as it was sent. */
static void *
on_line(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct incoming *in = nt_alloc(sizeof *in);
	char *mark;

	(void)arg;
	(void)connection;
	in->path = nt_strdup(target);
	if ((mark = strchr(in->path, '?')) != NULL)
		*mark++ = '\0';
	in->query = mark != NULL ? mark : "";
	return in;
}

static void
on_done(void *arg, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode how)
{
	struct incoming *in = *state;

	(void)arg;
	(void)connection;
	(void)how;
	if (in == NULL)
		return;
	if (in->started)
		nt_buf_free(&in->body);
	free(in->path);
	free(in);
	*state = NULL;
}

/* Keeps what fits; a little more than the limit is read to be polite. */
static enum MHD_Result
add_body(struct incoming *in, const char *data, size_t *len)
{
	if (in->dropped == 0 && in->body.len + *len <= in->limit)
		nt_buf_add(&in->body, data, *len);
	else
		in->dropped += *len;
	*len = 0;
	return in->dropped > NT_SERVER_DRAIN_MAX ? MHD_NO : MHD_YES;
}

static struct MHD_Response *
response_of(struct nt_server_answer *answer)
{
	struct MHD_Response *response;
	size_t len = answer->body.len;
	char *body;

	if (answer->has_file) {
		nt_buf_free(&answer->body);
		response = MHD_create_response_from_fd_at_offset64(answer->len,
		    answer->fd, (uint64_t)answer->from);
		if (response == NULL)
			close(answer->fd);
		return response;
	}
	body = nt_buf_take(&answer->body);
	nt_buf_free(&answer->body);
	response = MHD_create_response_from_buffer(len, body,
	    MHD_RESPMEM_MUST_FREE);
	if (response == NULL)
		free(body);
	return response;
}

static enum MHD_Result
send_answer(struct MHD_Connection *connection, struct nt_server_answer *answer)
{
	struct MHD_Response *response = response_of(answer);
	enum MHD_Result sent;

	if (response == NULL)
		return MHD_NO;
	if (answer->content_type != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
		    answer->content_type);
	for (size_t i = 0; i < NT_SERVER_HEADERS &&
	    answer->header[i].name != NULL; i++)
		MHD_add_response_header(response, answer->header[i].name,
		    answer->header[i].value);
	sent = MHD_queue_response(connection, (unsigned)answer->status,
	    response);
	MHD_destroy_response(response);
	return sent;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **state)
{
	struct nt_server *server = arg;
	struct incoming *in = *state;
	struct nt_server_answer answer = { 0 };

	(void)url;
	(void)version;
	if (!in->started) {
		in->limit = server->handler.limit(server->handler.arg, method,
		    in->path);
		nt_buf_init(&in->body, in->limit);
		in->started = 1;
		return MHD_YES;
	}
	if (*len > 0)
		return add_body(in, data, len);

	struct nt_server_request request = {
		.method = method, .path = in->path, .query = in->query,
		.body = nt_buf_view(&in->body),
		.body_too_large = in->dropped > 0, .headers = connection,
	};
	nt_buf_init(&answer.body, NT_BUF_MAX);
	server->handler.handle(server->handler.arg, &request, &answer);
	return send_answer(connection, &answer);
}

const char *
nt_server_header(const struct nt_server_request *request, const char *name)
{
	/* MHD does not change it, but says so nowhere. */
	return MHD_lookup_connection_value(
	    (struct MHD_Connection *)(uintptr_t)request->headers,
	    MHD_HEADER_KIND, name);
}

/* A listening socket on loopback, or -1. */
static int
listen_on(uint16_t port, struct nt_err *err)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	char name[32];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1;

	snprintf(name, sizeof name, "127.0.0.1 port %u", (unsigned)port);
	if (fd == -1)
		return nt_err_sys(err, "make a socket for", name);
	/* A port of a server just ended may be taken again at once. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 ||
	    listen(fd, SOMAXCONN) == -1) {
		nt_err_sys(err, "listen on", name);
		close(fd);
		return -1;
	}
	return fd;
}

int
nt_server_open(struct nt_server **out, uint16_t port, struct nt_err *err)
{
	struct sockaddr_in address;
	socklen_t len = sizeof address;
	struct nt_server *server;
	int fd = listen_on(port, err);

	if (fd == -1)
		return -1;
	if (getsockname(fd, (struct sockaddr *)&address, &len) == -1) {
		nt_err_sys(err, "find out", "the port");
		close(fd);
		return -1;
	}
	server = nt_alloc(sizeof *server);
	server->listener = fd;
	server->port = ntohs(address.sin_port);
	*out = server;
	return 0;
}

int
nt_server_start(struct nt_server *server,
    const struct nt_server_handler *handler, struct nt_err *err)
{
	server->handler = *handler;
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0,
	    NULL, NULL, on_request, server,
	    MHD_OPTION_LISTEN_SOCKET, server->listener,
	    MHD_OPTION_URI_LOG_CALLBACK, on_line, server,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, server,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)NT_SERVER_CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)NT_SERVER_IDLE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)64 << 10,
	    MHD_OPTION_END);
	if (server->daemon == NULL)
		return nt_err_sys(err, "start", "the HTTP server");
	return 0;
}

uint16_t
nt_server_port(const struct nt_server *server)
{
	return server->port;
}

void
nt_server_stop(struct nt_server *server)
{
	if (server == NULL)
		return;
	if (server->daemon != NULL)
		MHD_stop_daemon(server->daemon);	/* and the socket */
	else
		close(server->listener);
	free(server);
}
