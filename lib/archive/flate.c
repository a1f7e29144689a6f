#include "internal.h"

#include <assert.h>
#include <stdlib.h>

#include "nt/archive.h"
#include "nt/mem.h"

static void *
zlib_alloc(void *opaque, unsigned items, unsigned size)
{
	(void)opaque;
	return nt_alloc_array(items, size);
}

static void
zlib_free(void *opaque, void *p)
{
	(void)opaque;
	free(p);
}

void
deflater_open(z_stream *z)
{
	int got;

	*z = (z_stream){ .zalloc = zlib_alloc, .zfree = zlib_free };
	got = deflateInit2(z, DEFLATE_LEVEL, Z_DEFLATED, -MAX_WBITS,
	    DEFLATE_MEMORY, Z_DEFAULT_STRATEGY);
	assert(got == Z_OK);
	(void)got;
}

static void
open_inflater(z_stream *z, int bits)
{
	int got;

	*z = (z_stream){ .zalloc = zlib_alloc, .zfree = zlib_free };
	got = inflateInit2(z, bits);
	assert(got == Z_OK);
	(void)got;
}

void
inflater_open(z_stream *z)
{
	open_inflater(z, -MAX_WBITS);
}

void
gunzipper_open(z_stream *z)
{
	open_inflater(z, 16 + MAX_WBITS);
}

uint32_t
nt_crc32(uint32_t crc, const void *p, size_t len)
{
	return libdeflate_crc32(crc, p, len);
}
