/* One conversion to a written form: where it is, what it asks and loses. */
#include "writable.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
nt_writing_begin(struct writing *w, const struct nt_target *target,
    const char *pointer)
{
	memset(w, 0, sizeof *w);
	w->target = target;
	nt_buf_init(&w->made, NT_BUF_MAX);
	nt_buf_init(&w->at, NT_BUF_MAX);
	nt_buf_init(&w->losses, NT_BUF_MAX);
	nt_json_out_init(&w->o, &w->made);
	nt_buf_str(&w->at, pointer);
	w->whole = w->at.len;
}

static void
tell_losses(const struct writing *w)
{
	const char *p = w->losses.p, *end = p + w->losses.len;

	while (p < end && w->target->loss != NULL) {
		enum nt_loss_class class = (enum nt_loss_class)*p;
		const char *pointer = p + 1;
		const char *reason = pointer + strlen(pointer) + 1;

		w->target->loss(w->target->of, pointer, class, reason);
		p = reason + strlen(reason) + 1;
	}
}

enum nt_writable
nt_writing_end(struct writing *w, struct nt_buf *out)
{
	enum nt_writable outcome = w->never ? NT_WRITABLE_NEVER :
	    w->later ? NT_WRITABLE_LATER : NT_WRITABLE_NOW;

	if (outcome == NT_WRITABLE_NOW)
		nt_buf_add(out, w->made.p, w->made.len);
	if (outcome != NT_WRITABLE_LATER)
		tell_losses(w);
	nt_buf_free(&w->made);
	nt_buf_free(&w->at);
	nt_buf_free(&w->losses);
	return outcome;
}

/* ---- the way down the record ---- */

size_t
nt_enter_key(struct writing *w, struct nt_str key)
{
	size_t back = w->at.len, i;

	nt_buf_char(&w->at, '/');
	for (i = 0; i < key.len; i++)
		if (key.p[i] == '~')
			nt_buf_str(&w->at, "~0");
		else if (key.p[i] == '/')
			nt_buf_str(&w->at, "~1");
		else
			nt_buf_char(&w->at, key.p[i]);
	return back;
}

size_t
nt_enter(struct writing *w, const char *key)
{
	return nt_enter_key(w, nt_str_of(key));
}

size_t
nt_enter_element(struct writing *w, size_t index)
{
	size_t back = w->at.len;

	nt_buf_fmt(&w->at, "/%zu", index);
	return back;
}

void
nt_leave(struct writing *w, size_t back)
{
	nt_buf_cut(&w->at, back);
}

/* ---- losses ---- */

static void add_loss(struct writing *w, enum nt_loss_class class,
    size_t pointer, const char *fmt, va_list ap)
    __attribute__((format(printf, 4, 0)));

/*
 * Of what the first bytes of the pointer lead to.  Names in a reason may be
 * long, and hold anything: it is one line of text.
 */
static void
add_loss(struct writing *w, enum nt_loss_class class, size_t pointer,
    const char *fmt, va_list ap)
{
	char sentence[2 * NT_ERR_TEXT_MAX];
	struct nt_err reason;

	vsnprintf(sentence, sizeof sentence, fmt, ap);
	nt_err_set(&reason, NT_DATA, "%s", sentence);
	nt_buf_char(&w->losses, (char)class);
	nt_buf_add(&w->losses, w->at.p, pointer);
	nt_buf_char(&w->losses, '\0');
	nt_buf_str(&w->losses, reason.text);
	nt_buf_char(&w->losses, '\0');
}

void
nt_lose(struct writing *w, enum nt_loss_class class, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!w->never)
		add_loss(w, class, w->at.len, fmt, ap);
	va_end(ap);
}

void
nt_lose_all(struct writing *w, enum nt_loss_class class, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!w->never) {
		nt_buf_clear(&w->losses);
		add_loss(w, class, w->whole, fmt, ap);
	}
	va_end(ap);
	w->never = 1;
}

struct writing_mark
nt_mark(const struct writing *w)
{
	return (struct writing_mark){ w->o, w->made.len };
}

void
nt_take_back(struct writing *w, const struct writing_mark *mark)
{
	w->o = mark->o;
	nt_buf_cut(&w->made, mark->len);
}

struct writing_mark
nt_begin_apart(struct writing *w)
{
	struct writing_mark mark = nt_mark(w);

	nt_json_out_init(&w->o, &w->made);
	return mark;
}

void
nt_end_apart(struct writing *w, const struct writing_mark *mark,
    struct nt_buf *text)
{
	nt_buf_add(text, w->made.p + mark->len, w->made.len - mark->len);
	nt_take_back(w, mark);
}

/* ---- asking ---- */

int
nt_ask(struct writing *w, ask_id ask, struct nt_value id, char to[NT_ID_TEXT])
{
	enum nt_writable answer = NT_WRITABLE_NOW;
	struct nt_id from, there;

	if (nt_id_scan(nt_value_text(id), &from) == -1)
		return 0;
	there = from;
	if (ask != NULL)
		answer = ask(w->target->of, &from, &there);
	if (answer == NT_WRITABLE_LATER) {
		w->later = 1;
		there = from;
	}
	nt_id_format(&there, to);
	return answer != NT_WRITABLE_NEVER;
}

int
nt_ask_link(struct writing *w, struct nt_str url, struct nt_buf *out)
{
	size_t before = out->len;
	enum nt_writable answer = NT_WRITABLE_NEVER;

	if (w->target->link != NULL && url.len > 0)
		answer = w->target->link(w->target->of, url, out);
	if (answer == NT_WRITABLE_LATER)
		w->later = 1;
	if (answer != NT_WRITABLE_NOW) {
		nt_buf_cut(out, before);
		nt_buf_add(out, url.p, url.len);
	}
	return nt_utf16_len((struct nt_str){ out->p + before,
	    out->len - before }) <= NT_URL_MAX;
}

int
nt_ask_property(struct writing *w, struct nt_str id, struct nt_buf *out)
{
	size_t before = out->len;
	enum nt_writable answer;

	if (w->target->property == NULL) {
		nt_buf_add(out, id.p, id.len);
		return 1;
	}
	answer = w->target->property(w->target->of, id, out);
	w->later |= answer == NT_WRITABLE_LATER;
	if (answer != NT_WRITABLE_NOW)
		nt_buf_cut(out, before);
	return answer != NT_WRITABLE_NEVER;
}

int
nt_put_property_id(struct writing *w, struct nt_value v)
{
	struct nt_buf id;
	int good;

	nt_buf_init(&id, NT_BUF_MAX);
	good = nt_value_is(v, NT_JSON_STRING) &&
	    nt_ask_property(w, nt_value_text(v), &id);
	if (good)
		nt_json_put_str(&w->o, NULL, nt_buf_view(&id));
	else
		nt_lose(w, NT_LOSS_WARNING, "the property is not there");
	nt_buf_free(&id);
	return good;
}
