#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

struct libdeflate_compressor *
tools_deflater(struct tools *t)
{
	if (t->deflater == NULL &&
	    (t->deflater = libdeflate_alloc_compressor(DEFLATE_LEVEL)) == NULL)
		nt_out_of_memory();
	return t->deflater;
}

struct libdeflate_compressor *
tools_storer(struct tools *t)
{
	if (t->storer == NULL &&
	    (t->storer = libdeflate_alloc_compressor(0)) == NULL)
		nt_out_of_memory();
	return t->storer;
}

ZSTD_CCtx *
tools_zstd(struct tools *t)
{
	if (t->zstd == NULL && (t->zstd = ZSTD_createCCtx()) == NULL)
		nt_out_of_memory();
	return t->zstd;
}

void
tools_free(struct tools *t)
{
	libdeflate_free_compressor(t->deflater);
	libdeflate_free_compressor(t->storer);
	ZSTD_freeCCtx(t->zstd);
}

static struct job *
job_alloc(void (*run)(struct job *j, struct tools *t))
{
	struct job *j = nt_alloc(sizeof *j);

	j->run = run;
	nt_buf_init(&j->plain, NT_MEMBER_MADE);
	nt_buf_init(&j->packed, NT_BUF_MAX);
	return j;
}

struct job *
job_new(void (*run)(struct job *j, struct tools *t), struct nt_buf *plain)
{
	struct job *j = job_alloc(run);

	j->plain = *plain;
	j->charge = plain->len;
	*plain = (struct nt_buf){ 0 };
	return j;
}

struct job *
job_make(void (*run)(struct job *j, struct tools *t), struct nt_maker maker)
{
	struct job *j = job_alloc(run);

	j->maker = maker;
	return j;
}

int
job_done(struct job *j, int got, struct nt_err *err)
{
	if (j->maker.make != NULL && j->maker.done(j->maker.arg,
	    got == 0 ? &j->plain : NULL, err) == -1)
		got = -1;
	free(j->name);
	nt_buf_free(&j->plain);
	nt_buf_free(&j->packed);
	free(j);
	return got;
}

void
job_do(struct job *j, struct tools *t)
{
	if (j->maker.make != NULL) {
		int got = j->maker.make(j->maker.arg, &j->plain, &j->err);

		if (got == 0)
			got = nt_buf_check(&j->plain, j->name, &j->err);
		j->failed = got == -1;
	}
	if (!j->failed && j->run != NULL)
		j->run(j, t);
}
