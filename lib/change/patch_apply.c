/*
 * RFC 6902 on a tree of our own, since a value as read does not change shape.
 * The tree's texts stay where they were read; its nodes come from one arena and
 * go with it.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "nt/mem.h"

#define ARENA_NODES 256
#define COPIED_MAX NT_RECORD_MAX	/* bytes of what all copies take */

struct node {
	enum nt_json_type type;
	struct nt_str name;		/* of a member */
	struct nt_str raw;		/* of a scalar */
	struct node *next, *first;
};

struct arena {
	struct arena *next;
	size_t used;
	struct node node[ARENA_NODES];
};

/* The name of a new member, which no document holds as it is. */
struct kept {
	struct kept *next;
	char text[];
};

struct patch {
	struct arena *arena;
	struct kept *kept;
	struct node *root;		/* NULL: not there yet */
	size_t copied;			/* bytes so far */
	struct nt_buf name;		/* the last step of a pointer */
	const char *op;			/* for messages */
	struct nt_str path;
	struct nt_err *err;
};

/* Where a pointer leads. */
struct place {
	struct node *parent;		/* NULL: the root */
	struct node **link;		/* where it hangs, or would; */
	struct node *node;		/* NULL: nothing is there */
};

static int
refuse(const struct patch *p, const char *why)
{
	size_t len = p->path.len < 100 ? p->path.len : 100;

	return nt_err_set(p->err, NT_DATA, "cannot %s \"%.*s\": %s", p->op,
	    (int)len, p->path.p != NULL ? p->path.p : "", why);
}

/* ---- the tree ---- */

static struct node *
new_node(struct patch *p, enum nt_json_type type)
{
	struct node *node;

	if (p->arena == NULL || p->arena->used == ARENA_NODES) {
		struct arena *a = nt_alloc(sizeof *a);

		a->next = p->arena;
		p->arena = a;
	}
	node = &p->arena->node[p->arena->used++];
	node->type = type;
	return node;
}

/* Depth is bounded by the reader's. */
static struct node *
node_of(struct patch *p, struct nt_value v)
{
	struct node *node = new_node(p, nt_value_type(v)), **end;
	struct nt_value e;

	end = &node->first;
	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		*end = node_of(p, e);
		(*end)->name = nt_value_key(e);
		end = &(*end)->next;
	}
	if (node->type != NT_JSON_ARRAY && node->type != NT_JSON_OBJECT)
		node->raw = nt_value_raw(v);
	return node;
}

/* NULL, and why, if it is too much or too deep. */
static struct node *
copy_node(struct patch *p, const struct node *from, unsigned depth)
{
	struct node *node = new_node(p, from->type), **end = &node->first;

	/* what is copied over and over would have no end */
	p->copied += sizeof *node + from->raw.len;
	if (p->copied > COPIED_MAX) {
		nt_err_set(p->err, NT_LIMIT, "the patch copies more than %zu "
		    "bytes", COPIED_MAX);
		return NULL;
	}
	if (depth > NT_JSON_DEPTH_MAX) {
		refuse(p, "it is nested too deep");
		return NULL;
	}
	node->raw = from->raw;
	for (from = from->first; from != NULL; from = from->next) {
		if ((*end = copy_node(p, from, depth + 1)) == NULL)
			return NULL;
		(*end)->name = from->name;
		end = &(*end)->next;
	}
	return node;
}

/* Appends it as JSON: 0, or -1. */
static int
write_node(struct patch *p, const struct node *node, unsigned depth,
    struct nt_buf *out)
{
	const struct node *e;

	if (depth > NT_JSON_DEPTH_MAX)
		return nt_err_set(p->err, NT_LIMIT, "the patch nests more "
		    "than %d deep", NT_JSON_DEPTH_MAX);
	if (node->raw.p != NULL) {
		nt_buf_add(out, node->raw.p, node->raw.len);
		return 0;
	}
	nt_buf_char(out, node->type == NT_JSON_ARRAY ? '[' : '{');
	for (e = node->first; e != NULL; e = e->next) {
		if (e != node->first)
			nt_buf_char(out, ',');
		if (node->type == NT_JSON_OBJECT) {
			nt_json_quote(out, e->name);
			nt_buf_char(out, ':');
		}
		if (write_node(p, e, depth + 1, out) == -1)
			return -1;
	}
	nt_buf_char(out, node->type == NT_JSON_ARRAY ? ']' : '}');
	return 0;
}

/* ---- pointers ---- */

/* Of members of one name the last is meant. */
static struct node **
find_member(struct node *object, struct nt_str name)
{
	struct node **link = &object->first, **found = NULL;

	for (; *link != NULL; link = &(*link)->next)
		if (nt_str_eq((*link)->name, name))
			found = link;
	return found != NULL ? found : link;
}

/*
 * The number of an element: 0, or -1 for what is none.  "-" is the one behind
 * the last.
 */
static int
element_number(struct nt_str name, size_t count, size_t *number)
{
	size_t n = 0;

	if (nt_str_is(name, "-")) {
		*number = count;
		return 0;
	}
	if (name.len == 0 || name.len > 9 || (name.len > 1 && *name.p == '0'))
		return -1;
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return -1;
		n = n * 10 + (size_t)(name.p[i] - '0');
	}
	*number = n;
	return n <= count ? 0 : -1;
}

static int
find_element(struct patch *p, struct node *array, struct nt_str name,
    struct node ***link)
{
	size_t count = 0, number;

	for (struct node *e = array->first; e != NULL; e = e->next)
		count++;
	if (element_number(name, count, &number) == -1)
		return refuse(p, "an array has no such element");
	for (*link = &array->first; number > 0; number--)
		*link = &(**link)->next;
	return 0;
}

/* Finds where the last step of the pointer leads: 0, or -1. */
static int
find(struct patch *p, struct nt_str pointer, struct place *place)
{
	int got;

	*place = (struct place){ NULL, &p->root, p->root };
	while ((got = nt_pointer_next(&pointer, &p->name)) == 1) {
		struct node *here = place->node;

		if (here == NULL || (here->type != NT_JSON_OBJECT &&
		    here->type != NT_JSON_ARRAY))
			return refuse(p, "nothing is there to hold it");
		place->parent = here;
		if (here->type == NT_JSON_OBJECT)
			place->link = find_member(here, nt_buf_view(&p->name));
		else if (find_element(p, here, nt_buf_view(&p->name),
		    &place->link) == -1)
			return -1;
		place->node = *place->link;
	}
	return got == 0 ? 0 : refuse(p, "it is no JSON pointer");
}

static int
find_there(struct patch *p, struct nt_str pointer, struct place *place)
{
	if (find(p, pointer, place) == -1)
		return -1;
	return place->node != NULL ? 0 : refuse(p, "there is no such value");
}

/* ---- operations ---- */

/* The name that was found last, to stay. */
static struct nt_str
keep_name(struct patch *p)
{
	struct kept *kept = nt_alloc(sizeof *kept + p->name.len + 1);

	memcpy(kept->text, p->name.p, p->name.len);
	kept->next = p->kept;
	p->kept = kept;
	return (struct nt_str){ kept->text, p->name.len };
}

/* Hangs the node in, before what is there in an array, else in its place. */
static int
put(struct patch *p, struct nt_str path, struct node *node)
{
	struct place to;

	p->path = path;
	if (node == NULL || find(p, path, &to) == -1)
		return -1;
	if (to.parent == NULL) {
		node->next = NULL;
	} else if (to.parent->type == NT_JSON_ARRAY) {
		node->next = to.node;
	} else {
		node->name = to.node != NULL ? to.node->name : keep_name(p);
		node->next = to.node != NULL ? to.node->next : NULL;
	}
	*to.link = node;
	return 0;
}

/* Takes what is at the path out: it, or NULL. */
static struct node *
take(struct patch *p, struct nt_str path)
{
	struct place from;

	p->path = path;
	if (find_there(p, path, &from) == -1)
		return NULL;
	*from.link = from.node->next;
	return from.node;
}

static int same_node(const struct node *a, const struct node *b);

/* Each member of a has its like in b. */
static int
same_members(const struct node *a, const struct node *b)
{
	for (const struct node *e = a->first; e != NULL; e = e->next) {
		const struct node *f = b->first;

		while (f != NULL && !nt_str_eq(e->name, f->name))
			f = f->next;
		if (f == NULL || !same_node(e, f))
			return 0;
	}
	return 1;
}

static size_t
count_of(const struct node *node)
{
	size_t count = 0;

	for (const struct node *e = node->first; e != NULL; e = e->next)
		count++;
	return count;
}

/* The raws are canonical; depth is that of what the reader read. */
static int
same_node(const struct node *a, const struct node *b)
{
	const struct node *e, *f;

	if (a->type != b->type || a->raw.len != b->raw.len ||
	    count_of(a) != count_of(b))
		return 0;
	if (a->raw.p != NULL)
		return memcmp(a->raw.p, b->raw.p, a->raw.len) == 0;
	if (a->type == NT_JSON_OBJECT)
		return same_members(a, b);
	for (e = a->first, f = b->first; e != NULL; e = e->next, f = f->next)
		if (!same_node(e, f))
			return 0;
	return 1;
}

/* What an operation is about. */
struct operation {
	struct nt_str path, from;
	struct nt_value value;
};

static int
do_add(struct patch *p, const struct operation *op)
{
	return put(p, op->path, node_of(p, op->value));
}

static int
do_remove(struct patch *p, const struct operation *op)
{
	if (op->path.len == 0)
		return refuse(p, "nothing would be left");
	return take(p, op->path) != NULL ? 0 : -1;
}

static int
do_replace(struct patch *p, const struct operation *op)
{
	struct place at;
	struct node *node;

	if (find_there(p, op->path, &at) == -1)
		return -1;
	node = node_of(p, op->value);
	node->name = at.node->name;
	node->next = at.node->next;
	*at.link = node;
	return 0;
}

/* 1 if what is at the path of the second is inside of the first. */
static int
is_inside(struct nt_str outer, struct nt_str inner)
{
	return inner.len > outer.len &&
	    memcmp(outer.p, inner.p, outer.len) == 0 &&
	    inner.p[outer.len] == '/';
}

static int
do_move(struct patch *p, const struct operation *op)
{
	struct place at;

	if (is_inside(op->from, op->path))
		return refuse(p, "a value cannot be moved into itself");
	if (nt_str_eq(op->from, op->path))
		return find_there(p, op->path, &at);
	return put(p, op->path, take(p, op->from));
}

static int
do_copy(struct patch *p, const struct operation *op)
{
	struct place at;

	p->path = op->from;
	if (find_there(p, op->from, &at) == -1)
		return -1;
	return put(p, op->path, copy_node(p, at.node, 0));
}

static int
do_test(struct patch *p, const struct operation *op)
{
	struct place at;

	if (find_there(p, op->path, &at) == -1)
		return -1;
	return same_node(at.node, node_of(p, op->value)) ? 0 :
	    refuse(p, "it is another value");
}

enum { HAS_VALUE = 1, HAS_FROM = 2 };

static const struct verb {
	const char *name;
	int has;
	int (*act)(struct patch *p, const struct operation *op);
} verbs[] = {
	{ "add", HAS_VALUE, do_add },
	{ "remove", 0, do_remove },
	{ "replace", HAS_VALUE, do_replace },
	{ "move", HAS_FROM, do_move },
	{ "copy", HAS_FROM, do_copy },
	{ "test", HAS_VALUE, do_test }
};

static const struct verb *
verb_of(struct nt_value op)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (nt_value_text_is(op, verbs[i].name))
			return &verbs[i];
	return NULL;
}

static int
operate(struct patch *p, struct nt_value v)
{
	const struct verb *verb = verb_of(nt_value_get(v, "op"));
	struct nt_value path = nt_value_get(v, "path");
	struct nt_value from = nt_value_get(v, "from");
	struct operation op = { .path = nt_value_text(path),
	    .from = nt_value_text(from), .value = nt_value_get(v, "value") };

	if (verb == NULL)
		return nt_err_set(p->err, NT_DATA, "the \"op\" is none, "
		    "expected add, remove, replace, move, copy or test");
	if (!nt_value_is(path, NT_JSON_STRING))
		return nt_err_set(p->err, NT_DATA, "there is no \"path\", "
		    "expected a JSON pointer");
	if ((verb->has & HAS_VALUE) && !nt_value_there(op.value))
		return nt_err_set(p->err, NT_DATA, "there is no \"value\" "
		    "to %s", verb->name);
	if ((verb->has & HAS_FROM) && !nt_value_is(from, NT_JSON_STRING))
		return nt_err_set(p->err, NT_DATA, "there is no \"from\", "
		    "expected a JSON pointer");
	p->op = verb->name;
	p->path = op.path;
	return verb->act(p, &op);
}

/* ---- all of them ---- */

static void
free_patch(struct patch *p)
{
	while (p->arena != NULL) {
		struct arena *next = p->arena->next;

		free(p->arena);
		p->arena = next;
	}
	while (p->kept != NULL) {
		struct kept *next = p->kept->next;

		free(p->kept);
		p->kept = next;
	}
	nt_buf_free(&p->name);
}

static int
operate_all(struct patch *p, struct nt_value ops)
{
	struct nt_value op = nt_value_first(ops);

	for (size_t n = 0; nt_value_there(op); op = nt_value_next(op), n++)
		if (operate(p, op) == -1)
			return nt_err_at(p->err, "/patch/%zu: ", n);
	return 0;
}

/* Writes the tree, canonical, behind what is in out. */
static int
write_tree(struct patch *p, struct nt_buf *out)
{
	struct nt_buf text;
	int got;

	nt_buf_init(&text, NT_RECORD_MAX);
	got = write_node(p, p->root, 0, &text);
	if (got == 0)
		got = nt_buf_check(&text, "the patched record", p->err);
	if (got == 0)
		got = nt_json_rewrite(text.p, text.len, out, p->err);
	nt_buf_free(&text);
	return got;
}

int
nt_patch_apply(struct nt_value value, struct nt_value patch,
    struct nt_buf *out, struct nt_err *err)
{
	struct patch p = { .err = err };
	int got;

	if (!nt_value_is(patch, NT_JSON_ARRAY))
		return nt_err_set(err, NT_DATA, "the patch is no array, "
		    "expected operations of RFC 6902");
	nt_buf_init(&p.name, NT_RECORD_MAX);
	p.root = node_of(&p, value);
	got = operate_all(&p, patch);
	if (got == 0)
		got = write_tree(&p, out);
	free_patch(&p);
	return got;
}
