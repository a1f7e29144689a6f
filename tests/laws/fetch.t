#!/bin/sh
# fetch(serve(s)) = s over the sample and random workspaces; read twice, the
# same bytes; read with --base, the bytes of a whole read
. "${0%/*}/../lib.sh"

generate=$NT_BUILD/tests/generate
NOTION_API_TOKEN=any
export NOTION_API_TOKEN NOTION_API_BASE_URL

# with STREAM ASSETS COMMAND: runs it while the stream is served
with() {
	mkfifo url || return 1
	notion-serve --assets "$2" "$1" >url &
	server=$!
	read -r NOTION_API_BASE_URL <url || return 1
	rm url
	eval "$3"
	nt_ran=$?
	kill "$server" && wait "$server" && return "$nt_ran"
}

# The records alone, with links to hosted files as the generator writes them.
records() {
	sed -e '1d;$d' -e 's#http://127\.0\.0\.1:[0-9]*/#https://files.example.org/#g' \
	    "$1"
}
same() {
	records "$1" >left && records "$2" >right && cmp left right
}
whole() { notion-fetch --workspace --comments blocks --assets "$1"; }

# law NAME STREAM ASSETS: all of it, for one workspace
law() {
	name=$1 stream=$2 assets=$3
	it "$name: fetch(serve(s)) = s" '
		rm -rf got && with "$stream" "$assets" "whole got >one" &&
		same "$stream" one
	'
	it "$name: the files came with it" '
		for hash in $(jq -r "select(.object == \"asset\").sha256" one |
		    sort -u); do cmp got/$hash "$assets"/$hash || exit 1; done
	'
	it "$name: what was fetched can be served and fetched again" '
		with one got "whole again >two" && same one two
	'
}

sample=$NT_ROOT/examples
law 'the sample' "$sample/workspace.ndjson" "$sample/assets"

mkdir files
for seed in 11 12 13; do
	$generate --pages $((seed * 4)) --seed $seed --blocks-per-page 9 \
	    --comments --files --assets files >$seed.ndjson
	law "seed $seed" $seed.ndjson files
done

$generate --pages 30 --blocks-per-page 3 --depth 12 --big-page 730 \
    --rows-in-one 260 --relation 120 --comments >large.ndjson
law 'deep and large' large.ndjson files

# base SEED K: after K edits a read over the former one is a whole read
base() {
	seed=$1 edits=$2
	shape="--pages 120 --blocks-per-page 6 --seed $seed --assets files"
	it "seed $seed: $edits edits: fetch --base = fetch" '
		$generate $shape >s && $generate $shape --edit-pages '"$edits"' >e &&
		with s files "whole got >former" &&
		with e files "whole got >full &&
		    notion-fetch --workspace --comments blocks --assets got \
		    --base former >quick" &&
		same full quick &&
		{ [ '"$edits"' -eq 0 ] || status 1 same former full; }
	'
}
for seed in 1 2 3; do
	base "$seed" 0
	base "$seed" 7
done

# What one edit changes elsewhere: a title in the block of the page above, the
# far side of a relation, the lists that a page was moved out of and into.
page() {
	jq -r --arg title "$1" 'select(.object == "page") |
	    select([.properties[] | select(.type == "title").title[].plain_text] |
		add == $title).id' "$sample/workspace.ndjson" | head -n 1
}
edit() {
	send PATCH "pages/$(page 'Hot compost, week by week')" \
	    '{"properties":{"title":[{"text":{"content":"Heat"}}]}}' &&
	send PATCH "pages/$(page Mint)" '{"in_trash":true}' &&
	send PATCH "pages/$(page 'Summer feast 🎉')" \
	    "{\"properties\":{\"Bed\":{\"relation\":[{\"id\":\"$(page \
		'North bed')\"}]}}}" &&
	send POST "pages/$(page 'Winter list ❄️')/move" \
	    "{\"parent\":{\"page_id\":\"$(page 'Shed (tools to lend)')\"}}" &&
	send PATCH "blocks/$(page 'Welcome · ברוכים הבאים · أهلا')/children" \
	    '{"children":[{"divider":{}}]}' &&
	send POST pages "{\"parent\":{\"page_id\":\"$(page \
	    'Everything a page can hold')\"},\"properties\":{\"title\":[]}}"
}
it 'edits that are seen in more than one place: fetch --base = fetch' '
	with "$sample/workspace.ndjson" "$sample/assets" "
		whole got >former && edit && whole got >full &&
		notion-fetch --workspace --comments blocks --assets got \
		    --base former >quick" &&
	same full quick && status 1 same former full
'
database() {
	jq -r --arg title "$1" 'select(.object == "database" and
	    .title[0].plain_text == $title).id' "$sample/workspace.ndjson"
}
rename_both() {
	send PATCH "databases/$(database Plants)" \
	    '{"title":[{"text":{"content":"Flora"}}]}' &&
	send PATCH "pages/$(page 'How we garden')" \
	    '{"properties":{"title":[{"text":{"content":"The way we do it"}}]}}'
}
# Either way of asking: the search tells of pages, not of databases, and what
# is named tells of neither.
for scope in --workspace "--page $(page 'Elm Street Garden')" \
    "--page $(page 'Elm Street Garden') --page $(page 'Soil and compost')"; do
it "names of what is inside, by ${scope%% *}: fetch --base = fetch" '
	read_it() { notion-fetch $scope --comments blocks "$@"; }
	with "$sample/workspace.ndjson" "$sample/assets" "
		read_it >former && rename_both && read_it >full &&
		read_it --base former >quick" &&
	same full quick && status 1 same former full &&
	grep "\"child_database\":{\"title\":\"Flora\"}" quick
'
done

# In each scope, over what a day's edits leave of a workspace.
scopes() {
	echo --workspace
	echo --workspace --trash --comments blocks
	for kind in page database data_source; do
		jq -r --arg kind "$kind" 'select(.object == $kind).id' "$1" |
		    awk -v n="$2" -v kind="$kind" '{ id[NR] = $0 } END {
			gsub("_", "-", kind)
			if (NR) print "--" kind, id[n % NR + 1] }'
	done
}
in_scopes() {
	while read -r options; do
		at=$((at + 1))
		# shellcheck disable=SC2086 # words
		notion-fetch $options ${2:+--base "$2$at"} >"$1$at" || return 1
	done <scopes
}
edited() {
	seed=$1 stream=$2
	it "edits of seed $seed: in each scope fetch --base = fetch" '
		scopes "$stream" "$seed" >scopes && rm -f former* full* quick* &&
		with "$stream" files "at=0 in_scopes former &&
		    \"$NT_ROOT/tests/tools/edit-served\" \$NOTION_API_BASE_URL \
			\"$stream\" $seed &&
		    at=0 && in_scopes full && at=0 && in_scopes quick former" &&
		for full in full*; do
			same "$full" "quick${full#full}" ||
			    { sed -n "${full#full}p" scopes; exit 1; }
		done
	'
}
if command -v node >/dev/null; then
	"$NT_ROOT"/tests/tools/everything --assets files >all.ndjson
	law 'all that there can be' all.ndjson files
	for seed in 1 2 3; do
		edited "$seed" "$sample/workspace.ndjson"
		edited "1$seed" "1$seed.ndjson"
	done
else
	skip 'edits of each kind' 'node is not installed'
fi
finish
