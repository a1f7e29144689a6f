/*
 * Reading pages: GET /v1/pages/{id}.
 */
#include <string.h>

#include "internal.h"

int
nt_on_page_get(struct nt_turn *t)
{
	struct nt_stmt *hold;
	struct nt_object o;
	struct nt_value page;
	int got = 0;

	if (nt_find(t, &t->id[0], NT_A_PAGE, &o, &hold) == -1)
		return -1;
	if (nt_turn_selects(t)) {
		if (nt_json_parse(t->svc->doc, o.json.p, o.json.len, &page,
		    NULL) == 0)
			got = nt_turn_check_wanted(t,
			    nt_value_get(page, "properties"));
	}
	if (got == 0)
		nt_turn_object(t, &o);
	nt_stmt_done(hold);
	return got;
}
