#!/bin/sh
# every fuzz target holds over its corpus, and over variants of each file
. "${0%/*}/lib.sh"

NT_FUZZ_ROUNDS=${NT_FUZZ_ROUNDS:-200}
export NT_FUZZ_ROUNDS
for target in "$NT_BUILD"/fuzz/*; do
	[ -f "$target" ] || continue
	name=${target##*/}
	corpus=$NT_ROOT/tests/fuzz/corpus/$name
	it "$name" 'test -d "$corpus" && "$target" "$corpus"/*'
done
finish
