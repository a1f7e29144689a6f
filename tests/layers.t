#!/bin/sh
# the rooms: arrows point down, each outside library has one door, only base
# touches the disk; and the check itself finds what is planted
. "${0%/*}/lib.sh"

# The headers, and a violation to be found among them: line TEXT in FILE.
plant() {
	rm -rf copy && mkdir -p "copy/${1%/*}" &&
	cp -R "$NT_ROOT"/include copy/ && printf '%s\n' "$2" >>"copy/$1"
}
# It is found, it alone, and named.
found() {
	plant "$1" "$2" &&
	status 1 perl "$NT_ROOT"/tests/layers.pl copy >out &&
	cat out && test "$(wc -l <out)" -eq 1 && grep "^$1:.*$3" out
}

it 'no source breaks the picture' '
	status 0 perl "$NT_ROOT"/tests/layers.pl "$NT_ROOT"
'
it 'an arrow up is found' '
	found lib/json/planted.c "#include \"nt/stream.h\"" \
	    "json (level 1) includes nt/stream.h of stream (level 2)"
'
it 'an arrow up in a header is found' '
	found include/nt/mem.h "#include \"nt/json.h\"" "base (level 0)"
'
it 'an arrow sideways is found' '
	found lib/stream/planted.c "#include \"nt/limits.h\"" "of model"
'
it 'a private header of another room is found' '
	found lib/stream/planted.c "#include \"../json/internal.h\"" \
	    "neither public nor of this room"
'
it 'a library behind a second door is found' '
	found lib/tree/planted.c "#include <sqlite3.h>" "lib/db alone"
'
it 'a library that nobody announced is found' '
	found lib/tree/planted.c "#include <gmp.h>" "belongs to no room"
'
it 'a room and a header that nobody announced are found' '
	found lib/planted/planted.c "" "no room" &&
	found include/nt/planted.h "" "no room"
'
it 'disk work outside base is found, in a tool too' '
	found lib/json/planted.c "int f(void) { return open(\"x\", 0); }" \
	    "calls open()" &&
	found cmd/planted.c "int f(void) { return rename (\"x\", \"y\"); }" \
	    "calls rename()"
'
it 'words and exits below the tools are found' '
	found lib/json/planted.c "void f(void) { printf(\"x\"); }" printf &&
	found lib/base/planted.c "void f(void) { exit(1); }" exit
'
it 'a model that is not pure is found' '
	found lib/model/planted.c "#include \"nt/file.h\"" pure &&
	found lib/model/planted.c "long f(void) { return nt_random64(); }" pure
'
it 'what only looks like one is not' '
	plant lib/json/planted.c "/* open(2) */ int f(void) { s.read(1);
	    p->write(2); return reopen(\"printf(x)\"); }" &&
	status 0 perl "$NT_ROOT"/tests/layers.pl copy
'

# compile COMPILER FILE: its syntax, as the Makefile has it
compile() {
	"$1" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE \
	    -I"$NT_ROOT"/include -Wall -Wextra -Werror -fsyntax-only -x c "$2"
}
for cc in gcc clang; do
	if command -v $cc >/dev/null; then
it "each header compiles alone, and twice ($cc)" '
	for header in "$NT_ROOT"/include/nt/*.h; do
		name=nt/${header##*/}
		printf "#include \"%s\"\n" $name $name >alone.c &&
		compile $cc alone.c || exit 1
	done
'
it "a banned function breaks the build ($cc)" '
	for f in strcpy strcat sprintf strtok gmtime mktemp system; do
		printf "#include \"nt/banned.h\"\nvoid *f = (void *)%s;\n" $f \
		    >banned.c &&
		! compile $cc banned.c 2>err && grep -q poison err || exit 1
	done
'
	else
skip "each header compiles alone ($cc)" "$cc is not installed"
	fi
done
finish
