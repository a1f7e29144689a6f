/*
 * archive - zip and tar files: written as a stream, read strictly, by name.
 *
 * Calls base.  The one door to zlib, libdeflate and libzstd.  Sizes are bytes.
 * On -1, *err says why; nothing here prints.
 *
 * The containers are written and read here and not by libarchive because
 * members are made, packed and unpacked by several threads, which needs a
 * writer that takes what is packed already; because equal members in equal
 * order must be equal bytes, whatever the number of threads; because a reader
 * that mends what is broken cannot tell a good backup from a bad one; and
 * because a program linked to libarchive starts in 3.8 ms, to these three in
 * 1.4 (an empty one: 1.3; best of 60).  104 MB of pages into a tar.zst take
 * it 0.37 s and this room 0.28, best of 7 on a busy machine.
 *
 * A zip is that of APPNOTE 6.3: methods 0 and 8, zip64 where a field would not
 * fit, UTF-8 names, sizes in front of the data, no time (1980-01-01), no owner.
 */
#ifndef NT_ARCHIVE_H
#define NT_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

#define NT_MEMBER_NAME_MAX 1024		/* bytes of a member's whole name */

/* Members up to this size may be given in memory and are packed beside. */
#define NT_MEMBER_MEMORY (((size_t)512 << 10) - 1)

/*
 * 0 if name may stand in an archive of ours: a relative path of UTF-8 without
 * "." and "..", empty parts, control bytes, backslashes and drive letters; a
 * "/" at the end marks a folder.  -1 (NT_DATA) says what is wrong with it.
 */
int nt_member_name_check(struct nt_str name, struct nt_err *err);

/* CRC-32 as zip has it, of the bytes that gave crc (none: 0) and these. */
uint32_t nt_crc32(uint32_t crc, const void *p, size_t len);

/* ---- writing ---- */

/*
 * Bytes of a member that come in pieces: read is as read(2), 0 at the end and
 * after it, or -1; rewind goes back to the first byte and may be NULL where
 * only nt_zip_store() is asked.
 */
struct nt_source {
	ssize_t (*read)(void *arg, void *p, size_t len, struct nt_err *err);
	void (*rewind)(void *arg);
	void *arg;
};

struct nt_zip;

/* An archive written to fd from its present place on; fd is never sought. */
struct nt_zip *nt_zip_new(int fd);

/*
 * Adds a member of at most NT_MEMBER_MEMORY bytes.  The content is taken over
 * and bytes is left empty (initialise it again before use).  It is packed by
 * another thread; an error of an earlier member may come up here.  0, or -1.
 */
int nt_zip_add(struct nt_zip *z, const char *name, struct nt_buf *bytes,
    struct nt_err *err);

#define NT_MEMBER_MADE ((size_t)64 << 20)	/* bytes that may be made */

/*
 * A member whose content is made by whatever thread is free.  make appends it
 * to out, from arg alone, at the same time as others and in no order.  done
 * takes arg back, in the thread of who adds, in the order of the members:
 * with what was made once it stands in the archive, or with NULL when it does
 * not and never will; each maker that was given hears it once, at the latest
 * when the archive is freed.  What done calls must not add members.
 */
struct nt_maker {
	int (*make)(void *arg, struct nt_buf *out, struct nt_err *err);
	int (*done)(void *arg, const struct nt_buf *made, struct nt_err *err);
	void *arg;
};

/* Adds a member that is made; 0, or -1, perhaps for an earlier member. */
int nt_zip_add_made(struct nt_zip *z, const char *name, struct nt_maker maker,
    struct nt_err *err);

/* Waits until every member added so far is made, written and done. */
int nt_zip_settle(struct nt_zip *z, struct nt_err *err);

/*
 * Adds a member that source gives, which is read, and rewound, in this call,
 * after all that was added before has settled.
 * What does not fit into memory is packed into a temporary file first, for its
 * size stands before it; so a source that fails leaves no trace.  What shrinks
 * so much that our own reader would refuse it is stored as it is.
 */
int nt_zip_add_source(struct nt_zip *z, const char *name,
    struct nt_source source, struct nt_err *err);

/*
 * Adds size bytes with that CRC from source as they are: for large data that
 * is packed already.  When source gives something else, -1 (NT_DATA).
 */
int nt_zip_store(struct nt_zip *z, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err);

/* 1 if deflating bytes like these would save at least an eighth. */
int nt_zip_worth(const void *p, size_t len);

/* Writes what is outstanding and the directory.  After it: only free. */
int nt_zip_finish(struct nt_zip *z, struct nt_err *err);

/* Ends the threads and frees.  NULL is allowed. */
void nt_zip_free(struct nt_zip *z);

/* How a tar archive is packed; pieces of it are packed by several threads. */
enum nt_codec {
	NT_CODEC_NONE,
	NT_CODEC_GZIP,	/* members of RFC 1952, 1 MiB of content each */
	NT_CODEC_ZSTD		/* frames of RFC 8878, the same, with sums */
};

struct nt_tar;

/*
 * The same for a tar archive: POSIX ustar, with a pax header where a name or a
 * size needs one, mode 0644, owner 0 without a name, and the time of a zip of
 * ours (1980-01-01 UTC; at 0 GNU tar warns).  Nothing stands behind the two
 * blocks of zeros at the end.
 */
struct nt_tar *nt_tar_new(int fd, enum nt_codec codec);

/* Adds a member.  The content is taken over, as with nt_zip_add(). */
int nt_tar_add(struct nt_tar *t, const char *name, struct nt_buf *bytes,
    struct nt_err *err);

/* As nt_zip_add_made(). */
int nt_tar_add_made(struct nt_tar *t, const char *name, struct nt_maker maker,
    struct nt_err *err);

/* As nt_zip_settle(). */
int nt_tar_settle(struct nt_tar *t, struct nt_err *err);

/*
 * Adds what source gives, after all that was added before has settled; it is
 * read twice, for its size stands before it.
 */
int nt_tar_add_source(struct nt_tar *t, const char *name,
    struct nt_source source, struct nt_err *err);

/* As nt_zip_store(): content of known size and CRC, read once. */
int nt_tar_store(struct nt_tar *t, const char *name, struct nt_source source,
    uint64_t size, uint32_t crc, struct nt_err *err);

/* Writes what is outstanding and the end.  After it: only free. */
int nt_tar_finish(struct nt_tar *t, struct nt_err *err);

/* NULL is allowed. */
void nt_tar_free(struct nt_tar *t);

/* ---- reading ---- */

#define NT_ARCHIVE_DIRECTORY_MAX ((uint64_t)1 << 30)
/*
 * Beyond the first number of bytes, all members together (of a packed tar: all
 * there is) may not be more than the second times the archive's size; one of
 * ours never is.  And deflate packs at most 1032 : 1, so no member of a zip
 * may claim more.
 */
#define NT_ARCHIVE_FREE ((uint64_t)1 << 30)
#define NT_ARCHIVE_RATIO 256

struct nt_archive;

/* What an archive says of one member; name is lent until the close. */
struct nt_entry {
	struct nt_str name;	/* that of a folder ends in "/" */
	uint64_t size;
	uint64_t packed;
	uint64_t at;		/* of its local header (zip) or content (tar) */
	size_t number;		/* its place in the archive, from 0 */
	uint32_t crc;		/* these three in a zip only, else 0 */
	uint16_t method;
	uint16_t flags;
};

/*
 * Reads the list of members of the archive in fd, a regular file that stays
 * the caller's and open until the close: a zip or a tar, plain or packed by
 * gzip or zstd, told apart by content.  What is packed is unpacked now, into a
 * file without a name.
 *
 * Refused (NT_DATA, NT_LIMIT): what is cut short or has bytes before or behind
 * it, links, devices, sparse files and whatever else is neither file nor
 * folder, names that nt_member_name_check() refuses, two members of one name,
 * more members than 2^24, claims beyond the limits above.  Of a zip: several
 * disks, encryption, methods other than 0 and 8, members out of order or
 * overlapping.  Of a tar: wrong checksums and pax records, two names or sizes
 * for one member, bytes other than zero where there is no content.
 */
struct nt_archive *nt_archive_open(int fd, struct nt_err *err);
void nt_archive_close(struct nt_archive *a);

/* How many members, folders among them, and the nth, counting from 0. */
size_t nt_archive_count(const struct nt_archive *a);
void nt_archive_entry(const struct nt_archive *a, size_t n,
    struct nt_entry *e);

/* 1 and *e if there is a member of that name, else 0. */
int nt_archive_find(const struct nt_archive *a, struct nt_str name,
    struct nt_entry *e);

/* A member being read; several may be open at once, in several threads. */
struct nt_member;

/* Opens the member: in a zip its header must say what the directory says. */
struct nt_member *nt_member_open(const struct nt_archive *a,
    const struct nt_entry *e, struct nt_err *err);

/*
 * The next bytes of it, as read(2): how many, 0 at the end, by when the size
 * and a zip's CRC were right, or -1.  A plain tar has no sum of its content.
 */
ssize_t nt_member_read(struct nt_member *m, void *p, size_t len,
    struct nt_err *err);
void nt_member_close(struct nt_member *m);

#endif
