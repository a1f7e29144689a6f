#!/bin/sh
# notion-unpack: what it gives back, what it refuses, how it fails
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson
files=$NT_ROOT/examples/assets
notion-pack --assets "$files" -o a.zip "$sample" || exit 2
unzip -q -d tree a.zip || exit 2

# refused FILE WORDS: exit 2, one line with the words, no good end on stdout
refused() {
	status 2 notion-unpack "$1" >out 2>err || return 1
	cat err
	test "$(wc -l <err)" -eq 1 && grep -q "^notion-unpack: $2" err &&
	    ! "$stream" check <out >/dev/null 2>&1
}

# ---- what it gives ----
it 'gives the stream back byte for byte' '
	status 0 notion-unpack a.zip >out 2>err && cmp out "$sample" &&
	test ! -s err
'
it 'finds the format by content, not by name' '
	cp a.zip noname && notion-unpack noname | cmp - "$sample" &&
	cp "$sample" stream.zip && notion-unpack stream.zip | cmp - "$sample"
'
it 'reads a pipe' '
	cat a.zip | notion-unpack - >out && cmp out "$sample" &&
	cat "$sample" | notion-unpack - >out && cmp out "$sample" &&
	cat a.zip | notion-unpack >out && cmp out "$sample" &&
	notion-unpack -l <a.zip >out && notion-unpack -l a.zip | cmp - out
'
it 'gives back an empty stream' '
	: | "$stream" >none && notion-pack -o none.zip none &&
	notion-unpack none.zip | cmp - none
'
it 'reads an archive that another program packed again' '
	command -v zip >/dev/null || exit 0
	(cd tree && zip -q -r ../again.zip .) &&
	status 0 notion-unpack again.zip >out && cmp out "$sample"
'
it 'writes the assets under their hashes' '
	status 0 notion-unpack --assets new/assets a.zip >out &&
	cmp out "$sample" && diff -r new/assets "$files" &&
	status 0 notion-unpack --assets new/assets a.zip >out &&
	test -z "$(ls -A new/assets | grep "^\.nt-")"
'
it 'says that an archive has no assets to write' '
	notion-pack -o bare.zip "$sample" &&
	status 2 notion-unpack --assets nowhere a.zip bare.zip 2>err &&
	status 2 notion-unpack --assets nowhere bare.zip >out 2>err &&
	grep "packed without the bytes of its assets" err &&
	test ! -s out && test ! -e nowhere &&
	status 2 notion-unpack --assets nowhere "$sample" >out 2>err &&
	test ! -s out && test ! -e nowhere
'
it 'a listing is of all, and writes no assets' '
	status 2 notion-unpack -l --assets nowhere a.zip >out 2>err &&
	grep "list is given with --assets" err && test ! -e nowhere &&
	status 2 notion-unpack -l --snapshot 1 a.zip >out 2>err &&
	grep "one snapshot is asked for" err && test ! -s out
'
it 'lists the members, and at last what is in all of them' '
	status 0 notion-unpack -l a.zip >out && test "$(wc -l <out)" -eq 77 &&
	grep -E "^ +[0-9]+  metadata.json\$" out &&
	tail -n 1 out | grep -E " in 76 files, .* 33 page, .*, complete\$"
'
it 'lists a stream by kind' '
	status 0 notion-unpack --list "$sample" >out &&
	grep -E "^ +133  block\$" out && tail -n 1 out | grep ", complete\$"
'
it 'gives a cut stream back as it is, with a warning' '
	sed "\$d" "$sample" >cut && status 0 notion-unpack cut >out 2>err &&
	cmp out cut && grep "not complete" err
'
it 'a reader that leaves ends it by SIGPIPE' '
	{ notion-unpack a.zip; echo $? >code; } | :
	code=$(cat code); test "$code" -eq 141 || test "$code" -eq 0
'
it 'calls a full disk trouble' '
	status 2 notion-unpack a.zip >/dev/full 2>err && grep "No space" err &&
	status 2 notion-unpack -l a.zip >/dev/full 2>err && grep "No space" err
'

# ---- what it refuses ----
it 'tells an archive that is cut short' '
	for n in 10 100 30000; do
		head -c $n a.zip >cut.zip &&
		refused cut.zip "cut.zip: the zip archive is cut short" || exit 1
	done && head -c -1 a.zip >cut.zip && refused cut.zip "cut.zip: "
'
it 'tells what is no archive' '
	echo hello >x && refused x "x: it is neither an archive nor" &&
	: >x && refused x "x: it is empty" &&
	gzip -c a.zip >x && refused x "x: what is packed by gzip is no tar" &&
	printf "SQLite format 3\0" >x && refused x "database x: file is not a database" &&
	refused missing "cannot open missing" && mkdir d && refused d ""
'
it 'tells a file from a newer version' '
	cp -r tree newer && sed -i "1s/\"format\":1,\"kind\"/\"format\":2,\"kind\"/" \
	    newer/manifest.json && (cd newer && zip -q -r ../newer.zip .) &&
	refused newer.zip "newer.zip: the archive is of format 2, newer"
'
# changed FILE SED: an archive in which the member was edited
changed() {
	rm -rf edit edit.zip && cp -r tree edit &&
	sed -i "$2" "edit/$1" && (cd edit && zip -q -r ../edit.zip .)
}
page=$(unzip -Z1 a.zip | sed -n "s|^blocks/||p" | sort | head -n 1)
it 'tells a member that is missing' '
	cp a.zip less.zip && zip -q -d less.zip "blocks/$page" &&
	refused less.zip "less.zip: the archive is incomplete: blocks/$page"
'
it 'tells a manifest that is missing' '
	cp a.zip less.zip && zip -q -d less.zip manifest.json &&
	refused less.zip "less.zip: the archive has no manifest.json"
'
it 'tells a member that was changed, by its size or its hash' '
	changed "blocks/$page" "s/page/pages/" &&
	refused edit.zip "edit.zip: blocks/$page was changed" &&
	changed "blocks/$page" "2s/\"id\":\"./\"id\":\"x/" &&
	refused edit.zip "edit.zip: blocks/$page was changed" &&
	changed metadata.json "2s/\"id\":\"./\"id\":\"x/" &&
	refused edit.zip "edit.zip: metadata.json was changed"
'
it 'tells an asset that was changed, and does not write it' '
	asset=assets/$(ls tree/assets | grep seed-list) && hash=${asset#*/} &&
	changed $asset "1s/^./x/" && rm -rf got &&
	status 2 notion-unpack --assets got edit.zip >out 2>err &&
	grep "^notion-unpack: edit.zip: $asset was changed" err &&
	test ! -s out && test ! -e got/${hash%%-*} &&
	test -z "$(ls -A got | grep "^\.nt-")" &&
	changed $asset "1s/^/x/" &&
	refused edit.zip "edit.zip: $asset was changed: it has"
'
it 'tells a member that the manifest does not list' '
	cp a.zip more.zip && echo hi >extra && zip -q more.zip extra &&
	refused more.zip "more.zip: the archive holds extra"
'
it 'tells a changed order' '
	changed manifest.json "s/^\[1,/[2,/" && refused edit.zip "edit.zip: " &&
	changed manifest.json "/^\[1,/d" && refused edit.zip "edit.zip: " &&
	changed manifest.json "s/^\[1,[0-9]*\]/[1,999999]/" &&
	refused edit.zip "edit.zip: the manifest.s order takes more" &&
	changed manifest.json "s/^\[1,/[77777,/" &&
	refused edit.zip "edit.zip: the manifest.s order names file 77777" &&
	changed manifest.json "1s/notion-pack 0/notion-pack 9/" &&
	refused edit.zip "edit.zip: manifest.json was changed"
'
it 'tells a manifest that is no such thing' '
	echo "{}" >tree.json && rm -rf edit edit.zip && mkdir edit &&
	echo "{}" >edit/manifest.json && (cd edit && zip -q ../edit.zip *) &&
	refused edit.zip "edit.zip: manifest.json is not as" &&
	changed manifest.json "1s/notion-archive/other-archive/" &&
	refused edit.zip "edit.zip: manifest.json is not as" &&
	changed manifest.json "3s/sha256/sha257/" &&
	refused edit.zip "edit.zip: manifest.json is not as" &&
	changed manifest.json "3s/.*/[]/" &&
	refused edit.zip "edit.zip: manifest.json is not as" &&
	changed manifest.json "3s/.*/{{/" &&
	refused edit.zip "edit.zip: manifest.json: "
'
# seal FOLDER: the last line of the manifest tells the hash of the others
seal() {
	new=$(sed "\$d" "$1/manifest.json" | sha256sum) &&
	sed -i "\$s/:\".*\"/:\"${new%% *}\"/" "$1/manifest.json"
}
# forged FILE SED: the same, and the manifest says that it should be so
forged() {
	old=$(sha256sum <"tree/$1") size=$(wc -c <"tree/$1")
	rm -rf edit edit.zip && cp -r tree edit && sed -i "$2" "edit/$1" &&
	new=$(sha256sum <"edit/$1") &&
	sed -i "s/${old%% *}\",\"size\":$size/${new%% *}\",\"size\":$(
	    wc -c <"edit/$1")/" edit/manifest.json && seal edit &&
	(cd edit && zip -q -r ../edit.zip .)
}
it 'tells records that are none, whatever the manifest says' '
	f=blocks/$page &&
	forged $f "2s/\"object\":\"page\"/\"object\":\"end\"/" &&
	refused edit.zip "edit.zip: $f: record 1: a control record" &&
	forged $f "2s/\"object\":\"page\"/\"object\": \"page\"/" &&
	refused edit.zip "edit.zip: $f: record 1: it is not canonical" &&
	forged $f "2s/\"object\":\"page\"/\"object\":7/" &&
	refused edit.zip "edit.zip: $f: record 1: it has no" &&
	forged $f "2s/^/[/" && refused edit.zip "edit.zip: $f: record 1: " &&
	forged $f "2d" && refused edit.zip "edit.zip: $f holds other than" &&
	forged $f "2s/\(.*\)/\1\n\1/" &&
	refused edit.zip "edit.zip: $f holds other than" &&
	forged $f "1s/\[\$//" && refused edit.zip "edit.zip: $f does not begin" &&
	forged $f "2s/\"id\":\"./\"id\":\"x/" &&
	refused edit.zip "edit.zip: the records are not those"
'
it 'refuses an encrypted member' '
	rm -f e.zip && (cd tree && zip -q -r -P secret ../e.zip .) &&
	refused e.zip "e.zip: .* is encrypted"
'
it 'refuses a link' '
	rm -rf links l.zip && cp -r tree links && ln -s /etc/passwd links/x &&
	(cd links && zip -q -r -y ../l.zip .) &&
	refused l.zip "l.zip: x is a link or a device"
'
# renamed FROM TO: the archive with a name patched, of the same length
renamed() {
	LC_ALL=C sed "s|$1|$2|g" a.zip >r.zip
}
it 'refuses names that leave the tree' '
	renamed "blocks/8846" "../../../ab" && refused r.zip "r.zip: the name" &&
	renamed "blocks/8846" "/tmp///8846" && refused r.zip "r.zip: the name" &&
	renamed "blocks/8846" "c:\\\\\\\\temp846" && refused r.zip "r.zip: the name"
'
it 'refuses two members of one name' '
	renamed "metadata.json" "manifest.json" &&
	refused r.zip "r.zip: the archive has two members called manifest.json"
'
it 'flips no byte unseen: not where it counts' '
	page=11111111-1111-4111-8111-111111111111 &&
	echo "{\"object\":\"page\",\"id\":\"$page\"}" | "$stream" >s &&
	notion-pack -o s.zip s && size=$(wc -c <s.zip) && i=0 &&
	while [ $i -lt $size ]; do
		cp s.zip f.zip && byte=$(od -An -tu1 -j $i -N 1 s.zip) &&
		printf "\\$(printf %o $((byte ^ 16)))" |
		    dd of=f.zip bs=1 seek=$i conv=notrunc 2>/dev/null &&
		if notion-unpack f.zip >out 2>err; then
			cmp out s || { echo "byte $i"; exit 1; }
		else
			test $? -eq 2 || { echo "byte $i"; exit 1; }
		fi
		i=$((i + 17))
	done
'

# ---- archives of others, hostile and damaged ----
if [ -d "$NT_CORPORA/archives" ]; then
it 'refuses every archive of the corpus with one line' '
	for f in "$NT_CORPORA"/archives/zip/* "$NT_CORPORA"/archives/tar/*; do
		refused "$f" "$f: " || { echo "$f"; exit 1; }
	done && test -z "$(find . -newer a.zip -name "*passwd*")"
'
else
skip 'refuses every archive of the corpus' "no $NT_CORPORA/archives"
fi

finish
