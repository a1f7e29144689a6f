#include "nt/archive.h"

#include <stdlib.h>

#include "internal.h"
#include "nt/mem.h"
#include "reading.h"

struct nt_ahead {
	const struct nt_archive *archive;
	void (*look)(struct nt_str content, unsigned char note[NT_NOTE_MAX]);
	struct pool *pool;
	struct job *lent;		/* whose content the caller has */
};

/* A member on its way. */
struct load {
	struct job as_job;
	const struct nt_ahead *reader;
	struct nt_entry entry;
	int large;
	unsigned char note[NT_NOTE_MAX];
};

static int
read_all(struct nt_member *m, struct load *l)
{
	struct job *j = &l->as_job;
	char *room = nt_buf_reserve(&j->plain, (size_t)l->entry.size + 1);
	ssize_t n;

	/* One call gives all there is, and one more finds its end. */
	while ((n = nt_member_read(m, room, (size_t)l->entry.size + 1 -
	    j->plain.len, &j->err)) > 0) {
		nt_buf_grew(&j->plain, (size_t)n);
		room += n;
	}
	return (int)n;
}

static int
load(struct job *j, struct tools *t)
{
	struct load *l = (struct load *)j;
	struct nt_member *m;
	int got = -1;

	(void)t;
	if (l->large)
		return 0;
	m = nt_member_open(l->reader->archive, &l->entry, &j->err);
	if (m != NULL)
		got = read_all(m, l);
	nt_member_close(m);
	if (got == 0 && l->reader->look != NULL)
		l->reader->look(nt_buf_view(&j->plain), l->note);
	return got;
}

struct nt_ahead *
nt_ahead_new(const struct nt_archive *a,
    void (*look)(struct nt_str content, unsigned char note[NT_NOTE_MAX]))
{
	struct nt_ahead *r = nt_alloc(sizeof *r);

	r->archive = a;
	r->look = look;
	r->pool = pool_new();
	return r;
}

/* Takes back what the caller had. */
static void
take_back(struct nt_ahead *r)
{
	if (r->lent != NULL)
		job_done(r->lent, 0, NULL);
	r->lent = NULL;
}

void
nt_ahead_free(struct nt_ahead *r)
{
	if (r == NULL)
		return;
	take_back(r);
	pool_free(r->pool);
	free(r);
}

int
nt_ahead_room(struct nt_ahead *r)
{
	return !pool_full(r->pool);
}

void
nt_ahead_ask(struct nt_ahead *r, size_t n)
{
	struct load *l = nt_alloc(sizeof *l);

	l->reader = r;
	nt_archive_entry(r->archive, n, &l->entry);
	l->large = l->entry.size > NT_MEMBER_MEMORY;
	job_init(&l->as_job, load);
	l->as_job.charge = l->large ? 0 : (size_t)l->entry.size;
	pool_push(r->pool, &l->as_job);
}

int
nt_ahead_next(struct nt_ahead *r, struct nt_read *got, struct nt_err *err)
{
	struct load *l;

	take_back(r);
	if ((r->lent = pool_pop(r->pool)) == NULL)
		return 0;
	if (r->lent->failed)
		return job_failure(r->lent, err);
	l = (struct load *)r->lent;
	*got = (struct nt_read){ l->entry, { NULL, 0 }, l->note };
	if (!l->large)
		got->content = nt_buf_view(&l->as_job.plain);
	return 1;
}
