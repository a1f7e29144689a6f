/*
 * json - strict RFC 8259 in, RFC 8785 (JCS) out.
 *
 * Calls base and crypto.  Text is UTF-8, sizes are bytes.  The reader makes
 * one pass and no allocation per value: a document is an array of nodes that
 * point into the text, reused by the next parse.  notion-stream(5) says what
 * is done where the standards leave a choice.
 *
 * On -1, *err says why, "byte N: ..." counting from 1; nothing here prints.
 */
#ifndef NT_JSON_H
#define NT_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

#define NT_JSON_DEPTH_MAX 1000			/* arrays in arrays */
#define NT_JSON_SIZE_MAX ((size_t)256 << 20)	/* bytes of one document */
#define NT_JSON_KEYS_MAX 1000000		/* members of one object */

enum nt_json_type {
	NT_JSON_NONE,	/* there is no such value */
	NT_JSON_NULL,
	NT_JSON_BOOL,
	NT_JSON_NUMBER,
	NT_JSON_STRING,
	NT_JSON_ARRAY,
	NT_JSON_OBJECT
};

/* A parser and the document it read last. */
struct nt_json;

/*
 * A value in a document: cheap, passed by value, lent until the document's
 * next parse.  Every function takes a value that is not there (NT_JSON_NONE)
 * and answers as for a missing one, so look-ups can be chained unchecked.
 */
struct nt_value {
	struct nt_json *doc;
	uint32_t at;		/* the node's number; 0 in no document */
};

#define NT_VALUE_NONE ((struct nt_value){ NULL, 0 })

struct nt_json *nt_json_new(void);
void nt_json_free(struct nt_json *doc);

/*
 * Reads one value with white space around it and nothing else.  The text is
 * lent to the document: it must stay and not change until the next parse.
 * 0 and *root, or -1 (NT_DATA, NT_LIMIT).
 */
int nt_json_parse(struct nt_json *doc, const char *text, size_t len,
    struct nt_value *root, struct nt_err *err);

/* 1 if the text last parsed was canonical, byte for byte, without space. */
int nt_json_was_canonical(const struct nt_json *doc);

/* ---- looking at values ---- */

enum nt_json_type nt_value_type(struct nt_value v);
int nt_value_is(struct nt_value v, enum nt_json_type type);
int nt_value_there(struct nt_value v);		/* not NT_JSON_NONE */

/* The member of an object, of two with one name the last; a step a member. */
struct nt_value nt_value_get(struct nt_value object, const char *name);
struct nt_value nt_value_get_n(struct nt_value object, const char *name,
    size_t len);

/* RFC 6901: "" is v itself, "/properties/Name/title/0". */
struct nt_value nt_value_at(struct nt_value v, const char *pointer);

/* Appends a step of such a pointer: a slash, and the name, escaped. */
void nt_pointer_add(struct nt_buf *pointer, struct nt_str name);

/*
 * Takes the first step off a pointer: 1 and its name, decoded, in place of what
 * was in *name; 0 after the last; -1 if it is no pointer.
 */
int nt_pointer_next(struct nt_str *pointer, struct nt_buf *name);

/*
 * The decoded text of a string, lent until the next parse; not NUL-ended.
 * For anything else p is NULL and len 0.  A lone surrogate stands in it as
 * the three bytes that UTF-8 would have for it.
 */
struct nt_str nt_value_text(struct nt_value v);

/* 1 if v is a string with these characters. */
int nt_value_text_is(struct nt_value v, const char *text);

/* The number, or 0; 1 if true; the integer if it is one and fits, else 0. */
double nt_value_number(struct nt_value v);
int nt_value_true(struct nt_value v);
int64_t nt_value_int(struct nt_value v);

/* The bytes of the value as they stand in the text that was parsed. */
struct nt_str nt_value_raw(struct nt_value v);

/* How many elements or members; 0 for anything else. */
size_t nt_value_count(struct nt_value v);

/*
 * Walks an array or object:
 *	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e))
 * In an object e is a member's value and nt_value_key() its decoded name.
 */
struct nt_value nt_value_first(struct nt_value v);
struct nt_value nt_value_next(struct nt_value e);
struct nt_str nt_value_key(struct nt_value e);

/* Element n of an array, counting from 0; costs n steps. */
struct nt_value nt_value_index(struct nt_value array, size_t n);

/*
 * ---- small changes, seen by the writers below (not by the look-ups) ----
 * They hold until the next parse.  text is JSON that the caller knows to be
 * valid; it is copied.  What is changed within a value that is dropped or
 * replaced does not matter.
 */
void nt_value_drop(struct nt_value member_or_element);
void nt_value_replace(struct nt_value v, struct nt_str text);

/* Adds a member behind the object's last; old ones of that name are dropped. */
void nt_value_put(struct nt_value object, const char *name, struct nt_str text);

/* ---- writing ---- */

/*
 * Appends the value, canonical, with the changes made to it: members sorted by
 * UTF-16 code units, shortest numbers, least escapes, no space.
 */
void nt_json_canonical(struct nt_value v, struct nt_buf *out);

/*
 * Appends a string with quotes and the least escapes.  A surrogate, as
 * nt_value_text() has it, is escaped; what else is not UTF-8 becomes U+FFFD.
 */
void nt_json_quote(struct nt_buf *out, struct nt_str text);

/* Appends a number as ECMAScript prints it; d must be finite. */
void nt_json_number(struct nt_buf *out, double d);

/*
 * A writer for values of our own making.  It sets the commas; members may come
 * in any order (parse and write again for canonical form).  key is NULL inside
 * an array and for the outermost value.  At most 63 brackets are open at once.
 */
struct nt_json_out {
	struct nt_buf *buf;
	unsigned depth;
	uint64_t filled;	/* one bit a level: something stands there */
	int named;		/* nt_json_put_key() was called last */
};

void nt_json_out_init(struct nt_json_out *o, struct nt_buf *buf);
void nt_json_open(struct nt_json_out *o, const char *key, char bracket);
void nt_json_close(struct nt_json_out *o, char bracket);
void nt_json_put_str(struct nt_json_out *o, const char *key, struct nt_str s);
void nt_json_put_text(struct nt_json_out *o, const char *key, const char *s);
void nt_json_put_int(struct nt_json_out *o, const char *key, int64_t n);
void nt_json_put_number(struct nt_json_out *o, const char *key, double d);
void nt_json_put_bool(struct nt_json_out *o, const char *key, int truth);
void nt_json_put_null(struct nt_json_out *o, const char *key);
void nt_json_put_raw(struct nt_json_out *o, const char *key, struct nt_str s);
/* With the changes made to v; canonical. */
void nt_json_put_value(struct nt_json_out *o, const char *key,
    struct nt_value v);
/*
 * Writes a name that is not a C string; what is put or opened next, with a key
 * of NULL, is its value.
 */
void nt_json_put_key(struct nt_json_out *o, struct nt_str key);

/* Parses text and appends it canonical: 0, or -1.  A convenience. */
int nt_json_rewrite(const char *text, size_t len, struct nt_buf *out,
    struct nt_err *err);

/* ---- comparing ---- */

/*
 * Same type and equal content, whatever the order of members or the spelling;
 * with the changes made to both.
 */
int nt_value_equal(struct nt_value a, struct nt_value b);

#define NT_DIGEST_TEXT 65	/* 64 hex digits and a NUL */

/* SHA-256 of the canonical form, with the changes made, in lower-case hex. */
void nt_value_digest(struct nt_value v, char hex[NT_DIGEST_TEXT]);

#define NT_GLANCE_NAMES 8	/* at most, in one call */

/*
 * ---- a glance ----
 * Finds members of the outermost object without checking the rest of the
 * text: for canonical lines already known to be good (hashed, or written by
 * us).  names lists count names, none of which needs an escape; found[i] is
 * the raw value of names[i], or p NULL.  How many were found, or -1 if the text
 * is plainly no object.
 */
int nt_json_glance(const char *text, size_t len, const char *const names[],
    size_t count, struct nt_str found[]);

#endif
