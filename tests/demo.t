#!/bin/sh
# the demo: goes through, and leaves nothing behind
. "${0%/*}/lib.sh"

it 'shows a workspace there and back' '
	mkdir tmp && status 0 env TMPDIR="$PWD"/tmp \
	    "$NT_ROOT"/examples/demo.sh >out 2>err &&
	cat out err && test ! -s err &&
	tail -n 5 out | grep -c "^demo: " | grep -qx 5
'
it 'leaves no file and no server' '
	test -z "$(ls tmp)" &&
	url=$(sed -n "s/^http:/http:/p" out) && test -n "$url" &&
	status 7 curl -s -o /dev/null "$url/v1/users"
'
it 'says so when a step fails' '
	mkdir bin && printf "#!/bin/sh\nexit 2\n" >bin/notion-unpack &&
	chmod +x bin/notion-unpack && mkdir -p tmp &&
	(PATH=$PWD/bin:$PATH && export PATH && status 2 env TMPDIR="$PWD"/tmp \
	    "$NT_ROOT"/examples/demo.sh >out 2>err) &&
	! grep "^demo: " out && test -z "$(ls tmp)"
'
finish
