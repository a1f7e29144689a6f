/* Numbers in a few bytes: LEB128, and zigzag for those that have a sign. */
#include "internal.h"

void
put_varint(struct nt_buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		nt_buf_char(b, (char)(n | 0x80));
	nt_buf_char(b, (char)n);
}

void
put_zigzag(struct nt_buf *b, int64_t n)
{
	put_varint(b, ((uint64_t)n << 1) ^ (n < 0 ? UINT64_MAX : 0));
}

struct bytes
bytes_of(struct nt_str s)
{
	return (struct bytes){ (const uint8_t *)s.p, s.len, 0 };
}

uint64_t
get_varint(struct bytes *b)
{
	uint64_t n = 0;

	for (unsigned shift = 0; b->left > 0 && shift < 64; shift += 7) {
		uint8_t c = *b->p++;

		b->left--;
		n |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return n;
	}
	b->bad = 1;
	b->left = 0;
	return 0;
}

int64_t
get_zigzag(struct bytes *b)
{
	uint64_t n = get_varint(b);

	return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}
