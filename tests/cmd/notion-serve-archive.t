#!/bin/sh
# notion-serve of archives and repositories: whatever the format, what is
# fetched is what was packed, with the files that were in it
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-serve.sh

files=$NT_ROOT/examples/assets

# The records, with links to hosted files as the sample has them.
records() {
	sed -e '1d;$d' \
	    -e 's#http://127\.0\.0\.1[:0-9]*/#https://files.example.org/#g' "$1"
}
records "$sample" >want

# serves ARGUMENT...: fetched, it is the sample with the bytes of its files
serves() {
	own "$@" && rm -rf got &&
	notion-fetch --workspace --comments blocks --assets got >one &&
	records one | cmp - want || return 1
	for file in "$files"/*; do
		cmp "$file" "got/${file##*/}" || return 1
	done
}

for format in zip tar tar.gz tar.zst sqlite dir; do
	notion-pack -f $format --assets "$files" -o whole.$format "$sample" ||
	    exit 2
it "$format: fetch(serve(pack(s))) = s, with its files" '
	serves whole.$format
'
done
it 'a format is found by content, from a pipe, too' '
	cp whole.zip noname && serves noname &&
	mkfifo pipe && { cat whole.tar.zst >pipe & } && serves pipe
'
it 'what came from an archive outlives it in a state file' '
	for format in zip sqlite; do
		cp -R whole.$format moved &&
		serves --state $format.db moved && kill ${nt_children##* } &&
		{ wait ${nt_children##* }; rm -r moved; } &&
		serves --state $format.db || exit
	done
'
it 'a file is given in ranges' '
	own whole.tar.zst && page=$(id_of ".cover.type? == \"file\"") &&
	ask GET /v1/pages/$page && url=$(jq -r .cover.file.url answer) &&
	curl -sf "$url" >all && curl -sf -r 100-299 "$url" >part &&
	test $(wc -c <part) -eq 200 && tail -c +101 all | head -c 200 | cmp - part
'
it 'the folder that is named goes before the archive; without bytes links stay' '
	notion-pack -o bare.zip "$sample" && serves --assets "$files" bare.zip &&
	own bare.zip && page=$(id_of ".cover.type? == \"file\"") &&
	ask GET /v1/pages/$page && url=$(jq -r .cover.file.url answer) &&
	jq -r "select(.id == \"$page\" and .object == \"page\").cover.file.url" \
	    "$sample" | grep -Fx "${url%%[?]*}"
'
it 'each snapshot of a repository, by number and by time' '
	"$NT_BUILD"/tests/generate --pages 3 --seed 1 >first &&
	"$NT_BUILD"/tests/generate --pages 3 --seed 2 >second &&
	notion-pack -o two.db first && notion-pack -o two.db second &&
	for n in 1 2; do
		of=$(sed -n ${n}p <<-EOT
		first
		second
		EOT
		) && own --snapshot $n two.db &&
		page=$(jq -r "select(.object == \"page\").id" $of | head -n 1) &&
		ask GET /v1/pages/$page && is 200 .id || exit
	done &&
	own two.db && ask GET /v1/pages/$page && is 200 .id &&
	own --at 2999-01-01 two.db && ask GET /v1/pages/$page && is 200 .id &&
	status 2 notion-serve --snapshot 3 two.db 2>err &&
	grep "there is no snapshot 3" err &&
	status 2 notion-serve --at 1999-01-01 two.db 2>err &&
	grep "no snapshot was taken until 1999-01-01" err
'
it 'what was written is kept as the next snapshot, which is served on' '
	cp whole.sqlite kept.db &&
	own kept.db && new_page &&
	notion-fetch --workspace --comments blocks --assets got >one &&
	notion-pack --assets got -o kept.db one && kill ${nt_children##* } &&
	wait ${nt_children##* } &&
	notion-unpack kept.db | cmp - one && notion-unpack -l kept.db >list &&
	test $(wc -l <list) -eq 3 &&
	own kept.db && ask GET /v1/pages/$page && is 200 .id &&
	own --snapshot 1 kept.db && ask GET /v1/pages/$page && is 404 .code &&
	serves --snapshot 1 kept.db
'
it 'of what is one snapshot none can be chosen' '
	for file in whole.zip whole.dir "$sample"; do
		status 2 notion-serve --snapshot 1 $file >out 2>err &&
		grep "it is one snapshot, there is none to choose" err || exit
	done &&
	status 2 notion-serve --at 2026-01-01 2>err && grep "repository" err &&
	status 2 notion-serve --at 2026-01-01 --snapshot 1 whole.sqlite 2>err &&
	grep "expected one of" err
'
it 'what is not complete is taken with --partial only' '
	head -n 20 "$sample" | notion-pack --partial -o part.zip - &&
	head -n 20 "$sample" | notion-pack --partial -o part.db - &&
	for file in part.zip part.db; do
		status 2 notion-serve $file >out 2>err && test ! -s out &&
		grep "not complete" err && test $(wc -l <err) -eq 1 &&
		own --partial $file && ask GET /v1/pages/$root && is 200 .id || exit
	done
'
it 'what is damaged is refused in one line, and leaves no state' '
	size=$(wc -c <whole.zip) && head -c $((size - 9)) whole.zip >cut.zip &&
	cp whole.tar flipped.tar &&
	printf X | dd of=flipped.tar bs=1 seek=5000 conv=notrunc 2>log &&
	echo hello >text && : >empty && printf "age-encryption.org/v1" >age &&
	for file in cut.zip flipped.tar text empty age; do
		rm -f no.db && status 2 notion-serve --state no.db $file >out 2>err &&
		grep "$file" err && test ! -s out && test $(wc -l <err) -eq 1 &&
		own --state no.db && ask POST /v1/search "{}" &&
		is 200 ".results == []" && kill ${nt_children##* } &&
		wait ${nt_children##* } || exit
	done
'
it 'a repository is served and goes on as its own state' '
	cp whole.sqlite state.db && serves --state state.db &&
	kill ${nt_children##* } && wait ${nt_children##* } &&
	notion-unpack -l state.db >list && test $(wc -l <list) -eq 2 &&
	own --state state.db && new_page &&
	notion-fetch --workspace --comments blocks --assets got >one &&
	kill ${nt_children##* } && wait ${nt_children##* } &&
	notion-unpack --assets bytes state.db >two && records two >have &&
	records one | cmp - have && diff -r bytes "$files" &&
	notion-unpack --snapshot 1 state.db | cmp - "$sample" &&
	notion-unpack --verify state.db &&
	notion-unpack -l state.db >list && test $(wc -l <list) -eq 3 &&
	own --state state.db && ask GET /v1/pages/$page && is 200 .id
'
it 'a snapshot that is added meanwhile is another one' '
	cp whole.sqlite meanwhile.db && own --state meanwhile.db && new_page &&
	status 0 notion-pack -o meanwhile.db "$sample" &&
	ask GET /v1/pages/$page && is 200 .id &&
	kill ${nt_children##* } && wait ${nt_children##* } &&
	notion-unpack -l meanwhile.db >list && test $(wc -l <list) -eq 4 &&
	notion-unpack meanwhile.db | grep "$page" &&
	! notion-unpack --snapshot 2 meanwhile.db | grep "$page"
'
it 'what is forgotten is not what is served' '
	cp whole.sqlite less.db && own --state less.db && new_page &&
	kill ${nt_children##* } && wait ${nt_children##* } &&
	status 0 notion-forget less.db 1 && notion-unpack --verify less.db &&
	own --state less.db && ask GET /v1/pages/$page && is 200 .id
'
it 'tables that are not what is kept there are none of a repository' '
	cp less.db odd.db && sqlite3 odd.db "alter table served add column x" &&
	cp less.db torn.db && sqlite3 torn.db "drop table served_counter" &&
	for file in odd.db torn.db; do
		status 2 notion-unpack $file >out 2>err && grep "^notion-unpack: $file: " err &&
		status 2 notion-serve --state $file >out 2>err && grep "$file: " err || exit
	done && grep "tables of it are missing" err
'
it 'what no repository is keeps no state' '
	echo hello >text.db && cp whole.zip zip.db &&
	sqlite3 other.db "create table t(x)" &&
	for file in text.db zip.db other.db; do
		cp $file before && status 2 notion-serve --state $file >out 2>err &&
		grep "$file" err && test $(wc -l <err) -eq 1 && cmp $file before || exit
	done
'
finish
