#include "nt/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void
nt_err_plain(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			text[i] = '?';
}

/*
 * Makes text fit for one line of a terminal; a sentence that was cut does not
 * end inside a UTF-8 character.
 */
static void
make_printable(char *text, int cut)
{
	size_t len = strlen(text);

	if (cut) {
		while (len > 0 && ((unsigned char)text[len - 1] & 0xC0) == 0x80)
			len--;
		if (len > 0 && ((unsigned char)text[len - 1] & 0x80) != 0)
			len--;
		text[len] = '\0';
	}
	nt_err_plain(text, strlen(text));
}

int
nt_err_set(struct nt_err *err, enum nt_err_kind kind, const char *fmt, ...)
{
	va_list ap;
	int wanted;

	if (err == NULL)
		return -1;
	err->kind = kind;
	va_start(ap, fmt);
	wanted = vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	make_printable(err->text, wanted >= (int)sizeof err->text);
	return -1;
}

int
nt_err_sys(struct nt_err *err, const char *verb, const char *name)
{
	int why = errno;

	return nt_err_set(err, NT_SYS, "cannot %s %s: %s", verb, name,
	    strerror(why));
}

int
nt_err_at(struct nt_err *err, const char *fmt, ...)
{
	char sentence[NT_ERR_TEXT_MAX], place[NT_ERR_TEXT_MAX / 2];
	va_list ap;
	int wanted;

	if (err == NULL)
		return -1;
	memcpy(sentence, err->text, sizeof sentence);
	va_start(ap, fmt);
	vsnprintf(place, sizeof place, fmt, ap);
	va_end(ap);
	wanted = snprintf(err->text, sizeof err->text, "%s%s", place, sentence);
	make_printable(err->text, wanted >= (int)sizeof err->text);
	return -1;
}
