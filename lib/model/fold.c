/*
 * The one place that asks libunistring about characters: folding of case,
 * composing, and where one emoji ends.
 */
#include "internal.h"

#include <stdlib.h>

#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uninorm.h>
#include <unistr.h>

#include "nt/filter.h"

#define EMOJI_BYTES_MAX 100	/* the longest are families of four, toned */

/* ASCII needs no library, and is most of what there is. */
static int
is_ascii(struct nt_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return 0;
	return 1;
}

static int
fold_ascii(struct nt_str text, struct nt_buf *out)
{
	size_t i;
	char *to;

	if (!is_ascii(text))
		return 0;
	if ((to = nt_buf_reserve(out, text.len)) == NULL)
		return 1;
	for (i = 0; i < text.len; i++)
		to[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ?
		    text.p[i] + 'a' - 'A' : text.p[i]);
	nt_buf_grew(out, text.len);
	return 1;
}

void
nt_fold(struct nt_str text, struct nt_buf *out)
{
	uint8_t *folded;
	size_t len;

	if (fold_ascii(text, out))
		return;
	folded = u8_casefold((const uint8_t *)text.p, text.len, NULL, NULL,
	    NULL, &len);
	if (folded == NULL) {	/* a lone surrogate: no character to fold */
		nt_buf_add(out, text.p, text.len);
		return;
	}
	nt_buf_add(out, folded, len);
	free(folded);
}

void
nt_compose(struct nt_str text, struct nt_buf *out)
{
	uint8_t *composed;
	size_t len;

	if (is_ascii(text)) {
		nt_buf_add(out, text.p, text.len);
		return;
	}
	composed = u8_normalize(UNINORM_NFC, (const uint8_t *)text.p, text.len,
	    NULL, &len);
	if (composed == NULL) {	/* it is no UTF-8 */
		nt_buf_add(out, text.p, text.len);
		return;
	}
	nt_buf_add(out, composed, len);
	free(composed);
}

int
nt_is_emoji(struct nt_str text)
{
	const uint8_t *s = (const uint8_t *)text.p;
	char breaks[EMOJI_BYTES_MAX];
	int emoji = 0, n;
	size_t at;

	if (text.len == 0 || text.len > sizeof breaks ||
	    u8_check(s, text.len) != NULL)
		return 0;
	u8_grapheme_breaks(s, text.len, breaks);
	for (at = 0; at < text.len; at += (size_t)n) {
		ucs4_t c;

		if (at > 0 && breaks[at])
			return 0;
		n = u8_mbtouc(&c, s + at, text.len - at);
		/* a keycap is a digit that an enclosing mark follows */
		emoji = emoji || c == 0x20e3 || (c > 0x7f &&
		    uc_is_property_emoji(c));
	}
	return emoji;
}
