#!/bin/sh
# every object that the service was seen to answer passes pack and unpack
. "${0%/*}/../lib.sh"

stream=$NT_BUILD/tests/stream
api=$NT_CORPORA/notion-api

# passes FILE: its records, canonical, come back as they are and in order
passes() {
	"$stream" <"$1" >s && notion-pack -o s.zip s &&
	    notion-unpack s.zip >out && cmp s out && unzip -tq s.zip &&
	    rm -f s.db && notion-pack -o s.db s && notion-unpack --verify s.db &&
	    notion-unpack s.db | cmp s - &&
	    sed '1d;$d' out >records &&
	    test "$(wc -l <records)" -eq "$(wc -l <"$1")" &&
	    "$NT_BUILD"/tests/json_check lines "$1" | cmp - records
}

if [ -d "$api" ]; then
# What has no "object" at all is no record; what is a list holds some.
it 'each single object' '
	jq -c "select(type == \"object\" and (.object | type == \"string\") and
	    .object != \"list\")" "$api/objects.ndjson" >objects &&
	test "$(wc -l <objects)" -gt 500 && passes objects
'
it 'each member of each list' '
	jq -c "select(type == \"object\") | .results? // empty | .[] |
	    select(type == \"object\" and (.object | type == \"string\"))" \
	    "$api/responses.ndjson" >results &&
	test "$(wc -l <results)" -gt 1000 && passes results
'
it 'each with a member and a type that nobody knows' '
	jq -c ". + {future_member: {deep: [1.5, null, \"\u2028\"]},
	    type: \"future_type\", object: (.object + \"_2\")}" objects \
	    >future && passes future
'
else
skip 'each real object' "no $api"
fi
finish
