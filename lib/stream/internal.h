/*
 * stream, inside: lines of a descriptor, and the tally that a reader checks
 * and a writer writes.  Included by lib/stream alone.
 */
#ifndef NT_STREAM_INTERNAL_H
#define NT_STREAM_INTERNAL_H

#include "nt/crypto.h"
#include "nt/stream.h"

/* ---- lines.c: a descriptor, line by line ---- */

struct nt_lines {
	int fd;			/* -1: none */
	const char *name;	/* for errors of the system; lent */
	char *p;		/* room + 1 bytes: one more for a newline */
	size_t room;
	size_t start, end;	/* what was read and not yet handed out */
	unsigned long number;	/* of the line handed out last */
	uint64_t bytes;		/* read so far, over all descriptors */
	int at_end;		/* the descriptor has no more */
	int skipping;		/* inside a line that was too long */
};

/* One line as it came; a newline stands at line.p[line.len] in any case. */
struct nt_line {
	struct nt_str text;
	int cut;		/* the newline is ours: the file ended */
};

void nt_lines_init(struct nt_lines *in);
void nt_lines_free(struct nt_lines *in);

/* Goes on with another descriptor; the buffer stays. */
void nt_lines_open(struct nt_lines *in, int fd, const char *name);

/*
 * The next line: 1, lent until the next call; 0 at the end; -1.  Of a line
 * over NT_RECORD_MAX bytes -1 with NT_LIMIT; the next call goes on behind it.
 * tied, if not NULL, is flushed before waiting.
 */
int nt_lines_next(struct nt_lines *in, struct nt_writer *tied,
    struct nt_line *line, struct nt_err *err);

/* ---- tally.c: what stands between the control records ---- */

/* Kinds that are not ours are counted by the name they bring. */
struct nt_tally_other {
	char *name;		/* JSON text with its quotes, canonical */
	size_t len;
	uint64_t count;
};

#define NT_STREAM_OTHER_MAX 1000	/* of those, in one stream */
#define NT_STREAM_NAME_MAX 100		/* bytes of such a name */

struct nt_tally {
	uint64_t count[NT_KIND_COUNT];
	struct nt_tally_other *other;
	size_t others;
	struct nt_sha256 hash;
};

void nt_tally_init(struct nt_tally *t);
void nt_tally_free(struct nt_tally *t);

/*
 * Counts one record; name, the JSON text of its "object", is only looked at
 * for NT_KIND_OTHER.  0, or -1 (NT_LIMIT) when there are too many such names.
 * The bytes are added by the caller, newlines included, to t->hash.
 */
int nt_tally_count(struct nt_tally *t, enum nt_kind kind, struct nt_str name,
    struct nt_err *err);

/* Appends the member "counts" as canonical JSON. */
void nt_tally_counts(const struct nt_tally *t, struct nt_buf *out);

/* Writes "sha256:HEX" of all that was added; the tally is spent. */
#define NT_TALLY_DIGEST (7 + NT_SHA256_TEXT)
void nt_tally_digest(struct nt_tally *t, char text[NT_TALLY_DIGEST]);

#endif
