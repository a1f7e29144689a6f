#include "internal.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

int
lock_soon(int fd, int how, int patience_ms)
{
	const struct timespec moment = { 0, 1000000 };

	while (flock(fd, how | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (patience_ms-- <= 0) {
			errno = EWOULDBLOCK;
			return -1;
		}
		nanosleep(&moment, NULL);
	}
	return 0;
}
