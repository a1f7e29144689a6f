/* Rich text, icons and blocks, as they are written to another workspace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "writable.h"

#define T(s) "{'type':'text','text':{'content':'" s "'}}"
#define BOLD(s) "{'type':'text','text':{'content':'" s "'}," \
	"'annotations':{'bold':true}}"
#define READ(s) "{'type':'text','text':{'content':'" s "','link':null}," \
	"'annotations':{'bold':false,'italic':false,'strikethrough':false," \
	"'underline':false,'code':false,'color':'default'}," \
	"'plain_text':'" s "','href':null}"

struct row {
	const char *given, *want, *losses;
};

/* ---- rich text ---- */

static void
test_text(void **state)
{
	static const struct row rows[] = {
		{ "[]", "[]", NULL },
		{ "null", "[]", NULL },
		{ "[" READ("a") "]", "[" T("a") "]", NULL },
		{ "[" READ("") "]", "[]", NULL },
		/* neighbours that look the same are one */
		{ "[" READ("a") "," READ("") "," READ("b") "]",
		    "[" T("ab") "]", NULL },
		{ "[" READ("a") "," BOLD("b") "," BOLD("c") "," READ("d") "]",
		    "[" T("a") "," BOLD("bc") "," T("d") "]", NULL },
		{ "[{'text':{'content':'a','link':{'url':'https://n/1'}}},"
		    "{'text':{'content':'b','link':{'url':'https://n/2'}}}]",
		    "[{'type':'text','text':{'content':'a','link':"
		    "{'url':'https://n/1'}}},{'type':'text','text':"
		    "{'content':'b','link':{'url':'https://n/2'}}}]", NULL },
		{ "[{'text':{'content':'a'},'annotations':{'italic':true,"
		    "'strikethrough':true,'underline':true,'code':true,"
		    "'color':'red_background'}}]",
		    "[{'type':'text','text':{'content':'a'},'annotations':"
		    "{'italic':true,'strikethrough':true,'underline':true,"
		    "'code':true,'color':'red_background'}}]", NULL },
		{ "[{'text':{'content':'a'},'annotations':"
		    "{'color':'mauve'}}]", "[{'type':'text','text':"
		    "{'content':'a'},'annotations':{}}]",
		    "W /t/0 the colour is none that can be written\n" },
		/* links */
		{ "[{'text':{'content':'a','link':{'url':'/old'}}}]",
		    "[{'type':'text','text':{'content':'a','link':"
		    "{'url':'https://n/new'}}}]", NULL },
		{ "[{'text':{'content':'a','link':{'url':'/slow'}}},"
		    "{'text':{'content':'b','link':{'url':'#x'}}}]",
		    "later", NULL },
		{ "[{'text':{'content':'a','link':{'url':'#x'}}}]",
		    "[" T("a") "]",
		    "W /t/0 the link \"#x\" leads nowhere\n" },
		/* equations and mentions */
		{ "[{'type':'equation','equation':{'expression':'x^2'},"
		    "'plain_text':'x^2'}]",
		    "[{'type':'equation','equation':{'expression':'x^2'}}]",
		    NULL },
		{ "[{'mention':{'type':'user','user':{'object':'user','id':"
		    HERE ",'name':'Ann'}},'plain_text':'@Ann'}]",
		    "[{'type':'mention','mention':{'type':'user','user':"
		    "{'id':" THERE "}}}]", NULL },
		{ "[" READ("to ") ",{'mention':{'type':'user','user':{'id':"
		    GONE "}},'plain_text':'@Ann'}," READ("!") "]",
		    "[" T("to @Ann!") "]", "W /t/1 the mention of a person who "
		    "is not there became the text \"@Ann\"\n" },
		{ "[{'mention':{'type':'page','page':{'id':" HERE "}},"
		    "'annotations':{'bold':true},'plain_text':'P',"
		    "'href':'https://n/p'}]",
		    "[{'type':'mention','mention':{'type':'page','page':"
		    "{'id':" THERE "}},'annotations':{'bold':true}}]", NULL },
		{ "[{'mention':{'type':'page','page':{'id':" GONE "}},"
		    "'plain_text':'P'}]", "[" T("P") "]", "W /t/0 the mention "
		    "of a page that is not there became the text \"P\"\n" },
		{ "[{'mention':{'type':'page','page':{'id':" SOON "}},"
		    "'plain_text':'P'},{'mention':{'type':'user','user':"
		    "{'id':" GONE "}},'plain_text':'@Ann'}]", "later", NULL },
		{ "[{'mention':{'type':'database','database':{'id':" HERE
		    "}},'plain_text':'D'}]",
		    "[{'type':'mention','mention':{'type':'database',"
		    "'database':{'id':" THERE "}}}]", NULL },
		{ "[{'mention':{'type':'template_mention','template_mention':"
		    "{'type':'template_mention_date','template_mention_date':"
		    "'now'}},'plain_text':'@Now'},{'mention':{"
		    "'template_mention':{'template_mention_user':'me'}}}]",
		    "[{'type':'mention','mention':{'type':'template_mention',"
		    "'template_mention':{'type':'template_mention_date',"
		    "'template_mention_date':'now'}}},{'type':'mention',"
		    "'mention':{'type':'template_mention','template_mention':"
		    "{'type':'template_mention_user',"
		    "'template_mention_user':'me'}}}]", NULL },
		{ "[{'mention':{'type':'custom_emoji','custom_emoji':{'id':"
		    HERE ",'name':'leaf','url':'u'}},'plain_text':':leaf:'}]",
		    "[{'type':'mention','mention':{'type':'custom_emoji',"
		    "'custom_emoji':{'id':" THERE "}}}]", NULL },
		{ "[{'mention':{'type':'custom_emoji','custom_emoji':{'id':"
		    GONE "}},'plain_text':':leaf:'}]", "[" T(":leaf:") "]",
		    "E /t/0 an emoji that is not there became the text "
		    "\":leaf:\"\n" },
		{ "[{'mention':{'type':'link_preview','link_preview':{'url':"
		    "'https://x/1'}},'plain_text':'https://x/1'}]",
		    "[{'type':'text','text':{'content':'https://x/1','link':"
		    "{'url':'https://x/1'}}}]",
		    "E /t/0 the preview of a link became a link\n" },
		{ "[{'mention':{'type':'link_mention','link_mention':{'href':"
		    "'https://x/1','title':'X'}},'plain_text':'X'}]",
		    "[{'type':'text','text':{'content':'X','link':"
		    "{'url':'https://x/1'}}}]",
		    "E /t/0 the preview of a link became a link\n" },
		{ "[{'mention':{'type':'agent','agent':{}},"
		    "'plain_text':'bot'}]", "[" T("bot") "]", "W /t/0 an "
		    "unknown mention became the text \"bot\"\n" },
		{ "[{'type':'sound','plain_text':'la'}]", "[" T("la") "]",
		    "W /t/0 an unknown kind of text became the text "
		    "\"la\"\n" },
		/* dates */
		{ "[{'mention':{'type':'date','date':{'start':'2026-01-05',"
		    "'end':null,'time_zone':null}},'plain_text':'x'}]",
		    "[{'type':'mention','mention':{'type':'date','date':"
		    "{'start':'2026-01-05'}}}]", NULL },
		{ "[{'mention':{'date':{'start':"
		    "'2026-01-05T09:00:00.000+01:00','end':"
		    "'2026-01-05T10:00:00.000+01:00','time_zone':"
		    "'Europe/Berlin'}}}]",
		    "[{'type':'mention','mention':{'type':'date','date':"
		    "{'start':'2026-01-05T09:00:00.000','end':"
		    "'2026-01-05T10:00:00.000','time_zone':"
		    "'Europe/Berlin'}}}]", NULL },
		{ "[{'mention':{'date':{'start':'2026-01-05T09:00:00Z',"
		    "'time_zone':'Europe/Berlin'}}}]",
		    "[{'type':'mention','mention':{'type':'date','date':"
		    "{'start':'2026-01-05T09:00:00Z'}}}]", "W /t/0 the time "
		    "zone \"Europe/Berlin\" cannot be kept beside a time in "
		    "UTC\n" },
		{ "[{'mention':{'date':{'start':'2026-01-05T09:00:00Z',"
		    "'time_zone':'UTC'}}}]",
		    "[{'type':'mention','mention':{'type':'date','date':"
		    "{'start':'2026-01-05T09:00:00','time_zone':'UTC'}}}]",
		    NULL },
		{ "[{'mention':{'date':{'start':'2026-01-05','end':"
		    "'2026-01-04'}},'plain_text':'x'}]",
		    "[{'type':'mention','mention':{'type':'date','date':"
		    "{'start':'2026-01-05'}}}]", "W /t/0 the end "
		    "\"2026-01-04\" does not suit the start\n" },
		{ "[{'mention':{'date':{'start':'soon'}},"
		    "'plain_text':'soon'}]", "[" T("soon") "]",
		    "W /t/0 a date that is none became the text \"soon\"\n" }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_text(&there, h.v, "/t",
		    &out), &out, rows[i].want, rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

/* A text item of so many of these characters, JSON as it may stand there. */
static void
add_long(struct nt_buf *json, const char *piece, size_t count, const char *more)
{
	if (json->len > 1)
		nt_buf_char(json, ',');
	nt_buf_str(json, "{\"text\":{\"content\":\"");
	while (count-- > 0)
		nt_buf_str(json, piece);
	nt_buf_fmt(json, "\"}%s}", more);
}

/* Writes it, and checks that it would be taken; the losses are kept. */
static struct held
write_long(struct nt_buf *json)
{
	struct held h;
	struct nt_refusal why;
	struct nt_buf out, body;
	struct held ours;

	nt_buf_char(json, ']');
	h = hold(json->p);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_init(&body, NT_BUF_MAX);
	begin_row();
	assert_int_equal(nt_writable_text(&there, h.v, "/t", &out),
	    NT_WRITABLE_NOW);
	nt_buf_fmt(&body, "{\"children\":[{\"paragraph\":{\"rich_text\":%s}}]}",
	    out.p);
	ours = hold(body.p);
	if (nt_form_check(NT_FORM_APPEND, NT_VERSION_2026_03_11, ours.v,
	    &why) == -1)
		fail_msg("%s", why.message);
	ours.v = nt_value_at(ours.v, "/children/0/paragraph/rich_text");
	drop(&h);
	nt_buf_free(&out);
	nt_buf_free(&body);
	nt_buf_clear(json);
	nt_buf_char(json, '[');
	return ours;
}

static size_t
units_of(struct nt_value items, size_t n)
{
	return nt_utf16_len(nt_value_text(nt_value_at(
	    nt_value_index(items, n), "/text/content")));
}

static void
end_long(struct held *ours, const char *losses)
{
	assert_string_equal(losses_told.p, losses);
	nt_buf_free(&losses_told);
	nt_buf_free(&files_asked);
	drop(ours);
}

/* What is longer than 2,000 characters is split, but not within one. */
static void
test_long_text(void **state)
{
	struct nt_buf json;
	struct held h;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_char(&json, '[');
	add_long(&json, "x", 2000, "");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 1);
	end_long(&h, "");

	add_long(&json, "x", 4001, "");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 3);
	assert_int_equal(units_of(h.v, 0), 2000);
	assert_int_equal(units_of(h.v, 1), 2000);
	assert_int_equal(units_of(h.v, 2), 1);
	end_long(&h, "");

	/* an emoji is two characters, and stays whole */
	add_long(&json, "x", 1, "");
	add_long(&json, "😀", 1000, "");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 2);
	assert_int_equal(units_of(h.v, 0), 1999);
	assert_int_equal(units_of(h.v, 1), 2);
	end_long(&h, "");

	/* so does one that comes as two escapes in two items */
	add_long(&json, "x", 1999, "");
	add_long(&json, "\\ud83d", 1, "");
	add_long(&json, "\\ude00", 1, "");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 2);
	assert_int_equal(units_of(h.v, 0), 1999);
	assert_int_equal(units_of(h.v, 1), 2);
	end_long(&h, "");

	/* a surrogate alone is a character */
	add_long(&json, "x", 1999, "");
	add_long(&json, "\\ud83d", 1, "");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 1);
	end_long(&h, "");
	nt_buf_free(&json);
}

/* More than 100 items lose their styles first, their characters last. */
static void
test_many_items(void **state)
{
	struct nt_buf json;
	struct held h;
	int i;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_char(&json, '[');
	for (i = 0; i < 100; i++)
		add_long(&json, "x", 3, i % 2 == 0 ? "" :
		    ",\"annotations\":{\"bold\":true}");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 100);
	end_long(&h, "");

	for (i = 0; i < 150; i++)
		add_long(&json, "x", 3, i % 2 == 0 ? "" :
		    ",\"annotations\":{\"bold\":true}");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 100);
	assert_int_equal(units_of(h.v, 98), 3);
	assert_int_equal(units_of(h.v, 99), 153);
	end_long(&h, "W /t more than 100 items: from item 100 on it is plain "
	    "text\n");

	for (i = 0; i < 99; i++)
		add_long(&json, "y", 2000, i % 2 == 0 ? "" :
		    ",\"annotations\":{\"bold\":true}");
	add_long(&json, "x", 1999, "");
	add_long(&json, "z", 2, ",\"annotations\":{\"bold\":true}");
	h = write_long(&json);
	assert_int_equal(nt_value_count(h.v), 100);
	assert_int_equal(units_of(h.v, 99), 2000);
	end_long(&h, "W /t what is behind the first 200000 characters is cut "
	    "off\nW /t more than 100 items: from item 1 on it is plain "
	    "text\n");
	nt_buf_free(&json);
}

static void
test_limits(void **state)
{
	struct nt_buf json, url;
	struct held h;
	int i;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_init(&url, NT_BUF_MAX);
	nt_buf_str(&url, ",\"text\":{\"content\":\"a\",\"link\":{\"url\":"
	    "\"https://x/");
	for (i = 0; i < 2000; i++)
		nt_buf_char(&url, 'u');
	nt_buf_str(&url, "\"}}");
	nt_buf_char(&json, '[');
	add_long(&json, "a", 1, url.p);
	h = write_long(&json);
	assert_false(nt_value_there(nt_value_at(h.v, "/0/text/link")));
	end_long(&h, "W /t/0 the link is longer than 2000 characters\n");

	nt_buf_str(&json, "{\"equation\":{\"expression\":\"");
	for (i = 0; i < 1001; i++)
		nt_buf_char(&json, 'e');
	nt_buf_str(&json, "\"}}");
	h = write_long(&json);
	assert_int_equal(units_of(h.v, 0), 1001);
	end_long(&h, "W /t/0 an equation of more than 1000 characters became "
	    "text\n");
	nt_buf_free(&json);
	nt_buf_free(&url);
}

/* ---- icons and covers ---- */

static void
test_icons(void **state)
{
	static const struct row rows[] = {
		{ "null", "null", NULL },
		{ "{'type':'emoji','emoji':'🌱'}",
		    "{'type':'emoji','emoji':'🌱'}", NULL },
		{ "{'type':'emoji','emoji':'no'}", "never",
		    "W /icon its emoji is none\n" },
		{ "{'type':'external','external':{'url':'https://x/i.png'}}",
		    "{'type':'external','external':"
		    "{'url':'https://x/i.png'}}", NULL },
		{ "{'type':'file','file':{'url':'https://s3/i.png',"
		    "'expiry_time':'t'}}", "{'type':'file_upload',"
		    "'file_upload':{'id':" UPLOADED "}}", NULL },
		{ "{'type':'custom_emoji','custom_emoji':{'id':" HERE
		    ",'name':'leaf','url':'u'}}",
		    "{'type':'custom_emoji','custom_emoji':{'id':" THERE "}}",
		    NULL },
		{ "{'type':'custom_emoji','custom_emoji':{'id':" GONE "}}",
		    "never", "E /icon its emoji is not there\n" },
		{ "{'type':'icon','icon':{'name':'tree','color':'green'}}",
		    "{'type':'icon','icon':{'name':'tree','color':'green'}}",
		    NULL },
		{ "{'type':'icon','icon':{'name':'tree','color':'mauve'}}",
		    "{'type':'icon','icon':{'name':'tree'}}",
		    "W /icon the colour of an icon is none that can be "
		    "written\n" },
		{ "{'type':'new','new':{}}", "never",
		    "W /icon it has no file\n" }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_icon(&there, h.v, "/icon",
		    &out), &out, rows[i].want, rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

static void
test_covers(void **state)
{
	static const struct row rows[] = {
		{ "null", "null", NULL },
		{ "{'type':'external','external':{'url':'https://x/c.png'}}",
		    "{'type':'external','external':"
		    "{'url':'https://x/c.png'}}", NULL },
		{ "{'type':'file','file':{'url':'u'}}", "{'type':"
		    "'file_upload','file_upload':{'id':" UPLOADED "}}", NULL },
		{ "{'type':'emoji','emoji':'🌱'}", "never",
		    "W /cover it has no file\n" }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_cover(&there, h.v,
		    "/cover", &out), &out, rows[i].want, rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

/* ---- blocks ---- */

#define B(type, payload) "{'object':'block','id':" HERE ",'type':'" type \
	"','has_children':false,'" type "':" payload "}"
#define W(type, payload) "{'type':'" type "','" type "':" payload "}"

static void
test_blocks(void **state)
{
	static const struct row rows[] = {
		{ B("paragraph", "{'rich_text':[" READ("a") "],'color':"
		    "'default','icon':null}"),
		    W("paragraph", "{'rich_text':[" T("a") "]}"), NULL },
		{ B("paragraph", "{'rich_text':[],'color':'red'}"),
		    W("paragraph", "{'rich_text':[],'color':'red'}"), NULL },
		{ B("paragraph", "{'rich_text':[],'color':'mauve'}"),
		    W("paragraph", "{'rich_text':[]}"), "W /paragraph/color "
		    "the colour is none that can be written\n" },
		{ B("paragraph", "{'rich_text':[],'icon':{'type':'file',"
		    "'file':{'url':'u'}}}"),
		    W("paragraph", "{'rich_text':[],'icon':{'type':"
		    "'file_upload','file_upload':{'id':" UPLOADED "}}}"),
		    NULL },
		{ B("heading_1", "{'rich_text':[" READ("a") "],'color':"
		    "'default','is_toggleable':false}"),
		    W("heading_1", "{'rich_text':[" T("a") "]}"), NULL },
		{ B("heading_4", "{'rich_text':[],'is_toggleable':true}"),
		    W("heading_4", "{'rich_text':[],'is_toggleable':true}"),
		    NULL },
		{ B("to_do", "{'rich_text':[],'checked':true,'color':"
		    "'default'}"),
		    W("to_do", "{'rich_text':[],'checked':true}"), NULL },
		{ B("numbered_list_item", "{'rich_text':[],"
		    "'list_start_index':3,'list_format':'roman'}"),
		    W("numbered_list_item", "{'rich_text':[]}"),
		    "E /numbered_list_item/list_start_index it can be read "
		    "but not written\n"
		    "E /numbered_list_item/list_format it can be read but not "
		    "written\n" },
		{ B("quote", "{'rich_text':[],'novelty':1,'gap':null}"),
		    W("quote", "{'rich_text':[]}"),
		    "W /quote/novelty it can be read but not written\n" },
		{ B("callout", "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'💡'},'color':'gray_background'}"),
		    W("callout", "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'💡'},'color':'gray_background'}"), NULL },
		{ B("callout", "{'rich_text':[],'icon':{'type':"
		    "'custom_emoji','custom_emoji':{'id':" GONE "}}}"),
		    W("callout", "{'rich_text':[]}"),
		    "E /callout/icon its emoji is not there\n" },
		{ B("code", "{'rich_text':[" READ("x") "],'caption':["
		    READ("c") "],'language':'c'}"),
		    W("code", "{'rich_text':[" T("x") "],'caption':[" T("c")
		    "],'language':'c'}"), NULL },
		{ B("code", "{'rich_text':[],'caption':[],'language':'zig'}"),
		    W("code", "{'rich_text':[],'language':'plain text'}"),
		    "W /code/language the language \"zig\" became plain "
		    "text\n" },
		{ B("equation", "{'expression':'x'}"),
		    W("equation", "{'expression':'x'}"), NULL },
		{ B("divider", "{}"), W("divider", "{}"), NULL },
		{ B("breadcrumb", "{}"), W("breadcrumb", "{}"), NULL },
		{ B("table_of_contents", "{'color':'gray'}"),
		    W("table_of_contents", "{'color':'gray'}"), NULL },
		{ B("bookmark", "{'url':'https://x','caption':[" READ("c")
		    "]}"),
		    W("bookmark", "{'url':'https://x','caption':[" T("c")
		    "]}"), NULL },
		{ B("embed", "{'url':'https://n/old','caption':[]}"),
		    W("embed", "{'url':'https://n/new'}"), NULL },
		{ B("bookmark", "{'url':'https://n/slow','caption':[]}"),
		    "later", NULL },
		/* files */
		{ B("image", "{'type':'external','external':{'url':"
		    "'https://x/i.png'},'caption':[" READ("c") "]}"),
		    W("image", "{'type':'external','external':{'url':"
		    "'https://x/i.png'},'caption':[" T("c") "]}"), NULL },
		{ B("image", "{'type':'external','external':{'url':"
		    "'data:x'},'caption':[]}"), "never", "W  it would "
		    "be refused: Content creation Failed. Fix the following: "
		    "?Invalid image url.\n" },
		{ B("video", "{'type':'file','file':{'url':'u',"
		    "'expiry_time':'t'},'caption':[]}"),
		    W("video", "{'type':'file_upload','file_upload':{'id':"
		    UPLOADED "}}"), NULL },
		{ B("file", "{'type':'file','file':{'url':'u'},'caption':[],"
		    "'name':'plan.pdf'}"),
		    W("file", "{'type':'file_upload','file_upload':{'id':"
		    UPLOADED "},'name':'plan.pdf'}"), NULL },
		{ B("audio", "{'type':'sound','caption':[" READ("c") "]}"),
		    "never", "W  it has no file\n" },
		/* what refers to others */
		{ B("link_to_page", "{'type':'page_id','page_id':" HERE "}"),
		    W("link_to_page", "{'type':'page_id','page_id':" THERE
		    "}"), NULL },
		{ B("link_to_page", "{'type':'database_id','database_id':"
		    SOON "}"), "later", NULL },
		{ B("link_to_page", "{'type':'comment_id','comment_id':" GONE
		    "}"), "never",
		    "W  it links to what is not there\n" },
		{ B("synced_block", "{'synced_from':null}"),
		    W("synced_block", "{'synced_from':null}"), NULL },
		{ B("synced_block", "{'synced_from':{'type':'block_id',"
		    "'block_id':" HERE "}}"),
		    W("synced_block", "{'synced_from':{'type':'block_id',"
		    "'block_id':" THERE "}}"), NULL },
		{ B("synced_block", "{'synced_from':{'type':'block_id',"
		    "'block_id':" SOON "}}"), "later", NULL },
		{ B("synced_block", "{'synced_from':{'type':'block_id',"
		    "'block_id':" GONE "}}"),
		    W("synced_block", "{'synced_from':null}"),
		    "W /synced_block/synced_from the original of a synced "
		    "block is not there, so it is one itself\n" },
		/* tables, columns and tabs */
		{ B("table", "{'table_width':2,'has_column_header':true,"
		    "'has_row_header':false}"),
		    W("table", "{'table_width':2,'has_column_header':true}"),
		    NULL },
		{ B("table_row", "{'cells':[[" READ("a") "],[]]}"),
		    W("table_row", "{'cells':[[" T("a") "],[]]}"), NULL },
		{ B("table_row", "{'cells':[[],[{'mention':{'page':{'id':"
		    GONE "}},'plain_text':'P'}]]}"),
		    W("table_row", "{'cells':[[],[" T("P") "]]}"),
		    "W /table_row/cells/1/0 the mention of a page that is not "
		    "there became the text \"P\"\n" },
		{ B("column_list", "{}"), W("column_list", "{}"), NULL },
		{ B("column", "{'width_ratio':0.25}"),
		    W("column", "{'width_ratio':0.25,'children':[]}"), NULL },
		{ B("column", "{'width_ratio':0}"),
		    W("column", "{'children':[]}"), "W /column/width_ratio "
		    "the width is none that can be written\n" },
		{ B("tab", "{}"), W("tab", "{}"), NULL },
		/* what cannot be made */
		{ B("child_page", "{'title':'P'}"), "never", NULL },
		{ B("child_database", "{'title':'D'}"), "never", NULL },
		{ B("template", "{'rich_text':[" READ("a") "]}"), "never",
		    "E  a block of the type \"template\" cannot be made\n" },
		{ B("link_preview", "{'url':'https://x'}"),
		    W("bookmark", "{'url':'https://x'}"),
		    "E  the preview of a link became a bookmark\n" },
		{ B("unsupported", "{'block_type':'button'}"), "never",
		    "E  a block of the type \"unsupported\" cannot be "
		    "made\n" },
		{ B("meeting_notes", "{'title':[]}"), "never",
		    "E  a block of the type \"meeting_notes\" cannot be "
		    "made\n" },
		{ B("transcription", "{'title':[]}"), "never",
		    "E  a block of the type \"transcription\" cannot be "
		    "made\n" },
		{ B("hologram", "{}"), "never",
		    "W  a block of the type \"hologram\" cannot be made\n" }
	};
	struct nt_str none = { NULL, 0 };
	struct nt_buf out;
	size_t i, count;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);
		enum nt_writable outcome;

		begin_row();
		outcome = nt_writable_block(&there, h.v, none, &out, &count);
		end_row(rows[i].given, outcome, &out, rows[i].want,
		    rows[i].losses);
		assert_int_equal(count, outcome == NT_WRITABLE_NOW);
		drop(&h);
	}
	nt_buf_free(&out);
}

/* Files are asked for by the pointer that their asset record has. */
static void
test_files(void **state)
{
	static const struct row rows[] = {
		{ B("image", "{'type':'file','file':{'url':'u'}}"),
		    "/image/file\n", NULL },
		{ B("callout", "{'rich_text':[],'icon':{'type':'file',"
		    "'file':{'url':'u'}}}"), "/callout/icon/file\n", NULL },
	};
	struct nt_str none = { NULL, 0 };
	struct nt_target bare = { .loss = tell_loss };
	struct nt_buf out;
	struct held h;
	size_t i, count;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		h = hold(rows[i].given);
		begin_row();
		nt_writable_block(&there, h.v, none, &out, &count);
		assert_string_equal(files_asked.p, rows[i].want);
		nt_buf_free(&files_asked);
		nt_buf_free(&losses_told);
		nt_buf_clear(&out);
		drop(&h);
	}
	/* whoever knows of no files has none */
	h = hold(B("pdf", "{'type':'file','file':{'url':'u'}}"));
	begin_row();
	end_row("a target without files", nt_writable_block(&bare, h.v, none,
	    &out, &count), &out, "never",
	    "W  its file is not in the backup\n");
	drop(&h);
	nt_buf_free(&out);
}

/* ---- children, and texts for more than one block ---- */

static void
test_children(void **state)
{
	static const struct row rows[] = {
		{ B("toggle", "{'rich_text':[]}"),
		    W("toggle", "{'rich_text':[],'children':['C']}"), NULL },
		{ B("heading_2", "{'rich_text':[],'is_toggleable':false}"),
		    W("heading_2", "{'rich_text':[],'is_toggleable':true,"
		    "'children':['C']}"), NULL },
		{ B("column", "{'width_ratio':0.5}"),
		    W("column", "{'width_ratio':0.5,'children':['C']}"),
		    NULL },
		{ B("table", "{'table_width':1}"),
		    W("table", "{'table_width':1,'children':['C']}"), NULL },
		{ B("tab", "{}"), W("tab", "{'children':['C']}"), NULL },
		/* what a copy shows is its original's */
		{ B("synced_block", "{'synced_from':null}"),
		    W("synced_block", "{'synced_from':null,"
		    "'children':['C']}"), NULL },
		{ B("synced_block", "{'synced_from':{'block_id':" HERE "}}"),
		    W("synced_block", "{'synced_from':{'type':'block_id',"
		    "'block_id':" THERE "}}"), NULL }
	};
	struct nt_buf out;
	size_t i, count;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_block(&there, h.v,
		    NT_STR("[\"C\"]"), &out, &count), &out, rows[i].want,
		    rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

static void
test_split_block(void **state)
{
	struct nt_buf json, out, list;
	struct held h, ours;
	size_t count;
	int i;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_init(&list, NT_BUF_MAX);
	nt_buf_char(&json, '[');
	for (i = 0; i < 250; i++)
		add_long(&json, "x", 1, i % 2 == 0 ? "" :
		    ",\"annotations\":{\"bold\":true}");
	nt_buf_fmt(&list, "{\"type\":\"to_do\",\"to_do\":{\"rich_text\":%s],"
	    "\"checked\":true}}", json.p);
	h = hold(list.p);
	begin_row();
	assert_int_equal(nt_writable_block(&there, h.v, NT_STR("[\"C\"]"),
	    &out, &count), NT_WRITABLE_NOW);
	assert_int_equal(count, 3);
	assert_string_equal(losses_told.p, "W /to_do/rich_text a text too long "
	    "for one block became 3 blocks\n");
	nt_buf_clear(&list);
	nt_buf_fmt(&list, "[%s]", out.p);
	ours = hold(list.p);
	assert_int_equal(nt_value_count(ours.v), 3);
	for (i = 0; i < 3; i++) {
		struct nt_value b = nt_value_get(nt_value_index(ours.v,
		    (size_t)i), "to_do");

		assert_int_equal(nt_value_count(nt_value_get(b,
		    "rich_text")), i < 2 ? 100 : 50);
		assert_true(nt_value_true(nt_value_get(b, "checked")));
		assert_int_equal(nt_value_count(nt_value_get(b, "children")),
		    i == 2);
	}
	drop(&h);
	drop(&ours);
	nt_buf_free(&losses_told);
	nt_buf_free(&files_asked);
	nt_buf_free(&json);
	nt_buf_free(&out);
	nt_buf_free(&list);
}

/* ---- changes ---- */

/* 100 items of 2,000 characters may be more bytes than a request holds. */
static void
test_heavy_block(void **state)
{
	struct nt_str none = { NULL, 0 };
	struct nt_buf json, block, out;
	struct held h;
	size_t count;
	int i;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_char(&json, '[');
	for (i = 0; i < 100; i++)
		add_long(&json, "漢", 2000, i % 2 == 0 ? "" :
		    ",\"annotations\":{\"bold\":true}");
	nt_buf_init(&block, NT_BUF_MAX);
	nt_buf_fmt(&block, "{'type':'quote','quote':{'rich_text':%s]}}",
	    json.p);
	h = hold(block.p);
	begin_row();
	assert_int_equal(nt_writable_block(&there, h.v, none, &out, &count),
	    NT_WRITABLE_NOW);
	assert_int_equal(count, 3);
	assert_string_equal(losses_told.p, "W /quote/rich_text a text too "
	    "long for one block became 3 blocks\n");
	drop(&h);
	nt_buf_free(&losses_told);
	nt_buf_free(&files_asked);
	nt_buf_free(&json);
	nt_buf_free(&block);
	nt_buf_free(&out);
}

/* A formula too long for its block is kept as what was typed. */
static void
test_long_equation(void **state)
{
	struct nt_str none = { NULL, 0 };
	struct nt_buf json, want, out;
	struct held h;
	size_t count;
	int i;

	(void)state;
	nt_buf_init(&json, NT_BUF_MAX);
	nt_buf_init(&want, NT_BUF_MAX);
	nt_buf_init(&out, NT_BUF_MAX);
	nt_buf_str(&json, "{'type':'equation','equation':{'expression':'");
	nt_buf_str(&want, "{'type':'code','code':{'language':'latex',"
	    "'rich_text':[{'type':'text','text':{'content':'");
	for (i = 0; i < 1001; i++) {
		nt_buf_char(&json, 'e');
		nt_buf_char(&want, 'e');
	}
	nt_buf_str(&json, "'}}");
	nt_buf_str(&want, "'}}]}}");
	h = hold(json.p);
	begin_row();
	end_row("a long equation", nt_writable_block(&there, h.v, none, &out,
	    &count), &out, want.p, "W  an equation of more than 1000 "
	    "characters became code\n");
	assert_int_equal(count, 1);
	drop(&h);
	nt_buf_free(&json);
	nt_buf_free(&want);
	nt_buf_free(&out);
}

static void
test_changes(void **state)
{
	static const struct {
		const char *old, *new, *want, *losses;
	} rows[] = {
		{ B("paragraph", "{'rich_text':[" READ("a") "]}"),
		    B("paragraph", "{'rich_text':[" T("a") "],'color':"
		    "'default','icon':null}"), "{}", NULL },
		{ B("paragraph", "{'rich_text':[" READ("a") "]}"),
		    B("paragraph", "{'rich_text':[" READ("b") "]}"),
		    "{'paragraph':{'rich_text':[" T("b") "]}}", NULL },
		{ B("paragraph", "{'rich_text':[],'color':'red'}"),
		    B("paragraph", "{'rich_text':[],'color':'default'}"),
		    "{'paragraph':{'rich_text':[],'color':'default'}}",
		    NULL },
		{ B("paragraph", "{'rich_text':[]}"),
		    B("paragraph", "{'rich_text':[{'mention':{'page':{'id':"
		    SOON "}}}]}"), "later", NULL },
		{ B("paragraph", "{'rich_text':[]}"),
		    B("heading_1", "{'rich_text':[]}"), "never", NULL },
		{ B("to_do", "{'rich_text':[" READ("a") "],'checked':true}"),
		    B("to_do", "{'rich_text':[" READ("a") "],'checked':"
		    "false}"), "{'to_do':{'rich_text':[" T("a") "],"
		    "'checked':false}}", NULL },
		{ B("heading_1", "{'rich_text':[],'is_toggleable':true}"),
		    B("heading_1", "{'rich_text':[],'is_toggleable':false}"),
		    "{'heading_1':{'rich_text':[],'is_toggleable':false}}",
		    NULL },
		{ B("callout", "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'💡'}}"),
		    B("callout", "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'🌱'}}"),
		    "{'callout':{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'🌱'}}}", NULL },
		/* an icon cannot be taken away */
		{ B("callout", "{'rich_text':[],'icon':{'type':'emoji',"
		    "'emoji':'💡'}}"),
		    B("callout", "{'rich_text':[],'icon':null}"), "never",
		    NULL },
		{ B("code", "{'rich_text':[],'caption':[" READ("c")
		    "],'language':'c'}"),
		    B("code", "{'rich_text':[],'caption':[],'language':"
		    "'zig'}"), "{'code':{'rich_text':[],'caption':[],"
		    "'language':'plain text'}}", "W /code/language the "
		    "language \"zig\" became plain text\n" },
		{ B("image", "{'type':'external','external':{'url':"
		    "'https://x/a'},'caption':[" READ("c") "]}"),
		    B("image", "{'type':'file','file':{'url':'u'},'caption':["
		    READ("c") "]}"),
		    "{'image':{'type':'file_upload','file_upload':{'id':"
		    UPLOADED "}}}", NULL },
		{ B("image", "{'type':'file','file':{'url':'u'},'caption':["
		    READ("c") "]}"),
		    B("image", "{'type':'file','file':{'url':'u'},'caption':"
		    "[]}"), "{'image':{'caption':[]}}", NULL },
		{ B("file", "{'type':'file','file':{'url':'u'},'name':'a'}"),
		    B("file", "{'type':'file','file':{'url':'u'},'name':"
		    "'b'}"), "{'file':{'name':'b'}}", NULL },
		{ B("link_to_page", "{'type':'page_id','page_id':" GONE "}"),
		    B("link_to_page", "{'type':'database_id','database_id':"
		    HERE "}"), "{'link_to_page':{'type':'database_id',"
		    "'database_id':" THERE "}}", NULL },
		{ B("table", "{'table_width':2,'has_row_header':false}"),
		    B("table", "{'table_width':2,'has_row_header':true}"),
		    "{'table':{'has_row_header':true}}", NULL },
		{ B("table", "{'table_width':2}"),
		    B("table", "{'table_width':3}"), "never", NULL },
		{ B("table_row", "{'cells':[[" READ("a") "],[]]}"),
		    B("table_row", "{'cells':[[],[]]}"),
		    "{'table_row':{'cells':[[],[]]}}", NULL },
		{ B("column", "{'width_ratio':0.25}"),
		    B("column", "{'width_ratio':0.5}"),
		    "{'column':{'width_ratio':0.5}}", NULL },
		{ B("synced_block", "{'synced_from':{'block_id':" HERE "}}"),
		    B("synced_block", "{'synced_from':null}"), "never",
		    NULL },
		{ B("divider", "{}"), B("divider", "{}"), "{}", NULL },
		{ B("unsupported", "{}"), B("unsupported", "{}"), "{}",
		    NULL },
		{ B("child_page", "{'title':'a'}"),
		    B("child_page", "{'title':'b'}"), "never", NULL }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held old = hold(rows[i].old), new = hold(rows[i].new);

		begin_row();
		end_row(rows[i].new, nt_writable_block_update(&there, old.v,
		    new.v, &out), &out, rows[i].want, rows[i].losses);
		drop(&old);
		drop(&new);
	}
	nt_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_many_items),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_icons),
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_split_block),
		cmocka_unit_test(test_heavy_block),
		cmocka_unit_test(test_long_equation),
		cmocka_unit_test(test_changes)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
