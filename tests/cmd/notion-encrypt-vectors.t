#!/bin/sh
# notion-encrypt -d against the published vectors of the format: each comes out
# as it says, and of a bad one no byte more than it says
. "${0%/*}/../lib.sh"

vectors=$NT_CORPORA/age
if [ ! -d "$vectors" ] || ! command -v python3 >/dev/null; then
	skip 'vectors of the age format' 'they, or python3, are not here'
	finish
	exit
fi

# split VECTOR: its parts into the files file, identity, passphrase
cat >split.py <<'END'
import sys, zlib
head, body = open(sys.argv[1], "rb").read().split(b"\n\n", 1)
fields = [line.split(b": ", 1) for line in head.split(b"\n")]
def put(name, key):
    values = [value for k, value in fields if k == key]
    open(name, "wb").write(b"".join(value + b"\n" for value in values))
put("identity", b"identity")
put("passphrase", b"passphrase")
if [b"compressed", b"zlib"] in fields:
    body = zlib.decompress(body)
open("file", "wb").write(body)
END
split() { python3 split.py "$vectors/vectors/$1"; }

# decrypt: with what the vector gives
decrypt() {
	if [ -s identity ]; then
		notion-encrypt -d -i identity --passphrase-fd 3 file \
		    3<passphrase >out 2>err
	else
		notion-encrypt -d --passphrase-fd 3 file 3<passphrase >out \
		    2>err
	fi
}

nothing=$(sha256sum </dev/null | cut -c 1-64)
tab=$(printf '\t')
while IFS= read -r line; do
	name=${line%%"$tab"*} rest=${line#*"$tab"}
	expect=${rest%%"$tab"*}
	hash=$(printf '%s\n' "$line" | cut -f 7)
	case $expect in
	expect) continue ;;
	success) code=0 said='^$' ;;
	'no match') code=2 said='no identity matches|passphrase does not' ;;
	'HMAC failure') code=1 said='header: it was changed' ;;
	'header failure') code=1 said='header' ;;
	'armor failure') code=1 said='armor' ;;
	'payload failure') code=1 said='payload' ;;
	esac
	# the first line is none of the format; more than we take, and no damage
	case $name in
	header_crlf | scrypt_work_factor_overflow) code=2 ;;
	esac
	if [ "$name" = hybrid ]; then
		it 'hybrid: a post-quantum key is refused in words' '
			split "$name" && status 2 decrypt && test ! -s out &&
			grep "identity: line 1: this is a post-quantum key" err
		'
		continue
	fi
	it "$name: $expect" '
		split "$name" && status $code decrypt &&
		test "$(sha256sum <out | cut -c 1-64)" = "${hash:-$nothing}" &&
		if test $code -eq 0; then test ! -s err; else
			test $(wc -l <err) -eq 1 && grep -E "$said" err
		fi
	'
done <"$vectors/index.tsv"
finish
