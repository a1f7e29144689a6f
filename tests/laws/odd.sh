# shellcheck shell=sh
# For the laws: streams in no order.  Sourced.
#
# odd SEED RECORDS: records of every kind in no order at all: ids from a small
# pool so that they repeat, parents that are not there, kinds nobody knows,
# members nobody knows, titles that are no file names, some records large
odd() {
	awk -v seed="$1" -v records="$2" '
	function any(n) { return int(rand() * n) }
	function id(  n) {
		n = any(12)
		if (any(40) == 0)
			return "no id at all"
		return sprintf("%08x-0000-4000-8000-%012x", n * 77777777, n)
	}
	function title() {
		return titles[any(9)] (any(5) == 0 ? any(100) : "")
	}
	function parent() {
		return "\"parent\":{\"" parents[any(5)] "\":\"" id() "\"},"
	}
	function filler(  s, i) {
		if (any(50) != 0)
			return ""
		s = "0123456789abcdefghijklmnopqrstuvwxyz"
		for (i = any(15); i > 0; i--)
			s = s s
		return "\"filler\":\"" s "\","
	}
	BEGIN {
		srand(seed)
		n = split("user page database data_source block comment view " \
		    "custom_emoji asset error loss page_markdown page block " \
		    "block block block block comment asset odd/kind", kinds, " ")
		split("page_id block_id database_id data_source_id workspace",
		    p, " ")
		for (i = 1; i <= 5; i++)
			parents[i - 1] = p[i]
		titles[0] = "Tasks"; titles[1] = "../.."; titles[2] = "CON"
		titles[3] = "a/b\\n"; titles[4] = ""; titles[5] = "\\ud83d"
		titles[6] = "\360\237\221\251\342\200\215\360\237\221\247"
		titles[7] = "tasks"; titles[8] = "x.y. "
		while (records-- > 0)
			printf("{%s%s\"id\":\"%s\",\"object\":\"%s\"," \
			    "\"title\":[{\"plain_text\":\"%s\"}],\"n\":%d}\n",
			    filler(), any(4) ? parent() : "", id(),
			    kinds[1 + any(n)], title(), any(10))
	}'
}
