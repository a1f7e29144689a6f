/*
 * notion-encrypt - encrypt a backup so that only a key opens it, or decrypt it
 *
 *	in	any bytes, from the file named or standard input
 *	out	the same as an age file; with -d what is in such a file; keys
 *	exit	0 done, all of it, 1 what is to be decrypted is damaged, 2 trouble
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nt/age.h"
#include "nt/ask.h"
#include "nt/clock.h"
#include "nt/file.h"
#include "nt/tool.h"

#define KEY_FILE_MAX 300		/* bytes of the text of one new key */
#define QUESTION_MAX 300

enum {
	OPT_KEYGEN = 256,
	OPT_PASSPHRASE_FD,
	OPT_RECIPIENT_OF
};

static const struct nt_option options[] = {
	{ 'a', "armor", NULL, "encrypt to text, which can be mailed" },
	{ 'd', "decrypt", NULL, "decrypt" },
	{ 'i', "identity", "FILE", "decrypt with the secret keys in FILE" },
	{ OPT_KEYGEN, "keygen", NULL, "make a key, of which -o is the file" },
	{ 'o', "output", "PATH", "where the result goes (- is stdout)" },
	{ 'p', "passphrase", NULL,
	    "use a passphrase, which is typed on the terminal" },
	{ OPT_PASSPHRASE_FD, "passphrase-fd", "N",
	    "read the passphrase from descriptor N instead" },
	{ 'r', "recipient", "KEY", "encrypt to this public key" },
	{ OPT_RECIPIENT_OF, "recipient-of", "FILE",
	    "print the public keys of the secret ones in FILE" },
	{ 'R', "recipients-file", "FILE",
	    "encrypt to the public keys in FILE" },
	{ 0, NULL, NULL, NULL }
};

static const struct nt_usage usage = {
	"notion-encrypt", "[options] [file]",
	"encrypt a backup so that only a key opens it, or decrypt it", options
};

/* An option that names keys. */
struct given {
	int letter;
	const char *text;
};

/* What the command line asks for. */
struct wish {
	int decrypt, armor, keygen;
	struct given *given;
	size_t count;
	int recipients, identities;	/* 1 if some are given */
	int passphrase;
	int passphrase_fd;		/* or -1 */
	const char *recipient_of;
	const char *input, *output;	/* "-": the standard ones */
	struct nt_age_keys *keys;
};

/* ---- the passphrase ---- */

/* Typed twice, for nobody sees what is typed. */
static int
ask_twice(char text[NT_AGE_PASSPHRASE_MAX], struct nt_err *err)
{
	char again[NT_AGE_PASSPHRASE_MAX];
	int got = nt_ask_terminal("Passphrase: ", text, sizeof again, err);

	if (got == 0)
		got = nt_ask_terminal("Once more: ", again, sizeof again, err);
	if (got == 0 && strcmp(text, again) != 0)
		got = nt_err_set(err, NT_DATA, "the two passphrases differ");
	nt_wipe(again, sizeof again);
	return got;
}

static int
ask(void *arg, const char *file, char text[NT_AGE_PASSPHRASE_MAX],
    struct nt_err *err)
{
	const struct wish *w = arg;
	char question[QUESTION_MAX];

	if (w->passphrase_fd != -1)
		return nt_ask_fd(w->passphrase_fd, text,
		    NT_AGE_PASSPHRASE_MAX, err) == -1 ?
		    nt_err_at(err, "--passphrase-fd %d: ", w->passphrase_fd) :
		    0;
	if (!w->decrypt && file == NULL)
		return ask_twice(text, err);
	snprintf(question, sizeof question, "Passphrase of %s: ",
	    file != NULL ? file : w->input);
	nt_err_plain(question, strlen(question));
	return nt_ask_terminal(question, text, NT_AGE_PASSPHRASE_MAX, err);
}

/* ---- keys ---- */

static int
load_keys(const struct wish *w, struct nt_err *err)
{
	int got = 0;

	for (size_t i = 0; got == 0 && i < w->count; i++) {
		const char *text = w->given[i].text;

		switch (w->given[i].letter) {
		case 'i':
			got = nt_age_identities(w->keys, text, err);
			break;
		case 'r':
			got = nt_age_recipient(w->keys, text, err);
			break;
		default:
			got = nt_age_recipients(w->keys, text, err);
			break;
		}
	}
	return got;
}

/* Makes a key, in the form of age-keygen. */
static int
make_key(const struct wish *w, struct nt_err *err)
{
	char text[KEY_FILE_MAX], now[NT_TIME_TEXT];
	struct nt_age_key key;
	int len, got, to_file = strcmp(w->output, "-") != 0;

	if (nt_age_key_new(&key, err) == -1)
		return -1;
	nt_time_format(nt_clock_wall_ms(), now);
	len = snprintf(text, sizeof text, "# created: %s\n"
	    "# public key: %s\n%s\n", now, key.recipient, key.identity);
	if (to_file)
		got = nt_file_make(w->output, text, (size_t)len, err);
	else if ((got = nt_write_all(STDOUT_FILENO, text, (size_t)len)) == -1)
		nt_err_sys(err, "write", "standard output");
	nt_wipe(text, sizeof text);
	nt_wipe(key.identity, sizeof key.identity);
	if (got == 0 && to_file)
		nt_tool_warn("public key: %s", key.recipient);
	return got;
}

static int
print_recipients(const struct wish *w, struct nt_err *err)
{
	struct nt_buf out;
	int got;

	if (nt_age_identities(w->keys, w->recipient_of, err) == -1)
		return -1;
	nt_buf_init(&out, NT_BUF_MAX);
	nt_age_recipients_of(w->keys, &out);
	if ((got = nt_write_all(STDOUT_FILENO, out.p, out.len)) == -1)
		nt_err_sys(err, "write", "standard output");
	nt_buf_free(&out);
	return got;
}

/* ---- files ---- */

static int
convert(const struct wish *w, const struct nt_age_files *f,
    struct nt_err *err)
{
	return w->decrypt ? nt_age_decrypt(w->keys, f, err) :
	    nt_age_encrypt(w->keys, f, w->armor, err);
}

/* To a file that appears when it is whole. */
static int
convert_to_file(const struct wish *w, struct nt_age_files *f,
    struct nt_err *err)
{
	struct nt_draft d;
	int got;

	if (nt_draft_open(&d, w->output, err) == -1)
		return -1;
	nt_tool_catch_stop();
	f->out = d.fd;
	f->out_name = w->output;
	f->stop = nt_tool_stopping;
	got = convert(w, f, err);
	if (got == 0)
		got = nt_draft_commit(&d, err);
	nt_draft_free(&d);
	return got;
}

/* 0, 1: the file is damaged, or -1. */
static int
convert_input(const struct wish *w, struct nt_err *err)
{
	int from_file = strcmp(w->input, "-") != 0, got;
	struct nt_age_files f = { .in = nt_file_open(w->input, err),
	    .in_name = from_file ? w->input : "standard input",
	    .out = STDOUT_FILENO, .out_name = "standard output" };

	if (f.in == -1)
		return -1;
	got = strcmp(w->output, "-") == 0 ? convert(w, &f, err) :
	    convert_to_file(w, &f, err);
	close(f.in);
	return got == -1 && err->kind == NT_DAMAGED ? 1 : got;
}

/* ---- options ---- */

static void
note_key(struct wish *w, int letter)
{
	w->given[w->count++] = (struct given){ letter, optarg };
	if (letter == 'i')
		w->identities = 1;
	else
		w->recipients = 1;
}

static struct wish
read_options(int argc, char *argv[])
{
	struct wish w = { .passphrase_fd = -1, .input = "-", .output = "-" };
	int letter;

	w.given = nt_alloc_array((size_t)argc, sizeof *w.given);
	while ((letter = nt_tool_option(argc, argv)) != -1) {
		switch (letter) {
		case 'a':
			w.armor = 1;
			break;
		case 'd':
			w.decrypt = 1;
			break;
		case 'i':
		case 'r':
		case 'R':
			note_key(&w, letter);
			break;
		case OPT_KEYGEN:
			w.keygen = 1;
			break;
		case 'o':
			w.output = optarg;
			break;
		case 'p':
			w.passphrase = 1;
			break;
		case OPT_PASSPHRASE_FD:
			w.passphrase = 1;
			w.passphrase_fd = (int)nt_tool_number(
			    "--passphrase-fd", optarg, 0, INT_MAX);
			break;
		case OPT_RECIPIENT_OF:
			w.recipient_of = optarg;
			break;
		}
	}
	if (argc - optind > 1)
		nt_tool_usage("%d files are named, expected one",
		    argc - optind);
	if (argc > optind)
		w.input = argv[optind];
	if (w.passphrase_fd == STDIN_FILENO && strcmp(w.input, "-") == 0)
		nt_tool_usage("the passphrase is on standard input, expected "
		    "the file by name");
	return w;
}

/* Checks that what is to be done has what it needs, and nothing else. */
static void
check_wish(const struct wish *w)
{
	const char *what = w->keygen ? "--keygen" : "--recipient-of";

	if (w->keygen || w->recipient_of != NULL) {
		if (w->decrypt || w->armor || w->count > 0 ||
		    strcmp(w->input, "-") != 0 ||
		    (w->keygen && w->recipient_of != NULL))
			nt_tool_usage("%s is given with what it does without",
			    what);
		if (w->keygen ? w->passphrase : strcmp(w->output, "-") != 0)
			nt_tool_usage("%s is given with %s", what,
			    w->keygen ? "a passphrase" : "-o");
		return;
	}
	if (w->decrypt && (w->recipients || w->armor))
		nt_tool_usage("-d is given with %s, which is for encrypting",
		    w->recipients ? "recipients" : "-a");
	if (w->decrypt)
		return;
	if (w->identities)
		nt_tool_usage("-i is given without -d");
	if (!w->recipients && !w->passphrase)
		nt_tool_usage("nobody could decrypt it, expected -r, -R or -p");
	if (w->recipients && w->passphrase)
		nt_tool_usage("recipients are given with a passphrase, "
		    "expected one of them");
	if (!w->armor && strcmp(w->output, "-") == 0 && isatty(STDOUT_FILENO))
		nt_tool_usage("standard output is a terminal, expected -a, -o "
		    "or a pipe");
}

/* As convert_input(). */
static int
serve(const struct wish *w, struct nt_err *err)
{
	if (w->keygen)
		return make_key(w, err);
	if (w->recipient_of != NULL)
		return print_recipients(w, err);
	return load_keys(w, err) == -1 ? -1 : convert_input(w, err);
}

int
main(int argc, char *argv[])
{
	struct nt_err err;
	struct wish w;
	int got, status = NT_EXIT_OK;

	nt_tool_start(&usage);
	w = read_options(argc, argv);
	check_wish(&w);
	w.keys = nt_age_keys_new((struct nt_age_ask){ ask, &w }, &err);
	got = w.keys != NULL ? serve(&w, &err) : -1;
	if (got == 0)
		got = nt_file_close(STDOUT_FILENO, "standard output", &err);
	if (got != 0)
		status = nt_tool_fail(&err);
	nt_age_keys_free(w.keys);
	free(w.given);
	return got == 1 ? NT_EXIT_NO : status;
}
