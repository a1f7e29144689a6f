#!/bin/sh
# Restores that are disturbed, and gone on with by the same command and journal:
# afterwards the workspace is that of an undisturbed restore, and nothing in it
# is there twice.
#
#	restore.sh each STEP STREAM ASSETS FAULT...
#		each STEPth write meets each fault of the proxy, one a restore;
#		kill is met by each STEPth request, reads among them; two
#		faults, such as 409+killed, by each STEPth pair of writes
#	restore.sh chance PERCENT STREAM ASSETS SEED...
#		so many requests meet a fault of any kind, one restore a seed
#
# By hand, all of it: make soak-restore.  With NT_KEEP=DIR what there is of a
# restore that broke is kept there, as 1, 2, ...
set -e
way=$1 often=$2 stream=$(realpath "$3") assets=$(realpath "$4")
shift 4
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh
broken=0		# restores that were not whole, or had something twice
most=200		# runs of one restore; more are no progress
kinds=reset,late,cut,short,409,429,503,committed,late504,kill,killed,term

# The same command, until it says that all is done.  The proxy kills the
# process in ./pid.
go_on() {
	runs=0
	until sh -c 'echo $$ >pid && exec "$@"' sh notion-apply \
	    --parent "$parent" --journal journal --assets "$assets" changes \
	    >results 2>>messages; do
		runs=$((runs + 1))
		[ "$runs" -lt "$most" ] || return 1
	done
}

# disturbed NAME PROXY-OPTION...: a restore behind such a proxy
disturbed() {
	name=$1
	shift
	rm -rf journal results messages back.* log
	target "$stream"
	direct=$NOTION_API_BASE_URL
	start_proxy --upstream "$direct" --record log --pid pid "$@"
	: >said
	go_on || echo "no end after $most runs" >said
	NOTION_API_BASE_URL=$direct
	if [ -s said ] || ! returned "$stream" >said 2>&1; then
		broken=$((broken + 1))
		echo "$name: the workspace is another one" >&2
		head -n 9 said messages >&2
		[ -z "${NT_KEEP:-}" ] || cp -r . "$NT_KEEP/$broken"
	fi
	unserve
}

# How many requests of the undisturbed restore fit the filter.
count() { jq -s "map(select($1)) | length" log; }

# each_nth COUNT RULE FAULT: for each STEPth number
each_nth() {
	restores=0
	for nth in $(seq 1 "$often" "$1"); do
		echo "[{$2 \"nth\": $nth, \"fault\": \"$3\"}]" >rules
		disturbed "$3, $nth of $1" --rules rules
		restores=$((restores + 1))
	done
	echo "$3: $restores restores, $broken broken so far"
}

# each_pair COUNT FIRST SECOND: for each STEPth pair of writes
each_pair() {
	restores=0
	for nth in $(seq 1 "$often" "$1"); do
		for later in $(seq $((nth + 1)) "$often" "$1"); do
			echo "[{\"writes\": true, \"nth\": $nth,
			    \"fault\": \"$2\"}, {\"writes\": true,
			    \"nth\": $later, \"fault\": \"$3\"}]" >rules
			disturbed "$2 and $3, $nth and $later of $1" \
			    --rules rules
			restores=$((restores + 1))
		done
	done
	echo "$2 and $3: $restores restores, $broken broken so far"
}

everything_new "$stream"
case $way in
each)
	echo '[]' >rules
	disturbed 'undisturbed' --rules rules
	requests=$(count true)
	writes=$(count '.method != "GET" and
	    (.path | test("/(query|queries|search)($|[?])") | not)')
	echo "$requests requests, $writes of them writes"
	for fault; do
		case $fault in
		kill) each_nth "$requests" '' kill ;;
		*+*) each_pair "$writes" "${fault%+*}" "${fault#*+}" ;;
		*) each_nth "$writes" '"writes": true,' "$fault" ;;
		esac
	done
	;;
chance)
	for seed; do
		disturbed "seed $seed" --seed "$seed" --percent "$often" \
		    --kinds "$kinds"
		echo "seed $seed: $(count '.fault != null') faults," \
		    "$((runs + 1)) runs, $broken broken so far"
	done
	;;
*)
	echo "restore.sh: \"$way\" is neither each nor chance" >&2
	exit 2
	;;
esac
[ "$broken" -eq 0 ]
