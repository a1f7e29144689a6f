/* Properties, schemas and databases, as they are written elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "writable.h"

#define RT(s) "[{'text':{'content':'" s "'},'plain_text':'" s "'}]"
#define WT(s) "[{'type':'text','text':{'content':'" s "'}}]"

/* A page's properties with one called P, and what is written of it. */
#define P(type, value) "{'P':{'id':'p','type':'" type "','" type "':" value \
	"}}"
#define PW(type, value) "{'P':{'" type "':" value "}}"

static void
expect_properties(const char *schema, const char *given, const char *old,
    enum nt_writable_part part, int crowded, const char *want,
    const char *losses)
{
	struct held s = hold(schema), g = hold(given), o = hold(old);
	int is_crowded = 7;
	struct nt_buf out;

	nt_buf_init(&out, NT_BUF_MAX);
	begin_row();
	end_row(given, nt_writable_properties(&there, s.v, g.v, o.v, part,
	    &is_crowded, &out), &out, want, losses);
	assert_int_equal(is_crowded, crowded);
	nt_buf_free(&out);
	drop(&s);
	drop(&g);
	drop(&o);
}

static void
test_values(void **state)
{
	static const struct {
		const char *given, *want, *losses;
	} rows[] = {
		{ "{}", "never", NULL },
		{ P("title", RT("a")), PW("title", WT("a")), NULL },
		{ P("title", "[]"), "never", NULL },
		{ P("rich_text", RT("a")), PW("rich_text", WT("a")), NULL },
		{ P("number", "2.5"), PW("number", "2.5"), NULL },
		{ P("number", "0"), PW("number", "0"), NULL },
		{ P("number", "null"), "never", NULL },
		{ P("select", "{'id':'x','name':'A','color':'red'}"),
		    PW("select", "{'name':'A'}"), NULL },
		{ P("select", "{'id':'x','name':'A,B','color':'red'}"),
		    "never", "W /properties/P/select it would be refused: "
		    "Invalid select option, commas not allowed: A,B\n" },
		{ P("multi_select", "[{'id':'x','name':'A'},{'name':'B'}]"),
		    PW("multi_select", "[{'name':'A'},{'name':'B'}]"), NULL },
		{ P("status", "{'id':'x','name':'Done'}"),
		    PW("status", "{'name':'Done'}"), NULL },
		{ P("date", "{'start':'2026-01-05','end':'2026-01-06',"
		    "'time_zone':null}"),
		    PW("date", "{'start':'2026-01-05','end':'2026-01-06'}"),
		    NULL },
		{ P("date", "{'start':'2026-01-05T09:00:00.000-05:00','end':"
		    "null,'time_zone':'America/New_York'}"),
		    PW("date", "{'start':'2026-01-05T09:00:00.000',"
		    "'time_zone':'America/New_York'}"), NULL },
		{ P("people", "[{'object':'user','id':" HERE "},{'object':"
		    "'user','id':" GONE ",'name':'Ben'},{'id':" GONE "}]"),
		    PW("people", "[{'id':" THERE "}]"),
		    "W /properties/P/people/1 Ben is not there\n"
		    "W /properties/P/people/2 9" REST " is not there\n" },
		{ P("people", "[{'id':" GONE ",'name':'Ben'}]"), "never",
		    "W /properties/P/people/0 Ben is not there\n" },
		{ P("files", "[{'name':'a','type':'external','external':"
		    "{'url':'https://x/a'}},{'name':'b','type':'file',"
		    "'file':{'url':'u','expiry_time':'t'}}]"),
		    PW("files", "[{'type':'external','external':{'url':"
		    "'https://x/a'},'name':'a'},{'type':'file_upload',"
		    "'file_upload':{'id':" UPLOADED "},'name':'b'}]"), NULL },
		{ P("files", "[{'type':'external','external':{'url':"
		    "'https://x/a'}}]"),
		    PW("files", "[{'type':'external','external':{'url':"
		    "'https://x/a'},'name':'https://x/a'}]"), NULL },
		{ "{'gone/~':{'type':'files','files':[{'name':'b','type':"
		    "'file','file':{'url':'u'}},{'name':'a','type':"
		    "'external','external':{'url':'https://x/a'}}]}}",
		    "{'gone/~':{'files':[{'type':'external','external':"
		    "{'url':'https://x/a'},'name':'a'}]}}",
		    "W /properties/gone~1~0/files/0 its file is not in the "
		    "backup\n" },
		{ "{'slow':{'type':'files','files':[{'name':'b','type':"
		    "'file','file':{'url':'u'}}]}}", "later", NULL },
		{ P("checkbox", "true"), PW("checkbox", "true"), NULL },
		{ P("checkbox", "false"), "never", NULL },
		{ P("url", "'https://x'"), PW("url", "'https://x'"), NULL },
		{ P("url", "''"), "never", "W /properties/P/url it would be "
		    "refused: body failed validation: "
		    "body.properties.P.url.length should be ≥ `1`, instead "
		    "was `0`.\n" },
		{ P("email", "'a@x'"), PW("email", "'a@x'"), NULL },
		{ P("phone_number", "'1'"), PW("phone_number", "'1'"), NULL },
		{ P("relation", "[{'id':" HERE "},{'id':" GONE "}],"
		    "'has_more':false"),
		    PW("relation", "[{'id':" THERE "}]"),
		    "W /properties/P/relation/1 the page it links to is not "
		    "there\n" },
		{ P("relation", "[{'id':" HERE "},{'id':" SOON "}]"), "later",
		    NULL },
		{ P("verification", "{'state':'verified','verified_by':{'id':"
		    HERE "},'date':{'start':'2026-03-01T08:00:00.000Z','end':"
		    "null,'time_zone':null}}"),
		    PW("verification", "{'state':'verified','date':{'start':"
		    "'2026-03-01T08:00:00.000Z'}}"),
		    "E /properties/P/verification who verified the page is "
		    "whoever writes it\n" },
		{ P("verification", "{'state':'unverified','date':null}"),
		    "never", NULL },
		{ P("place", "{'lat':52.5,'lon':13.4,'name':null,'address':"
		    "'Berlin','aws_place_id':'x'}"),
		    PW("place", "{'lat':52.5,'lon':13.4,'address':'Berlin',"
		    "'aws_place_id':'x'}"), NULL },
		{ P("place", "{'lat':152,'lon':13}"), "never",
		    "W /properties/P/place it would be refused: body failed "
		    "validation: body.properties.P.place.lat should be ≤ "
		    "`90`, instead was `152`.\n" },
		/* what the service computes goes without saying */
		{ P("formula", "{'type':'number','number':1}"), "never",
		    NULL },
		{ P("rollup", "{'type':'number','number':1}"), "never", NULL },
		{ P("created_time", "'t'"), "never", NULL },
		{ P("created_by", "{}"), "never", NULL },
		{ P("last_edited_time", "'t'"), "never", NULL },
		{ P("last_edited_by", "{}"), "never", NULL },
		{ P("unique_id", "{'number':3}"), "never", NULL },
		{ P("button", "{}"), "never", NULL },
		{ P("aura", "{'hue':3}"), "never", "W /properties/P the "
		    "property is of a type that is not known\n" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_properties(NULL, rows[i].given, NULL,
		    NT_WRITABLE_BOTH, 0, rows[i].want, rows[i].losses);
}

/* By the schema of where it goes. */
static void
test_by_schema(void **state)
{
	static const char schema[] = "{'P':{'id':'x','type':'status','status':"
	    "{'options':[{'id':'1','name':'Done'}],'groups':[]}}}";

	(void)state;
	expect_properties(schema, P("status", "{'name':'done'}"), NULL,
	    NT_WRITABLE_BOTH, 0, PW("status", "{'name':'done'}"), NULL);
	expect_properties(schema, P("status", "{'name':'Away'}"), NULL,
	    NT_WRITABLE_BOTH, 0, "never",
	    "W /properties/P/status the status \"Away\" is not there\n");
	expect_properties(schema, P("number", "1"), NULL,
	    NT_WRITABLE_BOTH, 0, "never", "W /properties/P the property is of "
	    "the type \"status\" there\n");
	expect_properties("{}", P("number", "1"), NULL, NT_WRITABLE_BOTH, 0,
	    "never", "W /properties/P there is no such property there\n");
	expect_properties("{}", P("verification", "{'state':'verified'}"),
	    NULL, NT_WRITABLE_BOTH, 0, "never",
	    "E /properties/P there is no such property there\n");
	expect_properties("{}", P("number", "null"), NULL, NT_WRITABLE_BOTH,
	    0, "never", NULL);
}

static void
test_parts(void **state)
{
	static const char given[] = "{'A':{'type':'number','number':1},"
	    "'B':{'type':'relation','relation':[{'id':" HERE "}]}}";

	(void)state;
	expect_properties(NULL, given, NULL, NT_WRITABLE_PLAIN, 0,
	    "{'A':{'number':1}}", NULL);
	expect_properties(NULL, given, NULL, NT_WRITABLE_RELATIONS, 0,
	    "{'B':{'relation':[{'id':" THERE "}]}}", NULL);
	expect_properties(NULL, given, NULL, NT_WRITABLE_BOTH, 0,
	    "{'A':{'number':1},'B':{'relation':[{'id':" THERE "}]}}", NULL);
}

/* Against what was there: only what differs, and what became empty. */
static void
test_changes(void **state)
{
	static const struct {
		const char *given, *old, *want;
	} rows[] = {
		{ P("number", "1"), P("number", "1"), "never" },
		{ P("number", "1"), P("number", "2"), PW("number", "1") },
		{ P("number", "1"), "{}", PW("number", "1") },
		{ P("number", "null"), "{}", "never" },
		{ P("number", "null"), P("number", "2"),
		    PW("number", "null") },
		{ P("title", "[]"), P("title", RT("a")), PW("title", "[]") },
		{ P("title", RT("a")), P("title", "[{'text':{'content':'a',"
		    "'link':null},'annotations':{'bold':false,'color':"
		    "'default'},'plain_text':'a','href':null}]"), "never" },
		{ P("select", "{'id':'1','name':'A'}"),
		    P("select", "{'id':'2','name':'A'}"), "never" },
		{ P("select", "null"), P("select", "{'name':'A'}"),
		    PW("select", "null") },
		{ P("multi_select", "[]"), P("multi_select", "[{'name':'A'}]"),
		    PW("multi_select", "[]") },
		{ P("status", "null"), P("status", "{'name':'A'}"),
		    PW("status", "null") },
		{ P("checkbox", "false"), P("checkbox", "true"),
		    PW("checkbox", "false") },
		{ P("people", "[{'id':" HERE ",'name':'Ann'}]"),
		    P("people", "[{'id':" HERE "}]"), "never" },
		{ P("relation", "[]"), P("relation", "[{'id':" HERE "}]"),
		    PW("relation", "[]") },
		{ P("files", "[]"), P("files", "[{'name':'a','type':'file',"
		    "'file':{'url':'u'}}]"), PW("files", "[]") },
		{ P("files", "[{'name':'a','type':'file','file':{'url':'u'}}]"),
		    P("files", "[{'name':'a','type':'file','file':"
		    "{'url':'u'}}]"), "never" },
		{ P("place", "null"), P("place", "{'lat':1,'lon':1}"),
		    PW("place", "null") },
		{ P("verification", "{'state':'unverified'}"),
		    P("verification", "{'state':'verified'}"),
		    PW("verification", "{'state':'unverified'}") }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect_properties(NULL, rows[i].given, rows[i].old,
		    NT_WRITABLE_BOTH, 0, rows[i].want, NULL);
}

/* More values than one write may have. */
static void
test_many(void **state)
{
	struct nt_buf list, given, want;
	int i;

	(void)state;
	nt_buf_init(&list, NT_BUF_MAX);
	nt_buf_init(&given, NT_BUF_MAX);
	nt_buf_init(&want, NT_BUF_MAX);
	for (i = 0; i < 101; i++) {
		nt_buf_fmt(&list, "%s{'id':" HERE "}", i > 0 ? "," : "");
		if (i < 100)
			nt_buf_fmt(&want, "%s{'id':" THERE "}",
			    i > 0 ? "," : "{'P':{'relation':[");
	}
	nt_buf_str(&want, "]}}");
	nt_buf_fmt(&given, "{'P':{'type':'relation','relation':[%s]}}",
	    list.p);
	expect_properties("{'P':{'type':'relation','relation':{"
	    "'single_property':{}}}}", given.p, NULL, NT_WRITABLE_BOTH, 0,
	    want.p, "W /properties/P/relation 101 values, of which 100 can be "
	    "written\n");
	expect_properties("{'P':{'type':'relation','relation':{"
	    "'dual_property':{}}}}", given.p, NULL, NT_WRITABLE_BOTH, 1,
	    "never", NULL);
	nt_buf_free(&list);
	nt_buf_free(&given);
	nt_buf_free(&want);
}

/* ---- schemas ---- */

#define S(type, config) "{'id':'x','name':'N','description':null,'type':'" \
	type "','" type "':" config "}"
#define SW(type, config) "{'type':'" type "','" type "':" config "}"

#define NIL "00000000-0000-0000-0000-000000000000"
#define TOKEN(property, source) "{{notion:block_property:" property ":" \
	source ":" NIL "}}"

static void
test_schema(void **state)
{
	static const struct {
		const char *given, *want, *losses;
	} rows[] = {
		{ S("title", "{}"), SW("title", "{}"), NULL },
		{ S("number", "{'format':'euro'}"),
		    SW("number", "{'format':'euro'}"), NULL },
		{ "{'type':'url','url':{},'description':'home'}",
		    "{'type':'url','url':{},'description':'home'}", NULL },
		{ S("select", "{'options':[{'id':'1','name':'A','color':"
		    "'red','description':null},{'name':'B','color':'mauve',"
		    "'description':'b'}]}"),
		    SW("select", "{'options':[{'name':'A','color':'red'},"
		    "{'name':'B','description':'b'}]}"),
		    "W /s/select/options/1 the colour of an option is none "
		    "that can be written\n" },
		{ S("multi_select", "{'options':[{'name':'A,B'},{'name':'C'},"
		    "{'name':'c'}]}"),
		    SW("multi_select", "{'options':[{'name':'C'}]}"),
		    "W /s/multi_select/options/0 no option can be called "
		    "\"A,B\"\n"
		    "W /s/multi_select/options/2 no option can be called "
		    "\"c\"\n" },
		{ S("status", "{'options':[{'id':'1','name':'Open','color':"
		    "'gray'},{'id':'2','name':'Shut','color':'green'},"
		    "{'id':'3','name':'Odd'}],'groups':[{'id':'g','name':"
		    "'To-do','option_ids':['1']},{'option_ids':[]},{'name':"
		    "'Fertig','option_ids':['2']}]}"),
		    SW("status", "{'options':[{'name':'Open','color':'gray',"
		    "'group':'To-do'},{'name':'Shut','color':'green','group':"
		    "'Complete'},{'name':'Odd'}]}"), NULL },
		{ S("relation", "{'data_source_id':" HERE ",'database_id':"
		    HERE ",'type':'single_property','single_property':{}}"),
		    SW("relation", "{'data_source_id':" THERE ","
		    "'single_property':{}}"), NULL },
		{ S("relation", "{'data_source_id':" HERE ",'type':"
		    "'dual_property','dual_property':{'synced_property_id':"
		    "'x','synced_property_name':'Back'}}"),
		    SW("relation", "{'data_source_id':" THERE ","
		    "'dual_property':{'synced_property_name':'Back'}}"),
		    NULL },
		{ S("relation", "{'data_source_id':" SOON ","
		    "'single_property':{}}"), "later", NULL },
		{ S("relation", "{'data_source_id':" GONE ","
		    "'single_property':{}}"), "never", "W /s the "
		    "data source it relates to is not there\n" },
		{ S("rollup", "{'function':'sum','relation_property_name':"
		    "'R','relation_property_id':'r','rollup_property_name':"
		    "'Q','rollup_property_id':'q'}"),
		    SW("rollup", "{'function':'sum',"
		    "'relation_property_name':'R','rollup_property_name':"
		    "'Q'}"), NULL },
		{ S("rollup", "{'function':'guess','relation_property_name':"
		    "'R','rollup_property_name':'Q'}"), "never", NULL },
		{ S("formula", "{'expression':'prop(1)'}"),
		    SW("formula", "{'expression':'prop(1)'}"), NULL },
		/* ids become names, of this data source or another */
		{ S("formula", "{'expression':'" TOKEN("a%5Cb", NIL) " + "
		    "current." TOKEN("c", "1" REST) "'}"),
		    SW("formula", "{'expression':"
		    "'prop(\\'My \\\\\\'a%5Cb\\\\\\'\\') + current."
		    "prop(\\'Its \\\\\\'c\\\\\\'\\')'}"), NULL },
		{ S("formula", "{'expression':'1+" TOKEN("gone", NIL) "'}"),
		    SW("formula", "{'expression':'1+" TOKEN("gone", NIL)
		    "'}"), "W /s/formula the formula names properties as only "
		    "its own workspace does\n" },
		{ S("formula", "{'expression':'" TOKEN("slow", NIL) "'}"),
		    "later", NULL },
		{ S("formula", "{'expression':'{{notion:block_property:x}}'}"),
		    SW("formula", "{'expression':"
		    "'{{notion:block_property:x}}'}"), "W /s/formula the "
		    "formula names properties as only its own workspace "
		    "does\n" },
		{ S("unique_id", "{'prefix':'T'}"),
		    SW("unique_id", "{'prefix':'T'}"), NULL },
		{ S("unique_id", "{'prefix':null}"), SW("unique_id", "{}"),
		    NULL },
		{ S("created_by", "{}"), SW("created_by", "{}"), NULL },
		{ S("place", "{}"), SW("place", "{}"), NULL },
		{ S("button", "{}"), "never", "E /s no property of the type "
		    "\"button\" can be made\n" },
		{ S("verification", "{}"), "never", "E /s no property of the "
		    "type \"verification\" can be made\n" },
		{ S("location", "{}"), "never", "E /s no property of the "
		    "type \"location\" can be made\n" },
		{ S("aura", "{}"), "never", "W /s no property of the type "
		    "\"aura\" can be made\n" }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);
		enum nt_writable outcome;

		begin_row();
		outcome = nt_writable_property(&there, h.v, "/s", &out);
		if (has(nt_str_of(rows[i].given), "guess")) {
			/* the sentence lists all functions that there are */
			assert_true(has(nt_buf_view(&losses_told),
			    "W /s it would be refused: "));
			nt_buf_clear(&losses_told);
		}
		end_row(rows[i].given, outcome, &out, rows[i].want,
		    rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

static void
test_databases(void **state)
{
	struct held h;
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	h = hold("{'object':'database','title':" RT("D") ",'description':[],"
	    "'is_inline':true,'icon':{'type':'emoji','emoji':'🌱'},'cover':"
	    "{'type':'file','file':{'url':'u'}},'is_locked':true}");
	begin_row();
	end_row("a database", nt_writable_database(&there, h.v, &out), &out,
	    "{'title':" WT("D") ",'is_inline':true,'icon':{'type':'emoji',"
	    "'emoji':'🌱'},'cover':{'type':'file_upload','file_upload':"
	    "{'id':" UPLOADED "}}}", NULL);
	drop(&h);
	h = hold("{'title':[],'description':" RT("d") ",'icon':null,"
	    "'cover':{'type':'file'}}");
	begin_row();
	end_row("an odd database", nt_writable_database(&there, h.v, &out),
	    &out, "{'description':" WT("d") "}",
	    "W /cover it has no file\n");
	begin_row();
	end_row("an odd data source", nt_writable_source(&there, h.v, &out),
	    &out, "{}", "E /description of a data source it can be read but "
	    "not written\nE /cover of a data source it can be read but not "
	    "written\n");
	drop(&h);
	h = hold("{'title':" RT("S") ",'icon':{'type':'emoji','emoji':'🌱'},"
	    "'description':[],'cover':null}");
	begin_row();
	end_row("a data source", nt_writable_source(&there, h.v, &out), &out,
	    "{'title':" WT("S") ",'icon':{'type':'emoji','emoji':'🌱'}}",
	    NULL);
	drop(&h);
	nt_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_by_schema),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_databases)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
