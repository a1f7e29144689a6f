#!/bin/sh
# notion-pack -f dir: a folder is renewed in place, as one step, and what is
# not ours in it stays
. "${0%/*}/../lib.sh"
sample=$NT_ROOT/examples/workspace.ndjson
files=$NT_ROOT/examples/assets
"$NT_BUILD"/tests/generate --pages 12 --blocks-per-page 8 --seed 5 >one &&
"$NT_BUILD"/tests/generate --pages 12 --blocks-per-page 8 --seed 5 \
    --edit-pages 3 >two || exit 2
nl='
'

it 'holds the tree that a zip archive holds, and gives back the stream' '
	notion-pack --assets "$files" -f dir -o d "$sample" &&
	notion-pack --assets "$files" -o a.zip "$sample" &&
	unzip -q a.zip -d tree && diff -r tree d && test ! -e d/.nt-pack &&
	notion-unpack d | cmp - "$sample" &&
	notion-unpack -l d >have && notion-unpack -l a.zip | sort >want &&
	sort have | cmp - want &&
	notion-unpack --assets got d >/dev/null && diff -r got "$files"
'
it 'is the format of a name that ends in a slash, and of a folder' '
	notion-pack -o new/ one && test -f new/manifest.json &&
	notion-pack -o new two && notion-unpack new | cmp - two
'
it 'rewrites only what differs, and removes what is no more' '
	rm -rf d && notion-pack -f dir -o d one && mkdir d/.git d/notes &&
	echo mine >d/.git/config && echo mine >d/notes/metadata.json &&
	echo mine >d/blocks/notes.txt &&
	ls -i d/blocks | sort >before && notion-pack -o d one &&
	ls -i d/blocks | sort | cmp - before && notion-pack -o d two &&
	ls -i d/blocks | sort >after && test $(comm -12 before after |
	    wc -l) -gt 5 && test "$(cat d/.git/config d/notes/metadata.json \
	    d/blocks/notes.txt)" = "mine${nl}mine${nl}mine" &&
	notion-unpack d | cmp - two &&
	rm -rf d/.git d/notes d/blocks/notes.txt && notion-pack -f dir -o e two &&
	diff -r d e
'
it 'leaves all as it was when the stream is bad' '
	rm -rf d && notion-pack -f dir -o d one && cp -r d was &&
	head -n 100 two >cut && status 2 notion-pack -o d cut 2>err &&
	diff -r d was && status 2 notion-pack -f dir -o none/in cut &&
	test ! -e none/in
'
it 'refuses what is in the way and not ours' '
	rm -rf f && mkdir f && echo mine >f/metadata.json &&
	status 2 notion-pack -o f one 2>err && test "$(ls -A f)" = metadata.json &&
	grep "^notion-pack: metadata.json is there and is not ours" err &&
	echo "{}" >f/manifest.json && status 2 notion-pack -o f one 2>err &&
	grep "^notion-pack: f: the folder is not changed" err &&
	echo x >g && status 2 notion-pack -f dir -o g one 2>err && grep "g" err &&
	status 2 notion-pack -f dir <one 2>err && grep "no place for dir" err
'
it 'reads no link, no device, no other folder' '
	rm -rf d && notion-pack -f dir -o d one && mv d/metadata.json m &&
	ln -s ../m d/metadata.json && status 2 notion-unpack d 2>err >out &&
	grep "^notion-unpack: d: metadata.json is a link" err && test ! -s out &&
	rm d/metadata.json && mkfifo d/metadata.json &&
	status 2 notion-unpack d 2>err && grep "no regular file" err &&
	rm d/metadata.json && mv m d/metadata.json && mv d/blocks b &&
	ln -s ../b d/blocks && status 2 notion-unpack d 2>err
'
it 'tells what is missing, changed or no archive' '
	rm -rf d && notion-pack -f dir -o d one && b=$(ls d/blocks | head -n 1) &&
	mv d/blocks/$b b.json && status 2 notion-unpack d 2>err >out &&
	grep "d: the archive is incomplete: blocks/$b is missing" err &&
	test ! -s out && tr p q <b.json >d/blocks/$b &&
	status 2 notion-unpack d 2>err && grep "blocks/$b was changed" err &&
	echo >>d/blocks/$b && status 2 notion-unpack d 2>err &&
	grep "blocks/$b was changed: it has" err && rm d/manifest.json &&
	status 2 notion-unpack d 2>err && grep "d: the folder has no manifest" err
'
it 'lets who reads the former tree read on, and says what waits' '
	rm -rf d fifo && "$NT_BUILD"/tests/generate --pages 60 --seed 6 >large &&
	notion-pack -f dir -o d large && mkfifo fifo &&
	{ notion-unpack d >fifo & } && exec 3<fifo && head -c 1 <&3 >begun &&
	status 0 notion-pack -o d two 2>err && grep "waits in .nt-pack" err &&
	notion-unpack d | cmp - two &&
	status 75 notion-pack -o d one 2>err && grep "being read" err &&
	cat begun - <&3 | cmp - large && exec 3<&- && wait &&
	notion-pack -o d two && test ! -e d/.nt-pack && notion-unpack d | cmp - two
'
it 'lets one renew at a time' '
	rm -rf d && notion-pack -f dir -o d one && mkfifo pipe &&
	{ notion-pack --no-markdown -o d pipe & pid=$!; } && exec 3>pipe && head -n 9 two >&3 &&
	while [ ! -s d/.nt-pack/.nt-lock ]; do kill -0 $pid || exit 1; done &&
	status 75 notion-pack -o d two 2>err && grep "by process $pid" err &&
	notion-unpack d | cmp - one && kill -9 $pid && exec 3>&-
	wait $pid; test -d d/.nt-pack && notion-pack -o d two &&
	test ! -e d/.nt-pack && notion-unpack d | cmp - two
'

# ---- the last call ----
shim=$NT_BUILD/tests/fail.so
# each PLAN...: a renewal ends like this; what is read then is old or new
each() {
	for plan in "$@"; do
		rm -rf d && cp -r base d || return
		echo "$plan"
		NT_FAIL=$plan LD_PRELOAD=$shim notion-pack -o d two 2>err
		notion-unpack d >have || return
		cmp -s have one || cmp -s have two || return
		notion-pack -o d two && notion-unpack d | cmp - two &&
		test ! -e d/.nt-pack || return
	done
}
if LD_PRELOAD=$shim notion-pack --version >/dev/null 2>&1; then
it 'killed or failed at any rename, sync, write: the old tree or the new' '
	rm -rf base && notion-pack -f dir -o base one &&
	each rename:1:KILL rename:2:KILL rename:4:KILL rename:1:EIO rename:1:EXDEV \
	    rename:3:ENOSPC rename:5:KILL fsync:1:KILL fsync:2:EIO fsync:3:KILL \
	    syncfs:1:KILL syncfs:1:EIO write:1:KILL write:9:ENOSPC open:90:EACCES \
	    unlink:1:KILL unlink:2:KILL mkdir:1:EROFS mkdir:2:KILL close:20:EIO
'
it 'killed anywhere: every 11th call of all' '
	n=1 && while :; do
		rm -rf d && cp -r base d || exit 1
		NT_FAIL=any:$n!:KILL LD_PRELOAD=$shim notion-pack -o d two
		code=$? && notion-unpack d >have &&
		{ cmp -s have one || cmp -s have two; } || exit 1
		[ $code -eq 137 ] || break
		n=$((n + 11))
	done && cmp have two && echo $n && test $n -gt 150
'
else
skip 'killed or failed at any call' 'the shim and a sanitizer do not mix'
fi
finish
