/*
 * writable - what the files of the way back share: one conversion under way,
 * what it asks of the target, and the parts that several objects have.
 */
#ifndef MODEL_WRITABLE_H
#define MODEL_WRITABLE_H

#include "internal.h"
#include "nt/writable.h"

/*
 * A conversion.  Losses are kept back until it is known that it comes to
 * something; what is asked after LATER is still asked, so that the caller
 * learns of all that is missing at once.
 */
struct writing {
	const struct nt_target *target;
	struct nt_buf made;	/* what goes to the caller's buffer */
	struct nt_json_out o;	/* into made */
	struct nt_buf at;	/* pointer to what is being written */
	size_t whole;		/* length of the pointer to all of it */
	struct nt_buf losses;	/* class, pointer NUL, reason NUL; each */
	int later, never;
};

void nt_writing_begin(struct writing *w, const struct nt_target *target,
    const char *pointer);

/* Hands over what was made or nothing, tells the losses, frees. */
enum nt_writable nt_writing_end(struct writing *w, struct nt_buf *out);

/* One step down the record; what it returns goes back by nt_leave(). */
size_t nt_enter(struct writing *w, const char *key);
size_t nt_enter_key(struct writing *w, struct nt_str key);
size_t nt_enter_element(struct writing *w, size_t index);
void nt_leave(struct writing *w, size_t back);

/* Notes a loss where the conversion is. */
void nt_lose(struct writing *w, enum nt_loss_class class, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Nothing of the whole can be written: it is lost, the one loss told. */
void nt_lose_all(struct writing *w, enum nt_loss_class class,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * What is written from here on can be taken back (losses stay), or is written
 * apart, as a value of its own that is moved to another buffer in the end.
 */
struct writing_mark {
	struct nt_json_out o;
	size_t len;
};

struct writing_mark nt_mark(const struct writing *w);
void nt_take_back(struct writing *w, const struct writing_mark *mark);
struct writing_mark nt_begin_apart(struct writing *w);
void nt_end_apart(struct writing *w, const struct writing_mark *mark,
    struct nt_buf *text);

/* One of the functions that look up an id. */
typedef enum nt_writable (*ask_id)(void *of, const struct nt_id *from,
    struct nt_id *to);

/*
 * Asks what a thing is called there: 1 and its id, or 0 for never (or for
 * what is no id).  If that is for later, *to is what was asked for.
 */
int nt_ask(struct writing *w, ask_id ask, struct nt_value id,
    char to[NT_ID_TEXT]);

/*
 * The upload of the hosted file that the object where the conversion is has
 * under "file": 1 and its id (of nothing yet, if for later), or 0 for never.
 */
int nt_ask_file(struct writing *w, char upload[NT_ID_TEXT]);

/* The id of a property, or its name, appended: 1, or 0 for never. */
int nt_ask_property(struct writing *w, struct nt_str id, struct nt_buf *out);

/* Writes it, as the value of a member: 1, or 0 with a loss told. */
int nt_put_property_id(struct writing *w, struct nt_value id);

/* 1 if a link or address is short enough; its text to write, appended. */
int nt_ask_link(struct writing *w, struct nt_str url, struct nt_buf *out);

/* ---- parts ---- */

/* The text of at most NT_ARRAY_MAX items; the pointer is already there. */
void nt_put_writable_text(struct writing *w, const char *key,
    struct nt_value items);

/* As above, but if the text is not empty. */
void nt_put_writable_caption(struct writing *w, const char *key,
    struct nt_value items);

/*
 * A text that may be too long for one array: what it is made of, joined and
 * split to fit; any part of it, from one piece to before another, may be put.
 */
struct pieces;

struct pieces *nt_pieces_new(struct writing *w, struct nt_value items);
size_t nt_pieces_count(const struct pieces *p);
/* The end of the pieces from one on that one block may have. */
size_t nt_pieces_of_block(const struct pieces *p, size_t from);
void nt_put_pieces(struct nt_json_out *o, const char *key,
    const struct pieces *p, size_t from, size_t to);
void nt_pieces_free(struct pieces *p);

/* A date, to o: 1, or 0 if it has no start that is a date. */
int nt_put_writable_date(struct writing *w, struct nt_json_out *o,
    const char *key, struct nt_value date);

/*
 * The members "type" and the file: 1, or 0 and *why, a reason.  Where the
 * conversion is, is the object that has them.
 */
int nt_put_writable_file(struct writing *w, struct nt_value file,
    const char **why);

/*
 * A member that is an icon or cover: 1, or 0 if there is none or, with the
 * loss told, none that can be written.
 */
int nt_put_writable_icon(struct writing *w, const char *key,
    struct nt_value icon);
int nt_put_writable_cover(struct writing *w, const char *key,
    struct nt_value cover);

/*
 * What a view shows, with the ids that properties, people and pages have
 * there: 1, or 0 if nothing is left of it.
 */
int nt_put_writable_filter(struct writing *w, struct nt_value filter);
int nt_put_writable_sorts(struct writing *w, struct nt_value sorts);
int nt_put_writable_quick_filters(struct writing *w, struct nt_value v);

#endif
