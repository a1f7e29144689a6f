/*
 * markdown, private: a page in the making and what its files share.
 *
 * A page is rendered in two passes.  The first takes a glance at each record:
 * what it is, its id, and what it hangs on (entry).  The second parses the
 * records one after the other and writes; the blocks that are open around the
 * present one are a stack of frames, so depth costs memory and no recursion.
 */
#ifndef NT_MARKDOWN_INTERNAL_H
#define NT_MARKDOWN_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "nt/markdown.h"

/* nt_value_get() of a name that is a literal, whose length is known. */
#define md_get(v, literal) \
	nt_value_get_n((v), literal, sizeof(literal) - 1)

/* A name in a table, with its length. */
#define MD_NAME(literal) { literal, sizeof(literal) - 1 }

#define MD_INDENT_MAX 64	/* columns; lists below that are tags */

/* ---- text.c: characters ---- */

/* Where a text stands, and so what has to be escaped in it. */
enum md_form {
	MD_TEXT,	/* a paragraph: a line ends with a backslash */
	MD_LINE,	/* one line, as a heading is: a line ends with <br /> */
	MD_CELL,	/* the same between pipes */
	MD_HTML		/* in a tag that CommonMark takes for HTML: entities */
};

/* What is before the next character of a line. */
enum md_at {
	MD_AT_START,	/* nothing */
	MD_AT_DIGITS,	/* digits alone: a list may begin */
	MD_AT_INSIDE
};

/* A text in the making. */
struct md_text {
	struct nt_buf *out;
	size_t start;		/* where in out it begins */
	enum md_form form;
	enum md_at at;
	unsigned indent;	/* columns before each of its lines, */
	int quote;		/* and "> " */
	unsigned char before;	/* the character before, 0 at the start */
	int starred;		/* emphasis was closed right here */
	int linked;		/* it is the text of a link */
	int open_underscore;	/* a formula has one that could open emphasis */
};

/* Starts a text at the end of out, behind what stands there on the line. */
void md_text_start(struct md_text *t, struct nt_buf *out, enum md_form form,
    unsigned indent);

/* The same behind a tag, so that no line of Markdown starts here. */
void md_text_behind(struct md_text *t, struct nt_buf *out, enum md_form form,
    unsigned indent);

/*
 * Appends characters so that they stay what they are.  more says that
 * something follows that is not of this call.
 */
void md_text_put(struct md_text *t, struct nt_str s, int more);

/* Appends markup of our own making. */
void md_text_markup(struct md_text *t, const char *markup);

/* Sees to it that space and line ends at the end are not lost. */
void md_text_end(struct md_text *t);

/* Starts a new line of the block. */
void md_line(struct nt_buf *out, unsigned indent, int quote);

/* Appends a character beyond U+FFFF. */
void md_put_code(struct nt_buf *out, uint32_t code);

/* 1 if a ends, and b begins, in the middle of a surrogate pair. */
int md_is_cut(struct nt_str a, struct nt_str b);

/* The text as it is, with U+FFFD for half a surrogate pair that is alone. */
void md_put_characters(struct nt_buf *out, struct nt_str s);

/* The same, and for what is no text: controls other than tab and line feed. */
void md_put_raw(struct nt_buf *out, struct nt_str s);

/* Appends the bytes of s, in quotes, as the attribute. */
void md_put_attribute(struct nt_buf *out, const char *name, struct nt_str s);

/* Appends a destination for "](...)". */
void md_put_destination(struct nt_buf *out, struct nt_str url);

/* 1 if the byte is an ASCII letter or digit. */
static inline int
md_is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z');
}

/* 1 if the character is neither white space nor broken, for certain. */
int md_is_solid(const char *p, size_t left);

/* 1 if the character is a letter or digit for CommonMark, for certain. */
int md_is_word(const char *p, size_t left);

/* ---- page.c ---- */

enum md_kind {
	MD_PAGE,
	MD_BLOCK,
	MD_COMMENT,
	MD_ASSET,
	MD_ERROR,
	MD_LOSS,
	MD_OTHER
};

/* A record before it is parsed. */
struct md_entry {
	struct nt_str line;	/* without its newline */
	size_t number;		/* counting from 1 */
	enum md_kind kind;
	struct nt_id id;	/* nil if there is none */
	struct nt_id parent;	/* of the block or page it hangs on */
};

/* What stands open around the present block. */
enum md_frame_kind {
	MD_PLAIN,	/* the page, or any block */
	MD_ITEM,	/* an item of a list without tags */
	MD_PIPES,	/* a table of lines */
	MD_ROWS,	/* a table of tags */
	MD_TABS,
	MD_MEETING
};

/* The list that the last block of a frame was an item of. */
enum md_list {
	MD_NO_LIST,
	MD_BULLETS,
	MD_NUMBERS
};

struct md_frame {
	struct nt_id id;	/* of the block; nil for the page */
	enum md_frame_kind kind;
	const char *tag;	/* that closes it, or NULL */
	unsigned indent;	/* of what is in it */
	enum md_list list;	/* by what came last */
	int tight;		/* the next item may follow on the next line */
	int loose;		/* something that is no list stands in it */
	int64_t number;		/* the last item's */
	char delimiter;		/* behind it */
	char style;		/* of the numbers: '1', 'a', 'i' */
	const char *open;	/* list of tags that is open: "ul", or "ol" */
	uint64_t width;		/* of a table; cells in a line */
	uint64_t rows;		/* of it, so far */
	struct nt_id section[3];/* of meeting notes */
};

/* An asset of the record at hand. */
struct md_asset {
	struct nt_str key;		/* its pointer, when all are read */
	size_t pointer, pointer_len;	/* in asset_text */
	size_t path, path_len;		/* for links; 0: not in the tree */
	size_t file, file_len;		/* in the tree */
	size_t name, name_len;
	int used;
};

struct md_piece;	/* of rich text */
struct md_yaml;

struct nt_markdown {
	const struct nt_markdown_links *links;
	struct nt_buf *out;	/* the page */
	struct nt_buf page;
	struct nt_json *doc;	/* the record at hand */
	struct nt_json *side;	/* an asset of it */

	struct md_entry *entry;
	size_t entries, entry_room;
	size_t next;		/* the entry behind the present one */

	struct md_frame *frame;
	size_t frames, frame_room;
	int fresh;		/* no block was written yet */

	struct md_asset *asset;
	size_t assets, asset_room;	/* by their pointers */
	struct nt_buf asset_text;
	struct nt_buf key;		/* of the asset that is looked for */

	struct md_piece *piece;
	size_t pieces, piece_room;
	struct nt_buf scratch;	/* of one function at a time */
	struct nt_buf path;	/* what links appended last */
};

/* A block while it is written. */
struct md_block {
	const struct md_entry *entry;
	struct nt_value record, payload;
	struct nt_str type;
	int nested;		/* the next block hangs on it */
};

/* ---- frame.c: blocks inside blocks ---- */

/* The frame that the next block stands in. */
struct md_frame *md_top(struct nt_markdown *m);

/* Opens a frame for what hangs on the block; tag closes it, or NULL. */
struct md_frame *md_push(struct nt_markdown *m, const struct md_block *b,
    const char *tag);

/* Closes all that is open down to the frame of parent. */
void md_close_to(struct nt_markdown *m, const struct nt_id *parent);

/* Closes all that is open but the page. */
void md_close_all(struct nt_markdown *m);

/* Goes to where a block that is no item of a list begins. */
void md_begin(struct nt_markdown *m);

/* Goes to the line of the next thing in the frame; blank: one is between. */
void md_gap(struct nt_markdown *m, int blank);

/* ---- list.c ---- */

/* The three kinds of items. */
void md_bullet(struct nt_markdown *m, const struct md_block *b);
void md_number(struct nt_markdown *m, const struct md_block *b);
void md_todo(struct nt_markdown *m, const struct md_block *b);

/* Closes the list of tags that is open in the frame, if there is one. */
void md_list_close(struct nt_markdown *m, struct md_frame *f);

/* ---- table.c ---- */

void md_table(struct nt_markdown *m, const struct md_block *b);
void md_row(struct nt_markdown *m, const struct md_block *b);

/* ---- block.c, media.c ---- */

/* Writes a block, with all that is its own. */
void md_block_put(struct nt_markdown *m, const struct md_block *b);

/* The tag of what is known by its place only, as an error or a loss. */
void md_error(struct nt_markdown *m, struct nt_value record);
void md_loss(struct nt_markdown *m, struct nt_value record);

void md_image(struct nt_markdown *m, const struct md_block *b);
void md_media(struct nt_markdown *m, const struct md_block *b);
void md_external(struct nt_markdown *m, const struct md_block *b);
void md_child(struct nt_markdown *m, const struct md_block *b);
void md_link_to_page(struct nt_markdown *m, const struct md_block *b);

/* Files that belong to the record and that nothing linked to. */
void md_other_assets(struct nt_markdown *m);

/* The color that a payload says, if it is not the default; else len 0. */
struct nt_str md_color_of(struct nt_value payload);

/* ' color="…"' if it is not the default. */
void md_put_color(struct nt_buf *out, struct nt_str color);

/* ---- rich.c, mention.c: rich text ---- */

enum {
	MD_BOLD = 1,
	MD_ITALIC = 2,
	MD_STRIKE = 4,
	MD_UNDERLINE = 8,
	MD_CODE = 16
};

enum md_piece_kind { MD_PIECE_TEXT, MD_PIECE_MENTION, MD_PIECE_EQUATION };

struct md_piece {
	enum md_piece_kind kind;
	unsigned style;
	struct nt_str color;	/* len 0: the default */
	struct nt_str url;	/* p NULL: no link */
	struct nt_str text;
	struct nt_value value;	/* of a mention */
};

/* Appends rich text; 1 if there was any. */
int md_rich(struct nt_markdown *m, struct nt_value rich, struct md_text *t);

/* The same as a text of its own. */
int md_rich_put(struct nt_markdown *m, struct nt_value rich, enum md_form form,
    unsigned indent);

/* Its characters without any style. */
void md_plain(struct nt_buf *out, struct nt_value rich);

/* 1 if there is anything in it. */
int md_has_text(struct nt_value rich);

/* 1 if one of its pieces is a link or a mention. */
int md_has_link(struct nt_value rich);

/* The rich text of a payload, whose name was "text" in 2021. */
struct nt_value md_rich_of(struct nt_value payload);

void md_mention(struct nt_markdown *m, const struct md_piece *piece,
    struct md_text *t);

/* ---- code.c, formula.c ---- */

/* Code in a text; a formula in one. */
void md_code(struct md_text *t, struct nt_str s);
void md_formula(struct md_text *t, struct nt_str s);

void md_code_block(struct nt_markdown *m, const struct md_block *b);
void md_formula_block(struct nt_markdown *m, const struct md_block *b);

/* Lines as they are, each indented; what only ends a line elsewhere does. */
void md_put_lines(struct nt_buf *out, struct nt_str s, unsigned indent);

/* ---- link.c: where things are ---- */

#define MD_SERVICE "https://www.notion.so/"

/* The id's URL in the service, appended. */
void md_put_page_url(struct nt_buf *out, const struct nt_id *id);

/*
 * The file of the page, as seen from pages/; p NULL if there is none.  Lent
 * until the next call of these three.
 */
struct nt_str md_file_of(struct nt_markdown *m, struct nt_value id);
struct nt_str md_file_of_id(struct nt_markdown *m, const struct nt_id *id);

/*
 * Where a link of the text goes: to the file of the page that the URL is of,
 * else to the URL.
 */
struct nt_str md_target(struct nt_markdown *m, struct nt_str url);

/* Reads the assets that follow the entry, which are those of its record. */
int md_assets_read(struct nt_markdown *m, struct nt_err *err);

/* The asset of a file object, if it is in the tree, else NULL. */
struct md_asset *md_asset_of(struct nt_markdown *m, struct nt_value file,
    const char *pointer);

/* Where a file object is: the asset's file, or its URL; name may be NULL. */
struct nt_str md_source(struct nt_markdown *m, struct nt_value file,
    const char *pointer, struct nt_str *name);

/* The path as it is seen from pages/, appended. */
void md_put_relative(struct nt_buf *out, struct nt_str path);

/* "[label](path)", or with <a> in HTML. */
void md_link_open(struct md_text *t, struct nt_str url);
void md_link_close(struct md_text *t, struct nt_str url);

/* ---- front.c, property.c, comment.c ---- */

void md_front(struct nt_markdown *m, struct nt_value page);
int md_comments(struct nt_markdown *m, struct nt_err *err);

/* A user's or group's name, else what the tree knows, else the id. */
void md_person(struct nt_markdown *m, struct nt_value user, struct nt_buf *out);

#endif
