/*
 * The views of data sources: each by the name of its title, each property a
 * column.  A name that was given stays as long as it fits.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "nt/mem.h"

#define NAME_MAX_BYTES 100
#define COLUMNS_MAX 1900		/* SQLite's own limit is 2,000 */

/* Something that wants a name: a data source, or one of its properties. */
struct named {
	int64_t key;			/* its unit, or its place */
	char *wish;			/* what its title makes */
	char *name;			/* what it has; NULL: nothing yet */
	struct nt_buf columns;		/* of a data source */
};

struct names {
	struct named *at;
	size_t count;
	int (*reserved)(const char *name);
};

static void
names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++) {
		free(n->at[i].wish);
		free(n->at[i].name);
		nt_buf_free(&n->at[i].columns);
	}
	free(n->at);
}

/* ---- how a name is made ---- */

static int
is_word(unsigned char c)
{
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	    (c >= 'a' && c <= 'z');
}

/* Lower case, with one "_" for each run of what is no letter or digit. */
static char *
make_wish(struct nt_str title, const char *without)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_BUF_MAX);
	for (size_t i = 0; i < title.len; i++) {
		unsigned char c = (unsigned char)title.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		/* Not in the middle of a character. */
		if (b.len >= NAME_MAX_BYTES && (c & 0xc0) != 0x80)
			break;
		if (is_word(c))
			nt_buf_char(&b, (char)c);
		else if (b.len > 0 && b.p[b.len - 1] != '_')
			nt_buf_char(&b, '_');
	}
	while (b.len > 0 && b.p[b.len - 1] == '_')
		b.p[--b.len] = '\0';
	if (b.len == 0)
		nt_buf_str(&b, without);
	return nt_buf_take(&b);
}

/* 1 if the word can be a name of its own, without quotes and number. */
static int
is_free_word(const struct names *n, const char *word)
{
	return (*word < '0' || *word > '9') && !nt_db_keyword(word) &&
	    !n->reserved(word);
}

static int
is_taken(const struct names *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (n->at[i].name != NULL && strcmp(n->at[i].name, name) == 0)
			return 1;
	return 0;
}

/* 1 if the name is the wish itself or has "_" and a number behind it. */
static int
fits(const struct names *n, const struct named *one, const char *name)
{
	size_t len = strlen(one->wish);

	if (strncmp(name, one->wish, len) != 0 || is_taken(n, name))
		return 0;
	if (name[len] == '\0')
		return is_free_word(n, name);
	return name[len] == '_' && name[len + 1] != '\0' &&
	    strspn(name + len + 1, "0123456789") == strlen(name + len + 1) &&
	    !n->reserved(name);
}

static void
give_name(struct names *n, struct named *one)
{
	struct nt_buf b;

	nt_buf_init(&b, NT_BUF_MAX);
	nt_buf_str(&b, one->wish);
	for (unsigned i = 2; !fits(n, one, b.p); i++) {
		nt_buf_clear(&b);
		nt_buf_fmt(&b, "%s_%u", one->wish, i);
	}
	one->name = nt_buf_take(&b);
}

/*
 * Reads what wants names, as key, title and the name it had, and gives them:
 * first come those which may keep theirs.
 */
static void
give_names(struct names *n, struct nt_stmt *s, const char *without)
{
	struct named *one;
	char *had;

	while (n->count < COLUMNS_MAX && nt_stmt_step(s)) {
		struct nt_str title = nt_stmt_col_str(s, 1);
		struct nt_str name = nt_stmt_col_str(s, 2);

		if ((n->count & (n->count - 1)) == 0)
			n->at = nt_realloc_array(n->at, n->count == 0 ? 1 :
			    2 * n->count, sizeof *n->at);
		one = &n->at[n->count++];
		*one = (struct named){ .key = nt_stmt_col_int(s, 0),
		    .wish = make_wish(title, without) };
		nt_buf_init(&one->columns, NT_BUF_MAX);
		had = nt_strndup(name.p, name.len);
		if (fits(n, one, had))
			one->name = had;
		else
			free(had);
	}
	nt_stmt_done(s);
	for (size_t i = 0; i < n->count; i++)
		if (n->at[i].name == NULL)
			give_name(n, &n->at[i]);
}

/* ---- columns ---- */

static int
is_page_column(const char *name)
{
	static const char *const columns[] = { "id", "title", "url",
	    "created_time", "last_edited_time", "in_trash" };

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (strcmp(columns[i], name) == 0)
			return 1;
	return 0;
}

static void
put_quoted(struct nt_buf *b, const char *name)
{
	nt_buf_char(b, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			nt_buf_char(b, '"');
		nt_buf_char(b, *name);
	}
	nt_buf_char(b, '"');
}

static void
keep_column(struct nt_repo *r, int64_t source, const struct named *one)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "UPDATE property_row "
	    "SET col = ?3 WHERE source = ?1 AND place = ?2 "
	    "AND col IS NOT ?3");

	nt_stmt_int(s, 1, source);
	nt_stmt_int(s, 2, one->key);
	nt_stmt_text(s, 3, nt_str_of(one->name));
	nt_stmt_run(s);
}

/* Gives the properties of a data source their columns, as SQL in b. */
static void
name_columns(struct nt_repo *r, int64_t source, struct nt_buf *b)
{
	struct names n = { .reserved = is_page_column };
	struct nt_stmt *s = nt_db_stmt(r->db, "UPDATE property_row "
	    "SET col = CASE type WHEN 'title' THEN 'title' END "
	    "WHERE source = ? AND (gone = 1 OR type = 'title')");

	nt_stmt_int(s, 1, source);
	nt_stmt_run(s);
	s = nt_db_stmt(r->db, "SELECT place, name, col FROM property_row "
	    "WHERE source = ? AND gone = 0 AND type IS NOT 'title' "
	    "ORDER BY place");
	nt_stmt_int(s, 1, source);
	give_names(&n, s, "property");
	for (size_t i = 0; i < n.count; i++) {
		keep_column(r, source, &n.at[i]);
		nt_buf_fmt(b, ", json_extract(cells, '$[%jd]') AS ",
		    (intmax_t)n.at[i].key);
		put_quoted(b, n.at[i].name);
	}
	names_free(&n);
}

/* ---- views ---- */

static void
put_view(struct nt_buf *b, const struct named *source)
{
	nt_buf_str(b, "CREATE VIEW ");
	put_quoted(b, source->name);
	nt_buf_fmt(b, " AS SELECT id, title, url, created_time, "
	    "last_edited_time, in_trash%s FROM page_cells WHERE source = %jd",
	    source->columns.p, (intmax_t)source->key);
}

/* 1 if the text is that of the view of one of the sources, which has it. */
static int
is_wanted(const struct names *sources, struct nt_str sql, char *there)
{
	struct nt_buf b;
	int same = 0;

	nt_buf_init(&b, NT_BUF_MAX);
	for (size_t i = 0; i < sources->count && !same; i++) {
		nt_buf_clear(&b);
		put_view(&b, &sources->at[i]);
		same = nt_str_eq(sql, nt_buf_view(&b));
		there[i] |= (char)same;
	}
	nt_buf_free(&b);
	return same;
}

/* Appends the statements that drop what is there and not wanted. */
static void
put_drops(struct nt_repo *r, const struct names *sources, char *there,
    struct nt_buf *sql)
{
	struct nt_stmt *s = nt_db_stmt(r->db,
	    "SELECT name, sql FROM sqlite_schema WHERE type = 'view'");

	while (nt_stmt_step(s)) {
		struct nt_str text = nt_stmt_col_str(s, 0);
		char *name = nt_strndup(text.p, text.len);

		if (!schema_has(name) && !is_wanted(sources,
		    nt_stmt_col_str(s, 1), there)) {
			nt_buf_str(sql, "DROP VIEW ");
			put_quoted(sql, name);
			nt_buf_char(sql, ';');
		}
		free(name);
	}
	nt_stmt_done(s);
}

static void
keep_name(struct nt_repo *r, const struct named *source)
{
	struct nt_stmt *s = nt_db_stmt(r->db, "UPDATE source_row "
	    "SET view = ?2 WHERE unit = ?1 AND view IS NOT ?2");

	nt_stmt_int(s, 1, source->key);
	nt_stmt_text(s, 2, nt_str_of(source->name));
	nt_stmt_run(s);
}

int
views_write(struct nt_repo *r, struct nt_err *err)
{
	struct names sources = { .reserved = schema_has };
	struct nt_buf sql;
	char *there;
	int got = -1;

	give_names(&sources, nt_db_stmt(r->db, "SELECT unit, title, view "
	    "FROM source_row ORDER BY unit"), "data_source");
	for (size_t i = 0; i < sources.count; i++) {
		keep_name(r, &sources.at[i]);
		name_columns(r, sources.at[i].key, &sources.at[i].columns);
	}
	there = nt_alloc(sources.count);
	nt_buf_init(&sql, NT_BUF_MAX);
	put_drops(r, &sources, there, &sql);
	for (size_t i = 0; i < sources.count; i++) {
		if (there[i])
			continue;
		put_view(&sql, &sources.at[i]);
		nt_buf_char(&sql, ';');
	}
	if (!nt_db_failed(r->db, err))
		got = nt_db_exec(r->db, sql.p, err);
	nt_buf_free(&sql);
	free(there);
	names_free(&sources);
	return got;
}
