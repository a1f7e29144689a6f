#include "nt/archive.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/file.h"
#include "unzip.h"
#include "zip.h"

struct nt_member {
	struct nt_unzip *archive;
	struct nt_entry entry;
	uint64_t at;		/* of the packed bytes not read yet */
	uint64_t packed;	/* how many those are */
	uint64_t size;		/* unpacked bytes still to come */
	uint32_t crc;		/* of those that came */
	int inflating;
	z_stream z;
	unsigned char in[16384];
};

static int
damaged(const struct nt_member *m, const char *what, struct nt_err *err)
{
	struct nt_str name = m->entry.name;

	return nt_err_set(err, NT_DATA, "%.*s is damaged: %s",
	    (int)(name.len < 120 ? name.len : 120), name.p, what);
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

/* Finds the data behind the local header, which must agree with the entry. */
static int
find_data(struct nt_member *m, struct nt_err *err)
{
	const struct nt_entry *e = &m->entry;
	uint8_t p[ZIP_LOCAL_BYTES];
	char name[NT_MEMBER_NAME_MAX];
	uint64_t gap;

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
	if (gap > m->archive->start - e->at ||
	    e->packed > m->archive->start - e->at - gap)
		return damaged(m, "it reaches into the directory", err);
	m->at = e->at + gap;
	return 0;
}

struct nt_member *
nt_member_open(struct nt_unzip *u, const struct nt_entry *e,
    struct nt_err *err)
{
	struct nt_member *m = nt_alloc(sizeof *m);

	m->archive = u;
	m->entry = *e;
	m->packed = e->packed;
	m->size = e->size;
	if (find_data(m, err) == -1) {
		nt_member_close(m);
		return NULL;
	}
	if (e->method == ZIP_DEFLATED) {
		inflater_open(&m->z);
		m->inflating = 1;
	}
	return m;
}

void
nt_member_close(struct nt_member *m)
{
	if (m == NULL)
		return;
	if (m->inflating)
		inflateEnd(&m->z);
	free(m);
}

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
	m->z.next_out = p;
	m->z.avail_out = (uInt)len;
	while (m->z.avail_out > 0) {
		ssize_t n;
		int got;

		if (m->z.avail_in == 0) {
			if ((n = take(m, m->in, sizeof m->in, err)) == -1)
				return -1;
			m->z.next_in = m->in;
			m->z.avail_in = (uInt)n;
		}
		got = inflate(&m->z, Z_NO_FLUSH);
		if (got == Z_STREAM_END)
			break;
		if (got != Z_OK)
			return damaged(m, "it cannot be unpacked", err);
	}
	return (ssize_t)(len - m->z.avail_out);
}

/* After the last byte: all packed bytes are used and the CRC is right. */
static int
check_end(struct nt_member *m, struct nt_err *err)
{
	if (m->inflating) {
		unsigned char more;
		ssize_t n = inflate_some(m, &more, 1, err);

		if (n != 0)
			return n == -1 ? -1 : damaged(m,
			    "it holds more than it says", err);
	}
	if (m->packed > 0 || (m->inflating && m->z.avail_in > 0))
		return damaged(m, "there is data behind its end", err);
	if (m->crc != m->entry.crc)
		return damaged(m, "its checksum is not the one it should have",
		    err);
	return 0;
}

ssize_t
nt_member_read(struct nt_member *m, void *p, size_t len, struct nt_err *err)
{
	ssize_t n;

	if (m->size == 0)
		return check_end(m, err);
	if (len > m->size)
		len = (size_t)m->size;
	if (len > (size_t)1 << 30)
		len = (size_t)1 << 30;
	n = m->inflating ? inflate_some(m, p, len, err) :
	    take(m, p, len, err);
	if (n == -1)
		return -1;
	if (n == 0)
		return damaged(m, "it holds less than it says", err);
	m->size -= (uint64_t)n;
	m->crc = nt_crc32(m->crc, p, (size_t)n);
	return n;
}
