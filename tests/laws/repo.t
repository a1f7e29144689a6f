#!/bin/sh
# whatever a workspace goes through from day to day, each day's stream comes
# back from the repository, and those that stay do so after others are removed
. "${0%/*}/../lib.sh"
. "$NT_ROOT"/tests/laws/odd.sh

stream=$NT_BUILD/tests/stream
generate=$NT_BUILD/tests/generate
edit=$NT_BUILD/tests/edit

# back NUMBER...: these snapshots of repo.db are the files s.NUMBER
back() {
	for number; do
		notion-unpack --snapshot "$number" repo.db | cmp - "s.$number" ||
		    { echo "snapshot $number" && return 1; }
	done
}
# without SEED: some of twelve are removed, the others come back, one is added
without() {
	some=$(awk -v seed="$1" 'BEGIN { srand(seed)
	    for (i = 1; i <= 12; i++) print(rand() < 0.5 ? "gone" : "left", i) }')
	gone=$(echo "$some" | sed -n 's/^gone //p')
	left=$(echo "$some" | sed -n 's/^left //p')
	[ -z "$gone" ] || [ -z "$left" ] || {
		# shellcheck disable=SC2086
		notion-forget repo.db $gone && back $left
	} && cp s.12 s.13 && notion-pack -o repo.db s.13 && back 13 &&
	[ "$(sqlite3 -readonly repo.db 'pragma integrity_check')" = ok ] &&
	notion-unpack --verify repo.db
}
# days SEED: twelve streams s.N that a command prints are packed and come back
days() {
	rm -f repo.db* s.*
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$2" "$1" $n >s.$n && notion-pack -o repo.db s.$n || return 1
	done
	if ! back 1 2 3 4 5 6 7 8 9 10 11 12 || ! without "$1"; then
		echo "seed $1"
		return 1
	fi
}

strangers() {
	odd $(($1 * 100 + $2)) $(($1 * 3 + $2)) | "$stream"
}
shuffled() {
	odd "$1" 60 | awk -v seed="$1$2" 'BEGIN { srand(seed) }
	    rand() < 0.9 { print rand() "\t" $0 }' | sort | cut -f 2- | "$stream"
}
edited() {
	odd "$1" 150 | awk -v day="$2" '
	    NR % 11 == day % 11 { sub(/"n":[0-9]+/, "\"n\":" 100 + day) }
	    NR % 13 != day { print }' | "$stream"
}
walked() {
	if [ "$2" -eq 1 ]; then
		"$generate" --seed "$1" --pages 60 --blocks-per-page 6 --comments
	else
		"$edit" --seed "$1$2" --records 2 --add 3 --remove 3 --move 3 \
		    --retitle 3 <"s.$(($2 - 1))"
	fi
}

it 'streams that have nothing in common but their ids' '
	for seed in $(seeds 3); do days $seed strangers || exit 1; done
'
it 'one stream in another order each day, some of it left out' '
	for seed in $(seeds 3); do days $seed shuffled || exit 1; done
'
it 'records edited in place, taken out, put back' '
	for seed in $(seeds 3); do days $seed edited || exit 1; done
'
it 'a workspace that is edited, moved about, and retitled' '
	for seed in $(seeds 2); do days $seed walked || exit 1; done
'
it 'the same snapshots are the same whatever was between them' '
	days 9 edited && notion-unpack repo.db >a && rm repo.db &&
	notion-pack -o repo.db s.12 && notion-unpack repo.db | cmp - a
'
it 'a page of 100,000 blocks, edited in the middle' '
	{ echo "{\"object\":\"page\",\"id\":\"$(printf %032d 2)\"}"
	awk "BEGIN { for (i = 0; i < 100000; i++)
	    printf(\"{\\\"id\\\":%d,\\\"object\\\":\\\"block\\\"}\\n\", i) }"
	} >records && "$stream" <records >s.1 &&
	sed "50000s/block/block\",\"x\":\"1/; 7d; 99999p" records |
	    "$stream" >s.2 && tac records | "$stream" >s.3 && rm -f repo.db &&
	for n in 1 2 3; do notion-pack -o repo.db s.$n || exit 1; done &&
	back 1 2 3 && notion-forget repo.db 2 && back 1 3
'
it 'a record of 20 MB, and no record at all' '
	echo "{\"object\":\"page\",\"x\":\"$(
	    head -c 20000000 /dev/zero | tr "\0" x)\"}" | "$stream" >s.1 &&
	"$stream" </dev/null >s.2 && cp s.1 s.3 && rm -f repo.db &&
	for n in 1 2 3; do notion-pack -o repo.db s.$n || exit 1; done &&
	back 1 2 3 && notion-forget repo.db 1 3 && back 2
'
it 'a partial stream, its end missing or saying no' '
	rm -f repo.db && odd 1 100 | "$stream" --no-end >s.1 &&
	odd 1 100 | "$stream" --incomplete >s.2 &&
	for n in 1 2; do notion-pack --partial -o repo.db s.$n || exit 1; done &&
	back 1 2 && notion-unpack -l repo.db >out &&
	test "$(grep -c "not complete" out)" = 2 && notion-forget repo.db 1 2 &&
	status 2 notion-unpack repo.db 2>err && grep "no snapshot" err
'
finish
