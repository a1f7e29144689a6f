# list.sh - the backups of a place, for people
# shellcheck shell=sh disable=SC2034,SC2154

list_help='usage: notion backup list [options] [place ...]
list the backups in a place, the newest first

  -d, --destination PLACE    a place to look at, instead of the default one
      --json                 one JSON object a backup, the oldest first
  -n, --limit N              the newest N of each place
  -u, --utc                  times in UTC instead of local time'

list_take() {
	case $1 in
	'' | destination) list_add destination "$2" ;;
	json) json=yes ;;
	limit) number limit "$2" && limit=$2 ;;
	utc) utc=yes ;;
	esac
}

backup_list() {
	json='' limit=0
	parse_options "$list_help" list_take "$@"
	need_scratch && need_destination || exit
	each destination list_place
}

# list_place PLACE - its backups as they are asked for.
list_place() {
	catalog "$1" >"$scratch/catalog" || return
	[ "$limit" -eq 0 ] || list_newest "$limit"
	if [ -n "$json" ]; then
		cat "$scratch/catalog"
	else
		list_table
	fi
}
list_newest() {
	tail -n "$1" "$scratch/catalog" >"$scratch/newest" &&
	mv "$scratch/newest" "$scratch/catalog"
}

# The table: a line a backup, the newest first.
list_table() {
	jq -r .time "$scratch/catalog" | local_times '%Y-%m-%d %H:%M' \
	    >"$scratch/times" &&
	backup_jq 'table(.; $times)[]' -sr --rawfile times "$scratch/times" \
	    "$scratch/catalog"
}
