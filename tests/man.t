#!/bin/sh
# the pages: clean, complete, and their examples run
. "${0%/*}/lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
pages=$(cd "$NT_ROOT"/man && ls)

# The options of a tool, "x" or "long-name" a line: what it says, and what its
# page says.  getopt_long(3) of no tool has an option that --help leaves out.
# Two commands of a script may have one of the same name.
options_said() {
	"$1" --help | sed -n '
		s/^  -\(.\), --\([a-z0-9-]*\).*/\1\n\2/p
		s/^      --\([a-z0-9-]*\).*/\1/p' | sort -u
}
options_described() {
	sed -n 's/\\-/-/g; s/^\.It Fl //p' "$NT_ROOT/man/$1.1" |
	sed 's/ , Fl /\n/g' | sed 's/^-*\([A-Za-z0-9-]*\).*/\1/' | sort -u
}

for page in $pages; do
it "$page is clean" '
	mandoc -Tlint -W warning "$NT_ROOT"/man/$page
'
it "$page refers to pages that are there" '
	sed -n "s/^\.Xr \(notion[a-z-]*\) \([0-9]\).*/\1.\2/p" \
	    "$NT_ROOT"/man/$page | sort -u >named &&
	while read -r other; do
		test -f "$NT_ROOT"/man/$other ||
		{ echo "$page names $other" && exit 1; }
	done <named
'
done
for tool in "$NT_BUILD"/bin/*; do
	tool=${tool##*/}
it "$tool --help and its page list the same options" '
	options_said $tool >said && test -s said &&
	options_described $tool >described && diff said described
'
it "$tool has the same purpose in both" '
	$tool --help | sed -n 2p >said &&
	sed -n "s/^\.Nd //p" "$NT_ROOT"/man/$tool.1 | diff - said
'
done

# What the examples find: a server, workspaces read before, with their files
# and without, and archives of them.
serve --assets "$NT_ROOT"/examples/assets "$sample"
mkdir given && (
	cd given && notion-fetch --workspace >monday.ndjson &&
	for day in tuesday sunday last; do cp monday.ndjson $day.ndjson; done &&
	notion-pack -o monday.zip monday.ndjson &&
	notion-fetch --workspace --assets assets >workspace.ndjson &&
	notion-pack --assets assets -o backup.zip workspace.ndjson &&
	notion-pack --search -o repo.db monday.ndjson
) || exit 2
ID=$(jq -r 'select(.object == "database").id' "$sample" | head -n 1)
export ID

# The records that notion-stream.5 shows, a line each.
sed -n '/^\.\\" json/,/^\.Ed/p' "$NT_ROOT"/man/notion-stream.5 |
sed '/^\./d; s/\\f.//g' | jq -c . >shown.ndjson
members='[.object, keys_unsorted, (.scope, .source, .owner | objects | keys)]'
it 'notion-stream.5 shows records of each of our kinds' '
	jq -r .object shown.ndjson | sort >have &&
	printf "%s\n" asset end error loss snapshot | diff - have
'
it 'notion-stream.5 shows the members that they have' '
	for kind in snapshot end asset; do
		for from in shown.ndjson given/workspace.ndjson; do
			jq -c "select(.object == \"$kind\") |
			    del(.unsupported, .search_complete) | $members" $from | head -n 1
		done | uniq >two && cat two && test "$(wc -l <two)" -eq 1 || exit
	done
'

run() {
	rm -rf there && cp -R given there && (cd there && bash -euo pipefail "$1")
}
for page in $pages; do
	mkdir "$page" && perl "$NT_ROOT"/tests/examples.pl \
	    "$NT_ROOT/man/$page" "$page" || exit 2
	for example in "$page"/*.sh; do
		[ -f "$example" ] || continue
		example=$PWD/$example
it "$page: $(head -n 1 "$example")" 'run "$example"'
	done
done
finish
