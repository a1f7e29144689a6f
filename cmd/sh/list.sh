# list.sh - the backups of a place, for people
# shellcheck shell=sh disable=SC2034,SC2154

list_help='usage: notion backup list [options] [place ...]
list the backups in a place, the newest first

  -d, --destination PLACE    a place to look at, instead of the default one
      --json                 one JSON object a backup, the oldest first
  -n, --limit N              the newest N of each place
  -u, --utc                  times in UTC instead of local time'

history_help='usage: notion backup history [options] [place ...]
show how the backups in a place have changed, the newest first

      --database ID          only backups that hold that database
  -d, --destination PLACE    a place to look at, instead of the default one
      --json                 one JSON object a backup, the oldest first
  -n, --limit N              the newest N of each place
  -u, --utc                  times in UTC instead of local time'

list_take() {
	case $1 in
	'' | destination) list_add destination "$2" ;;
	database) database=$2 ;;
	json) json=yes ;;
	limit) number limit "$2" && limit=$2 ;;
	utc) utc=yes ;;
	esac
}

backup_list() {
	json='' limit=999999999
	parse_options "$list_help" list_take "$@"
	need_scratch && need_destination || exit
	each destination list_place
}

# list_place PLACE - its backups as they are asked for.
list_place() {
	catalog "$1" >"$scratch/catalog" || return
	list_newest "$limit" || return
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
	columns 0
	jq -r .time "$scratch/catalog" | local_times '%Y-%m-%d %H:%M' \
	    >"$scratch/times" &&
	backup_jq 'table(.; $times; $columns; $edge)[]' -sr --rawfile times \
	    "$scratch/times" --argjson columns "$columns" \
	    --argjson edge "$edge" "$scratch/catalog"
}

# ---- how they have changed ----

backup_history() {
	json='' limit=999999999 database=''
	parse_options "$history_help" list_take "$@"
	need_scratch && need_destination || exit
	each destination history_place
}

# history_place PLACE - as list_place, with what can be seen inside.
history_place() {
	catalog "$1" >"$scratch/catalog" || return
	[ -z "$database" ] || history_holding "$1" || return
	list_newest $((limit + 1)) &&
	history_describe "$1" >"$scratch/described" &&
	backup_jq 'described($seen)' -c --slurpfile seen "$scratch/described" \
	    "$scratch/catalog" >"$scratch/history" || return
	if [ -n "$json" ]; then
		tail -n "$limit" "$scratch/history"
	else
		columns 80
		history_table | head -n "$limit"
	fi
}

# What notion-unpack says of the files that it can open.
history_describe() {
	! place_is_remote "$1" || return 0
	place_join "$1" ''
	jq -j --arg path "$path" 'select(.encrypted | not) |
	    $path + .name + "\u0000"' "$scratch/catalog" | uniq -z |
	catalog_describe
}

# Leaves in the catalogue what holds $database, for which each is read, and what
# cannot be opened.
history_holding() {
	: >"$scratch/holding"
	while IFS= read -r history_record <&3; do
		! history_holds "$1" "$history_record" ||
		printf '%s\n' "$history_record" >>"$scratch/holding"
	done 3<"$scratch/catalog"
	mv "$scratch/holding" "$scratch/catalog"
}
# history_holds PLACE RECORD
history_holds() {
	history_name=$(printf '%s' "$2" | jq -r .name)
	history_number=$(printf '%s' "$2" | jq -r '.snapshot // ""')
	place_join "$1" "$history_name"
	if place_is_remote "$1" || seal_is "$path"; then
		return
	fi
	notion-unpack --databases "$database" --kinds database \
	    ${history_number:+--snapshot "$history_number"} "$path" \
	    >/dev/null 2>&1
}

history_table() {
	jq -r .time "$scratch/history" | local_times '%Y-%m-%d %H:%M' \
	    >"$scratch/times" &&
	backup_jq 'history(.; $times; $columns; $edge)[]' -sr --rawfile times \
	    "$scratch/times" --argjson columns "$columns" \
	    --argjson edge "$edge" "$scratch/history"
}

# columns N - sets $columns and $edge to the width of the terminal; if there is
# none, to N and 0.
columns() {
	columns=$1 edge=0
	[ -t 1 ] || return 0
	{ edge=$(stty size <&4 | cut -d ' ' -f 2); } 4<&1
	[ "$edge" -eq 0 ] || columns=$edge
}
