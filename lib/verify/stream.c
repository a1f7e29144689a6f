/* A stream as it is. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* The end record is parsed here, for the reader keeps only its text. */
static int
end_stream(struct records *records, struct nt_reader *in,
    struct report *report, struct nt_err *err)
{
	struct nt_str end = nt_reader_end(in);
	struct nt_json *doc = nt_json_new();
	struct nt_value v = NT_VALUE_NONE;
	struct nt_str digest;
	int got = end.p == NULL ? 0 :
	    nt_json_parse(doc, end.p, end.len, &v, err);

	if (got == 0)
		got = records_end(records, v, err);
	digest = nt_value_text(nt_value_get(v, "digest"));
	if (got == 0 && digest.len < sizeof report->found->digest)
		snprintf(report->found->digest, sizeof report->found->digest,
		    "%.*s", (int)digest.len, digest.p == NULL ? "" : digest.p);
	nt_json_free(doc);
	return got;
}

/* Tells the records what the snapshot asked for. */
static int
begin_stream(struct records *records, struct nt_reader *in,
    struct nt_err *err)
{
	struct nt_str snapshot = nt_reader_snapshot(in);
	struct nt_json *doc = nt_json_new();
	struct nt_value v;
	int got = snapshot.p == NULL ? 0 :
	    nt_json_parse(doc, snapshot.p, snapshot.len, &v, err);

	if (snapshot.p != NULL && got == 0)
		records_snapshot(records, v);
	nt_json_free(doc);
	return got;
}

int
verify_stream(int fd, struct report *report, struct nt_err *err)
{
	struct nt_reader *in = nt_reader_of_fd(fd, NULL, NT_READ_WHOLE, NULL);
	struct records *records = records_new(report, NULL);
	struct nt_record rec;
	int got, begun = 0;

	for (;;) {
		got = nt_reader_next(in, &rec, err);
		if (got == 1 && !begun++)
			got = begin_stream(records, in, err) == -1 ? -1 : 1;
		if (got == 1)
			got = records_add(records, rec.kind, rec.value,
			    err) == -1 ? -1 : 1;
		if (got == 1 && report_stop(report, err) == -1)
			got = -1;
		if (got == 0 || (got == -1 && (report_err(report, err) == -1 ||
		    !nt_reader_bad_line(in))))
			break;
	}
	if (got == 0)
		got = end_stream(records, in, report, err);
	else if (err->kind == NT_DATA || err->kind == NT_LIMIT)
		got = 0;	/* told; what is missing would be named again */
	report->found->bytes = nt_reader_bytes(in);
	records_free(records);
	nt_reader_free(in);
	return got;
}
