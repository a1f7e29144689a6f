/*
 * stream - for test scripts: makes a stream of records, or looks at one
 *
 *	in	NDJSON objects; with "check", a stream
 *	out	the records as a stream; with "check", "KIND COUNT" of each kind
 *	exit	0 done, 2 trouble: a bad line, a stream that is not whole
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nt/stream.h"
#include "nt/tool.h"

enum { INCOMPLETE = 256, NO_END, NO_SNAPSHOT, PARTIAL };

static const struct nt_option options[] = {
	{ INCOMPLETE, "incomplete", NULL, "the end says complete:false" },
	{ NO_END, "no-end", NULL, "write no end, as a writer that was killed" },
	{ NO_SNAPSHOT, "no-snapshot", NULL, "write no snapshot" },
	{ PARTIAL, "partial", NULL, "check: the end may be missing or say no" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"stream", "[options] [check] < NDJSON", "make or check a stream",
	options
};

#define SNAPSHOT "{\"source\":{" \
	"\"workspace_id\":\"5e6f7a80-0000-4000-8000-00000000005e\"," \
	"\"workspace_name\":\"Test\",\"api_version\":\"2026-03-11\"," \
	"\"base_url\":\"http://127.0.0.1\"},\"scope\":{\"workspace\":true}," \
	"\"started\":\"2026-01-05T10:20:00.000Z\",\"tool\":\"stream\"}"

static struct nt_reader *
read_input(enum nt_read_mode mode)
{
	return nt_reader_of_fd(STDIN_FILENO, NULL, mode, NULL);
}

static int
wrap(int with_snapshot, int with_end, int complete)
{
	struct nt_reader *in = read_input(NT_READ_LINES);
	struct nt_writer *out = nt_writer_new(STDOUT_FILENO);
	struct nt_record rec;
	struct nt_err err;
	int got = 0, status = NT_EXIT_OK;

	if (with_snapshot)
		got = nt_writer_snapshot(out, NT_STR(SNAPSHOT), &err);
	while (got != -1 && (got = nt_reader_next(in, &rec, &err)) == 1)
		got = nt_writer_record(out, rec.kind,
		    (struct nt_str){ rec.line, rec.len }, &err);
	if (got != -1 && with_end)
		got = nt_writer_end(out, complete, (struct nt_str){ NULL, 0 },
		    &err);
	if (got == -1)
		status = nt_tool_fail(&err);
	if (nt_writer_close(out, &err) == -1)
		status = nt_tool_fail(&err);
	nt_reader_free(in);
	return status;
}

static int
check(enum nt_read_mode mode)
{
	struct nt_reader *in = read_input(mode);
	uint64_t count[NT_KIND_COUNT] = { 0 };
	struct nt_record rec;
	struct nt_err err;
	int got;

	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		count[rec.kind]++;
	for (int kind = 0; got == 0 && kind < NT_KIND_COUNT; kind++)
		if (count[kind] > 0)
			printf("%s %" PRIu64 "\n", nt_kind_name(kind),
			    count[kind]);
	if (got == 0)
		puts(nt_reader_complete(in) ? "complete" : "not complete");
	nt_reader_free(in);
	return got == -1 ? nt_tool_fail(&err) : NT_EXIT_OK;
}

int
main(int argc, char *argv[])
{
	int snapshot = 1, end = 1, complete = 1, letter;
	enum nt_read_mode mode = NT_READ_WHOLE;

	nt_tool_start(&usage);
	while ((letter = nt_tool_option(argc, argv)) != -1)
		switch (letter) {
		case INCOMPLETE: complete = 0; break;
		case NO_END: end = 0; break;
		case NO_SNAPSHOT: snapshot = 0; break;
		case PARTIAL: mode = NT_READ_PARTIAL; break;
		}
	if (optind == argc)
		return wrap(snapshot, end, complete);
	if (optind + 1 < argc || strcmp(argv[optind], "check") != 0)
		nt_tool_usage("unexpected operand %s", argv[optind]);
	return check(mode);
}
