/* What the files of this room tell each other. */
#ifndef NT_CALENDAR_INTERNAL_H
#define NT_CALENDAR_INTERNAL_H

#include <stdint.h>

#include "nt/buf.h"
#include "nt/retention.h"

/* The quotient towards minus infinity; b is positive. */
static inline int64_t
floor_div(int64_t a, int64_t b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/*
 * Reads one number and its unit, adds it to the span and tells the unit: what
 * is behind it, or NULL.
 */
const char *span_read_part(struct nt_span *span, const char *p,
    enum nt_period *unit);

/* 1 if it is no time at all. */
int span_is_none(const struct nt_span *span);

/* Makes *span the other if that is larger. */
void span_take_larger(struct nt_span *span, const struct nt_span *other);

/* Appends "1y6m3d2h". */
void span_write(const struct nt_span *span, struct nt_buf *b);

/* The moment a span before ms. */
int64_t span_before(const struct nt_span *span, int64_t ms);

/*
 * A number that is the same within a period and different in the next, of what
 * clocks show; not for NT_PERIOD_EACH.
 */
int64_t period_of(enum nt_period period, int64_t local_ms);

#endif
