/* What the files of cron tell each other. */
#ifndef NT_CALENDAR_CRON_H
#define NT_CALENDAR_CRON_H

#include "nt/cron.h"

/* 1 if a day of the month or one of the week is enough; 0: it takes both. */
int cron_fits_either(const struct nt_cron *cron);

#endif
