#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/form.h"
#include "nt/limits.h"

#define ID "'59833787-2cf9-4fdf-8782-e53db20768a5'"
#define V25 NT_VERSION_2025_09_03
#define V26 NT_VERSION_2026_03_11
#define FAILED "body failed validation: "
#define FIX_ONE "body failed validation. Fix one:\n"

/*
 * Sentences are written with ' for ".  One that begins with @ is a line among
 * the alternatives, where these are too many to write out.
 */
struct row {
	enum nt_form form;
	enum nt_version version;
	const char *body;
	const char *says;	/* NULL: it is well formed */
};

static void
quote(char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
}

/* Checks one body; p is given and freed. */
static void
check_body(const struct row *row, char *body)
{
	struct nt_refusal why = { 0, NULL, "" };
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	char *says = row->says == NULL ? NULL : nt_strdup(row->says);
	struct nt_err err;

	quote(body);
	if (nt_json_parse(doc, body, strlen(body), &root, &err) == -1)
		fail_msg("%s: %s", body, err.text);
	if (says != NULL)
		quote(says);
	if (nt_form_check(row->form, row->version, root, &why) == 0) {
		if (says != NULL)
			fail_msg("%.300s\n  passes, but should say %s", body,
			    says);
	} else if (says == NULL) {
		fail_msg("%.300s\n  is refused: %s", body, why.message);
	} else {
		if (says[0] == '@' && strncmp(why.message, FIX_ONE,
		    strlen(FIX_ONE)) == 0)
			assert_non_null(strstr(why.message, says + 1));
		else
			assert_string_equal(why.message, says);
		assert_int_equal(why.status, 400);
		assert_string_equal(why.code, "validation_error");
	}
	free(says);
	free(body);
	nt_json_free(doc);
}

static void
check_rows(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		check_body(&rows[i], nt_strdup(rows[i].body));
}

#define CHECK(rows) check_rows(rows, sizeof rows / sizeof rows[0])

#define APPEND(block) "{'children':[" block "]}"
#define PARAGRAPH(text) "{'paragraph':{'rich_text':[" text "]}}"
#define NEST(inner) "{'toggle':{'rich_text':[],'children':[" inner "]}}"
#define LEAF "{'divider':{}}"

static void
test_blocks(void **state)
{
	static const struct row rows[] = {
		{ NT_FORM_APPEND, V26, APPEND(PARAGRAPH("")), NULL },
		{ NT_FORM_APPEND, V26, "{'children':[]}", NULL },
		{ NT_FORM_APPEND, V26, "[]", FAILED
		    "body should be an object, instead was `[]`." },
		{ NT_FORM_APPEND, V26, "{}", FAILED "body.children should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_APPEND, V26, "{'children':{}}", FAILED
		    "body.children should be an array, instead was `{}`." },
		{ NT_FORM_APPEND, V26, "{'children':[],'x':1}", FAILED
		    "body.x should be not present, instead was `1`." },
		{ NT_FORM_APPEND, V26, APPEND("7"), FAILED
		    "body.children[0] should be an object, instead was `7`." },
		{ NT_FORM_APPEND, V26, APPEND(LEAF ",{'type':'paragraph'}"),
		    "@body.children[1].paragraph should be defined, "
		    "instead was `undefined`." },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'divider':{},'breadcrumb':{}}"),
		    "@\nbody.children[0].breadcrumb should be not present, "
		    "instead was `{}`.\nbody.children[0].divider should be "
		    "not present, instead was `{}`.\nbody.children[0].tab "
		    "should be defined, instead was `undefined`.\n" },
		{ NT_FORM_APPEND, V26, APPEND("{'divider':{},'id':" ID "}"),
		    "@\nbody.children[0].id should be not present, "
		    "instead was `" ID "`.\n" },
		{ NT_FORM_APPEND, V26, APPEND("{'type':'quote','divider':{}}"),
		    "@\nbody.children[0].type should be `'divider'` or "
		    "`undefined`, instead was `'quote'`.\n" },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'paragraph':{'rich_text':[],'icon':null}}"),
		    FAILED "body.children[0].paragraph.icon should be an "
		    "object or `undefined`, instead was `null`." },
		{ NT_FORM_APPEND, V26, APPEND("{'divider':{'color':'red'}}"),
		    FAILED "body.children[0].divider.color should be not "
		    "present, instead was `'red'`." },
		{ NT_FORM_APPEND, V26, APPEND("{'to_do':{}}"), FAILED
		    "body.children[0].to_do.rich_text should be defined, "
		    "instead was `undefined`." },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'to_do':{'rich_text':[],'checked':1}}"), FAILED
		    "body.children[0].to_do.checked should be a boolean "
		    "or `undefined`, instead was `1`." },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'quote':{'rich_text':[],'color':'teal'}}"), FAILED
		    "body.children[0].quote.color should be `'default'`, "
		    "`'gray'`, `'brown'`, `'orange'`, `'yellow'`, `'green'`, "
		    "`'blue'`, `'purple'`, `'pink'`, `'red'`, "
		    "`'default_background'`, `'gray_background'`, "
		    "`'brown_background'`, `'orange_background'`, "
		    "`'yellow_background'`, `'green_background'`, "
		    "`'blue_background'`, `'purple_background'`, "
		    "`'pink_background'`, `'red_background'`, or `undefined`, "
		    "instead was `'teal'`." },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'equation':{'expression':7}}"), FAILED
		    "body.children[0].equation.expression should be a string, "
		    "instead was `7`." },
		{ NT_FORM_APPEND, V26, APPEND("{'code':{'rich_text':[]}}"),
		    FAILED "body.children[0].code.language should be defined, "
		    "instead was `undefined`." },
		{ NT_FORM_APPEND, V26, APPEND("{'numbered_list_item':"
		    "{'rich_text':[],'list_start_index':3}}"), FAILED
		    "body.children[0].numbered_list_item.list_start_index "
		    "should be not present, instead was `3`." },
		/* media: an address or an upload, never a hosted file */
		{ NT_FORM_APPEND, V26, APPEND("{'image':{'external':"
		    "{'url':'https://a/b.png'},'caption':[]}}"), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'pdf':{'type':'file_upload',"
		    "'file_upload':{'id':" ID "}}}"), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'image':{'type':'file',"
		    "'file':{'url':'https://a/b.png'}}}"), FIX_ONE
		    "body.children[0].image.external should be defined, "
		    "instead was `undefined`.\nbody.children[0].image."
		    "file_upload should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_APPEND, V26, APPEND("{'image':{'external':"
		    "{'url':'b.png'}}}"), "Content creation Failed. Fix the "
		    "following: \nInvalid image url." },
		{ NT_FORM_APPEND, V26, APPEND("{'video':{}}"), FIX_ONE
		    "body.children[0].video.external should be defined, "
		    "instead was `undefined`.\nbody.children[0].video."
		    "file_upload should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_APPEND, V26, APPEND("{'image':{'external':"
		    "{'url':'https://a/b.png'},'name':'b'}}"), FIX_ONE
		    "body.children[0].image.name should be not present, "
		    "instead was `'b'`.\nbody.children[0].image.file_upload "
		    "should be defined, instead was `undefined`." },
		/* synced blocks */
		{ NT_FORM_APPEND, V26,
		    APPEND("{'synced_block':{'synced_from':null,"
		    "'children':[" LEAF "]}}"), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'synced_block':{'synced_from':"
		    "{'type':'block_id','block_id':" ID "},"
		    "'children':[" LEAF "]}}"), FAILED
		    "body.children[0].synced_block.children should be not "
		    "present, instead was `[{'divider':{}}]`." },
		/* position, and what came before it */
		{ NT_FORM_APPEND, V26, "{'children':[],'position':"
		    "{'type':'after_block','after_block':{'id':" ID "}}}",
		    NULL },
		{ NT_FORM_APPEND, V26, "{'children':[],'position':"
		    "{'type':'after_block'}}", FAILED
		    "body.position.after_block should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_APPEND, V26, "{'children':[],'position':"
		    "{'type':'middle'}}", FAILED "body.position.type should "
		    "be `'end'`, `'start'`, or `'after_block'`, instead was "
		    "`'middle'`." },
		{ NT_FORM_APPEND, V25, "{'children':[],'after':" ID "}",
		    NULL },
		{ NT_FORM_APPEND, V26, "{'children':[],'after':" ID "}", FAILED
		    "body.after should be not present, instead was `" ID
		    "`." },
		{ NT_FORM_APPEND, V25, "{'children':[],'after':'x'}", FAILED
		    "body.after should be a valid uuid or `undefined`, instead "
		    "was `'x'`." }
	};

	(void)state;
	CHECK(rows);
}

static void
test_unknown_block(void **state)
{
	static const char *const never[] = {
		"child_page", "child_database", "unsupported", "link_preview",
		"meeting_notes", "transcription", "nonsense"
	};
	struct nt_refusal why;
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	char body[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof never / sizeof never[0]; i++) {
		snprintf(body, sizeof body,
		    "{\"children\":[{\"type\":\"%s\",\"%s\":{}}]}", never[i],
		    never[i]);
		assert_int_equal(nt_json_parse(doc, body, strlen(body), &root,
		    NULL), 0);
		assert_int_equal(nt_form_check(NT_FORM_APPEND, V26, root,
		    &why), -1);
		assert_ptr_equal(strstr(why.message, FIX_ONE "body.children[0]"
		    ".embed should be defined, instead was `undefined`.\n"
		    "body.children[0].bookmark should be defined"),
		    why.message);
	}
	nt_json_free(doc);
}

static void
test_levels(void **state)
{
	static const struct row rows[] = {
		{ NT_FORM_APPEND, V26, APPEND(NEST(NEST(LEAF))), NULL },
		{ NT_FORM_APPEND, V26, APPEND(NEST(NEST(NEST("")))), NULL },
		{ NT_FORM_APPEND, V26, APPEND(NEST(NEST(NEST(LEAF)))), FAILED
		    "body.children[0].toggle.children[0].toggle.children[0]."
		    "toggle.children should be not present, instead was "
		    "`[{'divider':{}}]`." },
		/* columns are one level deeper than other parents */
		{ NT_FORM_APPEND, V26, APPEND("{'column_list':{'children':["
		    "{'column':{'children':[" NEST(LEAF) "]}},"
		    "{'column':{'children':[]}}]}}"), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'column_list':{'children':["
		    "{'column':{'children':[" NEST(NEST(LEAF)) "]}},"
		    "{'column':{'children':[]}}]}}"), FAILED
		    "body.children[0].column_list.children[0].column."
		    "children[0].toggle.children[0].toggle.children should be "
		    "not present, instead was `[{'divider':{}}]`." },
		{ NT_FORM_APPEND, V26, APPEND("{'column_list':{'children':["
		    "{'column':{'children':[]}}]}}"), FAILED
		    "body.children[0].column_list.children.length should be "
		    "≥ `2`, instead was `1`." },
		{ NT_FORM_APPEND, V26, APPEND("{'column_list':{'children':["
		    LEAF "," LEAF "]}}"), FAILED
		    "body.children[0].column_list.children[0].column should "
		    "be defined, instead was `undefined`." },
		{ NT_FORM_APPEND, V26, APPEND("{'column_list':{'children':["
		    "{'column':{'width_ratio':0.5,'children':[]}},"
		    "{'column':{'width_ratio':2,'children':[]}}]}}"), FAILED
		    "body.children[0].column_list.children[1].column."
		    "width_ratio should be a number between `0` and `1` or "
		    "`undefined`, instead was `2`." },
		/* a table is whole, and may be one level down */
		{ NT_FORM_APPEND, V26, APPEND(NEST("{'table':{'table_width':1,"
		    "'children':[{'table_row':{'cells':[[]]}}]}}")), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'table':{'table_width':2,"
		    "'children':[]}}"), FAILED "body.children[0].table."
		    "children.length should be ≥ `1`, instead was `0`." },
		{ NT_FORM_APPEND, V26, APPEND("{'table':{'table_width':2}}"),
		    FAILED "body.children[0].table.children should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_APPEND, V26, APPEND("{'table':{'table_width':2,"
		    "'children':[{'table_row':{'cells':[[]]}}]}}"),
		    "Content creation Failed. Fix the following: \nNumber of "
		    "cells in table row must match the table width of the "
		    "parent table" },
		{ NT_FORM_APPEND, V26, APPEND("{'table':{'table_width':1,"
		    "'children':[" LEAF "]}}"), FAILED
		    "body.children[0].table.children[0].table_row should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_APPEND, V26,
		    APPEND("{'table_row':{'cells':[[],[]]}}"), NULL },
		/* tabs hold paragraphs */
		{ NT_FORM_APPEND, V26, APPEND("{'tab':{'children':[{'paragraph'"
		    ":{'rich_text':[],'children':[" LEAF "]}}]}}"), NULL },
		{ NT_FORM_APPEND, V26, APPEND("{'tab':{'children':[" LEAF
		    "]}}"), FAILED "body.children[0].tab.children[0].paragraph"
		    " should be defined, instead was `undefined`." },
		{ NT_FORM_APPEND, V26, APPEND(NEST(NEST("{'tab':{}}"))), NULL }
	};

	(void)state;
	CHECK(rows);
}

static void
test_rich_text(void **state)
{
#define TEXT(item) "{'rich_text':[" item "]}"
#define AT "body.rich_text[0]."
	static const struct row rows[] = {
		{ NT_FORM_COMMENT_UPDATE, V26,
		    TEXT("{'text':{'content':'a'}}"), NULL },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'type':'text','text':"
		    "{'content':'a','link':{'url':'/x'}},'plain_text':'a',"
		    "'href':null,'annotations':{'bold':true}}"), NULL },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'text':{'content':'a',"
		    "'link':{'url':'mailto:a@b'}}},{'text':{'content':'a',"
		    "'link':{'url':'www.a.b/c'}}}"), NULL },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'text':{'content':'a',"
		    "'link':{'url':'#top'}}}"), "Content creation Failed. Fix "
		    "the following: \nInvalid URL for link." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'text':{'content':'a',"
		    "'link':{'url':'../b'}}}"), "Content creation Failed. Fix "
		    "the following: \nInvalid URL for link." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'type':'text'}"), FIX_ONE
		    AT "text should be defined, instead was `undefined`.\n" AT
		    "mention should be defined, instead was `undefined`.\n" AT
		    "equation should be defined, instead was `undefined`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{}"), FIX_ONE AT "text "
		    "should be defined, instead was `undefined`.\n" AT
		    "mention should be defined, instead was `undefined`.\n" AT
		    "equation should be defined, instead was `undefined`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'text':{}}"), FAILED AT
		    "text.content should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_COMMENT_UPDATE, V26,
		    TEXT("{'text':{'content':null}}"), FAILED AT
		    "text.content should be a string, instead was `null`." },
		{ NT_FORM_COMMENT_UPDATE, V26,
		    TEXT("{'text':{'content':'a','link':'b'}}"), FAILED AT
		    "text.link should be an object, `null`, or `undefined`, "
		    "instead was `'b'`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'type':'equation',"
		    "'text':{'content':'a'}}"), FIX_ONE AT "type should be "
		    "`'text'` or `undefined`, instead was `'equation'`.\n" AT
		    "mention should be defined, instead was `undefined`.\n" AT
		    "equation should be defined, instead was `undefined`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'text':{'content':'a'},"
		    "'annotations':{'colour':'red'}}"), FAILED AT
		    "annotations.colour should be not present, instead was "
		    "`'red'`." },
		{ NT_FORM_COMMENT_UPDATE, V26,
		    TEXT("{'mention':{'user':{'id':" ID ",'name':'A'}}}"),
		    NULL },
		{ NT_FORM_COMMENT_UPDATE, V26,
		    TEXT("{'mention':{'page':{'id':'no'}}}"), FAILED AT
		    "mention.page.id should be a valid uuid, instead was "
		    "`'no'`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'mention':{'date':"
		    "{'start':'2026-13-01'}}}"), FAILED AT "mention.date."
		    "start should be a valid ISO 8601 date string, instead "
		    "was `'2026-13-01'`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'mention':{'date':"
		    "{'start':'2026-03-02','end':'2026-03-01'}}}"), FAILED AT
		    "mention.date.end should be ≥ `start`, instead was "
		    "`'2026-03-01'`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'mention':{'date':"
		    "{'start':'2026-03-01','end':'2026-03-01T10:00:00Z'}}}"),
		    FAILED AT "mention.date.end should be a date without a "
		    "time, as `start` is, instead was "
		    "`'2026-03-01T10:00:00Z'`." },
		{ NT_FORM_COMMENT_UPDATE, V26, TEXT("{'type':'mention',"
		    "'mention':{'type':'link_preview','link_preview':"
		    "{'url':'https://a'}}}"), "@\n" AT "mention.page should "
		    "be defined, instead was `undefined`.\n" }
	};

	(void)state;
	CHECK(rows);
}

static void
test_pages(void **state)
{
#define PAGE(rest) "{'parent':{'page_id':" ID "}," rest "}"
	static const struct row rows[] = {
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'properties':{'title':"
		    "[{'text':{'content':'a'}}]}"), NULL },
		{ NT_FORM_PAGE_CREATE, V26, "{'properties':{}}", NULL },
		{ NT_FORM_PAGE_CREATE, V26, "{'parent':{}}", FIX_ONE
		    "body.parent.page_id should be defined, instead was "
		    "`undefined`.\nbody.parent.database_id should be defined, "
		    "instead was `undefined`.\nbody.parent.data_source_id "
		    "should be defined, instead was `undefined`.\nbody.parent."
		    "workspace should be defined, instead was `undefined`." },
		{ NT_FORM_PAGE_CREATE, V26, "{'parent':{'page_id':'7'}}",
		    FIX_ONE "body.parent.page_id should be a valid uuid, "
		    "instead was `'7'`.\nbody.parent.database_id should be "
		    "defined, instead was `undefined`.\nbody.parent."
		    "data_source_id should be defined, instead was "
		    "`undefined`.\nbody.parent.workspace should be defined, "
		    "instead was `undefined`." },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':{'emoji':'🥑'}"),
		    NULL },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':{'emoji':'👨‍👩‍👧'}"),
		    NULL },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':{'emoji':'1️⃣'}"),
		    NULL },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':{'emoji':'ab'}"),
		    FIX_ONE "body.icon.emoji should be an emoji, instead was "
		    "`'ab'`.\nbody.icon.external should be defined, instead "
		    "was `undefined`.\nbody.icon.file_upload should be "
		    "defined, instead was `undefined`.\nbody.icon."
		    "custom_emoji should be defined, instead was "
		    "`undefined`.\nbody.icon.icon should be defined, instead "
		    "was `undefined`." },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':{'emoji':'🥑🥑'}"),
		    "@body.icon.emoji should be an emoji, instead was "
		    "`'🥑🥑'`.\n" },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':'🥑'"), FAILED
		    "body.icon should be an object, `null`, or `undefined`, "
		    "instead was `'🥑'`." },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'icon':null,'cover':null"),
		    NULL },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'cover':{'type':'file',"
		    "'file':{'url':'https://a'}}"), FIX_ONE "body.cover."
		    "external should be defined, instead was `undefined`.\n"
		    "body.cover.file_upload should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_PAGE_CREATE, V26,
		    PAGE("'children':[],'markdown':'x'"), FAILED
		    "body.markdown should be not present, instead was "
		    "`'x'`." },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'children':[],"
		    "'template':{'type':'default'}"), FAILED "body.children "
		    "should be not present, instead was `[]`." },
		{ NT_FORM_PAGE_CREATE, V26,
		    PAGE("'template':{'type':'none'},'children':[]"), NULL },
		{ NT_FORM_PAGE_CREATE, V26,
		    PAGE("'properties':{'N':{'number':'1'}}"), FAILED
		    "body.properties.N.number should be a number, instead was "
		    "`'1'`." },
		{ NT_FORM_PAGE_CREATE, V26, PAGE("'properties':{'S':{'select':"
		    "{'name':'a,b'}}}"), "Invalid select option, commas not "
		    "allowed: a,b" },
		{ NT_FORM_PAGE_UPDATE, V26, "{'in_trash':true}", NULL },
		{ NT_FORM_PAGE_UPDATE, V25, "{'archived':true}", NULL },
		{ NT_FORM_PAGE_UPDATE, V26, "{'archived':true}", FAILED
		    "body.archived should be not present, instead was "
		    "`true`." },
		{ NT_FORM_PAGE_UPDATE, V26, "{'parent':{'page_id':" ID "}}",
		    FAILED "body.parent should be not present, instead was "
		    "`{'page_id':" ID "}`." },
		{ NT_FORM_PAGE_MOVE, V26, "{'parent':{'page_id':" ID "}}",
		    NULL },
		{ NT_FORM_PAGE_MOVE, V26, "{}", FAILED "body.parent should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_MARKDOWN_UPDATE, V26, "{'type':'replace_content',"
		    "'replace_content':{'new_str':'# a'}}", NULL },
		{ NT_FORM_MARKDOWN_UPDATE, V26, "{'type':'update_content',"
		    "'update_content':{'content_updates':[{'old_str':'',"
		    "'new_str':'b'}]}}", FAILED "body.update_content."
		    "content_updates[0].old_str.length should be ≥ `1`, "
		    "instead was `0`." }
	};

	(void)state;
	CHECK(rows);
}

static void
test_block_updates(void **state)
{
	static const struct row rows[] = {
		{ NT_FORM_BLOCK_UPDATE, V26, "{'to_do':{'checked':true}}",
		    NULL },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'in_trash':true}", NULL },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'archived':true}", FAILED
		    "body.archived should be not present, instead was "
		    "`true`." },
		{ NT_FORM_BLOCK_UPDATE, V25, "{'archived':true}", NULL },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'in_trash':1}", FAILED
		    "body.in_trash should be a boolean, instead was `1`." },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'toggle':{'color':'red'}}",
		    FAILED "body.toggle.rich_text should be defined, instead "
		    "was `undefined`." },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'table':{'table_width':2}}",
		    FAILED "body.table.table_width should be not present, "
		    "instead was `2`." },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'image':{'caption':[]}}",
		    NULL },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'paragraph':{'children':["
		    LEAF "]}}", FAILED "body.paragraph.children should be not "
		    "present, instead was `[{'divider':{}}]`." },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'child_page':{'title':'x'}}",
		    FAILED "body.child_page should be not present, instead "
		    "was `{'title':'x'}`." },
		{ NT_FORM_BLOCK_UPDATE, V26, "{'divider':{},'paragraph':{}}",
		    FAILED "body.paragraph should be not present, instead was "
		    "`{}`." }
	};

	(void)state;
	CHECK(rows);
}

static void
test_schemas(void **state)
{
#define SOURCE(property) "{'parent':{'database_id':" ID "},'properties':{'P':" \
	property "}}"
#define IN_P "body.properties.P."
	static const struct row rows[] = {
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'title':{}}"), NULL },
		{ NT_FORM_SOURCE_CREATE, V26, "{'parent':{'database_id':" ID
		    "}}", FAILED "body.properties should be defined, instead "
		    "was `undefined`." },
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'type':'title'}"),
		    "@" IN_P "title should be defined, instead was "
		    "`undefined`.\n" },
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'relation':{"
		    "'data_source_id':" ID "}}"), FIX_ONE IN_P "relation."
		    "single_property should be defined, instead was "
		    "`undefined`.\n" IN_P "relation.dual_property should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'select':{'options':[{"
		    "'name':'a','color':'teal'}]}}"), FAILED IN_P "select."
		    "options[0].color should be `'default'`, `'gray'`, "
		    "`'brown'`, `'orange'`, `'yellow'`, `'green'`, `'blue'`, "
		    "`'purple'`, `'pink'`, `'red'`, or `undefined`, instead "
		    "was `'teal'`." },
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'rollup':{'function':"
		    "'sum','relation_property_name':'R'}}"), FIX_ONE IN_P
		    "rollup.rollup_property_name should be defined, instead "
		    "was `undefined`.\n" IN_P "rollup.rollup_property_id "
		    "should be defined, instead was `undefined`." },
		{ NT_FORM_SOURCE_CREATE, V26, SOURCE("{'type':'number',"
		    "'number':{'format':'bitcoin'}}"), NULL },
		{ NT_FORM_SOURCE_UPDATE, V26, "{'properties':{'P':null,"
		    "'Q':{'name':'R'},'S':{'number':{'format':'euro'}}}}",
		    NULL },
		{ NT_FORM_SOURCE_UPDATE, V26, "{'properties':{'P':{'name':"
		    "''}}}", FAILED IN_P "name.length should be ≥ `1`, "
		    "instead was `0`." },
		{ NT_FORM_DATABASE_CREATE, V26, "{'parent':{'page_id':" ID
		    "},'is_inline':true,'initial_data_source':{'properties':"
		    "{'N':{'title':{}}}}}", NULL },
		{ NT_FORM_DATABASE_UPDATE, V26, "{'icon':null}", FAILED
		    "body.icon should be an object or `undefined`, instead "
		    "was `null`." },
		{ NT_FORM_DATABASE_CREATE, V26, "{'parent':{'page_id':" ID
		    "},'properties':{}}", FAILED "body.properties should be "
		    "not present, instead was `{}`." }
	};

	(void)state;
	CHECK(rows);
}

static void
test_others(void **state)
{
	static const struct row rows[] = {
		{ NT_FORM_QUERY, V26, "{'page_size':100,'sorts':[],"
		    "'is_archived':true}", NULL },
		{ NT_FORM_QUERY, V26, "{'page_size':101}", FAILED
		    "body.page_size should be ≤ `100` or `undefined`, "
		    "instead was `101`." },
		{ NT_FORM_QUERY, V26, "{'page_size':1.5}", FAILED
		    "body.page_size should be an integer or `undefined`, "
		    "instead was `1.5`." },
		{ NT_FORM_QUERY, V26, "{'page_size':0}", FAILED
		    "body.page_size should be ≥ `1` or `undefined`, instead "
		    "was `0`." },
		{ NT_FORM_QUERY, V26, "{'in_trash':true}", FAILED
		    "body.in_trash should be not present, instead was "
		    "`true`." },
		{ NT_FORM_QUERY, V26, "{'filter_properties':['ID']}", FAILED
		    "body.filter_properties should be not present, instead "
		    "was `['ID']`." },
		{ NT_FORM_QUERY, V26, "{'start_cursor':null}", FAILED
		    "body.start_cursor should be a string or `undefined`, "
		    "instead was `null`." },
		{ NT_FORM_SEARCH, V26, "{}", NULL },
		{ NT_FORM_SEARCH, V26, "{'query':'x','filter':{'property':"
		    "'object','value':'page'},'sort':{'timestamp':"
		    "'last_edited_time','direction':'descending'}}", NULL },
		{ NT_FORM_SEARCH, V26, "{'filter':{'in_trash':true}}", NULL },
		{ NT_FORM_SEARCH, V26, "{'filter':{'property':'object',"
		    "'value':'database'}}", FAILED "body.filter.value should "
		    "be `'page'`, `'data_source'`, or `undefined`, instead was "
		    "`'database'`." },
		{ NT_FORM_COMMENT_CREATE, V26, "{'parent':{'page_id':" ID "},"
		    "'rich_text':[]}", NULL },
		{ NT_FORM_COMMENT_CREATE, V26, "{'rich_text':[]}", FIX_ONE
		    "body.parent should be defined, instead was `undefined`."
		    "\nbody.discussion_id should be defined, instead was "
		    "`undefined`." },
		/* as the service says it, in a recorded answer */
		{ NT_FORM_COMMENT_CREATE, V26, "{'parent':{'page_id':" ID "},"
		    "'rich_text':[],'display_name':{'type':'custom'}}", FIX_ONE
		    "body.display_name.type should be `'integration'` or "
		    "`'user'`, instead was `'custom'`.\nbody.display_name."
		    "custom should be defined, instead was `undefined`." },
		{ NT_FORM_UPLOAD_CREATE, V26, "{}", NULL },
		{ NT_FORM_UPLOAD_CREATE, V26, "{'mode':'multi_part',"
		    "'filename':'a.pdf','number_of_parts':3}", NULL },
		{ NT_FORM_UPLOAD_CREATE, V26, "{'number_of_parts':3}", FAILED
		    "body.number_of_parts should be not present, instead was "
		    "`3`." },
		{ NT_FORM_UPLOAD_CREATE, V26, "{'mode':'external_url',"
		    "'filename':'a'}", FAILED "body.external_url should be "
		    "defined, instead was `undefined`." },
		{ NT_FORM_VIEW_CREATE, V26, "{'data_source_id':" ID ","
		    "'database_id':" ID ",'name':'v','type':'table'}", NULL },
		{ NT_FORM_VIEW_CREATE, V26, "{'data_source_id':" ID ","
		    "'name':'v','type':'table'}", FIX_ONE "body.database_id "
		    "should be defined, instead was `undefined`.\nbody.view_id"
		    " should be defined, instead was `undefined`.\nbody."
		    "create_database should be defined, instead was "
		    "`undefined`." },
		{ NT_FORM_VIEW_CREATE, V26, "{'data_source_id':" ID ","
		    "'database_id':" ID ",'name':'v','type':'board',"
		    "'configuration':{}}", FAILED "body.configuration."
		    "group_by should be defined, instead was `undefined`." },
		{ NT_FORM_VIEW_UPDATE, V26, "{'name':'v','filter':null}",
		    NULL },
		{ NT_FORM_VIEW_UPDATE, V26, "{'type':'list'}", FAILED
		    "body.type should be not present, instead was `'list'`." },
		{ NT_FORM_VIEW_QUERY, V26, "{'page_size':7}", NULL }
	};

	(void)state;
	CHECK(rows);
}

/* A body around n copies of a part. */
static char *
repeated(const char *before, const char *part, size_t n, const char *after,
    const char *between)
{
	struct nt_buf b;
	char *text;
	size_t i;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_str(&b, before);
	for (i = 0; i < n; i++) {
		if (i > 0)
			nt_buf_str(&b, between);
		nt_buf_str(&b, part);
	}
	nt_buf_str(&b, after);
	text = nt_buf_take(&b);
	nt_buf_free(&b);
	return text;
}

static void
test_limits(void **state)
{
	static const struct {
		enum nt_form form;
		const char *before, *part, *after, *between;
		size_t most;
		const char *says;
	} rows[] = {
		{ NT_FORM_APPEND, "{'children':[", LEAF, "]}", ",", 100,
		    FAILED "body.children.length should be ≤ `100`, instead "
		    "was `101`." },
		{ NT_FORM_APPEND, "{'children':[{'paragraph':{'rich_text':[",
		    "{'text':{'content':''}}", "]}}]}", ",", 100, FAILED
		    "body.children[0].paragraph.rich_text.length should be ≤ "
		    "`100`, instead was `101`." },
		{ NT_FORM_COMMENT_UPDATE, "{'rich_text':[{'text':{'content':'",
		    "é", "'}}]}", "", 2000, FAILED "body.rich_text[0].text."
		    "content.length should be ≤ `2000`, instead was "
		    "`2001`." },
		/* an emoji is two UTF-16 code units */
		{ NT_FORM_COMMENT_UPDATE, "{'rich_text':[{'text':{'content':'",
		    "🥑", "'}}]}", "", 1000, FAILED "body.rich_text[0].text."
		    "content.length should be ≤ `2000`, instead was "
		    "`2002`." },
		{ NT_FORM_COMMENT_UPDATE,
		    "{'rich_text':[{'equation':{'expression':'", "x", "'}}]}",
		    "", 1000, FAILED "body.rich_text[0].equation.expression."
		    "length should be ≤ `1000`, instead was `1001`." },
		{ NT_FORM_PAGE_UPDATE, "{'properties':{'R':{'relation':[",
		    "{'id':" ID "}", "]}}}", ",", 100, FAILED
		    "body.properties.R.relation.length should be ≤ `100`, "
		    "instead was `101`." },
		{ NT_FORM_PAGE_UPDATE, "{'properties':{'E':{'email':'", "x",
		    "'}}}", "", 200, FAILED "body.properties.E.email.length "
		    "should be ≤ `200`, instead was `201`." },
		{ NT_FORM_PAGE_UPDATE, "{'properties':{'U':{'url':'", "x",
		    "'}}}", "", 2000, FAILED "body.properties.U.url.length "
		    "should be ≤ `2000`, instead was `2001`." },
		{ NT_FORM_PAGE_UPDATE, "{'properties':{'S':{'select':{'name':'"
		    , "x", "'}}}}", "", 100, FAILED "body.properties.S.select."
		    "name.length should be ≤ `100`, instead was `101`." },
		{ NT_FORM_SOURCE_UPDATE,
		    "{'properties':{'S':{'description':'", "x", "'}}}", "",
		    280, FAILED "body.properties.S.description.length should "
		    "be ≤ `280`, instead was `281`." },
		{ NT_FORM_COMMENT_CREATE, "{'discussion_id':" ID ","
		    "'markdown':'x','attachments':[", "{'file_upload_id':" ID
		    "}", "]}", ",", 3, FAILED "body.attachments.length should "
		    "be ≤ `3`, instead was `4`." }
	};
	struct row row = { NT_FORM_APPEND, V26, NULL, NULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		row.form = rows[i].form;
		row.says = NULL;
		check_body(&row, repeated(rows[i].before, rows[i].part,
		    rows[i].most, rows[i].after, rows[i].between));
		row.says = rows[i].says;
		check_body(&row, repeated(rows[i].before, rows[i].part,
		    rows[i].most + 1, rows[i].after, rows[i].between));
	}
}

/* 10 toggles of 99 blocks are 1,000 blocks; one more is one too many. */
static void
test_block_count(void **state)
{
	struct row row = { NT_FORM_APPEND, V26, NULL, NULL };
	char *toggle = repeated("{'toggle':{'rich_text':[],'children':[",
	    LEAF, 99, "]}}", ",");

	(void)state;
	check_body(&row, repeated("{'children':[", toggle, 10, "]}", ","));
	row.says = "body failed validation: body should contain ≤ `1000` "
	    "blocks, instead there were more.";
	check_body(&row, repeated("{'children':[" LEAF ",", toggle, 10, "]}",
	    ","));
	free(toggle);
}

/* What is shown of a value is short, compact, and cut between characters. */
static void
test_long_values(void **state)
{
	struct nt_refusal why;
	struct nt_json *doc = nt_json_new();
	struct nt_value root;
	char *body = repeated("{ \"x\" : [ 1, \" \\\" ", "é", 5000, "\"]}",
	    "");
	char *want = repeated("body failed validation: body.x should be not "
	    "present, instead was `[1,\" \\\" ", "é", 47, "...`.", "");

	(void)state;
	assert_int_equal(nt_json_parse(doc, body, strlen(body), &root, NULL),
	    0);
	assert_int_equal(nt_form_check(NT_FORM_SEARCH, V26, root, &why), -1);
	assert_string_equal(why.message, want);
	free(want);
	nt_json_free(doc);
	free(body);
}

static void
test_kinds(void **state)
{
	static const struct {
		enum nt_block parent, child;
		int may;
	} rows[] = {
		{ NT_BLOCK_PARAGRAPH, NT_BLOCK_PARAGRAPH, 1 },
		{ NT_BLOCK_PARAGRAPH, NT_BLOCK_TABLE_ROW, 0 },
		{ NT_BLOCK_PARAGRAPH, NT_BLOCK_OTHER, 1 },
		{ NT_BLOCK_DIVIDER, NT_BLOCK_OTHER, 0 },
		{ NT_BLOCK_HEADING_1, NT_BLOCK_OTHER, 0 },
		{ NT_BLOCK_TABLE, NT_BLOCK_TABLE_ROW, 1 },
		{ NT_BLOCK_TABLE, NT_BLOCK_PARAGRAPH, 0 },
		{ NT_BLOCK_COLUMN_LIST, NT_BLOCK_COLUMN, 1 },
		{ NT_BLOCK_COLUMN_LIST, NT_BLOCK_DIVIDER, 0 },
		{ NT_BLOCK_TAB, NT_BLOCK_PARAGRAPH, 1 },
		{ NT_BLOCK_TAB, NT_BLOCK_DIVIDER, 0 },
		{ NT_BLOCK_CHILD_PAGE, NT_BLOCK_DIVIDER, 1 }
	};
	enum nt_version version;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(nt_block_may_hold(rows[i].parent,
		    NT_VALUE_NONE, rows[i].child), rows[i].may);
	for (i = 1; i < NT_BLOCK_COUNT; i++)
		assert_int_equal(nt_block_named(nt_str_of(
		    nt_block_kind((enum nt_block)i)->name)), i);
	for (i = 1; i < NT_PROP_COUNT; i++)
		assert_int_equal(nt_prop_named(nt_str_of(
		    nt_prop_kind((enum nt_prop)i)->name)), i);
	assert_int_equal(nt_version_scan(NT_STR("2026-03-11"), &version), 0);
	assert_int_equal(version, V26);
	assert_int_equal(nt_version_scan(NT_STR("2022-06-28"), &version), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_unknown_block),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_rich_text),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_block_updates),
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_block_count),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_kinds)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
