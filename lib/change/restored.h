/*
 * change, private: comparing what was restored with what it was made from.
 *
 * What the API cannot keep (api 8.1) is left out of both records before they
 * are compared, by a rule for each; where the two differed there, it is counted
 * as a loss of that rule.
 */
#ifndef NT_CHANGE_RESTORED_H
#define NT_CHANGE_RESTORED_H

#include "internal.h"

enum rule {
	RULE_NONE,
	RULE_ID,
	RULE_CREATED_TIME,
	RULE_CREATED_BY,
	RULE_EDITED_TIME,
	RULE_EDITED_BY,
	RULE_URL,
	RULE_PUBLIC_URL,
	RULE_PARENT,
	RULE_DATABASE_PARENT,
	RULE_ARCHIVED,
	RULE_HAS_CHILDREN,
	RULE_SOURCES,
	RULE_REQUEST,
	RULE_DISCUSSION,
	RULE_DISPLAY_NAME,
	RULE_DASHBOARD,
	RULE_VIEW_SOURCE,
	RULE_ASSET_NAME,
	RULE_VIEW_DEFAULT,
	RULE_COVER,
	RULE_DESCRIPTION,
	RULE_PROPERTY_NAME,
	RULE_PROPERTY_ID,
	RULE_OPTION_ID,
	RULE_COMPUTED,
	RULE_VERIFICATION,
	RULE_GROUPS,
	RULE_FORMULA,
	RULE_RELATION_ORDER,
	RULE_LIST_START,
	RULE_LIST_FORMAT,
	RULE_FILE_URL,
	RULE_ITEMS,
	RULE_SHOWN,
	RULE_USER,
	RULE_EMOJI,
	RULE_ANNOUNCED,
	RULE_COUNT
};

/* A loss that the journal tells: at the pointer, or all of it if that is "". */
struct announced {
	char *pointer;
	uint64_t next;		/* of the same record, 0: the last */
};

struct nt_restored {
	struct nt_id_map *old_of;	/* new ids: the numbers in old */
	struct nt_id_map *new_of;	/* old ids: the numbers in new */
	struct nt_id *old, *new;	/* pairs, counting from 0 */
	size_t pairs, pair_room;
	struct nt_id_map *lost;		/* old ids: the first in announced */
	struct announced *announced;	/* 0 is nobody */
	size_t losses, loss_room;
	uint64_t count[NT_KIND_COUNT][RULE_COUNT];
	int without_assets;		/* of one side none are known */
	int back;			/* b becomes what it was made, in a */
};

/* Counts that records of that kind differ by that rule. */
void restored_count(struct nt_restored *r, unsigned kind, enum rule rule);

/* Notes that the old id became the new one. */
void restored_pair(struct nt_restored *r, const struct nt_id *old,
    const struct nt_id *new);

/* The first loss told of the record with that id, or 0. */
uint64_t restored_losses(const struct nt_restored *r, const struct nt_id *id);

/* 1 if that pointer, or one above it, was told to be lost. */
int restored_lost(const struct nt_restored *r, const struct nt_id *id,
    const char *pointer);

/* 1 if records of that kind are compared. */
int restored_is_compared(const struct nt_restored *r, unsigned kind);

/* 1 if the row of a, or something that holds it, was told to be lost. */
int restored_is_gone(const struct nt_restored *r, const struct side *a,
    uint32_t n);

/* 1 if the text of the block was told to be split over several. */
int restored_is_split(const struct nt_restored *r, const struct nt_id *id,
    struct nt_str type);

/* ---- lenient.c ---- */

/* A record, and what has to be known to compare it. */
struct lenient_side {
	struct nt_value record;
	struct nt_value source;	/* of a view: its data source, or none */
};

/*
 * Appends both records without what cannot be kept, canonical, and counts where
 * they differed in that.
 */
void lenient_write(struct nt_restored *r, enum nt_kind kind,
    const struct lenient_side *a, const struct lenient_side *b,
    struct nt_buf *text_a, struct nt_buf *text_b);

#endif
