#include "nt/ask.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include "nt/file.h"

#define TERMINAL "/dev/tty"

/* Those that would leave a terminal without its echo. */
static const int signals[] = {
	SIGALRM, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM, SIGTSTP
};
#define SIGNALS (sizeof signals / sizeof *signals)

static volatile sig_atomic_t caught;

static void
on_signal(int signo)
{
	caught = signo;
}

/* How signals were treated before. */
struct treatment {
	sigset_t mask;
	struct sigaction action[SIGNALS];
};

/* They wait until await() looks, so that none comes unseen before a read. */
static void
hold_signals(struct treatment *before)
{
	struct sigaction catch = { .sa_handler = on_signal };
	sigset_t held;

	caught = 0;
	sigemptyset(&catch.sa_mask);
	sigemptyset(&held);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&held, signals[i]);
	sigprocmask(SIG_BLOCK, &held, &before->mask);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &catch, &before->action[i]);
}

static void
release_signals(const struct treatment *before)
{
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before->action[i], NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* Waits for something to read: 0, or -1: a signal was caught first. */
static int
await(int fd, const struct treatment *before)
{
	fd_set to_read;

	do {
		FD_ZERO(&to_read);
		FD_SET(fd, &to_read);
	} while (pselect(fd + 1, &to_read, NULL, NULL, NULL,
	    &before->mask) == -1 && caught == 0);
	return caught == 0 ? 0 : -1;
}

/*
 * Reads a line byte by byte: 1, 0 if a signal was caught meanwhile, or -1.
 * before is NULL where signals are not held.
 */
static int
read_line(int fd, const char *name, const struct treatment *before,
    char *text, size_t max, struct nt_err *err)
{
	size_t len = 0;
	ssize_t n;
	char c;

	for (;;) {
		if (before != NULL && await(fd, before) == -1)
			return 0;
		if ((n = nt_read_some(fd, &c, 1)) == -1)
			return nt_err_sys(err, "read", name);
		if (n == 0 || c == '\n')
			break;
		if (len + 1 == max)
			return nt_err_set(err, NT_LIMIT, "the secret from %s "
			    "is longer than %zu bytes", name, max - 1);
		text[len++] = c;
	}
	text[len] = '\0';
	return 1;
}

/* Asks once: 1, 0 if a signal was caught meanwhile, or -1. */
static int
ask(int fd, const char *question, char *text, size_t max, struct nt_err *err)
{
	struct termios before, silent;
	struct treatment treatment;
	int got;

	if (tcgetattr(fd, &before) == -1)
		return nt_err_sys(err, "look at", TERMINAL);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hold_signals(&treatment);
	if (tcsetattr(fd, TCSAFLUSH, &silent) == -1 ||
	    nt_write_all(fd, question, strlen(question)) == -1)
		got = nt_err_sys(err, "ask on", TERMINAL);
	else
		got = read_line(fd, TERMINAL, &treatment, text, max, err);
	nt_write_all(fd, "\n", 1);
	tcsetattr(fd, TCSAFLUSH, &before);
	release_signals(&treatment);
	return got;
}

/*
 * Lets a signal that was caught have its effect.  1 if that was to stop the
 * process for a while, which has gone on now, else 0.
 */
static int
pass_on(void)
{
	int signo = caught;

	caught = 0;
	if (signo != 0)
		raise(signo);
	return signo == SIGTSTP;
}

int
nt_ask_terminal(const char *question, char *text, size_t max,
    struct nt_err *err)
{
	int fd = open(TERMINAL, O_RDWR | O_CLOEXEC | O_NOCTTY);
	int got;

	if (fd == -1)
		return nt_err_sys(err, "ask for a passphrase on", TERMINAL);
	do {
		got = ask(fd, question, text, max, err);
	} while (pass_on() && got == 0);
	close(fd);
	if (got == 0)
		return nt_err_set(err, NT_SYS, "stopped by a signal");
	return got == 1 ? 0 : -1;
}

int
nt_ask_fd(int fd, char *text, size_t max, struct nt_err *err)
{
	return read_line(fd, "a descriptor", NULL, text, max, err) == 1 ?
	    0 : -1;
}
