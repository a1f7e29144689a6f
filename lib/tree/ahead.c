/*
 * A thread that reads members in the order in which their records come, and
 * hashes them, while another one looks at those before.
 */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define ITEMS 64			/* read and not taken */
#define BYTES_MAX ((size_t)8 << 20)	/* in them, a last one apart */

/* A member that was read. */
struct item {
	uint64_t number;
	struct nt_buf content;
	uint8_t sha256[NT_SHA256_BYTES];
	int failed;
	struct nt_err err;
};

struct ahead {
	struct origin *from;
	const struct catalog *catalog;
	struct catalog order;		/* a reader of its own, for the order */
	pthread_t thread;
	pthread_mutex_t lock;		/* of all that follows */
	pthread_cond_t filled, freed;
	struct item *items[ITEMS];	/* a ring */
	size_t first, used, bytes;
	int stop;			/* nobody wants more */
	int ended;			/* there is no more */
	struct item *lent;		/* the caller's, until the next */
};

static void
item_free(struct item *it)
{
	if (it == NULL)
		return;
	nt_buf_free(&it->content);
	free(it);
}

/* ---- the thread ---- */

/* Reads and hashes all of the member. */
static int
load(struct ahead *a, struct item *it, uint64_t size)
{
	struct member m = { 0 };
	struct nt_sha256 hash;
	ssize_t n = -1;

	if (member_open(&m, a->from, a->catalog->files[it->number].member - 1,
	    &it->err) == -1)
		return -1;
	do {
		size_t room = (size_t)size + 1 - it->content.len;
		char *to = nt_buf_reserve(&it->content, room);

		if ((n = member_read(&m, to, room, &it->err)) > 0)
			nt_buf_grew(&it->content, (size_t)n);
	} while (n > 0);
	member_close(&m);
	nt_sha256_init(&hash);
	nt_sha256_add(&hash, it->content.p, it->content.len);
	nt_sha256_done(&hash, it->sha256);
	return n == -1 ? -1 : 0;
}

/* Puts it into the ring when there is room: 0, or -1 if nobody wants it. */
static int
hand_over(struct ahead *a, struct item *it)
{
	int stop;

	pthread_mutex_lock(&a->lock);
	while (!a->stop && (a->used == ITEMS || a->bytes > BYTES_MAX))
		pthread_cond_wait(&a->freed, &a->lock);
	if ((stop = a->stop) == 0) {
		a->items[(a->first + a->used++) % ITEMS] = it;
		a->bytes += it->content.len;
		pthread_cond_signal(&a->filled);
	}
	pthread_mutex_unlock(&a->lock);
	return stop ? -1 : 0;
}

/* 1 if all records of the file come at once, and it is not large. */
static int
is_wanted(const struct ahead *a, uint64_t number, uint64_t count,
    uint64_t *size)
{
	const struct record_file *f;
	struct entry e;

	if (number >= a->catalog->count)
		return 0;
	f = &a->catalog->files[number];
	if (f->member == 0 || count != f->records)
		return 0;
	a->from->calls->entry(a->from, f->member - 1, &e);
	*size = e.size;
	return e.size <= NT_MEMBER_MEMORY;
}

static void *
read_ahead(void *arg)
{
	struct ahead *a = arg;
	uint64_t number, count, size;

	/* What is wrong with the order, who takes the items finds as well. */
	while (catalog_order(&a->order, &number, &count, NULL) == 1) {
		struct item *it;

		if (!is_wanted(a, number, count, &size))
			continue;
		it = nt_alloc(sizeof *it);
		it->number = number;
		nt_buf_init(&it->content, NT_MEMBER_MEMORY + 1);
		it->failed = load(a, it, size) == -1;
		if (hand_over(a, it) == -1) {
			item_free(it);
			break;
		}
	}
	pthread_mutex_lock(&a->lock);
	a->ended = 1;
	pthread_cond_signal(&a->filled);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* ---- who takes them ---- */

struct ahead *
ahead_new(struct origin *from, const struct catalog *c)
{
	struct ahead *a = nt_alloc(sizeof *a);

	a->from = from;
	a->catalog = c;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->freed, NULL);
	if (catalog_open_order(&a->order, from, NULL) == -1 ||
	    pthread_create(&a->thread, NULL, read_ahead, a) != 0) {
		catalog_close(&a->order);
		free(a);
		return NULL;
	}
	return a;
}

void
ahead_free(struct ahead *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = 1;
	pthread_cond_signal(&a->freed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	for (; a->used > 0; a->used--)
		item_free(a->items[a->first++ % ITEMS]);
	item_free(a->lent);
	catalog_close(&a->order);
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->filled);
	pthread_cond_destroy(&a->freed);
	free(a);
}

/* The next of the ring, or NULL if there is no more. */
static struct item *
take(struct ahead *a)
{
	struct item *it = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->used == 0 && !a->ended)
		pthread_cond_wait(&a->filled, &a->lock);
	if (a->used > 0) {
		it = a->items[a->first];
		a->first = (a->first + 1) % ITEMS;
		a->used--;
		a->bytes -= it->content.len;
		pthread_cond_signal(&a->freed);
	}
	pthread_mutex_unlock(&a->lock);
	return it;
}

int
ahead_take(struct ahead *a, uint64_t number, uint64_t count,
    struct ahead_member *got, struct nt_err *err)
{
	uint64_t size;

	if (a == NULL || !is_wanted(a, number, count, &size))
		return 0;
	item_free(a->lent);
	if ((a->lent = take(a)) == NULL)
		return 0;
	if (a->lent->number != number)
		return nt_err_set(err, NT_DATA, NT_TREE_MANIFEST " changes "
		    "while it is read");
	if (a->lent->failed)
		return nt_err_set(err, a->lent->err.kind, "%s",
		    a->lent->err.text);
	*got = (struct ahead_member){ nt_buf_view(&a->lent->content),
	    a->lent->sha256 };
	return 1;
}
