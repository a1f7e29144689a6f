/* Time zones, out of TZif files (RFC 8536). */
#include "nt/zone.h"

#include <string.h>

#define HEADER 44		/* bytes, of both blocks */
#define TYPE 6			/* bytes of a local time type */
#define CYCLE_S ((int64_t)28 * 1461 / 4 * 86400)	/* 28 years */
#define WRITTEN_OUT_S INT64_C(2114380800)		/* 2037-01-01 */

/* The block of a file that has 64-bit times. */
struct block {
	const unsigned char *times;	/* of transitions, 8 bytes each */
	const unsigned char *types;	/* after each, the number of its type */
	const unsigned char *infos;	/* of types, TYPE bytes each */
	struct nt_str footer;		/* the rule for what comes after */
	size_t transitions, kinds;
};

static int64_t
number(const unsigned char *p, size_t bytes)
{
	uint64_t n = p[0] & 0x80 ? UINT64_MAX : 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return (int64_t)n;
}

/* The bytes that follow a header, with times of that width; 0 if it is none. */
static uint64_t
body_size(const unsigned char *header, size_t width)
{
	uint64_t n[6];
	size_t i;

	if (memcmp(header, "TZif", 4) != 0)
		return 0;
	for (i = 0; i < 6; i++)
		n[i] = (uint32_t)number(header + 20 + 4 * i, 4);
	/* isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt */
	return n[0] + n[1] + n[2] * (width + 4) + n[3] * (width + 1) +
	    n[4] * TYPE + n[5];
}

static int
read_block(struct nt_str tzif, struct block *b)
{
	const unsigned char *p = (const unsigned char *)tzif.p;
	uint64_t first, second, at;

	if (tzif.len < HEADER || (first = body_size(p, 4)) == 0 || p[4] < '2')
		return -1;
	at = HEADER + first;
	if (tzif.len < at + HEADER)
		return -1;
	p += at;
	second = body_size(p, 8);
	if (second == 0 || tzif.len < at + HEADER + second)
		return -1;
	b->transitions = (uint32_t)number(p + 32, 4);
	b->kinds = (uint32_t)number(p + 36, 4);
	b->times = p + HEADER;
	b->types = b->times + 8 * b->transitions;
	b->infos = b->types + b->transitions;
	b->footer.p = (const char *)p + HEADER + second;
	b->footer.len = tzif.len - (size_t)(at + HEADER + second);
	return b->kinds > 0 ? 0 : -1;
}

/* Seconds from UTC of a type; 0 for one that there is not. */
static int64_t
seconds_of(const struct block *b, size_t kind)
{
	return kind < b->kinds ? number(b->infos + TYPE * kind, 4) : 0;
}

/*
 * The seconds from UTC in force before transition n, which is also those
 * after the one before it.
 */
static int64_t
before(const struct block *b, size_t n)
{
	return seconds_of(b, n == 0 ? 0 : b->types[n - 1]);
}

int
nt_zone_offset(struct nt_str tzif, int64_t local_ms, int *minutes)
{
	int64_t local = local_ms / 1000, last;
	struct block b;
	size_t n;

	if (read_block(tzif, &b) == -1)
		return 0;
	last = b.transitions == 0 ? INT64_MIN / 2 :
	    number(b.times + 8 * (b.transitions - 1), 8);
	if (local > last && memchr(b.footer.p, ',', b.footer.len) != NULL) {
		/*
		 * A rule goes on: its dates repeat with the days of the week.
		 * A file that does not write out the years before tells less.
		 */
		if (last < WRITTEN_OUT_S)
			return 0;
		local -= ((local - last) / CYCLE_S + 1) * CYCLE_S;
	}
	/* the first stretch whose clocks, or those after it, are not past it */
	for (n = 0; n < b.transitions; n++) {
		int64_t off = before(&b, n), next = before(&b, n + 1);

		if (local < number(b.times + 8 * n, 8) +
		    (next > off ? next : off))
			break;
	}
	*minutes = (int)(before(&b, n) / 60);
	return 1;
}

int
nt_zone_name_ok(struct nt_str name)
{
	size_t i;

	if (name.len == 0 || name.len > 64 || name.p[0] == '/')
		return 0;
	for (i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || c == '_' || c == '-' ||
		    c == '+' || (c == '/' && name.p[i - 1] != '/')))
			return 0;
	}
	return 1;
}
