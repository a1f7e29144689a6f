#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define LINE_MAX_BYTES (NT_RECORD_MAX + 64)	/* a record and its comma */
#define READ_BYTES ((size_t)32 << 10)

struct lines {
	struct nt_source source;
	struct nt_str name;
	enum lines_mode mode;
	struct nt_buf ahead;	/* read but not given */
	size_t given;		/* bytes of it that were given */
	uint64_t used;
	struct nt_sha256 hash;	/* of what was before ahead */
	int at_end;
};

struct lines *
lines_new(struct nt_source source, struct nt_str name, enum lines_mode mode)
{
	struct lines *l = nt_alloc(sizeof *l);

	l->source = source;
	l->name = name;
	l->mode = mode;
	nt_buf_init(&l->ahead, LINE_MAX_BYTES + READ_BYTES);
	nt_sha256_init(&l->hash);
	return l;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	nt_buf_free(&l->ahead);
	nt_sha256_free(&l->hash);
	free(l);
}

uint64_t
lines_used(const struct lines *l)
{
	return l->used;
}

/* Reads more behind what is there: 1, 0 at the end, or -1. */
static int
read_more(struct lines *l, struct nt_err *err)
{
	ssize_t n;
	char *to;

	if (l->at_end)
		return 0;
	if (l->mode == LINES_HASHED)
		nt_sha256_add(&l->hash, l->ahead.p, l->given);
	nt_buf_shift(&l->ahead, l->given);
	l->given = 0;
	if (l->ahead.len > LINE_MAX_BYTES)
		return nt_err_set(err, NT_LIMIT,
		    "%.*s has a line longer than %zu bytes",
		    (int)l->name.len, l->name.p, LINE_MAX_BYTES);
	to = nt_buf_reserve(&l->ahead, READ_BYTES);
	if ((n = l->source.read(l->source.arg, to, READ_BYTES, err)) == -1)
		return -1;
	if (n == 0) {
		l->at_end = 1;
		return 0;
	}
	nt_buf_grew(&l->ahead, (size_t)n);
	return 1;
}

int
lines_next(struct lines *l, struct nt_str *line, struct nt_err *err)
{
	size_t seen = 0;	/* bytes known to hold no newline */
	int got;

	for (;;) {
		const char *p = l->ahead.p + l->given;
		size_t len = l->ahead.len - l->given;
		const char *end = len == seen ? NULL :
		    memchr(p + seen, '\n', len - seen);

		if (end != NULL) {
			*line = (struct nt_str){ p, (size_t)(end - p) };
			l->given += line->len + 1;
			l->used += line->len + 1;
			return 1;
		}
		seen = len;
		if ((got = read_more(l, err)) == 1)
			continue;
		if (got == 0 && len > 0)
			return nt_err_set(err, NT_DATA,
			    "%.*s ends within a line", (int)l->name.len,
			    l->name.p);
		return got;
	}
}

void
lines_hash_before(const struct lines *l, struct nt_str line,
    char sha256[NT_SHA256_TEXT])
{
	struct nt_sha256 hash;

	nt_sha256_copy(&hash, &l->hash);
	nt_sha256_add(&hash, l->ahead.p, (size_t)(line.p - l->ahead.p));
	nt_sha256_hex(&hash, sha256);
}

int
lines_hash(struct lines *l, uint8_t sha256[NT_SHA256_BYTES],
    struct nt_err *err)
{
	int got;

	do {
		l->given = l->ahead.len;
	} while ((got = read_more(l, err)) == 1);
	if (got == -1)
		return -1;
	nt_sha256_add(&l->hash, l->ahead.p, l->given);
	l->given = 0;
	nt_buf_clear(&l->ahead);
	nt_sha256_done(&l->hash, sha256);
	return 0;
}
