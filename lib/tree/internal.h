/*
 * What the files of this room share: where members go (target) and where they
 * come from (origin), documents that hold lines, going out (sheet) and coming
 * in (lines), and the parts of a packer.
 */
#ifndef NT_TREE_INTERNAL_H
#define NT_TREE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "nt/archive.h"
#include "nt/buf.h"
#include "nt/crypto.h"
#include "nt/id.h"
#include "nt/json.h"
#include "nt/spool.h"
#include "nt/tree.h"

#define SHA256_HEX 64
#define MANIFEST_KIND "notion-archive"
#define MANIFEST_SEAL "],\"sha256\":\""	/* begins its last line */

/* ---- text.c: what records say ---- */

/* 1 if s is a SHA-256 as we write it: 64 digits, lower case. */
int is_sha256(struct nt_str s);

/* The bytes that such a text stands for. */
void sha256_scan(const char *hex, uint8_t bytes[NT_SHA256_BYTES]);

/* 0 and the id that stands there, or -1. */
int id_at(struct nt_value record, const char *pointer, struct nt_id *id);

/* Appends the title or name of a page, database or data source. */
void title_of(struct nt_value record, struct nt_buf *out);

/* ---- names.c: names of members, and of what other members link to ---- */

/* Appends "pages/SLUG-ID.md" and "databases/SLUG-ID.json". */
void name_page(struct nt_buf *out, struct nt_value page, const char *id);
void name_database(struct nt_buf *out, struct nt_value record, const char *id);

/* ---- where members go ---- */

/*
 * A tree being written, in whatever form: what a form has in common with the
 * others is the first member of its own struct.  Members come in the order in
 * which they are to stand, the manifest last; their names are good and none
 * comes twice.
 */
struct target {
	const struct target_calls *calls;
	int waiting;		/* for readers, though it is finished */
};

struct target_calls {
	/*
	 * Adds a member that is made, perhaps by another thread.  An error of
	 * an earlier member may come up here.
	 */
	int (*add)(struct target *t, const char *name, struct nt_maker maker,
	    struct nt_err *err);
	/* Waits until all that was added is made and done. */
	int (*settle)(struct target *t, struct nt_err *err);
	/* Adds the size bytes that source gives; it can be rewound. */
	int (*add_source)(struct target *t, const char *name,
	    struct nt_source source, uint64_t size, struct nt_err *err);
	/*
	 * The same for bytes with that CRC that may be packed already: they
	 * are packed once more only if that pays.
	 */
	int (*store)(struct target *t, const char *name,
	    struct nt_source source, uint64_t size, uint32_t crc,
	    struct nt_err *err);
	/* Ends it, all members being there.  After it: only free. */
	int (*finish)(struct target *t, struct nt_err *err);
	/* Throws away what was not finished. */
	void (*free)(struct target *t);
};

/* zip.c: a zip archive written to fd. */
struct target *target_zip(int fd);

/* tar.c: a tar archive written to fd. */
struct target *target_tar(int fd, enum nt_codec codec);
/* dir.c: a folder that is renewed in place; NULL: an error. */
struct target *target_dir(const char *path, struct nt_err *err);

/* ---- where members come from ---- */

/* A member as its container lists it; name is lent until the free. */
struct entry {
	struct nt_str name;	/* ends in "/": a folder */
	uint64_t size;
	size_t number;		/* from 0 */
};

/* A tree being read; a form's own struct begins with this one. */
struct origin {
	const struct origin_calls *calls;
};

struct origin_calls {
	/* How many members, folders among them, and the nth of them. */
	size_t (*count)(const struct origin *o);
	void (*entry)(const struct origin *o, size_t n, struct entry *e);
	/* 1 and *e if there is a member of that name, else 0. */
	int (*find)(const struct origin *o, struct nt_str name,
	    struct entry *e);
	/* Opens the nth member; several may be open, in several threads. */
	void *(*open)(struct origin *o, size_t n, struct nt_err *err);
	/*
	 * The next bytes of an open member, as read(2); at its end, 0, it had
	 * the size that was listed.
	 */
	ssize_t (*read)(void *member, void *p, size_t len, struct nt_err *err);
	void (*close)(void *member);
	void (*free)(struct origin *o);
};

/* archive.c: the zip or tar in fd, which stays the caller's; NULL: an error. */
struct origin *origin_archive(int fd, struct nt_err *err);

/*
 * dir.c: a folder, of which the members are what its manifest lists and is
 * there; NULL: an error.  What is listed and no file is an error, too, or
 * counts as not there.
 */
enum dir_mode {
	DIR_STRICT,
	DIR_LENIENT
};

struct origin *origin_dir(const char *path, enum dir_mode mode,
    struct nt_err *err);

/* A member being read. */
struct member {
	const struct origin_calls *calls;
	void *open;
};

/* origin.c: opens, reads (as read(2)) and closes the nth member. */
int member_open(struct member *m, struct origin *o, size_t n,
    struct nt_err *err);
ssize_t member_read(struct member *m, void *p, size_t len,
    struct nt_err *err);
void member_close(struct member *m);	/* one that is not open is allowed */

/* A source that reads a member, which must stay where it is. */
struct nt_source member_source(struct member *m);

struct manifest;		/* manifest.c: the list of members */

/* ---- sheet.c: a document in the making ---- */

/* A part of a sheet that was put aside. */
struct chunk {
	uint64_t at, len;
};

/*
 * A member whose records stand a line each: a head, the records with commas
 * between, a foot.  Its bytes are in memory while they are few, else in the
 * spool, which several sheets may share.
 */
struct sheet {
	char *name;
	size_t head;		/* bytes before the first record */
	uint64_t number;	/* by which the manifest's order knows it */
	uint64_t records;
	uint64_t size;
	struct nt_spool *spool;	/* lent */
	struct chunk *chunks;
	size_t chunk_count;
	struct nt_buf rest;	/* what follows the chunks */
};

/* Makes a sheet; head is its text up to the "[" of the list. */
struct sheet *sheet_new(const char *name, uint64_t number, const char *head,
    struct nt_spool *spool);
void sheet_free(struct sheet *s);

/* Adds a record to the list. */
int sheet_line(struct sheet *s, struct nt_str line, struct nt_err *err);

/* Adds bytes as they are. */
int sheet_text(struct sheet *s, const char *p, size_t len, struct nt_err *err);

/* Moves what is in memory to the spool, for a sheet not needed soon. */
int sheet_rest(struct sheet *s, struct nt_err *err);

/* Copies all bytes of from to the end of to. */
int sheet_copy(struct sheet *to, const struct sheet *from, struct nt_err *err);

/* What all its bytes so far hash to. */
int sheet_hash(const struct sheet *s, char sha256[NT_SHA256_TEXT],
    struct nt_err *err);

/* 1 if all of it fits into memory, as a parcel must. */
int sheet_is_small(const struct sheet *s);

/* Appends all its bytes to b. */
int sheet_read(const struct sheet *s, struct nt_buf *b, struct nt_err *err);

/* Makes all of a small one's bytes, which it has no more then. */
int sheet_take(struct sheet *s, struct nt_buf *all, struct nt_err *err);

/*
 * Adds it to the tree, its foot complete, and lists it there; list may be
 * NULL.  The sheet is done with then.
 */
int sheet_pack(struct sheet *s, struct target *to, struct manifest *list,
    struct nt_err *err);

/* ---- scribe.c: pages for people ---- */

/* Turns pages into Markdown; may be called by several threads. */
struct scribe;

/* assets says that their bytes are in the tree; names must outlive it. */
struct scribe *scribe_new(const struct nt_names *names, int assets);
void scribe_free(struct scribe *s);

/* Appends the page whose records list has, from behind the "[" of a sheet. */
int scribe_page(struct scribe *s, struct nt_str list, struct nt_buf *out,
    struct nt_err *err);

/* ---- parcel.c: members that fit into memory, made by any thread ---- */

/* Bytes that several members are made of. */
struct content;

/* Takes the bytes over; free means that the caller is done with it. */
struct content *content_new(struct nt_buf *bytes);
void content_free(struct content *c);

/*
 * Adds a member to the tree and, once it is made, lists it there; list may be
 * NULL.  It is: the bytes as they are; the same with what a sheet that held
 * them says of its records; or the page whose records are the len bytes at at.
 */
int parcel_bytes(struct target *to, const char *name, struct content *content,
    struct manifest *list, struct nt_err *err);
int parcel_sheet(struct target *to, const struct sheet *s,
    struct content *content, struct manifest *list, struct nt_err *err);
int parcel_page(struct target *to, const char *name, struct content *content,
    size_t at, size_t len, struct scribe *scribe, struct manifest *list,
    struct nt_err *err);

/* ---- manifest.c: the list of members and their order ---- */

struct manifest *manifest_new(void);
void manifest_free(struct manifest *m);

/*
 * A member's place in the list, taken when it is added to the tree: what there
 * is to say of it may be known only later, and of others earlier.
 */
struct listed {
	struct nt_tree_file file;	/* number is -1: without records */
	char *name;
	int known;
	struct listed *next;
};

/* Takes a place; it is lent until it is known. */
struct listed *manifest_expect(struct manifest *m, const char *name);

/* Says that what is in file is right now, size and hash with it. */
int manifest_known(struct manifest *m, struct listed *l, struct nt_err *err);

/* Says that the next record of the stream is the next one of that sheet. */
int manifest_record(struct manifest *m, uint64_t number, struct nt_err *err);

/* What the manifest says besides its lists. */
struct manifest_facts {
	int markdown;			/* pages are there for people, too */
	struct nt_str snapshot, end;	/* records, or p NULL */
	struct nt_str counts;		/* JSON, for want of an end */
	int complete, partial;
	int assets_inside;
	uint64_t assets, assets_size, assets_missing;
};

/* Adds the manifest to the tree. */
int manifest_pack(struct manifest *m, const struct manifest_facts *facts,
    struct target *to, struct nt_err *err);

/* ---- assets.c: bytes of assets into the tree ---- */

struct assets;

/* how must outlive it. */
struct assets *assets_new(const struct nt_pack_how *how);
void assets_free(struct assets *a);

/* Appends the part of an asset's name that stands behind the hash. */
void slug_of_asset(struct nt_buf *out, struct nt_str name);

/* Packs the bytes of an asset record, unless they are in already. */
int assets_add(struct assets *a, struct nt_value record, struct target *to,
    struct manifest *m, struct nt_err *err);

/* Fills the facts on assets. */
void assets_facts(const struct assets *a, struct manifest_facts *facts);

/* ---- extract.c: bytes of assets out of the tree ---- */

/* Writes all to files in the folder, which is made: 0, or -1. */
int extract_all(struct origin *from, const char *folder, struct nt_err *err);

/* Finds all; *found is the caller's to free, also after -1. */
int extract_find(struct origin *from, struct nt_id_map **found,
    struct nt_err *err);

/* Writes one of those to fd: 1, 0 if there is none of that hash, or -1. */
int extract_one(struct origin *from, const struct nt_id_map *found,
    struct nt_str sha256, int fd, struct nt_err *err);

/* ---- lines.c: documents as they come in ---- */

/* Lines from a source of bytes, which may be hashed as they are read. */
struct lines;

enum lines_mode {
	LINES_PLAIN,
	LINES_HASHED
};

/* name is for errors and must outlive it. */
struct lines *lines_new(struct nt_source source, struct nt_str name,
    enum lines_mode mode);
void lines_free(struct lines *l);

/* The next line without its newline, lent: 1, 0 at the end, or -1. */
int lines_next(struct lines *l, struct nt_str *line, struct nt_err *err);

/* Bytes of all lines given so far, newlines included. */
uint64_t lines_used(const struct lines *l);

/* What all bytes before the line hash to, which was given last. */
void lines_hash_before(const struct lines *l, struct nt_str line,
    char sha256[NT_SHA256_TEXT]);

/* Reads on to the end and says what all the bytes hash to, if hashed. */
int lines_hash(struct lines *l, uint8_t sha256[NT_SHA256_BYTES],
    struct nt_err *err);

/* ---- catalog.c: the manifest as it comes in ---- */

/*
 * A member with records, on its way back into the stream.  There is one for
 * each page, so it is kept small.
 */
struct record_file {
	uint32_t member;	/* in the origin, from 1; 0: it is not listed */
	uint32_t shelf;		/* where it was put aside, from 1; 0: nowhere */
	uint32_t records;
	uint32_t given;		/* of those, so far */
	uint8_t sha256[NT_SHA256_BYTES];
};

/* What the manifest says, checked against what is there. */
struct catalog {
	struct origin *from;		/* lent */
	struct nt_buf head;
	struct nt_json *doc;
	struct nt_value facts;		/* all but the lists */
	size_t members;			/* of the origin */
	struct record_file *files;	/* by number; count of them */
	size_t count;
	size_t room;
	uint64_t bytes;			/* in those files */
	struct member member;		/* the manifest, being read */
	struct lines *lines;		/* at the order */
	struct nt_json *line_doc;	/* the line of it read last */
};

int catalog_open(struct catalog *c, struct origin *from, struct nt_err *err);

/* Opens it for the order alone, without looking at what comes before. */
int catalog_open_order(struct catalog *c, struct origin *from,
    struct nt_err *err);
void catalog_close(struct catalog *c);

/* The next pair of the order: 1, 0 at the end, or -1. */
int catalog_order(struct catalog *c, uint64_t *number, uint64_t *count,
    struct nt_err *err);

/* Calls each for the files that the manifest lists which source gives. */
int manifest_walk(struct nt_source source, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err);

/* As nt_unpacker_files(), of the manifest in the tree. */
int origin_walk(struct origin *from, int (*each)(void *arg,
    const struct nt_tree_file *file, struct nt_err *err), void *arg,
    struct nt_err *err);

/* Reads all of the order; it must have the records of each file. */
int catalog_skim(struct catalog *c, struct nt_err *err);

/* ---- ahead.c: members read by a thread before they are asked for ---- */

struct ahead;

/*
 * from and c must outlive it, and c may not change but for what was given.
 * NULL: there is no thread to be had.
 */
struct ahead *ahead_new(struct origin *from, const struct catalog *c);

/* NULL is allowed. */
void ahead_free(struct ahead *a);

/* All of a member, lent until the next is taken, and its hash. */
struct ahead_member {
	struct nt_str content;
	const uint8_t *sha256;
};

/*
 * The member for the next pair of the order, all of which must be asked for:
 * 1 and *got; 0 if it is none that is read ahead; or -1.
 */
int ahead_take(struct ahead *a, uint64_t number, uint64_t count,
    struct ahead_member *got, struct nt_err *err);

/* ---- check.c ---- */

/* As nt_unpacker_others(). */
int check_others(struct origin *from, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err);

#endif
