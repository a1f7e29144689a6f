# restore.jq - what a restore does and has done, in words; see restore.sh

# Changes that anybody would notice; files go with what they belong to.
def is_seen:
	.object == "change" and
	(.kind | IN("page", "database", "data_source", "block", "comment",
	    "view"));

# Those that are to be made: what only the workspace has is left alone.
def is_work($delete):
	is_seen and (.op != "delete" or $delete != "");

# The same, of what differs afterwards, seen from the other side.
def is_difference($delete):
	is_seen and (.op != "create" or $delete != "");

# The block of a page or database is no thing of its own.
def is_thing:
	(.kind | IN("page", "database", "block", "comment", "view")) and
	(.value.type? // "" | IN("child_page", "child_database") | not);

# ---- words ----

def counted($word): "\(.) \($word)" +
	if . == 1 then "" elif $word == "loss" then "es" else "s" end;
def listed:
	if length < 2 then .[0] // "" else (.[:-1] | join(", ")) + " and " + .[-1]
	end;

# An object of numbers by kind: "2 pages and 9 blocks".
def in_words:
	. as $count | [("database", "page", "block", "view", "comment") as $kind |
	    $count[$kind] // 0 | select(. > 0) | counted($kind)] | listed;

# The words of a few numbers, each of things that became the same.
def sentence($parts):
	[$parts[] as [$count, $words] | $count | in_words |
	    select(. != "") | . + " " + $words] | join(", ");

def minutes:
	if . == 1 then "a minute" else "\(.) minutes" end;

# ---- in place ----

# What became of a change, or is going to; with no result it is going to.
def fate($result):
	if $result.status | IN("refused", "failed") then "refused"
	elif .op == "delete" then
	    if $result.status == "done" then "trashed" else "newer" end
	elif .op == "create" then
	    if $result == null or $result.status == "skipped" or
		$result.new_id == .id then "back" else "anew" end
	elif $result == null or $result.status == "done" then "changed"
	else "same" end;

# How many of each kind have each fate.  A deletion does not say that its block
# is that of a page.
def fates(changes; $results):
	reduce changes as $c ({n: -1}; .n += 1 | .n as $n |
	    if $c | is_thing and is_seen | not then . else
		($c | fate($results[$n])) as $fate |
		.[$fate][$c.kind] += 1 |
		if $c.op != "delete" then .
		elif $c.kind == "block" then .blocks[$c.id] = true
		elif .blocks[$c.id] then .[$fate].block -= 1
		else . end
	    end);

# ---- losses ----

def loss_line:
	"\(.kind) \(.id)\(.pointer): \(.reason)";
