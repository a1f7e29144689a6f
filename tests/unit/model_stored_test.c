#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/filter.h"
#include "nt/schema.h"
#include "nt/stored.h"

#define PAGE "'11111111-1111-4111-8111-111111111111'"
#define PERSON "'22222222-2222-4222-8222-222222222222'"
#define UPLOAD "'33333333-3333-4333-8333-333333333333'"
#define EMOJI "'44444444-4444-4444-8444-444444444444'"
#define NOBODY "'99999999-9999-4999-8999-999999999999'"
#define PLAIN "'annotations':{'bold':false,'italic':false," \
	"'strikethrough':false,'underline':false,'code':false," \
	"'color':'default'}"
#define TEXT(s) "{'type':'text','text':{'content':'" s "','link':null}," \
	PLAIN ",'plain_text':'" s "','href':null}"

/* ---- a small world ---- */

static int
is_id(const struct nt_id *id, const char *quoted)
{
	struct nt_id other;

	return nt_id_scan((struct nt_str){ quoted + 1, 36 }, &other) == 0 &&
	    nt_id_eq(id, &other);
}

static int
find_page(void *of, const struct nt_id *id, struct nt_buf *title,
    struct nt_buf *url)
{
	(void)of;
	if (!is_id(id, PAGE))
		return 0;
	nt_buf_str(title, "Garden");
	nt_buf_str(url, "https://n/garden");
	return 1;
}

static int
find_user(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *json)
{
	(void)of;
	if (!is_id(id, PERSON))
		return 0;
	nt_buf_str(name, "Ann");
	nt_buf_str(json, "{\"object\":\"user\",\"name\":\"Ann\"}");
	return 1;
}

static int
find_emoji(void *of, const struct nt_id *id, struct nt_buf *json)
{
	(void)of;
	if (!is_id(id, EMOJI))
		return 0;
	nt_buf_str(json, "{\"id\":\"e\",\"name\":\"leaf\",\"url\":\"u\"}");
	return 1;
}

static int
find_upload(void *of, const struct nt_id *id, struct nt_buf *name,
    struct nt_buf *file)
{
	(void)of;
	if (!is_id(id, UPLOAD))
		return 0;
	nt_buf_str(name, "plan.pdf");
	nt_buf_str(file, "{\"url\":\"up:1\",\"expiry_time\":\"t\"}");
	return 1;
}

static void
make_key(void *of, char text[NT_ID_TEXT])
{
	unsigned *n = of;

	snprintf(text, NT_ID_TEXT, "k%u", ++*n);
}

static int
find_zone(void *of, struct nt_str name, int64_t local_ms, int *minutes)
{
	(void)of;
	(void)local_ms;
	if (!nt_str_is(name, "Europe/Paris"))
		return 0;
	*minutes = 120;
	return 1;
}

static unsigned keys_made;	/* reset by each case */

static const struct nt_world world = {
	&keys_made, find_page, find_user, find_emoji, find_upload, make_key,
	find_zone
};

/* ---- comparing ---- */

/* A text with ' for ", parsed; free with drop(). */
struct held {
	struct nt_json *doc;
	char *text;
	struct nt_value v;
};

static struct held
hold(const char *text)
{
	struct held h = { nt_json_new(), NULL, NT_VALUE_NONE };
	struct nt_err err;
	char *s;

	if (text == NULL)
		return h;
	h.text = nt_strdup(text);
	for (s = h.text; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (nt_json_parse(h.doc, h.text, strlen(h.text), &h.v, &err) == -1)
		fail_msg("%s: %s", h.text, err.text);
	return h;
}

static void
drop(struct held *h)
{
	nt_json_free(h->doc);
	free(h->text);
}

/* The result must be the value wanted, or the refusal the sentence. */
static void
expect(int status, const struct nt_buf *out, const struct nt_refusal *why,
    const char *want, const char *says)
{
	struct held ours, theirs;

	if (status == -1) {
		if (says == NULL)
			fail_msg("%s", why->message);
		assert_string_equal(why->message, says);
		return;
	}
	if (says != NULL)
		fail_msg("%s\n  passes, but should say %s", out->p, says);
	ours = hold(out->p);
	theirs = hold(want);
	if (!nt_value_equal(ours.v, theirs.v))
		fail_msg("%s\n  is not %s", ours.text, theirs.text);
	drop(&ours);
	drop(&theirs);
}

/* ---- rich text ---- */

static void
test_text(void **state)
{
	static const struct {
		const char *items, *kept, *says;
	} rows[] = {
		{ "[]", "[]", NULL },
		{ "[{'text':{'content':'a'}}]", "[" TEXT("a") "]", NULL },
		{ "[{'text':{'content':''}}]", "[]", NULL },
		{ "[{'text':{'content':'a','link':{'url':'/x'}},"
		    "'annotations':{'bold':true,'color':'red'},"
		    "'plain_text':'lie','href':'lie'}]",
		    "[{'type':'text','text':{'content':'a','link':"
		    "{'url':'/x'}},'annotations':{'bold':true,'italic':false,"
		    "'strikethrough':false,'underline':false,'code':false,"
		    "'color':'red'},'plain_text':'a','href':'/x'}]", NULL },
		/* neighbours that look the same are one */
		{ "[{'text':{'content':'a'}},{'text':{'content':''}},"
		    "{'text':{'content':'b'},'annotations':"
		    "{'color':'default'}}]", "[" TEXT("ab") "]", NULL },
		{ "[{'text':{'content':'a'}},{'text':{'content':'b'},"
		    "'annotations':{'bold':true}},{'text':{'content':'c'}}]",
		    "[" TEXT("a") ",{'type':'text','text':{'content':'b',"
		    "'link':null},'annotations':{'bold':true,'italic':false,"
		    "'strikethrough':false,'underline':false,'code':false,"
		    "'color':'default'},'plain_text':'b','href':null},"
		    TEXT("c") "]", NULL },
		{ "[{'equation':{'expression':'x^2'}}]",
		    "[{'type':'equation','equation':{'expression':'x^2'},"
		    PLAIN ",'plain_text':'x^2','href':null}]", NULL },
		{ "[{'mention':{'page':{'id':"
		    "'11111111111141118111111111111111'}}}]",
		    "[{'type':'mention','mention':{'type':'page','page':{'id':"
		    PAGE "}}," PLAIN ",'plain_text':'Garden','href':"
		    "'https://n/garden'}]", NULL },
		{ "[{'mention':{'page':{'id':" NOBODY "}}}]",
		    "[{'type':'mention','mention':{'type':'page','page':{'id':"
		    NOBODY "}}," PLAIN ",'plain_text':'Untitled','href':"
		    "'https://www.notion.so/"
		    "99999999999949998999999999999999'}]", NULL },
		{ "[{'mention':{'user':{'id':" PERSON "}}}]",
		    "[{'type':'mention','mention':{'type':'user','user':"
		    "{'object':'user','name':'Ann'}}," PLAIN
		    ",'plain_text':'@Ann','href':null}]", NULL },
		{ "[{'mention':{'user':{'id':" NOBODY "}}}]",
		    "[{'type':'mention','mention':{'type':'user','user':"
		    "{'object':'user','id':" NOBODY "}}," PLAIN
		    ",'plain_text':'@Anonymous','href':null}]", NULL },
		{ "[{'mention':{'date':{'start':'2026-01-02',"
		    "'end':'2026-01-03'}}}]",
		    "[{'type':'mention','mention':{'type':'date','date':{"
		    "'start':'2026-01-02','end':'2026-01-03','time_zone':null}"
		    "}," PLAIN ",'plain_text':'2026-01-02 → 2026-01-03',"
		    "'href':null}]", NULL },
		{ "[{'mention':{'template_mention':"
		    "{'template_mention_user':'me'}}}]",
		    "[{'type':'mention','mention':{'type':'template_mention',"
		    "'template_mention':{'type':'template_mention_user',"
		    "'template_mention_user':'me'}}," PLAIN
		    ",'plain_text':'@Me','href':null}]", NULL },
		{ "[{'mention':{'custom_emoji':{'id':" EMOJI "}}}]",
		    "[{'type':'mention','mention':{'type':'custom_emoji',"
		    "'custom_emoji':{'id':'e','name':'leaf','url':'u'}},"
		    PLAIN ",'plain_text':':leaf:','href':null}]", NULL },
		{ "[{'mention':{'custom_emoji':{'id':" NOBODY "}}}]", NULL,
		    "Could not find custom emoji with ID: "
		    "99999999-9999-4999-8999-999999999999." }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held items = hold(rows[i].items);
		struct nt_refusal why;
		struct nt_buf out;
		int status;

		nt_buf_init(&out, NT_BUF_MAX);
		status = nt_stored_text(&world, items.v, &out, &why);
		expect(status, &out, &why, rows[i].kept, rows[i].says);
		nt_buf_free(&out);
		drop(&items);
	}
}

static void
test_dates(void **state)
{
	static const struct {
		const char *date, *start, *zone;
	} rows[] = {
		{ "'start':'2026-01-02'", "2026-01-02", NULL },
		{ "'start':'2026-01-02T03:04'",
		    "2026-01-02T03:04:00.000+00:00", NULL },
		{ "'start':'2026-01-02T03:04:59.999Z'",
		    "2026-01-02T03:04:00.000+00:00", NULL },
		{ "'start':'2026-01-02T03:04:05-07:30'",
		    "2026-01-02T03:04:00.000-07:30", NULL },
		{ "'start':'2026-01-02T03:04:05+0530'",
		    "2026-01-02T03:04:00.000+05:30", NULL },
		{ "'start':'1969-12-31T23:59:59Z'",
		    "1969-12-31T23:59:00.000+00:00", NULL },
		{ "'start':'2026-01-02T03:04:05','time_zone':'UTC'",
		    "2026-01-02T03:04:00.000+00:00", NULL },
		{ "'start':'2026-01-02T03:04:05','time_zone':'Europe/Paris'",
		    "2026-01-02T03:04:00.000+02:00", NULL },
		{ "'start':'2026-01-02T03:04:05','time_zone':'Mars/Base'",
		    "2026-01-02T03:04:00.000", "Mars/Base" }
	};
	char text[300], want[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nt_refusal why;
		struct nt_buf out;
		struct held items;
		int status;

		snprintf(text, sizeof text, "[{'mention':{'date':{%s}}}]",
		    rows[i].date);
		snprintf(want, sizeof want, "[{'type':'mention','mention':{"
		    "'type':'date','date':{'start':'%s','end':null,"
		    "'time_zone':%s%s%s}}," PLAIN ",'plain_text':'%s',"
		    "'href':null}]", rows[i].start,
		    rows[i].zone == NULL ? "" : "'",
		    rows[i].zone == NULL ? "null" : rows[i].zone,
		    rows[i].zone == NULL ? "" : "'", rows[i].start);
		items = hold(text);
		nt_buf_init(&out, NT_BUF_MAX);
		status = nt_stored_text(&world, items.v, &out, &why);
		expect(status, &out, &why, want, NULL);
		nt_buf_free(&out);
		drop(&items);
	}
}

/* ---- blocks ---- */

static void
test_blocks(void **state)
{
	static const struct {
		const char *block, *kept, *says;
	} rows[] = {
		{ "{'paragraph':{'rich_text':[{'text':{'content':'a'}}]}}",
		    "{'rich_text':[" TEXT("a") "],'icon':null,"
		    "'color':'default'}", NULL },
		{ "{'to_do':{'rich_text':[]}}", "{'rich_text':[],"
		    "'checked':false,'color':'default'}", NULL },
		{ "{'heading_2':{'rich_text':[],'color':'red'}}",
		    "{'rich_text':[],'is_toggleable':false,'color':'red'}",
		    NULL },
		/* a heading that is given children is a toggle */
		{ "{'heading_2':{'rich_text':[],'is_toggleable':false,"
		    "'children':[{'divider':{}}]}}", "{'rich_text':[],"
		    "'is_toggleable':true,'color':'default'}", NULL },
		{ "{'callout':{'rich_text':[],'icon':{'emoji':'🌱'}}}",
		    "{'rich_text':[],'icon':{'type':'emoji','emoji':'🌱'},"
		    "'color':'default'}", NULL },
		{ "{'code':{'rich_text':[],'language':'c'}}",
		    "{'rich_text':[],'caption':[],'language':'c'}", NULL },
		{ "{'divider':{}}", "{}", NULL },
		{ "{'table_of_contents':{}}", "{'color':'default'}", NULL },
		{ "{'bookmark':{'url':'https://a'}}",
		    "{'caption':[],'url':'https://a'}", NULL },
		{ "{'image':{'external':{'url':'https://a/b.png?c'}}}",
		    "{'caption':[],'type':'external','external':"
		    "{'url':'https://a/b.png?c'}}", NULL },
		{ "{'pdf':{'file_upload':{'id':" UPLOAD "}}}",
		    "{'caption':[],'type':'file','file':{'url':'up:1',"
		    "'expiry_time':'t'}}", NULL },
		{ "{'pdf':{'file_upload':{'id':" NOBODY "}}}", NULL,
		    "Could not find file upload with ID: "
		    "99999999-9999-4999-8999-999999999999." },
		{ "{'file':{'external':{'url':'https://a/b%20c.txt#d'}}}",
		    "{'caption':[],'type':'external','external':{'url':"
		    "'https://a/b%20c.txt#d'},'name':'b%20c.txt'}", NULL },
		{ "{'file':{'file_upload':{'id':" UPLOAD "}}}",
		    "{'caption':[],'type':'file','file':{'url':'up:1',"
		    "'expiry_time':'t'},'name':'plan.pdf'}", NULL },
		{ "{'file':{'external':{'url':'https://a/b'},'name':'n'}}",
		    "{'caption':[],'type':'external','external':"
		    "{'url':'https://a/b'},'name':'n'}", NULL },
		{ "{'link_to_page':{'page_id':"
		    "'11111111111141118111111111111111'}}",
		    "{'type':'page_id','page_id':" PAGE "}", NULL },
		{ "{'table':{'table_width':2,'children':[{'table_row':"
		    "{'cells':[[],[]]}}]}}", "{'table_width':2,"
		    "'has_column_header':false,'has_row_header':false}",
		    NULL },
		{ "{'table_row':{'cells':[[{'text':{'content':'a'}}],[]]}}",
		    "{'cells':[[" TEXT("a") "],[]]}", NULL },
		{ "{'column':{'children':[]}}", "{}", NULL },
		{ "{'column':{'width_ratio':0.25,'children':[]}}",
		    "{'width_ratio':0.25}", NULL },
		{ "{'synced_block':{'synced_from':null}}",
		    "{'synced_from':null}", NULL },
		{ "{'synced_block':{'synced_from':{'block_id':" PAGE "}}}",
		    "{'synced_from':{'type':'block_id','block_id':" PAGE "}}",
		    NULL }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held block = hold(rows[i].block);
		struct nt_refusal why;
		struct nt_buf out;
		int status;

		nt_buf_init(&out, NT_BUF_MAX);
		status = nt_stored_block(&world, block.v, &out, &why);
		expect(status, &out, &why, rows[i].kept, rows[i].says);
		nt_buf_free(&out);
		drop(&block);
	}
}

static void
test_block_updates(void **state)
{
	static const struct {
		enum nt_block type;
		const char *old, *body, *kept, *says;
	} rows[] = {
		{ NT_BLOCK_TO_DO, "{'rich_text':[" TEXT("a") "],"
		    "'checked':false,'color':'red'}",
		    "{'to_do':{'checked':true}}", "{'rich_text':[" TEXT("a")
		    "],'checked':true,'color':'red'}", NULL },
		{ NT_BLOCK_TO_DO, "{'rich_text':[],'x':1}",
		    "{'in_trash':true}", "{'rich_text':[],'x':1}", NULL },
		{ NT_BLOCK_TO_DO, "{'rich_text':[]}",
		    "{'toggle':{'rich_text':[]}}", NULL, "body failed "
		    "validation: body.to_do should be defined, instead was "
		    "`undefined`." },
		/* what we do not know, and what is read-only, stays */
		{ NT_BLOCK_NUMBERED_LIST_ITEM, "{'rich_text':[],"
		    "'color':'red','list_start_index':4,'new':[1]}",
		    "{'numbered_list_item':{'rich_text':["
		    "{'text':{'content':'b'}}]}}", "{'rich_text':[" TEXT("b")
		    "],'color':'red','list_start_index':4,'new':[1]}", NULL },
		{ NT_BLOCK_IMAGE, "{'caption':[],'type':'file','file':"
		    "{'url':'up:1','expiry_time':'t'}}",
		    "{'image':{'caption':[{'text':{'content':'c'}}]}}",
		    "{'caption':[" TEXT("c") "],'type':'file','file':"
		    "{'url':'up:1','expiry_time':'t'}}", NULL },
		{ NT_BLOCK_IMAGE, "{'caption':[" TEXT("c") "],'type':'file',"
		    "'file':{'url':'up:1','expiry_time':'t'}}",
		    "{'image':{'external':{'url':'https://a'}}}",
		    "{'caption':[" TEXT("c") "],'type':'external','external':"
		    "{'url':'https://a'}}", NULL },
		{ NT_BLOCK_FILE, "{'caption':[],'type':'external','external':"
		    "{'url':'https://a/b'},'name':'n'}",
		    "{'file':{'caption':[]}}", "{'caption':[],'type':"
		    "'external','external':{'url':'https://a/b'},"
		    "'name':'n'}", NULL },
		{ NT_BLOCK_FILE, "{'caption':[],'type':'external','external':"
		    "{'url':'https://a/b'},'name':'n'}",
		    "{'file':{'file_upload':{'id':" UPLOAD "}}}",
		    "{'caption':[],'type':'file','file':{'url':'up:1',"
		    "'expiry_time':'t'},'name':'plan.pdf'}", NULL },
		{ NT_BLOCK_CALLOUT, "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'🌱'},'color':'default'}",
		    "{'callout':{'color':'red'}}", "{'rich_text':[],'icon':"
		    "{'type':'emoji','emoji':'🌱'},'color':'red'}", NULL },
		{ NT_BLOCK_LINK_TO_PAGE, "{'type':'page_id','page_id':" PAGE
		    "}", "{'link_to_page':{'database_id':" NOBODY "}}",
		    "{'type':'database_id','database_id':" NOBODY "}", NULL }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held old = hold(rows[i].old), body = hold(rows[i].body);
		struct nt_refusal why;
		struct nt_buf out;
		int status;

		nt_buf_init(&out, NT_BUF_MAX);
		status = nt_stored_block_update(&world, rows[i].type, old.v,
		    body.v, &out, &why);
		expect(status, &out, &why, rows[i].kept, rows[i].says);
		nt_buf_free(&out);
		drop(&old);
		drop(&body);
	}
}

/* ---- properties ---- */

#define SCHEMA "{'Name':{'id':'title','type':'title','title':{}}," \
	"'P':{'id':'p%3D','type':"
#define OPTIONS "'options':[{'id':'o1','name':'Low','color':'red'}]"

static void
test_values(void **state)
{
	static const struct {
		const char *type, *config;	/* of P */
		const char *given, *old;	/* of P */
		const char *kept;	/* what stands beside id and type */
		const char *says;
	} rows[] = {
		{ "number", "{}", "{'number':1.0}", NULL, "'number':1",
		    NULL },
		{ "number", "{}", "7", NULL, "'number':7", NULL },
		{ "number", "{}", "{'type':'number','number':null}", NULL,
		    "'number':null", NULL },
		{ "number", "{}", NULL, NULL, "'number':null", NULL },
		{ "number", "{}", NULL, "'number':3", "'number':3", NULL },
		{ "number", "{}", "{'checkbox':true}", NULL, NULL,
		    "P is expected to be number." },
		{ "number", "{}", "{'number':'1'}", NULL, NULL,
		    "body failed validation: body.properties.P.number should "
		    "be a number, instead was `\"1\"`." },
		{ "number", "{}", "'1'", NULL, NULL, "body failed validation: "
		    "body.properties.P should be a number, instead was "
		    "`\"1\"`." },
		{ "rich_text", "{}", "[{'text':{'content':'a'}}]", NULL,
		    "'rich_text':[" TEXT("a") "]", NULL },
		{ "checkbox", "{}", NULL, NULL, "'checkbox':false", NULL },
		{ "url", "{}", "{'url':'https://a'}", NULL,
		    "'url':'https://a'", NULL },
		{ "url", "{}", "{'url':''}", NULL, NULL, "body failed "
		    "validation: body.properties.P.url.length should be ≥ "
		    "`1`, instead was `0`." },
		{ "date", "{}", "{'start':'2026-01-02'}", NULL,
		    "'date':{'start':'2026-01-02','end':null,"
		    "'time_zone':null}", NULL },
		{ "date", "{}", "{'date':null}", "'date':{'start':"
		    "'2026-01-02','end':null,'time_zone':null}",
		    "'date':null", NULL },
		/* options: by name, whatever its case, or by id, or new */
		{ "select", "{" OPTIONS "}", "{'select':{'name':'LOW'}}",
		    NULL, "'select':{'id':'o1','name':'Low','color':'red'}",
		    NULL },
		{ "select", "{" OPTIONS "}", "{'name':'Low'}", NULL,
		    "'select':{'id':'o1','name':'Low','color':'red'}",
		    NULL },
		{ "select", "{" OPTIONS "}", "{'select':{'id':'o1'}}", NULL,
		    "'select':{'id':'o1','name':'Low','color':'red'}",
		    NULL },
		{ "select", "{" OPTIONS "}", "{'select':{'id':'o9'}}", NULL,
		    NULL, "Select option with id \"o9\" does not exist." },
		{ "select", "{" OPTIONS "}", "{'select':{'name':'New',"
		    "'color':'pink'}}", NULL, "'select':{'id':'k1',"
		    "'name':'New','color':'pink'}", NULL },
		{ "select", "{" OPTIONS "}", NULL, "'select':{'id':'gone',"
		    "'name':'Gone','color':'red'}", "'select':null", NULL },
		{ "multi_select", "{" OPTIONS "}", "{'multi_select':["
		    "{'name':'low'},{'name':'a'},{'name':'A'}]}", NULL,
		    "'multi_select':[{'id':'o1','name':'Low','color':'red'},"
		    "{'id':'k1','name':'a','color':'blue'},"
		    "{'id':'k1','name':'a','color':'blue'}]", NULL },
		{ "status", "{" OPTIONS ",'groups':[]}", NULL, NULL,
		    "'status':{'id':'o1','name':'Low','color':'red'}",
		    NULL },
		{ "status", "{" OPTIONS "}", "{'status':{'name':'New'}}",
		    NULL, NULL, "Invalid status option. Status option \"New\" "
		    "does not exist." },
		{ "people", "{}", "{'people':[{'id':" PERSON "}]}", NULL,
		    "'people':[{'object':'user','name':'Ann'}]", NULL },
		{ "people", "{}", "{'people':[{'id':" NOBODY "}]}", NULL,
		    NULL, "Could not find user with ID: "
		    "99999999-9999-4999-8999-999999999999." },
		{ "relation", "{}", "{'relation':[{'id':"
		    "'11111111111141118111111111111111'}],'has_more':false}",
		    NULL, "'relation':[{'id':" PAGE "}],'has_more':false",
		    NULL },
		{ "relation", "{}", NULL, NULL,
		    "'relation':[],'has_more':false", NULL },
		{ "relation", "{}", "{'relation':[{'id':" NOBODY "}]}", NULL,
		    NULL, "Could not find page with ID: "
		    "99999999-9999-4999-8999-999999999999. Make sure the "
		    "relevant pages and databases are shared with your "
		    "integration." },
		{ "files", "{}", "{'files':[{'name':'n','external':"
		    "{'url':'https://a'}},{'file_upload':{'id':" UPLOAD
		    "}}]}", NULL, "'files':[{'name':'n','type':'external',"
		    "'external':{'url':'https://a'}},{'name':'plan.pdf',"
		    "'type':'file','file':{'url':'up:1','expiry_time':'t'}}]",
		    NULL },
		{ "place", "{}", "{'place':{'lat':1,'lon':2}}", NULL,
		    "'place':{'lat':1,'lon':2,'name':null,'address':null,"
		    "'aws_place_id':null,'google_place_id':null}", NULL },
		{ "place", "{}", "{'place':{'lat':91,'lon':2}}", NULL, NULL,
		    "body failed validation: body.properties.P.place.lat "
		    "should be ≤ `90`, instead was `91`." },
		{ "verification", "{}", "{'verification':{'state':"
		    "'verified'}}", NULL, "'verification':{'state':'verified',"
		    "'verified_by':{'object':'user'},'date':null}", NULL },
		/* computed kinds */
		{ "created_time", "{}", NULL, NULL,
		    "'created_time':'T0'", NULL },
		{ "last_edited_by", "{}", NULL, NULL,
		    "'last_edited_by':{'object':'user'}", NULL },
		{ "unique_id", "{'prefix':'AB'}", NULL, NULL,
		    "'unique_id':{'prefix':'AB','number':5}", NULL },
		{ "formula", "{'expression':'1'}", "{'formula':{'type':"
		    "'number','number':1}}", NULL, NULL, "P is a formula "
		    "property, whose value cannot be set." },
		{ "rollup", "{'function':'earliest_date'}", NULL, NULL,
		    "'rollup':{'type':'date','date':null,"
		    "'function':'earliest_date'}", NULL },
		/* a type of later days is kept as it is */
		{ "hologram", "{}", NULL, "'hologram':{'a':[1]}",
		    "'hologram':{'a':[1]}", NULL }
	};
	static const struct nt_page_facts facts = {
		"T0", "T1", { "{\"object\":\"user\"}", 17 },
		{ "{\"object\":\"user\"}", 17 }, 5
	};
	char schema[400], given[400], old[400], want[700];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held s, g, o;
		struct nt_refusal why;
		struct nt_buf out, changed;
		int status;

		keys_made = 0;
		snprintf(schema, sizeof schema, "%s'%s','%s':%s}}", SCHEMA,
		    rows[i].type, rows[i].type, rows[i].config);
		snprintf(given, sizeof given, "{%s%s}",
		    rows[i].given == NULL ? "" : "'P':",
		    rows[i].given == NULL ? "" : rows[i].given);
		snprintf(old, sizeof old, "{'P':{'id':'p%%3D','type':'%s'%s%s"
		    "}}", rows[i].type, rows[i].old == NULL ? "" : ",",
		    rows[i].old == NULL ? "" : rows[i].old);
		snprintf(want, sizeof want, "{'Name':{'id':'title','type':"
		    "'title','title':[]},'P':{'id':'p%%3D','type':'%s',%s}}",
		    rows[i].type, rows[i].kept == NULL ? "" : rows[i].kept);
		s = hold(schema);
		g = hold(given);
		o = hold(rows[i].old == NULL ? NULL : old);
		nt_buf_init(&out, NT_BUF_MAX);
		nt_buf_init(&changed, NT_BUF_MAX);
		status = nt_stored_properties(&world, s.v, g.v, o.v, &facts,
		    &out, &changed, &why);
		expect(status, &out, &why, want, rows[i].says);
		nt_buf_free(&out);
		nt_buf_free(&changed);
		drop(&s);
		drop(&g);
		drop(&o);
	}
}

static void
test_properties(void **state)
{
	struct held schema = hold(SCHEMA "'select','description':null,"
	    "'select':{" OPTIONS ",'x':1}}}");
	struct held by_id = hold("{'p%3D':{'select':{'name':'New'}},"
	    "'title':{'title':[]}}");
	struct held unknown = hold("{'Nope':{'number':1}}");
	struct held title = hold("{'title':[{'text':{'content':'a'}}]}");
	struct nt_refusal why;
	struct nt_buf out, changed;

	(void)state;
	keys_made = 0;
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_init(&changed, NT_BUF_MAX);
	/* a value by id comes back by name, and its option is in the schema */
	expect(nt_stored_properties(&world, schema.v, by_id.v, NT_VALUE_NONE,
	    NULL, &out, &changed, &why), &out, &why,
	    "{'Name':{'id':'title','type':'title','title':[]},"
	    "'P':{'id':'p%3D','type':'select','select':{'id':'k1',"
	    "'name':'New','color':'blue'}}}", NULL);
	expect(0, &changed, &why, SCHEMA "'select','description':null,"
	    "'select':{'options':[{'id':'o1','name':'Low','color':'red'},"
	    "{'id':'k1','name':'New','color':'blue','description':null}],"
	    "'x':1}}}", NULL);
	nt_buf_clear(&out);
	expect(nt_stored_properties(&world, schema.v, by_id.v, NT_VALUE_NONE,
	    NULL, &out, NULL, &why), &out, &why, NULL,
	    "Select option with name \"New\" does not exist.");
	expect(nt_stored_properties(&world, schema.v, unknown.v,
	    NT_VALUE_NONE, NULL, &out, NULL, &why), &out, &why, NULL,
	    "Nope is not a property that exists.");
	nt_buf_clear(&out);
	expect(nt_stored_title_only(&world, title.v, NT_VALUE_NONE, &out,
	    &why), &out, &why, "{'title':{'id':'title','type':'title',"
	    "'title':[" TEXT("a") "]}}", NULL);
	expect(nt_stored_title_only(&world, unknown.v, NT_VALUE_NONE, &out,
	    &why), &out, &why, NULL, "Nope is not a property that exists.");
	nt_buf_free(&out);
	nt_buf_free(&changed);
	drop(&schema);
	drop(&by_id);
	drop(&unknown);
	drop(&title);
}

static void
test_reshape(void **state)
{
	static const struct {
		const char *entry;	/* the new type and its settings */
		const char *old, *now;
	} rows[] = {
		{ "'type':'number','number':{}",
		    "'type':'rich_text','rich_text':[" TEXT("4.5") "]",
		    "'type':'number','number':4.5" },
		{ "'type':'number','number':{}",
		    "'type':'rich_text','rich_text':[" TEXT("4.5 kg") "]",
		    "'type':'number','number':null" },
		{ "'type':'rich_text','rich_text':{}",
		    "'type':'number','number':4.5",
		    "'type':'rich_text','rich_text':[" TEXT("4.5") "]" },
		{ "'type':'multi_select','multi_select':{" OPTIONS "}",
		    "'type':'rich_text','rich_text':[" TEXT("low, high") "]",
		    "'type':'multi_select','multi_select':[{'id':'o1',"
		    "'name':'Low','color':'red'}]" },
		{ "'type':'select','select':{" OPTIONS "}",
		    "'type':'select','select':{'id':'o1','name':'Old name',"
		    "'color':'blue'}", "'type':'select','select':{'id':'o1',"
		    "'name':'Low','color':'red'}" },
		{ "'type':'date','date':{}",
		    "'type':'rich_text','rich_text':[" TEXT("2026-01-02") "]",
		    "'type':'date','date':{'start':'2026-01-02','end':null,"
		    "'time_zone':null}" },
		{ "'type':'files','files':{}",
		    "'type':'people','people':[{'id':" PERSON "}]",
		    "'type':'files','files':[]" },
		{ "'type':'relation','relation':{}", "'type':'relation',"
		    "'relation':[{'id':" PAGE "}],'has_more':true",
		    "'type':'relation','relation':[{'id':" PAGE "}],"
		    "'has_more':true" }
	};
	char schema[300], old[500], want[500];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held s, o;
		struct nt_buf out;

		snprintf(schema, sizeof schema, "{'New name':{'id':'p',%s},"
		    "'Added':{'id':'q','type':'checkbox','checkbox':{}}}",
		    rows[i].entry);
		snprintf(old, sizeof old, "{'Old name':{'id':'p',%s},"
		    "'Gone':{'id':'r','type':'url','url':null}}",
		    rows[i].old);
		snprintf(want, sizeof want, "{'New name':{'id':'p',%s},"
		    "'Added':{'id':'q','type':'checkbox','checkbox':false}}",
		    rows[i].now);
		s = hold(schema);
		o = hold(old);
		nt_buf_init(&out, NT_BUF_MAX);
		nt_stored_reshape(s.v, o.v, &out);
		expect(0, &out, NULL, want, NULL);
		nt_buf_free(&out);
		drop(&s);
		drop(&o);
	}
}

/* ---- schemas ---- */

#define NAME "'Name':{'id':'title','name':'Name','description':null," \
	"'type':'title','title':{}}"
#define NUMBER(name, format) "'" name "':{'id':'n','name':'" name "'," \
	"'description':null,'type':'number','number':{'format':'" format "'}}"
#define FORMULA(id, name, text) "'" name "':{'id':'" id "','name':'" name \
	"','description':null,'type':'formula','formula':{'expression':'" \
	text "'}}"
#define SELECT(options) "'S':{'id':'s','name':'S','description':null," \
	"'type':'select','select':{'options':[" options "]}}"

static void
test_schemas(void **state)
{
	static const struct {
		const char *old, *given, *kept, *says;
	} rows[] = {
		{ NULL, NULL, "{" NAME "}", NULL },
		{ NULL, "{'Name':{'title':{}}}", "{" NAME "}", NULL },
		{ NULL, "{}", NULL, "Title is not provided." },
		{ NULL, "{'A':{'title':{}},'B':{'title':{}}}", NULL,
		    "A data source can have only one title property." },
		{ NULL, "{'Name':{'title':{}},'S':{'description':'d',"
		    "'select':{'options':[{'name':'a'},{'name':'b',"
		    "'color':'red'}]}},'B':{'button':{}}}",
		    "{" NAME ",'S':{'id':'k1','name':'S','description':'d',"
		    "'type':'select','select':{'options':[{'id':'k2',"
		    "'name':'a','color':'gray','description':null},"
		    "{'id':'k3','name':'b','color':'red',"
		    "'description':null}]}}}", NULL },
		{ NULL, "{'Name':{'title':{}},'S':{'select':{'options':["
		    "{'name':'a'},{'name':'A'}]}}}", NULL, "Option names must "
		    "be unique, ignoring case: \"a\" is there twice." },
		{ NULL, "{'Name':{'title':{}},'S':{'status':{}}}",
		    "{" NAME ",'S':{'id':'k1','name':'S','description':null,"
		    "'type':'status','status':{'options':["
		    "{'id':'k2','name':'Not started','color':'default',"
		    "'description':null},{'id':'k3','name':'In progress',"
		    "'color':'blue','description':null},{'id':'k4',"
		    "'name':'Done','color':'green','description':null}],"
		    "'groups':[{'id':'k5','name':'To-do','color':'gray',"
		    "'option_ids':['k2']},{'id':'k6','name':'In progress',"
		    "'color':'blue','option_ids':['k3']},{'id':'k7',"
		    "'name':'Complete','color':'green',"
		    "'option_ids':['k4']}]}}}", NULL },
		{ NULL, "{'Name':{'title':{}},'S':{'status':{'options':["
		    "{'name':'Fin','color':'red','group':'Complete'}]}}}",
		    "{" NAME ",'S':{'id':'k1','name':'S','description':null,"
		    "'type':'status','status':{'options':[{'id':'k2',"
		    "'name':'Fin','color':'red','description':null}],"
		    "'groups':[{'id':'k3','name':'To-do','color':'gray',"
		    "'option_ids':[]},{'id':'k4','name':'In progress',"
		    "'color':'blue','option_ids':[]},{'id':'k5',"
		    "'name':'Complete','color':'green',"
		    "'option_ids':['k2']}]}}}", NULL },
		{ NULL, "{'Name':{'title':{}},'R':{'relation':{"
		    "'data_source_id':" PAGE ",'dual_property':{}}},"
		    "'U':{'rollup':{'function':'sum','relation_property_name':"
		    "'R','rollup_property_name':'N'}}}",
		    "{" NAME ",'R':{'id':'k1','name':'R','description':null,"
		    "'type':'relation','relation':{'data_source_id':" PAGE ","
		    "'type':'dual_property','dual_property':{}}},"
		    "'U':{'id':'k2','name':'U','description':null,"
		    "'type':'rollup','rollup':{'relation_property_name':'R',"
		    "'relation_property_id':'k1','rollup_property_name':'N',"
		    "'function':'sum'}}}", NULL },
		{ NULL, "{'Name':{'title':{}},'R':{'relation':{"
		    "'data_source_id':" NOBODY ",'single_property':{}}}}",
		    NULL, "Could not find data source with ID: "
		    "99999999-9999-4999-8999-999999999999. Make sure the "
		    "relevant pages and databases are shared with your "
		    "integration." },
		{ NULL, "{'Name':{'title':{}},'U':{'rollup':{'function':"
		    "'sum','relation_property_name':'R',"
		    "'rollup_property_name':'N'}}}", NULL,
		    "Could not find property with name or id: R" },
		/* changes */
		{ "{" NAME "," NUMBER("N", "euro") "}", "{}",
		    "{" NAME "," NUMBER("N", "euro") "}", NULL },
		{ "{" NAME "," NUMBER("N", "euro") "}", "{'N':null}",
		    "{" NAME "}", NULL },
		{ "{" NAME "," NUMBER("N", "euro") "}", "{'n':{'name':'M'}}",
		    "{" NAME "," NUMBER("M", "euro") "}", NULL },
		{ "{" NAME "," NUMBER("N", "euro") "}",
		    "{'N':{'number':{'format':'yen'}}}",
		    "{" NAME "," NUMBER("N", "yen") "}", NULL },
		{ "{" NAME "," NUMBER("N", "euro") "}",
		    "{'N':{'checkbox':{}}}", "{" NAME ",'N':{'id':'n',"
		    "'name':'N','description':null,'type':'checkbox',"
		    "'checkbox':{}}}", NULL },
		{ "{" NAME "," NUMBER("N", "euro") "}",
		    "{'N':{'name':'Name'}}", NULL,
		    "Property with name \"Name\" already exists." },
		{ "{" NAME "}", "{'Name':null}", NULL,
		    "Title property cannot be deleted." },
		{ "{" NAME "}", "{'title':{'checkbox':{}}}", NULL,
		    "Title property cannot be changed to or from another "
		    "type." },
		{ "{" NAME "}", "{'X':null}", NULL,
		    "Could not find property with name or id: X" },
		{ "{" NAME "}", "{'X':{'name':'Y'}}", NULL, "body failed "
		    "validation: body.properties.X should have a property "
		    "type, instead had none." },
		/* an option stays in its group */
		{ "{" NAME ",'S':{'id':'s','name':'S','description':null,"
		    "'type':'status','status':{'options':[{'id':'o1',"
		    "'name':'a','color':'red','description':null}],'groups':["
		    "{'id':'g1','name':'G1','color':'gray','option_ids':[]},"
		    "{'id':'g2','name':'G2','color':'blue','option_ids':['o1']"
		    "},{'id':'g3','name':'G3','color':'red','option_ids':[]}]"
		    "}}}", "{'S':{'status':{'options':[{'name':'b','color':"
		    "'red','group':'complete'},{'name':'a'}]}}}",
		    "{" NAME ",'S':{'id':'s','name':'S','description':null,"
		    "'type':'status','status':{'options':[{'id':'k1',"
		    "'name':'b','color':'red','description':null},{'id':'o1',"
		    "'name':'a','color':'red','description':null}],'groups':["
		    "{'id':'g1','name':'G1','color':'gray','option_ids':[]},"
		    "{'id':'g2','name':'G2','color':'blue','option_ids':['o1']"
		    "},{'id':'g3','name':'G3','color':'red','option_ids':["
		    "'k1']}]}}}", NULL },
		/* a rollup follows its relation's new name */
		{ "{" NAME ",'R':{'id':'r','name':'R','description':null,"
		    "'type':'relation','relation':{'x':1}},'U':{'id':'u',"
		    "'name':'U','description':null,'type':'rollup','rollup':{"
		    "'relation_property_id':'r','relation_property_name':'R',"
		    "'function':'sum'}}}", "{'R':{'name':'Q'}}",
		    "{" NAME ",'Q':{'id':'r','name':'Q','description':null,"
		    "'type':'relation','relation':{'x':1}},'U':{'id':'u',"
		    "'name':'U','description':null,'type':'rollup','rollup':{"
		    "'relation_property_id':'r','relation_property_name':'Q',"
		    "'function':'sum'}}}", NULL },
		/* formulas name what is there, by its name of today */
		{ "{" NAME "," NUMBER("N", "euro") "}",
		    "{'F':{'formula':{'expression':'prop(\\'N\\') * 2'}}}",
		    "{" NAME "," NUMBER("N", "euro") "," FORMULA("k1", "F",
		    "prop(\\'N\\') * 2") "}", NULL },
		{ "{" NAME "}", "{'F':{'formula':{'expression':"
		    "'prop( \\'Nm\\' )'}}}", NULL, "Formula could not be "
		    "parsed: undefined property \"Nm\"." },
		{ "{" NAME "}", "{'F':{'formula':{'expression':'max(1, (2)'}}}",
		    NULL, "Formula could not be parsed: it does not end what "
		    "it begins." },
		{ "{" NAME "}", "{'F':{'formula':{'expression':'1)'}}}",
		    NULL, "Formula could not be parsed: it does not end what "
		    "it begins." },
		{ "{" NAME "}", "{'F':{'formula':{'expression':'\\'a'}}}",
		    NULL, "Formula could not be parsed: it does not end what "
		    "it begins." },
		{ "{" NAME "}", "{'F':{'formula':{'expression':'\\')\\' /* ) */ "
		    "+ current.prop(\\'Else\\')'}}}",
		    "{" NAME "," FORMULA("k1", "F", "\\')\\' /* ) */ + "
		    "current.prop(\\'Else\\')") "}", NULL },
		{ "{" NAME "}", "{'F':{'formula':{'expression':"
		    "'{{notion:block_property:DU(nB:99999999-9999-4999-8999-"
		    "999999999999:1}}'}}}", NULL, "Formula could not be "
		    "parsed: {{notion:block_property:DU(nB:99999999-9999-4999-"
		    "8999-999999999999:1}} is of another workspace." },
		{ "{" NAME "," NUMBER("N", "euro") "," FORMULA("f", "F",
		    "prop(\\'N\\')+xprop(\\'N\\')+prop(\\'Name\\')") "}",
		    "{'N':{'name':'M\\\\'},'G':{'formula':{'expression':"
		    "'prop(\\'N\\')'}}}",
		    "{" NAME "," NUMBER("M\\\\", "euro") "," FORMULA("f", "F",
		    "prop(\\'M\\\\\\\\\\')+xprop(\\'N\\')+prop(\\'Name\\')")
		    "," FORMULA("k1", "G", "prop(\\'M\\\\\\\\\\')") "}", NULL },
		/* what an option is called, and its colour, stay */
		{ "{" NAME "," SELECT("{'id':'o1','name':'a','color':'red',"
		    "'description':null}") "}",
		    "{'S':{'select':{'options':[{'name':'a','color':'blue'}]}}}",
		    NULL, "Cannot update color of select with name: a." },
		{ "{" NAME "," SELECT("{'id':'o1','name':'a','color':'red',"
		    "'description':null}") "}",
		    "{'S':{'select':{'options':[{'id':'o1','name':'b'}]}}}",
		    NULL, "Cannot update name of select with name: a." },
		/* the list of options is the whole list */
		{ "{" NAME ",'S':{'id':'s','name':'S','description':null,"
		    "'type':'select','select':{'options':[{'id':'o1',"
		    "'name':'a','color':'red','description':null},{'id':'o2',"
		    "'name':'b','color':'red','description':null}]}}}",
		    "{'S':{'select':{'options':[{'name':'c'},{'name':'B'}]}}}",
		    "{" NAME ",'S':{'id':'s',"
		    "'name':'S','description':null,'type':'select','select':{"
		    "'options':[{'id':'k1','name':'c','color':'gray',"
		    "'description':null},{'id':'o2','name':'b','color':'red',"
		    "'description':null}]}}}", NULL }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held old = hold(rows[i].old);
		struct held given = hold(rows[i].given);
		struct nt_refusal why;
		struct nt_buf out;
		int status;

		keys_made = 0;
		nt_buf_init(&out, NT_BUF_MAX);
		status = nt_schema_write(&world, old.v, given.v, &out, &why);
		expect(status, &out, &why, rows[i].kept, rows[i].says);
		nt_buf_free(&out);
		drop(&old);
		drop(&given);
	}
}

static void
test_fold(void **state)
{
	static const char *const rows[][2] = {
		{ "ABC xyz 123", "abc xyz 123" },
		{ "ÉCOLE", "école" },
		{ "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
		{ "МОСКВА", "москва" },
		{ "日本", "日本" },
		{ "", "" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nt_buf out;

		nt_buf_init(&out, NT_BUF_MAX);
		nt_fold(nt_str_of(rows[i][0]), &out);
		assert_string_equal(out.p, rows[i][1]);
		nt_buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_block_updates),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_reshape),
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_fold)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
