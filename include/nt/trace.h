/*
 * trace - one JSON line an event, appended to the file that NT_TRACE names.
 *
 * Calls buf, clock, file.  Off when NT_TRACE is not set.  No token, header or
 * body is ever an argument.
 */
#ifndef NT_TRACE_H
#define NT_TRACE_H

/* 1 if events are kept; ask before building something costly. */
int nt_trace_on(void);

/*
 * Appends {"event":EVENT,"time":…, and members}: members is the inside of a
 * JSON object, made by fmt, e.g. "\"status\":%d".  Written with one write(2),
 * so lines of several processes do not mix.
 */
void nt_trace(const char *event, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
