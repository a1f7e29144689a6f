#!/bin/sh
# notion-serve --state: what was answered as done is there after a kill
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

# The state file's server, killed by stop.
start() {
	rm -f url && mkfifo url || exit 2
	notion-serve "$@" >url &
	server=$!
	read -r NOTION_API_BASE_URL <url
	NOTION_API_TOKEN=any
	export NOTION_API_BASE_URL NOTION_API_TOKEN
}
stop() {
	kill "-$1" "$server"
	wait "$server" 2>/dev/null
	return 0
}

it 'a workspace is loaded once and stays' '
	start --state kept.db "$sample" && new_page && stop TERM &&
	start --state kept.db && ask GET /v1/pages/$page && is 200 .id &&
	ask GET /v1/pages/$root && is 200 .id && stop TERM &&
	status 2 notion-serve --state kept.db "$sample" 2>err &&
	grep "kept.db holds a workspace already" err
'
it 'a state file is its owner'"'"'s alone' '
	start --state own.db && stop TERM &&
	ls -l own.db | grep "^-rw-------"
'
it 'a state file serves one process at a time' '
	start --state one.db && status 75 notion-serve --state one.db >out 2>err &&
	grep "one.db" err && test ! -s out && stop TERM
'
it 'uploads, counters and the bot stay, too' '
	start --state all.db "$sample" && new_page && echo hello >a.txt &&
	ask GET /v1/users/me && me=$(jq -r .id answer) &&
	ask POST /v1/file_uploads "{\"filename\":\"a.txt\"}" && id=$(jq -r .id answer) &&
	curl -sf -H "Authorization: Bearer x" -H "Notion-Version: $version" \
	    -F "file=@a.txt;type=text/plain" \
	    $NOTION_API_BASE_URL/v1/file_uploads/$id/send >sent && stop KILL &&
	start --state all.db && ask GET /v1/users/me && is 200 ".id == \"$me\"" &&
	ask PATCH /v1/blocks/$page/children "{\"children\":[{\"file\":{\"type\":
	    \"file_upload\",\"file_upload\":{\"id\":\"$id\"}}}]}" &&
	curl -sf "$(jq -r ".results[0].file.file.url" answer)" | cmp - a.txt &&
	stop TERM
'
it 'killed while it is written to, ten times: nothing answered is lost' '
	start --state killed.db "$sample" && new_page && : >done && stop TERM &&
	for n in 1 2 3 4 5 6 7 8 9 10; do
		start --state killed.db &&
		{ while ask PATCH /v1/blocks/$page/children "{\"children\":[
		    {\"divider\":{}},{\"divider\":{}}]}" && test $code = 200; do
			jq -r ".results[].id" answer
		done >>done 2>log & } && writer=$! &&
		want=$(($(wc -l <done) + 2 * n)) &&
		while [ $(wc -l <done) -lt $want ] && kill -0 $writer; do :; done &&
		stop KILL && wait $writer
	done
	start --state killed.db &&
	cursor= && : >have && while :; do
		ask GET "/v1/blocks/$page/children?page_size=100$cursor" &&
		is 200 .results && jq -r ".results[].id" answer >>have || exit
		next=$(jq -r ".next_cursor // empty" answer)
		[ -n "$next" ] || break
		cursor="&start_cursor=$next"
	done
	stop TERM
	sort done >want && sort have >got && comm -23 want got >lost &&
	test ! -s lost && test $(wc -l <want) -ge 110 &&
	echo $(($(wc -l <have) % 2)) | grep -x 0
'
# The records but for the port of their links, those of files apart.
records() {
	sed -e 1d -e '$d' -e 's|http://127.0.0.1:[0-9]*/|http://127.0.0.1/|g' "$1" |
	grep -v '"object":"asset"'
}
it 'what is kept is what a fetch reads, whoever wrote what' '
	"$NT_BUILD"/tests/generate --pages 30 --blocks-per-page 6 --comments --depth 3 \
	    --relation 30 --seed 5 >s || exit
	start --state law.db s && unset NT_CLOCK_FIXED &&
	for seed in 1 2 3 4 5 6 7 8; do
		command -v node >edits || break
		"$NT_ROOT"/tests/tools/edit-served $NOTION_API_BASE_URL s $seed >>edits || exit
	done
	root=$(jq -r "select(.object == \"page\").id" s | head -n 1) && new_page &&
	ask PATCH /v1/pages/$page "{\"in_trash\":true}" && is 200 .id &&
	notion-fetch --workspace --comments blocks >fetched && stop TERM &&
	records fetched >want && notion-unpack law.db >kept && records kept | cmp - want &&
	notion-unpack --snapshot 1 law.db >first && records first >have &&
	records s | cmp - have && notion-unpack --verify law.db &&
	start --state law.db && notion-fetch --workspace --comments blocks >again &&
	records again | cmp - want && stop TERM &&
	test $(notion-unpack -l law.db | wc -l) -eq 3
'
it 'killed at any moment of its end: all is there, and kept the next time' '
	start --state end.db "$sample" && new_page && stop TERM && last=2
	for n in 0 1 2 4 8 16 32 64 128; do
		start --state end.db && ask PATCH /v1/blocks/$page/children \
		    "{\"children\":[{\"divider\":{}}]}" && is 200 .results &&
		id=$(jq -r ".results[0].id" answer) && kill -TERM $server || exit
		i=0; while [ $i -lt $((n * 100)) ]; do i=$((i + 1)); done
		stop KILL
		notion-unpack --verify end.db && start --state end.db &&
		ask GET /v1/blocks/$id && is 200 .id && stop TERM &&
		notion-unpack end.db | grep "$id" || exit
	done
'
it 'killed while it loads: nothing or all' '
	"$NT_BUILD"/tests/generate --pages 300 >large || exit
	for n in 1 2 3 4 5; do
		rm -f part.db* && { notion-serve --state part.db large >out 2>&1 &
		    server=$!; } &&
		while [ ! -s part.db ] && kill -0 $server; do :; done
		i=0; while [ $i -lt $((n * 200)) ]; do i=$((i + 1)); done
		stop KILL
		start --state part.db && ask POST /v1/search "{\"page_size\":1}" &&
		is 200 "(.results | length) == 0 or .has_more" || exit
		loaded=$(jq ".results | length" answer) && stop TERM
		[ $loaded -eq 1 ] || { start --state part.db large && stop TERM; } || exit
	done
'
it 'a full disk is an answer, and the state stays whole' '
	start --state full.db "$sample" && new_page && stop TERM &&
	size=$(wc -c <full.db) &&
	(ulimit -f $((size / 512 + 64)); trap "" XFSZ; start --state full.db &&
	 code=200 && n=0 && big=$(head -c 2000 /dev/zero | tr "\\0" x) &&
	 while [ $code = 200 ] && [ $n -lt 500 ]; do
		n=$((n + 1))
		ask PATCH /v1/blocks/$page/children "{\"children\":[{\"code\":{
		    \"language\":\"c\",\"rich_text\":[{\"text\":{\"content\":\"$big\"}}]}}]}"
	 done
	 [ $code = 500 ] || [ $code = 503 ] || exit 1
	 echo $n >full; ask GET /v1/users/me && is 200 .id; stop TERM) &&
	start --state full.db && ask GET /v1/blocks/$page/children &&
	is 200 ".results | length >= 1" && stop TERM
'

# One append of two blocks while the Nth call of a kind fails; then the state
# is opened as it is: both blocks are there or none, and both if it said so.
shim=$NT_BUILD/tests/fail.so
start --state base.db "$sample" && new_page && stop TERM
append() {
	cp base.db step.db && rm -f step.db-wal step.db-shm url && mkfifo url || exit
	NT_FAIL=$1 LD_PRELOAD=$shim notion-serve --state step.db >url 2>err &
	server=$!
	code=
	if read -r NOTION_API_BASE_URL <url; then
		ask PATCH "/v1/blocks/$page/children" \
		    '{"children":[{"divider":{}},{"divider":{}}]}'
	fi
	said=$code
}
append_with() {
	append "$1"
	stop KILL
	start --state step.db && ask GET "/v1/blocks/$page/children" &&
	is 200 '(.results | length) == 0 or (.results | length) == 2' || exit
	have=$(jq '.results | length' answer)
	stop TERM
	[ "$said" != 200 ] || [ "$have" -eq 2 ] || exit
}
# The same where it is stopped, and what fails is the snapshot it then adds:
# that is there or not, the one before it is, and the next end adds it.
end_with() {
	append "$1"
	kill -TERM "$server" && wait "$server"
	ended=$?
	[ "$said" = 200 ] || return 0
	notion-unpack --verify step.db && notion-unpack --snapshot 1 step.db |
	cmp - first && start --state step.db && stop TERM &&
	notion-unpack step.db | grep "\"divider\"" | grep "$page" >two || exit
}
notion-unpack --snapshot 1 base.db >first
for fault in pwrite:KILL fsync:KILL pwrite:ENOSPC fsync:EIO; do
	if nm "$NT_BUILD/bin/notion-serve" 2>/dev/null | grep -q __asan_init; then
		skip "${fault%:*} ${fault#*:} at every step" 'sanitized'
		continue
	fi
it "${fault%:*} ${fault#*:} at every step of a commit: old or new" '
	nth=1 && said= &&
	while [ "$said" != 200 ]; do
		append_with "${fault%:*}:$nth:${fault#*:}" && nth=$((nth + 1)) &&
		[ $nth -lt 80 ] || exit
	done && test $nth -gt 2 && failed=0 && last=$((nth + 20)) &&
	while [ $nth -lt $last ]; do
		end_with "${fault%:*}:$nth:${fault#*:}" && nth=$((nth + 1)) || exit
		[ $ended -eq 0 ] || failed=$((failed + 1))
	done && test $failed -gt 0
'
done
finish
