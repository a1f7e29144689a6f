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
 * How it is fast: the text is checked to be UTF-8 first, at memory speed, so
 * the reader itself looks at ASCII alone.  It goes from token to token and
 * writes a node of 16 bytes for each, converting nothing: numbers and escapes
 * are checked, and turned into values when somebody asks.  In a string it
 * looks for the first quote, backslash or control byte, 16 bytes at a time;
 * most strings end within the first such step.  Whether the text is canonical
 * falls out on the way: each space, each name out of order, each escape or
 * number that would be spelled otherwise is counted as a flaw, and a value
 * during which the count did not move is clean, its bytes being its canonical
 * form.  No recursion: the open containers stand in doc->level.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* The reader's place; doc holds the rest. */
struct reader {
	struct nt_json *doc;
	const char *text, *end;
	uint32_t depth;
	const char *bad;	/* where it went wrong, */
	const char *why;	/* what was wrong, */
	int limit;		/* and whether it was just too much */
};

static const char *
wrong(struct reader *r, const char *at, const char *why)
{
	r->bad = at;
	r->why = why;
	return NULL;
}

static const char *
too_much(struct reader *r, const char *at, const char *why)
{
	r->limit = 1;
	return wrong(r, at, why);
}

static void
grow(struct nt_json *doc)
{
	doc->room = doc->room == 0 ? 256 : doc->room * 2;
	doc->node = nt_realloc_array(doc->node, doc->room, sizeof *doc->node);
}

/* Makes the next node; its number. */
INLINE uint32_t
emit(struct reader *r, unsigned type, unsigned flags, const char *from,
    const char *to)
{
	struct nt_json *doc = r->doc;
	uint32_t n = doc->count++;

	if (n == doc->room)
		grow(doc);
	doc->node[n] = (struct nt_node){
		.at = (uint32_t)(from - r->text),
		.len = (uint32_t)(to - from),
		.type = (uint8_t)type,
		.flags = (uint8_t)flags
	};
	return n;
}

static const char *
skip_space_slow(struct reader *r, const char *p)
{
	const char *from = p;

	while (p < r->end &&
	    (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	if (p > from)
		r->doc->flaws++;
	return p;
}

INLINE const char *
skip_space(struct reader *r, const char *p)
{
	if (p < r->end && (unsigned char)*p > ' ')
		return p;
	return skip_space_slow(r, p);
}

/* The first quote, backslash or control byte at or after p. */
INLINE const char *
plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i slash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1f);

	while (end - p >= 16) {
		__m128i b = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stop = _mm_or_si128(_mm_or_si128(
		    _mm_cmpeq_epi8(b, quote), _mm_cmpeq_epi8(b, slash)),
		    _mm_cmpeq_epi8(_mm_min_epu8(b, control), b));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);

		if (mask != 0)
			return p + __builtin_ctz(mask);
		p += 16;
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* Reads the string at p, makes its node and returns what is behind it. */
INLINE const char *
read_string(struct reader *r, const char *p, unsigned flags)
{
	const char *from = p;
	int clean = 1;

	p = plain_end(p + 1, r->end);
	if (p == r->end || *p != '"') {
		p = nt_json_escaped_end(p, r->end, &clean, &r->bad, &r->why);
		if (p == NULL)
			return NULL;
		flags |= NT_NODE_ESCAPED;
		r->doc->flaws += !clean;
	}
	p++;
	emit(r, NT_JSON_STRING, flags | (clean ? NT_NODE_CLEAN : 0), from, p);
	return p;
}

/* Counts a flaw if the name that is node n does not follow the last one. */
INLINE void
check_order(struct reader *r, struct nt_level *level, uint32_t n)
{
	if (level->key != 0 && nt_json_name_cmp(
	    nt_json_node_text(r->doc, level->key),
	    nt_json_node_text(r->doc, n)) > 0)
		r->doc->flaws++;
	level->key = n;
}

/* Reads a member's name and colon; returns where its value starts. */
INLINE const char *
read_name(struct reader *r, const char *p)
{
	struct nt_level *level = &r->doc->level[r->depth - 1];
	uint32_t n = r->doc->count;

	if (p == r->end || *p != '"')
		return wrong(r, p, p == r->end ? "the text ends inside an object"
		    : "expected a name in quotes");
	if (level->count == NT_JSON_KEYS_MAX)
		return too_much(r, p, "an object with too many members");
	if ((p = read_string(r, p, NT_NODE_KEY)) == NULL)
		return NULL;
	check_order(r, level, n);
	p = skip_space(r, p);
	if (p == r->end || *p != ':')
		return wrong(r, p, p == r->end ? "the text ends inside an object"
		    : "expected a ':' after the name");
	return skip_space(r, p + 1);
}

static const char *
read_number(struct reader *r, const char *p)
{
	const char *from = p;
	int clean = 1;

	p = nt_json_number_end(p, r->end, &clean, &r->bad, &r->why);
	if (p == NULL)
		return NULL;
	r->doc->flaws += !clean;
	emit(r, NT_JSON_NUMBER, clean ? NT_NODE_CLEAN : 0, from, p);
	return p;
}

INLINE const char *
read_word(struct reader *r, const char *p, unsigned type, const char *word,
    size_t len)
{
	if ((size_t)(r->end - p) < len || memcmp(p, word, len) != 0)
		return wrong(r, p, "an unknown word, expected true, false or "
		    "null");
	emit(r, type, NT_NODE_CLEAN, p, p + len);
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
	if (r->depth == NT_JSON_DEPTH_MAX)
		return too_much(r, p, "arrays and objects nested too deep");
	r->doc->level[r->depth++] = (struct nt_level){
		.node = emit(r, type, 0, p, p + 1),
		.flaws = r->doc->flaws
	};
	return skip_space(r, p + 1);
}

/* Closes the innermost container, whose bracket is at p. */
INLINE const char *
close_container(struct reader *r, const char *p)
{
	struct nt_json *doc = r->doc;
	const struct nt_level *level = &doc->level[--r->depth];
	struct nt_node *node;

	emit(r, NT_JSON_END, 0, p, p + 1);
	node = &doc->node[level->node];
	node->len = level->count;
	node->link = doc->count;
	if (level->flaws == doc->flaws)
		node->flags |= NT_NODE_CLEAN;
	return p + 1;
}

static int
in_object(const struct reader *r)
{
	const struct nt_json *doc = r->doc;

	return doc->node[doc->level[r->depth - 1].node].type == NT_JSON_OBJECT;
}

/*
 * What may follow a value: closing brackets, then a comma and the start of
 * the next value, which is returned; at depth 0 what is behind all of it.
 */
INLINE const char *
next_value(struct reader *r, const char *p)
{
	for (;;) {
		int object;

		p = skip_space(r, p);
		if (r->depth == 0)
			return p;
		object = in_object(r);
		if (p == r->end)
			return wrong(r, p, object ?
			    "the text ends inside an object" :
			    "the text ends inside an array");
		if (*p == ',') {
			r->doc->level[r->depth - 1].count++;
			p = skip_space(r, p + 1);
			return object ? read_name(r, p) : p;
		}
		if (*p != (object ? '}' : ']'))
			return wrong(r, p, object ? "expected ',' or '}'" :
			    "expected ',' or ']'");
		r->doc->level[r->depth - 1].count++;
		p = close_container(r, p);
	}
}

/* Reads the whole text; what is behind it, or NULL. */
static const char *
read_text(struct reader *r)
{
	const char *p = skip_space(r, r->text);

	do {
		if (p == r->end)
			return wrong(r, p, "the text ends where a value must be");
		if (*p == '{') {
			p = open_container(r, p, NT_JSON_OBJECT);
			if (p != NULL && p < r->end && *p == '}')
				p = close_container(r, p);
			else if (p == NULL || (p = read_name(r, p)) == NULL)
				return NULL;
			else
				continue;
		} else if (*p == '[') {
			p = open_container(r, p, NT_JSON_ARRAY);
			if (p != NULL && p < r->end && *p == ']')
				p = close_container(r, p);
			else if (p == NULL)
				return NULL;
			else
				continue;
		} else if ((p = read_scalar(r, p)) == NULL) {
			return NULL;
		}
		if ((p = next_value(r, p)) == NULL)
			return NULL;
	} while (r->depth > 0);
	if (p < r->end)
		return wrong(r, p, "expected nothing more after the value");
	return p;
}

static int
refuse(const struct reader *r, struct nt_err *err)
{
	const char *p = r->bad;
	size_t byte = (size_t)(p - r->text) + 1;
	enum nt_err_kind kind = r->limit ? NT_LIMIT : NT_DATA;

	if (p == r->end)
		return nt_err_set(err, kind, "byte %zu: %s", byte, r->why);
	if ((unsigned char)*p > ' ' && (unsigned char)*p < 0x7f)
		return nt_err_set(err, kind, "byte %zu, '%c': %s", byte, *p,
		    r->why);
	return nt_err_set(err, kind, "byte %zu, 0x%02x: %s", byte,
	    (unsigned char)*p, r->why);
}

static int
read_document(struct nt_json *doc, struct nt_err *err)
{
	struct reader r = { .doc = doc, .text = doc->text,
	    .end = doc->text + doc->len };
	size_t good = nt_utf8_check(doc->text, doc->len, doc->portable);

	if (good < doc->len)
		wrong(&r, r.text + good, "not UTF-8");
	else if (doc->len >= 3 && memcmp(doc->text, "\xef\xbb\xbf", 3) == 0)
		wrong(&r, r.text, "a byte order mark, expected none");
	else if (read_text(&r) != NULL)
		return 0;
	return refuse(&r, err);
}

int
nt_json_parse(struct nt_json *doc, const char *text, size_t len,
    struct nt_value *root, struct nt_err *err)
{
	nt_json_edit_clear(doc);
	doc->text = text;
	doc->len = len;
	doc->count = 1;
	doc->flaws = 0;
	if (len > NT_JSON_SIZE_MAX)
		return nt_err_set(err, NT_LIMIT, "%zu bytes of JSON, at most "
		    "%zu are read", len, NT_JSON_SIZE_MAX);
	if (read_document(doc, err) == -1) {
		doc->count = 1;
		doc->flaws = 1;
		return -1;
	}
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
	struct nt_json *doc = nt_alloc(sizeof *doc);

	grow(doc);
	doc->node[0] = (struct nt_node){ 0 };
	doc->count = 1;
	nt_buf_init(&doc->edit_text, SIZE_MAX);
	return doc;
}

void
nt_json_free(struct nt_json *doc)
{
	if (doc == NULL)
		return;
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
	doc->portable = portable;
}
