/*
 * change: every order of siblings is told in the fewest moves, and whatever
 * becomes of a tree of blocks and pages is told, and made, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nt/change.h"

/* ---- what comes of a comparison ---- */

struct result {
	struct nt_amend *amend;
	unsigned count[NT_CHANGE_OPS];
};

static int
compared(void *arg, struct nt_err *err)
{
	(void)arg;
	(void)err;
	return 0;
}

/* Counts the change and makes it. */
static int
take(void *arg, const struct nt_change *c, struct nt_err *err)
{
	struct nt_json *doc = nt_json_new();
	struct result *r = arg;
	struct nt_buf text;
	struct nt_value v;
	int got;

	nt_buf_init(&text, NT_BUF_MAX);
	nt_change_write(c, &text);
	assert_int_equal(nt_json_parse(doc, text.p, text.len, &v, err), 0);
	assert_true(nt_json_was_canonical(doc));
	r->count[c->op]++;
	got = nt_amend_change(r->amend, v, err);
	if (got != 1)
		fail_msg("%s: %s", text.p, err->text);
	nt_buf_free(&text);
	nt_json_free(doc);
	return 0;
}

static int
collect(void *arg, enum nt_kind kind, struct nt_str line, struct nt_err *err)
{
	(void)kind;
	(void)err;
	nt_buf_add(arg, line.p, line.len);
	nt_buf_char(arg, '\n');
	return 0;
}

/* Compares a with b, makes b of a by what is told, and returns the counts. */
static struct result
there(const struct nt_buf *a, const struct nt_buf *b)
{
	struct result r = { NULL, { 0 } };
	struct nt_diff_how how = { .name_a = "a", .name_b = "b", .strict = 1,
	    .compared = compared, .change = take, .arg = &r };
	struct nt_buf made;
	struct nt_err err;

	nt_buf_init(&made, NT_BUF_MAX);
	assert_int_equal(nt_amend_new(&r.amend, nt_buf_view(a), "a", 0, &err),
	    0);
	assert_int_equal(nt_diff(nt_buf_view(a), nt_buf_view(b), &how, &err),
	    0);
	assert_int_equal(nt_amend_records(r.amend, collect, &made, &err), 0);
	assert_string_equal(made.p, b->p);
	nt_amend_free(r.amend);
	nt_buf_free(&made);
	return r;
}

/* ---- orders ---- */

static void
add_root(struct nt_buf *out)
{
	nt_buf_str(out, "{\"id\":\"root\",\"object\":\"page\"}\n");
}

static void
add_child(struct nt_buf *out, unsigned n)
{
	nt_buf_fmt(out, "{\"id\":\"%u\",\"object\":\"block\",\"parent\":"
	    "{\"page_id\":\"root\",\"type\":\"page_id\"}}\n", n);
}

/* How many of the first n of order stay: by the definition, slowly. */
static unsigned
longest_row(const unsigned *order, unsigned n)
{
	unsigned best = 0, row[16];

	for (unsigned i = 0; i < n; i++) {
		row[i] = 1;
		for (unsigned j = 0; j < i; j++)
			if (order[j] < order[i] && row[j] + 1 > row[i])
				row[i] = row[j] + 1;
		best = row[i] > best ? row[i] : best;
	}
	return best;
}

/* Turns order into the next one: 1, or 0 after the last. */
static int
next_order(unsigned *order, unsigned n)
{
	unsigned i = n - 1, j = n - 1, swap;

	while (i > 0 && order[i - 1] > order[i])
		i--;
	if (i == 0)
		return 0;
	while (order[j] < order[i - 1])
		j--;
	swap = order[i - 1], order[i - 1] = order[j], order[j] = swap;
	for (j = n - 1; i < j; i++, j--)
		swap = order[i], order[i] = order[j], order[j] = swap;
	return 1;
}

static void
tells_the_fewest_moves(void **state)
{
	unsigned order[6] = { 0, 1, 2, 3, 4, 5 }, orders = 0;
	struct nt_buf a, b;

	(void)state;
	nt_buf_init(&a, NT_BUF_MAX);
	nt_buf_init(&b, NT_BUF_MAX);
	add_root(&a);
	for (unsigned i = 0; i < 6; i++)
		add_child(&a, i);
	do {
		struct result r;

		nt_buf_clear(&b);
		add_root(&b);
		for (unsigned i = 0; i < 6; i++)
			add_child(&b, order[i]);
		r = there(&a, &b);
		assert_int_equal(r.count[NT_CHANGE_MOVE],
		    6 - longest_row(order, 6));
		assert_int_equal(r.count[NT_CHANGE_UPDATE] +
		    r.count[NT_CHANGE_CREATE] + r.count[NT_CHANGE_DELETE], 0);
		orders++;
	} while (next_order(order, 6));
	assert_int_equal(orders, 720);
	nt_buf_free(&b);
	nt_buf_free(&a);
}

/* How many records there are is guessed by the beginning of the text. */
static void
is_not_misled_by_a_long_line(void **state)
{
	enum { MANY = 5000 };
	struct nt_buf a, b;
	struct result r;

	(void)state;
	nt_buf_init(&a, NT_BUF_MAX);
	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_fmt(&a, "{\"f\":\"%01200000d\",\"id\":\"root\","
	    "\"object\":\"page\"}\n", 0);
	nt_buf_add(&b, a.p, a.len);
	for (unsigned i = 0; i < MANY; i++) {
		add_child(&a, i);
		add_child(&b, MANY - 1 - i);
	}
	r = there(&a, &b);
	assert_int_equal(r.count[NT_CHANGE_MOVE], MANY - 1);
	nt_buf_free(&b);
	nt_buf_free(&a);
}

/* ---- trees ---- */

#define NODES 24

/*
 * A tree: node 0 is a page; a node is a block, or a page, which then has a
 * block in its parent.  Children stand in an order of their own.
 */
struct tree {
	unsigned up[NODES];		/* NODES: it is not there */
	unsigned place[NODES];		/* among its siblings */
	unsigned says[NODES];
	int is_page[NODES];
};

static uint64_t chance = 88172645463325252u;

static unsigned
below(unsigned n)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (unsigned)(chance >> 32) % n;
}

static int
is_below(const struct tree *t, unsigned n, unsigned top)
{
	while (n != 0 && n != NODES && n != top)
		n = t->up[n];
	return n == top;
}

/* Hangs node n somewhere, if it is not below itself there. */
static void
hang(struct tree *t, unsigned n)
{
	unsigned up = below(NODES);

	if (up != 0 && (t->up[up] == NODES || is_below(t, up, n)))
		up = 0;
	t->up[n] = up;
	t->place[n] = below(1000) * NODES + n;
}

/* Takes node n and all below it away. */
static void
prune(struct tree *t, unsigned n)
{
	t->up[n] = NODES;
	for (unsigned i = 1; i < NODES; i++)
		if (t->up[i] == n)
			prune(t, i);
}

static void
grow(struct tree *t)
{
	for (unsigned n = 0; n < NODES; n++)
		t->up[n] = n == 0 ? 0 : NODES;
	t->says[0] = t->is_page[0] = 0;
	for (unsigned n = 1; n < NODES; n++) {
		t->is_page[n] = below(4) == 0;
		t->says[n] = below(3);
		if (below(4) != 0)
			hang(t, n);
	}
}

static void
change(struct tree *t)
{
	for (unsigned times = 1 + below(6); times > 0; times--) {
		unsigned n = 1 + below(NODES - 1);

		switch (below(4)) {
		case 0:
			prune(t, n);
			break;
		case 1:
			t->says[n]++;
			break;
		default:
			hang(t, n);
		}
	}
}

static void
write_line(const struct tree *t, unsigned n, const char *kind,
    struct nt_buf *out)
{
	unsigned up = t->up[n];
	const char *type = up == 0 || t->is_page[up] ? "page_id" : "block_id";

	nt_buf_fmt(out, "{\"id\":\"%u\",\"object\":\"%s\"", n, kind);
	if (n != 0)
		nt_buf_fmt(out, ",\"parent\":{\"%s\":\"%u\",\"type\":\"%s\"}",
		    type, up, type);
	nt_buf_fmt(out, ",\"says\":%u}\n", t->says[n]);
}

/* The child of n with the next place, from one place on, or NODES. */
static unsigned
next_child(const struct tree *t, unsigned n, unsigned from)
{
	unsigned found = NODES;

	for (unsigned i = 1; i < NODES; i++)
		if (t->up[i] == n && t->place[i] >= from && (found == NODES ||
		    t->place[i] < t->place[found]))
			found = i;
	return found;
}

/* The blocks below n, depth first, or the pages that some of them are. */
static void
write_below(const struct tree *t, unsigned n, int pages, struct nt_buf *out)
{
	unsigned from = 0, i;

	for (; (i = next_child(t, n, from)) != NODES; from = t->place[i] + 1) {
		if (!pages)
			write_line(t, i, "block", out);
		if (!t->is_page[i]) {
			write_below(t, i, pages, out);
		} else if (pages) {
			write_line(t, i, "page", out);
			write_below(t, i, 0, out);
			write_below(t, i, 1, out);
		}
	}
}

static void
write_tree(const struct tree *t, struct nt_buf *out)
{
	nt_buf_clear(out);
	write_line(t, 0, "page", out);
	write_below(t, 0, 0, out);
	write_below(t, 0, 1, out);
}

static void
makes_one_tree_of_another(void **state)
{
	struct nt_buf a, b;
	struct tree t;

	(void)state;
	nt_buf_init(&a, NT_BUF_MAX);
	nt_buf_init(&b, NT_BUF_MAX);
	for (int i = 0; i < 2000; i++) {
		grow(&t);
		write_tree(&t, &a);
		change(&t);
		write_tree(&t, &b);
		there(&a, &b);
		there(&b, &a);
	}
	nt_buf_free(&b);
	nt_buf_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_fewest_moves),
		cmocka_unit_test(is_not_misled_by_a_long_line),
		cmocka_unit_test(makes_one_tree_of_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("change_diff", tests, NULL, NULL);
}
