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

# Sanitizers reserve more address space than there is.
memory='ulimit -v 1000000'
if nm "$archive" 2>/dev/null | grep -q __asan_init; then memory=:; fi

# What others made, hostile, damaged or only unusual; index.tsv says which.
index=$NT_CORPORA/archives/index.tsv
if [ -f "$index" ]; then
	it 'every archive of others is read or refused, in one line, within limits' '
		ulimit -t 10 && $memory && mkdir empty && cd empty &&
		tail -n +2 "$index" | cut -f 1 | while read -r file; do
			"$archive" read "$NT_CORPORA/archives/$file" >../list 2>../err
			code=$?
			case $code in
			0) test ! -s ../err ;;
			2) test "$(wc -l <../err)" -eq 1 ;;
			*) false ;;
			esac || { echo "$file: exit status $code"; exit 1; }
		done && test -z "$(ls -A)"
	'
	it 'of these, what leaves the tree, links and disagrees is refused' '
		tail -n +2 "$index" | cut -f 1,3 | while IFS="	" read -r file class; do
			case $class in
			"path traversal"|symlink|inconsistent*|multi-disk*|*hostile*)
				status 2 "$archive" read "$NT_CORPORA/archives/$file" ||
				    exit 1 ;;
			"name encoding"|zip64|"format variant")
				status 0 "$archive" read "$NT_CORPORA/archives/$file" ||
				    exit 1 ;;
			esac
		done
	'
else
	skip 'archives of others' "there is no $index"
fi

# A tar of others says what we say: size and name of each file.
it 'GNU tar, in each of its formats, is read as it lists itself' '
	for format in v7 ustar gnu pax; do
		(cd in && tar --format=$format -cf - 511 empty assets manifest.json) >b.tar
		case $format in
		v7)	status 2 "$archive" read b.tar || exit 1
			continue ;;
		esac
		status 0 "$archive" read b.tar >list || exit 1
		cut -d " " -f 3- list >got
		printf "%s\n" 511 empty assets/ assets/größe-📁.txt manifest.json |
		    diff - got || exit 1
	done
'
it 'what zip and bsdtar write is read, streamed or not' '
	rm -f b.zip && (cd in && zip -q -r ../b.zip .) &&
	status 0 "$archive" read b.zip >list && grep " manifest.json$" list &&
	(cd in && zip -q - manifest.json | cat >../c.zip) &&
	status 0 "$archive" read c.zip >list &&
	grep " manifest.json$" list || exit 1
	command -v bsdtar >/dev/null || exit 0
	LC_ALL=C.UTF-8 bsdtar -C in --format zip -cf b.zip manifest.json assets &&
	status 0 "$archive" read b.zip >list && grep " manifest.json$" list
'
it 'a tar of . is read without its "./"' '
	tar -C in -cf b.tar . && status 0 "$archive" read b.tar >list &&
	grep " manifest.json$" list && ! grep -F "./" list
'
it 'what gzip and zstd pack in one piece is read, with and without sums' '
	for pack in "gzip -c" "zstd -c" "zstd -c --no-check" "zstd -c -19 --long=27"; do
		$pack a.tar >b.packed 2>/dev/null &&
		status 0 "$archive" read b.packed >list &&
		"$archive" read a.tar | diff - list || exit 1
	done
'
it 'a stream that wants more memory than we give is refused' '
	head -c 200000000 /dev/zero | zstd -qc --long=31 >b.packed &&
	status 2 "$archive" read b.packed 2>err && cat err &&
	test "$(wc -l <err)" -eq 1 && grep "too much memory" err
'
it 'what unpacks to 256 times its size is refused, and took no disk for it' '
	(ulimit -f 100000; head -c 1200000000 /dev/zero | zstd -qc -1 >bomb &&
	status 2 "$archive" read bomb 2>err) &&
	grep "the archive unpacks to more than 256 times its size" err
'
it 'a disk that is full while it is unpacked is told, and nothing stays' '
	(trap "" XFSZ; ulimit -f 20000; yes | head -c 50000000 | zstd -qc -1 >bomb
	status 2 "$archive" read bomb 2>err) &&
	grep "cannot write a temporary file: File too large" err
'
it 'a full disk is told as such, and an archive on a pipe too' '
	status 2 env TMPDIR=/nowhere "$archive" read a.tar.zst 2>err &&
	grep "cannot create a file in /nowhere" err &&
	cat a.tar | status 2 "$archive" read - 2>err &&
	grep "the archive is not a regular file" err &&
	status 2 "$archive" make tar in/511 >/dev/full 2>err &&
	grep "No space left" err
'
it 'no archive at all, and none of ours, are told apart' '
	: >b && status 2 "$archive" read b 2>err && grep "the archive is empty" err &&
	echo "{}" >b && status 2 "$archive" read b 2>err &&
	grep "it is no archive: expected zip" err &&
	gzip -c b >b.gz && status 2 "$archive" read b.gz 2>err &&
	grep "what is packed by gzip is no tar archive" err
'
finish
