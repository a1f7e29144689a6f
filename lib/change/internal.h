/*
 * change, private: what its files share.
 *
 * A side is one snapshot as a text, with a row of 32 bytes a record.  Rows are
 * numbered from 1 in the order of the text; 0 is nobody.
 */
#ifndef NT_CHANGE_INTERNAL_H
#define NT_CHANGE_INTERNAL_H

#include "nt/change.h"
#include "nt/id.h"

#define CLIMB_MAX 100000	/* steps up: parents in a ring have no top */

/* ---- lcs.c ---- */

struct pair {
	size_t i, j;
};

/* 1 if two lists of that length are not too long for it. */
int lcs_fits(size_t n, size_t m);

/*
 * Writes the pairs of a longest common subsequence, in order; there is room for
 * the shorter list.  How many they are.
 */
size_t lcs_pairs(size_t n, size_t m, int (*same)(const void *arg, size_t i,
    size_t j), const void *arg, struct pair *pairs);

/* ---- facts.c: what a record says of itself, at a glance ---- */

/* By which a record is told from others, and a parent found. */
struct key {
	struct nt_id id;	/* or a hash of what is no id */
	enum nt_kind kind;
};

struct facts {
	enum nt_kind kind;
	struct nt_str object, id, parent, owner, source; /* raw; p NULL: none */
	struct nt_str pointer;	/* of an asset's owner, raw */
};

/* 0, or -1 (NT_DATA): it is no object, or says not what it is. */
int facts_of(struct nt_str line, struct facts *f, struct nt_err *err);

/* 1 and its key, or 0: it cannot be told from others. */
int facts_key(const struct facts *f, struct key *key);

/* The key of what a parent member names; 0 if it names no record. */
int facts_parent(struct nt_str parent, struct key *key);

/* The same for the parent that the record has in the tree. */
int facts_up(const struct facts *f, struct key *key);

/* 1 if the two hang on the same record, or on what is none alike. */
int same_parent(const struct facts *a, const struct facts *b);

/* The key of a kind and a raw id. */
void key_of(enum nt_kind kind, struct nt_str id, struct key *key);

/* The text inside the quotes of a raw string. */
struct nt_str unquoted(struct nt_str raw);

/* A sum of the bytes, to compare texts by that are not meant to deceive. */
uint64_t text_sum(struct nt_str text);

/* ---- side.c ---- */

enum {
	ROW_NAMELESS = 1,	/* cannot be told from others */
	ROW_DIFFERS = 2,	/* its line is not that of its mate */
	ROW_MOVED = 4,		/* has another parent or another place */
	ROW_TURNED = 8,		/* ... another parent */
	ROW_DISORDER = 16,	/* what it holds has another order */
	ROW_FOLDED = 32		/* its move is said by the other of the two */
};

struct row {
	struct nt_id id;	/* of its key */
	uint64_t at : 48;	/* where its line begins */
	uint64_t kind : 8;
	uint64_t flags : 8;
	uint32_t up;		/* the row of its parent */
	uint32_t mate;		/* the same record on the other side */
};

struct side {
	struct nt_str text;
	int strict;		/* what is volatile counts, too */
	struct row *row;
	uint32_t count;		/* the last row */
	size_t room;		/* of row */
	uint32_t *slot;		/* by key: rows */
	uint64_t slots, inserted;
	struct side *other;	/* read before, or NULL */
	uint32_t next;		/* of its rows: what may come next here */
};

/*
 * Reads the text: 0, or -1.  It is freed in any case by side_free().  If other
 * is not NULL, each row is joined with its mate there, and those whose lines
 * are not the same differ; other must outlive it.
 */
int side_read(struct side *s, struct nt_str text, int strict,
    struct side *other, struct nt_err *err);
void side_free(struct side *s);

struct nt_str side_line(const struct side *s, uint32_t n);

/* The row with that key, or 0. */
uint32_t side_find(const struct side *s, const struct key *key);

/* What the row says of itself; it was read before. */
struct facts side_facts(const struct side *s, uint32_t n);

/* The row's page or database if it is its block, or the other way, or 0. */
uint32_t side_other_half(const struct side *s, uint32_t n);

/* ---- grade.c ---- */

/* Takes the signatures off all links to hosted files in v. */
void grade_unsign(struct nt_value v);

/* Makes all that is volatile in b what it is in a. */
void grade_keep(struct nt_value a, struct nt_value b);

/* As nt_change_digest(), of a line, which doc reads: 0, or -1. */
int grade_digest(struct nt_json *doc, struct nt_str line,
    char base[NT_BASE_TEXT], struct nt_err *err);

/* ---- order.c ---- */

/* Marks the rows of b that stand elsewhere among their siblings as moved. */
void order_mark(const struct side *a, struct side *b, int strict);

/* ---- settle.c ---- */

/* What the comparison of two records needs, over and over. */
struct settle {
	const struct nt_diff_how *how;
	struct nt_json *a, *b, *plain_a, *plain_b;
	struct nt_json *source_a, *source_b;	/* NULL until they are needed */
	struct nt_buf text_a, text_b, patch;
};

struct settled {
	struct nt_str patch;	/* p NULL: nothing else is new; lent */
	int turned;		/* into the trash or out of it, */
	int in_trash;		/* as it is now */
	int in_b;		/* of an error: it is in b's line */
};

/* 1 if the pointer is one of those that do not count. */
int is_ignored(const struct nt_diff_how *how, const char *pointer);

void settle_init(struct settle *s, const struct nt_diff_how *how);
void settle_free(struct settle *s);

/* Compares two lines of one record, which got another parent or not. */
int settle_lines(struct settle *s, struct nt_str was, struct nt_str is,
    int turned, struct settled *out, struct nt_err *err);

/* Compares a row of b with its mate in a, which it was restored from. */
int settle_restored(struct settle *s, const struct side *a,
    const struct side *b, uint32_t n, struct settled *out,
    struct nt_err *err);

#endif
