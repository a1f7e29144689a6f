#!/bin/sh
# what was restored is fetched again, and only what was announced differs; the
# sample, workspaces of all there can be, and ordinary ones
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh

losses() { jq -c 'select(.object == "loss")' "$1" | sort; }

# law NAME STREAM ASSETS; each ends with other edits than the one before
edits=0
law() {
	edits=$((edits + 1))
	stream=$2 assets=$3
	rm -f journal
	target "$stream"
	it "$1: what will be lost is said before, and nothing is written" '
		everything_new "$stream" &&
		status 0 restore --assets "$assets" --dry-run 2>err &&
		losses results >planned && test ! -e journal &&
		notion-fetch --page $parent >empty &&
		test "$(jq -r .object empty | grep -c "page\|block")" -eq 1
	'
	it "$1: comes back, but for the losses that were announced" '
		status 0 restore --assets "$assets" && losses results |
		    diff planned - && returned "$stream"
	'
	it "$1: a second run has nothing to do" '
		NT_TRACE=again status 0 restore --assets "$assets" &&
		! grep -E "\"(POST|PATCH|DELETE)\"" again && returned "$stream"
	'
	command -v node >/dev/null || return 0
	it "$1: what is edited then is seen to be different, by either judge" '
		"$NT_ROOT"/tests/tools/edit-served "$NOTION_API_BASE_URL" \
		    back.ndjson $edits && fetch_back &&
		status 1 notion-diff --map journal "$stream" back.ndjson >said &&
		status 1 "$NT_ROOT"/tests/tools/put-back "$stream" back.ndjson \
		    results $parent
	'
}
mkdir files
law 'the sample' "$NT_ROOT/examples/workspace.ndjson" "$NT_ROOT/examples/assets"
"$NT_BUILD"/tests/generate --pages 20 --seed 21 --comments --depth 12 \
    --blocks-per-page 14 --assets files >ordinary.ndjson
law 'ordinary pages' ordinary.ndjson files

serve "$NT_ROOT/examples/workspace.ndjson"
notion-fetch --workspace --comments blocks >bare.ndjson
law 'without the bytes of its files' bare.ndjson files

if ! command -v node >/dev/null; then
	skip 'all there can be' 'node is not installed'
	finish
	exit
fi
for seed in 1 2; do
	"$NT_ROOT"/tests/tools/everything --seed $seed --assets files \
	    >all$seed.ndjson
	law "all there can be, $seed" all$seed.ndjson files
done
for seed in 3 4 5 6 7 8 9 10; do
	"$NT_ROOT"/tests/tools/everything --seed $seed --assets files \
	    --relation $((seed * 40)) --big-page $((seed * 100)) >all.ndjson
	rm -f journal
	target all.ndjson
	it "all there can be, $seed: comes back" '
		everything_new all.ndjson && status 0 restore --assets files &&
		returned all.ndjson
	'
done
finish
