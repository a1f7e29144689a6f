#!/bin/sh
# notion-diff --map: what was restored is what was backed up, but for what the
# API cannot keep, which is told; and whatever else is another is found
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
sample=$NT_ROOT/examples/workspace.ndjson
target=11111111-2222-4333-8444-555555555555

# ---- the sample, put back below a page and read again ----

user=$(jq -r 'select(.object == "user").id' "$sample" | head -n 1)
page="{\"id\":\"$target\",\"object\":\"page\",\"archived\":false,
    \"cover\":null,\"created_by\":{\"object\":\"user\",\"id\":\"$user\"},
    \"created_time\":\"2026-01-01T00:00:00.000Z\",\"icon\":null,
    \"in_trash\":false,\"is_archived\":false,\"is_locked\":false,
    \"last_edited_by\":{\"object\":\"user\",\"id\":\"$user\"},
    \"last_edited_time\":\"2026-01-01T00:00:00.000Z\",
    \"parent\":{\"type\":\"workspace\",\"workspace\":true},
    \"properties\":{\"title\":{\"id\":\"title\",\"type\":\"title\",
	\"title\":[]}},\"public_url\":null,\"url\":\"https://www.notion.so/x\"}"
{
	jq -c 'select(.object == "user" or .object == "custom_emoji")' "$sample"
	echo "$page" | jq -c .
} | "$stream" >empty.ndjson
serve empty.ndjson
notion-diff --from-nothing "$sample" >create
notion-apply --parent $target --assets "$NT_ROOT"/examples/assets \
    --journal journal create >results || exit 2
notion-fetch --page $target --comments blocks --assets files >after || exit 2

# losses: those in c, short
losses() { jq -r 'select(.object == "loss") | .kind + " " + .pointer' c; }

it 'finds the sample as it was' '
	status 0 notion-diff --map journal "$sample" after >c 2>err &&
	test ! -s err && "$stream" check <c | grep -x complete &&
	jq -e "select(.object == \"change\")" c >changes; test ! -s changes
'
it 'tells what it passed over, once a kind, with a number' '
	losses >told && sort -u told | wc -l >once && wc -l <told | cmp - once &&
	for what in "page /created_time" "block /id" "page /parent" \
	    "view /id" "comment /display_name" \
	    "data_source /properties/\*/id"; do
		grep -x "$what" told || exit 1
	done &&
	jq -e "select(.object == \"loss\") | .class == \"expected\" and
	    .count > 0 and .id == null and (.reason | length) > 0" c |
	sort -u >all && echo true | cmp - all
'
it 'says all that in other forms, too' '
	status 0 notion-diff --map journal --stat "$sample" after >out &&
	test ! -s out &&
	status 0 notion-diff --map journal --text "$sample" - <after >out &&
	test ! -s out
'
it 'a last line that is torn does not count' '
	{ cat journal; printf "{\"object\":\"outc"; } >torn &&
	status 0 notion-diff --map torn "$sample" after >c &&
	{ head -n 3 journal; echo "{\"object\":"; tail -n +4 journal; } >bad &&
	status 2 notion-diff --map bad "$sample" after 2>err >c &&
	grep "^notion-diff: bad: line 4: " err && test "$(wc -l <err)" -eq 1
'

# damaged PROGRAM: jq changes the records, each as $r; what was changed is found
damaged() {
	sed "1d;\$d" after | jq -c "$1" >records &&
	! cmp -s records - <<-EOF &&
	$(sed "1d;\$d" after)
	EOF
	"$stream" <records >other &&
	status 1 notion-diff --map journal "$sample" other >c &&
	jq -c 'select(.object == "change") | [.op, .kind]' c | sort -u >said &&
	{ cat said; printf '%s\n' "$2" | diff - said; }
}
it 'finds a text that is another' '
	damaged "if .type == \"quote\" then
	    .quote.rich_text[0].text.content += \"!\" else . end" \
	    "[\"update\",\"block\"]"
'
it 'finds a look that is another' '
	damaged "if .type == \"quote\" then
	    .quote.rich_text[0].annotations.bold |= not else . end" \
	    "[\"update\",\"block\"]"
'
it 'finds a block that is missing' '
	damaged "select(.type != \"quote\")" "[\"delete\",\"block\"]"
'
it 'finds a comment that is missing' '
	damaged "select(.object != \"comment\")" "[\"delete\",\"comment\"]"
'
it 'finds a value that is another' '
	damaged "if .object == \"page\" then (.properties[] |
	    select(.type == \"checkbox\")).checkbox |= not else . end" \
	    "[\"update\",\"page\"]"
'
it 'finds an option that is called otherwise' '
	damaged "if .object == \"page\" then (.properties[] |
	    select(.type == \"status\").status | objects).name |= . + \"x\"
	    else . end" "[\"update\",\"page\"]"
'
it 'finds a relation that leads elsewhere' '
	damaged "if .object == \"page\" then (.properties[] |
	    select(.type == \"relation\")).relation |= .[1:] else . end" \
	    "[\"update\",\"page\"]"
'
it 'finds a property that is missing, and who has it' '
	damaged "if .object == \"data_source\" then .properties |=
	    with_entries(select(.value.type != \"date\")) else . end" \
	    "[\"update\",\"data_source\"]
[\"update\",\"view\"]"
'
it 'finds a view that is called otherwise' '
	damaged "if .object == \"view\" then .name += \"x\" else . end" \
	    "[\"update\",\"view\"]"
'
it 'finds a filter that is another' '
	damaged "if .object == \"view\" and .filter then .filter = null
	    else . end" "[\"update\",\"view\"]"
'
it 'finds a file that is another' '
	damaged "if .object == \"asset\" then .sha256 |= .[1:] + .[:1]
	    else . end" "[\"update\",\"asset\"]"
'
it 'finds what is too much' '
	id=$(jq -r "select(.type == \"quote\").id" after | head -n 1) &&
	new=99999999-2222-4333-8444-555555555555 &&
	damaged "., if .id == \"$id\" then .id = \"$new\" else empty end" \
	    "[\"create\",\"block\"]"
'
it 'finds an order that is another' '
	block=$(jq -c "select(.type == \"quote\")" after | tail -n 1) &&
	id=$(echo "$block" | jq -r .id) &&
	sed "1d;\$d" after | jq -c "select(.id != \"$id\")" >rest &&
	up=$(echo "$block" | jq -c .parent) &&
	sed "1d;\$d" after | jq -c "select(.object == \"block\" and
	    .parent == $up).id" >siblings &&
	test "$(wc -l <siblings)" -gt 2 &&
	{ cat rest; echo "$block"; } | "$stream" >other &&
	status 1 notion-diff --map journal "$sample" other >c &&
	jq -r "select(.object == \"change\").op" c | sort -u >said &&
	cat said && echo move | cmp - said
'

# ---- journals by hand ----

id() { printf '%08d-0000-4000-8000-000000000000' "$1"; }
head='{"object":"journal","format":1,"parent":null}'
# block N PARENT TEXT
block() {
	echo "{\"id\":\"$(id "$1")\",\"object\":\"block\"," \
	    "\"parent\":{\"page_id\":\"$(id "$2")\",\"type\":\"page_id\"}," \
	    "\"paragraph\":{\"rich_text\":[{\"annotations\":{},\"text\":{" \
	    "\"content\":\"$3\"},\"type\":\"text\"}]},\"type\":\"paragraph\"}"
}
page() {
	echo "{\"id\":\"$(id "$1")\",\"object\":\"page\",\"parent\":" \
	    "{\"type\":\"workspace\",\"workspace\":true}}"
}
it 'finds by its place what the journal does not know' '
	{ page 1; block 2 1 one; block 3 1 two; block 4 1 three; } |
	    "$stream" >a &&
	{ page 11; block 12 11 one; block 13 11 two; block 14 11 three; } |
	    "$stream" >b &&
	echo "$head" >j && echo "{\"object\":\"outcome\",\"step\":1,
	    \"status\":\"done\",\"map\":{\"$(id 1)\":\"$(id 11)\"}}" |
	    tr -d "\n" >>j && echo >>j &&
	status 0 notion-diff --map j a b >c &&
	{ page 11; block 12 11 one; block 14 11 three; } | "$stream" >b &&
	status 1 notion-diff --map j a b >c &&
	jq -r "select(.object == \"change\") | .op + .id" c |
	grep -x "delete$(id 3)"
'
it 'links in a text lead where they led' '
	{ page 1; block 2 1 "see $(id 1)"; } | "$stream" >a &&
	{ page 11; block 12 11 "see $(id 11)"; } | "$stream" >b &&
	status 0 notion-diff --map j a b >c &&
	{ page 11; block 12 11 "see $(id 7)"; } | "$stream" >b &&
	status 1 notion-diff --map j a b >c
'
it 'takes what was told to be lost, and nothing beside it' '
	{ page 1; block 2 1 one; block 3 1 two; } | "$stream" >a &&
	{ page 11; block 12 11 two; } | "$stream" >b &&
	cp j k && echo "{\"object\":\"loss\",\"id\":\"$(id 2)\",\"pointer\":\"\",
	    \"kind\":\"block\",\"class\":\"expected\"}" | tr -d "\n" >>k &&
	echo >>k && status 1 notion-diff --map j a b >c &&
	status 0 notion-diff --map k a b >c && losses | grep -x "block " &&
	{ page 11; } | "$stream" >b && status 1 notion-diff --map k a b >c
'
it 'what is not below what was restored is not looked at' '
	{ page 1; block 2 1 one; } | "$stream" >a &&
	{ page 8; block 9 8 x; page 11; block 12 11 one; } | "$stream" >b &&
	status 0 notion-diff --map j a b >c
'
it 'is particular about journals and options' '
	echo "{\"object\":\"journal\",\"format\":2}" >k &&
	status 2 notion-diff --map k a b 2>err >c && grep "another format" err &&
	status 2 notion-diff --map a a b 2>err >c &&
	grep "no line of a journal" err &&
	status 2 notion-diff --map gone a b 2>err >c &&
	status 2 notion-diff --map j --strict a b 2>err >c &&
	status 2 notion-diff --map j --from-nothing b 2>err >c
'
finish
