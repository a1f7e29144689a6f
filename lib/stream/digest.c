/*
 * The SHA-256 of a stream, made beside it.
 *
 * It is as much work as all the rest of reading, so on a long stream a thread
 * of its own does it.  The bytes are not copied but lent: they come in pieces,
 * which wait in a short queue, and each has a number, by which its owner learns
 * when it may write there again.  What is short is dealt with where it is.
 */
#include "internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "nt/mem.h"

#define QUEUE 8				/* pieces */
#define SHORT_PIECE ((size_t)16 << 10)	/* not worth waking a thread for */

struct nt_beside {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t came;		/* a piece, or the end */
	pthread_cond_t done;		/* a piece was dealt with */
	struct nt_str piece[QUEUE];	/* number n stands at n % QUEUE */
	uint64_t last_lent, last_done;	/* numbers, from 1 on */
	int ending;
	struct nt_sha256 *hash;		/* the thread's while they differ */
};

static void *
work(void *arg)
{
	struct nt_beside *b = arg;
	struct nt_str piece;

	pthread_mutex_lock(&b->lock);
	for (;;) {
		while (b->last_done == b->last_lent && !b->ending)
			pthread_cond_wait(&b->came, &b->lock);
		if (b->ending)
			break;
		piece = b->piece[(b->last_done + 1) % QUEUE];
		pthread_mutex_unlock(&b->lock);
		nt_sha256_add(b->hash, piece.p, piece.len);
		pthread_mutex_lock(&b->lock);
		b->last_done++;
		pthread_cond_signal(&b->done);
	}
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

static void
destroy(struct nt_beside *b)
{
	pthread_cond_destroy(&b->done);
	pthread_cond_destroy(&b->came);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/*
 * Starts the thread, unless there is one processor or the system gives none:
 * that costs speed and nothing else.  Signals stay with the caller.
 */
static struct nt_beside *
start(struct nt_sha256 *hash)
{
	struct nt_beside *b;
	sigset_t all, before;
	int failed;

	if (sysconf(_SC_NPROCESSORS_ONLN) == 1)
		return NULL;
	b = nt_alloc(sizeof *b);
	b->hash = hash;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->came, NULL);
	pthread_cond_init(&b->done, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&b->thread, NULL, work, b) != 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return b;
	destroy(b);
	return NULL;
}

void
nt_digest_init(struct nt_digest *d)
{
	*d = (struct nt_digest){ .alone = NT_DIGEST_ALONE };
	nt_sha256_init(&d->hash);
}

void
nt_digest_free(struct nt_digest *d)
{
	struct nt_beside *b = d->beside;

	if (b != NULL) {
		pthread_mutex_lock(&b->lock);
		b->ending = 1;
		pthread_cond_signal(&b->came);
		pthread_mutex_unlock(&b->lock);
		pthread_join(b->thread, NULL);
		destroy(b);
		d->beside = NULL;
	}
	nt_sha256_free(&d->hash);
}

/* Waits until that piece, and those before it, are dealt with. */
static void
wait_for(struct nt_beside *b, uint64_t number)
{
	pthread_mutex_lock(&b->lock);
	while (b->last_done < number)
		pthread_cond_wait(&b->done, &b->lock);
	pthread_mutex_unlock(&b->lock);
}

void
nt_digest_settle(struct nt_digest *d, uint64_t number)
{
	if (d->beside != NULL)
		wait_for(d->beside, number);
}

/* Puts the piece into the queue; its number. */
static uint64_t
queue(struct nt_beside *b, struct nt_str piece)
{
	uint64_t number;

	pthread_mutex_lock(&b->lock);
	while (b->last_lent - b->last_done == QUEUE)
		pthread_cond_wait(&b->done, &b->lock);
	number = ++b->last_lent;
	b->piece[number % QUEUE] = piece;
	pthread_cond_signal(&b->came);
	pthread_mutex_unlock(&b->lock);
	return number;
}

/* 1 if nothing is lent, so that the hash is ours. */
static int
is_idle(struct nt_beside *b)
{
	int idle;

	pthread_mutex_lock(&b->lock);
	idle = b->last_lent == b->last_done;
	pthread_mutex_unlock(&b->lock);
	return idle;
}

uint64_t
nt_digest_lend(struct nt_digest *d, const char *p, size_t len)
{
	int is_short = len < SHORT_PIECE && len < d->alone;

	d->bytes += len;
	if (!is_short && d->bytes > d->alone && !d->started) {
		d->started = 1;
		d->beside = start(&d->hash);
	}
	if (d->beside == NULL || (is_short && is_idle(d->beside))) {
		nt_sha256_add(&d->hash, p, len);
		return 0;
	}
	return queue(d->beside, (struct nt_str){ p, len });
}

void
nt_digest_add(struct nt_digest *d, const char *p, size_t len)
{
	nt_digest_settle(d, nt_digest_lend(d, p, len));
}

void
nt_digest_hex(struct nt_digest *d, char hex[NT_SHA256_TEXT])
{
	if (d->beside != NULL)
		wait_for(d->beside, d->beside->last_lent);
	nt_sha256_hex(&d->hash, hex);
}
