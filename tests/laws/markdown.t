#!/bin/sh
# what a page says is what its Markdown shows, and its front matter says
. "${0%/*}/../lib.sh"

tools=$NT_ROOT/tests/tools
api=$NT_CORPORA/notion-api
gfm='cmark-gfm --unsafe -e table -e tasklist -e strikethrough -e autolink -e footnotes'

# law RENDERER...: characters and styles of random text, in blocks in blocks
law() {
	for seed in 1 2 3; do
		perl "$tools/markdown_law.pl" 500 $seed "$@" || return
	done
}
# fronts FILE: the front matter of its pages, to two readers of YAML
fronts() {
	rm -rf there && notion-markdown -o there "$1" &&
	    python3 "$tools/front_matter.py" check "$1" there
}
yaml() {
	python3 -c 'import yaml' 2>/dev/null
}

if command -v cmark >/dev/null; then
it 'random text is what CommonMark shows' 'law cmark --unsafe'
else
skip 'random text is what CommonMark shows' 'cmark is not installed'
fi
if command -v cmark-gfm >/dev/null; then
it 'random text is what GFM shows, tables and boxes too' 'law $gfm'
else
skip 'random text is what GFM shows' 'cmark-gfm is not installed'
fi
if command -v cmark >/dev/null; then
it 'formulas are shown, and leave what is beside them alone' '
	for seed in 1 2 3; do
		perl "$tools/markdown_formulas.pl" $seed 500 >blocks.ndjson &&
		notion-markdown blocks.ndjson >blocks.md &&
		cmark --unsafe blocks.md >blocks.html &&
		perl "$tools/markdown_seen.pl" blocks.ndjson blocks.html ||
		exit
	done
'
fi
texts=$NT_CORPORA/markdown/commonmark.ndjson
if [ -f "$texts" ] && command -v cmark-gfm >/dev/null; then
it 'the examples of CommonMark and GFM, as text, stay text' '
	cat "$NT_CORPORA"/markdown/commonmark.ndjson \
	    "$NT_CORPORA"/markdown/gfm-extensions.ndjson >examples &&
	NT_TEXTS=examples law $gfm
'
else
skip 'the examples of CommonMark, as text, stay text' "no $texts"
fi
if [ -d "$api" ] && command -v cmark-gfm >/dev/null; then
it 'the text of each real block is shown' '
	jq -c ".. | objects | select(.object == \"block\" and
	    (.type | type) == \"string\") | del(.children)" \
	    "$api/responses.ndjson" >blocks.ndjson &&
	test "$(wc -l <blocks.ndjson)" -gt 900 &&
	notion-markdown blocks.ndjson >blocks.md &&
	$gfm blocks.md >blocks.html &&
	perl "$tools/markdown_seen.pl" blocks.ndjson blocks.html
'
it 'the text of a real page, block in block, is shown' '
	jq -c "def flat: (.[.type].children // .children // []) as \$below |
	    del(.children) | del(.[.type].children?), (\$below[] | flat);
	    .[] | flat" "$NT_CORPORA"/markdown/block-trees/*.json >blocks.ndjson &&
	test "$(wc -l <blocks.ndjson)" -gt 40 &&
	notion-markdown blocks.ndjson >blocks.md &&
	$gfm blocks.md >blocks.html &&
	perl "$tools/markdown_seen.pl" blocks.ndjson blocks.html
'
else
skip 'the text of each real block is shown' "no $api, or no cmark-gfm"
fi
if yaml; then
it 'front matter is exact, whatever names and values are' '
	for seed in 1 2; do
		python3 "$tools/front_matter.py" make $seed 100 >made.ndjson &&
		fronts made.ndjson || exit
	done
'
it 'a value that is another is seen' '
	python3 "$tools/front_matter.py" make 1 20 >made.ndjson &&
	notion-markdown -o other made.ndjson &&
	sed "s/\"checkbox\": true/\"checkbox\": false/" made.ndjson >changed &&
	status 1 python3 "$tools/front_matter.py" check changed other
'
else
skip 'front matter is exact' 'PyYAML is not installed'
fi
if yaml && [ -d "$api" ]; then
it 'and of all real pages' '
	hex="[0-9a-f]" &&
	id="^$hex{8}-$hex{4}-$hex{4}-$hex{4}-$hex{12}$" &&
	jq -c ".. | objects | select(.object == \"page\" and
	    (.id | type) == \"string\" and (.id | test(\"$id\")))" \
	    "$api/responses.ndjson" | jq -cs "unique_by(.id) | .[]" \
	    >pages.ndjson && test "$(wc -l <pages.ndjson)" -gt 500 &&
	fronts pages.ndjson
'
else
skip 'front matter of all real pages' "no $api, or no PyYAML"
fi
finish
