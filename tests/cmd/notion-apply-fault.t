#!/bin/sh
# notion-apply: disturbed connections and kills; after going on all is there, and
# once.  A part of what tests/soak/restore.sh does.
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/restore.sh

if ! command -v node >/dev/null; then
	skip 'restores in spite of faults' 'node is not installed'
	finish
	exit
fi
mkdir files
"$NT_BUILD"/tests/generate --pages 10 --blocks-per-page 5 --comments \
    --assets files --seed 4 >small.ndjson
soak() { NT_BUILD=$NT_BUILD sh "$NT_ROOT"/tests/soak/restore.sh "$@"; }

it 'goes on after each kind of fault' '
	soak each 13 small.ndjson files reset late cut short 409 429 503 \
	    committed late504 kill killed term
'

# A copy waits for what is behind it, and is put before that: places shift.
node - >copies.ndjson <<\END
const sample = `${process.env.NT_ROOT}/examples/sample`;
const { users, emojis } = require(`${sample}/garden.js`);
const { p, copy, original, child } = require(`${sample}/parts.js`).blocks;
const page = (key, blocks) => ({ kind: 'page', key, title: key, locked: true,
	blocks });
const roots = [page('copies', [copy('told'), p('one'), p('two'), p('three'),
	original('told', [p('once')]), child(page('inside', []))])];
process.stdout.write(require(`${sample}/walk.js`).walk({ users, emojis,
	roots }).lines.join(''));
END
it 'goes on after two faults, when what is looked for has moved meanwhile' '
	soak each 1 copies.ndjson files 409+killed
'

target small.ndjson
direct=$NOTION_API_BASE_URL
everything_new small.ndjson
echo '[{"writes": true, "nth": 9, "fault": "term"}]' >rules
start_proxy --upstream "$direct" --rules rules --record log --pid pid
run() {
	sh -c 'echo $$ >pid && exec "$@"' sh notion-apply --parent "$parent" \
	    --journal journal --assets files changes >results 2>err
}
it 'a signal lets what is under way be answered, and says how to go on' '
	status 75 run && test "$(wc -l <err)" -eq 1 && grep "signal" err &&
	for line in intent outcome; do
		jq "select(.object == \"$line\" and .step > 0).step" journal |
		    sort >$line || exit 1
	done && cmp intent outcome && test "$(wc -l <intent)" -lt 20
'
it 'goes on after it, and is whole' '
	status 0 run && NOTION_API_BASE_URL=$direct returned small.ndjson
'
it 'goes on after a power cut in the last line of the journal' '
	for bytes in 1 2 40; do
		cut=$(($(tail -n 1 journal | wc -c) - bytes))
		truncate -s -$cut journal && status 0 run &&
		NOTION_API_BASE_URL=$direct returned small.ndjson || exit 1
	done
'
it 'names a line of the journal that is broken' '
	sed "3s/./x/" journal >other && mv other journal && status 2 run &&
	grep "journal: line 3: " err && test "$(wc -l <err)" -eq 1
'
unserve
target small.ndjson
echo '[{"writes": true, "nth": 3, "fault": "stall"}]' >rules
start_proxy --upstream "$NOTION_API_BASE_URL" --rules rules --record log
rm -f journal
notion-apply --parent "$parent" --journal journal --assets files changes \
    >results 2>err &
first=$!
until [ "$(grep -c stall log 2>/dev/null)" -gt 0 ]; do kill -0 $first || break; done
it 'two do not write with one journal' '
	status 75 notion-apply --parent "$parent" --journal journal \
	    --assets files changes >again 2>said && cat said &&
	test "$(wc -l <said)" -eq 1 && grep journal said
'
kill -9 $first
wait $first 2>/dev/null

it 'goes on through any of them, one request in thirty' '
	soak chance 3 "$NT_ROOT"/examples/workspace.ndjson \
	    "$NT_ROOT"/examples/assets 1
'
finish
