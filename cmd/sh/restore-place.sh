# restore-place.sh - puts things back where they were
# shellcheck shell=sh disable=SC2034,SC2154

# ---- what is there ----

# restore_fetch_scope FILE BASE - reads what is there of the scope of the backup
# to $work/FILE; what has not been edited since is copied from $work/BASE.
restore_fetch_scope() {
	restore_scope >"$scratch/scope" || return
	{ IFS= read -r restore_comments && read -r restore_rest; } \
	    <"$scratch/scope"
	sed 1,2d "$scratch/scope" >"$scratch/roots"
	restore_file=$work/$1 restore_base=$2
	set -- --comments "${restore_comments:-blocks}"
	[ -z "$restore_comments" ] || [ -n "$partial" ] ||
	set -- "$@" --base "$work/$restore_base"
	case $restore_rest in
	*workspace*) set -- "$@" --workspace --accept-search-limit ;;
	esac
	case $restore_rest in
	*trash*) set -- "$@" --trash ;;
	esac
	[ ! -s "$scratch/roots" ] ||
	set -- "$@" --accept-gone --from "$scratch/roots"
	restore_fetch "$restore_file.part" "$@" &&
	mv "$restore_file.part" "$restore_file"
}

# The scope of the backup: its comments, or an empty line; in a line what else
# of workspace and trash is in it; then its roots, and what was made anew for one
# of them before.
restore_scope() {
	restore_made >"$scratch/made" &&
	head -n 1 "$work/wanted" | jq -rc --slurpfile made "$scratch/made" '
	    .scope | .comments // "", ([("workspace", "trash") as $word |
		select(.[$word]) | $word] | join(" ")), (.roots[]? |
	    ., ($made[0].map[.id] as $id | select($id) | .id = $id))'
}

# What restores in place have made anew, as a line of a journal: its ids are not
# those of the backup, so a later restore has to know them.
restore_made() {
	cat "$state/restore/made.ndjson" 2>/dev/null ||
	printf '{"map":{},"object":"outcome","status":"done","step":0}\n'
}

# Adds to that what the journal of this round says; another restore may want to
# do the same.
restore_note_made() {
	{
		flock 5 && restore_add_made >"$work/made" &&
		try sync -- "$work/made" &&
		try mv "$work/made" "$state/restore/made.ndjson"
	} 5>"$state/restore/made.lock"
}
restore_add_made() {
	{ restore_made && cat "$live"; } | jq -nc 'input as $made |
	    reduce (inputs | select(.object == "outcome").map | objects |
		to_entries[] | select(.key != .value)) as $new
		($made.map; .[$new.key] = $new.value) |
	    . as $map | map_values(until($map[.] == null; $map[.])) |
	    $made + {map: .}'
}

# ---- where it was ----

# Round after round: what comes out of the trash can only be compared then.
restore_in_place() {
	restore_round=1 restore_left=some
	[ -e "$live" ] || restore_compare wanted || return
	while [ "$restore_left" != 0 ]; do
		[ -n "$begun" ] || [ -d "$work/assets" ] || restore_assets ||
		return
		restore_apply || return
		[ -z "$dry" ] || return 0
		restore_close_round || return
		[ -n "$verify" ] || return 0
		restore_look_again || return
		[ "$differences" -gt 0 ] || break
		[ "$restore_round" -lt 3 ] || break
		restore_round=$((restore_round + 1))
		restore_changes || return
	done
}

# restore_compare BASE - reads what is there, and what has to happen.
restore_compare() {
	restore_fetch_scope now "$1" && restore_changes
}

# What has to happen, in $work/changes, and how much of it is to be done, in
# $restore_left.  What only the workspace has is left alone, and files go with
# what they belong to.
restore_changes() {
	restore_made >"$scratch/made"
	restore_diff changes --made "$scratch/made" --ignore /created_time \
	    --ignore /created_by "$work/now" "$work/wanted" || return
	restore_left=$(restore_jq 'reduce (inputs | select(is_work($delete)))
	    as $change (0; . + 1)' -n --arg delete "$delete" "$work/changes")
}

# The journal of the round is done with.
restore_close_round() {
	restore_note_made &&
	cat "$live" >>"$work/told" &&
	cat "$work/results" >>"$work/outcome" &&
	cat "$work/changes" >>"$work/done" &&
	rm "$live"
}

# What is there now, and where it still is not as in the backup.
restore_look_again() {
	restore_fetch_scope now now &&
	{ cat "$work/told" && restore_made; } >"$scratch/map" &&
	restore_diff differences --map "$scratch/map" "$work/wanted" \
	    "$work/now" && restore_differ
}

# What lies in the trash still, for what it was in does.
restore_say_trash() {
	jq -r 'select(.object == "loss" and .reason == "it is in the trash") |
	    "\(.kind) \(.id)"' "$work/now" >"$scratch/trash"
	while IFS= read -r restore_line <&5; do
		warn "$restore_line is in the trash with what it is in:" \
		    'put that back, too, or make a copy with --parent'
	done 5<"$scratch/trash"
}
