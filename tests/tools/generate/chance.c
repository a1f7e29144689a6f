/*
 * Chance that repeats, ids out of it, and which pages are edited.
 */
#include "generate.h"

uint64_t
mix(uint64_t a, uint64_t b)
{
	uint64_t z = a * UINT64_C(0x9E3779B97F4A7C15) + b +
	    UINT64_C(0xD1B54A32D192ED03);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint64_t
salt_of(const struct generator *g, enum about about, uint64_t a, uint64_t b)
{
	return mix(mix(mix(g->seed, about), a), b);
}

void
id_text(uint64_t salt, char text[NT_ID_TEXT])
{
	uint64_t high = mix(salt, 1), low = mix(salt, 2);
	struct nt_id id;

	for (int i = 0; i < 8; i++) {
		id.b[i] = (uint8_t)(high >> (8 * i));
		id.b[8 + i] = (uint8_t)(low >> (8 * i));
	}
	id.b[6] = (uint8_t)(0x40 | (id.b[6] & 0x0F));
	id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3F));
	nt_id_format(&id, text);
}

void
user_id(const struct generator *g, uint64_t n, char text[NT_ID_TEXT])
{
	id_text(salt_of(g, A_USER, n % USERS, 0), text);
}

/* ---- edits ---- */

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Where n comes when the numbers below count are shuffled. */
static uint64_t
shuffled(uint64_t n, uint64_t count, uint64_t salt)
{
	uint64_t step = (mix(salt, 1) % count) | 1;

	while (gcd(step, count) != 1)
		step++;
	return (uint64_t)(((unsigned __int128)n * step + mix(salt, 2)) % count);
}

/* Is the page with that number one of those that were edited? */
int
is_edited(const struct generator *g, uint64_t n)
{
	uint64_t count = g->total;

	if (g->edits == 0)
		return 0;
	if (g->hot) {
		uint64_t hot = count * 3 / 100;

		if (hot < g->edits)
			hot = g->edits;
		n = shuffled(n, count, g->seed);
		if (n >= hot)
			return 0;
		count = hot;
	}
	return shuffled(n, count, mix(g->edit_seed, 77)) < g->edits;
}
