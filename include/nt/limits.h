/*
 * limits - what one request may hold (api 1.5).
 *
 * Calls nothing.  "Characters" are UTF-16 code units, as the service counts
 * them.  The limits bind requests, not what is stored: a page that is read
 * may hold more than one write can say.
 */
#ifndef NT_LIMITS_H
#define NT_LIMITS_H

#include <stddef.h>

#define NT_BODY_BYTES_MAX ((size_t)500 * 1024)	/* a JSON request body */
#define NT_PAGE_SIZE_MAX 100		/* results of one answer */
#define NT_RESULTS_MAX 10000		/* rows of one query or view */
#define NT_REFERENCES_SHOWN 25		/* of one property in a page object */

#define NT_ARRAY_MAX 100		/* blocks, rich text, people, ... */
#define NT_BLOCKS_MAX 1000		/* blocks of one request, all levels */
#define NT_CONTENT_MAX 2000		/* characters of text.content */
#define NT_URL_MAX 2000
#define NT_EXPRESSION_MAX 1000		/* characters of an equation */
#define NT_CONTACT_MAX 200		/* an email address, a phone number */
#define NT_OPTION_NAME_MAX 100
#define NT_OPTIONS_MAX 100		/* options of one schema request */
#define NT_DESCRIPTION_MAX 280		/* of a property */
#define NT_FILE_NAME_MAX 100		/* of an attached file */
#define NT_ICON_NAME_MAX 100		/* of an icon of the service's own */
#define NT_UPLOAD_NAME_BYTES_MAX 900	/* of an upload */
#define NT_UPLOAD_PARTS_MAX 1000	/* api 0, D7 */
#define NT_ATTACHMENTS_MAX 3		/* files of one comment */
#define NT_COLUMNS_MIN 2		/* columns of a new column_list */
#define NT_LEVEL_DEEPEST 2		/* api 4.4: the blocks under a child */

#define NT_FILTER_DEPTH_MAX 2		/* and/or inside and/or, no deeper */
#define NT_SCHEMA_BYTES_MAX ((size_t)50 * 1024)	/* recommended, api 1.5 */

#endif
