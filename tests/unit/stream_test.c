#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/stream/internal.h"
#include "nt/file.h"

#define S "{\"format\":1,\"object\":\"snapshot\"}\n"
#define A "{\"id\":\"a\",\"object\":\"page\"}\n"
#define B "{\"id\":\"b\",\"object\":\"block\"}\n"

static struct nt_str
text_of(const char *s)
{
	return nt_str_of(s);
}

/* A file without a name that holds the text, read from its start. */
static int
file_with(const void *p, size_t len)
{
	int fd = nt_file_temp(NULL);

	assert_int_not_equal(fd, -1);
	assert_int_equal(nt_write_all(fd, p, len), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
slurp(int fd, struct nt_buf *b)
{
	char part[4096];
	ssize_t n;

	nt_buf_clear(b);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	while ((n = nt_read_all(fd, part, sizeof part)) > 0)
		nt_buf_add(b, part, (size_t)n);
	assert_int_equal(n, 0);
}

/* A whole stream of the lines (with their newlines), through the writer. */
static void
make_stream(const char *lines, int complete, struct nt_buf *b)
{
	int fd = nt_file_temp(NULL);
	struct nt_writer *out = nt_writer_new(fd);
	const char *newline;

	assert_int_equal(nt_writer_snapshot(out, text_of("{\"tool\":\"t\"}"),
	    NULL), 0);
	for (; (newline = strchr(lines, '\n')) != NULL; lines = newline + 1) {
		enum nt_kind kind = strstr(lines, "page") != NULL &&
		    strstr(lines, "page") < newline ? NT_KIND_PAGE :
		    strstr(lines, "block") != NULL &&
		    strstr(lines, "block") < newline ? NT_KIND_BLOCK :
		    NT_KIND_OTHER;

		assert_int_equal(nt_writer_record(out, kind, (struct nt_str){
		    lines, (size_t)(newline - lines) }, NULL), 0);
	}
	assert_int_equal(nt_writer_end(out, complete,
	    (struct nt_str){ NULL, 0 }, NULL), 0);
	assert_int_equal(nt_writer_close(out, NULL), 0);
	slurp(fd, b);
	close(fd);
}

/* Reads all of it; the lines handed out go to got, errors to said. */
struct outcome {
	int status;		/* of the last call: 0 or -1 */
	int bad_lines;		/* passed over */
	int complete;
	enum nt_err_kind kind;
	char got[2000];
	char said[NT_ERR_TEXT_MAX];	/* the first error */
};

/* How large a block is, and after how many bytes a thread makes the digest. */
static const struct sizes {
	size_t block, alone;
} sizes[] = {
	{ NT_BLOCK_BYTES, NT_DIGEST_ALONE }, { 64, 0 }, { 1, 0 }, { 300, 100 },
	{ 20000, 20000 }
};

enum { SIZES = sizeof sizes / sizeof *sizes };

static struct outcome
read_all_by(const struct sizes *by, const void *p, size_t len,
    enum nt_read_mode mode, int go_on)
{
	int fd = file_with(p, len);
	struct nt_reader *in = nt_reader_of_fd(fd, NULL, mode, NULL);
	struct outcome o = { 0 };
	struct nt_record rec;
	struct nt_err err;
	size_t used = 0;

	nt_reader_set_sizes(in, by->block, by->alone);
	for (;;) {
		o.status = nt_reader_next(in, &rec, &err);
		if (o.status == 1) {
			if (rec.len + 2 < sizeof o.got - used)
				used += (size_t)snprintf(o.got + used,
				    sizeof o.got - used, "%.*s\n",
				    (int)rec.len, rec.line);
			continue;
		}
		if (o.status == -1 && o.said[0] == '\0') {
			memcpy(o.said, err.text, sizeof o.said);
			o.kind = err.kind;
		}
		if (o.status == 0 || !go_on || !nt_reader_bad_line(in))
			break;
		o.bad_lines++;
	}
	o.complete = nt_reader_complete(in);
	nt_reader_free(in);
	close(fd);
	return o;
}

/* The sizes make no difference but to speed. */
static struct outcome
read_all(const void *p, size_t len, enum nt_read_mode mode, int go_on)
{
	struct outcome first = read_all_by(&sizes[0], p, len, mode, go_on);

	for (int i = 1; i < SIZES; i++) {
		struct outcome o = read_all_by(&sizes[i], p, len, mode, go_on);

		assert_int_equal(o.status, first.status);
		assert_int_equal(o.bad_lines, first.bad_lines);
		assert_int_equal(o.complete, first.complete);
		assert_int_equal(o.kind, first.kind);
		assert_string_equal(o.got, first.got);
		assert_string_equal(o.said, first.said);
	}
	return first;
}

static void
names_and_kinds(void **state)
{
	(void)state;
	for (int kind = 1; kind < NT_KIND_COUNT; kind++)
		assert_int_equal(nt_kind_of(text_of(nt_kind_name(kind))), kind);
	assert_int_equal(nt_kind_of(text_of("other")), NT_KIND_OTHER);
	assert_int_equal(nt_kind_of(text_of("")), NT_KIND_OTHER);
	assert_int_equal(nt_kind_of((struct nt_str){ NULL, 0 }), NT_KIND_OTHER);
	assert_int_equal(nt_kind_of(text_of("pages")), NT_KIND_OTHER);
}

static void
lines_in_lines_out(void **state)
{
	static const struct {
		const char *in, *out, *said;
	} rows[] = {
		{ "", "", "" },
		{ A B, A B, "" },
		{ "{\"id\":\"a\",\"object\":\"page\"}", A, "" },
		{ " { \"object\" : \"page\", \"id\":\"\\u0061\"}\r\n" B, A B, "" },
		{ "{\"z\":1.0,\"a\":1e2}\n", "{\"a\":100,\"z\":1}\n", "" },
		{ "{}\n", "{}\n", "" },
		{ S A, A, "" },
		{ A "\n" B, A, "line 2: " },
		{ A "{\"a\":}\n" B, A, "line 2: " },
		{ "[1]\n", "", "line 1: the line is [1], expected a JSON object" },
		{ "\xEF\xBB\xBF{}\n", "", "line 1: " },
		{ "{\"a\":\"\xFF\"}\n", "", "line 1: " },
		{ A "{\"a\":1", A, "line 2: " },
		{ "{\"object\":\"end\"}\n", "", "line 1: the end does not say "
		    "whether the stream is complete, expected true or false" },
		{ "{\"format\":2,\"object\":\"snapshot\"}\n", "",
		    "line 1: the snapshot's format is 2, expected 1" },
		{ "{\"object\":\"snapshot\"}\n", "",
		    "line 1: the snapshot's format is missing, expected 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outcome o = read_all(rows[i].in, strlen(rows[i].in),
		    NT_READ_LINES, 0);

		assert_string_equal(o.got, rows[i].out);
		assert_int_equal(o.status, rows[i].said[0] != '\0' ? -1 : 0);
		assert_memory_equal(o.said, rows[i].said,
		    strlen(rows[i].said));
		assert_int_equal(o.complete, 0);
	}
}

static void
a_bad_line_can_be_passed_over(void **state)
{
	static const char text[] = A "{\n" "[]\n" B "nonsense\n" A;
	struct outcome o;

	(void)state;
	o = read_all(text, strlen(text), NT_READ_LINES, 1);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.bad_lines, 3);
	assert_int_equal(o.kind, NT_DATA);
	assert_string_equal(o.got, A B A);
	assert_memory_equal(o.said, "line 2: ", 8);
}

static void
what_was_written_is_read_back(void **state)
{
	struct nt_buf b;
	struct outcome o;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	make_stream(A B "{\"id\":\"c\",\"object\":\"new kind\"}\n" B, 1, &b);
	o = read_all(b.p, b.len, NT_READ_WHOLE, 0);
	assert_string_equal(o.said, "");
	assert_int_equal(o.status, 0);
	assert_int_equal(o.complete, 1);
	assert_string_equal(o.got,
	    A B "{\"id\":\"c\",\"object\":\"new kind\"}\n" B);
	assert_non_null(strstr(b.p,
	    "\"counts\":{\"block\":2,\"new kind\":1,\"page\":1}"));

	make_stream("", 1, &b);
	o = read_all(b.p, b.len, NT_READ_WHOLE, 0);
	assert_string_equal(o.said, "");
	assert_int_equal(o.complete, 1);

	make_stream(A, 0, &b);
	o = read_all(b.p, b.len, NT_READ_PARTIAL, 0);
	assert_int_equal(o.status, 0);
	assert_int_equal(o.complete, 0);
	assert_string_equal(o.got, A);
	o = read_all(b.p, b.len, NT_READ_WHOLE, 0);
	assert_string_equal(o.said,
	    "line 3: the end says that the stream is not complete");
	nt_buf_free(&b);
}

/* Replaces the first from in b with to. */
static void
edit(struct nt_buf *b, const char *from, const char *to)
{
	struct nt_buf made;
	char *at = strstr(b->p, from);
	size_t before;

	assert_non_null(at);
	before = (size_t)(at - b->p);
	nt_buf_init(&made, NT_BUF_MAX);
	nt_buf_add(&made, b->p, before);
	nt_buf_str(&made, to);
	nt_buf_str(&made, at + strlen(from));
	nt_buf_clear(b);
	nt_buf_add(b, made.p, made.len);
	nt_buf_free(&made);
}

static void
a_stream_that_was_changed_is_found_out(void **state)
{
	static const struct {
		const char *from, *to, *said;
		int partial_is_fine;
	} rows[] = {
		{ A, "{\"id\":\"x\",\"object\":\"page\"}\n",
		    "line 4: the end's digest is not that of the records, "
		    "expected sha256:", 0 },
		{ A, "", "line 3: the end counts 1 page records, "
		    "the stream has 0", 0 },
		{ A, A A, "line 5: the end counts 1 page records, "
		    "the stream has 2", 0 },
		{ "\"page\":1", "\"page\":1,\"poem\":1", "line 4: the end's "
		    "counts are not those of the records, expected "
		    "{\"block\":1,\"page\":1}", 0 },
		{ "\"errors\":0", "\"errors\":1", "line 4: the end's errors "
		    "are not the error records, expected 0", 0 },
		{ "\"errors\":0", "\"errors\":\"0\"", "", 1 },
		{ "\"complete\":true", "\"complete\":1",
		    "line 4: the end does not say whether", 0 },
		{ "\"format\":1", "\"format\":2",
		    "line 1: the snapshot's format is 2, expected 1", 0 },
		{ A, S A, "line 2: a second snapshot record, "
		    "expected one as the first line", 0 },
		{ A, "{\"id\":\"a\"}\n", "line 2: the record has no "
		    "\"object\", expected the name of a kind", 0 },
		{ "\"finished\"", "\"begun\"", "", 1 },
		{ A, "{ \"id\":\"a\",\"object\":\"page\"}\n", "", 1 },
	};
	struct nt_buf b;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		make_stream(A B, 1, &b);
		edit(&b, rows[i].from, rows[i].to);
		for (int m = NT_READ_WHOLE; m <= NT_READ_PARTIAL; m++) {
			struct outcome o = read_all(b.p, b.len, m, 0);

			assert_memory_equal(o.said, rows[i].said,
			    strlen(rows[i].said));
			assert_int_equal(o.status,
			    rows[i].partial_is_fine ? 0 : -1);
			assert_int_equal(o.complete, rows[i].partial_is_fine);
		}
	}
	nt_buf_free(&b);
}

/* Every prefix of a stream but the stream itself is a truncation. */
static void
a_stream_cut_anywhere_is_not_whole(void **state)
{
	struct nt_buf b;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	make_stream(A B, 1, &b);
	for (size_t len = 0; len < b.len; len++) {
		struct outcome o = read_all(b.p, len, NT_READ_WHOLE, 0);

		assert_int_equal(o.status, -1);
		assert_int_equal(o.complete, 0);
		assert_int_equal(o.kind, NT_DATA);
		o = read_all(b.p, len, NT_READ_PARTIAL, 0);
		assert_int_equal(o.complete, len == b.len - 1);
		if (len >= strlen(S) + 20)
			assert_int_equal(o.status, 0);
	}
	nt_buf_free(&b);
}

static void
the_cut_is_named(void **state)
{
	struct nt_buf b;
	struct outcome o;

	(void)state;
	o = read_all("", 0, NT_READ_WHOLE, 0);
	assert_string_equal(o.said, "line 1: the stream is empty, "
	    "expected a snapshot record");
	o = read_all(S A, strlen(S A), NT_READ_WHOLE, 0);
	assert_string_equal(o.said, "line 3: the stream was cut off, "
	    "expected more records and an end record");
	o = read_all(S A, strlen(S A) - 1, NT_READ_WHOLE, 0);
	assert_string_equal(o.said, "line 2: the stream was cut off, "
	    "expected a newline behind the last record");
	o = read_all(A, strlen(A), NT_READ_WHOLE, 0);
	assert_string_equal(o.said,
	    "line 1: the stream does not begin with a snapshot record");
	nt_buf_init(&b, NT_BUF_MAX);
	make_stream(A, 1, &b);
	nt_buf_str(&b, B);
	o = read_all(b.p, b.len, NT_READ_PARTIAL, 0);
	assert_string_equal(o.said,
	    "line 4: a record after the end record, expected nothing");
	nt_buf_free(&b);
}

/* Lines of every length around the size of the buffer, and long ones. */
static void
lines_of_all_lengths(void **state)
{
	static const size_t lengths[] = { 30, 100, 65535, 65536, 65537, 131071,
	    131072, 131073, 1000000, 50 };
	size_t count = sizeof lengths / sizeof *lengths;
	int fd = nt_file_temp(NULL);
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_reader *in;
	struct nt_record rec;
	struct nt_err err;
	struct nt_buf line;
	uint64_t bytes;

	(void)state;
	nt_buf_init(&line, NT_BUF_MAX);
	nt_writer_snapshot(out, (struct nt_str){ NULL, 0 }, &err);
	for (size_t i = 0; i < 3 * count; i++) {
		nt_buf_clear(&line);
		nt_buf_fmt(&line, "{\"object\":\"page\",\"x\":\"");
		while (line.len < lengths[i % count])
			nt_buf_char(&line, (char)('a' + i));
		nt_buf_str(&line, "\"}");
		assert_int_equal(nt_writer_record(out, NT_KIND_PAGE,
		    nt_buf_view(&line), &err), 0);
	}
	assert_int_equal(nt_writer_end(out, 1, (struct nt_str){ NULL, 0 },
	    &err), 0);
	bytes = nt_writer_bytes(out);
	assert_int_equal(nt_writer_close(out, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), bytes);
	lseek(fd, 0, SEEK_SET);
	in = nt_reader_of_fd(fd, "x", NT_READ_WHOLE, NULL);
	for (size_t i = 0; i < 3 * count; i++) {
		assert_int_equal(nt_reader_next(in, &rec, &err), 1);
		assert_int_equal(rec.number, i + 2);
		assert_true(rec.len >= lengths[i % count]);
		assert_int_equal(rec.line[rec.len - 3], 'a' + (int)i);
	}
	assert_int_equal(nt_reader_next(in, &rec, &err), 0);
	assert_int_equal(nt_reader_complete(in), 1);
	assert_int_equal(nt_reader_bytes(in), bytes);
	nt_reader_free(in);
	nt_buf_free(&line);
	close(fd);
}

/* The buffer of rewritten lines grows at any place, also at the newline. */
static void
rewritten_lines_of_all_lengths(void **state)
{
	struct nt_buf in, want;

	(void)state;
	nt_buf_init(&in, NT_BUF_MAX);
	nt_buf_init(&want, NT_BUF_MAX);
	for (size_t len = 1; len < 600; len++) {
		struct outcome o;

		nt_buf_clear(&in);
		nt_buf_clear(&want);
		nt_buf_str(&want, "{\"a\":\"");
		for (size_t i = 0; i < len; i++)
			nt_buf_char(&want, 'x');
		nt_buf_str(&want, "\"}\n");
		nt_buf_char(&in, ' ');
		nt_buf_add(&in, want.p, want.len);
		o = read_all(in.p, in.len, NT_READ_LINES, 0);
		assert_string_equal(o.got, want.p);
	}
	nt_buf_free(&want);
	nt_buf_free(&in);
}

/*
 * A stream of many records, some long, flushed now and then; text becomes what
 * the digest is of.
 */
static void
write_many(const struct sizes *by, int fd, struct nt_buf *text)
{
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_buf line;

	nt_writer_set_sizes(out, by->block, by->alone);
	nt_buf_init(&line, NT_BUF_MAX);
	nt_buf_clear(text);
	assert_int_equal(nt_writer_snapshot(out, (struct nt_str){ NULL, 0 },
	    NULL), 0);
	for (int i = 0; i < 400; i++) {
		nt_buf_clear(&line);
		nt_buf_fmt(&line, "{\"n\":%d,\"object\":\"page\",\"x\":\"", i);
		for (int x = i % 50 == 49 ? 30000 : i * i % 997; x > 0; x--)
			nt_buf_char(&line, (char)('a' + x % 26));
		nt_buf_str(&line, "\"}");
		assert_int_equal(nt_writer_record(out, NT_KIND_PAGE,
		    nt_buf_view(&line), NULL), 0);
		nt_buf_add(text, line.p, line.len);
		nt_buf_char(text, '\n');
		if (i % 13 == 0)
			assert_int_equal(nt_writer_flush(out, NULL), 0);
	}
	assert_int_equal(nt_writer_end(out, 1, (struct nt_str){ NULL, 0 },
	    NULL), 0);
	assert_int_equal(nt_writer_close(out, NULL), 0);
	nt_buf_free(&line);
}

/* Reads it again; the records are the lines of text. */
static void
read_many(const struct sizes *by, const struct nt_buf *b,
    const struct nt_buf *text)
{
	int fd = file_with(b->p, b->len);
	struct nt_reader *in = nt_reader_of_fd(fd, NULL, NT_READ_WHOLE, NULL);
	struct nt_record rec;
	struct nt_err err = { 0 };
	size_t at = 0;
	int got;

	nt_reader_set_sizes(in, by->block, by->alone);
	while ((got = nt_reader_next(in, &rec, &err)) == 1) {
		assert_true(at + rec.len < text->len);
		assert_memory_equal(rec.line, text->p + at, rec.len);
		at += rec.len + 1;
	}
	assert_string_equal(err.text, "");
	assert_int_equal(got, 0);
	assert_int_equal(at, text->len);
	assert_int_equal(nt_reader_complete(in), 1);
	nt_reader_free(in);
	close(fd);
}

/* Puts a space before each nth line. */
static void
loosen(struct nt_buf *b, int n)
{
	struct nt_buf made;
	int number = 0;

	nt_buf_init(&made, NT_BUF_MAX);
	for (size_t i = 0; i < b->len; i++) {
		nt_buf_char(&made, b->p[i]);
		if (b->p[i] == '\n' && i + 1 < b->len && ++number % n == 0)
			nt_buf_char(&made, ' ');
	}
	nt_buf_clear(b);
	nt_buf_add(b, made.p, made.len);
	nt_buf_free(&made);
}

static void
blocks_and_the_thread_change_nothing(void **state)
{
	struct nt_buf b, text, again;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	nt_buf_init(&again, NT_BUF_MAX);
	for (int i = 0; i < SIZES; i++) {
		int fd = nt_file_temp(NULL);

		write_many(&sizes[i], fd, &text);
		slurp(fd, &b);
		close(fd);
		assert_non_null(strstr(b.p, text.p));
		for (int k = 0; k < SIZES; k++)
			read_many(&sizes[k], &b, &text);
		for (int n = 1; n < 60; n += 19) {
			nt_buf_clear(&again);
			nt_buf_add(&again, b.p, b.len);
			loosen(&again, n);
			for (int k = 0; k < SIZES; k++)
				read_many(&sizes[k], &again, &text);
		}
	}
	nt_buf_free(&again);
	nt_buf_free(&text);
	nt_buf_free(&b);
}

/* A line that is not counted stays out of the digest, wherever it stands. */
static void
the_digest_is_of_records_only(void **state)
{
	char want[NT_SHA256_TEXT];
	struct nt_sha256 hash;
	struct nt_buf b;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	nt_sha256_init(&hash);
	for (int i = 0; i < 100; i++)
		nt_sha256_add(&hash, A B, strlen(A B));
	nt_sha256_hex(&hash, want);
	for (int k = 0; k < SIZES; k++) {
		int fd = nt_file_temp(NULL);
		struct nt_writer *out = nt_writer_new(fd);

		nt_writer_set_sizes(out, sizes[k].block, sizes[k].alone);
		for (int i = 0; i < 100; i++) {
			nt_writer_record(out, NT_KIND_PAGE, (struct nt_str){ A,
			    strlen(A) - 1 }, NULL);
			nt_writer_line(out, text_of("{\"object\":\"end\"}"),
			    NULL);
			nt_writer_record(out, NT_KIND_BLOCK, (struct nt_str){ B,
			    strlen(B) - 1 }, NULL);
		}
		nt_writer_end(out, 1, (struct nt_str){ NULL, 0 }, NULL);
		assert_int_equal(nt_writer_close(out, NULL), 0);
		slurp(fd, &b);
		assert_non_null(strstr(b.p, want));
		close(fd);
	}
	nt_buf_free(&b);
}

/* One that stops in the middle ends its thread. */
static void
a_reader_may_stop_early(void **state)
{
	struct nt_reader *in;
	struct nt_record rec;
	struct nt_buf b, text;
	struct nt_err err;
	int fd = nt_file_temp(NULL);

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_init(&text, NT_BUF_MAX);
	write_many(&sizes[1], fd, &text);
	for (int records = 0; records < 300; records += 60) {
		lseek(fd, 0, SEEK_SET);
		in = nt_reader_of_fd(fd, NULL, NT_READ_WHOLE, NULL);
		nt_reader_set_sizes(in, 64, 0);
		for (int i = 0; i < records; i++)
			assert_int_equal(nt_reader_next(in, &rec, &err), 1);
		nt_reader_free(in);
	}
	nt_buf_free(&text);
	nt_buf_free(&b);
	close(fd);
}

/* Longer than the limit: named, passed over, and the next line is read. */
static void
a_line_over_the_limit(void **state)
{
	int fd = nt_file_temp(NULL);
	struct nt_reader *in;
	struct nt_record rec;
	struct nt_err err;

	(void)state;
	assert_int_equal(nt_write_all(fd, "{", 1), 0);
	/* A hole reads as NUL bytes: no newline, no disk. */
	assert_int_equal(nt_pwrite_all(fd, "\n" A, 1 + strlen(A),
	    (off_t)NT_RECORD_MAX + 300000), 0);
	lseek(fd, 0, SEEK_SET);
	in = nt_reader_of_fd(fd, "big", NT_READ_LINES, NULL);
	assert_int_equal(nt_reader_next(in, &rec, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	assert_string_equal(err.text,
	    "big: line 1: the line is longer than 67108864 bytes");
	assert_int_equal(nt_reader_bad_line(in), 1);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_int_equal(rec.number, 2);
	assert_int_equal(rec.kind, NT_KIND_PAGE);
	assert_int_equal(nt_reader_next(in, &rec, &err), 0);
	nt_reader_free(in);
	close(fd);
}

static void
several_files(void **state)
{
	char folder[] = "/tmp/stream_test.XXXXXX", one[40], two[40];
	char *files[] = { one, two, NULL };
	struct nt_reader *in;
	struct nt_record rec;
	struct nt_err err;
	struct nt_buf b;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(one, sizeof one, "%s/one", folder);
	snprintf(two, sizeof two, "%s/two", folder);
	nt_buf_init(&b, NT_BUF_MAX);
	make_stream(A, 1, &b);
	assert_int_equal(nt_file_make(one, b.p, b.len, &err), 0);
	make_stream(B "{\"object\":\"page\",\n", 1, &b);
	assert_int_equal(nt_file_make(two, b.p, b.len, &err), 0);

	in = nt_reader_new(files, NT_READ_WHOLE, NULL);
	assert_null(nt_reader_snapshot(in).p);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_non_null(nt_reader_snapshot(in).p);
	assert_null(nt_reader_end(in).p);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_int_equal(rec.kind, NT_KIND_BLOCK);
	assert_int_equal(rec.number, 2);
	assert_int_equal(nt_reader_next(in, &rec, &err), -1);
	assert_non_null(strstr(err.text, "/two: line 3: "));
	nt_reader_free(in);

	files[1] = one;
	in = nt_reader_new(files, NT_READ_WHOLE, NULL);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_int_equal(nt_reader_complete(in), 0);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_int_equal(nt_reader_next(in, &rec, &err), 0);
	assert_int_equal(nt_reader_complete(in), 1);
	assert_memory_equal(nt_reader_end(in).p, "{\"complete\":true", 16);
	nt_reader_free(in);

	files[1] = folder;
	in = nt_reader_new(files, NT_READ_WHOLE, NULL);
	assert_int_equal(nt_reader_next(in, &rec, &err), 1);
	assert_int_equal(nt_reader_next(in, &rec, &err), -1);
	assert_int_equal(err.kind, NT_SYS);
	assert_int_equal(nt_reader_bad_line(in), 0);
	nt_reader_free(in);

	unlink(one);
	unlink(two);
	rmdir(folder);
	nt_buf_free(&b);
}

/* Before a reader waits, what its writer holds back has gone out. */
static void
a_tied_writer_is_flushed_before_waiting(void **state)
{
	int to[2], from[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	if (fork() == 0) {
		struct nt_writer *out = nt_writer_new(from[1]);
		struct nt_reader *in;
		struct nt_record rec;

		close(to[1]);
		in = nt_reader_of_fd(to[0], NULL, NT_READ_LINES, out);
		while (nt_reader_next(in, &rec, NULL) == 1)
			nt_writer_line(out, (struct nt_str){ rec.line,
			    rec.len }, NULL);
		_exit(0);
	}
	close(from[1]);
	assert_int_equal(nt_write_all(to[1], "{}\n", 3), 0);
	/* to[1] stays open: were it not flushed, this would wait for ever. */
	assert_int_equal(nt_read_some(from[0], &byte, 1), 1);
	assert_int_equal(byte, '{');
	close(to[1]);
	wait(NULL);
	close(to[0]);
	close(from[0]);
}

static void
a_failed_write_is_told_once(void **state)
{
	int fd = open("/dev/full", O_WRONLY);
	struct nt_writer *out;
	struct nt_err err;

	(void)state;
	assert_int_not_equal(fd, -1);
	out = nt_writer_new(fd);
	assert_int_equal(nt_writer_line(out, text_of("{}"), &err), 0);
	assert_int_equal(nt_writer_flush(out, &err), -1);
	assert_int_equal(err.kind, NT_SYS);
	assert_string_equal(err.text,
	    "cannot write the stream: No space left on device");
	assert_int_equal(nt_writer_close(out, &err), 0);

	out = nt_writer_new(fd);
	assert_int_equal(nt_writer_line(out, text_of("{}"), &err), 0);
	assert_int_equal(nt_writer_close(out, &err), -1);
	close(fd);
}

static void
values_are_written_canonical(void **state)
{
	static const char text[] = "{\"object\":\"user\", \"id\":\"\\u0041\"}";
	struct nt_json *doc = nt_json_new();
	int fd = nt_file_temp(NULL);
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_value root;
	struct nt_err err;
	struct nt_buf b;

	(void)state;
	nt_buf_init(&b, NT_BUF_MAX);
	assert_int_equal(nt_json_parse(doc, text, strlen(text), &root, &err),
	    0);
	assert_int_equal(nt_writer_value(out, root, &err), 0);
	assert_int_equal(nt_writer_end(out, 0,
	    text_of("{\"why\":\"stopped\",\"complete\":7}"), &err), 0);
	assert_int_equal(nt_writer_close(out, &err), 0);
	slurp(fd, &b);
	assert_ptr_equal(strstr(b.p, "{\"id\":\"A\",\"object\":\"user\"}\n"
	    "{\"complete\":false,\"counts\":{\"user\":1},\"digest\":\"sha256:"),
	    b.p);
	assert_non_null(strstr(b.p, "\"errors\":0,\"finished\":\""));
	assert_non_null(strstr(b.p,
	    "\"object\":\"end\",\"why\":\"stopped\"}\n"));
	assert_int_equal(nt_writer_snapshot(out = nt_writer_new(fd),
	    text_of("[]"), &err), -1);
	assert_int_equal(nt_writer_close(out, &err), 0);
	nt_json_free(doc);
	nt_buf_free(&b);
	close(fd);
}

static void
too_many_kinds_are_refused(void **state)
{
	int fd = nt_file_temp(NULL);
	struct nt_writer *out = nt_writer_new(fd);
	struct nt_err err = { 0 };
	char line[300];
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		int len = snprintf(line, sizeof line,
		    "{\"object\":\"k%d\"}", i);

		if (nt_writer_record(out, NT_KIND_OTHER, (struct nt_str){ line,
		    (size_t)len }, &err) == -1)
			break;
	}
	assert_int_equal(i, 1000);
	assert_int_equal(err.kind, NT_LIMIT);
	snprintf(line, sizeof line, "{\"object\":\"%0200d\"}", 1);
	assert_int_equal(nt_writer_record(out, NT_KIND_OTHER, text_of(line),
	    &err), -1);
	assert_string_equal(err.text, "\"object\" is longer than 100 bytes");
	assert_int_equal(nt_writer_record(out, NT_KIND_OTHER, text_of("{}"),
	    &err), -1);
	nt_writer_close(out, &err);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_kinds),
		cmocka_unit_test(lines_in_lines_out),
		cmocka_unit_test(a_bad_line_can_be_passed_over),
		cmocka_unit_test(what_was_written_is_read_back),
		cmocka_unit_test(a_stream_that_was_changed_is_found_out),
		cmocka_unit_test(a_stream_cut_anywhere_is_not_whole),
		cmocka_unit_test(the_cut_is_named),
		cmocka_unit_test(lines_of_all_lengths),
		cmocka_unit_test(rewritten_lines_of_all_lengths),
		cmocka_unit_test(blocks_and_the_thread_change_nothing),
		cmocka_unit_test(the_digest_is_of_records_only),
		cmocka_unit_test(a_reader_may_stop_early),
		cmocka_unit_test(a_line_over_the_limit),
		cmocka_unit_test(several_files),
		cmocka_unit_test(a_tied_writer_is_flushed_before_waiting),
		cmocka_unit_test(a_failed_write_is_told_once),
		cmocka_unit_test(values_are_written_canonical),
		cmocka_unit_test(too_many_kinds_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
