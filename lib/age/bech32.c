/* Bech32, BIP 173, without its limit of 90 characters. */
#include "internal.h"

#include <string.h>

#define SUM 6				/* letters */
#define VALUES ((KEY * 8 + 4) / 5)	/* of five bits, in a key */

static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* The state of the sum after one more value of five bits. */
static uint32_t
sum_add(uint32_t sum, unsigned value)
{
	static const uint32_t generator[5] = {
		0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
	};
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if ((top >> i & 1) != 0)
			sum ^= generator[i];
	return sum;
}

static int
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static int
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static char
lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char
upper(char c)
{
	return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

/* The sum over the prefix, of which case does not count. */
static uint32_t
sum_prefix(const char *prefix, size_t len)
{
	uint32_t sum = 1;

	for (size_t i = 0; i < len; i++)
		sum = sum_add(sum, (unsigned char)lower(prefix[i]) >> 5);
	sum = sum_add(sum, 0);
	for (size_t i = 0; i < len; i++)
		sum = sum_add(sum, (unsigned char)lower(prefix[i]) & 31);
	return sum;
}

/* The n-th five bits of a key; those behind its end are zeros. */
static unsigned
five_bits(const uint8_t key[KEY], size_t n)
{
	size_t at = n * 5 / 8;
	unsigned next = at + 1 < KEY ? key[at + 1] : 0;
	unsigned two = (unsigned)key[at] << 8 | next;

	return two >> (11 - n * 5 % 8) & 31;
}

void
bech32_encode(char *text, const char *prefix, const uint8_t key[KEY])
{
	size_t len = strlen(prefix);
	uint32_t sum = sum_prefix(prefix, len);
	char *p = text + len;

	memcpy(text, prefix, len);
	*p++ = '1';
	for (size_t n = 0; n < VALUES; n++) {
		sum = sum_add(sum, five_bits(key, n));
		*p++ = letters[five_bits(key, n)];
	}
	for (int n = 0; n < SUM; n++)
		sum = sum_add(sum, 0);
	sum ^= 1;
	for (int n = SUM - 1; n >= 0; n--)
		*p++ = letters[sum >> 5 * n & 31];
	*p = '\0';
	if (is_upper(*prefix))
		for (p = text; *p != '\0'; p++)
			*p = upper(*p);
}

/* 0 if all is printable and of one case, as it must be. */
static int
check_text(struct nt_str text)
{
	int uppers = 0, lowers = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '!' || text.p[i] > '~')
			return -1;
		uppers |= is_upper(text.p[i]);
		lowers |= is_lower(text.p[i]);
	}
	return uppers && lowers ? -1 : 0;
}

/* The value of a letter of either case, or -1. */
static int
value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(letters, lower(c));

	return at == NULL ? -1 : (int)(at - letters);
}

/* Joins values of five bits to bytes: 0, or -1: too many, or bits are left. */
static int
join(struct nt_str data, uint8_t key[KEY], size_t *len)
{
	unsigned bits = 0, have = 0;

	*len = 0;
	for (size_t i = 0; i < data.len; i++) {
		bits = (bits << 5 | (unsigned)value_of(data.p[i])) & 0xfff;
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		if (*len == KEY)
			return -1;
		key[(*len)++] = (uint8_t)(bits >> have);
	}
	return have < 5 && (bits & ((1u << have) - 1)) == 0 ? 0 : -1;
}

int
bech32_decode(struct nt_str text, char prefix[BECH32_PREFIX_MAX + 1],
    uint8_t key[KEY], size_t *len)
{
	size_t one = text.len;		/* where the last "1" stands */
	struct nt_str data;
	uint32_t sum;

	while (one > 0 && text.p[one - 1] != '1')
		one--;
	if (one < 2 || one - 1 > BECH32_PREFIX_MAX ||
	    text.len - one < SUM || check_text(text) == -1)
		return -1;
	sum = sum_prefix(text.p, one - 1);
	for (size_t i = one; i < text.len; i++) {
		if (value_of(text.p[i]) == -1)
			return -1;
		sum = sum_add(sum, (unsigned)value_of(text.p[i]));
	}
	if (sum != 1)
		return -1;
	memcpy(prefix, text.p, one - 1);
	prefix[one - 1] = '\0';
	data = (struct nt_str){ text.p + one, text.len - one - SUM };
	return join(data, key, len);
}
