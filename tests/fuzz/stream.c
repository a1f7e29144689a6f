/*
 * What a reader hands out, written as a stream, reads back the same: the same
 * lines, an end that agrees, and nothing that is not canonical.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "nt/file.h"
#include "nt/stream.h"

/*
 * All lines that the text yields, read in that mode, and how it ended; with a
 * writer only those that it takes.
 */
static int
read_lines(int fd, enum nt_read_mode mode, struct nt_writer *out,
    struct nt_buf *lines)
{
	struct nt_reader *in = nt_reader_of_fd(fd, NULL, mode, NULL);
	struct nt_record rec;
	int got;

	lseek(fd, 0, SEEK_SET);
	while ((got = nt_reader_next(in, &rec, NULL)) == 1 ||
	    nt_reader_bad_line(in)) {
		struct nt_str line = { rec.line, rec.len };

		if (got == -1)
			continue;
		if (out != NULL && (!nt_value_is(nt_value_get(rec.value,
		    "object"), NT_JSON_STRING) ||
		    nt_writer_record(out, rec.kind, line, NULL) == -1))
			continue;
		nt_buf_add(lines, line.p, line.len);
		nt_buf_char(lines, '\n');
	}
	nt_reader_free(in);
	return got;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int raw = nt_file_temp(NULL), made = nt_file_temp(NULL);
	struct nt_writer *out = nt_writer_new(made);
	struct nt_buf first, second;

	nt_buf_init(&first, NT_BUF_MAX);
	nt_buf_init(&second, NT_BUF_MAX);
	FUZZ_MUST(nt_write_all(raw, data, size) == 0);
	read_lines(raw, NT_READ_PARTIAL, NULL, &first);
	read_lines(raw, NT_READ_WHOLE, NULL, &first);
	nt_buf_clear(&first);

	FUZZ_MUST(nt_writer_snapshot(out, (struct nt_str){ NULL, 0 },
	    NULL) == 0);
	read_lines(raw, NT_READ_LINES, out, &first);
	FUZZ_MUST(nt_writer_end(out, 1, (struct nt_str){ NULL, 0 },
	    NULL) == 0);
	FUZZ_MUST(nt_writer_close(out, NULL) == 0);
	FUZZ_MUST(read_lines(made, NT_READ_WHOLE, NULL, &second) == 0);
	FUZZ_MUST(nt_str_eq(nt_buf_view(&first), nt_buf_view(&second)));
	nt_buf_free(&second);
	nt_buf_free(&first);
	close(made);
	close(raw);
	return 0;
}
