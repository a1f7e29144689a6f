/* The pure part of pacing; include/nt/budget.h tells the idea. */
#include "nt/budget.h"

#include <string.h>

#define LOOK_MS 50		/* for another process's lone call to end */
#define STEP_MAX 64
#define ROUNDED_MS 1000		/* may be missing from a Retry-After ... */
#define LONG_MS 5000		/* ... and is added where it costs little */
#define OPEN_MAX (24 * 3600 * 1000)	/* nobody waits longer */

/* The limits of api 1.4, and how far beyond one it takes to rule it out. */
static const struct {
	uint32_t limit;
	uint32_t ruled_out;
} plans[] = {
	{ 180, 361 },
	{ 600, 601 },	/* its 429s would be few, its calls alone many */
};

#define PLANS (sizeof plans / sizeof *plans)

/* Empties the slots that time has passed over since the last look. */
static void
advance(struct nt_budget *b, int64_t now)
{
	int64_t slot = now / NT_BUDGET_SLOT_MS;

	if (slot - b->slot >= NT_BUDGET_SLOTS || slot < b->slot)
		memset(b->sent, 0, sizeof b->sent);
	else
		for (int64_t s = b->slot + 1; s <= slot; s++)
			b->sent[s % NT_BUDGET_SLOTS] = 0;
	b->slot = slot;
}

/* What was sent since a time, by the slots that began then or later. */
static uint32_t
sent_since(const struct nt_budget *b, int64_t since)
{
	int64_t slot = since / NT_BUDGET_SLOT_MS;
	uint32_t sum = 0;

	if (slot <= b->slot - NT_BUDGET_SLOTS)
		slot = b->slot - NT_BUDGET_SLOTS + 1;
	for (; slot <= b->slot; slot++)
		sum += b->sent[slot % NT_BUDGET_SLOTS];
	return sum;
}

static void
count_sent(struct nt_budget *b, unsigned count)
{
	uint16_t *sent = &b->sent[b->slot % NT_BUDGET_SLOTS];

	*sent = *sent + count < UINT16_MAX ? (uint16_t)(*sent + count)
	    : UINT16_MAX;
}

/* Time until the oldest of what was sent counts no more. */
static int64_t
until_one_falls(const struct nt_budget *b, int64_t now)
{
	for (int64_t s = b->slot - NT_BUDGET_SLOTS + 1; s <= b->slot; s++)
		if (s >= 0 && b->sent[s % NT_BUDGET_SLOTS] > 0)
			return (s + NT_BUDGET_SLOTS) * NT_BUDGET_SLOT_MS - now;
	return NT_BUDGET_SLOT_MS;
}

/* The limit to go by: the one met, else the first not ruled out. */
static uint32_t
believed(const struct nt_budget *b)
{
	if (b->limit > 0)
		return b->limit;
	for (size_t i = 0; i < PLANS; i++)
		if (b->above < plans[i].limit)
			return plans[i].limit;
	return UINT32_MAX;
}

struct nt_budget_grant
nt_budget_take(struct nt_budget *b, int64_t now, unsigned want,
    unsigned in_flight)
{
	struct nt_budget_grant grant = { 0, 0, 0 };
	uint32_t held, limit = believed(b);

	advance(b, now);
	if (now < b->open) {
		grant.wait_ms = b->open - now;
		return grant;
	}
	held = sent_since(b, 0);
	if (!b->feel && held < limit) {
		grant.count = want < limit - held ? want : limit - held;
	} else if (!b->feel && now < b->certain) {
		grant.wait_ms = until_one_falls(b, now);
	} else if (in_flight > 0 || now < b->lone) {
		grant.wait_ms = LOOK_MS;
	} else {
		grant.count = 1;
		grant.lone = 1;
		b->lone = now + NT_BUDGET_LONE_MS;
	}
	count_sent(b, grant.count);
	return grant;
}

void
nt_budget_passed(struct nt_budget *b, int64_t now)
{
	uint32_t held;

	advance(b, now);
	b->lone = 0;
	if (b->feel) {
		b->feel = 0;
		return;
	}
	held = sent_since(b, 0);
	if (b->limit > 0 && held > b->limit) {
		b->limit = held + b->step;
		b->step = b->step < STEP_MAX ? b->step * 2 : STEP_MAX;
	}
	for (size_t i = 0; b->limit == 0 && i < PLANS; i++)
		if (held >= plans[i].ruled_out)
			b->above = plans[i].limit;
}

void
nt_budget_lost(struct nt_budget *b)
{
	b->lone = 0;
}

/* The plan whose limit lies between low and high, with 1/32 to spare. */
static uint32_t
plan_between(uint32_t low, uint32_t high)
{
	for (size_t i = PLANS; i-- > 0; )
		if (plans[i].limit + plans[i].limit / 32 >= low &&
		    plans[i].limit <= high + high / 32)
			return plans[i].limit;
	return 0;
}

/*
 * Learns from what the window held before it refused a call.  Its end is told
 * in whole seconds, rounded who knows how, so its start lies within a second
 * or so, and a burst may stand right there.
 */
static void
learn(struct nt_budget *b, int64_t now, const struct nt_budget_refusal *r)
{
	int64_t start = now + r->wait_ms - NT_BUDGET_WINDOW_MS;
	uint32_t most = sent_since(b, start - 1500);
	uint32_t least = sent_since(b, start + 1000);
	uint32_t high = most > 0 ? most - 1 : 0;	/* less this call */
	uint32_t low = least > r->others ? least - r->others : 0;
	uint32_t plan = plan_between(low, high);

	if (plan == 0 && high > r->others)
		b->limit = high - r->others;
	else
		b->limit = plan > 0 ? plan : 1;
	b->step = 1;
	b->certain = plan > 0 && r->lone && r->wait_ms >= 1000
	    ? now + NT_BUDGET_TRUST_MS : 0;
	b->learned = now;
	memset(b->sent, 0, sizeof b->sent);
}

void
nt_budget_refused(struct nt_budget *b, int64_t now,
    const struct nt_budget_refusal *refusal)
{
	struct nt_budget_refusal r = *refusal;
	int64_t open;

	if (r.wait_ms > OPEN_MAX)
		r.wait_ms = OPEN_MAX;
	open = now + r.wait_ms + (r.wait_ms >= LONG_MS ? ROUNDED_MS : 0);
	advance(b, now);
	if (open > b->open)
		b->open = open;
	if (r.lone)
		b->lone = 0;
	if (r.sent < b->learned)	/* refused by a window known */
		return;
	if (r.window && !b->feel)
		learn(b, now, &r);
	b->feel = 1;
}

int
nt_budget_sane(const struct nt_budget *b, int64_t now)
{
	int64_t slot = now / NT_BUDGET_SLOT_MS;

	return b->slot >= 0 && b->slot <= slot + 1 &&
	    b->open >= 0 && b->open <= now + OPEN_MAX + ROUNDED_MS &&
	    b->lone >= 0 && b->lone <= now + NT_BUDGET_LONE_MS &&
	    b->certain >= 0 && b->certain <= now + NT_BUDGET_TRUST_MS &&
	    b->learned >= 0 && b->learned <= now &&
	    b->step <= STEP_MAX && b->feel <= 1 &&
	    (b->limit == 0 || b->step > 0);
}
