/*
 * stream - NDJSON records in, canonical lines out; notion-stream(5).
 *
 * Calls json, crypto and base.  Text is UTF-8, sizes are bytes, lines count
 * from 1.  On -1, *err says why, with the file and line where there is one;
 * nothing here prints.
 */
#ifndef NT_STREAM_H
#define NT_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/json.h"

#define NT_RECORD_MAX ((size_t)64 << 20)	/* bytes of one line */
#define NT_STREAM_FORMAT 1			/* "format" of snapshot */

enum nt_kind {
	NT_KIND_OTHER,		/* an object of a kind we do not know */
	NT_KIND_USER,
	NT_KIND_PAGE,
	NT_KIND_DATABASE,
	NT_KIND_DATA_SOURCE,
	NT_KIND_BLOCK,
	NT_KIND_COMMENT,
	NT_KIND_VIEW,
	NT_KIND_CUSTOM_EMOJI,
	NT_KIND_ASSET,
	NT_KIND_ERROR,
	NT_KIND_LOSS,
	NT_KIND_CHANGE,
	NT_KIND_CONFLICT,
	NT_KIND_RESULT,
	NT_KIND_EVENT,
	NT_KIND_SNAPSHOT,	/* control: the first line */
	NT_KIND_END,		/* control: the last line */
	NT_KIND_COUNT
};

/* The word in "object", and back (NT_KIND_OTHER if it is none of ours). */
const char *nt_kind_name(enum nt_kind kind);
enum nt_kind nt_kind_of(struct nt_str name);

/* One record.  All of it is lent by the reader, see nt_reader_next(). */
struct nt_record {
	const char *line;	/* canonical; no newline, no NUL at the end */
	size_t len;
	unsigned long number;	/* line number within its file */
	enum nt_kind kind;
	struct nt_value value;	/* the same, parsed; always an object */
};

struct nt_reader;
struct nt_writer;

/* How strict a reader is about what stands around the records. */
enum nt_read_mode {
	NT_READ_WHOLE,	/* a stream: snapshot first, good end last */
	NT_READ_PARTIAL,/* a stream, but its end may be missing or say no */
	NT_READ_LINES	/* any NDJSON objects; control records may be there */
};

/*
 * Makes a reader of the files, a NULL-terminated list ("-" and an empty list
 * are standard input).  They are opened as they are reached.  Before waiting
 * for input the reader flushes tied, if not NULL, so a slow source is not held
 * back by our own buffer.  files and tied must outlive the reader.
 */
struct nt_reader *nt_reader_new(char *const files[], enum nt_read_mode mode,
    struct nt_writer *tied);

/* The same over one descriptor, which stays the caller's; name is in errors. */
struct nt_reader *nt_reader_of_fd(int fd, const char *name,
    enum nt_read_mode mode, struct nt_writer *tied);

/*
 * Reads the next record: 1 and *rec, 0 at the end, -1 on error.  A line that
 * is not canonical is made so.  *rec is good until the next call; copy what
 * you keep.  Control records are not handed out but looked at: a snapshot of
 * another format is an error (NT_DATA) in any mode.  Of a stream also an end
 * whose counts or digest are not those of the records, a record before the
 * snapshot or after the end, and in NT_READ_WHOLE an end that is missing or
 * says complete:false, and a last line without its newline; NT_READ_PARTIAL
 * drops such a line if it is half there.
 *
 * A bad line (no JSON object, longer than NT_RECORD_MAX; of a stream, without
 * an "object") is skipped by the call after the -1, which is what -k does;
 * nt_reader_bad_line() says 1 then.  After any other -1, and after 0, only the
 * questions below and nt_reader_free() are allowed.
 */
int nt_reader_next(struct nt_reader *in, struct nt_record *rec,
    struct nt_err *err);
int nt_reader_bad_line(const struct nt_reader *in);

/*
 * The snapshot record of the present file, once a record was read or the end
 * was reached; and its end record, after nt_reader_next() said 0.  Lent until
 * the reader is freed or goes on to another file; p is NULL where there was
 * none.  Both canonical.
 */
struct nt_str nt_reader_snapshot(const struct nt_reader *in);
struct nt_str nt_reader_end(const struct nt_reader *in);

/*
 * 1 after nt_reader_next() said 0, if each end said complete:true and all
 * agreed with it; always 0 in NT_READ_LINES, where nothing is compared.
 */
int nt_reader_complete(const struct nt_reader *in);

/* Bytes read so far, for progress. */
uint64_t nt_reader_bytes(const struct nt_reader *in);

/* Frees the reader and all it lent.  NULL is allowed, as in free(3). */
void nt_reader_free(struct nt_reader *in);

/* ---- a stream that lies in memory ---- */

struct nt_text;

/*
 * Takes a stream whose lines are all canonical.  NULL if it does not look like
 * one: it begins with no snapshot record, or does not end in a good end.  Its
 * digest is compared beside all else, so until nt_text_is_good() says 1 it may
 * be anything.  The bytes are lent until the free.
 */
struct nt_text *nt_text_new(const char *p, size_t len);

/* The same for what is known to be canonical, and may have no end. */
struct nt_text *nt_text_new_known(const char *p, size_t len);

/* Waits until it is known: 1 if the digest is that of the records, or 0. */
int nt_text_is_good(struct nt_text *t);

/* All records with their newlines; the control records; p NULL: none. */
struct nt_str nt_text_records(const struct nt_text *t);
struct nt_str nt_text_snapshot(const struct nt_text *t);
struct nt_str nt_text_end(const struct nt_text *t);

/* NULL is allowed. */
void nt_text_free(struct nt_text *t);

/* ---- lines out ---- */

/* Makes a writer to a descriptor, which stays the caller's. */
struct nt_writer *nt_writer_new(int fd);

/*
 * The same, but the digest is made as it goes, without a thread beside it: for
 * who waits more than it writes, and would only pay for the thread's waking.
 */
struct nt_writer *nt_writer_new_alone(int fd);

/*
 * Writes {"object":"snapshot","format":1,...}: members is JSON text of an
 * object with the other members (source, scope, started, tool).
 */
int nt_writer_snapshot(struct nt_writer *out, struct nt_str members,
    struct nt_err *err);

/*
 * Writes a record, counts it by its "object" and adds it to the digest.  line
 * must be canonical and of that kind; name is the word in "object" and is
 * only looked at for NT_KIND_OTHER.  0, or -1 (NT_SYS).
 */
int nt_writer_record(struct nt_writer *out, enum nt_kind kind,
    struct nt_str line, struct nt_err *err);

/* Writes the value, made canonical, as a record of its kind. */
int nt_writer_value(struct nt_writer *out, struct nt_value value,
    struct nt_err *err);

/* Writes a line as it is, outside of counts and digest (control records). */
int nt_writer_line(struct nt_writer *out, struct nt_str line,
    struct nt_err *err);

/* Bytes written so far, buffered ones included. */
uint64_t nt_writer_bytes(const struct nt_writer *out);

/*
 * Writes {"object":"end","complete":…,"counts":{…},"errors":N,"digest":…,
 * "finished":…}; errors counts the records of kind error.  members is JSON
 * text of an object with more members, or p NULL.
 */
int nt_writer_end(struct nt_writer *out, int complete, struct nt_str members,
    struct nt_err *err);

/* Writes out what is buffered. */
int nt_writer_flush(struct nt_writer *out, struct nt_err *err);

/* Flushes and frees; -1 if anything since the last report went wrong. */
int nt_writer_close(struct nt_writer *out, struct nt_err *err);

#endif
