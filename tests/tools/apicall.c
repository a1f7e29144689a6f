/*
 * apicall - one or many calls through the api room, for tests
 *
 *	apicall [options] METHOD PATH [BODY]	prints "STATUS CODE", message, body
 *	apicall [options] -o FILE URL		downloads; prints status, size, type
 *
 *	-n N	the call N times (all queued at once); prints each reply's first
 *		line, then the statistics
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

int
main(int argc, char *argv[])
{
	struct nt_api_config config = { 0 };
	struct nt_download file = { .fd = -1 };
	struct nt_call call = { 0 };
	struct run run = { 1, 0 };
	const char *output = NULL;
	int letter, got, go_on = 0, verbose = 0;
	struct nt_api *api;
	struct nt_err err;

	nt_tool_start(&usage);
	while ((letter = getopt(argc, argv, "n:sT:D:t:p:f:m:o:cv")) != -1)
		switch (letter) {
		case 'n': run.times = (unsigned)atoi(optarg); break;
		case 's': call.safe = 1; break;
		case 'T': config.timeout_ms = strtoull(optarg, NULL, 10); break;
		case 'D': config.deadline_ms = strtoull(optarg, NULL, 10); break;
		case 't': config.tries = (unsigned)atoi(optarg); break;
		case 'p': config.in_flight = (unsigned)atoi(optarg); break;
		case 'f': config.token_file = optarg; break;
		case 'm': file.max = strtoull(optarg, NULL, 10); break;
		case 'o': output = optarg; break;
		case 'c': go_on = 1; break;
		case 'v': verbose = 1; break;
		default: return NT_EXIT_TROUBLE;
		}
	if (argc - optind < (output != NULL ? 1 : 2))
		nt_tool_usage("too few operands");
	nt_tool_catch_stop();
	if (nt_api_open(&api, &config, &err) == -1)
		return nt_tool_fail(&err);
	if (output != NULL) {
		struct stat st;

		file.fd = open(output, O_RDWR | O_CREAT, 0600);
		if (go_on && fstat(file.fd, &st) == 0)
			file.have = (uint64_t)st.st_size;
		file.url = argv[optind];
		nt_api_download(api, &file, on_file, &run);
	} else {
		call.method = argv[optind];
		call.path = argv[optind + 1];
		if (argc - optind > 2)
			call.body = nt_str_of(argv[optind + 2]);
		call.safe |= strcmp(call.method, "GET") == 0;
		for (unsigned i = 0; i < run.times; i++)
			nt_api_call(api, &call, on_reply, &run);
	}
	while ((got = nt_api_step(api, -1, &err)) == 1 && !nt_tool_stopping())
		continue;
	if (verbose)
		print_stats(api, stderr);
	if (file.fd != -1)
		close(file.fd);
	nt_api_free(api);
	fflush(stdout);
	if (got == -1)
		return nt_tool_fail(&err);
	if (got == 1)
		return NT_EXIT_TROUBLE;
	return run.failed ? NT_EXIT_NO : NT_EXIT_OK;
}
