#include "nt/trace.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/file.h"

#define TRACE_LINE_MAX 4096

/* -2 until the first event asks; then the file, or -1 for none. */
static int trace_fd = -2;

int
nt_trace_on(void)
{
	if (trace_fd == -2) {
		const char *path = getenv("NT_TRACE");

		trace_fd = path == NULL || *path == '\0' ? -1 : open(path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	}
	return trace_fd >= 0;
}

void
nt_trace(const char *event, const char *fmt, ...)
{
	char members[TRACE_LINE_MAX - 200], line[TRACE_LINE_MAX];
	char now[NT_TIME_TEXT];
	va_list ap;
	int len;

	if (!nt_trace_on())
		return;
	va_start(ap, fmt);
	len = vsnprintf(members, sizeof members, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= sizeof members)
		return;		/* a cut line would be no JSON */
	nt_time_format(nt_clock_wall_ms(), now);
	len = snprintf(line, sizeof line,
	    "{\"event\":\"%s\",\"time\":\"%s\",\"pid\":%ld%s%s}\n", event,
	    now, (long)getpid(), *members == '\0' ? "" : ",", members);
	nt_write_all(trace_fd, line, (size_t)len);
}
