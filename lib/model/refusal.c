#include "nt/refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void say(struct nt_refusal *, int, const char *, const char *, va_list)
    __attribute__((format(printf, 4, 0)));

static void
say(struct nt_refusal *why, int status, const char *code, const char *fmt,
    va_list ap)
{
	int len;
	size_t end = sizeof why->message - 1;

	why->status = status;
	why->code = code;
	len = vsnprintf(why->message, sizeof why->message, fmt, ap);
	if (len < 0 || (size_t)len <= end)
		return;
	while (end > 0 && (why->message[end - 1] & 0xc0) == 0x80)
		end--;
	if (end > 0 && (why->message[end - 1] & 0xc0) == 0xc0)
		end--;
	why->message[end] = '\0';
}

int
nt_refuse(struct nt_refusal *why, int status, const char *code,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(why, status, code, fmt, ap);
	va_end(ap);
	return -1;
}

int
nt_refuse_form(struct nt_refusal *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(why, 400, "validation_error", fmt, ap);
	va_end(ap);
	return -1;
}
