#!/bin/sh
# Two days of a workspace compared: notion-diff against jq by id, GNU diff and
# a dictionary of lines in Python; in the same order, and with the pages in any
# order.  Half of our time is the SHA-256 of both streams, without which nobody
# knows whether they are whole; "hash" is what that costs alone.
# shellcheck source=tests/bench/lib.sh
. "${0%/*}/lib.sh"

one=$bench/p$pages.ndjson
two=$bench/p$pages.edited.ndjson
other=$bench/p$pages.shuffled.ndjson
workspace "p$pages.ndjson" --pages "$pages" --blocks-per-page 40 --seed 1
edit --seed 2 --records 1 --add 5 --remove 4 --move 5 <"$one" >"$two"
# groups of a record and the blocks, comments and assets behind it
sed '1d;$d' "$two" | awk 'BEGIN { srand(1) }
    !/"object":"(block|comment|asset)"/ { group = rand() }
    { printf("%.9f\t%09d\t%s\n", group, NR, $0) }' |
    sort -k 1,2 | cut -f 3- | stream >"$other"

# Two ways of jq: sorted by id, and an object by id, whose time grows with the
# square of the records in jq 1.6: that one gets the first tenth of them.
cat >"$bench/sorted.jq" <<'EOF'
def side(n): .[] | [.object + (.id // ""), n, .];
[($a | side(0)), ($b | side(1))] | group_by(.[0])[] |
    select(length == 1 or .[0][2] != .[1][2]) | .[0][0]
EOF
cat >"$bench/by_id.jq" <<'EOF'
def by_id(f): reduce f as $r ({}; . + {($r.object + ($r.id // "")): $r});
by_id($a[]) as $a | by_id($b[]) as $b |
    ($b | to_entries[] | select($a[.key] != .value).key),
    ($a | to_entries[] | select($b[.key] == null).key)
EOF
tenth() { sed '1d;$d' "$1" | head -n "$((pages * 4))" | stream; }
tenth "$one" >"$bench/tenth.one"
tenth "$two" >"$bench/tenth.two"
cat >"$bench/lines.py" <<'EOF'
import re, sys
ID = re.compile(rb'"id":"([^"]*)","(?:i|l|o)')
def read(path):
    return {(m.group(1) if (m := ID.search(line)) else line): line
            for line in open(path, 'rb')}
a, b = read(sys.argv[1]), read(sys.argv[2])
print(sum(a.get(k) != v for k, v in b.items()), sum(k not in b for k in a))
EOF

# Theirs and ours say that there are differences: that is no failure.
ours() { notion-diff "$one" "$1" >/dev/null || [ $? -eq 1 ]; }
gnu() { diff "$one" "$1" >/dev/null || [ $? -eq 1 ]; }
python() { python3 "$bench/lines.py" "$one" "$1" >/dev/null; }
hash_both() { sha256sum "$one" "$two" >/dev/null; }
by_jq() {
	jq -n -c --slurpfile a "$2" --slurpfile b "$3" -f "$bench/$1" >/dev/null
}
ours_tenth() {
	notion-diff "$bench/tenth.one" "$bench/tenth.two" >/dev/null ||
	    [ $? -eq 1 ]
}

for _ in $(seq "$rounds"); do
	timed same ours "$two"
	timed gnu gnu "$two"
	timed python python "$two"
	timed any ours "$other"
	timed python_any python "$other"
	timed hash hash_both
	timed tenth ours_tenth
done
timed jq by_jq sorted.jq "$one" "$two"
timed jq_tenth by_jq by_id.jq "$bench/tenth.one" "$bench/tenth.two"

records=$(wc -l <"$one")
echo "diff $(size_of "$one") bytes, $records records, a side"
row() { printf '  %-34s %8s %9s\n' "$@"; }
row command s 'ours is x'
for name in gnu python jq hash; do
	row "$name, same order" "$(middle $name)" \
	    "$(ratio "$(middle $name)" "$(middle same)")"
done
row 'notion-diff, same order' "$(middle same)" 1
row 'python, any order' "$(middle python_any)" \
    "$(ratio "$(middle python_any)" "$(middle any)")"
row 'notion-diff, any order' "$(middle any)" 1

row "jq's reduce, first $((pages * 4)) records" "$(middle jq_tenth)" \
    "$(ratio "$(middle jq_tenth)" "$(middle tenth)")"
row 'notion-diff, the same' "$(middle tenth)" 1

# Of what is ours alone, not mapped: a file is the system's.
anonymous() {
	# shellcheck disable=SC2016
	sh -c 'echo $$ >"$0" && exec notion-diff "$1" "$2"' "$bench/pid" \
	    "$one" "$1" | {
		read -r _
		sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' \
		    "/proc/$(cat "$bench/pid")/status"
		cat >/dev/null
	}
}
kb=$(anonymous "$two")
echo "  memory of its own: $kb KB," \
    "$((kb * 1024 / (2 * records))) bytes a record"
