/* Base64 in the one way in which bytes are written. */
#include "internal.h"

#include <sodium.h>

int
base64_read(struct nt_str text, int padded, uint8_t *p, size_t max,
    size_t *len)
{
	/* Libsodium 1.0.18 takes the byte 0xAF for a slash. */
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] > '~')
			return -1;
	return sodium_base642bin(p, max, text.p, text.len, NULL, len, NULL,
	    padded ? sodium_base64_VARIANT_ORIGINAL :
	    sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 ? 0 : -1;
}
