#!/bin/sh
# notion: runs a command by its short name
. "${0%/*}/../lib.sh"

it 'runs the command of that name with its arguments as they are' '
	mkdir bin && printf "%s\n" "#!/bin/sh" "printf \"<%s>\\n\" \"\$@\"" \
	    >bin/notion-odd && chmod +x bin/notion-odd &&
	PATH=$PWD/bin:$PATH status 0 notion odd "a  b" "" "-x
c" >out && printf "<%s>\n" "a  b" "" "-x
c" | cmp - out
'
it 'ends as the command ends' '
	status 2 notion unpack /nowhere 2>err && grep "^notion-unpack: " err &&
	status 2 notion nosuch 2>err &&
	grep -x "notion: nosuch is no command, try notion --help" err
'
it 'refuses what is no command, in one line' '
	for word in "" -z ../x "a
b"; do
		status 2 notion "$word" 2>err && test "$(wc -l <err)" -eq 1 ||
		exit
	done
'
it 'lists the commands' '
	notion --help >out && grep -x "  backup" out && grep -x "  fetch" out
'
it 'works through a link to it' '
	ln -s "$NT_BUILD"/bin/notion n && PATH=/usr/bin:/bin \
	    status 0 ./n unpack --version >out && grep "^notion-unpack " out
'
it 'shows the command lines that a script runs' '
	mkdir place && status 0 notion -x backup list :local:$PWD/place 2>err &&
	grep "^+ rclone " err && status 0 env NOTION_TRACE=1 notion backup list \
	    :local:$PWD/place 2>err && grep "^+ rclone " err
'
finish
