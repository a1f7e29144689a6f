/*
 * archive: zstd frames there and back, by themselves and with a prefix; what
 * is no frame of ours is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nt/zstd.h"

static const struct nt_str none = { NULL, 0 };

/* Lines that differ in a number, as records do. */
static void
fill(struct nt_buf *b, int lines, int from)
{
	nt_buf_init(b, NT_BUF_MAX);
	for (int i = 0; i < lines; i++)
		nt_buf_fmt(b, "{\"id\":%d,\"object\":\"block\"}\n",
		    from + i * 7919);
}

static void
content_comes_back(void **state)
{
	static const int sizes[] = { 0, 1, 100, 20000 };
	struct nt_zstd *z = nt_zstd_new();
	struct nt_err err;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct nt_buf text, frame, back;

		fill(&text, sizes[i], 0);
		nt_buf_init(&frame, NT_BUF_MAX);
		nt_buf_init(&back, NT_BUF_MAX);
		nt_buf_str(&back, "before");
		assert_int_equal(nt_zstd_pack(z, &frame, nt_buf_view(&text),
		    none, NT_ZSTD_LEVEL, &err), 0);
		assert_int_equal(nt_zstd_unpack(z, &back, nt_buf_view(&frame),
		    none, text.len, &err), 0);
		assert_int_equal(back.len, text.len + 6);
		assert_memory_equal(back.p, "before", 6);
		assert_memory_equal(back.p + 6, text.p, text.len);
		nt_buf_free(&text);
		nt_buf_free(&frame);
		nt_buf_free(&back);
	}
	nt_zstd_free(z);
}

static void
a_prefix_saves_what_is_like_it_and_must_be_given_again(void **state)
{
	struct nt_zstd *z = nt_zstd_new();
	struct nt_buf old, new, alone, frame, back;
	struct nt_err err;

	(void)state;
	fill(&old, 20000, 0);
	fill(&new, 20000, 0);
	memcpy(new.p + 1000, "changed", 7);
	nt_buf_init(&alone, NT_BUF_MAX);
	nt_buf_init(&frame, NT_BUF_MAX);
	nt_buf_init(&back, NT_BUF_MAX);
	assert_int_equal(nt_zstd_pack(z, &alone, nt_buf_view(&new), none,
	    NT_ZSTD_LEVEL, &err), 0);
	assert_int_equal(nt_zstd_pack(z, &frame, nt_buf_view(&new),
	    nt_buf_view(&old), NT_ZSTD_LEVEL, &err), 0);
	assert_true(frame.len * 100 < alone.len);
	assert_int_equal(nt_zstd_unpack(z, &back, nt_buf_view(&frame),
	    nt_buf_view(&old), NT_BUF_MAX, &err), 0);
	assert_int_equal(back.len, new.len);
	assert_memory_equal(back.p, new.p, new.len);
	nt_buf_clear(&back);
	assert_int_equal(nt_zstd_unpack(z, &back, nt_buf_view(&frame), none,
	    NT_BUF_MAX, &err), -1);
	memcpy(old.p + 2000, "another", 7);
	assert_int_equal(nt_zstd_unpack(z, &back, nt_buf_view(&frame),
	    nt_buf_view(&old), NT_BUF_MAX, &err), -1);
	assert_int_equal(back.len, 0);
	nt_buf_free(&old);
	nt_buf_free(&new);
	nt_buf_free(&alone);
	nt_buf_free(&frame);
	nt_buf_free(&back);
	nt_zstd_free(z);
}

static void
claims_beyond_the_limit_are_refused(void **state)
{
	struct nt_zstd *z = nt_zstd_new();
	struct nt_buf text, frame, small;
	struct nt_err err;

	(void)state;
	fill(&text, 1000, 0);
	nt_buf_init(&frame, NT_BUF_MAX);
	nt_buf_init(&small, text.len - 1);
	assert_int_equal(nt_zstd_pack(z, &frame, nt_buf_view(&text), none,
	    NT_ZSTD_LEVEL, &err), 0);
	assert_int_equal(nt_zstd_unpack(z, &small, nt_buf_view(&frame), none,
	    text.len - 1, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	assert_int_equal(nt_zstd_unpack(z, &small, nt_buf_view(&frame), none,
	    text.len, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	assert_int_equal(nt_zstd_pack(z, &small, nt_buf_view(&text), none,
	    NT_ZSTD_LEVEL, &err), -1);
	assert_int_equal(err.kind, NT_LIMIT);
	/* The buffer is as good as before. */
	assert_int_equal(small.len, 0);
	assert_int_equal(nt_buf_check(&small, "it", &err), 0);
	nt_buf_free(&text);
	nt_buf_free(&frame);
	nt_buf_free(&small);
	nt_zstd_free(z);
}

static void
every_flipped_bit_and_every_cut_is_seen(void **state)
{
	struct nt_zstd *z = nt_zstd_new();
	struct nt_buf text, frame, back;
	struct nt_err err;

	(void)state;
	fill(&text, 20, 0);
	nt_buf_init(&frame, NT_BUF_MAX);
	nt_buf_init(&back, NT_BUF_MAX);
	assert_int_equal(nt_zstd_pack(z, &frame, nt_buf_view(&text), none,
	    NT_ZSTD_LEVEL, &err), 0);
	for (size_t bit = 0; bit < frame.len * 8; bit++) {
		frame.p[bit / 8] ^= (char)(1 << bit % 8);
		nt_buf_clear(&back);
		if (nt_zstd_unpack(z, &back, nt_buf_view(&frame), none,
		    1 << 20, &err) == 0 && (back.len != text.len ||
		    memcmp(back.p, text.p, text.len) != 0))
			fail_msg("bit %zu of byte %zu changes the content",
			    bit % 8, bit / 8);
		frame.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t len = 0; len < frame.len; len++)
		if (nt_zstd_unpack(z, &back, (struct nt_str){ frame.p, len },
		    none, 1 << 20, &err) == 0)
			fail_msg("a cut at byte %zu is not seen", len);
	nt_buf_char(&frame, 0);
	assert_int_equal(nt_zstd_unpack(z, &back, nt_buf_view(&frame), none,
	    1 << 20, &err), -1);
	assert_string_equal(err.text, "a zstd frame has bytes behind its end");
	nt_buf_free(&text);
	nt_buf_free(&frame);
	nt_buf_free(&back);
	nt_zstd_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_comes_back),
		cmocka_unit_test(
		    a_prefix_saves_what_is_like_it_and_must_be_given_again),
		cmocka_unit_test(claims_beyond_the_limit_are_refused),
		cmocka_unit_test(every_flipped_bit_and_every_cut_is_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
