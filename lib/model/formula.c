/*
 * Formulas as far as a schema has to know them (api 3.6): which properties an
 * expression names, and how it reads once they are called otherwise.
 */
#include "schema.h"

#include <string.h>

#define TOKEN "{{notion:block_property:"

enum part_kind {
	PART_END,
	PART_OTHER,	/* a byte, a string, a comment */
	PART_OPEN,
	PART_CLOSE,
	PART_PROP,	/* prop("Name") of the page itself */
	PART_TOKEN,	/* a property by its id: {{notion:block_property:…}} */
	PART_BROKEN	/* has a beginning and no end */
};

struct part {
	enum part_kind kind;
	struct nt_str text;	/* as it stands */
	struct nt_str name;	/* PART_PROP: between the quotes */
};

static int
begins(struct nt_str s, const char *word)
{
	size_t len = strlen(word);

	return s.len >= len && memcmp(s.p, word, len) == 0;
}

/* How long what begins here is, its end included; 0 if that is not there. */
static size_t
len_to(struct nt_str s, size_t from, const char *end)
{
	size_t len = strlen(end);

	for (size_t i = from; i + len <= s.len; i++)
		if (memcmp(s.p + i, end, len) == 0)
			return i + len;
	return 0;
}

/* The same for a string, in which a backslash takes what is behind it. */
static size_t
len_of_string(struct nt_str s)
{
	for (size_t i = 1; i < s.len; i++) {
		if (s.p[i] == '"')
			return i + 1;
		i += s.p[i] == '\\';
	}
	return 0;
}

static size_t
skip_space(struct nt_str s, size_t i)
{
	while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\n' ||
	    s.p[i] == '\t' || s.p[i] == '\r'))
		i++;
	return i;
}

/* 1 if a whole prop("Name") begins here. */
static int
scan_prop(struct nt_str s, struct part *part)
{
	size_t i = skip_space(s, 4), len;

	if (!begins(s, "prop") || i >= s.len || s.p[i] != '(')
		return 0;
	i = skip_space(s, i + 1);
	if (i >= s.len || s.p[i] != '"')
		return 0;
	len = len_of_string((struct nt_str){ s.p + i, s.len - i });
	if (len == 0)
		return 0;
	part->name = (struct nt_str){ s.p + i + 1, len - 2 };
	i = skip_space(s, i + len);
	if (i >= s.len || s.p[i] != ')')
		return 0;
	part->kind = PART_PROP;
	part->text = (struct nt_str){ s.p, i + 1 };
	return 1;
}

/* A name goes on; behind a dot it is of another page, not of this one. */
static int
goes_on(char before)
{
	return before == '.' || before == '_' ||
	    (before >= '0' && before <= '9') ||
	    (before >= 'A' && before <= 'Z') ||
	    (before >= 'a' && before <= 'z');
}

/* The next part of *rest, which is moved on. */
static void
next_part(struct nt_str *rest, char before, struct part *part)
{
	struct nt_str s = *rest;
	size_t len = 1;

	*part = (struct part){ .kind = PART_OTHER };
	if (s.len == 0) {
		part->kind = PART_END;
		return;
	}
	if (begins(s, TOKEN)) {
		part->kind = PART_TOKEN;
		len = len_to(s, strlen(TOKEN), "}}");
	} else if (s.p[0] == '"') {
		len = len_of_string(s);
	} else if (begins(s, "/*")) {
		len = len_to(s, 2, "*/");
	} else if (s.p[0] == '(' || s.p[0] == '[') {
		part->kind = PART_OPEN;
	} else if (s.p[0] == ')' || s.p[0] == ']') {
		part->kind = PART_CLOSE;
	} else if (!goes_on(before) && scan_prop(s, part)) {
		len = part->text.len;
	}
	if (len == 0) {
		part->kind = PART_BROKEN;
		len = s.len;
	}
	part->text = (struct nt_str){ s.p, len };
	rest->p += len;
	rest->len -= len;
}

static char
last_of(const struct part *part)
{
	return part->text.len > 0 ? part->text.p[part->text.len - 1] : ' ';
}

/* ---- what is named ---- */

/* The row that was called so, or will be. */
static const struct schema_row *
row_called(const struct schema_plan *plan, struct nt_str quoted)
{
	const struct schema_row *found = NULL;
	struct nt_buf name;

	nt_buf_init(&name, NT_BUF_MAX);
	for (size_t i = 0; i < quoted.len; i++) {
		i += quoted.p[i] == '\\' && i + 1 < quoted.len;
		nt_buf_char(&name, quoted.p[i]);
	}
	for (size_t i = 0; found == NULL && i < plan->count; i++)
		if (nt_str_eq(plan->rows[i].name, nt_buf_view(&name)) ||
		    (nt_value_there(plan->rows[i].old) && nt_str_eq(
		    nt_value_key(plan->rows[i].old), nt_buf_view(&name))))
			found = &plan->rows[i];
	nt_buf_free(&name);
	return found;
}

/* The parts of a whole token: 1, or 0 if it has others. */
static int
token_parts(struct nt_str token, struct nt_str *property, struct nt_id *source)
{
	size_t from = strlen(TOKEN), colon = len_to(token, from, ":");
	size_t end = colon == 0 ? 0 : len_to(token, colon, ":");

	if (end == 0)
		return 0;
	*property = (struct nt_str){ token.p + from, colon - 1 - from };
	return nt_id_scan((struct nt_str){ token.p + colon, end - 1 - colon },
	    source) == 0;
}

/* A token is understood in the workspace it is from, and nowhere else. */
static int
check_token(const struct nt_world *world, struct nt_str token,
    struct nt_refusal *why)
{
	struct nt_buf title, url;
	struct nt_str property;
	struct nt_id id;
	int known = 1;

	nt_buf_init(&title, NT_BUF_MAX);
	nt_buf_init(&url, NT_BUF_MAX);
	if (world->page != NULL && token_parts(token, &property, &id) &&
	    !nt_id_is_nil(&id))
		known = world->page(world->of, &id, &title, &url);
	nt_buf_free(&title);
	nt_buf_free(&url);
	return known ? 0 : nt_refuse_form(why, "Formula could not be parsed: "
	    "%.*s is of another workspace.", (int)token.len, token.p);
}

int
nt_formula_check(const struct nt_world *world, const struct schema_plan *plan,
    struct nt_str expression, struct nt_refusal *why)
{
	struct part part = { .kind = PART_OTHER };
	size_t open = 0;

	do {
		next_part(&expression, last_of(&part), &part);
		if (part.kind == PART_BROKEN ||
		    (part.kind == PART_CLOSE && open == 0) ||
		    (part.kind == PART_END && open > 0))
			return nt_refuse_form(why, "Formula could not be "
			    "parsed: it does not end what it begins.");
		if (part.kind == PART_PROP &&
		    row_called(plan, part.name) == NULL)
			return nt_refuse_form(why, "Formula could not be "
			    "parsed: undefined property \"%.*s\".",
			    (int)part.name.len, part.name.p);
		if (part.kind == PART_TOKEN &&
		    check_token(world, part.text, why) == -1)
			return -1;
		open += part.kind == PART_OPEN;
		open -= part.kind == PART_CLOSE;
	} while (part.kind != PART_END);
	return 0;
}

/* ---- what is called otherwise ---- */

static void
put_prop(struct nt_str name, struct nt_buf *out)
{
	nt_buf_str(out, "prop(\"");
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			nt_buf_char(out, '\\');
		nt_buf_char(out, name.p[i]);
	}
	nt_buf_str(out, "\")");
}

void
nt_formula_rename(const struct schema_plan *plan, struct nt_str expression,
    struct nt_buf *out)
{
	struct part part = { .kind = PART_OTHER };
	const struct schema_row *row;

	for (;;) {
		next_part(&expression, last_of(&part), &part);
		if (part.kind == PART_END)
			return;
		row = part.kind == PART_PROP ? row_called(plan, part.name) :
		    NULL;
		if (row != NULL && nt_value_there(row->old) &&
		    !nt_str_eq(row->name, nt_value_key(row->old)))
			put_prop(row->name, out);
		else
			nt_buf_add(out, part.text.p, part.text.len);
	}
}

/* ---- tokens ---- */

size_t
nt_formula_untoken(struct nt_str expression, formula_name *name, void *of,
    struct nt_buf *out)
{
	struct part part = { .kind = PART_OTHER };
	size_t stayed = 0;

	for (;;) {
		struct nt_str id;
		struct nt_id source;
		struct nt_buf word;

		next_part(&expression, last_of(&part), &part);
		if (part.kind == PART_END)
			return stayed;
		if (part.kind != PART_TOKEN) {
			nt_buf_add(out, part.text.p, part.text.len);
			continue;
		}
		nt_buf_init(&word, NT_BUF_MAX);
		if (token_parts(part.text, &id, &source) &&
		    name(of, &source, id, &word)) {
			put_prop(nt_buf_view(&word), out);
		} else {
			nt_buf_add(out, part.text.p, part.text.len);
			stayed++;
		}
		nt_buf_free(&word);
	}
}
