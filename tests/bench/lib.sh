# For the bench scripts: sourced first.
#
#	workspace FILE OPTIONS...	generates a stream (kept between parts)
#	serve OPTIONS... FILE		starts notion-serve; $base is its URL
#	unserve				ends it
#	measure COMMAND...		runs it; $wall, $cpu in seconds, $rss in KB
#	traced FIELD			a number of notion-fetch's last "done" event
#
# Everything lives in $NT_BUILD/bench; streams are made once.
set -eu
LC_ALL=C
export LC_ALL
bench=$NT_BUILD/bench
mkdir -p "$bench"
PATH=$NT_BUILD/bin:$NT_BUILD/tests:$PATH
NOTION_API_TOKEN=secret_bench
NT_TRACE=
export PATH NOTION_API_TOKEN NT_TRACE
root=$(cd "$(dirname "$0")/../.." && pwd)
server=

workspace() {
	file=$bench/$1
	shift
	[ -s "$file" ] || { generate "$@" >"$file.new" && mv "$file.new" "$file"; }
}

serve() {
	rm -f "$bench/url"
	mkfifo "$bench/url"
	notion-serve --port 0 "$@" >"$bench/url" &
	server=$!
	read -r base <"$bench/url"
	rm -f "$bench/url"
	NOTION_API_BASE_URL=$base
	export NOTION_API_BASE_URL base
}

unserve() {
	[ -z "$server" ] || { kill "$server" && wait "$server" || :; }
	server=
}
trap unserve EXIT

measure() {
	command time -o "$bench/time" -f '%e %U %S %M' "$@"
	read -r wall user system rss <"$bench/time"
	cpu=$(awk "BEGIN { print $user + $system }")
}

traced() {
	jq -n "[inputs | select(.event == \"done\") | .$1] | last" "$NT_TRACE"
}

ratio() {
	awk "BEGIN { printf \"%.2f\", $1 / $2 }"
}
