/*
 * select - a part of a stream: some pages, some databases, some kinds.
 *
 * Calls json and base.  On -1, *err says why; nothing here prints.
 *
 * A page or database that is asked for comes with all below it: what a record
 * names as its parent, or what it follows, decides.  Users and custom emojis
 * are kept, for what is below may name them.  The control records tell that it
 * is a part, as notion-unpack(1) says.
 */
#ifndef NT_SELECT_H
#define NT_SELECT_H

#include "nt/err.h"
#include "nt/id.h"
#include "nt/mem.h"
#include "nt/stream.h"

struct nt_select;

struct nt_select *nt_select_new(void);

/* NULL is allowed. */
void nt_select_free(struct nt_select *s);

/*
 * Asks for pages, or databases (or data sources), by their ids or URLs, with
 * commas between.  What is not asked for any more is left out: 0, or -1.
 */
int nt_select_pages(struct nt_select *s, const char *ids, struct nt_err *err);
int nt_select_databases(struct nt_select *s, const char *ids,
    struct nt_err *err);

/* The same for pages and databases alike: whichever an id is of. */
int nt_select_either(struct nt_select *s, const char *ids,
    struct nt_err *err);

/* Asks for kinds of records, by their names, with commas between. */
int nt_select_kinds(struct nt_select *s, const char *kinds,
    struct nt_err *err);

/* Page or database number n that was asked for: 1 and *id, or 0: no more. */
int nt_select_id(const struct nt_select *s, size_t n, struct nt_id *id);

/*
 * Takes the next line of a stream, canonical and without its newline, control
 * records among them, and writes what there is to write of it.  -1 also at the
 * end, before anything is written of it, if something asked for was not there.
 */
int nt_select_line(struct nt_select *s, struct nt_str line,
    struct nt_writer *out, struct nt_err *err);

/*
 * In place of nt_select_line(), where nothing is written: whether the next
 * record is in the part, by what it names as its parent: 1, 0, or -1.
 */
int nt_select_record(struct nt_select *s, const struct nt_record *rec,
    struct nt_err *err);

/* At the end: 0, or -1 if something asked for was not there. */
int nt_select_met(const struct nt_select *s, struct nt_err *err);

#endif
