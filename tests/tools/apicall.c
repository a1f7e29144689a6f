/*
 * apicall - one or many calls through the api room, for tests
 *
 *	apicall [options] METHOD PATH [BODY]	prints status, code and flags;
 *						then the message and the body
 *	apicall [options] -o FILE URL		downloads; prints status, size,
 *						type and flags; then the error
 *
 *	-n N	the call N times, queued at once; only first lines are printed
 *	-s	safe, though the method is not GET
 *	-T MS	time limit of a request	-D MS	of the run
 *	-t N	tries			-p N	calls in flight
 *	-f FILE	token file		-m N	largest download
 *	-c	go on where FILE ends	-v	statistics on standard error
 *
 * Exit 0 when every reply was a success, 1 when one was not, 2 when the client
 * could not be made or stopped, 75 when time may cure that.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nt/api.h"
#include "nt/tool.h"

static const struct nt_usage usage = {
	"apicall", "[options] METHOD PATH [BODY]", "calls through api", NULL
};

struct run {
	unsigned times;
	int failed;
};

static void
on_reply(void *arg, const struct nt_reply *reply)
{
	struct run *run = arg;
	struct nt_buf body;

	if (reply->code[0] != '\0')
		run->failed = 1;
	printf("%d %s%s%s\n", reply->status, reply->code[0] != '\0'
	    ? reply->code : "ok", reply->again ? " again" : "",
	    reply->unclear ? " unclear" : "");
	if (run->times > 1)
		return;
	if (reply->message[0] != '\0')
		printf("%s\n", reply->message);
	if (!nt_value_there(reply->value))
		return;
	nt_buf_init(&body, NT_BUF_MAX);
	nt_json_canonical(reply->value, &body);
	printf("%s\n", body.p);
	nt_buf_free(&body);
}

static void
on_file(void *arg, const struct nt_download_reply *reply)
{
	struct run *run = arg;

	if (reply->error[0] != '\0')
		run->failed = 1;
	printf("%d %" PRIu64 " %s%s%s%s\n", reply->status, reply->size,
	    reply->content_type, reply->too_large ? " too-large" : "",
	    reply->expired ? " expired" : "", reply->again ? " again" : "");
	if (reply->error[0] != '\0')
		printf("%s\n", reply->error);
}

static void
print_stats(const struct nt_api *api, FILE *to)
{
	struct nt_api_stats s;

	nt_api_stats(api, &s);
	fprintf(to, "requests %" PRIu64 " retries %" PRIu64 " limited %" PRIu64
	    " downloads %" PRIu64 " budget %u\n", s.requests, s.retries,
	    s.limited, s.downloads, s.budget);
}

/* What the command line asks for. */
struct order {
	struct nt_api_config config;
	struct nt_call call;
	struct nt_download file;
	struct run run;
	const char *output;	/* NULL: a call */
	int go_on, verbose;
};

static uint64_t
number(void)
{
	return strtoull(optarg, NULL, 10);
}

static void
read_options(struct order *o, int argc, char *argv[])
{
	int letter;

	while ((letter = getopt(argc, argv, "n:sT:D:t:p:f:m:o:cv")) != -1)
		switch (letter) {
		case 'n': o->run.times = (unsigned)number(); break;
		case 's': o->call.safe = 1; break;
		case 'T': o->config.timeout_ms = number(); break;
		case 'D': o->config.deadline_ms = number(); break;
		case 't': o->config.tries = (unsigned)number(); break;
		case 'p': o->config.in_flight = (unsigned)number(); break;
		case 'f': o->config.token_file = optarg; break;
		case 'm': o->file.max = number(); break;
		case 'o': o->output = optarg; break;
		case 'c': o->go_on = 1; break;
		case 'v': o->verbose = 1; break;
		default: exit(NT_EXIT_TROUBLE);
		}
	if (argc - optind < (o->output != NULL ? 1 : 2))
		nt_tool_usage("too few operands");
}

static void
queue_file(struct order *o, struct nt_api *api, char *operands[])
{
	struct stat st;

	o->file.fd = open(o->output, O_RDWR | O_CREAT, 0600);
	if (o->go_on && fstat(o->file.fd, &st) == 0)
		o->file.have = (uint64_t)st.st_size;
	o->file.url = operands[0];
	nt_api_download(api, &o->file, on_file, &o->run);
}

static void
queue_calls(struct order *o, struct nt_api *api, char *operands[])
{
	o->call.method = operands[0];
	o->call.path = operands[1];
	if (operands[2] != NULL)
		o->call.body = nt_str_of(operands[2]);
	o->call.safe |= strcmp(o->call.method, "GET") == 0;
	for (unsigned i = 0; i < o->run.times; i++)
		nt_api_call(api, &o->call, on_reply, &o->run);
}

int
main(int argc, char *argv[])
{
	struct order o = { .run = { 1, 0 }, .file = { .fd = -1 } };
	struct nt_api *api;
	struct nt_err err;
	int got;

	nt_tool_start(&usage);
	read_options(&o, argc, argv);
	nt_tool_catch_stop();
	if (nt_api_open(&api, &o.config, &err) == -1)
		return nt_tool_fail(&err);
	if (o.output != NULL)
		queue_file(&o, api, argv + optind);
	else
		queue_calls(&o, api, argv + optind);
	while ((got = nt_api_step(api, -1, &err)) == 1 && !nt_tool_stopping())
		continue;
	if (o.verbose)
		print_stats(api, stderr);
	if (o.file.fd != -1)
		close(o.file.fd);
	nt_api_free(api);
	fflush(stdout);
	if (got == -1)
		return nt_tool_fail(&err);
	if (got == 1)
		return NT_EXIT_TROUBLE;
	return o.run.failed ? NT_EXIT_NO : NT_EXIT_OK;
}
