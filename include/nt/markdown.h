/*
 * markdown - a page as Notion-flavored Markdown (v2) for people.
 *
 * Calls json and base, and is the one door to libyaml.  Pure: no files, no
 * clock; a renderer is one thread's, several may work at once.  What is
 * written how is in notion-markdown(1); the service's own form is api 6.2.
 */
#ifndef NT_MARKDOWN_H
#define NT_MARKDOWN_H

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/mem.h"

/*
 * Where things are in the tree of files that the page will be part of.  Paths
 * are relative to the tree's root, as "pages/Elm-….md"; each call appends one
 * to out and says 1, or 0 when the tree has no such file.  Each may be NULL:
 * then there is none.
 */
struct nt_markdown_links {
	/* The file of a page, database or data source. */
	int (*file)(const void *arg, const struct nt_id *id,
	    struct nt_buf *out);
	/* The file of an asset, by its record. */
	int (*asset)(const void *arg, struct nt_value record,
	    struct nt_buf *out);
	/* The name of a user of whom the page has the id alone. */
	int (*person)(const void *arg, const struct nt_id *id,
	    struct nt_buf *out);
	const void *arg;
};

/*
 * What renders pages, one after the other, and keeps its memory between them.
 * links must outlive it.
 */
struct nt_markdown;

struct nt_markdown *nt_markdown_new(const struct nt_markdown_links *links);

/*
 * Appends the page to out: front matter, then its blocks, then its comments.
 * records are the lines of the page's part of a stream, each with its newline,
 * in the order of notion-stream(5): the page, its assets and comments, its
 * blocks with theirs, errors and losses.  The page is taken to be in pages/.
 * 0, or -1 (NT_DATA: a line is no JSON object; NT_LIMIT), and out as it was
 * unless it is full.
 */
int nt_markdown_page(struct nt_markdown *m, struct nt_buf *out,
    struct nt_str records, struct nt_err *err);

/* NULL is allowed. */
void nt_markdown_free(struct nt_markdown *m);

#endif
