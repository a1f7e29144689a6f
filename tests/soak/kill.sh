#!/bin/sh
# kill -9 at random moments, fifty each (or as many as $1 says), of notion-fetch,
# of notion-pack into each format, of what removes snapshots, and of
# notion-serve: what stands at -o is the old archive or a whole new one and the
# next run goes on from there, a cut stream never passes for a complete one, and
# serve's state opens again and answers.  By hand: make soak.
set -eu
LC_ALL=C
export LC_ALL
rounds=${1:-50}
PATH=$NT_BUILD/bin:$NT_BUILD/tests:$PATH
NOTION_API_TOKEN=secret_soak
export PATH NOTION_API_TOKEN
scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$scratch"' EXIT
cd "$scratch"
generate --pages 400 --blocks-per-page 10 --seed 9 >all.ndjson

# Starts notion-serve with the options given; its URL in $NOTION_API_BASE_URL.
serve() {
	rm -f url
	mkfifo url
	notion-serve --port 0 "$@" >url &
	server=$!
	read -r NOTION_API_BASE_URL <url
	export NOTION_API_BASE_URL
}

# Between 0 and $1 thousandths of a second, from the kernel's own dice.
random_pause() {
	sleep "$(od -An -N2 -tu2 /dev/urandom |
	    awk -v most="$1" '{ printf "%.3f", $1 / 65536 * most / 1000 }')"
}

# Ends the background process $victim at some moment within $span ms.
kill_victim() {
	random_pause "$span"
	kill -9 "$victim" 2>/dev/null || :
	wait "$victim" 2>/dev/null || :
}

kill_fetch() {
	notion-fetch --workspace >cut.ndjson 2>/dev/null &
	victim=$!
	kill_victim
	if notion-pack -o cut.zip cut.ndjson 2>/dev/null; then
		notion-unpack cut.zip | stream check >/dev/null ||
		    { echo 'fetch: a cut stream was packed' >&2; exit 1; }
		whole=$((whole + 1))
	elif [ -e cut.zip ]; then
		echo 'pack: refused, but left an archive' >&2
		exit 1
	fi
	rm -f cut.zip
}

broken() {
	echo "$1" >&2
	exit 1
}

# Is the archive the one of that stream?
holds() {
	notion-unpack "$1" >out.ndjson || broken "$1: cannot be unpacked"
	cmp -s out.ndjson "$2"
}

# Does the archive stand up to a look at all of it?
verifies() {
	notion-unpack --verify "$1" >/dev/null ||
	    broken "$1: what is left does not verify"
}

# Into a format, over an archive that was there.
kill_pack() {
	rm -rf "archive.$1"
	cp -r "old.$1" "archive.$1"
	notion-pack -f "$1" -o "archive.$1" all.ndjson &
	victim=$!
	kill_victim
	if holds "archive.$1" all.ndjson; then
		whole=$((whole + 1))
	else
		holds "archive.$1" few.ndjson ||
		    broken "$1: neither the old archive nor the new one"
	fi
	verifies "archive.$1"
	notion-pack -f "$1" -o "archive.$1" more.ndjson
	holds "archive.$1" more.ndjson || broken "$1: the next run went wrong"
	[ "$1" = dir ] || rm -f .nt-*
}

# Of three snapshots the second; the others are there whatever happens.
kill_forget() {
	cp three.sqlite archive.sqlite
	notion-forget archive.sqlite 2 &
	victim=$!
	kill_victim
	for number in 1 3; do
		notion-unpack --snapshot $number archive.sqlite |
		    cmp -s - stream.$number || broken "forget: $number is lost"
	done
	verifies archive.sqlite
	if ! notion-unpack --snapshot 2 archive.sqlite >out.ndjson \
	    2>/dev/null; then
		whole=$((whole + 1))
	else
		cmp -s out.ndjson stream.2 || broken 'forget: 2 is damaged'
		notion-forget archive.sqlite 2
	fi
}

# Pages are made one after the other; each that was answered for must be there.
kill_serve() {
	serve --state state.db
	made=
	(random_pause 400; kill -9 $server) &
	killer=$!
	while id=$(curl -s -f -X POST "$NOTION_API_BASE_URL/v1/pages" \
	    -H "Authorization: Bearer $NOTION_API_TOKEN" \
	    -H 'Notion-Version: 2026-03-11' -H 'Content-Type: application/json' \
	    -d "{\"parent\":{\"page_id\":\"$root\"},\"properties\":{}}" |
	    jq -r .id) && [ -n "$id" ]; do
		made="$made $id"
	done
	wait $killer
	wait $server 2>/dev/null || :
	serve --state state.db
	for id in $root $made; do
		curl -s -f -o /dev/null "$NOTION_API_BASE_URL/v1/pages/$id" \
		    -H "Authorization: Bearer $NOTION_API_TOKEN" \
		    -H 'Notion-Version: 2026-03-11' ||
		    { echo "serve: page $id is lost" >&2; exit 1; }
		whole=$((whole + 1))
	done
	kill $server
	wait $server || { echo 'serve: no clean end' >&2; exit 1; }
	server=
}

# Runs one of the above as often as asked and says what came of it.
repeat() {
	what=$1
	shift
	whole=0
	for _ in $(seq "$rounds"); do "$@"; done
	echo "$*: $rounds kills, nothing broken, $whole $what"
}

# How long the command takes and a quarter more, in ms: moments to kill it at.
span_of() {
	begun=$(date +%s%N)
	"$@"
	span=$((($(date +%s%N) - begun) / 800000 + 1))
}

serve all.ndjson
span_of sh -c 'notion-fetch --workspace >cut.ndjson'
repeat 'runs had ended before' kill_fetch
kill $server && wait $server
server=
generate --pages 4 --blocks-per-page 5 --seed 8 >few.ndjson
edit --records 5 --add 5 --retitle 5 <all.ndjson >more.ndjson
for format in ndjson zip tar.zst dir sqlite; do
	notion-pack -f $format -o old.$format few.ndjson
	cp -r old.$format archive.$format
	span_of notion-pack -f $format -o archive.$format all.ndjson
	repeat 'new archives' kill_pack $format
done
cp old.sqlite three.sqlite
notion-pack -f sqlite -o three.sqlite all.ndjson
notion-pack -f sqlite -o three.sqlite more.ndjson
ln -s few.ndjson stream.1
ln -s all.ndjson stream.2
ln -s more.ndjson stream.3
cp three.sqlite archive.sqlite
span_of notion-forget archive.sqlite 2
repeat 'had removed it' kill_forget
root=$(jq -r 'select(.object == "page" and .parent.type == "workspace") | .id' \
    all.ndjson | head -n 1)
serve --state state.db all.ndjson
kill $server && wait $server
server=
repeat 'pages answered for and found again' kill_serve
