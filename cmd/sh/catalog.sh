# catalog.sh - which backups are in a place, found from the files alone
#
# A record a backup, as notion-backup(1) describes it; the newest last.  What
# has a name of ours is not opened.  Any other file here is asked what it is,
# all of them by one process; elsewhere its name has to do.
# shellcheck shell=sh disable=SC2034,SC2154

# catalog PLACE... - the records of all of them; need_scratch comes first.
catalog() {
	for catalog_place; do
		catalog_one "$catalog_place" || return
	done
}

# Not sorted by time alone: the order is the same at each run.
catalog_one() {
	place_list "$1" >"$scratch/files" || return
	if place_is_remote "$1"; then
		backup_jq 'listed | (by_name($place) // by_looks($place))' \
		    -Rc --arg place "$1" "$scratch/files"
	else
		catalog_folder "$1"
	fi >"$scratch/records" &&
	backup_jq 'sort_by(.time, .name, .snapshot)[]' -sc "$scratch/records"
}

catalog_folder() {
	place_join "$1" ''
	backup_jq 'listed | select(.folder or [.name | named] == [])' \
	    -Rc "$scratch/files" >"$scratch/unknown" &&
	jq -j --arg path "$path" '$path + .name + "\u0000"' \
	    "$scratch/unknown" | catalog_describe >"$scratch/described" &&
	backup_jq 'listed | select(.folder | not) | by_name($place)' \
	    -Rc --arg place "$1" "$scratch/files" &&
	backup_jq '($files | map({key: .name, value: .}) | from_entries) as $file |
	    $file[.path | ltrimstr($path)] as $file | select($file != null) |
	    by_description($place; $file)' -c --arg place "$1" \
	    --slurpfile files "$scratch/unknown" --arg path "$path" \
	    "$scratch/described"
}

# What each of the files is; what is no archive is passed over.
catalog_describe() {
	xargs -0 -r notion-unpack --describe -- 2>/dev/null || :
}
