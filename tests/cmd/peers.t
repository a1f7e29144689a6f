#!/bin/sh
# what we write is read by other people's tools: zip, tar, zstd, sqlite, YAML
# and Markdown readers that know nothing of ours
. "${0%/*}/../lib.sh"

# Readers that show names in the locale's own letters need one that has them.
LC_ALL=C.UTF-8
look=$NT_ROOT/tests/tools/look.py
mkdir files
"$NT_BUILD"/tests/generate --odd-titles --pages 120 --blocks-per-page 6 \
    --rows-in-one 40 --big-page 40 --comments --assets files >stream

it 'the stream is packed into every format' '
	for format in zip tar tar.gz tar.zst dir sqlite; do
		notion-pack -f $format --assets files -o a.$format stream || exit 1
	done
'

# can TOOL 'what': is it there? if not, says so
can() {
	command -v "$1" >/dev/null && return
	skip "$2" "$1 is not installed"
	return 1
}

# ---- zip ----
what='unzip tests a zip'
can unzip "$what" && it "$what" 'unzip -tqq a.zip'
what='unzip and bsdtar find the same files in a zip'
can bsdtar "$what" && it "$what" '
	rm -rf by.* && mkdir by.unzip by.bsdtar && unzip -q -d by.unzip a.zip &&
	bsdtar -C by.bsdtar -xf a.zip && diff -r by.unzip by.bsdtar &&
	unzip -Z1 a.zip >names && bsdtar -tf a.zip | cmp names -
'
what='zipfile of Python finds in a zip what the manifest says'
can python3 "$what" && it "$what" '"$look" zip a.zip'
what='zip -T finds nothing wrong'
can zip "$what" && it "$what" 'zip -qT a.zip'

# ---- tar ----
what='tar and bsdtar find the same files in a tar'
can bsdtar "$what" && it "$what" '
	rm -rf by.* && mkdir by.tar by.bsdtar && tar -C by.tar -xf a.tar &&
	bsdtar -C by.bsdtar -xf a.tar && diff -r by.tar by.bsdtar &&
	tar --quoting-style=literal -tf a.tar >names &&
	bsdtar -tf a.tar | cmp names -
'
what='tarfile of Python finds in a tar what the manifest says'
can python3 "$what" && it "$what" '"$look" tar a.tar'
what='gzip tests a tar.gz, and tar reads it'
can gzip "$what" && it "$what" '
	rm -rf by.* && gzip -t a.tar.gz && mkdir by.tar && tar -C by.tar -xzf a.tar.gz &&
	test -f by.tar/manifest.json
'
what='tarfile of Python finds in a tar.gz what the manifest says'
can python3 "$what" && it "$what" '"$look" tar a.tar.gz'
what='zstd tests a tar.zst, and tar reads it'
can zstd "$what" && it "$what" '
	rm -rf by.* && zstd -tq a.tar.zst && mkdir by.tar && tar -C by.tar --zstd -xf a.tar.zst &&
	test -f by.tar/manifest.json
'
what='bsdtar reads a tar.zst'
can bsdtar "$what" && it "$what" '
	bsdtar -tf a.tar.zst >names && grep -qx manifest.json names
'

# ---- a folder ----
what='unzip makes of a zip the folder that we write'
can unzip "$what" && it "$what" '
	rm -rf by.* && unzip -q -d by.unzip a.zip && diff -r by.unzip a.dir
'
what='the front matter of every page is YAML'
if can python3 "$what"; then
	if python3 -c 'import yaml' 2>/dev/null; then
		it "$what" '"$look" pages a.dir'
	else
		skip "$what" 'python3-yaml is not installed'
	fi
fi
what='every page is Markdown to cmark, without what was meant for us'
can cmark "$what" && it "$what" '
	for page in a.dir/pages/*.md; do
		awk "n >= 2; /^---\$/ { n++ }" "$page" >body &&
		cmark --unsafe body >html || exit 1
	done &&
	test "$(find a.dir -name "*.md" | wc -l)" -ge 150
'

# ---- a repository ----
what='sqlite3 finds a repository whole, and shows its schema'
can sqlite3 "$what" && it "$what" '
	test "$(sqlite3 a.sqlite "pragma integrity_check")" = ok &&
	test -z "$(sqlite3 a.sqlite "pragma foreign_key_check")" &&
	sqlite3 a.sqlite .schema >schema && grep -q "CREATE VIEW" schema
'
what='sqlite3 reads every view of a repository'
can sqlite3 "$what" && it "$what" '
	sqlite3 a.sqlite "select name from sqlite_schema where type = '\''view'\''" >views &&
	test -s views &&
	while IFS= read -r view; do
		sqlite3 a.sqlite "select * from \"$view\"" >rows </dev/null ||
		    { echo "$view"; exit 1; }
	done <views
'
what='sqlite3 of Python reads a repository'
can python3 "$what" && it "$what" '
	python3 -c "
import sqlite3
db = sqlite3.connect(\"file:a.sqlite?mode=ro\", uri=True)
assert db.execute(\"select count(*) from snapshots\").fetchone() == (1,)"
'
finish
