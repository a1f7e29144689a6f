#!/bin/sh
# blocks-by-type.sh [FILE ...] - how many blocks there are of each type
jq -r 'select(.object == "block").type' "$@" | sort | uniq -c | sort -rn
