# For the tests of notion-fetch: sourced after lib.sh.
#
#	core FILE		its records, without the two control records
#	ends FILE FILTER	1 if jq says no of the last record
#	traced FIELD		a number of the last run; sets off NT_TRACE
#	proxy ARGUMENT...	tests/proxy.mjs before the present server
#	table ANSWERS		tests/proxy.mjs as the server itself
NT_TRACE=$PWD/trace
NOTION_API_BACKOFF_MS=1
export NT_TRACE NOTION_API_BACKOFF_MS
sample=$NT_ROOT/examples/workspace.ndjson
generate=$NT_BUILD/tests/generate

core() { sed '1d;$d' "$1"; }
ends() { tail -n 1 "$1" | jq -e "$2" >/dev/null; }
traced() { jq -n "[inputs | select(.event == \"done\") | .$1] | last" "$NT_TRACE"; }

proxy() { start_proxy --upstream "$NOTION_API_BASE_URL" "$@"; }
table() { printf '%s\n' "$1" >table.json && start_proxy --static table.json; }
