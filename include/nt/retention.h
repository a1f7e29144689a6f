/*
 * retention - which backups are to be kept; notion-keep(1) has the rules.
 *
 * Calls calendar and base.  Days begin by the clocks of the zone that
 * nt_calendar_zone() set.  Nothing here removes or prints.
 */
#ifndef NT_RETENTION_H
#define NT_RETENTION_H

#include <stddef.h>
#include <stdint.h>

#include "nt/buf.h"
#include "nt/err.h"
#include "nt/mem.h"

enum nt_period {
	NT_PERIOD_EACH,		/* no period: every backup is one */
	NT_PERIOD_HOUR,
	NT_PERIOD_DAY,
	NT_PERIOD_WEEK,
	NT_PERIOD_MONTH,
	NT_PERIOD_YEAR,
	NT_PERIODS
};

/* A time to be counted back by the calendar; all 0 is none. */
struct nt_span {
	int years, months, days, hours;
};

/* The rules; all of it 0 is none. */
struct nt_retention {
	int64_t count[NT_PERIODS];	/* keep that many; -1: all */
	struct nt_span within[NT_PERIODS];	/* before the newest */
	struct nt_span not_older;	/* than this, before now */
	int forever;
};

/* How much of what it is a copy of is in a backup. */
enum nt_wholeness {
	NT_BACKUP_INCOMPLETE,
	NT_BACKUP_UNKNOWN,
	NT_BACKUP_COMPLETE
};

/* A backup, and behind the first members what became of it. */
struct nt_backup {
	struct nt_str place, series;	/* what is the same is one group */
	struct nt_str name;
	struct nt_str *needs;		/* names of others in that place */
	size_t need_count;
	int64_t time_ms;
	enum nt_wholeness wholeness;

	uint32_t why;			/* 0: it is not to be kept */
	const struct nt_backup *needed_by;
};

/* Reads "1y6m", "90days"; the larger of it and *span is in *span.  0, or -1. */
int nt_span_widen(struct nt_span *span, const char *text, struct nt_err *err);

/* Adds the rules of "7days,12months" or "forever": 0, or -1. */
int nt_retention_add(struct nt_retention *rules, const char *spec,
    struct nt_err *err);

/* Judges all of them: sets why, and needed_by, of each. */
void nt_retention_judge(const struct nt_retention *rules,
    struct nt_backup *backups, size_t count, int64_t now_ms);

/*
 * Reason n, from 0, for which a backup that was judged is kept, in words: 1 and
 * the text in *b, or 0: there are no more.
 */
int nt_retention_reason(const struct nt_retention *rules,
    const struct nt_backup *backup, unsigned n, struct nt_buf *b);

#endif
