#include "nt/files.h"

#include <stdlib.h>
#include <string.h>

#include "nt/buf.h"
#include "nt/clock.h"
#include "nt/id.h"
#include "nt/kinds.h"

/* The way from the record down to a value. */
struct step {
	const struct step *up;
	struct nt_str key;	/* p NULL: an element, by its number */
	size_t number;
};

struct finder {
	struct nt_found_file *first;
	int external;
};

/* Appends the steps as reference tokens of RFC 6901. */
static void
add_steps(struct nt_buf *pointer, const struct step *step)
{
	if (step == NULL)
		return;
	add_steps(pointer, step->up);
	if (step->key.p == NULL) {
		nt_buf_fmt(pointer, "/%zu", step->number);
		return;
	}
	nt_pointer_add(pointer, step->key);
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
		int high = name[i] == '%' ? nt_hex_digit(name[i + 1]) : -1;
		int low = high == -1 ? -1 : nt_hex_digit(name[i + 2]);

		name[n++] = low == -1 ? name[i] : (char)(high * 16 + low);
		i += low == -1 ? 0 : 2;
	}
	name[n] = '\0';
	return name;
}

/* Keeps the list in order of pointer. */
static void
add(struct finder *f, struct nt_value owner, const char *member,
    const struct step *way)
{
	struct nt_found_file *found = nt_alloc(sizeof *found), **at = &f->first;
	struct nt_value file = nt_value_get(owner, member);
	struct nt_str url = nt_value_text(nt_value_get(file, "url"));
	struct nt_str name = nt_value_text(nt_value_get(owner, "name"));
	struct nt_str until = nt_value_text(nt_value_get(file,
	    "expiry_time"));
	struct nt_buf pointer;

	nt_buf_init(&pointer, NT_BUF_MAX);
	add_steps(&pointer, way);
	nt_buf_char(&pointer, '/');
	nt_buf_str(&pointer, member);
	found->pointer = nt_buf_take(&pointer);
	found->url = nt_strndup(url.p, url.len);
	found->name = name.len > 0 ? nt_strndup(name.p, name.len) :
	    name_of_url(url);
	if (nt_time_parse(until.p, until.len, &found->expires) == -1)
		found->expires = 0;
	while (*at != NULL && strcmp((*at)->pointer, found->pointer) < 0)
		at = &(*at)->next;
	found->next = *at;
	*at = found;
}

static int
is_external(struct nt_value v)
{
	return nt_value_text_is(nt_value_get(v, "type"), "external") &&
	    nt_value_is(nt_value_at(v, "/external/url"), NT_JSON_STRING);
}

/* A hosted file whose link is missing: there is one, and it cannot be had. */
static int
is_linkless(struct nt_value v)
{
	struct nt_value file = nt_value_get(v, "file");

	return nt_value_text_is(nt_value_get(v, "type"), "file") &&
	    nt_value_is(file, NT_JSON_OBJECT) &&
	    !nt_value_is(nt_value_get(file, "url"), NT_JSON_STRING) &&
	    !nt_value_there(nt_value_get(file, "type")) &&
	    !nt_value_there(nt_value_get(file, "id"));
}

/* Depth is bounded by the reader's NT_JSON_DEPTH_MAX. */
static void
look(struct finder *f, struct nt_value v, const struct step *way)
{
	struct step here = { .up = way };
	struct nt_value e;

	if (nt_value_is(v, NT_JSON_OBJECT)) {
		if (nt_value_there(nt_hosted_file(v)) || is_linkless(v))
			add(f, v, "file", way);
		else if (f->external && is_external(v))
			add(f, v, "external", way);
	} else if (!nt_value_is(v, NT_JSON_ARRAY)) {
		return;
	}
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		here.key = nt_value_is(v, NT_JSON_OBJECT) ? nt_value_key(e) :
		    (struct nt_str){ NULL, 0 };
		look(f, e, &here);
		here.number++;
	}
}

struct nt_found_file *
nt_files_find(struct nt_value record, int external)
{
	struct finder f = { .external = external };

	look(&f, record, NULL);
	return f.first;
}

void
nt_files_free(struct nt_found_file *f)
{
	free(f->pointer);
	free(f->name);
	free(f->url);
	free(f);
}
