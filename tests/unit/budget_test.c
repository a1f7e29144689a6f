/* budget: the rules of pacing against simulated servers, by a fake clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nt/budget.h"

#define FLIGHTS_MAX 16
#define START 1000000000	/* the clock's time when all begins */

/* How a server counts, how far away it is, and what must come of it. */
struct row {
	const char *name;
	uint32_t limit;		/* calls a window; 0: none */
	int aligned;		/* windows lie fixed, else start by a call */
	int64_t phase;		/* of fixed windows */
	int64_t latency_min, latency_max;	/* there and back */
	int rounds_down;	/* Retry-After in whole seconds */
	unsigned clients;	/* that share the state */
	unsigned calls;
	unsigned most_429;	/* in any of the server's windows */
	int64_t most_ms;	/* for all of it */
};

struct flight {
	int busy, lone, decided, refused;
	int64_t sent, arrives, answered, retry_after;
	unsigned client;
};

struct sim {
	const struct row *row;
	struct nt_budget budget;
	struct flight flights[2 * FLIGHTS_MAX];
	int64_t now;
	uint64_t chance;
	/* the server */
	int64_t window;
	uint32_t spent, refused_in_window, worst_window, refused;
	unsigned good, sent, lone;
};

/* A small generator: the same sequence at every run. */
static int64_t
between(struct sim *s, int64_t low, int64_t high)
{
	s->chance = s->chance * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return low + (int64_t)((s->chance >> 33) % (uint64_t)(high - low + 1));
}

static void
serve(struct sim *s, struct flight *f)
{
	const struct row *row = s->row;
	int64_t left;

	if (s->now >= s->window + NT_BUDGET_WINDOW_MS) {
		s->window = row->aligned ? s->now - (s->now - row->phase) %
		    NT_BUDGET_WINDOW_MS : s->now;
		s->spent = s->refused_in_window = 0;
	}
	f->decided = 1;
	f->refused = row->limit > 0 && s->spent >= row->limit;
	if (!f->refused) {
		s->spent++;
		return;
	}
	left = s->window + NT_BUDGET_WINDOW_MS - s->now;
	f->retry_after = (left + (row->rounds_down ? 0 : 999)) / 1000 * 1000;
	s->refused++;
	if (++s->refused_in_window > s->worst_window)
		s->worst_window = s->refused_in_window;
}

static unsigned
in_flight(const struct sim *s, unsigned client)
{
	unsigned n = 0;

	for (size_t i = 0; i < 2 * FLIGHTS_MAX; i++)
		n += s->flights[i].busy && s->flights[i].client == client;
	return n;
}

static void
answer(struct sim *s, struct flight *f)
{
	f->busy = 0;
	if (f->refused) {
		/* As the client does: told to wait no time, it backs off. */
		struct nt_budget_refusal refusal = {
			.sent = f->sent, .wait_ms = f->retry_after > 0
			    ? f->retry_after : 1000,
			.window = f->retry_after > 0, .lone = f->lone,
			.others = in_flight(s, f->client)
		};

		nt_budget_refused(&s->budget, s->now, &refusal);
		return;
	}
	s->good++;
	if (f->lone)
		nt_budget_passed(&s->budget, s->now);
}

static void
take_off(struct sim *s, unsigned client, int lone)
{
	struct flight *f = s->flights;
	int64_t latency = between(s, s->row->latency_min, s->row->latency_max);

	while (f->busy)
		f++;
	*f = (struct flight){ .busy = 1, .lone = lone, .client = client,
	    .sent = s->now, .arrives = s->now + latency / 2,
	    .answered = s->now + latency };
	s->sent++;
	s->lone += (unsigned)lone;
}

static void
send_what_may(struct sim *s, unsigned client)
{
	unsigned open = 0, want = FLIGHTS_MAX - in_flight(s, client);
	struct nt_budget_grant grant;

	for (size_t i = 0; i < 2 * FLIGHTS_MAX; i++)
		open += (unsigned)s->flights[i].busy;
	if (want > s->row->calls - s->good - open)
		want = s->row->calls - s->good - open;
	if (want == 0)
		return;
	grant = nt_budget_take(&s->budget, s->now, want,
	    in_flight(s, client));
	assert_true(grant.count <= want);
	assert_true(grant.count > 0 || grant.wait_ms > 0);
	for (unsigned i = 0; i < grant.count; i++)
		take_off(s, client, grant.lone);
}

static void
simulate(struct sim *s, const struct row *row)
{
	memset(s, 0, sizeof *s);
	s->row = row;
	s->now = START;
	s->window = row->aligned ? START - NT_BUDGET_WINDOW_MS : 0;
	s->chance = 42;
	while (s->good < row->calls) {
		for (size_t i = 0; i < 2 * FLIGHTS_MAX; i++) {
			struct flight *f = &s->flights[i];

			if (f->busy && !f->decided && s->now >= f->arrives)
				serve(s, f);
			if (f->busy && s->now >= f->answered)
				answer(s, f);
		}
		for (unsigned client = 0; client < row->clients; client++)
			send_what_may(s, client);
		s->now++;
		if (s->now > START + 2 * row->most_ms)
			break;
	}
}

#define MINUTES(n) ((int64_t)(n) * 60000)

static const struct row rows[] = {
	{ "no waiting under 180", 180, 0, 0, 100, 400, 0, 1, 180, 0, 6000 },
	{ "nor where windows lie fixed", 180, 1, 0, 100, 400, 0, 1, 180, 0,
	    6000 },
	{ "no limit at all", 0, 0, 0, 2, 20, 0, 1, 5000, 0, 12000 },
	{ "3,600 calls, 180 a window", 180, 0, 0, 100, 400, 0, 1, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "the same, next door", 180, 0, 0, 1, 8, 0, 1, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "the same, rounded down", 180, 0, 0, 50, 300, 1, 1, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "the same, far and jittery", 180, 0, 0, 200, 900, 0, 1, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "fixed windows, just begun", 180, 1, 0, 100, 400, 0, 1, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "fixed windows, soon over", 180, 1, START - 59000, 100, 400, 0, 1,
	    3600, 1, MINUTES(20) * 103 / 100 },
	{ "fixed windows, over in a moment", 180, 1, START - 58000, 100, 400, 1,
	    1, 3600, 1, MINUTES(20) * 103 / 100 },
	{ "fixed windows, next door", 180, 1, START - 59900, 1, 8, 0, 1, 3600,
	    1, MINUTES(20) * 103 / 100 },
	{ "fixed windows, half over", 180, 1, START - 30000, 100, 400, 0, 1,
	    3600, 1, MINUTES(20) * 103 / 100 },
	{ "two clients share 180", 180, 0, 0, 100, 400, 0, 2, 3600, 1,
	    MINUTES(20) * 103 / 100 },
	{ "two clients, fixed windows", 180, 1, START - 50000, 20, 400, 0, 2,
	    3600, 1, MINUTES(20) * 103 / 100 },
	{ "3,600 calls, 600 a window", 600, 0, 0, 100, 400, 0, 1, 3600, 1,
	    MINUTES(6) * 115 / 100 },
	{ "an odd limit is found too", 50, 0, 0, 100, 400, 0, 1, 500, 17,
	    MINUTES(10) * 110 / 100 },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sim s;

		simulate(&s, &rows[i]);
		if (s.good != rows[i].calls || s.worst_window >
		    rows[i].most_429 || s.now - START > rows[i].most_ms)
			fail_msg("%s: %u good, %u refused, at most %u a "
			    "window, %u alone, %lld ms, limit %u", rows[i].name,
			    s.good, s.refused, s.worst_window, s.lone,
			    (long long)(s.now - START), s.budget.limit);
	}
}

/* Another limit than the window's holds all back and teaches nothing. */
static void
test_other_limits(void **state)
{
	struct nt_budget_refusal refusal = { .sent = START, .wait_ms = 90000 };
	struct nt_budget b = { 0 };
	struct nt_budget_grant grant;

	(void)state;
	grant = nt_budget_take(&b, START, 100, 0);
	assert_int_equal(grant.count, 100);
	nt_budget_refused(&b, START + 10, &refusal);
	assert_int_equal(b.limit, 0);
	grant = nt_budget_take(&b, START + 20, 5, 0);
	assert_int_equal(grant.count, 0);
	assert_true(grant.wait_ms >= 89990);
	grant = nt_budget_take(&b, START + 20 + grant.wait_ms, 5, 0);
	assert_int_equal(grant.count, 1);
	assert_true(grant.lone);
}

/* A lone call that is never answered does not hold the others for ever. */
static void
test_lost_lone(void **state)
{
	struct nt_budget b = { .feel = 1 };

	(void)state;
	assert_int_equal(nt_budget_take(&b, START, 9, 0).count, 1);
	assert_int_equal(nt_budget_take(&b, START + 1, 9, 0).count, 0);
	nt_budget_lost(&b);
	assert_int_equal(nt_budget_take(&b, START + 2, 9, 0).count, 1);
	assert_int_equal(nt_budget_take(&b, START + 3 + NT_BUDGET_LONE_MS, 9,
	    0).count, 1);
	nt_budget_passed(&b, START + 4 + NT_BUDGET_LONE_MS);
	assert_int_equal(nt_budget_take(&b, START + 5 + NT_BUDGET_LONE_MS, 9,
	    0).count, 9);
}

/* The answer to what was sent before a 429 that is known teaches nothing. */
static void
test_late_refusal(void **state)
{
	struct nt_budget_refusal refusal = { .sent = START, .wait_ms = 2000,
	    .window = 1, .others = 15 };
	struct nt_budget b = { 0 };

	(void)state;
	nt_budget_take(&b, START, 40, 0);
	nt_budget_refused(&b, START + 100, &refusal);
	assert_int_equal(b.limit, 24);
	nt_budget_take(&b, START + 2200, 1, 0);
	nt_budget_passed(&b, START + 2300);
	refusal.wait_ms = 0;
	nt_budget_refused(&b, START + 2400, &refusal);
	assert_int_equal(b.limit, 24);
	assert_int_equal(nt_budget_take(&b, START + 2400, 9, 0).count, 9);
}

/* A clock that went back empties the count, and no state is trusted blindly. */
static void
test_garbage(void **state)
{
	struct nt_budget b = { 0 };

	(void)state;
	assert_true(nt_budget_sane(&b, START));
	nt_budget_take(&b, START, 180, 0);
	assert_true(nt_budget_sane(&b, START));
	assert_int_equal(nt_budget_take(&b, 1000, 20, 0).count, 20);
	b.open = START * 2;
	assert_false(nt_budget_sane(&b, START));
	memset(&b, 0xFF, sizeof b);
	assert_false(nt_budget_sane(&b, START));
	memset(&b, 0x7F, sizeof b);
	assert_false(nt_budget_sane(&b, START));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_other_limits),
		cmocka_unit_test(test_lost_lone),
		cmocka_unit_test(test_late_refusal),
		cmocka_unit_test(test_garbage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
