#!/bin/sh
# notion-pack: what it makes of a stream, what it refuses, how it fails
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson
files=$NT_ROOT/examples/assets
one=11111111-1111-4111-8111-111111111111
two=22222222-2222-4222-8222-222222222222
three=33333333-3333-4333-8333-333333333333

# page ID, block ID PARENT, database ID TITLE, asset NAME SHA256: a record each
page() {
	printf '{"object":"page","id":"%s"}\n' "$1"
}
block() {
	printf '{"object":"block","id":"%s","parent":{"page_id":"%s"}}\n' \
	    "$1" "$2"
}
database() {
	printf '{"object":"database","id":"%s","title":[{"plain_text":"%s"}]}\n' \
	    "$1" "$2"
}
asset() {
	printf '{"object":"asset","name":"%s","sha256":"%s"}\n' "$1" "$2"
}
manifest() {
	unzip -p "$1" manifest.json
}

# ---- what it makes ----
it 'packs the sample so that it comes back byte for byte' '
	status 0 notion-pack --assets "$files" -o a.zip "$sample" 2>err &&
	test ! -s err &&
	status 0 notion-unpack a.zip >back && cmp back "$sample"
'
it 'makes the same bytes of the same stream, to a file and to a pipe' '
	notion-pack --assets "$files" -o a.zip "$sample" &&
	TZ=Asia/Tokyo notion-pack --assets "$files" <"$sample" |
	    cat >b.zip && cmp a.zip b.zip
'
it 'is read by unzip' '
	notion-pack --assets "$files" -o a.zip "$sample" && unzip -tq a.zip
'
if command -v bsdtar >/dev/null; then
it 'is read by bsdtar' '
	notion-pack --assets "$files" -o a.zip "$sample" &&
	bsdtar -xOf a.zip metadata.json | jq -e .schemas >/dev/null
'
else
skip 'is read by bsdtar' 'it is not installed'
fi
if command -v python3 >/dev/null; then
it 'is read by python' '
	notion-pack --assets "$files" -o a.zip "$sample" &&
	python3 -c "
import zipfile
z = zipfile.ZipFile(\"a.zip\")
assert z.testzip() is None and len(z.namelist()) == 77" &&
	database $one Größe | "$stream" | notion-pack -o n.zip && python3 -c "
import zipfile
assert zipfile.ZipFile(\"n.zip\").namelist()[0][10:15] == \"Gr\xf6\xdfe\""
'
else
skip 'is read by python' 'it is not installed'
fi
it 'makes each file but the assets one JSON document, a record a line' '
	rm -rf tree && notion-pack -o a.zip "$sample" &&
	unzip -q -d tree a.zip && cd tree &&
	cat blocks/* databases/* metadata.json manifest.json | jq -e . \
	    >/dev/null &&
	sed "s/,\$//" blocks/* databases/* metadata.json | sort >../have &&
	sed "1d;\$d" "$sample" | sort | comm -23 - ../have >../lost &&
	test ! -s ../lost
'
it 'lists every file in the manifest with its size and hash' '
	rm -rf tree && notion-pack --assets "$files" -o a.zip "$sample" &&
	unzip -q -d tree a.zip && cd tree &&
	jq -r ".files[] | \"\(.sha256)  \(.name)\"" manifest.json >../sums &&
	sha256sum -c --quiet ../sums &&
	jq -r ".files[].name" manifest.json | xargs wc -c |
	    awk "\$2 != \"total\" { print \$1 }" >../have &&
	jq -r ".files[].size" manifest.json | cmp - ../have &&
	test "$(find . -type f | wc -l)" -eq $(($(wc -l <../sums) + 1))
'
it 'writes the manifest last' '
	notion-pack --assets "$files" -o a.zip "$sample" &&
	test "$(unzip -Z1 a.zip | tail -n 1)" = manifest.json
'
it 'says in the manifest what the control records say' '
	notion-pack -o a.zip "$sample" && manifest a.zip >m &&
	jq -ec ".snapshot" m >have && head -n 1 "$sample" | cmp - have &&
	jq -ec .end m >have && tail -n 1 "$sample" | cmp - have &&
	jq -e ".format == 1 and .complete and (.partial | not) and
	    .counts.page == 33 and .digest == .end.digest and
	    .source.workspace_name == \"Elm Street Garden\" and
	    (.assets.inside | not)" m
'
it 'puts a database, its data sources and views into one file' '
	notion-pack -o a.zip "$sample" &&
	unzip -p a.zip "databases/Tasks-*" |
	    jq -r "[.records[].object] | unique | join(\" \")" >have &&
	echo "data_source database view" | cmp - have
'
it 'keeps the schemas in metadata.json, for people' '
	notion-pack -o a.zip "$sample" && unzip -p a.zip metadata.json |
	    jq -e ".schemas[] | select(.title == \"Tasks\" and
	    .object == \"data_source\") | .properties.Status.type"
'
it 'gives two databases of one title two files' '
	{ database $one Tasks; database $two Tasks; } | "$stream" |
	    notion-pack -o a.zip &&
	test "$(unzip -Z1 a.zip | grep -c ^databases/Tasks-)" -eq 2
'
it 'gives a page that comes twice two files' '
	{ page $one; page $one; } | "$stream" | notion-pack -o a.zip &&
	unzip -Z1 a.zip >names && grep -x "blocks/$one.blocks.json" names &&
	grep -x "blocks/$one-2.blocks.json" names
'
it 'puts blocks of no page into a file of their own' '
	{ page $one; block $two $three; block $three $two; } | "$stream" |
	    notion-pack -o a.zip &&
	unzip -p a.zip "blocks/$two.blocks.json" |
	    jq -e ".page == null and (.records | length) == 2"
'
it 'makes a canonical stream of one that is not' '
	sed "s/^{/{ /" "$sample" >odd &&
	status 0 notion-pack -o a.zip odd && notion-unpack a.zip >back &&
	cmp back "$sample"
'
it 'goes by the name of the output, or by -f' '
	notion-pack -o a.ndjson "$sample" && cmp a.ndjson "$sample" &&
	notion-pack -f ndjson -o a.bin "$sample" && cmp a.bin "$sample" &&
	notion-pack -f zip -o b.ndjson "$sample" && unzip -tq b.ndjson &&
	notion-pack -o noname "$sample" && unzip -tq noname
'
it 'makes Markdown of each page, with links that lead somewhere' '
	rm -rf tree && notion-pack --assets "$files" -o a.zip "$sample" &&
	unzip -q -d tree a.zip && cd tree && ls pages >../pages &&
	test "$(wc -l <../pages)" -eq 33 && manifest ../a.zip |
	    jq -e ".markdown and ([.files[].name | select(test(\"^pages/\"))] |
	    length == 33)" && cd pages &&
	grep -rhoE "\]\([^:)]+\)" . | sed "s/^](//;s/)\$//;s/^<//;s/>\$//" |
	    sort -u >../../links && test "$(wc -l <../../links)" -gt 15 &&
	while read -r link; do test -f "$link" || { echo "$link"; exit 1; }
	done <../../links && grep "^../assets/" ../../links
'
it 'makes the same of a stream from a pipe and of one that is not canonical' '
	cat "$sample" | notion-pack -o p.zip && notion-pack -o f.zip "$sample" &&
	cmp p.zip f.zip && sed "s/^{/{ /;s/\"object\":/\"obj\\\\u0065ct\" : /" \
	    "$sample" >odd && notion-pack -o o.zip odd && cmp o.zip f.zip
'
it 'leaves the Markdown out when told, and says so' '
	notion-pack --no-markdown -o n.zip "$sample" &&
	manifest n.zip | jq -e ".markdown | not" &&
	unzip -Z1 n.zip >names && ! grep ^pages/ names &&
	notion-unpack n.zip | cmp - "$sample"
'
it 'names the Markdown of pages that come twice, or have no id or title' '
	{ page $one; page $one; echo "{\"object\":\"page\"}"
	block $two $three; } | "$stream" | notion-pack -o a.zip &&
	unzip -Z1 a.zip | grep ^pages/ | sort >have &&
	printf "pages/untitled-%s.md\n" $one-2 $one unknown-3 | cmp - have
'
it 'makes tar archives, plain and packed, that come back and are stable' '
	for end in tar tar.gz tgz tar.zst tzst; do
		status 0 notion-pack --assets "$files" -o t.$end "$sample" &&
		notion-unpack --assets got.$end t.$end | cmp - "$sample" &&
		diff -r got.$end "$files" && notion-pack --assets "$files" \
		    -f "$(echo $end | sed s/tgz/tar.gz/\;s/tzst/tar.zst/)" \
		    "$sample" | cmp - t.$end || { echo $end; exit 1; }
	done && cmp t.tar.gz t.tgz && gzip -dc t.tgz | cmp - t.tar &&
	zstd -qdc t.tzst | cmp - t.tar && tar -tf t.tar >names &&
	test "$(tail -n 1 names)" = manifest.json
'
it 'refuses a format it does not know, and assets in ndjson' '
	status 2 notion-pack -f rar -o x "$sample" 2>err &&
	grep "^notion-pack: --format is rar, expected zip, tar, " err &&
	status 2 notion-pack --assets "$files" -o x.ndjson "$sample" &&
	test ! -e x && test ! -e x.ndjson
'

# ---- names ----
# names FILE: each line "TITLE<tab>WANTED" makes a database of that name
names() {
	while IFS="	" read -r title want; do
		database $one "$title" | "$stream" | notion-pack -o n.zip
		manifest n.zip | jq -r '.files[0].name' >have
		echo "databases/$want-$one.json" >wanted
		cmp wanted have || { cat have; return 1; }
	done <"$1"
}
cat >titles <<'END'
Plan B	Plan-B
a/b\\c:d*e?f\"g<h>i|j	a-b-c-d-e-f-g-h-i-j
../../etc/passwd	etc-passwd
CON	_CON
nul.txt	_nul.txt
com1	_com1
console	console
trailing dots... 	trailing-dots
.hidden	hidden
-rf	rf
~	untitled
   	untitled
line\nbreak\u0000and\u0007bell	line-break-andbell
left\u202eright	leftright
Größe 日本語 مهام	Größe-日本語-مهام
\ud83d\ude00 smile	😀-smile
\ud83d	untitled
END
it 'makes names that no file system minds' 'names titles'
it 'never cuts a character of a long title, and keeps to 200 bytes' '
	for char in "👩‍👩‍👧‍👦" "🇩🇪" "é" "x" "👍🏽"; do
		for start in "" a ab abc; do
			title=$(printf "$char%.0s" $(seq 200))
			database $one "$start$title" | "$stream" |
			    notion-pack -o n.zip &&
			manifest n.zip | jq -e --arg c "$char" \
			    --arg start "$start" "
			    .files[0].name | split(\"/\")[1] |
			    utf8bytelength <= 200 and
			    utf8bytelength > 160 and
			    (.[(\$start | length):-42] | split(\$c) |
			    all(. == \"\"))" || exit 1
		done
	done
'

# ---- assets ----
it 'stores the bytes of each content once, with the name it had first' '
	rm -rf tree && notion-pack --assets "$files" -o a.zip "$sample" &&
	unzip -q -d tree a.zip && test "$(ls tree/assets | wc -l)" -eq 5 &&
	for f in tree/assets/*; do
		base=${f##*/} && cmp "$f" "$files/${base%%-*}" || exit 1
	done && ls tree/assets | grep -- "-garden-plan.png\$"
'
it 'stores large assets, those that shrink and those that do not' '
	mkdir big && seq 1 200000 >text &&
	openssl enc -aes-128-ctr -K 00 -iv 00 <text >noise 2>/dev/null &&
	for f in text noise; do
		sha=$(sha256sum <$f) && sha=${sha%% *} && cp $f big/$sha &&
		asset $f.dat $sha || exit 1
	done >records && "$stream" <records >s &&
	notion-pack --assets big -o b.zip s && unzip -tq b.zip &&
	notion-unpack --assets out b.zip | cmp - s && diff -r big out &&
	unzip -v b.zip "assets/*-text.dat" | grep -q Defl &&
	unzip -v b.zip "assets/*-noise.dat" | grep -q Stored
'
it 'refuses a missing and a changed asset, but for --partial' '
	cp -r "$files" part && name=$(ls part | head -n 1) &&
	echo x >>part/$name &&
	status 2 notion-pack --assets part -o new.zip "$sample" 2>err &&
	grep "^notion-pack: the asset .*has not the hash" err &&
	rm part/$name &&
	status 2 notion-pack --assets part -o new.zip "$sample" 2>err &&
	grep "No such file" err && test ! -e new.zip &&
	status 0 notion-pack --partial --assets part -o new.zip "$sample" \
	    2>err && grep "1 assets are missing" err &&
	manifest new.zip | jq -e ".partial and (.complete | not) and
	    .assets.missing == 1"
'
it 'refuses a hash that is a path' '
	asset t ../../etc/passwd | "$stream" >s &&
	status 2 notion-pack --assets . -o h.zip s 2>err &&
	grep "expected 64 hex digits" err && test ! -e h.zip
'

# ---- streams that are not good ----
old() { echo "what stood there" >o.zip; }
still() { test "$(cat o.zip)" = "what stood there"; }
it 'refuses a stream without an end and leaves what stands' '
	old && sed "\$d" "$sample" >cut &&
	status 2 notion-pack -o o.zip cut 2>err && still &&
	grep "^notion-pack: cut: line .*cut off" err &&
	test "$(wc -l <err)" -eq 1
'
it 'refuses an end that says no, a wrong digest, a wrong count' '
	old && page $one | "$stream" --incomplete >s &&
	status 2 notion-pack -o o.zip s && still &&
	page $one | "$stream" | sed "s/sha256:./sha256:x/" >s &&
	status 2 notion-pack -o o.zip s && still &&
	sed "2d" "$sample" >s && status 2 notion-pack -o o.zip s && still
'
it 'refuses what is no stream' '
	old && echo "hello" >s && status 2 notion-pack -o o.zip s && still &&
	: >s && status 2 notion-pack -o o.zip s && still &&
	status 2 notion-pack -o o.zip nowhere 2>err && still &&
	grep "nowhere: No such file" err
'
it 'takes them with --partial, and says so in the manifest' '
	sed "\$d" "$sample" >cut &&
	status 0 notion-pack --partial -o p.zip cut 2>err && test -s err &&
	manifest p.zip | jq -e ".partial and (.complete | not) and
	    .end == null and .counts.page == 33" &&
	status 0 notion-unpack p.zip >back 2>err && cmp back cut &&
	grep "not complete" err
'

# ---- disks and signals ----
it 'calls a full disk trouble' '
	status 2 notion-pack "$sample" >/dev/full 2>err && grep "No space" err
'
shim=$NT_BUILD/tests/fail.so
if LD_PRELOAD=$shim notion-pack --version >/dev/null 2>&1; then
# A page too large for memory, so that there are temporary files, too.
{ page $one; seq 200000 | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null |
    base64 | sed 's/.*/{"id":"&","object":"block"}/'; } | "$stream" >large
it 'any call of the disk may fail: what stood there stands, and no draft' '
	for plan in write:1 write:2 pwrite:1 pwrite:2 fsync:1 rename:1; do
		old && NT_FAIL=$plan:ENOSPC LD_PRELOAD=$shim \
		    status 2 notion-pack -o o.zip large 2>err && still &&
		grep "No space" err && test "$(wc -l <err)" -eq 1 &&
		test -z "$(ls -A | grep "^\.nt-")" || { echo $plan; exit 1; }
	done
'
it 'killed at any call of the disk it leaves the old archive or the new' '
	notion-pack -o new.zip large && kills=0 &&
	for call in write pwrite fsync rename; do
		n=0 code=137
		while [ $code -eq 137 ]; do
			old && n=$((n + 1)) && kills=$((kills + 1)) &&
			NT_FAIL=$call:$n:KILL LD_PRELOAD=$shim \
			    notion-pack -o o.zip large
			code=$?
			still || cmp o.zip new.zip || exit 1
		done
		test $code -eq 0 && cmp o.zip new.zip || exit 1
	done && rm -f .nt-* && echo $kills && test $kills -gt 10
'
else
skip 'killed at any call of the disk' 'the shim and a sanitizer do not mix'
skip 'any call of the disk may fail' 'the shim and a sanitizer do not mix'
fi
it 'a folder that is not there is trouble' '
	status 2 notion-pack -o no/where.zip "$sample" 2>err &&
	grep "No such file" err
'
it 'puts nothing in the place of a pipe, a device or a folder' '
	mkfifo place && status 2 notion-pack -o place "$sample" 2>err &&
	test -p place && grep "place is a device or a pipe" err &&
	status 2 notion-pack -f zip -o . "$sample" 2>err && test "$(wc -l <err)" -eq 1
'
it 'calls a closed output or input trouble' '
	status 2 notion-pack "$sample" >&- && status 2 notion-pack <&- &&
	notion-pack -o closed.zip "$sample" &&
	status 2 notion-unpack closed.zip >&-
'
it 'names the asset that is not there' '
	status 2 notion-pack --assets no -o x.zip "$sample" 2>err &&
	grep "the asset \".*\": cannot open no/" err
'
# begun FOLDER: waits until a draft stands in it
begun() {
	while [ -z "$(ls -A "$1")" ]; do :; done
}
it 'leaves what stands when it is killed, and sweeps the draft in a day' '
	mkdir k && echo old >k/o.zip && mkfifo pipe && mkdir drafts &&
	{ notion-pack -o drafts/o.zip pipe & pid=$!; } &&
	{ head -n 50 "$sample" >&3; begun drafts; kill -9 $pid; } 3>pipe
	wait $pid; test $? -eq 137 && test ! -e drafts/o.zip &&
	touch -d "2 days ago" drafts/.nt-* &&
	notion-pack -o drafts/o.zip "$sample" &&
	test "$(ls -A drafts)" = o.zip
'
it 'stops at SIGTERM with 2, and leaves no draft' '
	rm -f pipe && mkfifo pipe && mkdir term &&
	{ notion-pack -o term/o.zip pipe 2>err & pid=$!; } &&
	{ head -n 50 "$sample" >&3; begun term; kill -TERM $pid
	tail -n +51 "$sample" >&3; } 3>pipe
	wait $pid; test $? -eq 2 && test -z "$(ls -A term)" && grep signal err
'
finish
