#include "internal.h"

ssize_t
source_piece(struct nt_source source, char piece[CHUNK], struct nt_err *err)
{
	size_t have = 0;

	while (have < CHUNK) {
		ssize_t n = source.read(source.arg, piece + have,
		    CHUNK - have, err);

		if (n == -1)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}
