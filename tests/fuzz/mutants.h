/*
 * mutants - JSON as a target may meet it: as it is, then with values of
 * another kind in some places.
 */
#ifndef NT_MUTANTS_H
#define NT_MUTANTS_H

#include "fuzz.h"
#include "nt/json.h"

#define MUTANTS 24

/* Puts a value of another kind in some places below v. */
static void
fuzz_mutate(struct nt_value v, uint64_t *state, int depth)
{
	static const char *const others[] = {
		"null", "{}", "[]", "\"\"", "7", "true", "[{}]", "\"title\"",
		"{\"type\":\"select\"}", "[[[]]]", "-1e300", "\"\\ud83d\"",
		"\"2026-01-01\"", "{\"id\":\"o1\"}"
	};
	struct nt_value e;

	for (e = nt_value_first(v); nt_value_there(e); e = nt_value_next(e)) {
		uint64_t roll = fuzz_random(state) % 60;

		if (depth > 0 && roll == 0)
			nt_value_drop(e);
		else if (depth > 0 && roll == 1)
			nt_value_replace(e, nt_str_of(others[fuzz_random(
			    state) % (sizeof others / sizeof others[0])]));
		else
			fuzz_mutate(e, state, depth + 1);
	}
}

/* Tries the input, if it is JSON, and mutants of it, always the same. */
static void
fuzz_mutants(const uint8_t *data, size_t size, void (*try)(struct nt_value))
{
	struct nt_json *doc = nt_json_new(), *changed = nt_json_new();
	uint64_t state = size * 2654435761u + 1;
	struct nt_value v, w;
	struct nt_buf text;
	int i;

	nt_buf_init(&text, NT_BUF_MAX);
	for (i = 0; i < MUTANTS; i++) {
		if (nt_json_parse(doc, (const char *)data, size, &v,
		    NULL) == -1)
			break;
		if (i == 0)
			try(v);
		fuzz_mutate(v, &state, 0);
		nt_buf_clear(&text);
		nt_json_canonical(v, &text);
		FUZZ_MUST(nt_json_parse(changed, text.p, text.len, &w,
		    NULL) == 0);
		try(w);
	}
	nt_buf_free(&text);
	nt_json_free(doc);
	nt_json_free(changed);
}

#endif
