#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/file.h"
#include "nt/mem.h"

struct nt_writer {
	int fd;
	int failed;		/* and it was reported: nothing more goes out */
	struct nt_err why;
	uint64_t bytes;
	struct nt_ring ring;
	size_t used;		/* of its block */
	size_t lent;		/* of those: what the digest has, or skips */
	struct nt_tally tally;
	struct nt_json *doc;	/* for control records and strange names */
	struct nt_buf text;	/* a record in the making */
};

struct nt_writer *
nt_writer_new(int fd)
{
	struct nt_writer *out = nt_alloc(sizeof *out);

	out->fd = fd;
	out->doc = nt_json_new();
	nt_buf_init(&out->text, NT_RECORD_MAX);
	nt_tally_init(&out->tally);
	nt_ring_init(&out->ring, &out->tally.digest, NT_BLOCK_BYTES);
	return out;
}

struct nt_writer *
nt_writer_new_alone(int fd)
{
	struct nt_writer *out = nt_writer_new(fd);

	out->tally.digest.alone = SIZE_MAX;
	return out;
}

void
nt_writer_set_sizes(struct nt_writer *out, size_t block, size_t alone)
{
	nt_ring_free(&out->ring);
	nt_ring_init(&out->ring, &out->tally.digest, block);
	out->tally.digest.alone = alone;
}

/* Brings the digest up to what is in the block. */
static void
lend_block(struct nt_writer *out)
{
	nt_ring_lend(&out->ring, out->lent, out->used);
	out->lent = out->used;
}

/* Gives bytes to the system; a failure is kept, for it lasts: 0, or -1. */
static int
give(struct nt_writer *out, const void *p, size_t len, struct nt_err *err)
{
	if (!out->failed && nt_write_all(out->fd, p, len) == -1) {
		out->failed = 1;
		nt_err_sys(&out->why, "write", out->fd == STDOUT_FILENO ?
		    "standard output" : "the stream");
	}
	if (!out->failed)
		return 0;
	if (err != NULL)
		*err = out->why;
	return -1;
}

int
nt_writer_flush(struct nt_writer *out, struct nt_err *err)
{
	size_t used = out->used;
	int status;

	if (used == 0)
		return 0;
	lend_block(out);
	status = give(out, out->ring.at->p, used, err);
	nt_ring_turn(&out->ring);
	out->used = out->lent = 0;
	return status;
}

/* Writes out a line that no block holds, and has it added to the digest. */
static int
put_long_line(struct nt_writer *out, struct nt_str line, int counted,
    struct nt_err *err)
{
	struct nt_digest *digest = &out->tally.digest;
	uint64_t lent = 0;
	int status;

	if (counted)
		lent = nt_digest_lend(digest, line.p, line.len);
	status = give(out, line.p, line.len, err);
	nt_digest_settle(digest, lent);
	return status;
}

/* Puts the line and its newline out; if counted, also into the digest. */
static int
put_line(struct nt_writer *out, struct nt_str line, int counted,
    struct nt_err *err)
{
	size_t room = out->ring.size;
	char *block;

	if (out->used + line.len + 1 > room && nt_writer_flush(out, err) == -1)
		return -1;
	if (!counted)
		lend_block(out);
	out->bytes += line.len + 1;
	block = out->ring.at->p;
	if (line.len + 1 <= room) {
		memcpy(block + out->used, line.p, line.len);
		out->used += line.len;
	} else if (put_long_line(out, line, counted, err) == -1) {
		return -1;
	}
	block[out->used++] = '\n';
	if (!counted)
		out->lent = out->used;
	return 0;
}

int
nt_writer_line(struct nt_writer *out, struct nt_str line, struct nt_err *err)
{
	return put_line(out, line, 0, err);
}

/* The JSON text of a line's "object", for the kinds that are not ours. */
static struct nt_str
name_of(struct nt_str line)
{
	static const char *const names[] = { "object" };
	struct nt_str found[1] = { { NULL, 0 } };

	nt_json_glance(line.p, line.len, names, 1, found);
	return found[0];
}

int
nt_writer_record(struct nt_writer *out, enum nt_kind kind, struct nt_str line,
    struct nt_err *err)
{
	struct nt_str name = { NULL, 0 };

	if (line.len > NT_RECORD_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "a %s record is longer than %zu bytes",
		    nt_kind_name(kind), NT_RECORD_MAX);
	if (kind == NT_KIND_OTHER)
		name = name_of(line);
	if (kind == NT_KIND_OTHER && name.p == NULL)
		return nt_err_set(err, NT_DATA,
		    "a record has no \"object\", expected the name of a kind");
	if (nt_tally_count(&out->tally, kind, name, err) == -1)
		return -1;
	return put_line(out, line, 1, err);
}

int
nt_writer_value(struct nt_writer *out, struct nt_value value,
    struct nt_err *err)
{
	enum nt_kind kind = nt_kind_of(nt_value_text(nt_value_get(value,
	    "object")));

	nt_buf_clear(&out->text);
	nt_json_canonical(value, &out->text);
	if (nt_buf_check(&out->text, "a record", err) == -1)
		return -1;
	return nt_writer_record(out, kind, nt_buf_view(&out->text), err);
}

/* Begins a control record with the caller's members: 0 and *root, or -1. */
static int
begin_control(struct nt_writer *out, struct nt_str members,
    struct nt_value *root, struct nt_err *err)
{
	if (members.p == NULL)
		members = NT_STR("{}");
	if (nt_json_parse(out->doc, members.p, members.len, root, err) == -1)
		return -1;
	if (!nt_value_is(*root, NT_JSON_OBJECT))
		return nt_err_set(err, NT_DATA,
		    "members of a control record, expected an object");
	return 0;
}

/* Puts the member whose text was made in b, and empties b for the next. */
static void
put_member(struct nt_value root, const char *name, struct nt_buf *b)
{
	nt_value_put(root, name, nt_buf_view(b));
	nt_buf_clear(b);
}

static int
write_control(struct nt_writer *out, struct nt_value root, struct nt_err *err)
{
	nt_buf_clear(&out->text);
	nt_json_canonical(root, &out->text);
	if (nt_buf_check(&out->text, "a control record", err) == -1)
		return -1;
	return nt_writer_line(out, nt_buf_view(&out->text), err);
}

int
nt_writer_snapshot(struct nt_writer *out, struct nt_str members,
    struct nt_err *err)
{
	struct nt_value root;
	struct nt_buf b;

	if (begin_control(out, members, &root, err) == -1)
		return -1;
	nt_buf_init(&b, NT_BUF_MAX);
	nt_value_put(root, "object", NT_STR("\"snapshot\""));
	nt_buf_fmt(&b, "%d", NT_STREAM_FORMAT);
	put_member(root, "format", &b);
	nt_buf_free(&b);
	return write_control(out, root, err);
}

int
nt_writer_end(struct nt_writer *out, int complete, struct nt_str members,
    struct nt_err *err)
{
	char digest[NT_TALLY_DIGEST], now[NT_TIME_TEXT];
	struct nt_value root;
	struct nt_buf b;

	if (begin_control(out, members, &root, err) == -1)
		return -1;
	lend_block(out);
	nt_tally_digest(&out->tally, digest);
	nt_time_format(nt_clock_wall_ms(), now);

	nt_buf_init(&b, NT_BUF_MAX);
	nt_value_put(root, "object", NT_STR("\"end\""));
	nt_value_put(root, "complete",
	    complete ? NT_STR("true") : NT_STR("false"));
	nt_tally_counts(&out->tally, &b);
	put_member(root, "counts", &b);
	nt_buf_fmt(&b, "%" PRIu64, out->tally.count[NT_KIND_ERROR]);
	put_member(root, "errors", &b);
	nt_buf_fmt(&b, "\"%s\"", digest);
	put_member(root, "digest", &b);
	nt_buf_fmt(&b, "\"%s\"", now);
	put_member(root, "finished", &b);
	nt_buf_free(&b);
	return write_control(out, root, err);
}

uint64_t
nt_writer_bytes(const struct nt_writer *out)
{
	return out->bytes;
}

int
nt_writer_close(struct nt_writer *out, struct nt_err *err)
{
	int status;

	if (out == NULL)
		return 0;
	status = nt_writer_flush(out, err);
	nt_tally_free(&out->tally);
	nt_ring_free(&out->ring);
	nt_buf_free(&out->text);
	nt_json_free(out->doc);
	free(out);
	return status;
}
