#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that several members are made of; users change in one thread only. */
struct content {
	struct nt_buf bytes;
	unsigned users;
};

struct parcel {
	struct manifest *list;		/* NULL: it is not listed, ... */
	struct listed *listed;		/* ... nor has it a place there */
	struct content *content;
	struct scribe *scribe;		/* NULL: the bytes as they are */
	size_t at, len;			/* of the records that it renders */
	char sha256[NT_SHA256_TEXT];	/* of what was made */
};

struct content *
content_new(struct nt_buf *bytes)
{
	struct content *c = nt_alloc(sizeof *c);

	c->bytes = *bytes;
	c->users = 1;
	*bytes = (struct nt_buf){ 0 };
	return c;
}

void
content_free(struct content *c)
{
	if (--c->users > 0)
		return;
	nt_buf_free(&c->bytes);
	free(c);
}

/* Called by any thread. */
static int
make(void *arg, struct nt_buf *out, struct nt_err *err)
{
	struct parcel *p = arg;
	const struct nt_buf *bytes = &p->content->bytes;
	struct nt_sha256 hash;

	if (p->scribe == NULL)
		nt_buf_add(out, bytes->p, bytes->len);
	else if (scribe_page(p->scribe, (struct nt_str){ bytes->p + p->at,
	    p->len }, out, err) == -1)
		return -1;
	nt_sha256_init(&hash);
	nt_sha256_add(&hash, out->p, out->len);
	nt_sha256_hex(&hash, p->sha256);
	return nt_buf_check(out, "a member", err);
}

static int
done(void *arg, const struct nt_buf *made, struct nt_err *err)
{
	struct parcel *p = arg;
	int got = 0;

	if (made != NULL && p->list != NULL) {
		p->listed->file.size = made->len;
		memcpy(p->listed->file.sha256, p->sha256, sizeof p->sha256);
		got = manifest_known(p->list, p->listed, err);
	}
	content_free(p->content);
	free(p);
	return got;
}

static struct parcel *
parcel_new(const char *name, struct content *content, struct manifest *list)
{
	struct parcel *p = nt_alloc(sizeof *p);

	p->content = content;
	p->list = list;
	if (list != NULL)
		p->listed = manifest_expect(list, name);
	content->users++;
	return p;
}

static int
send(struct target *to, const char *name, struct parcel *p,
    struct nt_err *err)
{
	return to->calls->add(to, name, (struct nt_maker){ make, done, p },
	    err);
}

int
parcel_bytes(struct target *to, const char *name, struct content *content,
    struct manifest *list, struct nt_err *err)
{
	return send(to, name, parcel_new(name, content, list), err);
}

int
parcel_sheet(struct target *to, const struct sheet *s,
    struct content *content, struct manifest *list, struct nt_err *err)
{
	struct parcel *p = parcel_new(s->name, content, list);

	if (list != NULL) {
		p->listed->file.number = (int64_t)s->number;
		p->listed->file.records = s->records;
	}
	return send(to, s->name, p, err);
}

int
parcel_page(struct target *to, const char *name, struct content *content,
    size_t at, size_t len, struct scribe *scribe, struct manifest *list,
    struct nt_err *err)
{
	struct parcel *p = parcel_new(name, content, list);

	p->scribe = scribe;
	p->at = at;
	p->len = len;
	return send(to, name, p, err);
}
