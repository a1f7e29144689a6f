# pick.sh - which backup is meant, and opening it
#
# A backup is meant by the name of a file, by its name in a place, or by a time:
# then it is the newest that was begun before.
# shellcheck shell=sh disable=SC2034,SC2154

# pick_until OPTION TIME - sets $until to it in UTC: to the end of a day or of a
# minute, in local time.
pick_until() {
	case $2 in
	????-??-??) pick_time="$2 23:59:59" ;;
	????-??-??[T\ ]??:??) pick_time=$2:59 ;;
	????-??-??[T\ ]??:??:??*) pick_time=$2 ;;
	*) pick_time=none ;;
	esac
	pick_time=$(date -d "$pick_time" +%s 2>/dev/null) ||
	usage_error "--$1 is $2, expected a time as 2025-01-27 14:30"
	until=$(date -u -d "@$pick_time" +%Y-%m-%dT%H:%M:%SZ) until_said=$2
}

# pick_candidates NAME - writes the backups that may be meant to
# $scratch/candidates, the likeliest first: the file of that name, or those
# called so in the places, or all there if it is empty.
pick_candidates() {
	if [ -n "$1" ] && [ -e "$1" ]; then
		jq -nc --arg name "$1" '{file: $name, name: $name}' \
		    >"$scratch/candidates"
		return
	fi
	need_destination
	each destination catalog >"$scratch/catalog" || return
	jq -sc --arg name "$1" --arg until "$until" '
	    map(select(($name == "" or .name == $name) and
		($until == "" or .time <= $until) and
		($name != "" or .complete != false))) |
	    sort_by(.time) | reverse[]' "$scratch/catalog" \
	    >"$scratch/candidates"
	[ -s "$scratch/candidates" ] || pick_none "$1"
}

# There is no such backup: says which there are.
pick_none() {
	pick_count=$(wc -l <"$scratch/catalog")
	if [ -n "$1" ]; then
		fail "$1: there is no such file, and no backup of that name in $(pick_where)"
	elif [ "$pick_count" -eq 0 ]; then
		fail "there is no backup in $(pick_where)"
	elif [ -z "$until" ]; then
		fail "no backup in $(pick_where) is complete, see notion backup list"
	else
		fail "no complete backup in $(pick_where) is of $until_said or" \
		    "before: the oldest is of $(pick_nth 1), the newest of" \
		    "$(pick_nth "$pick_count")"
	fi
}
pick_nth() {
	jq -r .time "$scratch/catalog" | sort | sed -n "$1p" |
	local_times '%Y-%m-%d %H:%M'
}
# The places that were looked at.
pick_where() {
	pick_places=$(each destination printf '%s, ')
	printf '%s\n' "${pick_places%, }"
}

# pick_open RECORD - sets $path to a file or folder here that holds the backup,
# in the clear, and $picked to what people call it.
pick_open() {
	pick_name=$(printf '%s\n' "$1" |
	    jq -r '.time // "", .snapshot // "", .name')
	pick_time=${pick_name%%"$newline"*} pick_name=${pick_name#*"$newline"}
	pick_snapshot=${pick_name%%"$newline"*}
	pick_name=${pick_name#*"$newline"}
	pick_place=$(printf '%s\n' "$1" | jq -r '.place // ""')
	picked=$pick_name${pick_snapshot:+ #$pick_snapshot}
	[ -z "$pick_time" ] || picked="$picked of $(printf '%s\n' "$pick_time" |
	    local_times '%Y-%m-%d %H:%M')"
	if [ -n "$pick_place" ]; then
		rm -rf "$scratch/got"
		place_path "$pick_place" "$pick_name" || return
	else
		path=$pick_name
	fi
	case $path in -*) path=./$path ;; esac
	! seal_is "$path" || seal_open "$picked" || {
		[ $? -ne 1 ] || fail "$picked: $damage"
		return 2
	}
}
