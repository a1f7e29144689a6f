#!/bin/sh
# A year of nights, or as many as $1 says, by a clock that is turned: each day
# some edits, each night `notion backup create` with a retention of 7 days, 4
# weeks and 12 months, and in five of them something goes wrong.  Each morning
# what is kept is what year.py has worked out by itself, and the new backup is
# what a read of everything finds; at the end whatever is kept verifies and
# gives back the stream it was made of.  By hand: make soak-year.
set -eu
LC_ALL=C
TZ=UTC
export LC_ALL TZ
nights=${1:-365}
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
PATH=$NT_BUILD/bin:$NT_BUILD/tests:$PATH
scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch"
HOME=$scratch
NOTION_API_TOKEN=any
NOTION_API_BACKOFF_MS=1
export PATH HOME NOTION_API_TOKEN NOTION_API_BACKOFF_MS
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_RUNTIME_DIR
mkdir place streams
generate --pages 40 --blocks-per-page 4 --seed "$seed" >all.ndjson

broken() {
	printf 'night %s: %s\n' "$night" "$1" >&2
	exit 1
}

# The workspace of the day before $night, with its edits.
day() {
	rm -f url
	mkfifo url
	NT_CLOCK_FIXED=$(date -u -d "$night - 4 hours" +%FT%TZ) \
	    notion-serve --state state.db "$@" >url &
	server=$!
	read -r NOTION_API_BASE_URL <url
	export NOTION_API_BASE_URL
	python3 "$here"/year.py edit "$NOTION_API_BASE_URL" $((seed * 1000 + n))
}
day_ends() {
	[ -n "$server" ] || return 0
	kill "$server"
	wait "$server" || broken 'the server did not end well'
	server=
}

backup() {
	NT_CLOCK_FIXED=$night notion backup create --name=year \
	    --destination=place --retention=7days,4weeks,12months
}
names() {
	(cd place && ls)
}

# ---- what goes wrong ----

# At some moment while a backup is made.
pause() {
	sleep "0.$(shuf -i 10-70 -n 1)"
}
gone() {
	day_ends
	backup
}
limited() (
	ulimit -f 8
	backup
)
killed() {
	NT_CLOCK_FIXED=$night setsid notion backup create --name=year \
	    --destination=place &
	victim=$!
	pause
	kill -9 "-$victim"
	wait "$victim"
}
cut() {
	(pause; kill -9 "$server") &
	backup
	got=$?
	wait $!
	server=
	return "$got"
}

# What is to be kept of what was there and is there now.
wanted() {
	{ cat before && names; } | sort -u | xargs python3 "$here"/year.py keep
}
# What is there is what was there; that night's may have come to its end first,
# and then it may be that what is old was removed.
fails() {
	! "$1" >said 2>&1 || [ -e "$backup" ] || broken "$1: it says that it is done"
	if [ -e "$backup" ]; then
		wanted >want
	else
		cp before want
	fi
	names >after
	[ -z "$(comm -23 want after)" ] ||
	    broken "$1: $(comm -23 want after | xargs) is gone"
	! comm -13 before after | grep -qv "$stamp" ||
	    broken "$1: it has left $(comm -13 before after | xargs)"
	if [ -e "$backup" ]; then
		notion-unpack --verify "$backup" >said ||
		    broken "$1: what is there is no backup"
		notion-unpack "$backup" >"streams/${backup#*/}"
	fi
	printf 'night %s: %s, %s\n' "$n" "$1" "$(tail -n 1 said)"
}

# ---- what is right ----

# What is kept; and the new one is what a read of everything finds.
succeeds() {
	backup >said 2>&1 || broken "it failed: $(tail -n 1 said)"
	wanted >want
	names | diff want - >difference ||
	    broken "kept is not what should be: $(xargs <difference)"
	notion-fetch --workspace >full
	notion-unpack "$backup" >"streams/${backup#*/}"
	notion-diff "streams/${backup#*/}" full >difference ||
	    broken "the backup is not what is there: $(head -c 500 difference)"
}

# The nights on which something goes wrong, and how.
failing=$(seq 5 $((nights - 2)) | shuf -n 5 --random-source=all.ndjson |
    sort -n | xargs)
set -- gone killed limited cut killed

n=0
first=all.ndjson
while [ "$n" -lt "$nights" ]; do
	n=$((n + 1))
	night=$(date -u -d "2026-01-01 02:00 UTC + $n days" +%FT%TZ)
	stamp=$(date -u -d "$night" +%Y%m%dT%H%M%SZ)
	backup=place/year-$stamp.zip
	day $first
	first=
	names >before
	case " $failing " in
	*" $n "*)
		fails "$1"
		shift
		;;
	*) succeeds ;;
	esac
	day_ends
done
[ $# -eq 0 ] || broken "$* did not take place"

kept=0
for name in $(names); do
	notion-unpack --verify "place/$name" >said || broken "$(tail -n 1 said)"
	notion-unpack "place/$name" | cmp - "streams/$name"
	kept=$((kept + 1))
done
echo "year: $n nights, five of them bad; the $kept backups kept are the right" \
    'ones each morning, verify, and give back what was read'
