/*
 * notion-cron - check a cron expression, and say when it runs
 *
 *	in	an expression, as argument
 *	out	what it means and when it runs, in one of four forms
 *	exit	0 it is one, 2 it is none or never runs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/calendar.h"
#include "nt/clock.h"
#include "nt/cron.h"
#include "nt/file.h"
#include "nt/json.h"
#include "nt/mem.h"
#include "nt/tool.h"

#define NEXT_MAX 100000

enum {
	OPT_FROM = 256,
	OPT_JSON,
	OPT_LAST,
	OPT_NEXT,
	OPT_SYSTEMD,
	OPT_ZONE
};

static const struct nt_option options[] = {
	{ OPT_NEXT, "next", "N", "say the next N times (5)" },
	{ OPT_FROM, "from", "TIME", "count from then (now)" },
	{ OPT_ZONE, "zone", "NAME", "by whose clocks (this machine's)" },
	{ OPT_LAST, "last", NULL, "say when it was to run last, in UTC" },
	{ OPT_SYSTEMD, "systemd", NULL,
	    "say the values of OnCalendar= for a timer" },
	{ OPT_JSON, "json", NULL, "say all of it as an object" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-cron", "[options] expression",
	"check a cron expression, and say when it runs", options
};

enum form { FOR_PEOPLE, AS_LAST, AS_SYSTEMD, AS_JSON };

/* What the command line asks for. */
struct wish {
	const char *text;
	struct nt_cron cron;
	enum form form;
	const char *zone;	/* NULL: this machine's */
	int64_t from_ms;
	uint64_t next;
};

/* "2026-11-28T01:00:00Z": runs have no parts of a second. */
static const char *
in_utc(int64_t ms, char text[NT_TIME_TEXT])
{
	nt_time_format(ms, text);
	memcpy(text + 19, "Z", 2);
	return text;
}

/* "Sat 2026-11-28 02:00 +0100" */
static void
put_local(struct nt_buf *b, int64_t ms)
{
	static const char *const names[] =
	    { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	int64_t local = nt_calendar_local(ms), ahead = (local - ms) / 60000;
	int64_t day = local / 86400000 % 7;
	char text[NT_TIME_TEXT];

	nt_time_format(local, text);
	nt_buf_fmt(b, "%s %.10s %.5s %c%02d%02d\n",
	    names[day < 0 ? day + 7 : day], text, text + 11,
	    ahead < 0 ? '-' : '+', abs((int)ahead) / 60, abs((int)ahead) % 60);
}

static void
put_for_people(struct nt_buf *b, const struct wish *w)
{
	int64_t run = w->from_ms;

	nt_cron_explain(&w->cron, b);
	nt_buf_char(b, '\n');
	for (uint64_t n = 0; n < w->next &&
	    nt_cron_next(&w->cron, run, &run); n++)
		put_local(b, run);
}

static void
put_last(struct nt_buf *b, const struct wish *w)
{
	char text[NT_TIME_TEXT];
	int64_t run;

	if (nt_cron_last(&w->cron, w->from_ms, &run))
		nt_buf_fmt(b, "%s\n", in_utc(run, text));
}

/* The lines for systemd as a list. */
static void
put_systemd_list(struct nt_json_out *out, const struct wish *w)
{
	struct nt_buf lines;
	const char *p, *end;

	nt_buf_init(&lines, NT_BUF_MAX);
	nt_cron_systemd(&w->cron, w->zone, &lines);
	nt_json_open(out, "systemd", '[');
	for (p = lines.p; (end = strchr(p, '\n')) != NULL; p = end + 1)
		nt_json_put_str(out, NULL, (struct nt_str){ p,
		    (size_t)(end - p) });
	nt_json_close(out, ']');
	nt_buf_free(&lines);
}

static void
put_times(struct nt_json_out *out, const struct wish *w)
{
	int64_t run = w->from_ms, last;
	char text[NT_TIME_TEXT];

	if (nt_cron_last(&w->cron, w->from_ms, &last))
		nt_json_put_text(out, "last", in_utc(last, text));
	else
		nt_json_put_null(out, "last");
	nt_json_open(out, "next", '[');
	for (uint64_t n = 0; n < w->next &&
	    nt_cron_next(&w->cron, run, &run); n++)
		nt_json_put_text(out, NULL, in_utc(run, text));
	nt_json_close(out, ']');
}

static void
put_object(struct nt_buf *b, const struct wish *w)
{
	struct nt_json_out out;
	struct nt_buf words;

	nt_buf_init(&words, NT_BUF_MAX);
	nt_cron_explain(&w->cron, &words);
	nt_json_out_init(&out, b);
	nt_json_open(&out, NULL, '{');
	nt_json_put_text(&out, "expression", w->text);
	put_times(&out, w);
	nt_json_put_text(&out, "object", "schedule");
	put_systemd_list(&out, w);
	nt_json_put_str(&out, "words", nt_buf_view(&words));
	if (w->zone != NULL)
		nt_json_put_text(&out, "zone", w->zone);
	else
		nt_json_put_null(&out, "zone");
	nt_json_close(&out, '}');
	nt_buf_char(b, '\n');
	nt_buf_free(&words);
}

static int
answer(const struct wish *w, struct nt_err *err)
{
	struct nt_buf b;
	int got;

	nt_buf_init(&b, NT_BUF_MAX);
	switch (w->form) {
	case FOR_PEOPLE:
		put_for_people(&b, w);
		break;
	case AS_LAST:
		put_last(&b, w);
		break;
	case AS_SYSTEMD:
		nt_cron_systemd(&w->cron, w->zone, &b);
		break;
	case AS_JSON:
		put_object(&b, w);
		break;
	}
	got = nt_buf_check(&b, "the answer", err);
	if (got == 0 && nt_write_all(STDOUT_FILENO, b.p, b.len) == -1)
		got = nt_err_sys(err, "write", "standard output");
	if (got == 0)
		got = nt_file_close(STDOUT_FILENO, "standard output", err);
	nt_buf_free(&b);
	return got;
}

/* ---- options ---- */

static void
set_form(struct wish *w, enum form form)
{
	if (w->form != FOR_PEOPLE && w->form != form)
		nt_tool_usage("more than one of --last, --systemd and --json "
		    "is given, expected one");
	w->form = form;
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .from_ms = nt_clock_wall_ms(), .next = 5 };
	const char *from = NULL;
	struct nt_err err;
	int letter;

	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case OPT_FROM:
			from = optarg;
			break;
		case OPT_JSON:
			set_form(&w, AS_JSON);
			break;
		case OPT_LAST:
			set_form(&w, AS_LAST);
			break;
		case OPT_NEXT:
			w.next = nt_tool_number("--next", optarg, 0, NEXT_MAX);
			break;
		case OPT_SYSTEMD:
			set_form(&w, AS_SYSTEMD);
			break;
		case OPT_ZONE:
			w.zone = optarg;
			break;
		}
	}
	if (argc - optind != 1)
		nt_tool_usage("there are %d arguments, expected one "
		    "expression in quotes", argc - optind);
	w.text = argv[optind];
	if (nt_calendar_zone(w.zone, &err) == -1)
		nt_tool_usage("--zone: %s", err.text);
	if (from != NULL && nt_calendar_parse(from, &w.from_ms, &err) == -1)
		nt_tool_usage("--from: %s", err.text);
	return w;
}

int
main(int argc, char *argv[])
{
	struct nt_err err;
	struct wish w;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	if (nt_cron_parse(&w.cron, w.text, &err) == -1 ||
	    answer(&w, &err) == -1)
		return nt_tool_fail(&err);
	return NT_EXIT_OK;
}
