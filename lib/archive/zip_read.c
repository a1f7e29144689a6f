#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "nt/file.h"
#include "zip.h"

#define TAIL_BYTES (ZIP_END_BYTES + ZIP_MAX16)	/* the end and a comment */
#define MODE_TYPE 0170000u
#define MODE_REGULAR 0100000u
#define MODE_FOLDER 0040000u
#define ENTRY_MAX (ZIP_CENTRAL_BYTES + 3 * (size_t)ZIP_MAX16)
#define WINDOW (2 * ENTRY_MAX)		/* of the directory, at once */
#define FLATE_RATIO 1032		/* what deflate can do at best */

/* What the end of the archive says of its directory. */
struct end {
	uint64_t at;		/* of the end record, or the zip64 one */
	uint64_t members;
	uint64_t size;
	uint64_t start;
};

static int
damaged(struct nt_err *err, const char *what)
{
	return nt_err_set(err, NT_DATA, "the zip archive is damaged: %s", what);
}

static int
cut_short(struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the zip archive is cut short: "
	    "there is no directory at its end");
}

static int
read_at(const struct nt_archive *a, uint64_t at, void *p, size_t len,
    struct nt_err *err)
{
	if (len > a->size || at > a->size - len)
		return damaged(err, "it points beyond its end");
	if (nt_pread_all(a->fd, p, len, (off_t)at) == -1)
		return nt_err_sys(err, "read", "the archive");
	return 0;
}

/* ---- the end ---- */

/*
 * Where the end record stands in the tail: the last one whose comment reaches
 * to the end exactly.  -1: there is none.
 */
static long
seek_end(const uint8_t *tail, size_t len)
{
	for (size_t i = len - ZIP_END_BYTES + 1; i-- > 0; )
		if (get32(tail + i) == ZIP_END &&
		    get16(tail + i + 20) == len - ZIP_END_BYTES - i)
			return (long)i;
	return -1;
}

static int
find_end(const struct nt_archive *a, struct end *end, struct nt_err *err)
{
	size_t len = a->size < TAIL_BYTES ? (size_t)a->size : TAIL_BYTES;
	uint64_t base = a->size - len;
	uint8_t tail[ZIP_END_BYTES], *all;
	long at = -1;

	if (len < ZIP_END_BYTES)
		return cut_short(err);
	all = nt_alloc(len);
	if (read_at(a, base, all, len, err) == -1) {
		free(all);
		return -1;
	}
	if ((at = seek_end(all, len)) != -1)
		memcpy(tail, all + at, sizeof tail);
	free(all);
	if (at == -1)
		return cut_short(err);
	if (get16(tail + 4) != 0 || get16(tail + 6) != 0 ||
	    get16(tail + 8) != get16(tail + 10))
		return nt_err_set(err, NT_DATA,
		    "the zip archive is one of several disks");
	*end = (struct end){ base + (uint64_t)at, get16(tail + 10),
	    get32(tail + 12), get32(tail + 16) };
	return 0;
}

/* Takes the zip64 end in the place of one whose fields are too small. */
static int
find_end64(const struct nt_archive *a, struct end *end, struct nt_err *err)
{
	uint8_t loc[ZIP64_LOCATOR_BYTES], p[ZIP64_END_BYTES];
	struct end wide;

	if (end->at < sizeof loc + sizeof p)
		return damaged(err, "its zip64 end is missing");
	if (read_at(a, end->at - sizeof loc, loc, sizeof loc, err) == -1)
		return -1;
	if (get32(loc) != ZIP64_LOCATOR)
		return damaged(err, "its zip64 end is missing");
	wide.at = end->at - sizeof loc - sizeof p;
	if (get32(loc + 4) != 0 || get32(loc + 16) != 1)
		return nt_err_set(err, NT_DATA,
		    "the zip archive is one of several disks");
	if (get64(loc + 8) != wide.at)
		return damaged(err, "its zip64 end is not where it should be");
	if (read_at(a, wide.at, p, sizeof p, err) == -1)
		return -1;
	wide.members = get64(p + 32);
	wide.size = get64(p + 40);
	wide.start = get64(p + 48);
	if (get32(p) != ZIP64_END || get64(p + 4) != ZIP64_END_BYTES - 12 ||
	    get32(p + 16) != 0 || get32(p + 20) != 0 ||
	    get64(p + 24) != wide.members)
		return damaged(err, "its zip64 end is not one");
	if ((end->members != ZIP_MAX16 && end->members != wide.members) ||
	    (end->size != ZIP_MAX32 && end->size != wide.size) ||
	    (end->start != ZIP_MAX32 && end->start != wide.start))
		return damaged(err, "its two ends do not agree");
	*end = wide;
	return 0;
}

/* 1 if a zip64 end is there, needed or not: what is streamed has one. */
static int
has_end64(const struct nt_archive *a, const struct end *end)
{
	uint8_t p[4];

	return end->at >= ZIP64_LOCATOR_BYTES && nt_pread_all(a->fd, p,
	    sizeof p, (off_t)(end->at - ZIP64_LOCATOR_BYTES)) == 0 &&
	    get32(p) == ZIP64_LOCATOR;
}

static int
read_end(const struct nt_archive *a, struct end *end, struct nt_err *err)
{
	if (find_end(a, end, err) == -1)
		return -1;
	if ((end->members == ZIP_MAX16 || end->size == ZIP_MAX32 ||
	    end->start == ZIP_MAX32 || has_end64(a, end)) &&
	    find_end64(a, end, err) == -1)
		return -1;
	if (end->size > NT_ARCHIVE_DIRECTORY_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "the archive's directory is larger than %ju bytes",
		    (uintmax_t)NT_ARCHIVE_DIRECTORY_MAX);
	if (end->start > end->at || end->at - end->start != end->size)
		return damaged(err, "its directory is not where it should be");
	if (end->members > end->size / ZIP_CENTRAL_BYTES)
		return damaged(err, "its directory is too short for the "
		    "members it counts");
	return 0;
}

/* ---- the directory ---- */

/* Takes the fields that stand for "too large" from the extra field. */
static int
read_zip64(const uint8_t *extra, size_t len, struct nt_entry *e)
{
	uint64_t *fields[] = { &e->size, &e->packed, &e->at };
	size_t used = 0;

	while (len >= 4 && get16(extra) != ZIP_EXTRA_ZIP64) {
		size_t skip = 4 + (size_t)get16(extra + 2);

		if (skip > len)
			return -1;
		extra += skip;
		len -= skip;
	}
	if (len >= 4 && get16(extra + 2) > len - 4)
		return -1;
	for (size_t i = 0; i < 3; i++) {
		if (*fields[i] != ZIP_MAX32)
			continue;
		if (len < 4 || used + 8 > get16(extra + 2))
			return -1;
		*fields[i] = get64(extra + 4 + used);
		used += 8;
	}
	return 0;
}

/* Reads the entry at p, that is known to be whole: 0, or -1 for bad zip64. */
static int
read_entry(const uint8_t *p, struct nt_entry *e)
{
	*e = (struct nt_entry){
		.flags = (uint16_t)get16(p + 8),
		.method = (uint16_t)get16(p + 10),
		.crc = get32(p + 16),
		.packed = get32(p + 20),
		.size = get32(p + 24),
		.name = { (const char *)p + ZIP_CENTRAL_BYTES, get16(p + 28) },
		.at = get32(p + 42)
	};
	return read_zip64(p + ZIP_CENTRAL_BYTES + e->name.len, get16(p + 30),
	    e);
}

static int
check_kind(const uint8_t *p, const struct nt_entry *e, struct nt_err *err)
{
	uint32_t type = get32(p + 38) >> 16 & MODE_TYPE;
	int folder = e->name.p[e->name.len - 1] == '/';

	if (e->flags & ZIP_FLAG_ENCRYPTED)
		return nt_err_set(err, NT_DATA, "%.*s is encrypted",
		    SHOWN(e->name));
	if (e->method != ZIP_STORED && e->method != ZIP_DEFLATED)
		return nt_err_set(err, NT_DATA, "%.*s is packed by method %u, "
		    "expected 0 or 8", SHOWN(e->name), e->method);
	/* 3 is Unix and 19 macOS; elsewhere the upper half says nothing. */
	if (p[5] != 3 && p[5] != 19)
		type = 0;
	if (type != 0 && type != (folder ? MODE_FOLDER : MODE_REGULAR))
		return nt_err_set(err, NT_DATA, "%.*s is a link or a device, "
		    "expected a file", SHOWN(e->name));
	if (get16(p + 34) != 0)
		return damaged(err, "a member is on another disk");
	if (folder && e->size != 0)
		return damaged(err, "a folder has content");
	return 0;
}

/* Claims no reader should follow. */
static int
check_claims(const struct nt_entry *e, uint64_t from, uint64_t start,
    struct nt_err *err)
{
	if (e->at < from || e->at > start ||
	    start - e->at < ZIP_LOCAL_BYTES + e->name.len ||
	    e->packed > start - e->at - ZIP_LOCAL_BYTES - e->name.len)
		return damaged(err, "members overlap or are out of order");
	if (e->method == ZIP_STORED ? e->size != e->packed :
	    e->size / FLATE_RATIO > e->packed + 1)
		return damaged(err, "a member cannot have the size it claims");
	return 0;
}

/* A part of the directory, which may be large, in memory. */
struct window {
	uint8_t *p;
	size_t len;
	uint64_t at, end;		/* of what is not read yet */
};

/* Takes used bytes from the window and reads on until an entry must fit. */
static int
slide(const struct nt_archive *a, struct window *w, size_t used,
    struct nt_err *err)
{
	size_t more = WINDOW - (w->len - used);

	if (more > w->end - w->at)
		more = (size_t)(w->end - w->at);
	memmove(w->p, w->p + used, w->len - used);
	w->len -= used;
	if (read_at(a, w->at, w->p + w->len, more, err) == -1)
		return -1;
	w->len += more;
	w->at += more;
	return 0;
}

/* Lends the entry that begins used bytes into the window; NULL: an error. */
static const uint8_t *
entry_at(const struct nt_archive *a, struct window *w, size_t *used,
    size_t *len, struct nt_err *err)
{
	const uint8_t *p;

	if (w->len - *used < ENTRY_MAX && w->at < w->end) {
		if (slide(a, w, *used, err) == -1)
			return NULL;
		*used = 0;
	}
	p = w->p + *used;
	if (w->len - *used < ZIP_CENTRAL_BYTES || get32(p) != ZIP_CENTRAL) {
		damaged(err, "its directory has fewer members than it counts");
		return NULL;
	}
	*len = ZIP_CENTRAL_BYTES + (size_t)get16(p + 28) + get16(p + 30) +
	    get16(p + 32);
	if (*len > w->len - *used) {
		damaged(err, "an entry of its directory");
		return NULL;
	}
	return p;
}

/* Reads all entries once: every one whole, allowed and in its place. */
static int
check_directory(struct nt_archive *a, struct window *w, uint64_t members,
    struct nt_err *err)
{
	uint64_t start = w->at, from = 0, total = 0;
	size_t used = 0, len;
	struct nt_entry e;

	for (uint64_t i = 0; i < members; i++) {
		const uint8_t *p = entry_at(a, w, &used, &len, err);

		if (p == NULL)
			return -1;
		if (read_entry(p, &e) == -1)
			return damaged(err, "an entry of its directory");
		if (nt_member_name_check(e.name, err) == -1 ||
		    check_kind(p, &e, err) == -1 ||
		    check_claims(&e, from, start, err) == -1 ||
		    index_add(&a->index, &e, err) == -1)
			return -1;
		from = e.at + ZIP_LOCAL_BYTES + e.name.len + e.packed;
		total += e.size;
		if (total > NT_ARCHIVE_FREE &&
		    total / NT_ARCHIVE_RATIO > a->size)
			return nt_err_set(err, NT_LIMIT, "the archive claims "
			    "to hold more than %d times its size",
			    NT_ARCHIVE_RATIO);
		used += len;
	}
	if (used != w->len || w->at != w->end)
		return damaged(err, "its directory has more members than it "
		    "counts");
	return 0;
}

/* What there is before the first member, or before the directory. */
static int
check_begin(const struct nt_archive *a, struct nt_err *err)
{
	struct nt_entry first = { .at = a->end };

	if (a->index.count > 0)
		index_entry(&a->index, 0, &first);
	return first.at == 0 ? 0 : damaged(err,
	    "there are bytes before its first member");
}

int
zip_index(struct nt_archive *a, struct nt_err *err)
{
	struct end end = { 0 };
	struct window w = { 0 };
	int got;

	if (read_end(a, &end, err) == -1)
		return -1;
	a->zip = 1;
	a->end = end.start;
	w.at = end.start;
	w.end = end.start + end.size;
	w.p = nt_alloc(WINDOW);
	got = check_directory(a, &w, end.members, err);
	if (got == 0)
		got = check_begin(a, err);
	free(w.p);
	return got;
}
