/*
 * What front.c and property.c need of YAML; yaml.c is the door to libyaml.
 *
 * A text is written so that YAML 1.1 and 1.2 read it as that text, a word as
 * what it is: a number, a date, true, null.
 */
#ifndef NT_MARKDOWN_YAML_H
#define NT_MARKDOWN_YAML_H

#include "nt/buf.h"
#include "nt/mem.h"

struct md_yaml;

/* Starts a document that is one map. */
struct md_yaml *md_yaml_new(void);

/* Ends it and appends it to out, without markers. */
void md_yaml_close(struct md_yaml *y, struct nt_buf *out);

void md_yaml_open_map(struct md_yaml *y);
void md_yaml_close_map(struct md_yaml *y);
void md_yaml_open_list(struct md_yaml *y);
void md_yaml_close_list(struct md_yaml *y);

/* A text, also the key of a map. */
void md_yaml_text(struct md_yaml *y, struct nt_str s);

/* A word. */
void md_yaml_word(struct md_yaml *y, const char *word);

/* A number as JSON has it. */
void md_yaml_number(struct md_yaml *y, struct nt_str raw);

/* A moment: a date or a date with a time if that is what it is, else a text. */
void md_yaml_moment(struct md_yaml *y, struct nt_str s);

#endif
