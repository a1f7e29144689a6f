#!/usr/bin/env python3
"""look.py - what Python's own readers find in an archive of ours

    look.py zip|tar FILE     each member is what manifest.json says of it
    look.py pages DIR        the front matter of each page is YAML, with its id

Exit 0 if so; 1 and what is wrong if not.
"""
import hashlib
import json
import os
import sys
import tarfile
import zipfile

faults = 0


def fault(what):
    global faults
    faults += 1
    print(what)


def members_of_zip(name):
    with zipfile.ZipFile(name) as archive:
        bad = archive.testzip()
        if bad is not None:
            fault(f"{bad}: zipfile finds it damaged")
        return {m.filename: archive.read(m) for m in archive.infolist()}


def members_of_tar(name):
    with tarfile.open(name) as archive:
        members = archive.getmembers()
        for m in members:
            if not m.isfile():
                fault(f"{m.name}: is no plain file")
        return {m.name: archive.extractfile(m).read() for m in members}


def look_at_members(members):
    last = list(members)[-1]
    if last != "manifest.json":
        fault(f"{last}: stands last, expected manifest.json")
    listed = json.loads(members.pop("manifest.json"))["files"]
    for file in listed:
        data = members.pop(file["name"], None)
        if data is None:
            fault(f"{file['name']}: is not there")
        elif len(data) != file["size"] or \
                hashlib.sha256(data).hexdigest() != file["sha256"]:
            fault(f"{file['name']}: is not what the manifest says")
    for name in members:
        fault(f"{name}: is not in the manifest")


def look_at_page(path):
    import yaml
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    end = text.find("\n---\n", 3)
    if not text.startswith("---\n") or end == -1:
        return fault(f"{path}: has no front matter")
    try:
        front = yaml.safe_load(text[4:end + 1])
    except yaml.YAMLError as error:
        return fault(f"{path}: {error}")
    if not isinstance(front, dict) or \
            str(front.get("id", "")).replace("-", "") not in \
            path.replace("-", ""):
        fault(f"{path}: has another id or none in its front matter")


def look_at_pages(folder):
    pages = [os.path.join(at, name) for at, _, names in os.walk(folder)
             for name in names if name.endswith(".md")]
    if not pages:
        fault(f"{folder}: has no pages")
    for path in pages:
        look_at_page(path)


what, where = sys.argv[1:]
if what == "zip":
    look_at_members(members_of_zip(where))
elif what == "tar":
    look_at_members(members_of_tar(where))
else:
    look_at_pages(where)
sys.exit(1 if faults else 0)
