# For the tests of notion-serve: sourced after lib.sh.
#
#	ask METHOD PATH [BODY]	a request to the server; its body is in the file
#				answer, its headers in head, its status in $code
#	own ARGUMENT...		a server for one test: $NOTION_API_BASE_URL
#	ends			one test: the script's own server ends well
#	is CODE FILTER		the answer had that status, and the jq filter is
#				true of it
sample=$NT_ROOT/examples/workspace.ndjson
version=2026-03-11

ask() {
	method=$1 path=$2
	shift 2
	[ $# -eq 0 ] || { printf '%s' "$1" >body && set -- --data-binary @body \
	    -H 'Content-Type: application/json'; }
	code=$(curl -sg -D head -o answer -w '%{http_code}' -X "$method" \
	    -H "Authorization: Bearer $NOTION_API_TOKEN" \
	    -H "Notion-Version: $version" "$@" "$NOTION_API_BASE_URL$path")
}

is() {
	[ "$code" = "$1" ] && jq -e "$2" answer >/dev/null && return
	echo "$method $path: $code, expected $1 and $2" >&2
	head -c 2000 answer >&2
	return 1
}

# A server of the test's own, which ends with it.
own() {
	[ -n "${owned-}" ] || nt_children=
	owned=1
	trap 'kill $nt_children' EXIT
	serve "$@"
}

ends() {
	ended=${nt_children##* }
	kill "$ended"
	wait "$ended"
	ended=$?
	it 'after all that it ends well' 'test $ended -eq 0'
}

# The id of the first record of the sample that the filter is true of.
id_of() {
	jq -r "select($1).id" "$sample" | head -n 1
}

# A page on which a test may do as it likes: its id is in $page.
new_page() {
	ask POST /v1/pages '{"parent":{"page_id":"'"$root"'"},
	    "properties":{"title":{"title":[{"text":{"content":"A page"}}]}}}' &&
	is 200 .id && page=$(jq -r .id answer)
}
root=$(id_of '.object == "page" and .parent.workspace')
