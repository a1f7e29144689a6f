#!/usr/bin/env python3
"""flip.py - is every flipped bit of an archive noticed?

    flip.py [--step N] [--bits N] COMMAND... ARCHIVE

Flips one bit (or N) of every byte (or every Nth) of the file, or of each file
in the folder, runs COMMAND ARCHIVE, and puts the bit back.  The command must
end in 1 or 2 each time.  Prints the bytes of which it did not.

Exit 0 if every flip was noticed; 1 if not; 2 if a run crashed, or the archive
is not right to begin with.
"""
import os
import subprocess
import sys

step, bits = 1, 1
args = sys.argv[1:]
while args[0] in ("--step", "--bits"):
    if args[0] == "--step":
        step = int(args[1])
    else:
        bits = int(args[1])
    args = args[2:]
archive = args[-1]


def run():
    return subprocess.run(args, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode


def flip(path, at, bit):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def unnoticed(path):
    for at in range(0, os.path.getsize(path), step):
        for bit in range(at, at + bits):
            flip(path, at, bit % 8)
            status = run()
            flip(path, at, bit % 8)
            if status not in (0, 1, 2):
                print(f"{path}: byte {at}, bit {bit % 8}: status {status}")
                sys.exit(2)
            if status == 0:
                yield at
                break


def ranges(places):
    first = last = None
    for at in places:
        if last is not None and at == last + step:
            last = at
            continue
        if last is not None:
            yield first, last
        first = last = at
    if last is not None:
        yield first, last


if run() != 0:
    print(f"{archive}: is not right to begin with")
    sys.exit(2)
files = [os.path.join(at, name) for at, _, names in sorted(os.walk(archive))
         for name in sorted(names)] or [archive]
faults = 0
for path in files:
    for first, last in ranges(unnoticed(path)):
        faults += 1
        print(f"{path}: bytes {first} to {last} are not noticed")
sys.exit(1 if faults else 0)
