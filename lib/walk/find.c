/* The files that a record holds, wherever they stand in it (api 3.4). */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct finder {
	struct found_file *first;
	struct nt_buf pointer;
	int external;
};

/* Appends a reference token of RFC 6901. */
static void
push(struct nt_buf *pointer, struct nt_str token)
{
	nt_buf_char(pointer, '/');
	for (size_t i = 0; i < token.len; i++)
		if (token.p[i] == '~')
			nt_buf_str(pointer, "~0");
		else if (token.p[i] == '/')
			nt_buf_str(pointer, "~1");
		else
			nt_buf_char(pointer, token.p[i]);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The last part of the link's path, decoded: what the file was called. */
static char *
name_of_url(struct nt_str url)
{
	size_t end = 0, start, n = 0;
	char *name;

	while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
		end++;
	for (start = end; start > 0 && url.p[start - 1] != '/'; start--)
		;
	name = nt_strndup(url.p + start, end - start);
	for (size_t i = 0; name[i] != '\0'; i++) {
		int high = name[i] == '%' ? hex(name[i + 1]) : -1;
		int low = high == -1 ? -1 : hex(name[i + 2]);

		name[n++] = low == -1 ? name[i] : (char)(high * 16 + low);
		i += low == -1 ? 0 : 2;
	}
	name[n] = '\0';
	return name;
}

/* Keeps the list in order of pointer. */
static void
add(struct finder *f, struct nt_value owner, struct nt_value file,
    int external)
{
	struct found_file *found = nt_alloc(sizeof *found), **at = &f->first;
	struct nt_str url = nt_value_text(nt_value_get(file, "url"));
	struct nt_str name = nt_value_text(nt_value_get(owner, "name"));

	found->url = nt_strndup(url.p, url.len);
	found->pointer = nt_strndup(f->pointer.p, f->pointer.len);
	found->name = name.len > 0 ? nt_strndup(name.p, name.len) :
	    name_of_url(url);
	found->expires = member_time(file, "expiry_time");
	found->external = external;
	while (*at != NULL && strcmp((*at)->pointer, found->pointer) < 0)
		at = &(*at)->next;
	found->next = *at;
	*at = found;
}

static void
look(struct finder *f, struct nt_value v)
{
	struct nt_value file, e;
	size_t back = f->pointer.len, index = 0;
	char number[24];

	if (nt_value_is(v, NT_JSON_OBJECT)) {
		if (nt_value_there(file = hosted_file(v)))
			add(f, v, file, 0);
		file = nt_value_get(v, "external");
		if (f->external && nt_value_is(nt_value_get(file, "url"),
		    NT_JSON_STRING) && nt_value_text_is(
		    nt_value_get(v, "type"), "external"))
			add(f, v, file, 1);
	} else if (!nt_value_is(v, NT_JSON_ARRAY)) {
		return;
	}
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		if (nt_value_is(v, NT_JSON_OBJECT)) {
			push(&f->pointer, nt_value_key(e));
		} else {
			snprintf(number, sizeof number, "%zu", index++);
			push(&f->pointer, nt_str_of(number));
		}
		look(f, e);
		nt_buf_clear_to(&f->pointer, back);
	}
}

struct found_file *
files_find(struct nt_value record, int external)
{
	struct finder f = { .external = external };

	nt_buf_init(&f.pointer, NT_BUF_MAX);
	look(&f, record);
	nt_buf_free(&f.pointer);
	return f.first;
}

void
files_free(struct found_file *f)
{
	free(f->pointer);
	free(f->name);
	free(f->url);
	free(f);
}
