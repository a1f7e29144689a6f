/*
 * The door to libyaml.  Its emitter takes characters beyond U+FFFF for
 * something that cannot be printed and escapes them; they are put back here.
 * That is safe because a backslash in what it writes is always an escape:
 * texts that have one are between double quotes.
 */
#include "yaml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "internal.h"

struct md_yaml {
	yaml_emitter_t emitter;
	struct nt_buf text;	/* what the emitter wrote */
	struct nt_buf clean;	/* a text without what is no character */
};

static int
take(void *arg, unsigned char *p, size_t len)
{
	nt_buf_add(arg, p, len);
	return 1;
}

/* Only memory can be short: what is written are texts that were checked. */
static void
emit(struct md_yaml *y, yaml_event_t *event, int made)
{
	if (!made || !yaml_emitter_emit(&y->emitter, event))
		nt_out_of_memory();
}

struct md_yaml *
md_yaml_new(void)
{
	struct md_yaml *y = nt_alloc(sizeof *y);
	yaml_event_t e;

	nt_buf_init(&y->text, NT_BUF_MAX);
	nt_buf_init(&y->clean, NT_BUF_MAX);
	if (!yaml_emitter_initialize(&y->emitter))
		nt_out_of_memory();
	yaml_emitter_set_output(&y->emitter, take, &y->text);
	yaml_emitter_set_unicode(&y->emitter, 1);
	yaml_emitter_set_width(&y->emitter, -1);
	emit(y, &e, yaml_stream_start_event_initialize(&e,
	    YAML_UTF8_ENCODING));
	emit(y, &e, yaml_document_start_event_initialize(&e, NULL, NULL, NULL,
	    1));
	md_yaml_open_map(y);
	return y;
}

/* The code point of eight hexadecimal digits. */
static uint32_t
scan_code(const char *p)
{
	uint32_t code = 0;

	for (int i = 0; i < 8; i++)
		code = code << 4 | (uint32_t)nt_hex_digit(p[i]);
	return code;
}

/* Copies, with "\U0001F331" as the character it is. */
static void
put_back(struct nt_buf *out, struct nt_str s)
{
	const size_t escape = 10;

	while (s.len > 0) {
		const char *p = memchr(s.p, '\\', s.len);
		size_t before = p == NULL ? s.len : (size_t)(p - s.p), len;

		nt_buf_add(out, s.p, before);
		s = (struct nt_str){ s.p + before, s.len - before };
		if (s.len == 0)
			break;
		len = s.len >= escape && s.p[1] == 'U' ? escape : 2;
		if (len == escape)
			md_put_code(out, scan_code(s.p + 2));
		else
			nt_buf_add(out, s.p, len);
		s = (struct nt_str){ s.p + len, s.len - len };
	}
}

void
md_yaml_close(struct md_yaml *y, struct nt_buf *out)
{
	yaml_event_t e;

	md_yaml_close_map(y);
	emit(y, &e, yaml_document_end_event_initialize(&e, 1));
	emit(y, &e, yaml_stream_end_event_initialize(&e));
	if (!yaml_emitter_flush(&y->emitter))
		nt_out_of_memory();
	put_back(out, nt_buf_view(&y->text));
	yaml_emitter_delete(&y->emitter);
	nt_buf_free(&y->text);
	nt_buf_free(&y->clean);
	free(y);
}

void
md_yaml_open_map(struct md_yaml *y)
{
	yaml_event_t e;

	emit(y, &e, yaml_mapping_start_event_initialize(&e, NULL, NULL, 1,
	    YAML_BLOCK_MAPPING_STYLE));
}

void
md_yaml_close_map(struct md_yaml *y)
{
	yaml_event_t e;

	emit(y, &e, yaml_mapping_end_event_initialize(&e));
}

void
md_yaml_open_list(struct md_yaml *y)
{
	yaml_event_t e;

	emit(y, &e, yaml_sequence_start_event_initialize(&e, NULL, NULL, 1,
	    YAML_BLOCK_SEQUENCE_STYLE));
}

void
md_yaml_close_list(struct md_yaml *y)
{
	yaml_event_t e;

	emit(y, &e, yaml_sequence_end_event_initialize(&e));
}

static void
put_scalar(struct md_yaml *y, const char *p, size_t len, int plain)
{
	yaml_event_t e;

	/* libyaml wants NUL-terminated or counted text, and a pointer */
	emit(y, &e, yaml_scalar_event_initialize(&e, NULL, NULL,
	    (const yaml_char_t *)(p == NULL ? "" : p), (int)len, plain, 1,
	    plain ? YAML_PLAIN_SCALAR_STYLE :
	    YAML_DOUBLE_QUOTED_SCALAR_STYLE));
}

void
md_yaml_word(struct md_yaml *y, const char *word)
{
	put_scalar(y, word, strlen(word), 1);
}

/* ---- texts ---- */

/* 1 if YAML reads the word as something else than a text. */
static int
is_taken(struct nt_str s)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on",
	    "off", "true", "false", "null" };

	if (s.len > 5)
		return 0;	/* longer than any */
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (s.len == strlen(words[i]) &&
		    strncasecmp(s.p, words[i], s.len) == 0)
			return 1;
	return 0;
}

/* 1 if the text needs no quotes. */
static int
is_plain(struct nt_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.len == 0 || !((p[0] | 0x20) >= 'a' && (p[0] | 0x20) <= 'z') ||
	    p[s.len - 1] == ' ')
		return 0;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = p[i];

		/* beyond U+00BF, for some before it are line ends */
		if (!md_is_alnum(c) && (c < 0x80 || c >= 0xe0 || c == 0xc2) &&
		    (c == 0 || strchr(" _-./()", c) == NULL))
			return 0;
	}
	return !is_taken(s);
}

void
md_yaml_text(struct md_yaml *y, struct nt_str s)
{
	const size_t most = 1 << 30;	/* libyaml counts in int */

	if (s.len > most)
		s.len = most;
	if (is_plain(s)) {
		put_scalar(y, s.p, s.len, 1);
		return;
	}
	nt_buf_clear(&y->clean);
	md_put_characters(&y->clean, s);
	put_scalar(y, y->clean.p, y->clean.len, 0);
}

/* ---- numbers and moments ---- */

void
md_yaml_number(struct md_yaml *y, struct nt_str raw)
{
	const char *e = memchr(raw.p, 'e', raw.len);
	char text[64];

	/* to YAML 1.1 a number with an exponent has a point and a sign */
	if (e == NULL)
		e = memchr(raw.p, 'E', raw.len);
	if (e == NULL || memchr(raw.p, '.', raw.len) != NULL ||
	    raw.len + 3 > sizeof text) {
		put_scalar(y, raw.p, raw.len, 1);
		return;
	}
	memcpy(text, raw.p, (size_t)(e - raw.p));
	memcpy(text + (e - raw.p), ".0", 2);
	memcpy(text + (e - raw.p) + 2, e, raw.len - (size_t)(e - raw.p));
	put_scalar(y, text, raw.len + 2, 1);
}

/* The number of len digits at p, or -1. */
static int
digits(const char *p, int len)
{
	int n = 0;

	for (int i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		n = n * 10 + p[i] - '0';
	}
	return n;
}

/* 1 if the text has this form, "d" for a digit. */
static int
has_form(const char *p, size_t len, const char *form)
{
	if (len != strlen(form))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (form[i] == 'd' ? p[i] < '0' || p[i] > '9' :
		    p[i] != form[i])
			return 0;
	return 1;
}

/* 1 if the ten characters are a day that every calendar program knows. */
static int
is_day(const char *p)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	int year, month, day, leap;

	if (!has_form(p, 10, "dddd-dd-dd"))
		return 0;
	year = digits(p, 4);
	month = digits(p + 5, 2);
	day = digits(p + 8, 2);
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return year > 1 && year < 9999 && month >= 1 && month <= 12 &&
	    day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* 1 if what is behind the seconds is a fraction and a zone of the service. */
static int
is_rest(const char *p, size_t len)
{
	if (len > 4 && has_form(p, 4, ".ddd")) {
		p += 4;
		len -= 4;
	}
	if (has_form(p, len, "Z"))
		return 1;
	return (has_form(p, len, "+dd:dd") || has_form(p, len, "-dd:dd")) &&
	    digits(p + 1, 2) < 24 && digits(p + 4, 2) < 60;
}

static int
is_moment(struct nt_str s)
{
	const size_t seconds = 19;	/* 2026-03-02T09:00:00 */

	if (s.len < 10 || !is_day(s.p))
		return 0;
	return s.len == 10 || (s.len > seconds &&
	    has_form(s.p + 10, seconds - 10, "Tdd:dd:dd") &&
	    digits(s.p + 11, 2) < 24 && digits(s.p + 14, 2) < 60 &&
	    digits(s.p + 17, 2) < 60 &&
	    is_rest(s.p + seconds, s.len - seconds));
}

void
md_yaml_moment(struct md_yaml *y, struct nt_str s)
{
	if (is_moment(s))
		put_scalar(y, s.p, s.len, 1);
	else
		md_yaml_text(y, s);
}
