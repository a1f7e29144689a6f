/* Looking at values. */
#include "internal.h"

#include <math.h>
#include <string.h>

enum nt_json_type
nt_value_type(struct nt_value v)
{
	return v.doc == NULL ? NT_JSON_NONE :
	    (enum nt_json_type)v.doc->node[v.at].type;
}

int
nt_value_is(struct nt_value v, enum nt_json_type type)
{
	return nt_value_type(v) == type;
}

int
nt_value_there(struct nt_value v)
{
	return nt_value_type(v) != NT_JSON_NONE;
}

struct nt_value
nt_value_first(struct nt_value v)
{
	uint32_t n = v.at + 1;

	switch (nt_value_type(v)) {
	case NT_JSON_ARRAY:
		break;
	case NT_JSON_OBJECT:
		if (v.doc->node[n].type != NT_JSON_END)
			n++;	/* over the name */
		break;
	default:
		return NT_VALUE_NONE;
	}
	if (v.doc->node[n].type == NT_JSON_END)
		return NT_VALUE_NONE;
	return (struct nt_value){ v.doc, n };
}

struct nt_value
nt_value_next(struct nt_value e)
{
	uint32_t n;

	if (!nt_value_there(e))
		return NT_VALUE_NONE;
	n = nt_json_behind(e.doc, e.at);
	if (n >= e.doc->count || e.doc->node[n].type == NT_JSON_END)
		return NT_VALUE_NONE;
	if (e.doc->node[n].flags & NT_NODE_KEY)
		n++;
	return (struct nt_value){ e.doc, n };
}

struct nt_str
nt_value_key(struct nt_value e)
{
	if (!nt_value_there(e) ||
	    !(e.doc->node[e.at - 1].flags & NT_NODE_KEY))
		return (struct nt_str){ NULL, 0 };
	return nt_json_node_text(e.doc, e.at - 1);
}

size_t
nt_value_count(struct nt_value v)
{
	switch (nt_value_type(v)) {
	case NT_JSON_ARRAY:
	case NT_JSON_OBJECT:
		return v.doc->node[v.at].len;
	default:
		return 0;
	}
}

struct nt_value
nt_value_index(struct nt_value array, size_t n)
{
	struct nt_value e;

	if (!nt_value_is(array, NT_JSON_ARRAY) || n >= nt_value_count(array))
		return NT_VALUE_NONE;
	for (e = nt_value_first(array); n > 0; n--)
		e = nt_value_next(e);
	return e;
}

/* 1 if the string that is node n has this text. */
static inline int
node_text_is(struct nt_json *doc, uint32_t n, const char *text, size_t len)
{
	const struct nt_node *node = &doc->node[n];
	struct nt_str s;

	if (!(node->flags & NT_NODE_ESCAPED))
		return node->len - 2 == len &&
		    memcmp(doc->text + node->at + 1, text, len) == 0;
	/* an escape is never shorter than what it stands for */
	if (node->len - 2 < len)
		return 0;
	s = nt_json_node_text(doc, n);
	return s.len == len && memcmp(s.p, text, len) == 0;
}

struct nt_value
nt_value_get_n(struct nt_value object, const char *name, size_t len)
{
	struct nt_value found = NT_VALUE_NONE;
	struct nt_json *doc = object.doc;
	uint32_t n;

	if (!nt_value_is(object, NT_JSON_OBJECT))
		return found;
	for (n = object.at + 1; doc->node[n].type != NT_JSON_END;
	    n = nt_json_behind(doc, n + 1))
		if (node_text_is(doc, n, name, len))
			found = (struct nt_value){ doc, n + 1 };
	return found;
}

struct nt_value
nt_value_get(struct nt_value object, const char *name)
{
	return nt_value_get_n(object, name, strlen(name));
}

struct nt_str
nt_value_text(struct nt_value v)
{
	if (!nt_value_is(v, NT_JSON_STRING))
		return (struct nt_str){ NULL, 0 };
	return nt_json_node_text(v.doc, v.at);
}

int
nt_value_text_is(struct nt_value v, const char *text)
{
	return nt_value_is(v, NT_JSON_STRING) &&
	    node_text_is(v.doc, v.at, text, strlen(text));
}

struct nt_str
nt_value_raw(struct nt_value v)
{
	const struct nt_node *node;
	uint32_t end;

	if (!nt_value_there(v))
		return (struct nt_str){ NULL, 0 };
	node = &v.doc->node[v.at];
	end = node->at + node->len;
	if (node->type == NT_JSON_ARRAY || node->type == NT_JSON_OBJECT)
		end = v.doc->node[node->link - 1].at + 1;
	return (struct nt_str){ v.doc->text + node->at, end - node->at };
}

double
nt_value_number(struct nt_value v)
{
	struct nt_str raw = nt_value_raw(v);

	return nt_value_is(v, NT_JSON_NUMBER) ?
	    nt_json_number_value(raw.p, raw.len) : 0;
}

int
nt_value_true(struct nt_value v)
{
	return nt_value_is(v, NT_JSON_BOOL) && nt_value_raw(v).p[0] == 't';
}

/* 1 if it is written as a whole number; *value is 0 if it does not fit. */
static int
scan_int(const char *p, size_t len, int64_t *value)
{
	int negative = len > 0 && *p == '-';
	uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0), sum = 0;
	int fits = 1;

	for (size_t i = negative ? 1 : 0; i < len; i++) {
		uint64_t digit = (uint64_t)(p[i] - '0');

		if (digit > 9)
			return 0;
		fits = fits && sum <= (limit - digit) / 10;
		sum = sum * 10 + digit;
	}
	*value = !fits ? 0 : negative ? (int64_t)(0 - sum) : (int64_t)sum;
	return 1;
}

int64_t
nt_value_int(struct nt_value v)
{
	const double too_large = 9223372036854775808.0;	/* 2^63 */
	struct nt_str raw = nt_value_raw(v);
	int64_t value;
	double d;

	if (!nt_value_is(v, NT_JSON_NUMBER))
		return 0;
	if (scan_int(raw.p, raw.len, &value))
		return value;
	d = nt_json_number_value(raw.p, raw.len);	/* 1.0, 1e3 */
	return d >= -too_large && d < too_large && d == floor(d) ?
	    (int64_t)d : 0;
}
