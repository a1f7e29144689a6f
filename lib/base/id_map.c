#include <stdlib.h>
#include <string.h>

#include "nt/id.h"

/*
 * Open addressing with linear probing.  A slot whose id is nil is free, so the
 * nil id itself, which the service never gives, is kept beside the table.
 * Removal moves later entries back instead of leaving a mark.
 */
struct slot {
	struct nt_id id;
	uint64_t value;
};

struct nt_id_map {
	struct slot *slots;
	size_t mask;		/* slots - 1, a power of two less one */
	size_t used;
	int has_nil;
	uint64_t nil_value;
};

#define FIRST_SLOTS 64

/* How many slots of how many may be used: a miss looks at 15 of them then. */
#define SHARE_MAX 13
#define SHARE_OF 16

uint64_t
nt_id_hash(const struct nt_id *id)
{
	uint64_t low, high;

	memcpy(&low, id->b, sizeof low);
	memcpy(&high, id->b + 8, sizeof high);
	high ^= low * UINT64_C(0x9E3779B97F4A7C15);
	high ^= high >> 32;
	high *= UINT64_C(0xD6E8FEB86659FD93);
	return high ^ (high >> 32);
}

struct nt_id_map *
nt_id_map_new(void)
{
	struct nt_id_map *m = nt_alloc(sizeof *m);

	m->slots = nt_alloc_array(FIRST_SLOTS, sizeof *m->slots);
	m->mask = FIRST_SLOTS - 1;
	return m;
}

void
nt_id_map_free(struct nt_id_map *m)
{
	if (m == NULL)
		return;
	free(m->slots);
	free(m);
}

/* The slot that holds the id, or the free one where it would go. */
static struct slot *
find(const struct nt_id_map *m, const struct nt_id *id)
{
	size_t i = nt_id_hash(id) & m->mask;

	while (!nt_id_is_nil(&m->slots[i].id) &&
	    !nt_id_eq(&m->slots[i].id, id))
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

static void
double_slots(struct nt_id_map *m)
{
	struct slot *old = m->slots;
	size_t count = m->mask + 1;

	m->slots = nt_alloc_array(2 * count, sizeof *m->slots);
	m->mask = 2 * count - 1;
	for (size_t i = 0; i < count; i++)
		if (!nt_id_is_nil(&old[i].id))
			*find(m, &old[i].id) = old[i];
	free(old);
}

int
nt_id_map_put(struct nt_id_map *m, const struct nt_id *id, uint64_t value)
{
	struct slot *s;
	int is_new;

	if (nt_id_is_nil(id)) {
		is_new = !m->has_nil;
		m->has_nil = 1;
		m->nil_value = value;
		return is_new;
	}
	if (m->used >= (m->mask + 1) / SHARE_OF * SHARE_MAX)
		double_slots(m);
	s = find(m, id);
	is_new = nt_id_is_nil(&s->id);
	m->used += (size_t)is_new;
	*s = (struct slot){ *id, value };
	return is_new;
}

int
nt_id_map_get(const struct nt_id_map *m, const struct nt_id *id,
    uint64_t *value)
{
	const struct slot *s;

	if (nt_id_is_nil(id)) {
		if (m->has_nil && value != NULL)
			*value = m->nil_value;
		return m->has_nil;
	}
	s = find(m, id);
	if (nt_id_is_nil(&s->id))
		return 0;
	if (value != NULL)
		*value = s->value;
	return 1;
}

int
nt_id_map_remove(struct nt_id_map *m, const struct nt_id *id)
{
	size_t hole, i;

	if (nt_id_is_nil(id)) {
		int had = m->has_nil;

		m->has_nil = 0;
		return had;
	}
	hole = (size_t)(find(m, id) - m->slots);
	if (nt_id_is_nil(&m->slots[hole].id))
		return 0;
	for (i = (hole + 1) & m->mask; !nt_id_is_nil(&m->slots[i].id);
	    i = (i + 1) & m->mask) {
		size_t home = nt_id_hash(&m->slots[i].id) & m->mask;

		/* An entry may go back unless its home is behind the hole. */
		if (((i - home) & m->mask) < ((i - hole) & m->mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole] = (struct slot){ .value = 0 };
	m->used--;
	return 1;
}

size_t
nt_id_map_count(const struct nt_id_map *m)
{
	return m->used + (size_t)m->has_nil;
}

int
nt_id_map_each(const struct nt_id_map *m, size_t *at, struct nt_id *id,
    uint64_t *value)
{
	for (; *at <= m->mask; (*at)++) {
		const struct slot *s = &m->slots[*at];

		if (nt_id_is_nil(&s->id))
			continue;
		*id = s->id;
		*value = s->value;
		(*at)++;
		return 1;
	}
	if (*at == m->mask + 1 && m->has_nil) {
		*id = (struct nt_id){ .b = { 0 } };
		*value = m->nil_value;
		(*at)++;
		return 1;
	}
	return 0;
}
