/*
 * change, private: a snapshot whose records come, go and move.
 *
 * A node is a record of the side it was made of, by the number of its row, or a
 * new one behind these.  All that are there are in one list, in the order of
 * the stream; node 0 is before the first and behind the last.
 */
#ifndef NT_CHANGE_CHAIN_H
#define NT_CHANGE_CHAIN_H

#include "internal.h"

enum {
	NODE_GONE = 1,
	NODE_NAMELESS = 2,
	NODE_CHECKED = 4,	/* its base was right */
	NODE_RESORT = 8		/* pages below it may be out of order */
};

struct node {
	uint32_t next, prev;
	uint32_t up;		/* its parent, 0 if that is not there */
	uint32_t seq;		/* scratch for sorting */
	uint8_t kind, flags;
	char *text;		/* NULL: the line of its row; malloc'd */
	size_t len;
};

struct chain {
	struct side side;
	struct node *node;
	uint32_t count, room;	/* the last node; how many fit */
	struct nt_id_map *made[NT_KIND_COUNT];	/* new ones by their ids */
};

int chain_read(struct chain *l, struct nt_str text, struct nt_err *err);
void chain_free(struct chain *l);

struct nt_str chain_line(const struct chain *l, uint32_t n);

/* The same before all changes. */
struct nt_str chain_was(const struct chain *l, uint32_t n);

struct facts chain_facts(const struct chain *l, uint32_t n);

/* The node that is there with this key, or 0. */
uint32_t chain_find(const struct chain *l, const struct key *key);

/* The node in which a record of these facts hangs, or 0. */
uint32_t chain_up(const struct chain *l, const struct facts *f);

/* Makes a node of the text, which it takes over; it is nowhere yet. */
uint32_t chain_new(struct chain *l, char *text, size_t len);

/* Gives a node another text, which it takes over. */
void chain_set(struct chain *l, uint32_t n, char *text, size_t len);

/* The other of a page or database and its block, or 0. */
uint32_t chain_other_half(const struct chain *l, uint32_t n);

/* 1 if the node is inside of top, at any depth. */
int chain_is_below(const struct chain *l, uint32_t n, uint32_t top);

/* Takes the nodes from first to last out, and puts them behind at. */
void chain_cut(struct chain *l, uint32_t first, uint32_t last);
void chain_paste(struct chain *l, uint32_t at, uint32_t first, uint32_t last);

/*
 * Where a node of that kind that hangs on up is put: behind the sibling after,
 * or as the first of its kind if that is 0.
 */
uint32_t chain_place(const struct chain *l, uint32_t n, uint32_t after);

/* Takes n with all that is inside of it to its place, behind after or first. */
void chain_move(struct chain *l, uint32_t n, uint32_t after);

/* Marks the page that holds n: what is below it may be out of order. */
void chain_mark(struct chain *l, uint32_t n);

/* Puts the pages below what was marked in the order of their blocks. */
void chain_sort(struct chain *l);

#endif
