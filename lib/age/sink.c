/* Bytes out, in an armor if they shall wear one. */
#include "internal.h"

#include <string.h>

#include <sodium.h>

#include "armor.h"
#include "nt/file.h"

#define LINES 64			/* written at once */

static int
put(struct sink *s, const void *p, size_t len, struct nt_err *err)
{
	return nt_write_all(s->fd, p, len) == -1 ?
	    nt_err_sys(err, "write", s->name) : 0;
}

int
sink_open(struct sink *s, int fd, const char *name, int armor,
    struct nt_err *err)
{
	static const char line[] = ARMOR_BEGIN "\n";

	*s = (struct sink){ .fd = fd, .name = name, .armored = armor };
	return armor ? put(s, line, sizeof line - 1, err) : 0;
}

/* Appends a line of base64, the newline in place of the NUL; its end. */
static char *
wrap_line(char *to, const uint8_t *p, size_t len)
{
	sodium_bin2base64(to, COLUMNS + 1, p, len,
	    sodium_base64_VARIANT_ORIGINAL);
	to += strlen(to);
	*to++ = '\n';
	return to;
}

/* Writes whole lines of what comes; the rest waits for more. */
static int
put_armored(struct sink *s, const uint8_t *p, size_t len, struct nt_err *err)
{
	char lines[LINES * (COLUMNS + 1)], *end = lines;

	while (s->len + len >= COLUMNS_BYTES) {
		size_t n = COLUMNS_BYTES - s->len;

		memcpy(s->rest + s->len, p, n);
		p += n;
		len -= n;
		s->len = 0;
		end = wrap_line(end, s->rest, COLUMNS_BYTES);
		if (end < lines + sizeof lines)
			continue;
		if (put(s, lines, sizeof lines, err) == -1)
			return -1;
		end = lines;
	}
	memcpy(s->rest + s->len, p, len);
	s->len += len;
	return put(s, lines, (size_t)(end - lines), err);
}

int
sink_put(struct sink *s, const void *p, size_t len, struct nt_err *err)
{
	return s->armored ? put_armored(s, p, len, err) : put(s, p, len, err);
}

int
sink_end(struct sink *s, struct nt_err *err)
{
	char lines[COLUMNS + 1 + sizeof ARMOR_END], *end = lines;

	if (!s->armored)
		return 0;
	if (s->len > 0)
		end = wrap_line(end, s->rest, s->len);
	memcpy(end, ARMOR_END "\n", sizeof ARMOR_END);
	return put(s, lines, (size_t)(end - lines) + sizeof ARMOR_END, err);
}
