#!/bin/sh
# notion-unpack --describe: what a file is, without a look at its records
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
for ending in zip tar tar.gz tar.zst ndjson; do
	notion-pack -o x.$ending "$sample" || exit 2
done
notion-pack -f dir -o x.folder "$sample" && notion-pack -o x.db "$sample" &&
	notion-pack -o x.db "$sample" || exit 2

cat >kinds <<-END
	archive x.zip zip -
	archive x.tar tar -
	archive x.tar.gz tar.gz -
	archive x.tar.zst tar.zst -
	archive x.folder directory -
	archive x.ndjson ndjson -
	archive x.db sqlite 1
	archive x.db sqlite 2
	END
it 'tells what each is, a line each, canonical' '
	status 0 notion-unpack --describe x.zip x.tar x.tar.gz x.tar.zst \
	    x.folder x.ndjson x.db >out && jq -cS . out | cmp - out &&
	jq -r "[.object, .path, .format, .snapshot // \"-\"] | join(\" \")" \
	    out | diff kinds -
'
it 'tells the same of each: scope, source, start, digest, counts' '
	head -n 1 "$sample" | jq -cS "[.scope, .source, .started]" >want &&
	tail -n 1 "$sample" | jq -cS "[.complete, .counts, .digest]" >>want &&
	status 0 notion-unpack --describe x.* >out &&
	while read -r line; do
		printf "%s\n" "$line" |
		jq -cS "[.scope, .source, .started], [.complete, .counts,
		    .digest]" | diff want - || exit
	done <out
'
it 'tells the size of a file, of what is in a folder, of records' '
	size() { notion-unpack --describe "$1" | jq .size | tail -n 1; } &&
	test "$(size x.zip)" -eq "$(wc -c <x.zip)" &&
	find x.folder -type f ! -name manifest.json -exec cat {} + | wc -c >n &&
	test "$(size x.folder)" -eq "$(cat n)" &&
	test "$(size x.db)" -eq "$(sed "1d;\$d" "$sample" | wc -c)"
'
it 'says what is not complete' '
	sed \$d "$sample" >cut.ndjson && notion-pack --partial -o cut.zip \
	    cut.ndjson 2>err && notion-pack --partial -o cut.db cut.ndjson 2>err &&
	printf "{\"complete\":true,\"object\":\"end\"}" | cat cut.ndjson - >torn &&
	status 0 notion-unpack --describe cut.ndjson cut.zip cut.db torn >out &&
	test "$(jq .complete out | sort -u)" = false &&
	test "$(wc -l <out)" -eq 4
'
it 'passes over what is none, names it, and tells of the others' '
	echo hi >hi && : >empty && mkdir -p nothing && echo "{}" >object &&
	head -c 20000 x.zip >half.zip && printf "age-encryption.org/v1\n" >x.age &&
	status 2 notion-unpack --describe hi empty nothing object half.zip \
	    x.age x.zip nowhere >out 2>err && test "$(wc -l <out)" -eq 1 &&
	grep -q x.zip out && test "$(wc -l <err)" -eq 7 &&
	for name in hi empty nothing object half.zip x.age nowhere; do
		sed 1q err | grep -w $name && sed -i 1d err || exit
	done
'
it 'is refused without a file, and with what asks for records' '
	status 2 notion-unpack --describe 2>err </dev/null &&
	for option in --list --verify --snapshot=1 --pages=x; do
		status 2 notion-unpack --describe $option x.zip 2>err || exit
	done
'
it 'calls a full disk trouble' '
	status 2 notion-unpack --describe x.zip >/dev/full 2>err &&
	grep "No space" err
'
finish
