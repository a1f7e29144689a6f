/*
 * Bytes in.  An armor is taken off on the way, and held to its rules: those of
 * PEM bend so far that one file could be written in many ways.
 */
#include "internal.h"

#include <string.h>

#include "armor.h"
#include "nt/file.h"

#define SPACE_MAX 1024		/* bytes of white space around an armor */
#define ARMOR_LINE (COLUMNS + 2)	/* a line with its end */

/* ---- bytes as they come ---- */

/* Makes sure that there is a byte: 1, 0 at the end, or -1. */
static int
fill(struct source *s, struct nt_err *err)
{
	ssize_t n;

	if (s->first < s->have)
		return 1;
	if (s->fd == -1)
		return 0;
	n = nt_read_some(s->fd, s->own, sizeof s->own);
	if (n == -1)
		return nt_err_sys(err, "read", s->name);
	s->raw = s->own;
	s->first = 0;
	s->have = (size_t)n;
	return n > 0;
}

/* Copies what is there, up to len bytes; how many. */
static size_t
take(struct source *s, void *p, size_t len)
{
	size_t n = s->have - s->first;

	if (n > len)
		n = len;
	if (n > 0)
		memcpy(p, s->raw + s->first, n);
	s->first += n;
	return n;
}

/* ---- the armor ---- */

static int
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Passes white space over: how much, *last its last byte; or -1. */
static int
skip_space(struct source *s, uint8_t *last, struct nt_err *err)
{
	int got, n = 0;

	while ((got = fill(s, err)) == 1 && is_space(s->raw[s->first])) {
		*last = s->raw[s->first++];
		if (++n > SPACE_MAX)
			return nt_err_set(err, NT_DATA, "armor: more than %d "
			    "bytes of white space", SPACE_MAX);
	}
	return got == -1 ? -1 : n;
}

/* Without its first line it is none. */
static int
fault(const struct source *s, struct nt_err *err, const char *what)
{
	return nt_err_set(err, s->armored ? NT_DAMAGED : NT_DATA,
	    "armor, line %lu: %s", s->line, what);
}

/* Reads the next line without its end, which the last one may lack. */
static int
read_line(struct source *s, char line[ARMOR_LINE], size_t *len,
    struct nt_err *err)
{
	int got;

	s->line++;
	*len = 0;
	while ((got = fill(s, err)) == 1) {
		char c = (char)s->raw[s->first++];

		if (c == '\n')
			break;
		if (*len == ARMOR_LINE)
			return fault(s, err, "it is longer than 64 characters");
		line[(*len)++] = c;
	}
	if (got == 0 && *len == 0)
		return fault(s, err, "the armor is cut off, expected \""
		    ARMOR_END "\"");
	if (*len > 0 && line[*len - 1] == '\r')
		(*len)--;
	return got == -1 ? -1 : 0;
}

static int
is_line(const char *line, size_t len, const char *what)
{
	return nt_str_is((struct nt_str){ line, len }, what);
}

static int
begin_armor(struct source *s, struct nt_err *err)
{
	char line[ARMOR_LINE];
	uint8_t last = '\n';
	size_t len;

	if (skip_space(s, &last, err) == -1 ||
	    read_line(s, line, &len, err) == -1)
		return -1;
	if (last != '\n' || !is_line(line, len, ARMOR_BEGIN))
		return fault(s, err, "expected \"" ARMOR_BEGIN "\"");
	s->armored = 1;
	return 0;
}

/* Behind the last line nothing may come but white space. */
static int
end_armor(struct source *s, struct nt_err *err)
{
	uint8_t last;

	s->over = 1;
	if (skip_space(s, &last, err) == -1)
		return -1;
	return s->first == s->have ? 0 :
	    nt_err_set(err, NT_DAMAGED, "armor: something follows its last "
	    "line");
}

/* Takes the next line off: 1, 0 at the end, or -1. */
static int
unwrap_line(struct source *s, struct nt_err *err)
{
	char line[ARMOR_LINE];
	size_t len;

	if (s->over)
		return 0;
	if (read_line(s, line, &len, err) == -1)
		return -1;
	if (is_line(line, len, ARMOR_END))
		return end_armor(s, err);
	s->plain_first = 0;
	if (len == 0 || len > COLUMNS || base64_read((struct nt_str){ line,
	    len }, 1, s->plain, sizeof s->plain, &s->plain_have) == -1)
		return fault(s, err, "expected up to 64 characters of base64");
	if (s->plain_have < COLUMNS_BYTES) {	/* only the last is shorter */
		if (read_line(s, line, &len, err) == -1)
			return -1;
		if (!is_line(line, len, ARMOR_END))
			return fault(s, err, "expected \"" ARMOR_END "\"");
		if (end_armor(s, err) == -1)
			return -1;
	}
	return 1;
}

static ssize_t
read_armored(struct source *s, uint8_t *p, size_t len, struct nt_err *err)
{
	size_t got = 0;

	while (got < len) {
		size_t n = s->plain_have - s->plain_first;
		int more = 1;

		if (n == 0 && (more = unwrap_line(s, err)) == -1)
			return -1;
		if (more == 0)
			break;
		if (n > len - got)
			n = len - got;
		memcpy(p + got, s->plain + s->plain_first, n);
		s->plain_first += n;
		got += n;
	}
	return (ssize_t)got;
}

/* ---- either ---- */

/* No file begins with a dash or white space unless it wears an armor. */
static int
look(struct source *s, struct nt_err *err)
{
	int got = fill(s, err);

	if (got == 1 && (s->raw[s->first] == '-' ||
	    is_space(s->raw[s->first])))
		return begin_armor(s, err);
	return got == -1 ? -1 : 0;
}

void
source_open_plain(struct source *s, int fd, const char *name)
{
	*s = (struct source){ .fd = fd, .name = name };
}

int
source_open(struct source *s, int fd, const char *name, struct nt_err *err)
{
	source_open_plain(s, fd, name);
	return look(s, err);
}

int
source_open_bytes(struct source *s, struct nt_str bytes, const char *name,
    struct nt_err *err)
{
	*s = (struct source){ .fd = -1, .name = name,
	    .raw = (const uint8_t *)bytes.p, .have = bytes.len };
	return look(s, err);
}

ssize_t
source_read(struct source *s, void *p, size_t len, struct nt_err *err)
{
	size_t got;
	ssize_t n = 0;

	if (s->armored)
		return read_armored(s, p, len, err);
	got = take(s, p, len);
	if (got < len && s->fd != -1)
		n = nt_read_all(s->fd, (uint8_t *)p + got, len - got);
	if (n == -1)
		return nt_err_sys(err, "read", s->name);
	return (ssize_t)got + n;
}

int
source_more(struct source *s, struct nt_err *err)
{
	if (!s->armored)
		return fill(s, err);
	return s->plain_first < s->plain_have ? 1 : unwrap_line(s, err);
}
