#!/bin/sh
# the generator of test workspaces and its editor: deterministic, in order, whole
. "${0%/*}/lib.sh"

generate=$NT_BUILD/tests/generate
edit=$NT_BUILD/tests/edit
large='--pages 450 --comments --depth 12 --big-page 300 --rows-in-one 70
    --relation 120 --blocks-per-page 12 --assets files'

# The ids and times of pages, one a line.
page_times() { jq -r 'select(.object == "page") | .id + .last_edited_time' "$1"; }

it 'gives the same bytes for the same options' '
	mkdir files &&
	$generate $large >a && $generate $large >b && cmp a b
'
it 'gives another workspace for another seed' '
	$generate $large --seed 2 >b && status 1 cmp -s a b
'
it 'writes the files that asset records name' '
	jq -r "select(.object == \"asset\") |
	    \"\(.sha256)  files/\(.sha256)\"" a | sort -u >sums &&
	test "$(wc -l <sums)" -gt 8 && sha256sum -c --quiet sums
'
it 'makes as many pages as asked for' '
	test "$(jq -r .object a | grep -cx page)" \
	    -eq $((450 + 12 + 1 + 70 + 121))
'
it 'edits as many pages as asked for, and moves their time on' '
	page_times a >before && $generate $large --edit-pages 9 >b &&
	page_times b >after &&
	test "$(diff before after | grep -c "^>")" -eq 9 &&
	test "$(diff before after | grep -c "^<")" -eq 9
'
it 'edits the same few pages again and again when they are hot' '
	for seed in 1 2 3 4; do
		$generate --pages 600 --blocks-per-page 4 --edit-pages 9 --edit-seed $seed --hot >b
		page_times b
	done | sort -u >after && $generate --pages 600 --blocks-per-page 4 >b &&
	page_times b | sort >before &&
	test "$(comm -23 after before | cut -c 1-36 | sort -u | wc -l)" -le 18
'
it 'the editor edits one record in a hundred, by another seed others' '
	$generate $large >a && $edit --seed 2 <a >b && $edit --seed 2 <a >c &&
	cmp b c && $edit --seed 3 <a >c && status 1 cmp -s b c &&
	changed=$(diff a b | grep -c "^[<>] .*\"object\":\"block\"") &&
	hundredth=$(($(wc -l <a) / 100)) &&
	test "$changed" -ge "$hundredth" && test "$changed" -le $((2 * hundredth))
'
it 'the editor moves the time of a page on with those of its blocks' '
	diff a b | grep "^> .*\"object\":\"block\"" | sed "s/^> //" |
	    jq -r "select(.parent.page_id) | .parent.page_id" | sort -u >ids &&
	test -s ids &&
	diff a b | grep "^> .*\"object\":\"page\"" | sed "s/^> //" |
	    jq -r "select(.last_edited_time >= \"2026\") | .id" | sort -u >pages &&
	test "$(comm -23 ids pages | wc -l)" -eq 0
'
it 'the editor edits as many pages as asked for, and the same ones' '
	$edit --pages 2 <a >b && page_times a >before && page_times b >after &&
	test "$(diff before after | grep -c "^>")" \
	    -eq $(($(wc -l <before) * 2 / 100)) &&
	for seed in 1 2 3 4; do
		$edit --seed $seed --hot 2 <a >b && page_times b
	done | sort -u >after && sort before >sorted &&
	test "$(comm -23 after sorted | cut -c 1-36 | sort -u | wc -l)" -le 40
'
if command -v node >/dev/null; then
it 'writes a walk' '
	"$NT_ROOT"/tests/tools/check-walk a
'
it 'writes a walk after edits' '
	$generate $large --edit 10 >b && "$NT_ROOT"/tests/tools/check-walk b
'
it 'the editor leaves a walk behind, day after day' '
	for seed in $(seeds 4); do
		$edit --seed $seed --records 3 --add 9 --remove 9 --move 9 --retitle 9 <a >b &&
		"$NT_ROOT"/tests/tools/check-walk b && mv b a || exit 1
	done
'
it 'writes titles that are hard to write, and still a walk' '
	$generate --odd-titles --pages 300 --blocks-per-page 3 --rows-in-one 30 >b &&
	"$NT_ROOT"/tests/tools/check-walk b &&
	jq -r "select(.object == \"page\") | [.properties[].title? |
	    arrays | .[].plain_text] | join(\"\") | length" b >lengths &&
	sort -n lengths | tail -n 1 >longest && test "$(cat longest)" -ge 300 &&
	grep -qx 0 lengths
'
it 'has a judge that sees what is out of order' '
	sed "s/\"has_children\":true/\"has_children\":false/" a >b &&
	status 1 "$NT_ROOT"/tests/tools/check-walk b &&
	awk "NR == 40 { held = \$0; next } { print }
	    NR == 60 { print held }" a >b &&
	status 1 "$NT_ROOT"/tests/tools/check-walk b
'
it 'and the sample is a walk' '
	"$NT_ROOT"/tests/tools/check-walk "$NT_ROOT"/examples/workspace.ndjson
'
else
skip 'writes a walk' 'node is not installed'
fi
finish
