/*
 * Frames being made: filled here, packed by threads beside, and put into the
 * database in the order of their numbers.
 */
#include "internal.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "nt/mem.h"

#define JOBS 8			/* waiting, at work or done */
#define THREADS_MAX 3		/* besides the caller */

enum { JOB_WAITING, JOB_TAKEN, JOB_DONE };

struct job {
	uint32_t id, base;
	int level;
	int state;
	struct nt_buf text, sums, packed;
	struct nt_buf like;	/* the text of base */
};

struct maker {
	struct nt_repo *repo;
	uint32_t next;			/* number of the next frame */
	struct nt_zstd *own;

	pthread_mutex_t lock;
	pthread_cond_t waiting;		/* a job came, or the end */
	pthread_cond_t done;
	struct job *ring[JOBS];
	size_t first, count;
	int ending;
	pthread_t threads[THREADS_MAX];
	unsigned started;
};

static void
job_free(struct job *j)
{
	nt_buf_free(&j->text);
	nt_buf_free(&j->sums);
	nt_buf_free(&j->packed);
	nt_buf_free(&j->like);
	free(j);
}

/* Does one waiting job, the lock held around but not inside: 1, or 0: none. */
static int
work(struct maker *m, struct nt_zstd *z)
{
	for (size_t i = 0; i < m->count; i++) {
		struct job *j = m->ring[(m->first + i) % JOBS];

		if (j->state != JOB_WAITING)
			continue;
		j->state = JOB_TAKEN;
		pthread_mutex_unlock(&m->lock);
		nt_zstd_pack(z, &j->packed, nt_buf_view(&j->text),
		    nt_buf_view(&j->like), j->level, NULL);
		pthread_mutex_lock(&m->lock);
		j->state = JOB_DONE;
		pthread_cond_signal(&m->done);
		return 1;
	}
	return 0;
}

static void *
worker(void *arg)
{
	struct nt_zstd *z = nt_zstd_new();
	struct maker *m = arg;

	pthread_mutex_lock(&m->lock);
	while (!m->ending)
		if (!work(m, z))
			pthread_cond_wait(&m->waiting, &m->lock);
	pthread_mutex_unlock(&m->lock);
	nt_zstd_free(z);
	return NULL;
}

struct maker *
maker_new(struct nt_repo *r, uint32_t first)
{
	struct maker *m = nt_alloc(sizeof *m);

	m->repo = r;
	m->next = first;
	m->own = nt_zstd_new();
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->waiting, NULL);
	pthread_cond_init(&m->done, NULL);
	return m;
}

void
maker_free(struct maker *m)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&m->lock);
	m->ending = 1;
	pthread_cond_broadcast(&m->waiting);
	pthread_mutex_unlock(&m->lock);
	for (unsigned i = 0; i < m->started; i++)
		pthread_join(m->threads[i], NULL);
	for (size_t i = 0; i < m->count; i++)
		job_free(m->ring[(m->first + i) % JOBS]);
	pthread_cond_destroy(&m->waiting);
	pthread_cond_destroy(&m->done);
	pthread_mutex_destroy(&m->lock);
	nt_zstd_free(m->own);
	free(m);
}

/*
 * One thread less than there are processors, but one at least: while the
 * caller waits for its input another may pack.  Without any it works the same.
 */
static void
start_threads(struct maker *m)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	while (m->started < THREADS_MAX &&
	    (m->started == 0 || m->started + 1 < cpus)) {
		if (pthread_create(&m->threads[m->started], NULL, worker,
		    m) != 0)
			break;
		m->started++;
	}
}

/* Takes the oldest job once it is done and stores it; none is fine. */
static int
store_oldest(struct maker *m, struct nt_err *err)
{
	struct nt_stmt *s;
	struct job *j;

	pthread_mutex_lock(&m->lock);
	j = m->count > 0 ? m->ring[m->first] : NULL;
	while (j != NULL && j->state != JOB_DONE)
		if (!work(m, m->own))
			pthread_cond_wait(&m->done, &m->lock);
	if (j != NULL) {
		m->first = (m->first + 1) % JOBS;
		m->count--;
	}
	pthread_mutex_unlock(&m->lock);
	if (j == NULL)
		return 0;
	s = nt_db_stmt(m->repo->db, "INSERT INTO frame(id, sums, size, base, "
	    "data) VALUES (?, ?, ?, ?, ?)");
	nt_stmt_int(s, 1, j->id);
	nt_stmt_blob(s, 2, j->sums.p, j->sums.len);
	nt_stmt_int(s, 3, (int64_t)j->text.len);
	nt_stmt_int(s, 4, j->base);
	nt_stmt_blob(s, 5, j->packed.p, j->packed.len);
	nt_stmt_run(s);
	job_free(j);
	return nt_db_failed(m->repo->db, err) ? -1 : 0;
}

int
maker_finish(struct maker *m, struct nt_err *err)
{
	while (m->count > 0)
		if (store_oldest(m, err) == -1)
			return -1;
	return 0;
}

static void
push(struct maker *m, struct job *j)
{
	if (m->started == 0 && m->next > j->id + 1)
		start_threads(m);
	pthread_mutex_lock(&m->lock);
	assert(m->count < JOBS);
	m->ring[(m->first + m->count++) % JOBS] = j;
	pthread_cond_signal(&m->waiting);
	pthread_mutex_unlock(&m->lock);
}

/* ---- filling ---- */

uint32_t
frame_common(struct nt_repo *r)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "SELECT id FROM frame WHERE "
	    "base = 0 AND size BETWEEN ? AND ? ORDER BY id LIMIT 1");
	int64_t id;

	nt_stmt_int(s, 1, (int64_t)COMMON_MIN);
	nt_stmt_int(s, 2, (int64_t)BASE_BYTES_MAX);
	id = nt_stmt_step(s) ? nt_stmt_col_int(s, 0) : 0;
	nt_stmt_done(s);
	return id > 0 && id <= UINT32_MAX ? (uint32_t)id : 0;
}

void
filling_init(struct filling *f, size_t target, int level)
{
	*f = (struct filling){ .target = target, .level = level };
	nt_buf_init(&f->text, NT_BUF_MAX);
	nt_buf_init(&f->sums, NT_BUF_MAX);
	nt_buf_init(&f->like, NT_BUF_MAX);
}

void
filling_free(struct filling *f)
{
	nt_buf_free(&f->text);
	nt_buf_free(&f->sums);
	nt_buf_free(&f->like);
}

/* What follows leans on this one, if that is worth it. */
static void
share(struct filling *f)
{
	if (!f->shares || f->text.len < COMMON_MIN ||
	    f->text.len > BASE_BYTES_MAX)
		return;
	f->shares = 0;
	f->base = f->id;
	f->target = FRAME_FRESH;
	nt_buf_add(&f->like, f->text.p, f->text.len);
}

int
filling_end(struct maker *m, struct filling *f, struct nt_err *err)
{
	struct job *j;

	if (f->count == 0)
		return 0;
	if (m->count == JOBS && store_oldest(m, err) == -1)
		return -1;
	j = nt_alloc(sizeof *j);
	j->id = f->id;
	j->base = f->base;
	j->level = f->base != 0 && f->text.len < FEW_EDITS ? FEW_LEVEL :
	    f->level;
	j->text = f->text;
	j->sums = f->sums;
	nt_buf_init(&j->packed, NT_BUF_MAX);
	nt_buf_init(&j->like, NT_BUF_MAX);
	nt_buf_add(&j->like, f->like.p, f->like.len);
	share(f);
	nt_buf_init(&f->text, NT_BUF_MAX);
	nt_buf_init(&f->sums, NT_BUF_MAX);
	f->count = 0;
	push(m, j);
	return 0;
}

int
filling_lean(struct maker *m, struct filling *f, uint32_t base,
    struct nt_err *err)
{
	struct nt_str like = { NULL, 0 };

	if (f->base == base)
		return 0;
	if (base != 0 && frame_text(m->repo->frames, base, &like, err) == -1)
		return -1;
	if (like.len > BASE_BYTES_MAX) {
		like.len = 0;
		base = 0;
	}
	if (f->base == base)
		return 0;
	if (filling_end(m, f, err) == -1)
		return -1;
	f->base = base;
	nt_buf_clear(&f->like);
	nt_buf_add(&f->like, like.p, like.len);
	return 0;
}

int
filling_unit(struct maker *m, struct filling *f, struct nt_err *err)
{
	return f->text.len < f->target ? 0 : filling_end(m, f, err);
}

int
filling_add(struct maker *m, struct filling *f, struct nt_str line,
    uint64_t sum, struct spot *at, struct nt_err *err)
{
	/* A unit may be as large as it wants, a frame may not. */
	if (f->count > 0 && f->text.len + line.len + 1 >
	    f->target + f->target / 2 && filling_end(m, f, err) == -1)
		return -1;
	if (f->count == 0)
		f->id = m->next++;
	*at = (struct spot){ f->id, f->count++ };
	nt_buf_add(&f->text, line.p, line.len);
	nt_buf_char(&f->text, '\n');
	for (int i = 0; i < SUM_BYTES; i++)
		nt_buf_char(&f->sums, (char)(sum >> (8 * i)));
	return 0;
}
