/* The longest common subsequence, by the table of all pairs of tails. */
#include "internal.h"

#include <stdlib.h>

#include "nt/mem.h"

#define CELLS_MAX ((size_t)1 << 22)

int
lcs_fits(size_t n, size_t m)
{
	return (n < m ? n : m) < UINT16_MAX && m < CELLS_MAX / (n + 1);
}

size_t
lcs_pairs(size_t n, size_t m, int (*same)(const void *arg, size_t i, size_t j),
    const void *arg, struct pair *pairs)
{
	size_t width = m + 1, i, j, count = 0;
	uint16_t *len = nt_alloc_array((n + 1) * width, sizeof *len);

	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			uint16_t down = len[(i + 1) * width + j];
			uint16_t right = len[i * width + j + 1];

			len[i * width + j] = same(arg, i, j) ?
			    (uint16_t)(len[(i + 1) * width + j + 1] + 1) :
			    down > right ? down : right;
		}
	for (i = j = 0; i < n && j < m;)
		if (same(arg, i, j))
			pairs[count++] = (struct pair){ i++, j++ };
		else if (len[(i + 1) * width + j] >= len[i * width + j + 1])
			i++;
		else
			j++;
	free(len);
	return count;
}
