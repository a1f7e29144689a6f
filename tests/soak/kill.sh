#!/bin/sh
# kill -9 of notion-fetch, notion-pack and notion-serve at random moments,
# fifty each (or as many as $1 says): what stands at -o is the old archive or a
# whole new one, a cut stream never passes for a complete one, and serve's
# state opens again and answers.  By hand: make soak.
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

kill_fetch() {
	notion-fetch --workspace >cut.ndjson 2>/dev/null &
	victim=$!
	random_pause 300
	kill -9 $victim 2>/dev/null || :
	wait $victim 2>/dev/null || :
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

kill_pack() {
	cp old.zip archive.zip
	notion-pack -o archive.zip all.ndjson &
	victim=$!
	random_pause 500
	kill -9 $victim 2>/dev/null || :
	wait $victim 2>/dev/null || :
	if cmp -s archive.zip old.zip; then
		return
	fi
	notion-unpack archive.zip | cmp -s - all.ndjson ||
	    { echo 'pack: neither the old archive nor the new one' >&2; exit 1; }
	whole=$((whole + 1))
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
	whole=0
	for _ in $(seq "$rounds"); do "$1"; done
	echo "$1: $rounds kills, nothing broken, $whole $2"
}

serve all.ndjson
repeat kill_fetch 'runs had ended before'
kill $server && wait $server
server=
head -n 20 all.ndjson | grep -v '"object":"snapshot"' | stream >few.ndjson
notion-pack -o old.zip few.ndjson
repeat kill_pack 'new archives'
root=$(jq -r 'select(.object == "page" and .parent.type == "workspace") | .id' \
    all.ndjson | head -n 1)
serve --state state.db all.ndjson
kill $server && wait $server
server=
repeat kill_serve 'pages answered for and found again'
