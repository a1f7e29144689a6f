/*
 * id - Notion's ids.
 *
 * Calls err.  An id is 16 bytes; its text is lower case, 8-4-4-4-12 (api
 * 1.2).  Input may be dashed, undashed or a Notion URL.
 */
#ifndef NT_ID_H
#define NT_ID_H

#include <stddef.h>
#include <stdint.h>

#include "nt/err.h"
#include "nt/mem.h"

#define NT_ID_TEXT 37	/* 36 characters and a NUL */

struct nt_id {
	uint8_t b[16];
};

/* Reads 32 hex digits, dashed as 8-4-4-4-12 or not at all: 0, or -1. */
int nt_id_scan(struct nt_str text, struct nt_id *id);

/*
 * Reads what a person may give: an id in either form or a URL, whose path is
 * looked at first, then p=, then the fragment (api 1.2).  0, or -1 and err.
 */
int nt_id_parse(const char *text, struct nt_id *id, struct nt_err *err);

/* Writes the dashed form, or the 32 digits alone (33 bytes with the NUL). */
void nt_id_format(const struct nt_id *id, char text[NT_ID_TEXT]);
void nt_id_format_plain(const struct nt_id *id, char text[NT_ID_TEXT]);

int nt_id_eq(const struct nt_id *a, const struct nt_id *b);
int nt_id_cmp(const struct nt_id *a, const struct nt_id *b);

/* All bytes zero: no id has that. */
int nt_id_is_nil(const struct nt_id *id);

/* A new random id, version 4. */
void nt_id_random(struct nt_id *id);

/* Well mixed bits for a hash table (a v4 id has fixed ones in its middle). */
uint64_t nt_id_hash(const struct nt_id *id);

/*
 * A map from ids to 64 bits, by open addressing; 0 is an allowed value.
 * 32 to 64 bytes an id.
 */
struct nt_id_map;

struct nt_id_map *nt_id_map_new(void);
void nt_id_map_free(struct nt_id_map *m);

/* Sets the value: 1 if the id is new, 0 if it was there (now replaced). */
int nt_id_map_put(struct nt_id_map *m, const struct nt_id *id, uint64_t value);

/* 1 and *value (which may be NULL) if the id is there, else 0. */
int nt_id_map_get(const struct nt_id_map *m, const struct nt_id *id,
    uint64_t *value);

/* 1 if it was there and is gone now, else 0. */
int nt_id_map_remove(struct nt_id_map *m, const struct nt_id *id);

size_t nt_id_map_count(const struct nt_id_map *m);

/*
 * Walks all of it in no particular order: start with *at 0; 1 and *id, *value
 * for each, 0 at the end.  The map may not change meanwhile.
 */
int nt_id_map_each(const struct nt_id_map *m, size_t *at, struct nt_id *id,
    uint64_t *value);

#endif
