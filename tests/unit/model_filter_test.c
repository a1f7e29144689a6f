#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/clock.h"
#include "nt/filter.h"

#define ME "11111111-1111-4111-8111-111111111111"
#define OTHER "22222222-2222-4222-8222-222222222222"
#define NOW "2026-03-18T15:30:00Z"	/* a Wednesday */

static const char schema_text[] =
    "{'Name':{'id':'title','type':'title'},"
    "'Note':{'id':'nt','type':'rich_text'},"
    "'Url':{'id':'ur','type':'url'},"
    "'Mail':{'id':'ma','type':'email'},"
    "'Num':{'id':'nu','type':'number'},"
    "'Nil':{'id':'ni','type':'number'},"
    "'Done':{'id':'do','type':'checkbox'},"
    "'Sel':{'id':'s%40','type':'select','select':{'options':["
    "{'id':'o1','name':'Low'},{'id':'o2','name':'High'},"
    "{'id':'o3','name':'Mid'}]}},"
    "'Tags':{'id':'ta','type':'multi_select','multi_select':{'options':["
    "{'id':'t1','name':'red'},{'id':'t2','name':'Blue'},"
    "{'id':'t3','name':'blueish'}]}},"
    "'State':{'id':'st','type':'status','status':{'options':["
    "{'id':'x1','name':'Idle'},{'id':'x2','name':'Doing'},"
    "{'id':'x3','name':'Done'}],'groups':["
    "{'id':'g1','name':'To-do','option_ids':['x1']},"
    "{'id':'g2','name':'In progress','option_ids':['x2']},"
    "{'id':'g3','name':'Complete','option_ids':['x3']}]}},"
    "'Due':{'id':'du','type':'date'},"
    "'Who':{'id':'wh','type':'people'},"
    "'Files':{'id':'fi','type':'files'},"
    "'Rel':{'id':'re','type':'relation'},"
    "'Sum':{'id':'su','type':'rollup'},"
    "'All':{'id':'al','type':'rollup'},"
    "'None':{'id':'no','type':'rollup'},"
    "'F':{'id':'ff','type':'formula'},"
    "'Made':{'id':'md','type':'created_time'},"
    "'By':{'id':'by','type':'created_by'},"
    "'No':{'id':'un','type':'unique_id'},"
    "'Ok':{'id':'ve','type':'verification'},"
    "'B':{'id':'bu','type':'button'}}";

static const char page_text[] =
    "{'object':'page','id':'33333333-3333-4333-8333-333333333333',"
    "'created_time':'2026-03-10T09:15:00.000Z',"
    "'last_edited_time':'2026-03-18T15:29:00.000Z','properties':{"
    "'Name':{'id':'title','type':'title','title':["
    "{'plain_text':'Größe '},{'plain_text':'ÉTÉ'}]},"
    "'Note':{'id':'nt','type':'rich_text','rich_text':[]},"
    "'Url':{'id':'ur','type':'url','url':'https://A.example/x'},"
    "'Mail':{'id':'ma','type':'email','email':null},"
    "'Num':{'id':'nu','type':'number','number':4.5},"
    "'Nil':{'id':'ni','type':'number','number':null},"
    "'Done':{'id':'do','type':'checkbox','checkbox':true},"
    "'Sel':{'id':'s%40','type':'select','select':{'id':'o2',"
    "'name':'High','color':'red'}},"
    "'Tags':{'id':'ta','type':'multi_select','multi_select':["
    "{'id':'t1','name':'red'},{'id':'t3','name':'blueish'}]},"
    "'State':{'id':'st','type':'status','status':{'id':'x2',"
    "'name':'Doing'}},"
    "'Due':{'id':'du','type':'date','date':{"
    "'start':'2026-03-18T01:00:00.000+02:00','end':null}},"
    "'Who':{'id':'wh','type':'people','people':[{'object':'user','id':'"
    ME "'}]},"
    "'Files':{'id':'fi','type':'files','files':[]},"
    "'Rel':{'id':'re','type':'relation','relation':[{'id':'" OTHER "'}]},"
    "'Sum':{'id':'su','type':'rollup','rollup':{'type':'number',"
    "'number':7,'function':'sum'}},"
    "'All':{'id':'al','type':'rollup','rollup':{'type':'array','array':["
    "{'type':'number','number':1},{'type':'number','number':5}],"
    "'function':'show_original'}},"
    "'None':{'id':'no','type':'rollup','rollup':{'type':'array',"
    "'array':[],'function':'show_original'}},"
    "'F':{'id':'ff','type':'formula','formula':{'type':'string',"
    "'string':'Yes'}},"
    "'Made':{'id':'md','type':'created_time',"
    "'created_time':'2026-03-10T09:15:00.000Z'},"
    "'By':{'id':'by','type':'created_by','created_by':{'object':'user',"
    "'id':'" OTHER "'}},"
    "'No':{'id':'un','type':'unique_id','unique_id':{'prefix':'A',"
    "'number':12}},"
    "'Ok':{'id':'ve','type':'verification','verification':{"
    "'state':'unverified','verified_by':null,'date':null}},"
    "'B':{'id':'bu','type':'button','button':{}}}}";

/* A text with ' for ", parsed; the copy is kept in *copy. */
static struct nt_value
parse(struct nt_json *doc, const char *text, char **copy)
{
	struct nt_value root;
	struct nt_err err;
	char *s;

	*copy = nt_strdup(text);
	for (s = *copy; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (nt_json_parse(doc, *copy, strlen(*copy), &root, &err) == -1)
		fail_msg("%s: %s", *copy, err.text);
	return root;
}

/* Compiles a filter and sorts, either of which may be NULL, at a moment. */
static struct nt_filter *
compile_at(const char *now, const char *filter, const char *sorts,
    struct nt_refusal *why)
{
	struct nt_json *docs[3] =
	    { nt_json_new(), nt_json_new(), nt_json_new() };
	struct nt_value schema, f = NT_VALUE_NONE, s = NT_VALUE_NONE;
	char *texts[3] = { NULL, NULL, NULL };
	struct nt_filter *made;
	struct nt_id me;
	int64_t now_ms;
	size_t i;

	assert_int_equal(nt_id_scan(NT_STR(ME), &me), 0);
	assert_int_equal(nt_time_parse(now, strlen(now), &now_ms), 0);
	schema = parse(docs[0], schema_text, &texts[0]);
	if (filter != NULL)
		f = parse(docs[1], filter, &texts[1]);
	if (sorts != NULL)
		s = parse(docs[2], sorts, &texts[2]);
	made = nt_filter_new(f, s, schema, &me, now_ms, why);
	for (i = 0; i < 3; i++) {
		nt_json_free(docs[i]);
		free(texts[i]);
	}
	return made;
}

static struct nt_filter *
compile(const char *filter, const char *sorts, struct nt_refusal *why)
{
	return compile_at(NOW, filter, sorts, why);
}

/* One condition: key and operator on a property, and whether it holds. */
struct row {
	const char *property, *condition;
	int holds;
};

static void
check_row(const struct row *row, struct nt_value page)
{
	struct nt_refusal why;
	struct nt_filter *f;
	char text[1000];

	if (strcmp(row->property, "created_time") == 0 ||
	    strcmp(row->property, "last_edited_time") == 0)
		snprintf(text, sizeof text, "{'timestamp':'%s',%s}",
		    row->property, row->condition);
	else
		snprintf(text, sizeof text, "{'property':'%s',%s}",
		    row->property, row->condition);
	if ((f = compile(text, NULL, &why)) == NULL)
		fail_msg("%s: %s", text, why.message);
	if (nt_filter_match(f, page) != row->holds)
		fail_msg("%s should %s", text, row->holds ? "hold" : "not");
	nt_filter_free(f);
}

static void
test_conditions(void **state)
{
	static const struct row rows[] = {
		/* text: case does not matter, plain_texts are one text */
		{ "Name", "'title':{'equals':'GRÖSSE été'}", 1 },
		{ "Name", "'title':{'equals':'Größe'}", 0 },
		{ "Name", "'rich_text':{'contains':'e é'}", 1 },
		{ "title", "'title':{'contains':'nope'}", 0 },
		{ "Name", "'title':{'contains':''}", 1 },
		{ "Name", "'title':{'does_not_contain':'ÖSS'}", 0 },
		{ "Name", "'title':{'does_not_equal':'x'}", 1 },
		{ "Name", "'title':{'starts_with':'grösse'}", 1 },
		{ "Name", "'title':{'starts_with':'rö'}", 0 },
		{ "Name", "'title':{'ends_with':'té'}", 1 },
		{ "Name", "'title':{'ends_with':'x Größe ÉTÉ'}", 0 },
		{ "Name", "'title':{'is_empty':true}", 0 },
		{ "Note", "'rich_text':{'is_empty':true}", 1 },
		{ "Note", "'rich_text':{'is_not_empty':true}", 0 },
		{ "Note", "'rich_text':{'does_not_equal':'x'}", 1 },
		{ "Note", "'rich_text':{'contains':'x'}", 0 },
		{ "Url", "'url':{'contains':'a.EXAMPLE'}", 1 },
		{ "Url", "'rich_text':{'ends_with':'/X'}", 1 },
		{ "Mail", "'email':{'is_empty':true}", 1 },
		{ "Mail", "'email':{'does_not_contain':'@'}", 1 },
		/* numbers: nothing compares with null */
		{ "Num", "'number':{'equals':4.5}", 1 },
		{ "Num", "'number':{'does_not_equal':4.5}", 0 },
		{ "Num", "'number':{'greater_than':4.5}", 0 },
		{ "Num", "'number':{'greater_than_or_equal_to':4.5}", 1 },
		{ "Num", "'number':{'less_than':4.6}", 1 },
		{ "Num", "'number':{'less_than_or_equal_to':4.4}", 0 },
		{ "Num", "'number':{'is_not_empty':true}", 1 },
		{ "Nil", "'number':{'is_empty':true}", 1 },
		{ "Nil", "'number':{'less_than':1}", 0 },
		{ "Nil", "'number':{'greater_than':-1}", 0 },
		{ "Nil", "'number':{'does_not_equal':1}", 1 },
		{ "No", "'unique_id':{'equals':12}", 1 },
		{ "No", "'unique_id':{'less_than':12}", 0 },
		/* checkboxes */
		{ "Done", "'checkbox':{'equals':true}", 1 },
		{ "Done", "'checkbox':{'equals':false}", 0 },
		{ "Done", "'checkbox':{'does_not_equal':false}", 1 },
		/* options: whole names, by name or id, or any of several */
		{ "Sel", "'select':{'equals':'high'}", 1 },
		{ "s@", "'select':{'equals':'High'}", 1 },
		{ "Sel", "'select':{'equals':'o2'}", 1 },
		{ "Sel", "'select':{'equals':['Low','High']}", 1 },
		{ "Sel", "'select':{'does_not_equal':['Low','High']}", 0 },
		{ "Sel", "'select':{'does_not_equal':'Low'}", 1 },
		{ "Sel", "'select':{'is_empty':true}", 0 },
		{ "State", "'status':{'equals':'Doing'}", 1 },
		{ "State", "'status':{'equals':'In progress'}", 1 },
		{ "State", "'status':{'does_not_equal':'Complete'}", 1 },
		{ "Tags", "'multi_select':{'contains':'Red'}", 1 },
		{ "Tags", "'multi_select':{'contains':'Blue'}", 0 },
		{ "Tags", "'multi_select':{'does_not_contain':'Blue'}", 1 },
		{ "Tags", "'multi_select':{'contains':['Blue','red']}", 1 },
		{ "Tags", "'multi_select':{'is_not_empty':true}", 1 },
		/* dates: 2026-03-18T01:00+02:00 is the 17th in UTC */
		{ "Due", "'date':{'equals':'2026-03-17'}", 1 },
		{ "Due", "'date':{'equals':'2026-03-18'}", 0 },
		{ "Due", "'date':{'equals':'yesterday'}", 1 },
		{ "Due", "'date':{'equals':'2026-03-17T23:00:00Z'}", 1 },
		{ "Due", "'date':{'equals':'2026-03-17T23:00:42.5'}", 1 },
		{ "Due", "'date':{'equals':'2026-03-17T23:01:00Z'}", 0 },
		{ "Due", "'date':{'before':'2026-03-17'}", 0 },
		{ "Due", "'date':{'before':'2026-03-18'}", 1 },
		{ "Due", "'date':{'before':'today'}", 1 },
		{ "Due", "'date':{'after':'2026-03-17'}", 0 },
		{ "Due", "'date':{'after':'2026-03-16'}", 1 },
		{ "Due", "'date':{'on_or_before':'2026-03-17'}", 1 },
		{ "Due", "'date':{'on_or_before':'2026-03-16'}", 0 },
		{ "Due", "'date':{'on_or_after':'2026-03-17'}", 1 },
		{ "Due", "'date':{'on_or_after':'tomorrow'}", 0 },
		{ "Due", "'date':{'on_or_after':'one_week_ago'}", 1 },
		{ "Due", "'date':{'before':'one_month_from_now'}", 1 },
		{ "Due", "'date':{'this_week':{}}", 1 },
		{ "Due", "'date':{'past_week':{}}", 1 },
		{ "Due", "'date':{'next_week':{}}", 0 },
		{ "Due", "'date':{'is_empty':true}", 0 },
		{ "Made", "'created_time':{'this_week':{}}", 0 },
		{ "Made", "'created_time':{'past_week':{}}", 0 },
		{ "Made", "'date':{'past_month':{}}", 1 },
		{ "Made", "'date':{'past_year':{}}", 1 },
		{ "created_time", "'created_time':{'equals':'2026-03-10'}",
		    1 },
		{ "created_time", "'created_time':{'after':'2026-03-10'}",
		    0 },
		{ "last_edited_time",
		    "'last_edited_time':{'on_or_after':'today'}", 1 },
		/* people, pages, files */
		{ "Who", "'people':{'contains':'me'}", 1 },
		{ "Who", "'people':{'contains':"
		    "'11111111111141118111111111111111'}", 1 },
		{ "Who", "'people':{'does_not_contain':'" OTHER "'}", 1 },
		{ "By", "'created_by':{'contains':'me'}", 0 },
		{ "By", "'people':{'contains':'" OTHER "'}", 1 },
		{ "By", "'created_by':{'is_empty':true}", 0 },
		{ "Rel", "'relation':{'contains':'" OTHER "'}", 1 },
		{ "Rel", "'relation':{'contains':'" ME "'}", 0 },
		{ "Rel", "'relation':{'is_empty':true}", 0 },
		{ "Files", "'files':{'is_empty':true}", 1 },
		{ "Files", "'files':{'is_not_empty':true}", 0 },
		/* formulas, by the type of their result */
		{ "F", "'formula':{'string':{'equals':'yes'}}", 1 },
		{ "F", "'formula':{'string':{'is_empty':true}}", 0 },
		{ "F", "'formula':{'number':{'greater_than':1}}", 0 },
		{ "F", "'formula':{'checkbox':{'equals':true}}", 0 },
		{ "F", "'formula':{'date':{'is_empty':true}}", 1 },
		/* rollups: computed ones, and lists */
		{ "Sum", "'rollup':{'number':{'equals':7}}", 1 },
		{ "Sum", "'rollup':{'number':{'less_than':7}}", 0 },
		{ "All", "'rollup':{'any':{'number':{'equals':5}}}", 1 },
		{ "All", "'rollup':{'any':{'number':{'equals':6}}}", 0 },
		{ "All", "'rollup':{'every':{'number':{'greater_than':0}}}",
		    1 },
		{ "All", "'rollup':{'every':{'number':{'greater_than':1}}}",
		    0 },
		{ "All", "'rollup':{'none':{'number':{'equals':6}}}", 1 },
		{ "All", "'rollup':{'none':{'number':{'equals':5}}}", 0 },
		{ "None", "'rollup':{'any':{'number':{'equals':5}}}", 0 },
		{ "None", "'rollup':{'every':{'number':{'equals':5}}}", 1 },
		{ "None", "'rollup':{'none':{'number':{'equals':5}}}", 1 },
		/* verification */
		{ "Ok", "'verification':{'status':'none'}", 1 },
		{ "Ok", "'verification':{'status':'verified'}", 0 },
		{ "Ok", "'verification':{'does_not_equal':'expired'}", 1 },
		/* "type" may say what the key says */
		{ "Num", "'type':'number','number':{'equals':4.5}", 1 }
	};
	struct nt_json *doc = nt_json_new();
	struct nt_value page;
	char *copy;
	size_t i;

	(void)state;
	page = parse(doc, page_text, &copy);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i], page);
	nt_json_free(doc);
	free(copy);
}

/* Days around each span: the first and last that are in it. */
static void
test_spans(void **state)
{
	static const struct {
		const char *condition, *first, *last;
		const char *now;	/* NULL: NOW */
	} rows[] = {
		{ "'equals':'today'", "2026-03-18", "2026-03-18", NULL },
		{ "'equals':'tomorrow'", "2026-03-19", "2026-03-19", NULL },
		{ "'equals':'one_week_ago'", "2026-03-11", "2026-03-11", NULL },
		{ "'equals':'one_week_from_now'", "2026-03-25",
		    "2026-03-25", NULL },
		{ "'equals':'one_month_ago'", "2026-02-18", "2026-02-18", NULL },
		{ "'equals':'one_month_from_now'", "2026-04-18",
		    "2026-04-18", NULL },
		{ "'this_week':{}", "2026-03-15", "2026-03-21", NULL },
		{ "'past_week':{}", "2026-03-11", "2026-03-18", NULL },
		{ "'past_month':{}", "2026-02-18", "2026-03-18", NULL },
		{ "'past_year':{}", "2025-03-18", "2026-03-18", NULL },
		{ "'next_week':{}", "2026-03-18", "2026-03-25", NULL },
		{ "'next_month':{}", "2026-03-18", "2026-04-18", NULL },
		{ "'next_year':{}", "2026-03-18", "2027-03-18", NULL },
		/* weeks begin on Sunday; the end of a month is met by days */
		{ "'this_week':{}", "2026-03-15", "2026-03-21",
		    "2026-03-15T00:00:00Z" },
		{ "'this_week':{}", "2026-03-15", "2026-03-21",
		    "2026-03-21T23:59:59Z" },
		{ "'this_week':{}", "1969-12-28", "1970-01-03",
		    "1969-12-31T12:00:00Z" },
		{ "'equals':'one_month_ago'", "2024-02-29", "2024-02-29",
		    "2024-03-31T12:00:00Z" },
		{ "'past_month':{}", "2026-02-28", "2026-03-31",
		    "2026-03-31T12:00:00Z" },
		{ "'next_month':{}", "2026-12-31", "2027-01-31",
		    "2026-12-31T12:00:00Z" }
	};
	struct nt_json *doc = nt_json_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[200], page[200], day[NT_TIME_TEXT], *copy;
		struct nt_refusal why;
		struct nt_filter *f;
		int64_t first, last, at, step = 24 * 60 * 60 * 1000;

		snprintf(text, sizeof text,
		    "{'property':'Due','date':{%s}}", rows[i].condition);
		f = compile_at(rows[i].now == NULL ? NOW : rows[i].now, text,
		    NULL, &why);
		assert_non_null(f);
		nt_time_parse(rows[i].first, 10, &first);
		nt_time_parse(rows[i].last, 10, &last);
		for (at = first - step; at <= last + step; at += step) {
			struct nt_value v;

			nt_time_format(at, day);
			snprintf(page, sizeof page, "{'properties':{'Due':"
			    "{'type':'date','date':{'start':'%.10s'}}}}", day);
			v = parse(doc, page, &copy);
			if (nt_filter_match(f, v) !=
			    (at >= first && at <= last))
				fail_msg("%s and %.10s", text, day);
			free(copy);
		}
		nt_filter_free(f);
	}
	nt_json_free(doc);
}

static void
test_compounds(void **state)
{
#define YES "{'property':'Done','checkbox':{'equals':true}}"
#define NO "{'property':'Done','checkbox':{'equals':false}}"
	static const struct {
		const char *filter;
		int holds;
	} rows[] = {
		{ "null", 1 },
		{ "{'and':[]}", 1 },
		{ "{'or':[]}", 1 },
		{ "{'and':[" YES "," YES "]}", 1 },
		{ "{'and':[" YES "," NO "]}", 0 },
		{ "{'or':[" NO "," YES "]}", 1 },
		{ "{'or':[" NO "," NO "]}", 0 },
		{ "{'or':[" NO ",{'and':[" YES "," YES "]}]}", 1 },
		{ "{'and':[" YES ",{'or':[" NO "," NO "]}]}", 0 }
	};
	struct nt_json *doc = nt_json_new();
	struct nt_value page;
	char *copy;
	size_t i;

	(void)state;
	page = parse(doc, page_text, &copy);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nt_refusal why;
		struct nt_filter *f = compile(rows[i].filter, NULL, &why);

		if (f == NULL)
			fail_msg("%s: %s", rows[i].filter, why.message);
		if (nt_filter_match(f, page) != rows[i].holds)
			fail_msg("%s", rows[i].filter);
		nt_filter_free(f);
	}
	nt_json_free(doc);
	free(copy);
}

static void
test_refusals(void **state)
{
#define FAILED "body failed validation: "
	static const struct {
		const char *filter, *sorts, *says;
	} rows[] = {
		{ "{'property':'Nope','number':{'equals':1}}", NULL,
		    "Could not find property with name or id: Nope" },
		{ "{'property':'Sel','multi_select':{'contains':'x'}}", NULL,
		    "database property select does not match filter "
		    "multi_select" },
		{ "{'property':'B','checkbox':{'equals':true}}", NULL,
		    "database property button does not match filter "
		    "checkbox" },
		{ "{'property':'Num','number':{'equals':'1'}}", NULL, FAILED
		    "body.filter.number.equals should be a number, instead "
		    "was `'1'`." },
		{ "{'property':'Num','number':{'contains':1}}", NULL, FAILED
		    "body.filter.number.contains should be not present, "
		    "instead was `1`." },
		{ "{'property':'Num','number':{'equals':1,'less_than':2}}",
		    NULL, FAILED "body.filter.number.less_than should be not "
		    "present, instead was `2`." },
		{ "{'property':'Num','number':{'is_empty':false}}", NULL,
		    FAILED "body.filter.number.is_empty should be `true`, "
		    "instead was `false`." },
		{ "{'property':'Done','checkbox':{}}", NULL,
		    "body failed validation. Fix one:\nbody.filter.checkbox."
		    "equals should be defined, instead was `undefined`.\n"
		    "body.filter.checkbox.does_not_equal should be defined, "
		    "instead was `undefined`." },
		{ "{'property':'Sel','select':{'equals':'Huge'}}", NULL,
		    "select option 'Huge' not found for property 'Sel'. "
		    "Available options: 'Low', 'High', 'Mid'." },
		{ "{'property':'Due','date':{'equals':'soon'}}", NULL, FAILED
		    "body.filter.date.equals should be a valid ISO 8601 date "
		    "string, instead was `'soon'`." },
		{ "{'property':'Due','date':{'past_week':{'a':1}}}", NULL,
		    FAILED "body.filter.date.past_week should be an empty "
		    "object, instead was `{'a':1}`." },
		{ "{'property':'Due','date':{'this_month':{}}}", NULL, FAILED
		    "body.filter.date.this_month should be not present, "
		    "instead was `{}`." },
		{ "{'property':'Who','people':{'contains':'you'}}", NULL,
		    FAILED "body.filter.people.contains should be a valid "
		    "uuid, instead was `'you'`." },
		{ "{'property':'All','rollup':{'some':{'number':{'equals':1"
		    "}}}}", NULL, FAILED "body.filter.rollup.some should be "
		    "not present, instead was `{'number':{'equals':1}}`." },
		{ "{'timestamp':'due','due':{'equals':'today'}}", NULL, FAILED
		    "body.filter.timestamp should be `'created_time'` or "
		    "`'last_edited_time'`, instead was `'due'`." },
		{ "{'and':[{'or':[{'and':[" YES "]}]}]}", NULL, FAILED
		    "body.filter.and[0].or[0].and should be not present, "
		    "instead was `[" YES "]`." },
		{ "{'and':[],'or':[]}", NULL, FAILED "body.filter.or should "
		    "be not present, instead was `[]`." },
		{ "{'and':{}}", NULL, FAILED "body.filter.and should be an "
		    "array, instead was `{}`." },
		{ "{}", NULL, "body failed validation. Fix one:\nbody.filter."
		    "or should be defined, instead was `undefined`.\n"
		    "body.filter.and should be defined, instead was "
		    "`undefined`.\nbody.filter.property should be defined, "
		    "instead was `undefined`.\nbody.filter.timestamp should "
		    "be defined, instead was `undefined`." },
		{ NULL, "[{'property':'Nope','direction':'ascending'}]",
		    "Could not find sort property with name or id: Nope" },
		{ NULL, "[{'property':'Num','direction':'up'}]", FAILED
		    "body.sorts[0].direction should be `'ascending'` or "
		    "`'descending'`, instead was `'up'`." },
		{ NULL, "[{'property':'Num'}]", FAILED "body.sorts[0]."
		    "direction should be `'ascending'` or `'descending'`, "
		    "instead was `undefined`." },
		{ NULL, "[{'direction':'ascending'}]",
		    "body failed validation. Fix one:\nbody.sorts[0].property "
		    "should be defined, instead was `undefined`.\n"
		    "body.sorts[0].timestamp should be defined, instead was "
		    "`undefined`." },
		{ NULL, "[{'timestamp':'created_time','direction':"
		    "'ascending','x':1}]", FAILED "body.sorts[0].x should be "
		    "not present, instead was `1`." },
		{ NULL, "{}", FAILED "body.sorts should be an array, instead "
		    "was `{}`." }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct nt_refusal why = { 0, NULL, "" };
		char *says = nt_strdup(rows[i].says), *s;

		for (s = says; *s != '\0'; s++)
			if (*s == '\'')
				*s = '"';
		if (compile(rows[i].filter, rows[i].sorts, &why) != NULL)
			fail_msg("%s passes", rows[i].filter == NULL ?
			    rows[i].sorts : rows[i].filter);
		assert_string_equal(why.message, says);
		assert_string_equal(why.code, "validation_error");
		assert_int_equal(why.status, 400);
		free(says);
	}
}

/* ---- sorts ---- */

/* Values of one property in ascending order; empty ones come last. */
static void
test_orders(void **state)
{
	static const struct {
		const char *property, *type;
		const char *values[8];
		size_t empty;		/* how many at the end are empty */
	} rows[] = {
		{ "Num", "number", { "-1e300", "-5", "-0.5", "0", "1e-9", "7",
		    "1e300", "null" }, 1 },
		{ "Name", "title", { "[{'plain_text':'Abc'}]",
		    "[{'plain_text':'ab'},{'plain_text':'cd'}]",
		    "[{'plain_text':'B'}]", "[{'plain_text':'é'}]",
		    "[{'plain_text':'日'}]", "[]" }, 1 },
		{ "Done", "checkbox", { "false", "true" }, 0 },
		{ "Sel", "select", { "{'name':'Low'}", "{'name':'High'}",
		    "{'name':'Mid'}", "null" }, 1 },
		{ "Tags", "multi_select", { "[{'name':'red'}]",
		    "[{'name':'red'},{'name':'Blue'}]", "[{'name':'Blue'}]",
		    "[]" }, 1 },
		{ "Due", "date", { "{'start':'1969-12-31'}",
		    "{'start':'2026-01-01T00:30:00.000+01:00'}",
		    "{'start':'2026-01-01'}", "null" }, 1 },
		{ "Url", "url", { "'A'", "'b'", "'C'", "null" }, 1 },
		{ "Made", "created_time", { "'2026-01-01T00:00:00.000Z'",
		    "'2026-01-01T00:01:00.000Z'" }, 0 },
		{ "No", "unique_id", { "{'prefix':null,'number':2}",
		    "{'prefix':null,'number':10}" }, 0 },
		{ "F", "formula", { "{'type':'number','number':2}",
		    "{'type':'number','number':10}",
		    "{'type':'number','number':null}" }, 1 },
		{ "Sum", "rollup", { "{'type':'date','date':"
		    "{'start':'2026-01-01'}}", "{'type':'date','date':"
		    "{'start':'2026-01-02'}}", "{'type':'date','date':null}" },
		    1 },
		{ "Who", "people", { "[{'id':'1','name':'Ann'}]",
		    "[{'id':'0','name':'Bea'}]", "[]" }, 1 }
	};
	static const char *const directions[] = { "ascending", "descending" };
	struct nt_json *doc = nt_json_new();
	size_t i, d, n, j;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (d = 0; d < 2; d++) {
			struct nt_buf keys[8];
			struct nt_refusal why;
			struct nt_filter *f;
			char text[300], *copy;
			size_t full;

			snprintf(text, sizeof text,
			    "[{'property':'%s','direction':'%s'}]",
			    rows[i].property, directions[d]);
			f = compile(NULL, text, &why);
			assert_non_null(f);
			assert_true(nt_filter_sorts(f));
			for (n = 0; n < 8 && rows[i].values[n] != NULL; n++) {
				nt_buf_init(&keys[n], NT_BUF_MAX);
				snprintf(text, sizeof text, "{'properties':"
				    "{'%s':{'type':'%s','%s':%s}}}",
				    rows[i].property, rows[i].type,
				    rows[i].type, rows[i].values[n]);
				nt_filter_sort_key(f, parse(doc, text, &copy),
				    &keys[n]);
				free(copy);
			}
			full = n - rows[i].empty;
			for (j = 0; j + 1 < n; j++) {
				int order = nt_str_cmp(
				    nt_buf_view(&keys[j]),
				    nt_buf_view(&keys[j + 1]));

				if (d == 1 && j + 1 < full)
					order = -order;
				if (order >= 0)
					fail_msg("%s %s: %s, %s",
					    rows[i].property, directions[d],
					    rows[i].values[j],
					    rows[i].values[j + 1]);
			}
			for (j = 0; j < n; j++)
				nt_buf_free(&keys[j]);
			nt_filter_free(f);
		}
	nt_json_free(doc);
}

/* The earlier sort dominates; ties are settled by created_time, then id. */
static void
test_ties(void **state)
{
	static const char *const pages[] = {
		"{'id':'" OTHER "','created_time':'2026-01-02T00:00:00Z',"
		"'properties':{'Num':{'type':'number','number':1},"
		"'Url':{'type':'url','url':'b'}}}",
		"{'id':'" ME "','created_time':'2026-01-03T00:00:00Z',"
		"'properties':{'Num':{'type':'number','number':1},"
		"'Url':{'type':'url','url':'a'}}}",
		"{'id':'" ME "','created_time':'2026-01-01T00:00:00Z',"
		"'properties':{'Num':{'type':'number','number':2},"
		"'Url':{'type':'url','url':'z'}}}",
		"{'id':'" OTHER "','created_time':'2026-01-01T00:00:00Z',"
		"'properties':{'Num':{'type':'number','number':2},"
		"'Url':{'type':'url','url':'z'}}}"
	};
	struct nt_json *doc = nt_json_new();
	struct nt_buf keys[4];
	struct nt_refusal why;
	struct nt_filter *f;
	char *copy;
	size_t i;

	(void)state;
	f = compile(NULL, "[{'property':'Num','direction':'ascending'},"
	    "{'property':'Url','direction':'descending'}]", &why);
	assert_non_null(f);
	for (i = 0; i < 4; i++) {
		nt_buf_init(&keys[i], NT_BUF_MAX);
		nt_filter_sort_key(f, parse(doc, pages[i], &copy), &keys[i]);
		free(copy);
	}
	for (i = 0; i < 3; i++)
		assert_true(nt_str_cmp(nt_buf_view(&keys[i]),
		    nt_buf_view(&keys[i + 1])) < 0);
	for (i = 0; i < 4; i++)
		nt_buf_free(&keys[i]);
	nt_filter_free(f);
	nt_json_free(doc);
}

/* ---- a second opinion ---- */

/* Random trees over small numbers, against a plain evaluation. */
struct tree {
	struct nt_buf text;
	int holds;		/* for the number at hand */
};

static uint64_t
roll(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % below;
}

static void
grow(struct tree *t, uint64_t *seed, int depth, int number, int there)
{
	static const char *const names[] = {
		"equals", "does_not_equal", "greater_than", "less_than",
		"greater_than_or_equal_to", "less_than_or_equal_to"
	};
	uint64_t kind = roll(seed, depth < 2 ? 4 : 2);
	int operand = (int)roll(seed, 5), all, any;
	size_t i, n, op;

	if (kind < 2) {
		op = roll(seed, 6);
		nt_buf_fmt(&t->text, "{'property':'Num','number':{'%s':%d}}",
		    names[op], operand);
		t->holds = op == 1 ? !there || number != operand : there &&
		    (op == 0 ? number == operand : op == 2 ? number > operand :
		    op == 3 ? number < operand : op == 4 ? number >= operand :
		    number <= operand);
		return;
	}
	n = 1 + roll(seed, 3);
	all = 1;
	any = 0;
	nt_buf_fmt(&t->text, "{'%s':[", kind == 2 ? "and" : "or");
	for (i = 0; i < n; i++) {
		if (i > 0)
			nt_buf_char(&t->text, ',');
		grow(t, seed, depth + 1, number, there);
		all = all && t->holds;
		any = any || t->holds;
	}
	nt_buf_str(&t->text, "]}");
	t->holds = kind == 2 ? all : any;
}

static void
test_random_trees(void **state)
{
	struct nt_json *doc = nt_json_new();
	uint64_t seed = 7, start;
	size_t i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		struct nt_refusal why;
		struct nt_filter *f;
		struct tree t;
		char page[200], *copy;
		int number = (int)roll(&seed, 5), there = roll(&seed, 4) > 0;

		start = seed;
		nt_buf_init(&t.text, NT_BUF_MAX);
		grow(&t, &seed, 0, number, there);
		snprintf(page, sizeof page, "{'properties':{'Num':{'type':"
		    "'number','number':%.*s%s}}}", there ? 1 : 0,
		    &"01234"[number], there ? "" : "null");
		if ((f = compile(t.text.p, NULL, &why)) == NULL)
			fail_msg("%s: %s", t.text.p, why.message);
		if (nt_filter_match(f, parse(doc, page, &copy)) != t.holds)
			fail_msg("seed %ju: %s on %s", (uintmax_t)start,
			    t.text.p, page);
		free(copy);
		nt_filter_free(f);
		nt_buf_free(&t.text);
	}
	nt_json_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_compounds),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_random_trees)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
