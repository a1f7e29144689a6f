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
#define LARGE_BLOCKS 4096	/* 256 KiB: from there on it grows in small steps */
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

/* Sets the entry's bits: 1 if all of them were set. */
static int
set_bits(struct nt_seen *s, const struct entry *e)
{
	uint64_t hash = nt_id_hash(&e->id) +
	    e->space * UINT64_C(0x9E3779B97F4A7C15);
	struct block *block = &s->blocks[(hash >> 32) & s->mask];
	uint64_t missing = 0;

	hash *= UINT64_C(0xD6E8FEB86659FD93);
	for (int i = 0; i < WORDS; i++) {
		uint64_t bit = UINT64_C(1) << (hash >> (64 - 6 * (i + 1)) & 63);

		missing |= bit & ~block->words[i];
		block->words[i] |= bit;
	}
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
	int n = 0;

	free(s->blocks);
	s->blocks = nt_alloc_array(blocks, sizeof *s->blocks);
	s->mask = blocks - 1;
	for (uint64_t end = s->count; end > 0; end -= (uint64_t)n) {
		if ((n = read_before(s, end, err)) == -1)
			return -1;
		for (int i = 0; i < n; i++)
			set_bits(s, &s->read[i]);
	}
	return 0;
}

int
nt_seen_add(struct nt_seen *s, uint8_t space, const struct nt_id *id,
    struct nt_err *err)
{
	struct entry e = { *id, space };
	int found;

	if (s->count >= (s->mask + 1) * BLOCK_IDS &&
	    enlarge(s, err) == -1)
		return -1;
	if (set_bits(s, &e) && (found = look_up(s, &e, err)) != 0)
		return found == 1 ? 0 : -1;
	if (nt_spool_add(s->spool, &e, sizeof e, err) == -1)
		return -1;
	s->count++;
	return 1;
}
