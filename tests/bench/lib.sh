# For the bench scripts: sourced first.
#
#	workspace FILE OPTIONS...	generates a stream (kept between parts)
#	serve OPTIONS... FILE		starts notion-serve; $base is its URL
#	unserve				ends it
#	measure COMMAND...		runs it; $wall, $cpu in seconds, $rss in KB
#	traced FIELD			a number of notion-fetch's last "done" event
#	timed NAME COMMAND...		runs it; notes its time under NAME
#	forget				all that was noted
#	middle NAME			the median of the times under NAME, seconds
#	size_of PATH			bytes, of a folder those of all files in it
#	page_files STREAM DIR		one file a page; unchanged ones stay untouched
#	known FORMAT...			those that notion-pack can write
#	restic_new, borg_new		an empty repository of the peer's
#
# Everything lives in $NT_BUILD/bench; streams are made once.  Who measures
# two sides runs them in turn, in $NT_BENCH_ROUNDS rounds, on $NT_BENCH_PAGES
# pages, and over $NT_BENCH_DAYS days, so that noise hits both.
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
pages=${NT_BENCH_PAGES:-2300}
rounds=${NT_BENCH_ROUNDS:-5}

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

timed() {
	name=$1
	shift
	begun=$(date +%s%N)
	"$@" || { echo "$name: $* failed" >&2; exit 1; }
	echo $(($(date +%s%N) - begun)) >>"$bench/times/$name"
}

forget() {
	rm -rf "$bench/times"
	mkdir "$bench/times"
}
forget

middle() {
	sort -n "$bench/times/$1" | awk '{ t[NR] = $1 }
	    END { printf "%.4f", (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2e9 }'
}

size_of() {
	find "$1" -type f -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'
}

page_files() {
	rm -rf "$2.new"
	mkdir -p "$2" "$2.new"
	awk -v dir="$2.new" '/"object":"page"/ {
	    match($0, /"id":"[0-9a-f-]*","in_trash"/)
	    close(file)
	    file = dir "/" substr($0, RSTART + 6, 36) ".ndjson" }
	    file != "" { print >file }' "$1"
	LC_ALL=C diff -rq "$2" "$2.new" | awk -v dir="$2" '
	    $1 == "Files" { print "cp", $4, $2 }
	    $1 == "Only" && $3 == dir ":" { print "rm", dir "/" $4 }
	    $1 == "Only" && $3 != dir ":" { print "cp", dir ".new/" $4, dir }' |
	    sh -e
	rm -rf "$2.new"
}

known() {
	workspace tiny.ndjson --pages 3 --blocks-per-page 2
	for format in "$@"; do
		rm -rf "$bench/try.$format"
		if notion-pack -f "$format" -o "$bench/try.$format" \
		    "$bench/tiny.ndjson" 2>"$bench/try.err"; then
			printf '%s ' "$format"
		else
			echo "$format is left out: $(cat "$bench/try.err")" >&2
		fi
		rm -rf "$bench/try.$format"
	done
}

RESTIC_PASSWORD=bench
RESTIC_CACHE_DIR=$bench/restic.cache
BORG_PASSPHRASE=bench
BORG_BASE_DIR=$bench/borg.home
BORG_RELOCATED_REPO_ACCESS_IS_OK=yes
export RESTIC_PASSWORD RESTIC_CACHE_DIR
export BORG_PASSPHRASE BORG_BASE_DIR BORG_RELOCATED_REPO_ACCESS_IS_OK

restic_new() {
	rm -rf "$1" "$RESTIC_CACHE_DIR"
	restic -q -r "$1" init
}

borg_new() {
	rm -rf "$1" "$BORG_BASE_DIR"
	borg init -e repokey "$1" 2>/dev/null
}
