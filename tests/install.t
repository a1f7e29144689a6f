#!/bin/sh
# make install, the installed tree, and make uninstall
. "${0%/*}/lib.sh"

# The make that runs this test may have told us where it builds, and how.
install_make() {
	make -s --no-print-directory -C "$NT_ROOT" B="$NT_BUILD" \
	    DESTDIR="$PWD/dest" PREFIX=/usr "$@"
}
programs() { (cd dest/usr/bin && ls); }

it 'installs' 'status 0 install_make install'

it 'each tool is there, says its name and its version' '
	(cd "$NT_ROOT" && ls cmd) | sed -n "s/\.\(c\|sh\)$//p" | sort >want &&
	programs | sort >have && diff want have &&
	for tool in $(programs); do
		status 0 dest/usr/bin/$tool --version >out &&
		grep "^$tool [0-9]" out &&
		status 0 dest/usr/bin/$tool --help >out &&
		grep "^usage: $tool" out || exit 1
	done
'
it 'each tool has a page' '
	for tool in $(programs); do
		test -f dest/usr/share/man/man1/$tool.1 || exit 1
	done &&
	test -f dest/usr/share/man/man5/notion-stream.5 &&
	test -f dest/usr/share/man/man7/notion.7
'
it 'an installed tool works where it stands' '
	status 0 dest/usr/bin/notion-pack -o out.zip \
	    --assets "$NT_ROOT"/examples/assets \
	    "$NT_ROOT"/examples/workspace.ndjson &&
	status 0 dest/usr/bin/notion-unpack out.zip >out &&
	cmp out "$NT_ROOT"/examples/workspace.ndjson
'

# complete WORD...: what bash offers for the last of these words
complete() {
	PATH=$PWD/dest/usr/bin:$PATH bash -c '
		completions=dest/usr/share/bash-completion/completions
		. "$completions/$1" || exit 1
		_notion_tools "$1" "${@: -1}" "${@: -2:1}"
		printf "%s\n" "${COMPREPLY[@]}"
		complete -p "$1" >/dev/null' bash "$@"
}
if command -v bash >/dev/null; then
it 'bash completes the options that a tool has' '
	complete notion-pack --ver >out && printf "%s\n" --version | cmp - out &&
	complete notion-pack --ou >out && printf "%s\n" --output | cmp - out &&
	complete notion-pack --nosuch >out && echo | cmp - out
'
it 'bash completes the words that an option may take' '
	complete notion-pack --format n >out && echo ndjson | cmp - out &&
	complete notion-pack -f "" >out && printf "%s\n" zip tar tar.gz tar.zst \
	    dir sqlite ndjson | cmp - out
'
else
skip 'bash completes options and words' 'bash is not installed'
fi

it 'uninstalls, and nothing is left' '
	status 0 install_make uninstall &&
	find dest ! -type d >left && cat left && test ! -s left &&
	test ! -d dest/usr/share/doc/notion-tools &&
	test ! -d dest/usr/lib/notion-tools
'
it 'leaves alone what it did not install' '
	install_make install && : >dest/usr/bin/other &&
	: >dest/usr/share/man/man1/other.1 && install_make uninstall &&
	find dest ! -type d | sort >left &&
	printf "%s\n" dest/usr/bin/other dest/usr/share/man/man1/other.1 |
	cmp - left
'
finish
