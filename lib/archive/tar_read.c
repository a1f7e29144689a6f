#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "nt/file.h"
#include "tar.h"

#define WINDOW ((size_t)64 << 10)	/* read at once; whole blocks */
#define PAX_MAX ((size_t)64 << 10)	/* of the records before one member */

/* The tar archive being read through. */
struct scan {
	struct nt_archive *archive;
	uint64_t at;			/* of the next header */
	unsigned char *window;
	uint64_t window_at;
	size_t window_len;
	/* What headers before a member's own said of it. */
	int renamed, resized;
	char name[NT_MEMBER_NAME_MAX + 2];
	size_t name_len;
	uint64_t size;
};

static int
damaged(const struct scan *s, const char *what, struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the tar archive is damaged: %s at "
	    "byte %ju", what, (uintmax_t)s->at);
}

static int
cut_short(struct nt_err *err)
{
	return nt_err_set(err, NT_DATA, "the tar archive is cut short: there "
	    "are no two blocks of zeros at its end");
}

/* Lends the block at, a multiple of its size; NULL when there is none. */
static const unsigned char *
block_at(struct scan *s, uint64_t at, struct nt_err *err)
{
	uint64_t size = s->archive->size;
	size_t len = WINDOW;

	if (at > size || size - at < TAR_BLOCK) {
		cut_short(err);
		return NULL;
	}
	if (at < s->window_at ||
	    at + TAR_BLOCK > s->window_at + s->window_len) {
		if (len > size - at)
			len = (size_t)(size - at);
		if (nt_pread_all(s->archive->fd, s->window, len,
		    (off_t)at) == -1) {
			nt_err_sys(err, "read", "the archive");
			return NULL;
		}
		s->window_at = at;
		s->window_len = len;
	}
	return s->window + (at - s->window_at);
}

static int
all_zero(const unsigned char *p, size_t len)
{
	while (len > 0 && *p == 0) {
		p++;
		len--;
	}
	return len == 0;
}

/* ---- fields ---- */

/* Digits of base 8 between blanks, or GNU's binary; 0, or -1: it is neither. */
static int
get_number(const unsigned char *p, size_t len, uint64_t *value)
{
	size_t i = 0;

	*value = 0;
	if (p[0] == 0x80) {
		for (i = 1; i < len; i++) {
			if (*value >> 55 != 0)
				return -1;
			*value = *value << 8 | p[i];
		}
		return 0;
	}
	while (i < len && p[i] == ' ')
		i++;
	for (; i < len && p[i] >= '0' && p[i] <= '7'; i++)
		*value = *value << 3 | (uint64_t)(p[i] - '0');
	while (i < len && (p[i] == ' ' || p[i] == '\0'))
		i++;
	return i == len ? 0 : -1;
}

/* Sets the name of the next member, a likely "./" in front left out. */
static int
set_name(struct scan *s, struct nt_str name, struct nt_err *err)
{
	if (name.len > 2 && memcmp(name.p, "./", 2) == 0) {
		name.p += 2;
		name.len -= 2;
	}
	if (name.len > NT_MEMBER_NAME_MAX)
		return nt_err_set(err, NT_DATA, "the name of a member, "
		    "\"%.*s\", is longer than %d bytes", SHOWN(name),
		    NT_MEMBER_NAME_MAX);
	memcpy(s->name, name.p, name.len);
	s->name_len = name.len;
	return 0;
}

/* The name in the header, its two parts joined. */
static int
read_name(struct scan *s, const unsigned char *block, struct nt_err *err)
{
	char whole[TAR_PREFIX_BYTES + 1 + TAR_NAME_BYTES];
	size_t len = 0, rest;

	/* GNU tar has other things in the place of the prefix. */
	if (block[TAR_MAGIC + 5] == '\0')
		len = strnlen((const char *)block + TAR_PREFIX,
		    TAR_PREFIX_BYTES);
	memcpy(whole, block + TAR_PREFIX, len);
	if (len > 0)
		whole[len++] = '/';
	rest = strnlen((const char *)block + TAR_NAME, TAR_NAME_BYTES);
	memcpy(whole + len, block + TAR_NAME, rest);
	return set_name(s, (struct nt_str){ whole, len + rest }, err);
}

static int
check_header(const struct scan *s, const unsigned char *block,
    struct nt_err *err)
{
	uint64_t sum;

	if (memcmp(block + TAR_MAGIC, "ustar\00000", 8) != 0 &&
	    memcmp(block + TAR_MAGIC, "ustar  ", 8) != 0)
		return damaged(s, "there is no ustar header", err);
	if (get_number(block + TAR_SUM, TAR_SUM_BYTES, &sum) == -1 ||
	    sum != tar_sum(block))
		return damaged(s, "the checksum is wrong in the header", err);
	return 0;
}

/* ---- pax headers ---- */

/* "length key=value\n" at p: the whole length, or 0: it is none. */
static size_t
read_record(const char *p, size_t len, struct nt_str *key,
    struct nt_str *value)
{
	size_t says = 0, i = 0;
	const char *equals;

	while (i < len && i < 6 && p[i] >= '0' && p[i] <= '9')
		says = 10 * says + (size_t)(p[i++] - '0');
	if (i == 0 || p[0] == '0' || says > len || says < i + 4 ||
	    p[i] != ' ' || p[says - 1] != '\n')
		return 0;
	key->p = p + i + 1;
	equals = memchr(key->p, '=', says - i - 2);
	if (equals == NULL || equals == key->p)
		return 0;
	key->len = (size_t)(equals - key->p);
	value->p = equals + 1;
	value->len = says - i - key->len - 3;
	return says;
}

static int
set_size(struct scan *s, struct nt_str digits, struct nt_err *err)
{
	uint64_t size = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9' || i == 18)
			return damaged(s, "a size is no number in the pax "
			    "header", err);
		size = 10 * size + (uint64_t)(digits.p[i] - '0');
	}
	s->size = size;
	s->resized = 1;
	return 0;
}

static int
starts(struct nt_str s, const char *with)
{
	size_t len = strlen(with);

	return s.len >= len && memcmp(s.p, with, len) == 0;
}

/* Takes what matters to us; what tells of other kinds of content is refused. */
static int
take_record(struct scan *s, int global, struct nt_str key, struct nt_str value,
    struct nt_err *err)
{
	int path = nt_str_is(key, "path"), size = nt_str_is(key, "size");

	if (starts(key, "GNU.sparse."))
		return nt_err_set(err, NT_DATA, "the tar archive holds a "
		    "sparse file, expected a plain one");
	if (nt_str_is(key, "linkpath") || (global && (path || size)))
		return damaged(s, "there is more than we take from a pax "
		    "header", err);
	if (size)
		return s->resized ? damaged(s, "there are two sizes in the "
		    "pax header", err) : set_size(s, value, err);
	if (!path)
		return 0;
	if (s->renamed)
		return damaged(s, "there are two names in the headers", err);
	s->renamed = 1;
	return set_name(s, value, err);
}

static int
take_records(struct scan *s, int global, const char *p, size_t len,
    struct nt_err *err)
{
	while (len > 0) {
		struct nt_str key = { NULL, 0 }, value = { NULL, 0 };
		size_t n = read_record(p, len, &key, &value);

		if (n == 0)
			return damaged(s, "there is a bad record in the pax "
			    "header", err);
		if (take_record(s, global, key, value, err) == -1)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

/* The name that GNU tar puts before a member, with a NUL behind it. */
static int
take_gnu_name(struct scan *s, struct nt_str name, struct nt_err *err)
{
	if (s->renamed)
		return damaged(s, "there are two names in the headers", err);
	if (name.len > 0 && name.p[name.len - 1] == '\0')
		name.len--;
	s->renamed = 1;
	return set_name(s, name, err);
}

/* Takes the content of a header that is about the next member. */
static int
take_extension(struct scan *s, char type, uint64_t size, struct nt_err *err)
{
	struct nt_buf b;
	int got = 0;

	if (size > PAX_MAX)
		return damaged(s, "the pax header is too large", err);
	nt_buf_init(&b, PAX_MAX);
	for (uint64_t done = 0; got == 0 && done < size; done += TAR_BLOCK) {
		const unsigned char *p = block_at(s, s->at + TAR_BLOCK + done,
		    err);

		if (p != NULL)
			nt_buf_add(&b, p, size - done < TAR_BLOCK ?
			    (size_t)(size - done) : TAR_BLOCK);
		else
			got = -1;
	}
	if (got == 0)
		got = type == TAR_GNU_NAME ?
		    take_gnu_name(s, nt_buf_view(&b), err) :
		    take_records(s, type == TAR_PAX_GLOBAL, b.p, b.len, err);
	nt_buf_free(&b);
	return got;
}

/* ---- members ---- */

/* What is neither file nor folder, in words; NULL: it is one. */
static const char *
stranger(char type)
{
	switch (type) {
	case TAR_FILE:
	case TAR_FILE_OLD:
	case TAR_FOLDER:
		return NULL;
	case '1':
	case '2':
	case 'K':
		return "a link";
	case '3':
	case '4':
		return "a device";
	case '6':
		return "a named pipe";
	case 'S':
		return "a sparse file";
	default:
		return "something unknown";
	}
}

/* All that is behind the content in its last block is zero. */
static int
check_padding(struct scan *s, uint64_t at, uint64_t size, struct nt_err *err)
{
	size_t tail = (size_t)(size % TAR_BLOCK);
	const unsigned char *p;

	if (tail == 0)
		return 0;
	if ((p = block_at(s, at + size - tail, err)) == NULL)
		return -1;
	return all_zero(p + tail, TAR_BLOCK - tail) ? 0 :
	    damaged(s, "there are bytes behind the content of the member",
	    err);
}

/* The content, padding and all, is there: where the next header is, or 0. */
static uint64_t
step(struct scan *s, uint64_t size, struct nt_err *err)
{
	uint64_t at = s->at + TAR_BLOCK, end = s->archive->size;

	if (at > end || size > end - at ||
	    -size % TAR_BLOCK > end - at - size) {
		nt_err_set(err, NT_DATA, "the tar archive is cut short: it "
		    "ends within a member of %ju bytes", (uintmax_t)size);
		return 0;
	}
	if (check_padding(s, at, size, err) == -1)
		return 0;
	return at + size + -size % TAR_BLOCK;
}

/* Adds the member whose header is at s->at. */
static int
add_member(struct scan *s, char type, uint64_t size, struct nt_err *err)
{
	struct nt_entry e = { .size = size, .packed = size,
	    .at = s->at + TAR_BLOCK };
	int folder;

	if (type == TAR_FOLDER && s->name_len > 0 &&
	    s->name[s->name_len - 1] != '/')
		s->name[s->name_len++] = '/';
	e.name = (struct nt_str){ s->name, s->name_len };
	folder = s->name_len > 0 && s->name[s->name_len - 1] == '/';
	s->renamed = s->resized = 0;
	if (folder && size != 0)
		return damaged(s, "there is a folder with content", err);
	if (folder && nt_str_is(e.name, "./"))
		return 0;	/* the folder of all */
	if (nt_member_name_check(e.name, err) == -1)
		return -1;
	return index_add(&s->archive->index, &e, err);
}

/* Takes the header of a file or a folder; *size is that of its content. */
static int
take_member(struct scan *s, const unsigned char *block, uint64_t *size,
    struct nt_err *err)
{
	char type = (char)block[TAR_TYPE];
	const char *what = stranger(type);

	if (what != NULL)
		return nt_err_set(err, NT_DATA, "%.*s is %s, expected a file",
		    (int)strnlen((const char *)block, TAR_NAME_BYTES),
		    (const char *)block, what);
	/* Where the header can say the size, the two must agree. */
	if (s->resized && s->size < TAR_SIZE_MAX && s->size != *size)
		return damaged(s, "there are two sizes in the headers", err);
	if (s->resized)
		*size = s->size;
	if (!s->renamed && read_name(s, block, err) == -1)
		return -1;
	return add_member(s, type, *size, err);
}

/* Takes the header at s->at and goes on to the next. */
static int
take_header(struct scan *s, const unsigned char *block, struct nt_err *err)
{
	char type = (char)block[TAR_TYPE];
	uint64_t size, next;
	int got;

	if (check_header(s, block, err) == -1)
		return -1;
	if (get_number(block + TAR_SIZE, TAR_SIZE_BYTES, &size) == -1)
		return damaged(s, "the size is no number in the header", err);
	got = type == TAR_PAX || type == TAR_PAX_GLOBAL ||
	    type == TAR_GNU_NAME ? take_extension(s, type, size, err) :
	    take_member(s, block, &size, err);
	if (got == -1 || (next = step(s, size, err)) == 0)
		return -1;
	s->at = next;
	return 0;
}

/* Behind the second block of zeros there is nothing, or zeros. */
static int
check_end(struct scan *s, struct nt_err *err)
{
	const unsigned char *p;

	if (s->renamed || s->resized)
		return damaged(s, "there is no member behind its headers",
		    err);
	if ((p = block_at(s, s->at + TAR_BLOCK, err)) == NULL)
		return -1;
	for (uint64_t at = s->at + TAR_BLOCK; at < s->archive->size;
	    at += TAR_BLOCK) {
		/* A rest that is no block is nothing of tar's. */
		if (s->archive->size - at >= TAR_BLOCK &&
		    (p = block_at(s, at, err)) == NULL)
			return -1;
		if (s->archive->size - at < TAR_BLOCK ||
		    !all_zero(p, TAR_BLOCK))
			return nt_err_set(err, NT_DATA, "the tar archive is "
			    "damaged: there are bytes behind its end");
	}
	return 0;
}

int
tar_index(struct nt_archive *a, struct nt_err *err)
{
	struct scan s = { .archive = a };
	const unsigned char *block;
	int got = 0;

	s.window = nt_alloc(WINDOW);
	do {
		if ((block = block_at(&s, s.at, err)) == NULL)
			got = -1;
		else if (all_zero(block, TAR_BLOCK))
			break;
		else
			got = take_header(&s, block, err);
	} while (got == 0);
	if (got == 0)
		got = check_end(&s, err);
	free(s.window);
	return got;
}
