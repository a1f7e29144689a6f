# bash completion for notion-tools: the options come from each tool's own
# --help, and so do the words of an option that takes "one, two or three".

_notion_tools() {
	local tool=$1 cur=$2 prev=$3 help words

	COMPREPLY=()
	help=$("$tool" --help 2>/dev/null) || return
	words=$(_notion_words "$prev" <<<"$help")
	if [[ -z $words && $cur == -* ]]; then
		words=$(sed -n 's/^  [ -].[ ,] \(--[a-z-]*\).*/\1/p' <<<"$help")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

# The words that the option $1 may take, where its help lists them.
_notion_words() {
	[[ $1 == -* ]] && sed -n "/^  [ -].[ ,] .*/{
		/^  $1, /!{ /^  [ -].[ ,] $1 /!d; }
		s/^.\{29\}//
		s/ ([^)]*)//g
		/^\([a-z.]*, \)*[a-z.]* or [a-z.]*\$/s/, \| or / /gp
	}"
}

# What is not an option or such a word is a file, which is bash's default.
mapfile -t _notion_names < <(compgen -c notion | sort -u)
complete -o default -F _notion_tools "${_notion_names[@]}"
unset _notion_names
