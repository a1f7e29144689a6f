# restore-tell.sh - what a restore would do or has done, for people
# shellcheck shell=sh disable=SC2034,SC2154

# What a dry run found, for people.
restore_say_plan() {
	[ -e "$work/results" ] || : >"$work/results"
	restore_jq 'fates(inputs | select(.object == "change"); []) as $f |
	    ($results | map(select(.object == "plan"))[0]) as $plan |
	    "\($picked) would be put back " +
	    if $mode == "place" then
		"where it was: " + (sentence([[$f.back, "to come back"],
		    [$f.changed, "to be changed"],
		    [$f.newer, if $delete == "" then "newer and left alone"
			else "newer and to go to the trash" end]]) |
		    if . == "" then "nothing differs" else . end)
	    else
		$where + ": " + ($f.back | in_words)
	    end,
	    if $plan == null then "it takes no request that writes" else
		"it takes \($plan.requests | counted("request")) (" +
		"\($plan.minutes["180"] | minutes) at 180 a minute, " +
		"\($plan.minutes["600"] | minutes) at 600)" +
		", and \($plan.uploads | counted("file")) of " +
		"\($plan.upload_bytes | human_size) to upload",
		"losses: \($plan.expected) that no client of the API can " +
		"avoid, \($plan.warnings) to look at",
		($results | map(select(.object == "loss")) |
		    group_by(.class, .reason)[] |
		    "  \(length)  \(.[0].kind): \(.[0].reason)")
	    end' -nr --arg picked "$picked" --arg mode "$mode" \
	    --arg delete "$delete" \
	    --arg where "$(restore_where)" \
	    --slurpfile results "$work/results" "$work/changes"
}

# The losses that a person should look at, a line each.
restore_say_losses() {
	[ -e "$work/outcome" ] || return 0
	restore_jq 'select(.object == "loss" and .class == "warning") |
	    loss_line' -r "$work/outcome" >"$scratch/warnings"
	restore_say_some "$scratch/warnings" 'lost: '
}

# The first lines of a file, each a warning, and how many more there are.
restore_say_some() {
	restore_lines=$(wc -l <"$1")
	head -n 20 "$1" | while IFS= read -r restore_line; do
		warn "$2$restore_line"
	done
	[ "$restore_lines" -le 20 ] ||
	warn "... and $((restore_lines - 20)) more, see --results"
}

restore_say_differences() {
	[ -e "$work/differences" ] || return 0
	[ "$differences" -eq 0 ] || blame 1
	[ "$mode" != place ] || restore_say_trash
	restore_say_some "$scratch/differ" 'differs: '
}

# One paragraph: what, where, and what a second look says.
restore_summary() {
	restore_look='not compared'
	if [ -e "$work/differences" ]; then
		restore_look="read again, it differs in $differences records"
		[ "$differences" -ne 0 ] ||
		restore_look='read again, it is as in the backup'
	fi
	[ -e "$work/outcome" ] || restore_look=
	case $mode in
	place) restore_say_in_place ;;
	*) restore_say_copies ;;
	esac >&2
}
restore_say_in_place() {
	[ -e "$work/done" ] || cat "$work/changes" >"$work/done"
	[ -e "$work/outcome" ] || : >"$work/outcome"
	restore_jq '($results | map(select(.object == "result"))) as $outcome |
	    fates(inputs | select(.object == "change"); $outcome) as $f |
	    [sentence([[$f.back, "came back"], [$f.changed, "changed back"],
		[$f.anew, "made anew under other ids"],
		[$f.trashed, "put into the trash"],
		[$f.newer, "newer and left alone"],
		[$f.refused, "refused"]]),
	    ($results | map(select(.object == "loss" and
		.class == "expected")) | length | select(. > 0) |
		"\(counted("loss")) that no client of the API can avoid"),
	    $look | select(. != "")] | map(select(. != "")) | join("; ") |
	    if $look == "" then
		"nothing to put back: all is as in \($picked)" +
		if . == "" then "" else "; " + . end
	    else "put back what is in \($picked): " + . end' -nr \
	    --arg picked "$picked" --arg look "$restore_look" \
	    --slurpfile results "$work/outcome" "$work/done"
}
restore_say_copies() {
	restore_jq 'reduce inputs as $r ({};
	    if $r.object == "loss" and $r.class == "expected" then .lost += 1
	    elif $r.status | IN("refused", "failed") then .refused += 1
	    else . end) |
	    [(.refused // empty | "\(.) of them not made"),
	    (.lost // empty | "\(counted("loss")) that no client of the API " +
		"can avoid"), $look] as $rest |
	    ["put back what is in \($picked), \($where): \($made)"] + $rest |
	    join("; ")' -nr \
	    --arg picked "$picked" --arg look "$restore_look" \
	    --arg where "$(restore_where)" \
	    --arg made "$(restore_jq 'fates(inputs | select(.object ==
		"change" and ($mode == "copy" or
		(.kind | IN("page", "block", "comment")))); []).back // {} |
		in_words' -nr --arg mode "$mode" "$work/changes")" \
	    "$work/outcome"
}
restore_where() {
	if [ "$mode" = into ]; then
		printf 'into the database %s\n' "$database"
	else
		printf 'as copies below the page %s\n' "$parent"
	fi
}
