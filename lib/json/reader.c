/*
 * The reader: RFC 8259, nothing more.
 *
 * What we do where the standards leave a choice:
 * - The text is UTF-8 without a byte order mark; anything else is refused.
 * - A lone surrogate can be written with an escape (\ud83d, half an emoji). It
 *   is kept, and canonical form writes it as an escape in lower case.
 * - A number that overflows a double is refused.  A whole number that no
 *   double holds exactly keeps its digits; see number.c.
 * - Two members of one name are kept, in their order; look-up finds the last.
 * - NT_JSON_DEPTH_MAX, NT_JSON_SIZE_MAX and NT_JSON_KEYS_MAX are limits.
 *
 * How it is fast: first it is found where strings can end.  A window of the
 * text is searched, by vectors, for the bytes that stop a string (quotes,
 * backslashes, control bytes), and their places are written to a list, the
 * stops.  Outside strings the reader goes from byte to byte; at a quote the
 * first stop left on the list is that quote, and the one after it is where the
 * string ends or needs a closer look.  So no string is searched, whatever its
 * length, and where the next token starts is known before this one is dealt
 * with, which keeps the processor's pipeline full.  The same search says
 * whether the window is ASCII; the first one that is not has the rest of the
 * text checked to be UTF-8.  A text whose last byte is a closing bracket needs
 * no look at where it ends but behind such brackets: whatever else was read is
 * not its last byte.
 *
 * Each token becomes a node of 16 bytes and nothing is converted: numbers and
 * escapes are checked, and turned into values when somebody asks.  Whether the
 * text is canonical falls out on the way: each space, each name out of order,
 * each escape or number that would be spelled otherwise is counted as a flaw,
 * and a value during which the count did not move is clean, its bytes being its
 * canonical form.  No recursion: the open containers stand in doc->level.
 */
#include "internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* What is hardly ever true, so that the usual way has no jumps in it. */
#define RARE(condition) __builtin_expect(!!(condition), 0)

/*
 * The reader's place.  Its address is never handed to a function that is not
 * inline, so that the compiler can keep what it holds in registers.
 */
struct reader {
	struct nt_json *doc;
	const char *text, *end;
	const uint32_t *stop;	/* the first left on the list */
	int guarded;		/* the text ends in a closing bracket */
	struct nt_node *next;	/* where the next one goes */
	struct nt_level *level;	/* of the innermost open container */
	uint32_t flaws;
	int limit;		/* the text goes wrong in being too much */
	const char *bad;	/* where it goes wrong, */
	const char *why;	/* and how */
};

INLINE const char *
wrong(struct reader *r, const char *at, const char *why)
{
	r->bad = at;
	r->why = why;
	return NULL;
}

INLINE const char *
too_much(struct reader *r, const char *at, const char *why)
{
	r->limit = 1;
	return wrong(r, at, why);
}

/* Makes room for as many nodes again; where the next one goes. */
static struct nt_node *
grow(struct nt_json *doc)
{
	uint32_t count = doc->room;

	doc->room *= 2;
	doc->node = nt_realloc_array(doc->node, doc->room, sizeof *doc->node);
	doc->node_end = doc->node + doc->room;
	return doc->node + count;
}

/* Makes the next node. */
INLINE void
emit(struct reader *r, unsigned type, unsigned flags, const char *at,
    size_t len)
{
	struct nt_node *node = r->next;

	if (RARE(node == r->doc->node_end))
		node = grow(r->doc);
	node->at = (uint32_t)(at - r->text);
	node->len = (uint32_t)len;
	node->link = 0;
	node->type = (uint16_t)type;
	node->flags = (uint16_t)flags;
	r->next = node + 1;
}

/* The number of the next node. */
INLINE uint32_t
next_number(const struct reader *r)
{
	return (uint32_t)(r->next - r->doc->node);
}

/* 1 if p, behind a byte that is no closing bracket, may be looked at. */
INLINE int
may_look(const struct reader *r, const char *p)
{
	return r->guarded || p < r->end;
}

/* Takes the stops before p off the list and sees to it that two are there. */
INLINE void
renew_stops(struct reader *r, const char *p)
{
	struct nt_stops *s = &r->doc->stops;

	s->next = s->list + (r->stop - s->list);
	nt_json_stops_pass(s, p);
	nt_json_stops_find(s);
	r->stop = s->next;
	r->end = s->end;
}

static const char *
space_end(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' ||
	    *p == '\t'))
		p++;
	return p;
}

INLINE const char *
skip_space(struct reader *r, const char *p)
{
	const char *behind;

	if (!RARE(!may_look(r, p) || (unsigned char)*p <= ' '))
		return p;
	behind = space_end(p, r->end);
	if (behind == p)
		return p;
	r->flaws++;
	renew_stops(r, behind);
	return behind;
}

/* Reads the rest of a string that stops at stop, which is no quote. */
INLINE const char *
read_escaped(struct reader *r, const char *from, const char *stop,
    unsigned flags)
{
	const char *bad, *why, *quote;
	int clean = 1;

	quote = nt_json_escaped_end(stop, r->end, &clean, &bad, &why);
	if (quote == NULL)
		return wrong(r, bad, why);
	renew_stops(r, quote + 1);
	if (quote >= r->end)	/* what was passed is not UTF-8 */
		return wrong(r, r->end, "");
	r->flaws += !clean;
	emit(r, NT_JSON_STRING, flags | NT_NODE_ESCAPED |
	    (clean ? NT_NODE_CLEAN : 0), from, (size_t)(quote + 1 - from));
	return quote + 1;
}

/* Reads the string at p, makes its node and returns what is behind it. */
INLINE const char *
read_string(struct reader *r, const char *p, unsigned flags)
{
	const char *stop;

	if (RARE(r->text + r->stop[1] >= r->end))
		renew_stops(r, p);	/* the list is used up */
	stop = r->text + r->stop[1];
	r->stop += 2;
	if (RARE(stop >= r->end || *stop != '"'))
		return read_escaped(r, p, stop, flags);
	emit(r, NT_JSON_STRING, flags | NT_NODE_CLEAN, p,
	    (size_t)(stop + 1 - p));
	return stop + 1;
}

/*
 * The first 8 bytes of a name as a number that sorts as they do.  One with a
 * bit of NEEDS_LOOK in it does not tell: it is not ASCII, or has escapes.
 */
#define NEEDS_LOOK 0x8080808080808080u

static const uint64_t head_mask[9] = {
	0, 0xff00000000000000u, 0xffff000000000000u, 0xffffff0000000000u,
	0xffffffff00000000u, 0xffffffffff000000u, 0xffffffffffff0000u,
	0xffffffffffffff00u, UINT64_MAX
};

/* A name's first bytes, where less than 8 are left of the text. */
static uint64_t
head_near_end(const char *name, size_t len)
{
	uint64_t head = 0;

	memcpy(&head, name, len < 8 ? len : 8);
	return head;
}

INLINE uint64_t
head_of(const struct reader *r, const struct nt_node *node)
{
	const char *name = r->text + node->at + 1;
	size_t len = node->len - 2;
	uint64_t head;

	if (RARE(node->flags & NT_NODE_ESCAPED))
		return NEEDS_LOOK;
	if (!RARE(r->end - name < 8))
		memcpy(&head, name, 8);	/* of fixed size: one load */
	else
		head = head_near_end(name, len);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	head = __builtin_bswap64(head);
#endif
	return head & head_mask[len < 8 ? len : 8];
}

/* The slow half of check_order(): whether the two names are out of order. */
static int
are_out_of_order(struct nt_json *doc, uint32_t a, uint32_t b)
{
	return a != 0 && nt_json_name_cmp(nt_json_node_text(doc, a),
	    nt_json_node_text(doc, b)) > 0;
}

/* Counts a flaw if the name just read does not follow the one before it. */
INLINE void
check_order(struct reader *r, struct nt_level *level)
{
	uint32_t name = next_number(r) - 1;
	uint64_t head = head_of(r, r->next - 1);

	if (RARE(head == level->head ||
	    ((head | level->head) & NEEDS_LOOK) != 0))
		r->flaws += (uint32_t)are_out_of_order(r->doc, level->name,
		    name);
	else
		r->flaws += head < level->head;
	level->name = name;
	level->head = head;
}

/* Reads a member's name and colon; returns where its value starts. */
INLINE const char *
read_name(struct reader *r, const char *p)
{
	struct nt_level *level = r->level;

	if (RARE(!may_look(r, p) || *p != '"'))
		return wrong(r, p, p == r->end ?
		    "the text ends inside an object" :
		    "expected a name in quotes");
	if (RARE(level->count == NT_JSON_KEYS_MAX))
		return too_much(r, p, "an object with too many members");
	if ((p = read_string(r, p, NT_NODE_KEY)) == NULL)
		return NULL;
	check_order(r, level);
	p = skip_space(r, p);
	if (RARE(!may_look(r, p) || *p != ':'))
		return wrong(r, p, p == r->end ?
		    "the text ends inside an object" :
		    "expected a ':' after the name");
	return skip_space(r, p + 1);
}

INLINE const char *
read_number(struct reader *r, const char *p)
{
	const char *from = p, *bad, *why;
	int clean = 1;

	p = nt_json_number_end(p, r->end, &clean, &bad, &why);
	if (p == NULL)
		return wrong(r, bad, why);
	r->flaws += !clean;
	emit(r, NT_JSON_NUMBER, clean ? NT_NODE_CLEAN : 0, from,
	    (size_t)(p - from));
	return p;
}

INLINE const char *
read_word(struct reader *r, const char *p, unsigned type, const char *word,
    size_t len)
{
	if ((size_t)(r->end - p) < len || memcmp(p, word, len) != 0)
		return wrong(r, p, "an unknown word, expected true, false or "
		    "null");
	emit(r, type, NT_NODE_CLEAN, p, len);
	return p + len;
}

INLINE const char *
read_scalar(struct reader *r, const char *p)
{
	switch (*p) {
	case '"':
		return read_string(r, p, 0);
	case 'f':
		return read_word(r, p, NT_JSON_BOOL, "false", 5);
	case 't':
		return read_word(r, p, NT_JSON_BOOL, "true", 4);
	case 'n':
		return read_word(r, p, NT_JSON_NULL, "null", 4);
	case '-': case '0': case '1': case '2': case '3': case '4': case '5':
	case '6': case '7': case '8': case '9':
		return read_number(r, p);
	}
	return wrong(r, p, "expected a value");
}

/* Opens the array or object whose bracket is at p. */
INLINE const char *
open_container(struct reader *r, const char *p, unsigned type)
{
	if (r->level == r->doc->level + NT_JSON_DEPTH_MAX)
		return too_much(r, p, "arrays and objects nested too deep");
	emit(r, type, 0, p, 0);
	*++r->level = (struct nt_level){
		.node = next_number(r) - 1,
		.closing = *p + 2,	/* so in ASCII, for both kinds */
		.flaws = r->flaws
	};
	return skip_space(r, p + 1);
}

/* Closes the innermost container, whose bracket is at p. */
INLINE const char *
close_container(struct reader *r, const char *p)
{
	const struct nt_level *level = r->level--;
	struct nt_node *node;

	emit(r, NT_JSON_END, 0, p, 0);
	node = &r->doc->node[level->node];
	node->len = level->count;
	node->link = next_number(r);
	if (level->flaws == r->flaws)
		node->flags |= NT_NODE_CLEAN;
	return p + 1;
}

/*
 * What may follow a value: closing brackets, then a comma and the start of
 * the next value, which is returned; behind the outermost value, what is there.
 */
INLINE const char *
next_value(struct reader *r, const char *p)
{
	for (;;) {
		struct nt_level *level = r->level;

		if (p < r->end)
			p = skip_space(r, p);
		if (level == r->doc->level)
			return p;
		if (RARE(p == r->end))
			return wrong(r, p, level->closing == '}' ?
			    "the text ends inside an object" :
			    "the text ends inside an array");
		level->count++;
		if (*p == ',') {
			p = skip_space(r, p + 1);
			return level->closing == '}' ? read_name(r, p) : p;
		}
		if (RARE(*p != level->closing))
			return wrong(r, p, level->closing == '}' ?
			    "expected ',' or '}'" : "expected ',' or ']'");
		p = close_container(r, p);
	}
}

/*
 * Reads the value at p, of a container that is not empty only the start:
 * returns where the value in it starts.  Sets *over if the value is over.
 */
INLINE const char *
read_value(struct reader *r, const char *p, int *over)
{
	*over = 1;
	if (!may_look(r, p))
		return wrong(r, p, "the text ends where a value must be");
	if (*p != '{' && *p != '[')
		return read_scalar(r, p);
	p = open_container(r, p, *p == '{' ? NT_JSON_OBJECT : NT_JSON_ARRAY);
	if (p == NULL)
		return NULL;
	if (may_look(r, p) && *p == r->level->closing)
		return close_container(r, p);
	*over = 0;
	return r->level->closing == '}' ? read_name(r, p) : p;
}

/* Reads the whole text; what is behind it, or NULL. */
INLINE const char *
read_text(struct reader *r)
{
	const char *p = skip_space(r, r->text);
	int over;

	do {
		if ((p = read_value(r, p, &over)) == NULL)
			return NULL;
		if (over && (p = next_value(r, p)) == NULL)
			return NULL;
	} while (r->level > r->doc->level);
	if (p < r->end)
		return wrong(r, p, "expected nothing more after the value");
	return p;
}

/* Says that the text goes wrong at p, and how. */
static int
refuse(const struct nt_json *doc, enum nt_err_kind kind, const char *p,
    const char *why, struct nt_err *err)
{
	size_t byte = (size_t)(p - doc->text) + 1;
	unsigned char c;

	if (byte > doc->len)
		return nt_err_set(err, kind, "byte %zu: %s", byte, why);
	c = (unsigned char)*p;
	if (p == doc->stops.end)	/* it ends where it is not UTF-8 */
		why = "not UTF-8";
	if (c > ' ' && c < 0x7f)
		return nt_err_set(err, kind, "byte %zu, '%c': %s", byte, c,
		    why);
	return nt_err_set(err, kind, "byte %zu, 0x%02x: %s", byte, c, why);
}

/* Each call of it is code of its own, for guarded is known there. */
INLINE int
read_document(struct nt_json *doc, int guarded, struct nt_err *err)
{
	struct reader r = {
		.doc = doc,
		.text = doc->text,
		.end = doc->stops.end,
		.stop = doc->stops.next,
		.guarded = guarded,
		.next = doc->node + 1,
		.level = doc->level	/* that one stands for none */
	};

	if (doc->len >= 3 && memcmp(doc->text, "\xef\xbb\xbf", 3) == 0)
		return refuse(doc, NT_DATA, doc->text,
		    "a byte order mark, expected none", err);
	if (read_text(&r) == NULL)
		return refuse(doc, r.limit ? NT_LIMIT : NT_DATA, r.bad, r.why,
		    err);
	if (doc->stops.broken)
		return refuse(doc, NT_DATA, doc->stops.end, "", err);
	doc->count = next_number(&r);
	doc->flaws = r.flaws;
	return 0;
}

int
nt_json_parse(struct nt_json *doc, const char *text, size_t len,
    struct nt_value *root, struct nt_err *err)
{
	int status;

	nt_json_edit_clear(doc);
	doc->text = text;
	doc->len = len;
	doc->count = 1;
	if (len > NT_JSON_SIZE_MAX)
		return nt_err_set(err, NT_LIMIT, "%zu bytes of JSON, at most "
		    "%zu are read", len, NT_JSON_SIZE_MAX);
	nt_json_stops_start(&doc->stops, text, len);
	status = len > 0 && (text[len - 1] == '}' || text[len - 1] == ']') ?
	    read_document(doc, 1, err) : read_document(doc, 0, err);
	if (status == -1)
		return -1;
	*root = (struct nt_value){ doc, 1 };
	return 0;
}

int
nt_json_was_canonical(const struct nt_json *doc)
{
	return doc->count > 1 && doc->flaws == 0;
}

struct nt_json *
nt_json_new(void)
{
	struct nt_json *doc = nt_realloc_array(NULL, 1, sizeof *doc);

	/* The levels are most of it, and each is filled when it is reached. */
	memset(doc, 0, offsetof(struct nt_json, level));
	memset(&doc->stops, 0, sizeof doc->stops);
	doc->room = 256;
	doc->node = nt_realloc_array(NULL, doc->room, sizeof *doc->node);
	memset(doc->node, 0, sizeof *doc->node);
	doc->node_end = doc->node + doc->room;
	doc->count = 1;
	doc->stops.scan = nt_json_scan_way(0);
	nt_buf_init(&doc->edit_text, SIZE_MAX);
	return doc;
}

void
nt_json_free(struct nt_json *doc)
{
	if (doc == NULL)
		return;
	nt_json_free(doc->scratch);
	nt_buf_free(&doc->edit_text);
	free(doc->edit);
	free(doc->member);
	free(doc->decoded);
	free(doc->node);
	free(doc);
}

void
nt_json_set_portable(struct nt_json *doc, int portable)
{
	doc->stops.portable = portable;
	doc->stops.scan = portable ? nt_json_scan_portable() :
	    nt_json_scan_way(0);
}
