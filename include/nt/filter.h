/*
 * filter - Notion's filters and sorts over pages, offline (api 5).
 *
 * Calls json and base; pure: the time and the acting user are given.  Where
 * the service does not say what it does, the conventions of api 5.4 hold.
 */
#ifndef NT_FILTER_H
#define NT_FILTER_H

#include <stdint.h>

#include "nt/buf.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/refusal.h"

struct nt_filter;

/*
 * Compiles a filter and sorts against the "properties" of a data source.
 * Each may be none or null; without a filter every page matches.  Nothing is
 * lent: the documents may be parsed anew afterwards.  me is the user that
 * "me" stands for, now_ms the moment that relative dates count from.  NULL
 * and *why if it is refused.
 */
struct nt_filter *nt_filter_new(struct nt_value filter, struct nt_value sorts,
    struct nt_value schema, const struct nt_id *me, int64_t now_ms,
    struct nt_refusal *why);

/* Frees it.  NULL is allowed. */
void nt_filter_free(struct nt_filter *f);

/* 1 if the page object passes the filter, else 0. */
int nt_filter_match(const struct nt_filter *f, struct nt_value page);

/*
 * Appends the page's sort key: bytes that memcmp(3), the shorter of two equal
 * beginnings first, puts in the order of the sorts, ties by created_time and
 * id.  Keys of one program compare with each other only.
 */
void nt_filter_sort_key(const struct nt_filter *f, struct nt_value page,
    struct nt_buf *key);

/* 1 if sorts were given; without, the key is created_time and id. */
int nt_filter_sorts(const struct nt_filter *f);

/*
 * Folds case as Unicode says, so that texts that differ in it alone become
 * equal bytes; appended to out.
 */
void nt_fold(struct nt_str text, struct nt_buf *out);

/* Composes letters and their accents where Unicode has both as one (NFC). */
void nt_compose(struct nt_str text, struct nt_buf *out);

#endif
