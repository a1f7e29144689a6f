/*
 * buf - bytes that grow, up to a limit given when they are made.
 *
 * Calls mem and err.  Sizes are bytes.  There is always a NUL after the last
 * byte that is not counted in len, so a buffer of text is a C string.
 */
#ifndef NT_BUF_H
#define NT_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/mem.h"

/* Open to read; change it only through the functions. */
struct nt_buf {
	char *p;	/* never NULL after nt_buf_init() */
	size_t len;
	size_t room;
	size_t max;	/* len never passes it */
	int full;	/* something did not fit; sticky until nt_buf_clear() */
};

#define NT_BUF_MAX ((size_t)1 << 30)	/* for output of our own making */

/* Makes an empty buffer that may grow to max bytes. */
void nt_buf_init(struct nt_buf *b, size_t max);

/* Frees the bytes; the struct may be initialised again. */
void nt_buf_free(struct nt_buf *b);

/* Forgets the content, keeps the memory. */
void nt_buf_clear(struct nt_buf *b);

/* Hands the bytes to the caller, who frees them with free(3); b is empty. */
char *nt_buf_take(struct nt_buf *b);

/*
 * Appending never fails at the call: what does not fit sets full, and
 * nt_buf_check() turns that into an error.
 */
void nt_buf_add(struct nt_buf *b, const void *p, size_t len);
void nt_buf_str(struct nt_buf *b, const char *s);
void nt_buf_char(struct nt_buf *b, char c);
void nt_buf_fmt(struct nt_buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes sure that len more bytes fit and returns where they go, NULL if they
 * do not (then full is set); nt_buf_grew() says how many were written there.
 */
char *nt_buf_reserve(struct nt_buf *b, size_t len);
void nt_buf_grew(struct nt_buf *b, size_t len);

/* Removes the first len bytes. */
void nt_buf_shift(struct nt_buf *b, size_t len);

/* Removes what stands behind the first len bytes. */
void nt_buf_cut(struct nt_buf *b, size_t len);

/* 0, or -1 with NT_LIMIT "WHAT is larger than N bytes" when full is set. */
int nt_buf_check(const struct nt_buf *b, const char *what, struct nt_err *err);

/* The content as a text that is lent until the next change. */
struct nt_str nt_buf_view(const struct nt_buf *b);

#endif
