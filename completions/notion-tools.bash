# bash completion for notion-tools: options come from each tool's own --help,
# words of an option's value too where they are listed there (a|b|c).

_notion_tools() {
	local tool=$1 cur=$2 prev=$3 help values

	COMPREPLY=()
	help=$("$tool" --help 2>/dev/null) || return
	if [[ $prev == -* ]]; then
		values=$(sed -n "s/^ .*${prev#"${prev%%[!-]*}"} \([a-z0-9-]*|[a-z0-9|-]*\).*/\1/p" \
		    <<<"$help" | head -n 1)
		if [[ -n $values ]]; then
			mapfile -t COMPREPLY < <(compgen -W "${values//|/ }" -- "$cur")
			return
		fi
	fi
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(sed -n \
		    's/^ *\(-.,\)\{0,1\} *\(--[a-z0-9-]*\).*/\2/p' <<<"$help")" -- "$cur")
	fi
}

# What is not an option is a file, which is bash's default.
mapfile -t _notion_names < <(compgen -c notion | sort -u)
complete -o default -F _notion_tools "${_notion_names[@]}"
unset _notion_names
