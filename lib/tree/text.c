#include "internal.h"

#include <string.h>

int
is_sha256(struct nt_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' ||
		    strchr("0123456789abcdef", s.p[i]) == NULL)
			return 0;
	return s.len == SHA256_HEX;
}

void
sha256_scan(const char *hex, uint8_t bytes[NT_SHA256_BYTES])
{
	for (size_t i = 0; i < NT_SHA256_BYTES; i++)
		bytes[i] = (uint8_t)(nt_hex_digit(hex[2 * i]) << 4 |
		    nt_hex_digit(hex[2 * i + 1]));
}

int
id_at(struct nt_value record, const char *pointer, struct nt_id *id)
{
	struct nt_str text = nt_value_text(nt_value_at(record, pointer));

	return text.p == NULL ? -1 : nt_id_scan(text, id);
}

/* Appends the plain text of a rich text, or of a name. */
static void
plain_text(struct nt_value title, struct nt_buf *out)
{
	struct nt_value part;
	struct nt_str text = nt_value_text(title);

	if (text.p != NULL)
		nt_buf_add(out, text.p, text.len);
	for (part = nt_value_first(title); nt_value_there(part);
	    part = nt_value_next(part)) {
		text = nt_value_text(nt_value_get(part, "plain_text"));
		if (text.p != NULL)
			nt_buf_add(out, text.p, text.len);
	}
}

/* The property of a page that holds its title. */
static struct nt_value
title_property(struct nt_value page)
{
	struct nt_value v = nt_value_first(nt_value_get(page, "properties"));

	while (nt_value_there(v) &&
	    !nt_value_text_is(nt_value_get(v, "type"), "title"))
		v = nt_value_next(v);
	return v;
}

void
title_of(struct nt_value record, struct nt_buf *out)
{
	if (nt_value_text_is(nt_value_get(record, "object"), "page"))
		plain_text(nt_value_get(title_property(record), "title"), out);
	else
		plain_text(nt_value_get(record, "title"), out);
	if (out->len == 0)
		plain_text(nt_value_get(record, "name"), out);
}
