#include "nt/archive.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/file.h"
#include "unzip.h"
#include "zip.h"

#define TAIL_BYTES (ZIP_END_BYTES + ZIP_MAX16)	/* the end and a comment */
#define MODE_TYPE 0170000u
#define MODE_REGULAR 0100000u
#define MODE_FOLDER 0040000u
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
read_at(const struct nt_unzip *u, uint64_t at, void *p, size_t len,
    struct nt_err *err)
{
	if (len > u->size || at > u->size - len)
		return damaged(err, "it points beyond its end");
	if (nt_pread_all(u->fd, p, len, (off_t)at) == -1)
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
find_end(const struct nt_unzip *u, struct end *end, struct nt_err *err)
{
	size_t len = u->size < TAIL_BYTES ? (size_t)u->size : TAIL_BYTES;
	uint64_t base = u->size - len;
	uint8_t tail[ZIP_END_BYTES], *all;
	long at = -1;

	if (len < ZIP_END_BYTES)
		return cut_short(err);
	all = nt_alloc(len);
	if (read_at(u, base, all, len, err) == -1) {
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
find_end64(const struct nt_unzip *u, struct end *end, struct nt_err *err)
{
	uint8_t loc[ZIP64_LOCATOR_BYTES], p[ZIP64_END_BYTES];
	struct end wide;

	if (end->at < sizeof loc + sizeof p)
		return damaged(err, "its zip64 end is missing");
	if (read_at(u, end->at - sizeof loc, loc, sizeof loc, err) == -1)
		return -1;
	if (get32(loc) != ZIP64_LOCATOR)
		return damaged(err, "its zip64 end is missing");
	wide.at = end->at - sizeof loc - sizeof p;
	if (get32(loc + 4) != 0 || get32(loc + 16) != 1)
		return nt_err_set(err, NT_DATA,
		    "the zip archive is one of several disks");
	if (get64(loc + 8) != wide.at)
		return damaged(err, "its zip64 end is not where it should be");
	if (read_at(u, wide.at, p, sizeof p, err) == -1)
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

static int
read_end(const struct nt_unzip *u, struct end *end, struct nt_err *err)
{
	if (find_end(u, end, err) == -1)
		return -1;
	if ((end->members == ZIP_MAX16 || end->size == ZIP_MAX32 ||
	    end->start == ZIP_MAX32) && find_end64(u, end, err) == -1)
		return -1;
	if (end->size > NT_UNZIP_DIRECTORY_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "the archive's directory is larger than %ju bytes",
		    (uintmax_t)NT_UNZIP_DIRECTORY_MAX);
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
	int n = (int)(e->name.len < 120 ? e->name.len : 120);

	if (e->flags & ZIP_FLAG_ENCRYPTED)
		return nt_err_set(err, NT_DATA, "%.*s is encrypted", n,
		    e->name.p);
	if (e->method != ZIP_STORED && e->method != ZIP_DEFLATED)
		return nt_err_set(err, NT_DATA, "%.*s is packed by method %u, "
		    "expected 0 or 8", n, e->name.p, e->method);
	/* 3 is Unix and 19 macOS; elsewhere the upper half says nothing. */
	if (p[5] != 3 && p[5] != 19)
		type = 0;
	if (type != 0 && type != (folder ? MODE_FOLDER : MODE_REGULAR))
		return nt_err_set(err, NT_DATA, "%.*s is a link or a device, "
		    "expected a file", n, e->name.p);
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

/* Reads all entries once: every one whole, allowed and in its place. */
static int
check_directory(struct nt_unzip *u, const struct end *end, struct nt_err *err)
{
	const uint8_t *p = u->directory, *stop = p + end->size;
	uint64_t from = 0, total = 0;
	struct nt_entry e;

	for (size_t i = 0; i < u->count; i++) {
		size_t left = (size_t)(stop - p), len;

		if (left < ZIP_CENTRAL_BYTES || get32(p) != ZIP_CENTRAL)
			return damaged(err, "its directory has fewer members "
			    "than it counts");
		len = ZIP_CENTRAL_BYTES + (size_t)get16(p + 28) +
		    get16(p + 30) + get16(p + 32);
		if (len > left || read_entry(p, &e) == -1)
			return damaged(err, "an entry of its directory");
		if (nt_member_name_check(e.name, err) == -1 ||
		    check_kind(p, &e, err) == -1 ||
		    check_claims(&e, from, end->start, err) == -1)
			return -1;
		from = e.at + ZIP_LOCAL_BYTES + e.name.len + e.packed;
		total += e.size;
		if (total > NT_UNZIP_FREE && total / NT_UNZIP_RATIO > u->size)
			return nt_err_set(err, NT_LIMIT, "the archive claims "
			    "to hold more than %d times its size",
			    NT_UNZIP_RATIO);
		u->entries[i] = p;
		p += len;
	}
	return p == stop ? 0 :
	    damaged(err, "its directory has more members than it counts");
}

static struct nt_str
name_at(const uint8_t *p)
{
	return (struct nt_str){ (const char *)p + ZIP_CENTRAL_BYTES,
	    get16(p + 28) };
}

static int
by_name(const void *a, const void *b)
{
	return nt_str_cmp(name_at(*(const uint8_t *const *)a),
	    name_at(*(const uint8_t *const *)b));
}

static int
sort_names(struct nt_unzip *u, struct nt_err *err)
{
	memcpy(u->sorted, u->entries, u->count * sizeof *u->sorted);
	qsort(u->sorted, u->count, sizeof *u->sorted, by_name);
	for (size_t i = 1; i < u->count; i++) {
		struct nt_str name = name_at(u->sorted[i]);

		if (nt_str_eq(name, name_at(u->sorted[i - 1])))
			return nt_err_set(err, NT_DATA, "the archive has two "
			    "members called %.*s",
			    (int)(name.len < 120 ? name.len : 120), name.p);
	}
	return 0;
}

struct nt_unzip *
nt_unzip_open(int fd, struct nt_err *err)
{
	struct nt_unzip *u = nt_alloc(sizeof *u);
	struct end end = { 0 };
	off_t size;

	u->fd = fd;
	if (!nt_file_regular(fd, &size)) {
		nt_err_set(err, NT_DATA, "the archive is not a regular file");
		goto fail;
	}
	u->size = (uint64_t)size;
	if (read_end(u, &end, err) == -1)
		goto fail;
	u->start = end.start;
	u->count = (size_t)end.members;
	u->directory = nt_alloc((size_t)end.size);
	u->entries = nt_alloc_array(u->count, sizeof *u->entries);
	u->sorted = nt_alloc_array(u->count, sizeof *u->sorted);
	if (read_at(u, end.start, u->directory, (size_t)end.size, err) == -1 ||
	    check_directory(u, &end, err) == -1 || sort_names(u, err) == -1)
		goto fail;
	return u;

fail:
	nt_unzip_close(u);
	return NULL;
}

void
nt_unzip_close(struct nt_unzip *u)
{
	if (u == NULL)
		return;
	free(u->directory);
	free(u->entries);
	free(u->sorted);
	free(u);
}

size_t
nt_unzip_count(const struct nt_unzip *u)
{
	return u->count;
}

void
nt_unzip_entry(const struct nt_unzip *u, size_t n, struct nt_entry *e)
{
	read_entry(u->entries[n], e);
	e->number = n;
}

/* The number of the entry at p: they lie in their order. */
static size_t
number_of(const struct nt_unzip *u, const uint8_t *p)
{
	size_t low = 0, high = u->count;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (u->entries[mid] <= p)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int
nt_unzip_find(const struct nt_unzip *u, struct nt_str name, struct nt_entry *e)
{
	size_t low = 0, high = u->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = nt_str_cmp(name, name_at(u->sorted[mid]));

		if (order == 0) {
			nt_unzip_entry(u, number_of(u, u->sorted[mid]), e);
			return 1;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return 0;
}
