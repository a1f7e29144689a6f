# notion-tools.  GNU make 4.2; no configure step.
#
# A new tool is a new file and nothing else to edit: cmd/NAME.c (or a pipeline
# of tools, cmd/NAME.sh), man/NAME.1, tests/cmd/NAME.t.  The parts of a long
# pipeline are in cmd/sh.
#
#	make		build (installs what is missing first, see deps)
#	make test	every test		make asan	the same, sanitized
#	make demo	a workspace there and back
#	make bench	figures, as ratios	make lint	sources, scripts, pages
#	make install	PREFIX, DESTDIR		make uninstall, make clean

PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
B       ?= build
PROVEFLAGS ?= -j3
TESTS   ?= tests
VERSION := 0.1.0

# What Debian calls what we stand on; `make deps` installs what is missing.
DEPS := gcc libc6-dev make jq rclone zip unzip perl zstd mandoc shellcheck curl openssl \
	libcurl4-openssl-dev zlib1g-dev libdeflate-dev libzstd-dev \
	libyaml-dev libgcrypt20-dev libxxhash-dev libsodium-dev libjq-dev \
	libsqlite3-dev sqlite3 libmicrohttpd-dev libunistring-dev libcmocka-dev \
	ca-certificates

OURS := -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Iinclude \
	-DNT_VERSION='"$(VERSION)"' -MMD -MP -Wall -Wextra -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith \
	-Wformat=2 -Wundef -fno-common
LIBS := -Wl,--as-needed -lcurl -lz -ldeflate -lzstd -lyaml -lgcrypt -lxxhash \
	-lsodium -lsqlite3 -lmicrohttpd -lunistring -ljq -lpthread -lm

TOOLS   := $(patsubst cmd/%.c,%,$(wildcard cmd/*.c))
SCRIPTS := $(patsubst cmd/%.sh,%,$(wildcard cmd/*.sh))
PARTS   := $(patsubst cmd/sh/%,%,$(wildcard cmd/sh/*))
ROOMS   := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c))
UNITS   := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
HELPERS := $(patsubst tests/tools/%.c,$(B)/tests/%,$(wildcard tests/tools/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))

all: $(B)/libnt.a $(TOOLS:%=$(B)/bin/%) $(SCRIPTS:%=$(B)/bin/%) \
	$(PARTS:%=$(B)/lib/notion-tools/%)

include tests/deps.mk $(wildcard tests/bench/*.mk)

$(TOOLS:%=$(B)/bin/%): $(B)/bin/%: $(B)/cmd/%.o $(B)/libnt.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(SCRIPTS:%=$(B)/bin/%): $(B)/bin/%: cmd/%.sh
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(VERSION)/' $< >$@ && chmod 755 $@
$(B)/lib/notion-tools/%: cmd/sh/%
	@mkdir -p $(@D)
	install -m 644 $< $@
$(B)/libnt.a: $(ROOMS)
	rm -f $@ && $(AR) rcs $@ $^
$(B)/%.o: %.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) $(OURS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(ROOMS) $(TOOLS:%=$(B)/cmd/%.o): OURS += -include include/nt/banned.h

# Unit tests link cmocka; helpers of tests (generator and the like) do not.
$(UNITS): $(B)/tests/%: $(B)/tests/unit/%.o $(B)/libnt.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
# The larger parts of a helper are in a folder of its name.
.SECONDEXPANSION:
$(HELPERS): $(B)/tests/%: $(B)/tests/tools/%.o \
	$$(addprefix $(B)/,$$(addsuffix .o,$$(basename \
	$$(wildcard tests/tools/$$*/*.c)))) $(B)/libnt.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(FUZZERS): $(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libnt.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Preloaded by tests to make system calls fail.
$(B)/tests/fail.so: tests/shim/fail.c | $(B)/deps
	@mkdir -p $(@D)
	$(CC) -O1 -fPIC -shared -fno-builtin -o $@ $< -ldl

tests: all $(UNITS) $(HELPERS) $(FUZZERS) $(B)/tests/fail.so
test: tests test-deps
	NT_BUILD=$(abspath $(B)) prove $(PROVEFLAGS) -r --ext .t $(TESTS)

# What only tests need: node for the official client, others to read ours, and
# servers and networks to send backups over.
TEST_DEPS = $(NODE) git libarchive-tools python3 python3-yaml sqlite3 \
	cmark cmark-gfm age strace openssh-server openssh-client iproute2 parallel \
	cron faketime systemd restic borgbackup
test-deps: | $(B)/deps
	@$(MAKE) --no-print-directory deps DEPS="$(TEST_DEPS)"

demo: all
	@PATH=$(abspath $(B))/bin:$$PATH examples/demo.sh

# The scripts, their tests and the documents are the same in both; and what is
# long, or runs node more than us; SANITIZED=... names others, by hand.
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
UNSANITIZED := tests/cmd/notion-backup% tests/cmd/notion-cron.t \
	tests/feature-backup.t tests/secrets.t tests/examples.t tests/install.t \
	tests/demo.t tests/readme.t tests/man.t tests/layers.t tests/cmd/notion-fetch-edited.t \
	tests/cmd/notion-apply-fault.t tests/cmd/notion-apply-cut.t \
	tests/cmd/notion-apply-move.t tests/cmd/peers.t tests/sdk.t \
	tests/generate.t tests/everything.t tests/proxy.t tests/laws/restore.t
SANITIZED = $(filter-out $(UNSANITIZED),$(wildcard tests/*.t tests/*/*.t))
asan:
	@$(MAKE) --no-print-directory B=$(B)/asan CFLAGS="-O1 -g $(SANITIZE)" \
	    TESTS="$(SANITIZED)" test

include tests/lint.mk

SHELL_PARTS := $(DESTDIR)$(PREFIX)/lib/notion-tools
DATA        := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := $(DATA)/bash-completion/completions
PAGES       := $(wildcard man/*.[1-8])
PROGRAMS    := $(TOOLS) $(SCRIPTS)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(COMPLETIONS) \
		$(DATA)/doc/notion-tools $(SHELL_PARTS)
	install $(PROGRAMS:%=$(B)/bin/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(PARTS:%=cmd/sh/%) $(SHELL_PARTS)
	for p in $(PAGES); do install -D -m 644 $$p \
		$(DATA)/man/man$${p##*.}/$${p#man/} || exit 1; done
	install -m 644 README.md $(DATA)/doc/notion-tools
	install -m 644 completions/notion-tools.bash $(COMPLETIONS)
	for t in $(PROGRAMS); do \
		ln -sf notion-tools.bash $(COMPLETIONS)/$$t || exit 1; done

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	rm -f $(PARTS:%=$(SHELL_PARTS)/%)
	[ ! -d $(SHELL_PARTS) ] || rmdir $(SHELL_PARTS)
	for p in $(PAGES); do rm -f $(DATA)/man/man$${p##*.}/$${p#man/}; done
	rm -f $(DATA)/doc/notion-tools/README.md
	[ ! -d $(DATA)/doc/notion-tools ] || rmdir $(DATA)/doc/notion-tools
	rm -f $(COMPLETIONS)/notion-tools.bash $(PROGRAMS:%=$(COMPLETIONS)/%)

clean:
	rm -rf $(B)

-include $(patsubst %.o,%.d,$(ROOMS)) $(TOOLS:%=$(B)/cmd/%.d)
-include $(wildcard $(B)/tests/*/*.d $(B)/tests/*/*/*.d)

.PHONY: all tests test test-deps demo asan install uninstall clean
.SECONDARY:
