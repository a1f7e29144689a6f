/* Which backups are to be kept. */
#include "nt/retention.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/calendar.h"

/* Bits of why: four rules a period, then one each. */
enum {
	WHY_COUNT = 0,
	WHY_OLDEST = WHY_COUNT + NT_PERIODS,
	WHY_WITHIN = WHY_OLDEST + NT_PERIODS,
	WHY_OLDEST_WITHIN = WHY_WITHIN + NT_PERIODS,
	WHY_NOT_OLDER = WHY_OLDEST_WITHIN + NT_PERIODS,
	WHY_FOREVER,
	WHY_NO_RULE,
	WHY_LAST_COMPLETE,
	WHY_LAST_POSSIBLE,
	WHY_NONE_SINCE,
	WHY_NEEDED,
	WHY_END
};

/* Backups of one group, newest first. */
struct list {
	struct nt_backup **b;
	size_t n;
};

static void
keep(struct nt_backup *b, unsigned why)
{
	b->why |= (uint32_t)1 << why;
}

/* For what is kept only because nothing else keeps it. */
static void
save(struct nt_backup *b, unsigned why)
{
	if (b->why == 0)
		keep(b, why);
}

/* ---- the rules that pick ---- */

/* A rule that picks one a period, and how far it has come. */
struct picker {
	enum nt_period period;
	unsigned why, why_oldest;
	int64_t left;		/* -1: no end */
	int64_t after;		/* only what is newer than that */
	int64_t last;		/* the period of which it has one */
	int started;
};

static void
pick(struct picker *p, struct list list)
{
	for (size_t i = 0; i < list.n && p->left != 0; i++) {
		struct nt_backup *b = list.b[i];
		int64_t now = p->period == NT_PERIOD_EACH ? (int64_t)i :
		    period_of(p->period, nt_calendar_local(b->time_ms));
		int is_new = !p->started || now != p->last;

		if (b->time_ms <= p->after || (!is_new && i + 1 < list.n))
			continue;
		keep(b, is_new ? p->why : p->why_oldest);
		p->last = now;
		p->started = 1;
		if (p->left > 0)
			p->left--;
	}
}

/* The newest that is not of the future, from which spans count back. */
static int64_t
newest_of(struct list list, int64_t now_ms)
{
	for (size_t i = 0; i < list.n; i++)
		if (list.b[i]->time_ms <= now_ms)
			return list.b[i]->time_ms;
	return now_ms;
}

/* Rules that count and rules that choose, on one list. */
static void
pick_all(const struct nt_retention *rules, struct list list, int64_t now_ms)
{
	int64_t newest = newest_of(list, now_ms);

	for (unsigned p = 0; p < NT_PERIODS; p++) {
		struct picker by_count = { p, WHY_COUNT + p, WHY_OLDEST + p,
		    rules->count[p], INT64_MIN, 0, 0 };
		struct picker by_span = { p, WHY_WITHIN + p,
		    WHY_OLDEST_WITHIN + p, -1, 0, 0, 0 };

		pick(&by_count, list);
		if (p == NT_PERIOD_EACH || span_is_none(&rules->within[p]))
			continue;
		by_span.after = span_before(&rules->within[p], newest);
		pick(&by_span, list);
	}
}

/* ---- the rules that keep all ---- */

static int
is_empty(const struct nt_retention *rules)
{
	if (rules->forever || !span_is_none(&rules->not_older))
		return 0;
	for (unsigned p = 0; p < NT_PERIODS; p++)
		if (rules->count[p] != 0 || !span_is_none(&rules->within[p]))
			return 0;
	return 1;
}

static void
keep_since(struct list list, const struct nt_span *span, int64_t from_ms,
    unsigned why)
{
	int64_t since;

	if (span_is_none(span))
		return;
	since = span_before(span, from_ms);
	/* a span has its first moment, but nothing is within it there */
	if (why == WHY_NOT_OLDER)
		since--;
	for (size_t i = 0; i < list.n && list.b[i]->time_ms > since; i++)
		keep(list.b[i], why);
}

static void
keep_every(struct list list, unsigned why)
{
	for (size_t i = 0; i < list.n; i++)
		keep(list.b[i], why);
}

/* ---- one group ---- */

/* The first of that wholeness; list.n: there is none. */
static size_t
first_of(struct list list, enum nt_wholeness wholeness)
{
	size_t i;

	for (i = 0; i < list.n; i++)
		if (list.b[i]->wholeness == wholeness)
			break;
	return i;
}

/* What no rule may take away. */
static void
save_last(struct list list, size_t incomplete)
{
	size_t complete = first_of(list, NT_BACKUP_COMPLETE);
	size_t possible = first_of(list, NT_BACKUP_UNKNOWN);

	if (complete < list.n)
		save(list.b[complete], WHY_LAST_COMPLETE);
	else if (possible < list.n)
		save(list.b[possible], WHY_LAST_POSSIBLE);
	if (incomplete > 0)
		save(list.b[0], WHY_NONE_SINCE);
}

/* room is for as many as the list has. */
static void
judge_group(const struct nt_retention *rules, struct list list,
    struct nt_backup **room, int64_t now_ms)
{
	struct list incomplete = { list.b, 0 }, whole = { room, 0 };

	if (is_empty(rules))
		keep_every(list, WHY_NO_RULE);
	if (rules->forever)
		keep_every(list, WHY_FOREVER);
	keep_since(list, &rules->not_older, now_ms, WHY_NOT_OLDER);
	keep_since(list, &rules->within[NT_PERIOD_EACH],
	    newest_of(list, now_ms), WHY_WITHIN);

	while (incomplete.n < list.n &&
	    list.b[incomplete.n]->wholeness == NT_BACKUP_INCOMPLETE)
		incomplete.n++;
	for (size_t i = incomplete.n; i < list.n; i++)
		if (list.b[i]->wholeness != NT_BACKUP_INCOMPLETE)
			whole.b[whole.n++] = list.b[i];
	pick_all(rules, incomplete, now_ms);
	pick_all(rules, whole, now_ms);
	save_last(list, incomplete.n);
}

/* ---- what needs what ---- */

static int
compare_names(const struct nt_backup *a, struct nt_str place,
    struct nt_str name)
{
	int c = nt_str_cmp(a->place, place);

	return c != 0 ? c : nt_str_cmp(a->name, name);
}

static int
by_name(const void *a, const void *b)
{
	const struct nt_backup *const *x = a, *const *y = b;

	return compare_names(*x, (*y)->place, (*y)->name);
}

/* The first of that name or behind it, in a list by name. */
static size_t
find_name(struct list names, struct nt_str place, struct nt_str name)
{
	size_t low = 0, high = names.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_names(names.b[mid], place, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Keeps what b needs, and puts what was not kept yet on the heap. */
static void
keep_needed(struct list names, const struct nt_backup *b, struct list *heap)
{
	for (size_t n = 0; n < b->need_count; n++)
		for (size_t i = find_name(names, b->place, b->needs[n]);
		    i < names.n && compare_names(names.b[i], b->place,
		    b->needs[n]) == 0; i++) {
			struct nt_backup *other = names.b[i];

			if (other->why != 0)
				continue;
			keep(other, WHY_NEEDED);
			other->needed_by = b;
			heap->b[heap->n++] = other;
		}
}

static void
follow_needs(struct nt_backup *backups, size_t count, struct list names)
{
	struct list heap = { nt_alloc_array(count, sizeof *heap.b), 0 };

	qsort(names.b, names.n, sizeof *names.b, by_name);
	for (size_t i = 0; i < count; i++)
		if (backups[i].why != 0)
			heap.b[heap.n++] = &backups[i];
	while (heap.n > 0)
		keep_needed(names, heap.b[--heap.n], &heap);
	free(heap.b);
}

/* ---- all of them ---- */

static int
compare_groups(const struct nt_backup *a, const struct nt_backup *b)
{
	int c = nt_str_cmp(a->place, b->place);

	return c != 0 ? c : nt_str_cmp(a->series, b->series);
}

/* Of a group the newest first, of one time the incomplete last. */
static int
by_group(const void *a, const void *b)
{
	const struct nt_backup *x = *(const struct nt_backup *const *)a;
	const struct nt_backup *y = *(const struct nt_backup *const *)b;
	int c = compare_groups(x, y);

	if (c != 0)
		return c;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	c = (x->wholeness == NT_BACKUP_INCOMPLETE) -
	    (y->wholeness == NT_BACKUP_INCOMPLETE);
	if (c != 0)
		return c;
	return x < y ? -1 : x > y;
}

void
nt_retention_judge(const struct nt_retention *rules,
    struct nt_backup *backups, size_t count, int64_t now_ms)
{
	struct list all = { nt_alloc_array(count, sizeof *all.b), count };
	struct nt_backup **room = nt_alloc_array(count, sizeof *room);
	size_t start = 0, needs = 0;

	for (size_t i = 0; i < count; i++) {
		backups[i].why = 0;
		backups[i].needed_by = NULL;
		needs += backups[i].need_count;
		all.b[i] = &backups[i];
	}
	qsort(all.b, count, sizeof *all.b, by_group);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && compare_groups(all.b[start], all.b[i]) == 0)
			continue;
		judge_group(rules, (struct list){ all.b + start, i - start },
		    room, now_ms);
		start = i;
	}
	if (needs > 0)
		follow_needs(backups, count, all);
	free(room);
	free(all.b);
}

/* ---- in words ---- */

static const char *const adjectives[NT_PERIODS] =
    { "last", "hourly", "daily", "weekly", "monthly", "yearly" };

static void
write_within(const struct nt_retention *rules, unsigned period,
    struct nt_buf *b)
{
	if (period != NT_PERIOD_EACH)
		nt_buf_fmt(b, "%s ", adjectives[period]);
	nt_buf_str(b, "within ");
	span_write(&rules->within[period], b);
}

static void
write_reason(const struct nt_retention *rules, const struct nt_backup *backup,
    unsigned why, struct nt_buf *b)
{
	static const char *const others[] = { "forever", "no rule",
	    "last complete", "last that may be complete",
	    "no complete one since" };

	if (why < WHY_OLDEST) {
		nt_buf_str(b, adjectives[why - WHY_COUNT]);
	} else if (why < WHY_WITHIN) {
		nt_buf_fmt(b, "oldest %s", adjectives[why - WHY_OLDEST]);
	} else if (why < WHY_OLDEST_WITHIN) {
		write_within(rules, why - WHY_WITHIN, b);
	} else if (why < WHY_NOT_OLDER) {
		nt_buf_str(b, "oldest ");
		write_within(rules, why - WHY_OLDEST_WITHIN, b);
	} else if (why == WHY_NOT_OLDER) {
		nt_buf_str(b, "not older than ");
		span_write(&rules->not_older, b);
	} else if (why == WHY_NEEDED) {
		nt_buf_str(b, "needed by ");
		nt_buf_add(b, backup->needed_by->name.p,
		    backup->needed_by->name.len);
	} else {
		nt_buf_str(b, others[why - WHY_FOREVER]);
	}
}

int
nt_retention_reason(const struct nt_retention *rules,
    const struct nt_backup *backup, unsigned n, struct nt_buf *b)
{
	nt_buf_clear(b);
	for (unsigned why = 0; why < WHY_END; why++) {
		if ((backup->why >> why & 1) == 0 || n-- > 0)
			continue;
		write_reason(rules, backup, why, b);
		return 1;
	}
	return 0;
}

/* ---- rules by words ---- */

static int
add_word(struct nt_retention *rules, const char *word)
{
	struct nt_span span = { 0, 0, 0, 0 };
	enum nt_period unit;
	const char *rest;

	if (strcmp(word, "forever") == 0) {
		rules->forever = 1;
		return 0;
	}
	rest = span_read_part(&span, word, &unit);
	if (rest == NULL || *rest != '\0' || span_is_none(&span))
		return -1;
	span_take_larger(&rules->within[unit], &span);
	return 0;
}

int
nt_retention_add(struct nt_retention *rules, const char *spec,
    struct nt_err *err)
{
	for (;;) {
		size_t len = strcspn(spec, ",");
		char *word = nt_strndup(spec, len);
		int got = add_word(rules, word);

		free(word);
		if (got == -1)
			return nt_err_set(err, NT_DATA, "\"%.*s\" is no "
			    "retention, expected one such as 7days, 4weeks, "
			    "12months, 5years or forever",
			    (int)(len < 40 ? len : 40), spec);
		if (spec[len] == '\0')
			return 0;
		spec += len + 1;
	}
}
