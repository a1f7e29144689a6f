/*
 * The block of a child page or database in a page that is copied from the base.
 * It says the child's title, and a new title moves the time of the child only,
 * not of the page above; so the block is copied if the child has not moved, and
 * read again otherwise.  A child that no listing showed is read for that before
 * its turn, and kept until then.  Also any other block that is to be read
 * again, while what is in it is copied.
 */
#include "internal.h"

struct child {
	struct item item;
	enum nt_kind kind;	/* of the child; NT_KIND_OTHER: there is none */
	struct nt_id id;
	struct nt_buf line;	/* as the base has it */
	int block_asked;
};

static void
ask(struct child *c, const char *what)
{
	char id[NT_ID_TEXT];

	nt_id_format(&c->id, id);
	item_get(&c->item, "/v1/%s/%s", what, id);
}

static void
ask_block(struct child *c)
{
	c->block_asked = 1;
	ask(c, "blocks");
}

static void
put_copy(struct child *c)
{
	struct nt_walk *w = c->item.walk;
	struct text *text = text_before(&c->item, c->item.scope);
	struct nt_value v;
	struct nt_err err;

	if (nt_json_parse(w->base_doc, c->line.p, c->line.len, &v,
	    &err) == -1) {
		walk_fail(w, &err);
		return;
	}
	if (walk_first(w, NT_KIND_BLOCK, &c->id)) {
		block_note(text, v, &c->id);
		record_line(&text->buf, NT_KIND_BLOCK, nt_buf_view(&c->line),
		    0);
	}
	item_remove(&c->item);
}

/* 1 if the block says of the child what it said when the base was read. */
static int
has_stayed(struct child *c, struct nt_value now)
{
	struct nt_walk *w = c->item.walk;
	int64_t edited = member_time(now, "last_edited_time");
	struct nt_value old;

	return base_saw(w, edited) && base_find(w, c->kind, &c->id, &old) &&
	    member_time(old, "last_edited_time") == edited &&
	    (c->kind == NT_KIND_PAGE || nt_value_equal(nt_value_get(old,
	    "title"), nt_value_get(now, "title")));
}

static void
judge(struct child *c, struct nt_value now)
{
	if (has_stayed(c, now))
		put_copy(c);
	else
		ask_block(c);
}

static void
child_start(struct item *it)
{
	struct child *c = (struct child *)it;
	struct nt_walk *w = it->walk;
	struct nt_value now;
	int64_t created;

	if (c->kind == NT_KIND_OTHER)
		ask_block(c);
	else if (known_object(w, &c->id, &now))
		judge(c, now);
	else if (c->kind == NT_KIND_DATABASE &&
	    quick_created(w, &c->id, &created))
		put_copy(c);
	else if (base_holds(w, &c->id))
		ask(c, c->kind == NT_KIND_PAGE ? "pages" : "databases");
	else
		ask_block(c);	/* it could not be read: there is no more */
}

/* The record alone: what is in the block, and its files, are the base's. */
static void
put_record(struct child *c, struct nt_value block)
{
	struct text *text = text_before(&c->item, c->item.scope);
	struct block_sense sense = block_note(text, block, &c->id);

	clean_value(c->item.walk, block);
	record_value(&text->buf, NT_KIND_BLOCK, block, sense.flags);
}

static void
block_answer(struct child *c, const struct nt_reply *reply)
{
	struct item *it = &c->item;
	struct subject s = { "block", &c->id, "page_id", &it->scope->id };
	struct nt_id id;

	if (!reply_ok(reply))
		error_reply(text_of(it), &s, reply);
	else if (!object_is(reply->value, NT_KIND_BLOCK, &id) ||
	    !nt_id_eq(&id, &c->id))
		error_text(text_of(it), &s, "unexpected_answer",
		    "the answer is another object");
	else if (c->kind == NT_KIND_OTHER)
		put_record(c, reply->value);
	else
		block_put(it, it->scope, reply->value, NULL);
	item_remove(it);
}

static void
child_answer(struct item *it, const struct nt_reply *reply)
{
	struct child *c = (struct child *)it;
	struct nt_id id;

	if (c->block_asked) {
		block_answer(c, reply);
	} else if (reply_ok(reply) && object_is(reply->value, c->kind, &id) &&
	    nt_id_eq(&id, &c->id)) {
		known_add(it->walk, reply->value, c->kind, &id, 1);
		judge(c, reply->value);
	} else {
		ask_block(c);	/* the walk will come to what is wrong */
	}
}

static void
child_clear(struct item *it)
{
	nt_buf_free(&((struct child *)it)->line);
}

static const struct verb child_verb = {
	.size = sizeof(struct child),
	.start = child_start,
	.answer = child_answer,
	.clear = child_clear,
};

void
child_before(struct item *at, enum nt_kind kind, const struct nt_id *id,
    struct nt_str line)
{
	struct child *c = item_before(at, &child_verb, at->scope);

	c->kind = kind;
	c->id = *id;
	nt_buf_init(&c->line, NT_BUF_MAX);
	nt_buf_add(&c->line, line.p, line.len);
}
