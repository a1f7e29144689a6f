/*
 * notion-keep - say which of many backups are to be kept
 *
 *	in	records of backups, from the file named or standard input
 *	out	the same, in the same order, with keep and reasons
 *	exit	0 all are written, 2 trouble and none is
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/calendar.h"
#include "nt/clock.h"
#include "nt/json.h"
#include "nt/mem.h"
#include "nt/retention.h"
#include "nt/stream.h"
#include "nt/tool.h"

enum {
	OPT_COUNT = 256,			/* and a period */
	OPT_WITHIN = OPT_COUNT + NT_PERIODS,	/* and a period */
	OPT_NOW = OPT_WITHIN + NT_PERIODS,
	OPT_OLDER_THAN,
	OPT_RETENTION,
	OPT_ZONE
};

static const struct nt_option options[] = {
	{ OPT_RETENTION, "retention", "SPEC",
	    "7days, 4weeks, 12months, 5years, forever; a list of them" },
	{ OPT_COUNT + NT_PERIOD_EACH, "keep-last", "N",
	    "keep the last N backups" },
	{ OPT_COUNT + NT_PERIOD_HOUR, "keep-hourly", "N",
	    "keep one of each of the last N hours with any" },
	{ OPT_COUNT + NT_PERIOD_DAY, "keep-daily", "N", "the same by days" },
	{ OPT_COUNT + NT_PERIOD_WEEK, "keep-weekly", "N",
	    "the same by weeks" },
	{ OPT_COUNT + NT_PERIOD_MONTH, "keep-monthly", "N",
	    "the same by months" },
	{ OPT_COUNT + NT_PERIOD_YEAR, "keep-yearly", "N",
	    "the same by years" },
	{ OPT_WITHIN + NT_PERIOD_EACH, "keep-within", "TIME",
	    "keep all that are that near to the newest" },
	{ OPT_WITHIN + NT_PERIOD_HOUR, "keep-within-hourly", "TIME",
	    "of those, keep one of each hour" },
	{ OPT_WITHIN + NT_PERIOD_DAY, "keep-within-daily", "TIME",
	    "the same by days" },
	{ OPT_WITHIN + NT_PERIOD_WEEK, "keep-within-weekly", "TIME",
	    "the same by weeks" },
	{ OPT_WITHIN + NT_PERIOD_MONTH, "keep-within-monthly", "TIME",
	    "the same by months" },
	{ OPT_WITHIN + NT_PERIOD_YEAR, "keep-within-yearly", "TIME",
	    "the same by years" },
	{ OPT_OLDER_THAN, "older-than", "TIME",
	    "keep all that are not older, as 90days or 1y6m" },
	{ OPT_ZONE, "zone", "NAME",
	    "whose days and weeks they are (this machine's)" },
	{ OPT_NOW, "now", "TIME", "take that for the present time" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-keep", "[options] [file]",
	"say which of many backups are to be kept", options
};

/* What the command line asks for. */
struct wish {
	struct nt_retention rules;
	const char *input;
	int64_t now_ms;
};

/* The records, and of each what it says of itself. */
struct table {
	struct nt_str *lines;	/* canonical, ours */
	struct nt_backup *backups;
	size_t count, room;
};

/* ---- records in ---- */

static struct nt_str
copy(struct nt_str s)
{
	return (struct nt_str){ nt_strndup(s.len > 0 ? s.p : "", s.len),
	    s.len };
}

static struct nt_str
copy_text(struct nt_value record, const char *name)
{
	return copy(nt_value_text(nt_value_get(record, name)));
}

static void
copy_needs(struct nt_value needs, struct nt_backup *b)
{
	size_t n = nt_value_count(needs);
	struct nt_value e;

	if (nt_value_is(needs, NT_JSON_STRING)) {
		b->needs = nt_alloc_array(1, sizeof *b->needs);
		b->needs[b->need_count++] = copy(nt_value_text(needs));
	} else if (nt_value_is(needs, NT_JSON_ARRAY)) {
		b->needs = nt_alloc_array(n, sizeof *b->needs);
		for (e = nt_value_first(needs); nt_value_there(e);
		    e = nt_value_next(e))
			b->needs[b->need_count++] = copy(nt_value_text(e));
	}
}

static enum nt_wholeness
read_wholeness(struct nt_value complete)
{
	if (!nt_value_there(complete) || nt_value_true(complete))
		return NT_BACKUP_COMPLETE;
	return nt_value_is(complete, NT_JSON_BOOL) ? NT_BACKUP_INCOMPLETE :
	    NT_BACKUP_UNKNOWN;
}

static int
read_backup(struct nt_value record, struct nt_backup *b, struct nt_err *err)
{
	struct nt_value time = nt_value_get(record, "time");
	struct nt_str text = nt_value_text(time), raw = nt_value_raw(time);

	if (!nt_value_there(time))
		return nt_err_set(err, NT_DATA, "there is no time, expected "
		    "a member such as \"time\":\"2026-01-05T10:20:00Z\"");
	if (text.p == NULL || nt_time_parse(text.p, text.len,
	    &b->time_ms) == -1)
		return nt_err_set(err, NT_DATA, "time is %.*s, expected one "
		    "such as \"2026-01-05T10:20:00Z\"",
		    (int)(raw.len < 40 ? raw.len : 40), raw.p);
	b->place = copy_text(record, "place");
	b->series = copy_text(record, "series");
	b->name = copy_text(record, "name");
	b->wholeness = read_wholeness(nt_value_get(record, "complete"));
	copy_needs(nt_value_get(record, "needs"), b);
	return 0;
}

static int
add_record(struct table *t, const struct nt_record *rec, struct nt_err *err)
{
	struct nt_backup b = { .why = 0 };

	if (read_backup(rec->value, &b, err) == -1)
		return -1;
	if (t->count == t->room) {
		t->room = t->room == 0 ? 64 : 2 * t->room;
		t->lines = nt_realloc_array(t->lines, t->room,
		    sizeof *t->lines);
		t->backups = nt_realloc_array(t->backups, t->room,
		    sizeof *t->backups);
	}
	t->lines[t->count] = copy((struct nt_str){ rec->line, rec->len });
	t->backups[t->count++] = b;
	return 0;
}

static int
read_records(struct table *t, const char *input, struct nt_err *err)
{
	char *files[] = { (char *)input, NULL };
	struct nt_reader *in = nt_reader_new(files, NT_READ_LINES, NULL);
	struct nt_record rec;
	int got;

	while ((got = nt_reader_next(in, &rec, err)) == 1)
		if (add_record(t, &rec, err) == -1) {
			got = nt_err_at(err, "line %lu: ", rec.number);
			if (strcmp(input, "-") != 0)
				nt_err_at(err, "%s: ", input);
			break;
		}
	nt_reader_free(in);
	return got;
}

static void
free_str(struct nt_str s)
{
	free((char *)s.p);
}

static void
free_table(struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct nt_backup *b = &t->backups[i];

		free_str(t->lines[i]);
		free_str(b->place);
		free_str(b->series);
		free_str(b->name);
		for (size_t n = 0; n < b->need_count; n++)
			free_str(b->needs[n]);
		free(b->needs);
	}
	free(t->lines);
	free(t->backups);
}

/* ---- records out ---- */

/* Writes the reasons as a JSON array; word is room for each. */
static void
put_reasons(const struct nt_retention *rules, const struct nt_backup *backup,
    struct nt_buf *word, struct nt_buf *list)
{
	struct nt_json_out out;

	nt_buf_clear(list);
	nt_json_out_init(&out, list);
	nt_json_open(&out, NULL, '[');
	for (unsigned n = 0; nt_retention_reason(rules, backup, n, word); n++)
		nt_json_put_str(&out, NULL, nt_buf_view(word));
	nt_json_close(&out, ']');
}

static int
write_records(const struct table *t, const struct nt_retention *rules,
    struct nt_writer *out, struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_buf word, list, line;
	struct nt_value record;
	int got = 0;

	nt_buf_init(&word, NT_RECORD_MAX);
	nt_buf_init(&list, NT_RECORD_MAX);
	nt_buf_init(&line, NT_BUF_MAX);
	for (size_t i = 0; i < t->count && got == 0; i++) {
		const struct nt_backup *b = &t->backups[i];

		put_reasons(rules, b, &word, &list);
		got = nt_json_parse(doc, t->lines[i].p, t->lines[i].len,
		    &record, err);
		if (got == -1)
			break;
		nt_value_put(record, "keep", b->why != 0 ? NT_STR("true") :
		    NT_STR("false"));
		nt_value_put(record, "reasons", nt_buf_view(&list));
		nt_buf_clear(&line);
		nt_json_canonical(record, &line);
		got = nt_buf_check(&line, "a record", err) == -1 ? -1 :
		    nt_writer_line(out, nt_buf_view(&line), err);
	}
	nt_buf_free(&line);
	nt_buf_free(&list);
	nt_buf_free(&word);
	nt_json_free(doc);
	return got;
}

static int
run(const struct wish *w, struct nt_writer *out, struct nt_err *err)
{
	struct table t = { .count = 0 };
	int got = read_records(&t, w->input, err);

	if (got == 0) {
		nt_retention_judge(&w->rules, t.backups, t.count, w->now_ms);
		got = write_records(&t, &w->rules, out, err);
	}
	free_table(&t);
	return got;
}

/* ---- options ---- */

/* The name of an option, for errors. */
static const char *
name_of(int letter)
{
	const struct nt_option *o = options;

	while (o->letter != letter)
		o++;
	return o->name;
}

static void
read_count(int64_t *count, int letter, const char *text)
{
	char name[40];
	int64_t n = -1;

	snprintf(name, sizeof name, "--%s", name_of(letter));
	if (strcmp(text, "unlimited") != 0 && strcmp(text, "-1") != 0)
		n = (int64_t)nt_tool_number(name, text, 0, INT32_MAX);
	if (*count != -1 && (n == -1 || n > *count))
		*count = n;
}

static void
read_rule(struct nt_retention *rules, int letter, const char *text)
{
	struct nt_err err;
	int got = 0;

	if (letter < OPT_WITHIN)
		read_count(&rules->count[letter - OPT_COUNT], letter, text);
	else if (letter < OPT_NOW)
		got = nt_span_widen(&rules->within[letter - OPT_WITHIN], text,
		    &err);
	else if (letter == OPT_OLDER_THAN)
		got = nt_span_widen(&rules->not_older, text, &err);
	else
		got = nt_retention_add(rules, text, &err);
	if (got == -1)
		nt_tool_usage("--%s: %s", name_of(letter), err.text);
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .input = "-", .now_ms = nt_clock_wall_ms() };
	const char *zone = NULL, *now = NULL;
	struct nt_err err;
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_NOW:
			now = optarg;
			break;
		case OPT_ZONE:
			zone = optarg;
			break;
		default:
			read_rule(&w.rules, letter, optarg);
			break;
		}
	}
	if (argc - optind > 1)
		nt_tool_usage("%d files are named, expected one",
		    argc - optind);
	if (argc > optind)
		w.input = argv[optind];
	if (nt_calendar_zone(zone, &err) == -1)
		nt_tool_usage("--zone: %s", err.text);
	if (now != NULL && nt_calendar_parse(now, &w.now_ms, &err) == -1)
		nt_tool_usage("--now: %s", err.text);
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_err err, late;
	struct nt_writer *out;
	struct wish w;
	int got;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	out = nt_writer_new(STDOUT_FILENO);
	got = run(&w, out, &err);
	if (nt_writer_close(out, got == -1 ? &late : &err) == -1)
		got = -1;
	return got == 0 ? NT_EXIT_OK : nt_tool_fail(&err);
}
