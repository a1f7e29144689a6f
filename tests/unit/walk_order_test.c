/*
 * walk: the order of what is written does not depend on the order of the
 * answers; nothing is claimed twice; a base is used for what it knows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../lib/walk/internal.h"
#include "nt/file.h"

static struct nt_id
id_of(unsigned n)
{
	struct nt_id id = { { 0 } };

	id.b[6] = 0x40;
	id.b[8] = 0x80;
	id.b[14] = (uint8_t)(n >> 8);
	id.b[15] = (uint8_t)n;
	return id;
}

/* ---- order ---- */

#define NODES 400

/* A node of a tree, to be written in preorder. */
struct node {
	struct item item;
	unsigned number, below;	/* those below it have the numbers behind it */
};

static struct {
	unsigned random;
	struct item *running[NODES];
	size_t count;
} work;

static unsigned
dice(unsigned sides)
{
	work.random = work.random * 1103515245u + 12345u;
	return (work.random >> 16) % sides;
}

static void
node_start(struct item *it)
{
	it->state = ITEM_RUNS;
	work.running[work.count++] = it;
}

static const struct verb node_verb = {
	.size = sizeof(struct node),
	.start = node_start,
};

/* Some nodes wait until all before them is written, as a plan does. */
static const struct verb late_verb = {
	.size = sizeof(struct node),
	.last = 1,
	.start = node_start,
};

static void
nodes_before(struct item *at, unsigned number, unsigned end)
{
	while (number < end) {
		struct node *n = item_before(at, dice(9) == 0 ? &late_verb :
		    &node_verb, NULL);

		n->number = number;
		n->below = dice(end - number);
		number += 1 + n->below;
	}
}

/* What an answer does: a record, then what is below it, in its place. */
static void
node_answer(struct item *it)
{
	struct node *n = (struct node *)it;
	char line[80];

	snprintf(line, sizeof line, "{\"n\":%u,\"object\":\"block\"}",
	    n->number);
	record_line(text_of(it), NT_KIND_BLOCK, nt_str_of(line), 0);
	nodes_before(it, n->number + 1, n->number + 1 + n->below);
	item_remove(it);
}

static void
expect_preorder(int fd)
{
	static char text[NODES * 80];
	ssize_t len;
	char *p = text;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	len = nt_read_all(fd, text, sizeof text - 1);
	assert_true(len > 0);
	text[len] = '\0';
	for (unsigned i = 0; i < NODES; i++) {
		char line[80];

		snprintf(line, sizeof line, "{\"n\":%u,\"object\":\"block\"}\n",
		    i);
		assert_memory_equal(p, line, strlen(line));
		p += strlen(line);
	}
	assert_int_equal(*p, '\0');
}

static void
writes_in_order_whatever_comes_first(void **state)
{
	struct nt_api_config config = { .base_url = "http://127.0.0.1:1" };
	struct nt_walk_plan plan = { .tool = "test" };

	(void)state;
	setenv("NOTION_API_TOKEN", "any", 1);
	for (unsigned seed = 1; seed <= 20; seed++) {
		int fd = nt_file_temp(NULL);
		struct nt_writer *out = nt_writer_new(fd);
		struct nt_api *api;
		struct nt_walk *w;

		assert_int_equal(nt_api_open(&api, &config, NULL), 0);
		assert_int_equal(nt_walk_open(&w, &plan, api, out, NULL), 0);
		list_free(w);		/* what a walk begins with */
		work.random = seed;
		nodes_before(&w->list, 0, NODES);
		assert_int_equal(list_turn(w, NULL), 0);
		while (work.count > 0) {
			unsigned i = dice((unsigned)work.count);
			struct item *it = work.running[i];

			work.running[i] = work.running[--work.count];
			node_answer(it);
			assert_int_equal(list_turn(w, NULL), 0);
		}
		assert_true(w->list.next == &w->list);
		assert_int_equal(nt_writer_close(out, NULL), 0);
		expect_preorder(fd);
		nt_api_free(api);
		nt_walk_free(w);
		close(fd);
	}
}

/* ---- what is known ---- */

static struct nt_walk *
walk_over(const char *base)
{
	struct nt_walk_plan plan = { .tool = "test", .base = base };
	struct nt_walk *w;

	assert_int_equal(nt_walk_open(&w, &plan, NULL, NULL, NULL), 0);
	return w;
}

/* Has the page listed as a search would; 0 if it was already. */
static int
list_page(struct nt_walk *w, unsigned n, int keep)
{
	struct nt_json *doc = nt_json_new();
	struct nt_id id = id_of(n);
	char text[NT_ID_TEXT], page[200];
	struct nt_value v;
	int added;

	nt_id_format(&id, text);
	snprintf(page, sizeof page, "{\"created_time\":"
	    "\"2026-01-05T10:00:00.000Z\",\"id\":\"%s\","
	    "\"object\":\"page\"}", text);
	assert_int_equal(nt_json_parse(doc, page, strlen(page), &v, NULL), 0);
	added = known_add(w, v, NT_KIND_PAGE, &id, keep);
	nt_json_free(doc);
	return added;
}

static void
claims_everything_once(void **state)
{
	struct nt_walk *w = walk_over(NULL);
	struct nt_id a = id_of(1), b = id_of(2), c = id_of(3);
	struct nt_value v;
	struct listed l;
	size_t at = 0;

	(void)state;
	assert_int_equal(known_claimed(w, &a), 0);
	assert_int_equal(known_claim(w, &a), 1);	/* and then listed */
	assert_int_equal(known_claim(w, &a), 0);
	assert_int_equal(list_page(w, 1, 1), 1);
	assert_int_equal(known_claimed(w, &a), 1);
	assert_int_equal(known_claim(w, &a), 0);

	assert_int_equal(list_page(w, 2, 0), 1);	/* listed first */
	assert_int_equal(list_page(w, 2, 1), 0);
	assert_int_equal(known_claimed(w, &b), 0);
	assert_int_equal(known_listed(w, &b), 1);
	assert_int_equal(known_object(w, &b, &v), 0);	/* not kept */
	assert_int_equal(known_each(w, &at, 1, &l), 1);
	assert_int_equal(nt_id_cmp(&l.id, &b), 0);	/* a is claimed */
	assert_int_equal(known_each(w, &at, 1, &l), 0);
	assert_int_equal(known_claim(w, &b), 1);
	assert_int_equal(known_claim(w, &b), 0);

	assert_int_equal(known_object(w, &a, &v), 1);
	assert_int_equal(known_claim(w, &c), 1);	/* never listed */
	assert_int_equal(known_listed(w, &c), 0);
	assert_int_equal(known_claim(w, &c), 0);
	nt_walk_free(w);
}

static void
sorts_rows_by_source_and_time(void **state)
{
	struct row_list l = { 0 };
	const struct listed_row *rows;
	struct nt_id source = id_of(7), none = id_of(8);
	size_t count;

	(void)state;
	row_list_sort(&l);
	assert_null(row_list_of(&l, &source, &count));
	assert_int_equal(count, 0);
	for (unsigned i = 0; i < 90; i++)
		row_list_add(&l, (struct listed_row){ .id = id_of(90 - i),
		    .source = id_of(6 + i % 4 + (i % 4 == 2)),
		    .created = 5 - i / 20 });
	row_list_sort(&l);
	rows = row_list_of(&l, &source, &count);
	assert_int_equal(count, 23);
	for (size_t i = 0; i < count; i++) {
		assert_true(nt_id_eq(&rows[i].source, &source));
		if (i > 0)
			assert_true(rows[i - 1].created < rows[i].created ||
			    (rows[i - 1].created == rows[i].created &&
			    nt_id_cmp(&rows[i - 1].id, &rows[i].id) < 0));
	}
	assert_null(row_list_of(&l, &none, &count));
	row_list_free(&l);
}

/* ---- a base ---- */

#define STARTED "2026-01-05T12:00:00.000Z"
#define PAGE(n, minute) "{\"id\":\"00000000-0000-4000-8000-00000000000" #n \
    "\",\"last_edited_time\":\"2026-01-05T11:" #minute ":00.000Z\"," \
    "\"object\":\"page\"}"
#define ROW(n, more) "{\"created_time\":\"2026-01-05T10:00:00.000Z\"," \
    "\"id\":\"00000000-0000-4000-8000-00000000000" #n "\"" more "," \
    "\"object\":\"page\",\"parent\":{\"data_source_id\":" \
    "\"00000000-0000-4000-8000-000000000009\"}}"

static void
write_base(const char *path)
{
	static const char *const pages[] = { PAGE(1, 58), PAGE(6, 59),
		ROW(2, ",\"is_archived\":true"),
		ROW(3, ",\"is_archived\":false"), ROW(4, "") };
	FILE *f = fopen(path, "w");
	struct nt_writer *out;

	assert_non_null(f);
	out = nt_writer_new(fileno(f));
	assert_int_equal(nt_writer_snapshot(out, NT_STR("{\"started\":\""
	    STARTED "\",\"scope\":{\"comments\":\"pages\"}}"), NULL), 0);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		assert_int_equal(nt_writer_record(out, NT_KIND_PAGE,
		    nt_str_of(pages[i]), NULL), 0);
	assert_int_equal(nt_writer_end(out, 1, NT_STR("{}"), NULL), 0);
	assert_int_equal(nt_writer_close(out, NULL), 0);
	fclose(f);
}

/* 1 if a page that was edited then is taken from the base. */
static int
is_taken(struct nt_walk *w, unsigned n, const char *edited)
{
	struct nt_json *doc = nt_json_new();
	struct nt_id id = id_of(n);
	struct nt_value v, old;
	char page[100];
	int same;

	snprintf(page, sizeof page, "{\"last_edited_time\":\"%s\"}", edited);
	assert_int_equal(nt_json_parse(doc, page, strlen(page), &v, NULL), 0);
	same = base_same(w, NT_KIND_PAGE, v, &id, &old);
	nt_json_free(doc);
	return same;
}

static void
takes_from_a_base_what_has_not_moved(void **state)
{
	char path[] = "/tmp/nt-walk-XXXXXX";
	struct nt_id one = id_of(1), source = id_of(9), none = id_of(5);
	const struct listed_row *archived;
	struct nt_walk *w;
	struct nt_value v;
	size_t count;

	(void)state;
	close(mkstemp(path));
	write_base(path);
	w = walk_over(path);
	/* two minutes before it began, and not a moment later */
	assert_int_equal(is_taken(w, 1, "2026-01-05T11:58:00.000Z"), 1);
	assert_int_equal(is_taken(w, 6, "2026-01-05T11:59:00.000Z"), 0);
	assert_int_equal(is_taken(w, 1, "2026-01-05T11:57:00.000Z"), 0);
	assert_int_equal(is_taken(w, 1, "some time"), 0);
	assert_int_equal(is_taken(w, 5, "2026-01-05T11:58:00.000Z"), 0);
	assert_int_equal(base_find(w, NT_KIND_PAGE, &one, &v), 1);
	assert_int_equal(base_find(w, NT_KIND_DATABASE, &one, &v), 0);
	assert_int_equal(base_page(w, &one, &v), 1);
	assert_int_equal(base_holds(w, &none), 0);
	assert_int_equal(base_rows(w, &source), 3);
	archived = base_archived(w, &source, &count);
	assert_int_equal(count, 1);
	assert_int_equal(archived[0].id.b[15], 2);
	nt_walk_free(w);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_in_order_whatever_comes_first),
		cmocka_unit_test(claims_everything_once),
		cmocka_unit_test(sorts_rows_by_source_and_time),
		cmocka_unit_test(takes_from_a_base_what_has_not_moved),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("walk_order", tests, NULL, NULL);
}
