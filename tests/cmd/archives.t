#!/bin/sh
# archives as other people's tools see ours, and as we see theirs
. "${0%/*}/../lib.sh"

archive=$NT_BUILD/tests/archive
deep=$(printf 'folder/%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
long=$(printf 'n%.0s' 1 2 3 4 5 6 7 8 9 10)
long=$long$long$long$long$long$long$long$long$long$long$long$long
mkdir -p in/assets "in/$deep" out
echo '{"id":1}' >in/manifest.json
: >in/empty
printf 'no newline' >in/assets/größe-📁.txt
echo deep >"in/${deep}split"
echo long >"in/$long"
head -c 511 /dev/zero >in/511
head -c 512 /dev/zero >in/512
head -c 513 /dev/zero >in/513
head -c 3000000 /dev/urandom >in/random
head -c 3000000 /dev/zero >in/zeros
(cd in && find . -type f | sed 's|^\./||' | sort) >names
for format in zip tar tar.gz tar.zst; do
	(cd in && tr '\n' '\0' <../names | xargs -0 "$archive" make $format) >a.$format
done

# same COMMAND...: unpacks into out, which must then be like in
same() {
	rm -rf out && mkdir out && "$@" 2>err && cat err && test ! -s err &&
	diff -r in out
}

it 'unzip reads the zip' 'same unzip -q a.zip -d out'
for format in tar tar.gz tar.zst; do
	it "GNU tar reads the $format, without a warning" '
		same tar -xf a.$format -C out'
	if command -v bsdtar >/dev/null; then
		it "bsdtar reads the $format" 'LC_ALL=C.UTF-8 same bsdtar -xf a.$format -C out'
	else
		skip "bsdtar reads the $format" 'bsdtar is not installed'
	fi
done
if command -v python3 >/dev/null; then
	it 'Python reads the tar.gz' '
		same python3 -c "import tarfile; tarfile.open(\"a.tar.gz\").extractall(\"out\")"'
else
	skip 'Python reads the tar.gz' 'python3 is not installed'
fi
it 'gzip and zstd find the tar in them, checksums and all' '
	gzip -t a.tar.gz && gzip -dc a.tar.gz | cmp - a.tar &&
	zstd -qt a.tar.zst && zstd -qdc a.tar.zst | cmp - a.tar &&
	zstd -lv a.tar.zst | grep "Check: XXH64"
'
it 'nobody owns the files, all are of 1980, and only what must has a pax header' '
	tar -tvf a.tar --utc --numeric-owner --full-time >list &&
	grep -v "^-rw-r--r-- 0/0 .* 1980-01-01 00:00:00 " list; test $? -eq 1 &&
	grep -ac "PaxHeaders/" a.tar >count && test "$(cat count)" -eq 2
'
it 'one processor or two, the bytes are the same' '
	for format in zip tar tar.gz tar.zst; do
		(cd in && tr "\n" "\0" <../names |
		    xargs -0 taskset -c 0 "$archive" make $format) |
		    cmp - a.$format || exit 1
	done
'
finish
