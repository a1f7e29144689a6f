# backup.jq - backup records and how people read them; see catalog.sh, list.sh

# A time of 20 characters, or nothing if there is no such day or hour.
def a_time: select(. == (fromdateiso8601? | todate));

# What a name that we gave tells, or nothing.
def named_time:
	"\(.date[0:4])-\(.date[4:6])-\(.date[6:8])T" +
	"\(.clock[0:2]):\(.clock[2:4]):\(.clock[4:6])Z";
def named:
	capture("^(?<series>.+)-(?<date>[0-9]{8})T(?<clock>[0-9]{6})Z" +
	    "(?<partial>\\.partial)?" +
	    "(\\.(?<ext>zip|tar|tar\\.gz|tar\\.zst|db|ndjson))?" +
	    "(?<age>\\.age)?$") |
	. + {time: named_time | a_time};
def format:
	if . == null then "directory" elif . == "db" then "sqlite" else . end;

# What the ending of any name tells: the format, or null.
def by_ending:
	[capture("\\.(?<ext>zip|tar|tgz|tar\\.gz|tzst|tar\\.zst|db|sqlite|ndjson)" +
	    "(\\.age)?$").ext][0] |
	{"tgz": "tar.gz", "tzst": "tar.zst"}[. // ""] // . |
	if . == null then null else format end;

# A line of place_list() as an object; a folder's name has lost its slash.
def listed:
	[match("^([0-9-]+)\t([^\t]+)\t(.*)$").captures[].string] |
	{size: .[0] | tonumber, time: .[1], name: .[2] | rtrimstr("/"),
	    folder: .[2] | endswith("/")};

# Those whose name tells all; what is here has been seen in whole.
def by_name($place):
	. as $file | .name | named |
	{object: "backup", place: $place, name: $file.name, series,
	    time, size: $file.size, format: .ext | format,
	    encrypted: (.age != null), complete: (.partial == null)};

# Of another name, where nothing but that can be seen.
def by_looks($place):
	(.name | by_ending) as $format | select($format != null) |
	{object: "backup", place: $place, name, series: .name, time, size,
	    format: $format, encrypted: (.name | endswith(".age")),
	    complete: null};

# The series that create would put it in, by what was asked for.
def scope_series:
	[.roots?[]?.id? | strings | gsub("-"; "")[0:12]] as $roots |
	if .workspace? // $roots == [] then "backup"
	else "backup-" + ($roots | sort | join(",")) end;

# What notion-unpack --describe said of a file of the place.
def by_description($place; $file):
	([$file.name | named][0] // {series: null}) as $named |
	{object: "backup", place: $place, name: $file.name,
	    series: ($named.series //
	    if .snapshot then $file.name | rtrimstr(".db")
	    else .scope | scope_series end),
	    time: ([.started | strings | .[0:19] + "Z" | a_time][0] //
	    $file.time),
	    size: (if $file.folder or .snapshot then .size else $file.size end),
	    format, encrypted: false, complete} +
	if .snapshot then {snapshot} else {} end;

# Adds the number of pages, where one of the descriptions has it.
def described($seen):
	($seen | map({key: "\(.path | sub("^.*/"; ""))#\(.snapshot)",
	    value: (.counts.page? | numbers)}) | from_entries) as $pages |
	. + {pages: $pages["\(.name)#\(.snapshot)"]};

# ---- for people ----

# 15200000 is "15.2 MB".
def human_size:
	if . < 1000 then "\(.) B"
	else [., 0] | until(.[0] < 999.95 or .[1] == 5; [.[0] / 1000, .[1] + 1]) |
	    (.[0] * 10 | round | "\(. / 10 | floor).\(. % 10)") + " " +
	    "kMGTP"[.[1] - 1:.[1]] + "B" end;

# How many columns of a terminal a text takes: marks that stand on the letter
# before them take none; Chinese, Japanese, Korean and pictures two a character.
def within($ranges): . as $c | any($ranges[]; .[0] <= $c and $c <= .[1]);
def breadth:
	if test("^[ -~]*$") then length else [explode[] |
	    if within([[768, 879], [6832, 6911], [7616, 7679], [8203, 8207],
		[8400, 8447], [65024, 65039], [65056, 65071]]) then 0
	    elif within([[4352, 4447], [8986, 8987], [9193, 9203],
		[9725, 9726], [9748, 9749], [9800, 9811], [9855, 9855],
		[9875, 9889], [9898, 9899], [9917, 9940], [9962, 9981],
		[9989, 9995], [10024, 10024], [10060, 10071],
		[10133, 10135], [10160, 10175], [11035, 11036],
		[11088, 11093], [11904, 42191], [44032, 55203],
		[63744, 64255], [65072, 65135], [65281, 65376],
		[65504, 65510], [126976, 129791], [131072, 262141]]) then 2
	    else 1 end] | add end;
def pad($width): . + " " * ([$width - breadth, 0] | max) // .;
def pad_left($width): (" " * ([$width - breadth, 0] | max) // "") + .;
def widest: map(breadth) | max // 0;

# Takes characters out of the middle, where the time and the ending that stand
# last leave any; with no width given all of it is shown.
def fit($width):
	if $width <= 0 or breadth <= $width then . else
	    {head: .[0:-28], tail: .[-28:]} |
	    until(.head == "" or (.head + "…" + .tail | breadth) <= $width;
		.head |= .[0:-1]) | .head + "…" + .tail
	end;

# Whether it is all of what was asked for.
def mark: if .complete then "✓" elif .complete == null then "?" else "partial" end;

# What a backup is called: that of a repository has a number, too.
def title: if .snapshot then "\(.name) #\(.snapshot)" else .name end;

# A bar for a size, of the largest; eighths of a character are seen.
def bar($most; $width):
	(if $most == 0 then 0 else . * $width * 8 / $most | round end) as $n |
	("█" * ($n / 8 | floor) // "") + " ▏▎▍▌▋▊▉"[$n % 8:$n % 8 + 1] |
	sub(" +$"; "");

# The lines of a list, the newest first, in so many columns; $times has the
# local time of each.  A bar comes where there is room.  No line goes beyond
# $edge, for which long names are shortened, unless it is 0.
def table($backups; $times; $columns; $edge):
	($times | split("\n")) as $at | any($backups[]; .encrypted) as $age |
	def name: title | fit($edge - if $age then 42 else 37 end);
	($backups | map(name) | widest) as $wide |
	($columns - $wide - (if $age then 44 else 39 end)) as $room |
	($backups | map(.size) | max) as $most |
	[range($backups | length - 1; -1; -1) as $n | $backups[$n] |
	    $at[$n] + "  " + (name | pad($wide)) + "  " +
	    (.size | human_size | pad_left(8)) + "  " +
	    (if $age then (if .encrypted then "age" else "" end | pad(3)) + "  "
	    else "" end) +
	    (if $room < 4 then mark
	    else (mark | pad(7)) + "  " + (.size | bar($most; $room)) end)];

# Those of which it is known what they are, and of one series if that is given.
def prunable($series):
	select(.complete != null and ($series == "" or .series == $series));

# Of each repository the numbers that are not kept: [name, "1 2 3"].
def forgotten:
	map(select(.snapshot and (.keep | not))) | group_by(.name) |
	map([.[0].name, (map(.snapshot | tostring) | join(" "))]);

# What notion-keep says of each, the newest first.
def keep_table($backups; $times):
	($times | split("\n")) as $at | ($backups | map(title) | widest) as $wide |
	[range($backups | length - 1; -1; -1) as $n | $backups[$n] |
	    (if .keep then "keep  " else "remove" end) + "  " + $at[$n] + "  " +
	    (title | pad($wide)) + "  " + (.size | human_size | pad_left(8)) +
	    "  " + (.reasons // [] | join(", ")) | sub(" +$"; "")];

def signed(text): if . == 0 then "same" elif . < 0 then "-" + (-. | text)
    else "+" + text end;

# What is different from the one before it in the same series: bytes, and
# pages, where those of both are known.
def change($before):
	if $before == null then ["", ""]
	else [(.size - $before.size | signed(human_size)),
	    (if .pages and $before.pages then .pages - $before.pages |
	    signed(tostring) else "" end)] end;

# Each with its change since the one before in the same series and format.
def changes:
	reduce .[] as $b ({before: {}, rows: []};
	    "\($b.series).\($b.format)" as $key | .before[$key] as $before |
	    .rows += [$b + {change: ($b | change($before))}] |
	    .before[$key] = $b) | .rows;

# The lines of a history, in the same way.
def history($backups; $times; $columns; $edge):
	($times | split("\n")) as $at | ($backups | changes) as $rows |
	any($backups[]; .pages) as $pages |
	def name: title | fit($edge - if $pages then 53 else 40 end);
	($backups | map(name) | widest) as $wide |
	($columns - $wide - (if $pages then 55 else 42 end)) as $room |
	($backups | map(.size) | max) as $most |
	[range($rows | length - 1; -1; -1) as $n | $rows[$n] |
	    $at[$n] + "  " + (name | pad($wide)) + " " + mark[0:1] +
	    (.size | human_size | pad_left(9)) +
	    "  " + (.change[0] | pad_left(9)) +
	    (if $pages then (.pages // "" | tostring | pad_left(7)) +
	    (.change[1] | pad_left(6)) else "" end) +
	    (if $room < 4 then "" else "  " + (.size | bar($most; $room)) end) |
	    sub(" +$"; "")];

# ---- what was made ----

# What became of one target; create.sh has given all of it names.
def result:
	{object: "backup", place: $ARGS.named.place, name: $ARGS.named.name,
	    series: $ARGS.named.series,
	    time: ($ARGS.named.time[0:19] + "Z"), size: $ARGS.named.size,
	    format: $ARGS.named.format, encrypted: ($ARGS.named.encrypted != ""),
	    complete: ($ARGS.named.mark == ""), status: $ARGS.named.status};

# The input is a list: the stream's first record, its last, and a result a
# target.
def made($result):
	$result + {pages: (.[1].counts.page // 0),
	    edited: $ARGS.named.edited, unchanged: $ARGS.named.reused,
	    requests: $ARGS.named.requests, seconds: $ARGS.named.seconds};

def count($n; $word): "\($n) \($word)" + if $n == 1 then "" else "s" end;

def where:
	(.place | if . == "." then "the current folder" else . end) as $place |
	if .status == 0 then "\(.name) (\(.size | human_size)) is in \($place)."
	else "It is not in \($place)." end;

def summary:
	.[1].counts as $counts |
	(.[0].source.workspace_name // "The workspace") + ": " +
	count($counts.page // 0; "page") + ", " +
	count($counts.database // 0; "database") + " and " +
	count($counts.asset // 0; "file") +
	(if $ARGS.named.based == "" then ""
	else ", \($ARGS.named.reused) of the pages as they were the last time" end) + "; " +
	count($ARGS.named.requests; "request") + " in \($ARGS.named.seconds) s. " +
	(if $ARGS.named.edited == 0 then ""
	else count($ARGS.named.edited; "page") +
	    " still changed while being read: what is here of them may be half " +
	    "old and half new. " end) +
	([.[2:][] | where] | join(" "));
