#include "nt/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/file.h"

/* The one tool that this process is; set once by nt_tool_start(). */
static const struct nt_usage *self;

static volatile sig_atomic_t stop_signal;

static int progress_on;
static int progress_shown;
static int64_t progress_last_ms;

#define PROGRESS_EVERY_MS 200
#define MESSAGE_MAX 1024
#define OPTIONS_MAX 64
#define MAPPED_FROM (4 << 20)		/* bytes */
#define KEPT_FREE (4 << 20)		/* bytes at the end of the heap */
#define LETTER_HELP 0x10001
#define LETTER_VERSION 0x10002

void
nt_tool_start(const struct nt_usage *usage)
{
	struct rlimit none = { 0, 0 };
	struct sigaction normal = { .sa_handler = SIG_DFL };
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDWR };

	self = usage;
	/*
	 * Large memory stays apart from the heap, where a table that grows
	 * would leave holes behind: an archive of 100,000 pages costs 4 MB
	 * less.  Without this the C library moves both bounds by itself.
	 */
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
	/*
	 * A file opened later must not become a standard stream, nor may
	 * records vanish in one that is closed: it is opened the wrong way.
	 */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null", modes[fd]);
	sigaction(SIGPIPE, &normal, NULL);
	setrlimit(RLIMIT_CORE, &none);
	nt_tool_progress_mode("auto");
}

void
nt_tool_ignore_sigpipe(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &ignore, NULL);
}

/* Writes to stderr, one line, with one call, after removing the progress. */
static void
say(const char *sentence)
{
	char line[MESSAGE_MAX];
	int len;

	nt_tool_progress_done();
	len = snprintf(line, sizeof line - 1, "%s: %s",
	    self == NULL ? "notion" : self->name, sentence);
	if (len > (int)sizeof line - 2)
		len = (int)sizeof line - 2;
	nt_err_plain(line, (size_t)len);
	line[len++] = '\n';
	nt_write_all(STDERR_FILENO, line, (size_t)len);
}

void
nt_tool_warn(const char *fmt, ...)
{
	char sentence[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	say(sentence);
}

void
nt_tool_usage(const char *fmt, ...)
{
	char sentence[MESSAGE_MAX - 100];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sentence, sizeof sentence, fmt, ap);
	va_end(ap);
	nt_tool_warn("%s; see %s --help", sentence, self->name);
	exit(NT_EXIT_TROUBLE);
}

int
nt_tool_fail(const struct nt_err *err)
{
	say(err->text);
	return err->kind == NT_AGAIN ? NT_EXIT_AGAIN : NT_EXIT_TROUBLE;
}

/* Prints to stdout and ends; a full disk must not end in exit 0. */
static _Noreturn void
print_and_exit(struct nt_buf *text)
{
	struct nt_err err;
	int failed = nt_write_all(STDOUT_FILENO, text->p, text->len) == -1;

	if (failed)
		nt_err_sys(&err, "write", "standard output");
	nt_buf_free(text);
	exit(failed ? nt_tool_fail(&err) : NT_EXIT_OK);
}

static void
describe(struct nt_buf *out, const struct nt_option *o)
{
	char left[80];
	int len;

	len = o->letter <= 255 ?
	    snprintf(left, sizeof left, "  -%c, --%s", o->letter, o->name) :
	    snprintf(left, sizeof left, "      --%s", o->name);
	if (o->arg != NULL && len < (int)sizeof left)
		snprintf(left + len, sizeof left - (size_t)len, "%s%s",
		    *o->arg == '[' ? "" : " ", o->arg);
	nt_buf_fmt(out, "%-28s %s\n", left, o->help);
}

static _Noreturn void
print_help(void)
{
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_fmt(&out, "usage: %s %s\n%s\n\n", self->name, self->synopsis,
	    self->purpose);
	for (const struct nt_option *o = self->options; o->name != NULL; o++)
		describe(&out, o);
	nt_buf_str(&out, "      --help                 print this\n"
	    "      --version              print the version\n");
	print_and_exit(&out);
}

static _Noreturn void
print_version(void)
{
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_fmt(&out, "%s %s\n", self->name, NT_VERSION);
	print_and_exit(&out);
}

/* Translates our table into what getopt_long(3) wants. */
static void
make_tables(struct option longs[OPTIONS_MAX + 3],
    char letters[2 * OPTIONS_MAX + 2])
{
	size_t n = 0, l = 0;

	letters[l++] = ':';	/* we say what is wrong, not getopt */
	for (const struct nt_option *o = self->options; o->name != NULL &&
	    n < OPTIONS_MAX; o++) {
		longs[n++] = (struct option){ .name = o->name, .has_arg =
		    o->arg == NULL ? no_argument : *o->arg == '[' ?
		    optional_argument : required_argument,
		    .val = o->letter };
		if (o->letter > 255)
			continue;
		letters[l++] = (char)o->letter;
		if (o->arg != NULL)
			letters[l++] = ':';
	}
	longs[n++] = (struct option){ "help", no_argument, NULL, LETTER_HELP };
	longs[n++] = (struct option){ "version", no_argument, NULL,
	    LETTER_VERSION };
	longs[n] = (struct option){ .name = NULL };
	letters[l] = '\0';
}

int
nt_tool_option(int argc, char *argv[])
{
	struct option longs[OPTIONS_MAX + 3];
	char letters[2 * OPTIONS_MAX + 2];
	int letter;

	make_tables(longs, letters);
	opterr = 0;
	letter = getopt_long(argc, argv, letters, longs, NULL);
	switch (letter) {
	case LETTER_HELP:
		print_help();
	case LETTER_VERSION:
		print_version();
	case ':':
		nt_tool_usage("option %s needs an argument", argv[optind - 1]);
	case '?':
		if (optopt > 0 && optopt <= 255)
			nt_tool_usage("unknown option -%c", optopt);
		nt_tool_usage("unknown option %s", argv[optind - 1]);
	default:
		return letter;
	}
}

/* Reads digits up to the unit; the rest of the text, or NULL. */
static const char *
read_digits(const char *text, uint64_t *n)
{
	const char *p = text;

	*n = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (*n > (UINT64_MAX - digit) / 10)
			return NULL;
		*n = *n * 10 + digit;
	}
	return p == text ? NULL : p;
}

uint64_t
nt_tool_number(const char *option, const char *text, uint64_t min,
    uint64_t max)
{
	uint64_t n;
	const char *rest = read_digits(text, &n);

	if (rest == NULL || *rest != '\0' || n < min || n > max)
		nt_tool_usage("%s is \"%.40s\", expected a number from %ju "
		    "to %ju", option, text, (uintmax_t)min, (uintmax_t)max);
	return n;
}

struct unit {
	const char *name;
	uint64_t factor;
};

/* A number with one of the units behind it, at most max; or the usage error. */
static uint64_t
read_measure(const char *option, const char *text, const struct unit *units,
    uint64_t max, const char *expected)
{
	uint64_t n;
	const char *rest = read_digits(text, &n);

	if (rest != NULL)
		for (const struct unit *u = units; u->name != NULL; u++)
			if (strcmp(rest, u->name) == 0 && n <= max / u->factor)
				return n * u->factor;
	nt_tool_usage("%s is \"%.40s\", expected %s", option, text, expected);
}

uint64_t
nt_tool_size(const char *option, const char *text, uint64_t max)
{
	static const struct unit units[] = {
		{ "", 1 }, { "k", 1000 }, { "M", 1000000 },
		{ "G", 1000000000 }, { "Ki", 1 << 10 }, { "Mi", 1 << 20 },
		{ "Gi", 1 << 30 }, { NULL, 0 }
	};

	return read_measure(option, text, units, max,
	    "bytes such as 500, 20M or 5Gi");
}

uint64_t
nt_tool_duration(const char *option, const char *text, uint64_t max)
{
	static const struct unit units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 }, { "d", 86400000 }, { NULL, 0 }
	};

	return read_measure(option, text, units, max,
	    "a time such as 500ms, 30s, 10m or 2h");
}

static void
on_stop(int signo)
{
	struct sigaction normal = { .sa_handler = SIG_DFL };

	stop_signal = signo;
	sigaction(signo, &normal, NULL);
}

void
nt_tool_catch_stop(void)
{
	struct sigaction catch = { .sa_handler = on_stop };

	sigemptyset(&catch.sa_mask);
	sigaction(SIGINT, &catch, NULL);
	sigaction(SIGTERM, &catch, NULL);
}

int
nt_tool_stopping(void)
{
	return stop_signal;
}

void
nt_tool_progress_mode(const char *mode)
{
	if (strcmp(mode, "always") == 0)
		progress_on = 1;
	else if (strcmp(mode, "never") == 0)
		progress_on = 0;
	else if (strcmp(mode, "auto") == 0)
		progress_on = isatty(STDERR_FILENO);
	else
		nt_tool_usage("--progress is %s, expected auto, always or "
		    "never", mode);
}

int
nt_tool_progress_wanted(void)
{
	return progress_on;
}

int
nt_tool_progress_due(void)
{
	return progress_on && (!progress_shown || nt_clock_steady_ms() -
	    progress_last_ms >= PROGRESS_EVERY_MS);
}

void
nt_tool_progress(const char *fmt, ...)
{
	char text[256], line[300];
	va_list ap;
	int len;

	if (!nt_tool_progress_due())
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	len = snprintf(line, sizeof line, "\r\033[K%s", text);
	nt_write_all(STDERR_FILENO, line, (size_t)len);
	progress_shown = 1;
	progress_last_ms = nt_clock_steady_ms();
}

void
nt_tool_progress_done(void)
{
	static const char clear[] = "\r\033[K";

	if (!progress_shown)
		return;
	nt_write_all(STDERR_FILENO, clear, sizeof clear - 1);
	progress_shown = 0;
}
