/* The peer at the upper end: simdjson, a line at a time. */
#include <cstring>

#include <simdjson.h>

#include "json.h"

/* Calls each(line, len, bytes readable from there on) for the lines. */
template <typename Each>
static size_t
lines(const char *text, size_t len, Each each)
{
	const char *p = text, *end = text + len;
	size_t sum = 0;

	while (p < end) {
		const char *stop = static_cast<const char *>(
		    std::memchr(p, '\n', static_cast<size_t>(end - p)));

		if (stop == nullptr)
			stop = end;
		sum += each(p, static_cast<size_t>(stop - p),
		    static_cast<size_t>(end - p) + simdjson::SIMDJSON_PADDING);
		p = stop + 1;
	}
	return sum;
}

/* Everything checked and built, nothing looked at. */
size_t
bench_simdjson_dom(const char *text, size_t len)
{
	simdjson::dom::parser parser;

	return lines(text, len, [&](const char *p, size_t n, size_t) {
		simdjson::dom::element root;

		return parser.parse(p, n, false).get(root) ? size_t(0) :
		    size_t(1);
	});
}

/* Two members of the outermost object, the rest as little as it can. */
size_t
bench_simdjson_glance(const char *text, size_t len)
{
	simdjson::ondemand::parser parser;

	return lines(text, len, [&](const char *p, size_t n, size_t readable) {
		auto root = parser.iterate(p, n, readable);
		std::string_view id, type;
		size_t found = 0;

		if (!root["id"].get_string().get(id))
			found += id.size();
		if (!root["type"].get_string().get(type))
			found += type.size();
		return found;
	});
}
