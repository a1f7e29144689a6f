/*
 * stream, inside: lines of a descriptor, and the tally that a reader checks
 * and a writer writes, whose digest is made by a thread.
 */
#ifndef NT_STREAM_INTERNAL_H
#define NT_STREAM_INTERNAL_H

#include "nt/crypto.h"
#include "nt/stream.h"

/* ---- digest.c: the SHA-256 of a stream, made beside it ---- */

#define NT_DIGEST_ALONE ((size_t)1 << 20)	/* bytes that need no thread */

struct nt_digest {
	struct nt_sha256 hash;
	uint64_t bytes;			/* of all pieces so far */
	size_t alone;			/* NT_DIGEST_ALONE, but for tests */
	int started;			/* or tried to */
	struct nt_beside *beside;	/* the thread; NULL: there is none */
};

/* The digest may not move until it is freed, which ends its thread. */
void nt_digest_init(struct nt_digest *d);
void nt_digest_free(struct nt_digest *d);

/*
 * Adds a piece.  It is lent to the digest and may not change before
 * nt_digest_settle() was called with its number, or one after it; 0 if it was
 * dealt with at once.
 */
uint64_t nt_digest_lend(struct nt_digest *d, const char *p, size_t len);
void nt_digest_settle(struct nt_digest *d, uint64_t number);

/* Adds a piece that is the caller's again at once. */
void nt_digest_add(struct nt_digest *d, const char *p, size_t len);

/* The hash of all that was added, in hex; the digest is spent. */
void nt_digest_hex(struct nt_digest *d, char hex[NT_SHA256_TEXT]);

/* ---- ring.c: blocks that are written to while others are lent ---- */

#define NT_RING_BLOCKS 3
#define NT_BLOCK_BYTES ((size_t)384 << 10)

struct nt_block {
	char *p;		/* room + 1 bytes: one more for a newline */
	size_t room;
	uint64_t lent;		/* number of the last piece, 0: none */
};

struct nt_ring {
	struct nt_digest *digest;
	struct nt_block block[NT_RING_BLOCKS];
	struct nt_block *at;	/* the one that is written to */
	size_t size;		/* room of a new block */
};

/* The digest must be freed before the ring. */
void nt_ring_init(struct nt_ring *r, struct nt_digest *digest, size_t size);
void nt_ring_free(struct nt_ring *r);

/* Nothing is lent any more, for the digest was freed. */
void nt_ring_forget(struct nt_ring *r);

/* Makes room in the block, of which nothing is lent; it may move. */
void nt_ring_reserve(struct nt_ring *r, size_t room);

/* Adds bytes of the block to the digest; they may not change from now on. */
void nt_ring_lend(struct nt_ring *r, size_t from, size_t to);

/* Goes on to a block of which nothing is lent, which may be the same. */
void nt_ring_turn(struct nt_ring *r);

/* ---- lines.c: a descriptor, line by line ---- */

struct nt_lines {
	int fd;			/* -1: none */
	const char *name;	/* for errors of the system; lent */
	struct nt_ring ring;
	size_t start, end;	/* what was read and not yet handed out */
	size_t from, to;	/* lines for the digest, not yet lent to it */
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

/* The digest must be freed before the lines. */
void nt_lines_init(struct nt_lines *in, struct nt_digest *digest);
void nt_lines_free(struct nt_lines *in);

/* Goes on with another descriptor and a digest that is new; blocks stay. */
void nt_lines_open(struct nt_lines *in, int fd, const char *name);

/*
 * The next line: 1, lent until the next call; 0 at the end; -1.  Of a line
 * over NT_RECORD_MAX bytes -1 with NT_LIMIT; the next call goes on behind it.
 * tied, if not NULL, is flushed before waiting.
 */
int nt_lines_next(struct nt_lines *in, struct nt_writer *tied,
    struct nt_line *line, struct nt_err *err);

/* Adds the line handed out last, and its newline, to the digest, some time. */
void nt_lines_digest(struct nt_lines *in, const struct nt_line *line);

/* Lends it all such lines, before something else is added to it. */
void nt_lines_lend(struct nt_lines *in);

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
	struct nt_digest digest;
};

void nt_tally_init(struct nt_tally *t);
void nt_tally_free(struct nt_tally *t);

/*
 * Counts one record; name, the JSON text of its "object", is only looked at
 * for NT_KIND_OTHER.  0, or -1 (NT_LIMIT) when there are too many such names.
 * The bytes are added by the caller, newlines included, to t->digest.
 */
int nt_tally_count(struct nt_tally *t, enum nt_kind kind, struct nt_str name,
    struct nt_err *err);

/* Appends the member "counts" as canonical JSON. */
void nt_tally_counts(const struct nt_tally *t, struct nt_buf *out);

/* Writes "sha256:HEX" of all that was added; the tally is spent. */
#define NT_TALLY_DIGEST (7 + NT_SHA256_TEXT)
void nt_tally_digest(struct nt_tally *t, char text[NT_TALLY_DIGEST]);

/* ---- reader.c, writer.c ---- */

/*
 * Tests only, before the first record: blocks of that size, and a thread after
 * that many bytes.
 */
void nt_reader_set_sizes(struct nt_reader *in, size_t block, size_t alone);
void nt_writer_set_sizes(struct nt_writer *out, size_t block, size_t alone);

#endif
