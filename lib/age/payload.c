/*
 * The payload: chunks of 64 KiB, each sealed with a counter and a mark of the
 * last one as its nonce, so that none can be left out, moved or cut off.
 *
 * Threads take turns: one reads the next few chunks while no other does, seals
 * or opens them beside the others, and writes them when the turns before it
 * are out.  So memory is a turn a thread, and what is written is in order.
 */
#include "internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/crypto.h"

#define TURN 2			/* chunks: more would leave the L2 cache */
#define THREADS_MAX 3		/* besides the caller */

struct turn {
	struct nt_cipher cipher;
	uint64_t number;		/* the first is 0 */
	uint8_t *chunk;			/* each with room for its tag */
	size_t len[TURN];
	size_t count;			/* chunks to write */
	int last;			/* its last chunk is the payload's */
	int failed;			/* behind these, with err */
	struct nt_err err;
};

/* What the threads share. */
struct relay {
	struct payload *p;
	size_t unit;			/* bytes of a chunk in the input */
	void (*work)(struct turn *t);
	pthread_mutex_t reading;	/* for the input and what follows */
	uint64_t taken;			/* turns */
	int all_taken;
	pthread_mutex_t lock;		/* for what follows */
	pthread_cond_t moved;
	uint64_t put;			/* turns that are written */
	int over;			/* nothing more is written: an error */
	struct nt_err err;
	pthread_t threads[THREADS_MAX];
	unsigned started;
};

/* ---- a chunk ---- */

static void
make_nonce(uint8_t nonce[NT_CIPHER_NONCE], uint64_t counter, int last)
{
	memset(nonce, 0, NT_CIPHER_NONCE);
	for (int i = 0; i < 8; i++)
		nonce[NT_CIPHER_NONCE - 2 - i] = (uint8_t)(counter >> 8 * i);
	nonce[NT_CIPHER_NONCE - 1] = (uint8_t)last;
}

static void
seal_chunk(struct nt_cipher *c, uint8_t *chunk, size_t len, uint64_t counter,
    int last)
{
	uint8_t nonce[NT_CIPHER_NONCE];

	make_nonce(nonce, counter, last);
	nt_cipher_seal(c, nonce, chunk, len);
}

/* 0, or -1: it is not that chunk, and is as it was. */
static int
open_chunk(struct nt_cipher *c, uint8_t *chunk, size_t len, uint64_t counter,
    int last)
{
	uint8_t nonce[NT_CIPHER_NONCE];

	make_nonce(nonce, counter, last);
	return nt_cipher_open(c, nonce, chunk, len - TAG);
}

/* ---- a turn ---- */

static int
turn_init(struct turn *t, const struct payload *p, struct nt_err *err)
{
	*t = (struct turn){ .chunk = NULL };
	if (nt_cipher_init(&t->cipher, p->key, err) == -1)
		return -1;
	t->chunk = nt_alloc_array(TURN, SEALED);
	return 0;
}

static void
turn_free(struct turn *t)
{
	nt_cipher_free(&t->cipher);
	free(t->chunk);
}

static int
is_last(const struct turn *t, size_t i)
{
	return t->last && i == t->count - 1;
}

static void
seal_turn(struct turn *t)
{
	for (size_t i = 0; i < t->count; i++) {
		seal_chunk(&t->cipher, t->chunk + i * SEALED, t->len[i],
		    t->number * TURN + i, is_last(t, i));
		t->len[i] += TAG;
	}
}

/*
 * Why the chunk cannot be opened at its place.  It may be a true one whose mark
 * does not agree with where the input ends; then it is opened.
 */
static void
explain(struct turn *t, size_t i)
{
	uint64_t counter = t->number * TURN + i;
	int last = is_last(t, i), opened = 0;

	/* A last chunk that is short cannot be another one as well. */
	if (!last || t->len[i] == SEALED)
		opened = open_chunk(&t->cipher, t->chunk + i * SEALED,
		    t->len[i], counter, !last) == 0;
	if (last && (opened || t->len[i] < TAG))
		nt_err_set(&t->err, NT_DAMAGED, "payload: it is cut off in "
		    "or behind chunk %ju", (uintmax_t)counter + 1);
	else if (opened)
		nt_err_set(&t->err, NT_DAMAGED, "payload: something follows "
		    "its last chunk");
	else
		nt_err_set(&t->err, NT_DAMAGED, "payload: chunk %ju is "
		    "damaged%s", (uintmax_t)counter + 1,
		    last ? " or cut off" : "");
	t->count = i + (size_t)opened;
	if (opened)
		t->len[i] -= TAG;
	t->failed = 1;
}

static void
open_turn(struct turn *t)
{
	for (size_t i = 0; i < t->count; i++) {
		uint64_t counter = t->number * TURN + i;

		if (t->len[i] == TAG && counter > 0 && is_last(t, i)) {
			nt_err_set(&t->err, NT_DAMAGED, "payload: its last "
			    "chunk is empty");
			t->count = i;
			t->failed = 1;
		} else if (t->len[i] < TAG || open_chunk(&t->cipher,
		    t->chunk + i * SEALED, t->len[i], counter,
		    is_last(t, i)) == -1) {
			explain(t, i);
			return;
		} else {
			t->len[i] -= TAG;
		}
	}
}

/* ---- turns ---- */

static int
is_over(struct relay *r)
{
	int over;

	pthread_mutex_lock(&r->lock);
	over = r->over;
	pthread_mutex_unlock(&r->lock);
	return over;
}

/* Reads a chunk and whether it is the last: 0, or -1. */
static int
read_chunk(struct relay *r, struct turn *t)
{
	uint8_t *chunk = t->chunk + t->count * SEALED;
	ssize_t n = source_read(r->p->in, chunk, r->unit, &t->err);
	int more = n == -1 ? -1 : source_more(r->p->in, &t->err);

	if (more == -1)
		return -1;
	t->len[t->count++] = (size_t)n;
	t->last = more == 0;
	return 0;
}

/* Takes the next turn and reads its chunks: 1, or 0: there is none. */
static int
take(struct relay *r, struct turn *t)
{
	pthread_mutex_lock(&r->reading);
	if (r->all_taken || is_over(r)) {
		pthread_mutex_unlock(&r->reading);
		return 0;
	}
	t->number = r->taken++;
	t->count = 0;
	t->last = 0;
	t->failed = r->p->stop != NULL && r->p->stop() != 0;
	if (t->failed)
		nt_err_set(&t->err, NT_SYS, "stopped by a signal");
	while (!t->failed && !t->last && t->count < TURN)
		t->failed = read_chunk(r, t) == -1;
	r->all_taken = t->last || t->failed;
	pthread_mutex_unlock(&r->reading);
	return 1;
}

/* Waits until all turns before this are out: 1, or 0: there was an error. */
static int
await(struct relay *r, const struct turn *t)
{
	int over;

	pthread_mutex_lock(&r->lock);
	while (r->put < t->number && !r->over)
		pthread_cond_wait(&r->moved, &r->lock);
	over = r->over;
	pthread_mutex_unlock(&r->lock);
	return !over;
}

static void
leave(struct relay *r, const struct turn *t)
{
	pthread_mutex_lock(&r->lock);
	r->put++;
	if (t->failed) {
		r->over = 1;
		r->err = t->err;
	}
	pthread_cond_broadcast(&r->moved);
	pthread_mutex_unlock(&r->lock);
}

/* Writes what is good of the turn, when it is its time. */
static void
put(struct relay *r, struct turn *t)
{
	struct nt_err err;

	if (!await(r, t))
		return;
	for (size_t i = 0; i < t->count; i++)
		if (sink_put(r->p->out, t->chunk + i * SEALED, t->len[i],
		    &err) == -1) {
			t->failed = 1;
			t->err = err;
			break;
		}
	leave(r, t);
}

/* Does a turn that was taken, and all that are to be had after it. */
static void
go_on(struct relay *r, struct turn *t)
{
	do {
		r->work(t);
		put(r, t);
	} while (take(r, t));
}

static void *
help(void *arg)
{
	struct relay *r = arg;
	struct turn t;

	if (turn_init(&t, r->p, NULL) == -1)
		return NULL;	/* the others do without us */
	if (take(r, &t))
		go_on(r, &t);
	turn_free(&t);
	return NULL;
}

/*
 * One thread less than there are processors, for the caller works too.  A
 * system that gives none costs speed and nothing else; signals stay with the
 * caller.
 */
static void
start_threads(struct relay *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (r->started < THREADS_MAX && r->started + 1 < cpus &&
	    pthread_create(&r->threads[r->started], NULL, help, r) == 0)
		r->started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int
relay(struct relay *r, struct nt_err *err)
{
	struct turn t;

	if (turn_init(&t, r->p, err) == -1)
		return -1;
	pthread_mutex_init(&r->reading, NULL);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->moved, NULL);
	take(r, &t);
	if (!r->all_taken)
		start_threads(r);
	go_on(r, &t);
	for (unsigned i = 0; i < r->started; i++)
		pthread_join(r->threads[i], NULL);
	pthread_cond_destroy(&r->moved);
	pthread_mutex_destroy(&r->lock);
	pthread_mutex_destroy(&r->reading);
	turn_free(&t);
	if (r->over && err != NULL)
		*err = r->err;
	return r->over ? -1 : 0;
}

int
payload_seal(struct payload *p, struct nt_err *err)
{
	struct relay r = { .p = p, .unit = CHUNK, .work = seal_turn };

	return relay(&r, err);
}

int
payload_open(struct payload *p, struct nt_err *err)
{
	struct relay r = { .p = p, .unit = SEALED, .work = open_turn };

	return relay(&r, err);
}

int
payload_begin(struct payload *p, const uint8_t file_key[FILE_KEY],
    struct nt_err *err)
{
	uint8_t nonce[NONCE];
	ssize_t n = source_read(p->in, nonce, sizeof nonce, err);

	if (n == -1)
		return -1;
	if (n < NONCE)
		return nt_err_set(err, NT_DAMAGED, "header: it is cut off "
		    "behind its MAC");
	derive_payload(p->key, file_key, nonce);
	return 0;
}

ssize_t
payload_open_small(struct payload *p, uint8_t plain[SEALED],
    struct nt_err *err)
{
	ssize_t n = source_read(p->in, plain, SEALED, err);
	int more = n == -1 ? -1 : source_more(p->in, err);
	struct nt_cipher cipher;
	int got;

	if (more == -1 || nt_cipher_init(&cipher, p->key, err) == -1)
		return -1;
	got = n < TAG || more ? -1 :
	    open_chunk(&cipher, plain, (size_t)n, 0, 1);
	nt_cipher_free(&cipher);
	if (got == -1)
		return nt_err_set(err, NT_DATA, "payload: it is damaged, or "
		    "longer than %zu bytes", CHUNK);
	return n - TAG;
}
