/* The budget in its file; the rules are budget.c's. */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"
#include "nt/clock.h"
#include "nt/crypto.h"
#include "nt/shared.h"

#define FORM "nt-pace2"		/* of the file; another form is garbage */

/* What stands in the file. */
struct kept {
	char form[8];
	struct nt_budget budget;
	int64_t lone_pid;	/* whose lone call is out, if one is */
	uint64_t sum;		/* of all that is before it: FNV-1a */
};

/* The state for one change of it, and where it came from. */
struct turn {
	struct kept kept;
	int64_t now;
	int shared;
};

static uint64_t
sum_of(const struct kept *kept)
{
	const unsigned char *p = (const unsigned char *)kept;
	uint64_t sum = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < offsetof(struct kept, sum); i++)
		sum = (sum ^ p[i]) * UINT64_C(0x100000001B3);
	return sum;
}

/* The file's name tells nothing: a hash of the token and where it is good. */
void
nt_pace_open(struct nt_pace *pace, const char *base_url, const char *token)
{
	char name[NT_SHA256_TEXT + 8] = "budget-";
	struct nt_sha256 hash;

	nt_sha256_init(&hash);
	nt_sha256_add(&hash, base_url, strlen(base_url) + 1);
	nt_sha256_add(&hash, token, strlen(token));
	nt_sha256_hex(&hash, name + 7);
	memset(&pace->budget, 0, sizeof pace->budget);
	pace->fd = nt_shared_open(name, NULL);	/* alone is slower, not wrong */
}

void
nt_pace_close(struct nt_pace *pace)
{
	if (pace->fd != -1)
		close(pace->fd);
	pace->fd = -1;
}

/* Fetches the state; where the file is of no use our own copy goes on. */
static void
begin(struct nt_pace *pace, struct turn *turn)
{
	struct kept *kept = &turn->kept;

	turn->now = nt_clock_steady_ms();
	turn->shared = pace->fd != -1 &&
	    nt_shared_take(pace->fd, kept, sizeof *kept) == 0;
	if (turn->shared && memcmp(kept->form, FORM, sizeof kept->form) == 0 &&
	    kept->sum == sum_of(kept) &&
	    nt_budget_sane(&kept->budget, turn->now))
		return;
	kept->budget = pace->budget;
	kept->lone_pid = getpid();
}

static void
end(struct nt_pace *pace, struct turn *turn)
{
	struct kept *kept = &turn->kept;

	pace->budget = kept->budget;
	if (!turn->shared)
		return;
	memcpy(kept->form, FORM, sizeof kept->form);
	kept->sum = sum_of(kept);
	if (nt_shared_give(pace->fd, kept, sizeof *kept) == -1)
		nt_pace_close(pace);
}

/* 1 if no such process runs: whoever was killed waits for no answer. */
static int
is_gone(int64_t pid)
{
	return pid <= 0 || (kill((pid_t)pid, 0) == -1 && errno == ESRCH);
}

struct nt_budget_grant
nt_pace_take(struct nt_pace *pace, unsigned want, unsigned in_flight)
{
	struct nt_budget_grant grant;
	struct turn turn;
	struct kept *kept = &turn.kept;

	begin(pace, &turn);
	if (kept->budget.lone != 0 && is_gone(kept->lone_pid))
		nt_budget_lost(&kept->budget);
	grant = nt_budget_take(&kept->budget, turn.now, want, in_flight);
	if (grant.lone)
		kept->lone_pid = getpid();
	end(pace, &turn);
	return grant;
}

void
nt_pace_lone_ended(struct nt_pace *pace, int answered)
{
	struct turn turn;

	begin(pace, &turn);
	if (answered)
		nt_budget_passed(&turn.kept.budget, turn.now);
	else
		nt_budget_lost(&turn.kept.budget);
	end(pace, &turn);
}

void
nt_pace_refused(struct nt_pace *pace, const struct nt_budget_refusal *refusal)
{
	struct turn turn;

	begin(pace, &turn);
	nt_budget_refused(&turn.kept.budget, turn.now, refusal);
	end(pace, &turn);
}
