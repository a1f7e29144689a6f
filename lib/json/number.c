/*
 * Numbers: checking, and the one spelling of each.
 *
 * Canonical form is ECMAScript's Number::toString of the nearest double (RFC
 * 8785, 3.2.2.3), with one exception: a whole number written without fraction
 * or exponent that no double holds exactly keeps its digits, so that nothing
 * is silently changed.
 *
 * A decimal of at most 15 digits is never changed by the way through a double
 * and back, so the common numbers are seen to be canonical by looking at their
 * digits; only the others are converted.
 */
#include "internal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAFE_DIGITS DBL_DIG		/* 15 */
#define SAFE_INTEGER 9007199254740992.0	/* 2^53: below, all are exact */

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
digits_end(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* The parts of a number, each empty if it is not there. */
struct parts {
	const char *whole, *whole_end;	/* behind the sign */
	const char *fraction, *fraction_end;	/* behind the point */
	int exponent;			/* there is one */
};

/* Takes a number apart: its end, or NULL and *bad where a digit is missing. */
static const char *
take_apart(const char *p, const char *end, struct parts *n, const char **bad)
{
	if (p < end && *p == '-')
		p++;
	n->whole = p;
	p = p < end && *p == '0' ? p + 1 : digits_end(p, end);
	n->whole_end = n->fraction = n->fraction_end = p;
	n->exponent = 0;
	*bad = p;
	if (p == n->whole)
		return NULL;
	if (p < end && *p == '.') {
		n->fraction = p + 1;
		n->fraction_end = p = digits_end(p + 1, end);
		*bad = p;
		if (p == n->fraction)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		const char *digits;

		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		n->exponent = 1;
		*bad = p = digits_end(p, end);
		if (p == digits)
			return NULL;
	}
	return p;
}

/* 1 if digits alone tell that a number without exponent is canonical. */
static int
plainly_clean(const struct parts *n, int negative)
{
	size_t whole = (size_t)(n->whole_end - n->whole);
	size_t fraction = (size_t)(n->fraction_end - n->fraction);

	if (n->exponent || whole + fraction > SAFE_DIGITS)
		return 0;
	if (fraction == 0)
		return !(negative && n->whole[0] == '0');
	if (n->fraction_end[-1] == '0')
		return 0;
	/* below 0.000001 an exponent is used */
	return n->whole[0] != '0' || fraction < 7 ||
	    memcmp(n->fraction, "000000", 6) != 0;
}

const char *
nt_json_number_end(const char *p, const char *end, int *clean,
    const char **bad, const char **why)
{
	char spelled[NT_JSON_NUMBER_TEXT];
	const char *start = p;
	struct parts n;
	size_t len;

	if ((p = take_apart(start, end, &n, bad)) == NULL) {
		*why = "a number without a digit where one must be";
		return NULL;
	}
	if (p < end && is_digit(*p)) {	/* take_apart() stops behind a 0 */
		*bad = p;
		*why = "a number with a leading zero";
		return NULL;
	}
	if (plainly_clean(&n, *start == '-'))
		return p;
	len = nt_json_number_spell(start, (size_t)(p - start), spelled);
	if (len == 0) {
		*bad = start;
		*why = "a number larger than a double can hold";
		return NULL;
	}
	if (len != (size_t)(p - start) || memcmp(start, spelled, len) != 0)
		*clean = 0;
	return p;
}

/* As strtod(3), of text that has no NUL behind it. */
double
nt_json_number_value(const char *p, size_t len)
{
	char small[64], *copy = small;
	double d;

	if (len >= sizeof small)
		copy = nt_alloc(len + 1);
	memcpy(copy, p, len);
	copy[len] = '\0';
	d = strtod(copy, NULL);
	if (copy != small)
		free(copy);
	return d;
}

size_t
nt_json_number_spell(const char *p, size_t len, char out[NT_JSON_NUMBER_TEXT])
{
	double d = nt_json_number_value(p, len);
	const char *bad;
	struct parts n;

	if (isinf(d))
		return 0;
	take_apart(p, p + len, &n, &bad);
	if (n.fraction_end == n.whole_end && !n.exponent &&
	    len < NT_JSON_NUMBER_TEXT) {
		char exact[NT_JSON_NUMBER_TEXT];
		int got = snprintf(exact, sizeof exact, "%.0f", d);

		if ((size_t)got != len || memcmp(exact, p, len) != 0) {
			memcpy(out, p, len);
			return len;
		}
	}
	return nt_json_double_spell(d, out);
}

/* Digits and the place of the point: 0.DIGITS * 10^point. */
struct decimal {
	char digits[20];
	int count;
	int point;
};

static double
decimal_value(const struct decimal *dec)
{
	char text[40];

	snprintf(text, sizeof text, "0.%.*se%d", dec->count, dec->digits,
	    dec->point);
	return strtod(text, NULL);
}

/* The decimal with count digits that is nearest to d > 0. */
static void
decimal_nearest(double d, int count, struct decimal *dec)
{
	char text[40];

	snprintf(text, sizeof text, "%.*e", count - 1, d);
	dec->digits[0] = text[0];
	if (count > 1)
		memcpy(dec->digits + 1, text + 2, (size_t)count - 1);
	dec->count = count;
	dec->point = atoi(strchr(text, 'e') + 1) + 1;
}

/* Adds one in the last place. */
static void
decimal_step(struct decimal *dec)
{
	int i = dec->count - 1;

	while (i > 0 && dec->digits[i] == '9')
		dec->digits[i--] = '0';
	if (dec->digits[i] != '9') {
		dec->digits[i]++;
		return;
	}
	dec->digits[0] = '1';	/* they were all nines */
	dec->point++;
}

/*
 * The shortest decimal that reads back as d > 0, and of those the nearest.
 * At a power of two the doubles below lie half as far apart as those above, so
 * there the nearest decimal of a length, being below, may not read back while
 * the next one does: 2^-44 is 5.684341886080802e-14, although ...801 is nearer.
 * From 15 digits on there is nothing shorter but trailing zeros, unless d is
 * subnormal and has fewer digits to begin with.
 */
static void
decimal_shortest(double d, struct decimal *dec)
{
	int count = d < DBL_MIN ? 1 : SAFE_DIGITS;

	for (; count < DBL_DECIMAL_DIG; count++) {
		decimal_nearest(d, count, dec);
		if (decimal_value(dec) == d)
			break;
		decimal_step(dec);
		if (decimal_value(dec) == d)
			break;
	}
	if (count == DBL_DECIMAL_DIG)
		decimal_nearest(d, count, dec);
	while (dec->count > 1 && dec->digits[dec->count - 1] == '0')
		dec->count--;
}

/* Lays the digits out as ECMAScript's Number::toString says. */
static size_t
decimal_print(const struct decimal *dec, char out[NT_JSON_NUMBER_TEXT])
{
	int count = dec->count, point = dec->point;
	const char *digits = dec->digits;
	const size_t room = NT_JSON_NUMBER_TEXT - 1;

	if (point > 21 || point < -5)
		return (size_t)(count == 1 ?
		    snprintf(out, room, "%ce%+d", digits[0], point - 1) :
		    snprintf(out, room, "%c.%.*se%+d", digits[0], count - 1,
		    digits + 1, point - 1));
	if (point <= 0)
		return (size_t)snprintf(out, room, "0.%.*s%.*s", -point,
		    "00000", count, digits);
	if (count <= point)
		return (size_t)snprintf(out, room, "%.*s%.*s", count, digits,
		    point - count, "00000000000000000000");
	return (size_t)snprintf(out, room, "%.*s.%.*s", point, digits,
	    count - point, digits + point);
}

/* The digits of a whole number below 2^53. */
static size_t
integer_print(uint64_t n, char *out)
{
	char reversed[20];
	size_t count = 0;

	do
		reversed[count++] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	for (size_t i = 0; i < count; i++)
		out[i] = reversed[count - 1 - i];
	return count;
}

size_t
nt_json_double_spell(double d, char out[NT_JSON_NUMBER_TEXT])
{
	struct decimal dec;
	size_t sign = 0;

	if (d < 0) {
		out[sign++] = '-';
		d = -d;
	}
	if (d < SAFE_INTEGER && d == (double)(uint64_t)d)
		return sign + integer_print((uint64_t)d, out + sign);
	decimal_shortest(d, &dec);
	return sign + decimal_print(&dec, out + sign);
}

void
nt_json_number(struct nt_buf *out, double d)
{
	char text[NT_JSON_NUMBER_TEXT];

	nt_buf_add(out, text, nt_json_double_spell(d, text));
}
