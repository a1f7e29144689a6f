#include "internal.h"

#include <stdarg.h>
#include <stdio.h>

void
report_fault(struct report *r, const char *fmt, ...)
{
	char sentence[NT_ERR_TEXT_MAX];
	struct nt_err err;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	nt_err_set(&err, NT_DATA, "%s", sentence);	/* fit to be printed */
	r->found->faults++;
	r->how->fault(r->how->arg, err.text);
}

int
report_err(struct report *r, const struct nt_err *err)
{
	if (err->kind != NT_DATA && err->kind != NT_LIMIT)
		return -1;
	report_fault(r, "%s", err->text);
	return 0;
}

int
report_stop(struct report *r, struct nt_err *err)
{
	if (r->how->stop == NULL || r->how->stop() == 0)
		return 0;
	return nt_err_set(err, NT_SYS, "stopped by a signal");
}
