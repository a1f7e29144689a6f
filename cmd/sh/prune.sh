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

# Takes an option of $keep_help.
keep_take() {
	case $1 in
	retention)
		list_split keep_spec "$2"
		;;
	*) list_add keep "--$1=$2" ;;
	esac
}

backup_prune() {
	dry_run='' prune_json='' series=''
	parse_options "$prune_help" prune_take "$@"
	list_has keep || list_has keep_spec || usage_error 'nothing says what' \
	    'is to be kept, expected --retention, --keep-... or --older-than'
	need_scratch && need_destination || exit
	each destination prune_blame
	exit "$status"
}
prune_blame() {
	prune_place "$1" || blame $?
}

# prune_place PLACE - removes, of the backups there, or of those in $series,
# what the lists keep and keep_spec do not keep.
prune_place() {
	catalog "$1" >"$scratch/catalog" &&
	backup_jq 'prunable($series)' -c --arg series "$series" \
	    "$scratch/catalog" >"$scratch/prunable" &&
	with keep_spec --retention with keep '' run_to "$scratch/kept" \
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

# Those of a repository go in one step, any others one by one.
prune_remove() {
	backup_jq 'select(.keep | not) | [.name, .snapshot // ""] | @tsv' -r \
	    "$scratch/kept" >"$scratch/remove"
	prune_status=0
	while IFS='	' read -r prune_name prune_number <&3; do
		[ -z "$prune_number" ] || continue
		note "removing $prune_name"
		place_remove "$1" "$prune_name" || prune_status=$?
	done 3<"$scratch/remove"
	cut -f 1 "$scratch/remove" | sort -u >"$scratch/names"
	while read -r prune_name <&3; do
		prune_forget "$1" "$prune_name" || prune_status=$?
	done 3<"$scratch/names"
	[ -z "$prune_json" ] || cat "$scratch/kept"
	return "$prune_status"
}

# prune_forget PLACE NAME - removes the snapshots to be removed, if it has any.
prune_forget() {
	prune_numbers=$(awk -F '\t' -v name="$2" '$1 == name && $2 != "" {
		printf "%s%s", space, $2
		space = " "
	}' "$scratch/remove")
	[ -n "$prune_numbers" ] || return 0
	place_join "$1" "$2"
	note "removing from $2: $prune_numbers"
	# shellcheck disable=SC2086
	run notion-forget "$path" $prune_numbers
}
