/*
 * Words, parts of records, and the bytes of files.
 */
#include "generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "nt/file.h"

/* ---- words ---- */

#define OWN_WORDS 92		/* of 97; text then shrinks as real text does */
#define VOCABULARY 4096

static const char *const words[] = {
	"water", "harbour", "ledger", "orchard", "signal", "paper", "window",
	"copper", "meadow", "bridge", "engine", "letter", "garden", "market",
	"river", "lantern", "timber", "station", "quarry", "canvas", "anchor",
	"pepper", "valley", "barrel", "summer", "needle", "island", "velvet",
	"winter", "saddle", "beacon", "kettle", "plan", "draft", "review",
	"order", "count", "budget", "before", "after", "under", "between",
	"and", "or", "with", "without", "for", "the", "a", "some", "every",
	"will", "was", "is", "must", "can", "opens", "closes", "holds",
	"carries", "weighs", "counts", "follows", "answers"
};

static const char *const syllables[] = {
	"ba", "cor", "den", "el", "fi", "gra", "hol", "in", "jun", "ka", "lo",
	"mer", "nau", "or", "pel", "qui", "ra", "sten", "ti", "ul", "ver",
	"wes", "xi", "yor", "zan", "bri", "cha", "dro", "fen", "gli", "mo", "ta"
};

static const char *const rare[] = {
	"🌊", "👩‍🚀", "שלום עולם", "مرحبا بالعالم", "e\xCC\x81t\xC3\xA9",
	"日本語", "\xE2\x80\x8F(rtl)", "100 %", "½", "Ünïcødé"
};

static const char *const signs[] = {
	"📄", "🗂️", "🚢", "🧭", "🔧", "🌱", "📦", "🧪"
};

/* A name or number that is seen once, as texts are full of. */
static void
put_own_word(struct generator *g, uint64_t h)
{
	unsigned count;

	h = mix(h % VOCABULARY, 0);
	count = 2 + (unsigned)(h % 3);

	if (h % 5 == 0) {
		nt_buf_fmt(&g->line, "%u", (unsigned)(h >> 8) % 100000);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		nt_buf_str(&g->line,
		    syllables[(h >> (8 + 5 * i)) % COUNT(syllables)]);
}

void
put_words(struct generator *g, uint64_t salt, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t h = mix(salt, i);

		if (i > 0)
			nt_buf_char(&g->line, ' ');
		if (h % 97 == 0)
			nt_buf_str(&g->line, rare[(h >> 8) % COUNT(rare)]);
		else if (h % 97 < OWN_WORDS)
			put_own_word(g, h >> 16);
		else
			nt_buf_str(&g->line, words[(h >> 8) % COUNT(words)]);
	}
}

/* ---- pieces of records; ' stands for ", see put_record() ---- */

void
put(struct generator *g, const char *text)
{
	nt_buf_str(&g->line, text);
}

/* One item of rich text of what the function puts. */
static void
put_item(struct generator *g, uint64_t salt, unsigned count,
    void (*put_content)(struct generator *, uint64_t, unsigned))
{
	const char *style = PLAIN_STYLE;

	if (salt % 11 == 0)
		style = "{'bold':true,'italic':false,'strikethrough':false,"
		    "'underline':false,'code':false,'color':'default'}";
	put(g, "{'type':'text','text':{'content':'");
	put_content(g, salt, count);
	put(g, "','link':null},'href':null,'plain_text':'");
	put_content(g, salt, count);
	nt_buf_fmt(&g->line, "','annotations':%s}", style);
}

void
put_run(struct generator *g, uint64_t salt, unsigned count)
{
	put_item(g, salt, count, put_words);
}

/* A list of rich text: one run or two. */
void
put_text(struct generator *g, uint64_t salt, unsigned count)
{
	unsigned runs = 1 + (unsigned)(salt >> 50) % 5 / 3;

	nt_buf_char(&g->line, '[');
	for (unsigned i = 0; i < runs; i++) {
		if (i > 0)
			nt_buf_char(&g->line, ',');
		put_run(g, mix(salt, 100 + i), count / runs + 1);
	}
	nt_buf_char(&g->line, ']');
}

/* Names that file systems and shells stumble over; one is for the long one. */
static const char *const odd_names[] = { "", "CON", "nul.txt", "..", ".",
	"a/b\\\\c", "two\\nlines", "Same", "same", "-rf *", "~",
	"dots...", " spaced ", "what?: <|>*", "%2e%2e%2f", "../../etc/passwd",
	"\342\200\256drawkcab", "e\xCC\x81", "\xC3\xA9", "#hash [[x]]",
	"--- yaml: true", "\\u0000\\u0007" };

#define LONG_NAME 300		/* emojis */

static void
put_name_words(struct generator *g, uint64_t salt, unsigned count)
{
	size_t n = (salt >> 20) % (COUNT(odd_names) + 1);

	if (!g->odd || salt % 3 != 0)
		put_words(g, salt, count);
	else if (n < COUNT(odd_names))
		put(g, odd_names[n]);
	else
		for (int i = 0; i < LONG_NAME; i++)
			put(g, signs[mix(salt, (uint64_t)i) % COUNT(signs)]);
}

void
put_name(struct generator *g, uint64_t salt)
{
	put_name_words(g, salt, 2 + (unsigned)(salt >> 40) % 2);
}

void
put_title(struct generator *g, uint64_t salt)
{
	nt_buf_char(&g->line, '[');
	put_item(g, salt, 2 + (unsigned)(salt >> 40) % 2, put_name_words);
	nt_buf_char(&g->line, ']');
}

void
put_user(struct generator *g, const char *key, uint64_t n)
{
	char id[NT_ID_TEXT];

	user_id(g, n, id);
	nt_buf_fmt(&g->line, "'%s':{'object':'user','id':'%s'},", key, id);
}

void
put_hosted(struct generator *g, uint64_t n)
{
	nt_buf_fmt(&g->line, "'type':'file','file':{'url':'https://"
	    "files.example.org/files/%s/file.txt'}", g->sha256[n % FILES]);
}

void
put_icon(struct generator *g, uint64_t salt)
{
	nt_buf_fmt(&g->line, "'icon':{'type':'emoji','emoji':'%s'},",
	    signs[salt % COUNT(signs)]);
}

/* Writes the line as a record, canonical, with " for each '. */
int
put_record(struct generator *g, struct nt_err *err)
{
	struct nt_value v;
	int got;

	for (char *p = g->line.p; (p = strchr(p, '\'')) != NULL; )
		*p = '"';
	if (nt_json_parse(g->doc, g->line.p, g->line.len, &v, err) == -1)
		return -1;
	got = nt_writer_value(g->out, v, err);
	nt_buf_clear(&g->line);
	return got;
}

/* ---- files ---- */

int
make_files(struct generator *g, struct nt_err *err)
{
	for (size_t n = 0; n < FILES; n++) {
		struct nt_sha256 hash;
		char path[4096];
		struct nt_draft d;
		int got;

		put_words(g, salt_of(g, A_EXTRA, 1, n), 16 + 12 * (unsigned)n);
		nt_sha256_init(&hash);
		nt_sha256_add(&hash, g->line.p, g->line.len);
		nt_sha256_hex(&hash, g->sha256[n]);
		g->size[n] = g->line.len;
		if (g->assets == NULL) {
			nt_buf_clear(&g->line);
			continue;
		}
		snprintf(path, sizeof path, "%s/%s", g->assets, g->sha256[n]);
		if (nt_draft_open(&d, path, err) == -1)
			return -1;
		got = nt_write_all(d.fd, g->line.p, g->line.len) == -1 ?
		    nt_err_sys(err, "write", path) : nt_draft_commit(&d, err);
		nt_draft_free(&d);
		nt_buf_clear(&g->line);
		if (got == -1)
			return -1;
	}
	return 0;
}

int
write_asset(struct generator *g, const char *kind, const char *id,
    const char *pointer, const char *name, uint64_t n, struct nt_err *err)
{
	nt_buf_fmt(&g->line, "{'object':'asset','owner':{'object':'%s','id':"
	    "'%s','pointer':'%s'},'name':'%s','content_type':'text/plain',"
	    "'size':%zu,'sha256':'%s'}", kind, id, pointer, name,
	    g->size[n % FILES], g->sha256[n % FILES]);
	return put_record(g, err);
}
