/* markdown: what each block, form of rich text and property becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nt/markdown.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* JSON and Markdown stand here with ' for ", and ` is as it is. */
#define T(text) "{'type':'text','text':{'content':'" text "'}}"
#define STYLED(text, style) "{'type':'text','text':{'content':'" text "'}," \
	"'annotations':{" style "}}"
#define LINKED(text, url) "{'type':'text','text':{'content':'" text "'," \
	"'link':{'url':'" url "'}}}"
#define MENTION(shown, what) "{'type':'mention','plain_text':'" shown "'," \
	"'mention':{" what "}}"
#define RICH(items) "'rich_text':[" items "]"

#define PAGE "11111111-1111-4111-8111-111111111111"
#define OTHER "99999999-9999-4999-8999-999999999999"
#define B1 "00000000-0000-4000-8000-000000000001"
#define B2 "00000000-0000-4000-8000-000000000002"
#define B3 "00000000-0000-4000-8000-000000000003"
#define B4 "00000000-0000-4000-8000-000000000004"

/* A block on the page, or on another block. */
#define BLOCK(id, type, payload) "{'id':'" id "','object':'block'," \
	"'parent':{'page_id':'" PAGE "','type':'page_id'},'type':'" type \
	"','" type "':{" payload "}}\n"
#define CHILD(of, id, type, payload) "{'id':'" id "','object':'block'," \
	"'parent':{'block_id':'" of "','type':'block_id'},'type':'" type \
	"','" type "':{" payload "}}\n"
#define ASSET(owner, pointer, name) "{'name':'" name "','object':'asset'," \
	"'owner':{'id':'" owner "','object':'block','pointer':'" pointer \
	"'},'sha256':'abc'}\n"

/* ---- the tree the page is part of ---- */

static int
file_of(const void *arg, const struct nt_id *id, struct nt_buf *out)
{
	char text[NT_ID_TEXT];

	(void)arg;
	nt_id_format(id, text);
	if (strcmp(text, OTHER) != 0)
		return 0;
	nt_buf_str(out, "pages/Elm 50%-" OTHER ".md");
	return 1;
}

static int
asset_of(const void *arg, struct nt_value record, struct nt_buf *out)
{
	struct nt_str name = nt_value_text(nt_value_get(record, "name"));

	(void)arg;
	nt_buf_fmt(out, "assets/abc-%.*s", (int)name.len, name.p);
	return 1;
}

static int
person_of(const void *arg, const struct nt_id *id, struct nt_buf *out)
{
	(void)arg;
	if (id->b[0] != 0xaa)
		return 0;
	nt_buf_str(out, "Ada");
	return 1;
}

static const struct nt_markdown_links links = { file_of, asset_of, person_of,
	NULL };

static char *
quoted(const char *text)
{
	char *copy = nt_strdup(text);

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return copy;
}

/* Renders records, for the caller to free; the test fails if that fails. */
static char *
render(const char *records)
{
	struct nt_markdown *m = nt_markdown_new(&links);
	char *json = quoted(records);
	struct nt_buf out;
	struct nt_err err;

	nt_buf_init(&out, NT_BUF_MAX);
	if (nt_markdown_page(m, &out, nt_str_of(json), &err) == -1)
		fail_msg("%s: %s", json, err.text);
	nt_markdown_free(m);
	free(json);
	return nt_buf_take(&out);
}

struct row {
	const char *records;
	const char *want;	/* without the newline at the end */
};

static void
check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *got = render(rows[i].records);
		char *want = quoted(rows[i].want);
		size_t len = strlen(got);

		if (len > 0 && got[len - 1] == '\n')
			got[len - 1] = '\0';
		if (strcmp(got, want) != 0)
			fail_msg("row %zu: %s\nis:\n%s\nnot:\n%s", i,
			    rows[i].records, got, want);
		free(got);
		free(want);
	}
}

/* ---- rich text ---- */

static void
check_text(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct nt_buf b;
		struct row row = { NULL, rows[i].want };

		nt_buf_init(&b, NT_BUF_MAX);
		nt_buf_fmt(&b, BLOCK(B1, "paragraph", RICH("%s")),
		    rows[i].records);
		row.records = b.p;
		check_rows(&row, 1);
		nt_buf_free(&b);
	}
}

static void
text_stays_what_it_is(void **state)
{
	static const struct row rows[] = {
		{ T("plain, 15:00, a-b, (x), 50%, 3 > 2, a_b"),
		    "plain, 15:00, a-b, (x), 50%, 3 > 2, a_b" },
		{ T("# no heading"), "\\# no heading" },
		{ T("#tag and a#b"), "\\#tag and a#b" },
		{ T("- no list"), "\\- no list" },
		{ T("-5 degrees"), "-5 degrees" },
		{ T("+ no list"), "\\+ no list" },
		{ T("1. no list"), "1\\. no list" },
		{ T("12) no list"), "12\\) no list" },
		{ T("1.5 litres"), "1\\.5 litres" },
		{ T("1234567890. no list"), "1234567890. no list" },
		{ T("> no quote"), "\\> no quote" },
		{ T("---"), "\\---" },
		{ T("a\\n==="), "a\\\n\\=\\==" },
		{ T("a\\n---"), "a\\\n\\---" },
		{ T("a | b\\n--|--"), "a | b\\\n\\--|--" },
		{ T("*a* _b_ `c` ~d~ $e$"),
		    "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\$e\\$" },
		{ T("[x](y) ![x](y) [^1] [ ]"), "\\[x\\](y) \\!\\[x\\](y) "
		    "\\[\\^1\\] \\[ \\]" },
		{ T("<b>&amp; &x AT&T"), "\\<b>\\&amp; &x AT&T" },
		{ T("a\\\\b"), "a\\\\b" },
		{ T(":smile: http://a.b www.a.b"),
		    "\\:smile: http\\://a.b www\\.a.b" },
		{ T("==x== %%x%%"), "\\==x\\== \\%%x\\%%" },
		{ T("  edge  "), "&#32; edge &#32;" },
		{ T("\\ttab\\t"), "&#9;tab&#9;" },
		{ T("a\\nb\\n"), "a\\\nb<br />" },
		{ T("a\\r\\u0001\\u007f\\u0000\\ud83d!"),
		    "a&#13;&#1;&#127;\xef\xbf\xbd\xef\xbf\xbd!" },
		/* cut between the halves of one character */
		{ T("a\\ud83c") "," T("\\udf31b"), "a\xf0\x9f\x8c\xb1" "b" },
		{ STYLED("\\ud83c", "'code':true") ","
		    STYLED("\\udf31", "'code':true"),
		    "<code>\xf0\x9f\x8c\xb1</code>" },
		{ T("\\udf31\\ud83c"), "\xef\xbf\xbd\xef\xbf\xbd" },
		{ STYLED("\xed\x95\x9c", "'code':true"), "`\xed\x95\x9c`" },
		{ T("a!") "," LINKED("b", "u"), "a\\![b](u)" },
		{ T("\xf0\x9f\x8c\xb1"), "\xf0\x9f\x8c\xb1" },
		{ "", "<p />" }
	};

	(void)state;
	check_text(rows, COUNT(rows));
}

static void
styles_are_stars_or_tags(void **state)
{
	static const struct row rows[] = {
		{ STYLED("a", "'bold':true"), "**a**" },
		{ STYLED("a", "'italic':true"), "*a*" },
		{ STYLED("a", "'bold':true,'italic':true"), "***a***" },
		{ STYLED("a", "'strikethrough':true"), "<s>a</s>" },
		{ STYLED("a", "'underline':true"), "<u>a</u>" },
		{ STYLED("a", "'code':true"), "`a`" },
		{ STYLED("a", "'color':'red'"),
		    "<span color='red'>a</span>" },
		{ STYLED("a", "'color':'red_background','bold':true"),
		    "<span color='red_bg'><b>a</b></span>" },
		{ STYLED("a", "'color':'default'"), "a" },
		/* stars would not be seen, or seen for something else */
		{ STYLED(" a", "'bold':true"), "<b> a</b>" },
		{ T("x") "," STYLED(".a", "'bold':true"), "x<b>.a</b>" },
		{ T("x ") "," STYLED("a.", "'bold':true") "," T(" y"),
		    "x **a.** y" },
		{ STYLED("a.", "'bold':true") "," T("y"), "<b>a.</b>y" },
		{ STYLED("a", "'bold':true") "," STYLED("b", "'italic':true"),
		    "**a**<i>b</i>" },
		{ STYLED("a", "'bold':true") "," STYLED("b", "'bold':true"),
		    "**ab**" },
		{ STYLED("a`b", "'code':true"), "``a`b``" },
		{ STYLED("`", "'code':true"), "`` ` ``" },
		{ STYLED(" a ", "'code':true"), "`  a  `" },
		{ STYLED("  ", "'code':true"), "`  `" },
		{ STYLED("a\\nb", "'code':true"), "`a`\\\n`b`" },
		{ STYLED("a", "'code':true,'bold':true"), "<b>`a`</b>" },
		{ LINKED("https://www.e.org", "u"),
		    "[https://www.e.org](u)" },
		{ LINKED("a", "https://e.org/x?a=1&b=2"),
		    "[a](https://e.org/x?a=1&b=2)" },
		{ LINKED("a", "https://e.org/(x) y<z>"),
		    "[a](https://e.org/\\(x\\)%20y%3Cz%3E)" },
		{ LINKED("a", "/99999999999949998999999999999999"),
		    "[a](Elm%2050%25-" OTHER ".md)" },
		{ LINKED("a",
		    "https://www.notion.so/Elm-99999999999949998999999999999999"
		    "?pvs=4"), "[a](Elm%2050%25-" OTHER ".md)" },
		{ LINKED("a", "/11111111111141118111111111111111"),
		    "[a](https://www.notion.so/"
		    "11111111111141118111111111111111)" }
	};

	(void)state;
	check_text(rows, COUNT(rows));
}

static void
formulas_are_between_dollars_where_that_is_safe(void **state)
{
#define EQUATION(e) "{'type':'equation','equation':{'expression':'" e "'}}"
	static const struct row rows[] = {
		{ EQUATION("E = mc^2"), "$E = mc^2$" },
		{ EQUATION("\\\\frac{a}{b} x_1 x_{2}"),
		    "$\\frac{a}{b} x_1 x_{2}$" },
		{ EQUATION("a < b"), "$a < b$" },
		{ EQUATION("{x}_1 y_{2}"),
		    "<equation>{x}\\_1 y\\_{2}</equation>" },
		{ EQUATION("a*b"), "<equation>a\\*b</equation>" },
		{ EQUATION("\\\\$5"), "<equation>\\\\\\$5</equation>" },
		{ EQUATION("a\\nb"), "<equation>a\\\nb</equation>" },
		{ EQUATION(" a"), "<equation> a</equation>" },
		{ EQUATION(""), "<equation></equation>" }
	};

	(void)state;
	check_text(rows, COUNT(rows));
}

static void
mentions_are_tags_around_what_is_shown(void **state)
{
	static const struct row rows[] = {
		{ MENTION("@Ada", "'type':'user','user':{'id':'" B1 "'}"),
		    "<mention url='user://" B1 "'>@Ada</mention>" },
		{ MENTION("Elm", "'type':'page','page':{'id':'" OTHER "'}"),
		    "<mention url='https://www.notion.so/"
		    "99999999999949998999999999999999'>"
		    "[Elm](Elm%2050%25-" OTHER ".md)</mention>" },
		{ MENTION("Gone", "'type':'page','page':{'id':'" B1 "'}"),
		    "<mention url='https://www.notion.so/"
		    "00000000000040008000000000000001'>Gone</mention>" },
		{ MENTION("Tasks", "'type':'database','database':{'id':'" B1
		    "'}"), "<mention url='https://www.notion.so/"
		    "00000000000040008000000000000001' type='database'>Tasks"
		    "</mention>" },
		{ MENTION("Rows", "'type':'data_source','data_source':{'id':'"
		    B1 "'}"), "<mention url='collection://" B1
		    "'>Rows</mention>" },
		{ MENTION("Bo", "'type':'agent','agent':{'id':'" B1 "'}"),
		    "<mention url='agent://" B1 "'>Bo</mention>" },
		{ MENTION("May 1", "'type':'date','date':{'start':"
		    "'2026-05-01','end':null,'time_zone':null}"),
		    "<date start='2026-05-01'>May 1</date>" },
		{ MENTION("x", "'type':'date','date':{'start':"
		    "'2026-05-01T09:00:00.000','end':"
		    "'2026-05-02T10:00:00.000','time_zone':'Europe/Berlin'}"),
		    "<date start='2026-05-01' start-time='09:00:00.000' "
		    "end='2026-05-02' end-time='10:00:00.000' "
		    "time-zone='Europe/Berlin'>x</date>" },
		{ MENTION("e.org", "'type':'link_preview','link_preview':"
		    "{'url':'https://e.org'}"),
		    "<mention type='link_preview' url='https://e.org'>"
		    "[e.org](https://e.org)</mention>" },
		{ MENTION("", "'type':'link_mention','link_mention':"
		    "{'href':'https://e.org','title':'Elm'}"),
		    "<mention type='link_mention' url='https://e.org'>"
		    "[Elm](https://e.org)</mention>" },
		{ MENTION("e.org", "'type':'link_mention','link_mention':"
		    "{'href':'https://e.org','title':'Elm','description':'d',"
		    "'link_provider':'p','height':1}"),
		    "<mention type='link_mention' url='https://e.org' "
		    "title='Elm' description='d' link_provider='p'>"
		    "[e.org](https://e.org)</mention>" },
		{ MENTION("@Today", "'type':'template_mention',"
		    "'template_mention':{'type':'template_mention_date',"
		    "'template_mention_date':'today'}"),
		    "<mention type='template' date='today'>@Today</mention>" },
		{ MENTION("@Me", "'type':'template_mention',"
		    "'template_mention':{'template_mention_user':'me'}"),
		    "<mention type='template' user='me'>@Me</mention>" },
		{ MENTION(":elm:", "'type':'custom_emoji','custom_emoji':"
		    "{'id':'" B1 "','name':'elm','url':'https://e.org/e.png'}"),
		    "<custom-emoji id='" B1 "' name='elm' "
		    "url='https://e.org/e.png'>\\:elm:</custom-emoji>" },
		{ MENTION("?", "'type':'dream','dream':{'id':'x1'}"),
		    "<mention type='dream' id='x1'>?</mention>" }
	};

	(void)state;
	check_text(rows, COUNT(rows));
}

/* ---- blocks ---- */

static void
blocks_of_text(void **state)
{
	static const struct row rows[] = {
		{ BLOCK(B1, "paragraph", RICH(T("a"))), "a" },
		{ BLOCK(B1, "paragraph", "'text':[" T("2021") "]"), "2021" },
		{ BLOCK(B1, "paragraph", RICH(T("a*") ) ",'color':'blue'"),
		    "<p color='blue'>a&#42;</p>" },
		{ BLOCK(B1, "paragraph", RICH(T("a")) ",'icon':{'type':'emoji',"
		    "'emoji':'\xf0\x9f\x8c\xb1'}"),
		    "<p icon='\xf0\x9f\x8c\xb1'>a</p>" },
		{ BLOCK(B1, "paragraph", RICH(T("a")))
		    CHILD(B1, B2, "paragraph", RICH(T("b"))),
		    "<p>a\n\nb\n\n</p>" },
		{ BLOCK(B1, "heading_1", RICH(T("a #"))), "# a \\#" },
		{ BLOCK(B1, "heading_2", RICH(T("a\\nb"))), "## a<br />b" },
		{ BLOCK(B1, "heading_3", RICH("")), "###" },
		{ BLOCK(B1, "heading_4", RICH(T("a"))), "#### a" },
		{ BLOCK(B1, "heading_1", RICH(T("a"))
		    ",'color':'red_background'"),
		    "<h1 color='red_bg'>a</h1>" },
		{ BLOCK(B1, "heading_2", RICH(T("a")) ",'is_toggleable':true")
		    CHILD(B1, B2, "paragraph", RICH(T("b"))),
		    "<toggle heading='h2'>a\n\nb\n\n</toggle>" },
		{ BLOCK(B1, "toggle", RICH(T("a")) ",'color':'red'"),
		    "<toggle color='red'>a</toggle>" },
		{ BLOCK(B1, "quote", RICH(T("a\\nb"))), "> a\\\n> b" },
		{ BLOCK(B1, "quote", RICH(T("a"))) BLOCK(B2, "quote",
		    RICH(T("b"))), "> a\n\n> b" },
		{ BLOCK(B1, "quote", RICH(T("a")))
		    CHILD(B1, B2, "quote", RICH(T("b"))),
		    "<quote>a\n\n> b\n\n</quote>" },
		{ BLOCK(B1, "callout", RICH(T("a")) ",'icon':{'type':'emoji',"
		    "'emoji':'!'},'color':'gray_background'"),
		    "<callout icon='!' color='gray_bg'>a</callout>" },
		{ BLOCK(B1, "callout", RICH(T("a")) ",'icon':{'type':'file',"
		    "'file':{'url':'u'}}") ASSET(B1, "/callout/icon/file",
		    "i.png"),
		    "<callout icon='../assets/abc-i.png'>a</callout>" },
		{ BLOCK(B1, "callout", RICH(T("a")) ",'icon':{'type':"
		    "'custom_emoji','custom_emoji':{'name':'elm'}}"),
		    "<callout icon=':elm:'>a</callout>" },
		{ BLOCK(B1, "template", RICH(T("a"))),
		    "<template-button>a</template-button>" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
lists_nest_and_go_on(void **state)
{
#define ITEM(id, text) BLOCK(id, "bulleted_list_item", RICH(T(text)))
#define NUMBER(id, text) BLOCK(id, "numbered_list_item", RICH(T(text)))
	static const struct row rows[] = {
		{ ITEM(B1, "a") ITEM(B2, "b"), "- a\n- b" },
		{ ITEM(B1, "a") CHILD(B1, B2, "bulleted_list_item",
		    RICH(T("b"))) ITEM(B3, "c"), "- a\n  - b\n- c" },
		{ ITEM(B1, "a") CHILD(B1, B2, "paragraph", RICH(T("b\\nc")))
		    ITEM(B3, "d"), "- a\n\n  b\\\n  c\n\n- d" },
		{ NUMBER(B1, "a") NUMBER(B2, "b"), "1. a\n2. b" },
		{ NUMBER(B1, "a") CHILD(B1, B2, "to_do", RICH(T("b"))),
		    "1. a\n   - [ ] b" },
		{ NUMBER(B1, "a") BLOCK(B2, "paragraph", RICH(T("b")))
		    NUMBER(B3, "c"), "1. a\n\nb\n\n1. c" },
		{ BLOCK(B1, "numbered_list_item", RICH(T("a"))
		    ",'list_start_index':9") NUMBER(B2, "b"), "9. a\n10. b" },
		{ NUMBER(B1, "a") BLOCK(B2, "numbered_list_item", RICH(T("b"))
		    ",'list_start_index':1") NUMBER(B3, "c"),
		    "1. a\n\n1) b\n2) c" },
		{ BLOCK(B1, "numbered_list_item", RICH(T("a"))
		    ",'list_format':'roman'") NUMBER(B2, "b"),
		    "<ol type='i'>\n<li>a</li>\n<li>b</li>\n</ol>" },
		{ BLOCK(B1, "numbered_list_item", RICH(T("a"))
		    ",'list_start_index':-1"),
		    "<ol type='1' start='-1'>\n<li>a</li>\n</ol>" },
		{ BLOCK(B1, "numbered_list_item", RICH(T("a"))
		    ",'list_start_index':9223372036854775807")
		    NUMBER(B2, "b"), "<ol type='1' start='4611686018427387903'"
		    ">\n<li>a</li>\n<li>b</li>\n</ol>" },
		{ ITEM(B1, "a") NUMBER(B2, "b"), "- a\n\n1. b" },
		{ BLOCK(B1, "to_do", RICH(T("a")) ",'checked':true")
		    BLOCK(B2, "to_do", RICH(T("b")) ",'checked':false"),
		    "- [x] a\n- [ ] b" },
		{ BLOCK(B1, "to_do", RICH(T("a")) ",'checked':true,"
		    "'color':'red'"),
		    "<todo checked='true' color='red'>a</todo>" },
		{ BLOCK(B1, "to_do", RICH("")), "<todo></todo>" },
		{ BLOCK(B1, "bulleted_list_item", RICH(T("a"))
		    ",'color':'red'") BLOCK(B2, "bulleted_list_item",
		    RICH(T("b")) ",'color':'red'") ITEM(B3, "c"),
		    "<ul>\n<li color='red'>a</li>\n<li color='red'>b</li>\n"
		    "</ul>\n\n- c" },
		{ BLOCK(B1, "bulleted_list_item", RICH(T("a"))
		    ",'color':'red'") CHILD(B1, B2, "paragraph", RICH(T("b"))),
		    "<ul>\n<li color='red'>a\n\nb\n\n</li>\n</ul>" },
		{ ITEM(B1, "a") CHILD(B1, B2, "numbered_list_item", RICH(""))
		    ITEM(B3, ""), "- a\n\n  1.\n-" },
		{ BLOCK(B1, "bulleted_list_item", RICH(""))
		    CHILD(B1, B2, "paragraph", RICH(T("b"))),
		    "<ul>\n<li>\n\nb\n\n</li>\n</ul>" },
		{ ITEM(B1, "# a"), "- \\# a" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
blocks_of_code_and_marks(void **state)
{
	static const struct row rows[] = {
		{ BLOCK(B1, "code", RICH(T("a*b\\n\\tc")) ",'language':'c++'"),
		    "```c++\na*b\n\tc\n```" },
		{ BLOCK(B1, "code", RICH(T("x\\n"))
		    ",'language':'plain text'"), "```plain text\nx\n\n```" },
		{ BLOCK(B1, "code", RICH("") ",'language':'c'"), "```c\n```" },
		{ BLOCK(B1, "code", RICH(T("a\\n````\\nb"))),
		    "`````\na\n````\nb\n`````" },
		{ BLOCK(B1, "code", RICH(T("a\\r\\nb\\u0000\\u001b")
		    ) ",'language':'a`b\\n'"), "```a&#96;b&#10;\na\nb"
		    "\xef\xbf\xbd\xef\xbf\xbd\n```" },
		{ BLOCK(B1, "code", RICH(T("a")) ",'language':'c','caption':["
		    T("*b*") "]"), "```c\na\n```\n\n"
		    "<code-caption>\\*b\\*</code-caption>" },
		{ BLOCK(B1, "bulleted_list_item", RICH(T("a")))
		    CHILD(B1, B2, "code", RICH(T("b\\n\\nc"))),
		    "- a\n\n  ```\n  b\n\n  c\n  ```" },
		{ BLOCK(B1, "equation", "'expression':'E = mc^2'"),
		    "$$\nE = mc^2\n$$" },
		{ BLOCK(B1, "equation",
		    "'expression':'\\\\begin{x}a\\\\\\\\\\nb\\\\end{x}'"),
		    "$$\n\\begin{x}a\\\\\nb\\end{x}\n$$" },
		{ BLOCK(B1, "equation",
		    "'expression':'|x| = 2\\n  = 3.5\\n-y \\\\_1'"),
		    "$$\n|x| = 2\n  = 3.5\n-y \\_1\n$$" },
		{ BLOCK(B1, "equation", "'expression':'a\\n2. b'"),
		    "<equation>a\\\n2\\. b</equation>" },
		{ BLOCK(B1, "equation", "'expression':'a\\n==='"),
		    "<equation>a\\\n\\=\\==</equation>" },
		{ BLOCK(B1, "equation", "'expression':'a*b*c'"),
		    "<equation>a\\*b\\*c</equation>" },
		{ BLOCK(B1, "equation", "'expression':'a\\n\\nb'"),
		    "<equation>a\\\n\\\nb</equation>" },
		{ BLOCK(B1, "divider", ""), "---" },
		{ BLOCK(B1, "breadcrumb", ""), "<breadcrumb />" },
		{ BLOCK(B1, "table_of_contents", "'color':'gray'"),
		    "<table-of-contents color='gray' />" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
blocks_of_files_and_links(void **state)
{
#define EXTERNAL(url) "'type':'external','external':{'url':'" url "'}"
	static const struct row rows[] = {
		{ BLOCK(B1, "image", EXTERNAL("https://e.org/a.png")
		    ",'caption':[" T("a]b") "]"),
		    "![a\\]b](https://e.org/a.png)" },
		{ BLOCK(B1, "image", EXTERNAL("u") ",'caption':["
		    LINKED("a", "v") "]"),
		    "![a](u)\n\n<image-caption>[a](v)</image-caption>" },
		{ BLOCK(B1, "image", "'type':'file','file':{'url':'u'}")
		    ASSET(B1, "/image/file", "a b.png"),
		    "![](../assets/abc-a%20b.png)" },
		{ BLOCK(B1, "video", EXTERNAL("https://e.org/v")
		    ",'caption':[" T("Bees") "]"),
		    "<video source='https://e.org/v' "
		    "src='https://e.org/v' controls>[Bees](https://e.org/v)"
		    "</video>" },
		{ BLOCK(B1, "audio", EXTERNAL("https://e.org/s.wav")),
		    "<audio source='https://e.org/s.wav' "
		    "src='https://e.org/s.wav' controls>"
		    "[s.wav](https://e.org/s.wav)</audio>" },
		{ BLOCK(B1, "pdf", EXTERNAL("https://e.org/p.pdf")
		    ",'caption':[" LINKED("b", "https://b") "]"),
		    "<pdf source='https://e.org/p.pdf'>[b](https://b) "
		    "[p.pdf](https://e.org/p.pdf)</pdf>" },
		{ BLOCK(B1, "file", "'type':'file','file':{'url':'u'},"
		    "'name':'List.txt'") ASSET(B1, "/file/file", "List.txt"),
		    "<file source='../assets/abc-List.txt' name='List.txt'>"
		    "[List.txt](../assets/abc-List.txt)</file>" },
		{ BLOCK(B1, "bookmark", "'url':'https://e.org','caption':["
		    T("Elm") "]"), "<bookmark source='https://e.org'>"
		    "[Elm](https://e.org)</bookmark>" },
		{ BLOCK(B1, "embed", "'url':'https://e.org/map'"),
		    "<embed source='https://e.org/map'>"
		    "[map](https://e.org/map)</embed>" },
		{ BLOCK(B1, "link_preview", "'url':'https://e.org/pr'"),
		    "<link-preview source='https://e.org/pr'>"
		    "[pr](https://e.org/pr)</link-preview>" },
		{ BLOCK(B1, "link_to_page", "'type':'page_id','page_id':'"
		    OTHER "'"), "<link-to-page type='page_id' url='"
		    "https://www.notion.so/99999999999949998999999999999999'>"
		    "[Elm 50%](Elm%2050%25-" OTHER ".md)</link-to-page>" },
		{ BLOCK(B1, "link_to_page", "'type':'comment_id',"
		    "'comment_id':'" OTHER "'"),
		    "<link-to-page type='comment_id' id='" OTHER "'>"
		    "</link-to-page>" },
		{ BLOCK(OTHER, "child_page", "'title':'Elm *'"),
		    "<page url='https://www.notion.so/"
		    "99999999999949998999999999999999'>"
		    "[Elm \\*](Elm%2050%25-" OTHER ".md)</page>" },
		{ BLOCK(B1, "child_database", "'title':''"),
		    "<database url='https://www.notion.so/"
		    "00000000000040008000000000000001'>Untitled</database>" },
		/* a file that nothing above speaks of */
		{ BLOCK(B1, "hologram", "") ASSET(B1, "/hologram/file", "h"),
		    "<unknown id='" B1 "' url='https://www.notion.so/"
		    "00000000000040008000000000000001' type='hologram'>"
		    "</unknown>\n\n<asset source='../assets/abc-h'>"
		    "[h](../assets/abc-h)</asset>" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
tables_are_pipes_or_tags(void **state)
{
#define ROW(of, id, a, b) CHILD(of, id, "table_row", \
	"'cells':[[" a "],[" b "]]")
#define TABLE(head, column) BLOCK(B1, "table", "'table_width':2," \
	"'has_column_header':" head ",'has_row_header':" column)
	static const struct row rows[] = {
		{ TABLE("true", "false") ROW(B1, B2, T("a"), T("b"))
		    ROW(B1, B3, T("c|d\\\\"), T("e\\nf")),
		    "| a | b |\n| --- | --- |\n| c\\|d\\\\ | e<br />f |" },
		{ TABLE("true", "false") ROW(B1, B2, T("a"), "")
		    ROW(B1, B3, STYLED("x|y", "'code':true"), T(" b ")),
		    "| a |  |\n| --- | --- |\n"
		    "| <code>x\\|y</code> | &#32;b&#32; |" },
		{ TABLE("false", "false") ROW(B1, B2, T("a*"), T("b\\nc")),
		    "<table>\n<tr>\n<td>a&#42;</td>\n<td>b<br />c</td>\n"
		    "</tr>\n</table>" },
		{ TABLE("true", "true") ROW(B1, B2, T("a"), T("b")),
		    "<table header-row='true' header-column='true'>\n<tr>\n"
		    "<td>a</td>\n<td>b</td>\n</tr>\n</table>" },
		{ TABLE("true", "false") ROW(B1, B2, T("a"), T("b"))
		    CHILD(B1, B3, "table_row", "'cells':[[" T("c") "],[" T("d")
		    "],[" T("e") "]]") CHILD(B1, B4, "table_row",
		    "'cells':[[" T("f") "]]"),
		    "| a | b |\n| --- | --- |\n| c | d<br />e |\n| f |  |" },
		{ TABLE("true", "false"),
		    "<table header-row='true'></table>" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
blocks_that_hold_others(void **state)
{
	static const struct row rows[] = {
		{ BLOCK(B1, "column_list", "") CHILD(B1, B2, "column",
		    "'width_ratio':0.625") CHILD(B2, B3, "paragraph",
		    RICH(T("a"))) CHILD(B1, B4, "column", ""),
		    "<columns>\n\n<column ratio='62.5'>\n\na\n\n</column>\n\n"
		    "<column></column>\n\n</columns>" },
		{ BLOCK(B1, "tab", "") CHILD(B1, B2, "paragraph", RICH(T("a"))
		    ",'icon':{'type':'emoji','emoji':'!'}")
		    CHILD(B2, B3, "paragraph", RICH(T("b"))),
		    "<tabs>\n\n<tab icon='!'>a\n\nb\n\n</tab>\n\n</tabs>" },
		{ BLOCK(B1, "synced_block", "'synced_from':null")
		    CHILD(B1, B2, "paragraph", RICH(T("a"))),
		    "<synced-block url='https://www.notion.so/"
		    "00000000000040008000000000000001'>\n\na\n\n"
		    "</synced-block>" },
		{ BLOCK(B1, "synced_block", "'synced_from':{'type':'block_id',"
		    "'block_id':'" B2 "'}"),
		    "<synced-block-reference url='https://www.notion.so/"
		    "00000000000040008000000000000002'>"
		    "</synced-block-reference>" },
		{ BLOCK(B1, "transcription", "'title':[" T("Elm") "]"),
		    "<meeting-notes>Elm</meeting-notes>" },
		{ BLOCK(B1, "meeting_notes", "'title':[" T("Elm") "],"
		    "'status':'notes_ready','children':{'summary_block_id':'"
		    B2 "'},'calendar_event':{'start_time':'s','end_time':'e',"
		    "'attendees':['" B4 "']}") CHILD(B1, B2, "paragraph",
		    RICH(T("a"))) CHILD(B2, B3, "paragraph", RICH(T("b"))),
		    "<meeting-notes status='notes_ready' start='s' end='e' "
		    "attendees='user://" B4 "'>Elm\n\n"
		    "<meeting-notes-section-summary>a\n\nb\n\n"
		    "</meeting-notes-section-summary>\n\n</meeting-notes>" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
what_cannot_be_said_is_a_tag(void **state)
{
#define UNKNOWN "<unknown id='" B1 "' url='https://www.notion.so/" \
	"00000000000040008000000000000001' "
	static const struct row rows[] = {
		{ BLOCK(B1, "unsupported", "'block_type':'button'"),
		    UNKNOWN "type='unsupported' alt='button'></unknown>" },
		{ BLOCK(B1, "dream", RICH(T("a")) ",'url':'u'")
		    CHILD(B1, B2, "paragraph", RICH(T("b"))),
		    UNKNOWN "type='dream'>a\\\nu\n\nb\n\n</unknown>" },
		{ "{'id':'" B1 "','object':'block'}\n",
		    UNKNOWN "type=''></unknown>" },
		{ "{'code':'restricted_resource','id':'" B1 "','kind':'block',"
		    "'message':'No *way*','object':'error','parent':null}\n",
		    "<error kind='block' id='" B1 "' "
		    "code='restricted_resource'>No \\*way\\*</error>" },
		{ "{'class':'expected','id':'" B1 "','kind':'database',"
		    "'object':'loss','pointer':'','reason':'not in the API'}\n",
		    "<loss kind='database' id='" B1 "' class='expected'>"
		    "not in the API</loss>" },
		{ BLOCK(B1, "toggle", RICH(T("a"))) "{'id':null,'object':"
		    "'error','parent':{'block_id':'" B1 "','type':'block_id'},"
		    "'message':'x'}\n" BLOCK(B2, "divider", ""),
		    "<toggle>a\n\n<error>x</error>\n\n</toggle>\n\n---" },
		{ "{'id':'x','object':'dream'}\n",
		    "<unknown object='dream' id='x' />" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
comments_come_last(void **state)
{
	static const struct row rows[] = {
		{ BLOCK(B1, "paragraph", RICH(T("a"))) "{'created_by':{'id':'"
		    B2 "'},'created_time':'2026-03-08T15:00:00.000Z',"
		    "'discussion_id':'d','display_name':{'resolved_name':'Bo'},"
		    "'id':'c','object':'comment','parent':{'block_id':'" B1
		    "'},'rich_text':[" T("Yes\\nNo") "],'attachments':["
		    "{'category':'image','file':{'url':'u'}}]}\n"
		    ASSET("c", "/attachments/0/file", "p.png")
		    BLOCK(B3, "paragraph", RICH(T("b"))),
		    "a\n\nb\n\n<comments>\n\n<comment id='c' discussion='d' "
		    "block='" B1 "' user='" B2 "' "
		    "time='2026-03-08T15:00:00.000Z'>Bo, 2026-03-08 15:00: "
		    "Yes\\\nNo [p.png](../assets/abc-p.png)</comment>\n\n"
		    "</comments>" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

/* ---- the front matter ---- */

static void
front_matter_says_what_a_page_is(void **state)
{
	static const struct row rows[] = {
		{ "{'archived':true,'cover':{'type':'file','file':{'url':'u'}},"
		    "'created_by':{'id':'aa000000-0000-4000-8000-000000000000'}"
		    ",'created_time':'2026-03-02T09:00:00.000Z','icon':"
		    "{'type':'emoji','emoji':'\xf0\x9f\x8c\xb1'},'id':'" PAGE
		    "','in_trash':true,'is_locked':false,'last_edited_by':"
		    "{'id':'" B1 "'},'last_edited_time':'soon','object':'page',"
		    "'parent':{'page_id':'" OTHER "','type':'page_id'},"
		    "'properties':{},'url':'https://n/x'}\n"
		    ASSET(PAGE, "/cover/file", "c.png"),
		    "---\nid: '" PAGE "'\nparent: '[[Elm 50%-" OTHER "]]'\n"
		    "url: 'https://n/x'\nicon: '\xf0\x9f\x8c\xb1'\n"
		    "cover: '[[abc-c.png]]'\n"
		    "created_time: 2026-03-02T09:00:00.000Z\ncreated_by: Ada\n"
		    "last_edited_time: soon\nlast_edited_by: '" B1 "'\n"
		    "in_trash: true\narchived: true\n---" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

static void
properties_have_their_natural_type(void **state)
{
	static const struct row rows[] = {
		{ "'type':'title','title':[" T("A") "," T("b") "]", "Ab" },
		{ "'type':'title','title':[]", "null" },
		{ "'type':'rich_text','rich_text':[" T("true") "]", "'true'" },
		{ "'type':'rich_text','rich_text':[" T("a: b #c") "]",
		    "'a: b #c'" },
		{ "'type':'rich_text','rich_text':[" T("a\\n\\u0000\\ud83d\\\\")
		    "]", "'a\\n\\0\xef\xbf\xbd\\\\'" },
		{ "'type':'rich_text','rich_text':[" T("\xf0\x9f\x8c\xb1 "
		    "\\\\U0001F331") "]",
		    "'\xf0\x9f\x8c\xb1 \\\\U0001F331'" },
		{ "'type':'rich_text','rich_text':[" T("\\ud83c") ","
		    T("\\udf31") "]", "'\xf0\x9f\x8c\xb1'" },
		{ "'type':'number','number':1.5", "1.5" },
		{ "'type':'number','number':1e+21", "1.0e+21" },
		{ "'type':'number','number':0", "0" },
		{ "'type':'number','number':null", "null" },
		{ "'type':'checkbox','checkbox':true", "true" },
		{ "'type':'checkbox','checkbox':false", "false" },
		{ "'type':'select','select':{'name':'no'}", "'no'" },
		{ "'type':'select','select':null", "null" },
		{ "'type':'status','status':{'name':'In progress'}",
		    "In progress" },
		{ "'type':'multi_select','multi_select':[{'name':'a'},"
		    "{'name':'1'}]", "\n- a\n- '1'" },
		{ "'type':'multi_select','multi_select':[]", "[]" },
		{ "'type':'date','date':{'start':'2026-02-28','end':null}",
		    "2026-02-28" },
		{ "'type':'date','date':{'start':'2026-02-30','end':null}",
		    "'2026-02-30'" },
		{ "'type':'date','date':{'start':"
		    "'2026-02-28T09:00:00.000+01:00','end':null}",
		    "2026-02-28T09:00:00.000+01:00" },
		{ "'type':'date','date':{'start':'2026-02-28','end':"
		    "'2026-03-01','time_zone':null}",
		    "\n  start: 2026-02-28\n  end: 2026-03-01" },
		{ "'type':'date','date':{'start':'2026-02-28T09:00:00.000',"
		    "'end':null,'time_zone':'Europe/Berlin'}",
		    "\n  start: '2026-02-28T09:00:00.000'\n"
		    "  time_zone: Europe/Berlin" },
		{ "'type':'date','date':null", "null" },
		{ "'type':'people','people':[{'name':'Bo'},{'id':'" B1 "'}]",
		    "\n- Bo\n- '" B1 "'" },
		{ "'type':'files','files':[{'name':'f','type':'file','file':"
		    "{'url':'u'}},{'name':'x','type':'external','external':"
		    "{'url':'https://e.org/y'}},{'name':'y','type':'external',"
		    "'external':{'url':'https://e.org/y'}}]",
		    "\n- '[[abc-f]]'\n- name: x\n  url: 'https://e.org/y'\n"
		    "- 'https://e.org/y'" },
		{ "'type':'url','url':'https://e.org'", "'https://e.org'" },
		{ "'type':'email','email':null", "null" },
		{ "'type':'phone_number','phone_number':'0123'", "'0123'" },
		{ "'type':'relation','relation':[{'id':'" OTHER "'},{'id':'"
		    B1 "'}]", "\n- '[[Elm 50%-" OTHER "]]'\n- '" B1 "'" },
		{ "'type':'formula','formula':{'type':'string','string':'a'}",
		    "a" },
		{ "'type':'formula','formula':{'type':'number','number':2}",
		    "2" },
		{ "'type':'formula','formula':{'type':'boolean','boolean':"
		    "false}", "false" },
		{ "'type':'formula','formula':{'type':'date','date':{'start':"
		    "'2026-02-28','end':null}}", "2026-02-28" },
		{ "'type':'formula','formula':{'type':'string','string':null}",
		    "null" },
		{ "'type':'rollup','rollup':{'type':'number','number':3}",
		    "3" },
		{ "'type':'rollup','rollup':{'type':'array','array':["
		    "{'type':'number','number':1},{'type':'title','title':["
		    T("a") "]}]}", "\n- 1\n- a" },
		{ "'type':'rollup','rollup':{'type':'unsupported',"
		    "'unsupported':{}}", "\n  result: unsupported" },
		{ "'type':'created_time','created_time':"
		    "'2026-03-02T09:00:00.000Z'", "2026-03-02T09:00:00.000Z" },
		{ "'type':'created_by','created_by':{'id':"
		    "'aa000000-0000-4000-8000-000000000000'}", "Ada" },
		{ "'type':'unique_id','unique_id':{'prefix':'TASK',"
		    "'number':12}", "TASK-12" },
		{ "'type':'unique_id','unique_id':{'prefix':null,'number':12}",
		    "12" },
		{ "'type':'button','button':{}", "null" },
		{ "'type':'verification','verification':{'state':'verified',"
		    "'date':null,'verified_by':{'name':'Bo'}}",
		    "\n  state: verified\n  verified_by: Bo" },
		{ "'type':'place','place':{'lat':1.5,'lon':-2}",
		    "\n  lat: 1.5\n  lon: -2" },
		{ "'type':'dream','dream':[{'a':[]}]", "\n- a: []" }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nt_buf b, want;
		struct row row;

		nt_buf_init(&b, NT_BUF_MAX);
		nt_buf_init(&want, NT_BUF_MAX);
		nt_buf_fmt(&b, "{'id':'" PAGE "','object':'page','properties':"
		    "{'P':{%s}}}\n" ASSET(PAGE, "/properties/P/files/0/file",
		    "f"), rows[i].records);
		nt_buf_fmt(&want, "---\nid: '" PAGE "'\nparent: null\n"
		    "url: null\nicon: null\ncover: null\nP:%s%s\n---%s",
		    *rows[i].want == '\n' ? "" : " ", rows[i].want,
		    strstr(rows[i].records, "'files'") != NULL ? "" :
		    "\n\n<asset source='../assets/abc-f'>"
		    "[f](../assets/abc-f)</asset>");
		row = (struct row){ b.p, want.p };
		check_rows(&row, 1);
		nt_buf_free(&b);
		nt_buf_free(&want);
	}
}

static void
names_of_properties_are_keys(void **state)
{
	static const struct row rows[] = {
		{ "{'id':'" PAGE "','object':'page','properties':{"
		    "'':{'type':'checkbox','checkbox':true},"
		    "'a: b':{'type':'checkbox','checkbox':true},"
		    "'id':{'type':'checkbox','checkbox':true},"
		    "'yes':{'type':'checkbox','checkbox':true},"
		    "'z':{'type':'title','title':[]},"
		    "'\\ud83d':{'id':'x1','type':'checkbox','checkbox':true}}}"
		    "\n", "---\nid: '" PAGE "'\nparent: null\nurl: null\n"
		    "icon: null\ncover: null\nz: null\n'': true\n"
		    "'a: b': true\n'yes': true\n'\xef\xbf\xbd (x1)': true\n"
		    "properties:\n  id: true\n---" },
		{ "{'id':'" PAGE "','object':'page','properties':{"
		    "'a':{'type':'number','number':1},"
		    "'a':{'type':'number','number':2}}}\n",
		    "---\nid: '" PAGE "'\nparent: null\nurl: null\n"
		    "icon: null\ncover: null\na: 2\n---" }
	};

	(void)state;
	check_rows(rows, COUNT(rows));
}

/* ---- limits and faults ---- */

static void
depth_costs_neither_stack_nor_width(void **state)
{
	const unsigned depth = 10000;
	static const char *const types[] = { "bulleted_list_item", "toggle",
	    "paragraph", "numbered_list_item", "to_do", "column_list" };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct nt_buf b;
		char *got;

		nt_buf_init(&b, NT_BUF_MAX);
		for (unsigned n = 1; n <= depth; n++)
			nt_buf_fmt(&b, "{'id':'00000000-0000-4000-8000-%012u',"
			    "'object':'block','parent':{'block_id':"
			    "'00000000-0000-4000-8000-%012u'},'type':'%s',"
			    "'%s':{'rich_text':[" T("%u") "]}}\n", n, n - 1,
			    types[i], types[i], n);
		got = render(b.p);
		if (i != 5)
			assert_non_null(strstr(got, "9999"));
		assert_true(strlen(got) < depth * 500);
		free(got);
		nt_buf_free(&b);
	}
}

static void
what_is_no_record_is_named(void **state)
{
	static const struct {
		const char *records, *want;
	} rows[] = {
		{ "{\"object\":\"block\"}\nx\n",
		    "line 2: expected a JSON object" },
		{ "{\"object\":\"block\",}\n", "line 1: byte" }
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct nt_markdown *m = nt_markdown_new(&links);
		struct nt_buf out;
		struct nt_err err;

		nt_buf_init(&out, NT_BUF_MAX);
		assert_int_equal(nt_markdown_page(m, &out,
		    nt_str_of(rows[i].records), &err), -1);
		assert_int_equal(err.kind, NT_DATA);
		assert_memory_equal(err.text, rows[i].want,
		    strlen(rows[i].want));
		assert_int_equal(out.len, 0);
		nt_buf_free(&out);
		nt_markdown_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_what_it_is),
		cmocka_unit_test(styles_are_stars_or_tags),
		cmocka_unit_test(
		    formulas_are_between_dollars_where_that_is_safe),
		cmocka_unit_test(mentions_are_tags_around_what_is_shown),
		cmocka_unit_test(blocks_of_text),
		cmocka_unit_test(lists_nest_and_go_on),
		cmocka_unit_test(blocks_of_code_and_marks),
		cmocka_unit_test(blocks_of_files_and_links),
		cmocka_unit_test(tables_are_pipes_or_tags),
		cmocka_unit_test(blocks_that_hold_others),
		cmocka_unit_test(what_cannot_be_said_is_a_tag),
		cmocka_unit_test(comments_come_last),
		cmocka_unit_test(front_matter_says_what_a_page_is),
		cmocka_unit_test(properties_have_their_natural_type),
		cmocka_unit_test(names_of_properties_are_keys),
		cmocka_unit_test(depth_costs_neither_stack_nor_width),
		cmocka_unit_test(what_is_no_record_is_named)
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
