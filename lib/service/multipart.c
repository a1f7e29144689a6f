/*
 * multipart/form-data (RFC 7578), as far as a file is sent with it: parts
 * between lines of "--BOUNDARY", each with headers, an empty line and bytes.
 */
#include <string.h>
#include <strings.h>

#include "internal.h"

#define BOUNDARY_MAX 70		/* RFC 2046, 5.1.1 */

/* Where what stands first in text, or text.len. */
static size_t
find(struct nt_str text, struct nt_str what)
{
	for (size_t at = 0; at + what.len <= text.len; at++) {
		const char *p = memchr(text.p + at, what.p[0],
		    text.len - at - what.len + 1);

		if (p == NULL)
			break;
		at = (size_t)(p - text.p);
		if (memcmp(p, what.p, what.len) == 0)
			return at;
	}
	return text.len;
}

static void
skip(struct nt_str *text, size_t n)
{
	text->p += n;
	text->len -= n;
}

/* The boundary of a content type, in or without quotes: 0, or -1. */
static int
boundary_of(const char *type, char boundary[BOUNDARY_MAX + 5])
{
	const char *p = type != NULL ? strstr(type, "boundary=") : NULL;
	size_t len;

	if (p == NULL || strncasecmp(type, "multipart/form-data", 19) != 0)
		return -1;
	p += 9;
	len = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; \t");
	if (len == 0 || len > BOUNDARY_MAX)
		return -1;
	memcpy(boundary, "\r\n--", 4);
	memcpy(boundary + 4, p, len);
	boundary[4 + len] = '\0';
	return 0;
}

/* The value of NAME="…" in a header line. */
static struct nt_str
parameter(struct nt_str line, const char *name)
{
	struct nt_str none = { NULL, 0 }, rest = line;
	size_t len = strlen(name), at;

	while ((at = find(rest, nt_str_of(name))) < rest.len) {
		int whole = at > 0 && strchr("; \t", rest.p[at - 1]) != NULL;

		skip(&rest, at + len);
		if (!whole || rest.len < 2 || memcmp(rest.p, "=\"", 2) != 0)
			continue;
		skip(&rest, 2);
		return (struct nt_str){ rest.p, find(rest, NT_STR("\"")) };
	}
	return none;
}

static void
read_header(struct nt_str line, struct nt_form_part *part)
{
	if (line.len > 20 &&
	    strncasecmp(line.p, "Content-Disposition:", 20) == 0) {
		part->name = parameter(line, "name");
		part->filename = parameter(line, "filename");
	} else if (line.len > 13 &&
	    strncasecmp(line.p, "Content-Type:", 13) == 0) {
		skip(&line, 13);
		while (line.len > 0 && line.p[0] == ' ')
			skip(&line, 1);
		part->type = line;
	}
}

/* Reads a part's headers; what is left of part is its bytes. */
static int
read_part(struct nt_str text, struct nt_form_part *part)
{
	memset(part, 0, sizeof *part);
	for (;;) {
		size_t end = find(text, NT_STR("\r\n"));

		if (end == text.len)
			return -1;
		if (end == 0)
			break;
		read_header((struct nt_str){ text.p, end }, part);
		skip(&text, end + 2);
	}
	skip(&text, 2);
	part->bytes = text;
	return part->name.p != NULL ? 0 : -1;
}

int
nt_multipart(const char *type, struct nt_str body,
    struct nt_form_part parts[], size_t max, size_t *count)
{
	char boundary[BOUNDARY_MAX + 5];
	struct nt_str line;

	*count = 0;
	if (boundary_of(type, boundary) == -1)
		return -1;
	line = nt_str_of(boundary);
	/* The first boundary may stand at the very start, without its CRLF. */
	if (body.len >= line.len - 2 &&
	    memcmp(body.p, line.p + 2, line.len - 2) == 0)
		skip(&body, line.len - 2);
	else if (find(body, line) < body.len)
		skip(&body, find(body, line) + line.len);
	else
		return -1;
	while (body.len >= 2 && memcmp(body.p, "--", 2) != 0) {
		size_t end;

		if (memcmp(body.p, "\r\n", 2) != 0 || *count == max)
			return -1;
		skip(&body, 2);
		end = find(body, line);
		if (end == body.len || read_part((struct nt_str){ body.p, end },
		    &parts[(*count)++]) == -1)
			return -1;
		skip(&body, end + line.len);
	}
	return body.len >= 2 ? 0 : -1;
}
