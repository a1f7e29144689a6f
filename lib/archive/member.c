#include "nt/archive.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/file.h"
#include "reading.h"
#include "zip.h"

#define WHOLE_MAX ((size_t)1 << 20)	/* unpacked in one step up to this */

struct nt_member {
	const struct nt_archive *archive;
	struct nt_entry entry;
	uint64_t at;		/* of the packed bytes not read yet */
	uint64_t packed;	/* how many those are */
	uint64_t size;		/* unpacked bytes still to come */
	uint32_t crc;		/* of those that came */
	unsigned char *whole;	/* all of it unpacked, if it was done so */
	struct inflating *inflating;	/* or what unpacks it in steps */
};

struct inflating {
	z_stream z;
	unsigned char in[16384];
};

static int
damaged(const struct nt_member *m, const char *what, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "%.*s is damaged: %s",
	    SHOWN(m->entry.name), what);
}

/*
 * The sizes in the local header are those of the directory, unless they stand
 * behind the data or in an extra field.
 */
static int
sizes_agree(const uint8_t *p, const struct nt_entry *e)
{
	uint32_t packed = get32(p + 18), size = get32(p + 22);

	if (e->flags & ZIP_FLAG_TRAILER)
		return 1;
	return get32(p + 14) == e->crc &&
	    (packed == ZIP_MAX32 || packed == e->packed) &&
	    (size == ZIP_MAX32 || size == e->size);
}

/* Where the next member begins, or the directory. */
static uint64_t
place_behind(const struct nt_archive *a, const struct nt_entry *e)
{
	struct nt_entry next;

	if (e->number + 1 == a->index.count)
		return a->end;
	index_entry(&a->index, e->number + 1, &next);
	return next.at;
}

/* 1 if so many bytes behind the data may be: sizes of 32 or 64 bits. */
static int
is_followed(const struct nt_entry *e, uint64_t bytes)
{
	return bytes == 0 || ((e->flags & ZIP_FLAG_TRAILER) != 0 &&
	    (bytes == 12 || bytes == 16 || bytes == 20 || bytes == 24));
}

/* Finds the data behind the local header, which must agree with the entry. */
static int
find_data(struct nt_member *m, struct nt_err *err)
{
	const struct nt_entry *e = &m->entry;
	uint8_t p[ZIP_LOCAL_BYTES];
	char name[NT_MEMBER_NAME_MAX];
	uint64_t next = place_behind(m->archive, e), gap;

	if (nt_pread_all(m->archive->fd, p, sizeof p, (off_t)e->at) == -1 ||
	    nt_pread_all(m->archive->fd, name, e->name.len,
	    (off_t)(e->at + sizeof p)) == -1)
		return nt_err_sys(err, "read", "the archive");
	if (get32(p) != ZIP_LOCAL || get16(p + 6) != e->flags ||
	    get16(p + 8) != e->method || get16(p + 26) != e->name.len ||
	    memcmp(name, e->name.p, e->name.len) != 0 || !sizes_agree(p, e))
		return damaged(m, "its header and the directory do not agree",
		    err);
	gap = ZIP_LOCAL_BYTES + e->name.len + get16(p + 28);
	if (gap > next - e->at || e->packed > next - e->at - gap)
		return damaged(m, "it reaches into what follows it", err);
	if (!is_followed(e, next - e->at - gap - e->packed))
		return damaged(m, "there are bytes between it and what follows "
		    "it", err);
	m->at = e->at + gap;
	return 0;
}

struct nt_member *
nt_member_open(const struct nt_archive *a, const struct nt_entry *e,
    struct nt_err *err)
{
	struct nt_member *m = nt_alloc(sizeof *m);

	m->archive = a;
	m->entry = *e;
	m->at = e->at;
	m->packed = e->packed;
	m->size = e->size;
	if (a->zip && find_data(m, err) == -1) {
		nt_member_close(m);
		return NULL;
	}
	return m;
}

void
nt_member_close(struct nt_member *m)
{
	if (m == NULL)
		return;
	if (m->inflating != NULL)
		inflateEnd(&m->inflating->z);
	free(m->inflating);
	free(m->whole);
	free(m);
}

/* ---- in one step ---- */

/* Unpacks all of a small member. */
static int
inflate_whole(struct nt_member *m, struct nt_err *err)
{
	size_t packed = (size_t)m->packed, size = (size_t)m->size, took, gave;
	unsigned char *in = nt_alloc(packed);
	struct libdeflate_decompressor *d;
	enum libdeflate_result got;

	if (nt_pread_all(m->archive->fd, in, packed, (off_t)m->at) == -1) {
		free(in);
		return nt_err_sys(err, "read", "the archive");
	}
	if ((d = libdeflate_alloc_decompressor()) == NULL)
		nt_out_of_memory();
	m->whole = nt_alloc(size);
	got = libdeflate_deflate_decompress_ex(d, in, packed, m->whole, size,
	    &took, &gave);
	libdeflate_free_decompressor(d);
	free(in);
	if (got == LIBDEFLATE_INSUFFICIENT_SPACE)
		return damaged(m, "it holds more than it says", err);
	if (got != LIBDEFLATE_SUCCESS)
		return damaged(m, "it cannot be unpacked", err);
	if (gave < size)
		return damaged(m, "it holds less than it says", err);
	if (took < packed)
		return damaged(m, "there is data behind its end", err);
	m->packed = 0;
	return 0;
}

/* ---- in steps ---- */

/* Takes at most len packed bytes to p: how many, or -1. */
static ssize_t
take(struct nt_member *m, void *p, size_t len, struct nt_err *err)
{
	if (len > m->packed)
		len = (size_t)m->packed;
	if (len > 0 &&
	    nt_pread_all(m->archive->fd, p, len, (off_t)m->at) == -1)
		return nt_err_sys(err, "read", "the archive");
	m->at += len;
	m->packed -= len;
	return (ssize_t)len;
}

/* Inflates at most len bytes, which are no more than are still to come. */
static ssize_t
inflate_some(struct nt_member *m, void *p, size_t len, struct nt_err *err)
{
	struct inflating *s = m->inflating;

	s->z.next_out = p;
	s->z.avail_out = (uInt)len;
	while (s->z.avail_out > 0) {
		ssize_t n;
		int got;

		if (s->z.avail_in == 0) {
			if ((n = take(m, s->in, sizeof s->in, err)) == -1)
				return -1;
			s->z.next_in = s->in;
			s->z.avail_in = (uInt)n;
		}
		got = inflate(&s->z, Z_NO_FLUSH);
		if (got == Z_STREAM_END)
			break;
		if (got != Z_OK)
			return damaged(m, "it cannot be unpacked", err);
	}
	return (ssize_t)(len - s->z.avail_out);
}

/* After the last byte: all packed bytes are used and the CRC is right. */
static int
check_end(struct nt_member *m, struct nt_err *err)
{
	if (m->inflating != NULL) {
		unsigned char more;
		ssize_t n = inflate_some(m, &more, 1, err);

		if (n != 0)
			return n == -1 ? -1 : damaged(m,
			    "it holds more than it says", err);
	}
	if (m->packed > 0 || (m->inflating != NULL &&
	    m->inflating->z.avail_in > 0))
		return damaged(m, "there is data behind its end", err);
	if (m->archive->zip && m->crc != m->entry.crc)
		return damaged(m, "its checksum is not the one it should have",
		    err);
	return 0;
}

/* Readies what unpacks the member, before its first byte is read. */
static int
begin(struct nt_member *m, struct nt_err *err)
{
	/* Packed bytes beyond that would not be those of so small a content. */
	if (m->size <= WHOLE_MAX && m->packed <= 2 * WHOLE_MAX)
		return inflate_whole(m, err);
	m->inflating = nt_alloc(sizeof *m->inflating);
	inflater_open(&m->inflating->z);
	return 0;
}

/* At most len bytes, which are no more than are still to come, to p. */
static ssize_t
next_bytes(struct nt_member *m, void *p, size_t len, struct nt_err *err)
{
	if (m->whole != NULL) {
		memcpy(p, m->whole + (m->entry.size - m->size), len);
		return (ssize_t)len;
	}
	return m->inflating != NULL ? inflate_some(m, p, len, err) :
	    take(m, p, len, err);
}

ssize_t
nt_member_read(struct nt_member *m, void *p, size_t len, struct nt_err *err)
{
	ssize_t n;

	if (m->entry.method == ZIP_DEFLATED && m->whole == NULL &&
	    m->inflating == NULL && begin(m, err) == -1)
		return -1;
	if (m->size == 0)
		return check_end(m, err);
	if (len > m->size)
		len = (size_t)m->size;
	if (len > (size_t)1 << 30)
		len = (size_t)1 << 30;
	n = next_bytes(m, p, len, err);
	if (n == -1)
		return -1;
	if (n == 0)
		return damaged(m, "it holds less than it says", err);
	m->size -= (uint64_t)n;
	if (m->archive->zip)
		m->crc = nt_crc32(m->crc, p, (size_t)n);
	return n;
}
