#!/bin/sh
# A snapshot a day, $NT_BENCH_DAYS of them, in a repository and in what others
# keep history in.  Arguments name what is edited each day:
#
#	uniform		1 % of all records
#	hot		1 % of all records, all on the same 3 % of the pages
#	pages		a few records on 1 % of the pages
#
# The peers get the day as a stream and as one file a page, of which only those
# with another content are written anew.  The times of pages move with those of
# their blocks, as the service does it.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

days=${NT_BENCH_DAYS:-30}
peers=${NT_BENCH_PEERS:-restic.stream restic.tree borg.stream borg.tree git.tree}
day=$bench/day.ndjson
tree=$bench/day.tree

# ---- what keeps the days ----

ours() { notion-pack -f sqlite -o "$bench/days.db" "$day"; }
data_of() { case $1 in *.stream) echo "$day" ;; *.tree) echo "$tree" ;; esac; }
git_here() { git -C "$tree" --git-dir="$bench/days.git.tree" --work-tree=. "$@"; }

new() {
	rm -rf "$bench/days.$1"
	case $1 in
	restic.*) restic_new "$bench/days.$1" ;;
	borg.*) borg_new "$bench/days.$1" ;;
	git.*)
		git init -q --bare "$bench/days.$1"
		git_here config user.name bench
		git_here config user.email bench@example.org
		git_here config gc.auto 0
		;;
	esac
}

keep() {
	case $1 in
	restic.*) restic -q -r "$bench/days.$1" backup "$(data_of "$1")" ;;
	borg.*) borg create --compression zstd,3 "$bench/days.$1::$number" \
	    "$(data_of "$1")" ;;
	git.*) git_here add -A && git_here commit -q -m "day $number" ;;
	esac
}

command_of() {
	case $1 in
	ours) echo 'notion-pack -f sqlite' ;;
	restic.*) echo "restic backup, ${1#*.}" ;;
	borg.*) echo "borg create zstd,3, ${1#*.}" ;;
	git.*) echo "git commit, ${1#*.}" ;;
	esac
}

# ---- the days ----

edit_as() {
	case $1 in
	uniform) edit --seed "$number" ;;
	hot) edit --seed "$number" --hot 3 ;;
	pages) edit --seed "$number" --pages 1 ;;
	*) echo "days: $1 is no way to edit" >&2; exit 2 ;;
	esac <"$day" >"$day.new"
	mv "$day.new" "$day"
	page_files "$day" "$tree"
}

live() {
	workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
	cp "$bench/p$pages.ndjson" "$day"
	number=0
	rm -rf "$tree" "$bench"/days.*
	page_files "$day" "$tree"
	for peer in $peers; do new "$peer" && keep "$peer"; done
	ours
	first=$(size_of "$bench/days.db")
	forget
	while [ "$number" -lt "$days" ]; do
		number=$((number + 1))
		edit_as "$1"
		for peer in $peers; do timed "$peer" keep "$peer"; done
		timed ours ours
		case $number in
		1|$((days / 4 + 1))|"$days") cp "$day" "$bench/kept.$number" ;;
		esac
	done
}

row() { printf '  %-30s %8s %10s %9s %9s %9s\n' "$@"; }
say() {
	row "$(command_of "$1")" "$(middle "$1")" "$(ratio "$2" 1e6)" \
	    "$(ratio "$2" "$size")" \
	    "$(ratio "$(middle "$1")" "$(middle ours)")" "${3:--}"
}

table() {
	size=$(size_of "$bench/days.db")
	echo "$days days after the first, edits: $1"
	row command 's a day' 'MB in all' 'x ours' 's x ours' 'gc MB'
	say ours "$size"
	for peer in $peers; do
		bytes=$(size_of "$bench/days.$peer") after=
		if [ "$peer" = git.tree ]; then
			git_here gc -q
			after=$(ratio "$(size_of "$bench/days.$peer")" 1e6)
		fi
		say "$peer" "$bytes" "$after"
	done
	rm -f "$bench/days.zip"
	notion-pack -o "$bench/days.zip" "$day"
	printf '  %-30s %8s %10s\n' 'a zip of ours a day, computed' - \
	    "$(ratio "$(size_of "$bench/days.zip") * ($days + 1)" 1e6)"
	(cd "$tree" && rm -f "$bench/days.zip" && zip -q -r "$bench/days.zip" .)
	printf '  %-30s %8s %10s\n' 'zip -r a day, computed' - \
	    "$(ratio "$(size_of "$bench/days.zip") * ($days + 1)" 1e6)"
	echo "  the first snapshot was $(ratio "$first" 1e6) MB, a day is" \
	    "$(ratio "($size - $first) / $days" 1000) KB"
}

# ---- any of them again ----

open_snapshot() { notion-unpack --snapshot "$1" "$bench/days.db" >"$bench/out.ndjson"; }
open_stream() { notion-unpack "$bench/kept.$1" >"$bench/out.ndjson"; }

again() {
	echo 'opening one day again, against reading its stream from a file, s'
	for kept in "$bench"/kept.*; do
		nth=${kept##*.}
		for _ in $(seq "$rounds"); do
			timed "stream.$nth" open_stream "$nth"
			timed "open.$nth" open_snapshot $((nth + 1))
			cmp "$kept" "$bench/out.ndjson"
		done
		printf '  day %-4s snapshot %8s stream %8s ratio %s\n' "$nth" \
		    "$(middle "open.$nth")" "$(middle "stream.$nth")" \
		    "$(ratio "$(middle "open.$nth")" "$(middle "stream.$nth")")"
	done
}

[ -n "$(known sqlite)" ] || exit 0
for edits in "${@:-uniform}"; do
	live "$edits"
	table "$edits"
	again
	rm -rf "$tree" "$day" "$bench"/days.* "$bench"/kept.* "$bench/out.ndjson"
done
