# seal.sh - for whom backups are encrypted, and how they are opened
# shellcheck shell=sh disable=SC2034,SC2154

# Makes the lists recipient and recipients_file those for whom it is: what was
# named, what is set for all backups, or else the one who has the key.
seal_recipients() {
	if list_has recipient || list_has recipients_file; then
		return
	elif [ -n "${NOTION_BACKUP_RECIPIENTS:-}" ]; then
		list_split recipient "$NOTION_BACKUP_RECIPIENTS"
	elif [ -f "$config/recipients" ]; then
		list_add recipients_file "$config/recipients"
	else
		[ -f "$config/key.txt" ] || seal_key || return
		notion-encrypt --recipient-of "$config/key.txt" \
		    >"$scratch/recipients" || return
		list_add recipients_file "$scratch/recipients"
	fi
}

# The first time there is a key to be made, and something to be told.
seal_key() {
	make_private "$config" || return
	notion-encrypt --keygen -o "$config/key.txt" 2>"$scratch/keygen" || {
		cat "$scratch/keygen" >&2
		return 2
	}
	cat >&2 <<-END
	A key for your backups has been made: $config/key.txt
	Without it no encrypted backup can be opened again, by anybody.
	Keep a copy of it elsewhere, where this machine is not needed.
	END
}

# seal_is FILE - 0 if it is encrypted: it begins as an age file does.
seal_is() {
	[ -f "$1" ] || return 1
	case $(head -c 34 -- "$1" | tr -d '\000') in
	age-encryption.org/v1* | '-----BEGIN AGE ENCRYPTED FILE-----') ;;
	*) return 1 ;;
	esac
}

# seal_open NAME - decrypts what is at $path, which people know by that name,
# and sets $path to what comes out; with the identities that were named, or the
# key that seal_recipients() made.  1 if it is damaged, and $damage says where.
seal_open() {
	if ! list_has identity; then
		[ -f "$config/key.txt" ] || {
			fail "$1 is encrypted, and there is no key in" \
			    "$config/key.txt: name one with --identity"
			return
		}
		list_add identity "$config/key.txt"
	fi
	with identity --identity run notion-encrypt --decrypt \
	    --output "$scratch/clear" <"$path" 2>"$scratch/unsealed"
	seal_status=$?
	seal_said=$(sed "s/^notion-encrypt: //; s/^standard input: //" \
	    "$scratch/unsealed")
	case $seal_status in
	0) path=$scratch/clear ;;
	1) damage=$seal_said && return 1 ;;
	*) fail "$1: $seal_said" ;;
	esac
}
