/*
 * The changes, as a tree of what is to be there.  Their lines lie in a spool;
 * what is kept of each is a struct of fixed size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct nt_node *
nt_node(struct nt_apply *a, uint32_t n)
{
	return &a->nodes[n];
}

static uint32_t
look_up(const struct nt_id_map *map, const struct nt_id *id)
{
	uint64_t n;

	return nt_id_map_get(map, id, &n) ? (uint32_t)n : 0;
}

uint32_t
nt_node_thing(const struct nt_apply *a, const struct nt_id *id)
{
	return look_up(a->things, id);
}

uint32_t
nt_node_block(const struct nt_apply *a, const struct nt_id *id)
{
	return look_up(a->blocks, id);
}

uint32_t
nt_node_moved(const struct nt_apply *a, const struct nt_id *id)
{
	return look_up(a->moved, id);
}

uint32_t
nt_node_user(const struct nt_apply *a, const struct nt_id *id)
{
	return look_up(a->people_here, id);
}

static int
is_thing(int kind)
{
	return kind == NT_KIND_PAGE || kind == NT_KIND_DATABASE ||
	    kind == NT_KIND_DATA_SOURCE || kind == NT_KIND_VIEW ||
	    kind == NT_KIND_COMMENT;
}

/* ---- taking them ---- */

static uint32_t
new_node(struct nt_apply *a)
{
	if (a->count == a->room) {
		a->room = a->room == 0 ? 1024 : 2 * a->room;
		a->nodes = nt_realloc_array(a->nodes, a->room,
		    sizeof *a->nodes);
	}
	memset(&a->nodes[a->count], 0, sizeof *a->nodes);
	return (uint32_t)a->count++;
}

void
nt_node_root(struct nt_apply *a)
{
	struct nt_node *root = nt_node(a, new_node(a));

	root->kind = NT_KIND_PAGE;
	if (a->plan.parent != NULL) {
		root->state = NT_NODE_DONE;
		root->to = *a->plan.parent;
	}
}

/* Hangs n on parent, behind what hangs there, or first if that is 0. */
static void
hang_behind(struct nt_apply *a, uint32_t n, uint32_t parent, uint32_t before)
{
	struct nt_node *p = nt_node(a, parent);
	uint32_t *link = before == 0 ? &p->first : &nt_node(a, before)->next;

	nt_node(a, n)->parent = parent;
	nt_node(a, n)->next = *link;
	*link = n;
	if (before == p->last)
		p->last = n;
}

static void
hang(struct nt_apply *a, uint32_t n, uint32_t parent)
{
	hang_behind(a, n, parent, nt_node(a, parent)->last);
}

/* The id in a parent object, which is called as its type. */
static int
parent_id(struct nt_value parent, struct nt_id *id)
{
	struct nt_str type = nt_value_text(nt_value_get(parent, "type"));

	return nt_id_scan(nt_value_text(nt_value_get_n(parent, type.p,
	    type.len)), id);
}

uint32_t
nt_node_page(struct nt_apply *a, uint32_t n)
{
	while (n != 0 && nt_node(a, n)->kind == NT_KIND_BLOCK)
		n = nt_node(a, n)->parent;
	return n;
}

/* What a record hangs on, by its parent; 0 if that is not among these. */
static uint32_t
find_parent(struct nt_apply *a, enum nt_kind kind, struct nt_value record)
{
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_value source = nt_value_get(record, "data_source_id");
	struct nt_id id;
	uint32_t n = 0;

	if (kind == NT_KIND_VIEW &&
	    nt_id_scan(nt_value_text(source), &id) == 0 &&
	    (n = nt_node_thing(a, &id)) != 0)
		return n;
	if (parent_id(parent, &id) == -1)
		return 0;
	if (nt_value_text_is(nt_value_get(parent, "type"), "block_id"))
		n = nt_node_block(a, &id);
	if (n == 0)
		n = nt_node_thing(a, &id);
	return kind == NT_KIND_PAGE || kind == NT_KIND_DATABASE ?
	    nt_node_page(a, n) : n;
}

/* The owner of an asset. */
static uint32_t
find_owner(struct nt_apply *a, struct nt_value record)
{
	struct nt_value owner = nt_value_get(record, "owner");
	struct nt_id id;

	if (nt_id_scan(nt_value_text(nt_value_get(owner, "id")), &id) == -1)
		return 0;
	return nt_value_text_is(nt_value_get(owner, "object"), "block") ?
	    nt_node_block(a, &id) : nt_node_thing(a, &id);
}

static int
scan_op(struct nt_str word, enum nt_op *op)
{
	static const char *const words[] = { "create", "update", "move",
		"trash", "untrash", "delete" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (nt_str_is(word, words[i])) {
			*op = (enum nt_op)i;
			return 0;
		}
	return -1;
}

/* Enters a new thing or block by its id; one that is there twice is refused. */
static int
enter(struct nt_apply *a, uint32_t n, struct nt_err *err)
{
	struct nt_node *node = nt_node(a, n);
	struct nt_id_map *map = node->kind == NT_KIND_BLOCK ? a->blocks :
	    is_thing(node->kind) ? a->things :
	    node->kind == NT_KIND_USER || node->kind == NT_KIND_CUSTOM_EMOJI ?
	    a->people_here : NULL;

	a->has_emojis |= node->kind == NT_KIND_CUSTOM_EMOJI;
	if (map == NULL || nt_id_map_put(map, &node->id, n))
		return 0;
	return nt_err_set(err, NT_DATA, "a second change that creates the "
	    "%s, expected one", nt_kind_name((enum nt_kind)node->kind));
}

/* Where it stands among those that are made. */
static int
link_create(struct nt_apply *a, uint32_t n, struct nt_value change,
    struct nt_err *err)
{
	struct nt_value record = nt_value_get(change, "value");
	struct nt_node *node = nt_node(a, n);
	enum nt_kind kind = (enum nt_kind)node->kind;

	if (!nt_value_is(record, NT_JSON_OBJECT))
		return nt_err_set(err, NT_DATA,
		    "a create without a \"value\", expected the record");
	if (kind == NT_KIND_ASSET) {
		hang(a, n, find_owner(a, record));
		return 0;
	}
	if (kind == NT_KIND_BLOCK)
		node->block = (uint8_t)nt_block_of(record);
	else if (nt_value_true(nt_value_get(record, "in_trash")) ||
	    nt_value_true(nt_value_get(record, "is_archived")) ||
	    nt_value_true(nt_value_get(record, "is_locked")))
		node->flags |= NT_NODE_FLAGGED;
	hang(a, n, find_parent(a, kind, record));
	node = nt_node(a, n);
	if ((kind == NT_KIND_PAGE || kind == NT_KIND_DATABASE) &&
	    nt_node_block(a, &node->id) != 0)
		node->flags |= NT_NODE_STANDS;
	return enter(a, n, err);
}

/*
 * 1 if the change is wanted: by itself, or since what it hangs on is; users
 * always are, for they may be named.  -1 and err.
 */
static int
is_wanted(struct nt_apply *a, const struct nt_record *rec, uint32_t n,
    struct nt_err *err)
{
	struct nt_node *node = nt_node(a, n);
	struct nt_value record = nt_value_get(rec->value, "value");
	struct nt_id parent;
	int wanted;

	if (a->plan.choose == NULL || node->kind == NT_KIND_USER ||
	    node->kind == NT_KIND_CUSTOM_EMOJI)
		return 1;
	wanted = node->kind == NT_KIND_ASSET ?
	    nt_id_map_get(a->chosen, &node->id, NULL) :
	    parent_id(nt_value_get(record, "parent"), &parent) == 0 &&
	    nt_id_map_get(a->chosen, &parent, NULL);
	if (!wanted)
		wanted = a->plan.choose(a->plan.choose_arg, rec, err);
	if (wanted == 1)
		nt_id_map_put(a->chosen, &node->id, 0);
	return wanted;
}

uint32_t
nt_node_new(struct nt_apply *a, struct nt_str line, struct nt_err *err)
{
	uint32_t n;

	if (a->count == UINT32_MAX || line.len > UINT32_MAX) {
		nt_err_set(err, NT_LIMIT, "too many changes");
		return 0;
	}
	n = new_node(a);
	nt_node(a, n)->at = nt_spool_size(a->lines);
	nt_node(a, n)->len = (uint32_t)line.len;
	return nt_spool_add(a->lines, line.p, line.len, err) == -1 ? 0 : n;
}

int
nt_node_take(struct nt_apply *a, const struct nt_record *rec,
    struct nt_err *err)
{
	struct nt_str kind = nt_value_text(nt_value_get(rec->value, "kind"));
	struct nt_value id = nt_value_get(rec->value, "id");
	struct nt_node *node;
	enum nt_op op;
	uint32_t n;

	if (scan_op(nt_value_text(nt_value_get(rec->value, "op")), &op) == -1)
		return nt_err_set(err, NT_DATA, "\"op\" is none that is "
		    "known, expected create, update, move, trash, untrash or "
		    "delete");
	n = nt_node_new(a, (struct nt_str){ rec->line, rec->len }, err);
	if (n == 0)
		return -1;
	node = nt_node(a, n);
	node->op = (uint8_t)op;
	node->kind = (uint8_t)nt_kind_of(kind);
	if (nt_value_is(id, NT_JSON_STRING) &&
	    nt_id_scan(nt_value_text(id), &node->id) == -1)
		return nt_err_set(err, NT_DATA, "\"id\" is no id");
	switch (is_wanted(a, rec, n, err)) {
	case -1:
		return -1;
	case 0:
		nt_node(a, n)->state = NT_NODE_SKIPPED;
		nt_node(a, n)->op = NT_OP_NONE;
		return 0;
	default:
		break;
	}
	return op == NT_OP_CREATE ? link_create(a, n, rec->value, err) : 0;
}

/* ---- what they were in ---- */

/* Takes n out of what hangs on the node before it is hung elsewhere. */
static void
unhang(struct nt_apply *a, uint32_t from)
{
	struct nt_node *p = nt_node(a, from);

	p->first = p->last = 0;
}

/* The node that stands for a place which is no change, made if need be. */
static uint32_t
place_for(struct nt_apply *a, enum nt_kind kind, const struct nt_id *id)
{
	struct nt_id_map *map = kind == NT_KIND_BLOCK ? a->blocks : a->things;
	uint32_t n = look_up(map, id);
	struct nt_node *node;

	if (n != 0)
		return n;
	n = new_node(a);
	node = nt_node(a, n);
	node->op = NT_OP_NONE;
	node->kind = (uint8_t)kind;
	node->state = NT_NODE_SKIPPED;
	node->id = node->to = *id;
	nt_id_map_put(map, id, n);
	return n;
}

/* The place that a record was in; 0: none that can be gone back to. */
static uint32_t
place_of(struct nt_apply *a, enum nt_kind kind, struct nt_value record)
{
	static const struct {
		const char *type;
		enum nt_kind kind;
	} places[] = {
		{ "page_id", NT_KIND_PAGE }, { "block_id", NT_KIND_BLOCK },
		{ "data_source_id", NT_KIND_DATA_SOURCE },
		{ "database_id", NT_KIND_DATABASE }
	};
	struct nt_value parent = nt_value_get(record, "parent");
	struct nt_id id;

	if (kind == NT_KIND_VIEW && nt_id_scan(nt_value_text(nt_value_get(
	    record, "data_source_id")), &id) == 0)
		return place_for(a, NT_KIND_DATA_SOURCE, &id);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (nt_value_text_is(nt_value_get(parent, "type"),
		    places[i].type) && parent_id(parent, &id) == 0)
			return place_for(a, places[i].kind, &id);
	return 0;
}

void
nt_node_hang_in_place(struct nt_apply *a)
{
	uint32_t n = nt_node(a, 0)->first, next, place;

	unhang(a, 0);
	for (; n != 0; n = next) {
		struct nt_node *node = nt_node(a, n);

		next = node->next;
		node->next = 0;
		place = is_thing(node->kind) || node->kind == NT_KIND_BLOCK ?
		    place_of(a, (enum nt_kind)node->kind,
		    nt_node_record(a, n)) : 0;
		hang(a, n, place);
	}
	for (n = 1; n < a->changes_end; n++) {
		if (nt_node(a, n)->kind != NT_KIND_BLOCK)
			continue;
		if (nt_node(a, n)->op == NT_OP_DELETE)
			nt_id_map_put(a->doomed, &nt_node(a, n)->id, n);
		if (nt_node(a, n)->op != NT_OP_MOVE)
			continue;
		place = place_of(a, NT_KIND_BLOCK, nt_node_change(a, n));
		hang(a, n, place);
		nt_id_map_put(a->moved, &nt_node(a, n)->id, n);
	}
}

/* ---- reading them again ---- */

void
nt_node_line(struct nt_apply *a, uint32_t n, struct nt_buf *line)
{
	const struct nt_node *node = nt_node(a, n);
	struct nt_err err;
	char *to;

	nt_buf_clear(line);
	to = nt_buf_reserve(line, node->len);
	if (nt_spool_read(a->lines, node->at, to, node->len, &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	else
		nt_buf_grew(line, node->len);
}

struct nt_value
nt_node_read(struct nt_apply *a, uint32_t n, struct nt_json *doc,
    struct nt_buf *line)
{
	struct nt_value v = NT_VALUE_NONE;
	struct nt_err err;

	nt_node_line(a, n, line);
	if (!a->stopped && nt_json_parse(doc, line->p, line->len, &v,
	    &err) == -1)
		nt_job_stop_all(a, err.kind, "%s", err.text);
	return v;
}

struct nt_value
nt_node_change(struct nt_apply *a, uint32_t n)
{
	return nt_node_read(a, n, a->doc, &a->line);
}

struct nt_value
nt_node_record(struct nt_apply *a, uint32_t n)
{
	return nt_value_get(nt_node_change(a, n), "value");
}

/* ---- the tree ---- */

uint32_t
nt_node_item(struct nt_apply *a, uint32_t n)
{
	for (; n != 0; n = nt_node(a, n)->next) {
		const struct nt_node *node = nt_node(a, n);

		if (node->op != NT_OP_CREATE)
			continue;
		if (node->kind == NT_KIND_BLOCK)
			break;
		if ((node->kind == NT_KIND_PAGE ||
		    node->kind == NT_KIND_DATABASE) &&
		    !(node->flags & NT_NODE_STANDS) && (node->parent == 0 ||
		    nt_node(a, node->parent)->kind != NT_KIND_DATA_SOURCE))
			break;
	}
	return n;
}

uint32_t
nt_node_meant(struct nt_apply *a, uint32_t item)
{
	const struct nt_node *node = nt_node(a, item);

	if (node->kind != NT_KIND_BLOCK)
		return item;
	if (node->block != NT_BLOCK_CHILD_PAGE &&
	    node->block != NT_BLOCK_CHILD_DATABASE)
		return 0;
	return nt_node_thing(a, &node->id);
}

/* The cursor stands on the first item that is not settled. */
static void
move_cursor(struct nt_apply *a, uint32_t n)
{
	struct nt_node *node = nt_node(a, n);

	while (node->cursor != 0 &&
	    nt_node(a, node->cursor)->state != NT_NODE_WANTED) {
		node->passed += nt_node(a, node->cursor)->counted;
		node->cursor = nt_node_item(a,
		    nt_node(a, node->cursor)->next);
	}
}

void
nt_node_insert(struct nt_apply *a, uint32_t n, uint32_t parent,
    uint32_t before)
{
	struct nt_node *p = nt_node(a, parent);

	hang_behind(a, n, parent, before);
	p->cursor = nt_node_item(a, p->first);
	p->passed = 0;
	move_cursor(a, parent);
}

int
nt_node_there(struct nt_apply *a, uint32_t n)
{
	return nt_node(a, n)->state == NT_NODE_DONE ||
	    nt_node(a, n)->state == NT_NODE_SKIPPED;
}

/* What holds the item knows how many blocks of ours are in it. */
static void
count_in(struct nt_apply *a, uint32_t n)
{
	struct nt_node *node = nt_node(a, n);
	uint8_t parts = nt_node_there(a, n) ? node->parts : 0;

	if (nt_node_item(a, n) != n)
		return;
	nt_node(a, node->parent)->filled += parts;
	nt_node(a, node->parent)->filled -= node->counted;
	node->counted = parts;
}

void
nt_node_settle(struct nt_apply *a, uint32_t n, enum nt_node_state state)
{
	struct nt_node *node = nt_node(a, n);

	node->state = (uint8_t)state;
	if (state == NT_NODE_LOST || state == NT_NODE_REFUSED)
		node->cursor = 0;
	count_in(a, n);
	move_cursor(a, node->parent);
}

void
nt_node_found(struct nt_apply *a, uint32_t n, const struct nt_id *to)
{
	nt_node(a, n)->to = *to;
	nt_id_map_put(a->mine, to, n);
	if (nt_node_is_copy(a, n))
		nt_copy_found(a, n);
}

void
nt_node_refuse(struct nt_apply *a, uint32_t n, int status, const char *code,
    const char *message)
{
	struct nt_refused *r = nt_alloc(sizeof *r);

	r->node = n;
	r->status = status;
	snprintf(r->code, sizeof r->code, "%s", code);
	snprintf(r->message, sizeof r->message, "%s", message);
	r->next = a->refused;
	a->refused = r;
	a->stuck |= nt_node(a, n)->kind == NT_KIND_BLOCK &&
	    nt_node(a, n)->op == NT_OP_MOVE;
	nt_node_settle(a, n, NT_NODE_REFUSED);
}

uint64_t
nt_node_filled(struct nt_apply *a, uint32_t n)
{
	return (uint64_t)nt_node(a, n)->filled + nt_node(a, n)->extra +
	    ((nt_node(a, n)->flags & NT_NODE_RESERVED) != 0);
}

void
nt_node_counted(struct nt_apply *a, uint32_t n, size_t count)
{
	struct nt_node *node = nt_node(a, n);
	size_t held = (node->flags & NT_NODE_RESERVED) != 0;

	count = count > held ? count - held : 0;
	if (node->filled > count)
		node->filled = (uint32_t)count;
	node->extra = (uint32_t)(count - node->filled);
}

/* ---- ids of what is no node ---- */

int
nt_node_other(const struct nt_apply *a, const struct nt_id *id,
    struct nt_id *to)
{
	uint64_t n;

	if (!nt_id_map_get(a->others, id, &n))
		return 0;
	*to = a->others_to[n];
	return 1;
}

void
nt_node_other_found(struct nt_apply *a, const struct nt_id *id,
    const struct nt_id *to)
{
	a->others_to = nt_realloc_array(a->others_to, a->nothers + 1,
	    sizeof *a->others_to);
	a->others_to[a->nothers] = *to;
	nt_id_map_put(a->others, id, a->nothers++);
}
