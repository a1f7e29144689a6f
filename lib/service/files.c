/*
 * Hosted files: signed links that die, and the bytes behind our own (api 3.4).
 *
 * A stored URL that begins with /files/ is one of ours and gets the base put
 * before it; any other is answered as it came.  Both get a signature that is
 * new at every answer; the path stays the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/crypto.h"

#include "internal.h"

#define FILES "/files/"
#define SIGNATURE_HEX 64	/* 16 of chance, 48 of the hash */
#define NONCE_HEX 16

void
nt_file_path(struct nt_buf *out, const char *sha, struct nt_str name)
{
	static const char hex[] = "0123456789ABCDEF";

	nt_buf_fmt(out, FILES "%.64s/", sha);
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.p[i];

		/* '%' stays: what a URL gave us is encoded already. */
		if (c > ' ' && c < 127 && strchr("\"\\<>?#`{}|^/", c) == NULL) {
			nt_buf_char(out, (char)c);
			continue;
		}
		nt_buf_char(out, '%');
		nt_buf_char(out, hex[c >> 4]);
		nt_buf_char(out, hex[c & 15]);
	}
	if (name.len == 0)
		nt_buf_str(out, "file");
}

int
nt_file_is_ours(struct nt_str url)
{
	return url.len >= strlen(FILES) &&
	    memcmp(url.p, FILES, strlen(FILES)) == 0;
}

int
nt_file_sha(struct nt_str url, struct nt_str *sha)
{
	size_t at = strlen(FILES), len = NT_SHA256_TEXT - 1;

	if (!nt_file_is_ours(url) || url.len <= at + len ||
	    url.p[at + len] != '/')
		return 0;
	*sha = (struct nt_str){ url.p + at, len };
	return 1;
}

/* The date as X-Amz-Date has it, "20260105T102000Z". */
static void
format_date(int64_t ms, char text[32])
{
	char iso[NT_TIME_TEXT];

	nt_time_format(ms, iso);
	snprintf(text, 32, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8,
	    iso + 11, iso + 14, iso + 17);
}

/* What stands behind the nonce: only who knows the secret can make it. */
static void
sign(const struct nt_service *svc, struct nt_str path, const char *date,
    const char *expires, const char *nonce, char hex[NT_SHA256_TEXT])
{
	struct nt_sha256 h;

	nt_sha256_init(&h);
	nt_sha256_add(&h, svc->secret, sizeof svc->secret);
	nt_sha256_add(&h, path.p, path.len);
	nt_sha256_add(&h, "\n", 1);
	nt_sha256_add(&h, date, strlen(date));
	nt_sha256_add(&h, "\n", 1);
	nt_sha256_add(&h, expires, strlen(expires));
	nt_sha256_add(&h, "\n", 1);
	nt_sha256_add(&h, nonce, NONCE_HEX);
	nt_sha256_hex(&h, hex);
}

void
nt_file_sign(struct nt_turn *t, struct nt_str url, struct nt_buf *out,
    char expiry[NT_TIME_TEXT])
{
	const char *query = memchr(url.p, '?', url.len);
	char date[32], expires[24], nonce[NONCE_HEX + 1];
	char hex[NT_SHA256_TEXT];

	if (query != NULL)
		url.len = (size_t)(query - url.p);
	format_date(t->now, date);
	snprintf(expires, sizeof expires, "%lld",
	    (long long)(t->svc->config.url_ttl_ms / 1000));
	snprintf(nonce, sizeof nonce, "%016llx",
	    (unsigned long long)nt_random64());
	sign(t->svc, url, date, expires, nonce, hex);
	if (nt_file_is_ours(url))
		nt_buf_str(out, t->svc->base);
	nt_buf_add(out, url.p, url.len);
	nt_buf_fmt(out, "?X-Amz-Date=%s&X-Amz-Expires=%s&X-Amz-Signature="
	    "%s%.*s", date, expires, nonce, SIGNATURE_HEX - NONCE_HEX, hex);
	nt_time_format(t->now + t->svc->config.url_ttl_ms, expiry);
}

/* ---- bytes ---- */

/* An error as the storage says it. */
static void
refuse(struct nt_turn *t, int status, const char *code, const char *message)
{
	struct nt_service_answer *answer = t->answer;

	answer->status = status;
	snprintf(answer->content_type, sizeof answer->content_type,
	    "application/xml");
	nt_buf_clear(t->out);
	nt_buf_fmt(t->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Error><Code>%s</Code><Message>%s</Message><RequestId>%s"
	    "</RequestId></Error>\n", code, message, t->request_id);
}

/* Copies the value of a parameter; "" if it is not there or too long. */
static void
get_param(const char *query, const char *name, char *value, size_t room)
{
	const char *p = strstr(query, name);
	size_t len;

	value[0] = '\0';
	if (p == NULL || (p != query && p[-1] != '&'))
		return;
	p += strlen(name);
	if (*p++ != '=')
		return;
	len = strcspn(p, "&");
	if (len < room) {
		memcpy(value, p, len);
		value[len] = '\0';
	}
}

/* 1 if the link is one we gave and still lives; refuses otherwise. */
static int
check_link(struct nt_turn *t)
{
	const char *query = t->request->query;
	char date[32], expires[24], signature[SIGNATURE_HEX + 1];
	char hex[NT_SHA256_TEXT], day[40];
	int64_t from;

	get_param(query, "X-Amz-Date", date, sizeof date);
	get_param(query, "X-Amz-Expires", expires, sizeof expires);
	get_param(query, "X-Amz-Signature", signature, sizeof signature);
	if (strlen(date) != 16 || expires[0] == '\0' ||
	    strlen(signature) != SIGNATURE_HEX) {
		refuse(t, 403, "AccessDenied", "Access Denied");
		return 0;
	}
	sign(t->svc, nt_str_of(t->request->path), date, expires, signature,
	    hex);
	if (memcmp(hex, signature + NONCE_HEX, SIGNATURE_HEX - NONCE_HEX)) {
		refuse(t, 403, "SignatureDoesNotMatch", "The request signature"
		    " we calculated does not match the signature you "
		    "provided.");
		return 0;
	}
	snprintf(day, sizeof day, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", date,
	    date + 4, date + 6, date + 9, date + 11, date + 13);
	if (nt_time_parse(day, strlen(day), &from) == -1 ||
	    t->now >= from + strtoll(expires, NULL, 10) * 1000) {
		refuse(t, 403, "AccessDenied", "Request has expired");
		return 0;
	}
	return 1;
}

/* Reads "bytes=A-B", "bytes=A-" or "bytes=-N": 1, 0 if none, -1 if bad. */
static int
read_range(const char *range, uint64_t size, uint64_t *from, uint64_t *len)
{
	unsigned long long a, b;
	char *end;

	if (range == NULL || strncmp(range, "bytes=", 6) != 0 ||
	    strchr(range, ',') != NULL)
		return 0;
	range += 6;
	if (*range == '-') {
		a = strtoull(range + 1, &end, 10);
		if (end == range + 1 || *end != '\0' || a == 0)
			return -1;
		*len = a < size ? a : size;
		*from = size - *len;
		return size > 0 ? 1 : -1;
	}
	a = strtoull(range, &end, 10);
	if (end == range || *end != '-')
		return 0;
	range = end + 1;
	b = strtoull(range, &end, 10);
	if (*end != '\0' || (end != range && b < a))
		return 0;
	if (a >= size)
		return -1;
	if (end == range || b >= size)
		b = size - 1;
	*from = a;
	*len = b - a + 1;
	return 1;
}

static void
answer_bytes(struct nt_turn *t, struct nt_stmt *s, const char *sha)
{
	struct nt_service_answer *answer = t->answer;
	struct nt_str type = nt_stmt_col_str(s, 0);
	struct nt_str data = nt_stmt_col_str(s, 2);
	uint64_t size = (uint64_t)nt_stmt_col_int(s, 1), from = 0, len = size;
	off_t at = 0;
	int part = read_range(t->request->range, size, &from, &len);

	answer->is_file = 1;
	if (part == -1) {
		refuse(t, 416, "InvalidRange",
		    "The requested range is not satisfiable");
		snprintf(answer->content_range, sizeof answer->content_range,
		    "bytes */%llu", (unsigned long long)size);
		return;
	}
	if (data.len != size && (answer->fd = nt_asset_open(t->svc,
	    (struct nt_str){ sha, NT_SHA256_TEXT - 1 }, &at)) == -1) {
		refuse(t, 404, "NoSuchKey",
		    "The specified key does not exist.");
		return;
	}
	snprintf(answer->content_type, sizeof answer->content_type, "%.*s",
	    (int)type.len, type.p);
	if (part == 1) {
		answer->status = 206;
		snprintf(answer->content_range, sizeof answer->content_range,
		    "bytes %llu-%llu/%llu", (unsigned long long)from,
		    (unsigned long long)(from + len - 1),
		    (unsigned long long)size);
	}
	answer->from = at + (off_t)from;
	answer->len = len;
	if (answer->fd == -1)
		nt_buf_add(t->out, data.p + from, len);
}

void
nt_file_answer(struct nt_turn *t)
{
	const char *sha = t->request->path + strlen(FILES);
	struct nt_stmt *s;

	if (strcmp(t->request->method, "GET") != 0 &&
	    strcmp(t->request->method, "HEAD") != 0) {
		refuse(t, 405, "MethodNotAllowed",
		    "The specified method is not allowed.");
		return;
	}
	if (strcspn(sha, "/") != NT_SHA256_TEXT - 1) {
		refuse(t, 404, "NoSuchKey",
		    "The specified key does not exist.");
		return;
	}
	if (!check_link(t))
		return;
	s = nt_db_stmt(t->db,
	    "SELECT type, size, data FROM served_file WHERE sha256 = ?1");
	nt_stmt_text(s, 1, (struct nt_str){ sha, NT_SHA256_TEXT - 1 });
	if (nt_stmt_step(s))
		answer_bytes(t, s, sha);
	else
		refuse(t, 404, "NoSuchKey",
		    "The specified key does not exist.");
	nt_stmt_done(s);
}
