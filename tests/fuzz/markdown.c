/*
 * Whatever the records of a page are, its Markdown is text: UTF-8 without
 * controls, the same each time, and front matter that libyaml reads.
 */
#include <string.h>

#include <yaml.h>

#include "fuzz.h"
#include "nt/markdown.h"

static int
file_of(const void *arg, const struct nt_id *id, struct nt_buf *out)
{
	(void)arg;
	nt_buf_fmt(out, "pages/x [%02x].md", id->b[15]);
	return id->b[15] & 1;
}

static int
asset_of(const void *arg, struct nt_value record, struct nt_buf *out)
{
	(void)arg;
	(void)record;
	nt_buf_str(out, "assets/a");
	return 1;
}

/* Every byte belongs to a character, none of which is a control. */
static void
check_text(struct nt_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0, len; i < s.len; i += len) {
		len = p[i] < 0x80 ? 1 : p[i] < 0xc2 ? 0 : p[i] < 0xe0 ? 2 :
		    p[i] < 0xf0 ? 3 : p[i] < 0xf5 ? 4 : 0;
		FUZZ_MUST(len > 0 && len <= s.len - i);
		FUZZ_MUST((p[i] >= ' ' && p[i] != 127) || p[i] == '\t' ||
		    p[i] == '\n');
		FUZZ_MUST(p[i] != 0xed || p[i + 1] < 0xa0);
		for (size_t n = 1; n < len; n++)
			FUZZ_MUST((p[i + n] & 0xc0) == 0x80);
	}
}

static void
check_yaml(const char *p, size_t len)
{
	yaml_parser_t parser;
	yaml_document_t document;

	FUZZ_MUST(yaml_parser_initialize(&parser));
	yaml_parser_set_input_string(&parser, (const unsigned char *)p, len);
	FUZZ_MUST(yaml_parser_load(&parser, &document));
	FUZZ_MUST(yaml_document_get_root_node(&document) != NULL);
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
}

static void
check_page(const struct nt_buf *page)
{
	static const char mark[] = "---\n";
	const char *end;

	check_text(nt_buf_view(page));
	if (page->len < 8 || memcmp(page->p, "---\nid:", 7) != 0)
		return;
	end = strstr(page->p + 3, "\n---\n");
	FUZZ_MUST(end != NULL);
	check_yaml(page->p + sizeof mark - 1,
	    (size_t)(end + 1 - page->p) - (sizeof mark - 1));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nt_markdown_links links = { file_of, asset_of,
	    NULL, NULL };
	struct nt_markdown *m = nt_markdown_new(&links);
	struct nt_str records = { (const char *)data, size };
	struct nt_buf once, again;

	nt_buf_init(&once, NT_BUF_MAX);
	nt_buf_init(&again, NT_BUF_MAX);
	if (nt_markdown_page(m, &once, records, NULL) == 0) {
		check_page(&once);
		FUZZ_MUST(nt_markdown_page(m, &again, records, NULL) == 0);
		FUZZ_MUST(once.len == again.len &&
		    memcmp(once.p, again.p, once.len) == 0);
	} else
		FUZZ_MUST(once.len == 0);
	/* nothing of it is left for the next page */
	nt_buf_clear(&again);
	FUZZ_MUST(nt_markdown_page(m, &again, NT_STR("{\"object\":\"block\","
	    "\"type\":\"divider\",\"divider\":{}}\n"), NULL) == 0);
	FUZZ_MUST(strcmp(again.p, "---\n") == 0);
	nt_buf_free(&once);
	nt_buf_free(&again);
	nt_markdown_free(m);
	return 0;
}
