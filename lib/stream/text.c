/* A stream in memory, of which only the first and the last line are parsed. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct nt_text {
	struct nt_str records, snapshot, end;
	struct nt_digest digest;
	char expected[NT_TALLY_DIGEST];		/* empty: it is known */
	int good;
};

/* Takes a control record at p, if one of that kind is there: its value. */
static struct nt_value
read_control(struct nt_json *doc, struct nt_str line, enum nt_kind kind)
{
	struct nt_value v;

	if (nt_json_parse(doc, line.p, line.len, &v, NULL) == -1 ||
	    nt_kind_of(nt_value_text(nt_value_get(v, "object"))) != kind)
		return NT_VALUE_NONE;
	return v;
}

/* Finds the snapshot record: 1, or 0 if there is no good one. */
static int
take_snapshot(struct nt_text *t, struct nt_json *doc, const char *p,
    size_t len)
{
	const char *newline = memchr(p, '\n', len);
	struct nt_value v;

	if (newline == NULL)
		return 0;
	t->snapshot = (struct nt_str){ p, (size_t)(newline - p) };
	v = read_control(doc, t->snapshot, NT_KIND_SNAPSHOT);
	t->records = (struct nt_str){ newline + 1,
	    len - t->snapshot.len - 1 };
	return nt_value_int(nt_value_get(v, "format")) == NT_STREAM_FORMAT &&
	    nt_json_was_canonical(doc);
}

/* Finds the end record: 1, or 0 if there is no good one. */
static int
take_end(struct nt_text *t, struct nt_json *doc)
{
	struct nt_str *r = &t->records, digest;
	const char *newline;
	struct nt_value v;

	if (r->len == 0 || r->p[r->len - 1] != '\n')
		return 0;
	for (newline = r->p + r->len - 1; newline > r->p &&
	    newline[-1] != '\n'; newline--)
		continue;
	t->end.p = newline;
	t->end.len = (size_t)(r->p + r->len - t->end.p) - 1;
	v = read_control(doc, t->end, NT_KIND_END);
	digest = nt_value_text(nt_value_get(v, "digest"));
	if (!nt_value_there(v)) {
		t->end = (struct nt_str){ NULL, 0 };
		return 0;
	}
	r->len -= t->end.len + 1;
	if (digest.len != sizeof t->expected - 1 ||
	    !nt_value_true(nt_value_get(v, "complete")) ||
	    !nt_json_was_canonical(doc))
		return 0;
	memcpy(t->expected, digest.p, digest.len);
	return 1;
}

static struct nt_text *
new_text(const char *p, size_t len, int is_known)
{
	struct nt_text *t = nt_alloc(sizeof *t);
	struct nt_json *doc = nt_json_new();
	int good = take_snapshot(t, doc, p, len) &&
	    (take_end(t, doc) || is_known);

	nt_json_free(doc);
	if (!good) {
		free(t);
		return NULL;
	}
	if (is_known) {
		*t->expected = '\0';
		t->good = 1;
	}
	return t;
}

struct nt_text *
nt_text_new(const char *p, size_t len)
{
	struct nt_text *t = new_text(p, len, 0);

	if (t != NULL) {
		nt_digest_init(&t->digest);
		nt_digest_lend(&t->digest, t->records.p, t->records.len);
	}
	return t;
}

struct nt_text *
nt_text_new_known(const char *p, size_t len)
{
	return new_text(p, len, 1);
}

int
nt_text_is_good(struct nt_text *t)
{
	char hex[NT_SHA256_TEXT];

	if (*t->expected != '\0') {
		nt_digest_hex(&t->digest, hex);
		t->good = strncmp(t->expected, "sha256:", 7) == 0 &&
		    strcmp(t->expected + 7, hex) == 0;
		*t->expected = '\0';
		nt_digest_free(&t->digest);
		return t->good;
	}
	return t->good;
}

struct nt_str
nt_text_records(const struct nt_text *t)
{
	return t->records;
}

struct nt_str
nt_text_snapshot(const struct nt_text *t)
{
	return t->snapshot;
}

struct nt_str
nt_text_end(const struct nt_text *t)
{
	return t->end;
}

void
nt_text_free(struct nt_text *t)
{
	if (t == NULL)
		return;
	if (*t->expected != '\0')
		nt_digest_free(&t->digest);
	free(t);
}
