/*
 * jq - programs in jq's language that say yes or no to a record.
 *
 * Calls json and base; the one room that knows libjq, which takes some 30 ms
 * to start and is not started before there is a program.  It is a language for
 * filters and no reader: it rounds large numbers, so what a program is asked
 * about was read and checked before.
 */
#ifndef NT_JQ_H
#define NT_JQ_H

#include "nt/err.h"
#include "nt/mem.h"

struct nt_jq;

/* Compiles a program: 0, or -1 (NT_DATA) and its first complaint. */
int nt_jq_open(struct nt_jq **jq, const char *program, struct nt_err *err);

/* NULL is allowed. */
void nt_jq_free(struct nt_jq *jq);

/*
 * Asks it about a record, valid JSON: 1 if the first thing it answers is
 * neither false nor null, 0 if it is or if it answers nothing, -1 (NT_DATA) if
 * it fails.
 */
int nt_jq_ask(struct nt_jq *jq, struct nt_str line, struct nt_err *err);

#endif
