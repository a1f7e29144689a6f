#include "nt/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

int64_t
nt_clock_wall_ms(void)
{
	const char *fixed = getenv("NT_CLOCK_FIXED");
	struct timespec ts;
	int64_t ms;

	if (fixed != NULL && nt_time_parse(fixed, strlen(fixed), &ms) == 0)
		return ms;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
nt_clock_steady_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The splitmix64 step: one well mixed number for each state. */
static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint64_t
nt_random64(void)
{
	static _Thread_local uint64_t drawn;
	const char *seed = getenv("NT_RANDOM_SEED");
	uint64_t bits;

	if (seed != NULL)
		return mix(strtoull(seed, NULL, 10) +
		    ++drawn * UINT64_C(0x9E3779B97F4A7C15));
	while (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		if (errno != EINTR)	/* old kernel: good enough for names */
			return mix((uint64_t)nt_clock_steady_ms() +
			    ++drawn * UINT64_C(0x9E3779B97F4A7C15));
	return bits;
}

void
nt_random_bytes(void *p, size_t len)
{
	unsigned char *to = p;

	while (len > 0) {
		uint64_t bits = nt_random64();
		size_t n = len < sizeof bits ? len : sizeof bits;

		memcpy(to, &bits, n);
		to += n;
		len -= n;
	}
}
