#!/bin/sh
# repositories when the disk fails, or the process is killed, at every step:
# the old state or the new one, and the next run goes on
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
stream=$NT_BUILD/tests/stream

# failing CALL NTH ERROR command...
failing() {
	plan=$1:$2:$3
	shift 3
	NT_FAIL=$plan LD_PRELOAD=$NT_BUILD/tests/fail.so "$@"
}
# The snapshots in repo.db, each as it went in: "1 2 ".
state() {
	for number in $(sqlite3 repo.db "select id from snapshot"); do
		if ! notion-unpack --snapshot "$number" repo.db >out ||
		    ! cmp out "s.$number" >&2; then
			echo damaged
			return
		fi
		printf '%s ' "$number"
	done
	[ "$(sqlite3 repo.db 'pragma integrity_check')" = ok ] || echo corrupt
}

if ! LD_PRELOAD=$NT_BUILD/tests/fail.so notion-pack --version >have 2>&1; then
	skip 'a repository at every step' 'the shim and a sanitizer do not mix'
	finish
	exit
fi

cp "$sample" s.1
jq -c 'select(.object != "snapshot" and .object != "end") |
    select(.object != "comment")' "$sample" | sed 's/tomato/potato/g' |
    "$stream" >s.2 || exit 2
sed '1d;$d' "$sample" | tail -n 200 | "$stream" >s.3 || exit 2
notion-pack --search -o one.db s.1 && cp one.db three.db &&
    notion-pack -o three.db s.2 && notion-pack -o three.db s.3 || exit 2

# each CALL ERROR FROM BEFORE AFTER command...: makes the first, the second ...
# call fail, until the command does not get so far; what is left is the state
# before or after
each() {
	call=$1 error=$2 from=$3 before=$4 after=$5 nth=0
	shift 5
	while nth=$((nth + 1)) && [ $nth -lt 2000 ]; do
		rm -f repo.db* .nt-*
		[ "$from" = none ] || cp "$from" repo.db
		(failing "$call" $nth "$error" "$@") >/dev/null 2>err
		status=$?
		[ $status -eq 0 ] && [ ! -s err ] && break
		if [ "$from" = none ] && [ ! -e repo.db ]; then
			left=
		else
			left=$(state)
		fi
		case $left in
		"$before") [ $status -ne 0 ] ;;
		"$after") ;;
		*) false ;;
		esac || { echo "$call $nth: $status, \"$left\""; cat err
			return 1; }
		[ "$error" = KILL ] || [ $status -eq 2 ] || [ $status -eq 75 ] ||
		    { echo "$call $nth: status $status"; cat err; return 1; }
	done
	echo "$nth calls"
	[ $nth -gt 1 ] && [ $nth -lt 2000 ] && [ "$(state)" = "$after" ]
}

for call in pwrite fsync; do
for error in ENOSPC KILL; do
it "making one: $call, $error" '
	each $call $error none "" "1 " notion-pack -o repo.db s.1
'
it "adding a snapshot: $call, $error" '
	each $call $error one.db "1 " "1 2 " notion-pack -o repo.db s.2
'
it "removing one: $call, $error" '
	each $call $error three.db "1 2 3 " "1 3 " notion-forget repo.db 2
'
done
done
it 'what a crash left is in the way of nobody' '
	cp one.db repo.db && failing fsync 1 KILL notion-pack -o repo.db s.2
	test -e repo.db-wal && notion-unpack repo.db | cmp - s.1 &&
	notion-pack -o repo.db s.2 && test "$(state)" = "1 2 " &&
	test ! -e repo.db-wal
'
finish
