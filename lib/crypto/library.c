#include <pthread.h>

#include <gcrypt.h>

#include "internal.h"

static pthread_once_t ready = PTHREAD_ONCE_INIT;

/* The library wants to be told that no memory has to be kept from the disk. */
static void
start(void)
{
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

void
start_library(void)
{
	pthread_once(&ready, start);
}
