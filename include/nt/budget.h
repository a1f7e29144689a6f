/*
 * budget - how many requests may be sent now; a part of api.
 *
 * Pure: a state, the time and what happened give the next state.  Times are
 * milliseconds of nt_clock_steady_ms(), which all processes of a machine
 * share, as they may share the state.
 *
 * Notion counts requests in a fixed window of 60 s, 180 or 600 of them by the
 * plan, and answers 429 with the time until the window ends (api 1.4).  We are
 * not told the plan, nor when a window began.  So:
 *
 * - What was sent in the last window's length is counted, wherever the windows
 *   lie: while that is under the limit, no window can hold too much, and all
 *   of it may go at once.
 * - Beyond a limit that is only supposed, calls go alone, one after another's
 *   answer: where the limit is, one call finds it, not all those in flight.
 *   180 is supposed first.  It holds for no window once twice as many went
 *   through, since two windows may have shared them.  Then 600 is supposed.
 * - A 429 says when the window ends.  Until then nothing is sent; the first
 *   call after it goes alone, and what was sent before counts no more.
 * - The limit is certain when a lone call beyond it was refused and it is one
 *   of the two.  Certain limits are kept for ten minutes, then supposed again:
 *   plans change.  Others (someone else spends the same budget) are supposed
 *   only, and a lone call that passes lifts them.
 */
#ifndef NT_BUDGET_H
#define NT_BUDGET_H

#include <stdint.h>

#define NT_BUDGET_WINDOW_MS 60000
#define NT_BUDGET_SLOT_MS 500
#define NT_BUDGET_SLOTS 122	/* a window and a second: networks jitter */
#define NT_BUDGET_TRUST_MS (10 * NT_BUDGET_WINDOW_MS)
#define NT_BUDGET_LONE_MS 30000	/* then a lone call is taken for lost */

/* Plain data without pointers or gaps; all zero is a fresh start. */
struct nt_budget {
	int64_t slot;		/* the newest slot's number, time / SLOT_MS */
	int64_t open;		/* nothing is sent before */
	int64_t lone;		/* until then a lone call is out; 0: none is */
	int64_t certain;	/* until then the limit is; 0: supposed */
	int64_t learned;	/* when a 429 last told of the limit */
	uint32_t limit;		/* calls a window; 0: not met yet */
	uint32_t step;		/* how far the next lone call lifts it */
	uint32_t above;		/* the limit is known to be over this */
	uint32_t feel;		/* 1: a window should be open; one call looks */
	uint16_t sent[NT_BUDGET_SLOTS];	/* slot n at n % NT_BUDGET_SLOTS */
};

/* What is wanted, and what is allowed. */
struct nt_budget_grant {
	unsigned count;		/* calls that may be sent, and are counted */
	int lone;		/* 1: it is one, and its answer must be told */
	int64_t wait_ms;	/* with count 0: ask again then at the latest */
};

/*
 * Takes up to want calls, over 0, out of the budget.  in_flight counts those
 * of ours that are not answered: a lone call lets them arrive before it.
 */
struct nt_budget_grant nt_budget_take(struct nt_budget *b, int64_t now,
    unsigned want, unsigned in_flight);

/* The lone call was answered, other than with a 429; or it got no answer. */
void nt_budget_passed(struct nt_budget *b, int64_t now);
void nt_budget_lost(struct nt_budget *b);

/* A 429, and the call that got it. */
struct nt_budget_refusal {
	int64_t sent;		/* when the call was */
	int64_t wait_ms;	/* its Retry-After */
	int window;		/* 1: it speaks of the connection's window */
	int lone;		/* 1: the call was a lone one */
	unsigned others;	/* calls of ours in flight beside it */
};

void nt_budget_refused(struct nt_budget *b, int64_t now,
    const struct nt_budget_refusal *refusal);

/* 1 if the state can be one of ours, whoever wrote it. */
int nt_budget_sane(const struct nt_budget *b, int64_t now);

#endif
