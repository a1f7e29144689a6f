/*
 * The numbers of the zip format (APPNOTE 6.3), for who writes and reads it.
 */
#ifndef NT_ARCHIVE_ZIP_H
#define NT_ARCHIVE_ZIP_H

#define ZIP_LOCAL 0x04034b50u		/* "PK\3\4": a member's own header */
#define ZIP_CENTRAL 0x02014b50u		/* "PK\1\2": the directory's entry */
#define ZIP_END 0x06054b50u		/* "PK\5\6": the end of the directory */
#define ZIP64_END 0x06064b50u
#define ZIP64_LOCATOR 0x07064b50u

#define ZIP_LOCAL_BYTES 30		/* without name and extra field */
#define ZIP_CENTRAL_BYTES 46
#define ZIP_END_BYTES 22
#define ZIP64_END_BYTES 56
#define ZIP64_LOCATOR_BYTES 20

#define ZIP_STORED 0
#define ZIP_DEFLATED 8
#define ZIP_FLAG_ENCRYPTED 0x2041u	/* the three bits that say so */
#define ZIP_FLAG_TRAILER 0x0008u	/* sizes stand behind the data */
#define ZIP_FLAG_UTF8 0x0800u
#define ZIP_EXTRA_ZIP64 1
#define ZIP_MAX16 0xffffu
#define ZIP_MAX32 0xffffffffu
#define ZIP_DATE_1980 0x0021		/* the first day the format knows */

#endif
