/* A change as a record. */
#include "internal.h"

#include "nt/mem.h"

static const char *const ops[NT_CHANGE_OPS] = {
	[NT_CHANGE_CREATE] = "create",
	[NT_CHANGE_MOVE] = "move",
	[NT_CHANGE_UNTRASH] = "untrash",
	[NT_CHANGE_UPDATE] = "update",
	[NT_CHANGE_TRASH] = "trash",
	[NT_CHANGE_DELETE] = "delete"
};

const char *
nt_change_op_name(enum nt_change_op op)
{
	return ops[op];
}

enum nt_change_op
nt_change_op_named(struct nt_str name)
{
	enum nt_change_op op = 0;

	while (op < NT_CHANGE_OPS && !nt_str_is(name, ops[op]))
		op++;
	return op;
}

static void
put(struct nt_buf *out, const char *name, struct nt_str text)
{
	if (text.p == NULL)
		return;
	nt_buf_fmt(out, ",\"%s\":", name);
	nt_buf_add(out, text.p, text.len);
}

void
nt_change_write(const struct nt_change *c, struct nt_buf *out)
{
	size_t start = out->len;

	/* in canonical order */
	put(out, "after", c->after);
	put(out, "base", c->base);
	put(out, "behind", c->behind);
	put(out, "id", c->id);
	put(out, "kind", c->object);
	nt_buf_fmt(out, ",\"object\":\"change\",\"op\":\"%s\"", ops[c->op]);
	put(out, "owner", c->owner);
	put(out, "parent", c->parent);
	put(out, "patch", c->patch);
	put(out, "pointer", c->pointer);
	put(out, "value", c->value);
	nt_buf_char(out, '}');
	if (!out->full)
		out->p[start] = '{';
}
