#include "nt/stream.h"

static const struct nt_str names[NT_KIND_COUNT] = {
	[NT_KIND_OTHER] = { "other", 5 },
	[NT_KIND_USER] = { "user", 4 },
	[NT_KIND_PAGE] = { "page", 4 },
	[NT_KIND_DATABASE] = { "database", 8 },
	[NT_KIND_DATA_SOURCE] = { "data_source", 11 },
	[NT_KIND_BLOCK] = { "block", 5 },
	[NT_KIND_COMMENT] = { "comment", 7 },
	[NT_KIND_VIEW] = { "view", 4 },
	[NT_KIND_CUSTOM_EMOJI] = { "custom_emoji", 12 },
	[NT_KIND_ASSET] = { "asset", 5 },
	[NT_KIND_ERROR] = { "error", 5 },
	[NT_KIND_LOSS] = { "loss", 4 },
	[NT_KIND_CHANGE] = { "change", 6 },
	[NT_KIND_CONFLICT] = { "conflict", 8 },
	[NT_KIND_RESULT] = { "result", 6 },
	[NT_KIND_EVENT] = { "event", 5 },
	[NT_KIND_SNAPSHOT] = { "snapshot", 8 },
	[NT_KIND_END] = { "end", 3 },
};

const char *
nt_kind_name(enum nt_kind kind)
{
	return names[kind].p;
}

enum nt_kind
nt_kind_of(struct nt_str name)
{
	for (int kind = NT_KIND_OTHER + 1; kind < NT_KIND_COUNT; kind++)
		if (nt_str_eq(names[kind], name))
			return kind;
	return NT_KIND_OTHER;
}
