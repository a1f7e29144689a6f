#!/bin/sh
# notion-markdown: which page, where files go, what it says when it cannot
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
page=$(jq -r 'select(.object == "page").id' "$sample" | head -n 1)
notion-pack --assets "$NT_ROOT/examples/assets" -o packed/ "$sample" || exit 2

it 'writes the page that is asked for, by id or URL' '
	notion-markdown --page $page "$sample" >one &&
	grep "^id: .*$page" one && grep "^## Work" one &&
	notion-markdown --page "https://www.notion.so/Elm-$(echo $page |
	    tr -d -)" <"$sample" | cmp - one
'
it 'writes the one page of a stream of one' '
	jq -c "select(.id == \"$page\" or .parent.page_id == \"$page\")" \
	    "$sample" | jq -c "select(.object != \"page\" or
	    .id == \"$page\")" >few && notion-markdown few >out &&
	grep "^## Work" out
'
it 'writes blocks without a page' '
	echo "{\"object\":\"block\",\"type\":\"divider\",\"divider\":{}}" |
	    notion-markdown >out && test "$(cat out)" = "---"
'
it 'writes the files that notion-pack does' '
	notion-markdown -o vault --assets "$NT_ROOT/examples/assets" \
	    "$sample" && test "$(ls vault/pages | wc -l)" -gt 30 &&
	diff -r vault/pages packed/pages &&
	diff -r vault/assets packed/assets
'
it 'lets be what is the same, and replaces what is not' '
	touch -d 2001-01-01 vault/pages/* vault/assets/* mark &&
	name=$(ls vault/pages | head -n 1) && echo >vault/pages/"$name" &&
	echo mine >vault/pages/mine &&
	notion-markdown -o vault --assets "$NT_ROOT/examples/assets" \
	    "$sample" && find vault -type f -newer mark >new &&
	test "$(wc -l <new)" -eq 2 && grep -F "$name" new &&
	diff -r vault/pages packed/pages >found;
	test "$(cat found)" = "Only in vault/pages: mine"
'
it 'has links that lead to files' '
	(cd vault/pages && cat *.md) | grep -o "](\.\./[^)]*)\|]([^():]*\.md)" |
	    sed "s/^](//; s/)$//" | sort -u >links &&
	test "$(wc -l <links)" -gt 10 &&
	while read -r link; do
		file=$(printf "%b" "$(echo "$link" | sed "s/%/\\\\x/g")") &&
		test -e "packed/pages/$file" || { echo "$file" && exit 1; }
	done <links
'
it 'links to the URL of a file that is not there' '
	notion-markdown -o bare "$sample" && test ! -e bare/assets &&
	! grep -rq "\.\./assets" bare && grep -rq "](https://files" bare
'
it 'names persons as the stream does' '
	grep "^created_by: [A-Z]" one
'
it 'wants to know which page, if there are several' '
	status 2 notion-markdown "$sample" >out 2>err && test ! -s out &&
	grep "^notion-markdown: 3 pages and databases are below no other" err
'
it 'says that a page is not there' '
	id=00000000-0000-4000-8000-000000000000 &&
	status 2 notion-markdown --page $id "$sample" >out 2>err &&
	test ! -s out &&
	echo "notion-markdown: page $id is not in the stream" | diff - err
'
it 'says that there is no page' '
	status 2 notion-markdown </dev/null 2>err &&
	echo "notion-markdown: there is no page in the stream" | diff - err
'
it 'names a bad line, and goes on behind it with -k' '
	{ head -n 1 few && echo "{" && tail -n +2 few; } >bad &&
	status 2 notion-markdown bad >out 2>err && test ! -s out &&
	grep "^notion-markdown: bad: line 2: " err &&
	status 2 notion-markdown -k bad >out 2>err2 && cmp err err2 &&
	notion-markdown few | cmp - out
'
it 'an asset that is missing is named' '
	mkdir none && status 2 notion-markdown -o x --assets none "$sample" \
	    2>err && grep "^notion-markdown: .*none/[0-9a-f]*: No such" err
'
it 'refuses options that do not go together' '
	status 2 notion-markdown --assets x "$sample" 2>err &&
	grep -e "--assets is given without --output" err &&
	status 2 notion-markdown -o x --page $page "$sample" 2>err &&
	status 2 notion-markdown --page nonsense "$sample" 2>err &&
	grep "^notion-markdown: --page: " err &&
	status 2 notion-markdown -o "" "$sample" 2>err &&
	status 2 notion-markdown a b 2>err
'
it 'calls a full disk trouble' '
	status 2 notion-markdown --page $page "$sample" >/dev/full 2>err &&
	grep "No space" err
'
finish
