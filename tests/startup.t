#!/bin/sh
# what a tool loads before it starts: only what it uses, for each shared
# object costs time (libcurl alone brings 30 and 8 ms)
. "${0%/*}/lib.sh"

# The shared objects of a tool, those of the sanitizers and the loader apart.
objects() {
	ldd "$NT_BUILD/bin/$1" >all || return
	sed -n 's/^[[:space:]]*\(lib[^ ]*\)\.so.*/\1/p' all |
	grep -vE '^lib(asan|ubsan|gcc_s|stdc\+\+|dl|rt|pthread|m|resolv)$' | sort
}
# TOOL loads no more than the objects named.
loads_only() {
	tool=$1
	shift
	objects "$tool" >have && printf '%s\n' "$@" | sort >may &&
	comm -23 have may >extra && cat extra && test ! -s extra
}
# TOOL loads none of the objects named.
loads_none() {
	tool=$1
	shift
	objects "$tool" >have && printf '%s\n' "$@" | sort >not &&
	comm -12 have not >found && cat found && test ! -s found
}

it 'notion-pack: compression, hashes, letters and a database' '
	loads_only notion-pack libc libz libdeflate libzstd libgcrypt libgpg-error \
	    libsqlite3 libunistring libxxhash libyaml-0
'
it 'notion-unpack: compression, hashes, letters and a database' '
	loads_only notion-unpack libc libz libdeflate libzstd libgcrypt libgpg-error \
	    libsqlite3 libunistring libxxhash libyaml-0
'
it 'notion-encrypt: ciphers alone' '
	loads_only notion-encrypt libc libsodium libgcrypt libgpg-error
'
it 'notion-serve: no client' 'loads_none notion-serve libcurl'
it 'notion-fetch: no server, no database' '
	loads_none notion-fetch libmicrohttpd libsqlite3
'
finish
