#!/bin/sh
# notion-unpack --verify: what is fine is said to be, and all that is not
. "${0%/*}/../lib.sh"
sample=$NT_ROOT/examples/workspace.ndjson
files=$NT_ROOT/examples/assets
stream=$NT_BUILD/tests/stream
verify() { notion-unpack --verify "$@"; }
# wrong N WORDS ARCHIVE: there are N faults, one of them with these words
wrong() {
	status 1 verify "$3" >out 2>err && test ! -s err && cat out &&
	test "$(wc -l <out)" -eq "$1" && grep -e "^$3: $2" out
}

# ---- what is fine ----
it 'says in one line what it looked at, in every form' '
	digest=$(tail -n 1 "$sample" | jq -r .digest) &&
	status 0 verify "$sample" >out 2>err && test ! -s err &&
	test "$(cat out)" = "$sample: fine: $(wc -c <"$sample") bytes, 206 records, $digest" &&
	for f in a.zip a.tar a.tar.gz a.tar.zst a.dir/; do
		notion-pack --assets "$files" -o $f "$sample" &&
		status 0 verify ${f%/} >out 2>err && test ! -s err &&
		grep -x "${f%/}: fine: [0-9]* files, [0-9]* bytes, 206 records, $digest" out &&
		status 0 notion-unpack --verify=quick $f >out 2>err &&
		grep "^$f: fine, as far as a quick look tells: " out || exit 1
	done && verify - <a.zip | grep "^-: fine" &&
	status 0 notion-unpack --verify=full a.zip
'
it 'finds nothing wrong with a large workspace of odd things' '
	mkdir bytes && "$NT_BUILD"/tests/generate --pages 200 --comments --files \
	    --odd-titles --depth 30 --rows-in-one 50 --assets bytes >big &&
	verify big && notion-pack --assets bytes -o big.zip big && verify big.zip
'
it 'takes quick or full, and neither -l nor --assets' '
	status 2 notion-unpack --verify=slow a.zip 2>err && grep slow err &&
	status 2 notion-unpack --verify -l a.zip &&
	status 2 notion-unpack --verify --assets x a.zip &&
	status 2 verify missing.zip && status 2 verify a.zip >/dev/full
'

# ---- files ----
# edited COMMAND: the folder after that was done in it
edited() { rm -rf e && cp -r a.dir e && (cd e && eval "$1"); }
page=$(cd a.dir/blocks && printf '%s\n' * | head -n 1)
two=$(cd a.dir/blocks && printf '%s\n' * | sed -n 2p)
asset=$(cd a.dir/assets && printf '%s\n' * | head -n 1)
it 'names every file that is missing or changed, not the first alone' '
	edited "rm blocks/$page && tr a-m b-n <blocks/$two >x && mv x blocks/$two &&
	    echo >>assets/$asset" &&
	wrong 3 "blocks/$page is missing" e && grep "blocks/$two was changed: its SHA" out &&
	grep "assets/$asset was changed: it has" out &&
	edited "tr a-m b-n <blocks/$page >x && mv x blocks/$page" &&
	wrong 1 "blocks/$page was changed" e &&
	status 0 notion-unpack --verify=quick e &&
	edited "tr a-m b-n <assets/$asset >x && mv x assets/$asset" &&
	wrong 1 "assets/$asset was changed" e &&
	edited "ln -sf /dev/null blocks/$page" && wrong 1 "blocks/$page is missing" e
'
it 'names what is wrong with many files, which are read ahead' '
	notion-pack --no-markdown -o many/ big && status 0 verify many &&
	first=$(ls many/blocks | sed -n 9p) last=$(ls many/blocks | tail -n 1) &&
	for b in $first $last; do
		tr a-m b-n <many/blocks/$b >x.json && mv x.json many/blocks/$b || exit 1
	done && wrong 2 "blocks/$first was changed: its SHA" many &&
	grep "blocks/$last was changed: its SHA" out &&
	status 2 notion-unpack many >half 2>err && test "$(wc -l <err)" -eq 1 &&
	! tail -n 1 half | grep "\"object\":\"end\"" &&
	notion-unpack many 2>err | head -n 1 >half && test "$(wc -l <half)" -eq 1
'
it 'names a file that has another name, and one that is not listed' '
	(cd a.dir && mv blocks/$page blocks/x$page && zip -q -r ../n.zip . &&
	    mv blocks/x$page blocks/$page) &&
	wrong 2 "blocks/$page is missing" n.zip &&
	grep "blocks/x$page is not listed" out
'
# seal: in the folder, the last line of the manifest is made anew
seal() {
	sum=$(sed "\$d" manifest.json | sha256sum) &&
	sed -i "\$s/:\".*\"/:\"${sum%% *}\"/" manifest.json
}
it 'tells the manifest that was changed, is cut, of a newer format, or gone' '
	edited "sed -i 1s/notion-pack/notion-peck/ manifest.json" &&
	wrong 1 "manifest.json was changed" e &&
	status 1 notion-unpack --verify=quick e &&
	edited "head -n 5 manifest.json >x && mv x manifest.json" &&
	wrong 1 "manifest.json is not as notion-pack writes it: it ends" e &&
	edited "sed -i 1s/.format.:1,.kind/\\\"format\\\":2,\\\"kind/ manifest.json && seal" &&
	wrong 1 "the archive is of format 2, newer than 1" e &&
	edited "rm manifest.json" && wrong 1 "the folder has no manifest.json: it is incomplete" e
'
it 'tells an archive that is cut short' '
	for f in a.zip a.tar a.tar.gz a.tar.zst; do
		head -c 9000 $f >c.${f#a.} && wrong 1 ".*cut short" c.${f#a.} || exit 1
	done && : >empty && status 2 verify empty
'
it 'tells a repository that is cut short, be it by a byte' '
	rm -f a.db c.db && notion-pack --assets "$files" -o a.db "$sample" &&
	size=$(wc -c <a.db) &&
	for n in 1 5000 $((size / 2)); do
		head -c $((size - n)) a.db >c.db &&
		for how in quick full; do
			notion-unpack --verify=$how c.db >out 2>&1
			test $? -ne 0 && cat out && grep "c.db: it is cut short" out ||
			exit 1
		done
	done
'
it 'names a damaged file once' '
	at=$(grep -abo "PK.\{2,4\}" a.zip | head -n 1 | cut -d: -f1) &&
	cp a.zip c.zip && printf "\377\377\377" |
	dd of=c.zip bs=1 seek=3000 conv=notrunc 2>dd &&
	status 1 verify c.zip >out && cat out && test "$(wc -l <out)" -eq 1 &&
	test "$(grep -o "[^ ]*/[^ ]*" out | wc -l)" -eq 1
'
it 'tells an archive that is partial, and why' '
	head -n 100 "$sample" | notion-pack --partial -o p.zip &&
	wrong 1 "the archive is partial: the stream that was packed" p.zip &&
	cp -r "$files" less && rm less/"$(ls less | head -n 1)" &&
	notion-pack --partial --assets less -o p.zip "$sample" 2>err &&
	status 1 verify p.zip >out && grep "the archive is partial: 1 assets" out &&
	head -n 100 "$sample" | notion-pack --partial -o p.db 2>err &&
	wrong 1 "snapshot 1 is partial" p.db
'
it 'tells an asset whose name is not its hash, or that has no record' '
	other=$(echo "$asset" | tr 0-9a-f 1-9a-f0) &&
	edited "mv assets/$asset assets/$other && sed -i s/$asset/$other/ manifest.json && seal" &&
	status 1 verify e >out && grep "assets/$other is wrongly named" out &&
	grep "is not in the archive" out &&
	notion-pack -o x/ "$sample" && status 0 verify x
'

# ---- records ----
u() { printf "00000000-0000-4000-8000-%012d" "$1"; }
page() { echo "{\"id\":\"$(u "$1")\",\"object\":\"page\",\"parent\":$2}"; }
workspace="{\"type\":\"workspace\",\"workspace\":true}"
in_page() { echo "{\"page_id\":\"$(u "$1")\",\"type\":\"page_id\"}"; }
in_block() { echo "{\"block_id\":\"$(u "$1")\",\"type\":\"block_id\"}"; }
block() {
	echo "{\"has_children\":$3,\"id\":\"$(u "$1")\",\"object\":\"block\",\"parent\":$2,\"type\":\"${4:-toggle}\"}"
}
# records N WORDS: the stream on standard input has N faults; so has its zip
records() {
	"$stream" >r.ndjson && notion-pack -o r.zip r.ndjson &&
	if [ "$1" -eq 0 ]; then verify r.ndjson && verify r.zip; else
	wrong "$1" "$2" r.ndjson && wrong "$1" "$2" r.zip; fi
}
it 'tells a block that is not below its parent' '
	{ page 1 "$workspace"; block 2 "$(in_page 1)" false; page 3 "$workspace"
	    block 4 "$(in_page 1)" false; } |
	records 1 "block $(u 4) does not follow page $(u 1)" &&
	{ page 1 "$workspace"; block 2 "$(in_block 3)" false
	    block 3 "$(in_page 1)" false; } |
	records 1 "block $(u 2) does not follow block $(u 3)" &&
	block 2 "$(in_page 1)" false | records 0
'
it 'tells a page that stands before what it is in' '
	{ page 2 "$(in_page 1)"; page 1 "$workspace"; } |
	records 1 "page $(u 2) does not follow page $(u 1)" &&
	jq -c "if .object == \"snapshot\" then .scope.roots = [{object: \"page\",
	    id: \"$(u 2)\"}] else . end" r.ndjson >named && verify named
'
it 'tells children that are announced and missing, or not announced' '
	{ page 1 "$workspace"; block 2 "$(in_page 1)" true
	    block 3 "$(in_page 1)" false; block 4 "$(in_block 3)" false; } |
	records 2 "block $(u 2) says that it has children, but none" &&
	grep "block $(u 3) says that it has no children, but one" out &&
	{ page 1 "$workspace"; block 2 "$(in_page 1)" true; echo "{\"class\":\"expected\",\"id\":\"$(u 2)\",\"kind\":\"block\",\"object\":\"loss\",\"pointer\":\"\",\"reason\":\"r\"}"; } |
	records 0
'
it 'tells a page for which a block stands and that is not there' '
	{ page 1 "$workspace"; block 2 "$(in_page 1)" true child_page; } |
	records 1 "the page $(u 2), for which a block stands, is not there" &&
	{ page 1 "$workspace"; block 2 "$(in_page 1)" true child_page
	    page 2 "$(in_page 1)"; } | records 0
'
it 'tells a record that is there twice' '
	{ page 1 "$workspace"; page 1 "$workspace"; } |
	records 1 "page $(u 1) is there twice"
'
it 'tells an asset that does not follow its owner' '
	{ page 1 "$workspace"; page 2 "$workspace"; echo "{\"name\":\"n\",\"object\":\"asset\",\"owner\":{\"id\":\"$(u 1)\",\"object\":\"page\",\"pointer\":\"/icon\"},\"sha256\":\"$(sha256sum </dev/null | cut -c 1-64)\",\"size\":0}"; } |
	records 1 "an asset of page $(u 1) does not follow it"
'
it 'tells counts and a digest that are not those of the records' '
	sed "\$s/\"page\":33/\"page\":34/" "$sample" >s && wrong 1 "line 208" s &&
	sed "9s/\"id\":\"./\"id\":\"f/" "$sample" >s && status 1 verify s >out &&
	grep digest out && sed "\$d" "$sample" >s && wrong 1 ".*end" s &&
	sed "\$s/\"complete\":true/\"complete\":false/" "$sample" >s && wrong 1 ".*" s
'
it 'tells every line that is none' '
	sed "5s/^./[/; 9s/.\$//" "$sample" >s && status 1 verify s >out && cat out &&
	grep "^s: line 5: " out && grep "^s: line 9: " out
'
it 'says once what is no archive' '
	echo hello >no && status 2 verify no 2>err && grep "neither" err &&
	head -c 3000 /dev/zero >no && status 2 verify no 2>err >out &&
	test ! -s out && test "$(wc -l <err)" -eq 1
'
finish
