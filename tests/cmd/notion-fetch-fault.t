#!/bin/sh
# notion-fetch: disturbed connections, refusals, and answers that are not what
# they should be
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/cmd/notion-fetch.sh

if ! command -v node >/dev/null; then
	skip 'is not disturbed by faults' 'node is not installed'
	finish
	exit
fi
$generate --pages 60 --blocks-per-page 12 --comments --relation 60 >want
core want >all
serve want
upstream=$NOTION_API_BASE_URL

for seed in 1 2; do
	NOTION_API_BASE_URL=$upstream
	proxy --seed $seed --percent 15
	it "reads the same bytes through faults of each kind (seed $seed)" '
		rm -f trace && status 0 notion-fetch -w -c blocks >out 2>err &&
		core out | cmp - all && retries=$(traced retries) &&
		echo "$retries retries" && test "$retries" -gt 20
	'
done
NOTION_API_BASE_URL=$upstream
echo '[{"path": ".*/children.*", "nth": 5, "fault": "stall"}]' >rules
proxy --rules rules
it 'does not wait for ever for an answer that does not come' '
	status 75 notion-fetch -w --deadline 2s >out 2>err &&
	grep "the time for the whole run is over" err &&
	ends out "(.complete | not)" && test "$(wc -l <err)" -eq 1
'
it 'ends with a good end record when it is told to stop' '
	rm -f out; notion-fetch -w >out 2>err & pid=$!
	until test -s out; do kill -0 $pid || exit 1; done
	kill -TERM $pid; wait $pid; test $? -eq 2 &&
	grep "stopped by a signal" err && ends out "(.complete | not)" &&
	status 2 notion-pack -o x.zip out && ! test -e x.zip
'

NOTION_API_BASE_URL=$upstream
cat >rules <<\END
[{"path": "/v1/users\\?.*", "fault": "status", "status": 403,
  "code": "restricted_resource"},
 {"path": "/v1/comments.*", "fault": "status", "status": 403,
  "code": "restricted_resource"}]
END
proxy --rules rules
it 'does without what the connection may not read, and says so once' '
	status 0 notion-fetch -w >out 2>err && test ! -s err &&
	ends out ".complete" &&
	jq -c "select(.object == \"loss\") | [.kind, .class]" out >losses &&
	printf "[\"user\",\"expected\"]\n[\"comment\",\"expected\"]\n" |
	    cmp losses - && notion-fetch -w >again && core out >a &&
	core again | cmp a -
'

page=$(jq -rs '[.[] | select(.object == "page" and .parent.type == "workspace").id][0]' want)
NOTION_API_BASE_URL=$upstream
echo "[{\"path\": \"/v1/blocks/$page/children.*\", \"fault\": \"status\",
    \"status\": 404, \"code\": \"object_not_found\"}]" >rules
proxy --rules rules
it 'puts an error where the blocks of a page would stand' '
	status 2 notion-fetch -w >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e ".kind == \"block\" and
	    .id == \"$page\" and .parent.page_id == \"$page\" and
	    .status == 404" && ends out "(.complete | not) and .errors == 1" &&
	n=$(jq -r "\"\(.object) \(.id)\"" out | grep -nx "page $page" |
	    cut -d: -f1) &&
	sed -n "$n,\$p" out | grep -v "\"object\":\"comment\"" |
	    sed -n 2p | grep "\"object\":\"error\""
'
it 'reads the rest when the error is given back to it' '
	NOTION_API_BASE_URL='"$upstream"' status 0 notion-fetch --from - <out \
	    >again 2>err; grep "\"object\":\"error\"" out |
	    NOTION_API_BASE_URL='"$upstream"' status 0 notion-fetch -f - >again &&
	jq -r "select(.object == \"page\").id" again | head -n 1 | grep -x $page
'
NOTION_API_BASE_URL=$upstream
echo "[{\"path\": \"/v1/blocks/$page/children.*\", \"fault\": \"503\"}]" >rules
proxy --rules rules
it 'says with its status that trying later can help' '
	status 75 notion-fetch -w >out 2>err && ends out ".errors == 1"
'
NOTION_API_BASE_URL=$upstream
echo '[{"path": ".*/children.*", "nth": 9, "fault": "status", "status": 401,
    "code": "unauthorized", "message": "API token is invalid."}]' >rules
proxy --rules rules
it 'stops at once when the token is refused' '
	status 2 notion-fetch -w >out 2>err && test "$(wc -l <err)" -eq 1 &&
	grep "refused the token" err && ends out "(.complete | not)"
'

# ---- a server that is not what it should be ----

me='{"path":"/v1/users/me","body":{"object":"user","id":"00000000-0000-4000-8000-000000000009","type":"bot","bot":{}}}'
empty='{"object":"list","results":[],"has_more":false,"next_cursor":null}'
lists="{\"path\":\"/v1/(users|custom_emojis|comments)[?].*\",\"body\":$empty}"
id=00000000-0000-4000-8000-00000000000
apage="{\"path\":\"/v1/pages/.*\",\"body\":{\"object\":\"page\",\"id\":\"${id}1\",\"properties\":{}}}"
block() { # ID HAS_CHILDREN
	echo "{\"object\":\"block\",\"id\":\"$id$1\",\"type\":\"toggle\",\"has_children\":$2}"
}

table "[$me,$lists,$apage,{\"path\":\"/v1/blocks/.*\",\"body\":{\"object\":\"list\",
    \"results\":[$(block 2 true)],\"has_more\":false,\"next_cursor\":null}}]"
it 'notices a block that contains itself' '
	status 2 notion-fetch -p '$id'1 >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e ".code == \"loop\"" &&
	test "$(wc -l <out)" -lt 10
'
table "[$me,$lists,$apage,{\"path\":\"/v1/blocks/.*\",\"body\":{\"object\":\"list\",
    \"results\":[$(block 2 false)],\"has_more\":true,\"next_cursor\":\"c\"}}]"
it 'notices a cursor that comes twice' '
	status 2 notion-fetch -p '$id'1 >out 2>err &&
	grep "\"object\":\"error\"" out |
	    jq -e ".message == \"the list'\''s cursor came a second time\"" &&
	test "$(wc -l <out)" -lt 20
'
table "[$me,$lists,$apage,{\"path\":\"/v1/blocks/.*\",\"body\":{\"object\":\"list\",
    \"results\":[{\"object\":\"end\",\"complete\":true},{\"object\":\"block\",\"id\":\"../x\",
    \"type\":7,\"has_children\":true},[],null,{\"object\":\"block\",\"id\":\"${id}3\",
    \"type\":\"from_the_future\",\"has_children\":false,\"from_the_future\":{\"a\":1e3}}],
    \"has_more\":true,\"next_cursor\":null}}]"
it 'lets no foreign record pass for one of its own' '
	status 2 notion-fetch -p '$id'1 >out 2>err &&
	test "$(grep -c "\"object\":\"end\"" out)" -eq 1 &&
	test "$(grep -c "\"object\":\"error\"" out)" -eq 5 &&
	grep "{\"from_the_future\":{\"a\":1000}" out && ends out ".errors == 5"
'
table "[$me,$lists,{\"path\":\"/v1/pages/.*\",\"body\":{\"object\":\"database\",\"id\":\"${id}1\"}},
    {\"body\":{\"object\":\"list\"}}]"
it 'takes no other object for the one it asked for' '
	status 2 notion-fetch -p '$id'1 >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e ".code == \"unexpected_answer\""
'
linked='{"object":"block","id":"00000000-0000-4000-8000-000000000004","type":"child_database","child_database":{"title":"x"},"has_children":false}'
copy='{"object":"block","id":"00000000-0000-4000-8000-000000000005","type":"synced_block","has_children":true,"synced_block":{"synced_from":{"type":"block_id","block_id":"00000000-0000-4000-8000-000000000006"}}}'
table "[$me,$lists,$apage,{\"path\":\"/v1/blocks/${id}1/.*\",\"body\":{\"object\":\"list\",
    \"results\":[$linked,$copy],\"has_more\":false,\"next_cursor\":null}}]"
it 'expects no linked database and no foreign synced block to be readable' '
	status 0 notion-fetch -p '$id'1 >out 2>err && test ! -s err &&
	jq -c "select(.object == \"loss\") | [.kind, .id, .class]" out >got &&
	printf "[\"%s\",\"%s\",\"expected\"]\n" database '$id'4 block '$id'6 |
	    cmp got -
'
# doubtful ANSWERS...: what may be more than it says is an error, never nothing
doubtful() {
	what=$1
	shift
	table "[$me,$(printf '%s,' "$@")$lists,$apage,{\"body\":$empty}]"
	it "has an error for $what" '
		status 2 notion-fetch -p '$id'1 >out 2>err &&
		grep "\"object\":\"error\"" out |
		    jq -e ".code == \"unexpected_answer\"" &&
		ends out "(.complete | not)"
	'
}
answer() { # PATH BODY
	echo "{\"path\":\"/v1/$1\",\"body\":$2}"
}
children() { # MEMBERS
	answer 'blocks/.*' "{\"object\":\"list\",$1}"
}
value() { # MEMBERS
	answer 'pages/[^/]*' "{\"object\":\"page\",\"id\":\"${id}1\",\"properties\":{\"R\":{$1}}}"
}
relation='"type":"relation","has_more":true,"relation":[{"id":"1"},{"id":"2"}]'
child="{\"object\":\"block\",\"id\":\"${id}2\",\"type\":\"child_page\",\"has_children\":false}"
doubtful 'a list that does not say whether it has more' \
    "$(children '"results":[]')"
doubtful 'a list that says so with a text' \
    "$(children '"results":[],"has_more":"true","next_cursor":"c"')"
doubtful 'a list that the service cut' \
    "$(answer 'comments.*' "{\"object\":\"list\",\"results\":[],
        \"has_more\":false,\"request_status\":{\"type\":\"incomplete\"}}")"
doubtful 'a block that does not say whether it has children' \
    "$(children "\"has_more\":false,\"results\":[$(block 2 '"true"')]")"
doubtful 'a page that comes in the place of another' \
    "$(answer "blocks/${id}1/.*" "{\"object\":\"list\",\"has_more\":false,
        \"results\":[$child]}")"
doubtful 'a value that is shorter than what the page shows' \
    "$(value "\"id\":\"r\",$relation")" "$(answer 'pages/.*' "{\"object\":\"list\",
        \"results\":[{\"type\":\"relation\",\"relation\":{\"id\":\"1\"}}],\"has_more\":false}")"
doubtful 'a value whose parts are of another type' \
    "$(value "\"id\":\"r\",$relation")" "$(answer 'pages/.*' "{\"object\":\"list\",
        \"results\":[{\"type\":\"people\"},{},{}],\"has_more\":false}")"
doubtful 'a value that comes in one piece where a list was expected' \
    "$(value "\"id\":\"r\",$relation")" "$(answer 'pages/.*' "{\"object\":\"property_item\",
        \"type\":\"relation\",\"relation\":{\"id\":\"1\"}}")"
doubtful 'a value whose property cannot be asked for' \
    "$(value "\"id\":\"../x\",$relation")"
table "[$me,$lists,$(answer 'databases/.*' "{\"object\":\"database\",\"id\":\"${id}1\",
    \"data_sources\":\"x\"}"),{\"body\":$empty}]"
it 'has an error for a database that does not name its data sources' '
	status 2 notion-fetch -d '$id'1 >out 2>err &&
	grep "\"object\":\"error\"" out | jq -e ".kind == \"data_source\""
'
table "[$me,$(answer "blocks/${id}1/.*[?]page_size=100" "{\"object\":\"list\",
    \"results\":[$(block 2 false),$(block 3 false)],\"has_more\":true,
    \"next_cursor\":\"c\"}"),$(answer "blocks/${id}1/.*" "{\"object\":\"list\",
    \"results\":[$(block 3 false),$(block 4 false)],\"has_more\":false}"),$lists,$apage]"
it 'writes a block once that moved from one part of a list to the next' '
	status 0 notion-fetch -p '$id'1 >out 2>err &&
	test "$(grep -c "\"object\":\"block\"" out)" -eq 3 &&
	notion-pack -o moved.zip out
'
# list PATH RESULTS: an answer that is whole
list() {
	answer "$1" "{\"object\":\"list\",\"results\":[$2],\"has_more\":false}"
}
table "[$me,$(list "blocks/${id}1/.*" "$(block 2 true),$(block 3 true)"),
    $(list "blocks/${id}2/.*" "$(block 4 true)"),
    $(list "blocks/${id}3/.*" "$(block 5 false),$(block 4 true)"),
    $(list "blocks/${id}4/.*" "$(block 6 false)"),$lists,$apage]"
it 'writes a block once that moved from one block to another' '
	status 0 notion-fetch -p '$id'1 >out 2>err &&
	jq -r "select(.object == \"block\").id" out | cut -c 36 | sort |
	    tr -d "\n" | grep -x 23456 && notion-pack -o moved.zip out
'
# workspace NAME TIME: two pages, of which the first mentions the second
workspace() {
	mention="{\"type\":\"mention\",\"mention\":{\"type\":\"page\",\"page\":{\"id\":\"${id}2\"}},\"plain_text\":\"$1\"}"
	para="{\"object\":\"block\",\"id\":\"${id}3\",\"type\":\"paragraph\",\"has_children\":true,
	    \"parent\":{\"page_id\":\"${id}1\"},\"paragraph\":{\"rich_text\":[$mention]}}"
	inner="{\"object\":\"block\",\"id\":\"${id}4\",\"type\":\"divider\",\"has_children\":false,
	    \"parent\":{\"block_id\":\"${id}3\"}}"
	named() {
		echo "{\"object\":\"page\",\"id\":\"$id$1\",\"last_edited_time\":\"$2\",
		    \"created_time\":\"2020-01-01T00:00:00.000Z\",\"parent\":{\"type\":\"workspace\",
		    \"workspace\":true},\"properties\":{\"title\":{\"id\":\"title\",\"type\":\"title\",
		    \"title\":[{\"type\":\"text\",\"plain_text\":\"$3\"}]}}}"
	}
	table "[$me,$(list search "$(named 1 2020-01-01T00:00:00.000Z One),$(named 2 "$2" "$1")"),
	    $(list "blocks/${id}1/.*" "$para"),$(list "blocks/${id}3/.*" "$inner"),
	    $(answer "blocks/${id}3" "$para"),{\"body\":$empty}]"
}
workspace Old 2020-01-01T00:00:00.000Z
notion-fetch -w >base
workspace New 2040-01-01T00:00:00.000Z
it 'knows by what name the text of an unchanged page mentions another' '
	rm -f trace && notion-fetch -w >full && core full >want && grep -q New want &&
	rm -f trace && status 0 notion-fetch -w --base base >out &&
	core out | cmp - want && test "$(traced reused)" -eq 1 &&
	grep -c "\"path\":\"/v1/blocks/${id}3\"" trace | grep -x 1
'
comment() {
	echo "{\"object\":\"comment\",\"id\":\"$id$1\"}"
}
user() {
	echo "{\"object\":\"user\",\"id\":\"$id$1\"}"
}
# parts PATH FIRST SECOND: a list in two parts
parts() {
	answer "$1[?].*start_cursor=c" "{\"object\":\"list\",\"results\":[$3],
	    \"has_more\":false}"
	printf ,
	answer "$1[?].*" "{\"object\":\"list\",\"results\":[$2],
	    \"has_more\":true,\"next_cursor\":\"c\"}"
}
table "[$me,$(parts users "$(user 7),$(user 8)" "$(user 8),$(user 9)"),
    $(parts comments "$(comment 7),$(comment 8)" "$(comment 8),$(comment 9)"),
    $lists,$apage,{\"body\":$empty}]"
it 'writes users and comments once that a moving list repeats' '
	status 0 notion-fetch -p '$id'1 >out 2>err &&
	ends out ".counts == {\"user\": 3, \"comment\": 3, \"page\": 1}"
'
refused() { # PATH CODE
	echo "{\"path\":\"/v1/$1\",\"status\":400,\"body\":{\"object\":\"error\",
	    \"status\":400,\"code\":\"$2\",\"message\":\"no\"}}"
}
table "[$me,$lists,$apage,$(list "blocks/${id}1/.*" "$linked"),
    $(refused 'databases/.*' validation_error)]"
it 'expects no linked database to be readable, in the words for that' '
	status 0 notion-fetch -p '$id'1 >out 2>err && test ! -s err &&
	grep "\"object\":\"loss\"" out | jq -e ".kind == \"database\""
'
table "[$me,$lists,$apage,$(list "blocks/${id}1/.*" "$linked,$copy"),
    $(refused 'databases/.*' invalid_request),
    $(refused "blocks/${id}6" validation_error)]"
it 'takes no other refusal for that' '
	status 2 notion-fetch -p '$id'1 >out 2>err &&
	! grep "\"object\":\"loss\"" out && ends out ".errors == 2"
'
table "[$me,$lists,{\"path\":\"/v1/data_sources/[^/]*\",\"body\":{
    \"object\":\"data_source\",\"id\":\"${id}1\"}},
    $(answer 'data_sources/.*' "{\"object\":\"list\",\"results\":[],
    \"has_more\":false,\"request_status\":{\"type\":\"resting\"}}"),{\"body\":$empty}]"
it 'says once that it does not know whether the rows are all there' '
	status 2 notion-fetch -s '$id'1 >out 2>err && ends out ".errors == 1" &&
	grep "\"object\":\"error\"" out | jq -e ".code == \"unexpected_answer\" and
	    (.message | contains(\"request_status\"))"
'
rm -f "$nt_scratch/url" && mkfifo "$nt_scratch/url" || exit 2
node -e 'let n = 0;
require("http").createServer((req, res) => res.end(JSON.stringify({
	object: "list", results: [], has_more: true, next_cursor: `c${n++}` })))
	.listen(0, "127.0.0.1", function () {
		console.log(`http://127.0.0.1:${this.address().port}`); });
' >"$nt_scratch/url" &
nt_children="$nt_children $!"
read -r NOTION_API_BASE_URL <"$nt_scratch/url" || exit 2
it 'does not read a list for ever that has always more and never an entry' '
	status 2 notion-fetch -w --deadline 60s >out 2>err &&
	grep "\"kind\":\"search\"" out |
	    jq -e ".message == \"the list goes on without entries\""
'
finish
