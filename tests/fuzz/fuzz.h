/*
 * fuzz - what every target here shares.
 *
 * A target defines LLVMFuzzerTestOneInput(), which aborts when its invariant
 * does not hold.  Built with clang -fsanitize=fuzzer -DNT_LIBFUZZER it is a
 * libFuzzer program; built without, this main() replays the files named and,
 * for each, as many variants of it as NT_FUZZ_ROUNDS says, always the same.
 */
#ifndef NT_FUZZ_H
#define NT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program in a way that sanitizers and fuzzers take for a finding. */
#define FUZZ_MUST(condition) \
	do { if (!(condition)) __builtin_trap(); } while (0)

#ifndef NT_LIBFUZZER
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/buf.h"
#include "nt/file.h"

static uint64_t
fuzz_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Changes, repeats or drops a few bytes. */
static void
fuzz_vary(struct nt_buf *b, uint64_t *state)
{
	static const char telling[] = "{}[]\",:\\\n\0u0-eE.9\xFF\xED";

	for (int n = (int)(fuzz_random(state) % 4) + 1; n > 0; n--) {
		size_t at = b->len > 0 ? fuzz_random(state) % b->len : 0;
		size_t rest = b->len - at;

		switch (b->len > 0 ? fuzz_random(state) % 4 : 4) {
		case 0:
			b->p[at] = (char)fuzz_random(state);
			break;
		case 1:
			b->p[at] = telling[fuzz_random(state) %
			    (sizeof telling - 1)];
			break;
		case 2:
			nt_buf_add(b, b->p + at, rest < 64 ? rest : 64);
			break;
		case 3:
			b->len -= rest < 8 ? rest : 8;
			break;
		}
	}
}

int
main(int argc, char *argv[])
{
	const char *text = getenv("NT_FUZZ_ROUNDS");
	unsigned long rounds = text != NULL ? strtoul(text, NULL, 10) : 0;
	struct nt_buf file, variant;
	struct nt_err err;

	nt_buf_init(&file, NT_BUF_MAX);
	nt_buf_init(&variant, NT_BUF_MAX);
	for (int i = 1; i < argc; i++) {
		uint64_t state = 88172645463325252u;

		nt_buf_clear(&file);
		if (nt_file_slurp(argv[i], &file, &err) == -1) {
			fprintf(stderr, "%s\n", err.text);
			return 2;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)file.p, file.len);
		for (unsigned long n = 0; n < rounds; n++) {
			nt_buf_clear(&variant);
			nt_buf_reserve(&variant, 2 * file.len + 256);
			nt_buf_add(&variant, file.p, file.len);
			fuzz_vary(&variant, &state);
			LLVMFuzzerTestOneInput((const uint8_t *)variant.p,
			    variant.len);
		}
	}
	nt_buf_free(&variant);
	nt_buf_free(&file);
	return 0;
}
#endif
#endif
