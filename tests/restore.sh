# For the tests of restoring: sourced after lib.sh.
#
#	target STREAM [OPTION...]	starts notion-serve with its people and emojis,
#				and one empty page: $parent
#	everything_new STREAM	writes ./changes, which make all of it
#	restore OPTION...	notion-apply of ./changes below $parent, with
#				the journal ./journal; results go to ./results
#	fetch_back		what is there now, to ./back.ndjson
#	returned STREAM		0 if what is below $parent now is that workspace,
#				say notion-diff and a judge that is not ours
parent=00000000-0000-4000-8000-0000000000aa
NOTION_API_BACKOFF_MS=1
export NOTION_API_BACKOFF_MS

# Not inside of it(), as serve.
target() {
	{
		jq -c 'select(.object == "user" or .object == "custom_emoji")' "$1"
		shift
		printf '%s\n' "{\"object\":\"page\",\"id\":\"$parent\",
		    \"parent\":{\"type\":\"workspace\",\"workspace\":true},
		    \"properties\":{\"title\":{\"id\":\"title\",
			\"type\":\"title\",\"title\":[]}},
		    \"created_time\":\"2026-01-01T00:00:00.000Z\",
		    \"last_edited_time\":\"2026-01-01T00:00:00.000Z\",
		    \"icon\":null,\"cover\":null,\"in_trash\":false,
		    \"is_archived\":false,\"is_locked\":false,
		    \"url\":\"https://www.notion.so/$parent\",
		    \"public_url\":null}" | jq -c .
	} >target.ndjson
	serve --partial "$@" target.ndjson
}

everything_new() {
	notion-diff --from-nothing "$@" >changes
}

restore() {
	notion-apply --parent "$parent" --journal journal "$@" changes >results
}

fetch_back() {
	notion-fetch --page "$parent" --comments blocks --assets back.files \
	    >back.ndjson
}

returned() {
	fetch_back || return 1
	if ! status 0 notion-diff --map journal "$1" back.ndjson \
	    >differences; then
		grep "\"object\":\"change\"" differences | head -n 20
		return 1
	fi
	! command -v node >/dev/null || "$NT_ROOT"/tests/tools/put-back "$1" \
	    back.ndjson results "$parent"
}
