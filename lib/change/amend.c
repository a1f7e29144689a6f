/* Changes done to a snapshot, one after the other. */
#include "chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/mem.h"

struct nt_amend {
	struct chain chain;
	const char *name;
	int force;
	struct nt_json *doc;	/* of the record that is changed */
	struct nt_buf text;
};

/* A change as it was read. */
struct request {
	enum nt_change_op op;
	enum nt_kind kind;
	struct nt_value change, after, behind;
	struct nt_str object, id, parent, base;	/* raw */
	uint32_t node;		/* what it is about, if that is there */
};

int
nt_amend_new(struct nt_amend **out, struct nt_str text, const char *name,
    int force, struct nt_err *err)
{
	struct nt_amend *a = nt_alloc(sizeof *a);

	a->name = name;
	a->force = force;
	a->doc = nt_json_new();
	nt_buf_init(&a->text, NT_RECORD_MAX);
	if (chain_read(&a->chain, text, err) == -1) {
		nt_amend_free(a);
		return nt_err_at(err, "%s: ", name);
	}
	*out = a;
	return 0;
}

void
nt_amend_free(struct nt_amend *a)
{
	if (a == NULL)
		return;
	chain_free(&a->chain);
	nt_buf_free(&a->text);
	nt_json_free(a->doc);
	free(a);
}

/* ---- refusing ---- */

static int refuse(const struct request *r, struct nt_err *err,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Says what is refused and why; always 0. */
static int
refuse(const struct request *r, struct nt_err *err, const char *fmt, ...)
{
	struct nt_str kind = unquoted(r->object), id = unquoted(r->id);
	char why[NT_ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	nt_err_set(err, NT_DATA, "%s of %.*s %.*s is refused: %s",
	    nt_change_op_name(r->op), (int)kind.len, kind.p,
	    id.p != NULL ? (int)id.len : 10, id.p != NULL ? id.p :
	    "without id",
	    why);
	return 0;
}

/* 1 if the record in the text is what the change was made from. */
static int
has_base(struct nt_amend *a, const struct request *r, struct nt_str line)
{
	char base[NT_BASE_TEXT];

	return grade_digest(a->doc, line, base, NULL) == 0 &&
	    nt_str_is(unquoted(r->base), base);
}

/* 1 if the node is there, and is what it has to be; or refuses it. */
static int
check_base(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	struct node *node = &a->chain.node[r->node];

	if (r->node == 0)
		return refuse(r, err, "%s has no such record", a->name);
	if (a->force || (node->flags & NODE_CHECKED))
		return 1;
	if (!has_base(a, r, chain_was(&a->chain, r->node)))
		return refuse(r, err, "it is not what it was when the change "
		    "was made");
	node->flags |= NODE_CHECKED;
	return 1;
}

/* ---- texts ---- */

/* Gives the node what is in a->text. */
static int
take_text(struct nt_amend *a, uint32_t n, struct nt_err *err)
{
	size_t len = a->text.len;

	if (nt_buf_check(&a->text, "the record", err) == -1)
		return -1;
	chain_set(&a->chain, n, nt_buf_take(&a->text), len);
	return 1;
}

/* Parses the record of the node. */
static struct nt_value
record_of(struct nt_amend *a, uint32_t n)
{
	struct nt_str line = chain_line(&a->chain, n);
	struct nt_value v = NT_VALUE_NONE;

	if (nt_json_parse(a->doc, line.p, line.len, &v, NULL) == -1)
		return NT_VALUE_NONE;
	return v;
}

static int
set_parent(struct nt_amend *a, uint32_t n, struct nt_str parent,
    struct nt_err *err)
{
	struct nt_value v = record_of(a, n);
	struct facts f;

	if (parent.p != NULL)
		nt_value_put(v, "parent", parent);
	else
		nt_value_drop(nt_value_get(v, "parent"));
	nt_buf_clear(&a->text);
	nt_json_canonical(v, &a->text);
	if (take_text(a, n, err) == -1)
		return -1;
	f = chain_facts(&a->chain, n);
	a->chain.node[n].up = chain_up(&a->chain, &f);
	return 1;
}

/* ---- the operations: 1, 0 or -1 as nt_amend_change() ---- */

/* The node that a member with an id names, of this kind, or 0. */
static uint32_t
node_named(const struct nt_amend *a, const struct request *r,
    struct nt_value id)
{
	struct facts f = { .kind = r->kind, .object = r->object,
	    .id = nt_value_raw(id) };
	struct key key;

	if (!nt_value_is(id, NT_JSON_STRING) || !facts_key(&f, &key))
		return 0;
	return chain_find(&a->chain, &key);
}

/* The node of the asset whose owner the members of v tell, or 0. */
static uint32_t
node_asset(const struct nt_amend *a, struct nt_value v)
{
	struct nt_value pointer = nt_value_get(v, "pointer");
	struct facts f = { .kind = NT_KIND_ASSET,
	    .object = NT_STR("\"asset\"") };
	struct nt_json_out o;
	struct nt_buf owner;
	struct key key;
	uint32_t n = 0;

	nt_buf_init(&owner, NT_RECORD_MAX);
	nt_json_out_init(&o, &owner);
	nt_json_open(&o, NULL, '{');
	nt_json_put_value(&o, "id", nt_value_get(v, "id"));
	nt_json_put_value(&o, "object", nt_value_get(v, "owner"));
	if (nt_value_there(pointer))
		nt_json_put_value(&o, "pointer", pointer);
	nt_json_close(&o, '}');
	f.owner = nt_buf_view(&owner);
	if (facts_key(&f, &key))
		n = chain_find(&a->chain, &key);
	nt_buf_free(&owner);
	return n;
}

/* The node that the members of v name, of a kind in "object"; or 0. */
static uint32_t
node_behind(const struct nt_amend *a, struct nt_value v)
{
	struct nt_value object = nt_value_get(v, "object");
	struct request r = { .kind = nt_kind_of(nt_value_text(object)),
	    .object = nt_value_raw(object) };

	if (r.kind == NT_KIND_ASSET && nt_value_there(nt_value_get(v, "owner")))
		return node_asset(a, v);
	return node_named(a, &r, nt_value_get(v, "id"));
}

/* The last of the nameless ones behind n. */
static uint32_t
last_nameless(const struct chain *l, uint32_t n)
{
	while (l->node[n].next != 0 &&
	    (l->node[l->node[n].next].flags & NODE_NAMELESS))
		n = l->node[n].next;
	return n;
}

static int
do_create(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	struct nt_value value = nt_value_get(r->change, "value");
	struct chain *l = &a->chain;
	uint32_t n, at;

	if (!nt_str_eq(nt_value_raw(nt_value_get(value, "object")),
	    r->object))
		return nt_err_set(err, NT_DATA, "the \"value\" is no record of "
		    "that kind");
	if (r->node != 0 && !nt_value_there(r->behind))
		return refuse(r, err, "%s has one already", a->name);
	nt_buf_clear(&a->text);
	nt_json_canonical(value, &a->text);
	if (nt_buf_check(&a->text, "the record", err) == -1)
		return -1;
	n = chain_new(l, a->text.p, a->text.len);
	nt_buf_take(&a->text);
	at = l->node[n].flags & NODE_NAMELESS ? last_nameless(l,
	    node_behind(a, r->behind)) :
	    chain_place(l, n, node_named(a, r, r->after));
	chain_paste(l, at, n, n);
	chain_mark(l, n);
	return 1;
}

/* The block that goes where its page or database goes, or 0. */
static uint32_t
block_that_follows(const struct nt_amend *a, uint32_t n)
{
	uint32_t half = a->chain.node[n].kind != NT_KIND_BLOCK ?
	    chain_other_half(&a->chain, n) : 0;
	struct facts page, block;

	if (half == 0)
		return 0;
	page = chain_facts(&a->chain, n);
	block = chain_facts(&a->chain, half);
	return same_parent(&page, &block) ? half : 0;
}

static int
do_move(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	struct request of_block = { .kind = NT_KIND_BLOCK };
	struct chain *l = &a->chain;
	struct key key;
	uint32_t half, up, after = node_named(a, r, r->after);

	up = facts_parent(r->parent, &key) ? chain_find(l, &key) : 0;
	if (up == r->node || (up != 0 && chain_is_below(l, up, r->node)))
		return refuse(r, err, "it would be inside itself");
	half = block_that_follows(a, r->node);
	chain_mark(l, r->node);
	if (set_parent(a, r->node, r->parent, err) == -1)
		return -1;
	if (half == 0) {
		chain_move(l, r->node, after);
		return 1;
	}
	if (set_parent(a, half, r->parent, err) == -1)
		return -1;
	chain_move(l, half, node_named(a, &of_block, r->after));
	chain_move(l, r->node, 0);
	return 1;
}

static int
do_update(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	struct nt_value record = record_of(a, r->node);
	struct facts before = chain_facts(&a->chain, r->node), after;
	struct key was, is;

	nt_buf_clear(&a->text);
	if (nt_patch_apply(record, nt_value_get(r->change, "patch"), &a->text,
	    err) == -1)
		return -1;
	if (facts_of(nt_buf_view(&a->text), &after, err) == -1)
		return -1;
	facts_key(&before, &was);
	if (!facts_key(&after, &is) || was.kind != is.kind ||
	    !nt_id_eq(&was.id, &is.id))
		return nt_err_set(err, NT_DATA, "the patch makes another "
		    "record of it");
	a->chain.node[r->node].up = chain_up(&a->chain, &after);
	return take_text(a, r->node, err);
}

static int
do_turn(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	struct nt_value record = record_of(a, r->node);
	struct nt_str flag = r->op == NT_CHANGE_TRASH ? NT_STR("true") :
	    NT_STR("false");

	nt_value_put(record, "in_trash", flag);
	if (nt_value_is(nt_value_get(record, "archived"), NT_JSON_BOOL))
		nt_value_put(record, "archived", flag);
	nt_buf_clear(&a->text);
	nt_json_canonical(record, &a->text);
	return take_text(a, r->node, err);
}

static void
remove_node(struct nt_amend *a, uint32_t n)
{
	chain_cut(&a->chain, n, n);
	a->chain.node[n].flags |= NODE_GONE;
}

static int
do_delete(struct nt_amend *a, const struct request *r, struct nt_err *err)
{
	(void)err;
	chain_mark(&a->chain, r->node);
	remove_node(a, r->node);
	return 1;
}

/* One that has no name is found by where it stands and what it says. */
static int
delete_nameless(struct nt_amend *a, const struct request *r,
    struct nt_err *err)
{
	struct chain *l = &a->chain;
	uint32_t n = node_behind(a, r->behind);

	while ((n = l->node[n].next) != 0 &&
	    (l->node[n].flags & NODE_NAMELESS))
		if (has_base(a, r, chain_line(l, n))) {
			remove_node(a, n);
			return 1;
		}
	return refuse(r, err, "%s has no such record there", a->name);
}

/* ---- all of them ---- */

static int
read_request(struct nt_amend *a, struct nt_value change, struct request *r,
    struct nt_err *err)
{
	struct nt_value kind = nt_value_get(change, "kind");
	struct nt_value op = nt_value_get(change, "op");

	*r = (struct request){ .op = nt_change_op_named(nt_value_text(op)),
	    .kind = nt_kind_of(nt_value_text(kind)), .change = change,
	    .after = nt_value_get(change, "after"),
	    .behind = nt_value_get(change, "behind"),
	    .object = nt_value_raw(kind),
	    .id = nt_value_raw(nt_value_get(change, "id")),
	    .parent = nt_value_raw(nt_value_get(change, "parent")),
	    .base = nt_value_raw(nt_value_get(change, "base")) };
	if (r->op == NT_CHANGE_OPS)
		return nt_err_set(err, NT_DATA, "the \"op\" is none, expected "
		    "create, update, move, trash, untrash or delete");
	if (!nt_value_is(kind, NT_JSON_STRING))
		return nt_err_set(err, NT_DATA, "there is no \"kind\"");
	if (r->op != NT_CHANGE_CREATE && unquoted(r->base).p == NULL)
		return nt_err_set(err, NT_DATA, "there is no \"base\"");
	if (r->kind == NT_KIND_ASSET &&
	    nt_value_there(nt_value_get(change, "owner")))
		r->node = node_asset(a, change);
	else
		r->node = node_named(a, r, nt_value_get(change, "id"));
	return 0;
}

int
nt_amend_change(struct nt_amend *a, struct nt_value change,
    struct nt_err *err)
{
	static int (*const acts[NT_CHANGE_OPS])(struct nt_amend *,
	    const struct request *, struct nt_err *) = {
		[NT_CHANGE_CREATE] = do_create,
		[NT_CHANGE_MOVE] = do_move,
		[NT_CHANGE_UNTRASH] = do_turn,
		[NT_CHANGE_UPDATE] = do_update,
		[NT_CHANGE_TRASH] = do_turn,
		[NT_CHANGE_DELETE] = do_delete
	};
	struct request r;
	int got;

	if (read_request(a, change, &r, err) == -1)
		return -1;
	if (r.op == NT_CHANGE_DELETE && nt_value_there(r.behind))
		return delete_nameless(a, &r, err);
	if (r.op != NT_CHANGE_CREATE && (got = check_base(a, &r, err)) != 1)
		return got;
	return acts[r.op](a, &r, err);
}

int
nt_amend_records(struct nt_amend *a, int (*record)(void *arg,
    enum nt_kind kind, struct nt_str line, struct nt_err *err), void *arg,
    struct nt_err *err)
{
	const struct chain *l = &a->chain;

	chain_sort(&a->chain);
	for (uint32_t n = l->node[0].next; n != 0; n = l->node[n].next)
		if (record(arg, l->node[n].kind, chain_line(l, n), err) == -1)
			return -1;
	return 0;
}
