/*
 * json_check - what the json room makes of files, for tests of the corpora
 *
 *	json_check verdict file...	"accept NAME" or "refuse NAME" of each
 *	json_check canonical file	the canonical form of the whole file
 *	json_check lines file		the canonical form of each line
 *	json_check numbers file		of lines "BITS,TEXT": whether the double
 *				with those bits is spelled TEXT, "error" if it
 *				is not finite; exit 1 and the lines that are not
 *
 * Each is done by the portable code and by the fast, which must agree.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/json/internal.h"
#include "nt/file.h"

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "json_check: %s: %s\n", what, why);
	exit(2);
}

static void
slurp(const char *path, struct nt_buf *text)
{
	struct nt_err err;

	nt_buf_init(text, NT_JSON_SIZE_MAX);
	if (nt_file_slurp(path, text, &err) == -1)
		die(path, err.text);
}

/* Reads text both ways; 0 and its canonical form, or -1 and why. */
static int
canonical(const char *text, size_t len, struct nt_buf *out, struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct nt_err other_err = { 0 };
	struct nt_buf other_out;
	struct nt_value root;
	int was, status, other;

	nt_buf_init(&other_out, NT_BUF_MAX);
	nt_json_set_portable(doc, 1);
	other = nt_json_parse(doc, text, len, &root, &other_err);
	was = nt_json_was_canonical(doc);
	if (other == 0)
		nt_json_canonical(root, &other_out);

	nt_json_set_portable(doc, 0);
	status = nt_json_parse(doc, text, len, &root, err);
	if (status == 0)
		nt_json_canonical(root, out);
	if (status != other || was != nt_json_was_canonical(doc) ||
	    (status == -1 && strcmp(err->text, other_err.text) != 0) ||
	    !nt_str_eq(nt_buf_view(out), nt_buf_view(&other_out)))
		die(text, "fast and portable code disagree");
	if (was != (status == 0 && nt_str_eq(nt_buf_view(out),
	    (struct nt_str){ text, len })))
		die(text, "canonical or not, the reader is wrong about it");
	nt_buf_free(&other_out);
	nt_json_free(doc);
	return status;
}

static int
verdicts(char *files[])
{
	struct nt_buf text, out;
	struct nt_err err;

	for (; *files != NULL; files++) {
		const char *slash = strrchr(*files, '/');

		slurp(*files, &text);
		nt_buf_init(&out, NT_BUF_MAX);
		printf("%s %s\n", canonical(text.p, text.len, &out, &err) == 0 ?
		    "accept" : "refuse", slash == NULL ? *files : slash + 1);
		nt_buf_free(&out);
		nt_buf_free(&text);
	}
	return 0;
}

/* Writes the canonical form of the text, after seeing that it is stable. */
static void
print_canonical(const char *name, const char *text, size_t len)
{
	struct nt_buf once, twice;
	struct nt_err err;

	nt_buf_init(&once, NT_BUF_MAX);
	nt_buf_init(&twice, NT_BUF_MAX);
	if (canonical(text, len, &once, &err) == -1 ||
	    canonical(once.p, once.len, &twice, &err) == -1)
		die(name, err.text);
	if (!nt_str_eq(nt_buf_view(&once), nt_buf_view(&twice)))
		die(name, "canonical form of canonical form differs");
	fwrite(once.p, 1, once.len, stdout);
	nt_buf_free(&twice);
	nt_buf_free(&once);
}

static int
whole(const char *path)
{
	struct nt_buf text;

	slurp(path, &text);
	print_canonical(path, text.p, text.len);
	nt_buf_free(&text);
	return 0;
}

static int
lines(const char *path)
{
	struct nt_buf text;
	const char *p, *end, *line_end;

	slurp(path, &text);
	for (p = text.p, end = p + text.len; p < end; p = line_end + 1) {
		line_end = memchr(p, '\n', (size_t)(end - p));
		if (line_end == NULL)
			line_end = end;
		print_canonical(path, p, (size_t)(line_end - p));
		putchar('\n');
	}
	nt_buf_free(&text);
	return 0;
}

/* Whether the spelling of the double with these bits is text. */
static int
number_is(uint64_t bits, const char *text)
{
	char fast[NT_JSON_NUMBER_TEXT] = "";
	struct nt_buf out;
	struct nt_err err;
	double d;
	int same;

	memcpy(&d, &bits, sizeof d);
	if (!isfinite(d))
		return strcmp(text, "error") == 0;
	nt_json_double_spell(d, fast);
	nt_buf_init(&out, NT_BUF_MAX);
	same = strcmp(fast, text) == 0 &&
	    canonical(text, strlen(text), &out, &err) == 0 &&
	    strcmp(out.p, text) == 0;
	nt_buf_free(&out);
	return same;
}

static int
numbers(const char *path)
{
	char line[128], *rest;
	int status = 0;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		die(path, "cannot open");
	while (fgets(line, sizeof line, f) != NULL) {
		uint64_t bits = strtoull(line, &rest, 16);

		line[strcspn(line, "\n")] = '\0';
		if (rest == line || (*rest != ',' && *rest != '\t'))
			continue;	/* the heading */
		if (!number_is(bits, rest + 1)) {
			printf("wrong: %s\n", line);
			status = 1;
		}
	}
	fclose(f);
	return status;
}

int
main(int argc, char *argv[])
{
	if (argc >= 3 && strcmp(argv[1], "verdict") == 0)
		return verdicts(argv + 2);
	if (argc == 3 && strcmp(argv[1], "canonical") == 0)
		return whole(argv[2]);
	if (argc == 3 && strcmp(argv[1], "numbers") == 0)
		return numbers(argv[2]);
	if (argc == 3 && strcmp(argv[1], "lines") == 0)
		return lines(argv[2]);
	fputs("usage: json_check verdict|canonical|numbers|lines file\n",
	    stderr);
	return 2;
}
