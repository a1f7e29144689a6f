/*
 * tree - the layout of an archive: a stream becomes members, members become
 * the stream again.
 *
 * Calls archive, stream, json, crypto and base.  Sizes are bytes.  What is in
 * which member is written down in notion-pack(1), section ARCHIVES.  Memory
 * does not grow with the workspace but for a few dozen bytes a page.
 *
 * On -1, *err says why; nothing here prints.
 */
#ifndef NT_TREE_H
#define NT_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/crypto.h"
#include "nt/err.h"
#include "nt/markdown.h"
#include "nt/mem.h"
#include "nt/stream.h"

#define NT_TREE_FORMAT 1	/* "format" of manifest.json */
#define NT_TREE_NAME_MAX 200	/* bytes of a file's name, the id included */
#define NT_TREE_MANIFEST "manifest.json"

/*
 * Appends what is left of title as the beginning of a file name, at most max
 * bytes: whole characters (an emoji of several code points is one), none that
 * a file system forbids, no reserved name, no dot, dash or space at an end.
 * "untitled" when nothing is left.
 */
void nt_tree_slug(struct nt_buf *out, struct nt_str title, size_t max);

/* ---- the names of files ---- */

/*
 * Which file each page, database, data source and asset of a stream has, so
 * that one can link to another that comes later.  About 90 bytes a page.
 */
struct nt_names;

/*
 * Learns the names from the stream in *fd, from where it stands to its end,
 * and goes back there.  What cannot be read twice is copied as it is read: *fd
 * is closed and becomes a temporary file with that content.  Lines that are no
 * records are passed over, for whoever reads the stream next says so.  stop is
 * asked now and then; when it is not 0, all ends.  NULL is an error (NT_SYS).
 */
struct nt_names *nt_names_read(int *fd, int (*stop)(void),
    struct nt_err *err);

/* NULL is allowed. */
void nt_names_free(struct nt_names *n);

/*
 * Appends the file of a page, database or data source, or that of an asset:
 * 1, or 0 if the stream has no such.  May be called by several threads.
 */
int nt_names_file(const struct nt_names *n, const struct nt_id *id,
    struct nt_buf *out);
int nt_names_asset(const struct nt_names *n, struct nt_str sha256,
    struct nt_buf *out);

/*
 * Where the pages of the tree link to; assets says that their bytes are in it.
 * n must outlive the links.
 */
void nt_names_links(const struct nt_names *n, int assets,
    struct nt_markdown_links *links);

/* ---- a stream into an archive ---- */

struct nt_packer;

/* How a stream is packed; all of it must outlive the packer. */
struct nt_pack_how {
	const char *assets;	/* the folder with the bytes of the assets by
				   their hash, or NULL: they are left out */
	int (*give)(void *arg, struct nt_str sha256, int fd,
	    struct nt_err *err);	/* in place of the folder: writes the
				   bytes to fd: 1, 0 if it has not got them, or
				   -1; NULL: not asked */
	void *give_arg;
	int partial;		/* take what is not complete: a stream without
				   a good end, assets that are missing */
	const struct nt_names *names;	/* of the same stream: each page
				   is written as Markdown, too; NULL: not */
};

/* An archive that is one file, written from its first byte to its last. */
enum nt_tree_form {
	NT_TREE_ZIP,
	NT_TREE_TAR,
	NT_TREE_TAR_GZ,
	NT_TREE_TAR_ZST
};

/* Packs into an archive of that form, written to fd. */
struct nt_packer *nt_packer_new(int fd, enum nt_tree_form form,
    const struct nt_pack_how *how);

/*
 * Packs into a folder, made if it is not there: only what differs is written,
 * and nt_packer_finish() puts it in place in one step, as nt/folder.h says.
 * NULL is an error, NT_AGAIN if another process is at it.
 */
struct nt_packer *nt_packer_folder(const char *path,
    const struct nt_pack_how *how, struct nt_err *err);

/* Adds a record of the stream, in its order. */
int nt_packer_record(struct nt_packer *p, const struct nt_record *rec,
    struct nt_err *err);

/*
 * Writes what is outstanding, the manifest and the archive's end.  snapshot
 * and end are the control records, p NULL where there was none; complete is
 * what nt_reader_complete() said.  After it only the questions and free.
 */
int nt_packer_finish(struct nt_packer *p, struct nt_str snapshot,
    struct nt_str end, int complete, struct nt_err *err);

/* Assets that are not in the archive though a folder was given. */
uint64_t nt_packer_missing(const struct nt_packer *p);

/*
 * 1 if a folder was renewed, but somebody who reads what was there before
 * keeps the new files from their places until the next renewal.
 */
int nt_packer_waiting(const struct nt_packer *p);

/* NULL is allowed. */
void nt_packer_free(struct nt_packer *p);

/* ---- an archive into a stream ---- */

struct nt_unpacker;

/* A member as the manifest lists it; name is lent until the next call. */
struct nt_tree_file {
	struct nt_str name;
	uint64_t size;
	uint64_t records;	/* 0 for what holds none */
	int64_t number;		/* by which "order" knows it, or -1 */
	char sha256[NT_SHA256_TEXT];
};

/*
 * Reads the manifest of the zip or tar archive in fd, a regular file that must
 * stay open until the free, and checks that it and the list of members agree.
 */
struct nt_unpacker *nt_unpacker_open(int fd, struct nt_err *err);

/* The same of a folder; what its manifest does not list is not looked at. */
struct nt_unpacker *nt_unpacker_folder(const char *path, struct nt_err *err);

/*
 * The next line of the stream without its newline, control records among them:
 * 1 and *line, lent until the next call; 0 after the last; or -1.  The end
 * record comes only after everything before it was found right.
 */
int nt_unpacker_next(struct nt_unpacker *u, struct nt_str *line,
    struct nt_err *err);

/* The same, parsed; lent until the next call. */
struct nt_value nt_unpacker_value(const struct nt_unpacker *u);

/* Writes the assets to the folder, each under its hash.  Any time. */
int nt_unpacker_assets(struct nt_unpacker *u, const char *folder,
    struct nt_err *err);

/*
 * Writes the bytes of the asset with that hash to fd, a file of the caller's:
 * 1, 0 if the archive does not have them, or -1.  Any time.
 */
int nt_unpacker_asset(struct nt_unpacker *u, struct nt_str sha256, int fd,
    struct nt_err *err);

/* Calls each(arg, file) for all members but the manifest, in its order. */
int nt_unpacker_files(struct nt_unpacker *u,
    int (*each)(void *arg, const struct nt_tree_file *file,
    struct nt_err *err), void *arg, struct nt_err *err);

/* The manifest without "files" and "order"; lent until the free. */
struct nt_value nt_unpacker_manifest(const struct nt_unpacker *u);

/*
 * Reads all of the manifest and none of the other members: it must have in
 * its order what it counts.  In place of nt_unpacker_next().
 */
int nt_unpacker_skim(struct nt_unpacker *u, struct nt_err *err);

/*
 * Reads the members that hold no records and calls fault(arg, sentence) for
 * each that is not what the manifest says: 0, or -1 if that cannot be found
 * out.  May run in one thread while another one calls nt_unpacker_next().
 */
int nt_unpacker_others(struct nt_unpacker *u, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err);

/* NULL is allowed. */
void nt_unpacker_free(struct nt_unpacker *u);

/* ---- an archive that may be damaged ---- */

/*
 * Reads all members of an archive, or looks at their sizes only, and calls
 * fault(arg, sentence) for each that is not what the manifest says, and for
 * what it does not list.  0, or -1: NT_DATA or NT_LIMIT if the container or
 * the manifest cannot be read.
 */
int nt_tree_look_file(int fd, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err);
int nt_tree_look_folder(const char *path, int quick, void (*fault)(void *arg,
    const char *sentence), void *arg, struct nt_err *err);

#endif
