# prune.sh - removes the backups of a place that are not to be kept
#
# notion-keep(1) says which; what cannot be seen to be a complete backup or a
# partial one is left alone.
# shellcheck shell=sh disable=SC2034,SC2154

keep_help='
      --keep-last N          keep the newest N
      --keep-hourly N        keep the newest of each of the last N hours
      --keep-daily N         the same of days,
      --keep-weekly N        weeks,
      --keep-monthly N       months,
      --keep-yearly N        and years
      --keep-within DUR      keep all of that time, such as 1y5m7d3h
      --keep-within-hourly DUR  keep the newest of each of its hours,
      --keep-within-daily DUR   days,
      --keep-within-weekly DUR  weeks,
      --keep-within-monthly DUR months,
      --keep-within-yearly DUR  and years
      --retention SPEC       7days, 4weeks, 12months, 5years, forever: of each
                             day, week and so on of that time the newest'

prune_help="usage: notion backup prune [options] [place ...]
remove the backups that are not to be kept
$keep_help
  -d, --destination PLACE    a place to look at, instead of the default one
  -n, --dry-run              only show which, and why
      --json                 one JSON object a backup, with what became of it
      --name NAME            only backups of that series
      --older-than DUR       remove what is older: 90days, 12months
  -u, --utc                  times in UTC instead of local time
  -v, --verbose              say what is removed, terminal or not"

prune_take() {
	case $1 in
	'' | destination) list_add destination "$2" ;;
	dry-run) dry_run=yes ;;
	json) prune_json=yes ;;
	name) series=$2 ;;
	older-than) list_add keep "--older-than=$2" ;;
	utc) utc=yes ;;
	verbose) verbose=yes ;;
	*) keep_take "$@" ;;
	esac
}

# Takes an option of $keep_help; notion-keep knows them.
keep_take() {
	list_add keep "--$1=$2"
}
# Ends if one of them is wrong.
keep_check() {
	with keep '' notion-keep </dev/null || exit
}

backup_prune() {
	dry_run='' prune_json='' series=''
	parse_options "$prune_help" prune_take "$@"
	list_has keep || usage_error 'nothing says what is to be kept, expected' \
	    '--retention, --keep-... or --older-than'
	keep_check
	need_scratch && need_destination || exit
	each destination prune_blame
	exit "$status"
}
prune_blame() {
	prune_place "$1" || blame $?
}

# prune_place PLACE - removes, of the backups there, or of those in $series,
# what the rules in the list keep do not keep.
prune_place() {
	catalog "$1" >"$scratch/catalog" &&
	backup_jq 'prunable($series)' -c --arg series "$series" \
	    "$scratch/catalog" >"$scratch/prunable" &&
	with keep '' run_to "$scratch/kept" \
	    notion-keep ${utc:+--zone UTC} "$scratch/prunable" || return
	if [ -n "$dry_run" ]; then
		prune_show
	else
		prune_remove "$1"
	fi
}

# A line a backup: keep or remove, and why; the newest first.
prune_show() {
	[ -z "$prune_json" ] || {
		cat "$scratch/kept"
		return
	}
	jq -r .time "$scratch/kept" | local_times '%Y-%m-%d %H:%M' \
	    >"$scratch/times" &&
	backup_jq 'keep_table(.; $times)[]' -sr --rawfile times \
	    "$scratch/times" "$scratch/kept"
}

# Removes what is not to be kept; the snapshots of a repository in one step.
prune_remove() {
	prune_status=0
	backup_jq 'select(.keep or .snapshot | not).name' -r "$scratch/kept" \
	    >"$scratch/remove"
	[ -z "$verbose" ] || sed 's/^/removing /' "$scratch/remove" >&2
	[ ! -s "$scratch/remove" ] ||
	place_remove "$1" "$scratch/remove" || prune_status=$?
	backup_jq 'forgotten[] | @tsv' -sr "$scratch/kept" >"$scratch/forget"
	while IFS='	' read -r prune_name prune_numbers <&3; do
		prune_forget "$1" "$prune_name" "$prune_numbers" ||
		prune_status=$?
	done 3<"$scratch/forget"
	[ -z "$prune_json" ] || cat "$scratch/kept"
	return "$prune_status"
}

# prune_forget PLACE NAME NUMBERS - removes the snapshots from a repository.
prune_forget() {
	place_join "$1" "$2"
	note "removing from $2: $3"
	# shellcheck disable=SC2086
	run notion-forget "$path" $3
}
