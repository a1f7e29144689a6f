/*
 * files - the files that a record holds, wherever they stand in it (api 3.4).
 *
 * Calls json and base; pure.
 */
#ifndef NT_FILES_H
#define NT_FILES_H

#include <stdint.h>

#include "nt/json.h"

struct nt_found_file {
	struct nt_found_file *next;
	char *pointer;		/* RFC 6901, to its "file" or "external" */
	char *name;		/* as the record says, else from the URL */
	char *url;		/* "" of a hosted one whose link is missing */
	int64_t expires;	/* milliseconds, 0: it does not */
};

/*
 * Those that the service hosts, with external also those elsewhere, in the
 * order of their pointers; NULL: none.  Free each with nt_files_free().
 */
struct nt_found_file *nt_files_find(struct nt_value record, int external);
void nt_files_free(struct nt_found_file *one);

#endif
