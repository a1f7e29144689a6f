#!/bin/sh
# notion-encrypt: what age and it make of each other's files, what it refuses,
# how it fails, where its secrets are not
. "${0%/*}/../lib.sh"

sample=$NT_ROOT/examples/workspace.ndjson
notion-encrypt --keygen -o key.txt 2>said && notion-encrypt --keygen >other.txt ||
    exit 2
to=$(notion-encrypt --recipient-of key.txt)
echo 'correct horse battery staple' >words
export to

# ---- keys ----
it 'makes a key file that only we can read, and says the public key' '
	test "$(stat -c %a key.txt)" = 600 &&
	grep -x "notion-encrypt: public key: $to" said &&
	grep -x "# public key: $to" key.txt &&
	grep -c "^AGE-SECRET-KEY-1[A-Z0-9]*$" key.txt
'
it 'never replaces one, whatever stands there' '
	cp key.txt kept && status 2 notion-encrypt --keygen -o key.txt 2>err &&
	grep "key.txt is there already" err && cmp key.txt kept &&
	ln -s nowhere link && status 2 notion-encrypt --keygen -o link &&
	test ! -e nowhere && mkdir folder &&
	status 2 notion-encrypt --keygen -o folder
'
it 'prints the public keys of all secret ones' '
	cat key.txt other.txt >both && notion-encrypt --recipient-of both >out &&
	{ echo "$to"; sed -n "s/^# public key: //p" other.txt; } | diff - out &&
	notion-encrypt --recipient-of - <both | diff - out
'
it 'refuses keys of other kinds in words, and prints no secret' '
	echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here" >ssh &&
	status 2 notion-encrypt -R ssh <words >out 2>err &&
	grep "ssh: line 1: this is an ssh key, expected a recipient" err &&
	secret=$(grep ^AGE key.txt) &&
	status 2 notion-encrypt -R key.txt <words >out 2>err &&
	grep "key.txt: line 3: this is a secret key" err &&
	! grep "${secret#AGE-SECRET-KEY-1}" err &&
	sed "s/KEY-1./KEY-1b/" key.txt >typo &&
	status 2 notion-encrypt -d -i typo <words >out 2>err &&
	grep "typo: line 3: this is a secret key, or one mistyped" err &&
	test ! -s out
'

# ---- there and back ----
it 'brings any bytes back, from a file or a pipe, to a file or a pipe' '
	notion-encrypt -r "$to" -o a.age "$sample" &&
	notion-encrypt -d -i key.txt a.age | cmp - "$sample" &&
	cat "$sample" | notion-encrypt -a -r "$to" | cat >a.asc &&
	cat a.asc | notion-encrypt -d -i key.txt -o back && cmp back "$sample" &&
	head -n 1 a.asc | grep "BEGIN AGE ENCRYPTED FILE"
'
it 'opens with any identity that fits, and says so when none does' '
	notion-encrypt -r "$to" -o a.age words &&
	notion-encrypt -d -i other.txt -i key.txt a.age | cmp - words &&
	status 2 notion-encrypt -d -i other.txt a.age >out 2>err &&
	grep "^notion-encrypt: a.age: no identity matches" err &&
	test ! -s out && status 2 notion-encrypt -d a.age >out 2>err &&
	grep "expected one of their identities" err
'
it 'encrypts to several recipients, given and of a file' '
	notion-encrypt --recipient-of other.txt >file &&
	notion-encrypt -r "$to" -R file -o a.age words &&
	notion-encrypt -d -i key.txt a.age | cmp - words &&
	notion-encrypt -d -i other.txt a.age | cmp - words
'
it 'takes a passphrase from a descriptor' '
	notion-encrypt --passphrase-fd 3 -o p.age "$sample" 3<words &&
	notion-encrypt -d --passphrase-fd 3 p.age 3<words | cmp - "$sample" &&
	echo "wrong horse" >wrong &&
	status 2 notion-encrypt -d --passphrase-fd 3 p.age 3<wrong 2>err &&
	grep "the passphrase does not match" err &&
	notion-encrypt -d --passphrase-fd 0 p.age <words | cmp - "$sample"
'
it 'refuses a passphrase that is empty or too long' '
	status 2 notion-encrypt --passphrase-fd 3 words 3</dev/null 2>err &&
	grep "passphrase is empty" err &&
	head -c 2000 /dev/zero | tr "\0" x >long &&
	status 2 notion-encrypt --passphrase-fd 3 words 3<long 2>err &&
	grep "longer than 1023 bytes" err &&
	status 2 notion-encrypt --passphrase-fd 9 words 2>err 9<&- &&
	grep "passphrase-fd 9: cannot read" err
'

# ---- the real age ----
# bytes N: as many, always the same
bytes() { seq 1000000 | head -c "$1"; }
if command -v age >/dev/null; then
it 'age reads ours and we read those of age, at every border of a chunk' '
	for size in 0 1 65535 65536 65537 131071 131072 131073 196607 196608 \
	    196609; do
		bytes $size >plain &&
		for armor in "" -a; do
			notion-encrypt $armor -r "$to" <plain >ours &&
			age -d -i key.txt <ours | cmp - plain &&
			age $armor -r "$to" <plain >theirs &&
			notion-encrypt -d -i key.txt <theirs | cmp - plain ||
			    { echo "$size $armor"; exit 1; }
		done || exit 1
	done
'
it 'age reads our keys and we read those of age-keygen' '
	rm -f their.txt && age-keygen -o their.txt 2>err &&
	notion-encrypt --recipient-of their.txt >a && age-keygen -y their.txt |
	    diff - a && age-keygen -y key.txt >b && echo "$to" | diff - b &&
	age -R a -R b <words >theirs && notion-encrypt -d -i their.txt <theirs |
	    cmp - words && notion-encrypt -R a -R b <words | age -d -i key.txt |
	    cmp - words
'
else
skip 'age reads ours and we read those of age' 'age is not installed'
skip 'age reads our keys and we read its' 'age is not installed'
fi

# ---- the terminal ----
# on_terminal ANSWER... -- command...: runs it on a terminal of its own, types
# an answer for each question, and leaves what was seen in "seen"
cat >terminal.py <<'END'
import os, pty, re, signal, sys, termios, time
split = sys.argv.index("--")
answers, command = sys.argv[1:split], sys.argv[split + 1:]
pid, fd = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.execvp(command[0], command)
seen = b""

def echoes():
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)

# age prints the question first, and takes the echo away then.
def wait_for_silence():
    begun = time.monotonic()
    while echoes():
        if time.monotonic() > begun + 20:
            sys.exit("echo while a passphrase is typed")

for n, answer in enumerate(answers):
    while len(re.findall(b": ", seen)) <= n:
        seen += os.read(fd, 1000)
    wait_for_silence()
    if answer.startswith("kill "):
        os.kill(pid, int(answer[5:]))
    else:
        os.write(fd, b"\x03" if answer == "^C" else answer.encode() + b"\n")
try:
    while True:
        seen += os.read(fd, 1000)
except OSError:
    pass        # nobody has the terminal any longer
if not echoes():
    sys.exit("no echo at the end")
open("seen", "wb").write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
END
if command -v python3 >/dev/null; then
on_terminal() { python3 terminal.py "$@"; }
it 'asks on the terminal, twice, and shows nothing of it' '
	status 0 on_terminal horse horse -- notion-encrypt -p -o t.age words &&
	grep "Passphrase: " seen && grep "Once more: " seen &&
	! grep horse seen &&
	status 0 on_terminal horse -- notion-encrypt -d -o back t.age &&
	grep "Passphrase of t.age: " seen && cmp back words &&
	odd=$(printf "a\033b.age") && cp t.age "$odd" &&
	status 0 on_terminal horse -- notion-encrypt -d -o back "$odd" &&
	grep "Passphrase of a?b.age: " seen
'
it 'refuses two that differ, and makes nothing' '
	status 2 on_terminal horse house -- notion-encrypt -p -o x.age words &&
	grep "the two passphrases differ" seen && test ! -e x.age
'
it 'a signal while it asks ends it, and the terminal echoes again' '
	status 254 on_terminal ^C -- notion-encrypt -a -p words &&
	status 241 on_terminal "kill 15" -- notion-encrypt -a -p words &&
	status 2 on_terminal horse "kill 15" -- notion-encrypt -p -o x.age \
	    words && grep "stopped by a signal" seen &&
	status 255 on_terminal "kill 1" -- notion-encrypt -p -o x.age words &&
	rm .nt-*.tmp && test ! -e x.age
'
if command -v age >/dev/null; then
it 'age opens what has our passphrase, and we what has its' '
	status 0 on_terminal horse -- age -d -o back t.age && cmp back words &&
	status 0 on_terminal horse horse -- age -p -o their.age words &&
	echo horse | notion-encrypt -d --passphrase-fd 3 their.age 3<&0 |
	    cmp - words
'
it 'opens identities that age has encrypted' '
	status 0 on_terminal horse horse -- age -p -o key.age key.txt &&
	notion-encrypt -r "$to" -o a.age words && echo horse >horse &&
	notion-encrypt -d -i key.age --passphrase-fd 3 a.age 3<horse |
	    cmp - words &&
	status 0 on_terminal horse -- notion-encrypt -d -i key.age -o back \
	    a.age && cmp back words && grep "Passphrase of key.age: " seen
'
else
skip 'age opens what has our passphrase' 'age is not installed'
skip 'opens identities that age has encrypted' 'age is not installed'
fi
else
skip 'asks on the terminal' 'python3 is not installed'
fi
it 'without a terminal it says so' '
	status 2 setsid -w notion-encrypt -p words >out 2>err &&
	grep "cannot ask for a passphrase on /dev/tty" err && test ! -s out
'

# ---- where secrets are not ----
it 'no passphrase is in its arguments or its environment, no core is dumped' '
	mkfifo in && rm -f code &&
	{ notion-encrypt --passphrase-fd 3 in 3<words >out & pid=$!; } &&
	exec 4>in && tr "\0" "\n" <"/proc/$pid/cmdline" >args &&
	tr "\0" "\n" <"/proc/$pid/environ" >env &&
	cat "/proc/$pid/limits" >limits && exec 4>&- && wait $pid &&
	grep -x notion-encrypt args && ! grep -i horse args env &&
	grep -E "^Max core file size +0 +0 " limits
'
it 'no trace is left of keys and passphrases' '
	NT_TRACE=$PWD/trace notion-encrypt --passphrase-fd 3 words 3<words >out &&
	test ! -s trace
'

# ---- what it refuses ----
it 'asks for what it needs, and refuses what does not go together' '
	for wrong in "words" "-d -r $to words" "-d -a words" "-i key.txt words" \
	    "-p -r $to words" "--keygen words" "--keygen -p" "--keygen -d" \
	    "--recipient-of key.txt -o x" "--recipient-of key.txt --keygen" \
	    "-r $to words words" "--passphrase-fd x words" "--nosuch" \
	    "--passphrase-fd 0"; do
		status 2 notion-encrypt $wrong </dev/null >out 2>err &&
		test ! -s out && test $(wc -l <err) -eq 1 &&
		grep "see notion-encrypt --help" err ||
		{ echo "$wrong"; exit 1; }
	done
'
it 'names the file that is no such file, cut off or changed' '
	for wrong in "$sample" /dev/null; do
		status 2 notion-encrypt -d -i key.txt "$wrong" >out 2>err &&
		test ! -s out && test $(wc -l <err) -eq 1 &&
		grep "^notion-encrypt: $wrong: header, line 1: expected" err ||
		exit 1
	done &&
	bytes 200000 >plain && notion-encrypt -r "$to" -o a.age plain &&
	head -c 150000 a.age >cut &&
	status 1 notion-encrypt -d -i key.txt cut >out 2>err &&
	grep "^notion-encrypt: cut: payload: chunk 3 is damaged or cut off" err &&
	head -c 131072 plain | cmp - out &&
	status 1 notion-encrypt -d -i key.txt -o o cut && test ! -e o &&
	status 2 notion-encrypt -d -i key.txt nowhere 2>err &&
	grep "nowhere: No such file" err
'

# ---- disks and signals ----
it 'calls a full disk and a closed output trouble' '
	bytes 500000 >plain && notion-encrypt -r "$to" -o a.age plain &&
	status 2 notion-encrypt -r "$to" plain >/dev/full 2>err &&
	grep "No space" err &&
	status 2 notion-encrypt -d -i key.txt a.age >/dev/full 2>err &&
	grep "No space" err &&
	status 2 notion-encrypt -r "$to" plain >&- &&
	status 2 notion-encrypt -r "$to" <&- &&
	status 2 notion-encrypt --keygen >/dev/full
'
it 'a reader that leaves ends it by SIGPIPE' '
	(trap "" PIPE; { notion-encrypt -r "$to" /dev/zero; echo $? >code; } |
	    head -c 1 >out) && test "$(cat code)" -eq 141
'
# begun FOLDER: waits until a draft stands in it
begun() {
	while [ -z "$(ls -A "$1")" ]; do :; done
}
it 'leaves what stands at its name when it is killed, or stopped' '
	for signal in KILL TERM; do
		rm -rf k pipe && mkdir k drafts.$signal && mkfifo pipe &&
		echo old >drafts.$signal/../k/o.age &&
		{ notion-encrypt -r "$to" -o k/o.age pipe 2>err & pid=$!; } &&
		{ bytes 100000 >&3
		while [ "$(ls -A k | wc -l)" -lt 2 ]; do :; done
		kill -$signal $pid; test $signal = KILL || bytes 1000000 >&3
		} 3>pipe 2>/dev/null
		wait $pid; echo $? >code
		echo old | cmp - k/o.age || exit 1
		case $signal in
		KILL) test "$(cat code)" -eq 137 ;;
		TERM) test "$(cat code)" -eq 2 && grep signal err &&
		    test "$(ls -A k)" = o.age ;;
		esac || exit 1
	done
'
shim=$NT_BUILD/tests/fail.so
if LD_PRELOAD=$shim notion-encrypt --version >/dev/null 2>&1; then
it 'any call of the disk may fail: what stood there stands, and no draft' '
	bytes 300000 >plain && rm -rf d && mkdir d && echo old >d/o &&
	notion-encrypt -r "$to" -o a.age plain &&
	for plan in write:1 write:2 write:3 fsync:1 fsync:2 rename:1 read:2; do
		for how in "-r $to plain" "-d -i key.txt a.age"; do
			NT_FAIL=$plan:ENOSPC LD_PRELOAD=$shim \
			    status 2 notion-encrypt -o d/o $how 2>err &&
			test $(wc -l <err) -eq 1 && grep "No space" err &&
			test "$(ls -A d)" = o &&
			{ echo old | cmp - d/o || test $plan = fsync:2; } &&
			echo old >d/o || { echo $plan $how; exit 1; }
		done || exit 1
	done
'
it 'says how much memory a passphrase needs, where there is less' '
	(ulimit -v 200000 && status 2 notion-encrypt --passphrase-fd 3 words \
	    3<words >out 2>err) && test ! -s out &&
	grep "the passphrase needs 262144 KiB of memory" err
'
else
skip 'any call of the disk may fail' 'the shim and a sanitizer do not mix'
skip 'says how much memory a passphrase needs' 'a sanitizer takes more'
fi
finish
