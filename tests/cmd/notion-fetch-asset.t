#!/bin/sh
# notion-fetch --assets: files come along, once, whole, by their hash
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

bytes=$NT_ROOT/examples/assets
# Each file of the folder is called by its hash.
all_hashed() {
	for f in "$1"/*; do case ${f##*/} in
	index.ndjson | part-*) ;;
	*) test "$(sha256sum <"$f")" = "${f##*/}  -" || return 1 ;;
	esac done
}
serve --assets "$bytes" "$sample"
upstream=$NOTION_API_BASE_URL
it 'downloads what the service hosts and records it behind its owner' '
	rm -f trace && status 0 notion-fetch -w -c blocks --assets files >out 2>err &&
	grep "\"object\":\"asset\"" "$sample" >want &&
	grep "\"object\":\"asset\"" out | cmp want - &&
	for f in "$bytes"/*; do cmp "$f" files/"${f##*/}" || exit 1; done &&
	all_hashed files && ! ls files | grep part- &&
	jq -r "\"\(.object) \(.id // .owner.id)\"" out >got &&
	jq -r "\"\(.object) \(.id // .owner.id)\"" "$sample" | cmp got -
'
it 'puts what it made into an archive' '
	notion-pack --assets files -o out.zip out && notion-unpack out.zip | cmp out -
'
it 'downloads nothing twice, in one run or the next' '
	test "$(traced downloads)" -eq "$(ls "$bytes" | wc -l)" &&
	rm -f trace && status 0 notion-fetch -w -c blocks -a files >again &&
	core out >a && core again | cmp a - && test "$(traced downloads)" -eq 0
'
it 'survives an index that a crash has torn' '
	head -c 500 files/index.ndjson >torn && rm -f trace &&
	cp torn files/index.ndjson &&
	status 0 notion-fetch -w -c blocks -a files >again &&
	core again | cmp a - && n=$(traced downloads) && test $n -gt 0 &&
	rm -f trace && status 0 notion-fetch -w -c blocks -a files >again &&
	core again | cmp a - && test "$(traced downloads)" -eq 0
'
it 'waits for no pipe that is called like a file' '
	for f in $(ls files | grep -v index | head -n 2); do
		rm files/$f && mkfifo files/$f || exit 1
	done &&
	status 0 notion-fetch -w -c blocks -a files >again && core again | cmp a - &&
	all_hashed files && test -z "$(find files -type p)" &&
	mkdir piped && mkfifo piped/index.ndjson &&
	status 2 notion-fetch -w -a piped >out 2>err && test ! -s out &&
	grep "piped/index.ndjson is no regular file" err
'
it 'downloads again what is gone or cut' '
	f=$(ls files | head -n 1) && : >files/$f && rm -f trace &&
	status 0 notion-fetch -w -c blocks -a files >again && core again | cmp a - &&
	test "$(traced downloads)" -ge 1 && cmp "$bytes"/$f files/$f
'
it 'leaves out what is too large, as a loss' '
	status 0 notion-fetch -w -c blocks -a small --max-asset 2k >out &&
	ends out .complete && grep -h "\"object\":\"asset\"" out |
	    jq -e -s "length > 0 and all(.size <= 2000)" &&
	grep "\"object\":\"loss\"" out | jq -e -s "length > 0 and
	    all(.kind == \"asset\" and .class == \"expected\" and
	    (.pointer | endswith(\"/file\")))" &&
	test -z "$(find small -type f -size +2000c ! -name index.ndjson)" &&
	status 0 notion-fetch -w -c blocks -a files -m 2k >again &&
	core out >b && core again | cmp b -
'
it 'copies records of files from a base, fetches bytes that are gone' '
	notion-fetch -w -c blocks -a files >base && core base >a && rm -f trace &&
	status 0 notion-fetch -w -c blocks -a files -b base >out &&
	core out | cmp a - && test "$(traced downloads)" -eq 0 &&
	status 0 notion-fetch -w -c blocks -a fresh -b base >out &&
	core out | cmp a - && all_hashed fresh &&
	status 0 notion-fetch -w -b base >out && notion-fetch -w >plain &&
	core plain >b && core out | cmp b -
'
it 'counts files in a dry run and makes no folder' '
	status 0 notion-fetch -w -n -a nowhere >out && grep "^files *[1-9]" out &&
	! test -e nowhere
'
it 'says when the folder cannot be had' '
	: >file && status 2 notion-fetch -w -a file/below >out 2>err &&
	test ! -s out && test "$(wc -l <err)" -eq 1 && grep file/below err
'

shim=$NT_BUILD/tests/fail.so
if LD_PRELOAD=$shim notion-fetch --version >/dev/null 2>&1; then
it 'survives that any call of the disk fails, or is its last' '
	for plan in write:1:ENOSPC write:3:ENOSPC fsync:1:EIO fsync:4:EIO \
	    rename:1:EACCES rename:3:EACCES; do
		rm -rf frail
		NT_FAIL=$plan LD_PRELOAD=$shim \
		    notion-fetch -w -a frail >out 2>err
		test $? -eq 2 && test -s err && all_hashed frail &&
		    ! ends out .complete || { echo "$plan"; exit 1; }
		status 0 notion-fetch -w -a frail >out && all_hashed frail ||
		    { echo "after $plan"; exit 1; }
	done &&
	for plan in write:2:KILL fsync:2:KILL rename:2:KILL rename:4:KILL; do
		rm -rf frail
		NT_FAIL=$plan LD_PRELOAD=$shim \
		    notion-fetch -w -a frail >out 2>err
		test $? -eq 137 && all_hashed frail &&
		status 0 notion-fetch -w -a frail >out && all_hashed frail &&
		! ls frail | grep part- || { echo "$plan"; exit 1; }
	done
'
else
skip 'survives that any call of the disk fails' 'the shim and a sanitizer do not mix'
fi

if command -v node >/dev/null; then
echo '[{"path": "/files/.*", "nth": [1, 3], "fault": "status", "status": 403,
    "code": "expired"}]' >rules
proxy --rules rules --rewrite --record log
it 'gets a fresh link for one that has expired, and sends no token there' '
	status 0 notion-fetch -w -c blocks -a renewed >out 2>err && ends out .complete &&
	all_hashed renewed && test "$(ls renewed | wc -l)" -eq \
	    $(($(ls "$bytes" | wc -l) + 1)) &&
	jq -e -s "map(select(.path | startswith(\"/files/\"))) |
	    length >= 7 and all(.authorization | not)" log
'
NOTION_API_BASE_URL=$upstream
echo '[{"path": "/files/.*", "nth": [1, 2], "fault": "cut"}]' >rules
proxy --rules rules --rewrite
it 'goes on where a download was cut' '
	status 0 notion-fetch -w -c blocks -a cut >out 2>err && all_hashed cut &&
	! ls cut | grep part-
'
NOTION_API_BASE_URL=$upstream
echo '[{"path": "/files/.*", "fault": "status", "status": 404,
    "code": "gone"}]' >rules
proxy --rules rules --rewrite
it 'puts an error where a file cannot be had' '
	status 2 notion-fetch -w -c blocks -a none >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e -s "length > 0 and
	    all(.kind == \"asset\" and .status == 404)" &&
	ends out "(.complete | not)" && ! ls none | grep part-
'


NOTION_API_BASE_URL=$upstream
echo '[{"path": "/files/.*", "nth": 1, "fault": "halfstall"}]' >rules
proxy --rules rules --rewrite --record log2
it 'goes on where a killed run was' '
	notion-fetch -w -c blocks -a half >out & pid=$!
	until find half -name "part-*" -size +0 2>/dev/null | grep -q . &&
	    test "$(find half -type f | wc -l)" -ge 2; do
		kill -0 $pid || exit 1
	done; kill -9 $pid; wait $pid; : >log2 &&
	status 0 notion-fetch -w -c blocks -a half >out && ends out .complete &&
	all_hashed half && ! ls half | grep part- && jq -r .status log2 | grep 206
'

# A page with a file here and one elsewhere.
echo '[{"body": "bytes"}]' >table.json
start_proxy --static table.json
cat >page.json <<END
[{"path":"/v1/users/me","body":{"object":"user","bot":{}}},
 {"path":"/v1/pages/.*","body":{"object":"page",
  "id":"00000000-0000-4000-8000-00000000000a","icon":{"type":"external",
  "external":{"url":"$NOTION_API_BASE_URL/far.png?size=1"}},
  "cover":{"type":"file","file":{"expiry_time":"2100-01-01T00:00:00.000Z",
  "url":"$NOTION_API_BASE_URL/near%20it.bin?sign=1"}}}},
 {"body":{"object":"list","results":[],"has_more":false,"next_cursor":null}}]
END
start_proxy --static page.json
page=00000000-0000-4000-8000-00000000000a
it 'keeps to hosted files' '
	status 0 notion-fetch -p $page -a near >out && ends out .complete &&
	grep "\"object\":\"asset\"" out | jq -e -s "length == 1 and
	    .[0].owner.pointer == \"/cover/file\" and .[0].name == \"near it.bin\" and
	    .[0].size == 5"
'
it 'downloads what is hosted elsewhere when told so' '
	status 0 notion-fetch -p $page -a near -x >out && ends out .complete &&
	grep "\"object\":\"asset\"" out | jq -e -s "map(.owner.pointer) ==
	    [\"/cover/file\", \"/icon/external\"]" &&
	grep -F "far.png?size=1" near/index.ndjson
'
sed 's#"url":"[^"]*/far.png#"url":"http://127.0.0.1:1/far.png#' page.json >gone.json
start_proxy --static gone.json
it 'does not try for long to reach a foreign host that is gone' '
	rm -f trace && status 75 notion-fetch -p $page -a near -x >out &&
	ends out ".errors == 1" && grep "\"event\":\"download\"" trace >tried &&
	test "$(wc -l <tried)" -eq 2
'
cat >linkless.json <<END
[{"path":"/v1/users/me","body":{"object":"user","bot":{}}},
 {"path":"/v1/pages/.*","body":{"object":"page","id":"$page",
  "icon":{"type":"file","file":{"url":7}},"cover":{"type":"file","file":{}}}},
 {"body":{"object":"list","results":[],"has_more":false,"next_cursor":null}}]
END
start_proxy --static linkless.json
it 'puts an error where a hosted file comes without a link' '
	status 2 notion-fetch -p $page -a linkless >out && ends out ".errors == 2" &&
	grep "\"object\":\"error\"" out | jq -e -s "all(.kind == \"asset\")" &&
	! ls linkless | grep -v index.ndjson
'
else
skip 'gets a fresh link for one that has expired' 'node is not installed'
fi
finish
