#!/bin/sh
# notion-pack: what all formats have in common: equal bytes whatever is around,
# names, targets that will not do, disks that are full
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson
files=$NT_ROOT/examples/assets
one=11111111-1111-4111-8111-111111111111

# page TITLE [ID]: a page of that title, which is JSON already
page() {
	printf '{"object":"page","id":"%s","properties":{"title":{"id":"title",
	    "type":"title","title":[{"plain_text":"%s","type":"text",
	    "text":{"content":"%s"}}]}}}' "${2:-$one}" "$1" "$1" | tr -d '\n\t'
	echo
}

# ---- the same bytes ----
mkdir bytes && "$NT_BUILD"/tests/generate --pages 150 --blocks-per-page 8 --files --comments \
    --assets bytes --seed 9 >work || exit 2
same_anywhere() {
	notion-pack -f "$1" --assets bytes -o here work &&
	(umask 000 && TZ=Pacific/Apia LC_ALL=tr_TR.UTF-8 HOME=/ \
	    notion-pack -f "$1" --assets bytes -o there work) &&
	diff -r here there && {
		! command -v taskset >/dev/null ||
		taskset -c 0 notion-pack -f "$1" --assets bytes -o alone work
	} && { test ! -e alone || diff -r here alone; } &&
	rm -rf here there alone
}
for format in zip tar tar.gz tar.zst dir; do
	it "$format: the same bytes, whatever the zone, umask and threads" "
		same_anywhere $format
	"
done
it 'the same bytes to a pipe and to a file, and from either' '
	for format in zip tar tar.gz tar.zst ndjson; do
		notion-pack -f $format -o file work &&
		cat work | notion-pack -f $format | cmp - file &&
		notion-pack -f $format -o - - <work | cmp - file ||
		    { echo $format; exit 1; }
	done
'
it 'reads a stream from where its descriptor stands' '
	{ echo "not of the stream"; cat "$sample"; } >both &&
	{ read -r first && notion-pack -f zip -o behind.zip; } <both &&
	test -n "$(tail -n 1 both)" && notion-pack -o plain.zip "$sample" &&
	cmp behind.zip plain.zip
'

# ---- names of pages ----
emoji=$(printf '👩‍👩‍👧‍👦%.0s' $(seq 300))
it 'pages of any title have a file and come back, in every format' '
	n=0 && for title in CON nul.txt .. . / "a/b" "line\\nbreak" "dots..." \
	    "left\\u202eright" "\\u0000" "\\ud83d" "half \\ude00" "  " "-rf" \
	    "$emoji" "*?<>|:" "same" "same" "SAME"; do
		n=$((n + 1)) && page "$title" "$(printf %032x $n)" || exit 1
	done | "$stream" >s &&
	for format in zip tar tar.gz tar.zst dir sqlite; do
		notion-pack -f $format -o o.$format s &&
		notion-unpack o.$format | cmp - s || { echo $format; exit 1; }
	done && ls o.dir/pages >names && test "$(wc -l <names)" -eq 19 &&
	tr A-Z a-z <names | sort | uniq -d | cmp - /dev/null &&
	while read -r name; do
		test "$(printf %s "$name" | wc -c)" -le 200 || exit 1
	done <names && test -z "$(LC_ALL=C tr -d "\n[:print:]\200-\377" <names)" &&
	jq -r ".files[].name" o.dir/manifest.json | grep ^pages/ | sort >have &&
	sed "s|^|pages/|" names | sort | cmp - have && unzip -tq o.zip &&
	tar -xf o.tar.gz -O manifest.json | jq -e .markdown
'
it 'a page beyond what memory takes has its Markdown, too' '
	{ page Large; awk "BEGIN { for (i = 0; i < 20000; i++)
	    printf(\"{\\\"id\\\":\\\"%032x\\\",\\\"object\\\":\\\"block\\\",\\\"type\\\":\\\"paragraph\\\",\\\"paragraph\\\":{\\\"rich_text\\\":[{\\\"plain_text\\\":\\\"line %d\\\",\\\"text\\\":{\\\"content\\\":\\\"line %d\\\"},\\\"type\\\":\\\"text\\\"}]}}\\n\", i + 9, i, i) }"
	} | "$stream" >s && notion-pack -o l.zip s &&
	unzip -p l.zip "pages/Large-*" >md && grep "^line 19999\$" md &&
	unzip -tq l.zip && notion-unpack l.zip | cmp - s
'

# ---- where it goes ----
it 'a folder is no file, and a file no folder' '
	mkdir folder && echo mine >file && for format in zip tar ndjson; do
		status 2 notion-pack -f $format -o folder "$sample" 2>err &&
		test "$(wc -l <err)" -eq 1 || { echo $format; exit 1; }
		status 2 notion-pack -f $format -o folder/ "$sample" 2>err &&
		test "$(wc -l <err)" -eq 1 || { echo $format/; exit 1; }
	done && test -z "$(ls -A folder)" &&
	status 2 notion-pack -f dir -o file "$sample" 2>err &&
	grep "Not a directory" err && status 2 notion-pack -o file/ "$sample" &&
	test "$(cat file)" = mine
'
it 'dir and sqlite do not go to standard output' '
	status 2 notion-pack -f dir "$sample" 2>err >out && test ! -s out &&
	grep "no place for dir" err &&
	status 2 notion-pack -f sqlite -o - "$sample" 2>err >out &&
	test ! -s out && grep "no place for sqlite" err
'
if [ "$(id -u)" -ne 0 ]; then
it 'a folder that may not be written to is trouble' '
	mkdir locked && chmod 500 locked &&
	for format in zip tar.zst ndjson dir; do
		status 2 notion-pack -f $format -o locked/o "$sample" 2>err &&
		grep "Permission denied" err || exit 1
	done
'
fi
shim=$NT_BUILD/tests/fail.so
if LD_PRELOAD=$shim notion-pack --version >/dev/null 2>&1; then
it 'a full disk is trouble in every format, and what stood there stands' '
	for format in zip tar tar.gz tar.zst ndjson; do
		for plan in write:1 write:3 fsync:1; do
			echo old >o && NT_FAIL=$plan:ENOSPC LD_PRELOAD=$shim \
			    status 2 notion-pack -f $format -o o work 2>err &&
			grep "No space" err && test "$(wc -l <err)" -eq 1 &&
			test "$(cat o)" = old &&
			test -z "$(ls -A | grep "^\.nt-")" ||
			    { echo $format $plan; exit 1; }
		done
	done
'
it 'so is a full disk under the copy of a stream from a pipe' '
	cat work | NT_FAIL=write:1:ENOSPC LD_PRELOAD=$shim \
	    status 2 notion-pack -o new.zip 2>err &&
	grep "cannot write a temporary file: No space" err && test ! -e new.zip
'
else
skip 'a full disk in every format' 'the shim and a sanitizer do not mix'
fi
finish
