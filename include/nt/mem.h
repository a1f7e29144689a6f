/*
 * mem - memory that never comes back NULL.
 *
 * Calls nothing.  Sizes are bytes.  When the system has no more memory these
 * print one line and end the process with exit 2, as libjq does; a size that
 * came from input is checked against its limit before it gets here.
 */
#ifndef NT_MEM_H
#define NT_MEM_H

#include <stddef.h>

/* A piece of text that belongs to someone else; may hold NUL bytes. */
struct nt_str {
	const char *p;
	size_t len;
};

#define NT_STR(literal) ((struct nt_str){ literal, sizeof(literal) - 1 })

/* The text of a C string, without its NUL. */
struct nt_str nt_str_of(const char *s);

/* 1 if the two are the same bytes, else 0. */
int nt_str_eq(struct nt_str a, struct nt_str b);

/* 1 if s is the C string c, else 0. */
int nt_str_is(struct nt_str s, const char *c);

/* Order of the bytes, as memcmp(3); a prefix comes first. */
int nt_str_cmp(struct nt_str a, struct nt_str b);

/* The value of a hexadecimal digit of either case, or -1. */
int nt_hex_digit(char c);

/* Zeroed memory; free with free(3).  A size of 0 is allowed. */
void *nt_alloc(size_t size);

/* As calloc(3): the product is checked. */
void *nt_alloc_array(size_t count, size_t size);

/* As reallocarray(3); new bytes are not zeroed. */
void *nt_realloc_array(void *old, size_t count, size_t size);

/* Copies, NUL at the end; free with free(3). */
char *nt_strdup(const char *s);
char *nt_strndup(const char *s, size_t len);

/* Prints that one line and ends the process, for what others allocate. */
_Noreturn void nt_out_of_memory(void);

/* Overwrites len bytes in a way the compiler may not leave out. */
void nt_wipe(void *p, size_t len);

#endif
