/*
 * A Bloom filter in blocks of a cache line, before a spool of all entries.  The
 * filter says "new" for sure, or "perhaps not": then the spool is searched from
 * its end, for what comes twice mostly comes soon.  A new id is
 * thought to be old about once in 50,000 times.
 */
#include "nt/seen.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"
#include "nt/spool.h"

#define WORDS 8			/* of a block, a bit set in each */
#define BLOCK_IDS 21		/* on average, when the filter is full */
#define FIRST_BLOCKS 32
#define LARGE_BLOCKS 4096	/* 256 KiB: from there on in small steps */
#define READ_ENTRIES 4096	/* of the spool, at a time */

/* As it stands in the spool; no byte of it is padding. */
struct entry {
	struct nt_id id;
	uint8_t space;
};

struct block {
	uint64_t words[WORDS];
};

struct nt_seen {
	struct block *blocks;
	size_t mask;		/* blocks - 1, a power of two less one */
	uint64_t count;
	struct nt_spool *spool;
	struct entry *read;	/* what is read back of it */
};

struct nt_seen *
nt_seen_new(void)
{
	struct nt_seen *s = nt_alloc(sizeof *s);

	s->blocks = nt_alloc_array(FIRST_BLOCKS, sizeof *s->blocks);
	s->mask = FIRST_BLOCKS - 1;
	s->spool = nt_spool_new();
	return s;
}

void
nt_seen_free(struct nt_seen *s)
{
	if (s == NULL)
		return;
	nt_spool_free(s->spool);
	free(s->blocks);
	free(s->read);
	free(s);
}

/* The entry's block, and *bits: which bit of each word of it. */
static struct block *
place(const struct nt_seen *s, const struct entry *e, struct block *bits)
{
	uint64_t hash = nt_id_hash(&e->id) +
	    e->space * UINT64_C(0x9E3779B97F4A7C15);
	uint64_t choice = hash * UINT64_C(0xD6E8FEB86659FD93);

	for (int i = 0; i < WORDS; i++)
		bits->words[i] = UINT64_C(1) << (choice >> (58 - 6 * i) & 63);
	return &s->blocks[(hash >> 32) & s->mask];
}

static void
set_bits(struct block *block, const struct block *bits)
{
	for (int i = 0; i < WORDS; i++)
		block->words[i] |= bits->words[i];
}

/* 1 if all of them are set. */
static int
has_bits(const struct block *block, const struct block *bits)
{
	uint64_t missing = 0;

	for (int i = 0; i < WORDS; i++)
		missing |= bits->words[i] & ~block->words[i];
	return missing == 0;
}

/* Reads the entries before number end into s->read: how many, or -1. */
static int
read_before(struct nt_seen *s, uint64_t end, struct nt_err *err)
{
	uint64_t n = end < READ_ENTRIES ? end : READ_ENTRIES;

	if (s->read == NULL)
		s->read = nt_alloc_array(READ_ENTRIES, sizeof *s->read);
	return nt_spool_read(s->spool, (end - n) * sizeof *s->read, s->read,
	    (size_t)n * sizeof *s->read, err) == -1 ? -1 : (int)n;
}

/* 1 if the spool has the entry, 0 if not, -1 if that cannot be read. */
static int
look_up(struct nt_seen *s, const struct entry *e, struct nt_err *err)
{
	int n = 0;

	for (uint64_t end = s->count; end > 0; end -= (uint64_t)n) {
		if ((n = read_before(s, end, err)) == -1)
			return -1;
		for (int i = n; i-- > 0; )
			if (memcmp(&s->read[i], e, sizeof *e) == 0)
				return 1;
	}
	return 0;
}

static int
enlarge(struct nt_seen *s, struct nt_err *err)
{
	size_t blocks = (s->mask + 1) * (s->mask < LARGE_BLOCKS ? 4 : 2);
	struct block bits;
	int n = 0;

	free(s->blocks);
	s->blocks = nt_alloc_array(blocks, sizeof *s->blocks);
	s->mask = blocks - 1;
	for (uint64_t end = s->count; end > 0; end -= (uint64_t)n) {
		if ((n = read_before(s, end, err)) == -1)
			return -1;
		for (int i = 0; i < n; i++)
			set_bits(place(s, &s->read[i], &bits), &bits);
	}
	return 0;
}

int
nt_seen_has(struct nt_seen *s, uint8_t space, const struct nt_id *id,
    struct nt_err *err)
{
	struct entry e = { *id, space };
	struct block bits;

	return has_bits(place(s, &e, &bits), &bits) ? look_up(s, &e, err) : 0;
}

int
nt_seen_add(struct nt_seen *s, uint8_t space, const struct nt_id *id,
    struct nt_err *err)
{
	struct entry e = { *id, space };
	int found = nt_seen_has(s, space, id, err);
	struct block bits;

	if (found != 0)
		return found == 1 ? 0 : -1;
	if ((s->count >= (s->mask + 1) * BLOCK_IDS &&
	    enlarge(s, err) == -1) ||
	    nt_spool_add(s->spool, &e, sizeof e, err) == -1)
		return -1;
	set_bits(place(s, &e, &bits), &bits);
	s->count++;
	return 1;
}
