#include "nt/jq.h"

#include <jq.h>
#include <jv.h>
#include <stdlib.h>

struct nt_jq {
	jq_state *state;
	struct nt_err said;	/* the first complaint of the compiler */
};

/* libjq complains line by line; the first says what it is about. */
static void
on_complaint(void *of, jv message)
{
	struct nt_jq *jq = of;
	jv text = jq_format_error(message);

	if (jq->said.text[0] == '\0')
		nt_err_set(&jq->said, NT_DATA, "%s", jv_string_value(text));
	jv_free(text);
}

int
nt_jq_open(struct nt_jq **out, const char *program, struct nt_err *err)
{
	struct nt_jq *jq = nt_alloc(sizeof *jq);

	jq->state = jq_init();
	if (jq->state == NULL)
		nt_out_of_memory();
	jq_set_error_cb(jq->state, on_complaint, jq);
	if (!jq_compile(jq->state, program)) {
		nt_err_set(err, NT_DATA, "the jq program is none: %s",
		    jq->said.text);
		nt_jq_free(jq);
		return -1;
	}
	*out = jq;
	return 0;
}

void
nt_jq_free(struct nt_jq *jq)
{
	if (jq == NULL)
		return;
	jq_teardown(&jq->state);
	free(jq);
}

int
nt_jq_ask(struct nt_jq *jq, struct nt_str line, struct nt_err *err)
{
	jv answer, message;
	int yes = 0;

	jq_start(jq->state, jv_parse_sized(line.p, (int)line.len), 0);
	answer = jq_next(jq->state);
	if (jv_is_valid(answer)) {
		yes = jv_get_kind(answer) != JV_KIND_FALSE &&
		    jv_get_kind(answer) != JV_KIND_NULL;
		jv_free(answer);
		return yes;
	}
	message = jv_invalid_get_msg(answer);
	if (jv_get_kind(message) == JV_KIND_STRING)
		yes = nt_err_set(err, NT_DATA, "the jq program fails: %s",
		    jv_string_value(message));
	jv_free(message);
	return yes;
}
