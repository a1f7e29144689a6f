/* What the files of this room share. */
#ifndef NT_CRYPTO_INTERNAL_H
#define NT_CRYPTO_INTERNAL_H

/* Makes libgcrypt ready, once; any thread may call it, any number of times. */
void start_library(void);

#endif
