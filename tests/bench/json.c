/*
 * json - how fast lines are read, against what others do with them
 *
 *	usage	json FILE.ndjson
 *	out	a table: GB/s, and ratios to libjq and to a search for newlines
 *
 * Everything is done in memory, line by line, and processor time counts; but
 * the whole reader reads the file from the system and has a thread for the
 * digest, so there it is the time on the wall, and that of its first thread:
 * where two processors are free, the reader takes the longer of that and of
 * the digest.  The ways take turns, so that what else the machine does hits
 * them alike; the median of the rounds is shown, and of times on the wall,
 * which count what others do, the best.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jv.h>

#include "json.h"
#include "nt/crypto.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/stream.h"

#define ROUNDS 9
#define JQ_BYTES ((size_t)16 << 20)	/* libjq is slow: a part will do */

static struct nt_json *doc;

static size_t
scan_line(const char *line, size_t len)
{
	(void)line;
	return len;
}

static struct nt_value
parse(const char *line, size_t len)
{
	struct nt_value root;
	struct nt_err err;

	if (nt_json_parse(doc, line, len, &root, &err) == -1) {
		fprintf(stderr, "%s\n", err.text);
		exit(2);
	}
	return root;
}

static size_t
parse_line(const char *line, size_t len)
{
	parse(line, len);
	return (size_t)nt_json_was_canonical(doc);
}

/* What a reader of a stream does to a line, by one thread. */
static struct nt_sha256 digest;

static size_t
scan_canonical_line(const char *line, size_t len)
{
	struct nt_value root = parse(line, len);

	if (!nt_json_was_canonical(doc))
		return 0;
	nt_sha256_add(&digest, line, len);
	nt_sha256_add(&digest, "\n", 1);
	return root.at;
}

static size_t
hash_text(const char *text, size_t len)
{
	nt_sha256_add(&digest, text, len);
	return 1;
}

static size_t
look_line(const char *line, size_t len)
{
	struct nt_value root = parse(line, len);

	return nt_value_text(nt_value_get(root, "id")).len +
	    nt_value_text(nt_value_get(root, "type")).len;
}

static size_t
glance_line(const char *line, size_t len)
{
	static const char *const names[] = { "id", "type" };
	struct nt_str found[2];

	nt_json_glance(line, len, names, 2, found);
	return found[0].len + found[1].len;
}

/* Spaces put in and members turned round, so that all is written anew. */
static size_t
rewrite_line(const char *line, size_t len)
{
	static struct nt_buf out;
	struct nt_value root = parse(line, len);

	if (out.max == 0)
		nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_clear(&out);
	nt_value_put(root, "object", NT_STR("\"changed\""));
	nt_json_canonical(root, &out);
	return out.len;
}

static size_t
jq_line(const char *line, size_t len)
{
	jv v = jv_parse_sized(line, (int)len);
	size_t valid = (size_t)jv_is_valid(v);

	jv_free(v);
	return valid;
}

static size_t
each_line(size_t (*one)(const char *, size_t), const char *text, size_t len)
{
	const char *p = text, *end = text + len, *stop;
	size_t sum = 0;

	for (; p < end; p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		sum += one(p, (size_t)(stop - p));
	}
	return sum;
}

/* And all that it does: read, check, canonical test, counts, digest. */
static char *files[2];

static size_t
read_stream(const char *text, size_t len)
{
	struct nt_reader *in = nt_reader_new(files, NT_READ_WHOLE, NULL);
	struct nt_record rec;
	struct nt_err err;
	size_t count = 0;
	int got;

	(void)text, (void)len;
	while ((got = nt_reader_next(in, &rec, &err)) == 1)
		count++;
	if (got == -1) {
		fprintf(stderr, "%s\n", err.text);
		exit(2);
	}
	nt_reader_free(in);
	return count;
}

static const struct way {
	const char *name;
	size_t (*line)(const char *, size_t);	/* a line at a time, or */
	size_t (*text)(const char *, size_t);	/* all of it */
	enum { CPU, THREAD, WALL } clock;
} ways[] = {
	{ "newlines (memchr)", scan_line, NULL, CPU },
	{ "libjq jv_parse_sized", jq_line, NULL, CPU },
	{ "simdjson dom, checked", NULL, bench_simdjson_dom, CPU },
	{ "simdjson ondemand, id and type", NULL, bench_simdjson_glance, CPU },
	{ "SHA-256 alone", NULL, hash_text, CPU },
	{ "parse, id and type", look_line, NULL, CPU },
	{ "parse: checked, canonical or not", parse_line, NULL, CPU },
	{ "the same and digest, one thread", scan_canonical_line, NULL, CPU },
	{ "the reader, its first thread", NULL, read_stream, THREAD },
	{ "canonical scan: the reader, wall", NULL, read_stream, WALL },
	{ "parse, change, write canonical", rewrite_line, NULL, CPU },
	{ "glance: id and type, unchecked", glance_line, NULL, CPU },
};

enum { WAYS = sizeof ways / sizeof *ways, NEWLINES = 0, LIBJQ = 1 };

static double
seconds(const struct way *way)
{
	static const clockid_t clocks[] = {
		[CPU] = CLOCK_PROCESS_CPUTIME_ID,
		[THREAD] = CLOCK_THREAD_CPUTIME_ID,
		[WALL] = CLOCK_MONOTONIC
	};
	struct timespec t;

	clock_gettime(clocks[way->clock], &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static volatile size_t kept;	/* so that no work is for nothing */

/* GB/s of one way, once. */
static double
measure(const struct way *way, const char *text, size_t len)
{
	double start, took;

	if (way->line == jq_line && len > JQ_BYTES) {
		const char *stop = memchr(text + JQ_BYTES, '\n',
		    len - JQ_BYTES);

		len = stop == NULL ? len : (size_t)(stop + 1 - text);
	}
	nt_sha256_init(&digest);
	start = seconds(way);
	kept = way->line != NULL ? each_line(way->line, text, len) :
	    way->text(text, len);
	took = seconds(way) - start;
	nt_sha256_free(&digest);
	return (double)len / took / 1e9;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int
main(int argc, char *argv[])
{
	double speed[WAYS][ROUNDS], shown[WAYS];
	struct nt_buf text;
	struct nt_err err;

	nt_buf_init(&text, NT_BUF_MAX);
	if (argc != 2 || nt_file_slurp(argv[1], &text, &err) == -1) {
		fprintf(stderr, "%s\n", argc != 2 ? "usage: json FILE" :
		    err.text);
		return 2;
	}
	files[0] = argv[1];
	nt_buf_reserve(&text, 64);	/* simdjson reads beyond the end */
	doc = nt_json_new();
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < WAYS; i++)
			speed[i][round] = measure(&ways[i], text.p, text.len);
	for (int i = 0; i < WAYS; i++) {
		qsort(speed[i], ROUNDS, sizeof **speed, by_size);
		shown[i] = speed[i][ways[i].clock == WALL ? ROUNDS - 1 :
		    ROUNDS / 2];
	}
	printf("json, a line at a time: %s, %zu MB\n", argv[1],
	    text.len / 1000000);
	printf("%-34s %8s %8s %10s\n", "", "GB/s", "x libjq", "% memchr");
	for (int i = 0; i < WAYS; i++)
		printf("  %-32s %8.3f %8.1f %10.1f\n", ways[i].name, shown[i],
		    shown[i] / shown[LIBJQ],
		    100 * shown[i] / shown[NEWLINES]);
	nt_json_free(doc);
	nt_buf_free(&text);
	return 0;
}
