#!/bin/sh
# every unit test program passes
. "${0%/*}/lib.sh"

for program in "$NT_BUILD"/tests/*_test; do
	[ -x "$program" ] || continue
	it "${program##*/}" '"$program"'
done
finish
