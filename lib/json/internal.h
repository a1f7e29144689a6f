/*
 * json, private: the shape of a document and what its files share.
 *
 * A document is the text and an array of nodes in the order of the text.  A
 * scalar is one node; a container is a node, those of its content, and an END
 * node that stands for the closing bracket; a member is the node of its name
 * (KEY) and directly behind it those of its value.  So [1,{"a":[]}] is
 *
 *	1 ARRAY  2 NUMBER  3 OBJECT  4 KEY "a"  5 ARRAY  6 END  7 END  8 END
 *
 * Node 0 is nobody's: its number means "no value".
 */
#ifndef NT_JSON_INTERNAL_H
#define NT_JSON_INTERNAL_H

#include "nt/json.h"

#define NT_JSON_END 7			/* after the types of nt/json.h */
#define NT_JSON_NUMBER_TEXT 336		/* digits of the largest double, sign */

enum {
	NT_NODE_KEY = 1,	/* the name of a member */
	NT_NODE_ESCAPED = 2,	/* a string with a backslash in it */
	NT_NODE_DECODED = 4,	/* ... whose text is in doc->decoded */
	NT_NODE_CLEAN = 8,	/* its bytes are its canonical form */
	NT_NODE_DROPPED = 16,	/* edits: it is left out, */
	NT_NODE_REPLACED = 32	/* or something else is written */
};

struct nt_node {
	uint32_t at;		/* of its first byte in the text */
	uint32_t len;		/* bytes; of a container elements or members */
	uint32_t link;		/* container: the node behind its END;
				   decoded string: bytes of its text */
	uint16_t type;		/* no bytes here: a store to one might change */
	uint16_t flags;		/* anything, as far as a compiler knows */
};

/* An open container while reading. */
struct nt_level {
	uint32_t node;
	uint32_t count;		/* elements or members that are over */
	uint32_t flaws;		/* of the text before it */
	uint32_t name;		/* node of the last member's name, 0: none */
	uint64_t head;		/* its first 8 bytes, see reader.c */
	int closing;		/* the bracket that ends it */
};

enum nt_edit_kind { NT_EDIT_VOID, NT_EDIT_DROP, NT_EDIT_REPLACE, NT_EDIT_PUT };

/* A change; its texts stand in doc->edit_text, which may move. */
struct nt_edit {
	enum nt_edit_kind kind;
	uint32_t node;
	uint32_t order;		/* changes are numbered as they come */
	size_t name, name_len;	/* of a member that is put */
	size_t text, text_len;	/* canonical */
};

/* A member while its object is written in order. */
struct nt_member {
	struct nt_str name;	/* decoded */
	uint32_t order;		/* members of one name keep theirs */
	uint32_t node;		/* of its value; 0: it was put, */
	struct nt_str text;	/* and this is its value */
};

#define NT_JSON_WINDOW 4096	/* bytes that are searched for stops at once */

/*
 * Writes to out, counting from first, where in the len bytes of p the stops
 * are, at most one a byte; out has room for 64 more.  How many; *ascii says
 * whether all bytes were below 0x80.
 */
typedef size_t nt_json_scan_fn(const char *p, size_t len, uint32_t first,
    uint32_t *out, int *ascii);

/* Where in a text strings can end: a list that is made as it is used up. */
struct nt_stops {
	uint32_t *next, *last;	/* what is left of the list, and its end; */
				/* there the end of the text stands, twice */
	const char *text, *end;	/* end comes nearer if what is before it */
	int broken;		/* is not UTF-8; then this is set */
	int checked;		/* the rest was checked to be UTF-8 */
	size_t searched;	/* bytes of the text */
	nt_json_scan_fn *scan;
	int portable;		/* no vectors; for tests */
	uint32_t list[NT_JSON_WINDOW + 72];
};

struct nt_json {
	const char *text;
	size_t len;

	struct nt_node *node;
	struct nt_node *node_end;	/* of the room for them */
	uint32_t count;		/* nodes in use, node 0 among them */
	uint32_t room;
	char *decoded;		/* texts of escaped strings, each where it */
	size_t decoded_room;	/* stands in the text, being no longer */

	struct nt_edit *edit;
	size_t edits, edit_room;
	int edits_sorted;
	struct nt_buf edit_text;
	struct nt_json *scratch;	/* reads those texts; NULL until then */

	struct nt_member *member;	/* a stack, used by the writer */
	size_t members, member_room;

	uint32_t flaws;		/* why the text is not canonical, how often */
	struct nt_level level[NT_JSON_DEPTH_MAX + 1];
	struct nt_stops stops;
};

/* ---- scan.c ---- */

/*
 * The ways that work on this processor, the best is number 0 and the portable
 * the last; NULL behind it.
 */
nt_json_scan_fn *nt_json_scan_way(unsigned n);
nt_json_scan_fn *nt_json_scan_portable(void);

/* ---- marks.c ---- */

/* Where the marks outside strings are in 64 bytes, the first lowest. */
struct nt_marks {
	uint64_t open, close;	/* brackets */
	uint64_t colon;
};

/* What 64 bytes leave to the next; all 0 outside strings. */
struct nt_carry {
	uint64_t in_string;	/* all ones if a string goes on */
	uint64_t escaped;	/* 1 if the first byte is escaped */
};

/* Finds the marks in len bytes of p; out has room for one in 64, rounded up. */
typedef void nt_json_marks_fn(const char *p, size_t len,
    struct nt_carry *carry, struct nt_marks *out);

/* The ways that work on this processor, the best is number 0; or NULL. */
nt_json_marks_fn *nt_json_marks_way(unsigned n);

/* ---- stops.c ---- */

/* Starts the list for a text. */
void nt_json_stops_start(struct nt_stops *s, const char *text, size_t len);

/*
 * Sees to it that two stops are left, for a string's two quotes, or all that
 * the text has.
 */
void nt_json_stops_find(struct nt_stops *s);

/* Takes the stops before p off the list. */
void nt_json_stops_pass(struct nt_stops *s, const char *p);

/* ---- utf8.c ---- */

/* The offset of the first byte that is not part of UTF-8, or len. */
size_t nt_utf8_check(const char *text, size_t len);
size_t nt_utf8_check_portable(const char *text, size_t len);

/* One character of valid UTF-8, surrogates included; how many bytes it has. */
unsigned nt_utf8_get(const char *p, uint32_t *code);
unsigned nt_utf8_put(char *p, uint32_t code);

/* ---- string.c ---- */

/*
 * Looks at the inside of a string from its first backslash on: where its
 * closing quote is, or NULL and *bad says where it goes wrong and *why.
 * *clean becomes 0 if canonical form would spell it otherwise.
 */
const char *nt_json_escaped_end(const char *p, const char *end, int *clean,
    const char **bad, const char **why);

/* The decoded text of the string that is node n. */
struct nt_str nt_json_node_text(struct nt_json *doc, uint32_t n);

/* Order of the UTF-16 code units, as canonical form sorts names. */
int nt_json_name_cmp(struct nt_str a, struct nt_str b);

/* ---- number.c ---- */

/*
 * Reads a number: where it ends, or NULL and *bad and *why.  *clean becomes 0
 * if canonical form would spell it otherwise.
 */
const char *nt_json_number_end(const char *p, const char *end, int *clean,
    const char **bad, const char **why);

/* Spells a number of the text canonically; how many bytes, 0: too large. */
size_t nt_json_number_spell(const char *p, size_t len,
    char out[NT_JSON_NUMBER_TEXT]);

/* The nearest double, as strtod(3), of text that has no NUL behind it. */
double nt_json_number_value(const char *p, size_t len);

/* ECMAScript's spelling of a finite double; how many bytes. */
size_t nt_json_double_spell(double d, char out[NT_JSON_NUMBER_TEXT]);

/* ---- reader.c ---- */

/* Tests only: the document is read without SIMD from now on. */
void nt_json_set_portable(struct nt_json *doc, int portable);

/* ---- glance.c ---- */

/* Tests only: as nt_json_glance(), but that way; NULL is the portable one. */
int nt_json_glance_by(nt_json_marks_fn *find, const char *text, size_t len,
    const char *const names[], size_t count, struct nt_str found[]);

/* ---- value.c ---- */

static inline struct nt_node *
nt_json_node(struct nt_value v)
{
	return v.doc == NULL ? NULL : &v.doc->node[v.at];
}

/* The node behind n and all it holds. */
static inline uint32_t
nt_json_behind(const struct nt_json *doc, uint32_t n)
{
	const struct nt_node *node = &doc->node[n];

	return node->type == NT_JSON_ARRAY || node->type == NT_JSON_OBJECT ?
	    node->link : n + 1;
}

/* ---- edit.c ---- */

/* Forgets all changes. */
void nt_json_edit_clear(struct nt_json *doc);

/* The changes to nodes from up to to: the first, and how many; by node. */
size_t nt_json_edits_of(struct nt_json *doc, uint32_t from, uint32_t to,
    const struct nt_edit **first);

#endif
