/*
 * What the tests of the written forms share: a small workspace to write to,
 * and rows that say what becomes of a value there.  Texts have ' for ".
 *
 * Ids begin with a digit that says how they fare: 1 is there as 2, 5 is for
 * later, 9 is never there.  A file is there unless its pointer has "gone" or
 * "slow" in it, a link leads on unless it has "/x", a property is there unless
 * it begins with "gone".
 */
#ifndef TEST_WRITABLE_H
#define TEST_WRITABLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/form.h"
#include "nt/stored.h"
#include "nt/writable.h"

#define REST "1111111-1111-4111-8111-111111111111"
#define HERE "'1" REST "'"
#define THERE "'2" REST "'"
#define SOON "'5" REST "'"
#define GONE "'9" REST "'"
#define UPLOADED "'3" REST "'"

static enum nt_writable
fare_of(void *of, const struct nt_id *from, struct nt_id *to)
{
	(void)of;
	*to = *from;
	switch (from->b[0] >> 4) {
	case 1:
		to->b[0] = (uint8_t)((from->b[0] & 15) | 0x20);
		return NT_WRITABLE_NOW;
	case 5:
		return NT_WRITABLE_LATER;
	case 9:
		return NT_WRITABLE_NEVER;
	}
	return NT_WRITABLE_NOW;
}

static int
has(struct nt_str text, const char *word)
{
	size_t i, len = strlen(word);

	for (i = 0; i + len <= text.len; i++)
		if (memcmp(text.p + i, word, len) == 0)
			return 1;
	return 0;
}

/* The files that were asked for, one a line. */
static struct nt_buf files_asked;

static enum nt_writable
upload_of(void *of, struct nt_str pointer, struct nt_id *upload)
{
	struct nt_str id = { &UPLOADED[1], 36 };

	(void)of;
	nt_buf_add(&files_asked, pointer.p, pointer.len);
	nt_buf_char(&files_asked, '\n');
	assert_int_equal(nt_id_scan(id, upload), 0);
	return has(pointer, "gone") ? NT_WRITABLE_NEVER :
	    has(pointer, "slow") ? NT_WRITABLE_LATER : NT_WRITABLE_NOW;
}

static enum nt_writable
property_of(void *of, struct nt_str id, struct nt_buf *out)
{
	(void)of;
	if (has(id, "gone"))
		return NT_WRITABLE_NEVER;
	if (has(id, "slow"))
		return NT_WRITABLE_LATER;
	nt_buf_str(out, "new-");
	nt_buf_add(out, id.p, id.len);
	return NT_WRITABLE_NOW;
}

static enum nt_writable
link_of(void *of, struct nt_str url, struct nt_buf *out)
{
	(void)of;
	if (has(url, "/slow"))
		return NT_WRITABLE_LATER;
	if (!has(url, "/old"))
		return NT_WRITABLE_NEVER;
	nt_buf_str(out, "https://n/new");
	return NT_WRITABLE_NOW;
}

static enum nt_writable
name_of(void *of, const struct nt_id *source, struct nt_str id,
    struct nt_buf *out)
{
	(void)of;
	if (has(id, "gone"))
		return NT_WRITABLE_NEVER;
	if (has(id, "slow"))
		return NT_WRITABLE_LATER;
	nt_buf_fmt(out, "%s \"%.*s\"", nt_id_is_nil(source) ? "My" : "Its",
	    (int)id.len, id.p);
	return NT_WRITABLE_NOW;
}

/* "E /pointer reason" or "W …", one a line. */
static struct nt_buf losses_told;

static void
tell_loss(void *of, const char *pointer, enum nt_loss_class class,
    const char *reason)
{
	(void)of;
	nt_buf_fmt(&losses_told, "%c %s %s\n", class == NT_LOSS_EXPECTED ?
	    'E' : 'W', pointer, reason);
}

static const struct nt_target there = {
	NULL, fare_of, fare_of, fare_of, upload_of, property_of, link_of,
	tell_loss, name_of
};

/* ---- comparing ---- */

/* A text with ' for ", parsed; free with drop(). */
struct held {
	struct nt_json *doc;
	char *text;
	struct nt_value v;
};

static struct held
hold(const char *text)
{
	struct held h = { nt_json_new(), NULL, NT_VALUE_NONE };
	struct nt_err err;
	char *s;

	if (text == NULL)
		return h;
	h.text = nt_strdup(text);
	for (s = h.text; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (nt_json_parse(h.doc, h.text, strlen(h.text), &h.v, &err) == -1)
		fail_msg("%s: %s", h.text, err.text);
	return h;
}

static void
drop(struct held *h)
{
	nt_json_free(h->doc);
	free(h->text);
}

static void
begin_row(void)
{
	nt_buf_init(&losses_told, NT_BUF_MAX);
	nt_buf_init(&files_asked, NT_BUF_MAX);
}

/*
 * The row's outcome must be the JSON wanted ("later" and "never" are words for
 * it), with exactly these losses (NULL: none); frees what begin_row() made.
 */
static void
end_row(const char *given, enum nt_writable outcome, struct nt_buf *out,
    const char *want, const char *losses)
{
	static const char *const words[] = { "never", "later", "now" };
	const char *word = words[outcome + 1];
	struct held ours, theirs;

	if (outcome != NT_WRITABLE_NOW) {
		if (strcmp(word, want) != 0)
			fail_msg("%s\n  is %s (%s), not %s", given, word,
			    losses_told.p, want);
		assert_int_equal(out->len, 0);
	} else {
		ours = hold(out->p);
		theirs = hold(want[0] == '[' || want[0] == '{' ||
		    strcmp(want, "null") == 0 ? want : "'no JSON'");
		if (!nt_value_equal(ours.v, theirs.v))
			fail_msg("%s\n  is written %s\n  and not     %s",
			    given, ours.text, want);
		drop(&ours);
		drop(&theirs);
	}
	if (strcmp(losses_told.p, losses == NULL ? "" : losses) != 0)
		fail_msg("%s\n  loses\n%s  and not\n%s", given, losses_told.p,
		    losses == NULL ? "" : losses);
	nt_buf_free(&losses_told);
	nt_buf_free(&files_asked);
	nt_buf_clear(out);
}

#endif
