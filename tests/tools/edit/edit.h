/*
 * edit - what the parts of the editor share.
 *
 * The stream is held as parts, in the order of the walk: a page with its
 * assets, comments and blocks, a database or a data source with its views; the
 * first part is what stands before all pages.  What is below a part comes
 * right behind it.  Functions that can fail return 0, or -1 and err.
 */
#ifndef EDIT_H
#define EDIT_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/err.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/stream.h"

#define HEAD 0			/* number of the first part */

/* One record. */
struct line {
	char *text;		/* canonical, with a NUL behind it */
	size_t len;
	struct nt_id id, parent;
	enum nt_kind kind;
	int has_children;
	int plain;		/* a block that may come, go and change */
	int lost;		/* something that hung on it was removed */
};

struct part {
	struct line *lines;
	size_t count, room;
	size_t above;		/* the part it hangs below */
	int gone;		/* removed */
	int changed;		/* since it was read */
};

struct workspace {
	struct part *parts;
	size_t *order;		/* numbers of parts: the walk */
	size_t count, room;
	struct nt_id_map *where;	/* ids of records to numbers of parts */
	struct nt_json *doc;
	struct nt_buf text, quoted;	/* scratch */
	char *snapshot;		/* the control record as it was read */
	int64_t now;		/* ms; edits fall on the day before */
};

/* ---- workspace.c: a stream in, a stream out ---- */

int workspace_read(struct workspace *w, struct nt_err *err);
int workspace_write(struct workspace *w, struct nt_err *err);
void workspace_free(struct workspace *w);

/* A number below most (not 0), by chance that NT_RANDOM_SEED repeats. */
uint64_t chance(uint64_t most);

/* A part with room for lines, at that place of the walk; its number. */
size_t part_new(struct workspace *w, size_t above, size_t place);

/* Puts a record, which need not be canonical, before line at; or removes. */
int line_put(struct workspace *w, size_t part, size_t at, const char *json,
    struct nt_err *err);
void line_remove(struct part *p, size_t at);

/* The number of the next line that is no asset or comment. */
size_t line_behind(const struct part *p, size_t at);

/* Where the part stands in the walk, and where what is below it ends. */
size_t place_of(const struct workspace *w, size_t part);
size_t place_behind(const struct workspace *w, size_t part);

/* The number of the line with that id; count if there is none. */
size_t line_find(const struct part *p, const struct nt_id *id);

/* ---- record.c: edits of one record ---- */

/* A time of that day, as the service rounds it. */
void some_time(const struct workspace *w, char text[NT_TIME_TEXT]);

/* A few words in scratch text of w. */
const char *some_words(struct workspace *w, unsigned count);

/*
 * Each edits the record in place, moves its last_edited_time, and leaves it as
 * it is if it has nothing of the kind: 1 if it was changed, else 0; or -1.
 */
int record_edit(struct workspace *w, struct line *l, struct nt_err *err);
int record_touch(struct workspace *w, struct line *l, struct nt_err *err);
int record_retitle(struct workspace *w, struct line *l, const char *title,
    struct nt_err *err);
int record_parent(struct workspace *w, struct line *l, const char *parent,
    struct nt_err *err);
int record_children(struct workspace *w, struct line *l, int has_children,
    struct nt_err *err);

/* Of a page: drops its relations to pages that are gone. */
int record_forget(struct workspace *w, struct line *l, struct nt_err *err);

/* ---- pages.c: pages that come, go, move and are called otherwise ---- */

int pages_add(struct workspace *w, uint64_t count, struct nt_err *err);
int pages_remove(struct workspace *w, uint64_t count, struct nt_err *err);
int pages_move(struct workspace *w, uint64_t count, struct nt_err *err);
int pages_retitle(struct workspace *w, uint64_t count, struct nt_err *err);

/* A paragraph before line at of the part, parent as the API writes it. */
int paragraph_add(struct workspace *w, size_t part, size_t at,
    struct nt_str parent, struct nt_err *err);

/* After all edits: what says whether there is something inside. */
int pages_settle(struct workspace *w, struct nt_err *err);

#endif
