# restore-copy.sh - makes copies of what is in a backup
# shellcheck shell=sh disable=SC2034,SC2154

restore_copies() {
	[ -n "$begun" ] || {
		restore_diff changes --from-nothing "$work/wanted" &&
		restore_assets
	} || return
	restore_apply || return
	[ -z "$dry" ] || return 0
	cp "$live" "$work/told" &&
	cp "$work/results" "$work/outcome" && restore_new_ids
	[ -z "$verify" ] || restore_verify_copies
}

# Prints the ids of what was made at the top.
restore_new_ids() {
	[ "$mode" = copy ] || return 0
	head -n 1 "$work/wanted" | jq -c .scope >"$scratch/scope" &&
	jq -c --slurpfile scope "$scratch/scope" '
	    ($scope[0].roots // [] | map({key: .id, value: 1}) |
		from_entries) as $roots |
	    select(.object == "result" and $roots[.id] and .new_id and
		(.kind | IN("page", "database", "data_source"))) |
	    {object: .kind, id: .new_id}' "$work/results" >"$scratch/new" &&
	jq -r .id "$scratch/new"
}

restore_verify_copies() {
	set -- --comments "$(head -n 1 "$work/wanted" |
	    jq -r '.scope.comments // "blocks"')"
	[ ! -d "$work/assets" ] || set -- "$@" --assets "$work/assets"
	if [ "$mode" = into ]; then
		set -- "$@" --database "$database"
	elif [ -s "$scratch/new" ]; then
		set -- "$@" --from "$scratch/new"
	else
		set -- "$@" --page "$parent"
	fi
	restore_fetch "$work/after" "$@" &&
	set -- --map "$work/told"
	[ "$mode" = copy ] || set -- "$@" --kinds page,block,comment,asset
	restore_diff differences "$@" "$work/wanted" "$work/after" &&
	restore_differ
}
