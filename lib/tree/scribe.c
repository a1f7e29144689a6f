#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "nt/markdown.h"

#define RECORDS_MAX ((size_t)256 << 20)	/* bytes of a page to be rendered */

/* What one thread writes with. */
struct pen {
	struct nt_markdown *markdown;
	struct nt_buf lines;
	struct pen *next;	/* while nobody has it */
};

struct scribe {
	struct nt_markdown_links links;
	pthread_mutex_t lock;
	struct pen *pens;
};

struct scribe *
scribe_new(const struct nt_names *names, int assets)
{
	struct scribe *s = nt_alloc(sizeof *s);

	nt_names_links(names, assets, &s->links);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
scribe_free(struct scribe *s)
{
	struct pen *pen;

	if (s == NULL)
		return;
	while ((pen = s->pens) != NULL) {
		s->pens = pen->next;
		nt_markdown_free(pen->markdown);
		nt_buf_free(&pen->lines);
		free(pen);
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* A pen that nobody has, made if there is none. */
static struct pen *
take_pen(struct scribe *s)
{
	struct pen *pen;

	pthread_mutex_lock(&s->lock);
	if ((pen = s->pens) != NULL)
		s->pens = pen->next;
	pthread_mutex_unlock(&s->lock);
	if (pen == NULL) {
		pen = nt_alloc(sizeof *pen);
		pen->markdown = nt_markdown_new(&s->links);
		nt_buf_init(&pen->lines, RECORDS_MAX);
	}
	return pen;
}

static void
put_pen(struct scribe *s, struct pen *pen)
{
	pthread_mutex_lock(&s->lock);
	pen->next = s->pens;
	s->pens = pen;
	pthread_mutex_unlock(&s->lock);
}

/* For a page that is too large to be turned into text in memory. */
static void
too_large(struct nt_buf *out)
{
	nt_buf_clear(out);
	nt_buf_str(out, "This page is too large to be shown here.  All of it "
	    "is in the file of its id in blocks/.\n");
}

/* Puts the records of a list on lines of their own, without commas. */
static void
put_lines(struct nt_buf *out, struct nt_str list)
{
	const char *p = list.p, *end = p + list.len;

	nt_buf_clear(out);
	nt_buf_reserve(out, list.len + 1);
	if (p < end)
		p++;		/* the newline before the first */
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline != NULL ? newline - 1 : end;

		nt_buf_add(out, p, (size_t)(stop - p));
		nt_buf_char(out, '\n');
		p = newline != NULL ? newline + 1 : end;
	}
}

int
scribe_page(struct scribe *s, struct nt_str list, struct nt_buf *out,
    struct nt_err *err)
{
	struct pen *pen = take_pen(s);
	struct nt_err why = { .kind = NT_LIMIT };
	int got = -1;

	put_lines(&pen->lines, list);
	if (!pen->lines.full)
		got = nt_markdown_page(pen->markdown, out,
		    nt_buf_view(&pen->lines), &why);
	if (list.len > NT_MEMBER_MEMORY) {	/* not worth being kept */
		nt_buf_free(&pen->lines);
		nt_buf_init(&pen->lines, RECORDS_MAX);
	}
	put_pen(s, pen);
	if (got == -1 && why.kind == NT_LIMIT) {
		too_large(out);
		return 0;
	}
	if (got == -1)
		*err = why;
	return got;
}
