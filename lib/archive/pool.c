#include "internal.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "nt/archive.h"
#include "nt/mem.h"

#define POOL_JOBS 64			/* waiting, at work or done */
#define POOL_BYTES ((size_t)4 << 20)	/* of plain content in all of them */
#define POOL_THREADS_MAX 3		/* besides the caller */

enum { JOB_WAITING, JOB_TAKEN, JOB_DONE };

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t waiting;		/* a job came, or the end */
	pthread_cond_t done;
	struct job *ring[POOL_JOBS];
	size_t first, count;		/* the oldest job, and how many */
	size_t bytes;
	int ending;
	struct tools own;		/* the caller's */
	int (*write)(void *arg, struct job *j, struct nt_err *err);
	void *arg;
	pthread_t threads[POOL_THREADS_MAX];
	unsigned started;
};

static struct job *
job_at(struct pool *p, size_t n)
{
	return p->ring[(p->first + n) % POOL_JOBS];
}

/*
 * Does one waiting job, the lock held around but not inside: 1, or 0: none.
 * When there is more content than there should be, only the oldest job counts,
 * for it alone makes room.
 */
static int
work(struct pool *p, struct tools *t)
{
	for (size_t i = 0; i < p->count; i++) {
		struct job *j = job_at(p, i);

		if (i > 0 && p->bytes > POOL_BYTES && j->maker.make != NULL)
			break;
		if (j->state != JOB_WAITING)
			continue;
		j->state = JOB_TAKEN;
		pthread_mutex_unlock(&p->lock);
		job_do(j, t);
		pthread_mutex_lock(&p->lock);
		p->bytes += j->plain.len - j->charge;
		j->charge = j->plain.len;
		j->state = JOB_DONE;
		pthread_cond_signal(&p->done);
		return 1;
	}
	return 0;
}

static void *
worker(void *arg)
{
	struct pool *p = arg;
	struct tools tools = { 0 };

	pthread_mutex_lock(&p->lock);
	while (!p->ending)
		if (!work(p, &tools))
			pthread_cond_wait(&p->waiting, &p->lock);
	pthread_mutex_unlock(&p->lock);
	tools_free(&tools);
	return NULL;
}

struct pool *
pool_new(int (*write)(void *arg, struct job *j, struct nt_err *err), void *arg)
{
	struct pool *p = nt_alloc(sizeof *p);

	p->write = write;
	p->arg = arg;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->waiting, NULL);
	pthread_cond_init(&p->done, NULL);
	return p;
}

/*
 * One thread less than there are processors, for the caller works too.  They
 * start with the second job: a small archive needs none.  A system that gives
 * no thread costs speed and nothing else.
 */
static void
start_threads(struct pool *p)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	while (p->started < POOL_THREADS_MAX && p->started + 1 < cpus) {
		if (pthread_create(&p->threads[p->started], NULL, worker,
		    p) != 0)
			break;
		p->started++;
	}
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = 1;
	pthread_cond_broadcast(&p->waiting);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->started; i++)
		pthread_join(p->threads[i], NULL);
	for (size_t i = 0; i < p->count; i++)
		job_done(job_at(p, i), -1, NULL);
	tools_free(&p->own);
	pthread_cond_destroy(&p->waiting);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int
pool_empty(const struct pool *p)
{
	return p->count == 0;	/* only the caller changes it */
}

/* 1 when one has to leave before another enters, the lock held. */
static int
is_full(const struct pool *p)
{
	return p->count == POOL_JOBS || p->bytes > POOL_BYTES;
}

static void
enter(struct pool *p, struct job *j)
{
	if (p->count == 1 && p->started == 0)
		start_threads(p);
	pthread_mutex_lock(&p->lock);
	assert(p->count < POOL_JOBS);
	j->state = JOB_WAITING;
	p->ring[(p->first + p->count++) % POOL_JOBS] = j;
	p->bytes += j->charge;
	pthread_cond_signal(&p->waiting);
	pthread_mutex_unlock(&p->lock);
}

/* Takes the oldest job out, the lock held. */
static struct job *
leave(struct pool *p)
{
	struct job *j = job_at(p, 0);

	p->first = (p->first + 1) % POOL_JOBS;
	p->count--;
	p->bytes -= j->charge;
	pthread_cond_signal(&p->waiting);	/* there is room again */
	return j;
}

/* The oldest job, waited and worked for, the lock held. */
static struct job *
await(struct pool *p)
{
	while (job_at(p, 0)->state != JOB_DONE)
		if (!work(p, &p->own))
			pthread_cond_wait(&p->done, &p->lock);
	return leave(p);
}

/* The oldest job once it was done; NULL: there is none. */
static struct job *
pop(struct pool *p)
{
	struct job *j;

	pthread_mutex_lock(&p->lock);
	j = p->count > 0 ? await(p) : NULL;
	pthread_mutex_unlock(&p->lock);
	return j;
}

/* One that has to leave before another enters; NULL: none has to. */
static struct job *
pop_due(struct pool *p)
{
	struct job *j = NULL;

	pthread_mutex_lock(&p->lock);
	if (p->count > 0 && (is_full(p) || job_at(p, 0)->state == JOB_DONE))
		j = await(p);
	pthread_mutex_unlock(&p->lock);
	return j;
}

/* Writes what is done, unless it could not be made. */
static int
write_out(struct pool *p, struct job *j, struct nt_err *err)
{
	int got = -1;

	if (!j->failed)
		got = p->write(p->arg, j, err);
	else if (err != NULL)
		*err = j->err;
	return job_done(j, got, err);
}

int
pool_push(struct pool *p, struct job *j, struct nt_err *err)
{
	struct job *due;

	while ((due = pop_due(p)) != NULL)
		if (write_out(p, due, err) == -1)
			return job_done(j, -1, err);
	enter(p, j);
	return 0;
}

int
pool_drain(struct pool *p, struct nt_err *err)
{
	struct job *j;

	while ((j = pop(p)) != NULL)
		if (write_out(p, j, err) == -1)
			return -1;
	return 0;
}
