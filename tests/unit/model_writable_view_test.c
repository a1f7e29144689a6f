/* Views and comments, as they are written to another workspace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "writable.h"

struct row {
	const char *given, *want, *losses;
};

/* A table with one more member, and what is written of it. */
#define V(more) "{'object':'view','id':" HERE ",'name':'V','type':'table'," \
	"'filter':null,'sorts':null,'quick_filters':null," more "}"
#define W(more) "{'name':'V','type':'table'" more "}"
#define CONFIG(type, more) "{'name':'V','type':'" type "','configuration':{" \
	"'type':'" type "'" more "}}"

static void
test_filters(void **state)
{
	static const struct row rows[] = {
		{ V("'configuration':null"), W(""), NULL },
		{ V("'filter':{'property':'p','select':{'equals':['a','b']}}"),
		    W(",'filter':{'property':'new-p','select':{'equals':"
		    "['a','b']}}"), NULL },
		{ V("'filter':{'and':[{'property':'p','date':{'next_week':{}"
		    "}},{'or':[{'timestamp':'created_time','created_time':"
		    "{'before':'2026-01-01'}}]}]}"),
		    W(",'filter':{'and':[{'property':'new-p','date':"
		    "{'next_week':{}}},{'or':[{'timestamp':'created_time',"
		    "'created_time':{'before':'2026-01-01'}}]}]}"), NULL },
		{ V("'filter':{'and':[{'property':'gone','checkbox':"
		    "{'equals':true}},{'property':'q','checkbox':"
		    "{'equals':true}}]}"),
		    W(",'filter':{'and':[{'property':'new-q','checkbox':"
		    "{'equals':true}}]}"),
		    "W /filter/and/0/property the property is not there\n" },
		{ V("'filter':{'or':[{'property':'gone','checkbox':"
		    "{'equals':true}}]}"), W(""),
		    "W /filter/or/0/property the property is not there\n" },
		{ V("'filter':{'property':'slow','checkbox':{'equals':true}}"),
		    "later", NULL },
		{ V("'filter':{'property':'p','people':{'contains':" HERE
		    "}}"),
		    W(",'filter':{'property':'new-p','people':{'contains':"
		    THERE "}}"), NULL },
		{ V("'filter':{'property':'p','people':{'contains':'me'}}"),
		    W(",'filter':{'property':'new-p','people':{'contains':"
		    "'me'}}"), NULL },
		{ V("'filter':{'property':'p','created_by':{'contains':" GONE
		    "}}"), W(""), "W /filter/created_by/contains the person "
		    "it asks for is not there\n" },
		{ V("'filter':{'property':'p','relation':{'contains':[" HERE
		    "]}}"),
		    W(",'filter':{'property':'new-p','relation':{'contains':["
		    THERE "]}}"), NULL },
		{ V("'filter':{'property':'p','relation':{'contains':" SOON
		    "}}"), "later", NULL },
		{ V("'filter':{'property':'p','rollup':{'any':{'relation':"
		    "{'contains':" GONE "}}}}"), W(""),
		    "W /filter/rollup/any/relation/contains the page it asks "
		    "for is not there\n" },
		{ V("'filter':{'property':'p','rollup':{'any':{'people':"
		    "{'contains':" HERE "}}}}"),
		    W(",'filter':{'property':'new-p','rollup':{'any':"
		    "{'people':{'contains':" THERE "}}}}"), NULL },
		{ V("'filter':{}"), W(""), NULL },
		{ V("'filter':7"), W(""),
		    "W /filter it is none that can be asked\n" },
		/* sorts */
		{ V("'sorts':[{'property':'p','direction':'ascending'},"
		    "{'property':'gone','direction':'descending'},"
		    "{'timestamp':'created_time','direction':'descending'}]"),
		    W(",'sorts':[{'property':'new-p','direction':"
		    "'ascending'},{'timestamp':'created_time','direction':"
		    "'descending'}]"),
		    "W /sorts/1/property the property is not there\n" },
		/* quick filters */
		{ V("'quick_filters':{'p':{},'q':{'people':{'contains':" HERE
		    "}},'gone':{}}"),
		    W(",'quick_filters':{'new-p':{},'new-q':{'people':"
		    "{'contains':" THERE "}}}"),
		    "W /quick_filters/gone the property is not there\n" }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_view(&there, h.v, 0, &out),
		    &out, rows[i].want, rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

static void
test_settings(void **state)
{
	static const struct row rows[] = {
		{ CONFIG("table", ""), CONFIG("table", ""), NULL },
		{ CONFIG("table", ",'properties':[{'property_id':'p',"
		    "'property_name':'P','visible':true,'width':240},"
		    "{'property_id':'gone','visible':false}],'group_by':null,"
		    "'wrap_cells':true,'frozen_column_index':1"),
		    CONFIG("table", ",'properties':[{'property_id':'new-p',"
		    "'visible':true,'width':240}],'group_by':null,"
		    "'wrap_cells':true,'frozen_column_index':1"),
		    "W /configuration/properties/1/property_id the property "
		    "is not there\n" },
		{ CONFIG("table", ",'novelty':1,'wrap_cells':7"),
		    CONFIG("table", ""),
		    "W /configuration/wrap_cells it can be read but not "
		    "written\n"
		    "W /configuration/novelty it can be read but not "
		    "written\n" },
		{ CONFIG("board", ",'group_by':{'type':'status',"
		    "'property_id':'p','property_name':'P','group_by':"
		    "'option','sort':{'type':'manual'}},'cover':{'type':"
		    "'property','property_id':'q'}"),
		    CONFIG("board", ",'group_by':{'type':'status',"
		    "'property_id':'new-p','group_by':'option','sort':"
		    "{'type':'manual'}},'cover':{'type':'property',"
		    "'property_id':'new-q'}"), NULL },
		/* a board is nothing without its groups */
		{ CONFIG("board", ",'group_by':{'type':'status',"
		    "'property_id':'gone'},'card_layout':'compact'"),
		    "{'name':'V','type':'board'}",
		    "W /configuration/group_by/property_id the property is "
		    "not there\n"
		    "W /configuration what it needs most is not there, so it "
		    "is left out\n" },
		{ CONFIG("calendar", ",'date_property_id':'p','view_range':"
		    "'month'"),
		    CONFIG("calendar", ",'date_property_id':'new-p',"
		    "'view_range':'month'"), NULL },
		{ CONFIG("timeline", ",'date_property_id':'p',"
		    "'end_date_property_id':'gone','arrows_by':"
		    "{'property_id':'q'},'color_by':{'property_id':'r'}"),
		    CONFIG("timeline", ",'date_property_id':'new-p',"
		    "'arrows_by':{'property_id':'new-q'},'color_by':"
		    "{'property_id':'new-r'}"),
		    "W /configuration/end_date_property_id the property is "
		    "not there\n" },
		{ CONFIG("gallery", ",'cover':{'type':'page_content_first'},"
		    "'cover_size':'large'"),
		    CONFIG("gallery", ",'cover_size':'large'"),
		    "W /configuration/cover/type it can be read but not "
		    "written\n" },
		{ CONFIG("map", ",'map_by':'p','map_by_property_name':'P'"),
		    CONFIG("map", ",'map_by':'new-p'"), NULL },
		{ CONFIG("chart", ",'chart_type':'donut','x_axis':{'type':"
		    "'status','property_id':'p'},'y_axis':{'aggregator':"
		    "'sum','property_id':'gone'},'x_axis_property_id':'q'"),
		    CONFIG("chart", ",'chart_type':'donut','x_axis':{'type':"
		    "'status','property_id':'new-p'},'x_axis_property_id':"
		    "'new-q'"), "W /configuration/y_axis/property_id the "
		    "property is not there\n" },
		{ CONFIG("form", ",'is_form_closed':true"),
		    CONFIG("form", ",'is_form_closed':true"),
		    "E  the questions of a form cannot be read or written\n" },
		{ CONFIG("dashboard", ",'rows':[{'id':'r'}]"),
		    CONFIG("dashboard", ""), "E /configuration/rows it can be "
		    "read but not written\n" },
		{ CONFIG("list", ",'properties':[{'property_id':'slow'}]"),
		    "later", NULL }
	};
	struct nt_buf out;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct held h = hold(rows[i].given);

		begin_row();
		end_row(rows[i].given, nt_writable_view(&there, h.v, 0, &out),
		    &out, rows[i].want, rows[i].losses);
		drop(&h);
	}
	nt_buf_free(&out);
}

/* In a PATCH what is not there is taken away, and the type is as it is. */
static void
test_patch(void **state)
{
	struct held h = hold(V("'configuration':{'wrap_cells':true}"));
	struct nt_buf out;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	begin_row();
	end_row("a patch", nt_writable_view(&there, h.v, 1, &out), &out,
	    "{'name':'V','filter':null,'sorts':null,'quick_filters':null,"
	    "'configuration':{'type':'table','wrap_cells':true}}", NULL);
	drop(&h);
	h = hold("{'name':'V','type':'hologram'}");
	begin_row();
	assert_int_equal(nt_writable_view(&there, h.v, 0, &out),
	    NT_WRITABLE_NEVER);
	assert_true(has(nt_buf_view(&losses_told),
	    "W  it would be refused: "));
	assert_int_equal(out.len, 0);
	nt_buf_free(&losses_told);
	nt_buf_free(&files_asked);
	drop(&h);
	nt_buf_free(&out);
}

/* ---- comments ---- */

#define RT(s) "[{'text':{'content':'" s "'},'plain_text':'" s "'}]"
#define WT(s) "[{'type':'text','text':{'content':'" s "'}}]"
#define FILE "{'category':'image','file':{'url':'u','expiry_time':'t'}}"
#define SENT "{'type':'file_upload','file_upload_id':" UPLOADED "}"

static void
test_comments(void **state)
{
	static const struct {
		const char *given, *author, *want, *files, *losses;
	} rows[] = {
		{ "{'object':'comment','rich_text':" RT("a") "}", NULL,
		    "{'rich_text':" WT("a") "}", "", NULL },
		{ "{'rich_text':[]}", "Ann", "{'rich_text':[],"
		    "'display_name':{'type':'custom','custom':"
		    "{'name':'Ann'}}}", "", NULL },
		{ "{'rich_text':[],'attachments':[" FILE ",{'category':"
		    "'image','file':{'type':'file','file':{'url':'u'}}}]}",
		    NULL, "{'rich_text':[],'attachments':[" SENT "," SENT
		    "]}", "/attachments/0/file\n/attachments/1/file/file\n",
		    NULL },
		{ "{'rich_text':[],'attachments':[" FILE "," FILE "," FILE ","
		    FILE "]}", NULL, "{'rich_text':[],'attachments':[" SENT ","
		    SENT "," SENT "]}", "/attachments/0/file\n"
		    "/attachments/1/file\n/attachments/2/file\n",
		    "W /attachments/3 more than 3 files in one comment\n" },
		{ "{'rich_text':[{'mention':{'page':{'id':" SOON "}}}]}",
		    NULL, "later", "", NULL }
	};
	struct nt_target bare = { .loss = tell_loss };
	struct nt_buf out;
	struct held h;
	size_t i;

	(void)state;
	nt_buf_init(&out, NT_BUF_MAX);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nt_str author = { rows[i].author,
			rows[i].author == NULL ? 0 : strlen(rows[i].author) };
		enum nt_writable outcome;

		h = hold(rows[i].given);
		begin_row();
		outcome = nt_writable_comment(&there, h.v, author, &out);
		assert_string_equal(files_asked.p, rows[i].files);
		end_row(rows[i].given, outcome, &out, rows[i].want,
		    rows[i].losses);
		drop(&h);
	}
	h = hold("{'rich_text':[],'attachments':[" FILE "]}");
	begin_row();
	end_row("no files there", nt_writable_comment(&bare, h.v,
	    (struct nt_str){ NULL, 0 }, &out), &out,
	    "{'rich_text':[],'attachments':[]}",
	    "W /attachments/0 its file is not in the backup\n");
	drop(&h);
	nt_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_patch),
		cmocka_unit_test(test_comments)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
