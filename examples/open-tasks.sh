#!/bin/sh
# open-tasks.sh [FILE ...] - what is due and not done, soonest first, out of
# streams or standard input
jq -r 'select(.object == "page") | .properties |
    select(.Status.status.name // "Done" | . != "Done") |
    select(.Due.date) |
    [.Due.date.start[:10], .Task.title[0].plain_text] | join("  ")' "$@" |
sort
