#!/bin/sh
# notion-apply: who may not, or has no place to go to, is told in one line, and
# the journal knows all that was done
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh

sample=$NT_ROOT/examples/workspace.ndjson
everything_new "$sample"

# says STATUS PATTERN [OPTION...]: one line, that status, no record but losses
says() {
	nt_status=$1 nt_pattern=$2
	shift 2
	rm -f journal
	status "$nt_status" restore "$@" 2>err && cat err &&
	test "$(wc -l <err)" -eq 1 && grep "^notion-apply: " err &&
	grep "$nt_pattern" err
}

target "$sample"
it 'names the page that is not there' '
	parent=00000000-0000-4000-8000-0000000000bb
	says 2 00000000-0000-4000-8000-0000000000bb
'
it 'refuses a parent that is no page' '
	parent=$(jq -r "select(.object == \"user\").id" "$sample" | head -n 1)
	says 2 "$parent"
'
it 'refuses a stream that is no change stream' '
	cp changes kept && cp "$sample" changes && says 2 "line 2"
'
it 'refuses a change stream that was cut' '
	head -n 9 kept >changes && says 2 "end"
'
cp kept changes
it 'refuses the journal of another restore' '
	rm -f journal && status 0 restore &&
	everything_new --kinds page "$sample" &&
	status 2 restore 2>err && grep "journal" err &&
	test "$(wc -l <err)" -eq 1
'
everything_new "$sample"
unserve
printf 'secret\n' >token
target "$sample" --token-file token
it 'says that the token is refused' '
	says 2 "refused the token" && ! grep "\"status\":\"done\"" results
'
for missing in insert update read; do
	unserve
	can=$(printf 'read\nupdate\ninsert\ncomment_read\ncomment_insert\nuser\n' |
	    grep -vx $missing | paste -sd ,)
	target "$sample" --capabilities "$can"
	it "says that the connection may not $missing" '
		says 2 "Insufficient permissions" &&
		status 2 restore 2>err && test "$(wc -l <err)" -eq 1
	'
done
unserve
target "$sample" --capabilities read,update,insert,user
it 'makes all but the comments where they are not allowed, and says so' '
	rm -f journal && status 1 restore 2>err && cat err &&
	test "$(wc -l <err)" -eq 1 &&
	jq -r "select(.status == \"refused\").kind" results | uniq -c |
	    grep -x " *6 comment" &&
	test "$(jq -c "select(.object == \"loss\" and .kind == \"comment\" and
	    .class == \"warning\")" results | wc -l)" -eq 6 &&
	test "$(grep -c "\"failed\"" results)" -eq 0
'
finish
