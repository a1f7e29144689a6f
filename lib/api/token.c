/* Where the token comes from; it is never an argument and never printed. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"
#include "nt/file.h"

#define TOKEN_MAX 4096	/* bytes; those of 2026 have some fifty */

/* Copies the token if it can stand in a header: 0, or -1. */
static int
keep(struct nt_token *token, const char *text, size_t len, const char *source,
    struct nt_err *err)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len == 0)
		return nt_err_set(err, NT_DATA, "the token of %s is empty",
		    source);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7F)
			return nt_err_set(err, NT_DATA, "the token of %s holds "
			    "a space or a control byte", source);
	token->text = nt_strndup(text, len);
	token->source = nt_strdup(source);
	return 0;
}

static int
from_file(struct nt_token *token, const char *path, struct nt_err *err)
{
	char text[TOKEN_MAX + 1];
	struct stat st;
	ssize_t len = -1;
	int got, fd = nt_file_open(path, err);

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1) {
		got = nt_err_sys(err, "look at", path);
	} else if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
		got = nt_err_set(err, NT_DENIED, "%s can be read by others, "
		    "expected mode 0600", path);
	} else if ((len = nt_read_all(fd, text, sizeof text)) == -1) {
		got = nt_err_sys(err, "read", path);
	} else if (len > TOKEN_MAX) {
		got = nt_err_set(err, NT_LIMIT, "%s is larger than %d bytes, "
		    "expected a token", path, TOKEN_MAX);
	} else {
		got = keep(token, text, (size_t)len, path, err);
	}
	nt_wipe(text, sizeof text);
	close(fd);
	return got;
}

int
nt_token_find(struct nt_token *token, const char *file, struct nt_err *err)
{
	static const char *const names[] = {
		"NOTION_API_TOKEN", "NOTION_TOKEN", "NOTION_API_KEY"
	};

	if (file != NULL)
		return from_file(token, file, err);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = getenv(names[i]);

		if (text != NULL && *text != '\0')
			return keep(token, text, strlen(text), names[i], err);
	}
	return nt_err_set(err, NT_DENIED, "no token: set NOTION_API_TOKEN, or "
	    "name a file with --token-file");
}

void
nt_token_free(struct nt_token *token)
{
	if (token->text != NULL)
		nt_wipe(token->text, strlen(token->text));
	free(token->text);
	free(token->source);
	token->text = token->source = NULL;
}
