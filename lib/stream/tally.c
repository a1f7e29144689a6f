#include "internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

void
nt_tally_init(struct nt_tally *t)
{
	*t = (struct nt_tally){ 0 };
	nt_digest_init(&t->digest);
}

void
nt_tally_free(struct nt_tally *t)
{
	nt_digest_free(&t->digest);
	for (size_t i = 0; i < t->others; i++)
		free(t->other[i].name);
	free(t->other);
}

static int
count_other(struct nt_tally *t, struct nt_str name, struct nt_err *err)
{
	struct nt_tally_other *o;

	for (size_t i = 0; i < t->others; i++) {
		o = &t->other[i];
		if (o->len == name.len &&
		    memcmp(o->name, name.p, name.len) == 0) {
			o->count++;
			return 0;
		}
	}
	if (name.len > NT_STREAM_NAME_MAX + 2)	/* and its quotes */
		return nt_err_set(err, NT_LIMIT,
		    "\"object\" is longer than %d bytes", NT_STREAM_NAME_MAX);
	if (t->others == NT_STREAM_OTHER_MAX)
		return nt_err_set(err, NT_LIMIT,
		    "the stream has more than %d unknown kinds of object",
		    NT_STREAM_OTHER_MAX);
	t->other = nt_realloc_array(t->other, t->others + 1, sizeof *t->other);
	o = &t->other[t->others++];
	o->name = nt_strndup(name.p, name.len);
	o->len = name.len;
	o->count = 1;
	return 0;
}

int
nt_tally_count(struct nt_tally *t, enum nt_kind kind, struct nt_str name,
    struct nt_err *err)
{
	if (kind == NT_KIND_OTHER && count_other(t, name, err) == -1)
		return -1;
	t->count[kind]++;
	return 0;
}

void
nt_tally_counts(const struct nt_tally *t, struct nt_buf *out)
{
	struct nt_buf members;
	const char *comma = "";

	nt_buf_init(&members, NT_BUF_MAX);
	nt_buf_char(&members, '{');
	for (int kind = NT_KIND_OTHER + 1; kind < NT_KIND_COUNT; kind++) {
		if (t->count[kind] == 0)
			continue;
		nt_buf_fmt(&members, "%s\"%s\":%" PRIu64, comma,
		    nt_kind_name(kind), t->count[kind]);
		comma = ",";
	}
	for (size_t i = 0; i < t->others; i++) {
		nt_buf_str(&members, comma);
		nt_buf_add(&members, t->other[i].name, t->other[i].len);
		nt_buf_fmt(&members, ":%" PRIu64, t->other[i].count);
		comma = ",";
	}
	nt_buf_char(&members, '}');
	/* Only the order is missing; this text cannot be refused. */
	nt_json_rewrite(members.p, members.len, out, NULL);
	nt_buf_free(&members);
}

void
nt_tally_digest(struct nt_tally *t, char text[NT_TALLY_DIGEST])
{
	memcpy(text, "sha256:", 7);
	nt_digest_hex(&t->digest, text + 7);
}
