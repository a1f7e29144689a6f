#include "nt/archive.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/file.h"
#include "nt/mem.h"
#include "reading.h"
#include "tar.h"

enum format {
	FORMAT_ZIP,
	FORMAT_TAR,
	FORMAT_GZIP,
	FORMAT_ZSTD,
	FORMAT_NONE
};

/* What the first bytes of a file say, at least one block of them if any. */
static enum format
format_of(const unsigned char p[TAR_BLOCK], size_t len)
{
	static const unsigned char zeros[TAR_BLOCK];

	if (len >= 2 && memcmp(p, "PK", 2) == 0)
		return FORMAT_ZIP;
	if (len >= 2 && memcmp(p, "\x1f\x8b", 2) == 0)
		return FORMAT_GZIP;
	if (len >= 4 && memcmp(p, "\x28\xb5\x2f\xfd", 4) == 0)
		return FORMAT_ZSTD;
	/* A tar archive without a member begins with its end. */
	if (len >= TAR_BLOCK && (memcmp(p + TAR_MAGIC, "ustar", 5) == 0 ||
	    memcmp(p, zeros, sizeof zeros) == 0))
		return FORMAT_TAR;
	return FORMAT_NONE;
}

/* Looks at what is in a->fd now. */
static int
look(struct nt_archive *a, enum format *format, struct nt_err *err)
{
	unsigned char p[TAR_BLOCK];
	size_t len;
	off_t size;

	if (!nt_file_regular(a->fd, &size))
		return nt_err_set(err, NT_DATA,
		    "the archive is not a regular file");
	a->size = (uint64_t)size;
	len = a->size < sizeof p ? (size_t)a->size : sizeof p;
	if (nt_pread_all(a->fd, p, len, 0) == -1)
		return nt_err_sys(err, "read", "the archive");
	*format = format_of(p, len);
	return 0;
}

/* Unpacks what is packed, after which a->fd is a tar archive. */
static int
unpack(struct nt_archive *a, enum format format, struct nt_err *err)
{
	int gzip = format == FORMAT_GZIP;
	int fd = unpress(a->fd, a->size, gzip ? NT_CODEC_GZIP : NT_CODEC_ZSTD,
	    err);

	if (fd == -1)
		return -1;
	a->fd = fd;
	a->own = 1;
	if (look(a, &format, err) == -1)
		return -1;
	return format == FORMAT_TAR ? 0 : nt_err_set(err, NT_DATA,
	    "what is packed by %s is no tar archive", gzip ? "gzip" : "zstd");
}

static int
read_index(struct nt_archive *a, struct nt_err *err)
{
	enum format format = FORMAT_NONE;

	if (look(a, &format, err) == -1)
		return -1;
	switch (format) {
	case FORMAT_ZIP:
		return zip_index(a, err);
	case FORMAT_TAR:
		return tar_index(a, err);
	case FORMAT_GZIP:
	case FORMAT_ZSTD:
		return unpack(a, format, err) == -1 ? -1 : tar_index(a, err);
	case FORMAT_NONE:
		break;
	}
	return nt_err_set(err, NT_DATA, a->size == 0 ? "the archive is empty" :
	    "it is no archive: expected zip, or tar, plain or packed by gzip "
	    "or zstd");
}

struct nt_archive *
nt_archive_open(int fd, struct nt_err *err)
{
	struct nt_archive *a = nt_alloc(sizeof *a);

	a->fd = fd;
	index_init(&a->index);
	if (read_index(a, err) == -1 || index_sort(&a->index, err) == -1) {
		nt_archive_close(a);
		return NULL;
	}
	return a;
}

void
nt_archive_close(struct nt_archive *a)
{
	if (a == NULL)
		return;
	if (a->own)
		close(a->fd);
	index_free(&a->index);
	free(a);
}

size_t
nt_archive_count(const struct nt_archive *a)
{
	return a->index.count;
}

void
nt_archive_entry(const struct nt_archive *a, size_t n, struct nt_entry *e)
{
	index_entry(&a->index, n, e);
}

int
nt_archive_find(const struct nt_archive *a, struct nt_str name,
    struct nt_entry *e)
{
	return index_find(&a->index, name, e);
}
