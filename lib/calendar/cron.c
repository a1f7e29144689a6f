/* Cron expressions, as cron(8) of Debian reads them. */
#include "nt/cron.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cron.h"
#include "nt/mem.h"

#define BLANKS " \t"
#define NUMBER_MAX 99999	/* beyond any value and any step that matters */
#define SHOWN 40		/* bytes of what is wrong, in an error */

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
    "jul", "aug", "sep", "oct", "nov", "dec", NULL };
static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu",
    "fri", "sat", NULL };

/* What a field may hold. */
struct field {
	const char *name;
	int low, high;
	const char *const *names;	/* of low, low + 1, ...; or NULL */
	const char *expected;
};

static const struct field fields[NT_CRON_FIELDS] = {
	{ "minute", 0, 59, NULL, "* or values from 0 to 59" },
	{ "hour", 0, 23, NULL, "* or values from 0 to 23" },
	{ "day of month", 1, 31, NULL, "* or values from 1 to 31" },
	{ "month", 1, 12, months,
	    "* or values from 1 to 12 or jan to dec" },
	{ "day of week", 0, 7, weekdays,
	    "* or values from 0 to 7 or sun to sat" }
};

/* One item of a list in a field. */
struct item {
	const struct field *field;
	const char *text;
	size_t len;
	int first, last, step;
};

/* How much of a text is shown in an error. */
static int
shown(struct nt_str text)
{
	return (int)(text.len < SHOWN ? text.len : SHOWN);
}

static int
bad(const struct item *i, struct nt_err *err, const char *expected)
{
	return nt_err_set(err, NT_DATA, "%s is \"%.*s\", expected %s",
	    i->field->name, shown((struct nt_str){ i->text, i->len }), i->text,
	    expected);
}

/* Reads digits from *p up to end: the number, or -1. */
static int
read_number(const char **p, const char *end)
{
	const char *start = *p;
	int n = 0;

	for (; *p < end && **p >= '0' && **p <= '9'; (*p)++)
		if ((n = n * 10 + (**p - '0')) > NUMBER_MAX)
			return -1;
	return *p == start ? -1 : n;
}

/* Reads a value, by its number or its name; -1 if it is not of the field. */
static int
read_value(const struct field *f, const char **p, const char *end)
{
	int n;

	for (n = 0; f->names != NULL && f->names[n] != NULL; n++)
		if (end - *p >= 3 && strncasecmp(*p, f->names[n], 3) == 0) {
			*p += 3;
			return f->low + n;
		}
	n = read_number(p, end);
	return n >= f->low && n <= f->high ? n : -1;
}

/* Tells how a range is written that goes over the end of its field. */
static int
backwards(const struct item *i, struct nt_err *err)
{
	const struct field *f = i->field;
	int from = f->low + (f->high == 7), to = i->last;
	char expected[80];

	if (to < from)		/* up to a Sunday */
		snprintf(expected, sizeof expected, "the smaller value first, "
		    "as %d-%d", i->first, f->high);
	else
		snprintf(expected, sizeof expected, "the smaller value first, "
		    "as %d-%d,%d-%d", i->first, f->high, from, to);
	return bad(i, err, expected);
}

/* The step behind a range, which is there from p on. */
static int
read_step(struct item *i, const char *p, int is_range, struct nt_err *err)
{
	const char *end = i->text + i->len;
	char expected[80];

	p++;
	i->step = read_number(&p, end);
	if (i->step < 1 || p != end)
		return bad(i, err, "a step of 1 or more, such as */5");
	if (is_range)
		return 0;
	snprintf(expected, sizeof expected, "a range before the step, as "
	    "%d-%d/%d", i->first, i->field->high, i->step);
	return bad(i, err, expected);
}

static int
read_item(struct item *i, struct nt_err *err)
{
	const struct field *f = i->field;
	const char *p = i->text, *end = p + i->len;
	int is_range = 1;

	i->first = f->low;
	i->last = f->high;
	i->step = 1;
	if (p < end && *p == '*') {
		p++;
	} else {
		i->first = i->last = read_value(f, &p, end);
		is_range = i->first != -1 && p < end && *p == '-';
		if (is_range) {
			p++;
			i->last = read_value(f, &p, end);
		}
	}
	if (i->first == -1 || i->last == -1 || (p != end && *p != '/'))
		return bad(i, err, f->expected);
	if (i->last < i->first)
		return backwards(i, err);
	return p == end ? 0 : read_step(i, p, is_range, err);
}

/* Reads the items of a field into the set. */
static int
read_field(struct nt_cron *cron, enum nt_cron_field which, struct nt_str text,
    struct nt_err *err)
{
	struct item i = { .field = &fields[which], .text = text.p };
	const char *end = text.p + text.len;

	cron->set[which] = 0;
	cron->star[which] = text.p[0] == '*';
	for (;; i.text += i.len + 1) {
		const char *comma = memchr(i.text, ',', (size_t)(end - i.text));

		i.len = (size_t)((comma != NULL ? comma : end) - i.text);
		if (read_item(&i, err) == -1)
			return -1;
		for (int n = i.first; n <= i.last; n += i.step)
			cron->set[which] |= (uint64_t)1 << n;
		if (comma == NULL)
			break;
	}
	if (which == NT_CRON_WEEKDAY && (cron->set[which] & 1 << 7) != 0)
		cron->set[which] = (cron->set[which] | 1) & 0x7f;
	return 0;
}

/* ---- the whole ---- */

/* The five fields that a word stands for, or NULL. */
static const char *
meaning_of(struct nt_str word)
{
	static const char *const words[][2] = {
		{ "@hourly", "0 * * * *" },
		{ "@daily", "0 0 * * *" },
		{ "@midnight", "0 0 * * *" },
		{ "@weekly", "0 0 * * 0" },
		{ "@monthly", "0 0 1 * *" },
		{ "@yearly", "0 0 1 1 *" },
		{ "@annually", "0 0 1 1 *" }
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (nt_str_is(word, words[i][0]))
			return words[i][1];
	return NULL;
}

static int
bad_word(struct nt_str word, struct nt_err *err)
{
	if (nt_str_is(word, "@reboot"))
		return nt_err_set(err, NT_DATA, "@reboot is no time, expected "
		    "five fields or @hourly, @daily, @weekly, @monthly or "
		    "@yearly");
	return nt_err_set(err, NT_DATA, "the expression is \"%.*s\", expected "
	    "five fields or @hourly, @daily, @weekly, @monthly or @yearly",
	    shown(word), word.p);
}

/* Cuts the text at its blanks: how many parts, of which the first are kept. */
static size_t
cut(const char *text, struct nt_str parts[NT_CRON_FIELDS])
{
	size_t n = 0;

	for (;;) {
		text += strspn(text, BLANKS);
		if (*text == '\0')
			return n;
		size_t len = strcspn(text, BLANKS);

		if (n < NT_CRON_FIELDS)
			parts[n] = (struct nt_str){ text, len };
		n++;
		text += len;
	}
}

/* Whether some month has some of the days, where nothing else brings one. */
static int
comes(const struct nt_cron *cron)
{
	static const int days[] =
	    { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (cron_fits_either(cron))
		return 1;
	for (int m = 1; m <= 12; m++) {
		uint64_t here = (UINT64_C(2) << days[m - 1]) - 1;

		if ((cron->set[NT_CRON_MONTH] >> m & 1) != 0 &&
		    (cron->set[NT_CRON_DAY] & here) != 0)
			return 1;
	}
	return 0;
}

int
nt_cron_parse(struct nt_cron *cron, const char *text, struct nt_err *err)
{
	struct nt_str parts[NT_CRON_FIELDS];
	size_t n = cut(text, parts);

	if (n > 0 && parts[0].p[0] == '@') {
		const char *meaning = n == 1 ? meaning_of(parts[0]) : NULL;

		if (meaning == NULL)
			return bad_word(parts[0], err);
		n = cut(meaning, parts);
	}
	if (n != NT_CRON_FIELDS)
		return nt_err_set(err, NT_DATA, "there %s %zu field%s, "
		    "expected five: minute, hour, day of month, month, day of "
		    "week", n == 1 ? "is" : "are", n, n == 1 ? "" : "s");
	for (enum nt_cron_field f = 0; f < NT_CRON_FIELDS; f++)
		if (read_field(cron, f, parts[f], err) == -1)
			return -1;
	if (comes(cron))
		return 0;
	return nt_err_set(err, NT_DATA, "day of month is \"%.*s\", expected "
	    "a day that comes in month \"%.*s\": it never runs",
	    shown(parts[NT_CRON_DAY]), parts[NT_CRON_DAY].p,
	    shown(parts[NT_CRON_MONTH]), parts[NT_CRON_MONTH].p);
}

int
cron_fits_either(const struct nt_cron *cron)
{
	return !cron->star[NT_CRON_DAY] && !cron->star[NT_CRON_WEEKDAY];
}
