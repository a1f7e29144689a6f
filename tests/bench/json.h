/* What the parts of the json benchmark have in common. */
#ifndef NT_BENCH_JSON_H
#define NT_BENCH_JSON_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Each goes through all lines of the text and returns a number that depends on
 * what it found, so that nothing can be left out by the compiler.  Behind the
 * text are at least 64 readable bytes.
 */
size_t bench_simdjson_dom(const char *text, size_t len);
size_t bench_simdjson_glance(const char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
