#!/bin/sh
# every fuzz target holds over its corpus, and over variants of each file
. "${0%/*}/lib.sh"

NT_FUZZ_ROUNDS=${NT_FUZZ_ROUNDS:-200}
export NT_FUZZ_ROUNDS
for source in "$NT_ROOT"/tests/fuzz/*.c; do
	name=${source##*/}
	name=${name%.c}
	target=$NT_BUILD/fuzz/$name
	corpus=$NT_ROOT/tests/fuzz/corpus/$name
	it "$name" 'test -d "$corpus" && "$target" "$corpus"/*'
done
finish
