/* Which URLs may be asked, and how text gets into one. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

#define PATH_LEN_MAX 8000	/* bytes; servers take no more in a line */

/* One number of a dotted quad, 0 to 255; how many digits, 0 if it is none. */
static size_t
quad_part(const char *p, size_t len)
{
	unsigned value = 0;
	size_t n = 0;

	while (n < len && n < 4 && isdigit((unsigned char)p[n]))
		value = value * 10 + (unsigned)(p[n++] - '0');
	return n <= 3 && value <= 255 ? n : 0;
}

/* 1 for localhost, [::1] and 127.a.b.c written in full. */
static int
is_loopback(struct nt_str host)
{
	size_t at = 0;

	if (nt_str_is(host, "[::1]"))
		return 1;
	if (host.len == 9 && strncasecmp(host.p, "localhost", 9) == 0)
		return 1;
	if (host.len < 4 || memcmp(host.p, "127.", 4) != 0)
		return 0;
	for (int part = 0; part < 4; part++) {
		size_t n = quad_part(host.p + at, host.len - at);

		at += n;
		if (n == 0 || (part < 3 && (at == host.len ||
		    host.p[at++] != '.')))
			return 0;
	}
	return at == host.len;
}

/*
 * The host of "host:port", with the brackets where it has some; empty if it is
 * anything else.
 */
static struct nt_str
host_of(struct nt_str authority)
{
	size_t len = 0, at;

	if (authority.len > 0 && authority.p[0] == '[')
		while (len < authority.len && authority.p[len++] != ']')
			continue;
	else
		while (len < authority.len && authority.p[len] != ':')
			len++;
	at = len;
	if (at < authority.len && authority.p[at] == ':')
		while (++at < authority.len &&
		    isdigit((unsigned char)authority.p[at]))
			continue;
	return (struct nt_str){ authority.p, at == authority.len ? len : 0 };
}

/* 1 if what host_of() left over is nothing, ":", or a port that there is. */
static int
is_port(struct nt_str rest)
{
	unsigned value = 0;

	if (rest.len <= 1)
		return 1;
	for (size_t i = 1; i < rest.len && value <= 65535; i++)
		value = value * 10 + (unsigned)(rest.p[i] - '0');
	return value > 0 && value <= 65535;
}

/* 1 if there is nothing in it that cuts a request line in two. */
static int
is_printable(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7F)
			return 0;
	return 1;
}

int
nt_api_url_check(const char *url, const char *what, struct nt_err *err)
{
	int plain = strncasecmp(url, "http://", 7) == 0;
	struct nt_str authority, host, port;

	if (!is_printable(url) || strchr(url, '\\') != NULL)
		return nt_err_set(err, NT_DATA, "%s holds a space, a backslash "
		    "or a control byte", what);
	if (!plain && strncasecmp(url, "https://", 8) != 0)
		return nt_err_set(err, NT_DATA, "%s is \"%.80s\", expected "
		    "https://", what, url);
	authority.p = url + (plain ? 7 : 8);
	authority.len = strcspn(authority.p, "/?#");
	if (memchr(authority.p, '@', authority.len) != NULL)
		return nt_err_set(err, NT_DATA, "%s holds a user name or "
		    "password", what);
	host = host_of(authority);
	if (host.len == 0)
		return nt_err_set(err, NT_DATA, "%s names no host, "
		    "or an odd one", what);
	port.p = host.p + host.len;
	port.len = authority.len - host.len;
	if (!is_port(port))
		return nt_err_set(err, NT_DATA, "%s has port %.*s, expected "
		    "1 to 65535", what, (int)(port.len < 20 ? port.len : 20) -
		    1, port.p + 1);
	if (plain && !is_loopback(host))
		return nt_err_set(err, NT_DATA, "%s is http://%.*s, expected "
		    "https:// (plain http only to this machine)", what,
		    (int)(host.len < 80 ? host.len : 80), host.p);
	return 0;
}

/* 1 if the part is "." or "..", percent-encoded or not. */
static int
is_dots(const char *part, size_t len)
{
	unsigned dots = 0;

	for (size_t i = 0; i < len; dots++) {
		if (part[i] == '.')
			i++;
		else if (len - i >= 3 && strncasecmp(part + i, "%2e", 3) == 0)
			i += 3;
		else
			return 0;
	}
	return dots == 1 || dots == 2;
}

int
nt_api_path_fit(const char *path)
{
	size_t end = strcspn(path, "?");

	if (path[0] != '/' || strlen(path) > PATH_LEN_MAX ||
	    !is_printable(path) || strchr(path, '#') != NULL)
		return 0;
	for (size_t at = 0; at < end; ) {
		size_t len = strcspn(path + at + 1, "/?\\");

		if (is_dots(path + at + 1, len))
			return 0;
		at += 1 + len;
	}
	return 1;
}

void
nt_api_encode(struct nt_buf *out, struct nt_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			nt_buf_char(out, (char)c);
		else
			nt_buf_fmt(out, "%%%02X", c);
	}
}
