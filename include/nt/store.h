/*
 * store - a stream, stored in any format that the tools know.
 *
 * Part of room snapshot; calls tree, repo, stream and base.  What notion-pack
 * makes is made here.  On -1, *err says why; nothing here prints.
 */
#ifndef NT_STORE_H
#define NT_STORE_H

#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/snapshot.h"
#include "nt/tree.h"

/* What a format is like. */
enum {
	NT_STORE_TEXT = 1,	/* may go to a terminal */
	NT_STORE_TREE = 2,	/* has room for Markdown */
	NT_STORE_ASSETS = 4,	/* has room for bytes */
	NT_STORE_IN_PLACE = 8,	/* is renewed where it stands */
	NT_STORE_INDEX = 16	/* can be searched */
};

struct nt_store_format;

/* By its name, "tar.gz"; NULL if it is none. */
const struct nt_store_format *nt_store_named(const char *name);

/* By the ending of a path, or as a folder is there; NULL: nothing tells. */
const struct nt_store_format *nt_store_by_path(const char *path);

const char *nt_store_name(const struct nt_store_format *f);
unsigned nt_store_is(const struct nt_store_format *f);

/* Appends all names, for a message. */
void nt_store_names(struct nt_buf *b);

/* What is stored, and how. */
struct nt_storing {
	const struct nt_store_format *format;
	const char *output;	/* "-" is standard output */
	const char *input;	/* its name, for messages; NULL: stdin */
	const char *tool;	/* who we are */
	struct nt_pack_how how;
	int markdown;		/* pages as Markdown, where there is room */
	int search;		/* index it */
	int (*stop)(void);	/* asked now and then: not 0 ends it all */
	void (*tick)(uint64_t bytes);	/* told how many were read; or NULL */
	void (*warn)(const char *sentence);	/* told what is not as it
						   should be */
};

/*
 * Reads the stream from *fd, which must be closed by the caller and may become
 * another, and puts it at the output in one step: 0 and *bytes, or -1 and
 * what stood there stands.
 */
int nt_store_stream(const struct nt_storing *s, int *fd, uint64_t *bytes,
    struct nt_err *err);

#endif
