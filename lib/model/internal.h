/*
 * internal - what the files of this room share: shapes of request bodies, and
 * the walk that checks a value against one.
 *
 * A shape is a table.  Where the rules are not those of one value by itself
 * (levels of blocks, things that exclude each other) it names a function.
 */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "nt/form.h"
#include "nt/kinds.h"
#include "nt/limits.h"
#include "nt/refusal.h"
#include "nt/stored.h"

/* Where in a body a value stands; a list that lives on the C stack. */
struct place {
	const struct place *up;		/* NULL: this is the body */
	struct nt_str key;		/* p NULL: element number index */
	size_t index;
	unsigned flags;			/* NULLABLE and OPTIONAL, for words */
};

/* A walk through one body. */
struct check {
	enum nt_version version;
	int update;		/* a PATCH of something there, not a creation */
	int level;		/* of the block being checked; -1 outside */
	enum nt_block parent;	/* whose children are being checked */
	size_t blocks;		/* seen so far */
	size_t faults;		/* lines */
	struct nt_buf lines;	/* "path should be ...", one a line */
	size_t depth;		/* of what the last of them is about */
	int said;		/* why was filled by a rule of its own */
	struct nt_refusal *why;
};

enum shape_kind {
	SHAPE_ANY,
	SHAPE_BOOL,
	SHAPE_TRUE,
	SHAPE_NUMBER,		/* min to max, where max is not 0 */
	SHAPE_INT,		/* the same */
	SHAPE_TEXT,		/* min to max characters, where max is not 0 */
	SHAPE_WORD,		/* one of words */
	SHAPE_ID,
	SHAPE_DATE,		/* ISO 8601, a day or a moment */
	SHAPE_ARRAY,		/* of, min to max elements */
	SHAPE_MAP,		/* any key to of */
	SHAPE_OBJECT,		/* members, and nothing else unless loose */
	SHAPE_EITHER		/* one of the shapes in the members' of */
};

#define NEEDED		0x01	/* must be there */
#define NEEDED_NEW	0x02	/* must be there in a creation */
#define NEEDED_OLD	0x04	/* must be there in an update */
#define NULLABLE	0x08	/* may be null */
#define ONE_OF		0x10	/* exactly one of the members so marked */
#define ONLY_2025	0x20	/* only before 2026-03-11 */
#define ONLY_NEW	0x40	/* not in an update */
#define OPTIONAL	0x80	/* may be missing: for words, not in tables */

/* A member of an object; a table of them ends with name NULL. */
struct member {
	const char *name;
	const struct shape *of;
	unsigned flags;
};

/* A rule a table cannot say; 0, or -1 after nt_check_should() and the like. */
typedef int shape_rule(struct check *c, const struct place *at,
    struct nt_value v);

struct shape {
	enum shape_kind kind;
	int min, max;
	int loose;			/* SHAPE_OBJECT: other keys may be */
	int none;			/* ... all of ONE_OF may be missing */
	const char *const *words;	/* ends with NULL */
	const struct shape *of;
	const struct member *members;
	shape_rule *rule;		/* asked last, of what passed so far */
};

/* Checks v against the shape: 0, or -1 with a fault noted. */
int nt_check_shape(struct check *c, const struct place *at,
    const struct shape *shape, struct nt_value v);

/* Notes "<at> should be <what>, instead was `<v>`."; -1.  See fault.c. */
int nt_check_should(struct check *c, const struct place *at, const char *what,
    struct nt_value v);
/* Notes that there should be no such value; -1. */
int nt_check_absent(struct check *c, const struct place *at,
    struct nt_value v);
/* The first of a member called name, such as one that is missing. */
int nt_check_should_at(struct check *c, const struct place *at,
    const char *name, const char *what, struct nt_value v);
/* The same where one of some words is expected; flags as in a place. */
int nt_check_words(struct check *c, const struct place *at, const char *name,
    const char *const *words, unsigned flags, struct nt_value v);
/* Notes that the length must be "≤" or "≥" the limit; -1. */
int nt_check_length(struct check *c, const struct place *at, const char *bound,
    int limit, size_t is);

/* Ends the check with a sentence that is not of these patterns; -1. */
int nt_check_say(struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Faults if both members are there; the other is the one too many. */
int nt_check_not_both(struct check *c, const struct place *at,
    struct nt_value v, const char *one, const char *other);

/* Checks alternative i, called name, and notes faults if it is none. */
typedef int alternative(struct check *c, const struct place *at,
    struct nt_value v, const char *name, size_t i, const void *of);

/*
 * Passes if one alternative does.  Those that v has no member for are not
 * tried; one called "" always is.  If none does the deepest faults stay, all
 * of them where several are equally deep, as the service has it.
 */
int nt_check_choice(struct check *c, const struct place *at, struct nt_value v,
    const char *const *names, size_t count, alternative *try, const void *of);

/* Runs shape over a body and turns what was noted into *why: 0, or -1. */
int nt_check_body(const struct shape *shape, enum nt_version version,
    int update, struct nt_value body, struct nt_refusal *why);

/* The two halves of that, for a walk that is not by shapes alone. */
void nt_check_begin(struct check *c, enum nt_version version, int update,
    struct nt_refusal *why);
int nt_check_finish(struct check *c, int status);

/*
 * Checks one property value in a page's body: type NULL for a value without a
 * type key around it.
 */
int nt_check_property(enum nt_prop kind, struct nt_str name, const char *type,
    struct nt_value v, struct nt_refusal *why);

/* 1 if the text is one emoji, however many code points it takes; fold.c. */
int nt_is_emoji(struct nt_str text);

/*
 * The bytes of the longest beginning that has at most max characters and ends
 * between two of them; two surrogates that make one are not parted.
 */
size_t nt_utf16_cut(struct nt_str text, size_t max);

/*
 * 1 if it can be a link: it has a scheme, is a path within Notion, or begins
 * with the name of a host.  A fragment or a relative path leads nowhere.
 */
int nt_is_link(struct nt_str url);

/* 1 if the value has the shape, for which no place in a body matters. */
int nt_is_of_shape(const struct shape *shape, struct nt_value v);

/* 1 if it is one of the words, whose list ends with NULL. */
int nt_is_one_of(struct nt_str word, const char *const *words);

/* 1 if a shape of words has this one. */
int nt_is_word_of(const struct shape *shape, struct nt_value word);

/* The members of annotations that are true or false; ends with NULL. */
extern const char *const nt_style_flags[];

/* Whether two annotations mean the same, defaults filled in. */
int nt_same_style(struct nt_value a, struct nt_value b);

/* ---- writing what is stored ---- */

/* A member with the value, or with that JSON where there is no value. */
void nt_put_or(struct nt_json_out *o, const char *key, struct nt_value v,
    const char *otherwise);

/* {"id","name","color"} of an option as its schema has it. */
void nt_put_chosen(struct nt_json_out *o, const char *key,
    struct nt_value option);

/* A member "id" and the like, dashed whatever way it was written. */
void nt_put_id(struct nt_json_out *o, const char *key, struct nt_value id);

/* {"start","end","time_zone"}, moments to the minute (api 3.7). */
void nt_put_date(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value date);

/* An array of rich text, as nt_stored_text() has it. */
int nt_put_text(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value items, struct nt_refusal *why);

/* The members "type" and the file, of a file, icon, cover or block. */
int nt_put_file(const struct nt_world *world, struct nt_json_out *o,
    struct nt_value file, struct nt_buf *name, struct nt_refusal *why);

/* An icon or cover, or null. */
int nt_put_icon(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value icon, struct nt_refusal *why);

/* ---- options of select, multi_select and status (stored_option.c) ---- */

/* Options that a write of one page's properties makes. */
struct options_made {
	struct option_made *list;
	size_t count;
};

/*
 * Writes {"id","name","color"} of the option that a value names, by id or by
 * name without regard to case; makes it if it may: 0, or -1.
 */
int nt_put_option(const struct nt_world *world, struct nt_json_out *o,
    const char *key, struct nt_value entry, struct nt_value given,
    struct options_made *made, struct nt_refusal *why);

/* The option with this id, or this name, in a schema entry. */
struct nt_value nt_option_find(struct nt_value entry, struct nt_str id,
    struct nt_str name);

/* The nth group of every status, by its name; NULL if there is none. */
const char *nt_status_group(size_t n);

/* The option that a status has before it has one. */
struct nt_value nt_status_default(struct nt_value entry);

/* Appends the schema with the options that were made. */
void nt_put_schema_with(struct nt_value schema,
    const struct options_made *made, struct nt_buf *out);

/* A colour for the nth option, where none was asked for. */
const char *nt_option_color(size_t n);

/* 1 if the two differ in case alone. */
int nt_same_folded(struct nt_str a, struct nt_str b);

/* ---- properties of pages ---- */

/* An empty value, or what a computed kind shows while it has none. */
void nt_put_empty(struct nt_json_out *o, struct nt_value entry);

/*
 * Writes a page's property under the schema's entry: old as it was, or made
 * to fit where the type has changed.  Options are matched by name.
 */
void nt_put_reshaped(struct nt_json_out *o, struct nt_value entry,
    struct nt_value old);

/* ---- shapes by subject ---- */

/* form_text.c */
extern const struct shape nt_shape_any, nt_shape_bool, nt_shape_true,
    nt_shape_id, nt_shape_text, nt_shape_date, nt_shape_empty, nt_shape_color,
    nt_shape_rich_text, nt_shape_icon, nt_shape_cover, nt_shape_file_name,
    nt_shape_external, nt_shape_upload, nt_shape_url, nt_shape_date_value,
    nt_shape_page_size, nt_shape_zone, nt_shape_expression,
    nt_shape_template_date, nt_shape_template_user,
    nt_shape_icon_color;

/* form_block.c: a top level array of blocks; the body of a block PATCH. */
extern const struct shape nt_shape_blocks, nt_shape_block_update,
    nt_shape_language;

/* form_value.c: "properties" of a page, and one value by its kind. */
extern const struct shape nt_shape_page_values, nt_shape_option_name;
int nt_check_prop_value(struct check *c, const struct place *at,
    enum nt_prop type, struct nt_value v);

/* form_schema.c: "properties" of a data source. */
extern const struct shape nt_shape_schema_new, nt_shape_schema_change;

/* form_page.c */
extern const struct shape nt_shape_page_create, nt_shape_page_update,
    nt_shape_page_move, nt_shape_markdown_update, nt_shape_append;

/* form_source.c */
extern const struct shape nt_shape_database_create, nt_shape_database_update,
    nt_shape_source_create, nt_shape_source_update, nt_shape_query,
    nt_shape_search;

/* form_comment.c */
extern const struct shape nt_shape_comment_create, nt_shape_comment_update,
    nt_shape_upload_create;

/* form_view.c */
extern const struct shape nt_shape_view_create, nt_shape_view_update,
    nt_shape_view_query;

/* What the settings of a view of that type may have; NULL: no such type. */
const struct member *nt_view_settings(struct nt_value type);

#endif
